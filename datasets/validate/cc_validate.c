/* The pass: blocks of records, and of their groups, held against all tests. */
#include <stdlib.h>
#include <string.h>

#include "datasets/validate/cc_validate_parts.h"

/* --- what becomes of rows --- */

static bool count_unsure(struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                         const struct cc_when *w)
{
    uint8_t truth[CC_BLOCK_ROWS];
    memset(truth, CC_UNKNOWN, w->unsure_count);
    return cc_validate_count(v, level, t, w->unsure, truth, w->unsure_count);
}

static void clear_states(struct cc_validation *v)
{
    for (size_t i = 0; i < v->out->rule_count; i++)
        if (v->states[i]) memset(v->states[i], 0, CC_BLOCK_ROWS);
}

static void count_states(struct cc_validation *v, const struct cc_level *level)
{
    for (size_t i = 0; i < v->out->rule_count; i++) {
        const uint8_t *s = v->states[i];
        struct cc_validate_rule *r = &v->out->rules[i];
        for (size_t k = 0; s && k < level->block->rows; k++) {
            r->tested += s[k] == CC_ROW_PASSED || s[k] == CC_ROW_FAILED;
            r->unknown += s[k] == CC_ROW_UNKNOWN;
            r->failed += s[k] == CC_ROW_FAILED;
        }
    }
}

/* --- fields against the codebook --- */

static enum cc_field_kind kind_of(const struct cc_variable *var, const struct cc_entry *e)
{
    enum cc_state s = e->value.state;
    if (s == CC_VALUE_NOT_APPLICABLE) return CC_FIELD_EMPTY;
    if (s == CC_VALUE_BLANK) return var->blank == CC_BLANK_NEVER ? CC_FIELD_MISSING : CC_FIELD_EMPTY;
    for (size_t i = 0; i < e->part_count; i++)
        if (e->parts[i].state == CC_VALUE_INVALID) return CC_FIELD_INVALID;
    return s == CC_VALUE_INVALID ? CC_FIELD_INVALID : CC_FIELD_GOOD;
}

static bool is_empty(uint8_t kind)
{
    return kind == CC_FIELD_EMPTY || kind == CC_FIELD_MISSING;
}

/* Looks at the texts that are new in this block. */
static bool learn_texts(const struct cc_codebook *cb, struct cc_column *c)
{
    size_t n = cc_dictionary_count(c->dictionary);
    if (n <= c->kind_count) return true;
    if (!cc_grow(&c->kinds, &c->kind_room, n, sizeof *c->kinds)) return false;
    for (size_t i = c->kind_count; i < n; i++) {
        c->kinds[i] = (uint8_t)kind_of(&cb->variables[c->variable], cc_dictionary_entry(c->dictionary, (uint32_t)i));
        c->bad += c->kinds[i] >= CC_FIELD_MISSING;
        c->empties += is_empty(c->kinds[i]);
        if (is_empty(c->kinds[i])) c->empty = (uint32_t)i;
    }
    c->kind_count = n;
    return true;
}

static bool fails_codebook(const struct cc_test *t, uint8_t kind)
{
    if (kind < CC_FIELD_MISSING) return false;
    if (t->rule->class == CC_CLASS_NONE) return true;
    return t->rule->class == (kind == CC_FIELD_MISSING ? CC_CLASS_MISSING : CC_CLASS_INVALID);
}

static bool charge_kinds(struct cc_validation *v, struct cc_level *level, struct cc_column *c, const uint8_t *kinds)
{
    bool ok = true;
    for (size_t k = 0; k < c->test_count; k++)
        for (size_t i = 0; ok && i < level->count; i++) {
            uint16_t row = level->rows[i];
            if (!fails_codebook(c->tests[k], kinds[row])) continue;
            v->states[c->tests[k]->result][row] = CC_ROW_FAILED;
            ok = cc_validate_charge(v, level, c->tests[k], row, c->variable,
                                    kinds[row] == CC_FIELD_MISSING ? CC_CLASS_MISSING : CC_CLASS_INVALID);
        }
    return ok;
}

/* Of the record itself, records that carry the element are counted here; of a group, they are marked, for a record
 * may have several items. */
static bool count_carried(struct cc_validation *v, struct cc_level *level, const struct cc_column *c,
                          const uint8_t *kinds)
{
    bool ok = true;
    uint64_t n = 0;
    for (size_t i = 0; ok && i < level->count; i++) {
        uint16_t row = level->rows[i];
        if (is_empty(kinds[row])) continue;
        n++;
        if (level != v->levels) ok = cc_validate_mark(v, c->variable, level->of[row], CC_CARRIED);
    }
    if (level == v->levels) v->elements[c->variable]->carried += n;
    return ok;
}

static bool kinds_of_texts(const struct cc_codebook *cb, struct cc_level *level, const struct cc_column *c,
                           uint8_t *kinds)
{
    const struct cc_variable *var = &cb->variables[c->variable];
    const struct cc_block *b = level->block;
    struct cc_field fields[CC_BLOCK_ROWS];
    cc_block_cut(b, (size_t)c->slot, level->all, b->rows, fields);
    bool bad = false;
    for (size_t i = 0; i < b->rows; i++) {
        struct cc_field f = cc_block_trim(b, fields[i]);
        kinds[i] = CC_FIELD_GOOD;
        if (f.size && b->text[f.at] != '(') continue;
        struct cc_entry e;
        cc_entry_classify(var, b->text + f.at, f.size, &e);
        kinds[i] = (uint8_t)kind_of(var, &e);
        bad = bad || kinds[i] >= CC_FIELD_MISSING;
    }
    return bad;
}

static bool check_column(struct cc_validation *v, struct cc_level *level, struct cc_column *c)
{
    uint8_t kinds[CC_BLOCK_ROWS];
    size_t rows = level->block->rows;
    if (!c->dictionary) {
        bool bad = kinds_of_texts(v->cb, level, c, kinds);
        return count_carried(v, level, c, kinds) && (!bad || charge_kinds(v, level, c, kinds));
    }
    const uint32_t *numbers = cc_query_text_rows(level->query, c->slot, level->all, rows);
    if (!numbers || !learn_texts(v->cb, c)) return false;
    bool plain = level == v->levels && level->count == rows;
    if (plain && !c->bad && c->empties < 2) { /* as almost all are */
        uint64_t n = 0;
        for (size_t i = 0; c->empties && i < rows; i++) n += numbers[i] == c->empty;
        v->elements[c->variable]->carried += rows - n;
        return true;
    }
    for (size_t i = 0; i < rows; i++) kinds[i] = c->kinds[numbers[i]];
    return count_carried(v, level, c, kinds) && (!c->bad || charge_kinds(v, level, c, kinds));
}

static bool check_columns(struct cc_validation *v, struct cc_level *level)
{
    bool ok = true;
    for (size_t i = 0; i < level->column_count; i++)
        for (size_t k = 0; k < level->columns[i].test_count; k++) {
            uint8_t *states = v->states[level->columns[i].tests[k]->result];
            bool done = level->count && states[level->rows[0]]; /* for a column before */
            for (size_t r = 0; r < level->count && !done; r++) states[level->rows[r]] = CC_ROW_PASSED;
        }
    for (size_t i = 0; ok && i < level->column_count; i++) ok = check_column(v, level, &level->columns[i]);
    return ok;
}

/* --- tests of rows --- */

static bool is_blank(const struct cc_level *level, int slot, uint16_t row)
{
    return cc_block_field(level->block, row, (size_t)slot).size == 0;
}

static bool test_required(struct cc_validation *v, struct cc_level *level, struct cc_test *t, const struct cc_when *w)
{
    uint8_t truth[CC_BLOCK_ROWS];
    bool ok = true;
    for (size_t i = 0; ok && i < w->count; i++) {
        truth[i] = CC_TRUE;
        for (size_t k = 0; ok && k < t->element_count; k++) {
            if (!v->elements[t->elements[k]] || !is_blank(level, t->slots[k], w->rows[i])) continue;
            truth[i] = CC_FALSE;
            ok = cc_validate_charge(v, level, t, w->rows[i], t->elements[k], t->rule->class);
        }
    }
    return ok && cc_validate_count(v, level, t, w->rows, truth, w->count);
}

/* A share counts those that fulfil it, and charges nobody. */
static bool test_condition(struct cc_validation *v, struct cc_level *level, struct cc_test *t, const struct cc_when *w)
{
    uint8_t truth[CC_BLOCK_ROWS];
    bool share = t->rule->kind == CC_RULE_SHARE, ok = true;
    if (!w->count) return true;
    if (!cc_query_test_rows(level->query, t->holds, w->rows, w->count, truth)) return false;
    for (size_t i = 0; ok && i < w->count; i++) {
        if (share) truth[i] = (uint8_t)(CC_TRUE - truth[i]);
        else if (truth[i] == CC_FALSE) ok = cc_validate_charge(v, level, t, w->rows[i], SIZE_MAX, t->rule->class);
    }
    return ok && cc_validate_count(v, level, t, w->rows, truth, w->count);
}

static bool test_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    if (t->rule->kind == CC_RULE_CODEBOOK) return true; /* with the columns */
    struct cc_when *w = cc_validate_when(level, t);
    if (!w || !count_unsure(v, level, t, w)) return false;
    switch (t->rule->kind) {
    case CC_RULE_RECORD:
    case CC_RULE_SHARE: return test_condition(v, level, t, w);
    case CC_RULE_REQUIRED: return test_required(v, level, t, w);
    case CC_RULE_PREVIOUS:
    case CC_RULE_LINKED: return cc_validate_other_rows(v, level, t);
    default: return cc_validate_across_rows(v, level, t);
    }
}

/* --- blocks --- */

/* Left out of everything: the records, and what stands inside them. */
static bool assess(struct cc_validation *v, struct cc_level *level, uint8_t *exempt)
{
    uint8_t truth[CC_BLOCK_ROWS];
    size_t rows = level->block->rows;
    if (level == v->levels) {
        memset(exempt, 0, CC_BLOCK_ROWS);
        for (size_t e = 0; e < level->exempt_count; e++) {
            struct cc_validate_rule *r = &v->out->rules[level->exempt[e].result];
            if (!cc_query_test_rows(level->query, level->exempt[e].when, level->all, rows, truth)) return false;
            for (size_t i = 0; i < rows; i++) {
                r->tested++;
                r->unknown += truth[i] == CC_UNKNOWN;
                if (truth[i] != CC_TRUE) continue;
                r->failed++;
                v->out->exempt += !exempt[i];
                exempt[i] = 1;
            }
        }
    }
    level->count = 0;
    for (size_t i = 0; i < rows; i++)
        if (!exempt[level->of[i]]) level->rows[level->count++] = (uint16_t)i;
    return true;
}

static enum cc_status check_block(struct cc_validation *v, struct cc_level *level, uint8_t *exempt)
{
    cc_query_block(level->query, level->block);
    for (size_t i = 0; i < level->when_count; i++) level->whens[i]->known = false;
    for (size_t i = 0; i < level->key_count; i++) level->keys[i]->known = false;
    clear_states(v);
    bool ok = assess(v, level, exempt) && check_columns(v, level);
    for (size_t i = 0; ok && i < level->test_count; i++) ok = test_rows(v, level, level->tests[i]);
    count_states(v, level);
    return ok ? CC_OK : cc_error_memory(v->err);
}

static enum cc_status check_view(struct cc_validation *v, struct cc_level *level, uint8_t *exempt)
{
    enum cc_status st;
    while ((st = cc_records_read(level->records, level->block, v->err)) == CC_OK) {
        cc_records_parents(level->records, level->of);
        st = check_block(v, level, exempt);
        if (st != CC_OK) return st;
    }
    return st == CC_END ? CC_OK : st;
}

/* --- what was found in a block of records --- */

static void count_marks(struct cc_validation *v, size_t variable)
{
    struct cc_marks *m = &v->marks[variable];
    struct cc_validate_element *e = v->elements[variable];
    const struct cc_level *level = v->levels;
    const struct cc_column *column = NULL;
    for (size_t i = 0; i < level->column_count && !column; i++)
        if (level->columns[i].variable == variable) column = &level->columns[i];
    for (size_t r = 0; r < level->block->rows; r++) {
        unsigned bits = m->bits[r];
        if (!bits) continue;
        for (int c = CC_CLASS_MISSING; c < CC_CLASS_FILE; c++) e->failed[c] += bits >> c & 1;
        e->failed[CC_CLASS_NONE] += (bits & ~(unsigned)CC_CARRIED) != 0;
        e->carried += column ? is_blank(level, column->slot, (uint16_t)r) : 1;
    }
    memset(m->bits, 0, CC_BLOCK_ROWS);
    m->touched = false;
}

static int in_order(const void *a, const void *b)
{
    const struct cc_pending *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    if (x->test->result != y->test->result) return x->test->result < y->test->result ? -1 : 1;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    if (x->element != y->element) return x->element < y->element ? -1 : 1;
    if (x->class != y->class) return x->class < y->class ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Two tests of one rule may find the same in one row. */
static bool is_told(const struct cc_pending *x, const struct cc_pending *before)
{
    return x->row == before->row && x->test->result == before->test->result && x->line == before->line
        && x->element == before->element && x->class == before->class && x->level == before->level
        && x->level->group == 0;
}

static enum cc_status tell(struct cc_validation *v, const struct cc_pending *p, struct cc_buf ids[CC_CLAUSE_KEYS])
{
    const struct cc_level *level = v->levels;
    const char *texts[CC_CLAUSE_KEYS];
    for (size_t i = 0; i < v->id_count; i++) {
        struct cc_field f = cc_block_field(level->block, p->row, (size_t)v->id_slots[i]);
        cc_buf_clear(&ids[i]);
        if (!cc_buf_add(&ids[i], level->block->text + f.at, f.size)) return cc_error_memory(v->err);
        texts[i] = ids[i].data;
    }
    struct cc_finding f = { .record = level->first + p->row, .line = p->line, .level = p->level->name,
        .element = p->element == SIZE_MAX ? "" : v->cb->variables[p->element].name, .rule = p->test->rule,
        .class = p->class, .ids = texts };
    return cc_validate_tell(v, &f);
}

static enum cc_status tell_all(struct cc_validation *v)
{
    struct cc_buf ids[CC_CLAUSE_KEYS] = { 0 };
    enum cc_status st = CC_OK;
    if (v->pending_count) qsort(v->pending, v->pending_count, sizeof *v->pending, in_order);
    for (size_t i = 0; st == CC_OK && i < v->pending_count; i++)
        if (!i || !is_told(&v->pending[i], &v->pending[i - 1])) st = tell(v, &v->pending[i], ids);
    for (size_t i = 0; i < CC_CLAUSE_KEYS; i++) cc_buf_free(&ids[i]);
    v->pending_count = 0;
    return st;
}

/* --- the file --- */

static enum cc_status check_records(struct cc_validation *v)
{
    uint8_t exempt[CC_BLOCK_ROWS];
    struct cc_level *top = v->levels;
    memcpy(top->of, top->all, sizeof top->of);
    enum cc_status st = CC_OK;
    while (st == CC_OK && (st = cc_records_read(top->records, top->block, v->err)) == CC_OK) {
        for (size_t i = 0; i < v->level_count; i++) v->levels[i].first = v->out->records + 1;
        st = check_block(v, top, exempt);
        for (size_t i = 1; st == CC_OK && i < v->level_count; i++) st = check_view(v, &v->levels[i], exempt);
        for (size_t i = 0; i < v->cb->count; i++)
            if (v->marks[i].touched) count_marks(v, i);
        if (st == CC_OK) st = tell_all(v);
        for (size_t i = 1; i < v->level_count; i++) cc_validate_forget(&v->levels[i]);
        v->out->records += top->block->rows;
    }
    return st == CC_END ? CC_OK : st;
}

/* The tests of one row of the ruleset keep one thing, and end once. */
static bool ended_before(const struct cc_level *level, size_t test)
{
    for (size_t i = 0; i < test; i++)
        if (level->tests[i]->kept == level->tests[test]->kept && level->tests[test]->rule->kind != CC_RULE_TOTAL)
            return true;
    return false;
}

static enum cc_status end_tests(struct cc_validation *v)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < v->level_count; i++) {
        struct cc_level *level = &v->levels[i];
        for (size_t k = 0; st == CC_OK && k < level->test_count; k++) {
            struct cc_test *t = level->tests[k];
            if (t->other) st = cc_validate_other_end(v, level, t);
            else if (t->kept && !ended_before(level, k)) st = cc_validate_across_end(v, level, t);
        }
    }
    return st;
}

static void judge(struct cc_validate_result *out)
{
    for (size_t i = 0; i < out->rule_count; i++) {
        struct cc_validate_rule *r = &out->rules[i];
        struct cc_limit none = { .given = true };
        bool file = r->rule->class == CC_CLASS_FILE && r->rule->severity == CC_SEVERITY_ERROR && !r->rule->limit.given;
        if (!r->not_run && r->tested && r->rule->kind != CC_RULE_TOTAL && r->rule->kind != CC_RULE_EXEMPT)
            r->over = r->over || cc_limit_exceeded(file ? &none : &r->rule->limit,
                                                   100.0 * (double)r->failed / (double)r->tested);
    }
    for (size_t i = 0; i < out->element_count; i++) {
        struct cc_validate_element *e = &out->elements[i];
        if (e->carried)
            e->over = cc_limit_exceeded(&e->limit, 100.0 * (double)e->failed[CC_CLASS_NONE] / (double)e->carried);
    }
}

/* A flat file has rows of one level; a nested one is read record by record, its groups are views. */
static enum cc_status open_file(struct cc_validation *v, struct cc_records **out)
{
    struct cc_records_options as = v->job->reading;
    enum cc_status st = cc_records_open(v->job->path, v->cb, &as, out, v->err);
    if (st != CC_OK || !cc_records_nested(*out) || cc_records_level(*out) == 0) return st;
    cc_records_close(*out);
    as.level = "record";
    return cc_records_open(v->job->path, v->cb, &as, out, v->err);
}

static enum cc_status open_level(struct cc_validation *v, size_t i)
{
    struct cc_level *level = &v->levels[i];
    const struct cc_record_group *g = &v->cb->groups[i];
    level->group = (int)i;
    level->name = *g->path ? g->path : "record";
    level->block = calloc(1, sizeof *level->block);
    if (!level->block) return cc_error_memory(v->err);
    v->level_count = i + 1;
    if (i) return cc_records_view(v->levels[0].records, g->path, &level->records, v->err);
    return open_file(v, &level->records);
}

static enum cc_status open_levels(struct cc_validation *v)
{
    v->levels = cc_arena_alloc(&v->arena, v->cb->group_count * sizeof *v->levels);
    if (!v->levels) return cc_error_memory(v->err);
    enum cc_status st = open_level(v, 0);
    for (size_t i = 1; st == CC_OK && cc_records_nested(v->levels[0].records) && i < v->cb->group_count; i++)
        st = open_level(v, i);
    return st;
}

static enum cc_status run(struct cc_validation *v)
{
    char *path = cc_definitions_default(v->cb->name);
    enum cc_status st = cc_definitions_read(path, &v->defs, v->err);
    free(path);
    if (st == CC_OK) st = open_levels(v);
    if (st == CC_OK) st = cc_validate_bind(v);
    if (st == CC_OK) st = cc_validate_agency(v, true);
    if (st == CC_OK) st = cc_validate_others(v);
    if (st == CC_OK) st = check_records(v);
    if (st == CC_OK) st = end_tests(v);
    if (st == CC_OK) st = cc_validate_agency(v, false);
    if (st == CC_OK) judge(v->out);
    return st;
}

static void free_level(struct cc_level *level)
{
    for (size_t i = 0; i < level->test_count; i++) {
        struct cc_test *t = level->tests[i];
        bool own = true; /* or another test frees it */
        for (size_t k = 0; k < i; k++) own = own && level->tests[k]->kept != t->kept;
        if (own) cc_kept_free(t->kept);
        cc_other_free(t->other);
    }
    for (size_t i = 0; i < level->key_count; i++) {
        cc_intern_free(level->keys[i]->table);
        cc_buf_free(&level->keys[i]->texts.bytes);
    }
    for (size_t i = 0; i < level->column_count; i++) {
        free(level->columns[i].kinds);
        free(level->columns[i].tests);
    }
    free(level->whens);
    free(level->tests);
    free(level->keys);
    cc_query_free(level->query);
    if (level->block) cc_block_free(level->block);
    free(level->block);
}

enum cc_status cc_validate(const struct cc_validate_job *job, struct cc_validate_result **out, struct cc_error *err)
{
    struct cc_validation v = { .job = job, .cb = job->codebook, .err = err };
    *out = NULL;
    v.out = calloc(1, sizeof *v.out);
    enum cc_status st = v.out ? run(&v) : cc_error_memory(err);
    for (size_t i = v.level_count; i-- > 0;) {
        free_level(&v.levels[i]);
        cc_records_close(v.levels[i].records);
    }
    for (size_t i = 0; v.marks && i < v.cb->count; i++) free(v.marks[i].bits);
    free(v.pending);
    cc_definitions_free(&v.defs);
    cc_arena_free(&v.arena);
    if (st == CC_OK) *out = v.out;
    else cc_validate_free(v.out);
    return st;
}

bool cc_validate_is_over(const struct cc_validate_result *v)
{
    bool over = false;
    for (size_t i = 0; i < v->rule_count; i++)
        over = over || (v->rules[i].over && v->rules[i].rule->severity == CC_SEVERITY_ERROR);
    for (size_t i = 0; i < v->element_count; i++) over = over || v->elements[i].over;
    return over;
}

void cc_validate_free(struct cc_validate_result *v)
{
    if (!v) return;
    free(v->changes);
    cc_arena_free(&v->arena);
    free(v);
}

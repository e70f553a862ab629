/* The other files: that of the period before, that of the linked collection, and the Agency File. The first two are
 * read before the file itself, so that its records can be told what they lack while they are at hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/validate/cc_validate_parts.h"

enum { IN_DENOMINATOR = 1, COUNTS = 2, FOUND = 4, COMPARED = 8, DIFFERS = 16 };

/* What a rule keeps of the other file: by number of its keys, or, for changes, of the values of its elements. */
struct cc_other {
    struct cc_intern *keys;   /* for changes: element, NUL, value */
    uint8_t *flags;
    int32_t *values;          /* `elements` a key */
    uint64_t *before, *now;   /* rows with a value */
    size_t flag_room, value_room, before_room, now_room, used;
    struct cc_intern *texts;
    struct cc_bound *when, *holds; /* of the query of the other file */
    int slots[CC_CLAUSE_KEYS], *elements;
    struct cc_query_texts bytes;
};

/* A file that is read beside. */
struct beside {
    struct cc_validation *v;
    struct cc_query *query;
    struct cc_records *records;
    struct cc_block block;
    uint16_t all[CC_BLOCK_ROWS];
    uint8_t when[CC_BLOCK_ROWS], holds[CC_BLOCK_ROWS];
};

void cc_other_free(struct cc_other *o)
{
    if (!o) return;
    cc_intern_free(o->keys);
    cc_intern_free(o->texts);
    free(o->flags);
    free(o->values);
    free(o->before);
    free(o->now);
    cc_buf_free(&o->bytes.bytes);
}

static bool reach(struct cc_other *o, uint32_t key, size_t values)
{
    size_t n = (size_t)key + 1, before = o->value_room, flags = o->flag_room;
    if (n <= o->used) return true;
    if (!cc_grow(&o->flags, &o->flag_room, n, 1)) return false;
    memset(o->flags + flags, 0, o->flag_room - flags);
    if (values && !cc_grow(&o->values, &o->value_room, n * values, sizeof *o->values)) return false;
    for (size_t i = before; i < o->value_room; i++) o->values[i] = CC_NO_VALUE;
    o->used = n;
    return true;
}

/* --- changes: how many rows have a value --- */

static bool count_value(struct cc_other *o, size_t element, const struct cc_variable *var, const struct cc_value *value,
                        bool now, struct cc_buf *room)
{
    cc_buf_clear(room);
    if (!cc_buf_printf(room, "%zu", element) || !cc_buf_char(room, '\0') || !cc_value_show(var, value, room))
        return false;
    uint32_t key = cc_intern_number(o->keys, room->data, room->size);
    if (key == UINT32_MAX) return false;
    size_t a = o->before_room, b = o->now_room;
    if (!cc_grow(&o->before, &o->before_room, (size_t)key + 1, sizeof *o->before)
        || !cc_grow(&o->now, &o->now_room, (size_t)key + 1, sizeof *o->now)) return false;
    memset(o->before + a, 0, (o->before_room - a) * sizeof *o->before);
    memset(o->now + b, 0, (o->now_room - b) * sizeof *o->now);
    (now ? o->now : o->before)[key]++;
    return true;
}

/* Only codes and small quantities have values that many rows share, and that may be shown. */
static bool countable(const struct cc_variable *var)
{
    return (var->type == CC_TYPE_CODE || var->type == CC_TYPE_INTEGER) && !var->repeats;
}

static bool count_values(struct cc_validation *v, struct cc_other *o, const struct cc_test *t, struct cc_query *q,
                         const int *slots, const struct cc_block *block, const uint16_t *rows, size_t n, bool now)
{
    struct cc_buf room = { 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        ok = cc_query_record(q, block, rows[i], NULL) == CC_OK;
        for (size_t k = 0; ok && k < t->element_count; k++) {
            const struct cc_variable *var = &v->cb->variables[t->elements[k]];
            if (!countable(var) || !v->elements[t->elements[k]]) continue;
            ok = count_value(o, k, var, &cc_query_entry(q, slots[k])->value, now, &room);
        }
    }
    cc_buf_free(&room);
    return ok;
}

static enum cc_status end_change(struct cc_validation *v, const struct cc_test *t)
{
    const struct cc_other *o = t->other;
    struct cc_validate_result *out = v->out;
    struct cc_validate_rule *r = &out->rules[t->result];
    for (uint32_t i = 0; i < cc_intern_count(o->keys); i++) {
        uint64_t a = o->before[i], b = o->now[i], d = a > b ? a - b : b - a;
        size_t n;
        int64_t element;
        const char *text = cc_intern_text(o->keys, i, &n);
        r->tested++;
        bool over = (int64_t)d >= t->rule->clause.from
            && (!a || cc_limit_exceeded(&t->rule->limit, 100.0 * (double)d / (double)a));
        if (!over || !d || !cc_parse_int64(text, &element)) continue;
        r->failed++;
        r->over = true;
        if (!cc_grow(&out->changes, &out->change_room, out->change_count + 1, sizeof *out->changes))
            return cc_error_memory(v->err);
        const char *shown = text + strlen(text) + 1;
        if (!(shown = cc_arena_text(&out->arena, shown, strlen(shown)))) return cc_error_memory(v->err);
        out->changes[out->change_count++] = (struct cc_validate_change){ t->rule, t->elements[element], shown, a, b };
    }
    return CC_OK;
}

/* --- the other file --- */

static bool take_keys(struct beside *b, struct cc_test *t)
{
    struct cc_other *o = t->other;
    size_t n = b->block.rows, start = 0;
    bool ok = cc_query_key_rows(b->query, o->slots, t->rule->clause.key_count, b->all, n, &o->bytes);
    bool same = t->rule->clause.verb == CC_CLAUSE_SAME;
    const struct cc_value_source source = { b->query, b->v->cb, b->all, n };
    for (size_t i = 0; ok && i < n; i++) {
        size_t size = o->bytes.ends[i] - start;
        const char *bytes = o->bytes.bytes.data + start;
        start = o->bytes.ends[i];
        if (!size || b->when[i] != CC_TRUE) continue;
        uint32_t key = cc_intern_number(o->keys, bytes, size);
        if (key == UINT32_MAX || !reach(o, key, same ? t->element_count : 0)) return false;
        o->flags[key] |= IN_DENOMINATOR | (b->holds[i] == CC_TRUE ? COUNTS : 0);
        if (!same) continue;
        ok = cc_query_record(b->query, &b->block, i, NULL) == CC_OK;
        for (size_t k = 0; ok && k < t->element_count; k++) {
            int32_t *value = &o->values[key * t->element_count + k];
            if (*value == CC_NO_VALUE)
                *value = cc_validate_value(&source, t->elements[k], o->elements[k], (uint16_t)i, &o->texts, &ok);
        }
    }
    return ok;
}

static bool take_block(struct beside *b, struct cc_test *t)
{
    struct cc_other *o = t->other;
    size_t n = b->block.rows, selected = 0;
    uint16_t rows[CC_BLOCK_ROWS];
    memset(b->when, CC_TRUE, n);
    memset(b->holds, CC_TRUE, n);
    if (o->when && !cc_query_test_rows(b->query, o->when, b->all, n, b->when)) return false;
    if (o->holds && !cc_query_test_rows(b->query, o->holds, b->all, n, b->holds)) return false;
    if (t->rule->clause.verb != CC_CLAUSE_CHANGE) return take_keys(b, t);
    for (size_t i = 0; i < n; i++)
        if (b->when[i] == CC_TRUE) rows[selected++] = (uint16_t)i;
    return count_values(b->v, o, t, b->query, o->elements, &b->block, rows, selected, false);
}

static enum cc_status read_beside(struct beside *b, enum cc_rule_kind kind)
{
    struct cc_validation *v = b->v;
    enum cc_status st;
    while ((st = cc_records_read(b->records, &b->block, v->err)) == CC_OK) {
        cc_query_block(b->query, &b->block);
        for (size_t i = 0; i < v->level_count; i++)
            for (size_t k = 0; k < v->levels[i].test_count; k++) {
                struct cc_test *t = v->levels[i].tests[k];
                if (t->rule->kind == kind && !take_block(b, t)) return cc_error_memory(v->err);
            }
    }
    return st == CC_END ? CC_OK : st;
}

/* --- binding --- */

static enum cc_status bind_previous(struct beside *b, struct cc_level *level, struct cc_test *t)
{
    struct cc_validation *v = b->v;
    struct cc_other *o = t->other;
    const char *when = level->whens[t->when]->text, *holds = t->rule->clause.condition;
    enum cc_status st = *when ? cc_query_condition(b->query, when, "when", &o->when, v->err) : CC_OK;
    if (st == CC_OK && *holds) st = cc_query_condition(b->query, holds, "holds", &o->holds, v->err);
    for (size_t i = 0; st == CC_OK && t->keys && i < t->keys->count; i++)
        if ((o->slots[i] = cc_query_slot(b->query, t->keys->variables[i])) < 0) st = cc_error_memory(v->err);
    o->elements = cc_arena_alloc(&v->arena, (t->element_count + 1) * sizeof *o->elements);
    if (!o->elements) return cc_error_memory(v->err);
    for (size_t i = 0; st == CC_OK && i < t->element_count; i++)
        if ((o->elements[i] = cc_query_slot(b->query, t->elements[i])) < 0) st = cc_error_memory(v->err);
    return st;
}

static enum cc_status bind_linked(struct beside *b, const struct cc_codebook *cb, struct cc_test *t)
{
    int key = cc_codebook_find(cb, t->rule->clause.key);
    if (key < 0)
        return cc_ruleset_error(b->v->job->rules, t->rule, "holds", CC_EDATA, b->v->err,
                                "'%.60s' is no variable of codebook %s", t->rule->clause.key, cb->name);
    t->other->slots[0] = cc_query_slot(b->query, (size_t)key);
    return t->other->slots[0] < 0 ? cc_error_memory(b->v->err) : CC_OK;
}

static enum cc_status bind_beside(struct beside *b, const struct cc_codebook *cb, enum cc_rule_kind kind, size_t *bound)
{
    struct cc_validation *v = b->v;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < v->level_count; i++)
        for (size_t k = 0; st == CC_OK && k < v->levels[i].test_count; k++) {
            struct cc_test *t = v->levels[i].tests[k];
            if (t->rule->kind != kind) continue;
            t->other = cc_arena_alloc(&v->arena, sizeof *t->other);
            if (!t->other || !(t->other->keys = cc_intern_alloc())) return cc_error_memory(v->err);
            st = kind == CC_RULE_LINKED ? bind_linked(b, cb, t) : bind_previous(b, &v->levels[i], t);
            ++*bound;
        }
    return st;
}

static enum cc_status read_file(struct cc_validation *v, const char *path, const struct cc_codebook *cb,
                                const struct cc_definitions *defs, enum cc_rule_kind kind)
{
    struct beside *b = calloc(1, sizeof *b);
    size_t bound = 0;
    if (!b) return cc_error_memory(v->err);
    b->v = v;
    for (size_t i = 0; i < CC_BLOCK_ROWS; i++) b->all[i] = (uint16_t)i;
    enum cc_status st = cc_validate_query(v, cb, defs, &b->query);
    if (st == CC_OK) st = bind_beside(b, cb, kind, &bound);
    if (st == CC_OK && bound) {
        struct cc_records_options as = v->job->reading;
        st = cc_records_open(path, cb, &as, &b->records, v->err);
        if (st == CC_OK) st = cc_query_file(b->query, b->records, NULL, v->err);
        if (st == CC_OK) st = read_beside(b, kind);
        if (st != CC_OK) {
            const char *slash = strrchr(path, '/');
            cc_error_file(v->err, slash ? slash + 1 : path);
        }
    }
    cc_records_close(b->records);
    cc_query_free(b->query);
    cc_block_free(&b->block);
    free(b);
    return st;
}

static enum cc_status read_linked(struct cc_validation *v)
{
    const char *name = NULL;
    for (size_t i = 0; i < v->job->rules->count && !name; i++)
        if (v->job->rules->rules[i].kind == CC_RULE_LINKED) name = v->job->rules->rules[i].clause.codebook;
    struct cc_codebook *cb = NULL;
    struct cc_definitions none;
    if (!name) return CC_OK;
    enum cc_status st = cc_codebook_load(name, &cb, v->err);
    if (st != CC_OK) return st;
    st = cc_definitions_read(NULL, &none, v->err);
    if (st == CC_OK) st = read_file(v, v->job->linked, cb, &none, CC_RULE_LINKED);
    cc_definitions_free(&none);
    cc_codebook_free(cb);
    return st;
}

enum cc_status cc_validate_others(struct cc_validation *v)
{
    enum cc_status st = CC_OK;
    if (v->job->previous) st = read_file(v, v->job->previous, v->cb, &v->defs, CC_RULE_PREVIOUS);
    return st == CC_OK && v->job->linked ? read_linked(v) : st;
}

/* --- the file itself, beside what is known --- */

static uint32_t find_key(struct cc_level *level, const struct cc_test *t, uint16_t row)
{
    const struct cc_keys *keys = t->keys;
    size_t from = row ? keys->texts.ends[row - 1] : 0, n = keys->texts.ends[row] - from;
    (void)level;
    return n ? cc_intern_find(t->other->keys, keys->texts.bytes.data + from, n) : UINT32_MAX;
}

static bool compare(struct cc_validation *v, struct cc_level *level, struct cc_test *t, uint16_t row, uint32_t key)
{
    struct cc_other *o = t->other;
    const struct cc_clause *c = &t->rule->clause;
    const struct cc_value_source source = { level->query, v->cb, level->all, level->block->rows };
    bool ok = cc_query_record(level->query, level->block, row, NULL) == CC_OK;
    for (size_t k = 0; ok && k < t->element_count; k++) {
        int32_t before = o->values[key * t->element_count + k];
        int32_t now = cc_validate_value(&source, t->elements[k], t->slots[k], row, &o->texts, &ok);
        if (!ok || before == CC_NO_VALUE || now == CC_NO_VALUE) continue;
        int64_t d = (int64_t)now - before;
        o->flags[key] |= COMPARED;
        bool tolerant = c->tolerant && cc_validate_is_quantity(&v->cb->variables[t->elements[k]]);
        if (tolerant ? d >= c->low && d <= c->high : d == 0) continue;
        o->flags[key] |= DIFFERS;
        ok = cc_validate_charge(v, level, t, row, t->elements[k], t->rule->class);
    }
    return ok;
}

static bool link_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t, const struct cc_when *w)
{
    uint8_t truth[CC_BLOCK_ROWS];
    uint16_t rows[CC_BLOCK_ROWS];
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (t->keys->numbers[w->rows[i]] == UINT32_MAX) continue;
        rows[n] = w->rows[i];
        truth[n++] = find_key(level, t, w->rows[i]) == UINT32_MAX ? CC_TRUE : CC_FALSE; /* a share counts those found */
    }
    return cc_validate_count(v, level, t, rows, truth, n);
}

bool cc_validate_other_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    struct cc_other *o = t->other;
    const struct cc_when *w = cc_validate_when(level, t);
    if (!w || (t->keys && !cc_validate_keys(level, t->keys))) return false;
    if (t->rule->kind == CC_RULE_LINKED) return link_rows(v, level, t, w);
    if (t->rule->clause.verb == CC_CLAUSE_CHANGE)
        return count_values(v, o, t, level->query, t->slots, level->block, w->rows, w->count, true);
    bool dropped = t->rule->clause.verb == CC_CLAUSE_DROPPED; /* who is in the file at all was not dropped */
    const uint16_t *rows = dropped ? level->all : w->rows;
    size_t n = dropped ? level->block->rows : w->count;
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        uint32_t key = find_key(level, t, rows[i]);
        if (key == UINT32_MAX || key >= o->used) continue;
        o->flags[key] |= FOUND;
        if (t->rule->clause.verb == CC_CLAUSE_SAME) ok = compare(v, level, t, rows[i], key);
    }
    return ok;
}

enum cc_status cc_validate_other_end(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    struct cc_other *o = t->other;
    struct cc_validate_rule *r = &v->out->rules[t->result];
    (void)level;
    if (t->rule->clause.verb == CC_CLAUSE_CHANGE) return end_change(v, t);
    for (size_t i = 0; t->rule->kind == CC_RULE_PREVIOUS && i < o->used; i++) {
        unsigned f = o->flags[i];
        switch (t->rule->clause.verb) {
        case CC_CLAUSE_DROPPED:
            r->tested += (f & IN_DENOMINATOR) != 0;
            r->failed += (f & COUNTS) && !(f & FOUND);
            break;
        case CC_CLAUSE_KEPT:
            r->tested += (f & IN_DENOMINATOR) != 0;
            r->failed += (f & FOUND) != 0; /* a share */
            break;
        default:
            r->tested += (f & COMPARED) != 0;
            r->failed += (f & DIFFERS) != 0;
            break;
        }
    }
    return CC_OK;
}

/* --- the Agency File --- */

static enum cc_status test_agency(struct cc_validation *v, struct cc_query *q, struct cc_records *r,
                                  const struct cc_block *block, const struct cc_rule *rule,
                                  struct cc_validate_rule *out)
{
    struct cc_bound *when = NULL, *holds;
    size_t lacks;
    enum cc_status st = *rule->when ? cc_query_condition(q, rule->when, "when", &when, v->err) : CC_OK;
    const char *column = st == CC_OK ? "holds" : "when";
    if (st == CC_OK) st = cc_query_condition(q, rule->holds, "holds", &holds, v->err);
    if (st != CC_OK) {
        struct cc_error inner = *v->err;
        return cc_ruleset_error(v->job->rules, rule, column, st, v->err, "%.300s (character %zu)", inner.text,
                                inner.column);
    }
    if (!block) return CC_OK;
    if (cc_query_lacks(q, holds, r, &lacks) || (when && cc_query_lacks(q, when, r, &lacks))) {
        out->not_run = "the Agency File lacks an item that it asks for";
        return CC_OK;
    }
    if (when && cc_query_test(q, when) != CC_TRUE) return CC_OK;
    enum cc_truth truth = cc_query_test(q, holds);
    out->tested = truth != CC_UNKNOWN;
    out->unknown = truth == CC_UNKNOWN;
    out->failed = truth == CC_FALSE;
    struct cc_finding f = { .record = 1, .level = "agency", .element = rule->elements, .rule = rule,
        .class = rule->class };
    if (truth == CC_FALSE && v->job->found && !v->job->found(v->job->user, &f))
        return cc_error_set(v->err, CC_EIO, 0, 0, "the detail file cannot be written");
    return CC_OK;
}

static struct cc_validate_rule *result_of(struct cc_validation *v, const struct cc_rule *rule)
{
    for (size_t i = 0; i < v->out->rule_count; i++)
        if (v->out->rules[i].rule == rule) return &v->out->rules[i];
    return NULL;
}

/* Binds everything first, so that a field can be asked for; then tests the one record. */
static enum cc_status test_agency_rules(struct cc_validation *v, struct cc_query *q, struct cc_records *r,
                                        const struct cc_block *block)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < v->job->rules->count; i++) {
        const struct cc_rule *rule = &v->job->rules->rules[i];
        struct cc_validate_rule *out = result_of(v, rule);
        if (out && !strcmp(rule->scope, "agency") && !out->not_run && rule->kind == CC_RULE_RECORD)
            st = test_agency(v, q, r, block, rule, out);
    }
    return st;
}

/* The totals, as parameters. */
static enum cc_status agency_query(struct cc_validation *v, const struct cc_codebook *cb, struct cc_definitions *none,
                                   struct cc_query **q)
{
    struct cc_validate_result *out = v->out;
    struct cc_parameter *params = cc_arena_alloc(&v->arena, (v->param_count + out->rule_count + 1) * sizeof *params);
    if (!params) return cc_error_memory(v->err);
    size_t n = v->param_count;
    memcpy(params, v->params, n * sizeof *params);
    for (size_t i = 0; i < out->rule_count; i++) {
        char text[32];
        if (out->rules[i].rule->kind != CC_RULE_TOTAL) continue;
        cc_format_double(out->rules[i].quantity, text);
        params[n].name = out->rules[i].rule->id;
        if (!(params[n++].value = cc_arena_text(&v->arena, text, strlen(text)))) return cc_error_memory(v->err);
    }
    struct cc_query_options o = { .params = params, .param_count = n, .ffy = v->ffy, .absent_is_empty = true };
    return cc_query_alloc(cb, none, &o, q, v->err);
}

static enum cc_status read_agency(struct cc_validation *v, const struct cc_codebook *cb, struct cc_query *q)
{
    struct cc_block *block = calloc(1, sizeof *block);
    struct cc_records *r = NULL;
    struct cc_records_options as = { .simd = v->job->reading.simd };
    enum cc_status st = block ? cc_records_open(v->job->agency, cb, &as, &r, v->err) : cc_error_memory(v->err);
    if (st == CC_OK) st = cc_query_file(q, r, NULL, v->err);
    if (st == CC_OK) st = cc_records_read(r, block, v->err);
    if (st == CC_OK && block->rows != 1) st = cc_error_set(v->err, CC_EDATA, 0, 0, "an Agency File has one row");
    if (st == CC_END) st = cc_error_set(v->err, CC_EDATA, 0, 0, "an Agency File has one row");
    if (st == CC_OK) st = cc_query_record(q, block, 0, v->err);
    const char *slash = strrchr(v->job->agency, '/');
    if (st != CC_OK) cc_error_file(v->err, slash ? slash + 1 : v->job->agency);
    if (st == CC_OK) st = test_agency_rules(v, q, r, block);
    cc_records_close(r);
    if (block) cc_block_free(block);
    free(block);
    return st;
}

enum cc_status cc_validate_agency(struct cc_validation *v, bool check)
{
    struct cc_codebook *cb = NULL;
    struct cc_definitions none;
    struct cc_query *q = NULL;
    if (!v->job->agency) return CC_OK;
    if (!*v->job->rules->agency_codebook)
        return cc_error_set(v->err, CC_EUSAGE, 0, 0, "ruleset '%s' has no rules about an Agency File",
                            v->job->rules->name);
    enum cc_status st = cc_codebook_load(v->job->rules->agency_codebook, &cb, v->err);
    if (st != CC_OK) return st;
    st = cc_definitions_read(NULL, &none, v->err);
    if (st == CC_OK) st = agency_query(v, cb, &none, &q);
    if (st == CC_OK) st = test_agency_rules(v, q, NULL, NULL);
    if (st == CC_OK && !check) st = read_agency(v, cb, q);
    cc_query_free(q);
    cc_definitions_free(&none);
    cc_codebook_free(cb);
    return st;
}

/* What the tests of all kinds of rules ask for, and what becomes of the rows. */
#include <stdlib.h>
#include <string.h>

#include "datasets/validate/cc_validate_parts.h"

/* --- values --- */

bool cc_validate_is_quantity(const struct cc_variable *var)
{
    return var->type == CC_TYPE_INTEGER || var->type == CC_TYPE_DATE || var->type == CC_TYPE_TIME;
}

/* Codes and quantities of one variable must not meet: 77 unborn is not 77 years. */
static int32_t number_of(const struct cc_variable *var, const struct cc_value *value)
{
    bool quantity = cc_validate_is_quantity(var);
    if (value->state == CC_VALUE_SPECIAL) return INT32_MAX - value->code;
    if (value->state != CC_VALUE_KNOWN) return CC_NO_VALUE;
    int64_t x = quantity ? value->number : value->code >= 0 ? value->code : value->number;
    return x >= INT32_MAX - 1000 ? INT32_MAX - 1000 : x <= -INT32_MAX ? -INT32_MAX : (int32_t)x;
}

int32_t cc_validate_value(const struct cc_value_source *s, size_t variable, int slot, uint16_t row,
                          struct cc_intern **texts, bool *ok)
{
    const struct cc_variable *var = &s->cb->variables[variable];
    struct cc_dictionary *d = cc_query_dictionary(s->query, slot);
    if (d) {
        const uint32_t *numbers = cc_query_text_rows(s->query, slot, s->all, s->rows);
        if (!numbers) return *ok = false, CC_NO_VALUE;
        return number_of(var, &cc_dictionary_entry(d, numbers[row])->value);
    }
    const struct cc_entry *e = cc_query_entry(s->query, slot);
    if (e->value.state != CC_VALUE_KNOWN) return CC_NO_VALUE;
    if (!*texts && !(*texts = cc_intern_alloc())) return *ok = false, CC_NO_VALUE;
    uint32_t n = cc_intern_number(*texts, e->value.text, e->value.size);
    if (n >= INT32_MAX) return *ok = false, CC_NO_VALUE;
    return (int32_t)n;
}

/* --- what tests ask for --- */

struct cc_when *cc_validate_when(struct cc_level *level, const struct cc_test *t)
{
    struct cc_when *w = level->whens[t->when];
    uint8_t truth[CC_BLOCK_ROWS];
    if (w->known) return w;
    w->known = true;
    w->count = w->unsure_count = 0;
    if (!w->bound) {
        memcpy(w->rows, level->rows, level->count * sizeof *w->rows);
        w->count = level->count;
        return w;
    }
    if (!cc_query_test_rows(level->query, w->bound, level->rows, level->count, truth)) return NULL;
    for (size_t i = 0; i < level->count; i++) {
        w->rows[w->count] = w->unsure[w->unsure_count] = level->rows[i];
        w->count += truth[i] == CC_TRUE;
        w->unsure_count += truth[i] == CC_UNKNOWN;
    }
    return w;
}

const uint32_t *cc_validate_keys(struct cc_level *level, struct cc_keys *k)
{
    size_t rows = level->block->rows, start = 0;
    if (k->known) return k->numbers;
    struct cc_intern **table = &k->first->table;
    if (!*table && !(*table = cc_intern_alloc())) return NULL;
    if (!cc_query_key_rows(level->query, k->slots, k->count, level->all, rows, &k->texts)) return NULL;
    struct cc_buf key = { 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < rows; i++) {
        size_t n = k->texts.ends[i] - start;
        cc_buf_clear(&key);
        ok = cc_buf_add(&key, k->texts.bytes.data + start, n)
            && (!k->within || cc_buf_add(&key, (const char *)&level->of[i], sizeof level->of[i]));
        k->numbers[i] = ok && n ? cc_intern_number(*table, key.data, key.size) : UINT32_MAX;
        ok = ok && (!n || k->numbers[i] != UINT32_MAX);
        start = k->texts.ends[i];
    }
    cc_buf_free(&key);
    if (!ok) return NULL;
    k->known = true;
    return k->numbers;
}

/* --- what becomes of rows --- */

bool cc_validate_mark(struct cc_validation *v, size_t variable, uint16_t row, unsigned bits)
{
    struct cc_marks *m = &v->marks[variable];
    if (!m->bits && !(m->bits = calloc(CC_BLOCK_ROWS, 1))) return false;
    m->touched = true;
    m->bits[row] |= (uint8_t)bits;
    return true;
}

static bool note_failure(struct cc_validation *v, struct cc_level *level, const struct cc_test *t, uint16_t row,
                         size_t variable, enum cc_rule_class class)
{
    bool rated = t->rule->severity == CC_SEVERITY_ERROR && class > CC_CLASS_NONE && class < CC_CLASS_FILE;
    bool marks = rated && variable != SIZE_MAX && v->elements[variable];
    if (marks && !cc_validate_mark(v, variable, level->of[row], 1u << class)) return false;
    if (!v->job->found) return true;
    if (!cc_grow(&v->pending, &v->pending_room, v->pending_count + 1, sizeof *v->pending)) return false;
    v->pending[v->pending_count] = (struct cc_pending){ .row = level->of[row], .line = level->block->line[row],
        .level = level, .test = t, .element = variable, .class = class, .order = v->pending_count };
    v->pending_count++;
    return true;
}

bool cc_validate_charge(struct cc_validation *v, struct cc_level *level, const struct cc_test *t, uint16_t row,
                        size_t variable, enum cc_rule_class class)
{
    if (variable != SIZE_MAX || !t->element_count) return note_failure(v, level, t, row, variable, class);
    bool ok = true;
    for (size_t i = 0; ok && i < t->element_count; i++) ok = note_failure(v, level, t, row, t->elements[i], class);
    return ok;
}

bool cc_validate_count(struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                       const uint16_t *rows, const uint8_t *truth, size_t n)
{
    struct cc_validate_rule *r = &v->out->rules[t->result];
    uint8_t *states = v->states[t->result];
    (void)level;
    for (size_t i = 0; i < n; i++) {
        uint8_t state = truth[i] == CC_TRUE ? CC_ROW_PASSED : truth[i] == CC_UNKNOWN ? CC_ROW_UNKNOWN : CC_ROW_FAILED;
        if (states) {
            if (states[rows[i]] < state) states[rows[i]] = state;
            continue;
        }
        r->tested += state != CC_ROW_UNKNOWN;
        r->unknown += state == CC_ROW_UNKNOWN;
        r->failed += state == CC_ROW_FAILED;
    }
    return true;
}

enum cc_status cc_validate_tell(struct cc_validation *v, const struct cc_finding *f)
{
    if (!v->job->found || v->job->found(v->job->user, f)) return CC_OK;
    return cc_error_set(v->err, CC_EIO, 0, 0, "the detail file cannot be written");
}

enum cc_status cc_validate_tell_late(struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                                     uint64_t record, uint64_t line)
{
    struct cc_finding f = { .record = record, .line = line, .level = level->name, .element = "", .rule = t->rule,
                            .class = t->rule->class };
    for (size_t i = 0; i < (t->element_count ? t->element_count : 1); i++) {
        if (t->element_count) f.element = v->cb->variables[t->elements[i]].name;
        enum cc_status st = cc_validate_tell(v, &f);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

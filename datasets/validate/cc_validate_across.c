/* Rules about several records: what is kept by key while the file passes. */
#include <stdlib.h>
#include <string.h>

#include "datasets/validate/cc_validate_parts.h"

enum { SEEN = 1, WANTED = 2, FULFILLED = 4, UNSURE = 8 };

/* --- what is kept --- */

/* Room for keys up to `key`; new ones start with zeroes, and no value. */
static bool reach(struct cc_kept *k, uint32_t key, size_t values, bool places)
{
    size_t n = (size_t)key + 1, before = k->value_room, flags = k->flag_room;
    if (n <= k->used) return true;
    if (!cc_grow(&k->flags, &k->flag_room, n, 1)) return false;
    memset(k->flags + flags, 0, k->flag_room - flags);
    if (values && !cc_grow(&k->values, &k->value_room, n * values, sizeof *k->values)) return false;
    for (size_t i = before; i < k->value_room; i++) k->values[i] = CC_NO_VALUE;
    if (places && (!cc_grow(&k->records, &k->record_room, n, sizeof *k->records)
                   || !cc_grow(&k->lines, &k->line_room, n, sizeof *k->lines))) return false;
    k->used = n;
    return true;
}

void cc_kept_free(struct cc_kept *k)
{
    if (!k) return;
    free(k->flags);
    free(k->values);
    free(k->records);
    free(k->lines);
    free(k->spans);
    cc_intern_free(k->texts);
}

void cc_validate_forget(struct cc_level *level)
{
    for (size_t i = 0; i < level->key_count; i++) {
        if (!level->keys[i]->within) continue;
        cc_intern_free(level->keys[i]->table);
        level->keys[i]->table = NULL;
    }
    for (size_t i = 0; i < level->test_count; i++) {
        struct cc_kept *k = level->tests[i]->kept;
        if (!k || !level->tests[i]->keys || !level->tests[i]->keys->within) continue;
        for (size_t n = 0; n < k->value_room; n++) k->values[n] = CC_NO_VALUE;
        k->used = k->span_count = 0;
    }
}

static void keep_place(struct cc_kept *k, uint32_t key, const struct cc_level *level, uint16_t row)
{
    k->records[key] = level->first + level->of[row];
    k->lines[key] = level->block->line[row];
}

/* What one row says to a rule: CC_TRUE it holds, CC_FALSE it fails and was charged, CC_UNKNOWN it says nothing. */
struct view {
    struct cc_validation *v;
    struct cc_level *level;
    struct cc_test *t;
    uint16_t row;
    uint32_t key;
    bool ok;
};

static int32_t value(struct view *x, size_t element)
{
    const struct cc_value_source s = { x->level->query, x->v->cb, x->level->all, x->level->block->rows };
    return cc_validate_value(&s, x->t->elements[element], x->t->slots[element], x->row, &x->t->kept->texts, &x->ok);
}

static void charge(struct view *x, size_t variable)
{
    x->ok = x->ok && cc_validate_charge(x->v, x->level, x->t, x->row, variable, x->t->rule->class);
}

/* --- the kinds --- */

static enum cc_truth see_unique(struct view *x)
{
    struct cc_kept *k = x->t->kept;
    if (!(x->ok = reach(k, x->key, 0, false))) return CC_UNKNOWN;
    bool again = k->flags[x->key] & SEEN;
    k->flags[x->key] |= SEEN;
    if (again) charge(x, SIZE_MAX);
    return again ? CC_FALSE : CC_TRUE;
}

static enum cc_truth see_same(struct view *x)
{
    struct cc_test *t = x->t;
    struct cc_kept *k = t->kept;
    const struct cc_clause *c = &t->rule->clause;
    enum cc_truth out = CC_TRUE;
    if (!(x->ok = reach(k, x->key, t->element_count, false))) return CC_UNKNOWN;
    for (size_t i = 0; i < t->element_count; i++) {
        int32_t *first = &k->values[x->key * t->element_count + i];
        int32_t now = x->v->elements[t->elements[i]] ? value(x, i) : CC_NO_VALUE;
        if (now == CC_NO_VALUE) continue;
        bool tolerant = c->tolerant && cc_validate_is_quantity(&x->v->cb->variables[t->elements[i]]);
        int64_t difference = (int64_t)now - *first;
        if (*first == CC_NO_VALUE) *first = now;
        else if (tolerant ? difference < c->low || difference > c->high : difference != 0) {
            charge(x, t->elements[i]);
            out = CC_FALSE;
        }
    }
    return out;
}

/* Touching spans do not overlap; a span without an end is open. */
static bool meets(const struct cc_span *a, const struct cc_span *b)
{
    if (a->start == b->start && a->end == b->end) return true;
    return a->start < b->end && b->start < a->end;
}

static enum cc_truth see_order(struct view *x)
{
    struct cc_test *t = x->t;
    struct cc_kept *k = t->kept;
    bool spans = t->element_count == 2, fails = false;
    if (!(x->ok = reach(k, x->key, 1, false))) return CC_UNKNOWN;
    struct cc_span now = { .start = value(x, 0), .end = spans ? value(x, 1) : CC_NO_VALUE };
    int32_t *last = &k->values[x->key]; /* the last date, or the newest span + 1 */
    if (now.start == CC_NO_VALUE) return CC_UNKNOWN;
    if (!spans) {
        fails = *last != CC_NO_VALUE && now.start < *last;
        *last = now.start;
    } else {
        if (now.end == CC_NO_VALUE) now.end = INT32_MAX;
        now.next = *last == CC_NO_VALUE ? 0 : (uint32_t)*last;
        for (uint32_t i = now.next; i && !fails; i = k->spans[i - 1].next) fails = meets(&k->spans[i - 1], &now);
        if (!(x->ok = cc_grow(&k->spans, &k->span_room, k->span_count + 1, sizeof *k->spans))) return CC_UNKNOWN;
        k->spans[k->span_count++] = now;
        *last = (int32_t)k->span_count;
    }
    if (fails) charge(x, SIZE_MAX);
    return fails ? CC_FALSE : CC_TRUE;
}

/* A, as late as it gets, where `when` is true. */
static void see_later(struct view *x)
{
    struct cc_kept *k = x->t->kept;
    if (!(x->ok = reach(k, x->key, 2, true))) return;
    int32_t a = value(x, 0), *latest = &k->values[2 * x->key];
    if (a == CC_NO_VALUE || (*latest != CC_NO_VALUE && a <= *latest)) return;
    *latest = a;
    keep_place(k, x->key, x->level, x->row);
}

/* B, as early as it gets, where the condition of the clause is true. */
static void see_earlier(struct view *x)
{
    struct cc_kept *k = x->t->kept;
    if (!(x->ok = reach(k, x->key, 2, true))) return;
    int32_t b = value(x, 1), *earliest = &k->values[2 * x->key + 1];
    if (b != CC_NO_VALUE && (*earliest == CC_NO_VALUE || b < *earliest)) *earliest = b;
}

static void see_wanted(struct view *x)
{
    struct cc_kept *k = x->t->kept;
    if (!(x->ok = reach(k, x->key, 0, true))) return;
    if (!(k->flags[x->key] & WANTED)) keep_place(k, x->key, x->level, x->row);
    k->flags[x->key] |= WANTED;
}

static enum cc_truth see_total(struct view *x)
{
    double number;
    struct cc_test *t = x->t;
    if (t->keys) {
        if (!(x->ok = reach(t->kept, x->key, 0, false)) || t->kept->flags[x->key]) return CC_UNKNOWN;
        t->kept->flags[x->key] = SEEN;
    }
    if (!t->holds) return CC_TRUE;
    if (!cc_query_number(x->level->query, t->holds, &number)) return CC_UNKNOWN;
    t->sum += number;
    return CC_TRUE;
}

/* --- rows --- */

static bool begin(struct view *x, const uint32_t *keys, uint16_t row)
{
    x->row = row;
    x->key = keys ? keys[row] : 0;
    if (keys && x->key == UINT32_MAX) return false;
    return cc_query_record(x->level->query, x->level->block, row, NULL) == CC_OK;
}

/* Rows that fulfil the condition of the clause, whether `when` is true of them or not. */
static bool see_condition(struct view *x, const uint32_t *keys)
{
    struct cc_level *level = x->level;
    struct cc_test *t = x->t;
    uint8_t truth[CC_BLOCK_ROWS];
    bool before = t->rule->kind == CC_RULE_BEFORE;
    memset(truth, CC_TRUE, sizeof truth);
    if (t->holds && !cc_query_test_rows(level->query, t->holds, level->rows, level->count, truth)) return false;
    for (size_t i = 0; x->ok && i < level->count; i++) {
        if (truth[i] == CC_FALSE || !begin(x, keys, level->rows[i])) continue;
        if (before) {
            if (truth[i] == CC_TRUE) see_earlier(x);
        } else if ((x->ok = reach(t->kept, x->key, 0, true))) {
            t->kept->flags[x->key] |= truth[i] == CC_TRUE ? FULFILLED : UNSURE;
        }
    }
    return x->ok;
}

static bool see_rows(struct view *x, const struct cc_when *w, const uint32_t *keys)
{
    uint8_t truth[CC_BLOCK_ROWS];
    uint16_t rows[CC_BLOCK_ROWS];
    size_t n = 0;
    for (size_t i = 0; x->ok && i < w->count; i++) {
        if (!begin(x, keys, w->rows[i])) continue;
        rows[n] = w->rows[i];
        truth[n] = CC_TRUE;
        switch (x->t->rule->kind) {
        case CC_RULE_UNIQUE: truth[n++] = (uint8_t)see_unique(x); break;
        case CC_RULE_SAME: truth[n++] = (uint8_t)see_same(x); break;
        case CC_RULE_ORDER: truth[n++] = (uint8_t)see_order(x); break;
        case CC_RULE_TOTAL: truth[n++] = (uint8_t)see_total(x); break;
        case CC_RULE_BEFORE: see_later(x); break;
        default: see_wanted(x); break;
        }
    }
    return x->ok && cc_validate_count(x->v, x->level, x->t, rows, truth, n);
}

bool cc_validate_across_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    struct view x = { .v = v, .level = level, .t = t, .ok = true };
    const struct cc_when *w = cc_validate_when(level, t);
    const uint32_t *keys = t->keys ? cc_validate_keys(level, t->keys) : NULL;
    if (!w || (t->keys && !keys)) return false;
    bool both = t->rule->kind == CC_RULE_SOME || t->rule->kind == CC_RULE_BEFORE;
    return see_rows(&x, w, keys) && (!both || see_condition(&x, keys));
}

/* --- the end of the file --- */

static enum cc_status fail_late(struct cc_validation *v, struct cc_level *level, struct cc_test *t, size_t key)
{
    v->out->rules[t->result].failed++;
    bool rated = t->rule->severity == CC_SEVERITY_ERROR && t->rule->class < CC_CLASS_FILE;
    for (size_t i = 0; rated && i < t->element_count; i++)
        if (v->elements[t->elements[i]]) {
            v->elements[t->elements[i]]->failed[t->rule->class]++;
            v->elements[t->elements[i]]->failed[CC_CLASS_NONE]++;
        }
    return cc_validate_tell_late(v, level, t, t->kept->records[key], t->kept->lines[key]);
}

static enum cc_status end_some(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    struct cc_validate_rule *r = &v->out->rules[t->result];
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < t->kept->used; i++) {
        unsigned f = t->kept->flags[i];
        if (!(f & WANTED)) continue;
        if (!(f & FULFILLED) && f & UNSURE) {
            r->unknown++;
            continue;
        }
        r->tested++;
        if (!(f & FULFILLED)) st = fail_late(v, level, t, i);
    }
    return st;
}

static enum cc_status end_before(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < t->kept->used; i++) {
        int32_t latest = t->kept->values[2 * i], earliest = t->kept->values[2 * i + 1];
        if (latest == CC_NO_VALUE || earliest == CC_NO_VALUE) continue;
        v->out->rules[t->result].tested++;
        if (earliest < latest) st = fail_late(v, level, t, i);
    }
    return st;
}

enum cc_status cc_validate_across_end(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    struct cc_validate_rule *r = &v->out->rules[t->result];
    if (t->rule->kind == CC_RULE_SOME) return end_some(v, level, t);
    if (t->rule->kind == CC_RULE_BEFORE) return end_before(v, level, t);
    if (t->rule->kind == CC_RULE_TOTAL)
        r->quantity = !t->holds ? (double)r->tested : r->tested ? t->sum / (double)r->tested : 0;
    return CC_OK;
}

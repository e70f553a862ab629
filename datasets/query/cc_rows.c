/* What is asked of many rows of a block: tests, years, groups, keys and ranks. cc_compile.c works
 * out the expressions; lists, which are small, and rows whose year a definition does not cover are
 * asked for one by one. */
#include <stdlib.h>
#include <string.h>

#include "datasets/query/cc_rows.h"

void cc_query_block(struct cc_query *q, const struct cc_block *block)
{
    q->block = block;
    q->uncovered_row = SIZE_MAX;
    q->uncovered = NULL;
    if (!q->selection) return;
    q->selection->all = ++q->selection->newest;
    q->selection->some = 0;
}

size_t cc_query_uncovered_row(const struct cc_query *q)
{
    return q->uncovered_row;
}

static void note_uncovered(struct cc_query *q, size_t row)
{
    if (q->uncovered && row < q->uncovered_row) q->uncovered_row = row;
    q->uncovered = NULL;
}

static bool test_one_by_one(struct cc_query *q, struct cc_bound *b, const uint16_t *rows, size_t n,
                            uint8_t *truth)
{
    for (size_t i = 0; i < n; i++) {
        if (cc_query_record(q, q->block, rows[i], NULL) != CC_OK) return false;
        truth[i] = (uint8_t)cc_query_test(q, b);
        note_uncovered(q, rows[i]);
    }
    return !q->out_of_memory;
}

bool cc_query_test_rows(struct cc_query *q, struct cc_bound *b, const uint16_t *rows, size_t n,
                        uint8_t *truth)
{
    if (!n) return true;
    if (q->list) return test_one_by_one(q, b, rows, n, truth);
    if (!cc_rows_select(q, rows, n) || !cc_rows_work_out(q, b)) return false;
    if (q->uncovered) {
        cc_rows_forget(q);
        return test_one_by_one(q, b, rows, n, truth);
    }
    memcpy(truth, cc_rows_answers(b).bytes, n);
    return true;
}

bool cc_query_year_rows(struct cc_query *q, const uint16_t *rows, size_t n, uint16_t *years)
{
    if (!n) return true;
    if (q->list || q->file_year || !q->year) {
        for (size_t i = 0; i < n; i++) years[i] = (uint16_t)(q->list ? q->ffy : q->file_year);
        return true;
    }
    if (!cc_rows_select(q, rows, n) || !cc_rows_years(q)) return false;
    memcpy(years, q->selection->years, n * sizeof *years);
    return true;
}

struct cc_dictionary *cc_query_dictionary(struct cc_query *q, int slot)
{
    return q->slots[slot].dictionary;
}

const uint32_t *cc_query_text_rows(struct cc_query *q, int slot, const uint16_t *rows, size_t n)
{
    return cc_rows_select(q, rows, n) ? cc_rows_numbers(q, slot) : NULL;
}

/* --- groups --- */

/* A group that depends on one column: a table of group numbers. */
static bool group_by_memo(struct cc_query *q, struct cc_group *g, int slot, bool of_year, uint32_t *numbers)
{
    struct cc_selection *s = q->selection;
    struct cc_dictionary *d = q->slots[slot].dictionary;
    const uint32_t *texts = d ? cc_rows_numbers(q, slot) : NULL;
    if (!d) { /* a group of ids holds all of them anyway */
        if (!g->dictionary
            && !(g->dictionary = cc_dictionary_alloc(&q->cb->variables[q->slots[slot].variable])))
            return false;
        d = g->dictionary;
        if (cc_rows_look_up(q, slot, d, &g->codes, numbers)) texts = numbers;
    }
    struct cc_memo *m = &g->memo;
    int year = of_year ? s->year : 0;
    if (!texts || !cc_rows_ready_memo(m, false, false, true, cc_dictionary_count(d), year)) return false;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t t = texts[i];
        if (m->of.words[t] == UINT32_MAX) {
            cc_rows_suppose(q, slot, t, cc_dictionary_entry(d, t));
            m->of.words[t] = cc_query_group_number(q, g);
            if (m->of.words[t] == UINT32_MAX) return false;
        }
        numbers[i] = m->of.words[t];
    }
    if (q->uncovered) m->year = -1; /* so that it comes up again */
    return true;
}

static bool group_of_labels(struct cc_query *q, struct cc_group *g, uint32_t *numbers)
{
    const uint32_t *labels = cc_rows_answers(g->expr).words;
    static const struct cc_known no_text = { .state = CC_VALUE_UNKNOWN, .label = UINT32_MAX };
    uint32_t unknown = UINT32_MAX;
    for (size_t i = 0; i < q->selection->n; i++) {
        if (labels[i] == CC_LABEL_UNKNOWN && unknown == UINT32_MAX
            && (unknown = cc_group_known(g, &no_text)) == UINT32_MAX) return false;
        numbers[i] = labels[i] == CC_LABEL_UNKNOWN ? unknown : g->of_label[labels[i]] - 1; /* has all */
    }
    return true;
}

static bool group_of_truths(struct cc_query *q, struct cc_group *g, uint32_t *numbers)
{
    const uint8_t *truth = cc_rows_answers(g->expr).bytes;
    uint32_t of[3] = { UINT32_MAX, UINT32_MAX, UINT32_MAX };
    for (size_t i = 0; i < q->selection->n; i++) {
        struct cc_known k = { .truth = truth[i], .label = UINT32_MAX };
        if (of[truth[i]] == UINT32_MAX && (of[truth[i]] = cc_group_known(g, &k)) == UINT32_MAX) return false;
        numbers[i] = of[truth[i]];
    }
    return true;
}

static bool group_of_numbers(struct cc_query *q, struct cc_group *g, uint32_t *numbers)
{
    struct cc_answers x = cc_rows_answers(g->expr);
    for (size_t i = 0; i < q->selection->n; i++) {
        struct cc_known k = { .state = x.bytes[i], .number = x.doubles[i], .label = UINT32_MAX };
        bool again = i && x.bytes[i] == x.bytes[i - 1] && x.doubles[i] == x.doubles[i - 1];
        numbers[i] = again ? numbers[i - 1] : cc_group_known(g, &k);
        if (numbers[i] == UINT32_MAX) return false;
    }
    return true;
}

static bool group_of_years(struct cc_query *q, struct cc_group *g, uint32_t *numbers)
{
    if (!cc_rows_years(q)) return false;
    const uint16_t *years = q->selection->years;
    for (size_t i = 0; i < q->selection->n; i++) {
        bool again = i && years[i] == years[i - 1];
        cc_rows_suppose(q, CC_NO_SLOT, 0, NULL);
        q->record_year = years[i];
        numbers[i] = again ? numbers[i - 1] : cc_query_group_number(q, g);
        if (numbers[i] == UINT32_MAX) return false;
    }
    return true;
}

static bool group_one_by_one(struct cc_query *q, struct cc_group *g, const uint16_t *rows, size_t n,
                             uint32_t *numbers)
{
    for (size_t i = 0; i < n; i++) {
        if (cc_query_record(q, q->block, rows[i], NULL) != CC_OK) return false;
        numbers[i] = cc_query_group_number(q, g);
        if (numbers[i] == UINT32_MAX) return false;
        note_uncovered(q, rows[i]);
    }
    return !q->out_of_memory;
}

static bool group_of_expression(struct cc_query *q, struct cc_group *g, uint32_t *numbers)
{
    const struct cc_selection *s = q->selection;
    int slot = CC_NO_SLOT;
    bool year = false;
    cc_bound_depends_on(g->expr, &slot, &year);
    if (year && !cc_rows_years(q)) return false;
    if (slot >= 0 && q->slots[slot].dictionary && (!year || s->year >= 0))
        return group_by_memo(q, g, slot, year, numbers);
    if (g->expr->kind == CC_KIND_TEXT && !cc_bound_is_labelled(g->expr))
        return group_one_by_one(q, g, s->rows, s->n, numbers);
    if (!cc_rows_work_out(q, g->expr)) return false;
    return g->expr->kind == CC_KIND_TEXT ? group_of_labels(q, g, numbers)
        : g->expr->kind == CC_KIND_TRUTH ? group_of_truths(q, g, numbers) : group_of_numbers(q, g, numbers);
}

bool cc_query_group_rows(struct cc_query *q, struct cc_group *g, const uint16_t *rows, size_t n,
                         uint32_t *numbers)
{
    if (!n) return true;
    if (q->list) return group_one_by_one(q, g, rows, n, numbers);
    bool ok = cc_rows_select(q, rows, n)
        && (g->kind == CC_GROUP_VARIABLE ? group_by_memo(q, g, g->slot, false, numbers)
            : g->kind == CC_GROUP_FFY ? group_of_years(q, g, numbers) : group_of_expression(q, g, numbers));
    if (!ok || !q->uncovered) return ok;
    cc_rows_forget(q);
    return group_one_by_one(q, g, rows, n, numbers);
}

/* --- keys --- */

enum { KEY_PARTS = 8 };

struct key_part {
    int slot; /* or CC_QUERY_FFY */
    const uint32_t *numbers; /* of a slot with a dictionary */
};

static bool add_bytes(struct cc_buf *b, const char *bytes, size_t n)
{
    if (b->room - b->size <= n && !cc_grow(&b->data, &b->room, b->size + n + 1, 1)) return false;
    memcpy(b->data + b->size, bytes, n);
    b->size += n;
    return true;
}

/* What the numbers that are new add to a key, by the interpreter. */
static bool ready_keys(struct cc_query *q, struct cc_slot *s, const struct key_part *p)
{
    size_t old = s->key_room;
    if (!cc_grow(&s->keys, &s->key_room, cc_dictionary_count(s->dictionary), sizeof *s->keys)) return false;
    memset(s->keys + old, 0, (s->key_room - old) * sizeof *s->keys);
    struct cc_buf text = { 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < q->selection->n; i++) {
        struct cc_key_text *key = &s->keys[p->numbers[i]];
        if (key->text) continue;
        cc_buf_clear(&text);
        cc_rows_suppose(q, p->slot, p->numbers[i], cc_dictionary_entry(s->dictionary, p->numbers[i]));
        key->size = cc_query_key_text(q, p->slot, &text) ? text.size : 0;
        ok = (key->text = cc_arena_text(&q->arena, text.data ? text.data : "", key->size)) != NULL;
    }
    cc_buf_free(&text);
    return ok;
}

static bool start_part(struct cc_query *q, int slot, struct key_part *p)
{
    *p = (struct key_part){ .slot = slot };
    if (slot == CC_QUERY_FFY) return cc_rows_years(q);
    struct cc_slot *s = &q->slots[slot];
    if (s->dictionary) return (p->numbers = cc_rows_numbers(q, slot)) && ready_keys(q, s, p);
    if (!s->fields && !(s->fields = malloc(CC_BLOCK_ROWS * sizeof *s->fields))) return false;
    cc_block_cut(q->block, (size_t)slot, q->selection->rows, q->selection->n, s->fields);
    return true;
}

/* Appends the part of the i-th row; *usable: is there one? */
static bool add_text_part(struct cc_query *q, struct cc_slot *s, size_t i, struct cc_buf *out, bool *usable)
{
    struct cc_field f = s->fields[i];
    const struct cc_variable *v = &q->cb->variables[s->variable];
    struct cc_value x;
    cc_value_classify(v, q->block->text + f.at, f.size, &x);
    *usable = x.state == CC_VALUE_KNOWN;
    if (!*usable) return true;
    return (x.code < 0 ? add_bytes(out, x.text, x.size) : cc_value_show(v, &x, out)) && add_bytes(out, "", 1);
}

static bool add_year_part(struct cc_query *q, size_t i, struct cc_buf *out, bool *usable)
{
    unsigned year = q->selection->years[i];
    char digits[5] = { (char)('0' + year / 1000), (char)('0' + year / 100 % 10), (char)('0' + year / 10 % 10),
                       (char)('0' + year % 10), '\0' };
    *usable = year != 0;
    return !*usable || add_bytes(out, digits, sizeof digits);
}

static bool add_part(struct cc_query *q, const struct key_part *p, size_t i, struct cc_buf *out, bool *usable)
{
    if (p->slot == CC_QUERY_FFY) return add_year_part(q, i, out, usable);
    struct cc_slot *s = &q->slots[p->slot];
    if (!s->dictionary) return add_text_part(q, s, i, out, usable);
    const struct cc_key_text *key = &s->keys[p->numbers[i]];
    *usable = key->size != 0;
    return add_bytes(out, key->text, key->size);
}

static bool keys_one_by_one(struct cc_query *q, const int *slots, size_t count, const uint16_t *rows, size_t n,
                            struct cc_query_texts *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t start = out->bytes.size;
        if (cc_query_record(q, q->block, rows[i], NULL) != CC_OK) return false;
        for (size_t k = 0; k < count; k++)
            if (!cc_query_key_text(q, slots[k], &out->bytes)) {
                out->bytes.size = start;
                break;
            }
        out->ends[i] = (uint32_t)out->bytes.size;
    }
    return !q->out_of_memory;
}

bool cc_query_key_rows(struct cc_query *q, const int *slots, size_t count, const uint16_t *rows, size_t n,
                       struct cc_query_texts *out)
{
    struct key_part parts[KEY_PARTS];
    cc_buf_clear(&out->bytes);
    if (!n) return true;
    if (q->list || count > KEY_PARTS) return keys_one_by_one(q, slots, count, rows, n, out);
    if (!cc_rows_select(q, rows, n)) return false;
    for (size_t k = 0; k < count; k++)
        if (!start_part(q, slots[k], &parts[k])) return false;
    for (size_t i = 0; i < n; i++) {
        size_t start = out->bytes.size;
        bool usable = true;
        for (size_t k = 0; usable && k < count; k++)
            if (!add_part(q, &parts[k], i, &out->bytes, &usable)) return false;
        if (!usable) out->bytes.size = start;
        out->ends[i] = (uint32_t)out->bytes.size;
    }
    return cc_buf_add(&out->bytes, "", 0);
}

/* --- ranks --- */

static bool ranks_one_by_one(struct cc_query *q, struct cc_bound *const *exprs, const enum cc_rank_order *orders,
                             size_t count, const uint16_t *rows, size_t n, struct cc_query_texts *out)
{
    cc_buf_clear(&out->bytes);
    for (size_t i = 0; i < n; i++) {
        if (cc_query_record(q, q->block, rows[i], NULL) != CC_OK) return false;
        for (size_t k = 0; k < count; k++)
            if (!cc_query_rank(q, exprs[k], orders[k], &out->bytes)) return false;
        note_uncovered(q, rows[i]);
        out->ends[i] = (uint32_t)out->bytes.size;
    }
    return !q->out_of_memory;
}

/* Appends what one expression says of the i-th row. */
static bool add_rank(struct cc_query *q, struct cc_bound *b, enum cc_rank_order order, size_t i,
                     struct cc_buf *out)
{
    if (b->kind == CC_KIND_TEXT) /* mostly ids */
        return cc_query_record(q, q->block, q->selection->rows[i], NULL) == CC_OK
            && cc_query_rank(q, b, order, out);
    struct cc_answers x = cc_rows_answers(b);
    if (order == CC_RANK_FIRST) return cc_buf_char(out, x.bytes[i] != CC_TRUE);
    struct cc_known k = { .state = x.bytes[i], .number = x.doubles[i] };
    return cc_rank_known(b->kind, &k, order == CC_RANK_LATEST, out);
}

bool cc_query_rank_rows(struct cc_query *q, struct cc_bound *const *exprs, const enum cc_rank_order *orders,
                        size_t count, const uint16_t *rows, size_t n, struct cc_query_texts *out)
{
    cc_buf_clear(&out->bytes);
    if (!n) return true;
    if (q->list) return ranks_one_by_one(q, exprs, orders, count, rows, n, out);
    if (!cc_rows_select(q, rows, n)) return false;
    for (size_t k = 0; k < count; k++)
        if (exprs[k]->kind != CC_KIND_TEXT && !cc_rows_work_out(q, exprs[k])) return false;
    for (size_t i = 0; i < n && !q->uncovered; i++) {
        for (size_t k = 0; k < count && !q->uncovered; k++)
            if (!add_rank(q, exprs[k], orders[k], i, &out->bytes)) return false;
        out->ends[i] = (uint32_t)out->bytes.size;
    }
    if (!q->uncovered) return !q->out_of_memory;
    cc_rows_forget(q);
    return ranks_one_by_one(q, exprs, orders, count, rows, n, out);
}

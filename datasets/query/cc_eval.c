/* Answers for one record: walks the bound tree. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/query/cc_bound.h"

static void known_number(struct cc_known *out, double number)
{
    out->state = CC_VALUE_KNOWN;
    out->number = number;
}

static void known_truth(struct cc_known *out, enum cc_truth truth)
{
    out->state = truth == CC_UNKNOWN ? CC_VALUE_UNKNOWN : CC_VALUE_KNOWN;
    out->truth = truth;
}

static void known_label(struct cc_query *q, struct cc_known *out, uint32_t label)
{
    out->state = label == UINT32_MAX ? CC_VALUE_UNKNOWN : CC_VALUE_KNOWN;
    out->label = label;
    if (label != UINT32_MAX) out->text = cc_intern_text(q->labels, label, &out->size);
}

static enum cc_truth test(struct cc_query *q, struct cc_bound *b)
{
    struct cc_known k;
    cc_eval(q, b, &k);
    return k.state == CC_VALUE_NOT_APPLICABLE ? CC_FALSE : k.state == CC_VALUE_KNOWN ? k.truth : CC_UNKNOWN;
}

/* The items of a list; of a flat file one, the field. */
static bool look_up_items(struct cc_query *q, struct cc_slot *s, const char *text, size_t n)
{
    const struct cc_variable *v = &q->cb->variables[s->variable];
    s->scratch = (struct cc_entry){ .value = { .state = CC_VALUE_NOT_APPLICABLE, .code = -1, .text = "" },
                                    .group = UINT32_MAX };
    for (const char *end = text + n; q->nested ? text < end : !s->scratch.part_count;) {
        const char *stop = q->nested ? memchr(text, CC_EACH_END, (size_t)(end - text)) : end;
        if (!stop) stop = end;
        if (!cc_grow(&s->items, &s->item_room, s->scratch.part_count + 1, sizeof *s->items)) return false;
        cc_value_classify(v, text, (size_t)(stop - text), &s->items[s->scratch.part_count++]);
        text = stop + 1;
    }
    s->scratch.parts = s->items;
    return true;
}

static void look_up(struct cc_query *q, struct cc_slot *s, size_t column)
{
    s->stamp = q->stamp;
    s->entry = &s->scratch; /* which is not applicable where the file lacks the column */
    if (s->absent) return;
    struct cc_field f = cc_block_field(q->block, q->row, column);
    const char *text = q->block->text + f.at;
    if (s->each >= 0) {
        q->out_of_memory |= !look_up_items(q, s, text, f.size);
        return;
    }
    if (!s->dictionary) {
        cc_entry_classify(&q->cb->variables[s->variable], text, f.size, &s->scratch);
        return;
    }
    s->number = cc_dictionary_number(s->dictionary, text, f.size);
    if (s->number == UINT32_MAX) q->out_of_memory = true;
    else s->entry = cc_dictionary_entry(s->dictionary, s->number);
}

const struct cc_entry *cc_slot_entry(struct cc_query *q, int slot)
{
    struct cc_slot *s = &q->slots[slot];
    if (s->stamp != q->stamp) look_up(q, s, (size_t)slot);
    return s->entry;
}

/* The value of a slot; of the part at hand inside any() over a repeating field. Where two fields
 * repeat, the shorter one has nothing to say about the parts of the longer. */
static struct cc_value slot_value(struct cc_query *q, int slot)
{
    const struct cc_entry *e = cc_slot_entry(q, slot);
    if (q->part == SIZE_MAX || !e->part_count) return e->value;
    if (q->part < e->part_count) return e->parts[q->part];
    return (struct cc_value){ .state = CC_VALUE_NOT_APPLICABLE, .code = -1, .text = "" };
}

static enum cc_state simple(enum cc_state s)
{
    return s == CC_VALUE_BLANK || s == CC_VALUE_INVALID ? CC_VALUE_UNKNOWN : s;
}

static bool matches(const struct cc_value *v, const struct cc_member *m)
{
    if (m->code >= 0 || v->code >= 0) return m->code == v->code;
    if (m->is_number) return m->number == v->number;
    return m->size == v->size && !memcmp(m->text, v->text, m->size);
}

static enum cc_truth in_members(const struct cc_bound *b, const struct cc_value *v)
{
    enum cc_state s = simple(v->state);
    if (s == CC_VALUE_NOT_APPLICABLE) return CC_FALSE;
    if (s == CC_VALUE_UNKNOWN) return CC_UNKNOWN;
    for (size_t i = 0; i < b->member_count; i++)
        if (matches(v, &b->members[i])) return b->negated ? CC_FALSE : CC_TRUE;
    return b->negated ? CC_TRUE : CC_FALSE;
}

static void variable(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    struct cc_value v = slot_value(q, b->slot);
    out->state = simple(v.state);
    out->number = (double)v.number;
    out->text = v.text;
    out->size = v.size;
    if (v.code >= 0) { /* codes compare as the codebook spells them */
        out->text = q->cb->variables[q->slots[b->slot].variable].codes[v.code].code;
        out->size = strlen(out->text);
    }
}

/* Two values of one kind: false if one is not applicable, unknown if one is unknown. */
static bool comparable(const struct cc_known *x, const struct cc_known *y, struct cc_known *out)
{
    if (x->state == CC_VALUE_NOT_APPLICABLE || y->state == CC_VALUE_NOT_APPLICABLE) known_truth(out, CC_FALSE);
    else if (x->state != CC_VALUE_KNOWN || y->state != CC_VALUE_KNOWN) known_truth(out, CC_UNKNOWN);
    else return true;
    return false;
}

static void compare(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    struct cc_known x, y;
    cc_eval(q, b->args[0], &x);
    cc_eval(q, b->args[1], &y);
    if (!comparable(&x, &y, out)) return;
    int order;
    if (b->args[0]->kind == CC_KIND_TEXT) {
        order = memcmp(x.text, y.text, x.size < y.size ? x.size : y.size);
        if (!order) order = (x.size > y.size) - (x.size < y.size);
    } else {
        order = (x.number > y.number) - (x.number < y.number);
    }
    bool t = b->op == CC_B_EQ ? order == 0 : b->op == CC_B_NE ? order != 0
        : b->op == CC_B_LT ? order < 0 : b->op == CC_B_LE ? order <= 0
        : b->op == CC_B_GT ? order > 0 : order >= 0;
    known_truth(out, t ? CC_TRUE : CC_FALSE);
}

static enum cc_truth all_or_any(struct cc_query *q, const struct cc_bound *b)
{
    bool all = b->op == CC_B_AND;
    enum cc_truth best = all ? CC_TRUE : CC_FALSE, stop = all ? CC_FALSE : CC_TRUE;
    for (size_t i = 0; i < b->count && best != stop; i++) {
        enum cc_truth t = test(q, b->args[i]);
        if (all ? t < best : t > best) best = t;
    }
    return best;
}

static size_t parts_of(struct cc_query *q, const struct cc_bound *b)
{
    if (b->op == CC_B_ANY_PART || b->op == CC_B_COUNT_PART) return 0; /* inside another: its own */
    size_t n = b->slot >= 0 ? cc_slot_entry(q, b->slot)->part_count : 0;
    for (size_t i = 0; i < b->count; i++) {
        size_t m = parts_of(q, b->args[i]);
        if (m > n) n = m;
    }
    return n;
}

static void over_parts(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    size_t n = parts_of(q, b->args[0]), trues = 0, outer = q->part;
    enum cc_truth best = CC_FALSE;
    for (size_t i = 0; i < (n || b->items ? n : 1); i++) {
        q->part = i;
        enum cc_truth t = test(q, b->args[0]);
        if (t > best) best = t;
        trues += t == CC_TRUE;
    }
    q->part = outer;
    if (b->op == CC_B_ANY_PART) known_truth(out, best);
    else known_number(out, (double)trues);
}

/* Arguments that are all known; otherwise out says what the result is. */
static bool known_args(struct cc_query *q, const struct cc_bound *b, struct cc_known *args, struct cc_known *out)
{
    out->state = CC_VALUE_KNOWN;
    for (size_t i = 0; i < b->count; i++) {
        cc_eval(q, b->args[i], &args[i]);
        if (args[i].state == CC_VALUE_NOT_APPLICABLE) out->state = CC_VALUE_NOT_APPLICABLE;
        else if (args[i].state != CC_VALUE_KNOWN && out->state == CC_VALUE_KNOWN) out->state = CC_VALUE_UNKNOWN;
    }
    return out->state == CC_VALUE_KNOWN;
}

static void arithmetic(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    struct cc_known a[4];
    if (!known_args(q, b, a, out)) return;
    switch (b->op) {
    case CC_B_ADD: out->number = a[0].number + a[1].number; break;
    case CC_B_SUB: out->number = a[0].number - a[1].number; break;
    case CC_B_DAYS: out->number = a[1].number - a[0].number; break;
    case CC_B_HOURS: out->number = (a[2].number - a[0].number) * 24 + (a[3].number - a[1].number) / 60; break;
    case CC_B_AGE: out->number = cc_date_age((int32_t)a[0].number, (int32_t)a[1].number); break;
    case CC_B_YEAR: out->number = cc_date_year((int32_t)a[0].number); break;
    default: out->number = cc_date_fiscal_year((int32_t)a[0].number); break;
    }
}

static void band(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    struct cc_known x;
    cc_eval(q, b->args[0], &x);
    if (b->special_count && b->args[0]->op == CC_B_VARIABLE) {
        struct cc_value v = slot_value(q, b->args[0]->slot);
        for (size_t i = 0; i < b->special_count; i++)
            if (v.code >= 0 && v.code == b->specials[i].code) {
                known_label(q, out, b->special_labels[i]);
                return;
            }
    }
    if (x.state == CC_VALUE_KNOWN && x.number >= b->bounds[0]) {
        size_t i = b->bound_count - 1;
        while (x.number < b->bounds[i]) i--;
        known_label(q, out, b->band_labels[i]);
    } else {
        known_label(q, out, b->missing_label);
    }
}

static void case_when(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    for (size_t i = 0; i + 1 < b->count; i += 2)
        if (test(q, b->args[i]) == CC_TRUE) {
            cc_eval(q, b->args[i + 1], out);
            return;
        }
    if (b->count % 2) cc_eval(q, b->args[b->count - 1], out);
    else out->state = CC_VALUE_UNKNOWN;
}

static bool is_blank(enum cc_state s)
{
    return s == CC_VALUE_BLANK || s == CC_VALUE_NOT_APPLICABLE;
}

static size_t characters(const struct cc_value *v) /* of UTF-8 */
{
    size_t n = 0;
    for (size_t i = 0; i < v->size; i++) n += ((unsigned char)v->text[i] & 0xc0) != 0x80;
    return n;
}

/* About the text as it stands in the file, whatever the codebook says of it. */
static void match_pattern(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    struct cc_value v = slot_value(q, b->slot);
    enum cc_truth t = v.state == CC_VALUE_NOT_APPLICABLE ? CC_FALSE : CC_UNKNOWN;
    cc_buf_clear(&q->scratch);
    if (!cc_buf_add(&q->scratch, v.text, v.size)) q->out_of_memory = true;
    else if (!is_blank(v.state)) t = regexec(b->pattern, q->scratch.data, 0, NULL, 0) == 0 ? CC_TRUE : CC_FALSE;
    known_truth(out, t);
}

static void by_year(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    int year = cc_query_year(q);
    for (size_t i = 0; year && i < b->count; i++)
        if ((!b->since[i] || b->since[i] <= year) && (!b->until[i] || year <= b->until[i])) {
            cc_eval(q, b->args[i], out);
            return;
        }
    if (year) q->uncovered = b->name;
    out->state = CC_VALUE_UNKNOWN;
    out->truth = CC_UNKNOWN;
}

static void year_number(struct cc_query *q, const struct cc_bound *b, struct cc_known *out)
{
    int year = cc_query_year(q);
    if (!year) {
        out->state = CC_VALUE_UNKNOWN;
        return;
    }
    known_number(out, b->op == CC_B_FFY ? year
                          : b->op == CC_B_FFY_START ? cc_date_fiscal_start(year) : cc_date_fiscal_end(year));
}

static void once(struct cc_query *q, struct cc_bound *b, struct cc_known *out)
{
    if (b->stamp != q->stamp) {
        size_t part = q->part; /* a definition is about the record, not about a part of a field */
        q->part = SIZE_MAX;
        cc_eval(q, b->args[0], &b->known);
        q->part = part;
        b->stamp = q->stamp;
    }
    *out = b->known;
}

void cc_eval(struct cc_query *q, struct cc_bound *b, struct cc_known *out)
{
    *out = (struct cc_known){ .label = UINT32_MAX };
    enum cc_state s;
    struct cc_value v;
    size_t n = 0;
    switch (b->op) {
    case CC_B_TRUTH: known_truth(out, b->truth); return;
    case CC_B_NUMBER: known_number(out, b->number); return;
    case CC_B_TEXT:
        *out = (struct cc_known){ .text = b->text, .size = strlen(b->text), .label = b->label };
        return;
    case CC_B_VARIABLE: variable(q, b, out); return;
    case CC_B_FFY:
    case CC_B_FFY_START:
    case CC_B_FFY_END: year_number(q, b, out); return;
    case CC_B_IN:
        v = slot_value(q, b->slot);
        known_truth(out, in_members(b, &v));
        return;
    case CC_B_EQ:
    case CC_B_NE:
    case CC_B_LT:
    case CC_B_LE:
    case CC_B_GT:
    case CC_B_GE: compare(q, b, out); return;
    case CC_B_AND:
    case CC_B_OR:
    case CC_B_ANY: known_truth(out, all_or_any(q, b)); return;
    case CC_B_NOT: known_truth(out, (enum cc_truth)(CC_TRUE - test(q, b->args[0]))); return;
    case CC_B_COUNT:
        for (size_t i = 0; i < b->count; i++) n += test(q, b->args[i]) == CC_TRUE;
        known_number(out, (double)n);
        return;
    case CC_B_ANY_PART:
    case CC_B_COUNT_PART: over_parts(q, b, out); return;
    case CC_B_MISSING:
        s = slot_value(q, b->slot).state;
        known_truth(out, simple(s) == CC_VALUE_UNKNOWN ? CC_TRUE : CC_FALSE);
        return;
    case CC_B_NOT_APPLICABLE:
        known_truth(out, slot_value(q, b->slot).state == CC_VALUE_NOT_APPLICABLE ? CC_TRUE : CC_FALSE);
        return;
    case CC_B_BLANK:
        known_truth(out, is_blank(slot_value(q, b->slot).state) ? CC_TRUE : CC_FALSE);
        return;
    case CC_B_LENGTH:
        v = slot_value(q, b->slot);
        known_number(out, (double)characters(&v));
        return;
    case CC_B_MATCHES: match_pattern(q, b, out); return;
    case CC_B_ADD:
    case CC_B_SUB:
    case CC_B_DAYS:
    case CC_B_HOURS:
    case CC_B_AGE:
    case CC_B_FISCAL_YEAR:
    case CC_B_YEAR: arithmetic(q, b, out); return;
    case CC_B_BAND: band(q, b, out); return;
    case CC_B_CASE: case_when(q, b, out); return;
    case CC_B_IN_LIST: known_truth(out, q->list && !strcmp(q->list, b->name) ? CC_TRUE : CC_FALSE); return;
    case CC_B_BY_YEAR: by_year(q, b, out); return;
    case CC_B_ONCE: once(q, b, out); return;
    }
}

enum cc_status cc_query_record(struct cc_query *q, const struct cc_block *block, size_t row, struct cc_error *err)
{
    q->stamp++;
    q->record_year = -1;
    q->part = SIZE_MAX;
    q->block = block;
    q->row = row;
    return q->out_of_memory ? cc_error_memory(err) : CC_OK; /* in a record before */
}

int cc_query_year(struct cc_query *q)
{
    if (q->list) return q->ffy;
    if (q->file_year) return q->file_year;
    if (q->record_year < 0) {
        struct cc_known k = { .state = CC_VALUE_UNKNOWN };
        if (q->year) cc_eval(q, q->year, &k);
        bool usable = k.state == CC_VALUE_KNOWN && k.number >= 1900 && k.number <= 2999;
        q->record_year = usable ? (int)k.number : 0;
    }
    return q->record_year;
}

bool cc_query_number(struct cc_query *q, struct cc_bound *b, double *out)
{
    struct cc_known k;
    cc_eval(q, b, &k);
    *out = k.number;
    return k.state == CC_VALUE_KNOWN;
}

const struct cc_entry *cc_query_entry(struct cc_query *q, int slot)
{
    return cc_slot_entry(q, slot);
}

enum cc_truth cc_query_test(struct cc_query *q, struct cc_bound *condition)
{
    return test(q, condition);
}

bool cc_query_key_text(struct cc_query *q, int slot, struct cc_buf *out)
{
    if (slot == CC_QUERY_FFY) {
        int year = cc_query_year(q);
        return year && cc_buf_printf(out, "%d", year) && cc_buf_char(out, '\0');
    }
    const struct cc_value *value = &cc_slot_entry(q, slot)->value;
    const struct cc_variable *v = &q->cb->variables[q->slots[slot].variable];
    bool no_date = v->type == CC_TYPE_DATE && value->state == CC_VALUE_BLANK; /* a list has no episodes */
    if (q->list && (q->slots[slot].absent || no_date || value->state == CC_VALUE_NOT_APPLICABLE))
        return cc_buf_text(out, q->list) && cc_buf_char(out, '\0');
    if (value->state != CC_VALUE_KNOWN) return false;
    return cc_value_show(v, value, out) && cc_buf_char(out, '\0');
}

static bool rank_number(struct cc_buf *out, const struct cc_known *k, bool latest)
{
    if (k->state != CC_VALUE_KNOWN) return cc_buf_char(out, 1); /* the unknown come last */
    uint64_t u = (uint64_t)(int64_t)(k->number * 1024) ^ (UINT64_C(1) << 63);
    if (latest) u = ~u;
    char bytes[9] = { 0 };
    for (int i = 0; i < 8; i++) bytes[1 + i] = (char)(u >> (56 - 8 * i));
    return cc_buf_add(out, bytes, 9);
}

/* Days take four bytes, for every unit keeps its rank. No day is the last number. */
static bool rank_day(struct cc_buf *out, const struct cc_known *k, bool latest)
{
    uint32_t u = (uint32_t)(int32_t)k->number ^ UINT32_C(1) << 31;
    if (latest) u = ~u;
    if (k->state != CC_VALUE_KNOWN) u = UINT32_MAX;
    char bytes[4];
    for (int i = 0; i < 4; i++) bytes[i] = (char)(u >> (24 - 8 * i));
    return cc_buf_add(out, bytes, 4);
}

static bool rank_text(struct cc_buf *out, const struct cc_known *k, bool latest)
{
    if (k->state != CC_VALUE_KNOWN) return cc_buf_char(out, 1);
    if (!cc_buf_char(out, 0) || !cc_buf_add(out, k->text, k->size)) return false;
    for (size_t i = out->size - k->size; latest && i < out->size; i++) out->data[i] = (char)~out->data[i];
    return cc_buf_char(out, latest ? (char)0xff : 0);
}

bool cc_rank_known(enum cc_kind kind, const struct cc_known *k, bool latest, struct cc_buf *out)
{
    if (kind == CC_KIND_DATE) return rank_day(out, k, latest);
    return kind == CC_KIND_TEXT ? rank_text(out, k, latest) : rank_number(out, k, latest);
}

bool cc_query_rank(struct cc_query *q, struct cc_bound *b, enum cc_rank_order order, struct cc_buf *out)
{
    if (order == CC_RANK_FIRST) return cc_buf_char(out, test(q, b) != CC_TRUE); /* unknown is not first */
    struct cc_known k;
    cc_eval(q, b, &k);
    return cc_rank_known(b->kind, &k, order == CC_RANK_LATEST, out);
}

static uint32_t add_value(struct cc_query *q, struct cc_group *g, const struct cc_value *v)
{
    enum { KNOWN, SPECIAL, UNKNOWN, BLANK, INVALID };
    const struct cc_variable *var = &q->cb->variables[q->slots[g->slot].variable];
    int rank = v->state == CC_VALUE_INVALID ? INVALID
        : v->state == CC_VALUE_BLANK || v->state == CC_VALUE_NOT_APPLICABLE ? BLANK
        : v->state == CC_VALUE_UNKNOWN ? UNKNOWN : v->state == CC_VALUE_SPECIAL ? SPECIAL : KNOWN;
    int64_t order = var->type == CC_TYPE_INTEGER || var->type == CC_TYPE_DATE || var->type == CC_TYPE_TIME
        ? v->number : v->code >= 0 ? v->code : INT64_MAX;
    cc_buf_clear(&q->scratch);
    if (!cc_value_show(var, v, &q->scratch)) return UINT32_MAX;
    return cc_group_add(g, q->scratch.data, q->scratch.size, rank, order);
}

static uint32_t variable_number(struct cc_query *q, struct cc_group *g)
{
    const struct cc_slot *s = &q->slots[g->slot];
    const struct cc_entry *entry = cc_slot_entry(q, g->slot);
    if (!s->dictionary || entry == &s->scratch) return add_value(q, g, &entry->value);
    struct cc_entry *e = cc_dictionary_entry(s->dictionary, s->number);
    if (e->group == UINT32_MAX) e->group = add_value(q, g, &e->value);
    return e->group;
}

uint32_t cc_group_known(struct cc_group *g, const struct cc_known *k)
{
    if (g->expr->kind == CC_KIND_TRUTH) {
        static const char *const words[] = { "no", "unknown", "yes" };
        enum cc_truth t = k->state == CC_VALUE_KNOWN ? k->truth : CC_UNKNOWN;
        return cc_group_add(g, words[t], strlen(words[t]), t == CC_UNKNOWN, CC_TRUE - t);
    }
    if (k->state == CC_VALUE_NOT_APPLICABLE) return cc_group_add(g, "(blank)", 7, 3, 0);
    if (k->state != CC_VALUE_KNOWN) return cc_group_add(g, "unknown", 7, 2, 0);
    if (k->label != UINT32_MAX) {
        if (k->label < g->of_label_room && g->of_label[k->label]) return g->of_label[k->label] - 1;
        return cc_group_add(g, k->text, k->size, 0, INT64_MAX);
    }
    if (g->expr->kind == CC_KIND_TEXT) return cc_group_add(g, k->text, k->size, 0, INT64_MAX);
    char text[32];
    if (g->expr->kind == CC_KIND_DATE) cc_date_format((int32_t)k->number, "yyyy-mm-dd", text);
    else cc_format_double(k->number, text);
    return cc_group_add(g, text, strlen(text), 0, (int64_t)(k->number * 1024));
}

static uint32_t expression_number(struct cc_query *q, struct cc_group *g)
{
    struct cc_known k;
    cc_eval(q, g->expr, &k);
    return cc_group_known(g, &k);
}

static uint32_t year_group(struct cc_query *q, struct cc_group *g)
{
    int year = cc_query_year(q);
    cc_buf_clear(&q->scratch);
    if (!year) return cc_group_add(g, "(invalid)", 9, 4, 0);
    if (!cc_buf_printf(&q->scratch, "%d", year)) return UINT32_MAX;
    return cc_group_add(g, q->scratch.data, q->scratch.size, 0, year);
}

uint32_t cc_query_group_number(struct cc_query *q, struct cc_group *g)
{
    return g->kind == CC_GROUP_VARIABLE ? variable_number(q, g)
        : g->kind == CC_GROUP_EXPRESSION ? expression_number(q, g) : year_group(q, g);
}

uint32_t cc_group_add(struct cc_group *g, const char *text, size_t n, int rank, int64_t order)
{
    uint32_t before = cc_intern_count(g->texts), number = cc_intern_number(g->texts, text, n);
    if (number == UINT32_MAX || number < before) return number;
    if (!cc_grow(&g->labels, &g->label_room, (size_t)number + 1, sizeof *g->labels)) return UINT32_MAX;
    size_t size;
    g->labels[number] = (struct cc_group_label){ cc_intern_text(g->texts, number, &size), rank, order };
    return number;
}

uint32_t cc_group_adopt(struct cc_group *into, const struct cc_group *from, uint32_t number)
{
    const struct cc_group_label *l = &from->labels[number];
    return cc_group_add(into, l->text, strlen(l->text), l->rank, l->order);
}

const char *cc_group_name(const struct cc_group *g)
{
    return g->name;
}

uint32_t cc_group_count(const struct cc_group *g)
{
    return cc_intern_count(g->texts);
}

const char *cc_group_text(const struct cc_group *g, uint32_t number)
{
    return g->labels[number].text;
}

int cc_group_compare(const struct cc_group *g, uint32_t a, uint32_t b)
{
    const struct cc_group_label *x = &g->labels[a], *y = &g->labels[b];
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return strcmp(x->text, y->text);
}

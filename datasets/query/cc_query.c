/* Binding: what the names in an expression mean, checked before any record is read. */
#include "datasets/query/cc_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/query/cc_bound.h"

enum { DEPTH_LIMIT = 64, MAX_REPEAT = 99 };

/* What surrounds a node while it is bound. */
struct scope {
    struct cc_query *q;
    struct cc_error *err;
    const char *const *names; /* parameters of a definition, and the caller's trees for them */
    struct cc_node *const *values;
    size_t count;
    const struct scope *caller; /* in which the values are to be bound */
    int repeat;                 /* what '#' stands for; 0: nothing */
    bool in_parts;              /* inside any() or count() over a repeating variable */
    int each;                   /* inside any() or count() over the items of this group; 0: no */
    int depth;
};

static enum cc_status bind(const struct scope *s, const struct cc_node *n, struct cc_bound **out);

#define FAIL(s, n, ...) cc_error_set((s)->err, CC_EDATA, (n)->line, (n)->column, __VA_ARGS__)

static struct cc_bound *make(struct cc_query *q, enum cc_bound_op op, enum cc_kind kind, size_t args)
{
    struct cc_bound *b = cc_arena_alloc(&q->arena, sizeof *b);
    if (!b) return NULL;
    *b = (struct cc_bound){ .op = op, .kind = kind, .slot = -1, .label = UINT32_MAX, .missing_label = UINT32_MAX };
    if (args && !(b->args = cc_arena_alloc(&q->arena, args * sizeof *b->args))) return NULL;
    b->count = args;
    return b;
}

static const char *kind_name(enum cc_kind k)
{
    static const char *const names[] = { "a condition", "a number", "a date", "a text" };
    return names[k];
}

static enum cc_status need_kind(const struct scope *s, const struct cc_node *n, const struct cc_bound *b,
                                enum cc_kind kind)
{
    return b->kind == kind ? CC_OK : FAIL(s, n, "this is %s; %s is needed here", kind_name(b->kind), kind_name(kind));
}

static enum cc_status add_note(struct cc_query *q, struct cc_error *err, const char *fmt, const char *a, const char *b)
{
    char text[400];
    int n = snprintf(text, sizeof text, fmt, a, b);
    char *copy = n > 0 ? cc_arena_text(&q->arena, text, strlen(text)) : NULL;
    if (!copy || !cc_grow(&q->notes, &q->note_room, q->note_count + 1, sizeof *q->notes)) return cc_error_memory(err);
    for (size_t i = 0; i < q->note_count; i++)
        if (!strcmp(q->notes[i], copy)) return CC_OK;
    q->notes[q->note_count++] = copy;
    return CC_OK;
}

static bool as_text(enum cc_type t)
{
    return t == CC_TYPE_ID || t == CC_TYPE_TEXT;
}

static int slot_of(struct cc_query *q, size_t variable, int each)
{
    for (size_t i = 0; i < q->slot_count; i++)
        if (q->slots[i].variable == variable && q->slots[i].each == each) return (int)i;
    if (!cc_grow(&q->slots, &q->slot_room, q->slot_count + 1, sizeof *q->slots)) return -1;
    struct cc_slot *s = &q->slots[q->slot_count];
    *s = (struct cc_slot){ .variable = variable, .each = each };
    const struct cc_variable *v = &q->cb->variables[variable];
    if (each < 0 && (!as_text(v->type) || v->repeats) && !(s->dictionary = cc_dictionary_alloc(v))) return -1;
    return (int)q->slot_count++;
}

/* The name with '#' replaced by the repeat at hand. */
static const char *plain_name(const struct scope *s, const char *name, char room[128])
{
    size_t n = 0;
    if (!strchr(name, '#') || !s->repeat) return name;
    for (const char *p = name; *p && n < 120; p++)
        n += (size_t)snprintf(room + n, 128 - n, *p == '#' ? "%d" : "%c", *p == '#' ? s->repeat : *p);
    return room;
}

static enum cc_status unknown_name(const struct scope *s, const struct cc_node *n, const char *name)
{
    const struct cc_query *q = s->q;
    const char *near = cc_codebook_suggest(q->cb, name);
    const char *defs[256];
    size_t count = 0;
    for (size_t i = 0; i < q->defs->count && count < 256; i++) defs[count++] = q->defs->list[i].name;
    const char *other = cc_suggest(name, defs, count);
    if (other) near = other;
    if (strchr(name, '#')) return FAIL(s, n, "'%s': a name with '#' belongs inside any() or count()", name);
    if (near) return FAIL(s, n, "unknown name '%s'; did you mean '%s'?", name, near);
    return FAIL(s, n, "unknown name '%s': neither a variable of codebook %s nor defined", name, q->cb->name);
}

static enum cc_status bind_variable(const struct scope *s, const struct cc_node *n, const char *name,
                                    struct cc_bound **out)
{
    struct cc_query *q = s->q;
    int index = cc_codebook_find(q->cb, name);
    if (index < 0) return unknown_name(s, n, name);
    const struct cc_variable *v = &q->cb->variables[index];
    if (v->repeats && !s->in_parts)
        return FAIL(s, n, "%s repeats inside its field: use any(...) or count(...)", v->name);
    enum cc_kind kind = v->type == CC_TYPE_INTEGER || v->type == CC_TYPE_TIME ? CC_KIND_NUMBER
        : v->type == CC_TYPE_DATE ? CC_KIND_DATE : CC_KIND_TEXT;
    int slot = slot_of(q, (size_t)index, s->each && v->group && !v->repeats ? s->each : -1);
    if (slot < 0 || !(*out = make(q, CC_B_VARIABLE, kind, 0))) return cc_error_memory(s->err);
    (*out)->slot = slot;
    return CC_OK;
}

static enum cc_status mark_used(struct cc_query *q, const struct cc_definition *d, struct cc_error *err)
{
    for (size_t i = 0; i < q->used_count; i++)
        if (q->used[i] == d) return CC_OK;
    if (!cc_grow(&q->used, &q->used_room, q->used_count + 1, sizeof *q->used)) return cc_error_memory(err);
    q->used[q->used_count++] = d;
    return CC_OK;
}

static bool covers(const struct cc_definition *d, int year)
{
    return (!d->since || d->since <= year) && (!d->until || year <= d->until);
}

static bool has_definition(const struct cc_query *q, const char *name)
{
    for (size_t i = 0; i < q->defs->count; i++)
        if (!strcmp(q->defs->list[i].name, name)) return true;
    return false;
}

/* The variants of a definition that may be needed: the one in force, or all. */
static size_t variants(const struct cc_query *q, const char *name, const struct cc_definition **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < q->defs->count && n < max; i++) {
        const struct cc_definition *d = &q->defs->list[i];
        if (!strcmp(d->name, name) && (!q->fixed || covers(d, q->fixed))) out[n++] = d;
    }
    return n;
}

static enum cc_status bind_variant(const struct scope *s, const struct cc_node *n, const struct cc_definition *d,
                                   struct cc_bound **out)
{
    struct scope inner = { .q = s->q, .err = s->err, .names = d->params, .values = n->args, .count = d->param_count,
                           .caller = s, .depth = s->depth + 1, .in_parts = s->each != 0, .each = s->each };
    size_t given = n->op == CC_OP_CALL ? n->count : 0;
    if (given != d->param_count)
        return FAIL(s, n, "%s takes %zu argument%s, not %zu", d->name,
                            d->param_count, d->param_count == 1 ? "" : "s", given);
    if (inner.depth > DEPTH_LIMIT) return FAIL(s, n, "%s is defined by itself", d->name);
    enum cc_status st = mark_used(s->q, d, s->err);
    if (st == CC_OK) st = bind(&inner, d->expr, out);
    if (st != CC_OK && s->err) cc_error_file(s->err, s->q->defs->name);
    return st;
}

static enum cc_status bind_by_year(const struct scope *s, const struct cc_node *n,
                                   const struct cc_definition *const *list, size_t count, struct cc_bound **out)
{
    struct cc_query *q = s->q;
    int *years = cc_arena_alloc(&q->arena, 2 * count * sizeof *years);
    struct cc_bound *b = *out = make(q, CC_B_BY_YEAR, CC_KIND_TRUTH, count);
    if (!b || !years) return cc_error_memory(s->err);
    b->since = years;
    b->until = years + count;
    b->name = list[0]->name;
    for (size_t i = 0; i < count; i++) {
        years[i] = list[i]->since;
        years[count + i] = list[i]->until;
        enum cc_status st = bind_variant(s, n, list[i], &b->args[i]);
        if (st == CC_OK && i) st = need_kind(s, n, b->args[i], b->args[0]->kind);
        if (st != CC_OK) return st;
    }
    b->kind = b->args[0]->kind;
    return cc_query_use_year(q, s->err);
}

static enum cc_status bind_definition(const struct scope *s, const struct cc_node *n, const char *name,
                                      struct cc_bound **out)
{
    struct cc_query *q = s->q;
    for (size_t i = 0; n->op != CC_OP_CALL && !s->each && i < q->once_count; i++)
        if (!strcmp(q->once[i].name, name)) {
            *out = q->once[i].bound;
            return CC_OK;
        }
    const struct cc_definition *list[32];
    size_t count = variants(q, name, list, 32);
    if (count == 0)
        return FAIL(s, n, "no definition of %s covers the year %d", name, q->fixed);
    struct cc_bound *b;
    bool always = q->fixed || (count == 1 && !list[0]->since && !list[0]->until);
    enum cc_status st = always ? bind_variant(s, n, list[0], &b) : bind_by_year(s, n, list, count, &b);
    if (st != CC_OK) return st;
    *out = b;
    if (n->op == CC_OP_CALL || s->each) return CC_OK; /* its answer depends on the arguments, or on the item */
    if (!(*out = make(q, CC_B_ONCE, b->kind, 1))
        || !cc_grow(&q->once, &q->once_room, q->once_count + 1, sizeof *q->once)) return cc_error_memory(s->err);
    (*out)->args[0] = b;
    q->once[q->once_count++] = (struct once){ list[0]->name, *out };
    return CC_OK;
}

static enum cc_status bind_name(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    char room[128];
    const char *name = plain_name(s, n->text, room);
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->names[i], name)) {
            struct scope outer = *s->caller;
            outer.depth = s->depth;
            outer.each = s->each;
            return bind(&outer, s->values[i], out);
        }
    if (!strcmp(name, "ffy")) {
        if (!(*out = make(s->q, CC_B_FFY, CC_KIND_NUMBER, 0))) return cc_error_memory(s->err);
        return cc_query_use_year(s->q, s->err);
    }
    if (has_definition(s->q, name)) return bind_definition(s, n, name, out);
    return bind_variable(s, n, name, out);
}

static enum cc_status text_constant(const struct scope *s, const char *text, struct cc_bound **out)
{
    struct cc_query *q = s->q;
    uint32_t label = cc_intern_number(q->labels, text, strlen(text));
    size_t n;
    if (label == UINT32_MAX || !(*out = make(q, CC_B_TEXT, CC_KIND_TEXT, 0))) return cc_error_memory(s->err);
    (*out)->text = cc_intern_text(q->labels, label, &n);
    (*out)->label = label;
    return CC_OK;
}

static enum cc_status number_constant(const struct scope *s, enum cc_kind kind, double number, struct cc_bound **out)
{
    if (!(*out = make(s->q, CC_B_NUMBER, kind, 0))) return cc_error_memory(s->err);
    (*out)->number = number;
    return CC_OK;
}

static const char *given(const struct cc_query *q, const struct cc_node *n)
{
    for (size_t i = 0; n->op == CC_OP_PARAMETER && i < q->param_count; i++)
        if (!strcmp(q->params[i].name, n->text)) {
            q->asked[i] = true;
            return q->params[i].value;
        }
    return NULL;
}

/* The text of a literal, or of a parameter that was given; NULL for anything else. */
static const char *literal(const struct cc_query *q, const struct cc_node *n)
{
    return n->op == CC_OP_NUMBER || n->op == CC_OP_TEXT ? n->text : given(q, n);
}

/* A given parameter is what it looks like: a date, a number, or else a text. One that is given goes before what the
 * record's year says. */
static enum cc_status bind_parameter(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    static const struct { const char *name; enum cc_bound_op op; enum cc_kind kind; } own[] = {
        { "ffy", CC_B_FFY, CC_KIND_NUMBER }, { "ffy_start", CC_B_FFY_START, CC_KIND_DATE },
        { "ffy_end", CC_B_FFY_END, CC_KIND_DATE } };
    const char *value = given(s->q, n);
    int32_t day;
    double x;
    if (value) {
        if (cc_date_parse(value, (int)strlen(value), "yyyy-mm-dd", &day)) return number_constant(s, CC_KIND_DATE, day, out);
        if (cc_parse_double(value, &x)) return number_constant(s, CC_KIND_NUMBER, x, out);
        return text_constant(s, value, out);
    }
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(n->text, own[i].name)) {
            if (!(*out = make(s->q, own[i].op, own[i].kind, 0))) return cc_error_memory(s->err);
            return cc_query_use_year(s->q, s->err);
        }
    return FAIL(s, n, "parameter :%s is not given (--param %s=...)", n->text, n->text);
}

static enum cc_status unknown_code(const struct scope *s, const struct cc_node *n, const char *code,
                                   const struct cc_variable *v)
{
    struct cc_buf list = { 0 };
    bool ok = cc_buf_add(&list, "", 0);
    for (size_t i = 0; ok && i < v->code_count; i++)
        ok = cc_buf_printf(&list, "%s%s", i ? ", " : "", v->codes[i].code);
    if (ok && v->has_range) ok = cc_buf_printf(&list, "%s%lld to %lld", v->code_count ? ", " : "", (long long)v->low, (long long)v->high);
    enum cc_status st = !ok ? cc_error_memory(s->err)
        : FAIL(s, n, "code '%s' is not in the codebook for %s (%.300s)", code, v->name, list.data);
    cc_buf_free(&list);
    return st;
}

/* A literal that stands beside a variable, read as the codebook reads a field. */
static enum cc_status bind_member(const struct scope *s, const struct cc_node *n, const struct cc_variable *v,
                                  struct cc_member *out)
{
    const char *text = literal(s->q, n);
    int32_t day;
    if (!text) return FAIL(s, n, "a code is needed here");
    *out = (struct cc_member){ .code = v->code_count ? cc_variable_code(v, text, strlen(text)) : -1, .text = text,
                               .size = strlen(text) };
    if (out->code >= 0) {
        if (!v->codes[out->code].unknown) return CC_OK;
        return add_note(s->q, s->err, "%s %s means unknown: comparing with it gives unknown, never true; use missing()",
                        v->name, text);
    }
    if (v->type == CC_TYPE_DATE) {
        if (!cc_date_parse(text, (int)out->size, "yyyy-mm-dd", &day))
            return FAIL(s, n, "%s is a date: write it as '2024-09-30'", v->name);
        out->is_number = true;
        out->number = day;
        return CC_OK;
    }
    struct cc_value value;
    cc_value_classify(v, text, out->size, &value);
    if (value.state != CC_VALUE_KNOWN) return unknown_code(s, n, text, v);
    out->is_number = v->type == CC_TYPE_INTEGER || v->type == CC_TYPE_TIME;
    out->number = value.number;
    return CC_OK;
}

static enum cc_status bind_in(const struct scope *s, const struct cc_node *n, struct cc_bound *variable, bool negated,
                              struct cc_bound **out)
{
    struct cc_query *q = s->q;
    struct cc_bound *b = *out = make(q, CC_B_IN, CC_KIND_TRUTH, 0);
    if (!b || !(b->members = cc_arena_alloc(&q->arena, n->count * sizeof *b->members))) return cc_error_memory(s->err);
    b->slot = variable->slot;
    b->negated = negated;
    const struct cc_variable *v = &q->cb->variables[q->slots[b->slot].variable];
    for (size_t i = 1; i < n->count; i++) {
        enum cc_status st = bind_member(s, n->args[i], v, &b->members[b->member_count++]);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status to_date(const struct scope *s, const struct cc_node *n, struct cc_bound *b)
{
    int32_t day;
    if (!cc_date_parse(b->text, (int)strlen(b->text), "yyyy-mm-dd", &day))
        return FAIL(s, n, "'%s' is not a date: write it as '2024-09-30'", b->text);
    b->op = CC_B_NUMBER;
    b->kind = CC_KIND_DATE;
    b->number = day;
    return CC_OK;
}

static bool is_type(const struct cc_query *q, const struct cc_bound *b, enum cc_type type)
{
    return b->op == CC_B_VARIABLE && q->cb->variables[q->slots[b->slot].variable].type == type;
}

/* Beside a time of day a literal is one too: 1330 is half past one, not the number of its minutes. */
static enum cc_status to_time(const struct scope *s, const struct cc_node *n, const struct cc_bound *time,
                              struct cc_bound *b)
{
    const char *text = literal(s->q, n);
    struct cc_value value;
    if (!is_type(s->q, time, CC_TYPE_TIME) || !text) return CC_OK;
    const struct cc_variable *v = &s->q->cb->variables[s->q->slots[time->slot].variable];
    cc_value_classify(v, text, strlen(text), &value);
    if (value.state != CC_VALUE_KNOWN) return FAIL(s, n, "%s is a time of day: write it as '0730'", v->name);
    b->op = CC_B_NUMBER;
    b->kind = CC_KIND_NUMBER;
    b->number = (double)value.number;
    return CC_OK;
}

static enum cc_status bind_compare(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *a, *b;
    enum cc_status st = bind(s, n->args[0], &a);
    if (st != CC_OK) return st;
    bool equality = n->op == CC_OP_EQ || n->op == CC_OP_NE;
    if (a->op == CC_B_VARIABLE && equality && literal(s->q, n->args[1]))
        return bind_in(s, n, a, n->op == CC_OP_NE, out);
    if ((st = bind(s, n->args[1], &b)) != CC_OK) return st;
    if (!equality && (is_type(s->q, a, CC_TYPE_CODE) || is_type(s->q, b, CC_TYPE_CODE)))
        return FAIL(s, n, "codes are not quantities: compare them with = or in");
    if ((st = to_time(s, n->args[1], a, b)) == CC_OK) st = to_time(s, n->args[0], b, a);
    if (st != CC_OK) return st;
    if (a->kind == CC_KIND_DATE && b->op == CC_B_TEXT) st = to_date(s, n->args[1], b);
    else if (b->kind == CC_KIND_DATE && a->op == CC_B_TEXT) st = to_date(s, n->args[0], a);
    if (st != CC_OK) return st;
    if (a->kind != b->kind || a->kind == CC_KIND_TRUTH)
        return FAIL(s, n, "cannot compare %s with %s", kind_name(a->kind), kind_name(b->kind));
    struct cc_bound *c = *out = make(s->q, (enum cc_bound_op)(CC_B_EQ + (n->op - CC_OP_EQ)), CC_KIND_TRUTH, 2);
    if (!c) return cc_error_memory(s->err);
    c->args[0] = a;
    c->args[1] = b;
    return CC_OK;
}

/* x in (a, b) where x is no plain variable: x = a or x = b. */
static enum cc_status bind_in_values(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *any = make(s->q, CC_B_OR, CC_KIND_TRUTH, n->count - 1);
    if (!any) return cc_error_memory(s->err);
    for (size_t i = 1; i < n->count; i++) {
        struct cc_node *pair[2] = { n->args[0], n->args[i] };
        struct cc_node eq = { .op = CC_OP_EQ, .args = pair, .count = 2, .line = n->line, .column = n->column };
        enum cc_status st = bind_compare(s, &eq, &any->args[i - 1]);
        if (st != CC_OK) return st;
    }
    *out = any;
    if (n->op == CC_OP_IN) return CC_OK;
    if (!(*out = make(s->q, CC_B_NOT, CC_KIND_TRUTH, 1))) return cc_error_memory(s->err);
    (*out)->args[0] = any;
    return CC_OK;
}

static enum cc_status bind_list(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *a;
    enum cc_status st = bind(s, n->args[0], &a);
    if (st != CC_OK) return st;
    return a->op == CC_B_VARIABLE ? bind_in(s, n, a, n->op == CC_OP_NOT_IN, out) : bind_in_values(s, n, out);
}

static enum cc_status bind_logic(const struct scope *s, const struct cc_node *n, enum cc_bound_op op,
                                 struct cc_bound **out)
{
    struct cc_bound *b = *out = make(s->q, op, op == CC_B_COUNT ? CC_KIND_NUMBER : CC_KIND_TRUTH, n->count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < n->count; i++) {
        enum cc_status st = bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK) st = need_kind(s, n->args[i], b->args[i], CC_KIND_TRUTH);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status bind_sum(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    bool add = n->op == CC_OP_ADD;
    struct cc_bound *b = *out = make(s->q, add ? CC_B_ADD : CC_B_SUB, CC_KIND_NUMBER, 2);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < 2; i++) {
        enum cc_status st = bind(s, n->args[i], &b->args[i]);
        if (st != CC_OK) return st;
    }
    enum cc_kind x = b->args[0]->kind, y = b->args[1]->kind;
    bool numbers = x == CC_KIND_NUMBER && y == CC_KIND_NUMBER, date_days = x == CC_KIND_DATE && y == CC_KIND_NUMBER;
    bool dates = !add && x == CC_KIND_DATE && y == CC_KIND_DATE;
    if (!numbers && !date_days && !dates)
        return FAIL(s, n, "cannot add or subtract %s and %s", kind_name(x), kind_name(y));
    if (date_days) b->kind = CC_KIND_DATE;
    return CC_OK;
}

/* --- calls --- */

static bool mentions_repeat(const struct cc_node *n)
{
    if (n->op == CC_OP_NAME && strchr(n->text, '#')) return true;
    for (size_t i = 0; i < n->count; i++)
        if (mentions_repeat(n->args[i])) return true;
    return false;
}

static bool mentions_parts(const struct cc_query *q, const struct cc_node *n)
{
    int index = n->op == CC_OP_NAME ? cc_codebook_find(q->cb, n->text) : -1;
    if (index >= 0 && q->cb->variables[index].repeats && !has_definition(q, n->text)) return true;
    for (size_t i = 0; i < n->count; i++)
        if (mentions_parts(q, n->args[i])) return true;
    return false;
}

/* The innermost group of the variables in a tree and in the definitions that it names; what stands in a group around it
 * is the same for several items. */
static enum cc_status find_items(const struct scope *s, const struct cc_node *n, int depth, int *group)
{
    const struct cc_codebook *cb = s->q->cb;
    bool named = n->op == CC_OP_NAME || n->op == CC_OP_CALL;
    int index = n->op == CC_OP_NAME ? cc_codebook_find(cb, n->text) : -1;
    enum cc_status st = CC_OK;
    if (n->op == CC_OP_CALL && cc_case_equal(n->text, "latest")) return CC_OK; /* one value for all items */
    if (named && has_definition(s->q, n->text)) {
        const struct cc_definition *list[32];
        if (depth > DEPTH_LIMIT) return FAIL(s, n, "%s is defined by itself", n->text);
        size_t count = variants(s->q, n->text, list, 32);
        for (size_t i = 0; i < count && st == CC_OK; i++) st = find_items(s, list[i]->expr, depth + 1, group);
    } else if (index >= 0 && cb->variables[index].group && !cb->variables[index].repeats) {
        int own = cb->variables[index].group;
        if (cc_codebook_group_within(cb, own, *group)) *group = own;
        else if (!cc_codebook_group_within(cb, *group, own))
            return FAIL(s, n, "%s stands in the group %s, another variable in %s: neither is inside the other",
                        cb->variables[index].name, cb->groups[own].path, cb->groups[*group].path);
    }
    bool other = n->op == CC_OP_CALL && (!strcmp(n->text, "any") || !strcmp(n->text, "count"));
    for (size_t i = 0; i < n->count && st == CC_OK && !other; i++) st = find_items(s, n->args[i], depth, group);
    return st;
}

/* Does every name with '#' exist for this repeat? */
static bool repeat_exists(const struct scope *s, const struct cc_node *n)
{
    char room[128];
    if (n->op == CC_OP_NAME && strchr(n->text, '#') && cc_codebook_find(s->q->cb, plain_name(s, n->text, room)) < 0)
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (!repeat_exists(s, n->args[i])) return false;
    return true;
}

static enum cc_status bind_repeats(const struct scope *s, const struct cc_node *call, enum cc_bound_op op,
                                   struct cc_bound **out)
{
    const struct cc_node *n = call->args[0];
    struct scope inner = *s;
    int last = 0;
    for (inner.repeat = 1; inner.repeat <= MAX_REPEAT && repeat_exists(&inner, n); inner.repeat++) last = inner.repeat;
    if (!last) {
        inner.repeat = 1;
        return bind(&inner, n, out); /* says which name is unknown */
    }
    struct cc_bound *b = *out = make(s->q, op, op == CC_B_COUNT ? CC_KIND_NUMBER : CC_KIND_TRUTH, (size_t)last);
    if (!b) return cc_error_memory(s->err);
    for (inner.repeat = 1; inner.repeat <= last; inner.repeat++) {
        struct cc_bound **arg = &b->args[inner.repeat - 1];
        enum cc_status st = bind(&inner, n, arg);
        if (st == CC_OK) st = need_kind(s, n, *arg, CC_KIND_TRUTH);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status bind_any(const struct scope *s, const struct cc_node *n, bool any, struct cc_bound **out)
{
    if (n->count == 0) return FAIL(s, n, "%s() needs a condition", n->text);
    enum cc_bound_op op = any ? CC_B_ANY : CC_B_COUNT;
    if (n->count == 1 && mentions_repeat(n->args[0])) return bind_repeats(s, n, op, out);
    struct scope inner = *s;
    inner.in_parts = n->count == 1 && mentions_parts(s->q, n->args[0]);
    inner.each = 0;
    enum cc_status st = n->count == 1 ? find_items(s, n->args[0], 0, &inner.each) : CC_OK;
    if (st != CC_OK) return st;
    if (inner.in_parts && inner.each)
        return FAIL(s, n, "a variable that repeats inside its field does not go with the items of %s",
                    s->q->cb->groups[inner.each].path);
    if (!inner.in_parts && !inner.each) return bind_logic(s, n, op, out);
    inner.in_parts = true;
    st = bind_logic(&inner, n, op, out);
    if (st == CC_OK) (*out)->items = inner.each != 0;
    if (st == CC_OK) (*out)->op = any ? CC_B_ANY_PART : CC_B_COUNT_PART;
    return st;
}

static enum cc_status bind_missing(const struct scope *s, const struct cc_node *n, enum cc_bound_op op,
                                   struct cc_bound **out)
{
    struct scope inner = *s;
    inner.in_parts = true; /* missing(E108) is about the whole field */
    struct cc_bound *v = NULL;
    enum cc_status st = n->count == 1 && n->args[0]->op == CC_OP_NAME ? bind(&inner, n->args[0], &v) : CC_OK;
    if (st != CC_OK) return st;
    if (!v || v->op != CC_B_VARIABLE) return FAIL(s, n, "%s() needs one variable", n->text);
    if (!(*out = make(s->q, op, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->slot = v->slot;
    return CC_OK;
}

/* length(X) is the one of these whose answer is a number. */
static enum cc_status bind_length(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    enum cc_status st = bind_missing(s, n, CC_B_LENGTH, out);
    if (st == CC_OK) (*out)->kind = CC_KIND_NUMBER;
    return st;
}

/* Inside any(): the value of the row, not that of an item. */
static enum cc_status bind_latest(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct scope inner = *s;
    inner.each = 0;
    inner.in_parts = false;
    if (n->count != 1 || n->args[0]->op != CC_OP_NAME) return FAIL(s, n, "%s() needs one variable", n->text);
    return bind_variable(&inner, n->args[0], n->args[0]->text, out);
}

static enum cc_status compile_pattern(const struct scope *s, const struct cc_node *n, const regex_t **out)
{
    struct cc_query *q = s->q;
    regex_t *pattern = cc_arena_alloc(&q->arena, sizeof *pattern);
    if (!pattern || !cc_grow(&q->patterns, &q->pattern_room, q->pattern_count + 1, sizeof *q->patterns))
        return cc_error_memory(s->err);
    cc_buf_clear(&q->scratch);
    if (!cc_buf_printf(&q->scratch, "^(%s)$", n->text)) return cc_error_memory(s->err);
    if (regcomp(pattern, q->scratch.data, REG_EXTENDED | REG_NOSUB) != 0)
        return FAIL(s, n, "'%s' is not an extended regular expression", n->text);
    q->patterns[q->pattern_count++] = pattern;
    *out = pattern;
    return CC_OK;
}

static enum cc_status bind_matches(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count != 2 || n->args[0]->op != CC_OP_NAME || n->args[1]->op != CC_OP_TEXT)
        return FAIL(s, n, "%s() needs one variable and a pattern in quotes", n->text);
    struct cc_node variable = *n;
    variable.count = 1;
    enum cc_status st = bind_missing(s, &variable, CC_B_MATCHES, out);
    return st == CC_OK ? compile_pattern(s, n->args[1], &(*out)->pattern) : st;
}

static enum cc_status bind_args(const struct scope *s, const struct cc_node *n, enum cc_bound_op op,
                                const enum cc_kind *kinds, size_t count, struct cc_bound **out)
{
    if (n->count != count)
        return FAIL(s, n, "%s() takes %zu argument%s, not %zu", n->text, count,
                            count == 1 ? "" : "s", n->count);
    struct cc_bound *b = *out = make(s->q, op, CC_KIND_NUMBER, count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < count; i++) {
        enum cc_status st = bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK && kinds[i] == CC_KIND_DATE && b->args[i]->op == CC_B_TEXT) st = to_date(s, n->args[i], b->args[i]);
        if (st == CC_OK) st = need_kind(s, n->args[i], b->args[i], kinds[i]);
        if (st == CC_OK && op == CC_B_HOURS && b->args[i]->op == CC_B_NUMBER && kinds[i] == CC_KIND_NUMBER)
            st = FAIL(s, n->args[i], "%s() needs a variable that is a time of day here", n->text);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status band_label(const struct scope *s, const char *text, uint32_t *out)
{
    *out = cc_intern_number(s->q->labels, text, strlen(text));
    return *out == UINT32_MAX ? cc_error_memory(s->err) : CC_OK;
}

static enum cc_status band_bounds(const struct scope *s, const struct cc_node *n, struct cc_bound *b)
{
    size_t count = n->count - 1;
    double *bounds = cc_arena_alloc(&s->q->arena, count * sizeof *bounds);
    uint32_t *labels = cc_arena_alloc(&s->q->arena, count * sizeof *labels);
    if (!bounds || !labels) return cc_error_memory(s->err);
    for (size_t i = 0; i < count; i++) {
        const struct cc_node *x = n->args[i + 1];
        if (x->op != CC_OP_NUMBER || strchr(x->text, '.') || !cc_parse_double(x->text, &bounds[i])
            || (i && bounds[i] <= bounds[i - 1]))
            return FAIL(s, x, "the bounds of band() are rising whole numbers");
    }
    for (size_t i = 0; i < count; i++) { /* [0,1) is "0", [1,6) is "1-5", the last "24+" */
        char text[64];
        if (i + 1 == count) snprintf(text, sizeof text, "%.0f+", bounds[i]);
        else if (bounds[i + 1] == bounds[i] + 1) snprintf(text, sizeof text, "%.0f", bounds[i]);
        else snprintf(text, sizeof text, "%.0f-%.0f", bounds[i], bounds[i + 1] - 1);
        enum cc_status st = band_label(s, text, &labels[i]);
        if (st != CC_OK) return st;
    }
    b->bounds = bounds;
    b->band_labels = labels;
    b->bound_count = count;
    return CC_OK;
}

static enum cc_status band_specials(const struct scope *s, const struct cc_node *n, struct cc_bound *b)
{
    struct cc_query *q = s->q;
    struct cc_member *specials = cc_arena_alloc(&q->arena, (n->label_count + 1) * sizeof *specials);
    uint32_t *labels = cc_arena_alloc(&q->arena, (n->label_count + 1) * sizeof *labels);
    if (!specials || !labels) return cc_error_memory(s->err);
    b->specials = specials;
    b->special_labels = labels;
    for (size_t i = 0; i < n->label_count; i++) {
        const struct cc_label *l = &n->labels[i];
        uint32_t label;
        enum cc_status st = band_label(s, l->text, &label);
        if (st != CC_OK) return st;
        if (!l->code) {
            b->missing_label = label;
            continue;
        }
        struct cc_node at = { .op = CC_OP_NUMBER, .text = l->code, .line = l->line, .column = l->column };
        if (b->args[0]->op != CC_B_VARIABLE) return FAIL(s, &at, "'with %s as' needs a variable in band()", l->code);
        const struct cc_variable *v = &q->cb->variables[q->slots[b->args[0]->slot].variable];
        specials[b->special_count] = (struct cc_member){ .code = cc_variable_code(v, l->code, strlen(l->code)) };
        if (specials[b->special_count].code < 0) return unknown_code(s, &at, l->code, v);
        labels[b->special_count++] = label;
    }
    return CC_OK;
}

static enum cc_status bind_band(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count < 2) return FAIL(s, n, "%s() needs a quantity and bounds", n->text);
    struct cc_bound *b = *out = make(s->q, CC_B_BAND, CC_KIND_TEXT, 1);
    if (!b) return cc_error_memory(s->err);
    enum cc_status st = bind(s, n->args[0], &b->args[0]);
    if (st == CC_OK) st = need_kind(s, n->args[0], b->args[0], CC_KIND_NUMBER);
    if (st == CC_OK) st = band_bounds(s, n, b);
    return st == CC_OK ? band_specials(s, n, b) : st;
}

static enum cc_status bind_in_list(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count != 1 || (n->args[0]->op != CC_OP_NAME && n->args[0]->op != CC_OP_TEXT))
        return FAIL(s, n, "in_list() needs the name of a list");
    if (!(*out = make(s->q, CC_B_IN_LIST, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->name = cc_arena_text(&s->q->arena, n->args[0]->text, strlen(n->args[0]->text));
    return (*out)->name ? CC_OK : cc_error_memory(s->err);
}

/* The functions of the language come before definitions of the same name. */
static enum cc_status bind_call(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    static const enum cc_kind dates[] = { CC_KIND_DATE, CC_KIND_DATE };
    static const enum cc_kind times[] = { CC_KIND_DATE, CC_KIND_NUMBER, CC_KIND_DATE, CC_KIND_NUMBER };
    static const char *const names[] = { "any", "count", "missing", "not_applicable", "latest", "blank", "length", "matches",
                                         "days", "hours", "age", "year", "fiscal_year", "band", "in_list" };
    const char *f = n->text;
    if (cc_case_equal(f, "any")) return bind_any(s, n, true, out);
    if (cc_case_equal(f, "count")) return bind_any(s, n, false, out);
    if (cc_case_equal(f, "missing")) return bind_missing(s, n, CC_B_MISSING, out);
    if (cc_case_equal(f, "not_applicable")) return bind_missing(s, n, CC_B_NOT_APPLICABLE, out);
    if (cc_case_equal(f, "latest")) return bind_latest(s, n, out);
    if (cc_case_equal(f, "blank")) return bind_missing(s, n, CC_B_BLANK, out);
    if (cc_case_equal(f, "length")) return bind_length(s, n, out);
    if (cc_case_equal(f, "matches")) return bind_matches(s, n, out);
    if (cc_case_equal(f, "days")) return bind_args(s, n, CC_B_DAYS, dates, 2, out);
    if (cc_case_equal(f, "hours")) return bind_args(s, n, CC_B_HOURS, times, 4, out);
    if (cc_case_equal(f, "age")) return bind_args(s, n, CC_B_AGE, dates, 2, out);
    if (cc_case_equal(f, "year")) return bind_args(s, n, CC_B_YEAR, dates, 1, out);
    if (cc_case_equal(f, "fiscal_year")) return bind_args(s, n, CC_B_FISCAL_YEAR, dates, 1, out);
    if (cc_case_equal(f, "band")) return bind_band(s, n, out);
    if (cc_case_equal(f, "in_list")) return bind_in_list(s, n, out);
    if (has_definition(s->q, f)) return bind_definition(s, n, f, out);
    const char *near = cc_suggest(f, names, sizeof names / sizeof *names);
    return near ? FAIL(s, n, "unknown function '%s'; did you mean '%s'?", f, near)
                : FAIL(s, n, "unknown function '%s'", f);
}

static enum cc_status bind_case(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *b = *out = make(s->q, CC_B_CASE, CC_KIND_TEXT, n->count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < n->count; i++) {
        bool when = i % 2 == 0 && i + 1 < n->count;
        enum cc_status st = bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK && when) st = need_kind(s, n->args[i], b->args[i], CC_KIND_TRUTH);
        if (st == CC_OK && !when && i > 1) st = need_kind(s, n->args[i], b->args[i], b->args[1]->kind);
        if (st != CC_OK) return st;
    }
    b->kind = b->args[1]->kind;
    return CC_OK;
}

static enum cc_status bind_constant(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    double x;
    if (n->op == CC_OP_TEXT) return text_constant(s, n->text, out);
    if (n->op == CC_OP_NUMBER) {
        if (!cc_parse_double(n->text, &x)) return FAIL(s, n, "'%s' is too large", n->text);
        return number_constant(s, CC_KIND_NUMBER, x, out);
    }
    if (!(*out = make(s->q, CC_B_TRUTH, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->truth = n->op == CC_OP_TRUE ? CC_TRUE : CC_FALSE;
    return CC_OK;
}

static enum cc_status bind(const struct scope *s, const struct cc_node *n, struct cc_bound **out)
{
    *out = NULL;
    switch (n->op) {
    case CC_OP_NAME: return bind_name(s, n, out);
    case CC_OP_PARAMETER: return bind_parameter(s, n, out);
    case CC_OP_CALL: return bind_call(s, n, out);
    case CC_OP_AND: return bind_logic(s, n, CC_B_AND, out);
    case CC_OP_OR: return bind_logic(s, n, CC_B_OR, out);
    case CC_OP_NOT: return bind_logic(s, n, CC_B_NOT, out);
    case CC_OP_EQ:
    case CC_OP_NE:
    case CC_OP_LT:
    case CC_OP_LE:
    case CC_OP_GT:
    case CC_OP_GE: return bind_compare(s, n, out);
    case CC_OP_IN:
    case CC_OP_NOT_IN: return bind_list(s, n, out);
    case CC_OP_ADD:
    case CC_OP_SUB: return bind_sum(s, n, out);
    case CC_OP_CASE: return bind_case(s, n, out);
    default: return bind_constant(s, n, out);
    }
}

/* --- the query --- */

enum cc_status cc_query_alloc(const struct cc_codebook *cb, const struct cc_definitions *defs,
                              const struct cc_query_options *options, struct cc_query **out, struct cc_error *err)
{
    struct cc_query *q = *out = calloc(1, sizeof *q);
    if (!q) return cc_error_memory(err);
    q->cb = cb;
    q->defs = defs;
    q->params = options->params;
    q->param_count = options->param_count;
    q->ffy = options->ffy;
    q->fixed = options->every_year ? 0 : options->ffy;
    q->year_in_name = options->year_in_name;
    q->absent_is_empty = options->absent_is_empty;
    q->part = SIZE_MAX;
    q->asked = cc_arena_alloc(&q->arena, (q->param_count + 1) * sizeof *q->asked);
    if (q->asked && (q->labels = cc_intern_alloc())) return CC_OK;
    cc_query_free(q);
    *out = NULL;
    return cc_error_memory(err);
}

enum cc_status cc_query_bind(struct cc_query *q, const struct cc_node *node, struct cc_bound **out, struct cc_error *err)
{
    struct scope s = { .q = q, .err = err };
    enum cc_status st = bind(&s, node, out);
    if (st != CC_OK) cc_error_file(err, q->defs->name);
    return st;
}

enum cc_status cc_query_bind_rank(struct cc_query *q, const struct cc_node *node, enum cc_rank_order order,
                                  struct cc_bound **out, struct cc_error *err)
{
    enum cc_status st = cc_query_bind(q, node, out, err);
    if (st != CC_OK || ((*out)->kind == CC_KIND_TRUTH) == (order == CC_RANK_FIRST)) return st;
    st = cc_error_set(err, CC_EDATA, node->line, node->column,
                      order == CC_RANK_FIRST ? "'first' needs a condition" : "a condition comes 'first', it has no order");
    cc_error_file(err, q->defs->name);
    return st;
}

enum cc_status cc_query_note_params(struct cc_query *q, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < q->param_count && st == CC_OK; i++)
        if (!q->asked[i]) st = add_note(q, err, "--param %s is given, but no condition asks for :%s", q->params[i].name,
                                        q->params[i].name);
    return st;
}

enum cc_status cc_query_condition(struct cc_query *q, const char *text, const char *origin, struct cc_bound **out,
                                  struct cc_error *err)
{
    struct cc_node *node;
    struct scope s = { .q = q, .err = err };
    enum cc_status st = cc_expr_parse(text, &q->arena, &node, err);
    if (st == CC_OK) st = bind(&s, node, out);
    if (st == CC_OK) st = need_kind(&s, node, *out, CC_KIND_TRUTH);
    if (st != CC_OK) cc_error_file(err, origin);
    return st;
}

enum cc_status cc_query_use_year(struct cc_query *q, struct cc_error *err)
{
    if (q->needs_year && !q->year)
        return cc_error_set(err, CC_EDATA, q->defs->year->line, q->defs->year->column, "the year asks for itself");
    if (q->needs_year) return CC_OK;
    if (q->year_in_name) return CC_OK;
    q->needs_year = true; /* first, and q->year last, so that the year may not ask for itself */
    if (!q->defs->year)
        return cc_error_set(err, CC_EDATA, 0, 0, "the year of a record is needed, and no definition file gives it "
                            "('year = ...')");
    struct cc_bound *year;
    enum cc_status st = cc_query_bind(q, q->defs->year, &year, err);
    if (st == CC_OK && year->kind != CC_KIND_NUMBER) {
        st = cc_error_set(err, CC_EDATA, q->defs->year->line, q->defs->year->column, "the year must be a number");
        cc_error_file(err, q->defs->name);
    }
    if (st == CC_OK) q->year = year;
    return st;
}

bool cc_query_needs_year(const struct cc_query *q)
{
    return q->needs_year;
}

/* The labels of a definition, in the order in which it is written. */
static bool add_labels(struct cc_query *q, struct cc_group *g, uint32_t label)
{
    size_t n;
    const char *text = cc_intern_text(q->labels, label, &n);
    uint32_t number = cc_group_add(g, text, n, 0, cc_intern_count(g->texts));
    size_t old = g->of_label_room;
    if (number == UINT32_MAX || !cc_grow(&g->of_label, &g->of_label_room, (size_t)label + 1, sizeof *g->of_label))
        return false;
    memset(g->of_label + old, 0, (g->of_label_room - old) * sizeof *g->of_label);
    g->of_label[label] = number + 1;
    return true;
}

static bool collect_labels(struct cc_query *q, struct cc_group *g, const struct cc_bound *b)
{
    bool ok = true;
    if (b->op == CC_B_TEXT) return add_labels(q, g, b->label);
    if (b->op == CC_B_CASE) {
        for (size_t i = 0; ok && i < b->count; i++)
            if (i % 2 || i + 1 == b->count) ok = collect_labels(q, g, b->args[i]);
        return ok;
    }
    if (b->op == CC_B_BAND) {
        for (size_t i = 0; ok && i < b->bound_count; i++) ok = add_labels(q, g, b->band_labels[i]);
        for (size_t i = 0; ok && i < b->special_count; i++) ok = add_labels(q, g, b->special_labels[i]);
        return ok && (b->missing_label == UINT32_MAX || add_labels(q, g, b->missing_label));
    }
    for (size_t i = 0; ok && i < b->count && (b->op == CC_B_BY_YEAR || b->op == CC_B_ONCE); i++)
        ok = collect_labels(q, g, b->args[i]);
    return ok;
}

static enum cc_status bind_group(struct cc_query *q, struct cc_group *g, struct cc_error *err)
{
    struct cc_node node = { .op = CC_OP_NAME, .text = g->name, .line = 1, .column = 1 };
    struct scope s = { .q = q, .err = err, .in_parts = true };
    enum cc_status st = bind(&s, &node, &g->expr);
    if (st != CC_OK) return st;
    if (g->expr->op == CC_B_FFY) {
        g->kind = CC_GROUP_FFY;
        return CC_OK;
    }
    if (g->expr->op == CC_B_VARIABLE) {
        g->kind = CC_GROUP_VARIABLE;
        g->slot = g->expr->slot;
        if (q->cb->variables[q->slots[g->slot].variable].repeats)
            return FAIL(&s, &node, "%s repeats inside its field and cannot be a group", g->name);
        return CC_OK;
    }
    g->kind = CC_GROUP_EXPRESSION;
    return collect_labels(q, g, g->expr) ? CC_OK : cc_error_memory(err);
}

/* A variable has one group, by whatever name it is asked for. */
static const char *official_name(const struct cc_query *q, const char *name)
{
    int index = !strcmp(name, "ffy") || has_definition(q, name) ? -1 : cc_codebook_find(q->cb, name);
    return index < 0 ? name : q->cb->variables[index].name;
}

enum cc_status cc_query_group(struct cc_query *q, const char *name, const char *origin, struct cc_group **out,
                              struct cc_error *err)
{
    name = official_name(q, name);
    for (size_t i = 0; i < q->group_count; i++)
        if (!strcmp(q->groups[i]->name, name)) {
            *out = q->groups[i];
            return CC_OK;
        }
    struct cc_group *g = *out = cc_arena_alloc(&q->arena, sizeof *g);
    if (!g || !cc_grow(&q->groups, &q->group_room, q->group_count + 1, sizeof *q->groups)
        || !(g->name = cc_arena_text(&q->arena, name, strlen(name))) || !(g->texts = cc_intern_alloc()))
        return cc_error_memory(err);
    q->groups[q->group_count++] = g;
    enum cc_status st = bind_group(q, g, err);
    if (st != CC_OK) cc_error_file(err, origin);
    return st;
}

enum cc_status cc_query_key(struct cc_query *q, const struct cc_item *item, int *slot, struct cc_error *err)
{
    *slot = CC_QUERY_FFY;
    if (!strcmp(item->name, "ffy")) return cc_query_use_year(q, err);
    struct cc_node node = { .op = CC_OP_NAME, .text = item->name, .line = item->line, .column = item->column };
    struct scope s = { .q = q, .err = err };
    struct cc_bound *b;
    enum cc_status st = bind_variable(&s, &node, item->name, &b);
    if (st == CC_OK) *slot = b->slot;
    else cc_error_file(err, q->defs->name);
    return st;
}

const char *const *cc_query_notes(const struct cc_query *q, size_t *n)
{
    *n = q->note_count;
    return q->notes;
}

const struct cc_definition *const *cc_query_used(const struct cc_query *q, size_t *n)
{
    *n = q->used_count;
    return q->used;
}

/* Is MAL2LEV one of MAL#LEV? */
static bool is_repeat_of(const char *name, const char *pattern)
{
    const char *hash = strchr(pattern, '#');
    if (!hash || strncmp(name, pattern, (size_t)(hash - pattern))) return false;
    const char *number = name + (hash - pattern);
    size_t digits = strspn(number, "0123456789");
    return digits && !strcmp(number + digits, hash + 1);
}

/* Who asked for a variable that is not there? The first definition that names it. */
static bool names_variable(const struct cc_query *q, const struct cc_node *n, const char *name)
{
    int index = n->op == CC_OP_NAME ? cc_codebook_find(q->cb, n->text) : -1;
    if (index >= 0 && !strcmp(q->cb->variables[index].name, name)) return true;
    if (n->op == CC_OP_NAME && is_repeat_of(name, n->text)) return true;
    for (size_t i = 0; i < n->count; i++)
        if (names_variable(q, n->args[i], name)) return true;
    return false;
}

static enum cc_status absent(const struct cc_query *q, const char *name, struct cc_error *err)
{
    const char *asker = NULL;
    for (size_t i = 0; i < q->used_count && !asker; i++)
        if (names_variable(q, q->used[i]->expr, name)) asker = q->used[i]->name;
    return cc_error_set(err, CC_EDATA, 1, 0, "the file has no column %s%s%s%s", name, asker ? " (needed by " : "",
                        asker ? asker : "", asker ? ")" : "");
}

/* The one number of four digits in a file's name that can be a year; 0 if there is none, or more. */
static int year_of_name(const char *name)
{
    int year = 0;
    for (const char *p = name; *p; p++) {
        size_t n = strspn(p, "0123456789");
        if (n == 4 && (*p == '1' || *p == '2') && p[1] >= '0') {
            int found = (p[0] - '0') * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
            bool usable = found >= 1900 && found <= 2999;
            if (usable && year && year != found) return 0;
            if (usable) year = found;
        }
        if (n) p += n - 1;
    }
    return year;
}

int cc_query_slot(struct cc_query *q, size_t variable)
{
    return slot_of(q, variable, -1);
}

bool cc_query_lacks(const struct cc_query *q, const struct cc_bound *b, const struct cc_records *r, size_t *variable)
{
    if (b->slot >= 0 && !cc_records_has(r, q->slots[b->slot].variable)) {
        *variable = q->slots[b->slot].variable;
        return true;
    }
    for (size_t i = 0; i < b->count; i++)
        if (cc_query_lacks(q, b->args[i], r, variable)) return true;
    return false;
}

enum cc_status cc_query_quantity(struct cc_query *q, const char *text, const char *origin, struct cc_bound **out,
                                 struct cc_error *err)
{
    struct cc_node *node;
    struct scope s = { .q = q, .err = err };
    enum cc_status st = cc_expr_parse(text, &q->arena, &node, err);
    if (st == CC_OK) st = bind(&s, node, out);
    if (st == CC_OK) st = need_kind(&s, node, *out, CC_KIND_NUMBER);
    if (st != CC_OK) cc_error_file(err, origin);
    return st;
}

bool cc_query_variables(const struct cc_query *q, size_t **variables, size_t *n)
{
    *n = 0;
    *variables = malloc((q->slot_count + 1) * sizeof **variables);
    for (size_t i = 0; *variables && i < q->slot_count; i++) {
        size_t k = 0;
        while (k < *n && (*variables)[k] != q->slots[i].variable) k++;
        if (k == *n) (*variables)[(*n)++] = q->slots[i].variable;
    }
    return *variables != NULL;
}

enum cc_status cc_query_file(struct cc_query *q, struct cc_records *r, const char *list, struct cc_error *err)
{
    q->list = list;
    q->file_year = q->year_in_name ? year_of_name(cc_input_name(cc_records_input(r))) : 0;
    if (q->year_in_name && !q->file_year && !list)
        return cc_error_set(err, CC_EDATA, 0, 0, "the name of this file has no year, or more than one");
    struct cc_want *wanted = malloc((q->slot_count + 1) * sizeof *wanted);
    q->nested = cc_records_nested(r);
    if (!wanted) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < q->slot_count; i++) {
        struct cc_slot *s = &q->slots[i];
        wanted[i] = (struct cc_want){ s->variable, s->each };
        s->codes.count = 0;
        s->absent = !cc_records_has(r, s->variable);
        if (s->absent && !list && !q->absent_is_empty && st == CC_OK) st = absent(q, q->cb->variables[s->variable].name, err);
        s->scratch = (struct cc_entry){ .value = { .state = CC_VALUE_NOT_APPLICABLE, .code = -1, .text = "" },
                                        .group = UINT32_MAX };
        s->entry = &s->scratch;
    }
    for (size_t i = 0; i < q->group_count; i++) q->groups[i]->codes.count = 0;
    if (st == CC_OK) st = cc_records_want_each(r, wanted, q->slot_count);
    if (st == CC_ENOMEM) cc_error_memory(err);
    free(wanted);
    return st;
}

enum cc_status cc_query_check(const struct cc_query *q, struct cc_error *err)
{
    if (q->out_of_memory) return cc_error_memory(err);
    if (!q->uncovered) return CC_OK;
    return cc_error_set(err, CC_EDATA, 0, 0, "no definition of %s in %s covers the year %d of this record", q->uncovered,
                        q->defs->name, q->record_year);
}

void cc_query_free(struct cc_query *q)
{
    if (!q) return;
    cc_query_free_plans(q);
    for (size_t i = 0; i < q->slot_count; i++) {
        cc_dictionary_free(q->slots[i].dictionary);
        free(q->slots[i].items);
    }
    for (size_t i = 0; i < q->group_count; i++) {
        cc_intern_free(q->groups[i]->texts);
        free(q->groups[i]->labels);
        free(q->groups[i]->of_label);
    }
    for (size_t i = 0; i < q->pattern_count; i++) regfree(q->patterns[i]);
    free(q->patterns);
    free(q->slots);
    free(q->groups);
    free(q->once);
    free(q->used);
    free(q->notes);
    cc_intern_free(q->labels);
    cc_arena_free(&q->arena);
    cc_buf_free(&q->scratch);
    free(q);
}

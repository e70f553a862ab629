/* Binding of operators, constants and codes. */
#include "datasets/query/cc_bind.h"

#include <stdio.h>
#include <string.h>

#include "datasets/base/cc_date.h"

struct cc_bound *cc_bind_make(struct cc_query *q, enum cc_bound_op op, enum cc_kind kind, size_t args)
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

enum cc_status cc_bind_need(const struct cc_scope *s, const struct cc_node *n, const struct cc_bound *b,
                            enum cc_kind kind)
{
    return b->kind == kind ? CC_OK : FAIL(s, n, "this is %s; %s is needed here", kind_name(b->kind), kind_name(kind));
}

enum cc_status cc_bind_note(struct cc_query *q, struct cc_error *err, const char *fmt, const char *a, const char *b)
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

static enum cc_status text_constant(const struct cc_scope *s, const char *text, struct cc_bound **out)
{
    struct cc_query *q = s->q;
    uint32_t label = cc_intern_number(q->labels, text, strlen(text));
    size_t n;
    if (label == UINT32_MAX || !(*out = cc_bind_make(q, CC_B_TEXT, CC_KIND_TEXT, 0))) return cc_error_memory(s->err);
    (*out)->text = cc_intern_text(q->labels, label, &n);
    (*out)->label = label;
    return CC_OK;
}

static enum cc_status number_constant(const struct cc_scope *s, enum cc_kind kind, double number, struct cc_bound **out)
{
    if (!(*out = cc_bind_make(s->q, CC_B_NUMBER, kind, 0))) return cc_error_memory(s->err);
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
static enum cc_status bind_parameter(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    static const struct { const char *name; enum cc_bound_op op; enum cc_kind kind; } own[] = {
        { "ffy", CC_B_FFY, CC_KIND_NUMBER }, { "ffy_start", CC_B_FFY_START, CC_KIND_DATE },
        { "ffy_end", CC_B_FFY_END, CC_KIND_DATE } };
    const char *value = given(s->q, n);
    int32_t day;
    double x;
    if (value) {
        if (cc_date_parse(value, (int)strlen(value), "yyyy-mm-dd", &day))
            return number_constant(s, CC_KIND_DATE, day, out);
        if (cc_parse_double(value, &x)) return number_constant(s, CC_KIND_NUMBER, x, out);
        return text_constant(s, value, out);
    }
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(n->text, own[i].name)) {
            if (!(*out = cc_bind_make(s->q, own[i].op, own[i].kind, 0))) return cc_error_memory(s->err);
            return cc_bind_year(s->q, s->err);
        }
    return FAIL(s, n, "parameter :%s is not given (--param %s=...)", n->text, n->text);
}

enum cc_status cc_bind_unknown_code(const struct cc_scope *s, const struct cc_node *n, const char *code,
                                    const struct cc_variable *v)
{
    struct cc_buf list = { 0 };
    bool ok = cc_buf_add(&list, "", 0);
    for (size_t i = 0; ok && i < v->code_count; i++)
        ok = cc_buf_printf(&list, "%s%s", i ? ", " : "", v->codes[i].code);
    if (ok && v->has_range)
        ok = cc_buf_printf(&list, "%s%lld to %lld", v->code_count ? ", " : "", (long long)v->low, (long long)v->high);
    enum cc_status st = !ok ? cc_error_memory(s->err)
        : FAIL(s, n, "code '%s' is not in the codebook for %s (%.300s)", code, v->name, list.data);
    cc_buf_free(&list);
    return st;
}

/* A literal that stands beside a variable, read as the codebook reads a field. */
static enum cc_status bind_member(const struct cc_scope *s, const struct cc_node *n, const struct cc_variable *v,
                                  struct cc_member *out)
{
    const char *text = literal(s->q, n);
    int32_t day;
    if (!text) return FAIL(s, n, "a code is needed here");
    *out = (struct cc_member){ .code = v->code_count ? cc_variable_code(v, text, strlen(text)) : -1, .text = text,
                               .size = strlen(text) };
    if (out->code >= 0) {
        if (!v->codes[out->code].unknown) return CC_OK;
        return cc_bind_note(s->q, s->err, "%s %s means unknown: comparing with it gives unknown, never true; "
                            "use missing()", v->name, text);
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
    if (value.state != CC_VALUE_KNOWN) return cc_bind_unknown_code(s, n, text, v);
    out->is_number = v->type == CC_TYPE_INTEGER || v->type == CC_TYPE_TIME;
    out->number = value.number;
    return CC_OK;
}

static enum cc_status bind_in(const struct cc_scope *s, const struct cc_node *n, struct cc_bound *variable,
                              bool negated, struct cc_bound **out)
{
    struct cc_query *q = s->q;
    struct cc_bound *b = *out = cc_bind_make(q, CC_B_IN, CC_KIND_TRUTH, 0);
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

enum cc_status cc_bind_to_date(const struct cc_scope *s, const struct cc_node *n, struct cc_bound *b)
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
static enum cc_status to_time(const struct cc_scope *s, const struct cc_node *n, const struct cc_bound *time,
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

static enum cc_status bind_compare(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *a, *b;
    enum cc_status st = cc_bind(s, n->args[0], &a);
    if (st != CC_OK) return st;
    bool equality = n->op == CC_OP_EQ || n->op == CC_OP_NE;
    if (a->op == CC_B_VARIABLE && equality && literal(s->q, n->args[1]))
        return bind_in(s, n, a, n->op == CC_OP_NE, out);
    if ((st = cc_bind(s, n->args[1], &b)) != CC_OK) return st;
    if (!equality && (is_type(s->q, a, CC_TYPE_CODE) || is_type(s->q, b, CC_TYPE_CODE)))
        return FAIL(s, n, "codes are not quantities: compare them with = or in");
    if ((st = to_time(s, n->args[1], a, b)) == CC_OK) st = to_time(s, n->args[0], b, a);
    if (st != CC_OK) return st;
    if (a->kind == CC_KIND_DATE && b->op == CC_B_TEXT) st = cc_bind_to_date(s, n->args[1], b);
    else if (b->kind == CC_KIND_DATE && a->op == CC_B_TEXT) st = cc_bind_to_date(s, n->args[0], a);
    if (st != CC_OK) return st;
    if (a->kind != b->kind || a->kind == CC_KIND_TRUTH)
        return FAIL(s, n, "cannot compare %s with %s", kind_name(a->kind), kind_name(b->kind));
    struct cc_bound *c = *out = cc_bind_make(s->q, (enum cc_bound_op)(CC_B_EQ + (n->op - CC_OP_EQ)), CC_KIND_TRUTH, 2);
    if (!c) return cc_error_memory(s->err);
    c->args[0] = a;
    c->args[1] = b;
    return CC_OK;
}

/* x in (a, b) where x is no plain variable: x = a or x = b. */
static enum cc_status bind_in_values(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *any = cc_bind_make(s->q, CC_B_OR, CC_KIND_TRUTH, n->count - 1);
    if (!any) return cc_error_memory(s->err);
    for (size_t i = 1; i < n->count; i++) {
        struct cc_node *pair[2] = { n->args[0], n->args[i] };
        struct cc_node eq = { .op = CC_OP_EQ, .args = pair, .count = 2, .line = n->line, .column = n->column };
        enum cc_status st = bind_compare(s, &eq, &any->args[i - 1]);
        if (st != CC_OK) return st;
    }
    *out = any;
    if (n->op == CC_OP_IN) return CC_OK;
    if (!(*out = cc_bind_make(s->q, CC_B_NOT, CC_KIND_TRUTH, 1))) return cc_error_memory(s->err);
    (*out)->args[0] = any;
    return CC_OK;
}

static enum cc_status bind_list(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *a;
    enum cc_status st = cc_bind(s, n->args[0], &a);
    if (st != CC_OK) return st;
    return a->op == CC_B_VARIABLE ? bind_in(s, n, a, n->op == CC_OP_NOT_IN, out) : bind_in_values(s, n, out);
}

enum cc_status cc_bind_logic(const struct cc_scope *s, const struct cc_node *n, enum cc_bound_op op,
                             struct cc_bound **out)
{
    struct cc_bound *b = *out = cc_bind_make(s->q, op, op == CC_B_COUNT ? CC_KIND_NUMBER : CC_KIND_TRUTH, n->count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < n->count; i++) {
        enum cc_status st = cc_bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK) st = cc_bind_need(s, n->args[i], b->args[i], CC_KIND_TRUTH);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status bind_sum(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    bool add = n->op == CC_OP_ADD;
    struct cc_bound *b = *out = cc_bind_make(s->q, add ? CC_B_ADD : CC_B_SUB, CC_KIND_NUMBER, 2);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < 2; i++) {
        enum cc_status st = cc_bind(s, n->args[i], &b->args[i]);
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

static enum cc_status bind_case(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_bound *b = *out = cc_bind_make(s->q, CC_B_CASE, CC_KIND_TEXT, n->count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < n->count; i++) {
        bool when = i % 2 == 0 && i + 1 < n->count;
        enum cc_status st = cc_bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK && when) st = cc_bind_need(s, n->args[i], b->args[i], CC_KIND_TRUTH);
        if (st == CC_OK && !when && i > 1) st = cc_bind_need(s, n->args[i], b->args[i], b->args[1]->kind);
        if (st != CC_OK) return st;
    }
    b->kind = b->args[1]->kind;
    return CC_OK;
}

static enum cc_status bind_constant(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    double x;
    if (n->op == CC_OP_TEXT) return text_constant(s, n->text, out);
    if (n->op == CC_OP_NUMBER) {
        if (!cc_parse_double(n->text, &x)) return FAIL(s, n, "'%s' is too large", n->text);
        return number_constant(s, CC_KIND_NUMBER, x, out);
    }
    if (!(*out = cc_bind_make(s->q, CC_B_TRUTH, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->truth = n->op == CC_OP_TRUE ? CC_TRUE : CC_FALSE;
    return CC_OK;
}

enum cc_status cc_bind(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    *out = NULL;
    switch (n->op) {
    case CC_OP_NAME: return cc_bind_name(s, n, out);
    case CC_OP_PARAMETER: return bind_parameter(s, n, out);
    case CC_OP_CALL: return cc_bind_call(s, n, out);
    case CC_OP_AND: return cc_bind_logic(s, n, CC_B_AND, out);
    case CC_OP_OR: return cc_bind_logic(s, n, CC_B_OR, out);
    case CC_OP_NOT: return cc_bind_logic(s, n, CC_B_NOT, out);
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

enum cc_status cc_bind_root(struct cc_query *q, const struct cc_node *n, struct cc_bound **out, struct cc_error *err)
{
    struct cc_scope s = { .q = q, .err = err };
    enum cc_status st = cc_bind(&s, n, out);
    if (st != CC_OK) cc_error_file(err, q->defs->name);
    return st;
}

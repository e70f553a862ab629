/* Binding of functions. */
#include "datasets/query/cc_bind.h"

#include <stdio.h>
#include <string.h>

enum { MAX_REPEAT = 99 };

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
    if (index >= 0 && q->cb->variables[index].repeats && !cc_bind_has_definition(q, n->text)) return true;
    for (size_t i = 0; i < n->count; i++)
        if (mentions_parts(q, n->args[i])) return true;
    return false;
}

/* The innermost group of the variables in a tree and in the definitions that it names; what stands in a group around it
 * is the same for several items. */
static enum cc_status find_items(const struct cc_scope *s, const struct cc_node *n, int depth, int *group)
{
    const struct cc_codebook *cb = s->q->cb;
    bool named = n->op == CC_OP_NAME || n->op == CC_OP_CALL;
    int index = n->op == CC_OP_NAME ? cc_codebook_find(cb, n->text) : -1;
    enum cc_status st = CC_OK;
    if (n->op == CC_OP_CALL && cc_case_equal(n->text, "latest")) return CC_OK; /* one value for all items */
    if (named && cc_bind_has_definition(s->q, n->text)) {
        const struct cc_definition *list[32];
        if (depth > CC_BIND_DEPTH) return FAIL(s, n, "%s is defined by itself", n->text);
        size_t count = cc_bind_variants(s->q, n->text, list, 32);
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
static bool repeat_exists(const struct cc_scope *s, const struct cc_node *n)
{
    char room[128];
    if (n->op == CC_OP_NAME && strchr(n->text, '#')
        && cc_codebook_find(s->q->cb, cc_bind_plain_name(s, n->text, room)) < 0) return false;
    for (size_t i = 0; i < n->count; i++)
        if (!repeat_exists(s, n->args[i])) return false;
    return true;
}

static enum cc_status bind_repeats(const struct cc_scope *s, const struct cc_node *call, enum cc_bound_op op,
                                   struct cc_bound **out)
{
    const struct cc_node *n = call->args[0];
    struct cc_scope inner = *s;
    int last = 0;
    for (inner.repeat = 1; inner.repeat <= MAX_REPEAT && repeat_exists(&inner, n); inner.repeat++) last = inner.repeat;
    if (!last) {
        inner.repeat = 1;
        return cc_bind(&inner, n, out); /* says which name is unknown */
    }
    struct cc_bound *b = *out = cc_bind_make(s->q, op, op == CC_B_COUNT ? CC_KIND_NUMBER : CC_KIND_TRUTH, (size_t)last);
    if (!b) return cc_error_memory(s->err);
    for (inner.repeat = 1; inner.repeat <= last; inner.repeat++) {
        struct cc_bound **arg = &b->args[inner.repeat - 1];
        enum cc_status st = cc_bind(&inner, n, arg);
        if (st == CC_OK) st = cc_bind_need(s, n, *arg, CC_KIND_TRUTH);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status bind_any(const struct cc_scope *s, const struct cc_node *n, bool any, struct cc_bound **out)
{
    if (n->count == 0) return FAIL(s, n, "%s() needs a condition", n->text);
    enum cc_bound_op op = any ? CC_B_ANY : CC_B_COUNT;
    if (n->count == 1 && mentions_repeat(n->args[0])) return bind_repeats(s, n, op, out);
    struct cc_scope inner = *s;
    inner.in_parts = n->count == 1 && mentions_parts(s->q, n->args[0]);
    inner.each = 0;
    enum cc_status st = n->count == 1 ? find_items(s, n->args[0], 0, &inner.each) : CC_OK;
    if (st != CC_OK) return st;
    if (inner.in_parts && inner.each)
        return FAIL(s, n, "a variable that repeats inside its field does not go with the items of %s",
                    s->q->cb->groups[inner.each].path);
    if (!inner.in_parts && !inner.each) return cc_bind_logic(s, n, op, out);
    inner.in_parts = true;
    st = cc_bind_logic(&inner, n, op, out);
    if (st == CC_OK) (*out)->items = inner.each != 0;
    if (st == CC_OK) (*out)->op = any ? CC_B_ANY_PART : CC_B_COUNT_PART;
    return st;
}

static enum cc_status bind_missing(const struct cc_scope *s, const struct cc_node *n, enum cc_bound_op op,
                                   struct cc_bound **out)
{
    struct cc_scope inner = *s;
    inner.in_parts = true; /* missing(E108) is about the whole field */
    struct cc_bound *v = NULL;
    enum cc_status st = n->count == 1 && n->args[0]->op == CC_OP_NAME ? cc_bind(&inner, n->args[0], &v) : CC_OK;
    if (st != CC_OK) return st;
    if (!v || v->op != CC_B_VARIABLE) return FAIL(s, n, "%s() needs one variable", n->text);
    if (!(*out = cc_bind_make(s->q, op, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->slot = v->slot;
    return CC_OK;
}

/* length(X) is the one of these whose answer is a number. */
static enum cc_status bind_length(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    enum cc_status st = bind_missing(s, n, CC_B_LENGTH, out);
    if (st == CC_OK) (*out)->kind = CC_KIND_NUMBER;
    return st;
}

/* Inside any(): the value of the row, not that of an item. */
static enum cc_status bind_latest(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    struct cc_scope inner = *s;
    inner.each = 0;
    inner.in_parts = false;
    if (n->count != 1 || n->args[0]->op != CC_OP_NAME) return FAIL(s, n, "%s() needs one variable", n->text);
    return cc_bind_variable(&inner, n->args[0], n->args[0]->text, out);
}

static enum cc_status compile_pattern(const struct cc_scope *s, const struct cc_node *n, const regex_t **out)
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

static enum cc_status bind_matches(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count != 2 || n->args[0]->op != CC_OP_NAME || n->args[1]->op != CC_OP_TEXT)
        return FAIL(s, n, "%s() needs one variable and a pattern in quotes", n->text);
    struct cc_node variable = *n;
    variable.count = 1;
    enum cc_status st = bind_missing(s, &variable, CC_B_MATCHES, out);
    return st == CC_OK ? compile_pattern(s, n->args[1], &(*out)->pattern) : st;
}

static enum cc_status bind_args(const struct cc_scope *s, const struct cc_node *n, enum cc_bound_op op,
                                const enum cc_kind *kinds, size_t count, struct cc_bound **out)
{
    if (n->count != count)
        return FAIL(s, n, "%s() takes %zu argument%s, not %zu", n->text, count,
                            count == 1 ? "" : "s", n->count);
    struct cc_bound *b = *out = cc_bind_make(s->q, op, CC_KIND_NUMBER, count);
    if (!b) return cc_error_memory(s->err);
    for (size_t i = 0; i < count; i++) {
        enum cc_status st = cc_bind(s, n->args[i], &b->args[i]);
        if (st == CC_OK && kinds[i] == CC_KIND_DATE && b->args[i]->op == CC_B_TEXT)
            st = cc_bind_to_date(s, n->args[i], b->args[i]);
        if (st == CC_OK) st = cc_bind_need(s, n->args[i], b->args[i], kinds[i]);
        if (st == CC_OK && op == CC_B_HOURS && b->args[i]->op == CC_B_NUMBER && kinds[i] == CC_KIND_NUMBER)
            st = FAIL(s, n->args[i], "%s() needs a variable that is a time of day here", n->text);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status band_label(const struct cc_scope *s, const char *text, uint32_t *out)
{
    *out = cc_intern_number(s->q->labels, text, strlen(text));
    return *out == UINT32_MAX ? cc_error_memory(s->err) : CC_OK;
}

static enum cc_status band_bounds(const struct cc_scope *s, const struct cc_node *n, struct cc_bound *b)
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

static enum cc_status band_specials(const struct cc_scope *s, const struct cc_node *n, struct cc_bound *b)
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
        if (specials[b->special_count].code < 0) return cc_bind_unknown_code(s, &at, l->code, v);
        labels[b->special_count++] = label;
    }
    return CC_OK;
}

static enum cc_status bind_band(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count < 2) return FAIL(s, n, "%s() needs a quantity and bounds", n->text);
    struct cc_bound *b = *out = cc_bind_make(s->q, CC_B_BAND, CC_KIND_TEXT, 1);
    if (!b) return cc_error_memory(s->err);
    enum cc_status st = cc_bind(s, n->args[0], &b->args[0]);
    if (st == CC_OK) st = cc_bind_need(s, n->args[0], b->args[0], CC_KIND_NUMBER);
    if (st == CC_OK) st = band_bounds(s, n, b);
    return st == CC_OK ? band_specials(s, n, b) : st;
}

static enum cc_status bind_in_list(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    if (n->count != 1 || (n->args[0]->op != CC_OP_NAME && n->args[0]->op != CC_OP_TEXT))
        return FAIL(s, n, "in_list() needs the name of a list");
    if (!(*out = cc_bind_make(s->q, CC_B_IN_LIST, CC_KIND_TRUTH, 0))) return cc_error_memory(s->err);
    (*out)->name = cc_arena_text(&s->q->arena, n->args[0]->text, strlen(n->args[0]->text));
    return (*out)->name ? CC_OK : cc_error_memory(s->err);
}

/* The functions of the language come before definitions of the same name. */
enum cc_status cc_bind_call(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    static const enum cc_kind dates[] = { CC_KIND_DATE, CC_KIND_DATE };
    static const enum cc_kind times[] = { CC_KIND_DATE, CC_KIND_NUMBER, CC_KIND_DATE, CC_KIND_NUMBER };
    static const char *const names[] = { "any", "count", "missing", "not_applicable", "latest", "blank", "length",
                                         "matches", "days", "hours", "age", "year", "fiscal_year", "band", "in_list" };
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
    if (cc_bind_has_definition(s->q, f)) return cc_bind_definition(s, n, f, out);
    const char *near = cc_suggest(f, names, sizeof names / sizeof *names);
    return near ? FAIL(s, n, "unknown function '%s'; did you mean '%s'?", f, near)
                : FAIL(s, n, "unknown function '%s'", f);
}

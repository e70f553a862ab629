/* Binding of names: variables, definitions and their parameters, ffy. */
#include "datasets/query/cc_bind.h"

#include <stdio.h>
#include <string.h>

static bool as_text(enum cc_type t)
{
    return t == CC_TYPE_ID || t == CC_TYPE_TEXT;
}

int cc_bind_slot(struct cc_query *q, size_t variable, int each)
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

const char *cc_bind_plain_name(const struct cc_scope *s, const char *name, char room[128])
{
    size_t n = 0;
    if (!strchr(name, '#') || !s->repeat) return name;
    for (const char *p = name; *p && n < 120; p++)
        n += (size_t)snprintf(room + n, 128 - n, *p == '#' ? "%d" : "%c", *p == '#' ? s->repeat : *p);
    return room;
}

static enum cc_status unknown_name(const struct cc_scope *s, const struct cc_node *n, const char *name)
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

enum cc_status cc_bind_variable(const struct cc_scope *s, const struct cc_node *n, const char *name,
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
    int slot = cc_bind_slot(q, (size_t)index, s->each && v->group && !v->repeats ? s->each : -1);
    if (slot < 0 || !(*out = cc_bind_make(q, CC_B_VARIABLE, kind, 0))) return cc_error_memory(s->err);
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

bool cc_bind_has_definition(const struct cc_query *q, const char *name)
{
    for (size_t i = 0; i < q->defs->count; i++)
        if (!strcmp(q->defs->list[i].name, name)) return true;
    return false;
}

size_t cc_bind_variants(const struct cc_query *q, const char *name, const struct cc_definition **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < q->defs->count && n < max; i++) {
        const struct cc_definition *d = &q->defs->list[i];
        if (!strcmp(d->name, name) && (!q->fixed || covers(d, q->fixed))) out[n++] = d;
    }
    return n;
}

static enum cc_status bind_variant(const struct cc_scope *s, const struct cc_node *n, const struct cc_definition *d,
                                   struct cc_bound **out)
{
    struct cc_scope inner = { .q = s->q, .err = s->err, .names = d->params, .values = n->args, .count = d->param_count,
                           .caller = s, .depth = s->depth + 1, .in_parts = s->each != 0, .each = s->each };
    size_t given = n->op == CC_OP_CALL ? n->count : 0;
    if (given != d->param_count)
        return FAIL(s, n, "%s takes %zu argument%s, not %zu", d->name,
                            d->param_count, d->param_count == 1 ? "" : "s", given);
    if (inner.depth > CC_BIND_DEPTH) return FAIL(s, n, "%s is defined by itself", d->name);
    enum cc_status st = mark_used(s->q, d, s->err);
    if (st == CC_OK) st = cc_bind(&inner, d->expr, out);
    if (st != CC_OK && s->err) cc_error_file(s->err, s->q->defs->name);
    return st;
}

enum cc_status cc_bind_year(struct cc_query *q, struct cc_error *err)
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
    enum cc_status st = cc_bind_root(q, q->defs->year, &year, err);
    if (st == CC_OK && year->kind != CC_KIND_NUMBER) {
        st = cc_error_set(err, CC_EDATA, q->defs->year->line, q->defs->year->column, "the year must be a number");
        cc_error_file(err, q->defs->name);
    }
    if (st == CC_OK) q->year = year;
    return st;
}

static enum cc_status bind_by_year(const struct cc_scope *s, const struct cc_node *n,
                                   const struct cc_definition *const *list, size_t count, struct cc_bound **out)
{
    struct cc_query *q = s->q;
    int *years = cc_arena_alloc(&q->arena, 2 * count * sizeof *years);
    struct cc_bound *b = *out = cc_bind_make(q, CC_B_BY_YEAR, CC_KIND_TRUTH, count);
    if (!b || !years) return cc_error_memory(s->err);
    b->since = years;
    b->until = years + count;
    b->name = list[0]->name;
    for (size_t i = 0; i < count; i++) {
        years[i] = list[i]->since;
        years[count + i] = list[i]->until;
        enum cc_status st = bind_variant(s, n, list[i], &b->args[i]);
        if (st == CC_OK && i) st = cc_bind_need(s, n, b->args[i], b->args[0]->kind);
        if (st != CC_OK) return st;
    }
    b->kind = b->args[0]->kind;
    return cc_bind_year(q, s->err);
}

enum cc_status cc_bind_definition(const struct cc_scope *s, const struct cc_node *n, const char *name,
                                  struct cc_bound **out)
{
    struct cc_query *q = s->q;
    for (size_t i = 0; n->op != CC_OP_CALL && !s->each && i < q->once_count; i++)
        if (!strcmp(q->once[i].name, name)) {
            *out = q->once[i].bound;
            return CC_OK;
        }
    const struct cc_definition *list[32];
    size_t count = cc_bind_variants(q, name, list, 32);
    if (count == 0)
        return FAIL(s, n, "no definition of %s covers the year %d", name, q->fixed);
    struct cc_bound *b;
    bool always = q->fixed || (count == 1 && !list[0]->since && !list[0]->until);
    enum cc_status st = always ? bind_variant(s, n, list[0], &b) : bind_by_year(s, n, list, count, &b);
    if (st != CC_OK) return st;
    *out = b;
    if (n->op == CC_OP_CALL || s->each) return CC_OK; /* its answer depends on the arguments, or on the item */
    if (!(*out = cc_bind_make(q, CC_B_ONCE, b->kind, 1))
        || !cc_grow(&q->once, &q->once_room, q->once_count + 1, sizeof *q->once)) return cc_error_memory(s->err);
    (*out)->args[0] = b;
    q->once[q->once_count++] = (struct once){ list[0]->name, *out };
    return CC_OK;
}

enum cc_status cc_bind_name(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out)
{
    char room[128];
    const char *name = cc_bind_plain_name(s, n->text, room);
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->names[i], name)) {
            struct cc_scope outer = *s->caller;
            outer.depth = s->depth;
            outer.each = s->each;
            return cc_bind(&outer, s->values[i], out);
        }
    if (!strcmp(name, "ffy")) {
        if (!(*out = cc_bind_make(s->q, CC_B_FFY, CC_KIND_NUMBER, 0))) return cc_error_memory(s->err);
        return cc_bind_year(s->q, s->err);
    }
    if (cc_bind_has_definition(s->q, name)) return cc_bind_definition(s, n, name, out);
    return cc_bind_variable(s, n, name, out);
}

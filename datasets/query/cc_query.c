/* A query: what is asked of records, which variables and definitions that takes, and the file at hand. */
#include "datasets/query/cc_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/query/cc_bind.h"

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

enum cc_status cc_query_bind(struct cc_query *q, const struct cc_node *node, struct cc_bound **out,
                             struct cc_error *err)
{
    return cc_bind_root(q, node, out, err);
}

enum cc_status cc_query_bind_rank(struct cc_query *q, const struct cc_node *node, enum cc_rank_order order,
                                  struct cc_bound **out, struct cc_error *err)
{
    enum cc_status st = cc_query_bind(q, node, out, err);
    if (st != CC_OK || ((*out)->kind == CC_KIND_TRUTH) == (order == CC_RANK_FIRST)) return st;
    st = cc_error_set(err, CC_EDATA, node->line, node->column,
                      order == CC_RANK_FIRST ? "'first' needs a condition"
                                             : "a condition comes 'first', it has no order");
    cc_error_file(err, q->defs->name);
    return st;
}

enum cc_status cc_query_note_params(struct cc_query *q, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < q->param_count && st == CC_OK; i++)
        if (!q->asked[i])
            st = cc_bind_note(q, err, "--param %s is given, but no condition asks for :%s", q->params[i].name,
                              q->params[i].name);
    return st;
}

enum cc_status cc_query_condition(struct cc_query *q, const char *text, const char *origin, struct cc_bound **out,
                                  struct cc_error *err)
{
    struct cc_node *node;
    struct cc_scope s = { .q = q, .err = err };
    enum cc_status st = cc_expr_parse(text, &q->arena, &node, err);
    if (st == CC_OK) st = cc_bind(&s, node, out);
    if (st == CC_OK) st = cc_bind_need(&s, node, *out, CC_KIND_TRUTH);
    if (st != CC_OK) cc_error_file(err, origin);
    return st;
}

enum cc_status cc_query_use_year(struct cc_query *q, struct cc_error *err)
{
    return cc_bind_year(q, err);
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
    struct cc_scope s = { .q = q, .err = err, .in_parts = true };
    enum cc_status st = cc_bind(&s, &node, &g->expr);
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
    int index = !strcmp(name, "ffy") || cc_bind_has_definition(q, name) ? -1 : cc_codebook_find(q->cb, name);
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
    struct cc_scope s = { .q = q, .err = err };
    struct cc_bound *b;
    enum cc_status st = cc_bind_variable(&s, &node, item->name, &b);
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
    return cc_bind_slot(q, variable, -1);
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
    struct cc_scope s = { .q = q, .err = err };
    enum cc_status st = cc_expr_parse(text, &q->arena, &node, err);
    if (st == CC_OK) st = cc_bind(&s, node, out);
    if (st == CC_OK) st = cc_bind_need(&s, node, *out, CC_KIND_NUMBER);
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
        if (s->absent && !list && !q->absent_is_empty && st == CC_OK)
            st = absent(q, q->cb->variables[s->variable].name, err);
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
    return cc_error_set(err, CC_EDATA, 0, 0, "no definition of %s in %s covers the year %d of this record",
                        q->uncovered, q->defs->name, q->record_year);
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

#include "report/template/cc_gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

/* --- sums of columns --- */

bool cc_gathered_read(const char *text, struct cc_arena *arena, struct cc_gathered *out)
{
    const char *at = NULL;
    for (const char *s = text; (s = strchr(s, '=')) != NULL; s++) at = s;
    if (!at) return false;
    char *label = cc_arena_text(arena, text, (size_t)(at - text)), *sum = cc_arena_text(arena, at + 1, strlen(at + 1));
    if (!label || !sum) return false;
    *out = (struct cc_gathered){ cc_trim(label), cc_trim(sum) };
    return *out->label && *out->sum;
}

/* The next word of a sum, and the sign before it; 0 at its end. */
static size_t next_term(const char **at, double *sign, const char **term)
{
    *sign = 1;
    for (;;) {
        *at += strspn(*at, " ");
        size_t n = strcspn(*at, " ");
        *term = *at;
        *at += n;
        if (n == 1 && (**term == '-' || **term == '+')) *sign = **term == '-' ? -1 : 1;
        else return n;
    }
}

bool cc_gathered_columns(const char *sum, bool (*each)(void *ctx, const char *columns), void *ctx)
{
    double sign;
    const char *term;
    for (size_t n; (n = next_term(&sum, &sign, &term)) > 0;) {
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)n, term);
        if (!each(ctx, name)) return false;
    }
    return true;
}

/* The first of A|B that the table has, or -1. */
static int find_column(const struct cc_table *t, const char *names, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t end = at;
        while (end < n && names[end] != '|') end++;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)(end - at), names + at);
        int c = cc_table_find(t, name);
        if (c >= 0) return c;
        at = end + 1;
    }
    return -1;
}

/* *only: the one column of the sum, or -1 */
static double add_up(const struct cc_table *t, size_t row, const char *sum, int *only)
{
    double x = 0, sign, value;
    const char *term;
    size_t terms = 0;
    for (size_t n; (n = next_term(&sum, &sign, &term)) > 0; terms++) {
        *only = find_column(t, term, n);
        bool known = *only >= 0 && cc_parse_double(cc_table_cell(t, row, (size_t)*only), &value);
        x = known ? x + sign * value : NAN;
    }
    if (terms != 1) *only = -1;
    return x < 0 ? NAN : x;
}

static const char *unknown_of(const struct cc_table *t, size_t row, int column)
{
    for (size_t c = 0; column >= 0 && c < t->columns; c++)
        if (!strncmp(t->names[c], "n_unknown_", 10) && !strcmp(t->names[c] + 10, t->names[column]))
            return cc_table_cell(t, row, c);
    return "0";
}

/* --- columns to rows --- */

static bool start_row(const struct cc_table *t, size_t row, const char *const *groups, size_t n, struct cc_table *out)
{
    bool ok = cc_table_add_row(out);
    for (size_t g = 0; g < n && ok; g++) {
        int from = cc_table_find(t, groups[g]);
        ok = from >= 0 && cc_table_set(out, out->rows - 1, g, cc_table_cell(t, row, (size_t)from));
    }
    int measure = cc_table_find(t, "measure");
    return ok && cc_table_set(out, out->rows - 1, n + 1, measure < 0 ? "" : cc_table_cell(t, row, (size_t)measure));
}

static bool end_row(struct cc_table *out, size_t n, const char *label, double x, const char *unknown)
{
    char text[32];
    size_t row = out->rows - 1;
    return cc_table_set(out, row, n, label) && cc_table_set(out, row, n + 2, cc_format_double(x, text))
        && cc_table_set(out, row, n + 3, unknown);
}

static bool gather_row(const struct cc_table *t, size_t row, const char *const *groups, size_t group_count,
                       const struct cc_gathered *items, size_t n, bool total, struct cc_table *out)
{
    double all = 0;
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        int only = -1;
        double x = add_up(t, row, items[i].sum, &only);
        all += x;
        ok = start_row(t, row, groups, group_count, out)
            && end_row(out, group_count, items[i].label, x, unknown_of(t, row, only));
    }
    return ok && (!total || (start_row(t, row, groups, group_count, out)
                             && end_row(out, group_count, "(total)", all, "0")));
}

enum cc_status cc_gather(struct cc_table *t, const char *const *groups, size_t group_count, const char *name,
                         const char *count, const struct cc_gathered *items, size_t n, bool total,
                         struct cc_error *err)
{
    struct cc_table out = { 0 };
    bool ok = true;
    memcpy(out.name, t->name, sizeof out.name);
    for (size_t g = 0; g < group_count && ok; g++) ok = cc_table_add_column(&out, groups[g]);
    ok = ok && cc_table_add_column(&out, name) && cc_table_add_column(&out, "measure")
        && cc_table_add_column(&out, count) && cc_table_add_column(&out, "n_unknown");
    for (size_t r = 0; r < t->rows && ok; r++) ok = gather_row(t, r, groups, group_count, items, n, total, &out);
    cc_table_free(ok ? t : &out);
    if (ok) *t = out;
    return ok ? CC_OK : cc_error_memory(err);
}

/* --- rows to columns --- */

struct spreader {
    const struct cc_table *t;
    const char *const *groups;
    size_t group_count;
    size_t column, count; /* positions */
    const struct cc_spread *items;
    size_t n;
};

static bool alike(const struct spreader *s, size_t a, size_t b)
{
    for (size_t g = 0; g < s->group_count; g++) {
        int c = cc_table_find(s->t, s->groups[g]);
        if (c < 0 || (size_t)c == s->column) continue;
        if (strcmp(cc_table_cell(s->t, a, (size_t)c), cc_table_cell(s->t, b, (size_t)c)) != 0) return false;
    }
    return true;
}

/* The row like `row` whose column is `value`, or t->rows. */
static size_t find_value(const struct spreader *s, size_t row, const char *value)
{
    for (size_t r = 0; r < s->t->rows; r++)
        if (!strcmp(cc_table_cell(s->t, r, s->column), value) && alike(s, r, row)) return r;
    return s->t->rows;
}

static bool is_first(const struct spreader *s, size_t row)
{
    for (size_t r = 0; r < row; r++)
        if (alike(s, r, row)) return false;
    return true;
}

static bool spread_row(const struct spreader *s, size_t row, struct cc_table *out)
{
    size_t first = find_value(s, row, s->items[0].value), to = 0;
    if (first == s->t->rows) first = row;
    bool ok = cc_table_add_row(out);
    for (size_t c = 0; c < s->t->columns && ok; c++)
        if (c != s->column && c != s->count)
            ok = cc_table_set(out, out->rows - 1, to++, cc_table_cell(s->t, first, c));
    for (size_t i = 0; i < s->n && ok; i++) {
        size_t r = find_value(s, row, s->items[i].value);
        ok = cc_table_set(out, out->rows - 1, to++, r < s->t->rows ? cc_table_cell(s->t, r, s->count) : "NA");
    }
    return ok;
}

enum cc_status cc_spread(struct cc_table *t, const char *const *groups, size_t group_count, const char *column,
                         const char *count, const struct cc_spread *items, size_t n, struct cc_error *err)
{
    struct spreader s = { t, groups, group_count, 0, 0, items, n };
    enum cc_status st = cc_table_need(t, column, &s.column, err);
    if (st == CC_OK) st = cc_table_need(t, count, &s.count, err);
    if (st != CC_OK) return st;
    struct cc_table out = { 0 };
    bool ok = true;
    memcpy(out.name, t->name, sizeof out.name);
    for (size_t c = 0; c < t->columns && ok; c++)
        if (c != s.column && c != s.count) ok = cc_table_add_column(&out, t->names[c]);
    for (size_t i = 0; i < n && ok; i++) ok = cc_table_add_column(&out, items[i].name);
    for (size_t r = 0; r < t->rows && ok; r++)
        if (is_first(&s, r)) ok = spread_row(&s, r, &out);
    cc_table_free(ok ? t : &out);
    if (ok) *t = out;
    return ok ? CC_OK : cc_error_memory(err);
}

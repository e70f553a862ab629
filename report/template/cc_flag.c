#include "report/template/cc_flag.h"

#include <string.h>

#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_difference.h"
#include "stats/intervals/cc_ratio.h"

/* The table with more columns, which are added before rows. */
static enum cc_status widen(struct cc_table *t, const char *const *more, size_t n, struct cc_error *err)
{
    struct cc_table out = { 0 };
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        if (cc_table_find(t, more[i]) >= 0)
            return cc_error_set(err, CC_EDATA, 0, 0, "there is a column '%.60s' already", more[i]);
    memcpy(out.name, t->name, sizeof out.name);
    for (size_t c = 0; c < t->columns && ok; c++) ok = cc_table_add_column(&out, t->names[c]);
    for (size_t i = 0; i < n && ok; i++) ok = cc_table_add_column(&out, more[i]);
    for (size_t r = 0; r < t->rows && ok; r++) {
        ok = cc_table_add_row(&out);
        for (size_t c = 0; c < t->columns && ok; c++) ok = cc_table_set(&out, r, c, cc_table_cell(t, r, c));
    }
    cc_table_free(ok ? t : &out);
    if (ok) *t = out;
    return ok ? CC_OK : cc_error_memory(err);
}

static bool hidden(const char *cell)
{
    return *cell == '<' || *cell == '*' || !strcmp(cell, "-");
}

/* A count that is shown; *is_hidden stays or becomes true if it is not. */
static int64_t count_of(const struct cc_table *t, size_t row, size_t column, bool *is_hidden, bool *missing)
{
    int64_t x = 0;
    const char *cell = row < t->rows ? cc_table_cell(t, row, column) : "NA";
    if (hidden(cell)) *is_hidden = true;
    else if (!cc_parse_int64(cell, &x) || x < 0) *missing = true;
    return x;
}

static bool set_number(struct cc_table *t, size_t row, size_t column, bool is_hidden, double x)
{
    char text[32];
    return cc_table_set(t, row, column, is_hidden ? "-" : cc_format_double(x, text));
}

static const char *change_of(const struct cc_interval *ci, double same)
{
    if (!(ci->lower <= ci->upper)) return "not comparable";
    return ci->lower > same ? "higher" : ci->upper < same ? "lower" : "no clear change";
}

/* --- shares --- */

static size_t total_of(const struct cc_table *t, size_t row, const char *const *groups, size_t n)
{
    for (size_t r = 0; r < t->rows; r++) {
        bool is = n > 0;
        for (size_t g = 0; g < n && is; g++) {
            int c = cc_table_find(t, groups[g]);
            const char *want = g + 1 == n ? "(total)" : c < 0 ? "" : cc_table_cell(t, row, (size_t)c);
            is = c >= 0 && !strcmp(cc_table_cell(t, r, (size_t)c), want);
        }
        if (is) return r;
    }
    return t->rows;
}

static bool share_row(struct cc_table *t, size_t row, const char *const *groups, size_t n, size_t now,
                      const size_t *before, double level, size_t first)
{
    size_t total = total_of(t, row, groups, n);
    bool hide = false, missing = false, hide0 = false, missing0 = false;
    struct cc_prop_pair p = { count_of(t, row, now, &hide, &missing), count_of(t, total, now, &hide, &missing), 0, 0 };
    double share = missing || !p.n1 ? (double)NAN : (double)p.x1 / (double)p.n1;
    if (!set_number(t, row, first, hide, share)) return false;
    if (!before) return true;
    p.x0 = count_of(t, row, *before, &hide0, &missing0);
    p.n0 = count_of(t, total, *before, &hide0, &missing0);
    double share0 = missing0 || !p.n0 ? (double)NAN : (double)p.x0 / (double)p.n0;
    struct cc_interval ci = CC_NO_INTERVAL;
    bool either = hide || hide0;
    if (!either && !missing && !missing0 && cc_prop_difference(p, level, &ci) != CC_OK) ci = CC_NO_INTERVAL;
    return set_number(t, row, first + 1, hide0, share0) && set_number(t, row, first + 2, either, ci.estimate)
        && set_number(t, row, first + 3, either, ci.lower) && set_number(t, row, first + 4, either, ci.upper)
        && cc_table_set(t, row, first + 5, either ? "hidden" : change_of(&ci, 0));
}

enum cc_status cc_flag_shares(struct cc_table *t, const char *const *groups, size_t n, const char *now,
                              const char *before, double level, struct cc_error *err)
{
    static const char *const more[] = { "share", "share_before", "difference", "lower", "upper", "change" };
    size_t a, b = 0, first = t->columns;
    enum cc_status st = cc_table_need(t, now, &a, err);
    if (st == CC_OK && before) st = cc_table_need(t, before, &b, err);
    if (st == CC_OK) st = widen(t, more, before ? 6 : 1, err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++)
        if (!share_row(t, r, groups, n, a, before ? &b : NULL, level, first)) st = cc_error_memory(err);
    return st;
}

/* --- ratios --- */

static bool ratio_row(struct cc_table *t, size_t row, size_t now, size_t before, double level, size_t first)
{
    bool hide = false, missing = false;
    struct cc_rate_pair p = { count_of(t, row, now, &hide, &missing), count_of(t, row, before, &hide, &missing), 1, 1 };
    struct cc_interval ci = CC_NO_INTERVAL;
    if (!hide && !missing && cc_rate_ratio_exact(p, level, &ci) != CC_OK) ci = CC_NO_INTERVAL;
    bool none = !hide && !missing && !p.count1 && !p.count0;
    return set_number(t, row, first, hide, isinf(ci.estimate) ? (double)NAN : ci.estimate)
        && set_number(t, row, first + 1, hide, ci.lower)
        && set_number(t, row, first + 2, hide, isinf(ci.upper) ? (double)NAN : ci.upper)
        && cc_table_set(t, row, first + 3, hide ? "hidden" : none ? "no clear change" : change_of(&ci, 1));
}

enum cc_status cc_flag_ratio(struct cc_table *t, const char *now, const char *before, double level,
                             struct cc_error *err)
{
    static const char *const more[] = { "ratio", "lower", "upper", "change" };
    size_t a, b, first = t->columns;
    enum cc_status st = cc_table_need(t, now, &a, err);
    if (st == CC_OK) st = cc_table_need(t, before, &b, err);
    if (st == CC_OK) st = widen(t, more, 4, err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++)
        if (!ratio_row(t, r, a, b, level, first)) st = cc_error_memory(err);
    return st;
}

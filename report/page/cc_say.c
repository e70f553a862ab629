#include "report/page/cc_say.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/cc_markdown.h"
#include "report/template/cc_reshape.h"
#include "stats/intervals/cc_ratio.h"

#define DASH "\xE2\x80\x93"
#define OPEN "\xE2\x80\x9C"
#define CLOSE "\xE2\x80\x9D"

static struct cc_place_at at(const struct cc_word *w)
{
    return (struct cc_place_at){ w->line, w->column };
}

static const char *cell(const struct cc_made *m, size_t row, const char *column)
{
    int c = cc_made_column(m, column);
    return c < 0 ? "" : cc_table_cell(&m->table, row, (size_t)c);
}

static bool is_reserved(const char *code)
{
    return *code == '('
        && (!strcmp(code, "(total)") || !strcmp(code, "(blank)") || !strcmp(code, "(invalid)"));
}

static bool put_label(const struct cc_made *m, size_t row, struct cc_buf *out)
{
    struct cc_buf b = { 0 };
    bool ok = cc_show_label(&b, m, m->groups[0], cell(m, row, m->groups[0]))
        && cc_markdown_escape(out, b.data);
    cc_buf_free(&b);
    return ok;
}

/* The row of (total) in all groups, or table.rows. */
static size_t total_row(const struct cc_made *m)
{
    for (size_t r = 0; r < m->table.rows; r++) {
        bool all = true;
        for (size_t i = 0; i < m->group_count; i++) all &= !strcmp(cell(m, r, m->groups[i]), "(total)");
        if (all) return r;
    }
    return m->table.rows;
}

/* How `columns:` shows this column; NULL if it does not. */
static const struct cc_shown_column *shown(const struct cc_made *m, const char *column)
{
    for (size_t i = 0; i < m->exhibit->column_count; i++)
        if (m->exhibit->columns[i].kind == CC_SHOWN_COLUMN && !strcmp(m->exhibit->columns[i].name, column))
            return &m->exhibit->columns[i];
    return NULL;
}

/* The first shown column that is no group, else `count`. */
static const char *main_count(const struct cc_made *m)
{
    for (size_t i = 0; i < m->exhibit->column_count; i++) {
        const struct cc_shown_column *c = &m->exhibit->columns[i];
        if (c->kind == CC_SHOWN_COLUMN && !cc_made_groups(m, c->name)) return c->name;
    }
    return "count";
}

/* --- values --- */

static bool put_value(struct cc_buf *out, const char *raw, int digits, bool percent)
{
    double x;
    switch (cc_show_looks(raw, &x)) {
    case CC_LOOKS_NUMBER: return cc_show_number(out, percent ? 100 * x : x, digits);
    case CC_LOOKS_SMALL: return cc_buf_printf(out, "fewer than %s", raw + 1);
    case CC_LOOKS_HIDDEN:
    case CC_LOOKS_DERIVED: return cc_buf_text(out, "(a hidden number)");
    case CC_LOOKS_MISSING: return cc_buf_text(out, "(not reported)");
    default: return cc_markdown_escape(out, raw);
    }
}

static bool put_shown(const struct cc_made *m, size_t row, const char *column, struct cc_buf *out)
{
    const struct cc_shown_column *c = shown(m, column);
    bool percent = c && c->percent;
    int digits = c ? c->digits : -1;
    return put_value(out, cell(m, row, column), percent && digits < 0 ? 1 : digits, percent)
        && (!percent || cc_buf_text(out, " %"));
}

/* The format of a cell reference: .2 and % at its end. */
static size_t read_format(const struct cc_word *w, size_t n, int *digits, bool *percent)
{
    *digits = -1;
    *percent = false;
    for (; n > 1; n--) {
        const char *f = w[n - 1].text;
        if (f[0] == '.' && isdigit((unsigned char)f[1]) && !f[2]) *digits = f[1] - '0';
        else if (!strcmp(f, "%")) *percent = true;
        else break;
    }
    return n;
}

/* `or 0` at the end: what was not counted is 0. */
static bool ends_or_zero(const struct cc_word *w, size_t *n)
{
    bool yes = *n > 3 && cc_word_is(&w[*n - 2], "or") && cc_word_is(&w[*n - 1], "0");
    *n -= yes ? 2 : 0;
    return yes;
}

enum cc_status cc_say_cell_check(const struct cc_made *m, const struct cc_word *w, size_t n,
                                 struct cc_error *err)
{
    int digits;
    bool percent, equal;
    ends_or_zero(w, &n);
    n = read_format(w, n, &digits, &percent);
    for (size_t i = 1; i + 1 < n; i++) {
        char column[80];
        if (!cc_reshape_condition(w[i].text, column, sizeof column, &equal) || !equal)
            return cc_error_set(err, CC_EDATA, w[i].line, w[i].column, "expected GROUP=VALUE");
        if (!cc_made_groups(m, column))
            return cc_error_set(err, CC_EDATA, w[i].line, w[i].column, "'%.80s' is no group of %s", column,
                                w[0].text);
    }
    if (n < 2)
        return cc_error_set(err, CC_EDATA, w[0].line, w[0].column, "expected {{%s GROUP=VALUE COLUMN}}",
                            w[0].text);
    return cc_made_knows(m, w[n - 1].text, at(&w[n - 1]), err);
}

static const char *wanted(const struct cc_word *w, size_t n, const char *group)
{
    for (size_t i = 1; i + 1 < n; i++) {
        char column[80];
        bool equal;
        const char *value = cc_reshape_condition(w[i].text, column, sizeof column, &equal);
        if (value && !strcmp(column, group)) return value;
    }
    return "(total)";
}

static bool row_fits(const struct cc_made *m, size_t row, const struct cc_word *w, size_t n)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (strcmp(cell(m, row, m->groups[i]), wanted(w, n, m->groups[i])) != 0) return false;
    return true;
}

enum cc_status cc_say_cell(const struct cc_made *m, const struct cc_word *w, size_t n, struct cc_buf *out,
                           struct cc_error *err)
{
    int digits;
    bool percent;
    bool or_zero = ends_or_zero(w, &n);
    n = read_format(w, n, &digits, &percent);
    size_t row = 0;
    while (row < m->table.rows && !row_fits(m, row, w, n)) row++;
    if (row == m->table.rows && or_zero) return cc_buf_text(out, "0") ? CC_OK : cc_error_memory(err);
    if (row == m->table.rows)
        return cc_error_set(err, CC_EDATA, w[0].line, w[0].column, "%s has no such row", w[0].text);
    if (cc_made_column(m, w[n - 1].text) < 0)
        return cc_error_set(err, CC_EDATA, w[n - 1].line, w[n - 1].column, "%s has no column '%.80s'",
                            w[0].text, w[n - 1].text);
    return put_value(out, cell(m, row, w[n - 1].text), digits, percent) ? CC_OK : cc_error_memory(err);
}

/* --- sentences --- */

static bool say_total(const struct cc_made *m, struct cc_buf *out)
{
    size_t total = total_row(m);
    if (total == m->table.rows) return true;
    return cc_buf_text(out, "In all ") && put_shown(m, total, main_count(m), out)
        && cc_buf_printf(out, " %s. ", cc_show_units(m));
}

struct largest {
    size_t row;
    double value, sum; /* sum of all that is shown */
    bool hidden, tied;
};

static struct largest find_largest(const struct cc_made *m, const char *column)
{
    struct largest l = { m->table.rows, -1, 0, false, false };
    for (size_t r = 0; r < m->table.rows; r++) {
        const char *code = cell(m, r, m->groups[0]);
        double x;
        enum cc_looks looks = cc_show_looks(cell(m, r, column), &x);
        if (!strcmp(code, "(total)")) continue;
        if (looks == CC_LOOKS_SMALL || looks == CC_LOOKS_HIDDEN) l.hidden = true;
        if (looks != CC_LOOKS_NUMBER) continue;
        l.sum += x;
        if (is_reserved(code)) continue;
        if (x == l.value) l.tied = true;
        if (x <= l.value) continue;
        l.value = x;
        l.row = r;
        l.tied = false;
    }
    return l;
}

static bool put_share(const struct cc_made *m, const struct largest *l, const char *column, size_t total,
                      struct cc_buf *out)
{
    double all;
    bool ok = put_label(m, l->row, out) && cc_buf_text(out, CLOSE " (") && put_shown(m, l->row, column, out);
    if (ok && total < m->table.rows && cc_show_looks(cell(m, total, column), &all) == CC_LOOKS_NUMBER
        && all > 0)
        ok = cc_buf_text(out, " of ") && cc_show_number(out, all, 0) && cc_buf_text(out, ", ")
            && cc_show_number(out, 100 * l->value / all, 1) && cc_buf_text(out, " %");
    return ok && cc_buf_text(out, "). ");
}

static bool say_largest(const struct cc_made *m, const char *column, struct cc_buf *out)
{
    struct largest l = find_largest(m, column);
    size_t total = total_row(m);
    double all = NAN;
    bool known = total < m->table.rows && cc_show_looks(cell(m, total, column), &all) == CC_LOOKS_NUMBER;
    if (known && all == 0) return cc_buf_printf(out, "No %s counted here. ", cc_show_units(m));
    if (l.row == m->table.rows || (l.value <= 0 && l.hidden))
        return cc_buf_text(out, "The numbers are too small to be shown by group. ");
    if (l.value <= 0) return cc_buf_text(out, "All groups are empty. ");
    if (l.hidden && !(known && all - l.sum <= l.value)) /* a hidden one may be larger */
        return cc_buf_text(out, "Of the numbers that can be shown, the largest is " OPEN)
            && put_share(m, &l, column, total, out);
    if (l.tied) return cc_buf_text(out, "No single group is the largest. ");
    return cc_buf_text(out, known && l.value > all / 2 ? "Most are " OPEN : "The largest group is " OPEN)
        && put_share(m, &l, column, total, out);
}

static bool put_ratio(struct cc_buf *out, struct cc_interval r)
{
    bool ok = cc_show_number(out, r.estimate, 2) && cc_buf_text(out, " times as high (95 % CI ")
        && cc_show_number(out, r.lower, 2) && cc_buf_text(out, DASH)
        && (isfinite(r.upper) ? cc_show_number(out, r.upper, 2) : cc_buf_text(out, "no upper limit"));
    if (!ok) return false;
    if (r.lower > 1) return cc_buf_text(out, "), a rise that chance alone hardly explains. ");
    if (r.upper < 1) return cc_buf_text(out, "), a fall that chance alone hardly explains. ");
    return cc_buf_text(out, "), so the difference may be chance. ");
}

static bool say_change(const struct cc_made *m, const char *subject, struct cc_buf *out)
{
    size_t rows = m->table.rows;
    while (rows && is_reserved(cell(m, rows - 1, m->groups[0]))) rows--;
    if (rows < 2 || is_reserved(cell(m, rows - 2, m->groups[0])))
        return cc_buf_text(out, "There is no earlier year to compare with. ");
    size_t now = rows - 1, before = rows - 2;
    double x1, x0, n1, n0;
    bool numbers = cc_show_looks(cell(m, now, "numerator"), &x1) == CC_LOOKS_NUMBER
        && cc_show_looks(cell(m, before, "numerator"), &x0) == CC_LOOKS_NUMBER
        && cc_show_looks(cell(m, now, "denominator"), &n1) == CC_LOOKS_NUMBER
        && cc_show_looks(cell(m, before, "denominator"), &n0) == CC_LOOKS_NUMBER;
    if (!numbers)
        return cc_buf_text(out,
                           "The change cannot be given, because one of the numbers is hidden or missing. ");
    bool ok = cc_markdown_escape(out, subject) && cc_buf_text(out, " was ")
        && put_shown(m, before, "estimate", out) && cc_buf_text(out, " in ") && put_label(m, before, out)
        && cc_buf_text(out, " and ") && put_shown(m, now, "estimate", out) && cc_buf_text(out, " in ")
        && put_label(m, now, out);
    struct cc_interval r;
    struct cc_rate_pair pair = { (int64_t)x1, (int64_t)x0, n1, n0 };
    if (!ok) return false;
    if (x0 == 0 || cc_rate_ratio_exact(pair, 0.95, &r) != CC_OK) return cc_buf_text(out, ". ");
    return cc_buf_text(out, ": ") && put_ratio(out, r);
}

static bool put_estimate(const struct cc_made *m, size_t row, struct cc_buf *out)
{
    const struct cc_shown_column *c = shown(m, "estimate");
    double low, high, scale = c && c->percent ? 100 : 1;
    int digits = c ? c->digits : -1;
    bool ok = cc_buf_text(out, OPEN) && put_label(m, row, out) && cc_buf_text(out, CLOSE " (")
        && put_shown(m, row, "estimate", out);
    if (ok && cc_show_looks(cell(m, row, "lower"), &low) == CC_LOOKS_NUMBER
        && cc_show_looks(cell(m, row, "upper"), &high) == CC_LOOKS_NUMBER)
        ok = cc_buf_text(out, "; 95 % CI ") && cc_show_number(out, scale * low, digits < 0 ? 1 : digits)
            && cc_buf_text(out, DASH) && cc_show_number(out, scale * high, digits < 0 ? 1 : digits);
    return ok && cc_buf_text(out, ")");
}

static bool say_extremes(const struct cc_made *m, const char *subject, struct cc_buf *out)
{
    size_t low = m->table.rows, high = low, n = 0;
    double least = INFINITY, most = -INFINITY, x;
    for (size_t r = 0; r < m->table.rows; r++) {
        if (is_reserved(cell(m, r, m->groups[0])) || !strcmp(cell(m, r, m->groups[0]), "US")) continue;
        if (cc_show_looks(cell(m, r, "estimate"), &x) != CC_LOOKS_NUMBER) continue;
        n++;
        if (x < least) least = x, low = r;
        if (x > most) most = x, high = r;
    }
    if (n < 2) return cc_buf_text(out, "There are too few numbers to compare. ");
    return cc_markdown_escape(out, subject) && cc_buf_text(out, " was lowest for ")
        && put_estimate(m, low, out) && cc_buf_text(out, " and highest for ") && put_estimate(m, high, out)
        && cc_buf_text(out, ". ");
}

/* A flag that is none: nothing to say, or the row that the others are held against. */
static bool no_flag(const char *flag)
{
    return !*flag || !strcmp(flag, "NA") || !strcmp(flag, "target");
}

static bool say_flags(const struct cc_made *m, const char *column, struct cc_buf *out)
{
    size_t all = 0;
    for (size_t r = 0; r < m->table.rows; r++) all += !no_flag(cell(m, r, column));
    bool ok = cc_buf_printf(out, "Of the %zu that can be compared, ", all), any = false;
    for (size_t r = 0; r < m->table.rows && ok; r++) {
        const char *flag = cell(m, r, column);
        size_t n = 0, first = 0;
        while (first < r && strcmp(cell(m, first, column), flag) != 0) first++;
        if (first < r || no_flag(flag)) continue;
        for (size_t k = r; k < m->table.rows; k++) n += !strcmp(cell(m, k, column), flag);
        ok = cc_buf_printf(out, "%s%zu %s ", any ? ", " : "", n, n == 1 ? "is" : "are")
            && cc_markdown_escape(out, flag);
        any = true;
    }
    return ok && cc_buf_text(out, any ? ". " : "none has a flag. ");
}

static bool say_rows(const struct cc_made *m, const char *condition, const char *subject, struct cc_buf *out)
{
    char column[80];
    bool equal;
    const char *value = cc_reshape_condition(condition, column, sizeof column, &equal);
    size_t n = 0, hidden = 0, all = m->table.rows;
    for (size_t r = 0; r < all; r++) {
        double x;
        enum cc_looks looks = cc_show_looks(cell(m, r, column), &x);
        n += !strcmp(cell(m, r, column), value);
        hidden += looks == CC_LOOKS_SMALL || looks == CC_LOOKS_HIDDEN || looks == CC_LOOKS_DERIVED;
    }
    if (!all) return cc_buf_text(out, "There is nothing to list. ");
    bool ok = cc_markdown_escape(out, subject) && cc_buf_printf(out, ": %zu of %zu", n, all);
    return ok && (hidden ? cc_buf_printf(out, "; for %zu it is hidden. ", hidden) : cc_buf_text(out, ". "));
}

enum cc_status cc_say_check(const struct cc_made *m, const struct cc_word *w, size_t n, struct cc_error *err)
{
    static const char *const kinds[] = { "total", "largest", "change", "extremes", "flags", "none", "rows" };
    size_t k = 0;
    while (n && k < 7 && !cc_word_is(&w[0], kinds[k])) k++;
    if (k == 7 || !n)
        return cc_error_set(err, CC_EDATA, n ? w[0].line : 0, n ? w[0].column : 0,
                            "a sentence is one of total, largest, change, extremes, flags, rows, none");
    if (k < 5 && (!m->group_count || (m->group_count > 1 && (k == 1 || k == 2 || k == 3))))
        return cc_error_set(err, CC_EDATA, w[0].line, w[0].column, "'%s' is for tables with one group column",
                            kinds[k]);
    if (k == 1 && n == 2) return cc_made_knows(m, w[1].text, at(&w[1]), err);
    if (k == 4 && n == 2) return cc_made_knows(m, w[1].text, at(&w[1]), err);
    if ((k == 2 || k == 3) && n == 2) return cc_made_knows(m, "estimate", at(&w[0]), err);
    char column[80];
    bool equal;
    if (k == 6 && n == 3 && cc_reshape_condition(w[1].text, column, sizeof column, &equal) && equal)
        return cc_made_knows(m, column, at(&w[1]), err);
    bool bare = k == 0 || k == 1 || k == 5;
    if (n == 1 && bare) return CC_OK;
    return cc_error_set(err, CC_EDATA, w[0].line, w[0].column, "'%s' %s", kinds[k],
                        bare ? "takes nothing more" : k == 6 ? "needs COLUMN=VALUE and a text after it"
                                                      : "needs a text or column after it");
}

enum cc_status cc_say(const struct cc_made *m, const struct cc_word *w, size_t n, struct cc_buf *out,
                      struct cc_error *err)
{
    bool ok = true;
    if (cc_word_is(&w[0], "total")) ok = say_total(m, out);
    else if (cc_word_is(&w[0], "largest")) ok = say_largest(m, n == 2 ? w[1].text : main_count(m), out);
    else if (cc_word_is(&w[0], "change")) ok = say_change(m, w[1].text, out);
    else if (cc_word_is(&w[0], "extremes")) ok = say_extremes(m, w[1].text, out);
    else if (cc_word_is(&w[0], "flags")) ok = say_flags(m, w[1].text, out);
    else if (cc_word_is(&w[0], "rows")) ok = say_rows(m, w[1].text, w[2].text, out);
    while (out->size && out->data[out->size - 1] == ' ') out->data[--out->size] = '\0';
    return ok ? CC_OK : cc_error_memory(err);
}

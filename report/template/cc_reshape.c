#include "report/template/cc_reshape.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

static bool is_group(const char *name, const char *const *groups, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(groups[i], name)) return true;
    return false;
}

static void replace(struct cc_table *t, struct cc_table *by)
{
    memcpy(by->name, t->name, sizeof by->name);
    cc_table_free(t);
    *t = *by;
}

static enum cc_status ended(bool ok, struct cc_table *t, struct cc_table *by, struct cc_error *err)
{
    if (ok) replace(t, by);
    else cc_table_free(by);
    return ok ? CC_OK : cc_error_memory(err);
}

static bool copy_columns(const struct cc_table *from, struct cc_table *to)
{
    bool ok = true;
    for (size_t c = 0; c < from->columns && ok; c++) ok = cc_table_add_column(to, from->names[c]);
    return ok;
}

/* Adds row `row` of `from` to `to`, which starts with the same columns. */
static bool copy_row(const struct cc_table *from, size_t row, struct cc_table *to)
{
    bool ok = cc_table_add_row(to);
    for (size_t c = 0; c < from->columns && ok; c++)
        ok = cc_table_set(to, to->rows - 1, c, cc_table_cell(from, row, c));
    return ok;
}

bool cc_reshape_copy(const struct cc_table *from, struct cc_table *to)
{
    *to = (struct cc_table){ 0 };
    memcpy(to->name, from->name, sizeof to->name);
    bool ok = copy_columns(from, to);
    for (size_t r = 0; r < from->rows && ok; r++) ok = copy_row(from, r, to);
    return ok;
}

enum cc_status cc_reshape_append(struct cc_table *a, const struct cc_table *b, struct cc_error *err)
{
    bool ok = true;
    for (size_t r = 0; r < b->rows && ok; r++) {
        ok = cc_table_add_row(a);
        for (size_t c = 0; c < b->columns && ok; c++) {
            size_t to;
            enum cc_status st = cc_table_need(a, b->names[c], &to, err);
            if (st != CC_OK) return st;
            ok = cc_table_set(a, a->rows - 1, to, cc_table_cell(b, r, c));
        }
    }
    return ok ? CC_OK : cc_error_memory(err);
}

/* --- join --- */

static bool same_groups(const struct cc_table *a, size_t ra, const struct cc_table *b, size_t rb,
                        const char *const *groups, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int ca = cc_table_find(a, groups[i]), cb = cc_table_find(b, groups[i]);
        if (ca < 0 || cb < 0
            || strcmp(cc_table_cell(a, ra, (size_t)ca), cc_table_cell(b, rb, (size_t)cb)) != 0)
            return false;
    }
    return true;
}

static size_t find_row(const struct cc_table *in, const struct cc_table *like, size_t row,
                       const char *const *groups, size_t n)
{
    size_t r = 0;
    while (r < in->rows && !same_groups(in, r, like, row, groups, n)) r++;
    return r;
}

/* Fills the columns of `from` (row, or 0 if row == from->rows) into the last row of `to`. */
static bool fill(const struct cc_table *from, size_t row, const char *const *groups, size_t n,
                 struct cc_table *to)
{
    bool ok = true;
    for (size_t c = 0; c < from->columns && ok; c++) {
        int at = cc_table_find(to, from->names[c]);
        if (at < 0 || (row == from->rows && is_group(from->names[c], groups, n))) continue;
        const char *none = strcmp(from->names[c], "measure") ? "0" : NULL;
        const char *text = row < from->rows ? cc_table_cell(from, row, c) : none;
        if (text) ok = cc_table_set(to, to->rows - 1, (size_t)at, text);
    }
    return ok;
}

static bool measures_alike(const struct cc_table *a, const struct cc_table *b)
{
    int ca = cc_table_find(a, "measure"), cb = cc_table_find(b, "measure");
    if (ca < 0 || cb < 0 || !a->rows || !b->rows) return ca >= 0;
    return !strcmp(cc_table_cell(a, 0, (size_t)ca), cc_table_cell(b, 0, (size_t)cb));
}

static enum cc_status join_columns(const struct cc_table *a, const struct cc_table *b,
                                   const char *const *groups, size_t n, struct cc_table *out,
                                   struct cc_error *err)
{
    bool ok = true;
    for (size_t c = 0; c < a->columns && ok; c++)
        if (strcmp(a->names[c], "measure") || measures_alike(a, b))
            ok = cc_table_add_column(out, a->names[c]);
    for (size_t c = 0; c < b->columns && ok; c++) {
        if (is_group(b->names[c], groups, n) || !strcmp(b->names[c], "measure")) continue;
        if (cc_table_find(a, b->names[c]) >= 0)
            return cc_error_set(err, CC_EDATA, 0, 0, "both tables have a column '%.80s'", b->names[c]);
        ok = cc_table_add_column(out, b->names[c]);
    }
    return ok ? CC_OK : cc_error_memory(err);
}

enum cc_status cc_reshape_join(struct cc_table *a, const struct cc_table *b, const char *const *groups,
                               size_t n, struct cc_error *err)
{
    struct cc_table out = { 0 };
    enum cc_status st = join_columns(a, b, groups, n, &out, err);
    bool ok = st == CC_OK;
    for (size_t r = 0; r < a->rows && ok; r++)
        ok = cc_table_add_row(&out) && fill(b, find_row(b, a, r, groups, n), groups, n, &out)
            && fill(a, r, groups, n, &out);
    for (size_t r = 0; r < b->rows && ok; r++)
        if (find_row(a, b, r, groups, n) == a->rows)
            ok = cc_table_add_row(&out) && fill(a, a->rows, groups, n, &out) && fill(b, r, groups, n, &out);
    if (st == CC_OK) return ended(ok, a, &out, err);
    cc_table_free(&out);
    return st;
}

/* --- turn --- */

static bool turns(const struct cc_table *t, size_t c, const char *const *groups, size_t n, const char *keep)
{
    const char *name = t->names[c];
    return !is_group(name, groups, n) && strcmp(name, "measure") != 0 && strcmp(name, "note") != 0
        && strncmp(name, "n_unknown", 9) != 0 && (!keep || strcmp(name, keep) != 0);
}

static const char *unknown_of(const struct cc_table *t, size_t row, const char *count)
{
    for (size_t c = 0; c < t->columns; c++)
        if (!strncmp(t->names[c], "n_unknown_", 10) && !strcmp(t->names[c] + 10, count))
            return cc_table_cell(t, row, c);
    return "0";
}

static bool turn_one(const struct cc_table *t, size_t row, size_t c, size_t n, const char *keep,
                     struct cc_table *out)
{
    int measure = cc_table_find(t, "measure"), kept = keep ? cc_table_find(t, keep) : -1;
    size_t r = out->rows;
    bool ok = cc_table_add_row(out);
    for (size_t g = 0; g < n && ok; g++) {
        int from = cc_table_find(t, out->names[g]);
        ok = from >= 0 && cc_table_set(out, r, g, cc_table_cell(t, row, (size_t)from));
    }
    ok = ok && cc_table_set(out, r, n, t->names[c])
        && cc_table_set(out, r, n + 1, measure >= 0 ? cc_table_cell(t, row, (size_t)measure) : "")
        && cc_table_set(out, r, n + 2, cc_table_cell(t, row, c))
        && cc_table_set(out, r, n + 3, unknown_of(t, row, t->names[c]));
    return ok && (kept < 0 || cc_table_set(out, r, n + 4, cc_table_cell(t, row, (size_t)kept)));
}

enum cc_status cc_reshape_turn(struct cc_table *t, const char *const *groups, size_t n, const char *name,
                               const char *keep, struct cc_error *err)
{
    if (keep && cc_table_find(t, keep) < 0)
        return cc_error_set(err, CC_EDATA, 0, 0, "there is no column '%.80s'", keep);
    struct cc_table out = { 0 };
    bool ok = true;
    for (size_t g = 0; g < n && ok; g++) ok = cc_table_add_column(&out, groups[g]);
    ok = ok && cc_table_add_column(&out, name) && cc_table_add_column(&out, "measure")
        && cc_table_add_column(&out, "count") && cc_table_add_column(&out, "n_unknown")
        && (!keep || cc_table_add_column(&out, keep));
    for (size_t r = 0; r < t->rows && ok; r++)
        for (size_t c = 0; c < t->columns && ok; c++)
            if (turns(t, c, groups, n, keep)) ok = turn_one(t, r, c, n, keep, &out);
    return ended(ok, t, &out, err);
}

/* --- keep, set --- */

const char *cc_reshape_condition(const char *condition, char *column, size_t room, bool *equal)
{
    size_t n = strcspn(condition, "!<>=");
    const char *op = condition + n;
    size_t size = *op == '=' ? 1 : *op && op[1] == '=' ? 2 : 0;
    if (!n || !size || n >= room) return NULL;
    memcpy(column, condition, n);
    column[n] = '\0';
    *equal = size == 1 && !strchr(op, '|');
    return op + size;
}

/* Is the cell one of the values between '|'? */
static bool one_of(const char *cell, const char *values)
{
    for (size_t n;; values += n + 1) {
        n = strcspn(values, "|");
        if (strlen(cell) == n && !strncmp(cell, values, n)) return true;
        if (!values[n]) return false;
    }
}

static bool fits(const char *cell, char op, const char *value)
{
    double x, y;
    if (op == '=') return one_of(cell, value);
    if (op == '!') return !one_of(cell, value);
    if (!cc_parse_double(cell, &x) || !cc_parse_double(value, &y)) return false;
    return op == '>' ? x >= y : x <= y;
}

enum cc_status cc_reshape_keep(struct cc_table *t, const char *condition, struct cc_error *err)
{
    char column[80];
    bool equal;
    size_t c;
    const char *value = cc_reshape_condition(condition, column, sizeof column, &equal);
    if (!value) return cc_error_set(err, CC_EDATA, 0, 0, "expected COLUMN=VALUE, COLUMN!=VALUE, >= or <=");
    enum cc_status st = cc_table_need(t, column, &c, err);
    if (st != CC_OK) return st;
    struct cc_table out = { 0 };
    bool ok = copy_columns(t, &out);
    for (size_t r = 0; r < t->rows && ok; r++)
        if (fits(cc_table_cell(t, r, c), condition[strlen(column)], value)) ok = copy_row(t, r, &out);
    return ended(ok, t, &out, err);
}

enum cc_status cc_reshape_set(struct cc_table *t, const char *name, const char *value, struct cc_error *err)
{
    if (cc_table_find(t, name) >= 0)
        return cc_error_set(err, CC_EDATA, 0, 0, "there is a column '%.80s' already", name);
    struct cc_table out = { 0 };
    bool ok = copy_columns(t, &out) && cc_table_add_column(&out, name);
    for (size_t r = 0; r < t->rows && ok; r++)
        ok = copy_row(t, r, &out) && cc_table_set(&out, r, t->columns, value);
    return ended(ok, t, &out, err);
}

/* --- drop, split, lift, words --- */

enum cc_status cc_reshape_drop(struct cc_table *t, const char *column, struct cc_error *err)
{
    size_t at;
    enum cc_status st = cc_table_need(t, column, &at, err);
    if (st != CC_OK) return st;
    struct cc_table out = { 0 };
    bool ok = true;
    for (size_t c = 0; c < t->columns && ok; c++)
        if (c != at) ok = cc_table_add_column(&out, t->names[c]);
    for (size_t r = 0; r < t->rows && ok; r++) {
        ok = cc_table_add_row(&out);
        for (size_t c = 0; c < t->columns && ok; c++)
            if (c != at) ok = cc_table_set(&out, r, c - (c > at), cc_table_cell(t, r, c));
    }
    return ended(ok, t, &out, err);
}

enum cc_status cc_reshape_split(struct cc_table *t, const char *column, const char *at, const char *name,
                                struct cc_error *err)
{
    size_t c;
    enum cc_status st = cc_table_need(t, column, &c, err);
    if (st == CC_OK) st = cc_reshape_set(t, name, "NA", err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++) {
        const char *text = cc_table_cell(t, r, c), *found = strstr(text, at);
        if (!found) continue;
        struct cc_buf first = { 0 };
        bool ok = cc_buf_printf(&first, "%.*s", (int)(found - text), text)
            && cc_table_set(t, r, t->columns - 1, found + strlen(at)) && cc_table_set(t, r, c, first.data);
        cc_buf_free(&first);
        if (!ok) st = cc_error_memory(err);
    }
    return st;
}

enum cc_status cc_reshape_round(struct cc_table *t, int digits, struct cc_error *err)
{
    static const char *const names[] = { "estimate", "se", "lower", "upper" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int c = cc_table_find(t, names[i]);
        for (size_t r = 0; c >= 0 && r < t->rows; r++) {
            double x;
            char text[400];
            if (!cc_parse_double(cc_table_cell(t, r, (size_t)c), &x) || !isfinite(x)) continue;
            snprintf(text, sizeof text, "%.*f", digits, fabs(x) < 0.5 * pow(10, -digits) ? 0 : x); /* not -0.0 */
            if (!cc_table_set(t, r, (size_t)c, text)) return cc_error_memory(err);
        }
    }
    return CC_OK;
}

/* The rows that do not fit. */
static enum cc_status keep_others(struct cc_table *t, const char *condition, struct cc_error *err)
{
    size_t n = strcspn(condition, "=");
    struct cc_buf other = { 0 };
    bool ok = condition[n] && n && cc_buf_printf(&other, "%.*s!%s", (int)n, condition, condition + n);
    enum cc_status st = ok ? cc_reshape_keep(t, other.data, err)
                           : cc_error_set(err, CC_EDATA, 0, 0, "expected COLUMN=VALUE");
    cc_buf_free(&other);
    return st;
}

static bool lift(const struct cc_table *t, const struct cc_table *lifted, size_t measure, size_t estimate,
                 struct cc_table *out)
{
    bool ok = copy_columns(t, out);
    for (size_t r = 0; r < lifted->rows && ok; r++)
        if (cc_table_find(out, cc_table_cell(lifted, r, measure)) < 0)
            ok = cc_table_add_column(out, cc_table_cell(lifted, r, measure));
    for (size_t r = 0; r < t->rows && ok; r++) {
        ok = copy_row(t, r, out);
        for (size_t k = 0; k < lifted->rows && ok; k++)
            ok = cc_table_set(out, r, (size_t)cc_table_find(out, cc_table_cell(lifted, k, measure)),
                              cc_table_cell(lifted, k, estimate));
    }
    return ok;
}

enum cc_status cc_reshape_lift(struct cc_table *t, const char *condition, struct cc_error *err)
{
    struct cc_table lifted = { 0 }, out = { 0 };
    size_t measure, estimate;
    enum cc_status st = cc_table_need(t, "measure", &measure, err);
    if (st == CC_OK) st = cc_table_need(t, "estimate", &estimate, err);
    if (st == CC_OK && !cc_reshape_copy(t, &lifted)) st = cc_error_memory(err);
    if (st == CC_OK) st = cc_reshape_keep(&lifted, condition, err);
    if (st == CC_OK) st = keep_others(t, condition, err);
    if (st == CC_OK) st = ended(lift(t, &lifted, measure, estimate, &out), t, &out, err);
    cc_table_free(&lifted);
    return st;
}

enum cc_status cc_reshape_words(struct cc_table *t, const char *column, const char *const (*pairs)[2], size_t n,
                                struct cc_error *err)
{
    size_t c;
    enum cc_status st = cc_table_need(t, column, &c, err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++)
        for (size_t i = 0; i < n; i++)
            if (!strcmp(cc_table_cell(t, r, c), pairs[i][0])) {
                if (!cc_table_set(t, r, c, pairs[i][1])) st = cc_error_memory(err);
                break;
            }
    return st;
}

/* --- order --- */

static size_t rank_of(const char *text, const char *const *values, size_t n)
{
    static const char *const last[] = { "(blank)", "(invalid)", "(total)" };
    for (size_t i = 0; i < n; i++)
        if (!strcmp(values[i], text)) return i;
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(last[i], text)) return n + 1 + i;
    return n;
}

static bool add_missing(struct cc_table *t, size_t group, const char *value)
{
    int measure = cc_table_find(t, "measure");
    char *unit = measure >= 0 && t->rows ? cc_strdup(cc_table_cell(t, 0, (size_t)measure)) : NULL;
    size_t row = t->rows;
    bool ok = cc_table_add_row(t);
    for (size_t c = 0; c < t->columns && ok; c++)
        ok = cc_table_set(t, row, c, c == group ? value : (int)c == measure ? unit ? unit : "" : "0");
    free(unit);
    return ok;
}

enum cc_status cc_reshape_order(struct cc_table *t, const char *group, const char *const *values, size_t n,
                                struct cc_error *err)
{
    size_t g;
    enum cc_status st = cc_table_need(t, group, &g, err);
    if (st != CC_OK) return st;
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        size_t r = 0;
        while (r < t->rows && strcmp(cc_table_cell(t, r, g), values[i]) != 0) r++;
        if (r == t->rows) ok = add_missing(t, g, values[i]);
    }
    struct cc_table out = { 0 };
    ok = ok && copy_columns(t, &out);
    for (size_t rank = 0; rank < n + 4 && ok; rank++)
        for (size_t r = 0; r < t->rows && ok; r++)
            if (rank_of(cc_table_cell(t, r, g), values, n) == rank) ok = copy_row(t, r, &out);
    return ended(ok, t, &out, err);
}

/* --- sums --- */

/* Is row r one of those that add up to `total` in group column g: alike but there? */
static bool part_of(const struct cc_table *t, size_t r, size_t total, size_t g, size_t groups)
{
    for (size_t c = 0; c < groups; c++) {
        bool same = !strcmp(cc_table_cell(t, r, c), cc_table_cell(t, total, c));
        if (same == (c == g)) return false;
    }
    return true;
}

static enum cc_status check_total(const struct cc_table *t, size_t total, size_t g, size_t groups, size_t c,
                                  struct cc_error *err)
{
    int64_t sum = 0, part, all;
    size_t parts = 0;
    if (!cc_parse_int64(cc_table_cell(t, total, c), &all)) return CC_OK;
    for (size_t r = 0; r < t->rows; r++) {
        if (r == total || !part_of(t, r, total, g, groups)) continue;
        if (!cc_parse_int64(cc_table_cell(t, r, c), &part)) return CC_OK;
        sum += part;
        parts++;
    }
    if (!parts || sum == all) return CC_OK;
    return cc_error_set(err, CC_EDATA, 0, 0,
                        "the rows of column '%.60s' add up to %" PRId64 ", but the total is %" PRId64,
                        t->names[c], sum, all);
}

enum cc_status cc_reshape_sums(const struct cc_table *t, const char *const *groups, size_t n,
                               struct cc_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (i >= t->columns || strcmp(t->names[i], groups[i]) != 0)
            return CC_OK; /* not a table of groups first */
    for (size_t g = 0; g < n; g++)
        for (size_t r = 0; r < t->rows; r++)
            for (size_t c = n; c < t->columns && !strcmp(cc_table_cell(t, r, g), "(total)"); c++) {
                enum cc_status st = check_total(t, r, g, n, c, err);
                if (st != CC_OK) return st;
            }
    return CC_OK;
}

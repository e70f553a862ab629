#include "report/page/cc_show.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/chart/cc_chart.h"
#include "stats/intervals/cc_prop.h"

enum cc_looks cc_show_looks(const char *cell, double *number)
{
    *number = NAN;
    if (!*cell || !strcmp(cell, "NA")) return CC_LOOKS_MISSING;
    if (*cell == '<' && isdigit((unsigned char)cell[1])) return CC_LOOKS_SMALL;
    if (!strcmp(cell, "*")) return CC_LOOKS_HIDDEN;
    if (!strcmp(cell, "-")) return CC_LOOKS_DERIVED;
    return cc_parse_double(cell, number) ? CC_LOOKS_NUMBER : CC_LOOKS_TEXT;
}

bool cc_show_number(struct cc_buf *out, double x, int digits)
{
    char plain[400];
    int n = snprintf(plain, sizeof plain, "%.*f", digits >= 0 ? digits : x == floor(x) ? 0 : 2, x);
    if (n < 0 || n >= (int)sizeof plain) return cc_buf_printf(out, "%g", x);
    size_t start = plain[0] == '-', whole = strcspn(plain + start, ".");
    bool ok = !start || cc_buf_text(out, "\xE2\x88\x92"); /* a true minus */
    for (size_t i = 0; i < whole && ok; i++)
        ok = (i == 0 || (whole - i) % 3 || cc_buf_char(out, ',')) && cc_buf_char(out, plain[start + i]);
    return ok && cc_buf_text(out, plain + start + whole);
}

bool cc_show_label(struct cc_buf *out, const struct cc_made *m, const char *column, const char *code)
{
    static const char *const reserved[][2] = { { "(total)", "Total" },
                                               { "(blank)", "Blank" },
                                               { "(invalid)", "Invalid code" } };
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(code, reserved[i][0])) return cc_buf_text(out, reserved[i][1]);
    if ((code[0] == '>' || code[0] == '<') && code[1] == '=') return cc_chart_cutoff(out, code);
    const char *label = cc_made_label(m, column, code);
    bool ok = cc_buf_char(out, (char)toupper((unsigned char)*label)), name = !strcmp(column, "characteristic");
    for (const char *t = label; ok && *t && *++t;) ok = cc_buf_char(out, name && *t == '_' ? ' ' : *t);
    return ok;
}

const char *cc_show_units(const struct cc_made *m)
{
    static const char *const words[][2] = { { "child", "children" },
                                            { "record", "records" },
                                            { "report", "reports" },
                                            { "report_child_pair", "report-child pairs" },
                                            { "episode", "episodes" } };
    for (size_t i = 0; m->unit && i < sizeof words / sizeof *words; i++)
        if (!strcmp(m->unit, words[i][0])) return words[i][1];
    return "cases";
}

/* --- one table --- */

enum symbol {
    SYMBOL_SMALL = 1,
    SYMBOL_HIDDEN = 2,
    SYMBOL_DERIVED = 4,
    SYMBOL_DASH = 8,
    SYMBOL_NA = 16,
    SYMBOL_NOT_SUPPLIED = 32
};

struct shower {
    const struct cc_made *m;
    const struct cc_values *values;
    struct cc_arena *arena;
    struct cc_grid *grid;
    unsigned symbols;
    const char *small; /* "<11" as found */
};

static bool set_cell(struct shower *s, struct cc_grid_cell *cell, struct cc_buf *text)
{
    cell->text = cc_arena_text(s->arena, text->data ? text->data : "", text->size);
    cc_buf_free(text);
    return cell->text != NULL;
}

static void set_symbol(struct shower *s, struct cc_grid_cell *cell, enum symbol symbol, const char *text,
                       const char *spoken)
{
    s->symbols |= symbol;
    *cell = (struct cc_grid_cell){ text, spoken };
}

/* The symbol for a cell that is no number. undefined: nothing to divide by. */
static void show_symbol(struct shower *s, struct cc_grid_cell *cell, enum cc_looks looks, const char *raw,
                        bool undefined)
{
    switch (looks) {
    case CC_LOOKS_SMALL:
        s->small = raw;
        set_symbol(s, cell, SYMBOL_SMALL, raw, "hidden, a small number");
        break;
    case CC_LOOKS_HIDDEN:
        set_symbol(s, cell, SYMBOL_HIDDEN, "*", "hidden, so that a small number cannot be worked out");
        break;
    case CC_LOOKS_DERIVED: set_symbol(s, cell, SYMBOL_DERIVED, "hidden", NULL); break;
    default:
        if (undefined) set_symbol(s, cell, SYMBOL_NA, "n/a", "not applicable");
        else set_symbol(s, cell, SYMBOL_DASH, "\xE2\x80\x94", "not reported");
    }
}

static const char *raw_cell(const struct shower *s, size_t row, const char *column)
{
    int c = cc_made_column(s->m, column);
    return c < 0 ? "" : cc_table_cell(&s->m->table, row, (size_t)c);
}

/* No limit, or a ratio with nobody below. */
static bool is_open(const char *raw)
{
    return !strcmp(raw, "Inf");
}

/* Is there nobody to divide by? */
static bool nobody(const struct shower *s, size_t row)
{
    return s->m->accuracy || !strcmp(raw_cell(s, row, "denominator"), "0");
}

static bool show_plain(struct shower *s, size_t row, const struct cc_shown_column *c,
                       struct cc_grid_cell *cell)
{
    const char *raw = raw_cell(s, row, c->name);
    double x;
    struct cc_buf b = { 0 };
    enum cc_looks looks = cc_show_looks(raw, &x);
    bool code = cc_made_groups(s->m, c->name) && !(c->percent && looks == CC_LOOKS_NUMBER);
    if (code) return cc_show_label(&b, s->m, c->name, raw) && set_cell(s, cell, &b);
    if (is_open(raw)) return cc_buf_text(&b, "\xE2\x88\x9E") && set_cell(s, cell, &b);
    bool empty_note = !*raw && !strcmp(c->name, "note");
    if (looks == CC_LOOKS_TEXT || empty_note) return cc_buf_text(&b, raw) && set_cell(s, cell, &b);
    if (c->p_value && looks == CC_LOOKS_NUMBER && x > 0 && x < 0.0005)
        return cc_buf_text(&b, "<0.001") && set_cell(s, cell, &b);
    if (looks == CC_LOOKS_NUMBER)
        return cc_show_number(&b, c->percent ? 100 * x : x, c->percent && c->digits < 0 ? 1 : c->digits)
            && set_cell(s, cell, &b);
    show_symbol(s, cell, looks, raw, nobody(s, row));
    return true;
}

/* The row that holds the total of `row`: (total) in every group; or t->rows. */
static size_t total_row(const struct shower *s)
{
    const struct cc_table *t = &s->m->table;
    for (size_t r = 0; r < t->rows; r++) {
        bool all = s->m->group_count > 0;
        for (size_t i = 0; i < s->m->group_count; i++)
            all &= !strcmp(raw_cell(s, r, s->m->groups[i]), "(total)");
        if (all) return r;
    }
    return t->rows;
}

/* x of n in per cent, or the interval of that at 95 %. */
static bool show_share(struct cc_buf *out, double x, double n, const struct cc_shown_column *c)
{
    struct cc_interval ci;
    if (!c->interval) return cc_show_number(out, 100 * x / n, c->digits);
    if (cc_prop_interval(CC_PROP_WILSON, (int64_t)x, (int64_t)n, (struct cc_limits){ .level = 0.95 }, &ci) != CC_OK)
        return cc_buf_text(out, "n/a");
    return cc_show_number(out, 100 * ci.lower, c->digits) && cc_buf_text(out, "\xE2\x80\x93")
        && cc_show_number(out, 100 * ci.upper, c->digits);
}

static bool show_percent(struct shower *s, size_t row, const struct cc_shown_column *c,
                         struct cc_grid_cell *cell)
{
    size_t total = c->of ? row : total_row(s);
    const char *below = total < s->m->table.rows ? raw_cell(s, total, c->of ? c->of : c->name) : "NA";
    double x, n;
    enum cc_looks top = cc_show_looks(raw_cell(s, row, c->name), &x), bottom = cc_show_looks(below, &n);
    if (c->interval && !c->of && row == total) return set_cell(s, cell, &(struct cc_buf){ 0 }); /* all of all */
    if (top == CC_LOOKS_NUMBER && bottom == CC_LOOKS_NUMBER && n > 0) {
        struct cc_buf b = { 0 };
        return show_share(&b, x, n, c) && set_cell(s, cell, &b);
    }
    enum cc_looks worse = top != CC_LOOKS_NUMBER ? top : bottom;
    if (worse == CC_LOOKS_SMALL) worse = CC_LOOKS_DERIVED;
    show_symbol(s, cell, worse == CC_LOOKS_NUMBER ? CC_LOOKS_MISSING : worse, "", worse == CC_LOOKS_NUMBER);
    return true;
}

/* A limit: a number, or none at all. */
static bool show_limit(struct cc_buf *out, enum cc_looks looks, double x, int digits)
{
    return looks == CC_LOOKS_NUMBER ? cc_show_number(out, x, digits) : cc_buf_text(out, "\xE2\x88\x9E");
}

static bool show_interval(struct shower *s, size_t row, const struct cc_shown_column *c,
                          struct cc_grid_cell *cell)
{
    double scale = c->percent ? 100 : 1, low, high;
    const char *raw = raw_cell(s, row, "lower"), *upper = raw_cell(s, row, "upper");
    enum cc_looks a = cc_show_looks(raw, &low), b = cc_show_looks(upper, &high);
    struct cc_buf text = { 0 };
    if (a == CC_LOOKS_NUMBER && (b == CC_LOOKS_NUMBER || is_open(upper)))
        return cc_show_number(&text, scale * low, c->digits)
            && cc_buf_text(&text, low < 0 || is_open(upper) ? " to " : "\xE2\x80\x93")
            && show_limit(&text, b, scale * high, c->digits) && set_cell(s, cell, &text);
    double x; /* an estimate without limits is not one of nobody */
    bool none = nobody(s, row) && cc_show_looks(raw_cell(s, row, "estimate"), &x) != CC_LOOKS_NUMBER;
    show_symbol(s, cell, a == CC_LOOKS_NUMBER ? b : a, raw, none);
    return true;
}

static bool show_row(struct shower *s, size_t row, size_t at)
{
    const struct cc_exhibit *e = s->m->exhibit;
    bool ok = true;
    for (size_t c = 0; c < e->column_count && ok; c++) {
        const struct cc_shown_column *col = &e->columns[c];
        struct cc_grid_cell *cell = cc_grid_cell(s->grid, at, c);
        switch (col->kind) {
        case CC_SHOWN_COLUMN: ok = show_plain(s, row, col, cell); break;
        case CC_SHOWN_PERCENT: ok = show_percent(s, row, col, cell); break;
        case CC_SHOWN_INTERVAL: ok = show_interval(s, row, col, cell); break;
        }
    }
    for (size_t i = 0; i < s->m->group_count; i++)
        s->grid->strong[at] |= !strcmp(raw_cell(s, row, s->m->groups[i]), "(total)");
    return ok;
}

static bool show_not_supplied(struct shower *s, const char *group, const char *value, size_t at)
{
    const struct cc_exhibit *e = s->m->exhibit;
    for (size_t c = 0; c < e->column_count; c++) {
        struct cc_grid_cell *cell = cc_grid_cell(s->grid, at, c);
        struct cc_buf b = { 0 };
        if (e->columns[c].kind != CC_SHOWN_COLUMN || strcmp(e->columns[c].name, group) != 0)
            set_symbol(s, cell, SYMBOL_NOT_SUPPLIED, "not supplied", NULL);
        else if (!cc_show_label(&b, s->m, group, value) || !set_cell(s, cell, &b)) return false;
    }
    return true;
}

static bool is_listed(const struct cc_fixed_rows *f, const char *value)
{
    for (size_t i = 0; i < f->count; i++)
        if (!strcmp(f->rows[i].value, value)) return true;
    return *value == '(';
}

/* Rows that `rows:` does not list are shown only if there is something in them. */
static bool is_idle(const struct shower *s, size_t row)
{
    const struct cc_exhibit *e = s->m->exhibit;
    if (!e->rows_count || is_listed(&e->rows[0], raw_cell(s, row, e->rows[0].group))) return false;
    for (size_t c = 0; c < e->column_count; c++) {
        const char *raw = raw_cell(s, row, e->columns[c].name);
        if (e->columns[c].kind == CC_SHOWN_COLUMN && !cc_made_groups(s->m, e->columns[c].name)
            && strcmp(raw, "0") != 0)
            return false;
    }
    return true;
}

/* The table is in the order of `rows:`; what was not supplied stands in between. */
static bool show_rows(struct shower *s)
{
    const struct cc_made *m = s->m;
    const struct cc_fixed_rows *f = m->exhibit->rows_count ? &m->exhibit->rows[0] : NULL;
    size_t row = 0, at = 0;
    bool ok = true;
    for (size_t i = 0; f && i < f->count && ok; i++) {
        if (cc_made_not_supplied(m, s->values, f->group, f->rows[i].value))
            ok = show_not_supplied(s, f->group, f->rows[i].value, at++);
        else if (row < m->table.rows) ok = show_row(s, row++, at++);
    }
    for (; row < m->table.rows && ok; row++)
        if (!is_idle(s, row)) ok = show_row(s, row, at++);
    if (!at && m->exhibit->column_count) { /* a table without a row would leave the reader in doubt */
        for (size_t c = 0; c < m->exhibit->column_count; c++) cc_grid_cell(s->grid, at, c)->text = c ? "" : "None";
        at++;
    }
    s->grid->rows = at;
    return ok;
}

static size_t not_supplied_count(const struct cc_made *m, const struct cc_values *values)
{
    const struct cc_fixed_rows *f = m->exhibit->rows_count ? &m->exhibit->rows[0] : NULL;
    size_t n = 0;
    for (size_t i = 0; f && i < f->count; i++)
        n += cc_made_not_supplied(m, values, f->group, f->rows[i].value);
    return n;
}

static enum cc_status set_headings(struct shower *s, struct cc_error *err)
{
    const struct cc_exhibit *e = s->m->exhibit;
    enum cc_status st = CC_OK;
    for (size_t c = 0; c < e->column_count && st == CC_OK; c++) {
        const struct cc_shown_column *col = &e->columns[c];
        bool text = col->kind == CC_SHOWN_COLUMN && (cc_made_groups(s->m, col->name) || !strcmp(col->name, "note"));
        for (size_t r = 0; !text && col->kind == CC_SHOWN_COLUMN && r < s->m->table.rows; r++) {
            double x;
            text = cc_show_looks(raw_cell(s, r, col->name), &x) == CC_LOOKS_TEXT;
        }
        s->grid->numbers[c] = !text;
        st = cc_values_fill(s->values, col->heading, col->at, s->arena, &s->grid->headings[c], err);
    }
    return st;
}

static bool explain(const struct shower *s, struct cc_buf *b)
{
    unsigned y = s->symbols;
    bool ok = cc_buf_text(b, "");
    if (ok && y & SYMBOL_SMALL)
        ok = cc_buf_printf(b, "`%s`: hidden because it is small (at least 1, fewer than %s). ", s->small,
                           s->small + 1);
    if (ok && y & SYMBOL_HIDDEN)
        ok = cc_buf_text(b, "`*`: hidden so that a small number cannot be worked out. ");
    if (ok && y & SYMBOL_DERIVED)
        ok = cc_buf_text(b, "\xE2\x80\x9Chidden\xE2\x80\x9D: would give a hidden number away. ");
    if (ok && y & SYMBOL_DASH) ok = cc_buf_text(b, "A long dash (\xE2\x80\x94): not reported. ");
    if (ok && y & SYMBOL_NA) ok = cc_buf_text(b, "n/a: there is nobody to divide by. ");
    if (ok && y & SYMBOL_NOT_SUPPLIED)
        ok = cc_buf_text(
            b,
            "\xE2\x80\x9CNot supplied\xE2\x80\x9D: no list was given for this group; it may hold children. ");
    return ok;
}

/* A program may have made other columns than were planned. */
static enum cc_status check_columns(const struct cc_made *m, struct cc_error *err)
{
    for (size_t c = 0; c < m->exhibit->column_count; c++) {
        const struct cc_shown_column *col = &m->exhibit->columns[c];
        const char *name = col->kind == CC_SHOWN_INTERVAL ? "lower" : col->name;
        if (cc_made_column(m, name) >= 0 && (!col->of || cc_made_column(m, col->of) >= 0)) continue;
        return cc_error_set(err, CC_EDATA, col->at.line, col->at.column, "%s has no column '%.80s'",
                            m->exhibit->id, cc_made_column(m, name) >= 0 ? col->of : name);
    }
    return CC_OK;
}

enum cc_status cc_show_grid(const struct cc_made *m, const struct cc_values *values, struct cc_arena *arena,
                            struct cc_grid **out, const char **symbols, struct cc_error *err)
{
    struct shower s = { .m = m, .values = values, .arena = arena };
    enum cc_status st = check_columns(m, err);
    if (st != CC_OK) return st;
    s.grid = cc_grid_alloc(arena, m->exhibit->column_count, m->table.rows + not_supplied_count(m, values) + 1);
    if (!s.grid) return cc_error_memory(err);
    struct cc_buf b = { 0 };
    st = set_headings(&s, err);
    if (st != CC_OK) return st;
    bool ok = show_rows(&s) && explain(&s, &b);
    *symbols = ok ? cc_arena_text(arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    *out = s.grid;
    return *symbols ? CC_OK : cc_error_memory(err);
}

#include "stats/counting/cc_screen_counts.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_text.h"
#include "stats/screening/cc_biased_rows.h"

enum { TP = CC_CELL_TP, FN, FP, TN, FLAGGED, OTHERS, CELLS = CC_CELLS, SECOND = CC_CELL_SECOND };

static const char NOT_AVAILABLE[] = "a count is not available";

struct work {
    const struct cc_screen_counts *o;
    const struct cc_screen_ask *ask;
    const struct cc_table *in;
    struct cc_screen_table *t;
    size_t at[CELLS];                     /* columns of the cells that are given */
    size_t carried_from[CC_SCORED_NAMES]; /* columns that go through */
    bool part_missing[2]; /* of the cells in hand, one with (without) the condition: what needs it is not known */
};

bool cc_screen_counts_two_rows(const struct cc_screen_counts *c)
{
    return c->design == CC_DESIGN_HUI_WALTER && !c->cells[SECOND];
}

static enum cc_status plan_counts(struct work *w, struct cc_error *err)
{
    bool ok = true;
    for (size_t c = 0; c < w->in->columns && ok; c++) {
        const char *name = w->in->names[c];
        bool cell = false;
        for (int i = 0; i < CELLS; i++) cell = cell || (w->o->cells[i] && c == w->at[i]);
        if (cell || cc_screen_counts_two_rows(w->o) || !strcmp(name, "note") || !strcmp(name, "measure")) continue;
        if (cc_screen_table_has(name)) {
            cc_screen_tell(w->t, "warning: %s: the column '%s' is replaced", w->in->name, name);
            continue;
        }
        if (w->t->n_carried == CC_SCORED_NAMES) {
            cc_error_file(err, w->in->name);
            return cc_error_set(err, CC_EDATA, 1, c + 1, "more than %d columns to carry", CC_SCORED_NAMES);
        }
        w->carried_from[w->t->n_carried++] = c;
        ok = cc_table_add_column(&w->t->out, name);
    }
    return ok && cc_screen_table_columns(w->t) ? CC_OK : cc_error_memory(err);
}

static enum cc_status read_cells(const struct work *w, size_t row, int64_t n[CELLS],
                                 const char **problem, struct cc_error *err)
{
    for (int i = 0; i < CELLS; i++) {
        if (!w->o->cells[i]) continue;
        const char *text = cc_table_cell(w->in, row, w->at[i]);
        if (cc_table_unavailable(text)) {
            *problem = NOT_AVAILABLE;
        } else if (strspn(text, "0123456789") != strlen(text) || !cc_parse_int64(text, &n[i])
                   || n[i] > (int64_t)1 << 50) {
            cc_error_set(err, CC_EDATA, (size_t)w->in->lines[row], w->at[i] + 1, "%s: not a whole number of at least 0",
                         w->in->names[w->at[i]]);
            cc_error_file(err, w->in->name);
            return CC_EDATA;
        }
    }
    return CC_OK;
}

static bool part_missing(const struct work *w, size_t row, int a, int b)
{
    bool missing = w->o->cells[a] && cc_table_unavailable(cc_table_cell(w->in, row, w->at[a]));
    return missing || (w->o->cells[b] && cc_table_unavailable(cc_table_cell(w->in, row, w->at[b])));
}

/* ---- designs ---- */

static struct cc_table22 table_of(const int64_t n[])
{
    return (struct cc_table22){ .tp = n[TP], .fn = n[FN], .fp = n[FP], .tn = n[TN] };
}

static struct cc_cross cross_of(const int64_t n[])
{
    return (struct cc_cross){ n[0], n[1], n[2], n[3] };
}

/* A measure that only children with, or only children without the condition bear on. */
static bool is_of(const char *measure, bool without)
{
    static const char *const names[2][6] = {
        { "tp", "fn", "sensitivity", "fnr", "cases_found_per_1000_at_prev", "cases_missed_per_1000_at_prev" },
        { "fp", "tn", "specificity", "fpr", "false_alarms_per_1000_at_prev", NULL }
    };
    for (size_t i = 0; i < 6 && names[without][i]; i++) {
        size_t n = strlen(names[without][i]);
        if (!strncmp(measure, names[without][i], n) && (!measure[n] || n > 20)) return true;
    }
    return false;
}

/* Hands on the measures that the children who are known bear on alone, and for others says that a count is missing. */
static bool put_part(void *to, const struct cc_screen_row *row)
{
    const struct work *w = to;
    struct cc_screen_row copy = *row;
    if (!is_of(row->measure, w->part_missing[0])) {
        copy.value = CC_NO_ESTIMATE;
        copy.note = NOT_AVAILABLE;
    }
    return cc_screen_table_put(w->t, &copy);
}

static bool complete(struct work *w, const int64_t n[CELLS], const char *problem,
                     const struct cc_screen_sink *sink)
{
    struct cc_table22 t = table_of(n);
    struct cc_screen_sink part = { put_part, w };
    if (w->ask->positives_only) t.fp = t.tn = 0;
    if (!problem || w->part_missing[0] == w->part_missing[1]) return cc_screen_rows(w->ask, &t, problem, sink);
    if (w->part_missing[0]) t.tp = t.fn = 0;
    else t.fp = t.tn = 0;
    return cc_screen_rows(w->ask, &t, NULL, &part);
}

static bool begg_greenes(struct work *w, const int64_t n[CELLS], const char *problem,
                         const struct cc_screen_sink *sink)
{
    struct cc_verified v = { table_of(n), n[FLAGGED], n[OTHERS] };
    return cc_begg_greenes_rows(w->ask, &v, problem, sink);
}

static bool hui_walter(struct work *w, const int64_t n[CELLS], const char *problem,
                       const struct cc_screen_sink *sink)
{
    return cc_hui_walter_rows(w->ask, cross_of(n), cross_of(n + SECOND), problem, sink);
}

static bool two_stage(struct work *w, const int64_t n[CELLS], const char *problem,
                      const struct cc_screen_sink *sink)
{
    return cc_two_stage_rows(w->ask, cross_of(n), cross_of(n + SECOND), problem, sink);
}

static bool two_studies(struct work *w, const int64_t n[CELLS], const char *problem,
                        const struct cc_screen_sink *sink)
{
    struct cc_table22 first = table_of(n), second = table_of(n + SECOND);
    return cc_two_studies_rows(w->ask, &first, &second, problem, sink);
}

typedef bool study_rows(struct work *w, const int64_t n[CELLS], const char *problem,
                        const struct cc_screen_sink *sink);
static study_rows *const DESIGNS[CC_DESIGNS] = {
    [CC_DESIGN_COMPLETE] = complete,         [CC_DESIGN_BEGG_GREENES] = begg_greenes,
    [CC_DESIGN_HUI_WALTER] = hui_walter,     [CC_DESIGN_TWO_STAGE] = two_stage,
    [CC_DESIGN_TWO_STUDIES] = two_studies,
};

/* ---- comparisons ---- */

/* The children of a row; 0 where a count is not available. */
static struct cc_table22 row_table(const struct work *w, size_t row)
{
    int64_t n[CELLS] = { 0 };
    const char *problem = NULL;
    struct cc_error ignored;
    if (read_cells(w, row, n, &problem, &ignored) != CC_OK) return (struct cc_table22){ 0 };
    for (int i = 0; i < SECOND; i += 2)
        if (part_missing(w, row, i, i + 1)) n[i] = n[i + 1] = 0;
    return table_of(n);
}

static bool compared(const struct work *w, size_t a, size_t b)
{
    size_t c = (size_t)cc_table_find(w->in, w->o->compare.at[0]);
    return !strcmp(cc_table_cell(w->in, a, c), cc_table_cell(w->in, b, c));
}

/* Of subgroups in which a count of children with (without) the condition is missing, what needs it is left out. */
struct comparison {
    struct work *w;
    bool missing[2];
};

static bool put_comparison(void *to, const struct cc_screen_row *row)
{
    const struct comparison *c = to;
    bool sensitivity = !strncmp(row->measure, "sensitivity", 11);
    bool specificity = !strncmp(row->measure, "specificity", 11);
    if ((c->missing[0] && !specificity) || (c->missing[1] && !sensitivity)) return true;
    return cc_screen_table_put(c->w->t, row);
}

/* A row minus the first of its kind. */
static bool add_difference(struct work *w, size_t row)
{
    size_t first = 0;
    char against[256];
    struct comparison c = { w, { false, false } };
    struct cc_screen_sink sink = { put_comparison, &c };
    while (!compared(w, first, row)) first++;
    if (first == row) return true;
    for (int i = 0; i < 2; i++)
        c.missing[i] = part_missing(w, row, 2 * i, 2 * i + 1) || part_missing(w, first, 2 * i, 2 * i + 1);
    struct cc_table22 t = row_table(w, row), other = row_table(w, first);
    snprintf(against, sizeof against, "%s = %s",
             cc_table_cell(w->in, first, (size_t)cc_table_find(w->in, w->o->compare.at[0])),
             cc_table_cell(w->in, first, (size_t)cc_table_find(w->in, w->o->compare.at[1])));
    return cc_screen_difference_rows(w->ask, &t, &other, against, &sink);
}

/* Behind the last row of a kind: do they all differ? Not told if a count of one is not available. */
static bool add_homogeneity(struct work *w, size_t row)
{
    struct cc_table22 *tables = calloc(w->in->rows + 1, sizeof *tables);
    struct comparison c = { w, { false, false } };
    struct cc_screen_sink sink = { put_comparison, &c };
    size_t n = 0;
    bool ok = tables != NULL, last = true;
    for (size_t r = row + 1; r < w->in->rows && last; r++) last = !compared(w, r, row);
    for (size_t r = 0; r <= row && ok && last; r++) {
        if (!compared(w, r, row)) continue;
        for (int i = 0; i < 2; i++) c.missing[i] = c.missing[i] || part_missing(w, r, 2 * i, 2 * i + 1);
        tables[n++] = row_table(w, r);
    }
    for (size_t i = 0; i < w->t->n_carried && last; i++)
        if (!strcmp(w->t->out.names[i], w->o->compare.at[1])) w->t->carried[i] = "(total)";
        else if (strcmp(w->t->out.names[i], w->o->compare.at[0]) != 0) w->t->carried[i] = "NA";
    if (ok && last && n > 1) ok = cc_screen_homogeneity_rows(w->ask, tables, n, &sink);
    free(tables);
    return ok;
}

static enum cc_status compare_rows(struct work *w, size_t row, struct cc_error *err)
{
    w->t->note = NULL;
    return add_difference(w, row) && add_homogeneity(w, row) ? CC_OK : cc_error_memory(err);
}

/* ---- all rows ---- */

/* One study: a row, or the two rows of a table with one population a row. */
static enum cc_status add_study(struct work *w, size_t row, struct cc_error *err)
{
    struct cc_screen_sink sink = { cc_screen_table_put, w->t };
    int64_t n[CELLS] = { 0 }, other[CELLS] = { 0 };
    const char *problem = NULL;
    enum cc_status st = read_cells(w, row, n, &problem, err);
    if (st == CC_OK && cc_screen_counts_two_rows(w->o)) {
        st = read_cells(w, row + 1, other, &problem, err);
        memcpy(n + SECOND, other, SECOND * sizeof *n);
    }
    if (st != CC_OK) return st;
    w->part_missing[0] = part_missing(w, row, TP, FN);
    w->part_missing[1] = part_missing(w, row, FP, TN);
    int note = cc_screen_counts_two_rows(w->o) ? -1 : cc_table_find(w->in, "note");
    w->t->note = note < 0 ? NULL : cc_table_cell(w->in, row, (size_t)note);
    for (size_t i = 0; i < w->t->n_carried; i++) w->t->carried[i] = cc_table_cell(w->in, row, w->carried_from[i]);
    return DESIGNS[w->o->design](w, n, problem, &sink) ? CC_OK : cc_error_memory(err);
}

enum cc_status cc_screen_counts(const struct cc_table *in, const struct cc_screen_counts *c,
                                const struct cc_screen_ask *ask, struct cc_screen_table *t, struct cc_error *err)
{
    struct work work = { .o = c, .ask = ask, .in = in, .t = t }, *w = &work;
    bool two_rows = cc_screen_counts_two_rows(c);
    enum cc_status st = CC_OK;
    for (int i = 0; i < CELLS && st == CC_OK; i++)
        if (c->cells[i]) st = cc_table_need(in, c->cells[i], &w->at[i], err);
    if (st == CC_OK && two_rows && in->rows != 2)
        st = cc_error_set(err, CC_EDATA, 0, 0, "%zu rows, but one --population needs a table of two populations",
                          in->rows);
    for (size_t i = 0, found; i < c->compare.n && st == CC_OK; i++)
        st = cc_table_need(in, c->compare.at[i], &found, err);
    if (st == CC_OK) st = plan_counts(w, err);
    t->n_missing = -1;
    for (size_t r = 0; r < (two_rows ? 1 : in->rows) && st == CC_OK; r++) {
        st = add_study(w, r, err);
        if (st == CC_OK && c->compare.n) st = compare_rows(w, r, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

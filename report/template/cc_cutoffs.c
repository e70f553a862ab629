#include "report/template/cc_cutoffs.h"

#include <math.h>
#include <string.h>

#include "datasets/base/cc_text.h"

const char *const cc_cutoffs_counts[CC_CUTOFFS_COUNTS] = { "tp",      "fn",      "fp",
                                                           "tn",      "with",    "without",
                                                           "unknown_flagged", "unknown_passed",
                                                           "flagged", "screened" };
enum { TP, FN, FP, TN, WITH, WITHOUT, UNKNOWN_FLAGGED, UNKNOWN_PASSED, FLAGGED, SCREENED };

enum { CHARACTERISTIC, VALUE, STAGE, RESULT, SCORE, TRUTH, CUTOFF, COUNT, COLUMNS };
static const char *const NAMES[COLUMNS] = { "characteristic", "value", "stage",  "result",
                                            "score",          "truth", "cutoff", "count" };
static const char TOTAL[] = "(total)", FLAG[] = "flagged", PASS[] = "not flagged";

struct counts {
    const struct cc_table *t;
    size_t at[COLUMNS];
};

static const char *cell(const struct counts *c, size_t row, int column)
{
    return cc_table_cell(c->t, row, c->at[column]);
}

/* A count; NaN if it is hidden, or not there. */
static double number(const struct counts *c, size_t row)
{
    double x;
    return row < c->t->rows && cc_parse_double(cell(c, row, COUNT), &x) ? x : (double)NAN;
}

/* The count of a row, by its groups, in the subgroup that `like` is of. */
static double find(const struct counts *c, size_t like, const char *stage, const char *result, const char *truth)
{
    const char *want[] = { cell(c, like, CHARACTERISTIC), cell(c, like, VALUE), stage, result, TOTAL, truth };
    for (size_t r = 0; r < c->t->rows; r++) {
        bool same = true;
        for (int i = 0; i <= TRUTH && same; i++) same = !strcmp(cell(c, r, i), want[i]);
        if (same) return number(c, r);
    }
    return NAN;
}

/* a where it is known, else b. */
static double either(double a, double b)
{
    return isnan(a) ? b : a;
}

/* Children of one result and truth with a score from the row `from` on (upwards), or before it. */
static double add_bands(const struct counts *c, size_t from, bool before, const char *result, const char *truth)
{
    double sum = 0;
    for (size_t r = before ? 0 : from; r < (before ? from : c->t->rows); r++)
        if (strcmp(cell(c, r, SCORE), TOTAL) != 0 && !strcmp(cell(c, r, RESULT), result)
            && !strcmp(cell(c, r, TRUTH), truth))
            sum += number(c, r);
    return sum;
}

/* Children of one truth who are flagged from the row `from` on: added up, or what the others leave of all. */
static double flagged_from(const struct counts *c, size_t from, const char *truth)
{
    bool beyond = !strcmp(cell(c, from, RESULT), FLAG);
    const char *part = beyond ? FLAG : PASS;
    double rest = find(c, from, "analysed", part, truth) - add_bands(c, from, true, part, truth);
    double sum = either(add_bands(c, from, false, part, truth), rest);
    return beyond ? sum : sum + find(c, from, "analysed", FLAG, truth);
}

/* --- rows --- */

struct writer {
    const struct counts *c;
    struct cc_table *out;
    bool ok;
};

static void put(struct writer *w, size_t like, const char *cutoff, const double n[CC_CUTOFFS_COUNTS], bool all)
{
    char text[32];
    const char *first[] = { cell(w->c, like, CHARACTERISTIC), cell(w->c, like, VALUE), cutoff };
    w->ok = w->ok && cc_table_add_row(w->out);
    for (size_t i = 0; i < 3 && w->ok; i++) w->ok = cc_table_set(w->out, w->out->rows - 1, i, first[i]);
    for (size_t i = 0; i < CC_CUTOFFS_COUNTS && w->ok; i++) {
        const char *hidden = i <= WITHOUT || all ? "-" : "NA";
        w->ok = cc_table_set(w->out, w->out->rows - 1, 3 + i,
                             isnan(n[i]) ? hidden : cc_format_double(n[i], text));
    }
}

/* What follows from true and false positives. */
static void complete(const struct counts *c, size_t like, double n[CC_CUTOFFS_COUNTS])
{
    n[WITH] = find(c, like, "analysed", TOTAL, "with");
    n[WITHOUT] = find(c, like, "analysed", TOTAL, "without");
    n[FN] = n[WITH] - n[TP];
    n[TN] = n[WITHOUT] - n[FP];
}

/* No child is known to be without the condition: then nothing is known of false alarms, rather than that there are
 * none. */
static void refuse(const struct counts *c, size_t like, double n[CC_CUTOFFS_COUNTS])
{
    if (find(c, like, "analysed", TOTAL, "without") == 0) n[FP] = n[TN] = NAN;
}

/* Those whose truth is not known are told by the chosen cut-off alone. */
static void add_unknown(const struct counts *c, size_t like, double n[CC_CUTOFFS_COUNTS])
{
    n[UNKNOWN_FLAGGED] = find(c, like, "reference not known", FLAG, TOTAL);
    n[UNKNOWN_PASSED] = find(c, like, "reference not known", PASS, TOTAL);
    n[FLAGGED] = n[TP] + n[FP] + n[UNKNOWN_FLAGGED];
    n[SCREENED] = either(find(c, like, "analysed", TOTAL, TOTAL) + find(c, like, "reference not known", TOTAL, TOTAL),
                         find(c, like, TOTAL, TOTAL, TOTAL) - find(c, like, "no result", TOTAL, TOTAL));
}

static void put_cutoff(struct writer *w, size_t row, size_t chosen)
{
    double n[CC_CUTOFFS_COUNTS];
    for (size_t i = 0; i < CC_CUTOFFS_COUNTS; i++) n[i] = NAN;
    n[TP] = flagged_from(w->c, row, "with");
    n[FP] = flagged_from(w->c, row, "without");
    complete(w->c, row, n);
    if (row == chosen) add_unknown(w->c, row, n);
    refuse(w->c, row, n);
    put(w, row, cell(w->c, row, CUTOFF), n, row == chosen);
}

static void put_subgroup(struct writer *w, size_t row, size_t chosen)
{
    double n[CC_CUTOFFS_COUNTS];
    for (size_t i = 0; i < CC_CUTOFFS_COUNTS; i++) n[i] = NAN;
    n[TP] = find(w->c, row, "analysed", FLAG, "with");
    n[FP] = find(w->c, row, "analysed", FLAG, "without");
    complete(w->c, row, n);
    refuse(w->c, row, n);
    put(w, row, cell(w->c, chosen, CUTOFF), n, false);
}

static bool is(const struct counts *c, size_t row, int column, const char *text)
{
    return !strcmp(cell(c, row, column), text);
}

static bool is_cutoff(const struct counts *c, size_t row)
{
    return !is(c, row, CUTOFF, "NA") && is(c, row, TRUTH, "with");
}

/* The first row of each subgroup. */
static bool is_subgroup(const struct counts *c, size_t row)
{
    return !is(c, row, CHARACTERISTIC, TOTAL) && is(c, row, RESULT, FLAG) && is(c, row, TRUTH, "with");
}

static bool make_columns(struct cc_table *out)
{
    bool ok = cc_table_add_column(out, "characteristic") && cc_table_add_column(out, "value")
        && cc_table_add_column(out, "cutoff");
    for (size_t i = 0; i < CC_CUTOFFS_COUNTS && ok; i++) ok = cc_table_add_column(out, cc_cutoffs_counts[i]);
    return ok;
}

enum cc_status cc_cutoffs(struct cc_table *t, struct cc_error *err)
{
    struct counts c = { .t = t };
    struct cc_table out = { 0 };
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < COLUMNS && st == CC_OK; i++) st = cc_table_need(t, NAMES[i], &c.at[i], err);
    if (st != CC_OK) return st;
    struct writer w = { &c, &out, make_columns(&out) };
    size_t chosen = 0;
    while (chosen < t->rows && !(is_cutoff(&c, chosen) && is(&c, chosen, RESULT, FLAG))) chosen++;
    for (size_t r = 0; r < t->rows && w.ok; r++)
        if (is_cutoff(&c, r)) put_cutoff(&w, r, chosen);
    for (size_t r = 0; r < t->rows && w.ok && chosen < t->rows; r++)
        if (is_subgroup(&c, r)) put_subgroup(&w, r, chosen);
    memcpy(out.name, t->name, sizeof out.name);
    cc_table_free(w.ok ? t : &out);
    if (w.ok) *t = out;
    return w.ok ? CC_OK : cc_error_memory(err);
}

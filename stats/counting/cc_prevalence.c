#include "stats/counting/cc_prevalence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_rate.h"
#include "stats/screening/cc_biased.h"

const char CC_ROGAN_GLADEN_PREFIX[] = "rogan-gladen-";

enum { MEASURE, NUMERATOR, DENOMINATOR, ESTIMATE, SE, LOWER, UPPER, LEVEL, METHOD, NOTE, RESULT_COLUMNS };
static const char *const RESULTS[RESULT_COLUMNS] = { "measure", "numerator", "denominator", "estimate", "se",
                                                     "lower", "upper", "level", "method", "note" };

struct work {
    const struct cc_prevalence_ask *o;
    const struct cc_table *in;
    const struct cc_population_row *joined;
    struct cc_table *out;
    size_t x, n;                  /* columns of `in`; n is not used with populations */
    size_t tool[CC_TOOL_NUMBERS]; /* columns, where it has them */
    int note;                     /* column of `in`, or -1 */
    size_t *carried, n_carried;
    char measure[64];
};

/* One row's counts, or why there are none. */
struct counts {
    int64_t x, n;
    double time, tool[CC_TOOL_NUMBERS];
    const char *x_text, *n_text, *problem;
    char n_buffer[32];
};

/* ---- the tool ---- */

static double sensitivity_of(const struct cc_prevalence_tool *tool, const double *v)
{
    return tool->n == CC_TOOL_NUMBERS ? v[CC_TOOL_FLAGGED] / v[CC_TOOL_WITH] : v[CC_TOOL_SENSITIVITY];
}

static double specificity_of(const struct cc_prevalence_tool *tool, const double *v)
{
    return tool->n == CC_TOOL_NUMBERS ? v[CC_TOOL_PASSED] / v[CC_TOOL_WITHOUT] : v[CC_TOOL_SPECIFICITY];
}

static const char USELESS[] = "sensitivity + specificity is not above 1: positives do not tell how many have the "
                              "condition";

const char *cc_prevalence_useless(const struct cc_prevalence_tool *tool, const double *values)
{
    return sensitivity_of(tool, values) + specificity_of(tool, values) <= 1 ? USELESS : NULL;
}

/* ---- columns ---- */

static bool is_result(const struct work *w, const char *name)
{
    for (size_t i = 0; i < RESULT_COLUMNS; i++)
        if (!strcmp(name, RESULTS[i])) return i != SE || w->o->tool.n > 0;
    return false;
}

static bool is_used(const struct work *w, size_t column)
{
    for (size_t i = 0; i < w->o->tool.n; i++)
        if (isnan(w->o->tool.values[i]) && column == w->tool[i]) return true;
    return column == w->x || (!w->joined && column == w->n);
}

/* The columns that go through unchanged; those that a result replaces are named in a warning. */
static bool plan_columns(struct work *w, void (*tell)(const char *text))
{
    const struct cc_table *t = w->in;
    w->carried = calloc(t->columns + 1, sizeof *w->carried);
    bool ok = w->carried != NULL;
    for (size_t c = 0; c < t->columns && ok; c++) {
        const char *name = t->names[c];
        if (is_used(w, c)) continue;
        if (!is_result(w, name)) {
            w->carried[w->n_carried++] = c;
            ok = cc_table_add_column(w->out, name);
        } else if (strcmp(name, "measure") != 0 && strcmp(name, "note") != 0) {
            char text[512];
            snprintf(text, sizeof text, "warning: %s: the column '%s' is replaced", t->name, name);
            tell(text);
        }
    }
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        if (is_result(w, RESULTS[i])) ok = cc_table_add_column(w->out, RESULTS[i]);
    return ok;
}

static void name_measure(struct work *w)
{
    char per[32];
    cc_format_double(w->o->per, per);
    const char *what = w->o->rate ? "rate" : w->o->tool.n ? "true_prevalence" : "proportion";
    if (!w->o->rate && w->o->per == 1) snprintf(w->measure, sizeof w->measure, "%s", what);
    else snprintf(w->measure, sizeof w->measure, "%s_per_%s", what, per);
}

/* ---- cells ---- */

static bool parse_count(const char *text, int64_t *out)
{
    return strspn(text, "0123456789") == strlen(text) && cc_parse_int64(text, out);
}

static enum cc_status cell_error(const struct work *w, size_t row, size_t column, struct cc_error *err,
                                 const char *what)
{
    cc_error_set(err, CC_EDATA, (size_t)w->in->lines[row], column + 1, "%s: %s", w->in->names[column], what);
    cc_error_file(err, w->in->name);
    return CC_EDATA;
}

static enum cc_status read_denominator(const struct work *w, size_t row, struct counts *c, struct cc_error *err)
{
    if (w->joined) {
        c->time = w->joined[row].population;
        c->n_text = cc_format_double(c->time, c->n_buffer);
        if (isnan(c->time)) c->problem = c->problem ? c->problem : w->joined[row].note;
        else if (!w->o->rate && c->time != floor(c->time))
            return cell_error(w, row, w->x, err, "the population of this group is not a whole number");
        else if (c->time > 9e15) return cell_error(w, row, w->x, err, "the population of this group is too large");
        else c->n = (int64_t)c->time;
        return CC_OK;
    }
    c->n_text = cc_table_cell(w->in, row, w->n);
    if (cc_table_unavailable(c->n_text)) {
        if (!c->problem) c->problem = "denominator not available";
        return CC_OK;
    }
    if (!w->o->rate && !parse_count(c->n_text, &c->n))
        return cell_error(w, row, w->n, err, "not a whole number of at least 0");
    if (w->o->rate && !(cc_parse_double(c->n_text, &c->time) && c->time >= 0))
        return cell_error(w, row, w->n, err, "not a number of at least 0");
    return CC_OK;
}

static enum cc_status read_tool(const struct work *w, size_t row, struct counts *c, struct cc_error *err)
{
    const struct cc_prevalence_tool *t = &w->o->tool;
    bool counts = t->n == CC_TOOL_NUMBERS;
    for (size_t i = 0; i < t->n; i++) {
        double *x = &c->tool[i];
        *x = t->values[i];
        if (!isnan(*x)) continue;
        const char *text = cc_table_cell(w->in, row, w->tool[i]);
        if (cc_table_unavailable(text)) {
            if (!c->problem) c->problem = "sensitivity or specificity not available";
        } else if (!cc_parse_double(text, x) || !(*x >= 0 && (counts ? *x == floor(*x) && *x <= 1e15 : *x <= 1))) {
            return cell_error(w, row, w->tool[i], err, counts ? "not a whole number of at least 0"
                                                              : "not a number from 0 to 1");
        }
    }
    for (size_t i = 0; counts && i < t->n && !c->problem; i += 2) {
        if (c->tool[i] > c->tool[i + 1])
            return cell_error(w, row, w->x, err, "in the validation study of this row a count is more than its total");
        if (c->tool[i + 1] == 0)
            c->problem = "the validation study has nobody with, or nobody without, the condition";
    }
    if (t->n && !c->problem) c->problem = cc_prevalence_useless(t, c->tool);
    return CC_OK;
}

static enum cc_status read_counts(const struct work *w, size_t row, struct counts *c, struct cc_error *err)
{
    *c = (struct counts){ .x_text = cc_table_cell(w->in, row, w->x) };
    if (cc_table_unavailable(c->x_text)) c->problem = "numerator not available";
    else if (!parse_count(c->x_text, &c->x))
        return cell_error(w, row, w->x, err, "not a whole number of at least 0");
    enum cc_status st = read_denominator(w, row, c, err);
    if (st == CC_OK) st = read_tool(w, row, c, err);
    if (st != CC_OK || c->problem) return st;
    if (!w->o->rate && c->x > c->n)
        return cell_error(w, row, w->x, err, "more than its denominator; for events over time use --rate");
    if (w->o->rate && c->time == 0 && c->x > 0)
        return cell_error(w, row, w->x, err, "above 0, but its denominator is 0");
    return CC_OK;
}

/* ---- rows ---- */

static bool add_note(struct cc_buf *b, const char *note)
{
    if (!note || !*note || !strcmp(note, "NA")) return true;
    return (!b->size || cc_buf_text(b, "; ")) && cc_buf_text(b, note);
}

static double clip(double p)
{
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* Where the correction leaves the scale. */
static bool note_outside(const struct work *w, const struct cc_interval *raw, struct cc_buf *b)
{
    char text[128];
    const char *what = raw->estimate < 0 ? "estimate below 0: fewer positives than false alarms alone would give"
                       : raw->estimate > 1 ? "estimate above 1: more positives than the sensitivity allows" : NULL;
    const char *limits = raw->lower < 0 && raw->upper > 1 ? "limits below 0 and above 1" : raw->lower < 0
                         ? "limit below 0" : raw->upper > 1 ? "limit above 1" : NULL;
    bool ok = add_note(b, what);
    if (raw->upper < 0 || raw->lower > 1)
        limits = "all of the interval is outside 0 to 1: sensitivity and specificity do not fit these children";
    if (limits) snprintf(text, sizeof text, "%s%s", limits, w->o->want.unclipped ? "" : "; cut");
    return ok && add_note(b, limits ? text : NULL);
}

/* What a reader must know of these numbers, after the note of the input. */
static bool compose_note(const struct work *w, size_t row, const struct counts *c, const struct cc_prevalence_method *m,
                         enum cc_status st, const struct cc_interval *raw, struct cc_buf *b)
{
    bool ok = w->note < 0 || add_note(b, cc_table_cell(w->in, row, (size_t)w->note));
    if (c->problem) return ok && add_note(b, c->problem);
    if (st == CC_UNDEFINED)
        return ok && add_note(b, c->n == 0 ? "denominator is 0" : "the validation study is too small for this method");
    if (w->o->want.sides != CC_TWO_SIDED)
        ok = ok && add_note(b, w->o->want.sides == CC_LOWER ? "one-sided lower bound" : "one-sided upper bound");
    if (raw->lower == raw->upper) ok = ok && add_note(b, "no width: use another method");
    if (m->family == CC_PREVALENCE_PROPORTION && w->o->tool.n == CC_TOOL_NUMBERS)
        ok = ok && add_note(b, "sensitivity and specificity taken as exact");
    if (w->o->tool.n) ok = ok && note_outside(w, raw, b);
    if (w->o->rate && raw->lower < 0) ok = ok && add_note(b, "lower limit below 0: use another method");
    return ok;
}

static enum cc_status corrected(const struct work *w, const struct cc_prevalence_method *m, const struct counts *c,
                                struct cc_estimate *out)
{
    struct cc_limits raw = { w->o->want.level, w->o->want.sides, true };
    const double *t = c->tool;
    if (m->family == CC_PREVALENCE_PROPORTION)
        return cc_rogan_gladen((enum cc_prop_method)m->code, c->x, c->n, sensitivity_of(&w->o->tool, t),
                               specificity_of(&w->o->tool, t), raw, out);
    const struct cc_share positive = { c->x, c->n };
    const struct cc_share flagged = { (int64_t)t[CC_TOOL_FLAGGED], (int64_t)t[CC_TOOL_WITH] };
    const struct cc_share passed = { (int64_t)t[CC_TOOL_PASSED], (int64_t)t[CC_TOOL_WITHOUT] };
    return cc_rogan_gladen_estimated((enum cc_rogan_gladen_estimated)m->code, positive, flagged, passed, raw, out);
}

static enum cc_status interval(const struct work *w, const struct cc_prevalence_method *m, const struct counts *c,
                               struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (c->problem) return CC_OK;
    if (w->o->tool.n) return corrected(w, m, c, out);
    if (m->family == CC_PREVALENCE_RATE)
        return cc_rate_interval((enum cc_rate_method)m->code, c->x, c->time, w->o->want, &out->ci);
    return cc_prop_interval((enum cc_prop_method)m->code, c->x, c->n, w->o->want, &out->ci);
}

static const char *name_method(const struct work *w, const struct cc_prevalence_method *m, char name[64])
{
    bool corrected_one = w->o->tool.n && strcmp(m->name, "lang-reiczigel") != 0;
    snprintf(name, 64, "%s%s", corrected_one ? CC_ROGAN_GLADEN_PREFIX : "", m->name);
    return name;
}

/* Corrected limits come unclipped, for the note. */
static struct cc_interval shown(const struct work *w, const struct cc_interval *raw)
{
    if (w->o->tool.n == 0 || w->o->want.unclipped) return *raw;
    return (struct cc_interval){ clip(raw->estimate), clip(raw->lower), clip(raw->upper) };
}

static enum cc_status add_result(struct work *w, size_t row, const struct counts *c,
                                 const struct cc_prevalence_method *m, struct cc_error *err)
{
    struct cc_estimate e;
    enum cc_status st = interval(w, m, c, &e);
    if (st == CC_EDOMAIN) return cell_error(w, row, w->x, err, "no interval can be computed; is the count too large?");
    struct cc_interval ci = shown(w, &e.ci);
    char number[5][32], name[64];
    struct cc_buf note = { 0 };
    bool ok = compose_note(w, row, c, m, st, &e.ci, &note) && cc_table_add_row(w->out);
    const char *cells[RESULT_COLUMNS] = {
        [MEASURE] = w->measure,
        [NUMERATOR] = *c->x_text ? c->x_text : "NA",
        [DENOMINATOR] = *c->n_text ? c->n_text : "NA",
        [ESTIMATE] = cc_format_double(ci.estimate * w->o->per, number[0]),
        [SE] = cc_format_double(e.se * w->o->per, number[4]),
        [LOWER] = cc_format_double(ci.lower * w->o->per, number[1]),
        [UPPER] = cc_format_double(ci.upper * w->o->per, number[2]),
        [LEVEL] = cc_format_double(w->o->want.level, number[3]),
        [METHOD] = name_method(w, m, name),
        [NOTE] = note.data ? note.data : "",
    };
    size_t column = 0;
    for (; column < w->n_carried && ok; column++)
        ok = cc_table_set(w->out, w->out->rows - 1, column, cc_table_cell(w->in, row, w->carried[column]));
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        if (is_result(w, RESULTS[i])) ok = cc_table_set(w->out, w->out->rows - 1, column++, cells[i]);
    cc_buf_free(&note);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status add_results(struct work *w, struct cc_error *err)
{
    struct counts c;
    enum cc_status st = CC_OK;
    for (size_t r = 0; r < w->in->rows && st == CC_OK; r++) {
        st = read_counts(w, r, &c, err);
        for (size_t i = 0; i < w->o->n_methods && st == CC_OK; i++) st = add_result(w, r, &c, w->o->methods[i], err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

static enum cc_status find_columns(struct work *w, struct cc_error *err)
{
    const struct cc_prevalence_tool *tool = &w->o->tool;
    enum cc_status st = cc_table_need(w->in, w->o->numerator, &w->x, err);
    if (st == CC_OK && !w->joined) st = cc_table_need(w->in, w->o->denominator, &w->n, err);
    for (size_t i = 0; i < tool->n && st == CC_OK; i++)
        if (isnan(tool->values[i])) st = cc_table_need(w->in, tool->texts[i], &w->tool[i], err);
    w->note = cc_table_find(w->in, "note");
    return st;
}

enum cc_status cc_prevalence_rows(const struct cc_table *in, const struct cc_prevalence_ask *ask,
                                  const struct cc_population_row *joined, void (*tell)(const char *text),
                                  struct cc_table *out, struct cc_error *err)
{
    struct work w = { .o = ask, .in = in, .joined = joined, .out = out };
    enum cc_status st = find_columns(&w, err);
    name_measure(&w);
    if (st == CC_OK && !plan_columns(&w, tell)) st = cc_error_memory(err);
    if (st == CC_OK) st = add_results(&w, err);
    free(w.carried);
    return st;
}

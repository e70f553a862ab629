/* cc-prevalence: proportions and rates with confidence limits, from counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_population.h"
#include "stats/intervals/cc_prop.h"
#include "stats/intervals/cc_rate.h"
#include "stats/screening/cc_biased.h"

#define PROG "cc-prevalence"

enum { MAX_METHODS = 16 };

static const char HELP[] =
    "cc-prevalence: proportions and rates with confidence limits, from counts\n"
    "\n"
    "Usage: casecount prevalence TABLE --numerator COLUMN --denominator COLUMN [OPTION]...\n"
    "       casecount prevalence TABLE --sensitivity X --specificity X [OPTION]...\n"
    "\n"
    "TABLE is a CSV file (- is standard input), one row a group. Each row is written once per method.\n"
    "\n"
    "      --numerator COLUMN    counts: whole numbers [numerator]\n"
    "      --denominator COLUMN  persons, or with --rate persons or person-time\n"
    "                            [denominator; with --population: its column]\n"
    "  -l, --level LEVEL         confidence level, between 0 and 1 [0.95]\n"
    "      --sides two|lower|upper   an interval, or one bound that has the level by itself [two]\n"
    "      --method NAME,...     proportions: wilson, wilson-cc, clopper-pearson (exact), agresti-coull,\n"
    "                            jeffreys, jeffreys-unadjusted, mid-p, blaker, sterne, wald [wilson];\n"
    "                            rates: garwood (exact), byar, byar-half, mid-p, normal [garwood]\n"
    "      --rate                events over persons or person-time (Poisson), not persons of persons\n"
    "      --per N               multiply estimate and limits by N [1]\n"
    "      --unclipped           leave limits below 0 or above 1 as they are\n"
    "True prevalence, where the numerator is who was positive on a tool with errors (method rogan-gladen):\n"
    "      --sensitivity X, --specificity X  of the tool: numbers, or columns with them. The methods are those\n"
    "                            of proportions, also with rogan-gladen- before them [rogan-gladen-wilson]\n"
    "      --sensitivity-counts FLAGGED,N   its validation study: numbers or columns, of N children with the\n"
    "                            condition, those flagged\n"
    "      --specificity-counts PASSED,N    of N children without it, those not flagged. More methods:\n"
    "                            lang-reiczigel, delta [lang-reiczigel]\n"
    "Denominators of another file:\n"
    "      --population FILE     denominators from FILE, joined on the group columns\n"
    "      --population-column COLUMN  of FILE [population]\n"
    "      --vintage V           use the rows of FILE whose column vintage is V\n"
    "      --select COLUMN=VALUE use only such rows of FILE; may be repeated\n"
    "  -g, --by COLUMN,...       columns to join on [all that both have, left of measure]\n"
    "      --allow-missing       NA for a group that FILE does not have, instead of an error\n"
    "  -f, --format csv|json|md  [csv]\n"
    "  -o, --output FILE         write there instead of to standard output\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: 37 of 211 screened children, and none of 64\n"
    "  casecount prevalence sites.csv --numerator x --denominator n --method wilson\n"
    "  site,measure,numerator,denominator,estimate,lower,upper,level,method,note\n"
    "  north,proportion,37,211,0.175355450236967,0.129981018854035,0.232339453404815,0.95,wilson,\n"
    "  south,proportion,0,64,0,0,0.0566240597928053,0.95,wilson,\n";

enum family { PROPORTION, RATE, ESTIMATED /* true prevalence, tool validated in a study */ };

struct method {
    const char *name;
    enum family family;
    int code; /* enum cc_prop_method, cc_rate_method or cc_rogan_gladen_estimated */
};

/* The first name of a code is how it is printed. */
static const struct method METHODS[] = {
    { "wilson", PROPORTION, CC_PROP_WILSON },
    { "score", PROPORTION, CC_PROP_WILSON },
    { "wilson-cc", PROPORTION, CC_PROP_WILSON_CC },
    { "wilsoncc", PROPORTION, CC_PROP_WILSON_CC },
    { "clopper-pearson", PROPORTION, CC_PROP_CLOPPER_PEARSON },
    { "exact", PROPORTION, CC_PROP_CLOPPER_PEARSON },
    { "agresti-coull", PROPORTION, CC_PROP_AGRESTI_COULL },
    { "jeffreys", PROPORTION, CC_PROP_JEFFREYS },
    { "jeffreys-unadjusted", PROPORTION, CC_PROP_JEFFREYS_UNADJUSTED },
    { "mid-p", PROPORTION, CC_PROP_MID_P },
    { "midp", PROPORTION, CC_PROP_MID_P },
    { "blaker", PROPORTION, CC_PROP_BLAKER },
    { "sterne", PROPORTION, CC_PROP_STERNE },
    { "wald", PROPORTION, CC_PROP_WALD },
    { "garwood", RATE, CC_RATE_GARWOOD },
    { "exact", RATE, CC_RATE_GARWOOD },
    { "byar", RATE, CC_RATE_BYAR },
    { "byar-half", RATE, CC_RATE_BYAR_HALF },
    { "mid-p", RATE, CC_RATE_MID_P },
    { "midp", RATE, CC_RATE_MID_P },
    { "normal", RATE, CC_RATE_NORMAL },
    { "lang-reiczigel", ESTIMATED, CC_RG_LANG_REICZIGEL },
    { "delta", ESTIMATED, CC_RG_DELTA },
};
enum { N_METHODS = sizeof METHODS / sizeof *METHODS };

enum { MEASURE, NUMERATOR, DENOMINATOR, ESTIMATE, SE, LOWER, UPPER, LEVEL, METHOD, NOTE, RESULT_COLUMNS };
static const char *const RESULTS[RESULT_COLUMNS] = { "measure", "numerator", "denominator", "estimate", "se",
                                                     "lower", "upper", "level", "method", "note" };

/* Sensitivity and specificity, or the counts of their study: each a number or a column. */
enum { SENSITIVITY, SPECIFICITY, FLAGGED = 0, WITH, PASSED, WITHOUT, TOOL_NUMBERS };

struct tool {
    size_t n; /* 0: no tool; 2: known; 4: counts */
    const char *texts[TOOL_NUMBERS];
    double values[TOOL_NUMBERS]; /* NaN: in a column */
};

struct options {
    const char *table, *numerator, *denominator, *population, *output;
    char *method_list, *by_list;
    const struct method *methods[MAX_METHODS];
    size_t n_methods;
    bool rate;
    double per;
    struct cc_limits want;
    struct tool tool;
    struct cc_population_options join;
    enum cc_format format;
};

/* What the program works on: the table, where its columns are, its denominators. */
struct work {
    const struct options *o;
    struct cc_table in, population, out;
    size_t x, n;            /* columns of `in`; n is not used with a population file */
    size_t tool[TOOL_NUMBERS]; /* columns, where it has them */
    int note;               /* column of `in`, or -1 */
    size_t *carried, n_carried;
    struct cc_population_row *joined; /* NULL without a population file */
    char measure[64];
};

/* One row's counts, or why there are none. */
struct counts {
    int64_t x, n;
    double time, tool[TOOL_NUMBERS];
    const char *x_text, *n_text, *problem;
    char n_buffer[32];
};

/* ---- options ---- */

static bool allowed(const struct options *o, const struct method *m)
{
    return m->family == (o->rate ? RATE : PROPORTION) || (m->family == ESTIMATED && o->tool.n == TOOL_NUMBERS);
}

static int bad_method(const struct options *o, const char *name)
{
    const char *names[N_METHODS];
    size_t n = 0;
    for (size_t i = 0; i < N_METHODS; i++) {
        if (allowed(o, &METHODS[i])) names[n++] = METHODS[i].name;
        else if (!cc_name_equal(name, METHODS[i].name)) continue;
        else if (METHODS[i].family == ESTIMATED)
            return cc_usage(PROG, "method '%s' needs --sensitivity-counts and --specificity-counts", name);
        else
            return cc_usage(PROG, "method '%s' is for %s: %s --rate", name, o->rate ? "proportions" : "rates",
                            o->rate ? "leave out" : "add");
    }
    const char *near = cc_suggest(name, names, n);
    return cc_usage(PROG, "unknown method '%s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
                    near ? "'?" : "");
}

static const char *standard_method(const struct options *o)
{
    return o->rate ? "garwood" : o->tool.n == TOOL_NUMBERS ? "lang-reiczigel" : "wilson";
}

static const char ROGAN_GLADEN[] = "rogan-gladen-";

static bool has_prefix(const char *name)
{
    char start[sizeof ROGAN_GLADEN];
    snprintf(start, sizeof start, "%s", name);
    return cc_name_equal(start, ROGAN_GLADEN);
}

static int parse_method(struct options *o, const char *name)
{
    const struct method *found = NULL;
    bool corrected = cc_name_equal(name, "rogan-gladen") || has_prefix(name);
    if (corrected && o->tool.n == 0)
        return cc_usage(PROG, "method '%s' needs --sensitivity and --specificity, or the counts of their study", name);
    const char *own = !corrected ? name : has_prefix(name) ? name + strlen(ROGAN_GLADEN) : standard_method(o);
    for (size_t m = 0; m < N_METHODS && !found; m++)
        if (allowed(o, &METHODS[m]) && cc_name_equal(own, METHODS[m].name)) found = &METHODS[m];
    if (!found) return bad_method(o, own);
    for (size_t m = 0; m < N_METHODS; m++)
        if (METHODS[m].family == found->family && METHODS[m].code == found->code) {
            found = &METHODS[m];
            break;
        }
    if (o->want.sides != CC_TWO_SIDED && found->family == PROPORTION
        && (found->code == CC_PROP_BLAKER || found->code == CC_PROP_STERNE))
        return cc_usage(PROG, "method '%s' has two sides", found->name);
    o->methods[o->n_methods++] = found;
    return CC_EXIT_OK;
}

static int parse_methods(struct options *o)
{
    char *names[MAX_METHODS];
    size_t n = o->method_list ? cc_split(o->method_list, ',', names, MAX_METHODS) : 0;
    int code = CC_EXIT_OK;
    if (!o->method_list) return parse_method(o, standard_method(o));
    if (n == 0) return cc_usage(PROG, "--method names no method");
    for (size_t i = 0; i < n && code == CC_EXIT_OK; i++) code = parse_method(o, names[i]);
    return code;
}

/* A number within its range, or else the name of a column. */
static int parse_tool_number(struct tool *tool, size_t i, const char *text, bool count)
{
    double *x = &tool->values[i];
    tool->texts[i] = text;
    if (!cc_parse_double(text, x)) {
        *x = NAN;
        return CC_EXIT_OK;
    }
    bool valid = *x >= 0 && (count ? *x == floor(*x) && *x <= 1e15 : *x <= 1);
    return valid ? CC_EXIT_OK : cc_usage(PROG, "%s is %s, or a column, not '%s'",
                                         count ? "a count of the validation study" : "sensitivity or specificity",
                                         count ? "a whole number" : "a number from 0 to 1", text);
}

/* --sensitivity and --specificity take one number each, with -counts two; specificity's come second. */
static int set_tool(const struct cc_given *g)
{
    struct tool *tool = g->to;
    char *parts[3];
    size_t needed = strstr(g->name, "-counts") ? 2 : 1, at = strncmp(g->name, "sens", 4) ? needed : 0;
    if (tool->n && tool->n != 2 * needed)
        return cc_usage(PROG, "give sensitivity and specificity, or the counts of their study");
    if (cc_split(g->text, ',', parts, 3) != needed)
        return cc_usage(PROG, needed == 1 ? "--sensitivity and --specificity take a number or a column"
                                          : "--sensitivity-counts and --specificity-counts take two numbers or "
                                            "columns");
    tool->n = 2 * needed;
    int code = CC_EXIT_OK;
    for (size_t i = 0; i < needed && code == CC_EXIT_OK; i++)
        code = parse_tool_number(tool, at + i, parts[i], needed == 2);
    return code;
}

static double sensitivity_of(const struct tool *tool, const double *v)
{
    return tool->n == TOOL_NUMBERS ? v[FLAGGED] / v[WITH] : v[SENSITIVITY];
}

static double specificity_of(const struct tool *tool, const double *v)
{
    return tool->n == TOOL_NUMBERS ? v[PASSED] / v[WITHOUT] : v[SPECIFICITY];
}

static const char USELESS[] = "sensitivity + specificity is not above 1: positives do not tell how many have the "
                              "condition";

static int check_tool(const struct options *o)
{
    const struct tool *t = &o->tool;
    if (t->n == 0) return CC_EXIT_OK;
    for (size_t i = 0; i < t->n; i++)
        if (!t->texts[i]) return cc_usage(PROG, "sensitivity and specificity are needed together");
    if (o->rate) return cc_usage(PROG, "a rate has no sensitivity and specificity: leave out --rate");
    double sum = sensitivity_of(t, t->values) + specificity_of(t, t->values);
    return sum <= 1 ? cc_usage(PROG, "%s", USELESS) : CC_EXIT_OK;
}

static int set_sides(const struct cc_given *g)
{
    static const char *const names[] = { [CC_TWO_SIDED] = "two", [CC_LOWER] = "lower", [CC_UPPER] = "upper" };
    enum cc_sides *sides = g->to;
    size_t i = *sides;
    int code = cc_given_word(g, names, 3, "is two, lower or upper", &i);
    *sides = (enum cc_sides)i;
    return code;
}

static int set_select(const struct cc_given *g)
{
    struct cc_population_options *join = g->to;
    const char *column, *value;
    if (!cc_given_pair(g, &column, &value)) return cc_usage(PROG, "--select takes COLUMN=VALUE, not '%s'", g->text);
    if (join->n_select == CC_POPULATION_SELECTS) return cc_usage(PROG, "too many --select");
    join->select[join->n_select].column = column;
    join->select[join->n_select++].value = value;
    return CC_EXIT_OK;
}

static int check_population_options(struct options *o)
{
    bool given = o->join.vintage || o->join.n_select || o->by_list || o->join.allow_missing
                 || strcmp(o->join.column, "population") != 0;
    if (!o->population)
        return given ? cc_usage(PROG, "--vintage, --select, --by, --allow-missing and --population-column need "
                                      "--population")
                     : CC_EXIT_OK;
    if (!o->denominator) o->denominator = o->join.column;
    if (strcmp(o->denominator, o->join.column) != 0)
        return cc_usage(PROG, "--denominator '%s' is not the population file's column '%s'", o->denominator,
                        o->join.column);
    if (o->by_list) {
        char *names[CC_POPULATION_KEYS];
        o->join.n_by = cc_split(o->by_list, ',', names, CC_POPULATION_KEYS);
        for (size_t i = 0; i < o->join.n_by; i++) o->join.by[i] = names[i];
    }
    o->join.not_a_key = o->numerator;
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "numerator", 0, CC_VALUE, cc_set_text, &o->numerator },
        { "denominator", 0, CC_VALUE, cc_set_text, &o->denominator },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->want.level },
        { "sides", 0, CC_VALUE, set_sides, &o->want.sides },
        { "method", 0, CC_VALUE, cc_set_text, &o->method_list },
        { "rate", 0, CC_ALONE, cc_set_flag, &o->rate },
        { "per", 0, CC_VALUE, cc_set_positive, &o->per },
        { "unclipped", 0, CC_ALONE, cc_set_flag, &o->want.unclipped },
        { "sensitivity", 0, CC_VALUE, set_tool, &o->tool },
        { "specificity", 0, CC_VALUE, set_tool, &o->tool },
        { "sensitivity-counts", 0, CC_VALUE, set_tool, &o->tool },
        { "specificity-counts", 0, CC_VALUE, set_tool, &o->tool },
        { "population", 0, CC_VALUE, cc_set_text, &o->population },
        { "population-column", 0, CC_VALUE, cc_set_text, &o->join.column },
        { "vintage", 0, CC_VALUE, cc_set_text, &o->join.vintage },
        { "select", 0, CC_VALUE, set_select, &o->join },
        { "by", 'g', CC_VALUE, cc_set_text, &o->by_list },
        { "allow-missing", 0, CC_ALONE, cc_set_flag, &o->join.allow_missing },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->table);
    if (*code == CC_EXIT_OK) *code = check_population_options(o);
    if (!o->numerator) o->numerator = "numerator";
    if (!o->denominator) o->denominator = "denominator";
    if (*code == CC_EXIT_OK) *code = check_tool(o);
    if (*code == CC_EXIT_OK) *code = parse_methods(o);
    return *code == CC_EXIT_OK;
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
static bool plan_columns(struct work *w)
{
    const struct cc_table *t = &w->in;
    w->carried = calloc(t->columns + 1, sizeof *w->carried);
    bool ok = w->carried != NULL;
    for (size_t c = 0; c < t->columns && ok; c++) {
        const char *name = t->names[c];
        if (is_used(w, c)) continue;
        if (!is_result(w, name)) {
            w->carried[w->n_carried++] = c;
            ok = cc_table_add_column(&w->out, name);
        } else if (strcmp(name, "measure") != 0 && strcmp(name, "note") != 0) {
            cc_note(PROG, "warning: %s: the column '%s' is replaced", t->name, name);
        }
    }
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        if (is_result(w, RESULTS[i])) ok = cc_table_add_column(&w->out, RESULTS[i]);
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
    cc_error_set(err, CC_EDATA, (size_t)w->in.lines[row], column + 1, "%s: %s", w->in.names[column], what);
    cc_error_file(err, w->in.name);
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
    c->n_text = cc_table_cell(&w->in, row, w->n);
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
    const struct tool *t = &w->o->tool;
    bool counts = t->n == TOOL_NUMBERS;
    for (size_t i = 0; i < t->n; i++) {
        double *x = &c->tool[i];
        *x = t->values[i];
        if (!isnan(*x)) continue;
        const char *text = cc_table_cell(&w->in, row, w->tool[i]);
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
    if (t->n && !c->problem && sensitivity_of(t, c->tool) + specificity_of(t, c->tool) <= 1)
        c->problem = USELESS;
    return CC_OK;
}

static enum cc_status read_counts(const struct work *w, size_t row, struct counts *c, struct cc_error *err)
{
    *c = (struct counts){ .x_text = cc_table_cell(&w->in, row, w->x) };
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
static bool compose_note(const struct work *w, size_t row, const struct counts *c, const struct method *m,
                         enum cc_status st, const struct cc_interval *raw, struct cc_buf *b)
{
    bool ok = w->note < 0 || add_note(b, cc_table_cell(&w->in, row, (size_t)w->note));
    if (c->problem) return ok && add_note(b, c->problem);
    if (st == CC_UNDEFINED)
        return ok && add_note(b, c->n == 0 ? "denominator is 0" : "the validation study is too small for this method");
    if (w->o->want.sides != CC_TWO_SIDED)
        ok = ok && add_note(b, w->o->want.sides == CC_LOWER ? "one-sided lower bound" : "one-sided upper bound");
    if (raw->lower == raw->upper) ok = ok && add_note(b, "no width: use another method");
    if (m->family == PROPORTION && w->o->tool.n == TOOL_NUMBERS)
        ok = ok && add_note(b, "sensitivity and specificity taken as exact");
    if (w->o->tool.n) ok = ok && note_outside(w, raw, b);
    if (w->o->rate && raw->lower < 0) ok = ok && add_note(b, "lower limit below 0: use another method");
    return ok;
}

static enum cc_status corrected(const struct work *w, const struct method *m, const struct counts *c,
                                struct cc_estimate *out)
{
    struct cc_limits raw = { w->o->want.level, w->o->want.sides, true };
    const double *t = c->tool;
    if (m->family == PROPORTION)
        return cc_rogan_gladen((enum cc_prop_method)m->code, c->x, c->n, sensitivity_of(&w->o->tool, t),
                               specificity_of(&w->o->tool, t), raw, out);
    return cc_rogan_gladen_estimated((enum cc_rogan_gladen_estimated)m->code, (struct cc_share){ c->x, c->n },
                                     (struct cc_share){ (int64_t)t[FLAGGED], (int64_t)t[WITH] },
                                     (struct cc_share){ (int64_t)t[PASSED], (int64_t)t[WITHOUT] }, raw, out);
}

static enum cc_status interval(const struct work *w, const struct method *m, const struct counts *c,
                               struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (c->problem) return CC_OK;
    if (w->o->tool.n) return corrected(w, m, c, out);
    if (m->family == RATE) return cc_rate_interval((enum cc_rate_method)m->code, c->x, c->time, w->o->want, &out->ci);
    return cc_prop_interval((enum cc_prop_method)m->code, c->x, c->n, w->o->want, &out->ci);
}

static const char *name_method(const struct work *w, const struct method *m, char name[64])
{
    bool corrected_one = w->o->tool.n && strcmp(m->name, "lang-reiczigel") != 0;
    snprintf(name, 64, "%s%s", corrected_one ? ROGAN_GLADEN : "", m->name);
    return name;
}

/* Corrected limits come unclipped, for the note. */
static struct cc_interval shown(const struct work *w, const struct cc_interval *raw)
{
    if (w->o->tool.n == 0 || w->o->want.unclipped) return *raw;
    return (struct cc_interval){ clip(raw->estimate), clip(raw->lower), clip(raw->upper) };
}

static enum cc_status add_result(struct work *w, size_t row, const struct counts *c, const struct method *m,
                                 struct cc_error *err)
{
    struct cc_estimate e;
    enum cc_status st = interval(w, m, c, &e);
    if (st == CC_EDOMAIN) return cell_error(w, row, w->x, err, "no interval can be computed; is the count too large?");
    struct cc_interval ci = shown(w, &e.ci);
    char number[5][32], name[64];
    struct cc_buf note = { 0 };
    bool ok = compose_note(w, row, c, m, st, &e.ci, &note) && cc_table_add_row(&w->out);
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
        ok = cc_table_set(&w->out, w->out.rows - 1, column, cc_table_cell(&w->in, row, w->carried[column]));
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        if (is_result(w, RESULTS[i])) ok = cc_table_set(&w->out, w->out.rows - 1, column++, cells[i]);
    cc_buf_free(&note);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status add_results(struct work *w, struct cc_error *err)
{
    struct counts c;
    enum cc_status st = CC_OK;
    for (size_t r = 0; r < w->in.rows && st == CC_OK; r++) {
        st = read_counts(w, r, &c, err);
        for (size_t i = 0; i < w->o->n_methods && st == CC_OK; i++) st = add_result(w, r, &c, w->o->methods[i], err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

/* ---- the program ---- */

static enum cc_status join_population(struct work *w, struct cc_error *err)
{
    char *path = cc_path_data("population", w->o->population, ".csv");
    enum cc_status st = cc_table_read(path ? path : w->o->population, &w->population, err);
    free(path);
    if (st != CC_OK) {
        cc_error_file(err, w->o->population);
        return st;
    }
    if (cc_table_find(&w->in, w->o->denominator) >= 0) {
        cc_error_set(err, CC_EDATA, 1, 0, "this table has a column '%s' too: take it, or --population",
                     w->o->denominator);
        cc_error_file(err, w->in.name);
        return CC_EDATA;
    }
    w->joined = calloc(w->in.rows + 1, sizeof *w->joined);
    if (!w->joined) return cc_error_memory(err);
    return cc_population_join(&w->in, &w->population, &w->o->join, w->joined, err);
}

static enum cc_status compute(struct work *w, struct cc_error *err)
{
    enum cc_status st = cc_table_read(w->o->table, &w->in, err);
    if (st != CC_OK) return st;
    st = cc_table_need(&w->in, w->o->numerator, &w->x, err);
    if (st == CC_OK && w->o->population) st = join_population(w, err);
    else if (st == CC_OK) st = cc_table_need(&w->in, w->o->denominator, &w->n, err);
    if (st != CC_OK) return st;
    for (size_t i = 0; i < w->o->tool.n && st == CC_OK; i++)
        if (isnan(w->o->tool.values[i])) st = cc_table_need(&w->in, w->o->tool.texts[i], &w->tool[i], err);
    if (st != CC_OK) return st;
    w->note = cc_table_find(&w->in, "note");
    name_measure(w);
    if (!plan_columns(w)) return cc_error_memory(err);
    return add_results(w, err);
}

static int program(int argc, char **argv)
{
    struct options o = { .per = 1, .want = { .level = 0.95 }, .join = { .column = "population" } };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    struct work w = { .o = &o };
    struct cc_error err = { 0 };
    code = compute(&w, &err) == CC_OK ? cc_put_table(PROG, o.output, o.format, &w.out)
                                      : cc_fail(PROG, o.table, &err);
    cc_table_free(&w.in);
    cc_table_free(&w.population);
    cc_table_free(&w.out);
    free(w.carried);
    free(w.joined);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

/* cc-prevalence: proportions and rates with confidence limits, from counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_prevalence.h"
#include "stats/intervals/cc_rate.h"
#include "stats/screening/cc_biased.h"

#define PROG "cc-prevalence"

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

/* The first name of a code is how it is printed. */
static const struct cc_prevalence_method METHODS[] = {
    { "wilson", CC_PREVALENCE_PROPORTION, CC_PROP_WILSON },
    { "score", CC_PREVALENCE_PROPORTION, CC_PROP_WILSON },
    { "wilson-cc", CC_PREVALENCE_PROPORTION, CC_PROP_WILSON_CC },
    { "wilsoncc", CC_PREVALENCE_PROPORTION, CC_PROP_WILSON_CC },
    { "clopper-pearson", CC_PREVALENCE_PROPORTION, CC_PROP_CLOPPER_PEARSON },
    { "exact", CC_PREVALENCE_PROPORTION, CC_PROP_CLOPPER_PEARSON },
    { "agresti-coull", CC_PREVALENCE_PROPORTION, CC_PROP_AGRESTI_COULL },
    { "jeffreys", CC_PREVALENCE_PROPORTION, CC_PROP_JEFFREYS },
    { "jeffreys-unadjusted", CC_PREVALENCE_PROPORTION, CC_PROP_JEFFREYS_UNADJUSTED },
    { "mid-p", CC_PREVALENCE_PROPORTION, CC_PROP_MID_P },
    { "midp", CC_PREVALENCE_PROPORTION, CC_PROP_MID_P },
    { "blaker", CC_PREVALENCE_PROPORTION, CC_PROP_BLAKER },
    { "sterne", CC_PREVALENCE_PROPORTION, CC_PROP_STERNE },
    { "wald", CC_PREVALENCE_PROPORTION, CC_PROP_WALD },
    { "garwood", CC_PREVALENCE_RATE, CC_RATE_GARWOOD },
    { "exact", CC_PREVALENCE_RATE, CC_RATE_GARWOOD },
    { "byar", CC_PREVALENCE_RATE, CC_RATE_BYAR },
    { "byar-half", CC_PREVALENCE_RATE, CC_RATE_BYAR_HALF },
    { "mid-p", CC_PREVALENCE_RATE, CC_RATE_MID_P },
    { "midp", CC_PREVALENCE_RATE, CC_RATE_MID_P },
    { "normal", CC_PREVALENCE_RATE, CC_RATE_NORMAL },
    { "lang-reiczigel", CC_PREVALENCE_ESTIMATED, CC_RG_LANG_REICZIGEL },
    { "delta", CC_PREVALENCE_ESTIMATED, CC_RG_DELTA },
};
enum { N_METHODS = sizeof METHODS / sizeof *METHODS };

struct options {
    const char *table, *population, *output;
    char *method_list, *by_list;
    struct cc_prevalence_ask ask;
    struct cc_population_options join;
    enum cc_format format;
};

/* ---- options ---- */

static bool allowed(const struct options *o, const struct cc_prevalence_method *m)
{
    if (m->family == CC_PREVALENCE_ESTIMATED) return o->ask.tool.n == CC_TOOL_NUMBERS;
    return m->family == (o->ask.rate ? CC_PREVALENCE_RATE : CC_PREVALENCE_PROPORTION);
}

static int bad_method(const struct options *o, const char *name)
{
    const char *names[N_METHODS];
    size_t n = 0;
    for (size_t i = 0; i < N_METHODS; i++) {
        if (allowed(o, &METHODS[i])) names[n++] = METHODS[i].name;
        else if (!cc_name_equal(name, METHODS[i].name)) continue;
        else if (METHODS[i].family == CC_PREVALENCE_ESTIMATED)
            return cc_usage(PROG, "method '%s' needs --sensitivity-counts and --specificity-counts", name);
        else
            return cc_usage(PROG, "method '%s' is for %s: %s --rate", name, o->ask.rate ? "proportions" : "rates",
                            o->ask.rate ? "leave out" : "add");
    }
    const char *near = cc_suggest(name, names, n);
    return cc_usage(PROG, "unknown method '%s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
                    near ? "'?" : "");
}

static const char *standard_method(const struct options *o)
{
    return o->ask.rate ? "garwood" : o->ask.tool.n == CC_TOOL_NUMBERS ? "lang-reiczigel" : "wilson";
}

static bool has_prefix(const char *name)
{
    char start[sizeof CC_ROGAN_GLADEN_PREFIX];
    snprintf(start, sizeof start, "%s", name);
    return cc_name_equal(start, CC_ROGAN_GLADEN_PREFIX);
}

static int parse_method(struct options *o, const char *name)
{
    const struct cc_prevalence_method *found = NULL;
    bool corrected = cc_name_equal(name, "rogan-gladen") || has_prefix(name);
    if (corrected && o->ask.tool.n == 0)
        return cc_usage(PROG, "method '%s' needs --sensitivity and --specificity, or the counts of their study", name);
    const char *own = !corrected ? name : has_prefix(name) ? name + strlen(CC_ROGAN_GLADEN_PREFIX) : standard_method(o);
    for (size_t m = 0; m < N_METHODS && !found; m++)
        if (allowed(o, &METHODS[m]) && cc_name_equal(own, METHODS[m].name)) found = &METHODS[m];
    if (!found) return bad_method(o, own);
    for (size_t m = 0; m < N_METHODS; m++)
        if (METHODS[m].family == found->family && METHODS[m].code == found->code) {
            found = &METHODS[m];
            break;
        }
    if (o->ask.want.sides != CC_TWO_SIDED && found->family == CC_PREVALENCE_PROPORTION
        && (found->code == CC_PROP_BLAKER || found->code == CC_PROP_STERNE))
        return cc_usage(PROG, "method '%s' has two sides", found->name);
    o->ask.methods[o->ask.n_methods++] = found;
    return CC_EXIT_OK;
}

static int parse_methods(struct options *o)
{
    char *names[CC_PREVALENCE_METHODS];
    size_t n = o->method_list ? cc_split(o->method_list, ',', names, CC_PREVALENCE_METHODS) : 0;
    int code = CC_EXIT_OK;
    if (!o->method_list) return parse_method(o, standard_method(o));
    if (n == 0) return cc_usage(PROG, "--method names no method");
    for (size_t i = 0; i < n && code == CC_EXIT_OK; i++) code = parse_method(o, names[i]);
    return code;
}

/* A number within its range, or else the name of a column. */
static int parse_tool_number(struct cc_prevalence_tool *tool, size_t i, const char *text, bool count)
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
    struct cc_prevalence_tool *tool = g->to;
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

static int check_tool(const struct options *o)
{
    const struct cc_prevalence_tool *t = &o->ask.tool;
    if (t->n == 0) return CC_EXIT_OK;
    for (size_t i = 0; i < t->n; i++)
        if (!t->texts[i]) return cc_usage(PROG, "sensitivity and specificity are needed together");
    if (o->ask.rate) return cc_usage(PROG, "a rate has no sensitivity and specificity: leave out --rate");
    const char *why = cc_prevalence_useless(t, t->values);
    return why ? cc_usage(PROG, "%s", why) : CC_EXIT_OK;
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
    if (!o->ask.denominator) o->ask.denominator = o->join.column;
    if (strcmp(o->ask.denominator, o->join.column) != 0)
        return cc_usage(PROG, "--denominator '%s' is not the population file's column '%s'", o->ask.denominator,
                        o->join.column);
    if (o->by_list) {
        char *names[CC_POPULATION_KEYS];
        o->join.n_by = cc_split(o->by_list, ',', names, CC_POPULATION_KEYS);
        for (size_t i = 0; i < o->join.n_by; i++) o->join.by[i] = names[i];
    }
    o->join.not_a_key = o->ask.numerator;
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "numerator", 0, CC_VALUE, cc_set_text, &o->ask.numerator },
        { "denominator", 0, CC_VALUE, cc_set_text, &o->ask.denominator },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->ask.want.level },
        { "sides", 0, CC_VALUE, set_sides, &o->ask.want.sides },
        { "method", 0, CC_VALUE, cc_set_text, &o->method_list },
        { "rate", 0, CC_ALONE, cc_set_flag, &o->ask.rate },
        { "per", 0, CC_VALUE, cc_set_positive, &o->ask.per },
        { "unclipped", 0, CC_ALONE, cc_set_flag, &o->ask.want.unclipped },
        { "sensitivity", 0, CC_VALUE, set_tool, &o->ask.tool },
        { "specificity", 0, CC_VALUE, set_tool, &o->ask.tool },
        { "sensitivity-counts", 0, CC_VALUE, set_tool, &o->ask.tool },
        { "specificity-counts", 0, CC_VALUE, set_tool, &o->ask.tool },
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
    if (!o->ask.numerator) o->ask.numerator = "numerator";
    if (!o->ask.denominator) o->ask.denominator = "denominator";
    if (*code == CC_EXIT_OK) *code = check_tool(o);
    if (*code == CC_EXIT_OK) *code = parse_methods(o);
    return *code == CC_EXIT_OK;
}

/* ---- the program ---- */

struct work {
    const struct options *o;
    struct cc_table in, population, out;
    struct cc_population_row *joined; /* NULL without a population file */
};

static enum cc_status join_population(struct work *w, struct cc_error *err)
{
    char *path = cc_path_data("population", w->o->population, ".csv");
    enum cc_status st = cc_table_read(path ? path : w->o->population, &w->population, err);
    free(path);
    if (st != CC_OK) {
        cc_error_file(err, w->o->population);
        return st;
    }
    if (cc_table_find(&w->in, w->o->ask.denominator) >= 0) {
        cc_error_set(err, CC_EDATA, 1, 0, "this table has a column '%s' too: take it, or --population",
                     w->o->ask.denominator);
        cc_error_file(err, w->in.name);
        return CC_EDATA;
    }
    w->joined = calloc(w->in.rows + 1, sizeof *w->joined);
    if (!w->joined) return cc_error_memory(err);
    return cc_population_join(&w->in, &w->population, &w->o->join, w->joined, err);
}

static void tell(const char *text)
{
    cc_note(PROG, "%s", text);
}

static enum cc_status compute(struct work *w, struct cc_error *err)
{
    size_t numerator;
    enum cc_status st = cc_table_read(w->o->table, &w->in, err);
    if (st == CC_OK && w->o->population) st = cc_table_need(&w->in, w->o->ask.numerator, &numerator, err);
    if (st == CC_OK && w->o->population) st = join_population(w, err);
    return st == CC_OK ? cc_prevalence_rows(&w->in, &w->o->ask, w->joined, tell, &w->out, err) : st;
}

static int program(int argc, char **argv)
{
    struct options o = { .ask = { .per = 1, .want = { .level = 0.95 } }, .join = { .column = "population" } };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    struct work w = { .o = &o };
    struct cc_error err = { 0 };
    code = compute(&w, &err) == CC_OK ? cc_put_table(PROG, o.output, o.format, &w.out)
                                      : cc_fail(PROG, o.table, &err);
    cc_table_free(&w.in);
    cc_table_free(&w.population);
    cc_table_free(&w.out);
    free(w.joined);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

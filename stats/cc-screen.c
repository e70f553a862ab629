/* cc-screen: how accurate a screening tool is, from 2x2 counts or from records. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_scored_counts.h"
#include "stats/screening/cc_biased_rows.h"
#include "stats/screening/cc_screen_rows.h"

#define PROG "cc-screen"

static const char HELP[] =
    "cc-screen: how accurate a screening tool is, from 2x2 counts or from records\n"
    "\n"
    "Usage: casecount screen TABLE --tp COLUMN --fn COLUMN --fp COLUMN --tn COLUMN [OPTION]...\n"
    "       casecount screen TABLE --score COLUMN --direction higher|lower --reference COLUMN\n"
    "                --positive CODE --cutoff CUT [OPTION]...\n"
    "\n"
    "TABLE is a CSV file (- is standard input): one 2x2 table a row, or one child a row.\n"
    "\n"
    "Counts:\n"
    "      --tp, --fn, --fp, --tn COLUMN  children who have the condition and were flagged, have it and\n"
    "                            were not, do not have it and were, do not have it and were not\n"
    "      --compare COLUMN,NAME rows with the same COLUMN are subgroups, called NAME: their differences, and\n"
    "                            a test\n"
    "Records:\n"
    "      --score COLUMN        a number; blank or NA is no result\n"
    "      --direction higher|lower  which scores mean danger: there is no default\n"
    "      --level-column COLUMN coded levels in place of a score\n"
    "      --levels A,B,...      their codes, from least to most\n"
    "      --reference COLUMN    the truth; blank or NA is not known\n"
    "      --positive CODE,...   its codes that mean: has the condition; there is no default\n"
    "      --negative CODE,...   its codes that mean: does not. Needed if it has more than two codes\n"
    "      --missing CODE,...    codes that mean not known, beside blank and NA\n"
    "      --cutoff CUT,...|all  scores at or beyond CUT are flagged (levels: CUT and above)\n"
    "  -g, --by COLUMN,...       subgroups, their differences, and a test\n"
    "      --baseline VALUE,...  the subgroup that others are compared with [the first]\n"
    "      --counts              instead of accuracy, how many children by result, score and truth; and each\n"
    "                            column of --by by itself. The first CUT flags, further ones divide scores\n"
    "Both:\n"
    "      --known-positives-only  nobody is known to be without the condition: sensitivity and the\n"
    "                            rate of flags, nothing else\n"
    "      --prevalence P,...    predictive values, cases and false alarms per 1000 where P have it\n"
    "      --method NAME,...|all interval methods; a measure that has none of them takes its own\n"
    "                            (proportions: wilson, clopper-pearson, ... as in prevalence) [wilson]\n"
    "      --measure NAME,...    only these measures [all]\n"
    "Designs (--design NAME; the default is complete: verified were all children, or a chance sample):\n"
    "      begg-greenes          flagged children were verified more, or less, often than others. Counts\n"
    "                            need --unverified FLAGGED,OTHERS too: two columns; records need nothing\n"
    "      hui-walter            nobody was verified: two tests in two populations. --population PP,PN,NP,NN:\n"
    "                            columns with children positive on both tests, on the first alone, on the\n"
    "                            second alone, on neither; twice, or once if the table has two rows\n"
    "      two-stage             two tools together: --with-condition PP,PN,NP,NN --without-condition PP,...\n"
    "      two-studies           the same from a study of each: --first TP,FN,FP,TN --second TP,FN,FP,TN\n"
    "  -l, --level LEVEL         confidence level, between 0 and 1 [0.95]\n"
    "  -f, --format csv|json|md  [csv]\n"
    "  -o, --output FILE         write there instead of to standard output\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: 25 children with the condition, 83 without it\n"
    "  casecount screen screened.csv --tp TP --fn FN --fp FP --tn TN --measure sensitivity,specificity\n"
    "  tool,measure,estimate,se,lower,upper,level,method,n_missing,note\n"
    "  short,sensitivity,0.92,0.0542586398650021,0.750338910496047,0.977779598715152,0.95,wilson,NA,"
    "23 of 25 children with the condition were flagged\n"
    "  short,specificity,0.734939759036145,0.0484461332491629,0.631138392297172,0.817955859798768,0.95,wilson,NA,"
    "61 of 83 children without the condition were not flagged\n";

enum { MEASURE, ESTIMATE, SE, LOWER, UPPER, LEVEL, METHOD, N_MISSING, NOTE, RESULT_COLUMNS };
static const char *const RESULTS[RESULT_COLUMNS] = { "measure", "estimate", "se", "lower", "upper",
                                                     "level", "method", "n_missing", "note" };

static const char NOT_AVAILABLE[] = "a count is not available";

/* Columns with counts. A design has its own meaning for them: the 2x2 table and who was not verified, or two
 * times four. */
enum { TP, FN, FP, TN, FLAGGED, OTHERS, CELLS = 8, SECOND = 4 };
enum kind { TABLE = 1, UNVERIFIED = 2, POPULATIONS = 4, TRUTHS = 8, STUDIES = 16 }; /* of options that name them */

struct options {
    const char *table, *output, *direction, *level_column, *cells[CELLS];
    bool counts;                   /* of records, instead of accuracy */
    struct cc_scored_names compare; /* column of what is compared, column of its names */
    unsigned kinds; /* of cells, as enum kind */
    struct cc_scored_names cuts, baseline;
    struct cc_scored_options scored;
    struct cc_screen_ask ask;
    const struct design *design;
    enum cc_format format;
};

struct work {
    const struct options *o;
    struct cc_table in, out;
    const char *carried[CC_SCORED_NAMES + 1]; /* cells of the groups of the rows that are written next */
    size_t carried_from[CC_SCORED_NAMES + 1], n_carried;
    int64_t n_missing; /* -1: not known */
    bool part_missing[2]; /* of the cells in hand, one with (without) the condition: what needs it is not known */
    const char *note;  /* of the input row, or NULL */
};

typedef bool count_rows(const struct work *w, const int64_t n[CELLS], const char *problem,
                        const struct cc_screen_sink *sink);
static count_rows complete, begg_greenes, hui_walter, two_stage, two_studies;

/* How the children with a known truth were chosen. */
struct design {
    const char *name;
    count_rows *rows;
    int cells;
    unsigned kinds;
    const char *needs; /* in words */
    bool records;      /* can count records, too */
};

static const struct design DESIGNS[] = {
    { "complete", complete, 4, TABLE, "--tp, --fn, --fp and --tn", true },
    { "begg-greenes", begg_greenes, 6, TABLE | UNVERIFIED, "--tp, --fn, --fp, --tn and --unverified", true },
    { "hui-walter", hui_walter, 8, POPULATIONS, "--population, once or twice", false },
    { "two-stage", two_stage, 8, TRUTHS, "--with-condition and --without-condition", false },
    { "two-studies", two_studies, 8, STUDIES, "--first and --second", false },
};
enum { N_DESIGNS = sizeof DESIGNS / sizeof *DESIGNS };

/* ---- options ---- */

static int set_names(const struct cc_given *g)
{
    struct cc_scored_names *names = g->to;
    if (names->n) return cc_usage(PROG, "--%s is given twice; its names go together, with commas", g->name);
    names->n = cc_split(g->text, ',', names->at, CC_SCORED_NAMES);
    if (names->n > 0 && names->n < CC_SCORED_NAMES) return CC_EXIT_OK;
    return cc_usage(PROG, "--%s takes names, with commas", g->name);
}

static int set_methods(const struct cc_given *g)
{
    static const char *const also[][2] = { { "exact", "clopper-pearson" }, { "score", "wilson" },
                                           { "midp", "mid-p" }, { "wilsoncc", "wilson-cc" } };
    struct cc_screen_ask *ask = g->to;
    ask->n_methods = cc_split(g->text, ',', ask->methods, CC_SCREEN_ASKED);
    for (size_t i = 0; i < ask->n_methods; i++) {
        for (size_t k = 0; k < sizeof also / sizeof *also; k++)
            if (cc_name_equal(ask->methods[i], also[k][0])) ask->methods[i] = (char *)also[k][1];
        if (!cc_screen_has_method(ask->methods[i]) && !cc_biased_has_method(ask->methods[i]))
            return cc_usage(PROG, "unknown method '%s'", ask->methods[i]);
    }
    return CC_EXIT_OK;
}

static int set_measures(const struct cc_given *g)
{
    struct cc_screen_ask *ask = g->to;
    ask->n_measures = cc_split(g->text, ',', ask->measures, CC_SCREEN_ASKED);
    for (size_t i = 0; i < ask->n_measures; i++)
        if (!cc_screen_has_measure(ask->measures[i]) && !cc_biased_has_measure(ask->measures[i]))
            return cc_usage(PROG, "unknown measure '%s'", ask->measures[i]);
    return CC_EXIT_OK;
}

static int set_prevalences(const struct cc_given *g)
{
    struct cc_screen_ask *ask = g->to;
    char *parts[CC_SCREEN_ASKED];
    size_t n = cc_split(g->text, ',', parts, CC_SCREEN_ASKED);
    ask->n_prevalences = 0;
    for (size_t i = 0; i < n; i++) {
        double p;
        bool again = false;
        if (!cc_parse_double(parts[i], &p) || !(p > 0 && p < 1))
            return cc_usage(PROG, "--prevalence takes numbers between 0 and 1, not '%s'", parts[i]);
        for (size_t k = 0; k < ask->n_prevalences; k++) again = again || ask->prevalences[k] == p;
        if (!again) ask->prevalences[ask->n_prevalences++] = p;
    }
    return CC_EXIT_OK;
}

static int set_positives_only(const struct cc_given *g)
{
    struct options *o = g->to;
    o->ask.positives_only = o->scored.positives_only = true;
    return CC_EXIT_OK;
}

static int set_design(const struct cc_given *g)
{
    struct options *o = g->to;
    for (size_t i = 0; i < N_DESIGNS; i++)
        if (cc_name_equal(g->text, DESIGNS[i].name)) {
            o->design = &DESIGNS[i];
            return CC_EXIT_OK;
        }
    return cc_usage(PROG, "unknown design '%s'", g->text);
}

/* The options that name columns with counts, and the cells they fill. */
static const struct counts {
    const char *option;
    int from, n;
    enum kind kind;
} COUNTS[] = {
    { "tp", TP, 1, TABLE },
    { "fn", FN, 1, TABLE },
    { "fp", FP, 1, TABLE },
    { "tn", TN, 1, TABLE },
    { "unverified", FLAGGED, 2, UNVERIFIED },
    { "population", 0, 4, POPULATIONS }, /* given twice, the second fills the other four */
    { "with-condition", 0, 4, TRUTHS },
    { "without-condition", SECOND, 4, TRUTHS },
    { "first", 0, 4, STUDIES },
    { "second", SECOND, 4, STUDIES },
};

static int set_counts(const struct cc_given *g)
{
    struct options *o = g->to;
    const struct counts *c = COUNTS;
    char *names[CELLS];
    while (strcmp(c->option, g->name) != 0) c++;
    int from = c->kind == POPULATIONS && o->cells[0] ? SECOND : c->from;
    size_t got = cc_split(g->text, ',', names, CELLS);
    if (got != (size_t)c->n) return cc_usage(PROG, "here %d columns are needed, with commas, not %zu", c->n, got);
    if (o->cells[from]) return cc_usage(PROG, "too many columns with counts");
    for (int i = 0; i < c->n; i++) o->cells[from + i] = names[i];
    o->kinds |= c->kind;
    return CC_EXIT_OK;
}

/* One population a row, and the two rows are one study? */
static bool two_rows(const struct options *o)
{
    return o->kinds == POPULATIONS && !o->cells[SECOND];
}

static int check_counts(const struct options *o)
{
    int given = 0, needed = o->design->cells;
    for (int i = 0; i < CELLS; i++) given += o->cells[i] != NULL;
    if (two_rows(o)) needed = SECOND;
    if (o->ask.positives_only && o->cells[TP] && o->cells[FN]) needed = given;
    if (o->kinds != o->design->kinds || given != needed)
        return cc_usage(PROG, "--design %s needs %s%s", o->design->name, o->design->needs,
                        o->design->kinds == TABLE ? "; with --known-positives-only, --tp and --fn" : "");
    const char *twice = cc_options_twice(o->cells, CELLS);
    if (twice) return cc_usage(PROG, "the column '%s' is given as two counts", twice);
    if (o->scored.by.n || o->cuts.n || o->scored.reference || o->direction || o->baseline.n || o->level_column)
        return cc_usage(PROG, "counts (--tp ...) have no score, reference, cut-off or --by");
    if (o->compare.n && (o->compare.n != 2 || o->design->rows != complete))
        return cc_usage(PROG, "--compare takes two columns, and goes with the design complete");
    return CC_EXIT_OK;
}

static int check_cuts(const struct options *o)
{
    double x;
    if (o->cuts.n == 0) return cc_usage(PROG, "--cutoff is needed: a cut, several, or all");
    for (size_t i = 0; i < o->cuts.n; i++) {
        const char *cut = o->cuts.at[i];
        if (i + 1 == o->cuts.n && i == (o->counts ? 1 : 0) && !strcmp(cut, "all")) break;
        if (o->level_column && cc_scored_level(&o->scored, cut) < 0)
            return cc_usage(PROG, "--cutoff '%s' is none of --levels", cut);
        if (!o->level_column && !cc_parse_double(cut, &x))
            return cc_usage(PROG, "--cutoff takes numbers or all, not '%s'", cut);
    }
    return CC_EXIT_OK;
}

static int check_records(struct options *o)
{
    if (o->level_column) {
        if (o->scored.score || o->direction || o->scored.levels.n < 2)
            return cc_usage(PROG, "--level-column goes with --levels, from least to most, and without --score and "
                                  "--direction");
        o->scored.score = o->level_column;
    } else if (o->scored.levels.n) {
        return cc_usage(PROG, "--levels needs --level-column");
    }
    if (!o->scored.score) return cc_usage(PROG, "give counts (--tp ...) or --score or --level-column");
    if (!o->level_column && !o->direction)
        return cc_usage(PROG, "--direction is needed: it is not guessed whether higher or lower scores mean danger, "
                              "because a wrong guess turns the accuracy round");
    if (o->direction && strcmp(o->direction, "higher") != 0 && strcmp(o->direction, "lower") != 0)
        return cc_usage(PROG, "--direction is higher or lower, not '%s'", o->direction);
    if (!o->scored.reference) return cc_usage(PROG, "--reference is needed: the column with the truth");
    if (!strcmp(o->scored.score, o->scored.reference))
        return cc_usage(PROG, "score and reference are one column: a tool is held against "
                               "something else");
    if (o->scored.positive.n == 0)
        return cc_usage(PROG, "--positive is needed: it is not guessed which code of '%s' means that a child has the "
                              "condition, because a wrong guess swaps sensitivity and specificity",
                        o->scored.reference);
    for (size_t i = 0; i < o->scored.negative.n; i++)
        for (size_t k = 0; k < o->scored.positive.n; k++)
            if (!strcmp(o->scored.negative.at[i], o->scored.positive.at[k]))
                return cc_usage(PROG, "a code cannot be both --positive and --negative");
    if (o->baseline.n && o->baseline.n != o->scored.by.n)
        return cc_usage(PROG, "--baseline takes one value for each column of --by");
    return check_cuts(o);
}

static int check_options(struct options *o)
{
    for (size_t i = 0; o->ask.positives_only && i < o->ask.n_measures; i++)
        if (cc_screen_needs_negatives(o->ask.measures[i]))
            return cc_usage(PROG, "no %s with --known-positives-only: it needs children who are known to be without "
                                  "the condition", o->ask.measures[i]);
    bool counts = o->kinds != 0;
    if (o->compare.n && !counts) return cc_usage(PROG, "--compare goes with counts (--tp ...); records have --by");
    if (o->counts && (counts || o->ask.n_measures || o->ask.n_prevalences || o->baseline.n))
        return cc_usage(PROG, "--counts goes with records, and has no measures");
    if (o->ask.positives_only && o->design->rows != complete)
        return cc_usage(PROG, "--known-positives-only goes with the design complete");
    if (o->ask.n_prevalences && o->design->rows != complete && o->design->rows != two_stage)
        return cc_usage(PROG, "--prevalence goes with the designs complete and two-stage");
    if (!counts && !o->design->records)
        return cc_usage(PROG, "--design %s needs %s", o->design->name, o->design->needs);
    if (counts && o->scored.score) return cc_usage(PROG, "give counts (--tp ...) or --score, not both");
    return counts ? check_counts(o) : check_records(o);
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "tp", 0, CC_VALUE, set_counts, o },
        { "fn", 0, CC_VALUE, set_counts, o },
        { "fp", 0, CC_VALUE, set_counts, o },
        { "tn", 0, CC_VALUE, set_counts, o },
        { "score", 0, CC_VALUE, cc_set_text, &o->scored.score },
        { "level-column", 0, CC_VALUE, cc_set_text, &o->level_column },
        { "levels", 0, CC_VALUE, set_names, &o->scored.levels },
        { "direction", 0, CC_VALUE, cc_set_once, &o->direction },
        { "reference", 0, CC_VALUE, cc_set_text, &o->scored.reference },
        { "positive", 0, CC_VALUE, set_names, &o->scored.positive },
        { "negative", 0, CC_VALUE, set_names, &o->scored.negative },
        { "missing", 0, CC_VALUE, set_names, &o->scored.missing },
        { "cutoff", 0, CC_VALUE, set_names, &o->cuts },
        { "by", 'g', CC_VALUE, set_names, &o->scored.by },
        { "baseline", 0, CC_VALUE, set_names, &o->baseline },
        { "method", 0, CC_VALUE, set_methods, &o->ask },
        { "measure", 0, CC_VALUE, set_measures, &o->ask },
        { "prevalence", 0, CC_VALUE, set_prevalences, &o->ask },
        { "known-positives-only", 0, CC_ALONE, set_positives_only, o },
        { "design", 0, CC_VALUE, set_design, o },
        { "unverified", 0, CC_VALUE, set_counts, o },
        { "population", 0, CC_VALUE, set_counts, o },
        { "with-condition", 0, CC_VALUE, set_counts, o },
        { "without-condition", 0, CC_VALUE, set_counts, o },
        { "first", 0, CC_VALUE, set_counts, o },
        { "second", 0, CC_VALUE, set_counts, o },
        { "counts", 0, CC_ALONE, cc_set_flag, &o->counts },
        { "compare", 0, CC_VALUE, set_names, &o->compare },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->ask.level },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->table);
    if (*code == CC_EXIT_OK) *code = check_options(o);
    return *code == CC_EXIT_OK;
}

/* ---- rows ---- */

static bool put_row(void *to, const struct cc_screen_row *row)
{
    struct work *w = to;
    char number[6][32];
    struct cc_buf note = { 0 };
    const struct cc_interval *ci = &row->value.ci;
    bool ok = cc_buf_text(&note, row->note) && (!w->note || !*w->note || !strcmp(w->note, "NA")
                                                || (cc_buf_text(&note, "; ") && cc_buf_text(&note, w->note)))
              && cc_table_add_row(&w->out);
    const char *cells[RESULT_COLUMNS] = {
        [MEASURE] = row->measure,
        [ESTIMATE] = cc_format_double(ci->estimate, number[0]),
        [SE] = cc_format_double(row->value.se, number[1]),
        [LOWER] = cc_format_double(ci->lower, number[2]),
        [UPPER] = cc_format_double(ci->upper, number[3]),
        [LEVEL] = cc_format_double(row->level, number[4]),
        [METHOD] = row->method,
        [N_MISSING] = cc_format_double(w->n_missing < 0 ? NAN : (double)w->n_missing, number[5]),
        [NOTE] = note.data ? note.data : "",
    };
    for (size_t i = 0; i < w->n_carried && ok; i++) ok = cc_table_set(&w->out, w->out.rows - 1, i, w->carried[i]);
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        ok = cc_table_set(&w->out, w->out.rows - 1, w->n_carried + i, cells[i]);
    cc_buf_free(&note);
    return ok;
}

static bool add_result_columns(struct work *w)
{
    bool ok = true;
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++) ok = cc_table_add_column(&w->out, RESULTS[i]);
    return ok;
}

static bool is_result(const char *name)
{
    for (size_t i = 0; i < RESULT_COLUMNS; i++)
        if (!strcmp(name, RESULTS[i])) return true;
    return false;
}

/* ---- from counts ---- */

static enum cc_status plan_counts(struct work *w, const size_t at[CELLS], struct cc_error *err)
{
    bool ok = true;
    for (size_t c = 0; c < w->in.columns && ok; c++) {
        const char *name = w->in.names[c];
        bool cell = false;
        for (int i = 0; i < CELLS; i++) cell = cell || (w->o->cells[i] && c == at[i]);
        if (cell || two_rows(w->o) || !strcmp(name, "note") || !strcmp(name, "measure")) continue;
        if (is_result(name)) {
            cc_note(PROG, "warning: %s: the column '%s' is replaced", w->in.name, name);
            continue;
        }
        if (w->n_carried == CC_SCORED_NAMES) {
            cc_error_file(err, w->in.name);
            return cc_error_set(err, CC_EDATA, 1, c + 1, "more than %d columns to carry", CC_SCORED_NAMES);
        }
        w->carried_from[w->n_carried++] = c;
        ok = cc_table_add_column(&w->out, name);
    }
    return ok && add_result_columns(w) ? CC_OK : cc_error_memory(err);
}

static enum cc_status read_cells(const struct work *w, const size_t at[CELLS], size_t row, int64_t n[CELLS],
                                 const char **problem, struct cc_error *err)
{
    for (int i = 0; i < CELLS; i++) {
        if (!w->o->cells[i]) continue;
        const char *text = cc_table_cell(&w->in, row, at[i]);
        if (cc_table_unavailable(text)) {
            *problem = NOT_AVAILABLE;
        } else if (strspn(text, "0123456789") != strlen(text) || !cc_parse_int64(text, &n[i])
                   || n[i] > (int64_t)1 << 50) {
            cc_error_set(err, CC_EDATA, (size_t)w->in.lines[row], at[i] + 1, "%s: not a whole number of at least 0",
                         w->in.names[at[i]]);
            cc_error_file(err, w->in.name);
            return CC_EDATA;
        }
    }
    return CC_OK;
}

static bool part_missing(const struct work *w, const size_t at[CELLS], size_t row, int a, int b)
{
    bool missing = w->o->cells[a] && cc_table_unavailable(cc_table_cell(&w->in, row, at[a]));
    return missing || (w->o->cells[b] && cc_table_unavailable(cc_table_cell(&w->in, row, at[b])));
}

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
    return put_row(to, &copy);
}

static bool complete(const struct work *w, const int64_t n[CELLS], const char *problem,
                     const struct cc_screen_sink *sink)
{
    struct cc_table22 t = table_of(n);
    struct cc_screen_sink part = { put_part, sink->to };
    if (w->o->ask.positives_only) t.fp = t.tn = 0;
    if (!problem || w->part_missing[0] == w->part_missing[1]) return cc_screen_rows(&w->o->ask, &t, problem, sink);
    if (w->part_missing[0]) t.tp = t.fn = 0;
    else t.fp = t.tn = 0;
    return cc_screen_rows(&w->o->ask, &t, NULL, &part);
}

static bool begg_greenes(const struct work *w, const int64_t n[CELLS], const char *problem,
                         const struct cc_screen_sink *sink)
{
    struct cc_verified v = { table_of(n), n[FLAGGED], n[OTHERS] };
    return cc_begg_greenes_rows(&w->o->ask, &v, problem, sink);
}

static bool hui_walter(const struct work *w, const int64_t n[CELLS], const char *problem,
                       const struct cc_screen_sink *sink)
{
    return cc_hui_walter_rows(&w->o->ask, cross_of(n), cross_of(n + SECOND), problem, sink);
}

static bool two_stage(const struct work *w, const int64_t n[CELLS], const char *problem,
                      const struct cc_screen_sink *sink)
{
    return cc_two_stage_rows(&w->o->ask, cross_of(n), cross_of(n + SECOND), problem, sink);
}

static bool two_studies(const struct work *w, const int64_t n[CELLS], const char *problem,
                        const struct cc_screen_sink *sink)
{
    struct cc_table22 first = table_of(n), second = table_of(n + SECOND);
    return cc_two_studies_rows(&w->o->ask, &first, &second, problem, sink);
}

/* The children of a row; 0 where a count is not available. */
static struct cc_table22 row_table(const struct work *w, const size_t at[CELLS], size_t row)
{
    int64_t n[CELLS] = { 0 };
    const char *problem = NULL;
    struct cc_error ignored;
    if (read_cells(w, at, row, n, &problem, &ignored) != CC_OK) return (struct cc_table22){ 0 };
    for (int i = 0; i < SECOND; i += 2)
        if (part_missing(w, at, row, i, i + 1)) n[i] = n[i + 1] = 0;
    return table_of(n);
}

static bool compared(const struct work *w, size_t a, size_t b)
{
    size_t c = (size_t)cc_table_find(&w->in, w->o->compare.at[0]);
    return !strcmp(cc_table_cell(&w->in, a, c), cc_table_cell(&w->in, b, c));
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
    return put_row(c->w, row);
}

/* A row minus the first of its kind. */
static bool add_difference(struct work *w, const size_t at[CELLS], size_t row)
{
    size_t first = 0;
    char against[256];
    struct comparison c = { w, { false, false } };
    struct cc_screen_sink sink = { put_comparison, &c };
    while (!compared(w, first, row)) first++;
    if (first == row) return true;
    for (int i = 0; i < 2; i++)
        c.missing[i] = part_missing(w, at, row, 2 * i, 2 * i + 1) || part_missing(w, at, first, 2 * i, 2 * i + 1);
    struct cc_table22 t = row_table(w, at, row), other = row_table(w, at, first);
    snprintf(against, sizeof against, "%s = %s",
             cc_table_cell(&w->in, first, (size_t)cc_table_find(&w->in, w->o->compare.at[0])),
             cc_table_cell(&w->in, first, (size_t)cc_table_find(&w->in, w->o->compare.at[1])));
    return cc_screen_difference_rows(&w->o->ask, &t, &other, against, &sink);
}

/* Behind the last row of a kind: do they all differ? Not told if a count of one is not available. */
static bool add_homogeneity(struct work *w, const size_t at[CELLS], size_t row)
{
    struct cc_table22 *tables = calloc(w->in.rows + 1, sizeof *tables);
    struct comparison c = { w, { false, false } };
    struct cc_screen_sink sink = { put_comparison, &c };
    size_t n = 0;
    bool ok = tables != NULL, last = true;
    for (size_t r = row + 1; r < w->in.rows && last; r++) last = !compared(w, r, row);
    for (size_t r = 0; r <= row && ok && last; r++) {
        if (!compared(w, r, row)) continue;
        for (int i = 0; i < 2; i++) c.missing[i] = c.missing[i] || part_missing(w, at, r, 2 * i, 2 * i + 1);
        tables[n++] = row_table(w, at, r);
    }
    for (size_t i = 0; i < w->n_carried && last; i++)
        if (!strcmp(w->out.names[i], w->o->compare.at[1])) w->carried[i] = "(total)";
        else if (strcmp(w->out.names[i], w->o->compare.at[0]) != 0) w->carried[i] = "NA";
    if (ok && last && n > 1) ok = cc_screen_homogeneity_rows(&w->o->ask, tables, n, &sink);
    free(tables);
    return ok;
}

static enum cc_status compare_rows(struct work *w, const size_t at[CELLS], size_t row, struct cc_error *err)
{
    w->note = NULL;
    return add_difference(w, at, row) && add_homogeneity(w, at, row) ? CC_OK : cc_error_memory(err);
}

/* One study: a row, or the two rows of a table with one population a row. */
static enum cc_status add_study(struct work *w, const size_t at[CELLS], size_t row, struct cc_error *err)
{
    struct cc_screen_sink sink = { put_row, w };
    int64_t n[CELLS] = { 0 }, other[CELLS] = { 0 };
    const char *problem = NULL;
    enum cc_status st = read_cells(w, at, row, n, &problem, err);
    if (st == CC_OK && two_rows(w->o)) {
        st = read_cells(w, at, row + 1, other, &problem, err);
        memcpy(n + SECOND, other, SECOND * sizeof *n);
    }
    if (st != CC_OK) return st;
    w->part_missing[0] = part_missing(w, at, row, TP, FN);
    w->part_missing[1] = part_missing(w, at, row, FP, TN);
    int note = two_rows(w->o) ? -1 : cc_table_find(&w->in, "note");
    w->note = note < 0 ? NULL : cc_table_cell(&w->in, row, (size_t)note);
    for (size_t i = 0; i < w->n_carried; i++) w->carried[i] = cc_table_cell(&w->in, row, w->carried_from[i]);
    return w->o->design->rows(w, n, problem, &sink) ? CC_OK : cc_error_memory(err);
}

static enum cc_status from_counts(struct work *w, struct cc_error *err)
{
    size_t at[CELLS] = { 0 };
    enum cc_status st = CC_OK;
    for (int i = 0; i < CELLS && st == CC_OK; i++)
        if (w->o->cells[i]) st = cc_table_need(&w->in, w->o->cells[i], &at[i], err);
    if (st == CC_OK && two_rows(w->o) && w->in.rows != 2)
        st = cc_error_set(err, CC_EDATA, 0, 0, "%zu rows, but one --population needs a table of two populations",
                          w->in.rows);
    for (size_t i = 0, c; i < w->o->compare.n && st == CC_OK; i++)
        st = cc_table_need(&w->in, w->o->compare.at[i], &c, err);
    if (st == CC_OK) st = plan_counts(w, at, err);
    w->n_missing = -1;
    for (size_t r = 0; r < (two_rows(w->o) ? 1 : w->in.rows) && st == CC_OK; r++) {
        st = add_study(w, at, r, err);
        if (st == CC_OK && w->o->compare.n) st = compare_rows(w, at, r, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

/* ---- from records ---- */

/* The subgroups (none without --by) and, last, all together. */
struct parts {
    size_t n;
    struct cc_cuts **cuts;       /* n + 1 */
    struct cc_table22 *tables;   /* n + 1, at the cut in hand */
    size_t baseline;
    bool higher;
    struct cc_screen_ask ask; /* with words, and with refusals where all are positive */
    char with[256], without[256];
};

static void free_parts(struct parts *p)
{
    for (size_t i = 0; p->cuts && i <= p->n; i++) cc_cuts_free(p->cuts[i]);
    free(p->cuts);
    free(p->tables);
}

static enum cc_status split(const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    struct cc_subject *own = malloc((s->n + 1) * sizeof *own);
    p->cuts = calloc(p->n + 1, sizeof(struct cc_cuts *));
    p->tables = calloc(p->n + 1, sizeof *p->tables);
    bool ok = own && p->cuts && p->tables;
    for (size_t g = 0; g < p->n && ok; g++) {
        size_t n = 0;
        for (size_t i = 0; i < s->n; i++)
            if (s->group[i] == g) own[n++] = s->subjects[i];
        ok = (p->cuts[g] = cc_cuts_alloc(own, n)) != NULL;
    }
    if (ok) ok = (p->cuts[p->n] = cc_cuts_alloc(s->subjects, s->n)) != NULL;
    free(own);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status find_baseline(const struct work *w, const struct cc_scored *s, struct parts *p,
                                    struct cc_error *err)
{
    size_t width = w->o->scored.by.n;
    if (w->o->baseline.n == 0) return CC_OK;
    for (p->baseline = 0; p->baseline < p->n; p->baseline++) {
        bool same = true;
        for (size_t c = 0; c < width; c++)
            same = same && !strcmp(s->names[p->baseline * width + c], w->o->baseline.at[c]);
        if (same) return CC_OK;
    }
    return cc_error_set(err, CC_EDATA, 0, 0, "no child is in the group that --baseline names");
}

/* "with truth = 1". */
static void name_classes(const struct options *o, struct parts *p)
{
    char codes[128] = "";
    for (size_t i = 0; i < o->scored.positive.n; i++) {
        size_t used = strlen(codes);
        snprintf(codes + used, sizeof codes - used, "%s%s", i ? " or " : "", o->scored.positive.at[i]);
    }
    snprintf(p->with, sizeof p->with, "with %.100s = %s", o->scored.reference, codes);
    snprintf(p->without, sizeof p->without, "without %.100s = %s", o->scored.reference, codes);
    p->ask.with = p->with;
    p->ask.without = p->without;
}

/* What no one may overlook, on standard error. */
static void warn(const struct work *w, const struct cc_flow *all, struct parts *p)
{
    int64_t known[CC_TRUTHS] = { 0 }, unknown;
    for (int r = 0; r < CC_RESULTS; r++)
        for (int t = 0; t < CC_TRUTHS; t++) known[t] += all->n[r][t];
    unknown = known[CC_TRUTH_UNKNOWN];
    if (known[CC_TRUTH_YES] == 0) cc_note(PROG, "warning: no child %s: is --positive right?", p->with);
    else if (known[CC_TRUTH_NO] == 0 && !p->ask.positives_only) {
        cc_note(PROG, "warning: no child is known to be %s: only sensitivity and the rate of flags are known, "
                      "specificity, predictive values and AUC are refused", p->without);
        p->ask.positives_only = true;
    }
    if (unknown > 0 && !w->o->scored.positives_only && w->o->design->rows == complete)
        cc_note(PROG, "%lld children with an unknown reference are left out; if flagged children were verified more "
                      "often than others, sensitivity is too high and specificity too low", (long long)unknown);
    if (cc_flow_with(all, CC_NO_RESULT) > 0)
        cc_note(PROG, "%lld children without a score are left out", (long long)cc_flow_with(all, CC_NO_RESULT));
}

static void say_table(const struct work *w, const struct parts *p, const char *cut, const struct cc_table22 *t)
{
    cc_note(PROG, "%s %s %s is flagged: of %lld children %s, %lld were flagged and %lld were not", w->o->scored.score,
            w->o->level_column ? "from" : p->higher ? ">=" : "<=", cut, (long long)(t->tp + t->fn), p->with,
            (long long)t->tp, (long long)t->fn);
    if (!p->ask.positives_only)
        cc_note(PROG, "of %lld children %s, %lld were flagged and %lld were not", (long long)(t->fp + t->tn),
                p->without, (long long)t->fp, (long long)t->tn);
}

static void carry_group(struct work *w, const struct cc_scored *s, const struct parts *p, size_t g)
{
    size_t width = w->o->scored.by.n;
    for (size_t c = 0; c < width; c++) w->carried[c] = g < p->n ? s->names[g * width + c] : "(total)";
}

static void name_baseline(const struct work *w, const struct cc_scored *s, const struct parts *p, char *out,
                          size_t size)
{
    size_t width = w->o->scored.by.n;
    out[0] = '\0';
    for (size_t c = 0; c < width; c++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s = %s", c ? ", " : "", w->o->scored.by.at[c],
                 s->names[p->baseline * width + c]);
    }
}

/* Nobody whose truth is unknown is left out: they are the ones the correction is about. */
static bool add_verified(struct work *w, const struct parts *p, const struct cc_flow *flow,
                         const struct cc_screen_sink *sink)
{
    struct cc_verified v = { cc_flow_table(flow), flow->n[CC_FLAGGED][CC_TRUTH_UNKNOWN],
                             flow->n[CC_PASSED][CC_TRUTH_UNKNOWN] };
    w->n_missing = cc_flow_with(flow, CC_NO_RESULT);
    return cc_begg_greenes_rows(&p->ask, &v, p->ask.positives_only ? "no child is known to be without the condition"
                                                                   : NULL, sink);
}

static enum cc_status add_cut(struct work *w, const struct cc_scored *s, struct parts *p, double cut, const char *text,
                              struct cc_error *err)
{
    struct cc_screen_sink sink = { put_row, w };
    char against[256];
    bool ok = true;
    w->carried[w->o->scored.by.n] = text;
    name_baseline(w, s, p, against, sizeof against);
    for (size_t g = 0; g <= p->n; g++) {
        struct cc_flow flow = cc_cuts_at(p->cuts[g], cut, p->higher);
        p->tables[g] = cc_flow_table(&flow);
    }
    for (size_t g = 0; g <= p->n && ok; g++) {
        struct cc_flow flow = cc_cuts_at(p->cuts[g], cut, p->higher);
        struct cc_table22 *t = &p->tables[g];
        w->n_missing = cc_flow_with(&flow, CC_NO_RESULT) + flow.n[CC_FLAGGED][CC_TRUTH_UNKNOWN]
                       + flow.n[CC_PASSED][CC_TRUTH_UNKNOWN];
        carry_group(w, s, p, g);
        ok = cc_screen_flow_rows(&p->ask, &flow, &sink);
        if (ok && w->o->design->rows == begg_greenes) ok = add_verified(w, p, &flow, &sink);
        else if (ok) ok = cc_screen_rows(&p->ask, t, NULL, &sink);
        if (w->o->design->rows != complete) continue;
        if (ok && g < p->n && g != p->baseline)
            ok = cc_screen_difference_rows(&p->ask, t, &p->tables[p->baseline], against, &sink);
    }
    if (ok && p->n > 1 && w->o->design->rows == complete)
        ok = cc_screen_homogeneity_rows(&p->ask, p->tables, p->n, &sink);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status add_every_cut(struct work *w, const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    size_t n;
    char number[32];
    const double *scores = cc_cuts_scores(p->cuts[p->n], &n);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        const char *text = w->o->level_column ? w->o->scored.levels.at[(size_t)scores[i]]
                                              : cc_format_double(scores[i], number);
        st = add_cut(w, s, p, scores[i], text, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

static enum cc_status add_cuts(struct work *w, const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    const struct cc_scored_names *cuts = &w->o->cuts;
    struct cc_flow all = cc_cuts_at(p->cuts[p->n], 0, true);
    enum cc_status st = CC_OK;
    warn(w, &all, p);
    if (!strcmp(cuts->at[0], "all")) return add_every_cut(w, s, p, err);
    for (size_t i = 0; i < cuts->n && st == CC_OK; i++) {
        double cut = NAN;
        if (w->o->level_column) cut = cc_scored_level(&w->o->scored, cuts->at[i]);
        else if (!cc_parse_double(cuts->at[i], &cut)) return cc_error_set(err, CC_EDATA, 0, 0, "no such cut-off");
        st = add_cut(w, s, p, cut, cuts->at[i], err);
        if (st == CC_OK) say_table(w, p, cuts->at[i], &p->tables[p->n]);
    }
    return st;
}

static enum cc_status plan_records(struct work *w, struct cc_error *err)
{
    bool ok = true;
    w->n_carried = w->o->scored.by.n + 1;
    for (size_t i = 0; i < w->o->scored.by.n && ok; i++) {
        if (is_result(w->o->scored.by.at[i]) || !strcmp(w->o->scored.by.at[i], "cutoff"))
            return cc_error_set(err, CC_EUSAGE, 0, 0, "--by: '%s' is a column of the result", w->o->scored.by.at[i]);
        ok = cc_table_add_column(&w->out, w->o->scored.by.at[i]);
    }
    return ok && cc_table_add_column(&w->out, "cutoff") && add_result_columns(w) ? CC_OK : cc_error_memory(err);
}

static enum cc_status from_records(struct work *w, struct cc_error *err)
{
    struct cc_scored s = { 0 };
    struct parts p = { .ask = w->o->ask, .higher = !w->o->direction || !strcmp(w->o->direction, "higher") };
    enum cc_status st = plan_records(w, err);
    if (st == CC_OK) st = cc_scored_read(&w->in, &w->o->scored, &s, err);
    if (st != CC_OK) return st;
    p.n = w->o->scored.by.n ? s.groups : 0;
    name_classes(w->o, &p);
    st = find_baseline(w, &s, &p, err);
    if (st == CC_OK) st = split(&s, &p, err);
    if (st == CC_OK) st = add_cuts(w, &s, &p, err);
    free_parts(&p);
    cc_scored_free(&s);
    return st;
}

/* ---- counts of records ---- */

static bool every_score(const struct cc_scored *s, struct cc_scored_cuts *cuts, char texts[][32])
{
    size_t n;
    struct cc_cuts *all = cc_cuts_alloc(s->subjects, s->n);
    const double *scores = all ? cc_cuts_scores(all, &n) : NULL;
    for (size_t i = 0; scores && i < n && cuts->n < CC_SCORED_NAMES; i++, cuts->n++) {
        cuts->at[cuts->n] = scores[i];
        cuts->text[cuts->n] = cc_format_double(scores[i], texts[cuts->n]);
    }
    bool few = scores && n < CC_SCORED_NAMES;
    cc_cuts_free(all);
    return few;
}

static enum cc_status count_records(struct work *w, struct cc_error *err)
{
    const struct options *o = w->o;
    char texts[CC_SCORED_NAMES][32];
    struct cc_scored_cuts cuts = { .higher = !o->direction || !strcmp(o->direction, "higher") };
    struct cc_scored s = { 0 };
    struct cc_scored_options plain = o->scored;
    plain.by.n = 0;
    enum cc_status st = cc_scored_read(&w->in, &plain, &s, err);
    for (size_t i = 0; i < o->cuts.n && st == CC_OK; i++) {
        const char *text = o->cuts.at[i];
        if (i && !strcmp(text, "all") && !o->level_column) {
            if (!every_score(&s, &cuts, texts))
                st = cc_error_set(err, CC_EDATA, 0, 0, "more than %d scores: give the cut-offs", CC_SCORED_NAMES - 2);
            break;
        }
        for (size_t l = 0; i && !strcmp(text, "all") && l < o->scored.levels.n; l++) {
            cuts.at[cuts.n] = (double)l;
            cuts.text[cuts.n++] = o->scored.levels.at[l];
        }
        if (i && !strcmp(text, "all")) break;
        if (o->level_column) cuts.at[cuts.n] = cc_scored_level(&o->scored, text);
        else if (!cc_parse_double(text, &cuts.at[cuts.n])) st = cc_error_set(err, CC_EDATA, 0, 0, "no such cut-off");
        cuts.text[cuts.n++] = text;
    }
    if (st == CC_OK) st = cc_scored_counts(&w->in, &o->scored, &cuts, &w->out, err);
    cc_scored_free(&s);
    return st;
}

/* ---- the program ---- */

static int program(int argc, char **argv)
{
    struct options o = { .ask = { .level = 0.95, .with = "with the condition", .without = "without the condition" },
                         .design = &DESIGNS[0] };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    struct work w = { .o = &o };
    struct cc_error err = { 0 };
    enum cc_status st = o.counts ? cc_table_read_any(o.table, &w.in, &err) : cc_table_read(o.table, &w.in, &err);
    if (st == CC_OK) st = o.kinds ? from_counts(&w, &err) : o.counts ? count_records(&w, &err) : from_records(&w, &err);
    code = st == CC_OK ? cc_put_table(PROG, o.output, o.format, &w.out) : cc_fail(PROG, o.table, &err);
    cc_table_free(&w.in);
    cc_table_free(&w.out);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

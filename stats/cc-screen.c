/* cc-screen: how accurate a screening tool is, from 2x2 counts or from records. */
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_screen_counts.h"
#include "stats/counting/cc_screen_records.h"
#include "stats/screening/cc_biased_rows.h"

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

enum kind { TABLE = 1, UNVERIFIED = 2, POPULATIONS = 4, TRUTHS = 8, STUDIES = 16 }; /* of options that name counts */

struct options {
    const char *table, *output, *direction, *level_column;
    bool count;     /* records, instead of telling accuracy */
    unsigned kinds; /* of cells, as enum kind */
    struct cc_screen_counts counts;
    struct cc_screen_records records;
    struct cc_screen_ask ask;
    enum cc_format format;
};

/* What each design takes. */
static const struct design {
    const char *name;
    int cells;
    unsigned kinds;
    const char *needs; /* in words */
    bool records;      /* can count records, too */
} DESIGNS[CC_DESIGNS] = {
    [CC_DESIGN_COMPLETE] = { "complete", 4, TABLE, "--tp, --fn, --fp and --tn", true },
    [CC_DESIGN_BEGG_GREENES] = { "begg-greenes", 6, TABLE | UNVERIFIED, "--tp, --fn, --fp, --tn and --unverified",
                                 true },
    [CC_DESIGN_HUI_WALTER] = { "hui-walter", 8, POPULATIONS, "--population, once or twice", false },
    [CC_DESIGN_TWO_STAGE] = { "two-stage", 8, TRUTHS, "--with-condition and --without-condition", false },
    [CC_DESIGN_TWO_STUDIES] = { "two-studies", 8, STUDIES, "--first and --second", false },
};

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
    o->ask.positives_only = o->records.scored.positives_only = true;
    return CC_EXIT_OK;
}

static int set_design(const struct cc_given *g)
{
    enum cc_screen_design *design = g->to;
    for (int i = 0; i < CC_DESIGNS; i++)
        if (cc_name_equal(g->text, DESIGNS[i].name)) {
            *design = (enum cc_screen_design)i;
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
    { "tp", CC_CELL_TP, 1, TABLE },
    { "fn", CC_CELL_FN, 1, TABLE },
    { "fp", CC_CELL_FP, 1, TABLE },
    { "tn", CC_CELL_TN, 1, TABLE },
    { "unverified", CC_CELL_FLAGGED, 2, UNVERIFIED },
    { "population", 0, 4, POPULATIONS }, /* given twice, the second fills the other four */
    { "with-condition", 0, 4, TRUTHS },
    { "without-condition", CC_CELL_SECOND, 4, TRUTHS },
    { "first", 0, 4, STUDIES },
    { "second", CC_CELL_SECOND, 4, STUDIES },
};

static int set_counts(const struct cc_given *g)
{
    struct options *o = g->to;
    const struct counts *c = COUNTS;
    char *names[CC_CELLS];
    while (strcmp(c->option, g->name) != 0) c++;
    int from = c->kind == POPULATIONS && o->counts.cells[0] ? CC_CELL_SECOND : c->from;
    size_t got = cc_split(g->text, ',', names, CC_CELLS);
    if (got != (size_t)c->n) return cc_usage(PROG, "here %d columns are needed, with commas, not %zu", c->n, got);
    if (o->counts.cells[from]) return cc_usage(PROG, "too many columns with counts");
    for (int i = 0; i < c->n; i++) o->counts.cells[from + i] = names[i];
    o->kinds |= c->kind;
    return CC_EXIT_OK;
}

static int check_counts(const struct options *o)
{
    const struct design *design = &DESIGNS[o->counts.design];
    int given = 0, needed = design->cells;
    for (int i = 0; i < CC_CELLS; i++) given += o->counts.cells[i] != NULL;
    if (cc_screen_counts_two_rows(&o->counts)) needed = CC_CELL_SECOND;
    if (o->ask.positives_only && o->counts.cells[CC_CELL_TP] && o->counts.cells[CC_CELL_FN]) needed = given;
    if (o->kinds != design->kinds || given != needed)
        return cc_usage(PROG, "--design %s needs %s%s", design->name, design->needs,
                        design->kinds == TABLE ? "; with --known-positives-only, --tp and --fn" : "");
    const char *twice = cc_options_twice(o->counts.cells, CC_CELLS);
    if (twice) return cc_usage(PROG, "the column '%s' is given as two counts", twice);
    const struct cc_screen_records *r = &o->records;
    if (r->scored.by.n || r->cuts.n || r->scored.reference || o->direction || r->baseline.n || o->level_column)
        return cc_usage(PROG, "counts (--tp ...) have no score, reference, cut-off or --by");
    if (o->counts.compare.n && (o->counts.compare.n != 2 || o->counts.design != CC_DESIGN_COMPLETE))
        return cc_usage(PROG, "--compare takes two columns, and goes with the design complete");
    return CC_EXIT_OK;
}

static int check_cuts(const struct options *o)
{
    double x;
    if (o->records.cuts.n == 0) return cc_usage(PROG, "--cutoff is needed: a cut, several, or all");
    for (size_t i = 0; i < o->records.cuts.n; i++) {
        const char *cut = o->records.cuts.at[i];
        if (i + 1 == o->records.cuts.n && i == (o->count ? 1 : 0) && !strcmp(cut, "all")) break;
        if (o->level_column && cc_scored_level(&o->records.scored, cut) < 0)
            return cc_usage(PROG, "--cutoff '%s' is none of --levels", cut);
        if (!o->level_column && !cc_parse_double(cut, &x))
            return cc_usage(PROG, "--cutoff takes numbers or all, not '%s'", cut);
    }
    return CC_EXIT_OK;
}

static int check_records(struct options *o)
{
    if (o->level_column) {
        if (o->records.scored.score || o->direction || o->records.scored.levels.n < 2)
            return cc_usage(PROG, "--level-column goes with --levels, from least to most, and without --score and "
                                  "--direction");
        o->records.scored.score = o->level_column;
    } else if (o->records.scored.levels.n) {
        return cc_usage(PROG, "--levels needs --level-column");
    }
    if (!o->records.scored.score) return cc_usage(PROG, "give counts (--tp ...) or --score or --level-column");
    if (!o->level_column && !o->direction)
        return cc_usage(PROG, "--direction is needed: it is not guessed whether higher or lower scores mean danger, "
                              "because a wrong guess turns the accuracy round");
    if (o->direction && strcmp(o->direction, "higher") != 0 && strcmp(o->direction, "lower") != 0)
        return cc_usage(PROG, "--direction is higher or lower, not '%s'", o->direction);
    if (!o->records.scored.reference) return cc_usage(PROG, "--reference is needed: the column with the truth");
    if (!strcmp(o->records.scored.score, o->records.scored.reference))
        return cc_usage(PROG, "score and reference are one column: a tool is held against "
                               "something else");
    if (o->records.scored.positive.n == 0)
        return cc_usage(PROG, "--positive is needed: it is not guessed which code of '%s' means that a child has the "
                              "condition, because a wrong guess swaps sensitivity and specificity",
                        o->records.scored.reference);
    for (size_t i = 0; i < o->records.scored.negative.n; i++)
        for (size_t k = 0; k < o->records.scored.positive.n; k++)
            if (!strcmp(o->records.scored.negative.at[i], o->records.scored.positive.at[k]))
                return cc_usage(PROG, "a code cannot be both --positive and --negative");
    if (o->records.baseline.n && o->records.baseline.n != o->records.scored.by.n)
        return cc_usage(PROG, "--baseline takes one value for each column of --by");
    return check_cuts(o);
}

static int check_options(struct options *o)
{
    for (size_t i = 0; o->ask.positives_only && i < o->ask.n_measures; i++)
        if (cc_screen_needs_negatives(o->ask.measures[i]))
            return cc_usage(PROG, "no %s with --known-positives-only: it needs children who are known to be without "
                                  "the condition", o->ask.measures[i]);
    const struct design *design = &DESIGNS[o->counts.design];
    bool counts = o->kinds != 0;
    if (o->counts.compare.n && !counts)
        return cc_usage(PROG, "--compare goes with counts (--tp ...); records have --by");
    if (o->count && (counts || o->ask.n_measures || o->ask.n_prevalences || o->records.baseline.n))
        return cc_usage(PROG, "--counts goes with records, and has no measures");
    if (o->ask.positives_only && o->counts.design != CC_DESIGN_COMPLETE)
        return cc_usage(PROG, "--known-positives-only goes with the design complete");
    if (o->ask.n_prevalences && o->counts.design != CC_DESIGN_COMPLETE && o->counts.design != CC_DESIGN_TWO_STAGE)
        return cc_usage(PROG, "--prevalence goes with the designs complete and two-stage");
    if (!counts && !design->records)
        return cc_usage(PROG, "--design %s needs %s", design->name, design->needs);
    if (counts && o->records.scored.score) return cc_usage(PROG, "give counts (--tp ...) or --score, not both");
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
        { "score", 0, CC_VALUE, cc_set_text, &o->records.scored.score },
        { "level-column", 0, CC_VALUE, cc_set_text, &o->level_column },
        { "levels", 0, CC_VALUE, set_names, &o->records.scored.levels },
        { "direction", 0, CC_VALUE, cc_set_once, &o->direction },
        { "reference", 0, CC_VALUE, cc_set_text, &o->records.scored.reference },
        { "positive", 0, CC_VALUE, set_names, &o->records.scored.positive },
        { "negative", 0, CC_VALUE, set_names, &o->records.scored.negative },
        { "missing", 0, CC_VALUE, set_names, &o->records.scored.missing },
        { "cutoff", 0, CC_VALUE, set_names, &o->records.cuts },
        { "by", 'g', CC_VALUE, set_names, &o->records.scored.by },
        { "baseline", 0, CC_VALUE, set_names, &o->records.baseline },
        { "method", 0, CC_VALUE, set_methods, &o->ask },
        { "measure", 0, CC_VALUE, set_measures, &o->ask },
        { "prevalence", 0, CC_VALUE, set_prevalences, &o->ask },
        { "known-positives-only", 0, CC_ALONE, set_positives_only, o },
        { "design", 0, CC_VALUE, set_design, &o->counts.design },
        { "unverified", 0, CC_VALUE, set_counts, o },
        { "population", 0, CC_VALUE, set_counts, o },
        { "with-condition", 0, CC_VALUE, set_counts, o },
        { "without-condition", 0, CC_VALUE, set_counts, o },
        { "first", 0, CC_VALUE, set_counts, o },
        { "second", 0, CC_VALUE, set_counts, o },
        { "counts", 0, CC_ALONE, cc_set_flag, &o->count },
        { "compare", 0, CC_VALUE, set_names, &o->counts.compare },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->ask.level },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->table);
    if (*code == CC_EXIT_OK) *code = check_options(o);
    o->records.higher = !o->direction || !strcmp(o->direction, "higher");
    o->records.begg_greenes = o->counts.design == CC_DESIGN_BEGG_GREENES;
    return *code == CC_EXIT_OK;
}

/* ---- the program ---- */

static void tell(const char *text)
{
    cc_note(PROG, "%s", text);
}

static enum cc_status work(const struct options *o, struct cc_table *in, struct cc_screen_table *t,
                           struct cc_error *err)
{
    enum cc_status st = o->count ? cc_table_read_any(o->table, in, err) : cc_table_read(o->table, in, err);
    if (st != CC_OK) return st;
    if (o->kinds) return cc_screen_counts(in, &o->counts, &o->ask, t, err);
    if (o->count) return cc_screen_records_count(in, &o->records, &t->out, err);
    return cc_screen_records(in, &o->records, &o->ask, t, err);
}

static int program(int argc, char **argv)
{
    struct options o = { .ask = { .level = 0.95, .with = "with the condition", .without = "without the condition" } };
    struct cc_screen_table t = { .tell = tell };
    struct cc_table in = { 0 };
    struct cc_error err = { 0 };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    code = work(&o, &in, &t, &err) == CC_OK ? cc_put_table(PROG, o.output, o.format, &t.out)
                                            : cc_fail(PROG, o.table, &err);
    cc_table_free(&in);
    cc_table_free(&t.out);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

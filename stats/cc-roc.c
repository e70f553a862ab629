/* cc-roc: how well a score separates children with the condition from those without, over all cut-offs. */
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_roc_data.h"
#include "stats/counting/cc_row_groups.h"
#include "stats/screening/cc_roc_rows.h"

#define PROG "cc-roc"

static const char help[] =
    "Tells how well a score separates cases from controls, at which cut-off, and compares two scores.\n"
    "\n"
    "usage: casecount roc TABLE.csv --score COLUMN --direction higher|lower\n"
    "         --reference COLUMN --positive CODE,... [options]      (- for standard input)\n"
    "\n"
    "      --score COLUMN        the score, a number; blank or NA where there is none\n"
    "      --direction DIR       higher or lower: which scores mean 'positive'. Never guessed\n"
    "      --reference COLUMN    what became known; blank or NA where nothing did\n"
    "      --positive CODE,...   its codes that mean: has the condition, a case; there is no default\n"
    "      --negative CODE,...   its codes that mean: does not, a control. Needed if it has more than two\n"
    "                            codes; others then are not known. Both may be repeated\n"
    "      --against COLUMN      a second score to compare with\n"
    "      --against-direction DIR   of the second score [as --direction]\n"
    "      --kind KIND           paired: both scores of the same children; unpaired [paired]\n"
    "      --cutoffs C,...       the curve through these alone: scores between two of them count as equal\n"
    "  -g, --by COLUMN,...       each group by itself\n"
    "      --partial FOCUS:A-B   partial area over specificity or sensitivity from A to B\n"
    "      --bootstrap N         limits from N stratified resamples, too; needs --seed\n"
    "      --seed S              1 to 4294967295\n"
    "      --curve               instead: one row a cut-off, with its counts; chart --kind roc draws it\n"
    "      --pr                  instead: one row a cut-off, with recall and precision\n"
    "      --allow-undefined     NA where there is no case or no control at all, in place of an error\n"
    "  -l, --level LEVEL         of the intervals [0.95]\n"
    "  -o, --output FILE         [standard output]\n"
    "  -f, --format FORMAT       csv, json or md [csv]\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "Rows without a score or a truth are left out and counted. An AUC below 0.5 stays as it is.\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: two scores of the same children, and the curve of the first as a picture\n"
    "  casecount roc scored.csv --score short --against long --direction higher \\\n"
    "    --reference truth --positive yes\n"
    "  casecount roc scored.csv --score short --direction higher --reference truth --positive yes \\\n"
    "    --curve -o curve.csv\n";

enum { MOST = 16, WAY_NONE = 0 };
enum show { SHOW_SUMMARY, SHOW_CURVE, SHOW_PR };

struct options {
    struct cc_roc_columns columns;
    struct cc_roc_ask ask;
    double cutoffs[MOST];
    const char *by[MOST], *output, *input;
    size_t groups;
    bool has_kind, has_seed;
    enum show show;
    enum cc_format format;
};

struct data {
    struct cc_table in, out;
    size_t by[MOST];
    struct cc_roc_data data;
    struct cc_row_groups groups;
};

/* ---- rows of the answer ---- */

/* What stands in all rows of one score, or pair of scores, in one group. */
struct place {
    struct data *d;
    const struct options *o;
    const size_t *rows; /* of the group */
    size_t n, missing;
    const char *score;
    bool ok;
};

static void set(struct place *p, size_t column, const char *text)
{
    p->ok = p->ok && cc_table_set(&p->d->out, p->d->out.rows - 1, column, text);
}

static void set_number(struct place *p, size_t column, double x)
{
    char buf[32];
    set(p, column, cc_format_double(x, buf));
}

/* A new row with its group and score; the column after them. */
static size_t begin_row(struct place *p)
{
    struct data *d = p->d;
    p->ok = p->ok && cc_table_add_row(&d->out);
    for (size_t i = 0; p->ok && i < p->o->groups; i++) set(p, i, cc_table_cell(&d->in, p->rows[0], d->by[i]));
    set(p, p->o->groups, p->score);
    return p->o->groups + 1;
}

static bool put(void *to, const struct cc_roc_row *row)
{
    struct place *p = to;
    size_t c = begin_row(p);
    set(p, c, row->cutoff);
    set(p, c + 1, row->measure);
    set_number(p, c + 2, row->estimate);
    set_number(p, c + 3, row->se);
    set_number(p, c + 4, row->lower);
    set_number(p, c + 5, row->upper);
    set_number(p, c + 6, row->level);
    set(p, c + 7, row->method);
    set_number(p, c + 8, (double)p->missing);
    set(p, c + 9, row->note);
    return p->ok;
}

static bool put_point(void *to, const struct cc_roc_point *point)
{
    struct place *p = to;
    const struct cc_roc_cut *c = point->cut;
    const int64_t counts[] = { c->tp, c->fn, c->fp, c->tn };
    bool curve = p->o->show == SHOW_CURVE;
    size_t at = begin_row(p);
    set(p, at++, point->cutoff);
    for (size_t i = 0; i < 4; i++) set_number(p, at++, (double)counts[i]);
    set_number(p, at++, cc_roc_sensitivity(c));
    set_number(p, at++, curve ? cc_roc_specificity(c) : point->precision);
    if (curve) set(p, at++, point->chosen);
    set_number(p, at++, (double)p->missing);
    set(p, at, point->note);
    return p->ok;
}

static bool make_columns(struct data *d, const struct options *o)
{
    static const char *const summary[] = { "cutoff", "measure", "estimate", "se", "lower", "upper", "level",
                                           "method", "n_missing", "note", NULL };
    static const char *const curve[] = { "cutoff", "TP", "FN", "FP", "TN", "sensitivity", "specificity",
                                         "chosen", "n_missing", "note", NULL };
    static const char *const pr[] = { "cutoff", "TP", "FN", "FP", "TN", "recall", "precision", "n_missing",
                                      "note", NULL };
    const char *const *names = o->show == SHOW_SUMMARY ? summary : o->show == SHOW_CURVE ? curve : pr;
    bool ok = true;
    for (size_t i = 0; ok && i < o->groups; i++) ok = cc_table_add_column(&d->out, o->by[i]);
    ok = ok && cc_table_add_column(&d->out, "score");
    for (; ok && *names; names++) ok = cc_table_add_column(&d->out, *names);
    return ok;
}

/* ---- the program ---- */

static enum cc_status do_score(struct place *p, size_t which, struct cc_roc *r)
{
    const struct options *o = p->o;
    const struct cc_roc_sink sink = { put, put_point, p };
    size_t known;
    enum cc_status st = cc_roc_data_curve(&p->d->data, which, p->rows, p->n, r, &known);
    if (st != CC_OK) return st;
    p->score = o->columns.score[which];
    p->missing = p->n - known;
    return o->show == SHOW_SUMMARY ? cc_roc_rows(&o->ask, r, o->columns.way[which], &sink)
                                   : cc_roc_curve_rows(r, o->columns.way[which], &sink);
}

static size_t left_out(const struct place *p, const struct cc_roc *r)
{
    return p->n - (size_t)(r->cases + r->controls);
}

static enum cc_status compare(struct place *p, const struct cc_roc r[CC_ROC_SCORES])
{
    const struct cc_roc_ask *ask = &p->o->ask;
    const struct cc_roc_sink sink = { put, put_point, p };
    struct cc_roc_pairs both;
    struct cc_roc_comparison c;
    enum cc_status st = cc_roc_data_pairs(&p->d->data, p->rows, p->n, &both);
    if (st == CC_OK && ask->unpaired) st = cc_roc_compare_unpaired(&r[0], &r[1], ask->resampling.level, &c);
    else if (st == CC_OK)
        st = cc_roc_compare_paired(both.a, both.b, both.is_case, both.n, ask->resampling.level, &c);
    p->missing = ask->unpaired ? left_out(p, &r[0]) + left_out(p, &r[1]) : p->n - both.n;
    if (st == CC_OK || st == CC_UNDEFINED) st = cc_roc_comparison_rows(ask, &c, both.n, &sink);
    cc_roc_pairs_free(&both);
    return st;
}

static enum cc_status do_pair(struct place *p, const struct cc_roc r[CC_ROC_SCORES])
{
    struct cc_buf name = { 0 };
    const char *const *score = p->o->columns.score;
    if (!cc_buf_printf(&name, "%s - %s", score[0], score[1])) return CC_ENOMEM;
    p->score = name.data;
    enum cc_status st = compare(p, r);
    cc_buf_free(&name);
    return st;
}

static enum cc_status do_group(struct data *d, const struct options *o, size_t g)
{
    size_t start = d->groups.start[g];
    struct cc_roc r[CC_ROC_SCORES] = { { 0 }, { 0 } };
    struct place p = { .d = d, .o = o, .rows = d->groups.rows + start, .n = d->groups.start[g + 1] - start,
                       .ok = true };
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < CC_ROC_SCORES && o->columns.score[i]; i++) st = do_score(&p, i, &r[i]);
    if (st == CC_OK && o->columns.score[1] && o->show == SHOW_SUMMARY) st = do_pair(&p, r);
    for (size_t i = 0; i < CC_ROC_SCORES; i++) cc_roc_free(&r[i]);
    return st;
}

static enum cc_status read_data(struct data *d, const struct options *o, struct cc_error *err)
{
    enum cc_status st = o->columns.allow_undefined ? cc_table_read_any(o->input, &d->in, err)
                                                   : cc_table_read(o->input, &d->in, err);
    if (st == CC_OK) st = cc_roc_data_read(&d->in, &o->columns, &d->data, err);
    for (size_t i = 0; i < o->groups && st == CC_OK; i++) st = cc_table_need(&d->in, o->by[i], &d->by[i], err);
    return st == CC_OK ? cc_row_groups_make(&d->in, d->by, o->groups, &d->groups, err) : st;
}

static enum cc_status work(struct data *d, const struct options *o, struct cc_error *err)
{
    enum cc_status st = read_data(d, o, err);
    if (st != CC_OK) return st;
    if (!make_columns(d, o)) return cc_error_memory(err);
    for (size_t g = 0; st == CC_OK && g < d->groups.n; g++) {
        st = do_group(d, o, g);
        if (st == CC_OK && cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    if (st == CC_ENOMEM) return cc_error_memory(err);
    return st == CC_OK ? CC_OK : cc_error_set(err, st, 0, 0, "too many children for a bootstrap");
}

static int run(const struct options *o)
{
    struct data d = { 0 };
    struct cc_error err = { 0 };
    int code = work(&d, o, &err) == CC_OK ? cc_put_table(PROG, o->output, o->format, &d.out)
                                          : cc_fail(PROG, d.in.name[0] ? d.in.name : o->input, &err);
    cc_table_free(&d.in);
    cc_table_free(&d.out);
    cc_roc_data_free(&d.data);
    cc_row_groups_free(&d.groups);
    return code;
}

/* ---- options ---- */

static int set_way(const struct cc_given *g)
{
    int *way = g->to;
    if (*way != WAY_NONE) return cc_usage(PROG, "--%s is given twice", g->name);
    *way = !strcmp(g->text, "higher") ? CC_ROC_HIGHER : !strcmp(g->text, "lower") ? CC_ROC_LOWER : WAY_NONE;
    return *way != WAY_NONE ? CC_EXIT_OK : cc_usage(PROG, "--%s takes higher or lower", g->name);
}

/* With commas, or given again. */
static int set_codes(const struct cc_given *g)
{
    struct cc_roc_codes *codes = g->to;
    size_t n = cc_split(g->text, ',', codes->at + codes->n, CC_ROC_CODES + 1 - codes->n);
    codes->n += n;
    return n > 0 && codes->n <= CC_ROC_CODES ? CC_EXIT_OK
        : cc_usage(PROG, "--%s takes up to %d codes, with commas", g->name, CC_ROC_CODES);
}

static int set_kind(const struct cc_given *g)
{
    struct options *o = g->to;
    o->has_kind = true;
    o->ask.unpaired = !strcmp(g->text, "unpaired");
    if (o->ask.unpaired || !strcmp(g->text, "paired")) return CC_EXIT_OK;
    return cc_usage(PROG, "--kind takes paired or unpaired");
}

/* FOCUS:A-B */
static bool parse_partial(char *text, struct cc_roc_range *out)
{
    char *part[2], *end[2];
    if (cc_split(text, ':', part, 2) != 2) return false;
    out->focus = !strcmp(part[0], "specificity") ? CC_ROC_SPECIFICITY : CC_ROC_SENSITIVITY;
    if (out->focus == CC_ROC_SENSITIVITY && strcmp(part[0], "sensitivity") != 0) return false;
    return cc_split(part[1], '-', end, 2) == 2 && cc_parse_double(end[0], &out->from)
           && cc_parse_double(end[1], &out->to) && out->from >= 0 && out->from < out->to && out->to <= 1;
}

static int set_cutoffs(const struct cc_given *g)
{
    struct options *o = g->to;
    char *parts[MOST + 1];
    size_t n = cc_split(g->text, ',', parts, MOST + 1);
    for (size_t i = 0; i < n; i++)
        if (n > MOST || !cc_parse_double(parts[i], &o->cutoffs[i]))
            return cc_usage(PROG, "--cutoffs takes up to %d numbers, separated by commas", MOST);
    o->columns.cutoffs = o->cutoffs;
    o->columns.n_cutoffs = n;
    return CC_EXIT_OK;
}

static int set_partial(const struct cc_given *g)
{
    struct options *o = g->to;
    o->ask.has_partial = true;
    return parse_partial(g->text, &o->ask.partial) ? CC_EXIT_OK
        : cc_usage(PROG, "--partial takes specificity:A-B or sensitivity:A-B, with 0 <= A < B <= 1");
}

static int set_by(const struct cc_given *g)
{
    static const char *const ours[] = { "score", "cutoff", "measure", "estimate", "se", "lower", "upper",
                                        "level", "method", "TP", "FN", "FP", "TN", "sensitivity",
                                        "specificity", "recall", "precision", "chosen", "n_missing", "note" };
    struct options *o = g->to;
    return cc_given_columns(g, ours, sizeof ours / sizeof *ours, o->by, MOST, &o->groups);
}

static int set_rounds(const struct cc_given *g)
{
    size_t *rounds = g->to;
    int64_t n = 0;
    int code = cc_given_whole(g, 1, 10000000, &n);
    *rounds = (size_t)n;
    return code;
}

static int set_seed(const struct cc_given *g)
{
    struct options *o = g->to;
    int64_t n = 0;
    int code = cc_given_whole(g, 1, UINT32_MAX, &n);
    o->ask.resampling.seed = (uint64_t)n;
    o->has_seed = true;
    return code;
}

static int set_show(const struct cc_given *g)
{
    enum show *show = g->to;
    if (*show != SHOW_SUMMARY) return cc_usage(PROG, "give one of --curve and --pr, once");
    *show = !strcmp(g->name, "curve") ? SHOW_CURVE : SHOW_PR;
    return CC_EXIT_OK;
}

static int check(struct options *o)
{
    if (!o->columns.score[0]) return cc_usage(PROG, "--score is needed: the column of the score");
    if (!o->columns.way[0])
        return cc_usage(PROG, "--direction is needed: higher or lower, which scores mean 'positive'");
    if (!o->columns.reference) return cc_usage(PROG, "--reference is needed: the column of what became known");
    for (int i = 0; i < CC_ROC_SCORES && o->columns.score[i]; i++)
        if (!strcmp(o->columns.score[i], o->columns.reference))
            return cc_usage(PROG, "score and reference are one column: a tool is held against "
                                   "something else");
    if (o->columns.positive.n == 0)
        return cc_usage(PROG, "--positive is needed: the codes of the reference that mean a case");
    for (size_t i = 0; i < o->columns.negative.n; i++)
        for (size_t k = 0; k < o->columns.positive.n; k++)
            if (!strcmp(o->columns.negative.at[i], o->columns.positive.at[k]))
                return cc_usage(PROG, "a code cannot be both --positive and --negative");
    if (!o->columns.score[1] && (o->has_kind || o->columns.way[1]))
        return cc_usage(PROG, "--kind and --against-direction need --against");
    if (o->columns.n_cutoffs && o->columns.score[1])
        return cc_usage(PROG, "--cutoffs are those of one score: not with --against");
    if (!o->columns.way[1]) o->columns.way[1] = o->columns.way[0];
    if ((o->ask.resampling.rounds > 0) != o->has_seed)
        return cc_usage(PROG, "--bootstrap and --seed go together, so that the numbers can be had again");
    if (o->show != SHOW_SUMMARY && (o->has_seed || o->ask.has_partial || o->has_kind))
        return cc_usage(PROG, "--curve and --pr have no intervals, partial areas or tests");
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "by", 'g', CC_VALUE, set_by, o },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->ask.resampling.level },
        { "score", 0, CC_VALUE, cc_set_text, &o->columns.score[0] },
        { "direction", 0, CC_VALUE, set_way, &o->columns.way[0] },
        { "reference", 0, CC_VALUE, cc_set_text, &o->columns.reference },
        { "positive", 0, CC_VALUE, set_codes, &o->columns.positive },
        { "negative", 0, CC_VALUE, set_codes, &o->columns.negative },
        { "against", 0, CC_VALUE, cc_set_text, &o->columns.score[1] },
        { "against-direction", 0, CC_VALUE, set_way, &o->columns.way[1] },
        { "kind", 0, CC_VALUE, set_kind, o },
        { "cutoffs", 0, CC_VALUE, set_cutoffs, o },
        { "partial", 0, CC_VALUE, set_partial, o },
        { "bootstrap", 0, CC_VALUE, set_rounds, &o->ask.resampling.rounds },
        { "seed", 0, CC_VALUE, set_seed, o },
        { "curve", 0, CC_ALONE, set_show, &o->show },
        { "pr", 0, CC_ALONE, set_show, &o->show },
        { "allow-undefined", 0, CC_ALONE, cc_set_flag, &o->columns.allow_undefined },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->input);
    if (*code == CC_EXIT_OK) *code = check(o);
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { .ask.resampling.level = 0.95 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

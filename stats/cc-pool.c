/* cc-pool: several studies of one tool as one: meta-analysis of accuracy, from 2x2 counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_row_groups.h"
#include "stats/screening/cc_pool_rows.h"

#define PROG "cc-pool"

static const char HELP[] =
    "cc-pool: several studies of one tool as one, by meta-analysis\n"
    "\n"
    "Usage: casecount pool TABLE --tp COLUMN --fn COLUMN --fp COLUMN --tn COLUMN [OPTION]...\n"
    "       casecount pool TABLE --events COLUMN --total COLUMN [OPTION]...\n"
    "\n"
    "TABLE is a CSV file (- is standard input), one row a study.\n"
    "\n"
    "      --tp, --fn, --fp, --tn COLUMN  children who have the condition and were flagged, have it and\n"
    "                            were not, do not have it and were, do not have it and were not\n"
    "      --events, --total COLUMN  a proportion instead: children counted, of all\n"
    "      --metric NAME         sensitivity, specificity, ppv, npv, fpr, fnr, accuracy, true_prevalence,\n"
    "                            apparent_prevalence, dor, lr_pos, lr_neg ; bivariate has none\n"
    "      --model NAME          random effects: dl, reml, pm; equal effects: ee; sensitivity and specificity\n"
    "                            at once: bivariate, bivariate-ml [reml]\n"
    "      --transform NAME      logit, raw or freeman-tukey [logit; ratios: log]\n"
    "      --correct zero|all    add 0.5 to the cells of a study with an empty cell, or of all studies if\n"
    "                            one has an empty cell [zero; bivariate: all]\n"
    "      --prediction normal|t quantile of the prediction interval [normal]\n"
    "      --unclipped           leave raw limits below 0 or above 1 as they are\n"
    "      --study COLUMN        names of the studies\n"
    "      --studies             a row for each study, too, with its weight: chart --kind forest draws them\n"
    "      --curve               instead, of a bivariate model: points of the summary ROC curve and its\n"
    "                            regions: chart --kind sroc draws them\n"
    "  -g, --by COLUMN,...       each group by itself\n"
    "  -l, --level LEVEL         of the intervals, between 0 and 1 [0.95]\n"
    "  -f, --format csv|json|md  [csv]\n"
    "  -o, --output FILE         write there instead of to standard output\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: three studies of a six-item screen\n"
    "  casecount pool studies.csv --tp TP --fn FN --fp FP --tn TN --metric sensitivity --model dl | head -n 2\n"
    "  metric,measure,estimate,se,lower,upper,level,method,n_missing,note\n"
    "  sensitivity,pooled,0.861114955518176,NA,0.787702308467809,0.911978244611204,0.95,dl-logit,0,\n";

enum column { COLUMN_TP, COLUMN_FN, COLUMN_FP, COLUMN_TN, COLUMN_EVENTS, COLUMN_TOTAL, COUNTS };
enum { MOST = 16 };

struct options {
    const char *input, *output, *counts[COUNTS], *study, *by[MOST];
    size_t groups;
    struct cc_pool_ask ask;
    int correct; /* 0 not given, 'z' or 'a' */
    bool has_scale;
    enum cc_format format;
};

struct data {
    struct cc_table in, out;
    const struct options *o;
    size_t by[MOST], counts[COUNTS], study;
    struct cc_row_groups groups;
};

static bool is_bivariate(const struct options *o)
{
    return cc_pool_is_bivariate(o->ask.model);
}

/* ---- reading ---- */

/* A count that is not there, or hidden, is NaN. */
static enum cc_status read_count(const struct data *d, size_t row, enum column which, double *out, struct cc_error *err)
{
    const char *text = cc_table_cell(&d->in, row, d->counts[which]);
    int64_t n;
    *out = NAN;
    if (cc_table_unavailable(text)) return CC_OK;
    if (strspn(text, "0123456789") != strlen(text) || !cc_parse_int64(text, &n) || n > 1000000000000)
        return cc_error_set(err, CC_EDATA, d->in.lines[row], d->counts[which] + 1,
                            "%s: not a whole number of at least 0", d->in.names[d->counts[which]]);
    *out = (double)n;
    return CC_OK;
}

static enum cc_status read_cells(const struct data *d, size_t row, struct cc_pool_cells *c, struct cc_error *err)
{
    double n[COUNTS] = { 0 };
    enum cc_status st = CC_OK;
    for (int i = 0; i < COUNTS && st == CC_OK; i++)
        if (d->o->counts[i]) st = read_count(d, row, (enum column)i, &n[i], err);
    if (st != CC_OK) return st;
    if (n[COLUMN_EVENTS] > n[COLUMN_TOTAL])
        return cc_error_set(err, CC_EDATA, d->in.lines[row], d->counts[COLUMN_EVENTS] + 1,
                            "%s: more than its total", d->in.names[d->counts[COLUMN_EVENTS]]);
    *c = d->o->counts[COLUMN_EVENTS]
        ? (struct cc_pool_cells){ .tp = n[COLUMN_EVENTS], .fn = n[COLUMN_TOTAL] - n[COLUMN_EVENTS] }
        : (struct cc_pool_cells){ n[COLUMN_TP], n[COLUMN_FN], n[COLUMN_FP], n[COLUMN_TN] };
    return CC_OK;
}

static enum cc_status find_columns(struct data *d, struct cc_error *err)
{
    const struct options *o = d->o;
    enum cc_status st = CC_OK;
    for (int i = 0; i < COUNTS && st == CC_OK; i++)
        if (o->counts[i]) st = cc_table_need(&d->in, o->counts[i], &d->counts[i], err);
    for (size_t i = 0; i < o->groups && st == CC_OK; i++) st = cc_table_need(&d->in, o->by[i], &d->by[i], err);
    if (o->study && st == CC_OK) st = cc_table_need(&d->in, o->study, &d->study, err);
    return st;
}

/* ---- rows of the answer ---- */

/* One group: its studies, and the writer of its rows. */
struct group {
    struct data *d;
    struct cc_pool_study *studies;
    size_t k, missing, row; /* row: the first of the group */
    size_t column;          /* of the row that is written */
    bool ok;
};

static void set(struct group *g, const char *text)
{
    g->ok = g->ok && cc_table_set(&g->d->out, g->d->out.rows - 1, g->column++, text);
}

static void set_number(struct group *g, double x)
{
    char buf[32];
    set(g, cc_format_double(x, buf));
}

/* A new row with the columns of its group. */
static void begin_row(struct group *g)
{
    struct data *d = g->d;
    g->column = 0;
    g->ok = g->ok && cc_table_add_row(&d->out);
    for (size_t i = 0; i < d->o->groups; i++) set(g, cc_table_cell(&d->in, g->row, d->by[i]));
}

static bool put(void *to, const struct cc_pool_row *row)
{
    struct group *g = to;
    const struct cc_pool_ask *ask = &g->d->o->ask;
    begin_row(g);
    if (!is_bivariate(g->d->o)) set(g, ask->metric->name);
    if (ask->each_study) {
        set(g, row->study);
        set_number(g, row->weight_percent);
    }
    set(g, row->measure);
    set_number(g, row->ci.estimate);
    set_number(g, row->se);
    set_number(g, row->ci.lower);
    set_number(g, row->ci.upper);
    set_number(g, row->level);
    set(g, row->method);
    set_number(g, (double)g->missing);
    set(g, row->note);
    return g->ok;
}

static bool put_point(void *to, const struct cc_pool_point *point)
{
    struct group *g = to;
    begin_row(g);
    set(g, point->part);
    set(g, point->point);
    set_number(g, point->sensitivity);
    set_number(g, point->specificity);
    set_number(g, point->n);
    set_number(g, point->level);
    set_number(g, (double)g->missing);
    set(g, point->note);
    return g->ok;
}

/* ---- the program ---- */

static bool make_columns(struct data *d)
{
    static const char *const summary[] = { "measure", "estimate", "se", "lower", "upper", "level", "method",
                                           "n_missing", "note", NULL };
    static const char *const curve[] = { "part", "point", "sensitivity", "specificity", "n", "level", "n_missing",
                                         "note", NULL };
    bool ok = true;
    for (size_t i = 0; ok && i < d->o->groups; i++) ok = cc_table_add_column(&d->out, d->o->by[i]);
    if (ok && !is_bivariate(d->o)) ok = cc_table_add_column(&d->out, "metric");
    if (ok && d->o->ask.each_study)
        ok = cc_table_add_column(&d->out, "study") && cc_table_add_column(&d->out, "weight_percent");
    for (const char *const *name = d->o->ask.curve ? curve : summary; ok && *name; name++)
        ok = cc_table_add_column(&d->out, *name);
    return ok;
}

static enum cc_status take_studies(struct group *g, size_t group, struct cc_error *err)
{
    struct data *d = g->d;
    enum cc_status st = CC_OK;
    for (size_t i = d->groups.start[group]; i < d->groups.start[group + 1] && st == CC_OK; i++) {
        size_t row = d->groups.rows[i];
        struct cc_pool_study s = { .name = d->o->study ? cc_table_cell(&d->in, row, d->study) : NULL };
        st = read_cells(d, row, &s.cells, err);
        if (st == CC_OK && cc_pool_usable(d->o->ask.metric, &s.cells)) g->studies[g->k++] = s;
        else g->missing++;
    }
    return st;
}

static enum cc_status pool_studies(struct group *g, struct cc_error *err)
{
    const struct cc_pool_sink sink = { put, put_point, g };
    enum cc_status st = cc_pool_rows(&g->d->o->ask, g->studies, g->k, &sink);
    if (st == CC_OK) return CC_OK;
    if (st == CC_ENOMEM) return cc_error_memory(err);
    return cc_error_set(err, CC_EDATA, g->d->in.lines[g->row], 0, "these counts cannot be pooled by this metric");
}

static enum cc_status do_group(struct data *d, size_t group, struct cc_error *err)
{
    size_t start = d->groups.start[group], n = d->groups.start[group + 1] - start;
    struct group g = { .d = d, .row = d->groups.rows[start], .ok = true };
    g.studies = calloc(n + 1, sizeof *g.studies);
    enum cc_status st = g.studies ? take_studies(&g, group, err) : cc_error_memory(err);
    if (st == CC_OK) st = pool_studies(&g, err);
    free(g.studies);
    return st;
}

static enum cc_status work(struct data *d, struct cc_error *err)
{
    enum cc_status st = cc_table_read(d->o->input, &d->in, err);
    if (st == CC_OK) st = find_columns(d, err);
    if (st == CC_OK && !d->in.rows) st = cc_error_set(err, CC_EDATA, 0, 0, "no studies");
    if (st == CC_OK) st = cc_row_groups_make(&d->in, d->by, d->o->groups, &d->groups, err);
    if (st == CC_OK && !make_columns(d)) st = cc_error_memory(err);
    for (size_t g = 0; g < d->groups.n && st == CC_OK; g++) {
        st = do_group(d, g, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

static int run(const struct options *o)
{
    struct data d = { .o = o };
    struct cc_error err = { 0 };
    int code = work(&d, &err) == CC_OK ? cc_put_table(PROG, o->output, o->format, &d.out)
                                       : cc_fail(PROG, d.in.name[0] ? d.in.name : o->input, &err);
    cc_table_free(&d.in);
    cc_table_free(&d.out);
    cc_row_groups_free(&d.groups);
    return code;
}

/* ---- options ---- */

static int set_metric(const struct cc_given *g)
{
    const struct cc_pool_metric **metric = g->to;
    const char *names[CC_POOL_METRIC_COUNT];
    for (size_t i = 0; i < CC_POOL_METRIC_COUNT; i++) {
        names[i] = CC_POOL_METRICS[i].name;
        if (!cc_name_equal(g->text, names[i])) continue;
        *metric = &CC_POOL_METRICS[i];
        return CC_EXIT_OK;
    }
    const char *near = cc_suggest(g->text, names, CC_POOL_METRIC_COUNT);
    return cc_usage(PROG, "unknown metric '%s'%s%s%s", g->text, near ? "; did you mean '" : "", near ? near : "",
                    near ? "'?" : "");
}

static bool choose(const char *text, const char *const *names, int n, int *out)
{
    for (int i = 0; i < n; i++)
        if (names[i] && cc_name_equal(text, names[i])) {
            *out = i;
            return true;
        }
    return false;
}

static int set_model(const struct cc_given *g)
{
    return choose(g->text, CC_POOL_MODEL_NAMES, CC_POOL_MODELS, g->to) ? CC_EXIT_OK
        : cc_usage(PROG, "--model takes dl, reml, pm, ee, bivariate or bivariate-ml");
}

static int set_transform(const struct cc_given *g)
{
    struct options *o = g->to;
    int scale;
    if (!choose(g->text, CC_POOL_SCALE_NAMES, CC_POOL_LOG, &scale)) /* the logarithm is for ratios */
        return cc_usage(PROG, "--transform takes logit, raw or freeman-tukey");
    o->ask.scale = (enum cc_pool_scale)scale;
    o->has_scale = true;
    return CC_EXIT_OK;
}

static int set_correct(const struct cc_given *g)
{
    int *correct = g->to;
    *correct = *g->text;
    return !strcmp(g->text, "zero") || !strcmp(g->text, "all") ? CC_EXIT_OK
        : cc_usage(PROG, "--correct takes zero or all");
}

static int set_prediction(const struct cc_given *g)
{
    bool *student = g->to;
    *student = !strcmp(g->text, "t");
    return *student || !strcmp(g->text, "normal") ? CC_EXIT_OK : cc_usage(PROG, "--prediction takes normal or t");
}

static int set_by(const struct cc_given *g)
{
    static const char *const ours[] = { "metric", "study", "weight_percent", "measure", "estimate", "se", "lower",
        "upper", "level", "method", "n_missing", "note", "part", "point", "sensitivity", "specificity", "n" };
    struct options *o = g->to;
    return cc_given_columns(g, ours, sizeof ours / sizeof *ours, o->by, MOST, &o->groups);
}

static int check_counts(const struct options *o)
{
    size_t cells = 0, events = 0;
    for (int i = COLUMN_TP; i <= COLUMN_TN; i++) cells += o->counts[i] != NULL;
    for (int i = COLUMN_EVENTS; i <= COLUMN_TOTAL; i++) events += o->counts[i] != NULL;
    if (!((cells == 4 && !events) || (events == 2 && !cells)))
        return cc_usage(PROG, "give --tp, --fn, --fp and --tn, or --events and --total");
    const char *twice = cc_options_twice(o->counts, COUNTS);
    if (twice) return cc_usage(PROG, "the column '%s' is given as two counts", twice);
    if (events && o->ask.metric) return cc_usage(PROG, "--events and --total are a metric of their own");
    if (events && is_bivariate(o)) return cc_usage(PROG, "a bivariate model needs --tp, --fn, --fp and --tn");
    if (cells && !is_bivariate(o) && !o->ask.metric)
        return cc_usage(PROG, "--metric is needed: sensitivity, specificity, ...");
    return CC_EXIT_OK;
}

static int check(struct options *o)
{
    int code = check_counts(o);
    if (code != CC_EXIT_OK) return code;
    bool ratio = o->ask.metric && !o->ask.metric->yes;
    if (is_bivariate(o) && (o->ask.metric || o->has_scale || o->ask.each_study || o->ask.student || o->ask.unclipped))
        return cc_usage(PROG, "a bivariate model has no --metric, --transform, --studies, --prediction or "
                              "--unclipped");
    if (!is_bivariate(o) && o->ask.curve) return cc_usage(PROG, "--curve needs --model bivariate");
    if (ratio && o->has_scale) return cc_usage(PROG, "ratios are pooled as logarithms: leave out --transform");
    if (o->ask.unclipped && o->ask.scale != CC_POOL_RAW) return cc_usage(PROG, "--unclipped is for --transform raw");
    if (ratio) o->ask.scale = CC_POOL_LOG;
    if (!o->ask.metric) o->ask.metric = is_bivariate(o) ? &CC_POOL_BOTH : &CC_POOL_ONE_PROPORTION;
    o->ask.correct_all = o->correct ? o->correct == 'a' : is_bivariate(o);
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "by", 'g', CC_VALUE, set_by, o },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->ask.level },
        { "tp", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_TP] },
        { "fn", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_FN] },
        { "fp", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_FP] },
        { "tn", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_TN] },
        { "events", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_EVENTS] },
        { "total", 0, CC_VALUE, cc_set_text, &o->counts[COLUMN_TOTAL] },
        { "metric", 0, CC_VALUE, set_metric, &o->ask.metric },
        { "model", 0, CC_VALUE, set_model, &o->ask.model },
        { "transform", 0, CC_VALUE, set_transform, o },
        { "correct", 0, CC_VALUE, set_correct, &o->correct },
        { "prediction", 0, CC_VALUE, set_prediction, &o->ask.student },
        { "unclipped", 0, CC_ALONE, cc_set_flag, &o->ask.unclipped },
        { "study", 0, CC_VALUE, cc_set_text, &o->study },
        { "studies", 0, CC_ALONE, cc_set_flag, &o->ask.each_study },
        { "curve", 0, CC_ALONE, cc_set_flag, &o->ask.curve },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->input);
    if (*code == CC_EXIT_OK) *code = check(o);
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { .ask = { .level = .95, .model = CC_POOL_REML } };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

/* cc-pool: several studies of one tool as one: meta-analysis of accuracy, from 2x2 counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_cli.h"
#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_prop.h"
#include "stats/screening/cc_pool_bivariate.h"

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

/* ---- what can be pooled ---- */

enum { TP = 1, FN = 2, FP = 4, TN = 8, ANY = 15 };

struct metric {
    const char *name;
    int yes, no;  /* cells: the proportion is yes / (yes + no); 0 for a ratio */
    enum cc_pool_ratio ratio;
};

static const struct metric METRICS[] = {
    { "sensitivity", TP, FN, 0 },
    { "specificity", TN, FP, 0 },
    { "ppv", TP, FP, 0 },
    { "npv", TN, FN, 0 },
    { "fpr", FP, TN, 0 },
    { "fnr", FN, TP, 0 },
    { "accuracy", TP | TN, FN | FP, 0 },
    { "true_prevalence", TP | FN, FP | TN, 0 },
    { "apparent_prevalence", TP | FP, FN | TN, 0 },
    { "dor", 0, 0, CC_POOL_DOR },
    { "lr_pos", 0, 0, CC_POOL_LR_POS },
    { "lr_neg", 0, 0, CC_POOL_LR_NEG },
};
static const struct metric PROPORTION = { "proportion", TP, FN, 0 }, BOTH = { "sensitivity and specificity", 0, 0, 0 };

enum { BIVARIATE = CC_POOL_REML + 1, BIVARIATE_ML, MODELS };
static const char *const MODEL_NAMES[MODELS] = { [CC_POOL_EE] = "ee", [CC_POOL_DL] = "dl", [CC_POOL_PM] = "pm",
    [CC_POOL_REML] = "reml", [BIVARIATE] = "bivariate", [BIVARIATE_ML] = "bivariate-ml" };
enum { SCALES = CC_POOL_LOG + 1 };
static const char *const SCALE_NAMES[SCALES] = { [CC_POOL_LOGIT] = "logit", [CC_POOL_RAW] = "raw",
    [CC_POOL_FREEMAN_TUKEY] = "freeman-tukey", [CC_POOL_LOG] = "log" };

enum column { COLUMN_TP, COLUMN_FN, COLUMN_FP, COLUMN_TN, COLUMN_EVENTS, COLUMN_TOTAL, COUNTS };
enum { MOST = 16, CURVE_POINTS = 60 };

struct options {
    const char *input, *output, *counts[COUNTS], *study, *by[MOST];
    char *by_text;
    size_t groups;
    const struct metric *metric;
    int model, scale, correct; /* correct: 0 not given, 'z' or 'a' */
    bool student, unclipped, studies, curve, has_scale;
    double level;
    enum cc_format format;
};

struct study {
    size_t row;
    struct cc_pool_cells cells; /* as given */
    double add;                 /* to each cell */
    struct cc_pool_effect effect;
};

struct data {
    struct cc_table in, out;
    const struct options *o;
    size_t by[MOST], counts[COUNTS], study;
    uint32_t *group; /* of each row */
    size_t groups;
};

/* One group: its studies, and what its rows of the answer share. */
struct pool {
    struct data *d;
    struct study *studies;
    size_t k, missing, corrected, row; /* row: the first of the group */
    char method[40];
    const char *study; /* of the row that is written */
    double weight;
    struct cc_buf note;
    bool ok;
};

static bool is_bivariate(const struct options *o)
{
    return o->model >= BIVARIATE;
}

/* ---- reading ---- */

static bool is_unavailable(const char *text)
{
    if (!*text || !strcmp(text, "NA") || !strcmp(text, "*") || !strcmp(text, "-")) return true;
    return *text == '<' && text[1] && strspn(text + 1, "0123456789") == strlen(text + 1);
}

/* A count that is not there, or hidden, is NaN. */
static enum cc_status read_count(const struct data *d, size_t row, enum column which, double *out, struct cc_error *err)
{
    const char *text = cc_table_cell(&d->in, row, d->counts[which]);
    int64_t n;
    *out = NAN;
    if (is_unavailable(text)) return CC_OK;
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

/* Numbers the groups in the order of the table. */
static enum cc_status find_groups(struct data *d, struct cc_error *err)
{
    struct cc_intern *seen = cc_intern_alloc();
    struct cc_buf key = { 0 };
    d->group = calloc(d->in.rows + 1, sizeof *d->group);
    bool ok = seen && d->group;
    for (size_t r = 0; ok && r < d->in.rows; r++) {
        cc_buf_clear(&key);
        for (size_t i = 0; ok && i < d->o->groups; i++) {
            const char *cell = cc_table_cell(&d->in, r, d->by[i]);
            ok = cc_buf_add(&key, cell, strlen(cell) + 1);
        }
        d->group[r] = ok ? cc_intern_number(seen, key.data ? key.data : "", key.size) : UINT32_MAX;
        ok = ok && d->group[r] != UINT32_MAX;
    }
    if (ok) d->groups = cc_intern_count(seen);
    cc_buf_free(&key);
    cc_intern_free(seen);
    return ok ? CC_OK : cc_error_memory(err);
}

/* ---- studies ---- */

static double sum(const struct cc_pool_cells *c, int cells)
{
    return (cells & TP ? c->tp : 0) + (cells & FN ? c->fn : 0) + (cells & FP ? c->fp : 0) + (cells & TN ? c->tn : 0);
}

/* What the metric divides by must hold children; NaN: a count is not there. */
static bool is_usable(const struct options *o, const struct cc_pool_cells *c)
{
    const struct metric *m = o->metric;
    return m->yes ? sum(c, m->yes | m->no) > 0 : sum(c, TP | FN) > 0 && sum(c, FP | TN) > 0;
}

static bool has_empty_cell(const struct metric *m, const struct cc_pool_cells *c)
{
    if (m->yes) return sum(c, m->yes) == 0 || sum(c, m->no) == 0;
    return c->tp == 0 || c->fn == 0 || c->fp == 0 || c->tn == 0;
}

static void correct(struct pool *p)
{
    const struct options *o = p->d->o;
    bool all = o->correct ? o->correct == 'a' : is_bivariate(o), any = false;
    for (size_t i = 0; i < p->k; i++) any = any || has_empty_cell(o->metric, &p->studies[i].cells);
    for (size_t i = 0; i < p->k; i++) {
        if (!(all ? any : has_empty_cell(o->metric, &p->studies[i].cells))) continue;
        p->studies[i].add = .5;
        p->corrected++;
    }
}

static struct cc_pool_cells corrected(const struct study *s)
{
    const struct cc_pool_cells *c = &s->cells;
    return (struct cc_pool_cells){ c->tp + s->add, c->fn + s->add, c->fp + s->add, c->tn + s->add };
}

/* 0.5 goes to each side of the proportion, however many cells a side has. */
static enum cc_status find_effect(const struct options *o, struct study *s)
{
    const struct metric *m = o->metric;
    if (!m->yes) return cc_pool_log_ratio(corrected(s), m->ratio, &s->effect);
    double x = sum(&s->cells, m->yes) + s->add, n = x + sum(&s->cells, m->no) + s->add;
    return cc_pool_proportion(x, n, (enum cc_pool_scale)o->scale, &s->effect);
}

static enum cc_status find_effects(struct pool *p)
{
    correct(p);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < p->k && st == CC_OK && !is_bivariate(p->d->o); i++)
        st = find_effect(p->d->o, &p->studies[i]);
    return st;
}

/* Freeman-Tukey's way back needs one size for all: the harmonic mean. */
static double harmonic_size(const struct pool *p)
{
    const struct metric *m = p->d->o->metric;
    double inverse = 0;
    for (size_t i = 0; i < p->k; i++) inverse += 1 / sum(&p->studies[i].cells, m->yes | m->no);
    return (double)p->k / inverse;
}

static double back(const struct pool *p, double y)
{
    enum cc_pool_scale scale = (enum cc_pool_scale)p->d->o->scale;
    double x = cc_pool_back(y, scale, scale == CC_POOL_FREEMAN_TUKEY ? harmonic_size(p) : 0);
    return scale == CC_POOL_RAW && !p->d->o->unclipped ? fmin(1, fmax(0, x)) : x;
}

static struct cc_interval all_back(const struct pool *p, struct cc_interval ci)
{
    return isnan(ci.estimate) ? CC_NO_INTERVAL
        : (struct cc_interval){ back(p, ci.estimate), back(p, ci.lower), back(p, ci.upper) };
}

/* ---- rows of the answer ---- */

static void set(struct pool *p, size_t column, const char *text)
{
    p->ok = p->ok && cc_table_set(&p->d->out, p->d->out.rows - 1, column, text);
}

static void set_number(struct pool *p, size_t column, double x)
{
    char buf[32];
    set(p, column, isinf(x) ? x > 0 ? "Inf" : "-Inf" : cc_format_double(x == 0 ? 0 : x, buf)); /* no -0 */
}

/* A new row with its group; the column after it. */
static size_t begin_row(struct pool *p)
{
    struct data *d = p->d;
    p->ok = p->ok && cc_table_add_row(&d->out);
    for (size_t i = 0; i < d->o->groups; i++) set(p, i, cc_table_cell(&d->in, p->row, d->by[i]));
    return d->o->groups;
}

struct line {
    const char *measure;
    double se;
    struct cc_interval ci;
    const char *method, *note; /* NULL: the group's method; nothing */
};

static void put(struct pool *p, struct line l)
{
    size_t c = begin_row(p);
    if (!is_bivariate(p->d->o)) set(p, c++, p->d->o->metric->name);
    if (p->d->o->studies) {
        set(p, c++, p->study);
        set_number(p, c++, p->weight);
    }
    set(p, c, l.measure);
    set_number(p, c + 1, l.ci.estimate);
    set_number(p, c + 2, l.se);
    set_number(p, c + 3, l.ci.lower);
    set_number(p, c + 4, l.ci.upper);
    set_number(p, c + 5, isnan(l.ci.lower) ? NAN : p->d->o->level);
    set(p, c + 6, l.method ? l.method : p->method);
    set_number(p, c + 7, (double)p->missing);
    set(p, c + 8, l.note ? l.note : "");
}

static void put_plain(struct pool *p, const char *measure, double x, const char *note)
{
    put(p, (struct line){ measure, NAN, { x, NAN, NAN }, NULL, note });
}

static void put_estimate(struct pool *p, const char *measure, double x, double se, struct cc_interval ci)
{
    ci.estimate = x;
    put(p, (struct line){ measure, se, ci, NULL, p->note.size ? p->note.data : NULL });
}

static bool add_note(struct pool *p, const char *text)
{
    return (!p->note.size || cc_buf_text(&p->note, "; ")) && cc_buf_text(&p->note, text);
}

/* What a reader must know of the whole group. */
static void make_note(struct pool *p)
{
    char text[80];
    if (p->k == 0) p->ok = p->ok && add_note(p, "no study with counts");
    if (p->k == 1) p->ok = p->ok && add_note(p, "one study");
    snprintf(text, sizeof text, "0.5 added to the cells of %zu of %zu studies", p->corrected, p->k);
    if (p->corrected) p->ok = p->ok && add_note(p, text);
}

/* ---- one measure ---- */

static double weight_sum(const struct pool *p, double tau2)
{
    double w = 0;
    for (size_t i = 0; i < p->k; i++) w += 1 / (p->studies[i].effect.v + tau2);
    return w;
}

static const char *study_name(const struct pool *p, size_t i, char buf[32])
{
    const struct data *d = p->d;
    if (d->o->study) return cc_table_cell(&d->in, p->studies[i].row, d->study);
    snprintf(buf, 32, "%zu", i + 1);
    return buf;
}

/* A study's own limits: of a proportion Wilson's, which need no correction; of a ratio those of its logarithm. */
static enum cc_status study_limits(const struct pool *p, const struct study *s, struct cc_interval *ci)
{
    const struct metric *m = p->d->o->metric;
    struct cc_limits want = { .level = p->d->o->level };
    if (m->yes)
        return cc_prop_interval(CC_PROP_WILSON, (int64_t)sum(&s->cells, m->yes),
                                (int64_t)sum(&s->cells, m->yes | m->no), want, ci);
    struct cc_pooled one;
    enum cc_status st = cc_pool_fit(CC_POOL_EE, &s->effect, 1, &one);
    if (st == CC_OK) st = cc_pool_limits(&one, p->d->o->level, ci);
    *ci = all_back(p, *ci);
    return st;
}

static enum cc_status put_studies(struct pool *p, double tau2)
{
    const struct metric *m = p->d->o->metric;
    double total = weight_sum(p, isnan(tau2) ? 0 : tau2);
    enum cc_status st = CC_OK;
    char buf[32];
    for (size_t i = 0; i < p->k && st == CC_OK; i++) {
        const struct study *s = &p->studies[i];
        struct cc_interval ci;
        st = study_limits(p, s, &ci);
        p->study = study_name(p, i, buf);
        p->weight = 100 / (s->effect.v + (isnan(tau2) ? 0 : tau2)) / total;
        put(p, (struct line){ "study", NAN, ci, m->yes ? "wilson" : "log",
                              m->yes || s->add == 0 ? NULL : "0.5 added to each cell" });
    }
    return st;
}

/* The note, or that a limit left the scale and was cut. */
static const char *cut_note(const struct pool *p, struct cc_interval ci, const char *note)
{
    bool cut = p->d->o->scale == CC_POOL_RAW && !p->d->o->unclipped && (ci.lower < 0 || ci.upper > 1);
    return cut ? "a limit beyond 0 or 1 was cut: use another scale" : note;
}

static void put_pooled(struct pool *p, const struct cc_pooled *f)
{
    const struct options *o = p->d->o;
    struct cc_interval ci, next;
    const char *unknown = p->k == 0 ? "no study with counts" : p->k == 1 ? "one study" : NULL;
    const char *no_next = o->model == CC_POOL_EE ? "equal effects: a new study's true value is the pooled one"
        : unknown ? unknown : "t: at least three studies";
    if (cc_pool_limits(f, o->level, &ci) != CC_OK) ci = CC_NO_INTERVAL;
    if (o->model == CC_POOL_EE || cc_pool_prediction(f, o->level, o->student, &next) != CC_OK) next = CC_NO_INTERVAL;
    p->study = "(pooled)";
    p->weight = p->k ? 100 : NAN;
    put(p, (struct line){ "pooled", o->scale == CC_POOL_RAW ? f->se : NAN, all_back(p, ci), NULL,
                          cut_note(p, ci, p->note.size ? p->note.data : NULL) });
    put_estimate(p, "pooled_transformed", f->mean, f->se, ci);
    p->study = "(prediction)";
    p->weight = NAN;
    if (isnan(next.lower)) put_plain(p, "prediction", NAN, no_next);
    else put(p, (struct line){ "prediction", NAN, all_back(p, next), NULL,
                               cut_note(p, next, o->student ? "t" : "normal") });
    p->study = "";
    put_plain(p, "k", (double)p->k, NULL);
    put_plain(p, "Q", f->q, p->k ? NULL : unknown);
    put_plain(p, "Q_df", f->q_df, p->k ? NULL : unknown);
    put_plain(p, "Q_p", f->q_p, p->k ? NULL : unknown);
    put_plain(p, "tau2", f->tau2, isnan(f->tau2) ? unknown : NULL);
    put_plain(p, "I2_percent", f->i2_percent, unknown);
    put_plain(p, "H2", f->h2, unknown);
}

static enum cc_status pool_one(struct pool *p)
{
    const struct options *o = p->d->o;
    struct cc_pool_effect *e = calloc(p->k + 1, sizeof *e);
    struct cc_pooled f;
    if (!e) return CC_ENOMEM;
    for (size_t i = 0; i < p->k; i++) e[i] = p->studies[i].effect;
    enum cc_status st = cc_pool_fit((enum cc_pool_model)o->model, e, p->k, &f);
    free(e);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    st = o->studies ? put_studies(p, f.tau2) : CC_OK;
    put_pooled(p, &f);
    return st;
}

/* ---- both at once ---- */

static struct cc_interval logit_limits(double mean, double var, double level, bool back_too)
{
    struct cc_interval ci;
    struct cc_pooled one = { .mean = mean, .se = sqrt(var), .k = 1 };
    if (cc_pool_limits(&one, level, &ci) != CC_OK || !back_too) return ci;
    return (struct cc_interval){ cc_pool_back(ci.estimate, CC_POOL_LOGIT, 0), cc_pool_back(ci.lower, CC_POOL_LOGIT, 0),
                                 cc_pool_back(ci.upper, CC_POOL_LOGIT, 0) };
}

static void put_bivariate(struct pool *p, const struct cc_bivariate *b)
{
    double level = p->d->o->level;
    const char *few = p->k < 2 ? "at least two studies" : NULL;
    const char *edge = b->boundary ? "on the boundary: these studies do not tell it" : few;
    const char *no_rho = isnan(b->rho) && !few ? "a variance between studies is 0" : edge;
    const char *no_curve = few ? few : isnan(b->rho) ? "no curve: a variance between studies is 0" : NULL;
    struct cc_interval sens = logit_limits(b->sens, b->var.aa, level, true);
    struct cc_interval spec = logit_limits(-b->fpr, b->var.bb, level, true);
    struct cc_hsroc h = cc_bivariate_hsroc(b);
    put_estimate(p, "sens", sens.estimate, NAN, sens);
    put_estimate(p, "spec", spec.estimate, NAN, spec);
    put_estimate(p, "logit_sens", b->sens, sqrt(b->var.aa), logit_limits(b->sens, b->var.aa, level, false));
    put_estimate(p, "logit_fpr", b->fpr, sqrt(b->var.bb), logit_limits(b->fpr, b->var.bb, level, false));
    put_plain(p, "k", (double)p->k, NULL);
    put_plain(p, "cov_fixed", b->var.ab, few);
    put_plain(p, "tau2_sens", b->between.aa, edge);
    put_plain(p, "tau2_fpr", b->between.bb, edge);
    put_plain(p, "rho", b->rho, no_rho);
    put_plain(p, "logLik", b->log_likelihood, few);
    put_plain(p, "hsroc_lambda", h.lambda, no_curve);
    put_plain(p, "hsroc_theta", h.theta, no_curve);
    put_plain(p, "hsroc_beta", h.beta, no_curve);
    put_plain(p, "hsroc_var_alpha", h.var_alpha, no_curve);
    put_plain(p, "hsroc_var_theta", h.var_theta, no_curve);
}

static void put_point(struct pool *p, const char *part, const char *point, double fpr, double sens, double n)
{
    size_t c = begin_row(p);
    set(p, c, part);
    set(p, c + 1, point);
    set_number(p, c + 2, sens);
    set_number(p, c + 3, 1 - fpr);
    set_number(p, c + 4, n);
    bool region = !strcmp(part, "confidence") || !strcmp(part, "prediction");
    set_number(p, c + 5, region ? p->d->o->level : NAN);
    set_number(p, c + 6, (double)p->missing);
    set(p, c + 7, isnan(sens) ? "at least two studies" : !strcmp(part, "summary") && p->note.size ? p->note.data : "");
}

static void put_numbered(struct pool *p, const char *part, int i, double fpr, double sens)
{
    char point[32];
    snprintf(point, sizeof point, "%s %d", part, i + 1);
    put_point(p, part, point, fpr, sens, NAN);
}

/* The curve goes as far as the studies do: beyond them nothing is known. */
static void put_sroc(struct pool *p, const struct cc_bivariate *b, double low, double high)
{
    if (isnan(b->rho)) return;
    low = log(low / (1 - low));
    high = log(high / (1 - high));
    for (int i = 0; i <= CURVE_POINTS; i++) {
        double fpr = cc_pool_back(low + (high - low) * i / CURVE_POINTS, CC_POOL_LOGIT, 0);
        put_numbered(p, "curve", i, fpr, cc_bivariate_sroc(b, fpr));
    }
}

static void put_region(struct pool *p, const struct cc_bivariate *b, enum cc_pool_region region, const char *part)
{
    for (int i = 0; i <= CURVE_POINTS && p->k > 1; i++) {
        double fpr, sens, angle = 2 * M_PI * (i % CURVE_POINTS) / CURVE_POINTS;
        cc_bivariate_region(b, region, p->d->o->level, angle, &fpr, &sens);
        put_numbered(p, part, i, fpr, sens);
    }
}

static void put_curve(struct pool *p, const struct cc_bivariate *b)
{
    double low = 1, high = 0;
    char buf[32];
    for (size_t i = 0; i < p->k; i++) {
        const struct cc_pool_cells *c = &p->studies[i].cells, smoothed = corrected(&p->studies[i]);
        put_point(p, "study", study_name(p, i, buf), c->fp / (c->fp + c->tn), c->tp / (c->tp + c->fn), sum(c, ANY));
        low = fmin(low, smoothed.fp / (smoothed.fp + smoothed.tn));
        high = fmax(high, smoothed.fp / (smoothed.fp + smoothed.tn));
    }
    put_point(p, "summary", "(pooled)", cc_pool_back(b->fpr, CC_POOL_LOGIT, 0),
              cc_pool_back(b->sens, CC_POOL_LOGIT, 0), NAN);
    put_sroc(p, b, low, high);
    put_region(p, b, CC_POOL_CONFIDENCE, "confidence");
    put_region(p, b, CC_POOL_PREDICTION, "prediction");
}

static enum cc_status pool_both(struct pool *p)
{
    struct cc_pool_pair *pairs = calloc(p->k + 1, sizeof *pairs);
    struct cc_bivariate b;
    enum cc_status st = pairs ? CC_OK : CC_ENOMEM;
    for (size_t i = 0; i < p->k && st == CC_OK; i++) {
        struct cc_pool_cells c = corrected(&p->studies[i]);
        st = cc_pool_proportion(c.tp, c.tp + c.fn, CC_POOL_LOGIT, &pairs[i].sens);
        if (st == CC_OK) st = cc_pool_proportion(c.fp, c.fp + c.tn, CC_POOL_LOGIT, &pairs[i].fpr);
    }
    if (st == CC_OK) st = cc_bivariate_fit(pairs, p->k, p->d->o->model == BIVARIATE, &b);
    free(pairs);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    if (b.boundary) p->ok = p->ok && add_note(p, "variances between studies on the boundary");
    if (p->d->o->curve) put_curve(p, &b);
    else put_bivariate(p, &b);
    return CC_OK;
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
    if (ok && d->o->studies)
        ok = cc_table_add_column(&d->out, "study") && cc_table_add_column(&d->out, "weight_percent");
    for (const char *const *name = d->o->curve ? curve : summary; ok && *name; name++)
        ok = cc_table_add_column(&d->out, *name);
    return ok;
}

static enum cc_status take_studies(struct pool *p, uint32_t group, struct cc_error *err)
{
    struct data *d = p->d;
    enum cc_status st = CC_OK;
    p->row = SIZE_MAX;
    for (size_t r = 0; r < d->in.rows && st == CC_OK; r++) {
        struct study s = { .row = r };
        if (d->group[r] != group) continue;
        if (p->row == SIZE_MAX) p->row = r;
        st = read_cells(d, r, &s.cells, err);
        if (st == CC_OK && is_usable(d->o, &s.cells)) p->studies[p->k++] = s;
        else p->missing++;
    }
    return st;
}

static enum cc_status do_group(struct data *d, uint32_t group, struct cc_error *err)
{
    struct pool p = { .d = d, .weight = NAN, .ok = true, .study = "" };
    const struct options *o = d->o;
    if (is_bivariate(o)) snprintf(p.method, sizeof p.method, "bivariate-%s", o->model == BIVARIATE ? "reml" : "ml");
    else snprintf(p.method, sizeof p.method, "%s-%s", MODEL_NAMES[o->model], SCALE_NAMES[o->scale]);
    p.studies = calloc(d->in.rows + 1, sizeof *p.studies);
    enum cc_status st = p.studies ? take_studies(&p, group, err) : cc_error_memory(err);
    if (st == CC_OK) {
        st = find_effects(&p);
        make_note(&p);
        if (st == CC_OK) st = is_bivariate(o) ? pool_both(&p) : pool_one(&p);
        if (st == CC_OK && !p.ok) st = CC_ENOMEM;
        if (st == CC_ENOMEM) cc_error_memory(err);
        else if (st != CC_OK)
            cc_error_set(err, st = CC_EDATA, d->in.lines[p.row], 0, "these counts cannot be pooled by this metric");
    }
    free(p.studies);
    cc_buf_free(&p.note);
    return st;
}

static enum cc_status work(struct data *d, struct cc_error *err)
{
    enum cc_status st = cc_table_read(d->o->input, &d->in, err);
    if (st == CC_OK) st = find_columns(d, err);
    if (st == CC_OK) st = find_groups(d, err);
    if (st == CC_OK && !d->groups) st = cc_error_set(err, CC_EDATA, 0, 0, "no studies");
    if (st == CC_OK && !make_columns(d)) st = cc_error_memory(err);
    for (uint32_t g = 0; g < d->groups && st == CC_OK; g++) {
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
    free(d.group);
    return code;
}

/* ---- options ---- */

enum {
    OPT_COUNT = CC_OPT, /* and the columns of counts after it */
    OPT_METRIC = OPT_COUNT + COUNTS, OPT_MODEL, OPT_TRANSFORM, OPT_CORRECT, OPT_PREDICTION, OPT_UNCLIPPED, OPT_STUDY,
    OPT_STUDIES, OPT_CURVE
};

static int set_metric(struct options *o, const char *name)
{
    const char *names[sizeof METRICS / sizeof *METRICS];
    size_t n = sizeof METRICS / sizeof *METRICS;
    for (size_t i = 0; i < n; i++) {
        names[i] = METRICS[i].name;
        if (!cc_name_equal(name, METRICS[i].name)) continue;
        o->metric = &METRICS[i];
        return CC_EXIT_OK;
    }
    const char *near = cc_suggest(name, names, n);
    return cc_usage(PROG, "unknown metric '%s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
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

static int set_by(struct options *o, const char *text)
{
    static const char *const ours[] = { "metric", "study", "weight_percent", "measure", "estimate", "se", "lower",
        "upper", "level", "method", "n_missing", "note", "part", "point", "sensitivity", "specificity", "n" };
    free(o->by_text);
    o->by_text = cc_strdup(text);
    if (!o->by_text) return cc_usage(PROG, "out of memory");
    o->groups = cc_split(o->by_text, ',', (char **)o->by, MOST);
    for (size_t i = 0; i < o->groups; i++) {
        if (!*o->by[i]) return cc_usage(PROG, "--by takes column names, separated by commas");
        for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
            if (!strcmp(o->by[i], ours[k])) return cc_usage(PROG, "--by: '%s' is a column of the answer", ours[k]);
    }
    return o->groups ? CC_EXIT_OK : cc_usage(PROG, "--by takes column names, separated by commas");
}

static int done(bool ok, const char *what)
{
    return ok ? CC_EXIT_OK : cc_usage(PROG, "%s", what);
}

static int set_option(struct options *o, int c)
{
    if (c >= OPT_COUNT && c < OPT_COUNT + COUNTS) {
        o->counts[c - OPT_COUNT] = optarg;
        return CC_EXIT_OK;
    }
    switch (c) {
    case 'o': o->output = optarg; return CC_EXIT_OK;
    case 'f': return done(cc_format_parse(optarg, &o->format), "--format takes csv, json or md");
    case 'g': return set_by(o, optarg);
    case 'l':
        return done(cc_parse_double(optarg, &o->level) && cc_level_valid(o->level),
                    "--level takes a number between 0 and 1");
    case OPT_METRIC: return set_metric(o, optarg);
    case OPT_MODEL:
        return done(choose(optarg, MODEL_NAMES, MODELS, &o->model),
                    "--model takes dl, reml, pm, ee, bivariate or bivariate-ml");
    case OPT_TRANSFORM:
        o->has_scale = true;
        return done(choose(optarg, SCALE_NAMES, CC_POOL_LOG, &o->scale),
                    "--transform takes logit, raw or freeman-tukey");
    case OPT_CORRECT:
        o->correct = *optarg;
        return done(!strcmp(optarg, "zero") || !strcmp(optarg, "all"), "--correct takes zero or all");
    case OPT_PREDICTION:
        o->student = !strcmp(optarg, "t");
        return done(o->student || !strcmp(optarg, "normal"), "--prediction takes normal or t");
    case OPT_UNCLIPPED: o->unclipped = true; return CC_EXIT_OK;
    case OPT_STUDY: o->study = optarg; return CC_EXIT_OK;
    case OPT_STUDIES: o->studies = true; return CC_EXIT_OK;
    case OPT_CURVE: o->curve = true; return CC_EXIT_OK;
    default: return cc_usage(PROG, "the options could not be read");
    }
}

static int check_counts(const struct options *o)
{
    size_t cells = 0, events = 0;
    for (int i = COLUMN_TP; i <= COLUMN_TN; i++) cells += o->counts[i] != NULL;
    for (int i = COLUMN_EVENTS; i <= COLUMN_TOTAL; i++) events += o->counts[i] != NULL;
    if (!((cells == 4 && !events) || (events == 2 && !cells)))
        return cc_usage(PROG, "give --tp, --fn, --fp and --tn, or --events and --total");
    for (int i = 0; i < COUNTS; i++)
        for (int k = 0; k < i; k++)
            if (o->counts[i] && o->counts[k] && !strcmp(o->counts[i], o->counts[k]))
                return cc_usage(PROG, "the column '%s' is given as two counts", o->counts[i]);
    if (events && o->metric) return cc_usage(PROG, "--events and --total are a metric of their own");
    if (events && is_bivariate(o)) return cc_usage(PROG, "a bivariate model needs --tp, --fn, --fp and --tn");
    if (cells && !is_bivariate(o) && !o->metric)
        return cc_usage(PROG, "--metric is needed: sensitivity, specificity, ...");
    return CC_EXIT_OK;
}

static int check(struct options *o, int operands)
{
    if (operands != 1) return cc_usage(PROG, "name one table (or - for standard input)");
    int code = check_counts(o);
    if (code != CC_EXIT_OK) return code;
    bool ratio = o->metric && !o->metric->yes;
    if (is_bivariate(o) && (o->metric || o->has_scale || o->studies || o->student || o->unclipped))
        return cc_usage(PROG, "a bivariate model has no --metric, --transform, --studies, --prediction or "
                              "--unclipped");
    if (!is_bivariate(o) && o->curve) return cc_usage(PROG, "--curve needs --model bivariate");
    if (ratio && o->has_scale) return cc_usage(PROG, "ratios are pooled as logarithms: leave out --transform");
    if (o->unclipped && o->scale != CC_POOL_RAW) return cc_usage(PROG, "--unclipped is for --transform raw");
    if (ratio) o->scale = CC_POOL_LOG;
    if (!o->metric) o->metric = is_bivariate(o) ? &BOTH : &PROPORTION;
    return CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = { CC_COMMON_OPTIONS,
                                           { "by", required_argument, NULL, 'g' },
                                           { "level", required_argument, NULL, 'l' },
                                           { "tp", required_argument, NULL, OPT_COUNT + COLUMN_TP },
                                           { "fn", required_argument, NULL, OPT_COUNT + COLUMN_FN },
                                           { "fp", required_argument, NULL, OPT_COUNT + COLUMN_FP },
                                           { "tn", required_argument, NULL, OPT_COUNT + COLUMN_TN },
                                           { "events", required_argument, NULL, OPT_COUNT + COLUMN_EVENTS },
                                           { "total", required_argument, NULL, OPT_COUNT + COLUMN_TOTAL },
                                           { "metric", required_argument, NULL, OPT_METRIC },
                                           { "model", required_argument, NULL, OPT_MODEL },
                                           { "transform", required_argument, NULL, OPT_TRANSFORM },
                                           { "correct", required_argument, NULL, OPT_CORRECT },
                                           { "prediction", required_argument, NULL, OPT_PREDICTION },
                                           { "unclipped", no_argument, NULL, OPT_UNCLIPPED },
                                           { "study", required_argument, NULL, OPT_STUDY },
                                           { "studies", no_argument, NULL, OPT_STUDIES },
                                           { "curve", no_argument, NULL, OPT_CURVE },
                                           { NULL, 0, NULL, 0 } };
    cc_start();
    struct options o = { .level = .95, .model = CC_POOL_REML };
    int code = CC_EXIT_OK;
    for (int c; code == CC_EXIT_OK && (c = getopt_long(argc, argv, "hVo:f:g:l:", longs, NULL)) != -1;) {
        if (c == 'h') return cc_finish(cc_help(HELP), PROG);
        if (c == 'V') return cc_finish(cc_print_version(PROG), PROG);
        code = set_option(&o, c);
    }
    if (code == CC_EXIT_OK) code = check(&o, argc - optind);
    o.input = argv[optind];
    if (code == CC_EXIT_OK) code = run(&o);
    free(o.by_text);
    return cc_finish(code, PROG);
}

#include "stats/screening/cc_pool_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_prop.h"
#include "stats/screening/cc_pool_bivariate.h"

const char *const CC_POOL_MODEL_NAMES[CC_POOL_MODELS] = {
    [CC_POOL_EE] = "ee", [CC_POOL_DL] = "dl", [CC_POOL_PM] = "pm", [CC_POOL_REML] = "reml",
    [CC_POOL_BIVARIATE] = "bivariate", [CC_POOL_BIVARIATE_ML] = "bivariate-ml",
};
const char *const CC_POOL_SCALE_NAMES[CC_POOL_SCALES] = {
    [CC_POOL_LOGIT] = "logit", [CC_POOL_RAW] = "raw", [CC_POOL_FREEMAN_TUKEY] = "freeman-tukey", [CC_POOL_LOG] = "log",
};

enum { CURVE_POINTS = 60 };

/* The studies, and what their rows share. */
struct pool {
    const struct cc_pool_ask *ask;
    const struct cc_pool_sink *sink;
    struct cc_pool_study *studies;
    size_t k, corrected;
    char method[40];
    const char *study; /* of the row that is written */
    double weight;
    struct cc_buf note;
    bool ok;
};

bool cc_pool_is_bivariate(int model)
{
    return model >= CC_POOL_BIVARIATE;
}

static struct cc_interval all_back(const struct pool *p, struct cc_interval ci)
{
    return cc_pool_all_back(p->ask->metric, p->ask->scale, p->ask->unclipped, p->studies, p->k, ci);
}

/* ---- rows ---- */

struct line {
    const char *measure;
    double se;
    struct cc_interval ci;
    const char *method, *note; /* NULL: the group's method; nothing */
};

static void put(struct pool *p, struct line l)
{
    struct cc_pool_row row = { .study = p->study, .weight_percent = p->weight, .measure = l.measure, .se = l.se,
                               .ci = l.ci, .level = isnan(l.ci.lower) ? NAN : p->ask->level,
                               .method = l.method ? l.method : p->method, .note = l.note ? l.note : "" };
    p->ok = p->ok && p->sink->put(p->sink->to, &row);
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
    if (p->studies[i].name) return p->studies[i].name;
    snprintf(buf, 32, "%zu", i + 1);
    return buf;
}

/* A study's own limits: of a proportion Wilson's, which need no correction; of a ratio those of its logarithm. */
static enum cc_status study_limits(const struct pool *p, const struct cc_pool_study *s, struct cc_interval *ci)
{
    const struct cc_pool_metric *m = p->ask->metric;
    struct cc_limits want = { .level = p->ask->level };
    if (m->yes)
        return cc_prop_interval(CC_PROP_WILSON, (int64_t)cc_pool_sum(&s->cells, m->yes),
                                (int64_t)cc_pool_sum(&s->cells, m->yes | m->no), want, ci);
    struct cc_pooled one;
    enum cc_status st = cc_pool_fit(CC_POOL_EE, &s->effect, 1, &one);
    if (st == CC_OK) st = cc_pool_limits(&one, p->ask->level, ci);
    *ci = all_back(p, *ci);
    return st;
}

static enum cc_status put_studies(struct pool *p, double tau2)
{
    const struct cc_pool_metric *m = p->ask->metric;
    double total = weight_sum(p, isnan(tau2) ? 0 : tau2);
    enum cc_status st = CC_OK;
    char buf[32];
    for (size_t i = 0; i < p->k && st == CC_OK; i++) {
        const struct cc_pool_study *s = &p->studies[i];
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
    bool cut = p->ask->scale == CC_POOL_RAW && !p->ask->unclipped && (ci.lower < 0 || ci.upper > 1);
    return cut ? "a limit beyond 0 or 1 was cut: use another scale" : note;
}

static void put_pooled(struct pool *p, const struct cc_pooled *f)
{
    const struct cc_pool_ask *ask = p->ask;
    struct cc_interval ci, next;
    const char *unknown = p->k == 0 ? "no study with counts" : p->k == 1 ? "one study" : NULL;
    const char *no_next = ask->model == CC_POOL_EE ? "equal effects: a new study's true value is the pooled one"
        : unknown ? unknown : "t: at least three studies";
    if (cc_pool_limits(f, ask->level, &ci) != CC_OK) ci = CC_NO_INTERVAL;
    if (ask->model == CC_POOL_EE || cc_pool_prediction(f, ask->level, ask->student, &next) != CC_OK)
        next = CC_NO_INTERVAL;
    p->study = "(pooled)";
    p->weight = p->k ? 100 : NAN;
    put(p, (struct line){ "pooled", ask->scale == CC_POOL_RAW ? f->se : NAN, all_back(p, ci), NULL,
                          cut_note(p, ci, p->note.size ? p->note.data : NULL) });
    put_estimate(p, "pooled_transformed", f->mean, f->se, ci);
    p->study = "(prediction)";
    p->weight = NAN;
    if (isnan(next.lower)) put_plain(p, "prediction", NAN, no_next);
    else put(p, (struct line){ "prediction", NAN, all_back(p, next), NULL,
                               cut_note(p, next, ask->student ? "t" : "normal") });
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
    const struct cc_pool_ask *ask = p->ask;
    struct cc_pool_effect *e = calloc(p->k + 1, sizeof *e);
    struct cc_pooled f;
    if (!e) return CC_ENOMEM;
    for (size_t i = 0; i < p->k; i++) e[i] = p->studies[i].effect;
    enum cc_status st = cc_pool_fit((enum cc_pool_model)ask->model, e, p->k, &f);
    free(e);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    st = ask->each_study ? put_studies(p, f.tau2) : CC_OK;
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
    double level = p->ask->level;
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
    bool region = !strcmp(part, "confidence") || !strcmp(part, "prediction");
    const char *note = !strcmp(part, "summary") && p->note.size ? p->note.data : "";
    struct cc_pool_point row = { .part = part, .point = point, .sensitivity = sens, .specificity = 1 - fpr, .n = n,
                                 .level = region ? p->ask->level : NAN,
                                 .note = isnan(sens) ? "at least two studies" : note };
    p->ok = p->ok && p->sink->put_point(p->sink->to, &row);
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
        cc_bivariate_region(b, region, p->ask->level, angle, &fpr, &sens);
        put_numbered(p, part, i, fpr, sens);
    }
}

static void put_curve(struct pool *p, const struct cc_bivariate *b)
{
    double low = 1, high = 0;
    char buf[32];
    for (size_t i = 0; i < p->k; i++) {
        const struct cc_pool_cells *c = &p->studies[i].cells, smoothed = cc_pool_corrected(&p->studies[i]);
        put_point(p, "study", study_name(p, i, buf), c->fp / (c->fp + c->tn), c->tp / (c->tp + c->fn),
                  c->tp + c->fn + c->fp + c->tn);
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
        struct cc_pool_cells c = cc_pool_corrected(&p->studies[i]);
        st = cc_pool_proportion(c.tp, c.tp + c.fn, CC_POOL_LOGIT, &pairs[i].sens);
        if (st == CC_OK) st = cc_pool_proportion(c.fp, c.fp + c.tn, CC_POOL_LOGIT, &pairs[i].fpr);
    }
    if (st == CC_OK) st = cc_bivariate_fit(pairs, p->k, p->ask->model == CC_POOL_BIVARIATE, &b);
    free(pairs);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    if (b.boundary) p->ok = p->ok && add_note(p, "variances between studies on the boundary");
    if (p->ask->curve) put_curve(p, &b);
    else put_bivariate(p, &b);
    return CC_OK;
}

/* ---- the analysis ---- */

static enum cc_status find_effects(struct pool *p)
{
    enum cc_status st = CC_OK;
    p->corrected = cc_pool_correct(p->ask->metric, p->ask->correct_all, p->studies, p->k);
    for (size_t i = 0; i < p->k && st == CC_OK && !cc_pool_is_bivariate(p->ask->model); i++)
        st = cc_pool_effect_of(p->ask->metric, p->ask->scale, &p->studies[i]);
    return st;
}

static void name_method(struct pool *p)
{
    bool both = cc_pool_is_bivariate(p->ask->model);
    const char *model = both ? "bivariate" : CC_POOL_MODEL_NAMES[p->ask->model];
    const char *how = !both ? CC_POOL_SCALE_NAMES[p->ask->scale] : p->ask->model == CC_POOL_BIVARIATE ? "reml" : "ml";
    snprintf(p->method, sizeof p->method, "%s-%s", model, how);
}

enum cc_status cc_pool_rows(const struct cc_pool_ask *ask, struct cc_pool_study *studies, size_t k,
                            const struct cc_pool_sink *sink)
{
    struct pool p = { .ask = ask, .sink = sink, .studies = studies, .k = k, .weight = NAN, .study = "", .ok = true };
    enum cc_status st = find_effects(&p);
    name_method(&p);
    make_note(&p);
    if (st == CC_OK) st = cc_pool_is_bivariate(ask->model) ? pool_both(&p) : pool_one(&p);
    cc_buf_free(&p.note);
    return st == CC_OK && !p.ok ? CC_ENOMEM : st;
}

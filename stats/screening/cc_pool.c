#include "stats/screening/cc_pool.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Where the likelihood is looked at for local maxima: so many values of tau2, over nine powers of ten. */
enum { GRID = 180 };
static const double GRID_DEPTH = 1e-9;

static const struct cc_pool_effect NO_EFFECT = { NAN, NAN };

/* ---- effects ---- */

static double freeman_tukey(double x, double n)
{
    return .5 * (asin(sqrt(x / (n + 1))) + asin(sqrt((x + 1) / (n + 1))));
}

enum cc_status cc_pool_proportion(double x, double n, enum cc_pool_scale scale, struct cc_pool_effect *out)
{
    *out = NO_EFFECT;
    if (!(x >= 0 && x <= n) || isinf(n) || scale == CC_POOL_LOG) return CC_EDOMAIN;
    if (n == 0) return CC_UNDEFINED;
    if (scale == CC_POOL_FREEMAN_TUKEY) {
        *out = (struct cc_pool_effect){ freeman_tukey(x, n), 1 / (4 * n + 2) };
        return CC_OK;
    }
    if (x == 0 || x == n) return CC_UNDEFINED;
    if (scale == CC_POOL_LOGIT) *out = (struct cc_pool_effect){ log(x / (n - x)), 1 / x + 1 / (n - x) };
    else *out = (struct cc_pool_effect){ x / n, x / n * ((n - x) / n) / n };
    return CC_OK;
}

enum cc_status cc_pool_log_ratio(struct cc_pool_cells c, enum cc_pool_ratio ratio, struct cc_pool_effect *out)
{
    double cases = c.tp + c.fn, controls = c.fp + c.tn;
    *out = NO_EFFECT;
    if (!(c.tp >= 0 && c.fn >= 0 && c.fp >= 0 && c.tn >= 0) || isinf(cases + controls)) return CC_EDOMAIN;
    if (ratio == CC_POOL_DOR) {
        if (c.tp == 0 || c.fn == 0 || c.fp == 0 || c.tn == 0) return CC_UNDEFINED;
        *out = (struct cc_pool_effect){ log(c.tp) - log(c.fn) - log(c.fp) + log(c.tn),
                                        1 / c.tp + 1 / c.fn + 1 / c.fp + 1 / c.tn };
        return CC_OK;
    }
    double a = ratio == CC_POOL_LR_POS ? c.tp : c.fn, b = ratio == CC_POOL_LR_POS ? c.fp : c.tn;
    if (a == 0 || b == 0) return CC_UNDEFINED;
    *out = (struct cc_pool_effect){ log(a / cases) - log(b / controls),
                                    (cases - a) / (a * cases) + (controls - b) / (b * controls) };
    return out->v > 0 ? CC_OK : CC_UNDEFINED; /* all are flagged, or none */
}

static double freeman_tukey_back(double y, double n)
{
    if (y <= freeman_tukey(0, n)) return 0;
    if (y >= freeman_tukey(n, n)) return 1;
    double s = sin(2 * y), part = s + (s - 1 / s) / n;
    return .5 * (1 - copysign(1, cos(2 * y)) * sqrt(fmax(0, 1 - part * part)));
}

double cc_pool_back(double y, enum cc_pool_scale scale, double n)
{
    if (isnan(y)) return NAN;
    switch (scale) {
    case CC_POOL_LOGIT: return y > 0 ? 1 / (1 + exp(-y)) : exp(y) / (1 + exp(y));
    case CC_POOL_FREEMAN_TUKEY: return freeman_tukey_back(y, n);
    case CC_POOL_LOG: return exp(y);
    default: return y;
    }
}

/* ---- models ---- */

/* All that a value of tau2 implies. */
struct sums {
    double mean, w, w2, q; /* sums of weights, of their squares, and of weighted squared deviations */
    double score, log_likelihood; /* restricted, without constants; score is its slope in tau2 */
};

static struct sums sum_up(const struct cc_pool_effect *e, size_t k, double tau2)
{
    struct sums s = { 0 };
    double wy = 0, w2r2 = 0, logs = 0;
    for (size_t i = 0; i < k; i++) {
        double w = 1 / (e[i].v + tau2);
        s.w += w;
        s.w2 += w * w;
        wy += w * e[i].y;
        logs += log(w);
    }
    s.mean = wy / s.w;
    for (size_t i = 0; i < k; i++) {
        double w = 1 / (e[i].v + tau2), r = e[i].y - s.mean;
        s.q += w * r * r;
        w2r2 += w * w * r * r;
    }
    s.score = .5 * (w2r2 - s.w + s.w2 / s.w);
    s.log_likelihood = .5 * (logs - log(s.w) - s.q);
    return s;
}

/* Above 0 where tau2 is too small. */
typedef double slope(const struct cc_pool_effect *e, size_t k, double tau2);

static double reml_slope(const struct cc_pool_effect *e, size_t k, double tau2)
{
    return sum_up(e, k, tau2).score;
}

static double pm_slope(const struct cc_pool_effect *e, size_t k, double tau2)
{
    return sum_up(e, k, tau2).q - (double)(k - 1);
}

/* Where the slope goes from above 0 at `low` to below at `high`: halved until no number is between. */
static double root(slope *f, const struct cc_pool_effect *e, size_t k, double low, double high)
{
    for (;;) {
        double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high)) return middle;
        if (f(e, k, middle) > 0) low = middle;
        else high = middle;
    }
}

/* A tau2 where the slope is not above 0; it is above 0 nowhere beyond. */
static double ceiling(slope *f, const struct cc_pool_effect *e, size_t k)
{
    double low = e[0].y, high = e[0].y;
    for (size_t i = 1; i < k; i++) {
        low = fmin(low, e[i].y);
        high = fmax(high, e[i].y);
    }
    double top = (double)k * (high - low) * (high - low);
    while (f(e, k, top) > 0) top *= 2;
    return top;
}

static double paule_mandel(const struct cc_pool_effect *e, size_t k)
{
    return pm_slope(e, k, 0) > 0 ? root(pm_slope, e, k, 0, ceiling(pm_slope, e, k)) : 0;
}

static double reml(const struct cc_pool_effect *e, size_t k)
{
    double top = ceiling(reml_slope, e, k), best = 0, most = sum_up(e, k, 0).log_likelihood, low = 0;
    for (int i = 0; i <= GRID && top > 0; i++) {
        double high = top * pow(GRID_DEPTH, 1 - (double)i / GRID);
        if (reml_slope(e, k, low) > 0 && reml_slope(e, k, high) <= 0) {
            double at = root(reml_slope, e, k, low, high), l = sum_up(e, k, at).log_likelihood;
            if (l > most) {
                most = l;
                best = at;
            }
        }
        low = high;
    }
    return best;
}

static double tau2_of(enum cc_pool_model model, const struct cc_pool_effect *e, size_t k)
{
    struct sums s = sum_up(e, k, 0);
    switch (model) {
    case CC_POOL_DL: return fmax(0, (s.q - (double)(k - 1)) / (s.w - s.w2 / s.w));
    case CC_POOL_PM: return paule_mandel(e, k);
    case CC_POOL_REML: return reml(e, k);
    default: return 0;
    }
}

static void heterogeneity(enum cc_pool_model model, const struct sums *at_0, struct cc_pooled *p)
{
    double typical = p->q_df / (at_0->w - at_0->w2 / at_0->w); /* sampling variance */
    if (model != CC_POOL_EE) {
        p->i2_percent = 100 * p->tau2 / (p->tau2 + typical);
        p->h2 = (p->tau2 + typical) / typical;
    } else {
        p->i2_percent = p->q > p->q_df ? 100 * (p->q - p->q_df) / p->q : 0;
        p->h2 = p->q / p->q_df;
    }
}

enum cc_status cc_pool_fit(enum cc_pool_model model, const struct cc_pool_effect *e, size_t k,
                           struct cc_pooled *out)
{
    *out = (struct cc_pooled){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, k };
    if (k == 0) return CC_UNDEFINED;
    for (size_t i = 0; i < k; i++)
        if (!isfinite(e[i].y) || !(e[i].v > 0) || isinf(e[i].v)) return CC_EDOMAIN;
    struct sums at_0 = sum_up(e, k, 0);
    out->q_df = (double)(k - 1);
    if (k == 1) {
        out->mean = e[0].y;
        out->se = sqrt(e[0].v);
        out->q = 0;
        out->q_p = 1;
        if (model == CC_POOL_EE) out->tau2 = 0;
        return CC_OK;
    }
    out->q = at_0.q;
    out->q_p = gsl_cdf_chisq_Q(at_0.q, out->q_df);
    out->tau2 = tau2_of(model, e, k);
    struct sums s = sum_up(e, k, out->tau2);
    out->mean = s.mean;
    out->se = 1 / sqrt(s.w);
    heterogeneity(model, &at_0, out);
    return CC_OK;
}

/* ---- limits ---- */

static struct cc_interval around(double mean, double half)
{
    return (struct cc_interval){ mean, mean - half, mean + half };
}

enum cc_status cc_pool_limits(const struct cc_pooled *p, double level, struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    if (isnan(p->mean)) return CC_UNDEFINED;
    *out = around(p->mean, gsl_cdf_ugaussian_Qinv((1 - level) / 2) * p->se);
    return CC_OK;
}

enum cc_status cc_pool_prediction(const struct cc_pooled *p, double level, bool student, struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    if (isnan(p->mean) || isnan(p->tau2) || p->k < 2 || (student && p->k < 3)) return CC_UNDEFINED;
    double q = student ? gsl_cdf_tdist_Qinv((1 - level) / 2, (double)p->k - 2)
                       : gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    *out = around(p->mean, q * sqrt(p->tau2 + p->se * p->se));
    return CC_OK;
}

#include "stats/screening/cc_biased.h"

#include <gsl/gsl_cdf.h>

static const int64_t MAX_COUNT = (int64_t)1 << 50;

static double z_of(double level)
{
    return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}

static bool in_range(int64_t n)
{
    return n >= 0 && n <= MAX_COUNT;
}

/* ---- Begg and Greenes ---- */

/* The counts as real numbers; for specificity with flagged and passed, and the two truths, exchanged. */
struct partial {
    double flagged, passed, tp, fp, fn, tn;
};

static struct partial of(const struct cc_verified *v, bool exchanged)
{
    const struct cc_table22 *t = &v->known;
    double tp = (double)t->tp, fp = (double)t->fp, fn = (double)t->fn, tn = (double)t->tn;
    double flagged = tp + fp + (double)v->flagged, passed = fn + tn + (double)v->passed;
    if (exchanged) return (struct partial){ passed, flagged, tn, fn, fp, tp };
    return (struct partial){ flagged, passed, tp, fp, fn, tn };
}

static double share(double x, double n)
{
    return n > 0 ? x / n : 0;
}

struct cc_interval cc_wald_limits(double p, double se, double level)
{
    double half = z_of(level) * se;
    return (struct cc_interval){ p, p - half, p + half };
}

struct cc_interval cc_logit_limits(double p, double se, double level)
{
    double u = log(p) - log1p(-p), half = z_of(level) * se / (p * (1 - p));
    return (struct cc_interval){ p, 1 / (1 + exp(half - u)), 1 / (1 + exp(-half - u)) };
}

static void delta_limits(enum cc_biased_limits limits, double level, double logit_variance, struct cc_estimate *out)
{
    double p = out->ci.estimate;
    if (!(p > 0 && p < 1)) return;
    out->se = p * (1 - p) * sqrt(logit_variance);
    out->ci = limits == CC_BIASED_WALD ? cc_wald_limits(p, out->se, level) : cc_logit_limits(p, out->se, level);
}

static void prevalence(enum cc_biased_limits limits, const struct partial *c, double level, struct cc_estimate *out)
{
    double n = c->flagged + c->passed, f = c->flagged / n, known1 = c->tp + c->fp, known0 = c->fn + c->tn;
    double a = share(c->tp, known1), b = share(c->fn, known0), p = f * a + (1 - f) * b;
    double variance = (a - b) * (a - b) * f * (1 - f) / n + f * f * share(a * (1 - a), known1)
                      + (1 - f) * (1 - f) * share(b * (1 - b), known0);
    out->ci.estimate = p;
    delta_limits(limits, level, variance / (p * p * (1 - p) * (1 - p)), out);
}

static double times_log(double x, double y)
{
    return x == 0 ? 0 : x * log(y);
}

/* Twice the fall of the log likelihood when the multiplier goes from 0 to l: the fitted shares are
 * then (flagged - l) / n, (tp - l) / (n1 - l) and (fn + l) / (n0 + l). */
static double deviance(const struct partial *c, double l)
{
    double n1 = c->tp + c->fp, n0 = c->fn + c->tn, fall = 0;
    fall += times_log(c->flagged, c->flagged / (c->flagged - l)) + times_log(c->passed, c->passed / (c->passed + l));
    if (n1 > 0) fall += times_log(c->tp, c->tp / (c->tp - l)) + n1 * log1p(-l / n1);
    if (n0 > 0) fall += times_log(c->fn, c->fn / (c->fn + l)) + n0 * log1p(l / n0);
    return 2 * fall;
}

static double profile_sensitivity(const struct partial *c, double l)
{
    double n1 = c->tp + c->fp, n0 = c->fn + c->tn, miss = n0 > 0 ? (c->fn + l) / (n0 + l) : 1;
    double found = (c->flagged - l) * (c->tp - l) / (n1 - l), missed = (c->passed + l) * miss;
    return found / (found + missed);
}

/* The multiplier between 0 and `end` at which the deviance reaches z^2; it has no bound at the end. */
static double profile_multiplier(const struct partial *c, double end, double z)
{
    double in = 0, out = end;
    for (int i = 0; i < 200; i++) {
        double l = in + (out - in) / 2;
        if (l == in || l == out) break;
        if (deviance(c, l) < z * z) in = l;
        else out = l;
    }
    return in;
}

static void profile(const struct partial *c, double z, struct cc_interval *out)
{
    out->lower = c->tp > 0 ? profile_sensitivity(c, profile_multiplier(c, c->tp, z)) : 0;
    out->upper = c->fn > 0 ? profile_sensitivity(c, profile_multiplier(c, -c->fn, z)) : 1;
}

static enum cc_status sensitivity(enum cc_biased_limits limits, const struct partial *c, double level,
                                  struct cc_estimate *out)
{
    double known1 = c->tp + c->fp, known0 = c->fn + c->tn;
    double found = c->flagged * share(c->tp, known1), missed = c->passed * share(c->fn, known0);
    if (found + missed == 0) return CC_UNDEFINED;
    out->ci.estimate = found / (found + missed);
    double variance = 1 / c->flagged + 1 / c->passed + 1 / c->tp - 1 / known1 + 1 / c->fn - 1 / known0;
    delta_limits(limits, level, variance, out);
    if (limits == CC_BIASED_PROFILE) profile(c, z_of(level), &out->ci);
    return CC_OK;
}

static bool valid(const struct cc_verified *v)
{
    return cc_screen_valid(v->known) && in_range(v->flagged) && in_range(v->passed);
}

enum cc_status cc_begg_greenes(enum cc_begg_greenes what, enum cc_biased_limits limits, const struct cc_verified *v,
                               double level, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (!valid(v) || !cc_level_valid(level) || (what == CC_BG_PREVALENCE && limits == CC_BIASED_PROFILE))
        return CC_EDOMAIN;
    struct partial c = of(v, what == CC_BG_SPECIFICITY);
    bool unknown1 = c.flagged > 0 && c.tp + c.fp == 0, unknown0 = c.passed > 0 && c.fn + c.tn == 0;
    if (c.flagged + c.passed == 0 || unknown1 || unknown0) return CC_UNDEFINED;
    if (what != CC_BG_PREVALENCE) return sensitivity(limits, &c, level, out);
    prevalence(limits, &c, level, out);
    return CC_OK;
}

/* ---- Rogan and Gladen ---- */

static double clip(double p)
{
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

static enum cc_status finish(struct cc_limits want, struct cc_estimate *out)
{
    struct cc_interval *ci = &out->ci;
    if (want.sides == CC_LOWER) ci->upper = fmax(1, ci->estimate);
    if (want.sides == CC_UPPER) ci->lower = fmin(0, ci->estimate);
    if (!want.unclipped) *ci = (struct cc_interval){ clip(ci->estimate), clip(ci->lower), clip(ci->upper) };
    return CC_OK;
}

enum cc_status cc_rogan_gladen(enum cc_prop_method method, int64_t x, int64_t n, double se, double sp,
                               struct cc_limits want, struct cc_estimate *out)
{
    struct cc_interval apparent;
    *out = CC_NO_ESTIMATE;
    if (!(se >= 0 && se <= 1 && sp >= 0 && sp <= 1)) return CC_EDOMAIN;
    enum cc_status st = cc_prop_interval(method, x, n, want, &apparent);
    if (st != CC_OK) return st;
    double j = se + sp - 1, p = apparent.estimate;
    if (!(j > 0)) return CC_UNDEFINED;
    out->ci = (struct cc_interval){ (p + sp - 1) / j, (apparent.lower + sp - 1) / j, (apparent.upper + sp - 1) / j };
    out->se = sqrt(p * (1 - p) / (double)n) / j;
    return finish(want, out);
}

/* The estimate and its variance by the delta method, for shares p of n children each. */
struct triple {
    double p, n, se, n_se, sp, n_sp;
};

static double corrected(const struct triple *t)
{
    return (t->p + t->sp - 1) / (t->se + t->sp - 1);
}

static double variance(const struct triple *t)
{
    double j = t->se + t->sp - 1, r = corrected(t);
    return (t->p * (1 - t->p) / t->n + r * r * t->se * (1 - t->se) / t->n_se
            + (1 - r) * (1 - r) * t->sp * (1 - t->sp) / t->n_sp) / (j * j);
}

/* z^2/2 is added to the positives and the negatives, 1 to each cell of the validation study; the
 * middle is moved by 2 z^2 (r se (1-se)/n_se - (1-r) sp (1-sp)/n_sp). */
static bool lang_reiczigel(const struct triple *raw, double z, struct cc_interval *out)
{
    struct triple t = { (raw->p * raw->n + z * z / 2) / (raw->n + z * z), raw->n + z * z,
                        (raw->se * raw->n_se + 1) / (raw->n_se + 2), raw->n_se + 2,
                        (raw->sp * raw->n_sp + 1) / (raw->n_sp + 2), raw->n_sp + 2 };
    if (!(t.se + t.sp > 1)) return false;
    double r = corrected(&t), half = z * sqrt(variance(&t));
    double shift = 2 * z * z * (r * t.se * (1 - t.se) / t.n_se - (1 - r) * t.sp * (1 - t.sp) / t.n_sp);
    out->lower = r + shift - half;
    out->upper = r + shift + half;
    return true;
}

static bool valid_share(struct cc_share s)
{
    return s.x >= 0 && s.x <= s.n && s.n <= MAX_COUNT;
}

enum cc_status cc_rogan_gladen_estimated(enum cc_rogan_gladen_estimated method, struct cc_share positive,
                                         struct cc_share sensitivity_of, struct cc_share specificity_of,
                                         struct cc_limits want, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (method >= CC_RG_ESTIMATED_METHODS || !valid_share(positive) || !valid_share(sensitivity_of)
        || !valid_share(specificity_of) || !cc_level_valid(want.level)) return CC_EDOMAIN;
    if (positive.n == 0 || sensitivity_of.n == 0 || specificity_of.n == 0) return CC_UNDEFINED;
    double n = (double)positive.n, n_se = (double)sensitivity_of.n, n_sp = (double)specificity_of.n;
    struct triple t = { (double)positive.x / n, n, (double)sensitivity_of.x / n_se, n_se,
                        (double)specificity_of.x / n_sp, n_sp };
    double z = gsl_cdf_ugaussian_Qinv(cc_limit_tails(want).below);
    if (!(t.se + t.sp > 1)) return CC_UNDEFINED;
    out->ci.estimate = corrected(&t);
    out->se = sqrt(variance(&t));
    if (method == CC_RG_DELTA) {
        out->ci.lower = out->ci.estimate - z * out->se;
        out->ci.upper = out->ci.estimate + z * out->se;
    } else if (!lang_reiczigel(&t, z, &out->ci)) {
        *out = CC_NO_ESTIMATE;
        return CC_UNDEFINED;
    }
    return finish(want, out);
}

/* ---- sequences ---- */

static double square_and_add(double a, double b)
{
    return sqrt(a * a + b * b);
}

enum cc_status cc_product(struct cc_share a, struct cc_share b, double level, struct cc_estimate *out)
{
    struct cc_limits want = { .level = level };
    struct cc_interval p, q;
    *out = CC_NO_ESTIMATE;
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, a.x, a.n, want, &p);
    if (st == CC_OK) st = cc_prop_interval(CC_PROP_WILSON, b.x, b.n, want, &q);
    if (st != CC_OK) return st;
    double both = p.estimate * q.estimate;
    out->ci = (struct cc_interval){ both, 0, p.upper * q.upper };
    if (both == 0) return CC_OK;
    out->ci.lower = both * exp(-square_and_add(log(p.estimate / p.lower), log(q.estimate / q.lower)));
    out->ci.upper = both * exp(square_and_add(log(p.upper / p.estimate), log(q.upper / q.estimate)));
    double relative = (1 - p.estimate) / (double)a.x + (1 - q.estimate) / (double)b.x;
    if (relative > 0) out->se = both * sqrt(relative);
    return CC_OK;
}

#include "stats/screening/cc_screen.h"

#include <gsl/gsl_cdf.h>

#include "stats/screening/cc_kappa.h"

static const int64_t MAX_CELL = (int64_t)1 << 50; /* four of them are still exact in a double */

bool cc_screen_valid(struct cc_table22 t)
{
    const int64_t cells[] = { t.tp, t.fn, t.fp, t.tn };
    for (int i = 0; i < 4; i++)
        if (cells[i] < 0 || cells[i] > MAX_CELL) return false;
    return true;
}

static bool usable(struct cc_table22 t, double level)
{
    return cc_screen_valid(t) && cc_level_valid(level);
}

static double z_of(double level)
{
    return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}

/* ---- one count out of another ---- */

void cc_screen_part(enum cc_screen_part part, struct cc_table22 t, int64_t *x, int64_t *n)
{
    int64_t n1 = t.tp + t.fn, n0 = t.fp + t.tn, flagged = t.tp + t.fp, passed = t.fn + t.tn;
    const struct cc_share shares[CC_SCREEN_PARTS] = {
        [CC_SCREEN_SENSITIVITY] = { t.tp, n1 },
        [CC_SCREEN_SPECIFICITY] = { t.tn, n0 },
        [CC_SCREEN_PPV] = { t.tp, flagged },
        [CC_SCREEN_NPV] = { t.tn, passed },
        [CC_SCREEN_ACCURACY] = { t.tp + t.tn, n1 + n0 },
        [CC_SCREEN_APPARENT_PREVALENCE] = { flagged, n1 + n0 },
        [CC_SCREEN_TRUE_PREVALENCE] = { n1, n1 + n0 },
        [CC_SCREEN_FPR] = { t.fp, n0 },
        [CC_SCREEN_FNR] = { t.fn, n1 },
        [CC_SCREEN_FDR] = { t.fp, flagged },
        [CC_SCREEN_FOMR] = { t.fn, passed },
    };
    *x = shares[part].x;
    *n = shares[part].n;
}

enum cc_status cc_screen_proportion(enum cc_screen_part part, enum cc_prop_method method, struct cc_table22 t,
                                    double level, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if ((int)part < 0 || part >= CC_SCREEN_PARTS || !usable(t, level)) return CC_EDOMAIN;
    int64_t x, n;
    cc_screen_part(part, t, &x, &n);
    enum cc_status st = cc_prop_interval(method, x, n, (struct cc_limits){ .level = level }, &out->ci);
    if (st == CC_OK && x > 0 && x < n)
        out->se = sqrt(out->ci.estimate * ((double)(n - x) / (double)n) / (double)n);
    return st;
}

/* ---- ratios ---- */

/* The ratio, and the variance of its logarithm. */
static void log_ratio(enum cc_screen_ratio ratio, struct cc_table22 t, double add, double *value, double *variance)
{
    double tp = (double)t.tp + add, fn = (double)t.fn + add, fp = (double)t.fp + add, tn = (double)t.tn + add;
    double n1 = tp + fn, n0 = fp + tn;
    switch (ratio) {
    case CC_SCREEN_LR_POS:
        *value = (tp / n1) / (fp / n0);
        *variance = fn / (tp * n1) + tn / (fp * n0);
        break;
    case CC_SCREEN_LR_NEG:
        *value = (fn / n1) / (tn / n0);
        *variance = tp / (fn * n1) + fp / (tn * n0);
        break;
    default:
        *value = tp * tn / (fp * fn);
        *variance = 1 / tp + 1 / fn + 1 / fp + 1 / tn;
    }
}

enum cc_status cc_screen_ratio(enum cc_screen_ratio ratio, struct cc_table22 t, double add, double level,
                               struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if ((int)ratio < 0 || ratio >= CC_SCREEN_RATIOS || !usable(t, level) || !(add >= 0)) return CC_EDOMAIN;
    if (t.tp + t.fn + t.fp + t.tn == 0) return CC_UNDEFINED;
    double value, variance;
    log_ratio(ratio, t, add, &value, &variance);
    if (isnan(value)) return CC_UNDEFINED;
    out->ci = (struct cc_interval){ value, value, value };
    if (value == 0) {
        out->ci.upper = NAN;
    } else if (isinf(value)) {
        out->ci.lower = NAN;
    } else {
        double factor = exp(z_of(level) * sqrt(variance));
        out->ci.lower = value / factor;
        out->ci.upper = value * factor;
    }
    return CC_OK;
}

/* ---- differences ---- */

static enum cc_status square_and_add(struct cc_share a, struct cc_share b, double level, struct cc_interval *out)
{
    const struct cc_limits want = { .level = level };
    struct cc_interval p, q;
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, a.x, a.n, want, &p);
    if (st == CC_OK) st = cc_prop_interval(CC_PROP_WILSON, b.x, b.n, want, &q);
    if (st != CC_OK) return st;
    out->estimate = p.estimate - q.estimate;
    out->lower = out->estimate - hypot(p.estimate - p.lower, q.upper - q.estimate);
    out->upper = out->estimate + hypot(p.upper - p.estimate, q.estimate - q.lower);
    return CC_OK;
}

/* The variance of a proportion. */
static double spread(struct cc_share s)
{
    double p = (double)s.x / (double)s.n;
    return p * ((double)(s.n - s.x) / (double)s.n) / (double)s.n;
}

enum cc_status cc_screen_difference(struct cc_share a, struct cc_share b, double level, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    enum cc_status st = square_and_add(a, b, level, &out->ci);
    if (st != CC_OK) *out = CC_NO_ESTIMATE;
    else out->se = sqrt(spread(a) + spread(b));
    return st;
}

static enum cc_status sum_of_limits(enum cc_prop_method method, struct cc_table22 t, double level,
                                    struct cc_interval *out)
{
    struct cc_estimate se, sp;
    enum cc_status st = cc_screen_proportion(CC_SCREEN_SENSITIVITY, method, t, level, &se);
    if (st == CC_OK) st = cc_screen_proportion(CC_SCREEN_SPECIFICITY, method, t, level, &sp);
    if (st != CC_OK) return st;
    out->lower = se.ci.lower + sp.ci.lower - 1;
    out->upper = se.ci.upper + sp.ci.upper - 1;
    return CC_OK;
}

enum cc_status cc_screen_youden(enum cc_screen_youden method, struct cc_table22 t, double level,
                                struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if ((int)method < 0 || method >= CC_YOUDEN_METHODS || !usable(t, level)) return CC_EDOMAIN;
    enum cc_status st = cc_screen_difference((struct cc_share){ t.tp, t.tp + t.fn },
                                             (struct cc_share){ t.fp, t.fp + t.tn }, level, out);
    if (st != CC_OK || method == CC_YOUDEN_NEWCOMBE) return st;
    if (method == CC_YOUDEN_WALD) {
        out->ci.lower = out->ci.estimate - z_of(level) * out->se;
        out->ci.upper = out->ci.estimate + z_of(level) * out->se;
        return CC_OK;
    }
    return sum_of_limits(method == CC_YOUDEN_SUM_EXACT ? CC_PROP_CLOPPER_PEARSON : CC_PROP_WILSON, t, level, &out->ci);
}

/* 1 / x, where 0 of either sign gives +infinity. */
static double reciprocal(double x)
{
    return x == 0 ? INFINITY : 1 / x;
}

enum cc_status cc_screen_nnd(enum cc_screen_youden method, struct cc_table22 t, double level,
                             struct cc_estimate *out)
{
    enum cc_status st = cc_screen_youden(method, t, level, out);
    if (st != CC_OK) return st;
    double a = reciprocal(out->ci.lower), b = reciprocal(out->ci.upper);
    *out = (struct cc_estimate){ { reciprocal(out->ci.estimate), fmin(a, b), fmax(a, b) }, NAN };
    return CC_OK;
}

/* ---- agreement, and single numbers ---- */

enum cc_status cc_screen_kappa(struct cc_table22 t, double level, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (!usable(t, level)) return CC_EDOMAIN;
    struct cc_kappa k;
    enum cc_status st = cc_kappa_cohen(2, (int64_t[]){ t.tp, t.fp, t.fn, t.tn }, CC_KAPPA_UNWEIGHTED, level, &k);
    if (st != CC_OK) return st;
    bool one_class = t.tp + t.fn == 0 || t.fp + t.tn == 0, one_result = t.tp + t.fp == 0 || t.fn + t.tn == 0;
    if (one_class || one_result) out->ci.estimate = k.kappa;
    else *out = (struct cc_estimate){ { k.kappa, k.lower, k.upper }, k.se };
    return CC_OK;
}

enum cc_status cc_screen_point(enum cc_screen_point point, struct cc_table22 t, double *out)
{
    *out = NAN;
    if ((int)point < 0 || point >= CC_SCREEN_POINTS || !cc_screen_valid(t)) return CC_EDOMAIN;
    double tp = (double)t.tp, fn = (double)t.fn, fp = (double)t.fp, tn = (double)t.tn;
    switch (point) {
    case CC_SCREEN_BALANCED_ACCURACY: *out = (tp / (tp + fn) + tn / (fp + tn)) / 2; break;
    case CC_SCREEN_F1: *out = 2 * tp / (2 * tp + fp + fn); break;
    default:
        *out = (tp * tn - fp * fn) / (sqrt(tp + fn) * sqrt(fp + tn) * sqrt(tp + fp) * sqrt(fn + tn));
    }
    return isnan(*out) ? CC_UNDEFINED : CC_OK;
}

/* ---- at another prevalence ---- */

/* The probability of given odds. */
static double chance_of(double odds)
{
    return isinf(odds) ? 1 : odds / (1 + odds);
}

static enum cc_status ratio_at(enum cc_screen_ratio ratio, double prevalence, double add, struct cc_table22 t,
                               double level, struct cc_estimate *out)
{
    *out = CC_NO_ESTIMATE;
    if (!(prevalence > 0 && prevalence < 1) || !cc_level_valid(level)) return CC_EDOMAIN;
    return cc_screen_ratio(ratio, t, add, level, out);
}

enum cc_status cc_screen_ppv_at(double prevalence, double add, struct cc_table22 t, double level,
                                struct cc_estimate *out)
{
    enum cc_status st = ratio_at(CC_SCREEN_LR_POS, prevalence, add, t, level, out);
    double odds = prevalence / (1 - prevalence);
    out->ci = (struct cc_interval){ chance_of(out->ci.estimate * odds), chance_of(out->ci.lower * odds),
                                    chance_of(out->ci.upper * odds) };
    return st;
}

/* A large LR- means a low NPV: the limits change places. */
enum cc_status cc_screen_npv_at(double prevalence, double add, struct cc_table22 t, double level,
                                struct cc_estimate *out)
{
    enum cc_status st = ratio_at(CC_SCREEN_LR_NEG, prevalence, add, t, level, out);
    double odds = (1 - prevalence) / prevalence;
    out->ci = (struct cc_interval){ chance_of(odds / out->ci.estimate), chance_of(odds / out->ci.upper),
                                    chance_of(odds / out->ci.lower) };
    return st;
}

/* ---- subgroups ---- */

enum cc_status cc_screen_homogeneity(const struct cc_share *shares, size_t k, struct cc_homogeneity *out)
{
    *out = (struct cc_homogeneity){ NAN, NAN, NAN, 0 };
    double x = 0, n = 0, least = INFINITY;
    int64_t used = 0;
    for (size_t i = 0; i < k; i++) {
        if (shares[i].x < 0 || shares[i].x > shares[i].n) return CC_EDOMAIN;
        if (shares[i].n == 0) continue;
        x += (double)shares[i].x;
        n += (double)shares[i].n;
        least = fmin(least, (double)shares[i].n);
        used++;
    }
    if (used < 2 || x == 0 || x == n) return CC_UNDEFINED;
    double p = x / n, q = (n - x) / n, chi2 = 0;
    for (size_t i = 0; i < k; i++)
        if (shares[i].n > 0)
            chi2 += pow((double)shares[i].x - (double)shares[i].n * p, 2) / ((double)shares[i].n * p * q);
    *out = (struct cc_homogeneity){ .chi2 = chi2, .p_value = gsl_cdf_chisq_Q(chi2, (double)(used - 1)),
                                    .least_expected = least * fmin(p, q), .df = used - 1 };
    return CC_OK;
}

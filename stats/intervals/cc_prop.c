#include "stats/intervals/cc_prop.h"

#include <gsl/gsl_cdf.h>

#include "stats/intervals/cc_prop_ordered.h"
#include "stats/intervals/cc_quantile.h"

static const int64_t MAX_COUNT = (int64_t)1 << 53; /* beyond it a double skips whole numbers */
static const int64_t MAX_ORDERED = 1000000000; /* beyond it lgamma loses the digits that Sterne's limits need */

struct problem {
    double x, n;
    struct cc_tails lower, upper; /* areas below and above each limit */
    double z;                     /* normal quantile of the inner area */
};

/* The score limit at c events: the root of (c - n p)^2 = z^2 n p (1 - p) below c/n for z < 0,
 * above it for z > 0. The root that would be a difference of like numbers is taken from the
 * product of both, c^2 / (n (n + z^2)). */
static double score_limit(double c, double n, double z)
{
    double sum = 2 * c + z * z + fabs(z) * sqrt(z * z + 4 * c * (n - c) / n);
    return z > 0 ? sum / (2 * (n + z * z)) : 2 * c * c / (n * sum);
}

static double clip(double p)
{
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

static void wilson(const struct problem *q, double correction, struct cc_interval *out)
{
    out->lower = q->x == 0 ? 0 : clip(score_limit(q->x - correction, q->n, -q->z));
    out->upper = q->x == q->n ? 1 : clip(score_limit(q->x + correction, q->n, q->z));
}

static void around(double p, double n, double z, struct cc_interval *out)
{
    double half = z * sqrt(p * (1 - p) / n);
    out->lower = p - half;
    out->upper = p + half;
}

static void agresti_coull(const struct problem *q, struct cc_interval *out)
{
    double n = q->n + q->z * q->z;
    around((q->x + q->z * q->z / 2) / n, n, q->z, out);
}

static void clopper_pearson(const struct problem *q, struct cc_interval *out)
{
    out->lower = q->x == 0 ? 0 : cc_beta_quantile(q->x, q->n - q->x + 1, q->lower);
    out->upper = q->x == q->n ? 1 : cc_beta_quantile(q->x + 1, q->n - q->x, q->upper);
}

static void jeffreys(const struct problem *q, bool adjusted, struct cc_interval *out)
{
    double a = q->x + 0.5, b = q->n - q->x + 0.5;
    out->lower = adjusted && q->x == 0 ? 0 : cc_beta_quantile(a, b, q->lower);
    out->upper = adjusted && q->x == q->n ? 1 : cc_beta_quantile(a, b, q->upper);
}

static void mid_p(const struct problem *q, struct cc_interval *out)
{
    out->lower = q->x == 0 ? 0 : cc_binomial_midp(q->x, q->n, q->lower);
    out->upper = q->x == q->n ? 1 : cc_binomial_midp(q->x, q->n, q->upper);
}

typedef double lower_limit(double x, double n, double alpha);

static void ordered(const struct problem *q, lower_limit *lower, struct cc_interval *out)
{
    out->lower = q->x == 0 ? 0 : lower(q->x, q->n, 2 * q->lower.below);
    out->upper = q->x == q->n ? 1 : 1 - lower(q->n - q->x, q->n, 2 * q->lower.below);
}

static void limits(enum cc_prop_method method, const struct problem *q, struct cc_interval *out)
{
    switch (method) {
    case CC_PROP_WILSON: wilson(q, 0, out); break;
    case CC_PROP_WILSON_CC: wilson(q, 0.5, out); break;
    case CC_PROP_CLOPPER_PEARSON: clopper_pearson(q, out); break;
    case CC_PROP_AGRESTI_COULL: agresti_coull(q, out); break;
    case CC_PROP_JEFFREYS: jeffreys(q, true, out); break;
    case CC_PROP_JEFFREYS_UNADJUSTED: jeffreys(q, false, out); break;
    case CC_PROP_MID_P: mid_p(q, out); break;
    case CC_PROP_BLAKER: ordered(q, cc_prop_blaker_lower, out); break;
    case CC_PROP_STERNE: ordered(q, cc_prop_sterne_lower, out); break;
    default: around(q->x / q->n, q->n, q->z, out); break;
    }
}

enum cc_status cc_prop_interval(enum cc_prop_method method, int64_t x, int64_t n, struct cc_limits want,
                                struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (method >= CC_PROP_METHODS || x < 0 || x > n || n > MAX_COUNT || !cc_level_valid(want.level))
        return CC_EDOMAIN;
    if (n == 0) return CC_UNDEFINED;
    if ((method == CC_PROP_BLAKER || method == CC_PROP_STERNE) && (want.sides != CC_TWO_SIDED || n > MAX_ORDERED))
        return CC_EDOMAIN;
    struct cc_tails t = cc_limit_tails(want);
    struct problem q = { (double)x, (double)n, t, { t.above, t.below }, gsl_cdf_ugaussian_Qinv(t.below) };
    limits(method, &q, out);
    if (want.sides == CC_LOWER) out->upper = 1;
    if (want.sides == CC_UPPER) out->lower = 0;
    if (isnan(out->lower) || isnan(out->upper)) {
        *out = CC_NO_INTERVAL;
        return CC_EDOMAIN;
    }
    if (!want.unclipped) {
        out->lower = clip(out->lower);
        out->upper = clip(out->upper);
    }
    out->estimate = q.x / q.n;
    return CC_OK;
}

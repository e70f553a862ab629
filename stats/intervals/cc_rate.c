#include "stats/intervals/cc_rate.h"

#include <gsl/gsl_cdf.h>

#include "stats/intervals/cc_quantile.h"

static const int64_t MAX_COUNT = (int64_t)1 << 53; /* beyond it a double skips whole numbers */

/* Byar's cube of a normal approximation to the count's cube root. */
static double byar(double c, double z)
{
    if (c == 0) return 0;
    double root = 1 - 1 / (9 * c) + z / (3 * sqrt(c));
    return c * root * root * root;
}

/* Limits of the expected count. */
static void limits(enum cc_rate_method method, double x, struct cc_tails lower, struct cc_tails upper,
                   struct cc_interval *out)
{
    double z = gsl_cdf_ugaussian_Qinv(lower.below);
    switch (method) {
    case CC_RATE_GARWOOD:
        out->lower = x == 0 ? 0 : cc_gamma_quantile(x, lower);
        out->upper = cc_gamma_quantile(x + 1, upper);
        break;
    case CC_RATE_BYAR:
        out->lower = byar(x, -z);
        out->upper = byar(x + 1, z);
        break;
    case CC_RATE_BYAR_HALF:
        out->lower = byar(x + 0.5, -z);
        out->upper = byar(x + 0.5, z);
        break;
    case CC_RATE_MID_P:
        out->lower = x == 0 ? 0 : cc_poisson_midp(x, lower);
        out->upper = cc_poisson_midp(x, upper);
        break;
    default:
        out->lower = x - z * sqrt(x);
        out->upper = x + z * sqrt(x);
    }
}

enum cc_status cc_rate_interval(enum cc_rate_method method, int64_t x, double time, struct cc_limits want,
                                struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (method >= CC_RATE_METHODS || x < 0 || x > MAX_COUNT || !(time >= 0) || isinf(time)
        || (x > 0 && time == 0) || !cc_level_valid(want.level)) return CC_EDOMAIN;
    if (time == 0) return CC_UNDEFINED;
    struct cc_tails t = cc_limit_tails(want);
    limits(method, (double)x, t, (struct cc_tails){ t.above, t.below }, out);
    if (isnan(out->lower) || isnan(out->upper)) {
        *out = CC_NO_INTERVAL;
        return CC_EDOMAIN;
    }
    out->estimate = (double)x / time;
    out->lower = want.sides == CC_UPPER ? 0 : out->lower / time;
    out->upper = want.sides == CC_LOWER ? INFINITY : out->upper / time;
    return CC_OK;
}

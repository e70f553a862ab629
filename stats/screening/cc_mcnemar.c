#include "stats/screening/cc_mcnemar.h"

#include <gsl/gsl_cdf.h>

#include "stats/intervals/cc_ratio.h"
#include "stats/intervals/cc_tail.h"

static const int64_t MAX_COUNT = (int64_t)1 << 53;

/* P(X < x) for a fair binomial X of n, in units of P(X = x): terms from x - 1 down until they no longer count. */
static double below_by_mass(double x, double n)
{
    double term = 1, sum = 0;
    for (double i = x; i > 0 && term > 1e-17 * sum; i--) {
        term *= i / (n - i + 1);
        sum += term;
    }
    return sum;
}

static void exact(int64_t n12, int64_t n21, struct cc_mcnemar *out)
{
    if (n12 == n21) { /* the tail holds more than half of the mass, and twice its mid-P is 1 */
        out->p_exact = out->p_midp = 1;
        return;
    }
    double x = (double)(n12 < n21 ? n12 : n21), n = (double)(n12 + n21);
    double mass = cc_binomial_mass(x, n, 0.5, 0.5), below = below_by_mass(x, n);
    out->p_exact = fmin(1, 2 * mass * (1 + below));
    out->p_midp = fmin(1, 2 * mass * (0.5 + below));
}

/* The limits of the smaller ratio, turned over if need be: a share near 1 would lose its odds. */
static enum cc_status odds_ratio(int64_t n12, int64_t n21, double level, struct cc_interval *out)
{
    bool turn = n12 > n21;
    struct cc_rate_pair pair = { turn ? n21 : n12, turn ? n12 : n21, 1, 1 };
    struct cc_interval r;
    enum cc_status st = cc_rate_ratio_exact(pair, level, &r);
    *out = turn ? (struct cc_interval){ 1 / r.estimate, 1 / r.upper, 1 / r.lower } : r;
    return st == CC_UNDEFINED ? CC_OK : st;
}

enum cc_status cc_mcnemar_test(int64_t n12, int64_t n21, double level, struct cc_mcnemar *out)
{
    *out = (struct cc_mcnemar){ NAN, NAN, NAN, NAN, NAN, NAN, CC_NO_INTERVAL };
    if (n12 < 0 || n21 < 0 || n12 > MAX_COUNT || n21 > MAX_COUNT - n12 || !cc_level_valid(level)) return CC_EDOMAIN;
    double n = (double)(n12 + n21), difference = fabs((double)(n12 - n21)), corrected = fmax(difference - 1, 0);
    exact(n12, n21, out);
    if (n > 0) {
        out->chi2 = difference * difference / n;
        out->p_chi2 = gsl_cdf_chisq_Q(out->chi2, 1);
        out->chi2_corrected = corrected * corrected / n;
        out->p_corrected = gsl_cdf_chisq_Q(out->chi2_corrected, 1);
    }
    return odds_ratio(n12, n21, level, &out->odds_ratio);
}

enum cc_status cc_mcnemar_bowker(size_t k, const int64_t *counts, struct cc_bowker *out)
{
    *out = (struct cc_bowker){ NAN, NAN, 0 };
    double chi2 = 0;
    size_t df = 0;
    if (k < 1) return CC_EDOMAIN;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < i; j++) {
            double a = (double)counts[i * k + j], b = (double)counts[j * k + i];
            if (a < 0 || b < 0) return CC_EDOMAIN;
            if (a + b > 0) {
                chi2 += (a - b) * (a - b) / (a + b);
                df++;
            }
        }
    *out = (struct cc_bowker){ chi2, df ? gsl_cdf_chisq_Q(chi2, (double)df) : 1, df };
    return CC_OK;
}

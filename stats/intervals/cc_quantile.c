#include "stats/intervals/cc_quantile.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdbool.h>

enum { MAX_STEPS = 200 };
static const double LARGE = 1e8; /* beyond it the Cornish-Fisher error, 1/a^1.5 deviations, is nothing */

/* A law and the areas wanted, on the scale u = log(p/q) for the beta law and u = log m for the
 * gamma law, which is the beta law's limit and has b = infinity. */
struct law {
    double a, b;
    bool mid; /* half of the mass at x = a - 1/2 is added to the area of the law with a + 1/2, b - 1/2 */
    struct cc_tails want;
};

static struct cc_tails beta_areas(const struct law *l, double u)
{
    double p = 1 / (1 + exp(-u)), q = 1 / (1 + exp(u));
    if (!l->mid) return cc_beta_tails(l->a, l->b, p, q);
    double x = l->a - 0.5, y = l->b - 0.5, half = cc_binomial_mass(x, x + y, p, q) / 2;
    if (y == 0) return (struct cc_tails){ half, 1 - half };
    struct cc_tails t = cc_beta_tails(x + 1, y, p, q);
    return (struct cc_tails){ t.below + half, t.above - half };
}

static struct cc_tails gamma_areas(const struct law *l, double u)
{
    double m = exp(u);
    if (!l->mid) return cc_gamma_tails(l->a, m);
    double x = l->a - 0.5, half = cc_poisson_mass(x, m) / 2;
    struct cc_tails t = cc_gamma_tails(x + 1, m);
    return (struct cc_tails){ t.below + half, t.above - half };
}

/* Rises through 0 at the quantile. Compares logs of the smaller area wanted: nearly a line there. */
static double excess(double u, void *data)
{
    const struct law *l = data;
    struct cc_tails t = isinf(l->b) ? gamma_areas(l, u) : beta_areas(l, u);
    if (l->want.below <= l->want.above) return log(fmax(t.below, DBL_MIN) / l->want.below);
    return -log(fmax(t.above, DBL_MIN) / l->want.above);
}

/* psi, psi', psi'' and psi''' of a large argument (DLMF 5.11.2), psi without its logarithm. */
static void polygamma(double x, double out[4])
{
    double r = 1 / x; /* 0 for infinity */
    out[0] = -r / 2 - r * r / 12;
    out[1] = r + r * r / 2 + r * r * r / 6;
    out[2] = -r * r - r * r * r;
    out[3] = 2 * r * r * r;
}

/* Fisher & Cornish (1960), Technometrics 2:209-225, from the cumulants of log G(a) - log G(b),
 * G(a) and G(b) being independent gamma variates: the log odds of a beta variate. */
static double cornish_fisher(const struct law *l)
{
    double ka[4], kb[4];
    polygamma(l->a, ka);
    polygamma(l->b, kb);
    double mean = log(isinf(l->b) ? l->a : l->a / l->b) + ka[0] - kb[0], sd = sqrt(ka[1] + kb[1]);
    double skew = (ka[2] - kb[2]) / (sd * sd * sd), kurt = (ka[3] + kb[3]) / (sd * sd * sd * sd);
    double z = l->want.below <= l->want.above ? gsl_cdf_ugaussian_Pinv(l->want.below)
                                              : gsl_cdf_ugaussian_Qinv(l->want.above);
    double z3 = z * z * z;
    return mean + sd * (z + (z * z - 1) * skew / 6 + (z3 - 3 * z) * kurt / 24
                        - (2 * z3 - 5 * z) * skew * skew / 36);
}

/* A start near the quantile for any a and b: the Cornish-Fisher form is for large ones only. */
static double start(const struct law *l, double *spread)
{
    *spread = sqrt(1 / l->a + 1 / l->b);
    if (fmin(l->a, l->b) > 20) return cornish_fisher(l);
    return log(isinf(l->b) ? l->a : l->a / l->b);
}

/* Widens [*lo, *hi] step by step until the excess changes its sign in it. */
static bool bracket(struct law *l, double *lo, double *hi)
{
    double spread, at = start(l, &spread), step = spread / (fmin(l->a, l->b) > 20 ? 50 : 2);
    bool rise = excess(at, l) < 0;
    for (int i = 0; i < MAX_STEPS; i++, step *= 2) {
        double next = rise ? at + step : at - step, e = excess(next, l);
        if (isnan(e)) return false;
        if (rise ? e >= 0 : e <= 0) {
            *lo = rise ? at : next;
            *hi = rise ? next : at;
            return true;
        }
        at = next;
    }
    return false;
}

static double solve(struct law *l)
{
    if (fmin(l->a, l->b) > LARGE) return cornish_fisher(l);
    double lo, hi, root = NAN;
    if (!bracket(l, &lo, &hi)) return NAN;
    gsl_root_fsolver *s = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function f = { excess, l };
    if (!s) return NAN;
    int st = gsl_root_fsolver_set(s, &f, lo, hi), test = GSL_CONTINUE;
    for (int i = 0; i < MAX_STEPS && st == GSL_SUCCESS && test == GSL_CONTINUE; i++) {
        st = gsl_root_fsolver_iterate(s);
        root = gsl_root_fsolver_root(s);
        test = gsl_root_test_interval(gsl_root_fsolver_x_lower(s), gsl_root_fsolver_x_upper(s), 1e-15,
                                      4 * DBL_EPSILON);
    }
    gsl_root_fsolver_free(s);
    return st == GSL_SUCCESS && test == GSL_SUCCESS ? root : NAN;
}

double cc_beta_quantile(double a, double b, struct cc_tails t)
{
    return 1 / (1 + exp(-solve(&(struct law){ a, b, false, t })));
}

double cc_gamma_quantile(double a, struct cc_tails t)
{
    return exp(solve(&(struct law){ a, INFINITY, false, t }));
}

/* The areas of mid-P are those of the beta law with x + 1/2 and n - x + 1/2 (Jeffreys) but for
 * terms of 1/n, so that law serves as the start, and for large counts as the answer. */
double cc_binomial_midp(double x, double n, struct cc_tails t)
{
    if (x == 0 && t.below <= 0.5) return 0;
    if (x == n && t.above <= 0.5) return 1;
    return 1 / (1 + exp(-solve(&(struct law){ x + 0.5, n - x + 0.5, true, t })));
}

double cc_poisson_midp(double x, struct cc_tails t)
{
    if (x == 0 && t.below <= 0.5) return 0;
    return exp(solve(&(struct law){ x + 0.5, INFINITY, true, t }));
}

#include "stats/intervals/cc_tail.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>
#include <math.h>

static const double PI = 3.14159265358979323846;
static const double NEGLIGIBLE = 1e-20; /* of a sum; small, since a slow sum has many such terms left */

/* The error of Stirling's formula: log x! - log(sqrt(2 pi x) (x/e)^x), x > 0. */
static double stirling_error(double x)
{
    return log(gsl_sf_gammastar(x));
}

/* Loader's deviance x log(x/m) + m - x, x > 0, m > 0, without cancellation where x is near m. */
static double deviance(double x, double m)
{
    double t = (m - x) / x;
    return fabs(t) < 0.5 ? -x * gsl_sf_log_1plusx_mx(t) : x * log(x / m) + (m - x);
}

/* log q, where p = 1 - q is the more precise of the two if it is small. */
static double log_of_rest(double q, double p)
{
    return p < q ? log1p(-p) : log(q);
}

double cc_binomial_mass(double x, double n, double p, double q)
{
    double y = n - x;
    if (x == 0) return exp(n * log_of_rest(q, p));
    if (y == 0) return exp(n * log_of_rest(p, q));
    double log_mass = stirling_error(n) - stirling_error(x) - stirling_error(y)
                      - deviance(x, n * p) - deviance(y, n * q);
    return exp(log_mass) * sqrt(n / (2 * PI * x * y));
}

double cc_poisson_mass(double x, double m)
{
    if (x == 0) return exp(-m);
    return exp(-stirling_error(x) - deviance(x, m)) / sqrt(2 * PI * x);
}

/* The area from the end to a point, first * (1 + r0 + r0 r1 + ...) with r = (top + slope k) /
 * (bottom + k). A vanishing first term means that all lies on one side. */
static double area(double first, double top, double slope, double bottom, int beyond_mean)
{
    if (!(first > 0)) return beyond_mean ? 1 : 0;
    double sum = 0, term = 1;
    for (double k = 0; term > NEGLIGIBLE * sum; k++) {
        sum += term;
        term *= (top + slope * k) / (bottom + k);
    }
    double product = first * sum;
    return product < 1 ? product : 1;
}

static double lower_beta(double a, double b, double p, double q)
{
    double n = a + b, first = b / n * cc_binomial_mass(a, n, p, q);
    return area(first, p * n, p, a + 1, p * n > a);
}

struct cc_tails cc_beta_tails(double a, double b, double p, double q)
{
    if (p <= q) {
        double below = lower_beta(a, b, p, q);
        return (struct cc_tails){ below, 1 - below };
    }
    double above = lower_beta(b, a, q, p);
    return (struct cc_tails){ 1 - above, above };
}

struct cc_tails cc_gamma_tails(double a, double m)
{
    double below = area(cc_poisson_mass(a, m), m, 0, a + 1, m > a);
    return (struct cc_tails){ below, 1 - below };
}

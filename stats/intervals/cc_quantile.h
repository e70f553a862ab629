#ifndef CC_QUANTILE_H
#define CC_QUANTILE_H
/* Where a beta or gamma law has given areas below and above: what exact intervals are made of.
 * Each is found by bracketing the area on a logarithmic scale and a GSL root solver (Brent), so
 * that it neither fails nor hangs where gsl_cdf_beta_Pinv does. Where all counts are above 1e8
 * the area is replaced by its Cornish-Fisher expansion, whose error is then below 1e-15 of the
 * result, so that the time does not grow with the counts. */
#include "stats/intervals/cc_tail.h"

/** p with I_p(a, b) = t.below; a, b > 0, both parts of t > 0. NaN if the solver fails. */
double cc_beta_quantile(double a, double b, struct cc_tails t);

/** m with P(a, m) = t.below; a > 0, both parts of t > 0. NaN if the solver fails. */
double cc_gamma_quantile(double a, struct cc_tails t);

/** Mid-P limits: the p at which P(X > x) + P(X = x) / 2 = t.below for a binomial X of n, and the
 *  mean m at which that holds for a Poisson X. 0 (or, for p, 1) if no p or m reaches it, which
 *  happens at x = 0 (x = n) for areas of a half or more.
 *
 *  Source  Lancaster (1961), JASA 56:223-234; Berry & Armitage (1995), Statistician 44:417-423.
 */
double cc_binomial_midp(double x, double n, struct cc_tails t);
double cc_poisson_midp(double x, struct cc_tails t);
#endif

#ifndef CC_TAIL_H
#define CC_TAIL_H
/* Masses and tail areas of the binomial, beta, Poisson and gamma laws, to nearly full precision
 * for counts up to billions. GSL's gsl_cdf_beta_P falls back on a rough approximation for large
 * parameters, or gives NaN; here the areas are sums of positive terms, which cannot cancel. */

/* The two parts that a point cuts a law into; their sum is 1. */
struct cc_tails {
    double below, above;
};

/** Binomial mass n! / (x! (n-x)!) p^x q^(n-x), also for x and n that are not whole.
 *
 *  x     0 <= x <= n
 *  p, q  both > 0, p + q = 1; both are given so that neither loses digits near 0
 *
 *  Source  C. Loader (2000), Fast and accurate computation of binomial probabilities.
 */
double cc_binomial_mass(double x, double n, double p, double q);

/** Poisson mass e^-m m^x / x!, also for an x that is not whole; x >= 0, m > 0. Source: Loader. */
double cc_poisson_mass(double x, double m);

/** Areas of the beta law with a, b > 0 at p: below = I_p(a, b). q = 1 - p, as above.
 *  The area on the side of the smaller of p and q keeps its relative precision; the other is
 *  its difference from 1. Time grows with the root of the smaller parameter.
 *
 *  Source  DLMF 8.17.8: I_p(a,b) = p^a q^b / (a B(a,b)) F(a+b, 1; a+1; p).
 */
struct cc_tails cc_beta_tails(double a, double b, double p, double q);

/** Areas of the gamma law with shape a > 0 and scale 1 at m > 0: below = P(a, m), which keeps
 *  its relative precision. Source  DLMF 8.7.1 (the series for gamma*). */
struct cc_tails cc_gamma_tails(double a, double m);
#endif

#include "stats/intervals/cc_prop_ordered.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "stats/intervals/cc_quantile.h"

/* At p below x/n both p-values are P(X >= x) + P(X <= k) with a k < x that grows with p. While k
 * stays the same the sum falls and then rises, so that it first reaches alpha either on the way up
 * to the next k, or with the jump there. u = log(p/q). */
struct sum {
    double x, n, alpha;
};

static struct cc_tails areas(double x, double n, double u)
{
    if (x <= 0) return (struct cc_tails){ 1, 0 };
    return cc_beta_tails(x, n - x + 1, 1 / (1 + exp(-u)), 1 / (1 + exp(u)));
}

static double at_least(const struct sum *s, double u)
{
    return areas(s->x, s->n, u).below;
}

static double at_most(const struct sum *s, double k, double u)
{
    return areas(k + 1, s->n, u).above;
}

typedef double falling(const struct sum *s, double k, double u); /* in u, through 0 once */

/* Regula falsi that halves the value of an end which stays (Illinois). f(lo) > 0 >= f(hi). */
static double solve(const struct sum *s, double k, double lo, double hi, falling *f)
{
    double a = f(s, k, lo), b = f(s, k, hi);
    for (int i = 0, side = 0; i < 200 && b < 0 && hi - lo > 4 * DBL_EPSILON * fmax(fabs(lo), fabs(hi)); i++) {
        double at = i % 8 == 7 ? lo + (hi - lo) / 2 : hi - (hi - lo) * b / (b - a), y = f(s, k, at);
        if (at <= lo || at >= hi) at = lo + (hi - lo) / 2, y = f(s, k, at);
        if (y > 0) {
            lo = at, a = y;
            if (side == 1) b /= 2;
            side = 1;
        } else {
            hi = at, b = y;
            if (side == -1) a /= 2;
            side = -1;
        }
    }
    return hi;
}

static double lower_tail_exceeds(const struct sum *s, double k, double u)
{
    return at_most(s, k, u) - at_least(s, u);
}

static double short_of_alpha(const struct sum *s, double k, double u)
{
    return s->alpha - at_least(s, u) - at_most(s, k, u);
}

/* Where the rising end of a stretch crosses alpha. On the stretch the sum is below alpha at lo. */
static double crossing(const struct sum *s, double k, double lo, double hi)
{
    return short_of_alpha(s, k, hi) > 0 ? hi : solve(s, k, lo, hi, short_of_alpha);
}

static double proportion(double u)
{
    return 1 / (1 + exp(-u));
}

/* From the Clopper-Pearson limit, where the smaller tail is alpha/2, the next jump doubles a tail
 * of at least that: the limit is there or before. */
double cc_prop_blaker_lower(double x, double n, double alpha)
{
    struct sum s = { x, n, alpha };
    double start = cc_beta_quantile(x, n - x + 1, (struct cc_tails){ alpha / 2, 1 - alpha / 2 });
    if (!(start > 0 && start < 1)) return x == n && start == 1 ? 1 : NAN;
    double lo = log(start) - log1p(-start), below = -1, above = x - 1; /* k + 1 is in (below, above] */
    while (above - below > 1) {
        double k = floor((below + above) / 2);
        if (at_most(&s, k, lo) <= alpha / 2) below = k;
        else above = k;
    }
    double hi = lo + 1;
    while (lower_tail_exceeds(&s, above, hi) > 0) hi += 1;
    return proportion(crossing(&s, below, lo, solve(&s, above, lo, hi, lower_tail_exceeds)));
}

/* Where k comes to be as likely as x: (p/q)^(x-k) = C(n,k) / C(n,x). */
static double as_likely(const struct sum *s, double k)
{
    double x = s->x, n = s->n;
    return (lgamma(x + 1) - lgamma(k + 1) + lgamma(n - x + 1) - lgamma(n - k + 1)) / (x - k);
}

/* Does the sum reach alpha before k + 1 comes in, or with it? With k + 1 = x - 1 it is 1. */
static bool reached(const struct sum *s, double k)
{
    double u = as_likely(s, k + 1), area = at_least(s, u);
    return area + at_most(s, k + 1, u) >= s->alpha || area + at_most(s, k, u) >= s->alpha;
}

double cc_prop_sterne_lower(double x, double n, double alpha)
{
    struct sum s = { x, n, alpha };
    double below = -2, k = x - 2;
    while (k - below > 1) {
        double middle = floor((below + k) / 2);
        if (reached(&s, middle)) k = middle;
        else below = middle;
    }
    double hi = as_likely(&s, k + 1), lo = k >= 0 ? as_likely(&s, k) : hi - 1;
    while (k < 0 && short_of_alpha(&s, k, lo) <= 0) lo -= 1;
    return proportion(crossing(&s, k, lo, hi));
}

#include "stats/intervals/cc_funnel.h"

#include <math.h>

#include "stats/intervals/cc_tail.h"

struct law {
    enum cc_funnel_kind kind;
    double n, target, mean;
};

static double mass(const struct law *l, double x)
{
    return l->kind == CC_FUNNEL_PROPORTION ? cc_binomial_mass(x, l->n, l->target, 1 - l->target)
                                           : cc_poisson_mass(x, l->mean);
}

/* P(X = x + 1) / P(X = x) */
static double ratio(const struct law *l, double x)
{
    if (l->kind == CC_FUNNEL_RATE) return l->mean / (x + 1);
    return (l->n - x) / (x + 1) * l->target / (1 - l->target);
}

/* The tail from x on, away from the mean, x included: terms are positive and fall, so none cancels. */
static double tail(const struct law *l, double x, int side)
{
    double last = side > 0 && l->kind == CC_FUNNEL_PROPORTION ? l->n : side > 0 ? INFINITY : 0;
    double term = mass(l, x), sum = term;
    while (x != last && term > sum * 1e-18) {
        term = side > 0 ? term * ratio(l, x) : term / ratio(l, x - 1);
        x += side;
        sum += term;
    }
    return sum;
}

/* Twice the smaller of P(X <= x) and P(X >= x), at most 1. The far tail is never small. */
static double two_sided(const struct law *l, double x)
{
    double near = tail(l, x, x > l->mean ? 1 : -1), far = 1 - near + mass(l, x);
    return fmin(1, 2 * fmin(near, far));
}

enum cc_status cc_funnel_place(enum cc_funnel_kind kind, int64_t x, double n, double target,
                               struct cc_funnel *out)
{
    *out = (struct cc_funnel){ NAN, NAN, 0 };
    bool share = kind == CC_FUNNEL_PROPORTION;
    if (x < 0 || !(n >= 0) || !isfinite(n) || !(target > 0) || !isfinite(target)) return CC_EDOMAIN;
    if (share && (target >= 1 || (double)x > n || n != floor(n))) return CC_EDOMAIN;
    if (n == 0) return CC_UNDEFINED;
    struct law l = { kind, n, target, n * target };
    out->expected = l.mean;
    out->p_value = two_sided(&l, (double)x);
    out->side = (double)x > out->expected ? 1 : (double)x < out->expected ? -1 : 0;
    return CC_OK;
}

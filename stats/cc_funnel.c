#include "stats/cc_funnel.h"

#include <math.h>

#include "stats/cc_tail.h"

/* P(X <= x) and P(X >= x); the law's own relations to beta and gamma areas (DLMF 8.17.5, 8.4.10). */
static struct cc_tails tails(enum cc_funnel_kind kind, double x, double n, double target)
{
    struct cc_tails t;
    if (kind == CC_FUNNEL_PROPORTION) {
        t.above = x > 0 ? cc_beta_tails(x, n - x + 1, target, 1 - target).below : 1;
        t.below = x < n ? cc_beta_tails(x + 1, n - x, target, 1 - target).above : 1;
    } else {
        t.above = x > 0 ? cc_gamma_tails(x, n * target).below : 1;
        t.below = cc_gamma_tails(x + 1, n * target).above;
    }
    return t;
}

enum cc_status cc_funnel_place(enum cc_funnel_kind kind, int64_t x, double n, double target,
                               struct cc_funnel *out)
{
    *out = (struct cc_funnel){ NAN, NAN, 0 };
    bool share = kind == CC_FUNNEL_PROPORTION;
    if (x < 0 || !(n >= 0) || !isfinite(n) || !(target > 0) || !isfinite(target)) return CC_EDOMAIN;
    if (share && (target >= 1 || (double)x > n || n != floor(n))) return CC_EDOMAIN;
    if (n == 0) return CC_UNDEFINED;
    struct cc_tails t = tails(kind, (double)x, n, target);
    out->expected = n * target;
    out->p_value = fmin(1, 2 * fmin(t.below, t.above));
    out->side = (double)x > out->expected ? 1 : (double)x < out->expected ? -1 : 0;
    return CC_OK;
}

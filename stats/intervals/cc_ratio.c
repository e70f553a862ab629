#include "stats/intervals/cc_ratio.h"

#include "stats/intervals/cc_prop.h"

/* The odds of the share of group 1 are the ratio of rates times the ratio of exposures. */
static double ratio_of(double share, struct cc_rate_pair pair)
{
    return share >= 1 ? INFINITY : share / (1 - share) * pair.exposure0 / pair.exposure1;
}

enum cc_status cc_rate_ratio_exact(struct cc_rate_pair pair, double level, struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (pair.count1 < 0 || pair.count0 < 0 || !(pair.exposure1 > 0 && pair.exposure0 > 0)) return CC_EDOMAIN;
    if (!isfinite(pair.exposure1) || !isfinite(pair.exposure0)) return CC_EDOMAIN;
    struct cc_interval share;
    struct cc_limits want = { .level = level, .sides = CC_TWO_SIDED };
    enum cc_status st = cc_prop_interval(CC_PROP_CLOPPER_PEARSON, pair.count1, pair.count1 + pair.count0,
                                         want, &share);
    if (st != CC_OK) return st;
    out->estimate = pair.count0 == 0
        ? INFINITY
        : ((double)pair.count1 / pair.exposure1) / ((double)pair.count0 / pair.exposure0);
    out->lower = ratio_of(share.lower, pair);
    out->upper = ratio_of(share.upper, pair);
    return CC_OK;
}

#include "stats/intervals/cc_difference.h"

#include "stats/intervals/cc_prop.h"

enum cc_status cc_prop_difference(struct cc_prop_pair pair, double level, struct cc_interval *out)
{
    struct cc_interval a, b;
    struct cc_limits want = { .level = level };
    *out = CC_NO_INTERVAL;
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, pair.x1, pair.n1, want, &a);
    enum cc_status other = cc_prop_interval(CC_PROP_WILSON, pair.x0, pair.n0, want, &b);
    if (st == CC_EDOMAIN || other == CC_EDOMAIN) return CC_EDOMAIN;
    if (st != CC_OK || other != CC_OK) return CC_UNDEFINED;
    double d = a.estimate - b.estimate;
    *out = (struct cc_interval){ d, d - hypot(a.estimate - a.lower, b.upper - b.estimate),
                                 d + hypot(a.upper - a.estimate, b.estimate - b.lower) };
    return CC_OK;
}

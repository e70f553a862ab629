#ifndef CC_PROP_H
#define CC_PROP_H
/* Confidence intervals for a proportion, x of n persons. */
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

enum cc_prop_method {
    CC_PROP_WILSON,          /* score. Wilson (1927), JASA 22:209-212 */
    CC_PROP_WILSON_CC,       /* score, continuity-corrected: x -+ 1/2. Newcombe (1998), Stat Med 17:857-872, method 4 */
    CC_PROP_CLOPPER_PEARSON, /* exact, by beta quantiles. Clopper & Pearson (1934), Biometrika 26:404-413 */
    CC_PROP_AGRESTI_COULL,   /* Wald at (x + z^2/2) of (n + z^2). Agresti & Coull (1998), Am Stat 52:119-126 */
    CC_PROP_JEFFREYS,        /* beta quantiles at x + 1/2, n - x + 1/2; lower 0 at x = 0, upper 1 at x = n.
                                Brown, Cai & DasGupta (2001), Stat Sci 16:101-133 */
    CC_PROP_JEFFREYS_UNADJUSTED, /* the same, quantiles at x = 0 and x = n too */
    CC_PROP_MID_P,           /* the exact test with half of P(X = x). Berry & Armitage (1995) */
    CC_PROP_WALD,            /* p -+ z sqrt(p(1-p)/n); no width at x = 0 and x = n. For comparison only */
    CC_PROP_BLAKER,          /* exact, within Clopper-Pearson's. Blaker (2000), Canadian J Stat 28:783-798 */
    CC_PROP_STERNE,          /* exact, by the likelihood of outcomes. Sterne (1954), Biometrika 41:275-278 */
    CC_PROP_METHODS
};

/** Interval for a proportion.
 *
 *  x, n  persons, 0 <= x <= n <= 2^53
 *  want  level in (0, 1), sides; of a one-sided bound the other limit is 0 or 1. Wald and
 *        Agresti-Coull limits are cut to [0, 1] unless want.unclipped. Blaker and Sterne have two
 *        sides and n <= 1e9
 *  out   proportions in [0, 1]; NaN unless CC_OK. The estimate is x / n for every method
 *
 *  Returns CC_OK; CC_UNDEFINED if n == 0; CC_EDOMAIN otherwise.
 *  Source  at each method
 *  Oracle  tests/oracle/prop_ci.csv; Blaker and Sterne: rogan_gladen.csv
 */
CC_MUST_USE enum cc_status cc_prop_interval(enum cc_prop_method method, int64_t x, int64_t n,
                                            struct cc_limits want, struct cc_interval *out);
#endif

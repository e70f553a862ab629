#ifndef CC_RATIO_H
#define CC_RATIO_H
/* The ratio of two rates from independent Poisson counts. */
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

struct cc_rate_pair {
    int64_t count1, count0;      /* events, 0 <= count */
    double exposure1, exposure0; /* persons or person-time, > 0 */
};

/** (count1 / exposure1) / (count0 / exposure0) with its exact conditional interval: given the sum,
 *  count1 is binomial, and Clopper-Pearson limits of its share become limits of the ratio.
 *
 *  level  two-sided, 0 < level < 1
 *  out    estimate infinite if count0 is 0; NaN unless CC_OK
 *
 *  Returns CC_OK; CC_UNDEFINED if both counts are 0; CC_EDOMAIN otherwise.
 *  Source  Przyborowski & Wilenski (1940), Biometrika 31:313-323; Lehmann & Romano (2005), 4.5.
 *  Oracle  tests/oracle/rate_ratio.csv, exact_cond
 */
CC_MUST_USE enum cc_status cc_rate_ratio_exact(struct cc_rate_pair pair, double level,
                                               struct cc_interval *out);
#endif

#ifndef CC_FUNNEL_H
#define CC_FUNNEL_H
/* How unusual a count is if its group had the target rate: the flags of a funnel plot. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

enum cc_funnel_kind { CC_FUNNEL_PROPORTION /* binomial */, CC_FUNNEL_RATE /* Poisson */ };

struct cc_funnel {
    double expected; /* events at the target rate */
    double p_value;  /* two-sided: twice the smaller tail, the count included, at most 1 */
    int side;        /* -1: below the target, 0: on it, 1: above */
};

/** The place of one count in the funnel.
 *
 *  x       events, x >= 0
 *  n       persons (whole, x <= n) or person-time, n > 0
 *  target  proportion in (0, 1), or events per unit of n > 0
 *  out     p_value below 0.05 lies outside the 95 % limits, below 0.002 outside 99.8 %
 *
 *  Returns CC_OK; CC_UNDEFINED if n == 0; CC_EDOMAIN otherwise.
 *  Source  Spiegelhalter (2005), Stat Med 24:1185-1202, exact limits by tail areas.
 */
CC_MUST_USE enum cc_status cc_funnel_place(enum cc_funnel_kind kind, int64_t x, double n, double target,
                                           struct cc_funnel *out);
#endif

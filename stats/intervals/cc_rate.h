#ifndef CC_RATE_H
#define CC_RATE_H
/* Confidence intervals for a rate: a Poisson count of events over persons or person-time. */
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

enum cc_rate_method {
    CC_RATE_GARWOOD,   /* exact, by gamma quantiles at x and x + 1. Garwood (1936), Biometrika 28:437-442 */
    CC_RATE_BYAR,      /* c (1 - 1/(9c) -+ z / (3 sqrt c))^3 with c = x below, x + 1 above.
                          Breslow & Day (1987), IARC Sci. Publ. 82, eq. 2.13 */
    CC_RATE_BYAR_HALF, /* the same with c = x + 1/2 for both limits (Rothman & Boice 1979; epitools) */
    CC_RATE_MID_P,     /* the exact test with half of P(X = x). Cohen & Yang (1994), Stat Med 13:2189-2203 */
    CC_RATE_NORMAL,    /* x -+ z sqrt(x); no width at x = 0. For comparison only */
    CC_RATE_METHODS
};

/** Interval for a rate of events per unit of `time`.
 *
 *  x     events, 0 <= x <= 2^53
 *  time  persons or person-time, >= 0, finite
 *  want  level in (0, 1), sides; of a one-sided bound the other limit is 0 or infinity
 *  out   events per unit of time; NaN unless CC_OK. The lower limits of byar-half and normal can
 *        be negative and are not cut
 *
 *  Returns CC_OK; CC_UNDEFINED if time == 0 and x == 0; CC_EDOMAIN otherwise.
 *  Source  at each method
 *  Oracle  tests/oracle/rate_ci.csv
 */
CC_MUST_USE enum cc_status cc_rate_interval(enum cc_rate_method method, int64_t x, double time,
                                            struct cc_limits want, struct cc_interval *out);
#endif

#ifndef CC_DIFFERENCE_H
#define CC_DIFFERENCE_H
/* The difference of two independent proportions. */
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

struct cc_prop_pair {
    int64_t x1, n1, x0, n0; /* persons, 0 <= x <= n */
};

/** x1 / n1 - x0 / n0 with the hybrid score interval, which is made from the Wilson limits of both.
 *
 *  level  two-sided, 0 < level < 1
 *  out    between -1 and 1; NaN unless CC_OK
 *
 *  Returns CC_OK; CC_UNDEFINED if n1 or n0 is 0; CC_EDOMAIN otherwise.
 *  Source  Newcombe (1998), Statistics in Medicine 17:873-890, method 10; its table II is the oracle.
 */
CC_MUST_USE enum cc_status cc_prop_difference(struct cc_prop_pair pair, double level, struct cc_interval *out);
#endif

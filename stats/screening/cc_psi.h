#ifndef CC_PSI_H
#define CC_PSI_H
/* How far the distribution of a score has moved: the population stability index. */
#include <stddef.h>

#include "datasets/base/cc_status.h"

enum { CC_PSI_BINS = 10 };

struct cc_psi {
    double index;    /* at least 0, no unit; NaN if it is undefined */
    size_t bins;     /* that were used */
    size_t smallest; /* scores in the smallest bin of either that is not empty: of few bins the index tells it */
};

/** Sum over bins of (p - q) ln(p / q), p and q being the shares of the scores now and in the baseline.
 *
 *  base, now  n and m scores; both are sorted
 *  out        each value is a bin if the baseline and now have at most CC_PSI_BINS of them together, else they are cut
 *             at the tenths of the baseline (equal cuts are one)
 *
 *  A half is added to each bin on both sides, so that an empty bin gives no infinite index.
 *  Returns CC_OK; CC_UNDEFINED if n or m is 0.
 *  Source  Siddiqi (2006), Credit Risk Scorecards, ch. 9; Yurdakul & Naranjo (2020), Journal of Risk Model Validation
 *          14(4):89-100, who show that chance alone gives about (1/n + 1/m)(bins - 1). */
CC_MUST_USE enum cc_status cc_psi(double *base, size_t n, double *now, size_t m, struct cc_psi *out);
#endif

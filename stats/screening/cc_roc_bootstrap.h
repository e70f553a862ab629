#ifndef CC_ROC_BOOTSTRAP_H
#define CC_ROC_BOOTSTRAP_H
/* Stratified bootstrap of anything that a ROC curve knows. */
#include "stats/screening/cc_roc.h"

struct cc_roc_resampling {
    size_t rounds; /* >= 1; 2,000 or more for limits */
    uint64_t seed;
    double level;
};

/** Computes k statistics of a curve. May meet steps that hold nobody. */
typedef void cc_roc_statistics(const struct cc_roc *r, const void *context, double *out);

/** Draws cases from the cases and controls from the controls, with replacement, `rounds` times, and takes the
 *  percentile interval of each statistic. Limits are order statistics, rounded outward, never between two
 *  values, so that the limits of a cut-off are scores. Same seed, same numbers, also on other machines
 *  (GSL's mt19937).
 *
 *  k    statistics
 *  out  k intervals; the estimates are those of the curve itself. NaN limits where a round gave NaN
 *  se   k standard deviations over the rounds (NaN for one round or infinite values), or NULL
 *
 *  Returns CC_OK; CC_UNDEFINED without a case or without a control; CC_EDOMAIN (no rounds, level, more than
 *  2^32 - 1 people); CC_ENOMEM.
 *  Source  Efron & Tibshirani (1993), An Introduction to the Bootstrap, 13.3; stratified as in pROC:
 *          Robin et al. (2011), BMC Bioinformatics 12:77.
 */
CC_MUST_USE enum cc_status cc_roc_bootstrap(const struct cc_roc *r, struct cc_roc_resampling want, size_t k,
                                            cc_roc_statistics *statistics, const void *context,
                                            struct cc_interval *out, double *se);
#endif

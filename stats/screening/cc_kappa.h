#ifndef CC_KAPPA_H
#define CC_KAPPA_H
/* Agreement beyond chance: two raters (Cohen), any number of raters (Fleiss).
 *
 * Two raters make a square table of counts, k x k, row-major: counts[i * k + j] are the persons
 * whom rater 1 put into category i and rater 2 into category j. */
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

/* How much a pair of categories i, j agrees; the order of the categories matters for the last two. */
enum cc_kappa_weights {
    CC_KAPPA_UNWEIGHTED, /* 1 if i = j, else 0 */
    CC_KAPPA_LINEAR,     /* 1 - |i - j| / (k - 1) */
    CC_KAPPA_QUADRATIC   /* 1 - ((i - j) / (k - 1))^2 */
};

struct cc_kappa {
    int64_t n;
    double observed, expected; /* weighted agreement: seen, and by chance */
    double kappa, se;          /* large-sample standard error */
    double lower, upper;       /* kappa -+ z se; may leave [-1, 1] */
    double se_null, z, p_value; /* against no agreement beyond chance; p is two-sided */
};

/** Cohen's kappa with its interval and test.
 *
 *  k, counts  k >= 1 categories, counts >= 0, sum at most 2^53
 *  level      two-sided, 0 < level < 1
 *  out        NaN where undefined. se is 0 if all agree, and if one rater used one category only;
 *             z is then NaN in the second case
 *
 *  Returns CC_OK; CC_UNDEFINED if chance alone gives full agreement, or nobody was rated;
 *  CC_EDOMAIN otherwise.
 *  Source  Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969), Psychol Bull 72:323-327, both standard errors.
 *  Oracle  tests/oracle/kappa.csv
 */
CC_MUST_USE enum cc_status cc_kappa_cohen(size_t k, const int64_t *counts, enum cc_kappa_weights weights,
                                          double level, struct cc_kappa *out);

/** Prevalence- and bias-adjusted kappa, (k p - 1) / (k - 1), p the share of agreements, with the
 *  Wilson interval of p carried over. Arguments and result as cc_kappa_cohen; k >= 2.
 *  Source  Byrt, Bishop & Carlin (1993), J Clin Epidemiol 46:423-429; Brennan & Prediger (1981).
 */
CC_MUST_USE enum cc_status cc_kappa_pabak(size_t k, const int64_t *counts, double level,
                                          struct cc_interval *out);

/** Fleiss' kappa: each of n subjects is put into one of k categories by m raters, not always the same ones.
 *
 *  votes  n x k, row-major: raters who chose the category; each row sums to m >= 2; n, k >= 1
 *  out    se and se_null are the same: the standard error under no agreement beyond chance, and the
 *         limits are made of it, as other software prints them
 *
 *  Returns CC_OK; CC_UNDEFINED if all votes are in one category; CC_EDOMAIN otherwise.
 *  Source  Fleiss (1971), Psychol Bull 76:378-382; Fleiss, Nee & Landis (1979), Psychol Bull 86:974-977.
 *  Oracle  tests/oracle/fleiss_kappa.csv
 */
CC_MUST_USE enum cc_status cc_kappa_fleiss(size_t n, size_t k, const int64_t *votes, double level,
                                           struct cc_kappa *out);
#endif

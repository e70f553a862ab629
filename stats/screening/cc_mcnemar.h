#ifndef CC_MCNEMAR_H
#define CC_MCNEMAR_H
/* Do two paired answers have the same distribution? Tests of the disagreements alone. */
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

struct cc_mcnemar {
    double chi2, p_chi2;           /* (n12 - n21)^2 / (n12 + n21), 1 degree of freedom */
    double chi2_corrected, p_corrected; /* Edwards: (|n12 - n21| - 1)^2, not below 0 */
    double p_exact;                /* twice the smaller binomial tail, at most 1 */
    double p_midp;                 /* the same with half of the count's own mass */
    struct cc_interval odds_ratio; /* n12 / n21 with its exact conditional limits; infinite if n21 is 0 */
};

/** McNemar's test of a 2 x 2 table of pairs.
 *
 *  n12, n21  pairs that differ, one way and the other; >= 0, sum at most 2^53
 *  level     of the odds ratio's interval, two-sided
 *  out       without pairs that differ: chi-square and odds ratio NaN, exact p-values 1
 *
 *  Returns CC_OK; CC_EDOMAIN otherwise.
 *  Source  McNemar (1947); Edwards (1948); mid-P: Fagerland, Lydersen & Laake (2013), BMC Med Res
 *          Methodol 13:91; odds ratio: Breslow & Day (1980), 5.2.
 *  Oracle  tests/oracle/mcnemar.csv
 */
CC_MUST_USE enum cc_status cc_mcnemar_test(int64_t n12, int64_t n21, double level, struct cc_mcnemar *out);

struct cc_bowker {
    double chi2, p_value;
    size_t df; /* pairs of categories with a disagreement */
};

/** Bowker's test of symmetry. Pairs of categories without a disagreement leave chi-square and df;
 *  with none left, chi-square is 0 and p 1.
 *
 *  k, counts  k >= 1; k x k, row-major, counts >= 0
 *
 *  Returns CC_OK; CC_EDOMAIN otherwise.
 *  Source  Bowker (1948), JASA 43:572-574.  Oracle  tests/oracle/mcnemar.csv, k > 2
 */
CC_MUST_USE enum cc_status cc_mcnemar_bowker(size_t k, const int64_t *counts, struct cc_bowker *out);
#endif

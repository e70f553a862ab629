#ifndef CC_ALPHA_H
#define CC_ALPHA_H
/* Internal consistency of a scale: Cronbach's alpha, and what each item adds to it. */
#include <stddef.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

struct cc_alpha {
    double alpha;
    double feldt_lower, feldt_upper;       /* by the F distribution */
    double se, duhachek_lower, duhachek_upper; /* large-sample standard error; alpha -+ z se */
    double standardised; /* of items with variance 1; NaN if an item is constant */
    bool binary;         /* all scores are 0 or 1: alpha is KR-20 */
    size_t constant;     /* items that do not vary; they count, as in the formula */
};

struct cc_alpha_item {
    double mean, sd;   /* n - 1 in the denominator */
    double item_rest;  /* correlation with the sum of the other items; NaN if either is constant */
    double if_deleted; /* alpha without the item; NaN if fewer than 2 items are left */
};

/** Alpha = k / (k - 1) (1 - sum of item variances / variance of the sum).
 *
 *  n, k    persons and items, both >= 2
 *  scores  n x k, row-major, finite; negative items turned round by the caller
 *  level   two-sided, 0 < level < 1
 *  items   k results, or NULL
 *
 *  Returns CC_OK; CC_UNDEFINED if n or k is below 2 or the sum does not vary; CC_EDOMAIN otherwise;
 *  items are filled as far as they are defined.
 *  Source  Cronbach (1951), Psychometrika 16:297-334; Feldt (1965), Psychometrika 30:357-370;
 *          Duhachek & Iacobucci (2004), J Appl Psychol 89:792-808 (variance: van Zyl, Neudecker & Nel 2000);
 *          Kuder & Richardson (1937), formula 20.
 *  Oracle  tests/oracle/alpha.csv, alpha_items.csv
 */
CC_MUST_USE enum cc_status cc_alpha_estimate(size_t n, size_t k, const double *scores, double level,
                                             struct cc_alpha *out, struct cc_alpha_item *items);
#endif

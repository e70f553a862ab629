#ifndef CC_ICC_H
#define CC_ICC_H
/* Intraclass correlation: how far scores of several raters tell the same subjects apart. */
#include <stddef.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

/* Named as by Shrout & Fleiss. One rater's score, then the mean of all k. */
enum cc_icc_form {
    CC_ICC_1,   /* each subject has raters of its own (one-way) */
    CC_ICC_2_1, /* the same raters for all, a sample of raters; absolute agreement */
    CC_ICC_3_1, /* the same raters for all, these alone; consistency */
    CC_ICC_1_K,
    CC_ICC_2_K,
    CC_ICC_3_K,
    CC_ICC_FORMS
};

/* Mean squares of the subjects x raters table. */
struct cc_icc_squares {
    size_t subjects, raters;
    double between;  /* subjects */
    double raters_ms; /* raters */
    double error;    /* two-way residual */
    double within;   /* one-way residual: raters and error together */
};

struct cc_icc {
    double icc, lower, upper;
    double f, df1, df2, p_value; /* of the test that the correlation is 0 */
};

/** Analysis of variance of a full table.
 *
 *  n, k    subjects, raters; both >= 2
 *  scores  n x k, row-major, finite
 *
 *  Returns CC_OK; CC_UNDEFINED if n or k is below 2; CC_EDOMAIN if a score is not finite.
 */
CC_MUST_USE enum cc_status cc_icc_squares(size_t n, size_t k, const double *scores, struct cc_icc_squares *out);

/** One form with its interval.
 *
 *  level  two-sided, 0 < level < 1
 *  out    NaN unless CC_OK. Where raters agree in full, icc and both limits are 1 and F is infinite.
 *         Limits of ICC(2,k) are Spearman-Brown of those of ICC(2,1); they are NaN where they do
 *         not exist. Forms 1 and 3 of the mean are -infinity where subjects do not differ
 *
 *  Returns CC_OK; CC_UNDEFINED if subjects do not differ and raters do not either (0/0); CC_EDOMAIN otherwise.
 *  Source  Shrout & Fleiss (1979), Psychol Bull 86:420-428; McGraw & Wong (1996), Psychol Methods 1:30-46.
 *  Oracle  tests/oracle/icc.csv
 */
CC_MUST_USE enum cc_status cc_icc_estimate(const struct cc_icc_squares *ms, enum cc_icc_form form, double level,
                                           struct cc_icc *out);
#endif

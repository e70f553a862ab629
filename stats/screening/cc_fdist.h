#ifndef CC_FDIST_H
#define CC_FDIST_H
/* The F distribution, for counts where GSL's inverse fails: made of the beta law's tails and quantiles. */
#include "stats/intervals/cc_tail.h"

/** P(F > f) for df1, df2 > 0 degrees of freedom (not only whole ones); f >= 0, or infinite. */
double cc_f_above(double f, double df1, double df2);

/** The f with P(F < f) = t.below; both parts of t > 0. NaN if the solver fails. */
double cc_f_quantile(double df1, double df2, struct cc_tails t);
#endif

#ifndef CC_POOL_H
#define CC_POOL_H
/* Several studies as one: effects on a scale where they are about normal, and their weighted mean under equal
 * effects or random effects (y_i = mean + u_i + e_i, var u = tau2, var e_i known).
 * Oracle  tests/oracle/meta_univariate.csv */
#include <stddef.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

enum cc_pool_scale { CC_POOL_LOGIT, CC_POOL_RAW, CC_POOL_FREEMAN_TUKEY, CC_POOL_LOG };

enum cc_pool_model {
    CC_POOL_EE,  /* equal effects: tau2 is 0 */
    CC_POOL_DL,  /* DerSimonian & Laird (1986), Control Clin Trials 7:177-188 */
    CC_POOL_PM,  /* Paule & Mandel (1982), J Res Natl Bur Stand 87:377-385 */
    CC_POOL_REML /* Viechtbauer (2005), J Educ Behav Stat 30:261-293 */
};

enum cc_pool_ratio { CC_POOL_DOR, CC_POOL_LR_POS, CC_POOL_LR_NEG };

struct cc_pool_effect {
    double y, v; /* estimate and its sampling variance */
};

/* The cells of a 2x2 table, perhaps with a continuity correction: tp flagged cases, fn cases not flagged, fp flagged
 * controls, tn controls not flagged. */
struct cc_pool_cells {
    double tp, fn, fp, tn;
};

struct cc_pooled {
    double mean, se, tau2;
    double q, q_df, q_p;   /* Cochran's Q and its chi-square test; p is 1 for one study */
    double i2_percent, h2; /* Higgins & Thompson (2002), from tau2; with equal effects from Q. One study: NaN */
    size_t k;
};

/** One study's proportion x of n on a scale (not CC_POOL_LOG).
 *
 *  x, n  0 <= x <= n; on the logit and raw scales 0 < x < n, or the variance is not known
 *
 *  Returns CC_OK; CC_UNDEFINED if n is 0 or the scale has no value with a variance; CC_EDOMAIN otherwise.
 *  Source  Freeman & Tukey (1950), Ann Math Stat 21:607-611: y = (asin sqrt(x/(n+1)) + asin sqrt((x+1)/(n+1))) / 2,
 *          v = 1 / (4n+2).
 */
CC_MUST_USE enum cc_status cc_pool_proportion(double x, double n, enum cc_pool_scale scale,
                                              struct cc_pool_effect *out);

/** One study's ratio on the log scale: diagnostic odds ratio tp tn / (fp fn), positive likelihood ratio
 *  sensitivity / (1 - specificity), or negative one (1 - sensitivity) / specificity.
 *  Returns CC_OK; CC_UNDEFINED if a cell that it needs is 0; CC_EDOMAIN if one is below 0.
 */
CC_MUST_USE enum cc_status cc_pool_log_ratio(struct cc_pool_cells c, enum cc_pool_ratio ratio,
                                             struct cc_pool_effect *out);

/** Back to proportions (or ratios). n: for Freeman-Tukey the harmonic mean of the studies' sizes (Miller 1978,
 *  Am Stat 32:138); what lies beyond 0 or 1 on that scale becomes 0 or 1. The raw scale is not cut. */
double cc_pool_back(double y, enum cc_pool_scale scale, double n);

/** The weighted mean of k effects. Restricted maximum likelihood is maximised over all tau2 >= 0: of several local
 *  maxima the highest is taken.
 *
 *  Returns CC_OK; CC_UNDEFINED if k is 0 (all NaN); CC_EDOMAIN if an effect is not finite or has v <= 0.
 *  One study gives itself; its tau2 is NaN but with equal effects.
 */
CC_MUST_USE enum cc_status cc_pool_fit(enum cc_pool_model model, const struct cc_pool_effect *e, size_t k,
                                       struct cc_pooled *out);

/** Limits of the mean (normal quantile), on the scale of the effects. */
CC_MUST_USE enum cc_status cc_pool_limits(const struct cc_pooled *p, double level, struct cc_interval *out);

/** Where the true effect of a new study is expected: mean -+ q sqrt(tau2 + se^2), q normal, or of Student's t with
 *  k - 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009, JRSS A 172:137-159).
 *  CC_UNDEFINED (NaN) for one study, or two with t.
 */
CC_MUST_USE enum cc_status cc_pool_prediction(const struct cc_pooled *p, double level, bool student,
                                              struct cc_interval *out);
#endif

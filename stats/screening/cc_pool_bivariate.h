#ifndef CC_POOL_BIVARIATE_H
#define CC_POOL_BIVARIATE_H
/* Sensitivity and false positive rate of several studies at once: their logits are normal between studies with
 * two variances and a correlation, and normal within each study with known variances.
 * Source  Reitsma et al. (2005), J Clin Epidemiol 58:982-990; Harbord et al. (2007), Biostatistics 8:239-251.
 * Oracle  tests/oracle/meta_bivariate.csv */
#include "datasets/base/cc_status.h"
#include "stats/screening/cc_pool.h"

struct cc_pool_pair {
    struct cc_pool_effect sens, fpr; /* logits */
};

struct cc_pool_sym2 {
    double aa, ab, bb; /* a symmetric matrix: a is sensitivity, b false positive rate */
};

struct cc_bivariate {
    double sens, fpr;            /* mean logits */
    struct cc_pool_sym2 var;     /* their variances and covariance */
    struct cc_pool_sym2 between; /* variances between studies, tau2, and covariance */
    double rho;                  /* correlation between studies; NaN if a variance is 0 */
    double log_likelihood;       /* with all constants; restricted if asked for */
    bool boundary;               /* a variance is 0, or rho 1 or -1: the data do not tell more */
    size_t k;
};

/* The same model as Rutter & Gatsonis (2001), Stat Med 20:2865-2884: logit(sens) = lambda exp(-beta/2) +
 * exp(-beta) logit(fpr). NaN where a variance is 0. */
struct cc_hsroc {
    double lambda, theta, beta, var_alpha, var_theta;
};

enum cc_pool_region { CC_POOL_CONFIDENCE, CC_POOL_PREDICTION };

/** Fits the model to k studies by maximum likelihood, restricted (reml) or not: BFGS from the best places of a grid,
 *  then steps of the EM algorithm. A point on the boundary that is as likely as the best is taken for it.
 *
 *  Returns CC_OK; CC_UNDEFINED if k < 2; CC_EDOMAIN if an effect is not finite or has v <= 0; CC_ENOMEM.
 */
CC_MUST_USE enum cc_status cc_bivariate_fit(const struct cc_pool_pair *studies, size_t k, bool reml,
                                            struct cc_bivariate *out);

/** The log-likelihood of given variances between studies (a covariance matrix), at its best means. */
double cc_bivariate_log_likelihood(const struct cc_pool_pair *studies, size_t k, bool reml,
                                   struct cc_pool_sym2 between);

struct cc_hsroc cc_bivariate_hsroc(const struct cc_bivariate *b);

/** The sensitivity of the summary ROC curve at a false positive rate, 0 < fpr < 1; NaN where there is no curve. */
double cc_bivariate_sroc(const struct cc_bivariate *b, double fpr);

/** A point of the border of a region that holds the summary point (or the true point of a new study) with
 *  probability `level`; angle in radians. An ellipse on the logit scale. */
void cc_bivariate_region(const struct cc_bivariate *b, enum cc_pool_region region, double level, double angle,
                         double *fpr, double *sens);
#endif

#ifndef CC_ROC_H
#define CC_ROC_H
/* How well a score separates cases (truth: positive) from controls, over all cut-offs.
 *
 * A higher score means "positive" here, always; for a tool on which low scores mean risk, give negated
 * scores. At the cut-off t the tool says positive to everybody with score >= t:
 *
 *                  case   control
 *     score >= t    TP       FP       sensitivity = TP / (TP + FN)
 *     score <  t    FN       TN       specificity = TN / (FP + TN)
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"
#include "stats/intervals/cc_interval.h"

struct cc_roc_step {
    double score;
    int64_t cases, controls; /* with this very score */
};

/* All that the curve knows: distinct scores, rising. */
struct cc_roc {
    size_t n;
    struct cc_roc_step *steps;
    int64_t cases, controls; /* of all steps */
};

/** Sorts n scores and counts each. O(n log n).
 *
 *  score    n numbers, not NaN
 *  is_case  n truths
 *  out      owned by the caller: cc_roc_free
 *
 *  Returns CC_OK (also with no case or no control); CC_EDOMAIN for a NaN; CC_ENOMEM.
 */
CC_MUST_USE enum cc_status cc_roc_make(const double *score, const bool *is_case, size_t n,
                                       struct cc_roc *out);
void cc_roc_free(struct cc_roc *r);

enum { CC_ROC_FEW_SCORES = 10 };

/** The smallest number, not 0, of cases or of controls with one score, if there are at most CC_ROC_FEW_SCORES of them,
 *  else 0: areas of few scores have so few solutions in whole numbers that they tell how many children have each. */
int64_t cc_roc_smallest(const struct cc_roc *r);

/* One cut-off with its counts. Cut-offs go from the lowest score (all positive) up to infinity (nobody). */
struct cc_roc_cut {
    size_t at;     /* the step whose score is the lowest positive one; n: nobody is */
    double score;  /* of that step, or infinity */
    double middle; /* between that score and the next lower one; -infinity at the lowest */
    int64_t tp, fn, fp, tn;
};

/** The lowest cut-off, and the one after a cut-off; false behind the last. Steps of nobody are passed. */
struct cc_roc_cut cc_roc_first(const struct cc_roc *r);
bool cc_roc_next(const struct cc_roc *r, struct cc_roc_cut *cut);

/** NaN for 0 of 0. */
double cc_roc_sensitivity(const struct cc_roc_cut *c);
double cc_roc_specificity(const struct cc_roc_cut *c);

struct cc_auc {
    double auc;               /* P(a case scores higher than a control), ties counted half */
    double u;                 /* Wilcoxon-Mann-Whitney statistic: auc x cases x controls */
    double variance;          /* DeLong; NaN with fewer than two cases or two controls */
    double hanley_mcneil_se;  /* by the exponential approximation of the two correlations */
    bool separated;           /* no case and control are out of order, or all are: variance 0 says nothing */
};

/** Area under the curve with its standard errors. Below 0.5 it stays as it is.
 *
 *  Returns CC_OK; CC_UNDEFINED without a case or without a control (all NaN).
 *  Source  DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845, by midranks: Sun & Xu (2014),
 *          IEEE Signal Process Lett 21:1389-1393. Hanley & McNeil (1982), Radiology 143:29-36.
 *  Oracle  tests/oracle/roc_auc.csv
 */
CC_MUST_USE enum cc_status cc_roc_auc(const struct cc_roc *r, struct cc_auc *out);

/** U alone: the pairs of a case and a control in which the case scores higher, ties counted half. */
double cc_roc_u(const struct cc_roc *r);

/** Limits of the AUC from its standard error: auc -+ z se, cut to [0, 1]; with `logit`, the same on the
 *  log odds of the AUC (Pepe 2003, The Statistical Evaluation of Medical Tests, 5.2.4), which stay inside.
 *
 *  Returns CC_OK; CC_UNDEFINED where se is NaN, or for an AUC of 0 or 1 with `logit`; CC_EDOMAIN.
 */
CC_MUST_USE enum cc_status cc_roc_limits(double auc, double se, bool logit, double level,
                                         struct cc_interval *out);

enum cc_roc_focus { CC_ROC_SPECIFICITY, CC_ROC_SENSITIVITY };

struct cc_roc_range {
    enum cc_roc_focus focus;
    double from, to; /* 0 <= from < to <= 1 */
};

struct cc_roc_partial {
    double area;      /* under the line through the points of the curve, within the range */
    double corrected; /* 0.5 on the diagonal, 1 at the most; below 0.5 where the curve lies below it */
};

/** Partial area, as it is and rescaled.
 *
 *  Returns CC_OK; CC_UNDEFINED without a case or without a control; CC_EDOMAIN.
 *  Source  McClish (1989), Med Decis Making 9:190-195. Oracle tests/oracle/roc_pauc.csv
 */
CC_MUST_USE enum cc_status cc_roc_partial(const struct cc_roc *r, struct cc_roc_range range,
                                          struct cc_roc_partial *out);

enum cc_roc_rule {
    CC_ROC_YOUDEN,  /* largest sensitivity + specificity - 1. Youden (1950), Cancer 3:32-35 */
    CC_ROC_TOPLEFT, /* smallest (1 - sensitivity)^2 + (1 - specificity)^2 */
    CC_ROC_RULES
};

/** The number that the rule speaks of; NaN without a case or without a control. */
double cc_roc_criterion(enum cc_roc_rule rule, const struct cc_roc_cut *c);

/** What cut-offs are ranked by: larger is better. From whole numbers, so that ties are ties. */
long double cc_roc_merit(enum cc_roc_rule rule, const struct cc_roc_cut *c);

/** The best cut-off, of several equally good ones the lowest; how many there are. */
size_t cc_roc_best(const struct cc_roc *r, enum cc_roc_rule rule, struct cc_roc_cut *best);

/** Average precision: the precision (PPV among those scored) of each cut-off, weighted by the cases that it
 *  adds. Depends on how many cases there are: chance gives their share. NaN without a case. */
double cc_roc_average_precision(const struct cc_roc *r);

struct cc_roc_comparison {
    double auc1, auc2, var1, var2, cov; /* variances by DeLong; cov 0 if unpaired */
    double difference, se;              /* auc1 - auc2 */
    double lower, upper;                /* of the difference; normal if paired, else t */
    double z, p_normal;                 /* difference / se; two-sided */
    double df, p_t;                     /* the same statistic as a t (Welch-Satterthwaite); NaN if paired */
};

/** Two scores of the same persons.
 *
 *  a, b, is_case  n each, complete
 *
 *  Returns CC_OK; CC_UNDEFINED with fewer than two cases or controls, or a difference without variance (z and
 *  p NaN, what is defined is filled); CC_EDOMAIN; CC_ENOMEM.
 *  Source  DeLong, DeLong & Clarke-Pearson (1988). Oracle tests/oracle/roc_compare.csv
 */
CC_MUST_USE enum cc_status cc_roc_compare_paired(const double *a, const double *b, const bool *is_case,
                                                 size_t n, double level, struct cc_roc_comparison *out);

/** Two scores of different persons. As above; Welch's degrees of freedom come from the persons of each. */
CC_MUST_USE enum cc_status cc_roc_compare_unpaired(const struct cc_roc *a, const struct cc_roc *b,
                                                   double level, struct cc_roc_comparison *out);
#endif

#ifndef CC_SCREEN_H
#define CC_SCREEN_H
/* How accurate a yes-or-no test is: every measure of a 2x2 table, with its interval.
 *
 *                  has the condition   does not       all
 *     flagged             tp              fp        tp + fp
 *     not flagged         fn              tn        fn + tn
 *     all              n1 = tp + fn    n0 = fp + tn    n
 *
 * All 16 patterns of zero cells have an answer: an estimate with two limits, an estimate of 0 or
 * infinity with the limit on its own side alone (the other is NaN: unknown), or CC_UNDEFINED. */
#include <stdbool.h>

#include "stats/intervals/cc_prop.h"

struct cc_table22 {
    int64_t tp, fn, fp, tn; /* persons, each 0 .. 2^50 */
};

struct cc_estimate {
    struct cc_interval ci;
    double se; /* of the estimate on its own scale; NaN where limits come from another scale */
};

static const struct cc_estimate CC_NO_ESTIMATE = { { NAN, NAN, NAN }, NAN };

enum cc_screen_part { /* measures that are one count out of another */
    CC_SCREEN_SENSITIVITY,         /* tp / n1 */
    CC_SCREEN_SPECIFICITY,         /* tn / n0 */
    CC_SCREEN_PPV,                 /* tp / (tp + fp) */
    CC_SCREEN_NPV,                 /* tn / (fn + tn) */
    CC_SCREEN_ACCURACY,            /* (tp + tn) / n */
    CC_SCREEN_APPARENT_PREVALENCE, /* (tp + fp) / n */
    CC_SCREEN_TRUE_PREVALENCE,     /* n1 / n */
    CC_SCREEN_FPR,                 /* fp / n0 */
    CC_SCREEN_FNR,                 /* fn / n1 */
    CC_SCREEN_FDR,                 /* fp / (tp + fp) */
    CC_SCREEN_FOMR,                /* fn / (fn + tn), false omission rate */
    CC_SCREEN_PARTS
};

/** Cells that are whole and in range? The functions below answer CC_EDOMAIN where not. */
bool cc_screen_valid(struct cc_table22 t);

/** x of n for a part; the table must be valid. */
void cc_screen_part(enum cc_screen_part part, struct cc_table22 t, int64_t *x, int64_t *n);

/** A part with its interval.
 *
 *  method, level  as cc_prop_interval, two-sided
 *  out            proportions; se is sqrt(p (1 - p) / n), NaN where that is 0; all NaN unless
 *                 CC_OK
 *
 *  Returns CC_OK; CC_UNDEFINED if n == 0; CC_EDOMAIN otherwise.
 *  Oracle  tests/oracle/screening_2x2.csv (this and all below)
 */
CC_MUST_USE enum cc_status cc_screen_proportion(enum cc_screen_part part, enum cc_prop_method method,
                                                struct cc_table22 t, double level, struct cc_estimate *out);

enum cc_screen_ratio {
    CC_SCREEN_LR_POS, /* sensitivity / (1 - specificity) */
    CC_SCREEN_LR_NEG, /* (1 - sensitivity) / specificity */
    CC_SCREEN_DOR,    /* tp tn / (fp fn) */
    CC_SCREEN_RATIOS
};

/** A ratio with its Wald interval on the log scale.
 *
 *  add  added to each cell first: 0; 0.5 (Haldane-Anscombe) keeps all finite; >= 0
 *  out  of an estimate of 0 the upper limit, of an infinite one the lower limit is NaN. se is NaN
 *
 *  Returns CC_OK; CC_UNDEFINED for 0 / 0, and for a table without a person; CC_EDOMAIN otherwise.
 *  Source  Simel, Samsa & Matchar (1991), J Clin Epidemiol 44:763-770; Glas et al. (2003),
 *          J Clin Epidemiol 56:1129-1135; Haldane (1956), Ann Hum Genet 20:309-311.
 */
CC_MUST_USE enum cc_status cc_screen_ratio(enum cc_screen_ratio ratio, struct cc_table22 t, double add,
                                           double level, struct cc_estimate *out);

enum cc_screen_youden {
    CC_YOUDEN_NEWCOMBE,   /* square-and-add of Wilson limits. Newcombe (1998), Stat Med 17:873-890, method 10 */
    CC_YOUDEN_WALD,       /* may leave [-1, 1]; no width where both proportions are 0 or 1 */
    CC_YOUDEN_SUM_EXACT,  /* sums of the two Clopper-Pearson limits, as in epiR: wider than the level says */
    CC_YOUDEN_SUM_WILSON, /* the same of Wilson limits */
    CC_YOUDEN_METHODS
};

/** Youden's J = sensitivity + specificity - 1; CC_UNDEFINED if n1 or n0 is 0.
 *  Source  Youden (1950), Cancer 3:32-35. */
CC_MUST_USE enum cc_status cc_screen_youden(enum cc_screen_youden method, struct cc_table22 t, double level,
                                            struct cc_estimate *out);

/** Number needed to diagnose, 1 / J, with the reciprocals of J's limits, the smaller one first.
 *  If J's limits enclose 0, the values that agree with the data are those outside `lower..upper`.
 *  J = 0 gives infinity. */
CC_MUST_USE enum cc_status cc_screen_nnd(enum cc_screen_youden method, struct cc_table22 t, double level,
                                         struct cc_estimate *out);

/** Cohen's kappa of test and reference, with its large-sample standard error; without limits if
 *  a row or column of the table is empty, and CC_UNDEFINED if test and reference give one and the same answer to all.
 *  Source  Fleiss, Cohen & Everitt (1969), Psychol Bull 72:323-327. */
CC_MUST_USE enum cc_status cc_screen_kappa(struct cc_table22 t, double level, struct cc_estimate *out);

/* Measures without an interval. */
enum cc_screen_point {
    CC_SCREEN_BALANCED_ACCURACY, /* (sensitivity + specificity) / 2 */
    CC_SCREEN_F1,                /* 2 tp / (2 tp + fp + fn) */
    CC_SCREEN_MCC,               /* phi. Matthews (1975), Biochim Biophys Acta 405:442-451 */
    CC_SCREEN_POINTS
};
CC_MUST_USE enum cc_status cc_screen_point(enum cc_screen_point point, struct cc_table22 t, double *out);

/** Positive or negative predictive value where `prevalence` of the children have the condition,
 *  with the logit interval.
 *
 *  prevalence  in (0, 1), known
 *  add         as cc_screen_ratio: 0.5 gives limits where a cell is 0
 *
 *  Returns as cc_screen_ratio.
 *  Source  Mercaldo, Lau & Zhou (2007), Stat Med 26:2170-2183. It is the interval of the
 *          likelihood ratio, carried over: logit PPV = log LR+ + logit prevalence.
 */
CC_MUST_USE enum cc_status cc_screen_ppv_at(double prevalence, double add, struct cc_table22 t, double level,
                                            struct cc_estimate *out);
CC_MUST_USE enum cc_status cc_screen_npv_at(double prevalence, double add, struct cc_table22 t, double level,
                                            struct cc_estimate *out);

struct cc_share {
    int64_t x, n;
};

/** a - b for independent proportions, by square-and-add of Wilson limits. CC_UNDEFINED if an n is 0.
 *  Source  Newcombe (1998), Stat Med 17:873-890, method 10. */
CC_MUST_USE enum cc_status cc_screen_difference(struct cc_share a, struct cc_share b, double level,
                                                struct cc_estimate *out);

struct cc_homogeneity {
    double chi2, p_value, least_expected; /* the smallest expected count of its 2 x k table */
    int64_t df;
};

/** Do k independent proportions differ more than by chance? Pearson's chi-square without
 *  correction; shares of nobody are left out.
 *
 *  Returns CC_OK; CC_UNDEFINED if fewer than two shares are left, or all are 0 or all are 1.
 *  Source  Pearson (1900), Phil Mag 50:157-175; Cochran (1954), Biometrics 10:417-451 (an
 *          expected count below 5 asks for care).
 */
CC_MUST_USE enum cc_status cc_screen_homogeneity(const struct cc_share *shares, size_t k,
                                                 struct cc_homogeneity *out);
#endif

#ifndef CC_BIASED_H
#define CC_BIASED_H
/* What can be said of a tool or of a prevalence when the design was biased: the truth was looked
 * up for some children only, or never, and a tool with known errors stands in for it. */
#include "stats/screening/cc_screen.h"

/** An estimate in (0, 1) with Wald limits on the log odds, or on its own scale (which may leave
 *  [0, 1]); se > 0. */
struct cc_interval cc_logit_limits(double estimate, double se, double level);
struct cc_interval cc_wald_limits(double estimate, double se, double level);

/* ---- the truth was looked up for some, chosen by the result of the tool ---- */

/* known: those whose truth was looked up; flagged, passed: those whose was not. */
struct cc_verified {
    struct cc_table22 known;
    int64_t flagged, passed; /* 0 .. 2^50 */
};

enum cc_begg_greenes {
    CC_BG_PREVALENCE,
    CC_BG_SENSITIVITY,
    CC_BG_SPECIFICITY
};

enum cc_biased_limits {
    CC_BIASED_PROFILE, /* profile likelihood: has limits at 0 and 1 too; not for prevalences */
    CC_BIASED_LOGIT,   /* delta method on the log odds */
    CC_BIASED_WALD     /* estimate -+ z se: may leave [0, 1] */
};

/** Accuracy and prevalence under partial verification, as if the children looked up were a chance
 *  sample of all flagged, and of all passed, ones. The naive table of the known overstates
 *  sensitivity where the flagged were looked up more often.
 *
 *      sensitivity = F ppv / (F ppv + P miss), F flagged, P passed, ppv = tp / (tp + fp), miss = fn / (fn + tn)
 *
 *  out  proportions; at estimates of 0 and 1 se is NaN, and logit and Wald have no limits
 *
 *  Returns CC_OK; CC_UNDEFINED if nobody flagged (passed) was looked up, or 0 / 0; CC_EDOMAIN for
 *          counts out of range and for the profile of a prevalence.
 *  Source  Begg & Greenes (1983), Biometrics 39:207-215. On the profile a multiplier l gives
 *          F - l flagged, tp - l and fn + l in place of the counts.
 *  Oracle  tests/oracle/begg_greenes.csv; the profile: direct maximisation in test_biased
 */
CC_MUST_USE enum cc_status cc_begg_greenes(enum cc_begg_greenes what, enum cc_biased_limits limits,
                                           const struct cc_verified *v, double level, struct cc_estimate *out);

/* ---- the truth was never looked up: x of n are positive on a tool with known errors ---- */

/** True prevalence (apparent + specificity - 1) / (sensitivity + specificity - 1), with limits of
 *  the apparent prevalence carried over; sensitivity and specificity are taken as exact.
 *
 *  method, x, n  of the apparent prevalence, as cc_prop_interval
 *  want          unclipped: estimate and limits may leave [0, 1]
 *  out           se is that of the apparent prevalence, carried over
 *
 *  Returns CC_OK; CC_UNDEFINED if n == 0 or sensitivity + specificity <= 1 (positives then say
 *          nothing of the prevalence); CC_EDOMAIN otherwise.
 *  Source  Rogan & Gladen (1978), Am J Epidemiol 107:71-76; Reiczigel, Foldi & Ozsvari (2010),
 *          Epidemiol Infect 138:1674-1678 (exact limits).
 *  Oracle  tests/oracle/rogan_gladen.csv
 */
CC_MUST_USE enum cc_status cc_rogan_gladen(enum cc_prop_method method, int64_t x, int64_t n, double sensitivity,
                                           double specificity, struct cc_limits want, struct cc_estimate *out);

enum cc_rogan_gladen_estimated {
    CC_RG_DELTA,          /* Wald. Rogan & Gladen (1978) */
    CC_RG_LANG_REICZIGEL, /* of adjusted counts. Lang & Reiczigel (2014), Prev Vet Med 113:13-22 */
    CC_RG_ESTIMATED_METHODS
};

/** The same when sensitivity and specificity come from a validation study of their own: their
 *  errors widen the interval.
 *
 *  sensitivity  flagged of those with the condition, specificity  passed of those without it
 *
 *  Returns as above; CC_UNDEFINED for shares of nobody, too.
 *  Oracle  tests/oracle/rogan_gladen_estimated_sesp.csv
 */
CC_MUST_USE enum cc_status cc_rogan_gladen_estimated(enum cc_rogan_gladen_estimated method, struct cc_share positive,
                                                     struct cc_share sensitivity, struct cc_share specificity,
                                                     struct cc_limits want, struct cc_estimate *out);

/* ---- two tools in sequence ---- */

/** a b for independent proportions: flagged by both, if the tools err independently or the second
 *  was studied in those whom the first flagged. For either of two, take misses: 1 - product.
 *  Square-and-add of Wilson limits on the log scale; where a is 0, its upper limit times b's.
 *
 *  Returns CC_OK; CC_UNDEFINED if an n is 0; CC_EDOMAIN otherwise.
 *  Source  Zou & Donner (2008), Stat Med 27:1693-1702 (limits from those of the parts).
 */
CC_MUST_USE enum cc_status cc_product(struct cc_share a, struct cc_share b, double level, struct cc_estimate *out);
#endif

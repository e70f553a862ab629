#ifndef CC_ROC_ROWS_H
#define CC_ROC_ROWS_H
/* ROC curves in words: what is known of one score, its cut-offs, and of two scores compared, in the order in which
 * they are printed, each with its method and a note where something must be known of it. What becomes of the rows is
 * up to the caller. */
#include "stats/screening/cc_roc_bootstrap.h"

struct cc_roc_ask {
    struct cc_roc_resampling resampling; /* rounds 0: none; its level is that of all intervals */
    bool has_partial;
    struct cc_roc_range partial;
    bool unpaired; /* two scores of different children */
};

/* One measure; texts are the callee's for the time of the call. */
struct cc_roc_row {
    const char *measure;
    double estimate, se, lower, upper, level; /* NaN: has none */
    const char *method, *cutoff, *note;       /* NA, NA and empty where there is none */
};

/* One cut-off of a curve. */
struct cc_roc_point {
    const char *cutoff;
    const struct cc_roc_cut *cut;
    double precision;
    const char *chosen, *note; /* the rules that it is best by; why a number is undefined */
};

/** Where rows and points go; false ends the work (out of memory). */
struct cc_roc_sink {
    bool (*put)(void *to, const struct cc_roc_row *row);
    bool (*put_point)(void *to, const struct cc_roc_point *point);
    void *to;
};

/** All measures of one score. Without a case or a control they are undefined, with a note.
 *
 *  way  1, or -1 if the scores were negated, as lower ones mean positive: cut-offs are turned back
 *
 *  Returns CC_OK; CC_ENOMEM, also when the sink said so; CC_EDOMAIN: too many children for a bootstrap. */
CC_MUST_USE enum cc_status cc_roc_rows(const struct cc_roc_ask *ask, const struct cc_roc *r, int way,
                                       const struct cc_roc_sink *sink);

/** All cut-offs of one score, from the lowest up, to put_point. Returns CC_OK or CC_ENOMEM (the sink said so). */
CC_MUST_USE enum cc_status cc_roc_curve_rows(const struct cc_roc *r, int way, const struct cc_roc_sink *sink);

/** What came of comparing two scores (cc_roc_compare_paired, or _unpaired as ask->unpaired says).
 *
 *  both  how many children have both scores and a truth
 *
 *  Returns CC_OK or CC_ENOMEM (the sink said so). */
CC_MUST_USE enum cc_status cc_roc_comparison_rows(const struct cc_roc_ask *ask, const struct cc_roc_comparison *c,
                                                  size_t both, const struct cc_roc_sink *sink);
#endif

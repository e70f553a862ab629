#ifndef CC_AGREE_ROWS_H
#define CC_AGREE_ROWS_H
/* Agreement and reliability in words: the measures in the order in which they are printed, each with its method and a
 * note where something must be known of it. What becomes of the rows is up to the caller. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

enum { CC_AGREE_WEIGHTS = 3 };

/* The names of enum cc_kappa_weights. */
extern const char *const CC_AGREE_WEIGHT_NAMES[CC_AGREE_WEIGHTS];

/* One measure; texts are the callee's for the time of the call, and never NULL. */
struct cc_agree_row {
    const char *item; /* of alpha: which item, or (total); otherwise empty */
    const char *measure, *method, *note;
    double estimate, se, lower, upper, level; /* NaN: has none */
};

/** Where rows go, and the level of their intervals; put returns false to end the work (out of memory). */
struct cc_agree_sink {
    bool (*put)(void *to, const struct cc_agree_row *row);
    void *to;
    double level;
};

/* Two raters. */
struct cc_agree_pairs {
    size_t k;                      /* categories */
    const int64_t *counts;         /* k x k, row-major: the first rater down */
    const char *const *categories; /* their names, k */
    const char *const *raters;     /* their names, 2 */
    const bool *weights;           /* CC_AGREE_WEIGHTS: which kappas, by enum cc_kappa_weights */
};

/** All rows below: CC_OK, also where nothing can be computed (rows of NaN with a note); CC_ENOMEM, also when the sink
 *  said so; CC_EDOMAIN: numbers that are too large, or a level. */

/** Agreement, Cohen's kappa, and McNemar's tests or Bowker's if there are more than two categories. */
CC_MUST_USE enum cc_status cc_agree_pair_rows(const struct cc_agree_pairs *p, const struct cc_agree_sink *sink);

/** Fleiss' kappa.
 *
 *  votes  subjects x k, row-major: how many of the raters chose each category */
CC_MUST_USE enum cc_status cc_agree_fleiss_rows(size_t subjects, size_t raters, size_t k, const int64_t *votes,
                                                const struct cc_agree_sink *sink);

/** The six intraclass correlations. scores: subjects x raters, row-major. */
CC_MUST_USE enum cc_status cc_agree_icc_rows(size_t subjects, size_t raters, const double *scores,
                                             const struct cc_agree_sink *sink);

/* Items of a scale. */
struct cc_agree_items {
    size_t subjects, items, left_out; /* left_out: subjects that lack a score, and are not in `scores` */
    const double *scores;             /* subjects x items, row-major */
    const char *const *names;         /* of the items */
};

/** Cronbach's alpha and each item's part in it.
 *
 *  constant  how many items do not vary, which alpha counts as in its formula; 0 with fewer than two subjects */
CC_MUST_USE enum cc_status cc_agree_alpha_rows(const struct cc_agree_items *items, size_t *constant,
                                               const struct cc_agree_sink *sink);
#endif

#ifndef CC_SCREENED_TRUTH_H
#define CC_SCREENED_TRUTH_H
/* What an evaluator of made-up screenings must find: the expected values, summed over all scores and never drawn, and
 * beside them the counts of the children that were drawn.
 *
 * A cell is a sex, a site and a period. In a cell the answers to different items, the second test, the reference and
 * the verification are independent given the truth (the verification given truth and result), so that the
 * distribution of the score is a convolution, and the probability of any combination of results a product. */
#include <stdio.h>

#include "datasets/synth/cc_screened.h"

struct cc_screened_truth;

CC_MUST_USE enum cc_status cc_screened_truth_alloc(const struct cc_screened *p, struct cc_screened_truth **out,
                                                   struct cc_error *err);

/** Counts a child. flagged_ever: in any of its screenings; ratings: NULL if it was not rated. */
struct cc_screened_seen {
    const struct cc_screened_child *child;
    const struct cc_screened_sheet *first;
    bool verified, flagged_ever;
    const size_t *ratings;
};
void cc_screened_truth_add(struct cc_screened_truth *t, const struct cc_screened_seen *seen);

/** groups,missing,cutoff,measure,expected,numerator,denominator: see the manual of cc-synth. */
void cc_screened_truth_write(const struct cc_screened_truth *t, FILE *out);

/** A row a site: site,tp,fn,fp,tn (first screening against truth), pp,pn,np,nn (and against the second test). */
void cc_screened_truth_sites(const struct cc_screened_truth *t, FILE *out);

void cc_screened_truth_free(struct cc_screened_truth *t); /* NULL allowed */
#endif

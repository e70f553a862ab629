#ifndef CC_SCREEN_FLOW_H
#define CC_SCREEN_FLOW_H
/* Who was screened, what came out, and for whom the truth is known: the participant flow of
 * STARD, at any cut-off of a score.
 *
 *  Source  Bossuyt et al. (2015), STARD 2015, BMJ 351:h5527, items 19-20.
 */
#include "stats/screening/cc_screen.h"

enum cc_truth { CC_TRUTH_NO, CC_TRUTH_YES, CC_TRUTH_UNKNOWN, CC_TRUTHS };
enum cc_result { CC_PASSED, CC_FLAGGED, CC_NO_RESULT, CC_RESULTS };

struct cc_subject {
    double score; /* NaN: not screened */
    enum cc_truth truth;
};

struct cc_flow {
    int64_t n[CC_RESULTS][CC_TRUTHS]; /* persons */
};

/** Persons with a result (or, CC_NO_RESULT, without one), whatever their truth. */
int64_t cc_flow_with(const struct cc_flow *flow, enum cc_result result);

/** The 2x2 table of those whose result and truth are both known. */
struct cc_table22 cc_flow_table(const struct cc_flow *flow);

/* Scores in order, so that each cut-off is answered in log n. */
struct cc_cuts;

/** NULL when out of memory. The subjects are copied. */
struct cc_cuts *cc_cuts_alloc(const struct cc_subject *subjects, size_t n);
void cc_cuts_free(struct cc_cuts *cuts); /* NULL allowed */

/** The flow when scores >= cut (higher) or <= cut are flagged. */
struct cc_flow cc_cuts_at(const struct cc_cuts *cuts, double cut, bool higher);

/** The distinct scores, ascending; borrowed from cuts. */
const double *cc_cuts_scores(const struct cc_cuts *cuts, size_t *n);
#endif

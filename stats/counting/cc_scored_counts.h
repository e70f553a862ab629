#ifndef CC_SCORED_COUNTS_H
#define CC_SCORED_COUNTS_H
/* Screened children counted by result, score and truth, in one table whose parts add up, so that it can be protected
 * as a whole and all accuracy be worked out from what it still shows. */
#include "stats/counting/cc_scored.h"

struct cc_scored_cuts {
    double at[CC_SCORED_NAMES]; /* the first divides flagged children from others */
    const char *text[CC_SCORED_NAMES];
    size_t n;    /* at least 1; doubles are left out */
    bool higher; /* scores at or above a cut are flagged, else at or below */
};

/** Columns characteristic, value, stage, result, score, truth, cutoff, measure, count.
 *
 *  All children, with (total) as characteristic and value: by stage (analysed, that is with a result and a known truth;
 *  reference not known; no result). The analysed by result (not flagged, flagged) and truth (with, without), and by the
 *  scores between two cuts, from the least dangerous on. Those with an unknown truth by result. Then, of the
 *  analysed, the groups of each column of o->by, by result and truth. Only counts that a reader needs are there:
 *  each more has others hidden with it. cutoff: the cut from which on children with this score are flagged
 *  (">= 4"), NA where there is none.
 *  out: empty; free it also after an error. Errors as of cc_scored_read; CC_EDATA if a column of o->by would name
 *  children (cc_group_size), if its groups follow from the score and the cuts divide them (levels: each a part of the
 *  score, and there are more than 10 children with one), or if groups of one column make up groups of another (counties
 *  of a region): their sums would not be known when the table is protected. */
CC_MUST_USE enum cc_status cc_scored_counts(const struct cc_table *in, const struct cc_scored_options *o,
                                            const struct cc_scored_cuts *cuts, struct cc_table *out,
                                            struct cc_error *err);
#endif

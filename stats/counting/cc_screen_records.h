#ifndef CC_SCREEN_RECORDS_H
#define CC_SCREEN_RECORDS_H
/* How accurate a screening tool is, from a table with one child a row: at each cut-off, for subgroups and all. */
#include "stats/counting/cc_screen_table.h"

struct cc_screen_records {
    struct cc_scored_options scored;
    struct cc_scored_names cuts;     /* numbers or levels; the last one, or the only one, may be "all" */
    struct cc_scored_names baseline; /* the subgroup that others are compared with; none: the first */
    bool higher;       /* scores at or above a cut are flagged, else at or below */
    bool begg_greenes; /* flagged children were verified more, or less, often than others */
};

/** The flow of participants and all measures at each cut, by subgroup, with differences and tests. What is left out or
 *  looks wrong, and the 2x2 table of all at a cut, are told in words.
 *
 *  t  empty but for `tell`; t->out is the caller's to free, also after an error
 *
 *  Errors as of cc_scored_read; CC_EDATA: nobody is in the baseline; CC_EUSAGE: a subgroup's column is one of the
 *  result; CC_EINTERRUPTED. */
CC_MUST_USE enum cc_status cc_screen_records(const struct cc_table *in, const struct cc_screen_records *r,
                                             const struct cc_screen_ask *ask, struct cc_screen_table *t,
                                             struct cc_error *err);

/** Instead of accuracy, how many children by result, score and truth: cc_scored_counts with these cuts, the first of
 *  which flags. out: empty; free it also after an error. */
CC_MUST_USE enum cc_status cc_screen_records_count(const struct cc_table *in, const struct cc_screen_records *r,
                                                   struct cc_table *out, struct cc_error *err);
#endif

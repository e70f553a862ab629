#ifndef CC_BIASED_ROWS_H
#define CC_BIASED_ROWS_H
/* Biased designs as rows of a tidy table, each with its words. Arguments as cc_screen_rows: a
 * problem makes every measure undefined, false says that the sink gave up. */
#include "stats/screening/cc_biased.h"
#include "stats/screening/cc_hui_walter.h"
#include "stats/screening/cc_screen_rows.h"

/** Names beyond those of cc_screen_rows? */
bool cc_biased_has_method(const char *name);
bool cc_biased_has_measure(const char *name);

/** naive_se, naive_sp, bg_prevalence, bg_se, bg_sp. */
CC_MUST_USE bool cc_begg_greenes_rows(const struct cc_screen_ask *ask, const struct cc_verified *v,
                                      const char *problem, const struct cc_screen_sink *sink);

/** prev1, prev2, se_test1, se_test2, sp_test1, sp_test2. */
CC_MUST_USE bool cc_hui_walter_rows(const struct cc_screen_ask *ask, struct cc_cross first, struct cc_cross second,
                                    const char *problem, const struct cc_screen_sink *sink);

/** Two tools answered by the same children whose truth is known: the measures of the 2x2 tables of
 *  "positive on both" (both_sensitivity, ...) and "positive on either". */
CC_MUST_USE bool cc_two_stage_rows(const struct cc_screen_ask *ask, struct cc_cross with, struct cc_cross without,
                                   const char *problem, const struct cc_screen_sink *sink);

/** The same from a study of each tool: sensitivity and specificity alone, as products. */
CC_MUST_USE bool cc_two_studies_rows(const struct cc_screen_ask *ask, const struct cc_table22 *first,
                                     const struct cc_table22 *second, const char *problem,
                                     const struct cc_screen_sink *sink);
#endif

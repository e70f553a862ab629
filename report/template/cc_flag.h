#ifndef CC_FLAG_H
#define CC_FLAG_H
/* Changes between two counts of a protected table, judged by an interval. Made from numbers that are shown
 * alone, so nothing hidden comes out: where one of them is hidden, so is what is made from it. */
#include "datasets/base/cc_table.h"

/** Adds `share` (of NOW in its total: the row alike in all n groups but the last, which is (total)) and,
 *  unless before is NULL, share_before, difference, lower, upper and change: "higher" or "lower" where
 *  the interval of the difference (cc_prop_difference) leaves out 0, "no clear change", "hidden". */
CC_MUST_USE enum cc_status cc_flag_shares(struct cc_table *t, const char *const *groups, size_t n, const char *now,
                                          const char *before, double level, struct cc_error *err);

/** Adds ratio, lower, upper and change: of two counts over equal times, by the exact interval of their
 *  ratio (cc_rate_ratio_exact); "not comparable" where one is missing or no whole number. */
CC_MUST_USE enum cc_status cc_flag_ratio(struct cc_table *t, const char *now, const char *before, double level,
                                         struct cc_error *err);
#endif

#ifndef CC_SAY_H
#define CC_SAY_H
/* One plain sentence about a table, made from its protected numbers alone.
 *
 *   total                 "In all, 146 children."
 *   largest [COLUMN]      the group with most; said only if no hidden group could be larger
 *   change "SUBJECT"      the last year against the one before, by the exact interval of the ratio
 *   extremes "SUBJECT"    the lowest and the highest estimate with their intervals
 *   flags COLUMN          how many rows have which flag
 *   rows COLUMN=VALUE "SUBJECT"  how many rows have this value: "SUBJECT: 2 of 31."
 *   none                  nothing */
#include "report/page/cc_show.h"

/** Checks the words of a sentence ({ "largest" }, ...) against what is planned. */
CC_MUST_USE enum cc_status cc_say_check(const struct cc_made *m, const struct cc_word *words, size_t n,
                                        struct cc_error *err);

/** Appends the sentence as Markdown. */
CC_MUST_USE enum cc_status cc_say(const struct cc_made *m, const struct cc_word *words, size_t n,
                                  struct cc_buf *out, struct cc_error *err);

/** The one cell that fits the conditions, groups that are not named being (total): for inline
 *  values. *digits of its format. CC_EDATA at `at` if there is none. */
CC_MUST_USE enum cc_status cc_say_cell(const struct cc_made *m, const struct cc_word *words, size_t n,
                                       struct cc_buf *out, struct cc_error *err);
CC_MUST_USE enum cc_status cc_say_cell_check(const struct cc_made *m, const struct cc_word *words, size_t n,
                                             struct cc_error *err);
#endif

#ifndef CC_RESHAPE_H
#define CC_RESHAPE_H
/* Small changes of tidy tables between counting and showing. */
#include "datasets/base/cc_table.h"

/** Puts `b` beside `a` on the n group columns that both have: a row that one of them lacks gets 0
 *  in its columns. `measure` stays if both are alike, else it goes. CC_EDATA if a count column is
 *  in both. */
CC_MUST_USE enum cc_status cc_reshape_join(struct cc_table *a, const struct cc_table *b,
                                           const char *const *groups, size_t n, struct cc_error *err);

/** Turns the count columns of each row into rows: group columns, `name` (the count's name), measure,
 *  count, n_unknown, and the column `keep` (NULL: none), which is not turned. */
CC_MUST_USE enum cc_status cc_reshape_turn(struct cc_table *t, const char *const *groups, size_t n,
                                           const char *name, const char *keep, struct cc_error *err);

/** Keeps the rows that fit COLUMN=VALUE, !=, >= or <= (the last two: numbers, others do not fit). With
 *  = and != VALUE may be several, A|B.
 *  CC_EDATA for another form or an unknown column. */
CC_MUST_USE enum cc_status cc_reshape_keep(struct cc_table *t, const char *condition, struct cc_error *err);

/** The column that a condition is about, in `column` (room bytes); its value, or NULL if the
 *  condition is none. *equal: it is COLUMN=VALUE with one value. */
const char *cc_reshape_condition(const char *condition, char *column, size_t room, bool *equal);

/** Adds a column that holds the same text in every row. */
CC_MUST_USE enum cc_status cc_reshape_set(struct cc_table *t, const char *name, const char *value,
                                          struct cc_error *err);

/** Rounds the columns estimate, se, lower and upper, those that are there: what is made of records tells no more in the
 *  file than in print. Digits: 0 to 9 after the point. */
CC_MUST_USE enum cc_status cc_reshape_round(struct cc_table *t, int digits, struct cc_error *err);

/** Makes numbers that hold for all rows into columns: a row that fits COLUMN=VALUE goes, and its `estimate` stands in
 *  every other row, in a column that is called as its `measure`. Errors as above. */
CC_MUST_USE enum cc_status cc_reshape_lift(struct cc_table *t, const char *condition, struct cc_error *err);

/** Puts other texts in place of those of a column: n pairs of old and new. */
CC_MUST_USE enum cc_status cc_reshape_words(struct cc_table *t, const char *column, const char *const (*pairs)[2],
                                            size_t n, struct cc_error *err);

/** Cuts the texts of a column before `at`; what stands behind it goes into a new column `name`, NA where it is not
 *  found. */
CC_MUST_USE enum cc_status cc_reshape_split(struct cc_table *t, const char *column, const char *at, const char *name,
                                            struct cc_error *err);

/** Takes a column out. CC_EDATA if there is none of that name. */
CC_MUST_USE enum cc_status cc_reshape_drop(struct cc_table *t, const char *column, struct cc_error *err);

/** Orders the rows by the values of a group column as listed, and adds those of the n values that
 *  are not there, with 0 in all columns but the groups and `measure`. Other rows follow, then
 *  (blank), (invalid), (total). */
CC_MUST_USE enum cc_status cc_reshape_order(struct cc_table *t, const char *group, const char *const *values,
                                            size_t n, struct cc_error *err);

/** Checks that every (total) is the sum of its rows in all columns right of the n groups that hold
 *  counts. CC_EDATA names the column. */
CC_MUST_USE enum cc_status cc_reshape_sums(const struct cc_table *t, const char *const *groups, size_t n,
                                           struct cc_error *err);

/** Adds the rows of `b`, whose columns `a` must have; others of `a` stay empty. */
CC_MUST_USE enum cc_status cc_reshape_append(struct cc_table *a, const struct cc_table *b, struct cc_error *err);

CC_MUST_USE bool cc_reshape_copy(const struct cc_table *from, struct cc_table *to);
#endif

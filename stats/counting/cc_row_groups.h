#ifndef CC_ROW_GROUPS_H
#define CC_ROW_GROUPS_H
/* Rows of a table by the texts of some columns: those with the same texts are one group. */
#include "datasets/base/cc_table.h"
#include "datasets/base/cc_text.h"

struct cc_row_groups {
    size_t n;
    size_t *rows;  /* all rows of the table, group after group, both in the order of first sight */
    size_t *start; /* n + 1: where each begins in rows */
};

/** Groups the rows of t.
 *
 *  by   n_by columns of t. Without columns all rows are one group, also if there are none
 *  out  to be freed; nothing is in it after an error
 *
 *  Returns CC_OK, CC_EDATA (a group that is called "(total)") or CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_row_groups_make(const struct cc_table *t, const size_t *by, size_t n_by,
                                          struct cc_row_groups *out, struct cc_error *err);
void cc_row_groups_free(struct cc_row_groups *g);

/** CC_EDATA, with its place, if a cell that names a group is "(total)": that would be taken for the sum of the
 *  others. */
CC_MUST_USE enum cc_status cc_row_groups_name(const struct cc_table *t, size_t row, size_t column,
                                              struct cc_error *err);

/** The texts of n columns of a row as one text, in place of what was in key. False: no memory. */
CC_MUST_USE bool cc_row_groups_key(const struct cc_table *t, size_t row, const size_t *columns, size_t n,
                               struct cc_buf *key);
#endif

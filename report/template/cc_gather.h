#ifndef CC_GATHER_H
#define CC_GATHER_H
/* Columns of a tidy table to rows, with names that a reader understands, and rows to columns. */
#include "datasets/base/cc_table.h"

/** What `LABEL = TERM` names: a sum of columns, "A", "A - B", "A + B". A term may be several columns,
 *  A|B: the first that the table has. */
struct cc_gathered {
    const char *label, *sum;
};

/** Cuts "LABEL = SUM" at its last =. False if it has none, or an empty side. Texts in
 *  the arena. */
CC_MUST_USE bool cc_gathered_read(const char *text, struct cc_arena *arena, struct cc_gathered *out);

/** Calls `each` with every column that a sum names, alternatives being cut; stops where it returns false. */
bool cc_gathered_columns(const char *sum, bool (*each)(void *ctx, const char *columns), void *ctx);

/** For each row, one row for each of the n items: the group columns, `name` (the label), measure, `count`
 *  (the sum; NA where a column is missing, is no number, or where the sum is below 0) and n_unknown (of
 *  a single column, else 0). total: a further row (total), the sum of the items, NA if one is no number. */
CC_MUST_USE enum cc_status cc_gather(struct cc_table *t, const char *const *groups, size_t group_count,
                                     const char *name, const char *count, const struct cc_gathered *items,
                                     size_t n, bool total, struct cc_error *err);

struct cc_spread {
    const char *name, *value;
};

/** Rows that agree in the group columns other than `column` become one, with a column `name` for each of
 *  the n items: `count` of the row whose `column` is `value`, NA if there is none. Other columns are those of the
 *  row of the first item, else of the first row there is. */
CC_MUST_USE enum cc_status cc_spread(struct cc_table *t, const char *const *groups, size_t group_count,
                                     const char *column, const char *count, const struct cc_spread *items,
                                     size_t n, struct cc_error *err);
#endif

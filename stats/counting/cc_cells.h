#ifndef CC_CELLS_H
#define CC_CELLS_H
/* The cells of a table: counts by a tuple of dense group numbers. No I/O.
 *
 * While the groups are small the number of a cell is looked up in an array that has a place for every
 * tuple (at most 4 MiB); else in a hash table with full comparison. Both number the cells alike. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

enum { CC_CELLS_MAX_GROUPS = 16 };
#define CC_CELLS_TOTAL UINT32_MAX /* in a tuple: all values of this group */

struct cc_cells;

/** groups: 0 to CC_CELLS_MAX_GROUPS numbers a tuple; columns: counts a cell. NULL if no memory. */
struct cc_cells *cc_cells_alloc(size_t groups, size_t columns);

/** The number of a cell, from 0 in order of first sight; UINT32_MAX when out of memory. */
uint32_t cc_cells_at(struct cc_cells *c, const uint32_t *tuple);

/** The same for n rows: groups[g][i] is row i's number in group g, cells[i] becomes its cell. Fastest for
 *  blocks that fit the cache. False when out of memory. */
CC_MUST_USE bool cc_cells_at_rows(struct cc_cells *c, const uint32_t *const *groups, size_t n,
                                  uint32_t *cells);

void cc_cells_add(struct cc_cells *c, uint32_t cell, size_t column, int64_t amount);

/** Adds 1 to a column of every row's cell. */
void cc_cells_add_rows(struct cc_cells *c, const uint32_t *cells, size_t n, size_t column);

/** Adds every row's answer: 2 (yes) and 1 (unknown) each to their column, 0 (no) to none. */
void cc_cells_add_answers(struct cc_cells *c, const uint32_t *cells, const uint8_t *answers, size_t n,
                          size_t yes_column, size_t unknown_column);

/** Adds all counts of `from`, which has as many groups and columns.
 *
 *  number_of  per group: a number of `from` -> the number in `into`; NULL, for all groups or for one: the
 *             same number. CC_CELLS_TOTAL stays.
 *  cell_of    filled: a cell of `from` -> its cell in `into`; may be NULL
 *
 *  False when out of memory. */
CC_MUST_USE bool cc_cells_merge(struct cc_cells *into, const struct cc_cells *from,
                                const uint32_t *const *number_of, uint32_t *cell_of);

size_t cc_cells_count(const struct cc_cells *c);
size_t cc_cells_columns(const struct cc_cells *c);
const uint32_t *cc_cells_tuple(const struct cc_cells *c, uint32_t cell); /* valid until a cell is added */
int64_t cc_cells_get(const struct cc_cells *c, uint32_t cell, size_t column);

/** All counts, cells x columns, row-major; valid until a cell is added. NULL when there is no cell. */
int64_t *cc_cells_counts(struct cc_cells *c);

/** Adds every margin: for each non-empty subset of the groups, the sums over them, with
 *  CC_CELLS_TOTAL in their place. Call once, when the cells add up. */
CC_MUST_USE bool cc_cells_add_margins(struct cc_cells *c);

void cc_cells_free(struct cc_cells *c); /* NULL allowed */
#endif

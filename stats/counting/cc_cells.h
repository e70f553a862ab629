#ifndef CC_CELLS_H
#define CC_CELLS_H
/* The cells of a table: counts by a tuple of dense group numbers. No I/O. */
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

void cc_cells_add(struct cc_cells *c, uint32_t cell, size_t column, int64_t amount);

size_t cc_cells_count(const struct cc_cells *c);
const uint32_t *cc_cells_tuple(const struct cc_cells *c, uint32_t cell); /* valid until freed */
int64_t cc_cells_get(const struct cc_cells *c, uint32_t cell, size_t column);

/** Adds every margin: for each non-empty subset of the groups, the sums over them, with
 *  CC_CELLS_TOTAL in their place. Call once, when the cells add up. */
CC_MUST_USE bool cc_cells_add_margins(struct cc_cells *c);

void cc_cells_free(struct cc_cells *c); /* NULL allowed */
#endif

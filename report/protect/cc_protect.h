#ifndef CC_PROTECT_H
#define CC_PROTECT_H
/* Which cells of a table must be hidden. Knows cells and sums, nothing of files or columns.
 *
 * Small cells are hidden first (primary). Then further cells are hidden (secondary) until no
 * sum has exactly one hidden cell and every primary cell has a witness: other values of the
 * hidden cells, one apart from the true ones, that agree with all that is shown and give
 * this cell another value. A cell without a witness is taken as derivable, so a search that
 * gives up hides too much, never too little. */
#include <stdbool.h>

#include "datasets/base/cc_status.h"

enum cc_cell_state {
    CC_CELL_ABSENT,    /* not in the table, or NA */
    CC_CELL_SHOWN,
    CC_CELL_PRIMARY,   /* hidden because it is small */
    CC_CELL_SECONDARY, /* hidden so that another cannot be derived */
    CC_CELL_OPEN       /* not printed anywhere, but free to be derived */
};

struct cc_cell {
    double value; /* NaN: hidden before, not known here */
    enum cc_cell_state state;
    bool unprinted; /* e.g. a difference of two printed cells: cannot be hidden */
};

/** cells[total] is the sum of cells[parts[first]] ... cells[parts[first + count - 1]]. */
struct cc_sum {
    size_t total, first, count;
};

struct cc_protect_rule {
    int low, high; /* cells from low to high are hidden; none if high < low */
    bool secondary;
};

struct cc_protect_problem {
    struct cc_cell *cells;
    size_t cells_n;
    const struct cc_sum *sums;
    size_t sums_n;
    const size_t *parts;
    size_t parts_n;
};

struct cc_protect_count {
    size_t primary, secondary; /* printed cells hidden, hidden ones of the input included */
    size_t open;               /* primary cells without a witness, all else being hidden */
};

/** Whether a value is hidden by the rule; a value between whole numbers as the one below. */
bool cc_protect_small(const struct cc_protect_rule *rule, double value);

/** Sets the states. Cells that come in hidden stay hidden. Parts that are absent are left out
 *  of a sum; a sum whose total is absent is ignored. The sums must hold. A cell that came in
 *  hidden needs no witness: its value is not known here, and it was judged when it was.
 *  Returns CC_OK or CC_ENOMEM.
 *  Source  Fellegi (1972), JASA 67(337):7-18; Willenborg & de Waal (2001), Elements of
 *          Statistical Disclosure Control, ch. 4, for the audit of hidden cells. */
CC_MUST_USE enum cc_status cc_protect(struct cc_protect_problem *p, const struct cc_protect_rule *rule,
                                      struct cc_protect_count *out);
#endif

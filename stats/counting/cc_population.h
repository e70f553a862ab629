#ifndef CC_POPULATION_H
#define CC_POPULATION_H
/* Denominators for the rows of a tidy table, from a population file joined on the group columns. */
#include "datasets/base/cc_table.h"

enum { CC_POPULATION_SELECTS = 16, CC_POPULATION_KEYS = 16 };

struct cc_population_options {
    const char *column;  /* of the population file, with the numbers */
    const char *vintage; /* the rows with this in their column `vintage`; NULL: there is only one */
    const char *by[CC_POPULATION_KEYS]; /* columns to join on; none: all that both tables have, left of */
    size_t n_by;                        /* the table's `measure`, or anywhere if it has no such column */
    struct {
        const char *column, *value; /* use only the rows of the file that have this value */
    } select[CC_POPULATION_SELECTS];
    size_t n_select;
    const char *not_a_key; /* a column of the table that is never joined on: the numerator */
    bool allow_missing;    /* a group that the file lacks has no denominator, instead of an error */
};

struct cc_population_row {
    double population; /* NaN: none */
    const char *note;  /* why not; NULL or a constant */
};

/** Finds the denominator of each row of t in the population file p.
 *
 *  out  t->rows answers
 *
 *  A group with `(blank)`, `(invalid)` or `unknown` in it has none. For `(total)` the file's own
 *  `(total)` is taken, or else the sum over the strata if the file has exactly those of the
 *  table, all of them; otherwise it has none.
 *
 *  Returns CC_OK; CC_EDATA (with the file's name) for columns that are not there, no column in
 *  common, several vintages, a group that stands twice in p, strata of t that p does not have
 *  (unlike age bands, say; both lists are in the message), a population that is not a number.
 */
CC_MUST_USE enum cc_status cc_population_join(const struct cc_table *t, const struct cc_table *p,
                                              const struct cc_population_options *options,
                                              struct cc_population_row *out, struct cc_error *err);
#endif

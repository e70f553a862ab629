#ifndef CC_CROSSTAB_H
#define CC_CROSSTAB_H
/* A small dense table of counts over a few named dimensions, written with all its margins in the
 * long form table,groups,unit,count. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CC_CROSSTAB_DIMENSIONS = 4 };

struct cc_dimension {
    const char *name;
    const char *const *labels;
    size_t count;
};

struct cc_crosstab {
    char name[64], unit[24];
    struct cc_dimension by[CC_CROSSTAB_DIMENSIONS];
    size_t dimensions;
    bool keep_first;   /* the first dimension stands in every row: no totals over it */
    bool no_margins;   /* only the full cells */
    int64_t *cells;
};

/** Makes room for the cells; false when out of memory. */
bool cc_crosstab_open(struct cc_crosstab *t);
void cc_crosstab_close(struct cc_crosstab *t);

/** Adds 1 to a cell; at: an index for each dimension. */
void cc_crosstab_add(struct cc_crosstab *t, const size_t *at);

/** Rows of cells that are not 0, margins first; the grand total always. */
void cc_crosstab_write(const struct cc_crosstab *t, FILE *out);
#endif

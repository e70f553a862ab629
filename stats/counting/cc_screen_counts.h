#ifndef CC_SCREEN_COUNTS_H
#define CC_SCREEN_COUNTS_H
/* How accurate a screening tool is, from a table of counts: a row is a study, read as its design says. */
#include "stats/counting/cc_screen_table.h"

/* How the children with a known truth were chosen. */
enum cc_screen_design {
    CC_DESIGN_COMPLETE,
    CC_DESIGN_BEGG_GREENES, /* and how many flagged and other children were not verified */
    CC_DESIGN_HUI_WALTER,   /* two tests in two populations */
    CC_DESIGN_TWO_STAGE,    /* two tools, with and without the condition */
    CC_DESIGN_TWO_STUDIES,  /* two 2x2 tables */
    CC_DESIGNS
};

/* Cells of a study: the 2x2 table and who was not verified, or two times four (second four from CC_CELL_SECOND). */
enum { CC_CELL_TP, CC_CELL_FN, CC_CELL_FP, CC_CELL_TN, CC_CELL_FLAGGED, CC_CELL_OTHERS, CC_CELLS = 8,
       CC_CELL_SECOND = 4 };

struct cc_screen_counts {
    enum cc_screen_design design;
    const char *cells[CC_CELLS];    /* columns; NULL: the design, or children known to be positive only, need none */
    struct cc_scored_names compare; /* two columns: of what is compared, of its names; or none */
};

/** One population a row, so that the two rows of the table are one study? */
bool cc_screen_counts_two_rows(const struct cc_screen_counts *c);

/** All measures of each study, and of those that are compared their differences. Columns that are no counts go through
 *  unchanged; one that a column of the result replaces is told of. A count that is not available makes what needs it
 *  NaN, with a note.
 *
 *  t  empty but for `tell`; t->out is the caller's to free, also after an error
 *
 *  Returns CC_OK; CC_EDATA: a column that is not there, a cell that is no count, more than CC_SCORED_NAMES columns to
 *  carry, not two rows where two are one study; CC_EINTERRUPTED; CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_screen_counts(const struct cc_table *in, const struct cc_screen_counts *c,
                                            const struct cc_screen_ask *ask, struct cc_screen_table *t,
                                            struct cc_error *err);
#endif

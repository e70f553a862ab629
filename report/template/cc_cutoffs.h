#ifndef CC_CUTOFFS_H
#define CC_CUTOFFS_H
/* From protected counts of screened children to 2x2 tables, one a cut-off or subgroup, that hold only what a reader
 * could work out. */
#include "datasets/base/cc_table.h"

enum { CC_CUTOFFS_COUNTS = 10 };

/** Names of the counts: tp, fn, fp, tn, with, without, unknown_flagged, unknown_passed, flagged, screened. */
extern const char *const cc_cutoffs_counts[CC_CUTOFFS_COUNTS];

/** In place of the table that `casecount screen --counts` makes, protected: columns characteristic, value, cutoff,
 *  and the counts above. All children stand at each cut-off, each subgroup at the one that was chosen; with and
 *  without: children known to be; flagged and screened: whether or not their truth is known. A count that a hidden one
 *  is needed for is "-"; NA where none was made. CC_EDATA if it is another table. */
CC_MUST_USE enum cc_status cc_cutoffs(struct cc_table *t, struct cc_error *err);
#endif

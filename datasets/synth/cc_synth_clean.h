#ifndef CC_SYNTH_CLEAN_H
#define CC_SYNTH_CLEAN_H
/* Makes a record of the NCANDS Child File consistent: after it no edit of the file has anything to say, but that the
 * state does not exist. What the scenario draws field by field need not fit together. */
#include "datasets/synth/cc_synth_ncands.h"
#include "datasets/synth/cc_synth_row.h"

struct cc_synth_clean {
    struct cc_synth_row *row; /* borrowed */
    size_t *at;               /* of the names in cc_synth_clean.c */
};

CC_MUST_USE enum cc_status cc_synth_clean_open(struct cc_synth_clean *c, struct cc_synth_row *row,
                                               struct cc_error *err);
void cc_synth_clean_close(struct cc_synth_clean *c);

/** Changes the row, which holds the i-th record of the family. */
void cc_synth_clean_ncands(const struct cc_synth_clean *c, const struct cc_ncands *n,
                           const struct cc_ncands_family *f, int i);
#endif

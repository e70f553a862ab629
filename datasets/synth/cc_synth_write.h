#ifndef CC_SYNTH_WRITE_H
#define CC_SYNTH_WRITE_H
/* Turns drawn families and children in care into records of the official layouts. */
#include "datasets/synth/cc_synth_ncands.h"
#include "datasets/synth/cc_synth_row.h"

/* A layout being written: the row, where its variables are, and the fields that the scenario fills. */
struct cc_synth_layout {
    struct cc_codebook *cb;
    struct cc_synth_row row;
    struct cc_synth_fillers fillers;
    size_t at[80];
};

/** The two layouts; the scenario must outlive them. Each is closed by cc_synth_layout_close. */
CC_MUST_USE enum cc_status cc_synth_ncands_layout(struct cc_synth_layout *l, struct cc_scenario *s,
                                                  struct cc_error *err);
CC_MUST_USE enum cc_status cc_synth_afcars_layout(struct cc_synth_layout *l, struct cc_scenario *s,
                                                  struct cc_error *err);
CC_MUST_USE enum cc_status cc_synth_list_layout(struct cc_synth_layout *l, struct cc_error *err);
void cc_synth_layout_close(struct cc_synth_layout *l);

/** Fills l->row with the i-th record of a family. */
void cc_synth_ncands_row(struct cc_synth_layout *l, const struct cc_ncands *n, const struct cc_ncands_family *f, int i);

/** Fills l->row with a removal of a half-year file; and writes it as CSV. */
void cc_synth_afcars_row(struct cc_synth_layout *l, const struct cc_afcars *a, const struct cc_afcars_child *c,
                         const struct cc_afcars_record *o);
void cc_synth_write_afcars(struct cc_synth_layout *l, const struct cc_afcars *a,
                           const struct cc_afcars_child *c, const struct cc_afcars_record *o, FILE *csv);

void cc_synth_write_list(struct cc_synth_layout *l, const struct cc_afcars *a, const struct cc_list_record *r,
                         FILE *csv);
#endif

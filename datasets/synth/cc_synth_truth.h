#ifndef CC_SYNTH_TRUTH_H
#define CC_SYNTH_TRUTH_H
/* What any correct count of the made-up files must give, kept while they are made: from what was
 * drawn, never from the files. Semantics are those of datasets/definitions: a child stands once, in
 * the cell of its representative record; a condition is true, false or unknown. */
#include <stdio.h>

#include "datasets/synth/cc_synth_ncands.h"

struct cc_truth;

struct cc_truth *cc_truth_alloc(const struct cc_ncands *n, const struct cc_afcars *a); /* NULL: no memory */
void cc_truth_free(struct cc_truth *t); /* NULL allowed */

/** Counts the first `records` records of a family. */
void cc_truth_family(struct cc_truth *t, const struct cc_ncands_family *f, int records);

/** Counts a child in care: its rows in all half-year files, and what the lists say of it. */
void cc_truth_care_child(struct cc_truth *t, const struct cc_afcars_child *c);

/** Counts a child that is only on lists. */
void cc_truth_list_child(struct cc_truth *t, const struct cc_list_record *r, const bool on[CC_LISTS]);

/** Writes table,groups,unit,count. Combinations that are not there have the count 0. */
void cc_truth_write(const struct cc_truth *t, FILE *out);
#endif

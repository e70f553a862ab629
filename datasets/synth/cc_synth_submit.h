#ifndef CC_SYNTH_SUBMIT_H
#define CC_SYNTH_SUBMIT_H
/* The same made-up children as a state submits them: the nested records of the AFCARS XML files. Unlike the flat
 * files they have no errors of their own: every element that must be there is, all removals are told (those that
 * ended before 1 October 2022 in the short form), and those of the half year with their living arrangements, plan,
 * reviews, hearings and visits. */
#include "datasets/synth/cc_synth_record.h"
#include "datasets/synth/cc_synth_write.h"

enum { CC_ELEMENTS = 187, CC_ASSISTANCE_ELEMENTS = 20 };

struct cc_synth_submit {
    struct cc_synth_layout *layout; /* of afcars-2020, whose row is used as scratch; borrowed */
    const struct cc_afcars *afcars;
    size_t at[CC_ELEMENTS]; /* variable of an element by its number, from 1 */
    size_t removal_rule;
    int removal, placement, plan, review, hearing, visit, tribe, second_parent, prior_report, report; /* groups */
    struct cc_synth_record past;  /* living arrangements of a removal, the last one apart */
};

/** An error if the codebook lacks an element or a group. Closed by cc_synth_submit_close. */
CC_MUST_USE enum cc_status cc_synth_submit_open(struct cc_synth_submit *s, struct cc_synth_layout *layout,
                                                const struct cc_afcars *a, struct cc_error *err);
void cc_synth_submit_close(struct cc_synth_submit *s);

/** The record of a child in the file of a half year; false if the file has none. */
bool cc_synth_submit_child(struct cc_synth_submit *s, const struct cc_afcars_child *c, int half,
                           struct cc_synth_record *out);

/** The record of a child in the adoption and guardianship assistance file of a half year (out->cb is its codebook,
 *  at: its elements A1 ... by number); false if the file has none. */
bool cc_synth_submit_assistance(const struct cc_afcars *a, const struct cc_afcars_child *c, int half, const size_t *at,
                                struct cc_synth_record *out);
#endif

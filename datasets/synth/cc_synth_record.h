#ifndef CC_SYNTH_RECORD_H
#define CC_SYNTH_RECORD_H
/* A nested record being made: values, and items of repeating groups, in the order in which they were added. It can
 * still be changed before it is written. */
#include "datasets/records/cc_xml_write.h"

enum cc_synth_step_kind { CC_STEP_VALUE, CC_STEP_BEGIN, CC_STEP_END };
enum { CC_STEP_TEXT = 32 };

struct cc_synth_step {
    enum cc_synth_step_kind kind;
    size_t variable; /* of a value */
    int group;       /* of what is begun */
    char text[CC_STEP_TEXT];
};

struct cc_synth_record {
    const struct cc_codebook *cb;
    struct cc_synth_step *steps;
    size_t count, room;
    bool failed; /* out of memory: nothing more is added, writing says so */
};

void cc_synth_record_clear(struct cc_synth_record *r);
void cc_synth_record_free(struct cc_synth_record *r);

void cc_synth_record_begin(struct cc_synth_record *r, int group);
void cc_synth_record_value(struct cc_synth_record *r, size_t variable, const char *text);
void cc_synth_record_end(struct cc_synth_record *r);

/** The group with this path ("removal/placement"), or -1. */
int cc_synth_group(const struct cc_codebook *cb, const char *path);

CC_MUST_USE enum cc_status cc_synth_record_write(const struct cc_synth_record *r, struct cc_xml_write *w,
                                                 struct cc_error *err);
#endif

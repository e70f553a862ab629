#ifndef CC_CHECK_H
#define CC_CHECK_H
/* Does an extract agree with a codebook? Reads the whole file and counts, per variable, what
 * its fields say. */
#include "datasets/records/cc_records.h"
#include "datasets/records/cc_value.h"

enum { CC_STATES = CC_VALUE_INVALID + 1 };

/* A text that the codebook does not have, and how often. */
struct cc_stray {
    char *text;
    uint64_t count;
};

struct cc_check_variable {
    bool present;
    uint64_t states[CC_STATES]; /* fields by enum cc_state */
    struct cc_stray *strays;    /* distinct invalid texts, the most frequent first; none of ids and text */
    size_t stray_count;
};

struct cc_check {
    uint64_t records;
    struct cc_check_variable *variables; /* one per variable of the codebook */
    size_t count;
    char **unknown; /* columns that are no variables, in file order */
    size_t unknown_count;
    char name[256]; /* of the file */
};

/** Reads and counts. Errors: those of cc_records_open and cc_records_read; then *out is empty. */
CC_MUST_USE enum cc_status cc_check_file(const char *path, const struct cc_codebook *cb,
                                         const struct cc_records_options *options, struct cc_check *out,
                                         struct cc_error *err);

/** The same for the first `blocks` blocks of records (CC_BLOCK_ROWS each at most). */
CC_MUST_USE enum cc_status cc_check_some(const char *path, const struct cc_codebook *cb,
                                         const struct cc_records_options *options, uint64_t blocks,
                                         struct cc_check *out, struct cc_error *err);

/** May this invalid text be shown? Only short codes: a code or integer variable, at most 4
 *  letters and digits. Anything longer could be part of a record. */
bool cc_check_may_show(const struct cc_variable *v, const char *text);

/** What is wrong with a variable: fields that are invalid, or empty where that is never allowed;
 *  and whether a variable that may never be empty has no column. */
uint64_t cc_check_bad_fields(const struct cc_variable *v, const struct cc_check_variable *c);
bool cc_check_is_required(const struct cc_variable *v);

void cc_check_free(struct cc_check *c);
#endif

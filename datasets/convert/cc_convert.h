#ifndef CC_CONVERT_H
#define CC_CONVERT_H
/* Which columns a converted file has, and its rows, one a row of the input. */
#include "datasets/convert/cc_emit.h"
#include "datasets/records/cc_records.h"

struct cc_convert {
    struct cc_emit_column *columns;
    size_t *variables; /* of each column, of cc_records_codebook */
    size_t count;
    const char **others; /* columns of the input that are no variables of the codebook */
    size_t other_count;
    const char **placeless; /* columns that have no place in the fixed-width record */
    size_t placeless_count;
    size_t record_width;
};

/** Columns of the output: those of the input in their order, under the names of the codebook (`known`: how many
 *  variables it has, of those of the reader); of a file without names, the variables that it has. drop: leave out what
 *  is no variable or, in a fixed-width record, has no place. record_width: of the output, if it is of fixed width.
 *  Texts are borrowed from the reader, which is asked for the variables. */
CC_MUST_USE enum cc_status cc_convert_plan(struct cc_records *r, size_t known, enum cc_target target,
                                           size_t record_width, bool drop, struct cc_convert *out,
                                           struct cc_error *err);

/** Reads to the end and writes. *rows: how many. Errors have the line of the input. */
CC_MUST_USE enum cc_status cc_convert_rows(const struct cc_convert *c, struct cc_records *r, enum cc_target target,
                                           FILE *out, uint64_t *rows, struct cc_error *err);

void cc_convert_free(struct cc_convert *c);

/** Writes a codebook to begin with: the columns of a file with what it says of them (labels, codes, dates, codes
 *  defined as missing). */
CC_MUST_USE enum cc_status cc_convert_codebook(struct cc_records *r, FILE *out, struct cc_error *err);
#endif

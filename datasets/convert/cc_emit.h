#ifndef CC_EMIT_H
#define CC_EMIT_H
/* Rows as text in one of the flat formats. Every field comes back as it was when the file is read again: blank stays
 * blank, a code keeps its leading zeros, and what a format cannot hold is an error, never cut or replaced. */
#include <stdio.h>

#include "datasets/base/cc_text.h"

enum cc_target { CC_TARGET_CSV, CC_TARGET_TSV, CC_TARGET_FIXED, CC_TARGET_NDJSON };

struct cc_span {
    const char *text; /* n bytes, not NUL-terminated */
    size_t n;
};

struct cc_emit_column {
    const char *name;
    size_t start, width; /* of a fixed-width record, from 1 */
};

struct cc_emit {
    enum cc_target target;
    const struct cc_emit_column *columns; /* borrowed */
    size_t count;
    size_t record_width; /* of a fixed-width record */
    FILE *out;
    struct cc_buf line;
};

/** Writes the header, if the format has one. Write errors are left to the stream. */
CC_MUST_USE enum cc_status cc_emit_start(struct cc_emit *e, struct cc_error *err);

/** Writes a row of e->count fields. In a fixed-width record texts stand at the left of their place, blanks behind, and
 *  blanks around them are not part of them. In NDJSON all values are strings, and blank is null.
 *  CC_EDATA, with the column but without the text: too wide for its place; a control character in a fixed-width record;
 *  no UTF-8 in JSON. err->column is the number of the column, from 1; the line is the caller's to set. */
CC_MUST_USE enum cc_status cc_emit_row(struct cc_emit *e, const struct cc_span *fields, struct cc_error *err);

void cc_emit_free(struct cc_emit *e);

/** A field of delimited text, quoted where needed. */
CC_MUST_USE bool cc_emit_delimited(struct cc_buf *out, struct cc_span s, char delimiter);

/** A string of JSON with its quotes; *utf8 is false, and nothing to be used, if it is not UTF-8. */
CC_MUST_USE bool cc_emit_json(struct cc_buf *out, struct cc_span s, bool *utf8);
#endif

#ifndef CC_SINK_H
#define CC_SINK_H
/* Nested records, handed over piece by piece, and where they can go: an object a line, a folder with one CSV a group,
 * a federal XML file. */
#include <stdio.h>

#include "datasets/base/cc_output.h"
#include "datasets/convert/cc_emit.h"
#include "datasets/records/cc_records.h"

/* begin: a record (group 0) or an item inside the one that is open; then its values, in the order of the codebook,
 * blank ones too; then the items inside, group by group in the order of the codebook; end.
 * finish: after all records. */
struct cc_sink {
    void *to;
    enum cc_status (*begin)(void *to, int group, struct cc_error *err);
    enum cc_status (*value)(void *to, size_t variable, struct cc_span text, struct cc_error *err);
    enum cc_status (*end)(void *to, struct cc_error *err);
    enum cc_status (*finish)(void *to, struct cc_error *err);
    void (*free)(void *to);
};

/** An object a line. A group is an array of objects under its name; blank is null. */
CC_MUST_USE enum cc_status cc_sink_json(const struct cc_codebook *cb, FILE *out, struct cc_sink *sink,
                                        struct cc_error *err);

/** One CSV a group, named after it (child.csv: the records). Columns: one a group around and the group itself, with the
 *  number of the record or of the item in the one around, from 1; then the variables in `has` (one flag a variable). */
CC_MUST_USE enum cc_status cc_sink_folder(const struct cc_codebook *cb, const bool *has, struct cc_outdir *dir,
                                          struct cc_sink *sink, struct cc_error *err);

/** A federal XML file. */
CC_MUST_USE enum cc_status cc_sink_xml(const struct cc_codebook *cb, FILE *out, struct cc_sink *sink,
                                       struct cc_error *err);

/** The name of a group's file and column: child, removal, placement. */
const char *cc_sink_name(const struct cc_codebook *cb, int group);

/* ---- where they come from; *records: how many ---- */

/** A nested file that is read at level "record". */
CC_MUST_USE enum cc_status cc_pour_nested(struct cc_records *r, const struct cc_sink *sink, uint64_t *records,
                                          struct cc_error *err);

/** A folder that cc_sink_folder wrote. Rows stand in the order of their numbers. */
CC_MUST_USE enum cc_status cc_pour_folder(const char *path, const struct cc_codebook *cb, const struct cc_sink *sink,
                                          uint64_t *records, struct cc_error *err);

/** Flat rows, one an item of the codebook's flat group. Neighbours with the same values in all variables of the record
 *  are one record; a value of a group within becomes its only item, several of them if the field repeats. */
CC_MUST_USE enum cc_status cc_pour_flat(struct cc_records *r, const struct cc_sink *sink, uint64_t *records,
                                        struct cc_error *err);
#endif

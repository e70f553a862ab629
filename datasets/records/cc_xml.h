#ifndef CC_XML_H
#define CC_XML_H
/* Reads a federal XML file by libxml2's parser of a stream (its callbacks, which make no tree), after the codebook's
 * layout. Memory is that of some hundred records. Refused: a document type, so entities of its own; an element that the
 * layout does not know or that stands elsewhere or twice; texts of more than 64 KiB; a record of more than 64 MiB. */
#include "datasets/records/cc_records.h"

struct cc_xml;
struct cc_nest;
struct cc_nest_rows;

/** Errors have the line and column of the file as it is (decompressed). hash: SHA-256 while reading; bytes: to read at
 *  a time, 0: the default. */
CC_MUST_USE enum cc_status cc_xml_open(const char *path, const struct cc_codebook *cb, bool hash, size_t bytes,
                                       struct cc_xml **out, struct cc_error *err);

bool cc_xml_has(const struct cc_xml *x, size_t variable);

/** Rows of a level, wanted by cc_nest_rows_want before the first read; owned by the reader. The first rows made are
 *  those that lead: the others have the rows in what was last read of those. NULL when out of memory. */
struct cc_nest_rows *cc_xml_rows(struct cc_xml *x, int level);

/** The next rows. CC_END: of the leading rows, the file was read to its end without an error; of others, there are no
 *  more in the records at hand. */
CC_MUST_USE enum cc_status cc_xml_read(struct cc_xml *x, struct cc_nest_rows *rows, struct cc_block *block,
                                       struct cc_error *err);

/** All items of the records that the last read of the leading rows has handed out, which are those of level 0: *from up
 *  to, not with, *to. Valid until the next. */
const struct cc_nest *cc_xml_nest(const struct cc_xml *x, size_t *from, size_t *to);

struct cc_input *cc_xml_input(struct cc_xml *x);
void cc_xml_close(struct cc_xml *x); /* NULL allowed */
#endif

#ifndef CC_XML_WRITE_H
#define CC_XML_WRITE_H
/* Writes a federal XML file: what the caller says of a record, in the order and with the wrappers of the codebook's
 * layout (datasets/layouts). An element without a value is written empty; groups that do not apply are left out or
 * empty as the layout says.
 *
 *   cc_xml_write_value(w, header variable, ...)       for E1, E2
 *   for each record: cc_xml_write_begin(w, 0)
 *                    cc_xml_write_value(w, variable of the record, ...)
 *                    for each item: cc_xml_write_begin(w, group), values, items within, cc_xml_write_end(w)
 *                    cc_xml_write_end(w)
 *   cc_xml_write_finish(w) */
#include <stdio.h>

#include "datasets/records/cc_codebook.h"

struct cc_xml_write;

/** Starts a file; `out` and the codebook must outlive the writer. CC_EUSAGE: the codebook has no XML layout. */
CC_MUST_USE enum cc_status cc_xml_write_alloc(const struct cc_codebook *cb, FILE *out, struct cc_xml_write **w,
                                              struct cc_error *err);

/** Is it an element of the file's head, outside the records? */
bool cc_xml_write_in_head(const struct cc_xml_write *w, size_t variable);

/** Has the file a place for it? Values of other variables are left out. */
bool cc_xml_write_has(const struct cc_xml_write *w, size_t variable);

/** Begins a record (group 0), or an item of a group inside the record or item that is open. CC_EUSAGE if it does not
 *  belong there. */
CC_MUST_USE enum cc_status cc_xml_write_begin(struct cc_xml_write *w, int group, struct cc_error *err);

/** A value of what was begun last (n bytes of UTF-8; none: the element stays empty). A variable of a group that is not
 *  open makes an item of it if it is a group of one element (E9, E108, E149), else it is an error. Of the head: before
 *  the first record, or the same again (CC_EDATA: records that differ in it). A text that XML cannot hold (control
 *  characters, no UTF-8) is CC_EDATA. */
CC_MUST_USE enum cc_status cc_xml_write_value(struct cc_xml_write *w, size_t variable, const char *text, size_t n,
                                              struct cc_error *err);

/** Ends the record or item that was begun last; a record is then written. CC_EIO: it cannot be written.
 *  CC_EDATA: it says what its element has no place for (a removal of the 1993 rule with placements). */
CC_MUST_USE enum cc_status cc_xml_write_end(struct cc_xml_write *w, struct cc_error *err);

/** Ends the file; `out` is still the caller's. */
CC_MUST_USE enum cc_status cc_xml_write_finish(struct cc_xml_write *w, struct cc_error *err);

void cc_xml_write_free(struct cc_xml_write *w); /* NULL allowed */
#endif

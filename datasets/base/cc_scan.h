#ifndef CC_SCAN_H
#define CC_SCAN_H
/* The fast lane of the CSV reader: cuts the wanted fields out of regular rows, many bytes at a time.
 *
 * A row is regular if libcsv in strict mode would read it without an error and it has as many
 * fields as the header: then the fields are the same, byte for byte. Anything else - another number
 * of fields, a misplaced quote, blanks before a quote, a blank line, a carriage return without a line
 * feed, a NUL - is odd: the scan stops before that row, and libcsv reads it and says what is wrong. */
#include "datasets/base/cc_block.h"
#include "datasets/base/cc_simd.h"

struct cc_scan;

struct cc_scanned {
    size_t used;          /* bytes of the rows that were cut */
    uint64_t lines;       /* lines of the file in them */
    bool odd;             /* the row at `used` is odd; else it is not complete, or there was no room for it */
};

/** width: fields of the header, at least 2. columns: n positions in the file, in the order of the
 *  block; negative: not in the file, gives empty texts. level: not OFF, and one this machine has.
 *  NULL when out of memory. */
CC_MUST_USE struct cc_scan *cc_scan_alloc(enum cc_simd level, char delimiter, size_t width,
                                          const int *columns, size_t n);

/** Adds rows to an empty block: those that lie wholly in text[0..size), which starts where a row
 *  starts, and begin before text[limit]. The block's text is `text`, in which doubled quotes are
 *  undone in place when a field is cut; that may be until the next call. `line` is the line of the first row. */
void cc_scan_rows(struct cc_scan *s, char *text, size_t size, size_t limit, uint64_t line,
                              struct cc_block *block, struct cc_scanned *out);

void cc_scan_free(struct cc_scan *s); /* NULL allowed */
#endif

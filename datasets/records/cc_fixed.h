#ifndef CC_FIXED_H
#define CC_FIXED_H
/* Fixed-width text: no header, one record a line (LF or CRLF), fields by position. Positions
 * count bytes. Blanks at both ends of a field are not part of it. */
#include "datasets/base/cc_block.h"
#include "datasets/base/cc_chunk.h"
#include "datasets/base/cc_simd.h"

struct cc_fixed;

/* A field of the record: start counts from 1; width 0: not in the file, gives empty texts. */
struct cc_place {
    size_t start, width;
};

struct cc_fixed_options {
    bool hash;                  /* compute the SHA-256 of the stored bytes while reading */
    enum cc_simd simd;          /* OFF: line by line only */
    size_t bytes;               /* to read at a time; 0: the default */
    const struct cc_part *part; /* of a file that can be split; NULL: the whole */
};

/** Opens a file. `widths` are the n record lengths that are allowed, n >= 1; the first line
 *  tells which of them this file has. Errors: those of cc_input_open, a first line of another
 *  length, a NUL byte. A UTF-8 byte-order mark is skipped. options may be NULL. */
CC_MUST_USE enum cc_status cc_fixed_open(const char *path, const size_t *widths, size_t n,
                                         const struct cc_fixed_options *options, struct cc_fixed **out,
                                         struct cc_error *err);

/** The record length of this file. */
size_t cc_fixed_width(const struct cc_fixed *f);

/** Asks for n fields, in the order in which blocks shall hold them. Places must lie within the
 *  record (CC_EDOMAIN). Before the first read; default: none. */
CC_MUST_USE enum cc_status cc_fixed_want(struct cc_fixed *f, const struct cc_place *places, size_t n);

/** The next records, as cc_csv_read: CC_OK with block->rows > 0; CC_END when the whole file was
 *  read without an error; CC_EDATA at a line of another length, a NUL byte, and, at the end of
 *  the file, when blank lines or lone carriage returns were met. The last line may lack its
 *  line end. */
CC_MUST_USE enum cc_status cc_fixed_read(struct cc_fixed *f, struct cc_block *block, struct cc_error *err);

/** Parts, as those of cc_csv. */
bool cc_fixed_can_split(const struct cc_fixed *f);
uint64_t cc_fixed_began(const struct cc_fixed *f);
uint64_t cc_fixed_stands(const struct cc_fixed *f);

/** For progress and SHA-256. Borrowed. */
struct cc_input *cc_fixed_input(struct cc_fixed *f);

void cc_fixed_close(struct cc_fixed *f); /* NULL allowed */
#endif

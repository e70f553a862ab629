#ifndef CC_MAGIC_H
#define CC_MAGIC_H
/* What a file is, by its first bytes (after gzip or zstd was taken off), whatever its name says. */
#include "datasets/base/cc_status.h"

enum cc_magic {
    CC_MAGIC_TEXT, /* nothing else was recognised */
    CC_MAGIC_XML,
    CC_MAGIC_SPSS, CC_MAGIC_ZSAV, CC_MAGIC_POR, CC_MAGIC_STATA, CC_MAGIC_SAS7BDAT, CC_MAGIC_XPT,
    /* what no reader reads: */
    CC_MAGIC_UTF16, CC_MAGIC_UTF32, CC_MAGIC_EBCDIC, CC_MAGIC_ZIP, CC_MAGIC_XLSX, CC_MAGIC_ODS, CC_MAGIC_OLE,
    CC_MAGIC_PDF, CC_MAGIC_HTML, CC_MAGIC_RTF, CC_MAGIC_CPORT, CC_MAGIC_RDATA, CC_MAGIC_SQLITE, CC_MAGIC_PARQUET,
    CC_MAGIC_7Z, CC_MAGIC_XZ, CC_MAGIC_BZIP2, CC_MAGIC_TWICE
};

enum { CC_MAGIC_BYTES = 512 }; /* enough to recognise each; fewer if the file has no more */

enum cc_magic cc_magic_of(const char *first, size_t n);

/** "an Excel workbook (xlsx)"; and what to do with it: "save the sheet as CSV (UTF-8)". Neither is empty, but for
 *  CC_MAGIC_TEXT the advice is. */
const char *cc_magic_name(enum cc_magic m);
const char *cc_magic_advice(enum cc_magic m);

/** CC_OK if it is `wanted` (bytes as of cc_magic_of), else CC_EDATA with its name and the advice. */
CC_MUST_USE enum cc_status cc_magic_expect(enum cc_magic wanted, const char *first, size_t n, struct cc_error *err);

/** The first bytes of a file, decompressed: up to `room` of them, *n == 0 if it is empty. Not for standard input,
 *  which cannot be read twice. Errors: those of cc_input_open and cc_input_read. */
CC_MUST_USE enum cc_status cc_magic_look(const char *path, char *buf, size_t room, size_t *n, struct cc_error *err);
#endif

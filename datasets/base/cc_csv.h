#ifndef CC_CSV_H
#define CC_CSV_H
/* Delimited text. libcsv in strict mode is the reader of record: what it accepts is CSV here.
 * What libcsv drops or splits in silence (blank lines, lone carriage returns, NUL bytes) is
 * counted and refused. Blanks around an unquoted field are not part of it. */
#include "datasets/base/cc_block.h"
#include "datasets/base/cc_chunk.h"
#include "datasets/base/cc_simd.h"

struct cc_csv;

struct cc_csv_options {
    char delimiter; /* 0: by the file's name, tab for .tsv and .tab (also .gz, .zst), else a comma */
    bool hash;      /* compute the SHA-256 of the stored bytes while reading */
    enum cc_simd simd;          /* of the fast lane (cc_scan), which gives what libcsv would */
    size_t bytes;               /* to read at a time; 0: the default */
    const struct cc_part *part; /* of a file that can be split; NULL: the whole */
    bool may_be_empty;          /* a header alone is no error */
};

/** Opens a file and reads its header. Errors: those of cc_input_open, a duplicate column,
 *  malformed CSV, UTF-16. A UTF-8 byte-order mark is skipped. options may be NULL. */
CC_MUST_USE enum cc_status cc_csv_open(const char *path, const struct cc_csv_options *options,
                                       struct cc_csv **out, struct cc_error *err);

/** The column names, in file order; borrowed from csv. */
const char *const *cc_csv_names(const struct cc_csv *csv, size_t *n);

/** What its fields are separated by. */
char cc_csv_delimiter(const struct cc_csv *csv);

/** Asks for n columns, by position from 0, in the order in which blocks shall hold them; a
 *  position of CC_CSV_ABSENT gives empty texts. Before the first read; default: all. */
enum { CC_CSV_ABSENT = -1 };
CC_MUST_USE enum cc_status cc_csv_want(struct cc_csv *csv, const int *columns, size_t n);

/** The next rows: CC_OK with block->rows > 0; CC_END when the whole file was read without an
 *  error; CC_EDATA with line and column (field number) at a row with too few or too many
 *  fields, an unclosed or misplaced quote, a NUL byte, and, at the end of the file, when
 *  blank lines or lone carriage returns were met, or when there was no row at all. */
CC_MUST_USE enum cc_status cc_csv_read(struct cc_csv *csv, struct cc_block *block, struct cc_error *err);

/** Can parts of the file be read on their own? */
bool cc_csv_can_split(const struct cc_csv *csv);

/** Offsets: of the first row of the part, as guessed, and of the row after the last one read. A
 *  part was guessed right if the part before it, read to its end, stands where it began. */
uint64_t cc_csv_began(const struct cc_csv *csv);
uint64_t cc_csv_stands(const struct cc_csv *csv);

/** For progress and SHA-256. Borrowed. */
struct cc_input *cc_csv_input(struct cc_csv *csv);

void cc_csv_close(struct cc_csv *csv); /* NULL allowed */

/** Appends one field, quoted where CSV needs it. */
CC_MUST_USE bool cc_csv_quote(struct cc_buf *out, const char *text);
#endif

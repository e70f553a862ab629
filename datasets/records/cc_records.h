#ifndef CC_RECORDS_H
#define CC_RECORDS_H
/* Records of one extract, whatever its format: blocks of the wanted variables of a codebook.
 * This is the interface behind which later formats and faster readers stand. */
#include "datasets/base/cc_block.h"
#include "datasets/base/cc_chunk.h"
#include "datasets/base/cc_simd.h"
#include "datasets/records/cc_codebook.h"

struct cc_records;
struct cc_stored;

struct cc_records_options {
    const char *layout;   /* "csv", "fixed" or NULL: fixed if the codebook has positions and the
                           * name ends in .dat, .txt, .fwf or .asc (before .gz, .zst), else delimited */
    char delimiter;       /* 0: as cc_csv_options */
    bool hash;            /* SHA-256 while reading */
    const char *progress; /* a program name: show a progress bar; or NULL */
    enum cc_simd simd;    /* instructions of the fast lanes; OFF: the readers of record alone */
    size_t bytes;         /* to read at a time; 0: the default */
    const struct cc_part *part; /* of a file that can be split; NULL: the whole */
    struct cc_stored *stored;   /* read from this side file of it instead (cc_stored.h); NULL: from the file. Parts,
                                 * cc_records_began and _stands are then numbers of records, from 0 */
};

/** Opens a file ("-": standard input). Two columns that are one variable (a name and its alias)
 *  are an error. options may be NULL. `cb` must outlive the reader. */
CC_MUST_USE enum cc_status cc_records_open(const char *path, const struct cc_codebook *cb,
                                           const struct cc_records_options *options,
                                           struct cc_records **out, struct cc_error *err);

/** Does the file have this variable (index into cb->variables)? */
bool cc_records_has(const struct cc_records *r, size_t variable);

/** By what the file knows a variable: the name of its column, or, in a fixed-width record, its place (*name is
 *  empty). False if the file does not have it. */
bool cc_records_place(const struct cc_records *r, size_t variable, const char **name, size_t *start, size_t *width);

/** What fields are separated by; 0 in a fixed-width file. */
char cc_records_delimiter(const struct cc_records *r);

/** Asks for variables (indices into cb->variables), in the order in which blocks hold them. A
 *  variable that the file does not have gives empty texts. Before the first read; default: all
 *  variables, in the order of the codebook. */
CC_MUST_USE enum cc_status cc_records_want(struct cc_records *r, const size_t *variables, size_t n);

/** The next records: CC_OK, CC_END when the whole file was read without an error, or an error
 *  with file, line and column. */
CC_MUST_USE enum cc_status cc_records_read(struct cc_records *r, struct cc_block *block, struct cc_error *err);

/** Records handed out so far; the file's column names (CSV) or none (fixed width). */
uint64_t cc_records_count(const struct cc_records *r);
const char *const *cc_records_columns(const struct cc_records *r, size_t *n);

/** For name, bytes and SHA-256. Borrowed. */
struct cc_input *cc_records_input(struct cc_records *r);

/** Can parts of the file be read on their own, each by a reader of its own? */
bool cc_records_can_split(const struct cc_records *r);

/** Offsets: of the first record of the part, as guessed, and of the record after the last one that
 *  was read. A part was guessed right if the part before it, read to its end, stands where it began. */
uint64_t cc_records_began(const struct cc_records *r);
uint64_t cc_records_stands(const struct cc_records *r);

void cc_records_close(struct cc_records *r); /* NULL allowed */
#endif

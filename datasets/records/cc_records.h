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
    const char *layout;   /* "csv", "fixed", "xml", "stat" (cc_readstat.h) or NULL: xml if the name ends in .xml (before
                           * .gz, .zst), stat if in .sav, .zsav, .por, .dta, .sas7bdat or .xpt, fixed if
                           * the codebook has positions and it ends in .dat, .txt, .fwf or .asc, else delimited */
    const char *level;    /* of what there is one row, in a nested file: a group of the codebook, or "record" or
                           * "child"; NULL: the group of the flat form, which is the only level of a flat file */
    char delimiter;       /* 0: as cc_csv_options */
    bool all_columns;     /* columns that are no variables are some too, of type text: see cc_records_codebook */
    bool hash;            /* SHA-256 while reading */
    const char *progress; /* a program name: show a progress bar; or NULL */
    enum cc_simd simd;    /* instructions of the fast lanes; OFF: the readers of record alone */
    size_t bytes;         /* to read at a time; 0: the default */
    const struct cc_part *part; /* of a file that can be split; NULL: the whole */
    struct cc_stored *stored;   /* read from this side file of it instead (cc_stored.h); NULL: from the file. Parts,
                                 * cc_records_began and _stands are then numbers of records, from 0 */
};

/* A nested file holds repeating groups inside its records: removals of a child, placements of a removal. A row of a
 * level has the variables of its group and of those around it; of any other group it has the value of the latest item
 * in its branch: that with the greatest date (the group's first date variable) by the end of the file's report period,
 * or the first if none has a date. A variable that repeats in its field (cc_variable.repeats) has all its items, with
 * the separator between. `each` >= 0 asks for all items of a group instead, which is the variable's or lies within it:
 * texts each ended by CC_EACH_END, one an item (repeated for each item of a group within), none where there is none. */
struct cc_want {
    size_t variable; /* index into cb->variables */
    int each;        /* index into cb->groups, or -1: one value a row */
};

enum { CC_EACH_END = 0x1f };

/** Opens a file ("-": standard input). Two columns that are one variable (a name and its alias)
 *  are an error. options may be NULL. `cb` must outlive the reader; NULL: the
 *  columns are the variables, all of type text. */
CC_MUST_USE enum cc_status cc_records_open(const char *path, const struct cc_codebook *cb,
                                           const struct cc_records_options *options,
                                           struct cc_records **out, struct cc_error *err);

/** The codebook of its variables: the one it was opened with, or, with options.all_columns or without a codebook, one
 *  with the file's other columns behind, in their order. Borrowed from the reader. */
const struct cc_codebook *cc_records_codebook(const struct cc_records *r);

/** What a file of a statistics package says of its columns (cc_readstat.h); NULL and *n == 0 of others. Borrowed. */
struct cc_stat_column;
const struct cc_stat_column *cc_records_described(const struct cc_records *r, size_t *n);

/** Does the file have this variable (index into cb->variables)? */
bool cc_records_has(const struct cc_records *r, size_t variable);

/** By what the file knows a variable: the name of its column, or, in a fixed-width record, its place (*name is
 *  empty). False if the file does not have it. */
bool cc_records_place(const struct cc_records *r, size_t variable, const char **name, size_t *start, size_t *width);

/** What fields are separated by; 0 in a file that has no separators. */
char cc_records_delimiter(const struct cc_records *r);

/** Asks for variables (indices into cb->variables), in the order in which blocks hold them. A
 *  variable that the file does not have gives empty texts. Before the first read; default: all
 *  variables, in the order of the codebook. */
CC_MUST_USE enum cc_status cc_records_want(struct cc_records *r, const size_t *variables, size_t n);

/** The same, and all items of a group. In a flat file `each` makes no difference. CC_EDOMAIN: a variable that is not on
 *  the way to the group. */
CC_MUST_USE enum cc_status cc_records_want_each(struct cc_records *r, const struct cc_want *wants, size_t n);

/** Is it a nested file? And the level of its rows: index into cb->groups. */
bool cc_records_nested(const struct cc_records *r);
int cc_records_level(const struct cc_records *r);

/** Another look at the same pass at another level, with wants of its own: after each cc_records_read of r, which is
 *  read at level "record", *out hands out the rows of its level in just these records until CC_END; then r goes on.
 *  Made, and asked for its variables, before the first read of r; closed before it, by cc_records_close.
 *  CC_EUSAGE: a flat file, another level of r, or no such level. */
CC_MUST_USE enum cc_status cc_records_view(struct cc_records *r, const char *level, struct cc_records **out,
                                           struct cc_error *err);

/** All items of the records that were read last, of a nested file that is read at level "record" (cc_nest.h); of the
 *  variables that were asked for. Valid until the next read. */
struct cc_nest;
const struct cc_nest *cc_records_nest(const struct cc_records *r, size_t *from, size_t *to);

/** Of a view: to which row of the block of r each row of the block belongs that was read last. */
void cc_records_parents(const struct cc_records *view, uint16_t of[CC_BLOCK_ROWS]);

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

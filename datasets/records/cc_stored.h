#ifndef CC_STORED_H
#define CC_STORED_H
/* The side file of an extract: the columns that were asked for, packed, so that the next question need not
 * read the extract again.
 *
 * The idea: every distinct text of a column stands once, and each row has its number in that list in 1 or 2
 * bytes. Of columns with more than 65536 distinct texts, such as ids, the texts themselves stand there, from
 * the group on that has one too many. A group of some 64 thousand rows is one piece a column, with a checksum,
 * so that threads read, verify and use only what they need.
 *
 * Nothing in a side file is trusted. It is used only if size, time of change, inode and device of the extract,
 * a hash of 64 samples of its bytes, its layout and delimiter are those it was made from; every piece is
 * verified each time it is read; what does not fit is made anew. Columns go by their name in the file's header
 * (or their place in the fixed-width record), never by the codebook.
 *
 * Measured with 4 million rows of 150 columns (1.5 GB, in the page cache), two threads of a shared machine, whole
 * processes, RPTDISP in (1, 2): by CHSEX 26 ms, where the CSV takes 203; by four columns (9,504 rows of result,
 * whose texts take some 10 ms) 43 ms, the CSV 242; made in 0.55 s, 5 bytes a row. Each child once: 0.46 s, the CSV
 * 0.52, for it is the units that take the time; 47 bytes a row, nearly all of them ids. */
#include "datasets/records/cc_records.h"

struct cc_stored;

struct cc_stored_options {
    const char *folder; /* where side files are; NULL: beside the extract */
    bool verify;        /* hash the whole extract, to be sure that it is unchanged */
};

/** Finds the side file that has these variables (indices into cb->variables), or makes it: FILE.columns, mode
 *  0600, with what it had before if it was of the same extract.
 *
 *  reading  as the extract shall be read; part and hash do not matter
 *  out      free with cc_stored_close; may be used by several threads at once; NULL unless CC_OK
 *
 *  Returns CC_OK; the status of the reader if the extract has an error; CC_EDATA if it lacks one of the
 *  variables, before it is read; CC_EIO if the side file cannot be
 *  written; CC_EDOMAIN if it would hold more than it can; CC_EUSAGE if the extract is no regular file. The
 *  extract can be read without it in any case, and says its own errors best. */
CC_MUST_USE enum cc_status cc_stored_open(const char *path, const struct cc_codebook *cb,
                                          const struct cc_records_options *reading,
                                          const struct cc_stored_options *options, const size_t *variables, size_t n,
                                          struct cc_stored **out, struct cc_error *err);

/** How many records there are. */
uint64_t cc_stored_rows(const struct cc_stored *s);

/** Is it made from this file, as it was then? */
bool cc_stored_is_of(const struct cc_stored *s, const struct cc_input *in);

/** The number of a column by its name in the header (CSV) or by its place (name NULL); -1 if it is not stored. */
int cc_stored_column(const struct cc_stored *s, const char *name, size_t start, size_t width);

/** Removes a side file that was found damaged. NULL allowed. */
void cc_stored_close(struct cc_stored *s);

/* What cc_records reads with: one a thread. */
struct cc_stored_reader;

/** part: rows [from, to), counted from 0; NULL: all. */
CC_MUST_USE enum cc_status cc_stored_reader_open(struct cc_stored *s, const struct cc_part *part,
                                                 struct cc_stored_reader **out, struct cc_error *err);

/** Asks for n columns, in the order in which blocks shall hold them; -1: empty texts. Before the first read. */
CC_MUST_USE enum cc_status cc_stored_want(struct cc_stored_reader *r, const int *columns, size_t n);

/** The next rows, without line numbers (0). CC_EDATA if the side file is damaged. */
CC_MUST_USE enum cc_status cc_stored_read(struct cc_stored_reader *r, struct cc_block *block, struct cc_error *err);

/** The rows where it began, and where it stands. */
uint64_t cc_stored_began(const struct cc_stored_reader *r);
uint64_t cc_stored_stands(const struct cc_stored_reader *r);

void cc_stored_reader_close(struct cc_stored_reader *r); /* NULL allowed */
#endif

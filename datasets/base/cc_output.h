#ifndef CC_OUTPUT_H
#define CC_OUTPUT_H
/* Results: to standard output, or to a file or folder that appears only when it is whole. */
#include <stdbool.h>
#include <stdio.h>

#include "datasets/base/cc_status.h"

struct cc_output;

/** Opens a result. path NULL or "-": standard output. Otherwise a temporary file beside
 *  `path`, or the file that it links to, which takes its name at cc_output_commit. A path that is no regular file
 *  (/dev/full, a pipe) is written directly. mode: 0666 (less the umask) or 0600. */
CC_MUST_USE enum cc_status cc_output_open(const char *path, unsigned mode, struct cc_output **out,
                                          struct cc_error *err);

/** The stream to write to. Write errors are found at commit. Borrowed. */
FILE *cc_output_file(struct cc_output *out);

/** Flushes, checks, renames. On failure nothing is left behind. Frees `out` either way. */
CC_MUST_USE enum cc_status cc_output_commit(struct cc_output *out, struct cc_error *err);

/** Removes what was written. Frees `out`; NULL allowed. */
void cc_output_discard(struct cc_output *out);

/** Are these one file, by their paths or by links? Not if one is NULL or "-". */
bool cc_output_same(const char *path, const char *other);

/* A folder of results. Files are made under a temporary folder beside it
 * (cc_outdir_path gives their names) and moved in one by one at commit, when all exist. */
struct cc_outdir;

CC_MUST_USE enum cc_status cc_outdir_open(const char *path, struct cc_outdir **out, struct cc_error *err);

/** Where to write `name` ("R1-1.csv", "tables/R1-1.csv"; sub-folders are made) until commit.
 *  Owned by the caller; NULL when out of memory or the sub-folder cannot be made. */
char *cc_outdir_path(struct cc_outdir *out, const char *name);

CC_MUST_USE enum cc_status cc_outdir_commit(struct cc_outdir *out, struct cc_error *err);
void cc_outdir_discard(struct cc_outdir *out); /* NULL allowed */
#endif

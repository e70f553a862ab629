#ifndef CC_PATH_H
#define CC_PATH_H
/* Where casecount's own files are. */
#include <stdbool.h>

#include "datasets/base/cc_status.h"

/** The folder of the running program, with links resolved; owned by the caller, or NULL. */
char *cc_path_program(void);

/** A data file: kind is "codebooks", "definitions", "population", "published", "templates" ...
 *  Looked for as given when `name` holds a '/' or ends in `suffix`; otherwise `name``suffix` in
 *  that folder of, in this order: $CASECOUNT_DATA, ../share/casecount and ../../share/casecount
 *  beside the program, and the folder set when it was built. Owned by the caller; NULL if there
 *  is no such file. */
char *cc_path_data(const char *kind, const char *name, const char *suffix);

/** The same for the folder of a kind itself. */
char *cc_path_folder(const char *kind);

/** The names of all data files of a kind, without the suffix, sorted; freed with cc_path_names_free. */
CC_MUST_USE enum cc_status cc_path_names(const char *kind, const char *suffix, char ***names, size_t *n,
                                         struct cc_error *err);
void cc_path_names_free(char **names, size_t n);

/** The name of a data file without folder and suffix; owned by the caller, NULL when out of memory. */
char *cc_path_stem(const char *name, const char *suffix);

/** Is this a name alone, not a path?  If so and there is no such file, cc_path_unknown says it: CC_EUSAGE, with the
 *  nearest name of the kind, or else the hint. what: "codebook". */
bool cc_path_is_name(const char *name, const char *suffix);
CC_MUST_USE enum cc_status cc_path_unknown(const char *kind, const char *what, const char *name, const char *suffix,
                                           const char *hint, struct cc_error *err);
#endif

#ifndef CC_CLI_H
#define CC_CLI_H
/* What all programs do alike: options, messages, exit codes. Only programs call these. */
#include "datasets/base/cc_output.h"
#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_status.h"
#include "datasets/base/cc_table.h"

#define CC_VERSION "0.1.0"

enum { CC_EXIT_OK = 0, CC_EXIT_DATA = 1, CC_EXIT_USAGE = 2, CC_EXIT_IO = 3 };

/** Every main starts here: GSL's aborting error handler off, signals caught. */
void cc_start(void);

/** Every main ends here: flushes standard output, turns a failure into CC_EXIT_IO, and dies of
 *  the signal that came, if one did. */
int cc_finish(int code, const char *prog);

/** Prints "prog: file:line:column: text" and returns the exit code that fits err->code.
 *  file: the name to show if the error has none of its own; may be NULL. */
int cc_fail(const char *prog, const char *file, const struct cc_error *err);

/** Prints "prog: ..." and "Try 'casecount help NAME'."; returns CC_EXIT_USAGE. */
int cc_usage(const char *prog, const char *fmt, ...) CC_PRINTF(2, 3);

/** Prints "Try 'casecount help NAME'."; returns CC_EXIT_USAGE. */
int cc_try_help(const char *prog);

/** A note or warning on standard error: "prog: ...". */
void cc_note(const char *prog, const char *fmt, ...) CC_PRINTF(2, 3);

/** --help and --version, to standard output; both return CC_EXIT_OK. */
int cc_help(const char *text);
int cc_print_version(const char *prog);

/** Writes a table to `path` (NULL: standard output) in one go; an exit code. */
int cc_put_table(const char *prog, const char *path, enum cc_format format, const struct cc_table *t);
#endif

#ifndef CC_RUN_H
#define CC_RUN_H
/* Child processes: an argument vector, no shell. */
#include "datasets/base/cc_status.h"

/** Runs argv[0] (searched in PATH if it has no '/') and waits. The child has LC_ALL=C.UTF-8 and
 *  no standard input; its standard output goes to the file out_path, and its messages to
 *  err_path (either NULL: left as ours). CC_OK if it exits with 0; CC_EIO "cannot run X: ..."
 *  if it cannot be started, and CC_EIO with *code set to its exit status (or 128 + signal)
 *  otherwise. *code is 127 if it was not found. */
CC_MUST_USE enum cc_status cc_run(char *const argv[], const char *out_path, const char *err_path, int *code,
                                  struct cc_error *err);
#endif

#ifndef CC_GNUPLOT_H
#define CC_GNUPLOT_H
/* gnuplot as a child process. Text reaches a script through cc_gp_quote only: gnuplot runs
 * backquoted shell commands inside double quotes, and a line break starts a new command. */
#include "datasets/base/cc_text.h"

/** Appends text as a gnuplot string in single quotes, where nothing but the quote itself has a
 *  meaning. Quotes become typographic ones (gnuplot 5.4 reads a doubled quote at the start of
 *  a string as its end), control characters blanks. */
CC_MUST_USE bool cc_gp_quote(struct cc_buf *out, const char *text);

/** Runs a script and gives what it writes to standard output (a picture): bytes owned by the
 *  caller in `picture`. CC_EIO with gnuplot's first message when it is missing or fails. */
CC_MUST_USE enum cc_status cc_gnuplot(const struct cc_buf *script, struct cc_buf *picture,
                                      struct cc_error *err);
#endif

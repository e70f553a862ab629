#ifndef CC_AHEAD_H
#define CC_AHEAD_H
/* A thread that fills a few blocks ahead of whoever reads them. One reader, one thread. */
#include "datasets/base/cc_status.h"

struct cc_ahead;

/** Writes up to `room` bytes to `block` and sets *n, which is 0 before. Any answer but CC_OK is the last one;
 *  bytes that come with it still count. Runs on the thread. */
typedef enum cc_status cc_ahead_fill(void *context, char *block, size_t room, size_t *n,
                                     struct cc_error *err);

/** Starts the thread. `context` is borrowed until cc_ahead_stop. CC_ENOMEM: no memory, or no thread. */
CC_MUST_USE enum cc_status cc_ahead_start(cc_ahead_fill *fill, void *context, struct cc_ahead **out,
                                          struct cc_error *err);

/** The next bytes: CC_OK with *n > 0, or after all of them the last answer of `fill`, with its error. */
CC_MUST_USE enum cc_status cc_ahead_read(struct cc_ahead *a, char *buf, size_t room, size_t *n,
                                         struct cc_error *err);

/** Ends the thread after the block it is at; NULL allowed. */
void cc_ahead_stop(struct cc_ahead *a);
#endif

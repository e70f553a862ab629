#ifndef CC_UNPACK_H
#define CC_UNPACK_H
/* gzip and zstd behind the same words: stored bytes in, plain bytes out, in pieces of any size. */
#include <stdbool.h>

#include "datasets/base/cc_status.h"

enum cc_packing { CC_PLAIN, CC_GZIP, CC_ZSTD };

enum { CC_PACKING_BYTES = 4 }; /* enough to recognise each */

/** How a file is packed that begins with these bytes: CC_PACKING_BYTES, or fewer if it has no more. A file
 *  that ends within what could only be the mark of a packing is taken for it, and so for truncated. */
enum cc_packing cc_packing_of(const unsigned char *first, size_t n);

struct cc_unpack;

/** NULL: out of memory. cc_unpack_close takes it back, NULL allowed. */
struct cc_unpack *cc_unpack_open(enum cc_packing packing);
void cc_unpack_close(struct cc_unpack *u);

struct cc_packed {
    const unsigned char *at;
    size_t left;
};

/** Takes bytes from `in`, which is moved on, and writes up to `room` bytes to out. If all of `in` was taken
 *  and `room` bytes written, there may be more: it wants to be called again before it is given more. Joined
 *  files of the same packing are one. CC_OK; CC_EDATA: damaged, with the words for it; CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_unpack_some(struct cc_unpack *u, struct cc_packed *in, char *out, size_t room,
                                          size_t *n, struct cc_error *err);

/** When there are no more stored bytes: CC_END, or CC_EDATA if some are missing. */
enum cc_status cc_unpack_end(const struct cc_unpack *u, struct cc_error *err);
#endif

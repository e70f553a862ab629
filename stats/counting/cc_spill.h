#ifndef CC_SPILL_H
#define CC_SPILL_H
/* A private file for what does not fit in memory: bytes appended at the end, read from anywhere. It is
 * made below $TMPDIR (else /tmp) with mode 0600 and unlinked at once, so that nothing stays behind, however
 * the program ends. */
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

struct cc_spill {
    int fd;
    uint64_t size;
};

/** CC_EIO when the file cannot be made. */
CC_MUST_USE enum cc_status cc_spill_open(struct cc_spill *s, struct cc_error *err);

/** Appends n bytes. CC_EIO, for example when the disk is full. */
CC_MUST_USE enum cc_status cc_spill_add(struct cc_spill *s, const void *bytes, size_t n,
                                        struct cc_error *err);

/** Reads n bytes from `offset`; threads may read at the same time. CC_EIO. */
CC_MUST_USE enum cc_status cc_spill_get(const struct cc_spill *s, uint64_t offset, void *bytes, size_t n,
                                        struct cc_error *err);

/** Gives back the disk space. */
void cc_spill_close(struct cc_spill *s);
#endif

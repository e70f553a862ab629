#ifndef FUZZ_H
#define FUZZ_H
/* What every fuzz target needs: the bytes at hand as a file. A target fails by aborting. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "datasets/base/cc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A file in memory with these bytes; the path of it, until the next call. */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    return path;
}

/** Stops where a target's law is broken. */
static inline void fuzz_must(int holds, const char *law)
{
    if (holds) return;
    fprintf(stderr, "broken: %s\n", law);
    abort();
}

static inline int fuzz_has(const struct cc_buf *b, const char *text)
{
    return b->size && memmem(b->data, b->size, text, strlen(text)) != NULL;
}

/** Two readers say the same. Of a compressed file that is damaged, they need only both say that something is wrong:
 * bytes are handed out before the damage is noticed, and the lane needs more of them to see what is wrong in a row. */
static inline void fuzz_one_answer(const struct cc_buf *want, const struct cc_buf *got)
{
    int damaged = fuzz_has(want, "error:the gzip file is") || fuzz_has(want, "error:the zstd file is") ||
                  fuzz_has(got, "error:the gzip file is") || fuzz_has(got, "error:the zstd file is");
    if (damaged) fuzz_must(fuzz_has(want, "error:") && fuzz_has(got, "error:"), "two errors");
    else
        fuzz_must(want->size == got->size && (!want->size || !memcmp(want->data, got->data, want->size)),
                  "one answer");
}
#endif

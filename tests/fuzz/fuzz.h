#ifndef FUZZ_H
#define FUZZ_H
/* What every fuzz target needs: the bytes at hand as a file. A target fails by aborting. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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
#endif

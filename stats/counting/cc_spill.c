#include "stats/counting/cc_spill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum cc_status fail(const char *what, struct cc_error *err)
{
    return cc_error_set(err, CC_EIO, 0, 0, "cannot %s a temporary file (TMPDIR says where it goes): %s", what,
                        errno ? strerror(errno) : "it ended too early");
}

enum cc_status cc_spill_open(struct cc_spill *s, struct cc_error *err)
{
    const char *tmp = getenv("TMPDIR");
    char path[512];
    errno = ENAMETOOLONG;
    int n = snprintf(path, sizeof path, "%s/casecount-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    *s = (struct cc_spill){ .fd = n < (int)sizeof path ? mkstemp(path) : -1 }; /* mode 0600 */
    if (s->fd < 0) return fail("make", err);
    unlink(path);
    return CC_OK;
}

enum cc_status cc_spill_add(struct cc_spill *s, const void *bytes, size_t n, struct cc_error *err)
{
    for (const char *from = bytes; n;) {
        ssize_t done = write(s->fd, from, n);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return fail("write", err);
        from += done;
        n -= (size_t)done;
        s->size += (uint64_t)done;
    }
    return CC_OK;
}

enum cc_status cc_spill_get(const struct cc_spill *s, uint64_t offset, void *bytes, size_t n,
                            struct cc_error *err)
{
    for (char *to = bytes; n;) {
        errno = 0;
        ssize_t done = pread(s->fd, to, n, (off_t)offset);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return fail("read", err);
        to += done;
        n -= (size_t)done;
        offset += (uint64_t)done;
    }
    return CC_OK;
}

void cc_spill_close(struct cc_spill *s)
{
    close(s->fd);
}

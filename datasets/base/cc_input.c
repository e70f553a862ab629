#include "datasets/base/cc_input.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "datasets/base/cc_output.h"

enum { STORED = 1 << 18 }; /* bytes taken from the file at a time */

struct cc_input {
    int fd;
    char name[256];
    uint64_t taken, total;
    unsigned char *stored; /* bytes of the file not yet handed out: [at, end) */
    size_t at, end;
    bool file_ended;
    bool gzip, member_open; /* member_open: inside a gzip member that has not ended */
    z_stream z;
    bool hashing;
    struct sha256_ctx sha;
};

static enum cc_status fill(struct cc_input *in, struct cc_error *err)
{
    in->at = in->end = 0;
    while (!in->file_ended && in->end == 0) {
        if (cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
        ssize_t n = read(in->fd, in->stored, STORED);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return cc_error_set(err, CC_EIO, 0, 0, "cannot read: %s", strerror(errno));
        if (n == 0) in->file_ended = true;
        if (in->hashing) sha256_update(&in->sha, (size_t)n, in->stored);
        in->taken += (uint64_t)n;
        in->end = (size_t)n;
    }
    return CC_OK;
}

static enum cc_status open_file(struct cc_input *in, const char *path, struct cc_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    const char *slash = strrchr(path, '/');
    snprintf(in->name, sizeof in->name, "%s", standard ? "standard input" : slash ? slash + 1 : path);
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0) return cc_error_set(err, CC_EIO, 0, 0, "cannot open: %s", strerror(errno));
    struct stat st;
    if (fstat(in->fd, &st) != 0)
        return cc_error_set(err, CC_EIO, 0, 0, "cannot read: %s", strerror(errno));
    if (S_ISDIR(st.st_mode)) return cc_error_set(err, CC_EIO, 0, 0, "is a directory, not a file");
    in->total = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    return CC_OK;
}

enum cc_status cc_input_open(const char *path, struct cc_input **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_input *in = calloc(1, sizeof *in);
    if (!in) return cc_error_memory(err);
    in->fd = -1;
    sha256_init(&in->sha);
    enum cc_status st = open_file(in, path, err);
    if (st == CC_OK && !(in->stored = malloc(STORED))) st = cc_error_memory(err);
    if (st == CC_OK) {
        *out = in;
        return CC_OK;
    }
    cc_error_file(err, path);
    cc_input_close(in);
    return st;
}

/* The first bytes tell gzip from plain; an empty file is an error here, once for all. */
static enum cc_status first_bytes(struct cc_input *in, struct cc_error *err)
{
    enum cc_status st = fill(in, err);
    if (st != CC_OK) return st;
    if (in->end == 0) return cc_error_set(err, CC_EDATA, 1, 1, "the file is empty");
    if (in->end == 1) { /* a pipe may hand out single bytes */
        ssize_t n = read(in->fd, in->stored + 1, STORED - 1);
        if (n > 0) {
            if (in->hashing) sha256_update(&in->sha, (size_t)n, in->stored + 1);
            in->taken += (uint64_t)n;
            in->end += (size_t)n;
        }
    }
    in->gzip = in->end >= 2 && in->stored[0] == 0x1f && in->stored[1] == 0x8b;
    if (in->gzip && inflateInit2(&in->z, 16 + MAX_WBITS) != Z_OK) return cc_error_memory(err);
    in->member_open = in->gzip;
    return CC_OK;
}

static enum cc_status read_plain(struct cc_input *in, char *buf, size_t room, size_t *n,
                                 struct cc_error *err)
{
    if (in->at == in->end) {
        enum cc_status st = fill(in, err);
        if (st != CC_OK) return st;
        if (in->end == 0) return CC_END;
    }
    *n = in->end - in->at < room ? in->end - in->at : room;
    memcpy(buf, in->stored + in->at, *n);
    in->at += *n;
    return CC_OK;
}

static enum cc_status read_gzip(struct cc_input *in, char *buf, size_t room, size_t *n,
                                struct cc_error *err)
{
    in->z.next_out = (unsigned char *)buf;
    in->z.avail_out = (unsigned)(room < 1u << 30 ? room : 1u << 30);
    unsigned start = in->z.avail_out;
    while (in->z.avail_out == start) {
        if (in->at == in->end) {
            enum cc_status st = fill(in, err);
            if (st != CC_OK) return st;
            if (in->end == 0 && in->member_open)
                return cc_error_set(err, CC_EDATA, 0, 0, "the gzip file is truncated");
            if (in->end == 0) return CC_END;
        }
        if (!in->member_open) { /* gzip files may be joined */
            if (inflateReset(&in->z) != Z_OK) return cc_error_memory(err);
            in->member_open = true;
        }
        in->z.next_in = in->stored + in->at;
        in->z.avail_in = (unsigned)(in->end - in->at);
        int rc = inflate(&in->z, Z_NO_FLUSH);
        in->at = in->end - in->z.avail_in;
        if (rc == Z_STREAM_END) in->member_open = false;
        else if (rc != Z_OK && rc != Z_BUF_ERROR)
            return cc_error_set(err, CC_EDATA, 0, 0, "the gzip file is damaged: %s",
                                in->z.msg ? in->z.msg : "unknown reason");
    }
    *n = start - in->z.avail_out;
    return CC_OK;
}

enum cc_status cc_input_read(struct cc_input *in, char *buf, size_t room, size_t *n, struct cc_error *err)
{
    *n = 0;
    enum cc_status st = CC_OK;
    if (cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    if (st == CC_OK && in->taken == 0 && !in->file_ended) st = first_bytes(in, err);
    if (st == CC_OK) st = in->gzip ? read_gzip(in, buf, room, n, err) : read_plain(in, buf, room, n, err);
    if (st != CC_OK && st != CC_END) cc_error_file(err, in->name);
    return st;
}

bool cc_input_is_regular(const char *path)
{
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool cc_input_can_seek(const struct cc_input *in)
{
    return in->total > 0 && !in->gzip;
}

void cc_input_seek(struct cc_input *in, uint64_t offset)
{
    (void)lseek(in->fd, (off_t)offset, SEEK_SET);
    in->at = in->end = 0;
    in->file_ended = false;
}

const char *cc_input_name(const struct cc_input *in)
{
    return in->name;
}

uint64_t cc_input_taken(const struct cc_input *in)
{
    return in->taken;
}

uint64_t cc_input_total(const struct cc_input *in)
{
    return in->total;
}

void cc_input_hash(struct cc_input *in)
{
    in->hashing = true;
}

void cc_input_sha256(struct cc_input *in, char hex[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&in->sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void cc_input_close(struct cc_input *in)
{
    if (!in) return;
    if (in->gzip) inflateEnd(&in->z);
    if (in->fd > STDERR_FILENO) close(in->fd);
    free(in->stored);
    free(in);
}

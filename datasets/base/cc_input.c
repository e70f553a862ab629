/* Who reads what: plain bytes are read by the caller, straight into its buffer. Compressed ones are read
 * and decompressed by the thread of `ahead`. The thread `hasher` reads a named file once more, from the
 * page cache, so that neither parsing nor decompression waits for it; what cannot be read twice is hashed
 * as it is taken. */
#include "datasets/base/cc_input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/base/cc_ahead.h"
#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_thread.h"
#include "datasets/base/cc_unpack.h"

enum {
    STORED = 1 << 16, /* compressed bytes taken at a time */
    HASHED = 1 << 15,
    PATIENCE = 100 /* milliseconds after which a thread that waits for a pipe looks whether it shall end */
};

struct cc_input {
    int fd;
    char name[256];
    bool regular, named; /* named: regular and opened by its name, so that its offset is ours alone */
    struct cc_input_identity identity;
    bool begun;
    atomic_bool closing;

    uint64_t at; /* offset of the next byte to take, of a named file */
    _Atomic uint64_t taken;
    bool ended; /* a terminal can be read again after its end */
    unsigned char first[CC_PACKING_BYTES]; /* of a pipe: taken to recognise the packing, */
    size_t first_size, first_at;           /* to be handed out from first_at on */

    enum cc_packing packing;
    struct cc_unpack *unpack; /* these four belong to the thread of `ahead` */
    unsigned char *stored;
    struct cc_packed packed; /* of `stored`: not yet decompressed */
    bool more;               /* decompression may have more to say without more bytes */
    struct cc_ahead *ahead;

    bool hashing, hashed, hasher_runs;
    pthread_t hasher;
    struct sha256_ctx sha;
    struct cc_error hash_error; /* code CC_OK: none */
};

static enum cc_status stat_file(const struct cc_input *in, struct stat *st, struct cc_error *err)
{
    if (fstat(in->fd, st) == 0) return CC_OK;
    return cc_error_set(err, CC_EIO, 0, 0, "cannot read: %s", strerror(errno));
}

static struct cc_input_identity identity_of(const struct stat *st)
{
#ifdef __APPLE__
    int64_t ns = st->st_mtimensec;
#else
    int64_t ns = st->st_mtim.tv_nsec;
#endif
    return (struct cc_input_identity){ (uint64_t)st->st_dev, (uint64_t)st->st_ino, (uint64_t)st->st_size,
                                       (int64_t)st->st_mtime * 1000000000 + ns };
}

static enum cc_status open_file(struct cc_input *in, const char *path, struct cc_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    const char *slash = strrchr(path, '/');
    snprintf(in->name, sizeof in->name, "%s", standard ? "standard input" : slash ? slash + 1 : path);
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0) return cc_error_set(err, CC_EIO, 0, 0, "cannot open: %s", strerror(errno));
    struct stat st;
    if (stat_file(in, &st, err) != CC_OK) return CC_EIO;
    if (S_ISDIR(st.st_mode)) return cc_error_set(err, CC_EIO, 0, 0, "is a directory, not a file");
    in->regular = S_ISREG(st.st_mode);
    in->named = in->regular && !standard;
    in->identity = identity_of(&st);
    if (!in->named) return CC_OK;
    ssize_t n = pread(in->fd, in->first, sizeof in->first, 0); /* a failure is met again when it is read */
    in->packing = cc_packing_of(in->first, n > 0 ? (size_t)n : 0);
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
    if (st == CC_OK) {
        *out = in;
        return CC_OK;
    }
    cc_error_file(err, path);
    cc_input_close(in);
    return st;
}

static bool to_stop(const struct cc_input *in)
{
    return cc_interrupted() || atomic_load(&in->closing);
}

static enum cc_status interrupted(struct cc_error *err)
{
    return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
}

/* Whatever poll finds amiss, read will say. */
static bool readable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    int rc = poll(&p, 1, PATIENCE);
    return rc > 0 || (rc < 0 && errno != EINTR);
}

/* Stored bytes from the file; *n is 0 at its end. */
static enum cc_status take(struct cc_input *in, void *buf, size_t room, size_t *n, struct cc_error *err)
{
    *n = 0;
    if (in->ended && !in->named) return CC_OK;
    ssize_t got = -1;
    while (got < 0) {
        if (to_stop(in)) return interrupted(err);
        if (!in->named && !readable(in->fd)) continue;
        got = in->named ? pread(in->fd, buf, room, (off_t)in->at) : read(in->fd, buf, room);
        if (got < 0 && errno != EINTR)
            return cc_error_set(err, CC_EIO, 0, 0, "cannot read: %s", strerror(errno));
    }
    *n = (size_t)got;
    in->at += *n;
    in->ended = got == 0;
    atomic_fetch_add(&in->taken, *n);
    if (in->hashing && !in->named) sha256_update(&in->sha, *n, buf);
    return CC_OK;
}

/* The same, after the first bytes that were taken to recognise the packing. */
static enum cc_status take_on(struct cc_input *in, void *buf, size_t room, size_t *n, struct cc_error *err)
{
    size_t kept = in->first_size - in->first_at;
    if (kept == 0) return take(in, buf, room, n, err);
    *n = kept < room ? kept : room;
    memcpy(buf, in->first + in->first_at, *n);
    in->first_at += *n;
    return CC_OK;
}

static enum cc_status recognise(struct cc_input *in, struct cc_error *err)
{
    size_t n = 1;
    while (n > 0 && in->first_size < sizeof in->first) { /* a pipe may hand out single bytes */
        enum cc_status st = take(in, in->first + in->first_size, sizeof in->first - in->first_size, &n, err);
        if (st != CC_OK) return st;
        in->first_size += n;
    }
    in->packing = cc_packing_of(in->first, in->first_size);
    return CC_OK;
}

/* Runs on the thread of `ahead`. */
static enum cc_status unpack_block(void *input, char *block, size_t room, size_t *n, struct cc_error *err)
{
    struct cc_input *in = input;
    while (*n < room) {
        enum cc_status st = CC_OK;
        if (in->packed.left == 0 && !in->more) {
            if (*n > 0 && !in->named) break; /* a pipe may make us wait */
            in->packed.at = in->stored;
            st = take_on(in, in->stored, STORED, &in->packed.left, err);
            if (st == CC_OK && in->packed.left == 0) st = cc_unpack_end(in->unpack, err);
            if (st != CC_OK) return st;
        }
        size_t got;
        st = cc_unpack_some(in->unpack, &in->packed, block + *n, room - *n, &got, err);
        *n += got;
        in->more = *n == room;
        if (st != CC_OK) {
            *n = 0; /* damage begins before it is noticed: better its name than what it does to a row */
            return st;
        }
    }
    return to_stop(in) ? interrupted(err) : CC_OK;
}

static void hash_file(struct cc_input *in)
{
    unsigned char bytes[HASHED];
    uint64_t at = 0;
    for (;;) {
        ssize_t n = to_stop(in) ? -1 : pread(in->fd, bytes, sizeof bytes, (off_t)at);
        if (n < 0 && to_stop(in)) interrupted(&in->hash_error);
        else if (n < 0 && errno == EINTR) continue;
        else if (n < 0) cc_error_set(&in->hash_error, CC_EIO, 0, 0, "cannot read: %s", strerror(errno));
        if (n <= 0) return;
        sha256_update(&in->sha, (size_t)n, bytes);
        at += (uint64_t)n;
    }
}

static void *run_hasher(void *input)
{
    hash_file(input);
    return NULL;
}

static enum cc_status start_unpacking(struct cc_input *in, struct cc_error *err)
{
    if (!in->unpack) in->unpack = cc_unpack_open(in->packing);
    if (!in->stored) in->stored = malloc(STORED);
    if (!in->unpack || !in->stored) return cc_error_memory(err);
    return cc_ahead_start(unpack_block, in, &in->ahead, err);
}

static enum cc_status begin(struct cc_input *in, struct cc_error *err)
{
    enum cc_status st = in->named ? CC_OK : recognise(in, err);
    if (st == CC_OK && in->packing != CC_PLAIN) st = start_unpacking(in, err);
    if (st != CC_OK) return st;
    in->begun = true;
    if (in->hashing && in->named) /* without a thread, cc_input_sha256 does it */
        in->hasher_runs = cc_thread_start(&in->hasher, run_hasher, in) == CC_OK;
    return CC_OK;
}

static enum cc_status read_plain(struct cc_input *in, char *buf, size_t room, size_t *n, struct cc_error *err)
{
    enum cc_status st = take_on(in, buf, room, n, err);
    if (st != CC_OK || *n > 0) return st;
    if (in->at == 0) return cc_error_set(err, CC_EDATA, 1, 1, "the file is empty");
    return CC_END;
}

enum cc_status cc_input_read(struct cc_input *in, char *buf, size_t room, size_t *n, struct cc_error *err)
{
    *n = 0;
    enum cc_status st = cc_interrupted() ? interrupted(err) : CC_OK;
    if (st == CC_OK && !in->begun) st = begin(in, err);
    if (st == CC_OK)
        st = in->ahead ? cc_ahead_read(in->ahead, buf, room, n, err) : read_plain(in, buf, room, n, err);
    if (st == CC_END && cc_input_unchanged(in, err) != CC_OK) st = CC_EIO;
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
    return in->named && in->packing == CC_PLAIN;
}

void cc_input_seek(struct cc_input *in, uint64_t offset)
{
    assert(cc_input_can_seek(in));
    in->at = offset;
}

const char *cc_input_name(const struct cc_input *in)
{
    return in->name;
}

uint64_t cc_input_taken(const struct cc_input *in)
{
    return atomic_load(&in->taken);
}

uint64_t cc_input_total(const struct cc_input *in)
{
    return in->regular ? in->identity.size : 0;
}

bool cc_input_identity(const struct cc_input *in, struct cc_input_identity *out)
{
    *out = in->regular ? in->identity : (struct cc_input_identity){ 0 };
    return in->regular;
}

static bool same_state(struct cc_input_identity a, struct cc_input_identity b)
{
    return a.size == b.size && a.mtime_ns == b.mtime_ns;
}

enum cc_status cc_input_unchanged(const struct cc_input *in, struct cc_error *err)
{
    if (!in->regular) return CC_OK;
    struct stat st;
    enum cc_status status = stat_file(in, &st, err);
    if (status == CC_OK && !same_state(identity_of(&st), in->identity))
        status = cc_error_set(err, CC_EIO, 0, 0, "the file changed while it was read");
    if (status == CC_OK && !in->hasher_runs && in->hash_error.code != CC_OK) {
        status = in->hash_error.code;
        if (err) *err = in->hash_error;
    }
    if (status != CC_OK) cc_error_file(err, in->name);
    return status;
}

void cc_input_hash(struct cc_input *in)
{
    in->hashing = true;
}

static void finish_hash(struct cc_input *in)
{
    if (in->hashed) return;
    if (in->hasher_runs) pthread_join(in->hasher, NULL);
    else if (in->named) hash_file(in);
    in->hasher_runs = false;
    in->hashed = true;
}

bool cc_input_sha256(struct cc_input *in, char hex[65])
{
    *hex = '\0';
    finish_hash(in);
    if (cc_input_unchanged(in, NULL) != CC_OK) return false;
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx sha = in->sha; /* the digest can be asked for again */
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

void cc_input_close(struct cc_input *in)
{
    if (!in) return;
    atomic_store(&in->closing, true);
    cc_ahead_stop(in->ahead);
    if (in->hasher_runs) pthread_join(in->hasher, NULL);
    cc_unpack_close(in->unpack);
    if (in->fd > STDERR_FILENO) close(in->fd);
    free(in->stored);
    free(in);
}

size_t cc_input_stem(const char *path)
{
    size_t n = strlen(path);
    if (n > 3 && strcmp(path + n - 3, ".gz") == 0) return n - 3;
    if (n > 4 && strcmp(path + n - 4, ".zst") == 0) return n - 4;
    return n;
}

#include "datasets/base/cc_input.h"

#include <fcntl.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "datasets/base/cc_signal.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static uint64_t state = 20261121;

static size_t chance(size_t below) /* xorshift; below >= 1 */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 11) % below;
}

struct bytes {
    char *data;
    size_t size, room;
};

static void append(struct bytes *b, const char *data, size_t n)
{
    if (b->room < b->size + n + 1) {
        b->room = 2 * (b->size + n + 1);
        b->data = realloc(b->data, b->room);
        if (!b->data) abort();
    }
    memcpy(b->data + b->size, data, n);
    b->size += n;
    b->data[b->size] = '\0';
}

/* Some rows that repeat themselves, some bytes that do not. */
static struct bytes some_text(size_t n)
{
    struct bytes b = { 0 };
    append(&b, "", 0);
    while (b.size < n) {
        char piece[300];
        size_t size = (size_t)sprintf(piece, "%zu,2024-%02zu-%02zu,1,,9\n", chance(100000), 1 + chance(12),
                                      1 + chance(28));
        if (!chance(6)) {
            size = 1 + chance(sizeof piece);
            for (size_t i = 0; i < size; i++) piece[i] = (char)chance(256);
        }
        append(&b, piece, size < n - b.size ? size : n - b.size);
    }
    return b;
}

static void add_gzip(struct bytes *out, const char *data, size_t n)
{
    size_t size;
    char *packed = scratch_gzip_bytes(data, n, &size);
    append(out, packed, size);
    free(packed);
}

static void add_zstd(struct bytes *out, const char *data, size_t n)
{
    size_t room = ZSTD_compressBound(n);
    char *packed = malloc(room);
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, 3); /* valgrind dislikes 5 and above */
    size_t size = ZSTD_compress2(z, packed, room, data, n);
    if (ZSTD_isError(size)) abort();
    append(out, packed, size);
    ZSTD_freeCCtx(z);
    free(packed);
}

enum form { PLAIN, GZIP, GZIPS, ZSTD, ZSTDS, FORMS };

/* The text in a form; GZIPS and ZSTDS: several joined, also empty ones, and frames to be skipped. */
static struct bytes stored_as(enum form form, struct bytes text)
{
    struct bytes out = { 0 };
    if (form == PLAIN) append(&out, text.data, text.size);
    if (form == GZIP) add_gzip(&out, text.data, text.size);
    if (form == ZSTD) add_zstd(&out, text.data, text.size);
    for (size_t at = 0, n; (form == GZIPS || form == ZSTDS) && (at < text.size || !out.size); at += n) {
        n = chance(text.size - at + 1);
        if (form == GZIPS) add_gzip(&out, text.data + at, n);
        else add_zstd(&out, text.data + at, n);
        if (form == ZSTDS && !chance(3)) append(&out, "\x5a\x2a\x4d\x18\x03\0\0\0abc", 11);
    }
    return out;
}

/* Someone who writes into our standard input, in pieces. */
struct writer {
    pthread_t thread;
    int fd;
    struct bytes bytes;
};

static void *run_writer(void *writer)
{
    const struct writer *w = writer;
    size_t most = w->bytes.size < 1000 ? 3 : 100000;
    for (size_t at = 0, n; at < w->bytes.size; at += n) {
        n = 1 + at * 7919 % (at < 8 ? 3 : most);
        if (n > w->bytes.size - at) n = w->bytes.size - at;
        if (write(w->fd, w->bytes.data + at, n) != (ssize_t)n) abort();
    }
    close(w->fd);
    return NULL;
}

/* Makes a pipe our standard input; returns the end to write to. */
static int new_input(void)
{
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0) abort();
    close(ends[0]);
    return ends[1];
}

static void pipe_in(struct writer *w, struct bytes b)
{
    *w = (struct writer){ .fd = new_input(), .bytes = b };
    if (pthread_create(&w->thread, NULL, run_writer, w) != 0) abort();
}

static void pipe_done(struct writer *w)
{
    pthread_join(w->thread, NULL);
}

static struct cc_input *opened(const char *path)
{
    struct cc_input *in;
    struct cc_error err;
    if (cc_input_open(path, &in, &err) != CC_OK) abort();
    return in;
}

static void sha_of(struct bytes b, char hex[65])
{
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, b.size, (const uint8_t *)b.data);
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) sprintf(hex + 2 * i, "%02x", digest[i]);
}

/* Reads to the end in steps of up to `most` bytes. */
static enum cc_status read_all(struct cc_input *in, size_t most, struct bytes *out, struct cc_error *err)
{
    char *buf = malloc(most);
    size_t n;
    enum cc_status st;
    uint64_t before = state; /* how many steps a pipe takes is chance of another kind */
    while ((st = cc_input_read(in, buf, 1 + chance(most), &n, err)) == CC_OK) {
        if (n == 0) abort();
        append(out, buf, n);
    }
    free(buf);
    state = before + 1;
    return st;
}

static bool equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool reads_as(const char *path, struct bytes stored, struct bytes text)
{
    struct bytes got = { 0 };
    struct cc_error err = { 0 };
    char hex[65], again[65], want[65];
    struct cc_input *in = opened(path);
    bool hashed = chance(3) > 0;
    if (hashed) cc_input_hash(in);
    size_t most = text.size < 5000 ? 3 : 300000;
    bool ok = read_all(in, most, &got, &err) == CC_END && equal(got, text);
    ok = ok && cc_input_taken(in) == stored.size;
    sha_of(stored, want);
    if (hashed) ok = ok && cc_input_sha256(in, hex) && strcmp(hex, want) == 0;
    if (hashed) ok = ok && cc_input_sha256(in, again) && strcmp(again, want) == 0;
    char c;
    size_t n;
    ok = ok && cc_input_read(in, &c, 1, &n, &err) == CC_END && n == 0;
    cc_input_close(in);
    free(got.data);
    return ok;
}

/* Plain or packed, from a file or a pipe, read in steps of any size: the same bytes and hash. */
static void test_forms(void)
{
    int bad = 0;
    const char *times = getenv("CC_TEST_ROUNDS");
    size_t rounds = 10 * (times ? (size_t)atol(times) : 1);
    for (size_t round = 0; round < rounds; round++) {
        struct bytes text = some_text(1 + chance(round % 2 ? 4000 : 600000));
        for (enum form form = PLAIN; form < FORMS; form++) {
            struct bytes stored = stored_as(form, text);
            bad += !reads_as(scratch_bytes("any", stored.data, stored.size), stored, text);
            struct writer w;
            pipe_in(&w, stored);
            bad += !reads_as("-", stored, text);
            pipe_done(&w);
            free(stored.data);
        }
        free(text.data);
    }
    OK(bad == 0);
}

/* "" if the file reads to its end, else the message; the bytes that were read before. */
static const char *message(const char *path, struct bytes *got)
{
    static char text[512];
    struct cc_error err = { 0 };
    struct cc_input *in;
    *text = '\0';
    enum cc_status st = cc_input_open(path, &in, &err);
    if (st == CC_OK) {
        st = read_all(in, 1000, got, &err);
        cc_input_close(in);
    }
    if (st != CC_END) snprintf(text, sizeof text, "%s", err.text);
    return text;
}

static const char *message_of(const char *data, size_t n)
{
    struct bytes got = { 0 };
    const char *text = message(scratch_bytes("any", data, n), &got);
    free(got.data);
    return text;
}

/* Wherever a packed file is cut, that is an error, never a shorter file. */
static void test_truncated(void)
{
    struct bytes text = some_text(300);
    for (enum form form = GZIP; form <= ZSTD; form++) {
        if (form == GZIPS) continue; /* joined files may be cut where they were joined */
        struct bytes stored = stored_as(form, text);
        const char *want = form == GZIP ? "the gzip file is truncated" : "the zstd file is truncated";
        int bad = 0;
        for (size_t n = form == GZIP ? 1 : 2; n < stored.size; n++) {
            bad += strcmp(message_of(stored.data, n), want) != 0;
            if (n % 16 != 1) continue;
            struct writer w;
            struct bytes got = { 0 };
            pipe_in(&w, (struct bytes){ .data = stored.data, .size = n });
            bad += strcmp(message("-", &got), want) != 0;
            free(got.data);
            pipe_done(&w);
        }
        OK(bad == 0);
        SAME(message_of(stored.data, stored.size), "");
        free(stored.data);
    }
    free(text.data);
    SAME(message_of("(", 1), ""); /* a parenthesis, not the start of a zstd file */
    SAME(message_of("\x28\xb5", 2), "the zstd file is truncated");
    SAME(message_of("P*M", 3), "");
}

/* Whatever byte is damaged, that is an error, or it was one of no importance (as the time in gzip). */
static void test_damaged(void)
{
    struct bytes text = some_text(300);
    for (enum form form = GZIP; form <= ZSTD; form++) { /* a damaged frame to be skipped may skip more */
        struct bytes stored = stored_as(form, text);
        int bad = 0, errors = 0;
        for (size_t i = form < ZSTD ? 2 : 4; i < stored.size; i++) { /* after what tells the packing */
            char was = stored.data[i];
            stored.data[i] = (char)(was ^ (1 + (int)chance(255)));
            struct bytes got = { 0 };
            const char *m = message(scratch_bytes("any", stored.data, stored.size), &got);
            errors += *m != '\0';
            const char *words = strstr(m, "file is damaged: ");
            if (!words) words = strstr(m, "file is truncated");
            if (!words) words = strstr(m, "file needs more than 128 MB");
            bad += *m ? !words : !equal(got, text);
            free(got.data);
            stored.data[i] = was;
        }
        OK(bad == 0 && errors > 0);
        free(stored.data);
    }
    free(text.data);
}

/* The last bytes of gzip are CRC and length; what follows must be gzip again. */
static void test_ends(void)
{
    struct bytes gz = { 0 }, zst = { 0 };
    add_gzip(&gz, "a,b\n1,2\n", 8);
    gz.data[gz.size - 1] ^= 1;
    SAME(message_of(gz.data, gz.size), "the gzip file is damaged: incorrect data check");
    gz.data[gz.size - 1] ^= 1;
    gz.data[gz.size - 5] ^= 1;
    SAME(message_of(gz.data, gz.size), "the gzip file is damaged: incorrect data check");
    gz.data[gz.size - 5] ^= 1;
    append(&gz, "\0\0", 2);
    SAME(message_of(gz.data, gz.size), "the gzip file is damaged: incorrect header check");
    gz.data[gz.size - 2] = '\x1f';
    SAME(message_of(gz.data, gz.size), "the gzip file is truncated");
    append(&gz, "0123456789", 10);
    SAME(message_of(gz.data, gz.size), "the gzip file is damaged: incorrect header check");
    add_zstd(&zst, "a,b\n1,2\n", 8);
    append(&zst, "junk", 4);
    SAME(message_of(zst.data, zst.size), "the zstd file is damaged: Unknown frame descriptor");
    static const char window[] = "\x28\xb5\x2f\xfd\x00\xf8\x01\0\0";
    SAME(message_of(window, 9), "the zstd file needs more than 128 MB to unpack (--long, --ultra?)");
    free(gz.data);
    free(zst.data);
}

/* A gzip header with all its parts: extra field, name, comment, its own check. */
static void test_gzip_header(void)
{
    static const char parts[] = "\x1f\x8b\x08\x1e\x01\x02\x03\x04\x02\x03\x05\0extraa.csv\0a comment";
    struct bytes gz = { 0 }, file = { 0 }, got = { 0 };
    add_gzip(&gz, "a,b\n1,2\n", 8);
    append(&file, parts, sizeof parts);
    unsigned crc = 0xffffffff;
    for (size_t i = 0; i < file.size; i++) {
        crc ^= (unsigned char)file.data[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    char check[] = { (char)~crc, (char)(~crc >> 8) };
    append(&file, check, 2);
    append(&file, gz.data + 10, gz.size - 10);
    SAME(message(scratch_bytes("any", file.data, file.size), &got), "");
    SAME(got.data, "a,b\n1,2\n");
    file.data[sizeof parts] ^= 1;
    SAME(message_of(file.data, file.size), "the gzip file is damaged: incorrect data check");
    free(gz.data);
    free(file.data);
    free(got.data);
}

static void test_refusals(void)
{
    struct bytes got = { 0 };
    struct cc_error err = { 0 };
    SAME(message("/nonexistent/a.csv", &got), "cannot open: No such file or directory");
    SAME(message("/tmp", &got), "is a directory, not a file");
    SAME(message(scratch_text("empty", ""), &got), "the file is empty");
    struct cc_input *in = opened(scratch_path("empty"));
    OK(read_all(in, 10, &got, &err) == CC_EDATA && err.line == 1 && err.column == 1);
    SAME(err.file, "empty");
    cc_input_close(in);
    close(new_input());
    SAME(message("-", &got), "the file is empty");
    OK(got.size == 0);
}

static void test_seek(void)
{
    struct bytes text = some_text(300000), stored = stored_as(GZIP, text), all = { 0 };
    struct cc_error err = { 0 };
    struct cc_input *in = opened(scratch_bytes("any", text.data, text.size));
    char buf[5000], hex[65], want[65];
    size_t n, bad = 0, taken = 0;
    OK(cc_input_can_seek(in) && cc_input_taken(in) == 0 && cc_input_total(in) == text.size);
    cc_input_hash(in);
    for (int i = 0; i < 300; i++) {
        size_t at = chance(text.size), room = 1 + chance(sizeof buf);
        cc_input_seek(in, at);
        bad += cc_input_read(in, buf, room, &n, &err) != CC_OK || memcmp(buf, text.data + at, n) != 0;
        taken += n;
    }
    OK(bad == 0 && cc_input_taken(in) == taken);
    cc_input_seek(in, text.size);
    OK(cc_input_read(in, buf, 1, &n, &err) == CC_END);
    sha_of(text, want);
    OK(cc_input_sha256(in, hex));
    SAME(hex, want);
    cc_input_seek(in, 0);
    OK(read_all(in, 5000, &all, &err) == CC_END && equal(all, text));
    cc_input_close(in);
    in = opened(scratch_bytes("any", stored.data, stored.size));
    OK(!cc_input_can_seek(in));
    cc_input_close(in);
    in = opened("-");
    OK(!cc_input_can_seek(in));
    cc_input_close(in);
    free(text.data);
    free(stored.data);
    free(all.data);
}

/* Standard input from a file goes on where it stands, and leaves nothing for a second reader. */
static void test_standard_input(void)
{
    struct bytes got = { 0 };
    int fd = open(scratch_text("any", "header\nrest\n"), O_RDONLY);
    if (fd < 0 || lseek(fd, 7, SEEK_SET) != 7 || dup2(fd, STDIN_FILENO) < 0) abort();
    close(fd);
    SAME(message("-", &got), "");
    SAME(got.data, "rest\n");
    SAME(message("-", &got), "the file is empty");
    free(got.data);
}

static void test_identity(void)
{
    struct cc_input_identity a, b;
    struct stat st;
    struct cc_input *in = opened(scratch_text("one", "12345"));
    OK(cc_input_identity(in, &a) && a.size == 5);
    if (stat(scratch_path("one"), &st) != 0) abort();
    OK(a.device == (uint64_t)st.st_dev && a.inode == (uint64_t)st.st_ino);
    OK(a.mtime_ns / 1000000000 == (int64_t)st.st_mtime);
    cc_input_close(in);
    in = opened(scratch_text("two", "12345"));
    OK(cc_input_identity(in, &b) && b.inode != a.inode);
    cc_input_close(in);
    close(new_input());
    in = opened("-");
    OK(!cc_input_identity(in, &b) && b.inode == 0 && cc_input_total(in) == 0);
    cc_input_close(in);
}

static void add_to(const char *path)
{
    FILE *f = fopen(path, "ab");
    if (!f || fputs("more\n", f) < 0 || fclose(f) != 0) abort();
}

/* A file that grows, or is written anew in place, while it is read. */
static void test_changed(void)
{
    struct bytes text = some_text(50000), got = { 0 };
    struct cc_error err = { 0 };
    for (enum form form = PLAIN; form <= ZSTD; form++) {
        struct bytes stored = stored_as(form, text);
        char buf[100], hex[65], path[128];
        size_t n;
        strcpy(path, scratch_bytes("any", stored.data, stored.size));
        struct cc_input *in = opened(path);
        cc_input_hash(in);
        OK(cc_input_read(in, buf, sizeof buf, &n, &err) == CC_OK && cc_input_unchanged(in, &err) == CC_OK);
        if (form == PLAIN) add_to(path);
        else if (utimensat(AT_FDCWD, path, (struct timespec[]){ { 5, 0 }, { 5, 0 } }, 0) != 0) abort();
        OK(read_all(in, 9000, &got, &err) == CC_EIO);
        SAME(err.text, "the file changed while it was read");
        SAME(err.file, "any");
        OK(!cc_input_sha256(in, hex) && *hex == '\0' && cc_input_unchanged(in, &err) == CC_EIO);
        cc_input_close(in);
        free(stored.data);
    }
    free(text.data);
    free(got.data);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Closing ends the threads wherever they are: not begun, waiting for the reader, or for a pipe. */
static void test_closed_early(void)
{
    struct bytes text = some_text(3000000), stored = stored_as(GZIP, text);
    struct cc_error err = { 0 };
    char buf[100];
    size_t n;
    double began = seconds();
    for (int i = 0; i < 20; i++) {
        struct cc_input *in = opened(scratch_bytes("any", stored.data, stored.size));
        cc_input_hash(in);
        for (int reads = i % 3; reads > 0; reads--) (void)!cc_input_read(in, buf, sizeof buf, &n, &err);
        cc_input_close(in);
    }
    int fd = new_input();
    if (write(fd, stored.data, 60000) != 60000) abort();
    struct cc_input *in = opened("-");
    OK(cc_input_read(in, buf, 1, &n, &err) == CC_OK);
    cc_input_close(in); /* while the thread waits for the rest */
    OK(seconds() - began < 5);
    close(fd);
    free(text.data);
    free(stored.data);
}

static void *run_killer(void *unused)
{
    nanosleep(&(struct timespec){ 0, 30000000 }, NULL);
    kill(getpid(), SIGTERM);
    return unused;
}

/* A signal ends also a read that waits for a packed pipe. Last, for the flag of the handler stays. */
static void test_interrupted(void)
{
    struct bytes gz = { 0 };
    struct cc_error err = { 0 };
    char c;
    size_t n;
    add_gzip(&gz, "a,b\n1,2\n", 8);
    int fd = new_input();
    if (write(fd, gz.data, gz.size - 1) != (ssize_t)gz.size - 1) abort();
    cc_catch_signals();
    pthread_t killer;
    if (pthread_create(&killer, NULL, run_killer, NULL) != 0) abort();
    struct cc_input *in = opened("-");
    enum cc_status st;
    while ((st = cc_input_read(in, &c, 1, &n, &err)) == CC_OK) continue;
    OK(st == CC_EINTERRUPTED);
    SAME(err.text, "interrupted");
    OK(cc_input_read(in, &c, 1, &n, &err) == CC_EINTERRUPTED);
    cc_input_close(in);
    pthread_join(killer, NULL);
    close(fd);
    free(gz.data);
}

static void test_stem(void)
{
    OK(cc_input_stem("a.csv.gz") == 5 && cc_input_stem("a.tsv.zst") == 5 && cc_input_stem("a.csv") == 5);
    OK(cc_input_stem("") == 0 && cc_input_stem(".gz") == 3 && cc_input_stem(".zst") == 4);
    OK(cc_input_stem("a.gz.zst") == 4 && cc_input_stem("a.GZ") == 4);
}

int main(void)
{
    test_forms();
    test_truncated();
    test_damaged();
    test_ends();
    test_gzip_header();
    test_refusals();
    test_seek();
    test_standard_input();
    test_identity();
    test_changed();
    test_closed_early();
    test_stem();
    test_interrupted();
    return tap_done();
}

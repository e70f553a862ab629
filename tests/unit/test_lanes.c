/* The fast lanes of the readers against the readers of record: the same fields, lines and messages for
 * any bytes, any instructions, any number of bytes read at a time, and any parts. CC_TEST_ROUNDS=N
 * makes it N times as long. */
#include <stdint.h>
#include <stdlib.h>

#include "datasets/base/cc_csv.h"
#include "datasets/records/cc_fixed.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static uint64_t seed = 20241121;

static unsigned below(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % n);
}

static unsigned rounds(void)
{
    const char *text = getenv("CC_TEST_ROUNDS");
    return text ? (unsigned)atoi(text) : 1;
}

/* --- what a reader makes of a file, as one text --- */

struct reading {
    enum cc_simd simd;
    size_t bytes;
    const struct cc_part *part;
    bool fixed;
};

static const size_t widths[] = { 9, 11 };

static unsigned wrong_guesses; /* of where a part begins */

static void put_block(const struct cc_block *b, uint64_t first_line, struct cc_buf *out)
{
    for (size_t r = 0; r < b->rows; r++) {
        bool ok = first_line || cc_buf_printf(out, "%llu:", (unsigned long long)b->line[r]);
        for (size_t c = 0; ok && c < b->columns; c++) {
            struct cc_field f = cc_block_field(b, r, c);
            ok = cc_buf_add(out, b->text + f.at, f.size) && cc_buf_char(out, '\1');
        }
        if (!ok || !cc_buf_char(out, '\2')) abort();
    }
}

/* The rows before an error do not count: how many are handed out depends on the blocks. */
static void put_error(const struct cc_error *e, struct cc_buf *out)
{
    cc_buf_clear(out);
    if (!cc_buf_printf(out, "%d %zu:%zu %s", (int)e->code, e->line, e->column, e->text)) abort();
}

/* Appends rows or the error; *began and *stands are those of the part. */
static enum cc_status read_csv(const char *path, const struct reading *how, struct cc_buf *out, uint64_t *began,
                               uint64_t *stands)
{
    static struct cc_block block;
    struct cc_csv_options o = { .simd = how->simd, .bytes = how->bytes, .part = how->part };
    struct cc_error err;
    struct cc_csv *c;
    enum cc_status st = cc_csv_open(path, &o, &c, &err);
    if (st != CC_OK) {
        put_error(&err, out);
        return st;
    }
    size_t n;
    (void)cc_csv_names(c, &n);
    const int columns[] = { (int)n - 1, 0, CC_CSV_ABSENT, n > 2 ? 2 : 0, 0, n > 1 ? 1 : 0 };
    if (cc_csv_want(c, columns, 6) != CC_OK) abort();
    *began = cc_csv_began(c);
    while ((st = cc_csv_read(c, &block, &err)) == CC_OK) put_block(&block, how->part != NULL, out);
    if (st != CC_END) put_error(&err, out);
    *stands = cc_csv_stands(c);
    cc_csv_close(c);
    return st;
}

static enum cc_status read_fixed(const char *path, const struct reading *how, struct cc_buf *out, uint64_t *began,
                                 uint64_t *stands)
{
    static struct cc_block block;
    static const struct cc_place places[] = { { 3, 4 }, { 1, 2 }, { 0, 0 }, { 7, 3 } };
    struct cc_fixed_options o = { .simd = how->simd, .bytes = how->bytes, .part = how->part };
    struct cc_error err;
    struct cc_fixed *f;
    enum cc_status st = cc_fixed_open(path, widths, 2, &o, &f, &err);
    if (st != CC_OK) {
        put_error(&err, out);
        return st;
    }
    if (cc_fixed_want(f, places, 4) != CC_OK) abort();
    *began = cc_fixed_began(f);
    while ((st = cc_fixed_read(f, &block, &err)) == CC_OK) put_block(&block, how->part != NULL, out);
    if (st != CC_END) put_error(&err, out);
    *stands = cc_fixed_stands(f);
    cc_fixed_close(f);
    return st;
}

static enum cc_status read_file(const char *path, const struct reading *how, struct cc_buf *out, uint64_t *began,
                                uint64_t *stands)
{
    cc_buf_clear(out);
    if (!cc_buf_add(out, "", 0)) abort();
    return (how->fixed ? read_fixed : read_csv)(path, how, out, began, stands);
}

static bool can_split(const char *path, const struct reading *how)
{
    struct cc_csv_options o = { .simd = how->simd };
    struct cc_csv *c;
    if (how->fixed) return true;
    if (cc_csv_open(path, &o, &c, NULL) != CC_OK) return false;
    bool can = cc_csv_can_split(c);
    cc_csv_close(c);
    return can;
}

/* As tally does it: each part by itself, one that was guessed wrong again from where it must begin.
 * Rows only; false if a part met an error, and then the whole has to be read in one go. */
static bool read_parts(const char *path, uint64_t size, unsigned n, const struct reading *how, struct cc_buf *out)
{
    struct cc_buf one = { 0 };
    uint64_t began = 0, stands = 0, before = 0;
    bool ok = true;
    cc_buf_clear(out);
    if (!cc_buf_add(out, "", 0)) abort();
    for (unsigned i = 0; ok && i < n; i++) {
        struct cc_part part = { .from = size * i / n, .to = i + 1 == n ? UINT64_MAX : size * (i + 1) / n };
        struct reading this = *how;
        this.part = &part;
        ok = read_file(path, &this, &one, &began, &stands) == CC_END;
        if (i && began != before) {
            wrong_guesses++;
            part.from = before;
            part.known = true;
            ok = read_file(path, &this, &one, &began, &stands) == CC_END && began == before;
        }
        before = stands;
        if (ok && !cc_buf_add(out, one.data, one.size)) abort();
    }
    cc_buf_free(&one);
    return ok;
}

/* --- random files --- */

static void put(struct cc_buf *b, const char *text, size_t n)
{
    if (!cc_buf_add(b, text, n)) abort();
}

static void random_field(struct cc_buf *b, char delimiter, bool wild)
{
    static const char *const plain[] = { "", "", "1", "2", "99", "CA", "12312024", "A1B2C3D4E5F6", "two words",
                                         " 7", "8 ", "\xc3\xa9t\xc3\xa9", "x\ty", "'" };
    static const char *const quoted[] = { "\"\"", "\"1\"", "\"a,b\"", "\"a\"\"b\"", "\"\"\"\"", "\" x \"", "\"l1\nl2\"",
                                          "\"l1\r\nl2\"", "\"\n\n\n1,2,3\n\"", "\"\"\"q\"\"\"", "\";\t,\"" };
    static const char *const odd[] = { "a\"b", " \"1\"", "\"1\" ", "\"1\"x", "\"", "\r", "\n", "\r\n",
        "\"x\"\"", "\0", "\t", "  " };
    unsigned what = below(100);
    const char *text = what < 80 ? plain[below(14)] : what < 99 || !wild ? quoted[below(11)] : odd[below(12)];
    put(b, text, *text || what < 80 ? strlen(text) : 1);
    if (what == 7) for (unsigned i = below(400); i; i--) put(b, "y", 1);
    if (what == 8 && delimiter != ';') put(b, ";", 1);
}

static void random_csv(struct cc_buf *b, char delimiter, bool wild)
{
    unsigned columns = 1 + below(8), rows = below(below(4) ? 12 : 300);
    const char *end = below(3) ? "\n" : "\r\n";
    cc_buf_clear(b);
    if (below(8) == 0) put(b, "\xef\xbb\xbf", 3);
    for (unsigned i = 0; i < columns; i++)
        if (!cc_buf_printf(b, "%sc%u", i ? (char[]){ delimiter, 0 } : "", i)) abort();
    put(b, end, strlen(end));
    for (unsigned r = 0; r < rows; r++) {
        unsigned n = wild && below(200) == 0 ? below(10) : columns;
        for (unsigned i = 0; i < n; i++) {
            if (i) put(b, &delimiter, 1);
            random_field(b, delimiter, wild);
        }
        if (wild && below(150) == 0) end = below(2) ? "\n" : "\r\n";
        if (r + 1 < rows || below(3)) put(b, end, strlen(end));
    }
}

static void random_fixed(struct cc_buf *b, bool wild)
{
    unsigned width = below(2) ? 9 : 11, rows = 1 + below(300);
    const char *end = below(3) ? "\n" : "\r\n";
    cc_buf_clear(b);
    for (unsigned r = 0; r < rows; r++) {
        unsigned n = wild && below(300) == 0 ? below(13) : width;
        for (unsigned i = 0; i < n; i++) {
            char c = "0123 Aé\t\r\n"[below(wild && below(400) == 0 ? 11 : 7)];
            put(b, &c, 1);
        }
        if (wild && below(150) == 0) end = below(2) ? "\n" : "\r\n";
        if (r + 1 < rows || below(3)) put(b, end, strlen(end));
    }
}

/* --- the comparison --- */

static bool is_same(const struct cc_buf *a, const struct cc_buf *b)
{
    return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

/* The number of ways in which a reading differed. A long row that comes byte by byte is looked at again
 * and again: then larger steps. */
static unsigned differences(const char *path, uint64_t size, bool fixed)
{
    static const size_t small[] = { 0, 1, 7, 63, 64, 65, 1000 },
        large[] = { 0, 20000, 40001, 65536, 65537, 100000, 262143 };
    const size_t *steps = size < 50000 ? small : large;
    static struct cc_buf want, want_rows, got;
    uint64_t began, stands;
    unsigned bad = 0;
    struct reading how = { .simd = CC_SIMD_OFF, .fixed = fixed };
    enum cc_status st = read_file(path, &how, &want, &began, &stands);
    struct cc_part all = { 0, UINT64_MAX, false };
    how.part = &all;
    (void)read_file(path, &how, &want_rows, &began, &stands);
    for (int level = CC_SIMD_PLAIN; level <= CC_SIMD_NEON; level++) {
        if (!cc_simd_has((enum cc_simd)level)) continue;
        how = (struct reading){ .simd = (enum cc_simd)level, .fixed = fixed, .bytes = steps[below(7)] };
        bad += read_file(path, &how, &got, &began, &stands) != st || !is_same(&got, &want);
        unsigned parts = can_split(path, &how) ? 1 + below(7) : 1;
        if (st == CC_END) bad += !read_parts(path, size, parts, &how, &got) || !is_same(&got, &want_rows);
        /* an error is never missed; that there is no row at all is for the caller to see */
        if (st != CC_END) bad += read_parts(path, size, parts, &how, &got) && got.size;
    }
    return bad;
}

static void test_random(unsigned files, bool fixed)
{
    struct cc_buf b = { 0 };
    unsigned bad = 0;
    for (unsigned i = 0; i < files && bad == 0; i++) {
        bool wild = below(3) == 0, tab = !fixed && below(5) == 0;
        if (fixed) random_fixed(&b, wild);
        else random_csv(&b, tab ? '\t' : ',', wild);
        const char *path = scratch_bytes(fixed ? "a.dat" : tab ? "a.tsv" : "a.csv", b.data ? b.data : "", b.size);
        bad += differences(path, b.size, fixed);
        if (bad) printf("# file %u differs: %s\n", i, path);
    }
    if (bad && getenv("CC_TEST_KEEP")) fflush(stdout), _exit(1);
    OK(bad == 0);
    cc_buf_free(&b);
}

/* Of a regular file no part is read twice. */
static void test_guesses(void)
{
    for (int fixed = 0; fixed < 2; fixed++) {
        struct cc_buf b = { 0 };
        if (!fixed) put(&b, "a,b,c\n", 6);
        for (int r = 0; r < 100000; r++) put(&b, fixed ? "123456789\n" : "1,\"a,b\",3\n", 10);
        const char *path = scratch_bytes(fixed ? "g.dat" : "g.csv", b.data, b.size);
        struct reading how = { .simd = CC_SIMD_BEST, .fixed = fixed };
        struct cc_buf got = { 0 };
        wrong_guesses = 0;
        for (unsigned n = 2; n <= 5; n++) OK(read_parts(path, b.size, n, &how, &got) && wrong_guesses == 0);
        cc_buf_free(&got);
        cc_buf_free(&b);
    }
}

/* Hundreds of line feeds inside one quoted field of every row: a guessed start is nearly always wrong. */
static void test_hostile(void)
{
    struct cc_buf b = { 0 };
    put(&b, "a,b,c\n", 6);
    for (int r = 0; r < 400; r++) {
        if (!cc_buf_printf(&b, "%d,\"", r)) abort();
        for (int i = 0; i < 250; i++) put(&b, r % 2 ? "\n" : "1,2,3\n", r % 2 ? 1 : 6);
        put(&b, "\",9\n", 4);
    }
    OK(differences(scratch_bytes("h.csv", b.data, b.size), b.size, false) == 0);
    cc_buf_free(&b);
}

/* Fields and rows longer than what is read at a time. */
static void test_long_fields(void)
{
    struct cc_buf b = { 0 };
    char *many = malloc(1 << 20);
    memset(many, 'y', 1 << 20);
    put(&b, "a,b,c\n", 6);
    for (int r = 0; r < 6; r++) {
        put(&b, "1,2,3\n4,\"", 9);
        put(&b, many, r % 2 ? 1 << 20 : 70000);
        put(&b, r % 3 ? "\",5\n" : "\"\"\n\",5\n", r % 3 ? 4 : 7);
    }
    OK(differences(scratch_bytes("l.csv", b.data, b.size), b.size, false) == 0);
    free(many);
    cc_buf_free(&b);
}

int main(void)
{
    test_random(600 * rounds(), false);
    test_random(200 * rounds(), true);
    test_guesses();
    test_hostile();
    test_long_fields();
    return tap_done();
}

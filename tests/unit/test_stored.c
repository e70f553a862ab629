/* Side files: what is read from them is what is read from the file, for any columns, formats and parts; a
 * stale or damaged one is noticed and made anew. CC_TEST_ROUNDS=N makes it N times as long. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "datasets/records/cc_stored_file.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static uint64_t seed = 11;

static unsigned below(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % n);
}

enum { VARIABLES = 6, GONE = 5 /* in no file */ };
static const char book[] = "name,alias,type,format,start,width,codes\n(codebook),,,,,29,\n"
                           "ST,State,text,,1,2,\nID,,id,,3,6,\nSEX,,code,,9,1,1=male;2=female\n"
                           "N,,integer,,10,6,\nD,,date,mmddyyyy,16,8,\nGONE,,code,,24,6,1=a\n";
static struct cc_codebook *cb;
static const struct cc_stored_options beside = { .verify = false };
static struct cc_stored_options with_folder;

/* --- files --- */

static void put(struct cc_buf *b, const char *text, size_t n)
{
    if (!cc_buf_add(b, text, n)) abort();
}

static void put_field(struct cc_buf *b, const char *text, int width, bool fixed, char end)
{
    if (fixed && !cc_buf_printf(b, "%*s", below(2) ? width : -width, text)) abort();
    if (!fixed && !cc_buf_printf(b, below(30) ? "%s" : below(2) ? "\" %s\"" : " %s ", text)) abort();
    if ((!fixed || end == '\n') && !cc_buf_char(b, end)) abort();
}

/* distinct: about how many ids and numbers there are. */
static void random_file(struct cc_buf *b, unsigned rows, bool fixed, char delimiter, unsigned distinct)
{
    static const char *const states[] = { "CA", "NY", "" }, *const sexes[] = { "1", "2", "", "x" };
    char text[16];
    cc_buf_clear(b);
    if (!fixed && !cc_buf_printf(b, "State%cID%cSEX%cN%cD%cother\n", delimiter, delimiter, delimiter,
                                 delimiter, delimiter))
        abort();
    for (unsigned r = 0; r < rows; r++) {
        put_field(b, states[below(3)], 2, fixed, delimiter);
        snprintf(text, sizeof text, "%u", below(distinct));
        put_field(b, text, 6, fixed, delimiter);
        put_field(b, sexes[below(4)], 1, fixed, delimiter);
        snprintf(text, sizeof text, "%u", below(r < rows / 2 ? 9 : distinct));
        put_field(b, text, 6, fixed, delimiter);
        snprintf(text, sizeof text, "%02u%02u2021", 1 + below(12), 1 + below(28));
        put_field(b, text, 8, fixed, delimiter);
        put_field(b, fixed ? "" : "more", 6, fixed, '\n');
    }
}

/* --- readings, as texts --- */

/* Appends the rows of these variables, from the file or its side file. */
static enum cc_status read_rows(const char *path, struct cc_stored *stored, const struct cc_part *part,
                                const size_t *variables, size_t n, struct cc_buf *out)
{
    static struct cc_block block;
    struct cc_error err;
    struct cc_records *r;
    struct cc_records_options o = { .stored = stored, .part = part };
    enum cc_status st = cc_records_open(path, cb, &o, &r, &err);
    if (st != CC_OK) return st;
    st = cc_records_want(r, variables, n);
    while (st == CC_OK && (st = cc_records_read(r, &block, &err)) == CC_OK)
        for (size_t row = 0; row < block.rows; row++, put(out, "\n", 1))
            for (size_t c = 0; c < n; c++) {
                struct cc_field f = cc_block_field(&block, row, c);
                struct cc_coded coded;
                while (f.size && block.text[f.at] == ' ') f.at++, f.size--; /* those inside quotes do not matter */
                put(out, block.text + f.at, f.size);
                put(out, "|", 1);
                if (!block.coded || !block.coded(&block, c, &coded)) continue;
                uint32_t code = coded.width == 1 ? ((const uint8_t *)coded.codes)[row]
                                                : ((const uint16_t *)coded.codes)[row];
                if (code >= coded.count || coded.texts[code].size != f.size
                    || memcmp(block.text + coded.texts[code].at, block.text + f.at, f.size) != 0) abort();
            }
    cc_records_close(r);
    return st;
}

static char *side_name(const char *path, char *name)
{
    sprintf(name, "%s.columns", path);
    return name;
}

static bool same_text(const struct cc_buf *a, const struct cc_buf *b)
{
    return a->size == b->size && (!a->size || !memcmp(a->data, b->data, a->size));
}

/* Is what the side file gives, in up to three parts, the file's? A damaged one may say so instead; then it is
 * gone and the next one is right. */
static bool agrees(const char *path, const struct cc_stored_options *how, const size_t *variables, size_t n,
                   bool damaged)
{
    struct cc_buf want = { 0 }, got = { 0 };
    struct cc_stored *s;
    struct cc_error err;
    if (read_rows(path, NULL, NULL, variables, n, &want) != CC_END) abort();
    enum cc_status st = cc_stored_open(path, cb, NULL, how, variables, n, &s, &err);
    if (st != CC_OK) printf("# %s\n", err.text);
    if (st == CC_OK) {
        uint64_t rows = cc_stored_rows(s), a = below((unsigned)rows + 1), b = a + below((unsigned)(rows - a) + 1);
        struct cc_part parts[] = { { 0, a, false }, { a, b, false }, { b, UINT64_MAX, false } };
        st = CC_END;
        for (size_t i = 0; st == CC_END && i < 3; i++) st = read_rows(path, s, &parts[i], variables, n, &got);
        cc_stored_close(s);
    }
    bool same = st == CC_END && same_text(&want, &got);
    cc_buf_free(&want);
    cc_buf_free(&got);
    if (!damaged || st != CC_EDATA) return same;
    return agrees(path, how, variables, n, false);
}

static size_t random_variables(size_t *variables)
{
    size_t n = below(VARIABLES);
    for (size_t i = 0; i < n; i++) variables[i] = below(GONE);
    return n;
}

static void test_random(unsigned rounds)
{
    struct cc_buf b = { 0 };
    size_t variables[VARIABLES];
    for (unsigned i = 0; i < rounds; i++) {
        unsigned kind = below(4);
        random_file(&b, 1 + below(6000), kind == 0, kind == 1 ? '\t' : ',', 1 + below(2000));
        const char *name = (const char *const[]){ "a.dat", "a.tsv", "a.csv", "a.csv.gz" }[kind];
        char path[128];
        strcpy(path, kind == 3 ? scratch_gzip(name, b.data) : scratch_bytes(name, b.data, b.size));
        for (int k = 0; k < 4; k++) { /* more columns each time */
            size_t n = random_variables(variables);
            if (!OK(agrees(path, below(2) ? &beside : &with_folder, variables, n, false))) return;
        }
    }
    cc_buf_free(&b);
}

/* More groups than one, and more distinct texts than codes can have, from the start or later on. */
static void test_many_texts(void)
{
    static const size_t variables[] = { 0, 1, 3, 2 };
    struct cc_buf b = { 0 };
    random_file(&b, 200000, false, ',', 500000);
    char path[128], side[160];
    strcpy(path, scratch_bytes("many.csv", b.data, b.size));
    OK(agrees(path, &beside, variables, 4, false));
    OK(agrees(path, &beside, variables, 4, false));
    struct stored_directory d;
    int fd = open(side_name(path, side), O_RDONLY);
    OK(cc_stored_get(fd, &d) && d.rows == 200000 && d.group_count > 3 && d.column_count == 4);
    size_t codes = 0, texts = 0;
    for (uint64_t g = 0; g < d.group_count; g++) {
        codes += d.groups[g].pieces[3].width == 1;
        texts += d.groups[g].pieces[3].width == 0;
    }
    OK(!strcmp(d.columns[3].name, "N") && codes > 0 && texts > 0);
    struct stat st;
    OK(fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600);
    close(fd);
    cc_arena_free(&d.arena);
    cc_buf_free(&b);
}

/* --- damage --- */

static char *load(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(1 << 20);
    if (!f || !bytes) abort();
    *n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void save(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) abort();
}

/* Is the side file taken for one, with these bytes, or cut to n bytes? */
static bool accepts(const char *side, const char *bytes, size_t n)
{
    struct stored_directory d;
    if (bytes) save(side, bytes, n);
    else scratch_cut(side, (long)n);
    int fd = open(side, O_RDONLY);
    bool ok = cc_stored_get(fd, &d);
    cc_arena_free(&d.arena);
    close(fd);
    return ok;
}

static void test_damage(unsigned rounds)
{
    static const size_t variables[] = { 0, 1, 2, 3, 4 };
    struct cc_buf b = { 0 };
    random_file(&b, 120, false, ',', 50);
    char path[128], side[160];
    strcpy(path, scratch_bytes("d.csv", b.data, b.size));
    OK(agrees(path, &beside, variables, 5, false));
    size_t n, bad = 0;
    char *good = load(side_name(path, side), &n), *bytes = malloc(n + 1);
    memcpy(bytes, good, n);
    bytes[n] = 'x';
    bad += accepts(side, bytes, n + 1);
    for (size_t i = n; i-- > 0;) bad += accepts(side, NULL, i);
    bad += !agrees(path, &beside, variables, 5, true);
    for (unsigned i = 0; i < 150 * rounds; i++) {
        memcpy(bytes, good, n);
        for (unsigned k = 1 + below(3); k > 0; k--) bytes[below((unsigned)n)] ^= (char)(1 << below(8));
        save(side, bytes, n);
        bad += !agrees(path, &beside, variables, 5, true);
    }
    OK(bad == 0);
    free(bytes);
    free(good);
    cc_buf_free(&b);
}

/* Changes the directory or a piece, with checksums that are right. */
static void forge(const char *side, void (*change)(struct stored_directory *d, char *bytes))
{
    size_t n;
    char *bytes = load(side, &n);
    struct stored_directory d;
    struct cc_buf tail = { 0 };
    int fd = open(side, O_RDONLY);
    if (!cc_stored_get(fd, &d)) abort();
    close(fd);
    uint64_t end = 0;
    memcpy(&end, bytes + n - 32, sizeof end);
    change(&d, bytes);
    for (uint64_t i = 0; i < d.column_count; i++) {
        struct stored_piece *p = &d.groups[0].pieces[i], *t = &d.columns[i].texts;
        if (p->at + p->size <= end) p->check = cc_stored_hash(bytes + p->at, p->size);
        if (t->at + t->size <= end) t->check = cc_stored_hash(bytes + t->at, t->size);
    }
    if (!cc_stored_put(&d, end, &tail)) abort();
    memcpy(bytes + end, tail.data, tail.size);
    save(side, bytes, end + tail.size);
    cc_buf_free(&tail);
    cc_arena_free(&d.arena);
    free(bytes);
}

static void code_too_great(struct stored_directory *d, char *bytes) { bytes[d->groups[0].pieces[2].at + 7] = 100; }
static void text_backwards(struct stored_directory *d, char *bytes) { bytes[d->columns[1].texts.at + 4] = 99; }
static void text_beyond(struct stored_directory *d, char *bytes) { bytes[d->columns[1].texts.at + 3] = 99; }
static void piece_beyond(struct stored_directory *d, char *bytes)
{
    (void)bytes, d->groups[0].pieces[0].at = UINT64_MAX - 1;
}
static void piece_short(struct stored_directory *d, char *bytes) { (void)bytes, d->groups[0].pieces[0].size--; }
static void piece_wide(struct stored_directory *d, char *bytes) { (void)bytes, d->groups[0].pieces[0].width = 8; }
static void too_many_rows(struct stored_directory *d, char *bytes) { (void)bytes, d->rows++; }
static void group_too_long(struct stored_directory *d, char *bytes)
{
    (void)bytes, d->groups[0].rows = d->rows = UINT64_MAX / 2;
}
static void many_texts(struct stored_directory *d, char *bytes)
{
    (void)bytes, d->columns[0].text_count = UINT64_MAX / 4;
}

static void test_forged(void)
{
    static const size_t variables[] = { 0, 1, 2, 3, 4 };
    static void (*const changes[])(struct stored_directory *, char *) = {
        code_too_great, text_backwards, text_beyond, piece_beyond, piece_short, piece_wide, too_many_rows,
        group_too_long, many_texts };
    struct cc_buf b = { 0 };
    random_file(&b, 120, false, ',', 50);
    char path[128], side[160];
    strcpy(path, scratch_bytes("forged.csv", b.data, b.size));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        OK(agrees(path, &beside, variables, 5, false));
        forge(side_name(path, side), changes[i]);
        OK(agrees(path, &beside, variables, 5, true));
    }
    cc_buf_free(&b);
}

/* --- another state of the file --- */

static uint64_t inode_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

/* Overwrites one byte in place, and sets the time back if asked to. */
static void change_byte(const char *path, long at, char c, bool set_back)
{
    struct stat st;
    if (stat(path, &st) != 0) abort();
    FILE *f = fopen(path, "r+b");
    if (!f || fseek(f, at, SEEK_SET) != 0 || fputc(c, f) == EOF || fclose(f) != 0) abort();
    struct timespec times[] = { st.st_atim, st.st_mtim };
    if (set_back && utimensat(AT_FDCWD, path, times, 0) != 0) abort();
}

static void test_stale(void)
{
    static const size_t variables[] = { 2, 0 };
    static const struct cc_stored_options verify = { .verify = true };
    struct cc_buf b = { 0 };
    char path[128], side[160];
    random_file(&b, 30, false, ',', 50);
    strcpy(path, scratch_bytes("stale.csv", b.data, b.size));
    OK(agrees(path, &beside, variables, 2, false));
    uint64_t first = inode_of(side_name(path, side));
    OK(agrees(path, &beside, variables, 2, false) && inode_of(side) == first); /* it is used again */
    long row = strstr(b.data, "\nCA,") + 1 - b.data;
    change_byte(path, row, 'x', false);
    OK(agrees(path, &beside, variables, 2, false) && inode_of(side) != first);
    change_byte(path, row, 'y', true); /* seen in the samples */
    OK(agrees(path, &beside, variables, 2, false));
    struct timespec now[] = { { 0, UTIME_OMIT }, { 1000000000, 7 } };
    first = inode_of(side);
    OK(utimensat(AT_FDCWD, path, now, 0) == 0 && agrees(path, &beside, variables, 2, false) && inode_of(side) != first);

    /* a larger file: between samples only the whole hash sees it */
    random_file(&b, 40000, false, ',', 1000);
    strcpy(path, scratch_bytes("large.csv", b.data, b.size));
    OK(agrees(path, &verify, variables, 2, false));
    first = inode_of(side_name(path, side));
    OK(agrees(path, &verify, variables, 2, false) && inode_of(side) == first);
    row = strstr(b.data + 6000, "\nCA,") + 1 - b.data;
    change_byte(path, row, 'z', true);
    OK(!agrees(path, &beside, variables, 2, false));
    OK(agrees(path, &verify, variables, 2, false) && inode_of(side) != first);
    OK(agrees(path, &beside, variables, 2, false));
    cc_buf_free(&b);
}

/* --- what it holds, and when there is none --- */

static uint64_t columns_of(const char *path)
{
    char side[160];
    struct stored_directory d;
    int fd = open(side_name(path, side), O_RDONLY);
    uint64_t n = cc_stored_get(fd, &d) ? d.column_count : 0;
    cc_arena_free(&d.arena);
    close(fd);
    return n;
}

static enum cc_status open_only(const char *path, const struct cc_records_options *reading,
                                const struct cc_stored_options *how, struct cc_error *err)
{
    static const size_t variables[] = { 1 };
    struct cc_stored *s;
    enum cc_status st = cc_stored_open(path, cb, reading, how, variables, 1, &s, err);
    if (st != CC_OK && s) abort();
    cc_stored_close(s);
    return st;
}

static void test_columns(void)
{
    static const size_t one[] = { 2 }, other[] = { 1, 0 };
    struct cc_buf b = { 0 };
    random_file(&b, 50, false, ',', 50);
    char path[128], side[160];
    strcpy(path, scratch_bytes("columns.csv", b.data, b.size));
    OK(agrees(path, &beside, one, 1, false) && columns_of(path) == 1);
    OK(agrees(path, &beside, other, 2, false) && columns_of(path) == 3);
    OK(agrees(path, &beside, one, 1, false) && columns_of(path) == 3);
    uint64_t first = inode_of(side_name(path, side));
    OK(agrees(path, &beside, one, 0, false) && inode_of(side) == first); /* only how many records there are */
    OK(unlink(side) == 0 && agrees(path, &beside, one, 0, false) && columns_of(path) == 0);
    cc_buf_free(&b);
}

static void test_none(void)
{
    struct cc_error err;
    char side[160], path[128];
    const struct cc_stored_options nowhere = { .folder = "/nonexistent" };
    strcpy(path, scratch_text("bad.csv", "State,ID,SEX\nCA,1,1\nCA,1\n"));
    OK(open_only(path, NULL, &beside, &err) == CC_EDATA && err.line == 3);
    OK(access(side_name(path, side), F_OK) != 0);
    strcpy(path, scratch_text("ok.csv", "State,ID,SEX\nCA,1,1\n"));
    OK(open_only(path, NULL, &nowhere, &err) == CC_EIO);
    OK(mkdir(side_name(path, side), 0700) == 0 && open_only(path, NULL, &beside, &err) == CC_EIO);
    OK(rmdir(side) == 0 && open_only(path, NULL, &beside, &err) == CC_OK);
    const struct cc_records_options semicolon = { .delimiter = ';' };
    OK(open_only(path, &semicolon, &beside, &err) == CC_EDATA);
    OK(open_only("/dev/null", NULL, &beside, &err) == CC_EUSAGE);
    OK(open_only("-", NULL, &beside, &err) == CC_EUSAGE);
    strcpy(path, scratch_text("missing.csv", "State\nCA\n")); /* nothing that is asked for */
    OK(open_only(path, NULL, &beside, &err) == CC_EDATA && access(side_name(path, side), F_OK) != 0);
}

int main(void)
{
    const char *text = getenv("CC_TEST_ROUNDS");
    unsigned rounds = text ? (unsigned)atoi(text) : 1;
    char name[128], folder[128];
    struct cc_error err;
    strcpy(name, scratch_text("book.csv", book));
    strcpy(folder, scratch_path("side"));
    if (mkdir(folder, 0700) != 0 || cc_codebook_load(name, &cb, &err) != CC_OK) return 1;
    with_folder.folder = folder;
    test_random(40 * rounds);
    test_many_texts();
    test_damage(rounds);
    test_forged();
    test_stale();
    test_columns();
    test_none();
    cc_codebook_free(cb);
    return tap_done();
}

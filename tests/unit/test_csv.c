/* The delimited reader and the input under it: one content, many spellings; and every refusal. */
#include "datasets/base/cc_csv.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* All fields as "a|b|;c|d|;" with their lines, or the error as "file:line:column: text". */
static const char *rows(const char *path, const struct cc_csv_options *options)
{
    static char out[8192];
    struct cc_error err = { 0 };
    struct cc_csv *csv;
    struct cc_block b = { 0 };
    size_t n = 0;
    *out = '\0';
    enum cc_status st = cc_csv_open(path, options, &csv, &err);
    if (st == CC_OK) {
        const char *const *names = cc_csv_names(csv, &n);
        for (size_t i = 0; i < n; i++) sprintf(out + strlen(out), "%s|", names[i]);
    }
    while (st == CC_OK && (st = cc_csv_read(csv, &b, &err)) == CC_OK)
        for (size_t r = 0; r < b.rows && strlen(out) < 7000; r++) {
            sprintf(out + strlen(out), ";%llu:", (unsigned long long)b.line[r]);
            for (size_t c = 0; c < b.columns; c++) {
                struct cc_field f = cc_block_field(&b, r, c);
                sprintf(out + strlen(out), "%.*s|", (int)f.size, b.text + f.at);
            }
        }
    if (st != CC_END) sprintf(out, "%s:%zu:%zu: %s", err.file, err.line, err.column, err.text);
    cc_block_free(&b);
    cc_csv_close(csv);
    return out;
}

static const char CONTENT[] = "id,name,note\n1, Ann ,\"a, \"\"b\"\"\nc\"\n02,,\n3,\xc3\xa9,\" x \"\n";
static const char WANTED[] = "id|name|note|;2:1|Ann|a, \"b\"\nc|;4:02|||;5:3|\xc3\xa9| x |";

/* LF outside quotes to CRLF. */
static const char *with_crlf(const char *text)
{
    static char out[512];
    size_t n = 0;
    int quoted = 0;
    for (; *text; text++) {
        quoted ^= *text == '"';
        if (*text == '\n' && !quoted) out[n++] = '\r';
        out[n++] = *text;
    }
    out[n] = '\0';
    return out;
}

static void test_spellings(void)
{
    char text[600];
    SAME(rows(scratch_text("a.csv", CONTENT), NULL), WANTED);
    SAME(rows(scratch_text("a.csv", with_crlf(CONTENT)), NULL), WANTED);
    sprintf(text, "\xef\xbb\xbf%s", CONTENT);
    SAME(rows(scratch_text("a.csv", text), NULL), WANTED);
    sprintf(text, "\xef\xbb\xbf%s", with_crlf(CONTENT));
    SAME(rows(scratch_gzip("a.csv.gz", text), NULL), WANTED);
    SAME(rows(scratch_gzip("b.csv", CONTENT), NULL), WANTED); /* gzip by its bytes, not its name */
    SAME(rows(scratch_bytes("a.csv", CONTENT, strlen(CONTENT) - 1), NULL), WANTED);
    SAME(rows(scratch_text("a.csv", "\"id\",\"name\",\"note\"\n\"1\",\"Ann\",\"a, \"\"b\"\"\nc\"\n"
                                    "\"02\",\"\",\"\"\n\"3\",\"\xc3\xa9\",\" x \"\n"),
              NULL),
         WANTED);
    SAME(rows(scratch_text("a.tsv",
                           "id\tname\tnote\n1\tAnn\t\"a, \"\"b\"\"\nc\"\n02\t\t\n3\t\xc3\xa9\t\" x \"\n"),
              NULL),
         WANTED);
    struct cc_csv_options semicolon = { .delimiter = ';' };
    SAME(rows(scratch_text("a.csv", "id;name;note\n1;Ann;\"a, \"\"b\"\"\nc\"\n02;;\n3;\xc3\xa9;\" x \"\n"),
              &semicolon),
         WANTED);
}

/* Two gzip files joined are one. */
static void test_joined_gzip(void)
{
    char joined[512];
    size_t n = 0;
    const char *parts[] = { "a,b\n1,2\n", "3,4\n" };
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(scratch_gzip("part.gz", parts[i]), "rb");
        n += fread(joined + n, 1, sizeof joined - n, f);
        fclose(f);
    }
    SAME(rows(scratch_bytes("joined.csv.gz", joined, n), NULL), "a|b|;2:1|2|;3:3|4|");
}

/* The reader takes the file in pieces of 256 KB: whatever byte a piece ends at, the same fields. */
static void test_piece_ends(void)
{
    enum { PIECE = 1 << 18 };
    static const char tail[] = "7,\"q, \"\"w\"\"\nv\",8\r\n9,,\"\"\n";
    size_t n = strlen(tail);
    char *text = malloc(PIECE + 256);
    int bad = 0;
    for (size_t before = 0; before <= n; before++) { /* bytes of the tail in the first piece */
        strcpy(text, "a,b,c\n");
        size_t at = 6;
        while (at + 6 <= PIECE - before - 12) at += (size_t)sprintf(text + at, "1,2,3\n");
        at += (size_t)sprintf(text + at, "1,%0*d,3\n", (int)(PIECE - before - at - 5), 2);
        bad += at != PIECE - before;
        strcpy(text + at, tail);
        struct cc_csv *csv;
        struct cc_error err = { 0 };
        struct cc_block b = { 0 };
        char last[2][64] = { "", "" };
        if (cc_csv_open(scratch_text("piece.csv", text), NULL, &csv, &err) != CC_OK) abort();
        enum cc_status st;
        while ((st = cc_csv_read(csv, &b, &err)) == CC_OK)
            for (size_t r = 0; r < b.rows; r++) {
                strcpy(last[0], last[1]);
                *last[1] = '\0';
                for (size_t c = 0; c < 3; c++) {
                    struct cc_field f = cc_block_field(&b, r, c);
                    if (f.size < 16)
                        sprintf(last[1] + strlen(last[1]), "%.*s|", (int)f.size, b.text + f.at);
                }
            }
        bad += st != CC_END || strcmp(last[0], "7|q, \"w\"\nv|8|") || strcmp(last[1], "9|||");
        cc_block_free(&b);
        cc_csv_close(csv);
    }
    OK(bad == 0);
    free(text);
}

static void test_want(void)
{
    struct cc_csv *csv;
    struct cc_error err = { 0 };
    struct cc_block b = { 0 };
    const int columns[] = { 2, CC_CSV_ABSENT, 0, 2 }, outside[] = { 3 };
    if (cc_csv_open(scratch_text("a.csv", "a,b,c\n1,2,3\n"), NULL, &csv, &err) != CC_OK) abort();
    OK(cc_csv_want(csv, outside, 1) == CC_EDOMAIN);
    OK(cc_csv_want(csv, columns, 4) == CC_OK && cc_csv_read(csv, &b, &err) == CC_OK);
    char got[32] = "";
    for (size_t c = 0; c < b.columns; c++) {
        struct cc_field f = cc_block_field(&b, 0, c);
        sprintf(got + strlen(got), "%.*s|", (int)f.size, b.text + f.at);
    }
    SAME(got, "3||1|3|");
    OK(cc_csv_read(csv, &b, &err) == CC_END && cc_csv_read(csv, &b, &err) == CC_END);
    cc_block_free(&b);
    cc_csv_close(csv);
}

static void test_refusals(void)
{
    SAME(rows(scratch_text("a.csv", ""), NULL), "a.csv:1:1: the file is empty");
    SAME(rows(scratch_text("a.csv", "a,b\n"), NULL), "a.csv:1:0: the file has a header and no rows");
    SAME(rows(scratch_text("a.csv", "\n"), NULL), "a.csv:1:1: the file has no header");
    SAME(rows(scratch_text("a.csv", "a,b,a\n1,2,3\n"), NULL),
         "a.csv:1:3: duplicate column 'a' (also column 1)");
    SAME(rows(scratch_text("a.csv", "a,b\n1,2\n3\n"), NULL),
         "a.csv:3:1: this row has 1 field, the header has 2");
    SAME(rows(scratch_text("a.csv", "a,b\n1,2\n3,4,5\n"), NULL),
         "a.csv:3:3: this row has 3 fields, the header has 2");
    SAME(rows(scratch_text("a.csv", "a,b\n\"1\n2\",2\n3\n"), NULL),
         "a.csv:4:1: this row has 1 field, the header has 2");
    SAME(rows(scratch_text("a.csv", "a,b\n1,2\n\n3,4\n\n"), NULL),
         "a.csv:3:1: blank line (2 in the file, this is the first)");
    SAME(rows(scratch_text("a.csv", "a,b\n1,2\r3,4\n"), NULL),
         "a.csv:2:1: carriage return without a line feed (1 in the file, this is the first)");
    SAME(rows(scratch_text("a.csv", "a,b\n1,\"2\n3,4\n"), NULL),
         "a.csv:2:2: a quote is opened and never closed");
    OK(strstr(rows(scratch_text("a.csv", "a,b\n1,x\"y\n"), NULL), "a.csv:2:") != NULL);
    OK(strstr(rows(scratch_text("a.csv", "a,b\n1,\"x\"y\n"), NULL), "misplaced quote") != NULL);
    SAME(rows(scratch_bytes("a.csv", "a,b\n1,2\n3,\0\n", 12), NULL),
         "a.csv:3:0: NUL byte: this is not a text file (UTF-16, or a spreadsheet or statistics file?)");
    OK(strstr(rows(scratch_bytes("a.csv", "\xff\xfe" "a\0,\0b\0\n\0", 10), NULL), "UTF-16") != NULL);
    OK(strstr(rows("/nonexistent/a.csv", NULL), "cannot open: No such file") != NULL);
    OK(strstr(rows("/tmp", NULL), "is a directory") != NULL);
}

static long file_size(const char *path)
{
    FILE *f = fopen(path, "rb");
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    fclose(f);
    return size;
}

static void test_damaged_gzip(void)
{
    char path[128], text[20000] = "a,b\n";
    for (int i = 0; i < 1500; i++) sprintf(text + strlen(text), "%d,%d\n", i, i * i % 97);
    strcpy(path, scratch_gzip("c.csv.gz", text));
    long size = file_size(path);
    FILE *f = fopen(path, "r+b");
    fseek(f, size / 2, SEEK_SET);
    fputs("\xff\xff\xff\xff\xff\xff\xff\xff", f);
    fclose(f);
    OK(strstr(rows(path, NULL), "gzip file is damaged") != NULL);
    strcpy(path, scratch_gzip("c.csv.gz", text));
    int missed = 0; /* wherever the file is cut, that is noticed */
    for (long n = size - 1; n > 2; n -= 97) {
        scratch_cut(path, n);
        missed += strstr(rows(path, NULL), "the gzip file is truncated") == NULL;
    }
    OK(missed == 0);
    strcpy(path, scratch_gzip("d.csv.gz", "a,b\n1,2\n3,\"x\ny\nz\n"));
    scratch_cut(path, file_size(path) - 4); /* inside a row of three lines: the row's first one is named */
    SAME(rows(path, NULL), "d.csv.gz:3:0: the gzip file is truncated");
    SAME(rows(path, &(struct cc_csv_options){ .simd = CC_SIMD_OFF }), "d.csv.gz:3:0: the gzip file is truncated");
}

static void test_input(void)
{
    struct cc_input *in;
    struct cc_error err = { 0 };
    char buf[8], hex[65];
    size_t n, all = 0;
    if (cc_input_open(scratch_text("a.csv", "0123456789abc"), &in, &err) != CC_OK) abort();
    cc_input_hash(in);
    OK(cc_input_total(in) == 13 && cc_input_taken(in) == 0);
    while (cc_input_read(in, buf, sizeof buf, &n, &err) == CC_OK) all += n;
    cc_input_sha256(in, hex);
    OK(all == 13 && cc_input_taken(in) == 13);
    SAME(hex, "8f740516939545e1bc545c869f535170a85004e1f3b92dc84c84bdb89b7d52ef");
    SAME(cc_input_name(in), "a.csv");
    cc_input_close(in);
    cc_input_close(NULL);
}

static void test_quote(void)
{
    static const char *const pairs[][2] = { { "plain", "plain" },     { "a,b", "\"a,b\"" },
                                            { "a\"b", "\"a\"\"b\"" }, { " a", "\" a\"" },
                                            { "a\n", "\"a\n\"" },     { "", "" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct cc_buf b = { 0 };
        OK(cc_csv_quote(&b, pairs[i][0]));
        SAME(b.data, pairs[i][1]);
        cc_buf_free(&b);
    }
}

/* A few bytes of a compressed file can be a header of any length. */
static void test_many_columns(void)
{
    struct cc_buf b = { 0 };
    for (int n = 0; n < 40000; n++)
        if (!cc_buf_printf(&b, "c%d,", n)) abort();
    struct cc_error err;
    struct cc_csv *c = NULL;
    OK(cc_csv_open(scratch_bytes("wide.csv", b.data, b.size), NULL, &c, &err) == CC_EDATA && !c);
    SAME(err.text, "the header has more than 32767 columns");
    cc_buf_free(&b);
}

int main(void)
{
    test_many_columns();
    test_spellings();
    test_joined_gzip();
    test_piece_ends();
    test_want();
    test_refusals();
    test_damaged_gzip();
    test_input();
    test_quote();
    return tap_done();
}

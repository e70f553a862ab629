/* Fixed-width and delimited records through one interface. */
#include "datasets/records/cc_fixed.h"
#include "datasets/records/cc_records.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const size_t widths[] = { 8, 5 };
static const struct cc_place places[] = { { 1, 2 }, { 3, 3 }, { 0, 0 }, { 6, 3 } };

/* All fields of a fixed-width file as "a|b|;a|b|;", or the error as "line: text". */
static const char *fixed(const char *path, size_t n_places)
{
    static char out[4096];
    struct cc_error err = { 0 };
    struct cc_fixed *f;
    struct cc_block block = { 0 };
    *out = '\0';
    enum cc_status st = cc_fixed_open(path, widths, 2, NULL, &f, &err);
    if (st == CC_OK && cc_fixed_want(f, places, n_places) != CC_OK) st = CC_EDOMAIN;
    while (st == CC_OK && (st = cc_fixed_read(f, &block, &err)) == CC_OK)
        for (size_t r = 0; r < block.rows && strlen(out) < 3000; r++) {
            for (size_t c = 0; c < block.columns; c++) {
                struct cc_field g = cc_block_field(&block, r, c);
                sprintf(out + strlen(out), "%.*s|", (int)g.size, block.text + g.at);
            }
            strcat(out, ";");
        }
    if (st == CC_EDOMAIN) sprintf(out, "place outside the record");
    else if (st != CC_END) sprintf(out, "%zu: %s", err.line, err.text);
    cc_block_free(&block);
    cc_fixed_close(f);
    return out;
}

static void test_fixed(void)
{
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \n02xyz 77\n"), 4), "01|ab||9|;02|xyz||77|;");
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \r\n02xyz 77\r\n"), 4), "01|ab||9|;02|xyz||77|;");
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \n02xyz 77"), 4), "01|ab||9|;02|xyz||77|;");
    SAME(fixed(scratch_text("a.dat", "\xef\xbb\xbf" "01 ab 9 \n"), 4), "01|ab||9|;");
    SAME(fixed(scratch_gzip("a.dat.gz", "01 ab 9 \n"), 4), "01|ab||9|;");
    SAME(fixed(scratch_text("a.dat", "01 ab\n02xyz\n"), 2), "01|ab|;02|xyz|;");
    SAME(fixed(scratch_text("a.dat", "01 ab\n"), 4), "place outside the record");
    SAME(fixed(scratch_text("a.dat", "        \n"), 4), "||||;");
}

static void test_fixed_errors(void)
{
    SAME(fixed(scratch_text("a.dat", "01 ab 9\n"), 4), "1: this line has 7 columns, a record has 8 or 5");
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \n02xyz\n"), 4),
         "2: this line has 5 columns, the records before it have 8");
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \n\n02xyz 77\n\n"), 4),
         "2: blank line (2 in the file, this is the first)");
    SAME(fixed(scratch_text("a.dat", "\n01 ab 9 \n"), 4), "1: blank line (1 in the file, this is the first)");
    SAME(fixed(scratch_text("a.dat", "\n\n"), 4), "1: blank line (2 in the file, this is the first)");
    SAME(fixed(scratch_text("a.dat", "01 ab 9 \n01 \rb 9 \n"), 4),
         "2: carriage return without a line feed (1 in the file, this is the first)");
    SAME(fixed(scratch_bytes("a.dat", "01 ab 9 \n01\0ab 9 \n", 18), 4),
         "2: NUL byte: this is not a text file");
    SAME(fixed(scratch_bytes("a.dat",
                             "\xff\xfe"
                             "0\0",
                             4),
               4),
         "1: UTF-16 text: save the file as UTF-8");
    SAME(fixed(scratch_bytes("a.dat", "", 0), 4), "1: the file is empty");
    OK(strstr(fixed("/nonexistent/a.dat", 4), "cannot open") != NULL);
    OK(strstr(fixed("/tmp", 4), "is a directory") != NULL);
    char path[128];
    strcpy(path, scratch_gzip("b.dat.gz", "01 ab 9 \n02xyz 77\n"));
    scratch_cut(path, 20);
    SAME(fixed(path, 4), "2: the gzip file is truncated");
    static char endless[300000];
    memset(endless, 'x', sizeof endless);
    OK(strstr(fixed(scratch_bytes("a.dat", endless, sizeof endless), 4), "no line end within") != NULL);
    memset(endless, '\r', sizeof endless / 2);
    OK(strstr(fixed(scratch_bytes("a.dat", endless, sizeof endless), 4), "carriage returns without") != NULL);
    struct cc_fixed *f;
    OK(cc_fixed_open("/tmp", widths, 0, NULL, &f, NULL) == CC_EDOMAIN && !f);
}

/* More records than a block and a chunk hold: every value arrives, at its line. */
static void test_fixed_many(void)
{
    enum { N = 40000 };
    char *text = malloc(N * 10 + 1), *at = text;
    for (int i = 0; i < N; i++) at += sprintf(at, "%08d%s", i, i % 3 ? "\n" : "\r\n");
    struct cc_fixed *f;
    struct cc_error err;
    struct cc_block b = { 0 };
    struct cc_place whole = { 1, 8 };
    struct cc_fixed_options hash = { .hash = true };
    OK(cc_fixed_open(scratch_text("many.dat", text), widths, 2, &hash, &f, &err) == CC_OK);
    OK(cc_fixed_want(f, &whole, 1) == CC_OK);
    int i = 0, bad = 0;
    while (cc_fixed_read(f, &b, &err) == CC_OK)
        for (size_t r = 0; r < b.rows; r++, i++) {
            struct cc_field g = cc_block_field(&b, r, 0);
            char want[16];
            sprintf(want, "%08d", i);
            bad += g.size != 8 || memcmp(b.text + g.at, want, 8) || b.line[r] != (uint64_t)i + 1;
        }
    OK(i == N && bad == 0);
    char hex[65];
    cc_input_sha256(cc_fixed_input(f), hex);
    OK(strlen(hex) == 64);
    cc_block_free(&b);
    cc_fixed_close(f);
    free(text);
}

/* ---- cc_records ---- */

static struct cc_codebook *book(void)
{
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    if (cc_codebook_load(scratch_text("book.csv", "name,alias,label,type,start,width,codes\n"
                                                  "(codebook),,Small,,,8;5,\n"
                                                  "ID,,Child,id,1,2,\n"
                                                  "E9_sex,E9,Sex,code,3,1,1=male;2=female\n"
                                                  "AGE,,Age,integer,4,2,\n"
                                                  "NOTE,,Later field,text,6,3,\n"),
                         &cb, &err) != CC_OK)
        printf("# %s:%zu:%zu: %s\n", err.file, err.line, err.column, err.text);
    return cb;
}

static const char *records(const char *path, const struct cc_codebook *cb, const struct cc_records_options *o)
{
    static const size_t wanted[] = { 2, 0, 3, 1 };
    static char out[4096];
    struct cc_error err = { 0 };
    struct cc_records *r;
    struct cc_block block = { 0 };
    *out = '\0';
    enum cc_status st = cc_records_open(path, cb, o, &r, &err);
    if (st == CC_OK) st = cc_records_want(r, wanted, 4);
    while (st == CC_OK && (st = cc_records_read(r, &block, &err)) == CC_OK)
        for (size_t i = 0; i < block.rows; i++) {
            for (size_t c = 0; c < block.columns; c++) {
                struct cc_field g = cc_block_field(&block, i, c);
                sprintf(out + strlen(out), "%.*s|", (int)g.size, block.text + g.at);
            }
            strcat(out, ";");
        }
    if (st != CC_END) sprintf(out, "%zu:%zu: %s", err.line, err.column, err.text);
    cc_block_free(&block);
    cc_records_close(r);
    return out;
}

static void test_records(void)
{
    struct cc_codebook *cb = book();
    const char *want = "07|A1||2|;12|B2||1|;";
    SAME(records(scratch_text("r.csv", "id,E9,Age,extra\nA1,2,07,x\nB2,1,12,y\n"), cb, NULL), want);
    SAME(records(scratch_text("r.csv", "\xef\xbb\xbf"
                                       "AGE,e9_SEX,ID\r\n07,\"2\",A1\r\n12,1,B2"),
                 cb, NULL),
         want);
    SAME(records(scratch_text("r.tsv", "ID\tE9\tAGE\nA1\t2\t07\nB2\t1\t12\n"), cb, NULL), want);
    SAME(records(scratch_text("r.dat", "A1207\nB2112\n"), cb, NULL), want);
    SAME(records(scratch_text("R.TXT", "A1207\nB2112\n"), cb, NULL), want);
    SAME(records(scratch_gzip("r.dat.gz", "A1207\nB2112\n"), cb, NULL), want);
    SAME(records(scratch_text("r.fwf", "A1207 q \nB2112   \n"), cb, NULL), "07|A1|q|2|;12|B2||1|;");
    struct cc_records_options fixed_layout = { .layout = "fixed" },
                              csv = { .layout = "csv", .delimiter = ';' };
    SAME(records(scratch_text("r.csv", "A1207\nB2112\n"), cb, &fixed_layout), want);
    SAME(records(scratch_text("r.dat", "ID;E9;AGE\nA1;2;07\nB2;1;12\n"), cb, &csv), want);
    cc_codebook_free(cb);
}

static void test_records_errors(void)
{
    struct cc_codebook *cb = book(), *flat;
    struct cc_error err;
    SAME(records(scratch_text("r.csv", "ID,E9,E9_sex\nA1,2,2\n"), cb, NULL),
         "1:3: duplicate column: 'E9_sex' is the same variable as 'E9' (column 2)");
    SAME(records(scratch_text("r.csv", "ID,id\nA1,2\n"), cb, NULL),
         "1:2: duplicate column: 'id' is the same variable as 'ID' (column 1)");
    OK(strstr(records(scratch_text("r.csv", "ID;E9\nA1;2\n"), cb, NULL), "codebook or delimiter?") != NULL);
    SAME(records(scratch_text("r.csv", "ID,AGE\nA1\n"), cb, NULL),
         "2:1: this row has 1 field, the header has 2");
    SAME(records(scratch_text("r.csv", "ID,AGE\nA1,2,3\n"), cb, NULL),
         "2:3: this row has 3 fields, the header has 2");
    SAME(records(scratch_text("r.csv", "ID,AGE\n"), cb, NULL), "1:0: the file has a header and no rows");
    struct cc_records_options typo = { .layout = "fixd" }, fixed_layout = { .layout = "fixed" };
    SAME(records(scratch_text("r.csv", "ID\nA\n"), cb, &typo),
         "0:0: no layout 'fixd'; did you mean 'fixed'?");
    OK(cc_codebook_load(scratch_text("flat.csv", "name,type\nID,id\n"), &flat, &err) == CC_OK);
    SAME(records(scratch_text("r.dat", "ID\nA\n"), flat, &fixed_layout),
         "0:0: codebook 'flat' has no fixed-width positions");
    struct cc_records *r;
    OK(cc_records_open(scratch_text("r.dat", "ID\nA\n"), flat, NULL, &r, &err)
       == CC_OK); /* delimited: no positions */
    size_t outside = 1;
    OK(cc_records_want(r, &outside, 1) == CC_EDOMAIN);
    cc_records_close(r);
    cc_codebook_free(flat);
    cc_codebook_free(cb);
}

static void test_records_facts(void)
{
    struct cc_codebook *cb = book();
    struct cc_records *r;
    struct cc_error err;
    struct cc_block b = { 0 };
    size_t n = 9;
    OK(cc_records_open(scratch_text("r.dat", "A1207\nB2112\n"), cb, NULL, &r, &err) == CC_OK);
    OK(cc_records_has(r, 0) && cc_records_has(r, 2) && !cc_records_has(r, 3) && !cc_records_has(r, 4));
    OK(cc_records_columns(r, &n) == NULL && n == 0);
    OK(cc_records_read(r, &b, &err) == CC_OK && b.columns == 4 && cc_records_count(r) == 2);
    OK(cc_records_read(r, &b, &err) == CC_END);
    SAME(cc_input_name(cc_records_input(r)), "r.dat");
    cc_records_close(r);
    struct cc_records_options o = { .hash = true };
    OK(cc_records_open(scratch_text("r.csv", "x,E9\n1,2\n"), cb, &o, &r, &err) == CC_OK);
    OK(!cc_records_has(r, 0) && cc_records_has(r, 1));
    const char *const *names = cc_records_columns(r, &n);
    OK(n == 2 && !strcmp(names[0], "x"));
    while (cc_records_read(r, &b, &err) == CC_OK) {}
    char hex[65];
    cc_input_sha256(cc_records_input(r), hex);
    SAME(hex, "c3e8c11f2173aaece4b9356f5533afc5b4cbe05554af111af92899b48cff0edb");
    cc_block_free(&b);
    cc_records_close(r);
    cc_codebook_free(cb);
}

int main(void)
{
    test_fixed();
    test_fixed_errors();
    test_fixed_many();
    test_records();
    test_records_errors();
    test_records_facts();
    return tap_done();
}

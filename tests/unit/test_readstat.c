/* Files of SPSS, Stata and SAS, written by the library's own writer: what is compared with other software stands in
 * tests/cli/cc-convert. */
#include <readstat.h>

#include "datasets/records/cc_readstat.h"
#include "datasets/records/cc_records.h"
#include "datasets/records/cc_stat_text.h"
#include "tests/scratch.h"
#include "tests/tap.h"

enum { RECORDS = 4711 }; /* several batches */

typedef readstat_error_t begin_function(readstat_writer_t *, void *, long);

static const char *number(double x, enum cc_precision precision, enum cc_stat_family family,
                          const char *format, const char *layout)
{
    static struct cc_buf out;
    struct cc_stat_clock clock = cc_stat_clock_of(family, format);
    cc_buf_clear(&out);
    if (!cc_stat_add(&out, x, precision, &clock, layout)) return NULL;
    return out.data;
}

static void test_numbers(void)
{
    SAME(number(1, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "F8.2", NULL), "1");
    SAME(number(-0.0, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "F8.2", NULL), "0");
    SAME(number(-37, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "", NULL), "-37");
    SAME(number(1e17, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "", NULL), "100000000000000000");
    SAME(number(0.1, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "", NULL), "0.1");
    SAME(number(1.0 / 3, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "", NULL), "0.3333333333333333");
    SAME(number(0.1f, CC_PRECISION_FLOAT, CC_STAT_STATA, "", NULL), "0.1");
    SAME(number(4.8100000000000005, CC_PRECISION_PORTABLE, CC_STAT_SPSS, "", NULL), "4.81");
    SAME(number(1152023, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "F8", "mmddyyyy"), "01152023");
    SAME(number(20230115, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "F8", "yyyymmdd"), "20230115");
}

static void test_dates(void)
{
    double day = 86400, of_2024 = 13923446400; /* 2024-01-01, in seconds since 14 October 1582 */
    SAME(number(of_2024, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "ADATE10", NULL), "2024-01-01");
    SAME(number(of_2024 + 59 * day, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "DATE11", "mmddyyyy"), "02292024");
    SAME(number(of_2024 + 36611.5, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "DATETIME23.2", NULL), "2024-01-01T10:10:11.5");
    SAME(number(of_2024 + 60, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "DATE11", "yyyymmdd"), "2024-01-01T00:01:00");
    SAME(number(of_2024, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "DATETIME20", "yyyymm"), "202401");
    SAME(number(36611, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "TIME8", NULL), "10:10:11");
    SAME(number(3, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "WKDAY9", NULL), "3");
    SAME(number(5, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "MONTH9", NULL), "5");
    SAME(number(1e300, CC_PRECISION_DOUBLE, CC_STAT_SPSS, "DATE11", NULL) ? "ok" : "", "ok");
    SAME(number(0, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%td", NULL), "1960-01-01");
    SAME(number(-1, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%-tdD_m_Y", "yyyymmdd"), "19591231");
    SAME(number(0, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%d", NULL), "1960-01-01");
    SAME(number(86400000.5, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%tc", NULL), "1960-01-02T00:00:00.0005");
    SAME(number(86400000, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%tC", NULL), "86400000");
    SAME(number(-1, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%tm", NULL), "1959-12");
    SAME(number(768, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%tm", "yyyymm"), "202401");
    SAME(number(258, CC_PRECISION_DOUBLE, CC_STAT_STATA, "%tq", NULL), "258");
    SAME(number(23376, CC_PRECISION_DOUBLE, CC_STAT_SAS, "MMDDYY10", NULL), "2024-01-01");
    SAME(number(23376, CC_PRECISION_DOUBLE, CC_STAT_SAS, "date9", NULL), "2024-01-01");
    SAME(number(23376.0 * day + 1, CC_PRECISION_DOUBLE, CC_STAT_SAS, "DATETIME", NULL), "2024-01-01T00:00:01");
    SAME(number(1, CC_PRECISION_DOUBLE, CC_STAT_SAS, "DOLLAR8", NULL), "1");
    SAME(number(1, CC_PRECISION_DOUBLE, CC_STAT_SAS, "WEEKDAY", NULL), "1");
}

static ssize_t write_bytes(const void *data, size_t n, void *file)
{
    return (ssize_t)fwrite(data, 1, n, file);
}

/* A string, a number with fractions, a labelled code with a missing value. */
static const char *written(const char *name, const char *at, begin_function *begin,
                           readstat_compress_t compression, bool tags, int records)
{
    const char *path = at ? at : scratch_path(name);
    FILE *file = fopen(path, "wb");
    readstat_writer_t *w = readstat_writer_init();
    readstat_set_data_writer(w, write_bytes);
    readstat_writer_set_file_timestamp(w, 1577836800); /* 2020-01-01 */
    readstat_writer_set_compression(w, compression);
    if (begin == readstat_begin_writing_xport) readstat_writer_set_file_format_version(w, 5); /* which others read */
    readstat_label_set_t *labels = begin == readstat_begin_writing_dta || begin == readstat_begin_writing_sav
        ? readstat_add_label_set(w, READSTAT_TYPE_DOUBLE, "SEXES") : NULL;
    if (labels && begin == readstat_begin_writing_sav) {
        readstat_label_double_value(labels, 1, "male; or so");
        readstat_label_double_value(labels, 2, "female");
    }
    const readstat_variable_t *id = readstat_add_variable(w, "ID", READSTAT_TYPE_STRING, 8);
    const readstat_variable_t *x = readstat_add_variable(w, "X", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_t *sex = readstat_add_variable(w, "SEX", READSTAT_TYPE_DOUBLE, 8);
    if (labels && begin == readstat_begin_writing_sav) {
        readstat_variable_set_label_set(sex, labels);
        readstat_variable_add_missing_double_value(sex, 9);
    }
    readstat_variable_set_label(sex, "Sex of child");
    readstat_error_t e = begin(w, file, records);
    for (int i = 0; i < records && e == READSTAT_OK; i++) {
        char text[16];
        sprintf(text, "k%d", i);
        readstat_begin_row(w);
        readstat_insert_string_value(w, id, i % 7 ? text : "");
        readstat_insert_double_value(w, x, i + 0.5);
        if (i % 5 == 0) readstat_insert_missing_value(w, sex);
        else if (tags && i % 5 == 1)
            readstat_insert_tagged_missing_value(w, sex, begin == readstat_begin_writing_dta ? 'b' : 'B');
        else readstat_insert_double_value(w, sex, i % 5 == 1 ? 9 : i % 2 + 1);
        e = readstat_end_row(w);
    }
    if (e == READSTAT_OK) e = readstat_end_writing(w);
    if (e != READSTAT_OK) printf("# %s: %s\n", name, readstat_error_message(e));
    OK(e == READSTAT_OK);
    readstat_writer_free(w);
    fclose(file);
    return path;
}

static bool says(const struct cc_block *b, size_t row, size_t column, const char *want)
{
    struct cc_field f = cc_block_field(b, row, column);
    bool same = f.size == strlen(want) && !memcmp(b->text + f.at, want, f.size);
    if (!same) printf("#   got '%.*s', want '%s'\n", (int)f.size, b->text + f.at, want);
    return same;
}

/* Reads SEX, nothing, X, SEX again, ID: all records hold what was written. */
static void check(const char *path, const char *missing, int records)
{
    static const int columns[] = { 2, CC_STAT_ABSENT, 1, 2, 0 };
    struct cc_readstat *r;
    struct cc_error err = { 0 };
    struct cc_block block = { 0 };
    enum cc_status st = cc_readstat_open(path, true, &r, &err);
    if (!OK(st == CC_OK)) printf("# %s: %s\n", path, err.text);
    if (st != CC_OK) return;
    OK(cc_readstat_want(r, columns, NULL, 5) == CC_OK);
    bool good = true;
    int i = 0;
    while ((st = cc_readstat_read(r, &block, &err)) == CC_OK)
        for (size_t row = 0; row < block.rows; row++, i++) {
            char id[16], x[16], sex[16];
            snprintf(id, sizeof id, "k%d", i);
            if (i % 7 == 0) *id = 0;
            sprintf(x, "%d.5", i);
            snprintf(sex, sizeof sex, "%s", i % 5 == 0 ? "" : i % 5 == 1 ? missing : i % 2 ? "2" : "1");
            good = good && says(&block, row, 0, sex) && says(&block, row, 1, "") && says(&block, row, 2, x)
                && says(&block, row, 3, sex) && says(&block, row, 4, id) && block.line[row] == (uint64_t)i + 1;
        }
    OK(good);
    OK(i == records);
    if (!OK(st == CC_END)) printf("# %s: %s\n", path, err.text);
    cc_block_free(&block);
    cc_readstat_close(r);
}

static void test_formats(void)
{
    check(written("a.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_NONE, false, RECORDS), "9", RECORDS);
    check(written("b.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS, false, RECORDS), "9", RECORDS);
    check(written("c.zsav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_BINARY, false, RECORDS), "9", RECORDS);
    check(written("d.por", NULL, readstat_begin_writing_por, READSTAT_COMPRESS_NONE, false, RECORDS), "9", RECORDS);
    check(written("e.dta", NULL, readstat_begin_writing_dta, READSTAT_COMPRESS_NONE, true, RECORDS), ".b", RECORDS);
    check(written("f.xpt", NULL, readstat_begin_writing_xport, READSTAT_COMPRESS_NONE, true, RECORDS), ".B", RECORDS);
    check(written("g.sas7bdat", NULL, readstat_begin_writing_sas7bdat, READSTAT_COMPRESS_NONE, true, RECORDS),
          ".B", RECORDS);
    check(written("h.sas7bdat", NULL, readstat_begin_writing_sas7bdat, READSTAT_COMPRESS_ROWS, true, RECORDS),
          ".B", RECORDS);
}

static void test_labels(void)
{
    struct cc_readstat *r;
    struct cc_error err;
    size_t n;
    OK(cc_readstat_open(written("a.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS, false, 3),
                        false, &r, &err) == CC_OK);
    const struct cc_stat_column *c = cc_readstat_columns(r, &n);
    OK(n == 3 && c[0].type == CC_STAT_STRING && c[0].width == 8 && c[2].type == CC_STAT_NUMBER);
    SAME(c[2].label, "Sex of child");
    OK(c[2].label_count == 3 && !c[2].labels[0].missing && c[2].labels[2].missing);
    SAME(c[2].labels[0].label, "male; or so");
    SAME(c[2].labels[2].code, "9");
    cc_readstat_close(r);
}

/* Every beginning of a file is refused, or is read as what it announces; nothing crashes or waits. */
static const char *read_all(const char *path)
{
    static char out[700];
    struct cc_records *r = NULL;
    struct cc_error err = { 0 };
    struct cc_block block = { 0 };
    enum cc_status st = cc_records_open(path, NULL, NULL, &r, &err);
    while (st == CC_OK) st = cc_records_read(r, &block, &err);
    snprintf(out, sizeof out, "%s", st == CC_END ? "read" : err.text);
    cc_block_free(&block);
    cc_records_close(r);
    return out;
}

static void test_cut(const char *name, begin_function *begin, readstat_compress_t compression)
{
    static char bytes[1 << 20];
    FILE *file = fopen(written(name, NULL, begin, compression, false, 60), "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file), read = 0;
    fclose(file);
    size_t last = n; /* a portable file ends with Z, and is filled up with more of them */
    while (begin == readstat_begin_writing_por && strchr("Z\r\n", bytes[last - 1])) last--;
    for (size_t cut = 0; cut <= last - (last == n); cut += 1 + n / 150) {
        const char *said = read_all(scratch_bytes(name, bytes, cut));
        read += !strcmp(said, "read");
    }
    if (!OK(read == 0)) printf("# %s: %zu of the beginnings were read as whole\n", name, read);
    for (size_t i = 300; i < n; i += 1 + n / 150) { /* damaged: any answer, but an answer */
        char was = bytes[i];
        bytes[i] = (char)(was ^ 0x5a);
        (void)read_all(scratch_bytes(name, bytes, n));
        bytes[i] = was;
    }
    SAME(read_all(scratch_bytes(name, bytes, n)), "read");
}

/* Stata, version 114: a variable of four bytes, a record. The field for the name of its labels has no end, and its
 * value is one of those that are missing, of no letter. */
static void test_damaged_stata(void)
{
    enum { HEAD = 109, NAME = HEAD + 1, SORT = NAME + 33, FORMAT = SORT + 4, SET = FORMAT + 49, LABEL = SET + 33,
           MORE = LABEL + 81, DATA = MORE + 5 };
    char bytes[DATA + 4] = { 114, 2, 1, 0, 1, 0, 1, 0, 0, 0 };
    bytes[HEAD] = (char)254;
    strcpy(bytes + NAME, "SEX");
    strcpy(bytes + FORMAT, "%8.0g");
    memset(bytes + SET, 'x', LABEL - SET);
    memcpy(bytes + DATA, "\0\x40\6\x7f", 4);
    const char *path = scratch_bytes("damaged.dta", bytes, sizeof bytes);
    static const int columns[] = { 0 };
    struct cc_block block = { 0 };
    struct cc_readstat *r;
    struct cc_error err;
    OK(cc_readstat_open(path, false, &r, &err) == CC_OK && cc_readstat_want(r, columns, NULL, 1) == CC_OK);
    OK(cc_readstat_read(r, &block, &err) == CC_OK && block.rows == 1 && says(&block, 0, 0, ""));
    cc_readstat_close(r);
    cc_block_free(&block);
}

static void test_stop(void)
{
    struct cc_readstat *r;
    struct cc_error err;
    static const int columns[] = { 0 };
    struct cc_block block = { 0 };
    const char *path = written("a.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS, false, 5 * RECORDS);
    for (int reads = 0; reads < 3; reads++) {
        OK(cc_readstat_open(path, false, &r, &err) == CC_OK && cc_readstat_want(r, columns, NULL, 1) == CC_OK);
        for (int i = 0; i < reads; i++) OK(cc_readstat_read(r, &block, &err) == CC_OK);
        cc_readstat_close(r); /* the thread ends */
    }
    cc_block_free(&block);
}

static void test_refused(void)
{
    SAME(read_all(scratch_text("x.sav", "ID,SEX\n1,2\n")),
         "this is no file of SPSS, Stata or SAS, or it is damaged at its start");
    SAME(read_all(scratch_text("x.dta", "")), "the file is empty");
    SAME(read_all(scratch_bytes("x.sav", "PK\3\4\24\0\0\0\0\0\0\0", 12)),
         "a zip archive: unpack it and give the file inside");
    SAME(read_all(scratch_path("none.sav")), "cannot open: No such file or directory");
    SAME(read_all(written("n.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_NONE, false, 0)),
         "the file has no records");
}

static void test_codebook(void)
{
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    struct cc_records *r;
    OK(cc_codebook_load(scratch_text("cb.csv", "name,alias,type,codes\nchsex,Sex,code,1=m;2=f;9=?\n"), &cb, &err)
       == CC_OK);
    const char *path = written("a.sav", NULL, readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS, false, 3);
    OK(cc_records_open(path, cb, NULL, &r, &err) == CC_OK && cc_records_has(r, 0));
    OK(cc_records_codebook(r) == cb && !cc_records_can_split(r));
    cc_records_close(r);
    struct cc_records_options all = { .all_columns = true };
    OK(cc_records_open(path, cb, &all, &r, &err) == CC_OK && cc_records_codebook(r)->count == 3);
    SAME(cc_records_codebook(r)->variables[2].name, "X");
    cc_records_close(r);
    cc_codebook_free(cb);
}

/* A file of the kind that the name says. */
static void write_sample(const char *path)
{
    static const struct { const char *suffix; begin_function *begin; readstat_compress_t compression; } kinds[] = {
        { ".zsav", readstat_begin_writing_sav, READSTAT_COMPRESS_BINARY },
        { ".sav", readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS },
        { ".por", readstat_begin_writing_por, READSTAT_COMPRESS_NONE },
        { ".dta", readstat_begin_writing_dta, READSTAT_COMPRESS_NONE },
        { ".sas7bdat", readstat_begin_writing_sas7bdat, READSTAT_COMPRESS_NONE },
        { ".xpt", readstat_begin_writing_xport, READSTAT_COMPRESS_NONE } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(path) > strlen(kinds[i].suffix)
            && !strcmp(path + strlen(path) - strlen(kinds[i].suffix), kinds[i].suffix))
            (void)written(NULL, path, kinds[i].begin, kinds[i].compression, false, 209);
}

/* With a path: writes a file of its kind, for tests/cli/cc-convert and tests/fuzz. */
int main(int argc, char **argv)
{
    if (argc > 1) {
        write_sample(argv[1]);
        return tap_failed;
    }
    test_numbers();
    test_dates();
    test_formats();
    test_labels();
    test_cut("a.sav", readstat_begin_writing_sav, READSTAT_COMPRESS_NONE);
    test_cut("b.sav", readstat_begin_writing_sav, READSTAT_COMPRESS_ROWS);
    test_cut("c.zsav", readstat_begin_writing_sav, READSTAT_COMPRESS_BINARY);
    test_cut("d.por", readstat_begin_writing_por, READSTAT_COMPRESS_NONE);
    test_cut("e.dta", readstat_begin_writing_dta, READSTAT_COMPRESS_NONE);
    test_cut("g.sas7bdat", readstat_begin_writing_sas7bdat, READSTAT_COMPRESS_NONE);
    test_damaged_stata();
    test_stop();
    test_refused();
    test_codebook();
    return tap_done();
}

/* What a file is by its first bytes, and what the readers of text say of it. */
#include "datasets/base/cc_magic.h"

#include "datasets/base/cc_csv.h"
#include "tests/scratch.h"
#include "tests/tap.h"

#define IS(bytes) cc_magic_of(bytes, sizeof(bytes) - 1)

static void test_marks(void)
{
    OK(IS("\xff\xfe" "a\0b\0") == CC_MAGIC_UTF16);
    OK(IS("\xff\xfe\0\0a\0\0\0") == CC_MAGIC_UTF32);
    OK(IS("2\0" "0\0" "2\0" "4\0") == CC_MAGIC_UTF16);
    OK(IS("\0s\0e\0x\0,\0a") == CC_MAGIC_UTF16);
    OK(IS("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0a.csv") == CC_MAGIC_ZIP);
    OK(IS("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml") == CC_MAGIC_XLSX);
    OK(IS("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0"
          "mimetypeapplication/vnd.oasis.opendocument")
       == CC_MAGIC_ODS);
    OK(IS("PK\x05\x06") == CC_MAGIC_ZIP);
    OK(IS("%PDF-1.7\n") == CC_MAGIC_PDF);
    OK(IS("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == CC_MAGIC_OLE);
    OK(IS("$FL2@(#) SPSS DATA FILE") == CC_MAGIC_SPSS);
    OK(IS("$FL3@(#) SPSS DATA FILE") == CC_MAGIC_ZSAV);
    OK(IS("<stata_dta><header>") == CC_MAGIC_STATA);
    OK(IS("\x73\x02\x01\0\x05\0") == CC_MAGIC_STATA);
    OK(IS("HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!") == CC_MAGIC_XPT);
    OK(IS("BZh91AY&SY") == CC_MAGIC_BZIP2);
    OK(IS("\x1f\x8b\x08\0") == CC_MAGIC_TWICE);
    /* "SUBYR,STATERR" and a record, in EBCDIC */
    OK(IS("\xe2\xe4\xc2\xe8\xd9\x6b\xe2\xe3\xc1\xe3\xc5\xd9\xd9\x25\xf2\xf0\xf2\xf4\x6b\xe9\xe9\x25")
       == CC_MAGIC_EBCDIC);
}

static void test_xml(void)
{
    OK(IS("<?xml version=\"1.0\"?>") == CC_MAGIC_XML);
    OK(IS("\xef\xbb\xbf\r\n<?xml version=\"1.0\"?>") == CC_MAGIC_XML);
    OK(IS("<acf:data xmlns:acf=\"http://www.acf.hhs.gov\">") == CC_MAGIC_XML);
    OK(IS("<!DOCTYPE html><html>") == CC_MAGIC_HTML);
    OK(IS("<HTML><head>") == CC_MAGIC_HTML);
}

/* Whatever could be an extract must not be taken for something else. */
static void test_text(void)
{
    OK(IS("") == CC_MAGIC_TEXT);
    OK(IS("a") == CC_MAGIC_TEXT);
    OK(IS("2024ZZ000000000001") == CC_MAGIC_TEXT);
    OK(IS("\xef\xbb\xbf" "SUBYR,STATERR\n") == CC_MAGIC_TEXT);
    OK(IS("PK,sex\n1,2\n") == CC_MAGIC_TEXT);
    OK(IS("BZh,PAR1\n1,2\n") == CC_MAGIC_TEXT);
    OK(IS("PAR1,b\n1,2\n") == CC_MAGIC_TEXT);
    OK(IS("<5,5-9\n1,2\n") == CC_MAGIC_TEXT);
    OK(IS("<a>,b\n1,2\n") == CC_MAGIC_TEXT);
    OK(IS("\xc3\xa9t\xc3\xa9,\xc3\xa0,\xc3\xb4,\xc3\xa8,\xc3\xa9,\xc3\xa0,\xc3\xa4\n") == CC_MAGIC_TEXT);
    OK(IS("\xcf\xf0\xe8\xe2\xe5\xf2,\xec\xe8\xf0,\xe4\xee\xec\n1,2,3\n") == CC_MAGIC_TEXT); /* windows-1251 */
    OK(IS("a\0b") == CC_MAGIC_TEXT);
}

static void test_words(void)
{
    for (int m = CC_MAGIC_TEXT; m <= CC_MAGIC_TWICE; m++) {
        OK(*cc_magic_name((enum cc_magic)m));
        OK(!*cc_magic_advice((enum cc_magic)m) == (m == CC_MAGIC_TEXT));
    }
    struct cc_error err = { 0 };
    OK(cc_magic_expect(CC_MAGIC_SPSS, "$FL2@(#)", 8, &err) == CC_OK);
    OK(cc_magic_expect(CC_MAGIC_SPSS, "a,b\n", 4, &err) == CC_EDATA);
    SAME(err.text, "this is not an SPSS file, or it is damaged at its start");
    OK(cc_magic_expect(CC_MAGIC_TEXT, "%PDF-1", 6, &err) == CC_EDATA);
    SAME(err.text, "a PDF document: ask for the data it was made from");
}

static void test_look(void)
{
    char buf[8];
    size_t n;
    struct cc_error err = { 0 };
    OK(cc_magic_look(scratch_gzip("a.gz", "abcdefghij"), buf, sizeof buf, &n, &err) == CC_OK && n == 8);
    OK(!memcmp(buf, "abcdefgh", 8));
    OK(cc_magic_look(scratch_text("a", "abc"), buf, sizeof buf, &n, &err) == CC_OK && n == 3);
    OK(cc_magic_look("/nonexistent/a", buf, sizeof buf, &n, &err) == CC_EIO);
}

/* Read a byte at a time, the mark is still seen whole. */
static void test_reader(void)
{
    struct cc_csv *csv;
    struct cc_error err = { 0 };
    struct cc_csv_options o = { .bytes = 1 };
    OK(cc_csv_open(scratch_text("a.csv", "%PDF-1.7\n"), &o, &csv, &err) == CC_EDATA && err.line == 1);
    SAME(err.text, "a PDF document: ask for the data it was made from");
    OK(cc_csv_open(scratch_text("a.csv", "\xef\xbb\xbf" "ab,c\n1,2\n"), &o, &csv, &err) == CC_OK);
    size_t count;
    SAME(cc_csv_names(csv, &count)[0], "ab");
    cc_csv_close(csv);
}

int main(void)
{
    test_marks();
    test_xml();
    test_text();
    test_words();
    test_look();
    test_reader();
    return tap_done();
}

#include "datasets/base/cc_magic.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "datasets/base/cc_input.h"

struct kind {
    const char *name, *advice;
};

#define UNPACK "unpack it and give the file inside"
#define ENDING(suffix) "give the file a name that ends in " suffix
#define EXPORT "export the data as CSV (UTF-8)"

static const struct kind kinds[] = {
    [CC_MAGIC_TEXT] = { "plain text", "" },
    [CC_MAGIC_XML] = { "an XML file", ENDING(".xml") },
    [CC_MAGIC_SPSS] = { "an SPSS file", ENDING(".sav") },
    [CC_MAGIC_ZSAV] = { "a compressed SPSS file", ENDING(".zsav") },
    [CC_MAGIC_POR] = { "an SPSS portable file", ENDING(".por") },
    [CC_MAGIC_STATA] = { "a Stata file", ENDING(".dta") },
    [CC_MAGIC_SAS7BDAT] = { "a SAS data set", ENDING(".sas7bdat") },
    [CC_MAGIC_XPT] = { "a SAS transport file", ENDING(".xpt") },
    [CC_MAGIC_UTF16] = { "UTF-16 text", "save the file as UTF-8" },
    [CC_MAGIC_UTF32] = { "UTF-32 text", "save the file as UTF-8" },
    [CC_MAGIC_EBCDIC] = { "EBCDIC text of a mainframe", "transfer it as text, or convert it to ASCII" },
    [CC_MAGIC_ZIP] = { "a zip archive", UNPACK },
    [CC_MAGIC_XLSX] = { "an Office document (xlsx)", "save the sheet as CSV (UTF-8)" },
    [CC_MAGIC_ODS] = { "an OpenDocument file (ods)", "save the sheet as CSV (UTF-8)" },
    [CC_MAGIC_OLE] = { "an old Office document (xls)", "save the sheet as CSV (UTF-8)" },
    [CC_MAGIC_PDF] = { "a PDF document", "ask for the data it was made from" },
    [CC_MAGIC_HTML] = { "a web page", "it may be an error or login page: download the file again" },
    [CC_MAGIC_RTF] = { "a word processor's document (rtf)", "save it as plain text (UTF-8)" },
    [CC_MAGIC_CPORT] = { "a SAS CPORT file", "write it with the XPORT engine, or as CSV" },
    [CC_MAGIC_RDATA] = { "an R data file", EXPORT },
    [CC_MAGIC_SQLITE] = { "an SQLite database", EXPORT },
    [CC_MAGIC_PARQUET] = { "a Parquet file", EXPORT },
    [CC_MAGIC_7Z] = { "a 7z archive", UNPACK },
    [CC_MAGIC_XZ] = { "an xz file", UNPACK },
    [CC_MAGIC_BZIP2] = { "a bzip2 file", UNPACK },
    [CC_MAGIC_TWICE] = { "a compressed file, compressed once more", "decompress it once" },
};

/* Marks that stand at the start of the file. The first that fits wins. */
static const struct mark {
    enum cc_magic is;
    size_t size;
    const char *bytes;
} marks[] = {
    { CC_MAGIC_UTF32, 4, "\xff\xfe\0\0" },
    { CC_MAGIC_UTF32, 4, "\0\0\xfe\xff" },
    { CC_MAGIC_UTF16, 2, "\xff\xfe" },
    { CC_MAGIC_UTF16, 2, "\xfe\xff" },
    { CC_MAGIC_SPSS, 8, "$FL2@(#)" },
    { CC_MAGIC_ZSAV, 8, "$FL3@(#)" },
    { CC_MAGIC_STATA, 11, "<stata_dta>" },
    { CC_MAGIC_SAS7BDAT, 32, "\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31"
                             "\x8c\x18\x1f\x10\x11" },
    { CC_MAGIC_XPT, 28, "HEADER RECORD*******LIBRARY " },
    { CC_MAGIC_XPT, 28, "HEADER RECORD*******LIBV8   " },
    { CC_MAGIC_CPORT, 14, "**COMPRESSED**" },
    { CC_MAGIC_OLE, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
    { CC_MAGIC_PDF, 5, "%PDF-" },
    { CC_MAGIC_RTF, 5, "{\\rtf" },
    { CC_MAGIC_RDATA, 7, "RDX2\nX\n" },
    { CC_MAGIC_RDATA, 7, "RDX3\nX\n" },
    { CC_MAGIC_RDATA, 4, "X\n\0\0" },
    { CC_MAGIC_SQLITE, 16, "SQLite format 3" },
    { CC_MAGIC_PARQUET, 5, "PAR1\x15" },
    { CC_MAGIC_7Z, 6, "7z\xbc\xaf\x27\x1c" },
    { CC_MAGIC_XZ, 6, "\xfd" "7zXZ" },
    { CC_MAGIC_TWICE, 3, "\x1f\x8b\x08" },
    { CC_MAGIC_TWICE, 4, "\x28\xb5\x2f\xfd" },
};

static bool has_at(const char *first, size_t n, size_t at, const char *text)
{
    size_t size = strlen(text);
    return n >= at + size && !memcmp(first + at, text, size);
}

static bool has_within(const char *first, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (has_at(first, n, i, text)) return true;
    return false;
}

/* Stata before version 13: version, byte order, always 1, always 0. */
static bool is_old_stata(const unsigned char *b, size_t n)
{
    return n >= 4 && b[0] >= 102 && b[0] <= 115 && (b[1] == 1 || b[1] == 2) && b[2] == 1 && b[3] == 0;
}

static bool is_bzip2(const char *first, size_t n)
{
    return has_at(first, n, 0, "BZh") && has_at(first, n, 4, "1AY&SY");
}

static enum cc_magic zip_kind(const char *first, size_t n)
{
    enum { NAME = 30 }; /* of the first file in the archive */
    if (has_at(first, n, NAME, "[Content_Types].xml") || has_at(first, n, NAME, "_rels/")) return CC_MAGIC_XLSX;
    return has_at(first, n, NAME, "mimetypeapplication/vnd.oasis") ? CC_MAGIC_ODS : CC_MAGIC_ZIP;
}

/* Without a byte-order mark: of each pair of bytes, the same one is nearly always NUL. */
static bool is_utf16(const char *first, size_t n)
{
    size_t nul[2] = { 0, 0 }, pairs = n / 2;
    for (size_t i = 0; i < 2 * pairs; i++) nul[i % 2] += first[i] == '\0';
    size_t more = nul[0] > nul[1] ? nul[0] : nul[1], less = nul[0] + nul[1] - more;
    return pairs >= 2 && less == 0 && more >= pairs - pairs / 8;
}

/* Blanks, letters, digits and line ends of EBCDIC; a text that is ASCII has digits or letters elsewhere. */
static bool is_ebcdic(const unsigned char *b, size_t n)
{
    size_t letters = 0, others = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned low = b[i] & 15;
        bool letter = b[i] >= 0x81 && low <= 9 && (b[i] >= 0xf0 || low >= 1) && b[i] != 0xa1 && b[i] != 0xe1;
        bool sign = b[i] && strchr("\x40\x4b\x60\x61\x6b\x6d\x7a\x7d\x7f\x0d\x15\x25", b[i]);
        letters += letter;
        others += !letter && !sign;
    }
    return letters >= 8 && others <= n / 32;
}

static const char *after_blanks(const char *first, size_t *n)
{
    if (has_at(first, *n, 0, "\xef\xbb\xbf")) {
        first += 3;
        *n -= 3;
    }
    while (*n && strchr(" \t\r\n", *first) && *first) {
        first++;
        --*n;
    }
    return first;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool starts_like(const char *first, size_t n, const char *text)
{
    return n >= strlen(text) && !strncasecmp(first, text, strlen(text));
}

static enum cc_magic markup_kind(const char *first, size_t n)
{
    first = after_blanks(first, &n);
    if (starts_like(first, n, "<!doctype html") || starts_like(first, n, "<html")) return CC_MAGIC_HTML;
    if (has_at(first, n, 0, "<?xml") || has_at(first, n, 0, "<!--") || has_at(first, n, 0, "<!DOCTYPE"))
        return CC_MAGIC_XML;
    bool root = n > 1 && *first == '<' && is_letter(first[1]) && has_within(first, n, "xmlns");
    return root ? CC_MAGIC_XML : CC_MAGIC_TEXT;
}

enum cc_magic cc_magic_of(const char *first, size_t n)
{
    const unsigned char *bytes = (const unsigned char *)first;
    if (n > CC_MAGIC_BYTES) n = CC_MAGIC_BYTES;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (n >= marks[i].size && !memcmp(first, marks[i].bytes, marks[i].size)) return marks[i].is;
    if (has_at(first, n, 0, "PK\x03\x04") || has_at(first, n, 0, "PK\x05\x06")) return zip_kind(first, n);
    if (is_old_stata(bytes, n)) return CC_MAGIC_STATA;
    if (is_bzip2(first, n)) return CC_MAGIC_BZIP2;
    if (has_within(first, n, "SPSSPORT")) return CC_MAGIC_POR;
    if (is_utf16(first, n)) return CC_MAGIC_UTF16;
    if (is_ebcdic(bytes, n)) return CC_MAGIC_EBCDIC;
    return markup_kind(first, n);
}

const char *cc_magic_name(enum cc_magic m)
{
    return kinds[m].name;
}

const char *cc_magic_advice(enum cc_magic m)
{
    return kinds[m].advice;
}

enum cc_status cc_magic_expect(enum cc_magic wanted, const char *first, size_t n, struct cc_error *err)
{
    enum cc_magic is = cc_magic_of(first, n);
    if (is == wanted) return CC_OK;
    if (is == CC_MAGIC_TEXT)
        return cc_error_set(err, CC_EDATA, 1, 1, "this is not %s, or it is damaged at its start",
                            cc_magic_name(wanted));
    return cc_error_set(err, CC_EDATA, 1, 1, "%s: %s", cc_magic_name(is), cc_magic_advice(is));
}

enum cc_status cc_magic_look(const char *path, char *buf, size_t room, size_t *n, struct cc_error *err)
{
    struct cc_input *in;
    *n = 0;
    enum cc_status st = cc_input_open(path, &in, err);
    while (st == CC_OK && *n < room) {
        size_t got;
        st = cc_input_read(in, buf + *n, room - *n, &got, err);
        *n += got;
    }
    cc_input_close(in);
    return st == CC_END ? CC_OK : st;
}

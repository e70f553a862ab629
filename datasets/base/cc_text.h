#ifndef CC_TEXT_H
#define CC_TEXT_H
/* Text and numbers from text. Nothing here knows a file or a locale. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

/* Growing bytes. Always NUL-terminated once anything was added. Start with { 0 }. */
struct cc_buf {
    char *data;
    size_t size, room;
};

CC_MUST_USE bool cc_buf_add(struct cc_buf *b, const char *bytes, size_t n);
CC_MUST_USE bool cc_buf_text(struct cc_buf *b, const char *text);
CC_MUST_USE bool cc_buf_char(struct cc_buf *b, char c);
CC_MUST_USE bool cc_buf_printf(struct cc_buf *b, const char *fmt, ...) CC_PRINTF(2, 3);
void cc_buf_clear(struct cc_buf *b); /* keeps the room */
void cc_buf_free(struct cc_buf *b);

/** The whole of a small text file (definitions, templates), NUL-terminated, owned by the
 *  caller. A NUL byte inside, a directory or an unreadable file is an error. */
CC_MUST_USE enum cc_status cc_text_read(const char *path, char **text, struct cc_error *err);

/** Grows *array (of items of `size` bytes) so that it can hold `need` items; *room is updated. */
CC_MUST_USE bool cc_grow(void *array, size_t *room, size_t need, size_t size);

/** strdup and strndup that work the same everywhere; NULL when out of memory. */
char *cc_strdup(const char *text);
char *cc_strndup(const char *text, size_t n);

/** Trims blanks (space, tab, CR, LF) at both ends in place; returns the new start. */
char *cc_trim(char *text);

/** Splits `text` in place at `separator`, trimming each part; returns the number of parts,
 *  at most `max`. An empty text has no part. */
size_t cc_split(char *text, char separator, char **parts, size_t max);

/** Equal, where '-' and '_' are one character, as in method and measure names. */
bool cc_name_equal(const char *a, const char *b);

/** Equal ignoring ASCII case. */
bool cc_case_equal(const char *a, const char *b);

/** The nearest of `n` names to a mistyped one (edit distance at most 2, or a third of its
 *  length), or NULL. */
const char *cc_suggest(const char *typed, const char *const *names, size_t n);

/** Whole-text numbers: no empty text, no trailing text, no overflow, no NaN or infinity, no hexadecimal. */
CC_MUST_USE bool cc_parse_int64(const char *text, int64_t *out);
CC_MUST_USE bool cc_parse_double(const char *text, double *out);

/** A double as a tidy table shows it: `%.15g`, without -0; "Inf", "-Inf", and NaN as "NA". Returns
 *  buf (32 bytes). */
const char *cc_format_double(double x, char buf[32]);

/** 64-bit FNV-1a of some bytes, for hash tables. */
uint64_t cc_hash(const char *bytes, size_t n);
#endif

#ifndef CC_WORDS_H
#define CC_WORDS_H
/* Words of a line in a template: parted by blanks; 'single' or "double" quotes hold texts with
 * blanks; certain signs are words of their own. */
#include <stdbool.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_status.h"

struct cc_word {
    const char *text;    /* without quotes */
    size_t line, column; /* in the file, from 1 */
    bool quoted;         /* it has quotes: never a sign */
};

/** Splits n bytes, the first of which stands at line, column; they may hold line ends. signs:
 *  characters that are words of their own outside quotes ("" for none). Quotes inside a word belong
 *  to it (a='b c' is one word).
 *  Words live in the arena. CC_EDATA with line and column for an open quote. */
CC_MUST_USE enum cc_status cc_words_split(const char *text, size_t n, size_t line, size_t column,
                                          const char *signs, struct cc_arena *arena, struct cc_word **out,
                                          size_t *count, struct cc_error *err);

/** Is it this sign or bare word? */
bool cc_word_is(const struct cc_word *w, const char *text);
#endif

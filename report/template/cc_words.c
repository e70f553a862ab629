#include "report/template/cc_words.h"

#include <string.h>

#include "datasets/base/cc_text.h"

struct cut {
    const char *text, *signs;
    size_t n, at;
    size_t line, start; /* start: of the line, as if text[0] stood at column 1 */
    char *to;           /* where the next byte of a word goes */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool sign(const struct cut *c)
{
    return c->text[c->at] != '\0' && strchr(c->signs, c->text[c->at]) != NULL;
}

static size_t column_here(const struct cut *c)
{
    return c->at + 1 - c->start;
}

/* Skips blanks and counts lines. */
static void skip(struct cut *c)
{
    for (; c->at < c->n && blank(c->text[c->at]); c->at++)
        if (c->text[c->at] == '\n') {
            c->line++;
            c->start = c->at + 1;
        }
}

static enum cc_status cut_word(struct cut *c, struct cc_word *w, struct cc_error *err)
{
    *w = (struct cc_word){ c->to, c->line, column_here(c), false };
    if (sign(c)) *c->to++ = c->text[c->at++];
    else {
        while (c->at < c->n && !blank(c->text[c->at]) && !sign(c)) {
            char quote = c->text[c->at];
            if (quote != '\'' && quote != '"') {
                *c->to++ = c->text[c->at++];
                continue;
            }
            size_t column = column_here(c);
            c->at++;
            w->quoted = true;
            while (c->at < c->n && c->text[c->at] != quote) *c->to++ = c->text[c->at++];
            if (c->at++ == c->n) return cc_error_set(err, CC_EDATA, c->line, column, "a quote is not closed");
        }
    }
    *c->to++ = '\0';
    return CC_OK;
}

enum cc_status cc_words_split(const char *text, size_t n, size_t line, size_t column, const char *signs,
                              struct cc_arena *arena, struct cc_word **out, size_t *count,
                              struct cc_error *err)
{
    struct cut c = { .text = text, .signs = signs, .n = n, .line = line };
    c.start = (size_t)1 - column; /* wraps: unsigned on purpose */
    *count = 0;
    *out = cc_arena_alloc(arena, (n + 1) * sizeof **out); /* a word takes a byte at least */
    c.to = cc_arena_alloc(arena, 2 * n + 1);
    if (!*out || !c.to) return cc_error_memory(err);
    for (;;) {
        skip(&c);
        if (c.at >= n) return CC_OK;
        enum cc_status st = cut_word(&c, &(*out)[(*count)++], err);
        if (st != CC_OK) return st;
    }
}

bool cc_word_is(const struct cc_word *w, const char *text)
{
    return !w->quoted && !strcmp(w->text, text);
}

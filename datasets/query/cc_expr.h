#ifndef CC_EXPR_H
#define CC_EXPR_H
/* The expression language, as text and as a tree. What names mean is settled in cc_query.
 *
 *   expr       = and { "or" and }
 *   and        = not { "and" not }
 *   not        = "not" not | compare
 *   compare    = sum [ ("=" | "<>" | "<" | "<=" | ">" | ">=") sum
 *                    | ["not"] "in" "(" sum {"," sum} ")"
 *                    | ["not"] "between" sum "and" sum ]
 *   sum        = value { ("+" | "-") value }
 *   value      = NUMBER | 'text' | "text" | NAME | :PARAMETER | "true" | "false" | "(" expr ")"
 *              | NAME "(" [ expr {"," expr} ] ")" ["with" label {"," label}]
 *              | "case" { "when" expr "then" expr } ["else" expr] "end"
 *   label      = (NUMBER | "missing") "as" "text"                      only after band(...)
 *
 * Keywords are not case-sensitive. A NAME may hold '#', the number of a repeat. '#' starts a
 * comment only at the start of a line or after a blank. */
#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_status.h"

enum cc_op {
    CC_OP_NUMBER, CC_OP_TEXT, CC_OP_NAME, CC_OP_PARAMETER, CC_OP_TRUE, CC_OP_FALSE, CC_OP_CALL,
    CC_OP_AND, CC_OP_OR, CC_OP_NOT,
    CC_OP_EQ, CC_OP_NE, CC_OP_LT, CC_OP_LE, CC_OP_GT, CC_OP_GE, CC_OP_IN, CC_OP_NOT_IN,
    CC_OP_ADD, CC_OP_SUB,
    CC_OP_CASE /* args: when, then, when, then, ... [else] */
};

struct cc_label {
    const char *code; /* as written, or NULL for "missing" */
    const char *text;
    size_t line, column;
};

struct cc_node {
    enum cc_op op;
    const char *text; /* name, literal as written (text: without quotes), NULL otherwise */
    struct cc_node **args;
    size_t count;
    struct cc_label *labels; /* of a band */
    size_t label_count;
    size_t line, column;
};

/* A reader of tokens, also used for definition files. */
enum cc_token { CC_TOKEN_END, CC_TOKEN_NUMBER, CC_TOKEN_TEXT, CC_TOKEN_NAME, CC_TOKEN_PARAMETER, CC_TOKEN_SIGN };

struct cc_lexer {
    const char *start, *at; /* NUL-terminated text */
    struct cc_arena *arena;
    enum cc_token kind;
    const char *text;    /* of the current token; a sign's own characters */
    const char *from;    /* where the current token starts, and where the one before it ended */
    const char *last_end;
    size_t line, column; /* of the current token */
    size_t depth;        /* of nested expressions */
    struct cc_error *err;
};

/** Starts reading `text`, whose first character stands at line, column of its file, and reads
 *  the first token. The lexer may be copied to look ahead. */
CC_MUST_USE enum cc_status cc_lexer_start(struct cc_lexer *lx, const char *text, size_t line,
                                          struct cc_arena *arena, struct cc_error *err);
CC_MUST_USE enum cc_status cc_lexer_next(struct cc_lexer *lx);

/** Is the current token this keyword (any case) or sign? */
int cc_lexer_is(const struct cc_lexer *lx, const char *word);

/** An error at the current token: "expected X". */
enum cc_status cc_lexer_expected(struct cc_lexer *lx, const char *what);

/** Parses one expression from the current token on; stops at the first token after it. */
CC_MUST_USE enum cc_status cc_expr_read(struct cc_lexer *lx, struct cc_node **out);

/** Parses a whole text as one expression. Nodes live in the arena. */
CC_MUST_USE enum cc_status cc_expr_parse(const char *text, struct cc_arena *arena, struct cc_node **out,
                                         struct cc_error *err);
#endif

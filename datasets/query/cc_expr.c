#include "datasets/query/cc_expr.h"

#include <ctype.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { DEPTH_LIMIT = 200 };

static const char *const keywords[] = { "and", "or", "not", "in", "between", "case", "when", "then",
                                        "else", "end", "with", "as" };

static void move(struct cc_lexer *lx, size_t n)
{
    for (; n; n--, lx->at++) {
        lx->column++;
        if (*lx->at == '\n') {
            lx->line++;
            lx->column = 1;
        }
    }
}

static void skip_blanks(struct cc_lexer *lx)
{
    for (;;) {
        while (*lx->at == ' ' || *lx->at == '\t' || *lx->at == '\r' || *lx->at == '\n') move(lx, 1);
        if (*lx->at != '#' || (lx->at > lx->start && !isspace((unsigned char)lx->at[-1]))) return;
        move(lx, strcspn(lx->at, "\n"));
    }
}

static enum cc_status take(struct cc_lexer *lx, enum cc_token kind, const char *from, size_t n)
{
    lx->kind = kind;
    lx->text = cc_arena_text(lx->arena, from, n);
    return lx->text ? CC_OK : cc_error_memory(lx->err);
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '#' || c == '.';
}

/* The token's place is kept in line and column; `at` runs ahead of it until the next call. */
static enum cc_status quoted(struct cc_lexer *lx)
{
    char quote = *lx->at;
    struct cc_buf b = { 0 };
    const char *p = lx->at + 1;
    bool ok = cc_buf_add(&b, "", 0);
    for (; ok && *p && *p != '\n'; p++) {
        if (*p == quote && p[1] != quote) break;
        if (*p == quote) p++;
        ok = cc_buf_char(&b, *p);
    }
    enum cc_status st = !ok ? cc_error_memory(lx->err)
        : *p != quote ? cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "this text is not closed on its line")
                      : take(lx, CC_TOKEN_TEXT, b.data, b.size);
    cc_buf_free(&b);
    lx->at = p + (*p == quote);
    return st;
}

static enum cc_status scan(struct cc_lexer *lx)
{
    const char *p = lx->at;
    if (!*p) return take(lx, CC_TOKEN_END, p, 0);
    if (*p == '\'' || *p == '"') return quoted(lx);
    size_t n = 0;
    enum cc_token kind = CC_TOKEN_SIGN;
    if (isdigit((unsigned char)*p)) {
        kind = CC_TOKEN_NUMBER;
        while (isdigit((unsigned char)p[n])) n++;
        if (p[n] == '.' && isdigit((unsigned char)p[n + 1]))
            for (n++; isdigit((unsigned char)p[n]);) n++;
        if (in_name(p[n]))
            return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "a name cannot start with a digit");
    } else if (isalpha((unsigned char)*p) || *p == '_') {
        kind = CC_TOKEN_NAME;
        while (in_name(p[n])) n++;
    } else if (*p == ':' && (isalpha((unsigned char)p[1]) || p[1] == '_')) {
        kind = CC_TOKEN_PARAMETER;
        for (n = 1; in_name(p[n]);) n++;
    } else if (!strncmp(p, "<=", 2) || !strncmp(p, ">=", 2) || !strncmp(p, "<>", 2) || !strncmp(p, "!=", 2)
               || !strncmp(p, "==", 2)) {
        n = 2;
    } else if (strchr("=<>+-(),;", *p)) {
        n = 1;
    } else {
        return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "character '%c' has no meaning here",
                            isprint((unsigned char)*p) ? *p : '?');
    }
    lx->at += n;
    return take(lx, kind, p, n);
}

enum cc_status cc_lexer_next(struct cc_lexer *lx)
{
    /* line and column still stand at the token before: walk over it first */
    const char *end = lx->at;
    lx->at = lx->from;
    move(lx, (size_t)(end - lx->from));
    lx->last_end = end;
    skip_blanks(lx);
    lx->from = lx->at;
    return scan(lx);
}

enum cc_status cc_lexer_start(struct cc_lexer *lx, const char *text, size_t line, struct cc_arena *arena,
                              struct cc_error *err)
{
    *lx = (struct cc_lexer){ .start = text, .at = text, .from = text, .last_end = text, .arena = arena,
                             .line = line, .column = 1, .err = err };
    return cc_lexer_next(lx);
}

int cc_lexer_is(const struct cc_lexer *lx, const char *word)
{
    if (lx->kind == CC_TOKEN_NAME) return cc_case_equal(lx->text, word);
    return lx->kind == CC_TOKEN_SIGN && !strcmp(lx->text, word);
}

enum cc_status cc_lexer_expected(struct cc_lexer *lx, const char *what)
{
    bool end = lx->kind == CC_TOKEN_END;
    return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "expected %s, found %s%s%s", what, end ? "" : "'",
                        end ? "the end" : lx->text, end ? "" : "'");
}

static enum cc_status need(struct cc_lexer *lx, const char *word)
{
    char what[32] = "'";
    if (!cc_lexer_is(lx, word)) {
        strncat(strncat(what, word, 16), "'", 2);
        return cc_lexer_expected(lx, what);
    }
    return cc_lexer_next(lx);
}

static struct cc_node *node(struct cc_lexer *lx, enum cc_op op)
{
    struct cc_node *n = cc_arena_alloc(lx->arena, sizeof *n);
    if (n) *n = (struct cc_node){ .op = op, .line = lx->line, .column = lx->column };
    return n;
}

static enum cc_status add_arg(struct cc_lexer *lx, struct cc_node *n, struct cc_node *arg)
{
    bool full = (n->count & (n->count - 1)) == 0; /* the room doubles at powers of two */
    if (full) {
        struct cc_node **grown = cc_arena_alloc(lx->arena, (n->count ? n->count * 2 : 1) * sizeof *grown);
        if (!grown) return cc_error_memory(lx->err);
        if (n->count) memcpy(grown, n->args, n->count * sizeof *grown);
        n->args = grown;
    }
    n->args[n->count++] = arg;
    return CC_OK;
}

static enum cc_status read_arg(struct cc_lexer *lx, struct cc_node *n,
                               enum cc_status (*read)(struct cc_lexer *, struct cc_node **))
{
    struct cc_node *arg;
    enum cc_status st = read(lx, &arg);
    return st == CC_OK ? add_arg(lx, n, arg) : st;
}

static enum cc_status read_sum(struct cc_lexer *lx, struct cc_node **out);

static enum cc_status read_list(struct cc_lexer *lx, struct cc_node *n,
                                enum cc_status (*read)(struct cc_lexer *, struct cc_node **))
{
    enum cc_status st = need(lx, "(");
    if (st == CC_OK && cc_lexer_is(lx, ")") && n->op == CC_OP_CALL) return cc_lexer_next(lx);
    for (; st == CC_OK; st = cc_lexer_next(lx)) {
        if ((st = read_arg(lx, n, read)) != CC_OK) return st;
        if (!cc_lexer_is(lx, ",")) return need(lx, ")");
    }
    return st;
}

static enum cc_status read_label(struct cc_lexer *lx, struct cc_node *n)
{
    struct cc_label label = { .line = lx->line, .column = lx->column };
    if (lx->kind == CC_TOKEN_NUMBER) label.code = lx->text;
    else if (!cc_lexer_is(lx, "missing")) return cc_lexer_expected(lx, "a code or 'missing'");
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK) st = need(lx, "as");
    if (st != CC_OK) return st;
    if (lx->kind != CC_TOKEN_TEXT) return cc_lexer_expected(lx, "a label in quotes");
    label.text = lx->text;
    struct cc_label *grown = cc_arena_alloc(lx->arena, (n->label_count + 1) * sizeof *grown);
    if (!grown) return cc_error_memory(lx->err);
    if (n->label_count) memcpy(grown, n->labels, n->label_count * sizeof *grown);
    grown[n->label_count++] = label;
    n->labels = grown;
    return cc_lexer_next(lx);
}

static enum cc_status read_call(struct cc_lexer *lx, struct cc_node *n)
{
    n->op = CC_OP_CALL;
    enum cc_status st = read_list(lx, n, cc_expr_read);
    if (st != CC_OK || !cc_lexer_is(lx, "with") || !cc_case_equal(n->text, "band")) return st;
    do {
        st = cc_lexer_next(lx);
        if (st == CC_OK) st = read_label(lx, n);
    } while (st == CC_OK && cc_lexer_is(lx, ","));
    return st;
}

static enum cc_status read_case(struct cc_lexer *lx, struct cc_node *n)
{
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK && !cc_lexer_is(lx, "when")) return cc_lexer_expected(lx, "'when'");
    while (st == CC_OK && cc_lexer_is(lx, "when")) {
        st = cc_lexer_next(lx);
        if (st == CC_OK) st = read_arg(lx, n, cc_expr_read);
        if (st == CC_OK) st = need(lx, "then");
        if (st == CC_OK) st = read_arg(lx, n, cc_expr_read);
    }
    if (st == CC_OK && cc_lexer_is(lx, "else")) {
        st = cc_lexer_next(lx);
        if (st == CC_OK) st = read_arg(lx, n, cc_expr_read);
    }
    return st == CC_OK ? need(lx, "end") : st;
}

static bool is_keyword(const char *text)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (cc_case_equal(text, keywords[i])) return true;
    return false;
}

static enum cc_status read_value(struct cc_lexer *lx, struct cc_node **out)
{
    struct cc_node *n = *out = node(lx, CC_OP_NAME);
    if (!n) return cc_error_memory(lx->err);
    if (cc_lexer_is(lx, "(")) {
        enum cc_status st = cc_lexer_next(lx);
        if (st == CC_OK) st = cc_expr_read(lx, out);
        return st == CC_OK ? need(lx, ")") : st;
    }
    if (lx->kind == CC_TOKEN_NAME && cc_lexer_is(lx, "case")) {
        n->op = CC_OP_CASE;
        return read_case(lx, n);
    }
    n->text = lx->text;
    switch (lx->kind) {
    case CC_TOKEN_NUMBER: n->op = CC_OP_NUMBER; break;
    case CC_TOKEN_TEXT: n->op = CC_OP_TEXT; break;
    case CC_TOKEN_PARAMETER:
        n->op = CC_OP_PARAMETER;
        n->text++; /* without the colon */
        break;
    case CC_TOKEN_NAME:
        if (is_keyword(lx->text)) return cc_lexer_expected(lx, "a value");
        if (cc_lexer_is(lx, "true")) n->op = CC_OP_TRUE;
        if (cc_lexer_is(lx, "false")) n->op = CC_OP_FALSE;
        break;
    default: return cc_lexer_expected(lx, "a value");
    }
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK && n->op == CC_OP_NAME && cc_lexer_is(lx, "(")) return read_call(lx, n);
    return st;
}

static enum cc_status read_sum(struct cc_lexer *lx, struct cc_node **out)
{
    enum cc_status st = read_value(lx, out);
    for (size_t terms = 1; st == CC_OK && (cc_lexer_is(lx, "+") || cc_lexer_is(lx, "-")); terms++) {
        if (terms > DEPTH_LIMIT) return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "nested too deeply");
        struct cc_node *n = node(lx, cc_lexer_is(lx, "+") ? CC_OP_ADD : CC_OP_SUB);
        if (!n) return cc_error_memory(lx->err);
        if ((st = add_arg(lx, n, *out)) != CC_OK || (st = cc_lexer_next(lx)) != CC_OK) return st;
        *out = n;
        st = read_arg(lx, n, read_value);
    }
    return st;
}

static enum cc_status read_between(struct cc_lexer *lx, struct cc_node **out)
{
    struct cc_node *both = node(lx, CC_OP_AND), *low = node(lx, CC_OP_GE), *high = node(lx, CC_OP_LE);
    if (!both || !low || !high) return cc_error_memory(lx->err);
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK) st = add_arg(lx, low, *out);
    if (st == CC_OK) st = read_arg(lx, low, read_sum);
    if (st == CC_OK) st = need(lx, "and");
    if (st == CC_OK) st = add_arg(lx, high, *out);
    if (st == CC_OK) st = read_arg(lx, high, read_sum);
    if (st == CC_OK) st = add_arg(lx, both, low);
    if (st == CC_OK) st = add_arg(lx, both, high);
    *out = both;
    return st;
}

static bool compare_op(const struct cc_lexer *lx, enum cc_op *op)
{
    static const struct { const char *sign; enum cc_op op; } ops[] = {
        { "=", CC_OP_EQ }, { "==", CC_OP_EQ }, { "<>", CC_OP_NE }, { "!=", CC_OP_NE },
        { "<", CC_OP_LT }, { "<=", CC_OP_LE }, { ">", CC_OP_GT }, { ">=", CC_OP_GE },
    };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (lx->kind == CC_TOKEN_SIGN && cc_lexer_is(lx, ops[i].sign)) {
            *op = ops[i].op;
            return true;
        }
    return false;
}

static enum cc_status read_compare(struct cc_lexer *lx, struct cc_node **out)
{
    enum cc_status st = read_sum(lx, out);
    if (st != CC_OK) return st;
    enum cc_op op;
    struct cc_node *n = node(lx, CC_OP_IN);
    if (!n) return cc_error_memory(lx->err);
    if (compare_op(lx, &op)) {
        n->op = op;
        if ((st = add_arg(lx, n, *out)) != CC_OK || (st = cc_lexer_next(lx)) != CC_OK) return st;
        *out = n;
        return read_arg(lx, n, read_sum);
    }
    bool negated = cc_lexer_is(lx, "not");
    if (negated && (st = cc_lexer_next(lx)) != CC_OK) return st;
    if (cc_lexer_is(lx, "between")) {
        st = read_between(lx, out);
        if (st != CC_OK || !negated) return st;
        n->op = CC_OP_NOT;
        st = add_arg(lx, n, *out);
        *out = n;
        return st;
    }
    if (!cc_lexer_is(lx, "in")) return negated ? cc_lexer_expected(lx, "'in' or 'between'") : CC_OK;
    n->op = negated ? CC_OP_NOT_IN : CC_OP_IN;
    if ((st = add_arg(lx, n, *out)) != CC_OK || (st = cc_lexer_next(lx)) != CC_OK) return st;
    *out = n;
    return read_list(lx, n, read_sum);
}

static enum cc_status read_not(struct cc_lexer *lx, struct cc_node **out)
{
    if (!cc_lexer_is(lx, "not")) return read_compare(lx, out);
    struct cc_node *n = *out = node(lx, CC_OP_NOT);
    if (!n) return cc_error_memory(lx->err);
    if (++lx->depth > DEPTH_LIMIT) return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "nested too deeply");
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK) st = read_arg(lx, n, read_not);
    lx->depth--;
    return st;
}

static enum cc_status read_chain(struct cc_lexer *lx, const char *word, enum cc_op op,
                                 enum cc_status (*read)(struct cc_lexer *, struct cc_node **),
                                 struct cc_node **out)
{
    enum cc_status st = read(lx, out);
    if (st != CC_OK || !cc_lexer_is(lx, word)) return st;
    struct cc_node *n = node(lx, op);
    if (!n) return cc_error_memory(lx->err);
    st = add_arg(lx, n, *out);
    *out = n;
    while (st == CC_OK && cc_lexer_is(lx, word)) {
        st = cc_lexer_next(lx);
        if (st == CC_OK) st = read_arg(lx, n, read);
    }
    return st;
}

static enum cc_status read_and(struct cc_lexer *lx, struct cc_node **out)
{
    return read_chain(lx, "and", CC_OP_AND, read_not, out);
}

enum cc_status cc_expr_read(struct cc_lexer *lx, struct cc_node **out)
{
    *out = NULL;
    if (++lx->depth > DEPTH_LIMIT) return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "nested too deeply");
    enum cc_status st = read_chain(lx, "or", CC_OP_OR, read_and, out);
    lx->depth--;
    return st;
}

enum cc_status cc_expr_parse(const char *text, struct cc_arena *arena, struct cc_node **out, struct cc_error *err)
{
    struct cc_lexer lx;
    *out = NULL;
    enum cc_status st = cc_lexer_start(&lx, text, 1, arena, err);
    if (st == CC_OK) st = cc_expr_read(&lx, out);
    return st == CC_OK && lx.kind != CC_TOKEN_END ? cc_lexer_expected(&lx, "the end of the expression") : st;
}

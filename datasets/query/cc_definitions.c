#include "datasets/query/cc_definitions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

/* Adds an item to an arena array; the room doubles at powers of two. */
static void *push(struct cc_arena *arena, void *array, size_t count, size_t size)
{
    if (count && (count & (count - 1))) return array;
    void *grown = cc_arena_alloc(arena, (count ? count * 2 : 1) * size);
    if (grown && count) memcpy(grown, array, count * size);
    return grown;
}
#define PUSH(arena, array, count, item) \
    (((array) = push(arena, array, count, sizeof *(array))) ? ((array)[(count)++] = (item), true) : false)

static enum cc_status need_name(struct cc_lexer *lx, const char *what, const char **out)
{
    if (lx->kind != CC_TOKEN_NAME) return cc_lexer_expected(lx, what);
    *out = lx->text;
    return cc_lexer_next(lx);
}

static enum cc_status need_sign(struct cc_lexer *lx, const char *sign, const char *what)
{
    return cc_lexer_is(lx, sign) ? cc_lexer_next(lx) : cc_lexer_expected(lx, what);
}

static enum cc_status said_twice(struct cc_lexer *lx, const char *what)
{
    return cc_error_set(lx->err, CC_EDATA, lx->line, lx->column, "%s is given twice", what);
}

static enum cc_status read_items(struct cc_lexer *lx, struct cc_item **items, size_t *count)
{
    enum cc_status st;
    do {
        if (*count && (st = cc_lexer_next(lx)) != CC_OK) return st;
        struct cc_item item = { .line = lx->line, .column = lx->column };
        if ((st = need_name(lx, "a variable", &item.name)) != CC_OK) return st;
        if (!PUSH(lx->arena, *items, *count, item)) return cc_error_memory(lx->err);
    } while (cc_lexer_is(lx, ","));
    return CC_OK;
}

static enum cc_status read_unit(struct cc_lexer *lx, struct cc_definitions *d)
{
    struct cc_unit unit = { 0 };
    struct cc_lexer at = *lx;
    enum cc_status st = need_name(lx, "the name of a unit", &unit.name);
    if (st == CC_OK && cc_definitions_unit(d, unit.name))
        return cc_error_set(lx->err, CC_EDATA, at.line, at.column, "unit %s is defined twice", unit.name);
    if (st == CC_OK) st = need_sign(lx, "=", "'='");
    if (st == CC_OK) st = read_items(lx, &unit.items, &unit.item_count);
    if (st == CC_OK && !PUSH(lx->arena, d->units, d->unit_count, unit)) return cc_error_memory(lx->err);
    return st;
}

static enum cc_status read_represent(struct cc_lexer *lx, struct cc_definitions *d)
{
    struct cc_unit *unit = NULL;
    for (size_t i = 0; i < d->unit_count; i++)
        if (lx->kind == CC_TOKEN_NAME && !strcmp(d->units[i].name, lx->text)) unit = &d->units[i];
    if (!unit) return cc_lexer_expected(lx, "the name of a unit that is defined above");
    if (unit->rank_count) return said_twice(lx, "the representative");
    enum cc_status st = cc_lexer_next(lx);
    if (st == CC_OK && !cc_lexer_is(lx, "by")) return cc_lexer_expected(lx, "'by'");
    do {
        struct cc_rank rank = { .order = CC_RANK_EARLIEST };
        if (st == CC_OK) st = cc_lexer_next(lx);
        if (st == CC_OK) st = cc_expr_read(lx, &rank.expr);
        if (st != CC_OK) return st;
        bool first = cc_lexer_is(lx, "first"), latest = cc_lexer_is(lx, "latest");
        if (first || latest) {
            rank.order = first ? CC_RANK_FIRST : CC_RANK_LATEST;
            st = cc_lexer_next(lx);
        }
        if (!PUSH(lx->arena, unit->ranks, unit->rank_count, rank)) return cc_error_memory(lx->err);
    } while (st == CC_OK && cc_lexer_is(lx, ","));
    return st;
}

static enum cc_status read_keep(struct cc_lexer *lx, struct cc_definitions *d)
{
    struct cc_keep keep = { 0 };
    enum cc_status st = CC_OK;
    if (cc_lexer_is(lx, "at")) {
        st = cc_lexer_next(lx);
        if (st == CC_OK) st = need_name(lx, "a level", &keep.level);
    }
    for (size_t i = 0; i < d->keep_count && st == CC_OK; i++)
        if (keep.level && d->keeps[i].level ? !strcmp(keep.level, d->keeps[i].level) : keep.level == d->keeps[i].level)
            return said_twice(lx, "what to keep");
    if (st == CC_OK) st = need_sign(lx, "latest", "'latest'");
    if (st == CC_OK) st = cc_expr_read(lx, &keep.newest);
    if (st == CC_OK) st = need_sign(lx, "of", "'of'");
    if (st == CC_OK) st = read_items(lx, &keep.items, &keep.item_count);
    if (st == CC_OK && !PUSH(lx->arena, d->keeps, d->keep_count, keep)) return cc_error_memory(lx->err);
    return st;
}

static enum cc_status read_year_number(struct cc_lexer *lx, int *out)
{
    int64_t year;
    enum cc_status st = cc_lexer_next(lx);
    if (st != CC_OK) return st;
    if (lx->kind != CC_TOKEN_NUMBER || !cc_parse_int64(lx->text, &year) || year < 1900 || year > 2999)
        return cc_lexer_expected(lx, "a year");
    *out = (int)year;
    return cc_lexer_next(lx);
}

static enum cc_status read_params(struct cc_lexer *lx, struct cc_definition *def)
{
    enum cc_status st = CC_OK;
    do {
        const char *name = NULL;
        if ((st = cc_lexer_next(lx)) != CC_OK || (st = need_name(lx, "a parameter", &name)) != CC_OK) return st;
        if (!PUSH(lx->arena, def->params, def->param_count, name)) return cc_error_memory(lx->err);
    } while (cc_lexer_is(lx, ","));
    return need_sign(lx, ")", "')'");
}

/* The expression as one line: comments out, runs of blanks to one, but for quoted texts. */
static const char *one_line(struct cc_arena *arena, const char *from, const char *end)
{
    char *text = cc_arena_alloc(arena, (size_t)(end - from) + 1);
    if (!text) return NULL;
    size_t n = 0;
    char quote = 0;
    for (const char *p = from; p < end; p++) {
        if (quote || *p == '\'' || *p == '"') { /* quoted texts stay as they are */
            if (!quote) quote = *p;
            else if (*p == quote) quote = 0;
            text[n++] = *p;
            continue;
        }
        bool blank = *p == ' ' || *p == '\t' || *p == '\n' || *p == '\r';
        bool after_blank = n == 0 || text[n - 1] == ' ';
        if (*p == '#' && after_blank) {
            while (p < end && *p != '\n') p++;
            continue;
        }
        if (blank && after_blank) continue;
        text[n++] = blank ? ' ' : *p;
    }
    while (n && text[n - 1] == ' ') n--;
    text[n] = '\0';
    return text;
}

static enum cc_status check_years(const struct cc_definitions *d, const struct cc_definition *def,
                                  const struct cc_lexer *at)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct cc_definition *o = &d->list[i];
        if (strcmp(o->name, def->name)) continue;
        bool before = def->until && o->since && def->until < o->since;
        bool after = o->until && def->since && o->until < def->since;
        if (!before && !after)
            return cc_error_set(at->err, CC_EDATA, at->line, at->column,
                                "%s is defined twice for the same years (also in line %zu)", def->name, o->line);
    }
    if (def->since && def->until && def->since > def->until)
        return cc_error_set(at->err, CC_EDATA, at->line, at->column, "since %d is after until %d", def->since,
                            def->until);
    return CC_OK;
}

static enum cc_status read_define(struct cc_lexer *lx, struct cc_definitions *d)
{
    struct cc_definition def = { .line = lx->line };
    struct cc_lexer at = *lx;
    enum cc_status st = need_name(lx, "a name", &def.name);
    if (st == CC_OK && cc_lexer_is(lx, "(")) st = read_params(lx, &def);
    if (st == CC_OK && lx->kind == CC_TOKEN_TEXT) {
        def.label = lx->text;
        st = cc_lexer_next(lx);
    }
    while (st == CC_OK && !cc_lexer_is(lx, "=")) {
        if (cc_lexer_is(lx, "since")) st = read_year_number(lx, &def.since);
        else if (cc_lexer_is(lx, "until")) st = read_year_number(lx, &def.until);
        else if (cc_lexer_is(lx, "source")) {
            if ((st = cc_lexer_next(lx)) != CC_OK) return st;
            if (lx->kind != CC_TOKEN_TEXT) return cc_lexer_expected(lx, "a source in quotes");
            def.source = lx->text;
            st = cc_lexer_next(lx);
        } else return cc_lexer_expected(lx, "since, until, source or '='");
    }
    if (st == CC_OK) st = cc_lexer_next(lx);
    if (st != CC_OK) return st;
    const char *from = lx->from;
    if ((st = cc_expr_read(lx, &def.expr)) != CC_OK) return st;
    if (!(def.text = one_line(lx->arena, from, lx->last_end))) return cc_error_memory(lx->err);
    if ((st = check_years(d, &def, &at)) != CC_OK) return st;
    return PUSH(lx->arena, d->list, d->count, def) ? CC_OK : cc_error_memory(lx->err);
}

static enum cc_status read_year(struct cc_lexer *lx, struct cc_definitions *d)
{
    if (d->year) return said_twice(lx, "the year");
    enum cc_status st = need_sign(lx, "=", "'='");
    return st == CC_OK ? cc_expr_read(lx, &d->year) : st;
}

static enum cc_status read_codebook(struct cc_lexer *lx, struct cc_definitions *d)
{
    /* a codebook's name has dashes, which tokens do not: take the rest of the line */
    size_t n = strcspn(lx->from, " \t\r\n");
    if (lx->kind != CC_TOKEN_NAME) return cc_lexer_expected(lx, "the name of a codebook");
    if (d->codebook) return said_twice(lx, "the codebook");
    if (!(d->codebook = cc_arena_text(lx->arena, lx->from, n))) return cc_error_memory(lx->err);
    enum cc_status st = CC_OK;
    size_t line = lx->line;
    while (st == CC_OK && lx->kind != CC_TOKEN_END && lx->line == line) st = cc_lexer_next(lx);
    return st;
}

static enum cc_status read_statement(struct cc_lexer *lx, struct cc_definitions *d)
{
    static const struct {
        const char *word;
        enum cc_status (*read)(struct cc_lexer *, struct cc_definitions *);
    } kinds[] = { { "define", read_define }, { "derive", read_define }, { "unit", read_unit },
                  { "represent", read_represent }, { "keep", read_keep }, { "year", read_year },
                  { "codebook", read_codebook } };
    if (lx->column != 1) return cc_lexer_expected(lx, "a new statement at the beginning of a line");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (lx->kind == CC_TOKEN_NAME && cc_lexer_is(lx, kinds[i].word)) {
            enum cc_status st = cc_lexer_next(lx);
            return st == CC_OK ? kinds[i].read(lx, d) : st;
        }
    return cc_lexer_expected(lx, "codebook, year, unit, represent, keep, define or derive");
}

enum cc_status cc_definitions_read(const char *path, struct cc_definitions *out, struct cc_error *err)
{
    *out = (struct cc_definitions){ 0 };
    if (!path) return CC_OK;
    const char *slash = strrchr(path, '/');
    snprintf(out->name, sizeof out->name, "%s", slash ? slash + 1 : path);
    char *text;
    enum cc_status st = cc_text_read(path, &text, err);
    if (st != CC_OK) return st;
    struct cc_lexer lx;
    st = cc_lexer_start(&lx, text, 1, &out->arena, err);
    while (st == CC_OK && lx.kind != CC_TOKEN_END) st = read_statement(&lx, out);
    free(text);
    if (st == CC_OK) return CC_OK;
    cc_error_file(err, out->name);
    cc_definitions_free(out);
    return st;
}

char *cc_definitions_default(const char *codebook)
{
    return cc_path_data("definitions", codebook, ".def");
}

const struct cc_unit *cc_definitions_unit(const struct cc_definitions *d, const char *name)
{
    for (size_t i = 0; i < d->unit_count; i++)
        if (cc_name_equal(d->units[i].name, name)) return &d->units[i];
    return NULL;
}

void cc_definitions_free(struct cc_definitions *d)
{
    cc_arena_free(&d->arena);
    *d = (struct cc_definitions){ 0 };
}

#include "report/template/cc_template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

struct reader {
    struct cc_template *t;
    const char *text; /* the whole file */
    size_t line;      /* of the line that is read */
    size_t open_if;   /* line of an {{if}} that waits for its {{end}}, or 0 */
    bool had_else;
    struct cc_error *err;
};

static enum cc_status wrong(const struct reader *r, size_t line, size_t column, const char *what)
{
    return cc_error_set(r->err, CC_EDATA, line, column, "%s", what);
}

static size_t line_end(const char *text, size_t at)
{
    const char *end = strchr(text + at, '\n');
    return end ? (size_t)(end - text) : at + strlen(text + at);
}

/* --- front matter --- */

/* NAME [= DEFAULT] or NAME?, separated by commas */
static enum cc_status read_params(struct reader *r, const struct cc_word *w, size_t n)
{
    struct cc_template *t = r->t;
    if (t->params) return wrong(r, r->line, 1, "'params:' is given twice");
    if (!(t->params = cc_arena_alloc(&t->arena, (n + 1) * sizeof *t->params))) return cc_error_memory(r->err);
    for (size_t i = 0; i < n; i++) {
        struct cc_template_param *p = &t->params[t->param_count++];
        if (!isalpha((unsigned char)*w[i].text))
            return wrong(r, r->line, w[i].column, "expected the name of a parameter");
        p->name = w[i].text;
        char *mark = strchr(p->name, '?');
        if (mark && !mark[1]) {
            *mark = '\0';
            p->optional = true;
        }
        if (i + 2 < n && cc_word_is(&w[i + 1], "=")) {
            p->value = w[i + 2].text;
            i += 2;
        }
        if (i + 1 < n && !cc_word_is(&w[++i], ",")) return wrong(r, r->line, w[i].column, "expected ','");
    }
    return CC_OK;
}

/* NAME or NAME?, which may be left out */
static enum cc_status add_input(struct reader *r, const char *name, struct cc_template_input **out)
{
    enum { MOST = 12 };
    struct cc_template *t = r->t;
    if (!t->inputs && !(t->inputs = cc_arena_alloc(&t->arena, MOST * sizeof *t->inputs)))
        return cc_error_memory(r->err);
    if (t->input_count == MOST) return wrong(r, r->line, 1, "too many inputs");
    struct cc_template_input *in = *out = &t->inputs[t->input_count++];
    size_t size = strlen(name);
    bool optional = size > 1 && name[size - 1] == '?';
    *in = (struct cc_template_input){ .name = cc_arena_text(&t->arena, name, size - optional), .optional = optional,
                                      .line = r->line };
    return in->name ? CC_OK : cc_error_memory(r->err);
}

/* NAME, NAME ...: tables that are given to the report */
static enum cc_status read_tables(struct reader *r, const struct cc_word *w, size_t n)
{
    enum cc_status st = n ? CC_OK : wrong(r, r->line, 1, "expected 'table: NAME, NAME ...'");
    for (size_t i = 0; i < n && st == CC_OK; i += 2) {
        struct cc_template_input *in;
        st = add_input(r, w[i].text, &in);
        if (st == CC_OK && i + 1 < n && !cc_word_is(&w[i + 1], ","))
            st = wrong(r, r->line, w[i + 1].column, "expected ','");
    }
    return st;
}

/* NAME = CODEBOOK [LIST, LIST ...] */
static enum cc_status read_input(struct reader *r, const struct cc_word *w, size_t n)
{
    struct cc_template *t = r->t;
    if (n < 3 || !cc_word_is(&w[1], "="))
        return wrong(r, r->line, 1, "expected 'input: NAME = CODEBOOK, LIST ...'");
    struct cc_template_input *in;
    enum cc_status st = add_input(r, w[0].text, &in);
    if (st != CC_OK) return st;
    in->codebook = w[2].text;
    if (!(in->lists = cc_arena_alloc(&t->arena, n * sizeof *in->lists))) return cc_error_memory(r->err);
    for (size_t i = 3; i < n; i += 2) {
        if (!cc_word_is(&w[i], ",") || i + 1 == n)
            return wrong(r, r->line, w[i].column, "expected ',' and the name of a list");
        in->lists[in->list_count++].name = w[i + 1].text;
    }
    return CC_OK;
}

static enum cc_status set_plain(struct reader *r, const char **to, const char *value, size_t column)
{
    if (*to) return wrong(r, r->line, 1, "this key is given twice");
    if (!*value) return wrong(r, r->line, column, "this key has no value");
    *to = value;
    return CC_OK;
}

static enum cc_status read_key(struct reader *r, const char *key, const char *value, size_t column)
{
    struct cc_template *t = r->t;
    struct cc_word *w;
    size_t n;
    if (!strcmp(key, "report")) return set_plain(r, &t->report, value, column);
    if (!strcmp(key, "title")) return set_plain(r, &t->title, value, column);
    if (!strcmp(key, "profile")) return set_plain(r, &t->profile, value, column);
    if (!strcmp(key, "lang")) return set_plain(r, &t->lang, value, column);
    if (!strcmp(key, "lookup")) {
        t->lookup.at = (struct cc_place_at){ r->line, column };
        return set_plain(r, &t->lookup.text, value, column);
    }
    if (strcmp(key, "params") && strcmp(key, "input") && strcmp(key, "table"))
        return wrong(r, r->line, 1,
                     "unknown key; there are report, title, input, table, params, lookup, profile and lang");
    enum cc_status st = cc_words_split(value, strlen(value), r->line, column, "=,", &t->arena, &w, &n,
                                       r->err);
    if (st != CC_OK) return st;
    if (!strcmp(key, "table")) return read_tables(r, w, n);
    return !strcmp(key, "params") ? read_params(r, w, n) : read_input(r, w, n);
}

/* Reads the lines between the two `---`; *at moves behind them. */
static enum cc_status read_front(struct reader *r, size_t *at)
{
    if (strncmp(r->text, "---\n", 4) != 0)
        return wrong(r, 1, 1, "a template starts with its front matter between two lines '---'");
    for (*at = 4, r->line = 2; r->text[*at]; r->line++) {
        size_t end = line_end(r->text, *at), from = *at;
        char *line = cc_arena_text(&r->t->arena, r->text + from, end - from);
        if (!line) return cc_error_memory(r->err);
        *at = r->text[end] ? end + 1 : end;
        if (!strcmp(line, "---")) {
            r->line++;
            return r->t->title && r->t->report
                ? CC_OK
                : wrong(r, 1, 1, "the front matter needs 'report:' and 'title:'");
        }
        char *colon = strchr(line, ':'), *key = cc_trim(line);
        if (!*key || *key == '#') continue;
        if (!colon) return wrong(r, r->line, 1, "expected 'key: value'");
        *colon = '\0';
        char *value = colon + 1 + strspn(colon + 1, " \t");
        size_t column = (size_t)(value - line) + 1;
        enum cc_status st = read_key(r, cc_trim(line), cc_trim(value), column);
        if (st != CC_OK) return st;
    }
    return wrong(r, 1, 1, "the front matter is not closed by a line '---'");
}

/* --- body --- */

static struct cc_piece *add_piece(struct reader *r, enum cc_piece_kind kind, size_t line, size_t column)
{
    struct cc_template *t = r->t;
    if (!cc_grow(&t->pieces, &t->pieces_room, t->piece_count + 1, sizeof *t->pieces)) return NULL;
    struct cc_piece *p = &t->pieces[t->piece_count++];
    *p = (struct cc_piece){ .kind = kind, .at = { line, column } };
    return p;
}

static enum cc_status add_text(struct reader *r, size_t from, size_t to)
{
    if (from == to) return CC_OK;
    struct cc_piece *p = add_piece(r, CC_PIECE_TEXT, r->line, 1);
    if (!p || !(p->text = cc_arena_text(&r->t->arena, r->text + from, to - from)))
        return cc_error_memory(r->err);
    p->size = to - from;
    return CC_OK;
}

static enum cc_status set_condition(struct reader *r, struct cc_piece *p)
{
    bool is_if = cc_word_is(&p->words[0], "if"), is_else = cc_word_is(&p->words[0], "else");
    size_t line = p->at.line, column = p->at.column;
    bool names = p->word_count % 2 == 0; /* if NAME or NAME ... */
    for (size_t i = 2; i < p->word_count; i += 2) names = names && cc_word_is(&p->words[i], "or");
    if (is_if && !names) return wrong(r, line, column, "expected {{if NAME}} or {{if NAME or NAME}}");
    if (is_if && r->open_if) return wrong(r, line, column, "an {{if}} cannot stand inside another");
    if (!is_if && !r->open_if) return wrong(r, line, column, "there is no open {{if}} here");
    if (is_else && r->had_else) return wrong(r, line, column, "this {{if}} has an {{else}} already");
    p->kind = is_if ? CC_PIECE_IF : is_else ? CC_PIECE_ELSE : CC_PIECE_END;
    r->open_if = is_if ? line : is_else ? r->open_if : 0;
    r->had_else = is_else;
    return CC_OK;
}

/* The words between {{ at `from` and its }}; *end moves behind. */
static enum cc_status read_braces(const char *text, size_t n, size_t from, struct cc_place_at at,
                                  struct cc_arena *arena, struct cc_piece *p, size_t *end,
                                  struct cc_error *err)
{
    size_t to = from + 2;
    while (to + 1 < n && text[to] != '\n' && !(text[to] == '}' && text[to + 1] == '}')) to++;
    if (to + 1 >= n || text[to] == '\n')
        return cc_error_set(err, CC_EDATA, at.line, at.column, "'{{' is not closed by '}}' on its line");
    *end = to + 2;
    enum cc_status st = cc_words_split(text + from + 2, to - from - 2, at.line, at.column + 2, "", arena,
                                       &p->words, &p->word_count, err);
    if (st == CC_OK && p->word_count == 0)
        return cc_error_set(err, CC_EDATA, at.line, at.column, "'{{ }}' is empty");
    return st;
}

static enum cc_status read_prose_line(struct reader *r, size_t from, size_t to)
{
    size_t at = from;
    for (size_t i = from; i + 1 < to;) {
        if (r->text[i] != '{' || r->text[i + 1] != '{') {
            i++;
            continue;
        }
        enum cc_status st = add_text(r, at, i);
        if (st != CC_OK) return st;
        struct cc_piece *p = add_piece(r, CC_PIECE_INLINE, r->line, i - from + 1);
        if (!p) return cc_error_memory(r->err);
        st = read_braces(r->text, to, i, p->at, &r->t->arena, p, &i, r->err);
        if (st == CC_OK
            && (cc_word_is(&p->words[0], "if") || cc_word_is(&p->words[0], "else")
                || cc_word_is(&p->words[0], "end")))
            st = set_condition(r, p);
        if (st != CC_OK) return st;
        at = i;
    }
    return add_text(r, at, to);
}

static bool is_fence(const char *line)
{
    return !strncmp(line, "```", 3);
}

/* ```casecount table ID  or  ```casecount chart ID */
static enum cc_status read_opening(struct reader *r, size_t from, size_t to, struct cc_exhibit *e)
{
    struct cc_word *w;
    size_t n;
    enum cc_status st = cc_words_split(r->text + from, to - from, r->line, 1, "", &r->t->arena, &w, &n,
                                       r->err);
    if (st != CC_OK) return st;
    bool table = n == 3 && cc_word_is(&w[1], "table"), chart = n == 3 && cc_word_is(&w[1], "chart");
    if (!table && !chart)
        return wrong(r, r->line, n > 1 ? w[1].column : 1,
                     "expected '```casecount table ID' or '```casecount chart ID'");
    for (const char *c = w[2].text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            return wrong(r, r->line, w[2].column, "an id has letters, digits, '-' and '_'");
    *e = (struct cc_exhibit){ .id = w[2].text, .chart = chart, .line = r->line };
    return CC_OK;
}

/* From the opening fence at *at to behind the closing one. */
static enum cc_status read_block(struct reader *r, size_t *at)
{
    size_t end = line_end(r->text, *at), first = r->line;
    struct cc_exhibit e;
    enum cc_status st = read_opening(r, *at, end, &e);
    if (st != CC_OK) return st;
    size_t body = r->text[end] ? end + 1 : end, stop = body;
    for (r->line++; r->text[stop] && !is_fence(r->text + stop); r->line++) {
        stop = line_end(r->text, stop);
        stop += r->text[stop] != '\0';
    }
    if (!r->text[stop]) return wrong(r, first, 1, "this block is not closed by '```'");
    st = cc_exhibit_read(r->text + body, stop - body, first + 1, &r->t->arena, &e, r->err);
    if (st != CC_OK) return st;
    struct cc_template *t = r->t;
    struct cc_piece *p = add_piece(r, CC_PIECE_EXHIBIT, first, 1);
    if (!p || !cc_grow(&t->exhibits, &t->exhibits_room, t->exhibit_count + 1, sizeof *t->exhibits))
        return cc_error_memory(r->err);
    p->text = e.id;
    t->exhibits[t->exhibit_count++] = e;
    *at = line_end(r->text, stop);
    *at += r->text[*at] != '\0';
    r->line++;
    return CC_OK;
}

static enum cc_status read_body(struct reader *r, size_t at)
{
    bool fenced = false; /* inside some other fenced block, which is left alone */
    while (r->text[at]) {
        enum cc_status st;
        if (!fenced && !strncmp(r->text + at, "```casecount", 12)) {
            st = read_block(r, &at);
        } else {
            size_t end = line_end(r->text, at);
            end += r->text[end] != '\0';
            bool fence = is_fence(r->text + at);
            st = fence || fenced ? add_text(r, at, end) : read_prose_line(r, at, end);
            fenced ^= fence;
            at = end;
            r->line++;
        }
        if (st != CC_OK) return st;
    }
    return r->open_if ? wrong(r, r->open_if, 1, "this {{if}} has no {{end}}") : CC_OK;
}

enum cc_status cc_template_read(const char *path, struct cc_template *out, struct cc_error *err)
{
    *out = (struct cc_template){ 0 };
    const char *slash = strrchr(path, '/');
    strncat(out->name, slash ? slash + 1 : path, sizeof out->name - 1);
    char *text;
    enum cc_status st = cc_text_read(path, &text, err);
    if (st != CC_OK) return st;
    struct reader r = { .t = out, .text = text, .line = 1, .err = err };
    size_t at = 0;
    st = read_front(&r, &at);
    if (st == CC_OK) st = read_body(&r, at);
    if (st != CC_OK) cc_error_file(err, out->name);
    for (size_t i = 0, k = 0; i < out->piece_count; i++) /* the array of exhibits no longer moves */
        if (out->pieces[i].kind == CC_PIECE_EXHIBIT && k < out->exhibit_count)
            out->pieces[i].exhibit = &out->exhibits[k++];
    if (!out->lang) out->lang = "en";
    free(text);
    return st;
}

enum cc_status cc_template_inline(const struct cc_running_text *text, struct cc_arena *arena,
                                  struct cc_piece **out, size_t *n, struct cc_error *err)
{
    size_t size = strlen(text->text), from = 0;
    *n = 0;
    if (!(*out = cc_arena_alloc(arena, (size + 1) * sizeof **out))) return cc_error_memory(err);
    while (from < size) {
        const char *open = strstr(text->text + from, "{{");
        size_t to = open ? (size_t)(open - text->text) : size;
        struct cc_place_at at = { text->at.line, text->at.column + to };
        if (to > from) {
            char *copy = cc_arena_text(arena, text->text + from, to - from);
            if (!copy) return cc_error_memory(err);
            (*out)[(*n)++] =
                (struct cc_piece){ .kind = CC_PIECE_TEXT, .text = copy, .size = to - from, .at = at };
        }
        if (!open) return CC_OK;
        struct cc_piece *p = &(*out)[(*n)++];
        *p = (struct cc_piece){ .kind = CC_PIECE_INLINE, .at = at };
        enum cc_status st = read_braces(text->text, size, to, at, arena, p, &from, err);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

void cc_template_free(struct cc_template *t)
{
    free(t->pieces);
    free(t->exhibits);
    cc_arena_free(&t->arena);
    *t = (struct cc_template){ 0 };
}

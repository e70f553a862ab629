/* The lines of a block: `key: value` with indented lines that continue it, and steps. */
#include <ctype.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "report/template/cc_template.h"

struct reader {
    struct cc_arena *arena;
    struct cc_exhibit *e;
    struct cc_error *err;
};

static enum cc_status wrong(const struct reader *r, struct cc_place_at at, const char *what)
{
    return cc_error_set(r->err, CC_EDATA, at.line, at.column, "%s", what);
}

/* A position in the words of one line. */
struct walk {
    struct cc_word *words;
    size_t count, at;
    struct cc_place_at end;
};

static bool have(const struct walk *w, const char *sign)
{
    return w->at < w->count && cc_word_is(&w->words[w->at], sign);
}

static bool take(struct walk *w, const char *sign)
{
    bool yes = have(w, sign);
    w->at += yes;
    return yes;
}

static struct cc_place_at here(const struct walk *w)
{
    if (w->at >= w->count) return w->end;
    return (struct cc_place_at){ w->words[w->at].line, w->words[w->at].column };
}

/* A name or text: a word that is none of the signs. */
static const char *take_text(struct walk *w, const char *signs)
{
    if (w->at >= w->count) return NULL;
    const struct cc_word *word = &w->words[w->at];
    if (!word->quoted && word->text[0] && !word->text[1] && strchr(signs, word->text[0])) return NULL;
    w->at++;
    return word->text;
}

static enum cc_status read_percent(struct reader *r, struct walk *w, struct cc_shown_column *c)
{
    c->kind = CC_SHOWN_PERCENT;
    c->digits = 1;
    c->interval = !strcmp(c->name, "interval");
    if (!(c->name = take_text(w, ",()"))) return wrong(r, here(w), "percent(...) and interval(...) need a column");
    if (take(w, "of") && !(c->of = take_text(w, ",()")))
        return wrong(r, here(w), "percent(... of ...) needs a second column");
    return take(w, ")") ? CC_OK : wrong(r, here(w), "expected ')'");
}

/* .2 (digits after the point), % (a proportion, times 100) and p (a p-value), in any order */
static void read_format(struct walk *w, struct cc_shown_column *c)
{
    for (; w->at < w->count && !w->words[w->at].quoted; w->at++) {
        const char *f = w->words[w->at].text;
        if (f[0] == '.' && isdigit((unsigned char)f[1]) && !f[2]) c->digits = f[1] - '0';
        else if (!strcmp(f, "%")) c->percent = true;
        else if (!strcmp(f, "p")) c->p_value = true;
        else return;
    }
}

static enum cc_status read_column(struct reader *r, struct walk *w, struct cc_shown_column *c)
{
    *c = (struct cc_shown_column){ .digits = -1, .at = here(w) };
    if (!(c->name = take_text(w, ",()"))) return wrong(r, here(w), "expected the name of a column");
    bool interval = !strcmp(c->name, "interval");
    if (take(w, "(")) {
        if (!interval && strcmp(c->name, "percent") != 0)
            return wrong(r, c->at, "only percent(...) and interval(...) take a bracket");
        enum cc_status st = read_percent(r, w, c);
        if (st != CC_OK) return st;
    } else if (interval) {
        c->kind = CC_SHOWN_INTERVAL;
        c->digits = 2;
    }
    if (w->at >= w->count || !w->words[w->at].quoted)
        return wrong(r, here(w), "expected the column's heading in quotes");
    c->heading = w->words[w->at++].text;
    read_format(w, c);
    return w->at == w->count || take(w, ",") ? CC_OK : wrong(r, here(w), "expected ','");
}

static enum cc_status read_columns(struct reader *r, struct walk *w)
{
    if (r->e->columns) return wrong(r, here(w), "'columns:' is given twice");
    if (!(r->e->columns = cc_arena_alloc(r->arena, (w->count + 1) * sizeof *r->e->columns)))
        return cc_error_memory(r->err);
    do {
        enum cc_status st = read_column(r, w, &r->e->columns[r->e->column_count++]);
        if (st != CC_OK) return st;
    } while (w->at < w->count);
    return CC_OK;
}

/* GROUP = VALUE [if LIST], VALUE ... */
static enum cc_status read_rows(struct reader *r, struct walk *w)
{
    enum { MOST = 4 };
    if (!r->e->rows && !(r->e->rows = cc_arena_alloc(r->arena, MOST * sizeof *r->e->rows)))
        return cc_error_memory(r->err);
    if (r->e->rows_count == MOST) return wrong(r, here(w), "'rows:' is given too often");
    struct cc_fixed_rows *f = &r->e->rows[r->e->rows_count++];
    f->at = here(w);
    f->group = take_text(w, ",=");
    if (!f->group || !take(w, "=")) return wrong(r, f->at, "expected 'rows: GROUP = VALUE, VALUE ...'");
    if (!(f->rows = cc_arena_alloc(r->arena, (w->count + 1) * sizeof *f->rows)))
        return cc_error_memory(r->err);
    do {
        struct cc_fixed_row *row = &f->rows[f->count++];
        if (!(row->value = take_text(w, ",="))) return wrong(r, here(w), "expected a value");
        if (take(w, "if") && !(row->list = take_text(w, ",=")))
            return wrong(r, here(w), "expected the name of a list after 'if'");
    } while (take(w, ","));
    return w->at == w->count ? CC_OK : wrong(r, here(w), "expected ','");
}

static enum cc_status read_words(struct reader *r, const char *text, size_t n, struct cc_place_at at,
                                 const char *signs, enum cc_status (*then)(struct reader *, struct walk *))
{
    struct walk w = { .end = at };
    enum cc_status st = cc_words_split(text, n, at.line, at.column, signs, r->arena, &w.words, &w.count,
                                       r->err);
    if (w.count) w.end = (struct cc_place_at){ w.words[w.count - 1].line, w.words[w.count - 1].column };
    return st == CC_OK ? then(r, &w) : st;
}

static enum cc_status set_text(struct reader *r, struct cc_running_text *to, const char *text, size_t n,
                               struct cc_place_at at)
{
    if (to->text) return wrong(r, at, "this key is given twice");
    *to = (struct cc_running_text){ cc_arena_text(r->arena, text, n), at };
    return to->text ? CC_OK : cc_error_memory(r->err);
}

static enum cc_status add_step(struct reader *r, const char *text, size_t n, struct cc_place_at at)
{
    enum { MOST = 32 };
    struct cc_exhibit *e = r->e;
    if (!e->steps && !(e->steps = cc_arena_alloc(r->arena, MOST * sizeof *e->steps)))
        return cc_error_memory(r->err);
    if (e->step_count == MOST) return wrong(r, at, "too many lines in this block");
    struct cc_step *s = &e->steps[e->step_count++];
    s->line = at.line;
    return cc_words_split(text, n, at.line, at.column, "", r->arena, &s->words, &s->count, r->err);
}

/* The length of `key` if the text starts with `key:` of lower-case letters, else 0. */
static size_t key_size(const char *text, size_t n)
{
    size_t k = 0;
    while (k < n && islower((unsigned char)text[k])) k++;
    return k && k < n && text[k] == ':' ? k : 0;
}

static bool key_is(const char *text, size_t k, const char *key)
{
    return strlen(key) == k && !strncmp(text, key, k);
}

static enum cc_status read_entry(struct reader *r, const char *text, size_t n, size_t line)
{
    size_t k = key_size(text, n), from = k + 1;
    if (!k) return add_step(r, text, n, (struct cc_place_at){ line, 1 });
    while (from < n && text[from] == ' ') from++;
    const char *value = text + from;
    struct cc_place_at at = { line, from + 1 };
    if (key_is(text, k, "columns")) return read_words(r, value, n - from, at, ",()", read_columns);
    if (key_is(text, k, "rows")) return read_words(r, value, n - from, at, ",=", read_rows);
    if (key_is(text, k, "caption")) return set_text(r, &r->e->caption, value, n - from, at);
    if (key_is(text, k, "note")) return set_text(r, &r->e->note, value, n - from, at);
    if (key_is(text, k, "unit")) return set_text(r, &r->e->unit, value, n - from, at);
    if (key_is(text, k, "say")) return set_text(r, &r->e->say, value, n - from, at);
    return wrong(r, (struct cc_place_at){ line, 1 },
                 "unknown key; there are caption, note, unit, say, rows and columns");
}

/* The end of an entry that starts at `from`: lines that start with a blank continue it. */
static size_t entry_end(const char *text, size_t n, size_t from)
{
    size_t at = from;
    do {
        const char *end = memchr(text + at, '\n', n - at);
        at = end ? (size_t)(end - text) + 1 : n;
    } while (at < n && (text[at] == ' ' || text[at] == '\t'));
    return at;
}

enum cc_status cc_exhibit_read(const char *text, size_t n, size_t line, struct cc_arena *arena,
                               struct cc_exhibit *out, struct cc_error *err)
{
    struct reader r = { arena, out, err };
    for (size_t at = 0, end; at < n; at = end) {
        end = entry_end(text, n, at);
        size_t size = end - at, lines = 0;
        for (size_t i = at; i < end; i++) lines += text[i] == '\n';
        while (size && isspace((unsigned char)text[at + size - 1])) size--;
        if (size && text[at] != '#') {
            enum cc_status st = read_entry(&r, text + at, size, line);
            if (st != CC_OK) return st;
        }
        line += lines;
    }
    if (!out->caption.text)
        return wrong(&r, (struct cc_place_at){ out->line, 1 }, "this block needs a caption");
    if (!out->step_count)
        return wrong(&r, (struct cc_place_at){ out->line, 1 },
                     "this block does not say how its table is made");
    return CC_OK;
}

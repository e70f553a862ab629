#include "datasets/records/cc_guess.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_csv.h"

enum { LOOK = 1 << 16, ELEMENTS = 512, BLOCKS = 4 };
#define WELL_MATCHED 0.9 /* columns that are variables */
#define WELL_VALID 0.95
#define PARTLY_MATCHED 0.5
#define PARTLY_VALID 0.8

/* ---- how well one fits ---- */

double cc_guess_share(const struct cc_guess *g)
{
    return g->fields ? (double)g->valid / (double)g->fields : (double)NAN;
}

static double matched_share(const struct cc_guess *g)
{
    return g->columns ? (double)g->matched / (double)g->columns : 0;
}

static enum cc_fit fit_of(const struct cc_guess *g)
{
    double columns = matched_share(g), valid = g->fields ? cc_guess_share(g) : 1;
    if (columns >= WELL_MATCHED && valid >= WELL_VALID && !g->required && g->stopped.code == CC_OK) return CC_FIT_WELL;
    return columns >= PARTLY_MATCHED && valid >= PARTLY_VALID ? CC_FIT_PARTLY : CC_FIT_NOT;
}

static double score(const struct cc_guess *g)
{
    return matched_share(g) * (g->fields ? cc_guess_share(g) : 0.5);
}

static int better_first(const void *a, const void *b)
{
    const struct cc_guess *x = a, *y = b;
    if (x->fit != y->fit) return x->fit < y->fit ? -1 : 1;
    if (score(x) != score(y)) return score(x) > score(y) ? -1 : 1;
    if (x->matched != y->matched) return x->matched > y->matched ? -1 : 1;
    if (x->required != y->required) return x->required < y->required ? -1 : 1;
    return strcmp(x->codebook, y->codebook);
}

static bool is_telling(const struct cc_variable *v)
{
    return v->type != CC_TYPE_ID && v->type != CC_TYPE_TEXT;
}

static void count_states(const struct cc_codebook *cb, const struct cc_check *c, struct cc_guess *g)
{
    g->records = c->records;
    for (size_t i = 0; i < cb->count; i++) {
        const struct cc_check_variable *v = &c->variables[i];
        if (!v->present || !is_telling(&cb->variables[i])) continue;
        g->valid += v->states[CC_VALUE_KNOWN] + v->states[CC_VALUE_SPECIAL] + v->states[CC_VALUE_UNKNOWN];
        g->fields += v->states[CC_VALUE_INVALID];
    }
    g->fields += g->valid;
}

static enum cc_status add(struct cc_guesses *out, const struct cc_codebook *cb, struct cc_guess g,
                          struct cc_error *err)
{
    if (!cc_grow(&out->items, &out->room, out->count + 1, sizeof *out->items)) return cc_error_memory(err);
    snprintf(g.codebook, sizeof g.codebook, "%s", cb->name);
    g.fit = fit_of(&g);
    out->items[out->count++] = g;
    return CC_OK;
}

/* The first records through the reader that will read them; what it does not like is part of the answer. */
static void check_records(const char *path, const struct cc_codebook *cb, const struct cc_records_options *o,
                          struct cc_guess *g)
{
    struct cc_check c;
    if (cc_check_some(path, cb, o, BLOCKS, &c, &g->stopped) != CC_OK) return;
    g->stopped.code = CC_OK;
    if (!g->columns) { /* a reader that names its columns only here */
        for (size_t i = 0; i < cb->count; i++) {
            g->matched += c.variables[i].present;
            g->required += !c.variables[i].present && cc_check_is_required(&cb->variables[i]);
        }
        g->columns = g->matched + c.unknown_count;
    }
    count_states(cb, &c, g);
    cc_check_free(&c);
}

/* ---- delimited ---- */

static void match_header(const struct cc_codebook *cb, const struct cc_csv *csv, char delimiter, struct cc_guess *g)
{
    size_t n;
    const char *const *names = cc_csv_names(csv, &n);
    *g = (struct cc_guess){ .format = "csv", .delimiter = delimiter, .columns = n };
    bool *there = calloc(cb->count + 1, sizeof *there);
    for (size_t i = 0; there && i < n; i++) {
        int v = cc_codebook_find(cb, names[i]);
        if (v < 0) continue;
        g->matched++;
        there[v] = true;
    }
    for (size_t v = 0; there && v < cb->count; v++) g->required += !there[v] && cc_check_is_required(&cb->variables[v]);
    free(there);
}

static const char DELIMITERS[] = { ',', '\t', ';', '|' };
enum { DELIMITER_COUNT = sizeof DELIMITERS };

/* A file that cannot be opened with one delimiter (its header, unquoted, names a column twice, say) is left out. */
static enum cc_status guess_delimited(const char *path, const struct cc_codebook *cb,
                                      struct cc_csv *const files[DELIMITER_COUNT], struct cc_guesses *out,
                                      struct cc_error *err)
{
    struct cc_guess best = { 0 }, g;
    for (int i = 0; i < DELIMITER_COUNT; i++) {
        if (!files[i]) continue;
        match_header(cb, files[i], DELIMITERS[i], &g);
        if (g.matched > best.matched || (g.matched && g.matched == best.matched && g.columns > best.columns)) best = g;
    }
    if (!best.matched) return CC_OK;
    struct cc_records_options o = { .layout = "csv", .delimiter = best.delimiter };
    check_records(path, cb, &o, &best);
    return add(out, cb, best, err);
}

/* ---- fixed width ---- */

static size_t line_width(const char *text, size_t n)
{
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3, n -= 3;
    const char *newline = memchr(text, '\n', n);
    size_t width = newline ? (size_t)(newline - text) : n;
    return width && text[width - 1] == '\r' ? width - 1 : width;
}

static enum cc_status guess_fixed(const char *path, const struct cc_codebook *cb, size_t width,
                                  struct cc_guesses *out, struct cc_error *err)
{
    bool fits = false;
    for (size_t i = 0; i < cb->record_width_count; i++) fits = fits || cb->record_widths[i] == width;
    if (!fits) return CC_OK;
    struct cc_guess g = { .format = "fixed", .width = width };
    struct cc_records_options o = { .layout = "fixed" };
    for (size_t i = 0; i < cb->count; i++) {
        const struct cc_variable *v = &cb->variables[i];
        g.columns += v->start && v->start + v->width - 1 <= width;
    }
    g.matched = g.columns;
    check_records(path, cb, &o, &g);
    return add(out, cb, g, err);
}

/* ---- XML ---- */

struct element {
    const char *name, *text; /* text: NULL unless there is nothing but text in it */
    size_t size, text_size;
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
           || c == '.' || c == ':';
}

/* The next opening tag from *at on; false after the last one. */
static bool next_element(const char **at, const char *end, struct element *e)
{
    for (const char *p = *at; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
        const char *name = p + 1, *q = name;
        while (q < end && is_name_char(*q)) q++;
        if (q == name || q >= end) continue; /* a closing tag, a comment, the end of the look */
        const char *close = memchr(q, '>', (size_t)(end - q));
        if (!close) return false;
        const char *next = memchr(close, '<', (size_t)(end - close));
        *e = (struct element){ .name = name, .size = (size_t)(q - name) };
        if (next && next + 1 < end && next[1] == '/' && close[-1] != '/') {
            e->text = close + 1;
            e->text_size = (size_t)(next - e->text);
        }
        *at = close + 1;
        return true;
    }
    return false;
}

/* The variable of an element: by its whole name, else by what stands before the first "_" (E4_child_record_number).
 * Wrappers ("E7_E12_tribal_information", "E24_34_...") are named after several. */
static int variable_of(const struct cc_codebook *cb, const struct element *e)
{
    char name[128];
    if (e->size >= sizeof name) return -1;
    memcpy(name, e->name, e->size);
    name[e->size] = '\0';
    int v = cc_codebook_find(cb, name);
    char *low = strchr(name, '_');
    if (v >= 0 || !low) return v;
    char second = low[1] == 'E' || low[1] == 'A' ? low[2] : low[1];
    *low = '\0';
    return second >= '0' && second <= '9' ? -1 : cc_codebook_find(cb, name);
}

static bool is_new(struct element *seen, size_t *n, const struct element *e)
{
    for (size_t i = 0; i < *n; i++)
        if (seen[i].size == e->size && !memcmp(seen[i].name, e->name, e->size)) return false;
    if (*n < ELEMENTS) seen[(*n)++] = *e;
    return true;
}

static enum cc_status guess_xml(const char *text, size_t n, const struct cc_codebook *cb, struct cc_guesses *out,
                                struct cc_error *err)
{
    struct cc_guess g = { .format = "xml" };
    struct element e, *seen = calloc(ELEMENTS, sizeof *seen);
    if (!seen) return cc_error_memory(err);
    size_t count = 0;
    for (const char *at = text, *end = text + n; next_element(&at, end, &e);) {
        g.records += e.size == 6 && !memcmp(e.name, "record", 6);
        if (!e.text) continue;
        bool fresh = is_new(seen, &count, &e);
        int v = variable_of(cb, &e);
        g.columns += fresh;
        g.matched += fresh && v >= 0;
        if (v < 0 || !is_telling(&cb->variables[v])) continue;
        struct cc_value value;
        cc_value_classify(&cb->variables[v], e.text, e.text_size, &value);
        if (value.state == CC_VALUE_BLANK || value.state == CC_VALUE_NOT_APPLICABLE) continue;
        g.fields++;
        g.valid += value.state != CC_VALUE_INVALID;
    }
    free(seen);
    return g.matched ? add(out, cb, g, err) : CC_OK;
}

/* ---- files of statistics programs ---- */

static const char *statistics_format(enum cc_magic m)
{
    switch (m) {
    case CC_MAGIC_SPSS: case CC_MAGIC_ZSAV: case CC_MAGIC_POR: return "spss";
    case CC_MAGIC_STATA: return "stata";
    case CC_MAGIC_SAS7BDAT: case CC_MAGIC_XPT: return "sas";
    default: return NULL;
    }
}

static enum cc_status guess_statistics(const char *path, const struct cc_codebook *cb, struct cc_guesses *out,
                                       struct cc_error *err)
{
    struct cc_guess g = { .format = statistics_format(out->magic) };
    check_records(path, cb, NULL, &g);
    return g.matched ? add(out, cb, g, err) : CC_OK;
}

/* ---- all codebooks ---- */

struct piece {
    char text[LOOK];
    size_t size;
    struct cc_csv *files[DELIMITER_COUNT]; /* NULL where it cannot be opened so */
};

static enum cc_status guess_codebook(const char *path, const struct cc_codebook *cb, const struct piece *p,
                                     struct cc_guesses *out, struct cc_error *err)
{
    if (out->magic == CC_MAGIC_XML) return guess_xml(p->text, p->size, cb, out, err);
    if (statistics_format(out->magic)) return guess_statistics(path, cb, out, err);
    enum cc_status st = guess_delimited(path, cb, p->files, out, err);
    return st == CC_OK ? guess_fixed(path, cb, out->width, out, err) : st;
}

static enum cc_status guess_all(const char *path, const struct piece *p, struct cc_guesses *out, struct cc_error *err)
{
    char **names;
    size_t n;
    enum cc_status st = cc_codebook_names(&names, &n, err);
    if (st != CC_OK) return st;
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        struct cc_codebook *cb;
        st = cc_codebook_load(names[i], &cb, err);
        if (st != CC_OK) break;
        st = guess_codebook(path, cb, p, out, err);
        cc_codebook_free(cb);
    }
    cc_codebook_names_free(names, n);
    return st;
}

static enum cc_status look(const char *path, struct piece *p, struct cc_guesses *out, struct cc_error *err)
{
    enum cc_status st = cc_magic_look(path, p->text, sizeof p->text, &p->size, err);
    if (st != CC_OK && (st != CC_EDATA || !p->size)) return st; /* damaged later on: the start is good enough */
    out->magic = cc_magic_of(p->text, p->size);
    out->width = line_width(p->text, p->size);
    if (out->magic != CC_MAGIC_TEXT && out->magic != CC_MAGIC_XML && !statistics_format(out->magic))
        return cc_magic_expect(CC_MAGIC_TEXT, p->text, p->size, err);
    for (int i = 0; out->magic == CC_MAGIC_TEXT && i < DELIMITER_COUNT; i++) {
        struct cc_csv_options o = { .delimiter = DELIMITERS[i] };
        if (cc_csv_open(path, &o, &p->files[i], NULL) == CC_ENOMEM) return cc_error_memory(err);
    }
    return CC_OK;
}

/* What does not fit is an answer only where nothing does. */
static void rank(struct cc_guesses *out)
{
    if (!out->count) return;
    qsort(out->items, out->count, sizeof *out->items, better_first);
    while (out->items[0].fit != CC_FIT_NOT && out->items[out->count - 1].fit == CC_FIT_NOT) out->count--;
}

enum cc_status cc_guess_file(const char *path, struct cc_guesses *out, struct cc_error *err)
{
    const char *slash = strrchr(path, '/');
    *out = (struct cc_guesses){ 0 };
    snprintf(out->name, sizeof out->name, "%s", slash ? slash + 1 : path);
    if (!strcmp(path, "-"))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "a guess needs a file: standard input cannot be read twice");
    struct piece *p = calloc(1, sizeof *p);
    if (!p) return cc_error_memory(err);
    enum cc_status st = look(path, p, out, err);
    if (st == CC_OK) st = guess_all(path, p, out, err);
    if (st != CC_OK) cc_error_file(err, out->name);
    else rank(out);
    for (int i = 0; i < DELIMITER_COUNT; i++) cc_csv_close(p->files[i]);
    free(p);
    return st;
}

void cc_guesses_free(struct cc_guesses *g)
{
    free(g->items);
    *g = (struct cc_guesses){ 0 };
}

char *cc_guess_codebook(const char *path)
{
    struct cc_guesses g;
    struct cc_error err;
    char *name = NULL;
    if (!strcmp(path, "-")) return NULL;
    if (cc_guess_file(path, &g, &err) == CC_OK && g.count && g.items[0].fit == CC_FIT_WELL)
        name = cc_strdup(g.items[0].codebook);
    cc_guesses_free(&g);
    return name;
}

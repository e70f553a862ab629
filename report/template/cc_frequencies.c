#include "report/template/cc_frequencies.h"

#include <stdlib.h>
#include <string.h>

static bool is_coded(const struct cc_variable *v)
{
    return v->type == CC_TYPE_CODE && v->code_count > 0;
}

enum cc_status cc_frequencies_choose(const struct cc_source *s, struct cc_arena *arena, const bool **out,
                                     struct cc_error *err)
{
    const struct cc_codebook *cb = s->codebook;
    bool *chosen = cc_arena_alloc(arena, (cb->count + 1) * sizeof *chosen);
    if (!chosen) return cc_error_memory(err);
    *out = chosen;
    for (size_t v = 0; v < cb->count; v++) chosen[v] = is_coded(&cb->variables[v]);
    for (size_t i = 0; i < s->file_count; i++) {
        struct cc_records *r;
        if (!strcmp(s->files[i].path, "-")) continue; /* it can be read once only */
        enum cc_status st = cc_records_open(s->files[i].path, cb, NULL, &r, err);
        if (st != CC_OK) return st;
        for (size_t v = 0; v < cb->count; v++) chosen[v] = chosen[v] && cc_records_has(r, v);
        cc_records_close(r);
    }
    return CC_OK;
}

static bool append(const struct cc_variable *v, const struct cc_table *from, struct cc_table *to)
{
    bool ok = true;
    if (!to->columns) {
        static const char *const groups[] = { "section", "element", "code" };
        for (size_t g = 0; g < 3 && ok; g++) ok = cc_table_add_column(to, groups[g]);
        for (size_t c = 1; c < from->columns && ok; c++) ok = cc_table_add_column(to, from->names[c]);
    }
    for (size_t r = 0; r < from->rows && ok; r++) {
        size_t row = to->rows;
        ok = cc_table_add_row(to) && cc_table_set(to, row, 0, v->section ? v->section : "")
            && cc_table_set(to, row, 1, v->name);
        for (size_t c = 0; c < from->columns && ok; c++) ok = cc_table_set(to, row, c + 2, cc_table_cell(from, r, c));
    }
    return ok;
}

enum cc_status cc_frequencies_table(const struct cc_source *s, const bool *chosen, size_t spec,
                                    struct cc_table *out, struct cc_error *err)
{
    *out = (struct cc_table){ 0 };
    enum cc_status st = CC_OK;
    for (size_t v = 0; v < s->codebook->count && st == CC_OK; v++) {
        struct cc_table one;
        if (!chosen[v]) continue;
        st = cc_tally_table(s->tally, spec++, &one, err);
        if (st != CC_OK) break;
        if (!append(&s->codebook->variables[v], &one, out)) st = cc_error_memory(err);
        cc_table_free(&one);
    }
    if (st != CC_OK) cc_table_free(out);
    return st;
}

/* "E6 Child's sex" */
static bool put_title(const struct cc_variable *v, struct cc_buf *b)
{
    const char *what = v->label && *v->label ? v->label : v->name;
    return cc_buf_printf(b, "%s%s%s", v->alias_count ? v->aliases[0] : "", v->alias_count ? " " : "", what);
}

static size_t rank_of(const struct cc_variable *v, const char *code)
{
    static const char *const last[] = { "(blank)", "(invalid)", "(total)" };
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(code, last[i])) return v->code_count + 1 + i;
    int c = cc_variable_code(v, code, strlen(code));
    return c < 0 ? v->code_count : (size_t)c;
}

static bool put_row(const struct cc_variable *v, const struct cc_table *from, size_t row, const char *title,
                    struct cc_table *to)
{
    const char *code = cc_table_cell(from, row, 2);
    int c = cc_variable_code(v, code, strlen(code));
    const char *meaning = c >= 0 ? v->codes[c].label : !strcmp(code, "(total)") ? "all"
        : !strcmp(code, "(blank)") ? "no answer" : "no code of this element";
    bool ok = cc_table_add_row(to);
    size_t at = to->rows - 1;
    for (size_t k = 0; k < from->columns && ok; k++) ok = cc_table_set(to, at, k, cc_table_cell(from, row, k));
    return ok && cc_table_set(to, at, from->columns, title)
        && cc_table_set(to, at, from->columns + 1, meaning ? meaning : "");
}

/* The rows of one element, by the rank of their codes. */
static bool put_element(const struct cc_variable *v, const struct cc_table *from, struct cc_table *to)
{
    struct cc_buf title = { 0 };
    bool ok = put_title(v, &title);
    for (size_t rank = 0; rank < v->code_count + 4 && ok; rank++)
        for (size_t r = 0; r < from->rows && ok; r++)
            if (!strcmp(cc_table_cell(from, r, 1), v->name) && rank_of(v, cc_table_cell(from, r, 2)) == rank)
                ok = put_row(v, from, r, title.data, to);
    cc_buf_free(&title);
    return ok;
}

static bool copy_names(const struct cc_table *from, struct cc_table *to)
{
    bool ok = true;
    for (size_t c = 0; c < from->columns && ok; c++) ok = cc_table_add_column(to, from->names[c]);
    return ok;
}

enum cc_status cc_frequencies_finish(const struct cc_codebook *cb, struct cc_table *t, struct cc_error *err)
{
    struct cc_table out = { 0 };
    bool ok = copy_names(t, &out) && cc_table_add_column(&out, "title") && cc_table_add_column(&out, "meaning");
    for (size_t v = 0; v < cb->count && ok; v++)
        if (is_coded(&cb->variables[v])) ok = put_element(&cb->variables[v], t, &out);
    cc_table_free(ok ? t : &out);
    if (ok) *t = out;
    return ok ? CC_OK : cc_error_memory(err);
}

static bool put_titles(const struct cc_codebook *cb, const char *names, struct cc_buf *b)
{
    bool ok = cc_buf_text(b, "");
    for (size_t at = 0; names[at] && ok;) {
        size_t n = strcspn(names + at, ";");
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)n, names + at);
        int v = cc_codebook_find(cb, name);
        if (b->size) ok = cc_buf_text(b, "; ");
        ok = ok && (v < 0 ? cc_buf_text(b, name) : put_title(&cb->variables[v], b));
        at += n + (names[at + n] != '\0');
    }
    return ok;
}

enum cc_status cc_frequencies_titles(const struct cc_codebook *cb, const char *column, struct cc_table *t,
                                     struct cc_error *err)
{
    size_t from;
    enum cc_status st = cc_table_need(t, column, &from, err);
    if (st != CC_OK) return st;
    struct cc_table out = { 0 };
    bool ok = copy_names(t, &out) && cc_table_add_column(&out, "title");
    for (size_t r = 0; r < t->rows && ok; r++) {
        struct cc_buf b = { 0 };
        ok = cc_table_add_row(&out);
        for (size_t c = 0; c < t->columns && ok; c++) ok = cc_table_set(&out, r, c, cc_table_cell(t, r, c));
        ok = ok && put_titles(cb, cc_table_cell(t, r, from), &b) && cc_table_set(&out, r, t->columns, b.data);
        cc_buf_free(&b);
    }
    cc_table_free(ok ? t : &out);
    if (ok) *t = out;
    return ok ? CC_OK : cc_error_memory(err);
}

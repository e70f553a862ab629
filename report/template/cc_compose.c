#include "report/template/cc_compose.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/cc_markdown.h"
#include "report/template/cc_provenance.h"
#include "report/template/cc_reshape.h"
#include "report/page/cc_say.h"
#include "report/page/cc_show.h"

/* Notes whose wording does not change from report to report. */
static const struct {
    const char *name, *markdown;
} notes[] = {
    { "prevalence",
      "> These are identified or reported cases. They are not an estimate of how many children were "
      "trafficked." },
    { "suppression",
      "Small numbers are hidden so that no child can be recognised. Other numbers may be hidden with "
      "them, so that the small ones cannot be worked out." },
};

enum { NOTES = sizeof notes / sizeof *notes };

struct composer {
    struct cc_workshop *w;
    struct cc_document *d; /* NULL: only check */
    struct cc_outdir *out;
    const char *command;
    struct cc_error *err;
};

static enum cc_status memory(const struct composer *c, bool ok)
{
    return ok ? CC_OK : cc_error_memory(c->err);
}

static bool holds(const struct cc_values *v, const struct cc_piece *p)
{
    for (size_t i = 1; i < p->word_count; i += 2)
        if (cc_values_find(v, p->words[i].text)) return true;
    return false;
}

bool cc_compose_skips(const struct cc_values *v, const struct cc_piece *p, bool *skipping)
{
    if (p->kind == CC_PIECE_IF) *skipping = !holds(v, p);
    else if (p->kind == CC_PIECE_ELSE) *skipping = !*skipping;
    else if (p->kind == CC_PIECE_END) *skipping = false;
    else return *skipping;
    return true;
}

/* --- inline values --- */

static enum cc_status put_note(const struct composer *c, const struct cc_word *w, size_t n,
                               struct cc_buf *out)
{
    const char *names[NOTES];
    for (size_t i = 0; i < NOTES; i++) {
        names[i] = notes[i].name;
        if (n == 2 && !strcmp(w[1].text, notes[i].name))
            return memory(c, cc_buf_text(out, notes[i].markdown));
    }
    const char *near = n == 2 ? cc_suggest(w[1].text, names, NOTES) : NULL;
    return cc_error_set(c->err, CC_EDATA, w[n > 1].line, w[n > 1].column, "there is no such note%s%s",
                        near ? "; did you mean " : "", near ? near : "");
}

static enum cc_status put_sentence(const struct composer *c, const struct cc_word *w, size_t n,
                                   struct cc_buf *out)
{
    const struct cc_made *m = n > 1 ? cc_pipeline_find(c->w, w[1].text) : NULL;
    if (!m)
        return cc_error_set(c->err, CC_EDATA, w[n > 1].line, w[n > 1].column,
                            "expected {{say ID KIND}}, ID a table or figure");
    enum cc_status st = cc_say_check(m, w + 2, n - 2, c->err);
    if (st == CC_OK && c->d) st = cc_say(m, w + 2, n - 2, out, c->err);
    if (st != CC_OK && c->err && !c->err->line) {
        c->err->line = w[0].line;
        c->err->column = w[0].column;
    }
    return st;
}

/* One {{...}} that is prose. */
static enum cc_status put_inline(const struct composer *c, const struct cc_piece *p, struct cc_buf *out)
{
    const struct cc_word *w = p->words;
    size_t n = p->word_count;
    if (cc_word_is(&w[0], "note")) return put_note(c, w, n, out);
    if (cc_word_is(&w[0], "say")) return put_sentence(c, w, n, out);
    const struct cc_made *m = cc_pipeline_find(c->w, w[0].text);
    if (m) {
        enum cc_status st = cc_say_cell_check(m, w, n, c->err);
        return st == CC_OK && c->d ? cc_say_cell(m, w, n, out, c->err) : st;
    }
    const struct cc_named_value *v = n == 1 ? cc_values_find(&c->w->values, w[0].text) : NULL;
    if (v) return memory(c, cc_markdown_escape(out, v->value));
    return cc_values_unknown(&c->w->values, w[0].text, (struct cc_place_at){ w[0].line, w[0].column },
                             c->err);
}

/* A caption or note as one line of Markdown. */
static enum cc_status put_running(const struct composer *c, const struct cc_running_text *text,
                                  struct cc_buf *out)
{
    struct cc_piece *pieces;
    size_t n;
    enum cc_status st = cc_template_inline(text, &c->w->arena, &pieces, &n, c->err);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        if (pieces[i].kind == CC_PIECE_INLINE) st = put_inline(c, &pieces[i], out);
        else
            for (const char *t = pieces[i].text; *t && st == CC_OK; t++) {
                bool blank = isspace((unsigned char)*t), more = blank && isspace((unsigned char)t[1]);
                if (!more) st = memory(c, cc_buf_char(out, blank ? ' ' : *t));
            }
    }
    return st;
}

/* --- tables --- */

static enum cc_status put_caption(const struct composer *c, const struct cc_made *m, struct cc_buf *out)
{
    enum cc_status st = put_running(c, &m->exhibit->caption, out);
    if (st != CC_OK) return st;
    if (m->exhibit->unit.text) {
        st = memory(c, cc_buf_text(out, " (unit: "));
        if (st == CC_OK) st = put_running(c, &m->exhibit->unit, out);
        return st == CC_OK ? memory(c, cc_buf_char(out, ')')) : st;
    }
    if (!m->unit) return CC_OK;
    bool ok = cc_buf_text(out, " (unit: ");
    for (const char *u = m->unit; *u && ok; u++) ok = cc_buf_char(out, *u == '_' ? '-' : *u);
    return memory(c, ok && cc_buf_char(out, ')'));
}

static const char *heading_of(const struct cc_made *m, const char *column)
{
    for (size_t i = 0; i < m->exhibit->column_count; i++)
        if (!strcmp(m->exhibit->columns[i].name, column)) return m->exhibit->columns[i].heading;
    return NULL;
}

/* The row of all, or rows. */
static size_t total_row(const struct cc_made *m)
{
    int g = m->group_count ? cc_made_column(m, m->groups[m->group_count - 1]) : -1;
    size_t total = m->table.rows;
    for (size_t r = 0; g >= 0 && r < m->table.rows; r++)
        if (!strcmp(cc_table_cell(&m->table, r, (size_t)g), "(total)")) total = r;
    return total;
}

/* The heading of the count that column c counts the unknown of; NULL if there is nothing to say. */
static const char *unknown_heading(const struct cc_made *m, size_t row, size_t c)
{
    const char *name = m->table.names[c];
    if (strncmp(name, "n_unknown", 9) != 0 || heading_of(m, name)) return NULL;
    if (!strcmp(cc_table_cell(&m->table, row, c), "0")) return NULL;
    return heading_of(m, name[9] ? name + 10 : "count");
}

/* Starts the sentence, and adds the headings of all columns with the same number unknown. */
static bool put_unknown_of(const struct cc_made *m, size_t row, size_t c, struct cc_buf *out)
{
    const char *raw = cc_table_cell(&m->table, row, c);
    double x;
    enum cc_looks looks = cc_show_looks(raw, &x);
    bool ok = cc_buf_text(out, "For "), any = false;
    if (ok && looks == CC_LOOKS_NUMBER) ok = cc_show_number(out, x, 0);
    else if (ok && looks == CC_LOOKS_SMALL) ok = cc_buf_printf(out, "fewer than %s", raw + 1);
    else if (ok) ok = cc_buf_text(out, "a hidden number of");
    ok = ok && cc_buf_printf(out, " %s the records do not say; they are not in ", cc_show_units(m));
    for (size_t k = c; k < m->table.columns && ok; k++) {
        const char *heading = unknown_heading(m, row, k);
        if (!heading || strcmp(cc_table_cell(&m->table, row, k), raw) != 0) continue;
        ok = cc_buf_text(out, any ? " or \xE2\x80\x9C" : "\xE2\x80\x9C") && cc_markdown_escape(out, heading)
            && cc_buf_text(out, "\xE2\x80\x9D");
        any = true;
    }
    return ok && cc_buf_text(out, ". ");
}

/* Units of which nobody can tell whether they belong into a count. */
static bool put_unknown(const struct cc_made *m, struct cc_buf *out)
{
    size_t row = total_row(m);
    bool ok = true;
    for (size_t c = 0; row < m->table.rows && c < m->table.columns && ok; c++) {
        bool said = false;
        if (!unknown_heading(m, row, c)) continue;
        for (size_t k = 0; k < c; k++)
            said |= unknown_heading(m, row, k)
                && !strcmp(cc_table_cell(&m->table, row, k), cc_table_cell(&m->table, row, c));
        if (!said) ok = put_unknown_of(m, row, c, out);
    }
    return ok;
}

/* The sentence: as `say:` asks, or of the largest group where there is a total. */
static enum cc_status put_say(const struct composer *c, const struct cc_made *m, struct cc_buf *out)
{
    const struct cc_running_text *say = &m->exhibit->say;
    struct cc_step raw = { 0 }, filled;
    if (!say->text) {
        static const struct cc_word largest = { "largest", 0, 0, false };
        bool total = c->d && m->group_count == 1 && total_row(m) < m->table.rows;
        return total && !m->exhibit->chart ? cc_say(m, &largest, 1, out, c->err) : CC_OK;
    }
    enum cc_status st = cc_words_split(say->text, strlen(say->text), say->at.line, say->at.column, "",
                                       &c->w->arena, &raw.words, &raw.count, c->err);
    if (st == CC_OK) st = cc_values_fill_step(&c->w->values, &raw, &c->w->arena, &filled, c->err);
    if (st == CC_OK) st = cc_say_check(m, filled.words, filled.count, c->err);
    return st == CC_OK && c->d ? cc_say(m, filled.words, filled.count, out, c->err) : st;
}

static enum cc_status put_after(const struct composer *c, const struct cc_made *m, const char *symbols,
                                struct cc_buf *out)
{
    enum cc_status st = put_say(c, m, out);
    if (st == CC_OK && out->size) st = memory(c, cc_buf_text(out, "\n\n"));
    if (st == CC_OK && m->exhibit->note.text) {
        st = put_running(c, &m->exhibit->note, out);
        if (st == CC_OK) st = memory(c, cc_buf_char(out, ' '));
    }
    if (st != CC_OK) return st;
    const char *id = m->exhibit->id;
    bool ok = put_unknown(m, out) && cc_buf_text(out, symbols);
    if (ok && !(m->exhibit->chart && m->base)) /* its table has the link */
        ok = cc_buf_printf(out, "The same numbers as a file: [%s.csv](tables/%s.csv).", id, id);
    return memory(c, ok);
}

static const char *keep(const struct composer *c, struct cc_buf *b)
{
    const char *text = cc_arena_text(&c->d->arena, b->data ? b->data : "", b->size);
    cc_buf_free(b);
    return text;
}

static const char *joined(const struct composer *c, const char *a, const char *b)
{
    struct cc_buf text = { 0 };
    return cc_buf_printf(&text, "%s%s", a, b) ? keep(c, &text) : NULL;
}

/* A row of NA for each value whose list was not given: a file must not look as if it held none. */
static enum cc_status add_not_supplied(const struct composer *c, const struct cc_made *m, struct cc_table *t)
{
    const struct cc_fixed_rows *f = &m->exhibit->rows[0];
    int group = cc_table_find(t, f->group), note = cc_table_find(t, "note");
    const char **values = cc_arena_alloc(&c->w->arena, (f->count + 1) * sizeof *values);
    bool ok = values && group >= 0;
    for (size_t i = 0; i < f->count && ok; i++) {
        values[i] = f->rows[i].value;
        if (!cc_made_not_supplied(m, &c->w->values, f->group, values[i])) continue;
        size_t row = t->rows;
        ok = cc_table_add_row(t);
        for (size_t k = 0; k < t->columns && ok; k++)
            ok = cc_table_set(t, row, k,
                              (int)k == group      ? values[i]
                                  : (int)k == note ? "not supplied"
                                                   : "NA");
    }
    return ok ? cc_reshape_order(t, f->group, values, f->count, c->err) : cc_error_memory(c->err);
}

static enum cc_status put_csv(const struct composer *c, const struct cc_made *m)
{
    struct cc_buf name = { 0 };
    struct cc_table t;
    enum cc_status st = memory(c, cc_reshape_copy(&m->table, &t));
    if (st == CC_OK && m->exhibit->rows_count) st = add_not_supplied(c, m, &t);
    bool ok = st == CC_OK && cc_buf_printf(&name, "tables/%s.csv", m->exhibit->id);
    char *path = ok ? cc_outdir_path(c->out, name.data) : NULL;
    if (st == CC_OK)
        st = path ? cc_pipeline_write(&t, path, c->err)
                  : cc_error_set(c->err, CC_EIO, 0, 0, "cannot make the folder tables");
    cc_buf_free(&name);
    cc_table_free(&t);
    free(path);
    return st;
}

static enum cc_status put_table(const struct composer *c, const struct cc_made *m)
{
    struct cc_grid *g;
    const char *symbols;
    struct cc_buf caption = { 0 }, after = { 0 };
    enum cc_status st = cc_show_grid(m, &c->w->values, &c->d->arena, &g, &symbols, c->err);
    if (st == CC_OK) st = put_caption(c, m, &caption);
    if (st == CC_OK) st = put_after(c, m, symbols, &after);
    if (st == CC_OK) {
        g->id = joined(c, "table-", m->exhibit->id);
        g->label = joined(c, "Table ", m->exhibit->id);
        g->caption = keep(c, &caption);
        g->after = keep(c, &after);
        st = memory(c, g->id && g->label && g->caption && g->after && cc_document_grid(c->d, g));
    }
    cc_buf_free(&caption);
    cc_buf_free(&after);
    return st == CC_OK ? put_csv(c, m) : st;
}

/* --- figures --- */

static enum cc_status draw(const struct composer *c, const struct cc_made *m, struct cc_figure *f)
{
    const char *name = joined(c, "charts/", m->exhibit->id), *svg = name ? joined(c, name, ".svg") : NULL;
    const char *png = name ? joined(c, name, ".png") : NULL;
    char *path_svg = svg ? cc_outdir_path(c->out, svg) : NULL,
         *path_png = png ? cc_outdir_path(c->out, png) : NULL;
    enum cc_status st = CC_EIO;
    if (path_svg && path_png) st = cc_pipeline_draw(c->w, m, path_svg, path_png, &f->description, c->err);
    else cc_error_set(c->err, CC_EIO, 0, 0, "cannot make the folder charts");
    free(path_svg);
    free(path_png);
    if (st != CC_OK) return st;
    size_t n = strcspn(f->description, "\n");
    f->source = svg;
    f->alt = cc_arena_text(&c->d->arena, f->description, n);
    f->description += n + strspn(f->description + n, "\n");
    return memory(c, f->alt != NULL);
}

static enum cc_status put_figure(const struct composer *c, const struct cc_made *m)
{
    struct cc_figure *f = cc_arena_alloc(&c->d->arena, sizeof *f);
    struct cc_buf caption = { 0 }, after = { 0 };
    enum cc_status st = f ? draw(c, m, f) : cc_error_memory(c->err);
    if (st == CC_OK) st = put_running(c, &m->exhibit->caption, &caption);
    if (st == CC_OK) st = put_after(c, m, "", &after);
    if (st == CC_OK) {
        f->id = joined(c, "figure-", m->exhibit->id);
        f->label = joined(c, "Figure ", m->exhibit->id);
        f->caption = keep(c, &caption);
        f->after = keep(c, &after);
        st = memory(c, f->id && f->label && f->caption && f->after && cc_document_figure(c->d, f));
    }
    cc_buf_free(&caption);
    cc_buf_free(&after);
    return st == CC_OK && !m->base ? put_csv(c, m) : st;
}

/* --- the page --- */

static enum cc_status check_exhibit(const struct composer *c, const struct cc_made *m)
{
    struct cc_buf b = { 0 };
    enum cc_status st = put_running(c, &m->exhibit->caption, &b);
    if (st == CC_OK && m->exhibit->note.text) st = put_running(c, &m->exhibit->note, &b);
    if (st == CC_OK && m->exhibit->unit.text) st = put_running(c, &m->exhibit->unit, &b);
    if (st == CC_OK) st = put_say(c, m, &b);
    cc_buf_free(&b);
    return st;
}

/* The table or figure of a block; several may have one id, but not one kind. */
static const struct cc_made *made_of(const struct composer *c, const struct cc_exhibit *e)
{
    for (size_t i = 0; i < c->w->made_count; i++)
        if (c->w->made[i].exhibit == e) return &c->w->made[i];
    return NULL;
}

static enum cc_status put_exhibit(const struct composer *c, const struct cc_piece *p)
{
    const struct cc_made *m = made_of(c, p->exhibit);
    if (!m) return CC_OK;
    if (!c->d) return check_exhibit(c, m);
    if (m->exhibit->chart) return put_figure(c, m);
    return m->exhibit->column_count ? put_table(c, m) : CC_OK;
}

static enum cc_status put_words(const struct composer *c, const struct cc_piece *p)
{
    if (p->word_count == 1 && cc_word_is(&p->words[0], "definitions"))
        return c->d ? cc_provenance_definitions(c->w, c->d, c->err) : CC_OK;
    if (p->word_count == 1 && cc_word_is(&p->words[0], "provenance"))
        return c->d ? cc_provenance(c->w, c->command, c->out, c->d, c->err) : CC_OK;
    struct cc_buf b = { 0 };
    enum cc_status st = put_inline(c, p, &b);
    if (st == CC_OK && c->d) st = memory(c, cc_document_prose(c->d, b.data ? b.data : "", b.size));
    cc_buf_free(&b);
    return st;
}

static enum cc_status put_pieces(const struct composer *c)
{
    bool skipping = false;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < c->w->t->piece_count && st == CC_OK; i++) {
        const struct cc_piece *p = &c->w->t->pieces[i];
        if (cc_compose_skips(&c->w->values, p, &skipping)) continue;
        if (p->kind == CC_PIECE_EXHIBIT) st = put_exhibit(c, p);
        else if (p->kind == CC_PIECE_INLINE) st = put_words(c, p);
        else if (c->d) st = memory(c, cc_document_prose(c->d, p->text, p->size));
    }
    return st;
}

enum cc_status cc_compose_check(struct cc_workshop *w, struct cc_error *err)
{
    struct composer c = { .w = w, .err = err };
    return put_pieces(&c);
}

enum cc_status cc_compose(struct cc_workshop *w, const char *command, struct cc_outdir *out,
                          struct cc_document *d, struct cc_error *err)
{
    struct composer c = { w, d, out, command, err };
    enum cc_status st = cc_values_fill(&w->values, w->t->title, (struct cc_place_at){ 1, 1 }, &d->arena,
                                       &d->title, err);
    d->lang = w->t->lang;
    static const char banner[] =
        "> **RESTRICTED.** This report shows small numbers. For internal use only.\n\n";
    if (st == CC_OK && cc_provenance_restricted(w))
        st = memory(&c, cc_document_prose(d, banner, sizeof banner - 1));
    if (st == CC_OK) st = put_pieces(&c);
    return st == CC_OK ? memory(&c, cc_document_end(d)) : st;
}

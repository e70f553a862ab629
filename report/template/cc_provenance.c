#include "report/template/cc_provenance.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_cli.h"
#include "datasets/base/cc_input.h"
#include "report/page/cc_markdown.h"
#include "report/page/cc_show.h"

static enum cc_status memory(bool ok, struct cc_error *err)
{
    return ok ? CC_OK : cc_error_memory(err);
}

static bool prose(struct cc_document *d, struct cc_buf *b)
{
    bool ok = cc_document_prose(d, b->data ? b->data : "", b->size);
    cc_buf_free(b);
    return ok;
}

static const char *keep(struct cc_document *d, struct cc_buf *b)
{
    const char *text = cc_arena_text(&d->arena, b->data ? b->data : "", b->size);
    cc_buf_free(b);
    return text;
}

/* --- definitions --- */

static const char *find(const struct cc_table *t, const char *item, const char *name, const char *key)
{
    for (size_t r = 0; r < t->rows; r++)
        if (!strcmp(cc_table_cell(t, r, 0), item) && !strcmp(cc_table_cell(t, r, 1), name)
            && !strcmp(cc_table_cell(t, r, 2), key))
            return cc_table_cell(t, r, 3);
    return "";
}

static bool first_of(const struct cc_table *t, size_t row)
{
    for (size_t r = 0; r < row; r++)
        if (!strcmp(cc_table_cell(t, r, 0), "definition")
            && !strcmp(cc_table_cell(t, r, 1), cc_table_cell(t, row, 1)))
            return false;
    return !strcmp(cc_table_cell(t, row, 0), "definition");
}

/* Code in Markdown: between more backticks than the text holds in a row. */
static bool put_code(struct cc_buf *b, const char *text)
{
    size_t longest = 0, run = 0;
    for (const char *t = text; *t; t++) {
        run = *t == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    bool ok = true;
    for (size_t i = 0; i <= longest && ok; i++) ok = cc_buf_char(b, '`');
    ok = ok && cc_buf_printf(b, "%s%s%s", longest ? " " : "", text, longest ? " " : "");
    for (size_t i = 0; i <= longest && ok; i++) ok = cc_buf_char(b, '`');
    return ok;
}

static bool put_definition(struct cc_buf *b, const struct cc_table *t, const char *name)
{
    const char *label = find(t, "definition", name, "label"), *source = find(t, "definition", name, "source");
    const char *years = find(t, "definition", name, "years");
    bool ok = cc_buf_text(b, "- ");
    if (ok && *label)
        ok = cc_buf_text(b, "**") && cc_markdown_escape(b, label) && cc_buf_text(b, "** (")
            && put_code(b, name) && cc_buf_char(b, ')');
    else if (ok) ok = put_code(b, name);
    if (ok && *years) ok = cc_buf_text(b, ", ") && cc_markdown_escape(b, years);
    ok = ok && cc_buf_text(b, ": ") && put_code(b, find(t, "definition", name, "text"));
    if (ok && *source)
        ok = cc_buf_text(b, " *Source:* ") && cc_markdown_escape(b, source) && cc_buf_char(b, '.');
    return ok && cc_buf_char(b, '\n');
}

static enum cc_status source_definitions(const struct cc_source *s, struct cc_document *d,
                                         struct cc_error *err)
{
    struct cc_table t;
    enum cc_status st = cc_tally_provenance(s->tally, &t, err);
    if (st != CC_OK) return st;
    struct cc_buf b = { 0 };
    bool ok = cc_buf_printf(&b, "From the file `%s`, as used for the input `%s`:\n\n", s->definitions.name,
                            s->input->name);
    for (size_t r = 0; r < t.rows && ok; r++)
        if (first_of(&t, r)) ok = put_definition(&b, &t, cc_table_cell(&t, r, 1));
    cc_table_free(&t);
    ok = prose(d, &b) && ok;
    return memory(ok, err);
}

enum cc_status cc_provenance_definitions(const struct cc_workshop *w, struct cc_document *d,
                                         struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < w->source_count && st == CC_OK; i++)
        if (w->sources[i].tally) st = source_definitions(&w->sources[i], d, err);
    return st;
}

/* --- inputs --- */

enum { FILE_COLUMNS = 7 };

/* A number of records that the profile may hide. */
static bool put_records(struct cc_buf *b, const struct cc_profile *p, uint64_t n)
{
    if (cc_protect_small(&p->rule, (double)n)) return cc_buf_printf(b, "<%d", p->rule.high + 1);
    return cc_show_number(b, (double)n, 0);
}

static bool put_left(const struct cc_workshop *w, const struct cc_tally_file *f, struct cc_buf *b,
                     bool *hidden)
{
    bool ok = true, any = false;
    for (int k = 0; k < CC_LEFT_REASONS && ok; k++) {
        if (!f->left[k]) continue;
        *hidden |= cc_protect_small(&w->profile.rule, (double)f->left[k]);
        ok = cc_buf_text(b, any ? "; " : "") && put_records(b, &w->profile, f->left[k])
            && cc_buf_printf(b, " (%s)", cc_tally_reason_text((enum cc_tally_reason)k));
        any = true;
    }
    return ok && (any || cc_buf_text(b, "0"));
}

static uint64_t left_of(const struct cc_tally_file *f)
{
    uint64_t n = 0;
    for (int k = 0; k < CC_LEFT_REASONS; k++) n += f->left[k];
    return n;
}

static bool put_file(const struct cc_workshop *w, const struct cc_source *s, size_t i, struct cc_document *d,
                     struct cc_grid *g, size_t row)
{
    const struct cc_tally_file *f = cc_tally_file(s->tally, i);
    struct cc_buf cells[FILE_COLUMNS] = { 0 };
    bool hidden = false;
    bool ok = cc_buf_text(&cells[0], f->name)
        && cc_buf_printf(&cells[1], "%s%s%s", s->codebook->name, s->files[i].list ? ", list " : "",
                         s->files[i].list ? s->files[i].list : "")
        && cc_show_number(&cells[2], (double)f->bytes, 0) && cc_show_number(&cells[3], (double)f->read, 0)
        && put_left(w, f, &cells[5], &hidden);
    if (ok && hidden) ok = cc_buf_text(&cells[4], "*"); /* read less left out would tell */
    else if (ok) ok = cc_show_number(&cells[4], (double)(f->read - left_of(f)), 0);
    ok = ok
        && cc_buf_printf(&cells[6], "%.8s\xE2\x80\xA6%s", f->sha256,
                         f->sha256 + (strlen(f->sha256) > 4 ? strlen(f->sha256) - 4 : 0));
    for (size_t c = 0; c < FILE_COLUMNS; c++) {
        cc_grid_cell(g, row, c)->text = keep(d, &cells[c]);
        ok = ok && cc_grid_cell(g, row, c)->text;
    }
    return ok;
}

/* Is it a table, or a file that a program of the template reads? */
static bool is_other(const struct cc_workshop *w, size_t input)
{
    for (size_t i = 0; i < w->t->input_count; i++)
        if (!strcmp(w->t->inputs[i].name, w->inputs[input].name)) return !w->t->inputs[i].codebook;
    return false;
}

/* Bytes and SHA-256 of a file that is no extract. */
static enum cc_status take_sum(const char *path, uint64_t *bytes, char hex[65], struct cc_error *err)
{
    struct cc_input *in;
    enum cc_status st = cc_input_open(path, &in, err);
    if (st != CC_OK) return st;
    char buf[4096];
    size_t n;
    cc_input_hash(in);
    while ((st = cc_input_read(in, buf, sizeof buf, &n, err)) == CC_OK) continue;
    if (st == CC_END && !cc_input_sha256(in, hex)) st = cc_input_unchanged(in, err);
    *bytes = cc_input_total(in);
    cc_input_close(in);
    return st == CC_END ? CC_OK : st;
}

static enum cc_status put_other(const struct cc_workshop *w, size_t input, struct cc_document *d, struct cc_grid *g,
                                size_t row, struct cc_error *err)
{
    const char *path = w->inputs[input].value, *slash = strrchr(path, '/');
    uint64_t bytes = 0;
    char hex[65] = "";
    enum cc_status st = take_sum(path, &bytes, hex, err);
    if (st != CC_OK) return st;
    struct cc_buf cells[FILE_COLUMNS] = { 0 };
    bool ok = cc_buf_text(&cells[0], slash ? slash + 1 : path)
        && cc_buf_printf(&cells[1], "given as %s", w->inputs[input].name)
        && cc_show_number(&cells[2], (double)bytes, 0)
        && cc_buf_printf(&cells[6], "%.8s\xE2\x80\xA6%s", hex, hex + (strlen(hex) > 4 ? strlen(hex) - 4 : 0));
    for (size_t c = 0; c < FILE_COLUMNS; c++) {
        cc_grid_cell(g, row, c)->text = keep(d, &cells[c]);
        ok = ok && cc_grid_cell(g, row, c)->text;
    }
    return memory(ok, err);
}

static enum cc_status put_files(const struct cc_workshop *w, struct cc_document *d, struct cc_error *err)
{
    static const char *const headings[FILE_COLUMNS] = { "Input", "Layout",         "Bytes",  "Records read",
                                                        "Kept",  "Left out (why)", "SHA-256" };
    size_t n = 0, row = 0;
    for (size_t i = 0; i < w->source_count; i++) n += w->sources[i].tally ? w->sources[i].file_count : 0;
    for (size_t i = 0; i < w->input_count; i++) n += is_other(w, i);
    if (!n) return CC_OK;
    struct cc_grid *g = cc_grid_alloc(&d->arena, FILE_COLUMNS, n);
    if (!g) return cc_error_memory(err);
    for (size_t c = 0; c < FILE_COLUMNS; c++) {
        g->headings[c] = headings[c];
        g->numbers[c] = c >= 2 && c <= 4;
    }
    g->id = "inputs";
    g->caption = "**Inputs**";
    g->after =
        "The whole check sums (SHA-256) and the definitions: [provenance.csv](tables/provenance.csv).";
    bool ok = true;
    for (size_t i = 0; i < w->source_count; i++)
        for (size_t k = 0; w->sources[i].tally && k < w->sources[i].file_count && ok; k++)
            ok = put_file(w, &w->sources[i], k, d, g, row++);
    enum cc_status st = memory(ok, err);
    for (size_t i = 0; i < w->input_count && st == CC_OK; i++)
        if (is_other(w, i)) st = put_other(w, i, d, g, row++, err);
    return st == CC_OK ? memory(cc_document_grid(d, g), err) : st;
}

/* Rows of tables are left out: they count records under a condition. Small numbers are hidden. */
static bool copy_facts(const struct cc_workshop *w, const struct cc_table *from, struct cc_table *to)
{
    bool ok = true, small = false;
    for (size_t r = 0; r < from->rows && ok; r++) {
        const char *item = cc_table_cell(from, r, 0), *value = cc_table_cell(from, r, 3);
        int64_t n;
        if (!strcmp(item, "table")) continue;
        if (!strcmp(item, "left_out") && cc_parse_int64(value, &n))
            small |= cc_protect_small(&w->profile.rule, (double)n);
    }
    for (size_t r = 0; r < from->rows && ok; r++) {
        const char *item = cc_table_cell(from, r, 0), *key = cc_table_cell(from, r, 2),
                   *value = cc_table_cell(from, r, 3);
        char hidden[32];
        int64_t n;
        if (!strcmp(item, "table")) continue;
        if (small && !strcmp(key, "records_kept")) value = "*";
        if (!strcmp(item, "left_out") && cc_parse_int64(value, &n)
            && cc_protect_small(&w->profile.rule, (double)n)) {
            snprintf(hidden, sizeof hidden, "<%d", w->profile.rule.high + 1);
            value = hidden;
        }
        size_t row = to->rows;
        ok = cc_table_add_row(to) && cc_table_set(to, row, 0, item)
            && cc_table_set(to, row, 1, cc_table_cell(from, r, 1)) && cc_table_set(to, row, 2, key)
            && cc_table_set(to, row, 3, value);
    }
    return ok;
}

static enum cc_status add_other_fact(const struct cc_workshop *w, size_t input, struct cc_table *all,
                                     struct cc_error *err)
{
    const char *path = w->inputs[input].value, *slash = strrchr(path, '/');
    uint64_t bytes;
    char hex[65] = "";
    enum cc_status st = take_sum(path, &bytes, hex, err);
    if (st != CC_OK) return st;
    const char *cells[] = { "input", slash ? slash + 1 : path, "sha256", hex };
    bool ok = cc_table_add_row(all);
    for (size_t c = 0; c < 4 && ok; c++) ok = cc_table_set(all, all->rows - 1, c, cells[c]);
    return memory(ok, err);
}

static enum cc_status write_facts(const struct cc_workshop *w, const char *command, struct cc_outdir *out,
                                  struct cc_error *err)
{
    static const char *const columns[] = { "item", "name", "key", "value" };
    struct cc_table all = { 0 };
    bool ok = true;
    for (size_t i = 0; i < 4 && ok; i++) ok = cc_table_add_column(&all, columns[i]);
    ok = ok && cc_table_add_row(&all) && cc_table_set(&all, 0, 0, "command")
        && cc_table_set(&all, 0, 3, command);
    enum cc_status st = memory(ok, err);
    for (size_t i = 0; i < w->source_count && st == CC_OK; i++) {
        struct cc_table t;
        if (!w->sources[i].tally) continue;
        st = cc_tally_provenance(w->sources[i].tally, &t, err);
        if (st != CC_OK) break;
        st = memory(copy_facts(w, &t, &all), err);
        cc_table_free(&t);
    }
    for (size_t i = 0; i < w->input_count && st == CC_OK; i++)
        if (is_other(w, i)) st = add_other_fact(w, i, &all, err);
    char *path = st == CC_OK ? cc_outdir_path(out, "tables/provenance.csv") : NULL;
    if (st == CC_OK)
        st = path ? cc_pipeline_write(&all, path, err)
                  : cc_error_set(err, CC_EIO, 0, 0, "cannot make the folder tables");
    free(path);
    cc_table_free(&all);
    return st;
}

/* Is anything in the report made of what was given, be it an extract or a table? */
static bool is_local(const struct cc_workshop *w)
{
    for (size_t i = 0; i < w->made_count; i++)
        if (w->made[i].local) return true;
    return false;
}

bool cc_provenance_restricted(const struct cc_workshop *w)
{
    return is_local(w) && w->profile.rule.high < w->profile.rule.low;
}

static bool put_profile(const struct cc_workshop *w, struct cc_buf *b)
{
    size_t hidden = 0;
    for (size_t i = 0; i < w->made_count; i++) hidden += w->made[i].hidden;
    if (!is_local(w))
        return cc_buf_text(
            b, "**Protection.** All numbers are published federal figures; nothing is hidden.\n\n");
    bool ok = cc_buf_printf(b, "**Protection.** Profile `%s`: ", w->profile.name)
        && cc_markdown_escape(b, w->profile.label);
    if (ok && cc_provenance_restricted(w)) return cc_buf_text(b, ".\n\n");
    ok = ok && cc_buf_text(b, ". ");
    if (ok && hidden)
        ok = cc_show_number(b, (double)hidden, 0)
            && cc_buf_text(
                 b,
                 " counts are hidden in the tables of this report. Each hidden cell was checked against its "
                 "row, its column and its total within its own table. ");
    else if (ok) ok = cc_buf_text(b, "No count had to be hidden. ");
    return ok && cc_buf_text(b, "Rates, intervals, charts and sentences are made from what is shown.\n\n");
}

enum cc_status cc_provenance(const struct cc_workshop *w, const char *command, struct cc_outdir *out,
                             struct cc_document *d, struct cc_error *err)
{
    enum cc_status st = put_files(w, d, err);
    if (st == CC_OK) st = write_facts(w, command, out, err);
    if (st != CC_OK) return st;
    struct cc_buf b = { 0 };
    bool ok = cc_buf_text(&b, "\n\n") && put_profile(w, &b)
        && cc_buf_printf(&b, "**Program.** casecount %s, template `%s` (%s). Made with:\n\n", CC_VERSION,
                         w->t->name, w->t->report)
        && put_code(&b, command) && cc_buf_text(&b, "\n");
    ok = prose(d, &b) && ok;
    return memory(ok, err);
}

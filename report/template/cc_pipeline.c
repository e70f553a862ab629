#include "report/template/cc_pipeline.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_output.h"
#include "datasets/base/cc_run.h"
#include "datasets/base/cc_signal.h"
#include "report/template/cc_cutoffs.h"
#include "report/template/cc_flag.h"
#include "report/template/cc_frequencies.h"
#include "report/template/cc_gather.h"
#include "report/template/cc_reshape.h"

const struct cc_made *cc_pipeline_find(const struct cc_workshop *w, const char *id)
{
    const struct cc_made *figure = NULL;
    for (size_t i = 0; i < w->made_count; i++) {
        if (strcmp(w->made[i].exhibit->id, id) != 0) continue;
        if (!w->made[i].exhibit->chart) return &w->made[i];
        figure = &w->made[i];
    }
    return figure;
}

int cc_made_column(const struct cc_made *m, const char *name)
{
    int c = cc_table_find(&m->table, name);
    if (c < 0 && m->numerator && !strcmp(m->numerator, name)) c = cc_table_find(&m->table, "numerator");
    if (c < 0 && m->denominator && !strcmp(m->denominator, name)) c = cc_table_find(&m->table, "denominator");
    return c;
}

bool cc_made_groups(const struct cc_made *m, const char *column)
{
    for (size_t i = 0; i < m->group_count; i++)
        if (!strcmp(m->groups[i], column)) return true;
    return false;
}

enum cc_status cc_made_knows(const struct cc_made *m, const char *column, struct cc_place_at at,
                             struct cc_error *err)
{
    for (size_t i = 0; i < m->column_count; i++)
        if (!strcmp(m->columns[i], column)) return CC_OK;
    if (m->columns_open) return CC_OK;
    const char *near = cc_suggest(column, m->columns, m->column_count);
    return cc_error_set(err, CC_EDATA, at.line, at.column, "%s has no column '%.80s'%s%s%s", m->exhibit->id,
                        column, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

const char *cc_made_label(const struct cc_made *m, const char *column, const char *code)
{
    const char *label = m->source ? cc_source_label(m->source, column, code) : NULL;
    return label && *label ? label : code;
}

bool cc_made_not_supplied(const struct cc_made *m, const struct cc_values *values, const char *group,
                          const char *value)
{
    for (size_t i = 0; i < m->exhibit->rows_count; i++) {
        const struct cc_fixed_rows *f = &m->exhibit->rows[i];
        for (size_t r = 0; r < f->count && !strcmp(f->group, group); r++)
            if (!strcmp(f->rows[r].value, value))
                return f->rows[r].list && !cc_values_find(values, f->rows[r].list);
    }
    return false;
}

/* --- work files --- */

static enum cc_status open_folder(struct cc_workshop *w, struct cc_error *err)
{
    if (w->folder) return CC_OK;
    const char *tmp = getenv("TMPDIR");
    struct cc_buf b = { 0 };
    if (!cc_buf_printf(&b, "%s/casecount-XXXXXX", tmp && *tmp ? tmp : "/tmp")) return cc_error_memory(err);
    if (mkdtemp(b.data)) { /* mode 0700 */
        w->folder = b.data;
        return CC_OK;
    }
    cc_buf_free(&b);
    return cc_error_set(err, CC_EIO, 0, 0, "cannot make a folder for work files: %s", strerror(errno));
}

static const char *work_file(struct cc_workshop *w, const char *id, size_t number, const char *ending)
{
    struct cc_buf b = { 0 };
    bool ok = cc_buf_printf(&b, "%s/%s.%zu.%s", w->folder, id, number, ending);
    const char *path = ok ? cc_arena_text(&w->arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    return path;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

void cc_pipeline_clean(struct cc_workshop *w)
{
    if (w->folder) nftw(w->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(w->folder);
    w->folder = NULL;
    for (size_t i = 0; i < w->made_count; i++) {
        cc_table_free(&w->made[i].table);
        for (size_t k = 0; k < w->made[i].start_count; k++) cc_table_free(&w->made[i].starts[k].table);
    }
    free(w->made);
    for (size_t i = 0; i < w->source_count; i++) cc_source_close(&w->sources[i]);
    free(w->sources);
    cc_values_free(&w->values);
    cc_arena_free(&w->arena);
}

enum cc_status cc_pipeline_write(const struct cc_table *t, const char *path, struct cc_error *err)
{
    struct cc_output *out;
    enum cc_status st = cc_output_open(path, 0666, &out, err);
    if (st != CC_OK) return st;
    if (!cc_table_write(t, CC_FORMAT_CSV, cc_output_file(out))) {
        cc_output_discard(out);
        return cc_error_memory(err);
    }
    return cc_output_commit(out, err);
}

/* What the program said last, in place of its exit status. */
static enum cc_status said(const char *path, const struct cc_step *s, int code, struct cc_error *err)
{
    char *text = NULL;
    struct cc_error ignored;
    enum cc_status st = code == 3 || code >= 126 ? CC_EIO : CC_EDATA;
    if (cc_text_read(path, &text, &ignored) != CC_OK) text = NULL;
    char *line = text ? cc_trim(text) : NULL, *end = line ? strchr(line, '\n') : NULL;
    if (end) *end = '\0';
    if (line && *line) cc_error_set(err, st, s->line, s->words[0].column, "%.400s", line);
    else if (err) { /* could not be started, or died: cc_run's own words */ err->line = s->line;
        err->column = s->words[0].column;
    }
    free(text);
    return st;
}

/* Runs words[0] with `first` options and the words from `from` on. */
static enum cc_status run(struct cc_workshop *w, const struct cc_step *s, const char *const *first, size_t n,
                          size_t from, struct cc_error *err)
{
    char **argv = cc_arena_alloc(&w->arena, (n + s->count + 2) * sizeof *argv);
    const char *messages = work_file(w, "messages", 0, "txt");
    if (!argv || !messages) return cc_error_memory(err);
    size_t k = 0;
    for (size_t i = 0; i < n + 1 + s->count - from; i++) {
        const char *text = i == 0 ? s->words[0].text
            : i <= n              ? first[i - 1]
                                  : s->words[from + i - n - 1].text;
        if (!(argv[k++] = cc_arena_text(&w->arena, text, strlen(text)))) return cc_error_memory(err);
    }
    int code = 0;
    enum cc_status st = cc_run(argv, NULL, messages, &code, err);
    if (cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    return st == CC_OK ? st : said(messages, s, code, err);
}

static enum cc_status hide_row(struct cc_table *t, size_t row, struct cc_error *err)
{
    static const char *const names[] = { "estimate", "se", "lower", "upper", "note" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int c = cc_table_find(t, names[i]);
        if (c >= 0 && !cc_table_set(t, row, (size_t)c, i < 4 ? "-" : "a count is hidden")) return cc_error_memory(err);
    }
    return CC_OK;
}

/* What a program made of a protected table: no number there for want of a count means that it would give one away.
 * Without children who are known not to have the condition, the count is not hidden: it cannot be made. */
static enum cc_status mark_hidden(struct cc_table *t, bool nobody, struct cc_error *err)
{
    int note = cc_table_find(t, "note"), without = cc_table_find(t, "without"), measure = cc_table_find(t, "measure");
    enum cc_status st = CC_OK;
    for (size_t r = 0; note >= 0 && r < t->rows && st == CC_OK; r++) {
        if (!strstr(cc_table_cell(t, r, (size_t)note), "not available")) continue;
        bool refused = nobody || (without >= 0 && !strcmp(cc_table_cell(t, r, (size_t)without), "0"));
        refused = refused && strcmp(measure < 0 ? "" : cc_table_cell(t, r, (size_t)measure), "sensitivity") != 0;
        if (!refused) st = hide_row(t, r, err);
        else if (!cc_table_set(t, r, (size_t)note, "refused: nobody is known to be without the condition"))
            st = cc_error_memory(err);
    }
    return st;
}

/* Is there no child who is known to be without the condition? */
static bool nobody_without(const struct cc_table *t)
{
    int c = cc_table_find(t, "without");
    bool none = c >= 0;
    for (size_t r = 0; r < t->rows && none; r++) none = !strcmp(cc_table_cell(t, r, (size_t)c), "0");
    return none;
}

/* needs ID: all is hidden if a count of that table is */
static enum cc_status run_needs(struct cc_workshop *w, struct cc_made *m, const char *id, struct cc_error *err)
{
    const struct cc_table *other = &cc_pipeline_find(w, id)->table;
    int estimate = cc_table_find(&m->table, "estimate");
    bool hidden = false;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < other->rows * other->columns; i++)
        hidden |= !strcmp(other->cells[i], "*") || !strcmp(other->cells[i], "-")
            || (other->cells[i][0] == '<' && other->cells[i][1] != '=');
    for (size_t r = 0; hidden && r < m->table.rows && st == CC_OK; r++)
        if (estimate < 0 || strcmp(cc_table_cell(&m->table, r, (size_t)estimate), "NA") != 0)
            st = hide_row(&m->table, r, err);
    return st;
}

/* A program has nothing to say of no rows. */
static enum cc_status without_rows(struct cc_table *t, struct cc_error *err)
{
    static const char *const names[] = { "measure", "estimate", "se", "lower", "upper", "level", "method", "note" };
    bool ok = true;
    for (size_t i = 0; i < sizeof names / sizeof *names && ok; i++)
        if (cc_table_find(t, names[i]) < 0) ok = cc_table_add_column(t, names[i]);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status run_program(struct cc_workshop *w, struct cc_made *m, size_t i, struct cc_error *err)
{
    if (!m->table.rows) return without_rows(&m->table, err);
    enum cc_status st = open_folder(w, err);
    if (st != CC_OK) return st;
    const char *in = work_file(w, m->exhibit->id, i, "csv"),
               *out = work_file(w, m->exhibit->id, i + 1, "csv");
    if (!in || !out) return cc_error_memory(err);
    const char *first[] = { in, "-o", out };
    st = cc_pipeline_write(&m->table, in, err);
    if (st == CC_OK) st = run(w, &m->steps[i], first, 3, 1, err);
    if (st != CC_OK) return st;
    bool nobody = nobody_without(&m->table);
    cc_table_free(&m->table);
    st = cc_table_read(out, &m->table, err);
    return st == CC_OK && m->base ? mark_hidden(&m->table, nobody, err) : st;
}

/* --- making --- */

/* Runs a program that reads the inputs itself. One that found fault with them ends with 1, and its table is made. */
static enum cc_status run_reader(struct cc_workshop *w, struct cc_made *m, size_t i, struct cc_table *t,
                                 struct cc_error *err)
{
    enum cc_status st = open_folder(w, err);
    if (st != CC_OK) return st;
    const char *out = work_file(w, m->exhibit->id, i, "csv");
    if (!out) return cc_error_memory(err);
    const char *first[] = { "-o", out };
    st = run(w, m->starts[i].program, first, 2, 1, err);
    if (st == CC_EDATA && access(out, R_OK) == 0) st = CC_OK;
    return st == CC_OK ? cc_table_read(out, t, err) : st;
}

static enum cc_status start_one(struct cc_workshop *w, struct cc_made *m, size_t i, struct cc_table *t,
                                struct cc_error *err)
{
    struct cc_start *s = &m->starts[i];
    if (s->program) return run_reader(w, m, i, t, err);
    if (s->frequencies) return cc_frequencies_table(s->source, s->frequencies, s->spec, t, err);
    if (s->source) return cc_tally_table(s->source->tally, s->spec, t, err);
    *t = s->table; /* read when planned */
    s->table = (struct cc_table){ 0 };
    return CC_OK;
}

static enum cc_status start_all(struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    enum cc_status st = start_one(w, m, 0, &m->table, err);
    for (size_t i = 1; i < m->start_count && st == CC_OK; i++) {
        struct cc_table next = { 0 };
        st = start_one(w, m, i, &next, err);
        const struct cc_groups *g = &m->before[i];
        if (st == CC_OK) st = cc_reshape_join(&m->table, &next, g->names, g->count, err);
        cc_table_free(&next);
    }
    if (st == CC_OK && m->starts[0].frequencies)
        return cc_frequencies_finish(m->source->codebook, &m->table, err);
    if (st == CC_OK && m->start_count > 1 && m->before[1].count == 1) /* rows of the second stand behind the total */
        st = cc_reshape_order(&m->table, m->before[1].names[0], NULL, 0, err);
    return st;
}

/* Rows in the order of `rows:`; those of a list that was not given are left to be said. */
static enum cc_status order_rows(const struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    for (size_t i = 0; i < m->exhibit->rows_count; i++) {
        const struct cc_fixed_rows *f = &m->exhibit->rows[i];
        const char **values = calloc(f->count + 1, sizeof *values);
        size_t n = 0;
        for (size_t r = 0; values && r < f->count; r++)
            if (!cc_made_not_supplied(m, &w->values, f->group, f->rows[r].value))
                values[n++] = f->rows[r].value;
        enum cc_status st = values ? cc_reshape_order(&m->table, f->group, values, n, err)
                                   : cc_error_memory(err);
        free(values);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

static enum cc_status check_sums(const struct cc_made *m, struct cc_error *err)
{
    const struct cc_start *first = &m->starts[0];
    if (!first->source) return CC_OK;
    for (size_t i = 0; i < m->start_count; i++)
        if (m->starts[i].source && m->starts[i].source->specs[m->starts[i].spec].per_cell) return CC_OK;
    const char *const frequencies[] = { "section", "element", "code" };
    const struct cc_tally_spec *spec = &first->source->specs[first->spec];
    return first->frequencies ? cc_reshape_sums(&m->table, frequencies, 3, err)
                              : cc_reshape_sums(&m->table, spec->by, spec->by_count, err);
}

static enum cc_status start(struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    if (m->base) return cc_reshape_copy(&m->base->table, &m->table) ? CC_OK : cc_error_memory(err);
    enum cc_status st = start_all(w, m, err);
    return st == CC_OK ? check_sums(m, err) : st;
}

static bool is_inner(const struct cc_step *s)
{
    static const char *const names[] = { "tally",  "frequencies", "read",   "table", "keep",  "turn",
                                         "gather", "spread",      "shares", "ratio", "title", "rename",
                                         "set",    "cutoffs",     "lift",   "words", "split", "drop", "needs",
                                         "round" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cc_word_is(&s->words[0], names[i])) return true;
    return false;
}

static enum cc_status run_gather(struct cc_workshop *w, struct cc_made *m, const struct cc_step *s,
                                 const struct cc_groups *g, struct cc_error *err)
{
    struct cc_gathered *items = cc_arena_alloc(&w->arena, s->count * sizeof *items);
    size_t n = 0;
    bool total = false;
    for (size_t i = 3; items && i < s->count; i++) {
        if (cc_word_is(&s->words[i], "--total")) total = true;
        else if (!cc_word_is(&s->words[i], "--mean")
                 && !cc_gathered_read(s->words[i].text, &w->arena, &items[n++]))
            return cc_error_memory(err);
    }
    return items ? cc_gather(&m->table, g->names, g->count, s->words[1].text, s->words[2].text, items, n, total, err)
                 : cc_error_memory(err);
}

static enum cc_status run_spread(struct cc_workshop *w, struct cc_made *m, const struct cc_step *s,
                                 const struct cc_groups *g, struct cc_error *err)
{
    struct cc_spread *items = cc_arena_alloc(&w->arena, s->count * sizeof *items);
    if (!items) return cc_error_memory(err);
    for (size_t i = 3; i < s->count; i++) {
        struct cc_gathered item;
        if (!cc_gathered_read(s->words[i].text, &w->arena, &item)) return cc_error_memory(err);
        items[i - 3] = (struct cc_spread){ item.label, item.sum };
    }
    return cc_spread(&m->table, g->names, g->count, s->words[1].text, s->words[2].text, items, s->count - 3, err);
}

static enum cc_status run_flag(struct cc_made *m, const struct cc_step *s, const struct cc_groups *g,
                               struct cc_error *err)
{
    bool two = s->count > 2 && strncmp(s->words[2].text, "--", 2) != 0;
    double level = .95;
    const char *before = two ? s->words[2].text : NULL, *last = s->words[s->count - 1].text;
    if (cc_word_is(&s->words[s->count - 2], "--level") && !cc_parse_double(last, &level)) return CC_EDATA;
    return cc_word_is(&s->words[0], "ratio")
        ? cc_flag_ratio(&m->table, s->words[1].text, before, level, err)
        : cc_flag_shares(&m->table, g->names, g->count, s->words[1].text, before, level, err);
}

/* words COLUMN 'CODE = TEXT' ... */
static enum cc_status run_words(struct cc_workshop *w, struct cc_made *m, const struct cc_step *s,
                                struct cc_error *err)
{
    const char *(*pairs)[2] = cc_arena_alloc(&w->arena, s->count * sizeof *pairs);
    if (!pairs) return cc_error_memory(err);
    for (size_t i = 2; i < s->count; i++) {
        struct cc_gathered item;
        if (!cc_gathered_read(s->words[i].text, &w->arena, &item)) return cc_error_memory(err);
        pairs[i - 2][0] = item.label;
        pairs[i - 2][1] = item.sum;
    }
    return cc_reshape_words(&m->table, s->words[1].text, (const char *const (*)[2])pairs, s->count - 2, err);
}

static enum cc_status run_title(struct cc_workshop *w, struct cc_made *m, const struct cc_step *s,
                                struct cc_error *err)
{
    const struct cc_codebook *cb = NULL;
    for (size_t i = 0; i < w->source_count; i++)
        if (!strcmp(w->sources[i].input->name, s->words[2].text)) cb = w->sources[i].codebook;
    return cc_frequencies_titles(cb, s->words[1].text, &m->table, err);
}

static enum cc_status run_rename(struct cc_made *m, const char *text, struct cc_error *err)
{
    char column[80];
    bool equal;
    size_t c;
    const char *old = cc_reshape_condition(text, column, sizeof column, &equal);
    enum cc_status st = cc_table_need(&m->table, old, &c, err);
    if (st != CC_OK) return st;
    m->table.names[c] = cc_arena_text(&m->table.texts, column, strlen(column));
    return m->table.names[c] ? CC_OK : cc_error_memory(err);
}

static enum cc_status run_inner(struct cc_workshop *w, struct cc_made *m, size_t i, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    const struct cc_step *s = &m->steps[i];
    const struct cc_groups *g = &m->before[i];
    const struct cc_word *word = s->words;
    if (cc_word_is(&word[0], "keep"))
        for (size_t k = 1; k < s->count && st == CC_OK; k++) st = cc_reshape_keep(&m->table, word[k].text, err);
    if (cc_word_is(&word[0], "turn"))
        st = cc_reshape_turn(&m->table, g->names, g->count, word[1].text, s->count == 4 ? word[3].text : NULL, err);
    if (cc_word_is(&word[0], "set")) {
        char column[80];
        bool equal;
        const char *value = cc_reshape_condition(word[1].text, column, sizeof column, &equal);
        st = cc_reshape_set(&m->table, column, value, err);
    }
    if (cc_word_is(&word[0], "rename")) st = run_rename(m, word[1].text, err);
    if (cc_word_is(&word[0], "gather")) st = run_gather(w, m, s, g, err);
    if (cc_word_is(&word[0], "spread")) st = run_spread(w, m, s, g, err);
    if (cc_word_is(&word[0], "shares") || cc_word_is(&word[0], "ratio")) st = run_flag(m, s, g, err);
    if (cc_word_is(&word[0], "title")) st = run_title(w, m, s, err);
    if (cc_word_is(&word[0], "cutoffs")) st = cc_cutoffs(&m->table, err);
    if (cc_word_is(&word[0], "lift"))
        for (size_t k = 1; k < s->count && st == CC_OK; k++) st = cc_reshape_lift(&m->table, word[k].text, err);
    if (cc_word_is(&word[0], "needs")) st = run_needs(w, m, word[1].text, err);
    if (cc_word_is(&word[0], "drop"))
        for (size_t k = 1; k < s->count && st == CC_OK; k++) st = cc_reshape_drop(&m->table, word[k].text, err);
    if (cc_word_is(&word[0], "round")) st = cc_reshape_round(&m->table, word[1].text[0] - '0', err);
    if (cc_word_is(&word[0], "words")) st = run_words(w, m, s, err);
    if (cc_word_is(&word[0], "split"))
        st = cc_reshape_split(&m->table, word[1].text, word[2].text, word[3].text, err);
    return st;
}

static enum cc_status run_steps(struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    bool ordered = false;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < m->step_count && st == CC_OK; i++) {
        const struct cc_step *s = &m->steps[i];
        bool inner = is_inner(s) || i < m->start_count;
        if (!inner && !ordered) st = order_rows(w, m, err);
        ordered |= !inner;
        if (st == CC_OK && inner) st = run_inner(w, m, i, err);
        else if (st == CC_OK && !m->table.rows && !m->base)
            st = cc_error_set(err, CC_EDATA, 0, 0, "no row is left here: nothing was counted, or nothing was kept");
        else if (st == CC_OK && s != m->chart) st = run_program(w, m, i, err);
        if (st != CC_OK && err && !err->line && st != CC_EIO) {
            err->file[0] = '\0';
            err->line = s->line;
            err->column = 1;
        }
    }
    return st == CC_OK && !ordered ? order_rows(w, m, err) : st;
}

static enum cc_status protect(struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    struct cc_buf by = { 0 };
    bool ok = cc_buf_text(&by, "");
    for (size_t i = 0; i < m->group_count && ok; i++)
        ok = cc_buf_printf(&by, "%s%s", i ? "," : "", m->groups[i]);
    enum cc_role *roles = NULL;
    struct cc_protect_summary sum = { 0 };
    enum cc_status st = ok ? cc_protect_roles(&m->table, m->group_count ? by.data : NULL, NULL, &roles, err)
                           : cc_error_memory(err);
    if (st == CC_OK) st = cc_protect_table(&m->table, roles, &w->profile, &sum, err);
    if (st == CC_OK && sum.cells.open)
        st = cc_error_set(err, CC_EDATA, 0, 0,
                          "%zu small counts of %s can be worked out even with all else hidden",
                          sum.cells.open, m->exhibit->id);
    m->hidden = sum.cells.primary + sum.cells.secondary;
    free(roles);
    cc_buf_free(&by);
    return st;
}

enum cc_status cc_pipeline_make(struct cc_workshop *w, struct cc_made *m, struct cc_error *err)
{
    enum cc_status st = start(w, m, err);
    if (st == CC_OK) st = run_steps(w, m, err);
    if (st == CC_OK && m->local && !m->base && !m->means) st = protect(w, m, err);
    if (st != CC_OK && err && !err->line && st != CC_EIO && st != CC_ENOMEM) {
        err->file[0] = '\0';
        err->line = m->exhibit->line;
        err->column = 1;
    }
    return st;
}

/* --- drawing --- */

/* The protected table with labels in place of codes. */
static enum cc_status label_table(const struct cc_made *m, struct cc_table *out, struct cc_error *err)
{
    bool ok = cc_reshape_copy(&m->table, out);
    for (size_t c = 0; ok && c < out->columns; c++) {
        if (!cc_made_groups(m, out->names[c])) continue;
        for (size_t r = 0; ok && r < out->rows; r++)
            ok = cc_table_set(out, r, c, cc_made_label(m, out->names[c], cc_table_cell(&m->table, r, c)));
    }
    return ok ? CC_OK : cc_error_memory(err);
}

/* The words that the chart program wrote, in the arena. */
static enum cc_status read_words(struct cc_workshop *w, const char *path, const char **words,
                                 struct cc_error *err)
{
    char *text;
    enum cc_status st = cc_text_read(path, &text, err);
    if (st != CC_OK) return st;
    const char *trimmed = cc_trim(text);
    *words = cc_arena_text(&w->arena, trimmed, strlen(trimmed));
    free(text);
    return *words ? CC_OK : cc_error_memory(err);
}

/* Messages show base names: the folder is a temporary one. */
static void hide_folder(const char *path, struct cc_error *err)
{
    const char *slash = strrchr(path, '/');
    char *at = err ? strstr(err->text, path) : NULL;
    if (!slash || !at) return;
    size_t n = (size_t)(slash + 1 - path);
    memmove(at, at + n, strlen(at + n) + 1);
}

enum cc_status cc_pipeline_draw(struct cc_workshop *w, const struct cc_made *m, const char *path_svg,
                                const char *path_png, const char **words, struct cc_error *err)
{
    struct cc_table labelled = { 0 };
    enum cc_status st = open_folder(w, err);
    const char *in = st == CC_OK ? work_file(w, m->exhibit->id, 98, "csv") : NULL;
    const char *alt = in ? work_file(w, m->exhibit->id, 99, "txt") : NULL;
    if (st == CC_OK && !alt) st = cc_error_memory(err);
    if (st == CC_OK) st = label_table(m, &labelled, err);
    if (st == CC_OK) st = cc_pipeline_write(&labelled, in, err);
    cc_table_free(&labelled);
    const char *paths[] = { path_svg, path_png };
    for (size_t i = 0; i < 2 && st == CC_OK; i++) {
        const char *first[] = { in, "--kind", m->chart->words[1].text, "--alt", alt, "-o", paths[i] };
        st = run(w, m->chart, first, 7, 2, err);
        if (st != CC_OK) hide_folder(paths[i], err);
    }
    return st == CC_OK ? read_words(w, alt, words, err) : st;
}

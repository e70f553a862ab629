#include "report/template/cc_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_signal.h"
#include "report/template/cc_compose.h"
#include "report/page/cc_html.h"
#include "report/page/cc_markdown.h"
#include "report/template/cc_reshape.h"

struct maker {
    const struct cc_report_job *job;
    struct cc_template t;
    struct cc_workshop w;
    struct cc_error *err;
};

/* --- parameters --- */

static const struct cc_template_param *find_param(const struct cc_template *t, const char *name)
{
    for (size_t i = 0; i < t->param_count; i++)
        if (!strcmp(t->params[i].name, name)) return &t->params[i];
    return NULL;
}

/* As given, else its default, else NULL. */
static const char *given_param(const struct maker *k, const char *name)
{
    const struct cc_template_param *p = find_param(&k->t, name);
    const char *value = p ? p->value : NULL;
    for (size_t i = 0; i < k->job->param_count; i++)
        if (!strcmp(k->job->params[i].name, name)) value = k->job->params[i].value;
    return value;
}

static enum cc_status unknown_param(const struct maker *k, const char *name)
{
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < k->t.param_count && n < 64; i++) names[n++] = k->t.params[i].name;
    const char *near = cc_suggest(name, names, n);
    return cc_error_set(k->err, CC_EUSAGE, 0, 0, "--param: the template has no parameter '%.60s'%s%s%s", name,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static const char *date_words(struct cc_arena *a, int32_t day)
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    int y, m, d;
    char text[64];
    cc_date_civil(day, &y, &m, &d);
    snprintf(text, sizeof text, "%d %s %d", d, months[m - 1], y);
    return cc_arena_text(a, text, strlen(text));
}

static const char *date_code(struct cc_arena *a, int32_t day)
{
    int y, m, d;
    char text[64];
    cc_date_civil(day, &y, &m, &d);
    snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
    return cc_arena_text(a, text, strlen(text));
}

/* The parameter `half` narrows the year to October to March (A) or April to September (B). */
static enum cc_status narrow(struct maker *k, int year, int32_t *from, int32_t *to)
{
    const char *half = given_param(k, "half");
    bool first = half && !strcmp(half, "A");
    if (half && !first && strcmp(half, "B") != 0)
        return cc_error_set(k->err, CC_EUSAGE, 0, 0, 
                            "--param half takes A (October to March) or B (April to September)");
    int32_t april;
    if (half && cc_date_day(year, 4, 1, &april)) *(first ? to : from) = first ? april - 1 : april;
    return CC_OK;
}

/* ffy gives the period, its first and last day, and the year before, too. */
static enum cc_status set_year(struct maker *k, const char *text)
{
    int64_t year;
    if (!cc_parse_int64(text, &year) || year < 1980 || year > 2999)
        return cc_error_set(k->err, CC_EUSAGE, 0, 0, "--param ffy takes a federal fiscal year, such as 2024");
    int32_t first = cc_date_fiscal_start((int)year), last = cc_date_fiscal_end((int)year);
    enum cc_status st = narrow(k, (int)year, &first, &last);
    if (st != CC_OK) return st;
    const char *from = date_words(&k->w.arena, first), *to = date_words(&k->w.arena, last);
    struct cc_buf b = { 0 };
    bool ok = from && to && cc_buf_printf(&b, "%s to %s", from, to);
    const char *period = ok ? cc_arena_text(&k->w.arena, b.data, b.size) : NULL;
    cc_buf_clear(&b);
    const char *before = cc_buf_printf(&b, "%d", (int)year - 1) ? cc_arena_text(&k->w.arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    const char *start = date_code(&k->w.arena, first), *end = date_code(&k->w.arena, last);
    struct cc_values *v = &k->w.values;
    if (!period || !before || !start || !end || !cc_values_set(v, "period", period, false)
        || !cc_values_set(v, "period_start", start, false) || !cc_values_set(v, "period_end", end, false)
        || !cc_values_set(v, "year_before", before, false))
        return cc_error_memory(k->err);
    for (size_t i = 0; i < k->w.source_count; i++) k->w.sources[i].job.ffy = (int)year;
    return CC_OK;
}

/* The text that all rows of a given table have in a column; NULL if there is none. */
static enum cc_status read_default(struct maker *k, const char *table, const char *column, const char **out)
{
    struct cc_table t = { 0 };
    enum cc_status st = cc_pipeline_read_given(&k->w, table, &t, k->err);
    int c = st == CC_OK ? cc_table_find(&t, column) : -1;
    const char *only = "";
    for (size_t r = 0; c >= 0 && r < t.rows; r++) {
        const char *cell = cc_table_cell(&t, r, (size_t)c);
        only = !r || !strcmp(cell, only) ? cell : "";
    }
    bool none = !*only || !strcmp(only, "NA");
    *out = none ? NULL : cc_arena_text(&k->w.arena, only, strlen(only));
    if (st == CC_OK && !none && !*out) st = cc_error_memory(k->err);
    cc_table_free(&t);
    return st;
}

/* The value of a parameter: given, or its default, which may be a column of a table that was given: TABLE:COLUMN. */
static enum cc_status param_value(struct maker *k, const struct cc_template_param *p, const char **out)
{
    const char *value = *out = given_param(k, p->name), *colon = value ? strchr(value, ':') : NULL;
    if (!colon || value != p->value) return CC_OK;
    char *table = cc_arena_text(&k->w.arena, value, (size_t)(colon - value));
    if (!table) return cc_error_memory(k->err);
    return cc_pipeline_given(&k->w, table) ? read_default(k, table, colon + 1, out) : CC_OK;
}

static enum cc_status set_param(struct maker *k, const struct cc_template_param *p)
{
    const char *value;
    enum cc_status st = param_value(k, p, &value);
    if (st != CC_OK) return st;
    if (!value && p->optional)
        return cc_values_leave_out(&k->w.values, p->name) ? CC_OK : cc_error_memory(k->err);
    if (!value || !*value)
        return cc_error_set(k->err, CC_EUSAGE, 0, 0, "this report needs --param %s=VALUE", p->name);
    if (!cc_values_set(&k->w.values, p->name, value, false)) return cc_error_memory(k->err);
    return strcmp(p->name, "ffy") ? CC_OK : set_year(k, value);
}

/* Conditions may use parameters as :NAME. */
static enum cc_status pass_params(struct maker *k)
{
    size_t n = 0;
    struct cc_parameter *list = cc_arena_alloc(&k->w.arena, (k->t.param_count + 3) * sizeof *list);
    if (!list) return cc_error_memory(k->err);
    static const char *const days[] = { "period_start", "period_end" };
    for (size_t i = 0; i < 2; i++) {
        const struct cc_named_value *v = cc_values_find(&k->w.values, days[i]);
        if (v) list[n++] = (struct cc_parameter){ v->name, v->value };
    }
    for (size_t i = 0; i < k->t.param_count; i++) {
        const struct cc_named_value *v = cc_values_find(&k->w.values, k->t.params[i].name);
        if (v && strcmp(v->name, "ffy") != 0) list[n++] = (struct cc_parameter){ v->name, v->value };
    }
    for (size_t i = 0; i < k->w.source_count; i++) {
        k->w.sources[i].job.params = list;
        k->w.sources[i].job.param_count = n;
    }
    return CC_OK;
}

static enum cc_status set_params(struct maker *k)
{
    for (size_t i = 0; i < k->job->param_count; i++)
        if (!find_param(&k->t, k->job->params[i].name)) return unknown_param(k, k->job->params[i].name);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < k->t.param_count && st == CC_OK; i++) st = set_param(k, &k->t.params[i]);
    return st == CC_OK ? pass_params(k) : st;
}

/* The cells of the one row of a published table that fits: `lookup: TABLE COLUMN=VALUE`. */
static enum cc_status set_lookup(struct maker *k)
{
    const struct cc_running_text *l = &k->t.lookup;
    if (!l->text) return CC_OK;
    struct cc_step step = { .line = l->at.line }, filled;
    struct cc_table t = { 0 };
    enum cc_status st = cc_words_split(l->text, strlen(l->text), l->at.line, l->at.column, "", &k->w.arena,
                                       &step.words, &step.count, k->err);
    if (st == CC_OK) st = cc_values_fill_step(&k->w.values, &step, &k->w.arena, &filled, k->err);
    if (st != CC_OK) return st;
    char *path = filled.count >= 2 ? cc_path_data("published", filled.words[0].text, ".csv") : NULL;
    if (!path)
        return cc_error_set(k->err, CC_EDATA, l->at.line, l->at.column,
                            "expected 'lookup: TABLE COLUMN=VALUE'");
    st = cc_table_read(path, &t, k->err);
    free(path);
    for (size_t i = 1; i < filled.count && st == CC_OK; i++)
        st = cc_reshape_keep(&t, filled.words[i].text, k->err);
    if (st == CC_OK && t.rows != 1)
        st = cc_error_set(k->err, CC_EUSAGE, 0, 0, "--param: %s has no row with %.100s", filled.words[0].text,
                          filled.words[1].text);
    for (size_t c = 0; c < t.columns && st == CC_OK; c++) {
        const char *name = cc_arena_text(&k->w.arena, t.names[c], strlen(t.names[c]));
        const char *value = cc_arena_text(&k->w.arena, cc_table_cell(&t, 0, c),
                                          strlen(cc_table_cell(&t, 0, c)));
        if (!name || !value || !cc_values_set(&k->w.values, name, value, true)) st = cc_error_memory(k->err);
    }
    cc_table_free(&t);
    return st;
}

/* --- inputs --- */

static bool is_list(const struct cc_template_input *in, const char *name)
{
    for (size_t i = 0; i < in->list_count; i++)
        if (!strcmp(in->lists[i].name, name)) return true;
    return false;
}

static enum cc_status check_inputs(const struct maker *k)
{
    for (size_t i = 0; i < k->job->input_count; i++) {
        const char *name = k->job->inputs[i].name, *names[64];
        size_t n = 0;
        bool known = false;
        for (size_t s = 0; s < k->t.input_count; s++) {
            const struct cc_template_input *in = &k->t.inputs[s];
            known |= !strcmp(in->name, name) || is_list(in, name);
            if (n < 64) names[n++] = in->name;
            for (size_t l = 0; l < in->list_count && n < 64; l++) names[n++] = in->lists[l].name;
        }
        const char *near = known ? NULL : cc_suggest(name, names, n);
        if (!known)
            return cc_error_set(k->err, CC_EUSAGE, 0, 0, "--input: the template has no input '%.60s'%s%s%s",
                                name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return CC_OK;
}

static enum cc_status add_files(struct maker *k, struct cc_source *s)
{
    const struct cc_report_job *job = k->job;
    if (!(s->files = cc_arena_alloc(&k->w.arena, (job->input_count + 1) * sizeof *s->files)))
        return cc_error_memory(k->err);
    for (size_t i = 0; i < job->input_count; i++)
        if (!strcmp(job->inputs[i].name, s->input->name))
            s->files[s->file_count++] = (struct cc_tally_input){ job->inputs[i].value, NULL };
    for (size_t i = 0; i < job->input_count; i++) {
        if (!is_list(s->input, job->inputs[i].name)) continue;
        s->files[s->file_count++] = (struct cc_tally_input){ job->inputs[i].value, job->inputs[i].name };
        if (!cc_values_find(&k->w.values, job->inputs[i].name)
            && !cc_values_set(&k->w.values, job->inputs[i].name, job->inputs[i].name, false))
            return cc_error_memory(k->err);
    }
    return CC_OK;
}

/* Is the input given? Then {{if NAME}} holds. */
static enum cc_status note_given(struct maker *k, const struct cc_template_input *in, bool *given)
{
    *given = false;
    for (size_t i = 0; i < k->job->input_count; i++) *given |= !strcmp(k->job->inputs[i].name, in->name);
    if (*given) return cc_values_set(&k->w.values, in->name, in->name, false) ? CC_OK : cc_error_memory(k->err);
    if (in->optional) return CC_OK;
    return cc_error_set(k->err, CC_EUSAGE, 0, 0, "this report needs --input %s=FILE (%s%s)", in->name,
                        in->codebook ? "layout " : "a table", in->codebook ? in->codebook : "");
}

static enum cc_status open_sources(struct maker *k)
{
    enum cc_status st = check_inputs(k);
    if (st != CC_OK) return st;
    k->w.inputs = k->job->inputs;
    k->w.input_count = k->job->input_count;
    k->w.sources = calloc(k->t.input_count + 1, sizeof *k->w.sources);
    if (!k->w.sources) return cc_error_memory(k->err);
    for (size_t i = 0; i < k->t.input_count && st == CC_OK; i++) {
        const struct cc_template_input *in = &k->t.inputs[i];
        const char *definitions = NULL;
        bool given;
        st = note_given(k, in, &given);
        if (st != CC_OK || !given || !in->codebook) continue;
        for (size_t d = 0; d < k->job->definition_count; d++)
            if (!strcmp(k->job->definitions[d].name, in->name)) definitions = k->job->definitions[d].value;
        struct cc_source *s = &k->w.sources[k->w.source_count++];
        st = cc_source_open(s, in, definitions, k->err);
        if (st == CC_OK) st = add_files(k, s);
    }
    return st;
}

/* --- the report --- */

static enum cc_status plan(struct maker *k)
{
    bool skipping = false;
    k->w.made = calloc(k->t.exhibit_count + 1, sizeof *k->w.made);
    if (!k->w.made) return cc_error_memory(k->err);
    for (size_t i = 0; i < k->t.piece_count; i++) {
        const struct cc_piece *p = &k->t.pieces[i];
        if (cc_compose_skips(&k->w.values, p, &skipping) || p->kind != CC_PIECE_EXHIBIT) continue;
        enum cc_status st = cc_pipeline_plan(&k->w, p->exhibit, k->err);
        if (st != CC_OK) return st;
    }
    return cc_compose_check(&k->w, k->err);
}

static enum cc_status make(struct maker *k)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < k->w.source_count && st == CC_OK; i++)
        st = cc_source_run(&k->w.sources[i], k->err);
    for (size_t i = 0; i < k->w.made_count && st == CC_OK; i++)
        st = cc_pipeline_make(&k->w, &k->w.made[i], k->err);
    return st;
}

static enum cc_status write_page(struct maker *k, struct cc_outdir *out, const struct cc_document *d,
                                 const char *ending,
                                 bool (*writer)(const struct cc_document *, struct cc_buf *))
{
    struct cc_buf text = { 0 }, name = { 0 };
    size_t stem = strcspn(k->t.name, ".");
    bool ok = writer(d, &text) && cc_buf_printf(&name, "%.*s.%s", (int)stem, k->t.name, ending);
    char *path = ok ? cc_outdir_path(out, name.data) : NULL;
    struct cc_output *file;
    enum cc_status st = path ? cc_output_open(path, 0666, &file, k->err) : cc_error_memory(k->err);
    if (st == CC_OK) {
        fwrite(text.data, 1, text.size, cc_output_file(file));
        st = cc_output_commit(file, k->err);
    }
    free(path);
    cc_buf_free(&text);
    cc_buf_free(&name);
    return st;
}

static enum cc_status write_all(struct maker *k)
{
    struct cc_outdir *out;
    struct cc_document d = { 0 };
    enum cc_status st = cc_outdir_open(k->job->folder, &out, k->err);
    if (st != CC_OK) return st;
    st = cc_compose(&k->w, k->job->command, out, &d, k->err);
    if (st == CC_OK) st = write_page(k, out, &d, "md", cc_markdown_write);
    if (st == CC_OK) st = write_page(k, out, &d, "html", cc_html_write);
    if (st == CC_OK && cc_interrupted()) st = cc_error_set(k->err, CC_EINTERRUPTED, 0, 0, "interrupted");
    if (st == CC_OK) st = cc_outdir_commit(out, k->err);
    else cc_outdir_discard(out);
    cc_document_free(&d);
    return st;
}

static enum cc_status prepare(struct maker *k)
{
    enum cc_status st = cc_template_read(k->job->template, &k->t, k->err);
    if (st != CC_OK) return st;
    k->w.t = &k->t;
    const char *profile = k->job->profile ? k->job->profile : k->t.profile ? k->t.profile : "lt11";
    st = cc_profile_read(NULL, profile, &k->w.profile, k->err);
    if (st == CC_OK) st = open_sources(k);
    if (st == CC_OK) st = set_params(k);
    if (st == CC_OK) st = set_lookup(k);
    return st == CC_OK ? plan(k) : st;
}

enum cc_status cc_report(const struct cc_report_job *job, struct cc_error *err)
{
    struct maker k = { .job = job, .err = err };
    enum cc_status st = prepare(&k);
    if (st == CC_OK) st = make(&k);
    if (st == CC_OK) st = write_all(&k);
    if (st != CC_OK && err->line) cc_error_file(err, k.t.name);
    cc_pipeline_clean(&k.w);
    cc_template_free(&k.t);
    return st;
}

/* cc-codebook: what the columns of a record layout mean, and whether a file agrees. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "datasets/records/cc_guess.h"

#define PROG "cc-codebook"

enum { LINE = 78, STRAYS_SHOWN = 8 };

static const char HELP[] =
    "cc-codebook: what the columns of an extract mean, and whether a file agrees\n"
    "\n"
    "Usage: casecount codebook list\n"
    "       casecount codebook show NAME [VARIABLE]...\n"
    "       casecount codebook check FILE --codebook NAME [OPTION]...\n"
    "       casecount codebook guess FILE\n"
    "\n"
    "list    the codebooks that can be found\n"
    "show    a codebook, or some of its variables, as a printed codebook reads\n"
    "check   reads all of FILE (- is standard input) and counts known, unknown, empty and invalid values\n"
    "guess   which codebook and format FILE most likely is, from its start, and how to say so\n"
    "\n"
    "  -c, --codebook NAME       the codebook to check against: a name from 'list' or a path\n"
    "      --layout csv|fixed|xml|stat  of FILE [by its name: .xml; .sav .dta ... are stat; .dat .txt .fwf .asc\n"
    "                            are fixed width (.gz .zst too); else csv]\n"
    "      --delimiter C         one character, or tab [a tab for .tsv and .tab, else a comma]\n"
    "      --show-values         show all invalid values, not only short codes; they may be confidential\n"
    "  -f, --format csv|json|md  a table instead of text\n"
    "  -o, --output FILE         write there instead of to standard output\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done (check: the file agrees; guess: a codebook fits), 1 not so, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: casecount codebook show ncands-child CHMAL1 MAL1LEV\n";

struct options {
    const char *output, *codebook, *layout, *check_only; /* check_only: an option that only check takes */
    bool table, show_values;
    enum cc_format format;
    char delimiter;
};

/* ---- output ---- */

static int fail(const char *file, struct cc_error *err)
{
    return cc_fail(PROG, file, err);
}

static int out_of_memory(void)
{
    struct cc_error err = { 0 };
    cc_error_memory(&err);
    return fail(NULL, &err);
}

static int put_text(const struct options *o, const struct cc_buf *b)
{
    struct cc_error err = { 0 };
    struct cc_output *out;
    if (cc_output_open(o->output, 0666, &out, &err) != CC_OK) return fail(o->output, &err);
    fwrite(b->data, 1, b->size, cc_output_file(out));
    return cc_output_commit(out, &err) == CC_OK ? CC_EXIT_OK : fail(o->output, &err);
}

static bool add_columns(struct cc_table *t, const char *const *names, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) ok = cc_table_add_column(t, names[i]);
    return ok;
}

/* Adds a row of n texts; NULL is empty. */
static bool add_row(struct cc_table *t, const char *const *cells, size_t n)
{
    bool ok = cc_table_add_row(t);
    for (size_t i = 0; i < n && ok; i++) ok = !cells[i] || cc_table_set(t, t->rows - 1, i, cells[i]);
    return ok;
}

/* A table as text: columns aligned, two blanks between them, numbers to the right. */
static bool add_aligned(struct cc_buf *b, const struct cc_table *t, size_t first_number)
{
    bool ok = true;
    for (size_t r = 0; r <= t->rows && ok; r++) {
        for (size_t c = 0; c < t->columns && ok; c++) {
            size_t width = strlen(t->names[c]);
            for (size_t k = 0; k < t->rows; k++) {
                size_t n = strlen(cc_table_cell(t, k, c));
                if (n > width) width = n;
            }
            const char *text = r ? cc_table_cell(t, r - 1, c) : t->names[c];
            bool last = c + 1 == t->columns;
            int w = last ? 0 : (int)width;
            ok = cc_buf_printf(b, "%*s%s", c >= first_number && !last ? w : -w, text, last ? "" : "  ");
        }
        while (b->size && b->data[b->size - 1] == ' ') b->data[--b->size] = '\0';
        ok = ok && cc_buf_char(b, '\n');
    }
    return ok;
}

/* "  label: text", wrapped; nothing if the text is empty. */
static bool add_wrapped(struct cc_buf *b, const char *label, const char *text)
{
    if (!*text) return true;
    size_t at = strlen(label) + 4;
    bool ok = cc_buf_printf(b, "  %s:", label);
    while (ok && *text) {
        size_t n = strcspn(text, " ");
        if (at + n + 1 > LINE) {
            ok = cc_buf_text(b, "\n     ");
            at = 6;
        }
        ok = ok && cc_buf_char(b, ' ') && cc_buf_add(b, text, n);
        at += n + 1;
        text += n;
        text += strspn(text, " ");
    }
    return ok && cc_buf_char(b, '\n');
}

/* ---- words ---- */

static const char *type_word(enum cc_type type)
{
    static const char *const words[] = { "code", "integer", "date", "time", "id", "text" };
    return words[type];
}

static const char *blank_word(enum cc_blank blank)
{
    static const char *const words[] = { "never allowed", "not known", "not applicable" };
    return words[blank];
}

static bool is_confirmed(const char *confidence)
{
    return !strcmp(confidence, "high");
}

static bool add_confidence(struct cc_buf *b, const char *confidence)
{
    if (!*confidence) return true; /* an agency's own codebook need not say */
    struct cc_buf words = { 0 };
    bool ok = cc_buf_printf(&words, "%s%s", confidence,
                            is_confirmed(confidence) ? "" : " - not confirmed from an official text");
    ok = ok && add_wrapped(b, "confidence", words.data);
    cc_buf_free(&words);
    return ok;
}

static bool add_layout(struct cc_buf *b, const struct cc_codebook *cb)
{
    bool ok = cc_buf_text(b, "delimited");
    for (size_t i = 0; i < cb->record_width_count && ok; i++)
        ok = cc_buf_printf(b, "%s%zu", i ? " or " : ", fixed width ", cb->record_widths[i]);
    char *xml = cc_path_data("layouts", cb->name, ".xml");
    if (xml && ok) ok = cc_buf_text(b, ", XML");
    free(xml);
    return ok;
}

/* ---- list ---- */

static int list_row(const char *name, struct cc_table *t)
{
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    if (cc_codebook_load(name, &cb, &err) != CC_OK) return fail(name, &err);
    struct cc_buf layout = { 0 };
    char count[24];
    snprintf(count, sizeof count, "%zu", cb->count);
    bool ok = add_layout(&layout, cb);
    const char *cells[] = { cb->name, count, layout.data, cb->title };
    ok = ok && add_row(t, cells, 4);
    cc_buf_free(&layout);
    cc_codebook_free(cb);
    return ok ? CC_EXIT_OK : out_of_memory();
}

static int put_either(const struct options *o, const struct cc_table *t)
{
    if (o->table) return cc_put_table(PROG, o->output, o->format, t);
    struct cc_buf b = { 0 };
    int code = add_aligned(&b, t, t->columns) ? put_text(o, &b) : out_of_memory();
    cc_buf_free(&b);
    return code;
}

static int list(const struct options *o)
{
    static const char *const columns[] = { "name", "variables", "layout", "title" };
    struct cc_error err = { 0 };
    char **names;
    size_t n;
    if (cc_codebook_names(&names, &n, &err) != CC_OK) return fail(NULL, &err);
    struct cc_table t = { 0 };
    int code = add_columns(&t, columns, 4) ? CC_EXIT_OK : out_of_memory();
    for (size_t i = 0; i < n && code == CC_EXIT_OK; i++) code = list_row(names[i], &t);
    if (code == CC_EXIT_OK) code = put_either(o, &t);
    cc_table_free(&t);
    cc_codebook_names_free(names, n);
    return code;
}

/* ---- show ---- */

static bool add_codes(struct cc_buf *b, const struct cc_variable *v)
{
    size_t width = 0;
    for (size_t i = 0; i < v->code_count; i++)
        if (strlen(v->codes[i].code) > width) width = strlen(v->codes[i].code);
    bool ok = true;
    for (size_t i = 0; i < v->code_count && ok; i++) {
        const struct cc_code *c = &v->codes[i];
        bool special = v->type == CC_TYPE_INTEGER && !c->unknown;
        ok = cc_buf_printf(b, "    %*s  %s%s\n", (int)width, c->code, c->label,
                           c->unknown ? "  [not known]" : special ? "  [no quantity]" : "");
    }
    return ok;
}

static bool add_type(struct cc_buf *b, const struct cc_codebook *cb, const struct cc_variable *v)
{
    bool ok = cc_buf_printf(b, "  %s", type_word(v->type));
    if (ok && v->has_range)
        ok = cc_buf_printf(b, " %0*lld-%0*lld", v->digits, (long long)v->low, v->digits, (long long)v->high);
    if (ok && *v->format) ok = cc_buf_printf(b, " %s", v->format);
    if (ok && v->repeats) ok = cc_buf_printf(b, ", several values separated by '%c'", v->repeats);
    if (ok && v->width == 1) ok = cc_buf_printf(b, ", column %zu", v->start);
    if (ok && v->width > 1) ok = cc_buf_printf(b, ", columns %zu-%zu", v->start, v->start + v->width - 1);
    if (ok && v->group) ok = cc_buf_printf(b, ", in group %s", cb->groups[v->group].path);
    if (ok && v->first_year) ok = cc_buf_printf(b, ", since FFY %d", v->first_year);
    if (ok && v->last_year) ok = cc_buf_printf(b, ", until FFY %d", v->last_year);
    return ok && cc_buf_char(b, '\n');
}

static bool add_variable(struct cc_buf *b, const struct cc_codebook *cb, const struct cc_variable *v)
{
    bool ok = cc_buf_printf(b, "\n%s", v->name);
    for (size_t i = 0; i < v->alias_count && ok; i++)
        ok = cc_buf_printf(b, "%s%s", i ? ", " : "  (also ", v->aliases[i]);
    ok = ok && cc_buf_text(b, v->alias_count ? ")\n" : "\n") && cc_buf_printf(b, "  %s\n", v->label);
    ok = ok && add_type(b, cb, v) && add_codes(b, v) && add_wrapped(b, "empty", blank_word(v->blank));
    ok = ok && add_wrapped(b, "applies when", v->applies_when) && add_wrapped(b, "section", v->section);
    ok = ok && add_wrapped(b, "note", v->note) && add_wrapped(b, "source", v->source);
    return ok && add_confidence(b, v->confidence);
}

static bool add_head(struct cc_buf *b, const struct cc_codebook *cb)
{
    bool ok = cc_buf_printf(b, "%s%s%s\n  %zu variable%s, ", cb->name, *cb->title ? ": " : "", cb->title,
                            cb->count, cb->count == 1 ? "" : "s")
              && add_layout(b, cb);
    ok = ok && cc_buf_char(b, '\n') && add_wrapped(b, "note", cb->note)
         && add_wrapped(b, "source", cb->source);
    return ok && add_confidence(b, cb->confidence);
}

static const char *const show_columns[] = {
    "variable", "label", "type", "format", "start", "width", "range", "code", "code_label",
    "code_means_unknown", "empty", "applies_when", "section", "note", "source", "confidence",
};
enum { SHOW_COLUMNS = sizeof show_columns / sizeof *show_columns };

/* One row per code; one row for a variable without codes. */
static bool add_show_rows(struct cc_table *t, const struct cc_variable *v)
{
    char start[24] = "", width[24] = "", range[64] = "";
    if (v->start) {
        snprintf(start, sizeof start, "%zu", v->start);
        snprintf(width, sizeof width, "%zu", v->width);
    }
    if (v->has_range)
        snprintf(range, sizeof range, "%0*lld-%0*lld", v->digits, (long long)v->low, v->digits,
                 (long long)v->high);
    bool ok = true;
    for (size_t i = 0; i < (v->code_count ? v->code_count : 1) && ok; i++) {
        const struct cc_code none = { "", "", false }, *c = v->code_count ? &v->codes[i] : &none;
        const char *unknown = !v->code_count ? "" : c->unknown ? "yes" : "no";
        const char *cells[] = { v->name, v->label, type_word(v->type), v->format, start, width, range, c->code,
                                c->label, unknown, blank_word(v->blank), v->applies_when, v->section, v->note,
                                v->source, v->confidence };
        ok = add_row(t, cells, SHOW_COLUMNS);
    }
    return ok;
}

static int find_variables(const struct cc_codebook *cb, char **names, size_t n, size_t *found)
{
    for (size_t i = 0; i < n; i++) {
        int v = cc_codebook_find(cb, names[i]);
        const char *near = v < 0 ? cc_codebook_suggest(cb, names[i]) : NULL;
        if (v < 0)
            return cc_usage(PROG, "no variable '%s' in codebook '%s'%s%s%s", names[i], cb->name,
                            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        found[i] = (size_t)v;
    }
    return CC_EXIT_OK;
}

static int show_variables(const struct options *o, const struct cc_codebook *cb, const size_t *wanted,
                          size_t n)
{
    struct cc_table t = { 0 };
    struct cc_buf b = { 0 };
    bool ok = o->table ? add_columns(&t, show_columns, SHOW_COLUMNS) : add_head(&b, cb);
    for (size_t i = 0; i < n && ok; i++) {
        const struct cc_variable *v = &cb->variables[wanted[i]];
        ok = o->table ? add_show_rows(&t, v) : add_variable(&b, cb, v);
    }
    int code;
    if (!ok) code = out_of_memory();
    else code = o->table ? cc_put_table(PROG, o->output, o->format, &t) : put_text(o, &b);
    cc_table_free(&t);
    cc_buf_free(&b);
    return code;
}

static int show(const struct options *o, char **args, size_t n)
{
    if (n == 0) return cc_usage(PROG, "show needs the name of a codebook");
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    if (cc_codebook_load(args[0], &cb, &err) != CC_OK) return fail(NULL, &err);
    size_t wanted_count = n > 1 ? n - 1 : cb->count;
    size_t *wanted = malloc((wanted_count + 1) * sizeof *wanted);
    int code = wanted ? CC_EXIT_OK : out_of_memory();
    for (size_t i = 0; wanted && i < wanted_count; i++) wanted[i] = i;
    if (code == CC_EXIT_OK && n > 1) code = find_variables(cb, args + 1, n - 1, wanted);
    if (code == CC_EXIT_OK) code = show_variables(o, cb, wanted, wanted_count);
    free(wanted);
    cc_codebook_free(cb);
    return code;
}

/* ---- check ---- */

/* Text of the file, fit for a terminal. */
static bool add_plain(struct cc_buf *b, const char *text)
{
    bool ok = true;
    for (; ok && *text; text++) ok = cc_buf_char(b, (unsigned char)*text < ' ' || *text == 127 ? '?' : *text);
    return ok;
}

/* "5 (3), X (1), 2 more not shown": the invalid values of a variable. */
static bool add_strays(struct cc_buf *b, const struct cc_variable *v, const struct cc_check_variable *c,
                       bool all)
{
    size_t shown = 0, hidden = 0;
    bool ok = cc_buf_text(b, "");
    for (size_t i = 0; i < c->stray_count && ok; i++) {
        const struct cc_stray *s = &c->strays[i];
        if ((!all && !cc_check_may_show(v, s->text)) || shown == STRAYS_SHOWN) {
            hidden++;
            continue;
        }
        ok = cc_buf_text(b, shown++ ? ", " : "") && add_plain(b, s->text)
            && cc_buf_printf(b, " (%llu)", (unsigned long long)s->count);
    }
    if (ok && hidden)
        ok = cc_buf_printf(b, "%s%zu %snot shown", shown ? ", " : "", hidden, shown ? "more " : "");
    return ok;
}

static const char *status_of(const struct cc_variable *v, const struct cc_check_variable *c)
{
    if (!c->present) return cc_check_is_required(v) ? "missing (required)" : "missing";
    if (c->states[CC_VALUE_INVALID]) return "invalid values";
    return cc_check_bad_fields(v, c) ? "empty fields" : "ok";
}

static const char *const check_columns[] = { "variable", "status", "known", "no_quantity", "unknown", "blank",
                                             "not_applicable", "invalid", "invalid_values" };
enum { CHECK_COLUMNS = sizeof check_columns / sizeof *check_columns };

static bool add_check_row(struct cc_table *t, const struct cc_variable *v, const struct cc_check_variable *c,
                          bool show_values)
{
    const char *cells[CHECK_COLUMNS] = { v->name, status_of(v, c) };
    char counts[CC_STATES][24];
    struct cc_buf strays = { 0 };
    bool ok = add_strays(&strays, v, c, show_values);
    for (int s = 0; s < CC_STATES && c->present; s++) {
        snprintf(counts[s], sizeof counts[s], "%llu", (unsigned long long)c->states[s]);
        cells[2 + s] = counts[s];
    }
    cells[CHECK_COLUMNS - 1] = strays.data;
    ok = ok && add_row(t, cells, CHECK_COLUMNS);
    cc_buf_free(&strays);
    return ok;
}

/* The variables that the file has (text) or all of them, and columns that are none (table). */
static bool fill_check_table(struct cc_table *t, const struct cc_codebook *cb, const struct cc_check *c,
                             const struct options *o)
{
    bool ok = add_columns(t, check_columns, CHECK_COLUMNS);
    for (size_t i = 0; i < cb->count && ok; i++)
        if (o->table || c->variables[i].present)
            ok = add_check_row(t, &cb->variables[i], &c->variables[i], o->show_values);
    for (size_t i = 0; o->table && i < c->unknown_count && ok; i++) {
        const char *cells[] = { c->unknown[i], "not in the codebook" };
        ok = add_row(t, cells, 2);
    }
    return ok;
}

struct problems {
    size_t present, required, unknown;
    uint64_t invalid;
};

static struct problems problems_of(const struct cc_codebook *cb, const struct cc_check *c)
{
    struct problems p = { .unknown = c->unknown_count };
    for (size_t i = 0; i < cb->count; i++) {
        bool present = c->variables[i].present;
        p.present += present;
        p.required += !present && cc_check_is_required(&cb->variables[i]);
        p.invalid += cc_check_bad_fields(&cb->variables[i], &c->variables[i]);
    }
    return p;
}

static bool add_missing(struct cc_buf *b, const struct cc_codebook *cb, const struct cc_check *c,
                        bool required)
{
    struct cc_buf names = { 0 };
    bool ok = cc_buf_text(&names, "");
    for (size_t i = 0; i < cb->count && ok; i++)
        if (!c->variables[i].present && cc_check_is_required(&cb->variables[i]) == required)
            ok = cc_buf_printf(&names, "%s%s", names.size ? " " : "", cb->variables[i].name);
    ok = ok && add_wrapped(b, required ? "missing, required" : "missing", names.data);
    cc_buf_free(&names);
    return ok;
}

static bool add_unknown(struct cc_buf *b, const struct cc_codebook *cb, const struct cc_check *c)
{
    bool ok = true;
    for (size_t i = 0; i < c->unknown_count && ok; i++) {
        const char *near = cc_codebook_suggest(cb, c->unknown[i]);
        ok = cc_buf_text(b, "  not in the codebook: '") && add_plain(b, c->unknown[i])
             && cc_buf_printf(b, "'%s%s%s\n", near ? "; did you mean '" : "", near ? near : "",
                              near ? "'?" : "");
    }
    return ok;
}

static int put_check(const struct options *o, const struct cc_codebook *cb, const struct cc_check *c,
                     const struct problems *p)
{
    struct cc_table t = { 0 };
    struct cc_buf b = { 0 };
    bool ok = fill_check_table(&t, cb, c, o);
    if (ok && !o->table) {
        ok = cc_buf_printf(&b, "%s: %llu record%s, codebook %s\n  %zu of %zu variables are in the file\n",
                           c->name, (unsigned long long)c->records, c->records == 1 ? "" : "s", cb->name,
                           p->present, cb->count);
        ok = ok && add_missing(&b, cb, c, true) && add_missing(&b, cb, c, false) && add_unknown(&b, cb, c);
        ok = ok && cc_buf_char(&b, '\n') && add_aligned(&b, &t, 2);
    }
    int code;
    if (!ok) code = out_of_memory();
    else code = o->table ? cc_put_table(PROG, o->output, o->format, &t) : put_text(o, &b);
    cc_table_free(&t);
    cc_buf_free(&b);
    return code;
}

static int check(const struct options *o, char **args, size_t n)
{
    if (n != 1) return cc_usage(PROG, "check needs one file%s", n ? ", not several" : "");
    if (!o->codebook)
        return cc_usage(PROG, "check needs --codebook NAME ('casecount codebook list' names them)");
    struct cc_codebook *cb;
    struct cc_check c;
    struct cc_error err = { 0 };
    if (cc_codebook_load(o->codebook, &cb, &err) != CC_OK) return fail(NULL, &err);
    struct cc_records_options records = { .layout = o->layout, .delimiter = o->delimiter, .progress = PROG };
    if (cc_check_file(args[0], cb, &records, &c, &err) != CC_OK) {
        cc_codebook_free(cb);
        return fail(err.code == CC_EUSAGE ? NULL : args[0], &err);
    }
    struct problems p = problems_of(cb, &c);
    int code = put_check(o, cb, &c, &p);
    if (code == CC_EXIT_OK && (p.unknown || p.required || p.invalid)) {
        cc_note(PROG, "%s: columns not in the codebook: %zu, required columns missing: %zu, "
                "fields that are invalid or may not be empty: %llu",
                c.name, p.unknown, p.required, (unsigned long long)p.invalid);
        code = CC_EXIT_DATA;
    }
    cc_check_free(&c);
    cc_codebook_free(cb);
    return code;
}

/* ---- guess ---- */

static const char *const guess_columns[] = { "codebook", "format", "delimiter", "width", "columns", "matched",
                                             "records", "fields", "valid", "share_valid", "fit" };
enum { GUESS_COLUMNS = sizeof guess_columns / sizeof *guess_columns };

static const char *delimiter_word(char delimiter)
{
    switch (delimiter) {
    case ',': return "comma";
    case '\t': return "tab";
    case ';': return "semicolon";
    case '|': return "bar";
    default: return "";
    }
}

static bool add_guess_row(struct cc_table *t, const struct cc_guess *g, bool exact)
{
    static const char *const fits[] = { "well", "partly", "no" };
    char width[24] = "", columns[24], matched[24], records[24], fields[24], valid[24], share[32];
    if (g->width) snprintf(width, sizeof width, "%zu", g->width);
    snprintf(columns, sizeof columns, "%zu", g->columns);
    snprintf(matched, sizeof matched, "%zu", g->matched);
    snprintf(records, sizeof records, "%llu", (unsigned long long)g->records);
    snprintf(fields, sizeof fields, "%llu", (unsigned long long)g->fields);
    snprintf(valid, sizeof valid, "%llu", (unsigned long long)g->valid);
    if (exact || isnan(cc_guess_share(g))) cc_format_double(cc_guess_share(g), share);
    else snprintf(share, sizeof share, "%.3f", cc_guess_share(g));
    const char *cells[] = { g->codebook, g->format, delimiter_word(g->delimiter), width, columns, matched,
                            records, fields, valid, share, fits[g->fit] };
    return add_row(t, cells, GUESS_COLUMNS);
}

static int put_guesses(const struct options *o, const struct cc_guesses *g)
{
    struct cc_table t = { 0 };
    bool ok = add_columns(&t, guess_columns, GUESS_COLUMNS);
    for (size_t i = 0; i < g->count && ok; i++) ok = add_guess_row(&t, &g->items[i], o->table);
    int code = ok ? put_either(o, &t) : out_of_memory();
    cc_table_free(&t);
    return code;
}

/* The options without which the readers would take the file for something else. */
static void explain_guess(const struct cc_guesses *all, const struct cc_guess *g)
{
    bool fixed = !strcmp(g->format, "fixed"), csv = !strcmp(g->format, "csv");
    const char *word = g->delimiter == '\t' ? "tab" : g->delimiter == ';' ? "';'" : g->delimiter == '|' ? "'|'" : ",";
    char width[40] = "";
    if (fixed) snprintf(width, sizeof width, ", %zu columns", g->width);
    cc_note(PROG, "%s: %s codebook %s (%s%s%s): %zu of %zu columns are its variables, %llu of %llu fields of the "
            "first %llu records are valid", all->name, g->fit == CC_FIT_WELL ? "most likely" : "perhaps", g->codebook,
            csv ? delimiter_word(g->delimiter) : g->format, csv ? "-separated" : "", width, g->matched, g->columns,
            (unsigned long long)g->valid, (unsigned long long)g->fields, (unsigned long long)g->records);
    if (g->required) cc_note(PROG, "variables that may never be empty and have no column: %zu", g->required);
    if (g->stopped.code != CC_OK)
        cc_note(PROG, "reading stopped at line %zu: %s", g->stopped.line, g->stopped.text);
    cc_note(PROG, "try: casecount codebook check %s --codebook %s%s%s%s", all->name, g->codebook,
            fixed ? " --layout fixed" : csv ? " --layout csv" : "", csv ? " --delimiter " : "", csv ? word : "");
}

static int guess(const struct options *o, char **args, size_t n)
{
    if (n != 1) return cc_usage(PROG, "guess needs one file%s", n ? ", not several" : "");
    struct cc_guesses g;
    struct cc_error err = { 0 };
    int code = cc_guess_file(args[0], &g, &err) == CC_OK ? put_guesses(o, &g) : fail(NULL, &err);
    if (code == CC_EXIT_OK && g.count && g.items[0].fit != CC_FIT_NOT) {
        explain_guess(&g, &g.items[0]);
    } else if (code == CC_EXIT_OK) {
        cc_note(PROG, "%s: %s, its first line has %zu bytes; no codebook fits (an own one can be given by its path)",
                g.name, cc_magic_name(g.magic), g.width);
        code = CC_EXIT_DATA;
    }
    cc_guesses_free(&g);
    return code;
}

/* ---- the command line ---- */

/* Without a format some answers are texts, not tables. */
static int set_format(const struct cc_given *g)
{
    struct options *o = g->to;
    o->table = true;
    return cc_set_format(&(struct cc_given){ g->prog, g->name, g->text, &o->format });
}

static const char *option_of_check(const struct options *o)
{
    return o->codebook ? "--codebook" : o->layout ? "--layout" : o->delimiter ? "--delimiter"
        : o->show_values ? "--show-values" : NULL;
}

static int run(const struct options *o, char **args, size_t n)
{
    static const char *const words[] = { "list", "show", "check", "guess" };
    enum { WORDS = sizeof words / sizeof *words };
    if (n == 0) return cc_usage(PROG, "what to do? list, show, check or guess");
    bool checking = !strcmp(args[0], "check"), known = false;
    for (size_t i = 0; i < WORDS; i++) known = known || !strcmp(args[0], words[i]);
    if (o->check_only && !checking && known)
        return cc_usage(PROG, "%s belongs to check, not to %s", o->check_only, args[0]);
    if (checking) return check(o, args + 1, n - 1);
    if (!strcmp(args[0], "show")) return show(o, args + 1, n - 1);
    if (!strcmp(args[0], "guess")) return guess(o, args + 1, n - 1);
    if (!strcmp(args[0], "list"))
        return n == 1 ? list(o) : cc_usage(PROG, "list takes no further word: '%s'", args[1]);
    const char *near = cc_suggest(args[0], words, WORDS);
    return cc_usage(PROG, "unknown command '%s'%s%s%s", args[0],
                    near ? "; did you mean '" : " (list, show, check or guess)", near ? near : "", near ? "'?" : "");
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    const struct cc_option table[] = {
        { "codebook", 'c', CC_VALUE, cc_set_text, &o.codebook },
        { "layout", 0, CC_VALUE, cc_set_text, &o.layout },
        { "delimiter", 0, CC_VALUE, cc_set_delimiter, &o.delimiter },
        { "show-values", 0, CC_ALONE, cc_set_flag, &o.show_values },
        { "output", 'o', CC_VALUE, cc_set_text, &o.output },
        { "format", 'f', CC_VALUE, set_format, &o },
        { 0 } };
    int code;
    cc_start();
    if (cc_options_read(PROG, HELP, table, argc, argv, &code)) {
        o.check_only = option_of_check(&o);
        code = run(&o, argv + optind, (size_t)(argc - optind));
    }
    return cc_finish(code, PROG);
}

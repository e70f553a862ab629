#include "datasets/synth/cc_synth_row.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"

/* ---- the row ---- */

enum cc_status cc_synth_find(const struct cc_codebook *cb, const char *const *names, size_t n, size_t *out,
                             struct cc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        int v = cc_codebook_find(cb, names[i]);
        if (v < 0)
            return cc_error_set(err, CC_EDATA, 0, 0, "the codebook %s has no variable %s", cb->name,
                                names[i]);
        out[i] = (size_t)v;
    }
    return CC_OK;
}

enum cc_status cc_synth_row_open(struct cc_synth_row *row, const struct cc_codebook *cb,
                                 const char *const *names, size_t n, struct cc_error *err)
{
    size_t fixed = cb->record_width_count ? cb->record_widths[0] : 0;
    *row = (struct cc_synth_row){ .cb = cb, .count = names ? n : cb->count };
    row->sizes = calloc(cb->count, sizeof *row->sizes);
    row->texts = calloc(cb->count, sizeof *row->texts);
    row->columns = calloc(row->count, sizeof *row->columns);
    row->line = malloc(cb->count * CC_SYNTH_FIELD + fixed + 2);
    if (!row->sizes || !row->texts || !row->columns || !row->line) return cc_error_memory(err);
    if (names) return cc_synth_find(cb, names, n, row->columns, err);
    for (size_t i = 0; i < cb->count; i++) row->columns[i] = i;
    return CC_OK;
}

void cc_synth_row_close(struct cc_synth_row *row)
{
    free(row->sizes);
    free(row->texts);
    free(row->columns);
    free(row->line);
    *row = (struct cc_synth_row){ 0 };
}

void cc_synth_row_clear(struct cc_synth_row *row)
{
    memset(row->sizes, 0, row->cb->count);
}

void cc_synth_row_text(struct cc_synth_row *row, size_t variable, const char *text)
{
    size_t n = strlen(text);
    if (n > CC_SYNTH_FIELD - 1) n = CC_SYNTH_FIELD - 1;
    memcpy(row->texts[variable], text, n);
    row->sizes[variable] = (uint8_t)n;
}

void cc_synth_row_char(struct cc_synth_row *row, size_t variable, char c)
{
    row->texts[variable][0] = c;
    row->sizes[variable] = c != '\0';
}

void cc_synth_row_number(struct cc_synth_row *row, size_t variable, unsigned value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10) row->texts[variable][i] = (char)('0' + value % 10);
    row->sizes[variable] = (uint8_t)digits;
}

void cc_synth_row_date(struct cc_synth_row *row, size_t variable, int32_t day)
{
    const struct cc_variable *v = &row->cb->variables[variable];
    char *at = row->texts[variable] + row->sizes[variable];
    size_t n = strlen(v->format);
    if (row->sizes[variable] + n + 1 >= CC_SYNTH_FIELD) return;
    if (row->sizes[variable]) {
        *at++ = v->repeats ? v->repeats : ';';
        row->sizes[variable]++;
    }
    int parts[3]; /* year, month, day: written from the last digit to the first */
    cc_date_civil(day, &parts[0], &parts[1], &parts[2]);
    for (size_t i = n; i-- > 0;) {
        char c = v->format[i];
        int *part = c == 'y' ? &parts[0] : c == 'm' ? &parts[1] : &parts[2];
        at[i] = (char)(c == '-' ? '-' : '0' + *part % 10);
        if (c != '-') *part /= 10;
    }
    row->sizes[variable] = (uint8_t)(row->sizes[variable] + n);
}

void cc_synth_row_header(const struct cc_synth_row *row, FILE *out)
{
    for (size_t i = 0; i < row->count; i++)
        fprintf(out, "%s%s", i ? "," : "", row->cb->variables[row->columns[i]].name);
    putc('\n', out);
}

void cc_synth_row_csv(struct cc_synth_row *row, FILE *out)
{
    char *at = row->line;
    for (size_t i = 0; i < row->count; i++) {
        size_t v = row->columns[i];
        if (i) *at++ = ',';
        memcpy(at, row->texts[v], row->sizes[v]);
        at += row->sizes[v];
    }
    *at++ = '\n';
    fwrite(row->line, 1, (size_t)(at - row->line), out);
}

void cc_synth_row_fixed(struct cc_synth_row *row, FILE *out)
{
    size_t width = row->cb->record_widths[0];
    memset(row->line, ' ', width);
    row->line[width] = '\n';
    for (size_t i = 0; i < row->cb->count; i++) {
        const struct cc_variable *v = &row->cb->variables[i];
        size_t n = row->sizes[i] < v->width ? row->sizes[i] : v->width;
        if (v->start) memcpy(row->line + v->start - 1, row->texts[i], n);
    }
    fwrite(row->line, 1, width + 1, out);
}

/* ---- fillers ---- */

static enum cc_status wrong(const struct cc_setting *set, size_t column, const char *what, const char *which,
                            struct cc_error *err)
{
    cc_error_set(err, CC_EDATA, set->line, column, "%s: %s '%.60s'", set->name, what, which);
    cc_error_file(err, set->file);
    return CC_EDATA;
}

static enum cc_status check_codes(const struct cc_setting *set, const struct cc_variable *v,
                                  struct cc_error *err)
{
    const struct cc_margin *m = &set->margin;
    if (!m->count) return wrong(set, set->value_column, "expected code=weight;... for", v->name, err);
    for (size_t i = 0; i < m->count && v->type == CC_TYPE_CODE; i++)
        if (*m->codes[i] && cc_variable_code(v, m->codes[i], strlen(m->codes[i])) < 0)
            return wrong(set, set->value_column, "the codebook has no code", m->codes[i], err);
    return CC_OK;
}

/* rest: CLASS.VARIABLE */
static enum cc_status add_filler(struct cc_synth_fillers *f, struct cc_setting *set, const char *rest,
                                 const struct cc_codebook *cb, const char *const *classes, size_t n,
                                 struct cc_error *err)
{
    const char *dot = strchr(rest, '.');
    size_t kind = 0, size = (size_t)(dot - rest);
    while (kind < n && (strlen(classes[kind]) != size || strncmp(classes[kind], rest, size))) kind++;
    if (kind == n) return wrong(set, set->name_column, "there is no such class of fields:", rest, err);
    int variable = cc_codebook_find(cb, dot + 1);
    if (variable < 0) return wrong(set, set->name_column, "the codebook has no variable", dot + 1, err);
    enum cc_status st = check_codes(set, &cb->variables[variable], err);
    if (st != CC_OK) return st;
    if (!cc_grow(&f->items, &f->room, f->count + 1, sizeof *f->items)) return cc_error_memory(err);
    f->items[f->count++] = (struct cc_synth_filler){ (size_t)variable, kind, &set->margin };
    set->used = true;
    return CC_OK;
}

enum cc_status cc_synth_fillers_open(struct cc_synth_fillers *f, struct cc_scenario *s,
                                     const struct cc_codebook *cb, const char *prefix,
                                     const char *const *classes, size_t n, struct cc_error *err)
{
    size_t count, length = strlen(prefix);
    struct cc_setting *settings = cc_scenario_settings(s, &count);
    enum cc_status st = CC_OK;
    *f = (struct cc_synth_fillers){ 0 };
    for (size_t i = 0; i < count && st == CC_OK; i++) {
        const char *name = settings[i].name;
        if (strncmp(name, prefix, length) || name[length] != '.' || !strchr(name + length + 1, '.')) continue;
        st = add_filler(f, &settings[i], name + length + 1, cb, classes, n, err);
    }
    return st;
}

void cc_synth_fillers_close(struct cc_synth_fillers *f)
{
    free(f->items);
    *f = (struct cc_synth_fillers){ 0 };
}

void cc_synth_fill(const struct cc_synth_fillers *f, size_t kind, struct cc_random *r,
                   struct cc_synth_row *row)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].kind == kind)
            cc_synth_row_text(row, f->items[i].variable,
                              f->items[i].margin->codes[cc_margin_draw(f->items[i].margin, r)]);
}

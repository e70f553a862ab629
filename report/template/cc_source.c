#include "report/template/cc_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cc_status cc_source_open(struct cc_source *s, const struct cc_template_input *input,
                              const char *definitions, struct cc_error *err)
{
    s->input = input;
    enum cc_status st = cc_codebook_load(input->codebook, &s->codebook, err);
    if (st != CC_OK) return st;
    char *path = definitions ? cc_strdup(definitions) : cc_definitions_default(s->codebook->name);
    st = cc_definitions_read(path, &s->definitions, err);
    free(path);
    s->job.codebook = s->codebook;
    s->job.definitions = &s->definitions;
    s->job.specs = s->specs;
    s->job.reading.hash = true;
    return st;
}

/* The word of the step that holds the option's value. */
static const struct cc_word *value_word(const struct cc_step *step, const char *option)
{
    size_t n = strlen(option);
    for (size_t i = 2; i < step->count; i++) {
        const char *w = step->words[i].text;
        if (!strncmp(w, option, n) && w[n] == '=') return &step->words[i];
        if (!strcmp(w, option) && i + 1 < step->count) return &step->words[i + 1];
    }
    return &step->words[0];
}

/* Moves an error of binding ("table R1-1, --where", column in the condition) into the template. */
static enum cc_status place_error(const struct cc_step *step, struct cc_error *err)
{
    const char *option = strstr(err->file, "--");
    if (err->file[0] && !option) return err->code; /* in a codebook or definition file */
    const struct cc_word *w = option ? value_word(step, option) : &step->words[0];
    struct cc_error old = *err;
    enum cc_status code = old.code == CC_EUSAGE ? CC_EDATA : old.code;
    err->file[0] = '\0';
    return cc_error_set(err, code, w->line, w->column, "%s%s%.400s", option ? strstr(old.file, "--") : "",
                        option ? ": " : "", old.text);
}

static enum cc_status read_options(const struct cc_step *step, struct cc_tally_spec *spec,
                                   struct cc_arena *arena, struct cc_error *err)
{
    for (size_t i = 2; i < step->count; i++) {
        const struct cc_word *w = &step->words[i];
        if (strncmp(w->text, "--", 2) != 0)
            return cc_error_set(err, CC_EDATA, w->line, w->column, "expected an option, found '%.60s'",
                                w->text);
        const char *option = w->text + 2, *value = NULL;
        if (cc_tally_spec_has_value(option)) {
            if (++i == step->count)
                return cc_error_set(err, CC_EDATA, w->line, w->column, "--%.60s needs a value", option);
            value = step->words[i].text;
        }
        enum cc_status st = cc_tally_spec_set(spec, option, value, arena, err);
        if (st != CC_OK && err) {
            err->line = w->line;
            err->column = w->column;
            err->code = st = st == CC_EUSAGE ? CC_EDATA : st;
        }
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

enum cc_status cc_source_add(struct cc_source *s, const struct cc_step *step, const char *name,
                             struct cc_arena *arena, size_t *number, struct cc_error *err)
{
    if (s->spec_count == CC_SOURCE_TABLES)
        return cc_error_set(err, CC_EDATA, step->line, 1, "more than %d tables of one input",
                            CC_SOURCE_TABLES);
    struct cc_tally_spec *spec = &s->specs[s->spec_count];
    *spec = (struct cc_tally_spec){ .name = name, .line = step->line };
    enum cc_status st = read_options(step, spec, arena, err);
    if (st != CC_OK) return st;
    struct cc_tally_job alone = s->job; /* so that an error is known to be in this line */
    struct cc_tally *tally;
    alone.specs = spec;
    alone.spec_count = 1;
    alone.inputs = s->files;
    alone.input_count = s->file_count;
    st = cc_tally_alloc(&alone, &tally, err);
    if (st != CC_OK) return place_error(step, err);
    cc_tally_free(tally);
    *number = s->spec_count++;
    return CC_OK;
}

enum cc_status cc_source_run(struct cc_source *s, struct cc_error *err)
{
    if (!s->spec_count) return CC_OK;
    s->job.spec_count = s->spec_count;
    s->job.inputs = s->files;
    s->job.input_count = s->file_count;
    enum cc_status st = cc_tally_alloc(&s->job, &s->tally, err);
    return st == CC_OK ? cc_tally_run(s->tally, err) : st;
}

const char *cc_source_label(const struct cc_source *s, const char *column, const char *code)
{
    int v = cc_codebook_find(s->codebook, column);
    if (v >= 0) {
        const struct cc_variable *var = &s->codebook->variables[v];
        int c = cc_variable_code(var, code, strlen(code));
        return c >= 0 ? var->codes[c].label : NULL;
    }
    for (size_t i = 0; i < s->definitions.count; i++)
        if (!strcmp(s->definitions.list[i].name, code)) return s->definitions.list[i].label;
    return NULL;
}

void cc_source_close(struct cc_source *s)
{
    cc_tally_free(s->tally);
    cc_definitions_free(&s->definitions);
    cc_codebook_free(s->codebook);
    *s = (struct cc_source){ 0 };
}

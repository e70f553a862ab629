#include "report/template/cc_values.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

bool cc_values_set(struct cc_values *v, const char *name, const char *value, bool several)
{
    if (!cc_grow(&v->list, &v->room, v->count + 1, sizeof *v->list)) return false;
    v->list[v->count++] = (struct cc_named_value){ name, value, false, several };
    return true;
}

bool cc_values_leave_out(struct cc_values *v, const char *name)
{
    if (!cc_values_set(v, name, "", false)) return false;
    return v->list[v->count - 1].absent = true;
}

const struct cc_named_value *cc_values_find(const struct cc_values *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++)
        if (!strcmp(v->list[i].name, name)) return v->list[i].absent ? NULL : &v->list[i];
    return NULL;
}

enum cc_status cc_values_unknown(const struct cc_values *v, const char *name, struct cc_place_at at,
                                 struct cc_error *err)
{
    const char **names = calloc(v->count + 1, sizeof *names);
    if (!names) return cc_error_memory(err);
    for (size_t i = 0; i < v->count; i++) names[i] = v->list[i].name;
    const char *near = cc_suggest(name, names, v->count);
    free(names);
    return cc_error_set(err, CC_EDATA, at.line, at.column, "unknown name '%.80s'%s%s%s", name,
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Appends `text` with its {{name}} filled in. */
static enum cc_status fill(const struct cc_values *v, const char *text, struct cc_place_at at,
                           struct cc_buf *b, struct cc_error *err)
{
    for (;;) {
        const char *open = strstr(text, "{{"), *close = open ? strstr(open, "}}") : NULL;
        if (open && !close)
            return cc_error_set(err, CC_EDATA, at.line, at.column, "'{{' is not closed by '}}'");
        if (!open) return cc_buf_text(b, text) ? CC_OK : cc_error_memory(err);
        char name[80];
        size_t n = (size_t)(close - open) - 2;
        if (n >= sizeof name) return cc_error_set(err, CC_EDATA, at.line, at.column, "this name is too long");
        memcpy(name, open + 2, n);
        name[n] = '\0';
        const struct cc_named_value *value = cc_values_find(v, cc_trim(name));
        if (!value) return cc_values_unknown(v, cc_trim(name), at, err);
        if (!cc_buf_add(b, text, (size_t)(open - text)) || !cc_buf_text(b, value->value))
            return cc_error_memory(err);
        text = close + 2;
    }
}

enum cc_status cc_values_fill(const struct cc_values *v, const char *text, struct cc_place_at at,
                              struct cc_arena *arena, const char **out, struct cc_error *err)
{
    struct cc_buf b = { 0 };
    enum cc_status st = fill(v, text, at, &b, err);
    *out = st == CC_OK ? cc_arena_text(arena, b.data ? b.data : "", b.size) : NULL;
    cc_buf_free(&b);
    return st == CC_OK && !*out ? cc_error_memory(err) : st;
}

/* The value that a word stands for, if the whole word is {{name}}, left out or not. */
static const struct cc_named_value *whole(const struct cc_values *v, const struct cc_word *w)
{
    size_t n = strlen(w->text);
    if (w->quoted || n < 5 || strncmp(w->text, "{{", 2) != 0 || strcmp(w->text + n - 2, "}}")) return NULL;
    for (size_t i = 0; i < v->count; i++)
        if (strlen(v->list[i].name) == n - 4 && !strncmp(v->list[i].name, w->text + 2, n - 4)) return &v->list[i];
    return NULL;
}

static const struct cc_named_value *splitting(const struct cc_values *v, const struct cc_word *w)
{
    const struct cc_named_value *value = whole(v, w);
    return value && value->several ? value : NULL;
}

/* Does the word need a parameter that was left out? */
static bool lacks(const struct cc_values *v, const struct cc_word *w)
{
    const char *open = strstr(w->text, "{{"), *close = open ? strstr(open, "}}") : NULL;
    size_t n = close ? (size_t)(close - open) - 2 : 0;
    for (size_t i = 0; close && i < v->count; i++)
        if (v->list[i].absent && strlen(v->list[i].name) == n && !strncmp(v->list[i].name, open + 2, n)) return true;
    return false;
}

/* How many words go with it from here on: a condition of `keep`, or an option and its value. */
static size_t left_out(const struct cc_values *v, const struct cc_step *step, size_t i)
{
    if (i && cc_word_is(&step->words[0], "keep")) return lacks(v, &step->words[i]);
    bool option = !strncmp(step->words[i].text, "--", 2) && i + 1 < step->count;
    return option && lacks(v, &step->words[i + 1]) ? 2 : 0;
}

enum cc_status cc_values_fill_step(const struct cc_values *v, const struct cc_step *step,
                                   struct cc_arena *arena, struct cc_step *out, struct cc_error *err)
{
    size_t room = step->count;
    for (size_t i = 0; i < step->count; i++) {
        const struct cc_named_value *value = splitting(v, &step->words[i]);
        if (value) room += strlen(value->value);
    }
    *out = (struct cc_step){ .line = step->line };
    if (!(out->words = cc_arena_alloc(arena, (room + 1) * sizeof *out->words))) return cc_error_memory(err);
    for (size_t i = 0; i < step->count; i++) {
        size_t without = left_out(v, step, i);
        if (without) {
            i += without - 1;
            continue;
        }
        const struct cc_word *w = &step->words[i];
        const struct cc_named_value *value = splitting(v, w);
        struct cc_word *parts;
        size_t n = 1;
        enum cc_status st;
        if (value) {
            st = cc_words_split(value->value, strlen(value->value), w->line, w->column, "", arena, &parts, &n,
                                err);
            if (st == CC_OK) memcpy(out->words + out->count, parts, n * sizeof *parts);
        } else {
            out->words[out->count] = *w;
            st = cc_values_fill(v, w->text, (struct cc_place_at){ w->line, w->column }, arena,
                                &out->words[out->count].text, err);
        }
        if (st != CC_OK) return st;
        out->count += n;
    }
    return CC_OK;
}

void cc_values_free(struct cc_values *v)
{
    free(v->list);
    *v = (struct cc_values){ 0 };
}

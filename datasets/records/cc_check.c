#include "datasets/records/cc_check.h"

#include <stdlib.h>
#include <string.h>

/* The columns of the file that are variables, each with what is needed to count it. */
struct column {
    size_t variable;
    struct cc_dictionary *dictionary; /* NULL for ids and text: too many distinct values */
    uint64_t *counts;                 /* per dictionary number */
    size_t room, used;
};

static bool count_field(const struct cc_variable *v, struct column *c, const char *text, size_t n,
                        struct cc_check_variable *out)
{
    if (!c->dictionary) {
        struct cc_value value;
        cc_value_classify(v, text, n, &value);
        out->states[value.state]++;
        return true;
    }
    uint32_t number = cc_dictionary_number(c->dictionary, text, n);
    if (number == UINT32_MAX) return false;
    size_t before = c->room;
    if (!cc_grow(&c->counts, &c->room, (size_t)number + 1, sizeof *c->counts)) return false;
    memset(c->counts + before, 0, (c->room - before) * sizeof *c->counts);
    if (c->used <= number) c->used = (size_t)number + 1;
    c->counts[number]++;
    return true;
}

static bool count_block(const struct cc_codebook *cb, const struct cc_block *b, struct column *columns,
                        struct cc_check *out)
{
    uint16_t rows[CC_BLOCK_ROWS];
    struct cc_field fields[CC_BLOCK_ROWS];
    for (size_t r = 0; r < b->rows; r++) rows[r] = (uint16_t)r;
    for (size_t i = 0; i < b->columns; i++) {
        size_t v = columns[i].variable;
        cc_block_cut(b, i, rows, b->rows, fields);
        for (size_t r = 0; r < b->rows; r++) {
            struct cc_field f = cc_block_trim(b, fields[r]);
            if (!count_field(&cb->variables[v], &columns[i], b->text + f.at, f.size, &out->variables[v]))
                return false;
        }
    }
    return true;
}

static int more_frequent_first(const void *a, const void *b)
{
    const struct cc_stray *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return strcmp(x->text, y->text);
}

static bool collect(const struct column *c, struct cc_check_variable *out)
{
    size_t room = 0;
    for (size_t i = 0; i < c->used; i++) {
        const struct cc_value *value = &cc_dictionary_entry(c->dictionary, (uint32_t)i)->value;
        out->states[value->state] += c->counts[i];
        if (value->state != CC_VALUE_INVALID) continue;
        if (!cc_grow(&out->strays, &room, out->stray_count + 1, sizeof *out->strays)) return false;
        char *copy = cc_strndup(value->text, value->size);
        if (!copy) return false;
        out->strays[out->stray_count++] = (struct cc_stray){ copy, c->counts[i] };
    }
    if (out->stray_count) qsort(out->strays, out->stray_count, sizeof *out->strays, more_frequent_first);
    return true;
}

static bool note_unknown(const struct cc_records *r, const struct cc_codebook *cb, struct cc_check *out)
{
    size_t n, room = 0;
    const char *const *names = cc_records_columns(r, &n);
    for (size_t i = 0; i < n; i++) {
        if (cc_codebook_find(cb, names[i]) >= 0) continue;
        if (!cc_grow(&out->unknown, &room, out->unknown_count + 1, sizeof *out->unknown)) return false;
        char *copy = cc_strdup(names[i]);
        if (!copy) return false;
        out->unknown[out->unknown_count++] = copy;
    }
    return true;
}

static bool prepare(const struct cc_records *r, const struct cc_codebook *cb, struct column *columns,
                    size_t *n, struct cc_check *out)
{
    *n = 0;
    for (size_t v = 0; v < cb->count; v++) {
        out->variables[v].present = cc_records_has(r, v);
        if (!out->variables[v].present) continue;
        enum cc_type type = cb->variables[v].type;
        struct column *c = &columns[(*n)++];
        c->variable = v;
        if (type == CC_TYPE_ID || type == CC_TYPE_TEXT) continue;
        if (!(c->dictionary = cc_dictionary_alloc(&cb->variables[v]))) return false;
    }
    return note_unknown(r, cb, out);
}

static enum cc_status read_blocks(struct cc_records *r, const struct cc_codebook *cb, struct column *columns,
                                  size_t n, uint64_t blocks, struct cc_check *out, struct cc_error *err)
{
    size_t *wanted = malloc((n + 1) * sizeof *wanted);
    if (!wanted) return cc_error_memory(err);
    for (size_t i = 0; i < n; i++) wanted[i] = columns[i].variable;
    enum cc_status st = cc_records_want(r, wanted, n);
    free(wanted);
    struct cc_block *block = calloc(1, sizeof *block);
    if (!block || st != CC_OK) st = cc_error_memory(err);
    while (st == CC_OK && blocks-- && (st = cc_records_read(r, block, err)) == CC_OK)
        if (!count_block(cb, block, columns, out)) st = cc_error_memory(err);
    if (block) cc_block_free(block);
    free(block);
    if (st == CC_OK) st = CC_END; /* as much as was asked for */
    for (size_t i = 0; i < n && st == CC_END; i++)
        if (columns[i].dictionary && !collect(&columns[i], &out->variables[columns[i].variable]))
            st = cc_error_memory(err);
    out->records = cc_records_count(r);
    return st == CC_END ? CC_OK : st;
}

enum cc_status cc_check_file(const char *path, const struct cc_codebook *cb,
                             const struct cc_records_options *options, struct cc_check *out,
                             struct cc_error *err)
{
    return cc_check_some(path, cb, options, UINT64_MAX, out, err);
}

enum cc_status cc_check_some(const char *path, const struct cc_codebook *cb,
                             const struct cc_records_options *options, uint64_t blocks, struct cc_check *out,
                             struct cc_error *err)
{
    *out = (struct cc_check){ .count = cb->count };
    struct cc_records *r;
    enum cc_status st = cc_records_open(path, cb, options, &r, err);
    if (st != CC_OK) return st;
    snprintf(out->name, sizeof out->name, "%s", cc_input_name(cc_records_input(r)));
    size_t n = 0;
    struct column *columns = calloc(cb->count + 1, sizeof *columns);
    out->variables = calloc(cb->count + 1, sizeof *out->variables);
    bool ready = columns && out->variables && prepare(r, cb, columns, &n, out);
    st = ready ? read_blocks(r, cb, columns, n, blocks, out, err) : cc_error_memory(err);
    for (size_t i = 0; i < n; i++) {
        cc_dictionary_free(columns[i].dictionary);
        free(columns[i].counts);
    }
    free(columns);
    cc_records_close(r);
    if (st != CC_OK) cc_check_free(out);
    return st;
}

bool cc_check_may_show(const struct cc_variable *v, const char *text)
{
    if (v->type != CC_TYPE_CODE && v->type != CC_TYPE_INTEGER) return false;
    size_t n = strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    return text[n] == '\0' && n <= 4;
}

bool cc_check_is_required(const struct cc_variable *v)
{
    return v->blank == CC_BLANK_NEVER;
}

uint64_t cc_check_bad_fields(const struct cc_variable *v, const struct cc_check_variable *c)
{
    return c->states[CC_VALUE_INVALID] + (cc_check_is_required(v) ? c->states[CC_VALUE_BLANK] : 0);
}

void cc_check_free(struct cc_check *c)
{
    for (size_t i = 0; c->variables && i < c->count; i++) {
        for (size_t k = 0; k < c->variables[i].stray_count; k++) free(c->variables[i].strays[k].text);
        free(c->variables[i].strays);
    }
    for (size_t i = 0; i < c->unknown_count; i++) free(c->unknown[i]);
    free(c->unknown);
    free(c->variables);
    *c = (struct cc_check){ 0 };
}

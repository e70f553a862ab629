#include "stats/counting/cc_row_groups.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_intern.h"

static const char SEPARATOR = '\x1f'; /* between the parts of a key */

bool cc_row_groups_key(const struct cc_table *t, size_t row, const size_t *columns, size_t n, struct cc_buf *key)
{
    cc_buf_clear(key);
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++)
        ok = cc_buf_text(key, cc_table_cell(t, row, columns[i])) && cc_buf_char(key, SEPARATOR);
    return ok;
}

enum cc_status cc_row_groups_name(const struct cc_table *t, size_t row, size_t column, struct cc_error *err)
{
    if (strcmp(cc_table_cell(t, row, column), "(total)") != 0) return CC_OK;
    cc_error_set(err, CC_EDATA, (size_t)t->lines[row], column + 1, "%s: '(total)' is reserved for totals",
                 t->names[column]);
    cc_error_file(err, t->name);
    return CC_EDATA;
}

/* The number of each row's group, in the order of first sight. */
static enum cc_status number_rows(const struct cc_table *t, const size_t *by, size_t n_by, struct cc_intern *keys,
                                  size_t *group_of, struct cc_error *err)
{
    struct cc_buf key = { 0 };
    enum cc_status st = CC_OK;
    for (size_t r = 0; r < t->rows && st == CC_OK; r++) {
        for (size_t i = 0; i < n_by && st == CC_OK; i++) st = cc_row_groups_name(t, r, by[i], err);
        if (st != CC_OK) break;
        bool ok = cc_row_groups_key(t, r, by, n_by, &key);
        uint32_t found = ok ? cc_intern_number(keys, key.data ? key.data : "", key.size) : UINT32_MAX;
        if (found == UINT32_MAX) st = cc_error_memory(err);
        group_of[r] = found;
    }
    cc_buf_free(&key);
    return st;
}

static bool sort_rows(const struct cc_table *t, const size_t *group_of, struct cc_row_groups *out)
{
    out->start = calloc(out->n + 2, sizeof *out->start);
    if (!out->start) return false;
    for (size_t r = 0; r < t->rows; r++) out->start[group_of[r] + 2]++;
    for (size_t g = 1; g <= out->n; g++) out->start[g + 1] += out->start[g];
    for (size_t r = 0; r < t->rows; r++) out->rows[out->start[group_of[r] + 1]++] = r;
    return true;
}

enum cc_status cc_row_groups_make(const struct cc_table *t, const size_t *by, size_t n_by, struct cc_row_groups *out,
                              struct cc_error *err)
{
    *out = (struct cc_row_groups){ .rows = calloc(t->rows + 1, sizeof *out->rows) };
    struct cc_intern *keys = cc_intern_alloc();
    size_t *group_of = calloc(t->rows + 1, sizeof *group_of);
    enum cc_status st = keys && group_of && out->rows ? CC_OK : cc_error_memory(err);
    if (st == CC_OK) st = number_rows(t, by, n_by, keys, group_of, err);
    if (st == CC_OK) out->n = n_by ? cc_intern_count(keys) : 1;
    if (st == CC_OK && !sort_rows(t, group_of, out)) st = cc_error_memory(err);
    cc_intern_free(keys);
    free(group_of);
    if (st != CC_OK) cc_row_groups_free(out);
    return st;
}

void cc_row_groups_free(struct cc_row_groups *g)
{
    free(g->rows);
    free(g->start);
    *g = (struct cc_row_groups){ 0 };
}

#include "stats/counting/cc_row_groups.h"

#include <stdlib.h>

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

/* The number of each row's group, in the order of first sight. */
static bool number_rows(const struct cc_table *t, const size_t *by, size_t n_by, struct cc_intern *keys,
                        size_t *group_of)
{
    struct cc_buf key = { 0 };
    bool ok = true;
    for (size_t r = 0; r < t->rows && ok; r++) {
        ok = cc_row_groups_key(t, r, by, n_by, &key);
        uint32_t found = ok ? cc_intern_number(keys, key.data ? key.data : "", key.size) : UINT32_MAX;
        ok = found != UINT32_MAX;
        group_of[r] = found;
    }
    cc_buf_free(&key);
    return ok;
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
    bool ok = keys && group_of && out->rows && number_rows(t, by, n_by, keys, group_of);
    if (ok) out->n = n_by ? cc_intern_count(keys) : 1;
    ok = ok && sort_rows(t, group_of, out);
    cc_intern_free(keys);
    free(group_of);
    if (ok) return CC_OK;
    cc_row_groups_free(out);
    return cc_error_memory(err);
}

void cc_row_groups_free(struct cc_row_groups *g)
{
    free(g->rows);
    free(g->start);
    *g = (struct cc_row_groups){ 0 };
}

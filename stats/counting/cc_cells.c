#include "stats/counting/cc_cells.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"

struct cc_cells {
    size_t groups, columns;
    struct cc_intern *tuples;
    int64_t *counts; /* cells x columns, row-major */
    size_t room, count;
};

struct cc_cells *cc_cells_alloc(size_t groups, size_t columns)
{
    struct cc_cells *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->groups = groups;
    c->columns = columns;
    if ((c->tuples = cc_intern_alloc())) return c;
    free(c);
    return NULL;
}

uint32_t cc_cells_at(struct cc_cells *c, const uint32_t *tuple)
{
    uint32_t cell = cc_intern_number(c->tuples, (const char *)tuple, c->groups * sizeof *tuple);
    if (cell == UINT32_MAX || cell < c->count) return cell;
    if (!cc_grow(&c->counts, &c->room, (c->count + 1) * c->columns, sizeof *c->counts)) return UINT32_MAX;
    memset(c->counts + c->count * c->columns, 0, c->columns * sizeof *c->counts);
    c->count++;
    return cell;
}

void cc_cells_add(struct cc_cells *c, uint32_t cell, size_t column, int64_t amount)
{
    c->counts[cell * c->columns + column] += amount;
}

size_t cc_cells_count(const struct cc_cells *c)
{
    return c->count;
}

const uint32_t *cc_cells_tuple(const struct cc_cells *c, uint32_t cell)
{
    size_t n;
    return (const uint32_t *)(const void *)cc_intern_text(c->tuples, cell, &n); /* the arena aligns */
}

int64_t cc_cells_get(const struct cc_cells *c, uint32_t cell, size_t column)
{
    return c->counts[cell * c->columns + column];
}

static bool add_margin(struct cc_cells *c, uint32_t cell, size_t subset)
{
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    memcpy(tuple, cc_cells_tuple(c, cell), c->groups * sizeof *tuple);
    for (size_t g = 0; g < c->groups; g++)
        if (subset >> g & 1) tuple[g] = CC_CELLS_TOTAL;
    uint32_t margin = cc_cells_at(c, tuple);
    if (margin == UINT32_MAX) return false;
    for (size_t k = 0; k < c->columns; k++) cc_cells_add(c, margin, k, cc_cells_get(c, cell, k));
    return true;
}

bool cc_cells_add_margins(struct cc_cells *c)
{
    uint32_t plain = (uint32_t)c->count;
    for (uint32_t cell = 0; cell < plain; cell++)
        for (size_t subset = 1; subset < (size_t)1 << c->groups; subset++)
            if (!add_margin(c, cell, subset)) return false;
    return true;
}

void cc_cells_free(struct cc_cells *c)
{
    if (!c) return;
    cc_intern_free(c->tuples);
    free(c->counts);
    free(c);
}

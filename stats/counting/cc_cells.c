#include "stats/counting/cc_cells.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

/* A dense index is made of one digit a group: its number + 1, so that CC_CELLS_TOTAL wraps round to 0.
 * Each digit has a power of two of places. A larger number widens its digit and the index is made anew;
 * when that would take more than DENSE_BITS, the hash table takes over for good. */
enum { DENSE_BITS = 20, FIRST_SLOTS = 1024 };

struct cc_cells {
    size_t groups, columns;
    uint32_t *tuples; /* cells x groups */
    int64_t *counts;  /* cells x columns, row-major */
    size_t tuple_room, count_room, count;
    uint32_t *dense; /* cell + 1, or 0; NULL once the hash table is used */
    unsigned bits[CC_CELLS_MAX_GROUPS], shift[CC_CELLS_MAX_GROUPS];
    uint64_t *slots; /* upper half of the hash, cell + 1; 0 is free; linear probing */
    size_t slot_count; /* a power of two, at least twice the cells */
};

struct cc_cells *cc_cells_alloc(size_t groups, size_t columns)
{
    struct cc_cells *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->groups = groups;
    c->columns = columns;
    if ((c->dense = calloc(1, sizeof *c->dense))) return c; /* digits of no bits: widened when first used */
    free(c);
    return NULL;
}

/* A new cell; UINT32_MAX when out of memory. */
static uint32_t add_cell(struct cc_cells *c, const uint32_t *tuple)
{
    size_t n = c->count;
    if (n >= UINT32_MAX - 1 /* + 1: no array is NULL, even where there are no groups */
        || !cc_grow(&c->tuples, &c->tuple_room, (n + 1) * c->groups + 1, sizeof *c->tuples)
        || !cc_grow(&c->counts, &c->count_room, (n + 1) * c->columns + 1, sizeof *c->counts))
        return UINT32_MAX;
    if (c->groups) memcpy(c->tuples + n * c->groups, tuple, c->groups * sizeof *tuple);
    if (c->columns) memset(c->counts + n * c->columns, 0, c->columns * sizeof *c->counts);
    return (uint32_t)c->count++;
}

/* --- the hash table --- */

static uint64_t hash_of(const struct cc_cells *c, const uint32_t *tuple)
{
    uint64_t h = 0;
    for (size_t g = 0; g < c->groups; g++) {
        h = (h ^ tuple[g]) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return h * UINT64_C(0xd6e8feb86659fd93);
}

static uint64_t slot_tag(uint64_t hash)
{
    return hash & ~(uint64_t)UINT32_MAX;
}

static bool put_slots(struct cc_cells *c, size_t slot_count)
{
    uint64_t *slots = calloc(slot_count, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < c->count; i++) {
        uint64_t hash = hash_of(c, c->tuples + i * c->groups);
        size_t at = (size_t)(hash >> 20) & (slot_count - 1);
        while (slots[at]) at = (at + 1) & (slot_count - 1);
        slots[at] = slot_tag(hash) | (i + 1);
    }
    free(c->slots);
    c->slots = slots;
    c->slot_count = slot_count;
    return true;
}

static uint32_t hashed_at(struct cc_cells *c, const uint32_t *tuple)
{
    if ((c->count + 1) * 2 > c->slot_count && !put_slots(c, c->slot_count * 2)) return UINT32_MAX;
    uint64_t hash = hash_of(c, tuple), tag = slot_tag(hash);
    size_t at = (size_t)(hash >> 20) & (c->slot_count - 1);
    for (; c->slots[at]; at = (at + 1) & (c->slot_count - 1)) {
        uint32_t cell = (uint32_t)c->slots[at] - 1;
        if (slot_tag(c->slots[at]) == tag
            && !memcmp(c->tuples + cell * c->groups, tuple, c->groups * sizeof *tuple)) return cell;
    }
    uint32_t cell = add_cell(c, tuple);
    if (cell != UINT32_MAX) c->slots[at] = tag | ((uint64_t)cell + 1);
    return cell;
}

/* --- the dense index --- */

static size_t dense_index(const struct cc_cells *c, const uint32_t *tuple)
{
    size_t index = 0;
    for (size_t g = 0; g < c->groups; g++) index |= (size_t)(uint32_t)(tuple[g] + 1) << c->shift[g];
    return index;
}

static bool fits(const struct cc_cells *c, const uint32_t *digits)
{
    for (size_t g = 0; g < c->groups; g++)
        if (digits[g] >> c->bits[g]) return false;
    return true;
}

static bool leave_dense(struct cc_cells *c)
{
    size_t slots = FIRST_SLOTS;
    while (slots < c->count * 4) slots *= 2;
    if (!put_slots(c, slots)) return false;
    free(c->dense);
    c->dense = NULL;
    return true;
}

/* Makes room for the digits, dense or not. */
static bool widen(struct cc_cells *c, const uint32_t *digits)
{
    unsigned total = 0;
    for (size_t g = c->groups; g-- > 0;) {
        while (c->bits[g] < 32 && digits[g] >> c->bits[g]) c->bits[g]++;
        c->shift[g] = total;
        total += c->bits[g];
    }
    if (total > DENSE_BITS) return leave_dense(c);
    uint32_t *dense = calloc((size_t)1 << total, sizeof *dense);
    if (!dense) return false;
    for (size_t i = 0; i < c->count; i++) dense[dense_index(c, c->tuples + i * c->groups)] = (uint32_t)i + 1;
    free(c->dense);
    c->dense = dense;
    return true;
}

uint32_t cc_cells_at(struct cc_cells *c, const uint32_t *tuple)
{
    uint32_t digits[CC_CELLS_MAX_GROUPS];
    for (size_t g = 0; g < c->groups; g++) digits[g] = tuple[g] + 1;
    if (c->dense && !fits(c, digits) && !widen(c, digits)) return UINT32_MAX;
    if (!c->dense) return hashed_at(c, tuple);
    uint32_t *place = &c->dense[dense_index(c, tuple)];
    if (!*place) {
        uint32_t cell = add_cell(c, tuple);
        if (cell == UINT32_MAX) return cell;
        *place = cell + 1;
    }
    return *place - 1;
}

/* The dense indices of rows, group by group, so that the compiler can do many rows at a time. False when a
 * digit has no room: all bits of a group's digits together, in `all`, tell its width. */
static bool index_rows(const struct cc_cells *c, const uint32_t *const *groups, size_t n,
                       uint32_t *restrict index, uint32_t *all)
{
    memset(index, 0, n * sizeof *index);
    for (size_t g = 0; g < c->groups; g++) {
        const uint32_t *restrict group = groups[g];
        const unsigned shift = c->shift[g];
        uint32_t any = 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t digit = group[i] + 1;
            any |= digit;
            index[i] |= digit << shift;
        }
        all[g] = any;
    }
    return fits(c, all);
}

static uint32_t at_row(struct cc_cells *c, const uint32_t *const *groups, size_t i)
{
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    for (size_t g = 0; g < c->groups; g++) tuple[g] = groups[g][i];
    return cc_cells_at(c, tuple);
}

/* cells: the dense indices, which the look-up turns into cells. */
static bool look_up_rows(struct cc_cells *c, const uint32_t *const *groups, size_t n, uint32_t *cells)
{
    const uint32_t *dense = c->dense;
    for (size_t i = 0; i < n; i++) {
        uint32_t cell = dense[cells[i]];
        if (!cell && (cell = at_row(c, groups, i) + 1) == 0) return false;
        cells[i] = cell - 1;
    }
    return true;
}

bool cc_cells_at_rows(struct cc_cells *c, const uint32_t *const *groups, size_t n, uint32_t *cells)
{
    uint32_t all[CC_CELLS_MAX_GROUPS];
    if (n == 0) return true;
    while (c->dense) { /* a second time when digits had to be widened */
        if (index_rows(c, groups, n, cells, all)) return look_up_rows(c, groups, n, cells);
        if (!widen(c, all)) return false;
    }
    for (size_t i = 0; i < n; i++)
        if ((cells[i] = at_row(c, groups, i)) == UINT32_MAX) return false;
    return true;
}

/* --- counts --- */

void cc_cells_add(struct cc_cells *c, uint32_t cell, size_t column, int64_t amount)
{
    c->counts[cell * c->columns + column] += amount;
}

void cc_cells_add_rows(struct cc_cells *c, const uint32_t *cells, size_t n, size_t column)
{
    for (size_t i = 0; i < n; i++) c->counts[cells[i] * c->columns + column]++;
}

void cc_cells_add_answers(struct cc_cells *c, const uint32_t *cells, const uint8_t *answers, size_t n,
                          size_t yes_column, size_t unknown_column)
{
    for (size_t i = 0; i < n; i++) { /* without branches, which would be guessed wrong too often */
        int64_t *counts = c->counts + cells[i] * c->columns;
        counts[yes_column] += answers[i] >> 1;
        counts[unknown_column] += answers[i] & 1;
    }
}

size_t cc_cells_count(const struct cc_cells *c)
{
    return c->count;
}

size_t cc_cells_columns(const struct cc_cells *c)
{
    return c->columns;
}

const uint32_t *cc_cells_tuple(const struct cc_cells *c, uint32_t cell)
{
    return c->tuples + cell * c->groups;
}

int64_t cc_cells_get(const struct cc_cells *c, uint32_t cell, size_t column)
{
    return c->counts[cell * c->columns + column];
}

int64_t *cc_cells_counts(struct cc_cells *c)
{
    return c->counts;
}

static void add_counts(struct cc_cells *into, uint32_t cell, const struct cc_cells *from, uint32_t other)
{
    for (size_t k = 0; k < into->columns; k++) cc_cells_add(into, cell, k, cc_cells_get(from, other, k));
}

bool cc_cells_merge(struct cc_cells *into, const struct cc_cells *from, const uint32_t *const *number_of,
                    uint32_t *cell_of)
{
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    for (uint32_t i = 0; i < from->count; i++) {
        const uint32_t *old = cc_cells_tuple(from, i);
        for (size_t g = 0; g < into->groups; g++) {
            bool same = old[g] == CC_CELLS_TOTAL || !number_of || !number_of[g];
            tuple[g] = same ? old[g] : number_of[g][old[g]];
        }
        uint32_t cell = cc_cells_at(into, tuple);
        if (cell == UINT32_MAX) return false;
        add_counts(into, cell, from, i);
        if (cell_of) cell_of[i] = cell;
    }
    return true;
}

static bool add_margin(struct cc_cells *c, uint32_t cell, size_t subset)
{
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    for (size_t g = 0; g < c->groups; g++)
        tuple[g] = subset >> g & 1 ? CC_CELLS_TOTAL : cc_cells_tuple(c, cell)[g];
    uint32_t margin = cc_cells_at(c, tuple);
    if (margin == UINT32_MAX) return false;
    add_counts(c, margin, c, cell);
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
    free(c->tuples);
    free(c->counts);
    free(c->dense);
    free(c->slots);
    free(c);
}

/* Cells, held against a list of tuples. */
#include "stats/counting/cc_cells.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"

static void test_by_hand(void)
{
    struct cc_cells *c = cc_cells_alloc(2, 2);
    const uint32_t a[] = { 3, 1 }, b[] = { 3, 0 }, d[] = { 7, 1 };
    OK(cc_cells_at(c, a) == 0 && cc_cells_at(c, b) == 1 && cc_cells_at(c, a) == 0 && cc_cells_at(c, d) == 2);
    cc_cells_add(c, 0, 0, 37);
    cc_cells_add(c, 0, 1, 5);
    cc_cells_add(c, 1, 0, 211);
    cc_cells_add(c, 2, 0, 4);
    OK(cc_cells_add_margins(c));
    OK(cc_cells_count(c) == 8); /* 3 cells, 2 rows, 2 columns, everything */
    const uint32_t row[] = { 3, CC_CELLS_TOTAL }, column[] = { CC_CELLS_TOTAL, 1 };
    const uint32_t all[] = { CC_CELLS_TOTAL, CC_CELLS_TOTAL };
    OK(cc_cells_get(c, cc_cells_at(c, row), 0) == 248);
    OK(cc_cells_get(c, cc_cells_at(c, column), 0) == 41 && cc_cells_get(c, cc_cells_at(c, column), 1) == 5);
    OK(cc_cells_get(c, cc_cells_at(c, all), 0) == 252 && cc_cells_get(c, cc_cells_at(c, all), 1) == 5);
    OK(cc_cells_tuple(c, 2)[0] == 7 && cc_cells_tuple(c, 2)[1] == 1);
    cc_cells_free(c);
    cc_cells_free(NULL);
}

static void test_no_groups(void)
{
    struct cc_cells *c = cc_cells_alloc(0, 1);
    const uint32_t none = 0;
    uint32_t cells[3];
    OK(cc_cells_count(c) == 0 && cc_cells_at_rows(c, NULL, 0, cells) && cc_cells_count(c) == 0);
    OK(cc_cells_at(c, &none) == 0 && cc_cells_at(c, &none) == 0 && cc_cells_tuple(c, 0));
    OK(cc_cells_at_rows(c, NULL, 3, cells) && cells[0] == 0 && cells[2] == 0);
    cc_cells_add(c, 0, 0, INT64_C(5000000000));
    OK(cc_cells_add_margins(c) && cc_cells_count(c) == 1 && cc_cells_get(c, 0, 0) == INT64_C(5000000000));
    cc_cells_free(c);
}

static uint32_t chance_state;

static uint32_t chance(uint32_t n) /* below n */
{
    chance_state = chance_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)chance_state * n >> 32);
}

enum { ROWS = 600, GROUPS = 5, COLUMNS = 3, BLOCK = 97 };

/* Rows, and their cells by comparing each with all before it. */
struct rows {
    size_t groups, n;
    uint32_t number[GROUPS][ROWS], cell[ROWS], cells;
    uint8_t answer[ROWS];
    int64_t counts[ROWS][COLUMNS]; /* rows, yes, unknown */
};

static void make_rows(struct rows *r, size_t groups, const uint32_t *values)
{
    *r = (struct rows){ .groups = groups, .n = ROWS };
    for (size_t i = 0; i < r->n; i++) {
        r->answer[i] = (uint8_t)chance(3);
        for (size_t g = 0; g < groups; g++) /* numbers grow, as those of a dictionary do */
            r->number[g][i] = chance(1 + (uint32_t)((uint64_t)values[g] * (i + 1) / r->n));
        size_t k, g;
        for (k = 0; k < i; k++) {
            for (g = 0; g < groups && r->number[g][k] == r->number[g][i]; g++) continue;
            if (g == groups) break;
        }
        r->cell[i] = k < i ? r->cell[k] : r->cells++;
        r->counts[r->cell[i]][0]++;
        r->counts[r->cell[i]][1] += r->answer[i] == 2;
        r->counts[r->cell[i]][2] += r->answer[i] == 1;
    }
}

/* Block by block, some rows one by one. */
static bool count_rows(const struct rows *r, struct cc_cells *c)
{
    uint32_t cells[BLOCK];
    bool ok = true;
    for (size_t from = 0, n; ok && from < r->n; from += n) {
        const uint32_t *groups[GROUPS] = { NULL };
        uint32_t tuple[GROUPS];
        for (size_t g = 0; g < r->groups; g++) {
            groups[g] = r->number[g] + from;
            tuple[g] = groups[g][0];
        }
        n = r->n - from < BLOCK ? r->n - from : BLOCK;
        if (from / BLOCK % 2) ok = cc_cells_at(c, tuple) == r->cell[from];
        ok = ok && cc_cells_at_rows(c, groups, n, cells) && !memcmp(cells, r->cell + from, n * sizeof *cells);
        if (!ok) break;
        cc_cells_add_rows(c, cells, n, 0);
        cc_cells_add_answers(c, cells, r->answer + from, n, 1, 2);
    }
    return ok;
}

static bool same_counts(const struct rows *r, const struct cc_cells *c, const uint32_t *cell_of,
                        int64_t times)
{
    for (uint32_t i = 0; i < r->cells; i++)
        for (size_t k = 0; k < COLUMNS; k++)
            if (cc_cells_get(c, cell_of ? cell_of[i] : i, k) != times * r->counts[i][k]) return false;
    return true;
}

/* Two copies with other numbers in one group, added up, are twice the rows. */
static bool merges(const struct rows *r, const struct cc_cells *c)
{
    static uint32_t shifted[1 << 22];
    struct cc_cells *sum = cc_cells_alloc(r->groups, COLUMNS);
    uint32_t cell_of[ROWS], again[ROWS];
    const uint32_t *number_of[GROUPS] = { NULL };
    for (uint32_t i = 0; i < 1 << 22; i++) shifted[i] = i ^ 1;
    number_of[0] = shifted;
    bool ok = cc_cells_merge(sum, c, NULL, NULL) && same_counts(r, sum, NULL, 1);
    cc_cells_free(sum);
    sum = cc_cells_alloc(r->groups, COLUMNS);
    ok = ok && cc_cells_merge(sum, c, number_of, cell_of) && cc_cells_merge(sum, c, number_of, again)
         && cc_cells_count(sum) == r->cells && same_counts(r, sum, again, 2)
         && !memcmp(cell_of, again, r->cells * sizeof *again);
    for (uint32_t i = 0; ok && i < r->cells; i++)
        for (size_t g = 0; g < r->groups; g++)
            ok = ok && cc_cells_tuple(sum, cell_of[i])[g] == (cc_cells_tuple(c, i)[g] ^ (g == 0));
    cc_cells_free(sum);
    return ok;
}

static void test_chance(void)
{
    static struct rows r;
    const uint32_t sizes[][GROUPS] = { /* a lookup; one that must grow; hashes, soon or late */
        { 2, 3, 5, 2, 4 }, { 37, 211, 9, 1, 3 }, { 1000, 1000, 4, 4, 4 }, { 4000000, 9, 2, 2, 2 },
        { 300, 300, 300, 300, 300 } };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t groups = 1; groups <= GROUPS; groups++) {
            chance_state = (uint32_t)(37 * s + groups);
            make_rows(&r, groups, sizes[s]);
            struct cc_cells *c = cc_cells_alloc(groups, COLUMNS);
            OK(count_rows(&r, c) && cc_cells_count(c) == r.cells && same_counts(&r, c, NULL, 1));
            OK(merges(&r, c));
            cc_cells_free(c);
        }
}

/* The margins are the same by array and by hash, and a merge keeps them. */
static void test_margins(void)
{
    const uint32_t far[] = { 5000000, 5000000 };
    struct cc_cells *dense = cc_cells_alloc(2, 1), *hashed = cc_cells_alloc(2, 1);
    struct cc_cells *sum = cc_cells_alloc(2, 1);
    OK(cc_cells_at(hashed, far) == 0);
    for (uint32_t i = 0; i < 37; i++) {
        const uint32_t tuple[] = { i % 4, i % 7 };
        cc_cells_add(dense, cc_cells_at(dense, tuple), 0, i);
        cc_cells_add(hashed, cc_cells_at(hashed, tuple), 0, i);
    }
    OK(cc_cells_add_margins(dense) && cc_cells_add_margins(hashed) && cc_cells_merge(sum, dense, NULL, NULL));
    for (uint32_t cell = 0; cell < cc_cells_count(dense); cell++) {
        const uint32_t tuple[] = { cc_cells_tuple(dense, cell)[0], cc_cells_tuple(dense, cell)[1] };
        OK(cc_cells_get(dense, cell, 0) == cc_cells_get(hashed, cc_cells_at(hashed, tuple), 0));
        OK(cc_cells_get(dense, cell, 0) == cc_cells_get(sum, cc_cells_at(sum, tuple), 0));
    }
    const uint32_t all[] = { CC_CELLS_TOTAL, CC_CELLS_TOTAL };
    OK(cc_cells_count(sum) == cc_cells_count(dense) && cc_cells_get(sum, cc_cells_at(sum, all), 0) == 666);
    cc_cells_free(dense);
    cc_cells_free(hashed);
    cc_cells_free(sum);
}

int main(void)
{
    test_by_hand();
    test_no_groups();
    test_chance();
    test_margins();
    return tap_done();
}

/* Cells and units, held against the plain definition of what they count. */
#include "stats/counting/cc_units.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"

static void test_cells(void)
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
    const uint32_t row[] = { 3, CC_CELLS_TOTAL }, column[] = { CC_CELLS_TOTAL, 1 }, all[] = { CC_CELLS_TOTAL, CC_CELLS_TOTAL };
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
    OK(cc_cells_count(c) == 0 && cc_cells_at(c, &none) == 0 && cc_cells_at(c, &none) == 0);
    cc_cells_add(c, 0, 0, INT64_C(5000000000));
    OK(cc_cells_add_margins(c) && cc_cells_count(c) == 1 && cc_cells_get(c, 0, 0) == INT64_C(5000000000));
    cc_cells_free(c);
}

static bool see(struct cc_units *u, const char *key, const char *rank, uint32_t cell, uint8_t x, uint8_t y)
{
    const uint8_t answers[] = { x, y };
    const struct cc_sighting s = { key, strlen(key), rank, strlen(rank), &cell, answers };
    return cc_units_see(u, &s);
}

static int64_t cell_count(struct cc_cells *c, uint32_t cell, size_t column)
{
    return cc_cells_get(c, cc_cells_at(c, &cell), column);
}

static void test_representative(void)
{
    struct cc_units *u = cc_units_alloc(1, 2);
    struct cc_cells *c = cc_cells_alloc(1, 5);
    OK(see(u, "A", "m", 0, 0, 1));
    OK(see(u, "A", "c", 1, 1, 0));  /* better */
    OK(see(u, "A", "c", 2, 0, 2));  /* as good, but later: does not represent; its answers count */
    OK(see(u, "A", "cc", 3, 0, 0)); /* longer is worse */
    OK(see(u, "B", "", 2, 2, 0));
    OK(see(u, "B", "a", 1, 0, 0));  /* the empty rank is best */
    OK(see(u, "AB", "z", 2, 1, 1));
    OK(cc_units_number(u) == 3);
    OK(cc_units_count(u, c));
    OK(cc_cells_count(c) == 2);
    OK(cell_count(c, 1, 0) == 1 && cell_count(c, 1, 1) == 0 && cell_count(c, 1, 2) == 1);   /* A */
    OK(cell_count(c, 1, 3) == 1 && cell_count(c, 1, 4) == 0);
    OK(cell_count(c, 2, 0) == 2 && cell_count(c, 2, 1) == 1 && cell_count(c, 2, 2) == 0);   /* B and AB */
    OK(cell_count(c, 2, 3) == 1 && cell_count(c, 2, 4) == 1);
    cc_units_free(u);
    cc_units_free(NULL);
    cc_cells_free(c);
}

enum { KEYS = 500, SIGHTINGS = 20000, CELLS = 7 };

struct plain { bool seen; unsigned rank; uint32_t cell; uint8_t best; };

/* Against arrays: keys with NUL bytes, ranks of four bytes, first of equals stays. */
static void test_many(void)
{
    struct plain *plain = calloc(KEYS, sizeof *plain);
    struct cc_units *u = cc_units_alloc(1, 1);
    struct cc_cells *c = cc_cells_alloc(1, 3);
    unsigned random = 12345;
    bool ok = plain && u && c;
    for (int i = 0; ok && i < SIGHTINGS; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned key = (random >> 8) % KEYS, rank = (random >> 20) % 50;
        uint32_t cell = (random >> 12) % CELLS;
        uint8_t answer = (uint8_t)((random >> 27) % 3);
        const char key_bytes[] = { (char)(key & 0xff), 0, (char)(key >> 8) }, rank_bytes[] = { 0, (char)rank };
        const struct cc_sighting s = { key_bytes, 3, rank_bytes, 2, &cell, &answer };
        ok = cc_units_see(u, &s);
        struct plain *p = &plain[key];
        if (!p->seen || rank < p->rank) *p = (struct plain){ true, rank, cell, p->best };
        if (answer > p->best) p->best = answer;
    }
    OK(ok && cc_units_count(u, c));
    int64_t want[CELLS][3] = { { 0 } };
    size_t number = 0;
    for (int k = 0; k < KEYS; k++) {
        if (!plain[k].seen) continue;
        number++;
        want[plain[k].cell][0]++;
        want[plain[k].cell][1] += plain[k].best == 2;
        want[plain[k].cell][2] += plain[k].best == 1;
    }
    OK(number == cc_units_number(u));
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (size_t k = 0; k < 3; k++) OK(cell_count(c, cell, k) == want[cell][k]);
    free(plain);
    cc_units_free(u);
    cc_cells_free(c);
}

int main(void)
{
    test_cells();
    test_no_groups();
    test_representative();
    test_many();
    return tap_done();
}

/* Protection against subtraction, tried by an attacker of its own: a constraint solver that
 * looks for other values of the hidden cells. It shares no code with the module. */
#include <stdint.h>
#include <stdlib.h>

#include "report/protect/cc_protect.h"
#include "tests/tap.h"

enum { MAX_CELLS = 125, MAX_SUMS = 75, CAP = 400 };

struct cube {
    size_t size[3], cells_n, sums_n, parts_n; /* index size[d] is the margin of dimension d */
    struct cc_cell cells[MAX_CELLS];
    struct cc_sum sums[MAX_SUMS];
    size_t parts[3 * MAX_CELLS];
};

static uint64_t seed = 20240930;

static int draw(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

static size_t at(const struct cube *c, size_t i, size_t j, size_t k)
{
    return (i * (c->size[1] + 1) + j) * (c->size[2] + 1) + k;
}

static void add_sum(struct cube *c, size_t total, size_t first)
{
    c->sums[c->sums_n++] = (struct cc_sum){ total, first, c->parts_n - first };
}

/* One sum for each line along each dimension, margins included: the whole cube. A dimension of
 * size 0 is absent. */
static void add_sums(struct cube *c)
{
    for (int d = 0; d < 3; d++) {
        if (!c->size[d]) continue;
        size_t n[3] = { c->size[0], c->size[1], c->size[2] }, x[3];
        n[d] = 0;
        for (x[0] = 0; x[0] <= n[0]; x[0]++)
            for (x[1] = 0; x[1] <= n[1]; x[1]++)
                for (x[2] = 0; x[2] <= n[2]; x[2]++) {
                    size_t y[3] = { x[0], x[1], x[2] }, first = c->parts_n;
                    double sum = 0;
                    for (y[d] = 0; y[d] < c->size[d]; y[d]++) {
                        c->parts[c->parts_n++] = at(c, y[0], y[1], y[2]);
                        sum += c->cells[at(c, y[0], y[1], y[2])].value;
                    }
                    y[d] = c->size[d];
                    c->cells[at(c, y[0], y[1], y[2])] = (struct cc_cell){ sum, CC_CELL_SHOWN, false };
                    add_sum(c, at(c, y[0], y[1], y[2]), first);
                }
    }
}

static int random_value(void)
{
    switch (draw(5)) {
    case 0: return 0;
    case 1: return 1 + draw(3);
    case 2: return 1 + draw(10);
    default: return 11 + draw(25);
    }
}

static void random_cube(struct cube *c, size_t a, size_t b, size_t d)
{
    *c = (struct cube){ .size = { a, b, d } };
    c->cells_n = (a + 1) * (b + 1) * (d + 1);
    for (size_t i = 0; i < (a ? a : 1); i++)
        for (size_t j = 0; j < (b ? b : 1); j++)
            for (size_t k = 0; k < (d ? d : 1); k++)
                c->cells[at(c, i, j, k)] = (struct cc_cell){ random_value(), CC_CELL_SHOWN, false };
    add_sums(c);
}

static struct cc_protect_problem problem(struct cube *c)
{
    return (struct cc_protect_problem){ c->cells, c->cells_n, c->sums, c->sums_n, c->parts, c->parts_n };
}

static struct cc_protect_count protect(struct cube *c, int high)
{
    struct cc_protect_problem p = problem(c);
    struct cc_protect_rule rule = { 1, high, true };
    struct cc_protect_count n;
    OK(cc_protect(&p, &rule, &n) == CC_OK);
    return n;
}

/* ---- the attacker ---- */

struct known {
    int low[MAX_CELLS], high[MAX_CELLS];
};

/* Narrows the bounds by all sums; false if there is no solution. */
static int narrow(const struct cube *c, struct known *k)
{
    for (int again = 1; again;) {
        again = 0;
        for (size_t s = 0; s < c->sums_n; s++) {
            const struct cc_sum *e = &c->sums[s];
            int low = 0, high = 0, *tl = &k->low[e->total], *th = &k->high[e->total];
            for (size_t i = 0; i < e->count; i++) {
                low += k->low[c->parts[e->first + i]];
                high += k->high[c->parts[e->first + i]];
            }
            if (low > *tl) *tl = low, again = 1;
            if (high < *th) *th = high, again = 1;
            if (*tl > *th) return 0;
            for (size_t i = 0; i < e->count; i++) {
                int *l = &k->low[c->parts[e->first + i]], *h = &k->high[c->parts[e->first + i]];
                int most = *th - (low - *l), least = *tl - (high - *h);
                if (most < *h) high -= *h - most, *h = most, again = 1;
                if (least > *l) low += least - *l, *l = least, again = 1;
                if (*l > *h) return 0;
            }
        }
    }
    return 1;
}

static int solvable(const struct cube *c, struct known k, int *budget)
{
    if (!narrow(c, &k)) return 0;
    if (--*budget < 0) return 0;
    size_t best = MAX_CELLS;
    for (size_t i = 0; i < c->cells_n; i++)
        if (k.high[i] > k.low[i] && (best == MAX_CELLS || k.high[i] - k.low[i] < k.high[best] - k.low[best]))
            best = i;
    if (best == MAX_CELLS) return 1;
    for (int v = k.low[best]; v <= k.high[best]; v++) {
        struct known next = k;
        next.low[best] = next.high[best] = v;
        if (solvable(c, next, budget)) return 1;
    }
    return 0;
}

/* What a reader knows: shown cells, 1 to high of a primary one, and of a secondary one that it
 * is not small (one that is 0 is only known not to be negative). */
static struct known knowledge(const struct cube *c, int high)
{
    struct known k;
    for (size_t i = 0; i < c->cells_n; i++) {
        int v = (int)c->cells[i].value;
        enum cc_cell_state s = c->cells[i].state;
        k.low[i] = s == CC_CELL_PRIMARY ? 1 : s == CC_CELL_SECONDARY ? (v > high ? high + 1 : 0) : v;
        k.high[i] = s == CC_CELL_PRIMARY ? high : s == CC_CELL_SECONDARY ? CAP : v;
    }
    return k;
}

static int pinned(const struct cube *c, size_t cell, int high)
{
    int v = (int)c->cells[cell].value, budget = 20000;
    struct known below = knowledge(c, high), above = below;
    below.high[cell] = v - 1;
    above.low[cell] = v + 1;
    return !(below.high[cell] >= below.low[cell] && solvable(c, below, &budget))
           && !(above.low[cell] <= above.high[cell] && solvable(c, above, &budget));
}

static size_t broken(const struct cube *c, int high)
{
    size_t n = 0;
    for (size_t i = 0; i < c->cells_n; i++)
        if (c->cells[i].state == CC_CELL_PRIMARY) n += (size_t)pinned(c, i, high);
    return n;
}

static void test_random(void)
{
    size_t hidden = 0, shown = 0, bad = 0, open = 0, two = 0;
    for (int t = 0; t < 3000; t++) {
        struct cube c;
        int flat = t % 4 != 0;
        random_cube(&c, 2 + (size_t)draw(flat ? 3 : 2), 2 + (size_t)draw(flat ? 3 : 2),
                    flat ? 0 : 2 + (size_t)draw(2));
        two += (size_t)flat;
        int high = t % 3 ? 10 : 5;
        struct cc_protect_count n = protect(&c, high);
        bad += broken(&c, high);
        open += n.open;
        hidden += n.primary + n.secondary;
        shown += c.cells_n - n.primary - n.secondary;
    }
    OK(bad == 0);
    OK(open == 0);
    OK(hidden > 10000 && shown > 10000);
    printf("# %zu flat tables, %zu cells hidden, %zu shown\n", two, hidden, shown);
}

/* The attacker must be able to win: without secondary protection it does. */
static void test_attacker(void)
{
    struct cube c;
    size_t won = 0;
    for (int t = 0; t < 200; t++) {
        random_cube(&c, 3, 3, 0);
        struct cc_protect_problem p = problem(&c);
        struct cc_protect_rule rule = { 1, 10, false };
        struct cc_protect_count n;
        OK(cc_protect(&p, &rule, &n) == CC_OK && n.secondary == 0);
        won += broken(&c, 10) > 0;
    }
    OK(won > 100);
}

static void test_stable(void)
{
    for (int t = 0; t < 300; t++) {
        struct cube a, b, less;
        random_cube(&a, 3, 4, 0);
        b = less = a;
        protect(&a, 10);
        protect(&b, 10);
        protect(&less, 5);
        int same = 1, again = 1, monotone = 1;
        for (size_t i = 0; i < a.cells_n; i++) {
            same &= a.cells[i].state == b.cells[i].state;
            monotone &= less.cells[i].state != CC_CELL_PRIMARY || a.cells[i].state == CC_CELL_PRIMARY;
            if (b.cells[i].state != CC_CELL_SHOWN) b.cells[i].value = NAN;
        }
        protect(&b, 10);
        for (size_t i = 0; i < a.cells_n; i++) again &= a.cells[i].state == b.cells[i].state;
        OK(same);
        OK(again);
        OK(monotone);
    }
}

/* A column with its total: 6 among 28, 97, 15. The smallest other is hidden, the total stays. */
static void test_column(void)
{
    struct cc_cell cells[5] = { { 28, CC_CELL_SHOWN, false }, { 97, CC_CELL_SHOWN, false },
                                { 15, CC_CELL_SHOWN, false }, { 6, CC_CELL_SHOWN, false },
                                { 146, CC_CELL_SHOWN, false } };
    struct cc_sum sum = { 4, 0, 4 };
    size_t parts[] = { 0, 1, 2, 3 };
    struct cc_protect_problem p = { cells, 5, &sum, 1, parts, 4 };
    struct cc_protect_rule rule = { 1, 10, true };
    struct cc_protect_count n;
    OK(cc_protect(&p, &rule, &n) == CC_OK && n.primary == 1 && n.secondary == 1 && n.open == 0);
    OK(cells[3].state == CC_CELL_PRIMARY && cells[2].state == CC_CELL_SECONDARY
       && cells[4].state == CC_CELL_SHOWN);
}

/* Two hidden tens whose sum 20 is shown are both known; so are two ones of a hidden pair. */
static void test_bounds(void)
{
    struct cc_cell cells[4] = { { 10, CC_CELL_SHOWN, false }, { 10, CC_CELL_SHOWN, false },
                                { 40, CC_CELL_SHOWN, false }, { 60, CC_CELL_SHOWN, false } };
    struct cc_sum sum = { 3, 0, 3 };
    size_t parts[] = { 0, 1, 2 };
    struct cc_protect_problem p = { cells, 4, &sum, 1, parts, 3 };
    struct cc_protect_rule rule = { 1, 10, true };
    struct cc_protect_count n;
    OK(cc_protect(&p, &rule, &n) == CC_OK && n.primary == 2 && n.secondary == 1);
    OK(cells[2].state == CC_CELL_SECONDARY && cells[3].state == CC_CELL_SHOWN);
}

static void test_small(void)
{
    struct cc_protect_rule rule = { 1, 10, true }, none = { 0, -1, false };
    OK(!cc_protect_small(&rule, 0) && cc_protect_small(&rule, 1) && cc_protect_small(&rule, 10));
    OK(!cc_protect_small(&rule, 11) && cc_protect_small(&rule, .4) && cc_protect_small(&rule, 10.9));
    OK(!cc_protect_small(&none, 0) && !cc_protect_small(&none, 5));
}

int main(void)
{
    test_small();
    test_column();
    test_bounds();
    test_attacker();
    test_stable();
    test_random();
    return tap_done();
}

#include "report/protect/cc_protect.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { NODE_BUDGET = 3000 };

/* A cell's place in a sum: sign -1 for its total, +1 for a part. */
struct place {
    size_t sum;
    int sign;
};

struct work {
    struct cc_protect_problem *p;
    const struct cc_protect_rule *rule;
    size_t *first;        /* cells_n + 1: where the places of each cell start */
    struct place *places;
    size_t *hidden;       /* sums_n: hidden cells of each sum; 0 for a sum that is ignored */
    bool *safe;           /* cells with a witness */
    signed char *move;    /* the witness being built: -1, 0, +1 for each cell */
    int *off;             /* sums_n: what the moves leave over in each sum */
    size_t *moved;        /* cells moved so far, in order */
    size_t moved_n, nodes;
};

bool cc_protect_small(const struct cc_protect_rule *rule, double value)
{
    return rule->high >= rule->low && floor(value) <= rule->high
           && (value >= rule->low || (value > 0 && rule->low == 1));
}

static bool hidden(const struct cc_cell *c)
{
    return c->state == CC_CELL_PRIMARY || c->state == CC_CELL_SECONDARY || c->state == CC_CELL_OPEN;
}

/* The i-th cell of a sum; the total comes first. */
static size_t member(const struct work *w, size_t sum, size_t i)
{
    const struct cc_sum *s = &w->p->sums[sum];
    return i ? w->p->parts[s->first + i - 1] : s->total;
}

static bool ignored(const struct work *w, size_t sum)
{
    return w->p->cells[w->p->sums[sum].total].state == CC_CELL_ABSENT;
}

static void make_places(struct work *w)
{
    for (size_t s = 0; s < w->p->sums_n; s++)
        for (size_t i = 0; !ignored(w, s) && i <= w->p->sums[s].count; i++) w->first[member(w, s, i) + 1]++;
    for (size_t c = 0; c < w->p->cells_n; c++) w->first[c + 1] += w->first[c];
    for (size_t s = w->p->sums_n; s-- > 0;)
        for (size_t i = 0; !ignored(w, s) && i <= w->p->sums[s].count; i++) {
            size_t at = w->first[member(w, s, i)]++;
            w->places[at] = (struct place){ s, i ? 1 : -1 };
        }
    for (size_t c = w->p->cells_n; c > 0; c--) w->first[c] = w->first[c - 1];
    w->first[0] = 0;
}

static void count_hidden(struct work *w)
{
    for (size_t c = 0; c < w->p->cells_n; c++)
        for (size_t i = w->first[c]; hidden(&w->p->cells[c]) && i < w->first[c + 1]; i++)
            w->hidden[w->places[i].sum]++;
}

static size_t only_hidden(const struct work *w, size_t sum)
{
    size_t i = 0;
    while (!hidden(&w->p->cells[member(w, sum, i)])) i++;
    return member(w, sum, i);
}

/* Sums in which a cell would be the only hidden one. */
static size_t opens(const struct work *w, size_t cell)
{
    size_t n = 0;
    for (size_t i = w->first[cell]; i < w->first[cell + 1]; i++) n += w->hidden[w->places[i].sum] == 0;
    return n;
}

struct choice {
    bool found, total, zero;
    size_t opens, cell;
    double value;
};

static bool better(const struct choice *a, const struct choice *b)
{
    if (!b->found) return true;
    if (a->total != b->total) return b->total;
    if (a->zero != b->zero) return b->zero;
    if (a->opens != b->opens) return a->opens < b->opens;
    if (a->value != b->value) return a->value < b->value;
    return a->cell < b->cell;
}

/* The best cell of a sum to hide: no total and no zero if there is another, one that leaves no
 * new sum with a single hidden cell, then the smallest. */
static void choose(const struct work *w, size_t sum, struct choice *best)
{
    for (size_t i = 0; i <= w->p->sums[sum].count; i++) {
        size_t cell = member(w, sum, i);
        const struct cc_cell *c = &w->p->cells[cell];
        if (c->state != CC_CELL_SHOWN || c->unprinted) continue;
        struct choice x = { true, i == 0, c->value == 0, 0, cell, c->value };
        x.opens = opens(w, cell);
        if (better(&x, best)) *best = x;
    }
}

static void hide(struct work *w, size_t cell)
{
    w->p->cells[cell].state = CC_CELL_SECONDARY;
    for (size_t i = w->first[cell]; i < w->first[cell + 1]; i++) w->hidden[w->places[i].sum]++;
}

/* Until no sum has exactly one hidden cell; a cell that may be derived is left. */
static void close_singles(struct work *w)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t s = 0; s < w->p->sums_n; s++) {
            if (w->hidden[s] != 1 || w->p->cells[only_hidden(w, s)].state == CC_CELL_OPEN) continue;
            struct choice best = { 0 };
            choose(w, s, &best);
            if (!best.found) continue;
            hide(w, best.cell);
            again = true;
        }
    }
}

/* May the cell's value be one more or less, for all a reader knows? A primary cell is known to
 * lie within the rule, a secondary one not to be small, a cell not to be negative. */
static bool may_move(const struct work *w, size_t cell, int by)
{
    const struct cc_cell *c = &w->p->cells[cell];
    if (!hidden(c) || w->move[cell]) return false;
    if (isnan(c->value)) return true;
    double to = c->value + by;
    if (c->state == CC_CELL_PRIMARY) return to >= w->rule->low && to < w->rule->high + 1;
    if (c->state == CC_CELL_SECONDARY && c->value > w->rule->high) return to > w->rule->high;
    return to >= 0;
}

static void move(struct work *w, size_t cell, int by, int undo)
{
    w->move[cell] = (signed char)(undo ? 0 : by);
    for (size_t i = w->first[cell]; i < w->first[cell + 1]; i++)
        w->off[w->places[i].sum] += (undo ? -by : by) * w->places[i].sign;
    if (undo) w->moved_n--;
    else w->moved[w->moved_n++] = cell;
}

/* How much farther from agreement a move takes all sums. */
static int cost(const struct work *w, size_t cell, int by)
{
    int n = 0;
    for (size_t i = w->first[cell]; i < w->first[cell + 1]; i++) {
        int off = w->off[w->places[i].sum];
        n += abs(off + by * w->places[i].sign) - abs(off);
    }
    return n;
}

static size_t disagreeing(const struct work *w)
{
    for (size_t m = w->moved_n; m-- > 0;)
        for (size_t i = w->first[w->moved[m]]; i < w->first[w->moved[m] + 1]; i++)
            if (w->off[w->places[i].sum]) return w->places[i].sum;
    return SIZE_MAX;
}

/* Depth first, the move that settles most first. Leaves the moves in place when it succeeds. */
static bool complete(struct work *w)
{
    size_t sum = disagreeing(w);
    if (sum == SIZE_MAX) return true;
    if (w->nodes++ >= NODE_BUDGET) return false;
    int want = w->off[sum] > 0 ? -1 : 1, most = 0;
    for (size_t i = 0; i <= w->p->sums[sum].count; i++) {
        size_t c = member(w, sum, i);
        int dims = (int)(w->first[c + 1] - w->first[c]);
        if (dims > most) most = dims;
    }
    for (int level = -most; level <= most; level++)
        for (size_t i = 0; i <= w->p->sums[sum].count; i++) {
            size_t c = member(w, sum, i);
            int by = i ? want : -want;
            if (!may_move(w, c, by) || cost(w, c, by) != level) continue;
            move(w, c, by, 0);
            if (complete(w)) return true;
            move(w, c, by, 1);
            if (w->nodes >= NODE_BUDGET) return false;
        }
    return false;
}

/* Tries to show the cell safe; every primary cell that the witness moves is safe with it. */
static bool witness(struct work *w, size_t cell)
{
    for (int by = -1; by <= 1; by += 2) {
        w->nodes = 0;
        if (!may_move(w, cell, by)) continue;
        move(w, cell, by, 0);
        bool found = complete(w);
        while (w->moved_n) {
            size_t c = w->moved[w->moved_n - 1];
            if (found) w->safe[c] = true;
            move(w, c, w->move[c], 1);
        }
        if (found) return true;
    }
    return false;
}

/* One more cell among the sums of a derivable cell; if these hold no more, of all sums that
 * are tied to it by hidden cells. */
static bool hide_near(struct work *w, size_t cell)
{
    struct choice best = { 0 };
    for (size_t i = w->first[cell]; i < w->first[cell + 1]; i++) choose(w, w->places[i].sum, &best);
    if (!best.found) {
        size_t n = 0;
        w->moved[n++] = cell;
        w->move[cell] = 1;
        for (size_t k = 0; k < n; k++)
            for (size_t i = w->first[w->moved[k]]; i < w->first[w->moved[k] + 1]; i++) {
                size_t s = w->places[i].sum;
                choose(w, s, &best);
                for (size_t j = 0; j <= w->p->sums[s].count; j++) {
                    size_t c = member(w, s, j);
                    if (!hidden(&w->p->cells[c]) || w->move[c]) continue;
                    w->move[c] = 1;
                    w->moved[n++] = c;
                }
            }
        while (n > 0) w->move[w->moved[--n]] = 0;
    }
    if (best.found) hide(w, best.cell);
    return best.found;
}

static size_t audit(struct work *w)
{
    size_t open = 0;
    for (size_t c = 0; c < w->p->cells_n; c++) {
        if (w->p->cells[c].state != CC_CELL_PRIMARY || isnan(w->p->cells[c].value)) continue;
        while (!w->safe[c] && !witness(w, c)) {
            if (!hide_near(w, c)) {
                open++;
                break;
            }
            close_singles(w);
        }
    }
    return open;
}

static void mark_primary(struct work *w)
{
    for (size_t i = 0; i < w->p->cells_n; i++) {
        struct cc_cell *c = &w->p->cells[i];
        bool free = c->state == CC_CELL_SHOWN || c->state == CC_CELL_OPEN;
        if (free && cc_protect_small(w->rule, c->value)) c->state = CC_CELL_PRIMARY;
    }
}

enum cc_status cc_protect(struct cc_protect_problem *p, const struct cc_protect_rule *rule,
                          struct cc_protect_count *out)
{
    *out = (struct cc_protect_count){ 0 };
    struct work w = { .p = p, .rule = rule };
    w.first = calloc(p->cells_n + 2, sizeof *w.first);
    w.places = calloc(p->parts_n + p->sums_n + 1, sizeof *w.places);
    w.hidden = calloc(p->sums_n + 1, sizeof *w.hidden);
    w.safe = calloc(p->cells_n + 1, sizeof *w.safe);
    w.move = calloc(p->cells_n + 1, sizeof *w.move);
    w.off = calloc(p->sums_n + 1, sizeof *w.off);
    w.moved = calloc(p->cells_n + 1, sizeof *w.moved);
    bool ok = w.first && w.places && w.hidden && w.safe && w.move && w.off && w.moved;
    if (ok) {
        make_places(&w);
        mark_primary(&w);
        count_hidden(&w);
        if (rule->secondary) {
            close_singles(&w);
            out->open = audit(&w);
        }
        for (size_t i = 0; i < p->cells_n; i++) {
            if (p->cells[i].unprinted) continue;
            out->primary += p->cells[i].state == CC_CELL_PRIMARY;
            out->secondary += p->cells[i].state == CC_CELL_SECONDARY;
        }
    }
    free(w.first);
    free(w.places);
    free(w.hidden);
    free(w.safe);
    free(w.move);
    free(w.off);
    free(w.moved);
    return ok ? CC_OK : CC_ENOMEM;
}

/* Units counted once, held against the plain definition of what they count. */
#include "stats/counting/cc_units.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_spill.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* --- by hand --- */

static bool see(struct cc_units *u, const char *key, const char *rank, uint32_t cell, uint8_t x, uint8_t y)
{
    const uint8_t answers[] = { x, y };
    const struct cc_sighting s = { key, strlen(key), rank, strlen(rank), cell, answers };
    return cc_units_see(u, &s, NULL) == CC_OK;
}

static struct cc_cells *make_cells(uint32_t n, size_t counts)
{
    struct cc_cells *c = cc_cells_alloc(1, 1 + 2 * counts);
    for (uint32_t i = 0; i < n; i++)
        if (cc_cells_at(c, &i) != i) abort();
    return c;
}

static bool row_is(const struct cc_cells *c, uint32_t cell, const int64_t *want)
{
    for (size_t k = 0; k < cc_cells_columns(c); k++)
        if (cc_cells_get(c, cell, k) != want[k]) return false;
    return true;
}

static void test_representative(void)
{
    struct cc_units *u = cc_units_alloc(&(struct cc_units_options){ .counts = 2 });
    struct cc_cells *c = make_cells(4, 2);
    OK(see(u, "A", "m", 0, 0, 1));
    OK(see(u, "A", "c", 1, 1, 0));  /* better */
    OK(see(u, "A", "c", 2, 0, 2));  /* as good, but later: does not represent; its answers count */
    OK(see(u, "A", "cc", 3, 0, 0)); /* longer is worse */
    OK(see(u, "B", "", 2, 2, 0));
    OK(see(u, "B", "a", 1, 0, 0)); /* the empty rank is best */
    OK(see(u, "AB", "z", 2, 1, 1));
    OK(cc_units_count(&u, NULL, 1, 1, c, NULL) == CC_OK);
    OK(row_is(c, 0, (int64_t[]){ 0, 0, 0, 0, 0 }));
    OK(row_is(c, 1, (int64_t[]){ 1, 0, 1, 1, 0 })); /* A */
    OK(row_is(c, 2, (int64_t[]){ 2, 1, 0, 1, 1 })); /* B and AB */
    OK(row_is(c, 3, (int64_t[]){ 0, 0, 0, 0, 0 }));
    cc_units_free(u);
    cc_units_free(NULL);
    cc_cells_free(c);
}

static void test_per_cell(void)
{
    struct cc_units *u = cc_units_alloc(&(struct cc_units_options){ .counts = 2, .per_cell = true });
    struct cc_cells *c = make_cells(2, 2);
    OK(see(u, "A", "m", 0, 0, 1) && see(u, "A", "c", 1, 1, 0) && see(u, "A", "x", 0, 2, 0));
    OK(see(u, "B", "", 1, 0, 0));
    OK(cc_units_count(&u, NULL, 1, 2, c, NULL) == CC_OK);
    OK(row_is(c, 0, (int64_t[]){ 1, 1, 0, 0, 1 }));
    OK(row_is(c, 1, (int64_t[]){ 2, 0, 0, 1, 0 }));
    cc_units_free(u);
    cc_cells_free(c);
}

/* Stores in their order: the first of equals stays, and each store has cell numbers of its own. */
static void test_stores(void)
{
    struct cc_units *u[3];
    for (size_t i = 0; i < 3; i++) u[i] = cc_units_alloc(&(struct cc_units_options){ .counts = 2 });
    struct cc_cells *c = make_cells(3, 2);
    const uint32_t first[] = { 2 }, last[] = { 1, 0 };
    const uint32_t *const maps[] = { first, NULL, last };
    OK(see(u[2], "A", "c", 0, 2, 0) && see(u[0], "A", "c", 0, 0, 0)); /* A: cell 2 of store 0 */
    OK(see(u[2], "B", "b", 1, 0, 0) && see(u[0], "B", "c", 0, 1, 1)); /* B: cell 0 of store 2 */
    OK(cc_units_count(u, maps, 3, 2, c, NULL) == CC_OK);
    OK(row_is(c, 0, (int64_t[]){ 1, 0, 0, 1, 1 }) && row_is(c, 2, (int64_t[]){ 1, 1, 0, 0, 0 }));
    for (size_t i = 0; i < 3; i++) cc_units_free(u[i]);
    cc_cells_free(c);
}

static void test_nothing(void)
{
    struct cc_units *u = cc_units_alloc(&(struct cc_units_options){ .counts = 1 });
    struct cc_cells *none = make_cells(0, 1), *some = make_cells(1, 1);
    OK(cc_units_count(&u, NULL, 1, 4, none, NULL) == CC_OK && cc_cells_count(none) == 0);
    OK(cc_units_count(&u, NULL, 1, 4, some, NULL) == CC_OK && cc_cells_get(some, 0, 0) == 0);
    OK(cc_units_count(NULL, NULL, 0, 4, some, NULL) == CC_OK);
    cc_units_free(u);
    cc_cells_free(none);
    cc_cells_free(some);
}

/* --- by chance --- */

static uint64_t chance_state;

static uint64_t chance(uint64_t n) /* below n */
{
    uint64_t x = chance_state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % n;
}

struct trial {
    size_t sightings, keys, stores, counts, memory, long_key, long_rank;
    uint32_t cells;
    unsigned threads;
    bool per_cell, maps, hot;
};

/* Cells of the sightings are those of the result. */
struct world {
    struct trial t;
    struct cc_sighting *s, *keys;
    size_t *store;          /* of each sighting, ascending */
    uint32_t **to, **from;  /* per store: its cell -> the cell in the result, and back */
    struct cc_arena arena;
};

/* Bytes of few kinds, NUL among them, so that some are the beginning of others and ranks are often equal. */
static char *random_bytes(struct world *w, size_t n, unsigned kinds)
{
    char *bytes = cc_arena_alloc(&w->arena, n + 1);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)(chance(kinds) * 85);
    return bytes;
}

static void make_keys(struct world *w)
{
    w->keys = cc_arena_alloc(&w->arena, w->t.keys * sizeof *w->keys);
    for (size_t i = 0; i < w->t.keys; i++) {
        bool is_long = w->t.long_key && chance(4) == 0;
        w->keys[i].key_size = is_long ? w->t.long_key - chance(3) : chance(24);
        w->keys[i].key = random_bytes(w, w->keys[i].key_size, 4);
    }
}

static void make_sighting(struct world *w, size_t i)
{
    struct cc_sighting *s = &w->s[i];
    *s = w->keys[w->t.hot && chance(4) ? 0 : chance(w->t.keys)];
    s->rank_size = w->t.long_rank && chance(8) == 0 ? w->t.long_rank - chance(3) : chance(5);
    s->rank = random_bytes(w, s->rank_size, 2);
    s->cell = (uint32_t)chance(w->t.cells);
    uint8_t *answers = cc_arena_alloc(&w->arena, w->t.counts + 1);
    for (size_t k = 0; k < w->t.counts; k++) answers[k] = (uint8_t)(chance(6) < 3 ? 0 : chance(3));
    s->answers = answers;
    w->store[i] = i * w->t.stores / w->t.sightings;
}

static void make_maps(struct world *w)
{
    w->to = cc_arena_alloc(&w->arena, w->t.stores * sizeof *w->to);
    w->from = cc_arena_alloc(&w->arena, w->t.stores * sizeof *w->from);
    for (size_t i = 0; i < w->t.stores; i++) {
        uint32_t *to = w->to[i] = cc_arena_alloc(&w->arena, w->t.cells * sizeof *to);
        w->from[i] = cc_arena_alloc(&w->arena, w->t.cells * sizeof **w->from);
        for (uint32_t c = 0; c < w->t.cells; c++) to[c] = c;
        for (uint32_t c = w->t.cells; w->t.maps && c > 1; c--) { /* shuffled */
            uint32_t other = (uint32_t)chance(c), old = to[c - 1];
            to[c - 1] = to[other];
            to[other] = old;
        }
        for (uint32_t c = 0; c < w->t.cells; c++) w->from[i][to[c]] = c;
    }
}

static void make_world(struct world *w, struct trial t)
{
    *w = (struct world){ .t = t };
    w->s = cc_arena_alloc(&w->arena, t.sightings * sizeof *w->s);
    w->store = cc_arena_alloc(&w->arena, t.sightings * sizeof *w->store);
    make_keys(w);
    for (size_t i = 0; i < t.sightings; i++) make_sighting(w, i);
    make_maps(w);
}

static bool plain_better(const struct cc_sighting *s, const struct cc_sighting *than)
{
    size_t shorter = s->rank_size < than->rank_size ? s->rank_size : than->rank_size;
    int order = memcmp(s->rank, than->rank, shorter);
    return order < 0 || (order == 0 && s->rank_size < than->rank_size);
}

static uint32_t plain_number(const struct world *w, struct cc_intern *in, const struct cc_sighting *s)
{
    struct cc_buf key = { 0 };
    uint32_t cell = w->t.per_cell ? s->cell : 0;
    if (!cc_buf_add(&key, (const char *)&cell, sizeof cell) || !cc_buf_add(&key, s->key, s->key_size))
        abort();
    uint32_t number = cc_intern_number(in, key.data, key.size);
    cc_buf_free(&key);
    return number;
}

/* The definition: one unit after the other, in arrays. */
static void count_plainly(const struct world *w, struct cc_cells *cells)
{
    struct cc_intern *in = cc_intern_alloc();
    size_t counts = w->t.counts;
    const struct cc_sighting **best = calloc(w->t.sightings, sizeof *best);
    uint8_t *answers = calloc(w->t.sightings, counts + 1);
    if (!in || !best || !answers) abort();
    for (size_t i = 0; i < w->t.sightings; i++) {
        uint32_t unit = plain_number(w, in, &w->s[i]);
        if (!best[unit] || plain_better(&w->s[i], best[unit])) best[unit] = &w->s[i];
        for (size_t k = 0; k < counts; k++)
            if (w->s[i].answers[k] > answers[unit * counts + k])
                answers[unit * counts + k] = w->s[i].answers[k];
    }
    for (uint32_t unit = 0; unit < cc_intern_count(in); unit++) {
        cc_cells_add(cells, best[unit]->cell, 0, 1);
        for (size_t k = 0; k < counts; k++) {
            cc_cells_add(cells, best[unit]->cell, 1 + k, answers[unit * counts + k] == 2);
            cc_cells_add(cells, best[unit]->cell, 1 + counts + k, answers[unit * counts + k] == 1);
        }
    }
    cc_intern_free(in);
    free(best);
    free(answers);
}

static bool count_units(const struct world *w, struct cc_cells *cells)
{
    const struct cc_units_options options = { w->t.counts, w->t.per_cell, w->t.memory };
    struct cc_units *stores[8];
    bool ok = true;
    for (size_t i = 0; i < w->t.stores; i++) stores[i] = cc_units_alloc(&options);
    for (size_t i = 0; ok && i < w->t.sightings; i++) {
        struct cc_sighting s = w->s[i];
        s.cell = w->from[w->store[i]][s.cell];
        ok = cc_units_see(stores[w->store[i]], &s, NULL) == CC_OK;
    }
    const uint32_t *const *maps = w->t.maps ? (const uint32_t *const *)w->to : NULL;
    ok = ok && cc_units_count(stores, maps, w->t.stores, w->t.threads, cells, NULL) == CC_OK;
    for (size_t i = 0; i < w->t.stores; i++) cc_units_free(stores[i]);
    return ok;
}

static bool agrees(struct trial t)
{
    struct world w;
    make_world(&w, t);
    struct cc_cells *want = make_cells(t.cells, t.counts), *got = make_cells(t.cells, t.counts);
    count_plainly(&w, want);
    bool ok = count_units(&w, got);
    size_t size = cc_cells_count(want) * cc_cells_columns(want) * sizeof(int64_t);
    ok = ok && !memcmp(cc_cells_counts(want), cc_cells_counts(got), size);
    cc_cells_free(want);
    cc_cells_free(got);
    cc_arena_free(&w.arena);
    return ok;
}

static struct trial make_trial(void)
{
    static const size_t memories[] = { 0, 0, 1, 5000, 60000 }, keys[] = { 1, 12, 211, 3000 };
    struct trial t = { 0 };
    t.sightings = 1 + chance(1500); /* one by one: the order of chances is part of the seed */
    t.keys = keys[chance(4)];
    t.stores = 1 + chance(5);
    t.counts = chance(7);
    t.memory = memories[chance(5)];
    t.long_key = chance(3) ? 0 : 258;
    t.long_rank = chance(3) ? 0 : 258;
    t.cells = 1 + (uint32_t)chance(37);
    t.threads = 1 + (unsigned)chance(4);
    t.per_cell = chance(2);
    t.maps = chance(2);
    t.hot = chance(4) == 0;
    return t;
}

static void test_chance(void)
{
    for (unsigned seed = 1; seed <= 150; seed++) {
        chance_state = seed;
        if (!OK(agrees(make_trial()))) printf("#   seed %u\n", seed);
    }
}

/* Many sightings of few units: stores are made distinct as they grow, with and without a file. */
static void test_growth(void)
{
    chance_state = 37;
    const struct trial t = { .sightings = 250000, .keys = 4000, .stores = 2, .counts = 1, .cells = 7,
                             .threads = 2, .maps = true };
    struct trial file = t, hot = t, per_cell = t;
    file.memory = 200000;
    hot.hot = true;
    hot.keys = 100000;
    per_cell.per_cell = true;
    OK(agrees(t));
    OK(agrees(file));
    OK(agrees(hot));
    OK(agrees(per_cell));
}

/* Keys of 1 MiB, whose partition is also made distinct while it is read back. */
static void test_long_keys(void)
{
    chance_state = 211;
    const struct trial t = { .sightings = 60, .keys = 8, .stores = 3, .counts = 5, .cells = 3, .threads = 2,
                             .long_key = 1 << 20, .long_rank = 1 << 17 };
    struct trial file = t;
    file.memory = 1;
    OK(agrees(t));
    OK(agrees(file));
}

/* --- the temporary file --- */

static size_t entries(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;
    if (!d) abort();
    while (readdir(d)) n++;
    closedir(d);
    return n - 2; /* . and .. */
}

static enum cc_status fill(struct cc_units *u, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (int i = 0; i < 2000 && st == CC_OK; i++) {
        char key[16];
        const struct cc_sighting s = { key, (size_t)snprintf(key, sizeof key, "%d", i), "", 0, 0, NULL };
        st = cc_units_see(u, &s, err);
    }
    return st;
}

static void test_file(void)
{
    const struct cc_units_options small = { .memory = 10000 };
    struct cc_units *u = cc_units_alloc(&small), *full = cc_units_alloc(&small);
    struct cc_units *nowhere = cc_units_alloc(&small);
    struct cc_cells *c = make_cells(1, 0);
    struct cc_error err;
    scratch_text("there", "");
    setenv("TMPDIR", scratch_folder, 1);
    OK(fill(u, &err) == CC_OK && entries(scratch_folder) == 1); /* only what was there */
    OK(cc_units_count(&u, NULL, 1, 2, c, &err) == CC_OK && cc_cells_get(c, 0, 0) == 2000);

    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = (struct rlimit){ 4096, old.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    OK(fill(full, &err) == CC_EIO);
    setrlimit(RLIMIT_FSIZE, &old);
    SAME(err.text, "cannot write a temporary file (TMPDIR says where it goes): File too large");

    setenv("TMPDIR", scratch_path("not-there"), 1);
    OK(fill(nowhere, &err) == CC_EIO);
    SAME(err.text, "cannot make a temporary file (TMPDIR says where it goes): No such file or directory");
    unsetenv("TMPDIR");
    cc_units_free(u);
    cc_units_free(nowhere);
    cc_units_free(full);
    cc_cells_free(c);
}

static void test_spill(void)
{
    struct cc_spill s;
    struct cc_error err;
    char got[8];
    OK(cc_spill_open(&s, &err) == CC_OK);
    OK(cc_spill_add(&s, "37 of", 5, &err) == CC_OK && cc_spill_add(&s, " 211", 4, &err) == CC_OK);
    OK(s.size == 9);
    OK(cc_spill_get(&s, 3, got, 6, &err) == CC_OK && !memcmp(got, "of 211", 6));
    OK(cc_spill_get(&s, 6, got, 4, &err) == CC_EIO);
    SAME(err.text, "cannot read a temporary file (TMPDIR says where it goes): it ended too early");
    cc_spill_close(&s);
}

int main(void)
{
    test_representative();
    test_per_cell();
    test_stores();
    test_nothing();
    test_chance();
    test_growth();
    test_long_keys();
    test_file();
    test_spill();
    return tap_done();
}

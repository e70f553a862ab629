#include "stats/counting/cc_units.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"

struct rank {
    char *bytes;
    uint32_t size, room;
};

struct cc_units {
    size_t groups, counts;
    struct cc_intern *keys;
    struct rank *ranks; /* one a unit */
    uint32_t *tuples;   /* units x groups */
    uint8_t *answers;   /* units x counts */
    size_t rank_room, tuple_room, answer_room;
    size_t number;
    struct cc_arena arena;
};

struct cc_units *cc_units_alloc(size_t groups, size_t counts)
{
    struct cc_units *u = calloc(1, sizeof *u);
    if (!u) return NULL;
    u->groups = groups;
    u->counts = counts;
    if ((u->keys = cc_intern_alloc())) return u;
    free(u);
    return NULL;
}

static bool add_unit(struct cc_units *u)
{
    size_t n = u->number;
    if (!cc_grow(&u->ranks, &u->rank_room, n + 1, sizeof *u->ranks)
        || !cc_grow(&u->tuples, &u->tuple_room, (n + 1) * u->groups, sizeof *u->tuples)
        || !cc_grow(&u->answers, &u->answer_room, (n + 1) * u->counts, sizeof *u->answers)) return false;
    u->ranks[n] = (struct rank){ 0 };
    memset(u->answers + n * u->counts, 0, u->counts);
    u->number++;
    return true;
}

static bool better(const struct cc_sighting *s, const struct rank *r)
{
    size_t shorter = s->rank_size < r->size ? s->rank_size : r->size;
    int order = shorter ? memcmp(s->rank, r->bytes, shorter) : 0;
    return order < 0 || (order == 0 && s->rank_size < r->size);
}

static bool represent(struct cc_units *u, uint32_t unit, const struct cc_sighting *s)
{
    struct rank *r = &u->ranks[unit];
    if (s->rank_size > r->room) {
        if (!(r->bytes = cc_arena_alloc(&u->arena, s->rank_size))) return false;
        r->room = (uint32_t)s->rank_size;
    }
    if (s->rank_size) memcpy(r->bytes, s->rank, s->rank_size);
    r->size = (uint32_t)s->rank_size;
    if (u->groups) memcpy(u->tuples + unit * u->groups, s->tuple, u->groups * sizeof *u->tuples);
    return true;
}

bool cc_units_see(struct cc_units *u, const struct cc_sighting *s)
{
    uint32_t unit = cc_intern_number(u->keys, s->key, s->key_size);
    if (unit == UINT32_MAX) return false;
    bool fresh = unit == u->number;
    if (fresh && !add_unit(u)) return false;
    uint8_t *answers = u->answers + unit * u->counts;
    for (size_t k = 0; k < u->counts; k++)
        if (s->answers[k] > answers[k]) answers[k] = s->answers[k];
    return (!fresh && !better(s, &u->ranks[unit])) || represent(u, unit, s);
}

bool cc_units_count(const struct cc_units *u, struct cc_cells *cells)
{
    for (size_t i = 0; i < u->number; i++) {
        uint32_t none = 0, cell = cc_cells_at(cells, u->groups ? u->tuples + i * u->groups : &none);
        if (cell == UINT32_MAX) return false;
        cc_cells_add(cells, cell, 0, 1);
        for (size_t k = 0; k < u->counts; k++) {
            uint8_t answer = u->answers[i * u->counts + k];
            if (answer == 2) cc_cells_add(cells, cell, 1 + k, 1);
            if (answer == 1) cc_cells_add(cells, cell, 1 + u->counts + k, 1);
        }
    }
    return true;
}

size_t cc_units_number(const struct cc_units *u)
{
    return u->number;
}

void cc_units_free(struct cc_units *u)
{
    if (!u) return;
    cc_intern_free(u->keys);
    cc_arena_free(&u->arena);
    free(u->ranks);
    free(u->tuples);
    free(u->answers);
    free(u);
}

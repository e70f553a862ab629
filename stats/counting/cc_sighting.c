#include "stats/counting/cc_sighting.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { CELL_SIZE = sizeof(uint32_t), LONG = 255 };
#define DEAD UINT32_MAX /* the cell of a record that was merged into another one of its unit */

/* --- hashes --- */

static uint64_t mix(uint64_t x)
{
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 32;
}

static uint64_t load(const char *from, size_t n)
{
    uint64_t x = 0;
    memcpy(&x, from, n);
    return x;
}

/* The last, perhaps incomplete word of a key; it may overlap the one before. */
static uint64_t load_tail(const char *key, size_t n)
{
    if (n >= 8) return load(key + n - 8, 8);
    if (n >= 4) return load(key, 4) | load(key + n - 4, 4) << 32;
    if (n >= 2) return load(key, 2) | load(key + n - 2, 2) << 16;
    return n ? load(key, 1) : 0;
}

uint64_t cc_sighting_hash(const char *key, size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i + 8 < n; i += 8) h = mix(h ^ load(key + i, 8));
    return mix(mix(h ^ load_tail(key, n)));
}

/* --- one record --- */

struct record {
    const char *key, *rank;
    size_t key_size, rank_size, size;
};

static size_t answer_size(const struct cc_sighting_form *form)
{
    return (form->counts + 3) / 4;
}

static size_t length_size(size_t n)
{
    return n < LONG ? 1 : 1 + sizeof(uint64_t);
}

static uint8_t *write_length(uint8_t *to, size_t n)
{
    *to = n < LONG ? (uint8_t)n : LONG;
    if (n < LONG) return to + 1;
    uint64_t wide = n;
    memcpy(to + 1, &wide, sizeof wide);
    return to + 1 + sizeof wide;
}

static const uint8_t *read_length(const uint8_t *from, size_t *n)
{
    if ((*n = *from) < LONG) return from + 1;
    uint64_t wide;
    memcpy(&wide, from + 1, sizeof wide);
    *n = (size_t)wide;
    return from + 1 + sizeof wide;
}

size_t cc_sighting_size(const struct cc_sighting_form *form, const struct cc_sighting *s)
{
    size_t size = CELL_SIZE + answer_size(form) + length_size(s->key_size) + s->key_size;
    return form->per_cell ? size : size + length_size(s->rank_size) + s->rank_size;
}

void cc_sighting_write(const struct cc_sighting_form *form, const struct cc_sighting *s, uint8_t *to)
{
    memcpy(to, &s->cell, CELL_SIZE);
    to += CELL_SIZE;
    memset(to, 0, answer_size(form));
    for (size_t k = 0; k < form->counts; k++)
        to[k / 4] |= (uint8_t)((s->answers[k] | s->answers[k] >> 1) << k % 4 * 2);
    to = write_length(to + answer_size(form), s->key_size);
    if (!form->per_cell) to = write_length(to, s->rank_size);
    if (s->key_size) memcpy(to, s->key, s->key_size);
    if (!form->per_cell && s->rank_size) memcpy(to + s->key_size, s->rank, s->rank_size);
}

static struct record read_record(const struct cc_sighting_form *form, const uint8_t *from)
{
    struct record r = { 0 };
    const uint8_t *p = read_length(from + CELL_SIZE + answer_size(form), &r.key_size);
    if (!form->per_cell) p = read_length(p, &r.rank_size);
    r.key = (const char *)p;
    r.rank = r.key + r.key_size;
    r.size = (size_t)(p - from) + r.key_size + r.rank_size;
    return r;
}

static uint32_t cell_at(const uint8_t *record)
{
    uint32_t cell;
    memcpy(&cell, record, CELL_SIZE);
    return cell;
}

static void set_cell(uint8_t *record, uint32_t cell)
{
    memcpy(record, &cell, CELL_SIZE);
}

static bool better(const struct record *r, const struct record *than)
{
    size_t shorter = r->rank_size < than->rank_size ? r->rank_size : than->rank_size;
    int order = memcmp(r->rank, than->rank, shorter);
    return order < 0 || (order == 0 && r->rank_size < than->rank_size);
}

/* --- many records --- */

bool cc_sightings_reserve(struct cc_sightings *b, size_t n)
{
    if (b->size + n <= b->room) return true;
    size_t want = b->size + n + b->room / 8; /* these are large: not doubled */
    uint8_t *grown = realloc(b->data, want);
    if (!grown) return false;
    b->data = grown;
    b->room = want;
    return true;
}

void cc_sightings_renumber(const struct cc_sighting_form *form, struct cc_sightings *b, size_t from,
                           const uint32_t *cell_of)
{
    for (size_t at = from; at < b->size; at += read_record(form, b->data + at).size)
        set_cell(b->data + at, cell_of[cell_at(b->data + at)]);
}

/* A slot holds 24 bits of the hash and the place of the record + 1; 0 is free. */
enum { PLACE_BITS = 40 };
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

static uint64_t slot_tag(uint64_t hash)
{
    return hash << 8 & ~PLACE_MASK; /* not the upper bits: these are the same in a partition */
}

/* A table of slots at least 1.5 times the records, all free. Returns its size - 1; 0 when out of memory. */
static size_t clear_slots(struct cc_sightings *b)
{
    size_t want = 16;
    while (want < b->records + b->records / 2) want *= 2;
    if (want > b->slot_room) {
        free(b->slots);
        b->slots = malloc(want * sizeof *b->slots);
        b->slot_room = b->slots ? want : 0;
        if (!b->slots) return 0;
    }
    memset(b->slots, 0, want * sizeof *b->slots);
    return want - 1;
}

static uint8_t *record_in(const struct cc_sightings *b, uint64_t slot)
{
    return b->data + (slot & PLACE_MASK) - 1;
}

/* Is the record in this slot of the same unit? */
static bool same_unit(const struct cc_sighting_form *form, const uint8_t *at, const struct record *r,
                      const uint8_t *other_at)
{
    const struct record other = read_record(form, other_at);
    return other.key_size == r->key_size && memcmp(other.key, r->key, r->key_size) == 0
           && (!form->per_cell || cell_at(at) == cell_at(other_at));
}

static void add_answers(const struct cc_sighting_form *form, const uint8_t *from, uint8_t *to)
{
    for (size_t i = CELL_SIZE; i < CELL_SIZE + answer_size(form); i++) to[i] |= from[i];
}

/* Gives the record its slot, or lets it and the one that is there compete. Returns its size. */
static size_t place(const struct cc_sighting_form *form, struct cc_sightings *b, size_t mask, size_t at)
{
    uint8_t *here = b->data + at;
    const struct record r = read_record(form, here);
    uint64_t hash = cc_sighting_hash(r.key, r.key_size);
    if (form->per_cell) hash = mix(hash ^ cell_at(here));
    const uint64_t tag = slot_tag(hash);
    uint64_t *slot = &b->slots[hash & mask];
    for (; *slot; slot = &b->slots[(size_t)(slot + 1 - b->slots) & mask])
        if ((*slot & ~PLACE_MASK) == tag && same_unit(form, here, &r, record_in(b, *slot))) break;
    if (!*slot) {
        *slot = tag | (at + 1);
        return r.size;
    }
    uint8_t *winner = record_in(b, *slot), *loser = here;
    const struct record standing = read_record(form, winner);
    if (better(&r, &standing)) {
        loser = winner;
        winner = here;
        *slot = tag | (at + 1);
    }
    add_answers(form, loser, winner);
    set_cell(loser, DEAD);
    return r.size;
}

/* Moves the records that are alive together, run by run. */
static void close_up(const struct cc_sighting_form *form, struct cc_sightings *b)
{
    size_t to = 0, run = 0, size;
    for (size_t at = 0; at < b->size; at += size) {
        size = read_record(form, b->data + at).size;
        if (cell_at(b->data + at) != DEAD) continue;
        b->records--;
        if (at > run && to != run) memmove(b->data + to, b->data + run, at - run);
        to += at - run;
        run = at + size;
    }
    if (b->size > run && to != run) memmove(b->data + to, b->data + run, b->size - run);
    b->size = to + (b->size - run);
}

static bool place_all(const struct cc_sighting_form *form, struct cc_sightings *b)
{
    size_t mask = clear_slots(b);
    if (!mask) return false;
    for (size_t at = 0; at < b->size;) at += place(form, b, mask, at);
    return true;
}

bool cc_sightings_merge(const struct cc_sighting_form *form, struct cc_sightings *b)
{
    if (!place_all(form, b)) return false;
    close_up(form, b);
    return true;
}

/* record: its cell and answers; counts: columns as in cc_sightings_count. */
static void count_record(size_t answers, const uint8_t *record, int64_t *counts)
{
    int64_t *row = counts + cell_at(record) * (1 + 2 * answers);
    row[0]++;
    for (size_t k = 0; k < answers; k++) {
        unsigned answer = record[CELL_SIZE + k / 4] >> k % 4 * 2 & 3;
        row[1 + k] += answer >> 1;
        row[1 + answers + k] += answer == 1;
    }
}

bool cc_sightings_count(const struct cc_sighting_form *form, struct cc_sightings *b, int64_t *counts)
{
    if (!place_all(form, b)) return false;
    for (size_t at = 0; at < b->size; at += read_record(form, b->data + at).size)
        if (cell_at(b->data + at) != DEAD) count_record(form->counts, b->data + at, counts);
    b->size = b->records = 0;
    return true;
}

void cc_sightings_free(struct cc_sightings *b)
{
    free(b->data);
    free(b->slots);
    *b = (struct cc_sightings){ 0 };
}

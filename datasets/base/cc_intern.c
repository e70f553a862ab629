#include "datasets/base/cc_intern.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_text.h"

struct string {
    const char *bytes;
    uint32_t size, hash;
};

struct cc_intern {
    uint32_t *slots; /* number + 1, or 0; open addressing with linear probing */
    size_t slot_count; /* a power of two, at least twice the strings */
    struct string *strings;
    size_t room;
    uint32_t count;
    struct cc_arena arena;
};

struct cc_intern *cc_intern_alloc(void)
{
    struct cc_intern *in = calloc(1, sizeof *in);
    if (!in) return NULL;
    in->slot_count = 64;
    in->slots = calloc(in->slot_count, sizeof *in->slots);
    if (in->slots) return in;
    free(in);
    return NULL;
}

/* The slot of a string: its own, or the empty one where it would go. */
static size_t slot_of(const struct cc_intern *in, const char *bytes, size_t n, uint32_t hash)
{
    size_t at = hash & (in->slot_count - 1);
    for (; in->slots[at]; at = (at + 1) & (in->slot_count - 1)) {
        const struct string *s = &in->strings[in->slots[at] - 1];
        if (s->hash == hash && s->size == n && !memcmp(s->bytes, bytes, n)) break;
    }
    return at;
}

static int grow(struct cc_intern *in)
{
    size_t want = in->slot_count * 2;
    uint32_t *slots = calloc(want, sizeof *slots);
    if (!slots) return 0;
    for (uint32_t i = 0; i < in->count; i++) {
        size_t at = in->strings[i].hash & (want - 1);
        while (slots[at]) at = (at + 1) & (want - 1);
        slots[at] = i + 1;
    }
    free(in->slots);
    in->slots = slots;
    in->slot_count = want;
    return 1;
}

uint32_t cc_intern_number(struct cc_intern *in, const char *bytes, size_t n)
{
    uint32_t hash = (uint32_t)cc_hash(bytes, n);
    size_t at = slot_of(in, bytes, n, hash);
    if (in->slots[at]) return in->slots[at] - 1;
    char *copy = in->count < UINT32_MAX - 1 ? cc_arena_text(&in->arena, bytes, n) : NULL;
    if (!copy || !cc_grow(&in->strings, &in->room, (size_t)in->count + 1, sizeof *in->strings)) return UINT32_MAX;
    in->strings[in->count] = (struct string){ copy, (uint32_t)n, hash };
    in->slots[at] = ++in->count;
    if ((size_t)in->count * 2 > in->slot_count && !grow(in)) return UINT32_MAX;
    return in->count - 1;
}

uint32_t cc_intern_find(const struct cc_intern *in, const char *bytes, size_t n)
{
    return in->slots[slot_of(in, bytes, n, (uint32_t)cc_hash(bytes, n))] - 1;
}

const char *cc_intern_text(const struct cc_intern *in, uint32_t number, size_t *n)
{
    *n = in->strings[number].size;
    return in->strings[number].bytes;
}

uint32_t cc_intern_count(const struct cc_intern *in)
{
    return in->count;
}

void cc_intern_free(struct cc_intern *in)
{
    if (!in) return;
    cc_arena_free(&in->arena);
    free(in->strings);
    free(in->slots);
    free(in);
}

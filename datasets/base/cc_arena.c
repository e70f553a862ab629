#include "datasets/base/cc_arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct cc_arena_piece {
    struct cc_arena_piece *older;
    alignas(max_align_t) unsigned char bytes[];
};

enum { PIECE = 1 << 16 };

void *cc_arena_alloc(struct cc_arena *a, size_t n)
{
    size_t step = alignof(max_align_t);
    n = (n + step - 1) / step * step;
    if (!a->pieces || n > a->room - a->used) {
        size_t room = n > PIECE ? n : PIECE;
        struct cc_arena_piece *piece = malloc(sizeof *piece + room);
        if (!piece) return NULL;
        piece->older = a->pieces;
        a->pieces = piece;
        a->used = 0;
        a->room = room;
    }
    void *p = a->pieces->bytes + a->used;
    a->used += n;
    return memset(p, 0, n);
}

char *cc_arena_text(struct cc_arena *a, const char *text, size_t n)
{
    char *copy = cc_arena_alloc(a, n + 1);
    return copy && n ? memcpy(copy, text, n) : copy;
}

void cc_arena_free(struct cc_arena *a)
{
    while (a->pieces) {
        struct cc_arena_piece *older = a->pieces->older;
        free(a->pieces);
        a->pieces = older;
    }
    *a = (struct cc_arena){ 0 };
}

#ifndef CC_ARENA_H
#define CC_ARENA_H
/* Memory that is given back all at once: for trees and texts that live and die together. */
#include <stddef.h>

struct cc_arena {
    struct cc_arena_piece *pieces;
    size_t used, room; /* of the newest piece */
};

/** n zeroed bytes, aligned for any type; NULL when out of memory. Start with { 0 }. */
void *cc_arena_alloc(struct cc_arena *a, size_t n);
char *cc_arena_text(struct cc_arena *a, const char *text, size_t n);
void cc_arena_free(struct cc_arena *a);
#endif

#include "datasets/base/cc_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_magic.h"

enum { PAGE = 4096 };

bool cc_chunk_start(struct cc_chunk *c, struct cc_input *in, size_t front, size_t most)
{
    if (front < CC_CHUNK_FRONT) front = CC_CHUNK_FRONT;
    *c = (struct cc_chunk){ .in = in, .front = (front + PAGE - 1) / PAGE * PAGE };
    c->most = most && most < CC_CHUNK_BYTES ? most : CC_CHUNK_BYTES;
    c->at = c->end = c->front;
    c->bytes = aligned_alloc(PAGE, c->front + CC_CHUNK_BYTES + PAGE);
    if (c->bytes) memset(c->bytes + c->front, 0, CC_CHUNK_SLACK);
    return c->bytes != NULL;
}

enum cc_status cc_chunk_fill(struct cc_chunk *c, struct cc_error *err)
{
    size_t kept = c->end - c->at, n = 0;
    memmove(c->bytes + c->front - kept, c->bytes + c->at, kept);
    c->at = c->front - kept;
    c->end = c->front;
    if (c->ended) return CC_END;
    size_t room = c->most < CC_CHUNK_BYTES ? c->most : CC_CHUNK_BYTES - (size_t)(c->offset % CC_CHUNK_BYTES);
    enum cc_status st = cc_input_read(c->in, c->bytes + c->end, room, &n, err);
    c->ended = st == CC_END;
    c->end += n;
    c->offset += n;
    memset(c->bytes + c->end, 0, CC_CHUNK_SLACK);
    return st;
}

enum cc_status cc_chunk_text(struct cc_chunk *c, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    while (st == CC_OK && c->end - c->at < CC_MAGIC_BYTES) st = cc_chunk_fill(c, err);
    if (st != CC_OK && c->at == c->end) return st; /* else it comes again when these are used up */
    st = cc_magic_expect(CC_MAGIC_TEXT, c->bytes + c->at, c->end - c->at, err);
    if (st != CC_OK) return st;
    if (c->end - c->at >= 3 && !memcmp(c->bytes + c->at, "\xef\xbb\xbf", 3)) c->at += 3;
    return c->at < c->end ? CC_OK : CC_END;
}

void cc_chunk_seek(struct cc_chunk *c, uint64_t offset)
{
    cc_input_seek(c->in, offset);
    c->at = c->end = c->front;
    c->offset = offset;
    c->ended = false;
}

void cc_chunk_free(struct cc_chunk *c)
{
    free(c->bytes);
    c->bytes = NULL;
}

#ifndef CC_CHUNK_H
#define CC_CHUNK_H
/* The bytes of an input at hand, for readers that cut rows in place: what is not used up moves to
 * the front, new bytes come behind it, at an address that suits the kernel. */
#include "datasets/base/cc_input.h"

/* A part of a file: the rows that begin in [from, to). Where to start is guessed, unless a row is
 * known to begin at `from`. */
struct cc_part {
    uint64_t from, to;
    bool known;
};

struct cc_chunk {
    struct cc_input *in;
    char *bytes;      /* at hand: [at, end); readable for CC_CHUNK_SLACK bytes more */
    size_t at, end;
    size_t front;     /* bytes that can be kept when new ones come */
    size_t most;      /* bytes to read at a time */
    uint64_t offset;  /* of bytes[end] in the text of the file */
    bool ended;
};

enum { CC_CHUNK_BYTES = 1 << 18, CC_CHUNK_FRONT = 1 << 16, CC_CHUNK_SLACK = 64 };

/** front: at least so many bytes can be kept; most: bytes to read at a time; 0: the defaults. */
CC_MUST_USE bool cc_chunk_start(struct cc_chunk *c, struct cc_input *in, size_t front, size_t most);

/** Adds bytes to those at hand, of which there may be `front` at most. CC_END: there are no more. */
CC_MUST_USE enum cc_status cc_chunk_fill(struct cc_chunk *c, struct cc_error *err);

/** Before anything was used up: makes sure that the file is text (else CC_EDATA: what it is and what to do with it,
 *  see cc_magic.h) and passes over a byte-order mark of UTF-8. CC_END: the file is empty but for the mark. */
CC_MUST_USE enum cc_status cc_chunk_text(struct cc_chunk *c, struct cc_error *err);

/** Forgets what is at hand and goes on at an offset of a file that can seek. */
void cc_chunk_seek(struct cc_chunk *c, uint64_t offset);

/** The offset of the first byte at hand. */
static inline uint64_t cc_chunk_offset(const struct cc_chunk *c)
{
    return c->offset - (c->end - c->at);
}

void cc_chunk_free(struct cc_chunk *c);
#endif

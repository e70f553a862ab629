#ifndef CC_STORED_FILE_H
#define CC_STORED_FILE_H
/* The bytes of a side file, shared by cc_stored_open.c, which finds it, cc_stored_build.c, which makes it, and
 * cc_stored.c, which reads it: pieces, then the directory, then 32 bytes: where the directory is, its size, its
 * checksum, a magic number. Numbers are 64 bits as this machine has them. A piece holds codes, or texts: for each the
 * offset of its end (32 bits), then all of them one after the other. */
#include <stdatomic.h>

#include "datasets/base/cc_arena.h"
#include "datasets/records/cc_stored.h"

enum {
    STORED_GROUP_ROWS = 1 << 16,
    STORED_GROUP_TEXT = 1 << 24, /* bytes after which a group is closed */
    STORED_TEXTS = 1 << 16       /* distinct texts of a column, at most: the codes have 16 bits */
};

struct stored_piece {
    uint64_t at, size, check; /* check: XXH3-64 */
    uint64_t width;           /* bytes of a code: 1 or 2; 0: texts */
};

struct stored_column {
    char *name; /* in the header; empty in a fixed-width file */
    uint64_t start, width;
    uint64_t text_count; /* distinct ones, of pieces with codes */
    struct stored_piece texts;
};

struct stored_group {
    uint64_t first, rows;
    struct stored_piece *pieces; /* one a column */
};

/* What it was made from. */
struct stored_key {
    struct cc_input_identity file;
    uint64_t sample; /* XXH3-64 of samples of its bytes */
    uint64_t delimiter; /* 0: fixed width */
};

struct stored_directory {
    struct stored_key key;
    uint64_t whole[2]; /* XXH3-128 of the source */
    uint64_t rows, column_count, group_count;
    struct stored_column *columns;
    struct stored_group *groups;
    struct cc_arena arena; /* owns all of it */
};

/* An open one. */
struct cc_stored {
    char *path;
    int fd;
    struct stored_directory d;
    atomic_bool damaged; /* a reader found it so */
};

uint64_t cc_stored_hash(const void *bytes, size_t n);

/** Appends the directory and the last 32 bytes for a file that has `at` bytes so far. */
CC_MUST_USE bool cc_stored_put(struct stored_directory *d, uint64_t at, struct cc_buf *out);

/** Reads and checks the directory: false if anything about it is wrong (free it nevertheless). */
CC_MUST_USE bool cc_stored_get(int fd, struct stored_directory *d);

/** Reads a piece of `rows` codes or texts to `to`, which has piece->size bytes and is aligned for 32 bits;
 *  false unless it is whole, has its checksum, and every code is below `codes`. */
CC_MUST_USE bool cc_stored_piece(int fd, const struct stored_piece *p, uint64_t rows, uint64_t codes, void *to);

/** Reads n bytes at an offset: all of them, or false. */
CC_MUST_USE bool cc_stored_pread(int fd, void *to, size_t n, uint64_t at);

/** The XXH3-128 of a whole file; false too once *stop is true (NULL: never). */
CC_MUST_USE bool cc_stored_whole(int fd, const atomic_bool *stop, uint64_t hash[2]);

/** Makes a side file of n variables, which the reader has; `source` is a descriptor of the file it reads, of
 *  which the key is. Errors as cc_stored_open. */
CC_MUST_USE enum cc_status cc_stored_build(const char *side, struct cc_records *r, const struct cc_codebook *cb,
                                           const size_t *variables, size_t n, const struct stored_key *key,
                                           int source, struct cc_error *err);

/** Is the state of both files the same? */
bool cc_stored_same_file(const struct cc_input_identity *a, const struct cc_input_identity *b);
#endif

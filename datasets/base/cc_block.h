#ifndef CC_BLOCK_H
#define CC_BLOCK_H
/* A block of rows: what every reader hands out, whatever the file format. Only the wanted
 * columns are in it, in the order in which they were asked for. Texts are as in the file
 * (CSV quotes removed), not NUL-terminated, and live until the next read into the block. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_text.h"

enum { CC_BLOCK_ROWS = 2048 };

struct cc_field {
    uint32_t at, size; /* bytes in block->text */
};

struct cc_block {
    size_t rows, columns;
    struct cc_field *fields; /* rows x columns, row-major */
    size_t fields_room;
    uint64_t line[CC_BLOCK_ROWS]; /* line of the file where each row starts, from 1 */
    struct cc_buf text;
};

/** Empties the block for rows of so many columns. */
CC_MUST_USE bool cc_block_start(struct cc_block *b, size_t columns);
void cc_block_free(struct cc_block *b);

static inline struct cc_field cc_block_field(const struct cc_block *b, size_t row, size_t column)
{
    return b->fields[row * b->columns + column];
}
#endif

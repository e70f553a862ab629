#ifndef CC_BLOCK_H
#define CC_BLOCK_H
/* A block of rows: what every reader hands out, whatever the file format. Only the wanted
 * columns are in it, in the order in which they were asked for. Texts are as in the file
 * (CSV quotes removed), not NUL-terminated, and live until the next read into the block; up to
 * CC_BLOCK_SLACK bytes after a field may be read, whatever they are. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_text.h"

enum { CC_BLOCK_ROWS = 2048, CC_BLOCK_SLACK = 16 };

struct cc_field {
    uint32_t at, size; /* bytes in block->text */
};

struct cc_block {
    size_t rows, columns;
    const char *text;              /* of the reader */
    struct cc_field *fields;       /* rows x columns, row-major; not where stride says it all */
    size_t fields_room;
    size_t stride;                 /* fixed width: bytes from one row to the next; else 0 */
    const struct cc_field *places; /* fixed width: each column's in the row, blanks not yet removed */
    uint64_t line[CC_BLOCK_ROWS];  /* line of the file where each row starts, from 1 */
};

/** Empties the block for rows of so many columns. */
CC_MUST_USE bool cc_block_start(struct cc_block *b, size_t columns);
void cc_block_free(struct cc_block *b);

static inline struct cc_field cc_block_field(const struct cc_block *b, size_t row, size_t column)
{
    if (!b->stride) return b->fields[row * b->columns + column];
    struct cc_field f = { (uint32_t)(row * b->stride) + b->places[column].at, b->places[column].size };
    while (f.size && (b->text[f.at] == ' ' || b->text[f.at] == '\t')) f.at++, f.size--;
    while (f.size && (b->text[f.at + f.size - 1] == ' ' || b->text[f.at + f.size - 1] == '\t')) f.size--;
    return f;
}
#endif

#ifndef CC_BLOCK_H
#define CC_BLOCK_H
/* A block of rows: what every reader hands out, whatever the file format. Only the wanted columns
 * are in it, in the order in which they were asked for; their fields are cut out of the rows when
 * they are asked for, for a condition may leave few rows for which the others matter. Texts are as in
 * the file (CSV quotes removed), not NUL-terminated, and live until the next read into the block;
 * up to CC_BLOCK_SLACK bytes after a field may be read, whatever they are. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_text.h"

enum { CC_BLOCK_ROWS = 2048, CC_BLOCK_SLACK = 16 };

struct cc_field {
    uint32_t at, size; /* bytes in block->text */
};

/* A column whose distinct texts are listed. */
struct cc_coded {
    const void *codes;            /* one a row of the block: the number of its text, each below `count` */
    size_t width;                 /* bytes of a code: 1 or 2 */
    const struct cc_field *texts; /* in block->text; the same for all blocks of a file */
    uint32_t count;
};

struct cc_block {
    size_t rows, columns;
    const char *text; /* of the reader */
    bool padded;      /* blanks around a field are not part of it and still there */
    void (*cut)(const struct cc_block *b, size_t column, const uint16_t *rows, size_t n, struct cc_field *out);
    bool (*coded)(const struct cc_block *b, size_t column, struct cc_coded *out); /* NULL, or false: it is not */
    const void *reader;           /* of cut and coded */
    struct cc_field *fields;      /* for readers that list all fields: rows x columns, row-major */
    size_t fields_room;
    uint64_t line[CC_BLOCK_ROWS]; /* line of the file where each row starts, from 1; 0: not known */
};

/** Empties the block for rows of so many columns. */
void cc_block_start(struct cc_block *b, size_t columns);

/** Makes room for a list of all fields, which shall be the block's. */
CC_MUST_USE bool cc_block_list(struct cc_block *b);

/** The fields of one column in n rows of the block, as they are in a padded block. */
static inline void cc_block_cut(const struct cc_block *b, size_t column, const uint16_t *rows, size_t n,
                                struct cc_field *out)
{
    b->cut(b, column, rows, n, out);
}

/** A field without the blanks that are not part of it (where the block is padded). */
struct cc_field cc_block_trim(const struct cc_block *b, struct cc_field f);

/** One field, trimmed. */
struct cc_field cc_block_field(const struct cc_block *b, size_t row, size_t column);

void cc_block_free(struct cc_block *b);
#endif

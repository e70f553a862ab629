#include "datasets/base/cc_block.h"

#include <stdlib.h>

void cc_block_start(struct cc_block *b, size_t columns)
{
    b->rows = 0;
    b->columns = columns;
    b->text = NULL;
    b->padded = false;
    b->coded = NULL;
}

static void cut_listed(const struct cc_block *b, size_t column, const uint16_t *rows, size_t n,
                       struct cc_field *out)
{
    for (size_t i = 0; i < n; i++) out[i] = b->fields[rows[i] * b->columns + column];
}

bool cc_block_list(struct cc_block *b)
{
    b->cut = cut_listed;
    return cc_grow(&b->fields, &b->fields_room, CC_BLOCK_ROWS * (b->columns ? b->columns : 1), sizeof *b->fields);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct cc_field cc_block_trim(const struct cc_block *b, struct cc_field f)
{
    while (b->padded && f.size && is_blank(b->text[f.at])) f.at++, f.size--;
    while (b->padded && f.size && is_blank(b->text[f.at + f.size - 1])) f.size--;
    return f;
}

struct cc_field cc_block_field(const struct cc_block *b, size_t row, size_t column)
{
    uint16_t one = (uint16_t)row;
    struct cc_field f;
    b->cut(b, column, &one, 1, &f);
    return cc_block_trim(b, f);
}

void cc_block_free(struct cc_block *b)
{
    free(b->fields);
    b->fields = NULL;
    b->fields_room = b->rows = 0;
}

#include "datasets/base/cc_block.h"

#include <stdlib.h>

bool cc_block_start(struct cc_block *b, size_t columns)
{
    b->rows = b->stride = 0;
    b->columns = columns;
    b->text = NULL;
    return cc_grow(&b->fields, &b->fields_room, CC_BLOCK_ROWS * (columns ? columns : 1), sizeof *b->fields);
}

void cc_block_free(struct cc_block *b)
{
    free(b->fields);
    b->fields = NULL;
    b->fields_room = b->rows = 0;
}

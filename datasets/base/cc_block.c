#include "datasets/base/cc_block.h"

#include <stdlib.h>

bool cc_block_start(struct cc_block *b, size_t columns)
{
    b->rows = 0;
    b->columns = columns;
    cc_buf_clear(&b->text);
    size_t need = CC_BLOCK_ROWS * (columns ? columns : 1);
    return cc_grow(&b->fields, &b->fields_room, need, sizeof *b->fields) && cc_buf_add(&b->text, "", 0);
}

void cc_block_free(struct cc_block *b)
{
    free(b->fields);
    cc_buf_free(&b->text);
    b->fields = NULL;
    b->fields_room = b->rows = 0;
}

/* Files of SPSS, Stata and SAS: whatever the bytes, there are rows or there is an error. */
#include "datasets/records/cc_readstat.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cc_block block;
    int columns[MOST];
    struct cc_readstat *r;
    struct cc_error err;
    size_t n;
    if (cc_readstat_open(fuzz_file(data, size), false, &r, &err) != CC_OK) return 0;
    (void)cc_readstat_columns(r, &n);
    if (n > MOST) n = MOST;
    for (size_t i = 0; i < n; i++) columns[i] = (int)i;
    if (cc_readstat_want(r, columns, NULL, n) != CC_OK) abort();
    for (int blocks = 0; blocks < 8 && cc_readstat_read(r, &block, &err) == CC_OK; blocks++)
        for (size_t row = 0; row < block.rows; row++)
            for (size_t k = 0; k < n; k++) {
                struct cc_field f = cc_block_field(&block, row, k);
                for (size_t b = 0; b < f.size; b++) fuzz_must(block.text[f.at + b] != '\0', "no NUL in a text");
            }
    cc_readstat_close(r);
    return 0;
}

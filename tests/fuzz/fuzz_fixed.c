/* Fixed-width files: the fast lane and the reader of record agree. The first byte chooses how many bytes are
 * read at a time. */
#include "datasets/records/cc_fixed.h"
#include "tests/fuzz/fuzz.h"

static void read_all(const char *path, enum cc_simd simd, size_t bytes, struct cc_buf *out)
{
    static struct cc_block block;
    static const size_t widths[] = { 9, 11 };
    static const struct cc_place places[] = { { 3, 4 }, { 1, 2 }, { 0, 0 }, { 7, 3 } };
    struct cc_fixed_options how = { .simd = simd, .bytes = bytes };
    struct cc_error err;
    struct cc_fixed *f;
    enum cc_status st = cc_fixed_open(path, widths, 2, &how, &f, &err);
    if (f && cc_fixed_want(f, places, 4) != CC_OK) abort();
    cc_buf_clear(out);
    while (f && (st = cc_fixed_read(f, &block, &err)) == CC_OK)
        for (size_t r = 0; r < block.rows; r++)
            for (size_t k = 0; k < block.columns; k++) {
                struct cc_field field = cc_block_field(&block, r, k);
                if (!cc_buf_add(out, block.text + field.at, field.size) || !cc_buf_char(out, '\1')) abort();
            }
    if (st != CC_END) cc_buf_clear(out);
    if (st != CC_END && !cc_buf_printf(out, "%zu:%zu:error:%s", err.line, err.column, err.text)) abort();
    cc_fixed_close(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cc_buf want, got;
    if (size < 1) return 0;
    const char *path = fuzz_file(data + 1, size - 1);
    read_all(path, CC_SIMD_OFF, 0, &want);
    read_all(path, CC_SIMD_BEST, data[0], &got);
    fuzz_one_answer(&want, &got);
    return 0;
}

/* Delimited files: the fast lane and the reader of record agree on every field, line and message. The first
 * byte chooses how many bytes are read at a time. */
#include "datasets/base/cc_csv.h"
#include "tests/fuzz/fuzz.h"

static void put_rows(const struct cc_block *b, struct cc_buf *out)
{
    for (size_t r = 0; r < b->rows; r++) {
        bool ok = cc_buf_printf(out, "%llu:", (unsigned long long)b->line[r]);
        for (size_t k = 0; ok && k < b->columns; k++) {
            struct cc_field f = cc_block_field(b, r, k);
            ok = cc_buf_add(out, b->text + f.at, f.size) && cc_buf_char(out, '\1');
        }
        if (!ok) abort();
    }
}

/* All rows, or, if there is an error, that alone. */
static void read_all(const char *path, enum cc_simd simd, size_t bytes, struct cc_buf *out)
{
    static struct cc_block block;
    struct cc_csv_options how = { .simd = simd, .bytes = bytes };
    struct cc_error err;
    struct cc_csv *c;
    enum cc_status st = cc_csv_open(path, &how, &c, &err);
    cc_buf_clear(out);
    while (c && (st = cc_csv_read(c, &block, &err)) == CC_OK) put_rows(&block, out);
    if (st != CC_END) cc_buf_clear(out);
    if (st != CC_END && !cc_buf_printf(out, "%zu:%zu:error:%s", err.line, err.column, err.text)) abort();
    cc_csv_close(c);
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

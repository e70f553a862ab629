/* Federal XML files: whatever is read at a time, the same records or none. The first byte chooses how many
 * bytes, and the level. */
#include <string.h>

#include "datasets/records/cc_records.h"
#include "tests/fuzz/fuzz.h"

static bool read_all(const struct cc_codebook *cb, const char *path, const char *level, size_t bytes,
                     struct cc_buf *out)
{
    static struct cc_block block;
    struct cc_records_options how = { .layout = "xml", .level = level, .bytes = bytes };
    struct cc_error err;
    struct cc_records *r;
    enum cc_status st = cc_records_open(path, cb, &how, &r, &err);
    cc_buf_clear(out);
    while (st == CC_OK && (st = cc_records_read(r, &block, &err)) == CC_OK)
        for (size_t i = 0; i < block.rows; i++)
            for (size_t k = 0; k < block.columns; k++) {
                struct cc_field field = cc_block_field(&block, i, k);
                if (!cc_buf_add(out, block.text + field.at, field.size) || !cc_buf_char(out, '\1')) abort();
            }
    fuzz_must(st == CC_END || *err.text, "an error says what it is");
    cc_records_close(r);
    return st == CC_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const levels[] = { "record", "removal", "placement", "report" };
    static struct cc_buf want, got;
    static struct cc_codebook *cb;
    struct cc_error err;
    if (!cb && cc_codebook_load("afcars-2020", &cb, &err) != CC_OK) abort();
    if (size < 1) return 0;
    const char *path = fuzz_file(data + 1, size - 1);
    const char *level = levels[data[0] & 3];
    bool whole = read_all(cb, path, level, 0, &want), parts = read_all(cb, path, level, data[0] >> 2, &got);
    fuzz_must(whole == parts, "one verdict");
    fuzz_must(!whole || (want.size == got.size && (!want.size || !memcmp(want.data, got.data, want.size))),
              "the same records");
    return 0;
}

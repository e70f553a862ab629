/* Codebooks: any bytes are a codebook or an error. */
#include "datasets/records/cc_codebook.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cc_error err;
    struct cc_codebook *cb = NULL;
    enum cc_status st = cc_codebook_load(fuzz_file(data, size), &cb, &err);
    fuzz_must((st == CC_OK) == (cb != NULL), "a codebook, or why there is none");
    cc_codebook_free(cb);
    return 0;
}

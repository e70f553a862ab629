#ifndef CC_COMPARE_H
#define CC_COMPARE_H
/* Two files of one layout, record by record: what came, what went, and which elements changed. */
#include "datasets/records/cc_records.h"

struct cc_compare_element {
    bool both;                          /* both files have it, and it is no part of the key; else it is not compared */
    uint64_t changed, filled, emptied;  /* of the matched records: another text; was empty; is empty now */
};

struct cc_compare {
    uint64_t before, now;          /* records read */
    uint64_t matched, added, dropped;
    uint64_t repeated, no_key;     /* left out: a key that stood in the same file before; an empty part of the key */
    struct cc_compare_element *elements; /* one a variable of the codebook */
    size_t count;
};

/** Matches the records of two files by the variables `key` (n indices into cb->variables) and compares their
 *  texts, without blanks around them. Of records with the same key in one file the first counts. Memory
 *  grows with the file `before`, whose texts are kept.
 *
 *  Returns CC_OK; CC_EDATA if a file lacks a variable of the key; errors of cc_records_open and _read.
 *  Free `out` also after an error. */
CC_MUST_USE enum cc_status cc_compare_files(const char *before, const char *now, const struct cc_codebook *cb,
                                            const size_t *key, size_t n, struct cc_compare *out,
                                            struct cc_error *err);

void cc_compare_free(struct cc_compare *c);
#endif

#ifndef CC_INTERN_H
#define CC_INTERN_H
/* Distinct byte strings, numbered densely in order of first sight: the exact "have I seen this
 * key?" of dictionaries and of counting children once. Full comparison on equal hashes. */
#include <stddef.h>
#include <stdint.h>

struct cc_intern;

struct cc_intern *cc_intern_alloc(void); /* NULL when out of memory */

/** The number of a string, new or old; UINT32_MAX when out of memory. */
uint32_t cc_intern_number(struct cc_intern *in, const char *bytes, size_t n);

/** The number of a string that was seen, or UINT32_MAX. */
uint32_t cc_intern_find(const struct cc_intern *in, const char *bytes, size_t n);

/** The string of a number, NUL-terminated; valid until cc_intern_free. */
const char *cc_intern_text(const struct cc_intern *in, uint32_t number, size_t *n);

uint32_t cc_intern_count(const struct cc_intern *in);
void cc_intern_free(struct cc_intern *in); /* NULL allowed */
#endif

#ifndef CC_UNITS_H
#define CC_UNITS_H
/* Units counted once: exact distinct keys, each with its representative record and, for every
 * count, the strongest answer among its records. No I/O. Memory: about 60 bytes and the key a unit. */
#include "stats/counting/cc_cells.h"

/* What one record says about its unit. */
struct cc_sighting {
    const char *key;
    size_t key_size;
    const char *rank; /* sorts by memcmp: the smaller is the better representative */
    size_t rank_size;
    const uint32_t *tuple;  /* the record's cell */
    const uint8_t *answers; /* one a count: 0 no, 1 unknown, 2 yes */
};

struct cc_units;

/** groups: numbers a tuple; counts: answers a sighting. */
struct cc_units *cc_units_alloc(size_t groups, size_t counts);

/** Adds a record. Equal ranks: the one seen first stays. False when out of memory. */
CC_MUST_USE bool cc_units_see(struct cc_units *u, const struct cc_sighting *s);

/** Adds every unit to the cell of its representative: column 0 is the number of units, then one
 *  column a count for "yes", then one a count for "unknown". */
CC_MUST_USE bool cc_units_count(const struct cc_units *u, struct cc_cells *cells);

size_t cc_units_number(const struct cc_units *u);
void cc_units_free(struct cc_units *u); /* NULL allowed */
#endif

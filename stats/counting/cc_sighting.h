#ifndef CC_SIGHTING_H
#define CC_SIGHTING_H
/* Sightings of units as compact records in a row of bytes, and the step that makes one record of all the
 * records of a unit. No I/O. The outside of this is cc_units.h.
 *
 * A record: the cell (4 bytes), the answers (2 bits each: 0 no, 1 unknown, 3 yes, so that the strongest of
 * two is their bitwise or), the length of the key, without `per_cell` the length of the rank, the key, the
 * rank. A length below 255 takes one byte, another nine. Nothing is padded. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

/* What one record says about its unit. */
struct cc_sighting {
    const char *key;
    size_t key_size;
    const char *rank; /* sorts by memcmp, then the shorter first: the smaller is the better representative */
    size_t rank_size;
    uint32_t cell;          /* the record's cell, below UINT32_MAX */
    const uint8_t *answers; /* one a count: 0 no, 1 unknown, 2 yes */
};

struct cc_sighting_form {
    size_t counts; /* answers a sighting */
    bool per_cell; /* a unit is a key in a cell, without rank; else a key */
};

/** Of a key. The upper bits are as good as the lower ones. */
uint64_t cc_sighting_hash(const char *key, size_t n);

/** Bytes of the record. */
size_t cc_sighting_size(const struct cc_sighting_form *form, const struct cc_sighting *s);

/** Writes the record, cc_sighting_size bytes. */
void cc_sighting_write(const struct cc_sighting_form *form, const struct cc_sighting *s, uint8_t *to);

/* Records one after the other. Start with { 0 }. */
struct cc_sightings {
    uint8_t *data;
    size_t size, room, records;
    uint64_t *slots; /* scratch of cc_sightings_merge */
    size_t slot_room;
};

/** Makes room for n more bytes. False when out of memory. */
CC_MUST_USE bool cc_sightings_reserve(struct cc_sightings *b, size_t n);

/** Gives the records from byte `from` on the cell numbers cell_of[cell]. */
void cc_sightings_renumber(const struct cc_sighting_form *form, struct cc_sightings *b, size_t from,
                           const uint32_t *cell_of);

/** Leaves one record of every unit: that of the best rank, among equals the first, with the strongest of
 *  all answers. False when out of memory. */
CC_MUST_USE bool cc_sightings_merge(const struct cc_sighting_form *form, struct cc_sightings *b);

/** Adds every unit to the row of its cell in `counts` (1 + 2 * form->counts columns): units, then yes, then
 *  unknown. Empties b. False when out of memory. */
CC_MUST_USE bool cc_sightings_count(const struct cc_sighting_form *form, struct cc_sightings *b,
                                    int64_t *counts);

void cc_sightings_free(struct cc_sightings *b);
#endif

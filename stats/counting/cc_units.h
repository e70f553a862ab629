#ifndef CC_UNITS_H
#define CC_UNITS_H
/* Units counted once: exact distinct keys, each with its representative record and, for every count, the
 * strongest answer among its records. Several stores, each filled by one thread, are counted together.
 *
 * The idea (radix partitioning): a sighting is only appended, as a compact record, to one of 256 partitions
 * by the hash of its key. When all are seen, each partition is made distinct by itself in a small hash table
 * that fits the cache; partitions are shared out among threads. A store that has doubled is made distinct
 * before that, if a sample of its partitions shows that this frees memory, so that memory grows with the
 * units and not with the records.
 *
 * Measured with 4 million sightings of 3 million children, keys of 18 bytes, ranks of 25, one thread: 0.35 s
 * and 66 bytes a child (0.23 s and 32 bytes with per_cell), where one large hash table with a pointer to
 * every key and rank took 1.35 s and 113 bytes. A quarter of the time is the kernel's, for fresh memory. */
#include "stats/counting/cc_cells.h"
#include "stats/counting/cc_sighting.h"

struct cc_units;

struct cc_units_options {
    size_t counts; /* answers a sighting */
    bool per_cell; /* a unit is counted in every cell where it is seen; ranks do not matter */
    size_t memory; /* bytes of sightings this store holds before it writes them to a temporary file
                      (cc_spill.h); 0: no bound. Useful bounds start at some MiB. */
};

/** NULL when out of memory. */
struct cc_units *cc_units_alloc(const struct cc_units_options *options);

/** Adds a sighting. CC_ENOMEM; CC_EIO when the temporary file cannot be written. After an error the store
 *  can only be freed. */
CC_MUST_USE enum cc_status cc_units_see(struct cc_units *u, const struct cc_sighting *s,
                                        struct cc_error *err);

/** Adds every unit to a cell: column 0 is the number of units, then one column a count for "yes", then one a
 *  count for "unknown". Without per_cell the cell is that of the best rank; among equal ranks the first
 *  counts, and store i comes before store i + 1. The result is the same however the sightings are spread
 *  over stores, in their order, and for any number of threads. The stores can only be freed afterwards.
 *
 *  stores     n stores (0: nothing is counted), all with the same counts and per_cell
 *  cell_maps  per store: cell of its sightings -> cell in `cells`; NULL, for all or for one: the same
 *  threads    at least 1; fewer are used when each would need much memory for counts of its own
 *  cells      with 1 + 2 * counts columns and all cells that are named
 *
 *  Returns CC_OK, CC_ENOMEM or CC_EIO (temporary file); then `cells` holds no result. Memory: beside the
 *  stores, each thread holds the distinct records of one partition, 1/256 of all, whatever the bound. */
CC_MUST_USE enum cc_status cc_units_count(struct cc_units *const *stores, const uint32_t *const *cell_maps,
                                          size_t n, unsigned threads, struct cc_cells *cells,
                                          struct cc_error *err);

void cc_units_free(struct cc_units *u); /* NULL allowed */
#endif

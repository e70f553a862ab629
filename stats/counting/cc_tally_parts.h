#ifndef CC_TALLY_PARTS_H
#define CC_TALLY_PARTS_H
/* The inside of a tally, shared by
 *   cc_tally.c         the job: which worker reads what, and the sum of the workers
 *   cc_tally_bind.c    a worker's conditions, groups and keys, bound to the codebook
 *   cc_tally_count.c   what a worker makes of its records
 *   cc_tally_see.c     what a table takes from one record
 *   cc_tally_keep.c    records that wait until no newer one can replace them
 *   cc_tally_result.c  from counted cells to tidy tables */
#include <stdatomic.h>

#include "datasets/base/cc_intern.h"
#include "stats/counting/cc_tally.h"
#include "stats/counting/cc_units.h"

struct tally_table {
    const struct cc_tally_spec *spec;
    const struct cc_unit *unit; /* NULL: every record counts */
    struct cc_bound *where;     /* NULL: true */
    struct cc_bound **counts;   /* spec->count_count, or one NULL: true */
    size_t count_count;
    struct cc_group **groups;
    int *keys;
    struct cc_bound **ranks; /* unit->rank_count, and their orders */
    enum cc_rank_order *orders;
    struct cc_units *units;
    struct cc_cells *cells;
    struct cc_tally_told told;
};

/* What a worker reads of one input: the rows that begin in the part. */
struct tally_stretch {
    size_t input;
    bool split; /* only a part of the input is read */
    struct cc_part part;
    uint64_t began, stands; /* where the reader found its first row, and where it stopped */
};

/* A record that waits until no newer one can replace it. */
struct kept_record {
    size_t file;
    char *rank, *sightings; /* what it says to each table, one after the other */
    size_t rank_size, sightings_size;
};

struct tally_keep {
    struct cc_bound *newest; /* NULL: records do not replace each other */
    int *key;
    size_t key_count;
    struct cc_intern *keys;
    struct kept_record *records; /* by number of their key */
    size_t room;
    struct cc_buf sightings; /* of the record at hand */
};

/* One thread's share: it has everything of its own, so that nothing need be locked. */
struct tally_worker {
    const struct cc_tally_job *job;
    size_t unit_memory;  /* bytes that each store of units may hold; 0: no bound */
    atomic_bool *failed; /* of the job: a worker met an error */
    struct cc_stored *const *stored; /* side files of the inputs, each or all NULL: read the input itself */
    struct cc_query *query;
    struct cc_arena arena;
    struct tally_table *tables;
    struct cc_tally_file *files; /* one an input: what this worker read of it */
    struct tally_keep keep;
    struct tally_stretch *stretches; /* in the order of the inputs */
    size_t stretch_count;
    struct tally_rows *rows; /* scratch of cc_tally_count.c */
    struct cc_block block;
    struct cc_buf key, rank;
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    uint8_t answers[CC_TALLY_MAX_COUNTS];
    enum cc_status status;
    struct cc_error err;
};

struct cc_tally {
    const struct cc_tally_job *job;
    struct tally_worker **workers; /* the first one has the result */
    size_t worker_count;
    atomic_bool failed;
    struct cc_stored **stored;      /* one an input, if there is a cache */
    struct cc_error *stored_errors; /* why it is NULL */
};

/** A worker with every table bound, whose stores of units may hold so many bytes each; 0: no bound. */
CC_MUST_USE enum cc_status cc_tally_worker_alloc(const struct cc_tally_job *job, size_t unit_memory,
                                                 atomic_bool *failed, struct tally_worker **out,
                                                 struct cc_error *err);
void cc_tally_worker_free(struct tally_worker *w); /* NULL allowed */

/** Reads the worker's stretches; sets its status and error. */
void cc_tally_read(struct tally_worker *w);

/** What a table makes of a record: an enum cc_truth, or that the unit has no key. */
enum { TALLY_NO_KEY = CC_TRUE + 1 };
void cc_tally_tell(struct tally_table *table, size_t what);
bool cc_tally_is_seen(size_t what);

/** Counts a record in the cell of a tuple, or notes that its unit was seen there. */
CC_MUST_USE enum cc_status cc_tally_see(struct tally_table *table, const uint32_t *tuple, struct cc_sighting s,
                                        struct cc_error *err);

/** The same for a unit, seen in the cell s.cell, whose tuple this is. */
CC_MUST_USE enum cc_status cc_tally_see_unit(struct tally_table *table, const uint32_t *tuple, struct cc_sighting s,
                                             struct cc_error *err);

/** Notes what the record at hand says to a table, in w->tuple and *s; and, when all tables were asked,
 *  keeps the record, whose key is in w->key. Of records with one key the newest stays; of equally new ones the one
 *  read last. */
CC_MUST_USE bool cc_tally_keep_sighting(struct tally_worker *w, size_t table, size_t what,
                                        const struct cc_sighting *s);
CC_MUST_USE enum cc_status cc_tally_keep_record(struct tally_worker *w, size_t file, struct cc_error *err);

/** Counts the records that were kept. */
CC_MUST_USE enum cc_status cc_tally_see_kept(struct tally_worker *w, struct cc_error *err);
void cc_tally_keep_free(struct tally_keep *k);
#endif

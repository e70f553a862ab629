#ifndef CC_TALLY_PARTS_H
#define CC_TALLY_PARTS_H
/* The inside of a tally: shared by cc_tally.c (binding and reading) and cc_tally_result.c. */
#include "datasets/base/cc_intern.h"
#include "stats/counting/cc_tally.h"
#include "stats/counting/cc_units.h"

struct rank_item {
    struct cc_bound *expr;
    enum cc_rank_order order;
};

struct tally_table {
    const struct cc_tally_spec *spec;
    const struct cc_unit *unit; /* NULL: every record counts */
    struct cc_bound *where;     /* NULL: true */
    struct cc_bound **counts;   /* spec->count_count, or one NULL: true */
    size_t count_count;
    struct cc_group **groups;
    int *keys;
    struct rank_item *ranks;
    struct cc_units *units;
    struct cc_cells *cells;
    struct cc_tally_told told;
};

struct cc_tally {
    const struct cc_tally_job *job;
    struct cc_query *query;
    struct cc_arena arena;
    struct tally_table *tables;
    struct cc_tally_file *files;
    struct cc_bound *newest; /* of `keep latest`, or NULL */
    int *keep;
    struct cc_intern *kept_keys; /* records that a newer one may replace, by their key */
    struct kept_record *kept;
    size_t kept_room;
    struct cc_buf key, rank, sightings;
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    uint8_t answers[64];
};

/* A record that waits until no newer one can replace it. */
struct kept_record {
    size_t file;
    char *rank, *sightings; /* what it says to each table, one after the other */
    size_t rank_size, sightings_size;
};
#endif

#ifndef CC_TALLY_H
#define CC_TALLY_H
/* Counting: several tables over several files in one pass.
 *
 * A record counts in a table if its condition (--where) is true; if it is unknown, the record is
 * counted beside it. A unit (child, episode ...) is counted once, in the cell of its
 * representative: of its records that fit, the best by the definition file's `represent` rule, else
 * the first. A count column holds for a unit if it is true for one of its records, and is unknown
 * if it is true for none and unknown for one. With per_cell a unit counts in every cell where it
 * appears, and rows do not add up. Memory grows with the cells, and with the units where units are
 * counted once. */
#include "datasets/query/cc_query.h"
#include "datasets/records/cc_stored.h"
#include "stats/counting/cc_tally_spec.h"

struct cc_tally_input {
    const char *path;
    const char *list; /* name of a list of further children, or NULL */
};

struct cc_tally_job {
    const struct cc_codebook *codebook;
    const struct cc_definitions *definitions;
    const struct cc_parameter *params; /* other than ffy */
    size_t param_count;
    int ffy; /* selected federal fiscal year, or 0 */
    bool year_in_name; /* a record's year is the one in the name of its file */
    const struct cc_tally_spec *specs;
    size_t spec_count;
    const struct cc_tally_input *inputs;
    size_t input_count;
    struct cc_records_options reading;
    unsigned threads;   /* at most so many; 0: one for each processor. The result is the same for any */
    uint64_t unit_memory; /* bytes of units that all tables may hold in all threads before they write
                           * them to temporary files; 0: no bound */
    uint64_t least_part; /* bytes that are worth a thread; 0: the default */
    const struct cc_stored_options *cache; /* keep what is read of the inputs, but for lists, in side files, and
                                            * read it from there; then no input may be a pipe.
                                            * NULL: read the inputs */
    bool plain;         /* record by record, by the plain interpreter, which is the reference */
};

/* Why a record is in no table; a condition that is not met is no such reason. */
enum cc_tally_reason {
    CC_LEFT_OTHER_YEAR, CC_LEFT_YEAR_UNKNOWN, CC_LEFT_NO_KEY, CC_LEFT_OLDER, CC_LEFT_REASONS
};

struct cc_tally_file {
    char name[256], sha256[65]; /* sha256 empty unless asked for */
    const char *level;          /* of a nested file: what its rows are; else NULL */
    uint64_t bytes, read, left[CC_LEFT_REASONS];
};

struct cc_tally_told { /* of one table, in records; those that a newer record replaces are not among them */
    uint64_t met, unmet, unknown, no_key;
};

struct cc_tally;

/** Binds every table: all errors of names, codes and years, before any record is read. The job
 *  must outlive the tally. */
CC_MUST_USE enum cc_status cc_tally_alloc(const struct cc_tally_job *job, struct cc_tally **out, struct cc_error *err);

/** Reads all inputs. */
CC_MUST_USE enum cc_status cc_tally_run(struct cc_tally *t, struct cc_error *err);

/** The finished table of spec i: group columns, measure (the unit), counts, unknowns [, note]. */
CC_MUST_USE enum cc_status cc_tally_table(struct cc_tally *t, size_t i, struct cc_table *out, struct cc_error *err);

/** item,name,key,value: inputs, records left out and why, definitions, the program. */
CC_MUST_USE enum cc_status cc_tally_provenance(const struct cc_tally *t, struct cc_table *out, struct cc_error *err);

const struct cc_tally_file *cc_tally_file(const struct cc_tally *t, size_t input);
const struct cc_tally_told *cc_tally_told(const struct cc_tally *t, size_t table);
/** Why an input has no side file, where it should have one; NULL if it has. */
const char *cc_tally_not_cached(const struct cc_tally *t, size_t input);
const char *cc_tally_reason_text(enum cc_tally_reason reason);
const char *const *cc_tally_notes(const struct cc_tally *t, size_t *n);

void cc_tally_free(struct cc_tally *t); /* NULL allowed */
#endif

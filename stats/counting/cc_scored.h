#ifndef CC_SCORED_H
#define CC_SCORED_H
/* Screened children from a table: a score or level, a reference standard, groups. */
#include "datasets/base/cc_table.h"
#include "stats/screening/cc_screen_flow.h"

enum { CC_SCORED_NAMES = 64 };

struct cc_scored_names {
    char *at[CC_SCORED_NAMES];
    size_t n;
};

struct cc_scored_options {
    const char *score;             /* column of numbers, or of levels if some are given */
    struct cc_scored_names levels; /* from least to most; their scores are 0, 1, ... */
    const char *reference;         /* column */
    struct cc_scored_names positive, negative; /* its codes; no negative ones: the only other code is */
    struct cc_scored_names missing; /* codes of either column that mean not known, beside blank and NA */
    struct cc_scored_names by;      /* columns; blank is the group "(blank)" */
    bool positives_only;            /* whoever is not positive has an unknown truth */
};

struct cc_scored {
    size_t n, groups;
    struct cc_subject *subjects; /* n */
    size_t *group;               /* n: 0 .. groups - 1 */
    const char **names;          /* groups x by.n, row-major; in order, numbers as numbers; borrowed from the table */
};

/** Errors: a column that is not there; a score that is no number or none of the levels; when no
 *  negative codes are named, a third code of the reference, or several children and none positive; more than 1000
 *  groups, or one that is called (total). The table must outlive the result. */
CC_MUST_USE enum cc_status cc_scored_read(const struct cc_table *t, const struct cc_scored_options *o,
                                          struct cc_scored *out, struct cc_error *err);

/** Position of a level, or -1. */
int cc_scored_level(const struct cc_scored_options *o, const char *name);

void cc_scored_free(struct cc_scored *s);
#endif

#ifndef CC_TALLY_SPEC_H
#define CC_TALLY_SPEC_H
/* What one table asks for, from options or from a line of a table list. */
#include <stdbool.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_status.h"

enum { CC_TALLY_MAX_COUNTS = 64 };

struct cc_tally_count {
    const char *name, *expr;
};

struct cc_tally_spec {
    const char *name; /* of a table in a list; NULL for the only table */
    const char *unit; /* NULL: record */
    const char **by;
    size_t by_count;
    const char *where; /* NULL: all records */
    struct cc_tally_count *counts; /* none: one column, `count` */
    size_t count_count;
    bool total, per_cell, all_years;
    size_t line; /* in the list, 0 on the command line */
};

/** Sets one option by its long name ("by", "where", "unit", "count", "total", "per-cell",
 *  "all-years"); value NULL for the last three. CC_EUSAGE for an unknown one or a bad value.
 *  Texts are copied into the arena. */
CC_MUST_USE enum cc_status cc_tally_spec_set(struct cc_tally_spec *spec, const char *option, const char *value,
                                             struct cc_arena *arena, struct cc_error *err);

/** Does this option take a value? */
bool cc_tally_spec_has_value(const char *option);

/** Reads a table list: one table a line, its name and then options; texts with blanks in single
 *  or double quotes; '#' starts a comment at the start of a line or after a blank. Errors have the line. */
CC_MUST_USE enum cc_status cc_tally_spec_read(const char *path, struct cc_arena *arena, struct cc_tally_spec **out,
                                              size_t *n, struct cc_error *err);
#endif

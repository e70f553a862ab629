#ifndef CC_DEFINITIONS_H
#define CC_DEFINITIONS_H
/* A definition file: what an analyst means by victim, child, age group. Statements start at the
 * beginning of a line; what follows, indented, belongs to them.
 *
 *   codebook NAME
 *   year = EXPR                                  the federal fiscal year of a record
 *   unit NAME = ITEM, ITEM ...                   what makes two records the same unit;
 *                                                an ITEM is a variable or `ffy`
 *   represent UNIT by RANK, RANK ...             which of its records stands for a unit:
 *                                                NAME first | EXPR (the earliest) | EXPR latest
 *   keep [at LEVEL] latest EXPR of ITEM, ITEM ...
 *                                                records alike in the items: the newest counts. For each level
 *                                                at which a nested file is read (cc_records.h); without LEVEL
 *                                                that of the flat form
 *   define NAME[(PARAM, ...)] ["label"] [since YEAR] [until YEAR] [source "..."] = EXPR
 *   derive NAME ["label"] [since YEAR] [until YEAR] [source "..."] = EXPR
 *
 * One name may be defined for several spans of years, which must not overlap. */
#include "datasets/query/cc_expr.h"

#include <stdbool.h>

struct cc_definition {
    const char *name, *label, *source; /* label and source may be NULL */
    int since, until;                  /* 0: open */
    const char **params;
    size_t param_count;
    struct cc_node *expr;
    const char *text; /* the expression as written, on one line */
    size_t line;
};

struct cc_item { /* of a key */
    const char *name;
    size_t line, column;
};

enum cc_rank_order { CC_RANK_EARLIEST, CC_RANK_LATEST, CC_RANK_FIRST /* where true */ };

struct cc_rank {
    struct cc_node *expr;
    enum cc_rank_order order;
};

struct cc_unit {
    const char *name;
    struct cc_item *items;
    size_t item_count;
    struct cc_rank *ranks; /* of `represent`; none: the first in file order */
    size_t rank_count;
};

struct cc_keep {
    const char *level; /* NULL: that of the flat form */
    struct cc_node *newest;
    struct cc_item *items;
    size_t item_count;
};

struct cc_definitions {
    char name[256]; /* the file's, for messages */
    const char *codebook;
    struct cc_node *year; /* NULL if not given */
    struct cc_definition *list;
    size_t count;
    struct cc_unit *units;
    size_t unit_count;
    struct cc_keep *keeps;
    size_t keep_count;
    struct cc_arena arena;
};

/** Reads a definition file. An empty set for path NULL. Errors have file, line and column. */
CC_MUST_USE enum cc_status cc_definitions_read(const char *path, struct cc_definitions *out, struct cc_error *err);

/** The file of a codebook that is used when none is named, definitions/CODEBOOK.def; owned by the
 *  caller; NULL if there is none. */
char *cc_definitions_default(const char *codebook);

const struct cc_unit *cc_definitions_unit(const struct cc_definitions *d, const char *name);

void cc_definitions_free(struct cc_definitions *d);
#endif

#ifndef CC_SCREEN_TABLE_H
#define CC_SCREEN_TABLE_H
/* The answer about a screening tool while it is made: a tidy table, whose rows carry cells of the input before them. */
#include "datasets/base/cc_table.h"
#include "stats/counting/cc_scored.h"
#include "stats/screening/cc_screen_rows.h"

struct cc_screen_table {
    struct cc_table out;
    const char *carried[CC_SCORED_NAMES + 1]; /* first cells of the rows that are written next */
    size_t n_carried;
    int64_t n_missing; /* -1: not known */
    const char *note;  /* of the input row, or NULL */
    void (*tell)(const char *text); /* what no one may overlook, in words */
};

/** A column of each result? */
bool cc_screen_table_has(const char *name);

/** Adds the columns of each result, behind those that are carried. False: no memory. */
CC_MUST_USE bool cc_screen_table_columns(struct cc_screen_table *t);

/** A sink for rows (struct cc_screen_sink). to: the struct cc_screen_table */
bool cc_screen_table_put(void *to, const struct cc_screen_row *row);

/** Hands a text to `tell`. */
void cc_screen_tell(const struct cc_screen_table *t, const char *fmt, ...) CC_PRINTF(2, 3);
#endif

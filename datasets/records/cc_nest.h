#ifndef CC_NEST_H
#define CC_NEST_H
/* Nested records: items of the groups of a codebook, each in an item of the group around it, and rows of any level cut
 * from them (cc_records.h says what a row of a level is). Items are added in the order of the file, those of one parent
 * without others between: so the items inside an item, at any depth, are a stretch of their group. */
#include "datasets/records/cc_records.h"

struct cc_nest;

/** Empty. Nothing is stored until it is asked for; the codebook must outlive it. NULL when out of memory. */
struct cc_nest *cc_nest_alloc(const struct cc_codebook *cb);

/** Asks for a variable. Before the first item. in_head: it stands once a file, and has one value for all records. */
void cc_nest_store(struct cc_nest *n, size_t variable);
void cc_nest_in_head(struct cc_nest *n, size_t variable);

/** A new record (group 0), or an item in the last item of the group around it. False when out of memory. */
CC_MUST_USE bool cc_nest_add(struct cc_nest *n, int group, uint64_t line);

/** The value of a variable in the last item of its group; nothing if it is not stored. */
CC_MUST_USE bool cc_nest_set(struct cc_nest *n, size_t variable, const char *text, size_t size);

/** All added so far is complete: the next record begins a new one. */
void cc_nest_complete(struct cc_nest *n);

size_t cc_nest_count(const struct cc_nest *n, int group);     /* items, also of the record that is not complete */
size_t cc_nest_records(const struct cc_nest *n);              /* complete records */
size_t cc_nest_bytes(const struct cc_nest *n);                /* of texts at hand */

/** The text of a stored variable in an item of its group; empty if there is none. Valid until the next change. */
const char *cc_nest_text(const struct cc_nest *n, size_t variable, size_t item, size_t *size);

/** Items of a group inside the item of one of the groups around it: *from up to, not with, *to. After cc_nest_index. */
void cc_nest_inside(const struct cc_nest *n, int outer, size_t item, int group, size_t *from, size_t *to);

/** Prepares the complete records to be looked at: what is where, and which items are the latest by the day `end`. */
CC_MUST_USE bool cc_nest_index(struct cc_nest *n, int32_t end);

/** Forgets the complete records; what is not complete stays. */
void cc_nest_discard(struct cc_nest *n);

void cc_nest_free(struct cc_nest *n); /* NULL allowed */

/* Rows of a level. */
struct cc_nest_rows;

struct cc_nest_rows *cc_nest_rows_alloc(struct cc_nest *n, int level);

/** What the rows shall have; stores it in the nest. CC_EDOMAIN: `each` is not in the variable's group. */
CC_MUST_USE enum cc_status cc_nest_rows_want(struct cc_nest_rows *v, const struct cc_want *wants, size_t count);

/** The rows of some complete records are those to read next. */
void cc_nest_rows_start(struct cc_nest_rows *v, size_t from_record, size_t to_record);

/** The next rows: CC_END when there are none. *from, *to: which items of the level they are. */
CC_MUST_USE enum cc_status cc_nest_rows_read(struct cc_nest_rows *v, struct cc_block *block, size_t *from, size_t *to);

/** Of the rows that were read last: which of the records each belongs to, from 0. */
void cc_nest_rows_records(const struct cc_nest_rows *v, uint16_t of[CC_BLOCK_ROWS]);

void cc_nest_rows_free(struct cc_nest_rows *v); /* NULL allowed */
#endif

#ifndef CC_QUERY_H
#define CC_QUERY_H
/* Expressions bound to a codebook and a definition file, and their answers for one record.
 *
 * Truth has three values. A comparison with an unknown value (coded so, blank where a value is
 * due, or invalid) is unknown; with a value that is not applicable it is false. any() is true if
 * one is true, else unknown if one is unknown; count() counts the true; missing() is never
 * unknown; in `case when` an unknown condition is not taken.
 *
 * Functions: any(c, ...) and count(c, ...): a name with '#' stands for its numbered repeats, and a
 * variable that repeats inside its field is run through; so are all items of a group of a nested file
 * (cc_records.h), the innermost that a single condition and the definitions in it ask for; latest(X): inside
 * any(), what the row has outside of it; missing(X); not_applicable(X); blank(X): is it empty, for whatever
 * reason; length(X) in characters; matches(X, 'PATTERN'): does the extended regular expression fit the whole
 * text; days(A, B) from A to B; hours(DATE, TIME, DATE, TIME); age(BIRTH, DATE) in completed years; year(DATE)
 * of the calendar; fiscal_year(DATE); band(X, b0, b1, ...) as text "b0-(b1-1)", half-open, the last open;
 * in_list(NAME). Parameters: :ffy, :ffy_start, :ffy_end of the record's year, and those given.
 *
 * Two ways lead to the same answers: for one record (cc_query_record and what follows it, the plain
 * interpreter) and for many rows of a block at once (cc_query_block ..., some four to eleven times faster).
 * A query is used by one thread at a time. */
#include "datasets/query/cc_definitions.h"
#include "datasets/records/cc_records.h"
#include "datasets/records/cc_value.h"

enum cc_truth { CC_FALSE, CC_UNKNOWN, CC_TRUE }; /* ordered: and is min, or is max */

struct cc_parameter {
    const char *name, *value;
};

struct cc_query;
struct cc_bound; /* a bound expression, owned by the query */
struct cc_group; /* a bound group column, owned by the query */

struct cc_query_options {
    const struct cc_parameter *params; /* other than ffy */
    size_t param_count;
    int ffy;          /* the selected year, which is also that of lists; 0: the records' own */
    bool every_year;  /* definitions by each record's year, even if one year is selected */
    bool year_in_name; /* a record's year is the one in the name of its file, such as child2022.csv */
    bool absent_is_empty; /* a variable that a file lacks is not applicable there, and no error */
};

/** The codebook, the definitions and the parameters must outlive the query. */
CC_MUST_USE enum cc_status cc_query_alloc(const struct cc_codebook *cb, const struct cc_definitions *defs,
                                          const struct cc_query_options *options, struct cc_query **out,
                                          struct cc_error *err);

/** Binds a condition written by the user. origin: what to call its text in errors ("--where"). */
CC_MUST_USE enum cc_status cc_query_condition(struct cc_query *q, const char *text, const char *origin,
                                              struct cc_bound **out, struct cc_error *err);

/** The same for a number: a quantity to be averaged. */
CC_MUST_USE enum cc_status cc_query_quantity(struct cc_query *q, const char *text, const char *origin,
                                             struct cc_bound **out, struct cc_error *err);

/** Binds a tree of the definition file. */
CC_MUST_USE enum cc_status cc_query_bind(struct cc_query *q, const struct cc_node *node, struct cc_bound **out,
                                         struct cc_error *err);

/** Binds what records are ranked by: a condition for CC_RANK_FIRST, else a quantity, date or text. */
CC_MUST_USE enum cc_status cc_query_bind_rank(struct cc_query *q, const struct cc_node *node, enum cc_rank_order order,
                                              struct cc_bound **out, struct cc_error *err);

/** When everything is bound: notes the parameters that no expression asks for. */
CC_MUST_USE enum cc_status cc_query_note_params(struct cc_query *q, struct cc_error *err);

/** A group column: a variable, a definition, or `ffy`. The same variable, by whatever of its names,
 *  gives the same group. */
CC_MUST_USE enum cc_status cc_query_group(struct cc_query *q, const char *name, const char *origin,
                                          struct cc_group **out, struct cc_error *err);

/** A part of a key: a variable (*slot >= 0), or ffy (*slot == CC_QUERY_FFY). */
enum { CC_QUERY_FFY = -1 };
CC_MUST_USE enum cc_status cc_query_key(struct cc_query *q, const struct cc_item *item, int *slot,
                                        struct cc_error *err);

/** Asks for a variable (index into cb->variables) whatever the expressions ask for; its slot, or -1 when out of
 *  memory. */
int cc_query_slot(struct cc_query *q, size_t variable);

/** Does an expression ask for a variable that the file lacks? The first of them. */
bool cc_query_lacks(const struct cc_query *q, const struct cc_bound *b, const struct cc_records *r, size_t *variable);

/** Does anything bound need the record's year? */
bool cc_query_needs_year(const struct cc_query *q);
CC_MUST_USE enum cc_status cc_query_use_year(struct cc_query *q, struct cc_error *err);

/** Things the user should be told, such as a comparison with a code that means "unknown". */
const char *const *cc_query_notes(const struct cc_query *q, size_t *n);

/** The definitions used, in order of first use. */
const struct cc_definition *const *cc_query_used(const struct cc_query *q, size_t *n);

/** The n variables that it asks a file for (indices into cb->variables); owned by the caller. False when out
 *  of memory. */
CC_MUST_USE bool cc_query_variables(const struct cc_query *q, size_t **variables, size_t *n);

/** Prepares for a file: asks the reader for the variables. A variable that the file lacks is an
 *  error, or, in a list (`list` not NULL), not applicable. */
CC_MUST_USE enum cc_status cc_query_file(struct cc_query *q, struct cc_records *r, const char *list,
                                         struct cc_error *err);

/** Sets the record that the functions below are about. Its fields are looked up as they are asked
 *  for, from the block, which must stay as it is until then. CC_ENOMEM: in a record before. */
CC_MUST_USE enum cc_status cc_query_record(struct cc_query *q, const struct cc_block *block, size_t row,
                                           struct cc_error *err);

/** The record's federal fiscal year; 0 if it cannot be known. In a list: the selected year. */
int cc_query_year(struct cc_query *q);

enum cc_truth cc_query_test(struct cc_query *q, struct cc_bound *condition);

/** The record's number; false if it is not known. */
bool cc_query_number(struct cc_query *q, struct cc_bound *quantity, double *out);

/** The record's value in a slot, and, of a variable that repeats in its field, its parts; until the next record. */
const struct cc_entry *cc_query_entry(struct cc_query *q, int slot);

/** The number of the record's value in a group column, dense from 0 in order of first sight
 *  (labels of a definition first); UINT32_MAX when out of memory. */
uint32_t cc_query_group_number(struct cc_query *q, struct cc_group *g);

/** Appends a key part; false if the record has no usable value there. A NUL ends each part. */
bool cc_query_key_text(struct cc_query *q, int slot, struct cc_buf *out);

/** Appends bytes that sort (as by memcmp) the better representative first. */
CC_MUST_USE bool cc_query_rank(struct cc_query *q, struct cc_bound *expr, enum cc_rank_order order,
                               struct cc_buf *out);

/** After a test: CC_EDATA if a definition was needed that covers no such year; CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_query_check(const struct cc_query *q, struct cc_error *err);

/** Sets the block that the functions over rows are about; before the first of them, for each block
 *  that was read, also when it is the same struct. Borrowed. */
void cc_query_block(struct cc_query *q, const struct cc_block *block);

/** Answers for n rows of the block, row numbers from 0 ascending, each once. Answers go to out[0..n).
 *  False when out of memory. No record is set afterwards: call cc_query_record before its functions.
 *  Questions about the rows of the question before, or about all rows, are the cheapest.
 *   test   enum cc_truth, as cc_query_test
 *   group  as cc_query_group_number
 *   year   as cc_query_year */
CC_MUST_USE bool cc_query_test_rows(struct cc_query *q, struct cc_bound *condition, const uint16_t *rows, size_t n,
                                    uint8_t *out);
CC_MUST_USE bool cc_query_group_rows(struct cc_query *q, struct cc_group *g, const uint16_t *rows, size_t n,
                                     uint32_t *out);
CC_MUST_USE bool cc_query_year_rows(struct cc_query *q, const uint16_t *rows, size_t n, uint16_t *out);

/** A slot's texts by their numbers in its dictionary, which is NULL for ids and free text: one number for each of n
 *  rows; borrowed until the next question. NULL when out of memory. */
struct cc_dictionary *cc_query_dictionary(struct cc_query *q, int slot);
const uint32_t *cc_query_text_rows(struct cc_query *q, int slot, const uint16_t *rows, size_t n);

/** The first row of the block for which a test or group needed a definition that covers no such year;
 *  SIZE_MAX if there is none. Asking the same of that record, cc_query_check then has the message. */
size_t cc_query_uncovered_row(const struct cc_query *q);

/* Byte strings of n rows, one after another: that of the i-th ends at ends[i], where the next begins.
 * Owned by the caller, who starts with { 0 } and frees bytes. */
struct cc_query_texts {
    struct cc_buf bytes;
    uint32_t ends[CC_BLOCK_ROWS];
};

/** Keys: for each row the parts that cc_query_key_text appends for these slots; nothing where the row
 *  lacks one of them. */
CC_MUST_USE bool cc_query_key_rows(struct cc_query *q, const int *slots, size_t count, const uint16_t *rows, size_t n,
                                   struct cc_query_texts *out);

/** Ranks: for each row what cc_query_rank appends for one expression after the other. */
CC_MUST_USE bool cc_query_rank_rows(struct cc_query *q, struct cc_bound *const *exprs,
                                    const enum cc_rank_order *orders, size_t count, const uint16_t *rows,
                                    size_t n, struct cc_query_texts *out);

const char *cc_group_name(const struct cc_group *g);
uint32_t cc_group_count(const struct cc_group *g);
const char *cc_group_text(const struct cc_group *g, uint32_t number);

/** The number in one group of what has a number in another, which is the same group of another query. */
uint32_t cc_group_adopt(struct cc_group *into, const struct cc_group *from, uint32_t number);

/** Order of two numbers of a group: codebook or definition order, then by number or text, then
 *  unknown codes, (blank), (invalid). Negative, 0 or positive. */
int cc_group_compare(const struct cc_group *g, uint32_t a, uint32_t b);

void cc_query_free(struct cc_query *q); /* NULL allowed */
#endif

#ifndef CC_ROWS_H
#define CC_ROWS_H
/* Between cc_rows.c, which asks, and cc_compile.c, which answers. Functions that give bool return
 * false when out of memory. */
#include "datasets/query/cc_bound.h"

#define CC_LABEL_UNKNOWN (UINT32_MAX - 1)
enum { CC_NO_SLOT = -1, CC_MANY_SLOTS = -2 };

/** Sets the rows at hand, which are borrowed until the question is answered. */
bool cc_rows_select(struct cc_query *q, const uint16_t *rows, size_t n);

/** Works out an expression for the rows at hand; cc_rows_answers then has the answers: bytes of a
 *  condition, states (bytes) and doubles of a number or date, words (labels) of a text, for which
 *  cc_bound_is_labelled must hold. Where q->uncovered is set then, they are not to be used. */
bool cc_rows_work_out(struct cc_query *q, struct cc_bound *b);
struct cc_answers cc_rows_answers(struct cc_bound *b);

/** Drops what was worked out for these rows, and q->uncovered. */
void cc_rows_forget(struct cc_query *q);

/** Works out q->selection->years and year. */
bool cc_rows_years(struct cc_query *q);

/** The numbers of a slot's texts in the rows at hand, in any dictionary of its variable; `codes` belongs to it. */
bool cc_rows_look_up(const struct cc_query *q, int slot, struct cc_dictionary *d, struct cc_code_numbers *codes,
                     uint32_t *numbers);

/** The slot's own numbers in the rows at hand, kept for the next question; NULL when out of memory. */
const uint32_t *cc_rows_numbers(struct cc_query *q, int slot);

/** Sets a record of which only one slot (or none, CC_NO_SLOT) and the year are known. */
void cc_rows_suppose(struct cc_query *q, int slot, uint32_t number, const struct cc_entry *entry);

/** Makes room in a memo for `count` numbers, in the arrays that are asked for, and drops the answers
 *  of another year. */
bool cc_rows_ready_memo(struct cc_memo *m, bool bytes, bool doubles, bool words, size_t count, int year);

/** Is every text that this can give written in it? */
bool cc_bound_is_labelled(const struct cc_bound *b);

/** Adds what an expression depends on: one slot, or CC_MANY_SLOTS; the year. Start with CC_NO_SLOT. */
void cc_bound_depends_on(const struct cc_bound *b, int *slot, bool *year);
#endif

#ifndef CC_FREQUENCIES_H
#define CC_FREQUENCIES_H
/* Frequency tables of all coded elements of an input, one after the other in one long table:
 * section, element, code, measure, counts and their unknown. */
#include "report/template/cc_source.h"

/** Which variables of the source's codebook are in its frequency tables: coded, and in each of its files.
 *  *out: one a variable, in the arena. Opens the files, and reads nothing of their records. */
CC_MUST_USE enum cc_status cc_frequencies_choose(const struct cc_source *s, struct cc_arena *arena, const bool **out,
                                                 struct cc_error *err);

/** The long table from the source's counts, the first of which is `spec` (one for each chosen variable, in the
 *  order of the codebook). */
CC_MUST_USE enum cc_status cc_frequencies_table(const struct cc_source *s, const bool *chosen, size_t spec,
                                                struct cc_table *out, struct cc_error *err);

/** Puts the rows in the order of the codebook and its codes, and adds `title` (the element in words) and `meaning`
 *  (of the code). */
CC_MUST_USE enum cc_status cc_frequencies_finish(const struct cc_codebook *cb, struct cc_table *t,
                                                 struct cc_error *err);

/** Adds `title`: the elements that `column` names (several separated by ';'), in words, where the codebook has
 *  them. */
CC_MUST_USE enum cc_status cc_frequencies_titles(const struct cc_codebook *cb, const char *column,
                                                 struct cc_table *t, struct cc_error *err);
#endif

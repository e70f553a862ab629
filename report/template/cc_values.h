#ifndef CC_VALUES_H
#define CC_VALUES_H
/* Names and values of one report: parameters, the period, the cells of a lookup row, and which
 * inputs and lists were given. */
#include "report/template/cc_template.h"

struct cc_named_value {
    const char *name, *value;
    bool absent;  /* a parameter that may be left out, and was: an option of a step goes with it */
    bool several; /* from a lookup: as a whole word of a step it is split at blanks */
};

struct cc_values {
    struct cc_named_value *list;
    size_t count, room;
};

/** Sets a value; texts are borrowed. */
CC_MUST_USE bool cc_values_set(struct cc_values *v, const char *name, const char *value, bool several);

/** Notes that a parameter was left out. */
CC_MUST_USE bool cc_values_leave_out(struct cc_values *v, const char *name);

/** NULL if there is no such value, or if it was left out. */
const struct cc_named_value *cc_values_find(const struct cc_values *v, const char *name);

/** An error at a place of the template: unknown value, with the nearest name. */
enum cc_status cc_values_unknown(const struct cc_values *v, const char *name, struct cc_place_at at,
                                 struct cc_error *err);

/** Puts values in place of {{name}} in a plain text. */
CC_MUST_USE enum cc_status cc_values_fill(const struct cc_values *v, const char *text, struct cc_place_at at,
                                          struct cc_arena *arena, const char **out, struct cc_error *err);

/** The same for all words of a step, which may become more words. An option whose value is {{name}}, of a parameter
 *  that was left out, goes. */
CC_MUST_USE enum cc_status cc_values_fill_step(const struct cc_values *v, const struct cc_step *step,
                                               struct cc_arena *arena, struct cc_step *out,
                                               struct cc_error *err);

void cc_values_free(struct cc_values *v);
#endif

#ifndef CC_SCREEN_ROWS_H
#define CC_SCREEN_ROWS_H
/* A 2x2 table as rows of a tidy table: which measures and methods are asked for, what they are
 * called, and what each number is in words. */
#include "stats/screening/cc_screen_flow.h"

enum { CC_SCREEN_ASKED = 32 };

struct cc_screen_ask {
    double level;
    char *methods[CC_SCREEN_ASKED]; /* a measure that has none of them gets its own first one */
    size_t n_methods;
    char *measures[CC_SCREEN_ASKED]; /* none: all */
    size_t n_measures;
    double prevalences[CC_SCREEN_ASKED];
    size_t n_prevalences;
    const char *with, *without; /* "with the condition", "without it" */
    bool positives_only;        /* nobody is known to be without the condition */
};

/* One row; texts are the callee's for the time of the call. */
struct cc_screen_row {
    const char *measure, *method, *note;
    struct cc_estimate value;
    double level; /* NaN: has no interval */
};

/** Where rows go; false ends the work (out of memory). */
struct cc_screen_sink {
    bool (*put)(void *to, const struct cc_screen_row *row);
    void *to;
};

/** Known names? '-' and '_' are one character. "all" is a method name. */
bool cc_screen_has_method(const char *name);
bool cc_screen_has_measure(const char *name);

/** Is it known when nobody is known to be without the condition? */
bool cc_screen_needs_negatives(const char *measure);

/** Is the measure asked for? */
bool cc_screen_asked(const struct cc_screen_ask *ask, const char *measure);

/** The cells, all measures, and those at other prevalences. problem: NULL, or why there is no
 *  table: then each measure is undefined, with that note. False when the sink said so. */
CC_MUST_USE bool cc_screen_rows(const struct cc_screen_ask *ask, const struct cc_table22 *t, const char *problem,
                                const struct cc_screen_sink *sink);

/** The flow of participants, and how many of all screened were flagged. */
CC_MUST_USE bool cc_screen_flow_rows(const struct cc_screen_ask *ask, const struct cc_flow *flow,
                                     const struct cc_screen_sink *sink);

/** Sensitivity, specificity, PPV and NPV of one group minus those of another, named in `against`. */
CC_MUST_USE bool cc_screen_difference_rows(const struct cc_screen_ask *ask, const struct cc_table22 *t,
                                           const struct cc_table22 *other, const char *against,
                                           const struct cc_screen_sink *sink);

/** Does sensitivity, or specificity, differ among k groups? */
CC_MUST_USE bool cc_screen_homogeneity_rows(const struct cc_screen_ask *ask, const struct cc_table22 *groups,
                                            size_t k, const struct cc_screen_sink *sink);
#endif

#ifndef CC_PREVALENCE_H
#define CC_PREVALENCE_H
/* Proportions, rates and true prevalence of each row of a table, by one or more interval methods. */
#include "datasets/base/cc_table.h"
#include "stats/counting/cc_population.h"
#include "stats/intervals/cc_prop.h"

enum { CC_PREVALENCE_METHODS = 16 }; /* asked for, at most */

enum cc_prevalence_family {
    CC_PREVALENCE_PROPORTION,
    CC_PREVALENCE_RATE,
    CC_PREVALENCE_ESTIMATED /* true prevalence, tool validated in a study */
};

struct cc_prevalence_method {
    const char *name;
    enum cc_prevalence_family family;
    int code; /* enum cc_prop_method, cc_rate_method or cc_rogan_gladen_estimated */
};

/* Before the names of proportions' methods when they are corrected for a tool's errors. */
extern const char CC_ROGAN_GLADEN_PREFIX[sizeof "rogan-gladen-"];

/* Sensitivity and specificity, or the counts of their study: each a number or a column. */
enum { CC_TOOL_SENSITIVITY, CC_TOOL_SPECIFICITY, CC_TOOL_FLAGGED = 0, CC_TOOL_WITH, CC_TOOL_PASSED, CC_TOOL_WITHOUT,
       CC_TOOL_NUMBERS };

struct cc_prevalence_tool {
    size_t n; /* 0: no tool; 2: known; CC_TOOL_NUMBERS: counts */
    const char *texts[CC_TOOL_NUMBERS];
    double values[CC_TOOL_NUMBERS]; /* NaN: texts name a column */
};

/** Why a tool with these numbers (of tool->n, as tool->values) tells nothing; NULL if it does, or they are NaN. */
const char *cc_prevalence_useless(const struct cc_prevalence_tool *tool, const double *values);

struct cc_prevalence_ask {
    const char *numerator, *denominator; /* columns; the second is not looked for where there are populations */
    const struct cc_prevalence_method *methods[CC_PREVALENCE_METHODS];
    size_t n_methods;
    bool rate;  /* events over time, not persons of persons */
    double per; /* estimates and limits are multiplied by it */
    struct cc_limits want;
    struct cc_prevalence_tool tool;
};

/** Each row of a table once per method: the columns that are neither used nor replaced, then measure, numerator,
 *  denominator, estimate, lower, upper, level, method and note (with a tool, se after the estimate).
 *
 *  joined  the denominators, one a row (cc_population_join); NULL: they are a column
 *  tell    is given a text for each column that is replaced
 *  out     empty; free it also after an error
 *
 *  Returns CC_OK, also for rows of which nothing is known (NA with a note); CC_EDATA: a column that is not there, a
 *  cell that is no such number, a numerator above its denominator; CC_EINTERRUPTED; CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_prevalence_rows(const struct cc_table *in, const struct cc_prevalence_ask *ask,
                                              const struct cc_population_row *joined, void (*tell)(const char *text),
                                              struct cc_table *out, struct cc_error *err);
#endif

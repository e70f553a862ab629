#ifndef CC_ROC_DATA_H
#define CC_ROC_DATA_H
/* Scores and what became known of each child, from the rows of a table, as ROC curves need them. */
#include "datasets/base/cc_table.h"
#include "stats/screening/cc_roc.h"

enum { CC_ROC_SCORES = 2, CC_ROC_CODES = 16 };
enum { CC_ROC_HIGHER = 1, CC_ROC_LOWER = -1 };

struct cc_roc_codes {
    char *at[CC_ROC_CODES + 1]; /* borrowed; the last tells that there are too many */
    size_t n;
};

struct cc_roc_columns {
    const char *score[CC_ROC_SCORES]; /* the second may be NULL */
    int way[CC_ROC_SCORES];           /* CC_ROC_HIGHER or CC_ROC_LOWER: which scores mean "positive" */
    const char *reference;            /* column */
    struct cc_roc_codes positive;     /* its codes for a case */
    struct cc_roc_codes negative;     /* for a control; none: the only other code is */
    bool allow_undefined; /* no case or no control at all is no error */
    const double *cutoffs; /* each score counts as the last of these that it reaches; NULL: as itself */
    size_t n_cutoffs;
};

/* All rows as numbers. Scores are negated where lower means positive; NaN is missing, -Inf reaches no cut-off. */
struct cc_roc_data {
    double *score[CC_ROC_SCORES];
    signed char *truth; /* 1 case, 0 control, -1 unknown */
};

/** Blank and NA are missing.
 *
 *  out  to be freed, also after an error
 *
 *  Returns CC_OK; CC_EDATA: a column that is not there, a score that is no number, a third code of the reference
 *  when no negative ones are named, no case or no control at all; CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_roc_data_read(const struct cc_table *t, const struct cc_roc_columns *c,
                                            struct cc_roc_data *out, struct cc_error *err);
void cc_roc_data_free(struct cc_roc_data *d);

/** The curve of one score over those of n rows that have it and a truth.
 *
 *  out    to be freed with cc_roc_free
 *  known  how many rows those are
 *
 *  Returns CC_OK or CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_roc_data_curve(const struct cc_roc_data *d, size_t which, const size_t *rows, size_t n,
                                             struct cc_roc *out, size_t *known);

/* Rows that have both scores and a truth. */
struct cc_roc_pairs {
    double *a, *b;
    bool *is_case;
    size_t n;
};

/** Those of n rows. out: to be freed, also after an error. Returns CC_OK or CC_ENOMEM. */
CC_MUST_USE enum cc_status cc_roc_data_pairs(const struct cc_roc_data *d, const size_t *rows, size_t n,
                                             struct cc_roc_pairs *out);
void cc_roc_pairs_free(struct cc_roc_pairs *p);
#endif

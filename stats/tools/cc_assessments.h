#ifndef CC_ASSESSMENTS_H
#define CC_ASSESSMENTS_H
/* Assessments from a table, each with who, when and whether it flags the child: by a tool file, or by a score and a
 * cut-off. */
#include "stats/screening/cc_at_risk.h"
#include "stats/tools/cc_tool_sheets.h"

struct cc_assessments_options {
    const char *child, *date;  /* columns */
    const char *area, *worker; /* columns, or NULL */
    const char *tool;          /* name or path; or: */
    const char *score;         /* column of numbers; blank and NA: no result */
    bool lower;                /* low scores mean danger */
    double cutoff;             /* flags from here on, itself included */
    enum cc_missing missing;   /* of a tool; CC_MISSING_RULES: as the tool says */
    int32_t until;             /* later assessments are counted, not scored */
};

struct cc_assessments {
    struct cc_assessment *at; /* n; texts are borrowed from the table */
    size_t n, later, without_result;
    struct cc_tool *tool; /* NULL without one */
};

/** Errors name line and column of the table, never what stands there: a date that is none, a child without an id, an
 *  answer that the tool does not know, a score that is no number. CC_EUSAGE if neither the tool nor the options say
 *  what a missing answer stands for, or if the tool has no positive level. The table must outlive the result. */
CC_MUST_USE enum cc_status cc_assessments_read(const struct cc_table *t, const struct cc_assessments_options *o,
                                               struct cc_assessments *out, struct cc_error *err);

/** A date of a table's cell (2024-05-17 or 20240517), or an error at its place. */
CC_MUST_USE enum cc_status cc_assessments_date(const struct cc_table *t, size_t row, size_t column, int32_t *out,
                                               struct cc_error *err);

void cc_assessments_free(struct cc_assessments *a);
#endif

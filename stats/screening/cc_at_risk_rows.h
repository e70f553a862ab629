#ifndef CC_AT_RISK_ROWS_H
#define CC_AT_RISK_ROWS_H
/* A month's children as tidy tables: the summary, which names nobody, and the restricted list. */
#include "datasets/base/cc_table.h"
#include "stats/screening/cc_at_risk.h"

struct cc_risk_month {
    const struct cc_assessment *a;
    const struct cc_risk_child *children;
    size_t n; /* children */
    struct cc_risk_days days;
    int32_t baseline; /* day whose scores the month's are held against, at most days.end */
    bool lower;       /* low scores mean danger: the list shows them with their own sign */
    bool outcomes;    /* are they known? */
    double level;     /* of intervals */
    bool areas;       /* are they told apart? */
    const char *algorithm; /* name and version */
};

/** The summary: for each area and in total, the flows of the month, steps of the flagged, measures.
 *  CC_EDATA if areas would name children (cc_group_size). */
CC_MUST_USE enum cc_status cc_at_risk_summary(const struct cc_risk_month *m, struct cc_table *out,
                                              struct cc_error *err);

/** New, continuing and former children, one a row, by worker, area, class, score (the most dangerous first), child. */
CC_MUST_USE enum cc_status cc_at_risk_list(const struct cc_risk_month *m, struct cc_table *out,
                                           struct cc_error *err);
#endif

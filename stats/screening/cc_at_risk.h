#ifndef CC_AT_RISK_H
#define CC_AT_RISK_H
/* Who is at risk at the end of a month, and was a month before: from assessments that each flag a child or do not.
 * Nothing after the day in question is looked at: each state is that of the latest assessment with a result on or
 * before the day. Of several on one day the highest score stands. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

struct cc_assessment {
    const char *child, *area, *worker; /* borrowed */
    int32_t day;
    bool scored;   /* else it has no result and says nothing */
    bool flagged;
    double danger; /* the score; with its sign turned where low scores mean danger */
    size_t row;    /* the caller's */
};

enum cc_risk { CC_RISK_NOT_ASSESSED, CC_RISK_NOT_FLAGGED, CC_RISK_FLAGGED };

enum cc_risk_change {
    CC_RISK_NEW,            /* flagged, but not a month before */
    CC_RISK_CONTINUING,     /* flagged at both ends */
    CC_RISK_LEFT,           /* assessed and no longer flagged */
    CC_RISK_LEFT_TOO_OLD,   /* flagged a month before; the assessment is too old by now */
    CC_RISK_NEITHER,        /* flagged at neither end */
    CC_RISK_CHANGES
};

/* What was done for a flagged child after the month and up to the as-of day: the furthest step. Confirmed: for the
 * first time. */
enum cc_risk_step { CC_STEP_NONE, CC_STEP_FOLLOWED_UP, CC_STEP_SCREENED, CC_STEP_CONFIRMED, CC_RISK_STEPS };

struct cc_risk_days {
    int32_t before, end; /* last day of the month before; of the month */
    int32_t max_age;     /* an assessment of more days than that no longer stands; INT32_MAX: it always does */
    int32_t as_of;       /* outcomes after that day are not looked at; at least `end` */
};

struct cc_risk_child {
    size_t first, count; /* the child's among the sorted assessments */
    size_t used;         /* that of them which counts at the end of the month, even if it is too old */
    enum cc_risk now, before;
    enum cc_risk_change change;
    int32_t since; /* of a flagged child: since when it has been flagged without a break */
    enum cc_risk_step step; /* apart from the confirmation */
    int32_t confirmed; /* first confirmation, whenever it was; INT32_MAX: none */
};

/** Sorts the assessments by child and day, and finds every child with a result on or before days.end.
 *
 *  a         n; those without a result or after days.end change nothing
 *  children  room for n; in the order of their ids
 *  found     how many there are
 *
 *  The result does not depend on the order of the assessments. Of two alike but for area and worker the later name
 *  stands. */
void cc_at_risk(struct cc_assessment *a, size_t n, const struct cc_risk_days *days, struct cc_risk_child *children,
                size_t *found);

/** The assessment of a child that stands on a day, or SIZE_MAX: none, or it is too old. */
size_t cc_at_risk_on(const struct cc_assessment *a, const struct cc_risk_child *child, int32_t day, int32_t max_age);

/** Tells a child of an outcome (not CC_STEP_NONE). One after days.as_of is ignored; one up to the end of the month
 *  is, too, unless it is a confirmation: that child was known. */
void cc_at_risk_outcome(struct cc_risk_child *child, enum cc_risk_step step, int32_t day,
                        const struct cc_risk_days *days);

/** Was it first confirmed after the month, and up to the as-of day? */
bool cc_at_risk_later(const struct cc_risk_child *child, const struct cc_risk_days *days);

/* Children counted: who is assessed at the end of the month, or was flagged a month before. */
struct cc_risk_counts {
    int64_t cells[2][2]; /* [flagged before][flagged now] */
    int64_t assessed, too_old;
    int64_t steps[CC_RISK_STEPS]; /* of flagged children; their sum is the flagged */
    int64_t unknown;              /* flagged and not confirmed up to the end of the month */
    int64_t later;                /* assessed and confirmed later; of these flagged: steps[CC_STEP_CONFIRMED] */
};

void cc_at_risk_count(struct cc_risk_counts *counts, const struct cc_risk_child *child,
                      const struct cc_risk_days *days);

/** The smallest of n values with at least the share p of them at or below it; sorts them. NaN if n is 0.
 *  Source  Hyndman & Fan (1996), American Statistician 50:361-365, type 1. */
double cc_at_risk_quantile(double *values, size_t n, double p);
#endif

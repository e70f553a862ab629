#include "stats/screening/cc_at_risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int order(const void *left, const void *right)
{
    const struct cc_assessment *a = left, *b = right;
    int by_text = strcmp(a->child, b->child);
    if (by_text) return by_text;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    if (a->scored != b->scored) return a->scored - b->scored;
    if (a->scored && a->danger != b->danger) return a->danger < b->danger ? -1 : 1;
    if (a->flagged != b->flagged) return a->flagged - b->flagged;
    by_text = strcmp(a->area, b->area);
    return by_text ? by_text : strcmp(a->worker, b->worker);
}

/* The latest with a result on or before a day, or SIZE_MAX. */
static size_t latest(const struct cc_assessment *a, size_t first, size_t count, int32_t day)
{
    for (size_t i = first + count; i-- > first;)
        if (a[i].scored && a[i].day <= day) return i;
    return SIZE_MAX;
}

static bool too_old(int32_t made, int32_t day, int32_t max_age)
{
    return (int64_t)day - made > max_age;
}

size_t cc_at_risk_on(const struct cc_assessment *a, const struct cc_risk_child *child, int32_t day, int32_t max_age)
{
    size_t i = latest(a, child->first, child->count, day);
    return i == SIZE_MAX || too_old(a[i].day, day, max_age) ? SIZE_MAX : i;
}

static enum cc_risk state(const struct cc_assessment *a, const struct cc_risk_child *child, int32_t day,
                          int32_t max_age)
{
    size_t i = cc_at_risk_on(a, child, day, max_age);
    if (i == SIZE_MAX) return CC_RISK_NOT_ASSESSED;
    return a[i].flagged ? CC_RISK_FLAGGED : CC_RISK_NOT_FLAGGED;
}

/* Back from the assessment that counts while the one before it flagged and was not yet too old. */
static int32_t flagged_since(const struct cc_assessment *a, const struct cc_risk_child *child, int32_t max_age)
{
    int32_t since = a[child->used].day;
    for (size_t i; (i = latest(a, child->first, child->count, since - 1)) != SIZE_MAX; since = a[i].day)
        if (!a[i].flagged || too_old(a[i].day, since, max_age)) break;
    return since;
}

static enum cc_risk_change change(enum cc_risk before, enum cc_risk now)
{
    if (now == CC_RISK_FLAGGED) return before == CC_RISK_FLAGGED ? CC_RISK_CONTINUING : CC_RISK_NEW;
    if (before != CC_RISK_FLAGGED) return CC_RISK_NEITHER;
    return now == CC_RISK_NOT_ASSESSED ? CC_RISK_LEFT_TOO_OLD : CC_RISK_LEFT;
}

void cc_at_risk(struct cc_assessment *a, size_t n, const struct cc_risk_days *days, struct cc_risk_child *children,
                size_t *found)
{
    *found = 0;
    if (n) qsort(a, n, sizeof *a, order);
    for (size_t first = 0, next; first < n; first = next) {
        for (next = first + 1; next < n && !strcmp(a[next].child, a[first].child);) next++;
        struct cc_risk_child c = { .first = first, .count = next - first, .confirmed = INT32_MAX };
        c.used = latest(a, first, c.count, days->end);
        if (c.used == SIZE_MAX) continue;
        c.now = state(a, &c, days->end, days->max_age);
        c.before = state(a, &c, days->before, days->max_age);
        c.change = change(c.before, c.now);
        c.since = flagged_since(a, &c, days->max_age);
        children[(*found)++] = c;
    }
}

void cc_at_risk_outcome(struct cc_risk_child *child, enum cc_risk_step step, int32_t day,
                        const struct cc_risk_days *days)
{
    if (day > days->as_of) return;
    if (step == CC_STEP_CONFIRMED && day < child->confirmed) child->confirmed = day;
    if (step != CC_STEP_CONFIRMED && day > days->end && step > child->step) child->step = step;
}

bool cc_at_risk_later(const struct cc_risk_child *child, const struct cc_risk_days *days)
{
    return child->confirmed > days->end && child->confirmed <= days->as_of;
}

void cc_at_risk_count(struct cc_risk_counts *counts, const struct cc_risk_child *child,
                      const struct cc_risk_days *days)
{
    bool flagged = child->now == CC_RISK_FLAGGED, before = child->before == CC_RISK_FLAGGED;
    bool assessed = child->now != CC_RISK_NOT_ASSESSED, later = cc_at_risk_later(child, days);
    if (!assessed && !before) return;
    counts->cells[before][flagged]++;
    counts->assessed += assessed;
    counts->too_old += !assessed;
    counts->later += assessed && later;
    if (!flagged) return;
    counts->steps[later ? CC_STEP_CONFIRMED : child->step]++;
    counts->unknown += child->confirmed > days->end;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double cc_at_risk_quantile(double *values, size_t n, double p)
{
    if (n == 0) return NAN;
    qsort(values, n, sizeof *values, compare);
    double rank = ceil(p * (double)n - 1e-9);
    return values[rank < 1 ? 0 : (size_t)rank - 1];
}

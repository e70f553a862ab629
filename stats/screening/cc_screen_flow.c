#include "stats/screening/cc_screen_flow.h"

#include <stdlib.h>

struct count {
    int64_t n[CC_TRUTHS];
};

struct cc_cuts {
    double *scores;       /* distinct, ascending */
    struct count *before; /* [i]: persons with a score below scores[i]; one more for all of them */
    size_t n;
    struct count unscored;
};

int64_t cc_flow_with(const struct cc_flow *flow, enum cc_result result)
{
    const int64_t *n = flow->n[result];
    return n[CC_TRUTH_NO] + n[CC_TRUTH_YES] + n[CC_TRUTH_UNKNOWN];
}

struct cc_table22 cc_flow_table(const struct cc_flow *flow)
{
    return (struct cc_table22){ .tp = flow->n[CC_FLAGGED][CC_TRUTH_YES], .fn = flow->n[CC_PASSED][CC_TRUTH_YES],
                                .fp = flow->n[CC_FLAGGED][CC_TRUTH_NO], .tn = flow->n[CC_PASSED][CC_TRUTH_NO] };
}

static int by_score(const void *a, const void *b)
{
    double x = ((const struct cc_subject *)a)->score, y = ((const struct cc_subject *)b)->score;
    return (x > y) - (x < y);
}

/* Counts `sorted` (n scored subjects) up to each distinct score. */
static void accumulate(struct cc_cuts *c, const struct cc_subject *sorted, size_t n)
{
    struct count sum = { { 0 } };
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || sorted[i].score > sorted[i - 1].score) {
            c->scores[c->n] = sorted[i].score;
            c->before[c->n++] = sum;
        }
        sum.n[sorted[i].truth]++;
    }
    c->before[c->n] = sum;
}

struct cc_cuts *cc_cuts_alloc(const struct cc_subject *subjects, size_t n)
{
    struct cc_cuts *c = calloc(1, sizeof *c);
    struct cc_subject *sorted = malloc((n + 1) * sizeof *sorted);
    if (c) c->scores = malloc((n + 1) * sizeof *c->scores);
    if (c) c->before = malloc((n + 1) * sizeof *c->before);
    if (!c || !sorted || !c->scores || !c->before) {
        cc_cuts_free(c);
        free(sorted);
        return NULL;
    }
    size_t scored = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(subjects[i].score)) c->unscored.n[subjects[i].truth]++;
        else sorted[scored++] = subjects[i];
    }
    qsort(sorted, scored, sizeof *sorted, by_score);
    accumulate(c, sorted, scored);
    free(sorted);
    return c;
}

void cc_cuts_free(struct cc_cuts *cuts)
{
    if (!cuts) return;
    free(cuts->scores);
    free(cuts->before);
    free(cuts);
}

/* How many distinct scores are below the cut (or, with `included`, not above it). */
static size_t position(const struct cc_cuts *c, double cut, bool included)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (c->scores[middle] < cut || (included && c->scores[middle] == cut)) lo = middle + 1;
        else hi = middle;
    }
    return lo;
}

struct cc_flow cc_cuts_at(const struct cc_cuts *cuts, double cut, bool higher)
{
    const struct count *low = &cuts->before[position(cuts, cut, !higher)], *all = &cuts->before[cuts->n];
    enum cc_result below = higher ? CC_PASSED : CC_FLAGGED, above = higher ? CC_FLAGGED : CC_PASSED;
    struct cc_flow flow;
    for (int t = 0; t < CC_TRUTHS; t++) {
        flow.n[below][t] = low->n[t];
        flow.n[above][t] = all->n[t] - low->n[t];
        flow.n[CC_NO_RESULT][t] = cuts->unscored.n[t];
    }
    return flow;
}

const double *cc_cuts_scores(const struct cc_cuts *cuts, size_t *n)
{
    *n = cuts->n;
    return cuts->scores;
}

/* Monthly at-risk lists: states, classes, and the laws of flows. */
#include <stdlib.h>

#include "datasets/base/cc_date.h"
#include "stats/screening/cc_at_risk.h"
#include "stats/screening/cc_psi.h"
#include "tests/tap.h"

enum { MANY = 400, KIDS = 60 };

static const char *const NAMES[] = { "a", "b", "c", "d" };
static char kids[KIDS][16];

static int32_t date(int year, int month, int day)
{
    int32_t out = 0;
    OK(cc_date_day(year, month, day, &out));
    return out;
}

static struct cc_risk_days march(int32_t max_age)
{
    return (struct cc_risk_days){ date(2024, 2, 29), date(2024, 3, 31), max_age, date(2024, 3, 31) };
}

/* A score of 2 and more flags; a negative one is no result. */
static struct cc_assessment made(const char *child, int32_t day, int score)
{
    return (struct cc_assessment){ .child = child, .area = "n", .worker = "w", .day = day, .scored = score >= 0,
                                   .flagged = score >= 2, .danger = score };
}

static struct cc_risk_child one(struct cc_assessment *a, size_t n, struct cc_risk_days days)
{
    struct cc_risk_child c = { 0 };
    size_t found;
    cc_at_risk(a, n, &days, &c, &found);
    OK(found == 1);
    return c;
}

static void classes(void)
{
    static const struct {
        int january, march, april; /* scores; -2: no assessment; -1: no result */
        int32_t max_age;
        enum cc_risk_change want;
    } cases[] = {
        { 3, -2, -2, INT32_MAX, CC_RISK_CONTINUING },   { 3, -2, -2, 60, CC_RISK_LEFT_TOO_OLD },
        { 3, 1, -2, 60, CC_RISK_LEFT },                 { 3, 2, 0, 60, CC_RISK_CONTINUING },
        { 1, 2, -2, 60, CC_RISK_NEW },                  { 1, 1, 3, 60, CC_RISK_NEITHER },
        { -2, 2, -2, 60, CC_RISK_NEW },                 { 3, -1, -2, INT32_MAX, CC_RISK_CONTINUING },
        { -1, 3, -2, 60, CC_RISK_NEW },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cc_assessment a[3];
        size_t n = 0;
        if (cases[i].january > -2) a[n++] = made("k", date(2024, 1, 20), cases[i].january);
        if (cases[i].march > -2) a[n++] = made("k", date(2024, 3, 11), cases[i].march);
        if (cases[i].april > -2) a[n++] = made("k", date(2024, 4, 1), cases[i].april);
        struct cc_risk_child c = one(a, n, march(cases[i].max_age));
        if (!OK(c.change == cases[i].want)) printf("# case %zu: %d\n", i, (int)c.change);
    }
}

/* The last day of a month belongs to it; an assessment stands on the last day of its age. */
static void edges(void)
{
    struct cc_assessment last = made("k", date(2024, 3, 31), 3), next = made("k", date(2024, 4, 1), 3);
    OK(one(&last, 1, march(0)).change == CC_RISK_NEW);
    struct cc_risk_child c;
    struct cc_risk_days days = march(0);
    size_t found;
    cc_at_risk(&next, 1, &days, &c, &found);
    OK(found == 0);
    cc_at_risk(&next, 0, &days, &c, &found);
    OK(found == 0);
    struct cc_assessment old = made("k", date(2024, 3, 1), 3);
    OK(one(&old, 1, march(30)).now == CC_RISK_FLAGGED);
    OK(one(&old, 1, march(29)).now == CC_RISK_NOT_ASSESSED);
}

static void ties(void)
{
    struct cc_assessment a[] = { made("k", date(2024, 3, 5), 1), made("k", date(2024, 3, 5), 4),
                                 made("k", date(2024, 3, 5), 2), made("k", date(2024, 3, 5), -1) };
    struct cc_risk_child c = one(a, 4, march(90));
    OK(c.now == CC_RISK_FLAGGED && a[c.used].danger == 4);
    struct cc_assessment places[] = { made("k", date(2024, 3, 5), 4), made("k", date(2024, 3, 5), 4) };
    places[0].area = "south";
    c = one(places, 2, march(90));
    SAME(places[c.used].area, "south");
}

static void since_when(void)
{
    int32_t d[] = { date(2023, 9, 1), date(2023, 12, 1), date(2024, 2, 1), date(2024, 3, 1) };
    struct cc_assessment a[] = { made("k", d[0], 3), made("k", d[1], 3), made("k", d[2], 2), made("k", d[3], 2) };
    OK(one(a, 4, march(INT32_MAX)).since == d[0]);
    OK(one(a, 4, march(90)).since == d[1]); /* 91 days from September to December */
    struct cc_assessment b[] = { made("k", d[0], 3), made("k", d[1], 1), made("k", d[2], 2), made("k", d[3], 2) };
    OK(one(b, 4, march(INT32_MAX)).since == d[2]);
}

static void outcomes(void)
{
    struct cc_assessment a = made("k", date(2024, 3, 10), 3);
    struct cc_risk_days days = march(90);
    days.as_of = date(2024, 6, 30);
    struct cc_risk_child c = one(&a, 1, days);
    struct cc_risk_counts counts = { 0 };
    cc_at_risk_outcome(&c, CC_STEP_SCREENED, days.end, &days); /* not after the month */
    OK(c.step == CC_STEP_NONE);
    cc_at_risk_outcome(&c, CC_STEP_SCREENED, days.end + 1, &days);
    cc_at_risk_outcome(&c, CC_STEP_FOLLOWED_UP, days.end + 2, &days); /* the furthest step stays */
    cc_at_risk_outcome(&c, CC_STEP_CONFIRMED, days.as_of + 1, &days);
    OK(c.step == CC_STEP_SCREENED && c.confirmed == INT32_MAX && !cc_at_risk_later(&c, &days));
    cc_at_risk_outcome(&c, CC_STEP_CONFIRMED, days.as_of, &days);
    OK(cc_at_risk_later(&c, &days));
    cc_at_risk_count(&counts, &c, &days);
    OK(counts.unknown == 1 && counts.later == 1 && counts.steps[CC_STEP_CONFIRMED] == 1);
    cc_at_risk_outcome(&c, CC_STEP_CONFIRMED, date(2022, 1, 1), &days); /* known long before */
    counts = (struct cc_risk_counts){ 0 };
    cc_at_risk_count(&counts, &c, &days);
    OK(counts.unknown == 0 && counts.later == 0 && counts.steps[CC_STEP_SCREENED] == 1);
}

/* ---- laws ---- */

static uint32_t state = 7;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static void made_up(struct cc_assessment *a, int32_t from, uint32_t span)
{
    for (size_t i = 0; i < MANY; i++) {
        a[i] = made(kids[draw(KIDS)], from + (int32_t)draw(span), (int)draw(5) - 1);
        a[i].area = NAMES[draw(4)];
        a[i].worker = NAMES[draw(4)];
    }
}

static void shuffle(struct cc_assessment *a, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = draw((uint32_t)i);
        struct cc_assessment swap = a[i - 1];
        a[i - 1] = a[k];
        a[k] = swap;
    }
}

static struct cc_risk_counts count(struct cc_assessment *a, size_t n, struct cc_risk_days days)
{
    static struct cc_risk_child children[MANY];
    struct cc_risk_counts out = { 0 };
    size_t found;
    cc_at_risk(a, n, &days, children, &found);
    for (size_t i = 0; i < found; i++) cc_at_risk_count(&out, &children[i], &days);
    return out;
}

/* The flagged of a month are those of the month before, and the new, less those who left. */
static void flows(int32_t max_age)
{
    static struct cc_assessment a[MANY];
    int64_t before = -1;
    made_up(a, date(2023, 11, 1), 400);
    for (int month = 1; month <= 12; month++) {
        int32_t start = date(2024, month, 1), end = month < 12 ? date(2024, month + 1, 1) : date(2025, 1, 1);
        struct cc_risk_counts c = count(a, MANY, (struct cc_risk_days){ start - 1, end - 1, max_age, end - 1 });
        int64_t flagged = c.cells[0][1] + c.cells[1][1], was = c.cells[1][0] + c.cells[1][1], steps = 0;
        for (int s = 0; s < CC_RISK_STEPS; s++) steps += c.steps[s];
        OK(before < 0 || was == before);
        OK(flagged == was + c.cells[0][1] - c.cells[1][0]);
        OK(c.assessed + c.too_old == flagged + c.cells[1][0] + c.cells[0][0]);
        OK(c.too_old <= c.cells[1][0] && steps == flagged);
        before = flagged;
    }
}

static bool alike(const struct cc_assessment *a, const struct cc_risk_child *x, const struct cc_assessment *b,
                  const struct cc_risk_child *y)
{
    const struct cc_assessment *p = &a[x->used], *q = &b[y->used];
    return x->now == y->now && x->before == y->before && x->change == y->change && x->since == y->since
           && p->day == q->day && p->danger == q->danger && !strcmp(p->child, q->child) && !strcmp(p->area, q->area)
           && !strcmp(p->worker, q->worker);
}

/* Neither the order of the rows nor rows after the month change anything. */
static void invariance(void)
{
    static struct cc_assessment a[MANY], b[2 * MANY];
    static struct cc_risk_child x[MANY], y[2 * MANY];
    struct cc_risk_days days = march(120);
    size_t n, m;
    made_up(a, date(2023, 9, 1), 213); /* to 31 March */
    memcpy(b, a, sizeof a);
    made_up(b + MANY, days.end + 1, 200);
    shuffle(b, 2 * MANY);
    cc_at_risk(a, MANY, &days, x, &n);
    cc_at_risk(b, 2 * MANY, &days, y, &m);
    OK(n == m && n > KIDS / 2);
    for (size_t i = 0; i < n && i < m; i++) OK(alike(a, &x[i], b, &y[i]));
}

static void drift(void)
{
    double a[] = { 0, 1, 2, 2 }, b[] = { 2, 0, 2, 1 }, c[] = { 3, 3, 3, 3 };
    struct cc_psi psi;
    OK(cc_psi(a, 4, b, 4, &psi) == CC_OK && psi.index == 0 && psi.bins == 3 && psi.smallest == 1);
    OK(cc_psi(a, 4, b, 0, &psi) == CC_UNDEFINED && isnan(psi.index));
    /* by hand: shares (1.5, 1.5, 2.5, .5) / 6 against (.5, .5, .5, 4.5) / 6 */
    double want = 2 * (1 / 6.) * log(3) + (2 / 6.) * log(5) + (4 / 6.) * log(9);
    OK(cc_psi(a, 4, c, 4, &psi) == CC_OK && psi.bins == 4 && psi.smallest == 1);
    NEAR(psi.index, want, 1e-14);
    OK(cc_psi(c, 4, a, 4, &psi) == CC_OK);
    NEAR(psi.index, want, 1e-14);
    double many[211], same[37];
    for (int i = 0; i < 211; i++) many[i] = i * i;
    for (int i = 0; i < 37; i++) same[i] = 7;
    OK(cc_psi(many, 211, same, 37, &psi) == CC_OK && psi.bins == CC_PSI_BINS && psi.index > 1 && psi.smallest == 21);
    /* the tenths of the baseline are one */
    OK(cc_psi(same, 37, many, 211, &psi) == CC_OK && psi.bins == 2 && psi.smallest == 3);
}

static void quantiles(void)
{
    double v[] = { 40, 10, 30, 20, 50, 60, 70, 80, 90, 100 }, one_value = 37;
    NEAR(cc_at_risk_quantile(v, 10, 0.5), 50, 0);
    NEAR(cc_at_risk_quantile(v, 10, 0.9), 90, 0);
    NEAR(cc_at_risk_quantile(&one_value, 1, 0.9), 37, 0);
    OK(isnan(cc_at_risk_quantile(v, 0, 0.5)));
}

int main(void)
{
    for (int i = 0; i < KIDS; i++) snprintf(kids[i], sizeof kids[i], "k%d", i);
    classes();
    edges();
    ties();
    since_when();
    outcomes();
    flows(INT32_MAX);
    flows(60);
    invariance();
    drift();
    quantiles();
    return tap_done();
}

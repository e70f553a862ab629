/* Two tests in two populations without a reference: the oracle, recovery, refusals, coverage.
 * CC_TEST_ROUNDS=50 gives 10,000 repetitions; CC_TEST_SHOW=1 prints the table of report/handbook/intervals.md, from
 * another seed. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_table.h"
#include "datasets/base/cc_text.h"
#include "stats/screening/cc_biased.h"
#include "stats/screening/cc_hui_walter.h"
#include "tests/tap.h"

static double number(const struct cc_table *t, size_t row, const char *column)
{
    double x = NAN;
    int c = cc_table_find(t, column);
    return c >= 0 && cc_parse_double(cc_table_cell(t, row, (size_t)c), &x) ? x : NAN;
}

static struct cc_cross cross(const struct cc_table *t, size_t row, const char *population)
{
    static const char *const cells[] = { "pp", "pn", "np", "nn" };
    int64_t n[4];
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_%s", population, cells[i]);
        n[i] = (int64_t)number(t, row, name);
    }
    return (struct cc_cross){ n[0], n[1], n[2], n[3] };
}

static void test_oracle(void)
{
    static const char *const names[CC_HW_NUMBERS] = { "prev1", "prev2", "se_test1", "se_test2", "sp_test1",
                                                      "sp_test2" };
    static const char *const errors[CC_HW_NUMBERS] = { "stderr_prev1", "stderr_prev2", "stderr_se1",
                                                       "stderr_se2", "stderr_sp1", "stderr_sp2" };
    struct cc_table t;
    struct cc_error err = { 0 };
    if (!OK(cc_table_read("tests/oracle/hui_walter.csv", &t, &err) == CC_OK)) return;
    for (size_t r = 0; r < t.rows; r++) {
        struct cc_hui_walter e;
        OK(cc_hui_walter(cross(&t, r, "pop1"), cross(&t, r, "pop2"), &e) == CC_OK && e.same_p < 1e-6);
        for (int i = 0; i < CC_HW_NUMBERS; i++) {
            NEAR(e.estimate[i], number(&t, r, names[i]), 1e-7);
            NEAR(e.se[i], number(&t, r, errors[i]), 1e-5);
        }
    }
    cc_table_free(&t);
}

/* Expected counts of 10^12 children with known numbers. */
static struct cc_cross made(const double e[CC_HW_NUMBERS], int population)
{
    double p = e[CC_HW_PREV1 + population], u1 = e[CC_HW_SE1], w1 = e[CC_HW_SE2], u0 = 1 - e[CC_HW_SP1];
    double w0 = 1 - e[CC_HW_SP2];
    double pp = p * u1 * w1 + (1 - p) * u0 * w0, pn = p * u1 * (1 - w1) + (1 - p) * u0 * (1 - w0);
    double np = p * (1 - u1) * w1 + (1 - p) * (1 - u0) * w0;
    return (struct cc_cross){ llround(pp * 1e12), llround(pn * 1e12), llround(np * 1e12),
                              llround((1 - pp - pn - np) * 1e12) };
}

static void test_recovery(void)
{
    static const double truths[][CC_HW_NUMBERS] = {
        { 0.05, 0.4, 0.8, 0.9, 0.95, 0.85 }, { 0.7, 0.2, 0.6, 0.55, 0.7, 0.99 }, { 0.5, 0.1, 0.97, 0.3, 0.9, 0.8 },
    };
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        struct cc_hui_walter e, swapped;
        struct cc_cross a = made(truths[i], 0), b = made(truths[i], 1);
        OK(cc_hui_walter(a, b, &e) == CC_OK);
        OK(cc_hui_walter(b, a, &swapped) == CC_OK);
        for (int k = 0; k < CC_HW_NUMBERS; k++) {
            NEAR(e.estimate[k], truths[i][k], 1e-8);
            NEAR(swapped.estimate[k <= CC_HW_PREV2 ? 1 - k : k], e.estimate[k], 1e-10);
            NEAR(swapped.se[k <= CC_HW_PREV2 ? 1 - k : k], e.se[k], 1e-8);
        }
    }
}

static uint64_t state = 20261121;

static double uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static struct cc_cross sample(const double e[CC_HW_NUMBERS], int population, int n)
{
    struct cc_cross c = { 0, 0, 0, 0 };
    for (int i = 0; i < n; i++) {
        int yes = uniform() < e[CC_HW_PREV1 + population];
        int first = uniform() < (yes ? e[CC_HW_SE1] : 1 - e[CC_HW_SP1]);
        int second = uniform() < (yes ? e[CC_HW_SE2] : 1 - e[CC_HW_SP2]);
        *(first ? second ? &c.pp : &c.pn : second ? &c.np : &c.nn) += 1;
    }
    return c;
}

/* The standard errors are those of repeated samples. */
static void test_simulation(void)
{
    static const double truth[CC_HW_NUMBERS] = { 0.15, 0.55, 0.85, 0.75, 0.9, 0.8 };
    enum { ROUNDS = 400, CHILDREN = 3000 };
    double z2[CC_HW_NUMBERS] = { 0 };
    for (int r = 0; r < ROUNDS; r++) {
        struct cc_hui_walter e;
        OK(cc_hui_walter(sample(truth, 0, CHILDREN), sample(truth, 1, CHILDREN), &e) == CC_OK);
        for (int k = 0; k < CC_HW_NUMBERS; k++) z2[k] += pow((e.estimate[k] - truth[k]) / e.se[k], 2) / ROUNDS;
    }
    for (int k = 0; k < CC_HW_NUMBERS; k++) /* 4 standard errors of a mean of chi-squares */
        if (!OK(fabs(z2[k] - 1) < 4 * sqrt(2.0 / ROUNDS))) printf("#   %d: %g\n", k, z2[k]);
}

/* ---- coverage ---- */

enum { REPETITIONS = 200, DOCUMENTED = 50000, LIMITS = 2 }; /* logit, Wald */

typedef double coverages[CC_HW_NUMBERS][LIMITS];

struct setting {
    int children; /* of each population */
    double solved; /* documented, as is the coverage where there is a solution and of the limits on the edge */
    coverages inside, edge;
};

static const struct setting settings[] = {
    { 200, .8910, { { .9851, .9501 }, { .9736, .9597 }, { .9251, .9581 }, { .9753, .9645 }, { .9490, .9699 },
                    { .9844, .9624 } },
      { { .8042, .7117 }, { .6135, .5969 }, { .8648, .9152 }, { .8097, .8033 }, { .9161, .9499 }, { .6981, .7305 } } },
    { 1000, .9989, { { .9548, .9484 }, { .9534, .9501 }, { .9490, .9550 }, { .9550, .9508 }, { .9585, .9526 },
                     { .9541, .9512 } }, { { 0 } } }, /* too few on the edge */
};

/* Within 3 standard errors of both simulations? */
static bool near_documented(double got, int n, double want, double documented)
{
    return fabs(got - want) <= 3 * sqrt(want * (1 - want) * (1. / n + 1 / documented));
}

struct held {
    int answers, limits[CC_HW_NUMBERS], times[CC_HW_NUMBERS][LIMITS];
};

static void see(struct held *h, const struct cc_hui_walter *e, const double truth[CC_HW_NUMBERS])
{
    h->answers++;
    for (int k = 0; k < CC_HW_NUMBERS; k++) {
        if (!(e->estimate[k] > 0 && e->estimate[k] < 1)) continue; /* no limits: they hold nothing */
        struct cc_interval ci[LIMITS] = { cc_logit_limits(e->estimate[k], e->se[k], .95),
                                          cc_wald_limits(e->estimate[k], e->se[k], .95) };
        h->limits[k]++;
        for (int m = 0; m < LIMITS; m++) h->times[k][m] += ci[m].lower <= truth[k] && truth[k] <= ci[m].upper;
    }
}

/* Out of all answers inside, out of those with limits on the edge. */
static void compare_coverage(const struct held *h, bool edge, coverages want, double documented, bool show)
{
    for (int k = 0; k < CC_HW_NUMBERS; k++)
        for (int m = 0; m < LIMITS; m++) {
            int n = edge ? h->limits[k] : h->answers;
            double got = (double)h->times[k][m] / n;
            if (show) printf(" %.4f", got);
            else if (!OK(near_documented(got, n, want[k][m], documented)))
                printf("#   number %d: %g of %d, documented %g\n", k, got, n, want[k][m]);
        }
}

static void try_setting(const struct setting *s, int repetitions, bool show)
{
    static const double truth[CC_HW_NUMBERS] = { 0.15, 0.55, 0.85, 0.75, 0.9, 0.8 };
    struct held inside = { .answers = 0 }, edge = { .answers = 0 };
    coverages want;
    for (int r = 0; r < repetitions; r++) {
        struct cc_hui_walter e;
        struct cc_cross a = sample(truth, 0, s->children), b = sample(truth, 1, s->children);
        if (cc_hui_walter(a, b, &e) == CC_OK) see(e.edges ? &edge : &inside, &e, truth);
    }
    double solved = (double)inside.answers / repetitions;
    if (show) printf("# %d: %.4f inside, %.4f on the edge;", s->children, solved, (double)edge.answers / repetitions);
    else OK(near_documented(solved, repetitions, s->solved, DOCUMENTED));
    memcpy(want, s->inside, sizeof want);
    compare_coverage(&inside, false, want, DOCUMENTED * s->solved, show);
    if (show) printf("; edge");
    memcpy(want, s->edge, sizeof want);
    if (show || want[0][0] > 0) compare_coverage(&edge, true, want, DOCUMENTED * (1 - s->solved) / 2, show);
    if (show) puts("");
}

static void test_coverage(void)
{
    const char *times = getenv("CC_TEST_ROUNDS");
    bool show = getenv("CC_TEST_SHOW") != NULL;
    state = show ? 771 : 5;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        try_setting(&settings[i], show ? DOCUMENTED : REPETITIONS * (times ? atoi(times) : 1), show);
}

static void test_refusals(void)
{
    struct cc_hui_walter e;
    struct cc_cross a = { 14, 4, 9, 528 }, twice = { 28, 8, 18, 1056 }, none = { 0, 0, 0, 0 };
    OK(cc_hui_walter(a, none, &e) == CC_UNDEFINED && e.refusal == CC_HW_EMPTY && isnan(e.estimate[0]));
    OK(cc_hui_walter(a, twice, &e) == CC_UNDEFINED && e.refusal == CC_HW_SAME);
    OK(cc_hui_walter((struct cc_cross){ 10, 20, 30, 40 }, (struct cc_cross){ 20, 15, 10, 55 }, &e) == CC_UNDEFINED);
    OK(e.refusal == CC_HW_OPPOSITE); /* 30% and 35% on test 1, 40% and 30% on test 2 */
    OK(cc_hui_walter((struct cc_cross){ 37, 41, 408, 514 }, (struct cc_cross){ 90, 126, 373, 411 }, &e)
       == CC_UNDEFINED && e.refusal == CC_HW_CHANCE && isnan(e.estimate[0]) && isnan(e.fit_p));
    OK(cc_hui_walter((struct cc_cross){ 0, 5, 2, 0 }, (struct cc_cross){ 5, 1, 0, 2 }, &e) == CC_UNDEFINED);
    OK(e.refusal == CC_HW_FLAT && isnan(e.estimate[0]) && isnan(e.se[0]));
    OK(cc_hui_walter((struct cc_cross){ -1, 20, 30, 40 }, a, &e) == CC_EDOMAIN);
    /* perfect tests: both agree always */
    OK(cc_hui_walter((struct cc_cross){ 37, 0, 0, 174 }, (struct cc_cross){ 53, 0, 0, 12 }, &e) == CC_OK);
    NEAR(e.estimate[CC_HW_PREV1], 37.0 / 211, 1e-12);
    OK(e.estimate[CC_HW_SE1] == 1 && e.estimate[CC_HW_SP2] == 1);
    NEAR(e.se[CC_HW_PREV2], sqrt(53.0 * 12 / 65 / 65 / 65), 1e-9);
    /* every pattern of zeros ends in a status and finite numbers or NaN, never in a crash */
    for (int pattern = 0; pattern < 256; pattern++) {
        int64_t n[8];
        for (int i = 0; i < 8; i++) n[i] = pattern >> i & 1 ? 11 + 6 * i * i % 17 : 0;
        enum cc_status st = cc_hui_walter((struct cc_cross){ n[0], n[1], n[2], n[3] },
                                          (struct cc_cross){ n[4], n[5], n[6], n[7] }, &e);
        OK((st == CC_OK) == (e.refusal == CC_HW_SOLVED));
        for (int k = 0; k < CC_HW_NUMBERS; k++) {
            OK(st == CC_OK ? e.estimate[k] >= 0 && e.estimate[k] <= 1 : isnan(e.estimate[k]) && isnan(e.se[k]));
            bool edge = e.edges && (e.estimate[k] <= 0 || e.estimate[k] >= 1);
            OK(st != CC_OK || (edge ? isnan(e.se[k]) : e.se[k] >= 0));
        }
    }
}

/* ---- on the edge ---- */

struct edge_case {
    struct cc_cross a, b;
    double estimate[CC_HW_NUMBERS], se[CC_HW_NUMBERS], g_squared;
    int edges;
};

/* R 4.3, nlminb within 0 and 1 from 200 random starts, relative tolerance 1e-15; standard errors of the numbers
 * inside by solve() of their expected information. By hand as well: in the first 4/7, 7/10, 8/13. */
static const struct edge_case edge_cases[] = {
    { { 10, 20, 30, 40 }, { 60, 10, 10, 20 }, { 0, .571428570, 1, .963461537, .700000001, .615384615 },
      { NAN, .071224197, NAN, .065822890, .045825757, .042669246 }, 1.24356017, 2 },
    { { 0, 4, 6, 201 }, { 23, 8, 11, 97 }, { 0, .284543920, .736119873, .788137008, .981042654, .971563981 },
      { NAN, .048306805, .093228684, .088497310, .009388398, .011442710 }, .23303351, 1 },
    { { 0, 12, 9, 479 }, { 18, 60, 52, 370 }, { 0, .532117372, .272065572, .247272726, .976, .982 },
      { NAN, .117175893, .059215635, .055410911, .006844560, .005945755 }, .44130113, 1 },
    { { 5, 0, 3, 292 }, { 61, 14, 9, 116 }, { .018830985, .423697139, .885066163, .825, 1, .991627907 },
      { .008425111, .036595693, .042204719, .042481614, NAN, .006111914 }, 1.99323, 1 },
};

static void test_edge_cases(void)
{
    for (size_t i = 0; i < sizeof edge_cases / sizeof *edge_cases; i++) {
        const struct edge_case *c = &edge_cases[i];
        struct cc_hui_walter e;
        OK(cc_hui_walter(c->a, c->b, &e) == CC_OK && e.refusal == CC_HW_SOLVED && e.edges == c->edges);
        NEAR(e.g_squared, c->g_squared, 1e-7);
        for (int k = 0; k < CC_HW_NUMBERS; k++) {
            NEAR(e.estimate[k], c->estimate[k], 2e-7);
            if (isnan(c->se[k])) OK(isnan(e.se[k]));
            else NEAR(e.se[k], c->se[k], 1e-6);
        }
    }
}

static double log_likelihood(struct cc_cross a, struct cc_cross b, const double e[CC_HW_NUMBERS])
{
    const int64_t n[2][4] = { { a.pp, a.pn, a.np, a.nn }, { b.pp, b.pn, b.np, b.nn } };
    double sum = 0;
    for (int g = 0; g < 2; g++)
        for (int k = 0; k < 4; k++) {
            bool first = k < 2, second = k % 2 == 0;
            double with = (first ? e[CC_HW_SE1] : 1 - e[CC_HW_SE1]) * (second ? e[CC_HW_SE2] : 1 - e[CC_HW_SE2]);
            double without = (first ? 1 - e[CC_HW_SP1] : e[CC_HW_SP1]) * (second ? 1 - e[CC_HW_SP2] : e[CC_HW_SP2]);
            double share = e[CC_HW_PREV1 + g] * with + (1 - e[CC_HW_PREV1 + g]) * without;
            if (n[g][k] > 0) sum += (double)n[g][k] * log(share);
        }
    return sum;
}

/* No point is more likely: anywhere, near the answer, and with one of its numbers elsewhere. */
static void none_higher(struct cc_cross a, struct cc_cross b, const struct cc_hui_walter *e)
{
    double top = log_likelihood(a, b, e->estimate) + 1e-8;
    for (int i = 0; i < 300; i++) {
        double other[CC_HW_NUMBERS];
        for (int k = 0; k < CC_HW_NUMBERS; k++) {
            double near = e->estimate[k] + 0.02 * (uniform() - 0.5);
            other[k] = i % 3 == 0 ? uniform() : i % 3 == 1 ? fmin(fmax(near, 0), 1) : e->estimate[k];
        }
        if (i % 3 == 2) other[i / 3 % CC_HW_NUMBERS] = i % 2 ? uniform() : (double)(i / 18 % 2);
        if (!OK(log_likelihood(a, b, other) <= top)) printf("#   by %g\n", log_likelihood(a, b, other) - top);
    }
}

static struct cc_cross tests_exchanged(struct cc_cross c)
{
    return (struct cc_cross){ c.pp, c.np, c.pn, c.nn };
}

static void same_exchanged(struct cc_cross a, struct cc_cross b, const struct cc_hui_walter *e)
{
    static const int populations[] = { 1, 0, 2, 3, 4, 5 }, tests[] = { 0, 1, 3, 2, 5, 4 };
    struct cc_hui_walter other, swapped;
    OK(cc_hui_walter(b, a, &other) == CC_OK && other.edges == e->edges);
    OK(cc_hui_walter(tests_exchanged(a), tests_exchanged(b), &swapped) == CC_OK && swapped.edges == e->edges);
    NEAR(other.g_squared, e->g_squared, 1e-7);
    NEAR(swapped.g_squared, e->g_squared, 1e-7);
    for (int k = 0; k < CC_HW_NUMBERS; k++) {
        NEAR(other.estimate[populations[k]], e->estimate[k], 1e-6);
        NEAR(swapped.estimate[tests[k]], e->estimate[k], 1e-6);
    }
}

/* Small samples of tools with specificities near 1: many on the edge, most of them by sampling error. */
static void test_edge_laws(void)
{
    static const double truth[CC_HW_NUMBERS] = { 0.06, 0.35, 0.75, 0.65, 0.985, 0.99 };
    enum { ROUNDS = 120, CHILDREN = 150 };
    int edge = 0, rejected = 0;
    for (int r = 0; r < ROUNDS; r++) {
        struct cc_cross a = sample(truth, 0, CHILDREN), b = sample(truth, 1, CHILDREN);
        struct cc_hui_walter e;
        if (!OK(cc_hui_walter(a, b, &e) == CC_OK) || !e.edges) continue;
        edge++;
        rejected += e.fit_p < 0.05;
        none_higher(a, b, &e);
        same_exchanged(a, b, &e);
    }
    OK(edge > ROUNDS / 5 && rejected <= edge / 5);
    if (getenv("CC_TEST_SHOW")) printf("# on the edge: %d of %d, p < 0.05: %d\n", edge, ROUNDS, rejected);
}

/* As a specificity of the data moves over 1, the answer has no jump. */
static void test_over_the_edge(void)
{
    double before[CC_HW_NUMBERS] = { 0 };
    for (int i = -20; i <= 20; i++) {
        double beyond = 1 + i * 1e-4, numbers[CC_HW_NUMBERS] = { 0.3, 0.6, 0.8, 0.7, beyond, 0.9 };
        struct cc_hui_walter e;
        OK(cc_hui_walter(made(numbers, 0), made(numbers, 1), &e) == CC_OK);
        if (i) OK((e.edges > 0) == (i > 0)); /* at 0 rounding decides */
        for (int k = 0; k < CC_HW_NUMBERS && i > -20; k++) OK(fabs(e.estimate[k] - before[k]) < 5e-4);
        if (i == 0) NEAR(e.estimate[CC_HW_SP1], 1, 1e-9);
        for (int k = 0; k < CC_HW_NUMBERS; k++) before[k] = e.estimate[k];
    }
}

int main(void)
{
    test_oracle();
    test_recovery();
    test_simulation();
    test_coverage();
    test_refusals();
    test_edge_cases();
    test_edge_laws();
    test_over_the_edge();
    return tap_done();
}

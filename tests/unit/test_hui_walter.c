/* Two tests in two populations without a reference: the oracle, recovery, refusals, coverage.
 * CC_TEST_ROUNDS=50 gives 10,000 repetitions; CC_TEST_SHOW=1 prints the table of report/handbook/intervals.md, from
 * another seed. */
#include <stdlib.h>

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

struct setting {
    int children; /* of each population */
    double solved, coverage[CC_HW_NUMBERS][LIMITS]; /* documented; coverage where there is a solution */
};

static const struct setting settings[] = {
    { 200, .8910, { { .9851, .9501 }, { .9736, .9597 }, { .9251, .9581 }, { .9753, .9645 }, { .9490, .9699 },
                    { .9844, .9624 } } },
    { 1000, .9989, { { .9548, .9484 }, { .9534, .9501 }, { .9490, .9550 }, { .9550, .9508 }, { .9585, .9526 },
                     { .9541, .9512 } } },
};

/* Within 3 standard errors of both simulations? */
static bool near_documented(double got, int n, double want, double documented)
{
    return fabs(got - want) <= 3 * sqrt(want * (1 - want) * (1. / n + 1 / documented));
}

static void try_setting(const struct setting *s, int repetitions, bool show)
{
    static const double truth[CC_HW_NUMBERS] = { 0.15, 0.55, 0.85, 0.75, 0.9, 0.8 };
    int solved = 0, held[CC_HW_NUMBERS][LIMITS] = { { 0 } };
    for (int r = 0; r < repetitions; r++) {
        struct cc_hui_walter e;
        struct cc_cross a = sample(truth, 0, s->children), b = sample(truth, 1, s->children);
        if (cc_hui_walter(a, b, &e) != CC_OK) continue;
        solved++;
        for (int k = 0; k < CC_HW_NUMBERS; k++) {
            if (!(e.estimate[k] > 0 && e.estimate[k] < 1)) continue; /* no limits: they hold nothing */
            struct cc_interval ci[LIMITS] = { cc_logit_limits(e.estimate[k], e.se[k], .95),
                                              cc_wald_limits(e.estimate[k], e.se[k], .95) };
            for (int m = 0; m < LIMITS; m++) held[k][m] += ci[m].lower <= truth[k] && truth[k] <= ci[m].upper;
        }
    }
    if (show) printf("# %d: %.4f", s->children, (double)solved / repetitions);
    else OK(near_documented((double)solved / repetitions, repetitions, s->solved, DOCUMENTED));
    for (int k = 0; k < CC_HW_NUMBERS; k++)
        for (int m = 0; m < LIMITS; m++) {
            double got = (double)held[k][m] / solved;
            if (show) printf(" %.4f", got);
            else if (!OK(near_documented(got, solved, s->coverage[k][m], DOCUMENTED * s->solved)))
                printf("#   %d children, number %d: %g, documented %g\n", s->children, k, got,
                       s->coverage[k][m]);
        }
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
    OK(cc_hui_walter((struct cc_cross){ 10, 20, 30, 40 }, (struct cc_cross){ 60, 10, 10, 20 }, &e) == CC_UNDEFINED);
    OK(e.refusal == CC_HW_OUTSIDE || e.refusal == CC_HW_NO_ROOT); /* negative dependence */
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
        for (int k = 0; k < CC_HW_NUMBERS && st == CC_OK; k++)
            OK(e.estimate[k] >= 0 && e.estimate[k] <= 1 && e.se[k] >= 0);
    }
}

int main(void)
{
    test_oracle();
    test_recovery();
    test_simulation();
    test_coverage();
    test_refusals();
    return tap_done();
}

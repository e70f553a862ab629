/* Intervals for proportions: published and exact values, laws, and counts where GSL's own inverse fails. */
#include "datasets/base/cc_table.h"
#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_prop.h"
#include "stats/intervals/cc_quantile.h"
#include "tests/tap.h"

static const struct cc_limits AT_95 = { .level = 0.95 };

static struct cc_interval at(enum cc_prop_method m, int64_t x, int64_t n, struct cc_limits want)
{
    struct cc_interval ci;
    if (cc_prop_interval(m, x, n, want, &ci) != CC_OK) return CC_NO_INTERVAL;
    return ci;
}

static void test_refusals(void)
{
    struct cc_interval ci;
    for (int m = 0; m < CC_PROP_METHODS; m++) {
        enum cc_prop_method method = (enum cc_prop_method)m;
        OK(cc_prop_interval(method, 0, 0, AT_95, &ci) == CC_UNDEFINED && isnan(ci.upper) && isnan(ci.estimate));
        OK(cc_prop_interval(method, 3, 2, AT_95, &ci) == CC_EDOMAIN && isnan(ci.lower));
        OK(cc_prop_interval(method, -1, 2, AT_95, &ci) == CC_EDOMAIN);
        OK(cc_prop_interval(method, 1, 2, (struct cc_limits){ .level = 1 }, &ci) == CC_EDOMAIN);
        OK(cc_prop_interval(method, 1, 2, (struct cc_limits){ .level = 0 }, &ci) == CC_EDOMAIN);
        OK(cc_prop_interval(method, 1, 2, (struct cc_limits){ .level = NAN }, &ci) == CC_EDOMAIN);
        OK(cc_prop_interval(method, 1, INT64_MAX, AT_95, &ci) == CC_EDOMAIN);
    }
}

/* Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29. */
static void test_published(void)
{
    static const struct {
        enum cc_prop_method method;
        int64_t x, n;
        double lower, upper;
    } rows[] = {
        { CC_PROP_WILSON, 81, 263, 0.2553, 0.3662 },          { CC_PROP_WILSON_CC, 81, 263, 0.2535, 0.3682 },
        { CC_PROP_CLOPPER_PEARSON, 81, 263, 0.2527, 0.3676 }, { CC_PROP_MID_P, 81, 263, 0.2544, 0.3658 },
        { CC_PROP_WALD, 15, 148, 0.0527, 0.1500 },            { CC_PROP_WILSON, 15, 148, 0.0624, 0.1605 },
        { CC_PROP_WILSON_CC, 15, 148, 0.0598, 0.1644 },       { CC_PROP_CLOPPER_PEARSON, 15, 148, 0.0578, 0.1617 },
        { CC_PROP_WILSON, 0, 20, 0, 0.1611 },                 { CC_PROP_WILSON_CC, 0, 20, 0, 0.2005 },
        { CC_PROP_CLOPPER_PEARSON, 0, 20, 0, 0.1684 },        { CC_PROP_MID_P, 0, 20, 0, 0.1391 },
        { CC_PROP_WILSON, 1, 29, 0.0061, 0.1718 },            { CC_PROP_WILSON_CC, 1, 29, 0.0018, 0.1963 },
        { CC_PROP_CLOPPER_PEARSON, 1, 29, 0.0009, 0.1776 },   { CC_PROP_MID_P, 1, 29, 0.0017, 0.1585 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cc_interval ci = at(rows[i].method, rows[i].x, rows[i].n, AT_95);
        if (!OK(fabs(ci.lower - rows[i].lower) <= 5.1e-5 && fabs(ci.upper - rows[i].upper) <= 5.1e-5))
            printf("#   row %zu: %.6f %.6f\n", i, ci.lower, ci.upper);
    }
}

/* Closed forms at the ends: with none of n, Clopper-Pearson's upper limit is 1 - a^(1/n). */
static void test_ends(void)
{
    static const int64_t sizes[] = { 1, 20, 400540, 4000000, 3000000000 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int64_t n = sizes[i];
        double cp = -expm1(log(0.025) / (double)n), mid = -expm1(log(0.05) / (double)n);
        NEAR(at(CC_PROP_CLOPPER_PEARSON, 0, n, AT_95).upper, cp, 1e-13);
        NEAR(at(CC_PROP_MID_P, 0, n, AT_95).upper, mid, 1e-13);
        NEAR(at(CC_PROP_CLOPPER_PEARSON, n, n, AT_95).lower, 1 - cp, 1e-13);
        OK(at(CC_PROP_CLOPPER_PEARSON, 0, n, AT_95).lower == 0 && at(CC_PROP_MID_P, n, n, AT_95).upper == 1);
        OK(at(CC_PROP_JEFFREYS, 0, n, AT_95).lower == 0 && at(CC_PROP_JEFFREYS, n, n, AT_95).upper == 1);
        OK(at(CC_PROP_JEFFREYS_UNADJUSTED, 0, n, AT_95).lower > 0);
        OK(at(CC_PROP_WALD, 0, n, AT_95).upper == 0);
    }
}

/* Counts far beyond the oracle; the values come from a quadrature in 45 digits. */
static void test_huge(void)
{
    struct cc_limits odd = { .level = 0.5 }, strict = { .level = 0.9999 };
    NEAR(at(CC_PROP_CLOPPER_PEARSON, 1, 3000000000, odd).lower, 9.589402414599613e-11, 1e-12);
    NEAR(at(CC_PROP_JEFFREYS, 2, 3000000000, odd).upper, 1.1042799603045576e-09, 1e-12);
    NEAR(at(CC_PROP_CLOPPER_PEARSON, 5, 3000000000, strict).upper, 6.824603949203894e-09, 1e-11);
    NEAR(at(CC_PROP_MID_P, 101000000, 2020000000, AT_95).lower, 0.04999049636500914, 1e-12);
}

static int mirrored(enum cc_prop_method m, int64_t x, int64_t n, struct cc_limits want)
{
    struct cc_interval a = at(m, x, n, want), b = at(m, n - x, n, want);
    return fabs(a.lower - (1 - b.upper)) < 1e-13 && fabs(a.upper - (1 - b.lower)) < 1e-13;
}

static int inside(struct cc_interval a, struct cc_interval b)
{
    return a.lower >= b.lower - 1e-14 && a.upper <= b.upper + 1e-14;
}

static void test_laws(void)
{
    static const int64_t sizes[] = { 1, 2, 7, 53, 211 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int m = 0; m < CC_PROP_METHODS; m++) {
            enum cc_prop_method method = (enum cc_prop_method)m;
            int64_t n = sizes[i];
            struct cc_interval last = { 0, -1, -1 };
            for (int64_t x = 0; x <= n; x++) {
                struct cc_interval ci = at(method, x, n, AT_95),
                    wide = at(method, x, n, (struct cc_limits){ .level = 0.99 });
                bool wald = method == CC_PROP_WALD, ends = method == CC_PROP_JEFFREYS_UNADJUSTED && (x == 0 || x == n);
                OK(mirrored(method, x, n, AT_95));
                OK(ci.lower <= ci.estimate || ends);
                OK(ci.upper >= ci.estimate || ends);
                OK(inside(ci, wide));
                OK(wald || (ci.lower >= last.lower && ci.upper >= last.upper
                            && (x == 0 || ci.upper > last.upper || ci.upper == 1)));
                last = ci;
            }
        }
}

static void test_order_of_exact_methods(void)
{
    for (int64_t x = 0; x <= 53; x++) {
        struct cc_interval exact = at(CC_PROP_CLOPPER_PEARSON, x, 53, AT_95);
        OK(inside(at(CC_PROP_MID_P, x, 53, AT_95), exact));
        OK(inside(at(CC_PROP_JEFFREYS, x, 53, AT_95), exact));
        OK(inside(at(CC_PROP_BLAKER, x, 53, AT_95), exact));
        OK(inside(at(CC_PROP_WILSON, x, 53, AT_95), at(CC_PROP_WILSON_CC, x, 53, AT_95)));
    }
}

/* A limit of a two-sided 90% interval is a one-sided bound at 95%. */
static void test_sides(void)
{
    struct cc_limits both = { .level = 0.9 }, low = { .level = 0.95, .sides = CC_LOWER },
                     high = { .level = 0.95, .sides = CC_UPPER }, half = { .level = 0.3, .sides = CC_UPPER };
    for (int m = 0; m < CC_PROP_METHODS; m++) {
        enum cc_prop_method method = (enum cc_prop_method)m;
        if (method == CC_PROP_BLAKER || method == CC_PROP_STERNE) { /* they are one test of both sides */
            OK(isnan(at(method, 37, 211, low).lower) && isnan(at(method, 37, 211, high).upper));
            continue;
        }
        NEAR(at(method, 37, 211, low).lower, at(method, 37, 211, both).lower, 1e-12);
        NEAR(at(method, 37, 211, high).upper, at(method, 37, 211, both).upper, 1e-12);
        OK(at(method, 37, 211, low).upper == 1 && at(method, 37, 211, high).lower == 0);
        OK(at(method, 37, 211, half).upper < at(method, 37, 211, high).upper);
    }
    OK(at(CC_PROP_MID_P, 0, 9, half).upper == 0);
    OK(at(CC_PROP_MID_P, 9, 9, (struct cc_limits){ .level = 0.3, .sides = CC_LOWER }).lower == 1);
}

static void test_clipping(void)
{
    struct cc_limits raw = { .level = 0.95, .unclipped = true };
    OK(at(CC_PROP_WALD, 1, 20, raw).lower < 0 && at(CC_PROP_WALD, 1, 20, AT_95).lower == 0);
    OK(at(CC_PROP_AGRESTI_COULL, 20, 20, raw).upper > 1 && at(CC_PROP_AGRESTI_COULL, 20, 20, AT_95).upper == 1);
}

/* Beta areas against sums of binomial masses, at all p and on both sides of the mean. */
static void test_tails(void)
{
    for (int x = 1; x <= 40; x++)
        for (int k = 1; k < 50; k++) {
            double p = k / 50.0, sum = 0;
            for (int j = x; j <= 40; j++) sum += cc_binomial_mass(j, 40, p, 1 - p);
            struct cc_tails t = cc_beta_tails(x, 41 - x, p, 1 - p);
            OK(fabs(t.below - sum) < 1e-14 && fabs(t.below + t.above - 1) < 1e-15);
        }
    NEAR(cc_beta_tails(3, 2e9, 1e-30, 1).below, 8e27 / 6 * 1e-90, 1e-8); /* C(n,3) p^3 */
    OK(cc_beta_tails(1e9, 1e9, 0.4, 0.6).below == 0 && cc_beta_tails(1e9, 1e9, 0.6, 0.4).below == 1);
}

/* The expansion for large counts and the solver meet where they take over from each other. */
static void test_seam(void)
{
    struct cc_tails t = { 0.025, 0.975 };
    double below = cc_beta_quantile(99999999, 300000000, t), above = cc_beta_quantile(100000001, 300000000, t);
    NEAR(above - below, 2 * 0.75 * 0.75 * 0.25 / 75000000.0, 1e-4);
}

static double number(const struct cc_table *t, size_t row, const char *column)
{
    double x = NAN;
    int c = cc_table_find(t, column);
    return c >= 0 && cc_parse_double(cc_table_cell(t, row, (size_t)c), &x) ? x : NAN;
}

/* As the oracle's README: relative 1e-9 (mid-P and n > 1e6: 1e-8), absolute 1e-12 below 1e-12. */
static int agrees(double got, double want, double tolerance)
{
    return fabs(got - want) <= (fabs(want) < 1e-12 ? 1e-12 : tolerance * fabs(want));
}

static void test_oracle(void)
{
    static const char *const names[CC_PROP_METHODS] = { "wilson", "wilson_cc", "clopper_pearson", "agresti_coull",
                                                        "jeffreys", "jeffreys_unadjusted", "midp", "wald", "blaker",
                                                        "sterne" };
    struct cc_table t;
    struct cc_error err = { 0 };
    if (!OK(cc_table_read("tests/oracle/prop_ci.csv", &t, &err) == CC_OK)) return;
    int method = cc_table_find(&t, "method");
    OK(t.rows > 600);
    for (size_t r = 0; r < t.rows && method >= 0; r++) {
        int m = 0;
        while (m < CC_PROP_METHODS && strcmp(names[m], cc_table_cell(&t, r, (size_t)method)) != 0) m++;
        double n = number(&t, r, "n"), tol = m == CC_PROP_MID_P || n > 1e6 ? 1e-8 : 1e-9;
        struct cc_limits want = { .level = number(&t, r, "level") };
        struct cc_interval ci = at((enum cc_prop_method)m, (int64_t)number(&t, r, "x"), (int64_t)n, want);
        OK(agrees(ci.estimate, number(&t, r, "estimate"), tol) && agrees(ci.lower, number(&t, r, "lower"), tol)
           && agrees(ci.upper, number(&t, r, "upper"), tol));
    }
    cc_table_free(&t);
}

int main(void)
{
    test_refusals();
    test_published();
    test_ends();
    test_huge();
    test_laws();
    test_order_of_exact_methods();
    test_sides();
    test_clipping();
    test_tails();
    test_seam();
    test_oracle();
    return tap_done();
}

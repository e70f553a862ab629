/* Accuracy of a test: laws on random tables, all patterns of empty cells, cut-offs against plain counting. */
#include <stdlib.h>

#include "stats/screening/cc_screen.h"
#include "stats/screening/cc_screen_flow.h"
#include "tests/tap.h"

static uint64_t state = 20261121;

static int64_t below(int64_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((state >> 33) % (uint64_t)n);
}

static struct cc_table22 random_table(void)
{
    int64_t top = below(4) ? 60 : 3;
    return (struct cc_table22){ below(top), below(top), below(top), below(top) };
}

/* Same to rounding; NaN is like NaN. */
static int like(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static int alike(struct cc_estimate a, struct cc_estimate b)
{
    return like(a.ci.estimate, b.ci.estimate) && like(a.ci.lower, b.ci.lower) && like(a.ci.upper, b.ci.upper);
}

static struct cc_estimate part(enum cc_screen_part p, struct cc_table22 t)
{
    struct cc_estimate e;
    return cc_screen_proportion(p, CC_PROP_WILSON, t, 0.95, &e) == CC_OK ? e : CC_NO_ESTIMATE;
}

static struct cc_estimate ratio(enum cc_screen_ratio r, struct cc_table22 t, double add)
{
    struct cc_estimate e;
    return cc_screen_ratio(r, t, add, 0.95, &e) == CC_OK ? e : CC_NO_ESTIMATE;
}

static struct cc_estimate youden(enum cc_screen_youden m, struct cc_table22 t)
{
    struct cc_estimate e;
    return cc_screen_youden(m, t, 0.95, &e) == CC_OK ? e : CC_NO_ESTIMATE;
}

static struct cc_estimate kappa(struct cc_table22 t)
{
    struct cc_estimate e;
    return cc_screen_kappa(t, 0.95, &e) == CC_OK ? e : CC_NO_ESTIMATE;
}

static double point(enum cc_screen_point p, struct cc_table22 t)
{
    double x;
    return cc_screen_point(p, t, &x) == CC_OK ? x : NAN;
}

/* The complement of a proportion with its limits. */
static struct cc_estimate complement(struct cc_estimate e)
{
    return (struct cc_estimate){ { 1 - e.ci.estimate, 1 - e.ci.upper, 1 - e.ci.lower }, e.se };
}

static struct cc_estimate negative(struct cc_estimate e)
{
    return (struct cc_estimate){ { -e.ci.estimate, -e.ci.upper, -e.ci.lower }, e.se };
}

static void test_laws(struct cc_table22 t)
{
    struct cc_table22 swapped = { t.tn, t.fp, t.fn, t.tp };  /* classes and results change names */
    struct cc_table22 reversed = { t.fn, t.tp, t.tn, t.fp }; /* flags are taken the wrong way round */
    struct cc_table22 turned = { t.tp, t.fp, t.fn, t.tn };   /* test and reference change places */
    OK(alike(part(CC_SCREEN_SENSITIVITY, t), part(CC_SCREEN_SPECIFICITY, swapped)));
    OK(alike(part(CC_SCREEN_PPV, t), part(CC_SCREEN_NPV, swapped)));
    OK(alike(part(CC_SCREEN_SENSITIVITY, t), part(CC_SCREEN_PPV, turned)));
    OK(alike(part(CC_SCREEN_SENSITIVITY, t), complement(part(CC_SCREEN_FNR, t))));
    OK(alike(part(CC_SCREEN_SPECIFICITY, t), complement(part(CC_SCREEN_FPR, t))));
    OK(alike(part(CC_SCREEN_PPV, t), complement(part(CC_SCREEN_FDR, t))));
    OK(alike(part(CC_SCREEN_NPV, t), complement(part(CC_SCREEN_FOMR, t))));
    OK(alike(part(CC_SCREEN_ACCURACY, t), complement(part(CC_SCREEN_ACCURACY, reversed))));
    for (int m = 0; m < CC_YOUDEN_METHODS; m++) {
        OK(alike(youden((enum cc_screen_youden)m, t), youden((enum cc_screen_youden)m, swapped)));
        OK(alike(youden((enum cc_screen_youden)m, t), negative(youden((enum cc_screen_youden)m, reversed))));
    }
    OK(alike(kappa(t), kappa(swapped)) && alike(kappa(t), kappa(turned)));
    OK(like(point(CC_SCREEN_MCC, t), -point(CC_SCREEN_MCC, reversed)));
    double all = part(CC_SCREEN_SENSITIVITY, t).ci.estimate * part(CC_SCREEN_TRUE_PREVALENCE, t).ci.estimate
                 + part(CC_SCREEN_FPR, t).ci.estimate * (1 - part(CC_SCREEN_TRUE_PREVALENCE, t).ci.estimate);
    OK(isnan(all) || like(all, part(CC_SCREEN_APPARENT_PREVALENCE, t).ci.estimate));
    double lr = ratio(CC_SCREEN_LR_POS, t, 0.5).ci.estimate / ratio(CC_SCREEN_LR_NEG, t, 0.5).ci.estimate;
    OK(isnan(lr) || fabs(lr / ratio(CC_SCREEN_DOR, t, 0.5).ci.estimate - 1) < 1e-12);
}

/* At the prevalence of the table itself, Bayes gives the table's own PPV and NPV. */
static void test_bayes(struct cc_table22 t)
{
    double prevalence = part(CC_SCREEN_TRUE_PREVALENCE, t).ci.estimate;
    struct cc_estimate ppv, npv;
    if (!(prevalence > 0 && prevalence < 1)) return;
    if (cc_screen_ppv_at(prevalence, 0, t, 0.95, &ppv) == CC_OK)
        OK(like(ppv.ci.estimate, part(CC_SCREEN_PPV, t).ci.estimate));
    if (cc_screen_npv_at(prevalence, 0, t, 0.95, &npv) == CC_OK)
        OK(like(npv.ci.estimate, part(CC_SCREEN_NPV, t).ci.estimate));
}

/* Limits stand on their sides of the estimate; only one may be missing, where the estimate is at an end. */
static void sane(enum cc_status st, struct cc_estimate e, double low, double high)
{
    struct cc_interval ci = e.ci;
    if (st != CC_OK) {
        OK(st == CC_UNDEFINED && isnan(ci.estimate) && isnan(ci.lower) && isnan(ci.upper));
        return;
    }
    OK(ci.estimate >= low && ci.estimate <= high);
    OK(isnan(ci.lower) ? ci.estimate == high : ci.lower <= ci.estimate + 1e-12);
    OK(isnan(ci.upper) ? ci.estimate == low : ci.upper >= ci.estimate - 1e-12);
}

static void test_patterns(void)
{
    for (int i = 0; i < 16; i++) {
        struct cc_table22 t = { i & 1 ? 23 : 0, i & 2 ? 2 : 0, i & 4 ? 22 : 0, i & 8 ? 61 : 0 };
        struct cc_estimate e;
        enum cc_status st;
        for (int p = 0; p < CC_SCREEN_PARTS; p++) {
            st = cc_screen_proportion((enum cc_screen_part)p, CC_PROP_WILSON, t, 0.95, &e);
            sane(st, e, 0, 1);
        }
        for (int r = 0; r < 2 * CC_SCREEN_RATIOS; r++) {
            st = cc_screen_ratio((enum cc_screen_ratio)(r / 2), t, r % 2 ? 0.5 : 0, 0.95, &e);
            sane(st, e, 0, INFINITY);
            OK(i == 0 || r % 2 == 0 || (st == CC_OK && isfinite(e.ci.lower) && isfinite(e.ci.upper)));
        }
        for (int m = 0; m < CC_YOUDEN_METHODS; m++) {
            st = cc_screen_youden((enum cc_screen_youden)m, t, 0.95, &e);
            sane(st, e, -1, 1);
            OK((st == CC_OK) == ((i & 3) && (i & 12)));
            OK(cc_screen_nnd((enum cc_screen_youden)m, t, 0.95, &e) == st && isnan(e.ci.estimate) == (st != CC_OK));
        }
        OK(cc_screen_kappa(t, 0.95, &e) != CC_EDOMAIN);
        for (int a = 0; a < 2; a++) {
            st = cc_screen_ppv_at(0.05, a * 0.5, t, 0.95, &e);
            sane(st, e, 0, 1);
            st = cc_screen_npv_at(0.05, a * 0.5, t, 0.95, &e);
            sane(st, e, 0, 1);
        }
    }
}

static void test_refusals(void)
{
    const struct cc_table22 bad = { -1, 2, 3, 4 }, good = { 1, 2, 3, 4 };
    struct cc_estimate e;
    double x;
    OK(cc_screen_proportion(CC_SCREEN_PPV, CC_PROP_WILSON, bad, 0.95, &e) == CC_EDOMAIN && isnan(e.ci.lower));
    OK(cc_screen_ratio(CC_SCREEN_DOR, bad, 0, 0.95, &e) == CC_EDOMAIN);
    OK(cc_screen_ratio(CC_SCREEN_DOR, good, -1, 0.95, &e) == CC_EDOMAIN);
    OK(cc_screen_youden(CC_YOUDEN_WALD, good, 1, &e) == CC_EDOMAIN);
    OK(cc_screen_kappa(bad, 0.95, &e) == CC_EDOMAIN);
    OK(cc_screen_point(CC_SCREEN_F1, bad, &x) == CC_EDOMAIN && isnan(x));
    OK(cc_screen_ppv_at(0, 0, good, 0.95, &e) == CC_EDOMAIN && isnan(e.ci.estimate));
    OK(cc_screen_npv_at(1, 0, good, 0.95, &e) == CC_EDOMAIN && isnan(e.ci.estimate));
}

/* Two groups: the chi-square is the squared z of the pooled difference. */
static void test_homogeneity(void)
{
    const struct cc_share two[] = { { 37, 61 }, { 0, 0 }, { 22, 70 } };
    double p = 59.0 / 131, d = 37.0 / 61 - 22.0 / 70;
    struct cc_homogeneity h;
    OK(cc_screen_homogeneity(two, 3, &h) == CC_OK && h.df == 1);
    NEAR(h.chi2, d * d / (p * (1 - p) * (1.0 / 61 + 1.0 / 70)), 1e-12);
    NEAR(h.p_value, erfc(sqrt(h.chi2 / 2)), 1e-9);
    NEAR(h.least_expected, 61 * p, 1e-12);
    const struct cc_share none[] = { { 0, 5 }, { 0, 7 } }, one[] = { { 2, 5 } }, wrong[] = { { 2, 5 }, { 3, 2 } };
    OK(cc_screen_homogeneity(none, 2, &h) == CC_UNDEFINED && isnan(h.p_value));
    OK(cc_screen_homogeneity(one, 1, &h) == CC_UNDEFINED);
    OK(cc_screen_homogeneity(wrong, 2, &h) == CC_EDOMAIN);
}

static void test_cuts(void)
{
    enum { N = 200 };
    struct cc_subject s[N];
    size_t n = (size_t)below(N);
    for (size_t i = 0; i < n; i++) {
        s[i].score = below(10) ? (double)below(12) : NAN;
        s[i].truth = (enum cc_truth)below(CC_TRUTHS);
    }
    struct cc_cuts *cuts = cc_cuts_alloc(s, n);
    if (!OK(cuts != NULL)) return;
    for (int k = -1; k <= 24; k++) {
        double cut = k / 2.0;
        for (int higher = 0; higher < 2; higher++) {
            struct cc_flow want = { { { 0 } } }, got = cc_cuts_at(cuts, cut, higher);
            for (size_t i = 0; i < n; i++) {
                bool flagged = higher ? s[i].score >= cut : s[i].score <= cut;
                want.n[isnan(s[i].score) ? CC_NO_RESULT : flagged ? CC_FLAGGED : CC_PASSED][s[i].truth]++;
            }
            OK(memcmp(&want, &got, sizeof want) == 0);
        }
    }
    cc_cuts_free(cuts);
}

int main(void)
{
    const char *rounds = getenv("CC_TEST_ROUNDS");
    int n = 200 * (rounds ? atoi(rounds) : 1);
    test_patterns();
    test_refusals();
    test_homogeneity();
    for (int i = 0; i < n; i++) {
        struct cc_table22 t = random_table();
        test_laws(t);
        test_bayes(t);
    }
    for (int i = 0; i < n / 10; i++) test_cuts();
    return tap_done();
}

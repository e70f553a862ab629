/* Partial verification and tools with errors: the oracle, laws, direct maximisation, degenerate tables. */
#include "datasets/base/cc_table.h"
#include "datasets/base/cc_text.h"
#include "stats/screening/cc_biased.h"
#include "tests/tap.h"

static const struct cc_limits AT_95 = { .level = 0.95 }, RAW_95 = { .level = 0.95, .unclipped = true };

static struct cc_estimate bg(enum cc_begg_greenes what, enum cc_biased_limits limits, struct cc_verified v)
{
    struct cc_estimate e;
    return cc_begg_greenes(what, limits, &v, 0.95, &e) == CC_OK ? e : CC_NO_ESTIMATE;
}

static double log_of(int64_t x, double p)
{
    return x == 0 ? 0 : (double)x * log(p);
}

static double log_likelihood(const struct cc_verified *v, double flagged, double ppv, double miss)
{
    const struct cc_table22 *t = &v->known;
    return log_of(t->tp + t->fp + v->flagged, flagged) + log_of(t->fn + t->tn + v->passed, 1 - flagged)
           + log_of(t->tp, ppv) + log_of(t->fp, 1 - ppv) + log_of(t->fn, miss) + log_of(t->tn, 1 - miss);
}

/* The largest log likelihood where sensitivity is s, over a grid that closes in. */
static double highest(const struct cc_verified *v, double s)
{
    double best = -INFINITY, at[2] = { 0, 0 }, width = 12;
    for (int round = 0; round < 60; round++, width *= 0.6) {
        double centre[2] = { at[0], at[1] };
        for (int i = -4; i <= 4; i++)
            for (int k = -4; k <= 4; k++) {
                double u = centre[0] + width * i / 4, w = centre[1] + width * k / 4;
                double ppv = 1 / (1 + exp(-u)), miss = 1 / (1 + exp(-w)), odds = s / (1 - s) * miss / ppv;
                double l = log_likelihood(v, odds / (1 + odds), ppv, miss);
                if (l > best) best = l, at[0] = u, at[1] = w;
            }
    }
    return best;
}

static void test_profile(void)
{
    static const struct cc_verified tables[] = {
        { { .tp = 41, .fp = 88, .fn = 3, .tn = 47 }, 171, 850 },
        { { .tp = 231, .fp = 32, .fn = 27, .tn = 54 }, 166, 140 },
        { { .tp = 19, .fp = 11, .fn = 0, .tn = 53 }, 7, 211 },
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct cc_verified *v = &tables[i];
        struct cc_estimate e = bg(CC_BG_SENSITIVITY, CC_BIASED_PROFILE, *v);
        double top = highest(v, fmin(e.ci.estimate, 1 - 1e-9));
        NEAR(2 * (top - highest(v, e.ci.lower)), 3.841458820694124, 1e-4);
        if (e.ci.estimate < 1) NEAR(2 * (top - highest(v, e.ci.upper)), 3.841458820694124, 1e-4);
        else OK(e.ci.upper == 1 && isnan(bg(CC_BG_SENSITIVITY, CC_BIASED_LOGIT, *v).ci.lower));
    }
}

/* Everyone verified: the corrected numbers are the naive ones, with the usual standard error. */
static void test_full_verification(void)
{
    struct cc_verified v = { { .tp = 37, .fp = 22, .fn = 5, .tn = 211 }, 0, 0 };
    for (int i = 0; i < 3; i++) {
        struct cc_estimate se = bg(CC_BG_SENSITIVITY, (enum cc_biased_limits)i, v);
        struct cc_estimate sp = bg(CC_BG_SPECIFICITY, (enum cc_biased_limits)i, v);
        NEAR(se.ci.estimate, 37.0 / 42, 1e-14);
        NEAR(sp.ci.estimate, 211.0 / 233, 1e-14);
        NEAR(se.se, sqrt(37.0 * 5 / 42 / 42 / 42), 1e-13);
        NEAR(sp.se, sqrt(211.0 * 22 / 233 / 233 / 233), 1e-13);
        OK(se.ci.lower < se.ci.estimate && se.ci.upper > se.ci.estimate);
    }
    struct cc_estimate p = bg(CC_BG_PREVALENCE, CC_BIASED_WALD, v);
    NEAR(p.ci.estimate, 42.0 / 275, 1e-14);
    NEAR(p.se, sqrt(42.0 * 233 / 275 / 275 / 275), 1e-13);
}

/* Every pattern of zeros among the six counts has limits that enclose the estimate, or none. */
static void test_zeros(void)
{
    for (int pattern = 0; pattern < 64; pattern++) {
        int64_t n[6];
        for (int i = 0; i < 6; i++) n[i] = pattern >> i & 1 ? 7 * i + 3 : 0;
        struct cc_verified v = { { .tp = n[0], .fp = n[1], .fn = n[2], .tn = n[3] }, n[4], n[5] };
        bool flagged_unknown = n[4] > 0 && n[0] + n[1] == 0, passed_unknown = n[5] > 0 && n[2] + n[3] == 0;
        for (int what = 0; what < 3; what++)
            for (int limits = what == CC_BG_PREVALENCE; limits < 3; limits++) {
                struct cc_estimate e;
                enum cc_status st = cc_begg_greenes((enum cc_begg_greenes)what, (enum cc_biased_limits)limits, &v,
                                                    0.95, &e);
                OK(st == CC_OK || st == CC_UNDEFINED);
                if (flagged_unknown || passed_unknown || pattern == 0) OK(st == CC_UNDEFINED);
                if (st == CC_UNDEFINED) OK(isnan(e.ci.estimate) && isnan(e.ci.lower) && isnan(e.ci.upper));
                else OK(e.ci.estimate >= 0 && e.ci.estimate <= 1 && !(e.ci.lower > e.ci.estimate)
                        && !(e.ci.upper < e.ci.estimate));
                if (st == CC_OK && limits == CC_BIASED_PROFILE)
                    OK(e.ci.lower >= 0 && e.ci.upper <= 1 && e.ci.upper > e.ci.lower);
            }
    }
    struct cc_estimate e;
    struct cc_verified bad = { { .tp = 1, .fp = 1, .fn = 1, .tn = 1 }, -1, 0 };
    OK(cc_begg_greenes(CC_BG_SENSITIVITY, CC_BIASED_LOGIT, &bad, 0.95, &e) == CC_EDOMAIN);
    bad.flagged = 1;
    OK(cc_begg_greenes(CC_BG_PREVALENCE, CC_BIASED_PROFILE, &bad, 0.95, &e) == CC_EDOMAIN);
    OK(cc_begg_greenes(CC_BG_SENSITIVITY, CC_BIASED_LOGIT, &bad, 1, &e) == CC_EDOMAIN);
}

static void test_rogan_gladen(void)
{
    struct cc_estimate e, plain;
    struct cc_interval ci;
    for (int m = 0; m < CC_PROP_METHODS; m++) { /* a perfect tool: the apparent prevalence */
        enum cc_prop_method method = (enum cc_prop_method)m;
        OK(cc_prop_interval(method, 37, 211, AT_95, &ci) == CC_OK);
        OK(cc_rogan_gladen(method, 37, 211, 1, 1, AT_95, &e) == CC_OK);
        NEAR(e.ci.estimate, ci.estimate, 1e-14);
        NEAR(e.ci.lower, ci.lower, 1e-14);
        NEAR(e.ci.upper, ci.upper, 1e-14);
    }
    OK(cc_rogan_gladen(CC_PROP_WILSON, 6, 211, 0.9, 0.95, AT_95, &e) == CC_OK);
    OK(e.ci.estimate == 0 && e.ci.lower == 0 && e.ci.upper > 0);
    OK(cc_rogan_gladen(CC_PROP_WILSON, 6, 211, 0.9, 0.95, RAW_95, &plain) == CC_OK);
    OK(plain.ci.estimate < 0 && plain.ci.lower < plain.ci.estimate);
    OK(cc_rogan_gladen(CC_PROP_WILSON, 37, 211, 0.4, 0.6, AT_95, &e) == CC_UNDEFINED);
    OK(cc_rogan_gladen(CC_PROP_WILSON, 37, 211, 0.3, 0.6, AT_95, &e) == CC_UNDEFINED && isnan(e.ci.estimate));
    OK(cc_rogan_gladen(CC_PROP_WILSON, 0, 0, 0.9, 0.9, AT_95, &e) == CC_UNDEFINED);
    OK(cc_rogan_gladen(CC_PROP_WILSON, 37, 211, 1.1, 0.9, AT_95, &e) == CC_EDOMAIN);
    OK(cc_rogan_gladen(CC_PROP_WILSON, 37, 211, NAN, 0.9, AT_95, &e) == CC_EDOMAIN);
    struct cc_limits low = { .level = 0.95, .sides = CC_LOWER };
    OK(cc_rogan_gladen(CC_PROP_WILSON, 37, 211, 0.9, 0.95, low, &e) == CC_OK && e.ci.upper == 1 && e.ci.lower > 0);
}

/* The delta method is the known one when the validation study is endless; so is Lang-Reiczigel but
 * for its adjusted apparent prevalence. A small one widens both. */
static void test_estimated(void)
{
    struct cc_estimate known, delta, wide, lr;
    struct cc_share x = { 61, 211 };
    const int64_t many = 1000000000;
    struct cc_share se = { many / 10 * 9, many }, sp = { many / 100 * 95, many }, few = { 18, 20 }, few_sp = { 38, 40 };
    OK(cc_rogan_gladen(CC_PROP_WALD, 61, 211, 0.9, 0.95, RAW_95, &known) == CC_OK);
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, x, se, sp, RAW_95, &delta) == CC_OK);
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, x, few, few_sp, RAW_95, &wide) == CC_OK);
    NEAR(delta.se, known.se, 1e-6);
    NEAR(delta.ci.lower, known.ci.lower, 1e-6);
    NEAR(wide.ci.estimate, known.ci.estimate, 1e-14);
    OK(wide.ci.lower < delta.ci.lower && wide.ci.upper > delta.ci.upper);
    OK(cc_rogan_gladen_estimated(CC_RG_LANG_REICZIGEL, x, few, few_sp, RAW_95, &lr) == CC_OK);
    OK(lr.ci.lower < delta.ci.lower && lr.ci.upper > delta.ci.upper);
    struct cc_share none = { 0, 0 }, bad = { 5, 4 }, poor = { 4, 20 };
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, none, few, few_sp, AT_95, &lr) == CC_UNDEFINED);
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, x, none, few_sp, AT_95, &lr) == CC_UNDEFINED && isnan(lr.se));
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, x, poor, poor, AT_95, &lr) == CC_UNDEFINED);
    OK(cc_rogan_gladen_estimated(CC_RG_DELTA, bad, few, few_sp, AT_95, &lr) == CC_EDOMAIN);
}

static void test_product(void)
{
    struct cc_estimate e;
    struct cc_interval one;
    struct cc_share all = { 500000000, 500000000 };
    OK(cc_product((struct cc_share){ 37, 53 }, all, 0.95, &e) == CC_OK);
    OK(cc_prop_interval(CC_PROP_WILSON, 37, 53, AT_95, &one) == CC_OK);
    NEAR(e.ci.lower, one.lower, 1e-6); /* a second tool that finds all changes nothing */
    NEAR(e.ci.upper, one.upper, 1e-6);
    for (int64_t x = 0; x <= 11; x++)
        for (int64_t y = 0; y <= 7; y++) {
            OK(cc_product((struct cc_share){ x, 11 }, (struct cc_share){ y, 7 }, 0.95, &e) == CC_OK);
            OK(e.ci.lower >= 0 && e.ci.lower <= e.ci.estimate);
            OK(e.ci.upper >= e.ci.estimate && e.ci.upper <= 1 + 1e-15);
            OK(e.ci.upper > e.ci.lower);
        }
    OK(cc_product((struct cc_share){ 0, 0 }, all, 0.95, &e) == CC_UNDEFINED);
    OK(cc_product((struct cc_share){ 3, 2 }, all, 0.95, &e) == CC_EDOMAIN);
}

/* ---- the oracle files ---- */

static double number(const struct cc_table *t, size_t row, const char *column)
{
    double x = NAN;
    int c = cc_table_find(t, column);
    return c >= 0 && cc_parse_double(cc_table_cell(t, row, (size_t)c), &x) ? x : NAN;
}

static int64_t count(const struct cc_table *t, size_t row, const char *column)
{
    return (int64_t)number(t, row, column);
}

static void meets(double got, const struct cc_table *t, size_t row, const char *column)
{
    double want = number(t, row, column);
    if (!OK(fabs(got - want) <= fmax(1e-9 * fabs(want), 1e-12)))
        printf("#   row %zu %s: got %.15g, want %.15g\n", row, column, got, want);
}

static void test_oracle_begg_greenes(void)
{
    struct cc_table t;
    struct cc_error err = { 0 };
    if (!OK(cc_table_read("tests/oracle/begg_greenes.csv", &t, &err) == CC_OK)) return;
    for (size_t r = 0; r < t.rows; r++) {
        struct cc_verified v = {
            { .tp = count(&t, r, "verified_Tpos_Dpos"), .fp = count(&t, r, "verified_Tpos_Dneg"),
              .fn = count(&t, r, "verified_Tneg_Dpos"), .tn = count(&t, r, "verified_Tneg_Dneg") },
            count(&t, r, "unverified_Tpos"), count(&t, r, "unverified_Tneg") };
        double level = number(&t, r, "level");
        struct cc_estimate se, sp;
        OK(cc_begg_greenes(CC_BG_SENSITIVITY, CC_BIASED_LOGIT, &v, level, &se) == CC_OK);
        OK(cc_begg_greenes(CC_BG_SPECIFICITY, CC_BIASED_WALD, &v, level, &sp) == CC_OK);
        meets(se.ci.estimate, &t, r, "bg_se");
        meets(se.se, &t, r, "se_of_se");
        meets(se.ci.lower, &t, r, "bg_se_logit_lower");
        meets(se.ci.upper, &t, r, "bg_se_logit_upper");
        meets(sp.se, &t, r, "se_of_sp");
        meets(sp.ci.lower, &t, r, "bg_sp_wald_lower");
        meets(sp.ci.upper, &t, r, "bg_sp_wald_upper");
    }
    cc_table_free(&t);
}

static void test_oracle_estimated(void)
{
    struct cc_table t;
    struct cc_error err = { 0 };
    if (!OK(cc_table_read("tests/oracle/rogan_gladen_estimated_sesp.csv", &t, &err) == CC_OK)) return;
    for (size_t r = 0; r < t.rows; r++) {
        struct cc_share x = { count(&t, r, "positive"), count(&t, r, "tested") };
        struct cc_share se = { count(&t, r, "tp_valid"), count(&t, r, "n_diseased") };
        struct cc_share sp = { count(&t, r, "tn_valid"), count(&t, r, "n_healthy") };
        struct cc_limits want = { .level = number(&t, r, "level") }, raw = { .level = want.level, .unclipped = true };
        struct cc_estimate e;
        OK(cc_rogan_gladen_estimated(CC_RG_DELTA, x, se, sp, raw, &e) == CC_OK);
        meets(e.ci.estimate, &t, r, "rogan_gladen");
        meets(e.se, &t, r, "se_delta");
        meets(e.ci.lower, &t, r, "wald_delta_lower");
        meets(e.ci.upper, &t, r, "wald_delta_upper");
        OK(cc_rogan_gladen_estimated(CC_RG_LANG_REICZIGEL, x, se, sp, want, &e) == CC_OK);
        meets(e.ci.lower, &t, r, "lang_reiczigel_lower");
        meets(e.ci.upper, &t, r, "lang_reiczigel_upper");
    }
    cc_table_free(&t);
}

int main(void)
{
    test_profile();
    test_full_verification();
    test_zeros();
    test_rogan_gladen();
    test_estimated();
    test_product();
    test_oracle_begg_greenes();
    test_oracle_estimated();
    return tap_done();
}

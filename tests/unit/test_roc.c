/* ROC curves: by definition, over all pairs; laws; edges; pROC's numbers; coverage by simulation. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "datasets/base/cc_table.h"
#include "stats/screening/cc_roc.h"
#include "stats/screening/cc_roc_bootstrap.h"
#include "tests/tap.h"

enum { MOST = 4000 };

struct people {
    double a[MOST], b[MOST];
    bool is_case[MOST];
    size_t n;
};

static int rounds(int n)
{
    const char *times = getenv("CC_TEST_ROUNDS");
    return n * (times ? atoi(times) : 1);
}

/* Coarse scores, so that there are ties within and between the classes. */
static void make_up(gsl_rng *random, size_t n, struct people *p)
{
    p->n = n;
    for (size_t i = 0; i < n; i++) {
        p->is_case[i] = i < 2 || (i > 3 && gsl_rng_uniform(random) < .3);
        p->a[i] = floor(gsl_rng_uniform(random) * 7) + (p->is_case[i] ? 1 : 0);
        p->b[i] = floor(gsl_rng_uniform(random) * 40 + p->a[i]) / 4;
    }
}

/* ---- by definition: every case with every control ---- */

static double pair(double x, double y)
{
    return x > y ? 1 : x == y ? .5 : 0;
}

/* How person i is placed among the other class. */
static double place(const double *x, const struct people *p, size_t i)
{
    double sum = 0, n = 0;
    for (size_t j = 0; j < p->n; j++) {
        if (p->is_case[j] == p->is_case[i]) continue;
        sum += p->is_case[i] ? pair(x[i], x[j]) : pair(x[j], x[i]);
        n++;
    }
    return sum / n;
}

struct slow {
    double auc1, auc2, var1, var2, cov;
};

static struct slow by_definition(const struct people *p)
{
    static double u[MOST], v[MOST];
    double n[2] = { 0, 0 }, ab[2] = { 0, 0 }, aa[2] = { 0, 0 }, bb[2] = { 0, 0 };
    struct slow s = { 0 };
    for (size_t i = 0; i < p->n; i++) {
        u[i] = place(p->a, p, i);
        v[i] = place(p->b, p, i);
        n[p->is_case[i]]++;
        if (p->is_case[i]) s.auc1 += u[i], s.auc2 += v[i];
    }
    s.auc1 /= n[1];
    s.auc2 /= n[1];
    for (size_t i = 0; i < p->n; i++) {
        int c = p->is_case[i];
        aa[c] += (u[i] - s.auc1) * (u[i] - s.auc1);
        bb[c] += (v[i] - s.auc2) * (v[i] - s.auc2);
        ab[c] += (u[i] - s.auc1) * (v[i] - s.auc2);
    }
    for (int c = 0; c < 2; c++) {
        s.var1 += aa[c] / (n[c] - 1) / n[c];
        s.var2 += bb[c] / (n[c] - 1) / n[c];
        s.cov += ab[c] / (n[c] - 1) / n[c];
    }
    return s;
}

static void against_definition(gsl_rng *random)
{
    static struct people p;
    for (int k = 0; k < rounds(40); k++) {
        make_up(random, 5 + gsl_rng_uniform_int(random, 150), &p);
        struct slow want = by_definition(&p);
        struct cc_roc_comparison got;
        enum cc_status st = cc_roc_compare_paired(p.a, p.b, p.is_case, p.n, .95, &got);
        OK(st == CC_OK || st == CC_UNDEFINED);
        NEAR(got.auc1, want.auc1, 1e-12);
        NEAR(got.auc2, want.auc2, 1e-12);
        OK(fabs(got.var1 - want.var1) < 1e-14 && fabs(got.var2 - want.var2) < 1e-14);
        OK(fabs(got.cov - want.cov) < 1e-14);
    }
}

/* ---- laws ---- */

static struct cc_roc curve(const double *x, const bool *is_case, size_t n)
{
    struct cc_roc r;
    OK(cc_roc_make(x, is_case, n, &r) == CC_OK);
    return r;
}

static void swapped_and_stretched(const struct people *p, const struct cc_auc *a, double ap)
{
    static double minus[MOST], stretched[MOST];
    static bool other[MOST];
    for (size_t i = 0; i < p->n; i++) {
        minus[i] = -p->a[i];
        stretched[i] = exp(p->a[i]) - 1000;
        other[i] = !p->is_case[i];
    }
    struct cc_auc b;
    struct cc_roc r = curve(minus, p->is_case, p->n);
    OK(cc_roc_auc(&r, &b) == CC_OK && fabs(a->auc + b.auc - 1) < 1e-14);
    OK(fabs(a->variance - b.variance) < 1e-14);
    cc_roc_free(&r);
    r = curve(p->a, other, p->n);
    OK(cc_roc_auc(&r, &b) == CC_OK && fabs(a->auc + b.auc - 1) < 1e-14);
    cc_roc_free(&r);
    r = curve(minus, other, p->n);
    OK(cc_roc_auc(&r, &b) == CC_OK && fabs(a->auc - b.auc) < 1e-14);
    cc_roc_free(&r);
    r = curve(stretched, p->is_case, p->n);
    OK(cc_roc_auc(&r, &b) == CC_OK && a->auc == b.auc && a->variance == b.variance);
    OK(cc_roc_average_precision(&r) == ap);
    cc_roc_free(&r);
}

static void parts_make_the_whole(const struct cc_roc *r, double auc)
{
    struct cc_roc_partial all, low, high, vertical;
    OK(cc_roc_partial(r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, 0, 1 }, &all) == CC_OK);
    OK(cc_roc_partial(r, (struct cc_roc_range){ CC_ROC_SENSITIVITY, 0, 1 }, &vertical) == CC_OK);
    OK(cc_roc_partial(r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, 0, .37 }, &low) == CC_OK);
    OK(cc_roc_partial(r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, .37, 1 }, &high) == CC_OK);
    NEAR(all.area, auc, 1e-12);
    NEAR(all.corrected, auc, 1e-12);
    NEAR(vertical.area, auc, 1e-12);
    NEAR(low.area + high.area, auc, 1e-12);
}

/* The best cut-off is the best of all, the ties are as many as counted, and counts always add up. */
static void best_is_best(const struct cc_roc *r, enum cc_roc_rule rule)
{
    struct cc_roc_cut best, c = cc_roc_first(r);
    size_t ties = cc_roc_best(r, rule, &best), seen = 0, cuts = 0;
    bool sums = true, none_better = true;
    do {
        double gain = cc_roc_criterion(rule, &c) - cc_roc_criterion(rule, &best);
        sums = sums && c.tp + c.fn == r->cases && c.fp + c.tn == r->controls;
        none_better = none_better && (rule == CC_ROC_YOUDEN ? gain : -gain) < 1e-12;
        seen += cc_roc_merit(rule, &c) == cc_roc_merit(rule, &best);
        cuts++;
    } while (cc_roc_next(r, &c));
    OK(sums && none_better && seen == ties && cuts == r->n + 1);
    OK(isinf(c.score) && c.tp == 0 && c.fp == 0);
}

static void laws(gsl_rng *random)
{
    static struct people p;
    for (int k = 0; k < rounds(20); k++) {
        make_up(random, 5 + gsl_rng_uniform_int(random, 400), &p);
        struct cc_roc r = curve(p.a, p.is_case, p.n);
        struct cc_auc a;
        OK(cc_roc_auc(&r, &a) == CC_OK);
        swapped_and_stretched(&p, &a, cc_roc_average_precision(&r));
        parts_make_the_whole(&r, a.auc);
        best_is_best(&r, CC_ROC_YOUDEN);
        best_is_best(&r, CC_ROC_TOPLEFT);
        cc_roc_free(&r);
    }
}

/* ---- edges ---- */

static void one_class(void)
{
    const double x[] = { 3, 1, 4 };
    for (int truth = 0; truth < 2; truth++) {
        const bool all[] = { truth, truth, truth };
        struct cc_roc r = curve(x, all, 3);
        struct cc_auc a;
        struct cc_roc_partial partial;
        struct cc_interval ci;
        OK(cc_roc_auc(&r, &a) == CC_UNDEFINED && isnan(a.auc) && isnan(a.hanley_mcneil_se));
        OK(cc_roc_partial(&r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, .8, 1 }, &partial) == CC_UNDEFINED);
        OK(isnan(partial.area));
        OK(cc_roc_bootstrap(&r, (struct cc_roc_resampling){ 9, 1, .95 }, 0, NULL, NULL, &ci, NULL)
           == CC_UNDEFINED);
        OK(isnan(cc_roc_average_precision(&r)) == !truth);
        cc_roc_free(&r);
    }
    struct cc_roc nobody = curve(x, NULL, 0);
    struct cc_roc_cut c = cc_roc_first(&nobody);
    OK(isinf(c.score) && !cc_roc_next(&nobody, &c) && isnan(cc_roc_sensitivity(&c)));
    cc_roc_free(&nobody);
}

static void few_and_tied(void)
{
    const double tied[] = { 2, 2, 2, 2, 2 }, apart[] = { 9, 8, 3, 2, 1 };
    const bool two[] = { true, true, false, false, false }, one[] = { true, false, false, false, false };
    struct cc_auc a;
    struct cc_roc_cut best;
    struct cc_roc r = curve(tied, two, 5);
    OK(cc_roc_auc(&r, &a) == CC_OK && a.auc == .5 && a.variance == 0 && !a.separated);
    OK(cc_roc_best(&r, CC_ROC_YOUDEN, &best) == 2 && best.score == 2 && isinf(best.middle));
    OK(cc_roc_average_precision(&r) == .4);
    cc_roc_free(&r);
    r = curve(apart, two, 5);
    OK(cc_roc_auc(&r, &a) == CC_OK && a.auc == 1 && a.variance == 0 && a.separated);
    OK(cc_roc_best(&r, CC_ROC_TOPLEFT, &best) == 1 && best.score == 8 && best.middle == 5.5);
    cc_roc_free(&r);
    r = curve(apart, one, 5);
    OK(cc_roc_auc(&r, &a) == CC_OK && isnan(a.variance) && a.hanley_mcneil_se == 0);
    cc_roc_free(&r);
    struct cc_roc_comparison cmp;
    OK(cc_roc_compare_paired(apart, tied, one, 5, .95, &cmp) == CC_UNDEFINED);
    OK(cmp.difference == .5 && isnan(cmp.se) && isnan(cmp.cov) && isnan(cmp.p_normal));
}

static void domain(void)
{
    const double x[] = { 1, NAN }, y[] = { 3, 1, 4, 1 };
    const bool c[] = { true, false, true, false };
    struct cc_roc r;
    struct cc_roc_partial partial;
    struct cc_interval ci;
    struct cc_roc_comparison cmp;
    OK(cc_roc_make(x, c, 2, &r) == CC_EDOMAIN);
    OK(cc_roc_limits(.7, .1, false, 1, &ci) == CC_EDOMAIN);
    OK(cc_roc_limits(1.1, .1, false, .9, &ci) == CC_EDOMAIN);
    OK(cc_roc_limits(1, 0, true, .95, &ci) == CC_UNDEFINED && ci.estimate == 1 && isnan(ci.lower));
    OK(cc_roc_limits(.7, NAN, false, .95, &ci) == CC_UNDEFINED);
    OK(cc_roc_compare_paired(y, y, c, 4, 0, &cmp) == CC_EDOMAIN);
    OK(cc_roc_compare_paired(y, y, c, 4, .95, &cmp) == CC_UNDEFINED); /* never differ: no test */
    OK(cmp.difference == 0 && isnan(cmp.z) && isnan(cmp.p_normal) && isnan(cmp.lower));
    r = curve(y, c, 4);
    OK(cc_roc_partial(&r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, .8, .8 }, &partial) == CC_EDOMAIN);
    OK(cc_roc_partial(&r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, .8, 1.1 }, &partial) == CC_EDOMAIN);
    OK(cc_roc_bootstrap(&r, (struct cc_roc_resampling){ 0, 1, .95 }, 0, NULL, NULL, &ci, NULL) == CC_EDOMAIN);
    cc_roc_free(&r);
}

/* ---- bootstrap ---- */

static void two_statistics(const struct cc_roc *r, const void *context, double *out)
{
    struct cc_roc_cut best;
    out[0] = cc_roc_u(r) / (double)(r->cases * r->controls);
    cc_roc_best(r, *(const enum cc_roc_rule *)context, &best);
    out[1] = best.score;
}

static void bootstrap(gsl_rng *random)
{
    static struct people p;
    make_up(random, 300, &p);
    struct cc_roc r = curve(p.a, p.is_case, p.n);
    struct cc_auc a;
    struct cc_interval one[2], same[2], other[2];
    double se[2];
    enum cc_roc_rule rule = CC_ROC_YOUDEN;
    struct cc_roc_resampling want = { 4000, 11, .9 };
    OK(cc_roc_auc(&r, &a) == CC_OK);
    OK(cc_roc_bootstrap(&r, want, 2, two_statistics, &rule, one, se) == CC_OK);
    OK(cc_roc_bootstrap(&r, want, 2, two_statistics, &rule, same, NULL) == CC_OK);
    want.seed = 12;
    OK(cc_roc_bootstrap(&r, want, 2, two_statistics, &rule, other, NULL) == CC_OK);
    OK(one[0].lower == same[0].lower && one[0].upper == same[0].upper && one[0].lower != other[0].lower);
    OK(one[0].estimate == a.auc && one[0].lower < a.auc && a.auc < one[0].upper);
    NEAR(se[0], sqrt(a.variance), .06); /* the bootstrap's own error is about 1 % */
    OK(one[1].lower == floor(one[1].lower) && one[1].upper == floor(one[1].upper)); /* scores, not between */
    cc_roc_free(&r);
}

/* ---- pROC ---- */

static double number(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    double x = NAN;
    return c >= 0 && cc_parse_double(cc_table_cell(t, row, (size_t)c), &x) ? x : NAN;
}

static const char *text(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    return c < 0 ? "" : cc_table_cell(t, row, (size_t)c);
}

static size_t scores_of(const struct cc_table *data, const char *dataset, const char *marker,
                        struct people *p)
{
    p->n = 0;
    for (size_t r = 0; r < data->rows; r++) {
        double x = number(data, r, "score");
        if (strcmp(text(data, r, "dataset"), dataset) != 0 || strcmp(text(data, r, "marker"), marker) != 0
            || isnan(x) || p->n == MOST)
            continue;
        p->a[p->n] = x;
        p->is_case[p->n++] = number(data, r, "outcome") == 1;
    }
    return p->n;
}

static void against_oracle(void)
{
    static struct people p;
    struct cc_table data, t;
    struct cc_error err;
    if (!OK(cc_table_read("tests/oracle/data_roc.csv", &data, &err) == CC_OK)) return;
    if (!OK(cc_table_read("tests/oracle/roc_auc.csv", &t, &err) == CC_OK)) return;
    for (size_t i = 0; i < t.rows; i++) {
        scores_of(&data, text(&t, i, "dataset"), text(&t, i, "marker"), &p);
        struct cc_roc r = curve(p.a, p.is_case, p.n);
        struct cc_auc a;
        struct cc_interval ci;
        OK(cc_roc_auc(&r, &a) == CC_OK);
        NEAR(a.auc, number(&t, i, "auc"), 1e-12);
        NEAR(a.variance, number(&t, i, "delong_var"), 1e-9);
        NEAR(a.hanley_mcneil_se, number(&t, i, "hanley_mcneil_se"), 1e-9);
        OK(cc_roc_limits(a.auc, sqrt(a.variance), false, number(&t, i, "level"), &ci)
           == (isnan(a.variance) ? CC_UNDEFINED : CC_OK));
        NEAR(ci.lower, number(&t, i, "delong_lower"), 1e-9);
        NEAR(ci.upper, number(&t, i, "delong_upper"), 1e-9);
        cc_roc_free(&r);
    }
    cc_table_free(&data);
    cc_table_free(&t);
}

/* Areas of few scores tell how many children have each. */
static void smallest(void)
{
    double score[40];
    bool is_case[40];
    struct cc_roc r;
    for (size_t i = 0; i < 40; i++) { /* 0: no case and 17 others; 1: 3 and 2; 2: 18 and none */
        score[i] = i < 17 ? 0 : i < 22 ? 1 : 2;
        is_case[i] = i >= 19;
    }
    OK(cc_roc_make(score, is_case, 40, &r) == CC_OK && cc_roc_smallest(&r) == 2);
    cc_roc_free(&r);
    for (size_t i = 0; i < 40; i++) score[i] = (double)(i % (CC_ROC_FEW_SCORES + 1));
    OK(cc_roc_make(score, is_case, 40, &r) == CC_OK && cc_roc_smallest(&r) == 0);
    cc_roc_free(&r);
    OK(cc_roc_make(score, is_case, 0, &r) == CC_OK && cc_roc_smallest(&r) == 0);
    cc_roc_free(&r);
}

int main(void)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    against_definition(random);
    laws(random);
    one_class();
    smallest();
    few_and_tied();
    domain();
    bootstrap(random);
    against_oracle();
    gsl_rng_free(random);
    return tap_done();
}

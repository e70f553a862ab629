/* How often the intervals of ROC curves hold the truth, by simulation, against what the handbook says.
 *
 * Two normal scores of unit variance with correlation 0.5 in each class; cases lie higher by `shift` on the
 * first and by 0.8 of it on the second. CC_TEST_ROUNDS=50 gives 10,000 repetitions; CC_TEST_SHOW=1 prints the
 * table, from another seed, as it was made for the handbook (with CC_TEST_ROUNDS=100). */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "stats/screening/cc_roc.h"
#include "stats/screening/cc_roc_bootstrap.h"
#include "tests/tap.h"

enum { PEOPLE = 200, RESAMPLES = 400, REPETITIONS = 200, DOCUMENTED = 20000 };
enum kind { DELONG, LOGIT, HANLEY_MCNEIL, PAIRED, UNPAIRED, BOOT_AUC, BOOT_PAUC, BOOT_CUT, BOOT_SENS, KINDS };

static const char *const names[KINDS] = { "delong", "delong-logit", "hanley-mcneil", "diff, paired",
                                          "diff, unpaired", "bootstrap auc", "bootstrap pauc 0.8-1",
                                          "bootstrap cut-off", "bootstrap sensitivity there" };

struct setting {
    size_t cases, controls;
    double auc;
    double coverage[KINDS]; /* documented: report/handbook/roc.md */
};

static const struct setting settings[] = {
    { 41, 72, .75, { .9415, .9540, .9548, .9488, .9487, .9414, .9448, .9578, .9643 } },
    { 20, 80, .85, { .9121, .9421, .9626, .9458, .9483, .9204, .9388, .9052, .8902 } },
    { 12, 60, .95, { .8159, .9260, .9378, .9213, .9448, .8560, .8990, .7035, .6356 } },
};

struct sample {
    double a[PEOPLE], b[PEOPLE];
    bool is_case[PEOPLE];
    size_t n;
};

struct truth {
    double shift, auc, difference, pauc, cut, sensitivity;
};

static double area(double shift)
{
    return gsl_cdf_ugaussian_P(shift / sqrt(2));
}

/* Over specificity 0.8 to 1, by Simpson's rule. */
static double partial_area(double shift)
{
    enum { STEPS = 20000 };
    double sum = 0;
    for (int i = 0; i <= STEPS; i++) {
        double fpr = .2 * i / STEPS;
        double y = fpr > 0 ? gsl_cdf_ugaussian_P(shift + gsl_cdf_ugaussian_Pinv(fpr)) : 0;
        sum += y * (i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2);
    }
    return sum * .2 / STEPS / 3;
}

static struct truth find_truth(double auc)
{
    double shift = sqrt(2) * gsl_cdf_ugaussian_Pinv(auc);
    return (struct truth){ shift, auc, auc - area(.8 * shift), partial_area(shift), shift / 2,
                           gsl_cdf_ugaussian_P(shift / 2) };
}

static void draw(gsl_rng *random, const struct setting *s, double shift, struct sample *out)
{
    out->n = s->cases + s->controls;
    for (size_t i = 0; i < out->n; i++) {
        double common = gsl_ran_ugaussian(random) * sqrt(.5);
        out->is_case[i] = i < s->cases;
        out->a[i] = common + gsl_ran_ugaussian(random) * sqrt(.5) + out->is_case[i] * shift;
        out->b[i] = common + gsl_ran_ugaussian(random) * sqrt(.5) + out->is_case[i] * .8 * shift;
    }
}

static void statistics(const struct cc_roc *r, const void *context, double *out)
{
    struct cc_roc_partial partial;
    struct cc_roc_cut best;
    (void)context;
    out[0] = cc_roc_u(r) / (double)(r->cases * r->controls);
    out[1] = cc_roc_partial(r, (struct cc_roc_range){ CC_ROC_SPECIFICITY, .8, 1 }, &partial) == CC_OK
        ? partial.area : NAN;
    cc_roc_best(r, CC_ROC_YOUDEN, &best);
    out[2] = best.score;
    out[3] = cc_roc_sensitivity(&best);
}

static bool holds(double lower, double upper, double truth)
{
    return lower <= truth && truth <= upper;
}

/* Adds to hits[] each interval that holds the truth. An interval that does not exist holds nothing. */
static void once(gsl_rng *random, const struct setting *s, const struct truth *t, int *hits)
{
    static struct sample x, y;
    struct cc_roc r, other;
    struct cc_auc a;
    struct cc_interval ci, boot[4];
    struct cc_roc_comparison c;
    draw(random, s, t->shift, &x);
    draw(random, s, t->shift, &y);
    if (cc_roc_make(x.a, x.is_case, x.n, &r) != CC_OK || cc_roc_make(y.b, y.is_case, y.n, &other) != CC_OK)
        abort();
    if (cc_roc_auc(&r, &a) != CC_OK) abort();
    for (int k = DELONG; k <= HANLEY_MCNEIL; k++) {
        double se = k == HANLEY_MCNEIL ? a.hanley_mcneil_se : sqrt(a.variance);
        if (cc_roc_limits(a.auc, se, k == LOGIT, .95, &ci) == CC_OK)
            hits[k] += holds(ci.lower, ci.upper, t->auc);
    }
    if (cc_roc_compare_paired(x.a, x.b, x.is_case, x.n, .95, &c) == CC_OK)
        hits[PAIRED] += holds(c.lower, c.upper, t->difference);
    if (cc_roc_compare_unpaired(&r, &other, .95, &c) == CC_OK)
        hits[UNPAIRED] += holds(c.lower, c.upper, t->difference);
    struct cc_roc_resampling want = { RESAMPLES, 1 + gsl_rng_get(random) % 1000000, .95 };
    if (cc_roc_bootstrap(&r, want, 4, statistics, NULL, boot, NULL) != CC_OK) abort();
    const double truths[] = { t->auc, t->pauc, t->cut, t->sensitivity };
    for (int k = 0; k < 4; k++) hits[BOOT_AUC + k] += holds(boot[k].lower, boot[k].upper, truths[k]);
    cc_roc_free(&r);
    cc_roc_free(&other);
}

static void try_setting(gsl_rng *random, const struct setting *s, int repetitions, bool show)
{
    struct truth t = find_truth(s->auc);
    int hits[KINDS] = { 0 };
    for (int i = 0; i < repetitions; i++) once(random, s, &t, hits);
    for (int k = 0; k < KINDS; k++) {
        double got = (double)hits[k] / repetitions, p = s->coverage[k];
        if (show) {
            printf("# %zu cases, %zu controls, AUC %g: %s %.4f\n", s->cases, s->controls, s->auc, names[k],
                   got);
            continue;
        }
        double se = sqrt(p * (1 - p) * (1. / repetitions + 1. / DOCUMENTED));
        if (!OK(fabs(got - p) <= 3 * se)) printf("#   %s: %g, documented %g\n", names[k], got, p);
    }
}

int main(void)
{
    const char *times = getenv("CC_TEST_ROUNDS");
    bool show = getenv("CC_TEST_SHOW") != NULL;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, show ? 771 : 5);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        try_setting(random, &settings[i], REPETITIONS * (times ? atoi(times) : 1), show);
    gsl_rng_free(random);
    return tap_done();
}

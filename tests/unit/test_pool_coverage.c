/* How often the intervals of pooled studies hold the truth, by simulation, against what the handbook says.
 *
 * Logits of sensitivity and specificity vary between studies with standard deviation tau and correlation -0.5; counts
 * are binomial, of 20 to 120 cases and twice as many controls. CC_TEST_ROUNDS=50 gives 10,000 repetitions;
 * CC_TEST_SHOW=1 prints the table, from another seed, as it was made for the handbook (with CC_TEST_ROUNDS=50). */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "stats/screening/cc_pool_bivariate.h"
#include "tests/tap.h"

enum { STUDIES = 20, REPETITIONS = 200, DOCUMENTED = 10000 };
enum kind { EE, DL, PM, REML, RAW, FREEMAN_TUKEY, NEXT_NORMAL, NEXT_T, SENS, SPEC, KINDS };

static const char *const names[KINDS] = { "ee-logit", "dl-logit", "pm-logit", "reml-logit", "reml-raw",
    "reml-freeman-tukey", "prediction, normal", "prediction, t", "bivariate, sensitivity", "bivariate, specificity" };

struct setting {
    size_t k;
    double sens, spec, tau;
    double coverage[KINDS]; /* documented: report/handbook/pool.md */
};

static const struct setting settings[] = {
    { 4, .85, .7, .5, { .7082, .8870, .8927, .8792, .8232, .8819, .7646, .9452, .9002, .8624 } },
    { 10, .85, .7, .5, { .5441, .8969, .9085, .8943, .8413, .9067, .8213, .8641, .8996, .9187 } },
    { 20, .92, .7, 1, { .0476, .8056, .8685, .8305, .7700, .9233, .8640, .8863, .7629, .9364 } },
};

/* What each scale pools: logit of the median; the mean; the mean on the arcsine scale. */
struct truth {
    double logit, mean, arcsine;
};

static double expit(double y)
{
    return cc_pool_back(y, CC_POOL_LOGIT, 0);
}

static struct truth find_truth(double p, double tau)
{
    enum { STEPS = 4000 };
    struct truth t = { log(p / (1 - p)), 0, 0 };
    double all = 0;
    for (int i = -STEPS; i <= STEPS; i++) {
        double z = 8. * i / STEPS, w = exp(-z * z / 2), x = expit(t.logit + tau * z);
        all += w;
        t.mean += w * x;
        t.arcsine += w * asin(sqrt(x));
    }
    t.mean /= all;
    t.arcsine = pow(sin(t.arcsine / all), 2);
    return t;
}

struct sample {
    unsigned tp[STUDIES], cases[STUDIES], fp[STUDIES], controls[STUDIES];
    double next; /* logit of the sensitivity of a new study */
};

static double draw_logits(gsl_rng *random, const struct setting *s, double *fpr)
{
    double a = gsl_ran_ugaussian(random), b = .5 * a + sqrt(.75) * gsl_ran_ugaussian(random);
    *fpr = log((1 - s->spec) / s->spec) + s->tau * b;
    return log(s->sens / (1 - s->sens)) + s->tau * a;
}

static void draw(gsl_rng *random, const struct setting *s, struct sample *out)
{
    for (size_t i = 0; i < s->k; i++) {
        double fpr, sens = draw_logits(random, s, &fpr);
        out->cases[i] = 20 + (unsigned)(i * 37 % 101);
        out->controls[i] = 2 * out->cases[i];
        out->tp[i] = gsl_ran_binomial(random, expit(sens), out->cases[i]);
        out->fp[i] = gsl_ran_binomial(random, expit(fpr), out->controls[i]);
    }
    double ignored;
    out->next = draw_logits(random, s, &ignored);
}

static struct cc_pool_effect effect(unsigned x, unsigned n, double add, enum cc_pool_scale scale)
{
    struct cc_pool_effect e;
    if (cc_pool_proportion(x + add, n + 2 * add, scale, &e) != CC_OK) abort();
    return e;
}

static bool empty(unsigned x, unsigned n)
{
    return x == 0 || x == n;
}

static bool holds(struct cc_interval ci, double truth)
{
    return ci.lower <= truth && truth <= ci.upper;
}

static struct cc_pooled pool(const struct sample *x, size_t k, enum cc_pool_model model, enum cc_pool_scale scale)
{
    struct cc_pool_effect e[STUDIES];
    struct cc_pooled p;
    for (size_t i = 0; i < k; i++)
        e[i] = effect(x->tp[i], x->cases[i], empty(x->tp[i], x->cases[i]) ? .5 : 0, scale);
    if (cc_pool_fit(model, e, k, &p) != CC_OK) abort();
    return p;
}

/* Does the interval, brought back, hold the truth? */
static bool holds_back(const struct sample *x, size_t k, const struct cc_pooled *p, enum cc_pool_scale scale,
                       double truth)
{
    double inverse = 0;
    struct cc_interval ci;
    for (size_t i = 0; i < k; i++) inverse += 1. / x->cases[i];
    if (cc_pool_limits(p, .95, &ci) != CC_OK) abort();
    ci.lower = cc_pool_back(ci.lower, scale, (double)k / inverse);
    ci.upper = cc_pool_back(ci.upper, scale, (double)k / inverse);
    return holds(ci, truth);
}

static void try_bivariate(const struct sample *x, const struct setting *s, int *hits)
{
    struct cc_pool_pair pairs[STUDIES];
    struct cc_bivariate b;
    struct cc_interval ci;
    bool any = false;
    for (size_t i = 0; i < s->k; i++)
        any = any || empty(x->tp[i], x->cases[i]) || empty(x->fp[i], x->controls[i]);
    for (size_t i = 0; i < s->k; i++)
        pairs[i] = (struct cc_pool_pair){ effect(x->tp[i], x->cases[i], any ? .5 : 0, CC_POOL_LOGIT),
                                          effect(x->fp[i], x->controls[i], any ? .5 : 0, CC_POOL_LOGIT) };
    if (cc_bivariate_fit(pairs, s->k, true, &b) != CC_OK) abort();
    struct cc_pooled sens = { .mean = b.sens, .se = sqrt(b.var.aa) }, fpr = { .mean = b.fpr, .se = sqrt(b.var.bb) };
    if (cc_pool_limits(&sens, .95, &ci) == CC_OK) hits[SENS] += holds(ci, log(s->sens / (1 - s->sens)));
    if (cc_pool_limits(&fpr, .95, &ci) == CC_OK) hits[SPEC] += holds(ci, log((1 - s->spec) / s->spec));
}

static void once(gsl_rng *random, const struct setting *s, const struct truth *t, int *hits)
{
    static const enum cc_pool_model models[] = { CC_POOL_EE, CC_POOL_DL, CC_POOL_PM, CC_POOL_REML };
    struct sample x;
    struct cc_pooled p = { 0 };
    struct cc_interval next;
    draw(random, s, &x);
    for (int m = 0; m < 4; m++) {
        p = pool(&x, s->k, models[m], CC_POOL_LOGIT);
        hits[EE + m] += holds_back(&x, s->k, &p, CC_POOL_LOGIT, expit(t->logit));
    }
    for (int student = 0; student < 2; student++)
        if (cc_pool_prediction(&p, .95, student, &next) == CC_OK) hits[NEXT_NORMAL + student] += holds(next, x.next);
    p = pool(&x, s->k, CC_POOL_REML, CC_POOL_RAW);
    hits[RAW] += holds_back(&x, s->k, &p, CC_POOL_RAW, t->mean);
    p = pool(&x, s->k, CC_POOL_REML, CC_POOL_FREEMAN_TUKEY);
    hits[FREEMAN_TUKEY] += holds_back(&x, s->k, &p, CC_POOL_FREEMAN_TUKEY, t->arcsine);
    try_bivariate(&x, s, hits);
}

static void try_setting(gsl_rng *random, const struct setting *s, int repetitions, bool show)
{
    struct truth t = find_truth(s->sens, s->tau);
    int hits[KINDS] = { 0 };
    for (int i = 0; i < repetitions; i++) once(random, s, &t, hits);
    for (int k = 0; k < KINDS; k++) {
        double got = (double)hits[k] / repetitions, p = s->coverage[k];
        if (show) {
            printf("# %zu studies, sensitivity %g, tau %g: %s %.4f\n", s->k, s->sens, s->tau, names[k], got);
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
    gsl_set_error_handler_off();
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, show ? 771 : 5);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        try_setting(random, &settings[i], REPETITIONS * (times ? atoi(times) : 1), show);
    gsl_rng_free(random);
    return tap_done();
}

#include "stats/screening/cc_roc_bootstrap.h"

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <stdlib.h>

/* The step of each person: a draw is an index into these. */
struct urn {
    uint32_t *cases, *controls;
    struct cc_roc drawn; /* steps with the scores of the curve and the counts of this round */
};

static bool fill_urn(const struct cc_roc *r, struct urn *u)
{
    *u = (struct urn){ calloc((size_t)r->cases, sizeof *u->cases),
                       calloc((size_t)r->controls, sizeof *u->controls), *r };
    u->drawn.steps = calloc(r->n, sizeof *u->drawn.steps);
    if (!u->cases || !u->controls || !u->drawn.steps) return false;
    size_t x = 0, y = 0;
    for (size_t i = 0; i < r->n; i++) {
        u->drawn.steps[i].score = r->steps[i].score;
        for (int64_t k = 0; k < r->steps[i].cases; k++) u->cases[x++] = (uint32_t)i;
        for (int64_t k = 0; k < r->steps[i].controls; k++) u->controls[y++] = (uint32_t)i;
    }
    return true;
}

static void free_urn(struct urn *u)
{
    free(u->cases);
    free(u->controls);
    free(u->drawn.steps);
}

static void draw(struct urn *u, gsl_rng *random)
{
    struct cc_roc_step *steps = u->drawn.steps;
    unsigned long cases = (unsigned long)u->drawn.cases, controls = (unsigned long)u->drawn.controls;
    for (size_t i = 0; i < u->drawn.n; i++) steps[i].cases = steps[i].controls = 0;
    for (unsigned long i = 0; i < cases; i++) steps[u->cases[gsl_rng_uniform_int(random, cases)]].cases++;
    for (unsigned long i = 0; i < controls; i++)
        steps[u->controls[gsl_rng_uniform_int(random, controls)]].controls++;
}

/* x sorted: the limits that leave at most (1 - level) / 2 of the values outside on each side. */
static void percentile(const double *x, size_t n, double level, struct cc_interval *out)
{
    size_t outside = (size_t)((double)n * (1 - level) / 2);
    if (outside > (n - 1) / 2) outside = (n - 1) / 2;
    out->lower = x[outside];
    out->upper = x[n - 1 - outside];
}

static double deviation(const double *x, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += (x[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
    return n > 1 && isfinite(sum) ? sqrt(sum / (double)(n - 1)) : NAN;
}

static void summarise(double *x, size_t n, double level, struct cc_interval *out, double *se)
{
    out->lower = out->upper = NAN;
    if (se) *se = deviation(x, n);
    for (size_t i = 0; i < n; i++)
        if (isnan(x[i])) return;
    gsl_sort(x, 1, n);
    percentile(x, n, level, out);
}

enum cc_status cc_roc_bootstrap(const struct cc_roc *r, struct cc_roc_resampling want, size_t k,
                                cc_roc_statistics *statistics, const void *context, struct cc_interval *out,
                                double *se)
{
    for (size_t j = 0; j < k; j++) out[j] = CC_NO_INTERVAL;
    for (size_t j = 0; se && j < k; j++) se[j] = NAN;
    if (!want.rounds || !cc_level_valid(want.level) || r->cases + r->controls > UINT32_MAX) return CC_EDOMAIN;
    if (!r->cases || !r->controls) return CC_UNDEFINED;
    struct urn u;
    double *values = calloc(want.rounds, k * sizeof *values), *row = calloc(k, sizeof *row);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    bool ok = fill_urn(r, &u) && values && row && random;
    if (ok) gsl_rng_set(random, (unsigned long)want.seed);
    for (size_t i = 0; ok && i < want.rounds; i++) {
        draw(&u, random);
        statistics(&u.drawn, context, row);
        for (size_t j = 0; j < k; j++) values[j * want.rounds + i] = row[j];
    }
    if (ok) statistics(r, context, row);
    for (size_t j = 0; ok && j < k; j++) {
        out[j].estimate = row[j];
        summarise(values + j * want.rounds, want.rounds, want.level, &out[j], se ? &se[j] : NULL);
    }
    if (random) gsl_rng_free(random);
    free(values);
    free(row);
    free_urn(&u);
    return ok ? CC_OK : CC_ENOMEM;
}

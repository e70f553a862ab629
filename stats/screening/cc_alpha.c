#include "stats/screening/cc_alpha.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

#include "stats/screening/cc_fdist.h"

struct covariances {
    size_t k;
    double *v;   /* k x k */
    double *sum; /* of each row: the covariance with the whole sum */
    double trace, all;
};

static bool varies(size_t n, size_t k, const double *x, size_t item)
{
    for (size_t i = 1; i < n; i++)
        if (x[i * k + item] != x[item]) return true;
    return false;
}

/* Centres a copy of the scores; an item that is constant becomes exactly 0. */
static void centre(size_t n, size_t k, const double *x, double *out, double *mean)
{
    for (size_t j = 0; j < k; j++) {
        double shift = 0;
        for (size_t i = 0; i < n; i++) shift += (x[i * k + j] - x[j]) / (double)n;
        mean[j] = x[j] + shift;
        for (size_t i = 0; i < n; i++) out[i * k + j] = x[i * k + j] - x[j] - shift;
    }
}

static void fill_covariances(size_t n, const double *centred, struct covariances *c)
{
    size_t k = c->k;
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b <= a; b++) c->v[a * k + b] += centred[i * k + a] * centred[i * k + b];
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) c->v[b * k + a] = c->v[a * k + b] /= (double)(n - 1);
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) c->sum[a] += c->v[a * k + b];
        c->trace += c->v[a * k + a];
        c->all += c->sum[a];
    }
}

/* Of k items with these variances; NaN where it is 0/0, or where the sum does not vary but for rounding. */
static double alpha_of(size_t k, double trace, double all)
{
    if (k < 2 || !(all > 1e-14 * trace)) return NAN;
    return (double)k / (double)(k - 1) * (1 - trace / all);
}

/* Equation 4 of Duhachek & Iacobucci, over n. */
static double standard_error(size_t n, const struct covariances *c)
{
    double k = (double)c->k, squares = 0, crossed = 0;
    for (size_t i = 0; i < c->k * c->k; i++) squares += c->v[i] * c->v[i];
    for (size_t a = 0; a < c->k; a++) crossed += c->sum[a] * c->sum[a];
    double q = 2 * k * k / ((k - 1) * (k - 1) * c->all * c->all * c->all)
               * (c->all * (squares + c->trace * c->trace) - 2 * c->trace * crossed);
    return sqrt(fmax(q, 0) / (double)n);
}

static double standardised(const struct covariances *c)
{
    double k = (double)c->k, sum = 0;
    for (size_t a = 0; a < c->k; a++)
        for (size_t b = 0; b < a; b++) sum += c->v[a * c->k + b] / sqrt(c->v[a * c->k + a] * c->v[b * c->k + b]);
    double r = sum / (k * (k - 1) / 2);
    return k * r / (1 + (k - 1) * r);
}

static void intervals(size_t n, double level, const struct covariances *c, struct cc_alpha *out)
{
    struct cc_tails low = { (1 - level) / 2, (1 + level) / 2 }, high = { (1 + level) / 2, (1 - level) / 2 };
    double df1 = (double)(n - 1), df2 = df1 * (double)(c->k - 1), z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    out->feldt_lower = 1 - (1 - out->alpha) * cc_f_quantile(df1, df2, high);
    out->feldt_upper = 1 - (1 - out->alpha) * cc_f_quantile(df1, df2, low);
    out->se = standard_error(n, c);
    out->duhachek_lower = out->alpha - z * out->se;
    out->duhachek_upper = out->alpha + z * out->se;
}

static struct cc_alpha_item item_of(const struct covariances *c, size_t a, double mean)
{
    double own = c->v[a * c->k + a], with_rest = c->sum[a] - own, rest = c->all - c->sum[a] - with_rest;
    bool flat = own == 0 || !(rest > 1e-14 * c->trace);
    return (struct cc_alpha_item){ mean, sqrt(own), flat ? NAN : with_rest / sqrt(own * rest),
                                   alpha_of(c->k - 1, c->trace - own, rest) };
}

static enum cc_status estimate(size_t n, const double *x, double *room, struct covariances *c, double level,
                               struct cc_alpha *out, struct cc_alpha_item *items)
{
    double *centred = room, *mean = room + n * c->k;
    centre(n, c->k, x, centred, mean);
    fill_covariances(n, centred, c);
    out->binary = true;
    for (size_t i = 0; i < n * c->k; i++) out->binary &= x[i] == 0 || x[i] == 1;
    for (size_t j = 0; j < c->k; j++) {
        out->constant += !varies(n, c->k, x, j);
        if (items) items[j] = item_of(c, j, mean[j]);
    }
    out->alpha = alpha_of(c->k, c->trace, c->all);
    if (isnan(out->alpha)) return CC_UNDEFINED;
    intervals(n, level, c, out);
    if (!out->constant) out->standardised = standardised(c);
    return CC_OK;
}

enum cc_status cc_alpha_estimate(size_t n, size_t k, const double *scores, double level, struct cc_alpha *out,
                                 struct cc_alpha_item *items)
{
    *out = (struct cc_alpha){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, false, 0 };
    for (size_t j = 0; items && j < k; j++) items[j] = (struct cc_alpha_item){ NAN, NAN, NAN, NAN };
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    if (n < 2 || k < 2) return CC_UNDEFINED;
    for (size_t i = 0; i < n * k; i++)
        if (!isfinite(scores[i])) return CC_EDOMAIN;
    double *room = calloc(n * k + k + k * k + k, sizeof *room);
    if (!room) return CC_ENOMEM;
    struct covariances c = { .k = k, .v = room + n * k + k, .sum = room + n * k + k + k * k };
    enum cc_status st = estimate(n, scores, room, &c, level, out, items);
    free(room);
    return st;
}

#include "stats/screening/cc_icc.h"

#include <stdlib.h>

#include "stats/screening/cc_fdist.h"

static const double NOISE = 1e-25; /* a sum of squares below this part of the total is rounding */

static double noiseless(double squares, double total)
{
    return squares > NOISE * total ? squares : 0;
}

/* Means of rows and columns of the scores less the first score, so that constant scores give exact zeros. */
static void fill_means(size_t n, size_t k, const double *x, double *row, double *column, double *mean)
{
    *mean = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++) {
            row[i] += (x[i * k + j] - x[0]) / (double)k;
            column[j] += (x[i * k + j] - x[0]) / (double)n;
        }
    for (size_t i = 0; i < n; i++) *mean += row[i] / (double)n;
}

static void fill_squares(const double *x, const double *row, const double *column, double mean,
                         struct cc_icc_squares *out)
{
    size_t n = out->subjects, k = out->raters;
    double between = 0, raters = 0, error = 0, within = 0;
    for (size_t i = 0; i < n; i++) between += (double)k * (row[i] - mean) * (row[i] - mean);
    for (size_t j = 0; j < k; j++) raters += (double)n * (column[j] - mean) * (column[j] - mean);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++) {
            double d = x[i * k + j] - x[0] - row[i], e = d - (column[j] - mean);
            within += d * d;
            error += e * e;
        }
    double total = between + within, a = (double)(n - 1), b = (double)(k - 1);
    out->between = noiseless(between, total) / a;
    out->raters_ms = noiseless(raters, total) / b;
    out->error = noiseless(error, total) / (a * b);
    out->within = noiseless(within, total) / ((double)n * b);
}

enum cc_status cc_icc_squares(size_t n, size_t k, const double *scores, struct cc_icc_squares *out)
{
    *out = (struct cc_icc_squares){ n, k, NAN, NAN, NAN, NAN };
    if (n < 2 || k < 2) return CC_UNDEFINED;
    for (size_t i = 0; i < n * k; i++)
        if (!isfinite(scores[i])) return CC_EDOMAIN;
    double *means = calloc(n + k, sizeof *means), mean;
    if (!means) return CC_ENOMEM;
    fill_means(n, k, scores, means, means + n, &mean);
    fill_squares(scores, means, means + n, mean, out);
    free(means);
    return CC_OK;
}

/* The reliability of one score, or of the mean of k, whose ratio of mean squares is f. */
static double reliability(double f, double k, bool mean)
{
    if (isinf(f)) return 1;
    return mean ? 1 - 1 / f : (f - 1) / (f + k - 1);
}

/* Forms 1 and 3: the interval of F is the interval of the correlation. */
static void by_f(double k, bool mean, double level, struct cc_icc *out)
{
    struct cc_tails upper = { (1 + level) / 2, (1 - level) / 2 };
    out->icc = reliability(out->f, k, mean);
    out->lower = reliability(out->f / cc_f_quantile(out->df1, out->df2, upper), k, mean);
    out->upper = reliability(out->f * cc_f_quantile(out->df2, out->df1, upper), k, mean);
}

/* Form 2: Satterthwaite's degrees of freedom for the mixture of the raters' and the residual mean square. */
static void by_satterthwaite(const struct cc_icc_squares *ms, double level, struct cc_icc *out)
{
    double n = (double)ms->subjects, k = (double)ms->raters;
    double mixed = k * ms->raters_ms + (k * n - k - n) * ms->error;
    out->icc = (ms->between - ms->error) / (ms->between + (k - 1) * ms->error + k * (ms->raters_ms - ms->error) / n);
    out->lower = out->upper = 1;
    if (mixed == 0) return;
    double a = k * out->icc / (n * (1 - out->icc)), b = 1 + k * out->icc * (n - 1) / (n * (1 - out->icc));
    double ar = a * ms->raters_ms, be = b * ms->error;
    double df = (ar + be) * (ar + be) / (ar * ar / (k - 1) + be * be / ((n - 1) * (k - 1)));
    struct cc_tails upper = { (1 + level) / 2, (1 - level) / 2 };
    bool exists = isfinite(df) && df > 0;
    double f1 = exists ? cc_f_quantile(n - 1, df, upper) : NAN, f2 = exists ? cc_f_quantile(df, n - 1, upper) : NAN;
    out->lower = n * (ms->between - f1 * ms->error) / (f1 * mixed + n * ms->between);
    out->upper = n * (f2 * ms->between - ms->error) / (mixed + n * f2 * ms->between);
}

/* Spearman-Brown, from one score to the mean of k. Values up to -1/(k - 1) have no counterpart. */
static void of_means(double k, struct cc_icc *out)
{
    double *part[] = { &out->icc, &out->lower, &out->upper };
    for (int i = 0; i < 3; i++) *part[i] = *part[i] > -1 / (k - 1) ? k * *part[i] / (1 + (k - 1) * *part[i]) : NAN;
}

enum cc_status cc_icc_estimate(const struct cc_icc_squares *ms, enum cc_icc_form form, double level,
                               struct cc_icc *out)
{
    *out = (struct cc_icc){ NAN, NAN, NAN, NAN, NAN, NAN, NAN };
    if (ms->subjects < 2 || ms->raters < 2 || form >= CC_ICC_FORMS || !cc_level_valid(level)) return CC_EDOMAIN;
    double n = (double)ms->subjects, k = (double)ms->raters;
    bool one_way = form == CC_ICC_1 || form == CC_ICC_1_K, two_way = form == CC_ICC_2_1 || form == CC_ICC_2_K;
    double residual = one_way ? ms->within : ms->error;
    out->df1 = n - 1;
    out->df2 = one_way ? n * (k - 1) : (n - 1) * (k - 1);
    if (ms->between == 0 && residual == 0) return CC_UNDEFINED;
    out->f = ms->between / residual;
    out->p_value = cc_f_above(out->f, out->df1, out->df2);
    if (!two_way) {
        by_f(k, form >= CC_ICC_1_K, level, out);
    } else {
        by_satterthwaite(ms, level, out);
        if (form == CC_ICC_2_K) of_means(k, out);
    }
    return CC_OK;
}

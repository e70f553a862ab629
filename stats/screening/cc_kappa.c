#include "stats/screening/cc_kappa.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

#include "stats/intervals/cc_prop.h"

static const int64_t MAX_COUNT = (int64_t)1 << 53;

static const struct cc_kappa NOTHING = {
    .observed = NAN, .expected = NAN, .kappa = NAN, .se = NAN, .lower = NAN, .upper = NAN,
    .se_null = NAN, .z = NAN, .p_value = NAN,
};

/* The square table as shares, with what its moments need. */
struct square {
    size_t k;
    enum cc_kappa_weights weights;
    double n;
    const int64_t *counts;
    double *row, *column;           /* shares of the margins */
    double *row_weight, *col_weight; /* mean weight of a row's category by the other's margin, and the reverse */
};

static bool total(size_t n, const int64_t *counts, int64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (counts[i] < 0 || counts[i] > MAX_COUNT - *sum) return false;
        *sum += counts[i];
    }
    return true;
}

/* 1 - weight: sums of it are exactly 0 where all agree. */
static double distance(const struct square *s, size_t i, size_t j)
{
    if (s->weights == CC_KAPPA_UNWEIGHTED || s->k < 3) return i != j;
    double d = ((double)i - (double)j) / (double)(s->k - 1);
    return s->weights == CC_KAPPA_LINEAR ? fabs(d) : d * d;
}

static double share(const struct square *s, size_t i, size_t j, bool chance)
{
    return chance ? s->row[i] * s->column[j] : (double)s->counts[i * s->k + j] / s->n;
}

static double mean_distance(const struct square *s, bool chance)
{
    double sum = 0;
    for (size_t i = 0; i < s->k; i++)
        for (size_t j = 0; j < s->k; j++) sum += share(s, i, j, chance) * distance(s, i, j);
    return sum;
}

static void fill_margins(struct square *s)
{
    for (size_t i = 0; i < s->k; i++)
        for (size_t j = 0; j < s->k; j++) {
            s->row[i] += (double)s->counts[i * s->k + j];
            s->column[j] += (double)s->counts[i * s->k + j];
        }
    for (size_t i = 0; i < s->k; i++) { /* divided last: exactly 1 for a rater who used one category */
        s->row[i] /= s->n;
        s->column[i] /= s->n;
    }
    for (size_t i = 0; i < s->k; i++)
        for (size_t j = 0; j < s->k; j++) {
            s->row_weight[i] += s->column[j] * (1 - distance(s, i, j));
            s->col_weight[j] += s->row[i] * (1 - distance(s, i, j));
        }
}

/* The variance of w (1 - expected) - (row weight + column weight) (1 - observed) over the table (equation 13 of the
 * 1969 paper), or over the table that chance gives with observed = expected (equation 15 times (1 - expected)^2).
 * Both are written there as a mean square less a square; deviations from the mean cannot cancel. */
static double variance(const struct square *s, double observed, double expected, bool chance)
{
    double by_chance = chance ? 1 : 1 - observed, beyond = chance ? 1 : 1 - expected;
    double mean = chance ? -expected : observed * beyond - 2 * expected * by_chance, sum = 0;
    for (size_t i = 0; i < s->k; i++)
        for (size_t j = 0; j < s->k; j++) {
            double a = (1 - distance(s, i, j)) * beyond - (s->row_weight[i] + s->col_weight[j]) * by_chance;
            sum += share(s, i, j, chance) * (a - mean) * (a - mean);
        }
    return sum;
}

static void limits(struct cc_kappa *k, double level)
{
    double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    k->lower = k->kappa - z * k->se;
    k->upper = k->kappa + z * k->se;
}

static void test_null(struct cc_kappa *k)
{
    k->z = k->se_null > 0 ? k->kappa / k->se_null : NAN;
    k->p_value = 2 * gsl_cdf_ugaussian_Q(fabs(k->z));
}

static enum cc_status cohen(struct square *s, double level, struct cc_kappa *out)
{
    fill_margins(s);
    double apart = mean_distance(s, false), by_chance = mean_distance(s, true);
    out->observed = 1 - apart;
    out->expected = 1 - by_chance;
    if (by_chance == 0) return CC_UNDEFINED;
    double root = by_chance * sqrt(s->n);
    out->kappa = 1 - apart / by_chance;
    out->se = sqrt(variance(s, out->observed, out->expected, false)) / (root * by_chance);
    out->se_null = sqrt(variance(s, out->expected, out->expected, true)) / root;
    /* Rounding leaves 1e-17 where a rater who used one category makes it 0. */
    bool constant = false;
    for (size_t i = 0; i < s->k; i++) constant |= s->row[i] == 1 || s->column[i] == 1;
    if (constant) out->kappa = out->se = out->se_null = 0;
    limits(out, level);
    test_null(out);
    return CC_OK;
}

enum cc_status cc_kappa_cohen(size_t k, const int64_t *counts, enum cc_kappa_weights weights, double level,
                              struct cc_kappa *out)
{
    *out = NOTHING;
    if (k < 1 || !cc_level_valid(level) || !total(k * k, counts, &out->n)) return CC_EDOMAIN;
    if (out->n == 0) return CC_UNDEFINED;
    double *room = calloc(4 * k, sizeof *room);
    if (!room) return CC_ENOMEM;
    struct square s = { k, weights, (double)out->n, counts, room, room + k, room + 2 * k, room + 3 * k };
    enum cc_status st = cohen(&s, level, out);
    free(room);
    return st;
}

enum cc_status cc_kappa_pabak(size_t k, const int64_t *counts, double level, struct cc_interval *out)
{
    int64_t n, agreed = 0;
    *out = CC_NO_INTERVAL;
    if (k < 2 || !cc_level_valid(level) || !total(k * k, counts, &n)) return CC_EDOMAIN;
    for (size_t i = 0; i < k; i++) agreed += counts[i * k + i];
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, agreed, n, (struct cc_limits){ .level = level }, out);
    double *part[] = { &out->estimate, &out->lower, &out->upper };
    for (int i = 0; i < 3; i++) *part[i] = ((double)k * *part[i] - 1) / (double)(k - 1);
    return st;
}

/* ---- any number of raters ---- */

/* Raters of each subject, or 0 if they are not the same number everywhere. */
static int64_t raters(size_t n, size_t k, const int64_t *votes)
{
    int64_t m = 0, here;
    for (size_t i = 0; i < n; i++) {
        if (!total(k, votes + i * k, &here) || (i && here != m)) return 0;
        m = here;
    }
    return m;
}

enum cc_status cc_kappa_fleiss(size_t n, size_t k, const int64_t *votes, double level, struct cc_kappa *out)
{
    *out = NOTHING;
    int64_t raters_each = n && k ? raters(n, k, votes) : 0;
    if (raters_each < 2 || !cc_level_valid(level)) return CC_EDOMAIN;
    out->n = (int64_t)n;
    double m = (double)raters_each, subjects = (double)n, apart = 0, by_chance = 0, skew = 0;
    for (size_t j = 0; j < k; j++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            double v = (double)votes[i * k + j];
            sum += v;
            apart += v * (m - v);
        }
        double p = sum / (subjects * m), q = (subjects * m - sum) / (subjects * m);
        by_chance += p * q;
        skew += p * q * (q - p);
    }
    apart /= subjects * m * (m - 1);
    out->observed = 1 - apart;
    out->expected = 1 - by_chance;
    if (by_chance == 0) return CC_UNDEFINED;
    out->kappa = 1 - apart / by_chance;
    double inner = by_chance * by_chance - skew;
    out->se = out->se_null = sqrt(2 * fmax(inner, 0) / (subjects * m * (m - 1))) / by_chance;
    limits(out, level);
    test_null(out);
    return CC_OK;
}

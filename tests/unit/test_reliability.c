/* Intraclass correlation, alpha and the F distribution below them: published values, a second computation, laws,
 * and coverage by simulation. CC_TEST_ROUNDS=N makes the simulation N times as long. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "stats/screening/cc_alpha.h"
#include "stats/screening/cc_fdist.h"
#include "stats/screening/cc_icc.h"
#include "tests/tap.h"

/* ---- F ---- */

static void test_f(void)
{
    static const double dfs[] = { 1, 2, 3.7, 19, 250, 40541.5, 4000000 };
    static const double below[] = { 0.005, 0.05, 0.37, 0.5, 0.9, 0.975, 0.995 };
    for (size_t a = 0; a < 7; a++)
        for (size_t b = 0; b < 7; b++)
            for (size_t i = 0; i < 7; i++) {
                double f = cc_f_quantile(dfs[a], dfs[b], (struct cc_tails){ below[i], 1 - below[i] });
                double turned = cc_f_quantile(dfs[b], dfs[a], (struct cc_tails){ 1 - below[i], below[i] });
                NEAR(cc_f_above(f, dfs[a], dfs[b]), 1 - below[i], 1e-9);
                NEAR(f * turned, 1, 1e-10);
            }
    /* With 2 and 2 degrees of freedom P(F > f) = 1 / (1 + f); with 2 and d, (1 + 2 f / d)^(-d/2). */
    for (double f = 1e-3; f < 1e9; f *= 7) {
        NEAR(cc_f_above(f, 2, 2), 1 / (1 + f), 1e-12);
        NEAR(cc_f_above(f, 2, 31), pow(1 + 2 * f / 31, -15.5), 1e-11);
    }
    OK(cc_f_above(INFINITY, 3, 4) == 0 && cc_f_above(0, 3, 4) == 1 && isnan(cc_f_above(-1, 3, 4)));
}

/* ---- intraclass correlation ---- */

/* Shrout & Fleiss (1979), tables 2 to 4. */
static const double SHROUT[6 * 4] = { 9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7 };

static struct cc_icc icc_of(size_t n, size_t k, const double *x, enum cc_icc_form form)
{
    struct cc_icc_squares ms;
    struct cc_icc r;
    OK(cc_icc_squares(n, k, x, &ms) == CC_OK);
    OK(cc_icc_estimate(&ms, form, 0.95, &r) == CC_OK);
    return r;
}

static void test_published(void)
{
    static const double want[CC_ICC_FORMS] = { 0.17, 0.29, 0.71, 0.44, 0.62, 0.91 };
    struct cc_icc_squares ms;
    OK(cc_icc_squares(6, 4, SHROUT, &ms) == CC_OK);
    OK(fabs(ms.between - 11.24) < 0.005 && fabs(ms.within - 6.26) < 0.005);
    OK(fabs(ms.raters_ms - 32.49) < 0.005 && fabs(ms.error - 1.02) < 0.005);
    for (int f = 0; f < CC_ICC_FORMS; f++)
        OK(fabs(icc_of(6, 4, SHROUT, (enum cc_icc_form)f).icc - want[f]) < 0.0051);
}

/* The mean squares from sums of raw squares, as in a textbook. */
static void test_squares(void)
{
    double all = 0, sum = 0, rows = 0, columns = 0;
    for (int i = 0; i < 6; i++) {
        double row = 0;
        for (int j = 0; j < 4; j++) {
            row += SHROUT[i * 4 + j];
            all += SHROUT[i * 4 + j] * SHROUT[i * 4 + j];
        }
        sum += row;
        rows += row * row / 4;
    }
    for (int j = 0; j < 4; j++) {
        double column = 0;
        for (int i = 0; i < 6; i++) column += SHROUT[i * 4 + j];
        columns += column * column / 6;
    }
    double mean = sum * sum / 24;
    struct cc_icc_squares ms;
    OK(cc_icc_squares(6, 4, SHROUT, &ms) == CC_OK);
    NEAR(ms.between, (rows - mean) / 5, 1e-12);
    NEAR(ms.raters_ms, (columns - mean) / 3, 1e-12);
    NEAR(ms.within, (all - rows) / 18, 1e-12);
    NEAR(ms.error, (all - rows - columns + mean) / 15, 1e-12);
}

static void test_icc_laws(void)
{
    double shifted[24], scaled[24];
    for (int i = 0; i < 24; i++) {
        shifted[i] = SHROUT[i] + 100 * (i % 4);    /* each rater by another constant */
        scaled[i] = 1e6 + 37 * SHROUT[(i + 8) % 24]; /* other units, subjects in another order */
    }
    for (int f = 0; f < CC_ICC_FORMS; f++) {
        struct cc_icc a = icc_of(6, 4, SHROUT, (enum cc_icc_form)f), b = icc_of(6, 4, scaled, (enum cc_icc_form)f);
        NEAR(b.icc, a.icc, 1e-9);
        NEAR(b.lower, a.lower, 1e-8);
        NEAR(b.upper, a.upper, 1e-8);
        NEAR(b.p_value, a.p_value, 1e-8);
        OK(a.lower < a.icc && a.icc < a.upper);
    }
    NEAR(icc_of(6, 4, shifted, CC_ICC_3_1).icc, icc_of(6, 4, SHROUT, CC_ICC_3_1).icc, 1e-10);
    OK(icc_of(6, 4, shifted, CC_ICC_2_1).icc < 0.01);
    for (int f = 0; f < 3; f++) { /* the means of k are Spearman-Brown of one */
        struct cc_icc one = icc_of(6, 4, SHROUT, (enum cc_icc_form)f),
                      mean = icc_of(6, 4, SHROUT, (enum cc_icc_form)(f + 3));
        NEAR(mean.icc, 4 * one.icc / (1 + 3 * one.icc), 1e-12);
        NEAR(mean.lower, 4 * one.lower / (1 + 3 * one.lower), 1e-11);
        NEAR(mean.upper, 4 * one.upper / (1 + 3 * one.upper), 1e-11);
    }
    /* At a limit of form 1 the F test has the error of the limit. */
    struct cc_icc r = icc_of(6, 4, SHROUT, CC_ICC_1);
    NEAR(cc_f_above(r.f * (1 - r.lower) / (1 + 3 * r.lower), r.df1, r.df2), 0.025, 1e-9);
    NEAR(cc_f_above(r.f * (1 - r.upper) / (1 + 3 * r.upper), r.df1, r.df2), 0.975, 1e-9);
}

static void test_icc_edges(void)
{
    const double same[6] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, agree[6] = { 1, 1, 4, 4, 0.1, 0.1 },
                 apart[6] = { 1, 2, 4, 5, 7, 8 }, opposed[6] = { 1, 5, 5, 1, 3, 3 }, bad[6] = { 1, NAN, 3, 4, 5, 6 };
    struct cc_icc_squares ms;
    struct cc_icc r;
    OK(cc_icc_squares(1, 2, agree, &ms) == CC_UNDEFINED && isnan(ms.between));
    OK(cc_icc_squares(2, 1, agree, &ms) == CC_UNDEFINED);
    OK(cc_icc_squares(3, 2, bad, &ms) == CC_EDOMAIN);
    OK(cc_icc_squares(3, 2, same, &ms) == CC_OK && ms.between == 0 && ms.within == 0);
    for (int f = 0; f < CC_ICC_FORMS; f++) {
        OK(cc_icc_squares(3, 2, same, &ms) == CC_OK);
        OK(cc_icc_estimate(&ms, (enum cc_icc_form)f, 0.95, &r) == CC_UNDEFINED && isnan(r.icc) && isnan(r.upper));
        OK(cc_icc_squares(3, 2, agree, &ms) == CC_OK);
        OK(cc_icc_estimate(&ms, (enum cc_icc_form)f, 0.95, &r) == CC_OK);
        OK(r.icc == 1 && r.lower == 1 && r.upper == 1 && isinf(r.f) && r.p_value == 0);
        OK(cc_icc_squares(3, 2, opposed, &ms) == CC_OK);
        OK(cc_icc_estimate(&ms, (enum cc_icc_form)f, 0.95, &r) == CC_OK && !(r.icc >= 0) && !(r.lower > r.upper));
        OK(cc_icc_estimate(&ms, (enum cc_icc_form)f, 1.5, &r) == CC_EDOMAIN && isnan(r.icc));
    }
    OK(cc_icc_squares(3, 2, opposed, &ms) == CC_OK);
    OK(cc_icc_estimate(&ms, CC_ICC_1_K, 0.95, &r) == CC_OK);
    OK(r.icc == -INFINITY && r.upper == -INFINITY && r.p_value == 1);
    OK(cc_icc_squares(3, 2, apart, &ms) == CC_OK && ms.error == 0);
    OK(cc_icc_estimate(&ms, CC_ICC_3_1, 0.95, &r) == CC_OK && r.icc == 1);
    OK(cc_icc_estimate(&ms, CC_ICC_2_1, 0.95, &r) == CC_OK && r.icc < 1 && r.lower < r.icc && r.icc < r.upper);
}

/* ---- alpha ---- */

enum { N = 11, ITEMS = 5 };
static const double SCALE[N * ITEMS] = {
    3, 4, 2, 3, 5, 1, 2, 2, 1, 1, 4, 4, 5, 3, 4, 2, 3, 1, 2, 4, 5, 5, 4, 5, 5, 3, 2, 4, 3, 1, 2, 2, 2,
    4, 3, 4, 5, 3, 4, 4, 1, 1, 1, 3, 2, 3, 4, 4, 2, 3, 5, 4, 5, 4, 5,
};

static struct cc_alpha alpha_of(size_t n, size_t k, const double *x, struct cc_alpha_item *items)
{
    struct cc_alpha a;
    OK(cc_alpha_estimate(n, k, x, 0.95, &a, items) == CC_OK);
    return a;
}

static void covariance(const double *x, double v[ITEMS][ITEMS])
{
    for (int a = 0; a < ITEMS; a++)
        for (int b = 0; b < ITEMS; b++) {
            double sa = 0, sb = 0, sab = 0;
            for (int i = 0; i < N; i++) {
                sa += x[i * ITEMS + a];
                sb += x[i * ITEMS + b];
                sab += x[i * ITEMS + a] * x[i * ITEMS + b];
            }
            v[a][b] = (sab - sa * sb / N) / (N - 1);
        }
}

static double alpha_by_definition(double v[ITEMS][ITEMS])
{
    double trace = 0, all = 0;
    for (int a = 0; a < ITEMS; a++)
        for (int b = 0; b < ITEMS; b++) {
            all += v[a][b];
            if (a == b) trace += v[a][b];
        }
    return ITEMS / (ITEMS - 1.0) * (1 - trace / all);
}

/* The delta method with numeric derivatives; covariances of normal scores vary by v_ac v_bd + v_ad v_bc over n. */
static double numeric_se(double v[ITEMS][ITEMS])
{
    double gradient[ITEMS][ITEMS], sum = 0, h = 1e-5;
    for (int a = 0; a < ITEMS; a++)
        for (int b = 0; b < ITEMS; b++) {
            double old = v[a][b];
            v[a][b] = old + h;
            gradient[a][b] = alpha_by_definition(v);
            v[a][b] = old - h;
            gradient[a][b] = (gradient[a][b] - alpha_by_definition(v)) / (2 * h);
            v[a][b] = old;
        }
    for (int a = 0; a < ITEMS; a++)
        for (int b = 0; b < ITEMS; b++)
            for (int c = 0; c < ITEMS; c++)
                for (int d = 0; d < ITEMS; d++)
                    sum += gradient[a][b] * gradient[c][d] * (v[a][c] * v[b][d] + v[a][d] * v[b][c]);
    return sqrt(sum / N);
}

static void test_alpha_by_definition(void)
{
    double v[ITEMS][ITEMS];
    struct cc_alpha_item items[ITEMS];
    struct cc_alpha a = alpha_of(N, ITEMS, SCALE, items);
    covariance(SCALE, v);
    NEAR(a.alpha, alpha_by_definition(v), 1e-12);
    NEAR(a.se, numeric_se(v), 1e-7);
    OK(!a.binary && a.constant == 0);
    for (int drop = 0; drop < ITEMS; drop++) {
        double left[N * (ITEMS - 1)], rest[N] = { 0 }, own[N];
        for (int i = 0; i < N; i++)
            for (int j = 0, at = 0; j < ITEMS; j++) {
                if (j == drop) {
                    own[i] = SCALE[i * ITEMS + j];
                    continue;
                }
                rest[i] += left[i * (ITEMS - 1) + at++] = SCALE[i * ITEMS + j];
            }
        NEAR(items[drop].if_deleted, alpha_of(N, ITEMS - 1, left, NULL).alpha, 1e-12);
        double mo = 0, mr = 0, oo = 0, rr = 0, ro = 0;
        for (int i = 0; i < N; i++) {
            mo += own[i] / N;
            mr += rest[i] / N;
        }
        for (int i = 0; i < N; i++) {
            oo += (own[i] - mo) * (own[i] - mo);
            rr += (rest[i] - mr) * (rest[i] - mr);
            ro += (own[i] - mo) * (rest[i] - mr);
        }
        NEAR(items[drop].mean, mo, 1e-13);
        NEAR(items[drop].sd, sqrt(oo / (N - 1)), 1e-13);
        NEAR(items[drop].item_rest, ro / sqrt(oo * rr), 1e-12);
    }
}

static void test_alpha_laws(void)
{
    double moved[N * ITEMS], z[N * ITEMS], v[ITEMS][ITEMS], binary[N * ITEMS], p[ITEMS] = { 0 }, sums[N] = { 0 };
    covariance(SCALE, v);
    for (int i = 0; i < N * ITEMS; i++) {
        moved[i] = SCALE[i] + 1000 * (i % ITEMS);
        z[i] = SCALE[i] / sqrt(v[i % ITEMS][i % ITEMS]);
        binary[i] = SCALE[i] > 2;
        p[i % ITEMS] += binary[i] / N;
        sums[i / ITEMS] += binary[i];
    }
    struct cc_alpha a = alpha_of(N, ITEMS, SCALE, NULL), b = alpha_of(N, ITEMS, moved, NULL);
    NEAR(b.alpha, a.alpha, 1e-11);
    NEAR(b.se, a.se, 1e-9);
    NEAR(a.standardised, alpha_of(N, ITEMS, z, NULL).alpha, 1e-12);
    /* Feldt's interval is that of ICC(3,k). */
    struct cc_icc r = icc_of(N, ITEMS, SCALE, CC_ICC_3_K);
    NEAR(a.alpha, r.icc, 1e-12);
    NEAR(a.feldt_lower, r.lower, 1e-10);
    NEAR(a.feldt_upper, r.upper, 1e-10);
    /* Kuder and Richardson's formula 20, with variances over n. */
    double pq = 0, mean = 0, variance = 0;
    for (int j = 0; j < ITEMS; j++) pq += p[j] * (1 - p[j]);
    for (int i = 0; i < N; i++) mean += sums[i] / N;
    for (int i = 0; i < N; i++) variance += (sums[i] - mean) * (sums[i] - mean) / N;
    struct cc_alpha c = alpha_of(N, ITEMS, binary, NULL);
    OK(c.binary);
    NEAR(c.alpha, ITEMS / (ITEMS - 1.0) * (1 - pq / variance), 1e-12);
}

static void test_alpha_edges(void)
{
    struct cc_alpha a;
    struct cc_alpha_item items[3];
    const double flat[9] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, one[9] = { 1, 0, 1, 0, 0, 1, 1, 0, 0 },
                 opposed[8] = { 1, 0, 0, 1, 1, 0, 0, 1 }, bad[4] = { 1, INFINITY, 0, 1 };
    OK(cc_alpha_estimate(3, 3, flat, 0.95, &a, items) == CC_UNDEFINED && isnan(a.alpha) && a.constant == 3);
    OK(items[1].sd == 0 && isnan(items[1].item_rest) && isnan(items[1].if_deleted) && items[1].mean == 0.1);
    OK(cc_alpha_estimate(3, 3, one, 0.95, &a, items) == CC_OK && a.constant == 1 && isnan(a.standardised) && a.binary);
    OK(isnan(items[1].item_rest) && !isnan(items[1].if_deleted) && !isnan(a.feldt_lower));
    OK(cc_alpha_estimate(4, 2, opposed, 0.95, &a, NULL) == CC_UNDEFINED && isnan(a.alpha)); /* the sum is always 1 */
    OK(cc_alpha_estimate(1, 2, one, 0.95, &a, items) == CC_UNDEFINED && isnan(items[0].mean));
    OK(cc_alpha_estimate(2, 1, one, 0.95, &a, NULL) == CC_UNDEFINED);
    OK(cc_alpha_estimate(2, 2, bad, 0.95, &a, NULL) == CC_EDOMAIN);
    OK(cc_alpha_estimate(3, 3, one, 0, &a, NULL) == CC_EDOMAIN);
}

/* ---- coverage ---- */

struct design {
    size_t n, k;
    double subject, rater, noise; /* standard deviations */
};

enum { FELDT = CC_ICC_FORMS, DUHACHEK, INTERVALS };

/* How often each interval holds the truth, of normal scores. */
static void simulate(struct design d, int rounds, gsl_rng *rng, double held[INTERVALS])
{
    double k = (double)d.k, s2 = d.subject * d.subject, r2 = d.rater * d.rater, e2 = d.noise * d.noise;
    double agreement = s2 / (s2 + r2 + e2), consistency = s2 / (s2 + e2);
    double truth[INTERVALS] = { agreement, agreement, consistency };
    for (int f = 0; f < 3; f++) truth[f + 3] = k * truth[f] / (1 + (k - 1) * truth[f]);
    truth[FELDT] = truth[DUHACHEK] = truth[CC_ICC_3_K];
    double *x = calloc(d.n * d.k, sizeof *x);
    memset(held, 0, INTERVALS * sizeof *held);
    for (int i = 0; i < rounds; i++) {
        double raters[16];
        for (size_t j = 0; j < d.k; j++) raters[j] = gsl_ran_gaussian(rng, d.rater);
        for (size_t s = 0; s < d.n; s++) {
            double subject = gsl_ran_gaussian(rng, d.subject);
            for (size_t j = 0; j < d.k; j++) x[s * d.k + j] = subject + raters[j] + gsl_ran_gaussian(rng, d.noise);
        }
        struct cc_icc_squares ms;
        struct cc_icc r;
        struct cc_alpha a;
        OK(cc_icc_squares(d.n, d.k, x, &ms) == CC_OK && cc_alpha_estimate(d.n, d.k, x, 0.95, &a, NULL) == CC_OK);
        for (int f = 0; f < CC_ICC_FORMS; f++) {
            OK(cc_icc_estimate(&ms, (enum cc_icc_form)f, 0.95, &r) == CC_OK);
            held[f] += r.lower <= truth[f] && truth[f] <= r.upper;
        }
        held[FELDT] += a.feldt_lower <= truth[FELDT] && truth[FELDT] <= a.feldt_upper;
        held[DUHACHEK] += a.duhachek_lower <= truth[DUHACHEK] && truth[DUHACHEK] <= a.duhachek_upper;
    }
    for (int f = 0; f < INTERVALS; f++) held[f] /= rounds;
    free(x);
}

/* The values of report/handbook/agree.md. 0.95 is exact for ICC(3) and Feldt, and for ICC(1) where raters do not
 * differ; the others were measured with MEASURED rounds. */
enum { MEASURED = 50000 };

static void test_coverage(int rounds)
{
    static const struct {
        struct design d;
        double want[INTERVALS];
    } rows[] = {
        { { 20, 4, 1, 0, 1 }, { 0.95, 0.9505, 0.95, 0.95, 0.9505, 0.95, 0.95, 0.9337 } },
        { { 100, 4, 1, 0, 1 }, { 0.95, 0.9507, 0.95, 0.95, 0.9507, 0.95, 0.95, 0.9465 } },
        { { 20, 4, 1, 0.5, 1 }, { 0.9346, 0.9501, 0.95, 0.9346, 0.9501, 0.95, 0.95, 0.9337 } },
        { { 100, 4, 1, 0.5, 1 }, { 0.8569, 0.9445, 0.95, 0.8569, 0.9445, 0.95, 0.95, 0.9465 } },
    };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 11);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double held[INTERVALS];
        simulate(rows[i].d, rounds, rng, held);
        for (int f = 0; f < INTERVALS; f++) {
            double want = rows[i].want[f];
            double variance = want * (1 - want) * (1.0 / rounds + (want == 0.95 ? 0 : 1.0 / MEASURED));
            if (OK(fabs(held[f] - want) <= 3 * sqrt(variance))) continue;
            printf("#   row %zu, interval %d: %.4f, not %.4f\n", i, f, held[f], want);
        }
    }
    gsl_rng_free(rng);
}

int main(void)
{
    const char *times = getenv("CC_TEST_ROUNDS");
    test_f();
    test_published();
    test_squares();
    test_icc_laws();
    test_icc_edges();
    test_alpha_by_definition();
    test_alpha_laws();
    test_alpha_edges();
    test_coverage(200 * (times ? atoi(times) : 1));
    return tap_done();
}

/* Kappa, McNemar and Bowker: a second computation by definition, laws, and coverage by full enumeration. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "stats/screening/cc_icc.h"
#include "stats/screening/cc_kappa.h"
#include "stats/screening/cc_mcnemar.h"
#include "tests/tap.h"

enum { K = 4 };
static const int64_t TABLE[K * K] = { 37, 5, 2, 1, 8, 21, 4, 0, 3, 6, 17, 2, 1, 0, 5, 11 };

static struct cc_kappa kappa(size_t k, const int64_t *counts, enum cc_kappa_weights w)
{
    struct cc_kappa out;
    OK(cc_kappa_cohen(k, counts, w, 0.95, &out) == CC_OK);
    return out;
}

/* ---- by definition ---- */

static double weight(enum cc_kappa_weights w, int i, int j)
{
    double d = abs(i - j) / (double)(K - 1);
    return w == CC_KAPPA_UNWEIGHTED ? i == j : w == CC_KAPPA_LINEAR ? 1 - d : 1 - d * d;
}

static double kappa_of(const double p[K * K], enum cc_kappa_weights w)
{
    double row[K] = { 0 }, column[K] = { 0 }, all = 0, po = 0, pe = 0;
    for (int i = 0; i < K * K; i++) all += p[i];
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) {
            row[i] += p[i * K + j] / all;
            column[j] += p[i * K + j] / all;
            po += weight(w, i, j) * p[i * K + j] / all;
        }
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) pe += weight(w, i, j) * row[i] * column[j];
    return (po - pe) / (1 - pe);
}

/* The delta method with numeric derivatives, of a multinomial with shares p. */
static double numeric_se(const double p[K * K], enum cc_kappa_weights w, double n)
{
    double gradient[K * K], mean = 0, square = 0, h = 1e-5;
    for (int c = 0; c < K * K; c++) {
        double up[K * K], down[K * K];
        memcpy(up, p, sizeof up);
        memcpy(down, p, sizeof down);
        up[c] += h;
        down[c] -= h;
        gradient[c] = (kappa_of(up, w) - kappa_of(down, w)) / (2 * h);
        mean += p[c] * gradient[c];
        square += p[c] * gradient[c] * gradient[c];
    }
    return sqrt((square - mean * mean) / n);
}

static void test_by_definition(void)
{
    double p[K * K], chance[K * K] = { 0 }, row[K] = { 0 }, column[K] = { 0 }, n = 0;
    for (int i = 0; i < K * K; i++) n += (double)TABLE[i];
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) {
            p[i * K + j] = (double)TABLE[i * K + j] / n;
            row[i] += p[i * K + j];
            column[j] += p[i * K + j];
        }
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) chance[i * K + j] = row[i] * column[j];
    for (int w = 0; w < 3; w++) {
        struct cc_kappa got = kappa(K, TABLE, (enum cc_kappa_weights)w);
        OK(got.n == (int64_t)n);
        NEAR(got.kappa, kappa_of(p, (enum cc_kappa_weights)w), 1e-13);
        NEAR(got.se, numeric_se(p, (enum cc_kappa_weights)w, n), 1e-7);
        NEAR(got.se_null, numeric_se(chance, (enum cc_kappa_weights)w, n), 1e-7);
        NEAR(got.upper - got.lower, 2 * 1.959963984540054 * got.se, 1e-12);
        NEAR(got.z, got.kappa / got.se_null, 1e-14);
    }
}

/* ---- laws ---- */

static void test_laws(void)
{
    int64_t turned[K * K], backwards[K * K], two[] = { 37, 5, 11, 158 };
    for (int i = 0; i < K; i++)
        for (int j = 0; j < K; j++) {
            turned[j * K + i] = TABLE[i * K + j];
            backwards[(K - 1 - i) * K + K - 1 - j] = TABLE[i * K + j];
        }
    for (int w = 0; w < 3; w++) {
        struct cc_kappa a = kappa(K, TABLE, (enum cc_kappa_weights)w), b = kappa(K, turned, (enum cc_kappa_weights)w),
                        c = kappa(K, backwards, (enum cc_kappa_weights)w);
        NEAR(b.kappa, a.kappa, 1e-13);
        NEAR(b.se, a.se, 1e-12);
        NEAR(b.se_null, a.se_null, 1e-12);
        NEAR(c.kappa, a.kappa, 1e-13);
        NEAR(c.se, a.se, 1e-12);
        NEAR(kappa(2, two, (enum cc_kappa_weights)w).se, kappa(2, two, CC_KAPPA_UNWEIGHTED).se, 1e-15);
    }
    struct cc_interval pabak;
    OK(cc_kappa_pabak(2, two, 0.95, &pabak) == CC_OK);
    NEAR(pabak.estimate, 2 * (37 + 158) / 211.0 - 1, 1e-14);
    OK(pabak.lower < pabak.estimate && pabak.estimate < pabak.upper);
}

/* Quadratic kappa is the intraclass correlation of absolute agreement, but for terms of 1/n. */
static void test_kappa_near_icc(void)
{
    size_t n = 0;
    double scores[2 * 4096];
    for (int i = 0; i < K * K; i++)
        for (int64_t c = 0; c < 30 * TABLE[i]; c++, n++) {
            scores[2 * n] = i / K;
            scores[2 * n + 1] = i % K;
        }
    struct cc_icc_squares ms;
    struct cc_icc r;
    OK(cc_icc_squares(n, 2, scores, &ms) == CC_OK && cc_icc_estimate(&ms, CC_ICC_2_1, 0.95, &r) == CC_OK);
    OK(fabs(kappa(K, TABLE, CC_KAPPA_QUADRATIC).kappa - r.icc) < 1.0 / (double)n);
}

static void test_edges(void)
{
    struct cc_kappa k;
    const int64_t none[4] = { 0 }, one[4] = { 30, 0, 0, 0 }, constant[4] = { 37, 0, 5, 0 }, full[4] = { 13, 0, 0, 4 },
                  negative[4] = { 1, -1, 0, 0 }, huge[4] = { INT64_MAX, 1, 0, 0 };
    OK(cc_kappa_cohen(2, none, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_UNDEFINED && isnan(k.kappa) && isnan(k.se));
    OK(cc_kappa_cohen(2, one, CC_KAPPA_LINEAR, 0.95, &k) == CC_UNDEFINED && isnan(k.kappa) && k.observed == 1);
    OK(cc_kappa_cohen(1, one, CC_KAPPA_LINEAR, 0.95, &k) == CC_UNDEFINED && isnan(k.kappa));
    OK(cc_kappa_cohen(2, constant, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_OK && k.kappa == 0 && k.se == 0 && isnan(k.z));
    OK(cc_kappa_cohen(2, full, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_OK && k.kappa == 1 && k.se == 0 && k.z > 4);
    OK(cc_kappa_cohen(2, negative, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_EDOMAIN);
    OK(cc_kappa_cohen(2, huge, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_EDOMAIN && isnan(k.kappa));
    OK(cc_kappa_cohen(0, one, CC_KAPPA_UNWEIGHTED, 0.95, &k) == CC_EDOMAIN);
    OK(cc_kappa_cohen(2, full, CC_KAPPA_UNWEIGHTED, 1, &k) == CC_EDOMAIN);
    struct cc_interval ci;
    OK(cc_kappa_pabak(2, none, 0.95, &ci) == CC_UNDEFINED && isnan(ci.estimate));
    OK(cc_kappa_pabak(1, one, 0.95, &ci) == CC_EDOMAIN);
}

/* All 16 zero patterns of a 2 x 2 table, and its multiples. */
static void test_zero_patterns(void)
{
    for (int pattern = 0; pattern < 16; pattern++)
        for (int64_t size = 1; size < 1000000000; size *= 997) {
            int64_t n[4];
            struct cc_kappa k;
            struct cc_mcnemar m;
            for (int i = 0; i < 4; i++) n[i] = pattern >> i & 1 ? size * (3 + i) : 0;
            enum cc_status st = cc_kappa_cohen(2, n, CC_KAPPA_UNWEIGHTED, 0.95, &k);
            OK(st == CC_OK ? k.kappa >= -1 && k.kappa <= 1 && k.se >= 0 && k.lower <= k.kappa : isnan(k.kappa));
            OK(cc_mcnemar_test(n[1], n[2], 0.95, &m) == CC_OK && m.p_exact >= m.p_midp && m.p_exact <= 1);
            OK(n[1] + n[2] ? m.odds_ratio.lower <= m.odds_ratio.estimate && m.odds_ratio.estimate <= m.odds_ratio.upper
                           : isnan(m.odds_ratio.estimate) && isnan(m.chi2) && m.p_exact == 1);
        }
}

/* ---- Fleiss ---- */

static void test_fleiss(void)
{
    enum { N = 9, M = 5, C = 3 };
    static const int rating[N][M] = { { 0, 0, 1, 0, 2 }, { 1, 1, 1, 1, 1 }, { 2, 2, 0, 2, 1 }, { 0, 0, 0, 0, 0 },
                                      { 1, 2, 1, 1, 0 }, { 2, 2, 2, 2, 2 }, { 0, 1, 0, 0, 0 }, { 1, 1, 2, 1, 1 },
                                      { 0, 0, 0, 1, 0 } };
    int64_t votes[N * C] = { 0 };
    double same = 0, pairs = 0, share[C] = { 0 }, chance = 0;
    for (int i = 0; i < N; i++)
        for (int a = 0; a < M; a++) {
            votes[i * C + rating[i][a]]++;
            share[rating[i][a]] += 1.0 / (N * M);
            for (int b = 0; b < a; b++, pairs++) same += rating[i][a] == rating[i][b];
        }
    for (int j = 0; j < C; j++) chance += share[j] * share[j];
    struct cc_kappa k;
    OK(cc_kappa_fleiss(N, C, votes, 0.95, &k) == CC_OK && k.n == N);
    NEAR(k.observed, same / pairs, 1e-13);
    NEAR(k.kappa, (same / pairs - chance) / (1 - chance), 1e-13);
    /* With two categories the standard error depends on the numbers alone. */
    const int64_t two[] = { 3, 1, 0, 4, 2, 2, 4, 0, 4, 0, 1, 3 }, uneven[] = { 3, 1, 0, 3 }, alike[] = { 0, 2, 0, 2 };
    OK(cc_kappa_fleiss(6, 2, two, 0.95, &k) == CC_OK);
    NEAR(k.se, sqrt(2.0 / (6 * 4 * 3)), 1e-13);
    OK(cc_kappa_fleiss(2, 2, uneven, 0.95, &k) == CC_EDOMAIN && isnan(k.kappa));
    OK(cc_kappa_fleiss(2, 2, alike, 0.95, &k) == CC_UNDEFINED && isnan(k.kappa) && k.observed == 1);
    OK(cc_kappa_fleiss(0, 2, alike, 0.95, &k) == CC_EDOMAIN);
}

/* ---- McNemar and Bowker ---- */

static void test_mcnemar(void)
{
    for (int64_t b = 0; b < 13; b++)
        for (int64_t c = 0; c < 13; c++) {
            struct cc_mcnemar m, turned;
            double n = (double)(b + c), tail = 0, mass = 0, least = (double)(b < c ? b : c);
            for (double i = 0; i <= least; i++) tail += mass = gsl_ran_binomial_pdf((unsigned)i, 0.5, (unsigned)n);
            OK(cc_mcnemar_test(b, c, 0.9, &m) == CC_OK && cc_mcnemar_test(c, b, 0.9, &turned) == CC_OK);
            NEAR(m.p_exact, fmin(1, 2 * tail), 1e-12);
            NEAR(m.p_midp, fmin(1, 2 * (tail - mass / 2)), 1e-12);
            OK(turned.p_exact == m.p_exact && tap_near(turned.chi2, m.chi2, 1e-15));
            if (b == 0 || c == 0) continue;
            NEAR(turned.odds_ratio.lower, 1 / m.odds_ratio.upper, 1e-12);
            double p = m.odds_ratio.lower / (1 + m.odds_ratio.lower), q = m.odds_ratio.upper / (1 + m.odds_ratio.upper);
            NEAR(gsl_cdf_binomial_Q((unsigned)b - 1, p, (unsigned)n), 0.05, 1e-10);
            NEAR(gsl_cdf_binomial_P((unsigned)b, q, (unsigned)n), 0.05, 1e-10);
        }
    struct cc_mcnemar m;
    OK(cc_mcnemar_test(1500321, 1499100, 0.95, &m) == CC_OK);
    NEAR(m.p_exact, m.p_corrected, 1e-3); /* large counts: the corrected chi-square approaches the exact test */
    OK(cc_mcnemar_test(3000000, 1, 0.95, &m) == CC_OK && m.odds_ratio.upper > 1e8 && isfinite(m.odds_ratio.upper));
    OK(cc_mcnemar_test(-1, 1, 0.95, &m) == CC_EDOMAIN && isnan(m.p_exact));
    OK(cc_mcnemar_test(1, 1, 0, &m) == CC_EDOMAIN);
}

static void test_bowker(void)
{
    struct cc_bowker b;
    struct cc_mcnemar m;
    const int64_t two[] = { 5, 19, 7, 33 }, symmetric[] = { 5, 3, 0, 3, 9, 0, 0, 0, 2 };
    OK(cc_mcnemar_bowker(2, two, &b) == CC_OK && cc_mcnemar_test(19, 7, 0.95, &m) == CC_OK && b.df == 1);
    NEAR(b.chi2, m.chi2, 1e-14);
    NEAR(b.p_value, m.p_chi2, 1e-14);
    OK(cc_mcnemar_bowker(3, symmetric, &b) == CC_OK && b.chi2 == 0 && b.df == 1 && b.p_value == 1);
    OK(cc_mcnemar_bowker(1, two, &b) == CC_OK && b.df == 0 && b.p_value == 1);
    OK(cc_mcnemar_bowker(0, two, &b) == CC_EDOMAIN);
}

/* ---- coverage ---- */

/* How often the interval of kappa holds the true one: over all 2 x 2 tables of n children, each with its chance.
 * Tables in which kappa is undefined are left out. */
static double kappa_coverage(const double p[4], int n)
{
    double row = p[0] + p[1], column = p[0] + p[2], expected = row * column + (1 - row) * (1 - column);
    double truth = (p[0] + p[3] - expected) / (1 - expected), held = 0, all = 0;
    for (int a = 0; a <= n; a++)
        for (int b = 0; a + b <= n; b++)
            for (int c = 0; a + b + c <= n; c++) {
                const int64_t t[4] = { a, b, c, n - a - b - c };
                const unsigned u[4] = { (unsigned)a, (unsigned)b, (unsigned)c, (unsigned)(n - a - b - c) };
                struct cc_kappa k;
                if (cc_kappa_cohen(2, t, CC_KAPPA_UNWEIGHTED, 0.95, &k) != CC_OK) continue;
                double chance = gsl_ran_multinomial_pdf(4, p, u);
                all += chance;
                if (k.lower <= truth && truth <= k.upper) held += chance;
            }
    return held / all;
}

/* The values of report/handbook/agree.md. */
static void test_kappa_coverage(void)
{
    static const struct {
        double p[4];
        double at_20, at_50;
    } rows[] = {
        { { 0.4, 0.1, 0.1, 0.4 }, 0.9150, 0.9362 },
        { { 0.15, 0.05, 0.05, 0.75 }, 0.8251, 0.9147 },
        { { 0.05, 0.02, 0.03, 0.9 }, 0.4594, 0.7905 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double at_20 = kappa_coverage(rows[i].p, 20), at_50 = kappa_coverage(rows[i].p, 50);
        if (!OK(fabs(at_20 - rows[i].at_20) < 1e-4 && fabs(at_50 - rows[i].at_50) < 1e-4))
            printf("#   row %zu: %.4f %.4f\n", i, at_20, at_50);
    }
}

/* The exact limits of the odds ratio hold at least as often as they say, for each number of differing pairs. */
static void test_odds_coverage(void)
{
    for (int n = 1; n <= 40; n += 3)
        for (double share = 0.03; share < 1; share += 0.07) {
            double held = 0;
            for (int x = 0; x <= n; x++) {
                struct cc_mcnemar m;
                OK(cc_mcnemar_test(x, n - x, 0.95, &m) == CC_OK);
                double ratio = share / (1 - share);
                if (m.odds_ratio.lower <= ratio && ratio <= m.odds_ratio.upper)
                    held += gsl_ran_binomial_pdf((unsigned)x, share, (unsigned)n);
            }
            OK(held >= 0.95);
        }
}

/* The standard error of Fleiss' kappa without agreement beyond chance, against simulated ratings by chance. */
static void test_fleiss_simulated(int rounds)
{
    enum { N = 40, M = 4, C = 3 };
    static const double p[C] = { 0.5, 0.3, 0.2 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    int rejected = 0;
    for (int i = 0; i < rounds; i++) {
        int64_t votes[N * C];
        struct cc_kappa k;
        for (int s = 0; s < N; s++) {
            unsigned v[C];
            gsl_ran_multinomial(rng, C, M, p, v);
            for (int j = 0; j < C; j++) votes[s * C + j] = v[j];
        }
        OK(cc_kappa_fleiss(N, C, votes, 0.95, &k) == CC_OK);
        rejected += k.p_value < 0.05;
    }
    gsl_rng_free(rng);
    double rate = rejected / (double)rounds;
    if (!OK(fabs(rate - 0.05) < 3 * sqrt(0.05 * 0.95 / rounds) + 0.005)) printf("#   rejected %.4f\n", rate);
}

int main(void)
{
    const char *times = getenv("CC_TEST_ROUNDS");
    test_by_definition();
    test_laws();
    test_kappa_near_icc();
    test_edges();
    test_zero_patterns();
    test_fleiss();
    test_mcnemar();
    test_bowker();
    test_kappa_coverage();
    test_odds_coverage();
    test_fleiss_simulated(400 * (times ? atoi(times) : 1));
    return tap_done();
}

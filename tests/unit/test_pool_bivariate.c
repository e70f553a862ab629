/* Pooling sensitivity and false positive rate at once: the likelihood against its definition with whole matrices, no
 * better point around the optimum, laws, boundaries. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

#include "stats/screening/cc_pool_bivariate.h"
#include "tests/tap.h"

enum { K = 7 };

static const double TABLES[K][4] = { { 47, 9, 101, 738 }, { 126, 51, 272, 1543 }, { 19, 10, 12, 192 },
    { 36, 3, 78, 276 }, { 130, 19, 211, 959 }, { 84, 2, 68, 89 }, { 34, 1, 21, 56 } };

static void make_pairs(struct cc_pool_pair *s, size_t k)
{
    for (size_t i = 0; i < k; i++) {
        const double *t = TABLES[i];
        OK(cc_pool_proportion(t[0], t[0] + t[1], CC_POOL_LOGIT, &s[i].sens) == CC_OK);
        OK(cc_pool_proportion(t[2], t[2] + t[3], CC_POOL_LOGIT, &s[i].fpr) == CC_OK);
    }
}

static double log_det(gsl_matrix *m, gsl_permutation *p)
{
    int sign;
    gsl_linalg_LU_decomp(m, p, &sign);
    return gsl_linalg_LU_lndet(m);
}

/* Generalised least squares with the whole covariance matrix of 2k logits. */
static double by_matrices(const struct cc_pool_pair *s, size_t k, bool reml, struct cc_pool_sym2 m)
{
    gsl_matrix *v = gsl_matrix_calloc(2 * k, 2 * k), *x = gsl_matrix_calloc(2 * k, 2);
    gsl_matrix *vx = gsl_matrix_calloc(2 * k, 2), *xvx = gsl_matrix_calloc(2, 2);
    gsl_vector *y = gsl_vector_calloc(2 * k), *r = gsl_vector_calloc(2 * k), *xvy = gsl_vector_calloc(2),
               *mean = gsl_vector_calloc(2);
    gsl_permutation *p = gsl_permutation_alloc(2 * k), *p2 = gsl_permutation_alloc(2);
    for (size_t i = 0; i < k; i++) {
        size_t a = 2 * i, b = a + 1;
        gsl_matrix_set(v, a, a, m.aa + s[i].sens.v);
        gsl_matrix_set(v, b, b, m.bb + s[i].fpr.v);
        gsl_matrix_set(v, a, b, m.ab);
        gsl_matrix_set(v, b, a, m.ab);
        gsl_matrix_set(x, a, 0, 1);
        gsl_matrix_set(x, b, 1, 1);
        gsl_vector_set(y, a, s[i].sens.y);
        gsl_vector_set(y, b, s[i].fpr.y);
    }
    double twice = log_det(v, p), n = 2 * (double)k;
    for (size_t c = 0; c < 2; c++) {
        gsl_vector_view from = gsl_matrix_column(x, c), to = gsl_matrix_column(vx, c);
        gsl_linalg_LU_solve(v, p, &from.vector, &to.vector);
    }
    for (size_t i = 0; i < 2 * k; i++)
        for (size_t c = 0; c < 2; c++) {
            gsl_vector_set(xvy, c, gsl_vector_get(xvy, c) + gsl_matrix_get(vx, i, c) * gsl_vector_get(y, i));
            for (size_t d = 0; d < 2; d++) {
                double more = gsl_matrix_get(x, i, c) * gsl_matrix_get(vx, i, d);
                gsl_matrix_set(xvx, c, d, gsl_matrix_get(xvx, c, d) + more);
            }
        }
    double information = log_det(xvx, p2);
    gsl_linalg_LU_solve(xvx, p2, xvy, mean);
    for (size_t i = 0; i < 2 * k; i++) gsl_vector_set(y, i, gsl_vector_get(y, i) - gsl_vector_get(mean, i % 2));
    gsl_linalg_LU_solve(v, p, y, r);
    for (size_t i = 0; i < 2 * k; i++) twice += gsl_vector_get(y, i) * gsl_vector_get(r, i);
    twice += (reml ? n - 2 : n) * log(2 * M_PI);
    if (reml) twice += information - 2 * log((double)k);
    gsl_matrix_free(v), gsl_matrix_free(x), gsl_matrix_free(vx), gsl_matrix_free(xvx);
    gsl_vector_free(y), gsl_vector_free(r), gsl_vector_free(xvy), gsl_vector_free(mean);
    gsl_permutation_free(p), gsl_permutation_free(p2);
    return -twice / 2;
}

static void test_definition(void)
{
    static const struct cc_pool_sym2 m[] = { { 0, 0, 0 }, { 1.3, .4, .5 }, { .2, -.1, .3 }, { 4, 2, 1 }, { 0, 0, .7 } };
    struct cc_pool_pair s[K];
    make_pairs(s, K);
    for (size_t i = 0; i < sizeof m / sizeof *m; i++)
        for (int reml = 0; reml < 2; reml++)
            NEAR(cc_bivariate_log_likelihood(s, K, reml, m[i]), by_matrices(s, K, reml, m[i]), 1e-11);
}

/* Neither a grid over all covariance matrices nor small steps around the optimum find a better one. */
static void test_optimum(void)
{
    struct cc_pool_pair s[K];
    struct cc_bivariate b;
    make_pairs(s, K);
    for (int reml = 0; reml < 2; reml++) {
        OK(cc_bivariate_fit(s, K, reml, &b) == CC_OK);
        double most = cc_bivariate_log_likelihood(s, K, reml, b.between), found = most;
        NEAR(b.log_likelihood, most, 1e-12);
        for (int i = 0; i <= 30; i++)
            for (int j = 0; j <= 30; j++)
                for (int r = -20; r <= 20; r++) {
                    double a = i * .1, c = j * .05;
                    struct cc_pool_sym2 m = { a, .05 * r * sqrt(a * c), c };
                    found = fmax(found, cc_bivariate_log_likelihood(s, K, reml, m));
                }
        for (int i = 0; i < 27; i++) {
            struct cc_pool_sym2 m = b.between;
            m.aa *= 1 + 1e-3 * (i % 3 - 1);
            m.ab *= 1 + 1e-3 * (i / 3 % 3 - 1);
            m.bb *= 1 + 1e-3 * (i / 9 - 1);
            if (m.aa * m.bb > m.ab * m.ab) found = fmax(found, cc_bivariate_log_likelihood(s, K, reml, m));
        }
        OK(found <= most + 1e-10);
    }
}

static void test_laws(void)
{
    struct cc_pool_pair s[K], turned[K], swapped[K];
    struct cc_bivariate b, t, w;
    make_pairs(s, K);
    for (size_t i = 0; i < K; i++) {
        turned[i] = s[K - 1 - i];
        swapped[i] = (struct cc_pool_pair){ s[i].fpr, s[i].sens };
    }
    OK(cc_bivariate_fit(s, K, true, &b) == CC_OK && cc_bivariate_fit(turned, K, true, &t) == CC_OK
       && cc_bivariate_fit(swapped, K, true, &w) == CC_OK && !b.boundary && b.k == K);
    NEAR(t.sens, b.sens, 1e-8);
    NEAR(t.rho, b.rho, 1e-6);
    NEAR(w.fpr, b.sens, 1e-8);
    NEAR(w.between.bb, b.between.aa, 1e-6);
    NEAR(w.var.ab, b.var.ab, 1e-6);
    NEAR(w.log_likelihood, b.log_likelihood, 1e-12);
}

/* Studies that agree: two weighted means, each by itself. */
static void test_homogeneous(void)
{
    struct cc_pool_pair s[K];
    struct cc_pool_effect sens[K], fpr[K];
    struct cc_bivariate b;
    struct cc_pooled a, c;
    for (size_t i = 0; i < K; i++) {
        sens[i] = (struct cc_pool_effect){ 1.4 + .01 * (double)(i % 3), .1 + .03 * (double)i };
        fpr[i] = (struct cc_pool_effect){ -2 + .01 * (double)(i % 2), .05 + .02 * (double)i };
        s[i] = (struct cc_pool_pair){ sens[i], fpr[i] };
    }
    OK(cc_pool_fit(CC_POOL_EE, sens, K, &a) == CC_OK && cc_pool_fit(CC_POOL_EE, fpr, K, &c) == CC_OK);
    for (int reml = 0; reml < 2; reml++) {
        OK(cc_bivariate_fit(s, K, reml, &b) == CC_OK && b.boundary && isnan(b.rho));
        OK(b.between.aa == 0 && b.between.bb == 0 && b.between.ab == 0 && b.var.ab == 0);
        NEAR(b.sens, a.mean, 1e-12);
        NEAR(b.fpr, c.mean, 1e-12);
        NEAR(sqrt(b.var.aa), a.se, 1e-12);
    }
    for (size_t i = 0; i < K; i++) s[i].sens.y += i % 2 ? 2 : -2; /* only one of them differs */
    OK(cc_bivariate_fit(s, K, true, &b) == CC_OK && b.boundary && b.between.aa > 1);
    OK(isnan(b.rho) == (b.between.bb == 0));
    for (size_t i = 0; i < K; i++) s[i].fpr.y += i % 2 ? 1 : -1; /* both do, by one thing */
    OK(cc_bivariate_fit(s, K, true, &b) == CC_OK && b.boundary && b.rho > 1 - 1e-9);
}

/* Uneven studies whose likelihood has several maxima: the best is found, whichever measure comes first. */
static void test_several_maxima(void)
{
    static const double t[][4] = { { 2786, 23890, 23831, 17857 }, { 4121, 1639, 42340, 0 }, { 0, 707, 54, 453 },
        { 0, 7, 10, 0 }, { 5, 0, 80, 1 }, { 0, 4, 8, 3 } };
    enum { N = sizeof t / sizeof *t };
    struct cc_pool_pair s[N], swapped[N];
    struct cc_bivariate b, w;
    for (size_t i = 0; i < N; i++) {
        OK(cc_pool_proportion(t[i][0] + .5, t[i][0] + t[i][1] + 1, CC_POOL_LOGIT, &s[i].sens) == CC_OK);
        OK(cc_pool_proportion(t[i][2] + .5, t[i][2] + t[i][3] + 1, CC_POOL_LOGIT, &s[i].fpr) == CC_OK);
        swapped[i] = (struct cc_pool_pair){ s[i].fpr, s[i].sens };
    }
    OK(cc_bivariate_fit(s, N, false, &b) == CC_OK && cc_bivariate_fit(swapped, N, false, &w) == CC_OK);
    NEAR(w.log_likelihood, b.log_likelihood, 1e-7);
    double found = b.log_likelihood;
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++)
            for (int r = -20; r <= 20; r++) {
                double a = pow(1.5, i - 24), c = pow(1.5, j - 24);
                struct cc_pool_sym2 m = { a, .05 * r * sqrt(a * c), c };
                found = fmax(found, cc_bivariate_log_likelihood(s, N, false, m));
            }
    OK(found <= b.log_likelihood + 1e-7);
}

static void test_curve(void)
{
    struct cc_pool_pair s[K];
    struct cc_bivariate b;
    make_pairs(s, K);
    OK(cc_bivariate_fit(s, K, true, &b) == CC_OK);
    struct cc_hsroc h = cc_bivariate_hsroc(&b);
    double at = cc_pool_back(b.fpr, CC_POOL_LOGIT, 0);
    NEAR(cc_bivariate_sroc(&b, at), cc_pool_back(b.sens, CC_POOL_LOGIT, 0), 1e-12);
    for (int i = 1; i < 10; i++) {
        double x = log(i / (10. - i)), y = h.lambda * exp(-h.beta / 2) + exp(-h.beta) * x;
        NEAR(cc_bivariate_sroc(&b, i / 10.), cc_pool_back(y, CC_POOL_LOGIT, 0), 1e-12);
    }
    OK(isnan(cc_bivariate_sroc(&b, 0)) && isnan(cc_bivariate_sroc(&b, 1)));
    NEAR(h.var_theta + h.var_alpha / 4, sqrt(b.between.aa * b.between.bb), 1e-12);
    for (int i = 0; i < 12; i++) { /* all of the border is equally far, in standard errors */
        double fpr, sens, d = b.var.aa * b.var.bb - b.var.ab * b.var.ab;
        cc_bivariate_region(&b, CC_POOL_CONFIDENCE, .95, i * .5, &fpr, &sens);
        double x = log(fpr / (1 - fpr)) - b.fpr, y = log(sens / (1 - sens)) - b.sens;
        NEAR((b.var.bb * y * y - 2 * b.var.ab * x * y + b.var.aa * x * x) / d, 5.991464547107979, 1e-9);
    }
}

static void test_refusals(void)
{
    struct cc_pool_pair s[K];
    struct cc_bivariate b;
    make_pairs(s, K);
    OK(cc_bivariate_fit(s, 1, true, &b) == CC_UNDEFINED && isnan(b.sens) && isnan(b.rho));
    OK(cc_bivariate_fit(s, 0, false, &b) == CC_UNDEFINED);
    OK(cc_bivariate_fit(s, 2, false, &b) == CC_OK && isfinite(b.sens) && b.boundary);
    OK(isnan(cc_bivariate_hsroc(&(struct cc_bivariate){ .between = { 1, 0, 0 } }).beta));
    s[2].fpr.v = 0;
    OK(cc_bivariate_fit(s, K, true, &b) == CC_EDOMAIN && isnan(b.log_likelihood));
}

int main(void)
{
    gsl_set_error_handler_off();
    test_definition();
    test_optimum();
    test_laws();
    test_homogeneous();
    test_several_maxima();
    test_curve();
    test_refusals();
    return tap_done();
}

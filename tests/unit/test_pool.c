/* Pooling one measure: against the definition of each model, laws, and what cannot be pooled. */
#include <gsl/gsl_errno.h>

#include "stats/screening/cc_pool.h"
#include "tests/tap.h"

enum { MODELS = CC_POOL_REML + 1, K = 6 };

/* Uneven studies that do not agree, a bit different in each round. */
static void make_studies(struct cc_pool_effect *e, size_t k, unsigned round)
{
    unsigned long x = 12345u + 7919u * round;
    for (size_t i = 0; i < k; i++) {
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        e[i].y = 1.3 + 2 * ((double)(x >> 8) / 8388608.) * (round % 3);
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        e[i].v = .02 + .6 * (double)(x >> 8) / 8388608.;
    }
}

static double restricted(const struct cc_pool_effect *e, size_t k, double tau2)
{
    double w = 0, wy = 0, l = 0;
    for (size_t i = 0; i < k; i++) {
        w += 1 / (e[i].v + tau2);
        wy += e[i].y / (e[i].v + tau2);
    }
    for (size_t i = 0; i < k; i++)
        l -= .5 * (log(e[i].v + tau2) + (e[i].y - wy / w) * (e[i].y - wy / w) / (e[i].v + tau2));
    return l - .5 * log(w);
}

static double generalised_q(const struct cc_pool_effect *e, size_t k, double tau2)
{
    double w = 0, wy = 0, q = 0;
    for (size_t i = 0; i < k; i++) {
        w += 1 / (e[i].v + tau2);
        wy += e[i].y / (e[i].v + tau2);
    }
    for (size_t i = 0; i < k; i++) q += (e[i].y - wy / w) * (e[i].y - wy / w) / (e[i].v + tau2);
    return q;
}

/* No tau2 of a fine grid is more likely; Paule and Mandel's makes Q what is expected of it. */
static void test_definitions(void)
{
    for (unsigned round = 0; round < 60; round++) {
        struct cc_pool_effect e[K];
        struct cc_pooled p;
        make_studies(e, K, round);
        OK(cc_pool_fit(CC_POOL_REML, e, K, &p) == CC_OK && p.tau2 >= 0);
        double best = restricted(e, K, p.tau2), most = best;
        for (int i = 0; i < 4000; i++) most = fmax(most, restricted(e, K, i * .0005));
        OK(most <= best + 1e-10);
        OK(cc_pool_fit(CC_POOL_PM, e, K, &p) == CC_OK);
        if (p.tau2 > 0) NEAR(generalised_q(e, K, p.tau2), K - 1., 1e-9);
        else OK(generalised_q(e, K, 0) <= K - 1.);
        OK(cc_pool_fit(CC_POOL_DL, e, K, &p) == CC_OK);
        OK(fabs(p.q - generalised_q(e, K, 0)) <= 1e-12 * (1 + p.q));
    }
}

/* Two far maxima: a cluster of exact studies, and one far away. The higher one is taken. */
static void test_two_maxima(void)
{
    static const struct cc_pool_effect e[] = { { 0, .0001 }, { .01, .0001 }, { -.01, .0001 }, { 9, 30 }, { -9, 30 },
                                               { 8, 30 } };
    struct cc_pooled p;
    OK(cc_pool_fit(CC_POOL_REML, e, K, &p) == CC_OK);
    double best = restricted(e, K, p.tau2);
    for (int i = -700; i < 300; i++) OK(restricted(e, K, pow(10, i / 50.)) <= best + 1e-9);
}

static void test_laws(void)
{
    for (int m = 0; m < MODELS; m++) {
        enum cc_pool_model model = (enum cc_pool_model)m;
        struct cc_pool_effect e[K], turned[K], same[K], many[K];
        struct cc_pooled p, q, one;
        make_studies(e, K, 5);
        for (size_t i = 0; i < K; i++) {
            turned[i] = e[K - 1 - i];
            same[i] = (struct cc_pool_effect){ .7, e[i].v };
            many[i] = (struct cc_pool_effect){ -3 * e[i].y + 2, 9 * e[i].v };
        }
        OK(cc_pool_fit(model, e, K, &p) == CC_OK && cc_pool_fit(model, turned, K, &q) == CC_OK);
        NEAR(q.mean, p.mean, 1e-12);
        NEAR(q.tau2, p.tau2, 1e-9);
        OK(cc_pool_fit(model, many, K, &q) == CC_OK); /* another unit, and zero */
        NEAR(q.mean, -3 * p.mean + 2, 1e-9);
        NEAR(q.tau2, 9 * p.tau2, 1e-9);
        NEAR(q.i2_percent, p.i2_percent, 1e-9);
        OK(cc_pool_fit(model, same, K, &q) == CC_OK && q.tau2 == 0 && q.i2_percent == 0 && q.q < 1e-25);
        NEAR(q.mean, .7, 1e-14);
        OK(cc_pool_fit(model, e, 1, &one) == CC_OK);
        NEAR(one.mean, e[0].y, 0);
        NEAR(one.se * one.se, e[0].v, 1e-14);
        OK(isnan(one.i2_percent) && isnan(one.h2) && one.q == 0 && one.q_p == 1);
        OK(isnan(one.tau2) == (model != CC_POOL_EE));
    }
}

static void test_scales(void)
{
    struct cc_pool_effect e;
    for (int s = CC_POOL_LOGIT; s <= CC_POOL_FREEMAN_TUKEY; s++) {
        enum cc_pool_scale scale = (enum cc_pool_scale)s;
        for (int x = 1; x < 37; x++) {
            OK(cc_pool_proportion(x, 37, scale, &e) == CC_OK && e.v > 0);
            NEAR(cc_pool_back(e.y, scale, 37), x / 37., 1e-12);
        }
        OK(cc_pool_proportion(0, 0, scale, &e) == CC_UNDEFINED && isnan(e.y));
        OK(cc_pool_proportion(3, 2, scale, &e) == CC_EDOMAIN && cc_pool_proportion(-1, 2, scale, &e) == CC_EDOMAIN);
        OK(cc_pool_proportion(NAN, 2, scale, &e) == CC_EDOMAIN);
        OK(isnan(cc_pool_back(NAN, scale, 37)));
    }
    OK(cc_pool_proportion(0, 9, CC_POOL_LOGIT, &e) == CC_UNDEFINED && isnan(e.v));
    OK(cc_pool_proportion(9, 9, CC_POOL_RAW, &e) == CC_UNDEFINED);
    for (int x = 0; x <= 9; x += 9) { /* nothing and everything come back, and what lies beyond them */
        OK(cc_pool_proportion(x, 9, CC_POOL_FREEMAN_TUKEY, &e) == CC_OK);
        NEAR(cc_pool_back(e.y, CC_POOL_FREEMAN_TUKEY, 9), x / 9., 0);
        NEAR(cc_pool_back(e.y + (x ? .1 : -.1), CC_POOL_FREEMAN_TUKEY, 9), x / 9., 0);
    }
    NEAR(cc_pool_back(-800, CC_POOL_LOGIT, 0), 0, 0);
    NEAR(cc_pool_back(800, CC_POOL_LOGIT, 0), 1, 0);
}

/* log DOR = log LR+ - log LR-; its variance does not depend on how the table is turned. */
static void test_ratios(void)
{
    struct cc_pool_cells c = { 23, 2, 22, 61 }, turned = { 2, 23, 61, 22 };
    struct cc_pool_effect dor, pos, neg, other;
    OK(cc_pool_log_ratio(c, CC_POOL_DOR, &dor) == CC_OK && cc_pool_log_ratio(c, CC_POOL_LR_POS, &pos) == CC_OK);
    OK(cc_pool_log_ratio(c, CC_POOL_LR_NEG, &neg) == CC_OK);
    OK(cc_pool_log_ratio(turned, CC_POOL_DOR, &other) == CC_OK);
    NEAR(exp(dor.y), 23 * 61 / (2. * 22), 1e-12);
    NEAR(exp(pos.y), (23 / 25.) / (22 / 83.), 1e-12);
    NEAR(pos.y - neg.y, dor.y, 1e-12);
    NEAR(other.y, -dor.y, 1e-12);
    NEAR(other.v, dor.v, 1e-12);
    NEAR(pos.v, 1 / 23. - 1 / 25. + 1 / 22. - 1 / 83., 1e-12);
    OK(cc_pool_log_ratio((struct cc_pool_cells){ 3, 0, 2, 4 }, CC_POOL_DOR, &dor) == CC_UNDEFINED && isnan(dor.y));
    OK(cc_pool_log_ratio((struct cc_pool_cells){ 3, 0, 2, 4 }, CC_POOL_LR_POS, &pos) == CC_OK);
    OK(cc_pool_log_ratio((struct cc_pool_cells){ 3, 0, 2, 0 }, CC_POOL_LR_POS, &pos) == CC_UNDEFINED);
    OK(cc_pool_log_ratio((struct cc_pool_cells){ -1, 2, 2, 4 }, CC_POOL_DOR, &dor) == CC_EDOMAIN);
}

static void test_limits(void)
{
    struct cc_pool_effect e[K];
    struct cc_pooled p, two;
    struct cc_interval ci, next, wide;
    make_studies(e, K, 5);
    OK(cc_pool_fit(CC_POOL_DL, e, K, &p) == CC_OK && p.tau2 > 0);
    OK(cc_pool_limits(&p, .95, &ci) == CC_OK && cc_pool_prediction(&p, .95, false, &next) == CC_OK
       && cc_pool_prediction(&p, .95, true, &wide) == CC_OK);
    NEAR(ci.upper - ci.estimate, 1.959963984540054 * p.se, 1e-12);
    NEAR(next.upper - next.estimate, 1.959963984540054 * sqrt(p.tau2 + p.se * p.se), 1e-12);
    NEAR(wide.upper - wide.estimate, 2.7764451051977987 * sqrt(p.tau2 + p.se * p.se), 1e-9); /* t, 4 df */
    OK(cc_pool_fit(CC_POOL_DL, e, 2, &two) == CC_OK && cc_pool_prediction(&two, .95, true, &wide) == CC_UNDEFINED
       && isnan(wide.lower) && cc_pool_prediction(&two, .95, false, &wide) == CC_OK);
    OK(cc_pool_limits(&p, 1, &ci) == CC_EDOMAIN && cc_pool_prediction(&p, 0, false, &ci) == CC_EDOMAIN);
    OK(cc_pool_fit(CC_POOL_DL, e, 1, &p) == CC_OK && cc_pool_prediction(&p, .95, false, &ci) == CC_UNDEFINED);
    OK(cc_pool_fit(CC_POOL_REML, e, 0, &p) == CC_UNDEFINED && isnan(p.mean) && isnan(p.q_p));
    OK(cc_pool_limits(&p, .95, &ci) == CC_UNDEFINED && isnan(ci.upper));
    e[1].v = 0;
    OK(cc_pool_fit(CC_POOL_REML, e, K, &p) == CC_EDOMAIN);
    e[1] = (struct cc_pool_effect){ INFINITY, 1 };
    OK(cc_pool_fit(CC_POOL_REML, e, K, &p) == CC_EDOMAIN && isnan(p.mean));
}

int main(void)
{
    gsl_set_error_handler_off();
    test_definitions();
    test_two_maxima();
    test_laws();
    test_scales();
    test_ratios();
    test_limits();
    return tap_done();
}

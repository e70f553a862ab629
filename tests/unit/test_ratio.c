/* The exact ratio of two rates against R, and the funnel against exact arithmetic. */
#include <stdlib.h>

#include "datasets/base/cc_table.h"
#include "stats/intervals/cc_funnel.h"
#include "stats/intervals/cc_ratio.h"
#include "tests/tap.h"

static double number(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    const char *cell = c < 0 ? "" : cc_table_cell(t, row, (size_t)c);
    if (!strcmp(cell, "Inf")) return INFINITY;
    double x = NAN;
    return cc_parse_double(cell, &x) ? x : NAN;
}

static void against_oracle(void)
{
    struct cc_table t;
    struct cc_error err;
    OK(cc_table_read("tests/oracle/rate_ratio.csv", &t, &err) == CC_OK && t.rows > 10);
    for (size_t r = 0; r < t.rows; r++) {
        struct cc_rate_pair pair = { (int64_t)number(&t, r, "count1"), (int64_t)number(&t, r, "count0"),
                                     number(&t, r, "pop1"), number(&t, r, "pop0") };
        struct cc_interval ci;
        enum cc_status st = cc_rate_ratio_exact(pair, number(&t, r, "level"), &ci);
        if (pair.count1 + pair.count0 == 0) {
            OK(st == CC_UNDEFINED);
            continue;
        }
        OK(st == CC_OK);
        NEAR(ci.estimate, number(&t, r, "rate_ratio"), 1e-9);
        NEAR(ci.lower, number(&t, r, "exact_cond_lower"), 1e-9);
        NEAR(ci.upper, number(&t, r, "exact_cond_upper"), 1e-9);
    }
    cc_table_free(&t);
}

static void ratio_domain(void)
{
    struct cc_interval ci, back;
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ 0, 0, 10, 20 }, .95, &ci) == CC_UNDEFINED);
    OK(isnan(ci.lower));
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ -1, 3, 10, 20 }, .95, &ci) == CC_EDOMAIN);
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ 1, 3, 0, 20 }, .95, &ci) == CC_EDOMAIN);
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ 1, 3, 10, 20 }, 1, &ci) == CC_EDOMAIN);
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ 37, 211, 412, 2980 }, .9, &ci) == CC_OK);
    OK(cc_rate_ratio_exact((struct cc_rate_pair){ 211, 37, 2980, 412 }, .9, &back) == CC_OK);
    NEAR(ci.lower * back.upper, 1, 1e-12); /* the other way round is the reciprocal */
    NEAR(ci.upper * back.lower, 1, 1e-12);
}

static double p_of(enum cc_funnel_kind kind, int64_t x, double n, double target, int side)
{
    struct cc_funnel f;
    OK(cc_funnel_place(kind, x, n, target, &f) == CC_OK && f.side == side);
    NEAR(f.expected, n * target, 1e-15);
    return f.p_value;
}

/* Wanted values: sums of binomial terms in whole-number fractions, of Poisson terms in 40 digits. */
static void funnel(void)
{
    NEAR(p_of(CC_FUNNEL_PROPORTION, 37, 211, 0.25, -1), 0.012361614574224944, 1e-12);
    NEAR(p_of(CC_FUNNEL_PROPORTION, 37, 211, 0.125, 1), 0.04211450779271448, 1e-12);
    NEAR(p_of(CC_FUNNEL_PROPORTION, 0, 64, 0.05, -1), 0.07504827842223227, 1e-12);
    NEAR(p_of(CC_FUNNEL_PROPORTION, 64, 64, 0.9, 1), 0.0023580369155477166, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 13, 215, 0.1, -1), 0.0696105544317939, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 40, 215, 0.1, 1), 0.00045864064848669535, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 0, 13, 0.25, -1), 0.07754841566344402, 1e-12);
    NEAR(p_of(CC_FUNNEL_PROPORTION, 13, 120, 0.5, -1), 1.4958728419663173e-19, 1e-12); /* far tails */
    NEAR(p_of(CC_FUNNEL_PROPORTION, 40, 120, 0.9, -1), 3.582663801805281e-50, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 13, 600, 0.1, -1), 4.66314276311996e-13, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 41, 35, 0.1, 1), 3.990855579118462e-29, 1e-12);
    NEAR(p_of(CC_FUNNEL_RATE, 25, 250, 0.1, 0), 1, 0);
    struct cc_funnel f;
    OK(cc_funnel_place(CC_FUNNEL_RATE, 0, 0, 0.1, &f) == CC_UNDEFINED && isnan(f.p_value));
    OK(cc_funnel_place(CC_FUNNEL_PROPORTION, 5, 4, 0.1, &f) == CC_EDOMAIN);
    OK(cc_funnel_place(CC_FUNNEL_PROPORTION, 1, 4, 1, &f) == CC_EDOMAIN);
    OK(cc_funnel_place(CC_FUNNEL_RATE, -1, 4, 1, &f) == CC_EDOMAIN);
    OK(cc_funnel_place(CC_FUNNEL_RATE, 1, 4, 0, &f) == CC_EDOMAIN);
}

int main(void)
{
    against_oracle();
    ratio_domain();
    funnel();
    return tap_done();
}

/* Intervals for Poisson rates: published and exact values, laws, large counts. */
#include "stats/intervals/cc_rate.h"
#include "tests/tap.h"

static const struct cc_limits AT_95 = { .level = 0.95 };

static struct cc_interval at(enum cc_rate_method m, int64_t x, double time, struct cc_limits want)
{
    struct cc_interval ci;
    if (cc_rate_interval(m, x, time, want, &ci) != CC_OK) return CC_NO_INTERVAL;
    return ci;
}

static void test_refusals(void)
{
    struct cc_interval ci;
    for (int m = 0; m < CC_RATE_METHODS; m++) {
        enum cc_rate_method method = (enum cc_rate_method)m;
        OK(cc_rate_interval(method, 0, 0, AT_95, &ci) == CC_UNDEFINED && isnan(ci.estimate));
        OK(cc_rate_interval(method, 1, 0, AT_95, &ci) == CC_EDOMAIN && isnan(ci.upper));
        OK(cc_rate_interval(method, -1, 5, AT_95, &ci) == CC_EDOMAIN);
        OK(cc_rate_interval(method, 1, -5, AT_95, &ci) == CC_EDOMAIN);
        OK(cc_rate_interval(method, 1, NAN, AT_95, &ci) == CC_EDOMAIN);
        OK(cc_rate_interval(method, 1, INFINITY, AT_95, &ci) == CC_EDOMAIN);
        OK(cc_rate_interval(method, 1, 5, (struct cc_limits){ .level = 1 }, &ci) == CC_EDOMAIN);
    }
}

/* Garwood (1936), the table of 95% limits that every textbook reprints. */
static void test_published(void)
{
    static const double limits[][2] = { { 0, 3.6889 }, { 0.0253, 5.5716 }, { 0.2422, 7.2247 }, { 0.6187, 8.7673 },
                                        { 1.0899, 10.2416 }, { 1.6235, 11.6683 } };
    for (int x = 0; x <= 5; x++) {
        struct cc_interval ci = at(CC_RATE_GARWOOD, x, 1, AT_95);
        OK(fabs(ci.lower - limits[x][0]) < 5.1e-5 && fabs(ci.upper - limits[x][1]) < 5.1e-5);
    }
}

static void test_large(void)
{
    struct cc_limits half = { .level = 0.5 }, strict = { .level = 0.9999 };
    NEAR(at(CC_RATE_GARWOOD, 0, 1, strict).upper, 9.90348755252246, 1e-11);
    NEAR(at(CC_RATE_GARWOOD, 40, 1, strict).upper, 70.7401071227768, 1e-11);
    NEAR(at(CC_RATE_GARWOOD, 1000000, 1, half).upper, 1000675.3082769682, 1e-13);
    NEAR(at(CC_RATE_MID_P, 100000001, 1, AT_95).lower, 99980402.80717771, 1e-11);
    OK(at(CC_RATE_GARWOOD, 3000000000, 1, strict).lower < 3e9 - 3.8 * sqrt(3e9));
}

static void test_laws(void)
{
    for (int m = 0; m < CC_RATE_METHODS; m++) {
        enum cc_rate_method method = (enum cc_rate_method)m;
        struct cc_interval last = { 0, -1e9, -1e9 };
        for (int64_t x = 0; x <= 200; x++) {
            struct cc_interval ci = at(method, x, 17.5, AT_95),
                wide = at(method, x, 17.5, (struct cc_limits){ .level = 0.99 });
            OK(ci.lower <= ci.estimate && ci.estimate <= ci.upper);
            OK(wide.lower <= ci.lower && wide.upper >= ci.upper);
            OK(x < 4 || (ci.lower > last.lower && ci.upper > last.upper));
            NEAR(at(method, x, 1, AT_95).upper, 17.5 * ci.upper, 1e-14);
            last = ci;
        }
    }
    for (int64_t x = 0; x <= 200; x++) {
        struct cc_interval exact = at(CC_RATE_GARWOOD, x, 1, AT_95), mid = at(CC_RATE_MID_P, x, 1, AT_95);
        OK(exact.lower <= mid.lower && mid.upper <= exact.upper);
    }
}

static void test_sides(void)
{
    struct cc_limits both = { .level = 0.9 }, low = { .level = 0.95, .sides = CC_LOWER },
                     high = { .level = 0.95, .sides = CC_UPPER };
    for (int m = 0; m < CC_RATE_METHODS; m++) {
        enum cc_rate_method method = (enum cc_rate_method)m;
        NEAR(at(method, 37, 211, low).lower, at(method, 37, 211, both).lower, 1e-12);
        NEAR(at(method, 37, 211, high).upper, at(method, 37, 211, both).upper, 1e-12);
        OK(isinf(at(method, 37, 211, low).upper) && at(method, 37, 211, high).lower == 0);
    }
}

int main(void)
{
    test_refusals();
    test_published();
    test_large();
    test_laws();
    test_sides();
    return tap_done();
}

/* Blaker's and Sterne's limits against the p-values that define them, summed up outcome by outcome. */
#include "stats/intervals/cc_prop.h"
#include "tests/tap.h"

static double mass(int k, int n, double p)
{
    return cc_binomial_mass(k, n, p, 1 - p);
}

static double at_most(int k, int n, double p)
{
    double sum = 0;
    for (int j = 0; j <= k; j++) sum += mass(j, n, p);
    return sum;
}

static double sterne_p(int x, int n, double p)
{
    double sum = 0, own = mass(x, n, p);
    for (int j = 0; j <= n; j++)
        if (mass(j, n, p) <= own * (1 + 1e-12)) sum += mass(j, n, p);
    return sum;
}

static double blaker_p(int x, int n, double p)
{
    double own = fmin(at_most(x, n, p), 1 - at_most(x - 1, n, p)), sum = 0;
    for (int j = 0; j <= n; j++)
        if (fmin(at_most(j, n, p), 1 - at_most(j - 1, n, p)) <= own * (1 + 1e-9) + 1e-14) sum += mass(j, n, p);
    return sum;
}

typedef double p_value(int x, int n, double p);

/* Rejected everywhere outside, accepted just inside. */
static int holds(enum cc_prop_method method, p_value *f, int x, int n, double level)
{
    struct cc_interval ci;
    double alpha = 1 - level;
    if (cc_prop_interval(method, x, n, (struct cc_limits){ .level = level }, &ci) != CC_OK) return 0;
    for (int i = 3; i < 100; i += 12) {
        double low = ci.lower * i / 100, high = 1 - (1 - ci.upper) * i / 100;
        if ((low > 0 && f(x, n, low) >= alpha) || (high < 1 && f(x, n, high) >= alpha)) return 0;
    }
    return (x == 0 || f(x, n, ci.lower + 1e-9) > alpha - 1e-6) && (x == n || f(x, n, ci.upper - 1e-9) > alpha - 1e-6);
}

static void test_definition(void)
{
    static const int sizes[] = { 1, 2, 3, 11, 29 };
    static const double levels[] = { 0.3, 0.8, 0.95, 0.999 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int x = 0; x <= sizes[i]; x++)
            for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
                OK(holds(CC_PROP_STERNE, sterne_p, x, sizes[i], levels[l]));
                OK(holds(CC_PROP_BLAKER, blaker_p, x, sizes[i], levels[l]));
            }
}

/* Large counts are like the normal law: between the limits of Wilson and of Clopper and Pearson, nearly. */
static void test_large(void)
{
    static const int64_t sizes[] = { 40000, 3000000, 1000000000 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int m = CC_PROP_BLAKER; m <= CC_PROP_STERNE; m++) {
            struct cc_interval ci, exact;
            struct cc_limits want = { .level = 0.95 };
            int64_t n = sizes[i], x = n / 13;
            OK(cc_prop_interval((enum cc_prop_method)m, x, n, want, &ci) == CC_OK);
            OK(cc_prop_interval(CC_PROP_CLOPPER_PEARSON, x, n, want, &exact) == CC_OK);
            OK(fabs(ci.lower - exact.lower) < 2.0 / (double)n && fabs(ci.upper - exact.upper) < 2.0 / (double)n);
        }
    struct cc_interval ci;
    OK(cc_prop_interval(CC_PROP_STERNE, 3, 1000000001, (struct cc_limits){ .level = 0.95 }, &ci) == CC_EDOMAIN);
}

int main(void)
{
    test_definition();
    test_large();
    return tap_done();
}

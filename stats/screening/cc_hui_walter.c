#include "stats/screening/cc_hui_walter.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>

#include "stats/screening/cc_hui_walter_edge.h"

enum { POPULATIONS = 2, FREE = 3 };
static const int64_t MAX_COUNT = (int64_t)1 << 50;

/* Shares of a population: cells pp, pn, np, and a, b positive on test 1 and 2. */
struct shares {
    double n, cell[FREE], a, b;
};

static struct shares shares_of(struct cc_cross c)
{
    double n = (double)(c.pp + c.pn + c.np + c.nn);
    return (struct shares){ n, { (double)c.pp / n, (double)c.pn / n, (double)c.np / n }, (double)(c.pp + c.pn) / n,
                            (double)(c.pp + c.np) / n };
}

/* Agreement of the tests beyond chance, the covariance of their results: pp nn - pn np, over n^2. */
static double beyond_chance(struct cc_cross c)
{
    double n = (double)(c.pp + c.pn + c.np + c.nn);
    return ((double)c.pp / n) * ((double)c.nn / n) - ((double)c.pn / n) * ((double)c.np / n);
}

/* Pearson's test that two shares are equal. */
static double same_p(double p1, double n1, double p2, double n2)
{
    double p = (p1 * n1 + p2 * n2) / (n1 + n2), chi2 = (p1 - p2) * (p1 - p2) / (p * (1 - p) * (1 / n1 + 1 / n2));
    return gsl_cdf_chisq_Q(chi2, 1);
}

static bool valid(struct cc_cross c)
{
    const int64_t n[] = { c.pp, c.pn, c.np, c.nn };
    for (int i = 0; i < 4; i++)
        if (n[i] < 0 || n[i] > MAX_COUNT) return false;
    return true;
}

static int64_t persons(struct cc_cross c)
{
    return c.pp + c.pn + c.np + c.nn;
}

/* Is a share of both populations the same? Whole numbers decide, not rounding. */
static bool equal(int64_t x1, int64_t n1, int64_t x2, int64_t n2)
{
    return (long double)x1 * (long double)n2 == (long double)x2 * (long double)n1;
}

/* Rounding at the ends of the scale is not outside. */
static double snap(double p)
{
    return fabs(p) < 1e-13 ? 0 : fabs(p - 1) < 1e-13 ? 1 : p;
}

/* Both tests tell the same population to have more positives? */
static bool agree(struct cc_cross c1, struct cc_cross c2)
{
    struct shares s1 = shares_of(c1), s2 = shares_of(c2);
    return (s1.b - s2.b) / (s1.a - s2.a) > 0;
}

/* Is there a solution inside 0 to 1? */
static bool solve(struct cc_cross c1, struct cc_cross c2, double e[CC_HW_NUMBERS])
{
    struct shares s1 = shares_of(c1), s2 = shares_of(c2);
    double slope = (s1.b - s2.b) / (s1.a - s2.a);
    double k1 = beyond_chance(c1) / slope, k2 = beyond_chance(c2) / slope;
    /* (a - lo)(hi - a) = k for both: linear in hi + lo and hi lo; taken around a1 to lose no digits */
    double d = s2.a - s1.a, sum = d + (k2 - k1) / d, root = sum * sum + 4 * k1;
    if (!(root > 0)) return false;
    double far = (sum + copysign(sqrt(root), sum)) / 2, near = far == 0 ? 0 : -k1 / far;
    double hi = fmax(far, near), lo = fmin(far, near); /* the classes, from a1 */
    const double raw[CC_HW_NUMBERS] = {
        -lo / (hi - lo), (d - lo) / (hi - lo), s1.a + hi, s1.b + slope * hi, 1 - s1.a - lo, 1 - s1.b - slope * lo,
    };
    bool inside = true;
    for (int i = 0; i < CC_HW_NUMBERS; i++) {
        e[i] = snap(raw[i]);
        inside = inside && e[i] >= 0 && e[i] <= 1;
    }
    return inside;
}

/* How the cells pp, pn, np of both populations change with the six numbers. */
static void derivatives(const double e[CC_HW_NUMBERS], gsl_matrix *m)
{
    double u1 = e[CC_HW_SE1], w1 = e[CC_HW_SE2], u0 = 1 - e[CC_HW_SP1], w0 = 1 - e[CC_HW_SP2];
    gsl_matrix_set_zero(m);
    for (size_t g = 0; g < POPULATIONS; g++) {
        double p = e[CC_HW_PREV1 + g], q = 1 - p;
        const struct {
            enum cc_hui_walter_number by;
            double cells[FREE];
        } rows[] = {
            { (enum cc_hui_walter_number)(CC_HW_PREV1 + g),
              { u1 * w1 - u0 * w0, u1 * (1 - w1) - u0 * (1 - w0), (1 - u1) * w1 - (1 - u0) * w0 } },
            { CC_HW_SE1, { p * w1, p * (1 - w1), -p * w1 } },
            { CC_HW_SE2, { p * u1, -p * u1, p * (1 - u1) } },
            { CC_HW_SP1, { -q * w0, -q * (1 - w0), q * w0 } },
            { CC_HW_SP2, { -q * u0, q * u0, -q * (1 - u0) } },
        };
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
            for (size_t k = 0; k < FREE; k++) gsl_matrix_set(m, FREE * g + k, rows[r].by, rows[r].cells[k]);
    }
}

/* The model fits exactly, so the inverse information is the covariance of the multinomial shares,
 * carried through the inverse of the derivatives. */
static bool standard_errors(struct cc_cross c1, struct cc_cross c2, struct cc_hui_walter *out)
{
    const struct shares s[POPULATIONS] = { shares_of(c1), shares_of(c2) };
    double lu_data[CC_HW_NUMBERS * CC_HW_NUMBERS], inverse_data[CC_HW_NUMBERS * CC_HW_NUMBERS];
    size_t order_data[CC_HW_NUMBERS];
    gsl_matrix_view lu = gsl_matrix_view_array(lu_data, CC_HW_NUMBERS, CC_HW_NUMBERS);
    gsl_matrix_view inverse = gsl_matrix_view_array(inverse_data, CC_HW_NUMBERS, CC_HW_NUMBERS);
    gsl_permutation order = { CC_HW_NUMBERS, order_data };
    int sign;
    derivatives(out->estimate, &lu.matrix);
    if (gsl_linalg_LU_decomp(&lu.matrix, &order, &sign) != GSL_SUCCESS
        || gsl_linalg_LU_invert(&lu.matrix, &order, &inverse.matrix) != GSL_SUCCESS) return false;
    for (size_t i = 0; i < CC_HW_NUMBERS; i++) {
        double variance = 0;
        for (size_t g = 0; g < POPULATIONS; g++) {
            double mean = 0, square = 0;
            for (size_t k = 0; k < FREE; k++) {
                double by = gsl_matrix_get(&inverse.matrix, i, FREE * g + k);
                mean += by * s[g].cell[k];
                square += by * by * s[g].cell[k];
            }
            variance += (square - mean * mean) / s[g].n;
        }
        out->se[i] = sqrt(fmax(variance, 0));
        if (!isfinite(out->se[i])) return false;
    }
    return true;
}

enum cc_status cc_hui_walter(struct cc_cross c1, struct cc_cross c2, struct cc_hui_walter *out)
{
    *out = (struct cc_hui_walter){ .same_p = NAN, .g_squared = NAN, .fit_p = NAN };
    for (int i = 0; i < CC_HW_NUMBERS; i++) out->estimate[i] = out->se[i] = NAN;
    if (!valid(c1) || !valid(c2)) return CC_EDOMAIN;
    int64_t n1 = persons(c1), n2 = persons(c2);
    out->refusal = CC_HW_EMPTY;
    if (n1 == 0 || n2 == 0) return CC_UNDEFINED;
    out->refusal = CC_HW_SAME;
    if (equal(c1.pp + c1.pn, n1, c2.pp + c2.pn, n2) || equal(c1.pp + c1.np, n1, c2.pp + c2.np, n2)) return CC_UNDEFINED;
    struct shares s1 = shares_of(c1), s2 = shares_of(c2);
    out->same_p = fmax(same_p(s1.a, s1.n, s2.a, s2.n), same_p(s1.b, s1.n, s2.b, s2.n));
    out->refusal = CC_HW_OPPOSITE;
    if (!agree(c1, c2)) return CC_UNDEFINED;
    if (!solve(c1, c2, out->estimate)) return cc_hui_walter_edge(c1, c2, out);
    out->refusal = CC_HW_FLAT; /* the derivatives have no inverse */
    if (!standard_errors(c1, c2, out)) {
        for (int i = 0; i < CC_HW_NUMBERS; i++) out->estimate[i] = out->se[i] = NAN;
        return CC_UNDEFINED;
    }
    out->refusal = CC_HW_SOLVED;
    out->g_squared = 0;
    out->fit_p = 1;
    return CC_OK;
}

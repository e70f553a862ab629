#include "stats/screening/cc_hui_walter_edge.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <string.h>

enum { N = CC_HW_NUMBERS, CELLS = 8, STARTS = 1 << N, MOST_STEPS = 200, MOST_CUTS = 60 };
static const double TOLERANCE = 1e-11; /* of the gradient of the mean log likelihood */

typedef double square[N][N];

/* Counts of both populations, pp, pn, np, nn twice, as shares of all children. */
struct seen {
    double share[CELLS], children;
};

static struct seen seen_of(struct cc_cross c1, struct cc_cross c2)
{
    const int64_t n[CELLS] = { c1.pp, c1.pn, c1.np, c1.nn, c2.pp, c2.pn, c2.np, c2.nn };
    struct seen s = { { 0 }, 0 };
    for (int c = 0; c < CELLS; c++) s.children += (double)n[c];
    for (int c = 0; c < CELLS; c++) s.share[c] = (double)n[c] / s.children;
    return s;
}

static double share_of_population(const struct seen *s, int cell)
{
    const double *own = s->share + (cell < CELLS / 2 ? 0 : CELLS / 2);
    return own[0] + own[1] + own[2] + own[3];
}

/* ---- the likelihood ---- */

static void expected(const double e[N], double cell[CELLS])
{
    double u1 = e[CC_HW_SE1], w1 = e[CC_HW_SE2], v0 = e[CC_HW_SP1], z0 = e[CC_HW_SP2];
    const double with[] = { u1 * w1, u1 * (1 - w1), (1 - u1) * w1, (1 - u1) * (1 - w1) };
    const double without[] = { (1 - v0) * (1 - z0), (1 - v0) * z0, v0 * (1 - z0), v0 * z0 };
    for (int c = 0; c < CELLS; c++) {
        double p = e[c < CELLS / 2 ? CC_HW_PREV1 : CC_HW_PREV2];
        cell[c] = p * with[c % 4] + (1 - p) * without[c % 4];
    }
}

static double mean_log(const struct seen *s, const double e[N])
{
    double cell[CELLS], sum = 0;
    expected(e, cell);
    for (int c = 0; c < CELLS; c++)
        if (s->share[c] > 0) sum += cell[c] > 0 ? s->share[c] * log(cell[c]) : -INFINITY;
    return sum;
}

/* The cells are linear in each number, so that differences between its ends are derivatives. */
static void first_derivative(const double e[N], int i, double by[CELLS])
{
    double at[N], low[CELLS];
    memcpy(at, e, sizeof at);
    at[i] = 1;
    expected(at, by);
    at[i] = 0;
    expected(at, low);
    for (int c = 0; c < CELLS; c++) by[c] -= low[c];
}

static void second_derivative(const double e[N], int i, int j, double by[CELLS])
{
    double at[N], low[CELLS];
    memcpy(at, e, sizeof at);
    at[j] = 1;
    first_derivative(at, i, by);
    at[j] = 0;
    first_derivative(at, i, low);
    for (int c = 0; c < CELLS; c++) by[c] -= low[c];
}

/* Gradient of the mean log likelihood, and its curvature downwards. */
static void differentiate(const struct seen *s, const double e[N], double gradient[N], square curvature)
{
    double cell[CELLS], by[N][CELLS], twice[CELLS];
    expected(e, cell);
    for (int i = 0; i < N; i++) {
        first_derivative(e, i, by[i]);
        gradient[i] = 0;
        for (int c = 0; c < CELLS; c++)
            if (s->share[c] > 0) gradient[i] += s->share[c] * by[i][c] / cell[c];
        for (int j = 0; j <= i; j++) {
            double sum = 0;
            if (j < i) second_derivative(e, i, j, twice);
            else memset(twice, 0, sizeof twice);
            for (int c = 0; c < CELLS; c++)
                if (s->share[c] > 0)
                    sum += s->share[c] / cell[c] * (by[i][c] / cell[c] * by[j][c] - twice[c]);
            curvature[i][j] = curvature[j][i] = sum;
        }
    }
}

/* ---- linear algebra of the numbers that are free ---- */

/* Rows and columns of the others become those of the unit matrix. */
static void leave_free(square m, const bool is_free[N])
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (!is_free[i] || !is_free[j]) m[i][j] = i == j;
}

/* Cholesky's factor in the lower half; false unless each pivot exceeds the least. */
static bool factor(square m, double least)
{
    for (int j = 0; j < N; j++) {
        for (int k = 0; k < j; k++) m[j][j] -= m[j][k] * m[j][k];
        if (!(m[j][j] > least)) return false;
        m[j][j] = sqrt(m[j][j]);
        for (int i = j + 1; i < N; i++) {
            for (int k = 0; k < j; k++) m[i][j] -= m[i][k] * m[j][k];
            m[i][j] /= m[j][j];
        }
    }
    return true;
}

static void solve(square factored, double x[N])
{
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < i; k++) x[i] -= factored[i][k] * x[k];
        x[i] /= factored[i][i];
    }
    for (int i = N - 1; i >= 0; i--) {
        for (int k = i + 1; k < N; k++) x[i] -= factored[k][i] * x[k];
        x[i] /= factored[i][i];
    }
}

/* ---- the climb ---- */

struct climb {
    double at[N], value;
    bool arrived;
};

static bool outward(double x, double direction)
{
    return (x <= 0 && direction < 0) || (x >= 1 && direction > 0);
}

/* Newton's step for the free numbers; where the likelihood is no hill, as much is added to the
 * curvature as makes it one, so that the step leads up. */
static void newton(const double gradient[N], square curvature, const bool is_free[N], double step[N])
{
    square m;
    double most = 1e-300;
    for (int i = 0; i < N; i++)
        if (is_free[i]) most = fmax(most, fabs(curvature[i][i]));
    for (double more = 0;; more = more > 0 ? 10 * more : 1e-6 * most) {
        memcpy(m, curvature, sizeof m);
        for (int i = 0; i < N; i++) m[i][i] += more;
        leave_free(m, is_free);
        if (factor(m, fmin(1e-10 * most, 0.5))) break;
    }
    for (int i = 0; i < N; i++) step[i] = is_free[i] ? gradient[i] : 0;
    solve(m, step);
}

/* A step that leaves no edge outwards. */
static void feasible_step(const struct seen *s, const double at[N], double gradient[N], bool is_free[N],
                          double step[N])
{
    square curvature;
    bool again = true;
    differentiate(s, at, gradient, curvature);
    for (int i = 0; i < N; i++) is_free[i] = !outward(at[i], gradient[i]);
    while (again) {
        again = false;
        newton(gradient, curvature, is_free, step);
        for (int i = 0; i < N; i++)
            if (is_free[i] && outward(at[i], step[i])) {
                is_free[i] = false;
                again = true;
            }
    }
}

/* As much of the step as stays inside, then halves of it until the likelihood rises. */
static bool move(const struct seen *s, struct climb *climb, const double gradient[N], const double step[N])
{
    double part = 1, slope = 0, rounding = 1e-15 * (1 + fabs(climb->value));
    for (int i = 0; i < N; i++) {
        slope += gradient[i] * step[i];
        if (step[i] > 0) part = fmin(part, (1 - climb->at[i]) / step[i]);
        if (step[i] < 0) part = fmin(part, climb->at[i] / -step[i]);
    }
    for (int cut = 0; cut < MOST_CUTS; cut++, part /= 2) {
        struct climb to = *climb;
        for (int i = 0; i < N; i++) {
            double x = climb->at[i] + part * step[i];
            if (x < 1e-15 && step[i] < 0) x = 0; /* the edge that was met, in spite of rounding */
            if (x > 1 - 1e-15 && step[i] > 0) x = 1;
            to.at[i] = x;
        }
        to.value = mean_log(s, to.at);
        if (!(to.value >= climb->value + 1e-4 * part * slope - rounding)) continue;
        *climb = to;
        return true;
    }
    return false;
}

static double steepest(const double at[N], const double gradient[N])
{
    double most = 0;
    for (int i = 0; i < N; i++)
        if (!outward(at[i], gradient[i])) most = fmax(most, fabs(gradient[i]));
    return most;
}

static struct climb climb_from(const struct seen *s, const double start[N])
{
    struct climb climb = { .arrived = false };
    memcpy(climb.at, start, sizeof climb.at);
    climb.value = mean_log(s, start);
    for (int k = 0; k < MOST_STEPS; k++) {
        double gradient[N], step[N];
        bool is_free[N];
        feasible_step(s, climb.at, gradient, is_free, step);
        climb.arrived = steepest(climb.at, gradient) <= TOLERANCE;
        if (climb.arrived || !move(s, &climb, gradient, step)) break;
    }
    return climb;
}

/* ---- the answer ---- */

/* Of two labellings of the classes the one in which test 1 is better than chance. */
static void label(double e[N])
{
    double other[N] = { 1 - e[CC_HW_PREV1], 1 - e[CC_HW_PREV2], 1 - e[CC_HW_SP1],
                        1 - e[CC_HW_SP2],   1 - e[CC_HW_SE1],   1 - e[CC_HW_SE2] };
    if (e[CC_HW_SE1] + e[CC_HW_SP1] < 1) memcpy(e, other, sizeof other);
}

/* The highest end of a climb; false if it is no summit, or not the only one. */
static bool highest(const struct seen *s, struct climb *best)
{
    struct climb ends[STARTS];
    int top = 0;
    for (int k = 0; k < STARTS; k++) {
        double start[N];
        for (int i = 0; i < N; i++) start[i] = k >> i & 1 ? 0.9 : 0.1;
        ends[k] = climb_from(s, start);
        label(ends[k].at);
        if (ends[k].value > ends[top].value) top = k;
    }
    *best = ends[top];
    for (int k = 0; k < STARTS; k++) {
        if (best->value - ends[k].value > fmax(1e-7 / s->children, 1e-14)) continue;
        if (ends[k].arrived && !best->arrived) *best = ends[k];
    }
    for (int k = 0; k < STARTS; k++) {
        if (best->value - ends[k].value > fmax(1e-7 / s->children, 1e-14) || !ends[k].arrived) continue;
        for (int i = 0; i < N; i++)
            if (fabs(ends[k].at[i] - best->at[i]) > 1e-4) return false;
    }
    return best->arrived;
}

/* From the expected information of the free numbers; false if it has no inverse. */
static bool standard_errors(const struct seen *s, struct cc_hui_walter *out)
{
    double cell[CELLS], by[N][CELLS], scale[N];
    bool is_free[N];
    square m;
    expected(out->estimate, cell);
    for (int i = 0; i < N; i++) {
        is_free[i] = out->estimate[i] > 0 && out->estimate[i] < 1;
        first_derivative(out->estimate, i, by[i]);
        for (int j = 0; j <= i; j++) {
            m[i][j] = 0;
            for (int c = 0; c < CELLS; c++)
                if (cell[c] > 0) m[i][j] += share_of_population(s, c) * by[i][c] / cell[c] * by[j][c];
            m[j][i] = m[i][j];
        }
    }
    leave_free(m, is_free);
    for (int i = 0; i < N; i++) scale[i] = sqrt(m[i][i]);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) m[i][j] /= scale[i] * scale[j];
    if (!factor(m, 1e-10)) return false;
    for (int i = 0; i < N; i++) {
        double x[N] = { 0 };
        x[i] = 1;
        solve(m, x);
        out->se[i] = is_free[i] ? sqrt(x[i] / s->children) / scale[i] : NAN;
    }
    return true;
}

/* Twice the sum of seen log (seen / expected). */
static double g_squared(const struct seen *s, const double e[N])
{
    double cell[CELLS], sum = 0;
    expected(e, cell);
    for (int c = 0; c < CELLS; c++)
        if (s->share[c] > 0) sum += s->share[c] * log(s->share[c] / (share_of_population(s, c) * cell[c]));
    return fmax(0, 2 * s->children * sum);
}

static bool tells_classes_apart(const double e[N])
{
    return e[CC_HW_SE1] + e[CC_HW_SP1] > 1 + 1e-9 && e[CC_HW_SE2] + e[CC_HW_SP2] > 1 + 1e-9;
}

enum cc_status cc_hui_walter_edge(struct cc_cross first, struct cc_cross second, struct cc_hui_walter *out)
{
    struct seen s = seen_of(first, second);
    struct climb best;
    bool only = highest(&s, &best);
    memcpy(out->estimate, best.at, sizeof best.at);
    out->refusal = !tells_classes_apart(best.at) ? CC_HW_CHANCE
                   : !only || !standard_errors(&s, out) ? CC_HW_FLAT : CC_HW_SOLVED;
    if (out->refusal != CC_HW_SOLVED) {
        for (int i = 0; i < N; i++) out->estimate[i] = out->se[i] = NAN;
        return CC_UNDEFINED;
    }
    for (int i = 0; i < N; i++) out->edges += isnan(out->se[i]);
    out->g_squared = g_squared(&s, best.at);
    out->fit_p = out->edges ? gsl_cdf_chisq_Q(out->g_squared, out->edges) : 1;
    return CC_OK;
}

#include "stats/screening/cc_pool_bivariate.h"

#include <gsl/gsl_multimin.h>
#include <math.h>

enum { ROUNDS = 400, EM_ROUNDS = 20000 };
/* Standard deviations between studies that are tried: powers of 2 of their spread, from 2^LARGEST down. */
enum { SIZES = 9, LARGEST = 1, CORRELATIONS = 9 };
/* Two log-likelihoods that no data tell apart. */
static const double SAME = 1e-8;

/* What is minimised: minus the log-likelihood, over the lower triangle L of between = L L'. */
struct problem {
    const struct cc_pool_pair *studies;
    size_t k;
    bool reml;
};

/* All that given variances between studies imply. */
struct state {
    double sens, fpr;
    struct cc_pool_sym2 var, slope; /* of the means; d(-log-likelihood) / d between */
    double minus;                   /* -log-likelihood */
};

static double det(struct cc_pool_sym2 m)
{
    return m.aa * m.bb - m.ab * m.ab;
}

static struct cc_pool_sym2 inverse(struct cc_pool_sym2 m)
{
    double d = det(m);
    return (struct cc_pool_sym2){ m.bb / d, -m.ab / d, m.aa / d };
}

static struct cc_pool_sym2 add(struct cc_pool_sym2 m, struct cc_pool_sym2 n, double times)
{
    return (struct cc_pool_sym2){ m.aa + times * n.aa, m.ab + times * n.ab, m.bb + times * n.bb };
}

/* m n m */
static struct cc_pool_sym2 sandwich(struct cc_pool_sym2 m, struct cc_pool_sym2 n)
{
    double p = m.aa * n.aa + m.ab * n.ab, q = m.aa * n.ab + m.ab * n.bb;
    double r = m.ab * n.aa + m.bb * n.ab, s = m.ab * n.ab + m.bb * n.bb;
    return (struct cc_pool_sym2){ p * m.aa + q * m.ab, p * m.ab + q * m.bb, r * m.ab + s * m.bb };
}

static struct cc_pool_sym2 total(const struct cc_pool_pair *s, struct cc_pool_sym2 between)
{
    return add(between, (struct cc_pool_sym2){ s->sens.v, 0, s->fpr.v }, 1);
}

static void find_means(const struct problem *p, struct cc_pool_sym2 between, struct state *s)
{
    struct cc_pool_sym2 sum = { 0, 0, 0 };
    double a = 0, b = 0;
    for (size_t i = 0; i < p->k; i++) {
        struct cc_pool_sym2 w = inverse(total(&p->studies[i], between));
        sum = add(sum, w, 1);
        a += w.aa * p->studies[i].sens.y + w.ab * p->studies[i].fpr.y;
        b += w.ab * p->studies[i].sens.y + w.bb * p->studies[i].fpr.y;
    }
    s->var = inverse(sum);
    s->sens = s->var.aa * a + s->var.ab * b;
    s->fpr = s->var.ab * a + s->var.bb * b;
}

static struct state evaluate(const struct problem *p, struct cc_pool_sym2 between)
{
    struct state s = { 0 };
    find_means(p, between, &s);
    double k = (double)p->k, twice = 2 * k * log(2 * M_PI);
    if (p->reml) twice += -2 * log(2 * M_PI) - 2 * log(k) - log(det(s.var));
    for (size_t i = 0; i < p->k; i++) {
        struct cc_pool_sym2 v = total(&p->studies[i], between), w = inverse(v);
        double a = p->studies[i].sens.y - s.sens, b = p->studies[i].fpr.y - s.fpr;
        struct cc_pool_sym2 spread = { a * a, a * b, b * b };
        twice += log(det(v)) + w.aa * a * a + 2 * w.ab * a * b + w.bb * b * b;
        if (p->reml) spread = add(spread, s.var, 1);
        s.slope = add(add(s.slope, w, .5), sandwich(w, spread), -.5);
    }
    s.minus = twice / 2;
    return s;
}

/* ---- the search ---- */

static struct cc_pool_sym2 product(const gsl_vector *l)
{
    double aa = gsl_vector_get(l, 0), ba = gsl_vector_get(l, 1), bb = gsl_vector_get(l, 2);
    return (struct cc_pool_sym2){ aa * aa, aa * ba, ba * ba + bb * bb };
}

static void value_and_slope(const gsl_vector *l, void *problem, double *f, gsl_vector *slope)
{
    struct state s = evaluate(problem, product(l));
    double aa = gsl_vector_get(l, 0), ba = gsl_vector_get(l, 1), bb = gsl_vector_get(l, 2);
    *f = s.minus;
    gsl_vector_set(slope, 0, 2 * (s.slope.aa * aa + s.slope.ab * ba));
    gsl_vector_set(slope, 1, 2 * (s.slope.ab * aa + s.slope.bb * ba));
    gsl_vector_set(slope, 2, 2 * s.slope.bb * bb);
}

static double value(const gsl_vector *l, void *problem)
{
    return evaluate(problem, product(l)).minus;
}

static void slope_only(const gsl_vector *l, void *problem, gsl_vector *slope)
{
    double f;
    value_and_slope(l, problem, &f, slope);
}

/* EM never makes the likelihood worse and stays on the boundary where it is there:
 * between + 2/k between (d log-likelihood / d between) between. */
static struct cc_pool_sym2 polish(const struct problem *p, struct cc_pool_sym2 m)
{
    for (int i = 0; i < EM_ROUNDS; i++) {
        struct cc_pool_sym2 step = sandwich(m, evaluate(p, m).slope);
        m = add(m, step, -2 / (double)p->k);
        double most = fmax(fabs(step.aa), fmax(fabs(step.ab), fabs(step.bb)));
        if (!(most > 1e-15 * (m.aa + m.bb))) break;
    }
    return m;
}

static struct cc_pool_sym2 search(gsl_multimin_fdfminimizer *s, gsl_multimin_function_fdf *f, const double at[3])
{
    gsl_vector_const_view start = gsl_vector_const_view_array(at, 3);
    int stop = gsl_multimin_fdfminimizer_set(s, f, &start.vector, .1 * (fabs(at[0]) + fabs(at[2])), .1);
    for (int i = 0; i < ROUNDS && !stop; i++) /* it stops, too, where it finds nothing better */
        stop = gsl_multimin_fdfminimizer_iterate(s) || !gsl_multimin_test_gradient(s->gradient, 1e-10);
    return product(s->x);
}

static void spread(const struct cc_pool_pair *studies, size_t k, double *sens, double *fpr)
{
    double a = 0, b = 0, aa = 0, bb = 0, va = 0, vb = 0, n = (double)k;
    for (size_t i = 0; i < k; i++) {
        a += studies[i].sens.y / n;
        b += studies[i].fpr.y / n;
        va += studies[i].sens.v / n;
        vb += studies[i].fpr.v / n;
    }
    for (size_t i = 0; i < k; i++) {
        aa += (studies[i].sens.y - a) * (studies[i].sens.y - a) / n;
        bb += (studies[i].fpr.y - b) * (studies[i].fpr.y - b) / n;
    }
    /* never 0: there the slope is 0 as well, and the search would stay */
    *sens = sqrt(aa + .01 * va);
    *fpr = sqrt(bb + .01 * vb);
}

/* There can be several maxima. Each point of a grid that is likelier than its neighbours starts a search. */
struct grid {
    double a, b; /* spread of the studies */
    double minus[SIZES][SIZES][CORRELATIONS];
};

static double size_at(double largest, int i)
{
    return largest * pow(2, LARGEST - i);
}

static double correlation_at(int r)
{
    return .98 * sin(M_PI / 2 * (2. * r / (CORRELATIONS - 1) - 1));
}

static void fill_grid(const struct problem *p, struct grid *g)
{
    spread(p->studies, p->k, &g->a, &g->b);
    for (int i = 0; i < SIZES; i++)
        for (int j = 0; j < SIZES; j++)
            for (int r = 0; r < CORRELATIONS; r++) {
                double x = size_at(g->a, i), y = size_at(g->b, j);
                struct cc_pool_sym2 m = { x * x, correlation_at(r) * x * y, y * y };
                g->minus[i][j][r] = evaluate(p, m).minus;
            }
}

static bool is_least(const struct grid *g, int i, int j, int r)
{
    static const int step[][3] = { { 1, 0, 0 }, { -1, 0, 0 }, { 0, 1, 0 }, { 0, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } };
    for (size_t n = 0; n < sizeof step / sizeof *step; n++) {
        int x = i + step[n][0], y = j + step[n][1], z = r + step[n][2];
        if (x < 0 || y < 0 || z < 0 || x == SIZES || y == SIZES || z == CORRELATIONS) continue;
        if (g->minus[x][y][z] < g->minus[i][j][r]) return false;
    }
    return true;
}

static struct cc_pool_sym2 search_from(const struct problem *p, gsl_multimin_fdfminimizer *s, const struct grid *g,
                                       int i, int j, int r)
{
    gsl_multimin_function_fdf f = { value, slope_only, value_and_slope, 3, (void *)p };
    double x = size_at(g->a, i), y = size_at(g->b, j), c = correlation_at(r);
    return search(s, &f, (double[]){ x, c * y, sqrt(1 - c * c) * y });
}

static struct cc_pool_sym2 best_of(const struct problem *p, gsl_multimin_fdfminimizer *s)
{
    struct cc_pool_sym2 best = { 0, 0, 0 };
    struct grid g;
    double least = evaluate(p, best).minus;
    fill_grid(p, &g);
    for (int n = 0; n < SIZES * SIZES * CORRELATIONS; n++) {
        int i = n / CORRELATIONS / SIZES, j = n / CORRELATIONS % SIZES, r = n % CORRELATIONS;
        if (!is_least(&g, i, j, r)) continue;
        struct cc_pool_sym2 m = search_from(p, s, &g, i, j, r);
        double minus = evaluate(p, m).minus;
        if (minus < least) {
            least = minus;
            best = m;
        }
    }
    return polish(p, best);
}

/* The simplest point of the boundary that is as likely. */
static struct cc_pool_sym2 settle(const struct problem *p, struct cc_pool_sym2 best, bool *boundary)
{
    double least = evaluate(p, best).minus, straight = copysign(sqrt(best.aa * best.bb), best.ab);
    const struct cc_pool_sym2 edges[] = {
        { 0, 0, 0 }, { 0, 0, best.bb }, { best.aa, 0, 0 }, { best.aa, straight, best.bb }
    };
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        struct cc_pool_sym2 m = polish(p, edges[i]);
        if (evaluate(p, m).minus > least + SAME) continue;
        *boundary = true;
        return m;
    }
    *boundary = false;
    return best;
}

static bool usable(struct cc_pool_effect e)
{
    return isfinite(e.y) && e.v > 0 && !isinf(e.v);
}

enum cc_status cc_bivariate_fit(const struct cc_pool_pair *studies, size_t k, bool reml, struct cc_bivariate *out)
{
    *out = (struct cc_bivariate){ NAN, NAN, { NAN, NAN, NAN }, { NAN, NAN, NAN }, NAN, NAN, false, k };
    for (size_t i = 0; i < k; i++)
        if (!usable(studies[i].sens) || !usable(studies[i].fpr)) return CC_EDOMAIN;
    if (k < 2) return CC_UNDEFINED;
    gsl_multimin_fdfminimizer *s = gsl_multimin_fdfminimizer_alloc(gsl_multimin_fdfminimizer_vector_bfgs2, 3);
    if (!s) return CC_ENOMEM;
    struct problem p = { studies, k, reml };
    out->between = settle(&p, best_of(&p, s), &out->boundary);
    gsl_multimin_fdfminimizer_free(s);
    struct state at = evaluate(&p, out->between);
    out->sens = at.sens;
    out->fpr = at.fpr;
    out->var = at.var;
    out->log_likelihood = -at.minus;
    double both = sqrt(out->between.aa * out->between.bb);
    if (both > 0) out->rho = fmax(-1, fmin(1, out->between.ab / both));
    return CC_OK;
}

double cc_bivariate_log_likelihood(const struct cc_pool_pair *studies, size_t k, bool reml,
                                   struct cc_pool_sym2 between)
{
    return -evaluate(&(struct problem){ studies, k, reml }, between).minus;
}

/* ---- what follows from a fit ---- */

struct cc_hsroc cc_bivariate_hsroc(const struct cc_bivariate *b)
{
    double a = sqrt(b->between.aa), c = sqrt(b->between.bb);
    if (!(a > 0 && c > 0)) return (struct cc_hsroc){ NAN, NAN, NAN, NAN, NAN };
    double up = sqrt(c / a) * b->sens, down = sqrt(a / c) * b->fpr;
    return (struct cc_hsroc){ .lambda = up - down, .theta = (up + down) / 2, .beta = log(c / a),
                              /* on the boundary rounding takes one of them below 0 */
                              .var_alpha = fmax(0, 2 * (a * c - b->between.ab)),
                              .var_theta = fmax(0, (a * c + b->between.ab) / 2) };
}

double cc_bivariate_sroc(const struct cc_bivariate *b, double fpr)
{
    double a = sqrt(b->between.aa), c = sqrt(b->between.bb);
    if (!(fpr > 0 && fpr < 1) || !(a > 0 && c > 0)) return NAN;
    return cc_pool_back(b->sens + a / c * (log(fpr / (1 - fpr)) - b->fpr), CC_POOL_LOGIT, 0);
}

void cc_bivariate_region(const struct cc_bivariate *b, enum cc_pool_region region, double level, double angle,
                         double *fpr, double *sens)
{
    struct cc_pool_sym2 v = region == CC_POOL_PREDICTION ? add(b->var, b->between, 1) : b->var;
    double radius = sqrt(-2 * log1p(-level)); /* root of chi-square with 2 degrees of freedom */
    double x = radius * cos(angle), y = radius * sin(angle), root = sqrt(v.bb);
    *fpr = cc_pool_back(b->fpr + root * x, CC_POOL_LOGIT, 0);
    *sens = cc_pool_back(b->sens + v.ab / root * x + sqrt(fmax(0, v.aa - v.ab * v.ab / v.bb)) * y, CC_POOL_LOGIT, 0);
}

#include "stats/screening/cc_roc.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- the curve ---- */

struct person {
    double score;
    bool is_case;
};

static int by_score(const void *a, const void *b)
{
    double x = ((const struct person *)a)->score, y = ((const struct person *)b)->score;
    return (x > y) - (x < y);
}

/* One step for each distinct score of sorted people. */
static size_t count_steps(const struct person *people, size_t n, struct cc_roc_step *steps)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (!k || steps[k - 1].score != people[i].score)
            steps[k++] = (struct cc_roc_step){ .score = people[i].score };
        steps[k - 1].cases += people[i].is_case;
        steps[k - 1].controls += !people[i].is_case;
    }
    return k;
}

enum cc_status cc_roc_make(const double *score, const bool *is_case, size_t n, struct cc_roc *out)
{
    *out = (struct cc_roc){ 0 };
    for (size_t i = 0; i < n; i++)
        if (isnan(score[i])) return CC_EDOMAIN;
    struct person *people = calloc(n + 1, sizeof *people);
    out->steps = calloc(n + 1, sizeof *out->steps);
    if (!people || !out->steps) {
        free(people);
        cc_roc_free(out);
        return CC_ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        people[i] = (struct person){ score[i], is_case[i] };
        out->cases += is_case[i];
    }
    out->controls = (int64_t)n - out->cases;
    qsort(people, n, sizeof *people, by_score);
    out->n = count_steps(people, n, out->steps);
    free(people);
    return CC_OK;
}

void cc_roc_free(struct cc_roc *r)
{
    free(r->steps);
    *r = (struct cc_roc){ 0 };
}

static int64_t smaller(int64_t smallest, int64_t count)
{
    return count > 0 && (smallest == 0 || count < smallest) ? count : smallest;
}

int64_t cc_roc_smallest(const struct cc_roc *r)
{
    int64_t smallest = 0;
    for (size_t i = 0; i < r->n && r->n <= CC_ROC_FEW_SCORES; i++)
        smallest = smaller(smaller(smallest, r->steps[i].cases), r->steps[i].controls);
    return smallest;
}

/* ---- cut-offs ---- */

static size_t skip_empty(const struct cc_roc *r, size_t at)
{
    while (at < r->n && r->steps[at].cases + r->steps[at].controls == 0) at++;
    return at;
}

struct cc_roc_cut cc_roc_first(const struct cc_roc *r)
{
    size_t at = skip_empty(r, 0);
    return (struct cc_roc_cut){ at, at < r->n ? r->steps[at].score : INFINITY, -INFINITY,
                                r->cases, 0, r->controls, 0 };
}

bool cc_roc_next(const struct cc_roc *r, struct cc_roc_cut *c)
{
    if (c->at >= r->n) return false;
    const struct cc_roc_step *s = &r->steps[c->at];
    c->tp -= s->cases;
    c->fn += s->cases;
    c->fp -= s->controls;
    c->tn += s->controls;
    c->at = skip_empty(r, c->at + 1);
    c->score = c->at < r->n ? r->steps[c->at].score : INFINITY;
    c->middle = (s->score + c->score) / 2;
    return true;
}

static double share(int64_t x, int64_t rest)
{
    return x + rest ? (double)x / (double)(x + rest) : NAN;
}

double cc_roc_sensitivity(const struct cc_roc_cut *c)
{
    return share(c->tp, c->fn);
}

double cc_roc_specificity(const struct cc_roc_cut *c)
{
    return share(c->tn, c->fp);
}

double cc_roc_criterion(enum cc_roc_rule rule, const struct cc_roc_cut *c)
{
    double missed = share(c->fn, c->tp), alarms = share(c->fp, c->tn);
    return rule == CC_ROC_YOUDEN ? cc_roc_sensitivity(c) - alarms : missed * missed + alarms * alarms;
}

/* The criterion times (cases x controls), or its square. */
long double cc_roc_merit(enum cc_roc_rule rule, const struct cc_roc_cut *c)
{
    long double cases = (long double)(c->tp + c->fn), controls = (long double)(c->fp + c->tn);
    long double missed = (long double)c->fn * controls, alarms = (long double)c->fp * cases;
    return rule == CC_ROC_YOUDEN ? -(missed + alarms) : -(missed * missed + alarms * alarms);
}

size_t cc_roc_best(const struct cc_roc *r, enum cc_roc_rule rule, struct cc_roc_cut *best)
{
    struct cc_roc_cut c = *best = cc_roc_first(r);
    long double most = cc_roc_merit(rule, &c);
    size_t ties = 1;
    while (cc_roc_next(r, &c)) {
        long double merit = cc_roc_merit(rule, &c);
        if (merit > most) {
            *best = c;
            most = merit;
            ties = 1;
        } else {
            ties += merit == most;
        }
    }
    return ties;
}

/* ---- areas ---- */

/* The share of the other class that somebody at a step stands on the right side of, ties half: by the number
 * below and at the step. */
static double placed(int64_t below, int64_t tied, int64_t all)
{
    return ((double)below + (double)tied / 2) / (double)all;
}

/* The sums over cases and over controls of the products of two placements, less their means. */
struct spread {
    double cases, controls;
};

static double variance_of(struct spread s, int64_t cases, int64_t controls)
{
    if (cases < 2 || controls < 2) return NAN;
    double m = (double)cases, n = (double)controls;
    return s.cases / (m - 1) / m + s.controls / (n - 1) / n;
}

static double delong(const struct cc_roc *r, double auc)
{
    struct spread sum = { 0, 0 };
    int64_t controls = 0, cases = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct cc_roc_step *s = &r->steps[i];
        double x = placed(controls, s->controls, r->controls) - auc;
        double y = 1 - placed(cases, s->cases, r->cases) - auc;
        sum.cases += (double)s->cases * x * x;
        sum.controls += (double)s->controls * y * y;
        controls += s->controls;
        cases += s->cases;
    }
    return variance_of(sum, r->cases, r->controls);
}

static double hanley_mcneil(double auc, double m, double n)
{
    double q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc);
    return sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc * auc) + (n - 1) * (q2 - auc * auc)) / (m * n));
}

double cc_roc_u(const struct cc_roc *r)
{
    double twice = 0;
    int64_t below = 0;
    for (size_t i = 0; i < r->n; i++) {
        twice += (double)r->steps[i].cases * (double)(2 * below + r->steps[i].controls);
        below += r->steps[i].controls;
    }
    return twice / 2;
}

enum cc_status cc_roc_auc(const struct cc_roc *r, struct cc_auc *out)
{
    *out = (struct cc_auc){ NAN, NAN, NAN, NAN, false };
    if (!r->cases || !r->controls) return CC_UNDEFINED;
    double m = (double)r->cases, n = (double)r->controls, u = cc_roc_u(r), auc = u / (m * n);
    *out = (struct cc_auc){ auc, u, delong(r, auc), hanley_mcneil(auc, m, n), u == 0 || u == m * n };
    return CC_OK;
}

enum cc_status cc_roc_limits(double auc, double se, bool logit, double level, struct cc_interval *out)
{
    *out = CC_NO_INTERVAL;
    if (!cc_level_valid(level) || auc < 0 || auc > 1) return CC_EDOMAIN;
    out->estimate = auc;
    if (isnan(auc) || isnan(se) || (logit && (auc == 0 || auc == 1))) return CC_UNDEFINED;
    double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2);
    if (logit) {
        double odds = log(auc / (1 - auc)), half = z * se / (auc * (1 - auc));
        out->lower = 1 / (1 + exp(half - odds));
        out->upper = 1 / (1 + exp(-half - odds));
    } else {
        out->lower = fmax(0, auc - z * se);
        out->upper = fmin(1, auc + z * se);
    }
    return CC_OK;
}

/* The area under the line from (x0, y0) to (x1, y1), x0 < x1, between from and to. */
static double strip(double x0, double y0, double x1, double y1, double from, double to)
{
    double a = fmax(x0, from), b = fmin(x1, to), slope = (y1 - y0) / (x1 - x0);
    return a < b ? (b - a) * (y0 + slope * ((a + b) / 2 - x0)) : 0;
}

enum cc_status cc_roc_partial(const struct cc_roc *r, struct cc_roc_range range, struct cc_roc_partial *out)
{
    *out = (struct cc_roc_partial){ NAN, NAN };
    if (!(range.from >= 0 && range.from < range.to && range.to <= 1)) return CC_EDOMAIN;
    if (!r->cases || !r->controls) return CC_UNDEFINED;
    struct cc_roc_cut c = cc_roc_first(r);
    double area = 0, sensitivity = 1, specificity = 0;
    while (cc_roc_next(r, &c)) {
        double se = cc_roc_sensitivity(&c), sp = cc_roc_specificity(&c);
        if (range.focus == CC_ROC_SPECIFICITY && sp > specificity)
            area += strip(specificity, sensitivity, sp, se, range.from, range.to);
        if (range.focus == CC_ROC_SENSITIVITY && se < sensitivity)
            area += strip(se, sp, sensitivity, specificity, range.from, range.to);
        sensitivity = se;
        specificity = sp;
    }
    double most = range.to - range.from, diagonal = most * (1 - (range.from + range.to) / 2);
    *out = (struct cc_roc_partial){ area, (1 + (area - diagonal) / (most - diagonal)) / 2 };
    return CC_OK;
}

double cc_roc_average_precision(const struct cc_roc *r)
{
    if (!r->cases) return NAN;
    double sum = 0;
    int64_t cases = 0, all = 0;
    for (size_t i = r->n; i-- > 0;) {
        const struct cc_roc_step *s = &r->steps[i];
        cases += s->cases;
        all += s->cases + s->controls;
        if (s->cases) sum += (double)s->cases * (double)cases / (double)all;
    }
    return sum / (double)r->cases;
}

/* ---- two curves ---- */

static const struct cc_roc_comparison NOTHING = { NAN, NAN, NAN, NAN, NAN, NAN, NAN,
                                                  NAN, NAN, NAN, NAN, NAN, NAN };

/* How each step's people are placed among the other class. */
struct places {
    double *of_case, *of_control; /* n of the curve each */
};

static bool find_places(const struct cc_roc *r, struct places *out)
{
    *out = (struct places){ calloc(r->n + 1, sizeof(double)), calloc(r->n + 1, sizeof(double)) };
    if (!out->of_case || !out->of_control) return false;
    int64_t controls = 0, cases = 0;
    for (size_t i = 0; i < r->n; i++) {
        out->of_case[i] = placed(controls, r->steps[i].controls, r->controls);
        out->of_control[i] = 1 - placed(cases, r->steps[i].cases, r->cases);
        controls += r->steps[i].controls;
        cases += r->steps[i].cases;
    }
    return true;
}

static void free_places(struct places *p)
{
    free(p->of_case);
    free(p->of_control);
}

static size_t step_of(const struct cc_roc *r, double score)
{
    size_t low = 0, high = r->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (r->steps[middle].score <= score) low = middle;
        else high = middle;
    }
    return low;
}

struct side {
    const double *score;
    struct cc_roc roc;
    struct cc_auc auc;
    struct places at;
};

static enum cc_status make_side(const double *score, const bool *is_case, size_t n, struct side *s)
{
    *s = (struct side){ .score = score };
    enum cc_status st = cc_roc_make(score, is_case, n, &s->roc);
    if (st == CC_OK) st = cc_roc_auc(&s->roc, &s->auc);
    if (st == CC_OK && !find_places(&s->roc, &s->at)) st = CC_ENOMEM;
    return st;
}

static void free_side(struct side *s)
{
    cc_roc_free(&s->roc);
    free_places(&s->at);
}

static double covariance(const struct side *a, const struct side *b, const bool *is_case, size_t n)
{
    struct spread sum = { 0, 0 };
    for (size_t i = 0; i < n; i++) {
        size_t x = step_of(&a->roc, a->score[i]), y = step_of(&b->roc, b->score[i]);
        if (is_case[i]) sum.cases += (a->at.of_case[x] - a->auc.auc) * (b->at.of_case[y] - b->auc.auc);
        else sum.controls += (a->at.of_control[x] - a->auc.auc) * (b->at.of_control[y] - b->auc.auc);
    }
    return variance_of(sum, a->roc.cases, a->roc.controls);
}

/* From areas and variances to the test; df NaN: normal. */
static enum cc_status test(double level, struct cc_roc_comparison *c)
{
    c->difference = c->auc1 - c->auc2;
    double variance = c->var1 + c->var2 - 2 * c->cov;
    c->se = variance < 0 ? 0 : sqrt(variance); /* below 0 by rounding, if the scores are the same */
    if (isnan(c->se)) return CC_UNDEFINED;
    double tail = (1 - level) / 2;
    double reach = isnan(c->df) ? gsl_cdf_ugaussian_Qinv(tail) : gsl_cdf_tdist_Qinv(tail, c->df);
    if (c->se == 0) return CC_UNDEFINED;
    c->lower = fmax(-1, c->difference - reach * c->se);
    c->upper = fmin(1, c->difference + reach * c->se);
    c->z = c->difference / c->se;
    c->p_normal = 2 * gsl_cdf_ugaussian_Q(fabs(c->z));
    if (!isnan(c->df)) c->p_t = 2 * gsl_cdf_tdist_Q(fabs(c->z), c->df);
    return CC_OK;
}

enum cc_status cc_roc_compare_paired(const double *a, const double *b, const bool *is_case, size_t n,
                                     double level, struct cc_roc_comparison *out)
{
    *out = NOTHING;
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    struct side x = { 0 }, y = { 0 };
    enum cc_status st = make_side(a, is_case, n, &x);
    if (st == CC_OK) st = make_side(b, is_case, n, &y);
    if (st == CC_OK) {
        out->auc1 = x.auc.auc;
        out->auc2 = y.auc.auc;
        out->var1 = x.auc.variance;
        out->var2 = y.auc.variance;
        out->cov = covariance(&x, &y, is_case, n);
        st = test(level, out);
    }
    free_side(&x);
    free_side(&y);
    return st;
}

enum cc_status cc_roc_compare_unpaired(const struct cc_roc *a, const struct cc_roc *b, double level,
                                       struct cc_roc_comparison *out)
{
    *out = NOTHING;
    if (!cc_level_valid(level)) return CC_EDOMAIN;
    struct cc_auc x, y;
    if (cc_roc_auc(a, &x) != CC_OK || cc_roc_auc(b, &y) != CC_OK) return CC_UNDEFINED;
    out->auc1 = x.auc;
    out->auc2 = y.auc;
    out->var1 = x.variance;
    out->var2 = y.variance;
    out->cov = 0;
    double sum = x.variance + y.variance, n1 = (double)(a->cases + a->controls),
           n2 = (double)(b->cases + b->controls);
    out->df = sum * sum / (x.variance * x.variance / (n1 - 1) + y.variance * y.variance / (n2 - 1));
    return test(level, out);
}

/* How often intervals hold the truth, by adding up the probabilities of all outcomes: no simulation.
 * The tables of report/handbook/intervals.md must be what is computed here; `test_coverage --print` writes them. */
#include <stdlib.h>

#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_tail.h"
#include "stats/screening/cc_screen.h"
#include "tests/tap.h"

static const double LEVEL = 0.95;

static double mass(int64_t x, int64_t n, double p)
{
    return cc_binomial_mass((double)x, (double)n, p, 1 - p);
}

/* Least and mean coverage over a grid of truths. */
struct coverage {
    double least, sum;
    int n;
};

static void add(struct coverage *c, double covered)
{
    if (c->n == 0 || covered < c->least) c->least = covered;
    c->sum += covered;
    c->n++;
}

static double mean(const struct coverage *c)
{
    return c->sum / c->n;
}

/* A limit that is not there does not exclude anything. */
static bool holds(const struct cc_interval *ci, double truth)
{
    double slack = 1e-12 * fmax(1, fabs(truth));
    return !(ci->lower > truth + slack) && !(ci->upper < truth - slack);
}

static void row(struct cc_buf *b, const char *what, const char *method, const char *size, const struct coverage *c)
{
    if (!cc_buf_printf(b, "| %s | %s | %s | %.1f | %.1f |\n", what, method, size, 100 * mean(c), 100 * c->least))
        exit(1);
}

/* ---- one proportion ---- */

static const char *const METHODS[CC_PROP_METHODS] = {
    [CC_PROP_WILSON] = "wilson", [CC_PROP_WILSON_CC] = "wilson-cc", [CC_PROP_CLOPPER_PEARSON] = "clopper-pearson",
    [CC_PROP_AGRESTI_COULL] = "agresti-coull", [CC_PROP_JEFFREYS] = "jeffreys",
    [CC_PROP_JEFFREYS_UNADJUSTED] = "jeffreys-unadjusted", [CC_PROP_MID_P] = "mid-p", [CC_PROP_WALD] = "wald",
    [CC_PROP_BLAKER] = "blaker", [CC_PROP_STERNE] = "sterne",
};

static struct coverage of_proportion(enum cc_prop_method m, int64_t n)
{
    struct cc_interval *ci = calloc((size_t)n + 1, sizeof *ci);
    struct coverage c = { 0 };
    for (int64_t x = 0; x <= n; x++)
        if (!ci || cc_prop_interval(m, x, n, (struct cc_limits){ .level = LEVEL }, &ci[x]) != CC_OK) exit(1);
    for (int i = 5; i <= 495; i++) {
        double p = i / 500.0, covered = 0;
        for (int64_t x = 0; x <= n; x++)
            if (holds(&ci[x], p)) covered += mass(x, n, p);
        add(&c, covered);
    }
    free(ci);
    return c;
}

static void test_proportions(struct cc_buf *b)
{
    static const int64_t sizes[] = { 10, 30, 100, 300 };
    for (int m = 0; m < CC_PROP_METHODS; m++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct coverage c = of_proportion((enum cc_prop_method)m, sizes[s]);
            char size[32];
            snprintf(size, sizeof size, "%d", (int)sizes[s]);
            row(b, "proportion", METHODS[m], size, &c);
            if (m == CC_PROP_CLOPPER_PEARSON || m == CC_PROP_BLAKER || m == CC_PROP_STERNE) OK(c.least >= LEVEL);
            if (m == CC_PROP_WILSON_CC) OK(c.least >= 0.94);
            if (m == CC_PROP_WILSON || m == CC_PROP_MID_P) OK(mean(&c) > 0.945 && mean(&c) < 0.985);
            if (m == CC_PROP_WALD) OK(c.least < (sizes[s] > 100 ? 0.9 : 0.7));
        }
}

/* ---- measures of two groups of given sizes ---- */

static double truth_of(const char *measure, double se, double sp)
{
    if (!strcmp(measure, "youden")) return se + sp - 1;
    if (!strncmp(measure, "lr_pos", 6)) return se / (1 - sp);
    if (!strncmp(measure, "lr_neg", 6)) return (1 - se) / sp;
    if (!strncmp(measure, "dor", 3)) return se * sp / ((1 - se) * (1 - sp));
    double p = 0.05;
    if (measure[0] == 'p') return se * p / (se * p + (1 - sp) * (1 - p));
    return sp * (1 - p) / (sp * (1 - p) + (1 - se) * p);
}

static const struct {
    const char *measure, *method;
    int kind, code; /* 0 youden, 1 ratio, 2 ratio with 0.5, 3 ppv, 4 npv; 5 and 6 the same with 0.5 */
} MEASURES[] = {
    { "youden", "newcombe-hybrid-score", 0, CC_YOUDEN_NEWCOMBE },
    { "youden", "wald", 0, CC_YOUDEN_WALD },
    { "youden", "sum-of-exact-limits", 0, CC_YOUDEN_SUM_EXACT },
    { "youden", "sum-of-wilson-limits", 0, CC_YOUDEN_SUM_WILSON },
    { "lr_pos", "log-wald", 1, CC_SCREEN_LR_POS },
    { "lr_neg", "log-wald", 1, CC_SCREEN_LR_NEG },
    { "dor", "log-wald", 1, CC_SCREEN_DOR },
    { "lr_pos_haldane", "log-wald-plus-half", 2, CC_SCREEN_LR_POS },
    { "lr_neg_haldane", "log-wald-plus-half", 2, CC_SCREEN_LR_NEG },
    { "dor_haldane", "log-wald-plus-half", 2, CC_SCREEN_DOR },
    { "ppv_at_prev_0.05", "logit-mercaldo-2007", 3, 0 },
    { "npv_at_prev_0.05", "logit-mercaldo-2007", 4, 0 },
    { "ppv_at_prev_0.05_haldane", "logit-mercaldo-2007-plus-half", 5, 0 },
    { "npv_at_prev_0.05_haldane", "logit-mercaldo-2007-plus-half", 6, 0 },
};
enum { N_MEASURES = sizeof MEASURES / sizeof *MEASURES };

static struct cc_interval interval_of(size_t i, struct cc_table22 t)
{
    struct cc_estimate e;
    enum cc_status st;
    switch (MEASURES[i].kind) {
    case 0: st = cc_screen_youden((enum cc_screen_youden)MEASURES[i].code, t, LEVEL, &e); break;
    case 1: st = cc_screen_ratio((enum cc_screen_ratio)MEASURES[i].code, t, 0, LEVEL, &e); break;
    case 2: st = cc_screen_ratio((enum cc_screen_ratio)MEASURES[i].code, t, 0.5, LEVEL, &e); break;
    case 3: case 5: st = cc_screen_ppv_at(0.05, MEASURES[i].kind == 5 ? 0.5 : 0, t, LEVEL, &e); break;
    default: st = cc_screen_npv_at(0.05, MEASURES[i].kind == 6 ? 0.5 : 0, t, LEVEL, &e);
    }
    return st == CC_OK ? e.ci : CC_NO_INTERVAL;
}

static struct coverage of_measure(size_t m, int64_t n1, int64_t n0)
{
    struct cc_interval *ci = calloc((size_t)((n1 + 1) * (n0 + 1)), sizeof *ci);
    struct coverage c = { 0 };
    if (!ci) exit(1);
    for (int64_t x = 0; x <= n1; x++)
        for (int64_t y = 0; y <= n0; y++)
            ci[x * (n0 + 1) + y] = interval_of(m, (struct cc_table22){ x, n1 - x, n0 - y, y });
    for (int i = 10; i <= 19; i++)
        for (int k = 10; k <= 19; k++) {
            double se = i / 20.0, sp = k / 20.0, truth = truth_of(MEASURES[m].measure, se, sp), covered = 0;
            for (int64_t y = 0; y <= n0; y++) {
                double inner = 0;
                for (int64_t x = 0; x <= n1; x++)
                    if (holds(&ci[x * (n0 + 1) + y], truth)) inner += mass(x, n1, se);
                covered += inner * mass(y, n0, sp);
            }
            add(&c, covered);
        }
    free(ci);
    return c;
}

static void test_measures(struct cc_buf *b)
{
    static const int64_t sizes[][2] = { { 10, 30 }, { 25, 83 } };
    for (size_t m = 0; m < N_MEASURES; m++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct coverage c = of_measure(m, sizes[s][0], sizes[s][1]);
            char size[32];
            snprintf(size, sizeof size, "%d + %d", (int)sizes[s][0], (int)sizes[s][1]);
            row(b, MEASURES[m].measure, MEASURES[m].method, size, &c);
            if (MEASURES[m].kind != 0) OK(c.least > 0.88);
            else if (MEASURES[m].code == CC_YOUDEN_NEWCOMBE) OK(c.least > 0.9 && mean(&c) > 0.94);
            else if (MEASURES[m].code == CC_YOUDEN_SUM_EXACT) OK(c.least > 0.97);
            else if (MEASURES[m].code == CC_YOUDEN_WALD) OK(c.least < 0.9);
        }
}

/* ---- kappa: all tables of n children ---- */

static double kappa_truth(double prevalence, double se, double sp)
{
    double tp = prevalence * se, fp = (1 - prevalence) * (1 - sp), flagged = tp + fp;
    double agree = tp + (1 - prevalence) * sp, chance = flagged * prevalence + (1 - flagged) * (1 - prevalence);
    return (agree - chance) / (1 - chance);
}

static double kappa_covered(int64_t n, double prevalence, double se, double sp)
{
    double truth = kappa_truth(prevalence, se, sp), covered = 0;
    for (int64_t n1 = 0; n1 <= n; n1++)
        for (int64_t x = 0; x <= n1; x++) {
            double weight = mass(n1, n, prevalence) * mass(x, n1, se);
            if (weight < 1e-12) continue;
            for (int64_t y = 0; y <= n - n1; y++) {
                struct cc_estimate e;
                struct cc_table22 t = { x, n1 - x, n - n1 - y, y };
                if (cc_screen_kappa(t, LEVEL, &e) != CC_OK) e = CC_NO_ESTIMATE;
                if (holds(&e.ci, truth)) covered += weight * mass(y, n - n1, sp);
            }
        }
    return covered;
}

static void test_kappa(struct cc_buf *b)
{
    static const double p[] = { 0.1, 0.3 }, s[] = { 0.7, 0.9 };
    static const int64_t sizes[] = { 30, 80 };
    for (size_t k = 0; k < 2; k++) {
        struct coverage c = { 0 };
        char size[32];
        for (int i = 0; i < 8; i++) add(&c, kappa_covered(sizes[k], p[i & 1], s[i >> 1 & 1], s[i >> 2 & 1]));
        snprintf(size, sizeof size, "%d", (int)sizes[k]);
        row(b, "kappa", "fleiss-cohen-everitt-1969", size, &c);
        OK(c.least > 0.8);
    }
}

int main(int argc, char **argv)
{
    struct cc_buf b = { 0 };
    struct cc_error err = { 0 };
    char *page = NULL;
    test_proportions(&b);
    test_measures(&b);
    test_kappa(&b);
    if (argc > 1 && !strcmp(argv[1], "--print")) fputs(b.data, stdout);
    if (OK(cc_text_read("report/handbook/intervals.md", &page, &err) == CC_OK) && !OK(strstr(page, b.data) != NULL))
        printf("# report/handbook/intervals.md is out of date: %s --print\n", argv[0]);
    free(page);
    cc_buf_free(&b);
    return tap_done();
}

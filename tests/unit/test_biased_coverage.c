/* How often the intervals of biased designs hold the truth, by adding up the probabilities of all outcomes.
 * The second table of report/handbook/intervals.md must be what is computed here; --print writes it. */
#include <stdlib.h>

#include "datasets/base/cc_text.h"
#include "stats/screening/cc_biased.h"
#include "tests/tap.h"

static const struct cc_limits WANT = { .level = 0.95 };
enum { METHODS = 4 };

struct coverage {
    double least, sum;
    int n;
};

static double mass(int64_t x, int64_t n, double p)
{
    return cc_binomial_mass((double)x, (double)n, p, 1 - p);
}

static void add(struct coverage *c, double covered)
{
    if (c->n == 0 || covered < c->least) c->least = covered;
    c->sum += covered;
    c->n++;
}

/* A limit that is not there excludes nothing. */
static bool holds(enum cc_status st, const struct cc_estimate *e, double truth)
{
    return st != CC_OK || (!(e->ci.lower > truth + 1e-12) && !(e->ci.upper < truth - 1e-12));
}

static void row(struct cc_buf *b, const char *what, const char *method, const char *size, const struct coverage *c)
{
    if (!cc_buf_printf(b, "| %s | %s | %s | %.1f | %.1f |\n", what, method, size, 100 * c->sum / c->n, 100 * c->least))
        exit(1);
}

/* ---- 80 children, eight of ten flagged and a quarter of the others verified ---- */

enum { SCREENED = 80, PARTIAL = 9 };

struct truth {
    double prevalence, se, sp;
};

static const struct {
    enum cc_begg_greenes what;
    enum cc_biased_limits limits;
    const char *name, *method;
} BG[PARTIAL - 1] = {
    { CC_BG_SENSITIVITY, CC_BIASED_PROFILE, "bg_se", "profile-likelihood" },
    { CC_BG_SENSITIVITY, CC_BIASED_LOGIT, "bg_se", "logit" },
    { CC_BG_SENSITIVITY, CC_BIASED_WALD, "bg_se", "wald" },
    { CC_BG_SPECIFICITY, CC_BIASED_PROFILE, "bg_sp", "profile-likelihood" },
    { CC_BG_SPECIFICITY, CC_BIASED_LOGIT, "bg_sp", "logit" },
    { CC_BG_SPECIFICITY, CC_BIASED_WALD, "bg_sp", "wald" },
    { CC_BG_PREVALENCE, CC_BIASED_LOGIT, "bg_prevalence", "logit" },
    { CC_BG_PREVALENCE, CC_BIASED_WALD, "bg_prevalence", "wald" },
};

static void add_table(const struct cc_verified *v, double weight, struct truth t, double covered[PARTIAL])
{
    const double truths[] = { [CC_BG_PREVALENCE] = t.prevalence, [CC_BG_SENSITIVITY] = t.se,
                              [CC_BG_SPECIFICITY] = t.sp };
    struct cc_estimate e;
    for (int m = 0; m < PARTIAL - 1; m++) {
        enum cc_status st = cc_begg_greenes(BG[m].what, BG[m].limits, v, WANT.level, &e);
        if (holds(st, &e, truths[BG[m].what])) covered[m] += weight;
    }
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, v->known.tp, v->known.tp + v->known.fn, WANT, &e.ci);
    if (holds(st, &e, t.se)) covered[PARTIAL - 1] += weight;
}

static void partial(struct truth t, double covered[PARTIAL])
{
    double flagged = t.prevalence * t.se + (1 - t.prevalence) * (1 - t.sp), ppv = t.prevalence * t.se / flagged;
    double miss = t.prevalence * (1 - t.se) / (1 - flagged);
    for (int64_t f = 0; f <= SCREENED; f++) {
        int64_t n1 = f - f / 5, n0 = (SCREENED - f + 3) / 4;
        for (int64_t x = 0; x <= n1; x++)
            for (int64_t y = 0; y <= n0; y++) {
                double weight = mass(f, SCREENED, flagged) * mass(x, n1, ppv) * mass(y, n0, miss);
                struct cc_verified v = { { .tp = x, .fp = n1 - x, .fn = y, .tn = n0 - y }, f - n1, SCREENED - f - n0 };
                if (weight > 1e-9) add_table(&v, weight, t, covered);
                else for (int m = 0; m < PARTIAL; m++) covered[m] += weight;
            }
    }
}

static void test_begg_greenes(struct cc_buf *b)
{
    static const struct truth truths[] = { { 0.1, 0.8, 0.9 }, { 0.2, 0.6, 0.8 }, { 0.2, 0.9, 0.9 },
                                           { 0.3, 0.7, 0.7 }, { 0.4, 0.8, 0.9 } };
    struct coverage c[PARTIAL] = { { 0 } };
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        double covered[PARTIAL] = { 0 };
        partial(truths[i], covered);
        for (int m = 0; m < PARTIAL; m++) add(&c[m], covered[m]);
    }
    for (int m = 0; m < PARTIAL - 1; m++) row(b, BG[m].name, BG[m].method, "80", &c[m]);
    row(b, "bg_se", "naive, wilson", "80", &c[PARTIAL - 1]);
    OK(c[0].least > 0.88 && c[0].sum / c[0].n > 0.92);
    OK(c[PARTIAL - 1].least < 0.75); /* as Begg and Greenes say */
}

/* ---- 60 children on a tool that was validated in 20 with and 40 without the condition ---- */

enum { TESTED = 60, WITH = 20, WITHOUT = 40 };

static enum cc_status corrected(int m, int64_t x, int64_t a, int64_t s, struct cc_estimate *e)
{
    struct cc_share positive = { x, TESTED }, se = { a, WITH }, sp = { s, WITHOUT };
    if (m < 2)
        return cc_rogan_gladen_estimated(m == 0 ? CC_RG_LANG_REICZIGEL : CC_RG_DELTA, positive, se, sp, WANT, e);
    return cc_rogan_gladen(m == 2 ? CC_PROP_WILSON : CC_PROP_WALD, x, TESTED, (double)a / WITH, (double)s / WITHOUT,
                           WANT, e);
}

static void estimated(struct truth t, double covered[METHODS])
{
    double apparent = t.prevalence * t.se + (1 - t.prevalence) * (1 - t.sp);
    struct cc_estimate e;
    for (int64_t x = 0; x <= TESTED; x++)
        for (int64_t a = 0; a <= WITH; a++)
            for (int64_t s = 0; s <= WITHOUT; s++) {
                double weight = mass(x, TESTED, apparent) * mass(a, WITH, t.se) * mass(s, WITHOUT, t.sp);
                for (int m = 0; m < METHODS; m++)
                    if (weight < 1e-9 || holds(corrected(m, x, a, s, &e), &e, t.prevalence)) covered[m] += weight;
            }
}

static void test_rogan_gladen(struct cc_buf *b)
{
    static const double prevalences[] = { 0.05, 0.1, 0.3, 0.5 };
    static const struct truth tools[] = { { 0, 0.9, 0.8 }, { 0, 0.8, 0.95 }, { 0, 0.7, 0.9 } };
    static const char *const names[METHODS] = { "lang-reiczigel", "rogan-gladen-delta", "rogan-gladen-wilson",
                                                "rogan-gladen-wald" };
    struct coverage c[METHODS] = { { 0 } };
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++) {
            double covered[METHODS] = { 0 };
            estimated((struct truth){ prevalences[i], tools[k].se, tools[k].sp }, covered);
            for (int m = 0; m < METHODS; m++) add(&c[m], covered[m]);
        }
    for (int m = 0; m < METHODS; m++) row(b, "true_prevalence", names[m], "60; 20 + 40", &c[m]);
    OK(c[0].least > 0.93);
    OK(c[2].least < 0.9); /* a validation study is not exact knowledge */
}

/* ---- two tools in sequence, each from a study of its own: the sensitivity of "positive on both" ---- */

static void sequence(int64_t n1, int64_t n2, const char *size, struct cc_buf *b)
{
    struct coverage c = { 0 };
    for (double p = 0.5; p < 0.96; p += 0.05)
        for (double q = 0.5; q < 0.96; q += 0.05) {
            double covered = 0;
            struct cc_estimate e;
            for (int64_t x = 0; x <= n1; x++)
                for (int64_t y = 0; y <= n2; y++) {
                    struct cc_share a = { x, n1 }, s = { y, n2 };
                    if (holds(cc_product(a, s, WANT.level, &e), &e, p * q))
                        covered += mass(x, n1, p) * mass(y, n2, q);
                }
            add(&c, covered);
        }
    row(b, "both_sensitivity", "wilson-square-and-add", size, &c);
    OK(c.least > 0.9);
}

int main(int argc, char **argv)
{
    struct cc_buf b = { 0 };
    struct cc_error err = { 0 };
    char *page = NULL;
    test_begg_greenes(&b);
    test_rogan_gladen(&b);
    sequence(20, 30, "20; 30", &b);
    sequence(80, 60, "80; 60", &b);
    if (argc > 1 && !strcmp(argv[1], "--print")) fputs(b.data, stdout);
    if (OK(cc_text_read("report/handbook/intervals.md", &page, &err) == CC_OK) && !OK(strstr(page, b.data) != NULL))
        printf("# report/handbook/intervals.md is out of date: %s --print\n", argv[0]);
    free(page);
    cc_buf_free(&b);
    return tap_done();
}

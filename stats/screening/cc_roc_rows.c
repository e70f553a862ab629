#include "stats/screening/cc_roc_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/base/cc_text.h"

/* What all rows of one score, or of two, are made with. */
struct place {
    const struct cc_roc_ask *ask;
    const struct cc_roc_sink *sink;
    int way;
    bool ok;
};

static const char *cutoff_text(int way, double score, char buf[48])
{
    char digits[32];
    snprintf(buf, 48, "%s %s", way > 0 ? ">=" : "<=", cc_format_double(score * way, digits));
    return buf;
}

struct line {
    const char *measure;
    double estimate, se, lower, upper;
    const char *method, *cutoff, *note; /* NULL: NA, NA, nothing */
};

static void put(struct place *p, struct line l)
{
    const struct cc_roc_row row = { l.measure, l.estimate, l.se, l.lower, l.upper,
                                    isnan(l.lower) ? NAN : p->ask->resampling.level, l.method ? l.method : "NA",
                                    l.cutoff ? l.cutoff : "NA", l.note ? l.note : "" };
    p->ok = p->ok && p->sink->put(p->sink->to, &row);
}

static void put_plain(struct place *p, const char *measure, double x, const char *method, const char *note)
{
    put(p, (struct line){ measure, x, NAN, NAN, NAN, method, NULL, note });
}

/* ---- bootstrap ---- */

enum { BOOT_AUC, BOOT_PAUC, BOOT_MCCLISH, BOOT_PRECISION, BOOT_RULES, BOOT_PER_RULE = 3 };
enum { BOOTS = BOOT_RULES + BOOT_PER_RULE * CC_ROC_RULES };

struct boot {
    struct cc_interval ci[BOOTS];
    double se[BOOTS];
};

static void statistics(const struct cc_roc *r, const void *context, double *out)
{
    const struct cc_roc_ask *ask = context;
    struct cc_roc_partial partial = { NAN, NAN };
    out[BOOT_AUC] = cc_roc_u(r) / ((double)r->cases * (double)r->controls);
    if (ask->has_partial && cc_roc_partial(r, ask->partial, &partial) != CC_OK) partial.area = NAN;
    out[BOOT_PAUC] = partial.area;
    out[BOOT_MCCLISH] = partial.corrected;
    out[BOOT_PRECISION] = cc_roc_average_precision(r);
    for (int rule = 0; rule < CC_ROC_RULES; rule++) {
        struct cc_roc_cut best;
        double *at = out + BOOT_RULES + BOOT_PER_RULE * rule;
        cc_roc_best(r, (enum cc_roc_rule)rule, &best);
        at[0] = best.score;
        at[1] = cc_roc_sensitivity(&best);
        at[2] = cc_roc_specificity(&best);
    }
}

static enum cc_status resample(const struct cc_roc *r, const struct cc_roc_ask *ask, struct boot *b)
{
    for (size_t i = 0; i < BOOTS; i++) {
        b->ci[i] = CC_NO_INTERVAL;
        b->se[i] = NAN;
    }
    if (!ask->resampling.rounds) return CC_OK;
    enum cc_status st = cc_roc_bootstrap(r, ask->resampling, BOOTS, statistics, ask, b->ci, b->se);
    return st == CC_UNDEFINED ? CC_OK : st;
}

/* ---- the summary of one score ---- */

static const char *why_undefined(const struct cc_roc *r)
{
    return !r->cases ? "no case" : !r->controls ? "no control" : NULL;
}

static const char *note_of_auc(const struct cc_roc *r, const struct cc_auc *a, double se)
{
    const char *why = why_undefined(r);
    if (why) return why;
    if (a->separated) return "complete separation: a standard error of 0 is no certainty";
    if (isnan(se)) return "one case or one control: no standard error by this method";
    if (se == 0) return "no width: the scores of each class do not differ";
    return a->auc < 0.5 ? "below 0.5: cases score on the other side than --direction says" : NULL;
}

static void put_auc(struct place *p, const struct cc_roc *r, const struct boot *b)
{
    struct cc_auc a;
    enum cc_status st = cc_roc_auc(r, &a); /* undefined: all NaN, printed as NA */
    static const char *const methods[] = { "delong", "delong-logit", "hanley-mcneil" };
    const double se[] = { sqrt(a.variance), sqrt(a.variance), a.hanley_mcneil_se };
    for (size_t i = 0; i < 3; i++) {
        struct cc_interval ci = CC_NO_INTERVAL;
        if (st == CC_OK && cc_roc_limits(a.auc, se[i], i == 1, p->ask->resampling.level, &ci) != CC_OK)
            ci.lower = ci.upper = NAN;
        put(p, (struct line){ "auc", a.auc, se[i], ci.lower, ci.upper, methods[i], NULL,
                              note_of_auc(r, &a, se[i]) });
    }
    if (p->ask->resampling.rounds)
        put(p, (struct line){ "auc", a.auc, b->se[BOOT_AUC], b->ci[BOOT_AUC].lower, b->ci[BOOT_AUC].upper,
                              "bootstrap-percentile", NULL, note_of_auc(r, &a, b->se[BOOT_AUC]) });
    put_plain(p, "gini", 2 * a.auc - 1, NULL, why_undefined(r));
    put_plain(p, "wilcoxon_U", a.u, NULL, why_undefined(r));
}

static void put_booted(struct place *p, const char *measure, double estimate, const struct boot *b, size_t i,
                       const char *note)
{
    put(p, (struct line){ measure, estimate, b->se[i], b->ci[i].lower, b->ci[i].upper,
                          p->ask->resampling.rounds ? "bootstrap-percentile" : NULL, NULL, note });
}

static void put_partial(struct place *p, const struct cc_roc *r, const struct boot *b)
{
    struct cc_roc_partial partial;
    enum cc_status st = cc_roc_partial(r, p->ask->partial, &partial);
    char note[128];
    const char *why = why_undefined(r);
    snprintf(note, sizeof note, "%s from %.15g to %.15g%s%s",
             p->ask->partial.focus == CC_ROC_SPECIFICITY ? "specificity" : "sensitivity", p->ask->partial.from,
             p->ask->partial.to, why ? "; " : "", why ? why : "");
    put_booted(p, "pauc", partial.area, b, BOOT_PAUC, note);
    if (st != CC_OK || partial.corrected >= 0.5) {
        put_booted(p, "pauc_mcclish_corrected", partial.corrected, b, BOOT_MCCLISH, note);
        return;
    }
    strcat(note, "; the curve lies below the diagonal here");
    put_plain(p, "pauc_mcclish_corrected", NAN, NULL, note);
}

static const char *const rule_names[CC_ROC_RULES] = { "youden", "closest.topleft" };

static void put_best_cut(struct place *p, const struct cc_roc_cut *c, enum cc_roc_rule rule,
                         const struct boot *b)
{
    const struct cc_interval *ci = b->ci + BOOT_RULES + BOOT_PER_RULE * (size_t)rule;
    const double *se = b->se + BOOT_RULES + BOOT_PER_RULE * (size_t)rule;
    bool nobody = c->score == INFINITY, booted = p->ask->resampling.rounds > 0;
    const char *method = rule_names[rule], *chosen = booted
        ? "chosen on these data, so optimistic; limits: bootstrap-percentile, chosen anew in each resample"
        : "chosen on these data, so optimistic";
    char cutoff[48];
    cutoff_text(p->way, c->score, cutoff);
    double low = p->way > 0 ? ci[0].lower : -ci[0].upper, high = p->way > 0 ? ci[0].upper : -ci[0].lower;
    put(p, (struct line){ p->way > 0 ? "smallest_positive_score" : "largest_positive_score",
                          nobody ? NAN : c->score * p->way, se[0], low, high, method, cutoff,
                          nobody ? "nobody is positive" : chosen });
    put(p, (struct line){ "sensitivity", cc_roc_sensitivity(c), se[1], ci[1].lower, ci[1].upper, method,
                          cutoff, chosen });
    put(p, (struct line){ "specificity", cc_roc_specificity(c), se[2], ci[2].lower, ci[2].upper, method,
                          cutoff, chosen });
    const struct { const char *measure; double value; } rest[] = {
        { "threshold_midpoint", c->middle * p->way }, { "criterion", cc_roc_criterion(rule, c) },
        { "TP", (double)c->tp }, { "FN", (double)c->fn }, { "FP", (double)c->fp }, { "TN", (double)c->tn }
    };
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        put(p, (struct line){ rest[i].measure, rest[i].value, NAN, NAN, NAN, method, cutoff, NULL });
}

static void put_best(struct place *p, const struct cc_roc *r, const struct boot *b, enum cc_roc_rule rule)
{
    const char *why = why_undefined(r);
    if (why) {
        put_plain(p, "n_optimal", NAN, rule_names[rule], why);
        return;
    }
    struct cc_roc_cut best, c = cc_roc_first(r);
    size_t ties = cc_roc_best(r, rule, &best);
    put_plain(p, "n_optimal", (double)ties, rule_names[rule], ties > 1 ? "equally good cut-offs" : NULL);
    do
        if (cc_roc_merit(rule, &c) == cc_roc_merit(rule, &best)) put_best_cut(p, &c, rule, b);
    while (cc_roc_next(r, &c));
}

enum cc_status cc_roc_rows(const struct cc_roc_ask *ask, const struct cc_roc *r, int way,
                           const struct cc_roc_sink *sink)
{
    struct place place = { ask, sink, way, true }, *p = &place;
    struct boot b;
    enum cc_status st = resample(r, ask, &b);
    if (st != CC_OK) return st;
    put_plain(p, "n_cases", (double)r->cases, NULL, NULL);
    put_plain(p, "n_controls", (double)r->controls, NULL, NULL);
    int64_t smallest = cc_roc_smallest(r);
    put_plain(p, "n_smallest_score", smallest ? (double)smallest : NAN, NULL, NULL);
    put_auc(p, r, &b);
    if (ask->has_partial) put_partial(p, r, &b);
    put_booted(p, "average_precision", cc_roc_average_precision(r), &b, BOOT_PRECISION,
               r->cases ? "depends on the share of cases, which is what chance gives" : "no case");
    for (int rule = 0; rule < CC_ROC_RULES; rule++) put_best(p, r, &b, (enum cc_roc_rule)rule);
    return p->ok ? CC_OK : CC_ENOMEM;
}

/* ---- the curve of one score ---- */

static double precision(const struct cc_roc_cut *c)
{
    return c->tp + c->fp ? (double)c->tp / (double)(c->tp + c->fp) : NAN;
}

static const char *chosen_by(const struct cc_roc_cut *c, const long double *best)
{
    bool y = cc_roc_merit(CC_ROC_YOUDEN, c) == best[CC_ROC_YOUDEN];
    bool t = cc_roc_merit(CC_ROC_TOPLEFT, c) == best[CC_ROC_TOPLEFT];
    return y && t ? "youden, closest.topleft" : y ? "youden" : t ? "closest.topleft" : "";
}

enum cc_status cc_roc_curve_rows(const struct cc_roc *r, int way, const struct cc_roc_sink *sink)
{
    long double best[CC_ROC_RULES];
    const char *why = why_undefined(r);
    char text[48];
    struct cc_roc_cut c;
    bool ok;
    for (int rule = 0; rule < CC_ROC_RULES; rule++) {
        cc_roc_best(r, (enum cc_roc_rule)rule, &c);
        best[rule] = cc_roc_merit((enum cc_roc_rule)rule, &c);
    }
    c = cc_roc_first(r);
    do {
        const struct cc_roc_point point = { cutoff_text(way, c.score, text), &c, precision(&c),
                                            why ? "" : chosen_by(&c, best), why ? why : "" };
        ok = sink->put_point(sink->to, &point);
    } while (ok && cc_roc_next(r, &c));
    return ok ? CC_OK : CC_ENOMEM;
}

/* ---- two scores ---- */

static const char *note_of_comparison(const struct cc_roc_ask *ask, const struct cc_roc_comparison *c, size_t both)
{
    if (isnan(c->auc1) || isnan(c->auc2)) return "no case or no control";
    if (isnan(c->se)) return "one case or one control: no standard error";
    if (c->se == 0) return "the difference has no variance: no test";
    if (ask->unpaired && both) return "some children have both scores: is --kind paired meant?";
    return NULL;
}

enum cc_status cc_roc_comparison_rows(const struct cc_roc_ask *ask, const struct cc_roc_comparison *c, size_t both,
                                      const struct cc_roc_sink *sink)
{
    struct place place = { ask, sink, 1, true }, *p = &place;
    const char *note = note_of_comparison(ask, c, both);
    const char *method = p->ask->unpaired ? "delong-unpaired" : "delong-paired";
    if (!p->ask->unpaired) put_plain(p, "n_complete", (double)both, method, NULL);
    put(p, (struct line){ "auc1", c->auc1, sqrt(c->var1), NAN, NAN, method, NULL, note });
    put(p, (struct line){ "auc2", c->auc2, sqrt(c->var2), NAN, NAN, method, NULL, note });
    put_plain(p, "cov12", c->cov, method, note);
    put(p, (struct line){ "diff", c->difference, c->se, c->lower, c->upper, method, NULL, note });
    put_plain(p, "statistic", c->z, method, note);
    if (p->ask->unpaired) {
        put_plain(p, "df", c->df, method, note);
        put_plain(p, "p_value", c->p_t, method, note);
    } else {
        put_plain(p, "p_value", c->p_normal, method, note);
    }
    put_plain(p, "z_normal", c->z, method, note);
    put_plain(p, "p_normal", c->p_normal, method, note);
    return p->ok ? CC_OK : CC_ENOMEM;
}

#include "stats/screening/cc_biased_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "datasets/base/cc_text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { NOTE_SIZE = 512, NAME_SIZE = 64 };

static const char *const LIMITS[] = { [CC_BIASED_PROFILE] = "profile-likelihood", [CC_BIASED_LOGIT] = "logit",
                                      [CC_BIASED_WALD] = "wald" };
static const char *const NAIVE[] = { "naive_se", "naive_sp" };
static const char *const CORRECTED[] = { [CC_BG_PREVALENCE] = "bg_prevalence", [CC_BG_SENSITIVITY] = "bg_se",
                                         [CC_BG_SPECIFICITY] = "bg_sp" };
static const struct {
    const char *name, *words;
} LATENT[CC_HW_NUMBERS] = {
    [CC_HW_PREV1] = { "prev1", "share of population 1 that has the condition" },
    [CC_HW_PREV2] = { "prev2", "share of population 2 that has the condition" },
    [CC_HW_SE1] = { "se_test1", "of children with the condition, share positive on test 1" },
    [CC_HW_SE2] = { "se_test2", "of children with the condition, share positive on test 2" },
    [CC_HW_SP1] = { "sp_test1", "of children without it, share negative on test 1" },
    [CC_HW_SP2] = { "sp_test2", "of children without it, share negative on test 2" },
};
static const char *const REFUSALS[] = {
    [CC_HW_EMPTY] = "a population without a child",
    [CC_HW_SAME] = "not identified: a test is positive equally often in both populations",
    [CC_HW_OPPOSITE] = "not identified: the tests do not agree on the population with more positives",
    [CC_HW_CHANCE] = "not identified: most likely is a test that tells nothing, or the opposite",
    [CC_HW_FLAT] = "not identified: other numbers are as likely",
};
static const char *const PRODUCT_METHOD = "wilson-square-and-add";

/* ---- names ---- */

static bool named(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cc_name_equal(name, names[i])) return true;
    return false;
}

bool cc_biased_has_method(const char *name)
{
    return named(name, LIMITS, COUNT(LIMITS)) || cc_name_equal(name, PRODUCT_METHOD);
}

bool cc_biased_has_measure(const char *name)
{
    for (size_t i = 0; i < COUNT(LATENT); i++)
        if (cc_name_equal(name, LATENT[i].name)) return true;
    return named(name, NAIVE, COUNT(NAIVE)) || named(name, CORRECTED, COUNT(CORRECTED));
}

/* Is method i of n wanted? The first one is if none is. */
static bool wanted(const struct cc_screen_ask *ask, const char *const *methods, size_t n, size_t i)
{
    bool any = false;
    for (size_t m = 0; m < ask->n_methods; m++) {
        if (!strcmp(ask->methods[m], "all") || cc_name_equal(ask->methods[m], methods[i])) return true;
        any = any || named(ask->methods[m], methods, n);
    }
    return !any && i == 0;
}

static bool put(const struct cc_screen_sink *sink, const char *measure, const char *method, const char *note,
                struct cc_estimate e, double level)
{
    struct cc_screen_row row = { .measure = measure, .method = method, .note = note, .value = e, .level = level };
    return sink->put(sink->to, &row);
}

static const char *about_limits(const struct cc_interval *ci)
{
    if (isnan(ci->lower)) return "; at 0 and 1 this method has no limits";
    return ci->lower < 0 || ci->upper > 1 ? "; a limit lies outside 0 to 1: take another method" : "";
}

/* ---- Begg and Greenes ---- */

static const char *why_undefined(const struct cc_verified *v)
{
    const struct cc_table22 *t = &v->known;
    if (t->tp + t->fp == 0 && v->flagged > 0) return "no flagged child was verified";
    if (t->fn + t->tn == 0 && v->passed > 0) return "no child that was not flagged was verified";
    return "0 of 0";
}

static bool put_naive(const struct cc_screen_ask *ask, const struct cc_verified *v, const char *problem, int i,
                      const struct cc_screen_sink *sink)
{
    const struct cc_table22 *t = &v->known;
    int64_t x = i == 0 ? t->tp : t->tn, n = i == 0 ? t->tp + t->fn : t->fp + t->tn;
    struct cc_estimate e = CC_NO_ESTIMATE;
    char note[NOTE_SIZE];
    if (!cc_screen_asked(ask, NAIVE[i])) return true;
    if (!problem && n > 0) e.ci.estimate = (double)x / (double)n;
    snprintf(note, sizeof note, "not corrected: %" PRId64 " of %" PRId64 " verified children %s were%s flagged", x, n,
             i == 0 ? ask->with : ask->without, i == 0 ? "" : " not");
    return put(sink, NAIVE[i], "none", problem ? problem : note, e, NAN);
}

static void describe(const struct cc_screen_ask *ask, enum cc_begg_greenes what, const struct cc_verified *v,
                     char note[NOTE_SIZE])
{
    const struct cc_table22 *t = &v->known;
    char share[200];
    if (what == CC_BG_PREVALENCE) snprintf(share, sizeof share, "share of all children %s", ask->with);
    else snprintf(share, sizeof share, "of children %s, share%s flagged",
                  what == CC_BG_SENSITIVITY ? ask->with : ask->without, what == CC_BG_SENSITIVITY ? "" : " not");
    snprintf(note, NOTE_SIZE, "%s, if those verified (%" PRId64 " of %" PRId64 " flagged, %" PRId64 " of %" PRId64
             " others) are a chance sample of each", share, t->tp + t->fp, t->tp + t->fp + v->flagged, t->fn + t->tn,
             t->fn + t->tn + v->passed);
}

static bool put_corrected(const struct cc_screen_ask *ask, enum cc_begg_greenes what, const struct cc_verified *v,
                          const char *problem, const struct cc_screen_sink *sink)
{
    size_t first = what == CC_BG_PREVALENCE ? CC_BIASED_LOGIT : CC_BIASED_PROFILE, n = COUNT(LIMITS) - first;
    char note[NOTE_SIZE], whole[NOTE_SIZE + 64];
    bool ok = true;
    if (!cc_screen_asked(ask, CORRECTED[what])) return true;
    describe(ask, what, v, note);
    for (size_t i = 0; i < n && ok; i++) {
        struct cc_estimate e = CC_NO_ESTIMATE;
        if (!wanted(ask, LIMITS + first, n, i)) continue;
        enum cc_status st = problem ? CC_UNDEFINED
                                    : cc_begg_greenes(what, (enum cc_biased_limits)(first + i), v, ask->level, &e);
        snprintf(whole, sizeof whole, "%s%s", note, about_limits(&e.ci));
        ok = put(sink, CORRECTED[what], LIMITS[first + i],
                 problem ? problem : st != CC_OK ? why_undefined(v) : whole, e, ask->level);
    }
    return ok;
}

bool cc_begg_greenes_rows(const struct cc_screen_ask *ask, const struct cc_verified *v, const char *problem,
                          const struct cc_screen_sink *sink)
{
    bool ok = true;
    for (int i = 0; i < 2 && ok; i++) ok = put_naive(ask, v, problem, i, sink);
    for (int i = 0; i < (int)COUNT(CORRECTED) && ok; i++)
        ok = put_corrected(ask, (enum cc_begg_greenes)i, v, problem, sink);
    return ok;
}

/* ---- Hui and Walter ---- */

static struct cc_estimate latent(const struct cc_hui_walter *hw, int i, bool logit, double level)
{
    double p = hw->estimate[i], se = hw->se[i];
    struct cc_estimate e = { { p, NAN, NAN }, NAN }; /* at 0 and 1 a standard error of 0 is no certainty */
    if (se > 0 && p > 0 && p < 1) {
        e.se = se;
        if (logit) e.ci = cc_logit_limits(p, se, level);
        else e.ci = cc_wald_limits(p, se, level);
    }
    return e;
}

/* What the reader must know of the whole solution. */
static void about_solution(const struct cc_hui_walter *hw, size_t size, char *text)
{
    char edge[384] = "", weak[128] = "";
    if (hw->edges)
        snprintf(edge, sizeof edge, "; on the edge of what is possible, as the equations have no solution inside 0 to "
                 "1 (G-squared %.3g, %d df, p = %.2g: %s); limits take the numbers at 0 and 1 for true and hold less "
                 "often than they say", hw->g_squared, hw->edges, hw->fit_p,
                 hw->fit_p > 0.05 ? "sampling error may explain it"
                                  : "more than sampling error, the tests do not err so");
    if (hw->same_p > 0.05)
        snprintf(weak, sizeof weak, "; barely identified: the populations do not clearly differ on each test "
                 "(p = %.2g)", hw->same_p);
    snprintf(text, size, "if the tests err independently and alike in both populations%s%s", edge, weak);
}

static bool put_latent(const struct cc_screen_ask *ask, const struct cc_hui_walter *hw, const char *problem, int i,
                       const struct cc_screen_sink *sink)
{
    static const char *const methods[] = { "logit", "wald" };
    bool ok = true;
    if (!cc_screen_asked(ask, LATENT[i].name)) return true;
    for (size_t m = 0; m < COUNT(methods) && ok; m++) {
        char about[NOTE_SIZE], note[NOTE_SIZE + 256];
        struct cc_estimate e = CC_NO_ESTIMATE;
        if (!wanted(ask, methods, COUNT(methods), m)) continue;
        if (!problem) e = latent(hw, i, m == 0, ask->level);
        about_solution(hw, sizeof about, about);
        snprintf(note, sizeof note, "%s, %s%s", LATENT[i].words, about, about_limits(&e.ci));
        ok = put(sink, LATENT[i].name, methods[m], problem ? problem : note, e, ask->level);
    }
    return ok;
}

bool cc_hui_walter_rows(const struct cc_screen_ask *ask, struct cc_cross first, struct cc_cross second,
                        const char *problem, const struct cc_screen_sink *sink)
{
    struct cc_hui_walter hw = { .same_p = NAN };
    bool ok = true;
    if (!problem && cc_hui_walter(first, second, &hw) != CC_OK) problem = REFUSALS[hw.refusal];
    for (int i = 0; i < CC_HW_NUMBERS && ok; i++) ok = put_latent(ask, &hw, problem, i, sink);
    return ok;
}

/* ---- two tools ---- */

/* Measures get a prefix on their way to the sink. */
struct prefixed {
    const char *prefix;
    const struct cc_screen_sink *sink;
};

static bool put_prefixed(void *to, const struct cc_screen_row *row)
{
    const struct prefixed *p = to;
    char name[2 * NAME_SIZE];
    struct cc_screen_row own = *row;
    snprintf(name, sizeof name, "%s%s", p->prefix, row->measure);
    own.measure = name;
    return p->sink->put(p->sink->to, &own);
}

bool cc_two_stage_rows(const struct cc_screen_ask *ask, struct cc_cross with, struct cc_cross without,
                       const char *problem, const struct cc_screen_sink *sink)
{
    struct cc_table22 both = { .tp = with.pp, .fn = with.pn + with.np + with.nn,
                               .fp = without.pp, .tn = without.pn + without.np + without.nn };
    struct cc_table22 either = { .tp = with.pp + with.pn + with.np, .fn = with.nn,
                                 .fp = without.pp + without.pn + without.np, .tn = without.nn };
    struct prefixed to[] = { { "both_", sink }, { "either_", sink } };
    struct cc_screen_sink sinks[] = { { put_prefixed, &to[0] }, { put_prefixed, &to[1] } };
    return cc_screen_rows(ask, &both, problem, &sinks[0]) && cc_screen_rows(ask, &either, problem, &sinks[1]);
}

/* What one tool does to those of one truth, and what the pair does if each does it. */
static const struct {
    const char *kind, *name, *words;
    enum cc_screen_part part; /* of each tool */
    bool with, complement;    /* of children with the condition; the pair's share is 1 - the product */
    const char *second;       /* who may have got the second tool */
} PAIRS[] = {
    { "sensitivity", "both_sensitivity", "positive on both tools", CC_SCREEN_SENSITIVITY, true, false,
      "positive" },
    { "specificity", "both_specificity", "not positive on both tools", CC_SCREEN_FPR, false, true, "positive" },
    { "sensitivity", "either_sensitivity", "positive on at least one tool", CC_SCREEN_FNR, true, true,
      "negative" },
    { "specificity", "either_specificity", "negative on both tools", CC_SCREEN_SPECIFICITY, false, false,
      "negative" },
};

static struct cc_share part_of(enum cc_screen_part part, const struct cc_table22 *t)
{
    struct cc_share s = { 0, 0 };
    cc_screen_part(part, *t, &s.x, &s.n);
    return s;
}

bool cc_two_studies_rows(const struct cc_screen_ask *ask, const struct cc_table22 *first,
                         const struct cc_table22 *second, const char *problem, const struct cc_screen_sink *sink)
{
    bool ok = true;
    for (size_t i = 0; i < COUNT(PAIRS) && ok; i++) {
        struct cc_estimate e = CC_NO_ESTIMATE;
        char note[NOTE_SIZE];
        if (!cc_screen_asked(ask, PAIRS[i].kind)) continue;
        enum cc_status st = problem ? CC_UNDEFINED : cc_product(part_of(PAIRS[i].part, first),
                                                                part_of(PAIRS[i].part, second), ask->level, &e);
        if (PAIRS[i].complement) e.ci = (struct cc_interval){ 1 - e.ci.estimate, 1 - e.ci.upper, 1 - e.ci.lower };
        snprintf(note, sizeof note, "of children %s, share %s, if the tools err independently or the second was "
                 "studied in those who were %s on the first", PAIRS[i].with ? ask->with : ask->without, PAIRS[i].words,
                 PAIRS[i].second);
        ok = put(sink, PAIRS[i].name, PRODUCT_METHOD, problem ? problem : st != CC_OK ? "0 of 0" : note, e, ask->level);
    }
    return ok;
}

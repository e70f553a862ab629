#include "stats/screening/cc_agree_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/intervals/cc_prop.h"
#include "stats/screening/cc_alpha.h"
#include "stats/screening/cc_icc.h"
#include "stats/screening/cc_kappa.h"
#include "stats/screening/cc_mcnemar.h"

const char *const CC_AGREE_WEIGHT_NAMES[CC_AGREE_WEIGHTS] = { "unweighted", "linear", "quadratic" };

/* What rows are made with. */
struct maker {
    const struct cc_agree_sink *sink;
    const char *item;
    const char *why; /* nothing can be computed; the note of each undefined number */
};

struct row {
    const char *measure, *method, *note;
    double estimate, se, lower, upper;
};

static const char *note_of(const struct maker *g, const struct row *r)
{
    if (r->note) return r->note;
    if (isnan(r->estimate)) return g->why ? g->why : "undefined";
    return r->lower == r->upper ? "no width: the method cannot tell how sure this is" : "";
}

static bool add_row(const struct maker *g, struct row r)
{
    bool limits = !isnan(r.lower) || !isnan(r.upper);
    const struct cc_agree_row row = { g->item ? g->item : "", r.measure, r.method ? r.method : "", note_of(g, &r),
                                      r.estimate, r.se, r.lower, r.upper, limits ? g->sink->level : NAN };
    return g->sink->put(g->sink->to, &row);
}

static bool add_value(struct maker *g, const char *measure, double value, const char *method, const char *note)
{
    return add_row(g, (struct row){ measure, method, note, value, NAN, NAN, NAN });
}

static bool add_interval(struct maker *g, const char *measure, struct cc_interval ci, const char *method,
                         const char *note)
{
    return add_row(g, (struct row){ measure, method, note, ci.estimate, NAN, ci.lower, ci.upper });
}

/* Rows without limits. */
struct value {
    const char *measure;
    double value;
    const char *method, *note;
};

static bool add_values(struct maker *g, const struct value *v, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) ok = add_value(g, v[i].measure, v[i].value, v[i].method, v[i].note);
    return ok;
}

#define ADD_VALUES(g, ...) \
    add_values(g, (const struct value[]){ __VA_ARGS__ }, \
               sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))

/* ---- two raters ---- */

enum { FEW = 10 };

/* Of two categories, one that a rater seldom used: the large-sample interval is then too narrow. */
static bool has_few(size_t k, const int64_t *n)
{
    if (k != 2) return false;
    const int64_t margins[] = { n[0] + n[1], n[2] + n[3], n[0] + n[2], n[1] + n[3] };
    bool few = false;
    for (int i = 0; i < 4; i++) few |= margins[i] < FEW;
    return few;
}

static const char *kappa_note(const struct cc_kappa *k, bool few)
{
    if (k->n == 0) return "nobody was rated by both";
    if (isnan(k->kappa)) return "one category only: chance alone agrees in full";
    if (isnan(k->z)) return "one rater used one category only: kappa is 0 whatever the other said";
    if (k->kappa == 1) return "full agreement: the interval has no width and cannot tell how sure this is";
    if (k->lower < -1 || k->upper > 1) return "a limit lies beyond 1: too few ratings for this interval";
    if (few) return "a rater used a category fewer than 10 times: the interval is narrower than its level says";
    return NULL;
}

static enum cc_status add_kappa(struct maker *g, const struct cc_agree_pairs *p, enum cc_kappa_weights weights)
{
    struct cc_kappa k;
    const char *method = CC_AGREE_WEIGHT_NAMES[weights];
    enum cc_status st = cc_kappa_cohen(p->k, p->counts, weights, g->sink->level, &k);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    const char *note = g->why = kappa_note(&k, has_few(p->k, p->counts));
    bool ok = ADD_VALUES(g, { "po", k.observed, method, NULL }, { "pe", k.expected, method, NULL })
              && add_row(g, (struct row){ "kappa", method, note, k.kappa, k.se, k.lower, k.upper })
              && ADD_VALUES(g, { "se_null", k.se_null, method, NULL }, { "z_null", k.z, method, NULL },
                            { "p_null", k.p_value, method, NULL });
    return ok ? CC_OK : CC_ENOMEM;
}

/* Codes are short; longer texts are not repeated. */
static const char *name_of(const struct cc_agree_pairs *p, size_t category)
{
    if (p->k > category && strlen(p->categories[category]) <= 4) return p->categories[category];
    return category ? "2nd category" : "1st category";
}

static bool add_cells(struct maker *g, const struct cc_agree_pairs *p, const int64_t n[4])
{
    static const char *const names[] = { "n11", "n12", "n21", "n22" };
    bool ok = true;
    for (size_t i = 0; i < 4 && ok; i++) {
        char note[160];
        snprintf(note, sizeof note, "%.60s: %s, %.60s: %s", p->raters[0], name_of(p, i / 2), p->raters[1],
                 name_of(p, i % 2));
        ok = add_value(g, names[i], (double)n[i], "count", note);
    }
    return ok;
}

static enum cc_status add_mcnemar(struct maker *g, const struct cc_agree_pairs *p)
{
    int64_t n[4] = { 0 };
    memcpy(n, p->counts, p->k * p->k * sizeof *n); /* of at most two categories */
    struct cc_mcnemar m;
    char odds[96];
    enum cc_status st = cc_mcnemar_test(n[1], n[2], g->sink->level, &m);
    if (st != CC_OK) return st;
    const char *none = g->why = n[1] + n[2] == 0 ? "no pair differs" : NULL;
    snprintf(odds, sizeof odds, "pairs (%s, %s) over pairs (%s, %s)", name_of(p, 0), name_of(p, 1), name_of(p, 1),
             name_of(p, 0));
    bool ok = add_cells(g, p, n)
              && ADD_VALUES(g, { "chi2", m.chi2, "mcnemar", NULL }, { "df", 1, "mcnemar", NULL },
                            { "p_chi2", m.p_chi2, "mcnemar", NULL },
                            { "chi2_cc", m.chi2_corrected, "mcnemar-corrected", NULL },
                            { "p_chi2_cc", m.p_corrected, "mcnemar-corrected", NULL },
                            { "p_exact", m.p_exact, "exact", none }, { "p_midp", m.p_midp, "mid-p", none })
              && add_interval(g, "or_bc", m.odds_ratio, "exact-conditional", none ? none : odds);
    return ok ? CC_OK : CC_ENOMEM;
}

/* Of the cells that are not empty: whether a table of more than two categories has one too small to be shown. */
static int64_t smallest(const int64_t *counts, size_t cells)
{
    int64_t least = 0;
    for (size_t i = 0; i < cells; i++)
        if (counts[i] && (!least || counts[i] < least)) least = counts[i];
    return least;
}

static enum cc_status add_bowker(struct maker *g, const struct cc_agree_pairs *p)
{
    struct cc_bowker b;
    enum cc_status st = cc_mcnemar_bowker(p->k, p->counts, &b);
    if (st != CC_OK) return st;
    const char *none = b.df ? NULL : "no pair differs";
    double least = (double)smallest(p->counts, p->k * p->k);
    return ADD_VALUES(g, { "n_smallest", least, "count", "smallest cell that is not empty" },
                      { "chi2", b.chi2, "bowker", none }, { "df", (double)b.df, "bowker", none },
                      { "p_chi2", b.p_value, "bowker", none })
               ? CC_OK
               : CC_ENOMEM;
}

static enum cc_status add_agreement(struct maker *g, size_t k, const int64_t *counts)
{
    int64_t n = 0, agreed = 0;
    struct cc_interval agreement, pabak = CC_NO_INTERVAL;
    for (size_t i = 0; i < k * k; i++) n += counts[i];
    for (size_t i = 0; i < k; i++) agreed += counts[i * k + i];
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, agreed, n, (struct cc_limits){ .level = g->sink->level },
                                         &agreement);
    if (st == CC_OK && k > 1) st = cc_kappa_pabak(k, counts, g->sink->level, &pabak);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    g->why = n == 0 ? "nobody was rated by both" : "one category only";
    bool ok = ADD_VALUES(g, { "n", (double)n, "count", NULL }, { "k", (double)k, "count", NULL })
              && add_interval(g, "agreement", agreement, "wilson", NULL)
              && add_interval(g, "pabak", pabak, "wilson", NULL);
    return ok ? CC_OK : CC_ENOMEM;
}

enum cc_status cc_agree_pair_rows(const struct cc_agree_pairs *p, const struct cc_agree_sink *sink)
{
    struct maker g = { .sink = sink };
    if (p->k == 0) return add_value(&g, "kappa", NAN, "", "nobody was rated by both") ? CC_OK : CC_ENOMEM;
    enum cc_status st = add_agreement(&g, p->k, p->counts);
    for (int i = 0; i < CC_AGREE_WEIGHTS && st == CC_OK; i++)
        if (p->weights[i]) st = add_kappa(&g, p, (enum cc_kappa_weights)i);
    if (st != CC_OK) return st;
    return p->k <= 2 ? add_mcnemar(&g, p) : add_bowker(&g, p);
}

/* ---- any number of raters ---- */

static const char *fleiss_note(size_t subjects, const struct cc_kappa *k)
{
    if (!subjects) return "no subject has two raters";
    if (isnan(k->kappa)) return "one category only: chance alone agrees in full";
    return "limits from the standard error under no agreement beyond chance";
}

enum cc_status cc_agree_fleiss_rows(size_t subjects, size_t raters, size_t k, const int64_t *votes,
                                    const struct cc_agree_sink *sink)
{
    struct maker maker = { .sink = sink }, *g = &maker;
    struct cc_kappa f = { .observed = NAN, .expected = NAN, .kappa = NAN, .se = NAN, .lower = NAN, .upper = NAN,
                          .z = NAN, .p_value = NAN };
    enum cc_status st = subjects ? cc_kappa_fleiss(subjects, k, votes, sink->level, &f) : CC_OK;
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    g->why = fleiss_note(subjects, &f);
    bool ok = ADD_VALUES(g, { "subjects", (double)subjects, "count", NULL },
                         { "raters", (double)raters, "count", NULL },
                         { "categories", (double)k, "count", NULL }, { "p_bar", f.observed, "fleiss", NULL },
                         { "pe", f.expected, "fleiss", NULL })
              && add_row(g, (struct row){ "fleiss_kappa", "fleiss-null-se", g->why, f.kappa, f.se, f.lower, f.upper })
              && ADD_VALUES(g, { "z", f.z, "fleiss-null-se", NULL }, { "p_value", f.p_value, "fleiss-null-se", NULL });
    return ok ? CC_OK : CC_ENOMEM;
}

/* ---- scores ---- */

static const char *const FORMS[CC_ICC_FORMS] = { "ICC(1)",   "ICC(2,1)", "ICC(3,1)",
                                                 "ICC(1,k)", "ICC(2,k)", "ICC(3,k)" };

static const char *icc_note(const struct cc_icc_squares *ms, const struct cc_icc *r)
{
    if (ms->subjects < 2 || ms->raters < 2) return "fewer than two subjects with all raters, or one rater";
    if (isnan(r->f)) return "all scores are the same";
    if (isnan(r->icc)) return "below what the mean of several raters can have";
    if (isnan(r->lower) || isnan(r->upper)) return "a limit does not exist";
    return NULL;
}

enum cc_status cc_agree_icc_rows(size_t subjects, size_t raters, const double *scores,
                                 const struct cc_agree_sink *sink)
{
    struct maker maker = { .sink = sink }, *g = &maker;
    struct cc_icc_squares ms;
    enum cc_status st = cc_icc_squares(subjects, raters, scores, &ms);
    bool ok = ADD_VALUES(g, { "subjects", (double)subjects, "count", NULL },
                         { "raters", (double)raters, "count", NULL });
    for (int f = 0; f < CC_ICC_FORMS && ok && (st == CC_OK || st == CC_UNDEFINED); f++) {
        struct cc_icc r = { NAN, NAN, NAN, NAN, NAN, NAN, NAN };
        if (st == CC_OK && cc_icc_estimate(&ms, (enum cc_icc_form)f, sink->level, &r) == CC_EDOMAIN) st = CC_EDOMAIN;
        g->why = icc_note(&ms, &r);
        ok = add_row(g, (struct row){ "icc", FORMS[f], g->why, r.icc, NAN, r.lower, r.upper })
             && ADD_VALUES(g, { "F", r.f, FORMS[f], NULL }, { "df1", r.df1, FORMS[f], NULL },
                           { "df2", r.df2, FORMS[f], NULL }, { "p_value", r.p_value, FORMS[f], NULL });
    }
    return !ok ? CC_ENOMEM : st == CC_UNDEFINED ? CC_OK : st;
}

/* ---- items of a scale ---- */

static bool add_alpha(struct maker *g, const struct cc_agree_items *s, const struct cc_alpha *a)
{
    char constant[96] = "";
    const char *note = NULL;
    if (s->subjects < 2 || s->items < 2) note = "fewer than two complete subjects, or one item";
    else if (isnan(a->alpha)) note = "the sum of the items does not vary";
    else if (a->constant) note = constant;
    snprintf(constant, sizeof constant, "%zu of the items %s not vary: counted, as in the formula", a->constant,
             a->constant == 1 ? "does" : "do");
    g->item = "(total)";
    g->why = note;
    return ADD_VALUES(g, { "n_total", (double)(s->subjects + s->left_out), "count", NULL },
                      { "n_complete", (double)s->subjects, "count", NULL },
                      { "items", (double)s->items, "count", NULL })
           && add_row(g, (struct row){ "alpha", "feldt", note, a->alpha, NAN, a->feldt_lower, a->feldt_upper })
           && add_row(g, (struct row){ "alpha", "duhachek-iacobucci", note, a->alpha, a->se, a->duhachek_lower,
                                       a->duhachek_upper })
           && ADD_VALUES(g, { "std_alpha", a->standardised, "mean correlation",
                              isnan(a->standardised) && !isnan(a->alpha) ? "an item does not vary" : NULL },
                         { "kr20", a->binary ? a->alpha : NAN, "kuder-richardson",
                           s->subjects && !a->binary ? "items are not all 0 or 1" : note });
}

static bool add_item(struct maker *g, const char *name, const struct cc_alpha_item *item, size_t items)
{
    g->item = name;
    bool none = isnan(item->mean);
    const char *flat = none ? NULL : item->sd == 0 ? "the item does not vary"
                       : isnan(item->item_rest) ? "the other items do not vary" : NULL;
    const char *few = none ? NULL : items == 2 ? "one item is left"
                      : isnan(item->if_deleted) ? "the sum of the others does not vary" : NULL;
    return ADD_VALUES(g, { "mean", item->mean, "", NULL }, { "sd", item->sd, "", flat },
                      { "corrected_item_total_r", item->item_rest, "pearson", flat },
                      { "alpha_if_deleted", item->if_deleted, "cronbach", few });
}

enum cc_status cc_agree_alpha_rows(const struct cc_agree_items *s, size_t *constant, const struct cc_agree_sink *sink)
{
    struct maker g = { .sink = sink };
    struct cc_alpha a;
    struct cc_alpha_item *items = calloc(s->items + 1, sizeof *items);
    *constant = 0;
    enum cc_status st = items ? cc_alpha_estimate(s->subjects, s->items, s->scores, sink->level, &a, items) : CC_ENOMEM;
    if (st == CC_OK || st == CC_UNDEFINED) {
        if (s->subjects > 1) *constant = a.constant;
        bool ok = add_alpha(&g, s, &a);
        for (size_t j = 0; j < s->items && ok; j++) ok = add_item(&g, s->names[j], &items[j], s->items);
        st = ok ? CC_OK : CC_ENOMEM;
    }
    free(items);
    return st;
}

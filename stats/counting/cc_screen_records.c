#include "stats/counting/cc_screen_records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_scored_counts.h"
#include "stats/screening/cc_biased_rows.h"

struct work {
    const struct cc_screen_records *o;
    struct cc_screen_table *t;
};

/* The subgroups (none without --by) and, last, all together. */
struct parts {
    size_t n;
    struct cc_cuts **cuts;       /* n + 1 */
    struct cc_table22 *tables;   /* n + 1, at the cut in hand */
    size_t baseline;
    struct cc_screen_ask ask; /* with words, and with refusals where all are positive */
    char with[256], without[256];
};

static void free_parts(struct parts *p)
{
    for (size_t i = 0; p->cuts && i <= p->n; i++) cc_cuts_free(p->cuts[i]);
    free(p->cuts);
    free(p->tables);
}

static enum cc_status split(const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    struct cc_subject *own = malloc((s->n + 1) * sizeof *own);
    p->cuts = calloc(p->n + 1, sizeof(struct cc_cuts *));
    p->tables = calloc(p->n + 1, sizeof *p->tables);
    bool ok = own && p->cuts && p->tables;
    for (size_t g = 0; g < p->n && ok; g++) {
        size_t n = 0;
        for (size_t i = 0; i < s->n; i++)
            if (s->group[i] == g) own[n++] = s->subjects[i];
        ok = (p->cuts[g] = cc_cuts_alloc(own, n)) != NULL;
    }
    if (ok) ok = (p->cuts[p->n] = cc_cuts_alloc(s->subjects, s->n)) != NULL;
    free(own);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status find_baseline(const struct work *w, const struct cc_scored *s, struct parts *p,
                                    struct cc_error *err)
{
    size_t width = w->o->scored.by.n;
    if (w->o->baseline.n == 0) return CC_OK;
    for (p->baseline = 0; p->baseline < p->n; p->baseline++) {
        bool same = true;
        for (size_t c = 0; c < width; c++)
            same = same && !strcmp(s->names[p->baseline * width + c], w->o->baseline.at[c]);
        if (same) return CC_OK;
    }
    return cc_error_set(err, CC_EDATA, 0, 0, "no child is in the group that --baseline names");
}

/* "with truth = 1". */
static void name_classes(const struct cc_screen_records *o, struct parts *p)
{
    char codes[128] = "";
    for (size_t i = 0; i < o->scored.positive.n; i++) {
        size_t used = strlen(codes);
        snprintf(codes + used, sizeof codes - used, "%s%s", i ? " or " : "", o->scored.positive.at[i]);
    }
    snprintf(p->with, sizeof p->with, "with %.100s = %s", o->scored.reference, codes);
    snprintf(p->without, sizeof p->without, "without %.100s = %s", o->scored.reference, codes);
    p->ask.with = p->with;
    p->ask.without = p->without;
}

/* What no one may overlook, on standard error. */
static void warn(const struct work *w, const struct cc_flow *all, struct parts *p)
{
    int64_t known[CC_TRUTHS] = { 0 }, unknown;
    for (int r = 0; r < CC_RESULTS; r++)
        for (int t = 0; t < CC_TRUTHS; t++) known[t] += all->n[r][t];
    unknown = known[CC_TRUTH_UNKNOWN];
    if (known[CC_TRUTH_YES] == 0) cc_screen_tell(w->t, "warning: no child %s: is --positive right?", p->with);
    else if (known[CC_TRUTH_NO] == 0 && !p->ask.positives_only) {
        cc_screen_tell(w->t, "warning: no child is known to be %s: only sensitivity and the rate of flags are "
                             "known, specificity, predictive values and AUC are refused", p->without);
        p->ask.positives_only = true;
    }
    if (unknown > 0 && !w->o->scored.positives_only && !w->o->begg_greenes)
        cc_screen_tell(w->t, "%lld children with an unknown reference are left out; if flagged children were "
                             "verified more often than others, sensitivity is too high and specificity too low",
                       (long long)unknown);
    if (cc_flow_with(all, CC_NO_RESULT) > 0)
        cc_screen_tell(w->t, "%lld children without a score are left out",
                       (long long)cc_flow_with(all, CC_NO_RESULT));
}

static void say_table(const struct work *w, const struct parts *p, const char *cut, const struct cc_table22 *t)
{
    const char *beyond = w->o->scored.levels.n ? "from" : w->o->higher ? ">=" : "<=";
    cc_screen_tell(w->t, "%s %s %s is flagged: of %lld children %s, %lld were flagged and %lld were not",
                   w->o->scored.score, beyond, cut, (long long)(t->tp + t->fn), p->with, (long long)t->tp,
                   (long long)t->fn);
    if (!p->ask.positives_only)
        cc_screen_tell(w->t, "of %lld children %s, %lld were flagged and %lld were not",
                       (long long)(t->fp + t->tn), p->without, (long long)t->fp, (long long)t->tn);
}

static void carry_group(struct work *w, const struct cc_scored *s, const struct parts *p, size_t g)
{
    size_t width = w->o->scored.by.n;
    for (size_t c = 0; c < width; c++) w->t->carried[c] = g < p->n ? s->names[g * width + c] : "(total)";
}

static void name_baseline(const struct work *w, const struct cc_scored *s, const struct parts *p, char *out,
                          size_t size)
{
    size_t width = w->o->scored.by.n;
    out[0] = '\0';
    for (size_t c = 0; c < width; c++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s = %s", c ? ", " : "", w->o->scored.by.at[c],
                 s->names[p->baseline * width + c]);
    }
}

/* Nobody whose truth is unknown is left out: they are the ones the correction is about. */
static bool add_verified(struct work *w, const struct parts *p, const struct cc_flow *flow,
                         const struct cc_screen_sink *sink)
{
    struct cc_verified v = { cc_flow_table(flow), flow->n[CC_FLAGGED][CC_TRUTH_UNKNOWN],
                             flow->n[CC_PASSED][CC_TRUTH_UNKNOWN] };
    w->t->n_missing = cc_flow_with(flow, CC_NO_RESULT);
    return cc_begg_greenes_rows(&p->ask, &v, p->ask.positives_only ? "no child is known to be without the condition"
                                                                   : NULL, sink);
}

static enum cc_status add_cut(struct work *w, const struct cc_scored *s, struct parts *p, double cut, const char *text,
                              struct cc_error *err)
{
    struct cc_screen_sink sink = { cc_screen_table_put, w->t };
    char against[256];
    bool ok = true;
    w->t->carried[w->o->scored.by.n] = text;
    name_baseline(w, s, p, against, sizeof against);
    for (size_t g = 0; g <= p->n; g++) {
        struct cc_flow flow = cc_cuts_at(p->cuts[g], cut, w->o->higher);
        p->tables[g] = cc_flow_table(&flow);
    }
    for (size_t g = 0; g <= p->n && ok; g++) {
        struct cc_flow flow = cc_cuts_at(p->cuts[g], cut, w->o->higher);
        struct cc_table22 *t = &p->tables[g];
        w->t->n_missing = cc_flow_with(&flow, CC_NO_RESULT) + flow.n[CC_FLAGGED][CC_TRUTH_UNKNOWN]
                       + flow.n[CC_PASSED][CC_TRUTH_UNKNOWN];
        carry_group(w, s, p, g);
        ok = cc_screen_flow_rows(&p->ask, &flow, &sink);
        if (ok && w->o->begg_greenes) ok = add_verified(w, p, &flow, &sink);
        else if (ok) ok = cc_screen_rows(&p->ask, t, NULL, &sink);
        if (w->o->begg_greenes) continue;
        if (ok && g < p->n && g != p->baseline)
            ok = cc_screen_difference_rows(&p->ask, t, &p->tables[p->baseline], against, &sink);
    }
    if (ok && p->n > 1 && !w->o->begg_greenes)
        ok = cc_screen_homogeneity_rows(&p->ask, p->tables, p->n, &sink);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status add_every_cut(struct work *w, const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    size_t n;
    char number[32];
    const double *scores = cc_cuts_scores(p->cuts[p->n], &n);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        const char *text = w->o->scored.levels.n ? w->o->scored.levels.at[(size_t)scores[i]]
                                              : cc_format_double(scores[i], number);
        st = add_cut(w, s, p, scores[i], text, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

static enum cc_status add_cuts(struct work *w, const struct cc_scored *s, struct parts *p, struct cc_error *err)
{
    const struct cc_scored_names *cuts = &w->o->cuts;
    struct cc_flow all = cc_cuts_at(p->cuts[p->n], 0, true);
    enum cc_status st = CC_OK;
    warn(w, &all, p);
    if (!strcmp(cuts->at[0], "all")) return add_every_cut(w, s, p, err);
    for (size_t i = 0; i < cuts->n && st == CC_OK; i++) {
        double cut = NAN;
        if (w->o->scored.levels.n) cut = cc_scored_level(&w->o->scored, cuts->at[i]);
        else if (!cc_parse_double(cuts->at[i], &cut)) return cc_error_set(err, CC_EDATA, 0, 0, "no such cut-off");
        st = add_cut(w, s, p, cut, cuts->at[i], err);
        if (st == CC_OK) say_table(w, p, cuts->at[i], &p->tables[p->n]);
    }
    return st;
}

static enum cc_status plan_records(struct work *w, struct cc_error *err)
{
    bool ok = true;
    w->t->n_carried = w->o->scored.by.n + 1;
    for (size_t i = 0; i < w->o->scored.by.n && ok; i++) {
        if (cc_screen_table_has(w->o->scored.by.at[i]) || !strcmp(w->o->scored.by.at[i], "cutoff"))
            return cc_error_set(err, CC_EUSAGE, 0, 0, "--by: '%s' is a column of the result", w->o->scored.by.at[i]);
        ok = cc_table_add_column(&w->t->out, w->o->scored.by.at[i]);
    }
    ok = ok && cc_table_add_column(&w->t->out, "cutoff") && cc_screen_table_columns(w->t);
    return ok ? CC_OK : cc_error_memory(err);
}

enum cc_status cc_screen_records(const struct cc_table *in, const struct cc_screen_records *r,
                                 const struct cc_screen_ask *ask, struct cc_screen_table *t, struct cc_error *err)
{
    struct work w = { r, t };
    struct cc_scored s = { 0 };
    struct parts p = { .ask = *ask };
    enum cc_status st = plan_records(&w, err);
    if (st == CC_OK) st = cc_scored_read(in, &r->scored, &s, err);
    if (st != CC_OK) return st;
    p.n = r->scored.by.n ? s.groups : 0;
    name_classes(r, &p);
    st = find_baseline(&w, &s, &p, err);
    if (st == CC_OK) st = split(&s, &p, err);
    if (st == CC_OK) st = add_cuts(&w, &s, &p, err);
    free_parts(&p);
    cc_scored_free(&s);
    return st;
}

/* ---- counts of records ---- */

static bool every_score(const struct cc_scored *s, struct cc_scored_cuts *cuts, char texts[][32])
{
    size_t n;
    struct cc_cuts *all = cc_cuts_alloc(s->subjects, s->n);
    const double *scores = all ? cc_cuts_scores(all, &n) : NULL;
    for (size_t i = 0; scores && i < n && cuts->n < CC_SCORED_NAMES; i++, cuts->n++) {
        cuts->at[cuts->n] = scores[i];
        cuts->text[cuts->n] = cc_format_double(scores[i], texts[cuts->n]);
    }
    bool few = scores && n < CC_SCORED_NAMES;
    cc_cuts_free(all);
    return few;
}

static enum cc_status read_cut(const struct cc_screen_records *r, const char *text, struct cc_scored_cuts *cuts,
                               struct cc_error *err)
{
    double *cut = &cuts->at[cuts->n];
    if (r->scored.levels.n) *cut = cc_scored_level(&r->scored, text);
    else if (!cc_parse_double(text, cut)) return cc_error_set(err, CC_EDATA, 0, 0, "no such cut-off");
    cuts->text[cuts->n++] = text;
    return CC_OK;
}

/* Behind the cut that flags, "all" stands for every score, or level. */
static enum cc_status read_all_cuts(const struct cc_screen_records *r, const struct cc_scored *s,
                                    struct cc_scored_cuts *cuts, char texts[][32], struct cc_error *err)
{
    enum cc_status st = CC_OK;
    if (!r->scored.levels.n && !every_score(s, cuts, texts))
        st = cc_error_set(err, CC_EDATA, 0, 0, "more than %d scores: give the cut-offs", CC_SCORED_NAMES - 2);
    for (size_t l = 0; l < r->scored.levels.n && st == CC_OK; l++) st = read_cut(r, r->scored.levels.at[l], cuts, err);
    return st;
}

enum cc_status cc_screen_records_count(const struct cc_table *in, const struct cc_screen_records *r,
                                       struct cc_table *out, struct cc_error *err)
{
    char texts[CC_SCORED_NAMES][32];
    struct cc_scored_cuts cuts = { .higher = r->higher };
    struct cc_scored s = { 0 };
    struct cc_scored_options plain = r->scored;
    plain.by.n = 0;
    enum cc_status st = cc_scored_read(in, &plain, &s, err);
    for (size_t i = 0; i < r->cuts.n && st == CC_OK; i++) {
        bool all = i > 0 && !strcmp(r->cuts.at[i], "all"); /* the last one */
        st = all ? read_all_cuts(r, &s, &cuts, texts, err) : read_cut(r, r->cuts.at[i], &cuts, err);
    }
    if (st == CC_OK) st = cc_scored_counts(in, &r->scored, &cuts, out, err);
    cc_scored_free(&s);
    return st;
}

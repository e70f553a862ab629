#include "datasets/synth/cc_screened_truth.h"

#include <math.h>
#include <stdlib.h>

/* What became of a child, one bit each. */
enum { TRUE_ = 1, FLAGGED = 2, EVER = 4, SECOND = 8, REFERENCE = 16, VERIFIED = 32, RESULTS = 64 };

struct cell {
    size_t sex, site;
    int period;
    double weight;            /* share of the children */
    double expected[RESULTS]; /* sums up to 1 */
    int64_t seen[RESULTS];
};

struct cc_screened_truth {
    const struct cc_screened *p;
    struct cell *cells;
    size_t cell_count, scores;
    double *scored;   /* cells x CC_UNANSWERED_RULES x CC_TRUTHS x scores: the distribution of the score */
    int64_t *counted; /* the same of the children drawn */
    int64_t same[CC_SCREENED_RATERS][CC_SCREENED_RATERS], rated; /* equal ratings */
};

/* ---- expected values ---- */

static double share(const struct cc_margin *m, size_t i)
{
    return (double)(m->upto[i] - (i ? m->upto[i - 1] : 0)) / (double)m->upto[m->count - 1];
}

static size_t place_in(const struct cc_screened_truth *t, size_t cell, int rule, int truth)
{
    return ((cell * CC_UNANSWERED_RULES + (size_t)rule) * CC_TRUTHS + (size_t)truth) * t->scores;
}

/* Adds an answer to the distribution of the score: from[] becomes to[]. */
static void spread(const struct cc_screened *p, int64_t part, double chance, const double *from, double *to)
{
    for (int64_t s = 0; s <= p->highest; s++)
        if (from[s] > 0) to[cc_screened_join(p, s, part)] += chance * from[s];
}

static void add_item(const struct cc_screened *p, const struct cc_screened_item *it, const struct cc_margin *m,
                     int rule, const double *from, double *to)
{
    double missing = rule == CC_UNANSWERED_COMPLETE ? 0 : (double)it->missing / CC_RATE;
    for (size_t i = 0; i < m->count; i++) {
        int64_t value = 0;
        cc_tool_code(it->item, m->codes[i], &value);
        spread(p, cc_screened_part(p, it->item, value), (1 - missing) * share(m, i), from, to);
    }
    int64_t instead = rule == CC_UNANSWERED_NO ? it->item->lowest : it->item->highest;
    if (missing > 0) spread(p, cc_screened_part(p, it->item, instead), missing, from, to);
}

/* The distribution of the score among children of one truth. Answers are missing by chance, so that among complete
 * sheets it is that of answers without any missing. */
static bool distribute(const struct cc_screened *p, const struct cc_margin *const *answers, int rule, double *out)
{
    size_t n = (size_t)p->highest + 1;
    double *from = calloc(n, sizeof *from);
    out[0] = 1;
    for (size_t k = 0; from && k < p->item_count; k++) {
        if (!p->items[k].scored) continue;
        for (size_t s = 0; s < n; s++) from[s] = out[s], out[s] = 0;
        add_item(p, &p->items[k], answers[k], rule, from, out);
    }
    free(from);
    return from != NULL;
}

static double above(const double *scores, size_t n, int64_t cut)
{
    double sum = 0;
    for (size_t s = n; s-- > (size_t)cut;) sum += scores[s];
    return sum;
}

/* The chance to be flagged in none of the further screenings. */
static double never_again(const struct cc_screened *p, double flagged)
{
    const struct cc_margin *m = p->set.rescreens;
    if (!m) return 1;
    double sum = 0;
    for (size_t i = 0; i < m->count; i++)
        for (int32_t k = m->low[i]; k <= m->high[i]; k++)
            sum += share(m, i) / (m->high[i] - m->low[i] + 1) * pow(1 - flagged, k);
    return sum;
}

static double either(bool yes, double chance) { return yes ? chance : 1 - chance; }

static void expect(const struct cc_screened *p, struct cell *c, const double flagged[CC_TRUTHS])
{
    const struct cc_screened_settings *set = &p->set;
    double prevalence = (double)cc_screened_place(p, c->site, c->period)->prevalence[c->sex] / CC_RATE;
    for (int r = 0; r < RESULTS; r++) {
        bool truth = r & TRUE_, flag = r & FLAGGED;
        double never = flag ? 0 : never_again(p, flagged[truth]);
        int64_t second = truth ? set->second_sensitivity : CC_RATE - set->second_specificity;
        int64_t reference = truth ? set->reference_sensitivity : CC_RATE - set->reference_specificity;
        c->expected[r] = either(truth, prevalence) * either(flag, flagged[truth]) * either(r & EVER, 1 - never)
            * either(r & SECOND, (double)second / CC_RATE) * either(r & REFERENCE, (double)reference / CC_RATE)
            * either(r & VERIFIED, (double)set->verified[flag][truth] / CC_RATE);
    }
}

static size_t cell_of(const struct cc_screened_truth *t, size_t sex, size_t site, int period)
{
    return (sex * t->p->set.site->count + site) * CC_PERIODS + (size_t)period;
}

static bool fill_cell(struct cc_screened_truth *t, size_t sex, size_t site, int period)
{
    const struct cc_screened *p = t->p;
    size_t i = cell_of(t, sex, site, period);
    struct cell *c = &t->cells[i];
    int64_t change = p->set.change_month ? p->set.change_month - 1 : p->set.months; /* months before it */
    double months = (double)(period == CC_AFTER ? p->set.months - change : change) / (double)p->set.months;
    *c = (struct cell){ .sex = sex, .site = site, .period = period,
                        .weight = share(p->set.sex, sex) * share(p->set.site, site) * months };
    double flagged[CC_TRUTHS];
    for (int truth = 0; truth < CC_TRUTHS; truth++) {
        for (int rule = 0; rule < CC_UNANSWERED_RULES; rule++)
            if (!distribute(p, cc_screened_place(p, site, period)->answers[truth], rule,
                            &t->scored[place_in(t, i, rule, truth)])) return false;
        flagged[truth] = above(&t->scored[place_in(t, i, CC_UNANSWERED_NO, truth)], t->scores, p->set.cutoff);
    }
    expect(p, c, flagged);
    return true;
}

enum cc_status cc_screened_truth_alloc(const struct cc_screened *p, struct cc_screened_truth **out,
                                       struct cc_error *err)
{
    struct cc_screened_truth *t = *out = calloc(1, sizeof *t);
    if (!t) return cc_error_memory(err);
    t->p = p;
    t->scores = (size_t)p->highest + 1;
    t->cell_count = p->set.sex->count * p->set.site->count * CC_PERIODS;
    size_t n = place_in(t, t->cell_count, 0, 0);
    t->cells = calloc(t->cell_count, sizeof *t->cells);
    t->scored = calloc(n, sizeof *t->scored);
    t->counted = calloc(n, sizeof *t->counted);
    bool ok = t->cells && t->scored && t->counted;
    for (size_t sex = 0; ok && sex < p->set.sex->count; sex++)
        for (size_t site = 0; site < p->set.site->count; site++)
            for (int period = 0; ok && period < CC_PERIODS; period++) ok = fill_cell(t, sex, site, period);
    if (ok) return CC_OK;
    cc_screened_truth_free(t);
    *out = NULL;
    return cc_error_memory(err);
}

void cc_screened_truth_free(struct cc_screened_truth *t)
{
    if (!t) return;
    free(t->cells);
    free(t->scored);
    free(t->counted);
    free(t);
}

/* ---- counting ---- */

void cc_screened_truth_add(struct cc_screened_truth *t, const struct cc_screened_seen *seen)
{
    const struct cc_screened_child *c = seen->child;
    size_t cell = cell_of(t, c->sex, c->site, c->period);
    t->cells[cell].seen[(c->trafficked ? TRUE_ : 0) | (cc_screened_flagged(t->p, seen->first) ? FLAGGED : 0)
        | (seen->flagged_ever ? EVER : 0) | (c->second ? SECOND : 0) | (c->reference ? REFERENCE : 0)
        | (seen->verified ? VERIFIED : 0)]++;
    for (int rule = 0; rule < CC_UNANSWERED_RULES; rule++)
        if (seen->first->score[rule] >= 0)
            t->counted[place_in(t, cell, rule, c->trafficked) + (size_t)seen->first->score[rule]]++;
    if (!seen->ratings) return;
    t->rated++;
    for (int i = 0; i < t->p->set.raters; i++)
        for (int k = 0; k < i; k++) t->same[k][i] += seen->ratings[k] == seen->ratings[i];
}

/* ---- the truth of a group of cells ---- */

enum { ALL = -1 };
struct group {
    int sex, site, period; /* one value, or ALL */
};

static bool is_in(const struct group *g, const struct cell *c)
{
    return (g->sex == ALL || (size_t)g->sex == c->sex) && (g->site == ALL || (size_t)g->site == c->site)
        && (g->period == ALL || g->period == c->period);
}

struct writer {
    const struct cc_screened_truth *t;
    struct group group;
    FILE *out;
};

/* An expected value that is 0 of 0 is NA. */
static void put_row(const struct writer *w, const char *missing, int64_t cut, const char *measure, double expected)
{
    const struct cc_screened_settings *set = &w->t->p->set;
    const struct group *g = &w->group;
    if (g->sex != ALL) fprintf(w->out, "sex=%s", set->sex->codes[g->sex]);
    else if (g->site != ALL) fprintf(w->out, "site=%s", set->site->codes[g->site]);
    else if (g->period != ALL) fputs(g->period == CC_AFTER ? "period=after" : "period=before", w->out);
    fprintf(w->out, ",%s,", missing);
    if (cut > 0) fprintf(w->out, "%lld", (long long)cut);
    fprintf(w->out, ",%s,", measure);
    if (isnan(expected)) fputs("NA", w->out);
    else fprintf(w->out, "%.15g", expected);
}

static void put_counts(const struct writer *w, int64_t numerator, int64_t denominator)
{
    fprintf(w->out, ",%lld,%lld\n", (long long)numerator, (long long)denominator);
}

static void put_no_counts(const struct writer *w) { fputs(",NA,NA\n", w->out); }

/* Among children whose results are `given` under the mask, the share whose results are `event` under its mask. */
struct measure {
    const char *name;
    int given_mask, given, event_mask, event;
};

static const struct measure measures[] = {
    { "prevalence", 0, 0, TRUE_, TRUE_ },
    { "flag_rate", 0, 0, FLAGGED, FLAGGED },
    { "ppv", FLAGGED, FLAGGED, TRUE_, TRUE_ },
    { "npv", FLAGGED, 0, TRUE_, 0 },
    { "sensitivity_any", TRUE_, TRUE_, EVER, EVER },
    { "specificity_any", TRUE_, 0, EVER, 0 },
    { "second_sensitivity", TRUE_, TRUE_, SECOND, SECOND },
    { "second_specificity", TRUE_, 0, SECOND, 0 },
    { "reference_sensitivity", TRUE_, TRUE_, REFERENCE, REFERENCE },
    { "reference_specificity", TRUE_, 0, REFERENCE, 0 },
    { "sensitivity_against_reference", REFERENCE, REFERENCE, FLAGGED, FLAGGED },
    { "specificity_against_reference", REFERENCE, 0, FLAGGED, 0 },
    { "verified_if_flagged", FLAGGED, FLAGGED, VERIFIED, VERIFIED },
    { "verified_if_not_flagged", FLAGGED, 0, VERIFIED, VERIFIED },
    { "naive_se", TRUE_ | VERIFIED, TRUE_ | VERIFIED, FLAGGED, FLAGGED },
    { "naive_sp", TRUE_ | VERIFIED, VERIFIED, FLAGGED, 0 },
};

static double probability(const struct writer *w, int mask, int value)
{
    double sum = 0;
    for (size_t i = 0; i < w->t->cell_count; i++) {
        const struct cell *c = &w->t->cells[i];
        for (int r = 0; r < RESULTS && is_in(&w->group, c); r++)
            if ((r & mask) == value) sum += c->weight * c->expected[r];
    }
    return sum;
}

static int64_t count(const struct writer *w, int mask, int value)
{
    int64_t sum = 0;
    for (size_t i = 0; i < w->t->cell_count; i++) {
        const struct cell *c = &w->t->cells[i];
        for (int r = 0; r < RESULTS && is_in(&w->group, c); r++)
            if ((r & mask) == value) sum += c->seen[r];
    }
    return sum;
}

static double ratio(double a, double b) { return b > 0 ? a / b : NAN; }

static void put_measure(const struct writer *w, const struct measure *m)
{
    int mask = m->given_mask | m->event_mask, value = m->given | m->event;
    bool uses_tool = mask & (FLAGGED | EVER);
    put_row(w, uses_tool ? "no" : "", uses_tool ? w->t->p->set.cutoff : 0, m->name,
            ratio(probability(w, mask, value), probability(w, m->given_mask, m->given)));
    put_counts(w, count(w, mask, value), count(w, m->given_mask, m->given));
}

/* What the correction for partial verification tends to: the sensitivity, if verification does not depend on the
 * truth. Begg and Greenes (1983), Biometrics 39:207-215. */
static void put_begg_greenes(const struct writer *w)
{
    double part[2][CC_TRUTHS];
    for (int f = 0; f < 2; f++)
        for (int t = 0; t < CC_TRUTHS; t++) {
            int flag = f ? FLAGGED : 0, known = flag | VERIFIED;
            part[f][t] = probability(w, FLAGGED, flag)
                * ratio(probability(w, FLAGGED | VERIFIED | TRUE_, known | (t ? TRUE_ : 0)),
                        probability(w, FLAGGED | VERIFIED, known));
        }
    put_row(w, "no", w->t->p->set.cutoff, "bg_se",
            ratio(part[1][CC_TRAFFICKED], part[0][CC_TRAFFICKED] + part[1][CC_TRAFFICKED]));
    put_no_counts(w);
    put_row(w, "no", w->t->p->set.cutoff, "bg_sp", ratio(part[0][CC_OTHER], part[0][CC_OTHER] + part[1][CC_OTHER]));
    put_no_counts(w);
}

/* ---- by score ---- */

static double expected_score(const struct writer *w, int rule, int truth, size_t score)
{
    double sum = 0;
    for (size_t i = 0; i < w->t->cell_count; i++) {
        const struct cell *c = &w->t->cells[i];
        if (!is_in(&w->group, c)) continue;
        double prevalence = (double)cc_screened_place(w->t->p, c->site, c->period)->prevalence[c->sex] / CC_RATE;
        sum += c->weight * either(truth, prevalence) * w->t->scored[place_in(w->t, i, rule, truth) + score];
    }
    return sum;
}

static int64_t counted_score(const struct writer *w, int rule, int truth, size_t score)
{
    int64_t sum = 0;
    for (size_t i = 0; i < w->t->cell_count; i++)
        if (is_in(&w->group, &w->t->cells[i])) sum += w->t->counted[place_in(w->t, i, rule, truth) + score];
    return sum;
}

struct curve { /* of one rule: what lies at or above a score, downwards */
    double positive[CC_TRUTHS], all[CC_TRUTHS], area;
    double below[CC_SCREENED_SCORES + 1]; /* of the others: lower scores; the difference would not be exactly 0 */
    int64_t positives[CC_TRUTHS], counts[CC_TRUTHS];
};

static void put_cut(const struct writer *w, const char *word, const struct curve *c, size_t cut)
{
    put_row(w, word, (int64_t)cut, "sensitivity", ratio(c->positive[CC_TRAFFICKED], c->all[CC_TRAFFICKED]));
    put_counts(w, c->positives[CC_TRAFFICKED], c->counts[CC_TRAFFICKED]);
    put_row(w, word, (int64_t)cut, "specificity", ratio(c->below[cut], c->all[CC_OTHER]));
    put_counts(w, c->counts[CC_OTHER] - c->positives[CC_OTHER], c->counts[CC_OTHER]);
}

static void put_rule(const struct writer *w, int rule)
{
    static const char *const words[CC_UNANSWERED_RULES] = { "complete", "no", "yes" };
    struct curve c = { .area = 0 };
    for (size_t s = 0; s < w->t->scores; s++) {
        c.below[s] = c.all[CC_OTHER];
        for (int t = 0; t < CC_TRUTHS; t++) {
            c.all[t] += expected_score(w, rule, t, s);
            c.counts[t] += counted_score(w, rule, t, s);
        }
    }
    for (size_t s = w->t->scores; s-- > 0;) {
        double here[CC_TRUTHS] = { expected_score(w, rule, CC_OTHER, s), expected_score(w, rule, CC_TRAFFICKED, s) };
        c.area += here[CC_OTHER] * (c.positive[CC_TRAFFICKED] + here[CC_TRAFFICKED] / 2);
        for (int t = 0; t < CC_TRUTHS; t++) {
            c.positive[t] += here[t];
            c.positives[t] += counted_score(w, rule, t, s);
        }
        if (s > 0) put_cut(w, words[rule], &c, s);
    }
    put_row(w, words[rule], 0, "auc", ratio(c.area, c.all[CC_OTHER] * c.all[CC_TRAFFICKED]));
    put_no_counts(w);
}

/* ---- all of it ---- */

static void put_group(const struct writer *w)
{
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) put_measure(w, &measures[i]);
    put_begg_greenes(w);
    for (int rule = 0; rule < CC_UNANSWERED_RULES; rule++) put_rule(w, rule);
}

static void put_raters(const struct cc_screened_truth *t, FILE *out)
{
    const struct cc_screened_settings *set = &t->p->set;
    double by_chance = 0;
    for (size_t i = 0; set->rating && i < set->rating->count; i++) by_chance += pow(share(set->rating, i), 2);
    for (int i = 0; i < set->raters; i++)
        for (int k = 0; k < i; k++) {
            double kappa = (1 - (double)set->rater_error[k] / CC_RATE) * (1 - (double)set->rater_error[i] / CC_RATE);
            fprintf(out, "raters=%d-%d,,,agreement,%.15g,%lld,%lld\n", k + 1, i + 1, kappa + (1 - kappa) * by_chance,
                    (long long)t->same[k][i], (long long)t->rated);
            if (by_chance < 1) fprintf(out, "raters=%d-%d,,,kappa,%.15g,NA,NA\n", k + 1, i + 1, kappa);
            else fprintf(out, "raters=%d-%d,,,kappa,NA,NA,NA\n", k + 1, i + 1); /* one rating only */
        }
}

void cc_screened_truth_write(const struct cc_screened_truth *t, FILE *out)
{
    const struct cc_screened_settings *set = &t->p->set;
    struct writer w = { t, { ALL, ALL, ALL }, out };
    fputs("groups,missing,cutoff,measure,expected,numerator,denominator\n", out);
    put_group(&w);
    for (int i = 0; i < (int)set->sex->count; i++) w.group = (struct group){ i, ALL, ALL }, put_group(&w);
    for (int i = 0; i < (int)set->site->count; i++) w.group = (struct group){ ALL, i, ALL }, put_group(&w);
    for (int i = 0; set->change_month && i < CC_PERIODS; i++) w.group = (struct group){ ALL, ALL, i }, put_group(&w);
    put_raters(t, out);
}

void cc_screened_truth_sites(const struct cc_screened_truth *t, FILE *out)
{
    static const int columns[][2] = {
        { TRUE_ | FLAGGED, TRUE_ | FLAGGED }, { TRUE_ | FLAGGED, TRUE_ }, { TRUE_ | FLAGGED, FLAGGED },
        { TRUE_ | FLAGGED, 0 }, { FLAGGED | SECOND, FLAGGED | SECOND }, { FLAGGED | SECOND, FLAGGED },
        { FLAGGED | SECOND, SECOND }, { FLAGGED | SECOND, 0 },
    };
    fputs("site,tp,fn,fp,tn,pp,pn,np,nn\n", out);
    for (size_t i = 0; i < t->p->set.site->count; i++) {
        struct writer w = { t, { ALL, (int)i, ALL }, out };
        fputs(t->p->set.site->codes[i], out);
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            fprintf(out, ",%lld", (long long)count(&w, columns[k][0], columns[k][1]));
        fputc('\n', out);
    }
}

/* cc-roc: how well a score separates children with the condition from those without, over all cut-offs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_ratings.h"
#include "stats/screening/cc_roc.h"
#include "stats/screening/cc_roc_bootstrap.h"

#define PROG "cc-roc"

static const char help[] =
    "Tells how well a score separates cases from controls, at which cut-off, and compares two scores.\n"
    "\n"
    "usage: casecount roc TABLE.csv --score COLUMN --direction higher|lower\n"
    "         --reference COLUMN --positive VALUE [options]      (- for standard input)\n"
    "\n"
    "      --score COLUMN        the score, a number; blank or NA where there is none\n"
    "      --direction DIR       higher or lower: which scores mean 'positive'. Never guessed\n"
    "      --reference COLUMN    what became known; blank or NA where nothing did\n"
    "      --positive VALUE      of the reference: a case\n"
    "      --negative VALUE      of the reference: a control; may be repeated; any other value is then\n"
    "                            unknown [all others, if they are one value only]\n"
    "      --against COLUMN      a second score to compare with\n"
    "      --against-direction DIR   of the second score [as --direction]\n"
    "      --kind KIND           paired: both scores of the same children; unpaired [paired]\n"
    "  -g, --by COLUMN,...       each group by itself\n"
    "      --partial FOCUS:A-B   partial area over specificity or sensitivity from A to B\n"
    "      --bootstrap N         limits from N stratified resamples, too; needs --seed\n"
    "      --seed S              1 to 4294967295\n"
    "      --curve               instead: one row a cut-off, with its counts; chart --kind roc draws it\n"
    "      --pr                  instead: one row a cut-off, with recall and precision\n"
    "      --allow-undefined     NA where there is no case or no control at all, in place of an error\n"
    "  -l, --level LEVEL         of the intervals [0.95]\n"
    "  -o, --output FILE         [standard output]\n"
    "  -f, --format FORMAT       csv, json or md [csv]\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "Rows without a score or a truth are left out and counted. An AUC below 0.5 stays as it is.\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: two scores of the same children, and the curve of the first as a picture\n"
    "  casecount roc scored.csv --score short --against long --direction higher \\\n"
    "    --reference truth --positive yes\n"
    "  casecount roc scored.csv --score short --direction higher --reference truth --positive yes \\\n"
    "    --curve -o curve.csv\n";

enum { SCORES = 2, MOST = 16, WAY_NONE = 0, WAY_HIGHER = 1, WAY_LOWER = -1 };
enum show { SHOW_SUMMARY, SHOW_CURVE, SHOW_PR };

struct options {
    const char *score[SCORES]; /* the second may be NULL */
    int way[SCORES];
    const char *reference, *positive, *negative[MOST], *by[MOST], *output, *input;
    size_t negatives, groups;
    bool unpaired, has_kind, has_partial, has_seed, allow_undefined;
    struct cc_roc_range partial;
    struct cc_roc_resampling resampling; /* rounds 0: none */
    enum show show;
    enum cc_format format;
};

/* All rows as numbers. Scores are negated where lower means positive; NaN is missing. */
struct data {
    struct cc_table in, out;
    size_t by[MOST];
    double *score[SCORES];
    signed char *truth; /* 1 case, 0 control, -1 unknown */
    struct cc_ratings_groups groups;
};

/* One score in one group. */
struct sample {
    double *score;
    bool *is_case;
    size_t n, missing;
    struct cc_roc roc;
};

/* ---- reading ---- */

static bool missing(const char *cell)
{
    return !*cell || !strcmp(cell, "NA");
}

static enum cc_status read_scores(struct data *d, const struct options *o, size_t which, struct cc_error *err)
{
    size_t at;
    enum cc_status st = cc_table_need(&d->in, o->score[which], &at, err);
    if (st != CC_OK) return st;
    double *x = d->score[which] = calloc(d->in.rows + 1, sizeof *x);
    if (!x) return cc_error_memory(err);
    for (size_t r = 0; r < d->in.rows; r++) {
        const char *cell = cc_table_cell(&d->in, r, at);
        x[r] = NAN;
        if (missing(cell)) continue;
        if (!cc_parse_double(cell, &x[r]))
            return cc_error_set(err, CC_EDATA, d->in.lines[r], at + 1,
                                "expected a number as a score, or NA where there is none");
        x[r] *= o->way[which];
    }
    return CC_OK;
}

static int truth_of(const struct options *o, const char *cell)
{
    if (missing(cell)) return -1;
    if (!strcmp(cell, o->positive)) return 1;
    for (size_t i = 0; i < o->negatives; i++)
        if (!strcmp(cell, o->negative[i])) return 0;
    return o->negatives ? -1 : 0;
}

/* All that are not positive must be of one value, or named. */
static enum cc_status check_controls(const struct data *d, const struct options *o, size_t at,
                                     struct cc_error *err)
{
    const char *negative = NULL;
    for (size_t r = 0; !o->negatives && r < d->in.rows; r++) {
        const char *cell = cc_table_cell(&d->in, r, at);
        if (d->truth[r] != 0) continue;
        if (negative && strcmp(cell, negative) != 0)
            return cc_error_set(err, CC_EDATA, d->in.lines[r], at + 1,
                                "a third value of the reference: say with --negative which mean a control");
        negative = cell;
    }
    return CC_OK;
}

static enum cc_status check_truth(const struct data *d, const struct options *o, size_t at,
                                  struct cc_error *err)
{
    size_t n[2] = { 0, 0 };
    for (size_t r = 0; r < d->in.rows; r++)
        if (d->truth[r] >= 0) n[d->truth[r]]++;
    if (o->allow_undefined) return check_controls(d, o, at, err);
    if (!n[1])
        return cc_error_set(err, CC_EDATA, 0, 0, "no row of '%s' has the value of --positive", o->reference);
    if (!n[0])
        return cc_error_set(err, CC_EDATA, 0, 0, "'%s' knows positives only: without children known to be "
                            "negative there are no false alarms to count, so no specificity and no AUC",
                            o->reference);
    return check_controls(d, o, at, err);
}

static enum cc_status read_truth(struct data *d, const struct options *o, struct cc_error *err)
{
    size_t at;
    enum cc_status st = cc_table_need(&d->in, o->reference, &at, err);
    if (st != CC_OK) return st;
    d->truth = calloc(d->in.rows + 1, 1);
    if (!d->truth) return cc_error_memory(err);
    for (size_t r = 0; r < d->in.rows; r++)
        d->truth[r] = (signed char)truth_of(o, cc_table_cell(&d->in, r, at));
    return check_truth(d, o, at, err);
}

static enum cc_status make_groups(struct data *d, const struct options *o, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < o->groups && st == CC_OK; i++) st = cc_table_need(&d->in, o->by[i], &d->by[i], err);
    return st == CC_OK ? cc_ratings_group(&d->in, d->by, o->groups, &d->groups, err) : st;
}

static enum cc_status read_data(struct data *d, const struct options *o, struct cc_error *err)
{
    enum cc_status st = o->allow_undefined ? cc_table_read_any(o->input, &d->in, err)
                                           : cc_table_read(o->input, &d->in, err);
    if (st == CC_OK) st = read_truth(d, o, err);
    for (size_t i = 0; st == CC_OK && i < SCORES && o->score[i]; i++) st = read_scores(d, o, i, err);
    return st == CC_OK ? make_groups(d, o, err) : st;
}

/* ---- samples ---- */

static bool known(const struct data *d, size_t row, size_t which)
{
    return d->truth[row] >= 0 && !isnan(d->score[which][row]);
}

static size_t group_size(const struct data *d, size_t g)
{
    return d->groups.start[g + 1] - d->groups.start[g];
}

static bool take_sample(const struct data *d, size_t g, size_t which, struct sample *s)
{
    size_t n = group_size(d, g);
    *s = (struct sample){ .score = calloc(n + 1, sizeof *s->score),
                          .is_case = calloc(n + 1, sizeof *s->is_case) };
    if (!s->score || !s->is_case) return false;
    for (size_t i = d->groups.start[g]; i < d->groups.start[g + 1]; i++) {
        size_t row = d->groups.rows[i];
        if (!known(d, row, which)) continue;
        s->score[s->n] = d->score[which][row];
        s->is_case[s->n++] = d->truth[row] == 1;
    }
    s->missing = n - s->n;
    return cc_roc_make(s->score, s->is_case, s->n, &s->roc) == CC_OK; /* no score is NaN */
}

static void free_sample(struct sample *s)
{
    free(s->score);
    free(s->is_case);
    cc_roc_free(&s->roc);
}

/* ---- rows of the answer ---- */

/* What stands in all rows of one score, or pair of scores, in one group. */
struct place {
    struct data *d;
    const struct options *o;
    const char *score;
    size_t group, missing;
    int way;
    bool ok;
};

static void set(struct place *p, size_t column, const char *text)
{
    p->ok = p->ok && cc_table_set(&p->d->out, p->d->out.rows - 1, column, text);
}

static void set_number(struct place *p, size_t column, double x)
{
    char buf[32];
    set(p, column, cc_format_double(x, buf));
}

/* A new row with its group and score; the column after them. */
static size_t begin_row(struct place *p)
{
    struct data *d = p->d;
    p->ok = p->ok && cc_table_add_row(&d->out);
    for (size_t i = 0; p->ok && i < p->o->groups; i++)
        set(p, i, cc_table_cell(&d->in, d->groups.rows[d->groups.start[p->group]], d->by[i]));
    set(p, p->o->groups, p->score);
    return p->o->groups + 1;
}

static const char *cutoff_text(const struct place *p, double score, char buf[48])
{
    char digits[32];
    snprintf(buf, 48, "%s %s", p->way > 0 ? ">=" : "<=", cc_format_double(score * p->way, digits));
    return buf;
}

struct line {
    const char *measure;
    double estimate, se, lower, upper;
    const char *method, *cutoff, *note; /* NULL: NA, NA, nothing */
};

static void put(struct place *p, struct line l)
{
    size_t c = begin_row(p);
    set(p, c, l.cutoff ? l.cutoff : "NA");
    set(p, c + 1, l.measure);
    set_number(p, c + 2, l.estimate);
    set_number(p, c + 3, l.se);
    set_number(p, c + 4, l.lower);
    set_number(p, c + 5, l.upper);
    set_number(p, c + 6, isnan(l.lower) ? NAN : p->o->resampling.level);
    set(p, c + 7, l.method ? l.method : "NA");
    set_number(p, c + 8, (double)p->missing);
    set(p, c + 9, l.note ? l.note : "");
}

static void put_plain(struct place *p, const char *measure, double x, const char *method, const char *note)
{
    put(p, (struct line){ measure, x, NAN, NAN, NAN, method, NULL, note });
}

static bool make_columns(struct data *d, const struct options *o)
{
    static const char *const summary[] = { "cutoff", "measure", "estimate", "se", "lower", "upper", "level",
                                           "method", "n_missing", "note", NULL };
    static const char *const curve[] = { "cutoff", "TP", "FN", "FP", "TN", "sensitivity", "specificity",
                                         "chosen", "n_missing", "note", NULL };
    static const char *const pr[] = { "cutoff", "TP", "FN", "FP", "TN", "recall", "precision", "n_missing",
                                      "note", NULL };
    const char *const *names = o->show == SHOW_SUMMARY ? summary : o->show == SHOW_CURVE ? curve : pr;
    bool ok = true;
    for (size_t i = 0; ok && i < o->groups; i++) ok = cc_table_add_column(&d->out, o->by[i]);
    ok = ok && cc_table_add_column(&d->out, "score");
    for (; ok && *names; names++) ok = cc_table_add_column(&d->out, *names);
    return ok;
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
    const struct options *o = context;
    struct cc_roc_partial partial = { NAN, NAN };
    out[BOOT_AUC] = cc_roc_u(r) / ((double)r->cases * (double)r->controls);
    if (o->has_partial && cc_roc_partial(r, o->partial, &partial) != CC_OK) partial.area = NAN;
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

static enum cc_status resample(const struct sample *s, const struct options *o, struct boot *b)
{
    for (size_t i = 0; i < BOOTS; i++) {
        b->ci[i] = CC_NO_INTERVAL;
        b->se[i] = NAN;
    }
    if (!o->resampling.rounds) return CC_OK;
    enum cc_status st = cc_roc_bootstrap(&s->roc, o->resampling, BOOTS, statistics, o, b->ci, b->se);
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

static void put_auc(struct place *p, const struct sample *s, const struct boot *b)
{
    struct cc_auc a;
    enum cc_status st = cc_roc_auc(&s->roc, &a); /* undefined: all NaN, printed as NA */
    static const char *const methods[] = { "delong", "delong-logit", "hanley-mcneil" };
    const double se[] = { sqrt(a.variance), sqrt(a.variance), a.hanley_mcneil_se };
    for (size_t i = 0; i < 3; i++) {
        struct cc_interval ci = CC_NO_INTERVAL;
        if (st == CC_OK && cc_roc_limits(a.auc, se[i], i == 1, p->o->resampling.level, &ci) != CC_OK)
            ci.lower = ci.upper = NAN;
        put(p, (struct line){ "auc", a.auc, se[i], ci.lower, ci.upper, methods[i], NULL,
                              note_of_auc(&s->roc, &a, se[i]) });
    }
    if (p->o->resampling.rounds)
        put(p, (struct line){ "auc", a.auc, b->se[BOOT_AUC], b->ci[BOOT_AUC].lower, b->ci[BOOT_AUC].upper,
                              "bootstrap-percentile", NULL, note_of_auc(&s->roc, &a, b->se[BOOT_AUC]) });
    put_plain(p, "gini", 2 * a.auc - 1, NULL, why_undefined(&s->roc));
    put_plain(p, "wilcoxon_U", a.u, NULL, why_undefined(&s->roc));
}

static void put_booted(struct place *p, const char *measure, double estimate, const struct boot *b, size_t i,
                       const char *note)
{
    put(p, (struct line){ measure, estimate, b->se[i], b->ci[i].lower, b->ci[i].upper,
                          p->o->resampling.rounds ? "bootstrap-percentile" : NULL, NULL, note });
}

static void put_partial(struct place *p, const struct sample *s, const struct boot *b)
{
    struct cc_roc_partial partial;
    enum cc_status st = cc_roc_partial(&s->roc, p->o->partial, &partial);
    char note[128];
    const char *why = why_undefined(&s->roc);
    snprintf(note, sizeof note, "%s from %.15g to %.15g%s%s",
             p->o->partial.focus == CC_ROC_SPECIFICITY ? "specificity" : "sensitivity", p->o->partial.from,
             p->o->partial.to, why ? "; " : "", why ? why : "");
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
    bool nobody = isinf(c->score), booted = p->o->resampling.rounds > 0;
    const char *method = rule_names[rule], *chosen = booted
        ? "chosen on these data, so optimistic; limits: bootstrap-percentile, chosen anew in each resample"
        : "chosen on these data, so optimistic";
    char cutoff[48];
    cutoff_text(p, c->score, cutoff);
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

static void put_best(struct place *p, const struct sample *s, const struct boot *b, enum cc_roc_rule rule)
{
    const char *why = why_undefined(&s->roc);
    if (why) {
        put_plain(p, "n_optimal", NAN, rule_names[rule], why);
        return;
    }
    struct cc_roc_cut best, c = cc_roc_first(&s->roc);
    size_t ties = cc_roc_best(&s->roc, rule, &best);
    put_plain(p, "n_optimal", (double)ties, rule_names[rule], ties > 1 ? "equally good cut-offs" : NULL);
    do
        if (cc_roc_merit(rule, &c) == cc_roc_merit(rule, &best)) put_best_cut(p, &c, rule, b);
    while (cc_roc_next(&s->roc, &c));
}

static enum cc_status put_summary(struct place *p, const struct sample *s)
{
    struct boot b;
    enum cc_status st = resample(s, p->o, &b);
    if (st != CC_OK) return st;
    put_plain(p, "n_cases", (double)s->roc.cases, NULL, NULL);
    put_plain(p, "n_controls", (double)s->roc.controls, NULL, NULL);
    int64_t smallest = cc_roc_smallest(&s->roc);
    put_plain(p, "n_smallest_score", smallest ? (double)smallest : NAN, NULL, NULL);
    put_auc(p, s, &b);
    if (p->o->has_partial) put_partial(p, s, &b);
    put_booted(p, "average_precision", cc_roc_average_precision(&s->roc), &b, BOOT_PRECISION,
               s->roc.cases ? "depends on the share of cases, which is what chance gives" : "no case");
    for (int rule = 0; rule < CC_ROC_RULES; rule++) put_best(p, s, &b, (enum cc_roc_rule)rule);
    return CC_OK;
}

/* ---- the curve of one score ---- */

static double precision(const struct cc_roc_cut *c)
{
    return c->tp + c->fp ? (double)c->tp / (double)(c->tp + c->fp) : NAN;
}

static void put_cut(struct place *p, const struct sample *s, const struct cc_roc_cut *c,
                    const long double *best)
{
    char text[48];
    size_t at = begin_row(p);
    bool curve = p->o->show == SHOW_CURVE;
    set(p, at++, cutoff_text(p, c->score, text));
    const int64_t counts[] = { c->tp, c->fn, c->fp, c->tn };
    for (size_t i = 0; i < 4; i++) set_number(p, at++, (double)counts[i]);
    set_number(p, at++, cc_roc_sensitivity(c));
    set_number(p, at++, curve ? cc_roc_specificity(c) : precision(c));
    if (curve) {
        bool y = cc_roc_merit(CC_ROC_YOUDEN, c) == best[CC_ROC_YOUDEN];
        bool t = cc_roc_merit(CC_ROC_TOPLEFT, c) == best[CC_ROC_TOPLEFT];
        set(p, at++, why_undefined(&s->roc) ? "" : y && t ? "youden, closest.topleft" : y ? "youden"
                     : t ? "closest.topleft" : "");
    }
    set_number(p, at++, (double)p->missing);
    const char *why = why_undefined(&s->roc);
    set(p, at, why ? why : "");
}

static enum cc_status put_curve(struct place *p, const struct sample *s)
{
    long double merit[CC_ROC_RULES];
    struct cc_roc_cut c;
    for (int rule = 0; rule < CC_ROC_RULES; rule++) {
        cc_roc_best(&s->roc, (enum cc_roc_rule)rule, &c);
        merit[rule] = cc_roc_merit((enum cc_roc_rule)rule, &c);
    }
    c = cc_roc_first(&s->roc);
    do put_cut(p, s, &c, merit);
    while (p->ok && cc_roc_next(&s->roc, &c));
    return CC_OK;
}

/* ---- two scores ---- */

/* The rows of a group that have both scores and a truth. */
struct pairs {
    double *a, *b;
    bool *is_case;
    size_t n;
};

static bool take_pairs(const struct data *d, size_t g, struct pairs *out)
{
    size_t n = group_size(d, g);
    *out = (struct pairs){ calloc(n + 1, sizeof *out->a), calloc(n + 1, sizeof *out->b),
                           calloc(n + 1, sizeof *out->is_case), 0 };
    if (!out->a || !out->b || !out->is_case) return false;
    for (size_t i = d->groups.start[g]; i < d->groups.start[g + 1]; i++) {
        size_t row = d->groups.rows[i];
        if (!known(d, row, 0) || !known(d, row, 1)) continue;
        out->a[out->n] = d->score[0][row];
        out->b[out->n] = d->score[1][row];
        out->is_case[out->n++] = d->truth[row] == 1;
    }
    return true;
}

static void free_pairs(struct pairs *p)
{
    free(p->a);
    free(p->b);
    free(p->is_case);
}

static const char *note_of_comparison(const struct options *o, const struct cc_roc_comparison *c, size_t both)
{
    if (isnan(c->auc1) || isnan(c->auc2)) return "no case or no control";
    if (isnan(c->se)) return "one case or one control: no standard error";
    if (c->se == 0) return "the difference has no variance: no test";
    if (o->unpaired && both) return "some children have both scores: is --kind paired meant?";
    return NULL;
}

static void put_comparison(struct place *p, const struct cc_roc_comparison *c, size_t both)
{
    const char *note = note_of_comparison(p->o, c, both);
    const char *method = p->o->unpaired ? "delong-unpaired" : "delong-paired";
    if (!p->o->unpaired) put_plain(p, "n_complete", (double)both, method, NULL);
    put(p, (struct line){ "auc1", c->auc1, sqrt(c->var1), NAN, NAN, method, NULL, note });
    put(p, (struct line){ "auc2", c->auc2, sqrt(c->var2), NAN, NAN, method, NULL, note });
    put_plain(p, "cov12", c->cov, method, note);
    put(p, (struct line){ "diff", c->difference, c->se, c->lower, c->upper, method, NULL, note });
    put_plain(p, "statistic", c->z, method, note);
    if (p->o->unpaired) {
        put_plain(p, "df", c->df, method, note);
        put_plain(p, "p_value", c->p_t, method, note);
    } else {
        put_plain(p, "p_value", c->p_normal, method, note);
    }
    put_plain(p, "z_normal", c->z, method, note);
    put_plain(p, "p_normal", c->p_normal, method, note);
}

static enum cc_status compare(struct place *p, const struct sample *a, const struct sample *b)
{
    struct pairs both;
    struct cc_roc_comparison c;
    double level = p->o->resampling.level;
    if (!take_pairs(p->d, p->group, &both)) {
        free_pairs(&both);
        return CC_ENOMEM;
    }
    enum cc_status st = p->o->unpaired
        ? cc_roc_compare_unpaired(&a->roc, &b->roc, level, &c)
        : cc_roc_compare_paired(both.a, both.b, both.is_case, both.n, level, &c);
    p->missing = p->o->unpaired ? a->missing + b->missing : group_size(p->d, p->group) - both.n;
    if (st == CC_OK || st == CC_UNDEFINED) put_comparison(p, &c, both.n);
    free_pairs(&both);
    return st == CC_UNDEFINED ? CC_OK : st;
}

static enum cc_status put_pair(struct place *p, const struct sample *s)
{
    struct cc_buf name = { 0 };
    if (!cc_buf_printf(&name, "%s - %s", p->o->score[0], p->o->score[1])) return CC_ENOMEM;
    p->score = name.data;
    enum cc_status st = compare(p, &s[0], &s[1]);
    cc_buf_free(&name);
    return st;
}

/* ---- the program ---- */

static enum cc_status do_group(struct data *d, const struct options *o, size_t g)
{
    struct sample s[SCORES] = { { 0 }, { 0 } };
    struct place p = { .d = d, .o = o, .group = g, .ok = true };
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < SCORES && o->score[i]; i++) {
        p.score = o->score[i];
        p.way = o->way[i];
        st = take_sample(d, g, i, &s[i]) ? CC_OK : CC_ENOMEM;
        p.missing = s[i].missing;
        if (st == CC_OK) st = o->show == SHOW_SUMMARY ? put_summary(&p, &s[i]) : put_curve(&p, &s[i]);
    }
    if (st == CC_OK && o->score[1] && o->show == SHOW_SUMMARY) st = put_pair(&p, s);
    for (size_t i = 0; i < SCORES; i++) free_sample(&s[i]);
    return st == CC_OK && !p.ok ? CC_ENOMEM : st;
}

static enum cc_status work(struct data *d, const struct options *o, struct cc_error *err)
{
    enum cc_status st = read_data(d, o, err);
    if (st != CC_OK) return st;
    if (!make_columns(d, o)) return cc_error_memory(err);
    for (size_t g = 0; st == CC_OK && g < d->groups.n; g++) {
        st = do_group(d, o, g);
        if (st == CC_OK && cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    if (st == CC_ENOMEM) return cc_error_memory(err);
    return st == CC_OK ? CC_OK : cc_error_set(err, st, 0, 0, "too many children for a bootstrap");
}

static int run(const struct options *o)
{
    struct data d = { 0 };
    struct cc_error err = { 0 };
    int code = work(&d, o, &err) == CC_OK ? cc_put_table(PROG, o->output, o->format, &d.out)
                                          : cc_fail(PROG, d.in.name[0] ? d.in.name : o->input, &err);
    cc_table_free(&d.in);
    cc_table_free(&d.out);
    for (size_t i = 0; i < SCORES; i++) free(d.score[i]);
    free(d.truth);
    cc_ratings_groups_free(&d.groups);
    return code;
}

/* ---- options ---- */

static int set_way(const struct cc_given *g)
{
    int *way = g->to;
    if (*way != WAY_NONE) return cc_usage(PROG, "--%s is given twice", g->name);
    *way = !strcmp(g->text, "higher") ? WAY_HIGHER : !strcmp(g->text, "lower") ? WAY_LOWER : WAY_NONE;
    return *way != WAY_NONE ? CC_EXIT_OK : cc_usage(PROG, "--%s takes higher or lower", g->name);
}

static int set_negative(const struct cc_given *g)
{
    struct options *o = g->to;
    if (o->negatives == MOST) return cc_usage(PROG, "more than %d --negative", MOST);
    o->negative[o->negatives++] = g->text;
    return CC_EXIT_OK;
}

static int set_kind(const struct cc_given *g)
{
    struct options *o = g->to;
    o->has_kind = true;
    o->unpaired = !strcmp(g->text, "unpaired");
    return o->unpaired || !strcmp(g->text, "paired") ? CC_EXIT_OK : cc_usage(PROG, "--kind takes paired or unpaired");
}

/* FOCUS:A-B */
static bool parse_partial(char *text, struct cc_roc_range *out)
{
    char *part[2], *end[2];
    if (cc_split(text, ':', part, 2) != 2) return false;
    out->focus = !strcmp(part[0], "specificity") ? CC_ROC_SPECIFICITY : CC_ROC_SENSITIVITY;
    if (out->focus == CC_ROC_SENSITIVITY && strcmp(part[0], "sensitivity") != 0) return false;
    return cc_split(part[1], '-', end, 2) == 2 && cc_parse_double(end[0], &out->from)
           && cc_parse_double(end[1], &out->to) && out->from >= 0 && out->from < out->to && out->to <= 1;
}

static int set_partial(const struct cc_given *g)
{
    struct options *o = g->to;
    o->has_partial = true;
    return parse_partial(g->text, &o->partial) ? CC_EXIT_OK
        : cc_usage(PROG, "--partial takes specificity:A-B or sensitivity:A-B, with 0 <= A < B <= 1");
}

static int set_by(const struct cc_given *g)
{
    static const char *const ours[] = { "score", "cutoff", "measure", "estimate", "se", "lower", "upper",
                                        "level", "method", "TP", "FN", "FP", "TN", "sensitivity",
                                        "specificity", "recall", "precision", "chosen", "n_missing", "note" };
    struct options *o = g->to;
    return cc_given_columns(g, ours, sizeof ours / sizeof *ours, o->by, MOST, &o->groups);
}

static int set_rounds(const struct cc_given *g)
{
    size_t *rounds = g->to;
    int64_t n = 0;
    int code = cc_given_whole(g, 1, 10000000, &n);
    *rounds = (size_t)n;
    return code;
}

static int set_seed(const struct cc_given *g)
{
    struct options *o = g->to;
    int64_t n = 0;
    int code = cc_given_whole(g, 1, UINT32_MAX, &n);
    o->resampling.seed = (uint64_t)n;
    o->has_seed = true;
    return code;
}

static int set_show(const struct cc_given *g)
{
    enum show *show = g->to;
    if (*show != SHOW_SUMMARY) return cc_usage(PROG, "give one of --curve and --pr, once");
    *show = !strcmp(g->name, "curve") ? SHOW_CURVE : SHOW_PR;
    return CC_EXIT_OK;
}

static int check(struct options *o)
{
    if (!o->score[0]) return cc_usage(PROG, "--score is needed: the column of the score");
    if (!o->way[0])
        return cc_usage(PROG, "--direction is needed: higher or lower, which scores mean 'positive'");
    if (!o->reference) return cc_usage(PROG, "--reference is needed: the column of what became known");
    for (int i = 0; i < SCORES && o->score[i]; i++)
        if (!strcmp(o->score[i], o->reference))
            return cc_usage(PROG, "score and reference are one column: a tool is held against "
                                   "something else");
    if (!o->positive)
        return cc_usage(PROG, "--positive is needed: the value of the reference that is a case");
    for (size_t i = 0; i < o->negatives; i++)
        if (!strcmp(o->negative[i], o->positive))
            return cc_usage(PROG, "--negative and --positive name the same value");
    if (!o->score[1] && (o->has_kind || o->way[1]))
        return cc_usage(PROG, "--kind and --against-direction need --against");
    if (!o->way[1]) o->way[1] = o->way[0];
    if ((o->resampling.rounds > 0) != o->has_seed)
        return cc_usage(PROG, "--bootstrap and --seed go together, so that the numbers can be had again");
    if (o->show != SHOW_SUMMARY && (o->has_seed || o->has_partial || o->has_kind))
        return cc_usage(PROG, "--curve and --pr have no intervals, partial areas or tests");
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "by", 'g', CC_VALUE, set_by, o },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->resampling.level },
        { "score", 0, CC_VALUE, cc_set_text, &o->score[0] },
        { "direction", 0, CC_VALUE, set_way, &o->way[0] },
        { "reference", 0, CC_VALUE, cc_set_text, &o->reference },
        { "positive", 0, CC_VALUE, cc_set_once, &o->positive },
        { "negative", 0, CC_VALUE, set_negative, o },
        { "against", 0, CC_VALUE, cc_set_text, &o->score[1] },
        { "against-direction", 0, CC_VALUE, set_way, &o->way[1] },
        { "kind", 0, CC_VALUE, set_kind, o },
        { "partial", 0, CC_VALUE, set_partial, o },
        { "bootstrap", 0, CC_VALUE, set_rounds, &o->resampling.rounds },
        { "seed", 0, CC_VALUE, set_seed, o },
        { "curve", 0, CC_ALONE, set_show, &o->show },
        { "pr", 0, CC_ALONE, set_show, &o->show },
        { "allow-undefined", 0, CC_ALONE, cc_set_flag, &o->allow_undefined },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->input);
    if (*code == CC_EXIT_OK) *code = check(o);
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { .resampling.level = 0.95 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

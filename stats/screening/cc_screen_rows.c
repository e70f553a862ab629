#include "stats/screening/cc_screen_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { NOTE_SIZE = 512, NAME_SIZE = 64 };

enum whom { NOBODY, WITH, WITHOUT };

/* "23 of 25" + before + whom + after. */
static const struct {
    const char *name;
    const char *before;
    enum whom whom;
    const char *after;
} PARTS[CC_SCREEN_PARTS] = {
    [CC_SCREEN_SENSITIVITY] = { "sensitivity", "children ", WITH, " were flagged" },
    [CC_SCREEN_SPECIFICITY] = { "specificity", "children ", WITHOUT, " were not flagged" },
    [CC_SCREEN_PPV] = { "ppv", "flagged are children ", WITH, "" },
    [CC_SCREEN_NPV] = { "npv", "not flagged are children ", WITHOUT, "" },
    [CC_SCREEN_ACCURACY] = { "accuracy", "children were called right", NOBODY, "" },
    [CC_SCREEN_APPARENT_PREVALENCE] = { "apparent_prevalence", "children were flagged", NOBODY, "" },
    [CC_SCREEN_TRUE_PREVALENCE] = { "true_prevalence", "are children ", WITH, "" },
    [CC_SCREEN_FPR] = { "fpr", "children ", WITHOUT, " were flagged" },
    [CC_SCREEN_FNR] = { "fnr", "children ", WITH, " were not flagged" },
    [CC_SCREEN_FDR] = { "fdr", "flagged are children ", WITHOUT, "" },
    [CC_SCREEN_FOMR] = { "fomr", "not flagged are children ", WITH, "" },
};

static const struct {
    const char *name;
    enum cc_prop_method code;
} PROP_METHODS[] = {
    { "wilson", CC_PROP_WILSON },
    { "clopper-pearson", CC_PROP_CLOPPER_PEARSON },
    { "wilson-cc", CC_PROP_WILSON_CC },
    { "agresti-coull", CC_PROP_AGRESTI_COULL },
    { "jeffreys", CC_PROP_JEFFREYS },
    { "jeffreys-unhaldane", CC_PROP_JEFFREYS_UNADJUSTED },
    { "mid-p", CC_PROP_MID_P },
    { "wald", CC_PROP_WALD },
};
enum { N_PROP_METHODS = sizeof PROP_METHODS / sizeof *PROP_METHODS };

static const struct {
    const char *measure, *method, *note;
    enum cc_screen_ratio code;
    double add;
} RATIOS[] = {
    { "lr_pos", "log-wald", NULL, CC_SCREEN_LR_POS, 0 },
    { "lr_neg", "log-wald", NULL, CC_SCREEN_LR_NEG, 0 },
    { "dor", "log-wald", NULL, CC_SCREEN_DOR, 0 },
    { "lr_pos_haldane", "log-wald-plus-half", "0.5 added to each cell", CC_SCREEN_LR_POS, 0.5 },
    { "lr_neg_haldane", "log-wald-plus-half", "0.5 added to each cell", CC_SCREEN_LR_NEG, 0.5 },
    { "dor_haldane", "log-wald-plus-half", "0.5 added to each cell", CC_SCREEN_DOR, 0.5 },
};
enum { N_RATIOS = sizeof RATIOS / sizeof *RATIOS };

static const char *const SUMS = "limits are sums of two limits: wider than the level says";

/* The first of a measure is its own method. */
static const struct {
    const char *measure, *method;
    enum cc_screen_youden code;
} YOUDEN[] = {
    { "youden", "newcombe-hybrid-score", CC_YOUDEN_NEWCOMBE },
    { "youden", "wald", CC_YOUDEN_WALD },
    { "youden", "sum-of-exact-limits", CC_YOUDEN_SUM_EXACT },
    { "youden", "sum-of-wilson-limits", CC_YOUDEN_SUM_WILSON },
    { "nnd", "from-youden-newcombe-limits", CC_YOUDEN_NEWCOMBE },
    { "nnd", "from-youden-exact-limits", CC_YOUDEN_SUM_EXACT },
};
enum { N_YOUDEN = sizeof YOUDEN / sizeof *YOUDEN };

static const char *const POINTS[CC_SCREEN_POINTS] = { [CC_SCREEN_BALANCED_ACCURACY] = "balanced_accuracy",
                                                      [CC_SCREEN_F1] = "f1", [CC_SCREEN_MCC] = "mcc" };

static const char *const KAPPA_METHOD = "fleiss-cohen-everitt-1969";
static const char *const CELLS[] = { "tp", "fn", "fp", "tn" };

/* The other names; "_at_prev" stands for whatever prevalence follows. */
static const char *const OTHERS[] = {
    "kappa", "ppv_at_prev", "npv_at_prev", "ppv_at_prev_haldane", "npv_at_prev_haldane",
    "cases_found_per_1000_at_prev", "cases_missed_per_1000_at_prev", "false_alarms_per_1000_at_prev",
    "flagged_per_1000_at_prev", "false_alarms_per_case_at_prev", "flow_eligible", "flow_no_result",
    "flow_screened", "flow_flagged", "flow_flagged_reference_unknown", "flow_not_flagged",
    "flow_not_flagged_reference_unknown", "flow_in_table", "flag_rate", "sensitivity_difference",
    "specificity_difference", "ppv_difference", "npv_difference", "sensitivity_homogeneity_chi2",
    "sensitivity_homogeneity_p", "specificity_homogeneity_chi2", "specificity_homogeneity_p",
};

static const char *const WITHOUT_NEGATIVES[] = {
    "tp", "fn", "sensitivity", "fnr", "flag_rate", "sensitivity_difference", "sensitivity_homogeneity_chi2",
    "sensitivity_homogeneity_p", "cases_found_per_1000_at_prev", "cases_missed_per_1000_at_prev",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- names ---- */

static bool among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cc_name_equal(name, names[i])) return true;
    return false;
}

bool cc_screen_has_method(const char *name)
{
    static const char *const single[] = { "all", "log-wald", "log-wald-plus-half", "logit-mercaldo-2007",
                                          "logit-mercaldo-2007-plus-half", "fleiss-cohen-everitt-1969" };
    for (size_t i = 0; i < N_PROP_METHODS; i++)
        if (cc_name_equal(name, PROP_METHODS[i].name)) return true;
    for (size_t i = 0; i < N_YOUDEN; i++)
        if (cc_name_equal(name, YOUDEN[i].method)) return true;
    return among(name, single, COUNT(single));
}

bool cc_screen_has_measure(const char *name)
{
    for (size_t i = 0; i < CC_SCREEN_PARTS; i++)
        if (cc_name_equal(name, PARTS[i].name)) return true;
    for (size_t i = 0; i < N_RATIOS; i++)
        if (cc_name_equal(name, RATIOS[i].measure)) return true;
    for (size_t i = 0; i < N_YOUDEN; i++)
        if (cc_name_equal(name, YOUDEN[i].measure)) return true;
    return among(name, POINTS, COUNT(POINTS)) || among(name, CELLS, COUNT(CELLS)) || among(name, OTHERS, COUNT(OTHERS));
}

bool cc_screen_needs_negatives(const char *measure)
{
    return strncmp(measure, "flow", 4) != 0 && !among(measure, WITHOUT_NEGATIVES, COUNT(WITHOUT_NEGATIVES));
}

bool cc_screen_asked(const struct cc_screen_ask *ask, const char *measure)
{
    if (ask->n_measures == 0) return true;
    return among(measure, (const char *const *)ask->measures, ask->n_measures);
}

static bool method_asked(const struct cc_screen_ask *ask, const char *method)
{
    for (size_t i = 0; i < ask->n_methods; i++)
        if (cc_name_equal(ask->methods[i], "all") || cc_name_equal(ask->methods[i], method)) return true;
    return false;
}

/* ---- one row ---- */

struct writer {
    const struct cc_screen_ask *ask;
    const struct cc_screen_sink *sink;
    struct cc_table22 t;
    const char *problem;
    bool ok; /* the sink took all so far */
    char note[NOTE_SIZE];
};

static void note(struct writer *w, const char *text)
{
    size_t used = strlen(w->note);
    if (text && *text) snprintf(w->note + used, sizeof w->note - used, "%s%s", used ? "; " : "", text);
}

/* What must be known of the numbers, from the numbers. */
static void note_limits(struct writer *w, const struct cc_interval *ci)
{
    if (isnan(ci->estimate)) return;
    if (isnan(ci->lower) && isnan(ci->upper)) note(w, "no limits");
    else if (isnan(ci->lower)) note(w, "a cell is 0: no lower limit");
    else if (isnan(ci->upper)) note(w, "a cell is 0: no upper limit");
    else if (ci->lower == ci->upper) note(w, "no width: use another method");
}

static bool refused(const struct writer *w, const char *kind)
{
    return w->ask->positives_only && cc_screen_needs_negatives(kind);
}

/* kind: the measure's name as it is asked for; w->note was begun by the caller. */
static void put(struct writer *w, const char *kind, const char *measure, const char *method,
                enum cc_status st, struct cc_estimate e, bool limits)
{
    const char *why = w->problem;
    if (refused(w, kind)) why = "refused: nobody is known to be without the condition";
    if (why) {
        e = CC_NO_ESTIMATE;
        w->note[0] = '\0';
        note(w, why);
    } else if (st != CC_OK) {
        note(w, "0 of 0: undefined");
    } else if (limits) {
        note_limits(w, &e.ci);
    }
    struct cc_screen_row row = { measure, method, w->note, e, limits ? w->ask->level : NAN };
    if (w->ok) w->ok = w->sink->put(w->sink->to, &row);
    w->note[0] = '\0';
}

static void put_number(struct writer *w, const char *kind, double x)
{
    struct cc_estimate e = CC_NO_ESTIMATE;
    e.ci.estimate = x;
    put(w, kind, kind, "none", isnan(x) ? CC_UNDEFINED : CC_OK, e, false);
}

/* "23 of 25 children with the condition were flagged". */
static void note_part(struct writer *w, enum cc_screen_part part)
{
    int64_t x, n;
    cc_screen_part(part, w->t, &x, &n);
    snprintf(w->note, sizeof w->note, "%" PRId64 " of %" PRId64 " %s%s%s", x, n, PARTS[part].before,
             PARTS[part].whom == WITH ? w->ask->with : PARTS[part].whom == WITHOUT ? w->ask->without : "",
             PARTS[part].after);
}

/* A share of a group in which all, or none, have the condition says nothing of the test. */
static void note_one_class(struct writer *w)
{
    if (w->t.tp + w->t.fn + w->t.fp + w->t.tn == 0) return;
    if (w->t.tp + w->t.fn == 0) note(w, "nobody in the table has the condition");
    if (w->t.fp + w->t.tn == 0) note(w, "all in the table have the condition");
}

static bool depends_on_mix(enum cc_screen_part part)
{
    return part == CC_SCREEN_PPV || part == CC_SCREEN_NPV || part == CC_SCREEN_FDR || part == CC_SCREEN_FOMR
           || part == CC_SCREEN_ACCURACY || part == CC_SCREEN_TRUE_PREVALENCE;
}

/* ---- measures ---- */

static void put_cells(struct writer *w)
{
    const int64_t n[] = { w->t.tp, w->t.fn, w->t.fp, w->t.tn };
    for (int i = 0; i < 4; i++) {
        if (!cc_screen_asked(w->ask, CELLS[i])) continue;
        snprintf(w->note, sizeof w->note, "%" PRId64 " children %s were %sflagged", n[i],
                 i < 2 ? w->ask->with : w->ask->without, i % 2 ? "not " : "");
        put_number(w, CELLS[i], (double)n[i]);
    }
}

/* Calls `one` for each interval method of proportions that is asked for, or for Wilson. */
static void each_prop_method(struct writer *w, void (*one)(struct writer *, size_t method, size_t what), size_t what)
{
    bool any = false;
    for (size_t m = 0; m < N_PROP_METHODS; m++)
        if (method_asked(w->ask, PROP_METHODS[m].name)) {
            one(w, m, what);
            any = true;
        }
    if (!any) one(w, 0, what);
}

static void put_part(struct writer *w, size_t m, size_t part)
{
    struct cc_estimate e;
    enum cc_screen_part p = (enum cc_screen_part)part;
    enum cc_status st = cc_screen_proportion(p, PROP_METHODS[m].code, w->t, w->ask->level, &e);
    note_part(w, p);
    if (depends_on_mix(p)) note_one_class(w);
    put(w, PARTS[part].name, PARTS[part].name, PROP_METHODS[m].name, st, e, true);
}

static void put_ratios(struct writer *w)
{
    for (size_t i = 0; i < N_RATIOS; i++) {
        struct cc_estimate e;
        if (!cc_screen_asked(w->ask, RATIOS[i].measure)) continue;
        enum cc_status st = cc_screen_ratio(RATIOS[i].code, w->t, RATIOS[i].add, w->ask->level, &e);
        note(w, RATIOS[i].note);
        if (RATIOS[i].add > 0) note_one_class(w);
        put(w, RATIOS[i].measure, RATIOS[i].measure, RATIOS[i].method, st, e, true);
    }
}

static bool youden_asked(const struct writer *w, size_t i)
{
    bool any = false;
    if (!cc_screen_asked(w->ask, YOUDEN[i].measure)) return false;
    for (size_t j = 0; j < N_YOUDEN; j++)
        any = any || (!strcmp(YOUDEN[j].measure, YOUDEN[i].measure) && method_asked(w->ask, YOUDEN[j].method));
    if (any) return method_asked(w->ask, YOUDEN[i].method);
    return i == 0 || strcmp(YOUDEN[i].measure, YOUDEN[i - 1].measure) != 0;
}

static void put_youden(struct writer *w)
{
    for (size_t i = 0; i < N_YOUDEN; i++) {
        struct cc_estimate e;
        if (!youden_asked(w, i)) continue;
        bool reciprocal = YOUDEN[i].measure[0] == 'n';
        enum cc_status st = reciprocal ? cc_screen_nnd(YOUDEN[i].code, w->t, w->ask->level, &e)
                                       : cc_screen_youden(YOUDEN[i].code, w->t, w->ask->level, &e);
        if (st == CC_OK && YOUDEN[i].code >= CC_YOUDEN_SUM_EXACT) note(w, SUMS);
        if (st == CC_OK && reciprocal && e.ci.lower < 0 && e.ci.upper > 0)
            note(w, "youden may be 0: possible values lie outside lower and upper");
        if (st == CC_OK && !reciprocal && (e.ci.lower < -1 || e.ci.upper > 1)) note(w, "a limit beyond -1 or 1");
        put(w, YOUDEN[i].measure, YOUDEN[i].measure, YOUDEN[i].method, st, e, true);
    }
}

static void put_points(struct writer *w)
{
    for (size_t i = 0; i < CC_SCREEN_POINTS; i++) {
        double x = NAN;
        if (!cc_screen_asked(w->ask, POINTS[i])) continue;
        if (cc_screen_point((enum cc_screen_point)i, w->t, &x) != CC_OK) x = NAN;
        put_number(w, POINTS[i], x);
    }
}

static void put_kappa(struct writer *w)
{
    struct cc_estimate e;
    if (!cc_screen_asked(w->ask, "kappa")) return;
    enum cc_status st = cc_screen_kappa(w->t, w->ask->level, &e);
    note_one_class(w);
    if (st == CC_OK && (e.ci.lower < -1 || e.ci.upper > 1)) note(w, "a limit beyond -1 or 1");
    put(w, "kappa", "kappa", KAPPA_METHOD, st, e, true);
}

/* ---- at other prevalences ---- */

static const char *at_prevalence(const char *kind, double p, char name[NAME_SIZE])
{
    char number[32];
    snprintf(name, NAME_SIZE, "%s_%s", kind, cc_format_double(p, number));
    return name;
}

static void put_value_at(struct writer *w, bool positive, bool haldane, double p)
{
    static const char *const kinds[2][2] = { { "npv_at_prev", "npv_at_prev_haldane" },
                                             { "ppv_at_prev", "ppv_at_prev_haldane" } };
    const char *kind = kinds[positive][haldane];
    char base[NAME_SIZE], name[NAME_SIZE + 16];
    if (!cc_screen_asked(w->ask, kind)) return;
    struct cc_estimate e;
    enum cc_status st = positive ? cc_screen_ppv_at(p, haldane ? 0.5 : 0, w->t, w->ask->level, &e)
                                 : cc_screen_npv_at(p, haldane ? 0.5 : 0, w->t, w->ask->level, &e);
    snprintf(name, sizeof name, "%s%s", at_prevalence(kinds[positive][0], p, base), haldane ? "_haldane" : "");
    if (haldane) note(w, "0.5 added to each cell");
    if (haldane) note_one_class(w);
    put(w, kind, name, haldane ? "logit-mercaldo-2007-plus-half" : "logit-mercaldo-2007", st, e, true);
}

/* What 1,000 children bring at a given prevalence: the share of a part times those it is a share of. */
static const struct {
    const char *kind;
    enum cc_screen_part part;
    bool with;
    const char *words;
} PER_1000[] = {
    { "cases_found_per_1000_at_prev", CC_SCREEN_SENSITIVITY, true, "flagged" },
    { "cases_missed_per_1000_at_prev", CC_SCREEN_FNR, true, "not flagged" },
    { "false_alarms_per_1000_at_prev", CC_SCREEN_FPR, false, "flagged" },
};

static void put_per_1000(struct writer *w, size_t m, size_t what)
{
    size_t i = what / CC_SCREEN_ASKED;
    double p = w->ask->prevalences[what % CC_SCREEN_ASKED], among_1000 = 1000 * (PER_1000[i].with ? p : 1 - p);
    struct cc_estimate e;
    char name[NAME_SIZE], number[32];
    enum cc_status st = cc_screen_proportion(PER_1000[i].part, PROP_METHODS[m].code, w->t, w->ask->level, &e);
    e = (struct cc_estimate){ { e.ci.estimate * among_1000, e.ci.lower * among_1000, e.ci.upper * among_1000 },
                              e.se * among_1000 };
    snprintf(w->note, sizeof w->note, "of 1000 children, %s are %s: this many of them are %s",
             cc_format_double(among_1000, number), PER_1000[i].with ? w->ask->with : w->ask->without,
             PER_1000[i].words);
    put(w, PER_1000[i].kind, at_prevalence(PER_1000[i].kind, p, name), PROP_METHODS[m].name, st, e, true);
}

static void put_flagged_per_1000(struct writer *w, double p)
{
    static const char kind[] = "flagged_per_1000_at_prev";
    struct cc_estimate se = CC_NO_ESTIMATE, fpr = CC_NO_ESTIMATE, e = CC_NO_ESTIMATE;
    char name[NAME_SIZE];
    if (!cc_screen_asked(w->ask, kind)) return;
    enum cc_status st = cc_screen_proportion(CC_SCREEN_SENSITIVITY, CC_PROP_WILSON, w->t, w->ask->level, &se);
    if (st == CC_OK) st = cc_screen_proportion(CC_SCREEN_FPR, CC_PROP_WILSON, w->t, w->ask->level, &fpr);
    e.ci.estimate = 1000 * (p * se.ci.estimate + (1 - p) * fpr.ci.estimate);
    put(w, kind, at_prevalence(kind, p, name), "none", st, e, false);
}

/* The odds against a flag being right, which fall as the predictive value rises. */
static void put_false_alarms_per_case(struct writer *w, double p)
{
    static const char kind[] = "false_alarms_per_case_at_prev";
    struct cc_estimate ppv, e = CC_NO_ESTIMATE;
    char name[NAME_SIZE];
    if (!cc_screen_asked(w->ask, kind)) return;
    enum cc_status st = cc_screen_ppv_at(p, 0, w->t, w->ask->level, &ppv);
    if (st == CC_OK)
        e.ci = (struct cc_interval){ 1 / ppv.ci.estimate - 1, 1 / ppv.ci.upper - 1, 1 / ppv.ci.lower - 1 };
    put(w, kind, at_prevalence(kind, p, name), "logit-mercaldo-2007", st, e, true);
}

static void put_at_prevalences(struct writer *w)
{
    bool zero = w->t.tp == 0 || w->t.fn == 0 || w->t.fp == 0 || w->t.tn == 0;
    for (size_t i = 0; i < w->ask->n_prevalences; i++) {
        double p = w->ask->prevalences[i];
        for (int positive = 1; positive >= 0; positive--) {
            put_value_at(w, positive, false, p);
            if (zero && !w->problem) put_value_at(w, positive, true, p);
        }
        for (size_t k = 0; k < COUNT(PER_1000); k++)
            if (cc_screen_asked(w->ask, PER_1000[k].kind)) each_prop_method(w, put_per_1000, k * CC_SCREEN_ASKED + i);
        put_flagged_per_1000(w, p);
        put_false_alarms_per_case(w, p);
    }
}

bool cc_screen_rows(const struct cc_screen_ask *ask, const struct cc_table22 *t, const char *problem,
                    const struct cc_screen_sink *sink)
{
    struct writer w = { .ask = ask, .sink = sink, .problem = problem, .ok = true };
    if (!problem) w.t = *t;
    put_cells(&w);
    for (size_t i = 0; i < CC_SCREEN_PARTS; i++)
        if (cc_screen_asked(ask, PARTS[i].name)) each_prop_method(&w, put_part, i);
    put_points(&w);
    put_ratios(&w);
    put_youden(&w);
    put_kappa(&w);
    put_at_prevalences(&w);
    return w.ok;
}

/* ---- flow, subgroups ---- */

static void put_flow(struct writer *w, const char *kind, int64_t n, const char *words)
{
    if (!cc_screen_asked(w->ask, kind)) return;
    snprintf(w->note, sizeof w->note, "%" PRId64 " %s", n, words);
    put_number(w, kind, (double)n);
}

static void put_flag_rate(struct writer *w, int64_t flagged, int64_t screened)
{
    struct cc_estimate e = CC_NO_ESTIMATE;
    if (!cc_screen_asked(w->ask, "flag_rate")) return;
    /* a table in which "flagged" is the only thing known */
    struct cc_table22 t = { .tp = flagged, .fn = screened - flagged };
    enum cc_status st = cc_screen_proportion(CC_SCREEN_SENSITIVITY, CC_PROP_WILSON, t, w->ask->level, &e);
    snprintf(w->note, sizeof w->note, "%" PRId64 " of %" PRId64
             " screened children were flagged, reference known or not", flagged, screened);
    put(w, "flag_rate", "flag_rate", "wilson", st, e, true);
}

bool cc_screen_flow_rows(const struct cc_screen_ask *ask, const struct cc_flow *flow,
                         const struct cc_screen_sink *sink)
{
    struct writer w = { .ask = ask, .sink = sink, .ok = true };
    struct cc_table22 t = cc_flow_table(flow);
    int64_t none = cc_flow_with(flow, CC_NO_RESULT), flagged = cc_flow_with(flow, CC_FLAGGED);
    int64_t screened = flagged + cc_flow_with(flow, CC_PASSED);
    put_flow(&w, "flow_eligible", screened + none, "children in the records");
    put_flow(&w, "flow_no_result", none, "without a score");
    put_flow(&w, "flow_screened", screened, "with a score");
    put_flow(&w, "flow_flagged", flagged, "flagged");
    put_flow(&w, "flow_flagged_reference_unknown", flow->n[CC_FLAGGED][CC_TRUTH_UNKNOWN],
             "flagged, but the reference is not known");
    put_flow(&w, "flow_not_flagged", screened - flagged, "not flagged");
    put_flow(&w, "flow_not_flagged_reference_unknown", flow->n[CC_PASSED][CC_TRUTH_UNKNOWN],
             "not flagged, but the reference is not known");
    put_flow(&w, "flow_in_table", t.tp + t.fn + t.fp + t.tn, "with a score and a known reference");
    put_flag_rate(&w, flagged, screened);
    return w.ok;
}

static struct cc_share share_of(enum cc_screen_part part, const struct cc_table22 *t)
{
    struct cc_share s;
    cc_screen_part(part, *t, &s.x, &s.n);
    return s;
}

bool cc_screen_difference_rows(const struct cc_screen_ask *ask, const struct cc_table22 *t,
                               const struct cc_table22 *other, const char *against, const struct cc_screen_sink *sink)
{
    struct writer w = { .ask = ask, .sink = sink, .ok = true };
    for (size_t p = CC_SCREEN_SENSITIVITY; p <= CC_SCREEN_NPV; p++) {
        char name[NAME_SIZE];
        snprintf(name, sizeof name, "%s_difference", PARTS[p].name);
        if (!cc_screen_asked(ask, name)) continue;
        struct cc_share a = share_of((enum cc_screen_part)p, t), b = share_of((enum cc_screen_part)p, other);
        struct cc_estimate e;
        enum cc_status st = cc_screen_difference(a, b, ask->level, &e);
        snprintf(w.note, sizeof w.note, "%" PRId64 " of %" PRId64 " minus %" PRId64 " of %" PRId64 " in %s", a.x, a.n,
                 b.x, b.n, against);
        put(&w, name, name, "newcombe-hybrid-score", st, e, true);
    }
    return w.ok;
}

bool cc_screen_homogeneity_rows(const struct cc_screen_ask *ask, const struct cc_table22 *groups, size_t k,
                                const struct cc_screen_sink *sink)
{
    struct writer w = { .ask = ask, .sink = sink, .ok = true };
    struct cc_share *shares = calloc(k + 1, sizeof *shares);
    if (!shares) return false;
    for (size_t p = CC_SCREEN_SENSITIVITY; p <= CC_SCREEN_SPECIFICITY; p++) {
        struct cc_homogeneity h;
        for (size_t i = 0; i < k; i++) shares[i] = share_of((enum cc_screen_part)p, &groups[i]);
        enum cc_status st = cc_screen_homogeneity(shares, k, &h);
        for (int i = 0; i < 2; i++) {
            char name[NAME_SIZE];
            struct cc_estimate e = CC_NO_ESTIMATE;
            snprintf(name, sizeof name, "%s_homogeneity_%s", PARTS[p].name, i ? "p" : "chi2");
            if (!cc_screen_asked(ask, name)) continue;
            e.ci.estimate = i ? h.p_value : h.chi2;
            if (st == CC_OK) snprintf(w.note, sizeof w.note, "degrees of freedom: %" PRId64, h.df);
            if (st == CC_OK && h.least_expected < 5) note(&w, "an expected count below 5: take care");
            put(&w, name, name, "pearson-chi-square", st, e, false);
        }
    }
    free(shares);
    return w.ok;
}

/* cc-agree: agreement of raters and tools, reliability of scores. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_ratings.h"
#include "stats/intervals/cc_prop.h"
#include "stats/screening/cc_alpha.h"
#include "stats/screening/cc_icc.h"
#include "stats/screening/cc_kappa.h"
#include "stats/screening/cc_mcnemar.h"

#define PROG "cc-agree"

enum { MAX_COLUMNS = 512, MAX_LIST = CC_RATINGS_CATEGORIES };

static const char HELP[] =
    "cc-agree: agreement of raters and tools, reliability of scores\n"
    "\n"
    "Usage: casecount agree TABLE --rater COLUMN --rater COLUMN [OPTION]...         two raters, or two tools\n"
    "       casecount agree TABLE --fleiss --subject S --score X [--rater R] ...    any number of raters\n"
    "       casecount agree TABLE --icc --subject S --rater R --score X ...         scores of several raters\n"
    "       casecount agree TABLE --alpha --subject S --item I --score X ...        items of a scale\n"
    "\n"
    "TABLE is a CSV file (- is standard input). Without --fleiss, --icc or --alpha: Cohen's kappa of two columns,\n"
    "its interval and test, and whether the two differ in one direction (McNemar; Bowker beyond two categories).\n"
    "For the others a row is one rating, as above, or a subject, and the raters' columns are named instead:\n"
    "--icc --rater a,b,c; --alpha --item q1,q2,q3.\n"
    "\n"
    "      --rater COLUMN,...  columns of ratings; may be repeated. With --score: the column that names the rater\n"
    "      --item COLUMN,...   the same for --alpha\n"
    "      --subject COLUMN    who was rated\n"
    "      --score COLUMN      the rating\n"
    "      --count COLUMN      how many persons a row stands for; with --fleiss how many raters\n"
    "      --fleiss            Fleiss' kappa\n"
    "      --icc               the six intraclass correlations of Shrout and Fleiss\n"
    "      --alpha             Cronbach's alpha (KR-20 for items of 0 and 1), and each item's part in it\n"
    "      --weights NAME,...  unweighted, linear, quadratic: how near a disagreement is [unweighted]\n"
    "      --order A,B,...     all categories in order [as numbers]\n"
    "      --missing A,B,...   ratings that are missing, besides empty, NA, (blank) and (invalid)\n"
    "  -g, --by COLUMN,...     a result for each group\n"
    "  -l, --level LEVEL       confidence level, between 0 and 1 [0.95]\n"
    "  -f, --format csv|json|md  [csv]\n"
    "  -o, --output FILE       write there instead of to standard output\n"
    "  -h, --help              this help\n"
    "  -V, --version           the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: a short form against the long one, by counts of children\n"
    "  casecount agree forms.csv --rater short --rater long --count children\n"
    "  measure,estimate,se,lower,upper,level,method,n_missing,note\n"
    "  kappa,0.711947781666824,0.0574744353653888,0.599299958318887,0.824595605014761,0.95,unweighted,5,\n"
    "  or_bc,3.2,NA,1.12017208455639,11.1690215380548,0.95,exact-conditional,5,\"pairs (0, 1) over pairs (1, 0)\"\n"
    "  and 20 more rows\n";

enum mode { PAIRS, FLEISS, ICC, ALPHA };

struct options {
    const char *table, *subject, *score, *count, *output;
    char *weights_list, *order_list, *missing_list;
    char *raters[MAX_COLUMNS], *items[MAX_COLUMNS], *by[MAX_COLUMNS], *order[MAX_LIST], *missing[MAX_LIST];
    size_t n_raters, n_items, n_by, n_order, n_missing;
    bool weights[3]; /* by enum cc_kappa_weights */
    enum mode mode;
    double level;
    enum cc_format format;
};

/* ---- options ---- */

static const char *const WEIGHTS[] = { "unweighted", "linear", "quadratic" };

static int parse_weights(struct options *o)
{
    char *names[8], standard[] = "unweighted";
    size_t n = cc_split(o->weights_list ? o->weights_list : standard, ',', names, 8);
    if (n == 0) return cc_usage(PROG, "--weights names no weights");
    for (size_t i = 0; i < n; i++) {
        int w = 0;
        while (w < 3 && strcmp(names[i], WEIGHTS[w])) w++;
        if (w == 3) return cc_usage(PROG, "--weights is unweighted, linear or quadratic, not '%s'", names[i]);
        o->weights[w] = true;
    }
    return CC_EXIT_OK;
}

static int add_columns(const struct cc_given *g, char **out, size_t *n)
{
    size_t more = cc_split(g->text, ',', out + *n, MAX_COLUMNS - *n);
    for (size_t i = *n; i < *n + more; i++)
        if (!*out[i]) return cc_usage(PROG, "an option names a column without a name");
    *n += more;
    if (*n == MAX_COLUMNS) return cc_usage(PROG, "too many columns");
    return more ? CC_EXIT_OK : cc_usage(PROG, "an option names no column");
}

static int set_rater(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_columns(g, o->raters, &o->n_raters);
}

static int set_item(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_columns(g, o->items, &o->n_items);
}

static int set_by(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_columns(g, o->by, &o->n_by);
}

static int set_mode(const struct cc_given *g)
{
    static const char *const names[] = { [FLEISS] = "fleiss", [ICC] = "icc", [ALPHA] = "alpha" };
    enum mode *mode = g->to, given = FLEISS;
    while (strcmp(g->name, names[given]) != 0) given++;
    if (*mode != PAIRS && *mode != given) return cc_usage(PROG, "give one of --fleiss, --icc and --alpha");
    *mode = given;
    return CC_EXIT_OK;
}

/* Which columns each measure needs. The columns of raters or items end in o->raters. */
static int check_columns(struct options *o)
{
    if (o->mode == ALPHA) {
        if (o->n_raters) return cc_usage(PROG, "--alpha takes --item, not --rater");
        memcpy(o->raters, o->items, sizeof o->items);
        o->n_raters = o->n_items;
    } else if (o->n_items) {
        return cc_usage(PROG, "--item is for --alpha");
    }
    if ((o->subject == NULL) != (o->score == NULL)) return cc_usage(PROG, "--subject and --score go together");
    if (o->count && (o->mode == ICC || o->mode == ALPHA || (o->mode == FLEISS && !o->score)))
        return cc_usage(PROG, "--count is for two raters, and for --fleiss with --score");
    if (o->mode == PAIRS && (o->score || o->n_raters != 2))
        return cc_usage(PROG, "two columns are needed: --rater A --rater B; see --fleiss, --icc and --alpha");
    if (o->mode == FLEISS && o->score && o->count && o->n_raters)
        return cc_usage(PROG, "--count is the number of raters: leave --rater out");
    if (o->mode == FLEISS && o->score && o->n_raters <= 1) return CC_EXIT_OK;
    const char *what = o->mode == ALPHA ? "--item" : "--rater";
    if (o->score && o->n_raters != 1) return cc_usage(PROG, "with --score, %s is one column", what);
    if (!o->score && o->n_raters < 2)
        return cc_usage(PROG, "give --subject, %s and --score, or two or more columns with %s", what, what);
    return CC_EXIT_OK;
}

static int check_options(struct options *o)
{
    if (o->mode != PAIRS && o->weights_list) return cc_usage(PROG, "--weights is for two raters");
    if ((o->mode == ICC || o->mode == ALPHA) && o->order_list)
        return cc_usage(PROG, "--order is for categories, not for scores");
    if (o->order_list && !(o->n_order = cc_split(o->order_list, ',', o->order, MAX_LIST)))
        return cc_usage(PROG, "--order names no category");
    if (o->missing_list) o->n_missing = cc_split(o->missing_list, ',', o->missing, MAX_LIST);
    int code = check_columns(o);
    return code == CC_EXIT_OK ? parse_weights(o) : code;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "rater", 0, CC_VALUE, set_rater, o },
        { "item", 0, CC_VALUE, set_item, o },
        { "subject", 0, CC_VALUE, cc_set_text, &o->subject },
        { "score", 0, CC_VALUE, cc_set_text, &o->score },
        { "count", 0, CC_VALUE, cc_set_text, &o->count },
        { "weights", 0, CC_VALUE, cc_set_text, &o->weights_list },
        { "order", 0, CC_VALUE, cc_set_text, &o->order_list },
        { "missing", 0, CC_VALUE, cc_set_text, &o->missing_list },
        { "fleiss", 0, CC_ALONE, set_mode, &o->mode },
        { "icc", 0, CC_ALONE, set_mode, &o->mode },
        { "alpha", 0, CC_ALONE, set_mode, &o->mode },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->level },
        { "by", 'g', CC_VALUE, set_by, o },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->table);
    if (*code == CC_EXIT_OK) *code = check_options(o);
    return *code == CC_EXIT_OK;
}

/* ---- what the program works on ---- */

struct work {
    const struct options *o;
    struct cc_table in, out;
    struct cc_ratings ratings;
    struct cc_ratings_groups groups;
    struct cc_categories categories; /* of pairs and votes */
    size_t by[MAX_COLUMNS], wide[MAX_COLUMNS];
};

/* The group that rows are being written for. */
struct group {
    struct work *w;
    const size_t *rows;
    size_t n;
    int64_t missing;
    const char *item; /* of alpha: the item, or (total) */
    const char *why;  /* nothing can be computed; the note of each undefined number */
};

static enum cc_status need(const struct work *w, const char *name, int *out, struct cc_error *err)
{
    size_t column = 0;
    *out = -1;
    enum cc_status st = name ? cc_table_need(&w->in, name, &column, err) : CC_OK;
    if (st == CC_OK && name) *out = (int)column;
    return st;
}

static const char *const RESULTS[] = { "measure", "estimate", "se", "lower", "upper", "level", "method", "n_missing",
                                       "note" };
enum { N_RESULTS = sizeof RESULTS / sizeof *RESULTS };

/* The column that alpha puts before the measures, or NULL. */
static const char *item_column(const struct options *o)
{
    return o->mode != ALPHA ? NULL : o->score ? o->raters[0] : "item";
}

/* No column may be there twice: not in the result, and not as two raters. */
static enum cc_status check_names(const struct options *o, struct cc_error *err)
{
    for (size_t i = 0; i < o->n_by; i++) {
        bool taken = item_column(o) && !strcmp(o->by[i], item_column(o));
        for (size_t j = 0; j < N_RESULTS; j++) taken |= !strcmp(o->by[i], RESULTS[j]);
        for (size_t j = 0; j < i; j++) taken |= !strcmp(o->by[i], o->by[j]);
        if (taken)
            return cc_error_set(err, CC_EUSAGE, 0, 0, "--by %s: the result has a column of this name", o->by[i]);
    }
    for (size_t i = 0; i < o->n_raters; i++)
        for (size_t j = 0; j < i; j++)
            if (!strcmp(o->raters[i], o->raters[j]))
                return cc_error_set(err, CC_EUSAGE, 0, 0, "column '%s' is named twice", o->raters[i]);
    return CC_OK;
}

static enum cc_status find_columns(struct work *w, struct cc_error *err)
{
    const struct options *o = w->o;
    struct cc_ratings *r = &w->ratings;
    enum cc_status st = check_names(o, err);
    *r = (struct cc_ratings){ .table = &w->in, .missing = o->missing, .n_missing = o->n_missing, .rater = -1 };
    for (size_t i = 0; i < o->n_by && st == CC_OK; i++) st = cc_table_need(&w->in, o->by[i], &w->by[i], err);
    for (size_t i = 0; i < o->n_raters && st == CC_OK; i++) st = cc_table_need(&w->in, o->raters[i], &w->wide[i], err);
    if (st == CC_OK) st = need(w, o->subject, &r->subject, err);
    if (st == CC_OK) st = need(w, o->score, &r->score, err);
    if (st == CC_OK) st = need(w, o->count, &r->count, err);
    if (o->score && o->n_raters) {
        r->rater = (int)w->wide[0];
    } else if (!o->score) {
        r->wide = w->wide;
        r->n_wide = o->n_raters;
    }
    return st;
}

static bool plan_columns(struct work *w)
{
    bool ok = true;
    for (size_t i = 0; i < w->o->n_by && ok; i++) ok = cc_table_add_column(&w->out, w->o->by[i]);
    if (ok && item_column(w->o)) ok = cc_table_add_column(&w->out, item_column(w->o));
    for (size_t i = 0; i < N_RESULTS && ok; i++) ok = cc_table_add_column(&w->out, RESULTS[i]);
    return ok;
}

/* ---- rows of the result ---- */

struct row {
    const char *measure, *method, *note;
    double estimate, se, lower, upper;
};

static const char *note_of(const struct group *g, const struct row *r)
{
    if (r->note) return r->note;
    if (isnan(r->estimate)) return g->why ? g->why : "undefined";
    return r->lower == r->upper ? "no width: the method cannot tell how sure this is" : "";
}

static bool add_row(struct group *g, struct row r)
{
    char number[6][32];
    bool limits = !isnan(r.lower) || !isnan(r.upper);
    const char *cells[N_RESULTS] = {
        r.measure,
        cc_format_double(r.estimate, number[0]),
        cc_format_double(r.se, number[1]),
        cc_format_double(r.lower, number[2]),
        cc_format_double(r.upper, number[3]),
        limits ? cc_format_double(g->w->o->level, number[4]) : "NA",
        r.method ? r.method : "",
        cc_format_double((double)g->missing, number[5]),
        note_of(g, &r),
    };
    struct cc_table *out = &g->w->out;
    size_t c = 0;
    bool ok = cc_table_add_row(out);
    for (size_t i = 0; i < g->w->o->n_by && ok; i++)
        ok = cc_table_set(out, out->rows - 1, c++, g->n ? cc_table_cell(&g->w->in, g->rows[0], g->w->by[i]) : "");
    if (ok && g->w->o->mode == ALPHA) ok = cc_table_set(out, out->rows - 1, c++, g->item);
    for (size_t i = 0; i < N_RESULTS && ok; i++) ok = cc_table_set(out, out->rows - 1, c++, cells[i]);
    return ok;
}

static bool add_value(struct group *g, const char *measure, double value, const char *method, const char *note)
{
    return add_row(g, (struct row){ measure, method, note, value, NAN, NAN, NAN });
}

static bool add_interval(struct group *g, const char *measure, struct cc_interval ci, const char *method,
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

static bool add_values(struct group *g, const struct value *v, size_t n)
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

static enum cc_status add_kappa(struct group *g, const int64_t *counts, enum cc_kappa_weights weights)
{
    struct cc_kappa k;
    const char *method = WEIGHTS[weights];
    enum cc_status st = cc_kappa_cohen(g->w->categories.k, counts, weights, g->w->o->level, &k);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    const char *note = g->why = kappa_note(&k, has_few(g->w->categories.k, counts));
    bool ok = ADD_VALUES(g, { "po", k.observed, method, NULL }, { "pe", k.expected, method, NULL })
              && add_row(g, (struct row){ "kappa", method, note, k.kappa, k.se, k.lower, k.upper })
              && ADD_VALUES(g, { "se_null", k.se_null, method, NULL }, { "z_null", k.z, method, NULL },
                            { "p_null", k.p_value, method, NULL });
    return ok ? CC_OK : CC_ENOMEM;
}

/* Codes are short; longer texts are not repeated. */
static const char *name_of(const struct group *g, size_t category)
{
    const struct cc_categories *c = &g->w->categories;
    if (c->k > category && strlen(c->names[category]) <= 4) return c->names[category];
    return category ? "2nd category" : "1st category";
}

static bool add_cells(struct group *g, const int64_t n[4])
{
    static const char *const names[] = { "n11", "n12", "n21", "n22" };
    bool ok = true;
    for (size_t i = 0; i < 4 && ok; i++) {
        char note[160];
        snprintf(note, sizeof note, "%.60s: %s, %.60s: %s", g->w->o->raters[0], name_of(g, i / 2), g->w->o->raters[1],
                 name_of(g, i % 2));
        ok = add_value(g, names[i], (double)n[i], "count", note);
    }
    return ok;
}

static enum cc_status add_mcnemar(struct group *g, const int64_t *counts)
{
    size_t k = g->w->categories.k;
    const int64_t n[4] = { k ? counts[0] : 0, k == 2 ? counts[1] : 0, k == 2 ? counts[2] : 0, k == 2 ? counts[3] : 0 };
    struct cc_mcnemar m;
    char odds[96];
    enum cc_status st = cc_mcnemar_test(n[1], n[2], g->w->o->level, &m);
    if (st != CC_OK) return st;
    const char *none = g->why = n[1] + n[2] == 0 ? "no pair differs" : NULL;
    snprintf(odds, sizeof odds, "pairs (%s, %s) over pairs (%s, %s)", name_of(g, 0), name_of(g, 1), name_of(g, 1),
             name_of(g, 0));
    bool ok = add_cells(g, n)
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

static enum cc_status add_bowker(struct group *g, const int64_t *counts)
{
    struct cc_bowker b;
    size_t k = g->w->categories.k;
    enum cc_status st = cc_mcnemar_bowker(k, counts, &b);
    if (st != CC_OK) return st;
    const char *none = b.df ? NULL : "no pair differs";
    return ADD_VALUES(g, { "n_smallest", (double)smallest(counts, k * k), "count", "smallest cell that is not empty" },
                      { "chi2", b.chi2, "bowker", none }, { "df", (double)b.df, "bowker", none },
                      { "p_chi2", b.p_value, "bowker", none })
               ? CC_OK
               : CC_ENOMEM;
}

static enum cc_status add_agreement(struct group *g, const int64_t *counts)
{
    size_t k = g->w->categories.k;
    int64_t n = 0, agreed = 0;
    struct cc_interval agreement, pabak = CC_NO_INTERVAL;
    for (size_t i = 0; i < k * k; i++) n += counts[i];
    for (size_t i = 0; i < k; i++) agreed += counts[i * k + i];
    enum cc_status st = cc_prop_interval(CC_PROP_WILSON, agreed, n, (struct cc_limits){ .level = g->w->o->level },
                                         &agreement);
    if (st == CC_OK && k > 1) st = cc_kappa_pabak(k, counts, g->w->o->level, &pabak);
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    g->why = n == 0 ? "nobody was rated by both" : "one category only";
    bool ok = ADD_VALUES(g, { "n", (double)n, "count", NULL }, { "k", (double)k, "count", NULL })
              && add_interval(g, "agreement", agreement, "wilson", NULL)
              && add_interval(g, "pabak", pabak, "wilson", NULL);
    return ok ? CC_OK : CC_ENOMEM;
}

static enum cc_status add_pairs(struct group *g, const int64_t *counts)
{
    size_t k = g->w->categories.k;
    if (k == 0) return add_value(g, "kappa", NAN, "", "nobody was rated by both") ? CC_OK : CC_ENOMEM;
    enum cc_status st = add_agreement(g, counts);
    for (int i = 0; i < 3 && st == CC_OK; i++)
        if (g->w->o->weights[i]) st = add_kappa(g, counts, (enum cc_kappa_weights)i);
    if (st != CC_OK) return st;
    return k <= 2 ? add_mcnemar(g, counts) : add_bowker(g, counts);
}

static enum cc_status pairs(struct group *g, struct cc_error *err)
{
    const struct work *w = g->w;
    int64_t *counts = calloc(w->categories.k * w->categories.k + 1, sizeof *counts);
    if (!counts) return cc_error_memory(err);
    enum cc_status st = cc_ratings_pairs(&w->ratings, g->rows, g->n, &w->categories, counts, &g->missing, err);
    if (st == CC_OK) st = add_pairs(g, counts);
    free(counts);
    return st;
}

static enum cc_status check_weights(const struct work *w, struct cc_error *err)
{
    const struct cc_categories *c = &w->categories;
    bool weighted = w->o->weights[CC_KAPPA_LINEAR] || w->o->weights[CC_KAPPA_QUADRATIC];
    if (!weighted || c->k <= 2) return CC_OK;
    if (!c->ordered) {
        cc_error_set(err, CC_EDATA, 0, 0, "weights need an order, and the categories are no numbers: give --order");
        cc_error_file(err, w->in.name);
        return CC_EDATA;
    }
    if (!c->consecutive)
        cc_note(PROG, "warning: the categories are no consecutive numbers; weights go by their places: "
                      "name all of them with --order if one was never used");
    return CC_OK;
}

/* ---- any number of raters ---- */

static const char *fleiss_note(const struct cc_votes *v, const struct cc_kappa *k)
{
    if (!v->subjects) return "no subject has two raters";
    if (isnan(k->kappa)) return "one category only: chance alone agrees in full";
    return "limits from the standard error under no agreement beyond chance";
}

static enum cc_status fleiss(struct group *g, struct cc_error *err)
{
    const struct work *w = g->w;
    struct cc_votes v;
    struct cc_kappa k = { .observed = NAN, .expected = NAN, .kappa = NAN, .se = NAN, .lower = NAN, .upper = NAN,
                          .z = NAN, .p_value = NAN };
    enum cc_status st = cc_ratings_votes(&w->ratings, g->rows, g->n, &w->categories, &v, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)v.left_out;
    if (v.subjects) st = cc_kappa_fleiss(v.subjects, w->categories.k, v.votes, w->o->level, &k);
    g->why = fleiss_note(&v, &k);
    bool ok = (st == CC_OK || st == CC_UNDEFINED)
              && ADD_VALUES(g, { "subjects", (double)v.subjects, "count", NULL },
                            { "raters", (double)v.raters, "count", NULL },
                            { "categories", (double)w->categories.k, "count", NULL },
                            { "p_bar", k.observed, "fleiss", NULL }, { "pe", k.expected, "fleiss", NULL })
              && add_row(g, (struct row){ "fleiss_kappa", "fleiss-null-se", g->why, k.kappa, k.se, k.lower,
                                          k.upper })
              && ADD_VALUES(g, { "z", k.z, "fleiss-null-se", NULL }, { "p_value", k.p_value, "fleiss-null-se", NULL });
    cc_votes_free(&v);
    return st == CC_OK || st == CC_UNDEFINED ? ok ? CC_OK : CC_ENOMEM : st;
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

static enum cc_status icc(struct group *g, struct cc_error *err)
{
    struct cc_scores s;
    struct cc_icc_squares ms;
    enum cc_status st = cc_ratings_scores(&g->w->ratings, g->rows, g->n, &s, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)s.left_out;
    st = cc_icc_squares(s.subjects, s.raters, s.scores, &ms);
    bool ok = ADD_VALUES(g, { "subjects", (double)s.subjects, "count", NULL },
                         { "raters", (double)s.raters, "count", NULL });
    for (int f = 0; f < CC_ICC_FORMS && ok && (st == CC_OK || st == CC_UNDEFINED); f++) {
        struct cc_icc r = { NAN, NAN, NAN, NAN, NAN, NAN, NAN };
        if (st == CC_OK && cc_icc_estimate(&ms, (enum cc_icc_form)f, g->w->o->level, &r) == CC_EDOMAIN) st = CC_EDOMAIN;
        g->why = icc_note(&ms, &r);
        ok = add_row(g, (struct row){ "icc", FORMS[f], g->why, r.icc, NAN, r.lower, r.upper })
             && ADD_VALUES(g, { "F", r.f, FORMS[f], NULL }, { "df1", r.df1, FORMS[f], NULL },
                           { "df2", r.df2, FORMS[f], NULL }, { "p_value", r.p_value, FORMS[f], NULL });
    }
    cc_scores_free(&s);
    return !ok ? CC_ENOMEM : st == CC_UNDEFINED ? CC_OK : st;
}

static bool add_alpha(struct group *g, const struct cc_scores *s, const struct cc_alpha *a)
{
    char constant[96] = "";
    const char *note = NULL;
    if (s->subjects < 2 || s->raters < 2) note = "fewer than two complete subjects, or one item";
    else if (isnan(a->alpha)) note = "the sum of the items does not vary";
    else if (a->constant) note = constant;
    snprintf(constant, sizeof constant, "%zu of the items %s not vary: counted, as in the formula", a->constant,
             a->constant == 1 ? "does" : "do");
    g->item = "(total)";
    g->why = note;
    return ADD_VALUES(g, { "n_total", (double)(s->subjects + s->left_out), "count", NULL },
                      { "n_complete", (double)s->subjects, "count", NULL },
                      { "items", (double)s->raters, "count", NULL })
           && add_row(g, (struct row){ "alpha", "feldt", note, a->alpha, NAN, a->feldt_lower, a->feldt_upper })
           && add_row(g, (struct row){ "alpha", "duhachek-iacobucci", note, a->alpha, a->se, a->duhachek_lower,
                                       a->duhachek_upper })
           && ADD_VALUES(g, { "std_alpha", a->standardised, "mean correlation",
                              isnan(a->standardised) && !isnan(a->alpha) ? "an item does not vary" : NULL },
                         { "kr20", a->binary ? a->alpha : NAN, "kuder-richardson",
                           s->subjects && !a->binary ? "items are not all 0 or 1" : note });
}

static bool add_item(struct group *g, const char *name, const struct cc_alpha_item *item, size_t items)
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

static enum cc_status alpha(struct group *g, struct cc_error *err)
{
    struct cc_scores s;
    struct cc_alpha a;
    enum cc_status st = cc_ratings_scores(&g->w->ratings, g->rows, g->n, &s, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)s.left_out;
    struct cc_alpha_item *items = calloc(s.raters + 1, sizeof *items);
    st = items ? cc_alpha_estimate(s.subjects, s.raters, s.scores, g->w->o->level, &a, items) : CC_ENOMEM;
    bool done = st == CC_OK || st == CC_UNDEFINED;
    if (done && a.constant && s.subjects > 1)
        cc_note(PROG, "warning: %zu of %zu items do not vary; alpha counts them, as in the formula", a.constant,
                s.raters);
    bool ok = done && add_alpha(g, &s, &a);
    for (size_t j = 0; j < s.raters && ok; j++) ok = add_item(g, s.names[j], &items[j], s.raters);
    free(items);
    cc_scores_free(&s);
    return !done ? st : ok ? CC_OK : CC_ENOMEM;
}

/* ---- the program ---- */

/* A status of a module that has no words of its own. */
static enum cc_status say(enum cc_status st, const struct work *w, struct cc_error *err)
{
    if (st == CC_OK || err->code == st) return st;
    if (st == CC_ENOMEM) return cc_error_memory(err);
    cc_error_set(err, CC_EDATA, 0, 0, "nothing can be computed of these ratings; are the numbers too large?");
    cc_error_file(err, w->in.name);
    return CC_EDATA;
}

static enum cc_status compute(struct work *w, struct cc_error *err)
{
    static enum cc_status (*const by_mode[])(struct group *, struct cc_error *) = { pairs, fleiss, icc, alpha };
    const struct options *o = w->o;
    enum cc_status st = cc_table_read(o->table, &w->in, err);
    if (st == CC_OK) st = find_columns(w, err);
    if (st == CC_OK) st = cc_ratings_group(&w->in, w->by, o->n_by, &w->groups, err);
    if (st == CC_OK && o->mode <= FLEISS)
        st = cc_categories_read(&w->ratings, o->order, o->n_order, &w->categories, err);
    if (st == CC_OK && o->mode == PAIRS) st = check_weights(w, err);
    if (st == CC_OK && !plan_columns(w)) st = cc_error_memory(err);
    for (size_t i = 0; i < w->groups.n && st == CC_OK; i++) {
        size_t start = w->groups.start[i];
        struct group g = { .w = w, .rows = w->groups.rows + start, .n = w->groups.start[i + 1] - start };
        err->code = CC_OK;
        st = say(by_mode[o->mode](&g, err), w, err);
        if (st == CC_OK && cc_interrupted()) st = cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    }
    return st;
}

static int program(int argc, char **argv)
{
    struct options o = { .level = 0.95 };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    struct work w = { .o = &o };
    struct cc_error err = { 0 };
    enum cc_status st = compute(&w, &err);
    code = st == CC_OK ? cc_put_table(PROG, o.output, o.format, &w.out)
           : err.code == CC_EUSAGE ? cc_usage(PROG, "%s", err.text) : cc_fail(PROG, o.table, &err);
    cc_table_free(&w.in);
    cc_table_free(&w.out);
    cc_ratings_groups_free(&w.groups);
    cc_categories_free(&w.categories);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

/* cc-agree: agreement of raters and tools, reliability of scores. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_row_groups.h"
#include "stats/counting/cc_ratings.h"
#include "stats/screening/cc_agree_rows.h"
#include "stats/screening/cc_kappa.h"

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
    bool weights[CC_AGREE_WEIGHTS]; /* by enum cc_kappa_weights */
    enum mode mode;
    double level;
    enum cc_format format;
};

/* ---- options ---- */

static int parse_weights(struct options *o)
{
    char *names[8], standard[] = "unweighted";
    size_t n = cc_split(o->weights_list ? o->weights_list : standard, ',', names, 8);
    if (n == 0) return cc_usage(PROG, "--weights names no weights");
    for (size_t i = 0; i < n; i++) {
        int w = 0;
        while (w < CC_AGREE_WEIGHTS && strcmp(names[i], CC_AGREE_WEIGHT_NAMES[w])) w++;
        if (w == CC_AGREE_WEIGHTS)
            return cc_usage(PROG, "--weights is unweighted, linear or quadratic, not '%s'", names[i]);
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
    struct cc_row_groups groups;
    struct cc_categories categories; /* of pairs and votes */
    size_t by[MAX_COLUMNS], wide[MAX_COLUMNS];
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

/* The group that rows are being written for. */
struct group {
    struct work *w;
    const size_t *rows;
    size_t n;
    int64_t missing;
};

static bool put(void *to, const struct cc_agree_row *row)
{
    struct group *g = to;
    char number[6][32];
    const char *cells[N_RESULTS] = {
        row->measure,
        cc_format_double(row->estimate, number[0]),
        cc_format_double(row->se, number[1]),
        cc_format_double(row->lower, number[2]),
        cc_format_double(row->upper, number[3]),
        cc_format_double(row->level, number[4]),
        row->method,
        cc_format_double((double)g->missing, number[5]),
        row->note,
    };
    struct cc_table *out = &g->w->out;
    size_t c = 0;
    bool ok = cc_table_add_row(out);
    for (size_t i = 0; i < g->w->o->n_by && ok; i++)
        ok = cc_table_set(out, out->rows - 1, c++, g->n ? cc_table_cell(&g->w->in, g->rows[0], g->w->by[i]) : "");
    if (ok && g->w->o->mode == ALPHA) ok = cc_table_set(out, out->rows - 1, c++, row->item);
    for (size_t i = 0; i < N_RESULTS && ok; i++) ok = cc_table_set(out, out->rows - 1, c++, cells[i]);
    return ok;
}

static enum cc_status pairs(struct group *g, const struct cc_agree_sink *sink, struct cc_error *err)
{
    const struct work *w = g->w;
    const struct options *o = w->o;
    int64_t *counts = calloc(w->categories.k * w->categories.k + 1, sizeof *counts);
    if (!counts) return cc_error_memory(err);
    enum cc_status st = cc_ratings_pairs(&w->ratings, g->rows, g->n, &w->categories, counts, &g->missing, err);
    const char *const raters[] = { o->raters[0], o->raters[1] };
    const struct cc_agree_pairs p = { w->categories.k, counts, w->categories.names, raters, o->weights };
    if (st == CC_OK) st = cc_agree_pair_rows(&p, sink);
    free(counts);
    return st;
}

static enum cc_status fleiss(struct group *g, const struct cc_agree_sink *sink, struct cc_error *err)
{
    const struct work *w = g->w;
    struct cc_votes v;
    enum cc_status st = cc_ratings_votes(&w->ratings, g->rows, g->n, &w->categories, &v, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)v.left_out;
    st = cc_agree_fleiss_rows(v.subjects, v.raters, w->categories.k, v.votes, sink);
    cc_votes_free(&v);
    return st;
}

static enum cc_status icc(struct group *g, const struct cc_agree_sink *sink, struct cc_error *err)
{
    struct cc_scores s;
    enum cc_status st = cc_ratings_scores(&g->w->ratings, g->rows, g->n, &s, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)s.left_out;
    st = cc_agree_icc_rows(s.subjects, s.raters, s.scores, sink);
    cc_scores_free(&s);
    return st;
}

static enum cc_status alpha(struct group *g, const struct cc_agree_sink *sink, struct cc_error *err)
{
    struct cc_scores s;
    size_t constant;
    enum cc_status st = cc_ratings_scores(&g->w->ratings, g->rows, g->n, &s, err);
    if (st != CC_OK) return st;
    g->missing = (int64_t)s.left_out;
    const struct cc_agree_items items = { s.subjects, s.raters, s.left_out, s.scores, s.names };
    st = cc_agree_alpha_rows(&items, &constant, sink);
    if (constant)
        cc_note(PROG, "warning: %zu of %zu items do not vary; alpha counts them, as in the formula", constant,
                s.raters);
    cc_scores_free(&s);
    return st;
}

/* ---- the program ---- */

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
    static enum cc_status (*const by_mode[])(struct group *, const struct cc_agree_sink *,
                                              struct cc_error *) = { pairs, fleiss, icc, alpha };
    const struct options *o = w->o;
    enum cc_status st = cc_table_read(o->table, &w->in, err);
    if (st == CC_OK) st = find_columns(w, err);
    if (st == CC_OK) st = cc_row_groups_make(&w->in, w->by, o->n_by, &w->groups, err);
    if (st == CC_OK && o->mode <= FLEISS)
        st = cc_categories_read(&w->ratings, o->order, o->n_order, &w->categories, err);
    if (st == CC_OK && o->mode == PAIRS) st = check_weights(w, err);
    if (st == CC_OK && !plan_columns(w)) st = cc_error_memory(err);
    for (size_t i = 0; i < w->groups.n && st == CC_OK; i++) {
        size_t start = w->groups.start[i];
        struct group g = { .w = w, .rows = w->groups.rows + start, .n = w->groups.start[i + 1] - start };
        const struct cc_agree_sink sink = { put, &g, o->level };
        err->code = CC_OK;
        st = say(by_mode[o->mode](&g, &sink, err), w, err);
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
    cc_row_groups_free(&w.groups);
    cc_categories_free(&w.categories);
    return code;
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

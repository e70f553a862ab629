/* Scores of a table as curves, and curves in words. */
#include <stdlib.h>

#include "stats/counting/cc_roc_data.h"
#include "stats/screening/cc_roc_rows.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* ---- reading ---- */

static const char SCREENED[] = "truth,short,long\nyes,5,1\nno,3,4\nyes,4,\nNA,2,2\nno,,5\nno,4,3\n";
static const struct cc_roc_columns COLUMNS = { .score = { "short", "long" }, .way = { CC_ROC_HIGHER, CC_ROC_LOWER },
                                               .reference = "truth", .positive = { { (char *)"yes" }, 1 } };
static const size_t ALL[] = { 0, 1, 2, 3, 4, 5 };

static enum cc_status read_text(const char *text, struct cc_roc_columns columns, struct cc_table *t,
                                struct cc_roc_data *d, struct cc_error *err)
{
    OK(cc_table_read_any(scratch_text("screened.csv", text), t, err) == CC_OK);
    return cc_roc_data_read(t, &columns, d, err);
}

static void numbers_of_a_table(void)
{
    struct cc_table t;
    struct cc_roc_data d;
    struct cc_roc r;
    struct cc_roc_pairs both;
    struct cc_error err;
    size_t known;
    OK(read_text(SCREENED, COLUMNS, &t, &d, &err) == CC_OK);
    OK(d.truth[0] == 1 && d.truth[1] == 0 && d.truth[3] == -1);
    OK(d.score[0][0] == 5 && d.score[1][0] == -1 && isnan(d.score[1][2])); /* lower: negated */
    OK(cc_roc_data_curve(&d, 0, ALL, 6, &r, &known) == CC_OK);
    OK(known == 4 && r.cases == 2 && r.controls == 2 && r.n == 3);
    cc_roc_free(&r);
    OK(cc_roc_data_curve(&d, 0, ALL + 3, 2, &r, &known) == CC_OK); /* no truth, no score */
    OK(known == 0 && r.n == 0);
    cc_roc_free(&r);
    OK(cc_roc_data_pairs(&d, ALL, 6, &both) == CC_OK);
    OK(both.n == 3 && both.a[2] == 4 && both.b[2] == -3 && both.is_case[0] && !both.is_case[2]);
    cc_roc_pairs_free(&both);
    cc_roc_data_free(&d);
    cc_table_free(&t);
}

static void refused(const char *text, struct cc_roc_columns columns, size_t line, size_t column, const char *want)
{
    struct cc_table t;
    struct cc_roc_data d;
    struct cc_error err;
    OK(read_text(text, columns, &t, &d, &err) == CC_EDATA);
    OK(err.line == line && err.column == column);
    SAME(err.text, want);
    cc_roc_data_free(&d);
    cc_table_free(&t);
}

static void refusals(void)
{
    static const char third[] = "truth,short,long\nyes,5,1\nno,3,4\nmaybe,4,2\n", one[] = "truth,short,long\nyes,5,1\n";
    struct cc_roc_columns columns = COLUMNS;
    struct cc_table t;
    struct cc_roc_data d;
    struct cc_error err;
    refused(third, columns, 4, 1, "a third code of the reference: say with --negative which mean a control");
    refused("truth,short,long\nyes,5,1\nno,x,4\n", columns, 3, 2,
            "expected a number as a score, or NA where there is none");
    refused(one, columns, 0, 0, "'truth' knows positives only: without children known to be negative there are no "
                                "false alarms to count, so no specificity and no AUC");
    columns.allow_undefined = true;
    OK(read_text(one, columns, &t, &d, &err) == CC_OK);
    cc_roc_data_free(&d);
    cc_table_free(&t);
    columns.negative.at[columns.negative.n++] = (char *)"no";
    OK(read_text(third, columns, &t, &d, &err) == CC_OK); /* any other value is unknown */
    OK(d.truth[2] == -1);
    cc_roc_data_free(&d);
    cc_table_free(&t);
    columns.positive.at[columns.positive.n++] = (char *)"maybe";
    OK(read_text(third, columns, &t, &d, &err) == CC_OK);
    OK(d.truth[0] == 1 && d.truth[1] == 0 && d.truth[2] == 1);
    cc_roc_data_free(&d);
    cc_table_free(&t);
    columns = COLUMNS;
    columns.positive.at[0] = (char *)"1";
    refused(third, columns, 0, 0, "no row of 'truth' has a code of --positive");
}

/* ---- rows ---- */

/* What a caller keeps: the rows in hand, until `room` of them came. */
struct seen {
    size_t n, room;
    char measures[64][32], methods[64][32], cutoffs[64][32], notes[64][128];
    double estimates[64], levels[64];
};

static void keep(char out[], size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

static bool put(void *to, const struct cc_roc_row *row)
{
    struct seen *s = to;
    if (s->n == s->room) return false;
    keep(s->measures[s->n], 32, row->measure);
    keep(s->methods[s->n], 32, row->method);
    keep(s->cutoffs[s->n], 32, row->cutoff);
    keep(s->notes[s->n], 128, row->note);
    s->levels[s->n] = row->level;
    s->estimates[s->n++] = row->estimate;
    return true;
}

static bool put_point(void *to, const struct cc_roc_point *point)
{
    struct seen *s = to;
    if (s->n == s->room) return false;
    keep(s->cutoffs[s->n], 32, point->cutoff);
    keep(s->methods[s->n], 32, point->chosen);
    keep(s->notes[s->n], 128, point->note);
    s->estimates[s->n++] = point->precision;
    return true;
}

static size_t row_of(const struct seen *s, const char *measure)
{
    size_t i = 0;
    while (i < s->n && strcmp(s->measures[i], measure) != 0) i++;
    OK(i < s->n);
    return i < s->n ? i : 0;
}

/* Five cases and six controls. */
static const double SCORES[] = { 7, 6, 6, 5, 2, 6, 4, 3, 3, 2, 1 };
static const bool CASES[] = { true, true, true, true, true, false, false, false, false, false, false };

static struct cc_roc curve(size_t from, size_t n)
{
    struct cc_roc r;
    OK(cc_roc_make(SCORES + from, CASES + from, n, &r) == CC_OK);
    return r;
}

static void summary(void)
{
    struct seen s = { .room = 64 };
    const struct cc_roc_sink sink = { put, put_point, &s };
    struct cc_roc_ask ask = { .resampling = { .level = 0.9 } };
    struct cc_roc r = curve(0, 11), none = curve(5, 6);
    OK(cc_roc_rows(&ask, &r, -1, &sink) == CC_OK);
    NEAR(s.estimates[row_of(&s, "auc")], 23.5 / 30, 1e-14); /* of 30 pairs */
    NEAR(s.levels[row_of(&s, "auc")], 0.9, 0);
    OK(isnan(s.levels[row_of(&s, "gini")]));
    SAME(s.cutoffs[row_of(&s, "largest_positive_score")], "<= -5"); /* turned back */
    s.n = 0;
    OK(cc_roc_rows(&ask, &none, 1, &sink) == CC_OK);
    OK(isnan(s.estimates[row_of(&s, "auc")]));
    SAME(s.notes[row_of(&s, "auc")], "no case");
    s.n = 0;
    s.room = 5;
    OK(cc_roc_rows(&ask, &r, 1, &sink) == CC_ENOMEM); /* the sink said so */
    cc_roc_free(&r);
    cc_roc_free(&none);
}

static void points(void)
{
    struct seen s = { .room = 64 };
    const struct cc_roc_sink sink = { put, put_point, &s };
    struct cc_roc r = curve(0, 11);
    OK(cc_roc_curve_rows(&r, 1, &sink) == CC_OK);
    OK(s.n == 8);
    SAME(s.cutoffs[0], ">= 1");
    SAME(s.cutoffs[4], ">= 5");
    SAME(s.methods[4], "youden, closest.topleft");
    NEAR(s.estimates[4], 4.0 / 5, 1e-15);
    OK(isnan(s.estimates[7])); /* nobody is positive */
    s.n = 0;
    s.room = 3;
    OK(cc_roc_curve_rows(&r, 1, &sink) == CC_ENOMEM);
    cc_roc_free(&r);
}

static void comparison(void)
{
    struct seen s = { .room = 64 };
    const struct cc_roc_sink sink = { put, put_point, &s };
    struct cc_roc_ask ask = { .resampling = { .level = 0.95 } };
    struct cc_roc_comparison c;
    struct cc_roc r = curve(0, 11), other = curve(1, 10);
    OK(cc_roc_compare_unpaired(&r, &other, 0.95, &c) == CC_OK);
    OK(cc_roc_comparison_rows(&ask, &c, 11, &sink) == CC_OK);
    SAME(s.measures[0], "n_complete");
    SAME(s.methods[row_of(&s, "diff")], "delong-paired");
    s.n = 0;
    ask.unpaired = true;
    OK(cc_roc_comparison_rows(&ask, &c, 11, &sink) == CC_OK);
    NEAR(s.estimates[row_of(&s, "p_value")], c.p_t, 0);
    SAME(s.notes[row_of(&s, "diff")], "some children have both scores: is --kind paired meant?");
    cc_roc_free(&r);
    cc_roc_free(&other);
}

int main(void)
{
    numbers_of_a_table();
    refusals();
    summary();
    points();
    comparison();
    return tap_done();
}

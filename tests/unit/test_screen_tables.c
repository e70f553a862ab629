/* The accuracy of a screening tool as a table: from counts by design, and from records. */
#include "stats/counting/cc_screen_counts.h"
#include "stats/counting/cc_screen_records.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static size_t told;

static void tell(const char *text)
{
    told += *text != '\0';
}

static struct cc_table table_of(const char *text)
{
    struct cc_table t;
    struct cc_error err;
    OK(cc_table_read(scratch_text("in.csv", text), &t, &err) == CC_OK);
    return t;
}

static const char *cell(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    OK(c >= 0 && row < t->rows);
    return c >= 0 && row < t->rows ? cc_table_cell(t, row, (size_t)c) : "";
}

static const struct cc_screen_ask SENSITIVITY = { .level = 0.95, .measures = { (char *)"sensitivity" },
                                                  .n_measures = 1, .with = "with", .without = "without" };
static const struct cc_screen_ask ALL = { .level = 0.95, .with = "with", .without = "without" };

/* ---- from counts ---- */

static const struct cc_screen_counts CELLS = { .cells = { "TP", "FN", "FP", "TN" } };

static enum cc_status count(const char *text, const struct cc_screen_counts *c, struct cc_screen_table *t,
                            struct cc_error *err)
{
    struct cc_table in = table_of(text);
    *t = (struct cc_screen_table){ .tell = tell };
    told = 0;
    enum cc_status st = cc_screen_counts(&in, c, c->compare.n ? &ALL : &SENSITIVITY, t, err);
    cc_table_free(&in);
    return st;
}

static void studies(void)
{
    struct cc_screen_table t;
    struct cc_error err;
    OK(count("tool,TP,FN,FP,TN,se,note\nshort,23,2,22,61,9,pilot\nlong,3,*,5,7,9,\n", &CELLS, &t, &err) == CC_OK);
    OK(t.out.rows == 2 && told == 1); /* the column se is replaced */
    SAME(t.out.names[0], "tool");
    SAME(cell(&t.out, 0, "estimate"), "0.92");
    SAME(cell(&t.out, 0, "note"), "23 of 25 children with were flagged; pilot");
    SAME(cell(&t.out, 0, "n_missing"), "NA");
    SAME(cell(&t.out, 1, "estimate"), "NA");
    SAME(cell(&t.out, 1, "note"), "a count is not available");
    cc_table_free(&t.out);
}

static void comparisons(void)
{
    struct cc_screen_counts c = CELLS;
    struct cc_screen_table t;
    struct cc_error err;
    c.compare = (struct cc_scored_names){ { (char *)"what", (char *)"name" }, 2 };
    OK(count("what,name,TP,FN,FP,TN\nsex,girls,23,2,22,61\nsex,boys,11,9,4,37\n", &c, &t, &err) == CC_OK);
    bool total = false;
    for (size_t r = 0; r < t.out.rows; r++) total = total || !strcmp(cell(&t.out, r, "name"), "(total)");
    OK(total);
    SAME(cell(&t.out, 0, "what"), "sex");
    cc_table_free(&t.out);
}

static void refused_counts(void)
{
    const struct cc_screen_counts pair = { .design = CC_DESIGN_HUI_WALTER, .cells = { "a", "b", "c", "d" } };
    struct cc_screen_table t;
    struct cc_error err;
    OK(cc_screen_counts_two_rows(&pair) && !cc_screen_counts_two_rows(&CELLS));
    OK(count("a,b,c,d\n1,2,3,4\n", &pair, &t, &err) == CC_EDATA);
    SAME(err.text, "1 rows, but one --population needs a table of two populations");
    cc_table_free(&t.out);
    OK(count("TP,FN,FP,TN\n1,2,-3,4\n", &CELLS, &t, &err) == CC_EDATA);
    OK(err.line == 2 && err.column == 3);
    cc_table_free(&t.out);
}

/* ---- from records ---- */

static const char CHILDREN[] = "sex,score,truth\ng,5,1\ng,2,1\nb,4,1\nb,3,1\ng,1,0\nb,5,0\nb,,0\n";

static struct cc_screen_records records(void)
{
    return (struct cc_screen_records){ .scored = { .score = "score", .reference = "truth",
                                                   .positive = { { (char *)"1" }, 1 } },
                                       .cuts = { { (char *)"4" }, 1 }, .higher = true };
}

static enum cc_status screen(const struct cc_screen_records *r, struct cc_screen_table *t, struct cc_error *err)
{
    struct cc_table in = table_of(CHILDREN);
    *t = (struct cc_screen_table){ .tell = tell };
    told = 0;
    enum cc_status st = cc_screen_records(&in, r, &SENSITIVITY, t, err);
    cc_table_free(&in);
    return st;
}

static void children(void)
{
    struct cc_screen_records r = records();
    struct cc_screen_table t;
    struct cc_error err;
    OK(screen(&r, &t, &err) == CC_OK);
    OK(t.out.rows == 1 && told == 3); /* one without a score; the two lines of the 2x2 table */
    SAME(cell(&t.out, 0, "cutoff"), "4");
    SAME(cell(&t.out, 0, "estimate"), "0.5");
    SAME(cell(&t.out, 0, "n_missing"), "1");
    cc_table_free(&t.out);
    r.cuts.at[0] = (char *)"all";
    OK(screen(&r, &t, &err) == CC_OK);
    OK(t.out.rows == 5); /* 1 to 5 */
    cc_table_free(&t.out);
}

static void subgroups(void)
{
    struct cc_screen_records r = records();
    struct cc_screen_table t;
    struct cc_error err;
    r.scored.by = (struct cc_scored_names){ { (char *)"sex" }, 1 };
    OK(screen(&r, &t, &err) == CC_OK);
    SAME(cell(&t.out, 0, "sex"), "b");
    SAME(cell(&t.out, t.out.rows - 1, "sex"), "(total)");
    cc_table_free(&t.out);
    r.baseline = (struct cc_scored_names){ { (char *)"other" }, 1 };
    OK(screen(&r, &t, &err) == CC_EDATA);
    SAME(err.text, "no child is in the group that --baseline names");
    cc_table_free(&t.out);
}

static void counted(void)
{
    struct cc_screen_records r = records();
    struct cc_table in = table_of(CHILDREN), out = { 0 };
    struct cc_error err;
    r.cuts = (struct cc_scored_names){ { (char *)"4", (char *)"all" }, 2 };
    OK(cc_screen_records_count(&in, &r, &out, &err) == CC_OK);
    SAME(cell(&out, 0, "characteristic"), "(total)");
    cc_table_free(&in);
    cc_table_free(&out);
}

int main(void)
{
    studies();
    comparisons();
    refused_counts();
    children();
    subgroups();
    counted();
    return tap_done();
}

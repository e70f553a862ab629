/* Screened children as one table: its parts add up, and what is left of it after protection gives 2x2 tables that say
 * no more. */
#include "report/protect/cc_protect_table.h"
#include "report/template/cc_cutoffs.h"
#include "stats/counting/cc_scored_counts.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static struct cc_error err;

static struct cc_table table(const char *text)
{
    struct cc_table t;
    if (!OK(cc_table_read_any(scratch_bytes("t.csv", text, strlen(text)), &t, &err) == CC_OK)) abort();
    return t;
}

static struct cc_scored_options options(const char *by)
{
    struct cc_scored_options o = { .score = "s", .reference = "t", .positive = { { (char *)"y" }, 1 } };
    if (by) o.by = (struct cc_scored_names){ { (char *)by }, 1 };
    return o;
}

/* The cell of a column in the row whose first cells, joined by commas, are `key`. */
static const char *cell(const struct cc_table *t, const char *key, const char *column)
{
    for (size_t r = 0; r < t->rows; r++) {
        char got[300] = "";
        for (size_t c = 0; c < t->columns && strlen(got) < strlen(key); c++) {
            if (c) strcat(got, ",");
            strcat(got, cc_table_cell(t, r, c));
        }
        int c = cc_table_find(t, column);
        if (!strcmp(got, key) && c >= 0) return cc_table_cell(t, r, (size_t)c);
    }
    return "no such cell";
}

static const char TEN[] = "s,t,sex\n1,n,f\n2,n,m\n2,y,f\n3,n,m\n4,y,f\n4,n,f\n6,y,m\n7,y,\n,y,f\n5,,m\n";

static void test_higher(void)
{
    struct cc_table in = table(TEN), out = { 0 };
    struct cc_scored_options o = options("sex");
    struct cc_scored_cuts cuts = { { 4, 2, 4, 6 }, { "4", "2", "4", "6" }, 4, true };
    OK(cc_scored_counts(&in, &o, &cuts, &out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),(total),(total),(total),(total)", "count"), "10");
    SAME(cell(&out, "(total),(total),no result,(total),(total),(total)", "count"), "1");
    SAME(cell(&out, "(total),(total),reference not known,flagged,(total),(total)", "count"), "1");
    SAME(cell(&out, "(total),(total),analysed,(total),(total),(total)", "count"), "8");
    SAME(cell(&out, "(total),(total),analysed,flagged,(total),with", "count"), "3");
    SAME(cell(&out, "(total),(total),analysed,not flagged,(total),without", "count"), "3");
    SAME(cell(&out, "(total),(total),analysed,not flagged,below 2,without", "count"), "1");
    SAME(cell(&out, "(total),(total),analysed,not flagged,2 to below 4,without", "count"), "2");
    SAME(cell(&out, "(total),(total),analysed,flagged,4 to below 6,with", "cutoff"), ">= 4");
    SAME(cell(&out, "(total),(total),analysed,flagged,6 or more,with", "count"), "2");
    SAME(cell(&out, "sex,(blank),analysed,flagged,(total),with", "count"), "1");
    SAME(cell(&out, "sex,f,analysed,not flagged,(total),with", "count"), "1");
    OK(cc_cutoffs(&out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),>= 2", "tp"), "4");
    SAME(cell(&out, "(total),(total),>= 2", "tn"), "1");
    SAME(cell(&out, "(total),(total),>= 2", "flagged"), "NA"); /* unknown truths stand at the chosen cut-off */
    SAME(cell(&out, "(total),(total),>= 4", "fn"), "1");
    SAME(cell(&out, "(total),(total),>= 4", "flagged"), "5");
    SAME(cell(&out, "(total),(total),>= 4", "screened"), "9");
    SAME(cell(&out, "sex,m,>= 4", "fp"), "0");
    cc_table_free(&out);
    cc_table_free(&in);
}

static void test_lower_and_levels(void)
{
    struct cc_table in = table(TEN), out = { 0 };
    struct cc_scored_options o = options(NULL);
    struct cc_scored_cuts lower = { { 3, 5 }, { "3", "5" }, 2, false };
    OK(cc_scored_counts(&in, &o, &lower, &out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),analysed,not flagged,above 5,with", "count"), "2");
    SAME(cell(&out, "(total),(total),analysed,not flagged,above 3 up to 5,with", "cutoff"), "<= 5");
    SAME(cell(&out, "(total),(total),analysed,flagged,3 or less,without", "count"), "3");
    cc_table_free(&out);
    cc_table_free(&in);
    in = table("s,t\nlow,n\nmid,n\nhigh,y\nlow,y\nhigh,y\n");
    o.levels = (struct cc_scored_names){ { (char *)"low", (char *)"mid", (char *)"high" }, 3 };
    struct cc_scored_cuts level = { { 2 }, { "high" }, 1, true };
    out = (struct cc_table){ 0 };
    OK(cc_scored_counts(&in, &o, &level, &out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),analysed,not flagged,low to mid,with", "count"), "1");
    SAME(cell(&out, "(total),(total),analysed,flagged,high,with", "count"), "2");
    cc_table_free(&out);
    cc_table_free(&in);
}

static void test_nobody(void)
{
    struct cc_table in = table("s,t,sex\n"), out = { 0 };
    struct cc_scored_options o = options("sex");
    struct cc_scored_cuts cuts = { { 4 }, { "4" }, 1, true };
    OK(cc_scored_counts(&in, &o, &cuts, &out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),(total),(total),(total),(total)", "count"), "0");
    OK(cc_cutoffs(&out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),>= 4", "fp"), "-"); /* nobody is known to be without the condition */
    SAME(cell(&out, "(total),(total),>= 4", "without"), "0");
    OK(cc_cutoffs(&out, &err) == CC_EDATA);
    cc_table_free(&out);
    cc_table_free(&in);
}

/* A subgroup with a small count: the other subgroup is hidden with it, the total is not, and the sums of each
 * characteristic are minded by themselves. */
static void test_protected(void)
{
    struct cc_buf text = { 0 };
    bool ok = cc_buf_text(&text, "s,t,sex,age\n");
    const struct { int n; const char *row; } made[] = {
        { 20, "9,y,f,a\n" }, { 18, "9,y,f,b\n" }, { 30, "9,y,m,a\n" }, { 21, "1,y,f,b\n" },
        { 7, "1,y,m,a\n" },  { 40, "1,n,f,a\n" }, { 50, "1,n,m,b\n" }, { 33, "9,n,f,b\n" }, { 35, "9,n,m,a\n" } };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        for (int n = 0; n < made[i].n; n++) ok = ok && cc_buf_text(&text, made[i].row);
    struct cc_table in = table(ok ? text.data : ""), out = { 0 };
    struct cc_scored_options o = options("sex");
    struct cc_scored_cuts cuts = { { 4 }, { "4" }, 1, true };
    struct cc_profile lt11 = { .rule = { 1, 10, true } };
    struct cc_protect_summary sum;
    enum cc_role *roles;
    o.by = (struct cc_scored_names){ { (char *)"sex", (char *)"age" }, 2 };
    OK(cc_scored_counts(&in, &o, &cuts, &out, &err) == CC_OK);
    OK(cc_protect_roles(&out, "characteristic,value,stage,result,score,truth", NULL, &roles, &err) == CC_OK);
    OK(cc_protect_table(&out, roles, &lt11, &sum, &err) == CC_OK);
    OK(sum.cells.open == 0 && sum.not_additive == 0);
    SAME(cell(&out, "sex,m,analysed,not flagged,(total),with", "count"), "<11");
    SAME(cell(&out, "sex,f,analysed,not flagged,(total),with", "count"), "*");
    SAME(cell(&out, "(total),(total),analysed,not flagged,(total),with", "count"), "28");
    OK(cc_cutoffs(&out, &err) == CC_OK);
    SAME(cell(&out, "(total),(total),>= 4", "fn"), "28");
    SAME(cell(&out, "sex,m,>= 4", "fn"), "-");
    SAME(cell(&out, "sex,m,>= 4", "tn"), "50"); /* what needs no hidden count stays */
    free(roles);
    cc_buf_free(&text);
    cc_table_free(&out);
    cc_table_free(&in);
}

/* Levels of the score, by cuts that divide them (1) and by one that does not (4); ids. */
static void test_refused(void)
{
    struct cc_buf text = { 0 };
    bool ok = cc_buf_text(&text, "s,t,level,id\n");
    for (int i = 0; i < 37; i++)
        ok = ok && cc_buf_printf(&text, "%d,%s,%s,k%d\n", i % 7, i % 3 ? "n" : "y", i % 7 < 3 ? "low" : "high", i);
    struct cc_table in = table(ok ? text.data : "");
    const struct { const char *by; struct cc_scored_cuts cuts; enum cc_status st; } cases[] = {
        { "level", { { 3 }, { "3" }, 1, true }, CC_OK },
        { "level", { { 4 }, { "4" }, 1, true }, CC_OK },
        { "level", { { 4, 3 }, { "4", "3" }, 2, true }, CC_EDATA },
        { "level", { { 4, 2 }, { "4", "2" }, 2, true }, CC_OK }, /* the band from 2 to 4 has both */
        { "level", { { 1, 4 }, { "1", "4" }, 2, false }, CC_OK },
        { "level", { { 1, 2, 4 }, { "1", "2", "4" }, 3, false }, CC_EDATA },
        { "id", { { 3 }, { "3" }, 1, true }, CC_EDATA },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cc_scored_options o = options(cases[i].by);
        struct cc_table out = { 0 };
        OK(cc_scored_counts(&in, &o, &cases[i].cuts, &out, &err) == cases[i].st);
        cc_table_free(&out);
    }
    cc_buf_free(&text);
    cc_table_free(&in);
}

int main(void)
{
    test_higher();
    test_lower_and_levels();
    test_nobody();
    test_protected();
    test_refused();
    return tap_done();
}

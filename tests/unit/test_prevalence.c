/* Proportions, rates and true prevalence of the rows of a table. */
#include "stats/counting/cc_prevalence.h"
#include "stats/intervals/cc_rate.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const struct cc_prevalence_method WILSON = { "wilson", CC_PREVALENCE_PROPORTION, CC_PROP_WILSON },
                                         EXACT = { "clopper-pearson", CC_PREVALENCE_PROPORTION,
                                                   CC_PROP_CLOPPER_PEARSON },
                                         GARWOOD = { "garwood", CC_PREVALENCE_RATE, CC_RATE_GARWOOD };

static size_t told;

static void tell(const char *text)
{
    told += *text != '\0';
}

static struct cc_prevalence_ask ask_of(const struct cc_prevalence_method *m)
{
    return (struct cc_prevalence_ask){ .numerator = "x", .denominator = "n", .methods = { m }, .n_methods = 1,
                                       .rate = m->family == CC_PREVALENCE_RATE, .per = 1, .want = { .level = 0.95 } };
}

static enum cc_status rows(const char *text, const struct cc_prevalence_ask *ask,
                           const struct cc_population_row *joined, struct cc_table *out, struct cc_error *err)
{
    struct cc_table in;
    told = 0;
    *out = (struct cc_table){ 0 };
    OK(cc_table_read(scratch_text("in.csv", text), &in, err) == CC_OK);
    enum cc_status st = cc_prevalence_rows(&in, ask, joined, tell, out, err);
    cc_table_free(&in);
    return st;
}

static const char *cell(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    OK(c >= 0 && row < t->rows);
    return c >= 0 && row < t->rows ? cc_table_cell(t, row, (size_t)c) : "";
}

static void proportions(void)
{
    struct cc_prevalence_ask ask = ask_of(&WILSON);
    struct cc_table t;
    struct cc_error err;
    ask.methods[ask.n_methods++] = &EXACT;
    OK(rows("site,x,n,lower,note\nnorth,37,211,3,pilot\nsouth,0,0,3,\neast,*,9,3,\n", &ask, NULL, &t, &err) == CC_OK);
    OK(t.rows == 6 && told == 1); /* lower is replaced */
    OK(cc_table_find(&t, "se") < 0);
    SAME(cell(&t, 0, "site"), "north");
    SAME(cell(&t, 0, "measure"), "proportion");
    SAME(cell(&t, 0, "estimate"), "0.175355450236967");
    SAME(cell(&t, 0, "note"), "pilot");
    SAME(cell(&t, 1, "method"), "clopper-pearson");
    SAME(cell(&t, 2, "estimate"), "NA");
    SAME(cell(&t, 2, "note"), "denominator is 0");
    SAME(cell(&t, 4, "note"), "numerator not available");
    cc_table_free(&t);
}

static void rates(void)
{
    const struct cc_population_row joined[] = { { .population = 1250 }, { .population = NAN, .note = "no such row" } };
    struct cc_prevalence_ask ask = ask_of(&GARWOOD);
    struct cc_table t;
    struct cc_error err;
    ask.per = 1000;
    OK(rows("site,x\nnorth,5\nsouth,7\n", &ask, joined, &t, &err) == CC_OK);
    SAME(cell(&t, 0, "measure"), "rate_per_1000");
    SAME(cell(&t, 0, "denominator"), "1250");
    SAME(cell(&t, 0, "estimate"), "4");
    SAME(cell(&t, 1, "note"), "no such row");
    cc_table_free(&t);
}

static void true_prevalence(void)
{
    struct cc_prevalence_ask ask = ask_of(&WILSON);
    struct cc_table t;
    struct cc_error err;
    ask.tool = (struct cc_prevalence_tool){ 2, { "0.9", "sp" }, { 0.9, NAN } };
    OK(cc_prevalence_useless(&ask.tool, ask.tool.values) == NULL); /* not known yet */
    OK(cc_prevalence_useless(&ask.tool, (const double[]){ 0.4, 0.6 }) != NULL);
    OK(rows("x,n,sp\n30,100,0.8\n9,100,0.8\n30,100,0.1\n", &ask, NULL, &t, &err) == CC_OK);
    OK(cc_table_find(&t, "sp") < 0 && cc_table_find(&t, "se") >= 0);
    SAME(cell(&t, 0, "measure"), "true_prevalence");
    SAME(cell(&t, 0, "method"), "rogan-gladen-wilson");
    NEAR(atof(cell(&t, 0, "estimate")), 0.1 / 0.7, 1e-12);
    SAME(cell(&t, 1, "estimate"), "0"); /* cut, with a note */
    OK(strstr(cell(&t, 1, "note"), "estimate below 0") != NULL);
    SAME(cell(&t, 2, "estimate"), "NA");
    cc_table_free(&t);
}

static void refused(const char *text, size_t line, size_t column)
{
    const struct cc_prevalence_ask ask = ask_of(&WILSON);
    struct cc_table t;
    struct cc_error err;
    OK(rows(text, &ask, NULL, &t, &err) == CC_EDATA);
    OK(err.line == line && err.column == column);
    cc_table_free(&t);
}

int main(void)
{
    proportions();
    rates();
    true_prevalence();
    refused("x,n\n3,4\n5,4\n", 3, 1);   /* above its denominator */
    refused("x,n\n3,4\n3,4.5\n", 3, 2); /* no whole number */
    refused("x,N\n3,4\n", 1, 0);        /* no such column */
    return tap_done();
}

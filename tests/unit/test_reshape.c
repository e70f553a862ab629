/* Joining, turning, keeping and ordering tidy tables, and the check of their sums. */
#include "report/template/cc_reshape.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static struct cc_table table(const char *text)
{
    struct cc_table t;
    struct cc_error err = { 0 };
    if (!OK(cc_table_read(scratch_bytes("t.csv", text, strlen(text)), &t, &err) == CC_OK)) abort();
    return t;
}

static void is(struct cc_table *t, const char *want)
{
    char got[2000] = "";
    FILE *f = fmemopen(got, sizeof got - 1, "w");
    OK(f && cc_table_write(t, CC_FORMAT_CSV, f) && fclose(f) == 0);
    SAME(got, want);
    cc_table_free(t);
}

static const char *const sex[] = { "sex" };
static struct cc_error err;

static void join(void)
{
    struct cc_table a = table("sex,measure,pairs\n1,pair,7\n2,pair,5\n"),
                    b = table("sex,measure,kids\n2,child,4\n9,child,3\n");
    OK(cc_reshape_join(&a, &b, sex, 1, &err) == CC_OK);
    is(&a, "sex,pairs,kids\n1,7,0\n2,5,4\n9,0,3\n");
    cc_table_free(&b);
    a = table("sex,measure,n\n1,child,7\n");
    b = table("sex,measure,k\n1,child,2\n");
    OK(cc_reshape_join(&a, &b, sex, 1, &err) == CC_OK);
    is(&a, "sex,measure,n,k\n1,child,7,2\n");
    a = table("sex,measure,k\n1,child,7\n");
    OK(cc_reshape_join(&a, &b, sex, 1, &err) == CC_EDATA && strstr(err.text, "'k'"));
    cc_table_free(&a);
    cc_table_free(&b);
}

static void turn(void)
{
    struct cc_table t = table(
        "measure,all,a,b,n_unknown_all,n_unknown_a,n_unknown_b\nchild,211,37,64,0,3,5\n");
    OK(cc_reshape_turn(&t, NULL, 0, "type", "all", &err) == CC_OK);
    is(&t, "type,measure,count,n_unknown,all\na,child,37,3,211\nb,child,64,5,211\n");
    t = table("measure,a\nchild,37\n");
    OK(cc_reshape_turn(&t, NULL, 0, "type", "al", &err) == CC_EDATA);
    cc_table_free(&t);
}

static void keep(void)
{
    struct cc_table t = table("y,n\n2022,1\n2023,2\n(blank),3\n");
    OK(cc_reshape_keep(&t, "y>=2023", &err) == CC_OK);
    is(&t, "y,n\n2023,2\n");
    t = table("y,n\n2022,1\n,2\n(blank),3\n");
    OK(cc_reshape_keep(&t, "y=|(blank)", &err) == CC_OK);
    is(&t, "y,n\n,2\n(blank),3\n");
    t = table("y,n\n2022,1\n2023,2\n");
    OK(cc_reshape_keep(&t, "y!=2022", &err) == CC_OK && cc_reshape_set(&t, "p", "9", &err) == CC_OK);
    OK(cc_reshape_set(&t, "p", "9", &err) == CC_EDATA && cc_reshape_keep(&t, "y<5", &err) == CC_EDATA);
    OK(cc_reshape_keep(&t, "z=5", &err) == CC_EDATA);
    is(&t, "y,n,p\n2023,2,9\n");
}

static void order(void)
{
    static const char *const values[] = { "Missing", "In care", "Home" };
    struct cc_table t = table(
        "s,measure,n\n(total),child,48\nOther,child,1\nIn care,child,37\nMissing,child,10\n");
    OK(cc_reshape_order(&t, "s", values, 3, &err) == CC_OK);
    is(&t,
       "s,measure,n\nMissing,child,10\nIn care,child,37\nHome,child,0\nOther,child,1\n(total),child,48\n");
}

static void sums(void)
{
    static const char *const two[] = { "a", "b" };
    struct cc_table t = table(
        "a,b,n\n1,1,3\n1,2,4\n1,(total),7\n(total),1,3\n(total),2,4\n(total),(total),7\n");
    OK(cc_reshape_sums(&t, two, 2, &err) == CC_OK);
    OK(cc_table_set(&t, 4, 2, "5") && cc_reshape_sums(&t, two, 2, &err) == CC_EDATA
       && strstr(err.text, "'n'"));
    cc_table_free(&t);
}

static void lift(void)
{
    struct cc_table t = table("measure,estimate,note\nn_cases,37,\nauc,0.8,a\nn_controls,211,\ngini,0.6,b\n");
    OK(cc_reshape_lift(&t, "measure=n_cases|n_controls", &err) == CC_OK);
    is(&t, "measure,estimate,note,n_cases,n_controls\nauc,0.8,a,37,211\ngini,0.6,b,37,211\n");
    t = table("a,b\n1,2\n");
    OK(cc_reshape_lift(&t, "a=1", &err) == CC_EDATA && strstr(err.text, "measure"));
    cc_table_free(&t);
}

static void rounding(void)
{
    struct cc_table t = table("n,estimate,lower,upper\n1234,0.87357909,-0.0004,Inf\n9,<11,NA,-\n");
    OK(cc_reshape_round(&t, 3, &err) == CC_OK);
    is(&t, "n,estimate,lower,upper\n1234,0.874,0.000,Inf\n9,<11,NA,-\n");
}

static void words_and_columns(void)
{
    static const char *const pairs[][2] = { { "ppv", "Predictive" }, { "npv", "Negative" } };
    struct cc_table t = table("measure,n\nppv_at_prev_0.01,1\nnpv_at_prev_0.2,2\nother,3\n");
    OK(cc_reshape_split(&t, "measure", "_at_prev_", "prevalence", &err) == CC_OK);
    OK(cc_reshape_words(&t, "measure", pairs, 2, &err) == CC_OK);
    OK(cc_reshape_drop(&t, "n", &err) == CC_OK);
    is(&t, "measure,prevalence\nPredictive,0.01\nNegative,0.2\nother,NA\n");
    t = table("a\n1\n");
    OK(cc_reshape_drop(&t, "b", &err) == CC_EDATA);
    OK(cc_reshape_split(&t, "b", "_", "c", &err) == CC_EDATA);
    OK(cc_reshape_words(&t, "b", pairs, 2, &err) == CC_EDATA);
    cc_table_free(&t);
}

int main(void)
{
    join();
    turn();
    keep();
    order();
    sums();
    lift();
    rounding();
    words_and_columns();
    return tap_done();
}

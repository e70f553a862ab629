/* Tool files: read, refused where they say nonsense, and levels of scores. */
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "stats/tools/cc_rescreen.h"
#include "stats/tools/cc_tool_score.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const char *level(const struct cc_tool *t, int64_t score)
{
    size_t at;
    const struct cc_tool_result *r = &t->results[t->main];
    return cc_tool_level(r, score, &at) ? r->levels[at].name : "error";
}

static void levels(void)
{
    static const struct { const char *tool; int64_t score; const char *level; } want[] = {
        { "cse_it_2", 0, "no_concern" }, { "cse_it_2", 3, "no_concern" }, { "cse_it_2", 4, "possible_concern" },
        { "cse_it_2", 8, "possible_concern" }, { "cse_it_2", 9, "clear_concern" }, { "cse_it_2", 23, "clear_concern" },
        { "cse_it_2", 24, "error" }, { "cse_it_2", -1, "error" }, { "qyit", 0, "negative" }, { "qyit", 1, "positive" },
        { "qyit", 4, "positive" }, { "qyit", 5, "error" }, { "raft", 0, "negative" }, { "raft", 1, "positive" },
        { "raft", 4, "positive" }, { "raft", 5, "error" }, { "htst_short", 0, "negative" },
        { "htst_short", 1, "positive" }, { "htst_short", 6, "positive" }, { "htst_short", 7, "error" },
        { "sscst", 1, "negative" }, { "sscst", 2, "positive" }, { "sscst", 6, "positive" }, { "sscst", 7, "error" },
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct cc_tool *t;
        struct cc_error err = { 0 };
        if (!OK(cc_tool_load(want[i].tool, &t, &err) == CC_OK)) continue;
        SAME(level(t, want[i].score), want[i].level);
        cc_tool_free(t);
    }
}

#define HEAD "id,kind,items,codes,weight,rule,levels,positive,when,otherwise,text\n(tool),,,,,,,,,,A tool\n"
#define Q "q1-q3,item,,yes=1;no=0;skip=missing,2,,,,,,\n"

/* Line and column of the error in a tool file; 0, 0: none. */
static void refused(const char *rows, size_t line, size_t column)
{
    struct cc_tool *t;
    struct cc_error err = { 0 };
    struct cc_buf b = { 0 };
    OK(cc_buf_text(&b, HEAD) && cc_buf_text(&b, rows));
    enum cc_status st = cc_tool_load(scratch_text("t.csv", b.data), &t, &err);
    if (!OK(st == (line ? CC_EDATA : CC_OK) && err.line == line && err.column == column))
        printf("# %s# %zu:%zu %s\n", rows, err.line, err.column, err.text);
    cc_tool_free(t);
    cc_buf_free(&b);
}

static void nonsense(void)
{
    refused(Q ",result,q1-q3,,,sum,0-6=all,all,,,\n", 0, 0);
    refused(Q ",result,q1-q4,,,sum,,,,,\n", 4, 3);
    refused(Q ",result,,,,sum,,,,,\n", 4, 3);
    refused(Q ",result,q1-q3,,,mean,,,,,\n", 4, 6);
    refused(Q ",result,q1-q3,,,sum >= 2,,,,,\n", 4, 6);
    refused(Q ",result,q1-q3,,,count >= 0,,,,,\n", 4, 6);
    refused(Q ",result,q1-q3,,,sum,0-2=a;4-6=b,,,,\n", 4, 7);
    refused(Q ",result,q1-q3,,,sum,0-=a;4-6=b,,,,\n", 4, 7);
    refused(Q ",result,q1-q3,,,sum,0-6=a,b,,,\n", 4, 8);
    refused(Q ",result,q1-q3,,,sum,0-6=a,,x=a,b,\n", 4, 9);
    refused(Q "x,result,q1,,,any,0=a;1=b,b,,,\n,result,q1-q3,,,sum,0-6=a,,x=b,,\n", 5, 10);
    refused(Q ",result,q1;q2,,,pattern,,,,,\n", 4, 3);
    refused(Q ",result,q1,,,sum,,,,,\n,result,q1,,,sum,,,,,\n", 5, 1);
    refused(Q "q2,item,,yes=1,,,,,,,\n", 4, 1);
    refused("M1_08-M1_11,item,,yes=1,,,,,,,\n,result,M1_09-M1_10,,,sum,,,,,\n", 0, 0);
    refused("q1-r3,item,,yes=1,,,,,,,\n", 3, 1);
    refused("q3-q1,item,,yes=1,,,,,,,\n", 3, 1);
    refused("q1,item,,yes=1;yes=2,,,,,,,\n", 3, 4);
    refused("q1,item,,skip=missing,,,,,,,\n", 3, 4);
    refused("q1,item,,yes=-1,,,,,,,\n", 3, 4);
    refused("q1,item,,yes=1,0,,,,,,\n", 3, 5);
    refused("official,fact,,,,,,,,,maybe\n", 3, 11);
    refused("age_min,fact,,,,,,,,,young\n", 3, 11);
    refused("q1,question,,,,,,,,,\n", 3, 2);
}

/* Three items of weight 2, of which the second stage asks one more. */
static void scores(void)
{
    struct cc_tool *t;
    struct cc_error err = { 0 };
    const char *file = scratch_text("two.csv", HEAD Q "r,item,,yes=1;no=0;unasked=none,,,,,,,\n"
                                    "first,result,q1-q3,,,sum,0-2=low;3-6=high,high,,,\n"
                                    ",result,r,,,any,0=no;1=yes,yes,first=high,not_asked,\n");
    if (!OK(cc_tool_load(file, &t, &err) == CC_OK)) return;
    static const size_t first[] = { 0, 1, 2, 3, 4 };
    struct cc_tool_form form = { t, first };
    struct cc_tool_answer a[4] = { { CC_CODE_VALUE, 1 }, { CC_CODE_VALUE, 0 }, { CC_CODE_MISSING, 0 },
        { CC_CODE_VALUE, 1 } };
    struct cc_outcome o[2];
    size_t missing, asked;
    OK(cc_tool_score(&form, a, CC_MISSING_NO, o, &missing, &asked) == CC_OK);
    OK(o[0].score == 2 && o[0].level == 0 && o[1].kind == CC_OUTCOME_NOT_ASKED && missing == 1 && asked == 3);
    OK(cc_tool_score(&form, a, CC_MISSING_YES, o, &missing, &asked) == CC_OK);
    OK(o[0].score == 4 && o[0].level == 1 && o[1].score == 1 && missing == 1 && asked == 4);
    OK(cc_tool_score(&form, a, CC_MISSING_COMPLETE, o, &missing, &asked) == CC_OK);
    OK(o[0].kind == CC_OUTCOME_UNKNOWN && o[1].kind == CC_OUTCOME_UNKNOWN);
    a[2] = (struct cc_tool_answer){ CC_CODE_VALUE, 1 };
    a[3] = (struct cc_tool_answer){ CC_CODE_NONE, 0 };
    OK(cc_tool_score(&form, a, CC_MISSING_COMPLETE, o, &missing, &asked) == CC_OK);
    OK(o[0].score == 4 && o[1].kind == CC_OUTCOME_UNKNOWN && missing == 0 && asked == 3); /* nothing to score */
    int64_t low, high;
    OK(cc_tool_fits(&form, 0, &low, &high) && low == 0 && high == 6);
    cc_tool_free(t);
}

static void rescreens(void)
{
    static const size_t want[CC_RESCREEN_RULES] = { 1, 3, 0, 0 };
    for (int rule = 0; rule < CC_RESCREEN_RULES; rule++) {
        struct cc_screening s[] = { { "a", 20, true, true, 5, 0 }, { "a", 10, true, false, 0, 1 },
                                    { "a", 30, true, true, 5, 2 }, { "a", 30, false, false, 0, 3 } };
        bool keep[4];
        cc_rescreen(s, 4, (enum cc_rescreen)rule, keep);
        for (size_t i = 0; i < 4; i++) OK(keep[i] == (i == want[rule]));
    }
}

/* Every shipped tool loads and says where it is from. */
static void shipped(void)
{
    char **names;
    size_t n;
    struct cc_error err = { 0 };
    if (!OK(cc_tool_names(&names, &n, &err) == CC_OK)) return;
    OK(n >= 23);
    for (size_t i = 0; i < n; i++) {
        struct cc_tool *t;
        if (!OK(cc_tool_load(names[i], &t, &err) == CC_OK)) {
            printf("# %s: %s\n", names[i], err.text);
            continue;
        }
        OK(*t->title && *cc_tool_fact(t, "source") && *cc_tool_fact(t, "confidence"));
        OK(!t->official || !strncmp(cc_tool_fact(t, "confidence"), "high", 4));
        cc_tool_free(t);
    }
    cc_path_names_free(names, n);
}

int main(void)
{
    levels();
    nonsense();
    scores();
    rescreens();
    shipped();
    return tap_done();
}

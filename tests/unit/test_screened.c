/* Made-up screenings: the expected accuracy is that of all possible answer sheets, scored one by one. */
#include "datasets/base/cc_text.h"
#include "datasets/synth/cc_screened_truth.h"
#include "datasets/synth/cc_screened_write.h"
#include "stats/tools/cc_tool_score.h"
#include "tests/scratch.h"
#include "tests/tap.h"

enum { ITEMS = 3, MOST = 40 };

struct world {
    struct cc_scenario *scenario;
    struct cc_screened screened;
    struct cc_screened_truth *truth;
    char text[20000]; /* of screening-truth.csv */
};

#define PEOPLE "screening.sex,f=1;m=3\nscreening.age,11-17=1\nscreening.language,x=1\nscreening.site,a=1\n"
#define ANSWERS                                                                                            \
    "screening.prevalence,25000\nscreening.answers.trafficked.A,0=1;1=2;2=3;3=4\n"                         \
    "screening.answers.other.A,0=7;1=2;2=1\nscreening.answers.trafficked.B,yes=2;no=3\n"                   \
    "screening.answers.other.B,yes=1;no=9\nscreening.answers.trafficked.C,high=5;low=3\n"                  \
    "screening.answers.other.C,high=1;low=6\nscreening.missing,10000\nscreening.missing.B,25000\n"

static const char *tool(const char *rule)
{
    static char path[160];
    char text[600];
    snprintf(text, sizeof text, "id,kind,items,codes,weight,rule,levels,positive,when,otherwise,text\n"
             "(tool),,,,,,,,,,A tool\nofficial,fact,,,,,,,,,no\nA,item,,0-3;skip=missing,2,,,,,,\n"
             "B,item,,yes=1;no=0,5,,,,,,\nC,item,,high=4;low=1;unknown=missing,1,,,,,,\n"
             ",result,A;B;C,,,%s,0-1=low;2-=high,high,,,\n", rule);
    snprintf(path, sizeof path, "%s", scratch_text("tool.csv", text));
    return path;
}

static enum cc_status open_world(struct world *w, const char *tool_path, const char *rows, struct cc_error *err)
{
    char text[3000];
    *w = (struct world){ 0 };
    snprintf(text, sizeof text, "setting,value\nscreening.tool,%s=1\n%s", tool_path, rows);
    enum cc_status st = cc_scenario_load(scratch_text("s.csv", text), &w->scenario, err);
    if (st == CC_OK) st = cc_screened_open(&w->screened, w->scenario, 5, 19631, err);
    if (st == CC_OK) st = cc_scenario_all_used(w->scenario, err);
    if (st == CC_OK) st = cc_screened_truth_alloc(&w->screened, &w->truth, err);
    if (st != CC_OK) return st;
    FILE *f = fopen(scratch_path("truth.csv"), "w+");
    cc_screened_truth_write(w->truth, f);
    rewind(f);
    w->text[fread(w->text, 1, sizeof w->text - 1, f)] = '\0';
    fclose(f);
    return st;
}

static void close_world(struct world *w)
{
    cc_screened_truth_free(w->truth);
    cc_screened_close(&w->screened);
    cc_scenario_free(w->scenario);
}

/* The expected value of "groups,missing,cutoff,measure"; NaN if it is NA; -1 if there is no such row. */
static double expected(const struct world *w, const char *key)
{
    char line[200];
    snprintf(line, sizeof line, "\n%s,", key);
    const char *at = strstr(w->text, line);
    return !at ? -1 : !strncmp(at + strlen(line), "NA", 2) ? NAN : strtod(at + strlen(line), NULL);
}

/* ---- all possible sheets ---- */

static const struct {
    int64_t values[4];
    double chance[CC_TRUTHS][4]; /* of other and of trafficked children */
    double missing;
    int count;
} items[ITEMS] = {
    { { 0, 1, 2, 3 }, { { .7, .2, .1, 0 }, { .1, .2, .3, .4 } }, .1, 4 },
    { { 1, 0 }, { { .1, .9 }, { .4, .6 } }, .25, 2 },
    { { 4, 1 }, { { 1 / 7., 6 / 7. }, { 5 / 8., 3 / 8. } }, .1, 2 },
};

static double scores[CC_UNANSWERED_RULES][CC_TRUTHS][MOST]; /* complete: of the complete sheets */

static void add_sheet(const struct cc_tool_form *form, const struct cc_tool_answer *answers,
                      const double chance[CC_TRUTHS])
{
    struct cc_outcome out[1];
    size_t missing, asked;
    for (enum cc_missing rule = CC_MISSING_COMPLETE; rule < CC_MISSING_RULES; rule++) {
        OK(cc_tool_score(form, answers, rule, out, &missing, &asked) == CC_OK);
        for (int t = 0; t < CC_TRUTHS && out[0].kind == CC_OUTCOME_SCORED; t++)
            scores[rule][t][out[0].score] += chance[t];
    }
}

static void enumerate(const struct cc_tool_form *form, struct cc_tool_answer *answers, int item,
                      const double chance[CC_TRUTHS])
{
    if (item == ITEMS) {
        add_sheet(form, answers, chance);
        return;
    }
    for (int i = 0; i <= items[item].count; i++) {
        bool missing = i == items[item].count;
        double next[CC_TRUTHS];
        for (int t = 0; t < CC_TRUTHS; t++)
            next[t] = chance[t]
                * (missing ? items[item].missing : (1 - items[item].missing) * items[item].chance[t][i]);
        answers[item] = (struct cc_tool_answer){ missing ? CC_CODE_MISSING : CC_CODE_VALUE,
                                                 missing ? 0 : items[item].values[i] };
        enumerate(form, answers, item + 1, next);
    }
}

static void compare(const struct world *w, enum cc_missing rule)
{
    double all[CC_TRUTHS] = { 0 }, above[CC_TRUTHS] = { 0 }, area = 0;
    char key[100];
    for (int s = 0; s < MOST; s++)
        for (int t = 0; t < CC_TRUTHS; t++) all[t] += scores[rule][t][s];
    for (int s = MOST - 1; s >= 0; s--) {
        area += scores[rule][0][s] * (above[1] + scores[rule][1][s] / 2);
        for (int t = 0; t < CC_TRUTHS; t++) above[t] += scores[rule][t][s];
        if (s == 0 || s > w->screened.highest) continue;
        snprintf(key, sizeof key, ",%s,%d,sensitivity", cc_missing_word(rule), s);
        NEAR(expected(w, key), above[1] / all[1], 1e-12);
        snprintf(key, sizeof key, "sex=m,%s,%d,specificity", cc_missing_word(rule), s);
        OK(fabs(expected(w, key) - (1 - above[0] / all[0])) < 1e-14);
    }
    snprintf(key, sizeof key, ",%s,,auc", cc_missing_word(rule));
    NEAR(expected(w, key), area / all[0] / all[1], 1e-12);
}

static void test_rules(void)
{
    static const char *const rules[] = { "sum", "count", "count >= 2", "any >= 3", "max" };
    static const size_t first[] = { 0, 1, 2, 3 };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct world w;
        struct cc_error err = { 0 };
        struct cc_tool_answer answers[ITEMS];
        const char *rows = strncmp(rules[i], "any", 3) ? PEOPLE ANSWERS : PEOPLE ANSWERS "screening.cutoff,1\n";
        if (!OK(open_world(&w, tool(rules[i]), rows, &err) == CC_OK))
            printf("# %s %s:%zu:%zu %s\n", rules[i], err.file, err.line, err.column, err.text);
        else {
            struct cc_tool_form form = { w.screened.tool, first };
            memset(scores, 0, sizeof scores);
            enumerate(&form, answers, 0, (const double[]){ 1, 1 });
            for (enum cc_missing rule = CC_MISSING_COMPLETE; rule < CC_MISSING_RULES; rule++) compare(&w, rule);
        }
        close_world(&w);
    }
}

/* ---- closed forms ---- */

#define RAFT                                                                            \
    "screening.prevalence,10000\nscreening.answers.trafficked,yes=3;no=7\n"              \
    "screening.answers.other,yes=1;no=19\n"

static void test_closed_forms(void)
{
    struct world w;
    struct cc_error err = { 0 };
    OK(open_world(&w, "raft", PEOPLE RAFT "screening.prevalence.f,40000\nscreening.rescreens,1=1;2=3\n"
                  "screening.verified.others,20000\nscreening.verified.others.trafficked,60000\n"
                  "screening.reference.sensitivity,80000\nscreening.raters,2\nscreening.rating,lo=1;hi=3\n"
                  "screening.rater_error,20000\nscreening.rater_error.2,50000\n", &err) == CC_OK);
    double se = 1 - pow(.7, 4), sp = pow(.95, 4), p = .25 * .4 + .75 * .1;
    NEAR(expected(&w, ",,,prevalence"), p, 1e-12);
    NEAR(expected(&w, "sex=f,,,prevalence"), .4, 1e-12);
    NEAR(expected(&w, ",no,1,sensitivity"), se, 1e-12);
    NEAR(expected(&w, ",no,1,specificity"), sp, 1e-12);
    NEAR(expected(&w, ",no,1,flag_rate"), p * se + (1 - p) * (1 - sp), 1e-12);
    NEAR(expected(&w, ",no,1,ppv"), p * se / (p * se + (1 - p) * (1 - sp)), 1e-12);
    NEAR(expected(&w, ",no,1,sensitivity_any"), 1 - .25 * pow(1 - se, 2) - .75 * pow(1 - se, 3), 1e-12);
    NEAR(expected(&w, ",no,1,specificity_any"), .25 * pow(sp, 2) + .75 * pow(sp, 3), 1e-12);
    NEAR(expected(&w, ",no,1,naive_se"), se / (se + (1 - se) * .6), 1e-12);
    double q = p * (1 - se) * .6 / (p * (1 - se) * .6 + (1 - p) * sp * .2); /* of the verified, not flagged */
    NEAR(expected(&w, ",no,1,bg_se"), p * se / (p * se + q * (p * (1 - se) + (1 - p) * sp)), 1e-12);
    double with = p * .8, without = p * .2 + (1 - p); /* the reference never errs upwards */
    NEAR(expected(&w, ",no,1,sensitivity_against_reference"), p * .8 * se / with, 1e-12);
    NEAR(expected(&w, ",no,1,specificity_against_reference"), (p * .2 * (1 - se) + (1 - p) * sp) / without, 1e-12);
    NEAR(expected(&w, "raters=1-2,,,kappa"), .4, 1e-12);
    NEAR(expected(&w, "raters=1-2,,,agreement"), .4 + .6 * .625, 1e-12);
    close_world(&w);
}

static void test_undefined(void)
{
    struct world w;
    struct cc_error err = { 0 };
    OK(open_world(&w, "raft", PEOPLE RAFT "screening.prevalence.f,0\nscreening.change_month,1\nscreening.raters,2\n"
                  "screening.rating,one=1\nscreening.rater_error,5\n", &err) == CC_OK);
    OK(isnan(expected(&w, "sex=f,no,1,sensitivity")) && isnan(expected(&w, "sex=f,complete,,auc")));
    OK(isnan(expected(&w, "period=before,,,prevalence")) && isnan(expected(&w, "raters=1-2,,,kappa")));
    NEAR(expected(&w, "sex=f,no,1,specificity"), pow(.95, 4), 1e-12);
    NEAR(expected(&w, "period=after,,,prevalence"), .075, 1e-12);
    close_world(&w);
}

/* ---- sites and periods override, the most special setting first ---- */

static void test_overrides(void)
{
    struct world w;
    struct cc_error err = { 0 };
    OK(open_world(&w, "raft", "screening.sex,f=1\nscreening.age,11-17=1\nscreening.language,x=1\nscreening.months,10\n"
                  "screening.site,a=1;b=3\n" RAFT "screening.change_month,4\nscreening.after.prevalence,20000\n"
                  "screening.at.b.prevalence,30000\nscreening.after.at.b.prevalence.f,50000\n"
                  "screening.at.a.answers.trafficked.r2,yes=1\n", &err) == CC_OK);
    NEAR(expected(&w, "site=a,,,prevalence"), .3 * .1 + .7 * .2, 1e-12);
    NEAR(expected(&w, "site=b,,,prevalence"), .3 * .3 + .7 * .5, 1e-12);
    NEAR(expected(&w, "period=after,,,prevalence"), .25 * .2 + .75 * .5, 1e-12);
    NEAR(expected(&w, "site=a,no,1,sensitivity"), 1, 1e-12);
    NEAR(expected(&w, "site=b,no,1,sensitivity"), 1 - pow(.7, 4), 1e-12);
    close_world(&w);
}

/* ---- what cannot be used ---- */

static void refused(const char *tool_name, const char *rows, size_t line, size_t column, const char *text)
{
    struct world w;
    struct cc_error err = { 0 };
    OK(open_world(&w, tool_name, rows, &err) == CC_EDATA);
    if (!OK(err.line == line && err.column == column)) printf("# %zu:%zu\n", err.line, err.column);
    SAME(err.text, text);
    close_world(&w);
}

static void test_refusals(void)
{
    refused("raft", PEOPLE, 0, 0, "the scenario has no setting 'screening.prevalence.f'");
    refused("raft", PEOPLE RAFT "screening.month,5\n", 10, 1, "no such setting: 'screening.month'");
    refused("raft", PEOPLE RAFT "screening.after.prevalence,5\n", 10, 1,
            "no such setting: 'screening.after.prevalence'");
    refused("raft", PEOPLE RAFT "screening.prevalence.f,100001\n", 10, 2,
            "screening.prevalence.f must be a whole number from 0 to 100000");
    refused("raft", PEOPLE RAFT "screening.second.sensitivity,a=1\n", 10, 2,
            "screening.second.sensitivity must be a whole number from 0 to 100000");
    refused("raft", PEOPLE RAFT "screening.answers.other.r3,maybe=1\n", 10, 2, "screening.answers.other.r3 has 'maybe',"
            " which is no answer with a value of item r3");
    refused("raft", PEOPLE RAFT "screening.change_month,13\n", 10, 2, "screening.change_month is after the last month");
    refused("raft", PEOPLE RAFT "screening.rescreens,1-13=1\n", 10, 2, "screening.rescreens must be 12 at most");
    refused("raft", PEOPLE RAFT "screening.missing,100000\n", 10, 2,
            "screening.missing must be a whole number from 0 to 99999");
    refused("raft", PEOPLE RAFT "screening.raters,2\n", 0, 0, "the scenario has no setting 'screening.rating'");
    refused("raft", PEOPLE RAFT "screening.raters,10\n", 10, 2, "screening.raters must be a whole number from 0 to 9");
    refused("htiam_14", PEOPLE RAFT, 2, 2, "screening.tool must be a tool whose result is made of items, not of earlier"
            " results");
    refused("no_such_tool", PEOPLE RAFT, 2, 2, "screening.tool must be a tool of `casecount score --list`, or a path");
    refused("cans_cse", PEOPLE RAFT, 0, 0, "the scenario has no setting 'screening.numbered.CX#'");
    refused("rescue_restore", PEOPLE RAFT, 0, 0, "the scenario has no setting 'screening.cutoff'");
    refused("raft=1;qyit", PEOPLE RAFT, 2, 2, "screening.tool must be one tool, such as raft=1");
}

int main(void)
{
    test_rules();
    test_closed_forms();
    test_undefined();
    test_overrides();
    test_refusals();
    return tap_done();
}

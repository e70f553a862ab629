/* Rulesets, and what the kinds of rules find: each on a small file, told as "record element rule class". */
#include "datasets/validate/cc_validate.h"
#include "tests/scratch.h"
#include "tests/tap.h"

#define RULES "id,kind,scope,elements,when,holds,class,severity,limit,first_year,last_year\n"

static char codebook_path[160], rules_path[160], data_path[160], other_path[160];
static char told[4000], problem[600];

static const char codebook_text[] =
    "name,type,format,codes,unknown,blank,range\n"
    "(codebook),,,,,,\n"
    "ID,id,,,,never,\n"
    "SEX,code,,1=m;2=f;9=unknown,9,never,\n"
    "AGE,integer,,77=unborn;99=unknown,99,not applicable,00-20\n"
    "START,date,yyyy-mm-dd,,,not applicable,\n"
    "STOP,date,yyyy-mm-dd,,,not applicable,\n"
    "P1ID,id,,,,not applicable,\n"
    "P1SEX,code,,1=m;2=f,,not applicable,\n"
    "P2ID,id,,,,not applicable,\n"
    "P2SEX,code,,1=m;2=f,,not applicable,\n";

static void put(char *path, const char *name, const char *head, const char *text)
{
    char all[6000];
    snprintf(all, sizeof all, "%s%s", head, text);
    snprintf(path, 160, "%s", scratch_text(name, all));
}

static bool found(void *user, const struct cc_finding *f)
{
    (void)user;
    size_t n = strlen(told);
    snprintf(told + n, sizeof told - n, "%llu %s %s %s;", (unsigned long long)f->record, f->element, f->rule->id,
             cc_rule_class_word(f->class));
    return true;
}

static struct cc_validate_result *run(const char *rules, const char *data, const char *other)
{
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    struct cc_ruleset *rs = NULL;
    struct cc_validate_result *v = NULL;
    *told = *problem = '\0';
    put(codebook_path, "book.csv", "", codebook_text);
    put(rules_path, "rules.csv", RULES "(ruleset),,,book,,by ID,,,10,,\n", rules);
    put(data_path, "data.csv", "", data);
    if (other) put(other_path, "other.csv", "", other);
    enum cc_status st = cc_codebook_load(codebook_path, &cb, &err);
    if (st == CC_OK) st = cc_ruleset_load(rules_path, &rs, &err);
    struct cc_validate_job job = { .path = data_path, .codebook = cb, .rules = rs, .as_of = "2024-05-31",
                                   .previous = other ? other_path : NULL, .found = found };
    if (st == CC_OK) st = cc_validate(&job, &v, &err);
    if (st != CC_OK) snprintf(problem, sizeof problem, "%zu:%zu %.400s", err.line, err.column, err.text);
    if (v) { /* borrowed rules are gone with the ruleset: keep no more than numbers */
        struct cc_table t = { 0 };
        OK(cc_validate_table(&job, v, &t) && t.rows > 0);
        cc_table_free(&t);
    }
    cc_ruleset_free(rs);
    cc_codebook_free(cb);
    return v;
}

static const char *tell(const char *rules, const char *data)
{
    cc_validate_free(run(rules, data, NULL));
    return *problem ? problem : told;
}

static void test_rows(void)
{
    SAME(tell("A,record,,SEX;AGE,AGE < 10,SEX = 1,,,,,\n", "ID,SEX,AGE\na,1,9\nb,2,9\nc,2,10\nd,9,3\n"),
         "2 SEX A inconsistent;2 AGE A inconsistent;");
    SAME(tell("A,codebook,,*,,,,,,,\n", "ID,SEX,AGE\na,,\nb,3,21\n,1,77\n"),
         "1 SEX A missing;2 SEX A invalid;2 AGE A invalid;3 ID A missing;");
    SAME(tell("A,codebook,,*;-SEX,,,invalid,,,,\n", "ID,SEX,AGE\na,,\nb,3,21\n,1,77\n"), "2 AGE A invalid;");
    SAME(tell("A,required,,AGE;START,SEX = 2,,,,,,\n", "ID,SEX,AGE,START\na,1,,\nb,2,,2024-01-01\n"),
         "2 AGE A missing;");
    SAME(tell("A,record,,P#ID;P#SEX,,not (blank(P#ID) and P#SEX = 1),,,,,\n",
              "ID,P1ID,P1SEX,P2ID,P2SEX\na,x,1,,1\nb,,2,y,1\nc,,1,,1\n"),
         "1 P2ID A inconsistent;1 P2SEX A inconsistent;3 P1ID A inconsistent;3 P1SEX A inconsistent;"
         "3 P2ID A inconsistent;3 P2SEX A inconsistent;");
    SAME(tell("X,exempt,,,AGE >= 18,,,,,,\nA,record,,SEX,,SEX = 1,,,,,\n", "ID,SEX,AGE\na,2,18\nb,2,17\n"),
         "2 SEX A inconsistent;");
    SAME(tell("A,record,,START,,START <= :as_of and START >= :period_start,,,,,\n",
              "ID,START\na,2024-05-31\nb,2024-06-01\nc,2024-03-31\n"),
         "2 START A inconsistent;3 START A inconsistent;");
    SAME(tell("A,record,,SEX,,SEX = 1,,,,2025,\nB,record,,SEX,,SEX = 1,,,,,2024\n", "ID,SEX\na,2\n"),
         "1 SEX B inconsistent;");
}

static void test_across(void)
{
    SAME(tell("A,unique,,ID,SEX = 1,,,,,,\n", "ID,SEX\na,1\na,2\nb,1\na,1\na,1\n"),
         "4 ID A cross-file;5 ID A cross-file;");
    SAME(tell("A,same,,SEX;AGE,,by ID within 2,,,,,\n", "ID,SEX,AGE\na,9,10\na,1,12\na,2,13\nb,2,1\nb,2,77\n"),
         "3 SEX A inconsistent;3 AGE A inconsistent;5 AGE A inconsistent;");
    SAME(tell("A,same,,P#SEX,,by P#ID,,,,,\n", "ID,P1ID,P1SEX,P2ID,P2SEX\na,x,1,y,2\nb,y,1,z,1\n"),
         "1 P2SEX A inconsistent;");
    SAME(tell("A,some,,SEX,SEX = 1,by ID: AGE < 5,,,,,\n", "ID,SEX,AGE\na,1,9\na,2,4\nb,1,9\nb,2,5\nc,2,9\nd,1,99\n"),
         "3 SEX A inconsistent;");
    SAME(tell("A,before,,START;STOP,SEX = 2,by ID: SEX = 1,,,,,\n",
              "ID,SEX,START,STOP\na,1,,2024-01-05\na,2,2024-01-06,\nb,2,2024-01-04,\nb,1,,2024-01-04\n"),
         "2 START A inconsistent;2 STOP A inconsistent;");
    SAME(tell("A,order,,START;STOP,,by ID,,,,,\n",
              "ID,START,STOP\na,2024-01-01,2024-02-01\na,2024-02-01,\n"
              "a,2024-03-01,2024-04-01\na,2023-12-01,2024-01-01\n"),
         "3 START A inconsistent;3 STOP A inconsistent;");
    SAME(tell("A,order,,START,,by ID,,,,,\n", "ID,START\na,2024-01-01\nb,2023-01-01\na,2023-12-31\na,2024-01-01\n"),
         "3 START A inconsistent;");
}

static void test_numbers(void)
{
    struct cc_validate_result *v = run("A,share,,SEX,AGE < 20,SEX = 1,,,>=50,,\nB,record,,SEX,,SEX = 1,,,,,\n",
                                       "ID,SEX,AGE\na,1,1\nb,2,1\nc,2,1\nd,9,1\ne,1,\n", NULL);
    if (OK(v != NULL)) {
        OK(v->records == 5 && v->exempt == 0 && v->rule_count == 2);
        OK(v->rules[0].tested == 3 && v->rules[0].failed == 1 && v->rules[0].unknown == 1 && v->rules[0].over);
        OK(v->rules[1].tested == 4 && v->rules[1].failed == 2 && v->rules[1].unknown == 1);
        OK(v->elements[1].carried == 5 && v->elements[1].failed[CC_CLASS_INCONSISTENT] == 2 && v->elements[1].over);
        OK(v->elements[2].carried == 4 && !v->elements[2].over);
    }
    cc_validate_free(v);
    v = run("A,previous,,ID,,dropped by ID: blank(STOP),,,40,,\nB,previous,,ID,SEX = 1,kept by ID,,,,,\n"
            "C,previous,,AGE,,same by ID later 0 to 1,,,,,\nD,previous,,SEX,,change from 2,,,50,,\n",
            "ID,SEX,AGE,STOP\na,1,5,\nb,2,8,\nx,2,1,\ny,2,1,\n",
            "ID,SEX,AGE,STOP\na,1,4,\nb,1,9,\nc,1,1,\nd,2,1,2024-01-01\n");
    if (OK(v != NULL)) {
        OK(v->rules[0].tested == 4 && v->rules[0].failed == 1 && !v->rules[0].over);
        OK(v->rules[1].tested == 3 && v->rules[1].failed == 1);
        OK(v->rules[2].tested == 2 && v->rules[2].failed == 1);
        OK(v->change_count == 2 && v->changes[0].before == 3 && v->changes[0].now == 1 && v->rules[3].over);
    }
    SAME(told, "2 AGE C cross-file;");
    cc_validate_free(v);
}

static void test_errors(void)
{
    const char *data = "ID,SEX\na,1\n";
    SAME(tell("A,record,,SEX,,SEX = 1 and AGE < 3,,,,,\n", data), "");
    SAME(tell("A,record,,SEX,,,,,,,\n", data), "3:6 a rule of kind 'record' needs a condition");
    SAME(tell("A,some,,SEX,,by ID,,,,,\n", data), "3:6 'by KEY, ...: CONDITION' is needed here");
    SAME(tell("A,same,,SEX,,by ID within x,,,,,\n", data),
         "3:6 'by KEY, ...' or another clause of the kind is needed here");
    SAME(tell("A,same,,SEX,,by IDD,,,,,\n", data),
         "3:6 rule A, holds: 'IDD' is no variable of codebook book; did you mean 'ID'?");
    SAME(tell("A,before,,START,,by ID,,,,,\n", data), "3:4 rule A, elements: two elements are needed here: A;B");
    SAME(tell("A,record,remowal,SEX,,SEX = 1,,,,,\n", data),
         "3:3 rule A, scope: 'remowal' is no group of codebook book");
    SAME(tell("A,record,,SEX,,SEX = :day,,,,,\n", data),
         "3:6 rule A, holds: parameter :day is not given (--param day=...) (character 7)");
    SAME(tell("A,record,,Q#,,Q#A = 1,,,,,\n", data), "3:5 rule A, when: no number stands for '#' in all names");
}

static void test_limits(void)
{
    struct cc_limit most = { .given = true, .percent = 5 }, least = { true, true, false, 1 },
        above = { true, false, true, 0 };
    struct cc_limit none = { 0 };
    char text[40];
    OK(!cc_limit_exceeded(&most, 5) && cc_limit_exceeded(&most, 5.01) && !cc_limit_exceeded(&none, 100));
    OK(cc_limit_exceeded(&least, .99) && !cc_limit_exceeded(&least, 1));
    OK(cc_limit_exceeded(&above, 0) && !cc_limit_exceeded(&above, .001));
    SAME(cc_limit_text(&least, text), ">=1");
    SAME(cc_limit_text(&none, text), "");
}

/* More rows than a block has, so that what is kept goes on from block to block. */
static void test_blocks(void)
{
    size_t rows = 5000, n = 0;
    char *data = malloc(rows * 16 + 64);
    n += (size_t)sprintf(data, "ID,SEX\n");
    for (size_t i = 0; i < rows; i++) n += (size_t)sprintf(data + n, "%zu,%d\n", i % 4999, i % 37 ? 1 : 2);
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    struct cc_ruleset *rs = NULL;
    struct cc_validate_result *v = NULL;
    put(codebook_path, "book.csv", "", codebook_text);
    put(rules_path, "rules.csv", RULES "(ruleset),,,book,,,,,10,,\n",
        "A,unique,,ID,,,,,,,\nB,record,,SEX,,SEX = 1,,,,,\n");
    snprintf(data_path, sizeof data_path, "%s", scratch_text("data.csv", data));
    OK(cc_codebook_load(codebook_path, &cb, &err) == CC_OK && cc_ruleset_load(rules_path, &rs, &err) == CC_OK);
    struct cc_validate_job job = { .path = data_path, .codebook = cb, .rules = rs };
    if (OK(cc_validate(&job, &v, &err) == CC_OK)) {
        OK(v->records == rows && v->rules[0].failed == 1 && v->rules[0].tested == rows);
        OK(v->rules[1].failed == 136 && v->elements[1].failed[CC_CLASS_NONE] == 136 && !cc_validate_is_over(v));
    }
    cc_validate_free(v);
    cc_ruleset_free(rs);
    cc_codebook_free(cb);
    free(data);
}

int main(void)
{
    test_rows();
    test_across();
    test_numbers();
    test_errors();
    test_limits();
    test_blocks();
    return tap_done();
}

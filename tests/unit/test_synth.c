/* Random numbers, scenarios, crosstabs, and what every made-up family and child must satisfy. */
#include "datasets/base/cc_date.h"
#include "datasets/base/cc_intern.h"
#include "datasets/synth/cc_crosstab.h"
#include "datasets/synth/cc_synth_ncands.h"
#include "tests/scratch.h"
#include "tests/tap.h"

/* ---- random numbers ---- */

static void test_random(void)
{
    /* The sequence of SplitMix64 from state 1234567, as its authors' C code gives it. */
    struct cc_random r = { 1234567 };
    OK(cc_random_next(&r) == 6457827717110365317u);
    OK(cc_random_next(&r) == 3203168211198807973u);
    OK(cc_random_next(&r) == 9817491932198370423u);
    int seen[6] = { 0 }, often = 0;
    for (int i = 0; i < 60000; i++) {
        int32_t x = cc_random_between(&r, -2, 3);
        if (x >= -2 && x <= 3) seen[x + 2]++;
        often += cc_random_chance(&r, 25000);
    }
    for (int i = 0; i < 6; i++) OK(seen[i] > 9600 && seen[i] < 10400); /* 4 standard deviations */
    OK(often > 14500 && often < 15500);
    OK(!cc_random_chance(&r, 0));
    OK(cc_random_chance(&r, 100000));
    struct cc_random a = cc_random_start(7, 1, 2, 3), b = cc_random_start(7, 1, 3, 2);
    OK(cc_random_next(&a) != cc_random_next(&b));
}

static void test_ids(void)
{
    struct cc_intern *ids = cc_intern_alloc();
    char id[13];
    for (uint64_t i = 0; ids && i < 200000; i++) {
        cc_random_id(7, 1, i, id);
        cc_intern_number(ids, id, 12);
    }
    OK(ids && cc_intern_count(ids) == 200000); /* no two alike */
    OK(!strncmp(id, "SYN", 3) && strlen(id) == 12);
    cc_intern_free(ids);
}

/* ---- scenarios ---- */

struct answer {
    int64_t number;
    const struct cc_margin *margin, *quantity;
};

static const struct cc_wish wishes[] = {
    { "n", CC_WISH_NUMBER, offsetof(struct answer, number) },
    { "m", CC_WISH_MARGIN, offsetof(struct answer, margin) },
    { "q", CC_WISH_QUANTITY, offsetof(struct answer, quantity) },
};

/* "" if the scenario can be used, else its error as "line: text". */
static const char *scenario(const char *rows)
{
    static char out[700];
    char text[1000];
    snprintf(text, sizeof text, "setting,value\n%s", rows);
    const char *path = scratch_bytes("s.csv", text, strlen(text));
    struct cc_scenario *s = NULL;
    struct cc_error err = { 0 };
    struct answer a = { 0 };
    *out = '\0';
    enum cc_status st = cc_scenario_load(path, &s, &err);
    if (st == CC_OK) st = cc_scenario_bind(s, wishes, 3, &a, &err);
    if (st == CC_OK) st = cc_scenario_all_used(s, &err);
    if (st != CC_OK) snprintf(out, sizeof out, "%zu: %s", err.line, err.text);
    cc_scenario_free(s);
    return out;
}

static void test_scenario_errors(void)
{
    SAME(scenario("n,5\nm,a=1;(blank)=2\nq,0-4=1;9=2\n"), "");
    SAME(scenario("n,5\nm,a=1\n"), "0: the scenario has no setting 'q'");
    SAME(scenario("n,5\nm,a=1\nq,1=1\nx,1\n"), "5: no such setting: 'x'");
    SAME(scenario("n,5\nn,6\nm,a=1\nq,1=1\n"), "3: this setting was given before: 'n'");
    SAME(scenario("n,five\n"), "2: expected a whole number or code=weight;..., found 'five'");
    SAME(scenario("n,-5\n"), "2: expected a whole number or code=weight;..., found '-5'");
    SAME(scenario("n,\n"), "2: there is no value for 'n'");
    SAME(scenario("m,a=1;b\n"), "2: expected code=weight, found 'b'");
    SAME(scenario("m,a=1.5\n"), "2: expected a whole weight, found '1.5'");
    SAME(scenario("m,=1\n"), "2: this cannot be a code: ''");
    SAME(scenario("m,\"a,b=1\"\n"), "2: this cannot be a code: 'a,b'");
    SAME(scenario("m,a=0\n"), "2: all weights are 0 in 'a=0'");
    SAME(scenario("n,a=1\nm,a=1\nq,1=1\n"), "2: n must be a whole number");
    SAME(scenario("n,1\nm,1\nq,1=1\n"), "3: m must be code=weight;...");
    SAME(scenario("n,1\nm,a=1\nq,4-1=1\n"), "4: q must be number=weight;low-high=weight;...");
    SAME(scenario("include,/nowhere/at-all.csv\n"),
         "0: there is no scenario '/nowhere/at-all.csv' (a name in scenarios/, or a path)");
}

static void test_include(void)
{
    char base[128], text[400];
    snprintf(base, sizeof base, "%s", scratch_path("base.csv"));
    scratch_bytes("base.csv", "setting,value\nn,1\nm,a=1\nq,3=1\n", 30);
    snprintf(text, sizeof text, "setting,value\nn,2\ninclude,%s\n", base);
    struct cc_scenario *s = NULL;
    struct cc_error err = { 0 };
    struct answer a = { 0 };
    OK(cc_scenario_load(scratch_bytes("own.csv", text, strlen(text)), &s, &err) == CC_OK);
    OK(s && cc_scenario_bind(s, wishes, 3, &a, &err) == CC_OK);
    OK(a.number == 2); /* its own, although the other file comes later */
    OK(a.quantity && a.quantity->low[0] == 3);
    cc_scenario_free(s);
    snprintf(text, sizeof text, "setting,value\ninclude,%s\n", scratch_path("loop.csv"));
    scratch_bytes("loop.csv", text, strlen(text));
    OK(cc_scenario_load(scratch_path("loop.csv"), &s, &err) == CC_EDATA);
    OK(strstr(err.text, "include each other") != NULL);
}

static void test_margin(void)
{
    const char *codes[] = { "a", "", "b" };
    uint32_t upto[] = { 1, 1, 4 }; /* the second never */
    int32_t low[] = { 5, 0, 7 }, high[] = { 5, 0, 9 };
    struct cc_margin m = { codes, upto, low, high, 3 };
    struct cc_random r = cc_random_start(1, 2, 3, 4);
    int first = 0, never = 0, outside = 0;
    for (int i = 0; i < 40000; i++) {
        size_t k = cc_margin_draw(&m, &r);
        first += k == 0;
        never += k == 1;
        int32_t q = cc_margin_quantity(&m, &r);
        outside += q != 5 && (q < 7 || q > 9);
    }
    OK(first > 9600 && first < 10400);
    OK(never == 0 && outside == 0);
}

/* ---- crosstabs ---- */

static void test_crosstab(void)
{
    static const char *const years[] = { "2023", "2024" }, *const sexes[] = { "1", "a, b" };
    struct cc_crosstab t = { .name = "t", .unit = "child", .by = { { "ffy", years, 2 }, { "sex", sexes, 2 } },
                             .dimensions = 2, .keep_first = true };
    OK(cc_crosstab_open(&t));
    const size_t cells[][2] = { { 1, 0 }, { 1, 1 }, { 1, 1 } };
    for (size_t i = 0; i < 3; i++) cc_crosstab_add(&t, cells[i]);
    char text[400] = "";
    FILE *f = fopen(scratch_path("t.csv"), "w+");
    cc_crosstab_write(&t, f);
    rewind(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    SAME(text, "t,ffy=2023,child,0\nt,ffy=2024,child,3\n"
               "t,ffy=2024;sex=1,child,1\nt,\"ffy=2024;sex=a, b\",child,2\n");
    cc_crosstab_close(&t);
}

/* ---- the population ---- */

struct world {
    struct cc_scenario *scenario;
    struct cc_afcars afcars;
    struct cc_ncands ncands;
};

static bool open_world(struct world *w, uint64_t seed)
{
    struct cc_error err = { 0 };
    enum cc_status st = cc_scenario_load("datasets/scenarios/jefferson-screening.csv", &w->scenario, &err);
    if (st == CC_OK) st = cc_afcars_open(&w->afcars, w->scenario, seed, 2024, 3000, &err);
    if (st == CC_OK) st = cc_ncands_open(&w->ncands, w->scenario, seed, 2024, &w->afcars, &err);
    if (st != CC_OK) printf("# %s\n", err.text);
    return st == CC_OK;
}

static void test_families(const struct world *w)
{
    struct cc_ncands_family f, again;
    int order = 0, year = 0, named = 0, planted = 0, trafficked = 0, drawn = 0, same = 0, girls = 0, aged = 0;
    int64_t records = 0, children = 0;
    for (uint64_t i = 0; i < 20000; i++) {
        cc_ncands_family(&w->ncands, i, &f);
        for (int p = 0; p < f.report_count; p++) {
            order += f.reports[p].received <= f.reports[p].disposed;
            year += cc_date_fiscal_year(f.reports[p].disposed) == 2024;
            bool any = false;
            for (int k = 0; k < f.record_count; k++) any = any || f.records[k].report == p;
            named += any;
            drawn++;
        }
        for (int c = 0; c < f.child_count; c++) {
            int sevens = 0;
            for (int k = 0; k < f.record_count; k++)
                for (int s = 0; s < CC_SLOTS; s++) sevens += f.records[k].child == c && f.records[k].type[s] == 7;
            bool t = f.children[c].trafficking != CC_TRAFFICKING_NONE;
            planted += sevens == t;
            if (t && !f.children[c].in_care) trafficked++, girls += f.children[c].person.sex == '2';
            int32_t birth = f.children[c].person.birth, latest = w->ncands.end;
            aged += cc_date_age(birth, latest) <= 24;
        }
        records += f.record_count;
        children += f.child_count;
        cc_ncands_family(&w->ncands, i, &again);
        same += again.record_count == f.record_count && again.reports[0].received == f.reports[0].received
            && again.children[0].person.birth == f.children[0].person.birth;
    }
    OK(order == drawn && year == drawn && named == drawn);
    OK(planted == children && aged == children);
    OK(same == 20000);
    OK(records * 100 > children * 125 && records * 100 < children * 140);
    OK(trafficked > 150 && girls * 100 > trafficked * 80 && girls * 100 < trafficked * 97);
}

static void test_care(const struct world *w)
{
    struct cc_afcars_child c;
    struct cc_afcars_record o;
    int wrong = 0, changed = 0, twice = 0, missing = 0, served = 0;
    for (uint64_t i = 0; i < w->afcars.pool; i++) {
        cc_afcars_child(&w->afcars, i, &c);
        served += cc_afcars_served(&w->afcars, &c, 1);
        const struct cc_afcars_episode *last = &c.episodes[c.episode_count - 1];
        wrong += cc_date_age(c.person.birth, last->exit) > 20;
        wrong += c.in_care != CC_NEVER && (c.in_care < c.episodes[0].removal || c.in_care > c.episodes[0].exit);
        for (int e = 0; e < c.episode_count; e++) {
            const struct cc_afcars_episode *p = &c.episodes[e];
            wrong += p->removal < c.person.birth || p->exit < p->removal || (e && p->removal <= p[-1].exit);
            char before[2] = { 0 };
            for (int half = 2; half < CC_HALVES; half++) {
                if (!cc_afcars_record(&w->afcars, &c, e, half, &o)) continue;
                wrong += o.exit != CC_NEVER && (o.exit < w->afcars.start[half] || o.exit > w->afcars.end[half]);
                wrong += (o.in_care_count > 0) != (o.in_care_police == '1');
                for (int k = 0; k < o.in_care_count; k++) wrong += o.in_care_days[k] < o.removal;
                for (int k = 0; k < o.before_count; k++) wrong += o.before_days[k] > w->afcars.end[half];
                missing += o.missing_from_care;
                before[half - 2] = o.in_care;
            }
            changed += before[0] == '0' && before[1] == '1';
        }
        twice += c.episode_count > 1;
    }
    OK(served == 3000);
    OK(wrong == 0);
    OK(changed > 0 && twice > 30 && missing > 20);
}

int main(void)
{
    test_random();
    test_ids();
    test_scenario_errors();
    test_include();
    test_margin();
    test_crosstab();
    struct world w = { 0 };
    if (OK(open_world(&w, 7))) {
        test_families(&w);
        test_care(&w);
    }
    cc_scenario_free(w.scenario);
    return tap_done();
}

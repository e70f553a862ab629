/* Made-up children as a state submits them, and errors planted into their records. */
#include "datasets/synth/cc_synth_plant.h"
#include "datasets/synth/cc_synth_submit.h"

#include "datasets/base/cc_date.h"
#include "datasets/synth/cc_synth_clean.h"
#include "tests/scratch.h"
#include "tests/tap.h"

enum { CHILDREN = 8000, FAMILIES = 3000 };

struct world {
    struct cc_scenario *scenario;
    struct cc_afcars afcars;
    struct cc_ncands ncands;
    struct cc_synth_layout care, report;
    struct cc_synth_submit submit;
};

static bool open_world(struct world *w, struct cc_error *err)
{
    return cc_scenario_load("jefferson", &w->scenario, err) == CC_OK
        && cc_afcars_open(&w->afcars, w->scenario, 11, 2023, CHILDREN, err) == CC_OK
        && cc_ncands_open(&w->ncands, w->scenario, 11, 2023, &w->afcars, err) == CC_OK
        && cc_synth_afcars_layout(&w->care, w->scenario, err) == CC_OK
        && cc_synth_ncands_layout(&w->report, w->scenario, err) == CC_OK
        && cc_synth_submit_open(&w->submit, &w->care, &w->afcars, err) == CC_OK;
}

static void close_world(struct world *w)
{
    cc_synth_submit_close(&w->submit);
    cc_synth_layout_close(&w->care);
    cc_synth_layout_close(&w->report);
    cc_scenario_free(w->scenario);
}

/* Days of the living arrangements of each removal rise, and the first is that of the removal; all that begins ends. */
static int misplaced(const struct world *w, const struct cc_synth_record *r)
{
    int wrong = 0, depth = 0;
    const char *last = "";
    for (size_t i = 0; i < r->count; i++) {
        const struct cc_synth_step *s = &r->steps[i];
        depth += s->kind == CC_STEP_BEGIN ? 1 : s->kind == CC_STEP_END ? -1 : 0;
        if (s->kind == CC_STEP_BEGIN && s->group == w->submit.removal) last = "";
        if (s->kind != CC_STEP_VALUE) continue;
        wrong += !*s->text;
        if (s->variable != w->submit.at[112]) continue;
        wrong += strcmp(last, s->text) >= 0;
        last = s->text;
    }
    return wrong + (depth != 0);
}

static void test_children(struct world *w)
{
    struct cc_synth_record r = { .cb = w->care.cb };
    struct cc_afcars_child c;
    int in_file = 0, wrong = 0, served = 0;
    for (uint64_t i = 0; i < w->afcars.pool; i++) {
        cc_afcars_child(&w->afcars, i, &c);
        bool is = false;
        for (int e = 0; e < c.episode_count; e++)
            is = is || (c.episodes[e].removal <= w->afcars.end[3] && c.episodes[e].exit >= w->afcars.start[3]);
        served += is;
        if (!cc_synth_submit_child(&w->submit, &c, 3, &r)) continue;
        in_file++;
        wrong += misplaced(w, &r);
    }
    OK(in_file > CHILDREN / 2 && in_file == served);
    OK(wrong == 0);
    cc_synth_record_free(&r);
}

static const char *value_of(const struct cc_synth_record *r, size_t variable)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->steps[i].kind == CC_STEP_VALUE && r->steps[i].variable == variable) return r->steps[i].text;
    return "";
}

static void test_plant_record(struct world *w)
{
    struct cc_synth_record r = { .cb = w->care.cb };
    struct cc_plants p;
    struct cc_error err = { 0 };
    struct cc_afcars_child c;
    if (!OK(cc_plants_load(w->care.cb, &p, &err) == CC_OK)) return;
    p.start = w->afcars.start[3];
    p.end = w->afcars.end[3];
    p.before = w->afcars.end[2];
    int early = 0, late = 0;
    for (uint64_t i = 0; i < w->afcars.pool; i++) {
        cc_afcars_child(&w->afcars, i, &c);
        if (!cc_synth_submit_child(&w->submit, &c, 3, &r)) continue;
        struct cc_random random = cc_random_start(3, CC_STREAM_PLANT, i, 0);
        const struct cc_plant *plant = cc_plant_record(&p, &r, &random);
        if (!plant) continue;
        early += !strcmp(plant->rule, "C20-E4");
        if (!strcmp(plant->rule, "C20-E4")) OK(strlen(value_of(&r, w->submit.at[4])) == 11);
        late += !strcmp(plant->rule, "C20-E5;C20-REM-DOB") && !strcmp(value_of(&r, w->submit.at[5]), "20231001");
    }
    OK(early > 3 && late > 3);
    uint64_t most = 0, least = UINT64_MAX;
    for (size_t i = 0; i < p.count; i++) {
        OK(p.items[i].planted > 0);
        if (p.items[i].group || p.items[i].when_count) continue; /* all that fits every record takes turns */
        if (p.items[i].planted > most) most = p.items[i].planted;
        if (p.items[i].planted < least) least = p.items[i].planted;
    }
    OK(most <= least + 1);
    cc_plants_free(&p);
    cc_synth_record_free(&r);
}

/* Nobody dies who is no victim, no type repeats, each report alleges something, and all are below 18. */
static void test_clean_families(struct world *w)
{
    struct cc_ncands_family f;
    struct cc_synth_clean clean;
    struct cc_plants p;
    struct cc_error err = { 0 };
    int wrong = 0, planted = 0;
    cc_ncands_clean(&w->ncands);
    if (!OK(cc_synth_clean_open(&clean, &w->report.row, &err) == CC_OK)) return;
    if (!OK(cc_plants_load(w->report.cb, &p, &err) == CC_OK)) return;
    for (uint64_t k = 0; k < FAMILIES; k++) {
        cc_ncands_family(&w->ncands, k, &f);
        for (int i = 0; i < f.record_count; i++) {
            const struct cc_ncands_record *o = &f.records[i];
            bool victim = false;
            for (int s = 0; s < CC_SLOTS; s++) {
                victim = victim || o->level[s] == 1 || o->level[s] == 2;
                for (int t = 0; t < s; t++) wrong += o->type[s] && o->type[s] == o->type[t];
            }
            wrong += (o->death == '1' && !victim) || (o->age >= 18 && o->age != CC_AGE_UNBORN);
            cc_synth_ncands_row(&w->report, &w->ncands, &f, i);
            cc_synth_clean_ncands(&clean, &w->ncands, &f, i);
            planted += cc_plant_row(&p, &w->report.row) != NULL;
        }
    }
    OK(wrong == 0);
    OK(planted > FAMILIES);
    for (size_t i = 0; i < p.count; i++) OK(p.items[i].planted > 0);
    cc_plants_free(&p);
    cc_synth_clean_close(&clean);
}

int main(void)
{
    struct world w = { 0 };
    struct cc_error err = { 0 };
    if (OK(open_world(&w, &err))) {
        test_children(&w);
        test_plant_record(&w);
        test_clean_families(&w);
    } else {
        printf("# %s\n", err.text);
    }
    close_world(&w);
    return tap_done();
}

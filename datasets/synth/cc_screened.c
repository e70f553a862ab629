#include "datasets/synth/cc_screened.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

#define PREFIX "screening."
enum { NAME = 200 };

/* ---- finding settings ---- */

/* What is wanted, from the most special setting that there is: [after.][at.SITE.]WHAT[.DETAIL]. */
struct want {
    struct cc_scenario *scenario;
    int period;
    const char *site, *what, *detail; /* site, detail: NULL if there are none */
};

static struct cc_setting *pick(const struct want *w)
{
    enum { NO_DETAIL = 1, NO_SITE = 2, NO_PERIOD = 4, LEAVE_OUT = 8 };
    for (int out = 0; out < LEAVE_OUT; out++) {
        bool after = !(out & NO_PERIOD), site = !(out & NO_SITE), detail = !(out & NO_DETAIL);
        if ((after && w->period != CC_AFTER) || (site && !w->site) || (detail && !w->detail)) continue;
        char name[NAME];
        snprintf(name, sizeof name, PREFIX "%s%s%s%s%s%s%s", after ? "after." : "", site ? "at." : "",
                 site ? w->site : "", site ? "." : "", w->what, detail ? "." : "", detail ? w->detail : "");
        struct cc_setting *set = cc_scenario_find(w->scenario, name);
        if (!set) continue;
        set->used = true;
        return set;
    }
    return NULL;
}

static enum cc_status not_there(const struct want *w, struct cc_error *err)
{
    return cc_error_set(err, CC_EDATA, 0, 0, "the scenario has no setting '" PREFIX "%s%s%s'", w->what,
                        w->detail ? "." : "", w->detail ? w->detail : "");
}

enum { MANDATORY = -1 };

static enum cc_status get_number(const struct want *w, int64_t low, int64_t high, int64_t fallback, int64_t *out,
                                 struct cc_error *err)
{
    const struct cc_setting *set = pick(w);
    char text[80];
    *out = fallback;
    if (!set) return fallback == MANDATORY ? not_there(w, err) : CC_OK;
    *out = set->number;
    if (!set->margin.count && low <= *out && *out <= high) return CC_OK;
    snprintf(text, sizeof text, "must be a whole number from %lld to %lld", (long long)low, (long long)high);
    return cc_setting_error(set, err, text);
}

static enum cc_status get_margin(const struct want *w, bool quantity, bool mandatory, const struct cc_margin **out,
                                 struct cc_error *err)
{
    const struct cc_setting *set = pick(w);
    *out = NULL;
    if (!set) return mandatory ? not_there(w, err) : CC_OK;
    *out = &set->margin;
    if (!set->margin.count) return cc_setting_error(set, err, "must be code=weight;...");
    for (size_t i = 0; i < set->margin.count && quantity; i++)
        if (set->margin.high[i] < 0) return cc_setting_error(set, err, "must be number=weight;low-high=weight;...");
    return CC_OK;
}

/* ---- settings of the whole ---- */

#define AT(member) offsetof(struct cc_screened_settings, member)
static const struct {
    const char *name;
    size_t offset;
    int64_t low, high, fallback;
} numbers[] = {
    { "months", AT(months), 1, 120, 12 },
    { "change_month", AT(change_month), 0, 120, 0 },
    { "second.sensitivity", AT(second_sensitivity), 0, CC_RATE, CC_RATE },
    { "second.specificity", AT(second_specificity), 0, CC_RATE, CC_RATE },
    { "reference.sensitivity", AT(reference_sensitivity), 0, CC_RATE, CC_RATE },
    { "reference.specificity", AT(reference_specificity), 0, CC_RATE, CC_RATE },
    { "raters", AT(raters), 0, CC_SCREENED_RATERS, 0 },
};

static const struct {
    const char *name;
    size_t offset;
    bool quantity, mandatory;
} margins[] = {
    { "sex", AT(sex), false, true }, { "age", AT(age), true, true }, { "language", AT(language), false, true },
    { "site", AT(site), false, true }, { "rescreens", AT(rescreens), true, false },
};

static enum cc_status read_verified(struct cc_screened_settings *set, struct want w, struct cc_error *err)
{
    static const char *const truths[CC_TRUTHS] = { "other", "trafficked" };
    static const char *const names[] = { "verified.others", "verified.flagged" };
    enum cc_status st = CC_OK;
    for (int flagged = 0; flagged < 2; flagged++)
        for (int t = 0; t < CC_TRUTHS && st == CC_OK; t++) {
            w.what = names[flagged];
            w.detail = truths[t];
            st = get_number(&w, 0, CC_RATE, CC_RATE, &set->verified[flagged][t], err);
        }
    return st;
}

static enum cc_status read_raters(struct cc_screened_settings *set, struct want w, struct cc_error *err)
{
    if (!set->raters) return CC_OK;
    w.what = "rating";
    enum cc_status st = get_margin(&w, false, true, &set->rating, err);
    w.what = "rated";
    if (st == CC_OK) st = get_number(&w, 0, CC_RATE, CC_RATE, &set->rated, err);
    for (int i = 0; i < set->raters && st == CC_OK; i++) {
        char detail[16];
        snprintf(detail, sizeof detail, "%d", i + 1);
        w.what = "rater_error";
        w.detail = detail;
        st = get_number(&w, 0, CC_RATE, MANDATORY, &set->rater_error[i], err);
    }
    return st;
}

static enum cc_status read_settings(struct cc_screened *p, struct cc_scenario *s, struct cc_error *err)
{
    struct want w = { .scenario = s };
    struct cc_screened_settings *set = &p->set;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && st == CC_OK; i++) {
        int64_t value;
        w.what = numbers[i].name;
        st = get_number(&w, numbers[i].low, numbers[i].high, numbers[i].fallback, &value, err);
        memcpy((char *)set + numbers[i].offset, &value, sizeof value);
    }
    for (size_t i = 0; i < sizeof margins / sizeof *margins && st == CC_OK; i++) {
        const struct cc_margin *m;
        w.what = margins[i].name;
        st = get_margin(&w, margins[i].quantity, margins[i].mandatory, &m, err);
        memcpy((char *)set + margins[i].offset, &m, sizeof m);
    }
    if (st == CC_OK && set->change_month > set->months)
        return cc_setting_error(cc_scenario_find(s, PREFIX "change_month"), err, "is after the last month");
    for (size_t i = 0; st == CC_OK && set->rescreens && i < set->rescreens->count; i++)
        if (set->rescreens->high[i] > CC_SCREENED_AGAIN)
            return cc_setting_error(cc_scenario_find(s, PREFIX "rescreens"), err, "must be 12 at most");
    if (st == CC_OK) st = read_verified(set, w, err);
    return st == CC_OK ? read_raters(set, w, err) : st;
}

/* ---- the tool ---- */

static const struct cc_tool_result *result_of(const struct cc_screened *p)
{
    return &p->tool->results[p->tool->main];
}

int64_t cc_screened_part(const struct cc_screened *p, const struct cc_tool_item *item, int64_t value)
{
    const struct cc_tool_result *r = result_of(p);
    if (r->rule == CC_TOOL_SUM) return item->weight * value;
    return r->rule == CC_TOOL_MAX ? value : value >= r->at_least;
}

int64_t cc_screened_join(const struct cc_screened *p, int64_t a, int64_t b)
{
    enum cc_tool_rule rule = result_of(p)->rule;
    return rule == CC_TOOL_SUM || rule == CC_TOOL_COUNT ? a + b : a > b ? a : b;
}

static bool is_scored(const struct cc_screened *p, size_t item)
{
    const struct cc_tool_result *r = result_of(p);
    for (size_t i = 0; i < r->part_count; i++)
        if (!r->parts[i].is_result && r->parts[i].index == item) return true;
    return false;
}

/* The scores of a chain of stages are no sum over items: none of the tools that have one can be made. */
static enum cc_status check_tool(struct cc_screened *p, const struct cc_setting *set, struct want w,
                                 struct cc_error *err)
{
    const struct cc_tool_result *r = result_of(p);
    bool plain = !r->gated && r->rule != CC_TOOL_PATTERN;
    for (size_t i = 0; i < r->part_count; i++) plain = plain && !r->parts[i].is_result;
    if (!plain)
        return cc_setting_error(set, err, "must be a tool whose result is made of items, not of earlier results");
    bool has_levels = r->positive < r->level_count;
    w.what = "cutoff";
    return get_number(&w, 1, CC_SCREENED_SCORES, has_levels ? r->levels[r->positive].low : MANDATORY, &p->set.cutoff,
                      err);
}

static enum cc_status load_tool(struct cc_screened *p, struct want w, struct cc_error *err)
{
    const struct cc_margin *m;
    w.what = "tool";
    enum cc_status st = get_margin(&w, false, true, &m, err);
    if (st != CC_OK) return st;
    const struct cc_setting *set = pick(&w);
    if (m->count != 1) return cc_setting_error(set, err, "must be one tool, such as raft=1");
    st = cc_tool_load(m->codes[0], &p->tool, err);
    if (st == CC_EUSAGE) return cc_setting_error(set, err, "must be a tool of `casecount score --list`, or a path");
    return st == CC_OK ? check_tool(p, set, w, err) : st;
}

/* "CN#" is CN1, CN2, ...; other items are one column. */
static enum cc_status add_columns(struct cc_screened *p, const struct cc_tool_item *item, bool scored, struct want w,
                                  size_t *room, struct cc_error *err)
{
    int64_t n = 1;
    size_t stem = strcspn(item->id, "#");
    const char *end = item->id[stem] ? item->id + stem + 1 : ""; /* behind the '#' */
    w.what = "numbered";
    w.detail = item->id;
    enum cc_status st = item->id[stem] ? get_number(&w, 1, 200, MANDATORY, &n, err) : CC_OK;
    for (int64_t i = 1; i <= n && st == CC_OK; i++) {
        char name[NAME];
        if (item->id[stem]) snprintf(name, sizeof name, "%.*s%lld%s", (int)stem, item->id, (long long)i, end);
        else snprintf(name, sizeof name, "%s", item->id);
        if (!cc_grow(&p->items, room, p->item_count + 1, sizeof *p->items)) return cc_error_memory(err);
        struct cc_screened_item *new = &p->items[p->item_count++];
        *new = (struct cc_screened_item){ cc_arena_text(&p->arena, name, strlen(name)), item, 0, scored };
        if (!new->name) return cc_error_memory(err);
        w.what = "missing";
        w.detail = name;
        st = get_number(&w, 0, CC_RATE - 1, 0, &new->missing, err); /* some sheets are complete */
    }
    return st;
}

static enum cc_status read_items(struct cc_screened *p, struct want w, struct cc_error *err)
{
    size_t room = 0;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < p->tool->item_count && st == CC_OK; i++)
        st = add_columns(p, &p->tool->items[i], is_scored(p, i), w, &room, err);
    for (size_t i = 0; i < p->item_count && st == CC_OK; i++) {
        const struct cc_tool_item *item = p->items[i].item;
        if (p->items[i].scored)
            p->highest = cc_screened_join(p, p->highest, cc_screened_part(p, item, item->highest));
    }
    if (st == CC_OK && p->highest > CC_SCREENED_SCORES) {
        w.what = "tool";
        return cc_setting_error(pick(&w), err, "must be a tool with scores of 1000 at most");
    }
    return st;
}

/* ---- sites and periods ---- */

static enum cc_status check_answers(const struct cc_screened_item *item, const struct cc_setting *set,
                                    struct cc_error *err)
{
    char text[NAME + 80];
    for (size_t i = 0; i < set->margin.count; i++) {
        int64_t value;
        const struct cc_tool_code *code = cc_tool_code(item->item, set->margin.codes[i], &value);
        if (code && code->kind == CC_CODE_VALUE) continue;
        snprintf(text, sizeof text, "has '%.40s', which is no answer with a value of item %.100s",
                 set->margin.codes[i], item->name);
        return cc_setting_error(set, err, text);
    }
    return CC_OK;
}

static enum cc_status read_answers(struct cc_screened *p, struct cc_screened_place *place, struct want w,
                                   struct cc_error *err)
{
    static const char *const names[CC_TRUTHS] = { "answers.other", "answers.trafficked" };
    enum cc_status st = CC_OK;
    for (int t = 0; t < CC_TRUTHS && st == CC_OK; t++) {
        place->answers[t] = cc_arena_alloc(&p->arena, p->item_count * sizeof *place->answers[t]);
        if (!place->answers[t]) return cc_error_memory(err);
        for (size_t i = 0; i < p->item_count && st == CC_OK; i++) {
            w.what = names[t];
            w.detail = p->items[i].name;
            st = get_margin(&w, false, true, &place->answers[t][i], err);
            if (st == CC_OK) st = check_answers(&p->items[i], pick(&w), err);
        }
    }
    return st;
}

static enum cc_status read_place(struct cc_screened *p, struct cc_screened_place *place, struct want w,
                                 struct cc_error *err)
{
    const struct cc_margin *sex = p->set.sex;
    enum cc_status st = CC_OK;
    if (!(place->prevalence = cc_arena_alloc(&p->arena, sex->count * sizeof *place->prevalence)))
        return cc_error_memory(err);
    w.what = "prevalence";
    for (size_t i = 0; i < sex->count && st == CC_OK; i++) {
        w.detail = sex->codes[i];
        st = get_number(&w, 0, CC_RATE, MANDATORY, &place->prevalence[i], err);
    }
    return st == CC_OK ? read_answers(p, place, w, err) : st;
}

static enum cc_status read_places(struct cc_screened *p, struct cc_scenario *s, struct cc_error *err)
{
    const struct cc_margin *site = p->set.site;
    enum cc_status st = CC_OK;
    if (!(p->places = cc_arena_alloc(&p->arena, site->count * CC_PERIODS * sizeof *p->places)))
        return cc_error_memory(err);
    for (size_t i = 0; i < site->count; i++)
        for (int period = 0; period < CC_PERIODS && st == CC_OK; period++) {
            struct want w = { .scenario = s, .site = site->codes[i] };
            w.period = p->set.change_month ? period : CC_BEFORE;
            st = read_place(p, &p->places[i * CC_PERIODS + (size_t)period], w, err);
        }
    return st;
}

enum cc_status cc_screened_open(struct cc_screened *p, struct cc_scenario *s, uint64_t seed, int32_t start,
                                struct cc_error *err)
{
    struct want w = { .scenario = s };
    *p = (struct cc_screened){ .seed = seed, .start = start };
    enum cc_status st = read_settings(p, s, err);
    if (st == CC_OK) st = load_tool(p, w, err);
    if (st == CC_OK) st = read_items(p, w, err);
    return st == CC_OK ? read_places(p, s, err) : st;
}

void cc_screened_close(struct cc_screened *p)
{
    cc_tool_free(p->tool);
    free(p->items);
    cc_arena_free(&p->arena);
    *p = (struct cc_screened){ 0 };
}

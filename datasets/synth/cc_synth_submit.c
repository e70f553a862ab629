#include "datasets/synth/cc_synth_submit.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"

enum { RULE_2020 = 19266, /* 1 October 2022 */ COMPLETION = 4096, /* draws of what the flat file lacks */
       VISITS = 6, MONTH = 30, REVIEW = 180, HEARING = 365 };

/* ---- the layout ---- */

enum cc_status cc_synth_submit_open(struct cc_synth_submit *s, struct cc_synth_layout *layout,
                                    const struct cc_afcars *a, struct cc_error *err)
{
    const struct cc_codebook *cb = layout->cb;
    *s = (struct cc_synth_submit){ .layout = layout, .afcars = a, .past.cb = cb };
    static const char *const rule = "removal_rule";
    enum cc_status st = cc_synth_find(cb, &rule, 1, &s->removal_rule, err);
    for (int e = 1; e < CC_ELEMENTS && st == CC_OK; e++) {
        char name[8];
        const char *names[] = { name };
        snprintf(name, sizeof name, "E%d", e);
        st = cc_synth_find(cb, names, 1, &s->at[e], err);
    }
    struct { const char *path; int *group; } groups[] = {
        { "removal", &s->removal }, { "removal/placement", &s->placement }, { "removal/plan", &s->plan },
        { "removal/review", &s->review }, { "removal/hearing", &s->hearing }, { "removal/visit", &s->visit },
        { "tribe", &s->tribe }, { "second_parent", &s->second_parent }, { "prior_report", &s->prior_report },
        { "report", &s->report } };
    for (size_t i = 0; i < sizeof groups / sizeof *groups && st == CC_OK; i++)
        if ((*groups[i].group = cc_synth_group(cb, groups[i].path)) < 0)
            st = cc_error_set(err, CC_EDATA, 0, 0, "the codebook %s has no group %s", cb->name, groups[i].path);
    return st;
}

void cc_synth_submit_close(struct cc_synth_submit *s)
{
    cc_synth_record_free(&s->past);
}

/* ---- elements of the row, by number ---- */

static struct cc_synth_row *row_of(const struct cc_synth_submit *s)
{
    return &s->layout->row;
}

static bool is(const struct cc_synth_submit *s, int e, const char *text)
{
    const struct cc_synth_row *row = row_of(s);
    size_t n = row->sizes[s->at[e]];
    return strlen(text) == n && !memcmp(row->texts[s->at[e]], text, n);
}

static int number(const struct cc_synth_submit *s, int e)
{
    char text[CC_SYNTH_FIELD];
    size_t n = row_of(s)->sizes[s->at[e]];
    memcpy(text, row_of(s)->texts[s->at[e]], n);
    text[n] = '\0';
    return atoi(text);
}

static void put(const struct cc_synth_submit *s, int e, const char *text)
{
    cc_synth_row_text(row_of(s), s->at[e], text);
}

static void put_number(const struct cc_synth_submit *s, int e, unsigned n)
{
    char text[16];
    snprintf(text, sizeof text, "%u", n);
    put(s, e, text);
}

static void put_date(const struct cc_synth_submit *s, int e, int32_t day)
{
    put(s, e, "");
    cc_synth_row_date(row_of(s), s->at[e], day);
}

static void put_all(const struct cc_synth_submit *s, int first, int last, const char *text)
{
    for (int e = first; e <= last; e++) put(s, e, text);
}

static bool any(const struct cc_synth_submit *s, int first, int last)
{
    bool found = false;
    for (int e = first; e <= last; e++) found = found || is(s, e, "1");
    return found;
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* ---- what the flat file leaves out ---- */

static void complete_child(const struct cc_synth_submit *s, const struct cc_afcars_child *c,
                           const struct cc_afcars_record *o, int32_t end, struct cc_random *r)
{
    static const char *const highest[] = { "", "16", "3", "8", "12", "12" }; /* by enrolment */
    int32_t middle = c->person.birth + (o->removal - c->person.birth) / 2; /* between birth and removal */
    if (is(s, 10, "1")) {
        put_date(s, 11, earlier(o->removal + 10, end));
        put(s, 12, "1");
    }
    if (is(s, 23, "1")) {
        put_all(s, 24, 34, "0");
        put(s, 24 + (int)cc_random_below(r, 11), "1");
    }
    put(s, 36, highest[number(s, 35)]);
    put(s, 40, is(s, 39, "1") ? "1" : "9");
    if (is(s, 41, "7")) put(s, 41, "0"); /* only of an abandoned child */
    if (is(s, 44, "7")) put(s, 44, "0");
    if (is(s, 41, "1")) put_date(s, 42, middle);
    if (is(s, 41, "1")) put(s, 43, "0");
    if (is(s, 44, "1")) put_date(s, 45, middle);
    if (is(s, 46, "1")) put_all(s, 47, 54, "0");
    if (is(s, 46, "1")) put(s, 47 + (int)cc_random_below(r, 8), "1");
    int siblings = number(s, 56);
    unsigned in_care = siblings ? cc_random_below(r, (uint32_t)siblings + 1) : 0;
    if (siblings) put_number(s, 57, in_care);
    if (in_care) put_number(s, 58, cc_random_below(r, in_care + 1));
    if (o->removal + 400 > end) put(s, 63, "0");
    if (!is(s, 63, "0")) {
        put_date(s, 65, o->removal + 200);
        put_date(s, 67, o->removal + 400);
    }
}

static void complete_removal(const struct cc_synth_submit *s, const struct cc_afcars_record *o, int32_t end)
{
    put(s, 104, "0");
    if (is(s, 72, "1")) put(s, 73, "0");
    if (is(s, 80, "1")) put(s, 81, "0");
    if (is(s, 80, "1") || is(s, 81, "1")) put(s, 97, "0");
    if (o->before != '1') put(s, 99, "0");
    if (!any(s, 72, 105)) put(s, 77, "1");
    put_date(s, 70, earlier(o->removal + 7, end));
    if (o->exit != CC_NEVER) put_date(s, 154, earlier(o->exit + 7, end));
    if (is(s, 155, "8")) put(s, 156, "1");
}

/* Races, origin and sex of a foster or adoptive parent, from the element of tribal membership on. */
static void complete_parent(const struct cc_synth_submit *s, int tribal, const char *sex)
{
    put(s, tribal, "0");
    put_all(s, tribal + 1, tribal + 7, "0");
    put(s, tribal + 5, "1");
    if (is(s, tribal + 8, "")) put(s, tribal + 8, "0");
    put(s, tribal + 9, sex);
}

static void complete_home(const struct cc_synth_submit *s)
{
    if (!is(s, 113, "1")) return;
    bool woman = is(s, 135, "2");
    complete_parent(s, 126, woman ? "2" : "1");
    if (!is(s, 123, "1") && !is(s, 123, "2")) return;
    put_number(s, 136, (unsigned)number(s, 125) + 2);
    complete_parent(s, 137, woman ? "1" : "2");
}

static void complete_adoption(const struct cc_synth_submit *s, struct cc_random *r)
{
    if (!is(s, 155, "3") && !is(s, 155, "5")) return;
    put(s, 159, "0");
    put(s, 160, is(s, 158, "1") || is(s, 161, "1") ? "0" : "1");
    put_date(s, 162, cc_random_between(r, 365, 9000));
    complete_parent(s, 163, "2");
    if (is(s, 157, "1") || is(s, 157, "2")) {
        put_date(s, 173, cc_random_between(r, 365, 9000));
        complete_parent(s, 174, "1");
    }
    put(s, 185, is(s, 155, "3") ? "1" : "5");
    put_number(s, 186, cc_random_below(r, 3));
}

/* ---- the record ---- */

static void add_group(const struct cc_synth_submit *s, struct cc_synth_record *out, int group)
{
    const struct cc_synth_row *row = row_of(s);
    for (size_t v = 0; v < row->cb->count; v++) {
        if (row->cb->variables[v].group != group || !row->sizes[v] || v == s->at[1] || v == s->at[2]) continue;
        row->texts[v][row->sizes[v]] = '\0';
        cc_synth_record_value(out, v, row->texts[v]);
    }
}

/* An item of one or two elements; NULL: one. */
static void add_item(struct cc_synth_record *out, int group, size_t first, const char *text, size_t second,
                     const char *other)
{
    cc_synth_record_begin(out, group);
    cc_synth_record_value(out, first, text);
    if (other) cc_synth_record_value(out, second, other);
    cc_synth_record_end(out);
}

static void add_dates(const struct cc_synth_submit *s, struct cc_synth_record *out, int group, int e,
                      const int32_t *days, int n)
{
    char date[16];
    for (int i = 0; i < n; i++) add_item(out, group, s->at[e], cc_date_format(days[i], "yyyymmdd", date), 0, NULL);
}

/* Child and parents, as the latest removal has them. */
static void add_child(const struct cc_synth_submit *s, const struct cc_afcars_record *o, struct cc_synth_record *out)
{
    add_group(s, out, 0);
    if (is(s, 8, "1")) add_item(out, s->tribe, s->at[9], "901", 0, NULL);
    if (!is(s, 60, "7777") && !is(s, 60, "9999")) {
        bool ended = !is(s, 63, "0");
        char date[16];
        cc_synth_record_begin(out, s->second_parent);
        cc_synth_record_value(out, s->at[64], ended ? "2" : "0");
        if (ended) cc_synth_record_value(out, s->at[66], cc_date_format(o->removal + 200, "yyyymmdd", date));
        if (ended) cc_synth_record_value(out, s->at[68], cc_date_format(o->removal + 400, "yyyymmdd", date));
        cc_synth_record_end(out);
    }
    add_dates(s, out, s->prior_report, 108, o->before_days, o->before_count);
    add_dates(s, out, s->report, 111, o->in_care_days, o->in_care_count);
}

static void add_short_removal(const struct cc_synth_submit *s, const struct cc_afcars_episode *e,
                              struct cc_synth_record *out)
{
    char date[16];
    cc_synth_record_begin(out, s->removal);
    cc_synth_record_value(out, s->removal_rule, "1993");
    cc_synth_record_value(out, s->at[69], cc_date_format(e->removal, "yyyymmdd", date));
    cc_synth_record_value(out, s->at[153], cc_date_format(e->exit, "yyyymmdd", date));
    cc_synth_record_value(out, s->at[155], e->reason);
    cc_synth_record_end(out);
}

static void add_course(const struct cc_synth_submit *s, const struct cc_afcars_record *o, int32_t until,
                       struct cc_synth_record *out)
{
    char date[16], plan[CC_SYNTH_FIELD] = "";
    size_t n = row_of(s)->sizes[s->at[148]];
    memcpy(plan, row_of(s)->texts[s->at[148]], n);
    if (n) {
        cc_date_format(earlier(o->removal + 30, until), "yyyymmdd", date);
        add_item(out, s->plan, s->at[147], date, s->at[148], plan);
    }
    for (int32_t day = o->removal + REVIEW; day <= until; day += REVIEW) add_dates(s, out, s->review, 149, &day, 1);
    for (int32_t day = o->removal + HEARING; day <= until; day += HEARING) add_dates(s, out, s->hearing, 150, &day, 1);
    int32_t first = until - MONTH * (VISITS - 1);
    while (first <= o->removal) first += MONTH;
    for (int32_t day = first; day <= until; day += MONTH) {
        const char *place = (day - o->removal) % 4 ? "1" : "2";
        add_item(out, s->visit, s->at[151], cc_date_format(day, "yyyymmdd", date), s->at[152], place);
    }
}

/* A living arrangement of the row; `from` takes the place of its own date unless it is CC_NEVER. */
static void add_placement(const struct cc_synth_submit *s, struct cc_synth_record *out, int32_t from)
{
    if (from != CC_NEVER) put_date(s, 112, from);
    cc_synth_record_begin(out, s->placement);
    add_group(s, out, s->placement);
    cc_synth_record_end(out);
}

static int32_t placement_day(const struct cc_synth_submit *s)
{
    int32_t day = 0;
    (void)cc_date_parse(row_of(s)->texts[s->at[112]], 8, "yyyymmdd", &day);
    return day;
}

static void draw_row(const struct cc_synth_submit *s, const struct cc_afcars_child *c, struct cc_afcars_record *o)
{
    const struct cc_afcars *a = s->afcars;
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_CARE_RECORD, c->number,
                                         (uint64_t)(COMPLETION + o->episode * CC_HALVES + o->half));
    if (o->exit != CC_NEVER && *o->reason == '6') { /* left as a runaway */
        o->placement = "12";
        o->missing_from_care = true;
    }
    cc_synth_afcars_row(s->layout, a, c, o);
    complete_child(s, c, o, a->end[o->half], &r);
    complete_removal(s, o, a->end[o->half]);
    complete_home(s);
    complete_adoption(s, &r);
    cc_synth_row_text(row_of(s), s->removal_rule, "2020");
}

/* The living arrangements that the files of earlier halves had, as far as they began before the last one; the first
 * begins with the removal. The row is that of the last one afterwards, *o what was drawn for it. */
static void add_removal(struct cc_synth_submit *s, const struct cc_afcars_child *c, int episode, int half,
                        struct cc_afcars_record *o, struct cc_synth_record *out)
{
    const struct cc_afcars *a = s->afcars;
    int last = half;
    while (last > 0 && !cc_afcars_clean(a, c, episode, last, o)) last--;
    if (!cc_afcars_clean(a, c, episode, last, o)) *o = cc_afcars_ended(a, c, episode);
    draw_row(s, c, o);
    int32_t until = o->exit != CC_NEVER ? o->exit : a->end[o->half], end = placement_day(s), begun = o->removal;
    struct cc_afcars_record before;
    cc_synth_record_begin(out, s->removal);
    for (int k = 0; k < last; k++) {
        if (!cc_afcars_clean(a, c, episode, k, &before)) continue;
        draw_row(s, c, &before);
        int32_t day = placement_day(s);
        bool first = begun == o->removal;
        if (day >= end || (!first && day <= begun)) continue;
        add_placement(s, out, first ? o->removal : day);
        begun = first ? o->removal + 1 : day;
    }
    draw_row(s, c, o);
    if (begun == o->removal && end > o->removal) add_placement(s, out, o->removal);
    put_date(s, 112, end);
    add_placement(s, out, CC_NEVER);
    add_group(s, out, s->removal);
    add_course(s, o, until, out);
    cc_synth_record_end(out);
}

bool cc_synth_submit_child(struct cc_synth_submit *s, const struct cc_afcars_child *c, int half,
                           struct cc_synth_record *out)
{
    const struct cc_afcars *a = s->afcars;
    int latest = -1;
    bool served = false;
    for (int e = 0; e < c->episode_count && c->episodes[e].removal <= a->end[half]; e++) {
        latest = e;
        served = served || c->episodes[e].exit >= a->start[half];
    }
    if (!served) return false;
    struct cc_afcars_record o;
    cc_synth_record_clear(out);
    cc_synth_record_begin(out, 0);
    for (int e = latest; e >= 0; e--) {
        bool in_short = c->episodes[e].exit < RULE_2020;
        if (in_short) add_short_removal(s, &c->episodes[e], out);
        else add_removal(s, c, e, half, &o, out);
        if (e == latest && !in_short) add_child(s, &o, out);
    }
    cc_synth_record_end(out);
    return true;
}

/* ---- assistance ---- */

bool cc_synth_submit_assistance(const struct cc_afcars *a, const struct cc_afcars_child *c, int half, const size_t *at,
                                struct cc_synth_record *out)
{
    const struct cc_afcars_episode *e = &c->episodes[c->episode_count - 1];
    if (e->exit > a->end[half] || (*e->reason != '3' && *e->reason != '5')
        || cc_date_age(c->person.birth, a->start[half]) >= 18) return false;
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_CARE_CHILD, c->number, COMPLETION);
    char text[16];
    bool lost = c->person.race == CC_RACE_UNKNOWN;
    cc_synth_record_clear(out);
    cc_synth_record_begin(out, 0);
    cc_random_id(a->seed, CC_STREAM_ID_CARE, c->number, text);
    cc_synth_record_value(out, at[3], text);
    cc_synth_record_value(out, at[4], cc_date_format(c->person.birth, "yyyymmdd", text));
    cc_synth_record_value(out, at[5], c->person.sex == '1' ? "1" : "2");
    for (int i = 0; i < CC_RACE_FIELDS; i++)
        cc_synth_record_value(out, at[6 + i], !lost && c->person.races >> i & 1 ? "1" : "0");
    cc_synth_record_value(out, at[11], lost ? "1" : "0");
    cc_synth_record_value(out, at[12], "0");
    cc_synth_record_value(out, at[13], "0");
    cc_synth_record_value(out, at[14], lost ? "9" : c->person.race == CC_RACE_HISPANIC ? "1" : "0");
    cc_synth_record_value(out, at[15], *e->reason == '3' ? "1" : "2");
    snprintf(text, sizeof text, "%d", cc_random_between(&r, 200, 1400));
    cc_synth_record_value(out, at[16], text);
    cc_synth_record_value(out, at[17], cc_date_format(e->exit, "yyyymmdd", text));
    cc_synth_record_value(out, at[19], cc_random_chance(&r, 20000) ? "2" : "1");
    cc_synth_record_end(out);
    return true;
}

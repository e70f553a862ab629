#include "datasets/synth/cc_synth_afcars.h"

#include <string.h>

#include "datasets/base/cc_date.h"

/* Days: first removals reach 8 years back; ages, a little less so that the birthday is not reached. */
enum { WINDOW = 2922, EIGHTEEN = 6574, TWENTY_ONE = 7669 };
#define LIST_NUMBERS ((uint64_t)1 << 40) /* children on lists only are numbered from here */

static const struct cc_wish wishes[] = {
#define MARGIN(n) { "afcars." #n, CC_WISH_MARGIN, offsetof(struct cc_afcars_settings, n) }
#define QUANTITY(n) { "afcars." #n, CC_WISH_QUANTITY, offsetof(struct cc_afcars_settings, n) }
#define NUMBER(n) { "afcars." #n, CC_WISH_NUMBER, offsetof(struct cc_afcars_settings, n) }
    QUANTITY(age), MARGIN(sex), MARGIN(race), QUANTITY(stay), MARGIN(reason), MARGIN(placement),
    QUANTITY(gap), QUANTITY(victim_age), MARGIN(victim_sex), QUANTITY(inhome_age), QUANTITY(chafee_age),
    MARGIN(sex_wrong), MARGIN(flag_wrong), NUMBER(reentry), NUMBER(emancipate_at_18), NUMBER(victim_before),
    NUMBER(victim_in_care), NUMBER(victim_both), NUMBER(police), NUMBER(police_twice), NUMBER(police_earlier),
    NUMBER(removed_for_if_victim), NUMBER(removed_for_other), NUMBER(runaway), NUMBER(runaway_if_victim),
    NUMBER(not_collected), NUMBER(collected_later), NUMBER(flag_error), NUMBER(sex_error),
    NUMBER(birth_error), NUMBER(race_error), NUMBER(inhome_size), NUMBER(inhome_overlap),
    NUMBER(inhome_victim), NUMBER(chafee_size), NUMBER(chafee_overlap), NUMBER(chafee_victim),
    NUMBER(chafee_if_inhome)
#undef MARGIN
#undef QUANTITY
#undef NUMBER
};

static void set_halves(struct cc_afcars *a)
{
    for (int y = 0; y < 2; y++) {
        int ffy = a->ffy - 1 + y;
        a->start[2 * y] = cc_date_fiscal_start(ffy);
        (void)cc_date_day(ffy, 3, 31, &a->end[2 * y]);
        a->start[2 * y + 1] = a->end[2 * y] + 1;
        a->end[2 * y + 1] = cc_date_fiscal_end(ffy);
    }
}

enum cc_status cc_afcars_open(struct cc_afcars *a, struct cc_scenario *s, uint64_t seed, int ffy,
                              uint64_t children, struct cc_error *err)
{
    *a = (struct cc_afcars){ .seed = seed, .ffy = ffy };
    set_halves(a);
    enum cc_status st = cc_scenario_bind(s, wishes, sizeof wishes / sizeof *wishes, &a->set, err);
    if (st == CC_OK) st = cc_synth_races_open(&a->races, a->set.race, err);
    struct cc_afcars_child c;
    for (uint64_t served = 0; st == CC_OK && served < children; a->pool++) {
        cc_afcars_child(a, a->pool, &c);
        served += cc_afcars_served(a, &c, 1);
    }
    return st;
}

bool cc_afcars_served(const struct cc_afcars *a, const struct cc_afcars_child *c, int year)
{
    for (int i = 0; i < c->episode_count; i++)
        if (c->episodes[i].removal <= a->end[2 * year + 1] && c->episodes[i].exit >= a->start[2 * year])
            return true;
    return false;
}

/* ---- a child ---- */

/* How a removal ends. Nobody stays to the 21st birthday, and many leave at the 18th. */
static void draw_reason(const struct cc_afcars *a, const struct cc_synth_person *p, struct cc_afcars_episode *e,
                        struct cc_random *r)
{
    e->reason = a->set.reason->codes[cc_margin_draw(a->set.reason, r)];
    bool leaves = cc_random_chance(r, a->set.emancipate_at_18);
    int32_t last = p->birth + (leaves && e->removal < p->birth + EIGHTEEN ? EIGHTEEN : TWENTY_ONE);
    if (e->exit >= p->birth + EIGHTEEN) e->reason = "4";
    if (e->exit > last) e->exit = last > e->removal ? last : e->removal;
}

/* False for a child that left before the files begin: then another is drawn. */
static bool draw_first(const struct cc_afcars *a, struct cc_afcars_child *c, bool victim, struct cc_random *r)
{
    struct cc_afcars_episode *e = &c->episodes[0];
    e->removal = cc_random_between(r, a->start[0] - WINDOW, a->end[CC_HALVES - 1]);
    e->exit = e->removal + cc_margin_quantity(a->set.stay, r);
    if (e->exit < a->start[0]) return false;
    int age = cc_margin_quantity(victim ? a->set.victim_age : a->set.age, r);
    c->person.birth = cc_synth_birth(e->removal, age, r);
    draw_reason(a, &c->person, e, r);
    return e->exit >= a->start[0];
}

static void draw_returns(const struct cc_afcars *a, struct cc_afcars_child *c, struct cc_random *r)
{
    c->episode_count = 1;
    while (c->episode_count < CC_CARE_EPISODES) {
        const struct cc_afcars_episode *last = &c->episodes[c->episode_count - 1];
        struct cc_afcars_episode *e = &c->episodes[c->episode_count];
        bool home = *last->reason != '3' && *last->reason != '4' && *last->reason != '7';
        e->removal = last->exit + cc_margin_quantity(a->set.gap, r);
        if (!cc_random_chance(r, a->set.reentry) || !home || e->removal > a->end[CC_HALVES - 1]
            || e->removal >= c->person.birth + EIGHTEEN) break;
        e->exit = e->removal + cc_margin_quantity(a->set.stay, r);
        draw_reason(a, &c->person, e, r);
        c->episode_count++;
    }
}

static void draw_police(const struct cc_afcars *a, struct cc_police *p, int32_t known, struct cc_random *r)
{
    if (!cc_random_chance(r, a->set.police)) return;
    p->days[p->count++] = known + cc_random_between(r, 0, 2);
    if (cc_random_chance(r, a->set.police_twice)) {
        p->days[1] = p->days[0] + cc_random_between(r, 5, 120);
        p->count++;
    }
}

static void draw_victim(const struct cc_afcars *a, struct cc_afcars_child *c, bool before, bool in_care,
                        struct cc_random *r)
{
    const struct cc_afcars_episode *e = &c->episodes[0];
    c->before = c->in_care = CC_NEVER;
    if (before) {
        c->before = e->removal + cc_random_between(r, 0, 60);
        bool earlier = cc_random_chance(r, a->set.police_earlier); /* the police knew before the removal */
        draw_police(a, &c->before_police, earlier ? e->removal - cc_random_between(r, 1, 700) : c->before, r);
    }
    if (in_care) {
        int32_t days = e->exit - e->removal < 1000 ? e->exit - e->removal : 1000;
        c->in_care = e->removal + cc_random_between(r, 0, days);
        draw_police(a, &c->in_care_police, c->in_care, r);
    }
}

void cc_afcars_child(const struct cc_afcars *a, uint64_t number, struct cc_afcars_child *c)
{
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_CARE_CHILD, number, 0);
    const struct cc_afcars_settings *set = &a->set;
    *c = (struct cc_afcars_child){ .number = number };
    bool before = cc_random_chance(&r, set->victim_before),
         in_care = cc_random_chance(&r, set->victim_in_care);
    if (before && cc_random_chance(&r, set->victim_both)) in_care = true;
    const struct cc_margin *sex = before || in_care ? set->victim_sex : set->sex;
    c->person.sex = *sex->codes[cc_margin_draw(sex, &r)];
    cc_synth_person_race(&c->person, &a->races, &r);
    while (!draw_first(a, c, before || in_care, &r)) continue;
    draw_returns(a, c, &r);
    draw_victim(a, c, before, in_care, &r);
    c->not_collected = cc_random_chance(&r, set->not_collected);
}

/* ---- a row ---- */

static void add_days(const struct cc_police *p, int32_t end, int32_t *days, int *count)
{
    for (int i = 0; i < p->count; i++)
        if (p->days[i] <= end) days[(*count)++] = p->days[i];
}

/* Victim before this removal; while in care: events of an earlier removal are "before" for a later one. */
static void set_victim(const struct cc_afcars_child *c, int32_t end, struct cc_afcars_record *o)
{
    bool first = o->episode == 0;
    o->before = c->before <= end || (!first && c->in_care <= end) ? '1' : '0';
    o->in_care = first && c->in_care <= end ? '1' : '0';
    if (o->before == '1') add_days(&c->before_police, end, o->before_days, &o->before_count);
    if (o->before == '1' && !first) add_days(&c->in_care_police, end, o->before_days, &o->before_count);
    if (o->in_care == '1') add_days(&c->in_care_police, end, o->in_care_days, &o->in_care_count);
}

static void set_placement(const struct cc_afcars *a, const struct cc_afcars_child *c, int32_t end,
                          struct cc_random *r, struct cc_afcars_record *o)
{
    bool victim = o->before == '1' || o->in_care == '1';
    int64_t rate = victim ? a->set.runaway_if_victim : a->set.runaway;
    size_t drawn = cc_margin_draw(a->set.placement, r);
    bool away = cc_random_chance(r, rate), whereabouts = cc_random_chance(r, 25000);
    if (away && cc_date_age(c->person.birth, end) >= 11) o->placement = whereabouts ? "13" : "12";
    else o->placement = a->set.placement->codes[drawn];
    o->missing_from_care = !strcmp(o->placement, "12") || !strcmp(o->placement, "13");
}

static char wrong_code(const struct cc_margin *m, struct cc_random *r)
{
    return *m->codes[cc_margin_draw(m, r)];
}

/* What goes wrong between the child and the file. */
static void set_errors(const struct cc_afcars *a, const struct cc_afcars_child *c, struct cc_random *r,
                       struct cc_afcars_record *o)
{
    const struct cc_afcars_settings *set = &a->set;
    bool later = o->half % 2 && cc_random_chance(r, set->collected_later);
    if (c->not_collected && !later) o->before = o->in_care = '\0';
    if (cc_random_chance(r, set->flag_error)) o->before = wrong_code(set->flag_wrong, r);
    if (cc_random_chance(r, set->flag_error)) o->in_care = wrong_code(set->flag_wrong, r);
    if (cc_random_chance(r, set->sex_error)) o->sex = wrong_code(set->sex_wrong, r);
    if (cc_random_chance(r, set->birth_error)) o->birth = CC_NEVER;
    if (cc_random_chance(r, set->race_error)) o->race = CC_RACE_UNKNOWN, o->race_blank = true;
}

static void set_reported(struct cc_afcars_record *o)
{
    if (o->before != '1') o->before_count = 0;
    if (o->in_care != '1') o->in_care_count = 0;
    o->before_police = o->before != '1' ? '\0' : o->before_count ? '1' : '0';
    o->in_care_police = o->in_care != '1' ? '\0' : o->in_care_count ? '1' : '0';
}

static bool is_in_half(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half)
{
    return c->episodes[episode].removal <= a->end[half] && c->episodes[episode].exit >= a->start[half];
}

static void draw_record(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half,
                        bool errors, struct cc_afcars_record *o)
{
    const struct cc_afcars_episode *e = &c->episodes[episode];
    int32_t end = a->end[half];
    struct cc_random same = cc_random_start(a->seed, CC_STREAM_CARE_EPISODE, c->number, (uint64_t)episode);
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_CARE_RECORD, c->number,
                                         (uint64_t)(episode * CC_HALVES + half));
    *o = (struct cc_afcars_record){ .half = half, .episode = episode, .removal = e->removal,
                                    .exit = e->exit <= end ? e->exit : CC_NEVER, .reason = e->reason,
                                    .birth = c->person.birth, .sex = c->person.sex, .race = c->person.race };
    set_victim(c, end, o);
    bool known = c->before != CC_NEVER;
    int64_t removed_for = known ? a->set.removed_for_if_victim : a->set.removed_for_other;
    o->removed_for = cc_random_chance(&same, removed_for) ? '1' : '0';
    set_placement(a, c, end, &r, o);
    if (errors) set_errors(a, c, &r, o);
    set_reported(o);
}

bool cc_afcars_record(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half,
                      struct cc_afcars_record *o)
{
    if (!is_in_half(a, c, episode, half)) return false;
    draw_record(a, c, episode, half, true, o);
    return true;
}

bool cc_afcars_clean(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half,
                     struct cc_afcars_record *o)
{
    if (!is_in_half(a, c, episode, half)) return false;
    draw_record(a, c, episode, half, false, o);
    return true;
}

struct cc_afcars_record cc_afcars_ended(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode)
{
    struct cc_afcars_record o;
    draw_record(a, c, episode, 0, false, &o);
    return o;
}

/* ---- lists ---- */

static char list_victim(const struct cc_afcars *a, int list, struct cc_random *r)
{
    int64_t rate = list == CC_LIST_INHOME ? a->set.inhome_victim : a->set.chafee_victim;
    char before = cc_random_chance(r, rate) ? '1' : '0';
    return cc_random_chance(r, a->set.not_collected) ? '\0' : before;
}

bool cc_afcars_on_list(const struct cc_afcars *a, const struct cc_afcars_child *c, int list,
                       struct cc_list_record *out)
{
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_LIST, c->number, (uint64_t)list);
    bool young = list == CC_LIST_INHOME;
    if (!cc_afcars_served(a, c, 1)
        || !cc_random_chance(&r, young ? a->set.inhome_overlap : a->set.chafee_overlap)
        || (!young && cc_date_age(c->person.birth, a->end[CC_HALVES - 1]) < 14))
        return false;
    *out = (struct cc_list_record){ c->number, c->person, list_victim(a, list, &r), '0' };
    return true;
}

uint64_t cc_afcars_list_size(const struct cc_afcars *a, int list, uint64_t children)
{
    return children * (uint64_t)(list == CC_LIST_INHOME ? a->set.inhome_size : a->set.chafee_size) / 100000;
}

void cc_afcars_list_child(const struct cc_afcars *a, int list, uint64_t i, struct cc_list_record *o,
                          bool also[CC_LISTS])
{
    uint64_t number = LIST_NUMBERS + ((uint64_t)list << 39) + i;
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_LIST, number, CC_LISTS);
    *o = (struct cc_list_record){ .number = number, .in_care = '0' };
    o->person.sex = *a->set.sex->codes[cc_margin_draw(a->set.sex, &r)];
    cc_synth_person_race(&o->person, &a->races, &r);
    int age = cc_margin_quantity(list == CC_LIST_INHOME ? a->set.inhome_age : a->set.chafee_age, &r);
    o->person.birth = cc_synth_birth(a->end[CC_HALVES - 1], age, &r);
    o->before = list_victim(a, list, &r);
    also[CC_LIST_INHOME] = list == CC_LIST_INHOME;
    also[CC_LIST_CHAFEE] = list == CC_LIST_CHAFEE
                           || (age >= 16 && cc_random_chance(&r, a->set.chafee_if_inhome));
}

#include "datasets/synth/cc_synth_ncands.h"

#include "datasets/base/cc_date.h"

static const struct cc_wish wishes[] = {
#define MARGIN(n) { "ncands." #n, CC_WISH_MARGIN, offsetof(struct cc_ncands_settings, n) }
#define QUANTITY(n) { "ncands." #n, CC_WISH_QUANTITY, offsetof(struct cc_ncands_settings, n) }
#define NUMBER(n) { "ncands." #n, CC_WISH_NUMBER, offsetof(struct cc_ncands_settings, n) }
    QUANTITY(family_children), QUANTITY(family_reports), QUANTITY(age), MARGIN(sex), MARGIN(race),
    QUANTITY(lag), QUANTITY(disposition), QUANTITY(slots), QUANTITY(type_victim), QUANTITY(type_other),
    QUANTITY(level_wrong), MARGIN(age_wrong), MARGIN(sex_wrong), MARGIN(death_victim), MARGIN(death_other),
    QUANTITY(trafficking_age), MARGIN(trafficking_sex), QUANTITY(trafficking_slot),
    QUANTITY(trafficking_level), QUANTITY(alleged_level), QUANTITY(response_days), NUMBER(sibling_again),
    NUMBER(same_day), NUMBER(same_level), NUMBER(level_error), NUMBER(age_error), NUMBER(sex_error),
    NUMBER(race_error), NUMBER(birth_date_given), NUMBER(trafficking), NUMBER(trafficking_if_in_care),
    NUMBER(confirmed), NUMBER(next_slot_victim), NUMBER(in_care_every), NUMBER(in_care_id_given),
    NUMBER(second_perpetrator)
#undef MARGIN
#undef QUANTITY
#undef NUMBER
};

enum cc_status cc_ncands_open(struct cc_ncands *n, struct cc_scenario *s, uint64_t seed, int ffy,
                              const struct cc_afcars *care, struct cc_error *err)
{
    *n = (struct cc_ncands){ .seed = seed, .ffy = ffy, .care = care, .start = cc_date_fiscal_start(ffy),
                             .end = cc_date_fiscal_end(ffy) };
    enum cc_status st = cc_scenario_bind(s, wishes, sizeof wishes / sizeof *wishes, &n->set, err);
    return st == CC_OK ? cc_synth_races_open(&n->races, n->set.race, err) : st;
}

void cc_ncands_clean(struct cc_ncands *n)
{
    n->clean = true;
    n->set.level_error = n->set.age_error = n->set.sex_error = n->set.race_error = 0;
}

static int at_most(int value, int most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

/* ---- reports and children ---- */

static void draw_reports(const struct cc_ncands *n, struct cc_ncands_family *f, struct cc_random *r)
{
    f->report_count = at_most(cc_margin_quantity(n->set.family_reports, r), CC_FAMILY_REPORTS);
    for (int i = 0; i < f->report_count; i++) {
        struct cc_ncands_report *p = &f->reports[i];
        p->number = f->number * 8 + (uint64_t)i;
        cc_random_id(n->seed, CC_STREAM_ID_REPORT, p->number, p->id);
        p->disposed = cc_random_between(r, n->start, n->end);
        p->received = p->disposed - cc_margin_quantity(n->set.lag, r);
        if (n->clean && p->received < n->start - 360) p->received = n->start - 360;
        if (i && cc_random_chance(r, n->set.same_day)) { /* then only the report id tells which comes first */
            p->received = f->reports[0].received;
            p->disposed = f->reports[0].disposed;
        }
    }
}

/* Every so many families one child is also in out-of-home care, having entered it in the year. */
static bool draw_child_in_care(const struct cc_ncands *n, uint64_t family, struct cc_ncands_child *c,
                               struct cc_random *r)
{
    uint64_t every = (uint64_t)n->set.in_care_every, number = every ? family / every : 0;
    if (!every || family % every || number >= n->care->pool) return false;
    struct cc_afcars_child care;
    cc_afcars_child(n->care, number, &care);
    int32_t removal = care.episodes[0].removal;
    if (removal < n->start || removal > n->end || cc_date_age(care.person.birth, n->end) > 17) return false;
    c->in_care = true;
    c->care_number = number;
    c->removal = removal;
    c->person = care.person;
    bool victim = (care.before != CC_NEVER || care.in_care != CC_NEVER)
                  && cc_random_chance(r, n->set.trafficking_if_in_care);
    c->trafficking = victim ? CC_TRAFFICKING_CONFIRMED : CC_TRAFFICKING_NONE;
    return true;
}

static enum cc_trafficking draw_trafficking(const struct cc_ncands *n, struct cc_random *r)
{
    if (!cc_random_chance(r, n->set.trafficking)) return CC_TRAFFICKING_NONE;
    if (cc_random_chance(r, n->set.confirmed)) return CC_TRAFFICKING_CONFIRMED;
    return cc_random_chance(r, n->set.next_slot_victim) ? CC_TRAFFICKING_TRAP : CC_TRAFFICKING_ALLEGED;
}

static void draw_child(const struct cc_ncands *n, struct cc_ncands_family *f, int i, struct cc_random *r)
{
    struct cc_ncands_child *c = &f->children[i];
    *c = (struct cc_ncands_child){ .number = f->number * 8 + (uint64_t)i };
    if (i == 0 && draw_child_in_care(n, f->number, c, r)) return;
    c->trafficking = draw_trafficking(n, r);
    bool t = c->trafficking != CC_TRAFFICKING_NONE;
    const struct cc_margin *sex = t ? n->set.trafficking_sex : n->set.sex;
    c->person.sex = *sex->codes[cc_margin_draw(sex, r)];
    int32_t first = f->reports[0].received;
    for (int k = 1; k < f->report_count; k++)
        if (f->reports[k].received < first) first = f->reports[k].received;
    int age = cc_margin_quantity(t ? n->set.trafficking_age : n->set.age, r);
    c->person.birth = age == CC_AGE_UNBORN ? first + cc_random_between(r, 1, 200)
                                           : cc_synth_birth(first, age, r);
    if (n->clean && cc_date_age(c->person.birth, n->end) > 17) c->person.birth = n->end - 17 * 366;
    cc_synth_person_race(&c->person, &n->races, r);
}

/* ---- what a report finds for a child ---- */

static bool is_victim_level(int level)
{
    return level == 1 || level == 2;
}

/* A type that the record does not have yet; sex trafficking is planted, never drawn. */
static uint8_t other_type(const struct cc_margin *m, const struct cc_ncands_record *o, struct cc_random *r)
{
    for (int tries = 0; tries < 8; tries++) {
        uint8_t type = (uint8_t)cc_margin_quantity(m, r);
        bool new = type != 7;
        for (int s = 0; s < CC_SLOTS; s++) new = new && o->type[s] != type;
        if (new) return type;
    }
    return 8;
}

static int other_level(const struct cc_ncands *n, int first, struct cc_random *r)
{
    if (cc_random_chance(r, n->set.same_level)) return first;
    int level = cc_margin_quantity(n->set.disposition, r);
    return level == 8 ? 5 : level;
}

static void draw_slots(const struct cc_ncands *n, struct cc_ncands_record *o, int least, struct cc_random *r)
{
    int count = cc_margin_quantity(n->set.slots, r), first = cc_margin_quantity(n->set.disposition, r);
    bool none = first == 8 && least == 0; /* no alleged maltreatment: nothing else stands beside it */
    if (first == 8 && !none) first = 5;
    if (count < least) count = least;
    count = none ? 1 : at_most(count, CC_SLOTS);
    for (int s = 0; s < count; s++) {
        int level = s == 0 ? first : other_level(n, first, r);
        const struct cc_margin *types = is_victim_level(level) ? n->set.type_victim : n->set.type_other;
        o->type[s] = none ? 6 : other_type(types, o, r);
        o->level[s] = (uint8_t)level;
        if (cc_random_chance(r, n->set.level_error))
            o->level[s] = (uint8_t)cc_margin_quantity(n->set.level_wrong, r);
    }
}

/* Puts type 7 into one slot, with a level that fits; the slots before it hold other types. */
static void plant_trafficking(const struct cc_ncands *n, struct cc_ncands_record *o, enum cc_trafficking kind,
                              struct cc_random *r)
{
    int slot = at_most(cc_margin_quantity(n->set.trafficking_slot, r), CC_SLOTS) - 1;
    if (kind == CC_TRAFFICKING_TRAP && slot == 0) slot = 1;
    for (int s = 0; s < CC_SLOTS; s++) o->type[s] = o->level[s] = 0;
    draw_slots(n, o, slot + 1, r);
    o->type[slot] = 7;
    o->level[slot] = (uint8_t)cc_margin_quantity(
        kind == CC_TRAFFICKING_CONFIRMED ? n->set.trafficking_level : n->set.alleged_level, r);
    if (kind != CC_TRAFFICKING_TRAP) return;
    o->type[0] = 4; /* substantiated for another type: a victim, but not of sex trafficking */
    o->level[0] = 1;
    for (int s = 1; s < CC_SLOTS; s++)
        if (o->type[s] == 4) o->type[s] = 8;
}

static void draw_identity(const struct cc_ncands *n, const struct cc_ncands_family *f,
                          struct cc_ncands_record *o, struct cc_random *r)
{
    const struct cc_synth_person *p = &f->children[o->child].person;
    int age = cc_date_age(p->birth, f->reports[o->report].received);
    o->age = age < 0 ? CC_AGE_UNBORN : age;
    o->sex = p->sex;
    o->race = p->race;
    if (cc_random_chance(r, n->set.age_error)) {
        const struct cc_margin *m = n->set.age_wrong;
        size_t k = cc_margin_draw(m, r);
        o->age = m->high[k] < 0 ? CC_AGE_BLANK : m->low[k];
    }
    if (cc_random_chance(r, n->set.sex_error))
        o->sex = *n->set.sex_wrong->codes[cc_margin_draw(n->set.sex_wrong, r)];
    if (cc_random_chance(r, n->set.race_error)) o->race = CC_RACE_UNKNOWN;
}

/* Types 1 to 5 and 8 take the place of one that is there already. */
static void drop_repeats(struct cc_ncands_record *o)
{
    static const uint8_t types[] = { 1, 2, 3, 4, 5, 8 };
    for (int s = 1; s < CC_SLOTS; s++) {
        size_t next = 0;
        for (int k = 0; o->type[s] && k < s; k++)
            if (o->type[k] == o->type[s]) {
                o->type[s] = types[next++ % sizeof types];
                k = -1;
            }
    }
}

/* A report alleges something for a child at least, and what was found of that is known. */
static void allege(struct cc_ncands_family *f, int report)
{
    struct cc_ncands_record *first = NULL;
    for (int i = 0; i < f->record_count; i++) {
        if (f->records[i].report != report) continue;
        for (int s = 0; s < CC_SLOTS; s++)
            if (f->records[i].level[s] >= 1 && f->records[i].level[s] <= 7) return;
        if (!first) first = &f->records[i];
    }
    if (!first) return;
    if (first->type[0] == 6) first->type[0] = 2;
    first->level[0] = 5;
}

static bool any_victim_level(const struct cc_ncands_record *o)
{
    bool any = false;
    for (int s = 0; s < CC_SLOTS; s++) any = any || is_victim_level(o->level[s]);
    return any;
}

/* ---- the family ---- */

static void draw_records(const struct cc_ncands *n, struct cc_ncands_family *f, struct cc_random *r)
{
    for (int p = 0; p < f->report_count; p++) {
        int before = f->record_count;
        for (int c = 0; c < f->child_count; c++) {
            bool again = cc_random_chance(r, n->set.sibling_again), last = c + 1 == f->child_count;
            if (p && !again && !(last && f->record_count == before)) continue; /* a report names somebody */
            struct cc_ncands_record *o = &f->records[f->record_count++];
            *o = (struct cc_ncands_record){ .report = p, .child = c };
            draw_identity(n, f, o, r);
            draw_slots(n, o, 0, r);
        }
    }
}

/* The k-th record of a child, from 0, or the number of its records in *count. */
static struct cc_ncands_record *record_of(struct cc_ncands_family *f, int child, int k, int *count)
{
    struct cc_ncands_record *found = NULL;
    *count = 0;
    for (int i = 0; i < f->record_count; i++)
        if (f->records[i].child == child && (*count)++ == k) found = &f->records[i];
    return found;
}

/* Nobody is reported after having died: only a child's latest report may say so. */
static void draw_death(const struct cc_ncands *n, struct cc_ncands_family *f, int child, struct cc_random *r)
{
    int32_t latest = 0;
    struct cc_ncands_record *last = NULL;
    for (int i = 0; i < f->record_count; i++) {
        struct cc_ncands_record *o = &f->records[i];
        if (o->child != child) continue;
        const struct cc_margin *m = any_victim_level(o) ? n->set.death_victim : n->set.death_other;
        o->death = *m->codes[cc_margin_draw(m, r)];
        if (n->clean && o->death == '1' && !any_victim_level(o)) o->death = '2';
        int32_t received = f->reports[o->report].received;
        if (last && o->death == '1' && received < latest) o->death = '2';
        if (last && last->death == '1' && received >= latest) last->death = '2';
        if (!last || received >= latest) last = o, latest = received;
    }
}

void cc_ncands_family(const struct cc_ncands *n, uint64_t number, struct cc_ncands_family *f)
{
    struct cc_random r = cc_random_start(n->seed, CC_STREAM_FAMILY, number, 0);
    f->number = number;
    f->record_count = 0;
    draw_reports(n, f, &r);
    f->child_count = at_most(cc_margin_quantity(n->set.family_children, &r), CC_FAMILY_CHILDREN);
    for (int i = 0; i < f->child_count; i++) draw_child(n, f, i, &r);
    draw_records(n, f, &r);
    for (int i = 0; i < f->child_count; i++) {
        int count;
        (void)record_of(f, i, -1, &count);
        if (f->children[i].trafficking != CC_TRAFFICKING_NONE) {
            int k = cc_random_between(&r, 0, count - 1);
            plant_trafficking(n, record_of(f, i, k, &count), f->children[i].trafficking, &r);
        }
        draw_death(n, f, i, &r);
    }
    for (int i = 0; n->clean && i < f->record_count; i++) drop_repeats(&f->records[i]);
    for (int i = 0; n->clean && i < f->report_count; i++) allege(f, i);
}

void cc_ncands_cut(struct cc_ncands_family *f, int records)
{
    f->record_count = records;
    for (int i = 0; i < f->report_count; i++) allege(f, i);
}

#include "datasets/synth/cc_synth_person.h"

#include <string.h>

#include "datasets/base/cc_date.h"

const char *const cc_synth_race_names[CC_RACE_GROUPS] = {
    "Hispanic (any race)", "Two or more races", "American Indian or Alaska Native", "Asian",
    "Black or African American", "Native Hawaiian or Other Pacific Islander", "White", "Unknown"
};

enum cc_status cc_synth_races_open(struct cc_synth_races *out, const struct cc_margin *m,
                                   struct cc_error *err)
{
    static const char *const codes[CC_RACE_GROUPS] = { "hispanic", "two", "aian", "asian",
                                                       "black", "nhpi", "white", "unknown" };
    out->margin = m;
    for (size_t i = 0; i < m->count && i < sizeof out->group; i++) {
        uint8_t g = 0;
        while (g < CC_RACE_GROUPS && strcmp(codes[g], m->codes[i])) g++;
        if (g == CC_RACE_GROUPS)
            return cc_error_set(err, CC_EDATA, 0, 0,
                                "'%.40s' is no race group of a scenario (hispanic, two, aian, "
                                "asian, black, nhpi, white, unknown)",
                                m->codes[i]);
        out->group[i] = g;
    }
    return CC_OK;
}

static uint8_t one_race(struct cc_random *r)
{
    return (uint8_t)(1u << cc_random_below(r, CC_RACE_FIELDS));
}

void cc_synth_person_race(struct cc_synth_person *p, const struct cc_synth_races *races, struct cc_random *r)
{
    static const uint8_t single[CC_RACE_GROUPS] = { CC_RACE_WH, CC_RACE_WH, CC_RACE_AI, CC_RACE_AS,
                                                    CC_RACE_BL, CC_RACE_NH, CC_RACE_WH, 0 };
    size_t drawn = cc_margin_draw(races->margin, r);
    p->race = races->group[drawn < sizeof races->group ? drawn : 0];
    p->races = single[p->race];
    if (p->race == CC_RACE_TWO)
        while (p->races == CC_RACE_WH) p->races |= one_race(r);
    if (p->race == CC_RACE_HISPANIC && cc_random_chance(r, 30000)) p->races = one_race(r);
}

int32_t cc_synth_birth(int32_t day, int age, struct cc_random *r)
{
    int32_t birth = day - age * 1461 / 4 - cc_random_between(r, 0, 364);
    while (cc_date_age(birth, day) > age) birth++;
    while (cc_date_age(birth, day) < age) birth--;
    return birth;
}

int cc_synth_age_band(int age, int last)
{
    const int from[] = { 0, 1, 6, 11, 14, 16, 18, last };
    int band = -1;
    while (band < 7 && age >= from[band + 1]) band++;
    return band;
}

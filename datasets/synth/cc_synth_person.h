#ifndef CC_SYNTH_PERSON_H
#define CC_SYNTH_PERSON_H
/* What the made-up children of all files have in common. */
#include "datasets/synth/cc_scenario.h"

/* One number for each kind of draw, so that no two kinds share their random numbers. */
enum cc_synth_stream {
    CC_STREAM_FAMILY = 1, CC_STREAM_REPORT, CC_STREAM_CHILD, CC_STREAM_RECORD, CC_STREAM_CARE_CHILD,
    CC_STREAM_CARE_EPISODE, CC_STREAM_CARE_RECORD, CC_STREAM_LIST, CC_STREAM_ID_REPORT, CC_STREAM_ID_CHILD,
    CC_STREAM_ID_CARE, CC_STREAM_ID_WORKER, CC_STREAM_ID_PERPETRATOR, CC_STREAM_PLANT, CC_STREAM_SCREENED,
    CC_STREAM_SCREENED_DAY, CC_STREAM_SCREENED_SHEET, CC_STREAM_SCREENED_VERIFIED, CC_STREAM_SCREENED_RATING,
    CC_STREAM_ID_SCREENED
};

enum cc_synth_race {
    CC_RACE_HISPANIC, CC_RACE_TWO, CC_RACE_AIAN, CC_RACE_ASIAN, CC_RACE_BLACK, CC_RACE_NHPI, CC_RACE_WHITE,
    CC_RACE_UNKNOWN, CC_RACE_GROUPS
};
extern const char *const cc_synth_race_names[CC_RACE_GROUPS]; /* as the definition files spell them */

/* The five race fields of both layouts, in their order. */
enum { CC_RACE_AI = 1, CC_RACE_AS = 2, CC_RACE_BL = 4, CC_RACE_NH = 8, CC_RACE_WH = 16, CC_RACE_FIELDS = 5 };

struct cc_synth_person {
    int32_t birth; /* day number */
    char sex;      /* '1' male, '2' female */
    uint8_t race;  /* enum cc_synth_race */
    uint8_t races; /* CC_RACE_AI ... */
};

/** A margin whose codes are hispanic, two, aian, asian, black, nhpi, white, unknown, prepared for
 *  drawing; another code is an error. */
struct cc_synth_races {
    const struct cc_margin *margin;
    uint8_t group[64];
};
CC_MUST_USE enum cc_status cc_synth_races_open(struct cc_synth_races *out, const struct cc_margin *m,
                                               struct cc_error *err);

void cc_synth_person_race(struct cc_synth_person *p, const struct cc_synth_races *races, struct cc_random *r);

/** A birth date such that the age on `day` is `age` in completed years. */
int32_t cc_synth_birth(int32_t day, int age, struct cc_random *r);

/** Which of the bands that begin at 0, 1, 6, 11, 14, 16, 18 and `last` an age is in, from 0; -1 if
 *  it is negative. */
int cc_synth_age_band(int age, int last);
#endif

#ifndef CC_SYNTH_NCANDS_H
#define CC_SYNTH_NCANDS_H
/* Made-up families that come to the notice of child protection in a fiscal year: their children,
 * the reports that got a disposition in the year, and what each report found for each child. A
 * family is drawn from its number alone. */
#include "datasets/synth/cc_synth_afcars.h"

enum { CC_FAMILY_CHILDREN = 6, CC_FAMILY_REPORTS = 6, CC_FAMILY_RECORDS = 36, CC_SLOTS = 4 };
enum { CC_AGE_UNBORN = 77, CC_AGE_UNKNOWN = 99, CC_AGE_BLANK = -1 };

struct cc_ncands_settings {
    const struct cc_margin *family_children, *family_reports, *age, *sex, *race, *lag, *disposition, *slots,
        *type_victim, *type_other, *level_wrong, *age_wrong, *sex_wrong, *death_victim, *death_other,
        *trafficking_age, *trafficking_sex, *trafficking_slot, *trafficking_level, *alleged_level,
        *response_days;
    int64_t sibling_again, same_day, same_level, level_error, age_error, sex_error, race_error,
        birth_date_given, trafficking, trafficking_if_in_care, confirmed, next_slot_victim, in_care_every,
        in_care_id_given, second_perpetrator;
};

struct cc_ncands {
    uint64_t seed;
    int ffy;
    bool clean; /* families without errors, for edits to be tested on: see cc_ncands_clean */
    int32_t start, end;
    const struct cc_afcars *care; /* children who are also in out-of-home care */
    struct cc_ncands_settings set;
    struct cc_synth_races races;
};

struct cc_ncands_report {
    uint64_t number;
    char id[13];
    int32_t received, disposed;
};

enum cc_trafficking {
    CC_TRAFFICKING_NONE, CC_TRAFFICKING_CONFIRMED, CC_TRAFFICKING_ALLEGED, CC_TRAFFICKING_TRAP
};

struct cc_ncands_child {
    uint64_t number;
    struct cc_synth_person person;
    enum cc_trafficking trafficking; /* TRAP: alleged in one slot, another slot substantiated */
    bool in_care;
    uint64_t care_number;
    int32_t removal;
};

struct cc_ncands_record {
    int report, child; /* within the family */
    int age;           /* as coded: 0-23, 77, 99, another number (invalid), or blank */
    char sex;          /* as coded; '\0' blank */
    uint8_t race;      /* enum cc_synth_race, as coded */
    uint8_t type[CC_SLOTS], level[CC_SLOTS]; /* as coded; 0 empty */
    char death;
};

struct cc_ncands_family {
    uint64_t number;
    int child_count, report_count, record_count;
    struct cc_ncands_child children[CC_FAMILY_CHILDREN];
    struct cc_ncands_report reports[CC_FAMILY_REPORTS];
    struct cc_ncands_record records[CC_FAMILY_RECORDS]; /* by report, then child */
};

CC_MUST_USE enum cc_status cc_ncands_open(struct cc_ncands *n, struct cc_scenario *s, uint64_t seed, int ffy,
                                          const struct cc_afcars *care, struct cc_error *err);

/** From now on no field is wrong or unknown by accident, nobody is 18, types do not repeat, only victims die. */
void cc_ncands_clean(struct cc_ncands *n);

void cc_ncands_family(const struct cc_ncands *n, uint64_t number, struct cc_ncands_family *out);

/** Leaves the first records of a family without errors: its reports are then disposed of as these say. */
void cc_ncands_cut(struct cc_ncands_family *f, int records);
#endif

#ifndef CC_SYNTH_AFCARS_H
#define CC_SYNTH_AFCARS_H
/* Made-up children in out-of-home care: their removals over two fiscal years, what became known of
 * sex trafficking and when, and what the half-year files say of each removal. A child is drawn from
 * its number alone. Days are day numbers; a day that never comes is CC_NEVER. */
#include <stdbool.h>

#include "datasets/synth/cc_synth_person.h"

#define CC_NEVER INT32_MAX
enum { CC_CARE_EPISODES = 3, CC_CARE_POLICE = 2, CC_CARE_DATES = 2 * CC_CARE_POLICE };
enum { CC_HALVES = 4 }; /* FFY-1 A, FFY-1 B, FFY A, FFY B */
enum { CC_LIST_INHOME, CC_LIST_CHAFEE, CC_LISTS };

struct cc_afcars_settings {
    const struct cc_margin *age, *sex, *race, *stay, *reason, *placement, *gap, *victim_age, *victim_sex,
        *inhome_age, *chafee_age, *sex_wrong, *flag_wrong;
    int64_t reentry, emancipate_at_18, victim_before, victim_in_care, victim_both, police, police_twice,
        police_earlier, removed_for_if_victim, removed_for_other, runaway, runaway_if_victim, not_collected,
        collected_later, flag_error, sex_error, birth_error, race_error, inhome_size, inhome_overlap,
        inhome_victim, chafee_size, chafee_overlap, chafee_victim, chafee_if_inhome;
};

struct cc_afcars {
    uint64_t seed, pool; /* pool: children that are drawn; all served in FFY or the year before */
    int ffy;
    int32_t start[CC_HALVES], end[CC_HALVES];
    struct cc_afcars_settings set;
    struct cc_synth_races races;
};

struct cc_afcars_episode {
    int32_t removal, exit; /* exit: CC_NEVER, or the day */
    const char *reason;    /* of the exit */
};

struct cc_police { /* reports to the police of one kind of victimization */
    int32_t days[CC_CARE_POLICE];
    int count;
};

struct cc_afcars_child {
    uint64_t number;
    struct cc_synth_person person;
    struct cc_afcars_episode episodes[CC_CARE_EPISODES];
    int episode_count;
    int32_t before, in_care; /* the day on which it became known, or CC_NEVER */
    struct cc_police before_police, in_care_police;
    bool not_collected;
};

/* What a half-year file says: the latest row of a removal. Flags: '0', '1', '\0' blank, other invalid. */
struct cc_afcars_record {
    int half, episode;
    int32_t removal, exit, birth; /* birth: CC_NEVER blank */
    const char *reason, *placement;
    char sex, removed_for, before, before_police, in_care, in_care_police;
    int32_t before_days[CC_CARE_DATES], in_care_days[CC_CARE_DATES];
    int before_count, in_care_count;
    uint8_t race;
    bool race_blank, missing_from_care;
};

struct cc_list_record {
    uint64_t number;
    struct cc_synth_person person;
    char before, in_care;
};

/** Settings of the scenario; then the pool: drawn until `children` of them are served in ffy. */
CC_MUST_USE enum cc_status cc_afcars_open(struct cc_afcars *a, struct cc_scenario *s, uint64_t seed, int ffy,
                                          uint64_t children, struct cc_error *err);

void cc_afcars_child(const struct cc_afcars *a, uint64_t number, struct cc_afcars_child *out);

/** In care on some day of the fiscal year (0: the year before, 1: ffy). */
bool cc_afcars_served(const struct cc_afcars *a, const struct cc_afcars_child *c, int year);

/** The row of a removal in a half-year file; false if the file has none. */
bool cc_afcars_record(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half,
                      struct cc_afcars_record *out);

/** The same without what goes wrong between the child and the file. */
bool cc_afcars_clean(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode, int half,
                     struct cc_afcars_record *out);

/** The same of a removal that ended before the first half. */
struct cc_afcars_record cc_afcars_ended(const struct cc_afcars *a, const struct cc_afcars_child *c, int episode);

/** Is the child in care also on a list; and the children that are on lists only: how many there
 *  are, and which lists one of them is on. */
bool cc_afcars_on_list(const struct cc_afcars *a, const struct cc_afcars_child *c, int list,
                       struct cc_list_record *out);
uint64_t cc_afcars_list_size(const struct cc_afcars *a, int list, uint64_t children);
void cc_afcars_list_child(const struct cc_afcars *a, int list, uint64_t i, struct cc_list_record *out,
                          bool also[CC_LISTS]);
#endif

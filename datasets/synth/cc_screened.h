#ifndef CC_SCREENED_H
#define CC_SCREENED_H
/* Made-up children who answered a screening tool, with a known truth: from the settings screening.NAME of a scenario.
 * A child is drawn from its number alone, and an answer from the child's truth, site and period alone, so that the
 * accuracy of the tool is a finite sum (cc_screened_truth.h) and not an estimate. */
#include "datasets/records/cc_tool.h"
#include "datasets/synth/cc_scenario.h"

enum { CC_OTHER, CC_TRAFFICKED, CC_TRUTHS };
enum { CC_BEFORE, CC_AFTER, CC_PERIODS }; /* of the month of change */
enum { CC_SCREENED_RATERS = 9, CC_SCREENED_SCORES = 1000, CC_SCREENED_AGAIN = 12, CC_RATE = 100000 };

/* What a missing answer stands for, as `score --missing` has it: no result, the lowest value, the highest. */
enum cc_unanswered { CC_UNANSWERED_COMPLETE, CC_UNANSWERED_NO, CC_UNANSWERED_YES, CC_UNANSWERED_RULES };

struct cc_screened_item { /* a column of answers */
    const char *name;
    const struct cc_tool_item *item;
    int64_t missing; /* rate */
    bool scored;     /* part of the tool's result */
};

struct cc_screened_place { /* a site in a period */
    int64_t *prevalence;                            /* of each sex: rate */
    const struct cc_margin **answers[CC_TRUTHS]; /* of each item */
};

struct cc_screened_settings {
    const struct cc_margin *sex, *age, *language, *site;
    const struct cc_margin *rescreens, *rating; /* NULL if not given */
    int64_t months, change_month; /* change_month: the first month after the change; 0: none */
    int64_t cutoff, raters, rated;
    int64_t second_sensitivity, second_specificity, reference_sensitivity, reference_specificity;
    int64_t verified[2][CC_TRUTHS]; /* rate by the result of the tool (1: flagged) and the truth */
    int64_t rater_error[CC_SCREENED_RATERS];
};

struct cc_screened {
    uint64_t seed;
    int32_t start; /* first day of the first month */
    struct cc_screened_settings set;
    struct cc_tool *tool;
    struct cc_screened_item *items;
    size_t item_count;
    struct cc_screened_place *places; /* sites x CC_PERIODS */
    int64_t highest;                  /* score */
    struct cc_arena arena;
};

struct cc_screened_child {
    uint64_t number;
    size_t sex, age_group, language, site;
    int32_t age;
    int month, period, screenings; /* month: from 0 */
    bool trafficked, second, reference; /* results of the second test and of the imperfect reference */
};

struct cc_screened_sheet { /* of one screening */
    int32_t day;
    int64_t score[CC_UNANSWERED_RULES]; /* complete: -1 if an answer is missing */
};

/** Reads the settings and the tool. start: the first day. The scenario must outlive the result. Errors: a setting
 *  that is not there or cannot be used (file, line and column); a tool whose result is made of earlier results. */
CC_MUST_USE enum cc_status cc_screened_open(struct cc_screened *p, struct cc_scenario *s, uint64_t seed,
                                            int32_t start, struct cc_error *err);
void cc_screened_close(struct cc_screened *p);

void cc_screened_child(const struct cc_screened *p, uint64_t number, struct cc_screened_child *out);

/** The i-th screening of a child, i < screenings, each at least 30 days after the one before.
 *  texts: item_count answers, "" if blank; they live as long as the scenario and the tool */
void cc_screened_sheet(const struct cc_screened *p, const struct cc_screened_child *c, int i, const char **texts,
                       struct cc_screened_sheet *out);

bool cc_screened_flagged(const struct cc_screened *p, const struct cc_screened_sheet *s); /* missing answers as no */

/** Did the truth become known? first: the child's first screening. */
bool cc_screened_verified(const struct cc_screened *p, const struct cc_screened_child *c,
                          const struct cc_screened_sheet *first);

/** The ratings of a child: codes of set.rating; false if it was not rated. out: set.raters values */
bool cc_screened_ratings(const struct cc_screened *p, const struct cc_screened_child *c, size_t *out);

/** What an answer adds to the score, and two parts joined: by addition or the greater of them. */
int64_t cc_screened_part(const struct cc_screened *p, const struct cc_tool_item *item, int64_t value);
int64_t cc_screened_join(const struct cc_screened *p, int64_t a, int64_t b);

static inline const struct cc_screened_place *cc_screened_place(const struct cc_screened *p, size_t site, int period)
{
    return &p->places[site * CC_PERIODS + (size_t)period];
}
#endif

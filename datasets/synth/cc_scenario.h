#ifndef CC_SCENARIO_H
#define CC_SCENARIO_H
/* A scenario: what a made-up population looks like. Read from datasets/scenarios/NAME.csv (or any
 * path), columns setting,value,source,confidence,note; one row a setting. A value is a whole number
 * (rates are per 100,000) or a margin: code=weight;code=weight ... with whole weights. The code
 * (blank) is an empty field; a code low-high is a range of whole numbers in a margin of quantities.
 * The setting `include` names another scenario, whose settings hold where they are not given here. */
#include <stddef.h>

#include "datasets/synth/cc_random.h"
#include "datasets/base/cc_status.h"

struct cc_margin {
    const char **codes; /* "" for (blank) */
    uint32_t *upto;     /* running sums of the weights */
    int32_t *low, *high; /* of a code that is a number or a range; else 0, -1 */
    size_t count;
};

struct cc_setting {
    const char *name, *file;
    size_t line, name_column, value_column; /* field numbers, from 1 */
    bool used;
    int64_t number;          /* of a number */
    struct cc_margin margin; /* count 0: this is a number */
};

struct cc_scenario;

CC_MUST_USE enum cc_status cc_scenario_load(const char *name, struct cc_scenario **out, struct cc_error *err);

/** The settings, in the order of the file, and whether each was asked for. */
struct cc_setting *cc_scenario_settings(struct cc_scenario *s, size_t *n);

/** The setting of that name, not marked as used; NULL if the scenario does not have it. */
struct cc_setting *cc_scenario_find(struct cc_scenario *s, const char *name);

/** Is there a setting whose name begins so ("screening.")? */
bool cc_scenario_has(const struct cc_scenario *s, const char *prefix);

/** CC_EDATA at the value of a setting: "NAME TEXT". */
CC_MUST_USE enum cc_status cc_setting_error(const struct cc_setting *set, struct cc_error *err, const char *text);

/* What a program needs: the setting's name, and where in its struct the answer goes. */
enum cc_wish_kind { CC_WISH_NUMBER, CC_WISH_MARGIN, CC_WISH_QUANTITY };
struct cc_wish {
    const char *name;
    enum cc_wish_kind kind; /* number: int64_t; margin: const struct cc_margin *; quantity: a margin
                             * whose codes are all numbers or ranges */
    size_t offset;
};

/** Fills `base` from the scenario. A setting that is not there or is of another kind is an error. */
CC_MUST_USE enum cc_status cc_scenario_bind(struct cc_scenario *s, const struct cc_wish *wishes, size_t n,
                                            void *base, struct cc_error *err);

/** A setting that nobody asked for is an error: it would be without effect. */
CC_MUST_USE enum cc_status cc_scenario_all_used(struct cc_scenario *s, struct cc_error *err);

/** Draws from a margin: the index of a code, or a quantity from its range. */
size_t cc_margin_draw(const struct cc_margin *m, struct cc_random *r);
int32_t cc_margin_quantity(const struct cc_margin *m, struct cc_random *r);

void cc_scenario_free(struct cc_scenario *s); /* NULL allowed */
#endif

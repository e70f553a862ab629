#ifndef CC_INTERVAL_H
#define CC_INTERVAL_H
/* An estimate with its confidence limits, and what kind of limits are asked for. */
#include <math.h>
#include <stdbool.h>

#include "stats/intervals/cc_tail.h"

struct cc_interval {
    double estimate, lower, upper;
};

enum cc_sides {
    CC_TWO_SIDED,
    CC_LOWER, /* a lower bound alone: the upper limit is the end of the scale */
    CC_UPPER
};

struct cc_limits {
    double level; /* 0 < level < 1; of a one-sided bound, that bound's own */
    enum cc_sides sides;
    bool unclipped; /* limits of approximations may leave the scale (only proportions are clipped) */
};

static const struct cc_interval CC_NO_INTERVAL = { NAN, NAN, NAN };

/** The area outside one limit, and inside it. */
static inline struct cc_tails cc_limit_tails(struct cc_limits want)
{
    double out = want.sides == CC_TWO_SIDED ? (1 - want.level) / 2 : 1 - want.level;
    return (struct cc_tails){ out, want.sides == CC_TWO_SIDED ? (1 + want.level) / 2 : want.level };
}

static inline bool cc_level_valid(double level)
{
    return level > 0 && level < 1;
}
#endif

#ifndef CC_POOL_STUDIES_H
#define CC_POOL_STUDIES_H
/* The studies of one analysis: which measure of their 2x2 tables is pooled, what is added to empty cells, and the
 * effects that come of it. */
#include <stdbool.h>

#include "stats/screening/cc_pool.h"

enum { CC_POOL_TP = 1, CC_POOL_FN = 2, CC_POOL_FP = 4, CC_POOL_TN = 8 };

struct cc_pool_metric {
    const char *name;
    int yes, no; /* cells: the proportion is yes / (yes + no); 0 for a ratio */
    enum cc_pool_ratio ratio;
};

enum { CC_POOL_METRIC_COUNT = 12 };
extern const struct cc_pool_metric CC_POOL_METRICS[CC_POOL_METRIC_COUNT];
extern const struct cc_pool_metric CC_POOL_ONE_PROPORTION; /* tp of tp + fn, whatever they are */
extern const struct cc_pool_metric CC_POOL_BOTH; /* sensitivity and specificity at once: no effect of its own */

struct cc_pool_study {
    const char *name;           /* NULL: its number */
    struct cc_pool_cells cells; /* as given; NaN: not known */
    double add;                 /* to each cell */
    struct cc_pool_effect effect;
};

/** The sum of some cells (CC_POOL_TP | ...). */
double cc_pool_sum(const struct cc_pool_cells *c, int cells);

/** Does what the metric divides by hold children? */
bool cc_pool_usable(const struct cc_pool_metric *m, const struct cc_pool_cells *c);

/** Sets `add` to 0.5 in each of the k studies with an empty cell, or, all, in all studies if one has an empty cell.
 *  How many got it. */
size_t cc_pool_correct(const struct cc_pool_metric *m, bool all, struct cc_pool_study *studies, size_t k);

/** The cells with what is added to them. */
struct cc_pool_cells cc_pool_corrected(const struct cc_pool_study *s);

/** Sets the effect on a scale (ratios: CC_POOL_LOG); 0.5 goes to each side of a proportion, however many cells a side
 *  has. Returns what cc_pool_proportion or cc_pool_log_ratio does. */
CC_MUST_USE enum cc_status cc_pool_effect_of(const struct cc_pool_metric *m, enum cc_pool_scale scale,
                                             struct cc_pool_study *s);

/** A pooled value and its limits, back from the scale. unclipped: raw limits below 0 or above 1 stay as they are.
 *  Freeman-Tukey's way back needs one size for all studies: the harmonic mean. */
struct cc_interval cc_pool_all_back(const struct cc_pool_metric *m, enum cc_pool_scale scale, bool unclipped,
                                    const struct cc_pool_study *studies, size_t k, struct cc_interval ci);
#endif

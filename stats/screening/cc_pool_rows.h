#ifndef CC_POOL_ROWS_H
#define CC_POOL_ROWS_H
/* A meta-analysis in words: the measures of several studies as one, in the order in which they are printed, each with
 * its method and a note where something must be known of it. What becomes of the rows is up to the caller. */
#include "stats/screening/cc_pool_studies.h"

/* Models beyond those of cc_pool.h, for sensitivity and specificity at once (cc_pool_bivariate.h). */
enum { CC_POOL_BIVARIATE = CC_POOL_REML + 1, CC_POOL_BIVARIATE_ML, CC_POOL_MODELS };
enum { CC_POOL_SCALES = CC_POOL_LOG + 1 };

/* Their names, as users write them and methods bear them. */
extern const char *const CC_POOL_MODEL_NAMES[CC_POOL_MODELS];
extern const char *const CC_POOL_SCALE_NAMES[CC_POOL_SCALES];

struct cc_pool_ask {
    const struct cc_pool_metric *metric; /* of a bivariate model CC_POOL_BOTH */
    int model;                           /* enum cc_pool_model, or one of those above */
    enum cc_pool_scale scale;
    bool correct_all; /* 0.5 to all studies if one has an empty cell; otherwise to that study */
    bool student;     /* the prediction interval by Student's t */
    bool unclipped;   /* raw limits may leave 0 to 1 */
    bool each_study;  /* a row for each study, too; not of a bivariate model */
    bool curve;       /* of a bivariate model: points instead of measures */
    double level;
};

bool cc_pool_is_bivariate(int model);

/* One measure, or one study; texts are the callee's for the time of the call. */
struct cc_pool_row {
    const char *study;     /* or (pooled), (prediction), or empty */
    double weight_percent; /* NaN: has none */
    const char *measure, *method, *note;
    double se, level; /* NaN: has none */
    struct cc_interval ci;
};

/* One point of the summary ROC plane. */
struct cc_pool_point {
    const char *part, *point, *note; /* part: study, summary, curve, confidence or prediction */
    double sensitivity, specificity;
    double n, level; /* children of a study, level of a region; otherwise NaN */
};

/** Where rows and points go; false ends the work (out of memory). */
struct cc_pool_sink {
    bool (*put)(void *to, const struct cc_pool_row *row);
    bool (*put_point)(void *to, const struct cc_pool_point *point);
    void *to;
};

/** Pools k >= 0 usable studies (cc_pool_usable); sets their `add` and `effect`.
 *
 *  Returns CC_OK; CC_ENOMEM, also when the sink said so; otherwise these counts cannot be pooled by this metric. */
CC_MUST_USE enum cc_status cc_pool_rows(const struct cc_pool_ask *ask, struct cc_pool_study *studies, size_t k,
                                        const struct cc_pool_sink *sink);
#endif

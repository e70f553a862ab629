#ifndef CC_RATINGS_H
#define CC_RATINGS_H
/* Who said what of whom: ratings in rows of a table, made into the arrays that measures of agreement need.
 *
 * Wide: a row is a subject, a column a rater (or an item). Long: a row is one rating, with columns for
 * subject, rater and score. A score that is empty, NA, (blank), (invalid) or one of `missing` is missing. */
#include <stdbool.h>

#include "datasets/base/cc_table.h"

enum { CC_RATINGS_CATEGORIES = 1000 }; /* at most */

struct cc_ratings {
    const struct cc_table *table;
    const size_t *wide;   /* columns of the scores; NULL if long */
    size_t n_wide;
    int subject, rater, score; /* columns, if long; rater may be -1 for votes */
    int count;            /* column: how many such rows (pairs) or raters (votes) a row stands for; or -1 */
    char *const *missing; /* further texts of missing scores */
    size_t n_missing;
};

/* ---- categories ---- */

struct cc_intern;
struct cc_categories {
    size_t k;
    struct cc_intern *texts;
    size_t *place;      /* of each text's number: its place in order */
    const char **names; /* in order; they live as long as this */
    bool ordered;       /* by --order, or numbers; otherwise by their texts */
    bool consecutive;   /* ordered by the caller, or whole numbers without gaps */
};

/** The distinct scores of the whole table, in the order given, else as numbers if all are, else by text.
 *  A score that a given order lacks, two texts of one number, (total), or too many categories are errors. */
CC_MUST_USE enum cc_status cc_categories_read(const struct cc_ratings *r, char *const *order, size_t n_order,
                                              struct cc_categories *out, struct cc_error *err);
void cc_categories_free(struct cc_categories *c);

/* ---- arrays, from the n rows of one group ---- */

/** Two wide columns: counts[k * k] are added up, row-major, the first column down.
 *  missing  rows (times their count) that lack one of the two scores */
CC_MUST_USE enum cc_status cc_ratings_pairs(const struct cc_ratings *r, const size_t *rows, size_t n,
                                            const struct cc_categories *c, int64_t *counts, int64_t *missing,
                                            struct cc_error *err);

struct cc_votes {
    size_t subjects, raters; /* that can be used, and how many raters each has */
    size_t left_out;         /* subjects with another number of raters */
    int64_t *votes;          /* subjects x k */
};

/** Raters of each subject by category. Used are the subjects with the number of raters that is most
 *  frequent (of equals, the larger), at least 2 of them. */
CC_MUST_USE enum cc_status cc_ratings_votes(const struct cc_ratings *r, const size_t *rows, size_t n,
                                            const struct cc_categories *c, struct cc_votes *out,
                                            struct cc_error *err);
void cc_votes_free(struct cc_votes *v);

struct cc_scores {
    size_t subjects, raters;
    size_t left_out;    /* subjects without a score of each rater */
    double *scores;     /* subjects x raters */
    const char **names; /* of the raters; live as long as the table */
};

/** The scores of subjects whom all raters of the group scored. */
CC_MUST_USE enum cc_status cc_ratings_scores(const struct cc_ratings *r, const size_t *rows, size_t n,
                                             struct cc_scores *out, struct cc_error *err);
void cc_scores_free(struct cc_scores *s);
#endif

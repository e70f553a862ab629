#ifndef CC_PROTECT_TABLE_H
#define CC_PROTECT_TABLE_H
/* Disclosure protection of a tidy table: which columns are counts, which rows are totals. */
#include "datasets/base/cc_table.h"
#include "report/protect/cc_protect.h"

struct cc_profile {
    char name[32], label[160];
    struct cc_protect_rule rule;
};

/** A profile by name, from profiles/profiles.csv or the table in `file` (NULL: the shipped one).
 *  An unknown name is CC_EUSAGE and lists the known ones. */
CC_MUST_USE enum cc_status cc_profile_read(const char *file, const char *name, struct cc_profile *out,
                                           struct cc_error *err);

enum cc_role { CC_ROLE_GROUP, CC_ROLE_KEY, CC_ROLE_COUNT, CC_ROLE_DERIVED, CC_ROLE_OTHER };

/** What each column of a tidy table is. by and counts: names separated by commas, or NULL.
 *  Without them: groups are the leftmost columns that tell the rows of one measure, method and
 *  level apart; counts are count, numerator, denominator, n_..., and all other columns of whole
 *  numbers; derived are estimate, lower, upper and other columns of numbers.
 *  roles: one for each column, owned by the caller. CC_EDATA when the groups do not tell rows
 *  apart, when a count is no number or negative, or when there is no count. */
CC_MUST_USE enum cc_status cc_protect_roles(const struct cc_table *t, const char *by, const char *counts,
                                            enum cc_role **roles, struct cc_error *err);

struct cc_protect_summary {
    struct cc_protect_count cells;
    size_t derived;      /* derived values hidden */
    size_t not_additive; /* totals that are not the sum of their rows */
};

/** Hides cells of the table in place: "<11" (high + 1) primary, "*" secondary, "-" a derived
 *  value whose numerator or denominator is primary, "*" one where they are secondary. The column
 *  `note`, if there is one, says why. Protected tokens of the input are kept. */
CC_MUST_USE enum cc_status cc_protect_table(struct cc_table *t, const enum cc_role *roles,
                                            const struct cc_profile *profile, struct cc_protect_summary *out,
                                            struct cc_error *err);
#endif

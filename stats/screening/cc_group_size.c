#include "stats/screening/cc_group_size.h"

enum { FEW_GROUPS = 20, CHILDREN_A_GROUP = 5 };

enum cc_status cc_group_size_check(const char *column, size_t groups, size_t children, struct cc_error *err)
{
    if (groups <= FEW_GROUPS || groups * CHILDREN_A_GROUP <= children) return CC_OK;
    return cc_error_set(err, CC_EDATA, 0, 0, "%.40s%s%zu groups for %zu children: the table must name nobody, and "
                        "wants %d children a group or more", column ? column : "", column ? ": " : "", groups, children,
                        CHILDREN_A_GROUP);
}

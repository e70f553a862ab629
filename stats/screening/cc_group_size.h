#ifndef CC_GROUP_SIZE_H
#define CC_GROUP_SIZE_H
/* Ids, names or days in place of groups would name children, or nearly so. */
#include <stddef.h>

#include "datasets/base/cc_status.h"

/** CC_EDATA if there are more than 20 groups with fewer than 5 children on average.
 *
 *  column  for the message; may be NULL */
CC_MUST_USE enum cc_status cc_group_size_check(const char *column, size_t groups, size_t children,
                                               struct cc_error *err);
#endif

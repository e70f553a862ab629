#ifndef CC_CONTROL_H
#define CC_CONTROL_H
/* How many control characters (below a blank, so line feeds too) some bytes hold: as fast as they
 * can be read. Lines of equal length hold no others than their line ends. */
#include <stddef.h>

#include "datasets/base/cc_simd.h"

size_t cc_control_count(enum cc_simd level, const char *bytes, size_t n);
#endif

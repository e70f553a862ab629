#ifndef CC_SVG_H
#define CC_SVG_H
#include "datasets/base/cc_text.h"

/** Appends text for XML content or attributes; characters that XML forbids become blanks. */
CC_MUST_USE bool cc_xml_escape(struct cc_buf *out, const char *text);

/** gnuplot's SVG with our title and description in place of its own, a role and the link
 *  between them. CC_EDATA if `svg` is not what gnuplot 5 and 6 write. */
CC_MUST_USE enum cc_status cc_svg_finish(const struct cc_buf *svg, const char *title, const char *desc,
                                         struct cc_buf *out, struct cc_error *err);
#endif

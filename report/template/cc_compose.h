#ifndef CC_COMPOSE_H
#define CC_COMPOSE_H
/* From a template and its tables to a page. */
#include "datasets/base/cc_output.h"
#include "report/page/cc_document.h"
#include "report/template/cc_pipeline.h"

/** Checks every inline value, caption, note and sentence against what is planned. */
CC_MUST_USE enum cc_status cc_compose_check(struct cc_workshop *w, struct cc_error *err);

/** Writes the page's parts into `d`, and tables and charts into `out`. command: as typed, with
 *  base names only. */
CC_MUST_USE enum cc_status cc_compose(struct cc_workshop *w, const char *command, struct cc_outdir *out,
                                      struct cc_document *d, struct cc_error *err);

/** Is a piece inside an {{if}} that does not hold? Feed the pieces in order; *skipping starts
 *  false and is kept by the caller. */
bool cc_compose_skips(const struct cc_values *v, const struct cc_piece *p, bool *skipping);
#endif

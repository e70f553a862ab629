#ifndef CC_PROVENANCE_H
#define CC_PROVENANCE_H
/* Where a report's numbers come from: inputs, definitions, program, command. */
#include "datasets/base/cc_output.h"
#include "report/page/cc_document.h"
#include "report/template/cc_pipeline.h"

/** Adds a list of the definitions that were used, with source and text. */
CC_MUST_USE enum cc_status cc_provenance_definitions(const struct cc_workshop *w, struct cc_document *d,
                                                     struct cc_error *err);

/** Adds the inputs (records read, kept, left out and why, SHA-256), the profile, the version and
 *  the command, and writes tables/provenance.csv. Small numbers of left-out records are hidden by
 *  the profile, too. */
CC_MUST_USE enum cc_status cc_provenance(const struct cc_workshop *w, const char *command,
                                         struct cc_outdir *out, struct cc_document *d, struct cc_error *err);
/** Does the report show small numbers of an extract? */
bool cc_provenance_restricted(const struct cc_workshop *w);
#endif

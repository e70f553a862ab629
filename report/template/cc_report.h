#ifndef CC_REPORT_H
#define CC_REPORT_H
/* A whole report: from a template and extracts to a folder with Markdown, HTML, tables, charts. */
#include "datasets/base/cc_status.h"

#include <stddef.h>

struct cc_report_pair {
    const char *name, *value;
};

struct cc_report_job {
    const char *template; /* path */
    const char *profile;  /* NULL: the template's, or lt11 */
    const char *folder;   /* to write to */
    const char *command;  /* as typed, with base names only */
    const struct cc_report_pair *inputs;      /* of inputs and lists; an input may be named several times */
    size_t input_count;
    const struct cc_report_pair *params;
    size_t param_count;
    const struct cc_report_pair *definitions; /* of inputs */
    size_t definition_count;
};

/** Makes the report. Nothing appears in the folder unless all of it is done. Errors of the
 *  template have its line and column; CC_EUSAGE: inputs or parameters that do not fit it. */
CC_MUST_USE enum cc_status cc_report(const struct cc_report_job *job, struct cc_error *err);
#endif

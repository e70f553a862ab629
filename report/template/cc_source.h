#ifndef CC_SOURCE_H
#define CC_SOURCE_H
/* One input of a report: its files, codebook and definitions, and all counts that the template
 * asks of it, which are made in one pass. */
#include "report/template/cc_template.h"
#include "stats/counting/cc_tally.h"

enum { CC_SOURCE_TABLES = 200 };

struct cc_source {
    const struct cc_template_input *input;
    struct cc_codebook *codebook;
    struct cc_definitions definitions;
    struct cc_tally_input *files;
    size_t file_count;
    struct cc_tally_spec specs[CC_SOURCE_TABLES];
    size_t spec_count;
    struct cc_tally_job job;
    struct cc_tally *tally;
};

/** Loads the codebook and definitions (definitions: a path, or NULL for the default). */
CC_MUST_USE enum cc_status cc_source_open(struct cc_source *s, const struct cc_template_input *input,
                                          const char *definitions, struct cc_error *err);

/** Adds `tally INPUT OPTIONS`, values filled in; *spec is its number. All names are looked up now:
 *  errors stand at the word of the template. ffy: the selected year, or 0. */
CC_MUST_USE enum cc_status cc_source_add(struct cc_source *s, const struct cc_step *step, const char *name,
                                         struct cc_arena *arena, size_t *spec, struct cc_error *err);

/** Reads all files once. */
CC_MUST_USE enum cc_status cc_source_run(struct cc_source *s, struct cc_error *err);

/** What a code of a column means ("male"), or what a definition is ("Neglect"); NULL if there is
 *  no label. */
const char *cc_source_label(const struct cc_source *s, const char *column, const char *code);

void cc_source_close(struct cc_source *s);
#endif

#ifndef CC_SHOW_H
#define CC_SHOW_H
/* How numbers of a protected table look to a reader. Rounding happens here, and only here. */
#include "report/page/cc_document.h"
#include "report/template/cc_pipeline.h"

enum cc_looks {
    CC_LOOKS_NUMBER,
    CC_LOOKS_SMALL,   /* "<11": hidden, small */
    CC_LOOKS_HIDDEN,  /* "*": hidden so that another cannot be worked out */
    CC_LOOKS_DERIVED, /* "-": comes from a hidden number */
    CC_LOOKS_MISSING, /* NA */
    CC_LOOKS_TEXT
};

enum cc_looks cc_show_looks(const char *cell, double *number);

/** 1234567.891 with 1 digit: "1,234,567.9"; digits -1: whole numbers without, others with 2. */
CC_MUST_USE bool cc_show_number(struct cc_buf *out, double x, int digits);

/** A code as a reader sees it: its label with a capital, "Total", "Blank", "Invalid code". */
CC_MUST_USE bool cc_show_label(struct cc_buf *out, const struct cc_made *m, const char *column,
                               const char *code);

/** What is counted, in words: "children"; never NULL. */
const char *cc_show_units(const struct cc_made *m);

/** The table as `columns:` asks for it, in the arena; its caption, label and notes are still to
 *  be set. *symbols gets Markdown that explains the symbols in it. */
CC_MUST_USE enum cc_status cc_show_grid(const struct cc_made *m, const struct cc_values *values,
                                        struct cc_arena *arena, struct cc_grid **out, const char **symbols,
                                        struct cc_error *err);
#endif

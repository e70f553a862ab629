#ifndef CC_SYNTH_ROW_H
#define CC_SYNTH_ROW_H
/* One record of a codebook's layout, filled field by field and written as CSV or at fixed positions.
 * Names, order, widths and date layouts are the codebook's: nothing of them is typed again. */
#include <stdio.h>

#include "datasets/records/cc_codebook.h"
#include "datasets/synth/cc_scenario.h"

enum { CC_SYNTH_FIELD = 64 };

struct cc_synth_row {
    const struct cc_codebook *cb;
    uint8_t *sizes; /* one a variable */
    char (*texts)[CC_SYNTH_FIELD];
    char *line; /* room for a whole record */
    size_t *columns, count; /* the variables that CSV shows */
};

/** All variables of the codebook, or the `n` named ones (names NULL: all). cb must outlive it. */
CC_MUST_USE enum cc_status cc_synth_row_open(struct cc_synth_row *row, const struct cc_codebook *cb,
                                             const char *const *names, size_t n, struct cc_error *err);
void cc_synth_row_close(struct cc_synth_row *row);

/** Finds n variables by name or alias; one that the codebook lacks is an error. */
CC_MUST_USE enum cc_status cc_synth_find(const struct cc_codebook *cb, const char *const *names, size_t n,
                                         size_t *out, struct cc_error *err);

/** Empties all fields; sets one. Texts are cut at CC_SYNTH_FIELD - 1. */
void cc_synth_row_clear(struct cc_synth_row *row);
void cc_synth_row_text(struct cc_synth_row *row, size_t variable, const char *text);
void cc_synth_row_char(struct cc_synth_row *row, size_t variable, char c); /* '\0': empty */
void cc_synth_row_number(struct cc_synth_row *row, size_t variable, unsigned value, int digits);

/** A date in the layout of the variable; a further one is added after the codebook's separator. */
void cc_synth_row_date(struct cc_synth_row *row, size_t variable, int32_t day);

void cc_synth_row_header(const struct cc_synth_row *row, FILE *out);
void cc_synth_row_csv(struct cc_synth_row *row, FILE *out);
void cc_synth_row_fixed(struct cc_synth_row *row, FILE *out);

/* Fields that nothing else depends on: each is drawn by itself from its margin in the scenario,
 * setting PREFIX.CLASS.VARIABLE. A class says when: its records, and what shares one draw. */
struct cc_synth_filler {
    size_t variable, kind; /* kind: index of the class */
    const struct cc_margin *margin;
};
struct cc_synth_fillers {
    struct cc_synth_filler *items;
    size_t count, room;
};

/** Collects the settings of one prefix ("ncands"). A class, variable or code that is not known is
 *  an error. Settings with only one dot are left alone. */
CC_MUST_USE enum cc_status cc_synth_fillers_open(struct cc_synth_fillers *f, struct cc_scenario *s,
                                                 const struct cc_codebook *cb, const char *prefix,
                                                 const char *const *classes, size_t n, struct cc_error *err);
void cc_synth_fillers_close(struct cc_synth_fillers *f);

/** Fills the fields of one class. */
void cc_synth_fill(const struct cc_synth_fillers *f, size_t kind, struct cc_random *r,
                   struct cc_synth_row *row);
#endif

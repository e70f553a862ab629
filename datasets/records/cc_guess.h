#ifndef CC_GUESS_H
#define CC_GUESS_H
/* Which codebook and format a file most likely is: its first bytes, its header and its first records are held
 * against every codebook that can be found. Reads a bounded piece of the file. */
#include "datasets/base/cc_magic.h"
#include "datasets/records/cc_check.h"

enum cc_fit { CC_FIT_WELL, CC_FIT_PARTLY, CC_FIT_NOT };

struct cc_guess {
    char codebook[64];
    const char *format;         /* "csv", "fixed", "xml", "spss", "stata" or "sas" */
    char delimiter;             /* of csv */
    size_t width;               /* of a fixed-width record */
    size_t columns, matched;    /* of the file; those of them that are variables */
    size_t required;            /* variables that may never be empty and have no column */
    uint64_t records, fields, valid; /* looked at; of their codes, numbers, dates and times that are not blank */
    enum cc_fit fit;
    struct cc_error stopped;    /* what is wrong within the first records; code CC_OK: nothing */
};

struct cc_guesses {
    char name[256]; /* of the file */
    enum cc_magic magic;
    size_t width;   /* bytes of the first line */
    struct cc_guess *items; /* the best first; such as do not fit only where none does */
    size_t count, room;
};

/** Fills out. No item, or none that fits, is no error. Errors: those of cc_input_open, an empty file, a file of a
 *  kind that nothing reads (what it is, and what to do with it), "-". cc_guesses_free in any case. */
CC_MUST_USE enum cc_status cc_guess_file(const char *path, struct cc_guesses *out, struct cc_error *err);

/** Valid fields in [0, 1]; NaN without a field. */
double cc_guess_share(const struct cc_guess *g);

/** The name of the codebook that fits a file well, owned by the caller; NULL if none does, or it cannot be told
 *  ("-"). */
char *cc_guess_codebook(const char *path);

void cc_guesses_free(struct cc_guesses *g);
#endif

#ifndef CC_RESCREEN_H
#define CC_RESCREEN_H
/* One screening of each child, of several. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

enum cc_rescreen {
    CC_RESCREEN_FIRST,
    CC_RESCREEN_LAST,
    CC_RESCREEN_HIGHEST, /* score; the first of equal ones */
    CC_RESCREEN_ANY,     /* the first positive one; if there is none, the last with a result */
    CC_RESCREEN_RULES
};

struct cc_screening {
    const char *id; /* of the child */
    int32_t day;    /* screenings of one day are in the order of the array */
    bool scored, positive;
    int64_t score;
    size_t row; /* the caller's */
};

/** Keeps one screening of each child: sorts s by child and day, and sets keep[s[i].row].
 *
 *  n     screenings; their rows are 0 .. n - 1, each once
 *  keep  n */
void cc_rescreen(struct cc_screening *s, size_t n, enum cc_rescreen rule, bool *keep);

/** "first", "last", "highest", "any". */
CC_MUST_USE bool cc_rescreen_parse(const char *text, enum cc_rescreen *out);
#endif

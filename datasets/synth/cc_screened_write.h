#ifndef CC_SCREENED_WRITE_H
#define CC_SCREENED_WRITE_H
/* Rows of the files of made-up screenings: answers.csv (one a screening) and ratings.csv (one a rated child). */
#include <stdio.h>

#include "datasets/synth/cc_screened.h"

void cc_screened_write_header(const struct cc_screened *p, FILE *answers);

/** texts: the answers of the sheet; verified: the truth of the child became known. */
void cc_screened_write_sheet(const struct cc_screened *p, const struct cc_screened_child *c,
                             const struct cc_screened_sheet *s, const char *const *texts, bool verified,
                             FILE *answers);

void cc_screened_write_rating_header(const struct cc_screened *p, FILE *ratings);
void cc_screened_write_rating(const struct cc_screened *p, const struct cc_screened_child *c, const size_t *codes,
                              FILE *ratings);
#endif

#ifndef CC_STAT_TEXT_H
#define CC_STAT_TEXT_H
/* Numbers of statistics files (SPSS, Stata, SAS) as the texts that an extract would have: codes exactly, dates by the
 * format of their variable. Pure functions. */
#include <stdbool.h>

#include "datasets/base/cc_text.h"

/* What a number counts. */
enum cc_clock { CC_CLOCK_NONE, CC_CLOCK_DAY, CC_CLOCK_MONTH, CC_CLOCK_MOMENT, CC_CLOCK_TIME };

struct cc_stat_clock {
    enum cc_clock kind;
    double units;  /* of the number in a day (DAY, MOMENT, TIME) */
    double epoch;  /* day number (cc_date.h) at which it is 0 */
};

/* How many digits of a number count: those of a double or float; portable files round in base 30. */
enum cc_precision { CC_PRECISION_DOUBLE, CC_PRECISION_FLOAT, CC_PRECISION_PORTABLE };

enum cc_stat_family { CC_STAT_SPSS, CC_STAT_STATA, CC_STAT_SAS };

/** What the numbers of a variable count, by its display format ("DATE11", "%td", "MMDDYY10"). Quarters, weeks and
 *  half-years of Stata, days counted with leap seconds (%tC) and names of days and months stay numbers.
 *  Source  IBM SPSS Statistics Command Syntax Reference, "Date, Time, and Date/Time formats" (seconds since 14 October
 *          1582); Stata User's Guide, 25 "Working with dates and times"; SAS Formats and Informats: Reference. */
struct cc_stat_clock cc_stat_clock_of(enum cc_stat_family family, const char *format);

/** Appends a number: a whole one without point or exponent, another with the fewest digits that give it back, or 15.
 *  A date as `layout` (cc_date.h; NULL: yyyy-mm-dd); a moment as yyyy-mm-ddThh:mm:ss, or as `layout` if it is midnight
 *  and there is a layout; a month as yyyy-mm, or as `layout`, of its first day; a time as hh:mm:ss. Fractions of
 *  seconds follow up to the sixth digit. What is no such date stays the number. A number that is no date gets the
 *  leading zero that it lost of an mmddyyyy layout. */
CC_MUST_USE bool cc_stat_add(struct cc_buf *out, double x, enum cc_precision precision,
                             const struct cc_stat_clock *clock, const char *layout);
#endif

#ifndef CC_DATE_H
#define CC_DATE_H
/* Civil dates of the Gregorian calendar as day numbers: 1970-01-01 is 0.
 * Source  E. G. Richards, Mapping Time (1998), ch. 24, in the era form of H. Hinnant (2013). */
#include <stdbool.h>
#include <stdint.h>

/** Day number of a date; false if there is no such day (2023-02-29). Years 1 to 9999. */
bool cc_date_day(int year, int month, int day, int32_t *out);

void cc_date_civil(int32_t day, int *year, int *month, int *dom);
int cc_date_year(int32_t day);

/** Parses exactly n bytes in one of the layouts "mmddyyyy", "yyyymmdd", "yyyy-mm-dd",
 *  "yyyymm" (first day of the month) and "yyyy" (1 January). */
bool cc_date_parse(const char *text, int n, const char *layout, int32_t *out);

/** A whole text that is a date, as 2024-05-17 or 20240517. */
bool cc_date_read(const char *text, int32_t *out);

/** Writes the date in one of those layouts; returns buf. */
const char *cc_date_format(int32_t day, const char *layout, char buf[16]);

/** Federal fiscal year: 1 October of the year before to 30 September. */
int cc_date_fiscal_year(int32_t day);
int32_t cc_date_fiscal_start(int ffy);
int32_t cc_date_fiscal_end(int ffy);

/** Completed years from birth to a day; negative if the day is before birth. A child born on
 *  29 February completes a year on 1 March of a common year (law differs; stated here once). */
int cc_date_age(int32_t birth, int32_t day);
#endif

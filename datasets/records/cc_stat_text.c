#include "datasets/records/cc_stat_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"

static const int32_t DAY_1582_10_14 = -141428, DAY_1960_01_01 = -3653;
static const double SECONDS = 86400;
static const int64_t MICROSECONDS = 86400LL * 1000000;

static bool begins(const char *text, const char *prefix)
{
    for (; *prefix; text++, prefix++)
        if ((*text >= 'a' && *text <= 'z' ? *text - 32 : *text) != *prefix) return false;
    return true;
}

static bool begins_one_of(const char *text, const char *const *prefixes)
{
    while (*prefixes && !begins(text, *prefixes)) prefixes++;
    return *prefixes != NULL;
}

static enum cc_clock spss_clock(const char *format)
{
    static const char *const moments[] = { "DATETIME", "YMDHMS", NULL };
    static const char *const days[] = { "DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR", NULL };
    static const char *const times[] = { "TIME", "MTIME", NULL };
    return begins_one_of(format, moments) ? CC_CLOCK_MOMENT
        : begins_one_of(format, days) ? CC_CLOCK_DAY
        : begins_one_of(format, times) ? CC_CLOCK_TIME : CC_CLOCK_NONE;
}

static enum cc_clock sas_clock(const char *format)
{
    static const char *const moments[] = { "DATETIME", "DATEAMPM", "E8601DT", "B8601DT", "E8601LX", "IS8601DT",
                                           "MDYAMPM", "NLDATM", "DTDATE", "DTMONYY", NULL };
    static const char *const days[] = { "DATE", "DDMMYY", "MMDDYY", "YYMMDD", "MMYY", "YYMM", "MONYY", "YYMON",
                                        "JULIAN", "E8601DA", "B8601DA", "IS8601DA", "WORDDAT", "WEEKDAT", "EURDF",
                                        "MINGUO", "NENGO", "NLDATE", NULL };
    static const char *const times[] = { "TIME", "TOD", "HHMM", "E8601TM", "B8601TM", "IS8601TM", "NLTIME", NULL };
    if (begins(format, "NLDATEMN") || begins(format, "NLDATEW")) return CC_CLOCK_NONE; /* names of months and days */
    return begins_one_of(format, moments) ? CC_CLOCK_MOMENT
        : begins_one_of(format, days) ? CC_CLOCK_DAY
        : begins_one_of(format, times) ? CC_CLOCK_TIME : CC_CLOCK_NONE;
}

/* %td, %-td, %tdD_m_Y; %d is the same in old files. Case matters: %tC is not %tc. */
static enum cc_clock stata_clock(const char *format)
{
    const char *f = *format == '%' ? format + 1 : "";
    f += *f == '-';
    if (*f == 'd') return CC_CLOCK_DAY;
    if (*f != 't') return CC_CLOCK_NONE;
    return f[1] == 'd' ? CC_CLOCK_DAY : f[1] == 'c' ? CC_CLOCK_MOMENT : f[1] == 'm' ? CC_CLOCK_MONTH : CC_CLOCK_NONE;
}

struct cc_stat_clock cc_stat_clock_of(enum cc_stat_family family, const char *format)
{
    struct cc_stat_clock c = { .kind = CC_CLOCK_NONE };
    if (family == CC_STAT_SPSS) c = (struct cc_stat_clock){ spss_clock(format), SECONDS, DAY_1582_10_14 };
    if (family == CC_STAT_STATA) c = (struct cc_stat_clock){ stata_clock(format), 1, DAY_1960_01_01 };
    if (family == CC_STAT_SAS) c = (struct cc_stat_clock){ sas_clock(format), 1, DAY_1960_01_01 };
    if (family == CC_STAT_STATA && c.kind == CC_CLOCK_MOMENT) c.units = SECONDS * 1000;
    if (family == CC_STAT_SAS && c.kind != CC_CLOCK_DAY) c.units = SECONDS;
    return c;
}

/* Most numbers are codes: printf would take most of the time. */
static bool add_whole(struct cc_buf *out, int64_t x)
{
    char text[24], *at = text + sizeof text;
    uint64_t left = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    do *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (x < 0) *--at = '-';
    return cc_buf_add(out, at, (size_t)(text + sizeof text - at));
}

static bool add_number(struct cc_buf *out, double x, enum cc_precision precision)
{
    char text[40];
    if (fabs(x) < 0x1p63 && x == floor(x)) return add_whole(out, (int64_t)x); /* also -0 */
    bool single = precision == CC_PRECISION_FLOAT;
    int digits = single ? 6 : 15, most = single ? 9 : precision == CC_PRECISION_PORTABLE ? 15 : 17;
    do snprintf(text, sizeof text, "%.*g", digits, x);
    while (digits++ < most && (single ? (double)strtof(text, NULL) : strtod(text, NULL)) != x);
    return cc_buf_text(out, text);
}

static bool add_plain(struct cc_buf *out, double x, enum cc_precision precision, const char *layout)
{
    bool zero = layout && !strcmp(layout, "mmddyyyy") && x >= 1010001 && x <= 9999999;
    return (!zero || cc_buf_char(out, '0')) && add_number(out, x, precision);
}

/* A day that a calendar of four digits has. */
static bool is_day(double day)
{
    int32_t first, last;
    return cc_date_day(1, 1, 1, &first) && cc_date_day(9999, 12, 31, &last) && day >= first && day <= last;
}

static bool add_day(struct cc_buf *out, int32_t day, const char *layout)
{
    char text[16];
    return cc_buf_text(out, cc_date_format(day, layout ? layout : "yyyy-mm-dd", text));
}

/* hh:mm:ss.ffffff, without a fraction that is 0 */
static bool add_clock(struct cc_buf *out, int64_t us)
{
    long long seconds = us / 1000000, fraction = us % 1000000;
    int digits = 6;
    if (!cc_buf_printf(out, "%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60)) return false;
    if (!fraction) return true;
    for (; fraction % 10 == 0; digits--) fraction /= 10;
    return cc_buf_printf(out, ".%0*lld", digits, fraction);
}

static bool add_moment(struct cc_buf *out, int32_t day, int64_t us, const char *layout)
{
    if (us == 0 && layout) return add_day(out, day, layout);
    return add_day(out, day, NULL) && cc_buf_char(out, 'T') && add_clock(out, us);
}

static bool add_month(struct cc_buf *out, int64_t months, const char *layout)
{
    int32_t day;
    int year = 1960 + (int)(months >= 0 ? months / 12 : -((11 - months) / 12));
    int month = (int)(months - (year - 1960) * 12) + 1;
    if (!cc_date_day(year, month, 1, &day)) return cc_buf_printf(out, "%lld", (long long)months);
    return layout ? add_day(out, day, layout) : cc_buf_printf(out, "%04d-%02d", year, month);
}

bool cc_stat_add(struct cc_buf *out, double x, enum cc_precision precision, const struct cc_stat_clock *clock,
                 const char *layout)
{
    if (clock->kind == CC_CLOCK_NONE || !isfinite(x)) return add_plain(out, x, precision, layout);
    if (clock->kind == CC_CLOCK_MONTH)
        return x == floor(x) && fabs(x) < 1e6 ? add_month(out, (int64_t)x, layout) : add_number(out, x, precision);
    double days = x / clock->units + (clock->kind == CC_CLOCK_TIME ? 0 : clock->epoch), day = floor(days);
    bool time = clock->kind == CC_CLOCK_TIME;
    if (time ? x < 0 || days > 1e6 : !is_day(day)) return add_number(out, x, precision);
    if (time) return add_clock(out, llround(x / clock->units * (double)MICROSECONDS));
    if (clock->kind == CC_CLOCK_DAY && days == day) return add_day(out, (int32_t)day, layout);
    /* from the number itself: days would have lost digits */
    double whole = day - clock->epoch;
    int64_t us = llround((x - whole * clock->units) / clock->units * (double)MICROSECONDS);
    if (us >= MICROSECONDS) us -= MICROSECONDS, day++;
    return is_day(day) ? add_moment(out, (int32_t)day, us, layout) : add_number(out, x, precision);
}

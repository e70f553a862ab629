#include "datasets/base/cc_date.h"

#include <stdio.h>
#include <string.h>

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

bool cc_date_day(int year, int month, int day, int32_t *out)
{
    static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    if (day > length[month - 1] + (month == 2 && leap(year))) return false;
    int y = month <= 2 ? year - 1 : year; /* years begin in March, so that leap days come last */
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *out = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return true;
}

void cc_date_civil(int32_t day, int *year, int *month, int *dom)
{
    int32_t z = day + 719468;
    int32_t era = z / 146097, doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *dom = doy - (153 * mp + 2) / 5 + 1;
    *month = mp + (mp < 10 ? 3 : -9);
    *year = yoe + era * 400 + (*month <= 2);
}

bool cc_date_parse(const char *text, int n, const char *layout, int32_t *out)
{
    if (n != (int)strlen(layout)) return false;
    int y = 0, m = 0, d = 0;
    for (int i = 0; i < n; i++) {
        char c = text[i], l = layout[i];
        if (l == '-') {
            if (c != '-') return false;
            continue;
        }
        if (c < '0' || c > '9') return false;
        int *part = l == 'y' ? &y : l == 'm' ? &m : &d;
        *part = *part * 10 + (c - '0');
    }
    return cc_date_day(y, strchr(layout, 'm') ? m : 1, strchr(layout, 'd') ? d : 1, out);
}

bool cc_date_read(const char *text, int32_t *out)
{
    size_t n = strlen(text);
    return (n == 10 && cc_date_parse(text, 10, "yyyy-mm-dd", out))
           || (n == 8 && cc_date_parse(text, 8, "yyyymmdd", out));
}

const char *cc_date_format(int32_t day, const char *layout, char buf[16])
{
    int y, m, d;
    cc_date_civil(day, &y, &m, &d);
    if (!strcmp(layout, "mmddyyyy"))
        snprintf(buf, 16, "%02u%02u%04u", (unsigned)m % 100, (unsigned)d % 100, (unsigned)y % 10000);
    else if (!strcmp(layout, "yyyymmdd"))
        snprintf(buf, 16, "%04u%02u%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100);
    else if (!strcmp(layout, "yyyymm")) snprintf(buf, 16, "%04u%02u", (unsigned)y % 10000, (unsigned)m % 100);
    else if (!strcmp(layout, "yyyy")) snprintf(buf, 16, "%04u", (unsigned)y % 10000);
    else snprintf(buf, 16, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100);
    return buf;
}

int cc_date_year(int32_t day)
{
    int y, m, d;
    cc_date_civil(day, &y, &m, &d);
    return y;
}

int cc_date_fiscal_year(int32_t day)
{
    int y, m, d;
    cc_date_civil(day, &y, &m, &d);
    return m >= 10 ? y + 1 : y;
}

int32_t cc_date_fiscal_start(int ffy)
{
    int32_t day = 0;
    (void)cc_date_day(ffy - 1, 10, 1, &day);
    return day;
}

int32_t cc_date_fiscal_end(int ffy)
{
    int32_t day = 0;
    (void)cc_date_day(ffy, 9, 30, &day);
    return day;
}

int cc_date_age(int32_t birth, int32_t day)
{
    int by, bm, bd, y, m, d;
    cc_date_civil(birth, &by, &bm, &bd);
    cc_date_civil(day, &y, &m, &d);
    return y - by - (m < bm || (m == bm && d < bd));
}

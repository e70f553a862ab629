/* Sentences: true of what is shown, and silent about what is hidden. */
#include <stdlib.h>

#include "report/page/cc_say.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static struct cc_shown_column columns[] = {
    { .name = "g", .heading = "Group", .digits = -1 },
    { .name = "n", .heading = "Children", .digits = -1 },
    { .name = "estimate", .heading = "Rate", .digits = 1 },
};

static const struct cc_exhibit exhibit = { .id = "T", .columns = columns, .column_count = 3 };

static void says(const char *table, const char *kind, const char *more, const char *want)
{
    struct cc_made m = { .exhibit = &exhibit, .groups = { "g" }, .group_count = 1, .unit = "child" };
    struct cc_error err = { 0 };
    struct cc_word words[2] = { { .text = kind }, { .text = more, .quoted = true } };
    struct cc_buf b = { 0 };
    OK(cc_table_read(scratch_bytes("s.csv", table, strlen(table)), &m.table, &err) == CC_OK);
    OK(cc_say(&m, words, more ? 2 : 1, &b, &err) == CC_OK);
    SAME(b.data ? b.data : "", want);
    cc_buf_free(&b);
    cc_table_free(&m.table);
}

#define Q(text) "\xE2\x80\x9C" text "\xE2\x80\x9D"
#define TO "\xE2\x80\x93"

static void largest(void)
{
    says("g,n\na,97\nb,28\n(total),125\n", "largest", NULL, "Most are " Q("A") " (97 of 125, 77.6 %).");
    says("g,n\na,40\nb,37\nc,30\n(total),107\n", "largest", NULL,
         "The largest group is " Q("A") " (40 of 107, 37.4 %).");
    says("g,n\na,40\nb,40\n(total),80\n", "largest", NULL, "No single group is the largest.");
    says("g,n\na,0\n(total),0\n", "largest", NULL, "No children counted here.");
    /* the two hidden hold 21 together: neither can reach 97; with 210 one could */
    says("g,n\na,97\nb,28\nc,*\nd,<11\n(total),146\n", "largest", NULL,
         "Most are " Q("A") " (97 of 146, 66.4 %).");
    says("g,n\na,97\nc,*\nd,<11\n(total),307\n", "largest", NULL,
         "Of the numbers that can be shown, the largest is " Q("A") " (97 of 307, 31.6 %).");
    says("g,n\na,97\nc,*\n(total),*\n", "largest", NULL,
         "Of the numbers that can be shown, the largest is " Q("A") " (97).");
    says("g,n\na,<11\nb,0\n(total),<11\n", "largest", NULL,
         "The numbers are too small to be shown by group.");
    says("g,n\na,12\n(blank),90\n(total),102\n", "largest", NULL,
         "The largest group is " Q("A") " (12 of 102, 11.8 %).");
}

/* Wanted intervals: roots of binomial tails in 30 digits; the second is also in rate_ratio.csv. */
static void change(void)
{
#define HEAD "g,numerator,denominator,estimate\n"
    says(HEAD "2023,120,20400,5.88\n2024,146,21304,6.86\n", "change", "The rate",
         "The rate was 5.9 in 2023 and 6.9 in 2024: 1.17 times as high (95 % CI 0.91" TO
         "1.50), so the difference may be chance.");
    says(HEAD "2023,60,51477,1.2\n2024,30,54308,0.6\n", "change", "The rate",
         "The rate was 1.2 in 2023 and 0.6 in 2024: 0.47 times as high (95 % CI 0.30" TO "0.75), "
         "a fall that chance alone hardly explains.");
    says(HEAD "2023,<11,20400,-\n2024,146,21304,6.86\n", "change", "The rate",
         "The change cannot be given, because one of the numbers is hidden or missing.");
    says(HEAD "2023,0,20400,0\n2024,146,21304,6.86\n", "change", "The rate",
         "The rate was 0.0 in 2023 and 6.9 in 2024.");
    says(HEAD "2024,146,21304,6.86\n(total),146,21304,6.86\n", "change", "The rate",
         "There is no earlier year to compare with.");
}

static void others(void)
{
    says("g,n\na,97\n(total),1250\n", "total", NULL, "In all 1,250 children.");
    says("g,estimate,lower,upper\na,5,4,6.25\nb,9,8,10\nc,-,-,-\n", "extremes", "It",
         "It was lowest for " Q("A") " (5.0; 95 % CI 4.0" TO
                                     "6.2) and highest for " Q("B") " (9.0; 95 % CI 8.0" TO "10.0).");
    says("g,estimate,lower,upper\na,5,4,6\nc,-,-,-\n", "extremes", "It",
         "There are too few numbers to compare.");
    says("g,f\na,high\nb,low\nc,high\nd,NA\nUS,target\n", "flags", "f",
         "Of the 3 that can be compared, 2 are high, 1 is low.");
    says("g,f\nd,NA\n", "flags", "f", "Of the 0 that can be compared, none has a flag.");
    says("g,n\na,97\n", "none", NULL, "");
}

static void cell(const char *last, const char *want)
{
    struct cc_made m = {
        .exhibit = &exhibit, .groups = { "g" }, .group_count = 1, .columns = { "g", "n" }, .column_count = 2
    };
    struct cc_error err = { 0 };
    struct cc_word words[] = { { .text = "T" }, { .text = last }, { .text = "n" } };
    struct cc_buf b = { 0 };
    static const char table[] = "g,n\na,1234\nb,<11\nc,*\nd,NA\n(total),5000\n";
    OK(cc_table_read(scratch_bytes("c.csv", table, sizeof table - 1), &m.table, &err) == CC_OK);
    enum cc_status st = cc_say_cell(&m, words, 3, &b, &err);
    if (want) {
        OK(st == CC_OK && cc_say_cell_check(&m, words, 3, &err) == CC_OK);
        SAME(b.data, want);
    } else OK(st == CC_EDATA);
    cc_buf_free(&b);
    cc_table_free(&m.table);
}

int main(void)
{
    largest();
    change();
    others();
    cell("g=a", "1,234");
    cell("g=b", "fewer than 11");
    cell("g=c", "(a hidden number)");
    cell("g=d", "(not reported)");
    cell("g=(total)", "5,000");
    cell("g=e", NULL);
    return tap_done();
}

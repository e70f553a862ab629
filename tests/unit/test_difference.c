/* The difference of two proportions against the table of the paper. */
#include "stats/intervals/cc_difference.h"
#include "tests/tap.h"

static void against_paper(void) /* Newcombe (1998), table II, method 10 */
{
    static const struct {
        struct cc_prop_pair pair;
        double lower, upper;
    } rows[] = { { { 56, 70, 48, 80 }, .0524, .3339 }, { { 9, 10, 3, 10 }, .1705, .8090 },
                 { { 6, 7, 2, 7 }, .0582, .8062 },     { { 5, 56, 0, 29 }, -.0381, .1926 },
                 { { 0, 10, 0, 20 }, -.1611, .2775 },  { { 0, 10, 0, 10 }, -.2775, .2775 },
                 { { 10, 10, 0, 20 }, .6791, 1 },      { { 10, 10, 0, 10 }, .6075, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cc_interval ci, other;
        OK(cc_prop_difference(rows[i].pair, .95, &ci) == CC_OK);
        OK(fabs(ci.lower - rows[i].lower) < 5.1e-5); /* four digits are printed */
        OK(fabs(ci.upper - rows[i].upper) < 5.1e-5);
        struct cc_prop_pair p = rows[i].pair, turned = { p.x0, p.n0, p.x1, p.n1 };
        OK(cc_prop_difference(turned, .95, &other) == CC_OK);
        NEAR(other.lower, -ci.upper, 1e-12);
        NEAR(other.estimate, -ci.estimate, 1e-12);
    }
}

static void domain(void)
{
    struct cc_interval ci;
    OK(cc_prop_difference((struct cc_prop_pair){ 0, 0, 3, 7 }, .95, &ci) == CC_UNDEFINED && isnan(ci.upper));
    OK(cc_prop_difference((struct cc_prop_pair){ 3, 7, 0, 0 }, .95, &ci) == CC_UNDEFINED);
    OK(cc_prop_difference((struct cc_prop_pair){ 8, 7, 0, 0 }, .95, &ci) == CC_EDOMAIN);
    OK(cc_prop_difference((struct cc_prop_pair){ 3, 7, 3, 7 }, 1, &ci) == CC_EDOMAIN);
}

int main(void)
{
    against_paper();
    domain();
    return tap_done();
}

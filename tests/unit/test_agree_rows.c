/* Agreement and reliability in words: which rows, and what is said where a number is undefined. */
#include "stats/screening/cc_agree_rows.h"
#include "tests/tap.h"

enum { ROOM = 64 };

/* What a caller keeps: rows, until `room` of them came. */
struct seen {
    size_t n, room;
    char items[ROOM][16], measures[ROOM][32], methods[ROOM][32], notes[ROOM][128];
    double estimates[ROOM], levels[ROOM];
};

static bool put(void *to, const struct cc_agree_row *row)
{
    struct seen *s = to;
    if (s->n == s->room) return false;
    snprintf(s->items[s->n], sizeof s->items[0], "%s", row->item);
    snprintf(s->measures[s->n], sizeof s->measures[0], "%s", row->measure);
    snprintf(s->methods[s->n], sizeof s->methods[0], "%s", row->method);
    snprintf(s->notes[s->n], sizeof s->notes[0], "%s", row->note);
    s->levels[s->n] = row->level;
    s->estimates[s->n++] = row->estimate;
    return true;
}

static size_t row_of(const struct seen *s, const char *measure)
{
    size_t i = 0;
    while (i < s->n && strcmp(s->measures[i], measure) != 0) i++;
    OK(i < s->n);
    return i < s->n ? i : 0;
}

static const char *const NAMES[] = { "no", "yes", "not asked" }, *const RATERS[] = { "short", "long" };

static enum cc_status pairs(size_t k, const int64_t *counts, const bool *weights, struct seen *s, size_t room)
{
    const struct cc_agree_pairs p = { k, counts, NAMES, RATERS, weights };
    const struct cc_agree_sink sink = { put, s, 0.9 };
    *s = (struct seen){ .room = room };
    return cc_agree_pair_rows(&p, &sink);
}

static void two_raters(void)
{
    static const bool plain[] = { true, false, false }, all[] = { true, true, true };
    static const int64_t two[] = { 37, 5, 16, 21 }, three[] = { 37, 5, 2, 8, 21, 4, 3, 6, 17 }, one[] = { 37 };
    struct seen s;
    OK(pairs(2, two, plain, &s, ROOM) == CC_OK);
    NEAR(s.estimates[row_of(&s, "agreement")], 58.0 / 79, 1e-15);
    NEAR(s.levels[row_of(&s, "kappa")], 0.9, 0);
    OK(isnan(s.levels[row_of(&s, "po")]));
    SAME(s.notes[row_of(&s, "n12")], "short: no, long: yes");
    SAME(s.notes[row_of(&s, "or_bc")], "pairs (no, yes) over pairs (yes, no)");
    OK(pairs(3, three, all, &s, ROOM) == CC_OK);
    SAME(s.methods[row_of(&s, "chi2")], "bowker");
    size_t kappas = 0;
    for (size_t i = 0; i < s.n; i++) kappas += !strcmp(s.measures[i], "kappa");
    OK(kappas == 3);
    OK(pairs(1, one, plain, &s, ROOM) == CC_OK);
    SAME(s.notes[row_of(&s, "kappa")], "one category only: chance alone agrees in full");
    OK(pairs(0, NULL, plain, &s, ROOM) == CC_OK);
    OK(s.n == 1 && isnan(s.estimates[0]));
    OK(pairs(2, two, plain, &s, 7) == CC_ENOMEM); /* the sink said so */
}

static void many_raters(void)
{
    static const int64_t votes[] = { 3, 0, 2, 1, 0, 3, 1, 2, 3, 0 };
    struct seen s = { .room = ROOM };
    const struct cc_agree_sink sink = { put, &s, 0.95 };
    OK(cc_agree_fleiss_rows(5, 3, 2, votes, &sink) == CC_OK);
    NEAR(s.estimates[row_of(&s, "p_bar")], (1 + 1 / 3.0 + 1 + 1 / 3.0 + 1) / 5, 1e-14);
    NEAR(s.estimates[row_of(&s, "raters")], 3, 0);
    s.n = 0;
    OK(cc_agree_fleiss_rows(0, 0, 2, votes, &sink) == CC_OK);
    SAME(s.notes[row_of(&s, "fleiss_kappa")], "no subject has two raters");
}

static void scores(void)
{
    static const double given[] = { 9, 2, 5, 6, 1, 3, 8, 4, 6, 7, 1, 2 };
    struct seen s = { .room = ROOM };
    const struct cc_agree_sink sink = { put, &s, 0.95 };
    OK(cc_agree_icc_rows(4, 3, given, &sink) == CC_OK);
    OK(s.n == 2 + 6 * 5);
    SAME(s.methods[row_of(&s, "icc")], "ICC(1)");
    s.n = 0;
    OK(cc_agree_icc_rows(1, 3, given, &sink) == CC_OK);
    SAME(s.notes[row_of(&s, "icc")], "fewer than two subjects with all raters, or one rater");
}

static void items(void)
{
    static const double given[] = { 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 1 };
    static const char *const names[] = { "q1", "q2", "q3" };
    const struct cc_agree_items all = { 4, 3, 2, given, names }, one = { 1, 3, 0, given, names };
    struct seen s = { .room = ROOM };
    const struct cc_agree_sink sink = { put, &s, 0.95 };
    size_t constant;
    OK(cc_agree_alpha_rows(&all, &constant, &sink) == CC_OK);
    OK(constant == 1); /* q3 */
    NEAR(s.estimates[row_of(&s, "n_total")], 6, 0);
    NEAR(s.estimates[row_of(&s, "kr20")], s.estimates[row_of(&s, "alpha")], 0);
    SAME(s.notes[row_of(&s, "alpha")], "1 of the items does not vary: counted, as in the formula");
    SAME(s.items[0], "(total)");
    SAME(s.items[s.n - 1], "q3");
    s.n = 0;
    OK(cc_agree_alpha_rows(&one, &constant, &sink) == CC_OK);
    OK(constant == 0);
    SAME(s.notes[row_of(&s, "alpha")], "fewer than two complete subjects, or one item");
}

int main(void)
{
    two_raters();
    many_raters();
    scores();
    items();
    return tap_done();
}

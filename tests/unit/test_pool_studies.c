/* Studies of an analysis: metrics, empty cells, effects, the way back. Made-up counts. */
#include "stats/screening/cc_pool_rows.h"

#include "tests/tap.h"

static const struct cc_pool_metric *metric(const char *name)
{
    for (size_t i = 0; i < CC_POOL_METRIC_COUNT; i++)
        if (!strcmp(CC_POOL_METRICS[i].name, name)) return &CC_POOL_METRICS[i];
    return NULL;
}

static void usable(void)
{
    struct cc_pool_cells no_controls = { 17, 4, 0, 0 }, hidden = { NAN, 4, 9, 30 };
    OK(cc_pool_usable(metric("sensitivity"), &no_controls));
    OK(!cc_pool_usable(metric("specificity"), &no_controls));
    OK(!cc_pool_usable(metric("dor"), &no_controls) && !cc_pool_usable(&CC_POOL_BOTH, &no_controls));
    OK(!cc_pool_usable(metric("sensitivity"), &hidden) && cc_pool_usable(metric("specificity"), &hidden));
    OK(cc_pool_sum(&(struct cc_pool_cells){ 17, 4, 9, 30 }, CC_POOL_TP | CC_POOL_TN) == 47);
}

static size_t correct(const char *name, bool all, struct cc_pool_study *s)
{
    s[0] = (struct cc_pool_study){ .cells = { 17, 4, 9, 30 } };
    s[1] = (struct cc_pool_study){ .cells = { 12, 0, 5, 22 } };
    s[2] = (struct cc_pool_study){ .cells = { 8, 3, 7, 41 } };
    return cc_pool_correct(metric(name), all, s, 3);
}

static void empty_cells(void)
{
    struct cc_pool_study s[3];
    OK(correct("sensitivity", false, s) == 1 && s[0].add == 0 && s[1].add == .5 && s[2].add == 0);
    OK(correct("sensitivity", true, s) == 3 && s[0].add == .5 && s[1].add == .5 && s[2].add == .5);
    OK(correct("specificity", true, s) == 0 && s[1].add == 0); /* its own cells are not empty */
    OK(correct("accuracy", false, s) == 0);                    /* nor are these sums */
    OK(correct("lr_neg", false, s) == 1 && cc_pool_corrected(&s[1]).fn == .5 && cc_pool_corrected(&s[1]).tn == 22.5);
    OK(cc_pool_correct(metric("dor"), true, s, 0) == 0);
}

static void effects(void)
{
    struct cc_pool_study s[3];
    struct cc_pool_effect want;
    correct("sensitivity", false, s);
    OK(cc_pool_effect_of(metric("sensitivity"), CC_POOL_LOGIT, &s[1]) == CC_OK);
    OK(cc_pool_proportion(12.5, 13, CC_POOL_LOGIT, &want) == CC_OK);
    NEAR(s[1].effect.y, want.y, 1e-15);
    correct("accuracy", true, s); /* 0.5 to each side, though a side has two cells */
    s[0].add = .5;
    OK(cc_pool_effect_of(metric("accuracy"), CC_POOL_RAW, &s[0]) == CC_OK);
    NEAR(s[0].effect.y, 47.5 / 61, 1e-15);
    s[1].add = 0;
    OK(cc_pool_effect_of(metric("dor"), CC_POOL_LOG, &s[1]) == CC_UNDEFINED);
}

static void back(void)
{
    struct cc_pool_study s[3];
    struct cc_interval raw = { .9, .7, 1.1 }, none = CC_NO_INTERVAL, got;
    const struct cc_pool_metric *m = metric("sensitivity");
    correct("sensitivity", false, s);
    got = cc_pool_all_back(m, CC_POOL_RAW, false, s, 3, raw);
    OK(got.estimate == .9 && got.lower == .7 && got.upper == 1);
    OK(cc_pool_all_back(m, CC_POOL_RAW, true, s, 3, raw).upper == 1.1);
    OK(isnan(cc_pool_all_back(m, CC_POOL_LOGIT, false, s, 3, none).lower));
    double n = 3 / (1 / 21. + 1 / 12. + 1 / 11.); /* harmonic mean of 21, 12 and 11 */
    got = cc_pool_all_back(m, CC_POOL_FREEMAN_TUKEY, false, s, 3, raw);
    NEAR(got.estimate, cc_pool_back(.9, CC_POOL_FREEMAN_TUKEY, n), 1e-14);
}

/* ---- a sink that runs full ---- */

static bool put_some(void *to, const struct cc_pool_row *row)
{
    int *left = to;
    return row->measure[0] && --*left > 0;
}

static void full_sink(void)
{
    struct cc_pool_study s[3];
    struct cc_pool_ask ask = { .metric = metric("sensitivity"), .model = CC_POOL_DL, .level = .95 };
    int room = 100;
    const struct cc_pool_sink sink = { .put = put_some, .to = &room };
    correct("sensitivity", false, s);
    OK(cc_pool_rows(&ask, s, 3, &sink) == CC_OK && room < 100);
    room = 3;
    OK(cc_pool_rows(&ask, s, 3, &sink) == CC_ENOMEM && room == 0);
}

int main(void)
{
    usable();
    empty_cells();
    effects();
    back();
    full_sink();
    return tap_done();
}

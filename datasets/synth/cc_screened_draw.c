#include "datasets/synth/cc_screened.h"

#include "datasets/base/cc_date.h"
#include "datasets/synth/cc_synth_person.h"


/* A test that errs at the rates given, independently of all else. */
static bool test(struct cc_random *r, bool truth, int64_t sensitivity, int64_t specificity)
{
    return cc_random_chance(r, truth ? sensitivity : CC_RATE - specificity);
}

void cc_screened_child(const struct cc_screened *p, uint64_t number, struct cc_screened_child *out)
{
    const struct cc_screened_settings *set = &p->set;
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED, number, 0);
    struct cc_screened_child *c = out;
    *c = (struct cc_screened_child){ .number = number };
    c->sex = cc_margin_draw(set->sex, &r);
    c->age_group = cc_margin_draw(set->age, &r);
    c->age = cc_random_between(&r, set->age->low[c->age_group], set->age->high[c->age_group]);
    c->language = cc_margin_draw(set->language, &r);
    c->site = cc_margin_draw(set->site, &r);
    c->month = cc_random_between(&r, 0, (int32_t)set->months - 1);
    c->period = set->change_month && c->month + 1 >= set->change_month ? CC_AFTER : CC_BEFORE;
    c->screenings = 1 + (set->rescreens ? cc_margin_quantity(set->rescreens, &r) : 0);
    c->trafficked = cc_random_chance(&r, cc_screened_place(p, c->site, c->period)->prevalence[c->sex]);
    c->second = test(&r, c->trafficked, set->second_sensitivity, set->second_specificity);
    c->reference = test(&r, c->trafficked, set->reference_sensitivity, set->reference_specificity);
}

static int32_t first_day(const struct cc_screened *p, const struct cc_screened_child *c)
{
    int year, month, day;
    int32_t out = p->start;
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED_DAY, c->number, 0);
    cc_date_civil(p->start, &year, &month, &day);
    month += c->month - 1;
    if (!cc_date_day(year + month / 12, month % 12 + 1, cc_random_between(&r, 1, 28), &out)) return p->start;
    return out;
}

static int32_t day_of(const struct cc_screened *p, const struct cc_screened_child *c, int screening)
{
    int32_t day = first_day(p, c);
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED_DAY, c->number, 1);
    for (int i = 0; i < screening; i++) day += cc_random_between(&r, 30, 90);
    return day;
}

/* Blank, or one of the codes of the item that mean the same. */
static const char *missing_text(const struct cc_tool_item *item, struct cc_random *r)
{
    const char *texts[CC_TOOL_TEXTS + 1] = { "" };
    uint32_t n = 1;
    for (size_t i = 0; i < item->code_count; i++)
        if (item->codes[i].kind == CC_CODE_MISSING) texts[n++] = item->codes[i].text;
    return texts[cc_random_below(r, n)];
}

static void answer(const struct cc_screened *p, const struct cc_screened_item *it, const struct cc_margin *m,
                   struct cc_random *r, const char **text, struct cc_screened_sheet *s)
{
    int64_t value = 0;
    const char *given = m->codes[cc_margin_draw(m, r)];
    bool missing = cc_random_chance(r, it->missing);
    *text = missing ? missing_text(it->item, r) : given;
    if (!it->scored) return;
    if (!missing) cc_tool_code(it->item, given, &value);
    const int64_t values[] = { [CC_UNANSWERED_COMPLETE] = value,
                               [CC_UNANSWERED_NO] = missing ? it->item->lowest : value,
                               [CC_UNANSWERED_YES] = missing ? it->item->highest : value };
    for (int rule = 0; rule < CC_UNANSWERED_RULES; rule++)
        if (s->score[rule] >= 0)
            s->score[rule] = cc_screened_join(p, s->score[rule], cc_screened_part(p, it->item, values[rule]));
    if (missing) s->score[CC_UNANSWERED_COMPLETE] = -1;
}

void cc_screened_sheet(const struct cc_screened *p, const struct cc_screened_child *c, int i, const char **texts,
                       struct cc_screened_sheet *out)
{
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED_SHEET, c->number, (uint64_t)i);
    const struct cc_margin **answers = cc_screened_place(p, c->site, c->period)->answers[c->trafficked];
    *out = (struct cc_screened_sheet){ .day = day_of(p, c, i) };
    for (size_t k = 0; k < p->item_count; k++) answer(p, &p->items[k], answers[k], &r, &texts[k], out);
}

bool cc_screened_flagged(const struct cc_screened *p, const struct cc_screened_sheet *s)
{
    return s->score[CC_UNANSWERED_NO] >= p->set.cutoff;
}

bool cc_screened_verified(const struct cc_screened *p, const struct cc_screened_child *c,
                          const struct cc_screened_sheet *first)
{
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED_VERIFIED, c->number, 0);
    return cc_random_chance(&r, p->set.verified[cc_screened_flagged(p, first)][c->trafficked]);
}

/* All raters see one thing, and each at its own rate does not look and draws from the same margin: so all raters use
 * the ratings equally often, and two agree beyond chance in (1 - error) x (1 - error) of the children. */
bool cc_screened_ratings(const struct cc_screened *p, const struct cc_screened_child *c, size_t *out)
{
    struct cc_random r = cc_random_start(p->seed, CC_STREAM_SCREENED_RATING, c->number, 0);
    if (!p->set.raters || !cc_random_chance(&r, p->set.rated)) return false;
    size_t seen = cc_margin_draw(p->set.rating, &r);
    for (int i = 0; i < p->set.raters; i++)
        out[i] = cc_random_chance(&r, p->set.rater_error[i]) ? cc_margin_draw(p->set.rating, &r) : seen;
    return true;
}

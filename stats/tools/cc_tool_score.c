#include "stats/tools/cc_tool_score.h"

const char *cc_missing_word(enum cc_missing rule)
{
    static const char *const words[] = { "complete", "no", "yes" };
    return words[rule];
}

bool cc_outcome_positive(const struct cc_tool_result *r, const struct cc_outcome *o)
{
    return o->kind == CC_OUTCOME_SCORED && o->level < r->level_count && o->level >= r->positive;
}

/* What the parts of a result add up to, one after the other. */
struct total {
    enum cc_tool_rule rule;
    int64_t at_least, score;
    size_t added;
    bool unknown;
};

static void add(struct total *t, int64_t value, int64_t weight)
{
    switch (t->rule) {
    case CC_TOOL_SUM: t->score += weight * value; break;
    case CC_TOOL_COUNT: t->score += value >= t->at_least; break;
    case CC_TOOL_ANY: t->score |= value >= t->at_least; break;
    case CC_TOOL_MAX: if (!t->added || value > t->score) t->score = value; break;
    case CC_TOOL_PATTERN: t->score |= (int64_t)(value != 0) << t->added; break;
    }
    t->added++;
}

static void add_item(const struct cc_tool_form *f, const struct cc_tool_answer *answers, size_t item,
                     enum cc_missing rule, struct total *t)
{
    const struct cc_tool_item *it = &f->tool->items[item];
    for (size_t a = f->first[item]; a < f->first[item + 1]; a++) {
        if (answers[a].kind == CC_CODE_NONE) continue;
        if (answers[a].kind == CC_CODE_VALUE) add(t, answers[a].value, it->weight);
        else if (rule == CC_MISSING_COMPLETE) t->unknown = true;
        else add(t, rule == CC_MISSING_NO ? it->lowest : it->highest, it->weight);
    }
}

/* A result as a part: its score in sums and maxima, otherwise whether it is positive. */
static void add_result(const struct cc_tool_result *r, const struct cc_outcome *o, struct total *t)
{
    bool by_score = t->rule == CC_TOOL_SUM || t->rule == CC_TOOL_MAX;
    if (o->kind == CC_OUTCOME_UNKNOWN) t->unknown = true;
    else if (o->kind == CC_OUTCOME_NOT_ASKED) add(t, 0, 1);
    else if (by_score) add(t, o->score, 1);
    else add(t, cc_outcome_positive(r, o) ? t->at_least : 0, 1);
}

static enum cc_outcome_kind gate(const struct cc_tool_result *r, const struct cc_outcome *done)
{
    if (!r->gated) return CC_OUTCOME_SCORED;
    const struct cc_outcome *o = &done[r->gate];
    if (o->kind == CC_OUTCOME_SCORED && o->level != r->gate_level) return CC_OUTCOME_NOT_ASKED;
    return o->kind;
}

static enum cc_status score_one(const struct cc_tool_form *f, const struct cc_tool_answer *answers,
                                enum cc_missing rule, size_t which, struct cc_outcome *done)
{
    const struct cc_tool_result *r = &f->tool->results[which];
    struct cc_outcome *o = &done[which];
    struct total t = { .rule = r->rule, .at_least = r->at_least };
    *o = (struct cc_outcome){ .kind = gate(r, done), .level = r->level_count };
    if (o->kind != CC_OUTCOME_SCORED) return CC_OK;
    for (size_t i = 0; i < r->part_count; i++) {
        const struct cc_tool_part *p = &r->parts[i];
        if (p->is_result) add_result(&f->tool->results[p->index], &done[p->index], &t);
        else add_item(f, answers, p->index, rule, &t);
    }
    if (t.unknown || !t.added) {
        o->kind = CC_OUTCOME_UNKNOWN;
        return CC_OK;
    }
    o->score = t.score;
    return !r->level_count || cc_tool_level(r, t.score, &o->level) ? CC_OK : CC_EDOMAIN;
}

/* An item may be part of several results: it is counted once. */
static bool is_asked(const struct cc_tool *t, const struct cc_outcome *done, size_t item)
{
    for (size_t i = 0; i < t->result_count; i++)
        for (size_t k = 0; k < t->results[i].part_count && done[i].kind != CC_OUTCOME_NOT_ASKED; k++)
            if (!t->results[i].parts[k].is_result && t->results[i].parts[k].index == item) return true;
    return false;
}

enum cc_status cc_tool_score(const struct cc_tool_form *form, const struct cc_tool_answer *answers,
                             enum cc_missing rule, struct cc_outcome *out, size_t *missing, size_t *asked)
{
    const struct cc_tool *t = form->tool;
    enum cc_status st = CC_OK;
    *missing = *asked = 0;
    for (size_t i = 0; i < t->result_count && st == CC_OK; i++) st = score_one(form, answers, rule, i, out);
    if (st != CC_OK) return st;
    for (size_t i = 0; i < t->item_count; i++) {
        if (!is_asked(t, out, i)) continue;
        for (size_t a = form->first[i]; a < form->first[i + 1]; a++) {
            *asked += answers[a].kind != CC_CODE_NONE;
            *missing += answers[a].kind == CC_CODE_MISSING;
        }
    }
    return CC_OK;
}

/* The least (or greatest) score: every part at its least. */
static int64_t extreme(const struct cc_tool_form *f, size_t result, bool greatest)
{
    const struct cc_tool_result *r = &f->tool->results[result];
    struct total t = { .rule = r->rule, .at_least = r->at_least };
    for (size_t i = 0; i < r->part_count; i++) {
        const struct cc_tool_part *p = &r->parts[i];
        if (p->is_result) {
            bool by_score = r->rule == CC_TOOL_SUM || r->rule == CC_TOOL_MAX;
            add(&t, by_score ? extreme(f, p->index, greatest) : greatest ? r->at_least : 0, 1);
            continue;
        }
        const struct cc_tool_item *it = &f->tool->items[p->index];
        for (size_t a = f->first[p->index]; a < f->first[p->index + 1]; a++)
            add(&t, greatest ? it->highest : it->lowest, it->weight);
    }
    return t.score;
}

bool cc_tool_fits(const struct cc_tool_form *form, size_t result, int64_t *low, int64_t *high)
{
    const struct cc_tool_result *r = &form->tool->results[result];
    *low = extreme(form, result, false);
    *high = extreme(form, result, true);
    return !r->level_count || (r->levels[0].low <= *low && *high <= r->levels[r->level_count - 1].high);
}

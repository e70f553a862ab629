#include "stats/screening/cc_pool_studies.h"

enum { TP = CC_POOL_TP, FN = CC_POOL_FN, FP = CC_POOL_FP, TN = CC_POOL_TN };

const struct cc_pool_metric CC_POOL_METRICS[CC_POOL_METRIC_COUNT] = {
    { "sensitivity", TP, FN, 0 },
    { "specificity", TN, FP, 0 },
    { "ppv", TP, FP, 0 },
    { "npv", TN, FN, 0 },
    { "fpr", FP, TN, 0 },
    { "fnr", FN, TP, 0 },
    { "accuracy", TP | TN, FN | FP, 0 },
    { "true_prevalence", TP | FN, FP | TN, 0 },
    { "apparent_prevalence", TP | FP, FN | TN, 0 },
    { "dor", 0, 0, CC_POOL_DOR },
    { "lr_pos", 0, 0, CC_POOL_LR_POS },
    { "lr_neg", 0, 0, CC_POOL_LR_NEG },
};
const struct cc_pool_metric CC_POOL_ONE_PROPORTION = { "proportion", TP, FN, 0 };
const struct cc_pool_metric CC_POOL_BOTH = { "sensitivity and specificity", 0, 0, 0 };

double cc_pool_sum(const struct cc_pool_cells *c, int cells)
{
    return (cells & TP ? c->tp : 0) + (cells & FN ? c->fn : 0) + (cells & FP ? c->fp : 0) + (cells & TN ? c->tn : 0);
}

bool cc_pool_usable(const struct cc_pool_metric *m, const struct cc_pool_cells *c)
{
    return m->yes ? cc_pool_sum(c, m->yes | m->no) > 0 : cc_pool_sum(c, TP | FN) > 0 && cc_pool_sum(c, FP | TN) > 0;
}

static bool has_empty_cell(const struct cc_pool_metric *m, const struct cc_pool_cells *c)
{
    if (m->yes) return cc_pool_sum(c, m->yes) == 0 || cc_pool_sum(c, m->no) == 0;
    return c->tp == 0 || c->fn == 0 || c->fp == 0 || c->tn == 0;
}

size_t cc_pool_correct(const struct cc_pool_metric *m, bool all, struct cc_pool_study *studies, size_t k)
{
    size_t empty = 0;
    for (size_t i = 0; i < k; i++) empty += has_empty_cell(m, &studies[i].cells);
    for (size_t i = 0; i < k; i++)
        if (all ? empty > 0 : has_empty_cell(m, &studies[i].cells)) studies[i].add = .5;
    return all && empty ? k : empty;
}

struct cc_pool_cells cc_pool_corrected(const struct cc_pool_study *s)
{
    const struct cc_pool_cells *c = &s->cells;
    return (struct cc_pool_cells){ c->tp + s->add, c->fn + s->add, c->fp + s->add, c->tn + s->add };
}

enum cc_status cc_pool_effect_of(const struct cc_pool_metric *m, enum cc_pool_scale scale, struct cc_pool_study *s)
{
    if (!m->yes) return cc_pool_log_ratio(cc_pool_corrected(s), m->ratio, &s->effect);
    double x = cc_pool_sum(&s->cells, m->yes) + s->add, n = x + cc_pool_sum(&s->cells, m->no) + s->add;
    return cc_pool_proportion(x, n, scale, &s->effect);
}

static double harmonic_size(const struct cc_pool_metric *m, const struct cc_pool_study *studies, size_t k)
{
    double inverse = 0;
    for (size_t i = 0; i < k; i++) inverse += 1 / cc_pool_sum(&studies[i].cells, m->yes | m->no);
    return (double)k / inverse;
}

struct cc_interval cc_pool_all_back(const struct cc_pool_metric *m, enum cc_pool_scale scale, bool unclipped,
                                    const struct cc_pool_study *studies, size_t k, struct cc_interval ci)
{
    if (isnan(ci.estimate)) return CC_NO_INTERVAL;
    double size = scale == CC_POOL_FREEMAN_TUKEY ? harmonic_size(m, studies, k) : 0;
    double *part[] = { &ci.estimate, &ci.lower, &ci.upper };
    for (int i = 0; i < 3; i++) {
        *part[i] = cc_pool_back(*part[i], scale, size);
        if (scale == CC_POOL_RAW && !unclipped) *part[i] = fmin(1, fmax(0, *part[i]));
    }
    return ci;
}

/* ROC curves of a chart: their area and words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/chart/cc_chart.h"

enum { NAMED = 2 }; /* chosen cut-offs of a curve, in words */

static bool has_gap(const struct cc_chart *c, size_t series)
{
    for (size_t i = 0; i < c->labels_n; i++) {
        const struct cc_chart_point *p = &c->points[series * c->labels_n + i];
        if (p->present && isnan(p->y)) return true;
    }
    return false;
}

bool cc_chart_has_ends(const struct cc_chart *c, size_t series)
{
    size_t n, *at = cc_chart_curve(c, series, &n);
    const struct cc_chart_point *first = at && n ? &c->points[at[0]] : NULL;
    const struct cc_chart_point *last = first ? &c->points[at[n - 1]] : NULL;
    bool ends = n > 1 && first && first->fpr == 0 && first->y == 0 && last->fpr == 1 && last->y == 1;
    free(at);
    return ends;
}

double cc_chart_auc(const struct cc_chart *c, size_t series)
{
    size_t n, *at = has_gap(c, series) ? NULL : cc_chart_curve(c, series, &n);
    if (!at) return NAN;
    double x = 0, y = 0, area = 0;
    bool whole = n > 1 && c->points[at[0]].fpr == 0 && c->points[at[0]].y == 0;
    for (size_t i = 0; i < n; i++) {
        const struct cc_chart_point *p = &c->points[at[i]];
        area += (p->fpr - x) * (p->y + y) / 2;
        x = p->fpr;
        y = p->y;
    }
    free(at);
    return whole && x == 1 && y == 1 ? area : NAN;
}

bool cc_chart_cutoff(struct cc_buf *out, const char *label)
{
    if (!strcmp(label, ">= Inf") || !strcmp(label, "<= -Inf")) return cc_buf_text(out, "nobody");
    if (!strncmp(label, ">=", 2)) return cc_buf_text(out, "\xe2\x89\xa5") && cc_buf_text(out, label + 2);
    if (!strncmp(label, "<=", 2)) return cc_buf_text(out, "\xe2\x89\xa4") && cc_buf_text(out, label + 2);
    return cc_buf_text(out, label);
}

static bool add_point(struct cc_buf *out, const struct cc_chart *c, size_t at)
{
    const struct cc_chart_point *p = &c->points[at];
    return cc_chart_cutoff(out, c->labels[at % c->labels_n])
           && cc_buf_printf(out, ": sensitivity %.3f, specificity %.3f", p->y, 1 - p->fpr);
}

static bool add_curve(struct cc_buf *out, const struct cc_chart *c, size_t s, size_t most)
{
    double auc = cc_chart_auc(c, s);
    bool ok = cc_buf_char(out, ' ');
    if (c->series_n > 1) ok = ok && cc_chart_add_cut(out, c->series[s], most) && cc_buf_text(out, ": ");
    bool ends = cc_chart_has_ends(c, s);
    if (ends) ok = ok && (isnan(auc) ? cc_buf_text(out, "AUC not shown") : cc_buf_printf(out, "AUC %.3f", auc));
    size_t named = 0, names = c->series_n > 1 && most < SIZE_MAX ? 0 : NAMED;
    for (size_t i = 0; ok && i < c->labels_n && named < names; i++) {
        size_t at = s * c->labels_n + i;
        if (!c->points[at].chosen || isnan(c->points[at].y)) continue;
        ok = (!ends && !named ? true : cc_buf_text(out, "; ")) && add_point(out, c, at);
        named++;
    }
    if (!ends && !named) ok = ok && cc_buf_text(out, "No cut-off is shown");
    return ok && cc_buf_char(out, '.');
}

bool cc_chart_roc_message(struct cc_buf *out, const struct cc_chart *c, size_t most)
{
    bool ok = true;
    for (size_t s = 0; ok && s < c->series_n; s++) ok = add_curve(out, c, s, most);
    return ok;
}

bool cc_chart_roc_values(struct cc_buf *out, const struct cc_chart *c)
{
    bool ok = true, any = false;
    for (size_t s = 0; ok && s < c->series_n; s++) {
        size_t n, *at = cc_chart_curve(c, s, &n);
        ok = at != NULL;
        for (size_t i = 0; ok && i < n; i++) {
            ok = cc_buf_text(out, any ? "; " : " Cut-offs: ");
            if (ok && c->series_n > 1) ok = cc_buf_text(out, c->series[s]) && cc_buf_text(out, ", ");
            ok = ok && add_point(out, c, at[i]);
            any = true;
        }
        free(at);
    }
    return ok && (!any || cc_buf_char(out, '.'));
}

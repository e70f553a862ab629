/* What a chart says in words, to those who do not see it. */
#include <math.h>

#include "report/chart/cc_chart.h"

enum { ALT_MOST = 250, ALL_VALUES = 60 };

static const struct cc_chart_point *point(const struct cc_chart *c, size_t series, size_t label)
{
    return &c->points[series * c->labels_n + label];
}

static bool add_name(struct cc_buf *out, const struct cc_chart *c, size_t s, size_t i, size_t most)
{
    bool ok = true;
    if (c->series_n > 1) ok = cc_chart_add_cut(out, c->series[s], most) && cc_buf_text(out, ", ");
    if (ok && c->kind == CC_CHART_ROC) return cc_chart_cutoff(out, c->labels[i]);
    return ok && cc_chart_add_cut(out, c->labels[i], most);
}

static bool add_value(struct cc_buf *out, const struct cc_chart *c, size_t s, size_t i, size_t most)
{
    return add_name(out, c, s, i, most) && cc_buf_text(out, ": ")
           && cc_chart_number(out, point(c, s, i)->y, cc_chart_decimals(c));
}

struct extremes {
    size_t high, low, first, last; /* positions in points; first and last of series 0 */
    size_t shown, hidden;          /* how many */
};

static struct extremes find_extremes(const struct cc_chart *c)
{
    struct extremes e = { 0 };
    bool first = true;
    for (size_t i = 0; i < c->labels_n * c->series_n; i++) {
        e.hidden += c->points[i].hidden;
        if (isnan(c->points[i].y)) continue;
        if (!e.shown || c->points[i].y > c->points[e.high].y) e.high = i;
        if (!e.shown || c->points[i].y < c->points[e.low].y) e.low = i;
        if (i < c->labels_n && first) e.first = i, first = false;
        if (i < c->labels_n) e.last = i;
        e.shown++;
    }
    return e;
}

static bool add_message(struct cc_buf *out, const struct cc_chart *c, size_t most)
{
    struct extremes e = find_extremes(c);
    size_t n = c->labels_n;
    if (c->kind == CC_CHART_ROC) return cc_chart_roc_message(out, c, most);
    if (c->kind >= CC_CHART_FOREST) return cc_chart_pool_message(out, c);
    if (!e.shown) return cc_buf_text(out, " No value is shown.");
    if (e.shown == 1)
        return cc_buf_text(out, " ") && add_value(out, c, e.high / n, e.high % n, most)
               && cc_buf_char(out, '.');
    if (c->kind == CC_CHART_TREND && c->series_n == 1)
        return cc_buf_text(out, " First ") && add_value(out, c, 0, e.first, most)
               && cc_buf_text(out, "; last ") && add_value(out, c, 0, e.last, most) && cc_buf_char(out, '.');
    return cc_buf_text(out, " Highest: ") && add_value(out, c, e.high / n, e.high % n, most)
           && cc_buf_text(out, e.hidden ? "; lowest shown: " : "; lowest: ")
           && add_value(out, c, e.low / n, e.low % n, most) && cc_buf_char(out, '.');
}

static bool add_kind(struct cc_buf *out, const struct cc_chart *c)
{
    static const char *const names[] = { [CC_CHART_BAR] = "Bar chart", [CC_CHART_TREND] = "Line chart",
        [CC_CHART_ROC] = "ROC curve", [CC_CHART_FOREST] = "Forest plot", [CC_CHART_SROC] = "Summary ROC curve" };
    bool ok = cc_buf_text(out, names[c->kind]);
    if (ok && c->kind != CC_CHART_SROC && !isnan(c->level))
        ok = cc_buf_printf(out, " with %.3g percent intervals", 100 * c->level);
    return ok;
}

static bool add_period(struct cc_buf *out, const struct cc_chart *c)
{
    if (c->kind != CC_CHART_TREND || c->labels_n < 2) return true;
    return cc_buf_text(out, ", ") && cc_chart_add_cut(out, c->labels[0], 20) && cc_buf_text(out, " to ")
           && cc_chart_add_cut(out, c->labels[c->labels_n - 1], 20);
}

bool cc_chart_alt(const struct cc_chart *c, struct cc_buf *out)
{
    struct cc_buf head = { 0 }, tail = { 0 };
    const char *about = *c->title ? c->title : c->y_label;
    bool ok = add_kind(&head, c) && cc_buf_text(&head, ": ") && add_period(&tail, c)
              && cc_buf_char(&tail, '.') && add_message(&tail, c, 24);
    if (ok) {
        size_t used = cc_chart_characters(head.data) + cc_chart_characters(tail.data);
        ok = cc_buf_text(out, head.data)
             && cc_chart_add_cut(out, about, used < ALT_MOST - 40 ? ALT_MOST - used : 40)
             && cc_buf_text(out, tail.data);
    }
    cc_buf_free(&head);
    cc_buf_free(&tail);
    return ok;
}

static bool add_all_values(struct cc_buf *out, const struct cc_chart *c)
{
    int decimals = cc_chart_decimals(c);
    bool ok = cc_buf_text(out, " Values"), any = false;
    for (size_t s = 0; ok && s < c->series_n; s++)
        for (size_t i = 0; ok && i < c->labels_n; i++) {
            const struct cc_chart_point *p = point(c, s, i);
            if (isnan(p->y)) continue;
            ok = cc_buf_text(out, any ? "; " : ": ") && add_value(out, c, s, i, SIZE_MAX);
            any = true;
            if (ok && !isnan(p->lower))
                ok = cc_buf_text(out, " (") && cc_chart_number(out, p->lower, decimals)
                     && cc_buf_text(out, " to ") && cc_chart_number(out, p->upper, decimals)
                     && cc_buf_char(out, ')');
        }
    return ok && cc_buf_char(out, '.');
}

/* What has no mark: hidden ones and empty ones apart. */
static bool add_absent(struct cc_buf *out, const struct cc_chart *c, bool hidden)
{
    bool ok = true, any = false;
    for (size_t s = 0; ok && s < c->series_n; s++)
        for (size_t i = 0; ok && i < c->labels_n; i++) {
            const struct cc_chart_point *p = point(c, s, i);
            if (!isnan(p->y) || p->hidden != hidden || (c->kind == CC_CHART_ROC && !p->present)) continue;
            ok = cc_buf_text(out, any ? "; " : hidden ? " Not shown, to protect children: " : " No value: ")
                 && add_name(out, c, s, i, SIZE_MAX);
            any = true;
        }
    return ok && (!any || cc_buf_char(out, '.'));
}

bool cc_chart_describe(const struct cc_chart *c, struct cc_buf *out)
{
    struct extremes e = find_extremes(c);
    bool ok = add_kind(out, c) && cc_buf_text(out, ": ")
              && cc_buf_text(out, *c->title ? c->title : c->y_label) && add_period(out, c)
              && cc_buf_char(out, '.');
    if (ok && *c->title && *c->y_label)
        ok = cc_buf_printf(out, " Measured: %s.", c->y_label);
    ok = ok && add_message(out, c, SIZE_MAX);
    if (ok && c->kind == CC_CHART_SROC) return cc_chart_pool_values(out, c);
    if (ok && e.shown > ALL_VALUES) ok = cc_buf_printf(out, " %zu values are drawn.", e.shown);
    else if (ok && c->kind == CC_CHART_ROC) ok = cc_chart_roc_values(out, c);
    else if (ok && e.shown > 1) ok = add_all_values(out, c);
    return ok && add_absent(out, c, true) && add_absent(out, c, false);
}

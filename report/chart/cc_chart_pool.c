/* Forest plots and summary ROC curves: their words and scripts. */
#include <math.h>

#include "report/chart/cc_chart_draw.h"
#include "report/chart/cc_gnuplot.h"

enum { ROW = 24, NAME_MOST = 38, VALUE_WIDE = 216, WEIGHT_WIDE = 60, FEW = 12 };
static const double SMALLEST = .5, GROWTH = 1.5; /* of marks */

static const struct cc_chart_point *first_of(const struct cc_chart *c, enum cc_chart_part part)
{
    for (size_t i = 0; i < c->labels_n * c->series_n; i++)
        if (c->points[i].present && c->points[i].part == part) return &c->points[i];
    return NULL;
}

static size_t count(const struct cc_chart *c, enum cc_chart_part part)
{
    size_t n = 0;
    for (size_t i = 0; i < c->labels_n * c->series_n; i++)
        n += c->points[i].present && c->points[i].part == part && !isnan(c->points[i].y);
    return n;
}

/* ---- words ---- */

bool cc_chart_pool_legend(struct cc_buf *out, const struct cc_chart *c)
{
    bool ok = true;
    if (c->kind == CC_CHART_FOREST) {
        ok = isnan(c->level) || cc_buf_printf(out, " with %.3g%% intervals", 100 * c->level);
        ok = ok && cc_buf_text(out, ". Squares: studies, larger with more weight. Diamond: pooled.");
        return ok && (!first_of(c, CC_PART_PREDICTION)
                      || cc_buf_text(out, " Bar: where the true value of a new study is expected."));
    }
    ok = cc_buf_text(out, ". Circles: studies, larger with more children. Square: summary point.");
    if (first_of(c, CC_PART_CURVE))
        ok = ok && cc_buf_text(out, " Line: summary curve, as far as the studies go.");
    if (first_of(c, CC_PART_CONFIDENCE) && !isnan(c->level))
        ok = ok && cc_buf_printf(out, " Dashed: %.3g%% confidence region.", 100 * c->level);
    if (first_of(c, CC_PART_PREDICTION) && !isnan(c->level))
        ok = ok && cc_buf_printf(out, " Dotted: %.3g%% prediction region of a new study.", 100 * c->level);
    return ok;
}

static bool add_limits(struct cc_buf *out, const struct cc_chart *c, const struct cc_chart_point *p)
{
    int decimals = cc_chart_decimals(c);
    bool ok = cc_chart_number(out, p->y, decimals);
    if (isnan(p->lower)) return ok;
    return ok && cc_buf_text(out, " (") && cc_chart_number(out, p->lower, decimals) && cc_buf_text(out, " to ")
           && cc_chart_number(out, p->upper, decimals) && cc_buf_char(out, ')');
}

static bool add_place(struct cc_buf *out, const struct cc_chart_point *p)
{
    return cc_buf_printf(out, "sensitivity %.3f, specificity %.3f", p->y, 1 - p->fpr);
}

static bool add_studies(struct cc_buf *out, const struct cc_chart *c)
{
    size_t n = count(c, CC_PART_STUDY);
    return cc_buf_printf(out, "%zu %s", n, n == 1 ? "study" : "studies");
}

bool cc_chart_pool_message(struct cc_buf *out, const struct cc_chart *c)
{
    const struct cc_chart_point *pooled = first_of(c, CC_PART_POOLED);
    bool ok = true;
    if (!pooled || isnan(pooled->y)) ok = cc_buf_text(out, " No pooled value");
    else if (c->kind == CC_CHART_SROC) ok = cc_buf_text(out, " Summary: ") && add_place(out, pooled);
    else ok = cc_buf_text(out, " Pooled: ") && add_limits(out, c, pooled);
    return ok && cc_buf_text(out, "; ") && add_studies(out, c) && cc_buf_char(out, '.');
}

bool cc_chart_pool_values(struct cc_buf *out, const struct cc_chart *c)
{
    bool ok = cc_buf_text(out, " Studies"), any = false;
    for (size_t i = 0; ok && i < c->labels_n * c->series_n; i++) {
        const struct cc_chart_point *p = &c->points[i];
        if (!p->present || p->part != CC_PART_STUDY || isnan(p->y)) continue;
        ok = cc_buf_text(out, any ? "; " : ": ") && cc_buf_text(out, c->labels[i % c->labels_n])
             && cc_buf_text(out, ", ") && add_place(out, p);
        any = true;
    }
    return ok && cc_buf_char(out, '.');
}

/* ---- forest ---- */

static double largest_weight(const struct cc_chart *c)
{
    double most = 0;
    for (size_t i = 0; i < c->labels_n * c->series_n; i++)
        if (c->points[i].part == CC_PART_STUDY) most = fmax(most, c->points[i].weight);
    return most;
}

/* Areas of marks go with the weights. */
static double mark_size(const struct cc_chart_point *p, double most)
{
    return SMALLEST + (isnan(p->weight) || most <= 0 ? .3 : GROWTH * sqrt(p->weight / most));
}

static void find_range(struct cc_draw *l)
{
    if (!l->c->logarithmic) {
        if (l->low < 0 || l->high > 1) return; /* as the values are */
        l->low = 0;
        l->high = 1;
        l->step = .2;
        return;
    }
    double low = 1, high = 1;
    for (size_t i = 0; i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = &l->c->points[i];
        double from = isnan(p->lower) ? p->y : p->lower, to = isnan(p->upper) ? p->y : p->upper;
        if (from > 0) low = fmin(low, from);
        if (!isnan(to)) high = fmax(high, to);
    }
    l->low = pow(10, floor(log10(low)));
    l->high = pow(10, ceil(log10(fmin(high, 1e12))));
    if (l->low == l->high) l->high *= 10;
}

static bool put_axis(struct cc_draw *l)
{
    struct cc_buf *o = l->out;
    const char *quiet = cc_chart_quiet_color();
    bool ok = cc_buf_printf(o, "set xtics scale 0 textcolor rgb '%s' (", quiet);
    int most = l->c->logarithmic ? FEW + 1 : (int)lround((l->high - l->low) / l->step) + 1;
    for (int i = 0; ok && i < most; i++) {
        double at = l->c->logarithmic ? l->low * pow(10, i) : l->low + i * l->step;
        if (at > l->high * 1.0001) break;
        ok = cc_buf_printf(o, "%s'%.6g' %.15g", i ? ", " : "", fabs(at) < 1e-12 ? 0 : at, at);
    }
    return ok && cc_buf_printf(o, ")\nset grid xtics back lt 1 lw 1 lc rgb '%s'\n%sset xrange [%.15g:%.15g]\n"
                               "set yrange [%.15g:-0.5]\nunset ytics\nset border 1 lw 1 lc rgb '%s'\n",
                               cc_chart_grid_color(), l->c->logarithmic ? "set logscale x 10\n" : "", l->low, l->high,
                               (double)l->c->labels_n - .5, quiet);
}

static bool put_name(struct cc_draw *l, size_t i, const char *style)
{
    struct cc_buf name = { 0 };
    bool ok = cc_chart_add_cut(&name, l->c->labels[i], NAME_MOST)
              && cc_draw_screen(l, name.data, CC_DRAW_EDGE, l->top + ROW * ((double)i + .5), style);
    cc_buf_free(&name);
    return ok;
}

/* Its name on the left; estimate, limits and weight on the right. */
static bool put_row(struct cc_draw *l, size_t i)
{
    const struct cc_chart_point *p = &l->c->points[i];
    bool study = p->part == CC_PART_STUDY;
    struct cc_buf value = { 0 };
    char style[96], right[96], weight[32];
    double y = l->top + ROW * ((double)i + .5);
    snprintf(style, sizeof style, "left font 'Arial%s,13' textcolor rgb '%s'",
             p->part == CC_PART_POOLED ? ":Bold" : "", cc_chart_text_color());
    snprintf(right, sizeof right, "right textcolor rgb '%s'", cc_chart_quiet_color());
    snprintf(weight, sizeof weight, "%.1f%%", p->weight);
    bool ok = isnan(p->y) ? cc_buf_text(&value, p->hidden ? "not shown" : "no value") : add_limits(&value, l->c, p);
    ok = ok && put_name(l, i, style)
         && cc_draw_screen(l, value.data, CC_DRAW_WIDTH - l->right + 14, y, style)
         && (!study || isnan(p->weight) || cc_draw_screen(l, weight, CC_DRAW_WIDTH - CC_DRAW_EDGE, y, right));
    cc_buf_free(&value);
    return ok;
}

/* On a logarithmic axis only what is above 0 has a place. */
static bool drawable(const struct cc_draw *l, const struct cc_chart_point *p)
{
    return !isnan(p->y) && (!l->c->logarithmic || (p->y > 0 && !(p->lower <= 0)));
}

static bool put_part(struct cc_draw *l, enum cc_chart_part part, const char *name, size_t *n)
{
    struct cc_buf *o = l->out;
    double most = largest_weight(l->c);
    bool ok = cc_buf_printf(o, "$%s << EOD\n", name);
    *n = 0;
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = &l->c->points[i];
        if (p->part != part || !drawable(l, p)) continue;
        double low = isnan(p->lower) ? p->y : p->lower, high = isnan(p->upper) ? p->y : p->upper, y = (double)i;
        ++*n;
        ok = part == CC_PART_POOLED
            ? cc_buf_printf(o, "%.15g %.15g\n%.15g %.15g\n%.15g %.15g\n%.15g %.15g\n%.15g %.15g\n", low, y,
                            p->y, y - .3, high, y, p->y, y + .3, low, y)
            : cc_buf_printf(o, "%.15g %.15g %.15g %.15g %.4g\n", p->y, y, low, high, mark_size(p, most));
    }
    return ok && cc_buf_text(o, "EOD\n");
}

static bool put_forest(struct cc_draw *l)
{
    struct cc_buf plot = { 0 };
    size_t studies, pooled, next;
    bool ok = put_part(l, CC_PART_STUDY, "studies", &studies) && put_part(l, CC_PART_POOLED, "pooled", &pooled)
              && put_part(l, CC_PART_PREDICTION, "prediction", &next);
    const struct cc_chart_point *p = first_of(l->c, CC_PART_POOLED);
    if (ok && pooled)
        ok = cc_buf_printf(l->out, "set arrow from first %.15g, graph 0 to first %.15g, graph 1 nohead dt 2 lw 1 "
                           "lc rgb '%s' back\n", p->y, p->y, cc_chart_quiet_color());
    if (ok && studies)
        ok = cc_buf_printf(&plot, "$studies using 1:2:3:4 with xerrorbars pt 7 ps 0 lw 1.3 lc rgb '%s', "
                           "$studies using 1:2:5 with points pt 5 ps variable lc rgb '%s'", cc_chart_text_color(),
                           cc_chart_color(0));
    if (ok && pooled)
        ok = cc_buf_printf(&plot, "%s$pooled using 1:2 with filledcurves closed fs solid 1 fc rgb '%s'",
                           plot.size ? ", " : "", cc_chart_color(1));
    if (ok && next)
        ok = cc_buf_printf(&plot, "%s$prediction using 3:2:($4-$3):(0) with vectors nohead lw 5 lc rgb '%s'",
                           plot.size ? ", " : "", cc_chart_color(1));
    ok = ok && cc_buf_printf(l->out, "plot %s\n", plot.size ? plot.data : "NaN");
    cc_buf_free(&plot);
    return ok;
}

bool cc_draw_forest(struct cc_draw *l, const char *sub, bool png)
{
    size_t widest = 4;
    for (size_t i = 0; i < l->c->labels_n; i++) {
        size_t n = cc_chart_characters(l->c->labels[i]);
        if (n > widest) widest = n < NAME_MOST ? n : NAME_MOST;
    }
    l->top = cc_draw_head_height(l->c, sub) + 12;
    l->bottom = 34;
    l->left = CC_DRAW_EDGE + CC_DRAW_CHAR * (double)widest + 12;
    l->right = CC_DRAW_EDGE + VALUE_WIDE + (largest_weight(l->c) > 0 ? WEIGHT_WIDE : 0);
    l->height = l->top + ROW * (double)l->c->labels_n + l->bottom;
    find_range(l);
    bool ok = cc_draw_head(l, sub, png) && put_axis(l);
    for (size_t i = 0; ok && i < l->c->labels_n; i++) ok = put_row(l, i);
    return ok && put_forest(l);
}

/* ---- summary ROC curve ---- */

static bool put_points(struct cc_draw *l, enum cc_chart_part part, const char *name)
{
    bool ok = cc_buf_printf(l->out, "$%s << EOD\n", name);
    double most = largest_weight(l->c);
    for (size_t i = 0; ok && i < l->c->labels_n * l->c->series_n; i++) {
        const struct cc_chart_point *p = &l->c->points[i];
        if (p->present && p->part == part && !isnan(p->y))
            ok = cc_buf_printf(l->out, "%.15g %.15g %.4g\n", p->fpr, p->y, 1.2 * mark_size(p, most));
    }
    return ok && cc_buf_text(l->out, "EOD\n");
}

/* The summary point in words, beside the plot. */
static bool put_summary(struct cc_draw *l)
{
    const struct cc_chart_point *p = first_of(l->c, CC_PART_POOLED);
    double x = l->left + CC_DRAW_SQUARE + 24, y = l->top + CC_DRAW_LINE / 2.;
    char name[80], plain[80], text[80];
    snprintf(name, sizeof name, "left font 'Arial:Bold,13' textcolor rgb '%s'", cc_chart_color(1));
    snprintf(plain, sizeof plain, "left textcolor rgb '%s'", cc_chart_text_color());
    if (!p || isnan(p->y)) return cc_draw_screen(l, "No summary point", x, y, name);
    bool ok = cc_draw_screen(l, "Summary point", x, y, name);
    snprintf(text, sizeof text, "sensitivity %.3f", p->y);
    ok = ok && cc_draw_screen(l, text, x, y + CC_DRAW_LINE, plain);
    snprintf(text, sizeof text, "specificity %.3f", 1 - p->fpr);
    ok = ok && cc_draw_screen(l, text, x, y + 2 * CC_DRAW_LINE, plain);
    struct cc_buf studies = { 0 };
    ok = ok && add_studies(&studies, l->c) && cc_draw_screen(l, studies.data, x, y + 3 * CC_DRAW_LINE, plain);
    cc_buf_free(&studies);
    return ok;
}

bool cc_draw_sroc(struct cc_draw *l, const char *sub, bool png)
{
    static const struct {
        enum cc_chart_part part;
        const char *name, *how;
        size_t color;
    } parts[] = {
        { CC_PART_PREDICTION, "prediction", "using 1:2 with lines lw 1.6 dt 3", 1 },
        { CC_PART_CONFIDENCE, "confidence", "using 1:2 with lines lw 1.6 dt 2", 1 },
        { CC_PART_CURVE, "summary_curve", "using 1:2 with lines lw 2.4", 1 },
        { CC_PART_STUDY, "studies", "using 1:2:3 with points pt 6 lw 1.6 ps variable", 0 },
        { CC_PART_POOLED, "summary_point", "using 1:2 with points pt 5 ps 1.4", 1 },
    };
    l->top = cc_draw_head_height(l->c, sub) + 22;
    l->bottom = 56;
    l->left = 76;
    l->right = CC_DRAW_WIDTH - l->left - CC_DRAW_SQUARE;
    l->height = l->top + CC_DRAW_SQUARE + l->bottom;
    struct cc_buf plot = { 0 };
    bool ok = cc_draw_head(l, sub, png) && cc_draw_unit_axis(l, 'x') && cc_draw_unit_axis(l, 'y') && put_summary(l)
              && cc_buf_printf(l->out, "set border 3 lw 1 lc rgb '%s'\nset arrow from first 0, first 0 to first 1, "
                               "first 1 nohead dt 2 lw 1 lc rgb '%s'\n", cc_chart_quiet_color(),
                               cc_chart_quiet_color());
    for (size_t i = 0; ok && i < sizeof parts / sizeof *parts; i++) {
        if (!count(l->c, parts[i].part)) continue;
        ok = put_points(l, parts[i].part, parts[i].name)
             && cc_buf_printf(&plot, "%s$%s %s lc rgb '%s'", plot.size ? ", " : "", parts[i].name, parts[i].how,
                              cc_chart_color(parts[i].color));
    }
    ok = ok && cc_buf_printf(l->out, "plot %s\n", plot.size ? plot.data : "NaN");
    cc_buf_free(&plot);
    return ok;
}

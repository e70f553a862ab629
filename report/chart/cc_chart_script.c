/* From a chart to gnuplot: bars, trends and ROC curves; what all kinds share is in cc_chart_draw.c. */
#include <math.h>
#include <stdlib.h>

#include "report/chart/cc_chart_draw.h"
#include "report/chart/cc_gnuplot.h"

enum {
    LABEL_WRAP = 38, /* characters */
    TREND_HEIGHT = 340,
    TICKS = 64
};

static const int hatch[CC_CHART_SERIES] = { 3, 5, 2, 4, 1 };
static const int mark[CC_CHART_SERIES] = { 7, 5, 9, 11, 13 };

static const struct cc_chart_point *point(const struct cc_chart *c, size_t s, size_t i)
{
    return &c->points[s * c->labels_n + i];
}

/* ---- the value axis ---- */

static bool value_range(const struct cc_chart *c, double *low, double *high)
{
    bool any = false;
    *low = *high = 0;
    for (size_t i = 0; i < c->labels_n * c->series_n; i++) {
        const struct cc_chart_point *p = &c->points[i];
        if (isnan(p->y)) continue;
        any = true;
        *low = fmin(*low, fmin(p->y, p->lower));
        *high = fmax(*high, fmax(p->y, p->upper));
    }
    return any;
}

/* Some five steps of 1, 2 or 5 times a power of ten. */
static double nice_step(double span)
{
    double raw = span / 5, power = pow(10, floor(log10(raw))), f = raw / power;
    return (f <= 1 ? 1 : f <= 2 ? 2 : f <= 5 ? 5 : 10) * power;
}

static void make_axis(struct cc_draw *l)
{
    bool any = value_range(l->c, &l->low, &l->high);
    if (!any || l->high - l->low <= 0) l->high = l->low + 1;
    l->step = nice_step(l->high - l->low);
    l->decimals = cc_chart_decimals(l->c);
    if (l->decimals == 0 && l->step < 1) l->step = 1;
    l->low = floor(l->low / l->step + 1e-9) * l->step;
    l->high = ceil(l->high / l->step - 1e-9) * l->step;
}

static int tick_decimals(const struct cc_draw *l)
{
    int d = (int)-floor(log10(l->step) + 1e-9);
    return d > 0 ? d : 0;
}

static bool put_value_tics(struct cc_draw *l, char axis)
{
    bool ok = cc_buf_printf(l->out, "set %ctics scale 0 textcolor rgb '%s' (", axis, cc_chart_quiet_color());
    int n = (int)lround((l->high - l->low) / l->step);
    for (int i = 0; ok && i <= n && i < TICKS; i++) {
        struct cc_buf text = { 0 };
        double at = l->low + i * l->step;
        ok = cc_chart_number(&text, at, tick_decimals(l)) && (!i || cc_buf_text(l->out, ", "))
             && cc_gp_quote(l->out, text.data) && cc_buf_printf(l->out, " %.15g", at);
        cc_buf_free(&text);
    }
    return ok
           && cc_buf_printf(l->out,
                            ")\nset grid %ctics back lt 1 lw 1 lc rgb '%s'\nset %crange [%.15g:%.15g]\n",
                            axis, cc_chart_grid_color(), axis, l->low, l->high);
}

/* What is measured, with the intervals. */
static bool subtitle(const struct cc_chart *c, struct cc_buf *out)
{
    bool ok = cc_buf_text(out, c->y_label);
    if (ok && c->kind >= CC_CHART_FOREST) return cc_chart_pool_legend(out, c);
    if (!ok || isnan(c->level)) return ok;
    return cc_buf_printf(out, "%s%.3g%% intervals %s", *c->y_label ? ", with " : "with ", 100 * c->level,
                         c->kind == CC_CHART_BAR ? "(lines)" : "(bands)");
}

/* ---- bars ---- */

static bool put_legend(struct cc_draw *l, double y)
{
    char style[80];
    snprintf(style, sizeof style, "left textcolor rgb '%s'", cc_chart_text_color());
    double x = CC_DRAW_EDGE;
    bool ok = true;
    for (size_t s = 0; ok && s < l->c->series_n; s++) {
        double wide = 18 + 6 + CC_DRAW_CHAR * (double)cc_chart_characters(l->c->series[s]) + 18;
        if (x + wide > CC_DRAW_WIDTH && x > CC_DRAW_EDGE) {
            x = CC_DRAW_EDGE;
            y += CC_DRAW_LINE;
        }
        ok = cc_buf_printf(l->out,
                           "set object rectangle from screen %.6f, screen %.6f to screen %.6f, screen %.6f "
                           "fc rgb '%s' fs pattern %d border rgb '%s'\n",
                           x / CC_DRAW_WIDTH, 1 - (y + 6) / l->height, (x + 18) / CC_DRAW_WIDTH,
                           1 - (y - 6) / l->height,
                           cc_chart_color(s), hatch[s], cc_chart_color(s))
             && cc_draw_screen(l, l->c->series[s], x + 24, y, style);
        x += wide;
    }
    return ok;
}

static double legend_height(const struct cc_chart *c)
{
    if (c->series_n < 2) return 0;
    double x = CC_DRAW_EDGE, lines = 1;
    for (size_t s = 0; s < c->series_n; s++) {
        double wide = 18 + 6 + CC_DRAW_CHAR * (double)cc_chart_characters(c->series[s]) + 18;
        if (x + wide > CC_DRAW_WIDTH && x > CC_DRAW_EDGE) {
            x = CC_DRAW_EDGE;
            lines++;
        }
        x += wide;
    }
    return lines * CC_DRAW_LINE + 4;
}

static size_t most_lines(const struct cc_chart *c, size_t *widest)
{
    size_t lines = 1;
    *widest = 1;
    for (size_t i = 0; i < c->labels_n; i++) {
        size_t n = cc_draw_lines(c->labels[i], LABEL_WRAP), wide = cc_chart_characters(c->labels[i]);
        if (n > lines) lines = n;
        if (wide > LABEL_WRAP) wide = LABEL_WRAP;
        if (wide > *widest) *widest = wide;
    }
    return lines;
}

static bool put_bar_labels(struct cc_draw *l, double row)
{
    char style[80];
    snprintf(style, sizeof style, "right textcolor rgb '%s'", cc_chart_text_color());
    bool ok = true;
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        double lines = (double)cc_draw_lines(l->c->labels[i], LABEL_WRAP);
        double y = l->top + row * ((double)i + .5) - (lines - 1) * 16 / 2;
        ok = cc_draw_wrapped(l, l->c->labels[i], LABEL_WRAP, l->left - 8, y, 16, style);
    }
    return ok;
}

/* The value behind each bar, or that there is none to show. */
static bool put_bar_values(struct cc_draw *l, const double *at)
{
    bool ok = true;
    for (size_t s = 0; ok && s < l->c->series_n; s++)
        for (size_t i = 0; ok && i < l->c->labels_n; i++) {
            const struct cc_chart_point *p = point(l->c, s, i);
            if (!p->present) continue;
            struct cc_buf text = { 0 };
            char place[80], style[96];
            bool none = isnan(p->y);
            double end = none ? 0 : isnan(p->upper) ? fmax(p->y, 0) : fmax(p->upper, 0);
            ok = none ? cc_buf_text(&text, p->hidden ? "not shown" : "no value")
                      : cc_chart_number(&text, p->y, l->decimals);
            snprintf(place, sizeof place, "%.15g, %.15g", end, at[s] + (double)i);
            snprintf(style, sizeof style, "left offset character 0.7, 0 textcolor rgb '%s'",
                     none ? cc_chart_quiet_color() : cc_chart_text_color());
            ok = ok && cc_draw_text(l->out, text.data, place, style);
            cc_buf_free(&text);
        }
    return ok;
}

static bool put_bar_data(struct cc_draw *l, size_t s, double middle, double half, size_t *bars, size_t *lines)
{
    struct cc_buf *o = l->out;
    bool ok = cc_buf_printf(o, "$bars%zu << EOD\n", s);
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (isnan(p->y)) continue;
        double y = (double)i + middle;
        ok = cc_buf_printf(o, "%.15g %.15g %.15g %.15g %.15g %.15g\n", p->y, y, fmin(p->y, 0), fmax(p->y, 0),
                           y - half, y + half);
        ++*bars;
    }
    ok = ok && cc_buf_printf(o, "EOD\n$intervals%zu << EOD\n", s);
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (isnan(p->lower)) continue;
        ok = cc_buf_printf(o, "%.15g %.15g %.15g %.15g\n", p->y, (double)i + middle, p->lower, p->upper);
        ++*lines;
    }
    return ok && cc_buf_text(o, "EOD\n");
}

static bool put_bars(struct cc_draw *l, double thick)
{
    struct cc_buf plot = { 0 };
    double at[CC_CHART_SERIES];
    bool ok = true;
    for (size_t s = 0; ok && s < l->c->series_n; s++) {
        size_t bars = 0, lines = 0;
        at[s] = thick * ((double)s - ((double)l->c->series_n - 1) / 2);
        ok = put_bar_data(l, s, at[s], thick * .44, &bars, &lines);
        if (ok && bars) {
            ok = cc_buf_printf(&plot,
                               "%s$bars%zu using 1:2:3:4:5:6 with boxxyerror fs pattern %d border rgb '%s' "
                               "fc rgb '%s'",
                               plot.size ? ", " : "", s, hatch[s], cc_chart_color(s), cc_chart_color(s));
        }
        if (ok && lines)
            ok = cc_buf_printf(&plot, ", $intervals%zu using 1:2:3:4 with xerrorbars pt 7 ps 0.25 lw 1.3 "
                               "lc rgb '#000000'", s);
    }
    ok = ok && put_bar_values(l, at) && cc_buf_printf(l->out, "plot %s\n", plot.size ? plot.data : "NaN");
    cc_buf_free(&plot);
    return ok;
}

static size_t widest_value(const struct cc_draw *l)
{
    size_t most = 4;
    for (size_t i = 0; i < l->c->labels_n * l->c->series_n; i++) {
        struct cc_buf b = { 0 };
        double y = l->c->points[i].y;
        if (!isnan(y) && cc_chart_number(&b, y, l->decimals) && cc_chart_characters(b.data) > most)
            most = cc_chart_characters(b.data);
        cc_buf_free(&b);
    }
    return most;
}

static bool bar_script(struct cc_draw *l, const char *sub, bool png)
{
    size_t widest, lines = most_lines(l->c, &widest), n = l->c->series_n;
    double row = n > 1 ? 18 * (double)n + 12 : 24;
    if (row < 16 * (double)lines + 8) row = 16 * (double)lines + 8;
    double legend = legend_height(l->c), head = cc_draw_head_height(l->c, sub);
    l->top = head + legend + 8;
    l->bottom = 34;
    l->left = CC_DRAW_EDGE + CC_DRAW_CHAR * (double)widest + 8;
    l->right = CC_DRAW_EDGE + CC_DRAW_CHAR * (double)widest_value(l) + 14;
    l->height = l->top + row * (double)l->c->labels_n + l->bottom;
    double last = (double)l->c->labels_n - .5;
    return cc_draw_head(l, sub, png) && (n < 2 || put_legend(l, head + CC_DRAW_LINE / 2. + 2)) && put_value_tics(l, 'x')
           && cc_buf_printf(
               l->out,
               "set yrange [%.15g:-0.5]\nunset ytics\nunset border\n"
               "set arrow from first 0, graph 0 to first 0, graph 1 nohead lw 1 lc rgb '%s' front\n",
               last, cc_chart_quiet_color())
           && put_bar_labels(l, row) && put_bars(l, n > 1 ? .84 / (double)n : .76);
}

/* ---- trend ---- */

/* Where each label stands on the x axis: by its number if all are numbers, else in order. */
static double *positions(const struct cc_chart *c, double *step)
{
    double *x = calloc(c->labels_n + 1, sizeof *x);
    bool numbers = true;
    for (size_t i = 0; x && i < c->labels_n; i++) numbers = numbers && cc_parse_double(c->labels[i], &x[i]);
    *step = INFINITY;
    for (size_t i = 0; x && i < c->labels_n; i++) {
        if (!numbers) x[i] = (double)i;
        if (i) *step = fmin(*step, x[i] - x[i - 1]);
    }
    return x;
}

static bool joined(const struct cc_draw *l, const double *x, double step, size_t s, size_t i)
{
    return i && i < l->c->labels_n && !isnan(point(l->c, s, i)->y) && !isnan(point(l->c, s, i - 1)->y)
           && x[i] - x[i - 1] <= step * 1.0001;
}

/* A blank line in a data block breaks the line. */
static bool put_trend_data(struct cc_draw *l, const double *x, double step, size_t s)
{
    bool ok = cc_buf_printf(l->out, "$points%zu << EOD\n", s), any = false;
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (isnan(p->y)) continue;
        if (any && !joined(l, x, step, s, i)) ok = cc_buf_char(l->out, '\n');
        double low = isnan(p->lower) ? p->y : p->lower, high = isnan(p->upper) ? p->y : p->upper;
        ok = ok && cc_buf_printf(l->out, "%.15g %.15g %.15g %.15g\n", x[i], p->y, low, high);
        any = true;
    }
    return ok && cc_buf_text(l->out, "EOD\n");
}

/* A point that no line joins has no band either: its interval is drawn as a bar. */
static bool put_alone(struct cc_draw *l, const double *x, double step, size_t s, size_t *n)
{
    bool ok = cc_buf_printf(l->out, "$alone%zu << EOD\n", s);
    for (size_t i = 0; ok && i < l->c->labels_n; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (isnan(p->lower) || joined(l, x, step, s, i) || joined(l, x, step, s, i + 1)) continue;
        ok = cc_buf_printf(l->out, "%.15g %.15g %.15g %.15g\n", x[i], p->y, p->lower, p->upper);
        ++*n;
    }
    return ok && cc_buf_text(l->out, "EOD\n");
}

static bool has_points(const struct cc_chart *c, size_t s)
{
    for (size_t i = 0; i < c->labels_n; i++)
        if (!isnan(point(c, s, i)->y)) return true;
    return false;
}

static bool put_lines(struct cc_draw *l, const double *x, double step)
{
    struct cc_buf plot = { 0 };
    bool ok = true, band = !isnan(l->c->level);
    for (size_t s = 0; ok && band && s < l->c->series_n; s++) {
        if (!has_points(l->c, s)) continue;
        size_t alone = 0;
        ok = put_alone(l, x, step, s, &alone)
             && cc_buf_printf(&plot,
                              "%s$points%zu using 1:3:4 with filledcurves fs transparent solid 0.18 noborder "
                              "fc rgb '%s'",
                              plot.size ? ", " : "", s, cc_chart_color(s));
        if (ok && alone)
            ok = cc_buf_printf(&plot,
                               ", $alone%zu using 1:2:3:4 with yerrorbars pt 7 ps 0.1 lw 1.3 lc rgb '%s'", s,
                               cc_chart_color(s));
    }
    for (size_t s = 0; ok && s < l->c->series_n; s++)
        if (has_points(l->c, s))
            ok = cc_buf_printf(
                &plot, "%s$points%zu using 1:2 with linespoints lw 2.4 dt %zu pt %d ps 0.8 lc rgb '%s'",
                plot.size ? ", " : "", s, s + 1, mark[s], cc_chart_color(s));
    ok = ok && cc_buf_printf(l->out, "plot %s\n", plot.size ? plot.data : "NaN");
    cc_buf_free(&plot);
    return ok;
}

/* As many labels below the axis as fit side by side; the last is always among them. */
static bool put_x_labels(struct cc_draw *l, const double *x)
{
    size_t widest = 1, n = l->c->labels_n;
    for (size_t i = 0; i < n; i++)
        if (cc_chart_characters(l->c->labels[i]) > widest) widest = cc_chart_characters(l->c->labels[i]);
    double room = (CC_DRAW_WIDTH - l->left - l->right) / (CC_DRAW_CHAR * (double)widest + 14);
    size_t every = room < 1 ? n : (size_t)ceil((double)n / room);
    char place[64], style[96];
    snprintf(style, sizeof style, "center offset character 0, -1 textcolor rgb '%s'", cc_chart_quiet_color());
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if ((n - 1 - i) % (every ? every : 1)) continue;
        snprintf(place, sizeof place, "first %.15g, graph 0", x[i]);
        ok = cc_draw_text(l->out, l->c->labels[i], place, style);
    }
    return ok;
}

struct end {
    size_t series, label;
    double y; /* pixels from the top of the plot */
};

static int by_y(const void *a, const void *b)
{
    const struct end *p = a, *q = b;
    return p->y != q->y ? (p->y > q->y) - (p->y < q->y) : (p->series > q->series) - (p->series < q->series);
}

/* Each line's name and last value behind its end, kept apart. */
static bool put_ends(struct cc_draw *l)
{
    struct end ends[CC_CHART_SERIES];
    size_t n = 0;
    for (size_t s = 0; s < l->c->series_n; s++)
        for (size_t i = l->c->labels_n; i-- > 0;) {
            double y = point(l->c, s, i)->y;
            if (isnan(y)) continue;
            ends[n++] = (struct end){ s, i, (l->high - y) / (l->high - l->low) * TREND_HEIGHT };
            break;
        }
    qsort(ends, n, sizeof *ends, by_y);
    for (size_t k = 1; k < n; k++) ends[k].y = fmax(ends[k].y, ends[k - 1].y + CC_DRAW_LINE);
    double over = n ? ends[n - 1].y - TREND_HEIGHT : 0;
    for (size_t k = n; over > 0 && k-- > 0;) {
        double most = k + 1 < n ? ends[k + 1].y - CC_DRAW_LINE : TREND_HEIGHT;
        ends[k].y = fmin(ends[k].y, most);
    }
    bool ok = true;
    for (size_t k = 0; ok && k < n; k++) {
        struct cc_buf text = { 0 };
        char style[80];
        snprintf(style, sizeof style, "left textcolor rgb '%s'", cc_chart_text_color());
        if (l->c->series_n > 1) ok = cc_buf_printf(&text, "%s ", l->c->series[ends[k].series]);
        ok = ok && cc_chart_number(&text, point(l->c, ends[k].series, ends[k].label)->y, l->decimals)
             && cc_draw_screen(l, text.data, CC_DRAW_WIDTH - l->right + 14, l->top + ends[k].y, style);
        cc_buf_free(&text);
    }
    return ok;
}

/* The first value of a single line, over its band. */
static bool put_first(struct cc_draw *l, const double *x)
{
    size_t i = 0, n = l->c->labels_n, shown = 0;
    for (size_t k = 0; k < n; k++) shown += isnan(point(l->c, 0, k)->y) ? 0 : 1;
    while (i < n && isnan(point(l->c, 0, i)->y)) i++;
    if (l->c->series_n > 1 || shown < 2) return true;
    const struct cc_chart_point *p = point(l->c, 0, i);
    struct cc_buf text = { 0 };
    char place[80], style[96];
    snprintf(place, sizeof place, "first %.15g, first %.15g", x[i], isnan(p->upper) ? p->y : p->upper);
    snprintf(style, sizeof style, "center offset character 0, 0.8 textcolor rgb '%s'", cc_chart_text_color());
    bool ok = cc_chart_number(&text, p->y, l->decimals) && cc_draw_text(l->out, text.data, place, style);
    cc_buf_free(&text);
    return ok;
}

static double widest_end(const struct cc_draw *l)
{
    size_t most = 0;
    for (size_t s = 0; l->c->series_n > 1 && s < l->c->series_n; s++)
        if (cc_chart_characters(l->c->series[s]) > most) most = cc_chart_characters(l->c->series[s]);
    return CC_DRAW_CHAR * (double)(most + 1 + widest_value(l));
}

static bool trend_script(struct cc_draw *l, const char *sub, bool png)
{
    double step, *x = positions(l->c, &step);
    if (!x) return false;
    size_t n = l->c->labels_n;
    l->top = cc_draw_head_height(l->c, sub) + 22;
    l->bottom = 42;
    struct cc_buf tick = { 0 };
    bool ok = cc_chart_number(&tick, l->high, tick_decimals(l));
    l->left = CC_DRAW_EDGE + CC_DRAW_CHAR * (double)(ok ? cc_chart_characters(tick.data) : 8) + 12;
    cc_buf_free(&tick);
    l->right = CC_DRAW_EDGE + 14 + fmin(widest_end(l), 300);
    l->height = l->top + TREND_HEIGHT + l->bottom;
    double pad = isinf(step) ? .5 : fmax(step * .25, (x[n - 1] - x[0]) * .04);
    ok = ok && cc_draw_head(l, sub, png) && put_value_tics(l, 'y')
         && cc_buf_printf(l->out, "set xrange [%.15g:%.15g]\nunset xtics\nset border 1 lw 1 lc rgb '%s'\n",
                          x[0] - pad, x[n - 1] + (isinf(step) ? .5 : pad * .3), cc_chart_quiet_color());
    ok = ok && put_x_labels(l, x) && put_ends(l) && put_first(l, x);
    for (size_t s = 0; ok && s < l->c->series_n; s++) ok = put_trend_data(l, x, step, s);
    ok = ok && put_lines(l, x, step);
    free(x);
    return ok;
}

/* ---- ROC curves ---- */

enum {
    BESIDE = 260,               /* pixels */
    MARKED = 20,                /* points with a mark, at most */
    LABELLED = 4                /* cut-offs a curve */
};

static bool put_roc_data(struct cc_draw *l, size_t s, size_t *n)
{
    size_t *at = cc_chart_curve(l->c, s, n);
    bool ok = at && cc_buf_printf(l->out, "$curve%zu << EOD\n", s);
    for (size_t i = 0; ok && i < *n; i++)
        ok = cc_buf_printf(l->out, "%.15g %.15g\n", l->c->points[at[i]].fpr, l->c->points[at[i]].y);
    free(at);
    return ok && cc_buf_text(l->out, "EOD\n");
}

struct tag {
    double x, y, wide; /* pixels from the plot's upper left corner to the left end of its middle */
};

/* Where the label of a point stands: to its lower right, below labels that are there already. */
static struct tag place_tag(const struct cc_chart_point *p, const char *text, struct tag *tags, size_t *n)
{
    double wide = CC_DRAW_CHAR * (double)cc_chart_characters(text);
    double x = fmin(p->fpr * CC_DRAW_SQUARE + 11, CC_DRAW_SQUARE - wide);
    struct tag t = { x, (1 - p->y) * CC_DRAW_SQUARE + 11, wide };
    for (size_t i = 0; i < *n; i++) {
        bool apart = t.x > tags[i].x + tags[i].wide || tags[i].x > t.x + t.wide;
        if (apart || fabs(t.y - tags[i].y) >= CC_DRAW_LINE - 3) continue;
        t.y = tags[i].y + CC_DRAW_LINE - 3;
        i = SIZE_MAX; /* from the first one on again */
    }
    tags[(*n)++] = t;
    return t;
}

static bool chosen(const struct cc_chart_point *p)
{
    return p->chosen && !isnan(p->y);
}

/* The name, area and chosen cut-offs of one curve, beside the plot from y on, which goes down; not
 * `draw`: only how far. */
static bool put_roc_words(struct cc_draw *l, size_t s, double *y, bool draw)
{
    double x = CC_DRAW_WIDTH - BESIDE, auc = cc_chart_auc(l->c, s);
    char text[120], name[80], plain[80];
    snprintf(name, sizeof name, "left font 'Arial:Bold,13' textcolor rgb '%s'", cc_chart_color(s));
    snprintf(plain, sizeof plain, "left textcolor rgb '%s'", cc_chart_text_color());
    snprintf(text, sizeof text, "AUC %.3f", auc);
    bool ok = true;
    if (l->c->series_n > 1) {
        ok = !draw || cc_draw_wrapped(l, l->c->series[s], 30, x, *y, CC_DRAW_LINE, name);
        *y += CC_DRAW_LINE * (double)cc_draw_lines(l->c->series[s], 30);
    }
    if (cc_chart_has_ends(l->c, s)) {
        ok = ok && (!draw || cc_draw_screen(l, isnan(auc) ? "AUC not shown" : text, x, *y, plain));
        *y += CC_DRAW_LINE;
    }
    for (size_t i = 0, named = 0; ok && i < l->c->labels_n && named < LABELLED; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (!chosen(p)) continue;
        struct cc_buf cutoff = { 0 };
        snprintf(text, sizeof text, "sensitivity %.3f, specificity %.3f", p->y, 1 - p->fpr);
        ok = !draw || (cc_chart_cutoff(&cutoff, l->c->labels[i]) && cc_draw_screen(l, cutoff.data, x, *y, plain)
                       && cc_draw_screen(l, text, x + 12, *y + CC_DRAW_LINE, plain));
        cc_buf_free(&cutoff);
        *y += 2 * CC_DRAW_LINE;
        named++;
    }
    *y += CC_DRAW_LINE / 2.;
    return ok;
}

/* Circles around the chosen points of one curve, and their labels; not in the corners, where all are
 * positive or nobody is. */
static bool put_tags(struct cc_draw *l, size_t s, struct tag *tags, size_t *n)
{
    bool ok = true;
    char style[80];
    snprintf(style, sizeof style, "left front textcolor rgb '%s'", cc_chart_color(s));
    for (size_t i = 0, named = 0; ok && i < l->c->labels_n && named < LABELLED; i++) {
        const struct cc_chart_point *p = point(l->c, s, i);
        if (!chosen(p) || (p->y == p->fpr && (p->y == 0 || p->y == 1))) continue;
        struct cc_buf cutoff = { 0 };
        ok = cc_chart_cutoff(&cutoff, l->c->labels[i])
             && cc_buf_printf(l->out, "set object circle at first %.15g, first %.15g size graph 0.012 front "
                              "noclip fs empty border rgb '%s' lw 2\n", p->fpr, p->y, cc_chart_color(s));
        if (ok) {
            struct tag t = place_tag(p, cutoff.data, tags, n);
            ok = cc_draw_screen(l, cutoff.data, l->left + t.x, l->top + t.y, style);
        }
        cc_buf_free(&cutoff);
        named++;
    }
    return ok;
}

static double roc_words_height(struct cc_draw *l)
{
    double y = 0;
    for (size_t s = 0; s < l->c->series_n; s++)
        if (!put_roc_words(l, s, &y, false)) break; /* nothing is drawn, nothing can fail */
    return y;
}

static bool roc_script(struct cc_draw *l, const char *sub, bool png)
{
    l->top = cc_draw_head_height(l->c, sub) + 22;
    l->bottom = 56;
    l->left = 76;
    l->right = CC_DRAW_WIDTH - l->left - CC_DRAW_SQUARE;
    l->bottom = fmax(l->bottom, roc_words_height(l) - CC_DRAW_SQUARE + CC_DRAW_EDGE);
    l->height = l->top + CC_DRAW_SQUARE + l->bottom;
    double y = l->top + CC_DRAW_LINE / 2.;
    struct tag tags[CC_CHART_SERIES * LABELLED];
    size_t tagged = 0;
    bool ok = cc_draw_head(l, sub, png) && cc_draw_unit_axis(l, 'x') && cc_draw_unit_axis(l, 'y')
              && cc_buf_printf(l->out, "set border 3 lw 1 lc rgb '%s'\n"
                               "set arrow from first 0, first 0 to first 1, first 1 nohead dt 2 lw 1 "
                               "lc rgb '%s'\n", cc_chart_quiet_color(), cc_chart_quiet_color());
    struct cc_buf plot = { 0 };
    for (size_t s = 0; ok && s < l->c->series_n; s++) {
        size_t n;
        ok = put_roc_words(l, s, &y, true) && put_tags(l, s, tags, &tagged) && put_roc_data(l, s, &n);
        if (ok && n)
            ok = n <= MARKED
                ? cc_buf_printf(&plot, "%s$curve%zu using 1:2 with linespoints lw 2.4 dt %zu pt %d ps 0.8 "
                                "lc rgb '%s'", plot.size ? ", " : "", s, s + 1, mark[s], cc_chart_color(s))
                : cc_buf_printf(&plot, "%s$curve%zu using 1:2 with lines lw 2.4 dt %zu lc rgb '%s'",
                                plot.size ? ", " : "", s, s + 1, cc_chart_color(s));
    }
    ok = ok && cc_buf_printf(l->out, "plot %s\n", plot.size ? plot.data : "NaN");
    cc_buf_free(&plot);
    return ok;
}

bool cc_chart_script(const struct cc_chart *c, bool png, struct cc_buf *out)
{
    struct cc_draw l = { .c = c, .out = out };
    struct cc_buf sub = { 0 };
    make_axis(&l);
    bool (*const scripts[])(struct cc_draw *, const char *, bool) = {
        [CC_CHART_BAR] = bar_script, [CC_CHART_TREND] = trend_script, [CC_CHART_ROC] = roc_script,
        [CC_CHART_FOREST] = cc_draw_forest, [CC_CHART_SROC] = cc_draw_sroc
    };
    bool ok = subtitle(c, &sub) && scripts[c->kind](&l, sub.data, png);
    cc_buf_free(&sub);
    return ok;
}

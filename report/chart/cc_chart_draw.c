/* What the scripts of all kinds of charts share. All places of texts are worked out in pixels, so that nothing
 * overlaps; data blocks hold numbers only, and every text goes through cc_gp_quote. */
#include "report/chart/cc_chart_draw.h"

#include <stdlib.h>

#include "report/chart/cc_gnuplot.h"

enum { TITLE_LINE = 23 /* pixels */, TITLE_WRAP = 76 /* characters */ };

/* After Okabe & Ito (2008) and Tol (2021); all between 3:1 and 7:1 against white, so that black
 * intervals stand out on them as well. tests/unit/test_chart.c computes the contrasts. */
static const char *const palette[CC_CHART_SERIES] = { "#0072b2", "#d55e00", "#aa4499", "#767676", "#00856a" };
static const char text_color[] = "#222222", quiet_color[] = "#595959", grid_color[] = "#d9d9d9";

const char *cc_chart_color(size_t series)
{
    return palette[series % CC_CHART_SERIES];
}

const char *cc_chart_text_color(void)
{
    return text_color;
}

const char *cc_chart_quiet_color(void)
{
    return quiet_color;
}

const char *cc_chart_grid_color(void)
{
    return grid_color;
}

/* Takes the next line of at most `most` characters from a text: breaks at blanks where it can.
 * Returns the bytes of the line; *next is where the following one starts. */
static size_t next_line(const char *text, size_t most, size_t *next)
{
    size_t n = 0, at = 0, blank = 0;
    while (text[at] && n < most) {
        if (text[at] == ' ') blank = at;
        do at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80);
        n++;
    }
    if (!text[at] || text[at] == ' ') blank = at;
    size_t end = blank ? blank : at;
    *next = end;
    while (text[*next] == ' ') ++*next;
    return end;
}

size_t cc_draw_lines(const char *text, size_t most)
{
    size_t n = 0, next;
    for (; *text; text += next, n++) next_line(text, most, &next);
    return n;
}

/* set label 'text' at PLACE ...; place and style are ours. */
bool cc_draw_text(struct cc_buf *out, const char *text, const char *place, const char *style)
{
    return cc_buf_text(out, "set label ") && cc_gp_quote(out, text)
           && cc_buf_printf(out, " at %s %s\n", place, style);
}

bool cc_draw_screen(struct cc_draw *l, const char *text, double x, double y, const char *style)
{
    char place[80];
    snprintf(place, sizeof place, "screen %.6f, screen %.6f", x / CC_DRAW_WIDTH, 1 - y / l->height);
    return cc_draw_text(l->out, text, place, style);
}

bool cc_draw_wrapped(struct cc_draw *l, const char *text, size_t most, double x, double y, double line,
                     const char *style)
{
    bool ok = true;
    for (size_t next; ok && *text; text += next, y += line) {
        char *part = cc_strndup(text, next_line(text, most, &next));
        ok = part && cc_draw_screen(l, part, x, y, style);
        free(part);
    }
    return ok;
}

double cc_draw_head_height(const struct cc_chart *c, const char *sub)
{
    return CC_DRAW_EDGE + TITLE_LINE * (double)cc_draw_lines(c->title, TITLE_WRAP)
           + CC_DRAW_LINE * (double)cc_draw_lines(sub, TITLE_WRAP + 20);
}

bool cc_draw_head(struct cc_draw *l, const char *sub, bool png)
{
    char title[120], quiet[80];
    snprintf(title, sizeof title, "left font 'Arial:Bold,16' textcolor rgb '%s'", text_color);
    snprintf(quiet, sizeof quiet, "left textcolor rgb '%s'", quiet_color);
    bool ok = cc_buf_text(l->out, "set encoding utf8\n");
    if (png)
        ok = ok
             && cc_buf_printf(l->out,
                              "set terminal pngcairo noenhanced size %d,%.0f font 'Arial,13' fontscale 1.5 "
                              "linewidth 2 pointscale 2 background rgb 'white'\n",
                              2 * CC_DRAW_WIDTH, 2 * l->height);
    else
        ok = ok && cc_buf_printf(l->out, "set terminal svg noenhanced size %d,%.0f font 'Arial,13' "
                                 "background rgb 'white'\n", CC_DRAW_WIDTH, l->height);
    ok = ok && cc_buf_printf(l->out, "unset key\nset lmargin at screen %.6f\nset rmargin at screen %.6f\n"
                             "set tmargin at screen %.6f\nset bmargin at screen %.6f\n", l->left / CC_DRAW_WIDTH,
                             1 - l->right / CC_DRAW_WIDTH, 1 - l->top / l->height, l->bottom / l->height);
    double y = CC_DRAW_EDGE + TITLE_LINE / 2.;
    ok = ok && cc_draw_wrapped(l, l->c->title, TITLE_WRAP, CC_DRAW_EDGE, y, TITLE_LINE, title);
    y = CC_DRAW_EDGE + TITLE_LINE * (double)cc_draw_lines(l->c->title, TITLE_WRAP) + CC_DRAW_LINE / 2.;
    return ok && cc_draw_wrapped(l, sub, TITLE_WRAP + 20, CC_DRAW_EDGE, y, CC_DRAW_LINE, quiet);
}

bool cc_draw_unit_axis(struct cc_draw *l, char axis)
{
    bool ok = cc_buf_printf(l->out, "set %crange [0:1]\n"
                            "set %ctics 0.2 scale 0 format '%%.1f' textcolor rgb '%s'\n"
                            "set grid %ctics back lt 1 lw 1 lc rgb '%s'\n", axis, axis, quiet_color, axis,
                            grid_color);
    return ok && cc_buf_printf(l->out, "set %clabel ", axis)
           && cc_gp_quote(l->out, axis == 'x' ? "1 \xe2\x88\x92 specificity (controls flagged)"
                                              : "Sensitivity (cases found)")
           && cc_buf_printf(l->out, " textcolor rgb '%s'\n", quiet_color);
}

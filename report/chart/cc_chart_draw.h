#ifndef CC_CHART_DRAW_H
#define CC_CHART_DRAW_H
/* What the scripts of all kinds of charts share; for the files of this folder only. */
#include "report/chart/cc_chart.h"

enum {
    CC_DRAW_WIDTH = 800, /* pixels */
    CC_DRAW_EDGE = 16,
    CC_DRAW_LINE = 19,   /* between lines of text */
    CC_DRAW_SQUARE = 440 /* a plot of sensitivity and specificity */
};
static const double CC_DRAW_CHAR = 7.8; /* width of a character of 13 pixels, generously */

struct cc_draw {
    const struct cc_chart *c;
    struct cc_buf *out;
    double height, top, bottom, left, right; /* margins, in pixels */
    double low, high, step;                  /* of the value axis */
    int decimals;
};

/** Lines of a text when it is wrapped at `most` characters. */
size_t cc_draw_lines(const char *text, size_t most);

/** set label 'text' at PLACE ...; place and style are gnuplot's and must be ours. */
CC_MUST_USE bool cc_draw_text(struct cc_buf *out, const char *text, const char *place, const char *style);

/** A text at a place in pixels from the upper left corner; wrapped into lines. */
CC_MUST_USE bool cc_draw_screen(struct cc_draw *l, const char *text, double x, double y, const char *style);
CC_MUST_USE bool cc_draw_wrapped(struct cc_draw *l, const char *text, size_t most, double x, double y, double line,
                                 const char *style);

/** Title and subtitle: their height; terminal, margins and both texts. The layout must be complete. */
double cc_draw_head_height(const struct cc_chart *c, const char *sub);
CC_MUST_USE bool cc_draw_head(struct cc_draw *l, const char *sub, bool png);

/** An axis 'x' or 'y' from 0 to 1 for 1 - specificity or sensitivity. */
CC_MUST_USE bool cc_draw_unit_axis(struct cc_draw *l, char axis);

/** Kinds that have a file of their own. */
CC_MUST_USE bool cc_draw_forest(struct cc_draw *l, const char *sub, bool png);
CC_MUST_USE bool cc_draw_sroc(struct cc_draw *l, const char *sub, bool png);
#endif

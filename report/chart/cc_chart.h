#ifndef CC_CHART_H
#define CC_CHART_H
/* A chart as numbers and texts; its words; its gnuplot script. No process, no file. */
#include "datasets/base/cc_table.h"

enum cc_chart_kind { CC_CHART_BAR, CC_CHART_TREND, CC_CHART_ROC, CC_CHART_FOREST, CC_CHART_SROC };

/* What a point of a forest plot or a summary ROC curve stands for. */
enum cc_chart_part { CC_PART_STUDY, CC_PART_POOLED, CC_PART_CURVE, CC_PART_CONFIDENCE, CC_PART_PREDICTION, CC_PARTS };

enum { CC_CHART_SERIES = 5 }; /* as many as the palette tells apart */

struct cc_chart_point {
    double y, lower, upper; /* NaN: not given */
    double fpr;             /* of a ROC curve: 1 - specificity; y is the sensitivity */
    bool chosen;            /* of a ROC curve: a cut-off to be labelled */
    double weight;          /* of a study; NaN: not given */
    enum cc_chart_part part; /* CC_PART_STUDY where nothing else is said */
    bool present;           /* the table has a row for it */
    bool hidden;            /* "<11", "*" or "-": not shown to protect children */
};

struct cc_chart {
    enum cc_chart_kind kind;
    char *title, *y_label; /* y_label: what is measured, in words; may be empty */
    double level;          /* of the intervals; NaN: no intervals */
    bool logarithmic;      /* a forest of ratios */
    size_t labels_n, series_n;
    char **labels;         /* along x, in the order of the table */
    char **series;         /* names; the only one is "" where there are no series */
    struct cc_chart_point *points; /* series_n x labels_n */
};

struct cc_chart_options {
    enum cc_chart_kind kind;
    const char *x, *series, *y, *lower, *upper; /* columns; NULL: series none, y estimate or
                                                   count, lower and upper beside estimate; of a ROC
                                                   curve x cutoff, y sensitivity; of a forest x study;
                                                   of a summary ROC curve x point, series part */
    const char *title, *y_label;                /* NULL: empty title; the name of y */
    bool sort;                                  /* bars by falling value of the first series */
};

/** Takes the chart from a tidy table; a ROC curve from the columns specificity and, if it is there, chosen,
 *  too (as `roc --curve` prints them); a forest from study, measure, weight_percent and method (`pool --studies`);
 *  a summary ROC curve from point, part, sensitivity, specificity and n (`pool --curve`). Rows whose x is (total)
 *  are left out. `use` (rows, or NULL) says which rows count. Two rows for one point, a cell that is no number, an
 *  interval that does not hold its estimate and too many series are CC_EDATA. */
CC_MUST_USE enum cc_status cc_chart_read(const struct cc_table *t, const bool *use,
                                         const struct cc_chart_options *options, struct cc_chart *out,
                                         struct cc_error *err);
void cc_chart_free(struct cc_chart *c);

/** One or two sentences, at most 250 characters: kind, title, period, main message. */
CC_MUST_USE bool cc_chart_alt(const struct cc_chart *c, struct cc_buf *out);

/** All values (up to 60; otherwise their range), extremes or change, and what is not shown. */
CC_MUST_USE bool cc_chart_describe(const struct cc_chart *c, struct cc_buf *out);

/** One ROC curve: the positions in `points` of what is shown, from (0, 0) on; n of them; NULL when out of
 *  memory. The caller frees it. */
size_t *cc_chart_curve(const struct cc_chart *c, size_t series, size_t *n);

/** Does the curve of a series go from nobody to all? Only then there is an area to speak of. */
bool cc_chart_has_ends(const struct cc_chart *c, size_t series);

/** Area under one ROC curve as it is drawn; NaN if a part of it is not shown. */
double cc_chart_auc(const struct cc_chart *c, size_t series);

/** A cut-off as readers know it: with the sign for "at least" or "at most". */
CC_MUST_USE bool cc_chart_cutoff(struct cc_buf *out, const char *label);

/** Area of each ROC curve, names cut to `most` characters, and its chosen cut-offs (of several curves only if
 *  `most` is SIZE_MAX); and all points. */
CC_MUST_USE bool cc_chart_roc_message(struct cc_buf *out, const struct cc_chart *c, size_t most);
CC_MUST_USE bool cc_chart_roc_values(struct cc_buf *out, const struct cc_chart *c);

/** Of a forest or a summary ROC curve: how to read it; the pooled value; the studies' values. */
CC_MUST_USE bool cc_chart_pool_legend(struct cc_buf *out, const struct cc_chart *c);
CC_MUST_USE bool cc_chart_pool_message(struct cc_buf *out, const struct cc_chart *c);
CC_MUST_USE bool cc_chart_pool_values(struct cc_buf *out, const struct cc_chart *c);

/** The gnuplot script, which writes the picture to standard output. */
CC_MUST_USE bool cc_chart_script(const struct cc_chart *c, bool png, struct cc_buf *out);

/** A number for readers: thousands separated, as many decimals as the chart needs. */
CC_MUST_USE bool cc_chart_number(struct cc_buf *out, double x, int decimals);
int cc_chart_decimals(const struct cc_chart *c);

/** Characters of a text; not bytes. */
size_t cc_chart_characters(const char *text);

/** Adds at most `most` characters, with an ellipsis where the text is cut. */
CC_MUST_USE bool cc_chart_add_cut(struct cc_buf *out, const char *text, size_t most);

/** The palette, "#rrggbb". Text and marks are drawn on white. */
const char *cc_chart_color(size_t series);
const char *cc_chart_text_color(void);
const char *cc_chart_quiet_color(void); /* "not shown", axis text */
const char *cc_chart_grid_color(void);
#endif

/* A chart from a table, and how its numbers and names are written. */
#include "report/chart/cc_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct cc_chart_point *point(const struct cc_chart *c, size_t series, size_t label)
{
    return &c->points[series * c->labels_n + label];
}

void cc_chart_free(struct cc_chart *c)
{
    for (size_t i = 0; c->labels && i < c->labels_n; i++) free(c->labels[i]);
    for (size_t i = 0; c->series && i < c->series_n; i++) free(c->series[i]);
    free(c->labels);
    free(c->series);
    free(c->points);
    free(c->title);
    free(c->y_label);
    *c = (struct cc_chart){ 0 };
}

/* ---- from a table ---- */

struct columns {
    size_t x, y, specificity;
    int series, lower, upper, level, chosen, weight;
    int part; /* of a forest: measure; of a summary ROC curve: part; otherwise -1 */
    bool roc; /* has specificities */
    bool totals; /* there is nothing else to draw */
    enum cc_chart_kind kind;
};

static const char *const PARTS[CC_PARTS] = { [CC_PART_STUDY] = "study", [CC_PART_POOLED] = "pooled",
    [CC_PART_CURVE] = "curve", [CC_PART_CONFIDENCE] = "confidence", [CC_PART_PREDICTION] = "prediction" };

/* CC_PARTS if it is none. */
static enum cc_chart_part part_of(const char *text)
{
    int i = 0;
    while (i < CC_PARTS && strcmp(text, PARTS[i]) != 0) i++;
    return !strcmp(text, "summary") ? CC_PART_POOLED : (enum cc_chart_part)i;
}

static enum cc_status optional(const struct cc_table *t, const char *name, int *out, struct cc_error *err)
{
    size_t at;
    *out = -1;
    if (!name) return CC_OK;
    enum cc_status st = cc_table_need(t, name, &at, err);
    if (st == CC_OK) *out = (int)at;
    return st;
}

static enum cc_status find_roc_columns(const struct cc_table *t, const struct cc_chart_options *o,
                                       struct columns *c, struct cc_error *err)
{
    c->roc = true;
    c->lower = c->upper = c->level = -1;
    c->chosen = cc_table_find(t, "chosen");
    enum cc_status st = cc_table_need(t, o->x ? o->x : "cutoff", &c->x, err);
    if (st == CC_OK) st = cc_table_need(t, o->y ? o->y : "sensitivity", &c->y, err);
    if (st == CC_OK) st = cc_table_need(t, "specificity", &c->specificity, err);
    if (st == CC_OK) st = optional(t, o->series, &c->series, err);
    return st;
}

static enum cc_status find_pool_columns(const struct cc_table *t, const struct cc_chart_options *o,
                                        struct columns *c, struct cc_error *err)
{
    bool forest = o->kind == CC_CHART_FOREST;
    c->roc = !forest;
    c->weight = cc_table_find(t, forest ? "weight_percent" : "n");
    c->level = cc_table_find(t, "level");
    enum cc_status st = cc_table_need(t, o->x ? o->x : forest ? "study" : "point", &c->x, err);
    if (st == CC_OK) st = cc_table_need(t, o->y ? o->y : forest ? "estimate" : "sensitivity", &c->y, err);
    if (st == CC_OK) st = optional(t, forest ? "measure" : "part", &c->part, err);
    if (!forest) {
        c->series = c->part;
        return st == CC_OK ? cc_table_need(t, "specificity", &c->specificity, err) : st;
    }
    if (st == CC_OK) st = optional(t, o->lower ? o->lower : "lower", &c->lower, err);
    if (st == CC_OK) st = optional(t, o->upper ? o->upper : "upper", &c->upper, err);
    return st;
}

static enum cc_status find_columns(const struct cc_table *t, const struct cc_chart_options *o,
                                   struct columns *c, struct cc_error *err)
{
    if (o->kind == CC_CHART_ROC) return find_roc_columns(t, o, c, err);
    if (o->kind >= CC_CHART_FOREST) return find_pool_columns(t, o, c, err);
    const char *y = o->y ? o->y : cc_table_find(t, "estimate") >= 0 ? "estimate" : "count";
    bool beside = !strcmp(y, "estimate") && cc_table_find(t, "lower") >= 0 && cc_table_find(t, "upper") >= 0;
    const char *lower = o->lower ? o->lower : beside ? "lower" : NULL;
    const char *upper = o->upper ? o->upper : beside ? "upper" : NULL;
    if (!o->lower != !o->upper) return cc_error_set(err, CC_EUSAGE, 0, 0, "give both --lower and --upper");
    c->level = cc_table_find(t, "level");
    enum cc_status st = cc_table_need(t, o->x, &c->x, err);
    if (st == CC_OK) st = cc_table_need(t, y, &c->y, err);
    if (st == CC_OK) st = optional(t, o->series, &c->series, err);
    if (st == CC_OK) st = optional(t, lower, &c->lower, err);
    if (st == CC_OK) st = optional(t, upper, &c->upper, err);
    return st;
}

/* Position of a name in a list, added at the end if new; SIZE_MAX when out of memory. */
static size_t place(char ***list, size_t *n, size_t *room, const char *name)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp((*list)[i], name)) return i;
    if (!cc_grow(list, room, *n + 1, sizeof **list) || !((*list)[*n] = cc_strdup(name))) return SIZE_MAX;
    return (*n)++;
}

static bool is_total(const struct cc_table *t, const struct columns *c, size_t row)
{
    return !strcmp(cc_table_cell(t, row, c->x), "(total)");
}

static bool only_totals(const struct cc_table *t, const bool *use, const struct columns *c)
{
    for (size_t r = 0; r < t->rows; r++)
        if ((!use || use[r]) && !is_total(t, c, r)) return false;
    return true;
}

static const char *label_of(const struct cc_table *t, const struct columns *c, size_t row)
{
    return c->totals ? "Total" : cc_table_cell(t, row, c->x);
}

static bool wanted(const struct cc_table *t, const bool *use, const struct columns *c, size_t row)
{
    if ((use && !use[row]) || is_total(t, c, row) != c->totals) return false;
    if (c->kind != CC_CHART_FOREST) return true;
    enum cc_chart_part part = part_of(cc_table_cell(t, row, (size_t)c->part));
    bool none = !strcmp(cc_table_cell(t, row, c->y), "NA");
    return part == CC_PART_STUDY || part == CC_PART_POOLED || (part == CC_PART_PREDICTION && !none);
}

static bool protected_cell(const char *text)
{
    return *text == '<' || !strcmp(text, "*") || !strcmp(text, "-");
}

static enum cc_status bad(const struct cc_table *t, size_t row, size_t column, const char *what,
                          struct cc_error *err)
{
    cc_error_set(err, CC_EDATA, t->lines[row], column + 1, "%s", what);
    cc_error_file(err, t->name);
    return CC_EDATA;
}

static enum cc_status number(const struct cc_table *t, size_t row, size_t column, double *out,
                             struct cc_error *err)
{
    const char *text = cc_table_cell(t, row, column);
    *out = NAN;
    if (!*text || !strcmp(text, "NA") || protected_cell(text) || cc_parse_double(text, out)) return CC_OK;
    return bad(t, row, column, "a number was expected", err);
}

static enum cc_status read_roc_point(const struct cc_table *t, size_t row, const struct columns *c,
                                     struct cc_chart_point *p, struct cc_error *err)
{
    double specificity;
    enum cc_status st = number(t, row, c->specificity, &specificity, err);
    if (st != CC_OK) return st;
    p->fpr = 1 - specificity;
    p->chosen = c->chosen >= 0 && *cc_table_cell(t, row, (size_t)c->chosen);
    if (isnan(p->fpr)) p->y = NAN;
    if (p->y < 0 || p->y > 1) return bad(t, row, c->y, "a proportion was expected, 0 to 1", err);
    if (p->fpr < 0 || p->fpr > 1)
        return bad(t, row, c->specificity, "a proportion was expected, 0 to 1", err);
    return CC_OK;
}

static enum cc_status read_point(const struct cc_table *t, size_t row, const struct columns *c,
                                 struct cc_chart_point *p, struct cc_error *err)
{
    if (p->present)
        return bad(t, row, c->x, "a second row for the same point; choose rows with --where or name --series",
                   err);
    *p = (struct cc_chart_point){ .y = NAN, .lower = NAN, .upper = NAN, .fpr = NAN, .weight = NAN,
                                  .present = true,
                                  .hidden = protected_cell(cc_table_cell(t, row, c->y)) };
    enum cc_status st = number(t, row, c->y, &p->y, err);
    if (st == CC_OK && c->lower >= 0) st = number(t, row, (size_t)c->lower, &p->lower, err);
    if (st == CC_OK && c->upper >= 0) st = number(t, row, (size_t)c->upper, &p->upper, err);
    if (st == CC_OK && c->weight >= 0) st = number(t, row, (size_t)c->weight, &p->weight, err);
    if (st == CC_OK && c->part >= 0) p->part = part_of(cc_table_cell(t, row, (size_t)c->part));
    if (st == CC_OK && p->part == CC_PARTS)
        return bad(t, row, (size_t)c->part, "study, summary, curve, confidence or prediction was expected", err);
    if (st == CC_OK && c->roc) st = read_roc_point(t, row, c, p, err);
    if (isnan(p->lower) || isnan(p->upper) || isnan(p->y)) p->lower = p->upper = NAN;
    if (st == CC_OK && (p->lower > p->y || p->upper < p->y))
        st = bad(t, row, (size_t)c->lower, "the interval does not hold its estimate", err);
    return st;
}

struct order {
    double value;
    size_t at;
};

static int falling(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    bool nx = isnan(x->value), ny = isnan(y->value);
    if (nx != ny) return nx - ny;
    if (!nx && x->value != y->value) return x->value < y->value ? 1 : -1;
    return (x->at > y->at) - (x->at < y->at);
}

static int rising(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static bool reorder(struct cc_chart *c, struct order *order, int (*compare)(const void *, const void *))
{
    qsort(order, c->labels_n, sizeof *order, compare);
    char **labels = calloc(c->labels_n + 1, sizeof *labels);
    struct cc_chart_point *points = calloc(c->labels_n * c->series_n + 1, sizeof *points);
    bool ok = labels && points;
    for (size_t i = 0; ok && i < c->labels_n; i++) {
        labels[i] = c->labels[order[i].at];
        for (size_t s = 0; s < c->series_n; s++) points[s * c->labels_n + i] = *point(c, s, order[i].at);
    }
    free(ok ? (void *)c->labels : (void *)labels);
    free(ok ? (void *)c->points : (void *)points);
    if (!ok) return false;
    c->labels = labels;
    c->points = points;
    return true;
}

/* Bars by value if asked; years always in their order. */
static bool sort(struct cc_chart *c, bool by_value)
{
    struct order *order = calloc(c->labels_n + 1, sizeof *order);
    bool ok = order != NULL, years = c->kind == CC_CHART_TREND;
    for (size_t i = 0; ok && i < c->labels_n; i++) {
        order[i] = (struct order){ point(c, 0, i)->y, i };
        if (years && !cc_parse_double(c->labels[i], &order[i].value)) years = false;
    }
    if (ok && c->kind == CC_CHART_BAR && by_value) ok = reorder(c, order, falling);
    else if (ok && years) ok = reorder(c, order, rising);
    free(order);
    return ok;
}

static enum cc_status fill(const struct cc_table *t, const bool *use, const struct columns *at,
                           struct cc_chart *c, struct cc_error *err)
{
    size_t labels_room = 0, series_room = 0;
    for (size_t r = 0; r < t->rows; r++) {
        if (!wanted(t, use, at, r)) continue;
        if (place(&c->labels, &c->labels_n, &labels_room, label_of(t, at, r)) == SIZE_MAX
            || place(&c->series, &c->series_n, &series_room,
                     at->series < 0 ? "" : cc_table_cell(t, r, (size_t)at->series)) == SIZE_MAX)
            return cc_error_memory(err);
    }
    if (!c->labels_n) return cc_error_set(err, CC_EDATA, 0, 0, "no row to draw");
    if (c->series_n > CC_CHART_SERIES)
        return cc_error_set(err, CC_EDATA, 0, 0, "%zu series; a chart tells at most %d apart", c->series_n,
                            CC_CHART_SERIES);
    c->points = calloc(c->labels_n * c->series_n, sizeof *c->points);
    if (!c->points) return cc_error_memory(err);
    for (size_t i = 0; i < c->labels_n * c->series_n; i++)
        c->points[i].y = c->points[i].lower = c->points[i].upper = c->points[i].fpr = c->points[i].weight = NAN;
    for (size_t r = 0; r < t->rows; r++) {
        if (!wanted(t, use, at, r)) continue;
        size_t x = place(&c->labels, &c->labels_n, &labels_room, label_of(t, at, r));
        size_t s = place(&c->series, &c->series_n, &series_room,
                         at->series < 0 ? "" : cc_table_cell(t, r, (size_t)at->series));
        enum cc_status st = read_point(t, r, at, point(c, s, x), err);
        if (st != CC_OK) return st;
        if (!isnan(point(c, s, x)->lower) || point(c, s, x)->part == CC_PART_CONFIDENCE) {
            double level = .95;
            if (at->level >= 0) st = number(t, r, (size_t)at->level, &level, err);
            if (st != CC_OK) return st;
            c->level = level;
        }
    }
    return CC_OK;
}

struct corner {
    double fpr, y;
    size_t at;
};

static int along(const void *a, const void *b)
{
    const struct corner *p = a, *q = b;
    if (p->fpr != q->fpr) return p->fpr < q->fpr ? -1 : 1;
    if (p->y != q->y) return p->y < q->y ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

size_t *cc_chart_curve(const struct cc_chart *c, size_t series, size_t *n)
{
    struct corner *places = calloc(c->labels_n + 1, sizeof *places);
    size_t *out = calloc(c->labels_n + 1, sizeof *out);
    *n = 0;
    for (size_t i = 0; places && out && i < c->labels_n; i++) {
        size_t at = series * c->labels_n + i;
        const struct cc_chart_point *p = &c->points[at];
        if (!isnan(p->y)) places[(*n)++] = (struct corner){ p->fpr, p->y, at };
    }
    if (places && out) {
        qsort(places, *n, sizeof *places, along);
        for (size_t i = 0; i < *n; i++) out[i] = places[i].at;
    } else {
        free(out);
        out = NULL;
    }
    free(places);
    return out;
}

/* Sensitivity never falls where specificity does: what does so is more than one curve. */
static enum cc_status check_curves(const struct cc_chart *c, struct cc_error *err)
{
    bool rises = true;
    for (size_t s = 0; s < c->series_n; s++) {
        size_t n, *at = cc_chart_curve(c, s, &n);
        if (!at) return cc_error_memory(err);
        for (size_t i = 1; i < n; i++) rises = rises && c->points[at[i]].y >= c->points[at[i - 1]].y;
        free(at);
    }
    return rises ? CC_OK : cc_error_set(err, CC_EDATA, 0, 0, "these points are not of one curve; "
                                        "choose rows with --where or name --series");
}

/* A line break in a cell is a blank in a chart. */
static void clean(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 127) *text = ' ';
}

static void clean_all(struct cc_chart *c)
{
    clean(c->title);
    clean(c->y_label);
    for (size_t i = 0; i < c->labels_n; i++) clean(c->labels[i]);
    for (size_t i = 0; i < c->series_n; i++) clean(c->series[i]);
}

/* What is measured, where nobody says it: of a forest what was pooled. */
static const char *standard_label(const struct cc_table *t, const struct columns *c)
{
    int metric = cc_table_find(t, "metric");
    if (c->kind == CC_CHART_ROC) return "Sensitivity and specificity at every cut-off";
    if (c->kind == CC_CHART_SROC) return "Sensitivity and specificity of several studies";
    bool named = c->kind == CC_CHART_FOREST && metric >= 0 && t->rows;
    return named ? cc_table_cell(t, 0, (size_t)metric) : t->names[c->y];
}

/* Ratios are pooled as logarithms, and are drawn so. */
static bool has_ratios(const struct cc_table *t, const bool *use, const struct columns *c)
{
    int method = cc_table_find(t, "method");
    for (size_t r = 0; method >= 0 && r < t->rows; r++) {
        if (!wanted(t, use, c, r) || part_of(cc_table_cell(t, r, (size_t)c->part)) != CC_PART_POOLED) continue;
        const char *name = strrchr(cc_table_cell(t, r, (size_t)method), '-');
        return name && !strcmp(name, "-log");
    }
    return false;
}

enum cc_status cc_chart_read(const struct cc_table *t, const bool *use,
                             const struct cc_chart_options *options, struct cc_chart *out,
                             struct cc_error *err)
{
    struct columns at = { .series = -1, .lower = -1, .upper = -1, .weight = -1, .part = -1, .kind = options->kind };
    *out = (struct cc_chart){ .kind = options->kind, .level = NAN };
    enum cc_status st = find_columns(t, options, &at, err);
    if (st != CC_OK) return st;
    out->title = cc_strdup(options->title ? options->title : "");
    out->y_label = cc_strdup(options->y_label ? options->y_label : standard_label(t, &at));
    at.totals = at.kind == CC_CHART_BAR && only_totals(t, use, &at);
    st = out->title && out->y_label ? fill(t, use, &at, out, err) : cc_error_memory(err);
    if (st == CC_OK && at.kind == CC_CHART_ROC) st = check_curves(out, err);
    if (st == CC_OK && at.kind == CC_CHART_FOREST) out->logarithmic = has_ratios(t, use, &at);
    if (st == CC_EDATA) cc_error_file(err, t->name);
    if (st == CC_OK) clean_all(out);
    if (st == CC_OK && !sort(out, options->sort)) st = cc_error_memory(err);
    if (st != CC_OK) cc_chart_free(out);
    return st;
}

/* ---- numbers and names ---- */

int cc_chart_decimals(const struct cc_chart *c)
{
    double most = 0;
    bool whole = true;
    for (size_t i = 0; i < c->labels_n * c->series_n; i++) {
        const struct cc_chart_point *p = &c->points[i];
        if (isnan(p->y)) continue;
        most = fmax(most, fabs(p->y));
        whole = whole && floor(p->y) == p->y;
    }
    if (whole) return 0;
    return most < .1 ? 4 : most < 1 ? 3 : most < 10 ? 2 : 1;
}

bool cc_chart_number(struct cc_buf *out, double x, int decimals)
{
    char digits[400];
    int n = snprintf(digits, sizeof digits, "%.*f", decimals, fabs(x));
    if (n < 0 || n >= (int)sizeof digits) return false;
    size_t whole = strcspn(digits, ".");
    bool ok = x >= 0 || strspn(digits, "0.") == (size_t)n || cc_buf_text(out, "\xe2\x88\x92");
    for (size_t i = 0; ok && i < whole; i++)
        ok = (!i || (whole - i) % 3 || cc_buf_char(out, ',')) && cc_buf_char(out, digits[i]);
    return ok && cc_buf_text(out, digits + whole);
}

size_t cc_chart_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

bool cc_chart_add_cut(struct cc_buf *out, const char *text, size_t most)
{
    if (cc_chart_characters(text) <= most) return cc_buf_text(out, text);
    size_t n = 0, at = 0;
    while (text[at] && n + 1 < most) {
        at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80) at++;
        n++;
    }
    return cc_buf_add(out, text, at) && cc_buf_text(out, "\xe2\x80\xa6");
}

#include "stats/counting/cc_roc_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

static bool missing(const char *cell)
{
    return !*cell || !strcmp(cell, "NA");
}

/* The cut-off that a score reaches, both negated where lower means positive. */
static double band_of(const struct cc_roc_columns *c, int way, double score)
{
    double band = -INFINITY;
    for (size_t i = 0; i < c->n_cutoffs; i++)
        if (c->cutoffs[i] * way <= score) band = fmax(band, c->cutoffs[i] * way);
    return band;
}

static enum cc_status read_scores(const struct cc_table *t, const struct cc_roc_columns *c, size_t which,
                                  struct cc_roc_data *d, struct cc_error *err)
{
    size_t at;
    enum cc_status st = cc_table_need(t, c->score[which], &at, err);
    if (st != CC_OK) return st;
    double *x = d->score[which] = calloc(t->rows + 1, sizeof *x);
    if (!x) return cc_error_memory(err);
    for (size_t r = 0; r < t->rows; r++) {
        const char *cell = cc_table_cell(t, r, at);
        x[r] = NAN;
        if (missing(cell)) continue;
        if (!cc_parse_double(cell, &x[r]))
            return cc_error_set(err, CC_EDATA, t->lines[r], at + 1,
                                "expected a number as a score, or NA where there is none");
        x[r] *= c->way[which];
        if (c->n_cutoffs) x[r] = band_of(c, c->way[which], x[r]);
    }
    return CC_OK;
}

static bool is_among(const struct cc_roc_codes *codes, const char *text)
{
    for (size_t i = 0; i < codes->n; i++)
        if (!strcmp(codes->at[i], text)) return true;
    return false;
}

static int truth_of(const struct cc_roc_columns *c, const char *cell)
{
    if (missing(cell)) return -1;
    if (is_among(&c->positive, cell)) return 1;
    return c->negative.n == 0 || is_among(&c->negative, cell) ? 0 : -1;
}

/* All that are not positive must be of one value, or named. */
static enum cc_status check_controls(const struct cc_table *t, const struct cc_roc_columns *c,
                                     const struct cc_roc_data *d, size_t at, struct cc_error *err)
{
    const char *negative = NULL;
    for (size_t r = 0; c->negative.n == 0 && r < t->rows; r++) {
        const char *cell = cc_table_cell(t, r, at);
        if (d->truth[r] != 0) continue;
        if (negative && strcmp(cell, negative) != 0)
            return cc_error_set(err, CC_EDATA, t->lines[r], at + 1,
                                "a third code of the reference: say with --negative which mean a control");
        negative = cell;
    }
    return CC_OK;
}

static enum cc_status check_truth(const struct cc_table *t, const struct cc_roc_columns *c,
                                  const struct cc_roc_data *d, size_t at, struct cc_error *err)
{
    size_t n[2] = { 0, 0 };
    for (size_t r = 0; r < t->rows; r++)
        if (d->truth[r] >= 0) n[d->truth[r]]++;
    if (c->allow_undefined) return check_controls(t, c, d, at, err);
    if (!n[1])
        return cc_error_set(err, CC_EDATA, 0, 0, "no row of '%s' has a code of --positive", c->reference);
    if (!n[0])
        return cc_error_set(err, CC_EDATA, 0, 0, "'%s' knows positives only: without children known to be "
                            "negative there are no false alarms to count, so no specificity and no AUC",
                            c->reference);
    return check_controls(t, c, d, at, err);
}

static enum cc_status read_truth(const struct cc_table *t, const struct cc_roc_columns *c, struct cc_roc_data *d,
                                 struct cc_error *err)
{
    size_t at;
    enum cc_status st = cc_table_need(t, c->reference, &at, err);
    if (st != CC_OK) return st;
    d->truth = calloc(t->rows + 1, 1);
    if (!d->truth) return cc_error_memory(err);
    for (size_t r = 0; r < t->rows; r++) d->truth[r] = (signed char)truth_of(c, cc_table_cell(t, r, at));
    return check_truth(t, c, d, at, err);
}

enum cc_status cc_roc_data_read(const struct cc_table *t, const struct cc_roc_columns *c, struct cc_roc_data *out,
                                struct cc_error *err)
{
    *out = (struct cc_roc_data){ 0 };
    enum cc_status st = read_truth(t, c, out, err);
    for (size_t i = 0; st == CC_OK && i < CC_ROC_SCORES && c->score[i]; i++) st = read_scores(t, c, i, out, err);
    return st;
}

void cc_roc_data_free(struct cc_roc_data *d)
{
    for (size_t i = 0; i < CC_ROC_SCORES; i++) free(d->score[i]);
    free(d->truth);
    *d = (struct cc_roc_data){ 0 };
}

static bool known(const struct cc_roc_data *d, size_t row, size_t which)
{
    return d->truth[row] >= 0 && !isnan(d->score[which][row]);
}

enum cc_status cc_roc_data_curve(const struct cc_roc_data *d, size_t which, const size_t *rows, size_t n,
                                 struct cc_roc *out, size_t *n_known)
{
    double *score = calloc(n + 1, sizeof *score);
    bool *is_case = calloc(n + 1, sizeof *is_case);
    enum cc_status st = score && is_case ? CC_OK : CC_ENOMEM;
    *out = (struct cc_roc){ 0 };
    *n_known = 0;
    for (size_t i = 0; st == CC_OK && i < n; i++) {
        if (!known(d, rows[i], which)) continue;
        score[*n_known] = d->score[which][rows[i]];
        is_case[(*n_known)++] = d->truth[rows[i]] == 1;
    }
    if (st == CC_OK) st = cc_roc_make(score, is_case, *n_known, out);
    free(score);
    free(is_case);
    return st;
}

enum cc_status cc_roc_data_pairs(const struct cc_roc_data *d, const size_t *rows, size_t n, struct cc_roc_pairs *out)
{
    *out = (struct cc_roc_pairs){ calloc(n + 1, sizeof *out->a), calloc(n + 1, sizeof *out->b),
                                  calloc(n + 1, sizeof *out->is_case), 0 };
    if (!out->a || !out->b || !out->is_case) return CC_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        if (!known(d, rows[i], 0) || !known(d, rows[i], 1)) continue;
        out->a[out->n] = d->score[0][rows[i]];
        out->b[out->n] = d->score[1][rows[i]];
        out->is_case[out->n++] = d->truth[rows[i]] == 1;
    }
    return CC_OK;
}

void cc_roc_pairs_free(struct cc_roc_pairs *p)
{
    free(p->a);
    free(p->b);
    free(p->is_case);
    *p = (struct cc_roc_pairs){ 0 };
}

#include "stats/counting/cc_scored.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_row_groups.h"

enum { MAX_GROUPS = 1000 };

struct reader {
    const struct cc_table *t;
    const struct cc_scored_options *o;
    size_t score, reference, by[CC_SCORED_NAMES];
    const char *negative; /* the one other code, once it was met */
    struct cc_error *err;
};

static bool is_among(const struct cc_scored_names *names, const char *text)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->at[i], text)) return true;
    return false;
}

static bool is_missing(const struct reader *r, const char *text)
{
    return !*text || !strcmp(text, "NA") || is_among(&r->o->missing, text);
}

int cc_scored_level(const struct cc_scored_options *o, const char *name)
{
    for (size_t i = 0; i < o->levels.n; i++)
        if (!strcmp(o->levels.at[i], name)) return (int)i;
    return -1;
}

static enum cc_status refuse(const struct reader *r, size_t row, size_t column, const char *what)
{
    cc_error_set(r->err, CC_EDATA, (size_t)r->t->lines[row], column + 1, "%s: %s", r->t->names[column], what);
    cc_error_file(r->err, r->t->name);
    return CC_EDATA;
}

static enum cc_status read_score(const struct reader *r, size_t row, double *out)
{
    const char *text = cc_table_cell(r->t, row, r->score);
    *out = NAN;
    if (is_missing(r, text)) return CC_OK;
    if (r->o->levels.n == 0)
        return cc_parse_double(text, out) ? CC_OK : refuse(r, row, r->score, "not a number; is it a code for missing?");
    int level = cc_scored_level(r->o, text);
    if (level < 0) return refuse(r, row, r->score, "none of the levels; is it a code for missing?");
    *out = level;
    return CC_OK;
}

static enum cc_status read_truth(struct reader *r, size_t row, enum cc_truth *out)
{
    const char *text = cc_table_cell(r->t, row, r->reference);
    *out = CC_TRUTH_UNKNOWN;
    if (is_missing(r, text)) return CC_OK;
    if (is_among(&r->o->positive, text)) *out = CC_TRUTH_YES;
    else if (r->o->positives_only) return CC_OK;
    else if (r->o->negative.n > 0) *out = is_among(&r->o->negative, text) ? CC_TRUTH_NO : CC_TRUTH_UNKNOWN;
    else if (r->negative && strcmp(r->negative, text) != 0)
        return refuse(r, row, r->reference,
                      "neither a code of --positive nor the one that was taken for its absence: say which codes "
                      "mean that the condition is absent (--negative); others then count as not known");
    else {
        r->negative = text;
        *out = CC_TRUTH_NO;
    }
    return CC_OK;
}

/* ---- groups ---- */

static const char *group_cell(const struct reader *r, size_t row, size_t i)
{
    const char *text = cc_table_cell(r->t, row, r->by[i]);
    return *text ? text : "(blank)";
}

static int compare_codes(const char *a, const char *b)
{
    double x, y;
    if (cc_parse_double(a, &x) && cc_parse_double(b, &y) && x != y) return x < y ? -1 : 1;
    return strcmp(a, b);
}

static int compare_groups(const char *const *names, size_t width, size_t a, size_t b)
{
    for (size_t i = 0; i < width; i++) {
        int c = compare_codes(names[a * width + i], names[b * width + i]);
        if (c) return c;
    }
    return 0;
}

/* Puts the groups in order: by insertion, as they are few. */
static enum cc_status sort_groups(struct cc_scored *s, size_t width, struct cc_error *err)
{
    size_t order[MAX_GROUPS], place[MAX_GROUPS];
    const char **sorted = calloc(s->groups * width + 1, sizeof *sorted);
    if (!sorted) return cc_error_memory(err);
    for (size_t i = 0; i < s->groups; i++) {
        size_t j = i;
        for (; j > 0 && compare_groups(s->names, width, i, order[j - 1]) < 0; j--) order[j] = order[j - 1];
        order[j] = i;
    }
    for (size_t i = 0; i < s->groups; i++) {
        place[order[i]] = i;
        for (size_t c = 0; c < width; c++) sorted[i * width + c] = s->names[order[i] * width + c];
    }
    for (size_t i = 0; i < s->n; i++) s->group[i] = place[s->group[i]];
    free(s->names);
    s->names = sorted;
    return CC_OK;
}

static enum cc_status number_group(const struct reader *r, struct cc_intern *keys, struct cc_buf *key, size_t row,
                                   struct cc_scored *s)
{
    size_t width = r->o->by.n;
    cc_buf_clear(key);
    for (size_t i = 0; i < width; i++)
        if (!cc_buf_text(key, group_cell(r, row, i)) || !cc_buf_char(key, '\x1f')) return cc_error_memory(r->err);
    uint32_t number = cc_intern_number(keys, key->data ? key->data : "", key->size);
    if (number == UINT32_MAX) return cc_error_memory(r->err);
    if (number == MAX_GROUPS) return refuse(r, row, r->by[0], "more than 1000 groups");
    if (number == s->groups) {
        for (size_t i = 0; i < width; i++) {
            enum cc_status st = cc_row_groups_name(r->t, row, r->by[i], r->err);
            if (st != CC_OK) return st;
            s->names[number * width + i] = group_cell(r, row, i);
        }
        s->groups++;
    }
    s->group[row] = number;
    return CC_OK;
}

static enum cc_status read_groups(const struct reader *r, struct cc_scored *s)
{
    struct cc_intern *keys = cc_intern_alloc();
    struct cc_buf key = { 0 };
    s->names = calloc((size_t)MAX_GROUPS * r->o->by.n + 1, sizeof *s->names);
    enum cc_status st = keys && s->names ? CC_OK : cc_error_memory(r->err);
    for (size_t i = 0; i < r->t->rows && st == CC_OK; i++) st = number_group(r, keys, &key, i, s);
    if (st == CC_OK) st = sort_groups(s, r->o->by.n, r->err);
    cc_intern_free(keys);
    cc_buf_free(&key);
    return st;
}

/* Without a positive child nothing tells the code that means absence from a misspelt --positive. A file of one child
 * is read all the same: one code is all that it can have. */
static enum cc_status check_positive(const struct reader *r, const struct cc_scored *s)
{
    if (r->o->negative.n > 0 || !r->negative || s->n == 1) return CC_OK;
    for (size_t i = 0; i < s->n; i++)
        if (s->subjects[i].truth == CC_TRUTH_YES) return CC_OK;
    cc_error_set(r->err, CC_EDATA, 0, 0, "%s: no child has a code of --positive; if that is so, say which codes "
                 "mean that the condition is absent (--negative)", r->t->names[r->reference]);
    cc_error_file(r->err, r->t->name);
    return CC_EDATA;
}

enum cc_status cc_scored_read(const struct cc_table *t, const struct cc_scored_options *o, struct cc_scored *out,
                              struct cc_error *err)
{
    struct reader r = { .t = t, .o = o, .err = err };
    *out = (struct cc_scored){ .n = t->rows };
    enum cc_status st = cc_table_need(t, o->score, &r.score, err);
    if (st == CC_OK) st = cc_table_need(t, o->reference, &r.reference, err);
    for (size_t i = 0; i < o->by.n && st == CC_OK; i++) st = cc_table_need(t, o->by.at[i], &r.by[i], err);
    if (st != CC_OK) return st;
    out->subjects = calloc(t->rows + 1, sizeof *out->subjects);
    out->group = calloc(t->rows + 1, sizeof *out->group);
    if (!out->subjects || !out->group) st = cc_error_memory(err);
    for (size_t i = 0; i < t->rows && st == CC_OK; i++) {
        st = read_score(&r, i, &out->subjects[i].score);
        if (st == CC_OK) st = read_truth(&r, i, &out->subjects[i].truth);
    }
    if (st == CC_OK) st = check_positive(&r, out);
    if (st == CC_OK) st = read_groups(&r, out);
    if (st != CC_OK) cc_scored_free(out);
    return st;
}

void cc_scored_free(struct cc_scored *s)
{
    free(s->subjects);
    free(s->group);
    free(s->names);
    *s = (struct cc_scored){ 0 };
}

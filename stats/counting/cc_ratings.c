#include "stats/counting/cc_ratings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_row_groups.h"

static const int64_t MAX_COUNT = (int64_t)1 << 53;

static enum cc_status cell_error(const struct cc_table *t, size_t row, size_t column, struct cc_error *err,
                                 const char *what)
{
    cc_error_set(err, CC_EDATA, (size_t)t->lines[row], column + 1, "%s: %s", t->names[column], what);
    cc_error_file(err, t->name);
    return CC_EDATA;
}

static bool number(struct cc_intern *in, const char *text, size_t n, size_t *out)
{
    uint32_t found = cc_intern_number(in, text, n);
    *out = found;
    return found != UINT32_MAX;
}

/* ---- scores as text ---- */

static bool is_missing(const struct cc_ratings *r, const char *text)
{
    if (!*text || !strcmp(text, "NA") || !strcmp(text, "(blank)") || !strcmp(text, "(invalid)")) return true;
    for (size_t i = 0; i < r->n_missing; i++)
        if (!strcmp(text, r->missing[i])) return true;
    return false;
}

static size_t score_columns(const struct cc_ratings *r)
{
    return r->wide ? r->n_wide : 1;
}

static size_t score_column(const struct cc_ratings *r, size_t i)
{
    return r->wide ? r->wide[i] : (size_t)r->score;
}

/* ---- categories ---- */

static enum cc_status sight(const struct cc_ratings *r, size_t row, size_t column, bool given,
                            struct cc_categories *out, struct cc_error *err)
{
    const char *text = cc_table_cell(r->table, row, column);
    if (is_missing(r, text)) return CC_OK;
    if (!strcmp(text, "(total)")) return cell_error(r->table, row, column, err, "a total is no rating");
    if (given)
        return cc_intern_find(out->texts, text, strlen(text)) != UINT32_MAX
                   ? CC_OK
                   : cell_error(r->table, row, column, err, "this category is not in --order");
    if (cc_intern_number(out->texts, text, strlen(text)) == UINT32_MAX) return cc_error_memory(err);
    if (cc_intern_count(out->texts) <= CC_RATINGS_CATEGORIES) return CC_OK;
    return cell_error(r->table, row, column, err, "more than 1000 categories; for numbers see --icc");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static double value_of(const char *text)
{
    double x;
    return cc_parse_double(text, &x) ? x : NAN;
}

static int compare_values(const void *a, const void *b)
{
    double x = value_of(*(const char *const *)a), y = value_of(*(const char *const *)b);
    return (x > y) - (x < y);
}

/* Names in order; `names` come in the order of first sight, which is the caller's if one was given. */
static enum cc_status sort_names(bool given, struct cc_categories *c, const struct cc_table *t, struct cc_error *err)
{
    c->ordered = c->consecutive = true;
    for (size_t i = 0; i < c->k; i++) c->ordered &= given || !isnan(value_of(c->names[i]));
    if (given || c->k == 0) return CC_OK;
    qsort(c->names, c->k, sizeof *c->names, c->ordered ? compare_values : compare_names);
    for (size_t i = 1; i < c->k && c->ordered; i++) {
        double step = value_of(c->names[i]) - value_of(c->names[i - 1]);
        c->consecutive &= step == 1;
        if (step > 0) continue;
        cc_error_set(err, CC_EDATA, 0, 0, "one category is written in two ways, such as 1 and 1.0");
        cc_error_file(err, t->name);
        return CC_EDATA;
    }
    return CC_OK;
}

static enum cc_status place_names(struct cc_categories *c, struct cc_error *err)
{
    c->place = calloc(c->k + 1, sizeof *c->place);
    if (!c->place) return cc_error_memory(err);
    for (size_t i = 0; i < c->k; i++) c->place[cc_intern_find(c->texts, c->names[i], strlen(c->names[i]))] = i;
    return CC_OK;
}

static enum cc_status list_names(struct cc_categories *c, struct cc_error *err)
{
    size_t n;
    c->k = cc_intern_count(c->texts);
    c->names = calloc(c->k + 1, sizeof *c->names);
    if (!c->names) return cc_error_memory(err);
    for (size_t i = 0; i < c->k; i++) c->names[i] = cc_intern_text(c->texts, (uint32_t)i, &n);
    return CC_OK;
}

enum cc_status cc_categories_read(const struct cc_ratings *r, char *const *order, size_t n_order,
                                  struct cc_categories *out, struct cc_error *err)
{
    *out = (struct cc_categories){ .texts = cc_intern_alloc() };
    enum cc_status st = out->texts ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; i < n_order && st == CC_OK; i++)
        if (cc_intern_number(out->texts, order[i], strlen(order[i])) != i)
            st = cc_error_set(err, CC_EUSAGE, 0, 0, "--order names a category twice");
    for (size_t row = 0; row < r->table->rows && st == CC_OK; row++)
        for (size_t i = 0; i < score_columns(r) && st == CC_OK; i++)
            st = sight(r, row, score_column(r, i), n_order > 0, out, err);
    if (st == CC_OK) st = list_names(out, err);
    if (st == CC_OK) st = sort_names(n_order > 0, out, r->table, err);
    if (st == CC_OK) st = place_names(out, err);
    if (st != CC_OK) cc_categories_free(out);
    return st;
}

void cc_categories_free(struct cc_categories *c)
{
    cc_intern_free(c->texts);
    free(c->place);
    free(c->names);
    *c = (struct cc_categories){ 0 };
}

static size_t place_of(const struct cc_categories *c, const char *text)
{
    return c->place[cc_intern_find(c->texts, text, strlen(text))];
}

/* How many a row stands for. */
static enum cc_status read_count(const struct cc_ratings *r, size_t row, int64_t *out, struct cc_error *err)
{
    *out = 1;
    if (r->count < 0) return CC_OK;
    const char *text = cc_table_cell(r->table, row, (size_t)r->count);
    bool ok = strspn(text, "0123456789") == strlen(text) && cc_parse_int64(text, out) && *out <= MAX_COUNT;
    return ok ? CC_OK : cell_error(r->table, row, (size_t)r->count, err, "not a whole number of at least 0");
}

/* ---- pairs ---- */

enum cc_status cc_ratings_pairs(const struct cc_ratings *r, const size_t *rows, size_t n,
                                const struct cc_categories *c, int64_t *counts, int64_t *missing,
                                struct cc_error *err)
{
    int64_t sum = 0, count;
    *missing = 0;
    for (size_t i = 0; i < n; i++) {
        const char *a = cc_table_cell(r->table, rows[i], r->wide[0]), *b = cc_table_cell(r->table, rows[i], r->wide[1]);
        enum cc_status st = read_count(r, rows[i], &count, err);
        if (st != CC_OK) return st;
        if (count > MAX_COUNT - sum)
            return cell_error(r->table, rows[i], (size_t)r->count, err, "the counts are too large");
        sum += count;
        if (is_missing(r, a) || is_missing(r, b)) *missing += count;
        else counts[place_of(c, a) * c->k + place_of(c, b)] += count;
    }
    return CC_OK;
}

/* ---- long rows: their subjects and raters, numbered ---- */

struct crossing {
    struct cc_intern *subjects, *raters, *pairs;
    struct cc_buf key;
};

static bool crossing_open(struct crossing *x)
{
    *x = (struct crossing){ cc_intern_alloc(), cc_intern_alloc(), cc_intern_alloc(), { 0 } };
    return x->subjects && x->raters && x->pairs;
}

static void crossing_close(struct crossing *x)
{
    cc_intern_free(x->subjects);
    cc_intern_free(x->raters);
    cc_intern_free(x->pairs);
    cc_buf_free(&x->key);
}

static enum cc_status look_up(struct cc_intern *in, const struct cc_ratings *r, size_t row, size_t column,
                              size_t *out, struct cc_error *err)
{
    const char *text = cc_table_cell(r->table, row, column);
    if (!*text || !strcmp(text, "NA")) return cell_error(r->table, row, column, err, "is missing");
    if (!strcmp(text, "(total)")) return cell_error(r->table, row, column, err, "a total is no rating");
    return number(in, text, strlen(text), out) ? CC_OK : cc_error_memory(err);
}

/* Numbers the row's subject and rater (0 without a column of raters); the pair must be new. With counts
 * in votes the pair is subject and category. */
static enum cc_status cross(struct crossing *x, const struct cc_ratings *r, size_t row, size_t *subject,
                            size_t *rater, struct cc_error *err)
{
    size_t of_pair[2] = { (size_t)r->subject, (size_t)(r->rater >= 0 ? r->rater : r->score) }, seen;
    *rater = 0;
    enum cc_status st = look_up(x->subjects, r, row, of_pair[0], subject, err);
    if (st == CC_OK && r->rater >= 0) st = look_up(x->raters, r, row, of_pair[1], rater, err);
    if (st != CC_OK || (r->rater < 0 && r->count < 0)) return st;
    uint32_t before = cc_intern_count(x->pairs);
    if (!cc_row_groups_key(r->table, row, of_pair, 2, &x->key) || !number(x->pairs, x->key.data, x->key.size, &seen))
        return cc_error_memory(err);
    return seen == before ? CC_OK : cell_error(r->table, row, of_pair[1], err, "a second row for the same subject");
}

/* ---- votes ---- */

static enum cc_status add_votes(const struct cc_ratings *r, size_t row, const struct cc_categories *c,
                                int64_t *votes, struct cc_error *err)
{
    int64_t count;
    enum cc_status st = read_count(r, row, &count, err);
    for (size_t i = 0; i < score_columns(r) && st == CC_OK; i++) {
        const char *text = cc_table_cell(r->table, row, score_column(r, i));
        if (is_missing(r, text)) continue;
        int64_t *v = &votes[place_of(c, text)];
        if (count > MAX_COUNT / (int64_t)c->k - *v)
            return cell_error(r->table, row, (size_t)r->count, err, "the counts are too large");
        *v += count;
    }
    return st;
}

static int compare_sizes(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The number of at least 2 that is most frequent, of equals the larger; 0 if there is none. */
static int64_t most_frequent(size_t n, int64_t *sizes)
{
    int64_t best = 0;
    size_t runs = 0, best_runs = 0;
    qsort(sizes, n, sizeof *sizes, compare_sizes);
    for (size_t i = 0; i < n; i++) {
        runs = i && sizes[i] == sizes[i - 1] ? runs + 1 : 1;
        if (sizes[i] < 2 || runs < best_runs) continue;
        best = sizes[i];
        best_runs = runs;
    }
    return best;
}

static int64_t raters_of(const int64_t *votes, size_t k)
{
    int64_t sum = 0;
    for (size_t j = 0; j < k; j++) sum += votes[j];
    return sum;
}

/* Keeps the subjects that have the same number of raters. */
static bool keep_alike(struct cc_votes *v, size_t n, size_t k)
{
    int64_t *sizes = calloc(n + 1, sizeof *sizes);
    if (!sizes) return false;
    for (size_t i = 0; i < n; i++) sizes[i] = raters_of(v->votes + i * k, k);
    int64_t m = most_frequent(n, sizes);
    free(sizes);
    for (size_t i = 0; i < n; i++)
        if (m && raters_of(v->votes + i * k, k) == m)
            memmove(v->votes + k * v->subjects++, v->votes + i * k, k * sizeof *v->votes);
    v->raters = (size_t)m;
    v->left_out = n - v->subjects;
    return true;
}

static enum cc_status number_rows(const struct cc_ratings *r, const size_t *rows, size_t n, size_t *subject,
                                  size_t *rater, size_t *subjects, struct cc_intern **raters, struct cc_error *err)
{
    struct crossing x;
    enum cc_status st = crossing_open(&x) ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; i < n && st == CC_OK; i++) st = cross(&x, r, rows[i], &subject[i], &rater[i], err);
    if (st == CC_OK) {
        *subjects = cc_intern_count(x.subjects);
        *raters = x.raters;
        x.raters = NULL;
    }
    crossing_close(&x);
    return st;
}

enum cc_status cc_ratings_votes(const struct cc_ratings *r, const size_t *rows, size_t n,
                                const struct cc_categories *c, struct cc_votes *out, struct cc_error *err)
{
    *out = (struct cc_votes){ 0 };
    struct cc_intern *raters = NULL;
    size_t subjects = n, *subject = calloc(2 * n + 1, sizeof *subject);
    enum cc_status st = subject ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; st == CC_OK && i < n; i++) subject[i] = i;
    if (st == CC_OK && !r->wide) st = number_rows(r, rows, n, subject, subject + n, &subjects, &raters, err);
    if (st == CC_OK && !(out->votes = calloc(subjects * c->k + 1, sizeof *out->votes))) st = cc_error_memory(err);
    for (size_t i = 0; i < n && st == CC_OK; i++)
        st = add_votes(r, rows[i], c, out->votes + subject[i] * c->k, err);
    if (st == CC_OK && !keep_alike(out, subjects, c->k)) st = cc_error_memory(err);
    cc_intern_free(raters);
    free(subject);
    if (st != CC_OK) cc_votes_free(out);
    return st;
}

void cc_votes_free(struct cc_votes *v)
{
    free(v->votes);
    *v = (struct cc_votes){ 0 };
}

/* ---- scores ---- */

/* NaN if it is missing. */
static enum cc_status read_score(const struct cc_ratings *r, size_t row, size_t column, double *out,
                                 struct cc_error *err)
{
    const char *text = cc_table_cell(r->table, row, column);
    *out = NAN;
    if (is_missing(r, text) || cc_parse_double(text, out)) return CC_OK;
    return cell_error(r->table, row, column, err, "not a number");
}

static bool is_complete(const double *scores, size_t k)
{
    for (size_t j = 0; j < k; j++)
        if (isnan(scores[j])) return false;
    return true;
}

static enum cc_status scores_wide(const struct cc_ratings *r, const size_t *rows, size_t n, struct cc_scores *out,
                                  struct cc_error *err)
{
    size_t k = out->raters = r->n_wide;
    out->scores = calloc(n * k + 1, sizeof *out->scores);
    out->names = calloc(k + 1, sizeof *out->names);
    if (!out->scores || !out->names) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t j = 0; j < k; j++) out->names[j] = r->table->names[r->wide[j]];
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        double *at = out->scores + out->subjects * k;
        for (size_t j = 0; j < k && st == CC_OK; j++) st = read_score(r, rows[i], r->wide[j], &at[j], err);
        if (is_complete(at, k)) out->subjects++;
    }
    out->left_out = n - out->subjects;
    return st;
}

/* Of long rows: which subject and rater each has, and its score. */
struct cells {
    size_t subjects;
    size_t *subject, *rater;
    size_t *have; /* scores of each subject */
    double *score;
};

/* Only full rows are made, so that few subjects of many raters cannot fill the memory. */
static enum cc_status fill(const struct cells *c, size_t n, struct cc_scores *out, struct cc_error *err)
{
    size_t k = out->raters;
    for (size_t s = 0; s < c->subjects; s++) c->have[s] = c->have[s] == k ? out->subjects++ : SIZE_MAX;
    out->left_out = c->subjects - out->subjects;
    out->scores = calloc(out->subjects * k + 1, sizeof *out->scores);
    if (!out->scores) return cc_error_memory(err);
    for (size_t i = 0; i < n; i++)
        if (c->have[c->subject[i]] != SIZE_MAX) out->scores[c->have[c->subject[i]] * k + c->rater[i]] = c->score[i];
    return CC_OK;
}

static enum cc_status name_raters(const struct cc_ratings *r, const size_t *rows, size_t n, const size_t *rater,
                                  struct cc_scores *out, struct cc_error *err)
{
    out->names = calloc(out->raters + 1, sizeof *out->names);
    if (!out->names) return cc_error_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!out->names[rater[i]]) out->names[rater[i]] = cc_table_cell(r->table, rows[i], (size_t)r->rater);
    return CC_OK;
}

static enum cc_status scores_long(const struct cc_ratings *r, const size_t *rows, size_t n, struct cells *c,
                                  struct cc_scores *out, struct cc_error *err)
{
    struct cc_intern *raters = NULL;
    if (!c->subject || !c->rater || !c->have || !c->score) return cc_error_memory(err);
    enum cc_status st = number_rows(r, rows, n, c->subject, c->rater, &c->subjects, &raters, err);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        st = read_score(r, rows[i], (size_t)r->score, &c->score[i], err);
        if (!isnan(c->score[i])) c->have[c->subject[i]]++;
    }
    if (st == CC_OK) out->raters = cc_intern_count(raters);
    cc_intern_free(raters);
    if (st == CC_OK) st = name_raters(r, rows, n, c->rater, out, err);
    return st == CC_OK ? fill(c, n, out, err) : st;
}

enum cc_status cc_ratings_scores(const struct cc_ratings *r, const size_t *rows, size_t n, struct cc_scores *out,
                                 struct cc_error *err)
{
    enum cc_status st;
    *out = (struct cc_scores){ 0 };
    if (r->wide) {
        st = scores_wide(r, rows, n, out, err);
    } else {
        struct cells c = { .subject = calloc(n + 1, sizeof *c.subject), .rater = calloc(n + 1, sizeof *c.rater),
                           .have = calloc(n + 1, sizeof *c.have), .score = calloc(n + 1, sizeof *c.score) };
        st = scores_long(r, rows, n, &c, out, err);
        free(c.subject);
        free(c.rater);
        free(c.have);
        free(c.score);
    }
    if (st != CC_OK) cc_scores_free(out);
    return st;
}

void cc_scores_free(struct cc_scores *s)
{
    free(s->scores);
    free(s->names);
    *s = (struct cc_scores){ 0 };
}

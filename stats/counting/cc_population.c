#include "stats/counting/cc_population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_text.h"

static const char TOTAL[] = "(total)";
static const char SEPARATOR = '\x1f'; /* between the parts of a key */
enum { NAMED_STRATA = 12, SAMPLE = 240 };

struct join {
    const struct cc_table *t, *p;
    const struct cc_population_options *options;
    size_t n, tk[CC_POPULATION_KEYS], pk[CC_POPULATION_KEYS]; /* key columns of both tables */
    size_t *rows, n_rows; /* the rows of p in use; keys are numbered alike */
    double *value;        /* their populations */
    struct cc_intern *keys;
    struct cc_buf text;
};

static enum cc_status fail_in(const struct cc_table *where, struct cc_error *err)
{
    cc_error_file(err, where->name);
    return CC_EDATA;
}

/* ---- columns ---- */

static bool is_key(const struct join *j, const char *name)
{
    const struct cc_population_options *o = j->options;
    if (!strcmp(name, o->column) || !strcmp(name, "vintage") || (o->not_a_key && !strcmp(name, o->not_a_key)))
        return false;
    return cc_table_find(j->p, name) >= 0;
}

static enum cc_status add_key(struct join *j, const char *name, struct cc_error *err)
{
    if (j->n == CC_POPULATION_KEYS)
        return cc_error_set(err, CC_EDATA, 0, 0, "more than %d columns to join on", CC_POPULATION_KEYS);
    enum cc_status st = cc_table_need(j->t, name, &j->tk[j->n], err);
    if (st == CC_OK) st = cc_table_need(j->p, name, &j->pk[j->n], err);
    if (st == CC_OK) j->n++;
    return st;
}

static enum cc_status find_keys(struct join *j, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < j->options->n_by && st == CC_OK; i++) st = add_key(j, j->options->by[i], err);
    int measure = cc_table_find(j->t, "measure");
    size_t end = measure < 0 ? j->t->columns : (size_t)measure;
    for (size_t c = 0; c < end && st == CC_OK && !j->options->n_by; c++)
        if (is_key(j, j->t->names[c])) st = add_key(j, j->t->names[c], err);
    if (st != CC_OK || j->n) return st;
    cc_error_set(err, CC_EDATA, 1, 0, "no column in common with the group columns of %s", j->t->name);
    return fail_in(j->p, err);
}

/* ---- the rows in use ---- */

static enum cc_status keep_value(struct join *j, size_t column, const char *value, struct cc_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < j->n_rows; i++)
        if (!strcmp(cc_table_cell(j->p, j->rows[i], column), value)) j->rows[kept++] = j->rows[i];
    if (kept) {
        j->n_rows = kept;
        return CC_OK;
    }
    cc_error_set(err, CC_EDATA, 1, column + 1, "no row with %s '%s'", j->p->names[column], value);
    return fail_in(j->p, err);
}

/* Appends the distinct values of a column, in order of first sight, until there are too many. */
static enum cc_status list_values(const struct cc_table *t, const size_t *rows, size_t n,
                                  size_t column, struct cc_buf *out)
{
    struct cc_intern *seen = cc_intern_alloc();
    bool ok = seen != NULL;
    size_t listed = 0;
    for (size_t i = 0; i < n && ok && listed <= NAMED_STRATA; i++) {
        const char *v = cc_table_cell(t, rows ? rows[i] : i, column);
        if (cc_intern_number(seen, v, strlen(v)) != listed) continue;
        if (listed++ == NAMED_STRATA) ok = cc_buf_text(out, ", ...");
        else ok = cc_buf_printf(out, "%s%s", listed > 1 ? ", " : "", *v ? v : "(empty)");
    }
    cc_intern_free(seen);
    return ok ? CC_OK : CC_ENOMEM;
}

static enum cc_status check_vintage(struct join *j, int column, struct cc_error *err)
{
    for (size_t i = 1; column >= 0 && i < j->n_rows; i++) {
        if (!strcmp(cc_table_cell(j->p, j->rows[i], (size_t)column),
                    cc_table_cell(j->p, j->rows[0], (size_t)column))) continue;
        cc_buf_clear(&j->text);
        if (list_values(j->p, j->rows, j->n_rows, (size_t)column, &j->text) != CC_OK)
            return cc_error_memory(err);
        cc_error_set(err, CC_EDATA, 1, (size_t)column + 1, "several vintages: choose one with --vintage: %s",
                     j->text.data);
        return fail_in(j->p, err);
    }
    return CC_OK;
}

static enum cc_status choose_rows(struct join *j, struct cc_error *err)
{
    const struct cc_population_options *o = j->options;
    enum cc_status st = CC_OK;
    size_t column;
    for (size_t r = 0; r < j->p->rows; r++) j->rows[j->n_rows++] = r;
    for (size_t i = 0; i < o->n_select && st == CC_OK; i++) {
        st = cc_table_need(j->p, o->select[i].column, &column, err);
        if (st == CC_OK) st = keep_value(j, column, o->select[i].value, err);
    }
    if (st == CC_OK && o->vintage) {
        st = cc_table_need(j->p, "vintage", &column, err);
        if (st == CC_OK) st = keep_value(j, column, o->vintage, err);
    }
    return st == CC_OK ? check_vintage(j, cc_table_find(j->p, "vintage"), err) : st;
}

/* ---- keys ---- */

static bool key_of(struct join *j, const struct cc_table *t, size_t row, const size_t *columns)
{
    cc_buf_clear(&j->text);
    bool ok = true;
    for (size_t k = 0; k < j->n && ok; k++)
        ok = cc_buf_text(&j->text, cc_table_cell(t, row, columns[k])) && cc_buf_char(&j->text, SEPARATOR);
    return ok;
}

/* "state=CA, age_group=1-5" for a message. */
static const char *describe(struct join *j, const struct cc_table *t, size_t row, const size_t *columns)
{
    cc_buf_clear(&j->text);
    bool ok = true;
    for (size_t k = 0; k < j->n && ok; k++)
        ok = cc_buf_printf(&j->text, "%s%s=%s", k ? ", " : "", t->names[columns[k]],
                           cc_table_cell(t, row, columns[k]));
    return ok ? j->text.data : "";
}

static enum cc_status read_value(struct join *j, size_t i, size_t column, struct cc_error *err)
{
    size_t r = j->rows[i];
    const char *text = cc_table_cell(j->p, r, column);
    j->value[i] = NAN;
    if (!strcmp(text, "NA") || !*text) return CC_OK;
    if (cc_parse_double(text, &j->value[i]) && j->value[i] >= 0) return CC_OK;
    cc_error_set(err, CC_EDATA, (size_t)j->p->lines[r], column + 1, "a population is a number of at least 0");
    return fail_in(j->p, err);
}

static enum cc_status index_rows(struct join *j, struct cc_error *err)
{
    size_t column;
    enum cc_status st = cc_table_need(j->p, j->options->column, &column, err);
    for (size_t i = 0; i < j->n_rows && st == CC_OK; i++) {
        size_t r = j->rows[i];
        st = read_value(j, i, column, err);
        if (st != CC_OK) break;
        if (!key_of(j, j->p, r, j->pk)) return cc_error_memory(err);
        uint32_t number = cc_intern_number(j->keys, j->text.data, j->text.size);
        if (number == UINT32_MAX) return cc_error_memory(err);
        if (number == i) continue;
        cc_error_set(err, CC_EDATA, (size_t)j->p->lines[r], 0,
                     "%s stands already in line %llu; if the rows differ in another column, join on it too or "
                     "choose its value with --select",
                     describe(j, j->p, r, j->pk), (unsigned long long)j->p->lines[j->rows[number]]);
        return fail_in(j->p, err);
    }
    return st;
}

/* ---- lookup ---- */

static bool is_total(const char *v)
{
    return !strcmp(v, TOTAL);
}

static bool has_no_stratum(const char *v)
{
    return !*v || !strcmp(v, "NA") || !strcmp(v, "(blank)") || !strcmp(v, "(invalid)") || cc_case_equal(v, "unknown");
}

/* Whether the file has a value of a key column among its rows in use, totals aside. */
static bool file_has(const struct join *j, size_t k, const char *v)
{
    for (size_t i = 0; i < j->n_rows; i++)
        if (!strcmp(cc_table_cell(j->p, j->rows[i], j->pk[k]), v)) return true;
    return false;
}

static bool table_has(const struct join *j, size_t k, const char *v)
{
    for (size_t r = 0; r < j->t->rows; r++)
        if (!strcmp(cc_table_cell(j->t, r, j->tk[k]), v)) return true;
    return false;
}

/* Whether both have the same strata of a key column; *n is how many. */
static bool same_strata(const struct join *j, size_t k, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < j->n_rows; i++) {
        const char *v = cc_table_cell(j->p, j->rows[i], j->pk[k]);
        if (is_total(v) || has_no_stratum(v)) continue;
        if (!table_has(j, k, v)) return false;
        bool first = true;
        for (size_t i2 = 0; i2 < i && first; i2++) first = strcmp(cc_table_cell(j->p, j->rows[i2], j->pk[k]), v) != 0;
        *n += first;
    }
    for (size_t r = 0; r < j->t->rows; r++) {
        const char *v = cc_table_cell(j->t, r, j->tk[k]);
        if (!is_total(v) && !has_no_stratum(v) && !file_has(j, k, v)) return false;
    }
    return true;
}

/* Whether row i of the file is a part of the total that row r of the table asks for. */
static bool is_part(const struct join *j, size_t r, size_t i)
{
    for (size_t k = 0; k < j->n; k++) {
        const char *want = cc_table_cell(j->t, r, j->tk[k]), *have = cc_table_cell(j->p, j->rows[i], j->pk[k]);
        if (is_total(want) ? is_total(have) || has_no_stratum(have) : strcmp(want, have) != 0) return false;
    }
    return true;
}

/* Adding up is safe only where the file's strata are those of the table, each in every
 * combination once: otherwise a part would be missing, foreign or counted twice. */
static struct cc_population_row add_up(const struct join *j, size_t r)
{
    size_t parts = 0, needed = 1, n;
    double sum = 0;
    bool safe = true;
    for (size_t k = 0; k < j->n && safe; k++) {
        if (!is_total(cc_table_cell(j->t, r, j->tk[k]))) continue;
        safe = same_strata(j, k, &n);
        needed *= n;
    }
    for (size_t i = 0; i < j->n_rows && safe; i++) {
        if (!is_part(j, r, i)) continue;
        parts++;
        sum += j->value[i];
    }
    if (safe && parts == needed && parts && !isnan(sum)) return (struct cc_population_row){ sum, NULL };
    return (struct cc_population_row){ NAN, "no population for this total" };
}

/* A stratum that the file does not know at all: most often age bands cut elsewhere. */
static enum cc_status unlike(struct join *j, size_t r, size_t k, struct cc_error *err)
{
    struct cc_buf mine = { 0 }, theirs = { 0 };
    enum cc_status st = list_values(j->t, NULL, j->t->rows, j->tk[k], &mine);
    if (st == CC_OK) st = list_values(j->p, j->rows, j->n_rows, j->pk[k], &theirs);
    if (st != CC_OK) cc_error_memory(err);
    else {
        st = cc_error_set(err, CC_EDATA, (size_t)j->t->lines[r], j->tk[k] + 1,
                          "%s %s has no population: this table has %.*s; %s has %.*s", j->t->names[j->tk[k]],
                          cc_table_cell(j->t, r, j->tk[k]), SAMPLE / 2, mine.data, j->p->name, SAMPLE / 2,
                          theirs.data);
        cc_error_file(err, j->t->name);
    }
    cc_buf_free(&mine);
    cc_buf_free(&theirs);
    return st;
}

static enum cc_status missing(struct join *j, size_t r, struct cc_error *err)
{
    for (size_t k = 0; k < j->n; k++) {
        const char *v = cc_table_cell(j->t, r, j->tk[k]);
        if (!is_total(v) && !file_has(j, k, v)) return unlike(j, r, k, err);
    }
    cc_error_set(err, CC_EDATA, (size_t)j->t->lines[r], 0, "%s has no population for %s", j->p->name,
                 describe(j, j->t, r, j->tk));
    return fail_in(j->t, err);
}

static enum cc_status look_up(struct join *j, size_t r, struct cc_population_row *out, struct cc_error *err)
{
    bool total = false, unknown = false, known = true;
    for (size_t k = 0; k < j->n; k++) {
        const char *v = cc_table_cell(j->t, r, j->tk[k]);
        total = total || is_total(v);
        unknown = unknown || has_no_stratum(v);
        known = known && (is_total(v) || has_no_stratum(v) || file_has(j, k, v));
    }
    if (!key_of(j, j->t, r, j->tk)) return cc_error_memory(err);
    uint32_t i = cc_intern_find(j->keys, j->text.data, j->text.size);
    if (i != UINT32_MAX) {
        *out = (struct cc_population_row){ j->value[i], isnan(j->value[i]) ? "no population for this group" : NULL };
        return CC_OK;
    }
    *out = (struct cc_population_row){ NAN, "no population for this group" };
    if (unknown || (!known && j->options->allow_missing)) return CC_OK;
    if (total && known) {
        *out = add_up(j, r);
        return CC_OK;
    }
    return j->options->allow_missing ? CC_OK : missing(j, r, err);
}

enum cc_status cc_population_join(const struct cc_table *t, const struct cc_table *p,
                                  const struct cc_population_options *options,
                                  struct cc_population_row *out, struct cc_error *err)
{
    struct join j = { .t = t, .p = p, .options = options };
    j.rows = calloc(p->rows + 1, sizeof *j.rows);
    j.value = calloc(p->rows + 1, sizeof *j.value);
    j.keys = cc_intern_alloc();
    enum cc_status st = j.rows && j.value && j.keys ? CC_OK : cc_error_memory(err);
    if (st == CC_OK) st = find_keys(&j, err);
    if (st == CC_OK) st = choose_rows(&j, err);
    if (st == CC_OK) st = index_rows(&j, err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++) st = look_up(&j, r, &out[r], err);
    free(j.rows);
    free(j.value);
    cc_intern_free(j.keys);
    cc_buf_free(&j.text);
    return st;
}

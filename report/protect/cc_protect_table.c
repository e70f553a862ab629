#include "report/protect/cc_protect_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"

enum cc_status cc_profile_read(const char *file, const char *name, struct cc_profile *out,
                               struct cc_error *err)
{
    char *path = file ? cc_strdup(file) : cc_path_data("profiles", "profiles", ".csv");
    if (!path) return cc_error_set(err, CC_EIO, 0, 0, "cannot find the disclosure profiles (profiles.csv)");
    struct cc_table t;
    enum cc_status st = cc_table_read(path, &t, err);
    free(path);
    if (st != CC_OK) return st;
    static const char *const names[] = { "profile", "low", "high", "secondary", "label" };
    size_t at[5];
    for (int i = 0; i < 5 && st == CC_OK; i++) st = cc_table_need(&t, names[i], &at[i], err);
    struct cc_buf known = { 0 };
    bool found = false, memory = true;
    for (size_t r = 0; r < t.rows && st == CC_OK && !found; r++) {
        memory = memory && cc_buf_printf(&known, "%s%s", r ? ", " : "", cc_table_cell(&t, r, at[0]));
        if (strcmp(cc_table_cell(&t, r, at[0]), name) != 0) continue;
        found = true;
        int64_t low, high;
        const char *secondary = cc_table_cell(&t, r, at[3]);
        bool yes = !strcmp(secondary, "yes");
        if (!cc_parse_int64(cc_table_cell(&t, r, at[1]), &low)
            || !cc_parse_int64(cc_table_cell(&t, r, at[2]), &high) || low < 0 || low > 1000000
            || high > 1000000 || high < -1 || (!yes && strcmp(secondary, "no") != 0)) {
            st = cc_error_set(err, CC_EDATA, t.lines[r], 0, "profile '%s': low and high must be whole "
                              "numbers, secondary yes or no", name);
            cc_error_file(err, t.name);
            break;
        }
        *out = (struct cc_profile){ .rule = { (int)low, (int)high, yes } };
        snprintf(out->name, sizeof out->name, "%s", name);
        snprintf(out->label, sizeof out->label, "%s", cc_table_cell(&t, r, at[4]));
    }
    if (st == CC_OK && !memory) st = cc_error_memory(err);
    else if (st == CC_OK && !found)
        st = cc_error_set(err, CC_EUSAGE, 0, 0, "unknown profile '%s' (known: %s)", name,
                          known.data ? known.data : "");
    cc_buf_free(&known);
    cc_table_free(&t);
    return st;
}

/* ---- roles ---- */

static bool one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (cc_name_equal(name, *list)) return true;
    return false;
}

static bool named_count(const char *name)
{
    static const char *const list[] = { "count", "numerator", "denominator", NULL };
    return one_of(name, list) || !strncmp(name, "n_", 2);
}

static bool named_key(const char *name)
{
    static const char *const list[] = { "measure", "method", "level", "unit", "vintage", NULL };
    return one_of(name, list);
}

static bool named_other(const char *name)
{
    static const char *const list[] = { "note", "year", "ffy", "period", "fips", "limit", NULL };
    return one_of(name, list);
}

static bool named_derived(const char *name)
{
    static const char *const list[] = { "estimate", "se",   "lower",  "upper",     "percent", "rate", "ratio",
                                        "share",    "mean", "median", "statistic", "p_value", "over_limit", NULL };
    return one_of(name, list) || !strncmp(name, "percent_", 8) || !strncmp(name, "rate_", 5);
}

static bool absent(const char *cell)
{
    return !*cell || !strcmp(cell, "NA") || !strcmp(cell, "-");
}

/* "<11" gives 11, "*" gives 0; -1: no token. */
static int token(const char *cell)
{
    int64_t n;
    if (!strcmp(cell, "*")) return 0;
    return *cell == '<' && cc_parse_int64(cell + 1, &n) && n > 0 && n <= 1000001 ? (int)n : -1;
}

enum content { EMPTY, WHOLE, NUMBERS, TEXT };

static enum content content_of(const struct cc_table *t, size_t column)
{
    enum content is = EMPTY;
    for (size_t r = 0; r < t->rows; r++) {
        const char *cell = cc_table_cell(t, r, column);
        double x;
        if (absent(cell)) continue;
        if (token(cell) < 0 && !cc_parse_double(cell, &x)) return TEXT;
        if (token(cell) < 0 && floor(x) != x) is = NUMBERS;
        else if (is == EMPTY) is = WHOLE;
    }
    return is;
}

struct key {
    char *text;
    size_t row;
};

static int by_text(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void free_keys(struct key *keys, size_t n)
{
    for (size_t i = 0; keys && i < n; i++) free(keys[i].text);
    free(keys);
}

/* Is column c the name of a characteristic, whose groups stand in the column right of it? */
static bool names_groups(const struct cc_table *t, size_t c)
{
    return c < t->columns && !strcmp(t->names[c], "characteristic");
}

/* The text by which a row is known: the cells of the wanted columns. In column `total`, and in the one that says
 * what it is of, the reserved token stands in the place of the cell. */
static char *row_key(const struct cc_table *t, size_t row, const bool *want, size_t total)
{
    struct cc_buf b = { 0 };
    bool ok = cc_buf_text(&b, "");
    for (size_t c = 0; ok && c < t->columns; c++) {
        bool is_total = c == total || (c + 1 == total && names_groups(t, c));
        if (want[c])
            ok = cc_buf_text(&b, is_total ? "(total)" : cc_table_cell(t, row, c)) && cc_buf_char(&b, '\x1f');
    }
    if (ok) return b.data;
    cc_buf_free(&b);
    return NULL;
}

static struct key *sorted_keys(const struct cc_table *t, const bool *want)
{
    struct key *keys = calloc(t->rows + 1, sizeof *keys);
    for (size_t r = 0; keys && r < t->rows; r++) {
        keys[r] = (struct key){ row_key(t, r, want, SIZE_MAX), r };
        if (keys[r].text) continue;
        free_keys(keys, r);
        return NULL;
    }
    if (keys) qsort(keys, t->rows, sizeof *keys, by_text);
    return keys;
}

/* Do the wanted columns tell all rows apart? If not, a and b are two like rows. */
static enum cc_status apart(const struct cc_table *t, const bool *want, bool *yes, size_t *a, size_t *b)
{
    struct key *keys = sorted_keys(t, want);
    if (!keys) return CC_ENOMEM;
    *yes = true;
    for (size_t r = 1; r < t->rows && *yes; r++)
        if (!strcmp(keys[r - 1].text, keys[r].text)) {
            *yes = false;
            *a = keys[r - 1].row;
            *b = keys[r].row;
        }
    free_keys(keys, t->rows);
    return CC_OK;
}

static bool has_total(const struct cc_table *t, size_t column)
{
    for (size_t r = 0; r < t->rows; r++)
        if (!strcmp(cc_table_cell(t, r, column), "(total)")) return true;
    return false;
}

static enum cc_status named_columns(const struct cc_table *t, const char *names, enum cc_role role,
                                    enum cc_role *roles, struct cc_error *err)
{
    char *copy = cc_strdup(names), *parts[256];
    if (!copy) return cc_error_memory(err);
    size_t n = cc_split(copy, ',', parts, 256), at;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < n && st == CC_OK; i++)
        if ((st = cc_table_need(t, parts[i], &at, err)) == CC_OK) roles[at] = role;
    free(copy);
    return st;
}

static enum cc_role guess(const struct cc_table *t, size_t c, bool choose_counts)
{
    const char *name = t->names[c];
    enum content is = content_of(t, c);
    if (named_key(name)) return CC_ROLE_KEY;
    if (named_other(name)) return CC_ROLE_OTHER;
    if (choose_counts && named_count(name)) return CC_ROLE_COUNT;
    if (named_derived(name) || is == NUMBERS) return CC_ROLE_DERIVED;
    return choose_counts && is == WHOLE ? CC_ROLE_COUNT : CC_ROLE_OTHER;
}

static enum cc_status clash(const struct cc_table *t, size_t a, size_t b, struct cc_error *err)
{
    cc_error_set(err, CC_EDATA, t->lines[b], 0,
                 "the groups are the same as on line %zu; name the columns that "
                 "tell the rows apart with --by",
                 (size_t)t->lines[a]);
    cc_error_file(err, t->name);
    return CC_EDATA;
}

/* The leftmost columns that tell rows apart, at least up to the last with a total. */
static enum cc_status find_groups(const struct cc_table *t, size_t end, enum cc_role *roles,
                                  struct cc_error *err)
{
    bool *want = calloc(t->columns + 1, sizeof *want), yes = false;
    if (!want) return cc_error_memory(err);
    size_t last = 0, a = 0, b = 0;
    for (size_t c = 0; c < t->columns; c++) {
        want[c] = roles[c] == CC_ROLE_KEY;
        if (c < end && has_total(t, c)) last = c + 1;
    }
    enum cc_status st = CC_OK;
    for (size_t c = 0; c < end && st == CC_OK && (!yes || c < last); c++) {
        if (named_key(t->names[c]) || named_count(t->names[c])) continue;
        want[c] = true;
        roles[c] = CC_ROLE_GROUP;
        st = apart(t, want, &yes, &a, &b);
    }
    if (st == CC_OK && !yes) st = apart(t, want, &yes, &a, &b);
    if (st == CC_ENOMEM) cc_error_memory(err);
    else if (!yes) st = clash(t, a, b, err);
    free(want);
    return st;
}

static enum cc_status check_counts(const struct cc_table *t, const enum cc_role *roles, struct cc_error *err)
{
    size_t counts = 0;
    for (size_t c = 0; c < t->columns; c++) {
        if (roles[c] != CC_ROLE_COUNT) continue;
        counts++;
        for (size_t r = 0; r < t->rows; r++) {
            const char *cell = cc_table_cell(t, r, c);
            double x;
            if (absent(cell) || token(cell) >= 0 || (cc_parse_double(cell, &x) && x >= 0)) continue;
            cc_error_set(err, CC_EDATA, t->lines[r], c + 1,
                         "a count in column %s must be a number, 0 or more", t->names[c]);
            cc_error_file(err, t->name);
            return CC_EDATA;
        }
    }
    if (counts) return CC_OK;
    cc_error_set(err, CC_EDATA, 1, 0, "no column of counts; name them with --counts");
    cc_error_file(err, t->name);
    return CC_EDATA;
}

/* Where the groups end: at `measure`, or else at the first column named as a count. */
static size_t groups_end(const struct cc_table *t)
{
    int measure = cc_table_find(t, "measure");
    if (measure >= 0) return (size_t)measure;
    size_t c = 0;
    while (c < t->columns && !named_count(t->names[c])) c++;
    return c;
}

enum cc_status cc_protect_roles(const struct cc_table *t, const char *by, const char *counts,
                                enum cc_role **roles, struct cc_error *err)
{
    enum cc_role *r = *roles = calloc(t->columns + 1, sizeof *r);
    if (!r) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t c = 0; c < t->columns; c++) r[c] = guess(t, c, counts == NULL);
    if (by) st = named_columns(t, by, CC_ROLE_GROUP, r, err);
    else {
        size_t end = groups_end(t);
        if (end == t->columns && !counts) {
            st = cc_error_set(err, CC_EDATA, 1, 0, "no column 'measure' and none named as a count; name the "
                              "columns with --by and --counts");
            cc_error_file(err, t->name);
        } else st = find_groups(t, end, r, err);
    }
    if (st == CC_OK && counts) st = named_columns(t, counts, CC_ROLE_COUNT, r, err);
    if (st == CC_OK) st = check_counts(t, r, err);
    if (st == CC_OK) return CC_OK;
    free(r);
    *roles = NULL;
    return st;
}

/* ---- from a table to cells and sums ---- */

/* Rows that differ only by method or level are one line of the problem; columns that are the
 * same throughout (count carried beside numerator) are one column. After the columns stands
 * one of differences: denominator less numerator. */
struct layout {
    struct cc_table *t;
    const enum cc_role *roles;
    size_t *line;   /* of each row */
    size_t lines, width;
    size_t *column; /* of each table column that is a count; SIZE_MAX otherwise */
    struct key *keys;
    bool *wanted;   /* columns of the key */
    struct cc_protect_problem problem;
    struct cc_sum *sums;
    size_t *parts;
    size_t sums_room, parts_room;
};

static void free_layout(struct layout *l)
{
    free(l->line);
    free(l->column);
    free_keys(l->keys, l->t->rows);
    free(l->wanted);
    free(l->problem.cells);
    free(l->sums);
    free(l->parts);
}

static bool same_column(const struct cc_table *t, size_t a, size_t b)
{
    for (size_t r = 0; r < t->rows; r++)
        if (strcmp(cc_table_cell(t, r, a), cc_table_cell(t, r, b)) != 0) return false;
    return true;
}

static void number_columns(struct layout *l)
{
    for (size_t c = 0; c < l->t->columns; c++) {
        l->column[c] = SIZE_MAX;
        if (l->roles[c] != CC_ROLE_COUNT) continue;
        for (size_t d = 0; d < c && l->column[c] == SIZE_MAX; d++)
            if (l->roles[d] == CC_ROLE_COUNT && same_column(l->t, c, d)) l->column[c] = l->column[d];
        if (l->column[c] == SIZE_MAX) l->column[c] = l->width++;
    }
    l->width++; /* the differences */
}

/* Method and level are not part of the key: they repeat the same counts. */
static bool number_lines(struct layout *l)
{
    for (size_t c = 0; c < l->t->columns; c++)
        l->wanted[c] = l->roles[c] == CC_ROLE_GROUP
                       || (l->roles[c] == CC_ROLE_KEY && !cc_name_equal(l->t->names[c], "method")
                           && !cc_name_equal(l->t->names[c], "level"));
    l->keys = sorted_keys(l->t, l->wanted);
    for (size_t k = 0; l->keys && k < l->t->rows; k++) {
        if (k && strcmp(l->keys[k].text, l->keys[k - 1].text) != 0) l->lines++;
        l->line[l->keys[k].row] = l->lines;
    }
    if (l->t->rows) l->lines++;
    return l->keys != NULL;
}

static struct cc_cell cell_of(const char *text)
{
    struct cc_cell c = { NAN, CC_CELL_ABSENT, false };
    int was = token(text);
    if (was >= 0) c.state = was ? CC_CELL_PRIMARY : CC_CELL_SECONDARY;
    else if (!absent(text) && cc_parse_double(text, &c.value)) c.state = CC_CELL_SHOWN;
    return c;
}

static bool same_cell(const struct cc_cell *a, const struct cc_cell *b)
{
    return a->state == b->state && (a->value == b->value || (isnan(a->value) && isnan(b->value)));
}

static enum cc_status fill_cells(struct layout *l, struct cc_error *err)
{
    size_t *seen = malloc((l->lines + 1) * sizeof *seen);
    if (!seen) return cc_error_memory(err);
    for (size_t i = 0; i < l->lines; i++) seen[i] = SIZE_MAX;
    enum cc_status st = CC_OK;
    for (size_t r = 0; r < l->t->rows && st == CC_OK; r++) {
        for (size_t c = 0; c < l->t->columns && st == CC_OK; c++) {
            if (l->column[c] == SIZE_MAX) continue;
            struct cc_cell now = cell_of(cc_table_cell(l->t, r, c));
            struct cc_cell *cell = &l->problem.cells[l->line[r] * l->width + l->column[c]];
            if (seen[l->line[r]] == SIZE_MAX) *cell = now;
            else if (!same_cell(cell, &now)) st = clash(l->t, seen[l->line[r]], r, err);
        }
        if (seen[l->line[r]] == SIZE_MAX) seen[l->line[r]] = r;
    }
    free(seen);
    return st;
}

static bool add_sum(struct layout *l, size_t total, const size_t *parts, size_t n)
{
    if (!cc_grow(&l->sums, &l->sums_room, l->problem.sums_n + 1, sizeof *l->sums)
        || !cc_grow(&l->parts, &l->parts_room, l->problem.parts_n + n + 1, sizeof *l->parts)) return false;
    l->sums[l->problem.sums_n++] = (struct cc_sum){ total, l->problem.parts_n, n };
    memcpy(l->parts + l->problem.parts_n, parts, n * sizeof *parts);
    l->problem.parts_n += n;
    return true;
}

static void range(const struct cc_cell *c, const struct cc_protect_rule *rule, double *low, double *high)
{
    bool known = !isnan(c->value);
    *low = known ? c->value : c->state == CC_CELL_PRIMARY ? rule->low : 0;
    *high = known ? c->value : c->state == CC_CELL_PRIMARY ? (double)rule->high : (double)INFINITY;
}

/* Does the total lie where its parts put it? Cells hidden before are known only in bounds. */
static bool adds_up(const struct layout *l, const struct cc_protect_rule *rule, size_t total,
                    const size_t *parts, size_t n)
{
    double low = 0, high = 0, a, b;
    for (size_t i = 0; i < n; i++) {
        if (l->problem.cells[parts[i]].state == CC_CELL_ABSENT) continue;
        range(&l->problem.cells[parts[i]], rule, &a, &b);
        low += a;
        high += b;
    }
    range(&l->problem.cells[total], rule, &a, &b);
    double slack = 1e-9 * (fabs(low) + 1);
    return b >= low - slack && a <= high + slack;
}

/* Line of the row that has (total) in column g and else the same groups, or SIZE_MAX. */
static size_t total_line(const struct layout *l, size_t row, size_t g, bool *ok)
{
    struct key want = { row_key(l->t, row, l->wanted, g), 0 };
    if (!want.text) {
        *ok = false;
        return SIZE_MAX;
    }
    size_t low = 0, high = l->t->rows;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(l->keys[mid].text, want.text) < 0) low = mid + 1;
        else high = mid;
    }
    bool found = low < l->t->rows && !strcmp(l->keys[low].text, want.text);
    free(want.text);
    return found ? l->line[l->keys[low].row] : SIZE_MAX;
}

struct pair {
    size_t total, of, line; /* of: the first row of the same characteristic; 0 where there is none */
};

static int by_total(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->total != y->total) return x->total < y->total ? -1 : 1;
    if (x->of != y->of) return x->of < y->of ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

/* The sums of one set of lines with a common total, for each column. */
static bool add_sums(struct layout *l, const struct cc_protect_rule *rule, const struct pair *pairs, size_t n,
                     size_t *not_additive)
{
    size_t *parts = malloc((n + 1) * sizeof *parts);
    bool ok = parts != NULL;
    for (size_t c = 0; ok && c + 1 < l->width; c++) {
        size_t total = pairs[0].total * l->width + c;
        if (l->problem.cells[total].state == CC_CELL_ABSENT) continue;
        for (size_t i = 0; i < n; i++) parts[i] = pairs[i].line * l->width + c;
        if (adds_up(l, rule, total, parts, n)) ok = add_sum(l, total, parts, n);
        else ++*not_additive;
    }
    free(parts);
    return ok;
}

/* The groups of each characteristic add up by themselves. */
static size_t characteristic_of(const struct cc_table *t, size_t row, size_t g)
{
    size_t r = 0;
    if (!g || !names_groups(t, g - 1)) return 0;
    while (strcmp(cc_table_cell(t, r, g - 1), cc_table_cell(t, row, g - 1)) != 0) r++;
    return r;
}

static bool sums_over(struct layout *l, const struct cc_protect_rule *rule, size_t g, size_t *not_additive)
{
    struct pair *pairs = malloc((l->t->rows + 1) * sizeof *pairs);
    size_t n = 0, kept = 0;
    bool ok = pairs != NULL;
    for (size_t r = 0; ok && r < l->t->rows; r++) {
        if (!strcmp(cc_table_cell(l->t, r, g), "(total)")) continue;
        size_t total = total_line(l, r, g, &ok);
        if (total != SIZE_MAX) pairs[n++] = (struct pair){ total, characteristic_of(l->t, r, g), l->line[r] };
    }
    if (ok) qsort(pairs, n, sizeof *pairs, by_total);
    for (size_t i = 0; ok && i < n; i++) /* rows of other methods */
        if (!kept || by_total(&pairs[i], &pairs[kept - 1]) != 0) pairs[kept++] = pairs[i];
    for (size_t i = 0, j; ok && i < kept; i = j) {
        for (j = i; j < kept && pairs[j].total == pairs[i].total && pairs[j].of == pairs[i].of; j++) {}
        ok = add_sums(l, rule, pairs + i, j - i, not_additive);
    }
    free(pairs);
    return ok;
}

/* For proportions: denominator = numerator + difference, and the difference may be small. */
static bool add_differences(struct layout *l)
{
    const struct cc_table *t = l->t;
    int n = cc_table_find(t, "numerator"), d = cc_table_find(t, "denominator"),
        m = cc_table_find(t, "measure");
    if (n < 0 || d < 0 || m < 0 || l->column[n] == SIZE_MAX || l->column[d] == SIZE_MAX) return true;
    for (size_t r = 0; r < t->rows; r++) {
        size_t at = l->line[r] * l->width;
        struct cc_cell *num = &l->problem.cells[at + l->column[n]],
                       *den = &l->problem.cells[at + l->column[d]];
        struct cc_cell *diff = &l->problem.cells[at + l->width - 1];
        if (strcmp(cc_table_cell(t, r, (size_t)m), "proportion") != 0 || diff->state != CC_CELL_ABSENT)
            continue;
        if (num->state == CC_CELL_ABSENT || den->state == CC_CELL_ABSENT || num == den) continue;
        double left = den->value - num->value;
        if (left < 0) continue;
        *diff = (struct cc_cell){ left, CC_CELL_OPEN, true };
        size_t parts[2] = { (size_t)(num - l->problem.cells), (size_t)(diff - l->problem.cells) };
        if (!add_sum(l, (size_t)(den - l->problem.cells), parts, 2)) return false;
    }
    return true;
}

static bool says_not_additive(const struct cc_table *t)
{
    int note = cc_table_find(t, "note");
    for (size_t r = 0; note >= 0 && r < t->rows; r++)
        if (strstr(cc_table_cell(t, r, (size_t)note), "not add up")) return true;
    return false;
}

static enum cc_status make_layout(struct layout *l, const struct cc_protect_rule *rule, size_t *not_additive,
                                  struct cc_error *err)
{
    l->line = calloc(l->t->rows + 1, sizeof *l->line);
    l->column = calloc(l->t->columns + 1, sizeof *l->column);
    l->wanted = calloc(l->t->columns + 1, sizeof *l->wanted);
    if (!l->line || !l->column || !l->wanted || !number_lines(l)) return cc_error_memory(err);
    number_columns(l);
    l->problem.cells_n = l->lines * l->width;
    l->problem.cells = calloc(l->problem.cells_n + 1, sizeof *l->problem.cells);
    if (!l->problem.cells) return cc_error_memory(err);
    enum cc_status st = fill_cells(l, err);
    if (st != CC_OK) return st;
    bool ok = add_differences(l);
    if (says_not_additive(l->t)) ++*not_additive;
    else
        for (size_t g = 0; ok && g < l->t->columns; g++)
            if (l->roles[g] == CC_ROLE_GROUP) ok = sums_over(l, rule, g, not_additive);
    l->problem.sums = l->sums;
    l->problem.parts = l->parts;
    return ok ? CC_OK : cc_error_memory(err);
}

/* ---- and back ---- */

static bool add_note(struct cc_table *t, size_t row, const char *text)
{
    int at = cc_table_find(t, "note");
    if (at < 0 || !text) return true;
    const char *was = cc_table_cell(t, row, (size_t)at);
    if (strstr(was, text)) return true;
    struct cc_buf b = { 0 };
    bool none = !*was || !strcmp(was, "NA");
    bool ok = cc_buf_printf(&b, "%s%s%s", none ? "" : was, none ? "" : "; ", text)
              && cc_table_set(t, row, (size_t)at, b.data);
    cc_buf_free(&b);
    return ok;
}

/* Whether a count column bears on the derived values: all do where there is no numerator. */
static bool bears(const struct cc_table *t, size_t c)
{
    if (cc_table_find(t, "numerator") < 0) return true;
    return !strcmp(t->names[c], "numerator") || !strcmp(t->names[c], "denominator");
}

static bool put_row(struct layout *l, size_t r, const struct cc_profile *profile,
                    struct cc_protect_summary *out)
{
    struct cc_table *t = l->t;
    bool primary = false, secondary = false, derived_primary = false, derived = false, ok = true;
    char small[24];
    snprintf(small, sizeof small, "<%d", profile->rule.high + 1);
    for (size_t c = 0; ok && c < t->columns; c++) {
        if (l->column[c] == SIZE_MAX) continue;
        const struct cc_cell *cell = &l->problem.cells[l->line[r] * l->width + l->column[c]];
        bool is_primary = cell->state == CC_CELL_PRIMARY, is_secondary = cell->state == CC_CELL_SECONDARY;
        primary = primary || is_primary;
        secondary = secondary || is_secondary;
        derived_primary = derived_primary || (is_primary && bears(t, c));
        derived = derived || ((is_primary || is_secondary) && bears(t, c));
        if ((is_primary || is_secondary) && !isnan(cell->value))
            ok = cc_table_set(t, r, c, is_primary ? small : "*");
    }
    for (size_t c = 0; ok && derived && c < t->columns; c++) {
        if (l->roles[c] != CC_ROLE_DERIVED || absent(cc_table_cell(t, r, c))) continue;
        out->derived++;
        ok = cc_table_set(t, r, c, derived_primary ? "-" : "*");
    }
    struct cc_buf why = { 0 };
    if (primary) ok = ok && cc_buf_printf(&why, "hidden: %d to %d", profile->rule.low, profile->rule.high);
    if (primary) ok = ok && add_note(t, r, why.data);
    if (secondary) ok = ok && add_note(t, r, "hidden so that another count cannot be worked out");
    cc_buf_free(&why);
    return ok;
}

enum cc_status cc_protect_table(struct cc_table *t, const enum cc_role *roles,
                                const struct cc_profile *profile, struct cc_protect_summary *out,
                                struct cc_error *err)
{
    *out = (struct cc_protect_summary){ 0 };
    if (profile->rule.high < profile->rule.low) return CC_OK;
    struct layout l = { .t = t, .roles = roles };
    enum cc_status st = make_layout(&l, &profile->rule, &out->not_additive, err);
    if (st == CC_OK && (st = cc_protect(&l.problem, &profile->rule, &out->cells)) != CC_OK)
        cc_error_memory(err);
    for (size_t r = 0; r < t->rows && st == CC_OK; r++)
        if (!put_row(&l, r, profile, out)) st = cc_error_memory(err);
    free_layout(&l);
    return st;
}

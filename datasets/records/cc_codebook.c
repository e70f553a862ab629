#include "datasets/records/cc_codebook.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

enum { MAX_PARTS = 4096 }; /* codes of one variable */

enum column {
    NAME, ALIAS, LABEL, TYPE, FORMAT, START, WIDTH, CODES, UNKNOWN, BLANK, RANGE, REPEATS, FIRST_YEAR,
    LAST_YEAR, APPLIES_WHEN, SECTION, SOURCE, CONFIDENCE, NOTE, GROUP, COLUMNS
};

static const char *const column_names[COLUMNS] = {
    "name", "alias", "label", "type", "format", "start", "width", "codes", "unknown", "blank", "range",
    "repeats", "first_year", "last_year", "applies_when", "section", "source", "confidence", "note",
    "group",
};

static const char *const type_names[] = { "code", "integer", "date", "time", "id", "text" };
static const char *const blank_names[] = { "never", "unknown", "not applicable" };
static const char *const date_formats[] = { "mmddyyyy", "yyyymmdd", "yyyymm", "yyyy", "yyyy-mm-dd" };

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* What the parsers of one row share. */
struct reader {
    struct cc_codebook *cb;
    int at[COLUMNS]; /* position of each known column in the file, or -1 */
    size_t row;
    struct cc_error *err;
};

static const char *cell(const struct reader *r, enum column c)
{
    return r->at[c] < 0 ? "" : cc_table_cell(&r->cb->table, r->row, (size_t)r->at[c]);
}

static size_t line_of(const struct reader *r)
{
    return (size_t)r->cb->table.lines[r->row];
}

static size_t column_of(const struct reader *r, enum column c)
{
    return (size_t)(r->at[c] + 1);
}

/* A copy of a cell to cut into pieces; owned by the codebook. */
static char *own_copy(struct reader *r, enum column c)
{
    struct cc_codebook *cb = r->cb;
    if (!cc_grow(&cb->owned, &cb->owned_room, cb->owned_count + 1, sizeof *cb->owned)) return NULL;
    char *copy = cc_strdup(cell(r, c));
    if (copy) cb->owned[cb->owned_count++] = copy;
    return copy;
}

static size_t part_count(const char *text)
{
    size_t n = *text != '\0';
    for (; *text; text++) n += *text == ';';
    return n;
}

/* The cell cut at ';' into an array that the caller frees. */
static enum cc_status cut(struct reader *r, enum column c, char ***parts, size_t *n)
{
    *n = part_count(cell(r, c));
    *parts = NULL;
    if (*n == 0) return CC_OK;
    if (*n > MAX_PARTS)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, c), "more than %d codes", MAX_PARTS);
    char *copy = own_copy(r, c);
    if (!copy || !(*parts = calloc(*n, sizeof **parts))) return cc_error_memory(r->err);
    *n = cc_split(copy, ';', *parts, *n);
    return CC_OK;
}

/* Index of the cell's text in a list of words, or an error that suggests one. */
static enum cc_status word(struct reader *r, enum column c, const char *const *words, size_t n, int *out)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(cell(r, c), words[i])) {
            *out = (int)i;
            return CC_OK;
        }
    const char *near = cc_suggest(cell(r, c), words, n);
    return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, c), "'%s' is no %s%s%s%s", cell(r, c),
                        column_names[c], near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum cc_status number(struct reader *r, enum column c, int64_t high, int64_t *out)
{
    *out = 0;
    if (!*cell(r, c)) return CC_OK;
    if (cc_parse_int64(cell(r, c), out) && *out > 0 && *out <= high) return CC_OK;
    return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, c),
                        "'%s' is no %s (a whole number from 1)", cell(r, c), column_names[c]);
}

static bool is_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return n > 0 && n <= 18;
}

static int64_t value_of(const char *digits, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (digits[i] - '0');
    return v;
}

int cc_variable_code(const struct cc_variable *v, const char *text, size_t n)
{
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    bool numeric = v->numeric_codes && is_digits(text, n);
    int64_t value = numeric ? value_of(text, n) : 0;
    for (size_t i = 0; i < v->code_count; i++) {
        const char *code = v->codes[i].code;
        size_t size = strlen(code);
        if (numeric ? value_of(code, size) == value : size == n && !memcmp(code, text, n)) return (int)i;
    }
    return -1;
}

static enum cc_status add_code(struct reader *r, struct cc_variable *v, char *part)
{
    char *equals = strchr(part, '=');
    if (!equals || equals == part)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, CODES), "'%s' is not code=label",
                            part);
    *equals = '\0';
    const char *code = cc_trim(part);
    if (cc_variable_code(v, code, strlen(code)) >= 0)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, CODES), "code '%s' is listed twice",
                            code);
    v->codes[v->code_count++] = (struct cc_code){ .code = code, .label = cc_trim(equals + 1) };
    return CC_OK;
}

static enum cc_status parse_codes(struct reader *r, struct cc_variable *v)
{
    char **parts;
    size_t n;
    enum cc_status st = cut(r, CODES, &parts, &n);
    if (st == CC_OK && n && !(v->codes = calloc(n, sizeof *v->codes))) st = cc_error_memory(r->err);
    bool quantity = v->type == CC_TYPE_CODE || v->type == CC_TYPE_INTEGER;
    v->numeric_codes = n > 0 && quantity;
    for (size_t i = 0; i < n && v->numeric_codes; i++)
        v->numeric_codes = is_digits(parts[i], strcspn(parts[i], "="));
    for (size_t i = 0; i < n && st == CC_OK; i++) st = add_code(r, v, parts[i]);
    free(parts);
    if (st == CC_OK && v->type == CC_TYPE_CODE && n == 0)
        st = cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, CODES),
                          "'%s' is of type code and lists no codes", v->name);
    return st;
}

static enum cc_status parse_unknown(struct reader *r, struct cc_variable *v)
{
    char **parts;
    size_t n;
    enum cc_status st = cut(r, UNKNOWN, &parts, &n);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        int code = cc_variable_code(v, parts[i], strlen(parts[i]));
        if (code >= 0) v->codes[code].unknown = true;
        else
            st = cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, UNKNOWN),
                              "'%s' is not among the codes of '%s'", parts[i], v->name);
    }
    free(parts);
    return st;
}

static enum cc_status parse_aliases(struct reader *r, struct cc_variable *v)
{
    char **parts;
    size_t n;
    enum cc_status st = cut(r, ALIAS, &parts, &n);
    if (st == CC_OK && n && !(v->aliases = calloc(n, sizeof *v->aliases))) st = cc_error_memory(r->err);
    for (size_t i = 0; i < n && st == CC_OK; i++) v->aliases[v->alias_count++] = parts[i];
    free(parts);
    return st;
}

/* low-high of whole numbers, not negative: 00-23 */
static enum cc_status parse_range(struct reader *r, struct cc_variable *v)
{
    const char *text = cell(r, RANGE);
    if (!*text) return CC_OK;
    size_t low = strcspn(text, "-"), high = text[low] ? strlen(text + low + 1) : 0;
    bool good = v->type == CC_TYPE_INTEGER && is_digits(text, low) && is_digits(text + low + 1, high);
    if (good) {
        v->low = value_of(text, low);
        v->high = value_of(text + low + 1, high);
        v->digits = low == high && low > 1 && *text == '0' ? (int)low : 0;
    }
    if (!good || v->low > v->high)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, RANGE),
                            "'%s' is no range of an integer (low-high)", text);
    v->has_range = true;
    return CC_OK;
}

static enum cc_status parse_place(struct reader *r, struct cc_variable *v)
{
    int64_t start, width, first, last;
    enum cc_status st = number(r, START, 1000000, &start);
    if (st == CC_OK) st = number(r, WIDTH, 1000000, &width);
    if (st == CC_OK) st = number(r, FIRST_YEAR, 9999, &first);
    if (st == CC_OK) st = number(r, LAST_YEAR, 9999, &last);
    if (st != CC_OK) return st;
    if (!start != !width)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, start ? WIDTH : START),
                            "'%s' needs both start and width", v->name);
    v->start = (size_t)start;
    v->width = (size_t)width;
    v->first_year = (int)first;
    v->last_year = (int)last;
    return CC_OK;
}

static enum cc_status parse_format(struct reader *r, struct cc_variable *v)
{
    int ignored;
    v->format = cell(r, FORMAT);
    return v->type == CC_TYPE_DATE ? word(r, FORMAT, date_formats, COUNT_OF(date_formats), &ignored) : CC_OK;
}

static enum cc_status parse_repeats(struct reader *r, struct cc_variable *v)
{
    const char *text = cell(r, REPEATS);
    if (strlen(text) > 1)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, REPEATS),
                            "'%s' is no separator (one character)", text);
    v->repeats = *text;
    return CC_OK;
}

static int group_of_path(const struct cc_codebook *cb, const char *path, size_t n)
{
    for (size_t i = 0; i < cb->group_count; i++)
        if (strlen(cb->groups[i].path) == n && !memcmp(cb->groups[i].path, path, n)) return (int)i;
    return -1;
}

/* The group of a path cut after n bytes, which are a copy's; a group comes after the one that contains it. */
static enum cc_status add_group(struct reader *r, const char *copy, size_t n, int *out)
{
    struct cc_codebook *cb = r->cb;
    int parent = *out;
    *out = group_of_path(cb, copy, n);
    if (*out >= 0) return CC_OK;
    char *path = own_copy(r, GROUP);
    if (!path || !cc_grow(&cb->groups, &cb->group_room, cb->group_count + 1, sizeof *cb->groups))
        return cc_error_memory(r->err);
    path[n] = '\0';
    const char *slash = strrchr(path, '/');
    *out = (int)cb->group_count;
    cb->groups[cb->group_count++] =
        (struct cc_record_group){ .path = path, .name = slash ? slash + 1 : path, .parent = parent, .date = -1 };
    return CC_OK;
}

static enum cc_status parse_group(struct reader *r, int *out)
{
    const char *path = cell(r, GROUP);
    enum cc_status st = CC_OK;
    *out = 0;
    for (size_t n = 0; path[n] && st == CC_OK; n++) {
        size_t part = strcspn(path + n, "/");
        n += part;
        bool good = part > 0 && (!path[n] || path[n + 1]) && strcmp(path, "record") && strcmp(path, "child");
        if (!good)
            return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, GROUP),
                                "'%s' is no group (names separated by '/', other than record and child)", path);
        st = add_group(r, path, n, out);
        if (!path[n]) break;
    }
    return st;
}

static enum cc_status parse_variable(struct reader *r, struct cc_variable *v)
{
    v->name = cell(r, NAME);
    v->label = cell(r, LABEL);
    v->applies_when = cell(r, APPLIES_WHEN);
    v->section = cell(r, SECTION);
    v->source = cell(r, SOURCE);
    v->confidence = cell(r, CONFIDENCE);
    v->note = cell(r, NOTE);
    if (!*v->name)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, NAME), "a variable without a name");
    int type = 0, blank = CC_BLANK_UNKNOWN;
    enum cc_status st = word(r, TYPE, type_names, COUNT_OF(type_names), &type);
    if (st == CC_OK && *cell(r, BLANK)) st = word(r, BLANK, blank_names, COUNT_OF(blank_names), &blank);
    v->type = (enum cc_type)type;
    v->blank = (enum cc_blank)blank;
    if (st == CC_OK) st = parse_format(r, v);
    if (st == CC_OK) st = parse_codes(r, v);
    if (st == CC_OK) st = parse_unknown(r, v);
    if (st == CC_OK) st = parse_aliases(r, v);
    if (st == CC_OK) st = parse_range(r, v);
    if (st == CC_OK) st = parse_place(r, v);
    if (st == CC_OK) st = parse_repeats(r, v);
    if (st == CC_OK) st = parse_group(r, &v->group);
    if (st != CC_OK) return st;
    struct cc_record_group *g = &r->cb->groups[v->group];
    if (g->date < 0 && v->type == CC_TYPE_DATE) g->date = (int)(v - r->cb->variables);
    return CC_OK;
}

static enum cc_status parse_record_widths(struct reader *r)
{
    char **parts;
    size_t n;
    enum cc_status st = cut(r, WIDTH, &parts, &n);
    struct cc_codebook *cb = r->cb;
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        int64_t width = 0;
        bool good = cc_parse_int64(parts[i], &width) && width > 0 && width <= 1000000 && i < CC_RECORD_WIDTHS
            && (i == 0 || (size_t)width < cb->record_widths[i - 1]);
        if (good) cb->record_widths[cb->record_width_count++] = (size_t)width;
        else
            st = cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, WIDTH),
                              "'%s' is no record length (at most %d, the longest first)", parts[i],
                              CC_RECORD_WIDTHS);
    }
    free(parts);
    return st;
}

static enum cc_status parse_title(struct reader *r)
{
    r->cb->title = cell(r, LABEL);
    r->cb->source = cell(r, SOURCE);
    r->cb->confidence = cell(r, CONFIDENCE);
    r->cb->note = cell(r, NOTE);
    enum cc_status st = parse_group(r, &r->cb->flat_group);
    return st == CC_OK ? parse_record_widths(r) : st;
}

static enum cc_status find_columns(struct reader *r)
{
    const struct cc_table *t = &r->cb->table;
    for (int c = 0; c < COLUMNS; c++) r->at[c] = cc_table_find(t, column_names[c]);
    for (size_t i = 0; i < t->columns; i++) {
        bool known = false;
        for (int c = 0; c < COLUMNS && !known; c++) known = r->at[c] == (int)i;
        if (known) continue;
        const char *near = cc_suggest(t->names[i], column_names, COLUMNS);
        return cc_error_set(r->err, CC_EDATA, 1, i + 1, "a codebook has no column '%s'%s%s%s", t->names[i],
                            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    size_t ignored;
    enum cc_status st = cc_table_need(t, "name", &ignored, r->err);
    return st == CC_OK ? cc_table_need(t, "type", &ignored, r->err) : st;
}

static bool has_name(const struct cc_variable *v, const char *name)
{
    bool found = !strcmp(v->name, name);
    for (size_t i = 0; i < v->alias_count && !found; i++) found = !strcmp(v->aliases[i], name);
    return found;
}

/* No two variables may share a name or an alias. */
static enum cc_status check_names(struct reader *r, size_t last)
{
    const struct cc_variable *v = r->cb->variables, *w = &v[last];
    for (size_t i = 0; i < last; i++) {
        const char *twice = has_name(&v[i], w->name) ? w->name : NULL;
        for (size_t a = 0; a < w->alias_count && !twice; a++)
            if (has_name(&v[i], w->aliases[a])) twice = w->aliases[a];
        if (twice)
            return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, NAME), "'%s' is described twice",
                                twice);
    }
    return CC_OK;
}

static enum cc_status check_places(struct reader *r, const struct cc_variable *v)
{
    const struct cc_codebook *cb = r->cb;
    if (!v->start) return CC_OK;
    if (cb->record_width_count == 0)
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, START),
                            "'%s' has a position, but no (codebook) row before it gives the record's width",
                            v->name);
    if (v->start + v->width - 1 > cb->record_widths[0])
        return cc_error_set(r->err, CC_EDATA, line_of(r), column_of(r, START),
                            "'%s' ends at column %zu, after the record's end (%zu)", v->name,
                            v->start + v->width - 1, cb->record_widths[0]);
    return CC_OK;
}

static enum cc_status parse_rows(struct reader *r)
{
    struct cc_codebook *cb = r->cb;
    cb->title = cb->source = cb->confidence = cb->note = "";
    cb->variables = calloc(cb->table.rows, sizeof *cb->variables);
    if (!cb->variables || !cc_grow(&cb->groups, &cb->group_room, 1, sizeof *cb->groups)) return cc_error_memory(r->err);
    cb->groups[cb->group_count++] = (struct cc_record_group){ .path = "", .name = "record", .parent = -1, .date = -1 };
    enum cc_status st = CC_OK;
    for (r->row = 0; r->row < cb->table.rows && st == CC_OK; r->row++) {
        if (!strcmp(cell(r, NAME), "(codebook)")) {
            st = parse_title(r);
            continue;
        }
        size_t i = cb->count++;
        st = parse_variable(r, &cb->variables[i]);
        if (st == CC_OK) st = check_names(r, i);
        if (st == CC_OK) st = check_places(r, &cb->variables[i]);
    }
    return st;
}

enum cc_status cc_codebook_load(const char *name, struct cc_codebook **out, struct cc_error *err)
{
    *out = NULL;
    char *path = cc_path_data("codebooks", name, ".csv");
    if (!path && cc_path_is_name(name, ".csv"))
        return cc_path_unknown("codebooks", "codebook", name, ".csv", " ('casecount codebook list' names them)", err);
    struct cc_codebook *cb = calloc(1, sizeof *cb);
    struct reader r = { .cb = cb, .err = err };
    enum cc_status st = CC_OK;
    if (!cb || !(cb->name = cc_path_stem(name, ".csv"))) st = cc_error_memory(err);
    if (st == CC_OK) st = cc_table_read(path ? path : name, &cb->table, err);
    if (st == CC_OK) st = find_columns(&r);
    if (st == CC_OK) st = parse_rows(&r);
    if (st != CC_OK && cb && cb->table.columns) cc_error_file(err, cb->table.name);
    free(path);
    if (st == CC_OK) *out = cb;
    else cc_codebook_free(cb);
    return st;
}

int cc_codebook_group(const struct cc_codebook *cb, const char *name)
{
    if (!strcmp(name, "record") || !strcmp(name, "child")) return 0;
    int found = -1, exact = group_of_path(cb, name, strlen(name));
    if (exact >= 0) return exact;
    for (size_t i = 1; i < cb->group_count; i++) {
        if (strcmp(cb->groups[i].name, name)) continue;
        if (found >= 0) return -1;
        found = (int)i;
    }
    return found;
}

bool cc_codebook_group_within(const struct cc_codebook *cb, int inner, int outer)
{
    while (inner > outer) inner = cb->groups[inner].parent;
    return inner == outer;
}

static bool has_name_in_any_case(const struct cc_variable *v, const char *name)
{
    bool found = cc_case_equal(v->name, name);
    for (size_t i = 0; i < v->alias_count && !found; i++) found = cc_case_equal(v->aliases[i], name);
    return found;
}

int cc_codebook_find(const struct cc_codebook *cb, const char *name)
{
    for (size_t i = 0; i < cb->count; i++)
        if (has_name(&cb->variables[i], name)) return (int)i;
    int found = -1;
    for (size_t i = 0; i < cb->count; i++) {
        if (!has_name_in_any_case(&cb->variables[i], name)) continue;
        if (found >= 0) return -1;
        found = (int)i;
    }
    return found;
}

const char *cc_codebook_suggest(const struct cc_codebook *cb, const char *name)
{
    size_t n = 0, room = 0;
    const char **all = NULL;
    for (size_t i = 0; i < cb->count; i++) {
        const struct cc_variable *v = &cb->variables[i];
        if (!cc_grow(&all, &room, n + v->alias_count + 1, sizeof *all)) break;
        all[n++] = v->name;
        for (size_t a = 0; a < v->alias_count; a++) all[n++] = v->aliases[a];
    }
    const char *near = cc_suggest(name, all, n);
    free(all);
    return near;
}

enum cc_status cc_codebook_names(char ***names, size_t *n, struct cc_error *err)
{
    return cc_path_names("codebooks", ".csv", names, n, err);
}

void cc_codebook_names_free(char **names, size_t n)
{
    cc_path_names_free(names, n);
}

void cc_codebook_free(struct cc_codebook *cb)
{
    if (!cb) return;
    for (size_t i = 0; i < cb->count; i++) {
        free(cb->variables[i].codes);
        free(cb->variables[i].aliases);
    }
    for (size_t i = 0; i < cb->owned_count; i++) free(cb->owned[i]);
    free(cb->owned);
    free(cb->variables);
    free(cb->groups);
    cc_table_free(&cb->table);
    free(cb->name);
    free(cb);
}

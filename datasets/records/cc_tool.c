#include "datasets/records/cc_tool.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

enum column { C_ID, C_KIND, C_ITEMS, C_CODES, C_WEIGHT, C_RULE, C_LEVELS, C_POSITIVE, C_WHEN, C_OTHERWISE, C_TEXT,
              C_COLUMNS };
static const char *const columns[C_COLUMNS] = { "id", "kind", "items", "codes", "weight", "rule", "levels",
    "positive", "when", "otherwise", "text" };
static const char *const rules[] = { "sum", "count", "any", "max", "pattern" };
enum { RULES = sizeof rules / sizeof *rules };
enum { MOST = 1000000 }; /* of a value or a weight: sums stay far from overflow */

/* A row of the table while it is read. */
struct row {
    struct cc_tool *tool;
    int at[C_COLUMNS]; /* in the table; -1: not there */
    size_t row, item_room, result_room, fact_room;
    struct cc_error *err;
};

const char *cc_tool_rule_word(enum cc_tool_rule rule) { return rules[rule]; }

static const char *cell(const struct row *r, enum column c)
{
    return r->at[c] < 0 ? "" : cc_table_cell(&r->tool->table, r->row, (size_t)r->at[c]);
}

#define FAIL(r, c, ...)                                                                          \
    cc_error_set((r)->err, CC_EDATA, (size_t)(r)->tool->table.lines[(r)->row],                   \
                 (r)->at[c] < 0 ? 0 : (size_t)(r)->at[c] + 1, __VA_ARGS__)

/* A copy that may be cut into pieces; lives as long as the tool. */
static char *copy(const struct row *r, const char *text)
{
    return cc_arena_text(&r->tool->arena, text, strlen(text));
}

static bool whole(const char *text, int64_t *out)
{
    return cc_parse_int64(text, out) && *out >= 0 && *out <= MOST;
}

/* "3", "0-3", "2-": whole numbers of at least 0, ascending. */
static bool range(char *text, int64_t *low, int64_t *high)
{
    char *dash = strchr(text, '-');
    if (!dash) return whole(text, low) && (*high = *low, true);
    *dash = '\0';
    *high = INT64_MAX;
    return whole(cc_trim(text), low) && (!*cc_trim(dash + 1) || whole(cc_trim(dash + 1), high)) && *low <= *high;
}

/* --- items --- */

static bool add_codes(struct cc_tool_item *item, char *texts, enum cc_code_kind kind, int64_t value)
{
    char *parts[CC_TOOL_TEXTS];
    size_t n = cc_split(texts, '|', parts, CC_TOOL_TEXTS);
    if (n == 0 || item->code_count + n > CC_TOOL_TEXTS) return false;
    for (size_t i = 0; i < n; i++) {
        int64_t unused;
        if (!*parts[i] || cc_tool_code(item, parts[i], &unused)) return false;
        item->codes[item->code_count++] = (struct cc_tool_code){ parts[i], kind, value, value };
    }
    return true;
}

/* "yes|1=1", "skip=missing", "not_asked=none", "0-3". */
static bool add_code(struct cc_tool_item *item, char *text)
{
    int64_t low = 0, high = 0;
    char *equals = strchr(text, '=');
    if (!equals) {
        if (!range(text, &low, &high) || high > MOST || item->code_count == CC_TOOL_TEXTS) return false;
        item->codes[item->code_count++] = (struct cc_tool_code){ "", CC_CODE_VALUE, low, high };
        return true;
    }
    *equals = '\0';
    const char *value = cc_trim(equals + 1);
    if (!strcmp(value, "missing")) return add_codes(item, text, CC_CODE_MISSING, 0);
    if (!strcmp(value, "none")) return add_codes(item, text, CC_CODE_NONE, 0);
    return whole(value, &low) && add_codes(item, text, CC_CODE_VALUE, low);
}

static void find_limits(struct cc_tool_item *item)
{
    item->lowest = MOST + 1;
    item->highest = -1;
    for (size_t i = 0; i < item->code_count; i++) {
        const struct cc_tool_code *c = &item->codes[i];
        if (c->kind != CC_CODE_VALUE) continue;
        if (c->low < item->lowest) item->lowest = c->low;
        if (c->high > item->highest) item->highest = c->high;
    }
}

static enum cc_status read_codes(struct row *r, struct cc_tool_item *item)
{
    char *parts[CC_TOOL_TEXTS], *text = copy(r, cell(r, C_CODES));
    item->codes = cc_arena_alloc(&r->tool->arena, CC_TOOL_TEXTS * sizeof *item->codes);
    if (!text || !item->codes) return cc_error_memory(r->err);
    size_t n = cc_split(text, ';', parts, CC_TOOL_TEXTS);
    for (size_t i = 0; i < n; i++)
        if (!add_code(item, parts[i]))
            return FAIL(r, C_CODES, "codes are such as yes|1=1;no|0=0;skip=missing, or 0-3; each text once");
    find_limits(item);
    if (item->highest < 0) return FAIL(r, C_CODES, "an item needs a code with a value");
    item->weight = 1;
    if (*cell(r, C_WEIGHT) && (!whole(cell(r, C_WEIGHT), &item->weight) || item->weight == 0))
        return FAIL(r, C_WEIGHT, "a weight is a whole number of at least 1");
    return CC_OK;
}

static bool find_item(const struct cc_tool *t, const char *id, size_t *out)
{
    for (*out = 0; *out < t->item_count; ++*out)
        if (!strcmp(t->items[*out].id, id)) return true;
    return false;
}

static bool find_result(const struct cc_tool *t, const char *id, size_t *out)
{
    for (*out = 0; *out < t->result_count; ++*out)
        if (*id && !strcmp(t->results[*out].id, id)) return true;
    return false;
}

static enum cc_status add_item(struct row *r, const struct cc_tool_item *like, const char *id)
{
    struct cc_tool *t = r->tool;
    size_t at;
    if (!*id || find_item(t, id, &at)) return FAIL(r, C_ID, "an item needs an id that no other item has");
    if (!cc_grow(&t->items, &r->item_room, t->item_count + 1, sizeof *t->items)) return cc_error_memory(r->err);
    t->items[t->item_count] = *like;
    t->items[t->item_count++].id = id;
    return CC_OK;
}

/* "q1-q4", "T01-T30": the items from one number to the other, with the same number of digits. */
static enum cc_status add_item_range(struct row *r, const struct cc_tool_item *like, char *first, const char *last)
{
    size_t n = strlen(first), stem = n;
    while (stem && first[stem - 1] >= '0' && first[stem - 1] <= '9') stem--;
    int64_t from, to;
    enum cc_status st = CC_OK;
    if (strncmp(first, last, stem) || !whole(first + stem, &from) || !whole(last + stem, &to) || to < from
        || to - from >= CC_TOOL_REPEATS)
        return FAIL(r, C_ID, "a range of items is such as q1-q4 or T01-T30");
    for (int64_t i = from; i <= to && st == CC_OK; i++) {
        struct cc_buf b = { 0 };
        bool ok = cc_buf_printf(&b, "%.*s%0*lld", (int)stem, first, (int)(n - stem), (long long)i);
        char *id = ok ? copy(r, b.data) : NULL;
        cc_buf_free(&b);
        st = id ? add_item(r, like, id) : cc_error_memory(r->err);
    }
    return st;
}

static enum cc_status read_item(struct row *r)
{
    struct cc_tool_item item = { 0 };
    enum cc_status st = read_codes(r, &item);
    char *parts[CC_TOOL_TEXTS], *text = copy(r, cell(r, C_ID));
    if (st != CC_OK || !text) return text ? st : cc_error_memory(r->err);
    size_t n = cc_split(text, ';', parts, CC_TOOL_TEXTS);
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        char *dash = strchr(parts[i], '-');
        if (dash) *dash = '\0';
        st = dash ? add_item_range(r, &item, parts[i], dash + 1) : add_item(r, &item, parts[i]);
    }
    return st;
}

static enum cc_status read_refusal(struct row *r)
{
    struct cc_tool_item *item = cc_arena_alloc(&r->tool->arena, sizeof *item);
    if (!item) return cc_error_memory(r->err);
    item->id = cell(r, C_ID);
    r->tool->refusal = item;
    if (!*item->id) return FAIL(r, C_ID, "the column of the refusal is needed here");
    return read_codes(r, item);
}

/* --- results --- */

static enum cc_status read_rule(struct row *r, struct cc_tool_result *out)
{
    char *text = copy(r, cell(r, C_RULE));
    if (!text) return cc_error_memory(r->err);
    char *sign = strstr(text, ">=");
    out->at_least = 1;
    if (sign) *sign = '\0';
    const char *word = cc_trim(text);
    size_t i = 0;
    while (i < RULES && strcmp(word, rules[i])) i++;
    if (i == RULES) return FAIL(r, C_RULE, "a rule is sum, count, any, max or pattern");
    out->rule = (enum cc_tool_rule)i;
    if (sign && ((out->rule != CC_TOOL_COUNT && out->rule != CC_TOOL_ANY) || !whole(cc_trim(sign + 2), &out->at_least)
                 || !out->at_least))
        return FAIL(r, C_RULE, "what counts is said as 'count >= 2' or 'any >= 2'");
    return CC_OK;
}

static bool add_parts(struct cc_tool *t, char *text, struct cc_tool_result *out)
{
    size_t first, last;
    if (find_result(t, text, &first)) {
        out->parts[out->part_count++] = (struct cc_tool_part){ true, first };
        return true;
    }
    char *dash = strchr(text, '-');
    if (dash) *dash = '\0';
    if (!find_item(t, text, &first) || (last = first, dash && !find_item(t, dash + 1, &last)) || last < first)
        return false;
    for (size_t i = first; i <= last && out->part_count < t->item_count + t->result_count; i++)
        out->parts[out->part_count++] = (struct cc_tool_part){ false, i };
    return true;
}

static enum cc_status read_parts(struct row *r, struct cc_tool_result *out)
{
    struct cc_tool *t = r->tool;
    char *texts[CC_TOOL_TEXTS], *text = copy(r, cell(r, C_ITEMS));
    out->parts = cc_arena_alloc(&t->arena, (t->item_count + t->result_count + 1) * sizeof *out->parts);
    if (!text || !out->parts) return cc_error_memory(r->err);
    size_t n = cc_split(text, ';', texts, CC_TOOL_TEXTS);
    for (size_t i = 0; i < n; i++)
        if (out->part_count >= t->item_count + t->result_count || !add_parts(t, texts[i], out))
            return FAIL(r, C_ITEMS, "items (q1-q4) and results of rows above are needed here, each once");
    if (!out->part_count) return FAIL(r, C_ITEMS, "a result needs items");
    for (size_t i = 0; i < out->part_count && out->rule == CC_TOOL_PATTERN; i++)
        if (out->part_count > 8 || !out->parts[i].is_result
            || t->results[out->parts[i].index].positive >= t->results[out->parts[i].index].level_count)
            return FAIL(r, C_ITEMS, "a pattern is of up to 8 results with a positive level");
    return CC_OK;
}

static bool add_level(struct cc_tool_result *out, char *text)
{
    struct cc_tool_level l = { 0 };
    char *equals = strchr(text, '=');
    if (!equals) return false;
    *equals = '\0';
    l.name = cc_trim(equals + 1);
    if (!*l.name || !range(cc_trim(text), &l.low, &l.high)) return false;
    if (out->level_count && (out->levels[out->level_count - 1].high == INT64_MAX
                             || l.low != out->levels[out->level_count - 1].high + 1))
        return false;
    out->levels[out->level_count++] = l;
    return true;
}

static bool find_level(const struct cc_tool_result *r, const char *name, size_t *out)
{
    for (*out = 0; *out < r->level_count; ++*out)
        if (!strcmp(r->levels[*out].name, name)) return true;
    return false;
}

static enum cc_status read_levels(struct row *r, struct cc_tool_result *out)
{
    char *parts[CC_TOOL_TEXTS], *text = copy(r, cell(r, C_LEVELS));
    out->levels = cc_arena_alloc(&r->tool->arena, CC_TOOL_TEXTS * sizeof *out->levels);
    if (!text || !out->levels) return cc_error_memory(r->err);
    size_t n = cc_split(text, ';', parts, CC_TOOL_TEXTS);
    for (size_t i = 0; i < n; i++)
        if (!add_level(out, parts[i]))
            return FAIL(r, C_LEVELS, "levels are such as 0=negative;1-4=positive, ascending and without a gap");
    if (!find_level(out, cell(r, C_POSITIVE), &out->positive) && *cell(r, C_POSITIVE))
        return FAIL(r, C_POSITIVE, "positive is one of the levels");
    return CC_OK;
}

/* "prescreen=full_screen" */
static enum cc_status read_gate(struct row *r, struct cc_tool_result *out)
{
    char *text = copy(r, cell(r, C_WHEN));
    if (!text) return cc_error_memory(r->err);
    out->otherwise = cell(r, C_OTHERWISE);
    out->gated = *text != '\0';
    if (!out->gated) return CC_OK;
    char *equals = strchr(text, '=');
    if (equals) *equals = '\0';
    if (!equals || !find_result(r->tool, cc_trim(text), &out->gate)
        || !find_level(&r->tool->results[out->gate], cc_trim(equals + 1), &out->gate_level))
        return FAIL(r, C_WHEN, "RESULT=LEVEL of a row above is needed here");
    if (!*out->otherwise) return FAIL(r, C_OTHERWISE, "the level of who does not come so far is needed here");
    return CC_OK;
}

static enum cc_status read_result(struct row *r)
{
    struct cc_tool *t = r->tool;
    struct cc_tool_result out = { .id = cell(r, C_ID), .text = cell(r, C_TEXT),
                                  .line = (size_t)t->table.lines[r->row] };
    for (size_t i = 0; i < t->result_count; i++)
        if (!strcmp(t->results[i].id, out.id)) return FAIL(r, C_ID, "two results have one id");
    enum cc_status st = read_rule(r, &out);
    if (st == CC_OK) st = read_parts(r, &out);
    if (st == CC_OK) st = read_levels(r, &out);
    if (st == CC_OK) st = read_gate(r, &out);
    if (st != CC_OK) return st;
    if (!cc_grow(&t->results, &r->result_room, t->result_count + 1, sizeof *t->results)) return cc_error_memory(r->err);
    t->results[t->result_count++] = out;
    return CC_OK;
}

/* --- facts --- */

static enum cc_status read_fact(struct row *r)
{
    struct cc_tool *t = r->tool;
    const char *name = cell(r, C_ID), *text = cell(r, C_TEXT);
    if (!cc_grow(&t->facts, &r->fact_room, t->fact_count + 1, sizeof *t->facts)) return cc_error_memory(r->err);
    t->facts[t->fact_count++] = (struct cc_tool_fact){ name, text };
    if (!strcmp(name, "official")) {
        t->official = !strcmp(text, "yes");
        if (!t->official && strcmp(text, "no")) return FAIL(r, C_TEXT, "official is yes or no");
    } else if (!strcmp(name, "missing")) {
        t->missing = text;
        if (strcmp(text, "complete") && strcmp(text, "no") && strcmp(text, "yes"))
            return FAIL(r, C_TEXT, "missing is complete, no or yes");
    } else if (!strcmp(name, "age_min") || !strcmp(name, "age_max")) {
        if (!whole(text, strcmp(name, "age_min") ? &t->age_max : &t->age_min))
            return FAIL(r, C_TEXT, "an age is a number of years");
    }
    return CC_OK;
}

/* --- files --- */

static enum cc_status find_columns(struct row *r)
{
    struct cc_table *t = &r->tool->table;
    size_t at;
    for (int c = 0; c < C_COLUMNS; c++) r->at[c] = cc_table_find(t, columns[c]);
    for (size_t i = 0; i < t->columns; i++) {
        bool known = false;
        for (int c = 0; c < C_COLUMNS; c++) known = known || r->at[c] == (int)i;
        if (!known) return cc_error_set(r->err, CC_EDATA, 1, i + 1, "'%.40s' is no column of a tool", t->names[i]);
    }
    enum cc_status st = cc_table_need(t, "id", &at, r->err);
    return st == CC_OK ? cc_table_need(t, "kind", &at, r->err) : st;
}

static enum cc_status read_row(struct row *r)
{
    const char *kind = cell(r, C_KIND);
    if (!strcmp(kind, "fact")) return read_fact(r);
    if (!strcmp(kind, "item")) return read_item(r);
    if (!strcmp(kind, "refusal")) return read_refusal(r);
    if (!strcmp(kind, "result")) return read_result(r);
    return FAIL(r, C_KIND, "a kind is fact, item, refusal or result");
}

static enum cc_status read_rows(struct row *r)
{
    struct cc_tool *t = r->tool;
    enum cc_status st = find_columns(r);
    if (st == CC_OK && (!t->table.rows || strcmp(cell(r, C_ID), "(tool)")))
        return cc_error_set(r->err, CC_EDATA, 2, 1, "the first row of a tool has the id (tool)");
    t->title = cell(r, C_TEXT);
    for (r->row = 1; st == CC_OK && r->row < t->table.rows; r->row++) st = read_row(r);
    if (st != CC_OK) return st;
    for (t->main = 0; t->main < t->result_count && *t->results[t->main].id;) t->main++;
    if (t->main == t->result_count)
        return cc_error_set(r->err, CC_EDATA, 0, 0, "no result with an empty id: the tool's");
    return CC_OK;
}

enum cc_status cc_tool_names(char ***names, size_t *n, struct cc_error *err)
{
    return cc_path_names("tools", ".csv", names, n, err);
}

enum cc_status cc_tool_load(const char *name, struct cc_tool **out, struct cc_error *err)
{
    *out = NULL;
    char *path = cc_path_data("tools", name, ".csv");
    if (!path && cc_path_is_name(name, ".csv"))
        return cc_path_unknown("tools", "tool", name, ".csv", " ('casecount score --list' names them)", err);
    struct cc_tool *t = calloc(1, sizeof *t);
    struct row r = { .tool = t, .err = err };
    enum cc_status st = t && (t->name = cc_path_stem(name, ".csv")) ? CC_OK : cc_error_memory(err);
    if (st == CC_OK) {
        t->missing = "";
        t->age_min = t->age_max = -1;
        st = cc_table_read(path ? path : name, &t->table, err);
    }
    if (st == CC_OK) st = read_rows(&r);
    if (st != CC_OK && t && t->table.columns) cc_error_file(err, t->table.name);
    free(path);
    if (st == CC_OK) *out = t;
    else cc_tool_free(t);
    return st;
}

void cc_tool_free(struct cc_tool *t)
{
    if (!t) return;
    free(t->name);
    free(t->facts);
    free(t->items);
    free(t->results);
    cc_table_free(&t->table);
    cc_arena_free(&t->arena);
    free(t);
}

/* --- questions --- */

const char *cc_tool_fact(const struct cc_tool *t, const char *name)
{
    for (size_t i = 0; i < t->fact_count; i++)
        if (!strcmp(t->facts[i].name, name)) return t->facts[i].text;
    return "";
}

const struct cc_tool_code *cc_tool_code(const struct cc_tool_item *item, const char *text, int64_t *value)
{
    int64_t number;
    bool is_number = cc_parse_int64(text, &number);
    for (size_t i = 0; i < item->code_count; i++) {
        const struct cc_tool_code *c = &item->codes[i];
        bool is = *c->text ? !strcmp(c->text, text) : is_number && c->low <= number && number <= c->high;
        if (!is) continue;
        *value = *c->text ? c->low : number;
        return c;
    }
    return NULL;
}

bool cc_tool_level(const struct cc_tool_result *r, int64_t score, size_t *level)
{
    for (*level = 0; *level < r->level_count; ++*level)
        if (r->levels[*level].low <= score && score <= r->levels[*level].high) return true;
    return false;
}

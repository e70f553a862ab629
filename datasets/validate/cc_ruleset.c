#include "datasets/validate/cc_ruleset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"

static const char *const kinds[CC_RULE_KINDS] = { "record", "codebook", "required", "exempt", "limit", "share",
    "unique", "same", "some", "before", "order", "previous", "linked", "total", "note" };
static const char *const classes[CC_CLASSES] = { "", "missing", "invalid", "inconsistent", "cross-file", "tardy",
    "file" };
static const char *const severities[CC_SEVERITIES] = { "error", "warning", "info" };
static const char *const verbs[] = { "", "by", "dropped", "kept", "same", "found", "change" };

enum column { C_ID, C_SCOPE, C_KIND, C_ELEMENTS, C_WHEN, C_HOLDS, C_CLASS, C_SEVERITY, C_LIMIT, C_FIRST_YEAR,
              C_LAST_YEAR, C_MESSAGE, C_CITATION, C_SOURCE, C_CONFIDENCE, C_NOTE, C_COLUMNS };
static const char *const columns[C_COLUMNS] = { "id", "scope", "kind", "elements", "when", "holds", "class", "severity",
    "limit", "first_year", "last_year", "message", "citation", "source", "confidence", "note" };

/* A row of the table while it is read. */
struct row {
    struct cc_ruleset *rs;
    int at[C_COLUMNS]; /* in the table; -1: not there */
    size_t row;
    struct cc_error *err;
};

const char *cc_rule_kind_word(enum cc_rule_kind kind) { return kinds[kind]; }
const char *cc_rule_class_word(enum cc_rule_class c) { return classes[c]; }
const char *cc_severity_word(enum cc_severity s) { return severities[s]; }

static const char *cell(const struct row *r, enum column c)
{
    return r->at[c] < 0 ? "" : cc_table_cell(&r->rs->table, r->row, (size_t)r->at[c]);
}

#define FAIL(r, c, ...) \
    cc_error_set((r)->err, CC_EDATA, (r)->rs->table.lines[(r)->row], (r)->at[c] < 0 ? 0 : (size_t)(r)->at[c] + 1, \
                 __VA_ARGS__)

enum cc_status cc_ruleset_error(const struct cc_ruleset *rs, const struct cc_rule *rule, const char *column,
                                enum cc_status code, struct cc_error *err, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    int at = cc_table_find(&rs->table, column);
    enum cc_status st = cc_error_set(err, code, rule->line, at < 0 ? 0 : (size_t)at + 1, "rule %s, %s: %s", rule->id,
                                     column, text);
    if (err) {
        err->file[0] = '\0';
        cc_error_file(err, rs->table.name);
    }
    return st;
}

/* --- cells --- */

/* The index of a word, or -1: an error that says what was expected. */
static int word(struct row *r, enum column c, const char *const *list, size_t n, int otherwise)
{
    const char *text = cell(r, c);
    if (!*text) return otherwise;
    for (size_t i = 0; i < n; i++)
        if (cc_name_equal(text, list[i])) return (int)i;
    const char *near = cc_suggest(text, list, n);
    FAIL(r, c, "'%.40s' is no %s%s%s%s", text, columns[c], near ? "; did you mean '" : "", near ? near : "",
         near ? "'?" : "");
    return -1;
}

static bool year(struct row *r, enum column c, int *out)
{
    int64_t y = 0;
    const char *text = cell(r, c);
    if (*text && (!cc_parse_int64(text, &y) || y < 1900 || y > 2999)) {
        FAIL(r, c, "%s is a year, such as 2024", columns[c]);
        return false;
    }
    *out = (int)y;
    return true;
}

static bool limit(struct row *r, struct cc_limit *out)
{
    const char *text = cell(r, C_LIMIT);
    *out = (struct cc_limit){ .given = *text != '\0' };
    if (!out->given) return true;
    if (!strncmp(text, ">=", 2)) out->at_least = true;
    else if (*text == '>') out->above = true;
    text += !strncmp(text, "<=", 2) || out->at_least ? 2 : out->above ? 1 : 0;
    if (cc_parse_double(text, &out->percent) && out->percent >= 0) return true;
    FAIL(r, C_LIMIT, "a limit is a percentage, such as 5, >=1 or >0");
    return false;
}

/* --- clauses --- */

static bool next_word(char **at, char **out)
{
    *at += strspn(*at, ", ");
    if (!**at) return false;
    *out = *at;
    *at += strcspn(*at, ", ");
    if (**at) *(*at)++ = '\0';
    return true;
}

static bool is_word_of_clause(const char *w)
{
    return !strcmp(w, "within") || !strcmp(w, "later") || !strcmp(w, "in") || !strcmp(w, "from");
}

static bool clause_number(char **at, int64_t *out)
{
    char *w;
    return next_word(at, &w) && cc_parse_int64(w, out);
}

/* What follows the keys: within N | later LOW to HIGH | in CODEBOOK.KEY | from N. */
static bool clause_tail(const char *w, char **at, struct cc_clause *out)
{
    char *to, *dot;
    if (!strcmp(w, "within")) {
        out->tolerant = clause_number(at, &out->high) && out->high >= 0;
        out->low = -out->high;
        return out->tolerant;
    }
    if (!strcmp(w, "later"))
        return out->tolerant = clause_number(at, &out->low) && next_word(at, &to) && !strcmp(to, "to")
                               && clause_number(at, &out->high);
    if (!strcmp(w, "from")) return clause_number(at, &out->from);
    if (!next_word(at, &to) || !(dot = strrchr(to, '.')) || dot == to || !dot[1]) return false;
    *dot = '\0';
    out->codebook = to;
    out->key = dot + 1;
    return true;
}

static bool clause_head(char *at, struct cc_clause *out)
{
    char *w;
    if (!next_word(&at, &w)) return false;
    for (out->verb = CC_CLAUSE_BY; out->verb <= CC_CLAUSE_CHANGE && strcmp(w, verbs[out->verb]);) out->verb++;
    if (out->verb > CC_CLAUSE_CHANGE) return false;
    bool more = next_word(&at, &w);
    if (out->verb != CC_CLAUSE_BY && out->verb != CC_CLAUSE_CHANGE) {
        if (!more || strcmp(w, "by")) return false;
        more = next_word(&at, &w);
    }
    for (; more && !is_word_of_clause(w) && out->key_count < CC_CLAUSE_KEYS; more = next_word(&at, &w))
        out->keys[out->key_count++] = w;
    if (more && (!is_word_of_clause(w) || !clause_tail(w, &at, out))) return false;
    if (next_word(&at, &w)) return false;
    return out->verb == CC_CLAUSE_CHANGE ? !out->key_count : out->key_count > 0;
}

static enum cc_status clause(struct row *r, const char *text, struct cc_clause *out)
{
    size_t n = strcspn(text, ":");
    char *head = cc_arena_text(&r->rs->arena, text, n);
    if (!head) return cc_error_memory(r->err);
    *out = (struct cc_clause){ .condition = text[n] ? text + n + 1 + strspn(text + n + 1, " ") : "" };
    if (!clause_head(head, out)) return FAIL(r, C_HOLDS, "'by KEY, ...' or another clause of the kind is needed here");
    return CC_OK;
}

/* Which clauses, as bits, a kind takes; 0: it has none. */
static unsigned clauses_of(enum cc_rule_kind k)
{
    switch (k) {
    case CC_RULE_SAME:
    case CC_RULE_SOME:
    case CC_RULE_BEFORE:
    case CC_RULE_ORDER: return 1u << CC_CLAUSE_BY;
    case CC_RULE_LINKED: return 1u << CC_CLAUSE_FOUND;
    case CC_RULE_PREVIOUS:
        return 1u << CC_CLAUSE_DROPPED | 1u << CC_CLAUSE_KEPT | 1u << CC_CLAUSE_SAME | 1u << CC_CLAUSE_CHANGE;
    default: return 0;
    }
}

/* --- rules --- */

/* What a rule charges that names no class. */
static enum cc_rule_class usual_class(int kind)
{
    switch (kind) {
    case CC_RULE_REQUIRED: return CC_CLASS_MISSING;
    case CC_RULE_UNIQUE:
    case CC_RULE_PREVIOUS: return CC_CLASS_CROSS_FILE;
    case CC_RULE_RECORD:
    case CC_RULE_SAME:
    case CC_RULE_SOME:
    case CC_RULE_BEFORE:
    case CC_RULE_ORDER: return CC_CLASS_INCONSISTENT;
    default: return CC_CLASS_NONE;
    }
}

static enum cc_status read_words(struct row *r, struct cc_rule *out)
{
    int kind = word(r, C_KIND, kinds, CC_RULE_KINDS, -2);
    if (kind == -2) return FAIL(r, C_KIND, "a rule needs a kind");
    int class = word(r, C_CLASS, classes, CC_CLASSES, (int)usual_class(kind));
    int severity = word(r, C_SEVERITY, severities, CC_SEVERITIES, CC_SEVERITY_ERROR);
    if (kind < 0 || class < 0 || severity < 0) return CC_EDATA;
    out->kind = (enum cc_rule_kind)kind;
    out->class = (enum cc_rule_class)class;
    out->severity = (enum cc_severity)severity;
    if (!limit(r, &out->limit) || !year(r, C_FIRST_YEAR, &out->first_year) || !year(r, C_LAST_YEAR, &out->last_year))
        return CC_EDATA;
    return CC_OK;
}

static enum cc_status read_clause(struct row *r, struct cc_rule *out)
{
    unsigned allowed = clauses_of(out->kind);
    if (!allowed) return CC_OK;
    enum cc_status st = clause(r, out->holds, &out->clause);
    if (st == CC_OK && !(allowed & 1u << out->clause.verb))
        st = FAIL(r, C_HOLDS, "a rule of kind '%s' does not take '%s'", kinds[out->kind], verbs[out->clause.verb]);
    if (st == CC_OK && out->kind == CC_RULE_SOME && !*out->clause.condition)
        st = FAIL(r, C_HOLDS, "'by KEY, ...: CONDITION' is needed here");
    if (st == CC_OK && out->kind == CC_RULE_LINKED && (!out->clause.key || out->clause.key_count != 1))
        st = FAIL(r, C_HOLDS, "'found by KEY in CODEBOOK.KEY' is needed here");
    return st;
}

static enum cc_status check_rule(struct row *r, const struct cc_rule *rule)
{
    bool condition = rule->kind == CC_RULE_RECORD || rule->kind == CC_RULE_SHARE;
    bool elements = rule->kind == CC_RULE_CODEBOOK || rule->kind == CC_RULE_REQUIRED || rule->kind == CC_RULE_LIMIT
        || rule->kind == CC_RULE_UNIQUE || rule->kind == CC_RULE_SAME || rule->kind == CC_RULE_BEFORE
        || rule->kind == CC_RULE_ORDER;
    if (condition && !*rule->holds) return FAIL(r, C_HOLDS, "a rule of kind '%s' needs a condition", kinds[rule->kind]);
    if (elements && !*rule->elements)
        return FAIL(r, C_ELEMENTS, "a rule of kind '%s' needs elements", kinds[rule->kind]);
    if (rule->kind == CC_RULE_EXEMPT && !*rule->when) return FAIL(r, C_WHEN, "who is exempt?");
    if (rule->kind == CC_RULE_LIMIT && !rule->limit.given) return FAIL(r, C_LIMIT, "a limit is needed here");
    return CC_OK;
}

static enum cc_status read_rule(struct row *r)
{
    struct cc_ruleset *rs = r->rs;
    if (!*cell(r, C_ID)) return FAIL(r, C_ID, "a rule needs an id");
    if (!cc_grow(&rs->rules, &rs->room, rs->count + 1, sizeof *rs->rules)) return cc_error_memory(r->err);
    struct cc_rule *out = &rs->rules[rs->count];
    *out = (struct cc_rule){ .id = cell(r, C_ID), .scope = cell(r, C_SCOPE), .elements = cell(r, C_ELEMENTS),
        .when = cell(r, C_WHEN), .holds = cell(r, C_HOLDS), .message = cell(r, C_MESSAGE),
        .citation = cell(r, C_CITATION), .source = cell(r, C_SOURCE), .confidence = cell(r, C_CONFIDENCE),
        .note = cell(r, C_NOTE), .line = rs->table.lines[r->row] };
    enum cc_status st = read_words(r, out);
    if (st == CC_OK) st = read_clause(r, out);
    if (st == CC_OK) st = check_rule(r, out);
    if (st == CC_OK) rs->count++;
    return st;
}

static enum cc_status read_head(struct row *r)
{
    struct cc_ruleset *rs = r->rs;
    if (rs->table.rows == 0 || strcmp(cell(r, C_ID), "(ruleset)"))
        return FAIL(r, C_ID, "the first row of a ruleset has the id (ruleset)");
    rs->codebook = cell(r, C_ELEMENTS);
    rs->agency_codebook = cell(r, C_SCOPE);
    rs->title = cell(r, C_MESSAGE);
    if (!*rs->codebook) return FAIL(r, C_ELEMENTS, "the codebook of the ruleset is needed here");
    if (!limit(r, &rs->limit)) return CC_EDATA;
    if (!*cell(r, C_HOLDS)) return CC_OK;
    return clause(r, cell(r, C_HOLDS), &rs->ids);
}

static enum cc_status find_columns(struct row *r)
{
    struct cc_table *t = &r->rs->table;
    for (int c = 0; c < C_COLUMNS; c++) r->at[c] = cc_table_find(t, columns[c]);
    for (size_t i = 0; i < t->columns; i++) {
        const char *near = cc_suggest(t->names[i], columns, C_COLUMNS);
        bool known = false;
        for (int c = 0; c < C_COLUMNS; c++) known = known || !strcmp(t->names[i], columns[c]);
        if (!known)
            return cc_error_set(r->err, CC_EDATA, 1, i + 1, "'%.40s' is no column of a ruleset%s%s%s", t->names[i],
                                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    size_t at;
    enum cc_status st = cc_table_need(t, "id", &at, r->err);
    return st == CC_OK ? cc_table_need(t, "kind", &at, r->err) : st;
}

static enum cc_status read_rows(struct row *r)
{
    enum cc_status st = find_columns(r);
    if (st == CC_OK && !r->rs->table.rows) return cc_error_set(r->err, CC_EDATA, 0, 0, "a ruleset without a row");
    if (st == CC_OK) st = read_head(r);
    for (r->row = 1; st == CC_OK && r->row < r->rs->table.rows; r->row++) st = read_rule(r);
    return st;
}

/* --- files --- */

enum cc_status cc_ruleset_names(char ***names, size_t *n, struct cc_error *err)
{
    return cc_path_names("rules", ".csv", names, n, err);
}

enum cc_status cc_ruleset_load(const char *name, struct cc_ruleset **out, struct cc_error *err)
{
    *out = NULL;
    char *path = cc_path_data("rules", name, ".csv");
    if (!path && cc_path_is_name(name, ".csv"))
        return cc_path_unknown("rules", "ruleset", name, ".csv", " ('casecount validate --list' names them)", err);
    struct cc_ruleset *rs = calloc(1, sizeof *rs);
    struct row r = { .rs = rs, .err = err };
    enum cc_status st = rs && (rs->name = cc_path_stem(name, ".csv")) ? CC_OK : cc_error_memory(err);
    if (st == CC_OK) st = cc_table_read(path ? path : name, &rs->table, err);
    if (st == CC_OK) st = read_rows(&r);
    if (st != CC_OK && rs && rs->table.columns) cc_error_file(err, rs->table.name);
    free(path);
    if (st == CC_OK) *out = rs;
    else cc_ruleset_free(rs);
    return st;
}

void cc_ruleset_free(struct cc_ruleset *rs)
{
    if (!rs) return;
    free(rs->name);
    free(rs->rules);
    cc_table_free(&rs->table);
    cc_arena_free(&rs->arena);
    free(rs);
}

/* --- questions --- */

bool cc_rule_is_official(const struct cc_rule *rule)
{
    return *rule->citation && !strcmp(rule->confidence, "high");
}

bool cc_rule_in_force(const struct cc_rule *rule, int ffy)
{
    return !ffy || ((!rule->first_year || rule->first_year <= ffy) && (!rule->last_year || ffy <= rule->last_year));
}

bool cc_limit_exceeded(const struct cc_limit *l, double percent)
{
    if (!l->given) return false;
    return l->at_least ? percent < l->percent : l->above ? percent <= l->percent : percent > l->percent;
}

const char *cc_limit_text(const struct cc_limit *l, char buf[40])
{
    buf[0] = '\0';
    if (l->given) snprintf(buf, 40, "%s%.15g", l->at_least ? ">=" : l->above ? ">" : "<=", l->percent);
    return buf;
}

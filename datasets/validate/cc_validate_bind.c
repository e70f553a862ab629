/* What the rules of a ruleset mean for a file: levels, tests, conditions, keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/validate/cc_validate_parts.h"

enum { MAX_REPEAT = 99 };

/* --- '#' outside any() and count() --- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* The end of a call of any() or count() that starts at text, or NULL. */
static const char *skip_call(const char *text)
{
    size_t n = !strncmp(text, "any", 3) ? 3 : !strncmp(text, "count", 5) ? 5 : 0;
    const char *p = text + n + strspn(text + n, " ");
    if (!n || *p != '(') return NULL;
    int depth = 0;
    for (char quote = 0; *p; p++) {
        if (quote) quote = *p == quote ? 0 : quote;
        else if (*p == '\'' || *p == '"') quote = *p;
        else if (*p == '(') depth++;
        else if (*p == ')' && --depth == 0) return p + 1;
    }
    return p;
}

/* Copies the text with `number` for each '#' outside any() and count(); the number of those. */
static bool expand(struct cc_buf *out, const char *text, int number, size_t *found)
{
    bool ok = cc_buf_add(out, "", 0);
    for (const char *p = text; ok && *p;) {
        const char *end = p == text || !is_name_char(p[-1]) ? skip_call(p) : NULL;
        if (end) {
            ok = cc_buf_add(out, p, (size_t)(end - p));
            p = end;
            continue;
        }
        if (*p == '#' && p > text && is_name_char(p[-1])) {
            ok = cc_buf_printf(out, "%d", number);
            ++*found;
        } else {
            ok = cc_buf_char(out, *p);
        }
        p++;
    }
    return ok;
}

/* An expanded copy, or the text itself where there is nothing to expand. NULL when out of memory. */
static const char *expanded(struct cc_validation *v, const char *text, int number)
{
    struct cc_buf b = { 0 };
    size_t found = 0;
    const char *out = NULL;
    if (expand(&b, text, number, &found)) out = found ? cc_arena_text(&v->arena, b.data, b.size) : text;
    cc_buf_free(&b);
    return out;
}

static bool has_repeat(const char *text)
{
    struct cc_buf b = { 0 };
    size_t found = 0;
    bool ok = expand(&b, text, 1, &found);
    cc_buf_free(&b);
    return ok && found > 0;
}

static bool rule_repeats(const struct cc_rule *rule)
{
    bool found = has_repeat(rule->when);
    if (rule->clause.verb == CC_CLAUSE_NONE) return found || (rule->kind != CC_RULE_NOTE && has_repeat(rule->holds));
    for (size_t i = 0; i < rule->clause.key_count; i++) found = found || strchr(rule->clause.keys[i], '#');
    return found || has_repeat(rule->clause.condition);
}

/* Do all names with '#' outside any() and count() exist with this number? */
static bool names_exist(const struct cc_codebook *cb, const char *text, int number)
{
    for (const char *p = text; *p;) {
        const char *end = skip_call(p);
        if (end) {
            p = end;
            continue;
        }
        size_t n = 0;
        while (is_name_char(p[n]) || (p[n] == '#' && n)) n++;
        char name[80];
        size_t size = 0;
        for (size_t i = 0; i < n && size < 70; i++)
            size += (size_t)snprintf(name + size, sizeof name - size, p[i] == '#' ? "%d" : "%c",
                                     p[i] == '#' ? number : p[i]);
        if (n && memchr(p, '#', n) && cc_codebook_find(cb, name) < 0) return false;
        p += n ? n : 1;
    }
    return true;
}

static bool number_exists(const struct cc_codebook *cb, const struct cc_rule *rule, int number)
{
    bool yes = names_exist(cb, rule->when, number);
    if (rule->clause.verb == CC_CLAUSE_NONE) return yes && names_exist(cb, rule->holds, number);
    for (size_t i = 0; yes && i < rule->clause.key_count; i++) yes = names_exist(cb, rule->clause.keys[i], number);
    return yes && names_exist(cb, rule->clause.condition, number);
}

/* --- elements --- */

struct list {
    size_t *variables, n;
    bool *in;
};

static void put(struct list *l, size_t variable, bool in)
{
    if (in && !l->in[variable]) l->variables[l->n++] = variable;
    if (!in && l->in[variable]) {
        size_t k = 0;
        for (size_t i = 0; i < l->n; i++)
            if (l->variables[i] != variable) l->variables[k++] = l->variables[i];
        l->n = k;
    }
    l->in[variable] = in;
}

static enum cc_status unknown_element(struct cc_validation *v, const struct cc_rule *rule, const char *name)
{
    const char *near = cc_codebook_suggest(v->cb, name);
    return cc_ruleset_error(v->job->rules, rule, "elements", CC_EDATA, v->err,
                            "'%.60s' is no variable of codebook %s%s%s%s",
                            name, v->cb->name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool of_type(const struct cc_variable *v, const char *word)
{
    static const char *const words[] = { "code", "integer", "date", "time", "id", "text" };
    return !*word || !strcmp(words[v->type], word);
}

static bool put_all(struct cc_validation *v, struct list *l, const char *word, bool in)
{
    size_t before = 0;
    for (size_t i = 0; i < v->cb->count; i++)
        if (of_type(&v->cb->variables[i], word)) {
            put(l, i, in);
            before++;
        }
    return before > 0;
}

static bool put_numbers(struct cc_validation *v, struct list *l, const char *name, int number, bool in)
{
    char plain[80];
    int found = -1, from = number ? number : 1, to = number ? number : MAX_REPEAT;
    for (int k = from; k <= to; k++) {
        size_t n = 0;
        for (const char *p = name; *p && n < 70; p++)
            n += (size_t)snprintf(plain + n, sizeof plain - n, *p == '#' ? "%d" : "%c", *p == '#' ? k : *p);
        int i = cc_codebook_find(v->cb, plain);
        if (i < 0) break;
        put(l, (size_t)i, in);
        found = i;
    }
    return found >= 0;
}

static enum cc_status put_part(struct cc_validation *v, const struct cc_rule *rule, struct list *l, char *part,
                               int number)
{
    bool in = *part != '-';
    part += !in;
    char *dash = strchr(part, '-');
    if (*part == '*') return put_all(v, l, part + 1, in) ? CC_OK : unknown_element(v, rule, part);
    if (strchr(part, '#') && !dash) return put_numbers(v, l, part, number, in) ? CC_OK : unknown_element(v, rule, part);
    if (dash) *dash = '\0';
    int from = cc_codebook_find(v->cb, part), to = dash ? cc_codebook_find(v->cb, dash + 1) : from;
    if (from < 0 || to < from) return unknown_element(v, rule, from < 0 || !dash ? part : dash + 1);
    for (int i = from; i <= to; i++) put(l, (size_t)i, in);
    return CC_OK;
}

enum cc_status cc_validate_elements(struct cc_validation *v, const struct cc_rule *rule, const char *text, int number,
                                    size_t **out, size_t *n)
{
    char *copy = cc_arena_text(&v->arena, text, strlen(text)), *part;
    struct list l = { .variables = cc_arena_alloc(&v->arena, (v->cb->count + 1) * sizeof *l.variables),
                      .in = cc_arena_alloc(&v->arena, v->cb->count + 1) };
    if (!copy || !l.variables || !l.in) return cc_error_memory(v->err);
    enum cc_status st = CC_OK;
    while (st == CC_OK && *copy) {
        part = copy;
        copy += strcspn(copy, ";");
        if (*copy) *copy++ = '\0';
        part = cc_trim(part);
        if (*part) st = put_part(v, rule, &l, part, number);
    }
    *out = l.variables;
    *n = l.n;
    return st;
}

/* --- parameters --- */

static enum cc_status add_parameter(struct cc_validation *v, const char *name, const char *value)
{
    struct cc_parameter *p = &v->params[v->param_count++];
    p->name = name;
    p->value = cc_arena_text(&v->arena, value, strlen(value));
    return p->value ? CC_OK : cc_error_memory(v->err);
}

static enum cc_status add_day(struct cc_validation *v, const char *name, int32_t day)
{
    char text[16];
    return add_parameter(v, name, cc_date_format(day, "yyyy-mm-dd", text));
}

static enum cc_status add_parameters(struct cc_validation *v)
{
    int32_t day, half;
    enum cc_status st = CC_OK;
    v->ffy = v->job->ffy;
    if (v->job->as_of) {
        if (!cc_date_parse(v->job->as_of, (int)strlen(v->job->as_of), "yyyy-mm-dd", &day))
            return cc_error_set(v->err, CC_EUSAGE, 0, 0, "--as-of takes a date, such as 2024-09-30");
        int ffy = cc_date_fiscal_year(day);
        if (!v->ffy) v->ffy = ffy;
        if (!cc_date_day(ffy, 4, 1, &half)) return CC_EDOMAIN;
        st = add_day(v, "as_of", day);
        if (st == CC_OK) st = add_day(v, "period_start", day < half ? cc_date_fiscal_start(ffy) : half);
        if (st == CC_OK) st = add_day(v, "period_end", day < half ? half - 1 : cc_date_fiscal_end(ffy));
    }
    char text[16];
    snprintf(text, sizeof text, "%d", v->ffy);
    if (st == CC_OK && v->ffy) st = add_parameter(v, "ffy", text);
    if (st == CC_OK && v->ffy) st = add_day(v, "ffy_start", cc_date_fiscal_start(v->ffy));
    if (st == CC_OK && v->ffy) st = add_day(v, "ffy_end", cc_date_fiscal_end(v->ffy));
    return st;
}

static bool asks_for(const char *text, const char *parameter)
{
    size_t n = strlen(parameter);
    for (const char *p = text; (p = strchr(p, ':')); p++)
        if (!strncmp(p + 1, parameter, n) && !is_name_char(p[1 + n])) return true;
    return false;
}

/* Nothing reads the clock: a rule that needs a day must be given one. */
static enum cc_status check_parameters(struct cc_validation *v, const struct cc_rule *rule)
{
    static const struct { const char *name, *option; } all[] = {
        { "as_of", "--as-of DATE" }, { "period_start", "--as-of DATE" }, { "period_end", "--as-of DATE" },
        { "ffy", "--ffy YEAR" }, { "ffy_start", "--ffy YEAR" }, { "ffy_end", "--ffy YEAR" } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool given = i < 3 ? v->job->as_of != NULL : v->ffy != 0;
        if (!given && (asks_for(rule->when, all[i].name) || asks_for(rule->holds, all[i].name)))
            return cc_error_set(v->err, CC_EUSAGE, 0, 0, "%s is needed: rule %s depends on it", all[i].option,
                                rule->id);
    }
    return CC_OK;
}

/* --- queries --- */

enum cc_status cc_validate_query(struct cc_validation *v, const struct cc_codebook *cb,
                                 const struct cc_definitions *defs, struct cc_query **out)
{
    struct cc_query_options o = { .params = v->params, .param_count = v->param_count, .ffy = v->ffy,
                                  .absent_is_empty = true };
    return cc_query_alloc(cb, defs, &o, out, v->err);
}

/* An error inside a condition is one of the ruleset: the place in the condition becomes words. */
static enum cc_status condition_error(struct cc_validation *v, const struct cc_rule *rule, const char *column)
{
    struct cc_error inner = *v->err;
    if (inner.code == CC_ENOMEM) return CC_ENOMEM;
    return cc_ruleset_error(v->job->rules, rule, column, inner.code, v->err, "%.300s (character %zu%s%.60s)",
                            inner.text, inner.column,
                            *inner.file && strcmp(inner.file, column) ? " of a condition in " : "",
                            *inner.file && strcmp(inner.file, column) ? inner.file : "");
}

static struct cc_when *when_of(struct cc_validation *v, struct cc_level *level, const struct cc_rule *rule,
                               const char *text, size_t *index)
{
    for (*index = 0; *index < level->when_count; ++*index)
        if (!strcmp(level->whens[*index]->text, text)) return level->whens[*index];
    struct cc_when *w = cc_arena_alloc(&v->arena, sizeof *w);
    if (!w || !cc_grow(&level->whens, &level->when_room, level->when_count + 1, sizeof *level->whens)) {
        cc_error_memory(v->err);
        return NULL;
    }
    w->text = text;
    if (*text && cc_query_condition(level->query, text, "when", &w->bound, v->err) != CC_OK) {
        condition_error(v, rule, "when");
        return NULL;
    }
    level->whens[level->when_count++] = w;
    return w;
}

/* --- keys --- */

static struct cc_keys *keys_of(struct cc_validation *v, struct cc_level *level, const char *pattern, bool within,
                               const size_t *variables, size_t n)
{
    struct cc_keys *first = NULL;
    for (size_t i = 0; i < level->key_count; i++) {
        struct cc_keys *k = level->keys[i];
        if (k->within != within || strcmp(k->pattern, pattern)) continue;
        if (!first) first = k->first;
        if (k->count == n && !memcmp(k->variables, variables, n * sizeof *variables)) return k;
    }
    struct cc_keys *k = cc_arena_alloc(&v->arena, sizeof *k);
    if (!k || !cc_grow(&level->keys, &level->key_room, level->key_count + 1, sizeof *level->keys)) return NULL;
    k->pattern = pattern;
    k->within = within;
    k->first = first ? first : k;
    k->count = n;
    for (size_t i = 0; i < n; i++) {
        k->variables[i] = variables[i];
        if ((k->slots[i] = cc_query_slot(level->query, variables[i])) < 0) return NULL;
    }
    level->keys[level->key_count++] = k;
    return k;
}

/* The names of the keys as the ruleset has them, without numbers for '#'. NULL when out of memory. */
static const char *pattern_of(struct cc_validation *v, const struct cc_rule *rule)
{
    struct cc_buf b = { 0 };
    bool ok = cc_buf_text(&b, rule->clause.key_count ? "" : rule->elements);
    for (size_t i = 0; ok && i < rule->clause.key_count; i++)
        ok = cc_buf_text(&b, rule->clause.keys[i]) && cc_buf_char(&b, ' ');
    const char *out = ok ? cc_arena_text(&v->arena, b.size ? b.data : "", b.size) : NULL;
    cc_buf_free(&b);
    return out;
}

static enum cc_status key_variables(struct cc_validation *v, const struct cc_rule *rule, int number, size_t *out)
{
    for (size_t i = 0; i < rule->clause.key_count; i++) {
        const char *name = expanded(v, rule->clause.keys[i], number);
        if (!name) return cc_error_memory(v->err);
        int found = cc_codebook_find(v->cb, name);
        if (found < 0) {
            const char *near = cc_codebook_suggest(v->cb, name);
            return cc_ruleset_error(v->job->rules, rule, "holds", CC_EDATA, v->err,
                                    "'%.60s' is no variable of codebook %s%s%s%s", name, v->cb->name,
                                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        }
        out[i] = (size_t)found;
    }
    return CC_OK;
}

static enum cc_status bind_keys(struct cc_validation *v, struct cc_level *level, struct cc_test *t, int number)
{
    size_t variables[CC_CLAUSE_KEYS], n = t->rule->clause.key_count;
    if (t->rule->kind == CC_RULE_UNIQUE || t->rule->kind == CC_RULE_TOTAL) {
        n = t->element_count;
        if (n > CC_CLAUSE_KEYS)
            return cc_ruleset_error(v->job->rules, t->rule, "elements", CC_EDATA, v->err,
                                    "a key has at most %d parts", CC_CLAUSE_KEYS);
        memcpy(variables, t->elements, n * sizeof *variables);
    } else {
        enum cc_status st = key_variables(v, t->rule, number, variables);
        if (st != CC_OK) return st;
    }
    if (!n) return CC_OK;
    const char *pattern = pattern_of(v, t->rule);
    bool siblings = t->rule->kind == CC_RULE_ORDER && level->group > 0; /* they stand in one record */
    t->keys = pattern ? keys_of(v, level, pattern, siblings, variables, n) : NULL;
    return t->keys ? CC_OK : cc_error_memory(v->err);
}

/* --- tests --- */

static size_t result_of(struct cc_validation *v, const struct cc_rule *rule, size_t element)
{
    struct cc_validate_result *out = v->out;
    for (size_t i = 0; i < out->rule_count; i++)
        if (!strcmp(out->rules[i].rule->id, rule->id) && out->rules[i].element == element
            && (element == SIZE_MAX || out->rules[i].rule == rule)) return i;
    out->rules[out->rule_count] = (struct cc_validate_rule){ .rule = rule, .element = element };
    return out->rule_count++;
}

/* A copy with the name of a variable for each '@'. NULL when out of memory. */
static const char *named(struct cc_validation *v, const char *text, size_t variable)
{
    struct cc_buf b = { 0 };
    bool ok = true;
    for (const char *p = text; ok && *p; p++)
        ok = *p == '@' ? cc_buf_text(&b, v->cb->variables[variable].name) : cc_buf_char(&b, *p);
    const char *out = ok && b.size ? cc_arena_text(&v->arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    return out;
}

static bool is_share_of_each(const struct cc_rule *rule)
{
    return rule->kind == CC_RULE_SHARE && strchr(rule->holds, '@');
}

static enum cc_status bind_holds(struct cc_validation *v, struct cc_level *level, struct cc_test *t, int number)
{
    const struct cc_rule *rule = t->rule;
    const char *text = rule->clause.verb ? rule->clause.condition : rule->holds;
    if (!*text) return CC_OK;
    text = is_share_of_each(rule) ? named(v, text, t->elements[0]) : expanded(v, text, number);
    if (!text) return cc_error_memory(v->err);
    enum cc_status st = rule->kind == CC_RULE_TOTAL
                      ? cc_query_quantity(level->query, text, "holds", &t->holds, v->err)
                      : cc_query_condition(level->query, text, "holds", &t->holds, v->err);
    return st == CC_OK ? st : condition_error(v, rule, "holds");
}

static enum cc_status bind_slots(struct cc_validation *v, struct cc_level *level, struct cc_test *t)
{
    t->slots = cc_arena_alloc(&v->arena, (t->element_count + 1) * sizeof *t->slots);
    if (!t->slots) return cc_error_memory(v->err);
    for (size_t i = 0; i < t->element_count; i++)
        if ((t->slots[i] = cc_query_slot(level->query, t->elements[i])) < 0) return cc_error_memory(v->err);
    return CC_OK;
}

static enum cc_status check_elements(struct cc_validation *v, const struct cc_test *t)
{
    size_t n = t->element_count, need = t->rule->kind == CC_RULE_BEFORE ? 2 : 0;
    if (need && n != need)
        return cc_ruleset_error(v->job->rules, t->rule, "elements", CC_EDATA, v->err,
                                "two elements are needed here: A;B");
    if (t->rule->kind == CC_RULE_ORDER && (n < 1 || n > 2))
        return cc_ruleset_error(v->job->rules, t->rule, "elements", CC_EDATA, v->err,
                                "START;END or START is needed here");
    return CC_OK;
}

static bool keeps(enum cc_rule_kind k)
{
    return k == CC_RULE_UNIQUE || k == CC_RULE_SAME || k == CC_RULE_SOME || k == CC_RULE_BEFORE || k == CC_RULE_ORDER
        || k == CC_RULE_TOTAL;
}

/* element: of which a share of each is the share; SIZE_MAX: none. kept: of all tests of this row of the ruleset. */
static enum cc_status add_test(struct cc_validation *v, struct cc_level *level, const struct cc_rule *rule, int number,
                               size_t element, struct cc_kept *kept)
{
    struct cc_test *t = cc_arena_alloc(&v->arena, sizeof *t);
    const char *when = expanded(v, rule->when, number);
    if (!t || !when || !cc_grow(&level->tests, &level->test_room, level->test_count + 1, sizeof *level->tests))
        return cc_error_memory(v->err);
    t->rule = rule;
    t->kept = kept;
    t->result = result_of(v, rule, element);
    enum cc_status st = check_parameters(v, rule);
    if (st == CC_OK) st = cc_validate_elements(v, rule, rule->elements, number, &t->elements, &t->element_count);
    if (st == CC_OK && element != SIZE_MAX) {
        t->elements[0] = element;
        t->element_count = 1;
    }
    if (st == CC_OK) st = check_elements(v, t);
    if (st == CC_OK && !when_of(v, level, rule, when, &t->when)) st = v->err->code;
    if (st == CC_OK) st = bind_holds(v, level, t, number);
    if (st == CC_OK) st = bind_slots(v, level, t);
    if (st == CC_OK) st = bind_keys(v, level, t, number);
    if (st == CC_OK) level->tests[level->test_count++] = t;
    return st;
}

static enum cc_status add_share_of_each(struct cc_validation *v, struct cc_level *level, const struct cc_rule *rule)
{
    size_t *list, n;
    enum cc_status st = cc_validate_elements(v, rule, rule->elements, 0, &list, &n);
    for (size_t i = 0; st == CC_OK && i < n; i++)
        if (v->elements[list[i]]) st = add_test(v, level, rule, 0, list[i], NULL);
    return st;
}

static enum cc_status add_tests(struct cc_validation *v, struct cc_level *level, const struct cc_rule *rule)
{
    struct cc_kept *kept = keeps(rule->kind) ? cc_arena_alloc(&v->arena, sizeof *kept) : NULL;
    if (keeps(rule->kind) && !kept) return cc_error_memory(v->err);
    if (is_share_of_each(rule)) return add_share_of_each(v, level, rule);
    if (!rule_repeats(rule)) return add_test(v, level, rule, 0, SIZE_MAX, kept);
    enum cc_status st = CC_OK;
    int k = 1;
    for (; st == CC_OK && k <= MAX_REPEAT && number_exists(v->cb, rule, k); k++)
        st = add_test(v, level, rule, k, SIZE_MAX, kept);
    if (st == CC_OK && k == 1)
        return cc_ruleset_error(v->job->rules, rule, "when", CC_EDATA, v->err, "no number stands for '#' in all names");
    return st;
}

/* --- rules --- */

static struct cc_level *level_of(struct cc_validation *v, const struct cc_rule *rule, int *group)
{
    *group = !*rule->scope || !strcmp(rule->scope, "file") ? 0 : cc_codebook_group(v->cb, rule->scope);
    for (size_t i = 0; i < v->level_count; i++)
        if (v->levels[i].group == *group) return &v->levels[i];
    return &v->levels[0];
}

static enum cc_status apply_limit(struct cc_validation *v, const struct cc_rule *rule)
{
    size_t *list, n;
    enum cc_status st = cc_validate_elements(v, rule, rule->elements, 0, &list, &n);
    for (size_t i = 0; st == CC_OK && i < n; i++)
        if (v->elements[list[i]]) v->elements[list[i]]->limit = rule->limit;
    return st;
}

static enum cc_status add_exempt(struct cc_validation *v, const struct cc_rule *rule)
{
    struct cc_level *level = &v->levels[0];
    if (!level->exempt && !(level->exempt = cc_arena_alloc(&v->arena, v->job->rules->count * sizeof *level->exempt)))
        return cc_error_memory(v->err);
    struct cc_exempt *e = &level->exempt[level->exempt_count];
    e->result = result_of(v, rule, SIZE_MAX);
    enum cc_status st = check_parameters(v, rule);
    if (st != CC_OK) return st;
    st = cc_query_condition(level->query, rule->when, "when", &e->when, v->err);
    if (st != CC_OK) return condition_error(v, rule, "when");
    size_t lacks;
    if (!cc_query_lacks(level->query, e->when, level->records, &lacks)) level->exempt_count++;
    else v->out->rules[e->result].not_run = "the file lacks a column that it asks for";
    return CC_OK;
}

static const char *other_file_missing(const struct cc_validation *v, const struct cc_rule *rule)
{
    if (rule->kind == CC_RULE_PREVIOUS && !v->job->previous) return "no --previous FILE is given";
    if (rule->kind == CC_RULE_LINKED && !v->job->linked) return "no --linked FILE is given";
    if (!strcmp(rule->scope, "agency") && !v->job->agency) return "no --agency FILE is given";
    if (rule->kind == CC_RULE_TOTAL && !v->job->agency) return "no --agency FILE is given";
    return NULL;
}

static enum cc_status bind_rule(struct cc_validation *v, const struct cc_rule *rule)
{
    int group;
    if (!cc_rule_in_force(rule, v->ffy)) return CC_OK;
    if (rule->kind == CC_RULE_LIMIT) return apply_limit(v, rule);
    if (rule->kind == CC_RULE_EXEMPT) return add_exempt(v, rule);
    const char *missing = other_file_missing(v, rule);
    if (is_share_of_each(rule)) return add_tests(v, &v->levels[0], rule);
    size_t r = result_of(v, rule, SIZE_MAX);
    if (rule->kind == CC_RULE_NOTE || missing) {
        v->out->rules[r].not_run = missing ? missing : "not checked";
        return CC_OK;
    }
    if (!strcmp(rule->scope, "agency")) return CC_OK; /* when the totals are known */
    struct cc_level *level = level_of(v, rule, &group);
    if (group < 0)
        return cc_ruleset_error(v->job->rules, rule, "scope", CC_EDATA, v->err,
                                "'%.60s' is no group of codebook %s", rule->scope, v->cb->name);
    return add_tests(v, level, rule);
}

/* --- columns --- */

static enum cc_status add_columns(struct cc_validation *v, struct cc_level *level)
{
    level->columns = cc_arena_alloc(&v->arena, (v->cb->count + 1) * sizeof *level->columns);
    if (!level->columns) return cc_error_memory(v->err);
    bool nested = cc_records_nested(v->levels[0].records);
    for (size_t i = 0; i < v->cb->count; i++) {
        const struct cc_variable *var = &v->cb->variables[i];
        if (!v->elements[i] || (nested && var->group != level->group)) continue;
        struct cc_column *c = &level->columns[level->column_count++];
        c->variable = i;
        c->empty = UINT32_MAX;
        if ((c->slot = cc_query_slot(level->query, i)) < 0) return cc_error_memory(v->err);
        c->dictionary = cc_query_dictionary(level->query, c->slot);
    }
    return CC_OK;
}

/* Each element is held against the codebook at its own level. */
static bool take_codebook_test(struct cc_level *level, const struct cc_test *t)
{
    for (size_t i = 0; i < level->column_count; i++) {
        struct cc_column *c = &level->columns[i];
        for (size_t k = 0; k < t->element_count; k++)
            if (t->elements[k] == c->variable) {
                if (!cc_grow(&c->tests, &c->test_room, c->test_count + 1, sizeof *c->tests)) return false;
                c->tests[c->test_count++] = t;
            }
    }
    return true;
}

static size_t most_results(const struct cc_validation *v)
{
    const struct cc_ruleset *rs = v->job->rules;
    size_t n = rs->count + 1;
    for (size_t i = 0; i < rs->count; i++) n += is_share_of_each(&rs->rules[i]) ? v->cb->count : 0;
    return n;
}

static enum cc_status make_elements(struct cc_validation *v)
{
    struct cc_validate_result *out = v->out;
    out->elements = cc_arena_alloc(&out->arena, (v->cb->count + 1) * sizeof *out->elements);
    size_t results = most_results(v);
    out->rules = cc_arena_alloc(&out->arena, results * sizeof *out->rules);
    v->elements = cc_arena_alloc(&v->arena, (v->cb->count + 1) * sizeof *v->elements);
    v->marks = cc_arena_alloc(&v->arena, (v->cb->count + 1) * sizeof *v->marks);
    v->states = cc_arena_alloc(&v->arena, results * sizeof *v->states);
    if (!out->elements || !out->rules || !v->elements || !v->marks || !v->states) return cc_error_memory(v->err);
    for (size_t i = 0; i < v->cb->count; i++) {
        if (!cc_records_has(v->levels[0].records, i)) continue;
        out->elements[out->element_count] = (struct cc_validate_element){ .variable = i,
            .limit = v->job->rules->limit };
        v->elements[i] = &out->elements[out->element_count++];
    }
    return CC_OK;
}

/* --- what the file lacks --- */

static bool test_lacks(const struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                       size_t *variable)
{
    const struct cc_records *r = level->records;
    const struct cc_when *w = level->whens[t->when];
    if (w->bound && cc_query_lacks(level->query, w->bound, r, variable)) return true;
    if (t->holds && cc_query_lacks(level->query, t->holds, r, variable)) return true;
    for (size_t i = 0; t->keys && i < t->keys->count; i++)
        if (!cc_records_has(r, *variable = t->keys->variables[i])) return true;
    bool all = t->rule->kind == CC_RULE_SAME || t->rule->kind == CC_RULE_CODEBOOK || t->rule->kind == CC_RULE_REQUIRED
        || t->rule->kind == CC_RULE_PREVIOUS;
    size_t there = 0;
    for (size_t i = 0; i < t->element_count; i++)
        if (v->elements[t->elements[i]]) there++;
        else *variable = t->elements[i];
    bool values = all || t->rule->kind == CC_RULE_BEFORE || t->rule->kind == CC_RULE_ORDER;
    return values && t->element_count && (all ? there == 0 : there < t->element_count);
}

static enum cc_status drop_tests_that_lack(struct cc_validation *v, struct cc_level *level)
{
    size_t n = 0, variable = 0;
    for (size_t i = 0; i < level->test_count; i++) {
        struct cc_test *t = level->tests[i];
        if (!test_lacks(v, level, t, &variable)) {
            level->tests[n++] = t;
            continue;
        }
        struct cc_buf b = { 0 };
        const char *why = cc_buf_printf(&b, "the file has no column %s", v->cb->variables[variable].name)
            ? cc_arena_text(&v->out->arena, b.data, b.size) : NULL;
        cc_buf_free(&b);
        if (!why) return cc_error_memory(v->err);
        v->out->rules[t->result].not_run = why;
    }
    level->test_count = n;
    for (size_t i = 0; i < n; i++) v->out->rules[level->tests[i]->result].not_run = NULL;
    return CC_OK;
}

static int by_when(const void *a, const void *b)
{
    const struct cc_test *x = *(struct cc_test *const *)a, *y = *(struct cc_test *const *)b;
    if (x->when != y->when) return x->when < y->when ? -1 : 1;
    return x->rule->line < y->rule->line ? -1 : x->rule->line > y->rule->line;
}

/* Where several tests make one rule, what became of a row is known after the last of them. */
static enum cc_status make_states(struct cc_validation *v)
{
    size_t *tests = cc_arena_alloc(&v->arena, (v->out->rule_count + 1) * sizeof *tests);
    if (!tests) return cc_error_memory(v->err);
    for (size_t i = 0; i < v->level_count; i++)
        for (size_t k = 0; k < v->levels[i].test_count; k++) tests[v->levels[i].tests[k]->result]++;
    for (size_t i = 0; i < v->out->rule_count; i++)
        if ((tests[i] > 1 || v->out->rules[i].rule->kind == CC_RULE_CODEBOOK)
            && !(v->states[i] = cc_arena_alloc(&v->arena, CC_BLOCK_ROWS)))
            return cc_error_memory(v->err);
    return CC_OK;
}

static enum cc_status finish_level(struct cc_validation *v, struct cc_level *level)
{
    enum cc_status st = drop_tests_that_lack(v, level);
    if (st != CC_OK) return st;
    if (level->test_count) qsort(level->tests, level->test_count, sizeof *level->tests, by_when);
    for (size_t i = 0; i < CC_BLOCK_ROWS; i++) level->all[i] = (uint16_t)i;
    return cc_query_file(level->query, level->records, NULL, v->err);
}

static enum cc_status bind_ids(struct cc_validation *v)
{
    const struct cc_clause *ids = &v->job->rules->ids;
    for (size_t i = 0; i < ids->key_count; i++) {
        int variable = cc_codebook_find(v->cb, ids->keys[i]);
        if (variable < 0)
            return cc_error_set(v->err, CC_EDATA, 0, 0, "the ids of the ruleset are no variables of the codebook");
        if ((v->id_slots[i] = cc_query_slot(v->levels[0].query, (size_t)variable)) < 0) return cc_error_memory(v->err);
    }
    v->id_count = ids->key_count;
    return CC_OK;
}

enum cc_status cc_validate_bind(struct cc_validation *v)
{
    const struct cc_ruleset *rs = v->job->rules;
    enum cc_status st = add_parameters(v);
    if (st == CC_OK) st = make_elements(v);
    for (size_t i = 0; st == CC_OK && i < v->level_count; i++)
        st = cc_validate_query(v, v->cb, &v->defs, &v->levels[i].query);
    for (size_t i = 0; st == CC_OK && i < v->level_count; i++) st = add_columns(v, &v->levels[i]);
    for (size_t i = 0; st == CC_OK && i < rs->count; i++) st = bind_rule(v, &rs->rules[i]);
    if (st == CC_OK) st = bind_ids(v);
    for (size_t i = 0; st == CC_OK && i < v->level_count; i++) st = finish_level(v, &v->levels[i]);
    for (size_t i = 0; st == CC_OK && i < v->level_count; i++)
        for (size_t k = 0; st == CC_OK && k < v->levels[i].test_count; k++) {
            const struct cc_test *t = v->levels[i].tests[k];
            for (size_t j = 0; t->rule->kind == CC_RULE_CODEBOOK && j < v->level_count; j++)
                if (!take_codebook_test(&v->levels[j], t)) st = cc_error_memory(v->err);
        }
    return st == CC_OK ? make_states(v) : st;
}

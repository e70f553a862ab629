/* The shipped rulesets: they load, name variables that exist, and their conditions are understood. */
#include <stdlib.h>

#include "datasets/base/cc_text.h"
#include "datasets/query/cc_query.h"
#include "datasets/validate/cc_ruleset.h"
#include "tests/tap.h"

struct book { /* what the rules of one ruleset speak about */
    struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_query *q;
};

static const struct cc_parameter params[] = {
    { "as_of", "2024-09-30" }, { "period_start", "2024-04-01" }, { "period_end", "2024-09-30" },
    { "ffy", "2024" }, { "ffy_start", "2023-10-01" }, { "ffy_end", "2024-09-30" } };

static int say(const struct cc_ruleset *rs, const struct cc_rule *r, const char *what)
{
    printf("# %s.csv:%zu: %s: %s\n", rs->name, r->line, r->id, what);
    return 0;
}

static int open_book(const char *codebook, struct book *b)
{
    struct cc_error err = { 0 };
    struct cc_query_options options = { .params = params, .param_count = sizeof params / sizeof *params, .ffy = 2024 };
    *b = (struct book){ 0 };
    char *path = cc_definitions_default(codebook);
    int ok = cc_codebook_load(codebook, &b->cb, &err) == CC_OK
        && (!path || cc_definitions_read(path, &b->defs, &err) == CC_OK)
        && cc_query_alloc(b->cb, &b->defs, &options, &b->q, &err) == CC_OK;
    free(path);
    if (!ok) printf("# %s: %s\n", codebook, err.text);
    return ok;
}

static void close_book(struct book *b)
{
    cc_query_free(b->q);
    cc_definitions_free(&b->defs);
    cc_codebook_free(b->cb);
}

/* A '#' stands for 1, which exists if any does; '@' for the first of the elements. */
static char *first_repeat(const char *text, const char *elements)
{
    size_t name = strcspn(elements, ";-");
    struct cc_buf b = { 0 };
    bool ok = cc_buf_add(&b, "", 0);
    for (const char *p = text; ok && *p; p++)
        if (*p == '@') ok = cc_buf_add(&b, elements, name);
        else ok = cc_buf_char(&b, *p == '#' && p > text && p[-1] != ' ' ? '1' : *p);
    if (!ok) abort();
    return b.data;
}

static int is_variable(const struct book *b, const char *name)
{
    char *first = first_repeat(name, "");
    int found = cc_codebook_find(b->cb, first) >= 0;
    free(first);
    return found;
}

static int elements_exist(const struct book *b, const struct cc_ruleset *rs, const struct cc_rule *r)
{
    char text[2000], *save = NULL, *end = NULL;
    snprintf(text, sizeof text, "%s", r->elements);
    for (char *e = strtok_r(text, ";", &save); e; e = strtok_r(NULL, ";", &save))
        for (char *part = strtok_r(e, "-", &end); part; part = strtok_r(NULL, "-", &end)) {
            while (*part == ' ') part++;
            if (*part != '*' && !is_variable(b, part)) return say(rs, r, part);
        }
    return 1;
}

static int is_understood(const struct book *b, const struct cc_ruleset *rs, const struct cc_rule *r, const char *text)
{
    struct cc_error err = { 0 };
    struct cc_bound *bound;
    if (!text || !*text) return 1;
    char *first = strstr(text, "any(") || strstr(text, "count(") ? NULL : first_repeat(text, r->elements);
    enum cc_status st = cc_query_condition(b->q, first ? first : text, r->id, &bound, &err);
    free(first);
    return st == CC_OK ? 1 : say(rs, r, err.text);
}

static int is_well_formed(const struct book *b, const struct cc_ruleset *rs, const struct cc_rule *r)
{
    bool plain = r->kind == CC_RULE_RECORD || r->kind == CC_RULE_SHARE;
    if (r->kind == CC_RULE_NOTE || r->kind == CC_RULE_LIMIT) return *r->note || say(rs, r, "says no reason");
    if (!strcmp(r->scope, "agency")) return 1; /* about another codebook */
    if (*r->scope && strcmp(r->scope, "file") && cc_codebook_group(b->cb, r->scope) < 0)
        return say(rs, r, "no such level");
    if (plain && !*r->holds) return say(rs, r, "holds nothing");
    if (!*r->message) return say(rs, r, "has no message");
    if (r->kind == CC_RULE_SHARE && strchr(r->holds, '@')) /* a share of each element */
        return elements_exist(b, rs, r);
    return elements_exist(b, rs, r) && is_understood(b, rs, r, r->when)
        && is_understood(b, rs, r, plain ? r->holds : r->clause.condition);
}

static void test_ruleset(const char *name)
{
    struct cc_ruleset *rs;
    struct cc_error err = { 0 };
    struct book b;
    if (!OK(cc_ruleset_load(name, &rs, &err) == CC_OK)) {
        printf("# %s.csv:%zu:%zu: %s\n", name, err.line, err.column, err.text);
        return;
    }
    if (OK(open_book(rs->codebook, &b)))
        for (size_t i = 0; i < rs->count; i++) OK(is_well_formed(&b, rs, &rs->rules[i]));
    close_book(&b);
    cc_ruleset_free(rs);
}

int main(void)
{
    char **names;
    size_t n;
    struct cc_error err;
    if (!OK(cc_ruleset_names(&names, &n, &err) == CC_OK)) return tap_done();
    for (size_t i = 0; i < n; i++) test_ruleset(names[i]);
    cc_codebook_names_free(names, n);
    return tap_done();
}

/* The result as a tidy table. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "datasets/validate/cc_validate.h"

enum column { C_SECTION, C_ELEMENT, C_RULE, C_CLASS, C_SEVERITY, C_MEASURE, C_NUMERATOR, C_DENOMINATOR,
              C_ESTIMATE, C_LIMIT, C_OVER, C_UNKNOWN, C_CONFIDENCE, C_NOTE, C_COLUMNS };

struct row {
    const char *section, *element, *rule, *class, *severity, *measure;
    bool counted; /* is there a numerator? */
    uint64_t numerator, denominator;
    bool proportion;
    double quantity; /* of a total; NaN: none */
    const struct cc_limit *limit;
    bool over;
    bool has_unknown;
    uint64_t unknown;
    const char *confidence, *note;
};

static bool set_count(struct cc_table *t, size_t column, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    return cc_table_set(t, t->rows - 1, column, text);
}

static bool add(struct cc_table *t, const struct row *r)
{
    char text[40];
    if (!cc_table_add_row(t)) return false;
    size_t at = t->rows - 1;
    const char *const words[] = { r->section, r->element, r->rule, r->class, r->severity, r->measure };
    bool ok = true;
    for (size_t i = 0; ok && i < 6; i++) ok = !words[i] || cc_table_set(t, at, i, words[i]);
    if (r->counted) ok = ok && set_count(t, C_NUMERATOR, r->numerator);
    if (r->proportion) {
        double p = r->denominator ? (double)r->numerator / (double)r->denominator : NAN;
        ok = ok && set_count(t, C_DENOMINATOR, r->denominator)
            && cc_table_set(t, at, C_ESTIMATE, cc_format_double(p, text));
    } else if (!isnan(r->quantity)) {
        ok = ok && cc_table_set(t, at, C_ESTIMATE, cc_format_double(r->quantity, text));
    }
    if (r->limit && r->limit->given)
        ok = ok && cc_table_set(t, at, C_LIMIT, cc_limit_text(r->limit, text))
            && cc_table_set(t, at, C_OVER, r->over ? "yes" : "no");
    else if (r->over) ok = ok && cc_table_set(t, at, C_OVER, "yes");
    if (r->has_unknown) ok = ok && set_count(t, C_UNKNOWN, r->unknown);
    if (r->confidence) ok = ok && cc_table_set(t, at, C_CONFIDENCE, r->confidence);
    if (r->note) ok = ok && cc_table_set(t, at, C_NOTE, r->note);
    return ok;
}

static bool add_file(struct cc_table *t, const struct cc_validate_result *v)
{
    struct row records = { .section = "file", .measure = "records", .counted = true, .numerator = v->records,
        .quantity = NAN };
    struct row assessed = { .section = "file", .measure = "assessed", .counted = true, .proportion = true,
                            .numerator = v->records - v->exempt, .denominator = v->records };
    return add(t, &records) && add(t, &assessed);
}

/* What a rule measures: of the file, or of records. */
static const char *measure_of(const struct cc_rule *r)
{
    if (r->kind == CC_RULE_SHARE) return "share";
    if (r->kind == CC_RULE_LINKED) return "found";
    if (r->kind == CC_RULE_TOTAL) return "total";
    if (r->kind != CC_RULE_PREVIOUS) return "failed";
    return r->clause.verb == CC_CLAUSE_DROPPED ? "dropped" : r->clause.verb == CC_CLAUSE_KEPT ? "kept"
        : r->clause.verb == CC_CLAUSE_SAME ? "differ" : "changed";
}

static bool about_file(const struct cc_rule *r)
{
    return r->class == CC_CLASS_FILE || !strcmp(r->scope, "file") || !strcmp(r->scope, "agency")
        || r->kind == CC_RULE_SHARE || r->kind == CC_RULE_PREVIOUS
        || r->kind == CC_RULE_LINKED || r->kind == CC_RULE_TOTAL;
}

static bool add_rule(struct cc_table *t, const struct cc_validate_job *job, const struct cc_validate_rule *r,
                     bool exempt)
{
    char note[400] = "";
    const struct cc_rule *rule = r->rule;
    if (r->not_run) snprintf(note, sizeof note, "not run: %s", r->not_run);
    else if (!exempt && rule->kind != CC_RULE_TOTAL && !cc_rule_is_official(rule))
        snprintf(note, sizeof note, "not an official edit");
    struct cc_limit zero = { .given = rule->class == CC_CLASS_FILE && rule->severity == CC_SEVERITY_ERROR };
    struct row out = { .section = exempt ? "exempt" : about_file(rule) ? "file" : "rule", .element = rule->elements,
        .rule = rule->id, .class = cc_rule_class_word(rule->class), .severity = cc_severity_word(rule->severity),
        .measure = exempt ? "records" : measure_of(rule), .counted = !r->not_run, .proportion = !r->not_run,
        .numerator = r->failed, .denominator = r->tested, .quantity = NAN,
        .limit = rule->limit.given ? &rule->limit : &zero,
        .over = r->over, .has_unknown = !r->not_run, .unknown = r->unknown, .confidence = rule->confidence,
        .note = note };
    if (r->element != SIZE_MAX) out.element = job->codebook->variables[r->element].name;
    if (exempt || rule->kind == CC_RULE_TOTAL) out.severity = "";
    if (rule->kind == CC_RULE_TOTAL) {
        out.counted = out.proportion = false;
        if (!r->not_run) out.quantity = r->quantity;
    }
    return add(t, &out);
}

static bool add_rules(struct cc_table *t, const struct cc_validate_job *job, const struct cc_validate_result *v,
                      int section)
{
    bool ok = true;
    for (size_t i = 0; ok && i < v->rule_count; i++) {
        const struct cc_validate_rule *r = &v->rules[i];
        bool exempt = r->rule->kind == CC_RULE_EXEMPT;
        int of = exempt ? 2 : about_file(r->rule) ? 0 : 1;
        bool fine = r->element != SIZE_MAX && !r->over; /* of many alike, those that stand out */
        if (of == section && !fine) ok = add_rule(t, job, r, exempt);
    }
    return ok;
}

static bool add_changes(struct cc_table *t, const struct cc_validate_job *job, const struct cc_validate_result *v)
{
    bool ok = true;
    for (size_t i = 0; ok && i < v->change_count; i++) {
        const struct cc_validate_change *c = &v->changes[i];
        char measure[80];
        snprintf(measure, sizeof measure, "change:%.60s", c->value);
        struct row out = { .section = "file", .element = job->codebook->variables[c->variable].name,
            .rule = c->rule->id, .class = cc_rule_class_word(c->rule->class),
            .severity = cc_severity_word(c->rule->severity), .measure = measure, .counted = true, .proportion = true,
            .numerator = c->now, .denominator = c->before, .limit = &c->rule->limit, .over = true,
            .confidence = c->rule->confidence,
            .note = "rows with this value here, and in the file before" };
        ok = add(t, &out);
    }
    return ok;
}

static bool add_elements(struct cc_table *t, const struct cc_validate_job *job, const struct cc_validate_result *v)
{
    bool ok = true;
    for (size_t i = 0; ok && i < v->element_count; i++) {
        const struct cc_validate_element *e = &v->elements[i];
        for (int k = CC_CLASS_MISSING; ok && k <= CC_CLASS_FILE; k++) {
            bool any = k == CC_CLASS_FILE; /* comes last: all classes together */
            struct row out = { .section = "element", .element = job->codebook->variables[e->variable].name,
                .class = any ? "any" : cc_rule_class_word((enum cc_rule_class)k), .measure = "error_rate",
                .counted = true,
                .proportion = true, .numerator = e->failed[any ? CC_CLASS_NONE : k], .denominator = e->carried,
                .limit = any ? &e->limit : NULL, .over = any && e->over };
            if (any || e->failed[k]) ok = add(t, &out);
        }
    }
    return ok;
}

bool cc_validate_table(const struct cc_validate_job *job, const struct cc_validate_result *v, struct cc_table *out)
{
    static const char *const names[C_COLUMNS] = { "section", "element", "rule", "class", "severity", "measure",
        "numerator", "denominator", "estimate", "limit", "over_limit", "n_unknown", "confidence", "note" };
    bool ok = true;
    for (size_t i = 0; ok && i < C_COLUMNS; i++) ok = cc_table_add_column(out, names[i]);
    return ok && add_file(out, v) && add_rules(out, job, v, 0) && add_changes(out, job, v) && add_elements(out, job, v)
        && add_rules(out, job, v, 1) && add_rules(out, job, v, 2);
}

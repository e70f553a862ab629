#ifndef CC_RULESET_H
#define CC_RULESET_H
/* A ruleset: edits as data, read from datasets/rules/NAME.csv (or any path). datasets/rules/README.md says what
 * the columns mean. What names mean is settled when a file is validated (cc_validate.h). */
#include <stdbool.h>

#include "datasets/base/cc_status.h"
#include "datasets/base/cc_table.h"

enum cc_rule_kind {
    CC_RULE_RECORD, CC_RULE_CODEBOOK, CC_RULE_REQUIRED, CC_RULE_EXEMPT, CC_RULE_LIMIT, CC_RULE_SHARE, CC_RULE_UNIQUE,
    CC_RULE_SAME, CC_RULE_SOME, CC_RULE_BEFORE, CC_RULE_ORDER, CC_RULE_PREVIOUS, CC_RULE_LINKED, CC_RULE_TOTAL,
    CC_RULE_NOTE, CC_RULE_KINDS
};
enum cc_rule_class { CC_CLASS_NONE, CC_CLASS_MISSING, CC_CLASS_INVALID, CC_CLASS_INCONSISTENT, CC_CLASS_CROSS_FILE,
                     CC_CLASS_TARDY, CC_CLASS_FILE, CC_CLASSES };
enum cc_severity { CC_SEVERITY_ERROR, CC_SEVERITY_WARNING, CC_SEVERITY_INFO, CC_SEVERITIES };

/* Percent: over it is what is more than `percent`, or with at_least what is less, or with above what is not more. */
struct cc_limit {
    bool given, at_least, above;
    double percent;
};

/* "by KEY, ... [within N | later LOW to HIGH]: CONDITION", "found by KEY in CODEBOOK.KEY", "change from N". */
enum cc_clause_verb { CC_CLAUSE_NONE, CC_CLAUSE_BY, CC_CLAUSE_DROPPED, CC_CLAUSE_KEPT, CC_CLAUSE_SAME, CC_CLAUSE_FOUND,
                      CC_CLAUSE_CHANGE };
enum { CC_CLAUSE_KEYS = 8 };
struct cc_clause {
    enum cc_clause_verb verb;
    const char *keys[CC_CLAUSE_KEYS];
    size_t key_count;
    bool tolerant;           /* of a difference between low and high */
    int64_t low, high;
    const char *codebook, *key; /* of the other file */
    int64_t from;            /* rows */
    const char *condition;   /* empty: none */
};

struct cc_rule {
    const char *id, *scope, *elements, *when, *holds, *message, *citation, *source, *confidence, *note;
    enum cc_rule_kind kind;
    enum cc_rule_class class;
    enum cc_severity severity;
    struct cc_limit limit;
    struct cc_clause clause; /* of kinds that have one */
    int first_year, last_year; /* 0: open */
    size_t line;
};

struct cc_ruleset {
    char *name;                 /* without folder and suffix */
    const char *title, *codebook, *agency_codebook;
    struct cc_clause ids;       /* by what a record is known */
    struct cc_limit limit;      /* of the error rate of an element */
    struct cc_rule *rules;
    size_t count, room;
    struct cc_table table;      /* owns the texts, with: */
    struct cc_arena arena;
};

/** Loads by name ("ncands-child") or path. Errors name the file, line and column (field number). */
CC_MUST_USE enum cc_status cc_ruleset_load(const char *name, struct cc_ruleset **out, struct cc_error *err);

/** Names of all rulesets that can be found; sorted; freed with cc_path_names_free. */
CC_MUST_USE enum cc_status cc_ruleset_names(char ***names, size_t *n, struct cc_error *err);

/** An error at a rule: file, line, and the column of the table by its name. Returns code. */
enum cc_status cc_ruleset_error(const struct cc_ruleset *rs, const struct cc_rule *rule, const char *column,
                                enum cc_status code, struct cc_error *err, const char *fmt, ...) CC_PRINTF(6, 7);

/** Was it read from an official text? */
bool cc_rule_is_official(const struct cc_rule *rule);

/** Is the rule in force in this fiscal year (0: not known)? */
bool cc_rule_in_force(const struct cc_rule *rule, int ffy);

/** Is an estimate (percent) over the limit? False where there is none. */
bool cc_limit_exceeded(const struct cc_limit *limit, double percent);

/** "<=10", ">=1", ">0"; empty if not given. Returns buf. */
const char *cc_limit_text(const struct cc_limit *limit, char buf[40]);

/** The words of the columns. */
const char *cc_rule_kind_word(enum cc_rule_kind kind);
const char *cc_rule_class_word(enum cc_rule_class c);
const char *cc_severity_word(enum cc_severity s);

void cc_ruleset_free(struct cc_ruleset *rs); /* NULL allowed */
#endif

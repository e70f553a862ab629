#ifndef CC_VALIDATE_H
#define CC_VALIDATE_H
/* One pass over a file, all rules of a ruleset: what fails, element by element and rule by rule.
 *
 * Rules are answered block by block (cc_query_test_rows); those with one `when` share its answer, and `holds` is asked
 * only where `when` is true. What the codebook says of a field is looked up once for each distinct text. Memory does
 * not grow with the file, but for keys: rules about several records keep each distinct key once for a list of key
 * variables (its text and about 40 bytes), and for each key and rule 1 byte (unique, total), 4 bytes an element
 * (same), 24 bytes (some, before), 24 bytes a span (order); the keys of the other file 5 bytes and 4 an element. */
#include "datasets/records/cc_records.h"
#include "datasets/validate/cc_ruleset.h"

struct cc_finding {
    uint64_t record, line; /* from 1; line 0: not known */
    const char *level;     /* "record", or a group of the codebook */
    const char *element;   /* official name; empty: none */
    const struct cc_rule *rule;
    enum cc_rule_class class;
    const char *const *ids; /* in the order of cc_validate_ids; NULL: found when the record was no longer at hand */
};

struct cc_validate_job {
    const char *path;
    const struct cc_codebook *codebook;
    const struct cc_ruleset *rules;
    struct cc_records_options reading; /* of all files; `level` is set here */
    const char *as_of;                 /* yyyy-mm-dd; NULL: not given */
    int ffy;                           /* 0: that of as_of, or not known */
    const char *previous, *linked, *agency; /* other files; NULL: not given */
    bool (*found)(void *user, const struct cc_finding *f); /* every failure; false: stop with CC_EIO. NULL: none */
    void *user;
};

/* Percentages are of records; rules of a deeper scope are counted in rows of it. */
struct cc_validate_rule {
    const struct cc_rule *rule;  /* the first with this id */
    size_t element;              /* of a share of each element: which; SIZE_MAX otherwise */
    uint64_t tested, failed, unknown;
    double quantity;             /* of a total */
    bool over;
    const char *not_run;         /* why it was not run; NULL: it was */
};

struct cc_validate_element {
    size_t variable;
    uint64_t carried;            /* assessed records that carry the element, or should */
    uint64_t failed[CC_CLASSES]; /* by class; [CC_CLASS_NONE]: any of them */
    struct cc_limit limit;
    bool over;
};

/* A value whose number of rows changed more than a rule of kind `previous`, `change`, allows. */
struct cc_validate_change {
    const struct cc_rule *rule;
    size_t variable;
    const char *value;
    uint64_t before, now;
};

struct cc_validate_result {
    uint64_t records, exempt;
    struct cc_validate_rule *rules;
    size_t rule_count;
    struct cc_validate_element *elements; /* of which the file has the variable */
    size_t element_count;
    struct cc_validate_change *changes;
    size_t change_count, change_room;
    struct cc_arena arena;
};

/** Validates a file. Errors: those of reading, with file, line and column; of a rule, with those of the ruleset;
 *  CC_EUSAGE where a rule needs a day or year that is not given. The result is owned by the caller. */
CC_MUST_USE enum cc_status cc_validate(const struct cc_validate_job *job, struct cc_validate_result **out,
                                       struct cc_error *err);

/** Is something whose severity is an error over its limit? */
bool cc_validate_is_over(const struct cc_validate_result *v);

/** The summary as a tidy table: section, element, rule, class, severity, measure, numerator, denominator, estimate,
 *  limit, over_limit, n_unknown, confidence, note. False when out of memory. */
CC_MUST_USE bool cc_validate_table(const struct cc_validate_job *job, const struct cc_validate_result *v,
                                   struct cc_table *out);

void cc_validate_free(struct cc_validate_result *v); /* NULL allowed */
#endif

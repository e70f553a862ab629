#ifndef CC_VALIDATE_PARTS_H
#define CC_VALIDATE_PARTS_H
/* Shared by the files that make up cc_validate. Functions that give bool return false when out of memory. */
#include "datasets/base/cc_intern.h"
#include "datasets/query/cc_query.h"
#include "datasets/validate/cc_validate.h"

#define CC_NO_VALUE INT32_MIN
enum { CC_CARRIED = 1u << 7 }; /* beside the bits of classes in the marks of an element */

/* Lists of key variables; rules with the same list share the numbers of its keys. */
struct cc_keys {
    size_t variables[CC_CLAUSE_KEYS];
    int slots[CC_CLAUSE_KEYS];
    size_t count;
    const char *pattern;             /* as the ruleset names them; lists with one pattern have one table, that of: */
    struct cc_keys *first;
    bool within;                     /* a record of a nested file: then forgotten with the records at hand */
    struct cc_intern *table;
    struct cc_query_texts texts;
    uint32_t numbers[CC_BLOCK_ROWS]; /* by row of the block; UINT32_MAX: the row lacks a part */
    bool known;                      /* for the block at hand */
};

/* A condition that selects rows. */
struct cc_when {
    const char *text;
    struct cc_bound *bound; /* NULL: all rows */
    uint16_t rows[CC_BLOCK_ROWS], unsure[CC_BLOCK_ROWS]; /* where it is true, and unknown */
    size_t count, unsure_count;
    bool known; /* for the block at hand */
};

struct cc_span {
    int32_t start, end;
    uint32_t next;
};

/* What a rule about several records keeps; arrays by key number. */
struct cc_kept {
    uint8_t *flags;
    int32_t *values;  /* `elements` a key */
    uint64_t *records, *lines;
    size_t flag_room, value_room, record_room, line_room, used; /* used: keys met so far */
    struct cc_intern *texts; /* of elements that are ids or free text */
    struct cc_span *spans;
    size_t span_count, span_room;
};

/* One test of a rule: a rule with '#' has one for each number. */
struct cc_test {
    const struct cc_rule *rule;
    size_t result;            /* index into the result's rules */
    size_t when;              /* index into level->whens */
    struct cc_bound *holds;   /* the condition, or that of the clause; NULL: none */
    size_t *elements;         /* variables */
    int *slots;               /* of the elements, where their values are asked for */
    size_t element_count;
    struct cc_keys *keys;     /* NULL: none */
    struct cc_kept *kept;     /* the tests of one row of the ruleset share it */
    struct cc_other *other;   /* of previous and linked; NULL: none */
    double sum;               /* of a total */
};

/* A variable of the file, looked at in every row. */
struct cc_column {
    size_t variable;
    int slot;
    struct cc_dictionary *dictionary; /* NULL: ids and free text */
    uint8_t *kinds;                   /* enum cc_field_kind by dictionary number */
    size_t kind_count, kind_room;
    uint32_t empties, bad;            /* how many numbers are empty, and how many are not as they should be */
    uint32_t empty;                   /* the last number that is empty */
    const struct cc_test **tests;     /* of kind codebook */
    size_t test_count, test_room;
};
enum cc_field_kind { CC_FIELD_GOOD, CC_FIELD_EMPTY, CC_FIELD_MISSING, CC_FIELD_INVALID };

struct cc_exempt {
    struct cc_bound *when;
    size_t result;
};

/* The rows of one group of a nested file, or of a flat file. */
struct cc_level {
    int group;
    const char *name;
    struct cc_query *query;
    struct cc_records *records;
    struct cc_block *block;
    struct cc_column *columns;
    size_t column_count;
    struct cc_when **whens;
    size_t when_count, when_room;
    struct cc_test **tests; /* in the order of `when` */
    size_t test_count, test_room;
    struct cc_keys **keys;
    size_t key_count, key_room;
    struct cc_exempt *exempt;
    size_t exempt_count;
    uint16_t all[CC_BLOCK_ROWS];  /* 0, 1, 2 ... */
    uint16_t rows[CC_BLOCK_ROWS]; /* that are assessed */
    size_t count;
    uint16_t of[CC_BLOCK_ROWS];   /* the row of the record that each row belongs to */
    uint64_t first;               /* record number of the block's first row, from 1 */
};

/* What is found in the records at hand, before it is told. */
struct cc_pending {
    uint16_t row; /* of the record */
    uint64_t line;
    const struct cc_level *level;
    const struct cc_test *test;
    size_t element; /* variable; SIZE_MAX: none */
    enum cc_rule_class class;
    size_t order;
};

struct cc_marks {
    uint8_t *bits; /* by row of the record: 1 << class; NULL until needed */
    bool touched;
};

struct cc_validation {
    const struct cc_validate_job *job;
    const struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_parameter params[8];
    size_t param_count;
    int ffy;
    struct cc_level *levels;
    size_t level_count;
    struct cc_validate_result *out;
    struct cc_validate_element **elements; /* by variable; NULL: the file does not have it */
    struct cc_marks *marks;                /* by variable */
    uint8_t **states;                      /* by result: of rows, where several tests make one rule */
    struct cc_pending *pending;
    size_t pending_count, pending_room;
    int id_slots[CC_CLAUSE_KEYS];          /* of the ids of a record, at the first level */
    size_t id_count;
    struct cc_arena arena;                 /* gone after the pass */
    struct cc_error *err;
};

/* --- cc_validate_bind.c --- */

/** Makes levels and their tests; opens nothing but asks the readers what they have. */
enum cc_status cc_validate_bind(struct cc_validation *v);

/** The variables that a list of elements names; '#' stands for `number`, or for all numbers if that is 0. */
enum cc_status cc_validate_elements(struct cc_validation *v, const struct cc_rule *rule, const char *text, int number,
                                    size_t **out, size_t *n);

/** A query about a file with this codebook, with the parameters of the job. */
enum cc_status cc_validate_query(struct cc_validation *v, const struct cc_codebook *cb,
                                 const struct cc_definitions *defs, struct cc_query **out);

/* --- cc_validate_parts.c: what the tests of all kinds of rules ask for, and what becomes of the rows --- */

/** May two of its values lie apart by so much? */
bool cc_validate_is_quantity(const struct cc_variable *var);

/* A block whose values are asked for. */
struct cc_value_source {
    struct cc_query *query; /* which has the row as its record */
    const struct cc_codebook *cb;
    const uint16_t *all;    /* 0, 1, 2 ... */
    size_t rows;
};

/** A value that can be compared for equality, and for order if it is a date or a quantity; CC_NO_VALUE if it is not
 *  known. *ok is false when out of memory. */
int32_t cc_validate_value(const struct cc_value_source *s, size_t variable, int slot, uint16_t row,
                          struct cc_intern **texts, bool *ok);

/** The rows for which the test's `when` is true, among those that are assessed. NULL when out of memory. */
struct cc_when *cc_validate_when(struct cc_level *level, const struct cc_test *t);

/** The numbers of the test's keys, by row of the block. NULL when out of memory. */
const uint32_t *cc_validate_keys(struct cc_level *level, struct cc_keys *keys);

/** Marks an element in a row of the record. */
bool cc_validate_mark(struct cc_validation *v, size_t variable, uint16_t row, unsigned bits);

/** A row fails a test: charges one element, or all those of the test if variable is SIZE_MAX. */
bool cc_validate_charge(struct cc_validation *v, struct cc_level *level, const struct cc_test *t, uint16_t row,
                        size_t variable, enum cc_rule_class class);

/** What became of a row, in the states of its rule; 0: not yet known. */
enum { CC_ROW_PASSED = 1, CC_ROW_UNKNOWN, CC_ROW_FAILED };

/** Counts what became of rows: n were tested, of which `failed` (rows) failed. */
bool cc_validate_count(struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                       const uint16_t *rows, const uint8_t *truth, size_t n);

/** Tells the caller of a failure, if it wants to know. */
enum cc_status cc_validate_tell(struct cc_validation *v, const struct cc_finding *f);

/** Tells of a failure in a record that is no longer at hand. */
enum cc_status cc_validate_tell_late(struct cc_validation *v, const struct cc_level *level, const struct cc_test *t,
                                     uint64_t record, uint64_t line);

/* --- cc_validate_across.c: rules about several records --- */

bool cc_validate_across_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t);
enum cc_status cc_validate_across_end(struct cc_validation *v, struct cc_level *level, struct cc_test *t);
void cc_kept_free(struct cc_kept *k); /* NULL allowed */

/** Forgets what the tests of a level keep about the records at hand only. */
void cc_validate_forget(struct cc_level *level);

/* --- cc_validate_other.c: the other files --- */

/** Reads --previous and --linked, before the file itself. */
enum cc_status cc_validate_others(struct cc_validation *v);
bool cc_validate_other_rows(struct cc_validation *v, struct cc_level *level, struct cc_test *t);
enum cc_status cc_validate_other_end(struct cc_validation *v, struct cc_level *level, struct cc_test *t);
void cc_other_free(struct cc_other *o); /* NULL allowed */

/** The rules about the file of --agency, when the totals are known. With check, only binds them. */
enum cc_status cc_validate_agency(struct cc_validation *v, bool check);
#endif

#ifndef CC_BOUND_H
#define CC_BOUND_H
/* The bound tree: shared by the binder (cc_bind.h, which makes it), cc_eval.c (which walks it for one record)
 * and cc_compile.c (which answers for many rows at once). */
#include <regex.h>

#include "datasets/base/cc_intern.h"
#include "datasets/query/cc_query.h"

enum cc_kind { CC_KIND_TRUTH, CC_KIND_NUMBER, CC_KIND_DATE, CC_KIND_TEXT };

enum cc_bound_op {
    CC_B_TRUTH,    /* constant: truth */
    CC_B_NUMBER,   /* constant number or date: number */
    CC_B_TEXT,     /* constant text: text, label */
    CC_B_VARIABLE, /* slot */
    CC_B_FFY, CC_B_FFY_START, CC_B_FFY_END,
    CC_B_IN,       /* slot in members, by the codebook */
    CC_B_EQ, CC_B_NE, CC_B_LT, CC_B_LE, CC_B_GT, CC_B_GE,
    CC_B_AND, CC_B_OR, CC_B_NOT, CC_B_ANY, CC_B_COUNT,
    CC_B_ANY_PART, CC_B_COUNT_PART, /* args[0] for each part of the repeating variables, or item of a group */
    CC_B_MISSING, CC_B_NOT_APPLICABLE, CC_B_BLANK, CC_B_LENGTH, /* slot */
    CC_B_MATCHES,  /* slot, pattern */
    CC_B_ADD, CC_B_SUB, CC_B_DAYS, CC_B_HOURS, CC_B_AGE, CC_B_FISCAL_YEAR, CC_B_YEAR,
    CC_B_BAND,     /* args[0], bounds, labels */
    CC_B_CASE, CC_B_IN_LIST,
    CC_B_BY_YEAR,  /* args[i] holds for years since[i]..until[i] */
    CC_B_ONCE      /* args[0], worked out once a record */
};

struct cc_member { /* of an IN list: a code of the codebook, or else a number or a text */
    int code;
    bool is_number;
    int64_t number;
    const char *text;
    size_t size;
};

struct cc_known { /* an answer */
    enum cc_state state; /* KNOWN, UNKNOWN or NOT_APPLICABLE; SPECIAL for codes that are no quantity */
    enum cc_truth truth;
    double number;
    const char *text;
    size_t size;
    uint32_t label; /* of a text that is written in an expression; else UINT32_MAX */
};

struct cc_plan; /* of cc_compile.c: how a node is worked out over rows, and its answers */

struct cc_bound {
    enum cc_bound_op op;
    enum cc_kind kind;
    struct cc_bound **args;
    size_t count;
    int slot;
    bool items;       /* of ANY_PART, COUNT_PART: over the items of a group; where there is none, none is true */
    enum cc_truth truth;
    double number;
    const char *text;
    uint32_t label;
    bool negated;
    struct cc_member *members;
    size_t member_count;
    const regex_t *pattern;
    const double *bounds; /* band: count bound_count; labels bound_count, then the special ones */
    size_t bound_count;
    const uint32_t *band_labels;
    const struct cc_member *specials; /* with CODE as: matched in order; label in special_labels */
    size_t special_count;
    const uint32_t *special_labels;
    uint32_t missing_label; /* UINT32_MAX: none */
    const int *since, *until;
    const char *name; /* of BY_YEAR, for messages; of IN_LIST */
    uint64_t stamp;   /* of ONCE: the record it was worked out for */
    struct cc_known known;
    struct cc_plan *plan; /* NULL until it is first asked for rows */
};

struct cc_key_text { /* what a value adds to a key; size 0: no usable value */
    const char *text;
    size_t size;
};

/* Of a column whose texts the reader lists (cc_coded): their numbers in a dictionary. */
struct cc_code_numbers {
    uint32_t *numbers;
    size_t count, room; /* count 0: not yet looked up for this file */
};

struct cc_slot {
    size_t variable;
    int each;                         /* the group whose items it lists, or -1 */
    struct cc_dictionary *dictionary; /* NULL for ids and free text, and for lists, of which few are alike */
    struct cc_value *items;           /* of a list */
    size_t item_room;
    uint64_t stamp;                   /* the record that number and entry are about */
    uint32_t number;                  /* of the record's text, where there is a dictionary */
    const struct cc_entry *entry;
    struct cc_entry scratch;
    bool absent;          /* the file does not have it */
    uint32_t *numbers[2]; /* of all rows of the block, and of the rows asked for: NULL until needed */
    uint64_t numbers_of[2]; /* the selections they are about */
    struct cc_code_numbers codes;
    struct cc_field *fields; /* without a dictionary: of the rows asked for */
    struct cc_key_text *keys; /* by dictionary number; text NULL: not met yet */
    size_t key_room;
};

/* Answers of one kind, by dictionary number or by row: bytes hold truths, or the states of doubles;
 * words hold labels (CC_LABEL_UNKNOWN: no known text) or group numbers. */
struct cc_answers {
    uint8_t *bytes;
    double *doubles;
    uint32_t *words;
};

/* Answers by dictionary number, each worked out when its number is first met; all ones until then. */
struct cc_memo {
    struct cc_answers of;
    size_t room;
    int year; /* the records' year that they hold for, where it matters */
};

/* Which rows of the block the functions over rows are about. A selection has a number, so that
 * what was worked out for it is found again when the next question is about the same rows. */
struct cc_selection {
    uint64_t newest, all, some; /* the last number given; those of all rows, and of kept[] */
    uint64_t now;               /* the one at hand: */
    const uint16_t *rows;       /* of the caller */
    size_t n;
    uint64_t years_of; /* the selection that years and year are about */
    uint16_t years[CC_BLOCK_ROWS];
    int year;          /* if all rows have one year (0: not known), that; else -1 */
    size_t kept_n;
    uint16_t kept[CC_BLOCK_ROWS];
};

enum cc_group_kind { CC_GROUP_VARIABLE, CC_GROUP_FFY, CC_GROUP_EXPRESSION };

struct cc_group_label {
    const char *text;
    int rank; /* class, see cc_group_compare */
    int64_t order;
};

struct cc_group {
    const char *name;
    enum cc_group_kind kind;
    int slot;
    struct cc_bound *expr;
    struct cc_intern *texts;
    struct cc_group_label *labels;
    size_t label_room;
    uint32_t *of_label; /* number + 1 of a query label */
    size_t of_label_room;
    struct cc_dictionary *dictionary; /* over rows, of a variable whose slot has none */
    struct cc_code_numbers codes;
    struct cc_memo memo;
};

struct cc_query {
    const struct cc_codebook *cb;
    const struct cc_definitions *defs;
    const struct cc_parameter *params;
    size_t param_count;
    bool *asked; /* parameters that an expression names */
    int ffy;   /* the selected year, or 0 */
    int fixed; /* the year whose definitions hold for all records, or 0 */
    struct cc_arena arena;
    struct cc_intern *labels; /* texts written in expressions */
    struct cc_slot *slots;
    size_t slot_count, slot_room;
    struct cc_group **groups;
    size_t group_count, group_room;
    struct once { const char *name; struct cc_bound *bound; } *once; /* definitions bound so far */
    size_t once_count, once_room;
    struct cc_plan *plans; /* all, to be freed */
    regex_t **patterns;    /* likewise */
    size_t pattern_count, pattern_room;
    const struct cc_definition **used;
    size_t used_count, used_room;
    const char **notes;
    size_t note_count, note_room;
    struct cc_bound *year;
    bool needs_year, year_in_name, absent_is_empty;
    int file_year; /* of all records of the file, if it is in the name; else 0 */
    struct cc_buf scratch;
    const char *list;
    bool nested; /* the file is: lists are lists */
    bool out_of_memory;    /* a field could not be read; cc_query_check tells */
    /* the rows at hand */
    struct cc_selection *selection;
    size_t uncovered_row;
    /* the record at hand */
    const struct cc_block *block;
    size_t row;
    uint64_t stamp;
    int record_year;       /* -1: not worked out yet */
    size_t part;           /* inside ANY_PART: which part; else SIZE_MAX */
    const char *uncovered; /* a definition that does not cover the record's year */
};

/** Works out an expression for the record at hand. */
void cc_eval(struct cc_query *q, struct cc_bound *b, struct cc_known *out);

/** The entry of a slot of the record at hand, looked up when it is first asked for. */
const struct cc_entry *cc_slot_entry(struct cc_query *q, int slot);

/** Appends what an answer adds to a rank, other than CC_RANK_FIRST. */
bool cc_rank_known(enum cc_kind kind, const struct cc_known *k, bool latest, struct cc_buf *out);

/** The group number of an answer. */
uint32_t cc_group_known(struct cc_group *g, const struct cc_known *k);

/** Frees what cc_compile.c hung on the query. */
void cc_query_free_plans(struct cc_query *q);

/** The number of a text in a group's labels, adding it with this rank and order if it is new. */
uint32_t cc_group_add(struct cc_group *g, const char *text, size_t n, int rank, int64_t order);
#endif

#ifndef CC_TOOL_H
#define CC_TOOL_H
/* A screening tool as data: datasets/tools/NAME.csv (or any path). datasets/tools/README.md says what the columns
 * mean. Item ids only: the wording of questions belongs to the owners of the tools. */
#include "datasets/base/cc_table.h"

enum { CC_TOOL_TEXTS = 32, CC_TOOL_REPEATS = 999 };

enum cc_code_kind { CC_CODE_VALUE, CC_CODE_MISSING, CC_CODE_NONE }; /* none: not asked, by design of the form */

/* One answer code; an empty text stands for the whole numbers from low to high. */
struct cc_tool_code {
    const char *text;
    enum cc_code_kind kind;
    int64_t low, high; /* the value, if the text is not empty: low */
};

struct cc_tool_item {
    const char *id; /* with '#': all numbered columns of that name */
    struct cc_tool_code *codes;
    size_t code_count;
    int64_t weight, lowest, highest; /* values of its codes */
};

enum cc_tool_rule { CC_TOOL_SUM, CC_TOOL_COUNT, CC_TOOL_ANY, CC_TOOL_MAX, CC_TOOL_PATTERN };

struct cc_tool_level {
    const char *name;
    int64_t low, high; /* inclusive */
};

/* What a result is made of: an item, or an earlier result. */
struct cc_tool_part {
    bool is_result;
    size_t index;
};

struct cc_tool_result {
    const char *id, *text; /* id empty: the result of the tool itself */
    enum cc_tool_rule rule;
    int64_t at_least; /* a value from which an item counts (count, any) */
    struct cc_tool_part *parts;
    size_t part_count;
    struct cc_tool_level *levels; /* ascending, without gaps; may be none */
    size_t level_count;
    size_t positive; /* this level and those above; level_count: none is */
    bool gated;      /* only if an earlier result has a level, else the result is `otherwise` */
    size_t gate, gate_level;
    const char *otherwise;
    size_t line;
};

struct cc_tool_fact {
    const char *name, *text;
};

struct cc_tool {
    char *name; /* without folder and suffix */
    const char *title;
    bool official;
    const char *missing;      /* "complete", "no", "yes": what the tool itself says; empty: nothing */
    int64_t age_min, age_max; /* completed years; -1: open */
    struct cc_tool_fact *facts;
    struct cc_tool_item *items;
    struct cc_tool_result *results;
    const struct cc_tool_item *refusal; /* a column that says that the whole form was refused, or NULL */
    size_t fact_count, item_count, result_count, main; /* main: index of the result with an empty id */
    struct cc_table table; /* owns the texts, with: */
    struct cc_arena arena;
};

/** Loads by name ("qyit") or path. Errors name the file, line and column (field number). */
CC_MUST_USE enum cc_status cc_tool_load(const char *name, struct cc_tool **out, struct cc_error *err);

/** Names of all tools that can be found; sorted; freed with cc_path_names_free. */
CC_MUST_USE enum cc_status cc_tool_names(char ***names, size_t *n, struct cc_error *err);

/** The text of a fact; empty if the file does not have it. */
const char *cc_tool_fact(const struct cc_tool *t, const char *name);

/** The code that a text is in an item; NULL: none of them. For a range, *value is the number. */
const struct cc_tool_code *cc_tool_code(const struct cc_tool_item *item, const char *text, int64_t *value);

/** Position of the level of a score; false if no level holds it. */
CC_MUST_USE bool cc_tool_level(const struct cc_tool_result *r, int64_t score, size_t *level);

const char *cc_tool_rule_word(enum cc_tool_rule rule);

void cc_tool_free(struct cc_tool *t); /* NULL allowed */
#endif

#ifndef CC_CODEBOOK_H
#define CC_CODEBOOK_H
/* A codebook: what the columns of one record layout mean. Read from datasets/codebooks/NAME.csv
 * (or any path); columns of that file, one row a variable:
 *   name         official name; a row named (codebook) holds the title in `label`
 *   alias        other names, separated by ';' (E109)
 *   label        what the variable is
 *   type         code | integer | date | time | id | text
 *                code: compared by its codes, as numbers where all codes are numbers;
 *                integer: a quantity; id and text: compared byte by byte
 *   format       date layout: mmddyyyy, yyyymmdd, yyyymm, yyyy, yyyy-mm-dd
 *   start,width  columns of the fixed-width record, from 1; empty if there is none. The
 *                (codebook) row has the record's length in `width`; older, shorter lengths
 *                follow after ';' (338;312)
 *   codes        code=label;code=label ...
 *   unknown      the codes that mean "not known", separated by ';'
 *   blank        never | unknown | not applicable: what an empty field means
 *   range        low-high of an integer, spelled as in the file (00-23); codes outside it that
 *                are listed (77 unborn) are valid but no quantities
 *   repeats      separator of several values in one field (';'), usually empty
 *   group        the repeating group of a nested record that the variable stands in, as a path from
 *                the record: removal/placement; empty: once a record. The (codebook) row has the
 *                group of which there is one row in the flat form (CSV)
 *   first_year, last_year, applies_when, section, source, confidence, note
 * name and type must be there; the other columns may be left out. */
#include <stdbool.h>

#include "datasets/base/cc_status.h"
#include "datasets/base/cc_table.h"

enum cc_type { CC_TYPE_CODE, CC_TYPE_INTEGER, CC_TYPE_DATE, CC_TYPE_TIME, CC_TYPE_ID, CC_TYPE_TEXT };
enum cc_blank { CC_BLANK_NEVER, CC_BLANK_UNKNOWN, CC_BLANK_NOT_APPLICABLE };

struct cc_code {
    const char *code, *label;
    bool unknown;
};

struct cc_variable {
    const char *name, *label, *format, *applies_when, *section, *source, *confidence, *note;
    const char **aliases;
    size_t alias_count;
    enum cc_type type;
    enum cc_blank blank;
    struct cc_code *codes; /* in the order of the file */
    size_t code_count;
    bool numeric_codes;    /* every code is a whole number: 1, 01 and " 1" are one code */
    bool has_range;
    int64_t low, high;
    int digits;            /* width to which range values are padded with zeros; 0: none */
    size_t start, width;   /* 0: not in a fixed-width record */
    char repeats;          /* separator, or 0 */
    int group;             /* index into cb->groups; 0: once a record */
    int first_year, last_year; /* 0: no limit */
};

/* A repeating group of a nested record, or the record itself, which is the first. */
struct cc_record_group {
    const char *path; /* removal/placement; empty: the record */
    const char *name; /* placement, record */
    int parent;       /* which comes before it; -1: none */
    int date;         /* its first date variable, by which the latest item is known; -1: none */
};

enum { CC_RECORD_WIDTHS = 4 };

struct cc_codebook {
    char *name;
    const char *title, *source, *confidence, *note;
    struct cc_variable *variables;
    size_t count;
    size_t record_widths[CC_RECORD_WIDTHS]; /* of the fixed-width record, the longest first */
    size_t record_width_count;              /* 0: no fixed-width record */
    struct cc_record_group *groups;         /* at least one */
    size_t group_count, group_room;
    int flat_group;                         /* one row of the flat form is an item of it; 0: a record */
    struct cc_table table; /* owns the texts */
    char **owned;          /* texts cut out of cells */
    size_t owned_count, owned_room;
};

/** Loads by name ("ncands-child") or path. Errors name the codebook file, line and column; an
 *  unknown name suggests the nearest one. */
CC_MUST_USE enum cc_status cc_codebook_load(const char *name, struct cc_codebook **out, struct cc_error *err);

/** Index of a variable by name or alias: exact first, else the only one that is equal ignoring
 *  case; -1 if none. */
int cc_codebook_find(const struct cc_codebook *cb, const char *name);

/** The nearest variable name or alias to a mistyped one, or NULL. */
const char *cc_codebook_suggest(const struct cc_codebook *cb, const char *name);

/** Index into v->codes of a code text (n bytes, blanks trimmed; numerically where
 *  v->numeric_codes), or -1. */
int cc_variable_code(const struct cc_variable *v, const char *text, size_t n);

/** Index into cb->groups of a path or of a name that only one group has; "record" and "child" are the
 *  record itself. -1 if there is none. */
int cc_codebook_group(const struct cc_codebook *cb, const char *name);

/** Is `inner` the group `outer` or inside it? */
bool cc_codebook_group_within(const struct cc_codebook *cb, int inner, int outer);

/** Names of all codebooks that can be found; *names and its texts owned by the caller
 *  (cc_codebook_names_free). Sorted. */
CC_MUST_USE enum cc_status cc_codebook_names(char ***names, size_t *n, struct cc_error *err);
void cc_codebook_names_free(char **names, size_t n);

void cc_codebook_free(struct cc_codebook *cb); /* NULL allowed */
#endif

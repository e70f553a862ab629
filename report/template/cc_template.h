#ifndef CC_TEMPLATE_H
#define CC_TEMPLATE_H
/* A report template: Markdown with a front matter, fenced blocks that say how a table or a chart
 * is made, and inline values in double braces. Read here as written; nothing is run, and no name
 * is looked up outside the template. The handbook (report/handbook) describes the language. */
#include <stdbool.h>

#include "report/template/cc_words.h"

struct cc_place_at { /* in the template */
    size_t line, column;
};

struct cc_template_param {
    const char *name, *value; /* value: the default; NULL if there is none */
    bool optional;
};

struct cc_template_list { /* further children of an input; always optional */
    const char *name;
};

struct cc_template_input {
    const char *name, *codebook; /* codebook: NULL for a tidy table, which is read as it is */
    bool optional;
    struct cc_template_list *lists;
    size_t list_count;
    size_t line;
};

/* A line of a block that does something: its words. */
struct cc_step {
    struct cc_word *words;
    size_t count, line;
};

enum cc_shown { CC_SHOWN_COLUMN, CC_SHOWN_PERCENT, CC_SHOWN_INTERVAL };

struct cc_shown_column { /* of `columns:` */
    enum cc_shown kind;
    const char *name;    /* the column; of a percentage: the numerator */
    const char *of;      /* denominator; NULL: the column's own total */
    const char *heading;
    int digits;          /* after the point; -1: as it is */
    bool percent;        /* a proportion, shown times 100 */
    bool interval;       /* of a percentage: its Wilson interval in place of it */
    bool p_value;        /* "<0.001" in place of 0.000 */
    struct cc_place_at at;
};

struct cc_fixed_row { /* of `rows:` */
    const char *value;
    const char *list; /* only if this list is given, otherwise "not supplied"; or NULL */
};

struct cc_fixed_rows {
    const char *group;
    struct cc_fixed_row *rows;
    size_t count;
    struct cc_place_at at;
};

/* A text in which inline values may stand. */
struct cc_running_text {
    const char *text; /* NULL: none */
    struct cc_place_at at;
};

/* A table or figure. */
struct cc_exhibit {
    const char *id;
    bool chart;
    struct cc_running_text caption, note, unit, say;
    struct cc_shown_column *columns;
    size_t column_count;
    struct cc_fixed_rows *rows;
    size_t rows_count;
    struct cc_step *steps;
    size_t step_count;
    size_t line;
};

enum cc_piece_kind {
    CC_PIECE_TEXT,   /* Markdown as it stands */
    CC_PIECE_INLINE, /* {{ words }} */
    CC_PIECE_EXHIBIT,
    CC_PIECE_IF, CC_PIECE_ELSE, CC_PIECE_END /* {{if NAME or NAME}} ... {{else}} ... {{end}} */
};

struct cc_piece {
    enum cc_piece_kind kind;
    const char *text; /* TEXT */
    size_t size;
    struct cc_word *words; /* INLINE; IF: if NAME or NAME ... */
    size_t word_count;
    struct cc_exhibit *exhibit;
    struct cc_place_at at;
};

struct cc_template {
    char name[256]; /* the file's, for messages */
    const char *report, *title, *profile, *lang; /* profile may be NULL; lang: "en" by default */
    struct cc_template_param *params;
    size_t param_count;
    struct cc_template_input *inputs;
    size_t input_count;
    struct cc_running_text lookup; /* a row of a shipped table whose cells are values too */
    struct cc_piece *pieces;
    size_t piece_count;
    struct cc_exhibit *exhibits;
    size_t exhibit_count;
    size_t pieces_room, exhibits_room; /* of the two arrays */
    struct cc_arena arena;
};

/** Reads a template. Errors have file, line and column. Free it also after an error. */
CC_MUST_USE enum cc_status cc_template_read(const char *path, struct cc_template *out, struct cc_error *err);

/** Cuts a running text into pieces of the kinds TEXT and INLINE (no conditions, no blocks); they
 *  live in the arena. */
CC_MUST_USE enum cc_status cc_template_inline(const struct cc_running_text *text, struct cc_arena *arena,
                                              struct cc_piece **out, size_t *n, struct cc_error *err);

/** Reads the lines of a block: `text` holds n bytes, the first line is `line` of the template. */
CC_MUST_USE enum cc_status cc_exhibit_read(const char *text, size_t n, size_t line, struct cc_arena *arena,
                                           struct cc_exhibit *out, struct cc_error *err);

void cc_template_free(struct cc_template *t);
#endif

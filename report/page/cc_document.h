#ifndef CC_DOCUMENT_H
#define CC_DOCUMENT_H
/* A finished page: prose, tables and figures in reading order, before it is Markdown or HTML.
 * Texts called "markdown" are Markdown; all others are plain and are escaped by the writers. */
#include <stdio.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_text.h"

struct cc_grid_cell {
    const char *text;
    const char *spoken; /* what a symbol stands for ("hidden, 1 to 10"), or NULL */
};

struct cc_grid { /* a table as it is shown */
    const char *id;      /* letters, digits, '-' */
    const char *label;   /* "Table R1-1" */
    const char *caption; /* markdown, one paragraph */
    const char *after;   /* markdown below the table; may be empty */
    size_t columns, rows;
    const char **headings;
    bool *numbers;       /* columns: right-aligned */
    bool *strong;        /* rows: totals */
    struct cc_grid_cell *cells; /* rows x columns, row-major; the first column heads its row */
};

struct cc_figure {
    const char *id, *label, *caption, *after; /* as above */
    const char *source; /* of the picture, relative to the page */
    const char *alt, *description;
};

struct cc_document_part { /* exactly one is set */
    const char *prose; /* markdown */
    const struct cc_grid *grid;
    const struct cc_figure *figure;
};

struct cc_document {
    const char *title, *lang;
    struct cc_document_part *parts;
    size_t count, room;
    struct cc_buf prose; /* of the part that is being written */
    struct cc_arena arena;
};

/** Adds prose, a table, a figure. False when out of memory. */
CC_MUST_USE bool cc_document_prose(struct cc_document *d, const char *markdown, size_t n);
CC_MUST_USE bool cc_document_grid(struct cc_document *d, const struct cc_grid *grid);
CC_MUST_USE bool cc_document_figure(struct cc_document *d, const struct cc_figure *figure);

/** Closes the last prose; before writing. */
CC_MUST_USE bool cc_document_end(struct cc_document *d);

/** An empty grid in the arena; NULL when out of memory. */
struct cc_grid *cc_grid_alloc(struct cc_arena *arena, size_t columns, size_t rows);

static inline struct cc_grid_cell *cc_grid_cell(const struct cc_grid *g, size_t row, size_t column)
{
    return &g->cells[row * g->columns + column];
}

void cc_document_free(struct cc_document *d);
#endif

#ifndef CC_TABLE_H
#define CC_TABLE_H
/* The tidy table: the only thing that passes between programs. All cells are text. */
#include <stdio.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_csv.h"

enum cc_format { CC_FORMAT_CSV, CC_FORMAT_JSON, CC_FORMAT_MD };

struct cc_table {
    size_t columns, rows;
    const char **names; /* columns */
    const char **cells; /* rows x columns, row-major, never NULL */
    uint64_t *lines; /* line of the file where each row starts; 0 for rows made here */
    size_t names_room, cells_room, lines_room;
    struct cc_arena texts;
    char name[256]; /* the file's name for messages */
};

/** Reads a delimited file whole. Errors as cc_csv_open and cc_csv_read. */
CC_MUST_USE enum cc_status cc_table_read(const char *path, struct cc_table *out, struct cc_error *err);

/** The same; a header alone is a table without rows. */
CC_MUST_USE enum cc_status cc_table_read_any(const char *path, struct cc_table *out, struct cc_error *err);

/** Position of a column, or -1. */
int cc_table_find(const struct cc_table *t, const char *name);

/** The same; a missing column is an error that suggests the nearest name. */
CC_MUST_USE enum cc_status cc_table_need(const struct cc_table *t, const char *name, size_t *out,
                                         struct cc_error *err);

static inline const char *cc_table_cell(const struct cc_table *t, size_t row, size_t column)
{
    return t->cells[row * t->columns + column];
}

/** Building. Columns are added before rows. A new row has empty cells. Texts are copied. */
CC_MUST_USE bool cc_table_add_column(struct cc_table *t, const char *name);
CC_MUST_USE bool cc_table_add_row(struct cc_table *t);
CC_MUST_USE bool cc_table_set(struct cc_table *t, size_t row, size_t column, const char *text);

/** "csv", "json", "md"; false if it is none of them. */
bool cc_format_parse(const char *text, enum cc_format *out);

/** Is the cell a count that is not known or was hidden: empty, NA, *, - or <N? */
bool cc_table_unavailable(const char *cell);

/** Writes the table; write errors are left to the stream. False when out of memory. JSON is an
 *  array of objects; columns of numbers become numbers, NA becomes null, the rest text. */
CC_MUST_USE bool cc_table_write(const struct cc_table *t, enum cc_format format, FILE *out);

void cc_table_free(struct cc_table *t);
#endif

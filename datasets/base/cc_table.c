#include "datasets/base/cc_table.h"

#include <stdlib.h>
#include <string.h>

static bool add_block(struct cc_table *t, const struct cc_block *b)
{
    for (size_t r = 0; r < b->rows; r++) {
        if (!cc_table_add_row(t)) return false;
        t->lines[t->rows - 1] = b->line[r];
        for (size_t c = 0; c < b->columns; c++) {
            struct cc_field f = cc_block_field(b, r, c);
            const char *copy = cc_arena_text(&t->texts, b->text + f.at, f.size);
            if (!copy) return false;
            t->cells[(t->rows - 1) * t->columns + c] = copy;
        }
    }
    return true;
}

static enum cc_status read_table(const char *path, const struct cc_csv_options *options, struct cc_table *out,
                                 struct cc_error *err)
{
    *out = (struct cc_table){ 0 };
    struct cc_csv *csv;
    enum cc_status st = cc_csv_open(path, options, &csv, err);
    if (st != CC_OK) return st;
    snprintf(out->name, sizeof out->name, "%s", cc_input_name(cc_csv_input(csv)));
    size_t n;
    const char *const *names = cc_csv_names(csv, &n);
    for (size_t i = 0; i < n && st == CC_OK; i++)
        if (!cc_table_add_column(out, names[i])) st = cc_error_memory(err);
    struct cc_block *block = calloc(1, sizeof *block);
    if (!block) st = cc_error_memory(err);
    while (st == CC_OK && (st = cc_csv_read(csv, block, err)) == CC_OK)
        if (!add_block(out, block)) st = cc_error_memory(err);
    if (block) cc_block_free(block);
    free(block);
    cc_csv_close(csv);
    if (st == CC_END) return CC_OK;
    cc_table_free(out);
    return st;
}

enum cc_status cc_table_read(const char *path, struct cc_table *out, struct cc_error *err)
{
    return read_table(path, NULL, out, err);
}

enum cc_status cc_table_read_any(const char *path, struct cc_table *out, struct cc_error *err)
{
    return read_table(path, &(struct cc_csv_options){ .may_be_empty = true }, out, err);
}

int cc_table_find(const struct cc_table *t, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (!strcmp(t->names[i], name)) return (int)i;
    return -1;
}

enum cc_status cc_table_need(const struct cc_table *t, const char *name, size_t *out, struct cc_error *err)
{
    int i = cc_table_find(t, name);
    *out = i < 0 ? 0 : (size_t)i;
    if (i >= 0) return CC_OK;
    const char *near = cc_suggest(name, t->names, t->columns);
    cc_error_set(err, CC_EDATA, 1, 0, "no column '%s'%s%s%s", name, near ? "; did you mean '" : "",
                 near ? near : "", near ? "'?" : "");
    cc_error_file(err, t->name);
    return CC_EDATA;
}

bool cc_table_add_column(struct cc_table *t, const char *name)
{
    if (!cc_grow(&t->names, &t->names_room, t->columns + 1, sizeof *t->names)) return false;
    const char *copy = cc_arena_text(&t->texts, name, strlen(name));
    if (!copy) return false;
    t->names[t->columns++] = copy;
    return true;
}

bool cc_table_add_row(struct cc_table *t)
{
    if (!cc_grow(&t->cells, &t->cells_room, (t->rows + 1) * t->columns, sizeof *t->cells)
        || !cc_grow(&t->lines, &t->lines_room, t->rows + 1, sizeof *t->lines)) return false;
    for (size_t c = 0; c < t->columns; c++) t->cells[t->rows * t->columns + c] = "";
    t->lines[t->rows++] = 0;
    return true;
}

bool cc_table_set(struct cc_table *t, size_t row, size_t column, const char *text)
{
    const char *copy = cc_arena_text(&t->texts, text, strlen(text));
    if (!copy) return false;
    t->cells[row * t->columns + column] = copy;
    return true;
}

bool cc_table_unavailable(const char *cell)
{
    if (!*cell || !strcmp(cell, "NA") || !strcmp(cell, "*") || !strcmp(cell, "-")) return true;
    return *cell == '<' && cell[1] && strspn(cell + 1, "0123456789") == strlen(cell + 1);
}

bool cc_format_parse(const char *text, enum cc_format *out)
{
    static const char *const names[] = { "csv", "json", "md" };
    for (int i = 0; i < 3; i++)
        if (!strcmp(text, names[i])) {
            *out = (enum cc_format)i;
            return true;
        }
    return false;
}

static bool add_json_text(struct cc_buf *b, const char *text)
{
    bool ok = cc_buf_char(b, '"');
    for (; ok && *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') ok = cc_buf_char(b, '\\') && cc_buf_char(b, *text);
        else if (c < ' ') ok = cc_buf_printf(b, "\\u%04x", c);
        else ok = cc_buf_char(b, *text);
    }
    return ok && cc_buf_char(b, '"');
}

/* Codes such as 01 are text; only what prints back unchanged is a number. */
static bool is_json_number(const char *text)
{
    double x;
    const char *digits = *text == '-' ? text + 1 : text;
    bool leading_zero = digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
    return *digits >= '0' && *digits <= '9' && !leading_zero && !strpbrk(text, "xX") && cc_parse_double(text, &x);
}

/* One type a column: 06 beside 16 makes both of them text. */
static bool is_json_column(const struct cc_table *t, size_t c)
{
    for (size_t r = 0; r < t->rows; r++) {
        const char *cell = cc_table_cell(t, r, c);
        if (strcmp(cell, "NA") && !is_json_number(cell)) return false;
    }
    return true;
}

static bool add_json_row(struct cc_buf *b, const struct cc_table *t, size_t r, const bool *numbers)
{
    bool ok = cc_buf_text(b, r ? ",\n  {" : "\n  {");
    for (size_t c = 0; ok && c < t->columns; c++) {
        const char *cell = cc_table_cell(t, r, c);
        ok = (!c || cc_buf_text(b, ", ")) && add_json_text(b, t->names[c]) && cc_buf_text(b, ": ");
        if (!ok) break;
        if (!strcmp(cell, "NA")) ok = cc_buf_text(b, "null");
        else if (numbers[c]) ok = cc_buf_text(b, cell);
        else ok = add_json_text(b, cell);
    }
    return ok && cc_buf_char(b, '}');
}

static bool add_csv_row(struct cc_buf *b, const char *const *cells, size_t n)
{
    bool ok = true;
    for (size_t c = 0; ok && c < n; c++) ok = (!c || cc_buf_char(b, ',')) && cc_csv_quote(b, cells[c]);
    if (ok && n == 1 && !*cells[0]) ok = cc_buf_text(b, "\"\""); /* not a blank line */
    return ok && cc_buf_char(b, '\n');
}

static bool add_md_row(struct cc_buf *b, const char *const *cells, size_t n)
{
    bool ok = cc_buf_char(b, '|');
    for (size_t c = 0; ok && c < n; c++) {
        ok = cc_buf_char(b, ' ');
        for (const char *s = cells[c]; ok && *s; s++)
            ok = (!strchr("|\\*_<`[", *s) || cc_buf_char(b, '\\')) && cc_buf_char(b, *s == '\n' ? ' ' : *s);
        ok = ok && cc_buf_text(b, " |");
    }
    return ok && cc_buf_char(b, '\n');
}

static bool flush(struct cc_buf *b, FILE *out)
{
    fwrite(b->data, 1, b->size, out);
    cc_buf_clear(b);
    return true;
}

bool cc_table_write(const struct cc_table *t, enum cc_format format, FILE *out)
{
    struct cc_buf b = { 0 };
    bool *numbers = calloc(t->columns + 1, sizeof *numbers), ok = numbers != NULL;
    for (size_t c = 0; ok && c < t->columns && format == CC_FORMAT_JSON; c++) numbers[c] = is_json_column(t, c);
    if (!ok) return false;
    if (format == CC_FORMAT_JSON) ok = cc_buf_char(&b, '[');
    else ok = format == CC_FORMAT_CSV ? add_csv_row(&b, t->names, t->columns) : add_md_row(&b, t->names, t->columns);
    if (ok && format == CC_FORMAT_MD) {
        ok = cc_buf_char(&b, '|');
        for (size_t c = 0; ok && c < t->columns; c++) ok = cc_buf_text(&b, "---|");
        ok = ok && cc_buf_char(&b, '\n');
    }
    for (size_t r = 0; ok && r < t->rows; r++) {
        const char *const *cells = t->cells + r * t->columns;
        if (format == CC_FORMAT_JSON) ok = add_json_row(&b, t, r, numbers);
        else if (format == CC_FORMAT_CSV) ok = add_csv_row(&b, cells, t->columns);
        else ok = add_md_row(&b, cells, t->columns);
        ok = ok && flush(&b, out);
    }
    if (ok && format == CC_FORMAT_JSON) ok = cc_buf_text(&b, t->rows ? "\n]\n" : "]\n");
    if (ok && b.size) ok = flush(&b, out);
    cc_buf_free(&b);
    free(numbers);
    return ok;
}

void cc_table_free(struct cc_table *t)
{
    cc_arena_free(&t->texts);
    free(t->names);
    free(t->cells);
    free(t->lines);
    *t = (struct cc_table){ 0 };
}

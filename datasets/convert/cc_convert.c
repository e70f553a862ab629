#include "datasets/convert/cc_convert.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/records/cc_readstat.h"

enum { BATCH = CC_BLOCK_ROWS };

static bool has_place(const struct cc_variable *v, size_t record_width)
{
    return v->start && v->start + v->width - 1 <= record_width;
}

/* Files it where it belongs: into the output, or onto a list of what is to be told. */
static void add(struct cc_convert *c, const struct cc_codebook *cb, size_t variable, size_t known, bool fixed,
                bool drop)
{
    const struct cc_variable *v = &cb->variables[variable];
    bool other = variable >= known, placeless = fixed && !has_place(v, c->record_width);
    if (other) c->others[c->other_count++] = v->name;
    if (placeless) c->placeless[c->placeless_count++] = v->name;
    if (placeless || (other && drop)) return;
    c->variables[c->count] = variable;
    c->columns[c->count++] = (struct cc_emit_column){ v->name, v->start, v->width };
}

enum cc_status cc_convert_plan(struct cc_records *r, size_t known, enum cc_target target, size_t record_width,
                               bool drop, struct cc_convert *out, struct cc_error *err)
{
    const struct cc_codebook *cb = cc_records_codebook(r);
    size_t n, room = cb->count + 1;
    const char *const *names = cc_records_columns(r, &n);
    *out = (struct cc_convert){ .record_width = record_width };
    out->columns = calloc(room, sizeof *out->columns);
    out->variables = calloc(room, sizeof *out->variables);
    out->others = calloc(room, sizeof *out->others);
    out->placeless = calloc(room, sizeof *out->placeless);
    if (!out->columns || !out->variables || !out->others || !out->placeless) return cc_error_memory(err);
    bool fixed = target == CC_TARGET_FIXED;
    for (size_t i = 0; names && i < n; i++) add(out, cb, (size_t)cc_codebook_find(cb, names[i]), known, fixed, drop);
    for (size_t v = 0; !names && v < cb->count; v++)
        if (cc_records_has(r, v)) add(out, cb, v, known, fixed, drop);
    if (!out->count) return cc_error_set(err, CC_EDATA, 0, 0, "no column would be left");
    return cc_records_want(r, out->variables, out->count) == CC_OK ? CC_OK : cc_error_memory(err);
}

static enum cc_status write_block(struct cc_emit *e, const struct cc_block *b, struct cc_field *cut,
                                  struct cc_span *row, const uint16_t *all, struct cc_error *err)
{
    for (size_t c = 0; c < e->count; c++) cc_block_cut(b, c, all, b->rows, cut + c * BATCH);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < b->rows && st == CC_OK; i++) {
        for (size_t c = 0; c < e->count; c++) {
            struct cc_field f = cc_block_trim(b, cut[c * BATCH + i]);
            row[c] = (struct cc_span){ b->text + f.at, f.size };
        }
        st = cc_emit_row(e, row, err);
        if (st != CC_OK && err) err->line = (size_t)b->line[i];
    }
    return st;
}

enum cc_status cc_convert_rows(const struct cc_convert *c, struct cc_records *r, enum cc_target target, FILE *out,
                               uint64_t *rows, struct cc_error *err)
{
    struct cc_emit e = { .target = target, .columns = c->columns, .count = c->count,
                         .record_width = c->record_width, .out = out };
    struct cc_block *block = calloc(1, sizeof *block);
    struct cc_field *cut = calloc(c->count * BATCH, sizeof *cut);
    struct cc_span *row = calloc(c->count, sizeof *row);
    uint16_t *all = malloc(BATCH * sizeof *all);
    enum cc_status st = block && cut && row && all ? cc_emit_start(&e, err) : cc_error_memory(err);
    for (size_t i = 0; all && i < BATCH; i++) all[i] = (uint16_t)i;
    *rows = 0;
    while (st == CC_OK && (st = cc_records_read(r, block, err)) == CC_OK) {
        st = write_block(&e, block, cut, row, all, err);
        *rows += block->rows;
    }
    if (st != CC_END) cc_error_file(err, cc_input_name(cc_records_input(r)));
    if (block) cc_block_free(block);
    free(block);
    free(cut);
    free(row);
    free(all);
    cc_emit_free(&e);
    return st == CC_END ? CC_OK : st;
}

void cc_convert_free(struct cc_convert *c)
{
    free(c->columns);
    free(c->variables);
    free(c->others);
    free(c->placeless);
}

/* ---- a codebook of what the file says ---- */

/* A text without what has a meaning in a list of codes. */
static bool add_label(struct cc_buf *b, const char *text)
{
    bool ok = true;
    for (; *text && ok; text++)
        ok = cc_buf_char(b, *text == ';' ? ',' : (unsigned char)*text < ' ' ? ' ' : *text);
    return ok;
}

static bool can_stand(const struct cc_stat_label *l)
{
    return *l->code && !strpbrk(l->code, ";=\r\n") && l->code[0] != ' ' && l->code[strlen(l->code) - 1] != ' ';
}

static bool can_list(const struct cc_stat_column *c)
{
    bool ok = c->label_count > 0;
    for (size_t i = 0; i < c->label_count && ok; i++) {
        ok = can_stand(&c->labels[i]);
        for (size_t k = 0; k < i && ok; k++) ok = strcmp(c->labels[i].code, c->labels[k].code) != 0;
    }
    return ok;
}

static bool all_missing(const struct cc_stat_column *c)
{
    bool all = true;
    for (size_t i = 0; i < c->label_count && all; i++) all = c->labels[i].missing;
    return all;
}

/* A number with labels for its missing codes only is a quantity. */
static const char *type_of(const struct cc_stat_column *c)
{
    if (c->type == CC_STAT_DATE) return "date";
    if (c->type == CC_STAT_STRING) return can_list(c) && !all_missing(c) ? "code" : "text";
    if (c->type != CC_STAT_NUMBER) return "text";
    if (can_list(c) && !all_missing(c)) return "code";
    return c->whole ? "integer" : "text";
}

static bool add_codes(struct cc_buf *codes, struct cc_buf *unknown, const struct cc_stat_column *c)
{
    bool ok = true;
    for (size_t i = 0; ok && can_list(c) && i < c->label_count; i++) {
        const struct cc_stat_label *l = &c->labels[i];
        ok = cc_buf_printf(codes, "%s%s=", i ? ";" : "", l->code) && add_label(codes, *l->label ? l->label : "missing");
        if (ok && l->missing) ok = cc_buf_printf(unknown, "%s%s", unknown->size ? ";" : "", l->code);
    }
    return ok;
}

static bool add_cells(struct cc_buf *line, const char *const *cells, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++)
        ok = (i == 0 || cc_buf_char(line, ','))
            && cc_emit_delimited(line, (struct cc_span){ cells[i], strlen(cells[i]) }, ',');
    return ok && cc_buf_char(line, '\n');
}

static bool add_variable(struct cc_buf *out, const struct cc_stat_column *c)
{
    struct cc_buf codes = { 0 }, unknown = { 0 };
    const char *type = type_of(c);
    bool ok = cc_buf_text(&codes, "") && cc_buf_text(&unknown, "")
        && (!strcmp(type, "text") || !strcmp(type, "date") || add_codes(&codes, &unknown, c));
    const char *cells[] = { c->name, c->label, type, c->type == CC_STAT_DATE ? "yyyy-mm-dd" : "", codes.data,
                            unknown.data };
    ok = ok && add_cells(out, cells, sizeof cells / sizeof *cells);
    cc_buf_free(&codes);
    cc_buf_free(&unknown);
    return ok;
}

enum cc_status cc_convert_codebook(struct cc_records *r, FILE *out, struct cc_error *err)
{
    size_t n, columns;
    const struct cc_stat_column *described = cc_records_described(r, &n);
    const char *const *names = cc_records_columns(r, &columns);
    struct cc_buf text = { 0 };
    bool ok = cc_buf_text(&text, "name,label,type,format,codes,unknown\n");
    for (size_t i = 0; ok && i < columns; i++) {
        struct cc_stat_column plain = { .name = (char *)names[i], .label = (char *)"", .type = CC_STAT_STRING };
        ok = add_variable(&text, described ? &described[i] : &plain);
    }
    if (ok) (void)fwrite(text.data, 1, text.size, out);
    cc_buf_free(&text);
    return ok ? CC_OK : cc_error_memory(err);
}

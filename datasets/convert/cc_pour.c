/* Where nested records come from. */
#include <stdlib.h>
#include <string.h>

#include "datasets/convert/cc_sink.h"
#include "datasets/records/cc_nest.h"

/* ---- a nested file ---- */

struct tree {
    const struct cc_codebook *cb;
    const struct cc_records *r;
    const struct cc_nest *nest;
    const struct cc_sink *sink;
};

static enum cc_status pour_item(const struct tree *t, int group, size_t item, struct cc_error *err)
{
    enum cc_status st = t->sink->begin(t->sink->to, group, err);
    for (size_t v = 0; v < t->cb->count && st == CC_OK; v++) {
        if (t->cb->variables[v].group != group || !cc_records_has(t->r, v)) continue;
        struct cc_span s = { .n = 0 };
        s.text = cc_nest_text(t->nest, v, item, &s.n);
        st = t->sink->value(t->sink->to, v, s, err);
    }
    for (int g = group + 1; g < (int)t->cb->group_count && st == CC_OK; g++) {
        if (t->cb->groups[g].parent != group) continue;
        size_t from, to;
        cc_nest_inside(t->nest, group, item, g, &from, &to);
        for (; from < to && st == CC_OK; from++) st = pour_item(t, g, from, err);
    }
    return st == CC_OK ? t->sink->end(t->sink->to, err) : st;
}

enum cc_status cc_pour_nested(struct cc_records *r, const struct cc_sink *sink, uint64_t *records, struct cc_error *err)
{
    struct tree t = { cc_records_codebook(r), r, NULL, sink };
    struct cc_block *block = calloc(1, sizeof *block);
    enum cc_status st = block ? CC_OK : cc_error_memory(err);
    *records = 0;
    while (st == CC_OK && (st = cc_records_read(r, block, err)) == CC_OK) {
        size_t from, to;
        t.nest = cc_records_nest(r, &from, &to);
        for (; from < to && st == CC_OK; from++, ++*records) st = pour_item(&t, 0, from, err);
    }
    if (block) cc_block_free(block);
    free(block);
    return st == CC_END ? sink->finish(sink->to, err) : st;
}

/* ---- a folder of one CSV a group ---- */

struct group_file {
    struct cc_records *r;
    struct cc_block block;
    size_t row;       /* of the block */
    size_t keys;      /* columns that are numbers of items: the last is its own */
    int *variable_of; /* per column of the file: of the codebook, or -1 */
    size_t columns;
    bool ended;
    uint64_t number;  /* of the row at hand in the item around it */
};

struct folder {
    const struct cc_codebook *cb;
    struct group_file *files;
    const struct cc_sink *sink;
    size_t *cell_of; /* per variable: column + 1 in its file, or 0 */
};

static size_t depth_of(const struct cc_codebook *cb, int group)
{
    size_t n = 1;
    while ((group = cb->groups[group].parent) >= 0) n++;
    return n;
}

static struct cc_span cell(const struct group_file *f, size_t column)
{
    struct cc_field c = cc_block_field(&f->block, f->row, column);
    return (struct cc_span){ f->block.text + c.at, c.size };
}

static bool number(struct cc_span s, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < s.n && i < 18; i++) {
        if (s.text[i] < '0' || s.text[i] > '9') return false;
        *out = *out * 10 + (uint64_t)(s.text[i] - '0');
    }
    return s.n > 0 && s.n <= 18;
}

static enum cc_status next_row(struct group_file *f, struct cc_error *err)
{
    if (f->ended || ++f->row < f->block.rows) return CC_OK;
    enum cc_status st = cc_records_read(f->r, &f->block, err);
    f->row = 0;
    f->ended = st == CC_END;
    return f->ended ? CC_OK : st;
}

/* Its file may have no rows: then it is not read. */
static bool has_rows(const char *path)
{
    FILE *file = fopen(path, "r");
    bool more = false;
    for (int c; file && !more && (c = getc(file)) != EOF;) more = c == '\n' && getc(file) != EOF;
    if (file) fclose(file);
    return more;
}

static enum cc_status open_columns(struct folder *d, int group, struct group_file *f, struct cc_error *err)
{
    const char *const *names = cc_records_columns(f->r, &f->columns);
    f->keys = depth_of(d->cb, group);
    int around = group;
    for (size_t k = f->keys; k-- > 0; around = d->cb->groups[around].parent)
        if (k >= f->columns || strcmp(names[k], cc_sink_name(d->cb, around)))
            return cc_error_set(err, CC_EDATA, 1, k + 1,
                                "column '%s' is missing here: the numbers of records and items come first",
                                cc_sink_name(d->cb, around));
    for (size_t c = f->keys; c < f->columns; c++) {
        int v = cc_codebook_find(d->cb, names[c]);
        if (v < 0 || d->cb->variables[v].group != group)
            return cc_error_set(err, CC_EDATA, 1, c + 1, "'%s' is no variable of %s in codebook '%s'", names[c],
                                cc_sink_name(d->cb, group), d->cb->name);
        if (d->cell_of[v]) return cc_error_set(err, CC_EDATA, 1, c + 1, "'%s' comes twice", names[c]);
        d->cell_of[v] = c + 1;
    }
    return CC_OK;
}

static enum cc_status open_group(struct folder *d, const char *path, int group, struct cc_error *err)
{
    struct group_file *f = &d->files[group];
    struct cc_buf name = { 0 };
    struct cc_records_options csv = { .layout = "csv", .delimiter = ',' };
    if (!cc_buf_printf(&name, "%s/%s.csv", path, cc_sink_name(d->cb, group))) return cc_error_memory(err);
    f->ended = group && !has_rows(name.data);
    enum cc_status st = f->ended ? CC_OK : cc_records_open(name.data, NULL, &csv, &f->r, err);
    if (st == CC_OK && !f->ended) st = open_columns(d, group, f, err);
    if (st == CC_OK) st = next_row(f, err);
    if (st != CC_OK && f->r) cc_error_file(err, cc_input_name(cc_records_input(f->r)));
    cc_buf_free(&name);
    return st;
}

/* Does the row at hand belong into these items (numbers[k]: of the group at depth k)? */
static bool belongs(const struct group_file *f, const uint64_t *numbers)
{
    uint64_t n;
    for (size_t k = 0; k + 1 < f->keys; k++)
        if (!number(cell(f, k), &n) || n != numbers[k]) return false;
    return true;
}

static enum cc_status out_of_order(const struct folder *d, int group, struct cc_error *err)
{
    const struct group_file *f = &d->files[group];
    cc_error_set(err, CC_EDATA, (size_t)f->block.line[f->row], 0,
                 "the numbers of records and items are not in order, or what is around this %s is missing",
                 cc_sink_name(d->cb, group));
    cc_error_file(err, cc_input_name(cc_records_input(f->r)));
    return CC_EDATA;
}

static enum cc_status pour_row(struct folder *d, int group, uint64_t *numbers, struct cc_error *err);

/* The items of a group inside the items that are open. */
static enum cc_status pour_group(struct folder *d, int group, uint64_t *numbers, struct cc_error *err)
{
    struct group_file *f = &d->files[group];
    enum cc_status st = CC_OK;
    uint64_t before = 0, n;
    while (st == CC_OK && !f->ended && belongs(f, numbers)) {
        if (!number(cell(f, f->keys - 1), &n) || n <= before) return out_of_order(d, group, err);
        numbers[f->keys - 1] = before = n;
        st = pour_row(d, group, numbers, err);
    }
    return st;
}

static enum cc_status pour_row(struct folder *d, int group, uint64_t *numbers, struct cc_error *err)
{
    struct group_file *f = &d->files[group];
    enum cc_status st = d->sink->begin(d->sink->to, group, err);
    for (size_t v = 0; v < d->cb->count && st == CC_OK; v++)
        if (d->cb->variables[v].group == group && d->cell_of[v])
            st = d->sink->value(d->sink->to, v, cell(f, d->cell_of[v] - 1), err);
    if (st != CC_OK && err && !err->line) {
        err->line = (size_t)f->block.line[f->row];
        cc_error_file(err, cc_input_name(cc_records_input(f->r)));
    }
    if (st == CC_OK) st = next_row(f, err);
    for (int g = group + 1; g < (int)d->cb->group_count && st == CC_OK; g++)
        if (d->cb->groups[g].parent == group) st = pour_group(d, g, numbers, err);
    return st == CC_OK ? d->sink->end(d->sink->to, err) : st;
}

enum cc_status cc_pour_folder(const char *path, const struct cc_codebook *cb, const struct cc_sink *sink,
                              uint64_t *records, struct cc_error *err)
{
    enum { DEEPEST = 16 };
    uint64_t numbers[DEEPEST] = { 0 };
    struct folder d = { .cb = cb, .sink = sink, .files = calloc(cb->group_count, sizeof *d.files),
                        .cell_of = calloc(cb->count + 1, sizeof *d.cell_of) };
    enum cc_status st = d.files && d.cell_of ? CC_OK : cc_error_memory(err);
    for (size_t g = 0; g < cb->group_count && st == CC_OK; g++) st = open_group(&d, path, (int)g, err);
    if (st == CC_OK) st = pour_group(&d, 0, numbers, err);
    for (size_t g = 0; g < cb->group_count && st == CC_OK; g++)
        if (!d.files[g].ended) st = out_of_order(&d, (int)g, err);
    *records = st == CC_OK ? cc_records_count(d.files[0].r) : 0;
    for (size_t g = 0; d.files && g < cb->group_count; g++) {
        cc_block_free(&d.files[g].block);
        cc_records_close(d.files[g].r);
    }
    free(d.files);
    free(d.cell_of);
    return st == CC_OK ? sink->finish(sink->to, err) : st;
}

/* ---- flat rows ---- */

struct flat {
    const struct cc_codebook *cb;
    const struct cc_records *r;
    const struct cc_sink *sink;
    const struct cc_block *block;
    size_t row;
    struct cc_buf record; /* the values of the record that is open */
    bool open;
};

static struct cc_span flat_cell(const struct flat *f, size_t variable)
{
    struct cc_field c = cc_block_field(f->block, f->row, variable);
    return (struct cc_span){ f->block->text + c.at, c.size };
}

static bool is_of_flat_group(const struct flat *f, int group)
{
    return group && cc_codebook_group_within(f->cb, group, f->cb->flat_group);
}

/* The part of a field that repeats: *rest is what is behind it. */
static struct cc_span part(struct cc_span s, char separator, struct cc_span *rest)
{
    const char *end = separator && s.n ? memchr(s.text, separator, s.n) : NULL;
    size_t n = end ? (size_t)(end - s.text) : s.n;
    *rest = end ? (struct cc_span){ end + 1, s.n - n - 1 } : (struct cc_span){ s.text + n, 0 };
    return (struct cc_span){ s.text, n };
}

static enum cc_status flat_group(const struct flat *f, int group, struct cc_error *err);

static enum cc_status flat_inside(const struct flat *f, int group, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (int g = group + 1; g < (int)f->cb->group_count && st == CC_OK; g++)
        if (f->cb->groups[g].parent == group && (group || !is_of_flat_group(f, g))) st = flat_group(f, g, err);
    return st;
}

/* Item `i` of a group: the i-th part of fields that repeat; others belong to the first. False in *any: it has none. */
static enum cc_status flat_item(const struct flat *f, int group, size_t i, bool *any, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    *any = group == f->cb->flat_group && i == 0;
    for (int pass = 0; pass < 2 && st == CC_OK; pass++) {
        if (pass && !*any) return CC_OK;
        if (pass) st = f->sink->begin(f->sink->to, group, err);
        for (size_t v = 0; v < f->cb->count && st == CC_OK; v++) {
            if (f->cb->variables[v].group != group || !cc_records_has(f->r, v)) continue;
            struct cc_span rest = flat_cell(f, v), s = { "", 0 };
            for (size_t k = 0; k <= i; k++) s = part(rest, f->cb->variables[v].repeats, &rest);
            if (!pass) *any |= s.n || rest.n;
            else st = f->sink->value(f->sink->to, v, s, err);
        }
    }
    if (st == CC_OK && i == 0) st = flat_inside(f, group, err);
    return st == CC_OK ? f->sink->end(f->sink->to, err) : st;
}

static enum cc_status flat_group(const struct flat *f, int group, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    bool any = true;
    for (size_t i = 0; any && st == CC_OK; i++) st = flat_item(f, group, i, &any, err);
    return st;
}

/* Appends the values of the record, each with its end, of the row at hand. */
static bool record_of(const struct flat *f, struct cc_buf *out)
{
    cc_buf_clear(out);
    bool ok = cc_buf_text(out, "");
    for (size_t v = 0; v < f->cb->count && ok; v++) {
        if (is_of_flat_group(f, f->cb->variables[v].group) || !cc_records_has(f->r, v)) continue;
        struct cc_span s = flat_cell(f, v);
        ok = cc_buf_add(out, s.text, s.n) && cc_buf_char(out, CC_EACH_END);
    }
    return ok;
}

static enum cc_status begin_record(struct flat *f, struct cc_error *err)
{
    enum cc_status st = f->open ? f->sink->end(f->sink->to, err) : CC_OK;
    if (st == CC_OK) st = f->sink->begin(f->sink->to, 0, err);
    f->open = true;
    for (size_t v = 0; v < f->cb->count && st == CC_OK; v++)
        if (f->cb->variables[v].group == 0 && cc_records_has(f->r, v))
            st = f->sink->value(f->sink->to, v, flat_cell(f, v), err);
    return st == CC_OK ? flat_inside(f, 0, err) : st;
}

static enum cc_status flat_row(struct flat *f, struct cc_buf *next, uint64_t *records, struct cc_error *err)
{
    if (!record_of(f, next)) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    bool same = f->open && f->cb->flat_group && next->size == f->record.size
        && !memcmp(next->data, f->record.data, next->size);
    if (!same) {
        struct cc_buf old = f->record;
        f->record = *next;
        *next = old;
        ++*records;
        st = begin_record(f, err);
    }
    bool any;
    if (st == CC_OK && f->cb->flat_group) st = flat_item(f, f->cb->flat_group, 0, &any, err);
    if (st != CC_OK && err && !err->line) err->line = (size_t)f->block->line[f->row];
    return st;
}

enum cc_status cc_pour_flat(struct cc_records *r, const struct cc_sink *sink, uint64_t *records, struct cc_error *err)
{
    struct cc_block *block = calloc(1, sizeof *block);
    struct cc_buf next = { 0 };
    struct flat f = { .cb = cc_records_codebook(r), .r = r, .sink = sink, .block = block };
    enum cc_status st = block ? CC_OK : cc_error_memory(err);
    *records = 0;
    while (st == CC_OK && (st = cc_records_read(r, block, err)) == CC_OK)
        for (f.row = 0; f.row < block->rows && st == CC_OK; f.row++) st = flat_row(&f, &next, records, err);
    if (st == CC_END && f.open) st = sink->end(sink->to, err) == CC_OK ? CC_END : CC_EDATA;
    if (st != CC_END) cc_error_file(err, cc_input_name(cc_records_input(r)));
    if (block) cc_block_free(block);
    free(block);
    cc_buf_free(&next);
    cc_buf_free(&f.record);
    return st == CC_END ? sink->finish(sink->to, err) : st;
}

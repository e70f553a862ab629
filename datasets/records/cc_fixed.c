#include "datasets/records/cc_fixed.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_control.h"

enum { SLOW_ROWS = 64 }; /* read line by line before the fast lane is tried again */

struct cc_fixed {
    struct cc_input *in;
    size_t *widths, width_count; /* allowed lengths */
    size_t width;                /* the file's; 0 until the first record */
    size_t stride;               /* its line end included, as the first record has it */
    struct cc_chunk chunk;
    uint64_t to;    /* records that begin here or later are not this reader's */
    uint64_t began; /* where its first record begins */
    bool is_part;
    enum cc_simd simd;
    uint64_t slow_until; /* records that are read line by line before the fast lane is tried again */
    struct cc_place *places;
    size_t wanted;
    struct cc_buf text;  /* of a block that was read line by line */
    uint64_t line, rows; /* lines begun, records handed out */
    uint64_t blank_lines, first_blank, lone_crs, first_cr;
};

static enum cc_status refuse_nul(const struct cc_fixed *f, struct cc_error *err)
{
    return cc_error_set(err, CC_EDATA, f->line + 1, 0, "NUL byte: this is not a text file%s",
                        f->line == 0 ? " (UTF-16, or a spreadsheet or statistics file?)" : "");
}

static enum cc_status endless_line(const struct cc_fixed *f, struct cc_error *err)
{
    size_t n = f->chunk.end - f->chunk.at;
    const char *text = f->chunk.bytes + f->chunk.at;
    if (memchr(text, 0, n)) return refuse_nul(f, err);
    return cc_error_set(err, CC_EDATA, f->line + 1, 0, "no line end within %zu bytes%s; records have %zu columns", n,
                        memchr(text, '\r', n) ? " (carriage returns without line feeds?)" : "", f->widths[0]);
}

/* The next line without its line end; CC_END after the last one. */
static enum cc_status next_line(struct cc_fixed *f, const char **text, size_t *n, struct cc_error *err)
{
    struct cc_chunk *k = &f->chunk;
    const char *newline;
    for (size_t seen = 0; !(newline = memchr(k->bytes + k->at + seen, '\n', k->end - k->at - seen));) {
        seen = k->end - k->at;
        if (seen > k->front) return endless_line(f, err);
        enum cc_status st = cc_chunk_fill(k, err);
        if (st == CC_END && k->at == k->end) return CC_END;
        if (st == CC_END) break;
        if (st != CC_OK) return st;
    }
    *text = k->bytes + k->at;
    *n = newline ? (size_t)(newline - *text) : k->end - k->at;
    if (memchr(*text, 0, *n)) return refuse_nul(f, err);
    k->at += *n + (newline != NULL);
    f->line++;
    if (*n && (*text)[*n - 1] == '\r') --*n;
    return CC_OK;
}

/* Counts what makes a line no record; true if the line is to be passed over. */
static bool is_no_record(struct cc_fixed *f, const char *text, size_t n)
{
    if (n == 0 && f->blank_lines++ == 0) f->first_blank = f->line;
    const char *cr = n ? memchr(text, '\r', n) : NULL;
    if (cr && f->lone_crs == 0) f->first_cr = f->line;
    for (const char *p = cr; p; p = memchr(p + 1, '\r', n - (size_t)(p + 1 - text))) f->lone_crs++;
    return n == 0 || cr;
}

static bool is_allowed(const struct cc_fixed *f, size_t width)
{
    for (size_t i = 0; i < f->width_count; i++)
        if (f->widths[i] == width) return true;
    return false;
}

static enum cc_status wrong_first_width(struct cc_fixed *f, size_t n, struct cc_error *err)
{
    struct cc_buf list = { 0 };
    bool ok = true;
    for (size_t i = 0; i < f->width_count && ok; i++)
        ok = cc_buf_printf(&list, "%s%zu", i ? " or " : "", f->widths[i]);
    enum cc_status st = !ok ? cc_error_memory(err)
                            : cc_error_set(err, CC_EDATA, f->line, 0,
                                           "this line has %zu columns, a record has %s", n, list.data);
    cc_buf_free(&list);
    return st;
}

static enum cc_status check_width(struct cc_fixed *f, size_t n, struct cc_error *err)
{
    if (!f->width) {
        if (!is_allowed(f, n)) return wrong_first_width(f, n, err);
        f->width = n;
    }
    if (n == f->width) return CC_OK;
    return cc_error_set(err, CC_EDATA, f->line, 0,
                        "this line has %zu columns, the records before it have %zu", n, f->width);
}

/* The next record; CC_END after the last one. */
static enum cc_status next_record(struct cc_fixed *f, const char **text, struct cc_error *err)
{
    size_t n = 0;
    enum cc_status st;
    do st = next_line(f, text, &n, err);
    while (st == CC_OK && is_no_record(f, *text, n));
    return st == CC_OK ? check_width(f, n, err) : st;
}

static struct cc_field trimmed(const char *text, size_t offset, const struct cc_place *p)
{
    if (!p->width) return (struct cc_field){ 0, 0 };
    size_t from = p->start - 1, to = from + p->width;
    while (from < to && (text[from] == ' ' || text[from] == '\t')) from++;
    while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) to--;
    return (struct cc_field){ (uint32_t)(offset + from), (uint32_t)(to - from) };
}

static bool add_record(struct cc_fixed *f, struct cc_block *b, const char *text)
{
    size_t offset = f->text.size;
    if (!cc_buf_add(&f->text, text, f->width)) return false;
    for (size_t i = 0; i < f->wanted; i++)
        b->fields[b->rows * b->columns + i] = trimmed(text, offset, &f->places[i]);
    b->line[b->rows++] = f->line;
    f->rows++;
    return true;
}

static enum cc_status verdict(const struct cc_fixed *f, struct cc_error *err)
{
    if (f->blank_lines)
        return cc_error_set(err, CC_EDATA, f->first_blank, 1,
                            "blank line (%llu in the file, this is the first)",
                            (unsigned long long)f->blank_lines);
    if (f->lone_crs)
        return cc_error_set(err, CC_EDATA, f->first_cr, 1,
                            "carriage return without a line feed (%llu in the file, this is the first)",
                            (unsigned long long)f->lone_crs);
    return CC_END;
}

/* Records line by line. */
static enum cc_status read_slow(struct cc_fixed *f, struct cc_block *block, struct cc_error *err)
{
    static const char slack[CC_BLOCK_SLACK] = "";
    enum cc_status st = CC_OK;
    const char *text = NULL;
    cc_buf_clear(&f->text);
    if (!cc_block_list(block)) return cc_error_memory(err);
    f->slow_until = f->rows + SLOW_ROWS;
    while (block->rows < CC_BLOCK_ROWS && (f->simd == CC_SIMD_OFF || f->rows < f->slow_until)
           && cc_chunk_offset(&f->chunk) < f->to && (st = next_record(f, &text, err)) == CC_OK)
        if (!add_record(f, block, text)) return cc_error_memory(err);
    if (st == CC_END && block->rows) st = CC_OK;
    if (st == CC_OK && !cc_buf_add(&f->text, slack, sizeof slack)) st = cc_error_memory(err);
    block->text = f->text.data;
    return st;
}

static void cut_places(const struct cc_block *b, size_t column, const uint16_t *rows, size_t n, struct cc_field *out)
{
    const struct cc_fixed *f = b->reader;
    const struct cc_place *p = &f->places[column];
    uint32_t from = p->width ? (uint32_t)p->start - 1 : 0, size = (uint32_t)p->width, stride = (uint32_t)f->stride;
    for (size_t i = 0; i < n; i++) out[i] = (struct cc_field){ rows[i] * stride + from, size };
}

/* Are these lines all alike? Each ends where it should, and there is no other control character. */
static bool are_alike(const struct cc_fixed *f, const char *text, size_t lines)
{
    size_t ends = f->stride - f->width;
    for (size_t i = 0; i < lines; i++) {
        const char *end = text + (i + 1) * f->stride;
        if (end[-1] != '\n' || (ends == 2 && end[-2] != '\r')) return false;
    }
    return cc_control_count(f->simd, text, lines * f->stride) == lines * ends;
}

/* Lines like the first one need not be cut: fields have their places. None: the next is another. */
static enum cc_status read_fast(struct cc_fixed *f, struct cc_block *block, struct cc_error *err)
{
    struct cc_chunk *k = &f->chunk;
    while (k->end - k->at < f->stride) {
        enum cc_status st = cc_chunk_fill(k, err);
        if (st == CC_END) return CC_OK;
        if (st != CC_OK) return st;
    }
    uint64_t left = (f->to - cc_chunk_offset(k) + f->stride - 1) / f->stride;
    size_t n = (k->end - k->at) / f->stride;
    if (n > left) n = (size_t)left;
    if (n > CC_BLOCK_ROWS) n = CC_BLOCK_ROWS;
    if (!are_alike(f, k->bytes + k->at, n)) return CC_OK;
    block->text = k->bytes + k->at;
    block->rows = n;
    block->padded = true;
    block->reader = f;
    block->cut = cut_places;
    for (size_t r = 0; r < n; r++) block->line[r] = ++f->line;
    k->at += n * f->stride;
    f->rows += n;
    return CC_OK;
}

enum cc_status cc_fixed_read(struct cc_fixed *f, struct cc_block *block, struct cc_error *err)
{
    cc_block_start(block, f->wanted);
    enum cc_status st = CC_OK;
    while (st == CC_OK && block->rows == 0 && cc_chunk_offset(&f->chunk) < f->to) {
        if (f->simd != CC_SIMD_OFF && f->rows >= f->slow_until) st = read_fast(f, block, err);
        if (st == CC_OK && block->rows == 0) st = read_slow(f, block, err);
    }
    if (st == CC_END || (st == CC_OK && block->rows == 0)) st = verdict(f, err);
    if (st == CC_EDATA && err && !err->line) err->line = f->line + 1; /* a damaged gzip file */
    if (st != CC_OK && st != CC_END) cc_error_file(err, cc_input_name(f->in));
    return st;
}

/* The length of the first record is the file's. */
static enum cc_status find_width(struct cc_fixed *f, struct cc_error *err)
{
    struct cc_chunk *k = &f->chunk;
    const char *text = NULL;
    enum cc_status st = cc_chunk_text(k, err);
    if (st == CC_OK) st = next_record(f, &text, err);
    if (st == CC_END) st = verdict(f, err);
    if (st == CC_END) st = cc_error_set(err, CC_EDATA, 1, 0, "the file has no records");
    if (st != CC_OK) return st;
    size_t next = k->at;
    k->at = (size_t)(text - k->bytes); /* it is read again */
    f->stride = next - k->at;
    f->began = cc_chunk_offset(k);
    f->line--;
    return CC_OK;
}

/* A row begins after each line end. */
static enum cc_status find_part(struct cc_fixed *f, const struct cc_part *part, struct cc_error *err)
{
    struct cc_chunk *k = &f->chunk;
    f->is_part = true;
    f->to = part->to;
    if (part->from <= f->began) return CC_OK;
    if (!cc_fixed_can_split(f)) return cc_error_set(err, CC_EDOMAIN, 0, 0, "the file cannot be read in parts");
    cc_chunk_seek(k, part->known ? part->from : part->from - 1);
    enum cc_status st = CC_OK;
    while (!part->known && st == CC_OK && k->end - k->at < k->front) st = cc_chunk_fill(k, err);
    const char *newline = part->known ? NULL : memchr(k->bytes + k->at, '\n', k->end - k->at);
    if (newline) k->at = (size_t)(newline - k->bytes) + 1;
    f->began = cc_chunk_offset(k);
    return st == CC_END ? CC_OK : st;
}

static enum cc_status start(struct cc_fixed *f, const char *path, const size_t *widths, size_t n,
                            const struct cc_fixed_options *o, struct cc_error *err)
{
    enum cc_status st = cc_input_open(path, &f->in, err);
    if (st != CC_OK) return st;
    if (o->hash) cc_input_hash(f->in);
    f->simd = cc_simd_choose(o->simd);
    f->to = UINT64_MAX;
    size_t widest = 0;
    for (size_t i = 0; i < n; i++)
        if (widest < widths[i]) widest = widths[i];
    f->width_count = n;
    f->widths = malloc(n * sizeof *f->widths);
    if (!f->widths || !cc_chunk_start(&f->chunk, f->in, 2 * widest, o->bytes)) return cc_error_memory(err);
    memcpy(f->widths, widths, n * sizeof *widths);
    st = find_width(f, err);
    return st == CC_OK && o->part ? find_part(f, o->part, err) : st;
}

enum cc_status cc_fixed_open(const char *path, const size_t *widths, size_t n, const struct cc_fixed_options *options,
                             struct cc_fixed **out, struct cc_error *err)
{
    static const struct cc_fixed_options defaults = { 0 };
    *out = NULL;
    if (n == 0) return cc_error_set(err, CC_EDOMAIN, 0, 0, "no record length");
    struct cc_fixed *f = calloc(1, sizeof *f);
    if (!f) return cc_error_memory(err);
    enum cc_status st = start(f, path, widths, n, options ? options : &defaults, err);
    if (st == CC_OK) {
        *out = f;
        return CC_OK;
    }
    cc_error_file(err, f->in ? cc_input_name(f->in) : path);
    cc_fixed_close(f);
    return st;
}

size_t cc_fixed_width(const struct cc_fixed *f)
{
    return f->width;
}

enum cc_status cc_fixed_want(struct cc_fixed *f, const struct cc_place *places, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (places[i].width && (places[i].start == 0 || places[i].start + places[i].width - 1 > f->width))
            return CC_EDOMAIN;
    free(f->places);
    f->wanted = 0;
    f->places = malloc((n + 1) * sizeof *f->places);
    if (!f->places) return CC_ENOMEM;
    if (n) memcpy(f->places, places, n * sizeof *places);
    f->wanted = n;
    return CC_OK;
}

bool cc_fixed_can_split(const struct cc_fixed *f)
{
    return f->simd != CC_SIMD_OFF && cc_input_can_seek(f->in);
}

uint64_t cc_fixed_began(const struct cc_fixed *f)
{
    return f->began;
}

uint64_t cc_fixed_stands(const struct cc_fixed *f)
{
    return cc_chunk_offset(&f->chunk);
}

struct cc_input *cc_fixed_input(struct cc_fixed *f)
{
    return f->in;
}

void cc_fixed_close(struct cc_fixed *f)
{
    if (!f) return;
    cc_input_close(f->in);
    free(f->widths);
    free(f->places);
    cc_chunk_free(&f->chunk);
    cc_buf_free(&f->text);
    free(f);
}

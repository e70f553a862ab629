#include "datasets/records/cc_fixed.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 18 };

struct cc_fixed {
    struct cc_input *in;
    size_t *widths, width_count; /* allowed lengths */
    size_t width;                /* the file's; 0 until the first record */
    char *chunk;                 /* unread bytes are [at, end) */
    size_t room, at, end;
    bool ended;
    const char *peeked; /* the first record, in the chunk, until it is taken */
    struct cc_place *places;
    struct cc_buf text; /* of the block at hand */
    size_t wanted;
    uint64_t line, rows; /* lines begun, records handed out */
    uint64_t blank_lines, first_blank, lone_crs, first_cr;
};

/* Appends bytes to the unread ones; at the end of the input, sets ended. */
static enum cc_status fill(struct cc_fixed *f, struct cc_error *err)
{
    memmove(f->chunk, f->chunk + f->at, f->end - f->at);
    f->end -= f->at;
    f->at = 0;
    size_t n = 0;
    enum cc_status st = cc_input_read(f->in, f->chunk + f->end, f->room - f->end, &n, err);
    if (st == CC_END) f->ended = true;
    if (st != CC_OK) return st == CC_END ? CC_OK : st;
    const char *nul = memchr(f->chunk + f->end, 0, n);
    f->end += n;
    if (!nul) return CC_OK;
    uint64_t line = f->line + 1;
    for (const char *p = f->chunk; (p = memchr(p, '\n', (size_t)(nul - p))); p++) line++;
    return cc_error_set(err, CC_EDATA, line, 0, "NUL byte: this is not a text file%s",
                        line == 1 ? " (UTF-16, or a spreadsheet or statistics file?)" : "");
}

static enum cc_status endless_line(struct cc_fixed *f, struct cc_error *err)
{
    bool cr = memchr(f->chunk, '\r', f->end) != NULL;
    return cc_error_set(err, CC_EDATA, f->line + 1, 0,
                        "no line end within %zu bytes%s; records have %zu columns", f->end,
                        cr ? " (carriage returns without line feeds?)" : "", f->widths[0]);
}

/* The next line without its line end; CC_END after the last one. */
static enum cc_status next_line(struct cc_fixed *f, const char **text, size_t *n, struct cc_error *err)
{
    const char *newline;
    for (size_t seen = f->at;;) {
        newline = memchr(f->chunk + seen, '\n', f->end - seen);
        if (newline || f->ended) break;
        if (f->at == 0 && f->end == f->room) return endless_line(f, err);
        seen = f->end - f->at;
        enum cc_status st = fill(f, err);
        if (st != CC_OK) return st;
    }
    if (f->at == f->end) return CC_END;
    *text = f->chunk + f->at;
    *n = newline ? (size_t)(newline - *text) : f->end - f->at;
    f->at += *n + (newline != NULL);
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
    if (f->peeked) {
        *text = f->peeked;
        f->peeked = NULL;
        return CC_OK;
    }
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

enum cc_status cc_fixed_read(struct cc_fixed *f, struct cc_block *block, struct cc_error *err)
{
    cc_block_start(block, f->wanted);
    if (!cc_block_list(block)) return cc_error_memory(err);
    cc_buf_clear(&f->text);
    enum cc_status st = CC_OK;
    const char *text = NULL;
    while (block->rows < CC_BLOCK_ROWS && (st = next_record(f, &text, err)) == CC_OK)
        if (!add_record(f, block, text)) {
            st = cc_error_memory(err);
            break;
        }
    if (st == CC_END) st = block->rows ? CC_OK : verdict(f, err);
    static const char slack[CC_BLOCK_SLACK] = "";
    if (st == CC_OK && !cc_buf_add(&f->text, slack, sizeof slack)) st = cc_error_memory(err);
    block->text = f->text.data;
    if (st == CC_EDATA && err && !err->line) err->line = f->line + 1; /* a damaged gzip file */
    if (st != CC_OK && st != CC_END) cc_error_file(err, cc_input_name(f->in));
    return st;
}

/* The length of the first record is the file's. */
static enum cc_status find_width(struct cc_fixed *f, struct cc_error *err)
{
    enum cc_status st = fill(f, err);
    if (st != CC_OK) return st;
    if (f->end >= 3 && !memcmp(f->chunk, "\xef\xbb\xbf", 3)) f->at = 3;
    const char *text = NULL;
    st = next_record(f, &text, err);
    if (st == CC_END) st = verdict(f, err);
    if (st == CC_END) st = cc_error_set(err, CC_EDATA, 1, 0, "the file has no records");
    if (st == CC_OK) f->peeked = text;
    return st;
}

static enum cc_status start(struct cc_fixed *f, const char *path, const size_t *widths, size_t n, bool hash,
                            struct cc_error *err)
{
    enum cc_status st = cc_input_open(path, &f->in, err);
    if (st != CC_OK) return st;
    if (hash) cc_input_hash(f->in);
    f->room = CHUNK;
    for (size_t i = 0; i < n; i++)
        if (f->room < 2 * widths[i]) f->room = 2 * widths[i];
    f->width_count = n;
    f->chunk = malloc(f->room);
    f->widths = malloc(n * sizeof *f->widths);
    if (!f->chunk || !f->widths) return cc_error_memory(err);
    memcpy(f->widths, widths, n * sizeof *widths);
    return find_width(f, err);
}

enum cc_status cc_fixed_open(const char *path, const size_t *widths, size_t n, bool hash,
                             struct cc_fixed **out, struct cc_error *err)
{
    *out = NULL;
    if (n == 0) return cc_error_set(err, CC_EDOMAIN, 0, 0, "no record length");
    struct cc_fixed *f = calloc(1, sizeof *f);
    if (!f) return cc_error_memory(err);
    enum cc_status st = start(f, path, widths, n, hash, err);
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
    free(f->chunk);
    cc_buf_free(&f->text);
    free(f);
}

#include "datasets/base/cc_csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_scan.h"

enum { FIELD_LIMIT = 1 << 24,   /* a longer field is a quote that never ends */
       MOST_COLUMNS = 32767 };  /* as in other software; a block of rows takes memory for each */
enum { SLOW_ROWS = 64 };        /* read by libcsv before the fast lane is tried again */
enum { ROW_NOT_BEGUN = 0 };     /* libcsv's pstate between rows */

struct cc_csv {
    struct cc_input *in;
    struct csv_parser parser;
    bool parser_open, ended;
    struct cc_chunk chunk;
    uint64_t to;    /* rows that begin here or later are not this reader's */
    uint64_t began; /* where its first row begins */
    bool is_part, may_be_empty;

    char delimiter;
    enum cc_simd simd;
    struct cc_scan *scan; /* the fast lane, or NULL */
    uint64_t slow_until;  /* rows that libcsv reads before the fast lane is tried again */

    char **names;
    size_t width, names_room;
    bool in_header;

    size_t wanted, *slot_of; /* slot_of[file column]: first slot + 1, or 0 */
    size_t wanted_end;       /* one past the last wanted file column */
    size_t *next_slot;       /* next_slot[slot]: another slot for the same column + 1, or 0 */

    struct cc_block *block; /* being filled */
    struct cc_buf text;     /* of its fields */
    size_t column;          /* fields of the current row so far */
    uint64_t line, row_line, rows, rows_in_line;
    size_t line_bytes; /* bytes of the current line already parsed */

    uint64_t blank_lines, first_blank, lone_crs, first_cr;
    enum cc_status failed; /* set inside a callback */
    size_t failed_column;
};

static void on_header_field(void *text, size_t n, void *data)
{
    struct cc_csv *c = data;
    c->column++;
    if (!c->in_header) return; /* after a lone carriage return: the file is refused at its end */
    if (c->width == MOST_COLUMNS) {
        c->failed = CC_EDOMAIN;
        return;
    }
    if (!cc_grow(&c->names, &c->names_room, c->width + 1, sizeof *c->names)
        || !(c->names[c->width] = cc_strndup(text, n))) {
        c->failed = CC_ENOMEM;
        return;
    }
    c->width++;
}

static void on_field(void *text, size_t n, void *data)
{
    struct cc_csv *c = data;
    size_t column = c->column++;
    if (column >= c->wanted_end) return; /* most fields of a wide file end here */
    for (size_t slot = c->slot_of[column]; slot; slot = c->next_slot[slot - 1]) {
        struct cc_block *b = c->block;
        if (b->rows >= CC_BLOCK_ROWS) return; /* only after lone carriage returns */
        b->fields[b->rows * b->columns + slot - 1]
            = (struct cc_field){ (uint32_t)c->text.size, (uint32_t)n };
        if (!cc_buf_add(&c->text, text, n)) c->failed = CC_ENOMEM;
    }
}

static void on_row(int end, void *data)
{
    (void)end;
    struct cc_csv *c = data;
    size_t fields = c->column;
    c->column = 0;
    c->rows_in_line++;
    if (c->in_header) {
        c->in_header = false;
        return;
    }
    if (fields != c->width && c->failed == CC_OK) {
        c->failed = CC_EDATA;
        c->failed_column = fields;
    }
    if (c->block && c->block->rows < CC_BLOCK_ROWS) c->block->line[c->block->rows++] = c->row_line;
    c->rows++;
}

static enum cc_status failure(struct cc_csv *c, struct cc_error *err)
{
    if (c->failed == CC_ENOMEM) return cc_error_memory(err);
    if (c->failed == CC_EDOMAIN)
        return cc_error_set(err, CC_EDATA, 1, MOST_COLUMNS + 1, "the header has more than %d columns", MOST_COLUMNS);
    return cc_error_set(err, CC_EDATA, c->row_line, c->failed_column < c->width ? c->failed_column : c->width + 1,
                        "this row has %zu field%s, the header has %zu", c->failed_column,
                        c->failed_column == 1 ? "" : "s", c->width);
}

static enum cc_status parse_piece(struct cc_csv *c, const char *text, size_t n, struct cc_error *err)
{
    size_t done = csv_parse(&c->parser, text, n, c->in_header ? on_header_field : on_field, on_row, c);
    if (done != n && csv_error(&c->parser) == CSV_ENOMEM) return cc_error_memory(err);
    if (c->failed != CC_OK) return failure(c, err); /* it lies before what stopped the parser */
    if (done != n)
        return cc_error_set(err, CC_EDATA, c->line, c->line_bytes + done + 1,
                            "misplaced quote (a quoted field must end before the delimiter, and a quote "
                            "inside it is doubled)");
    if (c->parser.entry_pos > FIELD_LIMIT)
        return cc_error_set(err, CC_EDATA, c->row_line, c->column + 1, "a quote is opened and never closed");
    c->line_bytes += n;
    return CC_OK;
}

/* A physical line is over: notice what libcsv keeps to itself. */
static void end_line(struct cc_csv *c)
{
    if (c->rows_in_line == 0 && c->parser.pstate == ROW_NOT_BEGUN && c->blank_lines++ == 0)
        c->first_blank = c->line;
    if (c->rows_in_line > 1) {
        if (c->lone_crs == 0) c->first_cr = c->line;
        c->lone_crs += c->rows_in_line - 1;
    }
    c->rows_in_line = 0;
    c->line_bytes = 0;
    c->line++;
    if (c->parser.pstate == ROW_NOT_BEGUN) c->row_line = c->line;
}

static enum cc_status refuse_nul(const struct cc_csv *c, struct cc_error *err)
{
    bool early = cc_chunk_offset(&c->chunk) < CC_CHUNK_BYTES;
    return cc_error_set(err, CC_EDATA, c->line, 0, "NUL byte: this is not a text file%s",
                        early ? " (UTF-16, or a spreadsheet or statistics file?)" : "");
}

static enum cc_status finish(struct cc_csv *c, struct cc_error *err)
{
    c->ended = true;
    if (csv_fini(&c->parser, c->in_header ? on_header_field : on_field, on_row, c) != 0)
        return cc_error_set(err, CC_EDATA, c->row_line, c->column + 1, "a quote is opened and never closed");
    if (c->failed != CC_OK) return failure(c, err);
    if (c->line_bytes) end_line(c);
    return CC_OK;
}

/* Parses up to the end of the next physical line; *ended at the end of the file. */
static enum cc_status parse_line(struct cc_csv *c, struct cc_error *err)
{
    struct cc_chunk *k = &c->chunk;
    for (;;) {
        if (k->at == k->end) {
            enum cc_status st = cc_chunk_fill(k, err);
            if (st == CC_END) return finish(c, err);
            if (st != CC_OK) return st;
        }
        const char *start = k->bytes + k->at;
        const char *newline = memchr(start, '\n', k->end - k->at);
        size_t n = newline ? (size_t)(newline - start) + 1 : k->end - k->at;
        const char *nul = memchr(start, 0, n);
        if (nul) n = (size_t)(nul - start); /* what is wrong before it comes first */
        k->at += n;
        enum cc_status st = parse_piece(c, start, n, err);
        if (st != CC_OK) return st;
        if (nul) return refuse_nul(c, err);
        if (!newline) continue;
        end_line(c);
        return CC_OK;
    }
}

static enum cc_status check_names(struct cc_csv *c, struct cc_error *err)
{
    for (size_t i = 0; i < c->width; i++)
        for (size_t j = 0; j < i && *c->names[i]; j++)
            if (!strcmp(c->names[i], c->names[j]))
                return cc_error_set(err, CC_EDATA, 1, i + 1, "duplicate column '%s' (also column %zu)",
                                    c->names[i], j + 1);
    return CC_OK;
}

static enum cc_status read_header(struct cc_csv *c, struct cc_error *err)
{
    enum cc_status st = cc_chunk_text(&c->chunk, err);
    if (st == CC_END) st = CC_OK; /* parsing finds the end as well */
    while (st == CC_OK && c->in_header && !c->ended) st = parse_line(c, err);
    if (st != CC_OK) return st;
    if (c->in_header) return cc_error_set(err, CC_EDATA, 1, 1, "the file has no header");
    return check_names(c, err);
}

static char delimiter_of(const char *path)
{
    size_t n = cc_input_stem(path);
    return n > 4 && (!strncmp(path + n - 4, ".tsv", 4) || !strncmp(path + n - 4, ".tab", 4)) ? '\t' : ',';
}

/* --- a part of a file --- */

/* Rows that would be regular if one began at text[at]; *whole: there are some, and all would be. */
static void rows_from(struct cc_scan *scan, struct cc_block *b, char *text, size_t size, size_t *rows, bool *whole)
{
    struct cc_scanned got;
    cc_scan_rows(scan, text, size, size, 1, b, &got);
    *rows = b->rows;
    cc_scan_rows(scan, text + got.used, size - got.used, size, 1, b, &got);
    *whole = *rows && !got.odd;
}

/* After the next line feed that is not inside quotes. */
static size_t after_line(const char *text, size_t size, bool inside)
{
    for (size_t i = 0; i < size; i++) {
        inside ^= text[i] == '"';
        if (text[i] == '\n' && !inside) return i + 1;
    }
    return size;
}

/* Guesses where a row begins: what was read before may or may not have opened a quote, so both are
 * tried, and the one under which more rows are regular is taken. */
static enum cc_status guess_start(struct cc_csv *c, struct cc_error *err)
{
    struct cc_chunk *k = &c->chunk;
    enum cc_status st = CC_OK;
    while (st == CC_OK && k->end - k->at < k->front) st = cc_chunk_fill(k, err);
    if (st != CC_OK && st != CC_END) return st;
    struct cc_block *block = calloc(1, sizeof *block);
    struct cc_scan *scan = cc_scan_alloc(c->simd, c->delimiter, c->width, NULL, 0);
    bool ready = block && scan;
    if (ready) cc_block_start(block, 0);
    size_t size = k->end - k->at, best = 0, best_rows = 0;
    bool best_whole = false;
    for (int inside = 0; ready && inside < 2 && !best_whole; inside++) {
        bool whole = false;
        size_t at = after_line(k->bytes + k->at, size, inside), rows = 0;
        rows_from(scan, block, k->bytes + k->at + at, size - at, &rows, &whole);
        if (inside && rows <= best_rows && !whole) continue;
        best = at;
        best_rows = rows;
        best_whole = whole;
    }
    k->at += best;
    if (block) cc_block_free(block);
    free(block);
    cc_scan_free(scan);
    return ready ? CC_OK : cc_error_memory(err);
}

static enum cc_status find_part(struct cc_csv *c, const struct cc_part *part, struct cc_error *err)
{
    c->is_part = true;
    c->to = part->to;
    if (part->from <= c->began) return CC_OK;
    if (!cc_csv_can_split(c)) return cc_error_set(err, CC_EDOMAIN, 0, 0, "the file cannot be read in parts");
    cc_chunk_seek(&c->chunk, part->known ? part->from : part->from - 1);
    enum cc_status st = part->known ? CC_OK : guess_start(c, err);
    c->began = cc_chunk_offset(&c->chunk);
    return st;
}

static enum cc_status start(struct cc_csv *c, const char *path, const struct cc_csv_options *options,
                            struct cc_error *err)
{
    enum cc_status st = cc_input_open(path, &c->in, err);
    if (st != CC_OK) return st;
    c->may_be_empty = options && options->may_be_empty;
    if (options && options->hash) cc_input_hash(c->in);
    if (csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return cc_error_memory(err);
    c->parser_open = true;
    c->delimiter = options && options->delimiter ? options->delimiter : delimiter_of(path);
    csv_set_delim(&c->parser, (unsigned char)c->delimiter);
    if (!cc_chunk_start(&c->chunk, c->in, 0, options ? options->bytes : 0)) return cc_error_memory(err);
    st = read_header(c, err);
    if (st != CC_OK) return st;
    c->simd = options ? cc_simd_choose(options->simd) : cc_simd_choose(CC_SIMD_BEST);
    c->began = cc_chunk_offset(&c->chunk);
    return options && options->part ? find_part(c, options->part, err) : CC_OK;
}

enum cc_status cc_csv_open(const char *path, const struct cc_csv_options *options, struct cc_csv **out,
                           struct cc_error *err)
{
    *out = NULL;
    struct cc_csv *c = calloc(1, sizeof *c);
    if (!c) return cc_error_memory(err);
    c->in_header = true;
    c->line = c->row_line = 1;
    c->to = UINT64_MAX;
    enum cc_status st = start(c, path, options, err);
    if (st == CC_OK) {
        *out = c;
        return CC_OK;
    }
    cc_error_file(err, c->in ? cc_input_name(c->in) : path);
    cc_csv_close(c);
    return st;
}

const char *const *cc_csv_names(const struct cc_csv *c, size_t *n)
{
    *n = c->width;
    return (const char *const *)c->names;
}

char cc_csv_delimiter(const struct cc_csv *c)
{
    return c->delimiter;
}

enum cc_status cc_csv_want(struct cc_csv *c, const int *columns, size_t n)
{
    free(c->slot_of);
    free(c->next_slot);
    c->slot_of = calloc(c->width + 1, sizeof *c->slot_of);
    c->next_slot = calloc(n + 1, sizeof *c->next_slot);
    if (!c->slot_of || !c->next_slot) return CC_ENOMEM;
    c->wanted = n;
    c->wanted_end = 0;
    for (size_t i = n; i-- > 0;) {
        if (columns[i] < 0) continue;
        if ((size_t)columns[i] >= c->width) return CC_EDOMAIN;
        if ((size_t)columns[i] >= c->wanted_end) c->wanted_end = (size_t)columns[i] + 1;
        c->next_slot[i] = c->slot_of[columns[i]];
        c->slot_of[columns[i]] = i + 1;
    }
    cc_scan_free(c->scan);
    c->scan = NULL;
    if (c->simd == CC_SIMD_OFF || c->width < 2) return CC_OK;
    c->scan = cc_scan_alloc(c->simd, c->delimiter, c->width, columns, n);
    return c->scan ? CC_OK : CC_ENOMEM;
}

static enum cc_status want_all(struct cc_csv *c)
{
    int *all = malloc((c->width + 1) * sizeof *all);
    if (!all) return CC_ENOMEM;
    for (size_t i = 0; i < c->width; i++) all[i] = (int)i;
    enum cc_status st = cc_csv_want(c, all, c->width);
    free(all);
    return st;
}

static enum cc_status verdict(struct cc_csv *c, struct cc_error *err)
{
    if (c->blank_lines)
        return cc_error_set(err, CC_EDATA, c->first_blank, 1, "blank line (%llu in the file, this is the first)",
                            (unsigned long long)c->blank_lines);
    if (c->lone_crs)
        return cc_error_set(err, CC_EDATA, c->first_cr, 1,
                            "carriage return without a line feed (%llu in the file, this is the first)",
                            (unsigned long long)c->lone_crs);
    if (c->rows == 0 && !c->is_part && !c->may_be_empty)
        return cc_error_set(err, CC_EDATA, 1, 0, "the file has a header and no rows");
    return CC_END;
}

/* --- reading --- */

/* Rows by libcsv. */
static enum cc_status read_slow(struct cc_csv *c, struct cc_block *block, struct cc_error *err)
{
    static const char slack[CC_BLOCK_SLACK] = "";
    if (!cc_block_list(block)) return cc_error_memory(err);
    memset(block->fields, 0, CC_BLOCK_ROWS * block->columns * sizeof *block->fields);
    cc_buf_clear(&c->text);
    c->block = block;
    enum cc_status st = CC_OK;
    do st = parse_line(c, err);
    while (st == CC_OK && !c->ended && block->rows < CC_BLOCK_ROWS
           && (c->parser.pstate != ROW_NOT_BEGUN || ((!c->scan || c->rows < c->slow_until)
                                                     && cc_chunk_offset(&c->chunk) < c->to)));
    c->block = NULL;
    if (st == CC_OK && !cc_buf_add(&c->text, slack, sizeof slack)) st = cc_error_memory(err);
    block->text = c->text.data;
    return st;
}

/* Regular rows, as many as are at hand; none if the next row is for libcsv. */
static enum cc_status read_fast(struct cc_csv *c, struct cc_block *block, struct cc_error *err)
{
    struct cc_chunk *k = &c->chunk;
    struct cc_scanned got = { .odd = false };
    for (;;) {
        size_t size = k->end - k->at;
        uint64_t left = c->to - cc_chunk_offset(k);
        cc_scan_rows(c->scan, k->bytes + k->at, size, left < size ? (size_t)left : size, c->line, block, &got);
        if (block->rows || got.odd || size > k->front) break;
        enum cc_status st = cc_chunk_fill(k, err);
        if (st == CC_END) break; /* what is left has no line end */
        if (st != CC_OK) return st;
    }
    if (!block->rows) c->slow_until = c->rows + SLOW_ROWS;
    k->at += got.used;
    c->rows += block->rows;
    c->line += got.lines;
    c->row_line = c->line;
    return CC_OK;
}

enum cc_status cc_csv_read(struct cc_csv *c, struct cc_block *block, struct cc_error *err)
{
    if (!c->slot_of && want_all(c) != CC_OK) return cc_error_memory(err);
    cc_block_start(block, c->wanted);
    enum cc_status st = CC_OK;
    while (st == CC_OK && block->rows == 0 && !c->ended) {
        bool between = c->parser.pstate == ROW_NOT_BEGUN;
        if (between && cc_chunk_offset(&c->chunk) >= c->to) break;
        if (c->scan && between && c->rows >= c->slow_until) st = read_fast(c, block, err);
        if (st == CC_OK && block->rows == 0) st = read_slow(c, block, err);
    }
    if (st == CC_OK && block->rows == 0) st = verdict(c, err);
    if (st == CC_EDATA && err && !err->line) err->line = c->row_line; /* a damaged gzip file */
    if (st != CC_OK && st != CC_END) cc_error_file(err, cc_input_name(c->in));
    return st;
}

bool cc_csv_can_split(const struct cc_csv *c)
{
    return c->simd != CC_SIMD_OFF && c->width >= 2 && cc_input_can_seek(c->in);
}

uint64_t cc_csv_began(const struct cc_csv *c)
{
    return c->began;
}

uint64_t cc_csv_stands(const struct cc_csv *c)
{
    return cc_chunk_offset(&c->chunk);
}

struct cc_input *cc_csv_input(struct cc_csv *c)
{
    return c->in;
}

void cc_csv_close(struct cc_csv *c)
{
    if (!c) return;
    cc_input_close(c->in);
    if (c->parser_open) csv_free(&c->parser);
    for (size_t i = 0; i < c->width; i++) free(c->names[i]);
    free(c->names);
    free(c->slot_of);
    free(c->next_slot);
    cc_scan_free(c->scan);
    cc_chunk_free(&c->chunk);
    cc_buf_free(&c->text);
    free(c);
}

bool cc_csv_quote(struct cc_buf *out, const char *text)
{
    size_t n = strlen(text);
    bool edge = n && (text[0] == ' ' || text[0] == '\t' || text[n - 1] == ' ' || text[n - 1] == '\t');
    if (!edge && !strpbrk(text, ",\"\r\n")) return cc_buf_add(out, text, n);
    bool ok = cc_buf_char(out, '"');
    for (; ok && *text; text++) ok = (*text != '"' || cc_buf_char(out, '"')) && cc_buf_char(out, *text);
    return ok && cc_buf_char(out, '"');
}

/* Reading side files. Pieces are read, not mapped: a file that is cut while it is used is
 * then an error like any other damage, and what was verified is what is used. */
#include "datasets/records/cc_stored.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_signal.h"
#include "datasets/records/cc_stored_file.h"

uint64_t cc_stored_rows(const struct cc_stored *s)
{
    return s->d.rows;
}

bool cc_stored_is_of(const struct cc_stored *s, const struct cc_input *in)
{
    struct cc_input_identity id;
    return cc_input_identity(in, &id) && cc_stored_same_file(&id, &s->d.key.file);
}

int cc_stored_column(const struct cc_stored *s, const char *name, size_t start, size_t width)
{
    for (uint64_t i = 0; i < s->d.column_count; i++) {
        const struct stored_column *c = &s->d.columns[i];
        if (!strcmp(c->name, name ? name : "") && c->start == start && c->width == width) return (int)i;
    }
    return -1;
}

void cc_stored_close(struct cc_stored *s)
{
    if (!s) return;
    if (atomic_load(&s->damaged)) unlink(s->path);
    if (s->fd >= 0) close(s->fd);
    cc_arena_free(&s->d.arena);
    free(s->path);
    free(s);
}

/* --- reading --- */

/* A column that is asked for. */
struct view {
    int column;             /* -1: empty texts */
    size_t at, group_at;    /* of its distinct texts in reader->text, and of those of a group that has texts */
    struct cc_field *texts; /* distinct */
    void *codes;            /* of the group, if it has codes */
};

struct cc_stored_reader {
    struct cc_stored *s;
    struct view *views;
    size_t n;
    char *text;
    bool ready;
    uint64_t began, row, to;
    size_t group; /* the one at hand; group_count: none */
    size_t first; /* of the block in the group */
};

enum cc_status cc_stored_reader_open(struct cc_stored *s, const struct cc_part *part, struct cc_stored_reader **out,
                                     struct cc_error *err)
{
    struct cc_stored_reader *r = *out = calloc(1, sizeof *r);
    if (!r) return cc_error_memory(err);
    r->s = s;
    r->to = part && part->to < s->d.rows ? part->to : s->d.rows;
    r->began = r->row = part ? part->from : 0;
    r->group = (size_t)s->d.group_count;
    return CC_OK;
}

static const struct stored_column *column_at(const struct cc_stored_reader *r, const struct view *v)
{
    return &r->s->d.columns[v->column];
}

/* The greatest piece of a column that has texts, or codes. */
static size_t greatest_piece(const struct stored_directory *d, int column, bool codes)
{
    uint64_t most = 0;
    for (uint64_t g = 0; g < d->group_count; g++) {
        const struct stored_piece *p = &d->groups[g].pieces[column];
        if ((p->width != 0) == codes && p->size > most) most = p->size;
    }
    return (size_t)(most + 7) / 8 * 8;
}

enum cc_status cc_stored_want(struct cc_stored_reader *r, const int *columns, size_t n)
{
    const struct stored_directory *d = &r->s->d;
    size_t size = 0;
    r->views = calloc(n + 1, sizeof *r->views);
    if (!r->views) return CC_ENOMEM;
    r->n = n;
    for (size_t i = 0; i < n; i++) {
        struct view *v = &r->views[i];
        v->column = columns[i];
        if (v->column < 0) continue;
        if ((uint64_t)v->column >= d->column_count) return CC_EDOMAIN;
        const struct stored_column *c = column_at(r, v);
        v->at = size;
        v->group_at = v->at + (size_t)(c->texts.size + 7) / 8 * 8;
        size = v->group_at + greatest_piece(d, v->column, false);
        v->codes = malloc(greatest_piece(d, v->column, true) + 1);
        v->texts = malloc((size_t)(c->text_count + 1) * sizeof *v->texts);
        if (!v->codes || !v->texts) return CC_ENOMEM;
    }
    if (size > UINT32_MAX - CC_BLOCK_SLACK) return CC_EDOMAIN; /* offsets in a block have 32 bits */
    r->text = calloc(1, size + CC_BLOCK_SLACK);
    return r->text ? CC_OK : CC_ENOMEM;
}

static const uint32_t *ends_at(const struct cc_stored_reader *r, size_t at)
{
    return (const uint32_t *)(const void *)(r->text + at);
}

static struct cc_field text_at(const uint32_t *ends, uint64_t count, size_t at, size_t i)
{
    uint32_t start = i ? ends[i - 1] : 0;
    return (struct cc_field){ (uint32_t)(at + 4 * count) + start, ends[i] - start };
}

/* Reads the distinct texts. */
static bool read_texts(struct cc_stored_reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        struct view *v = &r->views[i];
        if (v->column < 0) continue;
        const struct stored_column *c = column_at(r, v);
        if (!cc_stored_piece(r->s->fd, &c->texts, c->text_count, 0, r->text + v->at)) return false;
        for (size_t k = 0; k < c->text_count; k++)
            v->texts[k] = text_at(ends_at(r, v->at), c->text_count, v->at, k);
    }
    return true;
}

/* The piece of the group at hand. */
static const struct stored_piece *piece_of(const struct cc_stored_reader *r, const struct view *v)
{
    return &r->s->d.groups[r->group].pieces[v->column];
}

static bool read_group(struct cc_stored_reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        struct view *v = &r->views[i];
        if (v->column < 0) continue;
        const struct stored_piece *p = piece_of(r, v);
        if (!cc_stored_piece(r->s->fd, p, r->s->d.groups[r->group].rows, column_at(r, v)->text_count,
                             p->width ? v->codes : r->text + v->group_at)) return false;
    }
    return true;
}

static void cut(const struct cc_block *b, size_t column, const uint16_t *rows, size_t n, struct cc_field *out)
{
    const struct cc_stored_reader *r = b->reader;
    const struct view *v = &r->views[column];
    size_t width = v->column < 0 ? 0 : (size_t)piece_of(r, v)->width;
    size_t count = (size_t)r->s->d.groups[r->group].rows;
    const uint8_t *ones = v->codes;
    const uint16_t *twos = v->codes;
    for (size_t i = 0; i < n; i++) {
        size_t row = r->first + rows[i];
        out[i] = v->column < 0 ? (struct cc_field){ 0, 0 }
            : width == 0 ? text_at(ends_at(r, v->group_at), count, v->group_at, row)
            : v->texts[width == 1 ? ones[row] : twos[row]];
    }
}

static bool coded(const struct cc_block *b, size_t column, struct cc_coded *out)
{
    const struct cc_stored_reader *r = b->reader;
    const struct view *v = &r->views[column];
    size_t width = v->column < 0 ? 0 : (size_t)piece_of(r, v)->width;
    if (!width) return false;
    *out = (struct cc_coded){ (const char *)v->codes + r->first * width, width, v->texts,
                              (uint32_t)column_at(r, v)->text_count };
    return true;
}

/* Makes the group of the next row the one at hand. */
static bool find_group(struct cc_stored_reader *r)
{
    const struct stored_directory *d = &r->s->d;
    if (!r->ready && !read_texts(r)) return false;
    r->ready = true;
    size_t g = r->group < d->group_count ? r->group : 0;
    while (r->row >= d->groups[g].first + d->groups[g].rows) g++;
    if (g == r->group) return true;
    r->group = g;
    if (read_group(r)) return true;
    r->group = (size_t)d->group_count;
    return false;
}

enum cc_status cc_stored_read(struct cc_stored_reader *r, struct cc_block *block, struct cc_error *err)
{
    cc_block_start(block, r->n);
    if (cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    if (r->row >= r->to) return CC_END;
    if (!find_group(r)) {
        if (!cc_interrupted()) atomic_store(&r->s->damaged, true);
        return cc_error_set(err, CC_EDATA, 0, 0, "the side file is damaged");
    }
    const struct stored_group *g = &r->s->d.groups[r->group];
    uint64_t left = (r->to < g->first + g->rows ? r->to : g->first + g->rows) - r->row;
    block->rows = left < CC_BLOCK_ROWS ? (size_t)left : CC_BLOCK_ROWS;
    r->first = (size_t)(r->row - g->first);
    r->row += block->rows;
    block->text = r->text;
    block->reader = r;
    block->cut = cut;
    block->coded = coded;
    memset(block->line, 0, block->rows * sizeof *block->line);
    return CC_OK;
}

uint64_t cc_stored_began(const struct cc_stored_reader *r)
{
    return r->began;
}

uint64_t cc_stored_stands(const struct cc_stored_reader *r)
{
    return r->row;
}

void cc_stored_reader_close(struct cc_stored_reader *r)
{
    if (!r) return;
    for (size_t i = 0; r->views && i < r->n; i++) {
        free(r->views[i].codes);
        free(r->views[i].texts);
    }
    free(r->views);
    free(r->text);
    free(r);
}

/* Finding, making and reading side files. Pieces are read, not mapped: a file that is cut while it is used is
 * then an error like any other damage, and what was verified is what is used. */
#include "datasets/records/cc_stored.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/base/cc_signal.h"
#include "datasets/records/cc_stored_file.h"

enum { SAMPLES = 64, SAMPLE_BYTES = 4096 };

struct cc_stored {
    char *path;
    int fd;
    struct stored_directory d;
    atomic_bool damaged; /* a reader found it so */
};

/* --- of which file, in which state --- */

/* Where the i-th sample of a file begins: spread over it, the first and the last bytes among them. */
static uint64_t sample_at(uint64_t size, uint64_t i)
{
    return i + 1 == SAMPLES ? size - SAMPLE_BYTES : (size - SAMPLE_BYTES) / (SAMPLES - 1) * i;
}

/* The hash of the samples; of a small file, of all of it. */
static bool sample(int fd, uint64_t size, uint64_t *hash)
{
    bool small = size <= SAMPLES * SAMPLE_BYTES;
    size_t n = small ? (size_t)size : SAMPLES * SAMPLE_BYTES;
    char *bytes = malloc(n + 1);
    bool ok = bytes && (!small || cc_stored_pread(fd, bytes, n, 0));
    for (uint64_t i = 0; ok && !small && i < SAMPLES; i++)
        ok = cc_stored_pread(fd, bytes + i * SAMPLE_BYTES, SAMPLE_BYTES, sample_at(size, i));
    if (ok) *hash = cc_stored_hash(bytes, n);
    free(bytes);
    return ok;
}

static enum cc_status key_of(struct cc_records *r, int source, struct stored_key *key, struct cc_error *err)
{
    *key = (struct stored_key){ .delimiter = (unsigned char)cc_records_delimiter(r) };
    struct stat st;
    if (!cc_input_identity(cc_records_input(r), &key->file))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "only files that can be read again have a side file");
    bool same = fstat(source, &st) == 0 && (uint64_t)st.st_ino == key->file.inode
        && (uint64_t)st.st_dev == key->file.device;
    if (same && sample(source, key->file.size, &key->sample)) return CC_OK;
    return cc_error_set(err, CC_EIO, 0, 0, "the file cannot be read twice");
}

static bool same_key(const struct stored_key *a, const struct stored_key *b)
{
    return cc_stored_same_file(&a->file, &b->file) && a->sample == b->sample && a->delimiter == b->delimiter;
}

/* Beside the file; in a folder for all, names of files in different places must not collide. */
static char *side_path(const char *path, const char *folder)
{
    struct cc_buf name = { 0 };
    const char *slash = strrchr(path, '/');
    char *full = folder ? realpath(path, NULL) : NULL;
    bool ok = !folder ? cc_buf_printf(&name, "%s.columns", path)
        : full && cc_buf_printf(&name, "%s/%s-%016llx.columns", folder, slash ? slash + 1 : path,
                                (unsigned long long)cc_stored_hash(full, strlen(full)));
    free(full);
    if (!ok) cc_buf_free(&name);
    return ok ? name.data : NULL;
}

/* --- finding --- */

static void stored_free(struct cc_stored *s)
{
    if (s->fd >= 0) close(s->fd);
    cc_arena_free(&s->d.arena);
    free(s->path);
    free(s);
}

/* A side file with this key, or NULL. */
static struct cc_stored *find(const char *side, const struct stored_key *key)
{
    struct cc_stored *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    atomic_init(&s->damaged, false);
    s->path = cc_strdup(side);
    s->fd = open(side, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->path && s->fd >= 0 && cc_stored_get(s->fd, &s->d) && same_key(&s->d.key, key)) return s;
    stored_free(s);
    return NULL;
}

static bool is_whole(const struct cc_stored *s, int source)
{
    uint64_t hash[2];
    return cc_stored_whole(source, NULL, hash) && !memcmp(hash, s->d.whole, sizeof hash);
}

static int column_of(const struct cc_stored *s, const struct cc_records *r, size_t variable)
{
    const char *name;
    size_t start, width;
    if (!cc_records_place(r, variable, &name, &start, &width)) return -1;
    return cc_stored_column(s, name, start, width);
}

/* Which variables it shall hold: those that are asked for and those that it holds already (s may be NULL).
 * Returns how many; *missing tells whether it holds less. */
static size_t list_variables(const struct cc_stored *s, const struct cc_records *r, const struct cc_codebook *cb,
                             const size_t *asked, size_t n, size_t *list, bool *missing)
{
    size_t count = 0;
    *missing = !s;
    for (size_t v = 0; v < cb->count; v++) {
        bool wanted = false, held = s && column_of(s, r, v) >= 0;
        for (size_t i = 0; i < n; i++) wanted |= asked[i] == v;
        *missing |= wanted && !held;
        if (wanted || held) list[count++] = v;
    }
    return count;
}

static enum cc_status find_or_build(const char *side, struct cc_records *r, const struct cc_codebook *cb,
                                    int source, bool verify, const size_t *asked, size_t n, struct cc_stored **out,
                                    struct cc_error *err)
{
    struct stored_key key;
    enum cc_status st = key_of(r, source, &key, err);
    if (st != CC_OK) return st;
    size_t *list = malloc((cb->count + 1) * sizeof *list);
    if (!list) return cc_error_memory(err);
    struct cc_stored *s = find(side, &key);
    if (s && verify && !is_whole(s, source)) {
        stored_free(s);
        s = NULL;
    }
    bool missing;
    size_t count = list_variables(s, r, cb, asked, n, list, &missing);
    if (missing) {
        if (s) stored_free(s);
        s = NULL;
        st = cc_stored_build(side, r, cb, list, count, &key, source, err);
        if (st == CC_OK) s = find(side, &key);
    }
    free(list);
    if (st == CC_OK && !s) st = cc_error_set(err, CC_EIO, 0, 0, "it is gone");
    *out = s;
    return st;
}

enum cc_status cc_stored_open(const char *path, const struct cc_codebook *cb,
                              const struct cc_records_options *reading, const struct cc_stored_options *options,
                              const size_t *variables, size_t n, struct cc_stored **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_records_options whole = reading ? *reading : (struct cc_records_options){ 0 };
    whole.part = NULL;
    whole.stored = NULL;
    whole.hash = false;
    struct cc_records *r;
    if (!cc_input_is_regular(path))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "only files that can be read again have a side file");
    enum cc_status st = cc_records_open(path, cb, &whole, &r, err);
    if (st != CC_OK) return st;
    size_t described;
    bool as_read = cc_records_described(r, &described) != NULL; /* its dates are written as the codebook has them */
    int source = cc_records_nested(r) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    char *side = side_path(path, options->folder);
    if (as_read) st = cc_error_set(err, CC_EUSAGE, 0, 0, "files of SPSS, Stata and SAS have no side file");
    if (cc_records_nested(r)) st = cc_error_set(err, CC_EUSAGE, 0, 0, "nested records have no columns");
    for (size_t i = 0; st == CC_OK && i < n; i++)
        if (!cc_records_has(r, variables[i])) st = cc_error_set(err, CC_EDATA, 1, 0, "the file lacks a column");
    if (st == CC_OK && source < 0) st = cc_error_set(err, CC_EIO, 0, 0, "the file cannot be read twice");
    if (st == CC_OK && !side) st = cc_error_memory(err);
    if (st == CC_OK) st = find_or_build(side, r, cb, source, options->verify, variables, n, out, err);
    free(side);
    if (source >= 0) close(source);
    cc_records_close(r);
    return st;
}

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
    stored_free(s);
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

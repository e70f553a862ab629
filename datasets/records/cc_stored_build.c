/* Makes a side file in one pass: groups of rows are packed in memory and written one after the other; the
 * distinct texts and the directory come last. Meanwhile a thread hashes the whole source. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/base/cc_output.h"
#include "datasets/base/cc_thread.h"
#include "datasets/records/cc_stored_file.h"
#include "datasets/records/cc_value.h"

/* A column of the group that is being packed. */
struct packing {
    struct cc_dictionary *dictionary;
    uint32_t kept;       /* distinct texts that are in it for good */
    bool coded;          /* until there are too many */
    uint32_t *numbers;   /* of each row: its code, or where its text ends */
    struct cc_buf bytes; /* texts */
};

struct build {
    struct stored_directory d;
    struct packing *columns;
    size_t n, group_room;
    uint64_t rows; /* of the group */
    struct cc_block *block;
    struct cc_buf piece;
    FILE *file;
    uint64_t at;
};

static enum cc_status too_long(struct cc_error *err)
{
    return cc_error_set(err, CC_EDOMAIN, 0, 0, "its texts are too long for a side file");
}

static enum cc_status start_columns(struct build *b, struct cc_records *r, const struct cc_codebook *cb,
                                    const size_t *variables, struct cc_error *err)
{
    for (size_t i = 0; i < b->n; i++) {
        struct stored_column *c = &b->d.columns[i];
        struct packing *p = &b->columns[i];
        const char *name = "";
        size_t start = 0, width = 0;
        (void)cc_records_place(r, variables[i], &name, &start, &width);
        c->start = start, c->width = width;
        c->name = cc_arena_text(&b->d.arena, name, strlen(name));
        p->numbers = malloc(STORED_GROUP_ROWS * sizeof *p->numbers);
        p->dictionary = cc_dictionary_alloc(&cb->variables[variables[i]]);
        p->coded = true;
        if (!c->name || !p->numbers || !p->dictionary) return cc_error_memory(err);
    }
    return cc_records_want(r, variables, b->n) == CC_OK ? CC_OK : cc_error_memory(err);
}

/* --- packing --- */

static bool pack_texts(struct build *b, struct packing *p, const struct cc_field *fields)
{
    for (size_t i = 0; i < b->block->rows; i++) {
        struct cc_field f = cc_block_trim(b->block, fields[i]);
        if (!cc_buf_add(&p->bytes, b->block->text + f.at, f.size)) return false;
        p->numbers[b->rows + i] = (uint32_t)p->bytes.size;
    }
    return true;
}

static bool pack_block(struct build *b, const uint16_t *all)
{
    struct cc_field fields[CC_BLOCK_ROWS];
    bool ok = true;
    for (size_t i = 0; ok && i < b->n; i++) {
        struct packing *p = &b->columns[i];
        cc_block_cut(b->block, i, all, b->block->rows, fields);
        ok = p->coded ? cc_dictionary_numbers(p->dictionary, b->block->text, fields, b->block->rows,
                                              p->numbers + b->rows)
                      : pack_texts(b, p, fields);
    }
    b->rows += b->block->rows;
    return ok;
}

/* Writes b->piece. */
static enum cc_status write_piece(struct build *b, uint64_t width, struct stored_piece *out, struct cc_error *err)
{
    size_t n = b->piece.size;
    if (n > INT32_MAX) return too_long(err); /* readers have several of them in one block's text */
    *out = (struct stored_piece){ b->at, n, cc_stored_hash(b->piece.data, n), width };
    b->at += n;
    if (fwrite(b->piece.data, 1, n, b->file) == n) return CC_OK;
    return cc_error_set(err, CC_EIO, 0, 0, "cannot write (is there room?)");
}

static enum cc_status write_codes(struct build *b, const struct packing *p, struct stored_piece *out,
                                  struct cc_error *err)
{
    size_t width = p->kept <= 1 << 8 ? 1 : 2;
    cc_buf_clear(&b->piece);
    if (!cc_grow(&b->piece.data, &b->piece.room, STORED_GROUP_ROWS * sizeof(uint16_t), 1)) return cc_error_memory(err);
    uint16_t *twos = (uint16_t *)(void *)b->piece.data;
    uint8_t *ones = (uint8_t *)b->piece.data;
    for (uint64_t i = 0; i < b->rows; i++)
        if (width == 1) ones[i] = (uint8_t)p->numbers[i];
        else twos[i] = (uint16_t)p->numbers[i];
    b->piece.size = b->rows * width;
    return write_piece(b, width, out, err);
}

static enum cc_status write_texts(struct build *b, const uint32_t *ends, uint64_t n, const struct cc_buf *bytes,
                                  struct stored_piece *out, struct cc_error *err)
{
    if (bytes->size > INT32_MAX) return too_long(err);
    cc_buf_clear(&b->piece);
    bool ok = cc_buf_add(&b->piece, (const char *)ends, n * sizeof *ends)
        && cc_buf_add(&b->piece, bytes->size ? bytes->data : "", bytes->size);
    return ok ? write_piece(b, 0, out, err) : cc_error_memory(err);
}

/* There are too many distinct texts in this group: from here on texts stand there themselves. */
static bool give_up_codes(struct build *b, struct packing *p)
{
    bool ok = true;
    for (uint64_t i = 0; ok && i < b->rows; i++) {
        size_t n;
        const char *text = cc_dictionary_text(p->dictionary, p->numbers[i], &n);
        ok = cc_buf_add(&p->bytes, text, n);
        p->numbers[i] = (uint32_t)p->bytes.size;
    }
    p->coded = false;
    return ok;
}

static enum cc_status write_column(struct build *b, struct packing *p, struct stored_piece *out, struct cc_error *err)
{
    uint32_t count = cc_dictionary_count(p->dictionary);
    if (p->coded && count <= STORED_TEXTS) {
        p->kept = count;
        return write_codes(b, p, out, err);
    }
    if (p->coded && !give_up_codes(b, p)) return cc_error_memory(err);
    enum cc_status st = write_texts(b, p->numbers, b->rows, &p->bytes, out, err);
    cc_buf_clear(&p->bytes);
    return st;
}

static enum cc_status write_group(struct build *b, struct cc_error *err)
{
    struct stored_directory *d = &b->d;
    if (b->rows == 0) return CC_OK;
    if (!cc_grow(&d->groups, &b->group_room, d->group_count + 1, sizeof *d->groups)) return cc_error_memory(err);
    struct stored_group *g = &d->groups[d->group_count++];
    *g = (struct stored_group){ d->rows, b->rows, cc_arena_alloc(&d->arena, b->n * sizeof *g->pieces) };
    enum cc_status st = g->pieces ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; st == CC_OK && i < b->n; i++) st = write_column(b, &b->columns[i], &g->pieces[i], err);
    d->rows += b->rows;
    b->rows = 0;
    return st;
}

static bool is_full(const struct build *b)
{
    bool full = b->rows + CC_BLOCK_ROWS > STORED_GROUP_ROWS;
    for (size_t i = 0; i < b->n; i++) full |= b->columns[i].bytes.size >= STORED_GROUP_TEXT;
    return full;
}

static enum cc_status pack_all(struct build *b, struct cc_records *r, struct cc_error *err)
{
    uint16_t all[CC_BLOCK_ROWS];
    for (size_t i = 0; i < CC_BLOCK_ROWS; i++) all[i] = (uint16_t)i;
    enum cc_status st;
    while ((st = cc_records_read(r, b->block, err)) == CC_OK) {
        if (!pack_block(b, all)) return cc_error_memory(err);
        if (is_full(b)) st = write_group(b, err);
        if (st != CC_OK) return st;
    }
    return st == CC_END ? write_group(b, err) : st;
}

static enum cc_status write_distinct(struct build *b, struct packing *p, struct stored_column *c,
                                     struct cc_error *err)
{
    c->text_count = p->kept;
    uint32_t *ends = malloc((c->text_count + 1) * sizeof *ends);
    bool ok = ends != NULL;
    for (uint32_t i = 0; ok && i < p->kept; i++) {
        size_t n;
        const char *text = cc_dictionary_text(p->dictionary, i, &n);
        ok = cc_buf_add(&p->bytes, text, n);
        ends[i] = (uint32_t)p->bytes.size;
    }
    enum cc_status st = ok ? write_texts(b, ends, c->text_count, &p->bytes, &c->texts, err) : cc_error_memory(err);
    free(ends);
    return st;
}

static enum cc_status write_directory(struct build *b, struct cc_error *err)
{
    struct cc_buf bytes = { 0 };
    bool ok = cc_stored_put(&b->d, b->at, &bytes);
    enum cc_status st = !ok ? cc_error_memory(err)
        : fwrite(bytes.data, 1, bytes.size, b->file) == bytes.size ? CC_OK
        : cc_error_set(err, CC_EIO, 0, 0, "cannot write (is there room?)");
    cc_buf_free(&bytes);
    return st;
}

/* --- the hash of the whole source --- */

struct hasher {
    pthread_t thread;
    bool runs, ok;
    int fd;
    uint64_t hash[2];
    atomic_bool stop;
};

static void *hash_source(void *context)
{
    struct hasher *h = context;
    h->ok = cc_stored_whole(h->fd, &h->stop, h->hash);
    return NULL;
}

static enum cc_status end_hash(struct hasher *h, uint64_t hash[2], struct cc_error *err)
{
    if (h->runs) pthread_join(h->thread, NULL);
    else hash_source(h);
    memcpy(hash, h->hash, sizeof h->hash);
    return h->ok ? CC_OK : cc_error_set(err, CC_EIO, 0, 0, "the file cannot be read twice");
}

/* --- all of it --- */

static enum cc_status build(struct build *b, struct cc_records *r, int source, struct cc_error *err)
{
    struct hasher h = { .fd = source };
    atomic_init(&h.stop, false);
    h.runs = cc_thread_start(&h.thread, hash_source, &h) == CC_OK;
    enum cc_status st = pack_all(b, r, err);
    if (st != CC_OK) atomic_store(&h.stop, true);
    enum cc_status hashed = end_hash(&h, b->d.whole, st == CC_OK ? err : NULL);
    if (st == CC_OK) st = hashed;
    for (size_t i = 0; st == CC_OK && i < b->n; i++) st = write_distinct(b, &b->columns[i], &b->d.columns[i], err);
    if (st == CC_OK) st = write_directory(b, err);
    return st == CC_OK ? cc_input_unchanged(cc_records_input(r), err) : st;
}

static void build_free(struct build *b)
{
    for (size_t i = 0; b->columns && i < b->n; i++) {
        cc_dictionary_free(b->columns[i].dictionary);
        free(b->columns[i].numbers);
        cc_buf_free(&b->columns[i].bytes);
    }
    if (b->block) cc_block_free(b->block);
    free(b->block);
    free(b->columns);
    free(b->d.groups);
    cc_arena_free(&b->d.arena);
    cc_buf_free(&b->piece);
}

enum cc_status cc_stored_build(const char *side, struct cc_records *r, const struct cc_codebook *cb,
                               const size_t *variables, size_t n, const struct stored_key *key, int source,
                               struct cc_error *err)
{
    struct build b = { .n = n, .d = { .key = *key, .column_count = n } };
    struct cc_output *out;
    struct stat found;
    if (lstat(side, &found) == 0 && !S_ISREG(found.st_mode))
        return cc_error_set(err, CC_EIO, 0, 0, "cannot write: something else has its name");
    enum cc_status st = cc_output_open(side, 0600, &out, err);
    if (st != CC_OK) return st;
    b.file = cc_output_file(out);
    b.columns = calloc(n + 1, sizeof *b.columns);
    b.d.columns = cc_arena_alloc(&b.d.arena, (n + 1) * sizeof *b.d.columns);
    b.block = calloc(1, sizeof *b.block);
    st = b.columns && b.d.columns && b.block ? start_columns(&b, r, cb, variables, err) : cc_error_memory(err);
    if (st == CC_OK) st = build(&b, r, source, err);
    build_free(&b);
    if (st == CC_OK) return cc_output_commit(out, err);
    cc_output_discard(out);
    return st;
}

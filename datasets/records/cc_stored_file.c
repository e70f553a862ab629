/* The format of side files: what is not exactly as it was written is refused. */
#include "datasets/records/cc_stored_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "datasets/base/cc_signal.h"

#define MAGIC UINT64_C(0x31736e6d756c6f63) /* "columns1": the version is in it, and the order of bytes */
enum { TAIL = 32, LANE = 64 };

uint64_t cc_stored_hash(const void *bytes, size_t n)
{
    return XXH3_64bits(bytes, n);
}

bool cc_stored_pread(int fd, void *to, size_t n, uint64_t at)
{
    for (char *p = to; n;) {
        ssize_t got = pread(fd, p, n, (off_t)at);
        if (got < 0 && errno == EINTR && !cc_interrupted()) continue;
        if (got <= 0) return false;
        p += got, n -= (size_t)got, at += (uint64_t)got;
    }
    return true;
}

bool cc_stored_whole(int fd, const atomic_bool *stop, uint64_t hash[2])
{
    enum { STEP = 1 << 18 };
    XXH3_state_t *state = XXH3_createState();
    char *bytes = malloc(STEP);
    bool ok = state && bytes && XXH3_128bits_reset(state) == XXH_OK;
    for (uint64_t at = 0; ok;) {
        ssize_t n = pread(fd, bytes, STEP, (off_t)at);
        if (n < 0 && errno == EINTR && !cc_interrupted()) continue;
        if (n == 0) break;
        ok = n > 0 && !cc_interrupted() && !(stop && atomic_load(stop))
            && XXH3_128bits_update(state, bytes, (size_t)n) == XXH_OK;
        at += ok ? (uint64_t)n : 0;
    }
    if (ok) {
        XXH128_hash_t h = XXH3_128bits_digest(state);
        hash[0] = h.low64, hash[1] = h.high64;
    }
    XXH3_freeState(state);
    free(bytes);
    return ok;
}

bool cc_stored_same_file(const struct cc_input_identity *a, const struct cc_input_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

/* --- the directory: one walk over its parts, to write them or to read them --- */

struct walk {
    struct cc_buf *out; /* NULL: reading */
    const char *at, *end;
    bool ok;
};

static void pass_bytes(struct walk *w, void *x, size_t n)
{
    if (!w->ok) return;
    if (w->out) {
        w->ok = cc_buf_add(w->out, x, n);
        return;
    }
    w->ok = (size_t)(w->end - w->at) >= n;
    if (w->ok && n) memcpy(x, w->at, n);
    w->at += w->ok ? n : 0;
}

static void pass_number(struct walk *w, uint64_t *x)
{
    pass_bytes(w, x, sizeof *x);
}

static void pass_name(struct walk *w, struct cc_arena *arena, char **name)
{
    uint64_t n = w->out ? strlen(*name) : 0;
    pass_number(w, &n);
    if (w->ok && !w->out)
        w->ok = (uint64_t)(w->end - w->at) >= n && (*name = cc_arena_alloc(arena, (size_t)n + 1)) != NULL;
    pass_bytes(w, *name, (size_t)n);
}

static void pass_key(struct walk *w, struct stored_key *k)
{
    uint64_t mtime = (uint64_t)k->file.mtime_ns;
    uint64_t *const numbers[] = { &k->file.device, &k->file.inode, &k->file.size, &mtime,
                                  &k->sample, &k->delimiter };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) pass_number(w, numbers[i]);
    k->file.mtime_ns = (int64_t)mtime;
}

static void pass_piece(struct walk *w, struct stored_piece *p)
{
    uint64_t *const numbers[] = { &p->at, &p->size, &p->check, &p->width };
    for (size_t i = 0; i < 4; i++) pass_number(w, numbers[i]);
}

static void pass_column(struct walk *w, struct cc_arena *arena, struct stored_column *c)
{
    pass_name(w, arena, &c->name);
    uint64_t *const numbers[] = { &c->start, &c->width, &c->text_count };
    for (size_t i = 0; i < 3; i++) pass_number(w, numbers[i]);
    pass_piece(w, &c->texts);
}

/* Room for n things of which each takes at least `least` bytes of what is left. */
static void *room_for(struct walk *w, struct cc_arena *arena, uint64_t n, size_t size, uint64_t least)
{
    void *p = w->ok && n <= (uint64_t)(w->end - w->at) / least ? cc_arena_alloc(arena, (size_t)n * size) : NULL;
    w->ok = p != NULL;
    return p;
}

static void pass_group(struct walk *w, struct stored_directory *d, struct stored_group *g)
{
    pass_number(w, &g->first);
    pass_number(w, &g->rows);
    if (!w->out) g->pieces = room_for(w, &d->arena, d->column_count, sizeof *g->pieces, sizeof *g->pieces);
    for (uint64_t i = 0; w->ok && i < d->column_count; i++) pass_piece(w, &g->pieces[i]);
}

static void pass_directory(struct walk *w, struct stored_directory *d)
{
    pass_key(w, &d->key);
    uint64_t *const numbers[] = { &d->whole[0], &d->whole[1], &d->rows, &d->column_count, &d->group_count };
    for (size_t i = 0; i < 5; i++) pass_number(w, numbers[i]);
    if (!w->out) d->columns = room_for(w, &d->arena, d->column_count, sizeof *d->columns, 64);
    for (uint64_t i = 0; w->ok && i < d->column_count; i++) pass_column(w, &d->arena, &d->columns[i]);
    if (!w->out) d->groups = room_for(w, &d->arena, d->group_count, sizeof *d->groups, 16);
    for (uint64_t i = 0; w->ok && i < d->group_count; i++) pass_group(w, d, &d->groups[i]);
}

bool cc_stored_put(struct stored_directory *d, uint64_t at, struct cc_buf *out)
{
    struct walk w = { .out = out, .ok = true };
    pass_directory(&w, d);
    if (!w.ok) return false;
    uint64_t tail[] = { at, out->size, cc_stored_hash(out->data, out->size), MAGIC };
    pass_bytes(&w, tail, sizeof tail);
    return w.ok;
}

/* --- checks --- */

static bool piece_fits(const struct stored_piece *p, uint64_t rows, uint64_t end)
{
    if (p->at > end || p->size > end - p->at || p->size > UINT32_MAX || p->width > 2) return false;
    return p->width ? p->size == rows * p->width : p->size / 4 >= rows;
}

/* Is everything where it can be, in a file whose pieces end at `end`? */
static bool directory_fits(const struct stored_directory *d, uint64_t end)
{
    uint64_t rows = 0;
    for (uint64_t i = 0; i < d->column_count; i++) {
        const struct stored_column *c = &d->columns[i];
        if (c->text_count > STORED_TEXTS || c->texts.width || !piece_fits(&c->texts, c->text_count, end)) return false;
    }
    for (uint64_t g = 0; g < d->group_count; rows += d->groups[g++].rows) {
        const struct stored_group *group = &d->groups[g];
        if (group->first != rows || group->rows == 0 || group->rows > STORED_GROUP_ROWS) return false;
        for (uint64_t i = 0; i < d->column_count; i++)
            if (!piece_fits(&group->pieces[i], group->rows, end)) return false;
    }
    return rows == d->rows && rows > 0;
}

bool cc_stored_get(int fd, struct stored_directory *d)
{
    struct stat st;
    uint64_t tail[4];
    *d = (struct stored_directory){ .rows = 0 };
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < TAIL) return false;
    uint64_t end = (uint64_t)st.st_size - TAIL;
    if (!cc_stored_pread(fd, tail, sizeof tail, end)) return false;
    if (tail[3] != MAGIC || tail[0] > end || tail[1] != end - tail[0]) return false;
    char *bytes = malloc((size_t)tail[1] + 1);
    bool ok = bytes && cc_stored_pread(fd, bytes, (size_t)tail[1], tail[0])
        && cc_stored_hash(bytes, (size_t)tail[1]) == tail[2];
    struct walk w = { .at = bytes, .end = bytes ? bytes + tail[1] : NULL, .ok = ok };
    if (ok) pass_directory(&w, d);
    ok = w.ok && w.at == w.end && directory_fits(d, tail[0]);
    free(bytes);
    return ok;
}

/* The largest of n codes; whole lanes, so that compilers vectorise it. */
#define GREATEST(type)                                                          \
    static uint64_t greatest_##type(const type *codes, uint64_t n)              \
    {                                                                           \
        type most[LANE] = { 0 };                                                \
        uint64_t i = 0, all = 0;                                                \
        for (; i + LANE <= n; i += LANE)                                        \
            for (size_t k = 0; k < LANE; k++)                                   \
                most[k] = codes[i + k] > most[k] ? codes[i + k] : most[k];      \
        for (; i < n; i++) all = codes[i] > all ? codes[i] : all;               \
        for (size_t k = 0; k < LANE; k++) all = most[k] > all ? most[k] : all;  \
        return all;                                                             \
    }
GREATEST(uint8_t)
GREATEST(uint16_t)

static bool ends_ascend(const uint32_t *ends, uint64_t rows, uint64_t bytes)
{
    uint32_t before = 0;
    bool ok = true;
    for (uint64_t i = 0; i < rows; before = ends[i++]) ok &= ends[i] >= before;
    return ok && before == bytes;
}

bool cc_stored_piece(int fd, const struct stored_piece *p, uint64_t rows, uint64_t codes, void *to)
{
    if (!cc_stored_pread(fd, to, (size_t)p->size, p->at) || cc_stored_hash(to, (size_t)p->size) != p->check)
        return false;
    if (rows == 0) return p->size == 0;
    switch (p->width) {
    case 0: return ends_ascend(to, rows, p->size - 4 * rows);
    case 1: return greatest_uint8_t(to, rows) < codes;
    default: return greatest_uint16_t(to, rows) < codes;
    }
}

#include "stats/counting/cc_units.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "datasets/base/cc_thread.h"
#include "stats/counting/cc_spill.h"

enum {
    PARTS = 256,
    SMALLEST_PIECE = 240,
    LARGEST_PIECE = 8168, /* with its header and that of malloc, 8 KiB */
    FIRST_TIDY = 1 << 20, /* bytes of a store before it is first made distinct */
    COUNT_STEP = 4 << 20, /* bytes of a partition, read back in order to be counted, before it is */
    PRIVATE_COUNTS = 64 << 20 /* bytes of counts that threads may have for themselves */
};

/* A partition is a stream of bytes, cut into pieces without regard to records. */
struct piece {
    struct piece *next;
    uint32_t room;
    uint8_t data[];
};

struct part {
    uint8_t *at, *end; /* free bytes of the last piece */
    struct piece *first, *last;
    size_t full; /* bytes before the last piece */
    size_t records;
};

/* What of a partition was written to the file in one turn: up to where the next one starts. */
struct extent {
    uint64_t start;
    size_t records;
};

struct cc_units {
    struct part parts[PARTS];
    struct cc_sighting_form form;
    size_t memory, held, limit; /* bytes of pieces: the bound; now; at which to tidy */
    struct cc_sightings work;
    struct cc_spill file;
    struct extent *extents; /* turns x (PARTS + 1), the last one is where the turn ends */
    size_t extent_room, turns;
};

/* When to tidy next: when the store has doubled. */
static void set_limit(struct cc_units *u)
{
    u->limit = 2 * u->held > FIRST_TIDY ? 2 * u->held : FIRST_TIDY;
    if (u->memory && u->memory < u->limit) u->limit = u->memory;
}

struct cc_units *cc_units_alloc(const struct cc_units_options *options)
{
    struct cc_units *u = calloc(1, sizeof *u);
    if (!u) return NULL;
    u->form = (struct cc_sighting_form){ options->counts, options->per_cell };
    u->memory = options->memory;
    set_limit(u);
    return u;
}

/* --- the pieces of a partition --- */

static size_t part_size(const struct part *p)
{
    return p->last ? p->full + (size_t)(p->at - p->last->data) : 0;
}

static size_t piece_used(const struct part *p, const struct piece *piece)
{
    return piece == p->last ? (size_t)(p->at - piece->data) : piece->room;
}

static void open_piece(struct part *p, struct piece *piece)
{
    if (p->last) p->full += p->last->room;
    p->last = piece;
    p->at = piece->data;
    p->end = piece->data + piece->room;
}

static bool add_piece(struct cc_units *u, struct part *p)
{
    size_t room = part_size(p) / 16;
    if (room < SMALLEST_PIECE) room = SMALLEST_PIECE;
    if (room > LARGEST_PIECE) room = LARGEST_PIECE;
    struct piece *piece = malloc(sizeof *piece + room);
    if (!piece) return false;
    *piece = (struct piece){ .room = (uint32_t)room };
    *(p->last ? &p->last->next : &p->first) = piece;
    open_piece(p, piece);
    u->held += sizeof *piece + room;
    return true;
}

/* Returns the bytes that were given back. */
static size_t free_pieces(struct piece *piece)
{
    size_t bytes = 0;
    while (piece) {
        struct piece *next = piece->next;
        bytes += sizeof *piece + piece->room;
        free(piece);
        piece = next;
    }
    return bytes;
}

/* Returns the bytes that were given back. */
static size_t clear_part(struct part *p)
{
    size_t bytes = free_pieces(p->first);
    *p = (struct part){ 0 };
    return bytes;
}

static bool append(struct cc_units *u, struct part *p, const uint8_t *bytes, size_t n)
{
    while (n) {
        if (p->at == p->end && !add_piece(u, p)) return false;
        size_t room = (size_t)(p->end - p->at), some = n < room ? n : room;
        memcpy(p->at, bytes, some);
        p->at += some;
        bytes += some;
        n -= some;
    }
    return true;
}

/* Appends the records of a partition to a row of bytes. */
static bool gather(const struct part *p, struct cc_sightings *to)
{
    if (!cc_sightings_reserve(to, part_size(p))) return false;
    for (const struct piece *piece = p->first; piece; piece = piece->next) {
        size_t n = piece_used(p, piece);
        memcpy(to->data + to->size, piece->data, n);
        to->size += n;
    }
    to->records += p->records;
    return true;
}

/* Writes records over those of a partition, which were more, and frees the pieces that are left over. */
static void rewrite(struct cc_units *u, struct part *p, const struct cc_sightings *from)
{
    struct piece *piece = p->first;
    p->full = 0;
    p->last = NULL;
    for (size_t done = 0; done < from->size; piece = piece->next) {
        size_t left = from->size - done, n = left < piece->room ? left : piece->room;
        memcpy(piece->data, from->data + done, n);
        done += n;
        open_piece(p, piece);
        p->at += n;
    }
    u->held -= free_pieces(piece);
    p->last->next = NULL;
    p->records = from->records;
}

/* --- to the file and back --- */

static enum cc_status write_part(struct cc_units *u, struct part *p, struct cc_error *err)
{
    for (const struct piece *piece = p->first; piece; piece = piece->next) {
        enum cc_status st = cc_spill_add(&u->file, piece->data, piece_used(p, piece), err);
        if (st != CC_OK) return st;
    }
    u->held -= clear_part(p);
    return CC_OK;
}

static enum cc_status write_all(struct cc_units *u, struct cc_error *err)
{
    if (!cc_grow(&u->extents, &u->extent_room, (u->turns + 1) * (PARTS + 1), sizeof *u->extents))
        return cc_error_memory(err);
    struct extent *extents = u->extents + u->turns * (PARTS + 1);
    enum cc_status st = u->turns ? CC_OK : cc_spill_open(&u->file, err);
    if (st != CC_OK) return st;
    u->turns++;
    for (size_t p = 0; p < PARTS && st == CC_OK; p++) {
        extents[p] = (struct extent){ u->file.size, u->parts[p].records };
        st = write_part(u, &u->parts[p], err);
    }
    extents[PARTS] = (struct extent){ u->file.size, 0 };
    return st;
}

/* Appends what was spilled of partition p in one turn. */
static enum cc_status read_turn(const struct cc_units *u, size_t turn, size_t p, struct cc_sightings *to,
                                struct cc_error *err)
{
    const struct extent *extent = u->extents + turn * (PARTS + 1) + p;
    size_t n = (size_t)(extent[1].start - extent[0].start);
    if (n == 0) return CC_OK;
    if (!cc_sightings_reserve(to, n)) return cc_error_memory(err);
    enum cc_status st = cc_spill_get(&u->file, extent->start, to->data + to->size, n, err);
    to->size += n;
    to->records += extent->records;
    return st;
}

/* --- keeping small --- */

static enum cc_status merge_part(struct cc_units *u, struct part *p, struct cc_error *err)
{
    if (p->records < 2) return CC_OK;
    u->work.size = u->work.records = 0;
    if (!gather(p, &u->work) || !cc_sightings_merge(&u->form, &u->work)) return cc_error_memory(err);
    if (u->work.records < p->records) rewrite(u, p, &u->work);
    return CC_OK;
}

/* A sample that tells whether it is worth while to make all partitions distinct: their keys are spread by
 * chance, but for a key that is there again and again, which makes its partition large. */
static bool in_sample(const struct part *p, size_t number, size_t average)
{
    return number % 16 == 0 || part_size(p) > 2 * average;
}

/* Makes the store distinct if that frees a quarter of it. */
static enum cc_status merge_parts(struct cc_units *u, struct cc_error *err)
{
    size_t average = u->held / PARTS, before = 0, after = 0;
    bool sampled[PARTS];
    enum cc_status st = CC_OK;
    for (size_t p = 0; p < PARTS && st == CC_OK; p++) {
        if (!(sampled[p] = in_sample(&u->parts[p], p, average))) continue;
        before += part_size(&u->parts[p]);
        st = merge_part(u, &u->parts[p], err);
        after += part_size(&u->parts[p]);
    }
    if (after > before - before / 4) return st;
    for (size_t p = 0; p < PARTS && st == CC_OK; p++)
        if (!sampled[p]) st = merge_part(u, &u->parts[p], err);
    return st;
}

static enum cc_status tidy(struct cc_units *u, struct cc_error *err)
{
    enum cc_status st = merge_parts(u, err);
    bool bound = u->memory && u->held > u->memory / 2; /* half, so that the next time is far off */
    if (st == CC_OK && bound) st = write_all(u, err);
    if (bound) cc_sightings_free(&u->work);
    set_limit(u);
    return st;
}

/* --- seeing --- */

/* The record does not fit the last piece: it is cut. */
static enum cc_status see_cut(struct cc_units *u, struct part *p, const struct cc_sighting *s, size_t size,
                              struct cc_error *err)
{
    u->work.size = 0;
    if (!cc_sightings_reserve(&u->work, size)) return cc_error_memory(err);
    cc_sighting_write(&u->form, s, u->work.data);
    if (!append(u, p, u->work.data, size)) return cc_error_memory(err);
    p->records++;
    return u->held > u->limit ? tidy(u, err) : CC_OK;
}

enum cc_status cc_units_see(struct cc_units *u, const struct cc_sighting *s, struct cc_error *err)
{
    struct part *p = &u->parts[cc_sighting_hash(s->key, s->key_size) >> 56];
    size_t size = cc_sighting_size(&u->form, s);
    if (size > (size_t)(p->end - p->at)) return see_cut(u, p, s, size, err);
    cc_sighting_write(&u->form, s, p->at);
    p->at += size;
    p->records++;
    return CC_OK;
}

/* --- counting --- */

struct count {
    struct cc_units *const *stores;
    const uint32_t *const *cell_maps;
    size_t n;
    atomic_size_t next; /* partition to be counted */
};

struct worker {
    struct count *count;
    int64_t *counts;
    struct cc_sightings work;
    pthread_t thread;
    enum cc_status status;
    struct cc_error error;
};

/* Called with more and more records of a partition: keeps them distinct as they grow. */
static bool keep_distinct(const struct cc_units *u, struct cc_sightings *b, size_t *merge)
{
    if (b->size < *merge) return true;
    bool ok = cc_sightings_merge(&u->form, b);
    *merge = 2 * b->size > COUNT_STEP ? 2 * b->size : COUNT_STEP;
    return ok;
}

/* Adds what a store holds of partition p: first what it wrote to its file, then what it has in memory. */
static enum cc_status take_part(struct worker *w, size_t store, size_t p, size_t *merge)
{
    struct cc_units *u = w->count->stores[store];
    const uint32_t *cell_of = w->count->cell_maps ? w->count->cell_maps[store] : NULL;
    for (size_t turn = 0; turn <= u->turns; turn++) {
        size_t from = w->work.size;
        enum cc_status st = CC_OK;
        if (turn < u->turns) st = read_turn(u, turn, p, &w->work, &w->error);
        else if (!gather(&u->parts[p], &w->work)) st = cc_error_memory(&w->error);
        if (st != CC_OK) return st;
        if (cell_of) cc_sightings_renumber(&u->form, &w->work, from, cell_of);
        if (!keep_distinct(u, &w->work, merge)) return cc_error_memory(&w->error);
    }
    clear_part(&u->parts[p]);
    return CC_OK;
}

static enum cc_status count_part(struct worker *w, size_t p)
{
    const struct cc_sighting_form *form = &w->count->stores[0]->form;
    size_t merge = COUNT_STEP;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < w->count->n && st == CC_OK; i++) st = take_part(w, i, p, &merge);
    if (st != CC_OK) return st;
    return cc_sightings_count(form, &w->work, w->counts) ? CC_OK : cc_error_memory(&w->error);
}

static void *count_parts(void *worker)
{
    struct worker *w = worker;
    size_t p;
    while (w->status == CC_OK && (p = atomic_fetch_add(&w->count->next, 1)) < PARTS)
        w->status = count_part(w, p);
    cc_sightings_free(&w->work);
    return NULL;
}

/* The caller's thread is worker 0, which counts right into the cells; the others have counts of their own.
 * Those that cannot be started are not needed. */
static void run_workers(struct worker *workers, unsigned threads, int64_t *counts, size_t size)
{
    unsigned started = 1;
    workers[0].counts = counts;
    for (; started < threads; started++) {
        struct worker *w = &workers[started];
        if (!(w->counts = calloc(size, sizeof *w->counts))) break;
        if (cc_thread_start(&w->thread, count_parts, w) == CC_OK) continue;
        free(w->counts);
        break;
    }
    count_parts(&workers[0]);
    for (unsigned i = 1; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        for (size_t k = 0; k < size; k++) counts[k] += workers[i].counts[k];
        free(workers[i].counts);
    }
}

enum cc_status cc_units_count(struct cc_units *const *stores, const uint32_t *const *cell_maps, size_t n,
                              unsigned threads, struct cc_cells *cells, struct cc_error *err)
{
    size_t size = cc_cells_count(cells) * cc_cells_columns(cells);
    if (n == 0 || size == 0) return CC_OK;
    size_t most = 1 + PRIVATE_COUNTS / (size * sizeof(int64_t));
    if (threads > PARTS) threads = PARTS;
    if (threads > most) threads = (unsigned)most;
    struct count count = { .stores = stores, .cell_maps = cell_maps, .n = n };
    struct worker *workers = calloc(threads, sizeof *workers);
    if (!workers) return cc_error_memory(err);
    for (unsigned i = 0; i < threads; i++) workers[i].count = &count;
    run_workers(workers, threads, cc_cells_counts(cells), size);
    enum cc_status st = CC_OK;
    for (unsigned i = 0; i < threads && st == CC_OK; i++)
        if ((st = workers[i].status) != CC_OK && err) *err = workers[i].error;
    free(workers);
    return st;
}

void cc_units_free(struct cc_units *u)
{
    if (!u) return;
    for (size_t p = 0; p < PARTS; p++) clear_part(&u->parts[p]);
    if (u->turns) cc_spill_close(&u->file);
    cc_sightings_free(&u->work);
    free(u->extents);
    free(u);
}

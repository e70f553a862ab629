#include "stats/counting/cc_tally.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_signal.h"
#include "datasets/base/cc_thread.h"
#include "stats/counting/cc_tally_parts.h"

enum { LEAST_PART = 1 << 22, MOST_THREADS = 256, EXPANSION = 6 /* of compressed files, for the shares */,
       ROW_WEIGHT = 32 /* bytes of text that are read in the time of a stored row, about */ };

static unsigned thread_count(const struct cc_tally_job *job)
{
    /* A record that waits for a newer one waits in one place. */
    if (job->plain || job->definitions->keep_count) return 1;
    long processors = job->threads ? (long)job->threads : sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > MOST_THREADS ? MOST_THREADS : (unsigned)processors;
}

/* What each store of units may hold, of which every thread has one a table. */
static size_t unit_memory(const struct cc_tally_job *job)
{
    uint64_t stores = 0;
    for (size_t i = 0; i < job->spec_count; i++)
        stores += job->specs[i].unit && strcmp(job->specs[i].unit, "record");
    uint64_t bytes = stores ? job->unit_memory / (stores * thread_count(job)) : 0;
    return job->unit_memory && !bytes ? 1 : (size_t)bytes;
}

static enum cc_status new_worker(struct cc_tally *t, struct tally_worker **out, struct cc_error *err)
{
    return cc_tally_worker_alloc(t->job, unit_memory(t->job), &t->failed, out, err);
}

enum cc_status cc_tally_alloc(const struct cc_tally_job *job, struct cc_tally **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_tally *t = calloc(1, sizeof *t);
    if (!t) return cc_error_memory(err);
    t->job = job;
    atomic_init(&t->failed, false);
    t->workers = calloc(MOST_THREADS, sizeof *t->workers);
    enum cc_status st = t->workers ? new_worker(t, &t->workers[0], err) : cc_error_memory(err);
    if (st != CC_OK) {
        cc_tally_free(t);
        return st;
    }
    t->worker_count = 1;
    *out = t;
    return CC_OK;
}

void cc_tally_free(struct cc_tally *t)
{
    if (!t) return;
    for (size_t i = 0; t->stored && i < t->job->input_count; i++) cc_stored_close(t->stored[i]);
    free(t->stored);
    free(t->stored_errors);
    for (size_t i = 0; t->workers && i < MOST_THREADS; i++) cc_tally_worker_free(t->workers[i]);
    free(t->workers);
    free(t);
}

/* --- side files --- */

static enum cc_status open_stored(struct cc_tally *t, struct cc_error *err)
{
    const struct cc_tally_job *job = t->job;
    size_t *variables, n;
    t->stored = calloc(job->input_count + 1, sizeof *t->stored);
    t->stored_errors = calloc(job->input_count + 1, sizeof *t->stored_errors);
    if (!t->stored || !t->stored_errors || !cc_query_variables(t->workers[0]->query, &variables, &n))
        return cc_error_memory(err);
    for (size_t i = 0; i < job->input_count; i++) /* without one, the input is read, and says its errors best */
        if (!job->inputs[i].list)
            (void)!cc_stored_open(job->inputs[i].path, job->codebook, &job->reading, job->cache, variables, n,
                                  &t->stored[i], &t->stored_errors[i]);
    free(variables);
    t->workers[0]->stored = t->stored;
    return CC_OK;
}

static bool uses_stored(const struct cc_tally *t)
{
    bool any = false;
    for (size_t i = 0; t->stored && i < t->job->input_count; i++) any |= t->stored[i] != NULL;
    return any;
}

const char *cc_tally_not_cached(const struct cc_tally *t, size_t input)
{
    bool failed = t->stored && !t->job->inputs[input].list && !t->stored[input];
    return failed ? t->stored_errors[input].text : NULL;
}

/* --- who reads what --- */

struct extent {
    bool regular, can_split;
    uint64_t weight; /* bytes of text, about */
    uint64_t unit;   /* of which this is what parts are counted in: a byte, or a stored row */
};

/* Pipes are not touched. What is wrong with a file is said when it is read. */
static struct extent extent_of(const struct cc_tally *t, size_t input)
{
    const struct cc_tally_job *job = t->job;
    const struct cc_tally_input *in = &job->inputs[input];
    struct extent e = { .regular = cc_input_is_regular(in->path), .unit = 1 };
    if (t->stored && t->stored[input])
        return (struct extent){ true, true, cc_stored_rows(t->stored[input]) * ROW_WEIGHT, ROW_WEIGHT };
    struct cc_records_options reading = job->reading;
    struct cc_records *r;
    reading.hash = false;
    reading.progress = NULL;
    if (!e.regular || cc_records_open(in->path, job->codebook, &reading, &r, NULL) != CC_OK) return e;
    e.can_split = cc_records_can_split(r);
    e.weight = cc_input_total(cc_records_input(r)) * (e.can_split ? 1 : EXPANSION);
    cc_records_close(r);
    return e;
}

static void add_stretch(struct tally_worker *w, struct tally_stretch s)
{
    w->stretches[w->stretch_count++] = s;
}

/* Each worker reads its share of all inputs as if they were one after the other. */
static void share(struct cc_tally *t, const struct extent *extents, uint64_t weight)
{
    size_t n = t->worker_count;
    uint64_t before = 0;
    for (size_t i = 0; i < t->job->input_count; before += extents[i++].weight) {
        uint64_t size = extents[i].weight;
        if (n == 1 || !extents[i].can_split) {
            size_t k = n == 1 || weight == 0 ? 0 : (size_t)((before + size / 2) * n / (weight + 1));
            add_stretch(t->workers[k], (struct tally_stretch){ .input = i });
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            uint64_t low = weight * k / n, high = k + 1 == n ? weight : weight * (k + 1) / n;
            uint64_t from = low > before ? low - before : 0, to = high > before ? high - before : 0;
            if (to > size) to = size;
            if (from >= to) continue;
            uint64_t unit = extents[i].unit;
            struct cc_part part = { .from = from / unit, .to = to == size ? UINT64_MAX : to / unit };
            add_stretch(t->workers[k], (struct tally_stretch){ i, from > 0 || to < size, part, 0, 0 });
        }
    }
}

static enum cc_status add_worker(struct cc_tally *t, struct cc_error *err)
{
    enum cc_status st = new_worker(t, &t->workers[t->worker_count], err);
    if (st == CC_OK) t->workers[t->worker_count++]->stored = t->stored;
    return st;
}

static enum cc_status plan(struct cc_tally *t, struct cc_error *err)
{
    size_t inputs = t->job->input_count;
    struct extent *extents = calloc(inputs + 1, sizeof *extents);
    if (!extents) return cc_error_memory(err);
    unsigned n = thread_count(t->job);
    uint64_t weight = 0;
    bool regular = true;
    for (size_t i = 0; i < inputs && n > 1; i++) {
        extents[i] = extent_of(t, i);
        weight += extents[i].weight;
        regular &= extents[i].regular;
    }
    uint64_t worth = weight / (t->job->least_part ? t->job->least_part : LEAST_PART) + 1;
    if (!regular) n = 1; /* what a pipe held is gone if it should have to be read again */
    if (n > worth) n = (unsigned)worth;
    enum cc_status st = CC_OK;
    while (st == CC_OK && t->worker_count < n) st = add_worker(t, err);
    if (st == CC_OK) share(t, extents, weight);
    free(extents);
    return st;
}

/* --- all of them --- */

static void *read_in_thread(void *worker)
{
    cc_tally_read(worker);
    return NULL;
}

/* The first worker is the calling thread, and so is one that gets no thread of its own. */
static void read_all(struct cc_tally *t)
{
    pthread_t threads[MOST_THREADS];
    bool started[MOST_THREADS] = { false };
    for (size_t i = 1; i < t->worker_count; i++)
        started[i] = cc_thread_start(&threads[i], read_in_thread, t->workers[i]) == CC_OK;
    for (size_t i = 0; i < t->worker_count; i++)
        if (!started[i]) cc_tally_read(t->workers[i]);
    for (size_t i = 1; i < t->worker_count; i++)
        if (started[i]) pthread_join(threads[i], NULL);
}

/* A new worker in the place of one whose start was guessed wrong, which reads the same from where it
 * must begin. */
static enum cc_status read_again(struct cc_tally *t, size_t k, uint64_t from, struct cc_error *err)
{
    struct tally_worker *old = t->workers[k], *w;
    enum cc_status st = new_worker(t, &w, err);
    if (st != CC_OK) return st;
    w->stored = old->stored;
    w->stretch_count = old->stretch_count;
    memcpy(w->stretches, old->stretches, old->stretch_count * sizeof *w->stretches);
    w->stretches[0].part.from = from;
    w->stretches[0].part.known = true;
    t->workers[k] = w;
    cc_tally_worker_free(old);
    cc_tally_read(w);
    return CC_OK;
}

/* A part of a file begins where the part before it ended, or else the guess was wrong. */
static enum cc_status check_starts(struct cc_tally *t, struct cc_error *err)
{
    for (size_t k = 1; k < t->worker_count; k++) {
        const struct tally_worker *w = t->workers[k], *before = t->workers[k - 1];
        if (!w->stretch_count || !w->stretches[0].split || w->stretches[0].part.from == 0) continue;
        uint64_t stands = before->stretches[before->stretch_count - 1].stands;
        if (w->stretches[0].began == stands) continue;
        enum cc_status st = read_again(t, k, stands, err);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

/* Did a worker meet an error, or is a file without records, which no part of it can know? */
static bool went_wrong(const struct cc_tally *t)
{
    if (atomic_load(&t->failed)) return true;
    for (size_t i = 0; i < t->job->input_count; i++) {
        uint64_t read = 0;
        for (size_t k = 0; k < t->worker_count; k++) read += t->workers[k]->files[i].read;
        if (read == 0) return true;
    }
    return false;
}

/* All workers but one new one leave; it reads everything. */
static enum cc_status start_over(struct cc_tally *t, struct cc_error *err)
{
    struct tally_worker *w;
    enum cc_status st = new_worker(t, &w, err);
    if (st != CC_OK) return st;
    for (size_t k = 0; k < t->worker_count; k++) {
        cc_tally_worker_free(t->workers[k]);
        t->workers[k] = NULL;
    }
    t->workers[0] = w;
    t->worker_count = 1;
    atomic_store(&t->failed, false);
    for (size_t i = 0; i < t->job->input_count; i++) add_stretch(w, (struct tally_stretch){ .input = i });
    cc_tally_read(w);
    return CC_OK;
}

static enum cc_status read_inputs(struct cc_tally *t, struct cc_error *err)
{
    read_all(t);
    enum cc_status st = CC_OK;
    if (t->worker_count > 1 && !atomic_load(&t->failed)) st = check_starts(t, err);
    /* Whatever is wrong, one reader of the whole says it best: it knows all lines before. A side file knows none,
     * and may be what is wrong. */
    bool again = t->worker_count > 1 || uses_stored(t);
    if (st == CC_OK && again && !cc_interrupted() && went_wrong(t)) st = start_over(t, err);
    for (size_t k = 0; st == CC_OK && k < t->worker_count; k++) {
        st = t->workers[k]->status;
        if (st != CC_OK && err) *err = t->workers[k]->err;
    }
    return st;
}

/* --- the sum of the workers --- */

static void add_told(struct cc_tally_told *into, const struct cc_tally_told *from)
{
    into->met += from->met;
    into->unmet += from->unmet;
    into->unknown += from->unknown;
    into->no_key += from->no_key;
}

static void add_file(struct cc_tally_file *into, const struct cc_tally_file *from)
{
    if (!*into->name) memcpy(into->name, from->name, sizeof into->name);
    if (!*into->sha256) memcpy(into->sha256, from->sha256, sizeof into->sha256);
    if (!into->level) into->level = from->level;
    if (into->bytes < from->bytes) into->bytes = from->bytes;
    into->read += from->read;
    for (int k = 0; k < CC_LEFT_REASONS; k++) into->left[k] += from->left[k];
}

/* Adds a worker's cells of a table to those of the first. *map: its cell -> the first one's; owned by the
 * caller. */
static bool add_cells(const struct tally_table *into, const struct tally_table *from, uint32_t **map)
{
    uint32_t *numbers[CC_CELLS_MAX_GROUPS] = { NULL };
    size_t groups = into->spec->by_count;
    bool ok = (*map = malloc((cc_cells_count(from->cells) + 1) * sizeof **map)) != NULL;
    for (size_t g = 0; ok && g < groups; g++) {
        uint32_t n = cc_group_count(from->groups[g]);
        ok = (numbers[g] = malloc(((size_t)n + 1) * sizeof **numbers)) != NULL;
        for (uint32_t i = 0; ok && i < n; i++)
            ok = (numbers[g][i] = cc_group_adopt(into->groups[g], from->groups[g], i)) != UINT32_MAX;
    }
    if (ok) ok = cc_cells_merge(into->cells, from->cells, (const uint32_t *const *)numbers, *map);
    for (size_t g = 0; g < groups; g++) free(numbers[g]);
    return ok;
}

/* Counts the units of all workers together. */
static enum cc_status count_units(struct cc_tally *t, size_t table, uint32_t **maps, struct cc_error *err)
{
    struct cc_units *stores[MOST_THREADS];
    for (size_t k = 0; k < t->worker_count; k++) stores[k] = t->workers[k]->tables[table].units;
    return cc_units_count(stores, (const uint32_t *const *)maps, t->worker_count, (unsigned)t->worker_count,
                          t->workers[0]->tables[table].cells, err);
}

static enum cc_status sum_table(struct cc_tally *t, size_t i, struct cc_error *err)
{
    struct tally_table *table = &t->workers[0]->tables[i];
    uint32_t *maps[MOST_THREADS] = { NULL };
    enum cc_status st = CC_OK;
    for (size_t k = 1; st == CC_OK && k < t->worker_count; k++) {
        const struct tally_table *from = &t->workers[k]->tables[i];
        add_told(&table->told, &from->told);
        if (!add_cells(table, from, &maps[k])) st = cc_error_memory(err);
    }
    if (st == CC_OK && table->units) st = count_units(t, i, maps, err);
    for (size_t k = 1; k < t->worker_count; k++) free(maps[k]);
    bool margins = table->spec->total && !table->spec->per_cell;
    return st != CC_OK || !margins || cc_cells_add_margins(table->cells) ? st : cc_error_memory(err);
}

enum cc_status cc_tally_run(struct cc_tally *t, struct cc_error *err)
{
    enum cc_status st = t->job->cache ? open_stored(t, err) : CC_OK;
    if (st == CC_OK) st = plan(t, err);
    if (st == CC_OK) st = read_inputs(t, err);
    struct tally_worker *first = t->workers[0];
    if (st == CC_OK) st = cc_tally_see_kept(first, err);
    for (size_t k = 1; st == CC_OK && k < t->worker_count; k++)
        for (size_t i = 0; i < t->job->input_count; i++) add_file(&first->files[i], &t->workers[k]->files[i]);
    for (size_t i = 0; st == CC_OK && i < t->job->spec_count; i++) st = sum_table(t, i, err);
    return st;
}

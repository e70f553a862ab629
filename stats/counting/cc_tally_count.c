/* What a worker makes of its records. Two ways give the same counts: record by record, and, some thirty
 * times faster, a block of rows at a time, where each question is asked for all rows that it is about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/counting/cc_tally_parts.h"

/* --- record by record --- */

static bool read_key(struct tally_worker *w, const int *slots, size_t n)
{
    cc_buf_clear(&w->key);
    for (size_t i = 0; i < n; i++)
        if (!cc_query_key_text(w->query, slots[i], &w->key)) return false;
    return true;
}

/* By which the record replaces others, if it may. */
static bool read_keep_key(struct tally_worker *w)
{
    return !w->keep.newest || read_key(w, w->keep.key, w->keep.key_count);
}

static bool read_rank(struct tally_worker *w, const struct tally_table *table, size_t what)
{
    cc_buf_clear(&w->rank); /* records that fit come before those of which it is unknown */
    bool ok = cc_buf_char(&w->rank, (char)(CC_TRUE - (int)what));
    for (size_t i = 0; ok && i < table->unit->rank_count; i++)
        ok = cc_query_rank(w->query, table->ranks[i], table->orders[i], &w->rank);
    return ok;
}

/* What the record says to one table. *used tells whether the table takes notice of it. */
static enum cc_status record_table(struct tally_worker *w, size_t i, bool *used, struct cc_error *err)
{
    struct tally_table *table = &w->tables[i];
    struct cc_query *q = w->query;
    enum cc_truth fits = table->where ? cc_query_test(q, table->where) : CC_TRUE;
    bool has_key = !table->unit || read_key(w, table->keys, table->unit->item_count);
    size_t what = has_key ? (size_t)fits : TALLY_NO_KEY;
    struct cc_sighting s = { .answers = w->answers };
    *used |= has_key;
    if (!w->keep.newest) cc_tally_tell(table, what);
    if (!cc_tally_is_seen(what))
        return !w->keep.newest || cc_tally_keep_sighting(w, i, what, &s) ? CC_OK : cc_error_memory(err);
    for (size_t k = 0; k < table->count_count; k++) {
        enum cc_truth c = table->counts[k] ? cc_query_test(q, table->counts[k]) : CC_TRUE;
        w->answers[k] = (uint8_t)(c < fits ? c : fits);
    }
    bool ok = true;
    for (size_t g = 0; ok && g < table->spec->by_count; g++)
        ok = (w->tuple[g] = cc_query_group_number(q, table->groups[g])) != UINT32_MAX;
    if (ok && table->unit) ok = read_rank(w, table, what);
    if (!ok) return cc_error_memory(err);
    if (table->unit) {
        s.key = w->key.data, s.key_size = w->key.size;
        s.rank = w->rank.data, s.rank_size = w->rank.size;
    }
    if (!w->keep.newest) return cc_tally_see(table, w->tuple, s, err);
    return cc_tally_keep_sighting(w, i, what, &s) ? CC_OK : cc_error_memory(err);
}

static enum cc_status count_record(struct tally_worker *w, size_t file, struct cc_error *err)
{
    struct cc_tally_file *f = &w->files[file];
    int wanted = w->job->ffy, year = wanted ? cc_query_year(w->query) : 0;
    bool asked = false, used = false;
    cc_buf_clear(&w->keep.sightings);
    for (size_t i = 0; i < w->job->spec_count; i++) {
        if (year != wanted && !w->tables[i].spec->all_years) continue;
        asked = true;
        enum cc_status st = record_table(w, i, &used, err);
        if (st != CC_OK) return st;
    }
    if (!asked) f->left[year ? CC_LEFT_OTHER_YEAR : CC_LEFT_YEAR_UNKNOWN]++;
    else if (!used || !read_keep_key(w)) f->left[CC_LEFT_NO_KEY]++;
    else if (w->keep.newest) return cc_tally_keep_record(w, file, err);
    return CC_OK;
}

static enum cc_status count_records(struct tally_worker *w, size_t file, struct cc_error *err)
{
    const struct cc_block *block = &w->block;
    enum cc_status st = CC_OK;
    for (size_t row = 0; st == CC_OK && row < block->rows; row++) {
        st = cc_query_record(w->query, block, row, err);
        if (st == CC_OK) st = count_record(w, file, err);
        if (st == CC_OK) st = cc_query_check(w->query, err);
        if (st != CC_OK && err && !err->line) err->line = block->line[row];
    }
    return st;
}

/* --- a block at a time --- */

struct tally_rows {
    uint16_t all[CC_BLOCK_ROWS];     /* 0, 1, 2 ... */
    uint16_t in_year[CC_BLOCK_ROWS]; /* rows of the selected year */
    size_t in_year_count;
    uint16_t seen[CC_BLOCK_ROWS]; /* rows that a table counts; below, by their number: */
    uint8_t fits[CC_BLOCK_ROWS];
    uint32_t cells[CC_BLOCK_ROWS];
    uint32_t groups[CC_CELLS_MAX_GROUPS][CC_BLOCK_ROWS];
    uint8_t answers[CC_TALLY_MAX_COUNTS][CC_BLOCK_ROWS];
    struct cc_query_texts ranks;
    uint16_t key_of[CC_BLOCK_ROWS]; /* number in keys, which are those of all rows that were asked */
    struct cc_query_texts keys;
    uint16_t years[CC_BLOCK_ROWS]; /* by row of the block: */
    uint8_t used[CC_BLOCK_ROWS];
    uint8_t what[CC_BLOCK_ROWS];
};

static struct tally_rows *rows_alloc(void)
{
    struct tally_rows *r = calloc(1, sizeof *r);
    for (size_t i = 0; r && i < CC_BLOCK_ROWS; i++) r->all[i] = (uint16_t)i;
    return r;
}

static const char *text_of(const struct cc_query_texts *texts, size_t i, size_t *n)
{
    uint32_t start = i ? texts->ends[i - 1] : 0;
    *n = texts->ends[i] - start;
    return texts->bytes.data + start;
}

/* Reads the keys, and marks the rows whose unit has none. */
static bool read_keys(struct tally_worker *w, const struct tally_table *table, const uint16_t *rows, size_t n)
{
    struct tally_rows *r = w->rows;
    if (!cc_query_key_rows(w->query, table->keys, table->unit->item_count, rows, n, &r->keys)) return false;
    for (size_t i = 0; i < n; i++) {
        size_t size;
        (void)text_of(&r->keys, i, &size);
        if (size) r->used[rows[i]] = true;
        else r->what[i] = TALLY_NO_KEY;
    }
    return true;
}

/* Leaves the rows that the table counts; returns how many. */
static size_t select_seen(struct tally_rows *r, struct tally_table *table, const uint16_t *rows, size_t n)
{
    size_t seen = 0, met = 0, no_key = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t what = r->what[i];
        r->seen[seen] = rows[i];
        r->fits[seen] = what;
        r->key_of[seen] = (uint16_t)i;
        seen += what == CC_TRUE || what == CC_UNKNOWN;
        met += what == CC_TRUE;
        no_key += what == TALLY_NO_KEY;
    }
    table->told.met += met;
    table->told.unknown += seen - met;
    table->told.no_key += no_key;
    table->told.unmet += n - seen - no_key;
    return seen;
}

static bool ask_counts(struct tally_worker *w, const struct tally_table *table, size_t n)
{
    struct tally_rows *r = w->rows;
    for (size_t k = 0; k < table->count_count; k++) {
        uint8_t *answers = r->answers[k];
        if (!table->counts[k]) {
            memcpy(answers, r->fits, n);
            continue;
        }
        if (!cc_query_test_rows(w->query, table->counts[k], r->seen, n, answers)) return false;
        for (size_t i = 0; i < n; i++) answers[i] = answers[i] < r->fits[i] ? answers[i] : r->fits[i];
    }
    return true;
}

static bool find_cells(struct tally_worker *w, const struct tally_table *table, size_t n)
{
    struct tally_rows *r = w->rows;
    const uint32_t *groups[CC_CELLS_MAX_GROUPS];
    for (size_t g = 0; g < table->spec->by_count; g++) {
        if (!cc_query_group_rows(w->query, table->groups[g], r->seen, n, r->groups[g])) return false;
        groups[g] = r->groups[g];
    }
    return cc_cells_at_rows(table->cells, groups, n, r->cells);
}

/* Records that fit come before those of which it is unknown. */
static bool add_rank(struct tally_worker *w, size_t i)
{
    const struct tally_rows *r = w->rows;
    size_t size;
    const char *rank = text_of(&r->ranks, i, &size);
    cc_buf_clear(&w->rank);
    return cc_buf_char(&w->rank, (char)(CC_TRUE - r->fits[i])) && cc_buf_add(&w->rank, size ? rank : "", size);
}

static enum cc_status see_units(struct tally_worker *w, struct tally_table *table, size_t n, struct cc_error *err)
{
    struct tally_rows *r = w->rows;
    bool ranked = !table->spec->per_cell;
    if (ranked && !cc_query_rank_rows(w->query, table->ranks, table->orders, table->unit->rank_count, r->seen, n,
                                      &r->ranks)) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; st == CC_OK && i < n; i++) {
        struct cc_sighting s = { .cell = r->cells[i], .answers = w->answers };
        s.key = text_of(&r->keys, r->key_of[i], &s.key_size);
        if (ranked && !add_rank(w, i)) return cc_error_memory(err);
        if (ranked) s.rank = w->rank.data, s.rank_size = w->rank.size;
        for (size_t k = 0; k < table->count_count; k++) w->answers[k] = r->answers[k][i];
        for (size_t g = 0; g < table->spec->by_count; g++) w->tuple[g] = r->groups[g][i];
        st = cc_tally_see_unit(table, w->tuple, s, err);
    }
    return st;
}

static void see_records(struct tally_worker *w, struct tally_table *table, size_t n)
{
    const struct tally_rows *r = w->rows;
    cc_cells_add_rows(table->cells, r->cells, n, 0);
    for (size_t k = 0; k < table->count_count; k++)
        cc_cells_add_answers(table->cells, r->cells, r->answers[k], n, 1 + k, 1 + table->count_count + k);
}

static enum cc_status count_table(struct tally_worker *w, struct tally_table *table, const uint16_t *rows, size_t n,
                                  struct cc_error *err)
{
    struct tally_rows *r = w->rows;
    bool ok = true;
    if (table->where) ok = cc_query_test_rows(w->query, table->where, rows, n, r->what);
    else memset(r->what, CC_TRUE, n);
    if (ok && table->unit) ok = read_keys(w, table, rows, n);
    if (!ok) return cc_error_memory(err);
    if (!table->unit && n == w->block.rows) memset(r->used, true, n);
    else if (!table->unit)
        for (size_t i = 0; i < n; i++) r->used[rows[i]] = true;
    size_t seen = select_seen(r, table, rows, n);
    if (!find_cells(w, table, seen) || !ask_counts(w, table, seen)) return cc_error_memory(err);
    if (table->unit) return see_units(w, table, seen, err);
    see_records(w, table, seen);
    return CC_OK;
}

static bool select_year(struct tally_worker *w)
{
    struct tally_rows *r = w->rows;
    size_t n = w->block.rows;
    r->in_year_count = 0;
    if (!cc_query_year_rows(w->query, r->all, n, r->years)) return false;
    for (size_t i = 0; i < n; i++) {
        r->in_year[r->in_year_count] = (uint16_t)i;
        r->in_year_count += r->years[i] == w->job->ffy;
    }
    return true;
}

/* Rows that are in no table, and why. */
static void count_left(struct tally_worker *w, size_t file, bool by_year)
{
    const struct tally_rows *r = w->rows;
    uint64_t *left = w->files[file].left;
    const uint8_t *end = r->used + w->block.rows, *unused = r->used;
    for (; (unused = memchr(unused, false, (size_t)(end - unused))) != NULL; unused++) {
        size_t i = (size_t)(unused - r->used);
        bool asked = !by_year || r->years[i] == w->job->ffy;
        left[asked ? CC_LEFT_NO_KEY : r->years[i] ? CC_LEFT_OTHER_YEAR : CC_LEFT_YEAR_UNKNOWN]++;
    }
}

static enum cc_status count_block(struct tally_worker *w, size_t file, struct cc_error *err)
{
    struct tally_rows *r = w->rows;
    bool by_year = w->job->ffy != 0;
    cc_query_block(w->query, &w->block);
    memset(r->used, 0, w->block.rows);
    enum cc_status st = !w->job->ffy || select_year(w) ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; st == CC_OK && i < w->job->spec_count; i++) {
        struct tally_table *table = &w->tables[i];
        bool every_year = !w->job->ffy || table->spec->all_years;
        by_year &= !every_year;
        st = every_year ? count_table(w, table, r->all, w->block.rows, err)
                        : count_table(w, table, r->in_year, r->in_year_count, err);
    }
    count_left(w, file, by_year);
    bool uncovered = cc_query_uncovered_row(w->query) != SIZE_MAX || cc_query_check(w->query, NULL) != CC_OK;
    if (st != CC_OK || !uncovered) return st;
    cc_query_block(w->query, &w->block);
    return count_records(w, file, err); /* record by record it meets the error again, and says where */
}

static void rows_free(struct tally_rows *r)
{
    if (!r) return;
    cc_buf_free(&r->keys.bytes);
    cc_buf_free(&r->ranks.bytes);
    free(r);
}

/* --- a worker --- */

static enum cc_status read_blocks(struct tally_worker *w, size_t file, struct cc_records *r, struct cc_error *err)
{
    bool plain = w->job->plain || w->keep.newest;
    enum cc_status st;
    while ((st = cc_records_read(r, &w->block, err)) == CC_OK) {
        if (atomic_load_explicit(w->failed, memory_order_relaxed)) return CC_OK;
        st = plain ? count_records(w, file, err) : count_block(w, file, err);
        if (st != CC_OK) return st;
    }
    return st == CC_END ? CC_OK : st;
}

static enum cc_status read_stretch(struct tally_worker *w, struct tally_stretch *s, struct cc_error *err)
{
    const struct cc_tally_input *in = &w->job->inputs[s->input];
    struct cc_tally_file *f = &w->files[s->input];
    struct cc_records_options reading = w->job->reading;
    struct cc_records *r;
    if (w->stored) reading.stored = w->stored[s->input];
    if (in->list) reading.level = NULL; /* a list is flat, whatever its rows are */
    if (s->split) {
        reading.part = &s->part;
        if (s->part.from > 0) reading.hash = false, reading.progress = NULL; /* the first part does it for all */
    }
    enum cc_status st = cc_records_open(in->path, w->job->codebook, &reading, &r, err);
    if (st != CC_OK) return st;
    struct cc_input *input = cc_records_input(r);
    snprintf(f->name, sizeof f->name, "%s", cc_input_name(input));
    if (cc_records_nested(r)) f->level = w->job->codebook->groups[cc_records_level(r)].name;
    s->began = cc_records_began(r);
    st = cc_query_file(w->query, r, in->list, err);
    if (st == CC_OK) st = read_blocks(w, s->input, r, err);
    s->stands = cc_records_stands(r);
    f->read = cc_records_count(r);
    f->bytes = cc_input_can_seek(input) || reading.stored ? cc_input_total(input) : cc_input_taken(input);
    if (st == CC_OK && reading.hash) (void)cc_input_sha256(input, f->sha256);
    if (st == CC_OK) st = cc_input_unchanged(input, err);
    if (st != CC_OK) cc_error_file(err, f->name);
    cc_records_close(r);
    return st;
}

void cc_tally_read(struct tally_worker *w)
{
    w->status = CC_OK;
    if (!(w->rows = rows_alloc())) w->status = cc_error_memory(&w->err);
    for (size_t i = 0; w->status == CC_OK && i < w->stretch_count; i++)
        w->status = read_stretch(w, &w->stretches[i], &w->err);
    rows_free(w->rows);
    w->rows = NULL;
    if (w->status != CC_OK) atomic_store_explicit(w->failed, true, memory_order_relaxed);
}

#include "stats/counting/cc_tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/counting/cc_tally_parts.h"

/* --- binding --- */

static enum cc_status unknown_unit(const struct cc_definitions *d, const char *name, struct cc_error *err)
{
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < d->unit_count && n < 63; i++) names[n++] = d->units[i].name;
    names[n++] = "record";
    struct cc_buf list = { 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) ok = cc_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    cc_error_set(err, CC_EDATA, 0, 0, "unit '%s' is not defined (there are: %s)", name, ok ? list.data : "");
    cc_error_file(err, d->name[0] ? d->name : NULL);
    cc_buf_free(&list);
    return CC_EDATA;
}

static enum cc_status bind_unit(struct cc_tally *t, struct tally_table *table, struct cc_error *err)
{
    const struct cc_definitions *d = t->job->definitions;
    const char *name = table->spec->unit;
    if (!name || !strcmp(name, "record")) return CC_OK;
    const struct cc_unit *unit = table->unit = cc_definitions_unit(d, name);
    if (!unit) return unknown_unit(d, name, err);
    table->keys = cc_arena_alloc(&t->arena, (unit->item_count + 1) * sizeof *table->keys);
    table->ranks = cc_arena_alloc(&t->arena, (unit->rank_count + 1) * sizeof *table->ranks);
    if (!table->keys || !table->ranks) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < unit->item_count && st == CC_OK; i++)
        st = cc_query_key(t->query, &unit->items[i], &table->keys[i], err);
    for (size_t i = 0; i < unit->rank_count && st == CC_OK; i++) {
        table->ranks[i].order = unit->ranks[i].order;
        st = cc_query_bind_rank(t->query, unit->ranks[i].expr, unit->ranks[i].order, &table->ranks[i].expr, err);
    }
    return st;
}

static enum cc_status bind_counts(struct cc_tally *t, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    table->count_count = spec->count_count ? spec->count_count : 1;
    table->counts = cc_arena_alloc(&t->arena, table->count_count * sizeof *table->counts);
    if (!table->counts) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < spec->count_count && st == CC_OK; i++)
        st = cc_query_condition(t->query, spec->counts[i].expr, "--count", &table->counts[i], err);
    return st;
}

/* Is this the name of a column that the table has anyway? */
static bool is_column(const struct cc_tally_spec *spec, const char *name)
{
    if (!strcmp(name, "measure") || !strncmp(name, "n_unknown", 9) || (spec->per_cell && !strcmp(name, "note")))
        return true;
    for (size_t k = 0; k < spec->count_count; k++)
        if (!strcmp(spec->counts[k].name, name)) return true;
    return !spec->count_count && !strcmp(name, "count");
}

static enum cc_status bind_groups(struct cc_tally *t, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    table->groups = cc_arena_alloc(&t->arena, (spec->by_count + 1) * sizeof *table->groups);
    if (!table->groups) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < spec->by_count && st == CC_OK; i++) {
        st = cc_query_group(t->query, spec->by[i], "--by", &table->groups[i], err);
        bool twice = is_column(spec, spec->by[i]);
        for (size_t k = 0; k < i && !twice; k++) twice = table->groups[k] == table->groups[i];
        if (st != CC_OK || !twice) continue;
        st = cc_error_set(err, CC_EUSAGE, 1, 0, "the table would have the column %s twice", spec->by[i]);
        cc_error_file(err, "--by");
    }
    return st;
}

static enum cc_status bind_table(struct cc_tally *t, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    enum cc_status st = bind_unit(t, table, err);
    if (st == CC_OK && spec->per_cell && !table->unit)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--per-cell needs a --unit that can be in several cells");
    if (st == CC_OK && spec->where) st = cc_query_condition(t->query, spec->where, "--where", &table->where, err);
    if (st == CC_OK) st = bind_counts(t, table, err);
    if (st == CC_OK) st = bind_groups(t, table, err);
    if (st != CC_OK && spec->line && err && strncmp(err->file, "--", 2) == 0) {
        char what[32]; /* errors in an option of a table list say which line */
        snprintf(what, sizeof what, "%.31s", err->file);
        snprintf(err->file, sizeof err->file, "table %s, %s", spec->name, what);
    }
    if (st != CC_OK) return st;
    table->cells = cc_cells_alloc(spec->by_count, 1 + 2 * table->count_count);
    const struct cc_units_options options = { .counts = table->count_count, .per_cell = spec->per_cell };
    if (table->unit) table->units = cc_units_alloc(&options);
    return table->cells && (!table->unit || table->units) ? CC_OK : cc_error_memory(err);
}

static enum cc_status bind_keep(struct cc_tally *t, struct cc_error *err)
{
    const struct cc_definitions *d = t->job->definitions;
    if (!d->newest) return CC_OK;
    t->keep = cc_arena_alloc(&t->arena, (d->keep_count + 1) * sizeof *t->keep);
    t->kept_keys = cc_intern_alloc();
    if (!t->keep || !t->kept_keys) return cc_error_memory(err);
    enum cc_status st = cc_query_bind_rank(t->query, d->newest, CC_RANK_LATEST, &t->newest, err);
    for (size_t i = 0; i < d->keep_count && st == CC_OK; i++)
        st = cc_query_key(t->query, &d->keep[i], &t->keep[i], err);
    return st;
}

static enum cc_status bind_all(struct cc_tally *t, struct cc_error *err)
{
    const struct cc_tally_job *job = t->job;
    struct cc_query_options options = { job->params, job->param_count, job->ffy, false };
    for (size_t i = 0; i < job->spec_count; i++) options.every_year |= job->specs[i].all_years;
    enum cc_status st = cc_query_alloc(job->codebook, job->definitions, &options, &t->query, err);
    if (st == CC_OK && job->ffy) st = cc_query_use_year(t->query, err);
    for (size_t i = 0; i < job->spec_count && st == CC_OK; i++) st = bind_table(t, &t->tables[i], err);
    if (st == CC_OK) st = bind_keep(t, err);
    return st == CC_OK ? cc_query_note_params(t->query, err) : st;
}

enum cc_status cc_tally_alloc(const struct cc_tally_job *job, struct cc_tally **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_tally *t = calloc(1, sizeof *t);
    if (!t) return cc_error_memory(err);
    t->job = job;
    t->tables = cc_arena_alloc(&t->arena, (job->spec_count + 1) * sizeof *t->tables);
    t->files = cc_arena_alloc(&t->arena, (job->input_count + 1) * sizeof *t->files);
    enum cc_status st = t->tables && t->files ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; i < job->spec_count && st == CC_OK; i++) t->tables[i].spec = &job->specs[i];
    if (st == CC_OK) st = bind_all(t, err);
    if (st != CC_OK) {
        cc_tally_free(t);
        return st;
    }
    *out = t;
    return CC_OK;
}

/* --- one record --- */

/* Records are counted right away. */
static void see_record(struct tally_table *table, const struct cc_sighting *s)
{
    cc_cells_add(table->cells, s->cell, 0, 1);
    for (size_t k = 0; k < table->count_count; k++) {
        if (s->answers[k] == CC_TRUE) cc_cells_add(table->cells, s->cell, 1 + k, 1);
        if (s->answers[k] == CC_UNKNOWN) cc_cells_add(table->cells, s->cell, 1 + table->count_count + k, 1);
    }
}

/* In every cell where it appears, margins too. */
static enum cc_status see_margins(struct tally_table *table, const uint32_t *plain, struct cc_sighting s,
                                  struct cc_error *err)
{
    size_t groups = table->spec->by_count;
    uint32_t tuple[CC_CELLS_MAX_GROUPS];
    enum cc_status st = CC_OK;
    for (size_t subset = 1; st == CC_OK && subset < (size_t)1 << groups; subset++) {
        for (size_t g = 0; g < groups; g++) tuple[g] = subset >> g & 1 ? CC_CELLS_TOTAL : plain[g];
        s.cell = cc_cells_at(table->cells, tuple);
        st = s.cell == UINT32_MAX ? cc_error_memory(err) : cc_units_see(table->units, &s, err);
    }
    return st;
}

static enum cc_status see(struct tally_table *table, const uint32_t *tuple, struct cc_sighting s,
                          struct cc_error *err)
{
    if ((s.cell = cc_cells_at(table->cells, tuple)) == UINT32_MAX) return cc_error_memory(err);
    if (!table->unit) {
        see_record(table, &s);
        return CC_OK;
    }
    enum cc_status st = cc_units_see(table->units, &s, err);
    bool margins = table->spec->per_cell && table->spec->total;
    return st == CC_OK && margins ? see_margins(table, tuple, s, err) : st;
}

static bool read_key(struct cc_tally *t, const int *slots, size_t n)
{
    cc_buf_clear(&t->key);
    for (size_t i = 0; i < n; i++)
        if (!cc_query_key_text(t->query, slots[i], &t->key)) return false;
    return true;
}

static bool read_rank(struct cc_tally *t, const struct tally_table *table, enum cc_truth w)
{
    cc_buf_clear(&t->rank); /* records that fit come before those of which it is unknown */
    bool ok = cc_buf_char(&t->rank, (char)(CC_TRUE - w));
    for (size_t i = 0; ok && table->unit && i < table->unit->rank_count; i++)
        ok = cc_query_rank(t->query, table->ranks[i].expr, table->ranks[i].order, &t->rank);
    return ok;
}

/* What a table makes of a record: an enum cc_truth, or that the unit has no key. */
enum { NO_KEY = CC_TRUE + 1 };

static void tell(struct tally_table *table, size_t what)
{
    struct cc_tally_told *told = &table->told;
    uint64_t *counts[] = { [CC_FALSE] = &told->unmet, [CC_UNKNOWN] = &told->unknown, [CC_TRUE] = &told->met,
                           [NO_KEY] = &told->no_key };
    ++*counts[what];
}

static bool is_seen(size_t what)
{
    return what == CC_UNKNOWN || what == CC_TRUE;
}

/* A sighting as bytes, to be read back by see_kept. */
static bool keep_sighting(struct cc_tally *t, size_t table, size_t what, const struct cc_sighting *s)
{
    const struct tally_table *x = &t->tables[table];
    size_t head[4] = { table, what, s->key_size, s->rank_size };
    bool ok = cc_buf_add(&t->sightings, (const char *)head, sizeof head);
    if (!is_seen(what)) return ok;
    return ok
        && cc_buf_add(&t->sightings, (const char *)t->tuple, x->spec->by_count * sizeof *t->tuple)
        && cc_buf_add(&t->sightings, (const char *)s->answers, x->count_count)
        && cc_buf_add(&t->sightings, s->key, s->key_size) && cc_buf_add(&t->sightings, s->rank, s->rank_size);
}

/* What the record says to one table. *used tells whether the table takes notice of it. */
static enum cc_status record_table(struct cc_tally *t, size_t i, bool *used, struct cc_error *err)
{
    struct tally_table *table = &t->tables[i];
    struct cc_query *q = t->query;
    enum cc_truth w = table->where ? cc_query_test(q, table->where) : CC_TRUE;
    bool has_key = !table->unit || read_key(t, table->keys, table->unit->item_count);
    size_t what = has_key ? (size_t)w : NO_KEY;
    struct cc_sighting s = { .answers = t->answers };
    *used |= has_key;
    if (!t->newest) tell(table, what);
    if (!is_seen(what)) return !t->newest || keep_sighting(t, i, what, &s) ? CC_OK : cc_error_memory(err);
    for (size_t k = 0; k < table->count_count; k++) {
        enum cc_truth c = table->counts[k] ? cc_query_test(q, table->counts[k]) : CC_TRUE;
        t->answers[k] = (uint8_t)(c < w ? c : w);
    }
    bool ok = true;
    for (size_t g = 0; ok && g < table->spec->by_count; g++)
        ok = (t->tuple[g] = cc_query_group_number(q, table->groups[g])) != UINT32_MAX;
    if (ok && table->unit) ok = read_rank(t, table, w);
    if (!ok) return cc_error_memory(err);
    if (table->unit) {
        s.key = t->key.data, s.key_size = t->key.size;
        s.rank = t->rank.data, s.rank_size = t->rank.size;
    }
    if (!t->newest) return see(table, t->tuple, s, err);
    return keep_sighting(t, i, what, &s) ? CC_OK : cc_error_memory(err);
}

static bool replace_kept(struct cc_tally *t, struct kept_record *k, size_t file)
{
    free(k->rank);
    free(k->sightings);
    *k = (struct kept_record){ .file = file, .rank_size = t->rank.size, .sightings_size = t->sightings.size };
    k->rank = cc_strndup(t->rank.data, t->rank.size);
    k->sightings = cc_strndup(t->sightings.data ? t->sightings.data : "", t->sightings.size);
    return k->rank && k->sightings;
}

/* Of records with one key the newest stays; of equally new ones the one that was read last. */
static enum cc_status keep_newest(struct cc_tally *t, size_t file, struct cc_error *err)
{
    struct cc_tally_file *f = &t->files[file];
    if (!read_key(t, t->keep, t->job->definitions->keep_count)) {
        f->left[CC_LEFT_NO_KEY]++;
        return CC_OK;
    }
    cc_buf_clear(&t->rank);
    if (!cc_query_rank(t->query, t->newest, CC_RANK_LATEST, &t->rank)) return cc_error_memory(err);
    uint32_t old_count = cc_intern_count(t->kept_keys);
    uint32_t number = cc_intern_number(t->kept_keys, t->key.data, t->key.size);
    if (number == UINT32_MAX || !cc_grow(&t->kept, &t->kept_room, (size_t)number + 1, sizeof *t->kept))
        return cc_error_memory(err);
    struct kept_record *k = &t->kept[number];
    if (number == old_count) {
        *k = (struct kept_record){ 0 };
    } else {
        size_t shorter = k->rank_size < t->rank.size ? k->rank_size : t->rank.size;
        bool newer = memcmp(t->rank.data, k->rank, shorter) <= 0;
        t->files[newer ? k->file : file].left[CC_LEFT_OLDER]++;
        if (!newer) return CC_OK;
    }
    return replace_kept(t, k, file) ? CC_OK : cc_error_memory(err);
}

static enum cc_status record(struct cc_tally *t, size_t file, struct cc_error *err)
{
    struct cc_tally_file *f = &t->files[file];
    int wanted = t->job->ffy, year = wanted ? cc_query_year(t->query) : 0;
    bool asked = false, used = false;
    cc_buf_clear(&t->sightings);
    for (size_t i = 0; i < t->job->spec_count; i++) {
        if (year != wanted && !t->tables[i].spec->all_years) continue;
        asked = true;
        enum cc_status st = record_table(t, i, &used, err);
        if (st != CC_OK) return st;
    }
    if (!asked) f->left[year ? CC_LEFT_OTHER_YEAR : CC_LEFT_YEAR_UNKNOWN]++;
    else if (!used) f->left[CC_LEFT_NO_KEY]++;
    else if (t->newest) return keep_newest(t, file, err);
    return CC_OK;
}

/* --- all records --- */

static enum cc_status read_blocks(struct cc_tally *t, size_t file, struct cc_records *r, struct cc_block *block,
                                  struct cc_error *err)
{
    enum cc_status st;
    while ((st = cc_records_read(r, block, err)) == CC_OK)
        for (size_t row = 0; row < block->rows; row++) {
            st = cc_query_record(t->query, block, row, err);
            if (st == CC_OK) st = record(t, file, err);
            if (st == CC_OK) st = cc_query_check(t->query, err);
            if (st != CC_OK) {
                if (err && !err->line) err->line = block->line[row];
                return st;
            }
        }
    return st == CC_END ? CC_OK : st;
}

static enum cc_status read_file(struct cc_tally *t, size_t file, struct cc_block *block, struct cc_error *err)
{
    const struct cc_tally_input *in = &t->job->inputs[file];
    struct cc_tally_file *f = &t->files[file];
    struct cc_records *r;
    enum cc_status st = cc_records_open(in->path, t->job->codebook, &t->job->reading, &r, err);
    if (st != CC_OK) return st;
    struct cc_input *input = cc_records_input(r);
    snprintf(f->name, sizeof f->name, "%s", cc_input_name(input));
    st = cc_query_file(t->query, r, in->list, err);
    if (st == CC_OK) st = read_blocks(t, file, r, block, err);
    if (st != CC_OK) cc_error_file(err, f->name);
    f->read = cc_records_count(r);
    f->bytes = cc_input_taken(input);
    if (t->job->reading.hash) cc_input_sha256(input, f->sha256);
    cc_records_close(r);
    return st;
}

static enum cc_status see_kept(struct cc_tally *t, const struct kept_record *k, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (const char *p = k->sightings; st == CC_OK && p < k->sightings + k->sightings_size;) {
        size_t head[4];
        memcpy(head, p, sizeof head);
        p += sizeof head;
        struct tally_table *table = &t->tables[head[0]];
        tell(table, head[1]);
        if (!is_seen(head[1])) continue;
        size_t groups = table->spec->by_count * sizeof *t->tuple;
        memcpy(t->tuple, p, groups);
        p += groups;
        struct cc_sighting s = { .answers = (const uint8_t *)p, .key = p + table->count_count,
                                 .key_size = head[2], .rank_size = head[3] };
        s.rank = s.key + s.key_size;
        p = s.rank + s.rank_size;
        st = see(table, t->tuple, s, err);
    }
    return st;
}

enum cc_status cc_tally_run(struct cc_tally *t, struct cc_error *err)
{
    struct cc_block *block = calloc(1, sizeof *block);
    enum cc_status st = block ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; i < t->job->input_count && st == CC_OK; i++) st = read_file(t, i, block, err);
    if (block) cc_block_free(block);
    free(block);
    for (uint32_t i = 0; st == CC_OK && t->kept_keys && i < cc_intern_count(t->kept_keys); i++)
        st = see_kept(t, &t->kept[i], err);
    for (size_t i = 0; st == CC_OK && i < t->job->spec_count; i++) {
        struct tally_table *table = &t->tables[i];
        if (table->units) st = cc_units_count(&table->units, NULL, 1, 1, table->cells, err);
        if (st == CC_OK && table->spec->total && !table->spec->per_cell && !cc_cells_add_margins(table->cells))
            st = cc_error_memory(err);
    }
    return st;
}

void cc_tally_free(struct cc_tally *t)
{
    if (!t) return;
    for (size_t i = 0; t->tables && i < t->job->spec_count; i++) {
        cc_units_free(t->tables[i].units);
        cc_cells_free(t->tables[i].cells);
    }
    for (uint32_t i = 0; t->kept_keys && i < cc_intern_count(t->kept_keys) && i < t->kept_room; i++) {
        free(t->kept[i].rank);
        free(t->kept[i].sightings);
    }
    free(t->kept);
    cc_intern_free(t->kept_keys);
    cc_query_free(t->query);
    cc_buf_free(&t->key);
    cc_buf_free(&t->rank);
    cc_buf_free(&t->sightings);
    cc_arena_free(&t->arena);
    free(t);
}

/* Binding: all errors of names, codes and years, before any record is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/counting/cc_tally_parts.h"

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

static enum cc_status bind_unit(struct tally_worker *w, struct tally_table *table, struct cc_error *err)
{
    const struct cc_definitions *d = w->job->definitions;
    const char *name = table->spec->unit;
    if (!name || !strcmp(name, "record")) return CC_OK;
    const struct cc_unit *unit = table->unit = cc_definitions_unit(d, name);
    if (!unit) return unknown_unit(d, name, err);
    table->keys = cc_arena_alloc(&w->arena, (unit->item_count + 1) * sizeof *table->keys);
    table->ranks = cc_arena_alloc(&w->arena, (unit->rank_count + 1) * sizeof *table->ranks);
    table->orders = cc_arena_alloc(&w->arena, (unit->rank_count + 1) * sizeof *table->orders);
    if (!table->keys || !table->ranks || !table->orders) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < unit->item_count && st == CC_OK; i++)
        st = cc_query_key(w->query, &unit->items[i], &table->keys[i], err);
    for (size_t i = 0; i < unit->rank_count && st == CC_OK; i++) {
        table->orders[i] = unit->ranks[i].order;
        st = cc_query_bind_rank(w->query, unit->ranks[i].expr, unit->ranks[i].order, &table->ranks[i], err);
    }
    return st;
}

static enum cc_status bind_counts(struct tally_worker *w, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    table->count_count = spec->count_count ? spec->count_count : 1;
    table->counts = cc_arena_alloc(&w->arena, table->count_count * sizeof *table->counts);
    if (!table->counts) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < spec->count_count && st == CC_OK; i++)
        st = cc_query_condition(w->query, spec->counts[i].expr, "--count", &table->counts[i], err);
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

static enum cc_status bind_groups(struct tally_worker *w, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    table->groups = cc_arena_alloc(&w->arena, (spec->by_count + 1) * sizeof *table->groups);
    if (!table->groups) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < spec->by_count && st == CC_OK; i++) {
        st = cc_query_group(w->query, spec->by[i], "--by", &table->groups[i], err);
        bool twice = is_column(spec, spec->by[i]);
        for (size_t k = 0; k < i && !twice; k++) twice = table->groups[k] == table->groups[i];
        if (st != CC_OK || !twice) continue;
        st = cc_error_set(err, CC_EUSAGE, 1, 0, "the table would have the column %s twice", spec->by[i]);
        cc_error_file(err, "--by");
    }
    return st;
}

static enum cc_status bind_table(struct tally_worker *w, struct tally_table *table, struct cc_error *err)
{
    const struct cc_tally_spec *spec = table->spec;
    enum cc_status st = bind_unit(w, table, err);
    if (st == CC_OK && spec->per_cell && !table->unit)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--per-cell needs a --unit that can be in several cells");
    if (st == CC_OK && spec->where) st = cc_query_condition(w->query, spec->where, "--where", &table->where, err);
    if (st == CC_OK) st = bind_counts(w, table, err);
    if (st == CC_OK) st = bind_groups(w, table, err);
    if (st != CC_OK && spec->line && err && strncmp(err->file, "--", 2) == 0) {
        char what[32]; /* errors in an option of a table list say which line */
        snprintf(what, sizeof what, "%.31s", err->file);
        snprintf(err->file, sizeof err->file, "table %s, %s", spec->name, what);
    }
    if (st != CC_OK) return st;
    table->cells = cc_cells_alloc(spec->by_count, 1 + 2 * table->count_count);
    const struct cc_units_options options = { .counts = table->count_count, .per_cell = spec->per_cell,
                                              .memory = w->unit_memory };
    if (table->unit) table->units = cc_units_alloc(&options);
    return table->cells && (!table->unit || table->units) ? CC_OK : cc_error_memory(err);
}

static enum cc_status bind_keep(struct tally_worker *w, const struct cc_keep *k, struct cc_error *err)
{
    struct tally_keep *keep = &w->keep;
    keep->key = cc_arena_alloc(&w->arena, (k->item_count + 1) * sizeof *keep->key);
    keep->keys = cc_intern_alloc();
    if (!keep->key || !keep->keys) return cc_error_memory(err);
    keep->key_count = k->item_count;
    enum cc_status st = cc_query_bind_rank(w->query, k->newest, CC_RANK_LATEST, &keep->newest, err);
    for (size_t i = 0; i < k->item_count && st == CC_OK; i++)
        st = cc_query_key(w->query, &k->items[i], &keep->key[i], err);
    return st;
}

static int group_of_level(const struct cc_codebook *cb, const char *level)
{
    return level ? cc_codebook_group(cb, level) : cb->flat_group;
}

/* What the definitions keep of the rows of this level. If they know of others only, rows would count twice. */
static enum cc_status choose_keep(struct tally_worker *w, struct cc_error *err)
{
    const struct cc_tally_job *job = w->job;
    const struct cc_definitions *d = job->definitions;
    int level = group_of_level(job->codebook, job->reading.level);
    if (level < 0)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "codebook %s has no level '%s'", job->codebook->name,
                            job->reading.level);
    for (size_t i = 0; i < d->keep_count; i++)
        if (group_of_level(job->codebook, d->keeps[i].level) == level) return bind_keep(w, &d->keeps[i], err);
    if (!d->keep_count) return CC_OK;
    return cc_error_set(err, CC_EDATA, 0, 0, "%s does not say what to keep of rows of this level: write 'keep at %s "
                        "latest ...'", d->name, job->codebook->groups[level].name);
}

static enum cc_status bind_all(struct tally_worker *w, struct cc_error *err)
{
    const struct cc_tally_job *job = w->job;
    struct cc_query_options options = { .params = job->params, .param_count = job->param_count, .ffy = job->ffy,
                                        .year_in_name = job->year_in_name };
    for (size_t i = 0; i < job->spec_count; i++) options.every_year |= job->specs[i].all_years;
    enum cc_status st = cc_query_alloc(job->codebook, job->definitions, &options, &w->query, err);
    if (st == CC_OK && job->ffy) st = cc_query_use_year(w->query, err);
    for (size_t i = 0; i < job->spec_count && st == CC_OK; i++) st = bind_table(w, &w->tables[i], err);
    if (st == CC_OK) st = choose_keep(w, err);
    return st == CC_OK ? cc_query_note_params(w->query, err) : st;
}

enum cc_status cc_tally_worker_alloc(const struct cc_tally_job *job, size_t unit_memory, atomic_bool *failed,
                                     struct tally_worker **out, struct cc_error *err)
{
    struct tally_worker *w = *out = calloc(1, sizeof *w);
    if (!w) return cc_error_memory(err);
    w->job = job;
    w->failed = failed;
    w->unit_memory = unit_memory;
    w->tables = cc_arena_alloc(&w->arena, (job->spec_count + 1) * sizeof *w->tables);
    w->files = cc_arena_alloc(&w->arena, (job->input_count + 1) * sizeof *w->files);
    w->stretches = cc_arena_alloc(&w->arena, (job->input_count + 1) * sizeof *w->stretches);
    enum cc_status st = w->tables && w->files && w->stretches ? CC_OK : cc_error_memory(err);
    for (size_t i = 0; i < job->spec_count && st == CC_OK; i++) w->tables[i].spec = &job->specs[i];
    if (st == CC_OK) st = bind_all(w, err);
    if (st == CC_OK) return CC_OK;
    cc_tally_worker_free(w);
    *out = NULL;
    return st;
}

void cc_tally_worker_free(struct tally_worker *w)
{
    if (!w) return;
    for (size_t i = 0; w->tables && i < w->job->spec_count; i++) {
        cc_units_free(w->tables[i].units);
        cc_cells_free(w->tables[i].cells);
    }
    cc_tally_keep_free(&w->keep);
    cc_query_free(w->query);
    cc_block_free(&w->block);
    cc_buf_free(&w->key);
    cc_buf_free(&w->rank);
    cc_arena_free(&w->arena);
    free(w);
}

/* From counted cells to tidy tables, and where the numbers come from. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_cli.h"
#include "stats/counting/cc_tally_parts.h"

static const char *const reasons[CC_LEFT_REASONS] = {
    [CC_LEFT_OTHER_YEAR] = "another federal fiscal year",
    [CC_LEFT_YEAR_UNKNOWN] = "federal fiscal year blank or invalid",
    [CC_LEFT_NO_KEY] = "key of the unit blank or invalid",
    [CC_LEFT_OLDER] = "replaced by a newer record of the same key",
};

const char *cc_tally_reason_text(enum cc_tally_reason reason)
{
    return reasons[reason];
}

const struct cc_tally_file *cc_tally_file(const struct cc_tally *t, size_t input)
{
    return &t->workers[0]->files[input];
}

const struct cc_tally_told *cc_tally_told(const struct cc_tally *t, size_t table)
{
    return &t->workers[0]->tables[table].told;
}

const char *const *cc_tally_notes(const struct cc_tally *t, size_t *n)
{
    return cc_query_notes(t->workers[0]->query, n);
}

/* One line of the result before it is text. */
struct line {
    const struct tally_table *table;
    uint32_t cell;
};

static int compare_lines(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    const struct tally_table *table = x->table;
    const uint32_t *s = cc_cells_tuple(table->cells, x->cell), *t = cc_cells_tuple(table->cells, y->cell);
    for (size_t g = 0; g < table->spec->by_count; g++) {
        if (s[g] == t[g]) continue;
        if (s[g] == CC_CELLS_TOTAL || t[g] == CC_CELLS_TOTAL) return s[g] == CC_CELLS_TOTAL ? 1 : -1;
        return cc_group_compare(table->groups[g], s[g], t[g]);
    }
    return 0;
}

static bool add_columns(const struct tally_table *table, struct cc_table *out)
{
    const struct cc_tally_spec *spec = table->spec;
    struct cc_buf name = { 0 };
    bool ok = true;
    for (size_t g = 0; ok && g < spec->by_count; g++) ok = cc_table_add_column(out, spec->by[g]);
    ok = ok && cc_table_add_column(out, "measure");
    for (size_t k = 0; ok && k < table->count_count; k++)
        ok = cc_table_add_column(out, spec->count_count ? spec->counts[k].name : "count");
    for (size_t k = 0; ok && k < table->count_count; k++) {
        cc_buf_clear(&name);
        ok = cc_buf_text(&name, "n_unknown")
            && (!spec->count_count || (cc_buf_char(&name, '_') && cc_buf_text(&name, spec->counts[k].name)))
            && cc_table_add_column(out, name.data);
    }
    cc_buf_free(&name);
    return ok && (!spec->per_cell || cc_table_add_column(out, "note"));
}

static bool add_line(const struct tally_table *table, uint32_t cell, struct cc_table *out)
{
    const struct cc_tally_spec *spec = table->spec;
    const uint32_t *tuple = cc_cells_tuple(table->cells, cell);
    if (!cc_table_add_row(out)) return false;
    size_t row = out->rows - 1, column = 0;
    bool ok = true;
    for (size_t g = 0; ok && g < spec->by_count; g++)
        ok = cc_table_set(out, row, column++,
                          tuple[g] == CC_CELLS_TOTAL ? "(total)" : cc_group_text(table->groups[g], tuple[g]));
    ok = ok && cc_table_set(out, row, column++, table->unit ? table->unit->name : "record");
    for (size_t k = 0; ok && k < 2 * table->count_count; k++) {
        char text[24];
        snprintf(text, sizeof text, "%" PRId64, cc_cells_get(table->cells, cell, 1 + k));
        ok = cc_table_set(out, row, column++, text);
    }
    return ok
        && (!spec->per_cell || cc_table_set(out, row, column, "rows do not add up: in every cell where it appears"));
}

enum cc_status cc_tally_table(struct cc_tally *t, size_t i, struct cc_table *out, struct cc_error *err)
{
    const struct tally_table *table = &t->workers[0]->tables[i];
    *out = (struct cc_table){ 0 };
    /* without groups there is always one row, and with totals always a grand total */
    uint32_t grand[CC_CELLS_MAX_GROUPS];
    for (size_t g = 0; g < CC_CELLS_MAX_GROUPS; g++) grand[g] = CC_CELLS_TOTAL;
    bool always = table->spec->by_count == 0 || table->spec->total;
    uint32_t kept = always ? cc_cells_at(table->cells, grand) : UINT32_MAX;
    size_t n = 0, cells = cc_cells_count(table->cells);
    struct line *lines = malloc((cells + 1) * sizeof *lines);
    if (!lines || (always && kept == UINT32_MAX)) {
        free(lines);
        return cc_error_memory(err);
    }
    for (uint32_t c = 0; c < cells; c++)
        if (c == kept || cc_cells_get(table->cells, c, 0)) lines[n++] = (struct line){ table, c };
    qsort(lines, n, sizeof *lines, compare_lines);
    bool ok = add_columns(table, out);
    for (size_t k = 0; ok && k < n; k++) ok = add_line(table, lines[k].cell, out);
    free(lines);
    if (ok) return CC_OK;
    cc_table_free(out);
    return cc_error_memory(err);
}

/* --- provenance --- */

static bool say(struct cc_table *out, const char *item, const char *name, const char *key, const char *value)
{
    if (!value || !*value) return true;
    if (!cc_table_add_row(out)) return false;
    size_t r = out->rows - 1;
    return cc_table_set(out, r, 0, item) && cc_table_set(out, r, 1, name) && cc_table_set(out, r, 2, key)
        && cc_table_set(out, r, 3, value);
}

static bool say_number(struct cc_table *out, const char *item, const char *name, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return say(out, item, name, key, text);
}

static bool say_file(const struct cc_tally *t, size_t i, struct cc_table *out)
{
    const struct cc_tally_file *f = &t->workers[0]->files[i];
    uint64_t left = 0;
    for (int k = 0; k < CC_LEFT_REASONS; k++) left += f->left[k];
    bool ok = say(out, "input", f->name, "codebook", t->job->codebook->name)
        && say(out, "input", f->name, "level", f->level)
        && say(out, "input", f->name, "list", t->job->inputs[i].list)
        && say_number(out, "input", f->name, "bytes", f->bytes) && say(out, "input", f->name, "sha256", f->sha256)
        && say_number(out, "input", f->name, "records_read", f->read)
        && say_number(out, "input", f->name, "records_kept", f->read - left);
    for (int k = 0; ok && k < CC_LEFT_REASONS; k++)
        ok = !f->left[k] || say_number(out, "left_out", f->name, reasons[k], f->left[k]);
    return ok;
}

static bool say_definition(const struct cc_tally *t, const struct cc_definition *d, struct cc_table *out)
{
    char years[64] = "";
    if (d->since && d->until) snprintf(years, sizeof years, "%d to %d", d->since, d->until);
    else if (d->since) snprintf(years, sizeof years, "since %d", d->since);
    else if (d->until) snprintf(years, sizeof years, "until %d", d->until);
    return say(out, "definition", d->name, "label", d->label) && say(out, "definition", d->name, "years", years)
        && say(out, "definition", d->name, "source", d->source) && say(out, "definition", d->name, "text", d->text)
        && say(out, "definition", d->name, "file", t->job->definitions->name);
}

static bool say_table(const struct cc_tally *t, size_t i, struct cc_table *out)
{
    const struct tally_table *table = &t->workers[0]->tables[i];
    const char *name = table->spec->name ? table->spec->name : "table";
    return say(out, "table", name, "unit", table->unit ? table->unit->name : "record")
        && say_number(out, "table", name, "records_met", table->told.met)
        && say_number(out, "table", name, "records_not_met", table->told.unmet)
        && say_number(out, "table", name, "records_unknown", table->told.unknown)
        && say_number(out, "table", name, "records_without_key", table->told.no_key);
}

enum cc_status cc_tally_provenance(const struct cc_tally *t, struct cc_table *out, struct cc_error *err)
{
    static const char *const columns[] = { "item", "name", "key", "value" };
    *out = (struct cc_table){ 0 };
    bool ok = true;
    for (size_t i = 0; ok && i < 4; i++) ok = cc_table_add_column(out, columns[i]);
    ok = ok && say(out, "program", "cc-tally", "version", CC_VERSION);
    for (size_t i = 0; ok && i < t->job->input_count; i++) ok = say_file(t, i, out);
    for (size_t i = 0; ok && i < t->job->spec_count; i++) ok = say_table(t, i, out);
    size_t n;
    const struct cc_definition *const *used = cc_query_used(t->workers[0]->query, &n);
    for (size_t i = 0; ok && i < n; i++) ok = say_definition(t, used[i], out);
    if (ok) return CC_OK;
    cc_table_free(out);
    return cc_error_memory(err);
}

/* What a table takes from one record: into its cells, or among the sightings of its units. */
#include "stats/counting/cc_tally_parts.h"

void cc_tally_tell(struct tally_table *table, size_t what)
{
    struct cc_tally_told *told = &table->told;
    uint64_t *counts[] = { [CC_FALSE] = &told->unmet, [CC_UNKNOWN] = &told->unknown, [CC_TRUE] = &told->met,
                           [TALLY_NO_KEY] = &told->no_key };
    ++*counts[what];
}

bool cc_tally_is_seen(size_t what)
{
    return what == CC_UNKNOWN || what == CC_TRUE;
}

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

enum cc_status cc_tally_see_unit(struct tally_table *table, const uint32_t *tuple, struct cc_sighting s,
                                 struct cc_error *err)
{
    enum cc_status st = cc_units_see(table->units, &s, err);
    bool margins = table->spec->per_cell && table->spec->total;
    return st == CC_OK && margins ? see_margins(table, tuple, s, err) : st;
}

enum cc_status cc_tally_see(struct tally_table *table, const uint32_t *tuple, struct cc_sighting s,
                            struct cc_error *err)
{
    if ((s.cell = cc_cells_at(table->cells, tuple)) == UINT32_MAX) return cc_error_memory(err);
    if (table->unit) return cc_tally_see_unit(table, tuple, s, err);
    see_record(table, &s);
    return CC_OK;
}

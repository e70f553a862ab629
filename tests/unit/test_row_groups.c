/* Rows grouped by the texts of some columns. */
#include "stats/counting/cc_row_groups.h"
#include "tests/tap.h"

/* Rows of three columns: site, year, n. */
static struct cc_table table_of(size_t rows, const char *const cells[][3])
{
    static const char *const names[] = { "site", "year", "n" };
    struct cc_table t = { 0 };
    for (size_t c = 0; c < 3; c++) OK(cc_table_add_column(&t, names[c]));
    for (size_t r = 0; r < rows; r++) {
        OK(cc_table_add_row(&t));
        for (size_t c = 0; c < 3; c++) OK(cc_table_set(&t, r, c, cells[r][c]));
    }
    return t;
}

static const char *const CELLS[][3] = { { "south", "2021", "1" }, { "north", "2021", "2" }, { "south", "2022", "3" },
                                        { "", "2021", "4" },      { "north", "2021", "5" }, { "south", "2021", "6" } };

/* Groups and their rows as text: "0 5|1 4|" */
static void describe(const struct cc_row_groups *g, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = g->start[i]; k < g->start[i + 1]; k++)
            used += (size_t)snprintf(out + used, size - used, k > g->start[i] ? " %zu" : "%zu", g->rows[k]);
        used += (size_t)snprintf(out + used, size - used, "|");
    }
}

static void grouped(const struct cc_table *t, const size_t *by, size_t n_by, const char *want)
{
    struct cc_row_groups g;
    struct cc_error err;
    char text[64] = "";
    OK(cc_row_groups_make(t, by, n_by, &g, &err) == CC_OK);
    describe(&g, text, sizeof text);
    SAME(text, want);
    cc_row_groups_free(&g);
    OK(g.n == 0 && !g.rows && !g.start);
}

static void keys(const struct cc_table *t)
{
    struct cc_buf first = { 0 }, second = { 0 };
    OK(cc_row_groups_key(t, 0, (const size_t[]){ 0, 1 }, 2, &first));
    OK(cc_row_groups_key(t, 1, (const size_t[]){ 0, 1 }, 2, &second));
    OK(strcmp(first.data, second.data) != 0);
    OK(cc_row_groups_key(t, 5, (const size_t[]){ 0, 1 }, 2, &second)); /* in place of what was there */
    SAME(second.data, first.data);
    cc_buf_free(&first);
    cc_buf_free(&second);
}

static void reserved(struct cc_table *t)
{
    struct cc_row_groups g;
    struct cc_error err = { 0 };
    OK(cc_table_set(t, 4, 1, "(total)"));
    OK(cc_row_groups_make(t, (const size_t[]){ 0, 1 }, 2, &g, &err) == CC_EDATA);
    OK(err.column == 2 && !g.rows && !g.start);
    SAME(err.text, "year: '(total)' is reserved for totals");
    OK(cc_row_groups_make(t, (const size_t[]){ 0 }, 1, &g, &err) == CC_OK); /* where it names no group */
    cc_row_groups_free(&g);
}

int main(void)
{
    struct cc_table t = table_of(6, CELLS), none = table_of(0, NULL);
    grouped(&t, (const size_t[]){ 0 }, 1, "0 2 5|1 4|3|");
    grouped(&t, (const size_t[]){ 0, 1 }, 2, "0 5|1 4|2|3|");
    grouped(&t, (const size_t[]){ 2 }, 1, "0|1|2|3|4|5|");
    grouped(&t, NULL, 0, "0 1 2 3 4 5|");
    grouped(&none, NULL, 0, "|");
    grouped(&none, (const size_t[]){ 0 }, 1, "");
    keys(&t);
    reserved(&t);
    cc_table_free(&t);
    cc_table_free(&none);
    return tap_done();
}

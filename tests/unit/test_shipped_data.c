/* The shipped populations and published figures add up, and say what their README says. */
#include <stdlib.h>

#include "datasets/base/cc_path.h"
#include "datasets/base/cc_table.h"
#include "tests/tap.h"

static struct cc_table table(const char *kind, const char *name)
{
    struct cc_table t;
    struct cc_error err = { 0 };
    char *path = cc_path_data(kind, name, ".csv");
    if (!path || cc_table_read(path, &t, &err) != CC_OK) {
        printf("Bail out! %s: %s\n", name, err.text);
        exit(1);
    }
    free(path);
    return t;
}

static const char *cell(const struct cc_table *t, size_t row, const char *column)
{
    int c = cc_table_find(t, column);
    return c < 0 ? "" : cc_table_cell(t, row, (size_t)c);
}

/* The population of a year and vintage: all rows, or only those with this value of a column. */
static int64_t sum(const struct cc_table *t, const char *year, const char *vintage, const char *column,
                   const char *value)
{
    int64_t all = 0, n = 0;
    for (size_t r = 0; r < t->rows; r++)
        if (!strcmp(cell(t, r, "year"), year) && !strcmp(cell(t, r, "vintage"), vintage)
            && (!value || !strcmp(cell(t, r, column), value)) && cc_parse_int64(cell(t, r, "population"), &n))
            all += n;
    return all;
}

static int keys_are_unique(const struct cc_table *t, const char *key)
{
    for (size_t r = 0; r < t->rows; r++)
        for (size_t k = 0; k < r; k++)
            if (!strcmp(cell(t, r, key), cell(t, k, key)) && !strcmp(cell(t, r, "year"), cell(t, k, "year"))
                && !strcmp(cell(t, r, "vintage"), cell(t, k, "vintage")))
                return 0;
    return 1;
}

static void test_populations(void)
{
    struct cc_table states = table("population", "child-population-state");
    struct cc_table ages = table("population", "child-population-national-age");
    struct cc_table races = table("population", "child-population-national-race");
    OK(states.rows == 52 * 13 && ages.rows == 6 * 13 && races.rows == 7 * 13);
    OK(keys_are_unique(&states, "state") && keys_are_unique(&ages, "age_group"));
    OK(keys_are_unique(&races, "race_ethnicity"));
    int totals = 0;
    for (size_t r = 0; r < ages.rows; r++) {
        if (strcmp(cell(&ages, r, "age_group"), "(total)")) continue;
        const char *year = cell(&ages, r, "year"), *vintage = cell(&ages, r, "vintage");
        int64_t total = sum(&ages, year, vintage, "age_group", "(total)");
        OK(sum(&ages, year, vintage, NULL, NULL) == 2 * total);
        OK(sum(&states, year, vintage, NULL, NULL) == total);
        OK(sum(&races, year, vintage, NULL, NULL) == total);
        totals++;
    }
    OK(totals == 13);
    OK(sum(&ages, "2022", "V2022", "age_group", "(total)") == 72969166);
    OK(sum(&ages, "2023", "V2024", "age_group", "(total)") == 73766582);
    size_t inferred = 0; /* every vintage label is */
    for (size_t r = 0; r < states.rows; r++) inferred += !strcmp(cell(&states, r, "vintage_basis"), "inferred");
    OK(inferred == states.rows);
    cc_table_free(&states);
    cc_table_free(&ages);
    cc_table_free(&races);
}

static double scale_of(const char *id)
{
    if (!strcmp(id, "4-S1")) return 100000;
    return !strcmp(id, "4-P5") || !strcmp(id, "4-ENTRY") ? 1000 : 100;
}

/* Every published value is its numerator over its denominator, to the places that are printed. */
static void test_published(void)
{
    struct cc_table t = table("published", "cfsr-observed");
    int64_t x, n;
    double observed;
    size_t checked = 0, wrong = 0;
    for (size_t r = 0; r < t.rows; r++) {
        if (!cc_parse_double(cell(&t, r, "observed"), &observed)) continue;
        if (!cc_parse_int64(cell(&t, r, "numerator"), &x) || !cc_parse_int64(cell(&t, r, "denominator"), &n))
            wrong++;
        else wrong += fabs((double)x / (double)n * scale_of(cell(&t, r, "id")) - observed) > 0.0006;
        checked++;
    }
    OK(t.rows == 3526 && checked == 3357);
    OK(wrong == 0);
    cc_table_free(&t);
}

int main(void)
{
    test_populations();
    test_published();
    return tap_done();
}

#include "datasets/synth/cc_crosstab.h"

#include <stdlib.h>
#include <string.h>

static size_t cell_count(const struct cc_crosstab *t)
{
    size_t n = 1;
    for (size_t d = 0; d < t->dimensions; d++) n *= t->by[d].count;
    return n;
}

bool cc_crosstab_open(struct cc_crosstab *t)
{
    return (t->cells = calloc(cell_count(t), sizeof *t->cells)) != NULL;
}

void cc_crosstab_close(struct cc_crosstab *t)
{
    free(t->cells);
    t->cells = NULL;
}

static size_t index_of(const struct cc_crosstab *t, const size_t *at)
{
    size_t i = 0;
    for (size_t d = 0; d < t->dimensions; d++) i = i * t->by[d].count + at[d];
    return i;
}

void cc_crosstab_add(struct cc_crosstab *t, const size_t *at)
{
    t->cells[index_of(t, at)]++;
}

/* The next combination of the dimensions in `mask` (bit d: dimension d); false after the last. */
static bool next(const struct cc_crosstab *t, unsigned mask, size_t *at)
{
    for (size_t d = t->dimensions; d-- > 0;) {
        if (!(mask >> d & 1)) continue;
        if (++at[d] < t->by[d].count) return true;
        at[d] = 0;
    }
    return false;
}

static int64_t sum(const struct cc_crosstab *t, unsigned mask, const size_t *fixed)
{
    size_t at[CC_CROSSTAB_DIMENSIONS] = { 0 };
    int64_t total = 0;
    for (size_t d = 0; d < t->dimensions; d++)
        if (mask >> d & 1) at[d] = fixed[d];
    do total += t->cells[index_of(t, at)];
    while (next(t, ~mask, at));
    return total;
}

static void write_row(const struct cc_crosstab *t, unsigned mask, const size_t *at, int64_t count, FILE *out)
{
    const char *separator = "";
    bool quote = false; /* a label with a comma */
    for (size_t d = 0; d < t->dimensions; d++)
        quote = quote || (mask >> d & 1 && strchr(t->by[d].labels[at[d]], ','));
    fprintf(out, "%s,%s", t->name, quote ? "\"" : "");
    for (size_t d = 0; d < t->dimensions; d++) {
        if (!(mask >> d & 1)) continue;
        fprintf(out, "%s%s=%s", separator, t->by[d].name, t->by[d].labels[at[d]]);
        separator = ";";
    }
    fprintf(out, "%s,%s,%lld\n", quote ? "\"" : "", t->unit, (long long)count);
}

static void write_margin(const struct cc_crosstab *t, unsigned mask, FILE *out)
{
    unsigned grand = t->keep_first ? 1 : 0;
    size_t at[CC_CROSSTAB_DIMENSIONS] = { 0 };
    do {
        int64_t count = sum(t, mask, at);
        if (count || mask == grand) write_row(t, mask, at, count, out);
    } while (next(t, mask, at));
}

void cc_crosstab_write(const struct cc_crosstab *t, FILE *out)
{
    unsigned all = (1u << t->dimensions) - 1;
    for (unsigned mask = t->no_margins ? all : 0; mask <= all; mask++)
        if (!t->keep_first || mask & 1) write_margin(t, mask, out);
}

/* The file that the benchmark reads: NCANDS-like records of nobody, in the columns of a codebook.
 *
 *   generate ROWS [COLUMNS [SEED]] > FILE.csv
 *
 * The first COLUMNS (150) variables of ncands-child; about 1.3 records a child; 0.2 % of the first
 * maltreatment types are 7. The same arguments give the same bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_text.h"
#include "datasets/records/cc_codebook.h"

enum { FFY = 2024, STATES = 52 };

static const char STATE[STATES][3] = {
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH",
    "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
};

/* SplitMix64: Steele, Lea, Flood (2014). */
static uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t draw(uint64_t *state)
{
    return mixed(*state += 0x9e3779b97f4a7c15u);
}

static unsigned below(uint64_t *state, unsigned n)
{
    return (unsigned)(((draw(state) >> 32) * n) >> 32);
}

/* What stays the same within a record, or within a child. */
struct record {
    uint64_t row, child;
    unsigned state, sex, age, perpetrators, maltreatments, disposition;
};

static struct record make_record(uint64_t row, uint64_t children, uint64_t *rng)
{
    struct record r = { .row = row, .child = draw(rng) % children };
    uint64_t of_child = mixed(r.child + 1), spread = of_child % 1000;
    r.state = (unsigned)(spread * spread * STATES / 1000000); /* some states are large */
    r.sex = of_child >> 20 & 1 ? 1 : 2;
    r.age = below(rng, 100) < 2 ? 99 : below(rng, 18);
    unsigned people = below(rng, 100), types = below(rng, 100);
    r.perpetrators = people < 55 ? 1 : people < 88 ? 2 : 3;
    r.maltreatments = types < 75 ? 1 : types < 93 ? 2 : types < 98 ? 3 : 4;
    r.disposition = 1 + below(rng, 100) / 11;
    return r;
}

static unsigned maltreatment(uint64_t *rng)
{
    unsigned u = below(rng, 1000);
    return u < 170 ? 1 : u < 780 ? 2 : u < 800 ? 3 : u < 890 ? 4 : u < 950 ? 5 : u < 988 ? 8 : u < 990 ? 7 : 9;
}

/* The number in a name such as PER2AGE, P2RACWH or CHMAL3 ('1' to '4'), or 0. */
static unsigned slot(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(name, prefix, n) == 0 && name[n] >= '1' && name[n] <= '4' ? (unsigned)(name[n] - '0') : 0;
}

static bool is_empty(const struct cc_variable *v, const struct record *r, uint64_t *rng)
{
    if (slot(v->name, "PER") > r->perpetrators || slot(v->name, "P") > r->perpetrators) return true;
    if (slot(v->name, "CHMAL") > r->maltreatments || slot(v->name, "MAL") > r->maltreatments) return true;
    if (v->blank == CC_BLANK_NEVER || !strncmp(v->name, "CH", 2)) return false;
    return below(rng, 100) < (v->type == CC_TYPE_DATE ? 60u : 12u);
}

static void print_known(const struct cc_variable *v, const struct record *r, uint64_t *rng)
{
    char date[16];
    unsigned u = below(rng, 1000);
    int32_t day = cc_date_fiscal_start(FFY) + (int32_t)below(rng, 366);
    switch (v->type) {
    case CC_TYPE_DATE: fputs(cc_date_format(day, v->format, date), stdout); break;
    case CC_TYPE_TIME: printf("%02u%02u", u % 24, u % 60); break;
    case CC_TYPE_INTEGER: printf("%02u", 18 + u % 50); break;
    case CC_TYPE_CODE:
        if (v->code_count) fputs(v->codes[u % v->code_count].code, stdout);
        break;
    case CC_TYPE_ID:
    case CC_TYPE_TEXT:
        if (v->width <= 3) printf("%03u", 1 + 2 * (u % 90));
        else printf("%012llX", (unsigned long long)(mixed(r->row * 1000 + u) & 0xffffffffffff));
        break;
    }
}

static void print_field(const struct cc_variable *v, const struct record *r, uint64_t *rng)
{
    const char *name = v->name;
    if (is_empty(v, r, rng)) return;
    if (!strcmp(name, "SUBYR")) printf("%d", FFY);
    else if (!strcmp(name, "STATERR")) fputs(STATE[r->state], stdout);
    else if (!strcmp(name, "CHID")) printf("%012llX", (unsigned long long)(mixed(r->child) & 0xffffffffffff));
    else if (!strcmp(name, "RPTDISP")) printf("%02u", r->disposition > 8 ? 88 : r->disposition);
    else if (!strcmp(name, "CHAGE")) printf("%02u", r->age);
    else if (!strcmp(name, "CHSEX")) printf("%u", r->sex);
    else if (slot(name, "CHMAL")) printf("%u", maltreatment(rng));
    else print_known(v, r, rng);
}

int main(int argc, char **argv)
{
    int64_t rows = 0, columns = 150, seed = 1;
    bool ok = argc > 1 && cc_parse_int64(argv[1], &rows) && (argc < 3 || cc_parse_int64(argv[2], &columns)) &&
              (argc < 4 || cc_parse_int64(argv[3], &seed));
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    if (!ok || rows < 1) return fputs("usage: generate ROWS [COLUMNS [SEED]]\n", stderr), 2;
    if (cc_codebook_load("ncands-child", &cb, &err) != CC_OK) return fprintf(stderr, "%s\n", err.text), 1;
    size_t n = (size_t)columns < cb->count ? (size_t)columns : cb->count;
    for (size_t c = 0; c < n; c++) printf("%s%s", c ? "," : "", cb->variables[c].name);
    putchar('\n');
    /* m draws from m / 0.55 children meet 1 - exp(-0.55) of them: 0.55 / 0.423 = 1.3 draws each. */
    uint64_t rng = (uint64_t)seed, children = (uint64_t)((double)rows / 0.55) + 1;
    for (uint64_t i = 0; i < (uint64_t)rows; i++) {
        struct record r = make_record(i, children, &rng);
        for (size_t c = 0; c < n; c++) {
            if (c) putchar(',');
            print_field(&cb->variables[c], &r, &rng);
        }
        putchar('\n');
    }
    cc_codebook_free(cb);
    return fflush(stdout) || ferror(stdout) ? 3 : 0;
}

/* The files that the benchmark reads: NCANDS-like records of nobody, in the layout of ncands-child.
 *
 *   generate KIND ROWS [COLUMNS [SEED]] > FILE
 *
 *   csv      the first COLUMNS (150) variables
 *   quoted   the same table and a column REMARK of free text: about 1 % of the fields are in quotes, and
 *            some of the remarks hold commas, doubled quotes and line breaks
 *   fixed    the same table as the fixed-width record, all its variables
 *
 * About 1.3 records a child; 0.2 % of the first maltreatment types are 7. The same arguments give the same
 * bytes, and the same ROWS and SEED the same table in every kind.
 *
 * A column is an id or a wheel: so many texts, each as often as it is likely, of which a record draws one.
 * That makes a field one multiplication and one copy: 4 million rows (1.5 GB) take some 6 s. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_text.h"
#include "datasets/records/cc_codebook.h"

enum { FFY = 2024, PLACES = 500, TEXT = 8, ID = 12, ROOM = 1 << 20, LONGEST_ROW = 1 << 14 };

enum source { OF_RECORD, OF_CHILD, RECORD_ID, CHILD_ID, OTHER_ID };

struct text {
    char text[TEXT];
    uint8_t size;
};

struct column {
    enum source source;
    unsigned perpetrator, maltreatment; /* the slot it belongs to, from 1; 0: none */
    bool may_be_empty;                  /* ids only; a wheel has empty texts */
    size_t start, width;                /* in the fixed-width record */
    struct text wheel[PLACES];
};

/* A text and how many of the PLACES it gets; a list ends with a NULL. */
struct share {
    const char *text;
    unsigned places;
};

static const struct share STATES[] = {
    { "AL", 8 }, { "AK", 1 }, { "AZ", 11 }, { "AR", 5 }, { "CA", 57 }, { "CO", 8 }, { "CT", 5 },
    { "DE", 1 }, { "DC", 1 }, { "FL", 29 }, { "GA", 17 }, { "HI", 2 }, { "ID", 3 }, { "IL", 19 },
    { "IN", 15 }, { "IA", 5 }, { "KS", 5 }, { "KY", 8 }, { "LA", 7 }, { "ME", 2 }, { "MD", 9 }, { "MA", 9 },
    { "MI", 18 }, { "MN", 9 }, { "MS", 5 }, { "MO", 9 }, { "MT", 2 }, { "NE", 3 }, { "NV", 5 }, { "NH", 2 },
    { "NJ", 13 }, { "NM", 4 }, { "NY", 28 }, { "NC", 16 }, { "ND", 1 }, { "OH", 18 }, { "OK", 8 },
    { "OR", 6 }, { "PA", 18 }, { "PR", 5 }, { "RI", 2 }, { "SC", 9 }, { "SD", 2 }, { "TN", 12 },
    { "TX", 47 }, { "UT", 7 }, { "VT", 1 }, { "VA", 12 }, { "WA", 4 }, { "WV", 3 }, { "WI", 3 },
    { "WY", 1 }, { NULL, 0 },
};
static const struct share DISPOSITIONS[] = {
    { "01", 80 }, { "02", 10 }, { "03", 60 }, { "04", 15 }, { "05", 285 }, { "06", 15 }, { "07", 20 },
    { "88", 10 }, { "99", 5 }, { NULL, 0 },
};
static const struct share AGES[] = {
    { "00", 40 }, { "01", 28 }, { "02", 28 }, { "03", 28 }, { "04", 28 }, { "05", 28 }, { "06", 28 },
    { "07", 28 }, { "08", 28 }, { "09", 28 }, { "10", 26 }, { "11", 26 }, { "12", 26 }, { "13", 26 },
    { "14", 26 }, { "15", 24 }, { "16", 22 }, { "17", 16 }, { "18", 2 }, { "21", 1 }, { "77", 2 },
    { "99", 6 }, { "", 5 }, { NULL, 0 },
};
static const struct share SEXES[] = { { "1", 242 }, { "2", 250 }, { "9", 5 }, { "", 3 }, { NULL, 0 } };
static const struct share MALTREATMENTS[] = {
    { "1", 85 }, { "2", 302 }, { "3", 10 }, { "4", 45 }, { "5", 30 }, { "7", 1 }, { "8", 19 }, { "9", 5 },
    { "", 3 }, { NULL, 0 },
};
static const struct share YES_OR_NO[] = { { "1", 90 }, { "2", 290 }, { "9", 60 }, { "", 60 }, { NULL, 0 } };

/* Remarks, drawn like a wheel's texts but longer; most are empty. */
static const char *const REMARKS[] = {
    "\"Smith, J\"", "\"said \"\"ok\"\"\"", "\"none\"", "\"first line\nsecond, line\"", "see file", "\"\"",
};
enum { REMARKS_COUNT = sizeof REMARKS / sizeof *REMARKS, REMARK_ONE_IN = 10, QUOTED_ONE_IN = 100 };

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

/* A number below n, n < 2^16, of 16 random bits. */
static unsigned below(uint64_t bits, unsigned n)
{
    return (unsigned)((bits & 0xffff) * n >> 16);
}

static void set_text(struct text *t, const char *text)
{
    t->size = (uint8_t)strlen(text);
    memcpy(t->text, text, t->size);
}

static void fill_shares(struct column *c, const struct share *shares)
{
    size_t at = 0;
    for (; shares->text; shares++)
        for (unsigned i = 0; i < shares->places && at < PLACES; i++) set_text(&c->wheel[at++], shares->text);
}

/* The texts of a column that has no shares of its own: `empty` empty ones, the others evenly. */
static void fill_evenly(struct column *c, const struct cc_variable *v, unsigned empty)
{
    char text[64];
    int32_t first = cc_date_fiscal_start(FFY), days = 366;
    if (!strcmp(v->name, "CHBDATE")) first -= 18 * 365, days = 18 * 365;
    for (unsigned i = empty; i < PLACES; i++) {
        const char *t = text;
        switch (v->type) {
        case CC_TYPE_DATE: t = cc_date_format(first + (int32_t)i * days / PLACES, v->format, text); break;
        case CC_TYPE_TIME: snprintf(text, sizeof text, "%02u%02u", i % 24, i % 60); break;
        case CC_TYPE_INTEGER: snprintf(text, sizeof text, "%02u", 18 + i % 50); break;
        case CC_TYPE_CODE: t = v->code_count ? v->codes[i % v->code_count].code : ""; break;
        case CC_TYPE_ID:
        case CC_TYPE_TEXT: snprintf(text, sizeof text, "%03u", 1 + 2 * (i % 90)); break;
        }
        set_text(&c->wheel[i], t);
    }
}

static bool starts(const char *name, const char *prefix)
{
    return !strncmp(name, prefix, strlen(prefix));
}

/* The number in a name such as PER2AGE, P2RACWH or CHMAL3 ('1' to '4'), or 0. */
static unsigned slot(const char *name, const char *prefix)
{
    char next = starts(name, prefix) ? name[strlen(prefix)] : '0';
    return next >= '1' && next <= '4' ? (unsigned)(next - '0') : 0;
}

static enum source source_of(const struct cc_variable *v)
{
    static const char *const OF_THE_CHILD[] = { "STATERR", "CHSEX", "CHRAC", "CHETHN", "CHBDATE" };
    if (!strcmp(v->name, "RPTID")) return RECORD_ID;
    if (!strcmp(v->name, "CHID")) return CHILD_ID;
    if (v->type == CC_TYPE_ID && v->width == ID) return OTHER_ID;
    for (size_t i = 0; i < sizeof OF_THE_CHILD / sizeof *OF_THE_CHILD; i++)
        if (starts(v->name, OF_THE_CHILD[i])) return OF_CHILD;
    return OF_RECORD;
}

static void plan(struct column *c, const struct cc_variable *v)
{
    const char *name = v->name;
    bool yes_or_no = v->code_count && !strcmp(v->codes[0].label, "yes");
    c->source = source_of(v);
    c->perpetrator = slot(name, "PER") + slot(name, "P");
    c->maltreatment = slot(name, "CHMAL") + slot(name, "MAL");
    c->may_be_empty = v->blank != CC_BLANK_NEVER;
    c->start = v->start, c->width = v->width;
    if (!strcmp(name, "SUBYR")) fill_shares(c, (const struct share[]){ { "2024", PLACES }, { NULL, 0 } });
    else if (!strcmp(name, "STATERR")) fill_shares(c, STATES);
    else if (!strcmp(name, "RPTDISP")) fill_shares(c, DISPOSITIONS);
    else if (!strcmp(name, "CHAGE")) fill_shares(c, AGES);
    else if (!strcmp(name, "CHSEX")) fill_shares(c, SEXES);
    else if (slot(name, "CHMAL")) fill_shares(c, MALTREATMENTS);
    else if (yes_or_no) fill_shares(c, YES_OR_NO);
    else if (v->blank == CC_BLANK_NEVER) fill_evenly(c, v, 0);
    else if (c->maltreatment || starts(name, "CH")) fill_evenly(c, v, PLACES / 100);
    else fill_evenly(c, v, v->type == CC_TYPE_DATE ? PLACES * 6 / 10 : PLACES / 8);
}

/* What a record draws first; then its columns draw, 16 bits each, in their order. */
struct record {
    uint64_t row, child, rng, bits;
    unsigned perpetrators, maltreatments, left; /* left: columns that `bits` still serves */
};

static struct record make_record(uint64_t row, uint64_t children, uint64_t seed)
{
    struct record r = { .row = row, .rng = mixed(seed ^ mixed(row)) };
    uint64_t bits = draw(&r.rng);
    unsigned people = below(bits, 100), types = below(bits >> 16, 100);
    r.child = mixed(draw(&r.rng) % children + 1);
    r.perpetrators = people < 55 ? 1 : people < 88 ? 2 : 3;
    r.maltreatments = types < 75 ? 1 : types < 93 ? 2 : types < 98 ? 3 : 4;
    return r;
}

static size_t put_id(char *out, uint64_t id)
{
    for (int i = 0; i < ID; i++) out[i] = "0123456789ABCDEFGHJKLMNPQRSTUVWX"[id >> 5 * i & 31];
    return ID;
}

/* Writes column number k of a record; returns its size. There is room for ID bytes. */
static size_t put_field(char *out, const struct column *c, size_t k, struct record *r)
{
    if (r->left == 0) r->bits = draw(&r->rng), r->left = 4;
    uint64_t bits = r->bits;
    r->bits >>= 16, r->left--;
    if (c->perpetrator > r->perpetrators || c->maltreatment > r->maltreatments) return 0;
    switch (c->source) {
    case RECORD_ID: return put_id(out, mixed(r->row));
    case CHILD_ID: return put_id(out, r->child);
    case OTHER_ID: return c->may_be_empty && below(bits, 8) == 0 ? 0 : put_id(out, mixed(r->row << 8 | k));
    case OF_CHILD: bits = mixed(r->child + k); break;
    case OF_RECORD: break;
    }
    const struct text *t = &c->wheel[below(bits, PLACES)];
    memcpy(out, t->text, TEXT);
    return t->size;
}

static size_t put_remark(char *out, uint64_t bits)
{
    const char *remark = bits % REMARK_ONE_IN == 0 ? REMARKS[below(bits >> 16, REMARKS_COUNT)] : "";
    size_t n = strlen(remark);
    memcpy(out, remark, n);
    return n;
}

/* What stays the same for all rows. */
struct table {
    struct column *columns;
    size_t count, record_width; /* record_width 0: CSV */
    bool quoted;
    uint64_t rng;  /* of quotes and remarks, so that they change nothing else */
    unsigned until; /* fields to go until one is quoted */
};

static size_t put_csv(char *row, struct table *t, struct record *r)
{
    char *out = row;
    for (size_t c = 0; c < t->count; c++) {
        bool quote = t->quoted && --t->until == 0;
        if (quote) t->until = 1 + below(draw(&t->rng), 2 * QUOTED_ONE_IN - 1), *out++ = '"';
        out += put_field(out, &t->columns[c], c, r);
        if (quote) *out++ = '"';
        *out++ = ',';
    }
    if (t->quoted) out += put_remark(out, draw(&t->rng));
    else out--;
    *out++ = '\n';
    return (size_t)(out - row);
}

static size_t put_fixed(char *row, struct table *t, struct record *r)
{
    char field[ID + TEXT];
    memset(row, ' ', t->record_width);
    for (size_t c = 0; c < t->count; c++) {
        size_t n = put_field(field, &t->columns[c], c, r);
        if (t->columns[c].start) memcpy(row + t->columns[c].start - 1, field, n);
    }
    row[t->record_width] = '\n';
    return t->record_width + 1;
}

static void print_header(const struct cc_codebook *cb, const struct table *t)
{
    for (size_t c = 0; c < t->count; c++) printf("%s%s", c ? "," : "", cb->variables[c].name);
    puts(t->quoted ? ",REMARK" : "");
}

static int print_rows(struct table *t, uint64_t rows, uint64_t seed)
{
    char *block = malloc(ROOM);
    if (!block) return 1;
    /* m draws from m / 0.55 children meet 1 - exp(-0.55) of them: 0.55 / 0.423 = 1.3 draws each. */
    uint64_t children = (uint64_t)((double)rows / 0.55) + 1;
    size_t used = 0;
    for (uint64_t i = 0; i < rows; i++) {
        struct record r = make_record(i, children, seed);
        used += t->record_width ? put_fixed(block + used, t, &r) : put_csv(block + used, t, &r);
        if (used < ROOM - LONGEST_ROW && i + 1 < rows) continue;
        fwrite(block, 1, used, stdout);
        used = 0;
    }
    free(block);
    return fflush(stdout) || ferror(stdout) ? 3 : 0;
}

int main(int argc, char **argv)
{
    int64_t rows = 0, columns = 150, seed = 1;
    bool fixed = argc > 1 && !strcmp(argv[1], "fixed"), quoted = argc > 1 && !strcmp(argv[1], "quoted");
    bool ok = argc > 2 && (fixed || quoted || !strcmp(argv[1], "csv")) && cc_parse_int64(argv[2], &rows) &&
              (argc < 4 || cc_parse_int64(argv[3], &columns)) && (argc < 5 || cc_parse_int64(argv[4], &seed));
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    if (!ok || rows < 1 || columns < 1)
        return fputs("usage: generate csv|quoted|fixed ROWS [COLUMNS [SEED]]\n", stderr), 2;
    if (cc_codebook_load("ncands-child", &cb, &err) != CC_OK) return fprintf(stderr, "%s\n", err.text), 1;
    struct table t = { .count = fixed || (size_t)columns > cb->count ? cb->count : (size_t)columns,
                       .record_width = fixed ? cb->record_widths[0] : 0, .quoted = quoted,
                       .rng = (uint64_t)seed, .until = QUOTED_ONE_IN };
    t.columns = calloc(t.count, sizeof *t.columns);
    if (!t.columns) return 1;
    for (size_t c = 0; c < t.count; c++) plan(&t.columns[c], &cb->variables[c]);
    if (!fixed) print_header(cb, &t);
    int code = print_rows(&t, (uint64_t)rows, (uint64_t)seed);
    free(t.columns);
    cc_codebook_free(cb);
    return code;
}

/* Answers over rows are those of the plain interpreter: random definitions over the shipped and a
 * made-up codebook, random fields, random rows. CC_TEST_ROUNDS=N makes it N times as long. */
#include <stdarg.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_path.h"
#include "datasets/query/cc_bound.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const char codebook_text[] =
    "name,alias,label,type,format,codes,unknown,blank,range,repeats\n"
    "YEAR,,Year,integer,,,,never,,\n"
    "ID,,Child,id,,,,never,,\n"
    "FIPS,,County,id,,999=unknown,999,unknown,,\n"
    "STATE,,State,text,,,,never,,\n"
    "SEX,E6,Sex,code,,1=male;2=female;9=unknown,9,not applicable,,\n"
    "KIND,,Kind,code,,ab=x;long code of many letters=y;zz=unknown,zz,unknown,,\n"
    "AGE,,Age,integer,,77=unborn;99=unknown,99,unknown,00-23,\n"
    "N,,Number,integer,,,,not applicable,,\n"
    "T1,,Type 1,code,,1=a;7=t;9=unknown,9,not applicable,,\n"
    "L1,,Level 1,code,,01=s;02=i;05=u;99=unknown,99,not applicable,,\n"
    "T2,,Type 2,code,,1=a;7=t;9=unknown,9,not applicable,,\n"
    "L2,,Level 2,code,,01=s;02=i;05=u;99=unknown,99,not applicable,,\n"
    "T3,,Type 3,code,,1=a;7=t;9=unknown,9,unknown,,\n"
    "L3,,Level 3,code,,01=s;02=i;05=u;99=unknown,99,unknown,,\n"
    "D,,Date,date,yyyymmdd,,,not applicable,,\n"
    "B,,Birth,date,yyyymmdd,,,unknown,,\n"
    "ISO,,Date,date,yyyy-mm-dd,,,unknown,,\n"
    "DD,,Dates,date,yyyymmdd,,,not applicable,,;\n"
    "CC,,Codes,code,,1=a;2=b;9=unknown,9,not applicable,,;\n"
    "TM,,Time,time,,,,not applicable,,\n"
    "TN,,Time,time,,,,unknown,,\n";

/* --- random texts --- */

static uint64_t state;

static unsigned below(unsigned n) /* splitmix64 */
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) >> 33) % n;
}

static bool one_in(unsigned n)
{
    return below(n) == 0;
}

#define ONE_OF(...) \
    ((const char *const[]){ __VA_ARGS__ }[below(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))])

static void add(struct cc_buf *out, const char *fmt, ...)
{
    char text[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (!cc_buf_text(out, text)) abort();
}

static const struct cc_variable *variable(const struct cc_codebook *cb, enum cc_type type)
{
    for (unsigned tries = 0; tries < 300; tries++) {
        const struct cc_variable *v = &cb->variables[below((unsigned)cb->count)];
        if (v->type == type && (!v->repeats || one_in(9))) return v;
    }
    return NULL;
}

static void random_date(char text[16], const char *layout)
{
    cc_date_format((int32_t)(14600 + (one_in(3) ? below(40) : below(5000))), layout, text); /* 2009 to 2023 */
}

/* A literal that the codebook knows for the variable. */
static void add_literal(struct cc_buf *out, const struct cc_variable *v)
{
    char date[16];
    if (v->code_count && (v->type == CC_TYPE_CODE || one_in(3))) {
        add(out, "'%s'", v->codes[below((unsigned)v->code_count)].code);
    } else if (v->type == CC_TYPE_DATE) {
        random_date(date, "yyyy-mm-dd");
        add(out, "'%s'", date);
    } else if (v->type == CC_TYPE_INTEGER) {
        add(out, "%d", v->has_range ? (int)v->low + (int)below((unsigned)(v->high - v->low + 1)) : (int)below(2030));
    } else if (v->type == CC_TYPE_TIME) {
        add(out, "'%02u%02u'", below(24), below(60));
    } else {
        add(out, "'%s'", ONE_OF("001", "1", "TX", "a long county name", "\xc3\xa9"));
    }
}

/* --- random definitions; `last`: definitions before this one may be named --- */

struct writer {
    const struct cc_codebook *cb;
    struct cc_buf out;
    unsigned last;
};

static void condition(struct writer *w, unsigned depth);
static void number(struct writer *w, unsigned depth);
static void date(struct writer *w, unsigned depth);

static void add_name(struct writer *w, enum cc_type type)
{
    const struct cc_variable *v = variable(w->cb, type);
    add(&w->out, "%s", v ? v->name : "1");
}

static void case_of(struct writer *w, unsigned depth, void (*value)(struct writer *, unsigned))
{
    add(&w->out, "case");
    for (unsigned i = 0; i < 1 + below(3); i++) {
        add(&w->out, " when ");
        condition(w, depth);
        add(&w->out, " then ");
        value(w, depth);
    }
    if (!one_in(3)) {
        add(&w->out, " else ");
        value(w, depth);
    }
    add(&w->out, " end");
}

static void add_definition(struct writer *w, const char *kind, unsigned depth, void (*other)(struct writer *, unsigned))
{
    if (w->last) add(&w->out, "%s%u", kind, below(w->last));
    else other(w, depth);
}

static void number(struct writer *w, unsigned depth)
{
    const char *sign = one_in(2) ? "+" : "-";
    unsigned d = depth ? depth - 1 : 0;
    switch (depth ? below(12) : below(4)) {
    case 0: case 1: add_name(w, CC_TYPE_INTEGER); return;
    case 2: add(&w->out, "%u", below(30)); return;
    case 3: add(&w->out, "ffy"); return;
    case 4: add(&w->out, "count("), condition(w, d), add(&w->out, ", "), condition(w, d), add(&w->out, ")"); return;
    case 5: add(&w->out, "days("), date(w, d), add(&w->out, ", "), date(w, d), add(&w->out, ")"); return;
    case 6: add(&w->out, "age("), date(w, d), add(&w->out, ", "), date(w, d), add(&w->out, ")"); return;
    case 7: add(&w->out, "%s(", ONE_OF("fiscal_year", "year")), date(w, d), add(&w->out, ")"); return;
    case 8:
        add(&w->out, "hours("), date(w, d), add(&w->out, ", "), add_name(w, CC_TYPE_TIME), add(&w->out, ", ");
        date(w, d), add(&w->out, ", "), add_name(w, CC_TYPE_TIME), add(&w->out, ")");
        return;
    case 9: add(&w->out, "("), number(w, d), add(&w->out, " %s ", sign), number(w, d), add(&w->out, ")"); return;
    case 10: case_of(w, d, number); return;
    default: add_definition(w, "n", d, number); return;
    }
}

static void date(struct writer *w, unsigned depth)
{
    char text[16];
    unsigned d = depth ? depth - 1 : 0;
    switch (depth ? below(9) : below(6)) {
    case 0: case 1: case 2: add_name(w, CC_TYPE_DATE); return;
    case 3: add(&w->out, "%s", ONE_OF(":ffy_start", ":ffy_end", ":day")); return;
    case 4: case 5: random_date(text, "yyyy-mm-dd"), add(&w->out, "'%s'", text); return;
    case 6: add_name(w, CC_TYPE_DATE), add(&w->out, " %s %u", one_in(2) ? "+" : "-", below(400)); return;
    case 7: case_of(w, d, date); return;
    default: add_definition(w, "d", d, date); return;
    }
}

static void text(struct writer *w, unsigned depth)
{
    unsigned d = depth ? depth - 1 : 0;
    switch (depth ? below(8) : 0) {
    case 0: case 1: add(&w->out, "'%s'", ONE_OF("a", "b", "long label of a branch", "0", "1-5")); return;
    case 2: case 3:
        add(&w->out, "band("), number(w, d);
        add(&w->out, ", 0, 1, 6, 18)%s", one_in(2) ? "" : " with missing as \"none\"");
        return;
    case 4: case 5: case_of(w, d, text); return;
    case 6: add_name(w, CC_TYPE_CODE); return;
    default: add_definition(w, "t", d, text); return;
    }
}

/* The first of a row of repeats (MAL1LEV), and its name for all of them. */
static const struct cc_variable *repeat(const struct cc_codebook *cb, char pattern[64])
{
    for (unsigned tries = 0; tries < 300; tries++) {
        const struct cc_variable *v = &cb->variables[below((unsigned)cb->count)];
        const char *one = strchr(v->name, '1');
        if (v->type != CC_TYPE_CODE || !one || strlen(v->name) > 60) continue;
        char second[64];
        snprintf(second, sizeof second, "%.*s2%s", (int)(one - v->name), v->name, one + 1);
        snprintf(pattern, 64, "%.*s#%s", (int)(one - v->name), v->name, one + 1);
        if (cc_codebook_find(cb, second) >= 0) return v;
    }
    return NULL;
}

static void over_repeats(struct writer *w)
{
    char pattern[64];
    for (unsigned i = 0; i < 2; i++) {
        const struct cc_variable *v = repeat(w->cb, pattern);
        if (!v) {
            add(&w->out, "true");
            return;
        }
        add(&w->out, "%s%s in (", i ? (one_in(3) ? " or " : " and ") : one_in(9) ? "not " : "", pattern);
        add_literal(&w->out, v), add(&w->out, ", "), add_literal(&w->out, v), add(&w->out, ")");
    }
}

static void comparison(struct writer *w)
{
    static const enum cc_type types[] = { CC_TYPE_CODE, CC_TYPE_CODE, CC_TYPE_CODE, CC_TYPE_INTEGER, CC_TYPE_DATE,
                                          CC_TYPE_TIME, CC_TYPE_ID, CC_TYPE_TEXT };
    enum cc_type type = types[below(8)];
    const struct cc_variable *v = variable(w->cb, type);
    if (!v) {
        add(&w->out, "false");
        return;
    }
    bool ordered = type != CC_TYPE_CODE;
    if (v->repeats) add(&w->out, "any(");
    switch (below(7)) {
    case 6: add(&w->out, "matches(%s, '%s')", v->name, ONE_OF("[0-9]+", "1", "...", "c.*|0.*")); break;
    case 0: add(&w->out, "%s(%s)", ONE_OF("missing", "not_applicable", "blank", "3 = length"), v->name); break;
    case 1: case 2:
        add(&w->out, "%s %sin (", v->name, one_in(3) ? "not " : "");
        add_literal(&w->out, v), add(&w->out, ", "), add_literal(&w->out, v), add(&w->out, ")");
        break;
    case 3: add(&w->out, "%s %s %s", v->name, ordered ? ONE_OF("=", "<", ">=", "<>") : "=", v->name); break;
    default:
        add(&w->out, "%s %s ", v->name, ordered ? ONE_OF("=", "<", "<=", ">", ">=", "<>") : ONE_OF("=", "<>"));
        add_literal(&w->out, v);
    }
    if (v->repeats) add(&w->out, ")");
}

static void condition(struct writer *w, unsigned depth)
{
    struct cc_buf *o = &w->out;
    unsigned d = depth ? depth - 1 : 0;
    const char *sign = ONE_OF("=", "<>", "<", "<=", ">", ">=");
    switch (depth ? below(18) : 0) {
    case 0: case 1: case 2: comparison(w); return;
    case 3: add(o, "("), condition(w, d), add(o, " and "), condition(w, d), add(o, ")"); return;
    case 4: add(o, "("), condition(w, d), add(o, " or "), condition(w, d), add(o, ")"); return;
    case 5: add(o, "not ("), condition(w, d), add(o, ")"); return;
    case 6: add(o, "any("), condition(w, d), add(o, ", "), condition(w, d), add(o, ")"); return;
    case 7: add(o, "any("), over_repeats(w), add(o, ")"); return;
    case 8: add(o, "count("), over_repeats(w), add(o, ") %s %u", sign, below(4)); return;
    case 9: add(o, "count("), condition(w, d), add(o, ", "), condition(w, d), add(o, ") %s %u", sign, below(3)); return;
    case 10: case 11: add(o, "("), number(w, d), add(o, " %s ", sign), number(w, d), add(o, ")"); return;
    case 12: case 13: add(o, "("), date(w, d), add(o, " %s ", sign), date(w, d), add(o, ")"); return;
    case 14: add(o, "("), text(w, d), add(o, " %s ", ONE_OF("=", "<>", "<>", sign)), text(w, d), add(o, ")"); return;
    case 15: add(o, "("), case_of(w, d, condition), add(o, ")"); return;
    case 16: add(o, "%s", ONE_OF("true", "false", "in_list(other)", "ffy >= 2016", "ffy = 2014", "T1 = T2",
                                 "any(DD > '2015-01-01')", "count(CC = 1) = 1", "any(DD > D)", "any(DD = D or CC = 1)",
                                 "band(AGE, 0, 5) with 77 as \"unborn\" = 'unborn'")); return;
    default: add_definition(w, "c", d, condition); return;
    }
}

enum { DEFINITIONS = 8, KINDS = 4 };
static const char *const kind_names[KINDS] = { "c", "n", "d", "t" };

static void write_definitions(struct writer *w)
{
    static void (*const write[KINDS])(struct writer *, unsigned) = { condition, number, date, text };
    for (w->last = 0; w->last < DEFINITIONS; w->last++)
        for (size_t k = 0; k < KINDS; k++) {
            bool years = one_in(4);
            unsigned since = 2013 + below(4), gap = one_in(4);
            add(&w->out, "define %s%u%s", kind_names[k], w->last, years ? "" : " = ");
            if (years) add(&w->out, " since %u = ", since);
            write[k](w, years && one_in(2) ? 0 : 1 + below(3));
            add(&w->out, "\n");
            if (!years || one_in(3)) continue;
            add(&w->out, "define %s%u until %u = ", kind_names[k], w->last, since - 1 - gap);
            write[k](w, 1 + below(3));
            add(&w->out, "\n");
        }
}

/* --- random fields --- */

static void add_value(struct cc_buf *out, const struct cc_variable *v, unsigned year)
{
    char day[16];
    if (!strcmp(v->name, "YEAR") || !strcmp(v->name, "SUBYR")) {
        add(out, one_in(40) ? "x" : "%u", year);
    } else if (one_in(8)) {
        return;
    } else if (one_in(12)) {
        add(out, "%s", ONE_OF("x", "??", "-1", "123", "5", "12345678", "123456789", "a much longer text than eight",
                              "\xc3\xa9", "(total)", "20230229", "2460", "abcdefgh"));
    } else if (v->code_count && (v->type == CC_TYPE_CODE || one_in(4))) {
        const char *code = v->codes[below((unsigned)v->code_count)].code;
        add(out, "%s%s", v->numeric_codes && one_in(6) ? "0" : "", code);
    } else if (v->type == CC_TYPE_DATE) {
        random_date(day, v->format);
        add(out, "%s", day);
    } else if (v->type == CC_TYPE_INTEGER) {
        add(out, one_in(2) ? "%02d" : "%d", v->has_range ? (int)below((unsigned)v->high + 2) : (int)below(40));
    } else if (v->type == CC_TYPE_TIME) {
        add(out, "%02u%02u", below(24), below(60));
    } else {
        add(out, "%s%u", ONE_OF("", "c", "long identifier ", "0"), below(30));
    }
}

static void add_field(struct cc_buf *out, const struct cc_variable *v, unsigned year)
{
    if (one_in(10)) add(out, "%s", ONE_OF(" ", "\t", "  ", "         "));
    add_value(out, v, year);
    for (unsigned i = 0; v->repeats && i < below(4); i++) add(out, "%c", v->repeats), add_value(out, v, year);
    if (one_in(10)) add(out, "%s", ONE_OF(" ", "   ", "\t"));
    if (one_in(200) && !cc_buf_char(out, '\0')) abort(); /* not from a reader, but told apart all the same */
}

struct rows {
    struct cc_block block;
    struct cc_buf text;
    unsigned year; /* of the block before */
};

/* Rows of all slots. Padded: some fields have blanks that are not theirs. */
static void fill_block(struct rows *r, const struct cc_query *q, size_t rows, bool padded)
{
    struct cc_buf field = { 0 };
    struct cc_block *b = &r->block;
    bool mixed = one_in(3);
    unsigned year = r->year = one_in(3) ? 2012 + below(7) : r->year;
    cc_buf_clear(&r->text);
    cc_block_start(b, q->slot_count);
    if (!cc_block_list(b)) abort();
    b->padded = padded;
    b->rows = rows;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < q->slot_count; c++) {
            cc_buf_clear(&field);
            if (mixed) year = 2012 + below(7);
            add_field(&field, &q->cb->variables[q->slots[c].variable], year);
            if (padded && one_in(2)) add(&field, "%s", ONE_OF(" ", "    "));
            b->fields[row * b->columns + c] = (struct cc_field){ (uint32_t)r->text.size, (uint32_t)field.size };
            if (field.size && !cc_buf_add(&r->text, field.data, field.size)) abort();
        }
    add(&r->text, "%s", "................");
    b->text = r->text.data;
    cc_buf_free(&field);
}

/* --- one query, bound twice --- */

enum { MAX_BOUND = 120, KEY = 3, RANKS = 3 };

struct bound {
    struct cc_query *q;
    struct cc_bound *conditions[MAX_BOUND];
    struct cc_group *groups[MAX_BOUND];
    size_t condition_count, group_count, key_count;
    int key[KEY];
    struct cc_bound *ranks[RANKS];
    enum cc_rank_order orders[RANKS];
};

static void bind_name(struct bound *b, const char *name)
{
    struct cc_error err;
    struct cc_bound *c;
    struct cc_group *g;
    if (b->group_count < MAX_BOUND && cc_query_group(b->q, name, "test", &g, &err) == CC_OK)
        b->groups[b->group_count++] = g;
    if (b->condition_count < MAX_BOUND && cc_query_condition(b->q, name, "test", &c, &err) == CC_OK)
        b->conditions[b->condition_count++] = c;
}

static void bind_key(struct bound *b, const struct cc_codebook *cb)
{
    struct cc_error err;
    for (size_t i = 0; i < KEY; i++) {
        const struct cc_variable *v = one_in(3) ? variable(cb, CC_TYPE_ID) : &cb->variables[below((unsigned)cb->count)];
        struct cc_item item = { .name = one_in(4) ? "ffy" : v->name };
        if (cc_query_key(b->q, &item, &b->key[b->key_count], &err) == CC_OK) b->key_count++;
    }
}

static void bind_ranks(struct bound *b)
{
    for (size_t i = 0; i < RANKS; i++) {
        struct cc_bound *e = b->groups[below((unsigned)b->group_count)]->expr;
        b->ranks[i] = e;
        b->orders[i] = e->kind == CC_KIND_TRUTH ? CC_RANK_FIRST : one_in(2) ? CC_RANK_LATEST : CC_RANK_EARLIEST;
    }
}

static void bind_all(struct bound *b, const struct cc_codebook *cb, const struct cc_definitions *defs, int ffy)
{
    static const struct cc_parameter params[] = { { "day", "2014-02-28" } };
    struct cc_query_options options = { .params = params, .param_count = 1, .ffy = ffy, .every_year = one_in(2) };
    struct cc_error err;
    *b = (struct bound){ 0 };
    if (cc_query_alloc(cb, defs, &options, &b->q, &err) != CC_OK) abort();
    for (size_t i = defs->count; i-- > 0;) /* variants of one name stand together */
        if (!i || strcmp(defs->list[i].name, defs->list[i - 1].name) != 0) bind_name(b, defs->list[i].name);
    for (unsigned i = 0; i < 6; i++) bind_name(b, cb->variables[below((unsigned)cb->count)].name);
    bind_name(b, "ffy");
    bind_key(b, cb);
    bind_ranks(b);
}

static bool start_file(struct bound *b, const struct cc_codebook *cb, const char *list)
{
    struct cc_buf file = { 0 };
    struct cc_error err = { 0 };
    struct cc_records *r;
    char path[128];
    size_t columns = 0;
    for (size_t i = 0; i < cb->count; i++)
        if (!list || i % 3) add(&file, "%s%s", columns++ ? "," : "", cb->variables[i].name);
    add(&file, "\n");
    strcpy(path, scratch_text("rows.csv", file.data));
    cc_buf_free(&file);
    bool ok = cc_records_open(path, cb, NULL, &r, &err) == CC_OK && cc_query_file(b->q, r, list, &err) == CC_OK;
    if (!ok) printf("# %s\n", err.text);
    cc_records_close(r);
    return ok;
}

/* --- comparing --- */

static size_t choose_rows(uint16_t *rows, size_t of)
{
    size_t n = 0;
    unsigned share = below(4);
    for (size_t i = 0; i < of; i++)
        if (share == 0 || below(share * share + 1) == 0) rows[n++] = (uint16_t)i;
    return n;
}

static size_t plain_uncovered; /* the first row of a question that the interpreter could not answer */

static void plain_row(struct cc_query *q, const struct cc_block *block, uint16_t row)
{
    struct cc_error err;
    if (cc_query_record(q, block, row, &err) != CC_OK) abort();
}

static void plain_note(struct cc_query *q, uint16_t row)
{
    if (q->uncovered && row < plain_uncovered) plain_uncovered = row;
    q->uncovered = NULL;
}

/* Is the row that needed a missing definition the same? Starts afresh for the next question. */
static size_t wrong_uncovered(struct cc_query *q)
{
    bool wrong = cc_query_uncovered_row(q) != plain_uncovered;
    q->uncovered_row = plain_uncovered = SIZE_MAX;
    return wrong;
}

static size_t wrong_truths(struct bound *a, struct bound *b, size_t i, const struct cc_block *block,
                           const uint16_t *rows, size_t n)
{
    static uint8_t truth[CC_BLOCK_ROWS];
    size_t wrong = 0;
    if (!cc_query_test_rows(a->q, a->conditions[i], rows, n, truth)) abort();
    for (size_t r = 0; r < n; r++) {
        plain_row(b->q, block, rows[r]);
        wrong += cc_query_test(b->q, b->conditions[i]) != (enum cc_truth)truth[r];
        plain_note(b->q, rows[r]);
    }
    return wrong + wrong_uncovered(a->q);
}

static size_t wrong_groups(struct bound *a, struct bound *b, size_t i, const struct cc_block *block,
                           const uint16_t *rows, size_t n)
{
    static uint32_t numbers[CC_BLOCK_ROWS];
    size_t wrong = 0;
    struct cc_group *g = a->groups[i], *h = b->groups[i];
    if (!cc_query_group_rows(a->q, g, rows, n, numbers)) abort();
    for (size_t r = 0; r < n; r++) {
        plain_row(b->q, block, rows[r]);
        uint32_t want = cc_query_group_number(b->q, h);
        const struct cc_group_label *x = &g->labels[numbers[r]], *y = &h->labels[want];
        wrong += strcmp(x->text, y->text) != 0 || x->rank != y->rank || x->order != y->order;
        plain_note(b->q, rows[r]);
    }
    return wrong + wrong_uncovered(a->q);
}

static size_t wrong_years(struct bound *a, struct bound *b, const struct cc_block *block, const uint16_t *rows,
                          size_t n)
{
    static uint16_t years[CC_BLOCK_ROWS];
    size_t wrong = 0;
    if (!cc_query_year_rows(a->q, rows, n, years)) abort();
    for (size_t r = 0; r < n; r++) {
        plain_row(b->q, block, rows[r]);
        wrong += cc_query_year(b->q) != years[r];
    }
    return wrong;
}

static bool same_text(const struct cc_query_texts *texts, size_t i, const struct cc_buf *want)
{
    size_t start = i ? texts->ends[i - 1] : 0;
    return texts->ends[i] - start == want->size
        && (!want->size || !memcmp(texts->bytes.data + start, want->data, want->size));
}

static size_t wrong_keys(struct bound *a, struct bound *b, const struct cc_block *block, const uint16_t *rows, size_t n,
                         struct cc_query_texts *texts)
{
    size_t wrong = 0;
    struct cc_buf want = { 0 };
    if (!cc_query_key_rows(a->q, a->key, a->key_count, rows, n, texts)) abort();
    for (size_t r = 0; r < n; r++) {
        plain_row(b->q, block, rows[r]);
        cc_buf_clear(&want);
        for (size_t k = 0; k < b->key_count; k++)
            if (!cc_query_key_text(b->q, b->key[k], &want)) {
                cc_buf_clear(&want);
                break;
            }
        wrong += !same_text(texts, r, &want);
    }
    cc_buf_free(&want);
    return wrong;
}

static size_t wrong_ranks(struct bound *a, struct bound *b, const struct cc_block *block, const uint16_t *rows,
                          size_t n, struct cc_query_texts *texts)
{
    size_t wrong = 0;
    struct cc_buf want = { 0 };
    if (!cc_query_rank_rows(a->q, a->ranks, a->orders, RANKS, rows, n, texts)) abort();
    for (size_t r = 0; r < n; r++) {
        plain_row(b->q, block, rows[r]);
        cc_buf_clear(&want);
        for (size_t k = 0; k < RANKS; k++)
            if (!cc_query_rank(b->q, b->ranks[k], b->orders[k], &want)) abort();
        plain_note(b->q, rows[r]);
        wrong += !same_text(texts, r, &want);
    }
    cc_buf_free(&want);
    return wrong + wrong_uncovered(a->q);
}

static void compare_block(struct bound *a, struct bound *b, const struct cc_block *block)
{
    static uint16_t rows[CC_BLOCK_ROWS];
    static struct cc_query_texts texts;
    size_t truths = 0, groups = 0, years = 0, keys = 0, ranks = 0;
    cc_query_block(a->q, block);
    plain_uncovered = SIZE_MAX;
    for (unsigned pass = 0; pass < 3; pass++) {
        size_t n = choose_rows(rows, block->rows);
        for (size_t i = 0; i < a->condition_count; i++) {
            if (one_in(9)) n = choose_rows(rows, block->rows);
            truths += wrong_truths(a, b, i, block, rows, n);
        }
        for (size_t i = 0; i < a->group_count; i++) groups += wrong_groups(a, b, i, block, rows, n);
        years += wrong_years(a, b, block, rows, n);
        keys += wrong_keys(a, b, block, rows, n, &texts);
        ranks += wrong_ranks(a, b, block, rows, n, &texts);
    }
    OK(!truths);
    OK(!groups);
    OK(!years);
    OK(!keys);
    OK(!ranks);
    cc_buf_free(&texts.bytes);
}

static void say_definitions(const struct cc_definitions *defs)
{
    for (size_t i = 0; i < defs->count; i++)
        printf("#   %s %d %d = %s\n", defs->list[i].name, defs->list[i].since, defs->list[i].until, defs->list[i].text);
}

static void compare_queries(const struct cc_codebook *cb, const struct cc_definitions *defs, int ffy, struct rows *rows)
{
    struct bound a, b;
    uint64_t here = state;
    int failed = tap_failed;
    bind_all(&a, cb, defs, ffy);
    state = here; /* the same choices again */
    bind_all(&b, cb, defs, ffy);
    OK(a.group_count > DEFINITIONS);
    for (unsigned block = 0; block < 4; block++) {
        const char *list = block == 2 ? "other" : NULL;
        if (!OK(start_file(&a, cb, list) && start_file(&b, cb, list))) break;
        fill_block(rows, a.q, one_in(9) ? CC_BLOCK_ROWS : 1 + below(90), block % 2);
        compare_block(&a, &b, &rows->block);
    }
    if (tap_failed != failed) say_definitions(defs);
    cc_query_free(a.q);
    cc_query_free(b.q);
}

/* The shipped definitions, or only a year, and random ones after them. */
static char *definitions_before(const char *shipped)
{
    struct cc_error err;
    char *path = shipped ? cc_definitions_default(shipped) : NULL, *text = NULL;
    if (path && cc_text_read(path, &text, &err) != CC_OK) abort();
    free(path);
    return text ? text : cc_strdup(ONE_OF("year = YEAR\n", "year = YEAR\n", "year = fiscal_year(D)\n",
                                          "year = case when AGE = 5 then 2014 else YEAR end\n"));
}

static void round_of(const char *shipped, struct rows *rows)
{
    static const int years[] = { 0, 0, 2014, 2016 };
    struct writer w = { 0 };
    struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_error err = { 0 };
    char path[128];
    strcpy(path, shipped ? shipped : scratch_text("made.csv", codebook_text));
    if (!OK(cc_codebook_load(path, &cb, &err) == CC_OK)) return;
    w.cb = cb;
    char *before = definitions_before(shipped);
    add(&w.out, "%s", "");
    if (!cc_buf_text(&w.out, before)) abort();
    write_definitions(&w);
    strcpy(path, scratch_text("random.def", w.out.data));
    if (OK(cc_definitions_read(path, &defs, &err) == CC_OK)) compare_queries(cb, &defs, years[below(4)], rows);
    else printf("# %zu:%zu %s\n", err.line, err.column, err.text);
    cc_definitions_free(&defs);
    cc_codebook_free(cb);
    cc_buf_free(&w.out);
    free(before);
}

int main(void)
{
    const char *wanted = getenv("CC_TEST_ROUNDS");
    int64_t times = 1;
    struct rows rows = { .year = 2014 };
    if (wanted && !cc_parse_int64(wanted, &times)) return 2;
    const int64_t rounds = 40 * times;
    for (int64_t i = 0; i < rounds; i++) {
        state = (uint64_t)i;
        int failed = tap_failed;
        round_of(i % 4 == 1 ? "ncands-child" : i % 4 == 3 ? "afcars-2020" : NULL, &rows);
        if (tap_failed != failed) printf("# in round %d\n", (int)i);
    }
    cc_block_free(&rows.block);
    cc_buf_free(&rows.text);
    return tap_done();
}

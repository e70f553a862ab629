/* Answers for many rows of a block at once: the compiled query.
 *
 * The idea: the fields of a column become dictionary numbers, and whatever depends on one column
 * only is a table by that number, filled by asking the plain interpreter (cc_eval.c) once for each
 * number: such a table is exact by construction. What depends on several columns is made of the
 * answers of its parts, one byte a row, in plain loops that compilers vectorise: `and` is min, `or`
 * is max. What is left (texts without a dictionary, parts of several repeating fields) asks the
 * interpreter row by row.
 *
 * The year of a record is one more thing to depend on. Where all rows have one year, as is usual,
 * an answer depends on its column only; tables start afresh when the year changes.
 *
 * The interpreter is lazy, these loops are not: they may come upon a definition that does not cover
 * a row's year where the interpreter would not have looked. Then (q->uncovered) the rows are asked
 * for one by one.
 *
 * Measured on one core of a shared EPYC (gcc -O2, delimited blocks of 2048 rows in cache): RPTDISP in
 * (1, 2) with the groups STATERR, age_group, CHSEX, CHMAL1: 18 ns a row, 197 by the interpreter;
 * any(CHMAL# = 7 and MAL#LEV in (1, 2)) with age_group and race_ethnicity: 76 ns, 488. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/query/cc_rows.h"

enum { LANE = 64, NO_BRANCH = 255 };
#define FOREVER UINT64_MAX

struct cc_plan {
    struct cc_plan *next;
    int slot;           /* the only one that it depends on, or CC_NO_SLOT, CC_MANY_SLOTS */
    bool year;          /* depends on the record's year */
    bool over_rows;     /* work_out_over can do it */
    uint64_t selection; /* that the answers are about; FOREVER: one answer, for any rows */
    struct cc_answers of;
    uint8_t *which;     /* of CASE, BY_YEAR: the branch that each row takes */
    struct cc_memo memo;
};

static struct cc_bound *inside(struct cc_bound *b)
{
    while (b->op == CC_B_ONCE) b = b->args[0];
    return b;
}

struct cc_answers cc_rows_answers(struct cc_bound *b)
{
    return inside(b)->plan->of;
}

/* --- plans --- */

static bool is_number(const struct cc_bound *b)
{
    return b->kind == CC_KIND_NUMBER || b->kind == CC_KIND_DATE;
}

static bool is_value(const struct cc_bound *b, size_t arg) /* of CASE: not a condition */
{
    return arg % 2 || arg + 1 == b->count;
}

/* Is every text that this can give a label? */
bool cc_bound_is_labelled(const struct cc_bound *b)
{
    if (b->op == CC_B_TEXT || b->op == CC_B_BAND) return true;
    if (b->op != CC_B_CASE && b->op != CC_B_BY_YEAR && b->op != CC_B_ONCE) return false;
    for (size_t i = 0; i < b->count; i++)
        if ((b->op != CC_B_CASE || is_value(b, i)) && !cc_bound_is_labelled(b->args[i])) return false;
    return true;
}

static bool can_compare(const struct cc_bound *b)
{
    if (is_number(b->args[0])) return true;
    bool equality = b->op == CC_B_EQ || b->op == CC_B_NE;
    return equality && cc_bound_is_labelled(b->args[0]) && cc_bound_is_labelled(b->args[1]);
}

static bool can_do_over_rows(const struct cc_bound *b)
{
    switch (b->op) {
    case CC_B_EQ:
    case CC_B_NE:
    case CC_B_LT:
    case CC_B_LE:
    case CC_B_GT:
    case CC_B_GE: return can_compare(b);
    case CC_B_CASE:
    case CC_B_BY_YEAR: return b->count < NO_BRANCH;
    case CC_B_COUNT: return b->count < 256;
    case CC_B_BAND: return !b->special_count;
    case CC_B_FFY:
    case CC_B_FFY_START:
    case CC_B_FFY_END:
    case CC_B_AND:
    case CC_B_OR:
    case CC_B_NOT:
    case CC_B_ANY:
    case CC_B_ADD:
    case CC_B_SUB:
    case CC_B_DAYS:
    case CC_B_HOURS:
    case CC_B_AGE:
    case CC_B_FISCAL_YEAR:
    case CC_B_YEAR: return true;
    default: return false;
    }
}

void cc_bound_depends_on(const struct cc_bound *b, int *slot, bool *year)
{
    if (b->op == CC_B_FFY || b->op == CC_B_FFY_START || b->op == CC_B_FFY_END || b->op == CC_B_BY_YEAR)
        *year = true;
    if (b->slot >= 0) *slot = *slot == CC_NO_SLOT || *slot == b->slot ? b->slot : CC_MANY_SLOTS;
    for (size_t i = 0; i < b->count; i++) cc_bound_depends_on(b->args[i], slot, year);
}

static bool make_answers(struct cc_query *q, const struct cc_bound *b, struct cc_answers *a)
{
    size_t n = CC_BLOCK_ROWS;
    if (b->kind == CC_KIND_TEXT) return (a->words = cc_arena_alloc(&q->arena, n * sizeof *a->words)) != NULL;
    if (is_number(b) && !(a->doubles = cc_arena_alloc(&q->arena, n * sizeof *a->doubles))) return false;
    return (a->bytes = cc_arena_alloc(&q->arena, n)) != NULL;
}

static bool make_plan(struct cc_query *q, struct cc_bound *b)
{
    struct cc_plan *p = cc_arena_alloc(&q->arena, sizeof *p);
    if (!p || !make_answers(q, b, &p->of)) return false;
    bool branches = b->op == CC_B_CASE || b->op == CC_B_BY_YEAR;
    if (branches && !(p->which = cc_arena_alloc(&q->arena, CC_BLOCK_ROWS))) return false;
    p->slot = CC_NO_SLOT;
    cc_bound_depends_on(b, &p->slot, &p->year);
    p->over_rows = can_do_over_rows(b);
    p->next = q->plans;
    b->plan = q->plans = p;
    return true;
}

static void free_memo(struct cc_memo *m)
{
    free(m->of.bytes);
    free(m->of.doubles);
    free(m->of.words);
}

void cc_query_free_plans(struct cc_query *q)
{
    for (struct cc_plan *p = q->plans; p; p = p->next) free_memo(&p->memo);
    for (size_t i = 0; i < q->group_count; i++) {
        free_memo(&q->groups[i]->memo);
        cc_dictionary_free(q->groups[i]->dictionary);
        free(q->groups[i]->codes.numbers);
    }
    for (size_t i = 0; i < q->slot_count; i++) {
        free(q->slots[i].numbers[0]);
        free(q->slots[i].numbers[1]);
        free(q->slots[i].fields);
        free(q->slots[i].codes.numbers);
        free(q->slots[i].keys);
    }
    free(q->selection);
}

/* --- the rows at hand --- */

bool cc_rows_select(struct cc_query *q, const uint16_t *rows, size_t n)
{
    struct cc_selection *s = q->selection;
    if (!s) {
        s = q->selection = calloc(1, sizeof *s);
        if (!s) return false;
        s->all = s->newest = 1;
    }
    s->rows = rows;
    s->n = n;
    s->now = s->all;
    if (n == q->block->rows) return true;
    if (!s->some || n != s->kept_n || memcmp(s->kept, rows, n * sizeof *rows) != 0) {
        s->some = ++s->newest;
        memcpy(s->kept, rows, n * sizeof *rows);
        s->kept_n = n;
    }
    s->now = s->some;
    return true;
}

/* What was worked out for these rows is not to be trusted. */
void cc_rows_forget(struct cc_query *q)
{
    struct cc_selection *s = q->selection;
    if (s->now == s->all) s->all = ++s->newest;
    else s->some = 0;
    q->uncovered = NULL;
}

/* Where the reader lists the texts of a column, they are looked up once a file, and rows go by their codes. */
static bool look_up_codes(const struct cc_query *q, const struct cc_coded *c, struct cc_dictionary *d,
                          struct cc_code_numbers *of, uint32_t *numbers)
{
    const struct cc_selection *s = q->selection;
    const uint8_t *ones = c->codes;
    const uint16_t *twos = c->codes;
    if (of->count == 0) {
        if (!cc_grow(&of->numbers, &of->room, c->count, sizeof *of->numbers)
            || !cc_dictionary_numbers(d, q->block->text, c->texts, c->count, of->numbers)) return false;
        of->count = c->count;
    }
    if (c->width == 1)
        for (size_t i = 0; i < s->n; i++) numbers[i] = of->numbers[ones[s->rows[i]]];
    else
        for (size_t i = 0; i < s->n; i++) numbers[i] = of->numbers[twos[s->rows[i]]];
    return true;
}

bool cc_rows_look_up(const struct cc_query *q, int slot, struct cc_dictionary *d, struct cc_code_numbers *codes,
                     uint32_t *numbers)
{
    const struct cc_selection *s = q->selection;
    struct cc_coded coded;
    struct cc_field fields[CC_BLOCK_ROWS];
    if (q->block->coded && q->block->coded(q->block, (size_t)slot, &coded))
        return look_up_codes(q, &coded, d, codes, numbers);
    cc_block_cut(q->block, (size_t)slot, s->rows, s->n, fields);
    return cc_dictionary_numbers(d, q->block->text, fields, s->n, numbers);
}

const uint32_t *cc_rows_numbers(struct cc_query *q, int slot)
{
    const struct cc_selection *sel = q->selection;
    struct cc_slot *s = &q->slots[slot];
    size_t k = sel->now != sel->all;
    if (!s->numbers[k] && !(s->numbers[k] = malloc(CC_BLOCK_ROWS * sizeof *s->numbers[k]))) return NULL;
    if (s->numbers_of[k] == sel->now) return s->numbers[k];
    s->numbers_of[k] = sel->now;
    if (k && s->numbers_of[0] == sel->all)
        for (size_t i = 0; i < sel->n; i++) s->numbers[1][i] = s->numbers[0][sel->rows[i]];
    else if (!cc_rows_look_up(q, slot, s->dictionary, &s->codes, s->numbers[k])) return NULL;
    return s->numbers[k];
}

/* The years of the rows, and whether they are all one. */
bool cc_rows_years(struct cc_query *q)
{
    struct cc_selection *s = q->selection;
    if (s->years_of == s->now) return true;
    if (q->file_year) {
        for (size_t i = 0; i < s->n; i++) s->years[i] = (uint16_t)q->file_year;
        s->year = q->file_year;
        s->years_of = s->now;
        return true;
    }
    if (!cc_rows_work_out(q, q->year)) return false;
    struct cc_answers y = cc_rows_answers(q->year);
    bool same = true;
    for (size_t i = 0; i < s->n; i++) {
        bool usable = y.bytes[i] == CC_VALUE_KNOWN && y.doubles[i] >= 1900 && y.doubles[i] <= 2999;
        s->years[i] = usable ? (uint16_t)y.doubles[i] : 0;
        same &= s->years[i] == s->years[0];
    }
    s->year = same ? s->years[0] : -1;
    s->years_of = s->now;
    return true;
}

/* --- tables by dictionary number --- */

/* A record of which only this is known. */
void cc_rows_suppose(struct cc_query *q, int slot, uint32_t number, const struct cc_entry *entry)
{
    q->stamp++;
    q->part = SIZE_MAX;
    q->record_year = q->selection->year;
    if (slot < 0) return;
    struct cc_slot *s = &q->slots[slot];
    s->stamp = q->stamp;
    s->number = number;
    s->entry = entry;
}

static void put(enum cc_kind kind, const struct cc_answers *a, size_t i, const struct cc_known *k)
{
    bool known = k->state == CC_VALUE_KNOWN;
    if (kind == CC_KIND_TEXT) {
        a->words[i] = known ? k->label : CC_LABEL_UNKNOWN;
    } else if (kind == CC_KIND_TRUTH) {
        a->bytes[i] = (uint8_t)(known ? k->truth : CC_UNKNOWN);
    } else {
        a->bytes[i] = (uint8_t)k->state;
        a->doubles[i] = k->number;
    }
}

static bool grow_part(void *array, size_t old, size_t room, size_t size)
{
    size_t grown = old;
    unsigned char *bytes;
    if (!cc_grow(array, &grown, room, size)) return false;
    memcpy(&bytes, array, sizeof bytes);
    memset(bytes + old * size, 0xff, (grown - old) * size);
    return true;
}

/* Makes room for all numbers, and forgets the answers of another year. */
bool cc_rows_ready_memo(struct cc_memo *m, bool bytes, bool doubles, bool words, size_t count, int year)
{
    size_t room = m->room ? m->room : 16;
    while (room < count) room *= 2;
    if (year != m->year) {
        if (bytes && m->room) memset(m->of.bytes, 0xff, m->room);
        if (words && m->room) memset(m->of.words, 0xff, m->room * sizeof *m->of.words);
        m->year = year;
    }
    if (room == m->room) return true;
    if (bytes && !grow_part(&m->of.bytes, m->room, room, 1)) return false;
    if (doubles && !grow_part(&m->of.doubles, m->room, room, sizeof *m->of.doubles)) return false;
    if (words && !grow_part(&m->of.words, m->room, room, sizeof *m->of.words)) return false;
    m->room = room;
    return true;
}

/* These tell whether every number was met before. */
static bool gather_bytes(const uint8_t *table, const uint32_t *numbers, size_t n, uint8_t *out)
{
    uint8_t all = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = table[numbers[i]];
        all |= out[i];
    }
    return all != 0xff;
}

static bool gather_words(const uint32_t *table, const uint32_t *numbers, size_t n, uint32_t *out)
{
    uint32_t new = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = table[numbers[i]];
        new |= out[i] == UINT32_MAX;
    }
    return !new;
}

static bool gather(const struct cc_answers *table, const uint32_t *numbers, size_t n,
                   const struct cc_answers *out)
{
    if (out->words) return gather_words(table->words, numbers, n, out->words);
    if (out->doubles)
        for (size_t i = 0; i < n; i++) out->doubles[i] = table->doubles[numbers[i]];
    return gather_bytes(table->bytes, numbers, n, out->bytes);
}

static bool is_met(const struct cc_answers *table, uint32_t number)
{
    return table->words ? table->words[number] != UINT32_MAX : table->bytes[number] != 0xff;
}

static bool by_memo(struct cc_query *q, struct cc_bound *b)
{
    struct cc_plan *p = b->plan;
    struct cc_dictionary *d = q->slots[p->slot].dictionary;
    struct cc_memo *m = &p->memo;
    size_t n = q->selection->n;
    const uint32_t *numbers = cc_rows_numbers(q, p->slot);
    int year = p->year ? q->selection->year : 0;
    uint32_t count = cc_dictionary_count(d);
    if (!numbers || !cc_rows_ready_memo(m, p->of.bytes, p->of.doubles, p->of.words, count, year)) return false;
    if (gather(&m->of, numbers, n, &p->of)) return true;
    for (size_t i = 0; i < n; i++) {
        if (is_met(&m->of, numbers[i])) continue;
        struct cc_known k;
        cc_rows_suppose(q, p->slot, numbers[i], cc_dictionary_entry(d, numbers[i]));
        cc_eval(q, b, &k);
        put(b->kind, &m->of, numbers[i], &k);
    }
    if (q->uncovered) m->year = -1; /* so that it comes up again */
    (void)gather(&m->of, numbers, n, &p->of);
    return !q->out_of_memory;
}

static bool one_answer(struct cc_query *q, struct cc_bound *b)
{
    struct cc_plan *p = b->plan;
    struct cc_known k;
    cc_rows_suppose(q, CC_NO_SLOT, 0, NULL);
    cc_eval(q, b, &k);
    size_t n = p->year ? q->selection->n : CC_BLOCK_ROWS; /* what does not change is filled once */
    for (size_t i = 0; i < n; i++) put(b->kind, &p->of, i, &k);
    return true;
}

static bool by_interpreter(struct cc_query *q, struct cc_bound *b)
{
    const struct cc_selection *s = q->selection;
    const char *uncovered = q->uncovered; /* of other parts or rows; a new record forgets it */
    for (size_t i = 0; i < s->n; i++) {
        struct cc_known k;
        if (cc_query_record(q, q->block, s->rows[i], NULL) != CC_OK) return false;
        cc_eval(q, b, &k);
        put(b->kind, &b->plan->of, i, &k);
        if (q->uncovered) uncovered = q->uncovered;
    }
    q->uncovered = uncovered;
    return !q->out_of_memory;
}

/* --- truths over rows; vectors are CC_BLOCK_ROWS long, so that whole lanes may be worked out --- */

#define EACH_LANE(i, n)                                                                          \
    for (size_t lane_ = 0; lane_ < (n); lane_ += LANE)                                           \
        for (size_t i = lane_, k_ = 0; k_ < LANE; i++, k_++)

static void lesser(uint8_t *restrict a, const uint8_t *restrict b, size_t n)
{
    EACH_LANE (i, n) a[i] = a[i] < b[i] ? a[i] : b[i];
}

static void greater(uint8_t *restrict a, const uint8_t *restrict b, size_t n)
{
    EACH_LANE (i, n) a[i] = a[i] > b[i] ? a[i] : b[i];
}

static bool all_or_any(struct cc_query *q, struct cc_bound *b)
{
    uint8_t *out = b->plan->of.bytes;
    size_t n = q->selection->n;
    memset(out, b->op == CC_B_AND ? CC_TRUE : CC_FALSE, CC_BLOCK_ROWS);
    for (size_t i = 0; i < b->count; i++) {
        if (!cc_rows_work_out(q, b->args[i])) return false;
        (b->op == CC_B_AND ? lesser : greater)(out, cc_rows_answers(b->args[i]).bytes, n);
    }
    return true;
}

static bool negation(struct cc_query *q, struct cc_bound *b)
{
    if (!cc_rows_work_out(q, b->args[0])) return false;
    const uint8_t *x = cc_rows_answers(b->args[0]).bytes;
    uint8_t *restrict out = b->plan->of.bytes;
    EACH_LANE (i, q->selection->n) out[i] = (uint8_t)(CC_TRUE - x[i]);
    return true;
}

/* How many are true, as bytes. */
static bool count_true(struct cc_query *q, struct cc_bound *b, uint8_t sums[CC_BLOCK_ROWS])
{
    memset(sums, 0, CC_BLOCK_ROWS);
    for (size_t a = 0; a < b->count; a++) {
        if (!cc_rows_work_out(q, b->args[a])) return false;
        const uint8_t *x = cc_rows_answers(b->args[a]).bytes;
        EACH_LANE (i, q->selection->n) sums[i] = (uint8_t)(sums[i] + (x[i] == CC_TRUE));
    }
    return true;
}

static bool count_over_rows(struct cc_query *q, struct cc_bound *b)
{
    uint8_t sums[CC_BLOCK_ROWS];
    struct cc_answers *out = &b->plan->of;
    if (!count_true(q, b, sums)) return false;
    memset(out->bytes, CC_VALUE_KNOWN, CC_BLOCK_ROWS);
    for (size_t i = 0; i < q->selection->n; i++) out->doubles[i] = sums[i];
    return true;
}

/* --- comparisons --- */

/* For which orders a comparison holds: bits for less, equal, more. */
static unsigned holds_for(enum cc_bound_op op)
{
    enum { LESS = 1, EQUAL = 2, MORE = 4 };
    return op == CC_B_EQ ? EQUAL : op == CC_B_NE ? LESS | MORE : op == CC_B_LT ? LESS
        : op == CC_B_LE ? LESS | EQUAL : op == CC_B_GT ? MORE : EQUAL | MORE;
}

static uint8_t compare_numbers(double x, double y, unsigned holds)
{
    unsigned order = (unsigned)(x < y) | (unsigned)(x == y) << 1 | (unsigned)(x > y) << 2;
    return order & holds ? CC_TRUE : CC_FALSE;
}

/* count(...) > 1: few answers, so a table of them. */
static bool compare_count(struct cc_query *q, struct cc_bound *b)
{
    uint8_t sums[CC_BLOCK_ROWS], table[256];
    struct cc_bound *count = b->args[0];
    for (size_t k = 0; k <= count->count; k++)
        table[k] = compare_numbers((double)k, b->args[1]->number, holds_for(b->op));
    if (!count_true(q, count, sums)) return false;
    for (size_t i = 0; i < q->selection->n; i++) b->plan->of.bytes[i] = table[sums[i]];
    return true;
}

static bool compare_labels(struct cc_query *q, struct cc_bound *b)
{
    const uint32_t *x = cc_rows_answers(b->args[0]).words, *y = cc_rows_answers(b->args[1]).words;
    for (size_t i = 0; i < q->selection->n; i++) {
        bool known = x[i] != CC_LABEL_UNKNOWN && y[i] != CC_LABEL_UNKNOWN;
        uint8_t t = (x[i] == y[i]) == (b->op == CC_B_EQ) ? CC_TRUE : CC_FALSE;
        b->plan->of.bytes[i] = known ? t : CC_UNKNOWN;
    }
    return true;
}

static bool compare(struct cc_query *q, struct cc_bound *b)
{
    struct cc_bound *first = b->args[0];
    if (first->op == CC_B_COUNT && first->count < 256 && b->args[1]->op == CC_B_NUMBER)
        return compare_count(q, b);
    if (!cc_rows_work_out(q, first) || !cc_rows_work_out(q, b->args[1])) return false;
    if (b->args[0]->kind == CC_KIND_TEXT) return compare_labels(q, b);
    struct cc_answers x = cc_rows_answers(first), y = cc_rows_answers(b->args[1]);
    unsigned holds = holds_for(b->op);
    for (size_t i = 0; i < q->selection->n; i++) {
        bool applies = x.bytes[i] != CC_VALUE_NOT_APPLICABLE && y.bytes[i] != CC_VALUE_NOT_APPLICABLE;
        bool known = x.bytes[i] == CC_VALUE_KNOWN && y.bytes[i] == CC_VALUE_KNOWN;
        uint8_t t = compare_numbers(x.doubles[i], y.doubles[i], holds);
        b->plan->of.bytes[i] = known ? t : applies ? CC_UNKNOWN : CC_FALSE;
    }
    return true;
}

/* --- numbers --- */

static void join_states(uint8_t *states, const uint8_t *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] == CC_VALUE_NOT_APPLICABLE) states[i] = CC_VALUE_NOT_APPLICABLE;
        else if (x[i] != CC_VALUE_KNOWN && states[i] == CC_VALUE_KNOWN) states[i] = CC_VALUE_UNKNOWN;
}

static double calculate(enum cc_bound_op op, const double a[4])
{
    switch (op) {
    case CC_B_ADD: return a[0] + a[1];
    case CC_B_SUB: return a[0] - a[1];
    case CC_B_DAYS: return a[1] - a[0];
    case CC_B_HOURS: return (a[2] - a[0]) * 24 + (a[3] - a[1]) / 60;
    case CC_B_AGE: return cc_date_age((int32_t)a[0], (int32_t)a[1]);
    case CC_B_YEAR: return cc_date_year((int32_t)a[0]);
    default: return cc_date_fiscal_year((int32_t)a[0]);
    }
}

static bool arithmetic(struct cc_query *q, struct cc_bound *b)
{
    const double *x[4];
    size_t n = q->selection->n;
    struct cc_answers *out = &b->plan->of;
    memset(out->bytes, CC_VALUE_KNOWN, CC_BLOCK_ROWS);
    for (size_t a = 0; a < b->count; a++) {
        if (!cc_rows_work_out(q, b->args[a])) return false;
        join_states(out->bytes, cc_rows_answers(b->args[a]).bytes, n);
        x[a] = cc_rows_answers(b->args[a]).doubles;
    }
    for (size_t i = 0; i < n; i++) {
        double args[4] = { 0 };
        if (out->bytes[i] != CC_VALUE_KNOWN) continue;
        for (size_t a = 0; a < b->count; a++) args[a] = x[a][i];
        out->doubles[i] = calculate(b->op, args);
    }
    return true;
}

static bool year_numbers(struct cc_query *q, struct cc_bound *b)
{
    const struct cc_selection *s = q->selection;
    struct cc_answers *out = &b->plan->of;
    for (size_t i = 0; i < s->n; i++) {
        int year = s->years[i];
        out->bytes[i] = year ? CC_VALUE_KNOWN : CC_VALUE_UNKNOWN;
        out->doubles[i] = !year || b->op == CC_B_FFY ? year
            : b->op == CC_B_FFY_START ? cc_date_fiscal_start(year) : cc_date_fiscal_end(year);
    }
    return true;
}

static bool band(struct cc_query *q, struct cc_bound *b)
{
    if (!cc_rows_work_out(q, b->args[0])) return false;
    struct cc_answers x = cc_rows_answers(b->args[0]);
    uint32_t missing = b->missing_label == UINT32_MAX ? CC_LABEL_UNKNOWN : b->missing_label;
    for (size_t i = 0; i < q->selection->n; i++) {
        size_t k = b->bound_count - 1;
        bool in = x.bytes[i] == CC_VALUE_KNOWN && x.doubles[i] >= b->bounds[0];
        while (in && x.doubles[i] < b->bounds[k]) k--;
        b->plan->of.words[i] = in ? b->band_labels[k] : missing;
    }
    return true;
}

/* --- branches --- */

/* The answers of the branches that rows take. A constant has one answer for all rows. */
struct branches {
    struct cc_answers of[NO_BRANCH + 1];
    size_t mask[NO_BRANCH + 1];
};

static void pick(const struct branches *x, const uint8_t *which, size_t n, const struct cc_answers *out)
{
    for (size_t i = 0; out->words && i < n; i++) out->words[i] = x->of[which[i]].words[i & x->mask[which[i]]];
    for (size_t i = 0; out->bytes && i < n; i++) out->bytes[i] = x->of[which[i]].bytes[i & x->mask[which[i]]];
    for (size_t i = 0; out->doubles && i < n; i++)
        out->doubles[i] = x->of[which[i]].doubles[i & x->mask[which[i]]];
}

static bool take_branches(struct cc_query *q, struct cc_bound *b)
{
    static const double no_number = 0;
    uint8_t unknown = b->kind == CC_KIND_TRUTH ? (uint8_t)CC_UNKNOWN : (uint8_t)CC_VALUE_UNKNOWN;
    uint32_t no_label = CC_LABEL_UNKNOWN;
    double zero = no_number;
    struct branches x;
    x.of[NO_BRANCH] = (struct cc_answers){ &unknown, &zero, &no_label };
    x.mask[NO_BRANCH] = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (b->op == CC_B_CASE && !is_value(b, i)) continue;
        if (!cc_rows_work_out(q, b->args[i])) return false;
        x.of[i] = cc_rows_answers(b->args[i]);
        x.mask[i] = inside(b->args[i])->plan->selection == FOREVER ? 0 : SIZE_MAX;
    }
    pick(&x, b->plan->which, q->selection->n, &b->plan->of);
    return true;
}

static bool case_when(struct cc_query *q, struct cc_bound *b)
{
    uint8_t *restrict which = b->plan->which;
    memset(which, b->count % 2 ? (int)b->count - 1 : NO_BRANCH, CC_BLOCK_ROWS);
    for (size_t k = b->count / 2; k-- > 0;) { /* from the last, so that the first has the last word */
        uint8_t branch = (uint8_t)(2 * k + 1);
        if (!cc_rows_work_out(q, b->args[2 * k])) return false;
        const uint8_t *met = cc_rows_answers(b->args[2 * k]).bytes;
        EACH_LANE (i, q->selection->n) which[i] = met[i] == CC_TRUE ? branch : which[i];
    }
    return take_branches(q, b);
}

static size_t variant(const struct cc_bound *b, int year)
{
    for (size_t k = 0; year && k < b->count; k++)
        if ((!b->since[k] || b->since[k] <= year) && (!b->until[k] || year <= b->until[k])) return k;
    return NO_BRANCH;
}

static void copy_answers(const struct cc_answers *from, const struct cc_answers *to, size_t n)
{
    if (to->bytes) memcpy(to->bytes, from->bytes, n);
    if (to->doubles) memcpy(to->doubles, from->doubles, n * sizeof *to->doubles);
    if (to->words) memcpy(to->words, from->words, n * sizeof *to->words);
}

static bool by_year(struct cc_query *q, struct cc_bound *b)
{
    const struct cc_selection *s = q->selection;
    size_t one = s->year > 0 ? variant(b, s->year) : NO_BRANCH;
    if (one != NO_BRANCH) {
        if (!cc_rows_work_out(q, b->args[one])) return false;
        struct cc_answers from = cc_rows_answers(b->args[one]);
        copy_answers(&from, &b->plan->of, s->n);
        return true;
    }
    for (size_t i = 0; i < s->n; i++) {
        size_t k = variant(b, s->years[i]);
        b->plan->which[i] = (uint8_t)k;
        if (k == NO_BRANCH && s->years[i]) q->uncovered = b->name;
    }
    return take_branches(q, b);
}

/* --- any node --- */

static bool work_out_over(struct cc_query *q, struct cc_bound *b)
{
    switch (b->op) {
    case CC_B_AND:
    case CC_B_OR:
    case CC_B_ANY: return all_or_any(q, b);
    case CC_B_NOT: return negation(q, b);
    case CC_B_COUNT: return count_over_rows(q, b);
    case CC_B_FFY:
    case CC_B_FFY_START:
    case CC_B_FFY_END: return year_numbers(q, b);
    case CC_B_BAND: return band(q, b);
    case CC_B_CASE: return case_when(q, b);
    case CC_B_BY_YEAR: return by_year(q, b);
    case CC_B_ADD:
    case CC_B_SUB:
    case CC_B_DAYS:
    case CC_B_HOURS:
    case CC_B_AGE:
    case CC_B_FISCAL_YEAR:
    case CC_B_YEAR: return arithmetic(q, b);
    default: return compare(q, b);
    }
}

/* Fills the plan's answers for the rows at hand. */
bool cc_rows_work_out(struct cc_query *q, struct cc_bound *b)
{
    b = inside(b);
    if (!b->plan && !make_plan(q, b)) return false;
    struct cc_plan *p = b->plan;
    struct cc_selection *s = q->selection;
    if (p->selection == s->now || p->selection == FOREVER) return true;
    if (p->year && !cc_rows_years(q)) return false;
    bool one_year = !p->year || s->year >= 0;
    bool ok = one_year && p->slot == CC_NO_SLOT ? one_answer(q, b)
        : one_year && p->slot >= 0 && q->slots[p->slot].dictionary ? by_memo(q, b)
        : p->over_rows ? work_out_over(q, b) : by_interpreter(q, b);
    if (ok) p->selection = p->slot == CC_NO_SLOT && !p->year ? FOREVER : s->now;
    return ok;
}

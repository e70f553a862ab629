#include "datasets/records/cc_value.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_date.h"
#include "datasets/base/cc_intern.h"

static bool whole_number(const char *text, size_t n, int64_t *out)
{
    size_t i = n && (*text == '-' || *text == '+') ? 1 : 0;
    if (i == n || n - i > 17) return false;
    int64_t v = 0;
    for (size_t k = i; k < n; k++) {
        if (text[k] < '0' || text[k] > '9') return false;
        v = v * 10 + (text[k] - '0');
    }
    *out = *text == '-' ? -v : v;
    return true;
}

static bool clock_time(const char *text, size_t n, int64_t *minutes)
{
    int64_t t;
    if (n != 4 || !whole_number(text, n, &t) || t < 0 || t / 100 > 23 || t % 100 > 59) return false;
    *minutes = t / 100 * 60 + t % 100;
    return true;
}

static bool is_reserved(const char *text, size_t n)
{
    static const char *const tokens[] = { "(total)", "(blank)", "(invalid)" };
    for (size_t i = 0; i < 3; i++)
        if (strlen(tokens[i]) == n && !memcmp(tokens[i], text, n)) return true;
    return false;
}

static enum cc_state state_of_text(const struct cc_variable *v, struct cc_value *x)
{
    int32_t day;
    switch (v->type) {
    case CC_TYPE_INTEGER:
        if (!whole_number(x->text, x->size, &x->number)) return CC_VALUE_INVALID;
        return !v->has_range || (x->number >= v->low && x->number <= v->high) ? CC_VALUE_KNOWN : CC_VALUE_INVALID;
    case CC_TYPE_DATE:
        if (!cc_date_parse(x->text, (int)x->size, v->format, &day)) return CC_VALUE_INVALID;
        x->number = day;
        return CC_VALUE_KNOWN;
    case CC_TYPE_TIME:
        return clock_time(x->text, x->size, &x->number) ? CC_VALUE_KNOWN : CC_VALUE_INVALID;
    case CC_TYPE_CODE:
        return v->code_count ? CC_VALUE_INVALID : CC_VALUE_KNOWN;
    default:
        return is_reserved(x->text, x->size) ? CC_VALUE_INVALID : CC_VALUE_KNOWN;
    }
}

void cc_value_classify(const struct cc_variable *v, const char *text, size_t n, struct cc_value *out)
{
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    *out = (struct cc_value){ .code = -1, .text = text, .size = n };
    if (n == 0) {
        out->state = v->blank == CC_BLANK_NOT_APPLICABLE ? CC_VALUE_NOT_APPLICABLE : CC_VALUE_BLANK;
        return;
    }
    int code = v->code_count ? cc_variable_code(v, text, n) : -1;
    if (code < 0) {
        out->state = state_of_text(v, out);
        return;
    }
    out->code = code;
    (void)whole_number(text, n, &out->number);
    bool quantity = v->type == CC_TYPE_INTEGER && v->has_range && out->number >= v->low && out->number <= v->high;
    out->state = v->codes[code].unknown ? CC_VALUE_UNKNOWN
        : v->type != CC_TYPE_INTEGER || quantity ? CC_VALUE_KNOWN : CC_VALUE_SPECIAL;
}

bool cc_value_show(const struct cc_variable *v, const struct cc_value *x, struct cc_buf *out)
{
    if (x->state == CC_VALUE_BLANK || x->state == CC_VALUE_NOT_APPLICABLE) return cc_buf_text(out, "(blank)");
    if (x->state == CC_VALUE_INVALID) return cc_buf_text(out, "(invalid)");
    if (x->code >= 0) return cc_buf_text(out, v->codes[x->code].code);
    if (v->type == CC_TYPE_INTEGER) return cc_buf_printf(out, "%0*lld", v->digits, (long long)x->number);
    return cc_buf_add(out, x->text, x->size);
}

enum { ENTRIES_A_PIECE = 256 };

struct cc_dictionary {
    const struct cc_variable *variable;
    struct cc_intern *texts;
    struct cc_entry **pieces; /* entry i is pieces[i / 256][i % 256] and never moves */
    size_t piece_room;
    uint32_t count;
    struct cc_arena arena;
};

struct cc_dictionary *cc_dictionary_alloc(const struct cc_variable *v)
{
    struct cc_dictionary *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->variable = v;
    d->texts = cc_intern_alloc();
    if (d->texts) return d;
    free(d);
    return NULL;
}

static bool classify_parts(struct cc_dictionary *d, struct cc_entry *e, const char *text, size_t n)
{
    char separator = d->variable->repeats;
    if (!separator || e->value.size == 0) return true;
    size_t parts = 1;
    for (size_t i = 0; i < n; i++) parts += text[i] == separator;
    e->parts = cc_arena_alloc(&d->arena, parts * sizeof *e->parts);
    if (!e->parts) return false;
    const char *start = text;
    for (size_t i = 0; i <= n; i++)
        if (i == n || text[i] == separator) {
            struct cc_value part;
            cc_value_classify(d->variable, start, (size_t)(text + i - start), &part);
            if (part.size) e->parts[e->part_count++] = part;
            start = text + i + 1;
        }
    e->value = e->part_count ? e->parts[0] : e->value;
    for (size_t i = 1; i < e->part_count; i++) /* one bad part makes the whole field bad */
        if (e->parts[i].state == CC_VALUE_INVALID) e->value.state = CC_VALUE_INVALID;
    return true;
}

static bool add_entry(struct cc_dictionary *d, uint32_t number)
{
    size_t piece = number / ENTRIES_A_PIECE, n;
    if (number % ENTRIES_A_PIECE == 0) {
        if (!cc_grow(&d->pieces, &d->piece_room, piece + 1, sizeof *d->pieces)) return false;
        d->pieces[piece] = cc_arena_alloc(&d->arena, ENTRIES_A_PIECE * sizeof **d->pieces);
        if (!d->pieces[piece]) return false;
    }
    d->count++;
    struct cc_entry *e = cc_dictionary_entry(d, number);
    const char *text = cc_intern_text(d->texts, number, &n); /* the lasting copy */
    cc_entry_classify(d->variable, text, n, e);
    return classify_parts(d, e, text, n);
}

uint32_t cc_dictionary_number(struct cc_dictionary *d, const char *text, size_t n)
{
    uint32_t number = cc_intern_number(d->texts, text, n);
    if (number != UINT32_MAX && number == d->count && !add_entry(d, number)) return UINT32_MAX;
    return number;
}

struct cc_entry *cc_dictionary_entry(struct cc_dictionary *d, uint32_t number)
{
    return &d->pieces[number / ENTRIES_A_PIECE][number % ENTRIES_A_PIECE];
}

void cc_entry_classify(const struct cc_variable *v, const char *text, size_t n, struct cc_entry *entry)
{
    *entry = (struct cc_entry){ .group = UINT32_MAX };
    cc_value_classify(v, text, n, &entry->value);
}

void cc_dictionary_free(struct cc_dictionary *d)
{
    if (!d) return;
    cc_intern_free(d->texts);
    cc_arena_free(&d->arena);
    free(d->pieces);
    free(d);
}

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

enum { ENTRIES_A_PIECE = 256, SHORT = 2, EIGHT = 8 };

/* The front of a dictionary: texts as the file has them, blanks and all, to numbers, so that most
 * fields cost one load and one look-up and no hash of their bytes. Texts of up to two bytes index
 * a table (257 + 65536 places, of which only the pages that are used take memory); those of up to
 * eight are compared as one word. Longer ones, and all at first sight, go the plain way. */
struct eight {
    uint64_t bytes; /* zeros after the text */
    uint32_t size;
    uint32_t number; /* + 1; 0: free */
};

struct cc_dictionary {
    const struct cc_variable *variable;
    struct cc_intern *texts;
    struct cc_entry **pieces; /* entry i is pieces[i / 256][i % 256] and never moves */
    size_t piece_room;
    uint32_t count;
    struct cc_arena arena;
    uint32_t *shorts; /* number + 1, or 0: see short_place */
    struct eight *eights; /* open addressing with linear probing, at most half full */
    size_t eight_room, eight_count; /* room: a power of two, or 0 */
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

const char *cc_dictionary_text(const struct cc_dictionary *d, uint32_t number, size_t *n)
{
    return cc_intern_text(d->texts, number, n);
}

uint32_t cc_dictionary_count(const struct cc_dictionary *d)
{
    return d->count;
}

struct cc_entry *cc_dictionary_entry(struct cc_dictionary *d, uint32_t number)
{
    return &d->pieces[number / ENTRIES_A_PIECE][number % ENTRIES_A_PIECE];
}

static inline size_t short_place(const char *text, uint32_t size)
{
    static const uint32_t first[] = { 0, 1, 257 }, mask[] = { 0, 0xff, 0xffff };
    uint32_t both = (uint32_t)(unsigned char)text[0] | (uint32_t)(unsigned char)text[1] << 8;
    return first[size] + (both & mask[size]);
}

/* The text as a word, whatever stands after it. */
static inline uint64_t word_of(const char *text, uint32_t size)
{
    static const unsigned char keep[16] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    uint64_t word, mask;
    memcpy(&word, text, sizeof word);
    memcpy(&mask, keep + 8 - size, sizeof mask);
    return word & mask;
}

static inline size_t eight_start(uint64_t bytes, size_t room)
{
    uint64_t h = bytes * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h ^ h >> 32) & (room - 1);
}

static inline struct eight *eight_of(const struct cc_dictionary *d, uint64_t bytes, uint32_t size)
{
    size_t at = eight_start(bytes, d->eight_room);
    while (d->eights[at].number && (d->eights[at].bytes != bytes || d->eights[at].size != size))
        at = (at + 1) & (d->eight_room - 1);
    return &d->eights[at];
}

static bool start_front(struct cc_dictionary *d)
{
    if (!d->shorts) d->shorts = calloc(257 + 65536, sizeof *d->shorts);
    if (!d->eights && (d->eights = calloc(64, sizeof *d->eights))) d->eight_room = 64;
    return d->shorts && d->eights;
}

static bool grow_eights(struct cc_dictionary *d)
{
    struct eight *old = d->eights;
    size_t room = d->eight_room;
    struct eight *grown = calloc(room * 2, sizeof *grown);
    if (!grown) return false;
    d->eights = grown;
    d->eight_room = room * 2;
    for (size_t i = 0; i < room; i++)
        if (old[i].number) *eight_of(d, old[i].bytes, old[i].size) = old[i];
    free(old);
    return true;
}

/* A text that the front does not know: found the plain way, and noted. */
static uint32_t first_sight(struct cc_dictionary *d, const char *raw, uint32_t raw_size)
{
    const char *text = raw;
    size_t n = raw_size;
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    uint32_t number = cc_dictionary_number(d, text, n);
    if (number == UINT32_MAX || raw_size > EIGHT) return number;
    if (raw_size <= SHORT) {
        d->shorts[short_place(raw, raw_size)] = number + 1;
        return number;
    }
    if (d->eight_count * 2 >= d->eight_room && !grow_eights(d)) return UINT32_MAX;
    uint64_t bytes = word_of(raw, raw_size);
    *eight_of(d, bytes, raw_size) = (struct eight){ bytes, raw_size, number + 1 };
    d->eight_count++;
    return number;
}

/* The number of a text that the front knows, or UINT32_MAX. */
static inline uint32_t known_number(const struct cc_dictionary *d, const char *text, uint32_t size)
{
    if (size <= SHORT) return d->shorts[short_place(text, size)] - 1;
    return size <= EIGHT ? eight_of(d, word_of(text, size), size)->number - 1 : UINT32_MAX;
}

/* The fields that the front did not know when it was asked. */
static bool number_the_new(struct cc_dictionary *d, const char *text, const struct cc_field *fields, size_t n,
                           uint32_t *numbers)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] != UINT32_MAX) continue;
        numbers[i] = known_number(d, text + fields[i].at, fields[i].size);
        if (numbers[i] == UINT32_MAX) numbers[i] = first_sight(d, text + fields[i].at, fields[i].size);
        if (numbers[i] == UINT32_MAX) return false;
    }
    return true;
}

bool cc_dictionary_numbers(struct cc_dictionary *d, const char *text, const struct cc_field *fields, size_t n,
                           uint32_t *numbers)
{
    if (!start_front(d)) return false;
    const struct cc_dictionary front = *d;
    uint32_t new = 0;
    for (size_t i = 0; i < n; i++) {
        numbers[i] = known_number(&front, text + fields[i].at, fields[i].size);
        new |= numbers[i] == UINT32_MAX;
    }
    return !new || number_the_new(d, text, fields, n, numbers);
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
    free(d->shorts);
    free(d->eights);
    free(d);
}

#include "datasets/records/cc_compare.h"

#include <stdlib.h>
#include <string.h>

struct entry { /* a record of the file before */
    uint64_t hash;
    size_t key, values; /* offsets of its texts, each ended by NUL; key 0: no entry */
    bool seen;          /* the file now has it */
};

struct comparer {
    const struct cc_codebook *cb;
    const size_t *key;
    size_t key_count;
    size_t *wanted, wanted_count; /* the key, then the elements that both files have */
    struct cc_buf texts, current; /* of the file before; the key of the record at hand */
    struct entry *entries;
    size_t room, used;            /* room: a power of 2 */
    struct cc_field *fields;      /* of a block: wanted_count x CC_BLOCK_ROWS */
    struct cc_compare *out;
    struct cc_error *err;
};

/* --- the records of the file before --- */

static struct entry *find(struct comparer *c, uint64_t hash, const char *key)
{
    size_t at = hash & (c->room - 1);
    for (; c->entries[at].key; at = (at + 1) & (c->room - 1))
        if (c->entries[at].hash == hash && !strcmp(c->texts.data + c->entries[at].key, key)) break;
    return &c->entries[at];
}

/* At most half of the places are taken. */
static bool make_room(struct comparer *c)
{
    if (c->room > 2 * c->used + 2) return true;
    struct entry *old = c->entries;
    size_t n = c->room, room = n ? 2 * n : 1024;
    if (!(c->entries = calloc(room, sizeof *old))) {
        c->entries = old;
        return false;
    }
    c->room = room;
    for (size_t i = 0; i < n; i++) {
        if (!old[i].key) continue;
        size_t at = old[i].hash & (room - 1);
        while (c->entries[at].key) at = (at + 1) & (room - 1);
        c->entries[at] = old[i];
    }
    free(old);
    return true;
}

static bool keep(struct comparer *c, const char *text, size_t n)
{
    return (!n || cc_buf_add(&c->texts, text, n)) && cc_buf_char(&c->texts, '\0');
}

/* --- one record --- */

static struct cc_field field(const struct comparer *c, size_t column, size_t row)
{
    return c->fields[column * CC_BLOCK_ROWS + row];
}

/* The key's texts, joined; *complete: none is empty. */
static bool read_key(struct comparer *c, const struct cc_block *b, size_t row, bool *complete)
{
    bool ok = true;
    *complete = true;
    cc_buf_clear(&c->current);
    for (size_t i = 0; i < c->key_count && ok; i++) {
        struct cc_field f = field(c, i, row);
        *complete &= f.size > 0;
        ok = (!f.size || cc_buf_add(&c->current, b->text + f.at, f.size)) && cc_buf_char(&c->current, '\x1f');
    }
    return ok;
}

static bool add_before(struct comparer *c, const struct cc_block *b, size_t row)
{
    if (!make_room(c)) return false;
    uint64_t hash = cc_hash(c->current.data, c->current.size);
    struct entry *e = find(c, hash, c->current.data);
    if (e->key) {
        c->out->repeated++;
        return true;
    }
    *e = (struct entry){ .hash = hash, .key = c->texts.size };
    bool ok = keep(c, c->current.data, c->current.size);
    e->values = c->texts.size;
    for (size_t i = c->key_count; i < c->wanted_count && ok; i++) {
        struct cc_field f = field(c, i, row);
        ok = keep(c, b->text + f.at, f.size);
    }
    c->used++;
    return ok;
}

static void compare_values(struct comparer *c, const struct cc_block *b, size_t row, const char *before)
{
    for (size_t i = c->key_count; i < c->wanted_count; i++) {
        struct cc_field f = field(c, i, row);
        size_t n = strlen(before);
        struct cc_compare_element *e = &c->out->elements[c->wanted[i]];
        if (n != f.size || memcmp(before, b->text + f.at, n) != 0) {
            if (!n) e->filled++;
            else if (!f.size) e->emptied++;
            else e->changed++;
        }
        before += n + 1;
    }
}

/* A record that the file before does not have gets an entry, so that its repetition is known. */
static bool add_now(struct comparer *c, const struct cc_block *b, size_t row)
{
    if (!make_room(c)) return false;
    uint64_t hash = cc_hash(c->current.data, c->current.size);
    struct entry *e = find(c, hash, c->current.data);
    if (e->key && e->seen) {
        c->out->repeated++;
        return true;
    }
    if (e->key) {
        c->out->matched++;
        compare_values(c, b, row, c->texts.data + e->values);
        e->seen = true;
        return true;
    }
    *e = (struct entry){ .hash = hash, .key = c->texts.size, .seen = true };
    c->used++;
    c->out->added++;
    return keep(c, c->current.data, c->current.size);
}

/* --- files --- */

static bool add_block(struct comparer *c, const struct cc_block *b, bool before)
{
    uint16_t rows[CC_BLOCK_ROWS];
    bool ok = true;
    for (size_t r = 0; r < b->rows; r++) rows[r] = (uint16_t)r;
    for (size_t i = 0; i < c->wanted_count; i++) {
        struct cc_field *column = c->fields + i * CC_BLOCK_ROWS;
        cc_block_cut(b, i, rows, b->rows, column);
        for (size_t r = 0; r < b->rows; r++) column[r] = cc_block_trim(b, column[r]);
    }
    for (size_t r = 0; r < b->rows && ok; r++) {
        bool complete;
        ok = read_key(c, b, r, &complete);
        if (!complete) c->out->no_key++;
        else if (ok) ok = before ? add_before(c, b, r) : add_now(c, b, r);
    }
    return ok;
}

static enum cc_status read_file(struct comparer *c, struct cc_records *r, bool before)
{
    struct cc_block *block = calloc(1, sizeof *block);
    enum cc_status st = block ? cc_records_want(r, c->wanted, c->wanted_count) : cc_error_memory(c->err);
    while (st == CC_OK && (st = cc_records_read(r, block, c->err)) == CC_OK)
        if (!add_block(c, block, before)) st = cc_error_memory(c->err);
    if (block) cc_block_free(block);
    free(block);
    *(before ? &c->out->before : &c->out->now) = cc_records_count(r);
    return st == CC_END ? CC_OK : st;
}

static bool is_key(const struct comparer *c, size_t variable)
{
    for (size_t i = 0; i < c->key_count; i++)
        if (c->key[i] == variable) return true;
    return false;
}

static enum cc_status choose(struct comparer *c, const struct cc_records *before, const struct cc_records *now)
{
    c->out->count = c->cb->count;
    c->out->elements = calloc(c->cb->count + 1, sizeof *c->out->elements);
    c->wanted = malloc((c->cb->count + 1) * sizeof *c->wanted);
    if (!c->out->elements || !c->wanted) return cc_error_memory(c->err);
    for (size_t i = 0; i < c->key_count; i++) {
        if (!cc_records_has(before, c->key[i]) || !cc_records_has(now, c->key[i]))
            return cc_error_set(c->err, CC_EDATA, 0, 0, "one of the files has no %.80s, by which records are matched",
                                c->cb->variables[c->key[i]].name);
        c->wanted[c->wanted_count++] = c->key[i];
    }
    for (size_t v = 0; v < c->cb->count; v++) {
        if (is_key(c, v) || !cc_records_has(before, v) || !cc_records_has(now, v)) continue;
        c->out->elements[v].both = true;
        c->wanted[c->wanted_count++] = v;
    }
    c->fields = malloc((c->wanted_count + 1) * CC_BLOCK_ROWS * sizeof *c->fields);
    return c->fields && cc_buf_char(&c->texts, '\0') && make_room(c) ? CC_OK : cc_error_memory(c->err);
}

enum cc_status cc_compare_files(const char *before, const char *now, const struct cc_codebook *cb,
                                const size_t *key, size_t n, struct cc_compare *out, struct cc_error *err)
{
    *out = (struct cc_compare){ 0 };
    struct comparer c = { .cb = cb, .key = key, .key_count = n, .out = out, .err = err };
    struct cc_records *a = NULL, *b = NULL;
    enum cc_status st = cc_records_open(before, cb, NULL, &a, err);
    if (st == CC_OK) st = cc_records_open(now, cb, NULL, &b, err);
    if (st == CC_OK) st = choose(&c, a, b);
    if (st == CC_OK) st = read_file(&c, a, true);
    if (st == CC_OK) st = read_file(&c, b, false);
    for (size_t i = 0; st == CC_OK && i < c.room; i++) out->dropped += c.entries[i].key && !c.entries[i].seen;
    cc_records_close(a);
    cc_records_close(b);
    free(c.wanted);
    free(c.entries);
    free(c.fields);
    cc_buf_free(&c.texts);
    cc_buf_free(&c.current);
    return st;
}

void cc_compare_free(struct cc_compare *c)
{
    free(c->elements);
    *c = (struct cc_compare){ 0 };
}

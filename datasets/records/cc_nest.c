#include "datasets/records/cc_nest.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"

enum { NOT_STORED = -1, NOWHERE = -1 };

struct items {
    size_t count, complete;
    size_t width;             /* stored variables */
    struct cc_field *fields;  /* of each item its stored variables */
    size_t field_room;
    uint32_t *parent;         /* the item of the group around it */
    size_t parent_room;
    uint64_t *line;
    size_t line_room;
    uint32_t *first, *latest; /* by item of the group around it: its first one in here; its latest + 1, or 0 */
    size_t first_room, latest_room;
};

struct cc_nest {
    const struct cc_codebook *cb;
    struct items *groups;
    int *place;              /* per variable: which field of its group's items, or NOT_STORED */
    bool *in_head;
    struct cc_field *head;   /* per variable in the head: its value */
    struct cc_buf text;      /* that of the head comes first */
    size_t head_bytes, complete_bytes;
    size_t records;
};

struct cc_nest *cc_nest_alloc(const struct cc_codebook *cb)
{
    struct cc_nest *n = calloc(1, sizeof *n);
    if (!n) return NULL;
    n->cb = cb;
    n->groups = calloc(cb->group_count, sizeof *n->groups);
    n->place = malloc((cb->count + 1) * sizeof *n->place);
    n->in_head = calloc(cb->count + 1, sizeof *n->in_head);
    n->head = calloc(cb->count + 1, sizeof *n->head);
    if (!n->groups || !n->place || !n->in_head || !n->head || !cc_buf_add(&n->text, "", 0)) {
        cc_nest_free(n);
        return NULL;
    }
    for (size_t v = 0; v < cb->count; v++) n->place[v] = NOT_STORED;
    return n;
}

void cc_nest_free(struct cc_nest *n)
{
    if (!n) return;
    for (size_t g = 0; n->groups && g < n->cb->group_count; g++) {
        free(n->groups[g].fields);
        free(n->groups[g].parent);
        free(n->groups[g].line);
        free(n->groups[g].first);
        free(n->groups[g].latest);
    }
    free(n->groups);
    free(n->place);
    free(n->in_head);
    free(n->head);
    cc_buf_free(&n->text);
    free(n);
}

static int group_of(const struct cc_nest *n, size_t variable)
{
    return n->cb->variables[variable].group;
}

void cc_nest_store(struct cc_nest *n, size_t variable)
{
    if (n->place[variable] == NOT_STORED) n->place[variable] = (int)n->groups[group_of(n, variable)].width++;
}

void cc_nest_in_head(struct cc_nest *n, size_t variable)
{
    n->in_head[variable] = true;
}

bool cc_nest_add(struct cc_nest *n, int group, uint64_t line)
{
    struct items *g = &n->groups[group];
    size_t need = (g->count + 1) * (g->width ? g->width : 1);
    if (g->count >= UINT32_MAX - 1 || !cc_grow(&g->fields, &g->field_room, need, sizeof *g->fields)
        || !cc_grow(&g->parent, &g->parent_room, g->count + 1, sizeof *g->parent)
        || !cc_grow(&g->line, &g->line_room, g->count + 1, sizeof *g->line)) return false;
    memset(g->fields + g->count * g->width, 0, g->width * sizeof *g->fields);
    int around = n->cb->groups[group].parent;
    g->parent[g->count] = around < 0 ? 0 : (uint32_t)(n->groups[around].count - 1);
    g->line[g->count++] = line;
    return true;
}

static struct cc_field *field_at(const struct cc_nest *n, size_t variable, size_t item)
{
    if (n->in_head[variable]) return &n->head[variable];
    const struct items *g = &n->groups[group_of(n, variable)];
    return &g->fields[item * g->width + (size_t)n->place[variable]];
}

bool cc_nest_set(struct cc_nest *n, size_t variable, const char *text, size_t size)
{
    const struct items *g = &n->groups[group_of(n, variable)];
    if (n->place[variable] == NOT_STORED || (!n->in_head[variable] && !g->count)) return true;
    if (n->text.size + size > UINT32_MAX) return false;
    *field_at(n, variable, g->count - 1) = (struct cc_field){ (uint32_t)n->text.size, (uint32_t)size };
    if (!cc_buf_add(&n->text, text, size)) return false;
    if (n->in_head[variable] && !n->groups[0].count) n->head_bytes = n->complete_bytes = n->text.size;
    return true;
}

void cc_nest_complete(struct cc_nest *n)
{
    for (size_t g = 0; g < n->cb->group_count; g++) n->groups[g].complete = n->groups[g].count;
    n->complete_bytes = n->text.size;
    n->records = n->groups[0].count;
}

size_t cc_nest_count(const struct cc_nest *n, int group)
{
    return n->groups[group].count;
}

size_t cc_nest_records(const struct cc_nest *n)
{
    return n->records;
}

size_t cc_nest_bytes(const struct cc_nest *n)
{
    return n->text.size;
}

const char *cc_nest_text(const struct cc_nest *n, size_t variable, size_t item, size_t *size)
{
    *size = 0;
    if (n->place[variable] == NOT_STORED) return "";
    if (!n->in_head[variable] && item >= n->groups[group_of(n, variable)].count) return "";
    const struct cc_field *f = field_at(n, variable, item);
    *size = f->size;
    return n->text.data + f->at;
}

/* --- what is where --- */

static bool index_first(struct items *g, size_t parents)
{
    if (!cc_grow(&g->first, &g->first_room, parents + 1, sizeof *g->first)) return false;
    size_t item = 0;
    for (size_t p = 0; p <= parents; p++) {
        while (item < g->complete && g->parent[item] < p) item++;
        g->first[p] = (uint32_t)item;
    }
    return true;
}

enum { AFTER_END = 0, UNDATED = 1, DATED = 2 };

/* How good an item is as the latest; dated ones are told apart by the day. */
static int item_day(const struct cc_nest *n, int date, size_t item, int32_t end, int32_t *day)
{
    size_t size;
    const char *text = date < 0 ? "" : cc_nest_text(n, (size_t)date, item, &size);
    if (date < 0 || !size || !cc_date_parse(text, (int)size, n->cb->variables[date].format, day)) return UNDATED;
    return *day > end ? AFTER_END : DATED;
}

/* Of items of one day the last in the file; of undated ones the first. */
static bool index_latest(struct cc_nest *n, int group, size_t parents, int32_t end)
{
    struct items *g = &n->groups[group];
    if (!cc_grow(&g->latest, &g->latest_room, parents + 1, sizeof *g->latest)) return false;
    for (size_t p = 0; p < parents; p++) {
        int best = AFTER_END;
        int32_t newest = 0, day = 0;
        g->latest[p] = 0;
        for (size_t i = g->first[p]; i < g->first[p + 1]; i++) {
            int kind = item_day(n, n->cb->groups[group].date, i, end, &day);
            if (kind < best || kind == AFTER_END || (kind == best && (kind == UNDATED || day < newest))) continue;
            best = kind;
            newest = day;
            g->latest[p] = (uint32_t)i + 1;
        }
    }
    return true;
}

bool cc_nest_index(struct cc_nest *n, int32_t end)
{
    static const char slack[CC_BLOCK_SLACK]; /* room is all that readers of a block need */
    size_t size = n->text.size;
    if (!cc_buf_add(&n->text, slack, sizeof slack)) return false;
    n->text.size = size;
    for (size_t g = 1; g < n->cb->group_count; g++) {
        size_t parents = n->groups[n->cb->groups[g].parent].complete;
        if (!index_first(&n->groups[g], parents) || !index_latest(n, (int)g, parents, end)) return false;
    }
    return true;
}

/* The stretch of a group inside a stretch of a group around it. */
static void inside(const struct cc_nest *n, int outer, int group, size_t *from, size_t *to)
{
    if (group == outer) return;
    inside(n, outer, n->cb->groups[group].parent, from, to);
    *from = n->groups[group].first[*from];
    *to = n->groups[group].first[*to];
}

void cc_nest_inside(const struct cc_nest *n, int outer, size_t item, int group, size_t *from, size_t *to)
{
    *from = item;
    *to = item + 1;
    inside(n, outer, group, from, to);
}

/* --- forgetting --- */

static void discard_items(struct cc_nest *n, int group, uint32_t bytes)
{
    struct items *g = &n->groups[group];
    int around = n->cb->groups[group].parent;
    uint32_t parents = around < 0 ? 0 : (uint32_t)n->groups[around].complete;
    size_t left = g->count - g->complete;
    memmove(g->fields, g->fields + g->complete * g->width, left * g->width * sizeof *g->fields);
    for (size_t i = 0; i < left * g->width; i++)
        if (g->fields[i].size) g->fields[i].at -= bytes;
    for (size_t i = 0; i < left; i++) {
        g->parent[i] = g->parent[g->complete + i] - parents;
        g->line[i] = g->line[g->complete + i];
    }
}

void cc_nest_discard(struct cc_nest *n)
{
    size_t bytes = n->complete_bytes - n->head_bytes;
    for (size_t g = 0; g < n->cb->group_count; g++)
        if (n->groups[g].count) discard_items(n, (int)g, (uint32_t)bytes);
    for (size_t g = 0; g < n->cb->group_count; g++) {
        n->groups[g].count -= n->groups[g].complete;
        n->groups[g].complete = 0;
    }
    memmove(n->text.data + n->head_bytes, n->text.data + n->complete_bytes, n->text.size - n->complete_bytes);
    n->text.size -= bytes;
    n->complete_bytes = n->head_bytes;
    n->records = 0;
}

/* --- rows --- */

struct column {
    size_t variable;
    int group;    /* of the items that are listed, or of the one that is meant */
    int meeting;  /* the group around both the level and that group */
    char separator; /* 0: one value; else all items, this between them */
    bool each;    /* ... or this after each */
};

struct cc_nest_rows {
    struct cc_nest *nest;
    int level;
    struct column *columns;
    size_t count;
    bool lists;         /* texts are put together */
    struct cc_buf text;
    size_t next, end;   /* items of the level */
    size_t from, record; /* the first item read last, and the first record of these rows */
};

struct cc_nest_rows *cc_nest_rows_alloc(struct cc_nest *n, int level)
{
    struct cc_nest_rows *v = calloc(1, sizeof *v);
    if (!v) return NULL;
    v->nest = n;
    v->level = level;
    return v;
}

void cc_nest_rows_free(struct cc_nest_rows *v)
{
    if (!v) return;
    free(v->columns);
    cc_buf_free(&v->text);
    free(v);
}

static struct column make_column(const struct cc_nest_rows *v, const struct cc_want *want)
{
    const struct cc_codebook *cb = v->nest->cb;
    const struct cc_variable *variable = &cb->variables[want->variable];
    struct column c = { .variable = want->variable, .group = want->each >= 0 ? want->each : variable->group,
                        .each = want->each >= 0 };
    c.separator = c.each ? CC_EACH_END : variable->repeats;
    for (c.meeting = c.group; !cc_codebook_group_within(cb, v->level, c.meeting);)
        c.meeting = cb->groups[c.meeting].parent;
    return c;
}

enum cc_status cc_nest_rows_want(struct cc_nest_rows *v, const struct cc_want *wants, size_t count)
{
    const struct cc_codebook *cb = v->nest->cb;
    free(v->columns);
    v->columns = calloc(count + 1, sizeof *v->columns);
    if (!v->columns) return CC_ENOMEM;
    v->count = count;
    v->lists = false;
    for (size_t i = 0; i < count; i++) {
        if (wants[i].variable >= cb->count || wants[i].each >= (int)cb->group_count) return CC_EDOMAIN;
        if (wants[i].each >= 0 && !cc_codebook_group_within(cb, wants[i].each, cb->variables[wants[i].variable].group))
            return CC_EDOMAIN;
        cc_nest_store(v->nest, wants[i].variable);
        v->columns[i] = make_column(v, &wants[i]);
        v->lists |= v->columns[i].separator != 0;
    }
    return CC_OK;
}

void cc_nest_rows_start(struct cc_nest_rows *v, size_t from_record, size_t to_record)
{
    v->next = v->record = from_record;
    v->end = to_record;
    inside(v->nest, 0, v->level, &v->next, &v->end);
}

/* The item of a group around that of an item. */
static size_t ascend(const struct cc_nest *n, int from, size_t item, int to)
{
    for (; from != to; from = n->cb->groups[from].parent) item = n->groups[from].parent[item];
    return item;
}

/* The latest item of a group inside; NOWHERE if there is none. */
static ptrdiff_t latest_inside(const struct cc_nest *n, int outer, size_t item, int group)
{
    if (group == outer) return (ptrdiff_t)item;
    ptrdiff_t around = latest_inside(n, outer, item, n->cb->groups[group].parent);
    return around == NOWHERE ? NOWHERE : (ptrdiff_t)n->groups[group].latest[around] - 1;
}

static struct cc_field one_value(const struct cc_nest_rows *v, const struct column *c, size_t row)
{
    const struct cc_nest *n = v->nest;
    if (n->in_head[c->variable]) return n->head[c->variable];
    ptrdiff_t item = latest_inside(n, c->meeting, ascend(n, v->level, row, c->meeting), c->group);
    return item == NOWHERE ? (struct cc_field){ 0, 0 } : *field_at(n, c->variable, (size_t)item);
}

/* Appends the texts of all items. */
static bool add_list(struct cc_nest_rows *v, const struct column *c, size_t row)
{
    const struct cc_nest *n = v->nest;
    int own = group_of(n, c->variable);
    size_t from, to;
    cc_nest_inside(n, c->meeting, ascend(n, v->level, row, c->meeting), c->group, &from, &to);
    bool ok = true;
    for (size_t i = from; ok && i < to; i++) {
        struct cc_field f = *field_at(n, c->variable, n->in_head[c->variable] ? 0 : ascend(n, c->group, i, own));
        if (!c->each && i > from) ok = cc_buf_char(&v->text, c->separator);
        if (ok) ok = cc_buf_add(&v->text, n->text.data + f.at, f.size);
        if (ok && c->each) ok = cc_buf_char(&v->text, c->separator);
    }
    return ok;
}

static bool add_field(struct cc_nest_rows *v, const struct column *c, size_t row, struct cc_field *out)
{
    if (!v->lists) {
        *out = one_value(v, c, row);
        return true;
    }
    size_t start = v->text.size;
    struct cc_field f = c->separator ? (struct cc_field){ 0, 0 } : one_value(v, c, row);
    bool ok = c->separator ? add_list(v, c, row) : cc_buf_add(&v->text, v->nest->text.data + f.at, f.size);
    *out = (struct cc_field){ (uint32_t)start, (uint32_t)(v->text.size - start) };
    return ok && v->text.size < UINT32_MAX;
}

void cc_nest_rows_records(const struct cc_nest_rows *v, uint16_t of[CC_BLOCK_ROWS])
{
    for (size_t i = v->from; i < v->next; i++)
        of[i - v->from] = (uint16_t)(ascend(v->nest, v->level, i, 0) - v->record);
}

enum cc_status cc_nest_rows_read(struct cc_nest_rows *v, struct cc_block *block, size_t *from, size_t *to)
{
    struct cc_nest *n = v->nest;
    static const char slack[CC_BLOCK_SLACK];
    size_t size, rows = v->end - v->next;
    *from = *to = v->from = v->next;
    if (!rows) return CC_END;
    if (rows > CC_BLOCK_ROWS) rows = CC_BLOCK_ROWS;
    cc_block_start(block, v->count);
    if (!cc_block_list(block)) return CC_ENOMEM;
    cc_buf_clear(&v->text);
    for (size_t i = 0; i < rows; i++) {
        block->line[i] = n->groups[v->level].line[v->next + i];
        for (size_t c = 0; c < v->count; c++)
            if (!add_field(v, &v->columns[c], v->next + i, &block->fields[i * v->count + c])) return CC_ENOMEM;
    }
    size = v->text.size;
    if (v->lists && !cc_buf_add(&v->text, slack, sizeof slack)) return CC_ENOMEM;
    v->text.size = size;
    block->text = v->lists ? v->text.data : n->text.data;
    block->rows = rows;
    *to = v->next += rows;
    return CC_OK;
}

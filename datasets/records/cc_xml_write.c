#include "datasets/records/cc_xml_write.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/records/cc_nest.h"
#include "datasets/records/cc_xml_layout.h"

enum { DEEPEST = 8 };

struct cc_xml_write {
    const struct cc_codebook *cb;
    struct cc_xml_layout *layout;
    FILE *out;
    struct cc_nest *nest; /* the record that is open */
    int open[DEEPEST];    /* its groups */
    size_t depth;
    char **head;          /* per variable of the head: its value, or NULL */
    bool begun;           /* the head is written */
    struct cc_buf text;   /* of the record */
};

static void store_all(struct cc_xml_write *w)
{
    for (size_t v = 0; v < w->cb->count; v++)
        if (w->layout->has[v] && !w->layout->in_head[v]) cc_nest_store(w->nest, v);
}

enum cc_status cc_xml_write_alloc(const struct cc_codebook *cb, FILE *out, struct cc_xml_write **writer,
                                  struct cc_error *err)
{
    *writer = NULL;
    struct cc_xml_write *w = calloc(1, sizeof *w);
    if (!w) return cc_error_memory(err);
    w->cb = cb;
    w->out = out;
    enum cc_status st = cc_xml_layout_load(cb, &w->layout, err);
    if (st == CC_OK) {
        w->nest = cc_nest_alloc(cb);
        w->head = calloc(cb->count + 1, sizeof *w->head);
        if (!w->nest || !w->head) st = cc_error_memory(err);
    }
    if (st == CC_OK) store_all(w);
    if (st == CC_OK) *writer = w;
    else cc_xml_write_free(w);
    return st;
}

void cc_xml_write_free(struct cc_xml_write *w)
{
    if (!w) return;
    for (size_t v = 0; w->head && v < w->cb->count; v++) free(w->head[v]);
    free(w->head);
    cc_nest_free(w->nest);
    cc_xml_layout_free(w->layout);
    cc_buf_free(&w->text);
    free(w);
}

bool cc_xml_write_in_head(const struct cc_xml_write *w, size_t variable)
{
    return variable < w->cb->count && w->layout->in_head[variable];
}

bool cc_xml_write_has(const struct cc_xml_write *w, size_t variable)
{
    return variable < w->cb->count && w->layout->has[variable];
}

/* --- texts --- */

/* The length of the character at p (at most n bytes), or 0 if XML cannot hold it. */
static size_t character(const unsigned char *p, size_t n)
{
    if (*p < 0x80) return *p >= 0x20 || *p == '\t' || *p == '\n' || *p == '\r' ? 1 : 0;
    size_t size = *p >= 0xc2 && *p < 0xe0 ? 2 : (*p & 0xf0) == 0xe0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;
    if (!size || size > n) return 0;
    uint32_t c = *p & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    bool overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    bool excluded = (c >= 0xd800 && c < 0xe000) || c == 0xfffe || c == 0xffff || c > 0x10ffff;
    return overlong || excluded ? 0 : size;
}

static bool can_hold(const char *text, size_t n)
{
    for (size_t i = 0, size; i < n; i += size)
        if (!(size = character((const unsigned char *)text + i, n - i))) return false;
    return true;
}

static bool add_escaped(struct cc_buf *b, const char *text, size_t n)
{
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = text[i] == '&' ? cc_buf_text(b, "&amp;") : text[i] == '<' ? cc_buf_text(b, "&lt;")
            : text[i] == '>' ? cc_buf_text(b, "&gt;") : text[i] == '\r' ? cc_buf_text(b, "&#13;")
            : cc_buf_char(b, text[i]);
    return ok;
}

/* --- a record --- */

static enum cc_status usage(struct cc_error *err, const char *what, const char *name)
{
    return cc_error_set(err, CC_EUSAGE, 0, 0, "%s: %s", name, what);
}

enum cc_status cc_xml_write_begin(struct cc_xml_write *w, int group, struct cc_error *err)
{
    const struct cc_record_group *g = &w->cb->groups[group];
    int around = w->depth ? w->open[w->depth - 1] : -1;
    if (g->parent != around || w->depth == DEEPEST) return usage(err, "the group does not belong here", g->name);
    if (!cc_nest_add(w->nest, group, 0)) return cc_error_memory(err);
    w->open[w->depth++] = group;
    return CC_OK;
}

static enum cc_status head_value(struct cc_xml_write *w, size_t variable, const char *text, size_t n,
                                 struct cc_error *err)
{
    const char *name = w->cb->variables[variable].name, *old = w->head[variable];
    if (old && strlen(old) == n && !memcmp(old, text, n)) return CC_OK;
    if (!n && (w->begun || old)) return CC_OK;
    if (old || w->begun)
        return cc_error_set(err, CC_EDATA, 0, 0, "%s stands once in an XML file, and records differ in it", name);
    w->head[variable] = cc_strndup(text, n);
    return w->head[variable] ? CC_OK : cc_error_memory(err);
}

/* The element that is itself an item of a group. */
static bool is_item(const struct cc_xml_node *n, int group)
{
    bool found = n->group == group && n->variable >= 0;
    for (size_t i = 0; i < n->child_count && !found; i++) found = is_item(&n->children[i], group);
    return found;
}

enum cc_status cc_xml_write_value(struct cc_xml_write *w, size_t variable, const char *text, size_t n,
                                  struct cc_error *err)
{
    const struct cc_variable *v = &w->cb->variables[variable];
    if (!can_hold(text, n)) return cc_error_set(err, CC_EDATA, 0, 0, "%s has a text that XML cannot hold", v->name);
    if (w->layout->in_head[variable]) return head_value(w, variable, text, n, err);
    if (!w->depth) return usage(err, "no record is open", v->name);
    if (!w->layout->has[variable]) return CC_OK;
    if (v->group != w->open[w->depth - 1]) {
        if (!n) return CC_OK;
        bool alone = w->cb->groups[v->group].parent == w->open[w->depth - 1] && is_item(&w->layout->root, v->group);
        if (!alone) return usage(err, "an item of its group is not open", v->name);
        if (!cc_nest_add(w->nest, v->group, 0)) return cc_error_memory(err);
    }
    return cc_nest_set(w->nest, variable, text, n) ? CC_OK : cc_error_memory(err);
}

/* --- writing --- */

struct writing {
    struct cc_xml_write *w;
    size_t *item;       /* of each group: the one that is being written */
    bool ok;
    const char *misfit; /* an element that has no place for all that its item says */
};

static void put(struct writing *p, const char *text)
{
    if (p->ok) p->ok = cc_buf_text(&p->w->text, text);
}

static void line(struct writing *p, size_t depth, const char *before, const char *name, const char *after)
{
    for (size_t i = 0; i < depth; i++) put(p, "  ");
    put(p, before);
    put(p, name);
    put(p, after);
}

static const char *value_of(const struct writing *p, int variable, size_t *size)
{
    const struct cc_xml_write *w = p->w;
    if (w->layout->in_head[variable]) {
        const char *text = w->head[variable] ? w->head[variable] : "";
        *size = strlen(text);
        return text;
    }
    return cc_nest_text(w->nest, (size_t)variable, p->item[w->cb->variables[variable].group], size);
}

static void items_of(const struct writing *p, int group, size_t *from, size_t *to)
{
    int around = p->w->cb->groups[group].parent;
    cc_nest_inside(p->w->nest, around, p->item[around], group, from, to);
}

static bool holds(const struct cc_xml_node *n, int variable)
{
    bool found = n->variable == variable;
    for (size_t i = 0; i < n->child_count && !found; i++) found = holds(&n->children[i], variable);
    return found;
}

static bool holds_group(const struct cc_xml_node *n, int group)
{
    bool found = false;
    for (size_t i = 0; i < n->child_count && !found; i++)
        found = n->children[i].group == group || holds_group(&n->children[i], group);
    return found;
}

/* Has the item a value that the element has no place for? */
static bool exceeds(const struct writing *p, const struct cc_xml_node *n, size_t item)
{
    const struct cc_codebook *cb = p->w->cb;
    size_t size, from, to;
    for (size_t v = 0; v < cb->count; v++) {
        if (cb->variables[v].group != n->group || (int)v == n->set || holds(n, (int)v)) continue;
        (void)cc_nest_text(p->w->nest, v, item, &size);
        if (size) return true;
    }
    for (size_t g = 1; g < cb->group_count; g++) {
        if (cb->groups[g].parent != n->group || holds_group(n, (int)g)) continue;
        cc_nest_inside(p->w->nest, n->group, item, (int)g, &from, &to);
        if (from < to) return true;
    }
    return false;
}

static bool any_value(const struct writing *p, size_t item, int group)
{
    size_t size = 0;
    for (size_t v = 0; v < p->w->cb->count && !size; v++)
        if (p->w->cb->variables[v].group == group) (void)cc_nest_text(p->w->nest, v, item, &size);
    return size > 0;
}

/* Which of the elements of a group an item stands in: the one whose constant it has; without it, the last in which all
 * its values have a place. */
static bool stands_in(struct writing *p, const struct cc_xml_node *in, const struct cc_xml_node *n, size_t item)
{
    size_t size;
    if (n->set < 0) return true;
    const char *kind = cc_nest_text(p->w->nest, (size_t)n->set, item, &size);
    const struct cc_xml_node *best = NULL;
    for (size_t i = 0; i < in->child_count; i++) {
        const struct cc_xml_node *c = &in->children[i];
        if (c->group != n->group) continue;
        if (size && strlen(c->value) == size && !memcmp(c->value, kind, size)) {
            if (exceeds(p, c, item)) p->misfit = c->name;
            return c == n;
        }
        bool fits = any_value(p, item, n->group) ? !exceeds(p, c, item) : !best;
        if (!best || fits) best = c;
    }
    return best == n;
}

static bool has_value(const struct writing *p, const struct cc_xml_node *n)
{
    size_t from, to, size;
    if (n->group > 0) {
        items_of(p, n->group, &from, &to);
        return from < to;
    }
    if (n->variable >= 0) {
        (void)value_of(p, n->variable, &size);
        return size > 0;
    }
    bool found = false;
    for (size_t i = 0; i < n->child_count && !found; i++) found = has_value(p, &n->children[i]);
    return found;
}

static void write_node(struct writing *p, const struct cc_xml_node *in, const struct cc_xml_node *n, size_t depth);

static void write_text(struct writing *p, const struct cc_xml_node *n, size_t depth)
{
    size_t size;
    const char *text = value_of(p, n->variable, &size);
    if (!size) {
        line(p, depth, "<", n->name, " />\n");
        return;
    }
    line(p, depth, "<", n->name, ">");
    if (p->ok) p->ok = add_escaped(&p->w->text, text, size);
    line(p, 0, "</", n->name, ">\n");
}

static void write_one(struct writing *p, const struct cc_xml_node *n, size_t depth)
{
    if (n->variable >= 0) {
        write_text(p, n, depth);
        return;
    }
    bool value = n->group >= 0 || n->empty == CC_XML_WHOLE || has_value(p, n);
    if (!value && n->empty == CC_XML_OMIT) return;
    size_t before, start = p->w->text.size;
    line(p, depth, "<", n->name, ">\n");
    before = p->w->text.size;
    for (size_t i = 0; value && i < n->child_count; i++) write_node(p, n, &n->children[i], depth + 1);
    if (p->w->text.size > before) {
        line(p, depth, "</", n->name, ">\n");
    } else {
        p->w->text.size = start;
        line(p, depth, "<", n->name, " />\n");
    }
}

static void write_items(struct writing *p, const struct cc_xml_node *in, const struct cc_xml_node *n, size_t depth)
{
    size_t from, to;
    items_of(p, n->group, &from, &to);
    size_t start = p->w->text.size;
    for (size_t i = from; i < to; i++) {
        p->item[n->group] = i;
        if (stands_in(p, in, n, i)) write_one(p, n, depth);
    }
    /* A list of dates among values: one empty element; a list of its own: none. */
    if (n->variable >= 0 && in->child_count > 1 && p->w->text.size == start) line(p, depth, "<", n->name, " />\n");
}

static void write_node(struct writing *p, const struct cc_xml_node *in, const struct cc_xml_node *n, size_t depth)
{
    if (n->group > 0) write_items(p, in, n, depth);
    else write_one(p, n, depth);
}

static enum cc_status flush(struct cc_xml_write *w, bool ok, struct cc_error *err)
{
    if (!ok) return cc_error_memory(err);
    bool written = fwrite(w->text.data, 1, w->text.size, w->out) == w->text.size;
    cc_buf_clear(&w->text);
    return written ? CC_OK : cc_error_set(err, CC_EIO, 0, 0, "cannot write");
}

static const struct cc_xml_node *record_of(const struct cc_xml_node *n)
{
    const struct cc_xml_node *found = n->group == 0 ? n : NULL;
    for (size_t i = 0; i < n->child_count && !found; i++) found = record_of(&n->children[i]);
    return found;
}

/* The head up to the records, or what stands after them: an element that holds them is written on both sides. */
static void write_around(struct writing *p, const struct cc_xml_node *n, size_t depth, bool before, bool *met)
{
    if (n->group == 0) {
        *met = true;
        return;
    }
    bool way = record_of(n) != NULL;
    if (!way) {
        if (*met != before) write_node(p, n, n, depth);
        return;
    }
    if (before && depth) line(p, depth, "<", n->name, ">\n");
    for (size_t i = 0; i < n->child_count; i++) write_around(p, &n->children[i], depth + 1, before, met);
    if (!before && depth) line(p, depth, "</", n->name, ">\n");
}

static enum cc_status write_head(struct cc_xml_write *w, struct cc_error *err)
{
    struct writing p = { .w = w, .ok = true };
    const struct cc_xml_layout *l = w->layout;
    bool met = false;
    w->begun = true;
    p.ok = cc_buf_printf(&w->text, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<%s:%s xmlns:%s=\"%s\"", l->prefix,
                         l->root.name, l->prefix, l->space);
    if (p.ok && l->location)
        p.ok = cc_buf_printf(&w->text,
                             " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"%s\"",
                             l->location);
    put(&p, ">\n");
    write_around(&p, &l->root, 0, true, &met);
    return flush(w, p.ok, err);
}

static enum cc_status write_record(struct cc_xml_write *w, struct cc_error *err)
{
    enum cc_status st = w->begun ? CC_OK : write_head(w, err);
    size_t *item = calloc(w->cb->group_count, sizeof *item);
    cc_nest_complete(w->nest);
    struct writing p = { .w = w, .item = item, .ok = item && cc_nest_index(w->nest, INT32_MAX) };
    if (st == CC_OK && p.ok) write_one(&p, record_of(&w->layout->root), 2);
    cc_nest_discard(w->nest);
    free(item);
    if (st == CC_OK && p.misfit)
        st = cc_error_set(err, CC_EDATA, 0, 0, "the element %s has no place for all that is said of it", p.misfit);
    return st == CC_OK ? flush(w, p.ok, err) : st;
}

enum cc_status cc_xml_write_end(struct cc_xml_write *w, struct cc_error *err)
{
    if (!w->depth) return cc_error_set(err, CC_EUSAGE, 0, 0, "no record is open");
    return --w->depth ? CC_OK : write_record(w, err);
}

enum cc_status cc_xml_write_finish(struct cc_xml_write *w, struct cc_error *err)
{
    enum cc_status st = w->depth ? cc_error_set(err, CC_EUSAGE, 0, 0, "a record is open") : CC_OK;
    if (st == CC_OK && !w->begun) st = write_head(w, err);
    if (st != CC_OK) return st;
    struct writing p = { .w = w, .ok = true };
    bool met = false;
    write_around(&p, &w->layout->root, 0, false, &met);
    p.ok = p.ok && cc_buf_printf(&w->text, "</%s:%s>\n", w->layout->prefix, w->layout->root.name);
    return flush(w, p.ok, err);
}

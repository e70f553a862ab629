#include "datasets/records/cc_xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_magic.h"
#include "datasets/records/cc_nest.h"
#include "datasets/records/cc_xml_layout.h"

enum {
    CHUNK = 1 << 16,             /* bytes to read at a time */
    BATCH_BYTES = 1 << 19,       /* of texts, after which records are handed out */
    LONGEST_TEXT = 1 << 16,
    LONGEST_RECORD = 1 << 26,
    DEEPEST = 32,
    MOST_ROWS = 32               /* that look at one pass */
};

/* What happens at an element of the layout. */
struct place {
    const xmlChar *name;  /* as the parser's dictionary has it: equal names are one pointer */
    uint64_t seen;        /* the element around it in which it was last seen */
};

struct open_element {
    const struct cc_xml_node *node;
    uint64_t number;      /* no two elements with elements inside have one */
    size_t next;          /* the child that is expected */
};

struct cc_xml {
    const struct cc_codebook *cb;
    struct cc_xml_layout *layout;
    struct cc_input *input;
    char *chunk;
    size_t chunk_size;
    xmlParserCtxtPtr parser;
    xmlSAXHandler sax;
    struct place *places; /* by the number of the layout's node */
    struct open_element open[DEEPEST];
    size_t depth;
    uint64_t elements;    /* with elements inside, so far */
    struct cc_buf text;   /* of the element that is open */
    bool in_text, ended, records_begun;
    struct cc_nest *nest;
    int period;           /* the head's date variable, or -1 */
    struct cc_nest_rows *rows[MOST_ROWS];
    size_t row_count;
    size_t records;       /* complete ones at hand */
    size_t from, to;      /* those that were handed out last */
    size_t unfinished;    /* bytes read since there was one */
    enum cc_status status;
    struct cc_error err;
    int fault;            /* of the parser */
};

/* --- errors --- */

static void fail_at(struct cc_xml *x, enum cc_status code, size_t line, size_t column, const char *what,
                    const char *name)
{
    if (x->status != CC_OK) return;
    x->status = code;
    if (code == CC_ENOMEM) cc_error_memory(&x->err);
    else cc_error_set(&x->err, code, line, column, what, name);
    xmlStopParser(x->parser);
}

static size_t line_now(const struct cc_xml *x)
{
    int line = xmlSAX2GetLineNumber(x->parser);
    return line > 0 ? (size_t)line : 0;
}

/* name: of an element, for the %s of the format. */
static void fail(struct cc_xml *x, enum cc_status code, const char *format, const char *name)
{
    int column = xmlSAX2GetColumnNumber(x->parser);
    fail_at(x, code, line_now(x), column > 0 ? (size_t)column : 0, format, name);
}

/* What the parser says is told in our own words: its messages show what stands in the file. */
static const char *fault_text(int code)
{
    switch (code) {
    case XML_ERR_TAG_NAME_MISMATCH: return "an element is closed by the end tag of another";
    case XML_ERR_TAG_NOT_FINISHED:
    case XML_ERR_DOCUMENT_END:
    case XML_ERR_GT_REQUIRED:
    case XML_ERR_LTSLASH_REQUIRED: return "a tag is not finished, or the document has no end or something after it";
    case XML_ERR_DOCUMENT_EMPTY: return "there is no document";
    case XML_ERR_INVALID_CHAR: return "a character that XML does not allow, or that is not UTF-8";
    case XML_ERR_INVALID_ENCODING:
    case XML_ERR_UNSUPPORTED_ENCODING:
    case XML_ERR_UNKNOWN_ENCODING: return "bytes that are not in the encoding of the file (UTF-8 is expected)";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY: return "an entity that XML does not have; write '&' as '&amp;'";
    case XML_ERR_NAME_REQUIRED: return "a lone '<' or '&'; write them as '&lt;' and '&amp;'";
    case XML_ERR_INTERNAL_ERROR: return "a name, text or tag is too long";
    default: return NULL;
    }
}

static void on_fault(void *context, xmlErrorPtr e)
{
    struct cc_xml *x = ((xmlParserCtxtPtr)context)->_private;
    if (e->level != XML_ERR_FATAL || x->status != CC_OK) return;
    x->fault = e->code;
    char text[96];
    const char *known = fault_text(e->code);
    snprintf(text, sizeof text, "fault %d of the XML parser", e->code);
    fail_at(x, CC_EDATA, e->line > 0 ? (size_t)e->line : 0, e->int2 > 0 ? (size_t)e->int2 : 0,
            "not well-formed XML: %s", known ? known : text);
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    fail(((xmlParserCtxtPtr)context)->_private, CC_EDATA,
         "a document type (%s) is refused: such a file has none", "DOCTYPE");
}

/* --- elements --- */

static const struct cc_xml_node *find_child(const struct cc_xml *x, struct open_element *o, const xmlChar *name)
{
    const struct cc_xml_node *n = o->node;
    for (size_t k = 0; k < n->child_count; k++) {
        size_t i = o->next + k < n->child_count ? o->next + k : o->next + k - n->child_count;
        if (x->places[n->children[i].number].name != name) continue;
        bool repeats = n->children[i].group >= 0 || n->children[i].joins;
        o->next = repeats ? i : i + 1 < n->child_count ? i + 1 : 0;
        return &n->children[i];
    }
    return NULL;
}

static bool is_known(const struct cc_xml *x, const xmlChar *name)
{
    for (size_t i = 0; i < x->layout->nodes; i++)
        if (x->places[i].name == name) return true;
    return false;
}

static void unknown_child(struct cc_xml *x, const struct cc_xml_node *in, const xmlChar *name)
{
    char text[256];
    bool known = is_known(x, name);
    snprintf(text, sizeof text, "the element %.64s %s%.64s%s", (const char *)name,
             known ? "does not belong in " : "is not one of this file (in ", in->name, known ? "" : ")");
    fail(x, CC_EDATA, "%s", text);
}

static void begin_item(struct cc_xml *x, const struct cc_xml_node *n)
{
    bool ok = cc_nest_add(x->nest, n->group, line_now(x));
    if (ok && n->set >= 0) ok = cc_nest_set(x->nest, (size_t)n->set, n->value, strlen(n->value));
    if (!ok) fail(x, CC_ENOMEM, "%s", "");
    if (n->group == 0) x->records_begun = true;
}

static void push(struct cc_xml *x, const struct cc_xml_node *n)
{
    if (x->depth == DEEPEST) {
        fail(x, CC_EDATA, "%s: elements inside elements, too deep", n->name);
        return;
    }
    x->open[x->depth++] = (struct open_element){ .node = n, .number = ++x->elements };
}

static void begin_root(struct cc_xml *x, const xmlChar *name, const xmlChar *space)
{
    const struct cc_xml_layout *l = x->layout;
    if (strcmp((const char *)name, l->root.name))
        fail(x, CC_EDATA, "the outermost element is not '%s': not a file of this codebook", l->root.name);
    else if (!space || strcmp((const char *)space, l->space))
        fail(x, CC_EDATA, "the outermost element is not in the namespace %s", l->space);
    else push(x, &l->root);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int spaces,
                     const xmlChar **space_list, int attributes, int defaulted, const xmlChar **attribute_list)
{
    (void)prefix, (void)spaces, (void)space_list, (void)attributes, (void)defaulted, (void)attribute_list;
    struct cc_xml *x = ((xmlParserCtxtPtr)context)->_private;
    if (x->status != CC_OK) return;
    if (!x->depth) {
        begin_root(x, name, space);
        return;
    }
    struct open_element *o = &x->open[x->depth - 1];
    const struct cc_xml_node *n = x->in_text ? NULL : find_child(x, o, name);
    if (!n) {
        unknown_child(x, o->node, name);
        return;
    }
    if (space) fail(x, CC_EDATA, "the element %s is in a namespace: only the outermost is in one", n->name);
    struct place *p = &x->places[n->number];
    if (p->seen == o->number && n->group < 0 && !n->joins)
        fail(x, CC_EDATA, "the element %s comes twice in one place", n->name);
    p->seen = o->number;
    if (n->variable >= 0) {
        if (x->layout->in_head[n->variable] && x->records_begun)
            fail(x, CC_EDATA, "the element %s must come before the records", n->name);
        x->in_text = true;
        cc_buf_clear(&x->text);
    } else if (n->group >= 0) {
        begin_item(x, n);
    }
    push(x, n);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void on_text(void *context, const xmlChar *bytes, int size)
{
    struct cc_xml *x = ((xmlParserCtxtPtr)context)->_private;
    if (x->status != CC_OK || !x->depth) return;
    const char *name = x->open[x->depth - 1].node->name;
    if (x->in_text) {
        if (x->text.size + (size_t)size > LONGEST_TEXT) fail(x, CC_EDATA, "the text of %s is too long", name);
        else if (!cc_buf_add(&x->text, (const char *)bytes, (size_t)size)) fail(x, CC_ENOMEM, "%s", "");
        return;
    }
    for (int i = 0; i < size; i++)
        if (!is_space((char)bytes[i])) {
            fail(x, CC_EDATA, "a text in %s, where only elements belong", name);
            return;
        }
}

static void end_text(struct cc_xml *x, const struct cc_xml_node *n)
{
    const char *text = x->text.data ? x->text.data : "";
    size_t size = x->text.size, had = 0;
    while (size && is_space(*text)) text++, size--;
    while (size && is_space(text[size - 1])) size--;
    x->in_text = false;
    if (!size) return;
    if (n->group >= 0) begin_item(x, n);
    else if (x->open[x->depth - 1].node->joins && cc_nest_count(x->nest, x->cb->variables[n->variable].group))
        (void)cc_nest_text(x->nest, (size_t)n->variable,
                           cc_nest_count(x->nest, x->cb->variables[n->variable].group) - 1, &had);
    if (!had && !cc_nest_set(x->nest, (size_t)n->variable, text, size)) fail(x, CC_ENOMEM, "%s", "");
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
    (void)name, (void)prefix, (void)space;
    struct cc_xml *x = ((xmlParserCtxtPtr)context)->_private;
    if (x->status != CC_OK || !x->depth) return;
    const struct cc_xml_node *n = x->open[--x->depth].node;
    if (n->variable >= 0) end_text(x, n);
    if (n->group == 0) cc_nest_complete(x->nest);
    if (!x->depth) x->ended = true;
}

/* --- opening --- */

static bool name_places(struct cc_xml *x, const struct cc_xml_node *n)
{
    const xmlChar *name = xmlDictLookup(x->parser->dict, (const xmlChar *)n->name, -1);
    x->places[n->number].name = name;
    bool ok = name != NULL;
    for (size_t i = 0; ok && i < n->child_count; i++) ok = name_places(x, &n->children[i]);
    return ok;
}

/* The first bytes are what libxml2 tells encodings by. */
static enum cc_status start_parser(struct cc_xml *x, const char *first, size_t n)
{
    x->sax = (xmlSAXHandler){ .initialized = XML_SAX2_MAGIC, .internalSubset = on_doctype, .startElementNs = on_start,
                              .endElementNs = on_end, .characters = on_text, .ignorableWhitespace = on_text,
                              .cdataBlock = on_text, .serror = on_fault };
    x->parser = xmlCreatePushParserCtxt(&x->sax, NULL, first, (int)n, NULL);
    if (!x->parser) return cc_error_memory(&x->err);
    x->parser->_private = x;
    (void)xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
    x->places = calloc(x->layout->nodes, sizeof *x->places);
    return x->places && name_places(x, &x->layout->root) ? CC_OK : cc_error_memory(&x->err);
}

static enum cc_status start_nest(struct cc_xml *x)
{
    x->nest = cc_nest_alloc(x->cb);
    if (!x->nest) return cc_error_memory(&x->err);
    x->period = -1;
    for (size_t v = 0; v < x->cb->count; v++) {
        if (!x->layout->in_head[v]) continue;
        cc_nest_in_head(x->nest, v);
        if (x->period < 0 && x->cb->variables[v].type == CC_TYPE_DATE) x->period = (int)v;
    }
    if (x->period >= 0) cc_nest_store(x->nest, (size_t)x->period);
    for (size_t g = 1; g < x->cb->group_count; g++)
        if (x->cb->groups[g].date >= 0) cc_nest_store(x->nest, (size_t)x->cb->groups[g].date);
    return CC_OK;
}

enum cc_status cc_xml_open(const char *path, const struct cc_codebook *cb, bool hash, size_t bytes, struct cc_xml **out,
                           struct cc_error *err)
{
    *out = NULL;
    struct cc_xml *x = calloc(1, sizeof *x);
    if (!x) return cc_error_memory(err);
    x->cb = cb;
    x->chunk_size = bytes ? bytes : CHUNK;
    enum cc_status st = cc_input_open(path, &x->input, err);
    if (st == CC_OK) st = cc_xml_layout_load(cb, &x->layout, err);
    if (st == CC_OK && !(x->chunk = malloc(x->chunk_size))) st = cc_error_memory(err);
    if (st == CC_OK) st = start_nest(x);
    if (st == CC_OK && hash) cc_input_hash(x->input);
    if (st == CC_OK) *out = x;
    else cc_xml_close(x);
    return st;
}

bool cc_xml_has(const struct cc_xml *x, size_t variable)
{
    return variable < x->cb->count && x->layout->has[variable];
}

struct cc_input *cc_xml_input(struct cc_xml *x)
{
    return x->input;
}

struct cc_nest_rows *cc_xml_rows(struct cc_xml *x, int level)
{
    if (x->row_count == MOST_ROWS) return NULL;
    struct cc_nest_rows *v = cc_nest_rows_alloc(x->nest, level);
    if (v) x->rows[x->row_count++] = v;
    return v;
}

void cc_xml_close(struct cc_xml *x)
{
    if (!x) return;
    for (size_t i = 0; i < x->row_count; i++) cc_nest_rows_free(x->rows[i]);
    cc_nest_free(x->nest);
    xmlFreeParserCtxt(x->parser);
    cc_xml_layout_free(x->layout);
    cc_input_close(x->input);
    cc_buf_free(&x->text);
    free(x->places);
    free(x->chunk);
    free(x);
}

/* --- reading --- */

/* The first bytes say whether it is such a file at all. */
static enum cc_status begin(struct cc_xml *x)
{
    size_t size = 0, n, room = x->chunk_size > CC_MAGIC_BYTES ? x->chunk_size : CC_MAGIC_BYTES;
    char *first = malloc(room);
    enum cc_status st = first ? CC_OK : cc_error_memory(&x->err);
    while (st == CC_OK && size < CC_MAGIC_BYTES) {
        st = cc_input_read(x->input, first + size, room - size, &n, &x->err);
        if (st == CC_OK) size += n;
    }
    if (st == CC_END) st = size ? CC_OK : cc_error_set(&x->err, CC_EDATA, 0, 0, "is empty");
    if (st == CC_OK) st = cc_magic_expect(CC_MAGIC_XML, first, size, &x->err);
    if (st == CC_OK) st = start_parser(x, first, size < 4 ? size : 4);
    x->status = st;
    if (st == CC_OK && size > 4) (void)xmlParseChunk(x->parser, first + 4, (int)(size - 4), 0);
    free(first);
    return x->status;
}

/* The parser has a lot to say of a file that is cut off in the middle. */
static enum cc_status finish(struct cc_xml *x)
{
    (void)xmlParseChunk(x->parser, NULL, 0, 1);
    if (!x->ended && x->status != CC_ENOMEM && x->fault != XML_ERR_NAME_REQUIRED) {
        x->status = CC_OK;
        fail(x, CC_EDATA, "the file ends before its last element: it is cut off%s", "");
    }
    return x->status == CC_OK ? CC_END : x->status;
}

static enum cc_status read_chunk(struct cc_xml *x)
{
    size_t n, before = cc_nest_records(x->nest);
    enum cc_status st = cc_input_read(x->input, x->chunk, x->chunk_size, &n, &x->err);
    if (st == CC_END) return finish(x);
    if (st != CC_OK) return st;
    (void)xmlParseChunk(x->parser, x->chunk, (int)n, 0);
    x->unfinished = cc_nest_records(x->nest) > before ? 0 : x->unfinished + n;
    if (x->unfinished > LONGEST_RECORD) fail(x, CC_EDATA, "a %s is too long (64 MiB)", "record");
    return x->status;
}

/* The last day of the period that the file reports about. */
static int32_t period_end(const struct cc_xml *x)
{
    int32_t day = INT32_MAX;
    size_t size = 0;
    int year, month, dom;
    const char *text = x->period < 0 ? "" : cc_nest_text(x->nest, (size_t)x->period, 0, &size);
    const char *format = x->period < 0 ? "" : x->cb->variables[x->period].format;
    if (!size || !cc_date_parse(text, (int)size, format, &day)) return INT32_MAX;
    if (strcmp(format, "yyyymm")) return day;
    cc_date_civil(day, &year, &month, &dom);
    if (!cc_date_day(month < 12 ? year : year + 1, month < 12 ? month + 1 : 1, 1, &day)) return INT32_MAX;
    return day - 1;
}

/* Some complete records; CC_END: there are no more. The last of them may come with the end of the file. */
static enum cc_status read_batch(struct cc_xml *x)
{
    cc_nest_discard(x->nest);
    x->records = 0;
    while (x->status == CC_OK && (cc_nest_bytes(x->nest) < BATCH_BYTES || !cc_nest_records(x->nest))
           && cc_nest_records(x->nest) < CC_BLOCK_ROWS)
        x->status = x->parser ? read_chunk(x) : begin(x);
    if (x->status != CC_OK && (x->status != CC_END || !cc_nest_records(x->nest))) return x->status;
    x->records = cc_nest_records(x->nest);
    if (!cc_nest_index(x->nest, period_end(x))) x->status = cc_error_memory(&x->err);
    return x->status == CC_END ? CC_OK : x->status;
}

/* The next rows of those that lead, and where the others begin. */
static enum cc_status lead(struct cc_xml *x, struct cc_block *block)
{
    size_t from, to;
    for (;;) {
        enum cc_status st = cc_nest_rows_read(x->rows[0], block, &from, &to);
        x->from = from, x->to = to;
        if (st == CC_ENOMEM) return x->status = cc_error_memory(&x->err);
        for (size_t i = 1; st == CC_OK && i < x->row_count; i++) cc_nest_rows_start(x->rows[i], from, to);
        if (st == CC_OK) return CC_OK;
        st = x->status == CC_END && !x->records ? CC_END : read_batch(x);
        if (st != CC_OK) return st;
        cc_nest_rows_start(x->rows[0], 0, x->records);
    }
}

const struct cc_nest *cc_xml_nest(const struct cc_xml *x, size_t *from, size_t *to)
{
    *from = x->from;
    *to = x->to;
    return x->nest;
}

enum cc_status cc_xml_read(struct cc_xml *x, struct cc_nest_rows *rows, struct cc_block *block, struct cc_error *err)
{
    size_t from, to;
    if (rows != x->rows[0]) {
        enum cc_status st = cc_nest_rows_read(rows, block, &from, &to);
        return st == CC_ENOMEM ? cc_error_memory(err) : st;
    }
    enum cc_status st = lead(x, block);
    if (st == CC_OK || st == CC_END) return st;
    if (err) *err = x->err;
    if (err) cc_error_file(err, cc_input_name(x->input));
    return st;
}

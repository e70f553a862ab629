#include "datasets/records/cc_records.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_csv.h"
#include "datasets/base/cc_progress.h"
#include "datasets/records/cc_fixed.h"
#include "datasets/records/cc_nest.h"
#include "datasets/records/cc_readstat.h"
#include "datasets/records/cc_stored.h"
#include "datasets/records/cc_xml.h"

struct cc_records {
    const struct cc_codebook *cb;
    struct cc_codebook own;          /* cb, if it has the file's other columns too */
    struct cc_record_group own_group; /* of own, without a codebook */
    struct cc_csv *csv;     /* one of the four is open */
    struct cc_fixed *fixed;
    struct cc_xml *xml;
    struct cc_readstat *stat;
    struct cc_nest_rows *rows; /* of a nested file: what is read of it */
    bool view;                 /* the file is that of other records */
    struct cc_stored *stored; /* what is read instead, or NULL */
    struct cc_stored_reader *reader;
    int *column_of;         /* per variable: position among the columns of the file, or CC_CSV_ABSENT */
    bool wanted;
    uint64_t count;
    struct cc_progress progress;
    uint64_t to; /* end of the part */
    int level;
};

static bool ends_in(const char *text, size_t n, const char *suffix)
{
    size_t s = strlen(suffix);
    char tail[8] = "";
    if (n <= s || s >= sizeof tail) return false;
    memcpy(tail, text + n - s, s);
    return cc_case_equal(tail, suffix);
}

static bool looks_fixed(const char *path)
{
    static const char *const suffixes[] = { ".dat", ".txt", ".fwf", ".asc" };
    size_t n = cc_input_stem(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (ends_in(path, n, suffixes[i])) return true;
    return false;
}

enum layout { LAYOUT_CSV, LAYOUT_FIXED, LAYOUT_XML, LAYOUT_STAT, LAYOUTS };

static enum layout layout_of(const char *path, const struct cc_codebook *cb)
{
    if (ends_in(path, cc_input_stem(path), ".xml")) return LAYOUT_XML;
    if (cc_readstat_named(path)) return LAYOUT_STAT;
    return cb->record_width_count && looks_fixed(path) ? LAYOUT_FIXED : LAYOUT_CSV;
}

static enum cc_status choose_layout(const char *path, const struct cc_codebook *cb, const char *layout,
                                    enum layout *out, struct cc_error *err)
{
    static const char *const layouts[] = { "csv", "fixed", "xml", "stat" };
    int found = 0;
    while (layout && found < LAYOUTS && strcmp(layout, layouts[found])) found++;
    if (found == LAYOUTS) {
        const char *near = cc_suggest(layout, layouts, LAYOUTS);
        return cc_error_set(err, CC_EUSAGE, 0, 0, "no layout '%s'%s%s%s", layout,
                            near ? "; did you mean '" : " (csv, fixed, xml or stat)", near ? near : "",
                            near ? "'?" : "");
    }
    *out = layout ? (enum layout)found : layout_of(path, cb);
    if (*out == LAYOUT_FIXED && !cb->record_width_count)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "codebook '%s' has no fixed-width positions", cb->name);
    return CC_OK;
}

/* Columns that are no variables become some, of type text, behind those of the codebook. */
static enum cc_status add_columns(struct cc_records *r, struct cc_error *err)
{
    size_t n;
    const char *const *names = cc_records_columns(r, &n);
    struct cc_variable *all = calloc(r->cb->count + n + 1, sizeof *all);
    if (!all) return cc_error_memory(err);
    if (r->cb->count) memcpy(all, r->cb->variables, r->cb->count * sizeof *all);
    struct cc_codebook own = *r->cb;
    own.variables = all;
    for (size_t i = 0; i < n; i++)
        if (cc_codebook_find(r->cb, names[i]) < 0)
            all[own.count++] = (struct cc_variable){
                .name = names[i], .label = "", .format = "", .applies_when = "", .section = "", .source = "",
                .confidence = "", .note = "", .type = CC_TYPE_TEXT, .blank = CC_BLANK_UNKNOWN,
                .group = own.flat_group };
    r->own = own;
    r->cb = &r->own;
    return CC_OK;
}

/* What stands for the codebook where there is none. */
static void start_without_codebook(struct cc_records *r)
{
    r->own_group = (struct cc_record_group){ .path = "", .name = "record", .parent = -1, .date = -1 };
    r->own = (struct cc_codebook){ .name = (char *)"the columns of the file", .title = "", .source = "",
                                   .confidence = "", .note = "", .groups = &r->own_group, .group_count = 1 };
    r->cb = &r->own;
}

static enum cc_status map_columns(struct cc_records *r, struct cc_error *err)
{
    size_t n, known = 0;
    const char *const *names = cc_records_columns(r, &n);
    r->column_of = malloc((r->cb->count + 1) * sizeof *r->column_of);
    if (!r->column_of) return cc_error_memory(err);
    for (size_t v = 0; v < r->cb->count; v++) r->column_of[v] = CC_CSV_ABSENT;
    for (size_t i = 0; i < n; i++) {
        int v = cc_codebook_find(r->cb, names[i]);
        if (v < 0) continue;
        int other = r->column_of[v];
        if (other >= 0)
            return cc_error_set(err, CC_EDATA, 1, i + 1,
                                "duplicate column: '%s' is the same variable as '%s' (column %d)", names[i],
                                names[other], other + 1);
        r->column_of[v] = (int)i;
        known++;
    }
    if (known) return CC_OK;
    return cc_error_set(err, CC_EDATA, 1, 0,
                        "no column is a variable of codebook '%s' (another codebook or delimiter?)",
                        r->cb->name);
}

/* A flat file has one level. */
static enum cc_status choose_level(struct cc_records *r, const char *level, struct cc_error *err)
{
    const struct cc_record_group *groups = r->cb->groups;
    r->level = level ? cc_codebook_group(r->cb, level) : r->cb->flat_group;
    if (r->level < 0) return cc_error_set(err, CC_EUSAGE, 0, 0, "codebook '%s' has no level '%s'", r->cb->name, level);
    if (r->xml) return (r->rows = cc_xml_rows(r->xml, r->level)) ? CC_OK : cc_error_memory(err);
    if (r->level == r->cb->flat_group) return CC_OK;
    enum cc_status st = cc_error_set(err, CC_EUSAGE, 0, 0, "the file is flat: its rows are of level '%s' only",
                                     groups[r->cb->flat_group].name);
    cc_error_file(err, cc_input_name(cc_records_input(r)));
    return st;
}

static enum cc_status open_layout(struct cc_records *r, const char *path, const struct cc_records_options *o,
                                  struct cc_error *err)
{
    enum layout layout = LAYOUT_CSV;
    enum cc_status st = choose_layout(path, r->cb, o->layout, &layout, err);
    if (st != CC_OK) return st;
    if (layout == LAYOUT_XML) return cc_xml_open(path, r->cb, o->hash, o->bytes, &r->xml, err);
    if (layout == LAYOUT_STAT) return cc_readstat_open(path, o->hash, &r->stat, err);
    if (layout == LAYOUT_FIXED) {
        struct cc_fixed_options as = { .hash = o->hash, .simd = o->simd, .bytes = o->bytes, .part = o->part };
        return cc_fixed_open(path, r->cb->record_widths, r->cb->record_width_count, &as, &r->fixed, err);
    }
    struct cc_csv_options csv = { .delimiter = o->delimiter, .hash = o->hash, .simd = o->simd, .bytes = o->bytes,
                                  .part = o->part };
    return cc_csv_open(path, &csv, &r->csv, err);
}

static enum cc_status open_file(struct cc_records *r, const char *path, const struct cc_records_options *o,
                                struct cc_error *err)
{
    enum cc_status st = open_layout(r, path, o, err);
    if (st != CC_OK) return st;
    if (o->all_columns) st = add_columns(r, err);
    if (st == CC_OK && (r->csv || r->stat)) st = map_columns(r, err);
    if (st != CC_OK) cc_error_file(err, cc_input_name(cc_records_input(r)));
    return st;
}

/* The file itself says what it has; its records are read from the side file. */
static enum cc_status open_stored(struct cc_records *r, const struct cc_records_options *o, struct cc_error *err)
{
    r->stored = o->stored;
    if (!cc_stored_is_of(o->stored, cc_records_input(r)))
        return cc_error_set(err, CC_EIO, 0, 0, "the file changed while it was read");
    return cc_stored_reader_open(o->stored, o->part, &r->reader, err);
}

enum cc_status cc_records_open(const char *path, const struct cc_codebook *cb,
                               const struct cc_records_options *options, struct cc_records **out,
                               struct cc_error *err)
{
    static const struct cc_records_options defaults = { 0 };
    const struct cc_records_options *o = options ? options : &defaults;
    *out = NULL;
    struct cc_records *r = calloc(1, sizeof *r);
    if (!r) return cc_error_memory(err);
    r->cb = cb;
    if (!cb) start_without_codebook(r);
    struct cc_records_options whole = *o;
    if (o->stored) whole.part = NULL;
    if (!cb) whole.all_columns = true;
    enum cc_status st = open_file(r, path, &whole, err);
    if (st == CC_OK) st = choose_level(r, o->level, err);
    if (st == CC_OK && o->stored) st = open_stored(r, o, err);
    if (st != CC_OK) {
        cc_records_close(r);
        return st;
    }
    r->to = o->part ? o->part->to : UINT64_MAX;
    if (o->progress) cc_progress_start(&r->progress, o->progress);
    *out = r;
    return CC_OK;
}

bool cc_records_has(const struct cc_records *r, size_t variable)
{
    if (variable >= r->cb->count) return false;
    if (r->xml) return cc_xml_has(r->xml, variable);
    if (r->column_of) return r->column_of[variable] >= 0;
    const struct cc_variable *v = &r->cb->variables[variable];
    return v->start && v->start + v->width - 1 <= cc_fixed_width(r->fixed);
}

bool cc_records_place(const struct cc_records *r, size_t variable, const char **name, size_t *start, size_t *width)
{
    if (!cc_records_has(r, variable)) return false;
    const struct cc_variable *v = &r->cb->variables[variable];
    size_t n;
    if (r->xml) {
        *name = v->name;
        *start = *width = 0;
        return true;
    }
    *name = r->column_of ? cc_records_columns(r, &n)[r->column_of[variable]] : "";
    *start = r->column_of ? 0 : v->start;
    *width = r->column_of ? 0 : v->width;
    return true;
}

const struct cc_codebook *cc_records_codebook(const struct cc_records *r)
{
    return r->cb;
}

const struct cc_stat_column *cc_records_described(const struct cc_records *r, size_t *n)
{
    *n = 0;
    return r->stat ? cc_readstat_columns(r->stat, n) : NULL;
}

char cc_records_delimiter(const struct cc_records *r)
{
    return r->csv ? cc_csv_delimiter(r->csv) : '\0';
}

static enum cc_status want_columns(struct cc_records *r, const size_t *variables, size_t n)
{
    int *columns = malloc((n + 1) * sizeof *columns);
    if (!columns) return CC_ENOMEM;
    for (size_t i = 0; i < n; i++) columns[i] = r->column_of[variables[i]];
    enum cc_status st = cc_csv_want(r->csv, columns, n);
    free(columns);
    return st;
}

static enum cc_status want_stat(struct cc_records *r, const size_t *variables, size_t n)
{
    int *columns = malloc((n + 1) * sizeof *columns);
    const char **layouts = malloc((n + 1) * sizeof *layouts);
    enum cc_status st = columns && layouts ? CC_OK : CC_ENOMEM;
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        const struct cc_variable *v = &r->cb->variables[variables[i]];
        columns[i] = r->column_of[variables[i]];
        layouts[i] = v->type == CC_TYPE_DATE ? v->format : NULL;
    }
    if (st == CC_OK) st = cc_readstat_want(r->stat, columns, layouts, n);
    free(columns);
    free(layouts);
    return st;
}

static enum cc_status want_places(struct cc_records *r, const size_t *variables, size_t n)
{
    struct cc_place *places = calloc(n + 1, sizeof *places);
    if (!places) return CC_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const struct cc_variable *v = &r->cb->variables[variables[i]];
        if (cc_records_has(r, variables[i])) places[i] = (struct cc_place){ v->start, v->width };
    }
    enum cc_status st = cc_fixed_want(r->fixed, places, n);
    free(places);
    return st;
}

static enum cc_status want_stored(struct cc_records *r, const size_t *variables, size_t n)
{
    int *columns = malloc((n + 1) * sizeof *columns);
    if (!columns) return CC_ENOMEM;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < n; i++) {
        const char *name;
        size_t start, width;
        columns[i] = -1;
        if (!cc_records_place(r, variables[i], &name, &start, &width)) continue;
        columns[i] = cc_stored_column(r->stored, name, start, width);
        if (columns[i] < 0) st = CC_EDOMAIN; /* the file has it, the side file does not */
    }
    if (st == CC_OK) st = cc_stored_want(r->reader, columns, n);
    free(columns);
    return st;
}

static enum cc_status want_nested(struct cc_records *r, const size_t *variables, size_t n)
{
    struct cc_want *wants = malloc((n + 1) * sizeof *wants);
    if (!wants) return CC_ENOMEM;
    for (size_t i = 0; i < n; i++) wants[i] = (struct cc_want){ variables[i], -1 };
    enum cc_status st = cc_records_want_each(r, wants, n);
    free(wants);
    return st;
}

enum cc_status cc_records_want(struct cc_records *r, const size_t *variables, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (variables[i] >= r->cb->count) return CC_EDOMAIN;
    if (r->xml) return want_nested(r, variables, n);
    r->wanted = true;
    if (r->reader) return want_stored(r, variables, n);
    if (r->stat) return want_stat(r, variables, n);
    return r->csv ? want_columns(r, variables, n) : want_places(r, variables, n);
}

enum cc_status cc_records_want_each(struct cc_records *r, const struct cc_want *wants, size_t n)
{
    if (r->xml) {
        r->wanted = true;
        return cc_nest_rows_want(r->rows, wants, n);
    }
    size_t *variables = malloc((n + 1) * sizeof *variables);
    if (!variables) return CC_ENOMEM;
    for (size_t i = 0; i < n; i++) variables[i] = wants[i].variable;
    enum cc_status st = cc_records_want(r, variables, n);
    free(variables);
    return st;
}

bool cc_records_nested(const struct cc_records *r)
{
    return r->xml != NULL;
}

int cc_records_level(const struct cc_records *r)
{
    return r->level;
}

enum cc_status cc_records_view(struct cc_records *r, const char *level, struct cc_records **out, struct cc_error *err)
{
    *out = NULL;
    if (!r->xml) return cc_error_set(err, CC_EUSAGE, 0, 0, "the file is flat: it has one level only");
    if (r->level) return cc_error_set(err, CC_EUSAGE, 0, 0, "only a file that is read at level 'record' has views");
    struct cc_records *v = calloc(1, sizeof *v);
    if (!v) return cc_error_memory(err);
    v->cb = r->cb;
    v->xml = r->xml;
    v->view = true;
    enum cc_status st = choose_level(v, level, err);
    if (st == CC_OK) *out = v;
    else cc_records_close(v);
    return st;
}

const struct cc_nest *cc_records_nest(const struct cc_records *r, size_t *from, size_t *to)
{
    return cc_xml_nest(r->xml, from, to);
}

/* Without a wish a block holds all variables, in the order of the codebook. */
static enum cc_status want_all(struct cc_records *r)
{
    size_t *all = malloc((r->cb->count + 1) * sizeof *all);
    if (!all) return CC_ENOMEM;
    for (size_t i = 0; i < r->cb->count; i++) all[i] = i;
    enum cc_status st = cc_records_want(r, all, r->cb->count);
    free(all);
    return st;
}

enum cc_status cc_records_read(struct cc_records *r, struct cc_block *block, struct cc_error *err)
{
    if (!r->wanted && want_all(r) != CC_OK) return cc_error_memory(err);
    enum cc_status st = r->reader ? cc_stored_read(r->reader, block, err)
        : r->xml ? cc_xml_read(r->xml, r->rows, block, err)
        : r->stat ? cc_readstat_read(r->stat, block, err)
        : r->csv ? cc_csv_read(r->csv, block, err) : cc_fixed_read(r->fixed, block, err);
    if (st != CC_OK) {
        cc_progress_end(&r->progress);
        return st;
    }
    r->count += block->rows;
    if (r->view) return CC_OK;
    const struct cc_input *in = cc_records_input(r);
    uint64_t total = cc_input_total(in);
    cc_progress_update(&r->progress, cc_input_taken(in), total < r->to ? total : r->to, r->count);
    return CC_OK;
}

uint64_t cc_records_count(const struct cc_records *r)
{
    return r->count;
}

const char *const *cc_records_columns(const struct cc_records *r, size_t *n)
{
    if (r->csv) return cc_csv_names(r->csv, n);
    if (r->stat) return cc_readstat_names(r->stat, n);
    *n = 0; /* of a nested file too: its names are those of the codebook */
    return NULL;
}

struct cc_input *cc_records_input(struct cc_records *r)
{
    if (r->xml) return cc_xml_input(r->xml);
    if (r->stat) return cc_readstat_input(r->stat);
    return r->csv ? cc_csv_input(r->csv) : cc_fixed_input(r->fixed);
}

bool cc_records_can_split(const struct cc_records *r)
{
    if (r->reader) return true;
    if (r->xml || r->stat) return false;
    return r->csv ? cc_csv_can_split(r->csv) : cc_fixed_can_split(r->fixed);
}

uint64_t cc_records_began(const struct cc_records *r)
{
    if (r->reader) return cc_stored_began(r->reader);
    if (r->xml || r->stat) return 0;
    return r->csv ? cc_csv_began(r->csv) : cc_fixed_began(r->fixed);
}

uint64_t cc_records_stands(const struct cc_records *r)
{
    if (r->reader) return cc_stored_stands(r->reader);
    if (r->xml || r->stat) return 0;
    return r->csv ? cc_csv_stands(r->csv) : cc_fixed_stands(r->fixed);
}

void cc_records_close(struct cc_records *r)
{
    if (!r) return;
    cc_progress_end(&r->progress);
    if (!r->view) cc_xml_close(r->xml);
    if (!r->view && r->cb == &r->own) free(r->own.variables);
    cc_readstat_close(r->stat);
    cc_csv_close(r->csv);
    cc_fixed_close(r->fixed);
    cc_stored_reader_close(r->reader);
    free(r->column_of);
    free(r);
}

void cc_records_parents(const struct cc_records *view, uint16_t of[CC_BLOCK_ROWS])
{
    cc_nest_rows_records(view->rows, of);
}

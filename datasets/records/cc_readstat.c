/* Two passes: cc_readstat_open runs the library without a handler of values, which stops it before the data; the first
 * read starts a thread on which it runs again, and pushes rows into a ring of batches. The thread fills
 * batches[filled % BATCHES] while filled - emptied < BATCHES, the reader empties batches[emptied % BATCHES] while
 * emptied < filled; a batch belongs to one side at a time. */
#include "datasets/records/cc_readstat.h"

#include <math.h>
#include <readstat.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_magic.h"
#include "datasets/base/cc_output.h"
#include "datasets/base/cc_thread.h"
#include "datasets/records/cc_stat_text.h"

enum { BATCHES = 3, BATCH_BYTES = 1 << 20, HAND = 1 << 16 };

typedef readstat_error_t parse_function(readstat_parser_t *, const char *path, void *context);

/* What a file may be. */
struct kind {
    enum cc_magic magic;
    enum cc_stat_family family;
    parse_function *parse;
};

struct batch {
    size_t rows, fields_room, wanted;
    uint64_t first; /* number of its first record, from 1 */
    struct cc_buf text;
    struct cc_field *fields; /* rows x wanted */
};

/* A value label as the file has it, before it is known whose it is. */
struct labelled {
    const char *set, *label;
    struct cc_stat_label out;
    double number;
    bool tagged, text;
};

struct column {
    struct cc_stat_clock clock;
    enum cc_precision precision;
    const char *set; /* of labels */
    readstat_missingness_t missing;
    const char *layout;
    size_t first_slot; /* of the wanted + 1, or 0 */
};

struct cc_readstat {
    struct cc_input *in;
    const struct kind *kind;
    struct cc_arena arena;
    int64_t announced; /* records; -1: the file does not say */
    size_t set_bytes;  /* that the name of a set of labels can have */

    uint64_t position; /* of the library in the file */
    uint64_t hand_at;  /* where the bytes at hand stand in the file */
    size_t hand_size;
    char *hand;
    enum cc_status failed; /* of our own handlers, with `error` */
    struct cc_error error;

    struct cc_stat_column *shown;
    struct column *columns;
    const char **names;
    size_t count, shown_room, columns_room, names_room;
    struct labelled *labels;
    size_t label_count, labels_room;

    size_t wanted, *next_slot; /* next_slot[slot]: another slot of the same column + 1, or 0 */
    struct cc_field *row;      /* of the batch that is being filled */
    int64_t record;            /* that is being filled, from 0; -1: none yet */

    bool started;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* one side at most is waiting, for the other */
    size_t filled, emptied;
    bool stop, reading;
    enum cc_status last;    /* CC_OK: more is to come */
    struct batch batches[BATCHES];
    struct batch *filling;  /* of the thread */
};

static const struct kind kinds[] = {
    { CC_MAGIC_SPSS, CC_STAT_SPSS, readstat_parse_sav },   { CC_MAGIC_ZSAV, CC_STAT_SPSS, readstat_parse_sav },
    { CC_MAGIC_POR, CC_STAT_SPSS, readstat_parse_por },    { CC_MAGIC_STATA, CC_STAT_STATA, readstat_parse_dta },
    { CC_MAGIC_SAS7BDAT, CC_STAT_SAS, readstat_parse_sas7bdat }, { CC_MAGIC_XPT, CC_STAT_SAS, readstat_parse_xport },
};

bool cc_readstat_named(const char *path)
{
    static const char *const suffixes[] = { ".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt" };
    size_t n = cc_input_stem(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t s = strlen(suffixes[i]);
        char tail[16] = "";
        if (n > s) memcpy(tail, path + n - s, s);
        if (cc_case_equal(tail, suffixes[i])) return true;
    }
    return false;
}

/* ---- errors ---- */

/* The first failure counts; the library then gives up. */
static int fail(struct cc_readstat *r, enum cc_status st)
{
    if (r->failed == CC_OK) r->failed = st;
    return READSTAT_HANDLER_ABORT;
}

static int out_of_memory(struct cc_readstat *r)
{
    if (r->failed == CC_OK) cc_error_memory(&r->error);
    return fail(r, CC_ENOMEM);
}

/* Its own messages may quote the data: only what they mean is said. */
static enum cc_status verdict(struct cc_readstat *r, readstat_error_t e, struct cc_error *err)
{
    if (r->failed != CC_OK) {
        if (err) *err = r->error;
        return r->failed;
    }
    size_t line = r->record >= 0 ? (size_t)r->record + 1 : 0;
    switch (e) {
    case READSTAT_OK: return CC_OK;
    case READSTAT_ERROR_MALLOC: return cc_error_memory(err);
    case READSTAT_ERROR_UNSUPPORTED_CHARSET:
    case READSTAT_ERROR_CONVERT:
    case READSTAT_ERROR_CONVERT_BAD_STRING:
    case READSTAT_ERROR_CONVERT_SHORT_STRING:
        return cc_error_set(err, CC_EDATA, line, 0, "a text is not in the encoding that the file gives");
    case READSTAT_ERROR_UNSUPPORTED_FILE_FORMAT_VERSION:
    case READSTAT_ERROR_UNSUPPORTED_COMPRESSION:
        return cc_error_set(err, CC_EDATA, line, 0, "a version of the format that cannot be read: export it as CSV");
    default:
        return cc_error_set(err, CC_EDATA, line, 0, "%s is damaged or cut short", cc_magic_name(r->kind->magic));
    }
}

/* ---- the file, as the library reads it ---- */

static int open_nothing(const char *path, void *context)
{
    (void)path;
    struct cc_readstat *r = context;
    r->position = 0;
    return 0;
}

static int close_nothing(void *context)
{
    (void)context;
    return 0;
}

static readstat_off_t seek(readstat_off_t offset, readstat_io_flags_t whence, void *context)
{
    struct cc_readstat *r = context;
    int64_t from = whence == READSTAT_SEEK_SET ? 0
        : whence == READSTAT_SEEK_CUR ? (int64_t)r->position : (int64_t)cc_input_total(r->in);
    if (offset < -from || offset > INT64_MAX / 2) return -1;
    r->position = (uint64_t)(from + offset);
    return (readstat_off_t)r->position;
}

/* The table of a portable file, behind its first 200 characters, says which byte stands for each character of the
 * format; lines have 80. PSPP gives the same byte to several, of which the library takes the last: a superscript where
 * a digit was meant. The first is right; the others become the byte of "0" (entry 64), which the library puts right. */
static void mend_table(char *bytes, size_t n)
{
    enum { LINE = 80, TABLE = 200, ENTRIES = 256, ZERO = 64 };
    bool seen[256] = { false };
    char zero = '0';
    size_t at = 0;
    for (size_t i = 0; i < n && at < TABLE + ENTRIES; i++) {
        if (bytes[i] == '\r') continue;
        if (bytes[i] == '\n') {
            at = (at + LINE - 1) / LINE * LINE;
            continue;
        }
        if (at == TABLE + ZERO) zero = bytes[i];
        if (at >= TABLE + ZERO && seen[(unsigned char)bytes[i]]) bytes[i] = zero;
        if (at >= TABLE + ZERO) seen[(unsigned char)bytes[i]] = true;
        at++;
    }
}

/* Takes the bytes at the position in hand; CC_END after the last one. */
static enum cc_status take_in_hand(struct cc_readstat *r)
{
    r->hand_at = r->position;
    r->hand_size = 0;
    cc_input_seek(r->in, r->position);
    enum cc_status st = cc_input_read(r->in, r->hand, HAND, &r->hand_size, &r->error);
    if (st == CC_OK && r->hand_at == 0 && r->kind && r->kind->magic == CC_MAGIC_POR)
        mend_table(r->hand, r->hand_size);
    return st;
}

static ssize_t read_bytes(void *out, size_t n, void *context)
{
    struct cc_readstat *r = context;
    size_t done = 0;
    while (done < n) {
        if (r->position < r->hand_at || r->position >= r->hand_at + r->hand_size) {
            enum cc_status st = take_in_hand(r);
            if (st == CC_END) break;
            if (st != CC_OK) {
                fail(r, st);
                return -1;
            }
        }
        size_t from = (size_t)(r->position - r->hand_at), got = r->hand_size - from;
        if (got > n - done) got = n - done;
        memcpy((char *)out + done, r->hand + from, got);
        done += got;
        r->position += got;
    }
    return (ssize_t)done;
}

static readstat_error_t no_update(long size, readstat_progress_handler progress, void *user, void *context)
{
    (void)size, (void)progress, (void)user, (void)context;
    return READSTAT_OK;
}

static readstat_error_t parse(struct cc_readstat *r, readstat_variable_handler variable,
                              readstat_value_handler value, readstat_value_label_handler label,
                              readstat_metadata_handler metadata)
{
    readstat_parser_t *p = readstat_parser_init();
    if (!p) return READSTAT_ERROR_MALLOC;
    readstat_set_open_handler(p, open_nothing);
    readstat_set_close_handler(p, close_nothing);
    readstat_set_seek_handler(p, seek);
    readstat_set_read_handler(p, read_bytes);
    readstat_set_update_handler(p, no_update);
    readstat_set_io_ctx(p, r);
    readstat_set_metadata_handler(p, metadata);
    readstat_set_variable_handler(p, variable);
    readstat_set_value_handler(p, value);
    readstat_set_value_label_handler(p, label);
    readstat_error_t e = r->kind->parse(p, "", r);
    readstat_parser_free(p);
    return e;
}

/* ---- what the file says of its variables ---- */

static const char *keep(struct cc_readstat *r, const char *text)
{
    return cc_arena_text(&r->arena, text ? text : "", text ? strlen(text) : 0);
}

/* The bytes of a field for the name of a set of labels: of Stata, ReadStat hands out the field itself, in which a
 * damaged file has no end. */
static size_t set_bytes(const struct cc_readstat *r, readstat_metadata_t *m)
{
    if (r->kind->family != CC_STAT_STATA) return SIZE_MAX;
    int version = readstat_get_file_format_version(m);
    return version < 110 ? 9 : version < 118 ? 33 : 129;
}

static int on_metadata(readstat_metadata_t *m, void *context)
{
    struct cc_readstat *r = context;
    r->announced = readstat_get_row_count(m);
    r->set_bytes = set_bytes(r, m);
    return READSTAT_HANDLER_OK;
}

static enum cc_stat_type type_of(const readstat_variable_t *v, const struct cc_stat_clock *clock)
{
    static const enum cc_stat_type types[] = { [CC_CLOCK_NONE] = CC_STAT_NUMBER, [CC_CLOCK_DAY] = CC_STAT_DATE,
                                               [CC_CLOCK_MONTH] = CC_STAT_MONTH, [CC_CLOCK_MOMENT] = CC_STAT_MOMENT,
                                               [CC_CLOCK_TIME] = CC_STAT_TIME };
    return readstat_variable_get_type_class(v) == READSTAT_TYPE_CLASS_STRING ? CC_STAT_STRING : types[clock->kind];
}

static const char *format_of(const readstat_variable_t *v)
{
    const char *format = readstat_variable_get_format(v);
    return format ? format : "";
}

/* F8, F8.0: no decimals. Whole types of Stata have none. */
static bool is_whole(const readstat_variable_t *v)
{
    readstat_type_t type = readstat_variable_get_type(v);
    if (type == READSTAT_TYPE_INT8 || type == READSTAT_TYPE_INT16 || type == READSTAT_TYPE_INT32) return true;
    const char *format = format_of(v), *point = strchr(format, '.');
    return *format == 'F' && (!point || point[1] == '0' || !point[1]);
}

static int on_variable(int index, readstat_variable_t *v, const char *set, void *context)
{
    struct cc_readstat *r = context;
    size_t i = r->count;
    if (index < 0 || (size_t)index != i) return READSTAT_HANDLER_ABORT;
    if (!cc_grow(&r->shown, &r->shown_room, i + 1, sizeof *r->shown)
        || !cc_grow(&r->columns, &r->columns_room, i + 1, sizeof *r->columns)
        || !cc_grow(&r->names, &r->names_room, i + 1, sizeof *r->names)) return out_of_memory(r);
    struct column *c = &r->columns[i];
    struct cc_stat_column *s = &r->shown[i];
    *c = (struct column){ .clock = cc_stat_clock_of(r->kind->family, format_of(v)),
                          .precision = readstat_variable_get_type(v) == READSTAT_TYPE_FLOAT ? CC_PRECISION_FLOAT
                              : r->kind->magic == CC_MAGIC_POR ? CC_PRECISION_PORTABLE : CC_PRECISION_DOUBLE,
                          .set = set && *set ? cc_arena_text(&r->arena, set, strnlen(set, r->set_bytes)) : NULL,
                          .missing = v->missingness };
    *s = (struct cc_stat_column){ .type = type_of(v, &c->clock), .whole = is_whole(v),
                                  .width = readstat_variable_get_storage_width(v),
                                  .name = (char *)keep(r, readstat_variable_get_name(v)),
                                  .label = (char *)keep(r, readstat_variable_get_label(v)) };
    if (s->type == CC_STAT_STRING) c->clock.kind = CC_CLOCK_NONE;
    if (!s->name || !s->label || (set && *set && !c->set)) return out_of_memory(r);
    for (long m = 0; s->type == CC_STAT_STRING && m < 2 * c->missing.missing_ranges_count && m < 32; m++) {
        const char *text = readstat_string_value(c->missing.missing_ranges[m]);
        if (!(c->missing.missing_ranges[m].v.string_value = keep(r, text))) return out_of_memory(r);
    }
    r->names[i] = s->name;
    r->count++;
    return READSTAT_HANDLER_OK;
}

static bool is_text(readstat_value_t v)
{
    return readstat_value_type_class(v) == READSTAT_TYPE_CLASS_STRING;
}

static double number_of(readstat_value_t v)
{
    return readstat_double_value(v);
}

/* Stata has .a to .z, SAS .A to .Z and ._; a damaged file has anything. */
static bool is_tag(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The text of a value. Blanks at the end of a string are padding. */
static bool add_value(struct cc_buf *out, readstat_value_t v, const struct column *c)
{
    if (is_text(v)) {
        const char *text = readstat_string_value(v);
        size_t n = text ? strlen(text) : 0;
        while (n && text[n - 1] == ' ') n--;
        return cc_buf_add(out, text ? text : "", n);
    }
    if (readstat_value_is_tagged_missing(v) && is_tag(readstat_value_tag(v)))
        return cc_buf_printf(out, ".%c", readstat_value_tag(v));
    if (readstat_value_is_tagged_missing(v) || readstat_value_is_system_missing(v)) return true;
    return cc_stat_add(out, number_of(v), c->precision, &c->clock, c->layout);
}

static int on_label(const char *set, readstat_value_t v, const char *label, void *context)
{
    static const struct column plain = { .set = NULL };
    struct cc_readstat *r = context;
    struct cc_buf code = { 0 };
    if (!cc_grow(&r->labels, &r->labels_room, r->label_count + 1, sizeof *r->labels)) return out_of_memory(r);
    struct labelled *l = &r->labels[r->label_count];
    bool tagged = !is_text(v) && readstat_value_is_tagged_missing(v);
    *l = (struct labelled){ .set = keep(r, set), .tagged = tagged, .text = is_text(v),
                            .number = is_text(v) || tagged ? 0 : number_of(v) };
    bool ok = add_value(&code, v, &plain);
    l->out = (struct cc_stat_label){ keep(r, code.data), keep(r, label), tagged };
    cc_buf_free(&code);
    if (!ok || !l->set || !l->out.code || !l->out.label) return out_of_memory(r);
    r->label_count++;
    return READSTAT_HANDLER_OK;
}

static bool in_range(readstat_value_t low, readstat_value_t high, const struct labelled *l)
{
    if (is_text(low) != l->text) return false;
    if (l->text) return strcmp(readstat_string_value(low), l->out.code) <= 0
        && strcmp(readstat_string_value(high), l->out.code) >= 0;
    return number_of(low) <= l->number && l->number <= number_of(high);
}

static bool is_missing(const struct column *c, const struct labelled *l)
{
    bool missing = l->tagged;
    for (long i = 0; i < c->missing.missing_ranges_count && i < 16 && !missing && !l->tagged; i++)
        missing = in_range(c->missing.missing_ranges[2 * i], c->missing.missing_ranges[2 * i + 1], l);
    return missing;
}

/* Labels of a column, and single codes that are defined as missing and have no label. */
static bool give_labels(struct cc_readstat *r, const struct column *c, struct cc_stat_column *s)
{
    size_t n = 0, most = (c->set ? r->label_count : 0) + 16;
    struct cc_stat_label *out = malloc(most * sizeof *out);
    bool ok = out != NULL;
    for (size_t i = 0; ok && c->set && i < r->label_count; i++) {
        if (strcmp(r->labels[i].set, c->set)) continue;
        out[n] = r->labels[i].out;
        out[n++].missing = is_missing(c, &r->labels[i]);
    }
    for (long m = 0; ok && m < c->missing.missing_ranges_count && m < 16; m++) {
        struct cc_buf low = { 0 }, high = { 0 };
        bool known = false;
        ok = add_value(&low, c->missing.missing_ranges[2 * m], c)
            && add_value(&high, c->missing.missing_ranges[2 * m + 1], c) && low.data && high.data;
        for (size_t i = 0; ok && i < n && !known; i++) known = !strcmp(out[i].code, low.data);
        if (ok && !known && !strcmp(low.data, high.data))
            ok = (out[n++] = (struct cc_stat_label){ keep(r, low.data), "", true }).code != NULL;
        cc_buf_free(&low);
        cc_buf_free(&high);
    }
    struct cc_stat_label *kept = ok ? cc_arena_alloc(&r->arena, (n + 1) * sizeof *kept) : NULL;
    if (kept && n) memcpy(kept, out, n * sizeof *kept);
    s->labels = kept;
    s->label_count = kept ? n : 0;
    free(out);
    return kept != NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum cc_status check_names(struct cc_readstat *r, struct cc_error *err)
{
    if (r->count == 0) return cc_error_set(err, CC_EDATA, 0, 0, "the file has no variables");
    const char **sorted = malloc(r->count * sizeof *sorted);
    if (!sorted) return cc_error_memory(err);
    memcpy(sorted, r->names, r->count * sizeof *sorted);
    qsort(sorted, r->count, sizeof *sorted, by_text);
    enum cc_status st = CC_OK;
    for (size_t i = 1; i < r->count && st == CC_OK; i++)
        if (!strcmp(sorted[i - 1], sorted[i]))
            st = cc_error_set(err, CC_EDATA, 0, 0, "two variables are named '%s'", sorted[i]);
    free(sorted);
    return st;
}

static enum cc_status read_variables(struct cc_readstat *r, struct cc_error *err)
{
    r->announced = r->record = -1;
    r->set_bytes = SIZE_MAX;
    r->hand_size = 0; /* it was taken before it was known what it is */
    readstat_error_t e = parse(r, on_variable, NULL, on_label, on_metadata);
    enum cc_status st = verdict(r, e, err);
    for (size_t i = 0; st == CC_OK && i < r->count; i++)
        if (!give_labels(r, &r->columns[i], &r->shown[i])) st = cc_error_memory(err);
    return st == CC_OK ? check_names(r, err) : st;
}

/* ---- opening ---- */

/* The library reads here and there, which a pipe or a compressed file cannot do. */
static enum cc_status find_kind(struct cc_readstat *r, struct cc_error *err)
{
    if (!cc_input_can_seek(r->in))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "a file of SPSS, Stata or SAS can be read only as a plain file: "
                            "unpack it first, and give its name");
    enum cc_status st = take_in_hand(r);
    if (st != CC_OK) {
        if (err) *err = r->error;
        return st;
    }
    size_t n = r->hand_size < CC_MAGIC_BYTES ? r->hand_size : CC_MAGIC_BYTES;
    enum cc_magic is = cc_magic_of(r->hand, n);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !r->kind; i++)
        if (kinds[i].magic == is) r->kind = &kinds[i];
    if (!r->kind && is == CC_MAGIC_TEXT)
        return cc_error_set(err, CC_EDATA, 0, 0,
                            "this is no file of SPSS, Stata or SAS, or it is damaged at its start");
    if (!r->kind) return cc_magic_expect(CC_MAGIC_SPSS, r->hand, n, err);
    return CC_OK;
}

/* Where a format says where it ends, or how long it is, a file that was cut in what the library does not need is found
 * out too. */
static enum cc_status check_end(struct cc_readstat *r, struct cc_error *err)
{
    static const char begin[] = "<stata_dta>", end[] = "</stata_dta>";
    uint64_t size = cc_input_total(r->in);
    bool cut = r->kind->magic == CC_MAGIC_XPT && size % 80;
    if (r->kind->magic == CC_MAGIC_STATA && !memcmp(r->hand, begin, sizeof begin - 1)) {
        char tail[sizeof end] = "";
        r->position = size < sizeof end - 1 ? 0 : size - (sizeof end - 1);
        cut = read_bytes(tail, sizeof end - 1, r) != (ssize_t)sizeof end - 1 || strcmp(tail, end) != 0;
    }
    return cut ? cc_error_set(err, CC_EDATA, 0, 0, "%s is cut short", cc_magic_name(r->kind->magic)) : CC_OK;
}

static enum cc_status start(struct cc_readstat *r, const char *path, bool hash, struct cc_error *err)
{
    r->hand = malloc(HAND);
    if (!r->hand) return cc_error_memory(err);
    enum cc_status st = cc_input_open(path, &r->in, err);
    if (st == CC_OK && hash) cc_input_hash(r->in);
    if (st == CC_OK) st = find_kind(r, err);
    if (st == CC_OK) st = check_end(r, err);
    return st == CC_OK ? read_variables(r, err) : st;
}

enum cc_status cc_readstat_open(const char *path, bool hash, struct cc_readstat **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_readstat *r = calloc(1, sizeof *r);
    if (!r) return cc_error_memory(err);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    enum cc_status st = start(r, path, hash, err);
    if (st == CC_OK) {
        *out = r;
        return CC_OK;
    }
    cc_error_file(err, r->in ? cc_input_name(r->in) : path);
    cc_readstat_close(r);
    return st;
}

const struct cc_stat_column *cc_readstat_columns(const struct cc_readstat *r, size_t *n)
{
    *n = r->count;
    return r->shown;
}

const char *const *cc_readstat_names(const struct cc_readstat *r, size_t *n)
{
    *n = r->count;
    return r->names;
}

enum cc_status cc_readstat_want(struct cc_readstat *r, const int *columns, const char *const *layouts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (columns[i] >= (int)r->count) return CC_EDOMAIN;
    free(r->next_slot);
    r->next_slot = calloc(n + 1, sizeof *r->next_slot);
    if (!r->next_slot) return CC_ENOMEM;
    for (size_t c = 0; c < r->count; c++) r->columns[c].first_slot = 0;
    for (size_t i = 0; i < n; i++) {
        if (columns[i] < 0) continue;
        struct column *c = &r->columns[columns[i]];
        r->next_slot[i] = c->first_slot;
        c->first_slot = i + 1;
        c->layout = layouts ? layouts[i] : NULL;
    }
    r->wanted = n;
    return CC_OK;
}

/* ---- the thread ---- */

static enum cc_status stopped(struct cc_readstat *r)
{
    return cc_error_set(&r->error, CC_EINTERRUPTED, 0, 0, "interrupted");
}

/* A batch to fill; NULL: the reader wants no more. */
static struct batch *wait_to_fill(struct cc_readstat *r)
{
    pthread_mutex_lock(&r->lock);
    while (!r->stop && r->filled - r->emptied == BATCHES) pthread_cond_wait(&r->changed, &r->lock);
    struct batch *b = r->stop ? NULL : &r->batches[r->filled % BATCHES];
    pthread_mutex_unlock(&r->lock);
    return b;
}

static void hand_over(struct cc_readstat *r, enum cc_status last)
{
    pthread_mutex_lock(&r->lock);
    r->filled += r->filling && r->filling->rows;
    r->last = last;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    r->filling = NULL;
}

static bool is_full(const struct batch *b)
{
    return b->rows == CC_BLOCK_ROWS || b->text.size + b->rows * b->wanted * sizeof *b->fields >= BATCH_BYTES;
}

/* Readers may look a little behind a field. */
static bool add_slack(struct batch *b)
{
    static const char slack[CC_BLOCK_SLACK] = "";
    return cc_buf_add(&b->text, slack, sizeof slack);
}

static int begin_row(struct cc_readstat *r, int record)
{
    if (r->filling && is_full(r->filling)) {
        if (!add_slack(r->filling)) return out_of_memory(r);
        hand_over(r, CC_OK);
    }
    if (!r->filling) {
        if (!(r->filling = wait_to_fill(r))) return fail(r, stopped(r));
        r->filling->rows = 0;
        r->filling->first = (uint64_t)record + 1;
        cc_buf_clear(&r->filling->text);
    }
    struct batch *b = r->filling;
    b->wanted = r->wanted;
    if (!cc_grow(&b->fields, &b->fields_room, (b->rows + 1) * b->wanted + 1, sizeof *b->fields))
        return out_of_memory(r);
    r->row = b->fields + b->rows * b->wanted;
    memset(r->row, 0, b->wanted * sizeof *r->row);
    b->rows++;
    r->record = record;
    return READSTAT_HANDLER_OK;
}

static int on_value(int record, readstat_variable_t *v, readstat_value_t value, void *context)
{
    struct cc_readstat *r = context;
    size_t i = (size_t)readstat_variable_get_index(v);
    if (record != r->record && begin_row(r, record) != READSTAT_HANDLER_OK) return READSTAT_HANDLER_ABORT;
    if (i >= r->count) return READSTAT_HANDLER_ABORT;
    const struct column *c = &r->columns[i];
    if (!c->first_slot) return READSTAT_HANDLER_OK;
    struct cc_buf *text = &r->filling->text;
    size_t at = text->size;
    if (!add_value(text, value, c)) return out_of_memory(r);
    if (text->size > UINT32_MAX / 2) return out_of_memory(r);
    struct cc_field f = { (uint32_t)at, (uint32_t)(text->size - at) };
    for (size_t slot = c->first_slot; slot; slot = r->next_slot[slot - 1]) r->row[slot - 1] = f;
    return READSTAT_HANDLER_OK;
}

/* The first variable is never skipped: without one there would be no rows. */
static int skip_unwanted(int index, readstat_variable_t *v, const char *set, void *context)
{
    (void)v, (void)set;
    const struct cc_readstat *r = context;
    if (index < 0 || (size_t)index >= r->count) return READSTAT_HANDLER_ABORT;
    return index == 0 || r->columns[index].first_slot ? READSTAT_HANDLER_OK : READSTAT_HANDLER_SKIP_VARIABLE;
}

static enum cc_status check_count(struct cc_readstat *r)
{
    long long rows = (long long)r->record + 1, announced = (long long)r->announced;
    if (announced >= 0 && rows != announced)
        return cc_error_set(&r->error, CC_EDATA, 0, 0, "the file has %lld of the %lld records that it announces", rows,
                            announced);
    if (rows == 0) return cc_error_set(&r->error, CC_EDATA, 0, 0, "the file has no records");
    return CC_END;
}

static void *run(void *readstat)
{
    struct cc_readstat *r = readstat;
    r->record = -1;
    readstat_error_t e = parse(r, skip_unwanted, on_value, NULL, NULL);
    enum cc_status st = verdict(r, e, &r->error);
    if (st == CC_OK) st = check_count(r);
    if (st == CC_END && cc_input_unchanged(r->in, &r->error) != CC_OK) st = CC_EIO;
    if (r->filling && r->filling->rows && !add_slack(r->filling)) st = cc_error_memory(&r->error);
    hand_over(r, st);
    return NULL;
}

/* ---- the reader ---- */

/* Gives the batch back that was read, and takes the next; NULL after the last one. */
static struct batch *next_batch(struct cc_readstat *r)
{
    pthread_mutex_lock(&r->lock);
    if (r->reading) {
        r->emptied++;
        pthread_cond_signal(&r->changed);
    }
    while (r->filled == r->emptied && r->last == CC_OK) pthread_cond_wait(&r->changed, &r->lock);
    struct batch *b = r->filled == r->emptied ? NULL : &r->batches[r->emptied % BATCHES];
    r->reading = b != NULL;
    pthread_mutex_unlock(&r->lock);
    return b;
}

static void cut_batch(const struct cc_block *block, size_t column, const uint16_t *rows, size_t n,
                      struct cc_field *out)
{
    const struct batch *b = block->reader;
    for (size_t i = 0; i < n; i++) out[i] = b->fields[rows[i] * b->wanted + column];
}

enum cc_status cc_readstat_read(struct cc_readstat *r, struct cc_block *block, struct cc_error *err)
{
    cc_block_start(block, r->wanted);
    if (!r->started && cc_thread_start(&r->thread, run, r) != CC_OK) return cc_error_memory(err);
    r->started = true;
    const struct batch *b = next_batch(r);
    if (!b) { /* the thread is through: no lock is needed */
        if (err && r->last != CC_END) *err = r->error;
        if (r->last != CC_END) cc_error_file(err, cc_input_name(r->in));
        return r->last;
    }
    block->text = b->text.data;
    block->rows = b->rows;
    block->reader = b;
    block->cut = cut_batch;
    for (size_t i = 0; i < b->rows; i++) block->line[i] = b->first + i;
    return CC_OK;
}

struct cc_input *cc_readstat_input(struct cc_readstat *r)
{
    return r->in;
}

void cc_readstat_close(struct cc_readstat *r)
{
    if (!r) return;
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
    if (r->started) pthread_join(r->thread, NULL);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    for (size_t i = 0; i < BATCHES; i++) {
        cc_buf_free(&r->batches[i].text);
        free(r->batches[i].fields);
    }
    cc_input_close(r->in);
    cc_arena_free(&r->arena);
    free(r->hand);
    free(r->shown);
    free(r->columns);
    free(r->names);
    free(r->labels);
    free(r->next_slot);
    free(r);
}

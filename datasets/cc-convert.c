/* casecount convert: the same records in another format. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/base/cc_options.h"
#include "datasets/convert/cc_convert.h"
#include "datasets/convert/cc_sink.h"
#include "datasets/records/cc_guess.h"

#define PROG "cc-convert"

static const char help[] =
    "casecount convert - the same records in another format\n"
    "\n"
    "Usage: casecount convert FILE --to FORMAT [-c CODEBOOK] [-o FILE]\n"
    "       casecount convert FILE.xml --to csv [--level LEVEL] -o DIR/\n"
    "       casecount convert DIR --to xml -c CODEBOOK -o FILE.xml\n"
    "\n"
    "Reads CSV, TSV, fixed width, SPSS (.sav .zsav .por), Stata (.dta), SAS (.sas7bdat\n"
    ".xpt) and federal XML. Every row and every field of the input is in the output, or\n"
    "there is no output.\n"
    "\n"
    "Options:\n"
    "      --to FORMAT       csv, tsv, fixed, ndjson (an object a line), xml, or codebook\n"
    "                        (what the file says of its columns, to begin one with)\n"
    "  -c, --codebook NAME   columns take the names of this codebook, dates of statistics\n"
    "                        files its layouts; needed for fixed width and to write XML\n"
    "                        [of a file that is XML: the one that fits]\n"
    "      --level LEVEL     of a nested file: rows are of child, removal, placement ...\n"
    "                        [the codebook's flat form]\n"
    "      --drop-unknown    leave out columns that are not in the codebook, or have no\n"
    "                        place in the fixed-width record [keep, or stop]\n"
    "      --width N         of the fixed-width record [the codebook's longest]\n"
    "      --layout LAYOUT   of FILE: csv, fixed, xml or stat [by its name]\n"
    "      --delimiter C     of FILE: one character or 'tab' [by its name]\n"
    "  -o, --output FILE     [standard output]; a folder (DIR/): one file a group of a\n"
    "                        nested file, which keeps all and can be read again, or\n"
    "                        that of the level\n"
    "  -h, --help\n"
    "  -V, --version\n"
    "\n"
    "Exit codes: 0 done, 1 the input cannot be read or does not fit, 2 usage,\n"
    "            3 reading or writing failed\n"
    "\n"
    "Example:\n"
    "  casecount convert child.csv --to fixed -c ncands-child -o child.dat\n";

enum { TO_CODEBOOK = CC_TARGET_NDJSON + 1, TO_XML, TO_NOTHING };
static const char *const targets[] = { "csv", "tsv", "fixed", "ndjson", "codebook", "xml" };

struct options {
    const char *input, *codebook, *output;
    int to;
    bool drop;
    size_t width;
    struct cc_records_options reading;
};

static int set_to(const struct cc_given *g)
{
    int *to = g->to;
    for (*to = 0; *to < TO_NOTHING; ++*to)
        if (!strcmp(g->text, targets[*to])) return CC_EXIT_OK;
    const char *near = cc_suggest(g->text, targets, TO_NOTHING);
    return cc_usage(PROG, "no format '%s'%s%s%s", g->text,
                    near ? "; did you mean '" : " (csv, tsv, fixed, ndjson, xml or codebook)",
                    near ? near : "", near ? "'?" : "");
}

static int set_width(const struct cc_given *g)
{
    size_t *width = g->to;
    int64_t n = 0;
    int code = cc_given_whole(g, 1, 1000000, &n);
    *width = (size_t)n;
    return code;
}

static int check_options(struct options *o, char **args, int n)
{
    if (n != 1) return cc_usage(PROG, n ? "one file at a time" : "no file is given");
    o->input = args[0];
    if (o->to == TO_NOTHING) return cc_usage(PROG, "--to is needed: csv, tsv, fixed, ndjson, xml or codebook");
    if (o->to == CC_TARGET_FIXED && !o->codebook)
        return cc_usage(PROG, "--to fixed needs --codebook, which has the places");
    if (o->to == TO_XML && !o->codebook) return cc_usage(PROG, "--to xml needs --codebook, which has the elements");
    if (o->width && o->to != CC_TARGET_FIXED) return cc_usage(PROG, "--width is of a fixed-width record");
    if (o->drop && !o->codebook) return cc_usage(PROG, "--drop-unknown needs --codebook");
    if (o->codebook && o->to == TO_CODEBOOK) return cc_usage(PROG, "--to codebook makes a codebook: leave -c out");
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "codebook", 'c', CC_VALUE, cc_set_text, &o->codebook },
        { "to", 0, CC_VALUE, set_to, &o->to },
        { "level", 0, CC_VALUE, cc_set_text, &o->reading.level },
        { "drop-unknown", 0, CC_ALONE, cc_set_flag, &o->drop },
        { "width", 0, CC_VALUE, set_width, &o->width },
        { "layout", 0, CC_VALUE, cc_set_text, &o->reading.layout },
        { "delimiter", 0, CC_VALUE, cc_set_delimiter, &o->reading.delimiter },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    *code = check_options(o, argv + optind, argc - optind);
    return *code == CC_EXIT_OK;
}

static void tell_columns(const char *what, const char *const *names, size_t n)
{
    enum { SHOWN = 8 };
    struct cc_buf list = { 0 };
    bool ok = true;
    for (size_t i = 0; i < n && i < SHOWN && ok; i++) ok = cc_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    if (ok && n) cc_note(PROG, "%s (%zu): %s%s", what, n, list.data, n > SHOWN ? " ..." : "");
    cc_buf_free(&list);
}

static int tell_plan(const struct options *o, const struct cc_convert *c)
{
    if (c->placeless_count && !o->drop) {
        tell_columns("columns have no place in the record", c->placeless, c->placeless_count);
        return cc_usage(PROG, "--drop-unknown leaves them out");
    }
    tell_columns("columns left out, they have no place in the record", c->placeless, c->placeless_count);
    if (!o->codebook || o->to == CC_TARGET_FIXED) return CC_EXIT_OK;
    tell_columns(o->drop ? "columns left out, they are not in the codebook"
                         : "columns kept that are not in the codebook", c->others, c->other_count);
    return CC_EXIT_OK;
}

static enum cc_status find_width(const struct options *o, const struct cc_codebook *cb, size_t *width,
                                 struct cc_error *err)
{
    *width = 0;
    if (o->to != CC_TARGET_FIXED) return CC_OK;
    if (!cb->record_width_count)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "codebook '%s' has no fixed-width positions", cb->name);
    *width = o->width ? o->width : cb->record_widths[0];
    for (size_t i = 0; i < cb->record_width_count; i++)
        if (cb->record_widths[i] == *width) return CC_OK;
    return cc_error_set(err, CC_EUSAGE, 0, 0, "a record of codebook '%s' has %zu columns, not %zu", cb->name,
                        cb->record_widths[0], *width);
}

static enum cc_status write_rows(const struct options *o, const struct cc_convert *c, struct cc_records *r,
                                 uint64_t *rows, struct cc_error *err)
{
    struct cc_output *out;
    enum cc_status st = cc_output_open(o->output, 0666, &out, err);
    if (st != CC_OK) return st;
    st = o->to == TO_CODEBOOK ? cc_convert_codebook(r, cc_output_file(out), err)
        : cc_convert_rows(c, r, (enum cc_target)o->to, cc_output_file(out), rows, err);
    if (st == CC_OK) return cc_output_commit(out, err);
    cc_output_discard(out);
    return st;
}

/* ---- nested records ---- */

static bool is_folder(const char *path)
{
    struct stat st;
    size_t n = path ? strlen(path) : 0;
    return n && (path[n - 1] == '/' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)));
}

/* From a folder if r is NULL. */
static enum cc_status pour(const struct options *o, const struct cc_codebook *cb, struct cc_records *r,
                           const struct cc_sink *sink, uint64_t *records, struct cc_error *err)
{
    return !r ? cc_pour_folder(o->input, cb, sink, records, err)
        : cc_records_nested(r) ? cc_pour_nested(r, sink, records, err) : cc_pour_flat(r, sink, records, err);
}

static enum cc_status pour_into_folder(const struct options *o, const struct cc_codebook *cb, struct cc_records *r,
                                       uint64_t *records, struct cc_error *err)
{
    struct cc_outdir *dir;
    struct cc_sink sink = { 0 };
    bool *has = calloc(cb->count + 1, sizeof *has);
    if (!has) return cc_error_memory(err);
    for (size_t v = 0; v < cb->count; v++) has[v] = cc_records_has(r, v);
    enum cc_status st = cc_outdir_open(o->output, &dir, err);
    if (st == CC_OK) {
        st = cc_sink_folder(cb, has, dir, &sink, err);
        if (st == CC_OK) st = pour(o, cb, r, &sink, records, err);
        if (sink.free) sink.free(sink.to);
        if (st == CC_OK) st = cc_outdir_commit(dir, err);
        else cc_outdir_discard(dir);
    }
    free(has);
    return st;
}

static enum cc_status pour_into_file(const struct options *o, const struct cc_codebook *cb, struct cc_records *r,
                                     uint64_t *records, struct cc_error *err)
{
    struct cc_output *out;
    struct cc_sink sink = { 0 };
    enum cc_status st = cc_output_open(o->output, 0666, &out, err);
    if (st != CC_OK) return st;
    st = o->to == TO_XML ? cc_sink_xml(cb, cc_output_file(out), &sink, err)
        : cc_sink_json(cb, cc_output_file(out), &sink, err);
    if (st == CC_OK) st = pour(o, cb, r, &sink, records, err);
    if (sink.to) sink.free(sink.to);
    if (st == CC_OK) return cc_output_commit(out, err);
    cc_output_discard(out);
    return st;
}

/* Columns that are no variables have no place among nested records. */
static int check_others(const struct options *o, const struct cc_codebook *cb, struct cc_records *r)
{
    size_t n, count = 0;
    const char *const *names = r ? cc_records_columns(r, &n) : NULL;
    if (!names) return CC_EXIT_OK;
    const char **others = calloc(n + 1, sizeof *others);
    for (size_t i = 0; others && i < n; i++)
        if (cc_codebook_find(cb, names[i]) < 0) others[count++] = names[i];
    tell_columns(o->drop ? "columns left out, they are not in the codebook" : "columns are not in the codebook", others,
                 count);
    free(others);
    return count && !o->drop ? cc_usage(PROG, "--drop-unknown leaves them out") : CC_EXIT_OK;
}

static int convert_nested(const struct options *o, const struct cc_codebook *cb, struct cc_records *r)
{
    struct cc_error err = { 0 };
    uint64_t records = 0;
    int code = check_others(o, cb, r);
    if (code != CC_EXIT_OK) return code;
    enum cc_status st = o->to == CC_TARGET_CSV ? pour_into_folder(o, cb, r, &records, &err)
        : pour_into_file(o, cb, r, &records, &err);
    if (st == CC_EUSAGE) return cc_usage(PROG, "%s", err.text);
    if (st != CC_OK) return cc_fail(PROG, o->input, &err);
    if (r && !cc_records_nested(r))
        cc_note(PROG, "%llu rows read, %llu records written", (unsigned long long)cc_records_count(r),
                (unsigned long long)records);
    else
        cc_note(PROG, "%llu records read, %llu written", (unsigned long long)records, (unsigned long long)records);
    return CC_EXIT_OK;
}

/* Keeps all of a nested file, or makes one? Otherwise its rows at one level are converted. */
static bool keeps_nesting(const struct options *o, bool nested)
{
    if (o->to == TO_XML) return true;
    return nested && !o->reading.level
        && (o->to == CC_TARGET_NDJSON || (o->to == CC_TARGET_CSV && is_folder(o->output)));
}

static int convert(const struct options *o, const struct cc_codebook *cb, struct cc_records *r)
{
    struct cc_error err = { 0 };
    struct cc_convert c = { 0 };
    uint64_t rows = 0;
    size_t width;
    enum cc_status st = find_width(o, cb, &width, &err);
    if (st == CC_OK && o->to != TO_CODEBOOK)
        st = cc_convert_plan(r, cb ? cb->count : 0, (enum cc_target)o->to, width, o->drop, &c, &err);
    int code = st == CC_OK ? tell_plan(o, &c) : CC_EXIT_OK;
    if (st == CC_OK && code == CC_EXIT_OK) st = write_rows(o, &c, r, &rows, &err);
    cc_convert_free(&c);
    if (st == CC_EUSAGE) return cc_usage(PROG, "%s", err.text);
    if (st != CC_OK) return cc_fail(PROG, o->input, &err);
    if (code == CC_EXIT_OK && o->to != TO_CODEBOOK)
        cc_note(PROG, "%llu rows read, %llu written", (unsigned long long)cc_records_count(r),
                (unsigned long long)rows);
    return code;
}

/* A nested file is opened once more if all of it is to be kept. */
static enum cc_status open_records(const struct options *o, const struct cc_codebook *cb, bool *nesting,
                                   struct cc_records **r, struct cc_error *err)
{
    struct cc_records_options reading = o->reading;
    *nesting = o->to == TO_XML;
    if (*nesting) reading.all_columns = false;
    enum cc_status st = cc_records_open(o->input, cb, &reading, r, err);
    if (st != CC_OK || !cc_records_nested(*r)) return st;
    *nesting = keeps_nesting(o, true);
    if (!*nesting || cc_records_level(*r) == 0) return CC_OK;
    cc_records_close(*r);
    reading.level = "record";
    return cc_records_open(o->input, cb, &reading, r, err);
}

static int run_file(const struct options *o, const struct cc_codebook *cb)
{
    struct cc_error err = { 0 };
    struct cc_records *r = NULL;
    bool nesting = false;
    enum cc_status st = open_records(o, cb, &nesting, &r, &err);
    int code = st == CC_EUSAGE ? cc_usage(PROG, "%s", err.text)
        : st != CC_OK ? cc_fail(PROG, o->input, &err)
        : nesting ? convert_nested(o, cb, r) : convert(o, cb, r);
    if (st == CC_OK) cc_records_close(r);
    return code;
}

static int run_folder(const struct options *o, const struct cc_codebook *cb)
{
    if (!cb) return cc_usage(PROG, "a folder needs --codebook");
    if (o->to != TO_XML && o->to != CC_TARGET_NDJSON)
        return cc_usage(PROG, "a folder can be converted to xml or ndjson");
    return convert_nested(o, cb, NULL);
}

static bool is_xml(const struct options *o)
{
    size_t n = cc_input_stem(o->input);
    return o->reading.layout ? !strcmp(o->reading.layout, "xml") : n > 4 && !strncmp(o->input + n - 4, ".xml", 4);
}

/* DIR/LEVEL.FORMAT; makes the folder. */
static int name_level(const struct options *o, struct cc_buf *name)
{
    const char *group = strrchr(o->reading.level, '/');
    size_t n = strlen(o->output);
    bool ok = cc_buf_printf(name, "%s%s%s.%s", o->output, o->output[n - 1] == '/' ? "" : "/",
                            group ? group + 1 : o->reading.level, o->to == CC_TARGET_FIXED ? "dat" : targets[o->to]);
    if (!ok) return cc_fail(PROG, NULL, &(struct cc_error){ .code = CC_ENOMEM, .text = "out of memory" });
    if (mkdir(o->output, 0777) == 0 || errno == EEXIST) return CC_EXIT_OK;
    struct cc_error err;
    cc_error_set(&err, CC_EIO, 0, 0, "%s", strerror(errno));
    return cc_fail(PROG, o->output, &err);
}

static int run_with(const struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    enum cc_status st = o->codebook ? cc_codebook_load(o->codebook, &cb, &err) : CC_OK;
    if (st != CC_OK) return st == CC_EUSAGE ? cc_usage(PROG, "%s", err.text) : cc_fail(PROG, NULL, &err);
    int code = is_folder(o->input) ? run_folder(o, cb) : run_file(o, cb);
    cc_codebook_free(cb);
    return code;
}

/* What was not said is found out. */
static int run(struct options *o)
{
    struct cc_buf name = { 0 };
    char *guess = !o->codebook && o->to != TO_CODEBOOK && is_xml(o) ? cc_guess_codebook(o->input) : NULL;
    if (guess) cc_note(PROG, "note: the codebook is %s, as the file looks", guess);
    if (guess) o->codebook = guess;
    int code = o->reading.level && is_folder(o->output) ? name_level(o, &name) : CC_EXIT_OK;
    if (name.size) o->output = name.data;
    if (code == CC_EXIT_OK) code = run_with(o);
    cc_buf_free(&name);
    free(guess);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = { .to = TO_NOTHING, .reading = { .progress = PROG, .all_columns = true } };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

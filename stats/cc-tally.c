/* casecount tally: counts records and units by groups, in one pass. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/base/cc_options.h"
#include "stats/counting/cc_tally.h"

#define PROG "cc-tally"

static const char help[] =
    "Counts children, reports, episodes or records by any groups, in one pass.\n"
    "\n"
    "usage: casecount tally FILE... --codebook NAME [options] [-o OUT.csv]\n"
    "       casecount tally FILE... --codebook NAME --tables LIST -o DIR\n"
    "\n"
    "What to read\n"
    "  FILE, --input FILE    an extract; '-' is standard input. Several are one extract.\n"
    "  --list NAME=FILE      further children in the same layout with fewer columns\n"
    "  -c, --codebook NAME   the layout (casecount codebook list)\n"
    "  --layout csv|fixed|xml|stat  [by the file's name: .xml; .sav .dta ... are stat; .dat .txt\n"
    "                        .fwf .asc are fixed width; else csv]\n"
    "  --level LEVEL         of an XML file: a record is a child, a removal, a placement ...\n"
    "                        [as in the flat file: removal]\n"
    "  --delimiter C         one character, or 'tab' [comma; tab for .tsv and .tab]\n"
    "\n"
    "What to count\n"
    "  --unit UNIT           record, or a unit of the definition file: child, report,\n"
    "                        report_child_pair, episode, placement [record]\n"
    "  -g, --by NAME,...     group columns: variables, definitions, ffy\n"
    "  --where CONDITION     count only where this is true\n"
    "  --count NAME=COND     a count column of its own; may be given several times\n"
    "  --total               all totals and subtotals as rows '(total)'\n"
    "  --per-cell            a unit counts in every cell where it appears\n"
    "  --definitions FILE    case definitions [definitions/CODEBOOK.def]\n"
    "  --param NAME=VALUE    ffy=2024 selects a federal fiscal year; others are :NAME in\n"
    "                        conditions\n"
    "  --year-in-name        a record's year is the one in its file's name (child2022.csv)\n"
    "  --all-years           this table takes no notice of --param ffy\n"
    "  --tables LIST         many tables in one pass: one a line, its name and its options\n"
    "\n"
    "What to write\n"
    "  -o, --output FILE     [standard output]; with --tables the folder for NAME.csv\n"
    "  -f, --format FORMAT   csv, json or md [csv]\n"
    "  --provenance FILE     inputs with SHA-256, records left out and why, definitions\n"
    "\n"
    "How to work (the result is the same)\n"
    "  --threads N           at most N threads [one for each processor]\n"
    "  --memory SIZE         of the units that are counted once, such as 500M; what is more\n"
    "                        goes to a temporary file [no bound]\n"
    "  --cache               keep the columns that are read beside FILE, as FILE.columns (as\n"
    "                        private as FILE), and read them from there the next time\n"
    "  --cache-dir DIR       keep them in DIR\n"
    "  --verify-cache        read all of FILE to be sure that it is unchanged [size, time of\n"
    "                        change and samples]\n"
    "  --simd LEVEL          instructions: best, avx2, sse2, neon, plain or off [best]\n"
    "  --reference           one thread, libcsv and the plain interpreter: slow\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "Columns: the groups, measure (the unit), count, n_unknown (where the condition cannot be\n"
    "decided); with --count one column and one n_unknown_NAME for each.\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: victims of sex trafficking by sex and age, each child once\n"
    "  casecount tally child.csv --codebook ncands-child --unit child --by CHSEX,age_group \\\n"
    "      --where 'any(CHMAL# = 7 and MAL#LEV in (1, 2))' --param ffy=2024 --total\n";

struct options {
    const char *codebook, *definitions, *tables, *provenance, *output;
    enum cc_format format;
    struct cc_tally_spec spec;
    bool spec_used;
    struct cc_tally_input *inputs;
    struct cc_parameter *params;
    struct cc_tally_job job;
    struct cc_stored_options cache;
    uint64_t memory;
    struct cc_arena arena;
};

static int usage_error(const struct cc_error *err)
{
    return err->code == CC_EUSAGE ? cc_usage(PROG, "%s", err->text) : cc_fail(PROG, NULL, err);
}

static int set_param(const struct cc_given *g)
{
    struct options *o = g->to;
    struct cc_parameter p;
    int64_t year;
    if (!cc_given_pair(g, &p.name, &p.value)) return cc_usage(PROG, "--param takes NAME=VALUE");
    if (strcmp(p.name, "ffy")) {
        o->params[o->job.param_count++] = p;
        return CC_EXIT_OK;
    }
    if (!cc_parse_int64(p.value, &year) || year < 1980 || year > 2999)
        return cc_usage(PROG, "--param ffy takes a federal fiscal year, such as 2024");
    o->job.ffy = (int)year;
    return CC_EXIT_OK;
}

/* The options of one table have the names that a list of tables has. */
static int set_table_option(const struct cc_given *g)
{
    struct options *o = g->to;
    struct cc_error err;
    o->spec_used = true;
    return cc_tally_spec_set(&o->spec, g->name, g->text, &o->arena, &err) == CC_OK ? CC_EXIT_OK : usage_error(&err);
}

static int set_input(const struct cc_given *g)
{
    struct options *o = g->to;
    o->inputs[o->job.input_count++] = (struct cc_tally_input){ g->text, NULL };
    return CC_EXIT_OK;
}

static int set_list(const struct cc_given *g)
{
    struct options *o = g->to;
    struct cc_tally_input in;
    if (!cc_given_pair(g, &in.list, &in.path)) return cc_usage(PROG, "--list takes NAME=FILE");
    o->inputs[o->job.input_count++] = in;
    return CC_EXIT_OK;
}

static int set_layout(const struct cc_given *g)
{
    static const char *const layouts[] = { "csv", "fixed", "xml", "stat" };
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (!strcmp(g->text, layouts[i])) return cc_set_text(g);
    return cc_usage(PROG, "--layout takes csv, fixed, xml or stat");
}

static int set_threads(const struct cc_given *g)
{
    unsigned *threads = g->to;
    int64_t n = *threads;
    int code = cc_given_whole(g, 1, 256, &n);
    *threads = (unsigned)n;
    return code;
}

static int set_memory(const struct cc_given *g)
{
    static const char units[] = "KMGT";
    const char *text = g->text;
    char digits[24];
    size_t n = strspn(text, "0123456789");
    const char *unit = text[n] ? strchr(units, text[n] & ~32) : NULL;
    int64_t size = 0, factor = 1;
    for (const char *u = units; unit && u <= unit; u++) factor *= 1024;
    bool ok = n > 0 && n < sizeof digits && (text[n] ? unit && !text[n + 1] : true);
    if (ok) {
        snprintf(digits, sizeof digits, "%.*s", (int)n, text);
        ok = cc_parse_int64(digits, &size) && size > 0 && size <= INT64_MAX / factor;
    }
    if (!ok) return cc_usage(PROG, "--memory takes a size in bytes, or with K, M, G or T, such as 500M");
    *(uint64_t *)g->to = (uint64_t)(size * factor);
    return CC_EXIT_OK;
}

static int set_simd(const struct cc_given *g)
{
    enum cc_simd *level = g->to;
    if (!cc_simd_parse(g->text, level)) return cc_usage(PROG, "--simd takes best, avx2, sse2, neon, plain or off");
    if (!cc_simd_has(*level)) return cc_usage(PROG, "--simd %s: this machine has no such instructions", g->text);
    return CC_EXIT_OK;
}

static int set_reference(const struct cc_given *g)
{
    struct cc_tally_job *job = g->to;
    job->plain = true;
    job->reading.simd = CC_SIMD_OFF;
    return CC_EXIT_OK;
}

/* Each of the options asks for side files. */
static int set_cache(const struct cc_given *g)
{
    struct options *o = g->to;
    if (g->text) o->cache.folder = g->text;
    o->cache.verify |= !strcmp(g->name, "verify-cache");
    o->job.cache = &o->cache;
    return CC_EXIT_OK;
}

/* What is wrong with a file otherwise is said when it is read. */
static bool is_stream(const char *path)
{
    struct stat st;
    return !strcmp(path, "-") || (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

static int check_cache(const struct options *o)
{
    if (!o->job.cache) return CC_EXIT_OK;
    if (o->job.plain) return cc_usage(PROG, "--reference reads the file itself: leave --cache out");
    for (size_t i = 0; i < o->job.input_count; i++)
        if (is_stream(o->inputs[i].path))
            return cc_usage(PROG, "--cache needs files that can be read again, not standard input or a pipe");
    return CC_EXIT_OK;
}

static int check_options(const struct options *o)
{
    if (o->job.input_count == 0) return cc_usage(PROG, "no file is given");
    if (!o->codebook) return cc_usage(PROG, "--codebook is needed (casecount codebook list shows them)");
    if (o->tables && o->spec_used) return cc_usage(PROG, "with --tables the options of a table stand in the list");
    if (o->tables && !o->output) return cc_usage(PROG, "--tables needs a folder: --output DIR");
    for (size_t i = 0; i < o->job.input_count; i++)
        if (o->inputs[i].list && !o->job.ffy)
            return cc_usage(PROG, "--list needs --param ffy=YEAR: lists carry no year");
    return check_cache(o);
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(struct options *o, int argc, char **argv, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "codebook", 'c', CC_VALUE, cc_set_text, &o->codebook },
        { "by", 'g', CC_VALUE, set_table_option, o },
        { "input", 0, CC_VALUE, set_input, o },
        { "list", 0, CC_VALUE, set_list, o },
        { "layout", 0, CC_VALUE, set_layout, &o->job.reading.layout },
        { "delimiter", 0, CC_VALUE, cc_set_delimiter, &o->job.reading.delimiter },
        { "level", 0, CC_VALUE, cc_set_text, &o->job.reading.level },
        { "unit", 0, CC_VALUE, set_table_option, o },
        { "where", 0, CC_VALUE, set_table_option, o },
        { "count", 0, CC_VALUE, set_table_option, o },
        { "total", 0, CC_ALONE, set_table_option, o },
        { "per-cell", 0, CC_ALONE, set_table_option, o },
        { "all-years", 0, CC_ALONE, set_table_option, o },
        { "definitions", 0, CC_VALUE, cc_set_text, &o->definitions },
        { "param", 0, CC_VALUE, set_param, o },
        { "year-in-name", 0, CC_ALONE, cc_set_flag, &o->job.year_in_name },
        { "tables", 0, CC_VALUE, cc_set_text, &o->tables },
        { "provenance", 0, CC_VALUE, cc_set_text, &o->provenance },
        { "threads", 0, CC_VALUE, set_threads, &o->job.threads },
        { "memory", 0, CC_VALUE, set_memory, &o->memory },
        { "simd", 0, CC_VALUE, set_simd, &o->job.reading.simd },
        { "reference", 0, CC_ALONE, set_reference, &o->job },
        { "cache", 0, CC_ALONE, set_cache, o },
        { "cache-dir", 0, CC_VALUE, set_cache, o },
        { "verify-cache", 0, CC_ALONE, set_cache, o },
        { 0 } };
    size_t room = (size_t)argc + 1;
    o->job.inputs = o->inputs = cc_arena_alloc(&o->arena, room * sizeof *o->inputs);
    o->job.params = o->params = cc_arena_alloc(&o->arena, room * sizeof *o->params);
    o->job.reading.progress = PROG;
    *code = CC_EXIT_IO;
    if (!o->inputs || !o->params || !cc_options_read(PROG, help, table, argc, argv, code)) return false;
    for (; optind < argc; optind++)
        o->inputs[o->job.input_count++] = (struct cc_tally_input){ argv[optind], NULL };
    *code = check_options(o);
    return *code == CC_EXIT_OK;
}

/* Rows in = rows kept + rows left out, always said. */
static void tell_files(const struct options *o, const struct cc_tally *t)
{
    uint64_t read = 0, left[CC_LEFT_REASONS] = { 0 }, out = 0;
    for (size_t i = 0; i < o->job.input_count; i++) {
        const struct cc_tally_file *f = cc_tally_file(t, i);
        read += f->read;
        for (int k = 0; k < CC_LEFT_REASONS; k++) left[k] += f->left[k];
    }
    for (int k = 0; k < CC_LEFT_REASONS; k++) out += left[k];
    cc_note(PROG, "%llu records read, %llu kept, %llu left out", (unsigned long long)read,
            (unsigned long long)(read - out), (unsigned long long)out);
    for (int k = 0; k < CC_LEFT_REASONS; k++)
        if (left[k])
            cc_note(PROG, "left out: %llu, %s", (unsigned long long)left[k],
                    cc_tally_reason_text((enum cc_tally_reason)k));
}

static void tell_cache(const struct options *o, const struct cc_tally *t)
{
    for (size_t i = 0; i < o->job.input_count; i++)
        if (cc_tally_not_cached(t, i))
            cc_note(PROG, "note: %s has no side file, it was read itself: %s", cc_tally_file(t, i)->name,
                    cc_tally_not_cached(t, i));
}

static void tell_tables(const struct options *o, const struct cc_tally *t)
{
    for (size_t i = 0; i < o->job.spec_count; i++) {
        const struct cc_tally_spec *s = &o->job.specs[i];
        const struct cc_tally_told *told = cc_tally_told(t, i);
        const char *name = s->name ? s->name : "table";
        if (s->where)
            cc_note(PROG, "%s: condition true in %llu records, not true in %llu, unknown in %llu", name,
                    (unsigned long long)told->met, (unsigned long long)told->unmet, (unsigned long long)told->unknown);
        if (told->no_key && o->tables)
            cc_note(PROG, "%s: %llu records have no usable key of the unit", name, (unsigned long long)told->no_key);
        if (s->per_cell) cc_note(PROG, "%s: rows do not add up, a unit counts in every cell where it appears", name);
    }
}

static int write_one(const struct options *o, struct cc_tally *t, size_t i, const char *path)
{
    struct cc_error err;
    struct cc_table table;
    if (cc_tally_table(t, i, &table, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    int code = cc_put_table(PROG, path, o->format, &table);
    cc_table_free(&table);
    return code;
}

static int write_folder(const struct options *o, struct cc_tally *t)
{
    static const char *const endings[] = { "csv", "json", "md" };
    struct cc_error err;
    struct cc_outdir *dir;
    if (cc_outdir_open(o->output, &dir, &err) != CC_OK) return cc_fail(PROG, o->output, &err);
    int code = CC_EXIT_OK;
    for (size_t i = 0; i < o->job.spec_count && code == CC_EXIT_OK; i++) {
        char name[256];
        snprintf(name, sizeof name, "%.200s.%s", o->job.specs[i].name, endings[o->format]);
        char *path = cc_outdir_path(dir, name);
        code = path ? write_one(o, t, i, path) : CC_EXIT_IO;
        free(path);
    }
    if (code == CC_EXIT_OK) return cc_outdir_commit(dir, &err) == CC_OK ? code : cc_fail(PROG, o->output, &err);
    cc_outdir_discard(dir);
    return code;
}

/* Writes the provenance, but does not yet let it appear. */
static int write_provenance(const struct options *o, const struct cc_tally *t, struct cc_output **out)
{
    struct cc_table table;
    struct cc_error err;
    *out = NULL;
    if (!o->provenance) return CC_EXIT_OK;
    if (cc_output_open(o->provenance, 0666, out, &err) != CC_OK) return cc_fail(PROG, o->provenance, &err);
    if (cc_tally_provenance(t, &table, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    bool ok = cc_table_write(&table, CC_FORMAT_CSV, cc_output_file(*out));
    cc_table_free(&table);
    if (ok) return CC_EXIT_OK;
    cc_error_memory(&err);
    return cc_fail(PROG, o->provenance, &err);
}

static int write_results(const struct options *o, struct cc_tally *t)
{
    struct cc_error err;
    struct cc_output *provenance;
    int code = write_provenance(o, t, &provenance);
    if (code == CC_EXIT_OK) code = o->tables ? write_folder(o, t) : write_one(o, t, 0, o->output);
    if (code != CC_EXIT_OK || !provenance) {
        cc_output_discard(provenance);
        return code;
    }
    return cc_output_commit(provenance, &err) == CC_OK ? code : cc_fail(PROG, o->provenance, &err);
}

static int count(struct options *o)
{
    struct cc_error err;
    struct cc_tally *t;
    if (cc_tally_alloc(&o->job, &t, &err) != CC_OK) return usage_error(&err);
    size_t n;
    const char *const *notes = cc_tally_notes(t, &n);
    for (size_t i = 0; i < n; i++) cc_note(PROG, "note: %s", notes[i]);
    int code = CC_EXIT_OK;
    if (cc_tally_run(t, &err) != CC_OK) code = cc_fail(PROG, NULL, &err);
    if (code == CC_EXIT_OK) code = write_results(o, t);
    if (code == CC_EXIT_OK) {
        tell_files(o, t);
        tell_tables(o, t);
        tell_cache(o, t);
    }
    cc_tally_free(t);
    return code;
}

static enum cc_status load_definitions(const struct options *o, const struct cc_codebook *cb,
                                       struct cc_definitions *out, struct cc_error *err)
{
    char *path = o->definitions ? cc_strdup(o->definitions) : cc_definitions_default(cb->name);
    enum cc_status st = cc_definitions_read(path, out, err);
    free(path);
    if (st == CC_OK && out->codebook && strcmp(out->codebook, cb->name)) {
        st = cc_error_set(err, CC_EDATA, 0, 0, "these definitions are for codebook %s, not %s", out->codebook,
                          cb->name);
        cc_error_file(err, out->name);
        cc_definitions_free(out);
    }
    return st;
}

static int run(struct options *o)
{
    struct cc_error err;
    struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_tally_spec *specs = &o->spec;
    o->job.spec_count = 1;
    if (o->tables && cc_tally_spec_read(o->tables, &o->arena, &specs, &o->job.spec_count, &err) != CC_OK)
        return cc_fail(PROG, o->tables, &err);
    if (cc_codebook_load(o->codebook, &cb, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    if (load_definitions(o, cb, &defs, &err) != CC_OK) {
        cc_codebook_free(cb);
        return cc_fail(PROG, o->definitions, &err);
    }
    o->job.specs = specs;
    o->job.codebook = cb;
    o->job.definitions = &defs;
    o->job.reading.hash = o->provenance != NULL;
    o->job.unit_memory = o->memory;
    int code = count(o);
    cc_definitions_free(&defs);
    cc_codebook_free(cb);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    int code;
    cc_start();
    if (parse_options(&o, argc, argv, &code)) code = run(&o);
    cc_arena_free(&o.arena);
    return cc_finish(code, PROG);
}

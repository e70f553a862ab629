/* cc-compare: two files of one layout, record by record. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/records/cc_compare.h"

#define PROG "cc-compare"

static const char help[] =
    "Compares two files of one layout: records added and dropped, and elements changed.\n"
    "\n"
    "usage: casecount compare BEFORE NOW --codebook NAME --key NAME,NAME [options]\n"
    "\n"
    "  -c, --codebook NAME   layout of both files: a name from 'codebook list' or a path\n"
    "      --key NAME,...    elements by which a record of one file is found in the other\n"
    "  -o, --output FILE     [standard output]\n"
    "  -f, --format FORMAT   csv, json or md [csv]\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "One row for each kind of change of each element; of records the element is (record). Texts are\n"
    "compared as they stand, without blanks around them. No value of a record is shown.\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: what changed between two half years\n"
    "  casecount compare before.csv now.csv --codebook afcars-2020 --key E4,E69\n";

enum { KEYS = 16, COLUMNS = 6 };

struct options {
    const char *codebook, *key, *output;
    enum cc_format format;
};

static bool add(struct cc_table *t, const char *element, const char *kind, const uint64_t *count, uint64_t of)
{
    char text[2][32], share[32];
    snprintf(text[0], sizeof text[0], "%" PRIu64, count ? *count : 0);
    snprintf(text[1], sizeof text[1], "%" PRIu64, of);
    const char *cells[COLUMNS] = { element, kind, "record", count ? text[0] : "NA", count ? text[1] : "NA",
                                   count && of ? cc_format_double((double)*count / (double)of, share) : "NA" };
    size_t row = t->rows;
    bool ok = cc_table_add_row(t);
    for (size_t c = 0; c < COLUMNS && ok; c++) ok = cc_table_set(t, row, c, cells[c]);
    return ok;
}

static bool add_element(struct cc_table *t, const char *name, const struct cc_compare_element *e, uint64_t matched)
{
    uint64_t any = e->changed + e->filled + e->emptied;
    if (!e->both) return add(t, name, "not compared", NULL, 0);
    return add(t, name, "changed", &e->changed, matched)
        && add(t, name, "filled", &e->filled, matched) && add(t, name, "emptied", &e->emptied, matched)
        && add(t, name, "(total)", &any, matched);
}

static bool is_key(const size_t *key, size_t n, size_t v)
{
    for (size_t i = 0; i < n; i++)
        if (key[i] == v) return true;
    return false;
}

static bool fill(struct cc_table *t, const struct cc_codebook *cb, const size_t *key, size_t n,
                 const struct cc_compare *c)
{
    static const char *const names[COLUMNS] = { "element",   "kind",        "measure",
                                                "numerator", "denominator", "estimate" };
    bool ok = true;
    for (size_t i = 0; i < COLUMNS && ok; i++) ok = cc_table_add_column(t, names[i]);
    uint64_t read = c->before + c->now;
    ok = ok && add(t, "(record)", "matched", &c->matched, c->now) && add(t, "(record)", "added", &c->added, c->now)
        && add(t, "(record)", "dropped", &c->dropped, c->before)
        && add(t, "(record)", "repeated", &c->repeated, read) && add(t, "(record)", "no key", &c->no_key, read);
    for (size_t v = 0; v < c->count && ok; v++)
        if (!is_key(key, n, v)) ok = add_element(t, cb->variables[v].name, &c->elements[v], c->matched);
    return ok;
}

/* The indices of the names in --key. */
static enum cc_status find_key(const struct cc_codebook *cb, const char *names, size_t *key, size_t *n,
                               struct cc_error *err)
{
    char *copy = cc_strdup(names), *parts[KEYS];
    enum cc_status st = copy ? CC_OK : cc_error_memory(err);
    *n = copy ? cc_split(copy, ',', parts, KEYS) : 0;
    for (size_t i = 0; i < *n && st == CC_OK; i++) {
        int v = cc_codebook_find(cb, parts[i]);
        const char *near = v < 0 ? cc_codebook_suggest(cb, parts[i]) : NULL;
        if (v >= 0) key[i] = (size_t)v;
        else
            st = cc_error_set(err, CC_EUSAGE, 0, 0, "--key: there is no '%.60s' in the codebook%s%s%s", parts[i],
                              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    free(copy);
    return st;
}

static int run(const struct options *o, char **files)
{
    struct cc_error err = { 0 };
    struct cc_codebook *cb = NULL;
    struct cc_compare c = { 0 };
    struct cc_table t = { 0 };
    size_t key[KEYS], n = 0;
    enum cc_status st = cc_codebook_load(o->codebook, &cb, &err);
    if (st == CC_OK) st = find_key(cb, o->key, key, &n, &err);
    if (st == CC_OK) st = cc_compare_files(files[0], files[1], cb, key, n, &c, &err);
    if (st == CC_OK && !fill(&t, cb, key, n, &c)) st = cc_error_memory(&err);
    int code = st == CC_OK ? cc_put_table(PROG, o->output, o->format, &t) : cc_fail(PROG, NULL, &err);
    cc_table_free(&t);
    cc_compare_free(&c);
    cc_codebook_free(cb);
    return code;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "codebook", 'c', CC_VALUE, cc_set_text, &o->codebook },
        { "key", 0, CC_VALUE, cc_set_text, &o->key },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    if (argc - optind != 2) *code = cc_usage(PROG, "name two files: BEFORE NOW");
    else if (!o->codebook || !o->key || !*o->key)
        *code = cc_usage(PROG, "--codebook NAME and --key NAME,NAME are needed");
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o, argv + optind);
    return cc_finish(code, PROG);
}

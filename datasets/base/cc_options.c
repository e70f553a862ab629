#include "datasets/base/cc_options.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { FIRST_ROW = 256 }; /* above all letters */

/* The table as getopt wants it; a long option's value is its row. */
struct getopt_form {
    struct option longs[CC_OPTIONS + 3];
    char letters[2 * CC_OPTIONS + 3];
};

static void fill(struct getopt_form *f, const struct cc_option *table)
{
    size_t n = 0;
    char *letter = f->letters;
    *letter++ = 'h';
    *letter++ = 'V';
    for (; table[n].name; n++) {
        const struct cc_option *row = &table[n];
        assert(n < CC_OPTIONS);
        f->longs[n] = (struct option){ row->name, row->takes == CC_VALUE, NULL, FIRST_ROW + (int)n };
        if (!row->letter) continue;
        *letter++ = (char)row->letter;
        if (row->takes == CC_VALUE) *letter++ = ':';
    }
    *letter = '\0';
    f->longs[n++] = (struct option){ "help", no_argument, NULL, 'h' };
    f->longs[n++] = (struct option){ "version", no_argument, NULL, 'V' };
    f->longs[n] = (struct option){ NULL, 0, NULL, 0 };
}

/* The row of what getopt found, or NULL. */
static const struct cc_option *find(const struct cc_option *table, int c)
{
    if (c >= FIRST_ROW) return &table[c - FIRST_ROW];
    for (; table->name; table++)
        if (table->letter == c) return table;
    return NULL;
}

bool cc_options_read(const char *prog, const char *help, const struct cc_option *table, int argc, char **argv,
                     int *code)
{
    struct getopt_form form;
    fill(&form, table);
    *code = CC_EXIT_OK;
    for (int c; *code == CC_EXIT_OK && (c = getopt_long(argc, argv, form.letters, form.longs, NULL)) != -1;) {
        if (c == 'h') return *code = cc_help(help), false;
        if (c == 'V') return *code = cc_print_version(prog), false;
        const struct cc_option *row = find(table, c);
        *code = row ? row->set(&(struct cc_given){ prog, row->name, optarg, row->to })
                    : cc_try_help(prog); /* getopt_long has said what is wrong */
    }
    return *code == CC_EXIT_OK;
}

int cc_options_table(const char *prog, int argc, char **argv, const char **path)
{
    if (argc - optind != 1) return cc_usage(prog, "give one table (- is standard input)");
    *path = argv[optind];
    return CC_EXIT_OK;
}

/* ---- values ---- */

int cc_set_text(const struct cc_given *g)
{
    memcpy(g->to, &g->text, sizeof g->text); /* by bytes: it may be a char * or a const char * */
    return CC_EXIT_OK;
}

int cc_set_once(const struct cc_given *g)
{
    const char *before;
    memcpy(&before, g->to, sizeof before);
    return before ? cc_usage(g->prog, "--%s is given twice", g->name) : cc_set_text(g);
}

int cc_set_flag(const struct cc_given *g)
{
    *(bool *)g->to = true;
    return CC_EXIT_OK;
}

int cc_set_format(const struct cc_given *g)
{
    if (cc_format_parse(g->text, g->to)) return CC_EXIT_OK;
    return cc_usage(g->prog, "--%s is csv, json or md, not '%s'", g->name, g->text);
}

int cc_set_fraction(const struct cc_given *g)
{
    double *x = g->to;
    if (cc_parse_double(g->text, x) && *x > 0 && *x < 1) return CC_EXIT_OK;
    return cc_usage(g->prog, "--%s is a number between 0 and 1, not '%s'", g->name, g->text);
}

int cc_set_positive(const struct cc_given *g)
{
    double *x = g->to;
    if (cc_parse_double(g->text, x) && *x > 0) return CC_EXIT_OK;
    return cc_usage(g->prog, "--%s is a number above 0, not '%s'", g->name, g->text);
}

int cc_set_delimiter(const struct cc_given *g)
{
    char *to = g->to;
    if (!strcmp(g->text, "tab") || !strcmp(g->text, "\\t")) *to = '\t';
    else if (g->text[0] > 0 && !g->text[1] && !strchr("\"\r\n", g->text[0])) *to = g->text[0];
    else return cc_usage(g->prog, "--%s takes one character, or 'tab'", g->name);
    return CC_EXIT_OK;
}

int cc_given_whole(const struct cc_given *g, int64_t low, int64_t high, int64_t *out)
{
    int64_t n;
    if (cc_parse_int64(g->text, &n) && n >= low && n <= high) {
        *out = n;
        return CC_EXIT_OK;
    }
    if (high == INT64_MAX)
        return cc_usage(g->prog, "--%s needs a whole number from %" PRId64 " on, not '%.80s'", g->name, low, g->text);
    return cc_usage(g->prog, "--%s needs a whole number from %" PRId64 " to %" PRId64 ", not '%.80s'", g->name, low,
                    high, g->text);
}

bool cc_given_pair(const struct cc_given *g, const char **name, const char **value)
{
    char *equals = strchr(g->text, '=');
    if (!equals || equals == g->text) return false;
    *equals = '\0';
    *name = g->text;
    *value = equals + 1;
    return true;
}

int cc_given_columns(const struct cc_given *g, const char *const *ours, size_t n_ours, const char **out, size_t max,
                     size_t *n)
{
    bool ok = (*n = cc_split(g->text, ',', (char **)out, max)) > 0;
    for (size_t i = 0; i < *n && ok; i++) {
        ok = *out[i];
        for (size_t k = 0; k < n_ours; k++)
            if (!strcmp(out[i], ours[k]))
                return cc_usage(g->prog, "--%s: '%s' is a column of the answer", g->name, ours[k]);
    }
    return ok ? CC_EXIT_OK : cc_usage(g->prog, "--%s takes column names, separated by commas", g->name);
}

int cc_given_word(const struct cc_given *g, const char *const *words, size_t n, const char *expected, size_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (words[i] && !strcmp(g->text, words[i])) {
            *out = i;
            return CC_EXIT_OK;
        }
    return cc_usage(g->prog, "--%s %s, not '%s'", g->name, expected, g->text);
}

const char *cc_options_twice(const char *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; columns[i] && k < i; k++)
            if (columns[k] && !strcmp(columns[i], columns[k])) return columns[i];
    return NULL;
}

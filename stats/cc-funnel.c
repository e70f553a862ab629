/* cc-funnel: which groups lie outside the funnel around a target rate. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "stats/intervals/cc_funnel.h"

#define PROG "cc-funnel"

static const char help[] =
    "Tells which groups lie outside the funnel around a target: exact tail areas, no ranking.\n"
    "\n"
    "usage: casecount funnel TABLE.csv [options]      (- for standard input)\n"
    "\n"
    "      --numerator COLUMN    events [numerator]\n"
    "      --denominator COLUMN  persons, or person-time with --rate [denominator]\n"
    "      --target VALUE        the target, in the unit of --per\n"
    "      --target-row COL=VALUE  the row whose own rate is the target\n"
    "      --rate                events over time (Poisson) [a proportion, binomial]\n"
    "      --per N               the target is per N [1]\n"
    "  -o, --output FILE         [standard output]\n"
    "  -f, --format FORMAT       csv, json or md [csv]\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "Adds the columns target (per N), expected (events at the target), p_value (two-sided) and flag:\n"
    "'within limits', 'high' or 'low' (outside the 95 % limits), 'very high' or 'very low' (outside\n"
    "99.8 %), 'target' for its own row. A flag asks for a look: it is no verdict, and real\n"
    "differences between groups that nobody adjusted for make more flags than chance would.\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: which states lie outside the funnel around the national rate\n"
    "  casecount funnel states.csv --numerator x --denominator n --target-row state=US\n";

struct options {
    const char *numerator, *denominator, *target_row, *output, *input;
    double target, per;
    enum cc_format format;
    enum cc_funnel_kind kind;
};

struct columns {
    size_t numerator, denominator;
    size_t target_row; /* or t->rows */
};

static bool is_missing(const char *cell)
{
    return !*cell || !strcmp(cell, "NA");
}

static enum cc_status read_counts(const struct cc_table *t, const struct columns *at, size_t row, int64_t *x,
                                  double *n, struct cc_error *err)
{
    const char *a = cc_table_cell(t, row, at->numerator), *b = cc_table_cell(t, row, at->denominator);
    if (!cc_parse_int64(a, x) || *x < 0)
        return cc_error_set(err, CC_EDATA, t->lines[row], at->numerator + 1,
                            "expected a whole number of events");
    if (!cc_parse_double(b, n) || *n < 0)
        return cc_error_set(err, CC_EDATA, t->lines[row], at->denominator + 1,
                            "expected a number of persons or days");
    return CC_OK;
}

static enum cc_status find_target(const struct cc_table *t, struct options *o, struct columns *at,
                                  struct cc_error *err)
{
    at->target_row = t->rows;
    if (!o->target_row) {
        o->target /= o->per;
        return CC_OK;
    }
    const char *equals = strchr(o->target_row, '=');
    char *name = cc_strndup(o->target_row, (size_t)(equals - o->target_row));
    size_t c, found = 0;
    enum cc_status st = name ? cc_table_need(t, name, &c, err) : cc_error_memory(err);
    free(name);
    for (size_t r = 0; st == CC_OK && r < t->rows; r++)
        if (!strcmp(cc_table_cell(t, r, c), equals + 1)) {
            at->target_row = r;
            found++;
        }
    if (st == CC_OK && found != 1)
        return cc_error_set(err, CC_EDATA, 0, 0, "%zu rows have %s; the target must be one", found,
                            o->target_row);
    int64_t x;
    double n;
    if (st == CC_OK) st = read_counts(t, at, at->target_row, &x, &n, err);
    if (st == CC_OK && (n <= 0 || x <= 0))
        st = cc_error_set(err, CC_EDATA, t->lines[at->target_row], 0, "the target row has no events");
    if (st == CC_OK) o->target = (double)x / n;
    return st;
}

static const char *flag(const struct cc_funnel *f)
{
    if (f->p_value >= 0.05) return "within limits";
    if (f->p_value >= 0.002) return f->side > 0 ? "high" : "low";
    return f->side > 0 ? "very high" : "very low";
}

static enum cc_status put_row(struct cc_table *t, const struct options *o, const struct columns *at,
                              size_t row, size_t first, struct cc_error *err)
{
    struct cc_funnel f = { NAN, NAN, 0 };
    int64_t x;
    double n;
    bool skip = row == at->target_row || is_missing(cc_table_cell(t, row, at->numerator))
        || is_missing(cc_table_cell(t, row, at->denominator));
    enum cc_status st = skip ? CC_UNDEFINED : read_counts(t, at, row, &x, &n, err);
    if (st == CC_OK) st = cc_funnel_place(o->kind, x, n, o->target, &f);
    if (st == CC_EDOMAIN)
        return cc_error_set(
            err, CC_EDATA, t->lines[row], at->numerator + 1,
            "more events than persons, or a target that is no proportion; for rates use --rate");
    if (st != CC_OK && st != CC_UNDEFINED) return st;
    char text[3][32];
    bool ok = cc_table_set(t, row, first, cc_format_double(o->target * o->per, text[0]))
        && cc_table_set(t, row, first + 1, cc_format_double(f.expected, text[1]))
        && cc_table_set(t, row, first + 2, cc_format_double(f.p_value, text[2]))
        && cc_table_set(t, row, first + 3,
                        st == CC_OK                 ? flag(&f)
                            : row == at->target_row ? "target"
                                                    : "NA");
    return ok ? CC_OK : cc_error_memory(err);
}

/* The table with four more columns: columns are added before rows. */
static enum cc_status widen(const struct cc_table *t, struct cc_table *out, struct cc_error *err)
{
    static const char *const more[] = { "target", "expected", "p_value", "flag" };
    bool ok = true;
    *out = (struct cc_table){ 0 };
    for (size_t i = 0; i < 4; i++)
        if (cc_table_find(t, more[i]) >= 0)
            return cc_error_set(err, CC_EDATA, 1, 0, "the table has a column '%s' already", more[i]);
    for (size_t c = 0; c < t->columns && ok; c++) ok = cc_table_add_column(out, t->names[c]);
    for (size_t i = 0; i < 4 && ok; i++) ok = cc_table_add_column(out, more[i]);
    for (size_t r = 0; r < t->rows && ok; r++) {
        ok = cc_table_add_row(out);
        for (size_t c = 0; c < t->columns && ok; c++) ok = cc_table_set(out, r, c, cc_table_cell(t, r, c));
        if (ok) out->lines[r] = t->lines[r];
    }
    return ok ? CC_OK : cc_error_memory(err);
}

static int run(struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_table t = { 0 }, out = { 0 };
    struct columns at;
    enum cc_status st = cc_table_read(o->input, &t, &err);
    if (st == CC_OK) st = cc_table_need(&t, o->numerator, &at.numerator, &err);
    if (st == CC_OK) st = cc_table_need(&t, o->denominator, &at.denominator, &err);
    if (st == CC_OK) st = find_target(&t, o, &at, &err);
    if (st == CC_OK) st = widen(&t, &out, &err);
    for (size_t r = 0; st == CC_OK && r < out.rows; r++) st = put_row(&out, o, &at, r, t.columns, &err);
    int code = st == CC_OK ? cc_put_table(PROG, o->output, o->format, &out)
                           : cc_fail(PROG, t.name[0] ? t.name : o->input, &err);
    cc_table_free(&t);
    cc_table_free(&out);
    return code;
}

static int set_rate(const struct cc_given *g)
{
    *(enum cc_funnel_kind *)g->to = CC_FUNNEL_RATE;
    return CC_EXIT_OK;
}

static int set_target_row(const struct cc_given *g)
{
    if (!strchr(g->text, '=') || *g->text == '=') return cc_usage(PROG, "--target-row takes COLUMN=VALUE");
    return cc_set_text(g);
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "numerator", 0, CC_VALUE, cc_set_text, &o->numerator },
        { "denominator", 0, CC_VALUE, cc_set_text, &o->denominator },
        { "target", 0, CC_VALUE, cc_set_positive, &o->target },
        { "target-row", 0, CC_VALUE, set_target_row, &o->target_row },
        { "rate", 0, CC_ALONE, set_rate, &o->kind },
        { "per", 0, CC_VALUE, cc_set_positive, &o->per },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->input);
    if (*code == CC_EXIT_OK && (o->target_row != NULL) == !isnan(o->target))
        *code = cc_usage(PROG, "give --target VALUE or --target-row COLUMN=VALUE");
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { .numerator = "numerator", .denominator = "denominator", .target = NAN, .per = 1 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

/* cc-chart: a bar or trend chart, a ROC curve or a forest plot from a tidy table, by gnuplot. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "report/chart/cc_chart.h"
#include "report/chart/cc_gnuplot.h"
#include "report/chart/cc_svg.h"

#define PROG "cc-chart"

static const char help[] =
    "Draw a chart of a tidy table, with intervals and its own description.\n"
    "\n"
    "usage: casecount chart --kind bar|trend|roc|forest|sroc --x COLUMN -o FILE.svg|FILE.png [options] TABLE.csv\n"
    "\n"
    "      --kind KIND        bar; trend: a line with an interval band; roc: from 'roc --curve';\n"
    "                         forest: from 'pool --studies'; sroc: from 'pool --model bivariate --curve'\n"
    "      --x COLUMN         the column along the axis; rows with (total) are left out [roc: cutoff;\n"
    "                         forest: study; sroc: point]\n"
    "      --y COLUMN         the values [estimate, or count; roc: sensitivity]\n"
    "      --lower COLUMN, --upper COLUMN   the interval [lower and upper beside estimate]\n"
    "      --series COLUMN    one colour and pattern, or line, for each value (at most 5)\n"
    "      --where COL=VALUE  only these rows; may be repeated; COL!=VALUE leaves rows out\n"
    "      --sort             bars by falling value [in the order of the table]\n"
    "      --title TEXT       the title\n"
    "      --ylabel TEXT      what is measured, in words [the name of the y column]\n"
    "      --alt FILE         write the text alternative and the long description here\n"
    "      --script           print the gnuplot script instead of a picture\n"
    "  -o, --output FILE      the picture, .svg or .png\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 gnuplot or a file failed.\n"
    "\n"
    "Example:\n"
    "  casecount chart rates.csv --kind bar --x state --sort --title \"Rate by state\" -o rates.svg\n";

enum { FILTERS = 32 };

struct options {
    struct cc_chart_options chart;
    const char *output, *alt, *where[FILTERS];
    size_t filters;
    bool script, png, has_kind;
};

/* Clears use[] where a row does not pass COL=VALUE or COL!=VALUE. */
static enum cc_status filter(const struct cc_table *t, const char *condition, bool *use, struct cc_error *err)
{
    const char *equal = strchr(condition, '=');
    if (!equal || equal == condition)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--where wants COLUMN=VALUE or COLUMN!=VALUE");
    bool not_equal = equal[-1] == '!';
    char *name = cc_strndup(condition, (size_t)(equal - condition) - not_equal);
    if (!name) return cc_error_memory(err);
    size_t at;
    enum cc_status st = cc_table_need(t, name, &at, err);
    for (size_t r = 0; st == CC_OK && r < t->rows; r++)
        if ((strcmp(cc_table_cell(t, r, at), equal + 1) == 0) == not_equal) use[r] = false;
    free(name);
    return st;
}

static enum cc_status read_chart(const char *path, const struct options *o, struct cc_chart *c,
                                 struct cc_error *err)
{
    struct cc_table t;
    enum cc_status st = cc_table_read(path, &t, err);
    if (st != CC_OK) return st;
    bool *use = malloc(t.rows + 1);
    if (!use) st = cc_error_memory(err);
    for (size_t r = 0; use && r < t.rows; r++) use[r] = true;
    for (size_t i = 0; i < o->filters && st == CC_OK; i++) st = filter(&t, o->where[i], use, err);
    if (st == CC_OK) st = cc_chart_read(&t, use, &o->chart, c, err);
    free(use);
    cc_table_free(&t);
    return st;
}

static enum cc_status put(const char *path, const struct cc_buf *b, struct cc_error *err)
{
    struct cc_output *out;
    enum cc_status st = cc_output_open(path, 0666, &out, err);
    if (st != CC_OK) return st;
    fwrite(b->data, 1, b->size, cc_output_file(out));
    return cc_output_commit(out, err);
}

/* The picture as bytes, complete, before any file is opened. */
static enum cc_status draw(const struct cc_chart *c, const struct options *o, const struct cc_buf *alt,
                           const struct cc_buf *text, struct cc_buf *picture, struct cc_error *err)
{
    struct cc_buf script = { 0 }, raw = { 0 };
    enum cc_status st = cc_chart_script(c, o->png, &script) ? CC_OK : cc_error_memory(err);
    if (st == CC_OK && o->script) {
        *picture = script;
        return CC_OK;
    }
    if (st == CC_OK) st = cc_gnuplot(&script, o->png ? picture : &raw, err);
    if (st == CC_OK && !o->png) {
        st = cc_svg_finish(&raw, alt->data, text->data, picture, err);
        if (st == CC_EDATA) st = err->code = CC_EIO;
    }
    cc_buf_free(&script);
    cc_buf_free(&raw);
    return st;
}

static int run(const char *path, const struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_chart c;
    if (read_chart(path, o, &c, &err) != CC_OK)
        return cc_fail(PROG, err.code == CC_EUSAGE ? NULL : path, &err);
    struct cc_buf alt = { 0 }, text = { 0 }, picture = { 0 }, both = { 0 };
    const char *at = o->output;
    bool ok = cc_chart_alt(&c, &alt) && cc_chart_describe(&c, &text)
              && cc_buf_printf(&both, "%s\n\n%s\n", alt.data, text.data);
    enum cc_status st = ok ? draw(&c, o, &alt, &text, &picture, &err) : cc_error_memory(&err);
    if (st == CC_OK) st = put(o->output, &picture, &err);
    if (st == CC_OK && o->alt) st = put(at = o->alt, &both, &err);
    cc_buf_free(&alt);
    cc_buf_free(&text);
    cc_buf_free(&picture);
    cc_buf_free(&both);
    cc_chart_free(&c);
    return st == CC_OK ? CC_EXIT_OK : cc_fail(PROG, at, &err);
}

static bool ends_in(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n > m && cc_case_equal(text + n - m, suffix);
}

static int check(struct options *o)
{
    if (!o->has_kind) return cc_usage(PROG, "--kind is needed: bar, trend, roc, forest or sroc");
    if (!o->chart.x && o->chart.kind < CC_CHART_ROC)
        return cc_usage(PROG, "--x is needed: the column along the axis");
    if (!o->output && !o->script) return cc_usage(PROG, "-o FILE.svg or FILE.png is needed");
    o->png = o->output && ends_in(o->output, ".png");
    if (o->output && !o->script && !o->png && !ends_in(o->output, ".svg")
        && strncmp(o->output, "/dev/", 5) != 0)
        return cc_usage(PROG, "the picture's name must end in .svg or .png");
    return CC_EXIT_OK;
}

static int set_kind(const struct cc_given *g)
{
    static const char *const kinds[] = { [CC_CHART_BAR] = "bar", [CC_CHART_TREND] = "trend",
                                         [CC_CHART_ROC] = "roc", [CC_CHART_FOREST] = "forest",
                                         [CC_CHART_SROC] = "sroc" };
    struct options *o = g->to;
    size_t k = 0, n = sizeof kinds / sizeof *kinds;
    while (k < n && strcmp(g->text, kinds[k]) != 0) k++;
    o->has_kind = k < n;
    o->chart.kind = (enum cc_chart_kind)k;
    return o->has_kind ? CC_EXIT_OK
        : cc_usage(PROG, "unknown kind '%s'; bar, trend, roc, forest or sroc", g->text);
}

static int set_where(const struct cc_given *g)
{
    struct options *o = g->to;
    if (o->filters == FILTERS) return cc_usage(PROG, "more than %d --where", FILTERS);
    o->where[o->filters++] = g->text;
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code, const char **path)
{
    const struct cc_option table[] = {
        { "kind", 0, CC_VALUE, set_kind, o },
        { "x", 0, CC_VALUE, cc_set_text, &o->chart.x },
        { "y", 0, CC_VALUE, cc_set_text, &o->chart.y },
        { "lower", 0, CC_VALUE, cc_set_text, &o->chart.lower },
        { "upper", 0, CC_VALUE, cc_set_text, &o->chart.upper },
        { "series", 0, CC_VALUE, cc_set_text, &o->chart.series },
        { "where", 0, CC_VALUE, set_where, o },
        { "sort", 0, CC_ALONE, cc_set_flag, &o->chart.sort },
        { "title", 0, CC_VALUE, cc_set_text, &o->chart.title },
        { "ylabel", 0, CC_VALUE, cc_set_text, &o->chart.y_label },
        { "alt", 0, CC_VALUE, cc_set_text, &o->alt },
        { "script", 0, CC_ALONE, cc_set_flag, &o->script },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { 0 } };
    if (!cc_options_read(PROG, help, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, path);
    if (*code == CC_EXIT_OK) *code = check(o);
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    const char *path;
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code, &path)) code = run(path, &o);
    return cc_finish(code, PROG);
}

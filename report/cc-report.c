/* casecount report: a template and extracts become a document that can be signed. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "report/template/cc_report.h"

#define PROG "cc-report"

static const char help[] =
    "Makes a report: Markdown, HTML, tables and charts, from a template and extracts.\n"
    "\n"
    "usage: casecount report TEMPLATE --input NAME=FILE... [--param NAME=VALUE...] -o DIR\n"
    "\n"
    "TEMPLATE is a name (annual-count, afcars-companion, ncands-companion, validity,\n"
    "at-risk, cfsr-observed) or the path of a .md file.\n"
    "\n"
    "      --input NAME=FILE        an extract, or a list of further children; several of one\n"
    "                               name are one extract\n"
    "      --param NAME=VALUE       a parameter of the template: ffy=2024, agency=Jefferson\n"
    "      --profile NAME           what is hidden [the template's, or lt11: 1 to 10]\n"
    "      --definitions NAME=FILE  case definitions of an input [definitions/CODEBOOK.def]\n"
    "  -o, --output DIR             the folder for the report; it is written when all is done\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "DIR gets NAME.md, NAME.html, tables/ID.csv and charts/ID.svg and .png. Everything in it is\n"
    "protected by the profile.\n"
    "Exit status: 0 done, 1 data or template problem, 2 usage, 3 input or output failed.\n"
    "\n"
    "Example: the annual count of a fictional state\n"
    "  casecount report annual-count --input afcars=a.csv --input afcars=b.csv \\\n"
    "      --param ffy=2024 --param agency=Jefferson -o annual-count\n";

struct options {
    struct cc_report_job job;
    struct cc_report_pair *inputs, *params, *definitions;
    const char *template;
    struct cc_buf command;
    struct cc_arena arena;
};

static int add_pair(const struct cc_given *g, struct cc_report_pair *list, size_t *n)
{
    const char *equals = strchr(g->text, '=');
    struct cc_report_pair pair;
    if (!equals || !equals[1] || !cc_given_pair(g, &pair.name, &pair.value))
        return cc_usage(PROG, "--%s takes NAME=VALUE", g->name);
    list[(*n)++] = pair;
    return CC_EXIT_OK;
}

static int set_input(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_pair(g, o->inputs, &o->job.input_count);
}

static int set_param(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_pair(g, o->params, &o->job.param_count);
}

static int set_definitions(const struct cc_given *g)
{
    struct options *o = g->to;
    return add_pair(g, o->definitions, &o->job.definition_count);
}

static int refuse_format(const struct cc_given *g)
{
    return cc_usage(g->prog, "a report is always written as Markdown and HTML; there is no --%s", g->name);
}

static bool make_room(struct options *o, size_t n)
{
    o->job.inputs = o->inputs = cc_arena_alloc(&o->arena, n * sizeof *o->inputs);
    o->job.params = o->params = cc_arena_alloc(&o->arena, n * sizeof *o->params);
    o->job.definitions = o->definitions = cc_arena_alloc(&o->arena, n * sizeof *o->definitions);
    return o->inputs && o->params && o->definitions;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->job.folder },
        { "format", 'f', CC_VALUE, refuse_format, NULL },
        { "input", 0, CC_VALUE, set_input, o },
        { "param", 0, CC_VALUE, set_param, o },
        { "profile", 0, CC_VALUE, cc_set_text, &o->job.profile },
        { "definitions", 0, CC_VALUE, set_definitions, o },
        { 0 } };
    *code = CC_EXIT_IO;
    if (!make_room(o, (size_t)argc + 1) || !cc_options_read(PROG, help, table, argc, argv, code)) return false;
    if (argc - optind != 1) *code = cc_usage(PROG, "name one template");
    else if (!o->job.folder) *code = cc_usage(PROG, "-o DIR is needed: the folder for the report");
    o->template = argv[optind];
    return *code == CC_EXIT_OK;
}

/* --- the command as it is shown: base names, quoted for a shell --- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static bool put_word(struct cc_buf *b, const char *text)
{
    bool plain = *text
        && strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=+:,%@/")
            == strlen(text);
    if (plain) return cc_buf_text(b, text);
    bool ok = cc_buf_char(b, '\'');
    for (; *text && ok; text++)
        ok = *text == '\'' ? cc_buf_text(b, "'\\''")
                           : cc_buf_char(b, (unsigned char)*text < ' ' ? ' ' : *text);
    return ok && cc_buf_char(b, '\'');
}

static bool put_pair(struct cc_buf *b, const char *option, const struct cc_report_pair *p, bool path)
{
    struct cc_buf word = { 0 };
    bool ok = cc_buf_printf(&word, "%s=%s", p->name, path ? base_name(p->value) : p->value)
        && cc_buf_printf(b, " %s ", option) && put_word(b, word.data);
    cc_buf_free(&word);
    return ok;
}

static bool put_command(struct options *o)
{
    const struct cc_report_job *j = &o->job;
    struct cc_buf *b = &o->command;
    bool ok = cc_buf_text(b, "casecount report ") && put_word(b, base_name(o->template));
    for (size_t i = 0; i < j->input_count && ok; i++) ok = put_pair(b, "--input", &j->inputs[i], true);
    for (size_t i = 0; i < j->param_count && ok; i++) ok = put_pair(b, "--param", &j->params[i], false);
    for (size_t i = 0; i < j->definition_count && ok; i++)
        ok = put_pair(b, "--definitions", &j->definitions[i], true);
    if (ok && j->profile) ok = cc_buf_text(b, " --profile ") && put_word(b, j->profile);
    char *folder = cc_strdup(j->folder);
    size_t n = folder ? strlen(folder) : 0;
    while (n > 1 && folder[n - 1] == '/') folder[--n] = '\0';
    ok = ok && folder && cc_buf_text(b, " -o ") && put_word(b, base_name(folder));
    free(folder);
    return ok;
}

static int run(struct options *o)
{
    struct cc_error err = { 0 };
    char *path = cc_path_data("templates", o->template, ".md");
    if (!path) {
        cc_error_set(&err, CC_EUSAGE, 0, 0, "there is no template '%.200s'", o->template);
        return cc_usage(PROG, "%s", err.text);
    }
    o->job.template = path;
    enum cc_status st = put_command(o) ? CC_OK : cc_error_memory(&err);
    o->job.command = o->command.data;
    if (st == CC_OK) st = cc_report(&o->job, &err);
    free(path);
    cc_buf_free(&o->command);
    if (st == CC_EUSAGE) return cc_usage(PROG, "%s", err.text);
    return st == CC_OK ? CC_EXIT_OK : cc_fail(PROG, NULL, &err);
}

int main(int argc, char **argv)
{
    struct options o = { 0 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    cc_arena_free(&o.arena);
    return cc_finish(code, PROG);
}

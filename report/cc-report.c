/* casecount report: a template and extracts become a document that can be signed. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_cli.h"
#include "datasets/base/cc_path.h"
#include "report/template/cc_report.h"

#define PROG "cc-report"

static const char help[] =
    "Makes a report: Markdown, HTML, tables and charts, from a template and extracts.\n"
    "\n"
    "usage: casecount report TEMPLATE --input NAME=FILE... [--param NAME=VALUE...] -o DIR\n"
    "\n"
    "TEMPLATE is a name (annual-count, afcars-companion, ncands-companion, validity,\n"
    "cfsr-observed) or the path of a .md file.\n"
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
    int answer;
};

static int add_pair(struct options *o, const char *option, const char *text, struct cc_report_pair *list,
                    size_t *n)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || !equals[1]) return cc_usage(PROG, "%s takes NAME=VALUE", option);
    const char *name = cc_arena_text(&o->arena, text, (size_t)(equals - text));
    if (!name) return CC_EXIT_IO;
    list[(*n)++] = (struct cc_report_pair){ name, equals + 1 };
    return CC_EXIT_OK;
}

static int set_option(struct options *o, int c)
{
    switch (c) {
    case 'o': o->job.folder = optarg; return CC_EXIT_OK;
    case 'f': return cc_usage(PROG, "a report is always written as Markdown and HTML; there is no --format");
    case CC_OPT: return add_pair(o, "--input", optarg, o->inputs, &o->job.input_count);
    case CC_OPT + 1: return add_pair(o, "--param", optarg, o->params, &o->job.param_count);
    case CC_OPT + 2: o->job.profile = optarg; return CC_EXIT_OK;
    case CC_OPT + 3: return add_pair(o, "--definitions", optarg, o->definitions, &o->job.definition_count);
    default: return cc_usage(PROG, "the options could not be read");
    }
}

static bool parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = { CC_COMMON_OPTIONS,
                                           { "input", required_argument, NULL, CC_OPT },
                                           { "param", required_argument, NULL, CC_OPT + 1 },
                                           { "profile", required_argument, NULL, CC_OPT + 2 },
                                           { "definitions", required_argument, NULL, CC_OPT + 3 },
                                           { NULL, 0, NULL, 0 } };
    size_t room = (size_t)argc + 1;
    o->job.inputs = o->inputs = cc_arena_alloc(&o->arena, room * sizeof *o->inputs);
    o->job.params = o->params = cc_arena_alloc(&o->arena, room * sizeof *o->params);
    o->job.definitions = o->definitions = cc_arena_alloc(&o->arena, room * sizeof *o->definitions);
    if (!o->inputs || !o->params || !o->definitions) return o->answer = CC_EXIT_IO, false;
    for (int c; o->answer == CC_EXIT_OK && (c = getopt_long(argc, argv, "hVo:f:", longs, NULL)) != -1;) {
        if (c == 'h') return o->answer = cc_help(help), false;
        if (c == 'V') return o->answer = cc_print_version(PROG), false;
        o->answer = set_option(o, c);
    }
    if (o->answer != CC_EXIT_OK) return false;
    if (argc - optind != 1) return o->answer = cc_usage(PROG, "name one template"), false;
    if (!o->job.folder)
        return o->answer = cc_usage(PROG, "-o DIR is needed: the folder for the report"), false;
    o->template = argv[optind];
    return true;
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
    cc_start();
    struct options o = { 0 };
    if (parse(&o, argc, argv)) o.answer = run(&o);
    cc_arena_free(&o.arena);
    return cc_finish(o.answer, PROG);
}

/* casecount: the front door. It lists the programs and runs them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_cli.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

#define PROG "casecount"

#ifndef CC_LIBEXECDIR
#define CC_LIBEXECDIR "/usr/local/libexec/casecount"
#endif

/* The programs, as the build wrote them down from the man pages: one a line, folder, name and
 * purpose, separated by tabs. */
enum { PROGRAMS_MAX = 128 };
struct program {
    const char *folder, *name, *purpose; /* borrowed from programs.text */
};
struct programs {
    char *text;
    size_t n;
    struct program list[PROGRAMS_MAX];
};

static const struct {
    const char *folder, *heading;
} GROUPS[] = {
    { "datasets", "Records: what an extract holds, and extracts to practise on" },
    { "stats", "Counting: from records to numbers" },
    { "report", "Reporting: from numbers to what a reader sees" },
};

static const char USAGE_TOP[] =
    "casecount: count children, and report the counts\n"
    "\n"
    "Usage: casecount PROGRAM [OPTION]... [FILE]...\n"
    "       casecount help PROGRAM\n";

static const char USAGE_END[] =
    "\n"
    "  casecount help PROGRAM   a program's options, with an example\n"
    "  casecount --list         the names of the programs, one a line\n"
    "  casecount --version      the version\n"
    "\n"
    "Each program has a manual page: man cc-PROGRAM. All say what went wrong by their exit code:\n"
    "0 done, 1 the data break a rule, 2 the command line does, 3 reading, writing or a child process failed.\n"
    "\n"
    "Example: casecount synth jefferson --seed 7 --records 1000 --children 300 -o extracts\n";

static enum cc_status read_programs(struct programs *out, struct cc_error *err)
{
    out->text = NULL;
    out->n = 0;
    char *path = cc_path_folder("programs");
    if (!path) return cc_error_set(err, CC_EIO, 0, 0, "the list of programs is missing: share/casecount/programs");
    enum cc_status st = cc_text_read(path, &out->text, err);
    free(path);
    if (st != CC_OK) return st;
    char *lines[PROGRAMS_MAX], *part[3];
    size_t n = cc_split(out->text, '\n', lines, PROGRAMS_MAX);
    for (size_t i = 0; i < n; i++)
        if (cc_split(lines[i], '\t', part, 3) == 3)
            out->list[out->n++] = (struct program){ part[0], part[1], part[2] };
    return CC_OK;
}

static void print_overview(const struct programs *programs)
{
    fputs(USAGE_TOP, stdout);
    for (size_t g = 0; g < sizeof GROUPS / sizeof *GROUPS; g++) {
        printf("\n%s\n", GROUPS[g].heading);
        for (size_t i = 0; i < programs->n; i++) {
            const struct program *p = &programs->list[i];
            if (!strcmp(p->folder, GROUPS[g].folder)) printf("  %-13s %s\n", p->name, p->purpose);
        }
    }
    fputs(USAGE_END, stdout);
}

/* --list and the overview need the same file. */
static int list_programs(bool names_only)
{
    struct programs programs;
    struct cc_error err = { 0 };
    if (read_programs(&programs, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    for (size_t i = 0; names_only && i < programs.n; i++) puts(programs.list[i].name);
    if (!names_only) print_overview(&programs);
    free(programs.text);
    return CC_EXIT_OK;
}

static char *in_folder(const char *root, const char *up, const char *name)
{
    struct cc_buf b = { 0 };
    if (cc_buf_printf(&b, "%s%s/cc-%s", root, up, name) && access(b.data, X_OK) == 0) return b.data;
    cc_buf_free(&b);
    return NULL;
}

/* The executable of a program; owned by the caller, NULL if there is none. */
static char *find_program(const char *name)
{
    if (!*name || strchr(name, '/')) return NULL;
    const char *env = getenv("CASECOUNT_LIBEXEC");
    char *found = env ? in_folder(env, "", name) : NULL, *here = cc_path_program();
    if (!found && here) found = in_folder(here, "/../libexec/casecount", name);
    free(here);
    return found ? found : in_folder(CC_LIBEXECDIR, "", name);
}

static int unknown_program(const char *typed)
{
    struct programs programs;
    struct cc_error err = { 0 };
    if (read_programs(&programs, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    const char *names[PROGRAMS_MAX];
    for (size_t i = 0; i < programs.n; i++) names[i] = programs.list[i].name;
    const char *near = cc_suggest(typed, names, programs.n);
    if (near)
        cc_note(PROG, "there is no program '%s'; did you mean '%s'?", typed, near);
    else
        cc_note(PROG, "there is no program '%s'", typed);
    fputs("Try 'casecount help'.\n", stderr);
    free(programs.text);
    return CC_EXIT_USAGE;
}

/* Becomes the program: argv[0] is replaced by its name, the rest is handed on. */
static int run_program(const char *name, char **argv)
{
    char *path = find_program(name), called[64];
    if (!path) return unknown_program(name);
    snprintf(called, sizeof called, "cc-%s", name);
    argv[0] = called;
    execv(path, argv);
    cc_note(PROG, "cannot run %s: %s", called, strerror(errno));
    free(path);
    return CC_EXIT_IO;
}

static int help(const char *name)
{
    if (!name) return list_programs(false);
    if (!strcmp(name, "help") || !strcmp(name, PROG)) return list_programs(false);
    char option[] = "--help", *argv[] = { NULL, option, NULL };
    return run_program(name, argv);
}

static int door(int argc, char **argv)
{
    if (argc < 2) return list_programs(false);
    const char *word = argv[1];
    if (!strcmp(word, "help")) return help(argv[2]);
    if (!strcmp(word, "-h") || !strcmp(word, "--help")) return list_programs(false);
    if (!strcmp(word, "-V") || !strcmp(word, "--version")) return cc_help(PROG " " CC_VERSION "\n");
    if (!strcmp(word, "--list")) return list_programs(true);
    if (word[0] != '-') return run_program(word, argv + 1);
    cc_note(PROG, "unknown option '%s'", word);
    fputs("Try 'casecount help'.\n", stderr);
    return CC_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    return cc_finish(door(argc, argv), PROG);
}

#include "datasets/base/cc_cli.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

void cc_start(void)
{
    gsl_set_error_handler_off();
    cc_catch_signals();
}

int cc_finish(int code, const char *prog)
{
    errno = 0;
    int bad = fflush(stdout) != 0 || ferror(stdout), why = errno;
    if (fclose(stdout) != 0 && !bad) {
        bad = 1;
        why = errno;
    }
    int sig = cc_interrupted();
    if (sig) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
    if (!bad || code != CC_EXIT_OK) return code;
    fprintf(stderr, "%s: cannot write output%s%s\n", prog, why ? ": " : "", why ? strerror(why) : "");
    return CC_EXIT_IO;
}

int cc_fail(const char *prog, const char *file, const struct cc_error *err)
{
    const char *name = err->file[0] ? err->file : file;
    fprintf(stderr, "%s: ", prog);
    if (name) fprintf(stderr, "%s:", name);
    if (name && err->line) fprintf(stderr, "%zu:", err->line);
    if (name && err->line && err->column) fprintf(stderr, "%zu:", err->column);
    fprintf(stderr, "%s%s\n", name ? " " : "", err->text);
    switch (err->code) {
    case CC_EUSAGE: return CC_EXIT_USAGE;
    case CC_EIO:
    case CC_ENOMEM:
    case CC_EINTERRUPTED: return CC_EXIT_IO;
    default: return CC_EXIT_DATA;
    }
}

static void say(const char *prog, const char *fmt, va_list ap)
{
    fprintf(stderr, "%s: ", prog);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

int cc_usage(const char *prog, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(prog, fmt, ap);
    va_end(ap);
    return cc_try_help(prog);
}

int cc_try_help(const char *prog)
{
    fprintf(stderr, "Try 'casecount help %s'.\n", !strncmp(prog, "cc-", 3) ? prog + 3 : prog);
    return CC_EXIT_USAGE;
}

void cc_note(const char *prog, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(prog, fmt, ap);
    va_end(ap);
}

int cc_help(const char *text)
{
    fputs(text, stdout);
    return CC_EXIT_OK;
}

int cc_print_version(const char *prog)
{
    printf("%s (casecount) " CC_VERSION "\n", prog);
    return CC_EXIT_OK;
}

int cc_put_table(const char *prog, const char *path, enum cc_format format, const struct cc_table *t)
{
    struct cc_error err;
    struct cc_output *out;
    if (cc_output_open(path, 0666, &out, &err) != CC_OK) return cc_fail(prog, path, &err);
    if (!cc_table_write(t, format, cc_output_file(out))) {
        cc_output_discard(out);
        cc_error_memory(&err);
        return cc_fail(prog, path, &err);
    }
    return cc_output_commit(out, &err) == CC_OK ? CC_EXIT_OK : cc_fail(prog, path, &err);
}

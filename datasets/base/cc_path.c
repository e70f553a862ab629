#include "datasets/base/cc_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

#include "datasets/base/cc_text.h"

#ifndef CC_DATADIR
#define CC_DATADIR "/usr/local/share/casecount"
#endif

/* The file that is running: as the system knows it, or (without /proc) as it was called. */
static char *running_file(void)
{
    char *path = realpath("/proc/self/exe", NULL);
#ifdef __linux__
    const char *called = path ? NULL : (const char *)getauxval(AT_EXECFN);
    if (called) path = realpath(called, NULL);
#elif defined(__APPLE__)
    char called[4096];
    uint32_t room = sizeof called;
    if (!path && _NSGetExecutablePath(called, &room) == 0) path = realpath(called, NULL);
#endif
    return path;
}

char *cc_path_program(void)
{
    char *path = running_file(), *slash = path ? strrchr(path, '/') : NULL;
    if (slash) *slash = '\0';
    return path;
}

static char *joined(const char *root, const char *up, const char *kind, const char *name, const char *suffix)
{
    struct cc_buf b = { 0 };
    bool ok = cc_buf_printf(&b, "%s%s/%s%s%s%s", root, up, kind, *name ? "/" : "", name, suffix);
    if (ok && access(b.data, R_OK) == 0) return b.data;
    cc_buf_free(&b);
    return NULL;
}

static char *search(const char *kind, const char *name, const char *suffix)
{
    const char *env = getenv("CASECOUNT_DATA");
    char *found = env ? joined(env, "", kind, name, suffix) : NULL;
    if (found) return found;
    char *program = cc_path_program();
    if (program) found = joined(program, "/../share/casecount", kind, name, suffix);
    if (program && !found) found = joined(program, "/../../share/casecount", kind, name, suffix);
    free(program);
    return found ? found : joined(CC_DATADIR, "", kind, name, suffix);
}

char *cc_path_data(const char *kind, const char *name, const char *suffix)
{
    size_t n = strlen(name), s = strlen(suffix);
    bool as_given = strchr(name, '/') || (n > s && !strcmp(name + n - s, suffix));
    if (as_given && access(name, R_OK) == 0) return cc_strdup(name);
    if (as_given) return strchr(name, '/') ? NULL : search(kind, name, "");
    return search(kind, name, suffix);
}

char *cc_path_folder(const char *kind)
{
    return search(kind, "", "");
}

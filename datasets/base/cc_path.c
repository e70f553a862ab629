#include "datasets/base/cc_path.h"

#include <stdbool.h>
#include <dirent.h>
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

/* --- the names of a kind --- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum cc_status collect(DIR *folder, const char *suffix, char ***names, size_t *n, struct cc_error *err)
{
    size_t room = 0, s = strlen(suffix);
    for (struct dirent *e; (e = readdir(folder));) {
        size_t size = strlen(e->d_name);
        if (*e->d_name == '.' || size <= s || strcmp(e->d_name + size - s, suffix)) continue;
        if (!cc_grow(names, &room, *n + 1, sizeof **names) || !((*names)[*n] = cc_strndup(e->d_name, size - s)))
            return cc_error_memory(err);
        ++*n;
    }
    if (*n) qsort(*names, *n, sizeof **names, by_name);
    return CC_OK;
}

enum cc_status cc_path_names(const char *kind, const char *suffix, char ***names, size_t *n, struct cc_error *err)
{
    *names = NULL;
    *n = 0;
    char *path = cc_path_folder(kind);
    DIR *folder = path ? opendir(path) : NULL;
    free(path);
    if (!folder) return cc_error_set(err, CC_EIO, 0, 0, "cannot find the folder of the %s", kind);
    enum cc_status st = collect(folder, suffix, names, n, err);
    closedir(folder);
    if (st == CC_OK) return CC_OK;
    cc_path_names_free(*names, *n);
    *names = NULL;
    *n = 0;
    return st;
}

void cc_path_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++) free(names[i]);
    free(names);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), s = strlen(suffix);
    return n > s && !strcmp(name + n - s, suffix);
}

char *cc_path_stem(const char *name, const char *suffix)
{
    const char *slash = strrchr(name, '/');
    if (slash) name = slash + 1;
    return cc_strndup(name, strlen(name) - (has_suffix(name, suffix) ? strlen(suffix) : 0));
}

bool cc_path_is_name(const char *name, const char *suffix)
{
    return !strchr(name, '/') && !has_suffix(name, suffix);
}

enum cc_status cc_path_unknown(const char *kind, const char *what, const char *name, const char *suffix,
                               const char *hint, struct cc_error *err)
{
    char **names;
    size_t n;
    enum cc_status st = cc_path_names(kind, suffix, &names, &n, err);
    if (st != CC_OK) return st;
    const char *near = cc_suggest(name, (const char *const *)names, n);
    st = cc_error_set(err, CC_EUSAGE, 0, 0, "no %s '%s'%s%s%s", what, name, near ? "; did you mean '" : hint,
                      near ? near : "", near ? "'?" : "");
    cc_path_names_free(names, n);
    return st;
}

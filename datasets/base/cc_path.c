#include "datasets/base/cc_path.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_text.h"

#ifndef CC_DATADIR
#define CC_DATADIR "/usr/local/share/casecount"
#endif

char *cc_path_program(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0) return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (slash) *slash = '\0';
    return cc_strdup(path);
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

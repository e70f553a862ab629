#include "datasets/base/cc_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/base/cc_text.h"

struct cc_output {
    FILE *file;
    char *path, *temporary; /* NULL for standard output; temporary NULL when written directly */
};

static void output_free(struct cc_output *out)
{
    free(out->path);
    free(out->temporary);
    free(out);
}

static bool replaceable(const char *path)
{
    struct stat st;
    return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static FILE *open_temporary(struct cc_output *out, unsigned mode)
{
    int fd = mkstemp(out->temporary);
    if (fd < 0) return NULL;
    mode_t mask = umask(0);
    umask(mask);
    FILE *file = fchmod(fd, (mode_t)mode & ~mask) == 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        close(fd);
        unlink(out->temporary);
    }
    return file;
}

/* A link that leads to no file yet makes one. */
static FILE *open_directly(const char *path, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, (mode_t)mode);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (fd >= 0 && !file) close(fd);
    return file;
}

/* The file that a link leads to, or the path itself; owned by the caller, NULL when out of memory. It may be the input,
 * which must not change while it is read. */
static char *follow(const char *path)
{
    struct stat st;
    bool link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && stat(path, &st) == 0 && S_ISREG(st.st_mode);
    return link ? realpath(path, NULL) : cc_strdup(path);
}

enum cc_status cc_output_open(const char *path, unsigned mode, struct cc_output **result, struct cc_error *err)
{
    *result = NULL;
    struct cc_output *out = calloc(1, sizeof *out);
    if (!out) return cc_error_memory(err);
    if (!path || !strcmp(path, "-")) {
        out->file = stdout;
        *result = out;
        return CC_OK;
    }
    struct cc_buf name = { 0 };
    if (!(out->path = follow(path)) || !cc_buf_printf(&name, "%s.XXXXXX", out->path)) {
        cc_buf_free(&name);
        output_free(out);
        return cc_error_memory(err);
    }
    if (replaceable(out->path)) {
        out->temporary = name.data;
        out->file = open_temporary(out, mode);
    } else {
        cc_buf_free(&name);
        out->file = open_directly(path, mode);
    }
    if (out->file) {
        *result = out;
        return CC_OK;
    }
    cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(errno));
    cc_error_file(err, path);
    output_free(out);
    return CC_EIO;
}

FILE *cc_output_file(struct cc_output *out)
{
    return out->file;
}

enum cc_status cc_output_commit(struct cc_output *out, struct cc_error *err)
{
    errno = 0;
    bool bad = fflush(out->file) != 0 || ferror(out->file);
    int why = errno;
    if (!out->path) { /* standard output: cc_finish closes it */
        output_free(out);
        return bad ? cc_error_set(err, CC_EIO, 0, 0, "cannot write output: %s", strerror(why)) : CC_OK;
    }
    if (fclose(out->file) != 0 && !bad) {
        bad = true;
        why = errno;
    }
    if (!bad && out->temporary && rename(out->temporary, out->path) != 0) {
        bad = true;
        why = errno;
    }
    if (bad) {
        if (out->temporary) unlink(out->temporary);
        cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(why));
        cc_error_file(err, out->path);
    }
    output_free(out);
    return bad ? CC_EIO : CC_OK;
}

void cc_output_discard(struct cc_output *out)
{
    if (!out) return;
    if (out->path) fclose(out->file);
    if (out->temporary) unlink(out->temporary);
    output_free(out);
}

bool cc_output_same(const char *path, const char *other)
{
    struct stat a, b;
    if (!path || !other || !strcmp(path, "-") || !strcmp(other, "-")) return false;
    if (!strcmp(path, other)) return true;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && S_ISREG(a.st_mode) && a.st_dev == b.st_dev
        && a.st_ino == b.st_ino;
}

struct cc_outdir {
    char *path, *temporary;
    char **names;
    size_t count, room;
};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

void cc_outdir_discard(struct cc_outdir *out)
{
    if (!out) return;
    if (out->temporary) nftw(out->temporary, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < out->count; i++) free(out->names[i]);
    free(out->names);
    free(out->path);
    free(out->temporary);
    free(out);
}

/* mkdir -p; a folder that is there already is fine */
static bool make_folders(char *path)
{
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        bool ok = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!ok) return false;
    }
    struct stat st;
    if (mkdir(path, 0777) == 0) return true;
    if (errno != EEXIST || stat(path, &st) != 0) return false;
    if (S_ISDIR(st.st_mode)) return true;
    errno = ENOTDIR;
    return false;
}

enum cc_status cc_outdir_open(const char *path, struct cc_outdir **result, struct cc_error *err)
{
    *result = NULL;
    struct cc_outdir *out = calloc(1, sizeof *out);
    struct cc_buf name = { 0 };
    if (!out || !(out->path = cc_strdup(path))) {
        free(out);
        return cc_error_memory(err);
    }
    size_t n = strlen(path);
    while (n > 1 && out->path[n - 1] == '/') out->path[--n] = '\0';
    bool ok = make_folders(out->path) && cc_buf_printf(&name, "%s/.partial-XXXXXX", out->path);
    if (ok && mkdtemp(name.data)) {
        out->temporary = name.data;
        *result = out;
        return CC_OK;
    }
    cc_error_set(err, CC_EIO, 0, 0, "cannot make the folder: %s", strerror(errno));
    cc_error_file(err, path);
    cc_buf_free(&name);
    cc_outdir_discard(out);
    return CC_EIO;
}

char *cc_outdir_path(struct cc_outdir *out, const char *name)
{
    struct cc_buf full = { 0 };
    if (!cc_grow(&out->names, &out->room, out->count + 1, sizeof *out->names)
        || !cc_buf_printf(&full, "%s/%s", out->temporary, name)) return NULL;
    char *slash = strrchr(full.data, '/');
    *slash = '\0';
    bool ok = make_folders(full.data);
    *slash = '/';
    char *copy = ok ? cc_strdup(name) : NULL;
    if (!copy) {
        cc_buf_free(&full);
        return NULL;
    }
    out->names[out->count++] = copy;
    return full.data;
}

static bool move_in(struct cc_outdir *out, const char *name)
{
    struct cc_buf from = { 0 }, to = { 0 };
    bool ok = cc_buf_printf(&from, "%s/%s", out->temporary, name)
        && cc_buf_printf(&to, "%s/%s", out->path, name);
    if (ok) {
        char *slash = strrchr(to.data, '/');
        *slash = '\0';
        ok = make_folders(to.data);
        *slash = '/';
        ok = ok && rename(from.data, to.data) == 0;
    }
    cc_buf_free(&from);
    cc_buf_free(&to);
    return ok;
}

enum cc_status cc_outdir_commit(struct cc_outdir *out, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < out->count && st == CC_OK; i++)
        if (!move_in(out, out->names[i])) {
            st = cc_error_set(err, CC_EIO, 0, 0, "cannot write %s: %s", out->names[i], strerror(errno));
            cc_error_file(err, out->path);
        }
    cc_outdir_discard(out);
    return st;
}

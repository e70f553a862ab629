#ifndef SCRATCH_H
#define SCRATCH_H
/* Small files for tests, in a folder of their own that is removed at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static char scratch_folder[64];
static char scratch_path_text[128];

static inline void scratch_remove(void)
{
    if (!*scratch_folder) return;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch_folder);
    if (system(command) != 0) perror("scratch");
}

/** The path of a file of that name; valid until the next call. */
static inline const char *scratch_path(const char *name)
{
    if (!*scratch_folder) {
        strcpy(scratch_folder, "/tmp/casecount-test-XXXXXX");
        if (!mkdtemp(scratch_folder)) abort();
        atexit(scratch_remove);
    }
    snprintf(scratch_path_text, sizeof scratch_path_text, "%s/%s", scratch_folder, name);
    return scratch_path_text;
}

/** Writes n bytes. */
static inline const char *scratch_bytes(const char *name, const char *bytes, size_t n)
{
    const char *path = scratch_path(name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) abort();
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_bytes(name, text, strlen(text));
}

/** Writes text as gzip. */
static inline const char *scratch_gzip(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    gzFile f = gzopen(path, "wb");
    if (!f || gzwrite(f, text, (unsigned)strlen(text)) != (int)strlen(text) || gzclose(f) != Z_OK) abort();
    return path;
}

/** Cuts a file to n bytes. */
static inline void scratch_cut(const char *path, long n)
{
    if (truncate(path, n) != 0) abort();
}
#endif

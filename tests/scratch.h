#ifndef SCRATCH_H
#define SCRATCH_H
/* Small files for tests, in a folder of their own that is removed at the end. */
#include <isa-l/igzip_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    remove(path); /* some file systems wait for the disk when a file is written over */
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0) abort();
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_bytes(name, text, strlen(text));
}

/** n bytes as gzip, in memory to be freed. */
static inline char *scratch_gzip_bytes(const char *bytes, size_t n, size_t *packed)
{
    static unsigned char work[ISAL_DEF_LVL1_DEFAULT];
    size_t room = n + n / 8 + 512;
    struct isal_zstream z;
    isal_deflate_init(&z);
    z.gzip_flag = IGZIP_GZIP;
    z.level = 1;
    z.level_buf = work;
    z.level_buf_size = sizeof work;
    z.end_of_stream = 1;
    z.next_in = (unsigned char *)bytes;
    z.avail_in = (uint32_t)n;
    z.next_out = malloc(room);
    z.avail_out = (uint32_t)room;
    char *out = (char *)z.next_out;
    if (!out || isal_deflate(&z) != COMP_OK || z.avail_in > 0 || z.internal_state.state != ZSTATE_END) abort();
    *packed = room - z.avail_out;
    return out;
}

/** Writes text as gzip. */
static inline const char *scratch_gzip(const char *name, const char *text)
{
    size_t n;
    char *packed = scratch_gzip_bytes(text, strlen(text), &n);
    const char *path = scratch_bytes(name, packed, n);
    free(packed);
    return path;
}

/** Cuts a file to n bytes. */
static inline void scratch_cut(const char *path, long n)
{
    if (truncate(path, n) != 0) abort();
}
#endif

/* Finding side files, and having them made. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/records/cc_stored_file.h"

enum { SAMPLES = 64, SAMPLE_BYTES = 4096 };

/* --- of which file, in which state --- */

/* Where the i-th sample of a file begins: spread over it, the first and the last bytes among them. */
static uint64_t sample_at(uint64_t size, uint64_t i)
{
    return i + 1 == SAMPLES ? size - SAMPLE_BYTES : (size - SAMPLE_BYTES) / (SAMPLES - 1) * i;
}

/* The hash of the samples; of a small file, of all of it. */
static bool sample(int fd, uint64_t size, uint64_t *hash)
{
    bool small = size <= SAMPLES * SAMPLE_BYTES;
    size_t n = small ? (size_t)size : SAMPLES * SAMPLE_BYTES;
    char *bytes = malloc(n + 1);
    bool ok = bytes && (!small || cc_stored_pread(fd, bytes, n, 0));
    for (uint64_t i = 0; ok && !small && i < SAMPLES; i++)
        ok = cc_stored_pread(fd, bytes + i * SAMPLE_BYTES, SAMPLE_BYTES, sample_at(size, i));
    if (ok) *hash = cc_stored_hash(bytes, n);
    free(bytes);
    return ok;
}

static enum cc_status key_of(struct cc_records *r, int source, struct stored_key *key, struct cc_error *err)
{
    *key = (struct stored_key){ .delimiter = (unsigned char)cc_records_delimiter(r) };
    struct stat st;
    if (!cc_input_identity(cc_records_input(r), &key->file))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "only files that can be read again have a side file");
    bool same = fstat(source, &st) == 0 && (uint64_t)st.st_ino == key->file.inode
        && (uint64_t)st.st_dev == key->file.device;
    if (same && sample(source, key->file.size, &key->sample)) return CC_OK;
    return cc_error_set(err, CC_EIO, 0, 0, "the file cannot be read twice");
}

static bool same_key(const struct stored_key *a, const struct stored_key *b)
{
    return cc_stored_same_file(&a->file, &b->file) && a->sample == b->sample && a->delimiter == b->delimiter;
}

/* Beside the file; in a folder for all, names of files in different places must not collide. */
static char *side_path(const char *path, const char *folder)
{
    struct cc_buf name = { 0 };
    const char *slash = strrchr(path, '/');
    char *full = folder ? realpath(path, NULL) : NULL;
    bool ok = !folder ? cc_buf_printf(&name, "%s.columns", path)
        : full && cc_buf_printf(&name, "%s/%s-%016llx.columns", folder, slash ? slash + 1 : path,
                                (unsigned long long)cc_stored_hash(full, strlen(full)));
    free(full);
    if (!ok) cc_buf_free(&name);
    return ok ? name.data : NULL;
}

/* --- finding --- */

/* A side file with this key, or NULL. */
static struct cc_stored *find(const char *side, const struct stored_key *key)
{
    struct cc_stored *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    atomic_init(&s->damaged, false);
    s->path = cc_strdup(side);
    s->fd = open(side, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->path && s->fd >= 0 && cc_stored_get(s->fd, &s->d) && same_key(&s->d.key, key)) return s;
    cc_stored_close(s);
    return NULL;
}

static bool is_whole(const struct cc_stored *s, int source)
{
    uint64_t hash[2];
    return cc_stored_whole(source, NULL, hash) && !memcmp(hash, s->d.whole, sizeof hash);
}

static int column_of(const struct cc_stored *s, const struct cc_records *r, size_t variable)
{
    const char *name;
    size_t start, width;
    if (!cc_records_place(r, variable, &name, &start, &width)) return -1;
    return cc_stored_column(s, name, start, width);
}

/* Which variables it shall hold: those that are asked for and those that it holds already (s may be NULL).
 * Returns how many; *missing tells whether it holds less. */
static size_t list_variables(const struct cc_stored *s, const struct cc_records *r, const struct cc_codebook *cb,
                             const size_t *asked, size_t n, size_t *list, bool *missing)
{
    size_t count = 0;
    *missing = !s;
    for (size_t v = 0; v < cb->count; v++) {
        bool wanted = false, held = s && column_of(s, r, v) >= 0;
        for (size_t i = 0; i < n; i++) wanted |= asked[i] == v;
        *missing |= wanted && !held;
        if (wanted || held) list[count++] = v;
    }
    return count;
}

static enum cc_status find_or_build(const char *side, struct cc_records *r, const struct cc_codebook *cb,
                                    int source, bool verify, const size_t *asked, size_t n, struct cc_stored **out,
                                    struct cc_error *err)
{
    struct stored_key key;
    enum cc_status st = key_of(r, source, &key, err);
    if (st != CC_OK) return st;
    size_t *list = malloc((cb->count + 1) * sizeof *list);
    if (!list) return cc_error_memory(err);
    struct cc_stored *s = find(side, &key);
    if (s && verify && !is_whole(s, source)) {
        cc_stored_close(s);
        s = NULL;
    }
    bool missing;
    size_t count = list_variables(s, r, cb, asked, n, list, &missing);
    if (missing) {
        cc_stored_close(s);
        s = NULL;
        st = cc_stored_build(side, r, cb, list, count, &key, source, err);
        if (st == CC_OK) s = find(side, &key);
    }
    free(list);
    if (st == CC_OK && !s) st = cc_error_set(err, CC_EIO, 0, 0, "it is gone");
    *out = s;
    return st;
}

enum cc_status cc_stored_open(const char *path, const struct cc_codebook *cb,
                              const struct cc_records_options *reading, const struct cc_stored_options *options,
                              const size_t *variables, size_t n, struct cc_stored **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_records_options whole = reading ? *reading : (struct cc_records_options){ 0 };
    whole.part = NULL;
    whole.stored = NULL;
    whole.hash = false;
    struct cc_records *r;
    if (!cc_input_is_regular(path))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "only files that can be read again have a side file");
    enum cc_status st = cc_records_open(path, cb, &whole, &r, err);
    if (st != CC_OK) return st;
    size_t described;
    bool as_read = cc_records_described(r, &described) != NULL; /* its dates are written as the codebook has them */
    int source = cc_records_nested(r) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    char *side = side_path(path, options->folder);
    if (as_read) st = cc_error_set(err, CC_EUSAGE, 0, 0, "files of SPSS, Stata and SAS have no side file");
    if (cc_records_nested(r)) st = cc_error_set(err, CC_EUSAGE, 0, 0, "nested records have no columns");
    for (size_t i = 0; st == CC_OK && i < n; i++)
        if (!cc_records_has(r, variables[i])) st = cc_error_set(err, CC_EDATA, 1, 0, "the file lacks a column");
    if (st == CC_OK && source < 0) st = cc_error_set(err, CC_EIO, 0, 0, "the file cannot be read twice");
    if (st == CC_OK && !side) st = cc_error_memory(err);
    if (st == CC_OK) st = find_or_build(side, r, cb, source, options->verify, variables, n, out, err);
    free(side);
    if (source >= 0) close(source);
    cc_records_close(r);
    return st;
}

#include "datasets/base/cc_text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_input.h"

bool cc_grow(void *array, size_t *room, size_t need, size_t size)
{
    if (need <= *room) return true;
    size_t want = *room ? *room : 8;
    while (want < need) want *= 2;
    if (want > SIZE_MAX / size) return false;
    void *old;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, want * size);
    if (!grown) return false;
    memcpy(array, &grown, sizeof grown);
    *room = want;
    return true;
}

bool cc_buf_add(struct cc_buf *b, const char *bytes, size_t n)
{
    if (!cc_grow(&b->data, &b->room, b->size + n + 1, 1)) return false;
    if (n) memcpy(b->data + b->size, bytes, n);
    b->size += n;
    b->data[b->size] = '\0';
    return true;
}

bool cc_buf_text(struct cc_buf *b, const char *text)
{
    return cc_buf_add(b, text, strlen(text));
}

bool cc_buf_char(struct cc_buf *b, char c)
{
    return cc_buf_add(b, &c, 1);
}

bool cc_buf_printf(struct cc_buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    bool ok = n >= 0 && cc_grow(&b->data, &b->room, b->size + (size_t)n + 1, 1);
    if (ok) {
        vsnprintf(b->data + b->size, (size_t)n + 1, fmt, again);
        b->size += (size_t)n;
    }
    va_end(again);
    return ok;
}

void cc_buf_clear(struct cc_buf *b)
{
    b->size = 0;
    if (b->data) b->data[0] = '\0';
}

void cc_buf_free(struct cc_buf *b)
{
    free(b->data);
    *b = (struct cc_buf){ 0 };
}

enum cc_status cc_text_read(const char *path, char **text, struct cc_error *err)
{
    *text = NULL;
    struct cc_input *in;
    enum cc_status st = cc_input_open(path, &in, err);
    if (st != CC_OK) return st;
    struct cc_buf all = { 0 };
    char block[1 << 14];
    size_t n = 0;
    while ((st = cc_input_read(in, block, sizeof block, &n, err)) == CC_OK)
        if (!cc_buf_add(&all, block, n)) {
            st = cc_error_memory(err);
            break;
        }
    cc_input_close(in);
    if (st == CC_END) {
        const char *nul = all.size ? memchr(all.data, 0, all.size) : NULL;
        if (!nul && cc_buf_add(&all, "", 0)) {
            *text = all.data;
            return CC_OK;
        }
        size_t line = 1;
        for (const char *c = all.data; nul && c < nul; c++) line += *c == '\n';
        st = nul ? cc_error_set(err, CC_EDATA, line, 0, "NUL byte: this is not a text file")
                 : cc_error_memory(err);
    }
    cc_error_file(err, path);
    cc_buf_free(&all);
    return st;
}

char *cc_strndup(const char *text, size_t n)
{
    char *copy = malloc(n + 1);
    if (!copy) return NULL;
    if (n) memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

char *cc_strdup(const char *text)
{
    return cc_strndup(text, strlen(text));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *cc_trim(char *text)
{
    while (is_blank(*text)) text++;
    size_t n = strlen(text);
    while (n && is_blank(text[n - 1])) text[--n] = '\0';
    return text;
}

size_t cc_split(char *text, char separator, char **parts, size_t max)
{
    if (!*cc_trim(text)) return 0;
    size_t n = 0;
    for (char *start = text; start && n < max;) {
        char *end = strchr(start, separator);
        if (end) *end = '\0';
        parts[n++] = cc_trim(start);
        start = end ? end + 1 : NULL;
    }
    return n;
}

bool cc_name_equal(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = *a == '_' ? '-' : *a, y = *b == '_' ? '-' : *b;
        if (x != y) return false;
    }
    return *a == *b;
}

bool cc_case_equal(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
    return *a == *b;
}

static size_t distance(const char *a, const char *b)
{
    enum { MAX = 64 };
    size_t la = strlen(a), lb = strlen(b), row[MAX + 1];
    if (la > MAX || lb > MAX) return MAX;
    for (size_t j = 0; j <= lb; j++) row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t change = diagonal
                + (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            diagonal = row[j];
            size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < best ? change : best;
        }
    }
    return row[lb];
}

const char *cc_suggest(const char *typed, const char *const *names, size_t n)
{
    size_t limit = strlen(typed) / 3 > 2 ? strlen(typed) / 3 : 2;
    const char *best = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(typed, names[i]);
        if (d > limit || d >= strlen(names[i])) continue;
        best = names[i];
        limit = d ? d - 1 : 0;
        if (d == 0) break;
    }
    return best;
}

bool cc_parse_int64(const char *text, int64_t *out)
{
    if (!text || !*text || isspace((unsigned char)*text)) return false;
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || *end || end == text) return false;
    *out = v;
    return true;
}

bool cc_parse_double(const char *text, double *out)
{
    if (!text || !*text || isspace((unsigned char)*text)) return false;
    if (strpbrk(text, "xX")) return false; /* no hexadecimal */
    char *end;
    errno = 0;
    double v = strtod(text, &end);
    if (*end || end == text || !isfinite(v) || (errno == ERANGE && fabs(v) > 1)) return false;
    *out = v;
    return true;
}

const char *cc_format_double(double x, char buf[32])
{
    if (isnan(x)) snprintf(buf, 32, "NA");
    else if (isinf(x)) snprintf(buf, 32, "%s", x > 0 ? "Inf" : "-Inf");
    else snprintf(buf, 32, "%.15g", x == 0 ? 0.0 : x);
    return buf;
}

uint64_t cc_hash(const char *bytes, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

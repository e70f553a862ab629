#include "report/chart/cc_gnuplot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_run.h"

bool cc_gp_quote(struct cc_buf *out, const char *text)
{
    bool ok = cc_buf_char(out, '\'');
    for (const unsigned char *s = (const unsigned char *)text; ok && *s; s++) {
        if (*s == '\'') ok = cc_buf_text(out, "\xe2\x80\x99");
        else ok = cc_buf_char(out, *s < ' ' || *s == 127 ? ' ' : (char)*s);
    }
    return ok && cc_buf_char(out, '\'');
}

static enum cc_status put_file(const char *path, const struct cc_buf *b, struct cc_error *err)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(b->data, 1, b->size, f) == b->size;
    if (f && fclose(f) != 0) ok = false;
    return ok ? CC_OK : cc_error_set(err, CC_EIO, 0, 0, "cannot write a temporary file: %s", strerror(errno));
}

static enum cc_status get_file(const char *path, struct cc_buf *b, struct cc_error *err)
{
    FILE *f = fopen(path, "rb");
    if (!f) return cc_error_set(err, CC_EIO, 0, 0, "cannot read a temporary file: %s", strerror(errno));
    char part[8192];
    bool ok = true;
    for (size_t n; ok && (n = fread(part, 1, sizeof part, f)) > 0;) ok = cc_buf_add(b, part, n);
    bool bad = ferror(f) != 0;
    fclose(f);
    if (!ok) return cc_error_memory(err);
    return bad ? cc_error_set(err, CC_EIO, 0, 0, "cannot read a temporary file") : CC_OK;
}

/* gnuplot says what is wrong on a line that names the file and "line N:". */
static void first_message(const char *path, char *out, size_t room)
{
    struct cc_buf b = { 0 };
    *out = '\0';
    if (get_file(path, &b, NULL) == CC_OK && b.data) {
        const char *at = strstr(b.data, " line ");
        at = at ? at + 1 : b.data;
        at += strspn(at, " \n");
        snprintf(out, room, ": %.*s", (int)strcspn(at, "\n"), at);
    }
    cc_buf_free(&b);
}

static enum cc_status run_in(const char *folder, const struct cc_buf *script, struct cc_buf *picture,
                             struct cc_error *err)
{
    char in[512], out[512], messages[512], why[256];
    snprintf(in, sizeof in, "%s/script", folder);
    snprintf(out, sizeof out, "%s/picture", folder);
    snprintf(messages, sizeof messages, "%s/messages", folder);
    enum cc_status st = put_file(in, script, err);
    if (st == CC_OK) {
        char name[] = "gnuplot", defaults[] = "-d";
        char *argv[] = { name, defaults, in, NULL };
        int code;
        st = cc_run(argv, out, messages, &code, err);
        if (st == CC_EIO && code != 127) {
            first_message(messages, why, sizeof why);
            cc_error_set(err, CC_EIO, 0, 0, "gnuplot failed with status %d%s", code, why);
        } else if (st == CC_EIO)
            cc_error_set(err, CC_EIO, 0, 0, "gnuplot is needed for pictures and was not found");
    }
    if (st == CC_OK) st = get_file(out, picture, err);
    if (st == CC_OK && picture->size == 0) st = cc_error_set(err, CC_EIO, 0, 0, "gnuplot made no picture");
    unlink(in);
    unlink(out);
    unlink(messages);
    return st;
}

enum cc_status cc_gnuplot(const struct cc_buf *script, struct cc_buf *picture, struct cc_error *err)
{
    const char *base = getenv("TMPDIR");
    char folder[400];
    if (snprintf(folder, sizeof folder, "%s/casecount-XXXXXX", base && *base ? base : "/tmp")
            >= (int)sizeof folder
        || !mkdtemp(folder))
        return cc_error_set(err, CC_EIO, 0, 0, "cannot make a temporary folder");
    enum cc_status st = run_in(folder, script, picture, err);
    rmdir(folder);
    if (st != CC_OK) cc_buf_free(picture);
    return st;
}

#include "datasets/convert/cc_emit.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool cc_emit_delimited(struct cc_buf *out, struct cc_span s, char delimiter)
{
    bool quote = s.n && (is_blank(s.text[0]) || is_blank(s.text[s.n - 1]));
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.text[i] == delimiter || s.text[i] == '"' || s.text[i] == '\r' || s.text[i] == '\n';
    if (!quote) return cc_buf_add(out, s.text, s.n);
    bool ok = cc_buf_char(out, '"');
    for (size_t i = 0; ok && i < s.n; i++)
        ok = (s.text[i] != '"' || cc_buf_char(out, '"')) && cc_buf_char(out, s.text[i]);
    return ok && cc_buf_char(out, '"');
}

/* Bytes of the UTF-8 character that s begins with; 0 if it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80) return 1;
    size_t length = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
    if (!length || n < length) return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)) return 0;
    if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)) return 0;
    return length;
}

bool cc_emit_json(struct cc_buf *out, struct cc_span s, bool *utf8)
{
    bool ok = cc_buf_char(out, '"');
    *utf8 = true;
    for (size_t i = 0, length; ok && i < s.n; i += length) {
        const unsigned char *c = (const unsigned char *)s.text + i;
        length = utf8_length(c, s.n - i);
        if (!length) {
            *utf8 = false;
            return true;
        }
        if (*c == '"' || *c == '\\') ok = cc_buf_char(out, '\\') && cc_buf_char(out, (char)*c);
        else if (*c < 0x20) ok = cc_buf_printf(out, "\\u%04x", (unsigned)*c);
        else ok = cc_buf_add(out, s.text + i, length);
    }
    return ok && cc_buf_char(out, '"');
}

static enum cc_status flush(struct cc_emit *e, bool ok, struct cc_error *err)
{
    if (!ok || !cc_buf_char(&e->line, '\n')) return cc_error_memory(err);
    (void)fwrite(e->line.data, 1, e->line.size, e->out); /* a failure shows at the end */
    cc_buf_clear(&e->line);
    return CC_OK;
}

static char delimiter_of(const struct cc_emit *e)
{
    return e->target == CC_TARGET_TSV ? '\t' : ',';
}

/* A line that would be blank is no row: a lone empty field is quoted. */
static bool add_delimited(struct cc_emit *e, size_t i, struct cc_span s)
{
    if (e->count == 1 && s.n == 0) return cc_buf_text(&e->line, "\"\"");
    return (i == 0 || cc_buf_char(&e->line, delimiter_of(e))) && cc_emit_delimited(&e->line, s, delimiter_of(e));
}

enum cc_status cc_emit_start(struct cc_emit *e, struct cc_error *err)
{
    if (e->target != CC_TARGET_CSV && e->target != CC_TARGET_TSV) return CC_OK;
    bool ok = true;
    for (size_t i = 0; i < e->count && ok; i++)
        ok = add_delimited(e, i, (struct cc_span){ e->columns[i].name, strlen(e->columns[i].name) });
    return flush(e, ok, err);
}

static struct cc_span trimmed(struct cc_span s)
{
    while (s.n && is_blank(s.text[0])) s.text++, s.n--;
    while (s.n && is_blank(s.text[s.n - 1])) s.n--;
    return s;
}

static enum cc_status put_place(struct cc_emit *e, size_t i, struct cc_span s, struct cc_error *err)
{
    const struct cc_emit_column *c = &e->columns[i];
    s = trimmed(s);
    if (s.n > c->width)
        return cc_error_set(err, CC_EDATA, 0, i + 1, "'%s': a text of %zu bytes does not fit its place of %zu", c->name,
                            s.n, c->width);
    for (size_t k = 0; k < s.n; k++)
        if ((unsigned char)s.text[k] < ' ' && s.text[k] != '\t')
            return cc_error_set(err, CC_EDATA, 0, i + 1,
                                "'%s': a line end or control character cannot stand in a fixed-width record", c->name);
    memcpy(e->line.data + c->start - 1, s.text, s.n);
    return CC_OK;
}

static enum cc_status fixed_row(struct cc_emit *e, const struct cc_span *fields, struct cc_error *err)
{
    for (size_t i = 0; i < e->record_width; i++)
        if (!cc_buf_char(&e->line, ' ')) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < e->count && st == CC_OK; i++)
        if (fields[i].n) st = put_place(e, i, fields[i], err);
    return st == CC_OK ? flush(e, true, err) : st;
}

static enum cc_status json_row(struct cc_emit *e, const struct cc_span *fields, struct cc_error *err)
{
    bool ok = cc_buf_char(&e->line, '{'), utf8 = true;
    for (size_t i = 0; i < e->count && ok && utf8; i++) {
        struct cc_span name = { e->columns[i].name, strlen(e->columns[i].name) };
        ok = (i == 0 || cc_buf_char(&e->line, ',')) && cc_emit_json(&e->line, name, &utf8)
            && cc_buf_char(&e->line, ':');
        if (ok && utf8)
            ok = fields[i].n ? cc_emit_json(&e->line, fields[i], &utf8) : cc_buf_text(&e->line, "null");
        if (!utf8) return cc_error_set(err, CC_EDATA, 0, i + 1, "a text is not UTF-8, which JSON must be");
    }
    return flush(e, ok && cc_buf_char(&e->line, '}'), err);
}

enum cc_status cc_emit_row(struct cc_emit *e, const struct cc_span *fields, struct cc_error *err)
{
    cc_buf_clear(&e->line);
    if (e->target == CC_TARGET_FIXED) return fixed_row(e, fields, err);
    if (e->target == CC_TARGET_NDJSON) return json_row(e, fields, err);
    bool ok = true;
    for (size_t i = 0; i < e->count && ok; i++) ok = add_delimited(e, i, fields[i]);
    return flush(e, ok, err);
}

void cc_emit_free(struct cc_emit *e)
{
    cc_buf_free(&e->line);
}

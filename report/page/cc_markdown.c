#include "report/page/cc_markdown.h"

#include <ctype.h>
#include <string.h>

/* '<' before a digit or blank opens no tag, and "<11" should stay readable; '_' between letters
 * marks nothing. first: at the start of a line. */
static bool special(const char *at, char before, bool first)
{
    unsigned char next = (unsigned char)at[1];
    if (*at == '_') return !isalnum((unsigned char)before) || !isalnum(next);
    if (strchr("\\`*[]|~{}&", *at)) return true;
    if (*at == '<') return isalpha(next) || next == '/' || next == '!' || next == '?';
    if (*at == '!') return next == '[';
    return first && strchr("#+->=", *at);
}

/* "1." or "1)" at the start of a line would open a list. */
static size_t list_mark(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n && (text[n] == '.' || text[n] == ')') ? n : 0;
}

bool cc_markdown_escape(struct cc_buf *out, const char *text)
{
    bool start = !out->size || out->data[out->size - 1] == '\n', ok = true;
    size_t mark = start ? list_mark(text) : 0;
    for (const char *at = text; *at && ok; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < ' ' || c == 127) ok = cc_buf_char(out, ' ');
        else if (special(at, at == text ? ' ' : at[-1], start && at == text) || (mark && at == text + mark))
            ok = cc_buf_char(out, '\\') && cc_buf_char(out, *at);
        else ok = cc_buf_char(out, *at);
    }
    return ok;
}

static bool put_row(const struct cc_grid *g, size_t row, struct cc_buf *out)
{
    bool ok = cc_buf_char(out, '|');
    for (size_t c = 0; c < g->columns && ok; c++) {
        const char *text = cc_grid_cell(g, row, c)->text, *strong = g->strong[row] && *text ? "**" : "";
        ok = cc_buf_printf(out, " %s", strong) && cc_markdown_escape(out, text)
            && cc_buf_printf(out, "%s |", strong);
    }
    return ok && cc_buf_char(out, '\n');
}

static bool put_grid(const struct cc_grid *g, struct cc_buf *out)
{
    bool ok = *g->label ? cc_buf_printf(out, "**%s.** %s\n\n|", g->label, g->caption)
                        : cc_buf_printf(out, "%s\n\n|", g->caption);
    for (size_t c = 0; c < g->columns && ok; c++)
        ok = cc_buf_char(out, ' ') && cc_markdown_escape(out, g->headings[c]) && cc_buf_text(out, " |");
    ok = ok && cc_buf_text(out, "\n|");
    for (size_t c = 0; c < g->columns && ok; c++) ok = cc_buf_text(out, g->numbers[c] ? "--:|" : ":--|");
    ok = ok && cc_buf_char(out, '\n');
    for (size_t r = 0; r < g->rows && ok; r++) ok = put_row(g, r, out);
    return ok && (!*g->after || cc_buf_printf(out, "\n%s\n", g->after));
}

static bool put_figure(const struct cc_figure *f, struct cc_buf *out)
{
    bool ok = cc_buf_text(out, "![") && cc_markdown_escape(out, f->alt)
        && cc_buf_printf(out, "](%s)\n\n**%s.** %s\n", f->source, f->label, f->caption);
    if (ok && *f->description)
        ok = cc_buf_text(out, "\nIn words: ") && cc_markdown_escape(out, f->description)
            && cc_buf_char(out, '\n');
    return ok && (!*f->after || cc_buf_printf(out, "\n%s\n", f->after));
}

bool cc_markdown_write(const struct cc_document *d, struct cc_buf *out)
{
    bool ok = true;
    for (size_t i = 0; i < d->count && ok; i++) {
        const struct cc_document_part *p = &d->parts[i];
        if (i) ok = cc_buf_char(out, '\n');
        if (!ok) break;
        if (p->grid) ok = put_grid(p->grid, out);
        else if (p->figure) ok = put_figure(p->figure, out);
        else ok = cc_buf_printf(out, "%s\n", p->prose);
    }
    return ok;
}

#include "report/page/cc_html.h"

#include <md4c-html.h>
#include <string.h>

/* Contrast of every pair of colours is 7:1 or more, lines 3:1. */
static const char style[] =
    ":root{color-scheme:light}\n"
    "body{margin:0 auto;padding:2.5rem 1.25rem 5rem;max-width:54rem;background:#fff;color:#1b1f24;"
    "font:1.0625rem/1.6 Georgia,'Noto Serif','Liberation Serif',serif}\n"
    "h1,h2,h3,table,figcaption,summary{"
    "font-family:'Segoe UI','Noto Sans','Liberation Sans',Arial,sans-serif}\n"
    "p,ul,blockquote{max-width:46rem}\n"
    "h1{font-size:1.75rem;line-height:1.25;margin:0 0 1.5rem;padding-bottom:.75rem;"
    "border-bottom:3px solid #1f4e79}\n"
    "h2{font-size:1.25rem;line-height:1.3;margin:2.75rem 0 .75rem;color:#1f4e79}\n"
    "h3{font-size:1.0625rem;margin:2rem 0 .5rem}\n"
    "a{color:#1a4f8b}a:focus,summary:focus,.wide:focus{outline:3px solid #b35900;outline-offset:2px}\n"
    "blockquote{margin:1.5rem 0;padding:.5rem 1.1rem;border-left:5px solid #8a5a00;background:#fdf6e7}\n"
    "blockquote p{margin:.3rem 0}\n"
    "code{font-family:'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;font-size:.85em;"
    "overflow-wrap:anywhere}\n"
    "pre{overflow-x:auto;background:#f3f5f7;padding:.75rem}pre code{overflow-wrap:normal}\n"
    ".wide{overflow-x:auto;margin:2rem 0 0}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{caption-side:top;text-align:left;padding:0 0 .6rem;font-size:.95rem}\n"
    "th,td{padding:.4rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid #c9d0d8}\n"
    "thead th{vertical-align:bottom;border-bottom:2px solid #1f4e79;font-weight:600}\n"
    "tbody th{font-weight:400;min-width:7rem}\n"
    "li{margin:.6rem 0}\n"
    ".n{text-align:right}td.n{white-space:nowrap}td.w{white-space:normal}\n"
    ".t th,.t td{font-weight:700;border-top:2px solid #1f4e79;border-bottom:2px solid #1f4e79}\n"
    "abbr{text-decoration:none}\n"
    ".after{font-size:.92rem;margin:.6rem 0 2rem;color:#33393f}.after p{margin:.45rem 0}\n"
    ".after>p:first-child:not(:only-child){font-size:1.02rem;color:#1b1f24}\n"
    "figure{margin:2rem 0 0}figure img{max-width:100%;height:auto;display:block}\n"
    "figcaption{font-size:.95rem;margin-top:.5rem}details{margin:.5rem 0;font-size:.92rem}\n"
    "summary{cursor:pointer;font-size:.9rem}\n"
    "@media print{body{max-width:none;padding:0;font-size:10.5pt}.wide{overflow:visible}"
    "h2,h3,caption{break-after:avoid}figure,tr{break-inside:avoid}thead{display:table-header-group}"
    "a{color:inherit}}\n";

bool cc_html_escape(struct cc_buf *out, const char *text)
{
    bool ok = true;
    for (; *text && ok; text++) switch (*text) {
        case '&': ok = cc_buf_text(out, "&amp;"); break;
        case '<': ok = cc_buf_text(out, "&lt;"); break;
        case '>': ok = cc_buf_text(out, "&gt;"); break;
        case '"': ok = cc_buf_text(out, "&quot;"); break;
        case '\'': ok = cc_buf_text(out, "&#39;"); break;
        default: ok = cc_buf_char(out, *text);
        }
    return ok;
}

struct sink {
    struct cc_buf *out;
    bool failed;
};

static void take(const MD_CHAR *text, MD_SIZE n, void *user)
{
    struct sink *s = user;
    if (!cc_buf_add(s->out, text, n)) s->failed = true;
}

static bool put_markdown(struct cc_buf *out, const char *text)
{
    struct sink s = { out, false };
    return md_html(text, (MD_SIZE)strlen(text), take, &s, MD_FLAG_NOHTML | MD_FLAG_TABLES, MD_HTML_FLAG_XHTML)
        == 0
        && !s.failed;
}

/* One paragraph of Markdown without its <p> and </p>. */
static bool put_inline(struct cc_buf *out, const char *text)
{
    struct cc_buf b = { 0 };
    bool ok = put_markdown(&b, text);
    if (ok && b.size >= 8 && !strncmp(b.data, "<p>", 3) && !strcmp(b.data + b.size - 5, "</p>\n"))
        ok = cc_buf_add(out, b.data + 3, b.size - 8);
    else if (ok && b.data) ok = cc_buf_text(out, b.data);
    cc_buf_free(&b);
    return ok;
}

static bool put_cell(const struct cc_grid *g, size_t row, size_t column, struct cc_buf *out)
{
    const struct cc_grid_cell *cell = cc_grid_cell(g, row, column);
    const char *tag = column == 0 ? "th" : "td", *scope = column == 0 ? " scope=\"row\"" : "";
    const char *kind = !g->numbers[column] ? "" : strchr(cell->text, ' ') ? " class=\"n w\"" : " class=\"n\"";
    bool ok = cc_buf_printf(out, "<%s%s%s>", tag, scope, kind);
    if (ok && cell->spoken)
        ok = cc_buf_text(out, "<abbr title=\"") && cc_html_escape(out, cell->spoken)
            && cc_buf_text(out, "\">") && cc_html_escape(out, cell->text) && cc_buf_text(out, "</abbr>");
    else if (ok) ok = cc_html_escape(out, cell->text);
    return ok && cc_buf_printf(out, "</%s>", tag);
}

static bool put_head(const struct cc_grid *g, struct cc_buf *out)
{
    bool ok = cc_buf_text(out, "<thead>\n<tr>");
    for (size_t c = 0; c < g->columns && ok; c++) {
        ok = cc_buf_printf(out, "<th scope=\"col\"%s>", g->numbers[c] ? " class=\"n\"" : "")
            && cc_html_escape(out, g->headings[c]) && cc_buf_text(out, "</th>");
    }
    return ok && cc_buf_text(out, "</tr>\n</thead>\n<tbody>\n");
}

static bool put_grid(const struct cc_grid *g, struct cc_buf *out)
{
    bool noted = *g->after;
    bool ok = cc_buf_printf(
                  out,
                  "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s-caption\">\n"
                  "<table id=\"%s\"",
                  g->id, g->id)
        && (!noted || cc_buf_printf(out, " aria-describedby=\"%s-note\"", g->id))
        && cc_buf_printf(out, ">\n<caption id=\"%s-caption\">", g->id)
        && (!*g->label || cc_buf_printf(out, "<strong>%s.</strong> ", g->label))
        && put_inline(out, g->caption) && cc_buf_text(out, "</caption>\n") && put_head(g, out);
    for (size_t r = 0; r < g->rows && ok; r++) {
        ok = cc_buf_text(out, g->strong[r] ? "<tr class=\"t\">" : "<tr>");
        for (size_t c = 0; c < g->columns && ok; c++) ok = put_cell(g, r, c, out);
        ok = ok && cc_buf_text(out, "</tr>\n");
    }
    ok = ok && cc_buf_text(out, "</tbody>\n</table>\n</div>\n");
    if (ok && noted)
        ok = cc_buf_printf(out, "<div class=\"after\" id=\"%s-note\">\n", g->id)
            && put_markdown(out, g->after) && cc_buf_text(out, "</div>\n");
    return ok;
}

static bool put_figure(const struct cc_figure *f, struct cc_buf *out)
{
    bool ok = cc_buf_printf(out, "<figure id=\"%s\">\n<img src=\"", f->id) && cc_html_escape(out, f->source)
        && cc_buf_text(out, "\" alt=\"") && cc_html_escape(out, f->alt)
        && cc_buf_printf(out, "\" />\n<figcaption><strong>%s.</strong> ", f->label)
        && put_inline(out, f->caption) && cc_buf_text(out, "</figcaption>\n</figure>\n");
    if (ok && *f->description)
        ok = cc_buf_text(out, "<details>\n<summary>The figure in words</summary>\n<p>")
            && cc_html_escape(out, f->description) && cc_buf_text(out, "</p>\n</details>\n");
    if (ok && *f->after)
        ok = cc_buf_text(out, "<div class=\"after\">\n") && put_markdown(out, f->after)
            && cc_buf_text(out, "</div>\n");
    return ok;
}

bool cc_html_write(const struct cc_document *d, struct cc_buf *out)
{
    bool ok = cc_buf_text(out, "<!DOCTYPE html>\n<html lang=\"") && cc_html_escape(out, d->lang)
        && cc_buf_text(out,
                       "\">\n<head>\n<meta charset=\"utf-8\" />\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>")
        && cc_html_escape(out, d->title)
        && cc_buf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
    for (size_t i = 0; i < d->count && ok; i++) {
        const struct cc_document_part *p = &d->parts[i];
        if (p->grid) ok = put_grid(p->grid, out);
        else if (p->figure) ok = put_figure(p->figure, out);
        else ok = put_markdown(out, p->prose);
    }
    return ok && cc_buf_text(out, "</main>\n</body>\n</html>\n");
}

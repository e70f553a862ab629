#include "report/chart/cc_svg.h"

#include <string.h>

bool cc_xml_escape(struct cc_buf *out, const char *text)
{
    bool ok = cc_buf_text(out, "");
    for (const unsigned char *s = (const unsigned char *)text; ok && *s; s++) switch (*s) {
        case '&': ok = cc_buf_text(out, "&amp;"); break;
        case '<': ok = cc_buf_text(out, "&lt;"); break;
        case '>': ok = cc_buf_text(out, "&gt;"); break;
        case '"': ok = cc_buf_text(out, "&quot;"); break;
        default: ok = cc_buf_char(out, *s < ' ' ? ' ' : (char)*s);
        }
    return ok;
}

/* gnuplot knows one font name and no weight. Only inside tags: a label may read the same. */
static const char *const better[][2] = {
    { "font-family=\"Arial:Bold\"", "font-family=\"Arial, Helvetica, sans-serif\" font-weight=\"bold\"" },
    { "font-family=\"Arial\"", "font-family=\"Arial, Helvetica, sans-serif\"" },
};

static bool add_better(struct cc_buf *out, const char *from, size_t n)
{
    bool ok = true, tag = false;
    for (size_t i = 0; ok && i < n;) {
        size_t skip = 0;
        tag = from[i] == '<' || (tag && from[i] != '>');
        for (size_t k = 0; ok && !skip && tag && from[i] == 'f' && k < sizeof better / sizeof *better; k++)
            if (!strncmp(from + i, better[k][0], strlen(better[k][0]))) {
                skip = strlen(better[k][0]);
                ok = cc_buf_text(out, better[k][1]);
            }
        if (!skip) ok = ok && cc_buf_char(out, from[i]);
        i += skip ? skip : 1;
    }
    return ok;
}

/* Copies, leaving out the titles that gnuplot gives its plots ("gnuplot_plot_1"). */
static bool add_body(struct cc_buf *out, const char *from)
{
    static const char open[] = "<title>", close[] = "</title>";
    bool ok = true;
    for (const char *at; ok && (at = strstr(from, open)) != NULL;) {
        const char *end = strstr(at, close);
        ok = add_better(out, from, (size_t)(at - from));
        from = end ? end + strlen(close) : at + strlen(at);
    }
    return ok && add_better(out, from, strlen(from));
}

enum cc_status cc_svg_finish(const struct cc_buf *svg, const char *title, const char *desc,
                             struct cc_buf *out, struct cc_error *err)
{
    const char *root = svg->data ? strstr(svg->data, "<svg") : NULL;
    const char *end = root ? strchr(root, '>') : NULL;
    const char *after = root ? strstr(root, "</desc>") : NULL;
    if (!end || !after || memchr(svg->data, '\0', svg->size) || !strstr(after, "</svg>"))
        return cc_error_set(err, CC_EDATA, 0, 0, "gnuplot wrote no whole SVG");
    bool ok = cc_buf_add(out, svg->data, (size_t)(end - svg->data))
              && cc_buf_text(out, " role=\"img\" aria-labelledby=\"chart-title chart-desc\">\n"
                                  "<title id=\"chart-title\">")
              && cc_xml_escape(out, title) && cc_buf_text(out, "</title>\n<desc id=\"chart-desc\">")
              && cc_xml_escape(out, desc) && cc_buf_text(out, "</desc>")
              && add_body(out, after + strlen("</desc>"));
    return ok ? CC_OK : cc_error_memory(err);
}

/* Pages: text from data never becomes markup, and tables keep their meaning. */
#include "report/page/cc_html.h"
#include "report/page/cc_markdown.h"
#include "report/page/cc_show.h"
#include "tests/tap.h"

static void escaped(const char *text, const char *want)
{
    struct cc_buf b = { 0 };
    OK(cc_markdown_escape(&b, text));
    SAME(b.data, want);
    cc_buf_free(&b);
}

static void escapes(void)
{
    escaped("A & B_C <b>x</b>", "A \\& B_C \\<b>x\\</b>");
    escaped("<11", "<11");
    escaped("_all_ *of* `it`", "\\_all\\_ \\*of\\* \\`it\\`");
    escaped("[a](b) ![c](d)", "\\[a\\](b) \\!\\[c\\](d)");
    escaped("1. not a list", "1\\. not a list");
    escaped("12.3", "12\\.3");
    escaped("# no heading", "\\# no heading");
    escaped("a\nb", "a b");
    escaped("{{agency}}", "\\{\\{agency\\}\\}");
    struct cc_buf b = { 0 };
    OK(cc_buf_text(&b, "| ") && cc_markdown_escape(&b, "12.3 - #"));
    SAME(b.data, "| 12.3 - #");
    cc_buf_free(&b);
    struct cc_buf h = { 0 };
    OK(cc_html_escape(&h, "<a href=\"x\">'&"));
    SAME(h.data, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    cc_buf_free(&h);
}

static void number(double x, int digits, const char *want)
{
    struct cc_buf b = { 0 };
    OK(cc_show_number(&b, x, digits));
    SAME(b.data, want);
    cc_buf_free(&b);
}

static void numbers(void)
{
    number(1234567, -1, "1,234,567");
    number(999.96, 1, "1,000.0");
    number(0.125, -1, "0.12");
    number(0, 0, "0");
    number(-1234.5, 1,
           "\xE2\x88\x92"
           "1,234.5");
    double x;
    OK(cc_show_looks("<11", &x) == CC_LOOKS_SMALL && cc_show_looks("*", &x) == CC_LOOKS_HIDDEN);
    OK(cc_show_looks("-", &x) == CC_LOOKS_DERIVED && cc_show_looks("NA", &x) == CC_LOOKS_MISSING);
    OK(cc_show_looks("12", &x) == CC_LOOKS_NUMBER && x == 12 && cc_show_looks("high", &x) == CC_LOOKS_TEXT);
}

static void page(void)
{
    struct cc_document d = { .title = "T <&>", .lang = "en" };
    struct cc_grid *g = cc_grid_alloc(&d.arena, 2, 2);
    g->id = "table-R1";
    g->label = "Table R1";
    g->caption = "C *x*";
    g->after = "Note.";
    g->headings[0] = "Group";
    g->headings[1] = "n";
    g->numbers[1] = g->strong[1] = true;
    *cc_grid_cell(g, 0, 0) = (struct cc_grid_cell){ "a | <script>", NULL };
    *cc_grid_cell(g, 0, 1) = (struct cc_grid_cell){ "<11", "hidden, small" };
    *cc_grid_cell(g, 1, 0) = (struct cc_grid_cell){ "Total", NULL };
    *cc_grid_cell(g, 1, 1) = (struct cc_grid_cell){ "1,234", NULL };
    struct cc_figure f = { .id = "figure-1",
                           .label = "Figure 1",
                           .caption = "F",
                           .after = "",
                           .source = "charts/1.svg",
                           .alt = "Bars \"x\"",
                           .description = "" };
    OK(cc_document_prose(&d, "# T\n\n<b>no</b>\n\n", 16) && cc_document_grid(&d, g)
       && cc_document_figure(&d, &f));
    OK(cc_document_end(&d) && d.count == 3);
    struct cc_buf md = { 0 }, html = { 0 };
    OK(cc_markdown_write(&d, &md) && cc_html_write(&d, &html));
    SAME(md.data,
         "# T\n\n<b>no</b>\n\n**Table R1.** C *x*\n\n| Group | n |\n|:--|--:|\n"
         "| a \\| \\<script> | <11 |\n| **Total** | **1,234** |\n\nNote.\n\n"
         "![Bars \"x\"](charts/1.svg)\n\n**Figure 1.** F\n");
    OK(strstr(html.data, "<html lang=\"en\">") && strstr(html.data, "<title>T &lt;&amp;&gt;</title>"));
    OK(strstr(html.data, "&lt;b&gt;no&lt;/b&gt;") && !strstr(html.data, "<script"));
    OK(strstr(html.data, "aria-describedby=\"table-R1-note\"") && strstr(html.data, "id=\"table-R1-note\""));
    OK(strstr(html.data, "<strong>Table R1.</strong> C <em>x</em></caption>"));
    OK(strstr(html.data, "<th scope=\"col\" class=\"n\">n</th>"));
    OK(strstr(
        html.data,
        "<tr><th scope=\"row\">a | &lt;script&gt;</th>"
                           "<td class=\"n\"><abbr title=\"hidden, small\">&lt;11</abbr></td></tr>"));
    OK(strstr(html.data, "<img src=\"charts/1.svg\" alt=\"Bars &quot;x&quot;\" />"));
    cc_buf_free(&md);
    cc_buf_free(&html);
    cc_document_free(&d);
}

int main(void)
{
    escapes();
    numbers();
    page();
    return tap_done();
}

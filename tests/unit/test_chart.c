/* Charts: the words, the script, the colours, and that text never becomes gnuplot code. */
#include <stdlib.h>

#include "report/chart/cc_chart.h"
#include "report/chart/cc_gnuplot.h"
#include "report/chart/cc_svg.h"
#include "tests/tap.h"

/* WCAG 2.1: relative luminance and contrast of two sRGB colours. */
static double channel(const char *hex)
{
    char two[3] = { hex[0], hex[1], 0 };
    double c = (double)strtol(two, NULL, 16) / 255;
    return c <= 0.04045 ? c / 12.92 : pow((c + .055) / 1.055, 2.4);
}

static double luminance(const char *color)
{
    return .2126 * channel(color + 1) + .7152 * channel(color + 3) + .0722 * channel(color + 5);
}

static double contrast(const char *a, const char *b)
{
    double x = luminance(a), y = luminance(b);
    return (fmax(x, y) + .05) / (fmin(x, y) + .05);
}

static void test_colors(void)
{
    NEAR(contrast("#000000", "#ffffff"), 21, 1e-9);
    NEAR(contrast("#777777", "#ffffff"), 4.48, 1e-3);
    for (size_t s = 0; s < CC_CHART_SERIES; s++) {
        OK(contrast(cc_chart_color(s), "#ffffff") >= 3);
        OK(contrast(cc_chart_color(s), "#000000") >= 3); /* the intervals on the bars */
    }
    OK(contrast(cc_chart_text_color(), "#ffffff") >= 4.5);
    OK(contrast(cc_chart_quiet_color(), "#ffffff") >= 4.5);
}

static void same_quote(const char *text, const char *want)
{
    struct cc_buf b = { 0 };
    OK(cc_gp_quote(&b, text));
    SAME(b.data, want);
    cc_buf_free(&b);
}

static void test_quote(void)
{
    same_quote("", "''");
    same_quote("it's", "'it\xe2\x80\x99s'");
    same_quote("`id` \"x\" $HOME @a \\n %d", "'`id` \"x\" $HOME @a \\n %d'");
    same_quote("a\nsystem('x')\t", "'a system(\xe2\x80\x99x\xe2\x80\x99) '");
}

static void same_number(double x, int decimals, const char *want)
{
    struct cc_buf b = { 0 };
    OK(cc_chart_number(&b, x, decimals));
    SAME(b.data, want);
    cc_buf_free(&b);
}

static void test_numbers(void)
{
    same_number(0, 0, "0");
    same_number(999, 0, "999");
    same_number(1234567.891, 1, "1,234,567.9");
    same_number(-1234, 0, "\xe2\x88\x92" "1,234");
    same_number(-.001, 1, "0.0");
}

static void row(struct cc_table *t, const char *x, const char *y, const char *lower, const char *upper)
{
    OK(cc_table_add_row(t) && cc_table_set(t, t->rows - 1, 0, x) && cc_table_set(t, t->rows - 1, 1, y)
       && cc_table_set(t, t->rows - 1, 2, lower) && cc_table_set(t, t->rows - 1, 3, upper));
}

static struct cc_table table(const char *x)
{
    struct cc_table t = { 0 };
    OK(cc_table_add_column(&t, x) && cc_table_add_column(&t, "estimate") && cc_table_add_column(&t, "lower")
       && cc_table_add_column(&t, "upper"));
    return t;
}

static size_t occurs(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)) != NULL; text++) n++;
    return n;
}

static void test_trend(void)
{
    struct cc_table t = table("ffy");
    row(&t, "2024", "6.9", "5.8", "8.1");
    row(&t, "2021", "5.2", "4.1", "6.3");
    row(&t, "2022", "<11", "-", "-");
    row(&t, "2023", "5.9", "4.9", "7.1");
    row(&t, "(total)", "99", "98", "100");
    struct cc_chart_options o = {
        .kind = CC_CHART_TREND, .x = "ffy", .title = "Victims", .y_label = "Per 1,000"
    };
    struct cc_chart c;
    struct cc_error err = { 0 };
    OK(cc_chart_read(&t, NULL, &o, &c, &err) == CC_OK);
    OK(c.labels_n == 4 && c.series_n == 1 && c.level == .95);
    SAME(c.labels[0], "2021"); /* years in order, whatever the rows' */
    struct cc_buf alt = { 0 }, text = { 0 }, script = { 0 };
    OK(cc_chart_alt(&c, &alt) && cc_chart_describe(&c, &text) && cc_chart_script(&c, false, &script));
    SAME(alt.data,
         "Line chart with 95 percent intervals: Victims, 2021 to 2024. First 2021: 5.20; last 2024: 6.90.");
    OK(strstr(text.data, "2023: 5.90 (4.90 to 7.10)")
       && strstr(text.data, "Not shown, to protect children: 2022."));
    OK(!strstr(script.data, "99") && !strstr(script.data, "<11"));
    OK(strstr(script.data, "2021 5.2 4.1 6.3\n\n2023 5.9 4.9 7.1\n2024")); /* broken at the hidden year */
    cc_buf_free(&alt);
    cc_buf_free(&text);
    cc_buf_free(&script);
    cc_chart_free(&c);
    cc_table_free(&t);
}

/* Text in every place, with all that gnuplot could take for code. */
static void test_text(void)
{
    struct cc_table t = table("x");
    const char *evil = "'`id`\n\"$H\" @m \\n %g [x] ; system('id') #";
    row(&t, evil, "1234", "1000", "1500");
    row(&t, "b", "*", "*", "*");
    struct cc_chart_options o = { .kind = CC_CHART_BAR, .x = "x", .title = evil, .y_label = evil };
    struct cc_chart c;
    struct cc_error err = { 0 };
    OK(cc_chart_read(&t, NULL, &o, &c, &err) == CC_OK);
    struct cc_buf script = { 0 }, alt = { 0 };
    OK(cc_chart_script(&c, false, &script) && cc_chart_alt(&c, &alt));
    OK(strlen(alt.data) <= 250 && !strchr(alt.data, '\n'));
    OK(occurs(script.data, "`id`") == 3 && occurs(script.data, "'\xe2\x80\x99`id`") == 3);
    for (const char *line = script.data; *line;
         line += strcspn(line, "\n") + 1) { /* quotes close on each line */
        size_t quotes = 0;
        for (size_t i = 0; line[i] && line[i] != '\n'; i++) quotes += line[i] == '\'' ? 1 : 0;
        OK(quotes % 2 == 0);
    }
    const char *data = strstr(script.data, "$bars0 << EOD\n");
    OK(data && data[14 + strspn(data + 14, "0123456789.- \n")] == 'E'); /* numbers only */
    cc_buf_free(&script);
    cc_buf_free(&alt);
    cc_chart_free(&c);
    cc_table_free(&t);
}

static void test_long_alt(void)
{
    char title[600];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = '\0';
    struct cc_table t = table("x");
    row(&t, title, "1", "0.5", "2");
    row(&t, "b", "3", "2", "4");
    struct cc_chart_options o = { .kind = CC_CHART_BAR, .x = "x", .title = title, .sort = true };
    struct cc_chart c;
    struct cc_error err = { 0 };
    OK(cc_chart_read(&t, NULL, &o, &c, &err) == CC_OK);
    SAME(c.labels[0], "b");
    struct cc_buf alt = { 0 };
    OK(cc_chart_alt(&c, &alt));
    size_t characters = 0;
    for (size_t i = 0; i < alt.size; i++) characters += ((unsigned char)alt.data[i] & 0xc0) != 0x80 ? 1 : 0;
    OK(characters <= 250 && strstr(alt.data, "Highest: b: 3"));
    cc_buf_free(&alt);
    cc_chart_free(&c);
    cc_table_free(&t);
}

static void test_bad(void)
{
    struct cc_table t = table("x");
    row(&t, "a", "1", "2", "3");
    struct cc_chart_options o = { .kind = CC_CHART_BAR, .x = "x" };
    struct cc_chart c;
    struct cc_error err = { 0 };
    OK(cc_chart_read(&t, NULL, &o, &c, &err) == CC_EDATA && strstr(err.text, "does not hold"));
    OK(cc_table_set(&t, 0, 1, "many"));
    OK(cc_chart_read(&t, NULL, &o, &c, &err) == CC_EDATA && strstr(err.text, "number"));
    bool none[1] = { false };
    OK(cc_chart_read(&t, none, &o, &c, &err) == CC_EDATA && strstr(err.text, "no row"));
    cc_table_free(&t);
}

static void test_svg(void)
{
    struct cc_buf in = { 0 }, out = { 0 };
    struct cc_error err = { 0 };
    OK(cc_buf_text(&in,
                   "<?xml?><svg width=\"8\">\n<title>Gnuplot</title>\n<desc>Produced by GNUPLOT 5.4</desc>\n"
                   "<g><title>gnuplot_plot_1</title><text "
                   "font-family=\"Arial\">font-family=\"Arial\"</text></g></svg>"));
    OK(cc_svg_finish(&in, "A & B", "<c> \"d\"", &out, &err) == CC_OK);
    SAME(out.data,
         "<?xml?><svg width=\"8\" role=\"img\" aria-labelledby=\"chart-title chart-desc\">\n"
         "<title id=\"chart-title\">A &amp; B</title>\n"
         "<desc id=\"chart-desc\">&lt;c&gt; &quot;d&quot;</desc>\n<g><text font-family=\"Arial, Helvetica, "
         "sans-serif\">font-family=\"Arial\"</text></g></svg>");
    in.data[in.size - 3] = '\0';
    in.size -= 3;
    OK(cc_svg_finish(&in, "a", "b", &out, &err) == CC_EDATA);
    cc_buf_free(&in);
    cc_buf_free(&out);
}

int main(void)
{
    test_colors();
    test_quote();
    test_numbers();
    test_trend();
    test_text();
    test_long_alt();
    test_bad();
    test_svg();
    return tap_done();
}

/* Templates: what is read, and that every mistake is told with its line and column. */
#include "report/template/cc_template.h"
#include "tests/scratch.h"
#include "tests/tap.h"

#define FRONT "---\nreport: X\ntitle: T\n---\n"

static void fails(const char *text, size_t line, size_t column, const char *what)
{
    struct cc_template t;
    struct cc_error err = { 0 };
    enum cc_status st = cc_template_read(scratch_bytes("t.md", text, strlen(text)), &t, &err);
    if (!OK(st == CC_EDATA && err.line == line && err.column == column && strstr(err.text, what)))
        printf("#   %zu:%zu: %s\n#   want %zu:%zu: %s\n", err.line, err.column, err.text, line, column, what);
    SAME(err.file, "t.md");
    cc_template_free(&t);
}

static void front_matter(void)
{
    fails("# no front matter\n", 1, 1, "front matter");
    fails("---\nreport: X\n", 1, 1, "not closed");
    fails("---\nreport: X\n---\n", 1, 1, "'title:'");
    fails("---\nreport: X\nreport: Y\n", 3, 1, "twice");
    fails("---\nreport:\n", 2, 8, "no value");
    fails("---\nraport: X\n", 2, 1, "unknown key");
    fails("---\nno colon\n", 2, 1, "key: value");
    fails("---\nparams: a b\n", 2, 11, "expected ','");
    fails("---\nparams: a, 'b\n", 2, 12, "quote");
    fails("---\ninput: a\n", 2, 1, "CODEBOOK");
    fails("---\ninput: a = b c\n", 2, 14, "a list");
}

static void braces(void)
{
    fails(FRONT "text {{agency\n", 5, 6, "not closed");
    fails(FRONT "text {{ }}\n", 5, 6, "empty");
    fails(FRONT "{{say R1 'x}}\n", 5, 10, "quote");
    fails(FRONT "{{if}}\n", 5, 1, "{{if NAME}}");
    fails(FRONT "a\n{{end}}\n", 6, 1, "no open");
    fails(FRONT "{{if a}}\n{{if b}}\n", 6, 1, "inside another");
    fails(FRONT "{{if a}}{{else}}{{else}}\n", 5, 17, "{{else}} already");
    fails(FRONT "\n{{if a}}\n", 6, 1, "no {{end}}");
}

static void blocks(void)
{
    fails(FRONT "```casecount tabel R1\n```\n", 5, 14, "casecount table ID");
    fails(FRONT "```casecount table R/1\n```\n", 5, 20, "letters");
    fails(FRONT "```casecount table R1\ncaption: a\n", 5, 1, "not closed");
    fails(FRONT "```casecount table R1\ntally a\n```\n", 5, 1, "caption");
    fails(FRONT "```casecount table R1\ncaption: a\n```\n", 5, 1, "how its table is made");
    fails(FRONT "```casecount table R1\ncaption: a\ncaption: b\n", 5, 1, "not closed");
    fails(FRONT "```casecount table R1\ncaption: a\ncaption: b\n```\n", 7, 10, "twice");
    fails(FRONT "```casecount table R1\ncapton: a\n```\n", 6, 1, "unknown key");
    fails(FRONT "```casecount table R1\ncolumns: a\n```\n", 6, 10, "heading in quotes");
    fails(FRONT "```casecount table R1\ncolumns: a \"A\",\n  rate(b) \"B\"\n```\n", 7, 3, "percent");
    fails(FRONT "```casecount table R1\ncolumns: percent(a of) \"A\"\n```\n", 6, 22, "second column");
    fails(FRONT "```casecount table R1\ncolumns: percent(a \"A\"\n```\n", 6, 20, "expected ')'");
    fails(FRONT "```casecount table R1\ncolumns: a \"A\" b \"B\"\n```\n", 6, 16, "expected ','");
    fails(FRONT "```casecount table R1\nrows: a \"A\"\n```\n", 6, 7, "GROUP = VALUE");
    fails(FRONT "```casecount table R1\nrows: a = \"A\",\n```\n", 6, 14, "expected a value");
    fails(FRONT "```casecount table R1\nrows: a = \"A\" if\n```\n", 6, 15, "name of a list");
    fails(FRONT "```casecount table R1\ntally a --where 'b\n```\n", 6, 17, "quote");
}

static void good(void)
{
    static const char text[] =
        "---\nreport: R1\ntitle: A {{b}}\ninput: afcars = afcars-2020, inhome, chafee\n"
        "params: agency, ffy, size?, data = \"Aug 2025\"\n---\n"
        "Hello {{agency}}.\n```c\nnot {{a value}}\n```\n"
        "```casecount table R1-1\ncaption: Some\n  more\n# a comment\ntally afcars --where 'a = 1' \n    --total\n"
        "rows: s = \"A b\", c if inhome\n"
        "columns: s \"S\", percent(x of y) \"%\" .2, e \"E\" .1 %, interval \"CI\"\n```\n";
    struct cc_template t;
    struct cc_error err = { 0 };
    OK(cc_template_read(scratch_bytes("good.md", text, strlen(text)), &t, &err) == CC_OK);
    OK(t.input_count == 1 && t.inputs[0].list_count == 2 && t.param_count == 4);
    SAME(t.inputs[0].lists[1].name, "chafee");
    SAME(t.params[3].value, "Aug 2025");
    OK(t.params[2].optional && !t.params[1].optional);
    SAME(t.params[2].name, "size");
    OK(t.exhibit_count == 1 && t.piece_count == 7);
    const struct cc_exhibit *e = &t.exhibits[0];
    SAME(e->caption.text, "Some\n  more");
    OK(e->step_count == 1 && e->steps[0].count == 5 && e->steps[0].line == 15);
    SAME(e->steps[0].words[3].text, "a = 1");
    OK(e->steps[0].words[4].line == 16 && e->steps[0].words[4].column == 5);
    OK(e->rows_count == 1 && e->rows[0].count == 2 && !e->rows[0].rows[0].list);
    SAME(e->rows[0].rows[1].list, "inhome");
    OK(e->column_count == 4 && e->columns[1].kind == CC_SHOWN_PERCENT && e->columns[1].digits == 2);
    SAME(e->columns[1].of, "y");
    OK(e->columns[2].percent && e->columns[2].digits == 1 && e->columns[3].kind == CC_SHOWN_INTERVAL);
    cc_template_free(&t);
}

int main(void)
{
    front_matter();
    braces();
    blocks();
    good();
    return tap_done();
}

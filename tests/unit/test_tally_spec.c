/* Table lists: what a line asks for, and what it is refused for. */
#include "stats/counting/cc_tally_spec.h"

#include <string.h>

#include "tests/scratch.h"
#include "tests/tap.h"

struct list {
    struct cc_arena arena;
    struct cc_tally_spec *specs;
    size_t n;
    struct cc_error err;
    enum cc_status status;
};

static struct list read_list(const char *text)
{
    struct list l = { .n = 0 };
    l.status = cc_tally_spec_read(scratch_text("list", text), &l.arena, &l.specs, &l.n, &l.err);
    return l;
}

static void test_lines(void)
{
    struct list l = read_list("# first\n"
                              "\n"
                              "plain\n"
                              "  a --by CHSEX,age_group --total --unit child   # said after a blank\r\n"
                              "\"b-1.x\" --where \"STATERR = 'AL' and any(CHMAL# = 7)\" --by 'CHAGE' --by CHSEX"
                              " --per-cell --all-years\n"
                              "c --count=n='CHAGE < 18' --count \"m = victim\"");
    OK(l.status == CC_OK && l.n == 4);
    if (l.n != 4) return;
    const struct cc_tally_spec *s = l.specs;
    SAME(s[0].name, "plain");
    OK(s[0].line == 3 && !s[0].unit && !s[0].where && s[0].by_count == 0 && s[0].count_count == 0 && !s[0].total);
    SAME(s[1].unit, "child");
    OK(s[1].total && !s[1].per_cell && s[1].by_count == 2);
    SAME(s[1].by[1], "age_group");
    SAME(s[2].name, "b-1.x");
    SAME(s[2].where, "STATERR = 'AL' and any(CHMAL# = 7)");
    OK(s[2].by_count == 2 && s[2].per_cell && s[2].all_years && !s[2].total && s[2].line == 5);
    SAME(s[2].by[1], "CHSEX");
    OK(s[3].count_count == 2);
    SAME(s[3].counts[0].name, "n");
    SAME(s[3].counts[0].expr, "CHAGE < 18");
    SAME(s[3].counts[1].name, "m");
    cc_arena_free(&l.arena);
}

static void refused(const char *text, size_t line, const char *why)
{
    struct list l = read_list(text);
    OK(l.status == CC_EDATA && l.err.code == CC_EDATA && l.err.line == line);
    SAME(l.err.text, why);
    cc_arena_free(&l.arena);
}

static void test_refusals(void)
{
    refused("", 1, "the file is empty");
    refused("\n# a --by b\n", 1, "no table is asked for");
    refused("a\n\na --by b\n", 3, "table a is named twice");
    refused("a --by\n", 1, "--by needs a value");
    refused("a --by # none\n", 1, "--by needs a value");
    refused("a --total=1\n", 1, "--total takes no value");
    refused("a -g b\n", 1, "expected an option, found '-g'");
    refused("a --output b\n", 1, "a table has no option --output");
    refused("a --where 'x\n", 1, "a quote is not closed");
    refused("a 'x\n", 1, "a quote is not closed");
    refused("a --where x --where y\n", 1, "--where is given twice");
    refused("a --by b,b\n", 1, "--by: b is named twice");
    refused("a --by b,\n", 1, "--by: a name is missing");
    const char *name = "a line starts with the table's name, of letters, digits, '_', '-' and '.'";
    refused("../a --by b\n", 1, name);
    refused(".a\n", 1, name);
    refused("'' --by b\n", 1, name);
    char text[300];
    memset(text, 'a', sizeof text);
    text[201] = '\n';
    text[202] = '\0';
    refused(text, 1, name);
    const char *count = "--count takes NAME=CONDITION, NAME of letters, digits, '_' and '-'";
    refused("a --count x\n", 1, count);
    refused("a --count 'x y=z'\n", 1, count);
    refused("a --count measure=z\n", 1, count);
    refused("a --count n_unknown_x=z\n", 1, count);
    refused("a --count x=z --count x=y\n", 1, "--count x is given twice");
}

static void test_limits(void)
{
    struct cc_arena arena = { 0 };
    struct cc_tally_spec spec = { 0 };
    struct cc_error err;
    char text[32];
    enum cc_status st = CC_OK;
    int n = 0;
    for (; st == CC_OK && n < 100; n++) {
        snprintf(text, sizeof text, "c%d=true", n);
        st = cc_tally_spec_set(&spec, "count", text, &arena, &err);
    }
    OK(st == CC_EUSAGE && spec.count_count == 64);
    for (n = 0, st = CC_OK; st == CC_OK && n < 100; n++) {
        snprintf(text, sizeof text, "b%d", n);
        st = cc_tally_spec_set(&spec, "by", text, &arena, &err);
    }
    OK(st == CC_EUSAGE && spec.by_count == 16);
    SAME(spec.by[15], "b15");
    OK(cc_tally_spec_set(&spec, "colour", "x", &arena, &err) == CC_EUSAGE);
    OK(cc_tally_spec_has_value("by") && !cc_tally_spec_has_value("total"));
    cc_arena_free(&arena);
}

static void test_missing(void)
{
    struct cc_arena arena = { 0 };
    struct cc_tally_spec *specs;
    struct cc_error err;
    size_t n;
    OK(cc_tally_spec_read("/nonexistent/list", &arena, &specs, &n, &err) == CC_EIO && n == 0);
    cc_arena_free(&arena);
}

int main(void)
{
    test_lines();
    test_refusals();
    test_limits();
    test_missing();
    return tap_done();
}

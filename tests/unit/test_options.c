/* Options as a table: values, letters, messages' exit codes, and what is left for the program. */
#include "datasets/base/cc_options.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"

struct answers {
    const char *score;
    char *list;
    bool flag;
    enum cc_format format;
    double level, per;
    char delimiter;
    int64_t whole;
    size_t word;
};

static int set_whole(const struct cc_given *g)
{
    return cc_given_whole(g, 2, 9, g->to);
}

static int set_word(const struct cc_given *g)
{
    static const char *const words[] = { "paired", NULL, "unpaired" };
    return cc_given_word(g, words, 3, "takes paired or unpaired", g->to);
}

/* Reads a line of words; true, and the operands' number, if the program shall go on. */
static bool read_line(const char *line, struct answers *a, int *operands, int *code)
{
    static char text[200];
    char *argv[16] = { NULL };
    int argc = 0;
    const struct cc_option table[] = {
        { "score", 0, CC_VALUE, cc_set_text, &a->score },
        { "list", 0, CC_VALUE, cc_set_text, &a->list },
        { "flag", 'n', CC_ALONE, cc_set_flag, &a->flag },
        { "format", 'f', CC_VALUE, cc_set_format, &a->format },
        { "level", 'l', CC_VALUE, cc_set_fraction, &a->level },
        { "per", 0, CC_VALUE, cc_set_positive, &a->per },
        { "delimiter", 0, CC_VALUE, cc_set_delimiter, &a->delimiter },
        { "whole", 0, CC_VALUE, set_whole, &a->whole },
        { "word", 0, CC_VALUE, set_word, &a->word },
        { 0 } };
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) argv[argc++] = word;
    *a = (struct answers){ .level = .95, .word = 99 };
    optind = 0; /* getopt begins anew */
    bool go_on = cc_options_read("cc-options", "", table, argc, argv, code);
    *operands = argc - optind;
    return go_on;
}

static int code_of(const char *line)
{
    struct answers a;
    int operands, code;
    bool go_on = read_line(line, &a, &operands, &code);
    return go_on == (code == CC_EXIT_OK) ? code : -1;
}

static void values(void)
{
    struct answers a;
    int operands, code;
    OK(read_line("x t.csv --score short -n --format=json -l .9 --per 1000 --delimiter tab u.csv", &a, &operands, &code)
       && code == CC_EXIT_OK && operands == 2);
    OK(a.score && !strcmp(a.score, "short") && a.flag && a.format == CC_FORMAT_JSON && a.level == .9 && a.per == 1000
       && a.delimiter == '\t' && !a.list);
    OK(read_line("x --list a,b --delimiter ; --whole 9 --word unpaired", &a, &operands, &code) && operands == 0);
    OK(a.list && !strcmp(a.list, "a,b") && a.delimiter == ';' && a.whole == 9 && a.word == 2);
    OK(read_line("x --flag", &a, &operands, &code) && a.flag && a.level == .95 && a.word == 99);
}

static void refusals(void)
{
    static const char *const lines[] = {
        "x --nothing", "x -z", "x --score", "x --flag=1", "x --format pdf", "x --level 1", "x --level 0", "x -l 0.9x",
        "x --level nan", "x --per 0", "x --per -1", "x --delimiter ;;", "x --delimiter \"", "x --whole 1",
        "x --whole 10", "x --whole 2.5", "x --word pair",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) OK(code_of(lines[i]) == CC_EXIT_USAGE);
}

static void one_table(void)
{
    const char *path = NULL;
    char *argv[] = { "x", "t.csv", "u.csv", NULL };
    optind = 1;
    OK(cc_options_table("cc-options", 2, argv, &path) == CC_EXIT_OK && path && !strcmp(path, "t.csv"));
    OK(cc_options_table("cc-options", 1, argv, &path) == CC_EXIT_USAGE);
    OK(cc_options_table("cc-options", 3, argv, &path) == CC_EXIT_USAGE);
}

static int columns_of(const char *text, const char **out, size_t max, size_t *n)
{
    static const char *const ours[] = { "estimate", "note" };
    static char copy[100];
    snprintf(copy, sizeof copy, "%s", text);
    return cc_given_columns(&(struct cc_given){ "cc-options", "by", copy, NULL }, ours, 2, out, max, n);
}

static void columns(void)
{
    const char *by[3];
    size_t n;
    OK(columns_of("county,sex", by, 3, &n) == CC_EXIT_OK && n == 2 && !strcmp(by[0], "county")
       && !strcmp(by[1], "sex"));
    OK(columns_of("", by, 3, &n) == CC_EXIT_USAGE);
    OK(columns_of("county,,sex", by, 3, &n) == CC_EXIT_USAGE);
    OK(columns_of("county,note", by, 3, &n) == CC_EXIT_USAGE);
}

int main(void)
{
    if (!freopen("/dev/null", "w", stderr)) return 1; /* what is refused is said, too */
    values();
    refusals();
    one_table();
    columns();
    return tap_done();
}

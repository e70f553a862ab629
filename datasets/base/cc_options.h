#ifndef CC_OPTIONS_H
#define CC_OPTIONS_H
/* A program's options as a table: a row is an option, the function that takes its value, and where the value goes.
 *
 *     const struct cc_option table[] = {
 *         { "score", 0, CC_VALUE, cc_set_text, &o->score },
 *         { "unclipped", 0, CC_ALONE, cc_set_flag, &o->unclipped },
 *         { "level", 'l', CC_VALUE, cc_set_fraction, &o->level },
 *         { 0 } };
 *
 * --help and --version need no row. Only programs call these: they print messages. */
#include <getopt.h> /* optind */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_cli.h"

/* An option as it was given. */
struct cc_given {
    const char *prog, *name; /* without its dashes */
    char *text;              /* its value, of argv: it may be cut up; NULL if it takes none */
    void *to;                /* of its row */
};

/** Takes a value: CC_EXIT_OK, or the exit code of what it said is wrong. */
typedef int cc_setter(const struct cc_given *g);

enum cc_takes { CC_ALONE, CC_VALUE };

/* One letter means one thing in all programs:
 *   -h help  -V version  -o output  -f format  -g by  -c codebook  -l level */
struct cc_option {
    const char *name;
    int letter; /* 0: none */
    enum cc_takes takes;
    cc_setter *set;
    void *to;
};
enum { CC_OPTIONS = 64 }; /* rows of a table, at most */

/** Reads the options of a command line, in their order, up to the first that is wrong.
 *
 *  table  ends with a row without a name
 *  code   CC_EXIT_OK if true is returned; otherwise what the program shall end with
 *
 *  Returns true if the program shall go on: its operands are argv[optind] and those after it. */
bool cc_options_read(const char *prog, const char *help, const struct cc_option *table, int argc, char **argv,
                     int *code);

/** The only operand, a table: *path is borrowed from argv. An exit code. */
int cc_options_table(const char *prog, int argc, char **argv, const char **path);

/* Values that many programs take, and what g->to is for each. */
cc_setter cc_set_text;      /* char * or const char *, borrowed from argv */
cc_setter cc_set_once;      /* the same, and the option may not be given twice: to begin with, NULL */
cc_setter cc_set_flag;      /* bool: true */
cc_setter cc_set_format;    /* enum cc_format */
cc_setter cc_set_fraction;  /* double, between 0 and 1 */
cc_setter cc_set_positive;  /* double, above 0 */
cc_setter cc_set_delimiter; /* char: one character, or 'tab' */

/** A whole number from low to high (INT64_MAX: without end); *out stays if it is none. An exit code. */
int cc_given_whole(const struct cc_given *g, int64_t low, int64_t high, int64_t *out);

/** NAME=VALUE, cut in two where it stands; false if there is no name. */
bool cc_given_pair(const struct cc_given *g, const char **name, const char **value);

/** Names of columns, with commas between them, cut up where they stand: at most `max`, none of them among the `n_ours`
 *  columns of the answer. An exit code. */
int cc_given_columns(const struct cc_given *g, const char *const *ours, size_t n_ours, const char **out, size_t max,
                     size_t *n);

/** The name that two of n columns have (NULL: one that was not given), or NULL. */
const char *cc_options_twice(const char *const *columns, size_t n);

/** Which of n words was given (NULL is no word): its place goes to *out, which stays if it is none of them. An exit
 *  code; the message is "--NAME " and `expected`. */
int cc_given_word(const struct cc_given *g, const char *const *words, size_t n, const char *expected, size_t *out);
#endif

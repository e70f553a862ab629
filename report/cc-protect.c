/* cc-protect: hide small counts of a table, and what would give them away. */
#include <stdlib.h>

#include "datasets/base/cc_options.h"
#include "report/protect/cc_protect_table.h"

#define PROG "cc-protect"

static const char help[] =
    "Hide small counts of a table, and what would give them away.\n"
    "\n"
    "usage: casecount protect [options] TABLE.csv      (- for standard input)\n"
    "\n"
    "      --profile NAME    none, lt5, lt6, lt10 or lt11 [lt11: 1 to 10 hidden, 0 shown]\n"
    "      --profiles FILE   take profiles from this file\n"
    "  -g, --by COLS         the group columns [the leftmost that tell the rows apart]\n"
    "      --counts COLS     the count columns [all whole numbers that are no groups]\n"
    "  -o, --output FILE     write here [standard output]\n"
    "  -f, --format FORMAT   csv, json or md [csv]\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n"
    "\n"
    "A hidden count is printed as <11 (small) or * (hidden so that <11 cannot be worked out),\n"
    "a value computed from it as - or *. The roles taken by the columns are said on stderr.\n"
    "\n"
    "Exit status: 0 done, 1 data problem, 2 usage, 3 file cannot be read or written.\n"
    "\n"
    "Example:\n"
    "  casecount protect R1-1.csv --profile lt11 -o R1-1-public.csv\n";

struct options {
    const char *profile, *profiles, *by, *counts, *output;
    enum cc_format format;
};

static bool list(struct cc_buf *b, const char *what, const struct cc_table *t, const enum cc_role *roles,
                 enum cc_role role)
{
    bool ok = cc_buf_printf(b, "%s%s", b->size ? "; " : "", what), any = false;
    for (size_t c = 0; ok && c < t->columns; c++) {
        if (roles[c] != role) continue;
        ok = cc_buf_printf(b, "%s%s", any ? ", " : " ", t->names[c]);
        any = true;
    }
    return ok && (any || cc_buf_text(b, " none"));
}

static void say_roles(const struct cc_table *t, const enum cc_role *roles)
{
    struct cc_buf b = { 0 };
    if (list(&b, "groups", t, roles, CC_ROLE_GROUP) && list(&b, "counts", t, roles, CC_ROLE_COUNT)
        && list(&b, "derived", t, roles, CC_ROLE_DERIVED))
        cc_note(PROG, "%s", b.data);
    cc_buf_free(&b);
}

static void say_summary(const struct cc_profile *p, const struct cc_protect_summary *s)
{
    cc_note(PROG, "profile %s: %zu counts hidden as small, %zu more so that these cannot be worked out, "
            "%zu derived values", p->name, s->cells.primary, s->cells.secondary, s->derived);
    if (s->not_additive)
        cc_note(PROG, "%zu totals are not the sum of their rows: no count is hidden on their account",
                s->not_additive);
}

static int run(const char *path, const struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_profile profile;
    struct cc_table t;
    if (cc_profile_read(o->profiles, o->profile, &profile, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    if (cc_table_read(path, &t, &err) != CC_OK) return cc_fail(PROG, path, &err);
    enum cc_role *roles = NULL;
    struct cc_protect_summary sum;
    enum cc_status st = cc_protect_roles(&t, o->by, o->counts, &roles, &err);
    if (st == CC_OK) st = cc_protect_table(&t, roles, &profile, &sum, &err);
    if (st == CC_OK && sum.cells.open)
        st = cc_error_set(&err, CC_EDATA, 0, 0,
                          "%zu small counts can still be worked out with all else hidden; "
                          "nothing was written",
                          sum.cells.open);
    int code;
    if (st != CC_OK) code = cc_fail(PROG, t.name, &err);
    else {
        say_roles(&t, roles);
        say_summary(&profile, &sum);
        code = cc_put_table(PROG, o->output, o->format, &t);
    }
    free(roles);
    cc_table_free(&t);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = { .profile = "lt11" };
    const struct cc_option table[] = {
        { "profile", 0, CC_VALUE, cc_set_text, &o.profile },
        { "profiles", 0, CC_VALUE, cc_set_text, &o.profiles },
        { "by", 'g', CC_VALUE, cc_set_text, &o.by },
        { "counts", 0, CC_VALUE, cc_set_text, &o.counts },
        { "output", 'o', CC_VALUE, cc_set_text, &o.output },
        { "format", 'f', CC_VALUE, cc_set_format, &o.format },
        { 0 } };
    const char *path;
    int code;
    cc_start();
    if (cc_options_read(PROG, help, table, argc, argv, &code)) {
        code = cc_options_table(PROG, argc, argv, &path);
        if (code == CC_EXIT_OK) code = run(path, &o);
    }
    return cc_finish(code, PROG);
}

/* casecount validate: what fails the edits of a ruleset, before a file is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "datasets/records/cc_guess.h"
#include "datasets/validate/cc_validate.h"

#define PROG "cc-validate"

enum { TOLD = 20 };

static const char HELP[] =
    "Holds a file against federal edits before it is sent: missing, invalid and inconsistent\n"
    "elements, their error rates, and what does not fit other records or files.\n"
    "\n"
    "usage: casecount validate FILE [options] [-o OUT.csv]\n"
    "       casecount validate --explain RULE [--rules NAME]\n"
    "       casecount validate --list\n"
    "\n"
    "What to read\n"
    "  -c, --codebook NAME  the layout [that of --rules, else the one that fits the file]\n"
    "  --rules NAME         a ruleset (--list) or the path of one [named as the codebook]\n"
    "  --layout csv|fixed|xml|stat, --delimiter C   as in casecount tally\n"
    "  --as-of DATE         what counts as today, such as 2024-09-30; it also says which half of\n"
    "                       which fiscal year the file is about\n"
    "  --ffy YEAR           the fiscal year of the file [that of --as-of]\n"
    "  --previous FILE      the file of the period before, in the same layout\n"
    "  --linked FILE        a file of the other collection, whose ids this one names\n"
    "  --agency FILE        the NCANDS Agency File, as CSV\n"
    "\n"
    "What to write\n"
    "  -o, --output FILE    the summary [standard output]\n"
    "  -f, --format FORMAT  csv, json or md [csv]\n"
    "  --detail FILE        every failure: record, line, level, element, rule, class; only its\n"
    "                       owner may read it\n"
    "  --show-ids           in the detail also the ids of records; they are confidential\n"
    "\n"
    "  --explain RULE       what a rule says, in words, and where it comes from\n"
    "  --list               the rulesets, one a line\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "Exit status: 0 nothing is over its limit, 1 something is, 2 usage, 3 a file could not be\n"
    "read to its end, or written.\n"
    "\n"
    "Example: the data quality checks of the CFSR on a Child File of fiscal year 2024\n"
    "  casecount validate child.csv --rules cfsr-ncands --ffy 2024 --detail failures.csv\n";

struct options {
    const char *output, *codebook, *rules, *detail, *explain;
    bool show_ids, list;
    enum cc_format format;
    struct cc_validate_job job;
};

/* What a failure of reading, writing or understanding a file ends with: 1 means that the file was read. */
static int fail(const char *file, const struct cc_error *err)
{
    if (err->code == CC_EUSAGE) return cc_usage(PROG, "%s", err->text);
    int code = cc_fail(PROG, file, err);
    return code == CC_EXIT_DATA ? CC_EXIT_IO : code;
}

static int out_of_memory(void)
{
    struct cc_error err = { 0 };
    cc_error_memory(&err);
    return fail(NULL, &err);
}

/* --- options --- */

static int set_year(const struct cc_given *g)
{
    int64_t year;
    if (!cc_parse_int64(g->text, &year) || year < 1980 || year > 2999)
        return cc_usage(PROG, "--ffy takes a federal fiscal year, such as 2024");
    *(int *)g->to = (int)year;
    return CC_EXIT_OK;
}

static int check_options(struct options *o, int argc, char **argv)
{
    if (o->list || o->explain)
        return optind < argc ? cc_usage(PROG, "--list and --explain take no file") : CC_EXIT_OK;
    if (optind == argc) return cc_usage(PROG, "no file is given");
    if (optind + 1 < argc) return cc_usage(PROG, "one file at a time");
    if (o->show_ids && !o->detail) return cc_usage(PROG, "--show-ids needs --detail FILE");
    o->job.path = argv[optind];
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { "codebook", 'c', CC_VALUE, cc_set_text, &o->codebook },
        { "rules", 0, CC_VALUE, cc_set_text, &o->rules },
        { "as-of", 0, CC_VALUE, cc_set_text, &o->job.as_of },
        { "ffy", 0, CC_VALUE, set_year, &o->job.ffy },
        { "previous", 0, CC_VALUE, cc_set_text, &o->job.previous },
        { "linked", 0, CC_VALUE, cc_set_text, &o->job.linked },
        { "agency", 0, CC_VALUE, cc_set_text, &o->job.agency },
        { "detail", 0, CC_VALUE, cc_set_text, &o->detail },
        { "show-ids", 0, CC_ALONE, cc_set_flag, &o->show_ids },
        { "layout", 0, CC_VALUE, cc_set_text, &o->job.reading.layout },
        { "delimiter", 0, CC_VALUE, cc_set_delimiter, &o->job.reading.delimiter },
        { "explain", 0, CC_VALUE, cc_set_text, &o->explain },
        { "list", 0, CC_ALONE, cc_set_flag, &o->list },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = check_options(o, argc, argv);
    return *code == CC_EXIT_OK;
}

/* --- the ruleset and the codebook --- */

static int load(struct options *o, struct cc_ruleset **rules, struct cc_codebook **cb)
{
    struct cc_error err = { 0 };
    char *guess = o->rules || o->codebook ? NULL : cc_guess_codebook(o->job.path);
    const char *name = o->rules ? o->rules : o->codebook ? o->codebook : guess;
    int code = CC_EXIT_OK;
    if (!name)
        code = cc_usage(PROG, "no codebook fits this file well: name it with --codebook "
                              "(casecount codebook guess says more)");
    if (code == CC_EXIT_OK && guess) cc_note(PROG, "note: the codebook is %s, as the file looks", guess);
    if (code == CC_EXIT_OK && cc_ruleset_load(name, rules, &err) != CC_OK) code = fail(name, &err);
    const char *codebook = o->codebook ? o->codebook : *rules ? (*rules)->codebook : NULL;
    if (code == CC_EXIT_OK && cc_codebook_load(codebook, cb, &err) != CC_OK) code = fail(codebook, &err);
    if (code == CC_EXIT_OK && strcmp((*cb)->name, (*rules)->codebook))
        code = cc_usage(PROG, "ruleset '%s' is for codebook %s, not %s", (*rules)->name, (*rules)->codebook,
                        (*cb)->name);
    free(guess);
    return code;
}

/* --- the detail --- */

struct detail {
    FILE *out;
    size_t ids; /* columns */
    struct cc_buf line;
};

static bool add_cell(struct detail *d, const char *text)
{
    return cc_buf_char(&d->line, ',') && cc_csv_quote(&d->line, text);
}

static bool found(void *user, const struct cc_finding *f)
{
    struct detail *d = user;
    cc_buf_clear(&d->line);
    bool ok = cc_buf_printf(&d->line, "%llu,", (unsigned long long)f->record);
    if (f->line) ok = ok && cc_buf_printf(&d->line, "%llu", (unsigned long long)f->line);
    ok = ok && add_cell(d, f->level) && add_cell(d, f->element) && add_cell(d, f->rule->id)
        && add_cell(d, cc_rule_class_word(f->class));
    for (size_t i = 0; ok && i < d->ids; i++) ok = add_cell(d, f->ids ? f->ids[i] : "");
    ok = ok && cc_buf_char(&d->line, '\n');
    return ok && fwrite(d->line.data, 1, d->line.size, d->out) == d->line.size;
}

static void start_detail(struct detail *d, const struct cc_ruleset *rules)
{
    fputs("record,line,level,element,rule,class", d->out);
    for (size_t i = 0; i < d->ids; i++) fprintf(d->out, ",%s", rules->ids.keys[i]);
    fputc('\n', d->out);
}

/* --- the end, in words --- */

static double percent(uint64_t x, uint64_t n)
{
    return 100.0 * (double)x / (double)n;
}

/* Of a share of each element: how many elements are over; false if an element before this one told of them. */
static bool count_elements(const struct cc_validate_result *v, size_t first, uint64_t *over, uint64_t *of)
{
    *over = *of = 0;
    for (size_t i = 0; i < v->rule_count; i++) {
        if (strcmp(v->rules[i].rule->id, v->rules[first].rule->id)) continue;
        if (i < first && v->rules[i].over) return false;
        *over += v->rules[i].over;
        ++*of;
    }
    return true;
}

static void tell_over(const struct options *o, const struct cc_validate_result *v)
{
    size_t n = 0;
    char limit[40];
    for (size_t i = 0; i < v->element_count; i++) {
        const struct cc_validate_element *e = &v->elements[i];
        if (e->over && n++ < TOLD)
            cc_note(PROG, "over its limit: %s, errors in %.1f %% of records (%s)",
                    o->job.codebook->variables[e->variable].name,
                    percent(e->failed[CC_CLASS_NONE], e->carried), cc_limit_text(&e->limit, limit));
    }
    for (size_t i = 0; i < v->rule_count; i++) {
        const struct cc_validate_rule *r = &v->rules[i];
        const char *word = r->rule->severity == CC_SEVERITY_ERROR ? "over its limit"
                         : cc_severity_word(r->rule->severity);
        uint64_t failed = r->failed, of = r->tested;
        if (!r->over || (r->element != SIZE_MAX && !count_elements(v, i, &failed, &of)) || n++ >= TOLD) continue;
        cc_note(PROG, "%s: rule %s, %llu of %llu%s: %s", word, r->rule->id, (unsigned long long)failed,
                (unsigned long long)of, r->element == SIZE_MAX ? "" : " checks", r->rule->message);
    }
    if (n > TOLD) cc_note(PROG, "and %zu more", n - TOLD);
}

/* Reasons that are told together: of columns that the file lacks, any. */
static bool same_reason(const char *a, const char *b)
{
    static const char column[] = "the file has no column ";
    return !strcmp(a, b) || (!strncmp(a, column, sizeof column - 1) && !strncmp(b, column, sizeof column - 1));
}

static void tell_not_run(const struct cc_validate_result *v)
{
    for (size_t i = 0; i < v->rule_count; i++) {
        const char *why = v->rules[i].not_run;
        size_t n = 0;
        bool first = why && v->rules[i].rule->kind != CC_RULE_NOTE;
        for (size_t k = 0; first && k < v->rule_count; k++) {
            const struct cc_validate_rule *r = &v->rules[k];
            if (!r->not_run || r->rule->kind == CC_RULE_NOTE || !same_reason(r->not_run, why)) continue;
            if (k < i) first = false;
            n++;
        }
        if (first && n > 1 && !strncmp(why, "the file", 8))
            why = "the file lacks columns that they ask for (see the notes)";
        if (first) cc_note(PROG, "not run: %zu rule%s, %s", n, n == 1 ? "" : "s", why);
    }
}

static void tell(const struct options *o, const struct cc_validate_result *v)
{
    uint64_t errors = 0, warnings = 0, unofficial = 0;
    for (size_t i = 0; i < v->rule_count; i++) {
        const struct cc_validate_rule *r = &v->rules[i];
        bool counts = r->rule->kind != CC_RULE_SHARE && r->rule->kind != CC_RULE_TOTAL
            && r->rule->kind != CC_RULE_EXEMPT && r->rule->kind != CC_RULE_LINKED
            && r->rule->clause.verb != CC_CLAUSE_KEPT;
        if (counts && r->failed) {
            errors += r->rule->severity == CC_SEVERITY_ERROR ? r->failed : 0;
            warnings += r->rule->severity == CC_SEVERITY_WARNING ? r->failed : 0;
            unofficial += !cc_rule_is_official(r->rule);
        }
    }
    cc_note(PROG, "%llu records read, %llu assessed, %llu exempt; %llu errors, %llu warnings",
            (unsigned long long)v->records, (unsigned long long)(v->records - v->exempt),
            (unsigned long long)v->exempt, (unsigned long long)errors, (unsigned long long)warnings);
    tell_over(o, v);
    if (unofficial)
        cc_note(PROG, "%llu of the rules that failed are not official edits: --explain RULE says where one comes from",
                (unsigned long long)unofficial);
    tell_not_run(v);
}

/* --- commands --- */

static int put_result(const struct options *o, const struct cc_validate_result *v)
{
    struct cc_table t = { 0 };
    int code = cc_validate_table(&o->job, v, &t) ? cc_put_table(PROG, o->output, o->format, &t) : out_of_memory();
    cc_table_free(&t);
    if (code != CC_EXIT_OK) return code;
    tell(o, v);
    return cc_validate_is_over(v) ? CC_EXIT_DATA : CC_EXIT_OK;
}

static int validate(struct options *o, struct cc_output *out)
{
    struct cc_error err = { 0 };
    struct cc_validate_result *v;
    struct detail d = { .out = out ? cc_output_file(out) : NULL, .ids = o->show_ids ? o->job.rules->ids.key_count : 0 };
    if (out) {
        start_detail(&d, o->job.rules);
        o->job.found = found;
        o->job.user = &d;
    }
    enum cc_status st = cc_validate(&o->job, &v, &err);
    cc_buf_free(&d.line);
    const char *slash = strrchr(o->job.path, '/');
    if (st != CC_OK) {
        cc_output_discard(out);
        return fail(slash ? slash + 1 : o->job.path, &err);
    }
    if (out && cc_output_commit(out, &err) != CC_OK) {
        cc_validate_free(v);
        return fail(o->detail, &err);
    }
    int code = put_result(o, v);
    cc_validate_free(v);
    return code;
}

static int run(struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_ruleset *rules = NULL;
    struct cc_codebook *cb = NULL;
    struct cc_output *out = NULL;
    int code = load(o, &rules, &cb);
    o->job.rules = rules;
    o->job.codebook = cb;
    if (code == CC_EXIT_OK && o->detail && cc_output_open(o->detail, 0600, &out, &err) != CC_OK)
        code = fail(o->detail, &err);
    if (code == CC_EXIT_OK) code = validate(o, out);
    cc_ruleset_free(rules);
    cc_codebook_free(cb);
    return code;
}

static void print_line(const char *label, const char *text)
{
    if (*text) printf("  %-11s %s\n", label, text);
}

static bool explain_in(const struct cc_ruleset *rs, const char *id)
{
    bool any = false;
    for (size_t i = 0; i < rs->count; i++) {
        const struct cc_rule *r = &rs->rules[i];
        char limit[40];
        if (!cc_case_equal(r->id, id)) continue;
        if (!any) printf("%s (%s): %s\n", r->id, rs->name, r->message);
        any = true;
        print_line("kind", cc_rule_kind_word(r->kind));
        print_line("scope", r->scope);
        print_line("elements", r->elements);
        print_line("when", r->when);
        print_line("holds", r->holds);
        print_line("class", cc_rule_class_word(r->class));
        print_line("severity", cc_severity_word(r->severity));
        print_line("limit", cc_limit_text(&r->limit, limit));
        if (r->first_year) printf("  %-11s fiscal year %d\n", "from", r->first_year);
        if (r->last_year) printf("  %-11s fiscal year %d\n", "until", r->last_year);
        print_line("citation", r->citation);
        print_line("source", r->source);
        printf("  %-11s %s%s\n", "confidence", r->confidence,
               cc_rule_is_official(r) ? "; an official edit" : "; not an official edit");
        print_line("note", r->note);
    }
    return any;
}

static int explain_all(const char *id, char **names, size_t n)
{
    struct cc_error err = { 0 };
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        struct cc_ruleset *rs;
        if (cc_ruleset_load(names[i], &rs, &err) != CC_OK) return fail(names[i], &err);
        any |= explain_in(rs, id);
        cc_ruleset_free(rs);
    }
    return any ? CC_EXIT_OK : cc_usage(PROG, "no rule '%s'%s", id, n == 1 ? " in this ruleset" : " in any ruleset");
}

static int list_all(char **names, size_t n)
{
    struct cc_error err = { 0 };
    for (size_t i = 0; i < n; i++) {
        struct cc_ruleset *rs;
        if (cc_ruleset_load(names[i], &rs, &err) != CC_OK) return fail(names[i], &err);
        printf("%-24s %4zu rules  %s\n", rs->name, rs->count, rs->title);
        cc_ruleset_free(rs);
    }
    return CC_EXIT_OK;
}

static int about_rules(const struct options *o)
{
    struct cc_error err = { 0 };
    char **names = NULL;
    size_t n = 0;
    char *one = (char *)(uintptr_t)o->rules;
    if (o->explain && o->rules) return explain_all(o->explain, &one, 1);
    if (cc_ruleset_names(&names, &n, &err) != CC_OK) return fail(NULL, &err);
    int code = o->list ? list_all(names, n) : explain_all(o->explain, names, n);
    cc_path_names_free(names, n);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = { .job.reading.progress = PROG };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = o.list || o.explain ? about_rules(&o) : run(&o);
    return cc_finish(code, PROG);
}

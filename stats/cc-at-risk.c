/* cc-at-risk: who is newly, still and no longer at risk at the end of a month; a summary, and a restricted list. */
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_intern.h"
#include "datasets/base/cc_options.h"
#include "datasets/base/cc_text.h"
#include "stats/screening/cc_at_risk_rows.h"
#include "stats/tools/cc_assessments.h"

#define PROG "cc-at-risk"

static const char HELP[] =
    "cc-at-risk: who is newly, still and no longer at risk at the end of a month\n"
    "\n"
    "Usage: casecount at-risk ASSESSMENTS --tool NAME --id COLUMN --date COLUMN --month MONTH [OPTION]...\n"
    "       casecount at-risk ASSESSMENTS --score COLUMN --direction higher|lower --cutoff N --id COLUMN ...\n"
    "\n"
    "ASSESSMENTS is a CSV file (- is standard input), one assessment of a child a row. The latest with a result on or\n"
    "before the last day of the month says whether a child is flagged; of several on one day, the highest score.\n"
    "Nothing after the month is looked at. The summary names nobody; ids are in the file of --list alone.\n"
    "\n"
    "      --tool NAME           score the answers by this tool; a positive level flags the child\n"
    "      --missing complete|no|yes  what a missing answer stands for [as the tool says, if it does]\n"
    "      --score COLUMN        or: a score that is there already; blank and NA are no result\n"
    "      --direction higher|lower  which scores mean danger\n"
    "      --cutoff N            a child is flagged from this score on, itself included\n"
    "      --id COLUMN           of the child\n"
    "      --date COLUMN         of the assessment, 2024-03-17 or 20240317\n"
    "      --month MONTH         2024-03\n"
    "      --max-age DAYS        an assessment older than that no longer stands [it always does]\n"
    "  -g, --by COLUMN           area or other group of the assessment that counts\n"
    "      --worker COLUMN       for the list\n"
    "      --outcomes FILE       CSV: the column of --id, and dates in followed_up, screened, confirmed\n"
    "      --as-of DATE          outcomes after the month and up to that day\n"
    "      --baseline MONTH      the month that the scores are held against [the month before]\n"
    "      --list FILE           write the children there, for their workers: only you can read the file\n"
    "      --algorithm TEXT      name and version, for the list [the tool, or the score and its cut-off]\n"
    "  -l, --level LEVEL         of the intervals [0.95]\n"
    "  -f, --format csv|json|md  of the summary [csv]\n"
    "  -o, --output FILE         the summary [standard output]\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: the summary of March, and the list for the workers\n"
    "  casecount at-risk cans.csv --tool cans_alg_md --missing no --id child --date assessed \\\n"
    "      --month 2024-03 --by area --worker worker --list restricted.csv -o summary.csv\n";

struct options {
    const char *table, *output, *list, *outcomes, *algorithm, *month, *direction, *cutoff;
    struct cc_assessments_options reading;
    struct cc_risk_days days;
    int32_t baseline;
    double level;
    enum cc_format format;
};

struct work {
    const struct options *o;
    struct cc_table in, outcomes, summary, list;
    struct cc_assessments assessments;
    struct cc_risk_child *children;
    size_t n;                 /* children */
    size_t unknown, too_late; /* outcomes of children who are not there; after the as-of day */
    char algorithm[256];
};

/* ---- options ---- */

/* First and last day of a month such as 2024-03. */
static bool parse_month(const char *text, int32_t *first, int32_t *last)
{
    char day[16], next[16];
    int32_t after;
    if (strlen(text) != 7) return false;
    snprintf(day, sizeof day, "%s-01", text);
    if (!cc_date_read(day, first)) return false;
    cc_date_format(*first + 31, "yyyy-mm-dd", next); /* a day of the next month */
    memcpy(next + 8, "01", 2);
    if (!cc_date_read(next, &after)) return false;
    *last = after - 1;
    return true;
}

static int set_month(const struct cc_given *g)
{
    struct options *o = g->to;
    int32_t first;
    o->month = g->text;
    if (!parse_month(g->text, &first, &o->days.end))
        return cc_usage(PROG, "--month is a month such as 2024-03, not '%s'", g->text);
    o->days.before = first - 1;
    return CC_EXIT_OK;
}

static int set_missing(const struct cc_given *g)
{
    enum cc_missing *missing = g->to;
    for (int m = 0; m < CC_MISSING_RULES; m++) {
        if (strcmp(g->text, cc_missing_word((enum cc_missing)m)) != 0) continue;
        *missing = (enum cc_missing)m;
        return CC_EXIT_OK;
    }
    return cc_usage(PROG, "--missing is complete, no or yes, not '%s'", g->text);
}

static int set_max_age(const struct cc_given *g)
{
    int64_t days;
    if (!cc_parse_int64(g->text, &days) || days < 0 || days > INT32_MAX)
        return cc_usage(PROG, "--max-age is a number of days, not '%s'", g->text);
    *(int32_t *)g->to = (int32_t)days;
    return CC_EXIT_OK;
}

static int set_direction(const struct cc_given *g)
{
    struct options *o = g->to;
    o->direction = g->text;
    o->reading.lower = !strcmp(g->text, "lower");
    return o->reading.lower || !strcmp(g->text, "higher") ? CC_EXIT_OK
        : cc_usage(PROG, "--direction is higher or lower, not '%s'", g->text);
}

static int set_cutoff(const struct cc_given *g)
{
    struct options *o = g->to;
    o->cutoff = g->text;
    return cc_parse_double(g->text, &o->reading.cutoff) ? CC_EXIT_OK
        : cc_usage(PROG, "--cutoff is a number, not '%s'", g->text);
}

static int set_as_of(const struct cc_given *g)
{
    return cc_date_read(g->text, g->to) ? CC_EXIT_OK
        : cc_usage(PROG, "--as-of is a date such as 2024-09-30, not '%s'", g->text);
}

static int set_baseline(const struct cc_given *g)
{
    int32_t first;
    return parse_month(g->text, &first, g->to) ? CC_EXIT_OK
        : cc_usage(PROG, "--baseline is a month such as 2023-12, not '%s'", g->text);
}

static int check_flagging(const struct options *o)
{
    const struct cc_assessments_options *r = &o->reading;
    if (!r->tool == !r->score) return cc_usage(PROG, "give either --tool or --score");
    if (r->tool && (o->direction || o->cutoff)) return cc_usage(PROG, "--direction and --cutoff go with --score");
    if (r->score && r->missing != CC_MISSING_RULES) return cc_usage(PROG, "--missing goes with --tool");
    if (r->score && !o->direction)
        return cc_usage(PROG, "--direction is needed: it is not guessed whether higher or lower scores mean danger");
    if (r->score && !o->cutoff) return cc_usage(PROG, "--cutoff is needed: the score from which a child is flagged");
    return CC_EXIT_OK;
}

static bool is_stdout(const char *path)
{
    return !path || !strcmp(path, "-");
}

/* The records are not to be lost under what is made of them. */
static int check_inputs(const struct options *o)
{
    const struct { const char *option, *path; } results[] = { { "list", o->list }, { "output", o->output } };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (cc_output_same(results[i].path, o->table) || cc_output_same(results[i].path, o->outcomes))
            return cc_usage(PROG, "--%s is a file that is read here: it would be replaced", results[i].option);
    return CC_EXIT_OK;
}

static int check_options(struct options *o)
{
    const struct cc_assessments_options *r = &o->reading;
    int code = check_flagging(o);
    if (code != CC_EXIT_OK) return code;
    if (!r->child || !r->date || !o->month) return cc_usage(PROG, "--id, --date and --month are needed");
    if (r->area && !strcmp(r->area, r->child))
        return cc_usage(PROG, "--by and --id are one column: the summary must not hold ids");
    if (!o->outcomes != (o->days.as_of == INT32_MIN)) return cc_usage(PROG, "--outcomes and --as-of go together");
    if (o->outcomes && o->days.as_of <= o->days.end)
        return cc_usage(PROG, "--as-of is not after the month: outcomes are what came after it");
    if (o->baseline == INT32_MIN) o->baseline = o->days.before;
    if (o->baseline > o->days.end) return cc_usage(PROG, "--baseline is after the month");
    if (!o->list && (r->worker || o->algorithm)) return cc_usage(PROG, "--worker and --algorithm go with --list");
    if (o->list && is_stdout(o->list) && is_stdout(o->output))
        return cc_usage(PROG, "--list - needs the summary elsewhere (--output FILE)");
    if (cc_output_same(o->list, o->output))
        return cc_usage(PROG, "--list and --output are one file: the summary must not hold the list");
    o->reading.until = o->days.end;
    return check_inputs(o);
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "tool", 0, CC_VALUE, cc_set_text, &o->reading.tool },
        { "missing", 0, CC_VALUE, set_missing, &o->reading.missing },
        { "score", 0, CC_VALUE, cc_set_text, &o->reading.score },
        { "direction", 0, CC_VALUE, set_direction, o },
        { "cutoff", 0, CC_VALUE, set_cutoff, o },
        { "id", 0, CC_VALUE, cc_set_text, &o->reading.child },
        { "date", 0, CC_VALUE, cc_set_text, &o->reading.date },
        { "month", 0, CC_VALUE, set_month, o },
        { "max-age", 0, CC_VALUE, set_max_age, &o->days.max_age },
        { "by", 'g', CC_VALUE, cc_set_text, &o->reading.area },
        { "worker", 0, CC_VALUE, cc_set_text, &o->reading.worker },
        { "outcomes", 0, CC_VALUE, cc_set_text, &o->outcomes },
        { "as-of", 0, CC_VALUE, set_as_of, &o->days.as_of },
        { "baseline", 0, CC_VALUE, set_baseline, &o->baseline },
        { "list", 0, CC_VALUE, cc_set_text, &o->list },
        { "algorithm", 0, CC_VALUE, cc_set_text, &o->algorithm },
        { "level", 'l', CC_VALUE, cc_set_fraction, &o->level },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    *code = cc_options_table(PROG, argc, argv, &o->table);
    if (*code == CC_EXIT_OK) *code = check_options(o);
    return *code == CC_EXIT_OK;
}

/* ---- outcomes ---- */

static const struct {
    const char *column;
    enum cc_risk_step step;
} OUTCOMES[] = { { "followed_up", CC_STEP_FOLLOWED_UP }, { "screened", CC_STEP_SCREENED },
                 { "confirmed", CC_STEP_CONFIRMED } };
enum { N_OUTCOMES = sizeof OUTCOMES / sizeof *OUTCOMES };

static enum cc_status read_outcome(struct work *w, size_t row, const int columns[N_OUTCOMES],
                                   struct cc_risk_child *child, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < N_OUTCOMES && st == CC_OK; i++) {
        const char *text = columns[i] < 0 ? "" : cc_table_cell(&w->outcomes, row, (size_t)columns[i]);
        int32_t day;
        if (!*text || !strcmp(text, "NA")) continue;
        st = cc_assessments_date(&w->outcomes, row, (size_t)columns[i], &day, err);
        if (st != CC_OK) break;
        w->too_late += day > w->o->days.as_of;
        if (child) cc_at_risk_outcome(child, OUTCOMES[i].step, day, &w->o->days);
    }
    return st;
}

static struct cc_intern *number_children(const struct work *w)
{
    struct cc_intern *ids = cc_intern_alloc();
    for (size_t i = 0; i < w->n && ids; i++) {
        const char *id = w->assessments.at[w->children[i].used].child;
        if (cc_intern_number(ids, id, strlen(id)) != UINT32_MAX) continue;
        cc_intern_free(ids);
        ids = NULL;
    }
    return ids;
}

static enum cc_status read_outcomes(struct work *w, struct cc_error *err)
{
    const struct options *o = w->o;
    int columns[N_OUTCOMES], found = 0;
    size_t id;
    enum cc_status st = cc_table_read(o->outcomes, &w->outcomes, err);
    if (st == CC_OK) st = cc_table_need(&w->outcomes, o->reading.child, &id, err);
    for (size_t i = 0; i < N_OUTCOMES && st == CC_OK; i++)
        found += (columns[i] = cc_table_find(&w->outcomes, OUTCOMES[i].column)) >= 0;
    if (st == CC_OK && !found)
        st = cc_error_set(err, CC_EDATA, 1, 0, "none of the columns followed_up, screened, confirmed is here");
    struct cc_intern *ids = st == CC_OK ? number_children(w) : NULL;
    if (st == CC_OK && !ids) st = cc_error_memory(err);
    for (size_t r = 0; r < w->outcomes.rows && st == CC_OK; r++) {
        const char *text = cc_table_cell(&w->outcomes, r, id);
        uint32_t number = cc_intern_find(ids, text, strlen(text));
        w->unknown += number == UINT32_MAX;
        st = read_outcome(w, r, columns, number == UINT32_MAX ? NULL : &w->children[number], err);
    }
    cc_intern_free(ids);
    if (st != CC_OK) cc_error_file(err, *w->outcomes.name ? w->outcomes.name : o->outcomes);
    return st;
}

/* ---- the program ---- */

static enum cc_status find_children(struct work *w, struct cc_error *err)
{
    enum cc_status st = cc_assessments_read(&w->in, &w->o->reading, &w->assessments, err);
    if (st != CC_OK) return st;
    w->children = calloc(w->assessments.n + 1, sizeof *w->children);
    if (!w->children) return cc_error_memory(err);
    cc_at_risk(w->assessments.at, w->assessments.n, &w->o->days, w->children, &w->n);
    return w->o->outcomes ? read_outcomes(w, err) : CC_OK;
}

static const char *algorithm(struct work *w)
{
    const struct cc_assessments_options *r = &w->o->reading;
    const struct cc_tool *tool = w->assessments.tool;
    if (w->o->algorithm) return w->o->algorithm;
    if (tool)
        snprintf(w->algorithm, sizeof w->algorithm, "%s (%s%s)", tool->name, cc_tool_fact(tool, "year"),
                 tool->official ? "" : "; local definition");
    else snprintf(w->algorithm, sizeof w->algorithm, "%s %s %s", r->score, r->lower ? "<=" : ">=", w->o->cutoff);
    return w->algorithm;
}

static enum cc_status make_tables(struct work *w, struct cc_error *err)
{
    const struct options *o = w->o;
    struct cc_risk_month m = { .a = w->assessments.at, .children = w->children, .n = w->n, .days = o->days,
                               .baseline = o->baseline, .lower = o->reading.lower, .outcomes = o->outcomes != NULL,
                               .level = o->level, .areas = o->reading.area != NULL, .algorithm = algorithm(w) };
    enum cc_status st = cc_at_risk_summary(&m, &w->summary, err);
    return st == CC_OK && o->list ? cc_at_risk_list(&m, &w->list, err) : st;
}

static void note_all(const struct work *w)
{
    const struct cc_assessments *a = &w->assessments;
    const struct cc_tool *tool = a->tool;
    if (tool && !tool->official) cc_note(PROG, "%s: scoring rule: local definition", tool->name);
    if (tool && (tool->age_min >= 0 || tool->age_max >= 0))
        cc_note(PROG, "%s: ages were not checked ('casecount score --age' does)", tool->name);
    if (a->later)
        cc_note(PROG, "%zu of %zu assessments are after the month and were not looked at", a->later, w->in.rows);
    if (a->without_result)
        cc_note(PROG, "%zu of %zu assessments have no result and were passed over", a->without_result, a->n);
    if (w->unknown)
        cc_note(PROG, "%zu of %zu rows of outcomes are of children without a result by the end of the month",
                w->unknown, w->outcomes.rows);
    if (w->too_late)
        cc_note(PROG, "%zu dates of outcomes are after the as-of day and were not looked at", w->too_late);
}

/* The list first: nothing of it is left behind if it cannot be written. */
static int put_list(const struct work *w)
{
    struct cc_error err = { 0 };
    struct cc_output *out;
    if (!w->o->list) return CC_EXIT_OK;
    if (cc_output_open(w->o->list, 0600, &out, &err) != CC_OK) return cc_fail(PROG, NULL, &err);
    if (!cc_table_write(&w->list, CC_FORMAT_CSV, cc_output_file(out))) {
        cc_output_discard(out);
        cc_error_memory(&err);
        return cc_fail(PROG, NULL, &err);
    }
    return cc_output_commit(out, &err) == CC_OK ? CC_EXIT_OK : cc_fail(PROG, w->o->list, &err);
}

static void free_work(struct work *w)
{
    cc_assessments_free(&w->assessments);
    free(w->children);
    cc_table_free(&w->in);
    cc_table_free(&w->outcomes);
    cc_table_free(&w->summary);
    cc_table_free(&w->list);
}

static int run(const struct options *o)
{
    struct work w = { .o = o };
    struct cc_error err = { 0 };
    enum cc_status st = cc_table_read(o->table, &w.in, &err);
    if (st == CC_OK) st = find_children(&w, &err);
    if (st == CC_OK) st = make_tables(&w, &err);
    int code = CC_EXIT_OK;
    if (st != CC_OK) {
        code = cc_fail(PROG, err.code == CC_EUSAGE ? NULL : *w.in.name ? w.in.name : o->table, &err);
    } else {
        note_all(&w);
        code = put_list(&w);
        if (code == CC_EXIT_OK) code = cc_put_table(PROG, o->output, o->format, &w.summary);
    }
    free_work(&w);
    return code;
}

int main(int argc, char **argv)
{
    struct options o = { .reading.missing = CC_MISSING_RULES, .baseline = INT32_MIN, .level = 0.95,
                         .days = { .max_age = INT32_MAX, .as_of = INT32_MIN } };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

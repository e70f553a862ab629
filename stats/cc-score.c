/* cc-score: from the answers of a screening tool to scores and levels. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_options.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"
#include "stats/tools/cc_rescreen.h"
#include "stats/tools/cc_tool_sheets.h"

#define PROG "cc-score"

enum { TOOLS = 32, MAPS = 512 };

static const char HELP[] =
    "cc-score: from the answers of a screening tool to scores and levels\n"
    "\n"
    "Usage: casecount score ANSWERS --tool NAME [OPTION]...\n"
    "       casecount score --list | --explain NAME\n"
    "\n"
    "ANSWERS is a CSV file (- is standard input), one screening a row, with a column for each item. The table\n"
    "comes out with TOOL_score, TOOL_level, TOOL_items_missing and TOOL_status added, and TOOL_RESULT_score and\n"
    "_level where a tool has sub-results, such as sex and labor.\n"
    "\n"
    "      --tool NAME           a tool from --list, or the path of a tool file; may be repeated\n"
    "      --missing complete|no|yes|all  what a missing answer stands for: no result; no, the lowest value;\n"
    "                            yes, the highest; all three side by side [as the tool says, if it does]\n"
    "      --map ITEM=COLUMN     the column of an item that has another name; may be repeated\n"
    "      --total COLUMN        the finished score of the tool, where the answers are not there: its level\n"
    "      --age COLUMN          age in completed years: outside of the tool's ages there is no score\n"
    "      --any-age             score these too; the status tells them\n"
    "      --rescreen first|last|highest|any  keep one screening of each child; any: the first positive,\n"
    "                            or else the last with a result\n"
    "      --id COLUMN           of the child, for --rescreen\n"
    "      --date COLUMN         of the screening, 2024-05-17 or 20240517, for --rescreen, --from and --to\n"
    "      --from DATE, --to DATE  only screenings of this period, both days included\n"
    "      --list                the tools that can be found\n"
    "      --explain NAME        a tool in words: items, codes, levels, source\n"
    "  -f, --format csv|json|md  [csv]\n"
    "  -o, --output FILE         write there instead of to standard output\n"
    "  -h, --help                this help\n"
    "  -V, --version             the version\n"
    "\n"
    "Exit: 0 done, 1 data problem, 2 usage, 3 cannot read or write.\n"
    "\n"
    "Example: three youths, one of whom skipped a question\n"
    "  casecount score answers.csv --tool qyit --missing no\n"
    "  child,q1,q2,q3,q4,qyit_score,qyit_level,qyit_items_missing,qyit_status\n"
    "  a,no,no,no,no,0,negative,0,complete\n"
    "  b,no,yes,no,yes,2,positive,0,complete\n"
    "  c,no,skip,no,no,0,negative,1,incomplete\n";

struct options {
    const char *table, *output, *explain, *id, *date, *tools[TOOLS];
    struct cc_tool_map maps[MAPS];
    struct cc_tool_sheets_options sheets;
    size_t n_tools;
    enum cc_rescreen rescreen;
    int32_t from, to;
    enum cc_format format;
    bool list, rescreened, missing_given;
};

/* What is said of one tool at the end. */
struct told {
    size_t rows, statuses[CC_SHEET_STATUSES], with_missing, missing, asked;
};

struct scored {
    struct cc_tool *tool;
    struct cc_tool_sheets_options options;
    struct cc_tool_sheets *sheets;
    struct told told;
};

struct work {
    const struct options *o;
    struct cc_table in, out;
    struct scored tools[TOOLS];
    struct cc_screening *screenings;
    bool *keep; /* rows of out */
    size_t dropped;
};

/* ---- options ---- */

static int set_tool(const struct cc_given *g)
{
    struct options *o = g->to;
    if (o->n_tools == TOOLS) return cc_usage(PROG, "more than %d --tool", TOOLS);
    o->tools[o->n_tools++] = g->text;
    return CC_EXIT_OK;
}

static int set_missing(const struct cc_given *g)
{
    struct options *o = g->to;
    bool all = !strcmp(g->text, "all"), any = all;
    for (int m = 0; m < CC_MISSING_RULES; m++) {
        o->sheets.missing[m] = all || !strcmp(g->text, cc_missing_word((enum cc_missing)m));
        any = any || o->sheets.missing[m];
    }
    o->missing_given = true;
    return any ? CC_EXIT_OK : cc_usage(PROG, "--missing is complete, no, yes or all, not '%s'", g->text);
}

static int set_map(const struct cc_given *g)
{
    struct options *o = g->to;
    struct cc_tool_map map;
    const char *equals = strchr(g->text, '=');
    if (!equals || !equals[1] || !cc_given_pair(g, &map.item, &map.column))
        return cc_usage(PROG, "--map takes ITEM=COLUMN, not '%s'", g->text);
    if (o->sheets.map_count == MAPS) return cc_usage(PROG, "more than %d --map", MAPS);
    o->maps[o->sheets.map_count++] = map;
    return CC_EXIT_OK;
}

static int set_rescreen(const struct cc_given *g)
{
    struct options *o = g->to;
    o->rescreened = true;
    return cc_rescreen_parse(g->text, &o->rescreen) ? CC_EXIT_OK
        : cc_usage(PROG, "--rescreen is first, last, highest or any, not '%s'", g->text);
}

static int set_day(const struct cc_given *g)
{
    if (cc_date_read(g->text, g->to)) return CC_EXIT_OK;
    return cc_usage(PROG, "--%s is a date such as 2024-05-17, not '%s'", g->name, g->text);
}

static int check_options(const struct options *o)
{
    bool period = o->from != INT32_MIN || o->to != INT32_MAX;
    if (!o->n_tools) return cc_usage(PROG, "--tool is needed ('casecount score --list' names them)");
    if (o->sheets.total && (o->n_tools > 1 || o->missing_given || o->sheets.map_count))
        return cc_usage(PROG, "--total goes with one --tool, and without --missing and --map: no answers are "
                              "read");
    if (o->rescreened && (!o->id || !o->date)) return cc_usage(PROG, "--rescreen needs --id and --date");
    if (o->id && !o->rescreened) return cc_usage(PROG, "--id goes with --rescreen");
    if (period && !o->date) return cc_usage(PROG, "--from and --to need --date");
    if (o->date && !o->rescreened && !period) return cc_usage(PROG, "--date goes with --rescreen, --from or --to");
    if (o->from > o->to) return cc_usage(PROG, "--from is after --to");
    if (o->sheets.any_age && !o->sheets.age) return cc_usage(PROG, "--any-age needs --age");
    bool by_result = o->rescreened && (o->rescreen == CC_RESCREEN_HIGHEST || o->rescreen == CC_RESCREEN_ANY);
    int rules = o->sheets.missing[0] + o->sheets.missing[1] + o->sheets.missing[2];
    if (by_result && (o->n_tools > 1 || rules > 1))
        return cc_usage(PROG, "--rescreen highest and any need one --tool and one --missing: which score decides?");
    return CC_EXIT_OK;
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "tool", 0, CC_VALUE, set_tool, o },
        { "missing", 0, CC_VALUE, set_missing, o },
        { "map", 0, CC_VALUE, set_map, o },
        { "total", 0, CC_VALUE, cc_set_text, &o->sheets.total },
        { "age", 0, CC_VALUE, cc_set_text, &o->sheets.age },
        { "any-age", 0, CC_ALONE, cc_set_flag, &o->sheets.any_age },
        { "rescreen", 0, CC_VALUE, set_rescreen, o },
        { "id", 0, CC_VALUE, cc_set_text, &o->id },
        { "date", 0, CC_VALUE, cc_set_text, &o->date },
        { "from", 0, CC_VALUE, set_day, &o->from },
        { "to", 0, CC_VALUE, set_day, &o->to },
        { "list", 0, CC_ALONE, cc_set_flag, &o->list },
        { "explain", 0, CC_VALUE, cc_set_text, &o->explain },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { "format", 'f', CC_VALUE, cc_set_format, &o->format },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    if (o->list || o->explain) {
        *code = argc == optind ? CC_EXIT_OK : cc_usage(PROG, "--list and --explain read no table");
    } else {
        *code = cc_options_table(PROG, argc, argv, &o->table);
        if (*code == CC_EXIT_OK) *code = check_options(o);
    }
    return *code == CC_EXIT_OK;
}

/* ---- list and explain ---- */

static int list(const struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_table t = { 0 };
    char **names = NULL;
    size_t n = 0;
    enum cc_status st = cc_tool_names(&names, &n, &err);
    bool ok = cc_table_add_column(&t, "tool") && cc_table_add_column(&t, "scoring_rule")
              && cc_table_add_column(&t, "title");
    for (size_t i = 0; i < n && st == CC_OK && ok; i++) {
        struct cc_tool *tool;
        st = cc_tool_load(names[i], &tool, &err);
        if (st != CC_OK) break;
        ok = cc_table_add_row(&t) && cc_table_set(&t, i, 0, names[i])
             && cc_table_set(&t, i, 1, tool->official ? "official" : "local definition")
             && cc_table_set(&t, i, 2, tool->title);
        cc_tool_free(tool);
    }
    if (!ok) st = cc_error_memory(&err);
    int code = st == CC_OK ? cc_put_table(PROG, o->output, o->format, &t) : cc_fail(PROG, NULL, &err);
    cc_path_names_free(names, n);
    cc_table_free(&t);
    return code;
}

static bool explain_item(struct cc_buf *b, const struct cc_tool_item *item)
{
    bool ok = cc_buf_printf(b, "  %s:", item->id);
    if (item->weight != 1) ok = ok && cc_buf_printf(b, " weight %" PRId64 ";", item->weight);
    for (size_t i = 0; i < item->code_count && ok; i++) {
        const struct cc_tool_code *c = &item->codes[i];
        ok = cc_buf_text(b, i ? ", " : " ");
        if (ok && !*c->text) ok = cc_buf_printf(b, "%" PRId64 " to %" PRId64, c->low, c->high);
        else if (ok && c->kind == CC_CODE_VALUE) ok = cc_buf_printf(b, "%s = %" PRId64, c->text, c->low);
        else if (ok) ok = cc_buf_printf(b, "%s = %s", c->text, c->kind == CC_CODE_NONE ? "does not apply" : "missing");
    }
    return ok && cc_buf_char(b, '\n');
}

static bool explain_levels(struct cc_buf *b, const struct cc_tool_result *r)
{
    bool ok = true;
    for (size_t i = 0; i < r->level_count && ok; i++) {
        const struct cc_tool_level *l = &r->levels[i];
        ok = cc_buf_printf(b, "    %" PRId64, l->low);
        if (ok && l->high == INT64_MAX) ok = cc_buf_text(b, " and more");
        else if (ok && l->high > l->low) ok = cc_buf_printf(b, " to %" PRId64, l->high);
        ok = ok && cc_buf_printf(b, ": %s%s\n", l->name, i >= r->positive ? " (positive)" : "");
    }
    return ok;
}

static bool explain_result(struct cc_buf *b, const struct cc_tool *t, const struct cc_tool_result *r)
{
    bool ok = cc_buf_printf(b, "  %s%s%s: %s", t->name, *r->id ? "_" : "", r->id, cc_tool_rule_word(r->rule));
    if (r->rule == CC_TOOL_COUNT || r->rule == CC_TOOL_ANY) ok = ok && cc_buf_printf(b, " >= %" PRId64, r->at_least);
    ok = ok && cc_buf_text(b, " of");
    for (size_t i = 0; i < r->part_count && ok; i++) {
        const struct cc_tool_part *p = &r->parts[i];
        ok = cc_buf_printf(b, " %s", p->is_result ? t->results[p->index].id : t->items[p->index].id);
    }
    if (*r->text) ok = ok && cc_buf_printf(b, " (%s)", r->text);
    if (r->gated) {
        const struct cc_tool_result *gate = &t->results[r->gate];
        ok = ok && cc_buf_printf(b, "\n    only if %s is %s; otherwise: %s", gate->id, gate->levels[r->gate_level].name,
                                 r->otherwise);
    }
    return ok && cc_buf_char(b, '\n') && explain_levels(b, r);
}

static bool explain_tool(struct cc_buf *b, const struct cc_tool *t)
{
    bool ok = cc_buf_printf(b, "%s: %s\nscoring rule: %s\n", t->name, t->title,
                            t->official ? "official" : "local definition");
    for (size_t i = 0; i < t->fact_count && ok; i++)
        ok = !strcmp(t->facts[i].name, "official") || cc_buf_printf(b, "%s: %s\n", t->facts[i].name, t->facts[i].text);
    ok = ok && cc_buf_text(b, "\nitems (ids only; the wording belongs to the owner)\n");
    for (size_t i = 0; i < t->item_count && ok; i++) ok = explain_item(b, &t->items[i]);
    if (t->refusal) ok = ok && cc_buf_text(b, "whole form refused\n") && explain_item(b, t->refusal);
    ok = ok && cc_buf_text(b, "\nresults\n");
    for (size_t i = 0; i < t->result_count && ok; i++) ok = explain_result(b, t, &t->results[i]);
    return ok;
}

static int explain(const struct options *o)
{
    struct cc_error err = { 0 };
    struct cc_tool *tool;
    struct cc_buf b = { 0 };
    struct cc_output *out;
    enum cc_status st = cc_tool_load(o->explain, &tool, &err);
    if (st != CC_OK) return cc_fail(PROG, NULL, &err);
    st = explain_tool(&b, tool) ? cc_output_open(o->output, 0666, &out, &err) : cc_error_memory(&err);
    if (st == CC_OK) {
        fwrite(b.data, 1, b.size, cc_output_file(out));
        st = cc_output_commit(out, &err);
    }
    cc_buf_free(&b);
    cc_tool_free(tool);
    return st == CC_OK ? CC_EXIT_OK : cc_fail(PROG, o->output, &err);
}

/* ---- scoring ---- */

/* The rules of missing answers: those of the command line, or the tool's own. */
static enum cc_status choose_missing(const struct options *o, struct scored *s, struct cc_error *err)
{
    bool any = o->missing_given;
    s->options = o->sheets;
    s->options.maps = o->maps;
    if (o->sheets.total) {
        s->options.missing[CC_MISSING_COMPLETE] = true;
        return CC_OK;
    }
    for (int m = 0; m < CC_MISSING_RULES && !o->missing_given; m++) {
        s->options.missing[m] = !strcmp(s->tool->missing, cc_missing_word((enum cc_missing)m));
        any = any || s->options.missing[m];
    }
    if (any) return CC_OK;
    return cc_error_set(err, CC_EUSAGE, 0, 0, "%s does not say what a missing answer stands for: --missing complete, "
                        "no, yes or all is needed", s->tool->name);
}

static enum cc_status add_columns(struct work *w, struct cc_error *err)
{
    bool ok = true;
    for (size_t c = 0; c < w->in.columns && ok; c++) ok = cc_table_add_column(&w->out, w->in.names[c]);
    for (size_t i = 0; i < w->o->n_tools && ok; i++) ok = cc_tool_sheets_columns(w->tools[i].sheets, &w->out);
    if (!ok) return cc_error_memory(err);
    for (size_t c = w->in.columns; c < w->out.columns; c++) {
        if (cc_table_find(&w->out, w->out.names[c]) == (int)c) continue;
        return cc_error_set(err, CC_EDATA, 1, 0, "there is a column '%s' already", w->out.names[c]);
    }
    return CC_OK;
}

static enum cc_status open_tools(struct work *w, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < w->o->n_tools && st == CC_OK; i++) {
        struct scored *s = &w->tools[i];
        st = cc_tool_load(w->o->tools[i], &s->tool, err);
        for (size_t k = 0; k < i && st == CC_OK; k++)
            if (!strcmp(w->tools[k].tool->name, s->tool->name))
                st = cc_error_set(err, CC_EUSAGE, 0, 0, "the tool '%s' is given twice", s->tool->name);
        if (st == CC_OK) st = choose_missing(w->o, s, err);
        if (st == CC_OK) st = cc_tool_sheets_open(s->tool, &w->in, &s->options, &s->sheets, err);
    }
    for (size_t m = 0; m < w->o->sheets.map_count && st == CC_OK; m++) {
        bool known = false;
        for (size_t i = 0; i < w->o->n_tools; i++) {
            const struct cc_tool *t = w->tools[i].tool;
            if (t->refusal && !strcmp(t->refusal->id, w->o->maps[m].item)) known = true;
            for (size_t k = 0; k < t->item_count; k++) known = known || !strcmp(t->items[k].id, w->o->maps[m].item);
        }
        if (!known) st = cc_error_set(err, CC_EUSAGE, 0, 0, "--map: no item '%s' in these tools", w->o->maps[m].item);
    }
    return st == CC_OK ? add_columns(w, err) : st;
}

static int first_rule(const struct scored *s)
{
    int m = 0;
    while (!s->options.missing[m]) m++;
    return m;
}

static void tell(struct scored *s, const struct cc_sheet *sheet)
{
    int m = first_rule(s);
    s->told.rows++;
    s->told.statuses[sheet->status]++;
    s->told.with_missing += sheet->missing[m] > 0;
    s->told.missing += sheet->missing[m];
    s->told.asked += sheet->asked[m];
}

static enum cc_status score_row(struct work *w, size_t row, struct cc_screening *screening, struct cc_error *err)
{
    size_t column = w->in.columns;
    bool ok = cc_table_add_row(&w->out);
    for (size_t c = 0; c < w->in.columns && ok; c++)
        ok = cc_table_set(&w->out, w->out.rows - 1, c, cc_table_cell(&w->in, row, c));
    for (size_t i = 0; i < w->o->n_tools && ok; i++) {
        struct scored *s = &w->tools[i];
        struct cc_sheet sheet;
        enum cc_status st = cc_tool_sheets_score(s->sheets, row, &sheet, err);
        if (st != CC_OK) return st;
        tell(s, &sheet);
        const struct cc_outcome *result = &sheet.outcomes[first_rule(s)][s->tool->main];
        if (i == 0 && screening) {
            /* who was not led to the second stage has a result: the least */
            screening->scored = result->kind != CC_OUTCOME_UNKNOWN;
            screening->score = result->kind == CC_OUTCOME_SCORED ? result->score : -1;
            screening->positive = cc_outcome_positive(&s->tool->results[s->tool->main], result);
        }
        ok = cc_tool_sheets_put(s->sheets, &sheet, &w->out, w->out.rows - 1, &column);
    }
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status read_date(const struct work *w, size_t row, size_t column, int32_t *day, struct cc_error *err)
{
    if (cc_date_read(cc_table_cell(&w->in, row, column), day)) return CC_OK;
    return cc_error_set(err, CC_EDATA, (size_t)w->in.lines[row], column + 1,
                        "%s: a date such as 2024-05-17 is needed here", w->in.names[column]);
}

static enum cc_status score_rows(struct work *w, struct cc_error *err)
{
    const struct options *o = w->o;
    size_t id = 0, date = 0;
    enum cc_status st = CC_OK;
    if (o->date) st = cc_table_need(&w->in, o->date, &date, err);
    if (st == CC_OK && o->id) st = cc_table_need(&w->in, o->id, &id, err);
    w->screenings = calloc(w->in.rows + 1, sizeof *w->screenings);
    w->keep = calloc(w->in.rows + 1, sizeof *w->keep);
    if (st == CC_OK && (!w->screenings || !w->keep)) st = cc_error_memory(err);
    for (size_t r = 0; r < w->in.rows && st == CC_OK; r++) {
        struct cc_screening *s = &w->screenings[w->out.rows];
        *s = (struct cc_screening){ .row = w->out.rows, .id = o->id ? cc_table_cell(&w->in, r, id) : "" };
        if (o->date) st = read_date(w, r, date, &s->day, err);
        if (st == CC_OK && o->id && (!*s->id || !strcmp(s->id, "NA"))) {
            st = cc_error_set(err, CC_EDATA, (size_t)w->in.lines[r], id + 1, "%s: the child's id is needed here",
                              w->in.names[id]);
        }
        bool outside = o->date && (s->day < o->from || s->day > o->to);
        w->dropped += outside;
        if (st == CC_OK && !outside) st = score_row(w, r, s, err);
    }
    return st;
}

/* Rows that are not kept go. */
static size_t keep_rows(struct work *w)
{
    size_t kept = 0, rows = w->out.rows, columns = w->out.columns;
    if (!w->o->rescreened) return rows;
    cc_rescreen(w->screenings, rows, w->o->rescreen, w->keep);
    for (size_t r = 0; r < rows; r++) {
        if (!w->keep[r]) continue;
        memmove(w->out.cells + kept * columns, w->out.cells + r * columns, columns * sizeof *w->out.cells);
        kept++;
    }
    w->out.rows = kept;
    return rows;
}

/* ---- notes ---- */

static void note_ages(const struct scored *s)
{
    const struct cc_tool *t = s->tool;
    const size_t *n = s->told.statuses;
    char ages[64];
    if (t->age_min < 0 && t->age_max < 0) return;
    if (t->age_max < 0) snprintf(ages, sizeof ages, "%" PRId64 " and older", t->age_min);
    else if (t->age_min < 0) snprintf(ages, sizeof ages, "up to %" PRId64, t->age_max);
    else snprintf(ages, sizeof ages, "%" PRId64 " to %" PRId64, t->age_min, t->age_max);
    if (!s->options.age)
        cc_note(PROG, "%s: for ages %s; ages were not checked (--age)", t->name, ages);
    else if (n[CC_SHEET_OUTSIDE_AGE])
        cc_note(PROG, "%s: for ages %s; %zu of %zu screenings are outside and %s", t->name, ages,
                n[CC_SHEET_OUTSIDE_AGE], s->told.rows,
                s->options.any_age ? "were scored all the same" : "have no score");
}

static void note_tool(const struct scored *s)
{
    const struct told *n = &s->told;
    if (!s->tool->official) cc_note(PROG, "%s: scoring rule: local definition", s->tool->name);
    note_ages(s);
    if (!n->missing) return;
    if (s->options.total) {
        cc_note(PROG, "%s: %zu of %zu screenings have no total", s->tool->name, n->missing, n->rows);
        return;
    }
    cc_note(PROG, "%s: %zu of %zu answers are missing (%.1f%%), in %zu of %zu screenings; %zu have no answer at all",
            s->tool->name, n->missing, n->asked, 100 * (double)n->missing / (double)n->asked, n->with_missing, n->rows,
            n->statuses[CC_SHEET_EMPTY] + n->statuses[CC_SHEET_REFUSED]);
}

static void note_all(const struct work *w, size_t rows)
{
    for (size_t i = 0; i < w->o->n_tools; i++) note_tool(&w->tools[i]);
    if (w->dropped)
        cc_note(PROG, "%zu of %zu screenings are outside of the period and left out", w->dropped, w->in.rows);
    if (w->o->rescreened) cc_note(PROG, "%zu of %zu screenings are kept, one of each child", w->out.rows, rows);
}

/* ---- the program ---- */

static void free_work(struct work *w)
{
    for (size_t i = 0; i < w->o->n_tools; i++) {
        cc_tool_sheets_close(w->tools[i].sheets);
        cc_tool_free(w->tools[i].tool);
    }
    free(w->screenings);
    free(w->keep);
    cc_table_free(&w->in);
    cc_table_free(&w->out);
}

static int score(const struct options *o)
{
    struct work w = { .o = o };
    struct cc_error err = { 0 };
    enum cc_status st = cc_table_read(o->table, &w.in, &err);
    bool opened = st == CC_OK;
    if (st == CC_OK) st = open_tools(&w, &err);
    if (st == CC_OK) st = score_rows(&w, &err);
    int code = CC_EXIT_OK;
    if (st == CC_OK) {
        size_t rows = keep_rows(&w);
        note_all(&w, rows);
        code = cc_put_table(PROG, o->output, o->format, &w.out);
    } else {
        code = cc_fail(PROG, err.code == CC_EUSAGE ? NULL : opened ? w.in.name : o->table, &err);
    }
    free_work(&w);
    return code;
}

static int program(int argc, char **argv)
{
    struct options o = { .from = INT32_MIN, .to = INT32_MAX };
    int code;
    if (!parse_options(argc, argv, &o, &code)) return code;
    return o.list ? list(&o) : o.explain ? explain(&o) : score(&o);
}

int main(int argc, char **argv)
{
    cc_start();
    return cc_finish(program(argc, argv), PROG);
}

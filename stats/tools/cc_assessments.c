#include "stats/tools/cc_assessments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_text.h"
#include "stats/counting/cc_row_groups.h"

struct reader {
    const struct cc_table *t;
    const struct cc_assessments_options *o;
    size_t child, date, area, worker, score;
    struct cc_tool_sheets *sheets;
    struct cc_tool_sheets_options sheets_options;
    enum cc_missing missing;
    struct cc_error *err;
};

static enum cc_status refuse(const struct reader *r, size_t row, size_t column, const char *what)
{
    return cc_error_set(r->err, CC_EDATA, (size_t)r->t->lines[row], column + 1, "%s: %s", r->t->names[column], what);
}

enum cc_status cc_assessments_date(const struct cc_table *t, size_t row, size_t column, int32_t *out,
                                   struct cc_error *err)
{
    struct reader r = { .t = t, .err = err };
    if (cc_date_read(cc_table_cell(t, row, column), out)) return CC_OK;
    return refuse(&r, row, column, "a date such as 2024-05-17 is needed here");
}

static bool is_missing(const char *text)
{
    return !*text || !strcmp(text, "NA");
}

static enum cc_status read_score(const struct reader *r, size_t row, struct cc_assessment *a)
{
    const char *text = cc_table_cell(r->t, row, r->score);
    double score;
    if (is_missing(text)) return CC_OK;
    if (!cc_parse_double(text, &score)) return refuse(r, row, r->score, "not a number");
    a->scored = true;
    a->flagged = r->o->lower ? score <= r->o->cutoff : score >= r->o->cutoff;
    a->danger = r->o->lower ? -score : score;
    return CC_OK;
}

/* Who is not led to a second stage has a result: the least. */
static enum cc_status read_sheet(const struct reader *r, const struct cc_tool *tool, size_t row,
                                 struct cc_assessment *a)
{
    struct cc_sheet sheet;
    enum cc_status st = cc_tool_sheets_score(r->sheets, row, &sheet, r->err);
    if (st != CC_OK) return st;
    const struct cc_outcome *result = &sheet.outcomes[r->missing][tool->main];
    a->scored = result->kind != CC_OUTCOME_UNKNOWN;
    a->danger = result->kind == CC_OUTCOME_SCORED ? (double)result->score : -1;
    a->flagged = cc_outcome_positive(&tool->results[tool->main], result);
    return CC_OK;
}

static enum cc_status read_row(const struct reader *r, size_t row, struct cc_assessments *out)
{
    struct cc_assessment a = { .child = cc_table_cell(r->t, row, r->child), .area = "", .worker = "", .row = row };
    if (is_missing(a.child)) return refuse(r, row, r->child, "the child's id is needed here");
    enum cc_status st = cc_assessments_date(r->t, row, r->date, &a.day, r->err);
    if (st != CC_OK) return st;
    out->later += a.day > r->o->until;
    if (a.day > r->o->until) return CC_OK;
    if (r->o->area) st = cc_row_groups_name(r->t, row, r->area, r->err);
    if (st != CC_OK) return st;
    if (r->o->area) a.area = cc_table_cell(r->t, row, r->area);
    if (r->o->area && !*a.area) a.area = "(blank)";
    if (r->o->worker) a.worker = cc_table_cell(r->t, row, r->worker);
    st = out->tool ? read_sheet(r, out->tool, row, &a) : read_score(r, row, &a);
    out->without_result += st == CC_OK && !a.scored;
    if (st == CC_OK) out->at[out->n++] = a;
    return st;
}

static enum cc_status open_tool(struct reader *r, struct cc_assessments *out)
{
    enum cc_status st = cc_tool_load(r->o->tool, &out->tool, r->err);
    if (st != CC_OK) return st;
    const struct cc_tool_result *result = &out->tool->results[out->tool->main];
    if (result->positive >= result->level_count)
        return cc_error_set(r->err, CC_EUSAGE, 0, 0, "%s has no positive level, so nobody could be flagged: score it "
                            "first, and give --score and --cutoff", out->tool->name);
    r->missing = r->o->missing;
    for (int m = 0; m < CC_MISSING_RULES && r->o->missing == CC_MISSING_RULES; m++)
        if (!strcmp(out->tool->missing, cc_missing_word((enum cc_missing)m))) r->missing = (enum cc_missing)m;
    if (r->missing == CC_MISSING_RULES)
        return cc_error_set(r->err, CC_EUSAGE, 0, 0, "%s does not say what a missing answer stands for: --missing "
                            "complete, no or yes is needed", out->tool->name);
    r->sheets_options.missing[r->missing] = true;
    return cc_tool_sheets_open(out->tool, r->t, &r->sheets_options, &r->sheets, r->err);
}

static enum cc_status find_columns(struct reader *r)
{
    const struct { const char *name; size_t *at; } needed[] = {
        { r->o->child, &r->child }, { r->o->date, &r->date }, { r->o->area, &r->area },
        { r->o->worker, &r->worker }, { r->o->tool ? NULL : r->o->score, &r->score } };
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < sizeof needed / sizeof *needed && st == CC_OK; i++)
        if (needed[i].name) st = cc_table_need(r->t, needed[i].name, needed[i].at, r->err);
    return st;
}

enum cc_status cc_assessments_read(const struct cc_table *t, const struct cc_assessments_options *o,
                                   struct cc_assessments *out, struct cc_error *err)
{
    struct reader r = { .t = t, .o = o, .err = err };
    *out = (struct cc_assessments){ .at = calloc(t->rows + 1, sizeof *out->at) };
    enum cc_status st = out->at ? find_columns(&r) : cc_error_memory(err);
    if (st == CC_OK && o->tool) st = open_tool(&r, out);
    for (size_t i = 0; i < t->rows && st == CC_OK; i++) st = read_row(&r, i, out);
    cc_tool_sheets_close(r.sheets);
    if (st != CC_OK) cc_assessments_free(out);
    return st;
}

void cc_assessments_free(struct cc_assessments *a)
{
    free(a->at);
    cc_tool_free(a->tool);
    *a = (struct cc_assessments){ 0 };
}

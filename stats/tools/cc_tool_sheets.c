#include "stats/tools/cc_tool_sheets.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { OLDEST = 150 };

struct cc_tool_sheets {
    const struct cc_tool *tool;
    const struct cc_table *in;
    const struct cc_tool_sheets_options *o;
    size_t *first;   /* of the form: item_count + 1 */
    size_t *columns; /* of the table, one an answer */
    struct cc_tool_answer *answers;
    struct cc_outcome *outcomes; /* CC_MISSING_RULES x result_count */
    size_t columns_room;
    int refusal, age, total; /* columns, or -1 */
    int64_t low, high;       /* the least and the greatest total */
};

const char *cc_sheet_status_word(enum cc_sheet_status status)
{
    static const char *const words[CC_SHEET_STATUSES] = { "complete", "incomplete", "empty", "refused", "age_unknown",
                                                          "outside_age" };
    return words[status];
}

/* --- columns of answers --- */

static const char *column_of(const struct cc_tool_sheets *s, const char *item)
{
    for (size_t i = 0; i < s->o->map_count; i++)
        if (!strcmp(s->o->maps[i].item, item)) return s->o->maps[i].column;
    return item;
}

/* Is it the name with digits in place of '#'? */
static bool is_repeat(const char *name, const char *pattern)
{
    size_t before = strcspn(pattern, "#");
    if (strncmp(name, pattern, before)) return false;
    size_t digits = strspn(name + before, "0123456789");
    return digits && !strcmp(name + before + digits, pattern + before + 1);
}

static bool add_column(struct cc_tool_sheets *s, size_t *n, size_t column)
{
    if (!cc_grow(&s->columns, &s->columns_room, *n + 1, sizeof *s->columns)) return false;
    s->columns[(*n)++] = column;
    return true;
}

static enum cc_status find_columns(struct cc_tool_sheets *s, const char *item, size_t *n, struct cc_error *err)
{
    const char *name = column_of(s, item);
    size_t at, before = *n;
    enum cc_status st;
    if (!strchr(name, '#')) {
        st = cc_table_need(s->in, name, &at, err);
        return st != CC_OK ? st : add_column(s, n, at) ? CC_OK : cc_error_memory(err);
    }
    for (at = 0; at < s->in->columns; at++)
        if (is_repeat(s->in->names[at], name) && !add_column(s, n, at)) return cc_error_memory(err);
    if (*n > before) return CC_OK;
    return cc_error_set(err, CC_EDATA, 1, 0, "no column %s (a number in place of '#')", name);
}

static enum cc_status check_levels(const struct cc_tool_sheets *s, struct cc_error *err)
{
    struct cc_tool_form form = { s->tool, s->first };
    for (size_t i = 0; i < s->tool->result_count; i++) {
        int64_t low, high;
        if (cc_tool_fits(&form, i, &low, &high)) continue;
        cc_error_set(err, CC_EDATA, s->tool->results[i].line, 0, "levels do not hold every score from %" PRId64
                     " to %" PRId64, low, high);
        cc_error_file(err, s->tool->table.name);
        return CC_EDATA;
    }
    return CC_OK;
}

/* A total needs no columns of items: each is taken as there once, or as any number of times if it repeats. */
static enum cc_status find_total(struct cc_tool_sheets *s, size_t *n, struct cc_error *err)
{
    const struct cc_tool *t = s->tool;
    const struct cc_tool_result *r = &t->results[t->main];
    size_t at = 0;
    if (!r->level_count || r->gated || r->rule == CC_TOOL_PATTERN)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "the result of %s is no total with levels", t->name);
    for (*n = 0; *n < t->item_count; (*n)++) s->first[*n] = *n;
    s->first[*n] = *n;
    (void)cc_tool_fits(&(struct cc_tool_form){ t, s->first }, t->main, &s->low, &s->high);
    for (size_t i = 0; i < t->item_count; i++)
        if (strchr(t->items[i].id, '#')) s->high = r->levels[r->level_count - 1].high;
    enum cc_status st = cc_table_need(s->in, s->o->total, &at, err);
    s->total = (int)at;
    return st;
}

static enum cc_status find_items(struct cc_tool_sheets *s, size_t *n, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < s->tool->item_count && st == CC_OK; i++) {
        s->first[i] = *n;
        st = find_columns(s, s->tool->items[i].id, n, err);
    }
    s->first[s->tool->item_count] = *n;
    if (s->tool->refusal) s->refusal = cc_table_find(s->in, column_of(s, s->tool->refusal->id));
    return st;
}

static enum cc_status bind(struct cc_tool_sheets *s, struct cc_error *err)
{
    size_t n = 0, age = 0;
    s->age = s->refusal = s->total = -1;
    enum cc_status st = s->o->total ? find_total(s, &n, err) : find_items(s, &n, err);
    if (st == CC_OK && s->o->age && (st = cc_table_need(s->in, s->o->age, &age, err)) == CC_OK) s->age = (int)age;
    s->answers = calloc(n + 1, sizeof *s->answers);
    if (st == CC_OK && !s->answers) st = cc_error_memory(err);
    return st == CC_OK ? check_levels(s, err) : st;
}

enum cc_status cc_tool_sheets_open(const struct cc_tool *tool, const struct cc_table *in,
                                   const struct cc_tool_sheets_options *o, struct cc_tool_sheets **out,
                                   struct cc_error *err)
{
    struct cc_tool_sheets *s = *out = calloc(1, sizeof *s);
    if (!s) return cc_error_memory(err);
    *s = (struct cc_tool_sheets){ .tool = tool, .in = in, .o = o };
    s->first = calloc(tool->item_count + 1, sizeof *s->first);
    s->outcomes = calloc(CC_MISSING_RULES * tool->result_count, sizeof *s->outcomes);
    enum cc_status st = s->first && s->outcomes ? bind(s, err) : cc_error_memory(err);
    if (st == CC_OK) return CC_OK;
    cc_tool_sheets_close(s);
    *out = NULL;
    return st;
}

void cc_tool_sheets_close(struct cc_tool_sheets *s)
{
    if (!s) return;
    free(s->first);
    free(s->columns);
    free(s->answers);
    free(s->outcomes);
    free(s);
}

/* --- a row --- */

static bool is_blank(const char *text)
{
    return !*text || !strcmp(text, "NA");
}

/* The answer itself is not shown: it may be what a child said. */
static enum cc_status error_at(const struct cc_tool_sheets *s, size_t row, size_t column, const char *what,
                               struct cc_error *err)
{
    return cc_error_set(err, CC_EDATA, (size_t)s->in->lines[row], column + 1, "%s: the answer %s",
                        s->in->names[column], what);
}

static enum cc_status read_answer(const struct cc_tool_sheets *s, const struct cc_tool_item *item, size_t row,
                                  size_t column, struct cc_tool_answer *out, struct cc_error *err)
{
    const char *text = cc_table_cell(s->in, row, column);
    *out = (struct cc_tool_answer){ .kind = CC_CODE_MISSING };
    if (is_blank(text)) return CC_OK;
    const struct cc_tool_code *code = cc_tool_code(item, text, &out->value);
    if (!code) {
        char what[320];
        struct cc_buf b = { 0 };
        bool ok = cc_buf_printf(&b, "is no answer of %s: ", s->tool->name);
        for (size_t i = 0; i < item->code_count && ok; i++) {
            const struct cc_tool_code *c = &item->codes[i];
            ok = *c->text ? cc_buf_printf(&b, "%s%s", i ? ", " : "", c->text)
                          : cc_buf_printf(&b, "%s%" PRId64 " to %" PRId64, i ? ", " : "", c->low, c->high);
        }
        size_t n = b.size < sizeof what ? b.size : sizeof what - 1;
        if (ok) memcpy(what, b.data, n);
        what[ok ? n : 0] = '\0';
        cc_buf_free(&b);
        return ok ? error_at(s, row, column, what, err) : cc_error_memory(err);
    }
    out->kind = code->kind;
    return CC_OK;
}

static enum cc_status read_answers(struct cc_tool_sheets *s, size_t row, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < s->tool->item_count; i++)
        for (size_t a = s->first[i]; a < s->first[i + 1] && st == CC_OK; a++)
            st = read_answer(s, &s->tool->items[i], row, s->columns[a], &s->answers[a], err);
    return st;
}

/* A refused form has no answers, whatever is in its columns. */
static enum cc_status read_refusal(struct cc_tool_sheets *s, size_t row, bool *refused, struct cc_error *err)
{
    struct cc_tool_answer answer;
    *refused = false;
    if (s->refusal < 0) return CC_OK;
    enum cc_status st = read_answer(s, s->tool->refusal, row, (size_t)s->refusal, &answer, err);
    *refused = st == CC_OK && answer.kind == CC_CODE_VALUE && answer.value > 0;
    for (size_t a = 0; a < s->first[s->tool->item_count] && *refused; a++)
        if (s->answers[a].kind == CC_CODE_VALUE) s->answers[a].kind = CC_CODE_MISSING;
    return st;
}

static enum cc_status read_age(const struct cc_tool_sheets *s, size_t row, enum cc_sheet_status *status,
                               struct cc_error *err)
{
    const struct cc_tool *t = s->tool;
    if (s->age < 0) return CC_OK;
    const char *text = cc_table_cell(s->in, row, (size_t)s->age);
    int64_t age;
    if (is_blank(text)) {
        if (t->age_min >= 0 || t->age_max >= 0) *status = CC_SHEET_AGE_UNKNOWN;
    } else if (!cc_parse_int64(text, &age) || age < 0 || age > OLDEST) {
        return cc_error_set(err, CC_EDATA, (size_t)s->in->lines[row], (size_t)s->age + 1,
                            "%s: not an age in completed years", s->in->names[s->age]);
    } else if ((t->age_min >= 0 && age < t->age_min) || (t->age_max >= 0 && age > t->age_max)) {
        *status = CC_SHEET_OUTSIDE_AGE;
    }
    return CC_OK;
}

/* The result of the tool from its total; nothing is known of the others. */
static enum cc_status read_total(const struct cc_tool_sheets *s, size_t row, struct cc_outcome *outcomes,
                                 size_t *missing, struct cc_error *err)
{
    const struct cc_tool *t = s->tool;
    const char *text = cc_table_cell(s->in, row, (size_t)s->total);
    struct cc_outcome *o = &outcomes[t->main];
    for (size_t i = 0; i < t->result_count; i++)
        outcomes[i] = (struct cc_outcome){ CC_OUTCOME_UNKNOWN, 0, t->results[i].level_count };
    *missing = is_blank(text);
    if (*missing) return CC_OK;
    if (strspn(text, "0123456789") != strlen(text) || !cc_parse_int64(text, &o->score) || o->score < s->low
        || o->score > s->high || !cc_tool_level(&t->results[t->main], o->score, &o->level))
        return cc_error_set(err, CC_EDATA, (size_t)s->in->lines[row], (size_t)s->total + 1,
                            "%s: not a total that the items of %s can make", s->in->names[s->total], t->name);
    o->kind = CC_OUTCOME_SCORED;
    return CC_OK;
}

static void find_status(bool refused, size_t missing, size_t asked, enum cc_sheet_status *status)
{
    if (*status == CC_SHEET_OUTSIDE_AGE) return;
    if (refused) *status = CC_SHEET_REFUSED;
    else if (missing == asked) *status = CC_SHEET_EMPTY;
    else if (missing) *status = CC_SHEET_INCOMPLETE;
}

enum cc_status cc_tool_sheets_score(struct cc_tool_sheets *s, size_t row, struct cc_sheet *out, struct cc_error *err)
{
    struct cc_tool_form form = { s->tool, s->first };
    bool refused = false, seen = false;
    *out = (struct cc_sheet){ .status = CC_SHEET_COMPLETE };
    enum cc_status st = s->total < 0 ? read_answers(s, row, err) : CC_OK;
    if (st == CC_OK) st = read_refusal(s, row, &refused, err);
    if (st == CC_OK) st = read_age(s, row, &out->status, err);
    for (int m = 0; m < CC_MISSING_RULES && st == CC_OK; m++) {
        if (!s->o->missing[m]) continue;
        struct cc_outcome *outcomes = s->outcomes + (size_t)m * s->tool->result_count;
        out->outcomes[m] = outcomes;
        if (s->total >= 0) {
            out->asked[m] = 1;
            st = read_total(s, row, outcomes, &out->missing[m], err);
            if (st != CC_OK) return st;
        } else {
            st = cc_tool_score(&form, s->answers, (enum cc_missing)m, outcomes, &out->missing[m],
                               &out->asked[m]);
            if (st != CC_OK)
                return cc_error_set(err, st, (size_t)s->in->lines[row], 0, "a score without a level");
        }
        if (!seen) find_status(refused, out->missing[m], out->asked[m], &out->status);
        seen = true;
        for (size_t i = 0; i < s->tool->result_count && out->status == CC_SHEET_OUTSIDE_AGE && !s->o->any_age; i++)
            outcomes[i] = (struct cc_outcome){ CC_OUTCOME_UNKNOWN, 0, s->tool->results[i].level_count };
    }
    return st;
}

/* --- results --- */

static bool is_told(const struct cc_tool_sheets *s, size_t result)
{
    return s->total < 0 || result == s->tool->main;
}

/* TOOL[_RESULT]_WHAT[_RULE] */
static bool name_column(const struct cc_tool_sheets *s, struct cc_table *out, const char *result, const char *what,
                        int rule)
{
    struct cc_buf b = { 0 };
    bool several = s->o->missing[0] + s->o->missing[1] + s->o->missing[2] > 1;
    bool ok = cc_buf_printf(&b, "%s%s%s_%s%s%s", s->tool->name, *result ? "_" : "", result, what, several ? "_" : "",
                            several ? cc_missing_word((enum cc_missing)rule) : "")
              && cc_table_add_column(out, b.data);
    cc_buf_free(&b);
    return ok;
}

bool cc_tool_sheets_columns(const struct cc_tool_sheets *s, struct cc_table *out)
{
    bool ok = true;
    for (int m = 0; m < CC_MISSING_RULES && ok; m++) {
        if (!s->o->missing[m]) continue;
        for (size_t i = 0; i < s->tool->result_count && ok; i++) {
            const struct cc_tool_result *r = &s->tool->results[i];
            if (!is_told(s, i)) continue;
            ok = name_column(s, out, r->id, "score", m)
                 && ((!r->level_count && !r->gated) || name_column(s, out, r->id, "level", m));
        }
        ok = ok && (s->total >= 0 || name_column(s, out, "", "items_missing", m));
    }
    struct cc_buf b = { 0 };
    ok = ok && cc_buf_printf(&b, "%s_status", s->tool->name) && cc_table_add_column(out, b.data);
    cc_buf_free(&b);
    return ok;
}

static bool put_number(struct cc_table *out, size_t row, size_t *column, bool known, int64_t x)
{
    char text[32];
    return cc_table_set(out, row, (*column)++, cc_format_double(known ? (double)x : NAN, text));
}

static bool put_outcome(const struct cc_tool_result *r, const struct cc_outcome *o, struct cc_table *out, size_t row,
                        size_t *column)
{
    const char *level = o->kind == CC_OUTCOME_NOT_ASKED ? r->otherwise
        : o->kind == CC_OUTCOME_SCORED && o->level < r->level_count ? r->levels[o->level].name : "NA";
    return put_number(out, row, column, o->kind == CC_OUTCOME_SCORED, o->score)
           && ((!r->level_count && !r->gated) || cc_table_set(out, row, (*column)++, level));
}

bool cc_tool_sheets_put(const struct cc_tool_sheets *s, const struct cc_sheet *sheet, struct cc_table *out, size_t row,
                        size_t *column)
{
    bool ok = true;
    for (int m = 0; m < CC_MISSING_RULES && ok; m++) {
        if (!s->o->missing[m]) continue;
        for (size_t i = 0; i < s->tool->result_count && ok; i++)
            ok = !is_told(s, i)
                 || put_outcome(&s->tool->results[i], &sheet->outcomes[m][i], out, row, column);
        ok = ok && (s->total >= 0 || put_number(out, row, column, true, (int64_t)sheet->missing[m]));
    }
    return ok && cc_table_set(out, row, (*column)++, cc_sheet_status_word(sheet->status));
}

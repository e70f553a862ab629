/* Planning a block: every name is looked up before any extract is read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_path.h"
#include "report/template/cc_pipeline.h"
#include "report/template/cc_reshape.h"

struct planner {
    struct cc_workshop *w;
    struct cc_made *m;
    struct cc_error *err;
};

static enum cc_status wrong(const struct planner *p, const struct cc_word *at, const char *what)
{
    return cc_error_set(p->err, CC_EDATA, at->line, at->column, "%s", what);
}

static void add_column(struct cc_made *m, const char *name)
{
    for (size_t i = 0; i < m->column_count; i++)
        if (!strcmp(m->columns[i], name)) return;
    if (m->column_count < CC_PIPELINE_COLUMNS) m->columns[m->column_count++] = name;
    else m->columns_open = true;
}

static enum cc_status add_unknown(const struct planner *p, const char *count)
{
    struct cc_buf b = { 0 };
    bool ok = cc_buf_printf(&b, "n_unknown_%s", count);
    const char *name = ok ? cc_arena_text(&p->w->arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    if (!name) return cc_error_memory(p->err);
    add_column(p->m, name);
    return CC_OK;
}

static enum cc_status know_tally(const struct planner *p, const struct cc_tally_spec *spec)
{
    for (size_t i = 0; i < spec->by_count; i++) add_column(p->m, spec->by[i]);
    add_column(p->m, "measure");
    if (spec->per_cell) add_column(p->m, "note");
    if (!spec->count_count) {
        add_column(p->m, "count");
        add_column(p->m, "n_unknown");
    }
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < spec->count_count && st == CC_OK; i++) {
        add_column(p->m, spec->counts[i].name);
        st = add_unknown(p, spec->counts[i].name);
    }
    return st;
}

static bool same_groups(const struct cc_made *m, const struct cc_tally_spec *spec)
{
    if (m->group_count != spec->by_count) return false;
    for (size_t i = 0; i < spec->by_count; i++)
        if (strcmp(m->groups[i], spec->by[i]) != 0) return false;
    return true;
}

static struct cc_source *find_source(const struct cc_workshop *w, const char *name)
{
    for (size_t i = 0; i < w->source_count; i++)
        if (!strcmp(w->sources[i].input->name, name)) return &w->sources[i];
    return NULL;
}

static enum cc_status plan_tally(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    struct cc_made *m = p->m;
    if (at != m->tally_count || m->tally_count == CC_PIPELINE_TALLIES)
        return wrong(p, &s->words[0], "'tally' can only stand in the first lines of a block");
    struct cc_source *source = s->count > 1 ? find_source(p->w, s->words[1].text) : NULL;
    if (!source)
        return wrong(p, &s->words[s->count > 1],
                     "expected 'tally INPUT OPTIONS', INPUT one of the front matter");
    if (m->source && m->source != source)
        return wrong(p, &s->words[1], "the tables of a block come from one input");
    m->source = source;
    enum cc_status st = cc_source_add(source, s, m->exhibit->id, &p->w->arena, &m->tallies[m->tally_count],
                                      p->err);
    if (st != CC_OK) return st;
    const struct cc_tally_spec *spec = &source->specs[m->tallies[m->tally_count++]];
    if (m->tally_count == 1) {
        if (spec->by_count > CC_PIPELINE_GROUPS - 1) return wrong(p, &s->words[0], "too many groups");
        for (size_t i = 0; i < spec->by_count; i++) m->groups[m->group_count++] = spec->by[i];
        m->unit = spec->unit ? spec->unit : "record";
    } else if (!same_groups(m, spec))
        return wrong(p, &s->words[0], "tallies of one block have the same --by");
    else if (strcmp(m->unit, spec->unit ? spec->unit : "record") != 0) m->unit = NULL;
    m->per_cell |= spec->per_cell;
    return know_tally(p, spec);
}

static enum cc_status keep_word(const struct planner *p, const struct cc_word *w)
{
    enum cc_status st = cc_reshape_keep(&p->m->table, w->text, p->err);
    if (st == CC_OK || !p->err) return st;
    p->err->file[0] = '\0';
    p->err->line = w->line;
    p->err->column = w->column;
    return st;
}

/* The options of `read FILE`: --where CONDITION, --by NAME,NAME */
static enum cc_status plan_read_option(const struct planner *p, const struct cc_word *option,
                                       const struct cc_word *value)
{
    if (cc_word_is(option, "--where")) return keep_word(p, value);
    if (!cc_word_is(option, "--by"))
        return wrong(p, option, "'read' has the options --where CONDITION and --by NAME,NAME");
    char *list = cc_arena_text(&p->w->arena, value->text, strlen(value->text)), *parts[CC_PIPELINE_GROUPS];
    if (!list) return cc_error_memory(p->err);
    size_t n = cc_split(list, ',', parts, CC_PIPELINE_GROUPS), at;
    for (size_t i = 0; i < n; i++) {
        if (cc_table_need(&p->m->table, parts[i], &at, p->err) != CC_OK) {
            p->err->file[0] = '\0';
            return cc_error_set(p->err, CC_EDATA, value->line, value->column, "there is no column '%.80s'",
                                parts[i]);
        }
        p->m->groups[p->m->group_count++] = parts[i];
    }
    return CC_OK;
}

static enum cc_status plan_read(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    if (at) return wrong(p, &s->words[0], "'read' can only be the first line of a block");
    char *path = s->count > 1 ? cc_path_data("published", s->words[1].text, ".csv") : NULL;
    if (!path)
        return wrong(p, &s->words[s->count > 1], "expected 'read TABLE', TABLE one of datasets/published");
    enum cc_status st = cc_table_read(path, &p->m->table, p->err);
    free(path);
    for (size_t i = 2; i < s->count && st == CC_OK; i += 2)
        st = i + 1 < s->count ? plan_read_option(p, &s->words[i], &s->words[i + 1])
                              : wrong(p, &s->words[i], "this option needs a value");
    for (size_t c = 0; c < p->m->table.columns && st == CC_OK; c++) { /* the table may be made anew */
        const char *name = cc_arena_text(&p->w->arena, p->m->table.names[c], strlen(p->m->table.names[c]));
        if (!name) return cc_error_memory(p->err);
        add_column(p->m, name);
    }
    if (st == CC_OK && !p->m->table.rows) return wrong(p, &s->words[0], "the table has no such rows");
    return st;
}

static enum cc_status plan_table(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    struct cc_made *m = p->m;
    if (at) return wrong(p, &s->words[0], "'table' can only be the first line of a block");
    m->base = s->count == 2 ? cc_pipeline_find(p->w, s->words[1].text) : NULL;
    if (!m->base)
        return wrong(p, &s->words[s->count > 1], "expected 'table ID', ID a table above this block");
    m->source = m->base->source;
    memcpy(m->groups, m->base->groups, sizeof m->groups);
    m->group_count = m->base->group_count;
    for (size_t i = 0; i < m->base->column_count; i++) add_column(m, m->base->columns[i]);
    m->columns_open = m->base->columns_open;
    m->per_cell = m->base->per_cell;
    m->unit = m->base->unit;
    m->numerator = m->base->numerator;
    m->denominator = m->base->denominator;
    return CC_OK;
}

static void drop_group(struct cc_made *m, const char *name)
{
    size_t to = 0;
    for (size_t i = 0; i < m->group_count; i++)
        if (strcmp(m->groups[i], name) != 0) m->groups[to++] = m->groups[i];
    m->group_count = to;
}

static enum cc_status plan_keep(const struct planner *p, const struct cc_step *s)
{
    if (s->count < 2) return wrong(p, &s->words[0], "expected 'keep CONDITION ...'");
    for (size_t i = 1; i < s->count; i++) {
        char column[80];
        bool equal;
        const struct cc_word *w = &s->words[i];
        if (!cc_reshape_condition(w->text, column, sizeof column, &equal))
            return wrong(p, w, "expected COLUMN=VALUE, COLUMN!=VALUE, >= or <=");
        enum cc_status st = cc_made_knows(p->m, column, (struct cc_place_at){ w->line, w->column }, p->err);
        if (st != CC_OK) return st;
        if (equal) drop_group(p->m, column);
    }
    return CC_OK;
}

static enum cc_status plan_turn(const struct planner *p, const struct cc_step *s)
{
    struct cc_made *m = p->m;
    if (s->count != 2 && !(s->count == 4 && cc_word_is(&s->words[2], "--keep")))
        return wrong(p, &s->words[0], "expected 'turn NAME [--keep COLUMN]'");
    m->groups[m->group_count++] = s->words[1].text;
    m->column_count = 0;
    for (size_t i = 0; i < m->group_count; i++) add_column(m, m->groups[i]);
    add_column(m, "measure");
    add_column(m, "count");
    add_column(m, "n_unknown");
    if (s->count == 4) add_column(m, s->words[3].text);
    m->per_cell = true; /* conditions may hold together: rows need not add up */
    return CC_OK;
}

static enum cc_status plan_set(const struct planner *p, const struct cc_step *s)
{
    char column[80];
    bool equal;
    const char *value = s->count == 2 ? cc_reshape_condition(s->words[1].text, column, sizeof column, &equal)
                                      : NULL;
    if (!value || !equal) return wrong(p, &s->words[0], "expected 'set COLUMN=VALUE'");
    const char *name = cc_arena_text(&p->w->arena, column, strlen(column));
    if (!name) return cc_error_memory(p->err);
    add_column(p->m, name);
    return CC_OK;
}

/* The program behind a word, in the arena; NULL if there is none that can be run. */
static const char *program_path(struct cc_arena *arena, const char *name)
{
    if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyz-") != strlen(name)) return NULL;
    char *folder = cc_path_program();
    struct cc_buf b = { 0 };
    bool ok = folder && cc_buf_printf(&b, "%s/cc-%s", folder, name) && access(b.data, X_OK) == 0;
    const char *path = ok ? cc_arena_text(arena, b.data, b.size) : NULL;
    cc_buf_free(&b);
    free(folder);
    return path;
}

static const char *option_value(const struct cc_step *s, const char *option)
{
    for (size_t i = 1; i + 1 < s->count; i++)
        if (cc_word_is(&s->words[i], option)) return s->words[i + 1].text;
    return NULL;
}

static enum cc_status plan_program(const struct planner *p, struct cc_step *s)
{
    static const char *const prevalence[] = { "measure", "numerator", "denominator", "estimate", "lower",
                                              "upper",   "level",     "method",      "note" };
    bool chart = cc_word_is(&s->words[0], "chart");
    if (p->m->base && !chart) return wrong(p, &s->words[0], "a protected table can only be kept or drawn");
    const char *path = program_path(&p->w->arena, s->words[0].text);
    if (!path)
        return cc_error_set(p->err, CC_EDATA, s->words[0].line, s->words[0].column,
                            "'%.60s' is no program of casecount (casecount --help lists them)",
                            s->words[0].text);
    if (cc_word_is(&s->words[0], "prevalence")) {
        for (size_t i = 0; i < sizeof prevalence / sizeof *prevalence; i++) add_column(p->m, prevalence[i]);
        p->m->numerator = option_value(s, "--numerator");
        p->m->denominator = option_value(s, "--denominator");
    } else if (!chart) p->m->columns_open = true;
    s->words[0].text = path;
    if (!chart) return CC_OK;
    if (s->count < 2) return wrong(p, &s->words[0], "expected 'chart KIND OPTIONS'");
    if (!p->m->exhibit->chart) return wrong(p, &s->words[0], "only a chart block can draw");
    p->m->chart = s;
    return CC_OK;
}

static enum cc_status plan_step(const struct planner *p, size_t i)
{
    struct cc_step *s = &p->m->steps[i];
    const struct cc_word *name = &s->words[0];
    if (p->m->chart) return wrong(p, name, "'chart' is the last line of a block");
    if (cc_word_is(name, "tally")) return plan_tally(p, i);
    if (cc_word_is(name, "read")) return plan_read(p, i);
    if (cc_word_is(name, "table")) return plan_table(p, i);
    if (i == 0) return wrong(p, name, "the first line of a block is 'tally', 'read' or 'table'");
    if (cc_word_is(name, "keep")) return plan_keep(p, s);
    if (cc_word_is(name, "turn")) return plan_turn(p, s);
    if (cc_word_is(name, "set")) return plan_set(p, s);
    return plan_program(p, s);
}

static enum cc_status check_rows(const struct planner *p)
{
    const struct cc_exhibit *e = p->m->exhibit;
    for (size_t i = 0; i < e->rows_count; i++) {
        const struct cc_fixed_rows *f = &e->rows[i];
        if (p->m->group_count != 1 || strcmp(p->m->groups[0], f->group) != 0)
            return cc_error_set(p->err, CC_EDATA, f->at.line, f->at.column,
                                "'rows:' is about the only group column of a table, which '%.80s' is not",
                                f->group);
        for (size_t r = 0; r < f->count; r++) {
            const char *list = f->rows[r].list;
            bool known = !list;
            const struct cc_template_input *in = p->m->source ? p->m->source->input : NULL;
            for (size_t k = 0; in && list && k < in->list_count; k++)
                known |= !strcmp(in->lists[k].name, list);
            if (!known)
                return cc_error_set(p->err, CC_EDATA, f->at.line, f->at.column,
                                    "the input has no list '%.80s'", list);
        }
    }
    return CC_OK;
}

static enum cc_status check_columns(const struct planner *p)
{
    const struct cc_exhibit *e = p->m->exhibit;
    for (size_t i = 0; i < e->column_count; i++) {
        const struct cc_shown_column *c = &e->columns[i];
        enum cc_status st = CC_OK;
        if (c->kind == CC_SHOWN_INTERVAL) st = cc_made_knows(p->m, "lower", c->at, p->err);
        else st = cc_made_knows(p->m, c->name, c->at, p->err);
        if (st == CC_OK && c->of) st = cc_made_knows(p->m, c->of, c->at, p->err);
        const char *heading;
        if (st == CC_OK)
            st = cc_values_fill(&p->w->values, c->heading, c->at, &p->w->arena, &heading, p->err);
        if (st != CC_OK) return st;
    }
    return CC_OK;
}

enum cc_status cc_pipeline_plan(struct cc_workshop *w, const struct cc_exhibit *e, struct cc_error *err)
{
    struct cc_made *m = &w->made[w->made_count];
    struct planner p = { w, m, err };
    *m = (struct cc_made){ .exhibit = e, .step_count = e->step_count };
    for (size_t i = 0; i < w->made_count; i++) /* {{if}} and {{else}} may have one each */
        if (!strcmp(w->made[i].exhibit->id, e->id) && w->made[i].exhibit->chart == e->chart)
            return cc_error_set(err, CC_EDATA, e->line, 1, "the id %s is used twice", e->id);
    if (!(m->steps = cc_arena_alloc(&w->arena, (e->step_count + 1) * sizeof *m->steps)))
        return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < e->step_count && st == CC_OK; i++)
        st = cc_values_fill_step(&w->values, &e->steps[i], &w->arena, &m->steps[i], err);
    for (size_t i = 0; i < e->step_count && st == CC_OK; i++) st = plan_step(&p, i);
    if (st == CC_OK && e->chart && !m->chart)
        st = cc_error_set(err, CC_EDATA, e->line, 1, "a chart block ends with 'chart KIND OPTIONS'");
    if (st == CC_OK) st = check_rows(&p);
    if (st == CC_OK) st = check_columns(&p);
    w->made_count++;
    return st;
}

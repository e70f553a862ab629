/* Planning a block: every name is looked up before any extract is read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/base/cc_path.h"
#include "report/template/cc_cutoffs.h"
#include "report/template/cc_frequencies.h"
#include "report/template/cc_gather.h"
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

static struct cc_source *find_source(const struct cc_workshop *w, const char *name)
{
    for (size_t i = 0; i < w->source_count; i++)
        if (!strcmp(w->sources[i].input->name, name)) return &w->sources[i];
    return NULL;
}

/* --- first lines: where the numbers come from --- */

static struct cc_start *add_start(const struct planner *p, size_t at)
{
    struct cc_made *m = p->m;
    if (at != m->start_count || m->start_count == CC_PIPELINE_TALLIES || m->base) return NULL;
    return &m->starts[m->start_count++];
}

static enum cc_status misplaced(const struct planner *p, size_t at)
{
    const struct cc_word *w = &p->m->steps[at].words[0];
    return cc_error_set(p->err, CC_EDATA, w->line, w->column, "'%.20s' can only stand in the first lines of a block",
                        w->text);
}

/* The groups of a first line: those of the block, or the same as before. */
static enum cc_status take_groups(const struct planner *p, size_t at, const char *const *names, size_t n)
{
    struct cc_made *m = p->m;
    const struct cc_word *word = &m->steps[at].words[0];
    if (n > CC_PIPELINE_GROUPS - 1) return wrong(p, word, "too many groups");
    bool same = m->group_count == n;
    for (size_t i = 0; i < n; i++) {
        if (!at) m->groups[m->group_count++] = names[i];
        else same = same && !strcmp(m->groups[i], names[i]);
    }
    return !at || same ? CC_OK : wrong(p, word, "first lines of one block have the same --by");
}

static void take_unit(struct cc_made *m, size_t at, const char *unit)
{
    if (!at) m->unit = unit;
    else if (m->unit && strcmp(m->unit, unit) != 0) m->unit = NULL;
}

/* The input that a first line names. Labels come from the first. */
static enum cc_status take_source(const struct planner *p, const struct cc_step *s, struct cc_source **out)
{
    struct cc_source *source = *out = s->count > 1 ? find_source(p->w, s->words[1].text) : NULL;
    if (!source)
        return cc_error_set(p->err, CC_EDATA, s->line, s->words[s->count > 1].column,
                            "expected '%.20s INPUT OPTIONS', INPUT one of the front matter", s->words[0].text);
    if (!p->m->source) p->m->source = source;
    if (p->m->source->codebook && strcmp(p->m->source->codebook->name, source->codebook->name) != 0)
        return wrong(p, &s->words[1], "the inputs of a block have one layout");
    p->m->local = true;
    return CC_OK;
}

static enum cc_status plan_tally(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    struct cc_start *start = add_start(p, at);
    if (!start) return misplaced(p, at);
    enum cc_status st = take_source(p, s, &start->source);
    if (st == CC_OK)
        st = cc_source_add(start->source, s, p->m->exhibit->id, &p->w->arena, &start->spec, p->err);
    if (st != CC_OK) return st;
    const struct cc_tally_spec *spec = &start->source->specs[start->spec];
    st = take_groups(p, at, spec->by, spec->by_count);
    if (st != CC_OK) return st;
    take_unit(p->m, at, spec->unit ? spec->unit : "record");
    p->m->per_cell |= spec->per_cell;
    return know_tally(p, spec);
}

/* `frequencies INPUT OPTIONS`: one tally --by each coded element */
static enum cc_status plan_frequencies(const struct planner *p, size_t at)
{
    static const char *const groups[] = { "section", "element", "code" };
    const struct cc_step *s = &p->m->steps[at];
    struct cc_start *start = add_start(p, at);
    if (!start) return misplaced(p, at);
    enum cc_status st = take_source(p, s, &start->source);
    if (st == CC_OK) st = take_groups(p, at, groups, 3);
    if (st != CC_OK) return st;
    st = cc_frequencies_choose(start->source, &p->w->arena, &start->frequencies, p->err);
    if (st != CC_OK) return st;
    struct cc_step one = { .line = s->line, .count = s->count + 2 };
    one.words = cc_arena_alloc(&p->w->arena, one.count * sizeof *one.words);
    if (!one.words) return cc_error_memory(p->err);
    memcpy(one.words, s->words, s->count * sizeof *one.words);
    one.words[s->count] = one.words[s->count + 1] = s->words[0];
    one.words[s->count].text = "--by";
    const struct cc_codebook *cb = start->source->codebook;
    bool first = true;
    for (size_t v = 0; v < cb->count && st == CC_OK; v++) {
        size_t spec;
        if (!start->frequencies[v]) continue;
        one.words[s->count + 1].text = cb->variables[v].name;
        st = cc_source_add(start->source, &one, p->m->exhibit->id, &p->w->arena, &spec, p->err);
        if (first) start->spec = spec;
        first = false;
    }
    if (st != CC_OK) return st;
    if (first) return wrong(p, &s->words[1], "this layout has no coded element");
    struct cc_tally_spec spec = start->source->specs[start->spec];
    take_unit(p->m, at, spec.unit ? spec.unit : "record");
    for (size_t g = 0; g < 3; g++) add_column(p->m, groups[g]);
    add_column(p->m, "title");
    add_column(p->m, "meaning");
    spec.by_count = 0;
    return know_tally(p, &spec);
}

static enum cc_status keep_word(const struct planner *p, struct cc_table *t, const struct cc_word *w)
{
    enum cc_status st = cc_reshape_keep(t, w->text, p->err);
    if (st == CC_OK || !p->err) return st;
    p->err->file[0] = '\0';
    p->err->line = w->line;
    p->err->column = w->column;
    return st;
}

/* NAME,NAME; t: a table that must have them, or NULL */
static enum cc_status plan_by(const struct planner *p, size_t at, const struct cc_word *value,
                              const struct cc_table *t)
{
    char *list = cc_arena_text(&p->w->arena, value->text, strlen(value->text)), *parts[CC_PIPELINE_GROUPS];
    if (!list) return cc_error_memory(p->err);
    size_t n = cc_split(list, ',', parts, CC_PIPELINE_GROUPS);
    for (size_t i = 0; i < n; i++)
        if (t && cc_table_find(t, parts[i]) < 0)
            return cc_error_set(p->err, CC_EDATA, value->line, value->column, "there is no column '%.80s'", parts[i]);
    return take_groups(p, at, (const char *const *)parts, n);
}

/* The options of `read FILE`: --where CONDITION, --by NAME,NAME */
static enum cc_status plan_read_option(const struct planner *p, size_t at, struct cc_table *t,
                                       const struct cc_word *option, const struct cc_word *value)
{
    if (cc_word_is(option, "--where")) return keep_word(p, t, value);
    if (cc_word_is(option, "--by")) return plan_by(p, at, value, t);
    return wrong(p, option, "'read' has the options --where CONDITION and --by NAME,NAME");
}

bool cc_pipeline_given(const struct cc_workshop *w, const char *name)
{
    for (size_t i = 0; i < w->input_count; i++)
        if (!strcmp(w->inputs[i].name, name)) return true;
    return false;
}

enum cc_status cc_pipeline_read_given(const struct cc_workshop *w, const char *name, struct cc_table *t,
                                      struct cc_error *err)
{
    bool first = true;
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < w->input_count && st == CC_OK; i++) {
        struct cc_table more;
        if (strcmp(w->inputs[i].name, name) != 0) continue;
        st = cc_table_read(w->inputs[i].value, first ? t : &more, err);
        if (!first && st == CC_OK) {
            st = cc_reshape_append(t, &more, err);
            cc_table_free(&more);
        }
        first = false;
    }
    return st;
}

static enum cc_status plan_read(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    struct cc_start *start = add_start(p, at);
    if (!start) return misplaced(p, at);
    bool given = s->count > 1 && cc_pipeline_given(p->w, s->words[1].text) && !find_source(p->w, s->words[1].text);
    char *path = s->count > 1 && !given ? cc_path_data("published", s->words[1].text, ".csv") : NULL;
    if (!given && !path)
        return wrong(p, &s->words[s->count > 1],
                     "expected 'read TABLE', TABLE one of the front matter or of datasets/published");
    enum cc_status st = given ? cc_pipeline_read_given(p->w, s->words[1].text, &start->table, p->err)
                              : cc_table_read(path, &start->table, p->err);
    free(path);
    p->m->local |= given;
    for (size_t i = 2; i < s->count && st == CC_OK; i += 2)
        st = i + 1 < s->count ? plan_read_option(p, at, &start->table, &s->words[i], &s->words[i + 1])
                              : wrong(p, &s->words[i], "this option needs a value");
    for (size_t c = 0; c < start->table.columns && st == CC_OK; c++) { /* the table may be made anew */
        const char *name = cc_arena_text(&p->w->arena, start->table.names[c], strlen(start->table.names[c]));
        if (!name) return cc_error_memory(p->err);
        add_column(p->m, name);
    }
    if (st == CC_OK && !start->table.rows) return wrong(p, &s->words[0], "the table has no such rows");
    return st;
}

static enum cc_status plan_table(const struct planner *p, size_t at)
{
    const struct cc_step *s = &p->m->steps[at];
    struct cc_made *m = p->m;
    if (at || m->start_count) return wrong(p, &s->words[0], "'table' can only be the first line of a block");
    m->base = s->count == 2 ? cc_pipeline_find(p->w, s->words[1].text) : NULL;
    if (!m->base)
        return wrong(p, &s->words[s->count > 1], "expected 'table ID', ID a table above this block");
    m->source = m->base->source;
    memcpy(m->groups, m->base->groups, sizeof m->groups);
    m->group_count = m->base->group_count;
    for (size_t i = 0; i < m->base->column_count; i++) add_column(m, m->base->columns[i]);
    m->columns_open = m->base->columns_open;
    m->per_cell = m->base->per_cell;
    m->accuracy = m->base->accuracy;
    m->local = m->base->local;
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

static const char *option_value(const struct cc_step *s, const char *option)
{
    for (size_t i = 1; i + 1 < s->count; i++)
        if (cc_word_is(&s->words[i], option)) return s->words[i + 1].text;
    return NULL;
}

static void add_group(const struct planner *p, const char *name)
{
    if (p->m->group_count < CC_PIPELINE_GROUPS) p->m->groups[p->m->group_count++] = name;
}

struct knower { /* of the columns of a sum */
    const struct planner *p;
    const struct cc_word *at;
};

static bool know_one(void *ctx, const char *columns)
{
    const struct knower *k = ctx;
    if (strchr(columns, '|')) return true; /* what is missing is not reported */
    struct cc_place_at at = { k->at->line, k->at->column };
    return cc_made_knows(k->p->m, columns, at, k->p->err) == CC_OK;
}

/* gather NAME COUNT 'LABEL = COLUMN - COLUMN' ... [--total] [--mean] */
static enum cc_status plan_gather(const struct planner *p, const struct cc_step *s)
{
    struct cc_made *m = p->m;
    if (s->count < 4) return wrong(p, &s->words[0], "expected 'gather NAME COUNT LABEL=COLUMN ...'");
    for (size_t i = 3; i < s->count; i++) {
        const struct cc_word *w = &s->words[i];
        struct cc_gathered g;
        struct knower k = { p, w };
        if (cc_word_is(w, "--mean")) m->means = true;
        if (cc_word_is(w, "--mean") || cc_word_is(w, "--total")) continue;
        if (!cc_gathered_read(w->text, &p->w->arena, &g)) return wrong(p, w, "expected LABEL=COLUMN");
        if (!cc_gathered_columns(g.sum, know_one, &k)) return CC_EDATA;
    }
    add_group(p, s->words[1].text);
    m->column_count = 0;
    m->columns_open = false;
    for (size_t i = 0; i < m->group_count; i++) add_column(m, m->groups[i]);
    add_column(m, "measure");
    add_column(m, s->words[2].text);
    add_column(m, "n_unknown");
    m->per_cell = true;
    return CC_OK;
}

static enum cc_status know_word(const struct planner *p, const struct cc_word *w)
{
    return cc_made_knows(p->m, w->text, (struct cc_place_at){ w->line, w->column }, p->err);
}

/* spread COLUMN COUNT NAME=VALUE ... */
static enum cc_status plan_spread(const struct planner *p, const struct cc_step *s)
{
    if (s->count < 4) return wrong(p, &s->words[0], "expected 'spread COLUMN COUNT NAME=VALUE ...'");
    enum cc_status st = know_word(p, &s->words[1]);
    if (st == CC_OK) st = know_word(p, &s->words[2]);
    drop_group(p->m, s->words[1].text);
    for (size_t i = 3; i < s->count && st == CC_OK; i++) {
        struct cc_gathered g;
        if (!cc_gathered_read(s->words[i].text, &p->w->arena, &g))
            return wrong(p, &s->words[i], "expected NAME=VALUE");
        add_column(p->m, g.label);
    }
    return st;
}

/* shares NOW [BEFORE] [--level L], ratio NOW BEFORE [--level L] */
static enum cc_status plan_flag(const struct planner *p, const struct cc_step *s)
{
    static const char *const more[] = { "share", "share_before", "difference", "ratio", "lower", "upper", "change" };
    bool shares = cc_word_is(&s->words[0], "shares");
    size_t names = 0;
    while (names + 1 < s->count && strncmp(s->words[names + 1].text, "--", 2) != 0) names++;
    const char *level = option_value(s, "--level");
    double x;
    if (!p->m->base) return wrong(p, &s->words[0], "changes are judged in a protected table: start with 'table ID'");
    if (names > 2 || names < (shares ? 1 : 2) || s->count != names + 1 + (level ? 2 : 0)
        || (level && (!cc_parse_double(level, &x) || x <= 0 || x >= 1)))
        return wrong(p, &s->words[0],
                     shares ? "expected 'shares NOW [BEFORE] [--level L]'" : "expected 'ratio NOW BEFORE [--level L]'");
    for (size_t i = 1; i <= names; i++) {
        enum cc_status st = know_word(p, &s->words[i]);
        if (st != CC_OK) return st;
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (shares ? i != 3 && (names == 2 || !i) : i >= 3) add_column(p->m, more[i]);
    return CC_OK;
}

/* rename NEW=OLD */
static enum cc_status plan_rename(const struct planner *p, const struct cc_step *s)
{
    char column[80];
    bool equal;
    const char *old = s->count == 2 ? cc_reshape_condition(s->words[1].text, column, sizeof column, &equal) : NULL;
    const char *name = old && equal ? cc_arena_text(&p->w->arena, column, strlen(column)) : NULL;
    if (!name) return wrong(p, &s->words[0], "expected 'rename NEW=OLD'");
    add_column(p->m, name);
    return cc_made_knows(p->m, old, (struct cc_place_at){ s->line, s->words[1].column }, p->err);
}

/* title COLUMN INPUT */
static enum cc_status plan_title(const struct planner *p, const struct cc_step *s)
{
    if (s->count != 3 || !find_source(p->w, s->words[2].text))
        return wrong(p, &s->words[0], "expected 'title COLUMN INPUT', INPUT one of the front matter");
    add_column(p->m, "title");
    return know_word(p, &s->words[1]);
}

/* cutoffs: of protected counts alone, so that it shows what the reader could work out and no more */
static enum cc_status plan_cutoffs(const struct planner *p, const struct cc_step *s)
{
    static const char *const groups[] = { "characteristic", "value", "cutoff" };
    struct cc_made *m = p->m;
    if (s->count != 1 || !m->base)
        return wrong(p, &s->words[0], "expected 'cutoffs', behind 'table ID' of what 'screen INPUT --counts' made");
    m->group_count = m->column_count = 0;
    m->columns_open = false;
    for (size_t i = 0; i < 3; i++) {
        add_group(p, groups[i]);
        add_column(m, groups[i]);
    }
    for (size_t i = 0; i < CC_CUTOFFS_COUNTS; i++) add_column(m, cc_cutoffs_counts[i]);
    return CC_OK;
}

/* lift COLUMN=VALUE ... */
static enum cc_status plan_lift(const struct planner *p, const struct cc_step *s)
{
    p->m->columns_open = true;
    for (size_t i = 1; i < s->count; i++) {
        char column[80];
        bool equal;
        const char *value = cc_reshape_condition(s->words[i].text, column, sizeof column, &equal);
        if (!value || s->words[i].text[strlen(column)] != '=')
            return wrong(p, &s->words[i], "expected 'lift COLUMN=VALUE ...'");
    }
    return s->count > 1 ? CC_OK : wrong(p, &s->words[0], "expected 'lift COLUMN=VALUE ...'");
}

/* needs ID: nothing is shown if a count of that table is hidden */
static enum cc_status plan_needs(const struct planner *p, const struct cc_step *s)
{
    if (s->count != 2 || !p->m->base || !cc_pipeline_find(p->w, s->words[1].text))
        return wrong(p, &s->words[0], "expected 'needs ID', ID a table above this block, behind 'table ID'");
    return CC_OK;
}

/* round DIGITS */
static enum cc_status plan_round(const struct planner *p, const struct cc_step *s)
{
    const char *digits = s->count == 2 ? s->words[1].text : "";
    return digits[0] >= '0' && digits[0] <= '9' && !digits[1] ? CC_OK
        : wrong(p, &s->words[0], "expected 'round DIGITS', 0 to 9");
}

static enum cc_status plan_drop(const struct planner *p, const struct cc_step *s)
{
    struct cc_made *m = p->m;
    enum cc_status st = s->count > 1 ? CC_OK : wrong(p, &s->words[0], "expected 'drop COLUMN ...'");
    for (size_t i = 1; i < s->count && st == CC_OK; i++) {
        size_t to = 0;
        st = know_word(p, &s->words[i]);
        for (size_t c = 0; c < m->column_count; c++)
            if (strcmp(m->columns[c], s->words[i].text) != 0) m->columns[to++] = m->columns[c];
        m->column_count = to;
        drop_group(m, s->words[i].text);
    }
    return st;
}

/* split COLUMN TEXT NAME: what stands behind the text becomes a column */
static enum cc_status plan_split(const struct planner *p, const struct cc_step *s)
{
    if (s->count != 4) return wrong(p, &s->words[0], "expected 'split COLUMN TEXT NAME'");
    add_group(p, s->words[3].text);
    add_column(p->m, s->words[3].text);
    return know_word(p, &s->words[1]);
}

/* words COLUMN 'CODE = TEXT' ... */
static enum cc_status plan_words(const struct planner *p, const struct cc_step *s)
{
    struct cc_gathered g;
    if (s->count < 3) return wrong(p, &s->words[0], "expected \"words COLUMN 'CODE = TEXT' ...\"");
    for (size_t i = 2; i < s->count; i++)
        if (!cc_gathered_read(s->words[i].text, &p->w->arena, &g))
            return wrong(p, &s->words[i], "expected CODE = TEXT");
    return know_word(p, &s->words[1]);
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

static enum cc_status plan_program(const struct planner *p, struct cc_step *s)
{
    static const char *const prevalence[] = { "measure", "numerator", "denominator", "estimate", "lower",
                                              "upper",   "level",     "method",      "note" };
    bool chart = cc_word_is(&s->words[0], "chart"), screen = cc_word_is(&s->words[0], "screen");
    if (p->m->base && !chart && !screen && !cc_word_is(&s->words[0], "prevalence"))
        return wrong(p, &s->words[0],
                     "a protected table can only be kept, drawn, or given to 'screen' or 'prevalence'");
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
    if (screen) add_group(p, "measure");
    p->m->accuracy |= screen || (p->m->base && !chart);
    s->words[0].text = path;
    if (!chart) return CC_OK;
    if (s->count < 2) return wrong(p, &s->words[0], "expected 'chart KIND OPTIONS'");
    if (!p->m->exhibit->chart) return wrong(p, &s->words[0], "only a chart block can draw");
    p->m->chart = s;
    return CC_OK;
}

/* Programs that read the inputs themselves; their tables are given groups by --by. */
static bool reads_inputs(const struct cc_word *w)
{
    static const char *const names[] = { "validate", "compare", "screen", "roc", "agree" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cc_word_is(w, names[i])) return true;
    return false;
}

static bool is_input(const struct cc_workshop *w, const char *name)
{
    for (size_t i = 0; i < w->t->input_count; i++)
        if (!strcmp(w->t->inputs[i].name, name)) return true;
    return false;
}

static const char *file_of(const struct cc_workshop *w, const char *name)
{
    for (size_t i = 0; i < w->input_count; i++)
        if (!strcmp(w->inputs[i].name, name)) return w->inputs[i].value;
    return NULL;
}

/* Names of inputs become their files; an option whose input was not given is left out. */
static enum cc_status plan_reader(const struct planner *p, size_t at)
{
    struct cc_step *s = &p->m->steps[at];
    struct cc_start *start = add_start(p, at);
    if (!start) return misplaced(p, at);
    const char *path = program_path(&p->w->arena, s->words[0].text);
    if (!path)
        return cc_error_set(p->err, CC_EDATA, s->line, s->words[0].column, "'%.60s' is not installed",
                            s->words[0].text);
    bool names_columns = !cc_word_is(&s->words[0], "validate") && !cc_word_is(&s->words[0], "compare");
    size_t n = 1;
    enum cc_status st = CC_OK;
    for (size_t i = 1; i < s->count && st == CC_OK; i++) {
        struct cc_word w = s->words[i];
        if (cc_word_is(&w, names_columns ? "--groups" : "--by") && i + 1 < s->count) {
            st = plan_by(p, at, &s->words[++i], NULL);
            continue;
        }
        if (!w.quoted && (i == 1 || !names_columns) && is_input(p->w, w.text)) {
            w.text = file_of(p->w, w.text);
            if (!w.text && n > 1 && !strncmp(s->words[n - 1].text, "--", 2)) n--;
            else if (!w.text) return wrong(p, &s->words[i], "this input was not given");
            if (!w.text) continue;
        }
        s->words[n++] = w;
    }
    s->words[0].text = path;
    s->count = n;
    start->program = s;
    p->m->local = p->m->columns_open = true;
    p->m->accuracy |= names_columns;
    return st;
}

static enum cc_status plan_step(const struct planner *p, size_t i)
{
    struct cc_step *s = &p->m->steps[i];
    const struct cc_word *name = &s->words[0];
    if (p->m->chart) return wrong(p, name, "'chart' is the last line of a block");
    if (cc_word_is(name, "tally")) return plan_tally(p, i);
    if (cc_word_is(name, "frequencies")) return plan_frequencies(p, i);
    if (cc_word_is(name, "read")) return plan_read(p, i);
    if (reads_inputs(name) && !p->m->base) return plan_reader(p, i);
    if (cc_word_is(name, "table")) return plan_table(p, i);
    if (i == 0) return wrong(p, name, "the first line of a block is 'tally', 'read' or 'table' (see the handbook)");
    if (cc_word_is(name, "keep")) return plan_keep(p, s);
    if (cc_word_is(name, "turn")) return plan_turn(p, s);
    if (cc_word_is(name, "set")) return plan_set(p, s);
    if (cc_word_is(name, "gather")) return plan_gather(p, s);
    if (cc_word_is(name, "spread")) return plan_spread(p, s);
    if (cc_word_is(name, "shares") || cc_word_is(name, "ratio")) return plan_flag(p, s);
    if (cc_word_is(name, "title")) return plan_title(p, s);
    if (cc_word_is(name, "rename")) return plan_rename(p, s);
    if (cc_word_is(name, "cutoffs")) return plan_cutoffs(p, s);
    if (cc_word_is(name, "lift")) return plan_lift(p, s);
    if (cc_word_is(name, "words")) return plan_words(p, s);
    if (cc_word_is(name, "split")) return plan_split(p, s);
    if (cc_word_is(name, "drop")) return plan_drop(p, s);
    if (cc_word_is(name, "needs")) return plan_needs(p, s);
    if (cc_word_is(name, "round")) return plan_round(p, s);
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
    m->steps = cc_arena_alloc(&w->arena, (e->step_count + 1) * sizeof *m->steps);
    m->before = cc_arena_alloc(&w->arena, (e->step_count + 1) * sizeof *m->before);
    if (!m->steps || !m->before) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < e->step_count && st == CC_OK; i++)
        st = cc_values_fill_step(&w->values, &e->steps[i], &w->arena, &m->steps[i], err);
    for (size_t i = 0; i < e->step_count && st == CC_OK; i++) {
        memcpy(m->before[i].names, m->groups, sizeof m->groups);
        m->before[i].count = m->group_count;
        st = plan_step(&p, i);
    }
    if (st == CC_OK && e->chart && !m->chart)
        st = cc_error_set(err, CC_EDATA, e->line, 1, "a chart block ends with 'chart KIND OPTIONS'");
    if (st == CC_OK) st = check_rows(&p);
    if (st == CC_OK) st = check_columns(&p);
    w->made_count++;
    return st;
}

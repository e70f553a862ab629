#include "datasets/synth/cc_synth_plant.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

/* ---- loading ---- */

static enum cc_status wrong(const struct cc_plants *p, size_t row, const char *what, const char *which,
                            struct cc_error *err)
{
    cc_error_set(err, CC_EDATA, p->table.lines[row], 0, "%s '%.60s'", what, which);
    cc_error_file(err, p->table.name);
    return CC_EDATA;
}

/* Is it a field of an item of the group, or of what that item is in? */
static bool is_reached(const struct cc_codebook *cb, int group, size_t variable)
{
    while (group > 0 && group != cb->variables[variable].group) group = cb->groups[group].parent;
    return group == cb->variables[variable].group;
}

/* FIELD, previous.FIELD or next.FIELD */
static enum cc_status read_field(const struct cc_plants *p, size_t row, const char *name, struct cc_plant_field *out,
                                 struct cc_error *err)
{
    static const char *const siblings[] = { "previous.", NULL, "next." };
    *out = (struct cc_plant_field){ 0 };
    const char *field = name;
    for (int i = 0; i < 3; i++) {
        size_t n = siblings[i] ? strlen(siblings[i]) : 0;
        if (!n || strncmp(name, siblings[i], n) != 0) continue;
        out->sibling = i - 1;
        field = name + n;
    }
    int v = cc_codebook_find(p->cb, field);
    if (v < 0) return wrong(p, row, "the codebook has no variable", field, err);
    out->variable = (size_t)v;
    if (is_reached(p->cb, p->items[row].group, out->variable)) return CC_OK;
    return wrong(p, row, "not in the group, nor in what it is in:", field, err);
}

/* @FIELD+9, @start, @end+1, @before: what follows the @ */
static enum cc_status read_day(const struct cc_plants *p, size_t row, const char *text, struct cc_plant_day *out,
                               struct cc_error *err)
{
    char name[CC_SYNTH_FIELD];
    size_t n = strcspn(text, "+-");
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    out->days = (int32_t)strtol(text + n, NULL, 10);
    static const char *const days[] = { [CC_PLANT_START] = "start", [CC_PLANT_END] = "end",
                                        [CC_PLANT_BEFORE] = "before" };
    for (out->from = CC_PLANT_START; out->from <= CC_PLANT_BEFORE; out->from++)
        if (!strcmp(name, days[out->from])) return CC_OK;
    out->from = CC_PLANT_FIELD;
    return read_field(p, row, name, &out->field, err);
}

/* FIELD=text, FIELD!=text, FIELD<@day, FIELD>@day; FIRST-LAST=text is a term for each field from one to the other. */
static enum cc_status read_term(struct cc_plants *p, size_t row, char *part, struct cc_plant_term *terms, size_t *n,
                                struct cc_error *err)
{
    struct cc_plant_term t = { 0 };
    size_t last, size = strcspn(part, "!=<>");
    t.sign = part[size];
    t.text = part + size + (t.sign == '!' ? 2 : 1);
    bool order = t.sign == '<' || t.sign == '>';
    if (!t.sign || (t.sign == '!' && part[size + 1] != '=') || (order && *t.text != '@'))
        return wrong(p, row, "expected FIELD=text, not", part, err);
    part[size] = '\0';
    char *dash = strchr(part, '-');
    if (dash) *dash = '\0';
    enum cc_status st = CC_OK;
    if (*t.text == '@') st = read_day(p, row, t.text + 1, &t.day, err);
    if (st == CC_OK && dash) st = read_field(p, row, dash + 1, &t.field, err);
    last = t.field.variable;
    if (st == CC_OK) st = read_field(p, row, part, &t.field, err);
    if (!dash) last = t.field.variable;
    for (; t.field.variable <= last && st == CC_OK; t.field.variable++) {
        if (*n == CC_PLANT_TERMS) return wrong(p, row, "too many fields from", part, err);
        terms[(*n)++] = t;
    }
    return st;
}

/* Terms, separated by semicolons. */
static enum cc_status read_terms(struct cc_plants *p, size_t row, const char *cell, struct cc_plant_term *terms,
                                 size_t *n, struct cc_error *err)
{
    char *copy = cc_strdup(cell), *parts[CC_PLANT_TERMS];
    if (!copy || !cc_grow(&p->owned, &p->owned_room, p->owned_count + 1, sizeof *p->owned)) {
        free(copy);
        return cc_error_memory(err);
    }
    p->owned[p->owned_count++] = copy;
    size_t count = cc_split(copy, ';', parts, CC_PLANT_TERMS);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < count && st == CC_OK; i++) st = read_term(p, row, parts[i], terms, n, err);
    return st;
}

static enum cc_status read_plant(struct cc_plants *p, size_t row, const size_t column[4], struct cc_error *err)
{
    struct cc_plant *plant = &p->items[row];
    const char *group = cc_table_cell(&p->table, row, column[1]);
    plant->rule = cc_table_cell(&p->table, row, column[0]);
    plant->group = *group ? cc_synth_group(p->cb, group) : 0;
    if (plant->group < 0) return wrong(p, row, "the codebook has no group", group, err);
    const char *change = cc_table_cell(&p->table, row, column[3]);
    plant->twice = !strcmp(change, "twice");
    enum cc_status st = read_terms(p, row, cc_table_cell(&p->table, row, column[2]), plant->when, &plant->when_count,
                                   err);
    if (st != CC_OK || plant->twice) return st;
    return read_terms(p, row, change, plant->change, &plant->change_count, err);
}

enum cc_status cc_plants_load(const struct cc_codebook *cb, struct cc_plants *p, struct cc_error *err)
{
    static const char *const names[] = { "rule", "group", "when", "change" };
    size_t column[4];
    *p = (struct cc_plants){ .cb = cb, .before = CC_PLANT_NEVER };
    char *path = cc_path_data("plants", cb->name, ".csv");
    if (!path) return cc_error_set(err, CC_EUSAGE, 0, 0, "no errors to plant for codebook '%s'", cb->name);
    enum cc_status st = cc_table_read(path, &p->table, err);
    free(path);
    for (int i = 0; i < 4 && st == CC_OK; i++) st = cc_table_need(&p->table, names[i], &column[i], err);
    if (st != CC_OK) return st;
    p->items = calloc(p->table.rows + 1, sizeof *p->items);
    if (!p->items) return cc_error_memory(err);
    p->count = p->table.rows;
    for (size_t i = 0; i < p->count && st == CC_OK; i++) st = read_plant(p, i, column, err);
    return st;
}

void cc_plants_free(struct cc_plants *p)
{
    for (size_t i = 0; i < p->owned_count; i++) free(p->owned[i]);
    free(p->owned);
    free(p->items);
    cc_table_free(&p->table);
    *p = (struct cc_plants){ 0 };
}

/* ---- fields of a row, or of an item of a nested record and of what contains it ---- */

struct place {
    struct cc_synth_row *row; /* or */
    struct cc_synth_record *record;
    size_t begin; /* the step that begins the item */
};

static struct cc_synth_step *find_step(const struct place *at, size_t variable)
{
    int depth = 0;
    for (size_t i = at->begin + 1; i < at->record->count && depth >= 0; i++) {
        struct cc_synth_step *s = &at->record->steps[i];
        if (depth == 0 && s->kind == CC_STEP_VALUE && s->variable == variable) return s;
        depth += s->kind == CC_STEP_BEGIN ? 1 : s->kind == CC_STEP_END ? -1 : 0;
    }
    return NULL;
}

static bool to_parent(struct place *at)
{
    int depth = 0;
    while (at->begin-- > 0) {
        enum cc_synth_step_kind kind = at->record->steps[at->begin].kind;
        if (kind == CC_STEP_BEGIN && depth-- == 0) return true;
        if (kind == CC_STEP_END) depth++;
    }
    return false;
}

static bool to_previous(struct place *at)
{
    int depth = 0, group = at->record->steps[at->begin].group;
    while (at->begin-- > 0) {
        const struct cc_synth_step *s = &at->record->steps[at->begin];
        if (s->kind == CC_STEP_END) depth++;
        if (s->kind == CC_STEP_BEGIN && depth-- == 0) return false; /* where the parent begins */
        if (s->kind == CC_STEP_BEGIN && depth == 0 && s->group == group) return true;
    }
    return false;
}

static bool to_next(struct place *at)
{
    int depth = 1, group = at->record->steps[at->begin].group;
    while (++at->begin < at->record->count && depth >= 0) {
        const struct cc_synth_step *s = &at->record->steps[at->begin];
        if (s->kind == CC_STEP_BEGIN && depth++ == 0 && s->group == group) return true;
        if (s->kind == CC_STEP_END) depth--;
    }
    return false;
}

/* To the item that holds the field. */
static bool to_holder(struct place *at, const struct cc_codebook *cb, struct cc_plant_field f)
{
    if (f.sibling && !(f.sibling < 0 ? to_previous(at) : to_next(at))) return false;
    while (at->record->steps[at->begin].group != cb->variables[f.variable].group)
        if (!to_parent(at)) return false;
    return true;
}

static void get(const struct cc_plants *p, struct place at, struct cc_plant_field f, char text[CC_SYNTH_FIELD])
{
    *text = '\0';
    if (at.row) {
        memcpy(text, at.row->texts[f.variable], at.row->sizes[f.variable]);
        text[at.row->sizes[f.variable]] = '\0';
        return;
    }
    const struct cc_synth_step *s = to_holder(&at, p->cb, f) ? find_step(&at, f.variable) : NULL;
    if (s) snprintf(text, CC_SYNTH_FIELD, "%s", s->text);
}

static void put(const struct cc_plants *p, struct place at, struct cc_plant_field f, const char *text)
{
    if (at.row) {
        cc_synth_row_text(at.row, f.variable, text);
        return;
    }
    if (!to_holder(&at, p->cb, f)) return;
    struct cc_synth_step *s = find_step(&at, f.variable);
    if (!s) {
        cc_synth_record_value(at.record, f.variable, ""); /* room for one more at the end; it moves to the item */
        if (at.record->failed) return;
        s = &at.record->steps[at.begin + 1];
        memmove(s + 1, s, (at.record->count - at.begin - 2) * sizeof *s);
        *s = (struct cc_synth_step){ .kind = CC_STEP_VALUE, .variable = f.variable };
    }
    snprintf(s->text, sizeof s->text, "%s", text);
}

/* ---- planting ---- */

static bool field_day(const struct cc_plants *p, struct place at, struct cc_plant_field f, int32_t *day)
{
    char text[CC_SYNTH_FIELD];
    get(p, at, f, text);
    return cc_date_parse(text, (int)strlen(text), p->cb->variables[f.variable].format, day);
}

/* False: there is none. */
static bool find_day(const struct cc_plants *p, struct place at, const struct cc_plant_day *d, int32_t *day)
{
    bool found = true;
    switch (d->from) {
    case CC_PLANT_NO_DAY: return false;
    case CC_PLANT_FIELD: found = field_day(p, at, d->field, day); break;
    case CC_PLANT_START: *day = p->start; break;
    case CC_PLANT_END: *day = p->end; break;
    case CC_PLANT_BEFORE:
        *day = p->before;
        found = p->before != CC_PLANT_NEVER;
        break;
    }
    if (found) *day += d->days;
    return found;
}

static bool is_true(const struct cc_plants *p, struct place at, const struct cc_plant_term *t)
{
    char text[CC_SYNTH_FIELD];
    if (t->day.from == CC_PLANT_NO_DAY) {
        get(p, at, t->field, text);
        return (strcmp(text, t->text) == 0) == (t->sign == '=');
    }
    int32_t left, right;
    if (!field_day(p, at, t->field, &left) || !find_day(p, at, &t->day, &right)) return false;
    switch (t->sign) {
    case '<': return left < right;
    case '>': return left > right;
    default: return (left == right) == (t->sign == '=');
    }
}

/* A day; "<": what was there, a character shorter; anything else is itself. False: there is no day. */
static bool new_text(const struct cc_plants *p, struct place at, const struct cc_plant_term *t,
                     char out[CC_SYNTH_FIELD])
{
    int32_t day;
    snprintf(out, CC_SYNTH_FIELD, "%s", t->text);
    if (!strcmp(t->text, "<")) {
        get(p, at, t->field, out);
        if (*out) out[strlen(out) - 1] = '\0';
    }
    if (t->day.from == CC_PLANT_NO_DAY) return true;
    if (!find_day(p, at, &t->day, &day)) return false;
    cc_date_format(day, p->cb->variables[t->field.variable].format, out);
    return true;
}

static bool fits(const struct cc_plants *p, const struct cc_plant *plant, struct place at)
{
    char text[CC_SYNTH_FIELD];
    for (size_t i = 0; i < plant->when_count; i++)
        if (!is_true(p, at, &plant->when[i])) return false;
    for (size_t i = 0; i < plant->change_count; i++)
        if (!new_text(p, at, &plant->change[i], text)) return false;
    return true;
}

static const struct cc_plant *plant_at(const struct cc_plants *p, struct cc_plant *plant, struct place at)
{
    char texts[CC_PLANT_TERMS][CC_SYNTH_FIELD];
    for (size_t i = 0; i < plant->change_count; i++) (void)new_text(p, at, &plant->change[i], texts[i]);
    for (size_t i = 0; i < plant->change_count; i++) put(p, at, plant->change[i].field, texts[i]);
    plant->planted++;
    return plant;
}

/* The place of the k-th item that fits; and how many there are. */
static struct place fitting(const struct cc_plants *p, const struct cc_plant *plant, struct cc_synth_record *record,
                            size_t k, size_t *count)
{
    struct place found = { .record = record };
    *count = 0;
    for (size_t i = 0; i < record->count; i++) {
        struct place at = { .record = record, .begin = i };
        const struct cc_synth_step *s = &record->steps[i];
        if (s->kind != CC_STEP_BEGIN || s->group != plant->group || !fits(p, plant, at)) continue;
        if ((*count)++ == k) found = at;
    }
    return found;
}

/* The plant that fits and was planted least often. */
static struct cc_plant *next_plant(struct cc_plants *p, struct cc_synth_row *row, struct cc_synth_record *record)
{
    struct cc_plant *best = NULL;
    for (size_t i = 0; i < p->count; i++) {
        struct cc_plant *plant = &p->items[i];
        if (best && plant->planted >= best->planted) continue;
        size_t n = row && fits(p, plant, (struct place){ .row = row });
        if (record) (void)fitting(p, plant, record, 0, &n);
        if (n) best = plant;
    }
    return best;
}

const struct cc_plant *cc_plant_row(struct cc_plants *p, struct cc_synth_row *row)
{
    struct cc_plant *plant = next_plant(p, row, NULL);
    return plant ? plant_at(p, plant, (struct place){ .row = row }) : NULL;
}

const struct cc_plant *cc_plant_record(struct cc_plants *p, struct cc_synth_record *record, struct cc_random *r)
{
    struct cc_plant *plant = next_plant(p, NULL, record);
    if (!plant) return NULL;
    size_t n;
    (void)fitting(p, plant, record, 0, &n);
    struct place at = fitting(p, plant, record, cc_random_below(r, (uint32_t)n), &n);
    return plant_at(p, plant, at);
}

void cc_plant_put(const struct cc_plants *p, const struct cc_plant *plant, const char *file, uint64_t record,
                  FILE *out)
{
    for (const char *rule = plant->rule; *rule; rule += *rule == ';') {
        size_t n = strcspn(rule, ";");
        fprintf(out, "%s,%llu,%.*s,", file, (unsigned long long)record, (int)n, rule);
        for (size_t i = 0; i < plant->change_count; i++)
            fprintf(out, "%s%s", i ? ";" : "", p->cb->variables[plant->change[i].field.variable].name);
        putc('\n', out);
        rule += n;
    }
}

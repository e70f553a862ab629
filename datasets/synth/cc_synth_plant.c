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

/* FIELD=text;FIELD!=text;... */
static enum cc_status read_terms(struct cc_plants *p, size_t row, const char *cell, struct cc_plant_term *terms,
                                 size_t *n, struct cc_error *err)
{
    char *copy = cc_strdup(cell), *parts[CC_PLANT_TERMS];
    if (!copy || !cc_grow(&p->owned, &p->owned_room, p->owned_count + 1, sizeof *p->owned)) {
        free(copy);
        return cc_error_memory(err);
    }
    p->owned[p->owned_count++] = copy;
    *n = cc_split(copy, ';', parts, CC_PLANT_TERMS);
    for (size_t i = 0; i < *n; i++) {
        char *equal = strchr(parts[i], '=');
        if (!equal) return wrong(p, row, "expected FIELD=text, not", parts[i], err);
        terms[i].text = equal + 1;
        terms[i].unequal = equal > parts[i] && equal[-1] == '!';
        equal[terms[i].unequal ? -1 : 0] = '\0';
        int v = cc_codebook_find(p->cb, parts[i]);
        if (v < 0) return wrong(p, row, "the codebook has no variable", parts[i], err);
        terms[i].variable = (size_t)v;
    }
    return CC_OK;
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
    *p = (struct cc_plants){ .cb = cb };
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

static void get(struct place at, size_t variable, char text[CC_SYNTH_FIELD])
{
    *text = '\0';
    if (at.row) {
        memcpy(text, at.row->texts[variable], at.row->sizes[variable]);
        text[at.row->sizes[variable]] = '\0';
        return;
    }
    const struct cc_synth_step *s = find_step(&at, variable);
    while (!s && to_parent(&at)) s = find_step(&at, variable);
    if (s) snprintf(text, CC_SYNTH_FIELD, "%s", s->text);
}

static void put(const struct place *at, size_t variable, const char *text)
{
    if (at->row) {
        cc_synth_row_text(at->row, variable, text);
        return;
    }
    struct cc_synth_step *s = find_step(at, variable);
    if (!s) {
        cc_synth_record_value(at->record, variable, ""); /* room for one more at the end; it moves to the item */
        if (at->record->failed) return;
        s = &at->record->steps[at->begin + 1];
        memmove(s + 1, s, (at->record->count - at->begin - 2) * sizeof *s);
        *s = (struct cc_synth_step){ .kind = CC_STEP_VALUE, .variable = variable };
    }
    snprintf(s->text, sizeof s->text, "%s", text);
}

/* ---- planting ---- */

static bool fits(const struct cc_plant *plant, struct place at)
{
    char text[CC_SYNTH_FIELD];
    for (size_t i = 0; i < plant->when_count; i++) {
        get(at, plant->when[i].variable, text);
        if ((strcmp(text, plant->when[i].text) == 0) == plant->when[i].unequal) return false;
    }
    return true;
}

/* "@E69-1" of the day in that field; "<" what was there, a character shorter; anything else is itself. False: there
 * is no day. */
static bool new_text(const struct cc_plants *p, struct place at, const struct cc_plant_term *t,
                     char out[CC_SYNTH_FIELD])
{
    char name[CC_SYNTH_FIELD], text[CC_SYNTH_FIELD];
    snprintf(out, CC_SYNTH_FIELD, "%s", t->text);
    if (!strcmp(t->text, "<")) {
        get(at, t->variable, out);
        if (*out) out[strlen(out) - 1] = '\0';
    }
    if (*t->text != '@') return true;
    size_t n = strcspn(t->text + 1, "+-");
    snprintf(name, sizeof name, "%.*s", (int)n, t->text + 1);
    int32_t day = p->end;
    if (strcmp(name, "end") != 0) {
        int v = cc_codebook_find(p->cb, name);
        if (v < 0) return false;
        get(at, (size_t)v, text);
        if (!cc_date_parse(text, (int)strlen(text), p->cb->variables[v].format, &day)) return false;
    }
    day += (int32_t)strtol(t->text + 1 + n, NULL, 10);
    cc_date_format(day, p->cb->variables[t->variable].format, out);
    return true;
}

static bool plant_at(const struct cc_plants *p, struct cc_plant *plant, struct place at)
{
    char texts[CC_PLANT_TERMS][CC_SYNTH_FIELD];
    for (size_t i = 0; i < plant->change_count; i++)
        if (!new_text(p, at, &plant->change[i], texts[i])) return false;
    for (size_t i = 0; i < plant->change_count; i++) put(&at, plant->change[i].variable, texts[i]);
    plant->planted++;
    return true;
}

/* The place of the k-th item that fits; and how many there are. */
static struct place fitting(const struct cc_plant *plant, struct cc_synth_record *record, size_t k, size_t *count)
{
    struct place found = { .record = record };
    *count = 0;
    for (size_t i = 0; i < record->count; i++) {
        struct place at = { .record = record, .begin = i };
        const struct cc_synth_step *s = &record->steps[i];
        if (s->kind != CC_STEP_BEGIN || s->group != plant->group || !fits(plant, at)) continue;
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
        size_t n = row && fits(plant, (struct place){ .row = row });
        if (record) (void)fitting(plant, record, 0, &n);
        if (n) best = plant;
    }
    return best;
}

const struct cc_plant *cc_plant_row(struct cc_plants *p, struct cc_synth_row *row)
{
    struct cc_plant *plant = next_plant(p, row, NULL);
    return plant && plant_at(p, plant, (struct place){ .row = row }) ? plant : NULL;
}

const struct cc_plant *cc_plant_record(struct cc_plants *p, struct cc_synth_record *record, struct cc_random *r)
{
    struct cc_plant *plant = next_plant(p, NULL, record);
    if (!plant) return NULL;
    size_t n;
    (void)fitting(plant, record, 0, &n);
    struct place at = fitting(plant, record, cc_random_below(r, (uint32_t)n), &n);
    return plant_at(p, plant, at) ? plant : NULL;
}

void cc_plant_put(const struct cc_plants *p, const struct cc_plant *plant, const char *file, uint64_t record,
                  FILE *out)
{
    for (const char *rule = plant->rule; *rule; rule += *rule == ';') {
        size_t n = strcspn(rule, ";");
        fprintf(out, "%s,%llu,%.*s,", file, (unsigned long long)record, (int)n, rule);
        for (size_t i = 0; i < plant->change_count; i++)
            fprintf(out, "%s%s", i ? ";" : "", p->cb->variables[plant->change[i].variable].name);
        putc('\n', out);
        rule += n;
    }
}

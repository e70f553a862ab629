#include "datasets/synth/cc_scenario.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_arena.h"
#include "datasets/base/cc_path.h"
#include "datasets/base/cc_table.h"

enum { DEPTH = 8, PARTS = 256 };

struct cc_scenario {
    struct cc_setting *settings;
    size_t count, room;
    struct cc_arena arena; /* owns all texts and margins */
};

struct place { /* where a value was read, for messages */
    const char *file;
    size_t line, name_column, value_column;
};

static enum cc_status bad_field(const struct place *at, size_t column, struct cc_error *err, const char *what,
                                const char *which)
{
    cc_error_set(err, CC_EDATA, at->line, column, "%s '%.80s'", what, which);
    cc_error_file(err, at->file);
    return CC_EDATA;
}

static enum cc_status bad(const struct place *at, struct cc_error *err, const char *what, const char *which)
{
    return bad_field(at, at->value_column, err, what, which);
}

static enum cc_status bad_name(const struct place *at, struct cc_error *err, const char *what, const char *which)
{
    return bad_field(at, at->name_column, err, what, which);
}

/* ---- values ---- */

/* "12" or "0-29"; anything else is a code and no quantity: 0 to -1 */
static void read_range(const char *code, int32_t *low, int32_t *high)
{
    int64_t a, b;
    char text[32];
    size_t dash = strcspn(code, "-");
    *low = 0;
    *high = -1;
    if (strlen(code) >= sizeof text) return;
    memcpy(text, code, strlen(code) + 1);
    bool range = text[dash] == '-';
    text[dash] = '\0';
    if (!cc_parse_int64(text, &a) || a < 0 || a > 100000) return;
    if (!range) b = a;
    else if (!cc_parse_int64(text + dash + 1, &b) || b < a || b > 100000) return;
    *low = (int32_t)a;
    *high = (int32_t)b;
}

static bool plain(const char *code)
{
    for (; *code; code++)
        if (*code < ' ' || *code > '~' || strchr(",\"", *code)) return false;
    return true;
}

static enum cc_status read_part(struct cc_margin *m, char *part, const struct place *at, struct cc_error *err)
{
    char *equal = strchr(part, '=');
    if (!equal) return bad(at, err, "expected code=weight, found", part);
    *equal = '\0';
    char *code = cc_trim(part), *weight = cc_trim(equal + 1);
    int64_t w;
    if (!cc_parse_int64(weight, &w) || w < 0 || w > 100000000)
        return bad(at, err, "expected a whole weight, found", weight);
    if (!*code || !plain(code)) return bad(at, err, "this cannot be a code:", code);
    uint32_t before = m->count ? m->upto[m->count - 1] : 0;
    if (before + (uint64_t)w > UINT32_MAX / 2) return bad(at, err, "the weights are too large at", code);
    read_range(code, &m->low[m->count], &m->high[m->count]);
    m->codes[m->count] = strcmp(code, "(blank)") ? code : "";
    m->upto[m->count++] = before + (uint32_t)w;
    return CC_OK;
}

static enum cc_status read_margin(struct cc_scenario *s, struct cc_margin *m, const char *value,
                                  const struct place *at, struct cc_error *err)
{
    char *text = cc_arena_text(&s->arena, value, strlen(value)), *parts[PARTS];
    if (!text) return cc_error_memory(err);
    size_t n = cc_split(text, ';', parts, PARTS);
    m->codes = cc_arena_alloc(&s->arena, n * sizeof *m->codes);
    m->upto = cc_arena_alloc(&s->arena, n * sizeof *m->upto);
    m->low = cc_arena_alloc(&s->arena, n * sizeof *m->low);
    m->high = cc_arena_alloc(&s->arena, n * sizeof *m->high);
    if (!m->codes || !m->upto || !m->low || !m->high) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < n && st == CC_OK; i++) st = read_part(m, parts[i], at, err);
    if (st == CC_OK && m->upto[n - 1] == 0) return bad(at, err, "all weights are 0 in", value);
    return st;
}

/* ---- settings ---- */

struct cc_setting *cc_scenario_find(struct cc_scenario *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->settings[i].name, name)) return &s->settings[i];
    return NULL;
}

static enum cc_status add(struct cc_scenario *s, const char *name, const char *value, const struct place *at,
                          struct cc_error *err)
{
    struct cc_setting new = { .file = at->file, .line = at->line, .name_column = at->name_column,
                              .value_column = at->value_column }, *old = cc_scenario_find(s, name);
    if (old && old->file == at->file) return bad_name(at, err, "this setting was given before:", name);
    if (!*value) return bad(at, err, "there is no value for", name);
    if (!(new.name = cc_arena_text(&s->arena, name, strlen(name)))) return cc_error_memory(err);
    enum cc_status st = CC_OK;
    if (strchr(value, '=')) st = read_margin(s, &new.margin, value, at, err);
    else if (!cc_parse_int64(value, &new.number) || new.number < 0)
        st = bad(at, err, "expected a whole number or code=weight;..., found", value);
    if (st != CC_OK) return st;
    if (!old) {
        if (!cc_grow(&s->settings, &s->room, s->count + 1, sizeof *s->settings)) return cc_error_memory(err);
        old = &s->settings[s->count++];
    }
    *old = new;
    return CC_OK;
}

static enum cc_status load(struct cc_scenario *s, const char *name, int depth, struct cc_error *err);

static enum cc_status add_rows(struct cc_scenario *s, const struct cc_table *t, int depth,
                               struct cc_error *err)
{
    size_t setting, value;
    enum cc_status st = cc_table_need(t, "setting", &setting, err);
    if (st == CC_OK) st = cc_table_need(t, "value", &value, err);
    const char *file = cc_arena_text(&s->arena, t->name, strlen(t->name));
    if (st == CC_OK && !file) st = cc_error_memory(err);
    for (int included = 1; included >= 0; included--) /* what is included comes first, wherever it stands */
        for (size_t r = 0; r < t->rows && st == CC_OK; r++) {
            const char *n = cc_table_cell(t, r, setting), *v = cc_table_cell(t, r, value);
            struct place at = { file, (size_t)t->lines[r], setting + 1, value + 1 };
            if (!strcmp(n, "include") != (bool)included) continue;
            st = !included ? add(s, n, v, &at, err)
                : depth < DEPTH ? load(s, v, depth + 1, err)
                                : bad(&at, err, "scenarios include each other:", v);
        }
    return st;
}

static enum cc_status no_scenario(const char *name, struct cc_error *err)
{
    return cc_error_set(err, CC_EUSAGE, 0, 0,
                        "there is no scenario '%.200s' (a name in scenarios/, or a path)", name);
}

static enum cc_status load(struct cc_scenario *s, const char *name, int depth, struct cc_error *err)
{
    char *path = cc_path_data("scenarios", name, ".csv");
    if (!path) return no_scenario(name, err);
    struct cc_table t = { 0 };
    enum cc_status st = cc_table_read(path, &t, err);
    if (st == CC_OK) st = add_rows(s, &t, depth, err);
    if (st != CC_OK && st != CC_EUSAGE) cc_error_file(err, t.name[0] ? t.name : path);
    cc_table_free(&t);
    free(path);
    return st;
}

enum cc_status cc_scenario_load(const char *name, struct cc_scenario **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_scenario *s = calloc(1, sizeof *s);
    if (!s) return cc_error_memory(err);
    enum cc_status st = load(s, name, 0, err);
    if (st == CC_OK) *out = s;
    else cc_scenario_free(s);
    return st;
}

bool cc_scenario_has(const struct cc_scenario *s, const char *prefix)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strncmp(s->settings[i].name, prefix, strlen(prefix))) return true;
    return false;
}

struct cc_setting *cc_scenario_settings(struct cc_scenario *s, size_t *n)
{
    *n = s->count;
    return s->settings;
}

void cc_scenario_free(struct cc_scenario *s)
{
    if (!s) return;
    cc_arena_free(&s->arena);
    free(s->settings);
    free(s);
}

/* ---- asking ---- */

enum cc_status cc_setting_error(const struct cc_setting *set, struct cc_error *err, const char *text)
{
    cc_error_set(err, CC_EDATA, set->line, set->value_column, "%s %s", set->name, text);
    cc_error_file(err, set->file);
    return CC_EDATA;
}

static enum cc_status grant(const struct cc_wish *w, struct cc_setting *set, char *base, struct cc_error *err)
{
    const struct cc_margin *m = &set->margin;
    set->used = true;
    if (w->kind == CC_WISH_NUMBER) {
        if (m->count) return cc_setting_error(set, err, "must be a whole number");
        memcpy(base + w->offset, &set->number, sizeof set->number);
        return CC_OK;
    }
    if (!m->count) return cc_setting_error(set, err, "must be code=weight;...");
    for (size_t i = 0; i < m->count && w->kind == CC_WISH_QUANTITY; i++)
        if (m->high[i] < 0) return cc_setting_error(set, err, "must be number=weight;low-high=weight;...");
    memcpy(base + w->offset, &m, sizeof m);
    return CC_OK;
}

enum cc_status cc_scenario_bind(struct cc_scenario *s, const struct cc_wish *wishes, size_t n, void *base,
                                struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < n && st == CC_OK; i++) {
        struct cc_setting *set = cc_scenario_find(s, wishes[i].name);
        st = set ? grant(&wishes[i], set, base, err)
                 : cc_error_set(err, CC_EDATA, 0, 0, "the scenario has no setting '%s'", wishes[i].name);
    }
    return st;
}

enum cc_status cc_scenario_all_used(struct cc_scenario *s, struct cc_error *err)
{
    for (size_t i = 0; i < s->count; i++)
        if (!s->settings[i].used) {
            const struct cc_setting *set = &s->settings[i];
            struct place at = { set->file, set->line, set->name_column, set->value_column };
            return bad_name(&at, err, "no such setting:", s->settings[i].name);
        }
    return CC_OK;
}

/* ---- drawing ---- */

size_t cc_margin_draw(const struct cc_margin *m, struct cc_random *r)
{
    uint32_t x = cc_random_below(r, m->upto[m->count - 1]);
    size_t i = 0;
    while (m->upto[i] <= x) i++;
    return i;
}

int32_t cc_margin_quantity(const struct cc_margin *m, struct cc_random *r)
{
    size_t i = cc_margin_draw(m, r);
    return cc_random_between(r, m->low[i], m->high[i]);
}

#include "datasets/synth/cc_synth_truth.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/synth/cc_crosstab.h"

enum tri { NO, UNSURE, YES }; /* in this order: `or` is the larger, `and` the smaller */

static enum tri both(enum tri a, enum tri b)
{
    return a < b ? a : b;
}

static enum tri either(enum tri a, enum tri b)
{
    return a > b ? a : b;
}

/* Conditions of NCANDS, by their names in the definition file; "all" is every record. */
enum {
    N_ALL, N_VICTIM, N_TRAFFICKED, N_ALLEGED, N_TRAFFICKED_UNDER_18, N_TRAFFICKED_18_23, N_PHYSICAL,
    N_NEGLECT, N_MEDICAL, N_SEXUAL, N_PSYCHOLOGICAL, N_OTHER, N_MEASURES
};
static const char *const n_names[N_MEASURES] = {
    "all", "victim", "sex_trafficking_victim", "sex_trafficking_alleged",
    "sex_trafficking_victim_and_under_18",
    "sex_trafficking_victim_and_age_18_23", "physical_abuse", "neglect", "medical_neglect", "sexual_abuse",
    "psychological", "other_maltreatment"
};

/* Conditions of AFCARS. */
enum {
    A_ALL, A_SERVED, A_ENTERED, A_EXITED, A_AT_START, A_AT_END, A_VICTIM, A_BEFORE, A_IN_CARE, A_REMOVED_FOR,
    A_POLICE, A_POLICE_IN_YEAR, A_MEASURES
};
static const char *const a_names[A_MEASURES] = {
    "all", "served", "entered", "exited", "in_care_at_start", "in_care_at_end", "sex_trafficking_victim",
    "victim_before_entry", "victim_in_care", "removed_for_trafficking", "reported_to_police",
    "police_report_in_year"
};

static const char *const n_ages[] = { "0", "1-5", "6-10", "11-13", "14-15", "16-17", "18-23", "24+", "unborn",
                                      "unknown" };
static const char *const n_sexes[] = { "1", "2", "9", "(blank)", "(invalid)" };
static const char *const a_ages[] = {
    "0", "1-5", "6-10", "11-13", "14-15", "16-17", "18-20", "21+", "unknown"
};
static const char *const a_sexes[] = { "1", "2", "(blank)", "(invalid)" };
static const char *const flags[] = { "0", "1", "(blank)", "(invalid)" };
static const char *const strata[] = { "Missing from care", "In foster care", "Supervised, not removed",
                                      "Independent-living services only" };
static const char *const timings[] = { "Both", "Before entry only", "In care only", "Not determinable",
                                       "Not a recorded victim" };
#define LABELS(name, labels) { name, labels, sizeof labels / sizeof *labels }

enum { MAX_TABLES = 4 * N_MEASURES + 6 * A_MEASURES + 3 };
struct cc_truth {
    const struct cc_ncands *ncands;
    const struct cc_afcars *afcars;
    char years[2][8];
    const char *year_labels[2];
    struct cc_crosstab tables[MAX_TABLES];
    size_t count;
    struct cc_crosstab *n_child[N_MEASURES], *n_record[N_MEASURES], *n_report[N_MEASURES],
        *n_unsure[N_MEASURES];
    /* [0] the files alone, [1] with the lists */
    struct cc_crosstab *a_child[2][A_MEASURES], *a_stratum[2][A_MEASURES], *a_unsure[2][A_MEASURES];
    struct cc_crosstab *timing, *flags, *episodes;
    bool failed;
};

/* ---- tables ---- */

static struct cc_crosstab *table(struct cc_truth *t, const char *file, const char *name, const char *suffix,
                                 const char *unit, const struct cc_dimension *by, size_t n)
{
    struct cc_crosstab *c = &t->tables[t->count++];
    snprintf(c->name, sizeof c->name, "%s_%s%s", file, name, suffix);
    snprintf(c->unit, sizeof c->unit, "%s", unit);
    if (n) memcpy(c->by, by, n * sizeof *by);
    c->dimensions = n;
    c->keep_first = n && !strcmp(by[0].name, "ffy");
    t->failed = t->failed || !cc_crosstab_open(c);
    return c;
}

static void open_ncands(struct cc_truth *t)
{
    const struct cc_dimension by[] = { LABELS("age_group", n_ages), LABELS("CHSEX", n_sexes),
                                       { "race_ethnicity", cc_synth_race_names, CC_RACE_GROUPS } };
    for (size_t m = 0; m < N_MEASURES; m++) {
        t->n_child[m] = table(t, "ncands", n_names[m], "", "child", by, 3);
        t->n_record[m] = table(t, "ncands", n_names[m], "", "record", by, 3);
    }
}

static void open_ncands_totals(struct cc_truth *t)
{
    for (size_t m = 0; m < N_MEASURES; m++) {
        t->n_report[m] = table(t, "ncands", n_names[m], "", "report", NULL, 0);
        t->n_unsure[m] = table(t, "ncands", n_names[m], "_unknown", "child", NULL, 0);
    }
}

static void open_afcars(struct cc_truth *t)
{
    const struct cc_dimension ffy = { "ffy", t->year_labels, 2 }, last = { "ffy", t->year_labels + 1, 1 };
    for (size_t l = 0; l < 2; l++) { /* the lists are of the last year alone */
        const struct cc_dimension by[] = { l ? last : ffy, LABELS("age_group", a_ages),
                                           LABELS("E6_sex", a_sexes),
                                           { "race_ethnicity", cc_synth_race_names, CC_RACE_GROUPS } };
        const struct cc_dimension stratum[] = { by[0], LABELS("stratum", strata) };
        for (size_t m = 0; m < A_MEASURES; m++) {
            const char *file = l ? "afcars_with_lists" : "afcars";
            t->a_child[l][m] = table(t, file, a_names[m], "", "child", by, 4);
            t->a_stratum[l][m] = table(t, file, a_names[m], "", "child", stratum, 2);
            t->a_stratum[l][m]->no_margins = true; /* they are in the table before */
            t->a_unsure[l][m] = table(t, file, a_names[m], "_unknown", "child", stratum, 2);
        }
    }
    const struct cc_dimension timing[] = { ffy, LABELS("timing", timings) };
    const struct cc_dimension two[] = { ffy, LABELS("E99_sex_trafficking", flags),
                                        LABELS("E106_prior_victim_sex_trafficking", flags) };
    t->timing = table(t, "afcars", "all", "", "child", timing, 2);
    t->flags = table(t, "afcars", "all", "", "child", two, 3);
    t->timing->no_margins = t->flags->no_margins = true;
    t->episodes = table(t, "afcars", "all", "", "episode", &ffy, 1);
}

struct cc_truth *cc_truth_alloc(const struct cc_ncands *n, const struct cc_afcars *a)
{
    struct cc_truth *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->ncands = n;
    t->afcars = a;
    for (int y = 0; y < 2; y++) {
        snprintf(t->years[y], sizeof t->years[y], "%d", (a->ffy - 1 + y) % 10000);
        t->year_labels[y] = t->years[y];
    }
    open_ncands(t);
    open_ncands_totals(t);
    open_afcars(t);
    if (!t->failed) return t;
    cc_truth_free(t);
    return NULL;
}

void cc_truth_free(struct cc_truth *t)
{
    if (!t) return;
    for (size_t i = 0; i < t->count; i++) cc_crosstab_close(&t->tables[i]);
    free(t);
}

void cc_truth_write(const struct cc_truth *t, FILE *out)
{
    fputs("table,groups,unit,count\n", out);
    for (size_t i = 0; i < t->count; i++) cc_crosstab_write(&t->tables[i], out);
}

/* ---- NCANDS ---- */

static enum tri level_is_victim(int level)
{
    bool known = level == 0 || (level >= 1 && level <= 8) || level == 88; /* 99 and invalid codes are not */
    return !known ? UNSURE : level == 1 || level == 2 ? YES : NO;
}

static enum tri type_is(int type, int wanted)
{
    return type == 9 ? UNSURE : type == wanted ? YES : NO;
}

static enum tri type_found(const struct cc_ncands_record *o, int type)
{
    enum tri answer = NO;
    for (int s = 0; s < CC_SLOTS; s++)
        answer = either(answer, both(type_is(o->type[s], type), level_is_victim(o->level[s])));
    return answer;
}

static bool age_known(int age)
{
    return age >= 0 && age <= 23;
}

static void n_answer(const struct cc_ncands_record *o, enum tri *yes)
{
    enum tri victim = o->death == '1' ? YES : o->death == '2' || o->death == '\0' ? NO : UNSURE;
    enum tri alleged = NO, other = NO, trafficked = type_found(o, 7);
    for (int s = 0; s < CC_SLOTS; s++) {
        enum tri level = level_is_victim(o->level[s]);
        victim = either(victim, level);
        alleged = either(alleged, type_is(o->type[s], 7));
        if (o->type[s] == 8 || o->type[s] == 9) other = either(other, level); /* "other or unknown" */
    }
    bool minor = o->age == CC_AGE_UNBORN || (age_known(o->age) && o->age < 18);
    enum tri adult = age_known(o->age) && o->age >= 18 ? YES : minor ? NO : UNSURE;
    yes[N_ALL] = YES;
    yes[N_VICTIM] = victim;
    yes[N_TRAFFICKED] = trafficked;
    yes[N_ALLEGED] = alleged;
    yes[N_TRAFFICKED_UNDER_18] = both(trafficked, minor ? YES : adult == YES ? NO : UNSURE);
    yes[N_TRAFFICKED_18_23] = both(trafficked, adult);
    for (int type = 1; type <= 5; type++) {
        static const int measures[] = { 0, N_PHYSICAL, N_NEGLECT, N_MEDICAL, N_SEXUAL, N_PSYCHOLOGICAL };
        yes[measures[type]] = type_found(o, type);
    }
    yes[N_OTHER] = other;
}

static void n_cell(const struct cc_ncands_record *o, size_t at[3])
{
    at[0] = o->age == CC_AGE_UNBORN ? 8 : age_known(o->age) ? (size_t)cc_synth_age_band(o->age, 24) : 9;
    at[1] = o->sex == '1' ? 0 : o->sex == '2' ? 1 : o->sex == '9' ? 2 : o->sex == '\0' ? 3 : 4;
    at[2] = o->race;
}

/* Victims first, then the earliest report, disposition, report id. */
static bool stands_before(const struct cc_ncands_family *f, int a, int b, enum tri (*yes)[N_MEASURES])
{
    const struct cc_ncands_report *p = &f->reports[f->records[a].report],
                                  *q = &f->reports[f->records[b].report];
    bool av = yes[a][N_VICTIM] == YES, bv = yes[b][N_VICTIM] == YES;
    if (av != bv) return av;
    if (p->received != q->received) return p->received < q->received;
    if (p->disposed != q->disposed) return p->disposed < q->disposed;
    return strcmp(p->id, q->id) < 0;
}

static void count_child(struct cc_truth *t, const struct cc_ncands_family *f, int records, int child, int m,
                        enum tri (*yes)[N_MEASURES])
{
    int best = -1;
    bool unsure = false;
    for (int i = 0; i < records; i++) {
        if (f->records[i].child != child) continue;
        unsure = unsure || yes[i][m] == UNSURE;
        if (yes[i][m] == YES && (best < 0 || stands_before(f, i, best, yes))) best = i;
    }
    size_t at[3] = { 0 };
    if (best >= 0) {
        n_cell(&f->records[best], at);
        cc_crosstab_add(t->n_child[m], at);
    } else if (unsure) {
        cc_crosstab_add(t->n_unsure[m], at);
    }
}

void cc_truth_family(struct cc_truth *t, const struct cc_ncands_family *f, int records)
{
    enum tri yes[CC_FAMILY_RECORDS][N_MEASURES];
    size_t at[3] = { 0 }, none = 0;
    for (int i = 0; i < records; i++) n_answer(&f->records[i], yes[i]);
    for (int m = 0; m < N_MEASURES; m++) {
        bool found[CC_FAMILY_REPORTS] = { false };
        for (int i = 0; i < records; i++) {
            if (yes[i][m] != YES) continue;
            n_cell(&f->records[i], at);
            cc_crosstab_add(t->n_record[m], at);
            if (!found[f->records[i].report]) cc_crosstab_add(t->n_report[m], &none);
            found[f->records[i].report] = true;
        }
        for (int c = 0; c < f->child_count; c++) count_child(t, f, records, c, m, yes);
    }
}

/* ---- AFCARS ---- */

/* What one record, of a half-year file or of a list, says of the child. */
struct view {
    enum tri yes[A_MEASURES];
    int32_t removal;
    size_t stratum, timing, age, sex, race, removed_for, before;
};

static enum tri flag(char c)
{
    return c == '1' ? YES : c == '0' ? NO : UNSURE;
}

static size_t flag_label(char c)
{
    return c == '0' ? 0 : c == '1' ? 1 : c == '\0' ? 2 : 3;
}

static size_t age_on(int32_t birth, int32_t day)
{
    int band = birth == CC_NEVER ? -1 : cc_synth_age_band(cc_date_age(birth, day), 21);
    return band < 0 ? 8 : (size_t)band;
}

static bool any_day(const int32_t *days, int count, int32_t from, int32_t to)
{
    for (int i = 0; i < count; i++)
        if (days[i] >= from && days[i] <= to) return true;
    return false;
}

static size_t timing_of(enum tri before, enum tri in_care)
{
    if (before == YES && in_care == YES) return 0;
    if (before == YES && in_care == NO) return 1;
    if (in_care == YES && before == NO) return 2;
    return before == YES || in_care == YES ? 3 : 4;
}

static void view_victim(struct view *v, char before, char in_care)
{
    v->before = flag_label(before);
    v->yes[A_BEFORE] = flag(before);
    v->yes[A_IN_CARE] = flag(in_care);
    v->yes[A_VICTIM] = either(flag(before), flag(in_care));
    v->timing = timing_of(flag(before), flag(in_care));
}

static struct view view_record(const struct cc_afcars *a, const struct cc_afcars_record *o)
{
    int32_t start = a->start[o->half / 2 * 2], end = a->end[o->half / 2 * 2 + 1];
    bool police = o->before_police == '1' || o->in_care_police == '1';
    bool in_year = any_day(o->before_days, o->before_count, start, end)
        || any_day(o->in_care_days, o->in_care_count, start, end);
    struct view v = { .removal = o->removal, .stratum = o->missing_from_care ? 0 : 1, .race = o->race };
    view_victim(&v, o->before, o->in_care);
    v.yes[A_ALL] = v.yes[A_SERVED] = YES;
    v.yes[A_ENTERED] = o->removal >= start && o->removal <= end ? YES : NO;
    v.yes[A_EXITED] = o->exit >= start && o->exit <= end ? YES : NO;
    v.yes[A_AT_START] = o->removal < start && o->exit >= start ? YES : NO;
    v.yes[A_AT_END] = o->removal <= end && o->exit > end ? YES : NO;
    v.yes[A_REMOVED_FOR] = flag(o->removed_for);
    v.yes[A_POLICE] = police ? YES : NO;
    v.yes[A_POLICE_IN_YEAR] = in_year ? YES : NO;
    v.age = age_on(o->birth, o->exit < end ? o->exit : end);
    v.sex = o->sex == '1' ? 0 : o->sex == '2' ? 1 : o->sex == '\0' ? 2 : 3;
    v.removed_for = flag_label(o->removed_for);
    return v;
}

static struct view view_list(const struct cc_afcars *a, const struct cc_list_record *r, bool inhome)
{
    struct view v = { .stratum = inhome ? 2 : 3, .race = r->person.race };
    view_victim(&v, r->before, r->in_care);
    v.yes[A_ALL] = v.yes[A_SERVED] = YES;
    v.age = age_on(r->person.birth, a->end[CC_HALVES - 1]);
    v.sex = r->person.sex == '1' ? 0 : 1;
    return v;
}

/* What a child's records say together: for each condition the record that stands for the child among
 * those that meet it (or, if none does, of which it is not known). */
struct summary {
    struct view best[A_MEASURES];
};

static bool stands_for_child(const struct view *a, const struct view *b, int m)
{
    if (a->yes[m] != b->yes[m]) return a->yes[m] > b->yes[m];
    return a->stratum != b->stratum ? a->stratum < b->stratum : a->removal > b->removal;
}

static void add_view(struct summary *s, const struct view *v, bool first)
{
    for (int m = 0; m < A_MEASURES; m++)
        if (first || stands_for_child(v, &s->best[m], m)) s->best[m] = *v;
}

static void count_summary(struct cc_truth *t, const struct summary *s, int lists, size_t year)
{
    for (int m = 0; m < A_MEASURES; m++) {
        const struct view *v = &s->best[m];
        const size_t at[] = { year, v->age, v->sex, v->race }, stratum[] = { year, v->stratum };
        if (v->yes[m] == YES) {
            cc_crosstab_add(t->a_child[lists][m], at);
            cc_crosstab_add(t->a_stratum[lists][m], stratum);
        } else if (v->yes[m] == UNSURE) {
            cc_crosstab_add(t->a_unsure[lists][m], stratum);
        }
    }
}

/* The child in a year, from the newest row of each removal; false if it has no row. */
static bool view_year(struct cc_truth *t, const struct cc_afcars_child *c, size_t year, struct summary *out)
{
    bool found = false;
    for (int e = 0; e < c->episode_count; e++) {
        struct cc_afcars_record o;
        int half = 2 * (int)year;
        if (!cc_afcars_record(t->afcars, c, e, half + 1, &o) && !cc_afcars_record(t->afcars, c, e, half, &o))
            continue;
        struct view v = view_record(t->afcars, &o);
        cc_crosstab_add(t->episodes, &year);
        add_view(out, &v, !found);
        found = true;
    }
    return found;
}

void cc_truth_care_child(struct cc_truth *t, const struct cc_afcars_child *c)
{
    struct summary s;
    bool found = false;
    for (size_t year = 0; year < 2; year++) {
        found = view_year(t, c, year, &s);
        if (!found) continue;
        const struct view *v = &s.best[A_ALL];
        const size_t timing[] = { year, v->timing }, two[] = { year, v->removed_for, v->before };
        count_summary(t, &s, 0, year);
        cc_crosstab_add(t->timing, timing);
        cc_crosstab_add(t->flags, two);
    }
    for (int l = 0; l < CC_LISTS && found; l++) {
        struct cc_list_record r;
        if (!cc_afcars_on_list(t->afcars, c, l, &r)) continue;
        struct view listed = view_list(t->afcars, &r, l == CC_LIST_INHOME);
        add_view(&s, &listed, false);
    }
    if (found) count_summary(t, &s, 1, 0);
}

void cc_truth_list_child(struct cc_truth *t, const struct cc_list_record *r, const bool on[CC_LISTS])
{
    struct summary s;
    struct view v = view_list(t->afcars, r, on[CC_LIST_INHOME]);
    add_view(&s, &v, true);
    count_summary(t, &s, 1, 0);
}

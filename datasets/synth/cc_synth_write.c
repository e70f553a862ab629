#include "datasets/synth/cc_synth_write.h"

#include <string.h>

/* ---- layouts ---- */

/* The variables that are set here, by their names in the codebook; all others are the scenario's. */
#define NCANDS(V)                                                                                    \
    V(SUBYR) V(STATERR) V(RPTID) V(CHID) V(RPTCNTY) V(RPTDT) V(INVDATE) V(RPTDISP) V(RPTDISDT)       \
    V(CHAGE) V(CHBDATE) V(CHSEX) V(CHRACAI) V(CHRACAS) V(CHRACBL) V(CHRACNH) V(CHRACWH) V(CHRACUD)   \
    V(CHETHN) V(CHCNTY) V(CHMAL1) V(MAL1LEV) V(CHMAL2) V(MAL2LEV) V(CHMAL3) V(MAL3LEV) V(CHMAL4)     \
    V(MAL4LEV) V(MALDEATH) V(FOSTERCR) V(RMVDATE) V(WRKRID) V(SUPRVID) V(PER1ID) V(PER1MAL1)         \
    V(PER1MAL2) V(PER1MAL3) V(PER1MAL4) V(PER2ID) V(AFCARSID) V(RPTTM) V(INVSTRTM) V(DEATHDT)
#define AFCARS(V)                                                                                    \
    V(E2) V(E4) V(E5) V(E6) V(E13) V(E14) V(E15) V(E16) V(E17) V(E18) V(E19) V(E20) V(E21) V(E69)    \
    V(E70) V(E99) V(E106) V(E107) V(E108) V(E109) V(E110) V(E111) V(E112) V(E113) V(E114) V(E115)    \
    V(E116) V(E117) V(E118) V(E119) V(E120) V(E121) V(E153) V(E154) V(E155)
#define ENUM(v) v,
#define NAME(v) #v,
enum { NCANDS(ENUM) NCANDS_VARIABLES };
enum { AFCARS(ENUM) AFCARS_VARIABLES };
static const char *const ncands_names[] = { NCANDS(NAME) };
static const char *const afcars_names[] = { AFCARS(NAME) };
static const char *const list_names[] = { "E4",  "E5",  "E6",  "E13", "E14", "E15",  "E16",
                                          "E17", "E18", "E19", "E20", "E21", "E106", "E109" };

/* Classes of fields that the scenario fills. */
enum { N_REPORT, N_CHILD, N_RECORD, N_VICTIM, N_VICTIM2 };
static const char *const ncands_classes[] = { "report", "child", "record", "victim", "second_perpetrator" };
enum { A_CHILD, A_GIRL, A_EPISODE, A_RECORD, A_FAMILY, A_ADOPTION };
static const char *const afcars_classes[] = { "child", "girl", "episode", "record", "family", "adoption" };
#define COUNT(array) (sizeof array / sizeof *array)

static enum cc_status layout(struct cc_synth_layout *l, const char *codebook, const char *const *columns,
                             size_t n, const char *const *names, size_t name_count, struct cc_error *err)
{
    *l = (struct cc_synth_layout){ 0 };
    enum cc_status st = cc_codebook_load(codebook, &l->cb, err);
    if (st == CC_OK) st = cc_synth_row_open(&l->row, l->cb, columns, n, err);
    return st == CC_OK ? cc_synth_find(l->cb, names, name_count, l->at, err) : st;
}

enum cc_status cc_synth_ncands_layout(struct cc_synth_layout *l, struct cc_scenario *s, struct cc_error *err)
{
    enum cc_status st = layout(l, "ncands-child", NULL, 0, ncands_names, COUNT(ncands_names), err);
    return st != CC_OK ? st
        : cc_synth_fillers_open(&l->fillers, s, l->cb, "ncands", ncands_classes, COUNT(ncands_classes), err);
}

/* The flat file has the elements alone, not which form of the XML file a removal has. */
static void leave_out_derived(struct cc_synth_row *row)
{
    size_t n = 0;
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->cb->variables[row->columns[i]].section, "derived")) row->columns[n++] = row->columns[i];
    row->count = n;
}

enum cc_status cc_synth_afcars_layout(struct cc_synth_layout *l, struct cc_scenario *s, struct cc_error *err)
{
    enum cc_status st = layout(l, "afcars-2020", NULL, 0, afcars_names, COUNT(afcars_names), err);
    if (st == CC_OK) leave_out_derived(&l->row);
    return st != CC_OK ? st
        : cc_synth_fillers_open(&l->fillers, s, l->cb, "afcars", afcars_classes, COUNT(afcars_classes), err);
}

enum cc_status cc_synth_list_layout(struct cc_synth_layout *l, struct cc_error *err)
{
    return layout(l, "afcars-2020", list_names, COUNT(list_names), afcars_names, COUNT(afcars_names), err);
}

void cc_synth_layout_close(struct cc_synth_layout *l)
{
    cc_synth_fillers_close(&l->fillers);
    cc_synth_row_close(&l->row);
    cc_codebook_free(l->cb);
    *l = (struct cc_synth_layout){ 0 };
}

static void set_text(struct cc_synth_layout *l, int v, const char *text)
{
    cc_synth_row_text(&l->row, l->at[v], text);
}

static void set_char(struct cc_synth_layout *l, int v, char c)
{
    cc_synth_row_char(&l->row, l->at[v], c);
}

static void set_date(struct cc_synth_layout *l, int v, int32_t day)
{
    if (day != CC_NEVER) cc_synth_row_date(&l->row, l->at[v], day);
}

static void set_id(struct cc_synth_layout *l, int v, uint64_t seed, enum cc_synth_stream stream,
                   uint64_t number)
{
    char id[13];
    cc_random_id(seed, stream, number, id);
    set_text(l, v, id);
}

/* ---- NCANDS ---- */

static void set_time(struct cc_synth_layout *l, int v, struct cc_random *r)
{
    uint32_t minute = cc_random_below(r, 1440);
    cc_synth_row_number(&l->row, l->at[v], minute / 60 * 100 + minute % 60, 4);
}

/* The report's own disposition: the strongest finding among its children. */
static unsigned report_disposition(const struct cc_ncands_family *f, int report)
{
    unsigned strongest = 88;
    for (int i = 0; i < f->record_count; i++)
        for (int s = 0; f->records[i].report == report && s < CC_SLOTS; s++) {
            unsigned level = f->records[i].level[s];
            if (level >= 1 && level <= 7 && level < strongest) strongest = level;
        }
    return strongest;
}

static void set_report(struct cc_synth_layout *l, const struct cc_ncands *n, const struct cc_ncands_family *f,
                       int report)
{
    const struct cc_ncands_report *p = &f->reports[report];
    struct cc_random r = cc_random_start(n->seed, CC_STREAM_REPORT, p->number, 0);
    cc_synth_fill(&l->fillers, N_REPORT, &r, &l->row);
    cc_synth_row_number(&l->row, l->at[SUBYR], (unsigned)n->ffy, 4);
    set_text(l, STATERR, "ZZ");
    set_text(l, RPTID, p->id);
    set_date(l, RPTDT, p->received);
    int32_t seen = p->received + cc_margin_quantity(n->set.response_days, &r);
    set_date(l, INVDATE, seen < p->disposed ? seen : p->disposed);
    set_date(l, RPTDISDT, p->disposed);
    cc_synth_row_number(&l->row, l->at[RPTDISP], report_disposition(f, report), 2);
    set_id(l, WRKRID, n->seed, CC_STREAM_ID_WORKER, cc_random_below(&r, 400));
    set_id(l, SUPRVID, n->seed, CC_STREAM_ID_WORKER, 1000 + cc_random_below(&r, 60));
    set_time(l, RPTTM, &r);
    set_time(l, INVSTRTM, &r);
}

static void set_ncands_race(struct cc_synth_layout *l, const struct cc_synth_person *p, uint8_t coded,
                            struct cc_random *r)
{
    bool lost = coded == CC_RACE_UNKNOWN, asked = lost && cc_random_chance(r, 50000);
    for (int i = 0; i < CC_RACE_FIELDS; i++)
        set_char(l, CHRACAI + i, !lost ? (p->races >> i & 1 ? '1' : '2') : asked ? '2' : '9');
    set_char(l, CHRACUD, !lost ? '2' : asked ? '1' : '9');
    bool vague = cc_random_chance(r, 3000); /* no Hispanic origin recorded: the races decide */
    char other = vague ? "39"[cc_random_below(r, 2)] : '2';
    set_char(l, CHETHN, lost ? (asked ? '2' : '9') : coded == CC_RACE_HISPANIC ? '1' : other);
}

static void set_child(struct cc_synth_layout *l, const struct cc_ncands *n, const struct cc_ncands_family *f,
                      const struct cc_ncands_record *o, struct cc_random *r)
{
    const struct cc_ncands_child *c = &f->children[o->child];
    int32_t received = f->reports[o->report].received;
    struct cc_random same = cc_random_start(n->seed, CC_STREAM_CHILD, c->number, 0);
    cc_synth_fill(&l->fillers, N_CHILD, &same, &l->row);
    memcpy(l->row.texts[l->at[CHCNTY]], l->row.texts[l->at[RPTCNTY]], CC_SYNTH_FIELD);
    l->row.sizes[l->at[CHCNTY]] = l->row.sizes[l->at[RPTCNTY]];
    set_id(l, CHID, n->seed, CC_STREAM_ID_CHILD, c->number);
    if (o->age != CC_AGE_BLANK) cc_synth_row_number(&l->row, l->at[CHAGE], (unsigned)o->age, 2);
    if (cc_random_chance(r, n->set.birth_date_given) && c->person.birth <= received)
        set_date(l, CHBDATE, c->person.birth);
    set_char(l, CHSEX, o->sex);
    set_ncands_race(l, &c->person, o->race, r);
    bool removed = c->in_care && c->removal >= received;
    set_char(l, FOSTERCR, removed ? '1' : '2');
    if (removed) set_date(l, RMVDATE, c->removal);
    if (c->in_care && cc_random_chance(r, n->set.in_care_id_given))
        set_id(l, AFCARSID, n->seed, CC_STREAM_ID_CARE, c->care_number);
}

static void set_perpetrators(struct cc_synth_layout *l, const struct cc_ncands *n,
                             const struct cc_ncands_family *f, const struct cc_ncands_record *o,
                             struct cc_random *r)
{
    cc_synth_fill(&l->fillers, N_VICTIM, r, &l->row);
    set_id(l, PER1ID, n->seed, CC_STREAM_ID_PERPETRATOR, f->number * 8);
    for (int s = 0; s < CC_SLOTS; s++)
        if (o->type[s]) set_char(l, PER1MAL1 + s, o->level[s] == 1 || o->level[s] == 2 ? '1' : '2');
    if (!cc_random_chance(r, n->set.second_perpetrator)) return;
    cc_synth_fill(&l->fillers, N_VICTIM2, r, &l->row);
    set_id(l, PER2ID, n->seed, CC_STREAM_ID_PERPETRATOR, f->number * 8 + 1);
}

void cc_synth_ncands_row(struct cc_synth_layout *l, const struct cc_ncands *n, const struct cc_ncands_family *f, int i)
{
    const struct cc_ncands_record *o = &f->records[i];
    struct cc_random r = cc_random_start(n->seed, CC_STREAM_RECORD, f->reports[o->report].number,
                                         (uint64_t)o->child);
    bool victim = false;
    cc_synth_row_clear(&l->row);
    cc_synth_fill(&l->fillers, N_RECORD, &r, &l->row);
    set_report(l, n, f, o->report);
    set_child(l, n, f, o, &r);
    for (int s = 0; s < CC_SLOTS; s++) {
        if (!o->type[s]) continue;
        set_char(l, CHMAL1 + 2 * s, (char)('0' + o->type[s]));
        cc_synth_row_number(&l->row, l->at[MAL1LEV + 2 * s], o->level[s], 2);
        victim = victim || o->level[s] == 1 || o->level[s] == 2 || (n->clean && o->level[s] == 3);
    }
    set_char(l, MALDEATH, o->death);
    if (o->death == '1') set_date(l, DEATHDT, f->reports[o->report].received);
    if (victim) set_perpetrators(l, n, f, o, &r);
}

/* ---- AFCARS ---- */

static void set_afcars_person(struct cc_synth_layout *l, const struct cc_synth_person *p, uint8_t race,
                              bool blank)
{
    if (blank) return;
    bool lost = race == CC_RACE_UNKNOWN;
    for (int i = 0; i < CC_RACE_FIELDS; i++) set_char(l, E13 + i, !lost && p->races >> i & 1 ? '1' : '0');
    set_char(l, E18, lost ? '1' : '0');
    set_char(l, E19, '0');
    set_char(l, E20, '0');
    set_char(l, E21, lost ? '9' : race == CC_RACE_HISPANIC ? '1' : '0');
}

/* A placement is a kind of family home (the element that applies, E117, say) or a code of E120. */
static void set_placement(struct cc_synth_layout *l, const struct cc_afcars_record *o, struct cc_random *r)
{
    bool family = *o->placement == 'E';
    set_char(l, E113, family ? '1' : '0');
    set_char(l, E121, o->missing_from_care ? '4' : '1');
    if (!family) {
        set_text(l, E120, o->placement);
        return;
    }
    for (int v = E114; v <= E119; v++) set_char(l, v, strcmp(afcars_names[v], o->placement) ? '0' : '1');
    cc_synth_fill(&l->fillers, A_FAMILY, r, &l->row);
}

static void set_victim(struct cc_synth_layout *l, const struct cc_afcars_record *o)
{
    set_char(l, E99, o->removed_for);
    set_char(l, E106, o->before);
    set_char(l, E107, o->before_police);
    for (int i = 0; i < o->before_count; i++) set_date(l, E108, o->before_days[i]);
    set_char(l, E109, o->in_care);
    set_char(l, E110, o->in_care_police);
    for (int i = 0; i < o->in_care_count; i++) set_date(l, E111, o->in_care_days[i]);
}

void cc_synth_afcars_row(struct cc_synth_layout *l, const struct cc_afcars *a, const struct cc_afcars_child *c,
                         const struct cc_afcars_record *o)
{
    uint64_t row = (uint64_t)(o->episode * CC_HALVES + o->half), episode = (uint64_t)o->episode;
    struct cc_random child = cc_random_start(a->seed, CC_STREAM_CARE_CHILD, c->number, 1);
    struct cc_random removal = cc_random_start(a->seed, CC_STREAM_CARE_EPISODE, c->number,
                                               CC_CARE_EPISODES + episode);
    struct cc_random r = cc_random_start(a->seed, CC_STREAM_CARE_RECORD, c->number,
                                         CC_CARE_EPISODES * CC_HALVES + row);
    cc_synth_row_clear(&l->row);
    cc_synth_fill(&l->fillers, A_CHILD, &child, &l->row);
    if (c->person.sex == '2') cc_synth_fill(&l->fillers, A_GIRL, &child, &l->row);
    cc_synth_fill(&l->fillers, A_EPISODE, &removal, &l->row);
    cc_synth_fill(&l->fillers, A_RECORD, &r, &l->row);
    set_date(l, E2, a->end[o->half]);
    set_id(l, E4, a->seed, CC_STREAM_ID_CARE, c->number);
    set_date(l, E5, o->birth);
    set_char(l, E6, o->sex);
    set_afcars_person(l, &c->person, o->race, o->race_blank);
    set_date(l, E69, o->removal);
    set_date(l, E70, o->removal + cc_random_between(&removal, 0, 20));
    set_victim(l, o);
    int32_t until = o->exit < a->end[o->half] ? o->exit : a->end[o->half];
    set_date(l, E112, cc_random_between(&r, o->removal, until));
    set_placement(l, o, &r);
    bool left = o->exit != CC_NEVER;
    if (left) set_date(l, E153, o->exit);
    if (left) set_date(l, E154, o->exit + cc_random_between(&r, 0, 20));
    set_text(l, E155, left ? o->reason : "9");
    if (left && (*o->reason == '3' || *o->reason == '5')) cc_synth_fill(&l->fillers, A_ADOPTION, &r, &l->row);
}

void cc_synth_write_afcars(struct cc_synth_layout *l, const struct cc_afcars *a,
                           const struct cc_afcars_child *c, const struct cc_afcars_record *o, FILE *csv)
{
    cc_synth_afcars_row(l, a, c, o);
    cc_synth_row_csv(&l->row, csv);
}

void cc_synth_write_list(struct cc_synth_layout *l, const struct cc_afcars *a, const struct cc_list_record *r,
                         FILE *csv)
{
    cc_synth_row_clear(&l->row);
    set_id(l, E4, a->seed, CC_STREAM_ID_CARE, r->number);
    set_date(l, E5, r->person.birth);
    set_char(l, E6, r->person.sex);
    set_afcars_person(l, &r->person, r->person.race, false);
    set_char(l, E106, r->before);
    set_char(l, E109, r->in_care);
    cc_synth_row_csv(&l->row, csv);
}

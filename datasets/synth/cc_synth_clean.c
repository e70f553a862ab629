#include "datasets/synth/cc_synth_clean.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"

#define FIELDS(V)                                                                                                   \
    V(RPTDT) V(RPTTM) V(INVDATE) V(INVSTRTM) V(RPTDISDT) V(RPTDISP) V(RPTSRC) V(CHAGE) V(CHRACAI) V(CHRACWH)        \
    V(CHRACUD) V(CHPRIOR) V(CDALC) V(CDDRUG) V(CDMEDICL) V(FCALC) V(FCPUBLIC) V(POSTSERV) V(SERVDATE)               \
    V(FAMSUP) V(OTHERSV) V(FOSTERCR) V(RMVDATE)                                                                     \
    V(JUVPET) V(PETDATE) V(AFCARSID) V(PLNSFCR) V(REFRCARA) V(PER1ID) V(PER1REL) V(PER1PRNT) V(PER1CR) V(PER1AGE)   \
    V(PER1SEX) V(PER1MAL1) V(PER1MAL2) V(PER1MAL3) V(PER1MAL4) V(PER2ID) V(PER2REL) V(PER2PRNT) V(PER2CR)           \
    V(PER2AGE) V(PER2SEX) V(PER2MAL1) V(PER2MAL2) V(PER2MAL3) V(PER2MAL4)
#define ENUM(v) v,
#define NAME(v) #v,
enum { FIELDS(ENUM) FIELD_COUNT };
static const char *const names[] = { FIELDS(NAME) };
enum { PERPETRATORS = 2, PERPETRATOR_FIELDS = PER2ID - PER1ID };

enum cc_status cc_synth_clean_open(struct cc_synth_clean *c, struct cc_synth_row *row, struct cc_error *err)
{
    *c = (struct cc_synth_clean){ .row = row, .at = calloc(FIELD_COUNT, sizeof *c->at) };
    return c->at ? cc_synth_find(row->cb, names, FIELD_COUNT, c->at, err) : cc_error_memory(err);
}

void cc_synth_clean_close(struct cc_synth_clean *c)
{
    free(c->at);
    *c = (struct cc_synth_clean){ 0 };
}

static bool is(const struct cc_synth_clean *c, int v, const char *text)
{
    size_t n = c->row->sizes[c->at[v]];
    return strlen(text) == n && !memcmp(c->row->texts[c->at[v]], text, n);
}

static void put(const struct cc_synth_clean *c, int v, const char *text)
{
    cc_synth_row_text(c->row, c->at[v], text);
}

static void put_date(const struct cc_synth_clean *c, int v, int32_t day)
{
    put(c, v, "");
    cc_synth_row_date(c->row, c->at[v], day);
}

static bool is_victim(const struct cc_ncands_record *o)
{
    for (int s = 0; s < CC_SLOTS; s++)
        if (o->level[s] >= 1 && o->level[s] <= 3) return true;
    return false;
}

/* The investigation begins after the report, within 30 days of it. The disposition is the most severe one of the
 * report: 01 to 08, 88, 99. */
static void clean_report(const struct cc_synth_clean *c, const struct cc_ncands_family *f, int report)
{
    const struct cc_ncands_report *p = &f->reports[report];
    int32_t seen = 0;
    (void)cc_date_parse(c->row->texts[c->at[INVDATE]], 8, "mmddyyyy", &seen);
    if (seen > p->received + 29) put_date(c, INVDATE, seen = p->received + 29);
    if (seen == p->received) put(c, RPTTM, "0000");
    unsigned least = 99;
    for (int i = 0; i < f->record_count; i++)
        for (int s = 0; f->records[i].report == report && s < CC_SLOTS; s++)
            if (f->records[i].level[s] && f->records[i].level[s] < least) least = f->records[i].level[s];
    cc_synth_row_number(c->row, c->at[RPTDISP], least, 2);
}

/* Was the child a victim in a report that was received, or disposed of, no later? */
static bool was_victim(const struct cc_ncands_family *f, const struct cc_ncands_record *o)
{
    for (int i = 0; i < f->record_count; i++) {
        const struct cc_ncands_record *other = &f->records[i];
        if (other->child == o->child && other->report != o->report && is_victim(other)
            && (f->reports[other->report].received <= f->reports[o->report].received
                || f->reports[other->report].disposed <= f->reports[o->report].disposed)) return true;
    }
    return false;
}

/* No risk factor is as rare as if nobody had asked. */
static void clean_risks(const struct cc_synth_clean *c, int first, int last, struct cc_random r)
{
    for (size_t v = c->at[first]; v <= c->at[last]; v++)
        if (*c->row->texts[v] == '2' && cc_random_chance(&r, 8000)) c->row->texts[v][0] = '1';
}

static void clean_child(const struct cc_synth_clean *c, const struct cc_ncands_family *f,
                        const struct cc_ncands_record *o)
{
    bool any = false;
    for (size_t v = c->at[CHRACAI]; v <= c->at[CHRACWH]; v++) any = any || *c->row->texts[v] == '1';
    if (!any && is(c, CHRACUD, "2")) put(c, CHRACUD, "1");
    if (was_victim(f, o)) put(c, CHPRIOR, "1");
    else if (is(c, CHPRIOR, "9")) put(c, CHPRIOR, "2");
    if (!is(c, CHAGE, "00") || !is(c, RPTSRC, "02") || (!is(c, CDALC, "1") && !is(c, CDDRUG, "1"))) return;
    put(c, PLNSFCR, "1");
    put(c, REFRCARA, "1");
}

static void clean_services(const struct cc_synth_clean *c, const struct cc_ncands *n,
                           const struct cc_ncands_child *child, const struct cc_ncands_report *p)
{
    if (is(c, FOSTERCR, "1") && child->removal > p->disposed + 90) {
        put(c, FOSTERCR, "2");
        put(c, RMVDATE, "");
    }
    char id[13];
    cc_random_id(n->seed, CC_STREAM_ID_CARE, child->care_number, id);
    if (is(c, FOSTERCR, "1")) put(c, AFCARSID, id);
    if (is(c, JUVPET, "1")) put_date(c, PETDATE, p->disposed);
    bool any = false;
    for (size_t v = c->at[FAMSUP]; v <= c->at[OTHERSV]; v++)
        any = any || (c->row->cb->variables[v].type == CC_TYPE_CODE && c->row->sizes[v] == 1
                      && *c->row->texts[v] == '1');
    put(c, POSTSERV, any ? "1" : "2");
    if (any) put_date(c, SERVDATE, p->disposed);
}

/* A perpetrator is the same person in all records of the family. */
static void clean_perpetrator(const struct cc_synth_clean *c, const struct cc_ncands *n,
                              const struct cc_ncands_family *f, const struct cc_ncands_record *o, int k)
{
    int first = k * PERPETRATOR_FIELDS;
    struct cc_random r = cc_random_start(n->seed, CC_STREAM_ID_PERPETRATOR, f->number, (uint64_t)k + 1);
    cc_synth_row_number(c->row, c->at[PER1AGE + first], (unsigned)cc_random_between(&r, 18, 64), 2);
    put(c, PER1SEX + first, cc_random_chance(&r, 50000) ? "1" : "2");
    bool parent = is(c, PER1REL + first, "01");
    if (!parent) put(c, PER1PRNT + first, "");
    else if (is(c, PER1PRNT + first, "")) put(c, PER1PRNT + first, "1");
    if (parent) put(c, PER1CR + first, "1");
    for (int s = 0; s < CC_SLOTS; s++)
        put(c, PER1MAL1 + first + s, !o->type[s] ? "" : o->level[s] >= 1 && o->level[s] <= 3 ? "1" : "2");
}

void cc_synth_clean_ncands(const struct cc_synth_clean *c, const struct cc_ncands *n,
                           const struct cc_ncands_family *f, int i)
{
    const struct cc_ncands_record *o = &f->records[i];
    uint64_t child = f->children[o->child].number, report = f->reports[o->report].number;
    clean_report(c, f, o->report);
    clean_risks(c, CDALC, CDMEDICL, cc_random_start(n->seed, CC_STREAM_PLANT, child, CC_HALVES + 1));
    clean_risks(c, FCALC, FCPUBLIC, cc_random_start(n->seed, CC_STREAM_PLANT, report, CC_HALVES + 2));
    clean_child(c, f, o);
    clean_services(c, n, &f->children[o->child], &f->reports[o->report]);
    for (int k = 0; k < PERPETRATORS; k++)
        if (!is(c, PER1ID + k * PERPETRATOR_FIELDS, "")) clean_perpetrator(c, n, f, o, k);
}

#include "stats/screening/cc_at_risk_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_text.h"
#include "stats/intervals/cc_prop.h"
#include "stats/screening/cc_group_size.h"
#include "stats/screening/cc_psi.h"

static const char *const COLUMNS[] = { "month", "as_of", "algorithm", "group", "before", "now", "step", "measure",
                                       "numerator", "denominator", "estimate", "lower", "upper", "level", "method",
                                       "note" };
enum { N_COLUMNS = sizeof COLUMNS / sizeof *COLUMNS, NOTE_SIZE = 256 };

static const char *const STATES[] = { "not flagged", "flagged" };
static const char *const STEPS[CC_RISK_STEPS] = { "no follow-up", "followed up", "screened", "confirmed" };
static const char *const CHANGES[CC_RISK_CHANGES] = { "new", "continuing", "left: no longer flagged",
                                                      "left: assessment too old", "" };
static const char *const ALL = "(total)";
static const char *const NO_LATER = "no assessed child was confirmed later";

/* ---- the summary ---- */

struct writer {
    const struct cc_risk_month *m;
    struct cc_table *out;
    char month[16], as_of[16];
    const char *area;             /* ALL: every one */
    struct cc_risk_counts counts; /* of the area */
    double *leads, *base, *now;   /* days from flag to confirmation; scores */
    size_t n_leads, n_base, n_now;
    bool ok;
};

struct line {
    const char *before, *now, *step, *measure;
    int64_t numerator, denominator; /* -1: none */
    struct cc_interval ci;
    const char *method, *note;
};

static struct line line_of(const char *measure)
{
    return (struct line){ .before = ALL, .now = ALL, .step = ALL, .measure = measure, .numerator = -1,
                          .denominator = -1, .ci = CC_NO_INTERVAL, .method = "", .note = "" };
}

static double known(int64_t count)
{
    return count < 0 ? NAN : (double)count;
}

static void put(struct writer *w, const struct line *l)
{
    char number[6][32];
    size_t row = w->out->rows;
    const char *cells[N_COLUMNS] = { w->month, w->as_of, w->m->algorithm, w->area, l->before, l->now,
                                     l->step, l->measure,
                                     cc_format_double(known(l->numerator), number[0]),
                                     cc_format_double(known(l->denominator), number[1]),
                                     cc_format_double(l->ci.estimate, number[2]),
                                     cc_format_double(l->ci.lower, number[3]),
                                     cc_format_double(l->ci.upper, number[4]),
                                     cc_format_double(isnan(l->ci.lower) ? NAN : w->m->level, number[5]),
                                     l->method, l->note };
    w->ok = w->ok && cc_table_add_row(w->out);
    for (size_t i = 0; i < N_COLUMNS && w->ok; i++) w->ok = cc_table_set(w->out, row, i, cells[i]);
}

/* A share with its interval; 0 of 0 is undefined, with a note. */
static void put_share(struct writer *w, struct line l, int64_t x, int64_t n, const char *of_nobody)
{
    l.numerator = x;
    l.denominator = n;
    l.method = "wilson";
    if (cc_prop_interval(CC_PROP_WILSON, x, n, (struct cc_limits){ .level = w->m->level }, &l.ci) != CC_OK) {
        l.ci = CC_NO_INTERVAL;
        l.note = of_nobody;
    }
    put(w, &l);
}

/* Children flagged at one end of the month or both, and the sums that both ends publish. */
static void put_flows(struct writer *w)
{
    const struct cc_risk_counts *c = &w->counts;
    int64_t added = c->cells[0][1], stayed = c->cells[1][1], left = c->cells[1][0];
    const struct {
        const char *before, *now;
        int64_t count;
    } flows[] = { { STATES[0], STATES[1], added }, { STATES[1], STATES[1], stayed }, { STATES[1], STATES[0], left },
                  { STATES[1], ALL, stayed + left } };
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct line l = line_of("children");
        l.before = flows[i].before;
        l.now = flows[i].now;
        l.numerator = flows[i].count;
        put(w, &l);
    }
    struct line flagged = line_of("children");
    flagged.now = STATES[1];
    put_share(w, flagged, added + stayed, c->assessed, "nobody is assessed");
    for (int s = CC_STEP_NONE; s < CC_RISK_STEPS && w->m->outcomes; s++) {
        struct line l = line_of("children");
        l.now = STATES[1];
        l.step = STEPS[s];
        l.numerator = c->steps[s];
        if (s == CC_STEP_CONFIRMED) put_share(w, l, l.numerator, c->later, NO_LATER);
        else put(w, &l);
    }
    struct line old = line_of("left_too_old");
    old.numerator = c->too_old;
    put(w, &old);
}

static void put_lead(struct writer *w, const char *measure, double p, const char *note)
{
    struct line l = line_of(measure);
    l.denominator = (int64_t)w->n_leads;
    l.ci.estimate = cc_at_risk_quantile(w->leads, w->n_leads, p);
    l.method = "order-statistic";
    l.note = note;
    put(w, &l);
}

static void put_later(struct writer *w)
{
    const struct cc_risk_counts *c = &w->counts;
    struct line ppv = line_of("ppv"), sensitivity = line_of("sensitivity");
    int64_t found = c->steps[CC_STEP_CONFIRMED];
    char note[NOTE_SIZE];
    snprintf(note, sizeof note, "of flagged children not confirmed before, up to %s; not confirmed does not mean not "
             "trafficked", w->as_of);
    ppv.note = note;
    sensitivity.note = "of assessed children who were confirmed later; cases that nobody confirmed are not in it";
    put_share(w, ppv, found, c->unknown, "no flagged child was not confirmed before");
    put_share(w, sensitivity, found, c->later, NO_LATER);
    const char *lead = w->n_leads ? "days from the flag to the confirmation" : "no flagged child was confirmed later";
    put_lead(w, "lead_time_median", 0.5, lead);
    put_lead(w, "lead_time_p90", 0.9, lead);
}

static void put_psi(struct writer *w)
{
    struct line l = line_of("psi"), smallest = line_of("n_smallest_bin");
    struct cc_psi psi;
    char note[NOTE_SIZE], day[16];
    cc_date_format(w->m->baseline, "yyyy-mm-dd", day);
    l.numerator = (int64_t)w->n_base; /* counts stand in columns, where they can be hidden, and not in notes */
    l.denominator = (int64_t)w->n_now;
    l.method = "half-added";
    if (cc_psi(w->base, w->n_base, w->now, w->n_now, &psi) == CC_OK) {
        l.ci.estimate = psi.index;
        smallest.ci.estimate = (double)psi.smallest;
        snprintf(note, sizeof note, "against the scores of %s; %zu bins", day, psi.bins);
    } else {
        snprintf(note, sizeof note, "nobody is assessed now, or nobody was on %s", day);
    }
    l.note = note;
    put(w, &l);
    put(w, &smallest);
}

static void add_child(struct writer *w, const struct cc_risk_child *c)
{
    const struct cc_risk_month *m = w->m;
    size_t at = cc_at_risk_on(m->a, c, m->baseline, m->days.max_age);
    cc_at_risk_count(&w->counts, c, &m->days);
    if (at != SIZE_MAX) w->base[w->n_base++] = m->a[at].danger;
    if (c->now != CC_RISK_NOT_ASSESSED) w->now[w->n_now++] = m->a[c->used].danger;
    if (c->now == CC_RISK_FLAGGED && cc_at_risk_later(c, &m->days)) w->leads[w->n_leads++] = c->confirmed - c->since;
}

static void put_area(struct writer *w, const char *area)
{
    const struct cc_risk_month *m = w->m;
    w->area = area;
    w->counts = (struct cc_risk_counts){ 0 };
    w->n_leads = w->n_base = w->n_now = 0;
    for (size_t i = 0; i < m->n; i++)
        if (area == ALL || !strcmp(area, m->a[m->children[i].used].area)) add_child(w, &m->children[i]);
    put_flows(w);
    put_share(w, line_of("flag_rate"), w->counts.cells[0][1] + w->counts.cells[1][1], w->counts.assessed,
              "nobody is assessed");
    if (m->outcomes) put_later(w);
    put_psi(w);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The areas of all children, each once. */
static size_t find_areas(const struct cc_risk_month *m, const char **areas)
{
    size_t count = 0;
    for (size_t i = 0; i < m->n; i++) areas[i] = m->a[m->children[i].used].area;
    if (m->n) qsort(areas, m->n, sizeof *areas, compare_names);
    for (size_t i = 0; i < m->n; i++)
        if (count == 0 || strcmp(areas[i], areas[count - 1]) != 0) areas[count++] = areas[i];
    return count;
}

enum cc_status cc_at_risk_summary(const struct cc_risk_month *m, struct cc_table *out, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    struct writer w = { .m = m, .out = out };
    const char **areas = calloc(m->n + 1, sizeof *areas);
    double *numbers = calloc(3 * m->n + 1, sizeof *numbers);
    w.ok = areas && numbers;
    for (size_t i = 0; i < N_COLUMNS && w.ok; i++) w.ok = cc_table_add_column(out, COLUMNS[i]);
    cc_date_format(m->days.end, "yyyy-mm-dd", w.month);
    w.month[7] = '\0';
    if (m->outcomes) cc_date_format(m->days.as_of, "yyyy-mm-dd", w.as_of);
    else snprintf(w.as_of, sizeof w.as_of, "NA");
    if (w.ok) {
        w.leads = numbers;
        w.base = numbers + m->n;
        w.now = numbers + 2 * m->n;
        size_t count = m->areas ? find_areas(m, areas) : 0;
        st = cc_group_size_check(NULL, count, m->n, err);
        for (size_t i = 0; i < count && st == CC_OK; i++) put_area(&w, areas[i]);
        if (st == CC_OK) put_area(&w, ALL);
    }
    free(areas);
    free(numbers);
    return w.ok ? st : cc_error_memory(err);
}

/* ---- the list ---- */

struct entry {
    const struct cc_assessment *used;
    const struct cc_risk_child *child;
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *x = left, *y = right;
    const struct cc_assessment *a = x->used, *b = y->used;
    int order = strcmp(a->worker, b->worker);
    if (!order) order = strcmp(a->area, b->area);
    if (!order) order = (int)x->child->change - (int)y->child->change;
    if (!order) order = (a->danger < b->danger) - (a->danger > b->danger);
    return order ? order : strcmp(a->child, b->child);
}

static bool put_entry(const struct cc_risk_month *m, const struct entry *e, struct cc_table *out)
{
    const struct cc_assessment *a = e->used;
    char score[32], days[32], day[16];
    snprintf(days, sizeof days, "%" PRId64, (int64_t)m->days.end - a->day);
    const char *cells[] = { a->child, *a->worker ? a->worker : "NA", m->areas ? a->area : "NA", m->algorithm,
                            cc_format_double(m->lower ? 0 - a->danger : a->danger, score),
                            CHANGES[e->child->change], cc_date_format(a->day, "yyyy-mm-dd", day), days };
    bool ok = cc_table_add_row(out);
    for (size_t c = 0; c < out->columns && ok; c++) ok = cc_table_set(out, out->rows - 1, c, cells[c]);
    return ok;
}

enum cc_status cc_at_risk_list(const struct cc_risk_month *m, struct cc_table *out, struct cc_error *err)
{
    static const char *const names[] = { "child", "worker", "area", "algorithm", "score", "class", "assessed",
                                         "days_since" };
    struct entry *entries = calloc(m->n + 1, sizeof *entries);
    size_t n = 0;
    bool ok = entries != NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && ok; i++) ok = cc_table_add_column(out, names[i]);
    for (size_t i = 0; i < m->n && ok; i++)
        if (m->children[i].change != CC_RISK_NEITHER)
            entries[n++] = (struct entry){ &m->a[m->children[i].used], &m->children[i] };
    if (n) qsort(entries, n, sizeof *entries, compare_entries);
    for (size_t i = 0; i < n && ok; i++) ok = put_entry(m, &entries[i], out);
    free(entries);
    return ok ? CC_OK : cc_error_memory(err);
}

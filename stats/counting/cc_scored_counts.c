#include "stats/counting/cc_scored_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "stats/screening/cc_group_size.h"

enum { COLUMNS = 9 };
static const char *const NAMES[COLUMNS] = { "characteristic", "value",  "stage",   "result", "score",
                                            "truth",          "cutoff", "measure", "count" };
static const char TOTAL[] = "(total)";

enum { BANDS = CC_SCORED_NAMES + 2, BY_CHANCE = 10 };

/* The scores between two cuts, from the least dangerous on; last, children without a result. */
struct bands {
    struct cc_scored_cuts cuts; /* from the least dangerous on, which all but the least dangerous band start with */
    size_t flagged;             /* the first band that is */
    bool levels;
    const struct cc_scored_options *o;
};

struct counts {
    int64_t n[BANDS][CC_TRUTHS];
};

static bool reaches(const struct bands *b, double score, size_t cut)
{
    return b->cuts.higher ? score >= b->cuts.at[cut] : score <= b->cuts.at[cut];
}

/* Sorts the cuts by insertion, as they are few. */
static void make_bands(const struct cc_scored_cuts *cuts, const struct cc_scored_options *o, struct bands *b)
{
    *b = (struct bands){ .o = o, .levels = o->levels.n > 0 };
    b->cuts.higher = cuts->higher;
    for (size_t i = 0; i < cuts->n; i++) {
        size_t at = 0;
        while (at < b->cuts.n && b->cuts.at[at] != cuts->at[i] && reaches(b, cuts->at[i], at)) at++;
        if (at < b->cuts.n && b->cuts.at[at] == cuts->at[i]) continue;
        for (size_t k = b->cuts.n++; k > at; k--) {
            b->cuts.at[k] = b->cuts.at[k - 1];
            b->cuts.text[k] = b->cuts.text[k - 1];
        }
        b->cuts.at[at] = cuts->at[i];
        b->cuts.text[at] = cuts->text[i];
    }
    while (b->cuts.at[b->flagged] != cuts->at[0]) b->flagged++;
    b->flagged++;
}

static size_t band_of(const struct bands *b, double score)
{
    size_t band = 0;
    if (isnan(score)) return b->cuts.n + 1;
    while (band < b->cuts.n && reaches(b, score, band)) band++;
    return band;
}

/* "3 to below 5", "above 3 up to 5", "low to medium". */
static bool name_band(const struct bands *b, size_t band, struct cc_buf *out)
{
    const char *from = band ? b->cuts.text[band - 1] : NULL, *to = band < b->cuts.n ? b->cuts.text[band] : NULL;
    cc_buf_clear(out);
    if (b->levels) {
        const struct cc_scored_names *l = &b->o->levels;
        size_t first = from ? (size_t)b->cuts.at[band - 1] : 0, last = to ? (size_t)b->cuts.at[band] - 1 : l->n - 1;
        bool one = first >= last || last >= l->n;
        return cc_buf_printf(out, one ? "%s" : "%s to %s", l->at[first], l->at[one ? first : last]);
    }
    if (b->cuts.higher)
        return from && to ? cc_buf_printf(out, "%s to below %s", from, to)
            : from        ? cc_buf_printf(out, "%s or more", from)
                          : cc_buf_printf(out, "below %s", to);
    return from && to ? cc_buf_printf(out, "above %s up to %s", to, from)
        : from        ? cc_buf_printf(out, "%s or less", from)
                      : cc_buf_printf(out, "above %s", to);
}

/* A level that is the least of all has no children below it. */
static bool is_band(const struct bands *b, size_t band)
{
    return band > 0 || !b->levels || b->cuts.at[0] > 0;
}

static void count(const struct bands *b, const struct cc_scored *s, const size_t *group, struct counts *out)
{
    *out = (struct counts){ { { 0 } } };
    for (size_t i = 0; i < s->n; i++)
        if (!group || s->group[i] == *group)
            out->n[band_of(b, s->subjects[i].score)][s->subjects[i].truth]++;
}

/* ---- rows ---- */

struct writer {
    struct cc_table *out;
    const struct bands *b;
    const char *characteristic, *value;
    const struct counts *counts;
};

/* Which children a row counts: those of the bands from `from` up to `to`, by truth. */
struct row {
    const char *stage, *result, *score, *cutoff, *truth;
    size_t from, to;
    bool with, without, unknown;
};

static bool put(const struct writer *w, struct row r)
{
    const bool wanted[CC_TRUTHS] = { [CC_TRUTH_YES] = r.with, [CC_TRUTH_NO] = r.without,
                                     [CC_TRUTH_UNKNOWN] = r.unknown };
    int64_t n = 0;
    char number[32];
    for (size_t band = r.from; band < r.to; band++)
        for (int truth = 0; truth < CC_TRUTHS; truth++)
            if (wanted[truth]) n += w->counts->n[band][truth];
    const char *cells[COLUMNS] = { w->characteristic, w->value, r.stage, r.result, r.score,
                                   r.truth, r.cutoff, "child", cc_format_double((double)n, number) };
    bool ok = cc_table_add_row(w->out);
    for (size_t c = 0; c < COLUMNS && ok; c++) ok = cc_table_set(w->out, w->out->rows - 1, c, cells[c]);
    return ok;
}

/* Children who are with, and who are without the condition. */
static bool put_analysed(const struct writer *w, const char *result, const char *score, const char *cutoff,
                         size_t from, size_t to)
{
    struct row r = { "analysed", result, score, cutoff, "with", from, to, true, false, false };
    if (!put(w, r)) return false;
    r.truth = "without";
    r.with = false;
    r.without = true;
    return put(w, r);
}

static bool put_bands(const struct writer *w, const char *result, size_t from, size_t to)
{
    struct cc_buf name = { 0 }, cutoff = { 0 };
    bool ok = true;
    for (size_t band = from; band < to && ok; band++) {
        if (!is_band(w->b, band)) continue;
        cc_buf_clear(&cutoff);
        ok = name_band(w->b, band, &name)
            && (band ? cc_buf_printf(&cutoff, "%s %s", w->b->cuts.higher ? ">=" : "<=", w->b->cuts.text[band - 1])
                     : cc_buf_text(&cutoff, "NA"))
            && put_analysed(w, result, name.data, cutoff.data, band, band + 1);
    }
    cc_buf_free(&name);
    cc_buf_free(&cutoff);
    return ok;
}

/* One result of the analysed: its scores, if asked for, then all of it. */
static bool put_result(const struct writer *w, const char *result, size_t from, size_t to, bool with_bands)
{
    return (!with_bands || put_bands(w, result, from, to)) && put_analysed(w, result, TOTAL, "NA", from, to);
}

static bool put_results(const struct writer *w, bool with_bands)
{
    size_t none = w->b->cuts.n + 1, flagged = w->b->flagged;
    return put_result(w, "not flagged", 0, flagged, with_bands) && put_result(w, "flagged", flagged, none, with_bands)
        && put_analysed(w, TOTAL, TOTAL, "NA", 0, none);
}

/* All children, in the order of the participant flow. */
static bool put_all(const struct writer *w)
{
    size_t none = w->b->cuts.n + 1, flagged = w->b->flagged;
    const struct row flow[] = {
        { TOTAL, TOTAL, TOTAL, "NA", TOTAL, 0, none + 1, true, true, true },
        { "no result", TOTAL, TOTAL, "NA", TOTAL, none, none + 1, true, true, true },
        { "reference not known", "flagged", TOTAL, "NA", TOTAL, flagged, none, false, false, true },
        { "reference not known", "not flagged", TOTAL, "NA", TOTAL, 0, flagged, false, false, true },
        { "reference not known", TOTAL, TOTAL, "NA", TOTAL, 0, none, false, false, true },
        { "analysed", TOTAL, TOTAL, "NA", TOTAL, 0, none, true, true, false },
    };
    bool ok = true;
    for (size_t i = 0; i < sizeof flow / sizeof *flow && ok; i++) ok = put(w, flow[i]);
    return ok && put_results(w, true);
}

/* The groups of one column, or, without one, all children. */
static enum cc_status add(const struct cc_table *in, const struct cc_scored_options *o, const struct bands *b,
                          char *column, struct cc_table *out, struct cc_error *err)
{
    struct cc_scored_options one = *o;
    struct cc_scored s = { 0 };
    struct counts counts;
    struct writer w = { out, b, column ? column : TOTAL, TOTAL, &counts };
    one.by = (struct cc_scored_names){ .at = { column }, .n = column != NULL };
    enum cc_status st = cc_scored_read(in, &one, &s, err);
    if (st != CC_OK) return st;
    if (!column) count(b, &s, NULL, &counts);
    bool ok = column || put_all(&w);
    for (size_t g = 0; column && g < s.groups && ok; g++) {
        w.value = s.names[g];
        count(b, &s, &g, &counts);
        ok = put_results(&w, false);
    }
    cc_scored_free(&s);
    return ok ? CC_OK : cc_error_memory(err);
}

/* ---- columns that share sums ---- */

static size_t root_of(const size_t *up, size_t at)
{
    while (up[at] != at) at = up[at];
    return at;
}

/* True if the two were in different sets. */
static bool join(size_t *up, size_t a, size_t b)
{
    size_t x = root_of(up, a), y = root_of(up, b);
    up[x] = y;
    return x != y;
}

/* The first child in a set: true. */
static bool begin_set(size_t *up, size_t at)
{
    if (up[at] != SIZE_MAX) return false;
    up[at] = at;
    return true;
}

/* Groups of each result that have a child in common with a band are joined. As the groups of a result have one sum with
 * its bands, which protection knows, one set a result says nothing new; more do. up: room for two of each group, and
 * the bands. */
static bool divides_bands(const struct cc_scored *s, const struct bands *b, size_t *up)
{
    size_t sets = 0;
    bool results[2] = { false, false };
    for (size_t i = 0; i < 2 * s->groups + BANDS; i++) up[i] = SIZE_MAX;
    for (size_t i = 0; i < s->n; i++) {
        if (isnan(s->subjects[i].score)) continue;
        size_t band = band_of(b, s->subjects[i].score), flagged = band >= b->flagged;
        size_t x = s->group[i] + flagged * s->groups, y = 2 * s->groups + band;
        results[flagged] = true;
        sets += begin_set(up, x);
        sets += begin_set(up, y);
        sets -= join(up, x, y);
    }
    return sets > (size_t)results[0] + results[1];
}

struct scored_group {
    double score;
    size_t group;
};

static int compare_scores(const void *left, const void *right)
{
    double a = ((const struct scored_group *)left)->score, b = ((const struct scored_group *)right)->score;
    return (a > b) - (a < b);
}

/* Is each group the children from one score to another? A few children may be so by chance. room: n; seen: a flag for
 * each group, to begin with 0. */
static bool follows_score(const struct cc_scored *s, struct scored_group *room, size_t *seen)
{
    size_t n = 0;
    bool follows = true;
    for (size_t i = 0; i < s->n; i++)
        if (!isnan(s->subjects[i].score))
            room[n++] = (struct scored_group){ s->subjects[i].score, s->group[i] };
    qsort(room, n, sizeof *room, compare_scores);
    for (size_t i = 0; i < n && follows; i++) {
        bool goes_on = i > 0 && room[i].group == room[i - 1].group;
        follows = goes_on || (!seen[room[i].group] && (i == 0 || room[i].score != room[i - 1].score));
        seen[room[i].group] = 1;
    }
    return follows && n > BY_CHANCE;
}

/* Levels that are made of the score, and counted in bands of the score as well. That the children of a small group
 * happen to have a band for themselves is nothing that a reader could know: it is no reason to refuse. */
static enum cc_status check_bands(const struct cc_scored *s, const struct bands *b, const char *column,
                                  struct cc_error *err)
{
    size_t *up = calloc(2 * s->groups + BANDS, sizeof *up), *seen = calloc(s->groups + 1, sizeof *seen);
    struct scored_group *room = calloc(s->n + 1, sizeof *room);
    enum cc_status st = up && seen && room ? CC_OK : cc_error_memory(err);
    if (st == CC_OK && divides_bands(s, b, up) && follows_score(s, room, seen))
        st = cc_error_set(err, CC_EDATA, 0, 0, "groups of '%.40s' follow from the score, which the cut-offs divide, so "
                          "that hidden counts of one could be worked out from the other: leave it out, or give fewer "
                          "cut-offs", column);
    free(up);
    free(seen);
    free(room);
    return st;
}

/* Do several groups of one column make up groups of the other? Groups that have a child in common are joined: more
 * than one set of them, unless all are pairs that are the same twice, means that children of some groups are, added up,
 * the children of others. Children without a score are in no group's counts. up: room for the groups of both. */
static bool nested(const struct cc_scored *a, const struct cc_scored *b, size_t *up)
{
    size_t in_a = 0, in_b = 0, joined = 0;
    for (size_t i = 0; i < a->groups + b->groups; i++) up[i] = SIZE_MAX;
    for (size_t i = 0; i < a->n; i++) {
        size_t x = a->group[i], y = a->groups + b->group[i];
        if (isnan(a->subjects[i].score)) continue;
        in_a += begin_set(up, x);
        in_b += begin_set(up, y);
        joined += join(up, x, y);
    }
    size_t sets = in_a + in_b - joined;
    return sets > 1 && (sets < in_a || sets < in_b);
}

static enum cc_status check_pair(const struct cc_table *in, const struct cc_scored_options *o, char *first,
                                 char *second, struct cc_error *err)
{
    struct cc_scored_options one = *o, other = *o;
    struct cc_scored a = { 0 }, b = { 0 };
    one.by = (struct cc_scored_names){ .at = { first }, .n = 1 };
    other.by = (struct cc_scored_names){ .at = { second }, .n = 1 };
    enum cc_status st = cc_scored_read(in, &one, &a, err);
    if (st != CC_OK) return st;
    st = cc_scored_read(in, &other, &b, err);
    size_t *up = st == CC_OK ? calloc(a.groups + b.groups + 1, sizeof *up) : NULL;
    if (st == CC_OK && !up) st = cc_error_memory(err);
    if (st == CC_OK && nested(&a, &b, up))
        st = cc_error_set(err, CC_EDATA, 0, 0, "groups of '%.40s' and of '%.40s' make up each other, so that hidden "
                          "counts of one could be worked out from the other: leave one out", first, second);
    free(up);
    cc_scored_free(&a);
    cc_scored_free(&b);
    return st;
}

static enum cc_status check_column(const struct cc_table *in, const struct cc_scored_options *o,
                                   const struct bands *b, char *column, struct cc_error *err)
{
    struct cc_scored_options one = *o;
    struct cc_scored s = { 0 };
    one.by = (struct cc_scored_names){ .at = { column }, .n = 1 };
    enum cc_status st = cc_scored_read(in, &one, &s, err);
    if (st == CC_OK) st = cc_group_size_check(column, s.groups, s.n, err);
    if (st == CC_OK) st = check_bands(&s, b, column, err);
    cc_scored_free(&s);
    return st;
}

static enum cc_status check_columns(const struct cc_table *in, const struct cc_scored_options *o,
                                    const struct bands *b, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t i = 0; i < o->by.n && st == CC_OK; i++) st = check_column(in, o, b, o->by.at[i], err);
    for (size_t i = 0; i < o->by.n; i++)
        for (size_t k = i + 1; k < o->by.n && st == CC_OK; k++)
            st = check_pair(in, o, o->by.at[i], o->by.at[k], err);
    return st;
}

enum cc_status cc_scored_counts(const struct cc_table *in, const struct cc_scored_options *o,
                                const struct cc_scored_cuts *cuts, struct cc_table *out, struct cc_error *err)
{
    struct bands b;
    enum cc_status st = CC_OK;
    make_bands(cuts, o, &b);
    for (size_t c = 0; c < COLUMNS && st == CC_OK; c++)
        if (!cc_table_add_column(out, NAMES[c])) st = cc_error_memory(err);
    if (st == CC_OK) st = check_columns(in, o, &b, err);
    if (st == CC_OK) st = add(in, o, &b, NULL, out, err);
    for (size_t i = 0; i < o->by.n && st == CC_OK; i++) st = add(in, o, &b, o->by.at[i], out, err);
    return st;
}

/* cc-synth: made-up extracts and screenings of a fictional state, with the numbers that any program must find. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/base/cc_options.h"
#include "datasets/base/cc_progress.h"
#include "datasets/base/cc_text.h"
#include "datasets/synth/cc_screened_truth.h"
#include "datasets/synth/cc_screened_write.h"
#include "datasets/synth/cc_synth_clean.h"
#include "datasets/synth/cc_synth_plant.h"
#include "datasets/synth/cc_synth_submit.h"
#include "datasets/synth/cc_synth_truth.h"
#include "datasets/synth/cc_synth_write.h"

#define PROG "cc-synth"

enum { CHECK_EVERY = 1024, BUFFER = 1 << 18, NAMES = 18, FIRST_XML = 2023 };

static const char HELP[] =
    "cc-synth: make NCANDS and AFCARS extracts of a fictional state, and screenings, with planted truth\n"
    "\n"
    "Usage: casecount synth SCENARIO --seed N --records N -o DIR [OPTION]...\n"
    "\n"
    "SCENARIO is a name (jefferson) or the path of a scenario file. No record is of a real child.\n"
    "\n"
    "      --seed N      the same seed gives the same bytes on every machine [1]\n"
    "      --records N   report-child pairs in the NCANDS Child File, about 1.3 a child [50000]\n"
    "      --children N  children in out-of-home care during the year, and as many screened [records x 0.24]\n"
    "      --ffy YEAR    the federal fiscal year, 2018 to 2098 [2024]\n"
    "      --files LIST  of the files below only those that match, such as '*.xml,truth.csv'\n"
    "                    [all but the XML files]\n"
    "      --plant RATE  a Child File without errors but those planted in so many of 100,000 records, and in\n"
    "                    the AFCARS XML files; planted.csv says which [none are planted]\n"
    "  -o, --output DIR  where to write; the files appear when all are whole\n"
    "  -h, --help        this help\n"
    "  -V, --version     the version\n"
    "\n"
    "Writes ncands-child-FFY.csv and .dat (fixed width), afcars-FFYA.csv and afcars-FFYB.csv of the year\n"
    "and the year before, the lists inhome-FFY.csv and chafee-FFY.csv, truth.csv and README.txt.\n"
    "On demand the same children as AFCARS XML, complete and without an error: afcars-FFYA.xml and B,\n"
    "afcars-assistance-FFYA.xml and B.\n"
    "Scenarios with screenings (screened, jefferson-screening): answers.csv (for score), sites.csv (counts),\n"
    "ratings.csv (for agree) and screening-truth.csv, the accuracy that must be found.\n"
    "\n"
    "Exit: 0 done, 1 a scenario that cannot be used, 2 usage, 3 cannot write.\n"
    "\n"
    "Example: casecount synth jefferson --seed 7 --records 1000 --children 300 -o extracts\n";

struct options {
    const char *scenario, *output, *files;
    uint64_t seed, records, children;
    int64_t plant; /* of 100,000 records; -1: the scenario's own errors */
    int ffy;
};

/* A result file of the folder. */
struct sink {
    FILE *file;
    char *path;
    char name[40];
};

struct job {
    const struct options *o;
    struct cc_scenario *scenario;
    struct cc_afcars afcars;
    struct cc_ncands ncands;
    struct cc_synth_layout ncands_layout, afcars_layout, list_layout;
    struct cc_screened screened;
    bool has_extracts, has_screenings; /* what the scenario has settings for */
    struct cc_synth_clean clean; /* of the row of ncands_layout */
    struct cc_plants plants;     /* for the file that is being made */
    struct sink *planted;        /* planted.csv, or NULL */
    uint64_t child_records;      /* of the Child File */
    struct cc_truth *truth;
    struct cc_outdir *dir;
    struct sink sinks[NAMES];
    size_t sink_count;
    struct cc_progress progress;
    uint64_t rows, all_rows, families; /* all_rows: records of the Child File and children screened */
    uint8_t *reports; /* of each family, as so many passes write its records */
    size_t reports_room;
};

/* ---- files ---- */

static enum cc_status cannot_write(const char *name, struct cc_error *err)
{
    cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(errno));
    cc_error_file(err, name);
    return CC_EIO;
}

/* Is the file asked for? XML only where --files names it. */
static bool wanted(const struct options *o, const char *fmt, int ffy, char half)
{
    char name[40], pattern[80];
    snprintf(name, sizeof name, fmt, ffy, half);
    if (!o->files || !strcmp(name, "planted.csv")) return !strstr(name, ".xml");
    for (const char *at = o->files;; at++) {
        size_t n = strcspn(at, ",");
        snprintf(pattern, sizeof pattern, "%.*s", (int)n, at);
        if (fnmatch(pattern, name, 0) == 0) return true;
        at += n;
        if (!*at) return false;
    }
}

/* A file that is not asked for is counted, perhaps, and not kept. */
static enum cc_status sink_open(struct job *j, struct sink **out, struct cc_error *err, const char *fmt,
                                int ffy, char half)
{
    struct sink *s = *out = &j->sinks[j->sink_count];
    snprintf(s->name, sizeof s->name, fmt, ffy, half);
    errno = 0;
    bool kept = wanted(j->o, fmt, ffy, half) || !strcmp(fmt, "README.txt");
    if (kept && !(s->path = cc_outdir_path(j->dir, s->name))) return cannot_write(s->name, err);
    j->sink_count++;
    if (!(s->file = fopen(kept ? s->path : "/dev/null", "w"))) return cannot_write(s->name, err);
    setvbuf(s->file, NULL, _IOFBF, BUFFER);
    return CC_OK;
}

static enum cc_status sink_close(struct sink *s, struct cc_error *err)
{
    errno = 0;
    bool bad = ferror(s->file) != 0;
    if (fclose(s->file) != 0) bad = true;
    s->file = NULL;
    return bad ? cannot_write(s->name, err) : CC_OK;
}

static void sinks_free(struct job *j)
{
    for (size_t i = 0; i < j->sink_count; i++) {
        if (j->sinks[i].file) fclose(j->sinks[i].file);
        free(j->sinks[i].path);
    }
}

/* Between records: the progress bar, a signal, a full disk. */
static enum cc_status go_on(struct job *j, const struct sink *s, struct cc_error *err)
{
    cc_progress_update(&j->progress, j->rows, j->all_rows, j->rows);
    if (cc_interrupted()) return cc_error_set(err, CC_EINTERRUPTED, 0, 0, "interrupted");
    return ferror(s->file) ? cannot_write(s->name, err) : CC_OK;
}

static enum cc_status load_plants(struct job *j, const struct cc_codebook *cb, int32_t start, int32_t end,
                                  int32_t before, struct cc_error *err)
{
    if (!j->planted) return CC_OK;
    cc_plants_free(&j->plants);
    enum cc_status st = cc_plants_load(cb, &j->plants, err);
    j->plants.start = start;
    j->plants.end = end;
    j->plants.before = before;
    return st;
}

/* ---- NCANDS ---- */

/* The last family may have more records than are wanted. */
static int records_of(const struct cc_ncands_family *f, uint64_t left)
{
    return (uint64_t)f->record_count < left ? f->record_count : (int)left;
}

/* Which records get an error depends on their number alone. */
static bool is_chosen(const struct job *j, uint64_t record, uint64_t stream, struct cc_random *r)
{
    *r = cc_random_start(j->o->seed, CC_STREAM_PLANT, record, stream);
    return j->planted && cc_random_chance(r, j->o->plant);
}

static void write_record(struct job *j, const struct cc_ncands_family *f, int i, struct sink *csv, struct sink *fixed)
{
    struct cc_random r;
    struct cc_synth_row *row = &j->ncands_layout.row;
    cc_synth_ncands_row(&j->ncands_layout, &j->ncands, f, i);
    if (j->ncands.clean) cc_synth_clean_ncands(&j->clean, &j->ncands, f, i);
    const struct cc_plant *plant = is_chosen(j, ++j->child_records, CC_HALVES, &r)
                                 ? cc_plant_row(&j->plants, row) : NULL;
    bool twice = plant && plant->twice;
    j->child_records += twice;
    if (plant) cc_plant_put(&j->plants, plant, fixed->name, j->child_records, j->planted->file);
    for (int copy = 0; copy <= twice; copy++) {
        cc_synth_row_csv(row, csv->file);
        cc_synth_row_fixed(row, fixed->file);
    }
}

static void write_reports(struct job *j, const struct cc_ncands_family *f, int records, int report,
                          struct sink *csv, struct sink *fixed)
{
    for (int i = 0; i < records; i++)
        if (f->records[i].report == report) {
            write_record(j, f, i, csv, fixed);
            j->rows++;
        }
}

/* First reports of all families, until there are enough records; the truth is counted here. */
static enum cc_status first_reports(struct job *j, struct sink *csv, struct sink *fixed, uint64_t *last,
                                    struct cc_error *err)
{
    struct cc_ncands_family f;
    enum cc_status st = CC_OK;
    for (uint64_t left = j->o->records; left && st == CC_OK; j->families++) {
        cc_ncands_family(&j->ncands, j->families, &f);
        int records = records_of(&f, left);
        if (j->ncands.clean) cc_ncands_cut(&f, records);
        cc_truth_family(j->truth, &f, records);
        write_reports(j, &f, records, 0, csv, fixed);
        if (!cc_grow(&j->reports, &j->reports_room, j->families + 1, 1)) return cc_error_memory(err);
        j->reports[j->families] = (uint8_t)f.report_count;
        *last = left;
        left -= (uint64_t)records;
        if (j->families % CHECK_EVERY == 0) st = go_on(j, csv, err);
    }
    return st;
}

/* Then all second reports, and so on: records of one child stand far from each other, as in life. */
static enum cc_status later_reports(struct job *j, struct sink *csv, struct sink *fixed, uint64_t last,
                                    struct cc_error *err)
{
    struct cc_ncands_family f;
    enum cc_status st = CC_OK;
    for (int report = 1; report < CC_FAMILY_REPORTS; report++)
        for (uint64_t i = 0; i < j->families && st == CC_OK; i++) {
            if (j->reports[i] <= report) continue;
            cc_ncands_family(&j->ncands, i, &f);
            int records = i + 1 == j->families ? records_of(&f, last) : f.record_count;
            if (j->ncands.clean) cc_ncands_cut(&f, records);
            write_reports(j, &f, records, report, csv, fixed);
            if (i % CHECK_EVERY == 0) st = go_on(j, csv, err);
        }
    return st;
}

static enum cc_status make_ncands(struct job *j, struct cc_error *err)
{
    struct sink *csv, *fixed;
    uint64_t last = 0;
    enum cc_status st = sink_open(j, &csv, err, "ncands-child-%d.csv", j->o->ffy, 0);
    if (st == CC_OK) st = sink_open(j, &fixed, err, "ncands-child-%d.dat", j->o->ffy, 0);
    if (st != CC_OK) return st;
    cc_synth_row_header(&j->ncands_layout.row, csv->file);
    st = load_plants(j, j->ncands_layout.cb, j->ncands.start, j->ncands.end, CC_PLANT_NEVER, err);
    if (st == CC_OK) st = first_reports(j, csv, fixed, &last, err);
    if (st == CC_OK) st = later_reports(j, csv, fixed, last, err);
    if (st == CC_OK) st = sink_close(csv, err);
    return st == CC_OK ? sink_close(fixed, err) : st;
}

/* ---- AFCARS ---- */

static enum cc_status make_half(struct job *j, int half, struct cc_error *err)
{
    struct sink *csv;
    struct cc_afcars_child c;
    struct cc_afcars_record o;
    enum cc_status st = sink_open(j, &csv, err, "afcars-%d%c.csv", j->o->ffy - 1 + half / 2, "AB"[half % 2]);
    if (st != CC_OK) return st;
    cc_synth_row_header(&j->afcars_layout.row, csv->file);
    for (uint64_t i = 0; i < j->afcars.pool && st == CC_OK; i++) {
        cc_afcars_child(&j->afcars, i, &c);
        if (half == 0) cc_truth_care_child(j->truth, &c);
        for (int e = 0; e < c.episode_count; e++)
            if (cc_afcars_record(&j->afcars, &c, e, half, &o))
                cc_synth_write_afcars(&j->afcars_layout, &j->afcars, &c, &o, csv->file);
        if (i % CHECK_EVERY == 0) st = go_on(j, csv, err);
    }
    return st == CC_OK ? sink_close(csv, err) : st;
}

/* ---- AFCARS as it is submitted ---- */

/* Of the halves of the year itself: only the second has a file before it. */
static enum cc_status load_half_plants(struct job *j, const struct cc_codebook *cb, int half, struct cc_error *err)
{
    int32_t before = half % 2 ? j->afcars.end[half - 1] : CC_PLANT_NEVER;
    return load_plants(j, cb, j->afcars.start[half], j->afcars.end[half], before, err);
}

static enum cc_status put_head(struct cc_xml_write *w, size_t agency, size_t date, int32_t end, struct cc_error *err)
{
    char month[16];
    enum cc_status st = cc_xml_write_value(w, agency, "00", 2, err);
    return st == CC_OK ? cc_xml_write_value(w, date, cc_date_format(end, "yyyymm", month), 6, err) : st;
}

/* An XML file that is being made. */
struct submission {
    const struct sink *sink;
    struct cc_xml_write *writer;
    uint64_t records, stream; /* stream: of the draws of what is planted */
};

/* The record, perhaps with an error; edits pass over those that are exempt. */
static enum cc_status submit(struct job *j, struct submission *m, struct cc_synth_record *r, bool exempt,
                             struct cc_error *err)
{
    struct cc_random random;
    const struct cc_plant *plant = is_chosen(j, ++m->records, m->stream, &random) && !exempt
        ? cc_plant_record(&j->plants, r, &random) : NULL;
    bool twice = plant && plant->twice;
    m->records += twice;
    if (plant) cc_plant_put(&j->plants, plant, m->sink->name, m->records, j->planted->file);
    enum cc_status st = CC_OK;
    for (int copy = 0; copy <= twice && st == CC_OK; copy++) st = cc_synth_record_write(r, m->writer, err);
    return st;
}

static enum cc_status write_children(struct job *j, struct cc_synth_submit *s, struct cc_synth_record *r, int half,
                                     struct submission *m, struct cc_error *err)
{
    struct cc_afcars_child c;
    enum cc_status st = put_head(m->writer, s->at[1], s->at[2], j->afcars.end[half], err);
    for (uint64_t i = 0; i < j->afcars.pool && st == CC_OK; i++) {
        cc_afcars_child(&j->afcars, i, &c);
        if (!cc_synth_submit_child(s, &c, half, r)) continue;
        st = submit(j, m, r, cc_date_age(c.person.birth, j->afcars.start[half] - 1) >= 18, err);
        if (st == CC_OK && i % CHECK_EVERY == 0) st = go_on(j, m->sink, err);
    }
    return st;
}

static enum cc_status make_submission(struct job *j, int half, struct cc_error *err)
{
    struct sink *xml;
    struct cc_synth_submit s;
    struct cc_synth_record r = { .cb = j->afcars_layout.cb };
    struct submission m = { .stream = (uint64_t)half };
    enum cc_status st = sink_open(j, &xml, err, "afcars-%d%c.xml", j->o->ffy - 1 + half / 2, "AB"[half % 2]);
    if (st != CC_OK) return st;
    st = cc_synth_submit_open(&s, &j->afcars_layout, &j->afcars, err);
    if (st == CC_OK) st = load_half_plants(j, j->afcars_layout.cb, half, err);
    if (st == CC_OK) st = cc_xml_write_alloc(r.cb, xml->file, &m.writer, err);
    m.sink = xml;
    if (st == CC_OK) st = write_children(j, &s, &r, half, &m, err);
    if (st == CC_OK) st = cc_xml_write_finish(m.writer, err);
    cc_xml_write_free(m.writer);
    cc_synth_record_free(&r);
    cc_synth_submit_close(&s);
    return st == CC_OK ? sink_close(xml, err) : st;
}

static enum cc_status write_assistance(struct job *j, struct cc_synth_record *r, int half, struct submission *m,
                                       struct cc_error *err)
{
    size_t at[CC_ASSISTANCE_ELEMENTS] = { 0 };
    struct cc_afcars_child c;
    enum cc_status st = CC_OK;
    for (int e = 1; e < CC_ASSISTANCE_ELEMENTS && st == CC_OK; e++) {
        char name[8];
        const char *names[] = { name };
        snprintf(name, sizeof name, "A%d", e);
        st = cc_synth_find(r->cb, names, 1, &at[e], err);
    }
    if (st == CC_OK) st = put_head(m->writer, at[1], at[2], j->afcars.end[half], err);
    for (uint64_t i = 0; i < j->afcars.pool && st == CC_OK; i++) {
        cc_afcars_child(&j->afcars, i, &c);
        if (cc_synth_submit_assistance(&j->afcars, &c, half, at, r)) st = submit(j, m, r, false, err);
        if (st == CC_OK && i % CHECK_EVERY == 0) st = go_on(j, m->sink, err);
    }
    return st;
}

static enum cc_status make_assistance(struct job *j, int half, struct cc_error *err)
{
    struct sink *xml;
    struct cc_codebook *cb = NULL;
    struct submission m = { .stream = (uint64_t)(2 * CC_HALVES + half) };
    enum cc_status st = sink_open(j, &xml, err, "afcars-assistance-%d%c.xml", j->o->ffy - 1 + half / 2,
                                  "AB"[half % 2]);
    if (st != CC_OK) return st;
    st = cc_codebook_load("afcars-2020-assistance", &cb, err);
    struct cc_synth_record r = { .cb = cb };
    if (st == CC_OK) st = load_half_plants(j, cb, half, err);
    if (st == CC_OK) st = cc_xml_write_alloc(cb, xml->file, &m.writer, err);
    m.sink = xml;
    if (st == CC_OK) st = write_assistance(j, &r, half, &m, err);
    if (st == CC_OK) st = cc_xml_write_finish(m.writer, err);
    cc_xml_write_free(m.writer);
    cc_synth_record_free(&r);
    cc_plants_free(&j->plants); /* they end with their codebook */
    cc_codebook_free(cb);
    return st == CC_OK ? sink_close(xml, err) : st;
}

/* Children of the list alone; those of the first list may be on the second, too. */
static void write_list_children(struct job *j, int list, int source, FILE *csv)
{
    struct cc_list_record r;
    bool on[CC_LISTS];
    uint64_t n = cc_afcars_list_size(&j->afcars, source, j->o->children);
    for (uint64_t i = 0; i < n; i++) {
        cc_afcars_list_child(&j->afcars, source, i, &r, on);
        if (on[list]) cc_synth_write_list(&j->list_layout, &j->afcars, &r, csv);
        if (source == list) cc_truth_list_child(j->truth, &r, on);
    }
}

static enum cc_status make_list(struct job *j, int list, const char *fmt, struct cc_error *err)
{
    struct sink *csv;
    struct cc_afcars_child c;
    struct cc_list_record r;
    enum cc_status st = sink_open(j, &csv, err, fmt, j->o->ffy, 0);
    if (st != CC_OK) return st;
    cc_synth_row_header(&j->list_layout.row, csv->file);
    for (uint64_t i = 0; i < j->afcars.pool; i++) {
        cc_afcars_child(&j->afcars, i, &c);
        if (cc_afcars_on_list(&j->afcars, &c, list, &r))
            cc_synth_write_list(&j->list_layout, &j->afcars, &r, csv->file);
    }
    for (int source = 0; source <= list; source++) write_list_children(j, list, source, csv->file);
    return sink_close(csv, err);
}

/* ---- screenings ---- */

struct screening { /* the files that are written at once */
    struct sink *answers, *ratings; /* ratings: NULL without raters */
    struct cc_screened_truth *truth;
    const char **texts; /* of a sheet */
};

static void write_screened(const struct cc_screened *p, uint64_t number, const struct screening *w)
{
    struct cc_screened_child c;
    struct cc_screened_sheet first, again;
    size_t ratings[CC_SCREENED_RATERS];
    cc_screened_child(p, number, &c);
    cc_screened_sheet(p, &c, 0, w->texts, &first);
    struct cc_screened_seen seen = { &c, &first, cc_screened_verified(p, &c, &first), cc_screened_flagged(p, &first),
                                     cc_screened_ratings(p, &c, ratings) ? ratings : NULL };
    cc_screened_write_sheet(p, &c, &first, w->texts, seen.verified, w->answers->file);
    for (int i = 1; i < c.screenings; i++) {
        cc_screened_sheet(p, &c, i, w->texts, &again);
        cc_screened_write_sheet(p, &c, &again, w->texts, seen.verified, w->answers->file);
        seen.flagged_ever = seen.flagged_ever || cc_screened_flagged(p, &again);
    }
    if (seen.ratings) cc_screened_write_rating(p, &c, ratings, w->ratings->file);
    cc_screened_truth_add(w->truth, &seen);
}

static enum cc_status write_all_screened(struct job *j, const struct screening *w, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    cc_screened_write_header(&j->screened, w->answers->file);
    if (w->ratings) cc_screened_write_rating_header(&j->screened, w->ratings->file);
    for (uint64_t i = 0; i < j->o->children && st == CC_OK; i++, j->rows++) {
        write_screened(&j->screened, i, w);
        if (i % CHECK_EVERY == 0) st = go_on(j, w->answers, err);
    }
    if (st == CC_OK) st = sink_close(w->answers, err);
    return st == CC_OK && w->ratings ? sink_close(w->ratings, err) : st;
}

static enum cc_status write_screening_truth(struct job *j, const struct cc_screened_truth *t, struct cc_error *err)
{
    struct sink *truth, *sites;
    enum cc_status st = sink_open(j, &truth, err, "screening-truth.csv", 0, 0);
    if (st == CC_OK) st = sink_open(j, &sites, err, "sites.csv", 0, 0);
    if (st != CC_OK) return st;
    cc_screened_truth_write(t, truth->file);
    cc_screened_truth_sites(t, sites->file);
    st = sink_close(truth, err);
    return st == CC_OK ? sink_close(sites, err) : st;
}

/* The truth is counted while the answers are made: all the files, or none. */
static enum cc_status make_screenings(struct job *j, struct cc_error *err)
{
    static const char *const names[] = { "answers.csv", "ratings.csv", "sites.csv", "screening-truth.csv" };
    bool any = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) any = any || wanted(j->o, names[i], 0, 0);
    if (!j->has_screenings || !any) return CC_OK;
    struct screening w = { .texts = calloc(j->screened.item_count, sizeof *w.texts) };
    enum cc_status st = w.texts ? cc_screened_truth_alloc(&j->screened, &w.truth, err) : cc_error_memory(err);
    if (st == CC_OK) st = sink_open(j, &w.answers, err, "answers.csv", 0, 0);
    if (st == CC_OK && j->screened.set.raters) st = sink_open(j, &w.ratings, err, "ratings.csv", 0, 0);
    if (st == CC_OK) st = write_all_screened(j, &w, err);
    if (st == CC_OK) st = write_screening_truth(j, w.truth, err);
    cc_screened_truth_free(w.truth);
    free(w.texts);
    return st;
}

/* ---- the rest ---- */

static enum cc_status make_truth(struct job *j, struct cc_error *err)
{
    struct sink *s;
    enum cc_status st = sink_open(j, &s, err, "truth.csv", 0, 0);
    if (st != CC_OK) return st;
    cc_truth_write(j->truth, s->file);
    return sink_close(s, err);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void write_readme(const struct job *j, FILE *out)
{
    const struct options *o = j->o;
    fputs("FICTIONAL DATA. Every child, family, report and removal in this folder was drawn by a random\n"
          "number generator. The state ZZ (FIPS 00) does not exist. No record is, or is made from, a record\n"
          "of a real child. Do not mix these files with real extracts.\n\n", out);
    fprintf(out, "Made by casecount synth: scenario %s, seed %llu, federal fiscal year %d",
            base_name(o->scenario), (unsigned long long)o->seed, o->ffy);
    if (j->has_extracts)
        fprintf(out, ",\n%llu report-child pairs, %llu children in out-of-home care during the year",
                (unsigned long long)o->records, (unsigned long long)o->children);
    if (j->has_screenings) fprintf(out, ",\n%llu children screened", (unsigned long long)o->children);
    fputs(".\n\n", out);
    if (j->has_extracts) fprintf(out,
            "ncands-child-%d.csv  NCANDS Child File, codebook ncands-child\n"
            "ncands-child-%d.dat  the same records at fixed width, 338 columns\n"
            "afcars-%dA.csv, afcars-%dB.csv, and the year before: AFCARS out-of-home care, codebook\n"
            "                       afcars-2020, one row per removal of the half year\n"
            "inhome-%d.csv        children supervised at home (a list for tally --list inhome=FILE)\n"
            "chafee-%d.csv        young people with independent-living services (--list chafee=FILE)\n"
            "truth.csv              what any correct count must give; see casecount help synth\n",
            o->ffy, o->ffy, o->ffy, o->ffy, o->ffy, o->ffy);
    if (j->has_screenings) fprintf(out,
            "answers.csv            answers to the tool %s, one row per screening (casecount score)\n"
            "ratings.csv            what raters said of the same children, if the scenario has raters\n"
            "sites.csv              counts of first screenings, one row per site\n"
            "screening-truth.csv    the accuracy that must be found; see casecount help synth\n",
            j->screened.tool->name);
}

static enum cc_status make_readme(struct job *j, struct cc_error *err)
{
    struct sink *s;
    enum cc_status st = sink_open(j, &s, err, "README.txt", 0, 0);
    if (st != CC_OK) return st;
    write_readme(j, s->file);
    return sink_close(s, err);
}

static enum cc_status prepare_extracts(struct job *j, struct cc_error *err)
{
    const struct options *o = j->o;
    enum cc_status st = cc_afcars_open(&j->afcars, j->scenario, o->seed, o->ffy, o->children, err);
    if (st == CC_OK) st = cc_ncands_open(&j->ncands, j->scenario, o->seed, o->ffy, &j->afcars, err);
    if (st == CC_OK) st = cc_synth_ncands_layout(&j->ncands_layout, j->scenario, err);
    if (st == CC_OK) st = cc_synth_afcars_layout(&j->afcars_layout, j->scenario, err);
    if (st == CC_OK) st = cc_synth_list_layout(&j->list_layout, err);
    if (st == CC_OK && o->ffy < FIRST_XML && o->files && strstr(o->files, ".xml"))
        st = cc_error_set(err, CC_EUSAGE, 0, 0, "AFCARS XML begins with FFY %d", FIRST_XML);
    if (st == CC_OK && !(j->truth = cc_truth_alloc(&j->ncands, &j->afcars))) st = cc_error_memory(err);
    return st;
}

static enum cc_status prepare(struct job *j, struct cc_error *err)
{
    const struct options *o = j->o;
    enum cc_status st = cc_scenario_load(o->scenario, &j->scenario, err);
    if (st != CC_OK) return st;
    j->has_screenings = cc_scenario_has(j->scenario, "screening.");
    j->has_extracts = !j->has_screenings || cc_scenario_has(j->scenario, "ncands.")
        || cc_scenario_has(j->scenario, "afcars.");
    j->all_rows = (j->has_extracts ? o->records : 0) + (j->has_screenings ? o->children : 0);
    if (!j->has_extracts && o->plant >= 0)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--plant: the scenario has no extracts");
    if (j->has_extracts) st = prepare_extracts(j, err);
    if (st == CC_OK && j->has_screenings)
        st = cc_screened_open(&j->screened, j->scenario, o->seed, cc_date_fiscal_start(o->ffy), err);
    if (st == CC_OK) st = cc_scenario_all_used(j->scenario, err);
    return st == CC_OK ? cc_outdir_open(o->output, &j->dir, err) : st;
}

/* The flat files; the truth is counted while they are made, and so needs all of them. */
static enum cc_status make_flat(struct job *j, struct cc_error *err)
{
    const struct options *o = j->o;
    bool truth = wanted(o, "truth.csv", 0, 0);
    bool ncands = wanted(o, "ncands-child-%d.csv", o->ffy, 0) || wanted(o, "ncands-child-%d.dat", o->ffy, 0);
    enum cc_status st = truth || ncands ? make_ncands(j, err) : CC_OK;
    for (int half = 0; half < CC_HALVES && st == CC_OK; half++)
        if (truth || wanted(o, "afcars-%d%c.csv", o->ffy - 1 + half / 2, "AB"[half % 2])) st = make_half(j, half, err);
    static const char *const lists[] = { "inhome-%d.csv", "chafee-%d.csv" };
    for (int i = CC_LIST_INHOME; i < CC_LISTS && st == CC_OK; i++)
        if (truth || wanted(o, lists[i], o->ffy, 0)) st = make_list(j, i, lists[i], err);
    return st == CC_OK && truth ? make_truth(j, err) : st;
}

static enum cc_status start_planting(struct job *j, struct cc_error *err)
{
    if (j->o->plant < 0) return CC_OK;
    cc_ncands_clean(&j->ncands);
    enum cc_status st = cc_synth_clean_open(&j->clean, &j->ncands_layout.row, err);
    if (st == CC_OK) st = sink_open(j, &j->planted, err, "planted.csv", 0, 0);
    if (st == CC_OK) fputs("file,record,rule,elements\n", j->planted->file);
    return st;
}

static enum cc_status make_extracts(struct job *j, struct cc_error *err)
{
    enum cc_status st = start_planting(j, err);
    if (st == CC_OK) st = make_flat(j, err);
    for (int half = 2; half < CC_HALVES && st == CC_OK; half++) { /* of the year itself */
        char ab = "AB"[half % 2];
        if (wanted(j->o, "afcars-%d%c.xml", j->o->ffy, ab)) st = make_submission(j, half, err);
        if (st == CC_OK && wanted(j->o, "afcars-assistance-%d%c.xml", j->o->ffy, ab))
            st = make_assistance(j, half, err);
    }
    return st;
}

static enum cc_status make_all(struct job *j, struct cc_error *err)
{
    cc_progress_start(&j->progress, PROG);
    enum cc_status st = j->has_extracts ? make_extracts(j, err) : CC_OK;
    if (st == CC_OK) st = make_screenings(j, err);
    cc_progress_end(&j->progress);
    if (st == CC_OK && j->planted) st = sink_close(j->planted, err);
    if (st == CC_OK && j->sink_count == (j->planted != NULL))
        st = cc_error_set(err, CC_EUSAGE, 0, 0, "--files: no file is called '%.80s'", j->o->files);
    return st == CC_OK ? make_readme(j, err) : st;
}

static int run(const struct options *o)
{
    struct job *j = calloc(1, sizeof *j);
    struct cc_error err = { 0 };
    enum cc_status st = j ? CC_OK : cc_error_memory(&err);
    if (!j) return cc_fail(PROG, NULL, &err);
    j->o = o;
    st = prepare(j, &err);
    if (st == CC_EDATA) cc_error_file(&err, base_name(o->scenario));
    if (st == CC_OK) st = make_all(j, &err);
    sinks_free(j);
    if (st == CC_OK) st = cc_outdir_commit(j->dir, &err);
    else cc_outdir_discard(j->dir);
    cc_truth_free(j->truth);
    cc_plants_free(&j->plants);
    cc_synth_clean_close(&j->clean);
    cc_synth_layout_close(&j->ncands_layout);
    cc_synth_layout_close(&j->afcars_layout);
    cc_synth_layout_close(&j->list_layout);
    cc_screened_close(&j->screened);
    cc_scenario_free(j->scenario);
    free(j->reports);
    free(j);
    return st == CC_OK ? CC_EXIT_OK : cc_fail(PROG, NULL, &err);
}

/* ---- command line ---- */

static int set_natural(const struct cc_given *g, int64_t low, int64_t high)
{
    int64_t n = 0;
    int code = cc_given_whole(g, low, high, &n);
    *(uint64_t *)g->to = (uint64_t)n;
    return code;
}

static int set_seed(const struct cc_given *g)
{
    return set_natural(g, 0, INT64_MAX);
}

static int set_records(const struct cc_given *g)
{
    return set_natural(g, 1, 1000000000);
}

static int set_children(const struct cc_given *g)
{
    return set_natural(g, 1, 100000000);
}

static int set_year(const struct cc_given *g)
{
    int64_t year = 0;
    int code = cc_given_whole(g, 2018, 2098, &year);
    *(int *)g->to = (int)year;
    return code;
}

static int set_plant(const struct cc_given *g)
{
    return cc_given_whole(g, 0, 100000, g->to);
}

/* True if the program shall go on; otherwise *code is its exit code. */
static bool parse_options(int argc, char **argv, struct options *o, int *code)
{
    const struct cc_option table[] = {
        { "seed", 0, CC_VALUE, set_seed, &o->seed },
        { "records", 0, CC_VALUE, set_records, &o->records },
        { "children", 0, CC_VALUE, set_children, &o->children },
        { "ffy", 0, CC_VALUE, set_year, &o->ffy },
        { "files", 0, CC_VALUE, cc_set_text, &o->files },
        { "plant", 0, CC_VALUE, set_plant, &o->plant },
        { "output", 'o', CC_VALUE, cc_set_text, &o->output },
        { 0 } };
    if (!cc_options_read(PROG, HELP, table, argc, argv, code)) return false;
    if (optind + 1 != argc) *code = cc_usage(PROG, optind < argc ? "one scenario at a time" : "name a scenario");
    else if (!o->output) *code = cc_usage(PROG, "name a folder to write to: -o DIR");
    o->scenario = argv[optind];
    if (!o->children) o->children = o->records * 24 / 100 ? o->records * 24 / 100 : 1;
    return *code == CC_EXIT_OK;
}

int main(int argc, char **argv)
{
    struct options o = { .seed = 1, .records = 50000, .ffy = 2024, .plant = -1 };
    int code;
    cc_start();
    if (parse_options(argc, argv, &o, &code)) code = run(&o);
    return cc_finish(code, PROG);
}

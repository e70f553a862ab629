/* Federal XML files: read at every level against a small tree of the test's own, written and read back, malformed. */
#include "datasets/query/cc_query.h"
#include "datasets/records/cc_xml_write.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static struct cc_codebook *cb;

static size_t var(const char *name)
{
    int v = cc_codebook_find(cb, name);
    if (v < 0) abort();
    return (size_t)v;
}

/* --- the tree --- */

enum { MOST = 6, NAMED = 16 };

struct placement { char date[NAMED], type[4]; };
struct plan { char date[NAMED], type[4]; };
struct removal {
    char date[NAMED], exit[NAMED];
    bool old;
    struct placement placements[MOST];
    struct plan plans[MOST];
    int placement_count, plan_count;
};
struct child {
    char id[NAMED], tribes[MOST][NAMED], reports[MOST][NAMED];
    struct removal removals[MOST];
    int tribe_count, report_count, removal_count;
};

static unsigned random_state;

static int below(int n)
{
    random_state = random_state * 1103515245u + 12345u;
    return (int)(random_state >> 16 & 0x7fff) % n;
}

static void random_date(char out[NAMED])
{
    if (below(8) == 0) *out = '\0';
    else if (below(12) == 0) strcpy(out, "66666666");
    else sprintf(out, "20%02d%02d%02d", 20 + below(6), 1 + below(12), 1 + below(28));
}

static void random_removal(struct removal *r)
{
    random_date(r->date);
    random_date(r->exit);
    r->old = below(4) == 0;
    r->placement_count = r->old ? 0 : below(MOST + 1);
    r->plan_count = r->old ? 0 : below(3);
    for (int i = 0; i < r->placement_count; i++) {
        random_date(r->placements[i].date);
        sprintf(r->placements[i].type, "%d", 1 + below(14));
    }
    for (int i = 0; i < r->plan_count; i++) {
        random_date(r->plans[i].date);
        sprintf(r->plans[i].type, "%d", 1 + below(5));
    }
}

static void random_child(struct child *c, int number)
{
    memset(c, 0, sizeof *c);
    sprintf(c->id, "SYNTH%07d", number);
    c->tribe_count = below(3);
    c->report_count = below(3);
    c->removal_count = below(4);
    for (int i = 0; i < c->tribe_count; i++) sprintf(c->tribes[i], "%d<&>%d", below(900), i);
    for (int i = 0; i < c->report_count; i++) sprintf(c->reports[i], "2024%02d11", 1 + below(12));
    for (int i = 0; i < c->removal_count; i++) random_removal(&c->removals[i]);
}

/* --- as XML, by hand --- */

static void text(FILE *f, const char *name, const char *value)
{
    fprintf(f, below(2) ? "<%s>" : "\n  <%s>\n   ", name);
    for (const char *p = value; *p; p++)
        if (*p == '<') fputs("&lt;", f);
        else if (*p == '&') fputs(below(2) ? "&amp;" : "&#38;", f);
        else fputc(*p, f);
    fprintf(f, "%s</%s>", below(2) ? "" : "\t\n", name);
}

static void print_removal(FILE *f, const struct removal *r)
{
    fprintf(f, "<removal_%s>", r->old ? "1993" : "2020");
    text(f, "E69_removal_date", r->date);
    for (int i = 0; i < r->placement_count; i++) {
        fputs(i ? "<!-- next --><living_arrangement>" : "<E112_E146_living_arrangements><living_arrangement>", f);
        text(f, "E112_date_living_arrangement", r->placements[i].date);
        text(f, "E120_other_living_arrangement_type", r->placements[i].type);
        fputs(i + 1 == r->placement_count ? "</living_arrangement></E112_E146_living_arrangements>"
                                          : "</living_arrangement>", f);
    }
    if (!r->old) fputs("<E147_E148_permanency_plans>", f);
    for (int i = 0; i < r->plan_count; i++) {
        fputs("<permanency_plan>", f);
        text(f, "E148_permanency_plan_type", r->plans[i].type);
        text(f, "E147_permanency_plan_date", r->plans[i].date);
        fputs("</permanency_plan>", f);
    }
    if (!r->old) fputs("</E147_E148_permanency_plans>", f);
    text(f, "E153_exit_date", r->exit);
    fprintf(f, "</removal_%s>", r->old ? "1993" : "2020");
}

/* Report dates in one group, or each in a group of its own. */
static void print_reports(FILE *f, const struct child *c)
{
    bool one = below(2);
    const char *group = "E107_E108_prior_victim_sex_trafficking_reporting";
    for (int i = 0; i < c->report_count; i++) {
        if (!one || i == 0) fprintf(f, "<%s>", group);
        if (!one || i == 0) text(f, "E107_prior_victim_sex_trafficking_reported", "1");
        text(f, "E108_prior_victim_sex_trafficking_reported_date", c->reports[i]);
        if (!one || i + 1 == c->report_count) fprintf(f, "</%s>", group);
    }
}

static void print_head(FILE *f)
{
    fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a:data xmlns:a=\"http://www.acf.hhs.gov\">"
          "<E1_title_iv_agency>99</E1_title_iv_agency><E2_report_date>202409</E2_report_date><records>\n", f);
}

static void print_children(FILE *f, const struct child *list, int n)
{
    print_head(f);
    for (const struct child *c = list; c < list + n; c++) {
        fputs("<record>", f);
        text(f, "E4_child_record_number", c->id);
        fputs("<E7_E12_tribal_information><E9_recognized_tribes>", f);
        for (int i = 0; i < c->tribe_count; i++) text(f, "E9_recognized_tribe", c->tribes[i]);
        fputs("</E9_recognized_tribes></E7_E12_tribal_information><E69_E186_removals>", f);
        for (int i = 0; i < c->removal_count; i++) print_removal(f, &c->removals[i]);
        fputs("</E69_E186_removals>", f);
        print_reports(f, c);
        fputs("</record>\n", f);
    }
    fputs("</records></a:data>\n", f);
}

/* --- by the writer --- */

static struct cc_xml_write *writer;

static void value(const char *name, const char *what)
{
    struct cc_error err = { 0 };
    if (cc_xml_write_value(writer, var(name), what, strlen(what), &err) != CC_OK) OK(false);
}

static void begin(const char *group)
{
    struct cc_error err = { 0 };
    if (cc_xml_write_begin(writer, cc_codebook_group(cb, group), &err) != CC_OK) OK(false);
}

static void end(void)
{
    struct cc_error err = { 0 };
    if (cc_xml_write_end(writer, &err) != CC_OK) OK(false);
}

static void write_removal(const struct removal *r)
{
    begin("removal");
    value("removal_rule", r->old ? "1993" : "2020");
    value("E69", r->date);
    for (int i = 0; i < r->plan_count; i++) {
        begin("plan");
        value("E147", r->plans[i].date);
        value("E148", r->plans[i].type);
        end();
    }
    for (int i = 0; i < r->placement_count; i++) {
        begin("placement");
        value("E112", r->placements[i].date);
        value("E120", r->placements[i].type);
        end();
    }
    value("E153", r->exit);
    end();
}

static void write_children(FILE *f, const struct child *list, int n)
{
    struct cc_error err = { 0 };
    OK(cc_xml_write_alloc(cb, f, &writer, &err) == CC_OK);
    value("E1", "99");
    value("E2", "202409");
    for (const struct child *c = list; c < list + n; c++) {
        begin("record");
        value("E4", c->id);
        for (int i = 0; i < c->tribe_count; i++) value("E9", c->tribes[i]);
        for (int i = 0; i < c->removal_count; i++) write_removal(&c->removals[i]);
        if (c->report_count) value("E107", "1");
        for (int i = 0; i < c->report_count; i++) value("E108", c->reports[i]);
        end();
    }
    OK(cc_xml_write_finish(writer, &err) == CC_OK);
    cc_xml_write_free(writer);
}

/* --- what the rows shall be --- */

/* The latest by 30 September 2024; -1: none. */
static int latest(const char *dates, size_t step, int n)
{
    int best = -1, undated = -1;
    for (int i = 0; i < n; i++) {
        const char *d = dates + (size_t)i * step;
        bool dated = *d && strcmp(d, "66666666");
        if (!dated && undated < 0) undated = i;
        if (dated && strcmp(d, "20240930") <= 0 && (best < 0 || strcmp(d, dates + (size_t)best * step) >= 0)) best = i;
    }
    return best < 0 ? undated : best;
}

static int latest_removal(const struct child *c)
{
    return latest(c->removals[0].date, sizeof *c->removals, c->removal_count);
}

static const struct placement *latest_placement(const struct removal *r)
{
    int i = latest(r->placements[0].date, sizeof *r->placements, r->placement_count);
    return i < 0 ? NULL : &r->placements[i];
}

static const struct plan *latest_plan(const struct removal *r)
{
    int i = latest(r->plans[0].date, sizeof *r->plans, r->plan_count);
    return i < 0 ? NULL : &r->plans[i];
}

static void want_child(FILE *f, const struct child *c)
{
    int k = latest_removal(c);
    const struct removal *r = k < 0 ? NULL : &c->removals[k];
    const struct placement *p = r ? latest_placement(r) : NULL;
    fprintf(f, "%s|202409|%s|%s|%s|", c->id, r ? r->date : "", p ? p->type : "", c->tribe_count ? c->tribes[0] : "");
    for (int i = 0; i < c->report_count; i++) fprintf(f, "%s%s", i ? ";" : "", c->reports[i]);
    fputc('|', f);
    for (int i = 0; i < c->removal_count; i++) fprintf(f, "%s,", c->removals[i].date);
    fputc('|', f);
    for (int i = 0; i < c->removal_count; i++)
        for (int j = 0; j < c->removals[i].placement_count; j++) fprintf(f, "%s,", c->removals[i].date);
    fputc('|', f);
    for (int i = 0; i < c->removal_count; i++)
        for (int j = 0; j < c->removals[i].placement_count; j++) fprintf(f, "%s,", c->removals[i].placements[j].type);
    fputs("|\n", f);
}

static void want_removal(FILE *f, const struct child *c, const struct removal *r)
{
    const struct placement *p = latest_placement(r);
    const struct plan *q = latest_plan(r);
    fprintf(f, "%s|202409|%s|%s|%s|%s|", c->id, r->date, r->old ? "1993" : "2020", p ? p->type : "", q ? q->type : "");
    for (int i = 0; i < r->placement_count; i++) fprintf(f, "%s,", r->placements[i].date);
    fputc('|', f);
    for (int i = 0; i < c->tribe_count; i++) fprintf(f, "%s,", c->tribes[i]);
    fprintf(f, "|%s,|\n", r->exit);
}

static void want_placement(FILE *f, const struct child *c, const struct removal *r, const struct placement *p)
{
    const struct plan *q = latest_plan(r);
    fprintf(f, "%s|%s|%s|%s|%s|\n", c->id, r->date, p->date, p->type, q ? q->type : "");
}

static void want_rows(FILE *f, const struct child *list, int n, int level)
{
    for (const struct child *c = list; c < list + n; c++) {
        if (level == 0) want_child(f, c);
        for (const struct removal *r = c->removals; r < c->removals + c->removal_count; r++) {
            if (level == 1) want_removal(f, c, r);
            for (const struct placement *p = r->placements; level == 2 && p < r->placements + r->placement_count; p++)
                want_placement(f, c, r, p);
        }
    }
}

/* --- what they are --- */

static const char *const levels[] = { "child", "removal", "placement" };
static const char *const wanted[] = {
    "E4 E2 E69 E120 E9 E108 E69@removal E69@placement E120@placement",
    "E4 E2 E69 removal_rule E120 E148 E112@placement E9@tribe E153@removal",
    "E4 E69 E112 E120 E148" };

static size_t parse_wants(const char *list, struct cc_want *out)
{
    char copy[256], *words[32];
    strcpy(copy, list);
    size_t n = cc_split(copy, ' ', words, 32);
    for (size_t i = 0; i < n; i++) {
        char *at = strchr(words[i], '@');
        if (at) *at = '\0';
        out[i] = (struct cc_want){ var(words[i]), at ? cc_codebook_group(cb, at + 1) : -1 };
    }
    return n;
}

static void show_block(FILE *f, const struct cc_block *b)
{
    for (size_t r = 0; r < b->rows; r++) {
        for (size_t c = 0; c < b->columns; c++) {
            struct cc_field g = cc_block_field(b, r, c);
            for (size_t i = 0; i < g.size; i++) {
                char x = b->text[g.at + i];
                fputc(x == CC_EACH_END ? ',' : x, f);
            }
            fputc('|', f);
        }
        fputc('\n', f);
    }
}

static void read_level(FILE *f, const char *path, int level, size_t bytes)
{
    struct cc_records_options o = { .level = levels[level], .bytes = bytes };
    struct cc_error err = { 0 };
    struct cc_records *r;
    struct cc_block block = { 0 };
    struct cc_want wants[32];
    size_t n = parse_wants(wanted[level], wants);
    enum cc_status st = cc_records_open(path, cb, &o, &r, &err);
    if (st == CC_OK) st = cc_records_want_each(r, wants, n);
    while (st == CC_OK && (st = cc_records_read(r, &block, &err)) == CC_OK) show_block(f, &block);
    if (st != CC_END) fprintf(f, "%zu:%zu: %s", err.line, err.column, err.text);
    cc_block_free(&block);
    cc_records_close(r);
}

/* All levels in one pass. */
static void read_views(FILE *out[3], const char *path, size_t bytes)
{
    struct cc_records_options o = { .level = "record", .bytes = bytes };
    struct cc_error err = { 0 };
    struct cc_records *r[3];
    struct cc_block *blocks = calloc(3, sizeof *blocks);
    struct cc_want wants[32];
    OK(cc_records_open(path, cb, &o, &r[0], &err) == CC_OK);
    OK(cc_records_view(r[0], "removal", &r[1], &err) == CC_OK);
    OK(cc_records_view(r[0], "removal/placement", &r[2], &err) == CC_OK);
    for (int i = 0; i < 3; i++) OK(cc_records_want_each(r[i], wants, parse_wants(wanted[i], wants)) == CC_OK);
    enum cc_status st;
    while ((st = cc_records_read(r[0], &blocks[0], &err)) == CC_OK) {
        for (int i = 1; i < 3; i++) {
            while ((st = cc_records_read(r[i], &blocks[i], &err)) == CC_OK) show_block(out[i], &blocks[i]);
            OK(st == CC_END);
        }
        show_block(out[0], &blocks[0]); /* it still stands */
    }
    OK(st == CC_END);
    for (int i = 2; i >= 0; i--) {
        cc_block_free(&blocks[i]);
        cc_records_close(r[i]);
    }
    free(blocks);
}

static char *taken(FILE *f, char **bytes)
{
    fclose(f);
    return *bytes;
}

static void compare_views(const char *path, char *const want[3], size_t bytes)
{
    char *got[3];
    size_t size;
    FILE *f[3];
    for (int i = 0; i < 3; i++) f[i] = open_memstream(&got[i], &size);
    read_views(f, path, bytes);
    for (int i = 0; i < 3; i++) {
        OK(!strcmp(taken(f[i], &got[i]), want[i]));
        free(got[i]);
    }
}

static void compare(const char *path, const struct child *list, int n, size_t bytes)
{
    char *got, *want[3];
    size_t size;
    for (int level = 0; level < 3; level++) {
        FILE *f = open_memstream(&want[level], &size);
        want_rows(f, list, n, level);
        taken(f, &want[level]);
        f = open_memstream(&got, &size);
        read_level(f, path, level, bytes);
        if (n < 4) SAME(taken(f, &got), want[level]);
        else OK(!strcmp(taken(f, &got), want[level]));
        free(got);
    }
    compare_views(path, want, bytes);
    for (int level = 0; level < 3; level++) free(want[level]);
}

static void test_random(int n, unsigned seed, size_t bytes)
{
    struct child *list = calloc((size_t)n + 1, sizeof *list);
    char *xml, path[128];
    size_t size;
    random_state = seed;
    for (int i = 0; i < n; i++) random_child(&list[i], i);
    FILE *f = open_memstream(&xml, &size);
    print_children(f, list, n);
    taken(f, &xml);
    compare(scratch_bytes("a.xml", xml, size), list, n, bytes);
    strcpy(path, scratch_gzip("a.xml.gz", xml));
    compare(path, list, n, bytes);
    free(xml);
    /* the writer puts those of the old rule behind */
    for (int i = 0; i < n; i++)
        for (int k = 0; k < list[i].removal_count; k++) {
            list[i].removals[k].old = false;
        }
    f = open_memstream(&xml, &size);
    write_children(f, list, n);
    taken(f, &xml);
    compare(scratch_bytes("b.xml", xml, size), list, n, bytes);
    free(xml);
    free(list);
}

/* What the writer says of a value of an item. */
static const char *write_fault(const char *group, const char *name, const char *what, const char *rule)
{
    static struct cc_error err;
    char *xml;
    size_t size;
    FILE *f = open_memstream(&xml, &size);
    err = (struct cc_error){ 0 };
    OK(cc_xml_write_alloc(cb, f, &writer, &err) == CC_OK);
    enum cc_status st = cc_xml_write_begin(writer, 0, &err);
    if (st == CC_OK && group) st = cc_xml_write_begin(writer, cc_codebook_group(cb, group), &err);
    if (st == CC_OK && rule) st = cc_xml_write_value(writer, var("removal_rule"), rule, strlen(rule), &err);
    if (st == CC_OK) st = cc_xml_write_value(writer, var(name), what, strlen(what), &err);
    if (st == CC_OK && group) st = cc_xml_write_end(writer, &err);
    if (st == CC_OK) st = cc_xml_write_end(writer, &err);
    if (st == CC_OK) st = cc_xml_write_finish(writer, &err);
    cc_xml_write_free(writer);
    fclose(f);
    const char *kind = st != CC_OK ? err.text : strstr(xml, "<removal_1993>") ? "1993"
                     : strstr(xml, "<removal_2020>") ? "2020" : "";
    free(xml);
    return kind;
}

static void test_writer(void)
{
    SAME(write_fault(NULL, "E6", "1", NULL), "");
    SAME(write_fault("removal", "E69", "20240101", NULL), "1993"); /* all that is said has a place there */
    SAME(write_fault("removal", "E70", "20240101", NULL), "2020");
    SAME(write_fault("removal", "E69", "20240101", "2020"), "2020");
    SAME(write_fault("removal", "E70", "20240101", "1993"),
         "the element removal_1993 has no place for all that is said of it");
    SAME(write_fault("placement", "E112", "20240101", NULL), "placement: the group does not belong here");
    SAME(write_fault(NULL, "E69", "20240101", NULL), "E69_removal_date: an item of its group is not open");
    SAME(write_fault(NULL, "E4", "a\x01", NULL), "E4_child_record_number has a text that XML cannot hold");
    SAME(write_fault(NULL, "E4", "\xed\xa0\x80", NULL), "E4_child_record_number has a text that XML cannot hold");
    SAME(write_fault(NULL, "E4", "\xc3\xa9", NULL), "");
}

/* --- questions --- */

static bool is_day(const char *date)
{
    return *date && strcmp(date, "66666666");
}

/* Was one of the placements a runaway's, after the removal? Dates that are blank or none are unknown. */
static enum cc_truth ran_away(const struct child *c)
{
    enum cc_truth best = CC_FALSE;
    for (int i = 0; i < c->removal_count; i++)
        for (int k = 0; k < c->removals[i].placement_count; k++) {
            const struct placement *p = &c->removals[i].placements[k];
            bool known = is_day(p->date) && is_day(c->removals[i].date);
            enum cc_truth after = !known ? CC_UNKNOWN : strcmp(p->date, c->removals[i].date) > 0 ? CC_TRUE : CC_FALSE;
            enum cc_truth one = strcmp(p->type, "12") ? CC_FALSE : after;
            if (one > best) best = one;
        }
    return best;
}

static enum cc_truth two_placements(const struct child *c)
{
    int n = 0;
    for (int i = 0; i < c->removal_count; i++)
        for (int k = 0; k < c->removals[i].placement_count; k++) n += atoi(c->removals[i].placements[k].type) < 5;
    return n > 1 ? CC_TRUE : CC_FALSE;
}

static enum cc_truth has_tribe(const struct child *c)
{
    return c->tribe_count ? CC_TRUE : CC_FALSE;
}

static enum cc_truth no_date(const struct child *c)
{
    for (int i = 0; i < c->removal_count; i++)
        if (!is_day(c->removals[i].date)) return CC_TRUE; /* what is no date is missing */
    return CC_FALSE;
}

static enum cc_truth reported(const struct child *c)
{
    for (int i = 0; i < c->report_count; i++)
        if (strcmp(c->reports[i], "20240601") > 0) return CC_TRUE;
    return CC_FALSE;
}

static const struct { const char *text; enum cc_truth (*answer)(const struct child *); } questions[] = {
    { "any(E120 = 12 and E112 > E69)", ran_away }, { "not (not any(runaway))", ran_away },
    { "count(E120 in (1, 2, 3, 4)) > 1", two_placements }, { "any(not missing(E9))", has_tribe },
    { "any(missing(E69)) or E4 = 'none'", no_date }, { "any(E108 > '2024-06-01')", reported },
    /* no answer of the test's own, but both ways agree */
    { "any(E148 = 2) and any(age(E69, E147) > 0)", NULL }, { "E120 = 3 and any(E120 = 4 or any(E153 > E69))", NULL },
    { "any(runaway and E6 = 1) or E69 > E112", NULL },
};
enum { QUESTIONS = sizeof questions / sizeof *questions };

/* Both ways to an answer, and the test's own. */
static void ask(struct cc_query *q, struct cc_bound *const *bound, const struct cc_block *block,
                const struct child *list)
{
    static uint8_t truths[CC_BLOCK_ROWS];
    static uint16_t rows[CC_BLOCK_ROWS];
    size_t plain = 0, own = 0;
    for (size_t i = 0; i < block->rows; i++) rows[i] = (uint16_t)i;
    cc_query_block(q, block);
    for (size_t k = 0; k < QUESTIONS; k++) {
        OK(cc_query_test_rows(q, bound[k], rows, block->rows, truths));
        for (size_t i = 0; i < block->rows; i++) {
            OK(cc_query_record(q, block, i, NULL) == CC_OK);
            plain += cc_query_test(q, bound[k]) != truths[i];
            own += questions[k].answer && list && questions[k].answer(&list[i]) != truths[i];
        }
        OK(plain == 0);
        if (!OK(own == 0)) printf("# %s\n", questions[k].text);
        plain = own = 0;
    }
}

static void test_questions(int n)
{
    struct cc_definitions defs;
    struct cc_query_options none = { 0 };
    struct cc_error err = { 0 };
    struct child *list = calloc((size_t)n + 1, sizeof *list);
    char *xml;
    size_t size;
    for (int i = 0; i < n; i++) random_child(&list[i], i);
    FILE *f = open_memstream(&xml, &size);
    print_children(f, list, n);
    taken(f, &xml);
    OK(cc_definitions_read(scratch_text("q.def", "define runaway \"x\" = E120 = 12 and E112 > E69\n"), &defs, &err)
       == CC_OK);
    for (int level = 0; level < 3; level++) {
        struct cc_records_options o = { .level = levels[level] };
        struct cc_bound *bound[QUESTIONS] = { 0 };
        struct cc_block *block = calloc(1, sizeof *block);
        struct cc_query *q;
        struct cc_records *r;
        size_t at = 0;
        OK(cc_query_alloc(cb, &defs, &none, &q, &err) == CC_OK);
        for (size_t k = 0; k < QUESTIONS; k++)
            if (cc_query_condition(q, questions[k].text, "here", &bound[k], &err) != CC_OK) {
                SAME(err.text, "");
                return;
            }
        OK(cc_records_open(scratch_bytes("q.xml", xml, size), cb, &o, &r, &err) == CC_OK);
        OK(cc_query_file(q, r, NULL, &err) == CC_OK);
        for (; cc_records_read(r, block, &err) == CC_OK; at += block->rows)
            ask(q, bound, block, level ? NULL : list + at);
        OK(level || at == (size_t)n);
        cc_block_free(block);
        free(block);
        cc_records_close(r);
        cc_query_free(q);
    }
    cc_definitions_free(&defs);
    free(xml);
    free(list);
}

/* --- faults --- */

#define HEAD "<acf:data xmlns:acf='http://www.acf.hhs.gov'><E1_title_iv_agency>99</E1_title_iv_agency>"
#define RECORD(x) HEAD "\n<records><record>" x "</record></records></acf:data>"

static const char *fault(const char *xml, size_t bytes)
{
    static char *said;
    free(said);
    size_t length;
    FILE *f = open_memstream(&said, &length);
    read_level(f, scratch_bytes("bad.xml", xml, strlen(xml)), 1, bytes);
    fclose(f);
    return said;
}

static void test_faults(void)
{
    static const struct { const char *xml, *said; } cases[] = {
        { RECORD(""), "" },
        { RECORD("<E4_child_record_number>a</E4_child_record_number>") " <!-- the end -->\n", "" },
        { HEAD, "1:89: the file ends before its last element: it is cut off" },
        { RECORD("<E4_child_record_number>a</E6_sex>"),
          "2:52: not well-formed XML: an element is closed by the end tag of another" },
        { RECORD("<E4_child>a</E4_child>"), "2:27: the element E4_child is not one of this file (in record)" },
        { RECORD("<E112_date_living_arrangement/>"),
          "2:47: the element E112_date_living_arrangement does not belong in record" },
        { RECORD("<E6_sex>1</E6_sex><E6_sex>2</E6_sex>"), "2:43: the element E6_sex comes twice in one place" },
        { RECORD("<E6_sex><E6_sex>2</E6_sex></E6_sex>"), "2:33: the element E6_sex does not belong in E6_sex" },
        { RECORD("word"), "2:22: a text in record, where only elements belong" },
        { RECORD("<E6_sex>&x;</E6_sex>"),
          "2:29: not well-formed XML: an entity that XML does not have; write '&' as '&amp;'" },
        { RECORD("<E6_sex>a & b</E6_sex>"),
          "2:29: not well-formed XML: a lone '<' or '&'; write them as '&lt;' and '&amp;'" },
        { "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;'>]>" RECORD("<E6_sex>&z;</E6_sex>"),
          "1:13: a document type (DOCTYPE) is refused: such a file has none" },
        { "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" RECORD(""),
          "1:40: a document type (DOCTYPE) is refused: such a file has none" },
        { "<?xml version='1.0'?>\n<data xmlns='http://elsewhere'/>",
          "2:31: the outermost element is not in the namespace http://www.acf.hhs.gov" },
        { "<?xml version='1.0'?>\n<records/>",
          "2:9: the outermost element is not 'data': not a file of this codebook" },
        { HEAD "<records><record/></records><E2_report_date/></acf:data>",
          "1:132: the element E2_report_date must come before the records" },
        { "<data xmlns='http://www.acf.hhs.gov'><records/></data>",
          "1:46: the element records is in a namespace: only the outermost is in one" },
        { RECORD("") "<more/>",
          "2:48: not well-formed XML: a tag is not finished, or the document has no end or something after it" },
        { RECORD("<E6_sex>\xe9</E6_sex>"),
          "2:26: not well-formed XML: a character that XML does not allow, or that is not UTF-8" },
        { RECORD("<E6_sex>\x01</E6_sex>"),
          "2:26: not well-formed XML: a character that XML does not allow, or that is not UTF-8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool whole = strncmp(fault(cases[i].xml, 0), cases[i].said, strlen(cases[i].said)) == 0;
        if (!whole || !*cases[i].said) SAME(fault(cases[i].xml, 0), cases[i].said);
        const char *message = strchr(cases[i].said, ' ');
        if (message) OK(strstr(fault(cases[i].xml, 1), message) != NULL);
        if (message && !strstr(fault(cases[i].xml, 1), message)) printf("# %zu %s\n", i, fault(cases[i].xml, 1));
    }
}

int main(void)
{
    struct cc_error err = { 0 };
    if (cc_codebook_load("datasets/codebooks/afcars-2020.csv", &cb, &err) != CC_OK)
        return printf("Bail out! %s\n", err.text);
    OK(cb->flat_group == cc_codebook_group(cb, "removal"));
    OK(cc_codebook_group(cb, "child") == 0 && cc_codebook_group(cb, "none") == -1);
    test_random(1, 1, 0);
    test_random(3, 2, 1);
    test_random(40, 3, 7);
    test_random(3000, 4, 0);
    test_writer();
    test_questions(700);
    test_faults();
    cc_codebook_free(cb);
    return tap_done();
}

/* A tally on any number of threads, with any instructions and any bound of memory, from the files or from side
 * files, against the reference: one thread, libcsv, the plain interpreter. The same tables, the same records left
 * out for the same reasons, the same messages. CC_TEST_ROUNDS=N makes it N times as long. */
#include "stats/counting/cc_tally.h"

#include <stdlib.h>

#include "tests/scratch.h"
#include "tests/tap.h"

static uint64_t seed = 7;

static unsigned below(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((seed >> 33) % n);
}

static const char codebook[] =
    "name,alias,label,type,format,start,width,codes,unknown,blank,range,repeats\n"
    "(codebook),,Made up,,,,23,,,,,\n"
    "YEAR,,Year,integer,,1,4,,,never,1990-2100,\n"
    "ST,,State,text,,5,2,,,never,,\n"
    "ID,,Child,id,,7,4,,,never,,\n"
    "SEX,,Sex,code,,11,1,1=male;2=female;9=unknown,9,unknown,,\n"
    "AGE,,Age,integer,,12,2,77=unborn;99=unknown,99,unknown,0-23,\n"
    "T1,,Type 1,code,,14,1,1=a;2=b;7=c;9=unknown,9,not applicable,,\n"
    "T2,,Type 2,code,,15,1,1=a;2=b;7=c;9=unknown,9,not applicable,,\n"
    "D,,Date,date,mmddyyyy,16,8,,,unknown,,\n";

static const char definitions[] =
    "year = YEAR\n"
    "unit child = YEAR, ST, ID\n"
    "unit pair = ST, ID\n"
    "represent child by victim first, D, AGE latest\n"
    "define victim since 2021 = any(T# = 7)\n"
    "define victim until 2020 = any(T# in (1, 7)) or AGE < 3\n"
    "derive band = band(AGE, 0, 6, 12, 18) with 77 as \"unborn\", missing as \"unknown\"\n"
    "derive kind = case when victim and SEX = 1 then \"a\" when SEX = 2 then \"b\" else \"unknown\" end\n";

static void field(struct cc_buf *b, const char *text, unsigned width, bool fixed, bool last)
{
    bool ok = true;
    if (fixed) ok = cc_buf_printf(b, "%-*.*s%s", (int)width, (int)width, text, last ? "\n" : "");
    else if (below(40) == 0) ok = cc_buf_printf(b, "\"%s\"%s", text, last ? "\n" : ",");
    else if (below(60) == 0) ok = cc_buf_printf(b, " %s%s", text, last ? "\n" : ",");
    else ok = cc_buf_printf(b, "%s%s", text, last ? "\n" : ",");
    if (!ok) abort();
}

static const char *of(const char *const *list, unsigned n)
{
    return list[below(n)];
}

/* Rows of the columns above, some of them not as they should be. wild: some rows are not CSV. */
static void random_file(struct cc_buf *b, unsigned rows, bool fixed, bool wild)
{
    static const char *const years[] = { "2020", "2021", "2021", "2021", "", "x" };
    static const char *const states[] = { "CA", "NY", "" }, *const sexes[] = { "1", "2", "9", "", "5" };
    static const char *const ages[] = { "0", "5", "7", "11", "17", "77", "99", "", "zz" };
    static const char *const types[] = { "1", "2", "7", "9", "", "" };
    static const char *const dates[] = { "01022021", "03042021", "", "13132021" };
    cc_buf_clear(b);
    if (!fixed && !cc_buf_text(b, "YEAR,ST,ID,SEX,AGE,T1,T2,D\n")) abort();
    for (unsigned r = 0; r < rows; r++) {
        char id[8];
        snprintf(id, sizeof id, "%u", below(rows / 2 + 1));
        field(b, of(years, below(3) ? 4 : 6), 4, fixed, false);
        field(b, of(states, below(9) ? 2 : 3), 2, fixed, false);
        field(b, below(20) ? id : "", 4, fixed, false);
        field(b, of(sexes, 5), 1, fixed, false);
        field(b, of(ages, 9), 2, fixed, false);
        field(b, of(types, 6), 1, fixed, false);
        field(b, of(types, 6), 1, fixed, false);
        field(b, of(dates, 4), 8, fixed, true);
        if (wild && below(300) == 0
            && !cc_buf_text(b, of((const char *const[]){ "\n", "a,b\n", "x\"y,,,,,,,\n", "\r" }, 4)))
            abort();
    }
}

static struct cc_tally_spec random_spec(void)
{
    static const char *by[4][3] = { { "ST", "band", "SEX" }, { "kind" }, { "T1", "ffy" }, { "YEAR", "D" } };
    static struct cc_tally_count counts[] = { { "young", "AGE < 6" }, { "victims", "victim" } };
    static const size_t by_counts[] = { 3, 1, 2, 2 };
    unsigned g = below(5), u = below(4), w = below(4), c = below(3);
    struct cc_tally_spec s = { .name = "t" };
    if (g < 4) s.by = by[g], s.by_count = by_counts[g];
    s.unit = (const char *const[]){ NULL, "record", "child", "pair" }[u];
    s.where = (const char *const[]){ NULL, "SEX in (1, 2)", "any(T# = 7)", "victim or AGE > 6" }[w];
    if (c) s.counts = counts, s.count_count = c;
    s.total = below(3) == 0;
    s.per_cell = u > 1 && below(3) == 0;
    s.all_years = below(4) == 0;
    return s;
}

/* Everything that a tally says, as one text. */
static char *result_of(const struct cc_tally_job *job)
{
    struct cc_tally *t;
    struct cc_error err;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    enum cc_status st = cc_tally_alloc(job, &t, &err);
    if (st == CC_OK) st = cc_tally_run(t, &err);
    for (size_t i = 0; st == CC_OK && i < job->spec_count; i++) {
        struct cc_table table;
        const struct cc_tally_told *told = cc_tally_told(t, i);
        st = cc_tally_table(t, i, &table, &err);
        if (st != CC_OK) break;
        if (!cc_table_write(&table, CC_FORMAT_CSV, out)) abort();
        fprintf(out, "%ju %ju %ju %ju\n", (uintmax_t)told->met, (uintmax_t)told->unmet, (uintmax_t)told->unknown,
                (uintmax_t)told->no_key);
        cc_table_free(&table);
    }
    for (size_t i = 0; st == CC_OK && i < job->input_count; i++) {
        const struct cc_tally_file *f = cc_tally_file(t, i);
        fprintf(out, "%s %s %ju %ju", f->name, f->sha256, (uintmax_t)f->bytes, (uintmax_t)f->read);
        for (int k = 0; k < CC_LEFT_REASONS; k++) fprintf(out, " %ju", (uintmax_t)f->left[k]);
        fputc('\n', out);
    }
    if (st != CC_OK) fprintf(out, "%s:%zu:%zu: %s\n", err.file, err.line, err.column, err.text);
    cc_tally_free(t);
    fclose(out);
    return text;
}

/* With a cache: what an earlier round left is stale, and what an earlier job left may be used. */
static void compare(struct cc_tally_job *job)
{
    static const struct cc_stored_options cache = { .verify = false };
    static const enum cc_simd levels[] = { CC_SIMD_BEST, CC_SIMD_OFF, CC_SIMD_PLAIN, CC_SIMD_SSE2, CC_SIMD_NEON };
    job->plain = true;
    job->cache = NULL;
    job->reading.simd = CC_SIMD_OFF;
    char *want = result_of(job);
    job->plain = false;
    for (int i = 0; i < 3; i++) {
        enum cc_simd level = levels[below(5)];
        job->reading.simd = cc_simd_has(level) ? level : CC_SIMD_BEST;
        job->reading.bytes = below(2) ? 0 : 1 + below(3000);
        job->cache = below(2) ? &cache : NULL;
        job->threads = 1 + below(7);
        job->least_part = 1 + below(500);
        job->unit_memory = below(2) ? 0 : 1 + below(200000);
        char *got = result_of(job);
        if (!OK(!strcmp(got, want)))
            printf("# threads %u, bytes %zu, part %ju, simd %d, cache %d\n--- want\n%s--- got\n%s", job->threads,
                   job->reading.bytes, (uintmax_t)job->least_part, (int)job->reading.simd, job->cache != NULL, want,
                   got);
        free(got);
    }
    free(want);
}

static void test_random(unsigned rounds)
{
    struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_error err;
    char book[128], rules[128], paths[3][128];
    strcpy(book, scratch_text("c.csv", codebook));
    strcpy(rules, scratch_text("d.def", definitions));
    if (cc_codebook_load(book, &cb, &err) != CC_OK || cc_definitions_read(rules, &defs, &err) != CC_OK) {
        printf("Bail out! %s:%zu: %s\n", err.file, err.line, err.text);
        exit(1);
    }
    struct cc_buf b = { 0 };
    for (unsigned i = 0; i < rounds && tap_failed < 3; i++) {
        struct cc_tally_input inputs[3] = { 0 };
        struct cc_tally_spec specs[4];
        struct cc_tally_job job = { .codebook = cb, .definitions = &defs, .inputs = inputs, .specs = specs };
        job.input_count = 1 + below(3);
        job.spec_count = 1 + below(4);
        job.ffy = below(3) ? 0 : 2021;
        job.reading.hash = below(4) == 0;
        job.year_in_name = below(4) == 0;
        for (size_t k = 0; k < job.input_count; k++) {
            bool fixed = below(3) == 0;
            random_file(&b, below(8) ? 1 + below(400) : below(2), fixed, below(10) == 0);
            char name[48];
            snprintf(name, sizeof name, "f%zu-%u.%s", k, 2019 + below(4), fixed ? "dat" : "csv");
            strcpy(paths[k], scratch_bytes(name, b.data ? b.data : "", b.size));
            inputs[k].path = paths[k];
            if (job.ffy && job.input_count > 1 && below(6) == 0) inputs[k].list = "extra";
        }
        for (size_t k = 0; k < job.spec_count; k++) specs[k] = random_spec();
        compare(&job);
    }
    cc_buf_free(&b);
    cc_definitions_free(&defs);
    cc_codebook_free(cb);
}

int main(void)
{
    const char *rounds = getenv("CC_TEST_ROUNDS");
    test_random(150 * (rounds ? (unsigned)atoi(rounds) : 1));
    return tap_done();
}

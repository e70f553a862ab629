/* The expression language: parsing, binding and three-valued answers. */
#include "datasets/base/cc_date.h"
#include "datasets/query/cc_query.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const char codebook_text[] =
    "name,alias,label,type,format,codes,unknown,blank,range,repeats\n"
    "YEAR,,Year,integer,,,,never,,\n"
    "ID,,Child,id,,,,never,,\n"
    "SEX,E6,Sex,code,,1=male;2=female;9=unknown,9,not applicable,,\n"
    "AGE,,Age,integer,,77=unborn;99=unknown,99,unknown,00-23,\n"
    "T1,,Type 1,code,,1=a;7=t;9=unknown,9,not applicable,,\n"
    "L1,,Level 1,code,,01=s;02=i;05=u;99=unknown,99,not applicable,,\n"
    "T2,,Type 2,code,,1=a;7=t;9=unknown,9,not applicable,,\n"
    "L2,,Level 2,code,,01=s;02=i;05=u;99=unknown,99,not applicable,,\n"
    "D,,Date,date,yyyymmdd,,,not applicable,,\n"
    "B,,Birth,date,yyyymmdd,,,unknown,,\n"
    "DD,,Dates,date,yyyymmdd,,,not applicable,,;\n"
    "FIPS,,County,id,,999=unknown,999,unknown,,\n"
    "TM,,Time,time,,,,not applicable,,\n";

static const char definitions_text[] =
    "# a comment\n"
    "codebook mine\n"
    "year = YEAR      # the fiscal year\n"
    "unit child = ffy, ID\n"
    "represent child by victim first, D, D latest\n"
    "define victim \"A victim\"\n"
    "    since 2015 source \"test\"\n"
    "    = any(L# in (1, 2))\n"
    "define victim \"A victim\" until 2014 = any(L# in (1, 2, 5))\n"
    "define trafficked since 2018 = any(T# = 7 and L# in (1, 2))\n"
    "define in_care_on(day) = B <= day and not (D <= day)\n"
    "define in_care = in_care_on(:ffy_end)\n"
    "define loop = not loop\n"
    "derive band \"Age\" = band(AGE, 0, 1, 6, 18)\n"
    "    with 77 as \"unborn\", missing as \"unknown\"\n"
    "derive word = case when SEX = 1 then \"m\" when T1 = 7 then \"t\" else \"other\" end\n";

struct fixture {
    struct cc_codebook *cb;
    struct cc_definitions defs;
    struct cc_query *q;
    struct cc_block block;
    struct cc_records *r;
};

static void open_fixture(struct fixture *f, int ffy, const char *row)
{
    static const struct cc_parameter params[] = { { "cut", "10" }, { "day", "2024-02-29" }, { "place", "001" } };
    struct cc_error err;
    char path[128], file[600];
    *f = (struct fixture){ 0 };
    strcpy(path, scratch_text("mine.csv", codebook_text));
    OK(cc_codebook_load(path, &f->cb, &err) == CC_OK);
    strcpy(path, scratch_text("mine.def", definitions_text));
    if (!OK(cc_definitions_read(path, &f->defs, &err) == CC_OK))
        printf("# %zu:%zu %s\n", err.line, err.column, err.text);
    struct cc_query_options options = { .params = params, .param_count = 3, .ffy = ffy };
    OK(cc_query_alloc(f->cb, &f->defs, &options, &f->q, &err) == CC_OK);
    snprintf(file, sizeof file, "YEAR,ID,SEX,AGE,T1,L1,T2,L2,D,B,DD,FIPS,TM\n%s\n", row);
    strcpy(path, scratch_text("x.csv", file));
    if (!OK(cc_records_open(path, f->cb, NULL, &f->r, &err) == CC_OK)) printf("# %s\n", err.text);
}

static void close_fixture(struct fixture *f)
{
    cc_records_close(f->r);
    cc_block_free(&f->block);
    cc_query_free(f->q);
    cc_definitions_free(&f->defs);
    cc_codebook_free(f->cb);
}

/* The answer for one record: T, F, U, or "line:column: message". */
static const char *answer(const char *expr, const char *row, int ffy)
{
    static char out[700];
    struct fixture f;
    struct cc_error err = { 0 };
    struct cc_bound *b;
    open_fixture(&f, ffy, row);
    enum cc_status st = cc_query_condition(f.q, expr, "--where", &b, &err);
    if (st == CC_OK) st = cc_query_file(f.q, f.r, NULL, &err);
    if (st == CC_OK) st = cc_records_read(f.r, &f.block, &err);
    if (st == CC_OK) st = cc_query_record(f.q, &f.block, 0, &err);
    if (st == CC_OK) {
        static const char *const letters[] = { "F", "U", "T" };
        strcpy(out, letters[cc_query_test(f.q, b)]);
        st = cc_query_check(f.q, &err);
    }
    if (st != CC_OK) snprintf(out, sizeof out, "%zu:%zu: %s", err.line, err.column, err.text);
    close_fixture(&f);
    return out;
}

/* The text of a group column. */
static const char *group(const char *name, const char *row)
{
    static char out[700];
    struct fixture f;
    struct cc_error err = { 0 };
    struct cc_group *g;
    open_fixture(&f, 0, row);
    enum cc_status st = cc_query_group(f.q, name, "--by", &g, &err);
    if (st == CC_OK) st = cc_query_file(f.q, f.r, NULL, &err);
    if (st == CC_OK) st = cc_records_read(f.r, &f.block, &err);
    if (st == CC_OK) st = cc_query_record(f.q, &f.block, 0, &err);
    if (st == CC_OK) snprintf(out, sizeof out, "%s", cc_group_text(g, cc_query_group_number(f.q, g)));
    else snprintf(out, sizeof out, "%zu:%zu: %s", err.line, err.column, err.text);
    close_fixture(&f);
    return out;
}

/*                   YEAR ID SEX AGE T1 L1 T2 L2 D        B        DD                FIPS TM */
static const char girl[] = "2024,c1,2,07,1,05,7,02,20240915,20100301,20230101;20240105,001,1330";
static const char odd[] = "2024,c2,9,77,9,01,,,,20100301,,999,";
static const char bad[] = "2024,c3,5,x,7,99,1,05,20230229,,20240105;x,1,2460";

static void test_comparisons(void)
{
    SAME(answer("SEX = 2", girl, 0), "T");
    SAME(answer("SEX = 02", girl, 0), "T");
    SAME(answer("E6 = '2'", girl, 0), "T");
    SAME(answer("SEX <> 2", girl, 0), "F");
    SAME(answer("SEX not in (1)", girl, 0), "T");
    SAME(answer("SEX = 2", odd, 0), "U");     /* coded unknown */
    SAME(answer("SEX = 9", odd, 0), "U");
    SAME(answer("SEX = 2", bad, 0), "U");     /* invalid */
    SAME(answer("L2 = 1", odd, 0), "F");      /* not applicable */
    SAME(answer("L2 <> 1", odd, 0), "F");
    SAME(answer("not (L2 = 1)", odd, 0), "T");
    SAME(answer("AGE < 18", girl, 0), "T");
    SAME(answer("AGE = 7", girl, 0), "T");
    SAME(answer("AGE between 7 and 8", girl, 0), "T");
    SAME(answer("AGE not between 7 and 8", girl, 0), "F");
    SAME(answer("AGE < 18", odd, 0), "U");    /* 77 is no quantity */
    SAME(answer("AGE = 77", odd, 0), "T");
    SAME(answer("AGE = 5", odd, 0), "F");
    SAME(answer("FIPS = 001", girl, 0), "T"); /* FIPS codes are text */
    SAME(answer("FIPS = 1", girl, 0), "F");
    SAME(answer("FIPS = :place", girl, 0), "T"); /* so is a parameter beside one */
    SAME(answer("D <= '2024-09-30'", girl, 0), "T");
    SAME(answer("D <= '2024-09-30'", odd, 0), "F");
    SAME(answer("D <= '2024-09-30'", bad, 0), "U");
    SAME(answer("D > B", girl, 0), "T");
    SAME(answer("T1 = T2", girl, 0), "F");
    SAME(answer("AGE + 3 = 10 and AGE - 7 = 0", girl, 0), "T");
    SAME(answer("AGE < :cut", girl, 0), "T");
    SAME(answer("D > :day", girl, 0), "T");
}

static void test_logic(void)
{
    SAME(answer("SEX = 2 and AGE < 3 or true", girl, 0), "T");
    SAME(answer("SEX = 2 and SEX = 1", odd, 0), "U");
    SAME(answer("SEX = 2 and false", odd, 0), "F");
    SAME(answer("SEX = 2 or true", odd, 0), "T");
    SAME(answer("not SEX = 2", odd, 0), "U");
    SAME(answer("any(T# = 7 and L# in (1, 2))", girl, 0), "T");
    SAME(answer("any(T# = 1 and L# in (1, 2))", girl, 0), "F"); /* type and level of one slot */
    SAME(answer("any(T# = 7 and L# in (1, 2))", odd, 0), "U");
    SAME(answer("any(T# = 7 and L# in (1, 2))", bad, 0), "U");
    SAME(answer("count(T# = 7) = 1", girl, 0), "T");
    SAME(answer("count(SEX = 2, AGE = 7, T1 = 7) = 2", girl, 0), "T");
    SAME(answer("missing(SEX)", odd, 0), "T");
    SAME(answer("missing(SEX)", bad, 0), "T");
    SAME(answer("missing(SEX)", girl, 0), "F");
    SAME(answer("missing(L2)", odd, 0), "F");
    SAME(answer("not_applicable(L2)", odd, 0), "T");
    SAME(answer("missing(B)", bad, 0), "T");
    SAME(answer("any(DD >= '2024-01-01')", girl, 0), "T");
    SAME(answer("count(DD >= '2024-01-01') = 1", girl, 0), "T");
    SAME(answer("any(DD >= '2025-01-01')", girl, 0), "F");
    SAME(answer("any(DD >= '2024-01-01')", odd, 0), "F");
    SAME(answer("any(DD >= '2025-01-01')", bad, 0), "U");
}

static void test_functions(void)
{
    SAME(answer("days(B, D) = 5312", girl, 0), "T");
    SAME(answer("age(B, D) = 14", girl, 0), "T");
    SAME(answer("age(B, '2024-02-29') = 13", girl, 0), "T");
    SAME(answer("fiscal_year(D) = 2024", girl, 0), "T");
    SAME(answer("year(D) = 2024 and year('2023-10-01') = 2023", girl, 0), "T");
    SAME(answer("year(D) = 2024", odd, 0), "F");
    SAME(answer("year(D) = 2024", bad, 0), "U");
    SAME(answer("hours(B, TM, B + 1, TM) = 24", girl, 0), "T");
    SAME(answer("hours(B, TM, B, TM) = 0", odd, 0), "F");
    SAME(answer("hours(B, TM, B, TM) = 0", bad, 0), "U");
    SAME(answer("in_list(x)", girl, 0), "F");
    SAME(answer("case when SEX = 1 then AGE else 3 end = 3", girl, 0), "T");
    SAME(answer("case when SEX = 2 then true end", odd, 0), "U");
}

/* About the text of a field, not about what the codebook makes of it. */
static void test_texts(void)
{
    SAME(answer("any(DD < latest(D)) and not any(DD > latest(D))", girl, 0), "T");
    SAME(answer("any(latest(DD) < D)", girl, 0), "1:12: DD repeats inside its field: use any(...) or count(...)");
    SAME(answer("blank(D)", girl, 0), "F");
    SAME(answer("blank(D) and blank(TM)", odd, 0), "T");
    SAME(answer("blank(B)", bad, 0), "T");
    SAME(answer("blank(SEX) or blank(D)", bad, 0), "F"); /* invalid is not blank */
    SAME(answer("blank(DD)", odd, 0), "T");
    SAME(answer("any(blank(DD))", girl, 0), "F");
    SAME(answer("length(ID) = 2 and length(FIPS) = 3 and length(D) = 0", odd, 0), "T");
    SAME(answer("length(ID) = 3", "2024,a\xc3\xa9z,1,7,1,5,,,,,,001,", 0), "T"); /* characters, not bytes */
    SAME(answer("any(length(DD) = 1)", bad, 0), "T");
    SAME(answer("matches(ID, '[a-z][0-9]')", girl, 0), "T");
    SAME(answer("matches(ID, 'c')", girl, 0), "F"); /* the whole text */
    SAME(answer("matches(ID, 'x|c1')", girl, 0), "T");
    SAME(answer("matches(SEX, '[0-9]+')", odd, 0), "T"); /* unknown and invalid codes have a text */
    SAME(answer("matches(SEX, '[0-9]+')", bad, 0), "T");
    SAME(answer("matches(D, '.*')", odd, 0), "F");
    SAME(answer("matches(B, '.*')", bad, 0), "U");
    SAME(answer("matches(ID, '[0-9')", girl, 0), "1:13: '[0-9' is not an extended regular expression");
    SAME(answer("matches(ID)", girl, 0), "1:1: matches() needs one variable and a pattern in quotes");
    SAME(answer("length('x') = 1", girl, 0), "1:1: length() needs one variable");
}

static void test_definitions(void)
{
    SAME(answer("victim", girl, 0), "T");
    SAME(answer("victim", "2014,c,1,7,1,05,,,,,,001,", 0), "T"); /* the rule of its own year */
    SAME(answer("victim", "2015,c,1,7,1,05,,,,,,001,", 0), "F");
    SAME(answer("trafficked", girl, 2024), "T");
    SAME(answer("trafficked", girl, 2017), "1:1: no definition of trafficked covers the year 2017");
    SAME(answer("trafficked", "2017,c,1,7,1,05,,,,,,001,", 0),
         "0:0: no definition of trafficked in mine.def covers the year 2017 of this record");
    SAME(answer("in_care", girl, 0), "F");
    SAME(answer("in_care_on('2024-09-14')", girl, 0), "T");
    SAME(answer("in_care_on('2024-09-15')", girl, 0), "F");
    SAME(answer("in_care_on(D - 1)", girl, 0), "T");
    SAME(answer(":ffy_start = '2023-10-01' and ffy = 2024 and :ffy = 2024", girl, 0), "T");
    SAME(group("band", girl), "6-17");
    SAME(group("band", odd), "unborn");
    SAME(group("band", bad), "unknown");
    SAME(group("band", "2024,c,1,00,,,,,,,,001,"), "0");
    SAME(group("band", "2024,c,1,23,,,,,,,,001,"), "18+");
    SAME(group("band", "2024,c,1,24,,,,,,,,001,"), "unknown");
    SAME(group("word", girl), "other");
    SAME(group("word", bad), "t");
    SAME(group("SEX", girl), "2");
    SAME(group("SEX", odd), "9");
    SAME(group("SEX", bad), "(invalid)");
    SAME(group("L2", odd), "(blank)");
    SAME(group("L1", "2024,c,1,7,1,5,,,,,,001,"), "05"); /* the codebook's spelling */
    SAME(group("AGE", girl), "07");
    SAME(group("victim", odd), "yes");
    SAME(group("ffy", girl), "2024");
    SAME(group("ID", "2024,(total),1,7,1,5,,,,,,001,"), "(invalid)"); /* no reserved token from data */
}

static void test_errors(void)
{
    SAME(answer("SEXX = 1", girl, 0), "1:1: unknown name 'SEXX'; did you mean 'SEX'?");
    SAME(answer("victims", girl, 0), "1:1: unknown name 'victims'; did you mean 'victim'?");
    SAME(answer("SEX = 3", girl, 0), "1:7: code '3' is not in the codebook for SEX (1, 2, 9)");
    SAME(answer("AGE = 45", girl, 0), "1:7: code '45' is not in the codebook for AGE (77, 99, 0 to 23)");
    SAME(answer("SEX < 2", girl, 0), "1:5: codes are not quantities: compare them with = or in");
    SAME(answer("D = 20240930", girl, 0), "1:5: D is a date: write it as '2024-09-30'");
    SAME(answer("D < 'soon'", girl, 0), "1:5: 'soon' is not a date: write it as '2024-09-30'");
    SAME(answer("AGE < D", girl, 0), "1:5: cannot compare a number with a date");
    SAME(answer("AGE", girl, 0), "1:1: this is a number; a condition is needed here");
    SAME(answer("T# = 7", girl, 0), "1:1: 'T#': a name with '#' belongs inside any() or count()");
    SAME(answer("DD = '2024-01-01'", girl, 0), "1:1: DD repeats inside its field: use any(...) or count(...)");
    SAME(answer("anny(T# = 7)", girl, 0), "1:1: unknown function 'anny'; did you mean 'any'?");
    SAME(answer("frobnicate(T1)", girl, 0), "1:1: unknown function 'frobnicate'");
    SAME(answer("age(B)", girl, 0), "1:1: age() takes 2 arguments, not 1");
    SAME(answer("in_care_on()", girl, 0), "1:1: in_care_on takes 1 argument, not 0");
    SAME(answer(":nothing = 1", girl, 0), "1:1: parameter :nothing is not given (--param nothing=...)");
    SAME(answer("SEX = 1 and", girl, 0), "1:12: expected a value, found the end");
    SAME(answer("SEX = 1)", girl, 0), "1:8: expected the end of the expression, found ')'");
    SAME(answer("SEX = 'x", girl, 0), "1:7: this text is not closed on its line");
    SAME(answer("SEX ? 1", girl, 0), "1:5: character '?' has no meaning here");
    SAME(answer("band(AGE, 5, 3) = 'x'", girl, 0), "1:14: the bounds of band() are rising whole numbers");
    SAME(answer("\n  loop", girl, 0), "13:19: loop is defined by itself");
}

static const char *definition_error(const char *text)
{
    static char out[1000];
    struct cc_error err = { 0 };
    struct cc_definitions d;
    char path[128];
    strcpy(path, scratch_text("e.def", text));
    enum cc_status st = cc_definitions_read(path, &d, &err);
    snprintf(out, sizeof out, "%s:%zu:%zu: %s", err.file, err.line, err.column, st == CC_OK ? "read" : err.text);
    cc_definitions_free(&d);
    return out;
}

static void test_definition_files(void)
{
    SAME(definition_error("define a = B = 1\ndefine a = B = 2\n"),
         "e.def:2:8: a is defined twice for the same years (also in line 1)");
    SAME(definition_error("define a since 2015 until 2012 = true\n"), "e.def:1:8: since 2015 is after until 2012");
    SAME(definition_error("defin a = true\n"),
         "e.def:1:1: expected codebook, year, unit, represent, keep, define or derive, found 'defin'");
    SAME(definition_error("define a = true true\n"),
         "e.def:1:17: expected a new statement at the beginning of a line, found 'true'");
    SAME(definition_error("represent child by A\n"),
         "e.def:1:11: expected the name of a unit that is defined above, found 'child'");
    SAME(definition_error("unit a = A\nunit a = B\n"), "e.def:2:6: unit a is defined twice");
    SAME(definition_error("define a since soon = true\n"), "e.def:1:16: expected a year, found 'soon'");
    SAME(definition_error("define a\n    source \"s\n = true\n"), "e.def:2:12: this text is not closed on its line");
}

static void test_text_of_a_definition(void)
{
    struct cc_definitions d;
    struct cc_error err;
    char path[128];
    strcpy(path, scratch_text("t.def", "define a \"A\" = B = 1   # why\n    or any(C# = 2)\n"));
    OK(cc_definitions_read(path, &d, &err) == CC_OK);
    SAME(d.list[0].text, "B = 1 or any(C# = 2)");
    cc_definitions_free(&d);
}

int main(void)
{
    test_comparisons();
    test_logic();
    test_functions();
    test_texts();
    test_definitions();
    test_errors();
    test_definition_files();
    test_text_of_a_definition();
    return tap_done();
}

/* Codebook files: the four that are shipped, and every rule that a file can break. */
#include "datasets/records/cc_codebook.h"
#include "tests/scratch.h"
#include "tests/tap.h"

static const struct cc_variable *variable(const struct cc_codebook *cb, const char *name)
{
    int i = cc_codebook_find(cb, name);
    return i < 0 ? NULL : &cb->variables[i];
}

static struct cc_codebook *load(const char *name)
{
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    if (!OK(cc_codebook_load(name, &cb, &err) == CC_OK)) {
        printf("# %s: %s:%zu:%zu: %s\n", name, err.file, err.line, err.column, err.text);
        exit(1);
    }
    return cb;
}

static int code(const struct cc_variable *v, const char *text)
{
    return cc_variable_code(v, text, strlen(text));
}

static void test_ncands(void)
{
    struct cc_codebook *cb = load("ncands-child");
    SAME(cb->name, "ncands-child");
    OK(cb->count == 152 && cb->record_width_count == 2);
    OK(cb->record_widths[0] == 338 && cb->record_widths[1] == 312);
    size_t next = 1; /* the fields fill the record without a gap */
    int gaps = 0;
    for (size_t i = 0; i < cb->count; i++) {
        gaps += cb->variables[i].start != next;
        next = cb->variables[i].start + cb->variables[i].width;
    }
    OK(gaps == 0 && next == 339);
    const struct cc_variable *age = variable(cb, "chage");
    OK(age->type == CC_TYPE_INTEGER && age->has_range && age->low == 0 && age->high == 23
       && age->digits == 2);
    OK(code(age, "99") == 1 && age->codes[1].unknown && !age->codes[0].unknown
       && age->blank == CC_BLANK_UNKNOWN);
    const struct cc_variable *level = variable(cb, "MAL1LEV");
    OK(level->numeric_codes && code(level, "1") == 0 && code(level, "01") == 0 && code(level, " 1") == 0);
    OK(code(level, "9") == -1 && code(level, "99") == 9 && code(level, "1.0") == -1 && code(level, "") == -1);
    OK(code(level, "-1") == -1 && code(level, "18446744073709551617") == -1);
    OK(level->blank == CC_BLANK_NOT_APPLICABLE);
    const struct cc_variable *type = variable(cb, "CHMAL3");
    SAME(type->codes[6].label, "sex trafficking (since FFY2018)");
    const struct cc_variable *county = variable(cb, "RPTCNTY");
    OK(county->type == CC_TYPE_ID && code(county, "999") == 1 && code(county, "0999") == -1
       && county->codes[1].unknown);
    const struct cc_variable *lives = variable(cb, "CHLVNG");
    OK(!lives->codes[code(lives, "5")].unknown); /* marital status unknown is an answer */
    OK(variable(cb, "CHRACAI")->codes[2].unknown && variable(cb, "PLNSFCR")->first_year == 2018);
    OK(variable(cb, "SUBYR")->blank == CC_BLANK_NEVER);
    cc_codebook_free(cb);
}

static void test_research(void)
{
    struct cc_codebook *cb = load("ncands-child-ndacan");
    OK(cb->count == 153 && cb->record_width_count == 0);
    const struct cc_variable *source = variable(cb, "RptSrc");
    SAME(source->codes[0].code, "1");
    OK(source->start == 0 && code(source, "01") == 0);
    SAME(variable(cb, "RptDt")->format, "yyyy-mm-dd");
    OK(variable(cb, "ChAge")->digits == 0 && variable(cb, "ChAge")->high == 23);
    OK(variable(cb, "RptFIPS")->type == CC_TYPE_ID && variable(cb, "RptFIPS")->code_count == 0);
    cc_codebook_free(cb);
}

static void test_afcars(void)
{
    struct cc_codebook *cb = load("afcars-2020");
    OK(cb->count == 187);
    const struct cc_variable *report = variable(cb, "E111");
    SAME(report->name, "E111_victim_sex_trafficking_reported_date");
    OK(report->repeats == ';' && variable(cb, "e109")->repeats == 0);
    SAME(report->applies_when, "E110 = 1");
    const struct cc_variable *place = variable(cb, "E120");
    OK(!place->codes[code(place, "13")].unknown); /* whereabouts unknown is a place */
    const struct cc_variable *hispanic = variable(cb, "E21");
    OK(hispanic->codes[code(hispanic, "9")].unknown && !hispanic->codes[code(hispanic, "7")].unknown);
    const struct cc_variable *year = variable(cb, "E60");
    OK(year->code_count == 2 && !year->codes[1].unknown && year->high < 7777);
    OK(variable(cb, "E153")->blank == CC_BLANK_NOT_APPLICABLE
       && variable(cb, "E5")->blank == CC_BLANK_UNKNOWN);
    SAME(variable(cb, "E42")->format, "yyyymm");
    cc_codebook_free(cb);
    cb = load("afcars-1993-ndacan");
    OK(cb->count == 103 && cc_codebook_find(cb, "DSMIII") == cc_codebook_find(cb, "EMOTDIST"));
    OK(variable(cb, "STATE")->type == CC_TYPE_ID
       && variable(cb, "DODFCDT")->blank == CC_BLANK_NOT_APPLICABLE);
    const struct cc_variable *goal = variable(cb, "CASEGOAL");
    OK(!goal->codes[code(goal, "7")].unknown && goal->codes[code(goal, "99")].unknown);
    cc_codebook_free(cb);
}

static void test_names(void)
{
    char **names;
    size_t n;
    struct cc_error err = { 0 };
    OK(cc_codebook_names(&names, &n, &err) == CC_OK && n >= 4);
    int sorted = 1;
    for (size_t i = 1; i < n; i++) sorted &= strcmp(names[i - 1], names[i]) < 0;
    OK(sorted);
    cc_codebook_names_free(names, n);
    struct cc_codebook *cb;
    OK(cc_codebook_load("ncands-chld", &cb, &err) == CC_EUSAGE && !cb);
    SAME(err.text, "no codebook 'ncands-chld'; did you mean 'ncands-child'?");
    OK(cc_codebook_load("xyz", &cb, &err) == CC_EUSAGE && strstr(err.text, "codebook list"));
    OK(cc_codebook_load("./nowhere.csv", &cb, &err) == CC_EIO);
    cc_codebook_free(NULL);
    cb = load(scratch_text("case.csv", "name,type\nAb,id\naB,id\nCd,id\n"));
    OK(cc_codebook_find(cb, "Ab") == 0 && cc_codebook_find(cb, "aB") == 1); /* exact first */
    OK(cc_codebook_find(cb, "AB") == -1 && cc_codebook_find(cb, "CD") == 2); /* two are equal but for case */
    SAME(cc_codebook_suggest(cb, "Cdd"), "Cd");
    cc_codebook_free(cb);
}

/* A file that breaks a rule: "line:column: text". */
static const char *refused(const char *text)
{
    static char out[600];
    struct cc_codebook *cb;
    struct cc_error err = { 0 };
    if (cc_codebook_load(scratch_text("bad.csv", text), &cb, &err) == CC_OK) {
        cc_codebook_free(cb);
        return "accepted";
    }
    snprintf(out, sizeof out, "%zu:%zu: %s%s", err.line, err.column, err.text,
             strcmp(err.file, "bad.csv") ? " [no file]" : "");
    return out;
}

static void test_refusals(void)
{
    SAME(refused("name,type\nA,id\n"), "accepted");
    SAME(refused("name,typ\nA,id\n"), "1:2: a codebook has no column 'typ'; did you mean 'type'?");
    SAME(refused("name,label\nA,id\n"), "1:0: no column 'type'");
    SAME(refused("name,type\nA,cod\n"), "2:2: 'cod' is no type; did you mean 'code'?");
    SAME(refused("name,type\n,id\n"), "2:1: a variable without a name");
    SAME(refused("name,type\nA,id\nB,id\nA,id\n"), "4:1: 'A' is described twice");
    SAME(refused("name,alias,type\nA,X;Y,id\nB,Y,id\n"), "3:1: 'Y' is described twice");
    SAME(refused("name,type,codes\nA,code,\n"), "2:3: 'A' is of type code and lists no codes");
    SAME(refused("name,type,codes\nA,code,1=a;2\n"), "2:3: '2' is not code=label");
    SAME(refused("name,type,codes\nA,code,1=a;01=b\n"), "2:3: code '01' is listed twice");
    SAME(refused("name,type,codes\nA,code,1=a;01=b;X=c\n"),
         "accepted"); /* not all are numbers: texts differ */
    SAME(refused("name,type,codes,unknown\nA,code,1=a,9\n"), "2:4: '9' is not among the codes of 'A'");
    SAME(refused("name,type,blank\nA,id,nevr\n"), "2:3: 'nevr' is no blank; did you mean 'never'?");
    SAME(refused("name,type,format\nA,date,ddmmyyyy\n"), "2:3: 'ddmmyyyy' is no format");
    OK(strstr(refused("name,type,format\nA,date,\n"), "2:3: '' is no format") != NULL);
    SAME(refused("name,type,range\nA,integer,5\n"), "2:3: '5' is no range of an integer (low-high)");
    SAME(refused("name,type,range\nA,integer,9-5\n"), "2:3: '9-5' is no range of an integer (low-high)");
    SAME(refused("name,type,range\nA,text,0-5\n"), "2:3: '0-5' is no range of an integer (low-high)");
    SAME(refused("name,type,start\nA,id,3\n"), "2:0: 'A' needs both start and width");
    SAME(refused("name,type,start,width\nA,id,x,2\n"), "2:3: 'x' is no start (a whole number from 1)");
    OK(strstr(refused("name,type,start,width\nA,id,1,2\n"), "no (codebook) row before it") != NULL);
    SAME(refused("name,type,start,width\n(codebook),,,5\nA,id,4,3\n"),
         "3:3: 'A' ends at column 6, after the record's end (5)");
    SAME(refused("name,type,start,width\n(codebook),,,5;6\n"),
         "2:4: '6' is no record length (at most 4, the longest first)");
    SAME(refused("name,type,repeats\nA,id,;;\n"), "2:3: ';;' is no separator (one character)");
    SAME(refused("name,type,first_year\nA,id,soon\n"),
         "2:3: 'soon' is no first_year (a whole number from 1)");
    SAME(refused("name,type\n"), "1:0: the file has a header and no rows");
    SAME(refused(""), "1:1: the file is empty");
    SAME(refused("name,type\nA\n"), "2:1: this row has 1 field, the header has 2");
}

int main(void)
{
    test_ncands();
    test_research();
    test_afcars();
    test_names();
    test_refusals();
    return tap_done();
}

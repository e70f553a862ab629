/* Definition files and conditions: any text is refused, or bound, and what is bound has the same answers record
 * by record and over rows. The first line is a condition, the rest a definition file. */
#include <string.h>

#include "datasets/query/cc_query.h"
#include "tests/fuzz/fuzz.h"

static const char records[] = "A,B,D,I\n1,2,20240101,x\n9,,20231231,\n,3,20240230,y\n2,x,,z\n1,99,20250101,x\n";
static const char codebook[] =
    "name,type,format,codes,unknown,blank,range\n"
    "A,code,,1=a;2=b;9=c,9,unknown,\nB,integer,,99=u,99,not applicable,0-21\n"
    "D,date,yyyymmdd,,,unknown,\nI,id,,,,unknown,\n";

/* The answers of both ways are held against each other. */
static void ask(struct cc_query *q, struct cc_bound *condition, struct cc_records *r)
{
    static struct cc_block block;
    static uint8_t answers[CC_BLOCK_ROWS];
    uint16_t rows[CC_BLOCK_ROWS];
    if (cc_query_file(q, r, NULL, NULL) != CC_OK) return;
    while (cc_records_read(r, &block, NULL) == CC_OK) {
        for (size_t i = 0; i < block.rows; i++) rows[i] = (uint16_t)i;
        cc_query_block(q, &block);
        if (!cc_query_test_rows(q, condition, rows, block.rows, answers)) abort();
        for (size_t i = 0; i < block.rows; i++) {
            if (cc_query_record(q, &block, i, NULL) != CC_OK) abort();
            fuzz_must(cc_query_test(q, condition) == answers[i], "one answer");
        }
    }
}

static const char *save(const char *folder, const char *name, const char *text)
{
    static char path[2][128];
    char *to = path[strcmp(name, "r.csv") == 0];
    snprintf(to, sizeof path[0], "%s/%s", folder, name);
    FILE *f = fopen(to, "w");
    if (!f || fputs(text, f) == EOF || fclose(f)) abort();
    return to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char folder[] = "/tmp/fuzz-query-XXXXXX", *made;
    static struct cc_codebook *cb;
    if (!made) {
        made = mkdtemp(folder);
        if (!made || cc_codebook_load(save(folder, "b.csv", codebook), &cb, NULL) != CC_OK) abort();
        save(folder, "r.csv", records);
    }
    const uint8_t *end = memchr(data, '\n', size);
    if (!end) return 0;
    char *condition = strndup((const char *)data, (size_t)(end - data)), path[64];
    snprintf(path, sizeof path, "%s/r.csv", folder);
    struct cc_definitions defs = { 0 };
    struct cc_query *q = NULL;
    struct cc_bound *bound;
    struct cc_records *r = NULL;
    struct cc_error err;
    size_t rest = (size_t)(end + 1 - data);
    if (cc_definitions_read(fuzz_file(data + rest, size - rest), &defs, &err) == CC_OK
        && cc_query_alloc(cb, &defs, &(struct cc_query_options){ .ffy = 2024 }, &q, &err) == CC_OK
        && cc_query_condition(q, condition, "fuzz", &bound, &err) == CC_OK
        && cc_records_open(path, cb, NULL, &r, &err) == CC_OK)
        ask(q, bound, r);
    cc_records_close(r);
    cc_query_free(q);
    cc_definitions_free(&defs);
    free(condition);
    return 0;
}

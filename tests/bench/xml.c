/* AFCARS XML files: the floor under any program that reads them by libxml2's reader, and our own reader.
 *
 *   xml make N > FILE    N made-up children, all elements, each with a removal, placements, plans, visits
 *   xml bare FILE        xmlTextReader over all of it, nothing done
 *   xml read FILE        every variable of children, removals and placements, in one pass
 */
#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/records/cc_records.h"
#include "datasets/records/cc_xml_write.h"

static int fail(const struct cc_error *err)
{
    fprintf(stderr, "xml: %s\n", err->text);
    return 1;
}

/* Each variable of a group: a code of its list, or a date, or a number. */
static enum cc_status put_values(struct cc_xml_write *w, const struct cc_codebook *cb, int group, unsigned number,
                                 struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (size_t v = 0; v < cb->count && st == CC_OK; v++) {
        const struct cc_variable *x = &cb->variables[v];
        char text[32];
        if (x->group != group || cc_xml_write_in_head(w, v) || !strcmp(x->section, "derived")) continue;
        unsigned month = 1 + (number + (unsigned)v) % 12;
        if (x->type == CC_TYPE_DATE) snprintf(text, sizeof text, "2023%02u%s", month, x->format[6] ? "15" : "");
        else if (x->code_count) snprintf(text, sizeof text, "%s", x->codes[(number + v) % x->code_count].code);
        else if (x->type == CC_TYPE_ID) snprintf(text, sizeof text, "SYNTH%07u", number);
        else snprintf(text, sizeof text, "%u", 1960 + number % 40);
        st = cc_xml_write_value(w, v, text, strlen(text), err);
    }
    return st;
}

static enum cc_status put_item(struct cc_xml_write *w, const struct cc_codebook *cb, int group, unsigned number,
                               struct cc_error *err)
{
    enum cc_status st = cc_xml_write_begin(w, group, err);
    if (st == CC_OK) st = put_values(w, cb, group, number, err);
    for (size_t g = 1; g < cb->group_count && st == CC_OK; g++)
        for (unsigned k = 0; cb->groups[g].parent == group && k <= (number + g) % 3 * (group > 0) && st == CC_OK; k++)
            st = put_item(w, cb, (int)g, number + k, err);
    return st == CC_OK ? cc_xml_write_end(w, err) : st;
}

static int make(const struct cc_codebook *cb, unsigned n)
{
    struct cc_error err = { 0 };
    struct cc_xml_write *w;
    enum cc_status st = cc_xml_write_alloc(cb, stdout, &w, &err);
    if (st != CC_OK) return fail(&err);
    st = cc_xml_write_value(w, (size_t)cc_codebook_find(cb, "E2"), "202409", 6, &err);
    for (unsigned i = 0; i < n && st == CC_OK; i++) st = put_item(w, cb, 0, i, &err);
    if (st == CC_OK) st = cc_xml_write_finish(w, &err);
    cc_xml_write_free(w);
    return st == CC_OK ? 0 : fail(&err);
}

static int bare(const char *path)
{
    unsigned long nodes = 0;
    xmlTextReaderPtr r = xmlReaderForFile(path, NULL, XML_PARSE_NONET);
    int more = 0;
    while (r && (more = xmlTextReaderRead(r)) == 1) nodes++;
    xmlFreeTextReader(r);
    printf("%lu nodes\n", nodes);
    return !r || more != 0;
}

static int read_all(const struct cc_codebook *cb, const char *path)
{
    static struct cc_block blocks[3];
    static const char *const levels[] = { "record", "removal", "removal/placement" };
    struct cc_records_options o = { .level = levels[0] };
    struct cc_records *r[3] = { NULL };
    struct cc_error err = { 0 };
    unsigned long rows[3] = { 0 }, bytes = 0;
    enum cc_status st = cc_records_open(path, cb, &o, &r[0], &err);
    for (int i = 1; i < 3 && st == CC_OK; i++) st = cc_records_view(r[0], levels[i], &r[i], &err);
    size_t *all = malloc(cb->count * sizeof *all);
    for (size_t v = 0; all && v < cb->count; v++) all[v] = v;
    for (int i = 0; i < 3 && st == CC_OK; i++) st = all ? cc_records_want(r[i], all, cb->count) : CC_ENOMEM;
    while (st == CC_OK && (st = cc_records_read(r[0], &blocks[0], &err)) == CC_OK) {
        for (int i = 0; i < 3; i++)
            for (bool more = i == 0 || cc_records_read(r[i], &blocks[i], &err) == CC_OK; more;
                 more = i > 0 && cc_records_read(r[i], &blocks[i], &err) == CC_OK) {
                rows[i] += blocks[i].rows;
                for (size_t f = 0; f < blocks[i].rows; f++) bytes += cc_block_field(&blocks[i], f, f % cb->count).size;
            }
    }
    printf("%lu children, %lu removals, %lu placements, %lu bytes\n", rows[0], rows[1], rows[2], bytes);
    for (int i = 2; i >= 0; i--) {
        cc_records_close(r[i]);
        cc_block_free(&blocks[i]);
    }
    free(all);
    return st == CC_END ? 0 : fail(&err);
}

int main(int argc, char **argv)
{
    struct cc_error err = { 0 };
    struct cc_codebook *cb;
    if (argc != 3) return 2;
    if (!strcmp(argv[1], "bare")) return bare(argv[2]);
    if (cc_codebook_load("afcars-2020", &cb, &err) != CC_OK) return fail(&err);
    int code = !strcmp(argv[1], "make") ? make(cb, (unsigned)strtoul(argv[2], NULL, 10)) : read_all(cb, argv[2]);
    cc_codebook_free(cb);
    return code;
}

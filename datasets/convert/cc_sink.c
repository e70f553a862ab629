#include "datasets/convert/cc_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/records/cc_xml_write.h"

enum { DEEPEST = 8 };

const char *cc_sink_name(const struct cc_codebook *cb, int group)
{
    return group ? cb->groups[group].name : "child";
}

static struct cc_span span(const char *text)
{
    return (struct cc_span){ text, strlen(text) };
}

/* ---- an object a line ---- */

struct json {
    const struct cc_codebook *cb;
    FILE *out;
    struct cc_buf line;
    int open[DEEPEST], inside[DEEPEST]; /* groups; the group whose array is open in it, or -1 */
    size_t depth;
};

static bool json_key(struct json *j, const char *name)
{
    bool utf8, first = j->line.data[j->line.size - 1] == '{';
    return (first || cc_buf_char(&j->line, ',')) && cc_emit_json(&j->line, span(name), &utf8)
        && cc_buf_char(&j->line, ':');
}

/* Arrays of groups up to this one that have no items are empty, and not left out. */
static bool json_arrays(struct json *j, int upto)
{
    int group = j->open[j->depth - 1];
    int *inside = &j->inside[j->depth - 1];
    bool ok = true;
    for (int g = *inside < 0 ? group + 1 : *inside; g < upto && ok; g++) {
        if (j->cb->groups[g].parent != group) continue;
        if (g == *inside) ok = cc_buf_char(&j->line, ']');
        else ok = json_key(j, j->cb->groups[g].name) && cc_buf_text(&j->line, "[]");
    }
    return ok;
}

static enum cc_status json_begin(void *to, int group, struct cc_error *err)
{
    struct json *j = to;
    bool ok = true;
    if (j->depth) {
        int *inside = &j->inside[j->depth - 1];
        if (*inside == group) ok = cc_buf_char(&j->line, ',');
        else
            ok = json_arrays(j, group) && json_key(j, j->cb->groups[group].name) && cc_buf_char(&j->line, '[');
        *inside = group;
    }
    if (j->depth == DEEPEST) return cc_error_set(err, CC_EDOMAIN, 0, 0, "groups are too deep");
    j->open[j->depth] = group;
    j->inside[j->depth++] = -1;
    return ok && cc_buf_char(&j->line, '{') ? CC_OK : cc_error_memory(err);
}

static enum cc_status json_value(void *to, size_t variable, struct cc_span text, struct cc_error *err)
{
    struct json *j = to;
    bool utf8 = true, ok = json_key(j, j->cb->variables[variable].name);
    if (ok) ok = text.n ? cc_emit_json(&j->line, text, &utf8) : cc_buf_text(&j->line, "null");
    if (!utf8)
        return cc_error_set(err, CC_EDATA, 0, 0, "'%s': a text is not UTF-8, which JSON must be",
                            j->cb->variables[variable].name);
    return ok ? CC_OK : cc_error_memory(err);
}

static enum cc_status json_end(void *to, struct cc_error *err)
{
    struct json *j = to;
    if (!json_arrays(j, (int)j->cb->group_count) || !cc_buf_char(&j->line, '}')) return cc_error_memory(err);
    if (--j->depth) return CC_OK;
    if (!cc_buf_char(&j->line, '\n')) return cc_error_memory(err);
    (void)fwrite(j->line.data, 1, j->line.size, j->out); /* a failure shows at the end */
    cc_buf_clear(&j->line);
    return CC_OK;
}

static enum cc_status nothing_to_finish(void *to, struct cc_error *err)
{
    (void)to, (void)err;
    return CC_OK;
}

static void json_free(void *to)
{
    struct json *j = to;
    if (j) cc_buf_free(&j->line);
    free(j);
}

enum cc_status cc_sink_json(const struct cc_codebook *cb, FILE *out, struct cc_sink *sink, struct cc_error *err)
{
    struct json *j = calloc(1, sizeof *j);
    if (!j) return cc_error_memory(err);
    j->cb = cb;
    j->out = out;
    *sink = (struct cc_sink){ j, json_begin, json_value, json_end, nothing_to_finish, json_free };
    return CC_OK;
}

/* ---- one CSV a group ---- */

struct folder_file {
    FILE *out;
    char *path;
    uint64_t number; /* of the item in the one around */
    struct cc_buf line;
};

struct folder {
    const struct cc_codebook *cb;
    const bool *has;
    struct folder_file *files; /* one a group */
    int open[DEEPEST];
    size_t depth;
};

static bool add_keys(struct folder *f, int group, struct cc_buf *line, bool header)
{
    const struct cc_record_group *groups = f->cb->groups;
    if (groups[group].parent >= 0
        && (!add_keys(f, groups[group].parent, line, header) || !cc_buf_char(line, ','))) return false;
    return header ? cc_emit_delimited(line, span(cc_sink_name(f->cb, group)), ',')
                  : cc_buf_printf(line, "%llu", (unsigned long long)f->files[group].number);
}

static enum cc_status flush(struct folder_file *file, struct cc_error *err)
{
    if (!cc_buf_char(&file->line, '\n')) return cc_error_memory(err);
    if (fwrite(file->line.data, 1, file->line.size, file->out) != file->line.size)
        return cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(errno));
    cc_buf_clear(&file->line);
    return CC_OK;
}

static enum cc_status folder_begin(void *to, int group, struct cc_error *err)
{
    struct folder *f = to;
    if (f->depth == DEEPEST) return cc_error_set(err, CC_EDOMAIN, 0, 0, "groups are too deep");
    f->open[f->depth++] = group;
    f->files[group].number++;
    for (size_t g = 1; g < f->cb->group_count; g++)
        if (f->cb->groups[g].parent == group) f->files[g].number = 0;
    return add_keys(f, group, &f->files[group].line, false) ? CC_OK : cc_error_memory(err);
}

static enum cc_status folder_value(void *to, size_t variable, struct cc_span text, struct cc_error *err)
{
    struct folder *f = to;
    (void)variable; /* they come in the order of the columns */
    struct cc_buf *line = &f->files[f->open[f->depth - 1]].line;
    return cc_buf_char(line, ',') && cc_emit_delimited(line, text, ',') ? CC_OK : cc_error_memory(err);
}

static enum cc_status folder_end(void *to, struct cc_error *err)
{
    struct folder *f = to;
    return flush(&f->files[f->open[--f->depth]], err);
}

static enum cc_status folder_finish(void *to, struct cc_error *err)
{
    struct folder *f = to;
    enum cc_status st = CC_OK;
    for (size_t g = 0; g < f->cb->group_count; g++) {
        FILE *out = f->files[g].out;
        f->files[g].out = NULL;
        if (fclose(out) != 0 && st == CC_OK)
            st = cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(errno));
    }
    return st;
}

static void folder_free(void *to)
{
    struct folder *f = to;
    for (size_t g = 0; f && f->files && g < f->cb->group_count; g++) {
        if (f->files[g].out) fclose(f->files[g].out);
        free(f->files[g].path);
        cc_buf_free(&f->files[g].line);
    }
    if (f) free(f->files);
    free(f);
}

static enum cc_status open_group(struct folder *f, int group, struct cc_outdir *dir, struct cc_error *err)
{
    struct folder_file *file = &f->files[group];
    char name[256];
    snprintf(name, sizeof name, "%s.csv", cc_sink_name(f->cb, group));
    file->path = cc_outdir_path(dir, name);
    if (!file->path) return cc_error_memory(err);
    if (!(file->out = fopen(file->path, "w")))
        return cc_error_set(err, CC_EIO, 0, 0, "cannot write: %s", strerror(errno));
    bool ok = add_keys(f, group, &file->line, true);
    for (size_t v = 0; v < f->cb->count && ok; v++)
        if (f->has[v] && f->cb->variables[v].group == group)
            ok = cc_buf_char(&file->line, ',') && cc_emit_delimited(&file->line, span(f->cb->variables[v].name), ',');
    return ok ? flush(file, err) : cc_error_memory(err);
}

enum cc_status cc_sink_folder(const struct cc_codebook *cb, const bool *has, struct cc_outdir *dir,
                              struct cc_sink *sink, struct cc_error *err)
{
    struct folder *f = calloc(1, sizeof *f);
    if (!f) return cc_error_memory(err);
    f->cb = cb;
    f->has = has;
    f->files = calloc(cb->group_count, sizeof *f->files);
    enum cc_status st = f->files ? CC_OK : cc_error_memory(err);
    for (size_t g = 0; g < cb->group_count && st == CC_OK; g++) st = open_group(f, (int)g, dir, err);
    *sink = (struct cc_sink){ f, folder_begin, folder_value, folder_end, folder_finish, folder_free };
    return st;
}

/* ---- XML ---- */

static enum cc_status xml_begin(void *to, int group, struct cc_error *err)
{
    return cc_xml_write_begin(to, group, err);
}

static enum cc_status xml_value(void *to, size_t variable, struct cc_span text, struct cc_error *err)
{
    if (text.n && !cc_xml_write_has(to, variable))
        return cc_error_set(err, CC_EDATA, 0, 0, "the XML file has no place for the value of one of the variables "
                            "(number %zu of the codebook)", variable + 1);
    return cc_xml_write_value(to, variable, text.text, text.n, err);
}

static enum cc_status xml_end(void *to, struct cc_error *err)
{
    return cc_xml_write_end(to, err);
}

static enum cc_status xml_finish(void *to, struct cc_error *err)
{
    return cc_xml_write_finish(to, err);
}

static void xml_free(void *to)
{
    cc_xml_write_free(to);
}

enum cc_status cc_sink_xml(const struct cc_codebook *cb, FILE *out, struct cc_sink *sink, struct cc_error *err)
{
    struct cc_xml_write *w = NULL;
    enum cc_status st = cc_xml_write_alloc(cb, out, &w, err);
    *sink = (struct cc_sink){ w, xml_begin, xml_value, xml_end, xml_finish, xml_free };
    return st;
}

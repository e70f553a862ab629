#include "stats/counting/cc_tally_spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"
#include "stats/counting/cc_cells.h"

enum { MAX_TABLES = 1000, MAX_NAME = 200 };

static enum cc_status set_by(struct cc_tally_spec *spec, char *list, struct cc_arena *arena, struct cc_error *err)
{
    char *parts[CC_CELLS_MAX_GROUPS + 1];
    size_t n = cc_split(list, ',', parts, CC_CELLS_MAX_GROUPS + 1);
    if (n == 0 || spec->by_count + n > CC_CELLS_MAX_GROUPS)
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--by takes 1 to %d names", CC_CELLS_MAX_GROUPS);
    if (!spec->by && !(spec->by = cc_arena_alloc(arena, CC_CELLS_MAX_GROUPS * sizeof *spec->by)))
        return cc_error_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!*parts[i]) return cc_error_set(err, CC_EUSAGE, 0, 0, "--by: a name is missing");
        for (size_t k = 0; k < spec->by_count; k++)
            if (!strcmp(spec->by[k], parts[i]))
                return cc_error_set(err, CC_EUSAGE, 0, 0, "--by: %s is named twice", parts[i]);
        spec->by[spec->by_count++] = parts[i];
    }
    return CC_OK;
}

static bool good_name(const char *name)
{
    if (!strcmp(name, "measure") || !strcmp(name, "note") || !strncmp(name, "n_unknown", 9)) return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-') return false;
    return *name != '\0';
}

static enum cc_status set_count(struct cc_tally_spec *spec, char *text, struct cc_arena *arena, struct cc_error *err)
{
    char *equals = strchr(text, '=');
    if (equals) *equals = '\0';
    char *name = cc_trim(text);
    if (!equals || !good_name(name))
        return cc_error_set(err, CC_EUSAGE, 0, 0, "--count takes NAME=CONDITION, NAME of letters, digits, '_' and '-'");
    if (spec->count_count == CC_TALLY_MAX_COUNTS) return cc_error_set(err, CC_EUSAGE, 0, 0, "too many --count");
    for (size_t i = 0; i < spec->count_count; i++)
        if (!strcmp(spec->counts[i].name, name))
            return cc_error_set(err, CC_EUSAGE, 0, 0, "--count %s is given twice", name);
    if (!spec->counts && !(spec->counts = cc_arena_alloc(arena, CC_TALLY_MAX_COUNTS * sizeof *spec->counts)))
        return cc_error_memory(err);
    spec->counts[spec->count_count++] = (struct cc_tally_count){ name, equals + 1 };
    return CC_OK;
}

bool cc_tally_spec_has_value(const char *option)
{
    return strcmp(option, "total") && strcmp(option, "per-cell") && strcmp(option, "all-years");
}

enum cc_status cc_tally_spec_set(struct cc_tally_spec *spec, const char *option, const char *value,
                                 struct cc_arena *arena, struct cc_error *err)
{
    char *copy = value ? cc_arena_text(arena, value, strlen(value)) : NULL;
    if (value && !copy) return cc_error_memory(err);
    if (!strcmp(option, "by")) return set_by(spec, copy, arena, err);
    if (!strcmp(option, "count")) return set_count(spec, copy, arena, err);
    if (!strcmp(option, "where") && spec->where) return cc_error_set(err, CC_EUSAGE, 0, 0, "--where is given twice");
    if (!strcmp(option, "where")) spec->where = copy;
    else if (!strcmp(option, "unit")) spec->unit = copy;
    else if (!strcmp(option, "total")) spec->total = true;
    else if (!strcmp(option, "per-cell")) spec->per_cell = true;
    else if (!strcmp(option, "all-years")) spec->all_years = true;
    else return cc_error_set(err, CC_EUSAGE, 0, 0, "a table has no option --%s", option);
    return CC_OK;
}

/* The next word of a line, quotes removed, in place; NULL at the end. */
static char *next_word(char **line, bool *open_quote)
{
    char *from = *line, *to;
    while (isspace((unsigned char)*from)) from++;
    if (!*from || *from == '#') return NULL; /* a comment ends the line */
    char *word = to = from, quote = 0;
    for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (quote && *from == quote) quote = 0;
        else if (!quote && (*from == '\'' || *from == '"')) quote = *from;
        else *to++ = *from;
    }
    *open_quote = quote != 0;
    *line = *from ? from + 1 : from;
    *to = '\0';
    return word;
}

static bool file_name(const char *name)
{
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_-.", *p)) return false;
    return *name && *name != '.' && strlen(name) <= MAX_NAME;
}

static enum cc_status read_line(char *line, size_t number, struct cc_arena *arena, struct cc_tally_spec *spec,
                                struct cc_error *err)
{
    bool open_quote = false;
    *spec = (struct cc_tally_spec){ .name = next_word(&line, &open_quote), .line = number };
    if (!file_name(spec->name))
        return cc_error_set(err, CC_EDATA, number, 1,
                            "a line starts with the table's name, of letters, digits, '_', '-' and '.'");
    for (char *word; (word = next_word(&line, &open_quote)) && !open_quote;) {
        if (strncmp(word, "--", 2))
            return cc_error_set(err, CC_EDATA, number, 0, "expected an option, found '%s'", word);
        char *option = word + 2, *value = strchr(option, '=');
        if (value) *value++ = '\0';
        else if (cc_tally_spec_has_value(option)) value = next_word(&line, &open_quote);
        if (cc_tally_spec_has_value(option) != (value != NULL))
            return cc_error_set(err, CC_EDATA, number, 0, "--%s %s", option,
                                value ? "takes no value" : "needs a value");
        enum cc_status st = cc_tally_spec_set(spec, option, value, arena, err);
        if (st == CC_EUSAGE && err) {
            err->code = st = CC_EDATA;
            err->line = number;
        }
        if (st != CC_OK) return st;
    }
    return open_quote ? cc_error_set(err, CC_EDATA, number, 0, "a quote is not closed") : CC_OK;
}

static enum cc_status read_lines(char *text, struct cc_arena *arena, struct cc_tally_spec *specs, size_t *n,
                                 struct cc_error *err)
{
    size_t number = 0;
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end) *end++ = '\0';
        number++;
        char *start = cc_trim(line);
        if (!*start || *start == '#') continue;
        if (*n == MAX_TABLES) return cc_error_set(err, CC_EDATA, number, 0, "more than %d tables", MAX_TABLES);
        enum cc_status st = read_line(start, number, arena, &specs[*n], err);
        if (st != CC_OK) return st;
        for (size_t i = 0; i < *n; i++)
            if (!strcmp(specs[i].name, specs[*n].name))
                return cc_error_set(err, CC_EDATA, number, 1, "table %s is named twice", specs[i].name);
        ++*n;
    }
    return *n ? CC_OK : cc_error_set(err, CC_EDATA, 1, 1, "no table is asked for");
}

enum cc_status cc_tally_spec_read(const char *path, struct cc_arena *arena, struct cc_tally_spec **out, size_t *n,
                                  struct cc_error *err)
{
    char *text;
    *n = 0;
    enum cc_status st = cc_text_read(path, &text, err);
    if (st != CC_OK) return st;
    char *copy = cc_arena_text(arena, text, strlen(text));
    free(text);
    *out = cc_arena_alloc(arena, MAX_TABLES * sizeof **out);
    if (!copy || !*out) return cc_error_memory(err);
    st = read_lines(copy, arena, *out, n, err);
    if (st != CC_OK) cc_error_file(err, path);
    return st;
}

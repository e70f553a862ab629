#include "stats/counting/cc_screen_table.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "datasets/base/cc_text.h"

enum { MEASURE, ESTIMATE, SE, LOWER, UPPER, LEVEL, METHOD, N_MISSING, NOTE, RESULT_COLUMNS };
static const char *const RESULTS[RESULT_COLUMNS] = { "measure", "estimate", "se", "lower", "upper",
                                                     "level", "method", "n_missing", "note" };

bool cc_screen_table_has(const char *name)
{
    for (size_t i = 0; i < RESULT_COLUMNS; i++)
        if (!strcmp(name, RESULTS[i])) return true;
    return false;
}

bool cc_screen_table_columns(struct cc_screen_table *t)
{
    bool ok = true;
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++) ok = cc_table_add_column(&t->out, RESULTS[i]);
    return ok;
}

bool cc_screen_table_put(void *to, const struct cc_screen_row *row)
{
    struct cc_screen_table *t = to;
    char number[6][32];
    struct cc_buf note = { 0 };
    const struct cc_interval *ci = &row->value.ci;
    bool has_note = t->note && *t->note && strcmp(t->note, "NA") != 0;
    bool ok = cc_buf_text(&note, row->note)
              && (!has_note || (cc_buf_text(&note, "; ") && cc_buf_text(&note, t->note)))
              && cc_table_add_row(&t->out);
    const char *cells[RESULT_COLUMNS] = {
        [MEASURE] = row->measure,
        [ESTIMATE] = cc_format_double(ci->estimate, number[0]),
        [SE] = cc_format_double(row->value.se, number[1]),
        [LOWER] = cc_format_double(ci->lower, number[2]),
        [UPPER] = cc_format_double(ci->upper, number[3]),
        [LEVEL] = cc_format_double(row->level, number[4]),
        [METHOD] = row->method,
        [N_MISSING] = cc_format_double(t->n_missing < 0 ? NAN : (double)t->n_missing, number[5]),
        [NOTE] = note.data ? note.data : "",
    };
    for (size_t i = 0; i < t->n_carried && ok; i++) ok = cc_table_set(&t->out, t->out.rows - 1, i, t->carried[i]);
    for (size_t i = 0; i < RESULT_COLUMNS && ok; i++)
        ok = cc_table_set(&t->out, t->out.rows - 1, t->n_carried + i, cells[i]);
    cc_buf_free(&note);
    return ok;
}

void cc_screen_tell(const struct cc_screen_table *t, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    t->tell(text);
}

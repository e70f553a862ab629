#ifndef CC_TOOL_SHEETS_H
#define CC_TOOL_SHEETS_H
/* Answer sheets in a table, one a row, and their results as columns of another. */
#include "stats/tools/cc_tool_score.h"

struct cc_tool_map {
    const char *item, *column;
};

struct cc_tool_sheets_options {
    const struct cc_tool_map *maps; /* items whose column has another name */
    size_t map_count;
    const char *total; /* column of the finished score of the tool, in place of answers, or NULL */
    const char *age; /* column of completed years, or NULL */
    bool any_age;    /* scores also who is outside of the ages of the tool */
    bool missing[CC_MISSING_RULES]; /* the rules that are asked for; with several, columns are named by them */
};

enum cc_sheet_status {
    CC_SHEET_COMPLETE, CC_SHEET_INCOMPLETE, CC_SHEET_EMPTY, CC_SHEET_REFUSED, CC_SHEET_AGE_UNKNOWN,
    CC_SHEET_OUTSIDE_AGE, CC_SHEET_STATUSES
};

struct cc_tool_sheets; /* a tool and the columns that hold its answers */

/** The answers of one row, scored by each rule that is asked for; owned by the sheets, until the next row. */
struct cc_sheet {
    enum cc_sheet_status status;
    size_t missing[CC_MISSING_RULES], asked[CC_MISSING_RULES];
    const struct cc_outcome *outcomes[CC_MISSING_RULES]; /* result_count each; unknown outside of the ages */
};

/** Finds the columns of the tool's items, or of the total. Errors: one that is not there; levels that do not
 *  hold every score; CC_EUSAGE for a total of a tool whose result is no total with levels. Errors of the table
 *  name no file. The tool, the table and the options must outlive the result. */
CC_MUST_USE enum cc_status cc_tool_sheets_open(const struct cc_tool *tool, const struct cc_table *in,
                                               const struct cc_tool_sheets_options *o, struct cc_tool_sheets **out,
                                               struct cc_error *err);

/** Scores a row. A total decides the result of the tool itself; sub-results are then unknown. Errors: an answer
 *  that is none of the codes, a total that its items cannot make, an age that is no number. */
CC_MUST_USE enum cc_status cc_tool_sheets_score(struct cc_tool_sheets *s, size_t row, struct cc_sheet *out,
                                                struct cc_error *err);

/** Adds the result columns to a table without rows: for each result TOOL_score and TOOL_level (TOOL_RESULT_score, ...),
 *  TOOL_items_missing, TOOL_status; of a total TOOL_score, TOOL_level and TOOL_status alone. False when
 *  out of memory. */
CC_MUST_USE bool cc_tool_sheets_columns(const struct cc_tool_sheets *s, struct cc_table *out);

/** Writes a sheet into a row, from a column on; moves *column behind the last. False when out of memory. */
CC_MUST_USE bool cc_tool_sheets_put(const struct cc_tool_sheets *s, const struct cc_sheet *sheet, struct cc_table *out,
                                    size_t row, size_t *column);

const char *cc_sheet_status_word(enum cc_sheet_status status);

void cc_tool_sheets_close(struct cc_tool_sheets *s); /* NULL allowed */
#endif

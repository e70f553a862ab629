#ifndef CC_TOOL_SCORE_H
#define CC_TOOL_SCORE_H
/* The results of one answer sheet: numbers in, numbers out. */
#include "datasets/records/cc_tool.h"

/* What an answer that is missing stands for: the whole result is not known (complete cases); the lowest value of
 * its item; the highest. Every rule rises with its items, so that the last two are bounds of what would have come
 * out. */
enum cc_missing { CC_MISSING_COMPLETE, CC_MISSING_NO, CC_MISSING_YES, CC_MISSING_RULES };

struct cc_tool_answer {
    enum cc_code_kind kind;
    int64_t value;
};

/* A tool and a list of answers: those of item i are answers[first[i]] to answers[first[i + 1] - 1], one unless the
 * item repeats. */
struct cc_tool_form {
    const struct cc_tool *tool;
    const size_t *first; /* item_count + 1 */
};

enum cc_outcome_kind {
    CC_OUTCOME_SCORED,
    CC_OUTCOME_UNKNOWN,  /* answers are missing, or there is nothing to score */
    CC_OUTCOME_NOT_ASKED /* an earlier stage did not lead here */
};

struct cc_outcome {
    enum cc_outcome_kind kind;
    int64_t score;
    size_t level; /* level_count: no level */
};

/** Results of a sheet, in the order of the tool's.
 *
 *  out      result_count
 *  missing  answers to the items of the results that were asked which are missing
 *  asked    answers to these items, without those that do not apply (CC_CODE_NONE)
 *
 *  Returns CC_OK; CC_EDOMAIN if a score is in none of the levels of its result. */
CC_MUST_USE enum cc_status cc_tool_score(const struct cc_tool_form *form, const struct cc_tool_answer *answers,
                                         enum cc_missing rule, struct cc_outcome *out, size_t *missing,
                                         size_t *asked);

/** Can a result hold every score that its items allow? low and high: the least and the greatest. */
bool cc_tool_fits(const struct cc_tool_form *form, size_t result, int64_t *low, int64_t *high);

/** Is it a positive result? */
bool cc_outcome_positive(const struct cc_tool_result *r, const struct cc_outcome *o);

const char *cc_missing_word(enum cc_missing rule);
#endif

#ifndef CC_HUI_WALTER_H
#define CC_HUI_WALTER_H
/* Two tests, two populations, and no truth at all: latent classes.
 *
 * Six shares are known (three for each population) and six numbers wanted. They are identified
 * only if the prevalences differ, both tests tell the classes apart, their accuracy is the same in
 * both populations, and they err independently among children of one class. The first two can be
 * looked at in the data, and are; the last two cannot, and are assumed.
 *
 *  Source  Hui & Walter (1980), Biometrics 36:167-171.
 *  Oracle  tests/oracle/hui_walter.csv
 */
#include "stats/screening/cc_screen.h"

struct cc_cross { /* first test, second test: positive or negative */
    int64_t pp, pn, np, nn; /* persons, 0 .. 2^50 */
};

enum cc_hui_walter_number { CC_HW_PREV1, CC_HW_PREV2, CC_HW_SE1, CC_HW_SE2, CC_HW_SP1, CC_HW_SP2, CC_HW_NUMBERS };

enum cc_hui_walter_refusal {
    CC_HW_SOLVED,
    CC_HW_EMPTY,    /* a population without a child */
    CC_HW_SAME,     /* a test is positive equally often in both: equal prevalences, or se + sp = 1 */
    CC_HW_OPPOSITE, /* the tests do not agree on the population with more positives */
    CC_HW_CHANCE,   /* most likely is a test that tells nothing, or the opposite: se + sp <= 1 */
    CC_HW_FLAT      /* other numbers are as likely */
};

struct cc_hui_walter {
    double estimate[CC_HW_NUMBERS]; /* proportions; NaN if refused */
    double se[CC_HW_NUMBERS];       /* from the expected information; NaN if refused, and see edges */
    double same_p;                  /* p-value of equal positivity, of the test that differs less; NaN if unknown */
    int edges;                      /* estimates that are 0 or 1, without se, because the equations have no
                                     * solution inside 0..1; 0 if they have one */
    double g_squared, fit_p;        /* distance from the shares as they are, its p-value on edges degrees of
                                     * freedom; 0 and 1 if they fit exactly; NaN if refused */
    enum cc_hui_walter_refusal refusal;
};

/** The maximum likelihood estimate. Where the equations have a solution it fits the six shares
 *  exactly: the points (share positive on test 1, on test 2) of both populations and of both classes
 *  lie on one line, and what the tests agree beyond chance gives the classes as roots of a quadratic.
 *  Of its two labellings the one with sensitivity + specificity > 1 is taken. Where there is no
 *  solution inside 0..1, as by cc_hui_walter_edge.
 *
 *  Returns CC_OK; CC_UNDEFINED unless out->refusal is CC_HW_SOLVED; CC_EDOMAIN for counts out of
 *          range.
 */
CC_MUST_USE enum cc_status cc_hui_walter(struct cc_cross first, struct cc_cross second, struct cc_hui_walter *out);
#endif

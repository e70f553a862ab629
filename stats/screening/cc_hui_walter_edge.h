#ifndef CC_HUI_WALTER_EDGE_H
#define CC_HUI_WALTER_EDGE_H
/* Hui and Walter where their equations have no solution inside 0..1: with specificities near 1
 * sampling error alone often puts it outside, and the likelihood is highest on the edge. */
#include "stats/screening/cc_hui_walter.h"

/** The maximum likelihood estimate among all six numbers in 0..1.
 *
 *  A number on the edge is exactly 0 or 1, and its standard error NaN; the other standard errors are
 *  from the expected information of the numbers that are not on the edge. Of the two labellings the
 *  one with sensitivity + specificity > 1 on test 1 is taken.
 *
 *  Each corner of the scale starts a climb: Newton steps on the numbers that are free to move, cut at
 *  the first edge met, let go of an edge when the likelihood rises away from it, until the gradient
 *  of the mean log likelihood is below 1e-11. The highest is taken. No other point that a climb ended
 *  in may be as high, and the information must have an inverse; else nothing is identified.
 *
 *  G-squared, twice the log likelihood lost against the six shares as they are, is chi-squared on as
 *  many degrees of freedom as numbers lie on the edge if these do so in truth, given that they do in
 *  the estimate; it is conservative if they do not.
 *
 *  first, second  counts as cc_hui_walter has checked them, a child in each
 *  out            all but same_p; estimate, se and so on NaN if refused
 *
 *  Returns CC_OK with refusal CC_HW_SOLVED; CC_UNDEFINED with CC_HW_CHANCE or CC_HW_FLAT.
 *  Source  steps: Bertsekas (1982), SIAM J Control Optim 20:221-246; the edge: Self & Liang (1987),
 *          JASA 82:605-610; given the edge: Wollan & Dykstra (1986), Advances in Order Restricted
 *          Statistical Inference, 279-283.
 */
CC_MUST_USE enum cc_status cc_hui_walter_edge(struct cc_cross first, struct cc_cross second,
                                              struct cc_hui_walter *out);
#endif

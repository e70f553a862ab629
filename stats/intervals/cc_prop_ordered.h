#ifndef CC_PROP_ORDERED_H
#define CC_PROP_ORDERED_H
/* Lower limits of the exact intervals that do not split their error evenly between both sides.
 * The upper limit at x is 1 minus the lower limit at n - x. The set of proportions that such a
 * test does not reject can have gaps: the limits are those of the smallest interval around it.
 * They are solved for, where epiR and others step along a grid of 0.0001.
 *
 *  x, n   1 <= x <= n <= 1e9
 *  alpha  1 - level, in (0, 1)
 *
 *  Return NaN where nothing is found. */

/** Blaker (2000), Canadian J Stat 28:783-798: the smaller tail of x, and as much of the other
 *  tail as does not exceed it, together reach alpha. */
double cc_prop_blaker_lower(double x, double n, double alpha);

/** Sterne (1954), Biometrika 41:275-278: the outcomes that are no likelier than x reach alpha. */
double cc_prop_sterne_lower(double x, double n, double alpha);
#endif

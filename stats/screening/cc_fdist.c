#include "stats/screening/cc_fdist.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stats/intervals/cc_quantile.h"

static const double SMALL = 1e-2; /* below it, a tail that is a difference from 1 has lost digits */

double cc_f_above(double f, double df1, double df2)
{
    if (isinf(f)) return 0;
    if (f <= 0) return f == 0 ? 1 : NAN;
    double x = df1 * f / (df1 * f + df2), y = df2 / (df1 * f + df2);
    double above = cc_beta_tails(df1 / 2, df2 / 2, x, y).above;
    return above > SMALL || y < x ? above : gsl_cdf_fdist_Q(f, df1, df2);
}

double cc_f_quantile(double df1, double df2, struct cc_tails t)
{
    double x = cc_beta_quantile(df1 / 2, df2 / 2, t);
    double y = cc_beta_quantile(df2 / 2, df1 / 2, (struct cc_tails){ t.above, t.below });
    return df2 * x / (df1 * y);
}

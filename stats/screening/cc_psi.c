#include "stats/screening/cc_psi.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* How many sorted scores are at most x. */
static size_t count_to(const double *sorted, size_t n, double x)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= x) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The values of both, ascending; more than CC_PSI_BINS are not counted on. */
static size_t distinct(const double *a, size_t n, const double *b, size_t m, double *out)
{
    size_t i = 0, k = 0, count = 0;
    while ((i < n || k < m) && count <= CC_PSI_BINS) {
        double x = k == m || (i < n && a[i] < b[k]) ? a[i] : b[k];
        out[count++] = x;
        while (i < n && a[i] <= x) i++;
        while (k < m && b[k] <= x) k++;
    }
    return count;
}

/* Upper ends of the bins but the last, which is open: the tenths of the baseline. */
static size_t tenths(const double *base, size_t n, double *ends)
{
    size_t count = 0;
    for (size_t i = 1; i < CC_PSI_BINS; i++) {
        double x = base[(i * n + CC_PSI_BINS - 1) / CC_PSI_BINS - 1];
        if (count == 0 || x > ends[count - 1]) ends[count++] = x;
    }
    return count;
}

static size_t smaller(size_t smallest, size_t count)
{
    return count > 0 && count < smallest ? count : smallest;
}

enum cc_status cc_psi(double *base, size_t n, double *now, size_t m, struct cc_psi *out)
{
    double ends[CC_PSI_BINS + 1];
    size_t base_before = 0, now_before = 0;
    *out = (struct cc_psi){ .index = NAN };
    if (n == 0 || m == 0) return CC_UNDEFINED;
    qsort(base, n, sizeof *base, compare);
    qsort(now, m, sizeof *now, compare);
    size_t values = distinct(base, n, now, m, ends);
    size_t cuts = values <= CC_PSI_BINS ? values - 1 : tenths(base, n, ends);
    *out = (struct cc_psi){ .index = 0, .bins = cuts + 1, .smallest = n < m ? n : m };
    for (size_t i = 0; i < out->bins; i++) {
        size_t base_to = i < cuts ? count_to(base, n, ends[i]) : n, now_to = i < cuts ? count_to(now, m, ends[i]) : m;
        size_t x = base_to - base_before, y = now_to - now_before;
        double q = ((double)x + 0.5) / ((double)n + 0.5 * (double)out->bins);
        double p = ((double)y + 0.5) / ((double)m + 0.5 * (double)out->bins);
        out->index += (p - q) * log(p / q);
        out->smallest = smaller(smaller(out->smallest, x), y);
        base_before = base_to;
        now_before = now_to;
    }
    return CC_OK;
}

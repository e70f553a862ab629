#ifndef TAP_H
#define TAP_H
/* Test Anything Protocol in a header: OK(condition), SAME(text, text), NEAR(got, want, relative). */
#include <math.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

static inline int tap_check(int passed, const char *what, const char *file, int line)
{
    tap_run++;
    if (!passed) {
        tap_failed++;
        printf("not ok %d - %s:%d: %s\n", tap_run, file, line, what);
    }
    return passed;
}

static inline int tap_near(double got, double want, double tolerance)
{
    if (isnan(want)) return isnan(got);
    return got == want || fabs(got - want) <= tolerance * fmax(fabs(want), 1e-300);
}

#define OK(condition) tap_check(!!(condition), #condition, __FILE__, __LINE__)
#define SAME(got, want)                                                                          \
    do {                                                                                         \
        const char *g_ = (got), *w_ = (want);                                                    \
        if (!tap_check(g_ && w_ && strcmp(g_, w_) == 0, #got " is " #want, __FILE__, __LINE__))   \
            printf("#   got  '%s'\n#   want '%s'\n", g_ ? g_ : "(null)", w_ ? w_ : "(null)");    \
    } while (0)
#define NEAR(got, want, tolerance)                                                               \
    do {                                                                                         \
        double g_ = (got), w_ = (want);                                                          \
        if (!tap_check(tap_near(g_, w_, tolerance), #got " near " #want, __FILE__, __LINE__))    \
            printf("#   got %.17g, want %.17g\n", g_, w_);                                       \
    } while (0)

/* The last line of main. Only failures are listed one by one; the counts are exact. */
static inline int tap_done(void)
{
    printf("1..%d\n# %d passed, %d failed\n", tap_run, tap_run - tap_failed, tap_failed);
    return tap_failed != 0;
}
#endif

#include "datasets/base/cc_progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void cc_progress_start(struct cc_progress *p, const char *what)
{
    *p = (struct cc_progress){ .on = isatty(STDERR_FILENO) == 1, .what = what };
    if (p->on) p->started = p->last = now();
}

void cc_progress_update(struct cc_progress *p, uint64_t done, uint64_t total, uint64_t rows)
{
    if (!p->on) return;
    double t = now(), elapsed = t - p->started;
    if (elapsed < 1 || t - p->last < 0.1) return;
    p->last = t;
    p->shown = true;
    enum { WIDTH = 24 };
    char bar[WIDTH + 1];
    int filled = total ? (int)((double)done / (double)total * WIDTH) : 0;
    if (filled > WIDTH) filled = WIDTH;
    memset(bar, '#', (size_t)filled);
    memset(bar + filled, '.', (size_t)(WIDTH - filled));
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %.0f MB, %llu rows, %.0f MB/s", p->what, bar, (double)done / 1e6,
            (unsigned long long)rows, (double)done / 1e6 / elapsed);
    if (total && done) fprintf(stderr, ", %.0f s left", elapsed / (double)done * (double)(total - done));
    fflush(stderr);
}

void cc_progress_end(struct cc_progress *p)
{
    if (p->shown) fputs("\r\033[K", stderr);
    p->shown = false;
}

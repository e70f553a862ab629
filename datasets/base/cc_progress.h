#ifndef CC_PROGRESS_H
#define CC_PROGRESS_H
/* A progress bar on standard error: only on a terminal, only when a job takes more than a
 * second. It reads a monotonic clock for the rate; no result depends on it. */
#include <stdbool.h>
#include <stdint.h>

struct cc_progress {
    bool on, shown;
    double started, last;
    const char *what; /* e.g. the program's name */
};

void cc_progress_start(struct cc_progress *p, const char *what);

/** done and total in bytes of the input; total 0 if not known; rows so far. */
void cc_progress_update(struct cc_progress *p, uint64_t done, uint64_t total, uint64_t rows);

/** Wipes the bar. */
void cc_progress_end(struct cc_progress *p);
#endif

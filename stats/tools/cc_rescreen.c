#include "stats/tools/cc_rescreen.h"

#include <stdlib.h>
#include <string.h>

bool cc_rescreen_parse(const char *text, enum cc_rescreen *out)
{
    static const char *const words[CC_RESCREEN_RULES] = { "first", "last", "highest", "any" };
    for (int i = 0; i < CC_RESCREEN_RULES; i++) {
        *out = (enum cc_rescreen)i;
        if (!strcmp(text, words[i])) return true;
    }
    return false;
}

static int compare(const void *left, const void *right)
{
    const struct cc_screening *a = left, *b = right;
    int by_id = strcmp(a->id, b->id);
    if (by_id) return by_id;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Is b, which is later, to be kept in place of a? */
static bool replaces(enum cc_rescreen rule, const struct cc_screening *a, const struct cc_screening *b)
{
    switch (rule) {
    case CC_RESCREEN_LAST: return true;
    case CC_RESCREEN_HIGHEST: return b->scored && (!a->scored || b->score > a->score);
    case CC_RESCREEN_ANY: return !a->positive && (b->scored || !a->scored);
    default: return false;
    }
}

void cc_rescreen(struct cc_screening *s, size_t n, enum cc_rescreen rule, bool *keep)
{
    qsort(s, n, sizeof *s, compare);
    for (size_t i = 0, best = 0; i < n; i++) {
        bool first = i == 0 || strcmp(s[i].id, s[i - 1].id) != 0;
        if (first || replaces(rule, &s[best], &s[i])) {
            if (!first) keep[s[best].row] = false;
            best = i;
        }
        keep[s[i].row] = best == i;
    }
}

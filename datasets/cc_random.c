#include "datasets/cc_random.h"

#include <string.h>

#define GOLDEN 0x9e3779b97f4a7c15u /* 2^64 / golden ratio, odd */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct cc_random cc_random_start(uint64_t seed, uint64_t stream, uint64_t a, uint64_t b)
{
    uint64_t s = mix(seed + GOLDEN);
    s = mix(s + stream + GOLDEN);
    s = mix(s + a + GOLDEN);
    return (struct cc_random){ mix(s + b + GOLDEN) };
}

uint64_t cc_random_next(struct cc_random *r)
{
    return mix(r->state += GOLDEN);
}

uint32_t cc_random_below(struct cc_random *r, uint32_t n)
{
    return (uint32_t)(((cc_random_next(r) >> 32) * n) >> 32);
}

int32_t cc_random_between(struct cc_random *r, int32_t low, int32_t high)
{
    return low + (int32_t)cc_random_below(r, (uint32_t)(high - low) + 1);
}

bool cc_random_chance(struct cc_random *r, int64_t rate)
{
    return (int64_t)cc_random_below(r, 100000) < rate;
}

void cc_random_id(uint64_t seed, uint64_t stream, uint64_t number, char id[13])
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I L O U: never a word */
    const uint64_t mask = ((uint64_t)1 << 45) - 1;
    struct cc_random keys = cc_random_start(seed, stream, 0, 0);
    uint64_t x = number & mask;
    for (int round = 0; round < 3; round++) { /* each step can be undone, so no two numbers meet */
        uint64_t factor = cc_random_next(&keys) | 1;
        x = (x * factor + cc_random_next(&keys)) & mask;
        x ^= x >> 23;
    }
    memcpy(id, "SYN", 3);
    for (int i = 11; i >= 3; i--, x >>= 5) id[i] = digits[x & 31];
    id[12] = '\0';
}

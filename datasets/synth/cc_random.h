#ifndef CC_RANDOM_H
#define CC_RANDOM_H
/* Random numbers that are the same on every machine: 64-bit integers only. A generator is started
 * from a seed and up to three numbers that say what is being drawn (a child, its second report), so
 * any part of a made-up population can be drawn again, alone, without what came before it.
 * Source  SplitMix64: Steele, Lea, Flood (2014), Fast splittable pseudorandom number generators. */
#include <stdbool.h>
#include <stdint.h>

struct cc_random {
    uint64_t state;
};

/** stream: a number of its own for each kind of draw; a, b: which one of that kind. */
struct cc_random cc_random_start(uint64_t seed, uint64_t stream, uint64_t a, uint64_t b);

#define CC_RANDOM_STEP 0x9e3779b97f4a7c15u /* 2^64 / golden ratio, odd */

static inline uint64_t cc_random_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint64_t cc_random_next(struct cc_random *r)
{
    return cc_random_mix(r->state += CC_RANDOM_STEP);
}

/** 0 to n - 1, n >= 1. The bias is below n / 2^32. */
static inline uint32_t cc_random_below(struct cc_random *r, uint32_t n)
{
    return (uint32_t)(((cc_random_next(r) >> 32) * n) >> 32);
}

/** low to high, both included, low <= high. */
int32_t cc_random_between(struct cc_random *r, int32_t low, int32_t high);

/** True in `rate` of 100,000 draws. */
bool cc_random_chance(struct cc_random *r, int64_t rate);

/** An identifier of 12 characters for a number below 2^45: "SYN" (synthetic), then nine digits and
 *  capital letters that look random. Different numbers have different identifiers. */
void cc_random_id(uint64_t seed, uint64_t stream, uint64_t number, char id[13]);
#endif

#include "datasets/synth/cc_random.h"

#include <string.h>

struct cc_random cc_random_start(uint64_t seed, uint64_t stream, uint64_t a, uint64_t b)
{
    uint64_t s = cc_random_mix(seed + CC_RANDOM_STEP);
    s = cc_random_mix(s + stream + CC_RANDOM_STEP);
    s = cc_random_mix(s + a + CC_RANDOM_STEP);
    return (struct cc_random){ cc_random_mix(s + b + CC_RANDOM_STEP) };
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

#include "datasets/base/cc_simd.h"

#include <string.h>

bool cc_simd_has(enum cc_simd level)
{
    switch (level) {
#if defined __x86_64__
    case CC_SIMD_SSE2: return true;
    case CC_SIMD_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")
            && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("pclmul");
    case CC_SIMD_NEON: return false;
#elif defined __aarch64__
    case CC_SIMD_NEON: return true;
    case CC_SIMD_SSE2:
    case CC_SIMD_AVX2: return false;
#else
    case CC_SIMD_SSE2:
    case CC_SIMD_AVX2:
    case CC_SIMD_NEON: return false;
#endif
    default: return true;
    }
}

enum cc_simd cc_simd_choose(enum cc_simd level)
{
    if (level != CC_SIMD_BEST) return level;
    static const enum cc_simd best_first[] = { CC_SIMD_AVX2, CC_SIMD_NEON, CC_SIMD_SSE2 };
    for (int i = 0; i < 3; i++)
        if (cc_simd_has(best_first[i])) return best_first[i];
    return CC_SIMD_PLAIN;
}

bool cc_simd_parse(const char *text, enum cc_simd *out)
{
    static const char *const names[] = { "best", "off", "plain", "sse2", "avx2", "neon" };
    for (int i = 0; i < 6; i++)
        if (!strcmp(names[i], text)) {
            *out = (enum cc_simd)i;
            return true;
        }
    return false;
}

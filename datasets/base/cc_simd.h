#ifndef CC_SIMD_H
#define CC_SIMD_H
/* Which instructions the fast lanes of the readers may use. They are chosen when a program runs,
 * so that one build serves every machine; each can be forced, for tests and measurements. */
#include <stdbool.h>

enum cc_simd {
    CC_SIMD_BEST, /* the fastest that this machine has */
    CC_SIMD_OFF,  /* no fast lane: the reader of record alone */
    CC_SIMD_PLAIN, CC_SIMD_SSE2, CC_SIMD_AVX2, CC_SIMD_NEON
};

/** Does this machine have it? BEST, OFF and PLAIN always. */
bool cc_simd_has(enum cc_simd level);

/** BEST made definite. */
enum cc_simd cc_simd_choose(enum cc_simd level);

/** "best", "off", "plain", "sse2", "avx2" or "neon"; false for any other text. */
bool cc_simd_parse(const char *text, enum cc_simd *out);
#endif

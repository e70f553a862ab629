#include "datasets/base/cc_control.h"

#include <stdint.h>
#if defined __x86_64__
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

/* Counters of one byte hold 255 steps; then they are summed. */
enum { STEPS = 255 };

static size_t plain_count(const char *p, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += (unsigned char)p[i] < ' ';
    return count;
}

#if defined __x86_64__
static size_t sse2_count(const char *p, size_t n)
{
    size_t count = 0;
    while (n >= 16) {
        size_t steps = n / 16 < STEPS ? n / 16 : STEPS;
        __m128i sum = _mm_setzero_si128();
        for (size_t i = 0; i < steps; i++, p += 16) {
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
            sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(' ' - 1)), v));
        }
        sum = _mm_sad_epu8(sum, _mm_setzero_si128());
        count += (size_t)_mm_cvtsi128_si64(sum) + (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sum, sum));
        n -= 16 * steps;
    }
    return count + plain_count(p, n);
}

__attribute__((target("avx2"))) static size_t avx2_count(const char *p, size_t n)
{
    size_t count = 0;
    while (n >= 32) {
        size_t steps = n / 32 < STEPS ? n / 32 : STEPS;
        __m256i sum = _mm256_setzero_si256();
        for (size_t i = 0; i < steps; i++, p += 32) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
            sum = _mm256_sub_epi8(sum, _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(' ' - 1)), v));
        }
        sum = _mm256_sad_epu8(sum, _mm256_setzero_si256());
        __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        count += (size_t)_mm_cvtsi128_si64(half) + (size_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(half, half));
        n -= 32 * steps;
    }
    return count + plain_count(p, n);
}
#elif defined __aarch64__
static size_t neon_count(const char *p, size_t n)
{
    size_t count = 0;
    while (n >= 16) {
        size_t steps = n / 16 < STEPS ? n / 16 : STEPS;
        uint8x16_t sum = vdupq_n_u8(0);
        for (size_t i = 0; i < steps; i++, p += 16)
            sum = vsubq_u8(sum, vcltq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8(' ')));
        count += vaddlvq_u8(sum);
        n -= 16 * steps;
    }
    return count + plain_count(p, n);
}
#endif

size_t cc_control_count(enum cc_simd level, const char *bytes, size_t n)
{
    switch (cc_simd_choose(level)) {
#if defined __x86_64__
    case CC_SIMD_AVX2: return avx2_count(bytes, n);
    case CC_SIMD_SSE2: return sse2_count(bytes, n);
#elif defined __aarch64__
    case CC_SIMD_NEON: return neon_count(bytes, n);
#endif
    default: return plain_count(bytes, n);
    }
}

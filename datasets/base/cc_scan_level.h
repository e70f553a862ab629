/* The two steps of cc_scan.c for one level of instructions; included once for each. Needs FN(name),
 * TARGET, FN(four), FN(equal), FN(ones), FN(nth) and FN(blocks_before). */

/* Step 1: marks the delimiters and row ends of text. */
TARGET static void FN(mark)(struct cc_scan *s, const char *text, size_t size)
{
    struct quotes q = { .after = 1 };
    uint32_t delimiters = 0;
    size_t n = 0, block = 0;
    s->odd = s->untidy = false;
    for (size_t at = 0; at < size && n < CC_BLOCK_ROWS && !s->odd; at += GROUP) {
        char rest[GROUP];
        const char *p = text + at;
        if (size - at < GROUP) {
            memset(rest, 'x', GROUP);
            memcpy(rest, p, size - at);
            p = rest;
        }
        uint64_t d[4], newline[4];
        if (FN(four)(p, s->delimiter, d, newline) || (q.inside | q.closed | q.cr)) {
            s->untidy = true;
            for (int k = 0; k < 4; k++) {
                const char *here = p + 64 * k;
                uint64_t bad = check_quotes(&q, FN(equal)(here, '"'), FN(equal)(here, '\r'), FN(equal)(here, '\0'),
                                            &d[k], &newline[k]);
                size_t from = at + 64 * (size_t)k;
                stop_at(s, bad, from < size ? size - from : 0, &d[k], &newline[k]);
            }
        }
        q.after = (d[3] | newline[3]) >> 63;
        for (int k = 0; k < 4; k++, block++) {
            s->delimiters[block] = d[k];
            s->before[block] = delimiters;
            delimiters += FN(ones)(d[k]);
            /* as a rule there is at most one row end in 64 bytes; without a branch, for it cannot be foretold */
            uint64_t x = newline[k];
            s->ends[n] = (uint32_t)(at + 64 * (size_t)k + FN(first)(x));
            n += x != 0;
            for (x &= x - 1; x; x &= x - 1) s->ends[n++] = (uint32_t)(at + 64 * (size_t)k + FN(first)(x));
        }
    }
    s->end_count = n < CC_BLOCK_ROWS ? n : CC_BLOCK_ROWS;
    for (size_t k = 0; k < AHEAD; k++) s->before[block + k] = INT32_MAX;
}

/* Where the delimiter of this number is, looking from a block on. */
TARGET static inline size_t FN(place)(const struct cc_scan *s, size_t block, uint32_t number)
{
    size_t ahead;
    while ((ahead = FN(blocks_before)(s->before + block + 1, number)) == AHEAD) block += AHEAD;
    block += ahead;
    return 64 * block + FN(nth)(s->delimiters[block], number - s->before[block]);
}

/* The first delimiter from a place on; there must be one. */
TARGET static inline size_t FN(next)(const struct cc_scan *s, size_t at)
{
    size_t block = at / 64;
    uint64_t x = s->delimiters[block] & ~UINT64_C(0) << at % 64;
    while (!x) x = s->delimiters[++block];
    return 64 * block + FN(first)(x);
}

/* Step 2: cuts the wanted fields of each row; returns the rows. */
TARGET static size_t FN(cut)(struct cc_scan *s, size_t limit, struct cc_field *fields)
{
    const uint32_t last = (uint32_t)s->width - 1;
    size_t start = 0, row = 0;
    uint32_t base = 0; /* delimiters before the row */
    for (; row < s->end_count && start < limit; row++) {
        size_t end = s->ends[row], block = end / 64;
        uint32_t next = s->before[block] + FN(ones)(s->delimiters[block] & ((UINT64_C(1) << end % 64) - 1));
        if (next - base != last) {
            s->odd = true;
            break;
        }
        struct cc_field *f = fields + row * s->columns;
        for (size_t i = 0; i < s->wanted_count; i++) {
            uint32_t column = s->wanted[i].column;
            size_t from = column ? FN(place)(s, start / 64, base + column - 1) + 1 : start;
            size_t to = column < last ? FN(next)(s, from) : end;
            f[s->wanted[i].slot] = (struct cc_field){ (uint32_t)from, (uint32_t)(to - from) };
        }
        start = end + 1;
        base = next;
    }
    return row;
}
#undef FN
#undef TARGET

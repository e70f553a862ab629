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

/* Step 2: checks how many delimiters each row has; returns the rows that are regular. */
TARGET static size_t FN(check)(struct cc_scan *s, size_t limit)
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
        s->bases[row] = base;
        base = next;
        start = end + 1;
    }
    return row;
}

/* Step 3, when a column is asked for: its field in each row is found by the numbers of the delimiters
 * around it. */
TARGET static void FN(cut)(const struct cc_scan *s, uint32_t column, const uint16_t *rows, size_t n,
                           struct cc_field *out, size_t step)
{
    for (size_t i = 0; i < n; i++, out += step) {
        size_t row = rows[i], from = row ? s->ends[row - 1] + 1 : 0, block = from / 64;
        uint64_t after = s->delimiters[block] & ~UINT64_C(0) << from % 64; /* delimiters from `from` on */
        if (column) {
            uint32_t number = s->bases[row] + column - 1;
            size_t ahead;
            while ((ahead = FN(blocks_before)(s->before + block + 1, number)) == AHEAD) block += AHEAD;
            block += ahead;
            uint32_t bit = FN(nth)(s->delimiters[block], number - s->before[block]);
            from = 64 * block + bit + 1;
            after = s->delimiters[block] & ~UINT64_C(1) << bit;
        }
        size_t to = s->ends[row];
        if (column < s->width - 1) {
            while (!after) after = s->delimiters[++block];
            to = 64 * block + FN(first)(after);
        }
        *out = (struct cc_field){ (uint32_t)from, (uint32_t)(to - from) };
    }
}
#undef FN
#undef TARGET

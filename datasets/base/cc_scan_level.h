/* The steps of cc_scan.c for one level of instructions; included once for each. Needs FN(name), TARGET;
 * FN(vector), FN(nothing), FN(look) and FN(any) for a first look at 64 bytes; FN(equal), FN(pairs), FN(ones),
 * FN(first), FN(nth) and FN(blocks_before). */

/* Notes the delimiters and row ends of 64 bytes. */
TARGET static inline void FN(note)(struct cc_scan *s, struct marks *m, uint64_t d, uint64_t newline)
{
    s->delimiters[m->block] = d;
    s->before[m->block] = m->delimiters;
    m->delimiters += FN(ones)(d);
    /* as a rule there is at most one row end in 64 bytes; without a branch, for it cannot be foretold */
    uint32_t at = (uint32_t)m->block * 64;
    s->ends[m->rows] = at + FN(first)(newline);
    m->rows += newline != 0;
    for (newline &= newline - 1; newline; newline &= newline - 1) s->ends[m->rows++] = at + FN(first)(newline);
    m->block++;
}

TARGET static inline FN(vector) FN(mark_64)(struct cc_scan *s, struct marks *m, const char *p, FN(vector) look)
{
    uint64_t d, newline;
    look = FN(look)(p, s->delimiter, &d, &newline, look);
    FN(note)(s, m, d, newline);
    m->quotes.after = (d | newline) >> 63;
    return look;
}

/* With quotes, or bytes that may be odd; a second time, from where *m says. */
TARGET static void FN(mark_closely)(struct cc_scan *s, struct marks *m, const char *p, size_t left)
{
    s->untidy = true;
    for (int k = 0; k < GROUP / 64; k++, p += 64, left = left > 64 ? left - 64 : 0) {
        uint64_t d = FN(equal)(p, s->delimiter), newline = FN(equal)(p, '\n');
        uint64_t quote = FN(equal)(p, '"'), cr = FN(equal)(p, '\r'), nul = FN(equal)(p, '\0');
        const uint64_t lines = newline;
        uint64_t bad = check_quotes(&m->quotes, quote, FN(pairs)(quote), cr, nul, &d, &newline);
        if (lines != newline) {
            s->hidden_block[s->hidden_count] = (uint32_t)m->block;
            s->hidden[s->hidden_count++] = lines & ~newline;
        }
        stop_at(s, bad, left, &d, &newline);
        FN(note)(s, m, d, newline);
    }
}

/* Step 1: marks the delimiters and row ends of text. */
TARGET static void FN(mark)(struct cc_scan *s, const char *text, size_t size)
{
    struct marks m = { .quotes.after = 1 };
    s->odd = s->untidy = false;
    s->hidden_count = 0;
    for (size_t at = 0; at < size && m.rows < CC_BLOCK_ROWS && !s->odd; at += GROUP) {
        char rest[GROUP];
        const char *p = text + at;
        if (size - at < GROUP) {
            memset(rest, 'x', GROUP);
            memcpy(rest, p, size - at);
            p = rest;
        }
        const struct marks before = m;
        FN(vector) look = FN(mark_64)(s, &m, p, FN(nothing)());
        look = FN(mark_64)(s, &m, p + 64, look);
        look = FN(mark_64)(s, &m, p + 128, look);
        look = FN(mark_64)(s, &m, p + 192, look);
        if (!FN(any)(look) && !(before.quotes.inside | before.quotes.closed | before.quotes.cr)) continue;
        m = before;
        FN(mark_closely)(s, &m, p, size - at);
    }
    s->end_count = m.rows < CC_BLOCK_ROWS ? m.rows : CC_BLOCK_ROWS;
    for (size_t k = 0; k < AHEAD; k++) s->before[m.block + k] = INT32_MAX;
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
                           struct cc_field *out)
{
    for (size_t i = 0; i < n; i++, out++) {
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

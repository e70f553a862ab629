/* Records that a newer one may replace (`keep latest`): what each says to the tables waits, as bytes,
 * until all are read. */
#include <stdlib.h>
#include <string.h>

#include "stats/counting/cc_tally_parts.h"

/* A sighting as bytes, to be read back by see_kept. */
bool cc_tally_keep_sighting(struct tally_worker *w, size_t table, size_t what, const struct cc_sighting *s)
{
    const struct tally_table *x = &w->tables[table];
    size_t head[4] = { table, what, s->key_size, s->rank_size };
    bool ok = cc_buf_add(&w->keep.sightings, (const char *)head, sizeof head);
    if (!cc_tally_is_seen(what)) return ok;
    return ok
        && cc_buf_add(&w->keep.sightings, (const char *)w->tuple, x->spec->by_count * sizeof *w->tuple)
        && cc_buf_add(&w->keep.sightings, (const char *)s->answers, x->count_count)
        && cc_buf_add(&w->keep.sightings, s->key, s->key_size) && cc_buf_add(&w->keep.sightings, s->rank, s->rank_size);
}

static bool replace_kept(struct tally_worker *w, struct kept_record *k, size_t file)
{
    free(k->rank);
    free(k->sightings);
    *k = (struct kept_record){ .file = file, .rank_size = w->rank.size, .sightings_size = w->keep.sightings.size };
    k->rank = cc_strndup(w->rank.data, w->rank.size);
    k->sightings = cc_strndup(w->keep.sightings.data ? w->keep.sightings.data : "", w->keep.sightings.size);
    return k->rank && k->sightings;
}

/* Of records with one key the newest stays; of equally new ones the one that was read last. */
enum cc_status cc_tally_keep_record(struct tally_worker *w, size_t file, struct cc_error *err)
{
    struct tally_keep *keep = &w->keep;
    cc_buf_clear(&w->rank);
    if (!cc_query_rank(w->query, keep->newest, CC_RANK_LATEST, &w->rank)) return cc_error_memory(err);
    uint32_t old_count = cc_intern_count(keep->keys);
    uint32_t number = cc_intern_number(keep->keys, w->key.data, w->key.size);
    if (number == UINT32_MAX || !cc_grow(&keep->records, &keep->room, (size_t)number + 1, sizeof *keep->records))
        return cc_error_memory(err);
    struct kept_record *k = &keep->records[number];
    if (number == old_count) {
        *k = (struct kept_record){ 0 };
    } else {
        size_t shorter = k->rank_size < w->rank.size ? k->rank_size : w->rank.size;
        bool newer = memcmp(w->rank.data, k->rank, shorter) <= 0;
        w->files[newer ? k->file : file].left[CC_LEFT_OLDER]++;
        if (!newer) return CC_OK;
    }
    return replace_kept(w, k, file) ? CC_OK : cc_error_memory(err);
}

static enum cc_status see_kept(struct tally_worker *w, const struct kept_record *k, struct cc_error *err)
{
    enum cc_status st = CC_OK;
    for (const char *p = k->sightings; st == CC_OK && p < k->sightings + k->sightings_size;) {
        size_t head[4];
        memcpy(head, p, sizeof head);
        p += sizeof head;
        struct tally_table *table = &w->tables[head[0]];
        cc_tally_tell(table, head[1]);
        if (!cc_tally_is_seen(head[1])) continue;
        size_t groups = table->spec->by_count * sizeof *w->tuple;
        memcpy(w->tuple, p, groups);
        p += groups;
        struct cc_sighting s = { .answers = (const uint8_t *)p, .key = p + table->count_count,
                                 .key_size = head[2], .rank_size = head[3] };
        s.rank = s.key + s.key_size;
        p = s.rank + s.rank_size;
        st = cc_tally_see(table, w->tuple, s, err);
    }
    return st;
}

enum cc_status cc_tally_see_kept(struct tally_worker *w, struct cc_error *err)
{
    struct tally_keep *keep = &w->keep;
    enum cc_status st = CC_OK;
    for (uint32_t i = 0; st == CC_OK && keep->keys && i < cc_intern_count(keep->keys); i++)
        st = see_kept(w, &keep->records[i], err);
    return st;
}

void cc_tally_keep_free(struct tally_keep *k)
{
    for (uint32_t i = 0; k->keys && i < cc_intern_count(k->keys) && i < k->room; i++) {
        free(k->records[i].rank);
        free(k->records[i].sightings);
    }
    free(k->records);
    cc_intern_free(k->keys);
    cc_buf_free(&k->sightings);
}

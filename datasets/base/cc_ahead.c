/* A ring of blocks: the thread fills blocks[filled % BLOCKS] while filled - emptied < BLOCKS, the reader
 * empties blocks[emptied % BLOCKS] while emptied < filled. Only the two counts, `last` and `stop` are shared;
 * a block belongs to one side at a time. */
#include "datasets/base/cc_ahead.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_thread.h"

enum { BLOCK = 1 << 17, BLOCKS = 3 };

struct block {
    size_t size;
    char bytes[BLOCK];
};

struct cc_ahead {
    cc_ahead_fill *fill;
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* one side at most is waiting, for the other */
    size_t filled, emptied;
    enum cc_status last; /* CC_OK: more is to come */
    struct cc_error error;
    bool stop;
    struct block *reading; /* the reader's block, empty from `at` on if NULL */
    size_t at;
    struct block blocks[BLOCKS];
};

static struct block *wait_to_fill(struct cc_ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (!a->stop && a->filled - a->emptied == BLOCKS) pthread_cond_wait(&a->changed, &a->lock);
    struct block *b = a->stop ? NULL : &a->blocks[a->filled % BLOCKS];
    pthread_mutex_unlock(&a->lock);
    return b;
}

static void hand_over(struct cc_ahead *a, const struct block *b, enum cc_status last,
                      const struct cc_error *err)
{
    pthread_mutex_lock(&a->lock);
    a->filled += b->size > 0;
    a->last = last;
    if (last != CC_OK) a->error = *err;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

static void *run(void *ahead)
{
    struct cc_ahead *a = ahead;
    struct cc_error err = { 0 };
    enum cc_status st = CC_OK;
    struct block *b;
    while (st == CC_OK && (b = wait_to_fill(a))) {
        b->size = 0;
        st = a->fill(a->context, b->bytes, BLOCK, &b->size, &err);
        hand_over(a, b, st, &err);
    }
    return NULL;
}

enum cc_status cc_ahead_start(cc_ahead_fill *fill, void *context, struct cc_ahead **out, struct cc_error *err)
{
    *out = NULL;
    struct cc_ahead *a = malloc(sizeof *a);
    if (!a) return cc_error_memory(err);
    memset(a, 0, offsetof(struct cc_ahead, blocks));
    a->fill = fill;
    a->context = context;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    if (cc_thread_start(&a->thread, run, a) == CC_OK) {
        *out = a;
        return CC_OK;
    }
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
    return cc_error_memory(err);
}

/* Gives the block back that was read, and takes the next; NULL after the last one. */
static struct block *next_block(struct cc_ahead *a)
{
    pthread_mutex_lock(&a->lock);
    if (a->reading) {
        a->emptied++;
        pthread_cond_signal(&a->changed);
    }
    while (a->filled == a->emptied && a->last == CC_OK) pthread_cond_wait(&a->changed, &a->lock);
    struct block *b = a->filled == a->emptied ? NULL : &a->blocks[a->emptied % BLOCKS];
    pthread_mutex_unlock(&a->lock);
    return b;
}

enum cc_status cc_ahead_read(struct cc_ahead *a, char *buf, size_t room, size_t *n, struct cc_error *err)
{
    *n = 0;
    if (!a->reading || a->at == a->reading->size) {
        a->reading = next_block(a);
        a->at = 0;
    }
    if (!a->reading) { /* the thread is through: no lock is needed */
        if (err && a->last != CC_END) *err = a->error;
        return a->last;
    }
    *n = a->reading->size - a->at < room ? a->reading->size - a->at : room;
    memcpy(buf, a->reading->bytes + a->at, *n);
    a->at += *n;
    return CC_OK;
}

void cc_ahead_stop(struct cc_ahead *a)
{
    if (!a) return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->changed);
    pthread_mutex_destroy(&a->lock);
    free(a);
}

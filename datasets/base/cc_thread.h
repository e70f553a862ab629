#ifndef CC_THREAD_H
#define CC_THREAD_H
#include <pthread.h>

#include "datasets/base/cc_status.h"

/** Starts a thread that no signal is delivered to: they are for the thread that can act on them. A thread
 *  that waits asks cc_interrupted() now and then. CC_OK, or CC_ENOMEM if there can be no more threads. */
CC_MUST_USE enum cc_status cc_thread_start(pthread_t *out, void *(*run)(void *), void *context);
#endif

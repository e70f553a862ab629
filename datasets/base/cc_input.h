#ifndef CC_INPUT_H
#define CC_INPUT_H
/* The bytes of a file or of standard input, plain or gzip, in blocks. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

struct cc_input;

/** Opens a path, or standard input for "-". gzip is recognised by its first two bytes.
 *  A missing, unreadable or empty file and a directory are errors that say so. */
CC_MUST_USE enum cc_status cc_input_open(const char *path, struct cc_input **out, struct cc_error *err);

/** Reads up to `room` decompressed bytes: CC_OK with *n > 0, CC_END at the end of the input
 *  (for gzip: a complete one), CC_EIO or CC_EDATA otherwise; CC_EINTERRUPTED after a signal. */
CC_MUST_USE enum cc_status cc_input_read(struct cc_input *in, char *buf, size_t room, size_t *n,
                                         struct cc_error *err);

/** Is the path a regular file, which can be opened more than once? */
bool cc_input_is_regular(const char *path);

/** Can reading go on elsewhere (a plain regular file)? */
bool cc_input_can_seek(const struct cc_input *in);

/** The next read goes on at this byte. */
void cc_input_seek(struct cc_input *in, uint64_t offset);

/** The name to show: the last part of the path, or "standard input". Borrowed from `in`. */
const char *cc_input_name(const struct cc_input *in);

/** Bytes of the file as stored: taken so far, and in all (0 if not known, as for a pipe). */
uint64_t cc_input_taken(const struct cc_input *in);
uint64_t cc_input_total(const struct cc_input *in);

/** Asks for a SHA-256 of the stored bytes; call before the first read. */
void cc_input_hash(struct cc_input *in);

/** The SHA-256 of all stored bytes as 64 hexadecimal digits, after CC_END. */
void cc_input_sha256(struct cc_input *in, char hex[65]);

void cc_input_close(struct cc_input *in); /* NULL allowed */
#endif

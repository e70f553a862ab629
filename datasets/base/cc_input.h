#ifndef CC_INPUT_H
#define CC_INPUT_H
/* The bytes of a file or of standard input, plain, gzip or zstd, in blocks. */
#include <stdbool.h>
#include <stdint.h>

#include "datasets/base/cc_status.h"

struct cc_input;

/** Opens a path, or standard input for "-". gzip and zstd are recognised by their first bytes, not by the
 *  name, and are decompressed on a thread of their own from the first read on.
 *  A missing or unreadable file and a directory are errors that say so; an empty file is one when it is
 *  read. */
CC_MUST_USE enum cc_status cc_input_open(const char *path, struct cc_input **out, struct cc_error *err);

/** Reads up to `room` decompressed bytes: CC_OK with *n > 0, CC_END at the end of the input
 *  (of compressed input: a complete one), CC_EIO or CC_EDATA otherwise; CC_EINTERRUPTED after a signal.
 *  Plain bytes go straight to buf. A file that changed meanwhile has no end: see cc_input_unchanged. */
CC_MUST_USE enum cc_status cc_input_read(struct cc_input *in, char *buf, size_t room, size_t *n,
                                         struct cc_error *err);

/** Is the path a regular file, which can be opened more than once? */
bool cc_input_is_regular(const char *path);

/** Can reading go on elsewhere? A plain regular file, opened by its name. */
bool cc_input_can_seek(const struct cc_input *in);

/** The next read goes on at this byte of a file that can seek. */
void cc_input_seek(struct cc_input *in, uint64_t offset);

/** The name to show: the last part of the path, or "standard input". Borrowed from `in`. */
const char *cc_input_name(const struct cc_input *in);

/** Bytes of the file as stored: taken so far, and in all (0 if not known, as for a pipe). Decompression takes
 *  them somewhat ahead of what is read. */
uint64_t cc_input_taken(const struct cc_input *in);
uint64_t cc_input_total(const struct cc_input *in);

/** Which file this is, and in which state it was when it was opened. */
struct cc_input_identity {
    uint64_t device, inode, size;
    int64_t mtime_ns; /* last change, nanoseconds since 1970 */
};

/** False if it is no regular file. */
bool cc_input_identity(const struct cc_input *in, struct cc_input_identity *out);

/** CC_EIO "the file changed while it was read" if a regular file has another size or time than when it was
 *  opened, or if it could not be read for its SHA-256. cc_input_read asks this at the end of the file; who
 *  stops before, or asked for a SHA-256, asks after all was read and after cc_input_sha256. */
CC_MUST_USE enum cc_status cc_input_unchanged(const struct cc_input *in, struct cc_error *err);

/** Asks for a SHA-256 of the stored bytes; call before the first read. A regular file opened by its name is
 *  hashed on a thread of its own, whole, whatever parts of it are read. */
void cc_input_hash(struct cc_input *in);

/** The SHA-256 of all stored bytes as 64 hexadecimal digits, after CC_END (or after the last part was read);
 *  waits until it is known. False, and hex empty, if it cannot be known: cc_input_unchanged says why. */
bool cc_input_sha256(struct cc_input *in, char hex[65]);

/** Ends the threads also before the end of the input. NULL allowed. */
void cc_input_close(struct cc_input *in);

/** The length of a path without the suffix of a compressed file (.gz, .zst). */
size_t cc_input_stem(const char *path);
#endif

#ifndef CC_STATUS_H
#define CC_STATUS_H
/* How every function of casecount says whether it worked. */
#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__)
#define CC_MUST_USE __attribute__((warn_unused_result))
#define CC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CC_MUST_USE
#define CC_PRINTF(fmt, args)
#endif

enum cc_status {
    CC_OK,
    CC_END,       /* no more rows: not a failure */
    CC_UNDEFINED, /* an answer: 0/0, printed as NA with a note */
    CC_EDOMAIN,   /* an argument outside its documented range */
    CC_EDATA,     /* the input breaks a rule */
    CC_EUSAGE,    /* the command line breaks a rule */
    CC_EIO,       /* reading, writing or a child process failed */
    CC_ENOMEM,
    CC_EINTERRUPTED /* a signal asked us to stop */
};

/* Where and why. line and column count from 1; 0 means "not applicable".
 * file is the name to show, empty if the caller knows it better. */
struct cc_error {
    enum cc_status code;
    size_t line, column;
    char file[256];
    char text[512];
};

/** Fills err (which may be NULL) and returns code, so that a failing function
 *  can end with `return cc_error_set(err, CC_EDATA, line, column, "...")`. */
enum cc_status cc_error_set(struct cc_error *err, enum cc_status code, size_t line, size_t column,
                            const char *fmt, ...) CC_PRINTF(5, 6);

/** The same with the file's name; a name already set is kept. */
void cc_error_file(struct cc_error *err, const char *file);

/** "out of memory", the same words everywhere. */
enum cc_status cc_error_memory(struct cc_error *err);
#endif

#include "datasets/base/cc_status.h"

#include <stdio.h>
#include <string.h>

enum cc_status cc_error_set(struct cc_error *err, enum cc_status code, size_t line, size_t column,
                            const char *fmt, ...)
{
    if (!err) return code;
    *err = (struct cc_error){ .code = code, .line = line, .column = column };
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return code;
}

void cc_error_file(struct cc_error *err, const char *file)
{
    if (err && !err->file[0] && file) snprintf(err->file, sizeof err->file, "%s", file);
}

enum cc_status cc_error_memory(struct cc_error *err)
{
    return cc_error_set(err, CC_ENOMEM, 0, 0, "out of memory");
}

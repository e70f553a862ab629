#ifndef CC_READSTAT_H
#define CC_READSTAT_H
/* Reads files of statistics packages by the ReadStat library: SPSS (.sav, .zsav, .por), Stata (.dta) and SAS
 * (.sas7bdat, .xpt). What a file is its first bytes say. Only plain regular files, for its parts are read out of order.
 * Texts of the fields: those of cc_stat_text.h for numbers; strings without blanks at their end, in UTF-8. A number
 * that the user defined as missing stays (SPSS); .a to .z and ._ of Stata and SAS are these texts; system-missing is
 * empty. The library hands rows out as it likes, so it runs on a thread of its own, a few blocks ahead. */
#include "datasets/base/cc_block.h"
#include "datasets/base/cc_input.h"

struct cc_readstat;

enum cc_stat_type { CC_STAT_STRING, CC_STAT_NUMBER, CC_STAT_DATE, CC_STAT_MONTH, CC_STAT_MOMENT, CC_STAT_TIME };

struct cc_stat_column {
    char *name, *label;
    enum cc_stat_type type;
    bool whole;     /* a number shown without decimals, as far as the file says */
    size_t width;   /* bytes of a string at most */
    const struct cc_stat_label *labels; /* of values, in the order of the file */
    size_t label_count;
};

struct cc_stat_label {
    const char *code, *label;
    bool missing; /* defined as missing by the user. Such a code may be without a label (empty) */
};

/** Is it such a file by its name? */
bool cc_readstat_named(const char *path);

/** Opens a file and reads what it says of its variables. hash: SHA-256 while reading. Errors: those of cc_input_open;
 *  a pipe or a compressed file; a file of another kind (with what it is); a damaged one; two variables of one name. */
CC_MUST_USE enum cc_status cc_readstat_open(const char *path, bool hash, struct cc_readstat **out,
                                            struct cc_error *err);

/** Its variables, in the order of the file. Borrowed. */
const struct cc_stat_column *cc_readstat_columns(const struct cc_readstat *r, size_t *n);
const char *const *cc_readstat_names(const struct cc_readstat *r, size_t *n);

/** Asks for n columns, by position from 0, in the order in which blocks shall hold them; CC_STAT_ABSENT gives empty
 *  texts. layouts: of dates (cc_date.h), one a column, NULL in it or for it: yyyy-mm-dd; a column has one layout.
 *  Before the first read; default: none. */
enum { CC_STAT_ABSENT = -1 };
CC_MUST_USE enum cc_status cc_readstat_want(struct cc_readstat *r, const int *columns, const char *const *layouts,
                                            size_t n);

/** The next rows; block->line is the number of the record, from 1. CC_END: all records that the file announces were
 *  read. CC_EDATA: the file is damaged or cut short, or has no records. */
CC_MUST_USE enum cc_status cc_readstat_read(struct cc_readstat *r, struct cc_block *block, struct cc_error *err);

/** For name, progress and SHA-256. Borrowed. */
struct cc_input *cc_readstat_input(struct cc_readstat *r);

void cc_readstat_close(struct cc_readstat *r); /* also before the end; NULL allowed */
#endif

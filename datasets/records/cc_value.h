#ifndef CC_VALUE_H
#define CC_VALUE_H
/* What a field says: its text held against the codebook. Known, blank, coded as unknown, not
 * applicable and invalid are different things and stay so. */
#include "datasets/base/cc_block.h"
#include "datasets/records/cc_codebook.h"

enum cc_state {
    CC_VALUE_KNOWN,
    CC_VALUE_SPECIAL,        /* a listed code of an integer that is no quantity (77 unborn) */
    CC_VALUE_UNKNOWN,        /* a code that means "not known" (9, 99) */
    CC_VALUE_BLANK,          /* empty where the codebook expects a value */
    CC_VALUE_NOT_APPLICABLE, /* empty where the codebook allows it */
    CC_VALUE_INVALID         /* not in the codebook, or no such date or number */
};

struct cc_value {
    enum cc_state state;
    int code;         /* index into the variable's codes, or -1 */
    int64_t number;   /* quantity, day number, minutes of a time, or a numeric code */
    const char *text; /* the trimmed text; borrowed from the argument of cc_value_classify */
    size_t size;
};

/** Classifies one text (n bytes, blanks around it ignored). Texts of ids and free text that look
 *  like a reserved token of tidy tables, "(total)", are invalid. */
void cc_value_classify(const struct cc_variable *v, const char *text, size_t n, struct cc_value *out);

/** Appends the value as tables show it: the codebook's spelling of a code, "(blank)" for blank
 *  and not applicable, "(invalid)". */
CC_MUST_USE bool cc_value_show(const struct cc_variable *v, const struct cc_value *value, struct cc_buf *out);

/* A dictionary classifies every distinct text of a column once and numbers it densely, so that
 * a record is a row of small numbers. Meant for coded columns, integers and dates. */
struct cc_entry {
    struct cc_value value;  /* of the whole field; for a repeating variable, of its first part */
    struct cc_value *parts; /* values of a repeating variable */
    size_t part_count;
    uint32_t group;         /* for the user of the dictionary; starts as UINT32_MAX */
};

struct cc_dictionary;

CC_MUST_USE struct cc_dictionary *cc_dictionary_alloc(const struct cc_variable *v);

/** The number of a text, from 0 in order of first sight; UINT32_MAX when out of memory. */
uint32_t cc_dictionary_number(struct cc_dictionary *d, const char *text, size_t n);

/** The numbers of n fields, as cc_block_cut gives them, of a block's text; much faster than one by
 *  one: about 2 ns a field where texts have up to eight bytes. Blanks around a text may give it
 *  another number than cc_dictionary_number does, but always one with the same value. False when
 *  out of memory. */
CC_MUST_USE bool cc_dictionary_numbers(struct cc_dictionary *d, const char *text, const struct cc_field *fields,
                                       size_t n, uint32_t *numbers);

/** The text of a number, without blanks around it; valid until the dictionary is freed. */
const char *cc_dictionary_text(const struct cc_dictionary *d, uint32_t number, size_t *n);

/** How many numbers were given. */
uint32_t cc_dictionary_count(const struct cc_dictionary *d);

/** The entry of a number; valid until the dictionary is freed. */
struct cc_entry *cc_dictionary_entry(struct cc_dictionary *d, uint32_t number);

/** Fills `entry` for one text without keeping it: for ids and free text. Parts of repeating
 *  variables are not supported there. */
void cc_entry_classify(const struct cc_variable *v, const char *text, size_t n, struct cc_entry *entry);

void cc_dictionary_free(struct cc_dictionary *d); /* NULL allowed */
#endif

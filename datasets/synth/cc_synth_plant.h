#ifndef CC_SYNTH_PLANT_H
#define CC_SYNTH_PLANT_H
/* Errors planted into made-up records (datasets/plants, whose README says what a row means), so that it is known what
 * a program that checks the files must find, and that it must find nothing else. */
#include "datasets/synth/cc_synth_record.h"
#include "datasets/synth/cc_synth_row.h"

enum { CC_PLANT_TERMS = 48, CC_PLANT_NEVER = INT32_MAX };

struct cc_plant_field {
    size_t variable;
    int sibling; /* -1, 1: of the item of the same group before or after; 0: of the item, or of what it is in */
};

/* A day: some days after that of a field, or after one of the period's. */
struct cc_plant_day {
    enum { CC_PLANT_NO_DAY, CC_PLANT_FIELD, CC_PLANT_START, CC_PLANT_END, CC_PLANT_BEFORE } from;
    struct cc_plant_field field;
    int32_t days;
};

struct cc_plant_term {
    struct cc_plant_field field;
    char sign;        /* '=', '!', '<' or '>' */
    const char *text; /* what it is compared with, or becomes, if that is no day */
    struct cc_plant_day day;
};

struct cc_plant {
    const char *rule;
    int group;
    struct cc_plant_term when[CC_PLANT_TERMS], change[CC_PLANT_TERMS];
    size_t when_count, change_count;
    bool twice; /* nothing is changed: the record is written once more, and that one is the error */
    uint64_t planted; /* so far */
};

struct cc_plants {
    const struct cc_codebook *cb;
    struct cc_plant *items;
    size_t count;
    struct cc_table table; /* of the texts */
    char **owned;
    size_t owned_count, owned_room;
    /* Set by the caller: */
    int32_t start, end; /* first and last day of the period */
    int32_t before;     /* last day of the period before; CC_PLANT_NEVER: no file is made for that one */
};

/** Loads the plants for a codebook; cb must outlive them. cc_plants_free in any case. Errors with file and line. */
CC_MUST_USE enum cc_status cc_plants_load(const struct cc_codebook *cb, struct cc_plants *out, struct cc_error *err);
void cc_plants_free(struct cc_plants *p);

/** Plants one error, or returns NULL if none fits. Of a nested record, an item that fits is drawn with r. */
const struct cc_plant *cc_plant_row(struct cc_plants *p, struct cc_synth_row *row);
const struct cc_plant *cc_plant_record(struct cc_plants *p, struct cc_synth_record *record, struct cc_random *r);

/** Appends the rows of planted.csv for one error: file,record,rule,elements; one a rule. */
void cc_plant_put(const struct cc_plants *p, const struct cc_plant *plant, const char *file, uint64_t record,
                  FILE *out);
#endif

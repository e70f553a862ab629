#ifndef CC_PIPELINE_H
#define CC_PIPELINE_H
/* From the lines of a block to a protected table and a picture.
 *
 * Planning looks everything up that can be looked up without an extract: names, columns, programs.
 * Making runs the lines. All work files lie in one private folder. What comes out of here is
 * protected; the counts before protection do not leave. */
#include "report/protect/cc_protect_table.h"
#include "report/template/cc_report.h"
#include "report/template/cc_source.h"
#include "report/template/cc_values.h"

enum { CC_PIPELINE_GROUPS = 8, CC_PIPELINE_TALLIES = 8, CC_PIPELINE_COLUMNS = 160 };

struct cc_start { /* where the numbers of a first line of a block come from; several are put side by side */
    struct cc_source *source; /* of a count; or NULL */
    size_t spec;              /* of a count; of a frequency table: of its first element */
    const bool *frequencies;  /* of these elements of the source's codebook, one table after the other; or NULL */
    struct cc_table table;    /* read when it was planned */
    const struct cc_step *program; /* that reads the inputs itself; or NULL */
};

struct cc_groups {
    const char *names[CC_PIPELINE_GROUPS];
    size_t count;
};

struct cc_made { /* a table or figure: planned, then made */
    const struct cc_exhibit *exhibit;
    struct cc_step *steps; /* with values filled in */
    size_t step_count;
    struct cc_groups *before; /* the groups that each step finds */
    struct cc_source *source;   /* of its labels; NULL: a table, or published figures */
    const struct cc_made *base; /* starts from this protected table; or NULL */
    struct cc_start starts[CC_PIPELINE_TALLIES];
    size_t start_count;
    const char *groups[CC_PIPELINE_GROUPS];
    size_t group_count;
    const char *columns[CC_PIPELINE_COLUMNS]; /* known before it is made */
    size_t column_count;
    bool columns_open;                   /* a program may add others */
    bool per_cell;                       /* rows do not add up */
    const char *numerator, *denominator; /* what `prevalence` was given as such; or NULL */
    const char *unit;                    /* of counting, as tally calls it; NULL if it is not known */
    bool local;                          /* made of something that was given: to be protected */
    bool accuracy;                       /* NA is a share of nobody */
    bool means;                          /* numbers that count nobody: nothing to protect */
    const struct cc_step *chart;         /* the step that draws, or NULL */
    struct cc_table table;               /* protected */
    size_t hidden;                       /* cells that protection hid */
};

struct cc_workshop {
    const struct cc_template *t;
    struct cc_values values;
    struct cc_source *sources;
    size_t source_count;
    struct cc_profile profile;
    const struct cc_report_pair *inputs; /* as given */
    size_t input_count;
    struct cc_made *made; /* in template order; blocks whose {{if}} does not hold are not here */
    size_t made_count;
    char *folder; /* private; removed by cc_pipeline_clean */
    struct cc_arena arena;
};

/** Plans one block into w->made[w->made_count], which must have room. */
CC_MUST_USE enum cc_status cc_pipeline_plan(struct cc_workshop *w, const struct cc_exhibit *e,
                                            struct cc_error *err);

/** Makes a planned table, the sources having run. */
CC_MUST_USE enum cc_status cc_pipeline_make(struct cc_workshop *w, struct cc_made *m, struct cc_error *err);

/** Draws the figure to path_svg and path_png. *words: its text alternative, a line end, and its
 *  description, in the workshop's arena. */
CC_MUST_USE enum cc_status cc_pipeline_draw(struct cc_workshop *w, const struct cc_made *m,
                                            const char *path_svg, const char *path_png, const char **words,
                                            struct cc_error *err);

/** Is it one of the inputs, and given? */
bool cc_pipeline_given(const struct cc_workshop *w, const char *name);

/** All files of a table that was given, one after the other; the caller frees `t`. Errors: as of cc_table_read. */
CC_MUST_USE enum cc_status cc_pipeline_read_given(const struct cc_workshop *w, const char *name, struct cc_table *t,
                                                  struct cc_error *err);

/** Writes a table as CSV, whole or not at all. */
CC_MUST_USE enum cc_status cc_pipeline_write(const struct cc_table *t, const char *path,
                                             struct cc_error *err);

/** The table of that id, else the figure; NULL if there is none (yet). */
const struct cc_made *cc_pipeline_find(const struct cc_workshop *w, const char *id);

/** Position of a column in the made table, or -1; what became `numerator` or `denominator` is still
 *  found by its own name. */
int cc_made_column(const struct cc_made *m, const char *name);

/** Is it one of its group columns? */
bool cc_made_groups(const struct cc_made *m, const char *column);

/** Can this column be in the table? Names the nearest one otherwise. */
CC_MUST_USE enum cc_status cc_made_knows(const struct cc_made *m, const char *column, struct cc_place_at at,
                                         struct cc_error *err);

/** What a code of a column means, or the code itself; never NULL. */
const char *cc_made_label(const struct cc_made *m, const char *column, const char *code);

/** Is this value of a group to be said "not supplied"? values: which lists were given. */
bool cc_made_not_supplied(const struct cc_made *m, const struct cc_values *values, const char *group,
                          const char *value);

void cc_pipeline_clean(struct cc_workshop *w);
#endif

#ifndef CC_BIND_H
#define CC_BIND_H
/* Binding: what the names in an expression mean, checked before any record is read. Private to the binder:
 * cc_bind.c (operators, constants, codes), cc_bind_names.c (variables, definitions), cc_bind_calls.c (functions);
 * cc_query.c stands on it. A status other than CC_OK has set s->err. */
#include "datasets/query/cc_bound.h"

enum { CC_BIND_DEPTH = 64 }; /* definitions inside definitions, at most */

/* What surrounds a node while it is bound. */
struct cc_scope {
    struct cc_query *q;
    struct cc_error *err;
    const char *const *names; /* parameters of a definition, and the caller's trees for them */
    struct cc_node *const *values;
    size_t count;
    const struct cc_scope *caller; /* in which the values are to be bound */
    int repeat;                    /* what '#' stands for; 0: nothing */
    bool in_parts;                 /* inside any() or count() over a repeating variable */
    int each;                      /* inside any() or count() over the items of this group; 0: no */
    int depth;
};

/* An error at a node. */
#define FAIL(s, n, ...) cc_error_set((s)->err, CC_EDATA, (n)->line, (n)->column, __VA_ARGS__)

/** Binds a tree; *out is owned by the query. */
enum cc_status cc_bind(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out);

/** The same from the query itself; an error names the definition file. */
enum cc_status cc_bind_root(struct cc_query *q, const struct cc_node *n, struct cc_bound **out, struct cc_error *err);

/** A bound node with room for its arguments, owned by the query; NULL when out of memory. */
struct cc_bound *cc_bind_make(struct cc_query *q, enum cc_bound_op op, enum cc_kind kind, size_t args);

/** An error if what was bound is of another kind. */
enum cc_status cc_bind_need(const struct cc_scope *s, const struct cc_node *n, const struct cc_bound *b,
                            enum cc_kind kind);

/** A note for the user (cc_query_notes), once: fmt takes a and b. */
enum cc_status cc_bind_note(struct cc_query *q, struct cc_error *err, const char *fmt, const char *a, const char *b);

/* ---- operators and codes: cc_bind.c ---- */

/** Conditions under and, or, not, any() or count(). */
enum cc_status cc_bind_logic(const struct cc_scope *s, const struct cc_node *n, enum cc_bound_op op,
                             struct cc_bound **out);

/** A text constant beside a date becomes one. */
enum cc_status cc_bind_to_date(const struct cc_scope *s, const struct cc_node *n, struct cc_bound *b);

/** The error of a code that the codebook does not have, with those that it has. */
enum cc_status cc_bind_unknown_code(const struct cc_scope *s, const struct cc_node *n, const char *code,
                                    const struct cc_variable *v);

/* ---- names: cc_bind_names.c ---- */

/** A parameter of the definition at hand, ffy, a definition, or a variable. */
enum cc_status cc_bind_name(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out);
enum cc_status cc_bind_variable(const struct cc_scope *s, const struct cc_node *n, const char *name,
                                struct cc_bound **out);
enum cc_status cc_bind_definition(const struct cc_scope *s, const struct cc_node *n, const char *name,
                                  struct cc_bound **out);

/** The name with '#' replaced by the repeat at hand. */
const char *cc_bind_plain_name(const struct cc_scope *s, const char *name, char room[128]);

bool cc_bind_has_definition(const struct cc_query *q, const char *name);

/** The variants of a definition that may be needed: the one in force, or all, at most max. How many. */
size_t cc_bind_variants(const struct cc_query *q, const char *name, const struct cc_definition **out, size_t max);

/** The slot of a variable; each: the group whose items it lists, or -1. -1 when out of memory. */
int cc_bind_slot(struct cc_query *q, size_t variable, int each);

/** The record's year is needed: binds it, once. */
enum cc_status cc_bind_year(struct cc_query *q, struct cc_error *err);

/* ---- functions: cc_bind_calls.c ---- */

enum cc_status cc_bind_call(const struct cc_scope *s, const struct cc_node *n, struct cc_bound **out);
#endif

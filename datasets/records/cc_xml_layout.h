#ifndef CC_XML_LAYOUT_H
#define CC_XML_LAYOUT_H
/* The layout of an XML file: a tree of its elements, read from datasets/layouts/CODEBOOK.xml (README there). */
#include "datasets/records/cc_codebook.h"

enum cc_xml_empty { CC_XML_WHOLE, CC_XML_BARE, CC_XML_OMIT }; /* an element in which nothing has a value */

struct cc_xml_node {
    char *name;
    int variable;       /* of an element that holds a text; else -1 */
    int group;          /* an item of this group of the codebook (0: a record), or -1 */
    int set;            /* a variable that an item in this element sets, or -1 */
    char *value;        /* ... to this */
    bool joins;
    enum cc_xml_empty empty;
    size_t number;      /* of the layout's nodes, from 0 */
    struct cc_xml_node *children;
    size_t child_count;
};

struct cc_xml_layout {
    struct cc_xml_node root;
    char *prefix, *space, *location; /* of the root: acf, http://..., xsi:schemaLocation or NULL */
    size_t nodes;
    bool *has;                       /* per variable: does the file have it? */
    bool *in_head;                   /* per variable: outside the records */
};

/** The layout of a codebook, or CC_EUSAGE if it has none. Errors of the layout file name it. */
CC_MUST_USE enum cc_status cc_xml_layout_load(const struct cc_codebook *cb, struct cc_xml_layout **out,
                                              struct cc_error *err);
void cc_xml_layout_free(struct cc_xml_layout *l); /* NULL allowed */
#endif

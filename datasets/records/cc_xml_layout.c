#include "datasets/records/cc_xml_layout.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_path.h"
#include "datasets/base/cc_text.h"

struct loader {
    const struct cc_codebook *cb;
    struct cc_xml_layout *l;
    struct cc_error *err;
};

static enum cc_status fault(const struct loader *r, const xmlNode *x, const char *what)
{
    return cc_error_set(r->err, CC_EDATA, (size_t)xmlGetLineNo(x), 0, "%s: %s", (const char *)x->name, what);
}

static char *attribute(const xmlNode *x, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(x, (const xmlChar *)name);
    char *copy = value ? cc_strdup((const char *)value) : NULL;
    xmlFree(value);
    return copy;
}

static enum cc_status set_group(const struct loader *r, const xmlNode *x, struct cc_xml_node *n)
{
    char *path = attribute(x, "group");
    n->group = path ? cc_codebook_group(r->cb, *path ? path : "record") : -1;
    bool good = !path || n->group >= 0;
    free(path);
    return good ? CC_OK : fault(r, x, "no such group in the codebook");
}

/* set="variable=value" */
static enum cc_status set_constant(const struct loader *r, const xmlNode *x, struct cc_xml_node *n)
{
    char *text = attribute(x, "set"), *equals = text ? strchr(text, '=') : NULL;
    n->set = -1;
    if (equals) {
        *equals = '\0';
        n->set = cc_codebook_find(r->cb, text);
        n->value = cc_strdup(equals + 1);
    }
    bool good = !text || (n->set >= 0 && n->group == r->cb->variables[n->set].group);
    free(text);
    return good ? CC_OK : fault(r, x, "set is not variable=value of the element's group");
}

static enum cc_status set_empty(const struct loader *r, const xmlNode *x, struct cc_xml_node *n)
{
    char *joins = attribute(x, "joins"), *empty = attribute(x, "empty");
    n->joins = joins != NULL;
    n->empty = !empty ? CC_XML_WHOLE : !strcmp(empty, "omit") ? CC_XML_OMIT : CC_XML_BARE;
    bool good = !empty || !strcmp(empty, "omit") || !strcmp(empty, "bare");
    free(joins);
    free(empty);
    return good ? CC_OK : fault(r, x, "empty is neither omit nor bare");
}

/* An element that holds a text is a variable of the group it stands in. */
static enum cc_status set_variable(const struct loader *r, const xmlNode *x, struct cc_xml_node *n, int group)
{
    n->variable = cc_codebook_find(r->cb, n->name);
    if (n->variable < 0) return fault(r, x, "no such variable in the codebook");
    int own = n->group >= 0 ? n->group : group;
    if (r->cb->variables[n->variable].group != (own < 0 ? 0 : own))
        return fault(r, x, "the codebook has the variable in another group");
    r->l->has[n->variable] = true;
    r->l->in_head[n->variable] = own < 0;
    return CC_OK;
}

/* group: the one that the element stands in; -1 outside the records. */
static enum cc_status load_node(const struct loader *r, const xmlNode *x, struct cc_xml_node *n, int group)
{
    *n = (struct cc_xml_node){ .variable = -1, .set = -1, .number = r->l->nodes++ };
    if (!(n->name = cc_strdup((const char *)x->name))) return cc_error_memory(r->err);
    enum cc_status st = set_group(r, x, n);
    if (st == CC_OK) st = set_constant(r, x, n);
    if (st == CC_OK) st = set_empty(r, x, n);
    if (st != CC_OK) return st;
    if (n->group >= 0 && r->cb->groups[n->group].parent != group) return fault(r, x, "the group does not belong here");
    if (n->set >= 0) r->l->has[n->set] = true;
    size_t count = xmlChildElementCount((xmlNode *)(uintptr_t)x);
    if (!count) return set_variable(r, x, n, group);
    if (!(n->children = calloc(count, sizeof *n->children))) return cc_error_memory(r->err);
    for (xmlNode *c = xmlFirstElementChild((xmlNode *)(uintptr_t)x); c && st == CC_OK; c = xmlNextElementSibling(c))
        st = load_node(r, c, &n->children[n->child_count++], n->group >= 0 ? n->group : group);
    return st;
}

static char *copy_of(const xmlChar *text)
{
    return text ? cc_strdup((const char *)text) : NULL;
}

static enum cc_status load_root(const struct loader *r, xmlDoc *doc)
{
    xmlNode *x = xmlDocGetRootElement(doc);
    if (!x->ns || !x->ns->prefix) return fault(r, x, "the root has no namespace with a prefix");
    r->l->space = copy_of(x->ns->href);
    r->l->prefix = copy_of(x->ns->prefix);
    xmlChar *location =
        xmlGetNsProp(x, (const xmlChar *)"schemaLocation",
                     (const xmlChar *)"http://www.w3.org/2001/XMLSchema-instance");
    r->l->location = copy_of(location);
    xmlFree(location);
    if (!r->l->space || !r->l->prefix) return cc_error_memory(r->err);
    return load_node(r, x, &r->l->root, -1);
}

enum cc_status cc_xml_layout_load(const struct cc_codebook *cb, struct cc_xml_layout **out, struct cc_error *err)
{
    *out = NULL;
    char *path = cc_path_data("layouts", cb->name, ".xml");
    if (!path) return cc_error_set(err, CC_EUSAGE, 0, 0, "codebook '%s' has no layout of an XML file", cb->name);
    struct cc_xml_layout *l = calloc(1, sizeof *l);
    if (l) l->has = calloc(cb->count + 1, sizeof *l->has);
    if (l) l->in_head = calloc(cb->count + 1, sizeof *l->in_head);
    enum cc_status st = l && l->has && l->in_head ? CC_OK : cc_error_memory(err);
    const int how = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    xmlDoc *doc = st == CC_OK ? xmlReadFile(path, NULL, how) : NULL;
    if (st == CC_OK && !doc) st = cc_error_set(err, CC_EDATA, 0, 0, "is not a well-formed XML file");
    struct loader r = { cb, l, err };
    if (st == CC_OK) st = load_root(&r, doc);
    if (st != CC_OK) cc_error_file(err, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    xmlFreeDoc(doc);
    free(path);
    if (st == CC_OK) *out = l;
    else cc_xml_layout_free(l);
    return st;
}

static void free_node(struct cc_xml_node *n)
{
    for (size_t i = 0; i < n->child_count; i++) free_node(&n->children[i]);
    free(n->children);
    free(n->name);
    free(n->value);
}

void cc_xml_layout_free(struct cc_xml_layout *l)
{
    if (!l) return;
    free_node(&l->root);
    free(l->prefix);
    free(l->space);
    free(l->location);
    free(l->has);
    free(l->in_head);
    free(l);
}

#ifndef CC_MARKDOWN_H
#define CC_MARKDOWN_H
/* A page as Markdown with pipe tables. */
#include "report/page/cc_document.h"

/** Appends plain text so that it stays plain text in Markdown: no markup, no HTML, one line. */
CC_MUST_USE bool cc_markdown_escape(struct cc_buf *out, const char *text);

/** Appends the page. */
CC_MUST_USE bool cc_markdown_write(const struct cc_document *d, struct cc_buf *out);
#endif

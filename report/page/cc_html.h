#ifndef CC_HTML_H
#define CC_HTML_H
/* A page as one HTML file: no script, nothing loaded but its own charts, fit for printing and
 * for screen readers (WCAG 2.1 AA: captions, header cells, alternative texts, contrast). */
#include "report/page/cc_document.h"

/** Appends text with & < > and quotes escaped. */
CC_MUST_USE bool cc_html_escape(struct cc_buf *out, const char *text);

/** Appends the page. Prose goes through md4c with raw HTML switched off. */
CC_MUST_USE bool cc_html_write(const struct cc_document *d, struct cc_buf *out);
#endif

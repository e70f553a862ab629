#include "report/page/cc_document.h"

#include <stdlib.h>
#include <string.h>

bool cc_document_prose(struct cc_document *d, const char *markdown, size_t n)
{
    return cc_buf_add(&d->prose, markdown, n);
}

static bool add(struct cc_document *d, struct cc_document_part part)
{
    if (!cc_grow(&d->parts, &d->room, d->count + 1, sizeof *d->parts)) return false;
    d->parts[d->count++] = part;
    return true;
}

bool cc_document_end(struct cc_document *d)
{
    const char *text = d->prose.data;
    size_t from = 0, to = d->prose.size;
    while (from < to && text[from] == '\n') from++;
    while (to > from && (text[to - 1] == '\n' || text[to - 1] == ' ')) to--;
    if (from == to) return true;
    const char *copy = cc_arena_text(&d->arena, text + from, to - from);
    cc_buf_clear(&d->prose);
    return copy && add(d, (struct cc_document_part){ .prose = copy });
}

bool cc_document_grid(struct cc_document *d, const struct cc_grid *grid)
{
    return cc_document_end(d) && add(d, (struct cc_document_part){ .grid = grid });
}

bool cc_document_figure(struct cc_document *d, const struct cc_figure *figure)
{
    return cc_document_end(d) && add(d, (struct cc_document_part){ .figure = figure });
}

struct cc_grid *cc_grid_alloc(struct cc_arena *arena, size_t columns, size_t rows)
{
    struct cc_grid *g = cc_arena_alloc(arena, sizeof *g);
    if (!g) return NULL;
    *g = (struct cc_grid){
        .id = "", .label = "", .caption = "", .after = "", .columns = columns, .rows = rows
    };
    g->headings = cc_arena_alloc(arena, (columns + 1) * sizeof *g->headings);
    g->numbers = cc_arena_alloc(arena, (columns + 1) * sizeof *g->numbers);
    g->strong = cc_arena_alloc(arena, (rows + 1) * sizeof *g->strong);
    g->cells = cc_arena_alloc(arena, (rows * columns + 1) * sizeof *g->cells);
    if (!g->headings || !g->numbers || !g->strong || !g->cells) return NULL;
    for (size_t i = 0; i < rows * columns; i++) g->cells[i].text = "";
    for (size_t i = 0; i < columns; i++) g->headings[i] = "";
    return g;
}

void cc_document_free(struct cc_document *d)
{
    free(d->parts);
    cc_buf_free(&d->prose);
    cc_arena_free(&d->arena);
    *d = (struct cc_document){ 0 };
}

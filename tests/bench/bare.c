/* The floor under any program that reads CSV through libcsv: all bytes parsed, nothing done.
 *
 *   bare FILE.csv        prints the numbers of fields and rows
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 1 << 18 };

struct seen {
    unsigned long fields, rows;
};

static void on_field(void *text, size_t n, void *data)
{
    (void)text, (void)n;
    ((struct seen *)data)->fields++;
}

static void on_row(int end, void *data)
{
    (void)end;
    ((struct seen *)data)->rows++;
}

int main(int argc, char **argv)
{
    FILE *in = argc == 2 ? fopen(argv[1], "rb") : NULL;
    char *block = malloc(ROOM);
    struct csv_parser parser;
    struct seen seen = { 0, 0 };
    if (!in || !block || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return 2;
    setvbuf(in, NULL, _IONBF, 0);
    for (size_t n; (n = fread(block, 1, ROOM, in)) > 0;)
        if (csv_parse(&parser, block, n, on_field, on_row, &seen) != n) return 1;
    if (ferror(in) || csv_fini(&parser, on_field, on_row, &seen) != 0) return 1;
    printf("%lu fields, %lu rows\n", seen.fields, seen.rows);
    csv_free(&parser);
    free(block);
    fclose(in);
    return 0;
}

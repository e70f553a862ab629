#include "datasets/synth/cc_screened_write.h"

#include <string.h>

#include "datasets/base/cc_date.h"
#include "datasets/synth/cc_synth_person.h"

/* Texts of a tool file may hold anything. */
static void put_text(const char *text, FILE *out)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_id(const struct cc_screened *p, const struct cc_screened_child *c, FILE *out)
{
    char id[13];
    cc_random_id(p->seed, CC_STREAM_ID_SCREENED, c->number, id);
    fputs(id, out);
}

void cc_screened_write_header(const struct cc_screened *p, FILE *answers)
{
    fputs("child,sex,age,age_group,language,site,screened,month,period", answers);
    for (size_t i = 0; i < p->item_count; i++) {
        fputc(',', answers);
        put_text(p->items[i].name, answers);
    }
    fputs(",second,reference,verified,truth\n", answers);
}

void cc_screened_write_sheet(const struct cc_screened *p, const struct cc_screened_child *c,
                             const struct cc_screened_sheet *s, const char *const *texts, bool verified,
                             FILE *answers)
{
    const struct cc_screened_settings *set = &p->set;
    char day[16];
    put_id(p, c, answers);
    fprintf(answers, ",%s,%d,%s,%s,%s,%s,%d,%s", set->sex->codes[c->sex], (int)c->age,
            set->age->codes[c->age_group], set->language->codes[c->language], set->site->codes[c->site],
            cc_date_format(s->day, "yyyy-mm-dd", day), c->month + 1, c->period == CC_AFTER ? "after" : "before");
    for (size_t i = 0; i < p->item_count; i++) {
        fputc(',', answers);
        put_text(texts[i], answers);
    }
    fprintf(answers, ",%d,%d,%s,%d\n", c->second, c->reference, !verified ? "" : c->trafficked ? "1" : "0",
            c->trafficked);
}

void cc_screened_write_rating_header(const struct cc_screened *p, FILE *ratings)
{
    fputs("child,site", ratings);
    for (int i = 0; i < p->set.raters; i++) fprintf(ratings, ",rater%d", i + 1);
    fputc('\n', ratings);
}

void cc_screened_write_rating(const struct cc_screened *p, const struct cc_screened_child *c, const size_t *codes,
                              FILE *ratings)
{
    put_id(p, c, ratings);
    fprintf(ratings, ",%s", p->set.site->codes[c->site]);
    for (int i = 0; i < p->set.raters; i++) fprintf(ratings, ",%s", p->set.rating->codes[codes[i]]);
    fputc('\n', ratings);
}

#include "datasets/synth/cc_synth_record.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/base/cc_text.h"

void cc_synth_record_clear(struct cc_synth_record *r)
{
    r->count = 0;
}

void cc_synth_record_free(struct cc_synth_record *r)
{
    free(r->steps);
    *r = (struct cc_synth_record){ 0 };
}

static struct cc_synth_step *add(struct cc_synth_record *r, enum cc_synth_step_kind kind)
{
    if (!r->failed && !cc_grow(&r->steps, &r->room, r->count + 1, sizeof *r->steps)) r->failed = true;
    if (r->failed) return NULL;
    struct cc_synth_step *s = &r->steps[r->count++];
    *s = (struct cc_synth_step){ .kind = kind };
    return s;
}

void cc_synth_record_begin(struct cc_synth_record *r, int group)
{
    struct cc_synth_step *s = add(r, CC_STEP_BEGIN);
    if (s) s->group = group;
}

void cc_synth_record_value(struct cc_synth_record *r, size_t variable, const char *text)
{
    struct cc_synth_step *s = add(r, CC_STEP_VALUE);
    if (!s) return;
    s->variable = variable;
    snprintf(s->text, sizeof s->text, "%s", text);
}

void cc_synth_record_end(struct cc_synth_record *r)
{
    (void)add(r, CC_STEP_END);
}

int cc_synth_group(const struct cc_codebook *cb, const char *path)
{
    for (size_t i = 0; i < cb->group_count; i++)
        if (!strcmp(cb->groups[i].path, path)) return (int)i;
    return -1;
}

enum cc_status cc_synth_record_write(const struct cc_synth_record *r, struct cc_xml_write *w, struct cc_error *err)
{
    enum cc_status st = r->failed ? cc_error_memory(err) : CC_OK;
    for (size_t i = 0; i < r->count && st == CC_OK; i++) {
        const struct cc_synth_step *s = &r->steps[i];
        switch (s->kind) {
        case CC_STEP_BEGIN: st = cc_xml_write_begin(w, s->group, err); break;
        case CC_STEP_END: st = cc_xml_write_end(w, err); break;
        case CC_STEP_VALUE: st = cc_xml_write_value(w, s->variable, s->text, strlen(s->text), err); break;
        }
    }
    return st;
}

# casecount: plain GNU make, no configure step, no lists of files. `make help` names the targets.
VERSION := $(shell sed -n 's/^\#define CC_VERSION "\(.*\)"/\1/p' datasets/base/cc_cli.h)
PREFIX  ?= /usr/local
B       ?= build
CFLAGS  ?= -O2 -g
WARN    := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes
CPPFLAGS += -D_XOPEN_SOURCE=700 -I.    # -std=c11 alone hides strdup, sigaction, M_PI
LDLIBS  += -lgsl -lgslcblas -lcsv -lz -lnettle -lmd4c-html -lm

LIBSRC  := $(wildcard datasets/base/cc_*.c datasets/cc_*.c stats/cc_*.c report/cc_*.c)
LIBOBJ  := $(LIBSRC:%.c=$B/obj/%.o)
PROGSRC := $(wildcard datasets/cc-*.c stats/cc-*.c report/cc-*.c)
PROGS   := $(patsubst %.c,$B/libexec/casecount/%,$(notdir $(PROGSRC)))
DATA    := datasets/codebooks datasets/definitions datasets/population datasets/published \
           datasets/scenarios report/templates report/profiles
SHARE   := $B/share/casecount
UNIT    := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))

all: $B/bin/casecount $(PROGS) $(SHARE)/programs share

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DCC_DATADIR='"$(PREFIX)/share/casecount"' $(WARN) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/libcasecount.a: $(LIBOBJ)
	@rm -f $@
	$(AR) rcs $@ $^

vpath cc-%.c datasets stats report
$B/libexec/casecount/cc-%: cc-%.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARN) $(CFLAGS) -MMD -MP -MF $B/obj/cc-$*.d $(LDFLAGS) -o $@ $< $B/libcasecount.a $(LDLIBS)

$B/bin/casecount: datasets/base/casecount.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DCC_LIBEXECDIR='"$(PREFIX)/libexec/casecount"' $(WARN) $(CFLAGS) -MMD -MP -MF $B/obj/casecount.d $(LDFLAGS) -o $@ $< $B/libcasecount.a $(LDLIBS)

# What each program is for, one a line: folder, name, the NAME line of its man page.
$(SHARE)/programs: $(wildcard datasets/cc-*.1 stats/cc-*.1 report/cc-*.1)
	@mkdir -p $(@D)
	@for f in $(sort $^); do n=$$(basename $$f .1); \
	  printf '%s\t%s\t%s\n' $$(dirname $$f) $${n#cc-} "$$(sed -n 's/^\.Nd //p' $$f | head -1)"; done > $@

share:
	@mkdir -p $(SHARE)
	@for d in $(DATA); do [ ! -d $$d ] || ln -sfn "$(CURDIR)/$$d" $(SHARE)/$$(basename $$d); done

$B/tests/%: tests/unit/%.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(WARN) $(CFLAGS) -MMD -MP -MF $B/obj/$*.d $(LDFLAGS) -o $@ $< $B/libcasecount.a $(LDLIBS)

clean:
	rm -rf $B

-include $(wildcard $B/obj/*.d $B/obj/*/*.d $B/obj/*/*/*.d)
.PHONY: all share clean

# casecount: plain GNU make, no configure step, no lists of files. `make help` names the targets.
# CC, CFLAGS, CPPFLAGS, LDFLAGS, PREFIX and DESTDIR are yours; B is the folder of the build.
PREFIX  ?= /usr/local
B       ?= build
CFLAGS  ?= -O2 -g
ifeq ($(origin CC),default)
CC      := $(firstword $(foreach c,cc gcc clang,$(shell command -v $c)))
endif
WARN    := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes
XML     := $(shell xml2-config --cflags 2> /dev/null || pkg-config --cflags libxml-2.0)
OURS    := -D_XOPEN_SOURCE=700 -I. $(XML) -pthread    # -std=c11 alone hides strdup, sigaction, M_PI
LIBS    := -lgsl -lgslcblas -lcsv -lisal -lzstd -lnettle -lxxhash -lmd4c-html -lmd4c -lreadstat -lxml2 -lm

LIBSRC  := $(wildcard datasets/*/cc_*.c stats/*/cc_*.c report/*/cc_*.c)
LIBOBJ  := $(LIBSRC:%.c=$B/obj/%.o)
PROGSRC := $(wildcard datasets/cc-*.c stats/cc-*.c report/cc-*.c)
PROGS   := $(patsubst %.c,$B/libexec/casecount/%,$(notdir $(PROGSRC)))
UNIT    := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))
PAGES   := $(wildcard datasets/base/casecount.1 datasets/cc-*.1 stats/cc-*.1 report/cc-*.1)
DATA    := $(wildcard $(addprefix datasets/,codebooks definitions layouts plants rules tools population published scenarios) \
             report/templates report/profiles)
SHARE   := $B/share/casecount

COMPILE  = $(CC) $(OURS) $(CPPFLAGS) $(WARN) $(CFLAGS) -MMD -MP
LINK     = $(COMPILE) -MF $B/obj/$(@F).d -Wl,--as-needed $(LDFLAGS) -o $@ $(filter %.c %.a,$^) $(LIBS) $(LDLIBS)

all: $B/bin/casecount $(PROGS) $(SHARE)/programs share   ## build into build/ (the default)

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) $(PLACES) -c -o $@ $<

# Where an installed casecount looks last. Only these two know PREFIX, and follow it when it changes.
$B/obj/datasets/base/cc_path.o $B/bin/casecount: PLACES = \
    -DCC_DATADIR='"$(PREFIX)/share/casecount"' -DCC_LIBEXECDIR='"$(PREFIX)/libexec/casecount"'
$B/obj/datasets/base/cc_path.o $B/bin/casecount: $B/prefix
$B/prefix: always
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' > $@

$B/libcasecount.a: $(LIBOBJ)
	@rm -f $@
	$(AR) rcs $@ $^

vpath cc-%.c datasets stats report
$B/libexec/casecount/cc-%: cc-%.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(LINK)

$B/bin/casecount: datasets/base/casecount.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(LINK) $(PLACES)

$B/tests/%: tests/unit/%.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(LINK)

$B/bench/%: tests/bench/%.c $B/libcasecount.a
	@mkdir -p $(@D)
	$(LINK)

# What each program is for, one a line: folder, name, the NAME line of its man page.
$(SHARE)/programs: $(PAGES) Makefile
	@mkdir -p $(@D)
	@for f in $(filter-out datasets/base/%,$(PAGES)); do \
	  printf '%s\t%s\t%s\n' $$(dirname $$f) $$(basename $$f .1 | sed 's/^cc-//') \
	    "$$(sed -n 's/^\.Nd //p' $$f | head -n 1)"; done > $@

share:
	@mkdir -p $(SHARE)
	@for d in $(DATA); do ln -sfn "$(CURDIR)/$$d" $(SHARE)/$$(basename $$d); done

unit: all $(UNIT)

check: all unit   ## build, then run every test; the last line is "N passed, N failed"
	@B=$B CC='$(CC)' MAKE='$(MAKE)' sh tests/run.sh

check-long:   ## the same, with randomised tests ROUNDS (50) times as long
	@CC_TEST_ROUNDS=$(or $(ROUNDS),50) $(MAKE) check

golden: all   ## rewrite the expected files of tests/cli; `git diff` is the review
	@B=$B UPDATE=1 sh tests/run-cli.sh

layers:   ## no include runs against the flow datasets -> stats -> report
	@! grep -rnE --include='*.[ch]' '"([^"]*/)?(stats|report)/' datasets
	@! grep -rnE --include='*.[ch]' '"([^"]*/)?report/' stats

lines:   ## no line of C is longer than 120 characters
	@! grep -rnE --include='*.[ch]' '^.{121}' datasets stats report tests | \
	  sed 's/^\([^:]*:[0-9]*\):.*/\1: longer than 120 characters/' | grep .

warnings: $(foreach c,gcc clang,$(if $(shell command -v $c),warnings-$c))   ## gcc and clang find nothing to warn of
warnings-%:
	@$* $(OURS) $(CPPFLAGS) $(WARN) -Werror -O2 -fsyntax-only $(LIBSRC) $(PROGSRC) datasets/base/casecount.c \
	  $(wildcard tests/unit/*.c tests/bench/*.c)
	@$* -D_GNU_SOURCE $(OURS) $(WARN) -Werror -fsyntax-only $(wildcard tests/fuzz/*.c)

oracle: all   ## compare with the numbers of other software in ORACLES=tests/oracle
	@B=$B scripts/check-oracles $(or $(ORACLES),tests/oracle)

san:   ## all tests under the address and undefined behaviour sanitizers
	@ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:exitcode=99 $(MAKE) B=$B-san \
	  CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all' check

tsan:   ## all tests under the thread sanitizer
	@TSAN_OPTIONS=exitcode=99 $(MAKE) B=$B-tsan CFLAGS='-O1 -g -fsanitize=thread' check

FUZZERS := $(patsubst tests/fuzz/%.c,$B/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz:   ## each reader on made-up bytes, under sanitizers, SECONDS_EACH (60) seconds; needs clang's libFuzzer
	@$(MAKE) B=$B-fuzz CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	  fuzzers share
	@B=$B-fuzz sh tests/fuzz/run.sh

fuzzers: $(FUZZERS)
$B/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $B/libcasecount.a
	@mkdir -p $(@D)
	$(COMPILE) -D_GNU_SOURCE -MF $B/obj/$(@F).d -fsanitize=fuzzer -Wl,--as-needed -o $@ $(filter %.c %.a,$^) $(LIBS)

VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full --trace-children=yes \
  --trace-children-skip='/usr/*,/bin/*' --child-silent-after-fork=no
valgrind:   ## all tests under valgrind; programs that are not ours are left out
	@$(MAKE) B=$B-valgrind CFLAGS='-O1 -g' all unit
	@B=$B-valgrind WRAP="$(VALGRIND)" TIME_LIMIT=1200 sh tests/run.sh

demo: all   ## a fictional state's extracts and the reports from them, in build/demo
	@B=$B sh scripts/make-demo

BENCHES := $(patsubst tests/bench/%.c,$B/bench/%,$(wildcard tests/bench/*.c))
bench: all $(BENCHES)   ## time and memory of tally and its peers; BENCH='csv 1000000 5': sections, rows, rounds
	@B=$B sh tests/bench/run.sh $(BENCH)

bench-long:   ## the same with 4 million rows
	@$(MAKE) bench BENCH='4000000 5'

INSTALL = install -d '$(DESTDIR)$(PREFIX)/$(1)' && install -m $(2) $(3) '$(DESTDIR)$(PREFIX)/$(1)/'
install: all   ## to PREFIX (default /usr/local), below DESTDIR if that is set
	$(call INSTALL,bin,755,$B/bin/casecount)
	$(call INSTALL,libexec/casecount,755,$(PROGS))
	$(call INSTALL,share/casecount,644,$(SHARE)/programs)
	$(foreach d,$(DATA),$(call INSTALL,share/casecount/$(notdir $d),644,$d/*) &&) true
	$(call INSTALL,share/man/man1,644,$(PAGES))
	$(call INSTALL,share/doc/casecount,644,LICENSE README.md NEWS.md)
	$(call INSTALL,share/bash-completion/completions,644,scripts/casecount.bash-completion)
	mv '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/casecount.bash-completion' \
	  '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/casecount'

uninstall:   ## remove what install wrote
	cd '$(DESTDIR)$(PREFIX)' && rm -rf bin/casecount libexec/casecount share/casecount share/doc/casecount \
	  share/bash-completion/completions/casecount $(addprefix share/man/man1/,$(notdir $(PAGES)))

clean:   ## remove the builds
	rm -rf $B $B-*

help:   ## this list
	@sed -n 's/^\([a-z-]*\):.*   ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

always:
-include $(wildcard $B/obj/*.d $B/obj/*/*.d $B/obj/*/*/*.d)
.PHONY: all share unit check check-long golden layers lines warnings oracle san tsan valgrind fuzz fuzzers demo bench bench-long install uninstall clean help always

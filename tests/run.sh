#!/bin/sh
# Every test, one part after the other; `make check` calls it when all is built. Each part reports its
# failures and its counts; the last line sums them up: "N passed, N failed".
#   B=DIR the build, WRAP=... a command before each program of ours (see tests/run-cli.sh), TIME_LIMIT
set -u
cd "$(dirname "$0")/.." || exit 3
LC_ALL=C
B=${B:-build}
MAKE=${MAKE:-make}
export LC_ALL B
passed=0 failed=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/casecount-check.XXXXXX") || exit 3
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

add() { passed=$((passed + $1)) failed=$((failed + $2)); }

# part NAME COMMAND...: a part that passes or fails as a whole.
part() {
    name=$1
    shift
    if "$@" > "$tmp/log" 2>&1; then
        add 1 0
        echo "$name: passed"
    else
        add 0 1
        echo "not ok $name"
        sed 's/^/#   /' "$tmp/log"
    fi
}

# counted NAME COMMAND...: a part that ends with "# N passed, N failed"; one that ends otherwise failed.
counted() {
    name=$1
    shift
    "$@" > "$tmp/log" 2>&1
    rc=$?
    counts=$(sed -n 's/^# \([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$tmp/log" | tail -n 1)
    [ $rc -ne 0 ] && [ "${counts#* }" = 0 ] && counts=
    # shellcheck disable=SC2086    # two numbers
    add ${counts:-0 1}
    if [ $rc -ne 0 ] || [ -z "$counts" ]; then
        echo "not ok $name (exit code $rc)"
        sed 's/^/#   /' "$tmp/log"
    else
        echo "$name: $(sed -n 's/^# \([0-9]* passed.*\)/\1/p' "$tmp/log" | tail -n 1)"
        grep '# SKIP' "$tmp/log" | sed 's/^ok /    skipped: /; s/ # SKIP / - /'
    fi
}

# A man page must have no warning, and its NAME line feeds the list of programs.
man_page() {
    if command -v mandoc > /dev/null 2>&1; then
        mandoc -T lint -W warning "$1"
    else
        groff -mdoc -Tutf8 -ww -z "$1" 2>&1 | (! grep .)
    fi && grep -q '^\.Nd [A-Za-z]' "$1"
}

part layers "$MAKE" -s layers
part lines "$MAKE" -s lines
part warnings "$MAKE" -s warnings
for t in tests/unit/test_*.c; do
    t=$(basename "$t" .c)
    # shellcheck disable=SC2086    # WRAP is words
    counted "unit $t" ${WRAP:-} "$B/tests/$t"
done
counted 'command line' sh tests/run-cli.sh
counted 'help examples' sh tests/run-help.sh
if command -v mandoc > /dev/null 2>&1 || command -v groff > /dev/null 2>&1; then
    for page in datasets/base/*.1 datasets/*.1 stats/*.1 report/*.1; do
        [ ! -f "$page" ] || part "man page $page" man_page "$page"
    done
else
    echo 'man pages: skipped, neither mandoc nor groff is here'
fi
[ ! -x scripts/check-oracles ] || part oracles scripts/check-oracles tests/oracle

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

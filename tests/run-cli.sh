#!/bin/sh
# Runs the command line tests: tests/cli/PROGRAM/CASE/{cmd,expected.out,expected.err,expected.rc}.
#
#   tests/run-cli.sh [PROGRAM | PROGRAM/CASE]...        default: all
#
# `cmd` is a sh script. It runs in an empty temporary folder with casecount first on PATH, $CASE
# (the case's folder) and $ROOT (the source tree). Its standard output must equal expected.out (none:
# empty), its exit code expected.rc (none: 0), its messages expected.err (none: not compared).
# $B is the folder of the build. A case that cannot run here prints the reason and exits with 77: it counts as skipped.
#
#   UPDATE=1   rewrites the expected files instead of comparing
#   B=DIR      the build to test (default: build)
#   JOBS=N     cases at a time (default: the number of processors)
#   WRAP=...   a command put before casecount, e.g. valgrind with its options
# Only failures are listed; the last line is "# N passed, N failed, N skipped".
set -u
LC_ALL=C TZ=UTC
export LC_ALL TZ
unset CASECOUNT_DATA CASECOUNT_LIBEXEC
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 3
export ROOT
B=${B:-build}
case $B in /*) ;; *) B=$ROOT/$B ;; esac

# One case: its report goes to $OUT in one piece, so that parallel reports do not mix.
run_case() {
    CASE=$1 name=${1#"$ROOT"/tests/cli/}
    export CASE
    tmp=$(mktemp -d "$WORK/case.XXXXXX") || exit 3
    mkdir "$tmp/in"
    (cd "$tmp/in" && exec $LIMIT sh "$CASE/cmd") > "$tmp/out" 2> "$tmp/err" < /dev/null
    rc=$?
    if [ $rc -eq 77 ]; then
        printf 'ok %s # SKIP %s\n' "$name" "$(head -n 1 "$tmp/out")" > "$tmp/report"
    elif [ -n "${UPDATE:-}" ]; then
        update_case
    else
        compare_case
    fi
    cat "$tmp/report" >> "$OUT"
    rm -rf "$tmp"
}

update_case() {
    if [ -s "$tmp/out" ]; then cp "$tmp/out" "$CASE/expected.out"; else rm -f "$CASE/expected.out"; fi
    if [ $rc -ne 0 ]; then echo $rc > "$CASE/expected.rc"; else rm -f "$CASE/expected.rc"; fi
    if [ $rc -ne 0 ] || [ -f "$CASE/expected.err" ]; then cp "$tmp/err" "$CASE/expected.err"; fi
    echo "ok $name" > "$tmp/report"
}

compare_case() {
    want_rc=0 want_out=/dev/null
    [ ! -f "$CASE/expected.rc" ] || want_rc=$(cat "$CASE/expected.rc")
    [ ! -f "$CASE/expected.out" ] || want_out=$CASE/expected.out
    : > "$tmp/why"
    [ "$rc" = "$want_rc" ] || echo "exit code $rc, expected $want_rc" >> "$tmp/why"
    cmp -s "$want_out" "$tmp/out" || diff -u "$want_out" "$tmp/out" | sed -n '3,24p' >> "$tmp/why"
    if [ -f "$CASE/expected.err" ] && ! cmp -s "$CASE/expected.err" "$tmp/err"; then
        echo "standard error:" >> "$tmp/why"
        diff -u "$CASE/expected.err" "$tmp/err" | sed -n '3,24p' >> "$tmp/why"
    elif [ -s "$tmp/why" ] && [ -s "$tmp/err" ]; then
        echo "standard error:" >> "$tmp/why"
        head -n 20 "$tmp/err" >> "$tmp/why"
    fi
    if [ -s "$tmp/why" ]; then
        { echo "not ok $name"; sed 's/^/#   /' "$tmp/why"; } > "$tmp/report"
    else
        echo "ok $name" > "$tmp/report"
    fi
}

if [ "${1:-}" = --case ]; then
    run_case "$2"
    exit 0
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/casecount-test.XXXXXX") || exit 3
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
OUT=$WORK/report
LIMIT=$(command -v timeout > /dev/null 2>&1 && echo "timeout ${TIME_LIMIT:-120}")
export WORK OUT LIMIT B
: > "$OUT"
mkdir "$WORK/bin"
printf '#!/bin/sh\nexec %s "%s/bin/casecount" "$@"\n' "${WRAP:-}" "$B" > "$WORK/bin/casecount"
chmod +x "$WORK/bin/casecount"
[ -n "${WRAP:-}" ] || ln -sf "$B/bin/casecount" "$WORK/bin/casecount"
PATH=$WORK/bin:$PATH
export PATH

[ $# -gt 0 ] || set -- ''
for pattern in "$@"; do
    find "$ROOT/tests/cli/$pattern" -name cmd
done | sed 's,/cmd$,,' | sort -u > "$WORK/cases"
xargs -P "${JOBS:-$(nproc 2> /dev/null || echo 2)}" -n 1 sh "$0" --case < "$WORK/cases"

grep -v '^ok [^#]*$' "$OUT"
passed=$(grep -c '^ok [^#]*$' "$OUT") failed=$(grep -c '^not ok ' "$OUT") skipped=$(grep -c '^ok .*# SKIP' "$OUT")
ran=$((passed + failed + skipped)) cases=$(wc -l < "$WORK/cases")
if [ "$ran" -ne "$cases" ]; then
    echo "not ok tests/run-cli.sh: $cases cases, but only $ran ran"
    failed=$((failed + cases - ran))
fi
echo "# $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

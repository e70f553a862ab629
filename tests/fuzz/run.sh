#!/bin/sh
# Runs the fuzz targets for SECONDS_EACH (60) seconds each, two at a time; `make fuzz` calls it when they are built.
# What broke a target is kept in B/findings; the last line says how many were found. SEED (1) chooses another walk.
set -u
cd "$(dirname "$0")/../.." || exit 3
B=${B:-build-fuzz}
seconds=${SECONDS_EACH:-60}
mkdir -p "$B/findings" "$B/corpus"

run_one() {
    name=$(basename "$1")
    tests/fuzz/seeds "$name" "$B/corpus/$name"
    CASECOUNT_DATA=$B/share/casecount "$1" -seed="${SEED:-1}" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2048 -max_len=16384 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$B/findings/$name-" "$B/corpus/$name" \
        > "$B/findings/$name.log" 2>&1
    rc=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$B/findings/$name.log")
    if [ $rc -eq 0 ]; then
        echo "$name: nothing found in ${runs:-?} inputs"
        rm "$B/findings/$name.log"
    else
        echo "not ok $name: see $B/findings/$name.log"
        sed 's/^/#   /' "$B/findings/$name.log" | tail -n 40
        return 1
    fi
}

failed=0
set -- "$B"/fuzz/*
while [ $# -gt 0 ]; do
    run_one "$1" & first=$!
    second=
    if [ $# -gt 1 ]; then run_one "$2" & second=$!; shift; fi
    shift
    wait $first || failed=$((failed + 1))
    [ -z "$second" ] || wait $second || failed=$((failed + 1))
done
echo "$failed targets with a finding"
[ "$failed" -eq 0 ]

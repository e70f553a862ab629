#!/bin/sh
# How long tally takes, and how much memory, beside mawk and a bare libcsv pass on the same file.
#
#   tests/bench/run.sh [ROWS [ROUNDS]]      default: 1000000 rows, 5 rounds; B=DIR is the build
#
# Rounds are interleaved (all once, then all again); a ratio is taken within its round, and its median is
# shown, so that what else the machine does falls on all alike. Peak memory is the largest process's.
# tally and mawk must give the same sorted counts, or this fails.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/../.."
B=${B:-build} rows=${1:-1000000} rounds=${2:-5}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/casecount-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
file=$tmp/child.csv
CASECOUNT_DATA=$B/share/casecount "$B/bench/generate" "$rows" 150 > "$file"

tally() {
    unit=$1
    shift
    "$@" "$B/libexec/casecount/cc-tally" "$file" --codebook ncands-child --param ffy=2024 --unit "$unit" \
        --by STATERR,age_group,CHSEX,CHMAL1 --where 'RPTDISP in (1, 2)'
}
run() {
    case $1 in
    tally) tally record "$B/bench/measure" "$tmp/took" ;;
    tally-child) tally child "$B/bench/measure" "$tmp/took" ;;
    bare) "$B/bench/measure" "$tmp/took" "$B/bench/bare" "$file" ;;
    mawk) "$B/bench/measure" "$tmp/took" mawk -F, -f tests/bench/query.awk "$file" ;;
    esac > "$tmp/out.$1" 2> "$tmp/err.$1" || { cat "$tmp/err.$1" >&2; exit 1; }
    echo "$1 $round $(cat "$tmp/took")" >> "$tmp/times"
}

peers='tally tally-child bare'
if command -v mawk > /dev/null; then peers="$peers mawk"; else echo 'mawk is not here: no comparison with it'; fi
cat "$file" > /dev/null
round=1
while [ "$round" -le "$rounds" ]; do
    for p in $peers; do run "$p"; done
    round=$((round + 1))
done

if [ -f "$tmp/out.mawk" ]; then
    sed 1d "$tmp/out.tally" | awk -F, '$6 > 0 { print $1 "," $2 "," $3 "," $4 "," $6 }' | sort > "$tmp/a"
    sort "$tmp/out.mawk" | cmp - "$tmp/a" || { echo 'tally and mawk differ' >&2; exit 1; }
    echo "same counts from tally and mawk: $(wc -l < "$tmp/a") groups"
fi
echo "$rows rows, 150 columns, $(wc -c < "$file") bytes; $rounds rounds; $(getconf _NPROCESSORS_ONLN) processors"
awk '
function median(a, n,    i, j, x) {
    for (i = 2; i <= n; i++) { x = a[i]; for (j = i - 1; j > 0 && a[j] > x; j--) a[j + 1] = a[j]; a[j + 1] = x }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
function ratio(name, to,    r, a) {
    for (r = 1; r <= rounds; r++) a[r] = wall[name, r] / wall[to, r]
    return (name, 1) in wall && (to, 1) in wall ? sprintf("%.2f", median(a, rounds)) : "-"
}
{ if (!($1 in known)) { order[++n] = $1; known[$1] = 1 }
  wall[$1, $2] = $3; cpu[$1, $2] = $4; if ($5 > peak[$1]) peak[$1] = $5; if ($2 > rounds) rounds = $2 }
END {
    label["tally"] = "tally, records"; label["tally-child"] = "tally, distinct children"
    label["bare"] = "libcsv, nothing done"; label["mawk"] = "mawk"
    print "| program | wall s | cpu s | peak MB | x libcsv | x mawk |\n|:--|--:|--:|--:|--:|--:|"
    for (i = 1; i <= n; i++) {
        p = order[i]
        for (r = 1; r <= rounds; r++) { w[r] = wall[p, r]; c[r] = cpu[p, r] }
        printf "| %s | %.2f | %.2f | %.1f | %s | %s |\n", label[p], median(w, rounds), median(c, rounds),
            peak[p] / 1024, ratio(p, "bare"), ratio(p, "mawk")
    }
}' "$tmp/times"

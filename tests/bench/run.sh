#!/bin/sh
# How long tally takes, and how much memory, beside other programs with the same query on the same file.
#
#   tests/bench/run.sh [SECTION]... [ROWS [ROUNDS]]     default: every section, 1000000 rows, 5 rounds
#
# Sections: csv quoted fixed definitions distinct gzip small cache memory roc xml validate (of ROWS / 50 children).
# B=DIR is the build; peers come from
# scripts/install-peers, and one that is not here is left out. All programs of a section run once in every
# round; a ratio is taken within its round, so that what else the machine does falls on all alike. Sorted
# answers to one query must be the same bytes, whatever program, kind of file or number of threads.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/../.."
B=${B:-build}
case $B in /*) ;; *) B=$PWD/$B ;; esac
bench=$PWD/tests/bench
NODE_PATH=$B/peers/node_modules CASECOUNT_DATA=$B/share/casecount
export NODE_PATH CASECOUNT_DATA

all='csv quoted fixed definitions distinct gzip small cache memory roc xml validate'
sections='' rows='' rounds=''
for word in "$@"; do
    case $word in
    '' | *[!0-9]*)
        case " $all " in
        *" $word "*) sections="$sections $word" ;;
        *) echo "run.sh: no section '$word'; there are: $all" >&2; exit 2 ;;
        esac ;;
    *) if [ -z "$rows" ]; then rows=$word; else rounds=$word; fi ;;
    esac
done
sections=${sections:-$all} rows=${rows:-1000000} rounds=${rounds:-5}

tmp=$(mktemp -d "${TMPDIR:-/tmp}/casecount-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

# What is here.
peers=''
peer() {
    case $1 in
    pandas) for python in python3 /usr/bin/python3; do "$python" -c 'import pandas' && return; done; return 1 ;;
    DuckDB) node -e "require('@duckdb/node-api')" ;;
    Polars) node -e "require('nodejs-polars')" ;;
    data.table | readr | pROC | boot) Rscript -e "library($1)" ;;
    *) command -v "$1" ;;
    esac
}
for p in mawk gawk gzip igzip zstd data.table readr pandas DuckDB Polars pROC boot; do
    if peer $p > /dev/null 2>&1; then peers="$peers $p"; else echo "not here, left out: $p"; fi
done
has() { case " $peers " in *" $1 "*) ;; *) return 1 ;; esac; }
"$B/bin/casecount" tally --help > "$tmp/help"
knows() { grep -q -e "$1" "$tmp/help"; }

# file KIND [ROWS]: the name of that file, made when first asked for.
file() {
    case $1 in fixed) name=$tmp/fixed.${2:-$rows}.dat ;; *) name=$tmp/$1.${2:-$rows}.csv ;; esac
    [ -e "$name" ] || "$B/bench/generate" "$1" "${2:-$rows}" > "$name"
    echo "$name"
}

# The sorted answer, in one form: groups and count; of tally, cells with a count.
answer() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "measure") at = i }
        !at { print }
        at && NR > 1 && $(at + 1) > 0 { for (i = 1; i < at; i++) printf "%s,", $i; print $(at + 1) }' "$1" | sort
}

# go PROGRAM ANSWER COMMAND...: measures; ANSWER names the query that it answers, '-' is none.
go() {
    program=$1 to=$2
    shift 2
    if [ "$to" = - ]; then out=/dev/null; else out=$tmp/out; fi
    "$B/bench/measure" "$tmp/took" "$@" > "$out" 2> "$tmp/err" < /dev/null ||
        { echo "$section, $program: failed" >&2; tail -n 3 "$tmp/err" >&2; exit 1; }
    echo "$section|$program|$round|$(tr ' ' '|' < "$tmp/took")" >> "$tmp/times"
    [ "$to" != - ] || return 0
    answer "$out" > "$tmp/answer"
    if [ ! -e "$tmp/answer.$to" ]; then
        mv "$tmp/answer" "$tmp/answer.$to"
        echo "$section, $program" > "$tmp/first.$to"
    elif ! cmp -s "$tmp/answer" "$tmp/answer.$to"; then
        echo "$section, $program, round $round: not the '$to' of $(cat "$tmp/first.$to"):" >> "$tmp/differ"
        diff "$tmp/answer.$to" "$tmp/answer" | head -n 4 >> "$tmp/differ"
    fi
}

tally() {
    program=$1 to=$2 of=$3
    shift 3
    go "$program" "$to" "$B/bin/casecount" tally "$of" --codebook ncands-child --param ffy=2024 "$@"
}

# each NAME ANSWER FILE OPTION...: tally with one thread and with two; where it does not know threads, once.
each() {
    name=$1
    shift
    if knows --threads; then
        tally "$name, 1 thread" "$@" --threads 1
        tally "$name, 2 threads" "$@" --threads 2
    else
        tally "$name, 1 thread" "$@"
    fi
}

BY=STATERR,age_group,CHSEX,CHMAL1 WHERE='RPTDISP in (1, 2)'

csv() {
    f=$(file csv)
    each tally cross "$f" --by $BY --where "$WHERE"
    ! knows --simd ||
        tally 'tally, 1 thread, SSE2' cross "$f" --by $BY --where "$WHERE" --threads 1 --simd sse2
    go 'wc -l' - wc -l "$f"
    go 'libcsv, nothing done' - "$B/bench/bare" "$f"
    peers_of_csv "$f"
    ! has gawk || go gawk cross gawk -F, -f "$bench/group.awk" -f "$bench/query.awk" "$f"
    ! has mawk || go mawk cross mawk -F, -f "$bench/group.awk" -f "$bench/query.awk" "$f"
}
peers_of_csv() {
    ! has Polars || go 'Polars, 2 threads' cross env POLARS_MAX_THREADS=2 node "$bench/polars.js" "$1"
    ! has DuckDB || go 'DuckDB, 2 threads' cross node "$bench/duckdb.js" "$1" 2
    ! has data.table || go 'data.table, 2 threads' cross Rscript "$bench/query.R" fread "$1" 2
}

quoted() {
    f=$(file quoted)
    each tally cross "$f" --by $BY --where "$WHERE"
    each 'tally unquoted' cross "$(file csv)" --by $BY --where "$WHERE"
    go 'libcsv, nothing done' - "$B/bench/bare" "$f"
    peers_of_csv "$f"
}

fixed() {
    f=$(file fixed)
    each tally cross "$f" --by $BY --where "$WHERE"
    ! has mawk || go mawk cross mawk -f "$bench/group.awk" -f "$bench/fixed.awk" "$f"
    ! has readr || go 'readr, 2 threads' cross Rscript "$bench/query.R" read_fwf "$f" 2
    ! has pandas || go pandas cross "$python" "$bench/read_fwf.py" "$f"
}

definitions() {
    f=$(file csv)
    each plain cross "$f" --by $BY --where "$WHERE"
    each 'sex_trafficking_victim' victims "$f" --by STATERR --where sex_trafficking_victim
    each 'age_group, race_ethnicity' races "$f" --by age_group,race_ethnicity
}

distinct() {
    f=$(file csv)
    each records records "$f" --by $BY
    each 'children per cell' per-cell "$f" --by $BY --unit child --per-cell
    each 'children, representative' children "$f" --by $BY --unit child
    ! has DuckDB || go 'DuckDB, 2 threads' per-cell node "$bench/duckdb.js" "$f" 2 distinct
}

gzip() {
    f=$(file csv)
    [ -e "$f.gz" ] || command gzip -c "$f" > "$f.gz"
    each 'tally .gz' cross "$f.gz" --by $BY --where "$WHERE"
    go 'gzip -dc' - gzip -dc "$f.gz"
    ! has igzip || go 'igzip -dc' - igzip -dc "$f.gz"
    has zstd || return 0
    [ -e "$f.zst" ] || zstd -q -c "$f" > "$f.zst"
    if [ "$zstd" ]; then each 'tally .zst' cross "$f.zst" --by $BY --where "$WHERE"; fi
    go 'zstd -dc' - zstd -qdc "$f.zst"
}

small() { tally tally cross-100000 "$(file csv 100000)" --by $BY --where "$WHERE"; }

# A link of its own for the file, so that what is kept beside it is new in every round.
cache() {
    knows --cache || return 0
    mkdir "$tmp/cache"
    ln "$(file csv)" "$tmp/cache/child.csv"
    tally 'first' cross "$tmp/cache/child.csv" --by $BY --where "$WHERE" --cache
    tally 'repeated' cross "$tmp/cache/child.csv" --by $BY --where "$WHERE" --cache
    rm -r "$tmp/cache"
}

memory() {
    for size in 100000 1000000 4000000; do
        [ "$size" -le "$rows" ] || continue
        tally "tally, $size rows" "cross-$size" "$(file csv $size)" --by $BY --where "$WHERE"
    done
}

# scores ROWS: a file of made-up scores, a fifth of them of cases, made when first asked for.
scores() {
    name=$tmp/scores.$1.csv
    [ -e "$name" ] || awk -v n="$1" 'BEGIN { srand(4); print "score,truth"; for (i = 0; i < n; i++) {
        truth = rand() < .2; printf "%.6f,%d\n", rand() + rand() + truth / 2, truth } }' > "$name"
    echo "$name"
}

roc() {
    large=$(scores 1000000) small=$(scores 5000) ours="--score score --direction higher --reference truth --positive 1"
    go 'AUC of 1,000,000' - "$B/bin/casecount" roc "$large" $ours
    ! has pROC || go 'AUC of 1,000,000, pROC' - Rscript "$bench/roc.R" auc "$large" 0
    go '10,000 resamples of 5,000' - "$B/bin/casecount" roc "$small" $ours --bootstrap 10000 --seed 1
    ! has pROC || go '10,000 resamples of 5,000, pROC' - Rscript "$bench/roc.R" bootstrap "$small" 10000
    ! has boot || go '10,000 resamples of 5,000, boot' - Rscript "$bench/roc.R" boot "$small" 10000
}

xml() {
    f=$tmp/ooh.xml
    [ -e "$f" ] || "$B/bench/xml" make $((rows / 50)) > "$f"
    go 'libxml2 reader, nothing done' - "$B/bench/xml" bare "$f"
    go 'all variables, three levels' - "$B/bench/xml" read "$f"
    go 'tally' - "$B/bin/casecount" tally "$f" --codebook afcars-2020 --level child --by E6 --where 'E109 = 1 or E106 = 1'
    go 'tally, over items' - "$B/bin/casecount" tally "$f" --codebook afcars-2020 --level child --by E6 \
        --where 'any(E120 = 12 and E112 > E69)'
}

# Federal edits: status 1 says that something is over its limit.
edits() { go "$1" - sh -c '"$0" validate "$@" > /dev/null; test $? -le 1' "$B/bin/casecount" "$2" $3; }

validate() {
    [ -e "$tmp/edits/afcars-2024B.xml" ] || "$B/bin/casecount" synth jefferson --records 1 --children $((rows / 50)) \
        --files afcars-2024B.xml -o "$tmp/edits" 2> /dev/null
    go 'libxml2 reader, nothing done' - "$B/bench/xml" bare "$tmp/edits/afcars-2024B.xml"
    edits 'XML, all rules' "$tmp/edits/afcars-2024B.xml" '--as-of 2024-09-30'
    go 'wc -l' - wc -l "$(file fixed)"
    edits 'fixed width, all rules' "$(file fixed)" '--codebook ncands-child --ffy 2024 --as-of 2024-09-30'
}

knows --threads || echo 'tally does not know --threads: measured as it is'
knows --simd || echo 'tally does not know --simd: left out'
knows --cache || echo 'tally does not know --cache: left out'
zstd=''
if has zstd; then
    "$B/bench/generate" csv 10 | zstd -q > "$tmp/probe.csv.zst"
    ! "$B/bin/casecount" tally "$tmp/probe.csv.zst" --codebook ncands-child > "$tmp/probe" 2>&1 || zstd=yes
    [ "$zstd" ] || echo 'tally does not know zstd: left out'
    rm "$tmp/probe.csv.zst" "$tmp/probe"
fi
for section in $sections; do
    round=1
    while [ "$round" -le "$rounds" ]; do
        # Once more into the page cache: an idle page may have been given up since.
        for f in "$tmp"/*.csv* "$tmp"/*.dat; do [ ! -e "$f" ] || cat "$f" > /dev/null; done
        $section
        round=$((round + 1))
    done
    rm -f "$tmp"/*.xml "$tmp"/quoted.* "$tmp"/fixed.* "$tmp"/*.gz "$tmp"/*.zst
done

if [ -e "$tmp/differ" ]; then cat "$tmp/differ" >&2; exit 1; fi
for a in "$tmp"/answer.*; do
    [ ! -e "$a" ] || awk -F, -v of="${a##*/answer.}" '{ n += $NF } END { printf "%s|%d\n", of, n }' "$a"
done > "$tmp/units"
echo "$rows rows of 150 columns, $(wc -c < "$(file csv)") bytes; $rounds rounds;" \
    "$(getconf _NPROCESSORS_ONLN) processors"
awk -F'|' -f "$bench/report.awk" file=1 "$tmp/units" file=2 "$tmp/times" file=3 "$bench/bars"

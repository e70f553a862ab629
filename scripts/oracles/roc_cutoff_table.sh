# roc_cutoff_table.csv: the counts at cut-offs of the scores of data_roc.csv, which stands beside it. Arguments:
# the file, an empty folder to work in.
file=$1 work=$2 data=$(dirname "$1")/data_roc.csv
"$CASECOUNT" roc "$data" --score score --direction higher --reference outcome --positive 1 \
    --by dataset,marker --curve > "$work/out"
awk -f "$ORACLES/csv.awk" -f - "$work/out" "$file" <<'AWK'
BEGIN { CONVFMT = "%.15g"; n = split("TP FN FP TN sensitivity specificity", what, " ") }
function cutoff(text) { sub(/^>= /, "", text); return text == "Inf" ? text : text + 0 "" }
FNR == 1 { csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP cutoff(f[need("cutoff")]) SUBSEP
    for (i = 1; i <= n; i++) got[key what[i]] = f[need(what[i])]
    next
}
{
    csv($0, f)
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP cutoff(f[need("cutoff_ge")]) SUBSEP
    for (i = 1; i <= n; i++) printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, what[i], f[need(what[i])], got[key what[i]]
}
AWK

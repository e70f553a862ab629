# roc_best_cutoff.csv: the best cut-offs, by rank where several are equally good, of data_roc.csv, which stands
# beside it. Arguments: the file, an empty folder to work in.
file=$1 work=$2 data=$(dirname "$1")/data_roc.csv
"$CASECOUNT" roc "$data" --score score --direction higher --reference outcome --positive 1 \
    --by dataset,marker > "$work/out"
awk -f "$ORACLES/csv.awk" -f - "$work/out" "$file" <<'AWK'
FNR == 1 { csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP f[need("method")] SUBSEP
    measure = f[need("measure")]
    if (measure == "n_optimal") rank = 0
    if (measure == "smallest_positive_score") rank++
    got[key (measure == "n_optimal" ? "" : rank SUBSEP) measure] = f[need("estimate")]
    next
}
{
    csv($0, f)
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP f[need("method")] SUBSEP
    printf "%d\tn_optimal\t1e-9\t%s\t%s\n", FNR, f[need("n_optimal")], got[key "n_optimal"]
    n = split("threshold_midpoint smallest_positive_score sensitivity specificity TP FN FP TN criterion", what, " ")
    for (i = 1; i <= n; i++)
        printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, what[i], f[need(what[i])], got[key f[need("rank")] SUBSEP what[i]]
}
AWK

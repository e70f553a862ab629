# roc_pauc.csv: partial areas of the curves of data_roc.csv, which stands beside it. Arguments: the file, an
# empty folder to work in.
file=$1 work=$2 data=$(dirname "$1")/data_roc.csv
awk -f "$ORACLES/csv.awk" -f - "$file" > "$work/ranges" <<'AWK' || exit 1
NR == 1 { csv_header($0); focus = need("focus"); from = need("from"); to = need("to"); next }
/^\r?$/ { next }
{ csv($0, f); range = f[focus] ":" f[from] "-" f[to]; if (!(range in seen)) { seen[range]; print range } }
AWK
while read -r range; do
    "$CASECOUNT" roc "$data" --score score --direction higher --reference outcome --positive 1 \
        --by dataset,marker --partial "$range" > "$work/out.$range"
done < "$work/ranges"
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { csv_header($0); range = FILENAME; sub(/.*\/out\./, "", range); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    got[f[need("dataset")], f[need("marker")], range, f[need("measure")]] = f[need("estimate")]
    next
}
{
    csv($0, f)
    range = f[need("focus")] ":" f[need("from")] "-" f[need("to")]
    n = split("pauc pauc_mcclish_corrected", what, " ")
    for (i = 1; i <= n; i++)
        printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, what[i], f[need(what[i])],
            got[f[need("dataset")], f[need("marker")], range, what[i]]
}
AWK

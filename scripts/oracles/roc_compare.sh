# roc_compare.csv: pairs of the scores of data_roc.csv, which stands beside it. Arguments: the file, an empty
# folder to work in.
file=$1 work=$2 data=$(dirname "$1")/data_roc.csv
# One table for each kind of test, a group for each comparison; unpaired scores stand below each other.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$data" "$file" <<'AWK' || exit 1
FNR == 1 { csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    d = f[need("dataset")]; m = f[need("marker")]; r = f[need("row")]
    score[d, m, r] = f[need("score")]
    outcome[d, m, r] = f[need("outcome")]
    rows[d, m] = rows[d, m] " " r
    next
}
function put(kind, a, b, truth) {
    out = work "/in." kind
    if (!(kind in began)) { began[kind]; print "comparison,a,b,outcome" > out }
    print FNR "," a "," b "," truth > out
}
{
    csv($0, f)
    d1 = f[need("dataset")]; m1 = f[need("marker1")]; d2 = f[need("dataset2")]; m2 = f[need("marker2")]
    kind = f[need("test")]
    n = split(rows[d1, m1], list, " ")
    for (i = 1; i <= n; i++)
        put(kind, score[d1, m1, list[i]], kind == "paired" ? score[d2, m2, list[i]] : "NA", outcome[d1, m1, list[i]])
    if (kind == "paired") next
    n = split(rows[d2, m2], list, " ")
    for (i = 1; i <= n; i++) put(kind, "NA", score[d2, m2, list[i]], outcome[d2, m2, list[i]])
}
AWK
for kind in paired unpaired; do
    [ ! -e "$work/in.$kind" ] || "$CASECOUNT" roc "$work/in.$kind" --score a --against b --kind $kind \
        --direction higher --reference outcome --positive 1 --by comparison > "$work/out.$kind"
done
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
function squared(x) { return x == "NA" ? x : sprintf("%.15g", x * x) }
FNR == 1 { csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    row = f[need("comparison")]; measure = f[need("measure")]
    got[row, measure] = f[need("estimate")]
    if (measure ~ /^auc[12]$/) got[row, "var" substr(measure, 4)] = squared(f[need("se")])
    if (measure == "diff") {
        got[row, "diff_lower95"] = f[need("lower")]
        got[row, "diff_upper95"] = f[need("upper")]
    }
    next
}
# Of an unpaired test the peer gives no limits; a paired one has no degrees of freedom.
{
    csv($0, f)
    n = split("auc1 auc2 var1 var2 cov12 statistic p_value diff z_normal p_normal " \
              (f[need("test")] == "paired" ? "n_complete diff_lower95 diff_upper95" : "df"), what, " ")
    for (i = 1; i <= n; i++) printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, what[i], f[need(what[i])], got[FNR, what[i]]
}
AWK

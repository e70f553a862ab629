# begg_greenes.csv: accuracy under partial verification. Arguments: the file, an empty folder to work in.
file=$1 work=$2
names="verified_Tpos_Dpos verified_Tpos_Dneg unverified_Tpos verified_Tneg_Dpos \
verified_Tneg_Dneg unverified_Tneg"
awk -v work="$work" -v names="$names" -v head=tp,fp,flagged,fn,tn,others \
    -f "$ORACLES/csv.awk" -f "$ORACLES/by_level.awk" "$file" > "$work/runs" || exit 1
tab=$(printf '\t')
while IFS=$tab read -r run level; do
    "$CASECOUNT" screen "$work/in.$run" --design begg-greenes --tp tp --fn fn --fp fp --tn tn \
        --unverified flagged,others --method logit,wald --level "$level" > "$work/out.$run"
done < "$work/runs"
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { split("", column); csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    for (i = 1; i <= N; i++) got[f[need("row")], f[need("measure")], f[need("method")], what[i]] = f[need(what[i])]
    next
}
{
    csv($0, f)
    pair("naive_se", "naive_se", "none", "estimate")
    pair("naive_sp", "naive_sp", "none", "estimate")
    pair("bg_prevalence", "bg_prevalence", "logit", "estimate")
    for (i = 1; i <= 2; i++) {
        measure = i == 1 ? "bg_se" : "bg_sp"
        pair(measure, measure, "logit", "estimate")
        pair(i == 1 ? "se_of_se" : "se_of_sp", measure, "logit", "se")
        for (m = 1; m <= 2; m++) {
            method = m == 1 ? "logit" : "wald"
            pair(measure "_" method "_lower", measure, method, "lower")
            pair(measure "_" method "_upper", measure, method, "upper")
        }
    }
}
function pair(name, measure, method, number) {
    print FNR "\t" name "\t1e-9\t" f[need(name)] "\t" got[FNR, measure, method, number]
}
BEGIN { N = split("estimate se lower upper", what, " ") }
AWK

# roc_auc.csv: areas under the curve of data_roc.csv, which stands beside it. Arguments: the file, an empty
# folder to work in.
file=$1 work=$2 data=$(dirname "$1")/data_roc.csv
awk -f "$ORACLES/csv.awk" -f - "$file" > "$work/levels" <<'AWK' || exit 1
NR == 1 { csv_header($0); level = need("level"); next }
/^\r?$/ { next }
{ csv($0, f); if (!(f[level] in seen)) { seen[f[level]]; print f[level] } }
AWK
while read -r level; do
    "$CASECOUNT" roc "$data" --score score --direction higher --reference outcome --positive 1 \
        --by dataset,marker --level "$level" > "$work/out.$level"
done < "$work/levels"
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { csv_header($0); level = FILENAME; sub(/.*\/out\./, "", level); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP level SUBSEP
    measure = f[need("measure")]
    got[key "n_missing"] = f[need("n_missing")]
    if (measure != "auc") { got[key measure] = f[need("estimate")]; next }
    method = f[need("method")]
    if (method == "hanley-mcneil") got[key "hanley_mcneil_se"] = f[need("se")]
    if (method != "delong") next
    se = got[key "delong_se"] = f[need("se")]
    got[key "delong_var"] = se == "NA" ? se : sprintf("%.15g", se * se)
    got[key "delong_lower"] = f[need("lower")]
    got[key "delong_upper"] = f[need("upper")]
    got[key "auc"] = f[need("estimate")]
    next
}
{
    csv($0, f)
    n = split("n_cases n_controls n_missing auc delong_var delong_se delong_lower delong_upper " \
              "hanley_mcneil_se wilcoxon_U gini", what, " ")
    key = f[need("dataset")] SUBSEP f[need("marker")] SUBSEP f[need("level")] SUBSEP
    for (i = 1; i <= n; i++) printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, what[i], f[need(what[i])], got[key what[i]]
}
AWK

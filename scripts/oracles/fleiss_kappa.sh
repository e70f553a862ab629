# fleiss_kappa.csv: counts of raters in data_fleiss.csv beside it. Arguments: the file, an empty folder.
file=$1 work=$2
tab=$(printf '\t')
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$(dirname "$file")/data_fleiss.csv" \
    > "$work/cases" || exit 1
while IFS=$tab read -r number name; do
    "$CASECOUNT" agree "$work/in.$number" --fleiss --subject subject --score category --count n_raters \
        > "$work/out.$number"
done < "$work/cases"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    id = f[need("case")]
    n = split("subjects raters categories p_bar pe fleiss_kappa z p_value", what, " ")
    for (i = 1; i <= n; i++) pair(what[i], "1e-9", value(id, what[i]))
    pair("se_null", "1e-9", value(id, "fleiss_kappa", "", "se"))
    pair("lower95_null_se", "1e-9", value(id, "fleiss_kappa", "", "lower"))
    pair("upper95_null_se", "1e-9", value(id, "fleiss_kappa", "", "upper"))
}
AWK

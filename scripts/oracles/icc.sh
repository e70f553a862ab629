# icc.csv: intraclass correlations of the scores in data_icc.csv beside it. Arguments: the file, an empty folder.
file=$1 work=$2
tab=$(printf '\t')
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$(dirname "$file")/data_icc.csv" \
    > "$work/cases" || exit 1
awk -f "$ORACLES/csv.awk" -f "$ORACLES/levels.awk" "$file" > "$work/levels" || exit 1
while read -r level; do
    while IFS=$tab read -r number name; do
        "$CASECOUNT" agree "$work/in.$number" --icc --subject subject --rater rater --score score --level "$level" \
            > "$work/out.$number@$level"
    done < "$work/cases"
done < "$work/levels"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    id = f[need("case")]
    form = f[need("form")]
    at = f[need("level")]
    pair("subjects", "1e-8", value(id, "subjects", "", "", "", at))
    pair("raters", "1e-8", value(id, "raters", "", "", "", at))
    n = split("icc F df1 df2 p_value", what, " ")
    for (i = 1; i <= n; i++) pair(what[i], "1e-8", value(id, what[i], form, "", "", at))
    pair("lower", "1e-8", value(id, "icc", form, "lower", "", at))
    pair("upper", "1e-8", value(id, "icc", form, "upper", "", at))
}
AWK

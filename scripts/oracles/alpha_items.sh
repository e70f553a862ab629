# alpha_items.csv: what each item adds to alpha, of the scores in data_alpha.csv. Arguments: the file, an empty folder.
file=$1 work=$2
tab=$(printf '\t')
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$(dirname "$file")/data_alpha.csv" \
    > "$work/cases" || exit 1
while IFS=$tab read -r number name; do
    "$CASECOUNT" agree "$work/in.$number" --alpha --subject subject --item item --score score > "$work/out.$number" \
        2>> "$work/warnings"
done < "$work/cases"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    id = f[need("case")]
    n = split("mean sd corrected_item_total_r alpha_if_deleted", what, " ")
    for (i = 1; i <= n; i++) pair(what[i], "1e-9", value(id, what[i], "", "", f[need("item")]))
}
AWK

# kappa.csv: Cohen's kappa of the tables in data_kappa_tables.csv beside it. Arguments: the file, an empty folder.
file=$1 work=$2
tab=$(printf '\t')
tables=$(dirname "$file")/data_kappa_tables.csv
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$tables" > "$work/cases" || exit 1
while IFS=$tab read -r number name; do
    "$CASECOUNT" agree "$work/in.$number" --rater rater1 --rater rater2 --count count \
        --weights unweighted,linear,quadratic > "$work/out.$number"
done < "$work/cases"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    id = f[need("case")]
    weights = f[need("weights")]
    pair("k", "1e-9", value(id, "k"))
    pair("n", "1e-9", value(id, "n"))
    pair("po", "1e-9", value(id, "po", weights))
    pair("pe", "1e-9", value(id, "pe", weights))
    pair("kappa", "1e-9", value(id, "kappa", weights))
    pair("ase", "1e-9", value(id, "kappa", weights, "se"))
    pair("lower95", "1e-9", value(id, "kappa", weights, "lower"))
    pair("upper95", "1e-9", value(id, "kappa", weights, "upper"))
    pair("se_null", "1e-9", value(id, "se_null", weights))
    pair("z_null", "1e-9", value(id, "z_null", weights))
}
AWK

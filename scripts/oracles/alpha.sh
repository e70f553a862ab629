# alpha.csv: Cronbach's alpha of the scores in data_alpha.csv beside it. Arguments: the file, an empty folder.
file=$1 work=$2
tab=$(printf '\t')
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$(dirname "$file")/data_alpha.csv" \
    > "$work/cases" || exit 1
awk -f "$ORACLES/csv.awk" -f "$ORACLES/levels.awk" "$file" > "$work/levels" || exit 1
while read -r level; do
    while IFS=$tab read -r number name; do
        "$CASECOUNT" agree "$work/in.$number" --alpha --subject subject --item item --score score --level "$level" \
            > "$work/out.$number@$level" 2>> "$work/warnings"
    done < "$work/cases"
done < "$work/levels"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    id = f[need("case")]
    n = split("n_total n_complete items alpha std_alpha kr20", what, " ")
    for (i = 1; i <= n; i++) pair(what[i], "1e-9", of(what[i]))
    pair("feldt_lower", "1e-9", of("alpha", "feldt", "lower"))
    pair("feldt_upper", "1e-9", of("alpha", "feldt", "upper"))
    pair("ase_duhachek", "1e-9", of("alpha", "duhachek-iacobucci", "se"))
    pair("duhachek_lower", "1e-9", of("alpha", "duhachek-iacobucci", "lower"))
    pair("duhachek_upper", "1e-9", of("alpha", "duhachek-iacobucci", "upper"))
    # KR-20 is said not to apply where items are not 0 or 1.
    binary = of("kr20", "", "note") ~ /not all 0 or 1/ ? 0 : of("kr20") == "" ? "" : 1
    expected = f[need("is_binary")]
    printf "%d\tis_binary\t0\t%s\t%s\n", FNR, expected == "TRUE" ? 1 : expected == "FALSE" ? 0 : expected, binary
}
function of(measure, method, what) { return value(id, measure, method, what, "(total)", f[need("level")]) }
AWK

# mcnemar.csv: 2 x 2 tables in the row, larger ones (Bowker) in data_kappa_tables.csv beside it.
# Arguments: the file, an empty folder to work in.
file=$1 work=$2
tab=$(printf '\t')
tables=$(dirname "$file")/data_kappa_tables.csv
[ -f "$tables" ] || tables=
# A row's own counts stand under its line's number, which no other table can have.
awk -v own="$file" -f "$ORACLES/csv.awk" -f - ${tables:+"$tables"} "$file" > "$work/all.csv" <<'AWK' || exit 1
function quoted(text) { gsub(/"/, "\"\"", text); return "\"" text "\"" }
BEGIN { print "case,rater1,rater2,count" }
FNR == 1 { split("", column); csv_header($0); next }
/^\r?$/ { next }
{ csv($0, f) }
FILENAME != own {
    print quoted(f[need("case")]) "," quoted(f[need("rater1")]) "," quoted(f[need("rater2")]) "," \
          f[need("count")]
    next
}
f[need("n11")] != "NA" {
    for (i = 1; i <= 2; i++) for (j = 1; j <= 2; j++) print "(line " FNR ")," i "," j "," f[need("n" i j)]
}
AWK
awk -v work="$work" -v key=case -f "$ORACLES/csv.awk" -f "$ORACLES/split.awk" "$work/all.csv" > "$work/cases" || exit 1
while IFS=$tab read -r number name; do
    "$CASECOUNT" agree "$work/in.$number" --rater rater1 --rater rater2 --count count > "$work/out.$number"
done < "$work/cases"
awk -f "$ORACLES/csv.awk" -f "$ORACLES/results.awk" -f - "$work/cases" "$work"/out.* "$file" <<'AWK'
{
    own = f[need("n11")] != "NA"
    id = own ? "(line " FNR ")" : f[need("case")]
    pair("k", "1e-9", value(id, "k"))
    n = split("n11 n12 n21 n22 chi2 df p_chi2 chi2_cc p_chi2_cc p_exact p_midp or_bc", what, " ")
    for (i = 1; i <= n; i++) pair(what[i], "1e-9", of_table(value(id, what[i])))
    pair("or_exact_lower", "1e-9", of_table(value(id, "or_bc", "", "lower")))
    pair("or_exact_upper", "1e-9", of_table(value(id, "or_bc", "", "upper")))
}
# What belongs to 2 x 2 tables alone is not printed for others.
function of_table(computed) { return computed == "" && !own ? "NA" : computed }
AWK

# prop_ci.csv: proportions, one method a row. Arguments: the file, an empty folder to work in.
file=$1 work=$2
# One input table for each level and method, with the row's line number carried through.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$file" > "$work/runs" <<'AWK' || exit 1
NR == 1 { csv_header($0); x = need("x"); n = need("n"); level = need("level"); method = need("method"); next }
/^\r?$/ { next }
{
    csv($0, f)
    key = f[level] "\t" f[method]
    if (!(key in run)) {
        run[key] = ++runs
        print runs "\t" key
        print "row,x,n" > (work "/in." runs)
    }
    print NR "," f[x] "," f[n] > (work "/in." run[key])
}
AWK
tab=$(printf '\t')
while IFS=$tab read -r run level method; do
    set -- --numerator x --denominator n --level "$level" --method "$method"
    "$CASECOUNT" prevalence - "$@" < "$work/in.$run" > "$work/clipped.$run"
    "$CASECOUNT" prevalence - "$@" --unclipped < "$work/in.$run" > "$work/unclipped.$run"
done < "$work/runs"
# A run that failed has left an empty table: its rows have no computed number, which is a failure.
awk -f "$ORACLES/csv.awk" -f - "$work"/clipped.* "$work"/unclipped.* "$file" <<'AWK'
BEGIN { N = split("estimate lower upper", what, " ") }
FNR == 1 { csv_header($0); kind = FILENAME ~ /\/unclipped\.[0-9]+$/ ? "_unclipped" : ""; next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    for (i = 1; i <= N; i++) got[f[need("row")], what[i] kind] = f[need(what[i])]
    next
}
{
    csv($0, f)
    tolerance = f[need("method")] ~ /^mid/ || f[need("n")] > 1000000 ? 1e-8 : 1e-9
    for (i = 1; i <= N; i++) pair(what[i], 1)
    for (i = 2; i <= N; i++) pair(what[i] "_unclipped", 0)
}
function pair(name, needed) {
    if (needed || name in column)
        printf "%d\t%s %s\t%s\t%s\t%s\n", FNR, f[column["method"]], name, tolerance, f[need(name)], got[FNR, name]
}
AWK

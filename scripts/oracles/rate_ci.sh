# rate_ci.csv: rates per 1,000, the limits of each method in columns METHOD_lower and METHOD_upper.
# Arguments: the file, an empty folder to work in.
file=$1 work=$2
# One input table for each level; the methods are whatever the header names.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$file" > "$work/runs" <<'AWK' || exit 1
NR == 1 {
    csv_header($0)
    x = need("count"); n = need("population"); level = need("level")
    for (name in column) if (sub(/_lower$/, "", name)) methods[name]
    next
}
/^\r?$/ { next }
{
    csv($0, f)
    if (!(f[level] in run)) {
        run[f[level]] = ++runs
        for (m in methods) print runs "\t" f[level] "\t" m
        print "row,count,population" > (work "/in." runs)
    }
    print NR "," f[x] "," f[n] > (work "/in." run[f[level]])
}
AWK
tab=$(printf '\t')
while IFS=$tab read -r run level method; do
    "$CASECOUNT" prevalence - --numerator count --denominator population --rate --per 1000 --level "$level" \
        --method "$method" < "$work/in.$run" > "$work/out.$run.$method"
done < "$work/runs"
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { csv_header($0); method = FILENAME; sub(/.*\/out\.[0-9]+\./, "", method); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    row = f[need("row")]
    got[row, "rate_per_1000"] = f[need("estimate")]
    got[row, method "_lower"] = f[need("lower")]
    got[row, method "_upper"] = f[need("upper")]
    next
}
{
    csv($0, f)
    for (name in column)
        if (name == "rate_per_1000" || name ~ /_(lower|upper)$/)
            printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, name, f[column[name]], got[FNR, name]
}
AWK

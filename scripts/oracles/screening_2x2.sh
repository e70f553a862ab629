# screening_2x2.csv: measures of 2x2 tables, one measure and method a row. Arguments: the file, an empty
# folder to work in.
file=$1 work=$2
# One input table for each level, and the prevalences that measures are named after.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$file" > "$work/runs" <<'AWK' || exit 1
NR == 1 { csv_header($0); level = need("level"); metric = need("metric"); next }
/^\r?$/ { next }
{
    csv($0, f)
    if (!(f[level] in run)) {
        run[f[level]] = ++runs
        print "key,TP,FN,FP,TN" > (work "/in." runs)
    }
    key = f[need("TP")] "," f[need("FN")] "," f[need("FP")] "," f[need("TN")]
    if (!((f[level], key) in seen)) {
        seen[f[level], key]
        name = key
        gsub(",", " ", name)
        print name " at " f[level] "," key > (work "/in." run[f[level]])
    }
    if (match(f[metric], /_at_prev_/)) prevalences[substr(f[metric], RSTART + RLENGTH)]
}
END {
    for (p in prevalences) list = list (list == "" ? "" : ",") p
    for (l in run) print run[l] "\t" l "\t" (list == "" ? 0.5 : list)
}
AWK
tab=$(printf '\t')
while IFS=$tab read -r run level prevalences; do
    "$CASECOUNT" screen "$work/in.$run" --tp TP --fn FN --fp FP --tn TN --level "$level" --method all \
        --prevalence "$prevalences" > "$work/out.$run"
done < "$work/runs"
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { split("", column); csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    method = f[need("method")]
    gsub("-", "_", method)
    # one and the same whatever the method was called: measures without limits
    for (i = 0; i < 2; i++) {
        name = f[need("key")] SUBSEP f[need("measure")] SUBSEP (i ? "none" : method)
        for (w = 1; w <= N; w++) if (!((name, what[w]) in got)) got[name, what[w]] = f[need(what[w])]
    }
    next
}
{
    csv($0, f)
    name = f[need("TP")] " " f[need("FN")] " " f[need("FP")] " " f[need("TN")] " at " f[need("level")] \
           SUBSEP f[need("metric")] SUBSEP f[need("ci_method")]
    for (w = 1; w <= N; w++)
        printf "%d\t%s %s %s\t1e-9\t%s\t%s\n", FNR, f[need("metric")], f[need("ci_method")], what[w], f[need(what[w])],
               got[name, what[w]]
}
BEGIN { N = split("estimate lower upper", what, " ") }
AWK

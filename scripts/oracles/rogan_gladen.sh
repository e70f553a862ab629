# rogan_gladen.csv: true prevalence behind a tool with known errors, one method a row. Arguments: the file,
# an empty folder to work in.
file=$1 work=$2
# One input table for each level and method, with the row's line number carried through.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$file" > "$work/runs" <<'AWK' || exit 1
NR == 1 { csv_header($0); level = need("level"); method = need("method"); next }
/^\r?$/ { next }
{
    csv($0, f)
    key = f[level] "\t" (f[method] == "c-p" ? "clopper-pearson" : f[method])
    if (!(key in run)) {
        run[key] = ++runs
        print runs "\t" key
        print "row,x,n,sens,spec" > (work "/in." run[key])
    }
    print NR "," f[need("positive")] "," f[need("tested")] "," f[need("se")] "," f[need("sp")] > (work "/in." run[key])
}
AWK
tab=$(printf '\t')
while IFS=$tab read -r run level method; do
    set -- --numerator x --denominator n --level "$level"
    "$CASECOUNT" prevalence - "$@" --method "$method" < "$work/in.$run" > "$work/apparent.$run"
    set -- "$@" --sensitivity sens --specificity spec --method "rogan-gladen-$method"
    "$CASECOUNT" prevalence - "$@" < "$work/in.$run" > "$work/clipped.$run"
    "$CASECOUNT" prevalence - "$@" --unclipped < "$work/in.$run" > "$work/unclipped.$run"
done < "$work/runs"
awk -f "$ORACLES/csv.awk" -f - "$work"/apparent.* "$work"/clipped.* "$work"/unclipped.* "$file" <<'AWK'
FNR == 1 { split("", column); csv_header($0); kind = FILENAME; sub(/.*\//, "", kind); sub(/\.[0-9]+$/, "", kind); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    for (i = 1; i <= 3; i++) got[f[need("row")], kind, what[i]] = f[need(what[i])]
    got[f[need("row")], kind, "flag"] = f[need("note")] ~ /estimate (below 0|above 1)/ ? 1 : 0
    next
}
{
    csv($0, f)
    # Blaker and Sterne of the peer stop on a grid of the apparent prevalence, 2e-4 at most from the limit
    grid = f[need("method")] ~ /^(blaker|sterne)$/ ? 2e-4 : 0
    pair("apparent", "apparent", "estimate", 0)
    pair("ap_lower", "apparent", "lower", grid)
    pair("ap_upper", "apparent", "upper", grid)
    j = f[need("se")] + f[need("sp")] - 1
    grid = j > 0 ? grid / j : 0
    pair("rogan_gladen", "unclipped", "estimate", 0)
    pair("rg_lower_unclipped", "unclipped", "lower", grid)
    pair("rg_upper_unclipped", "unclipped", "upper", grid)
    pair("rg_clipped", "clipped", "estimate", 0)
    pair("rg_lower_clipped", "clipped", "lower", grid)
    pair("rg_upper_clipped", "clipped", "upper", grid)
    warns = f[need("peer_warns_invalid")]
    warns = warns == "TRUE" ? 1 : warns == "FALSE" ? 0 : warns
    print FNR "\tpeer_warns_invalid\t0\t" warns "\t" got[FNR, "clipped", "flag"]
}
# An absolute tolerance is a relative one of numbers moved away from 0.
function pair(name, kind, what, absolute,    want, have) {
    want = f[need(name)]
    have = got[FNR, kind, what]
    if (absolute && want ~ /[0-9]/ && have ~ /[0-9]/) {
        want = sprintf("%.15g", want + 10)
        have = sprintf("%.15g", have + 10)
    }
    printf "%d\t%s %s\t%.15g\t%s\t%s\n", FNR, f[column["method"]], name, absolute ? absolute / want : 1e-7, want, have
}
BEGIN { split("estimate lower upper", what, " ") }
AWK

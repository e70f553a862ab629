# rogan_gladen_estimated_sesp.csv: true prevalence behind a tool whose errors were estimated. Arguments: the
# file, an empty folder to work in.
file=$1 work=$2
names="positive tested tp_valid n_diseased tn_valid n_healthy"
awk -v work="$work" -v names="$names" -v head=x,n,flagged,with,passed,without \
    -f "$ORACLES/csv.awk" -f "$ORACLES/by_level.awk" "$file" > "$work/runs" || exit 1
tab=$(printf '\t')
while IFS=$tab read -r run level; do
    set -- --numerator x --denominator n --level "$level"
    "$CASECOUNT" prevalence - "$@" < "$work/in.$run" > "$work/apparent.$run"
    set -- "$@" --sensitivity-counts flagged,with --specificity-counts passed,without
    "$CASECOUNT" prevalence - "$@" --method lang-reiczigel < "$work/in.$run" > "$work/clipped.$run"
    "$CASECOUNT" prevalence - "$@" --method wald,delta --unclipped < "$work/in.$run" > "$work/unclipped.$run"
done < "$work/runs"
awk -f "$ORACLES/csv.awk" -f - "$work"/apparent.* "$work"/clipped.* "$work"/unclipped.* "$file" <<'AWK'
FNR == 1 { split("", column); csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    for (i = 1; i <= N; i++) if (what[i] in column) got[f[need("row")], f[need("method")], what[i]] = f[need(what[i])]
    next
}
{
    csv($0, f)
    pair("apparent", "wilson", "estimate")
    pair("rogan_gladen", "rogan-gladen-delta", "estimate")
    pair("se_known", "rogan-gladen-wald", "se")
    pair("wald_known_lower", "rogan-gladen-wald", "lower")
    pair("wald_known_upper", "rogan-gladen-wald", "upper")
    pair("se_delta", "rogan-gladen-delta", "se")
    pair("wald_delta_lower", "rogan-gladen-delta", "lower")
    pair("wald_delta_upper", "rogan-gladen-delta", "upper")
    pair("lang_reiczigel_lower", "lang-reiczigel", "lower")
    pair("lang_reiczigel_upper", "lang-reiczigel", "upper")
}
function pair(name, method, number) {
    print FNR "\t" name "\t1e-9\t" f[need(name)] "\t" got[FNR, method, number]
}
BEGIN { N = split("estimate se lower upper", what, " ") }
AWK

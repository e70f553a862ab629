# published_screening.csv: figures printed in papers, to their printed digits, where the counts are known.
# Arguments: the file, an empty folder to work in. Figures that stand in running text, and those that are not
# what a reader would take them for (a one-sided bound, other counts), are in published_screening.figures.csv
# with the reason; such a row counts only while the paper's column holds what it says.
file=$1 work=$2
awk -f "$ORACLES/csv.awk" -f - "$file" "$ORACLES/published_screening.figures.csv" > "$work/in" <<'AWK' || exit 1
BEGIN { print "row,TP,FN,FP,TN" }
FNR == 1 { split("", column); csv_header($0); files++; next }
/^\r?$/ { next }
{
    csv($0, f)
    if (f[need("TP")] ~ /^[0-9]+$/)
        print (files == 2 ? "figure " FNR - 1 : FNR) "," \
               f[need("TP")] "," f[need("FN")] "," f[need("FP")] "," f[need("TN")]
}
AWK
for level in 0.9 0.95; do
    "$CASECOUNT" screen "$work/in" --tp TP --fn FN --fp FP --tn TN --level $level --method all > "$work/out.$level"
done
awk -f "$ORACLES/csv.awk" -f - "$work/out.0.9" "$work/out.0.95" "$ORACLES/published_screening.figures.csv" "$file" <<'AWK'
BEGIN {
    split("sensitivity specificity ppv npv lr_pos prevalence", shown, " ")
    split("sensitivity specificity ppv npv lr_pos true_prevalence", named, " ")
}
FNR == 1 { split("", column); csv_header($0); files++; next }
/^\r?$/ { next }
files <= 2 {
    csv($0, f)
    method = f[need("method")]
    gsub("-", "_", method)
    at = (files == 1 ? "0.9" : "0.95")
    any = f[need("row")] SUBSEP f[need("measure")] SUBSEP at
    if (!((any, "estimate") in got)) got[any, "estimate"] = f[need("estimate")]
    got[any, method, "lower"] = f[need("lower")]
    got[any, method, "upper"] = f[need("upper")]
    next
}
files == 3 {
    csv($0, f)
    n++
    for (name in column) figure[n, name] = f[column[name]]
    next
}
{
    csv($0, f)
    if (f[need("TP")] !~ /^[0-9]+$/) { printf "%d\tno counts in print\t0\tNA\tNA\n", FNR; next }
    split("", told)
    for (i = 1; i <= n; i++) if (figure[i, "id"] == f[need("id")]) special(i)
    method = f[need("ci_method_that_reproduces")] ~ /Wilson/ ? "wilson" : "clopper_pearson"
    for (i = 1; i <= 6; i++)
        plain("reported_" shown[i], got[FNR, named[i], "0.95", "estimate"])
    for (i = 1; i <= 4; i++) exact("calc_" named[i], got[FNR, named[i], "0.95", "estimate"])
    for (i = 1; i <= 2; i++) {
        short = i == 1 ? "sens" : "spec"
        plain("reported_" short "_lower95", got[FNR, named[i], "0.95", method, "lower"])
        plain("reported_" short "_upper95", got[FNR, named[i], "0.95", method, "upper"])
        exact("cp_" short "_lower", got[FNR, named[i], "0.95", "clopper_pearson", "lower"])
        exact("cp_" short "_upper", got[FNR, named[i], "0.95", "clopper_pearson", "upper"])
    }
}
# What was computed from the counts when the figures were collected.
function exact(name, value) {
    if (name in column) printf "%d\t%s\t1e-9\t%s\t%s\n", FNR, name, f[column[name]], value
}
function plain(name, value) {
    if ((name in column) && f[column[name]] != "NA" && f[column[name]] != "" && !(name in told))
        line(name, f[column[name]], 1, value)
}
# A figure of the list, if this file still prints it.
function special(i,    c, key, p, at, value, scale) {
    c = figure[i, "column"]
    at = figure[i, "level"]
    key = (figure[i, "TP"] == "" ? FNR : "figure " i) SUBSEP figure[i, "measure"] SUBSEP at
    if (figure[i, "part"] != "limits") {
        if (f[need(c)] != figure[i, "printed"]) return
        told[c]
        value = figure[i, "part"] == "estimate" ? got[key, "estimate"] : got[key, figure[i, "method"], figure[i, "part"]]
        line(c " (" figure[i, "reason"] ")", figure[i, "printed"], 1, value)
        return
    }
    if (index(f[need(c)], figure[i, "printed"]) == 0) return
    split(figure[i, "printed"], p, "-")
    scale = figure[i, "reason"] ~ /^per cent/ ? 100 : 1
    line(figure[i, "measure"] " lower", p[1], scale, got[key, figure[i, "method"], "lower"])
    line(figure[i, "measure"] " upper", p[2], scale, got[key, figure[i, "method"], "upper"])
}
# Printed digits: at least two behind the point for a share (0.4 is 40 %), none for a per cent.
function line(what, printed, scale, value,    digits, half) {
    digits = index(printed, ".") ? length(printed) - index(printed, ".") : 0
    if (scale == 1 && digits < 2) digits = 2
    half = 0.5 * 10 ^ -digits + 1e-9
    printf "%d\t%s\t%.12g\t%s\t%.15g\n", FNR, what, half / (printed == 0 ? 1 : printed), printed, value * scale
}
AWK

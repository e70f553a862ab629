# Reads (after csv.awk) the list of cases that split.awk printed and the results of `agree`, WORK/out.NUMBER or
# WORK/out.NUMBER@LEVEL; then leaves each row of the last file, split into f, to the script that follows, which asks
# with value() and prints with pair().
BEGIN { PARTS = split("estimate se lower upper note", part, " ") }
FILENAME == ARGV[1] { tab = index($0, "\t"); name_of[substr($0, 1, tab - 1)] = substr($0, tab + 1); next }
FNR == 1 {
    split("", column)
    csv_header($0)
    run = FILENAME
    sub(/.*\/out\./, "", run)
    level = run ~ /@/ ? substr(run, index(run, "@") + 1) : ""
    sub(/@.*/, "", run)
    next
}
/^\r?$/ { next }
{ csv($0, f) }
FILENAME != ARGV[ARGC - 1] {
    key = name_of[run] SUBSEP level SUBSEP ("item" in column ? f[column["item"]] : "") SUBSEP f[need("measure")]
    for (i = 1; i <= PARTS; i++) {
        text = f[need(part[i])]
        got[key, f[need("method")], part[i]] = text
        if (!((key, "", part[i]) in got)) got[key, "", part[i]] = text
    }
    next
}
# Of a case's measure: its estimate, or another part, by any method unless one is named.
function value(id, measure, method, what, item, at,    k) {
    k = id SUBSEP at SUBSEP item SUBSEP measure SUBSEP method SUBSEP (what == "" ? "estimate" : what)
    return k in got ? got[k] : ""
}
function pair(name, tolerance, computed) {
    printf "%d\t%s\t%s\t%s\t%s\n", FNR, name, tolerance, f[need(name)], computed
}

# hui_walter.csv: two tests in two populations without a reference. Arguments: the file, an empty folder to
# work in.
file=$1 work=$2
awk -f "$ORACLES/csv.awk" -f - "$file" > "$work/in" <<'AWK' || exit 1
NR == 1 { csv_header($0); print "row,a,b,c,d,e,f,g,h"; next }
/^\r?$/ { next }
{
    csv($0, f)
    line = NR
    for (g = 1; g <= 2; g++) for (i = 1; i <= 4; i++) line = line "," f[need("pop" g "_" cells[i])]
    print line
}
BEGIN { split("pp pn np nn", cells, " ") }
AWK
"$CASECOUNT" screen "$work/in" --design hui-walter --population a,b,c,d --population e,f,g,h > "$work/out"
awk -f "$ORACLES/csv.awk" -f - "$work/out" "$file" <<'AWK'
FNR == 1 { split("", column); csv_header($0); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    got[f[need("row")], f[need("measure")], "estimate"] = f[need("estimate")]
    got[f[need("row")], f[need("measure")], "se"] = f[need("se")]
    next
}
{
    csv($0, f)
    for (i = 1; i <= N; i++) {
        short = names[i]
        sub("_test", "", short)
        print FNR "\t" names[i] "\t1e-7\t" f[need(names[i])] "\t" got[FNR, names[i], "estimate"]
        print FNR "\tstderr_" short "\t1e-5\t" f[need("stderr_" short)] "\t" got[FNR, names[i], "se"]
    }
}
BEGIN { N = split("prev1 prev2 se_test1 se_test2 sp_test1 sp_test2", names, " ") }
AWK

# One table a level, WORK/in.RUN: the row of the oracle's file, and its columns NAMES (blanks between them) under HEAD.
# Prints each RUN and its level, with a tab between. Stands after csv.awk.
NR == 1 { csv_header($0); level = need("level"); n_names = split(names, name, " "); next }
/^\r?$/ { next }
{
    csv($0, f)
    if (!(f[level] in run)) {
        run[f[level]] = ++runs
        print runs "\t" f[level]
        print "row," head > (work "/in." runs)
    }
    line = NR
    for (i = 1; i <= n_names; i++) line = line "," f[need(name[i])]
    print line > (work "/in." run[f[level]])
}

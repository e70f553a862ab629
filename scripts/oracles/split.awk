# Splits a table of cases (after csv.awk): the rows of each into WORK/in.NUMBER without the case's column,
# quoted as they were read. Prints one line a case: number, tab, case. -v work=WORK -v key=case
NR == 1 {
    csv_header($0)
    n = csv($0, f)
    case_column = need(key)
    head = line_of(f, n)
    next
}
/^\r?$/ { next }
{
    n = csv($0, f)
    if (!(f[case_column] in number)) {
        number[f[case_column]] = ++cases
        print cases "\t" f[case_column]
        print head > (work "/in." cases)
    }
    print line_of(f, n) > (work "/in." number[f[case_column]])
}
function line_of(f, n,    i, line, text) {
    line = ""
    for (i = 1; i <= n; i++) {
        if (i == case_column) continue
        text = f[i]
        gsub(/"/, "\"\"", text)
        line = line (line == "" ? "" : ",") "\"" text "\""
    }
    return line
}

# Splits CSV records that stand on one line each: with `csv($0, field)`, and `column` has the
# position of each name of the header once `csv_header($0)` was called on it.
function csv(line, out,    n, c, i, quoted, text) {
    sub(/\r$/, "", line)
    split("", out)
    n = 1
    text = ""
    quoted = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { text = text c; i++ }
        else if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) { out[n++] = text; text = "" }
        else text = text c
    }
    out[n] = text
    return n
}

function csv_header(line,    n, i, names) {
    sub(/^\357\273\277/, "", line)
    n = csv(line, names)
    for (i = 1; i <= n; i++) column[names[i]] = i
    return n
}

# The position of a column that must be there.
function need(name) {
    if (name in column) return column[name]
    printf "%s: no column '%s'\n", FILENAME, name > "/dev/stderr"
    exit 1
}

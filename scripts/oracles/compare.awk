# row, what, tolerance, expected, computed -> one line of summary; see check-oracles.
# -v name=FILE -v rows=N: each of the N rows must have been compared.
BEGIN { FS = "\t"; worst = 0; SHOWN = 10 }

function is_number(t) { return t ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ }
function size(x) { return x < 0 ? -x : x }

# Relative error, or -1 if the two do not go together at all.
function error_of(want, got,    d) {
    if (want == "NA" || want == "NaN") return got == "NA" || got == "NaN" ? 0 : -1
    if (want == "Inf" || want == "-Inf") return got == want ? 0 : -1
    if (!is_number(want) || !is_number(got)) return -1
    d = size(got - want)
    if (size(want + 0) < 1e-12) return d <= 1e-12 ? 0 : -1
    return d / size(want + 0)
}

{
    seen[$1] = 1
    n++
    e = error_of($4, $5)
    if (e > worst) worst = e
    if (NF == 5 && e >= 0 && e <= $3 + 0) next
    failures++
    if (failures <= SHOWN)
        printf "  %s:%s: %s: expected %s, computed %s\n", name, $1, $2, $4, $5 == "" ? "nothing" : $5
}

END {
    for (r in seen) compared++
    if (compared + 0 != rows + 0 || rows + 0 == 0) {
        printf "  %s: %d of %d rows compared\n", name, compared, rows
        failures++
    }
    printf "%s: %d rows, %d numbers compared, largest relative error %.2g, %d failures\n", name, compared, n, worst, failures
    exit failures > 0
}

# The tables of run.sh: awk -F'|' -f report.awk file=1 UNITS file=2 TIMES file=3 BARS
#   UNITS   answer|number of units          TIMES   section|program|round|wall_s|cpu_s|peak_kb

function median(a, n,    i, j, x) {
    for (i = 2; i <= n; i++) { x = a[i]; for (j = i - 1; j > 0 && a[j] > x; j--) a[j + 1] = a[j]; a[j + 1] = x }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
function middle(what, p,    r, a) {
    for (r = 1; r <= rounds; r++) a[r] = what[p, r]
    return median(a, rounds)
}
# How many times the wall time of p that of q is, round by round.
function times(p, q,    r, a) {
    for (r = 1; r <= rounds; r++) a[r] = wall[q, r] / wall[p, r]
    return median(a, rounds)
}
function show(section,    i, p) {
    printf "\n%s\n\n| program | wall s | cpu s | peak MB | wall, times the first |\n|:--|--:|--:|--:|--:|\n", section
    for (i = 1; i <= programs[section]; i++) {
        p = section "/" program[section, i]
        printf "| %s | %.3f | %.3f | %.1f | %.2f |\n", program[section, i], middle(wall, p), middle(cpu, p),
            peak[p] / 1024, times(section "/" program[section, 1], p)
    }
}
function extreme(section, largest,    i, x, e) {
    for (i = 1; i <= programs[section]; i++) {
        x = peak[section "/" program[section, i]]
        if (i == 1 || (largest ? x > e : x < e)) e = x
    }
    return e
}
function measured(how, p, q, answer) {
    if (how == "peak") return p in programs ? extreme(p, 1) / 1024 : ""
    if (how == "spread") return programs[p] > 1 ? extreme(p, 1) / extreme(p, 0) : ""
    if (!(p in peak) || (q != "" && !(q in peak))) return ""
    if (how == "times") return times(p, q)
    if (how == "ms") return middle(wall, p) * 1000
    if (how == "cpu") return middle(cpu, p) * 1000
    if (how == "bytes") return units[answer] ? (peak[p] - peak[q]) * 1024 / units[answer] : ""
    print "bars: no such way to measure: " how > "/dev/stderr"
    exit 1
}
function bar(    x, met) {
    x = measured($2, $3, $4, $7)
    if (x == "") { printf "| %s | not measured | %s %s | |\n", $1, $5, $6; return }
    met = $5 == "<=" ? x <= $6 + 0 : x >= $6 + 0
    printf "| %s | %.2f | %s %s | %s |\n", $1, x, $5, $6, met ? "met" : "not met"
}

file == 1 { units[$1] = $2 }
file == 2 {
    p = $1 "/" $2
    if (!($1 in programs)) { section[++sections] = $1; programs[$1] = 0 }
    if (!(p in peak)) { program[$1, ++programs[$1]] = $2; peak[p] = 0 }
    wall[p, $3] = $4; cpu[p, $3] = $5
    if ($6 > peak[p]) peak[p] = $6
    if ($3 > rounds) rounds = $3
}
file == 3 && FNR == 1 {
    for (i = 1; i <= sections; i++) show(section[i])
    print "\nbars\n\n| what | measured | held to | |\n|:--|--:|:--|:--|"
}
file == 3 && !/^#/ { bar() }

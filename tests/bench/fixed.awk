# The benchmark's query on the fixed-width file: awk -f group.awk -f fixed.awk FILE
# Columns as in datasets/codebooks/ncands-child.csv; a field may be blanks.
function field(at, width,    text) {
    text = substr($0, at, width)
    return text ~ /^ *$/ ? "" : text
}
{ disposition = substr($0, 52, 2) }
disposition == "01" || disposition == "02" {
    n[substr($0, 5, 2) "," group(field(63, 2)) "," shown(field(73, 1)) "," shown(field(88, 1))]++
}

# The benchmark's query for mawk -F, (plain fields only): the same groups, spelled as tally spells them.
function group(age) {
    if (age == "" || age == 99) return "unknown"
    if (age < 1) return "0"
    if (age < 6) return "1-5"
    if (age < 11) return "6-10"
    if (age < 14) return "11-13"
    if (age < 16) return "14-15"
    if (age < 18) return "16-17"
    return age < 24 ? "18-23" : "24+"
}
NR == 1 {
    for (i = 1; i <= NF; i++) at[$i] = i
    disposition = at["RPTDISP"]; age = at["CHAGE"]; state = at["STATERR"]; sex = at["CHSEX"]; type = at["CHMAL1"]
    next
}
$disposition == 1 || $disposition == 2 { n[$state "," group($age) "," $sex "," $type]++ }
END { for (k in n) print k "," n[k] }

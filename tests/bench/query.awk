# The benchmark's query on CSV without quotes: awk -F, -f group.awk -f query.awk FILE
NR == 1 {
    for (i = 1; i <= NF; i++) at[$i] = i
    disposition = at["RPTDISP"]; age = at["CHAGE"]; state = at["STATERR"]; sex = at["CHSEX"]; type = at["CHMAL1"]
    next
}
$disposition == 1 || $disposition == 2 { n[$state "," group($age) "," shown($sex) "," shown($type)]++ }

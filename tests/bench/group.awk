# tally's labels, for query.awk and fixed.awk: age_group of ncands-child.def; "(blank)" for an empty field.
function group(age) {
    if (age == "") return "unknown"
    age += 0 # a part of a line is text to awk
    if (age == 99) return "unknown"
    if (age == 77) return "unborn"
    if (age < 1) return "0"
    if (age < 6) return "1-5"
    if (age < 11) return "6-10"
    if (age < 14) return "11-13"
    if (age < 16) return "14-15"
    if (age < 18) return "16-17"
    return age < 24 ? "18-23" : "24+"
}
function shown(text) { return text == "" ? "(blank)" : text }
END { for (k in n) print k "," n[k] }

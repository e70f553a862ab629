# Counts the rows below the header.
NR > 1 && $0 !~ /^\r?$/ { n++ }
END { print n + 0 }

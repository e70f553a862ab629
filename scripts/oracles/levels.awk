# The distinct values (after csv.awk) of the column `level`, one a line.
NR == 1 { csv_header($0); need("level"); next }
/^\r?$/ { next }
{ csv($0, f); if (!seen[f[column["level"]]]++) print f[column["level"]] }

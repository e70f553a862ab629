# meta_univariate.csv: pooled proportions, one model a row. The counts are in data_meta.csv beside it.
# Arguments: the file, an empty folder to work in.
file=$1 work=$2
# One run for each metric, scale and model; the data sets are its groups.
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$file" > "$work/runs" <<'AWK' || exit 1
BEGIN { scale["PLO"] = "logit"; scale["PR"] = "raw --unclipped"; scale["PFT"] = "freeman-tukey" }
NR == 1 { csv_header($0); metric = need("metric"); transform = need("transform"); method = need("method"); next }
/^\r?$/ { next }
{
    csv($0, f)
    key = f[metric] "\t" f[transform] "\t" f[method]
    if (!(key in seen)) print ++runs "\t" key "\t" scale[f[transform]] "\t" tolower(f[method])
    seen[key]
}
AWK
tab=$(printf '\t')
while IFS=$tab read -r run metric transform method scale model; do
    # The scale's words are options of their own.
    # shellcheck disable=SC2086
    "$CASECOUNT" pool "$(dirname "$file")/data_meta.csv" --tp TP --fn FN --fp FP --tn TN --by dataset \
        --metric "$metric" --model "$model" --transform $scale > "$work/out.$run"
done < "$work/runs"
awk -v work="$work" -f "$ORACLES/csv.awk" -f - "$work/runs" "$work"/out.* "$file" <<'AWK'
FILENAME == work "/runs" { split($0, part, "\t"); key[part[1]] = part[2] SUBSEP part[3] SUBSEP part[4]; next }
FNR == 1 { csv_header($0); run = FILENAME; sub(/.*\/out\./, "", run); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    at = f[need("dataset")] SUBSEP key[run] SUBSEP f[need("measure")]
    got[at, "estimate"] = f[need("estimate")]
    got[at, "se"] = f[need("se")]
    got[at, "lower"] = f[need("lower")]
    got[at, "upper"] = f[need("upper")]
    next
}
{
    csv($0, f)
    row = f[need("dataset")] SUBSEP f[need("metric")] SUBSEP f[need("transform")] SUBSEP f[need("method")]
    tolerance = f[need("method")] == "REML" ? 1e-6 : 1e-8
    number("k", "k", "estimate")
    number("pooled_transformed", "pooled_transformed", "estimate")
    number("se", "pooled_transformed", "se")
    number("pooled", "pooled", "estimate")
    number("lower95", "pooled", "lower")
    number("upper95", "pooled", "upper")
    prediction("pred_lower95", "lower")
    prediction("pred_upper95", "upper")
    number("Q", "Q", "estimate")
    number("Q_df", "Q_df", "estimate")
    number("Q_p", "Q_p", "estimate")
    number("tau2", "tau2", "estimate")
    # A tau2 that is met within 1e-12 moves I2 in the same proportion.
    tau2 = f[need("tau2")] + 0
    if (tau2 > 0 && tau2 < 1e-12) tolerance = 1e-12 / tau2
    number("I2_percent", "I2_percent", "estimate")
    number("H2", "H2", "estimate")
}
function number(name, measure, what) {
    printf "%d\t%s\t%s\t%s\t%s\n", FNR, name, tolerance, f[need(name)], got[row, measure, what]
}
# The peer gives no prediction interval on the Freeman-Tukey scale; we do.
function prediction(name, what) {
    if (f[need("transform")] != "PFT" || f[need(name)] != "NA") number(name, "prediction", what)
}
AWK

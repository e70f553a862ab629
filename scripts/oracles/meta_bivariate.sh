# meta_bivariate.csv: sensitivity and false positive rate pooled at once, one model a row. The counts are in
# data_meta.csv beside it. Arguments: the file, an empty folder to work in.
file=$1 work=$2
for method in REML ML; do
    model=bivariate
    if [ $method = ML ]; then model=bivariate-ml; fi
    "$CASECOUNT" pool "$(dirname "$file")/data_meta.csv" --tp TP --fn FN --fp FP --tn TN --by dataset \
        --model $model > "$work/out.$method"
done
awk -f "$ORACLES/csv.awk" -f - "$work"/out.* "$file" <<'AWK'
FNR == 1 { csv_header($0); method = FILENAME; sub(/.*\/out\./, "", method); next }
/^\r?$/ { next }
FILENAME != ARGV[ARGC - 1] {
    csv($0, f)
    at = f[need("dataset")] SUBSEP method SUBSEP f[need("measure")]
    got[at, "estimate"] = f[need("estimate")]
    got[at, "se"] = f[need("se")]
    got[at, "lower"] = f[need("lower")]
    got[at, "upper"] = f[need("upper")]
    next
}
{
    csv($0, f)
    row = f[need("dataset")] SUBSEP f[need("method")]
    number("k", "k", "estimate")
    number("logit_sens", "logit_sens", "estimate")
    number("logit_fpr", "logit_fpr", "estimate")
    number("sens", "sens", "estimate")
    number("spec", "spec", "estimate")
    # On the boundary the peer stops somewhere near it: only the means are compared.
    rho = f[need("rho")] + 0
    if (rho * rho > 1 - 1e-9 || f[need("tau2_sens")] + 0 < 1e-9 || f[need("tau2_fpr")] + 0 < 1e-9) next
    number("se_logit_sens", "logit_sens", "se")
    number("se_logit_fpr", "logit_fpr", "se")
    number("cov_fixed", "cov_fixed", "estimate")
    number("tau2_sens", "tau2_sens", "estimate")
    number("tau2_fpr", "tau2_fpr", "estimate")
    number("rho", "rho", "estimate")
    number("sens_lower95", "sens", "lower")
    number("sens_upper95", "sens", "upper")
    number("spec_lower95", "spec", "lower")
    number("spec_upper95", "spec", "upper")
    number("logLik", "logLik", "estimate")
}
function number(name, measure, what) {
    printf "%d\t%s\t1e-4\t%s\t%s\n", FNR, name, f[need(name)], got[row, measure, what]
}
AWK

# Sourced: the validity report of a made-up tool, with further options.
validity() {
    scored=$1 folder=$2
    shift 2
    casecount report validity --input scored="$scored" --param tool="a made-up tool" --param score=score \
        --param direction=higher --param reference=truth --param positive=yes --param cutoff=4 --param prevalence=0.03 \
        --param resamples=200 -o "$folder" "$@"
}

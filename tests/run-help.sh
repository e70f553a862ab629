#!/bin/sh
# Runs the examples of `casecount help PROGRAM`: what the help shows must work as it stands. And what options it shows
# must be those of the man page.
#
# An example is an indented line that starts with "casecount" and stands below a line that starts with
# "Example"; a line that ends with a backslash goes on. It runs in a folder that holds `extracts` (what the
# front door's own example makes), its files once more, also under the short names of SHORT below, and copies of
# the files of tests/help/.
set -u
ROOT=$(cd "$(dirname "$0")/.." && pwd) || exit 3
B=${B:-build}
case $B in /*) ;; *) B=$ROOT/$B ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/casecount-help.XXXXXX") || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/in" "$work/bin"
printf '#!/bin/sh\nexec %s "%s/bin/casecount" "$@"\n' "${WRAP:-}" "$B" > "$work/bin/casecount"
chmod +x "$work/bin/casecount"
PATH=$work/bin:$PATH
export PATH
cd "$work/in" || exit 3
[ ! -d "$ROOT/tests/help" ] || cp -R "$ROOT/tests/help/." .
SHORT='child.csv=ncands-child-2024.csv a.csv=afcars-2024A.csv b.csv=afcars-2024B.csv'
passed=0 failed=0

examples() {
    sed -n '/^Example/,$p' | sed 's/^Examples\{0,1\}: *\(casecount\)/  \1/' |
        sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' | sed -n 's/^ \{1,\}\(casecount .*\)/\1/p'
}

# try WHO: runs the example on standard input, the lines together as one script.
try() {
    cat > ../script
    if [ ! -s ../script ]; then
        echo "not ok $1: its help has no example"
        failed=$((failed + 1))
    elif sh -e ../script > ../out 2> ../err < /dev/null; then
        passed=$((passed + 1))
    else
        echo "not ok $1: the example fails:"
        sed 's/^/#   /' ../script ../err
        failed=$((failed + 1))
    fi
}

options() { grep -oE -e '--[a-z][a-z-]*' | sort -u; }

# same_options PROGRAM: its help and its man page have the same options. Elsewhere in their text both may name options
# of other programs.
same_options() {
    page=$(ls "$ROOT"/*/"cc-$1.1")
    options < ../help > ../named
    sed -n 's/^ \{2,6\}\([^ ].*\)/\1/p' ../help | sed 's/  .*//' | options > ../helped
    grep '^\.It' "$page" | sed 's/ -/ --/g' | options > ../documented
    { comm -23 ../helped ../documented | sed "s/\$/ is not in the options of ${page##*/}/"
      comm -13 ../named ../documented | sed 's/$/ is not in the help/'; } > ../differences
    if [ -s ../differences ]; then
        echo "not ok $1: options of its help and of its man page:"
        sed 's/^/#   /' ../differences
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
}

casecount help > ../help
examples < ../help > ../list
try casecount < ../list
cp extracts/*.csv .
for pair in $SHORT; do
    cp "extracts/${pair#*=}" "${pair%=*}"
done
for name in $(casecount --list); do
    casecount help "$name" > ../help
    examples < ../help > ../list
    try "$name" < ../list
    same_options "$name"
done
echo "# $passed passed, $failed failed"
[ "$failed" -eq 0 ]

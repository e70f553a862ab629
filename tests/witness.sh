# Which interpreter of Python has pandas, and how two tables are compared cell by cell. Read by tests/cli/cc-convert.
pandas() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import pandas' 2> /dev/null && return
    done
    echo "no python3 has pandas"
    exit 77
}
needs() { command -v "$1" > /dev/null 2>&1 || { echo "$1 is not installed"; exit 77; }; }

# Sourced by the commands in bin/, which set self to their own path. Makes sure that .venv holds
# this checkout, and sets root. With WANTED=dev the development tools are installed too.
# Where all is ready it reads one file and starts no process.

root=${self%/bin/*}
stamp=$root/.venv/.ready-${WANTED:-run}

ready() {
    # Made for this folder (it may have been moved), and not older than its description? Is the
    # Python it was made with still there?
    [ "$stamp" -nt "$root/pyproject.toml" ] && read -r made <"$stamp" && [ "$made" = "$root" ] &&
        [ -x "$root/.venv/bin/python" ]
}

find_python() {
    for python in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    echo "${self##*/}: Python 3.11 or newer is needed; set PYTHON to one" >&2
    exit 1
}

if ! ready; then
    find_python
    "$python" "$root/bin/_setup.py" "$root" "${WANTED:-run}" >&2 </dev/null || exit 1
fi

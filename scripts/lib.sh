# shellcheck shell=bash
# Functions that the other scripts share, read with `.`.

# The project's folder: every script works from there, wherever it was called.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project" || exit

fail() {
    echo "$*" >&2
    exit 1
}

# step NAME COMMAND...: says what is being done, does it, says how long it took. Keeps the command's exit status.
step() {
    local name=$1 begin=$EPOCHREALTIME status=0
    shift
    echo "==> $name"
    "$@" || status=$?
    local microseconds=$((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}))
    local seconds
    seconds=$(printf '%d.%d s' $((microseconds / 1000000)) $((microseconds / 100000 % 10)))
    if [ "$status" = 0 ]; then
        echo "==> $name: done in $seconds"
    else
        echo "==> $name: FAILED after $seconds (exit status $status)" >&2
    fi
    return "$status"
}

# as_root COMMAND...: for system packages; the user may be root already or be allowed to become it.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root, and sudo is not installed. As root, run: $*"
    fi
}

# Builds and tests with many open connections need more files than the usual 1,024.
raise_file_limit() {
    local hard
    hard=$(ulimit -Hn)
    if [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ]; then hard=65536; fi
    if [ "$(ulimit -Sn)" != unlimited ] && [ "$(ulimit -Sn)" -lt "$hard" ]; then ulimit -Sn "$hard" || true; fi
}

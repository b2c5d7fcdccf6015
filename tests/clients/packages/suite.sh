#!/usr/bin/env bash
# suite.sh install FOLDER            npm's packages for the clients, once, into FOLDER
# suite.sh run FOLDER FILE...        the test files, with Node's own test runner
#
# Exit code 77 tells CTest that a suite was skipped: there is no Node.js, or npm does not reach its registry. Where CI
# is true that is a failure, for nobody would notice.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
command=$1
folder=$2
shift 2

missing() {
    printf 'clients: %s\n' "$@" >&2
    [[ ${CI:-} != true ]] || exit 1
    echo 'clients: skipped' >&2
    exit 77
}

check_node() {
    { command -v node && command -v npm; } >/dev/null ||
        missing "node and npm are not installed." "On Debian 12: apt-get install --no-install-recommends nodejs npm"
    node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 18 || (major == 18 && minor >= 20) ? 0 : 1)' ||
        missing "node is $(node --version); the clients need 18.20 or newer."
}

stamp() { (cd "$here" && sha256sum package.json package-lock.json && node --version) | sha256sum; }

# Scripts of packages are not run: the clients need none.
install() {
    check_node
    mkdir -p "$folder"
    [[ ! -f $folder/installed || $(<"$folder/installed") != "$(stamp)" ]] || return 0
    rm -f "$folder/installed"
    cp "$here/package.json" "$here/package-lock.json" "$folder/"
    local log=$folder/npm.log
    if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-progress --fetch-retries=2 \
        --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000) >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        if grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT' "$log"; then
            missing "npm does not reach its registry (its words stand above)."
        fi
        exit 1
    fi
    stamp >"$folder/installed"
}

run() {
    check_node
    [[ -f $folder/installed ]] || missing "npm's packages are not in $folder."
    export PAYSYNC_CLIENTS=$folder NODE_NO_WARNINGS=1
    exec node --test --test-reporter=spec "$@"
}

case $command in
install) install ;;
run) run "$@" ;;
*)
    echo "clients: there is no command '$command'" >&2
    exit 64
    ;;
esac

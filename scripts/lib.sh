# Shared by the scripts in this folder: messages, the project's root, and waiting for things. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Debian's own Python where there is one: it is what the lock files were made for, and what a fresh machine has.
system_python() {
    if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3 || true; fi
}

# Is something listening on 127.0.0.1:$1?
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first port from $1 on that nobody listens on, skipping $2.
free_port() {
    local port=$1
    while port_taken "$port" || [ "$port" = "${2:-}" ]; do port=$((port + 1)); done
    echo "$port"
}

# Seconds since $1 (a value of $EPOCHREALTIME), with one decimal.
elapsed_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }

# Two ways to build the release, each in a place of its own. The one is optimised once more as it is linked: what is
# packaged, tested and measured. The other leaves that out, which takes two minutes of one core and 10 GB of memory, for
# a first start (docs/design/0008).
release=$root/.build
quick=$root/.build-quick

# Whether the build in $1 is newer than all it is made of. SwiftPM takes seconds to say so, time stamps do not.
build_is_current() {
    [ -x "$1/release/martlet" ] && [ -e "$1/release.built" ] &&
        [ -z "$(find Package.swift Sources scripts/lib.sh -newer "$1/release.built" -print -quit)" ]
}

# Builds in $1. The other arguments go to SwiftPM; martlet is among what is built. Without debug information the linker
# reads half as much.
build_in() {
    local directory=$1
    shift
    mkdir -p "$directory"
    # The time before the build counts: it may have missed what was edited meanwhile.
    touch "$directory/release.built.new"
    swift build --scratch-path "$directory" -c release --static-swift-stdlib -debug-info-format none "$@"
    mv "$directory/release.built.new" "$directory/release.built"
}

# The flags are the same everywhere: flags of another kind would build it all again.
build_release() {
    build_in "$release" --explicit-target-dependency-import-check error --experimental-lto-mode full "$@"
}

build_quick() { build_in "$quick" --product martlet; }

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

release_stamp=$root/.build/release.built

# Whether the release build is newer than all it is made of. SwiftPM takes seconds to say so, time stamps do not.
release_is_current() {
    [ -x .build/release/martlet ] && [ -e "$release_stamp" ] &&
        [ -z "$(find Package.swift Sources scripts/lib.sh -newer "$release_stamp" -print -quit)" ]
}

# Builds the release, the one way everywhere: flags of another kind would build it all again. Arguments go to SwiftPM;
# martlet is among what is built.
# Optimising across modules at link time saves a tenth of the instructions of a request, and without debug information
# it reads half as much (docs/design/0008).
build_release() {
    mkdir -p .build
    # The time before the build counts: it may have missed what was edited meanwhile.
    touch "$release_stamp.new"
    swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error \
        --experimental-lto-mode full -debug-info-format none "$@"
    mv "$release_stamp.new" "$release_stamp"
}

#!/bin/sh
# Builds the fuzz targets and runs them one after another, each for a limited time.
#
#   fuzz/run.sh [-t SECONDS] [TARGET]...        default: 30 seconds each, every target
#
# Needs a nightly toolchain named "nightly" (or FUZZ_TOOLCHAIN=NAME) and a C++ compiler; not cargo-fuzz.
set -eu
cd "$(dirname "$0")"

seconds=30
if [ "${1:-}" = -t ]; then
    seconds=${2:?"-t needs a number of seconds"}
    shift 2
fi
[ $# -gt 0 ] || set -- $(ls fuzz_targets | sed -n 's/\.rs$//p')

host=x86_64-unknown-linux-gnu
# What cargo-fuzz would set: coverage for libFuzzer, and the address sanitizer. --target keeps build scripts
# free of both.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Zsanitizer=address"
cargo "+${FUZZ_TOOLCHAIN:-nightly}" build --manifest-path Cargo.toml --target "$host"
built="${CARGO_TARGET_DIR:-target}/$host/debug"

failed=
for target in "$@"; do
    echo "== $target, $seconds seconds"
    mkdir -p "corpus/$target" "artifacts/$target"
    # libFuzzer writes what it finds into the first folder and only reads the others.
    "$built/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="artifacts/$target/" "corpus/$target" "seeds/$target" || failed="$failed $target"
done
[ -z "$failed" ] || { echo "found something:$failed; see fuzz/artifacts" >&2; exit 1; }

#!/bin/sh
# Other people's C2SP verifier (aics-tlog, from PyPI) checks a log that we export:
# checkpoint, cosignature, tiles, inclusion, consistency; and refuses it when one byte is flipped.
#
# usage: shared/ledger/tests/c2sp_verify.sh
#
# The verifier is installed once into its own environment under the target directory.
# Where it cannot be installed (no Python, no package index), the script says so and exits with 0;
# with HONGHEI_REQUIRE_C2SP=1 it exits with 1 instead.
set -eu

cd "$(dirname "$0")/../../.."
target=${CARGO_TARGET_DIR:-target}
environment=$target/c2sp-verifier
work=$target/c2sp-log
tlog=$environment/bin/aics-tlog

absent() {
    echo "c2sp: NOT CHECKED: $1"
    [ "${HONGHEI_REQUIRE_C2SP:-0}" = 1 ] && exit 1
    exit 0
}

if ! "$tlog" --version >/dev/null 2>&1; then
    python3 -m venv "$environment" >/dev/null 2>&1 || absent "python3 cannot make a virtual environment"
    # Its stated minimum of Python is higher than it needs; its only dependency is cryptography.
    "$environment/bin/pip" install -q --ignore-requires-python --no-deps aics-tlog==0.2.1 >/dev/null 2>&1 &&
        "$environment/bin/pip" install -q cryptography >/dev/null 2>&1 ||
        absent "aics-tlog 0.2.1 cannot be installed"
    "$tlog" --version >/dev/null 2>&1 || absent "aics-tlog 0.2.1 does not run on this Python"
fi

rm -rf "$work"
cargo run -q -p honghei-ledger --example export_log -- "$work"
origin=$(cat "$work/origin")
last=65999

checkpoint() {
    "$tlog" verify-checkpoint --tiles "$work/log" --vkey-file "$work/log.vkey" --origin "$origin" \
        --witness-key "$(cat "$work/witness.vkey")" --quorum 1
}
inclusion() {
    "$tlog" verify-inclusion --tiles "$work/log" --vkey-file "$work/log.vkey" --index "$@"
}
consistency() {
    "$tlog" verify-consistency --tiles "$work/log" --vkey-file "$work/log.vkey" \
        --old-checkpoint "$work/old-checkpoint"
}

failed=0
accepts() {
    what=$1
    shift
    if report=$("$@" 2>&1); then
        echo "c2sp: accepted: $what"
    else
        echo "c2sp: WRONGLY REFUSED: $what: $report"
        failed=1
    fi
}
# refuses WHAT FILE OFFSET COMMAND...: flips one bit of the file at the offset (negative: from its end), runs the
# command, which must refuse, and flips the bit back.
flip() {
    "$environment/bin/python" - "$1" "$2" <<'PYTHON'
import sys
path, offset = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
data[offset] ^= 1
open(path, "wb").write(data)
PYTHON
}
refuses() {
    what=$1 file=$2 offset=$3
    shift 3
    flip "$file" "$offset"
    if report=$("$@" 2>&1); then
        echo "c2sp: WRONGLY ACCEPTED: $what: $report"
        failed=1
    elif printf '%s' "$report" | grep -q '"ok": false'; then
        echo "c2sp: refused: $what ($(printf '%s' "$report" | sed 's/.*"error": "\(.*\)".*/\1/' | cut -c 1-90))"
    else
        echo "c2sp: FAILED TO RUN: $what: $report"
        failed=1
    fi
    flip "$file" "$offset"
}

accepts "checkpoint with its cosignature, and the tiles' right edge" checkpoint
for index in 0 255 256 65535 65536; do
    accepts "inclusion of entry $index" inclusion "$index"
done
accepts "inclusion of the last entry, given its bytes" inclusion "$last" --leaf "$work/last-entry"
accepts "consistency with the checkpoint at half the size" consistency

refuses "another size in the checkpoint" "$work/log/checkpoint" $((${#origin} + 3)) checkpoint
refuses "another byte in the log's signature" "$work/log/checkpoint" $(($(head -n 5 "$work/log/checkpoint" | wc -c) - 20)) checkpoint
refuses "another byte in the cosignature" "$work/log/checkpoint" -20 checkpoint
refuses "another byte in a full tile" "$work/log/tile/0/000" 100 inclusion 7
refuses "another byte in the right edge" "$work/log/tile/0/257.p/208" -1 checkpoint
refuses "another byte in a tile of level 1" "$work/log/tile/1/000" 4000 inclusion 7
refuses "another byte in a bundle of entries" "$work/log/tile/entries/000" 30 inclusion 0
refuses "another entry than the one at the index" "$work/last-entry" -1 inclusion "$last" --leaf "$work/last-entry"
refuses "another root in the old checkpoint" "$work/old-checkpoint" $((${#origin} + 20)) consistency
accepts "all of it again, unflipped" checkpoint

exit $failed

#!/usr/bin/env bash
# Makes the two font files of this folder again: subset.sh FOLDER
#
# FOLDER holds NotoSerifCJK-Regular.ttc and NotoSerifCJK-Bold.ttc (Debian package fonts-noto-cjk 1:20220127+repack1-1).
# Needs python3 with fonttools 4 (pip install fonttools).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
python3 - "$here/beyond-gb2312.txt" >"$wanted" <<'PY'
import sys
chars = set(map(chr, range(0x20, 0x7F))) | set(map(chr, range(0xA1, 0x100)))
chars |= set(map(chr, range(0x3000, 0x3040))) | set(map(chr, range(0xFF01, 0xFF5F)))
chars |= set(open(sys.argv[1], encoding="utf-8").read().split("\n")[-2])
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            chars.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
sys.stdout.write("".join(sorted(chars)))
PY
for weight in Regular Bold; do
  # Font 2 of the collection is the Simplified Chinese one.
  pyftsubset "$1/NotoSerifCJK-$weight.ttc" --font-number=2 --text-file="$wanted" --layout-features='' --no-hinting \
    --name-IDs='*' --notdef-outline --output-file="$here/NotoSerifSC-$weight-subset.otf"
done

#!/usr/bin/env bash
# Checks the contract: style (buf lint), and that no released message changed its meaning (buf breaking).
#
#   proto/check.sh                  lint, then compare with baseline.binpb
#   proto/check.sh --renew-baseline lint, compare, then make what is here the new baseline
#
# baseline.binpb is the contract as of the last renewal. Adding messages, fields and packages never breaks it; renew it
# when an addition is released, so that from then on the addition is protected too. A renewal over a breaking change
# is refused: such a change is a new package version (`honghei.link.v2`). While nothing is deployed yet, removing
# baseline.binpb and renewing starts afresh; say why in the commit.
# A file that the baseline lacks is protected by nothing: it stands in UNRELEASED until the renewal that releases it.
set -euo pipefail
cd "$(dirname "$0")"

# Files of no release yet, as `honghei/link/v2/link.proto`.
UNRELEASED=()

BUF_VERSION=1.75.0
tools=../target/tools
buf=buf
if [[ $("$buf" --version 2>/dev/null) != "$BUF_VERSION" ]]; then
  buf=$tools/node_modules/.bin/buf
fi
if [[ $("$buf" --version 2>/dev/null) != "$BUF_VERSION" ]]; then
  mkdir -p "$tools"
  npm install --silent --no-audit --no-fund --prefix "$tools" "@bufbuild/buf@$BUF_VERSION"
fi

"$buf" lint
if [[ -f baseline.binpb ]]; then
  "$buf" breaking --against baseline.binpb
fi
if [[ ${1:-} == --renew-baseline ]]; then
  "$buf" build --exclude-source-info --output baseline.binpb
fi

# Every file is in the baseline or named as unreleased, and none is both.
expected=$({ "$buf" ls-files baseline.binpb; printf '%s\n' "${UNRELEASED[@]}"; } | sed '/^$/d' | sort)
if ! difference=$(diff <(echo "$expected") <(find honghei -name '*.proto' | sort)); then
  echo "files of the baseline and UNRELEASED (<) are not those of the contract (>):" >&2
  echo "$difference" >&2
  exit 1
fi

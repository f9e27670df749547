#!/usr/bin/env bash
# Installs ONNX Runtime, builds Backflow, and runs both alternately, one character at a time, on one core.
#
#   bench/peers/onnx/run.sh [--rounds 7] [--repeats 500] [--hidden 512] [--core N]
#
# Needs Node.js 20 or newer and the .NET 10 SDK.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../../.." && pwd)

(cd "$folder" && npm ci --ignore-scripts --no-fund --no-audit >&2)
dotnet build "$root/src/Backflow.Cli" --configuration Release --nologo --verbosity quiet >&2

# The last core that this process may use, unless --core says another.
core=$(taskset -cp $$ | sed 's/.*[^0-9]//')
exec node "$folder/compare.mjs" --backflow "$root/artifacts/bin/Backflow.Cli/release/backflow.dll" --core "$core" "$@"

#!/usr/bin/env bash
# Installs the peers, builds Backflow, and prints how fast it is beside oneDNN and PyTorch.
# Options: bench/peers/run.sh --help
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../.." && pwd)
build="$root/artifacts/peers"

if [[ " $* " != *" --help "* && " $* " != *" --list "* ]]; then
    "$folder/install.sh" "$build" >&2
    dotnet build "$root/src/Backflow.Cli" --configuration Release --nologo --verbosity quiet >&2
fi

# Debian's PyTorch belongs to Debian's Python; another one on the path does not see it.
exec /usr/bin/python3 "$folder/compare.py" \
    --programs "$build" --backflow "$root/artifacts/bin/Backflow.Cli/release/backflow.dll" "$@"

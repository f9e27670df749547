#!/usr/bin/env bash
# Installs Debian's PyTorch for the tests of the probe, where /usr/bin/python3 has none.
set -euo pipefail

python=/usr/bin/python3
if "$python" -c 'import torch, venv, ensurepip, pip, setuptools, wheel' 2>/dev/null; then exit 0; fi

if ! command -v apt-get >/dev/null; then
  echo "The tests of the probe need PyTorch under $python: install torch, pip, setuptools and wheel there." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
# Without OpenBLAS, which apt only recommends, torch multiplies matrices with the reference BLAS: nine times slower.
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
  python3-torch python3-pip python3-setuptools python3-wheel python3-venv libopenblas0-pthread >/dev/null

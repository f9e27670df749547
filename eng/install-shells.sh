#!/usr/bin/env bash
# Installs Debian's zsh and fish for the tests of completion, where one of them is not found.
set -euo pipefail

missing=()
for name in zsh fish; do
  if ! command -v "$name" >/dev/null; then missing+=("$name"); fi
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

if ! command -v apt-get >/dev/null; then
  echo "The tests of completion need ${missing[*]}: install them." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

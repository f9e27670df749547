#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests, where no Chromium is found. BACKFLOW_CHROMIUM names another one.
set -euo pipefail

if [ -n "${BACKFLOW_CHROMIUM:-}" ]; then exit 0; fi
for name in chromium chromium-browser google-chrome chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done

if ! command -v apt-get >/dev/null; then
  echo "The browser tests need Chromium: install it, or set BACKFLOW_CHROMIUM to its path." >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null

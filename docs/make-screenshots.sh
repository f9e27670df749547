#!/usr/bin/env bash
# Makes docs/images: trains what the README's first command trains, opens the dashboard in Chromium, takes pictures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
BACKFLOW_UPDATE_DOCS=1 dotnet test --project tests/Backflow.Dashboard.Tests --configuration Release \
  -- --filter-class '*DashboardPictureTests'

#!/usr/bin/env bash
# Runs the micro-benchmarks of the kernels and writes bench/results/<processor>.md.
#
#   bench/micro.sh [FILTER]      FILTER as BenchmarkDotNet reads it (default '*')
#
# With a filter the table goes to the terminal alone: a file holds all of them, from one commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
filter=${1:-*}
artifacts=artifacts/benchmarks

load=$(cut -d ' ' -f 1 /proc/loadavg)
rm -rf "$artifacts"
dotnet build bench/Backflow.Benchmarks --configuration Release --nologo --verbosity quiet
dotnet artifacts/bin/Backflow.Benchmarks/release/Backflow.Benchmarks.dll --filter "$filter" --artifacts "$artifacts"
[ "$filter" = '*' ] || exit 0

processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
name=$(echo "$processor" | tr '[:upper:]' '[:lower:]' | sed 's/(r)\|(tm)//g; s/[^a-z0-9]\+/-/g; s/^-\|-$//g')
result="bench/results/$name.md"
{
    echo "# $processor"
    echo
    echo "Commit $(git rev-parse --short HEAD), $(date --utc +%F), by \`bench/micro.sh\`." \
        "$(nproc) of $(nproc --all) cores were allowed, load average at the start $load. Bits is the vector width." \
        "Compare rows of one table; another program on the same core slows all of them."
    for report in "$artifacts"/results/*-report-github.md; do
        title=$(basename "$report" -report-github.md)
        printf '\n## %s\n\n' "${title##*.}"
        sed -n '/^|/p' "$report" | sed 's/\*\*//g'
    done
} > "$result"
echo "Wrote $result"

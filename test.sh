#!/usr/bin/env bash
# Builds everything and runs every test: first at the processor's own vector width, then the engine at the narrower ones
# (without AVX2 also without a fused multiply-add).
# Needs the .NET 10 SDK and Node 20; NuGet and npm packages are restored, and Chromium, zsh, fish and Debian's PyTorch are
# installed where they are missing.
# Ends with one line: N passed, N failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./eng/install-chromium.sh
./eng/install-shells.sh
./eng/install-torch.sh
dotnet restore Backflow.slnx --locked-mode --verbosity quiet
dotnet build Backflow.slnx --configuration Release --no-restore --nologo --verbosity quiet
dotnet format Backflow.slnx --verify-no-changes --no-restore

passed=0 failed=0
count() {  # $1: a test log; adds its totals
  local s f
  s=$(sed -n 's/^ *succeeded: *//p' "$1" | tail -n 1)
  f=$(sed -n 's/^ *failed: *//p' "$1" | tail -n 1)
  passed=$((passed + ${s:-0})) failed=$((failed + ${f:-0}))
}
run() {  # $1: a setting of the environment; the rest: what to test
  local log status=0
  log=$(mktemp)
  echo "── $1 ── ${*:2}"
  env "$1" dotnet test "${@:2}" --configuration Release --no-build 2>&1 | tee "$log" || status=$?
  local before=$failed
  count "$log"
  # A test host that crashes reports no failed test: its exit code does.
  if [ "$status" -ne 0 ] && [ "$failed" -eq "$before" ]; then failed=$((failed + 1)); fi
  rm -f "$log"
}

# The build has installed the page's packages and made the page; these are the tests of its TypeScript.
log=$(mktemp)
status=0
npm --prefix web/dashboard test -- --reporter=default --no-color 2>&1 | tee "$log" || status=$?
page_passed=$(sed -nE 's|^ *Tests +(.* )?([0-9]+) passed.*|\2|p' "$log" | tail -n 1)
page_failed=$(sed -nE 's|^ *Tests +([0-9]+) failed.*|\1|p' "$log" | tail -n 1)
if [ "$status" -ne 0 ] && [ -z "$page_failed" ]; then page_failed=1; fi
passed=$((passed + ${page_passed:-0})) failed=$((failed + ${page_failed:-0}))
rm -f "$log"

# The probe, inside PyTorch's own training.
log=$(mktemp)
status=0
OMP_NUM_THREADS=1 /usr/bin/python3 -m unittest discover -s python/tests 2>&1 | tee "$log" || status=$?
ran=$(sed -nE 's/^Ran ([0-9]+) tests? in .*/\1/p' "$log" | tail -n 1)
wrong=0
for count in $(sed -nE 's/^FAILED \((.*)\)$/\1/p' "$log" | grep -oE '(failures|errors)=[0-9]+' | cut -d= -f2); do
  wrong=$((wrong + count))
done
if [ "$status" -ne 0 ] && [ "$wrong" -eq 0 ]; then wrong=1; fi
passed=$((passed + ${ran:-0} - wrong)) failed=$((failed + wrong))
rm -f "$log"

run DOTNET_EnableHWIntrinsic=1 --solution Backflow.slnx
for setting in DOTNET_EnableAVX512=0 DOTNET_EnableAVX2=0; do
  run "$setting" --project tests/Backflow.Engine.Tests
done
# Without AVX, as in virtual machines that mask it, the same vectors take other instructions: the kernels beside their twins.
run DOTNET_EnableAVX=0 --project tests/Backflow.Engine.Tests \
  --filter-class '*.MultiplyAddTests' '*.MatrixProductTests' '*.VectorWidthTests' '*.LinearHeadTests' '*.FixtureCheckTests'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

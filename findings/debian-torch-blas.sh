#!/usr/bin/env bash
# Software: python3-torch 1.13.1 of Debian 12, libblas3 3.11.0, libopenblas0-pthread 0.3.21.
# Guess: Debian's PyTorch multiplies matrices at about the same speed however it was installed.
# Seen:  it takes whatever libblas.so.3 the system has. With `apt-get install --no-install-recommends python3-torch` that is
#        the reference BLAS: 2.9 GFLOP/s at 512 x 512 on one thread where OpenBLAS, which is only recommended, has 26.7. An
#        nn.LSTM of 256 units over 128 timesteps and 32 sequences takes seconds a step.
# Fails when OpenBLAS is less than three times as fast. Needs /usr/bin/python3 with torch, and libopenblas0-pthread.
set -euo pipefail
/usr/bin/python3 -c 'import torch' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-torch=1.13.1+dfsg-4 libopenblas0-pthread libblas3 >/dev/null; }
folder=/usr/lib/x86_64-linux-gnu
gigaflops() {  # $1: the folder of a libblas.so.3
  OMP_NUM_THREADS=1 LD_LIBRARY_PATH=$1 /usr/bin/python3 - <<'X'
import time, torch
torch.set_num_threads(1)
a = torch.randn(512, 512)
a @ a
times = []
for _ in range(5):
    began = time.perf_counter()
    a @ a
    times.append(time.perf_counter() - began)
print(f"{2 * 512 ** 3 / min(times) / 1e9:.1f}")
X
}
reference=$(gigaflops "$folder/blas")
open=$(gigaflops "$folder/openblas-pthread")
echo "reference BLAS $reference GFLOP/s, OpenBLAS $open GFLOP/s"
awk -v slow="$reference" -v fast="$open" 'BEGIN { exit !(fast > 3 * slow) }' || { echo "It is otherwise here." >&2; exit 1; }

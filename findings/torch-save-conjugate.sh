#!/usr/bin/env bash
# Software: PyTorch 1.13.1 (Debian's python3-torch), CPU.
# Guess: torch.load gives back the numbers that torch.save was given.
# Seen:  z.conj().imag comes back with the opposite sign. A conjugate and its imaginary part are views of the numbers
#        with a mark "conjugate" or "negative"; torch.save writes the numbers and loses the mark. Nothing warns.
#        z.conj() loses its mark too; after resolve_neg() or resolve_conj() the numbers themselves are saved.
# Fails when PyTorch answers otherwise. Needs /usr/bin/python3 with torch.
set -euo pipefail
/usr/bin/python3 -c 'import torch' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-torch=1.13.1+dfsg-4 >/dev/null; }
seen=$(/usr/bin/python3 - <<'X'
import io
import torch


def kept(tensor):
    file = io.BytesIO()
    torch.save(tensor, file)
    file.seek(0)
    return torch.load(file).tolist()


z = torch.tensor([1 + 2j, 3 - 4j])
for name, tensor in (("imag", z.conj().imag), ("conj", z.conj()), ("resolved", z.conj().imag.resolve_neg())):
    print(f"{name}: saved {tensor.tolist()}, loaded {kept(tensor)}")
X
)
echo "$seen"
expected='imag: saved [-2.0, 4.0], loaded [2.0, -4.0]
conj: saved [(1-2j), (3+4j)], loaded [(1+2j), (3-4j)]
resolved: saved [-2.0, 4.0], loaded [-2.0, 4.0]'
[ "$seen" = "$expected" ] || { echo "PyTorch answers otherwise now." >&2; exit 1; }

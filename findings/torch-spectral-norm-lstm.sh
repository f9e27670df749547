#!/usr/bin/env bash
# Software: PyTorch 1.13.1 (Debian's python3-torch), CPU.
# Guess: torch.nn.utils.parametrizations.spectral_norm(lstm, "weight_hh_l0") makes the LSTM compute with a weight whose
#        largest singular value is 1, as it does for nn.Linear.
# Seen:  y keeps its bits. The attribute weight_hh_l0 shows a norm of 1, but the forward pass takes its weights from the
#        list _flat_weights, which still holds the old ones. Nothing warns. nn.LSTMCell computes with the norm.
# Fails when PyTorch answers otherwise. Needs /usr/bin/python3 with torch.
set -euo pipefail
/usr/bin/python3 -c 'import torch' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-torch=1.13.1+dfsg-4 >/dev/null; }
seen=$(/usr/bin/python3 - <<'X'
import torch
from torch.nn.utils.parametrizations import spectral_norm

torch.manual_seed(1)
for kind, name, x in (
        (torch.nn.LSTM, "weight_hh_l0", torch.ones(5, 2, 3)), (torch.nn.LSTMCell, "weight_hh", torch.ones(2, 3))):
    layer = kind(3, 16)
    with torch.no_grad():
        getattr(layer, name).mul_(3)
        state = torch.ones(2, 16) if kind is torch.nn.LSTMCell else torch.ones(1, 2, 16)
        before = layer(x, (state, state))[0]
        spectral_norm(layer, name, n_power_iterations=50)
        after = layer(x, (state, state))[0]
        norm = torch.linalg.matrix_norm(getattr(layer, name), 2)
    print(f"{kind.__name__}: the attribute's norm is {norm:.2f}, the same output: {torch.equal(before, after)}")
X
)
echo "$seen"
expected='LSTM: the attribute'\''s norm is 1.00, the same output: True
LSTMCell: the attribute'\''s norm is 1.00, the same output: False'
[ "$seen" = "$expected" ] || { echo "PyTorch answers otherwise now." >&2; exit 1; }

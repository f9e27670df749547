#!/usr/bin/env bash
# Software: PyTorch 1.13.1 (Debian's python3-torch), CPU.
# Guess: a gradient hook on the output y of nn.LSTM is called whenever a loss depends on y. An in-place change of y, as in
#        y.relu_(), is another node after it.
# Seen:  with batch_first=True the hook is lost without a word: y is a view (a transpose), and autograd makes a
#        changed view a new node of the graph. Who watches gradients sees none and takes it for a vanished one. The hook of
#        a GRU stays, and so does one on y._base, whose gradient read with y's strides is y's.
# Fails when PyTorch answers otherwise. Needs /usr/bin/python3 with torch.
set -euo pipefail
/usr/bin/python3 -c 'import torch' 2>/dev/null || { apt-get update -qq && apt-get install -y -qq python3-torch=1.13.1+dfsg-4 >/dev/null; }
seen=$(/usr/bin/python3 - <<'X'
import torch

def called(layer, hooked, change):
    calls = []
    y = layer(torch.ones(2, 5, 3))[0]
    hooked(y).register_hook(lambda gradient: calls.append(1))
    change(y).sum().backward()
    return len(calls)

torch.manual_seed(1)
lstm, gru = (kind(3, 4, batch_first=True) for kind in (torch.nn.LSTM, torch.nn.GRU))
itself, base = lambda y: y, lambda y: y._base
print("LSTM, y as it is:", called(lstm, itself, torch.relu))
print("LSTM, y changed in place:", called(lstm, itself, torch.relu_))
print("LSTM, its base, y changed in place:", called(lstm, base, torch.relu_))
print("GRU, y changed in place:", called(gru, itself, torch.relu_))
X
)
echo "$seen"
expected='LSTM, y as it is: 1
LSTM, y changed in place: 0
LSTM, its base, y changed in place: 1
GRU, y changed in place: 1'
[ "$seen" = "$expected" ] || { echo "PyTorch answers otherwise now." >&2; exit 1; }

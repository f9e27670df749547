"""An RNN that cannot remember the first of 60 symbols, watched by Backflow's probe, and the remedy.

    python3 -m venv --system-site-packages environment
    environment/bin/pip install --no-build-isolation ./python
    environment/bin/python samples/pytorch/vanishing.py
    ./backflow watch probe-rnn
    environment/bin/python samples/pytorch/vanishing.py --remedy
    ./backflow watch probe-remedy

With seeds 1, 2 and 3 it remembers 24, 23 and 25 % of 1000 new sequences, chance being 25 %; with the remedy 100 % of
each (PyTorch 1.13.1, one thread, 5 and 12 to 18 seconds).
"""
import argparse
import math

import torch
from torch import nn

import backflow

TIMESTEPS, SYMBOLS, HIDDEN, BATCH, STEPS = 60, 4, 32, 32, 1000


class Recaller(nn.Module):
    """Reads 60 symbols and names the first one."""

    def __init__(self, remedy):
        super().__init__()
        self.rnn = nn.LSTM(SYMBOLS, HIDDEN) if remedy else nn.RNN(SYMBOLS, HIDDEN)
        self.head = nn.Linear(HIDDEN, SYMBOLS)
        if remedy:
            with torch.no_grad():
                # The forget gate keeps σ(b) of the cell state at each timestep. With b = ln 60 a share of 1/e is left
                # after 60 timesteps; with PyTorch's start, b near 0, it is 2⁻⁶⁰. The gates lie in the order i, f, g, o.
                self.rnn.bias_ih_l0[HIDDEN:2 * HIDDEN] = math.log(TIMESTEPS)
                self.rnn.bias_hh_l0[HIDDEN:2 * HIDDEN] = 0

    def forward(self, symbols):
        y, _ = self.rnn(nn.functional.one_hot(symbols, SYMBOLS).float())
        return self.head(y[-1])


def draw(count, generator):
    """Random symbols, [T, count]. The first of each column is to be remembered."""
    return torch.randint(SYMBOLS, (TIMESTEPS, count), generator=generator)


def main():
    parser = argparse.ArgumentParser(description="Trains a network to remember the first of 60 symbols.")
    parser.add_argument("--remedy", action="store_true", help="an LSTM whose forget gate starts open")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="where the probe files go; probe-rnn or probe-remedy where none is given")
    options = parser.parse_args()

    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(options.seed)
    model = Recaller(options.remedy)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    folder = options.folder or ("probe-remedy" if options.remedy else "probe-rnn")
    probe = backflow.watch(model, every=50, folder=folder)

    for step in range(options.steps):
        symbols = draw(BATCH, generator)
        loss = nn.functional.cross_entropy(model(symbols), symbols[0])
        probe.loss(loss)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1:4}  loss {loss:.3f}")

    probe.context(lambda batch: nn.functional.cross_entropy(model(batch), batch[0], reduction="none"),
                  [draw(128, generator)])
    probe.remove()
    model.eval()
    with torch.no_grad():
        symbols = draw(1000, generator)
        right = (model(symbols).argmax(1) == symbols[0]).float().mean()
    print(f"remembers the first of {TIMESTEPS} symbols: {right:.0%} of 1000 sequences; chance is {1 / SYMBOLS:.0%}")


if __name__ == "__main__":
    main()

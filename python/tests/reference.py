"""PyTorch's recurrent layers once more, cell by cell in double with autograd alone, so that every ∂L/∂hₜ can be read.

It shares no line with the probe: what the probe's files say is held against this.
"""
import torch

LSTM_GATES, GRU_GATES = 4, 3


class Direction:
    """The states of one layer and direction: hidden[t][b] and cell[t][b] have retained gradients; None where padded."""

    def __init__(self, timesteps, batch):
        self.hidden = [[None] * batch for _ in range(timesteps)]
        self.cell = [[None] * batch for _ in range(timesteps)]

    def hidden_gradient_norm(self):
        return [norm(row) for row in self.hidden]

    def cell_gradient_norm(self):
        return [norm(row) for row in self.cell]


def norm(states):
    """ℓ₂ over units and batch of the gradients at one position, real timesteps only."""
    squares = sum(float((state.grad ** 2).sum()) for state in states if state is not None and state.grad is not None)
    return squares ** 0.5


def doubled(module):
    """The module's weights in double: name to leaf."""
    return {name: value.detach().double().requires_grad_() for name, value in module.named_parameters()}


def step(mode, weights, suffix, x, h, c):
    """One timestep of one sequence: [I], [H], [H] to h and c."""
    zero = torch.zeros((), dtype=x.dtype)
    at_input = weights[f"weight_ih{suffix}"] @ x + weights.get(f"bias_ih{suffix}", zero)
    at_state = weights[f"weight_hh{suffix}"] @ h + weights.get(f"bias_hh{suffix}", zero)
    if mode == "LSTM":
        i, f, g, o = (at_input + at_state).chunk(LSTM_GATES)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
    if mode == "GRU":
        (ri, zi, ni), (rh, zh, nh) = at_input.chunk(GRU_GATES), at_state.chunk(GRU_GATES)
        r, z = torch.sigmoid(ri + rh), torch.sigmoid(zi + zh)
        n = torch.tanh(ni + r * nh)
        return (1 - z) * n + z * h, None
    return (torch.tanh if mode == "RNN_TANH" else torch.relu)(at_input + at_state), None


def run(module, weights, x, lengths, states=None, masks=(), observed=None):
    """Runs nn.RNN, nn.LSTM or nn.GRU on x [T, B, I] in double.

    lengths   timesteps of each sequence.
    states    h_0, or (h_0, c_0): [D·layers, B, H].
    masks     one [T, B, D·H] per boundary between layers.
    observed  y [T, B, H] of a one-directional single layer: each timestep then begins at the observed state before it,
              so that a chaotic network cannot run away from the one that was observed.

    Returns y as a list [T][B] of vectors (None where padded), h_n and c_n [D·layers, B, H], and the states by
    (layer, direction).
    """
    timesteps, batch = x.shape[0], x.shape[1]
    directions = 2 if module.bidirectional else 1
    h_0, c_0 = (states if isinstance(states, tuple) else (states, None)) if states is not None else (None, None)
    below = [[x[t, b].double() if t < lengths[b] else None for b in range(batch)] for t in range(timesteps)]
    trace, h_n, c_n = {}, [], []
    for layer in range(module.num_layers):
        above = [[[] for _ in range(batch)] for _ in range(timesteps)]
        for direction in range(directions):
            suffix = f"_l{layer}" + ("_reverse" if direction else "")
            kept = trace[layer, direction] = Direction(timesteps, batch)
            index = layer * directions + direction
            finals = []
            for b in range(batch):
                zeros = torch.zeros(module.hidden_size, dtype=torch.float64)
                h = h_0[index, b].double() if h_0 is not None else zeros
                c = c_0[index, b].double() if c_0 is not None else zeros
                order = range(lengths[b])
                for t in reversed(order) if direction else order:
                    h, c = step(module.mode, weights, suffix, below[t][b], h, c)
                    if observed is not None:
                        h = h + (observed[t, b].double() - h).detach()
                    h.retain_grad()
                    kept.hidden[t][b] = h
                    if c is not None:
                        c.retain_grad()
                        kept.cell[t][b] = c
                    above[t][b].append(h)
                finals.append((h, c))
            h_n.append(torch.stack([h for h, _ in finals]))
            c_n.append(torch.stack([c for _, c in finals]) if module.mode == "LSTM" else None)
        below = [[torch.cat(above[t][b]) if t < lengths[b] else None for b in range(batch)] for t in range(timesteps)]
        if layer < module.num_layers - 1 and masks:
            below = [
                [below[t][b] * masks[layer][t, b].double() if t < lengths[b] else None for b in range(batch)]
                for t in range(timesteps)]
    return below, torch.stack(h_n), torch.stack(c_n) if module.mode == "LSTM" else None, trace


def padded(rows, size):
    """y as one tensor [T, B, size], zero where padded, as pad_packed_sequence makes it."""
    zero = torch.zeros(size, dtype=torch.float64)
    return torch.stack([torch.stack([zero if value is None else value for value in row]) for row in rows])


def dropout_masks(module, state, shape):
    """The masks that nn.RNNBase draws on the CPU from the generator's state: one per boundary, time-major."""
    before = torch.get_rng_state()
    torch.set_rng_state(state)
    drawn = [torch.nn.functional.dropout(torch.ones(shape), module.dropout) for _ in range(module.num_layers - 1)]
    torch.set_rng_state(before)
    return drawn

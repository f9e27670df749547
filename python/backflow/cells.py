"""Reads a loop over nn.LSTMCell, nn.GRUCell or nn.RNNCell from the cell's hooks.

Every state passes through Python, so hooks on the returned h and c see the whole ∂L/∂hₜ and ∂L/∂cₜ: the answer itself.
"""
import torch
from torch import nn
from torch.nn.utils import parametrize

from .capture import arguments_of, attribute_of, autocast_of
from .sample import Call

WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Loop(Call):
    """The calls of one cell during one pass, one per timestep; its tensors are stacked when they are written."""

    def __init__(self, description):
        super().__init__(description)
        self._timesteps = {}  # Name to a list with one tensor per timestep.
        self.count = 0

    def append(self, tensors):
        for name, tensor in tensors.items():
            self._timesteps.setdefault(name, []).append(tensor)
        self.count += 1

    def takes(self, x, states):
        """Whether a call with these arguments is the loop's next timestep, not the first of another sequence.

        A new sequence begins with no state, or with one that no gradient flows through.
        """
        return (
            states is not None and any(state.grad_fn is not None for state in states)
            and x.shape == self._timesteps["x"][0].shape)

    def arrive(self, name, timestep, gradient):
        self.gradients.setdefault(name, {})[timestep] = gradient

    def stacked(self):
        stacked = {**self.tensors, **{name: torch.stack(tensors) for name, tensors in self._timesteps.items()}}
        for name, arrived in self.gradients.items():
            gradient = torch.zeros_like(stacked[name], dtype=next(iter(arrived.values())).dtype)
            for timestep, value in arrived.items():
                gradient[timestep] = value
            stacked[f"{name}.grad"] = gradient
        return stacked


def record(sample, name, module, inputs, keywords, output):
    """Adds a timestep to the loop of this cell, or begins a loop."""
    outputs = output if isinstance(output, tuple) else (output,)
    if not any(tensor.requires_grad for tensor in outputs):
        return
    x, states = arguments_of(inputs, keywords)
    loop = next((call for call in reversed(sample.calls) if call.description["layer"] == name), None)
    if loop is None or not loop.takes(x, states):
        loop = begin(sample, name, module, x, states)

    observe_weights(sample, name, module)
    timestep = loop.count
    loop.append({"x": sample.copy(x), **{key: sample.copy(tensor) for key, tensor in zip("yc", outputs)}})
    for key, tensor in zip("yc", outputs):
        # Off the CPU h and c leave one fused kernel, and what c passes on through h never arrives at c.
        if key == "y" or x.device.type == "cpu":
            sample.observe(tensor, lambda gradient, key=key: loop.arrive(key, timestep, gradient))


def observe_weights(sample, name, module):
    for key in WEIGHTS:
        if parametrize.is_parametrized(module, key):
            # Reading it would change a spectral norm's buffers. Its gradient arrives at the cell's own copy.
            if f"{name}.{key}" not in sample.weights:
                sample.observe_weight(f"{name}.{key}", attribute_of(module, key))
        elif getattr(module, key) is not None:
            sample.observe_weight(f"{name}.{key}", getattr(module, key))


def begin(sample, name, module, x, states):
    loop = Loop(describe(name, module, x))
    for key, state in zip(("h_0", "c_0"), states or ()):
        if state.count_nonzero():
            loop.tensors[key] = sample.copy(state)
    sample.add(loop)
    return loop


def describe(name, module, x):
    if isinstance(module, nn.LSTMCell):
        kind = "LSTM_CELL"
    elif isinstance(module, nn.GRUCell):
        kind = "GRU_CELL"
    else:
        kind = f"RNN_{module.nonlinearity.upper()}_CELL"
    return {
        "layer": name,
        "kind": kind,
        "layers": 1,
        "hidden": module.hidden_size,
        "input": module.input_size,
        "bias": bool(module.bias),
        "batch_first": False,
        "bidirectional": False,
        "dropout": 0.0,
        "autocast": autocast_of(x.device.type),
        "unbatched": x.dim() == 1,
        "continues": None,
        "replaced": [],
    }

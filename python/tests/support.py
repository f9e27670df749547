"""What the tests share: a watched training of one pass, its file, and the layer recomputed from the file alone."""
import json
import os
import sys
import tempfile
import unittest
import warnings

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [path for path in (HERE, os.path.dirname(HERE)) if path not in sys.path]

import backflow
import reference
from read_safetensors import read

# float32 layers of a dozen timesteps against a recomputation in double: the worst seen is 3e-7 and 1.3e-6.
Y_TOLERANCE, WEIGHTS_TOLERANCE = 1e-6, 5e-6


class ProbeTest(unittest.TestCase):
    """A folder for the files, one thread, a fixed seed, and no warning that the test does not ask for."""

    def setUp(self):
        torch.set_num_threads(1)
        torch.manual_seed(11)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = os.path.join(temporary.name, "probe")
        caught = warnings.catch_warnings(record=True)
        self.warned = caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.simplefilter("always")

    def watch(self, model, **options):
        options.setdefault("every", 1)
        probe = backflow.watch(model, folder=self.folder, **options)
        probe._clock = Resting()
        probe._schedule._clock = probe._clock
        self.addCleanup(probe.remove)
        return probe

    def messages(self):
        return [str(warning.message) for warning in self.warned if str(warning.message).startswith("backflow:")]

    def names(self):
        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []

    def file(self, name="000000000-000-00.safetensors"):
        """Tensors, metadata and the list of calls of a file."""
        tensors, metadata = read(os.path.join(self.folder, name))
        return tensors, metadata, json.loads(metadata.get("calls", "[]"))

    def sample(self, model, loss, **options):
        """The file of one watched backward pass of loss()."""
        probe = self.watch(model, **options)
        loss().backward()
        probe.remove()
        self.assertEqual(self.messages(), [])
        return self.file()

    def assert_agrees(self, tensors, calls, modules, y_tolerance=Y_TOLERANCE, weights_tolerance=WEIGHTS_TOLERANCE):
        """From the file alone: y recomputed is y observed, and the weight gradients are those that arrived."""
        weights = {name: weights_of(tensors, name) for name in modules}
        traces = []
        for number, call in enumerate(calls):
            y, off, trace = recompute(tensors, number, call, modules[call["layer"]], weights[call["layer"]])
            self.assertLess(off, y_tolerance, f"call {number}: y is off")
            traces.append(trace)
        for name, leaves in weights.items():
            for key, leaf in leaves.items():
                arrived = tensors[f"{name}.{key}.grad"].double()
                largest = arrived.abs().max().clamp(min=1e-30)  # Dead ReLUs have zeros.
                off = float((leaf.grad - arrived).abs().max() / largest)
                self.assertLess(off, weights_tolerance, f"{name}.{key}: the gradient is off")
        return traces


class Resting:
    """A clock by which the probe takes no time, so that `every` stays."""

    share = 0.0

    def start(self):
        return 0.0

    def stop(self, began):
        pass


def weights_of(tensors, layer):
    """The layer's weights in a file, in double: name to leaf."""
    prefix = f"{layer}."
    return {
        name[len(prefix):]: value.double().requires_grad_() for name, value in tensors.items()
        if name.startswith(prefix) and not name.endswith(".grad")}


def recompute(tensors, number, call, module, weights):
    """Runs the reference on a call and backpropagates what arrived. Returns y, how far it is off, and the states."""
    get = lambda name: tensors.get(f"call{number}.{name}")
    states = tuple(get(name) for name in ("h_0", "c_0") if get(name) is not None) or None
    masks, gradients = [], [get(name) for name in ("y.grad", "h_n.grad", "c_n.grad")]
    while get(f"mask{len(masks)}") is not None:
        masks.append(get(f"mask{len(masks)}"))
    x, observed = get("x"), get("y")
    if get("batch_sizes") is not None:
        sizes, order = get("batch_sizes"), get("sorted_indices")
        spread = lambda packed: unpacked(packed, sizes, order)
        lengths = lengths_of(sizes, order)
        x, observed, masks = spread(x), spread(observed), [spread(mask) for mask in masks]
        gradients[0] = None if gradients[0] is None else spread(gradients[0])
    else:
        if call["unbatched"]:
            add = lambda value: None if value is None else value.unsqueeze(1)
            x, observed, gradients = add(x), add(observed), [add(gradient) for gradient in gradients]
            states = None if states is None else tuple(add(state) for state in states)
        elif call["batch_first"]:
            turn = lambda value: None if value is None else value.transpose(0, 1)
            x, observed, gradients[0] = turn(x), turn(observed), turn(gradients[0])
        lengths = [x.shape[0]] * x.shape[1]
    if states is not None and len(states) == 1:
        states = states[0]

    rows, h_n, c_n, trace = reference.run(module, weights, x, lengths, states, masks)
    y = reference.padded(rows, observed.shape[2])
    total = sum(
        (value * gradient.double()).sum() for value, gradient in zip((y, h_n, c_n), gradients) if gradient is not None)
    total.backward()
    return y, float((y - observed.double()).abs().max()), trace


def lengths_of(batch_sizes, sorted_indices):
    """Timesteps of each sequence in the caller's order."""
    ordered = [int((batch_sizes > b).sum()) for b in range(int(batch_sizes[0]))]
    if sorted_indices is None:
        return ordered
    lengths = [0] * len(ordered)
    for place, sequence in enumerate(sorted_indices.tolist()):
        lengths[sequence] = ordered[place]
    return lengths


def unpacked(packed, batch_sizes, sorted_indices):
    """[ΣL, F] in packed order to [T, B, F] in the caller's order, zero where padded."""
    batch = int(batch_sizes[0])
    spread, start = torch.zeros(len(batch_sizes), batch, packed.shape[1], dtype=packed.dtype), 0
    for timestep, size in enumerate(batch_sizes.tolist()):
        sequences = torch.arange(size) if sorted_indices is None else sorted_indices[:size]
        spread[timestep, sequences] = packed[start:start + size]
        start += size
    return spread


def train(model, loss, steps, optimizer=None, after=lambda: None):
    """An ordinary loop; returns the losses."""
    optimizer = optimizer or torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        after()
        losses.append(float(value))
    return losses

"""Effective context in the user's own model: how far back it uses its input.

Everything before the last ℓ inputs of each sequence is replaced by another sequence's, and the rise of the loss is
measured (Khandelwal, He, Qi & Jurafsky 2018, arXiv 1805.04623).
"""
import contextlib
import dataclasses
import math

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence


# The rule of docs/telemetry.md, by which Backflow reads the number off the curve.
SHARE_OF_RISE = 0.10
SHARE_OF_LOSS = 0.02
STANDARD_ERRORS = 2
STANDARD_ERRORS_OF_WHOLE = 3

# The error of a mean of fewer is itself too uncertain to be three times below anything.
FEWEST_BATCHES = 8


@dataclasses.dataclass(frozen=True)
class Context:
    """The loss with the sequences' own past, and its rise where only the last `lags[k]` inputs are their own.

    `errors[k]` is the standard error of `rises[k]`: over the sequences where the loss tells one for each, else over the
    batches; NaN where there are fewer than 8 of them.
    """

    lags: list
    rises: list
    errors: list
    loss: float
    sequences: int

    def tensors(self):
        tensors = {
            "lag": torch.tensor(self.lags, dtype=torch.int64),
            "rise": torch.tensor(self.rises, dtype=torch.float64)}
        if not any(math.isnan(error) for error in self.errors):
            tensors["standard_error"] = torch.tensor(self.errors, dtype=torch.float64)
        return tensors


def measure(model, modules, loss, batches, lags, layer):
    """See `Probe.context`. `modules` are the watched layers by name."""
    if layer is not None and layer not in modules:
        raise ValueError(f"no watched layer is called {layer!r}; there are {', '.join(map(repr, modules))}.")
    if lags is not None:
        lags = sorted(set(lags))
        if not lags or lags[0] < 0 or any(not isinstance(lag, int) for lag in lags):
            raise ValueError(f"lags must be whole numbers of at least 0, got {lags}.")

    batches = list(batches)
    if not batches:
        raise ValueError("there is no batch to measure the context with.")
    with evaluating(model):
        runs = [Run(modules, layer) for _ in batches]
        own = [run.own(loss, batch) for run, batch in zip(runs, batches)]
        curve = Curve(runs, own, lambda lag: [run.replaced(loss, batch, lag) for run, batch in zip(runs, batches)])
        if lags is None:
            curve.refine(grid(max(run.longest for run in runs)))
        else:
            for lag in [0, *lags]:  # Against 0 all others are judged.
                curve.at(lag)

    return curve.context()


class Curve:
    """The rise of the loss at each lag that was asked for."""

    def __init__(self, runs, own, replaced):
        self._runs, self._own, self._replaced = runs, own, replaced
        self._points = {}  # (rise, standard error) by lag.

    def at(self, lag):
        if lag not in self._points:
            self._points[lag] = self._rise(self._replaced(lag))
        return self._points[lag]

    def refine(self, lags):
        """Measures at the lags, and between the last that matters and the next one until there is none between."""
        for lag in lags:
            self.at(lag)
        known = max((lag for lag in lags if self._matters(lag)), default=None)
        beyond = min((lag for lag in lags if known is not None and lag > known), default=None)
        while beyond is not None and beyond - known > 1:
            middle = (known + beyond) // 2
            known, beyond = (middle, beyond) if self._matters(middle) else (known, middle)

    def context(self):
        lags = sorted(self._points)
        rises, errors = zip(*(self._points[lag] for lag in lags))
        return Context(lags, list(rises), list(errors), self._mean(self._own), sum(run.sequences for run in self._runs))

    def _matters(self, lag):
        rise, error = self.at(lag)
        whole, error_of_whole = self.at(0)
        sure = lambda value, error, errors: value > (0 if math.isnan(error) else errors * error)
        return (sure(whole, error_of_whole, STANDARD_ERRORS_OF_WHOLE) and sure(rise, error, STANDARD_ERRORS)
                and rise > SHARE_OF_RISE * whole and rise > SHARE_OF_LOSS * (self._mean(self._own) + whole))

    def _mean(self, losses):
        """Over the sequences; a batch that tells its mean alone stands for all of its own."""
        sums = [math.fsum(values) / len(values) * run.sequences for values, run in zip(losses, self._runs)]
        return math.fsum(sums) / sum(run.sequences for run in self._runs)

    def _rise(self, replaced):
        differences = [[new - old for new, old in zip(*pair)] for pair in zip(replaced, self._own)]
        if all(len(values) == run.sequences for values, run in zip(differences, self._runs)):
            samples, fewest = [value for values in differences for value in values], 2
        else:
            samples, fewest = [math.fsum(values) / len(values) for values in differences], FEWEST_BATCHES
        mean = math.fsum(samples) / len(samples)
        squares = math.fsum((value - mean) ** 2 for value in samples)
        error = math.sqrt(squares / (len(samples) - 1) / len(samples)) if len(samples) >= fewest else math.nan
        return self._mean(differences), error


def grid(longest):
    """0, then two lags per octave, and the largest that leaves something to replace."""
    lags = {0, longest - 1}
    for octave in range(max(1, longest).bit_length()):
        lags |= {1 << octave, 3 << octave >> 1}
    return sorted(lag for lag in lags if 0 <= lag < longest)


@contextlib.contextmanager
def evaluating(model):
    """eval() without gradients; afterwards each module is in the mode it was in, and the generators where they were."""
    modes = {module: module.training for module in model.modules()}
    devices = {parameter.device for parameter in model.parameters() if parameter.device.type == "cuda"}
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=list(devices)):
            model.eval()
            yield
    finally:
        for module, mode in modes.items():
            module.training = mode


class Run:
    """One batch: how its sequences reach the layer, and its loss with their own past or another's."""

    def __init__(self, modules, layer):
        self._modules, self._layer = modules, layer
        self._lengths = None  # Inputs of each sequence over all calls of the layer.
        self._generator = torch.get_rng_state()

    @property
    def sequences(self):
        return len(self._lengths)

    @property
    def longest(self):
        return max(self._lengths)

    def own(self, loss, batch):
        """The losses as they are: one for each sequence, or their mean alone. Notes which layer is called first, and how long the sequences are."""
        def look(name, x):
            self._layer = self._layer or name
            if name == self._layer:
                lengths = lengths_of(self._modules[name], x)
                earlier = self._lengths or [0] * len(lengths)
                if len(earlier) != len(lengths):
                    raise ValueError(f"layer '{name}' is called with {len(earlier)} and with {len(lengths)} sequences.")
                self._lengths = [sum(pair) for pair in zip(earlier, lengths)]
            return x

        value = self._run(loss, batch, look)
        if self._lengths is None:
            raise ValueError(f"the loss calls {f'no layer {self._layer!r}' if self._layer else 'no watched layer'}.")
        if len(self._lengths) < 2:
            raise ValueError("a batch has one sequence; it takes two or more, to give each another one's past.")
        return value

    def replaced(self, loss, batch, lag):
        """The losses where only the last `lag` inputs of each sequence are its own."""
        position = 0

        def replace(name, x):
            nonlocal position
            if name != self._layer:
                return x
            module = self._modules[name]
            own_until = [length - lag - position for length in self._lengths]  # Positions of this call.
            position += max(lengths_of(module, x))
            return with_another_past(module, x, own_until)

        return self._run(loss, batch, replace)

    def _run(self, loss, batch, change):
        """Runs the loss with each layer's input handed through `change(name, x)`."""
        torch.set_rng_state(self._generator)  # A loss that draws draws the same each time.
        with contextlib.ExitStack() as stack:
            for name, module in self._modules.items():
                stack.enter_context(input_changed(module, lambda x, name=name: change(name, x)))
            value = loss(batch)
        if isinstance(value, torch.Tensor) and value.numel() > 1:
            if self._lengths is not None and value.numel() != self.sequences:
                raise ValueError(f"the loss has {value.numel()} values for {self.sequences} sequences; return the mean, "
                                 "or one for each.")
            return value.double().flatten().tolist()
        return [float(value)]


@contextlib.contextmanager
def input_changed(module, change):
    """The module's forward with its input changed. Hooks of torch 1.13 cannot: they do not see keywords."""
    forward = module.forward

    def changed(*inputs, **keywords):
        if inputs:
            return forward(change(inputs[0]), *inputs[1:], **keywords)
        return forward(**{**keywords, "input": change(keywords["input"])})

    had = module.__dict__.get("forward")
    module.__dict__["forward"] = changed
    try:
        yield
    finally:
        if had is None:
            del module.__dict__["forward"]
        else:
            module.__dict__["forward"] = had


def lengths_of(module, x):
    """Inputs of each sequence in one call, in the order in which the layer gets them."""
    if isinstance(x, PackedSequence):
        return [int((x.batch_sizes > b).sum()) for b in range(int(x.batch_sizes[0]))]
    if isinstance(module, nn.RNNCellBase):
        return [1] * (x.shape[0] if x.dim() == 2 else 1)
    if x.dim() == 2:
        return [x.shape[0]]
    batch, timesteps = (0, 1) if module.batch_first else (1, 0)
    return [x.shape[timesteps]] * x.shape[batch]


def with_another_past(module, x, until):
    """x where sequence b has its neighbour's inputs below position until[b], over again where that one is shorter."""
    if isinstance(x, PackedSequence):
        return x._replace(data=packed_with_another_past(x, until))
    if isinstance(module, nn.RNNCellBase):
        return x.roll(1, 0) if until[0] > 0 else x
    batch, timesteps = (0, 1) if module.batch_first else (1, 0)
    count = min(max(until[0], 0), x.shape[timesteps])
    past, rest = x.split([count, x.shape[timesteps] - count], timesteps)
    return torch.cat([past.roll(1, batch), rest], timesteps)


def packed_with_another_past(x, until):
    starts = [0, *x.batch_sizes.cumsum(0).tolist()]
    lengths = lengths_of(None, x)
    rows = []
    for timestep, size in enumerate(x.batch_sizes.tolist()):
        for b in range(size):
            if timestep < until[b]:
                other = (b - 1) % len(lengths)
                rows.append(starts[timestep % lengths[other]] + other)
            else:
                rows.append(starts[timestep] + b)
    return x.data[torch.tensor(rows, device=x.data.device)]

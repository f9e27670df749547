"""The probe: hooks on the recurrent layers of a model, and files of what they saw."""
import datetime
import functools
import json
import sys
import warnings

import torch

from . import capture, cells, context, hooks, layers
from .folder import Folder
from .sample import Sample
from .steps import Clock, Schedule, Steps

# So many passes of the layers at one step look as if the step were not seen.
PASSES_OF_ONE_STEP = 100


class Probe:
    """Watches a model until `remove()`. `backflow.watch` makes one."""

    def __init__(self, model, every, folder, scaler, keep, passes, place=("backflow", 0)):
        for name, value in (("every", every), ("keep", keep), ("passes", passes)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}.")
        self._said, self._place = set(), place
        found = layers.find(model, self._say)
        self._model_name = type(layers.unwrapped(model)).__name__
        self._model, self._scaler, self._passes = model, scaler, passes
        self._loss, self._handles = None, []
        self._clock, self._steps = Clock(), Steps()
        self._schedule = Schedule(every, self._clock, self._say)
        self._folder = Folder(str(folder), keep, self._report)
        self._step_seen, self._sampling, self._sample = None, False, None
        self.resting = False  # Nothing is to be done until the weights change.
        self._pass, self._queued, self._calls_in_pass, self._calls_since = 0, False, 0, 0
        try:
            self._folder.make()
        except OSError as error:
            self._report(error)
        self._layers = {name: Layer(self, name, module, model) for name, module in found.items()}
        for layer in self._layers.values():
            self._handles += layer.attach()

    def step(self):
        """Counts a step. Only for optimizers that write to the weights through `.data`: PyTorch does not count those."""
        self._steps.tell()
        self.resting = False

    def loss(self, loss):
        """Records the loss with the next file. Call it before `backward()`, with the loss as it is without a scaler."""
        self._loss = loss.detach() if torch.is_tensor(loss) else loss

    def flush(self):
        """Returns when all samples taken so far are in the folder."""
        self._folder.flush()

    def remove(self):
        """Takes all hooks off the model and waits for the last file."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._forget()
        self._folder.flush()

    def context(self, loss, batches, lags=None, layer=None):
        """Measures how far back the model uses its input, writes it to a file and returns a `Context`.

        loss     `loss(batch)` runs the model and returns the loss of the last output: one for each sequence, or their
                 mean. The error of the rise comes from the sequences, or from 8 batches or more.
        batches  whatever `loss` takes, one at a time, each with at least two sequences.
        lags     how many of the last inputs stay; a logarithmic grid up to the longest sequence where none are given.
        layer    the name of the layer whose inputs are replaced; the first that is called where none is given.

        Everything before the last inputs of a sequence is replaced, at the layer's input, by another sequence's of the
        batch. The rise of the loss says whether the model uses it. The model is measured as it is in `eval()`.
        """
        modules = {name: found.module for name, found in self._layers.items()}
        measured = context.measure(self._model, modules, loss, batches, lags, layer)
        for found in self._layers.values():
            self._steps.look(found.name, found.versioned)
        metadata = self._metadata("backflow-probe-context/1", self._steps.step)
        metadata.update(loss=repr(measured.loss), sequences=str(measured.sequences))
        try:
            self._put("context-", "", measured.tensors(), metadata)
        except Exception as error:
            self._report(error)
        return measured

    # The way of a sample: before, after, arrive, finish.

    def guard(self, work):
        """Times the work. What it raises becomes a warning and ends the sample, never the user's training."""
        @functools.wraps(work)
        def guarded(*arguments):
            began = self._clock.start()
            try:
                return work(*arguments)
            except capture.Refused as refusal:
                self._say(str(refusal), f"{refusal}.")  # This layer has no sample; the others have.
            except Exception as error:
                self._report(error)
                self._give_up()
            finally:
                self._clock.stop(began)
        return guarded

    def is_due(self, layer):
        """Whether this call of a layer belongs to a sample. Called before its forward pass, with training on."""
        if self._queued and not hooks.in_backward():
            self._forget()  # The last backward pass broke off, and what arrived during it is of no use.
        self._steps.look(layer.name, layer.versioned)
        step = self._steps.step
        if step != self._step_seen:
            self._step_seen, self._pass, self._calls_in_pass, self._calls_since = step, 0, 0, 0
            self._forget()
            self._sampling = self._schedule.is_due(step)
            if self._sampling:
                self._schedule.take(step)
        self.resting = not self._sampling
        if self._sampling and self._pass >= self._passes:
            self._look_for_steps()
            return False
        return self._sampling

    def sample(self):
        """The sample that is open; a new one where none is."""
        if self._sample is None:
            self._sample = Sample(self.guard, self._queue)
        # A reentrant checkpoint calls the layer inside a backward pass, and then runs one of its own inside. The outer
        # pass is the one that ends the sample.
        if hooks.in_backward():
            self._queue()
        return self._sample

    def _queue(self):
        if not self._queued:
            self._queued = hooks.queue_at_end_of_backward(self.guard(self._finish))

    def _finish(self):
        """At the end of a backward pass, before the optimizer."""
        self._queued = False
        if self._sample is None:
            return
        tensors, calls = self._sample.contents()
        if not calls:
            self._sample.forget_gradients()
            return
        metadata = self._metadata("backflow-probe/1", self._step_seen)
        metadata.update({
            "pass": str(self._pass),
            "device": self._sample.device,
            "loss_scale": repr(self._loss_scale()),
            "calls": json.dumps(calls),
        })
        if self._loss is not None:
            metadata["loss"] = repr(float(self._loss))
            self._loss = None
        self._put("", f"-{self._pass:02d}", tensors, metadata)
        self._calls_in_pass = len(self._sample.calls)
        self._pass += 1
        if self._pass >= self._passes:
            self._forget()
        else:
            self._sample.forget_gradients()

    def _put(self, before, after, tensors, metadata):
        """Files of this kind and rank count together against `keep`."""
        step, rank = int(metadata["step"]), int(metadata["rank"])
        pattern = rf"{before}\d+-{rank:03d}" + (r"-\d+" if after else "") + r"\.safetensors"
        self._folder.put(f"{before}{step:09d}-{rank:03d}{after}.safetensors", tensors, metadata, pattern)

    def _metadata(self, format, step):
        distributed = torch.distributed.is_available() and torch.distributed.is_initialized()
        return {
            "format": format,
            "step": str(step),
            "rank": str(torch.distributed.get_rank() if distributed else 0),
            "world": str(torch.distributed.get_world_size() if distributed else 1),
            "framework": f"torch {torch.__version__}",
            "model": self._model_name,
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "every": str(self._schedule.every),
            "overhead": f"{self._clock.share:.4f}",
        }

    def _loss_scale(self):
        scaler = self._scaler
        if scaler is None:
            return 1.0
        return float(scaler.get_scale() if hasattr(scaler, "get_scale") else scaler)

    def _forget(self):
        if self._sample is not None:
            self._sample.close()
        self._sample, self._queued = None, False

    def _give_up(self):
        """No second try at this step."""
        self._forget()
        self._sampling = False

    def _look_for_steps(self):
        self._calls_since += 1
        if self._calls_since == PASSES_OF_ONE_STEP * max(1, self._calls_in_pass):
            self._say("steps", (
                f"{PASSES_OF_ONE_STEP} passes came after a sample and PyTorch counted no change of the weights. If the "
                "optimizer writes to them through .data, call probe.step() after each of its steps."))

    # What the user hears.

    def _report(self, error):
        kind = type(error).__name__
        self._say(kind, f"no sample at step {self._steps.step}, the training goes on. {kind}: {error}")

    def _say(self, kind, text):
        """One warning per kind, and no exception where warnings are errors."""
        if kind in self._said:
            return
        self._said.add(kind)
        try:
            # At the line that called watch: the call stack has lines of torch and of this package.
            warnings.warn_explicit(f"backflow: {text}", UserWarning, *self._place)
        except Warning:
            print(f"backflow: {text}", file=sys.stderr)


class Layer:
    """The hooks of one recurrent layer."""

    def __init__(self, probe, name, module, model):
        self.name, self.module = name, module
        self._probe = probe
        self._due, self._generator = False, None
        trained = trained_in(module) or trained_in(model)
        # A few weights tell as much as all: they are looked at before every call.
        self.versioned = trained[:4]
        self._first, self._version = next(iter(trained), None), None

    @property
    def is_cell(self):
        return isinstance(self.module, layers.CELLS)

    def attach(self):
        before, after = self._probe.guard(self._before), self._probe.guard(self._after)

        def before_unless_resting(module, inputs):
            # A loop over a cell comes here at every timestep: between samples it costs two comparisons.
            self._due = False
            if not self._probe.resting or self._first is None or self._first._version != self._version:
                before(module, inputs)

        return [
            hooks.before_forward(self.module, before_unless_resting),
            hooks.after_forward(self.module, lambda: self._due, after)]

    def _before(self, module, inputs):
        if not module.training or not torch.is_grad_enabled() or is_recorded():
            return
        due = self._probe.is_due(self)
        self._version = self._first._version if self._first is not None else None
        if not due:
            return
        if module is not self.module:
            raise capture.Refused(
                f"layer '{self.name}' runs as a replica of DataParallel, which is not measured. "
                "DistributedDataParallel is, with one process per device")
        self._generator = None if self.is_cell else capture.generator_before(self.name, module, inputs)
        self._due = True

    def _after(self, module, inputs, keywords, output):
        self._due = False
        sample = self._probe.sample()
        if self.is_cell:
            cells.record(sample, self.name, module, inputs, keywords, output)
        else:
            capture.record(sample, self.name, module, self._generator, inputs, keywords, output)
        sample.device = str(next(iter(module.parameters())).device)


def trained_in(module):
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def is_recorded():
    """Whether torch records what runs to run it again: what the probe does must not become part of that."""
    compiler = getattr(torch, "compiler", None)
    return (
        torch.jit.is_tracing()
        or compiler is not None and hasattr(compiler, "is_compiling") and compiler.is_compiling()
        or torch.cuda.is_available() and torch.cuda.is_current_stream_capturing())

"""Reads one call of nn.LSTM, nn.GRU or nn.RNN from its hooks."""
import copy

import torch
from torch.nn.utils import parametrize
from torch.nn.utils.rnn import PackedSequence

from .sample import Call, States


class Refused(Exception):
    """A layer that cannot be measured, with a sentence that says why and what to do."""


def check_layer(name, module):
    """Refuses, before the training, what no sample could show."""
    if getattr(module, "proj_size", 0):
        raise Refused(
            f"layer '{name}' has proj_size={module.proj_size}, and an LSTM with projections is not measured. "
            "Take proj_size=0 and an nn.Linear after the layer to measure it")


def generator_before(name, module, inputs):
    """The CPU generator's state where the layer will draw dropout masks, else None."""
    if not drops_out(module):
        return None
    device = next(module.parameters()).device
    if device.type != "cpu":
        raise Refused(
            f"layer '{name}' has dropout={module.dropout} between its layers on {device}, where the masks are out of "
            "reach. To measure it, split it into one module per layer with nn.Dropout between them")
    return torch.get_rng_state()


def drops_out(module):
    return module.dropout > 0 and module.num_layers > 1


def record(sample, name, module, generator, inputs, keywords, output):
    """Adds a call to the sample, and hooks to its outputs."""
    x, states = arguments_of(inputs, keywords)
    y, final = output
    final_states = final if isinstance(final, tuple) else (final,)
    packed = isinstance(y, PackedSequence)
    values = y.data if packed else y
    if not any(tensor.requires_grad for tensor in (values, *final_states)):
        return

    call = Call(describe(name, module, x.data if packed else x, packed))
    for key, weight in zip(module._flat_weights_names, module._flat_weights):
        sample.observe_weight(f"{name}.{key}", weight)
    if states is not None:
        call.description["continues"] = sample.continued_by(states)
        for key, state in zip(("h_0", "c_0"), states):
            call.tensors[key] = sample.copy(state)
    call.tensors["x"] = sample.copy(x.data if packed else x)
    call.tensors["y"] = sample.copy(values)
    if packed:
        call.tensors["batch_sizes"] = sample.copy(y.batch_sizes)
        if y.sorted_indices is not None:
            call.tensors["sorted_indices"] = sample.copy(y.sorted_indices)
    if generator is not None:
        call.tensors.update(masks(module, generator, values, call.description))
    call.final_states = States(final_states)

    for key, tensor in (("y", values), ("h_n", final_states[0]), *(("c_n", state) for state in final_states[1:])):
        sample.observe(tensor, lambda gradient, key=key: call.gradients.__setitem__(key, gradient))
    sample.add(call)


def arguments_of(inputs, keywords):
    """x and the initial states, however the caller wrote them: `rnn(x, s)`, `rnn(x, hx=s)`, `rnn(input=x, hx=s)`."""
    x, states = (*inputs, *(keywords[key] for key in ("input", "hx") if key in keywords), None)[:2]
    if states is None or isinstance(states, tuple):
        return x, states
    return x, tuple(states) if isinstance(states, list) else (states,)


def describe(name, module, x, packed):
    return {
        "layer": name,
        "kind": module.mode,
        "layers": module.num_layers,
        "hidden": module.hidden_size,
        "input": module.input_size,
        "bias": bool(module.bias),
        "batch_first": bool(module.batch_first),
        "bidirectional": bool(module.bidirectional),
        "dropout": float(module.dropout),
        "autocast": autocast_of(x.device.type),
        "unbatched": not packed and x.dim() == 2,
        "continues": None,
        "replaced": replaced(module),
    }


def autocast_of(device_type):
    """The name of the type that autocast computes in, or None. The dtypes of x and y do not tell."""
    if hasattr(torch, "get_autocast_dtype"):
        enabled = torch.is_autocast_enabled(device_type)
        dtype = torch.get_autocast_dtype(device_type) if enabled else None
    elif device_type == "cpu":
        enabled, dtype = torch.is_autocast_cpu_enabled(), torch.get_autocast_cpu_dtype()
    else:
        enabled, dtype = torch.is_autocast_enabled(), torch.get_autocast_gpu_dtype()
    return str(dtype).removeprefix("torch.") if enabled else None


def replaced(module):
    """Names whose attribute is not what the forward pass used, as under parametrizations.spectral_norm."""
    return [
        name for name, used in zip(module._flat_weights_names, module._flat_weights)
        if differs(attribute_of(module, name), used)]


def differs(attribute, used):
    return attribute is not used and (attribute.shape != used.shape or not torch.equal(attribute, used))


def attribute_of(module, name):
    """module.name, computed on a copy where it is parametrized: a spectral norm changes its buffers when it is read."""
    if not parametrize.is_parametrized(module, name):
        return getattr(module, name)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        return copy.deepcopy(module.parametrizations[name]).eval()()


def masks(module, generator, y, description):
    """The dropout masks of a call on the CPU, drawn again from the generator's state before it: 0 or 1/(1 − p).

    One per boundary between layers, time-major also where the layer is batch_first.
    """
    if y.dim() == 2 and description["unbatched"]:
        shape = (y.shape[0], 1, y.shape[1])
    elif y.dim() == 3 and module.batch_first:
        shape = (y.shape[1], y.shape[0], y.shape[2])
    else:
        shape = tuple(y.shape)
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.set_rng_state(generator)
        return {
            f"mask{boundary}": torch.dropout(torch.ones(shape, dtype=y.dtype), module.dropout, True)
            for boundary in range(module.num_layers - 1)}

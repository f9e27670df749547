"""Finds the recurrent layers of a model and names them as the model does."""
from torch import jit, nn
from torch.nn.parallel import DataParallel, DistributedDataParallel

from . import capture

CELLS = (nn.LSTMCell, nn.GRUCell, nn.RNNCell)
SCRIPTED = {"LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"}
WRAPPERS = (DataParallel, DistributedDataParallel)
OTHER_WRAPPERS = {"_orig_mod", "_fsdp_wrapped_module"}


def find(model, say):
    """Name to module. A layer under two names has the first. `say` is told of layers that cannot be measured."""
    found, refusals = {}, []
    for name, module in named(model):
        if not isinstance(module, (nn.RNNBase, *CELLS)):
            continue
        try:
            capture.check_layer(name, module)
            found[name] = module
        except capture.Refused as refusal:
            refusals.append(str(refusal))

    if not found:
        raise ValueError(f"no layer found to watch: {reason(model, refusals)}.")
    for refusal in refusals:
        say(str(refusal), f"{refusal}.")
    return found


def reason(model, refusals):
    if refusals:
        return "; ".join(refusals)
    if any(isinstance(module, jit.ScriptModule) and module.original_name in SCRIPTED for module in model.modules()):
        return ("torch.jit.script has taken the model out of Python, where hooks cannot see its recurrent layers. "
                "Train the model before it is scripted, and watch that one")
    return (f"{type(model).__name__} has no nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell or nn.RNNCell. "
            "Pass the module that contains them")


def named(model):
    """Like named_modules, without the names that wrappers add in front. A model that is itself a layer is 'model'."""
    wrappers = {name for name, module in model.named_modules() if isinstance(module, WRAPPERS)}
    for name, module in model.named_modules():
        path, parts = [], name.split(".") if name else []
        for index, part in enumerate(parts):
            wrapped = part == "module" and ".".join(parts[:index]) in wrappers
            if not wrapped and part not in OTHER_WRAPPERS:
                path.append(part)
        yield ".".join(path) or "model", module


def unwrapped(model):
    """The model inside DataParallel and its like."""
    while isinstance(model, WRAPPERS) or hasattr(model, "_orig_mod"):
        model = model._orig_mod if hasattr(model, "_orig_mod") else model.module
    return model

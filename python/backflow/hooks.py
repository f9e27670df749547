"""Hooks on modules and tensors that leave the user's program as it was."""
import contextlib
import inspect
import sys

import torch

# torch 2.0 hands keyword arguments to hooks. Before that they are read from the frame that calls the hook.
WITH_KWARGS = "with_kwargs" in inspect.signature(torch.nn.Module.register_forward_hook).parameters


class Hook:
    """A callable that stays behind when its model is copied or pickled.

    The copy has a hook that does nothing instead, `nullcontext().__exit__`, so its pickle loads where this package is
    missing, and a copied model does not write samples.
    """

    def __init__(self, call):
        self._call = call

    def __call__(self, *arguments):
        return self._call(*arguments)

    def __reduce__(self):
        return getattr, (contextlib.nullcontext(), "__exit__")


def before_forward(module, call):
    """`call(module, inputs)` before each forward pass of the module."""
    return module.register_forward_pre_hook(Hook(call))


def after_forward(module, wanted, call):
    """`call(module, inputs, keywords, output)` after each forward pass of the module for which `wanted()` holds."""
    if WITH_KWARGS:
        return module.register_forward_hook(
            Hook(lambda *arguments: call(*arguments) if wanted() else None), with_kwargs=True)
    return module.register_forward_hook(Hook(
        lambda module, inputs, output: call(module, inputs, keywords_of(module), output) if wanted() else None))


def keywords_of(module):
    """The keyword arguments of the module's call that is running: torch 1.13 does not give them to hooks."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_call_impl" and frame.f_locals.get("self") is module:
            return frame.f_locals["kwargs"]
        frame = frame.f_back
    return {}


def on_gradient(tensor, arrive):
    """`arrive(gradient)` once a backward pass has the tensor's whole gradient; never, where none comes.

    The output of a batch_first or unbatched layer is a view. A user's in-place change of a view (relu_, y[:, 0] = 0)
    makes it a new node of the graph and silently loses a hook on it; a hook on its base stays.
    """
    base = tensor._base if tensor._is_view() else None
    if base is None or not base.requires_grad:
        # DDP with static_graph calls hooks of unused outputs with None.
        return tensor.register_hook(lambda gradient: None if gradient is None else arrive(gradient))

    size, stride, offset = tensor.size(), tensor.stride(), tensor.storage_offset() - base.storage_offset()
    base_size, base_stride = base.size(), base.stride()

    def arrive_as_view(gradient):
        if gradient is not None:
            whole = torch.empty_strided(base_size, base_stride, dtype=gradient.dtype, device=gradient.device)
            arrive(whole.copy_(gradient).as_strided(size, stride, offset))

    return base.register_hook(arrive_as_view)


def queue_at_end_of_backward(call):
    """Runs `call` when the backward pass that is running has ended. False where none is running."""
    try:
        torch.autograd.Variable._execution_engine.queue_callback(call)
        return True
    except RuntimeError:
        return False


def in_backward():
    """Whether this thread is inside a backward pass."""
    if hasattr(torch._C, "_current_graph_task_id"):
        return torch._C._current_graph_task_id() != -1
    return queue_at_end_of_backward(lambda: None)

"""One sample: what the forward passes of a step showed, and the gradients that came back."""
import torch

from . import hooks

# A loop that never calls backward would fill the memory with calls.
CALLS_AT_MOST = 10_000
BYTES_AT_MOST = 2 << 30


def copy_of(tensor):
    """A contiguous copy in the CPU's memory that no later change reaches."""
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)


class Call:
    """One call of a layer: its description, its tensors by name, and the gradients by the name of their tensor."""

    def __init__(self, description):
        self.description, self.tensors, self.gradients = description, {}, {}
        self.final_states = None  # What a later call may take up as its initial states.

    def stacked(self):
        """Name to tensor, gradients included."""
        return {**self.tensors, **{f"{name}.grad": gradient for name, gradient in self.gradients.items()}}


class States:
    """The states a call returned, to recognise them when they come back as initial states."""

    def __init__(self, tensors):
        # Held, not copied: as long as they are held, nothing else can lie at their address.
        self._tensors = [tensor.detach() for tensor in tensors]
        self._versions = [tensor._version for tensor in self._tensors]
        self.address = self._tensors[0].data_ptr()

    def are(self, tensors):
        """Whether these tensors have the same memory, unwritten since then."""
        return len(tensors) == len(self._tensors) and all(
            theirs.data_ptr() == ours.data_ptr() and theirs.shape == ours.shape and theirs.stride() == ours.stride()
            and ours._version == version
            for theirs, ours, version in zip(tensors, self._tensors, self._versions))


class Sample:
    """Collects calls and gradients until the backward pass ends."""

    def __init__(self, guard, first_gradient):
        self.calls, self.weights, self.weight_gradients = [], {}, {}
        self.closed, self.device = False, None
        self._guard, self._first_gradient = guard, first_gradient
        self._handles, self._hooked, self._bytes = [], {}, 0
        self._ended = {}  # Address of a call's h_n to the call.

    def add(self, call):
        if len(self.calls) >= CALLS_AT_MOST:
            raise RuntimeError(f"{CALLS_AT_MOST} calls of recurrent layers came without a backward pass")
        self.calls.append(call)
        if call.final_states is not None:
            self._ended[call.final_states.address] = call

    def copy(self, tensor):
        copied = copy_of(tensor)
        self._bytes += copied.numel() * copied.element_size()
        if self._bytes > BYTES_AT_MOST:
            raise RuntimeError(f"a sample would hold more than {BYTES_AT_MOST >> 30} GiB")
        return copied

    def observe(self, tensor, arrive):
        """Hands the gradient's copy to `arrive`, unless the sample is closed by then."""
        if not tensor.requires_grad:
            return

        def arrived(gradient):
            if not self.closed:
                self._first_gradient()
                arrive(self.copy(gradient))

        self._handles.append(hooks.on_gradient(tensor, self._guard(arrived)))

    def observe_weight(self, name, tensor):
        """Copies a weight that a forward pass used, and adds up the gradients that arrive at it during a backward pass.

        They come once per backward pass, and once per segment under a reentrant checkpoint.
        """
        if name not in self.weights:
            self.weights[name] = self.copy(tensor)
        # weight_norm makes a new tensor for every call. An id alone could be an old tensor's, so the tensor is held.
        if self._hooked.get((name, id(tensor))) is tensor:
            return
        self._hooked[name, id(tensor)] = tensor

        def arrive(gradient):
            earlier = self.weight_gradients.get(name)
            self.weight_gradients[name] = gradient if earlier is None else earlier + gradient

        self.observe(tensor, arrive)

    def forget_gradients(self):
        """The next backward pass starts with none."""
        self.weight_gradients = {}
        for call in self.calls:
            call.gradients = {}

    def close(self):
        self.closed = True
        for handle in self._handles:
            handle.remove()
        self.calls, self.weights, self.weight_gradients = [], {}, {}
        self._handles, self._hooked, self._ended = [], {}, {}

    def contents(self):
        """Tensors by name and descriptions of the calls at which a gradient arrived, numbered anew."""
        seen = [call for call in self.calls if call.gradients]
        number_of = {id(call): number for number, call in enumerate(seen)}
        tensors, descriptions = {}, []
        layers = {call.description["layer"] for call in seen}
        for name, weight in self.weights.items():
            if name.rpartition(".")[0] in layers:
                tensors[name] = weight
                if name in self.weight_gradients:
                    tensors[f"{name}.grad"] = self.weight_gradients[name]
        for number, call in enumerate(seen):
            description = dict(call.description)
            continued, attached = description["continues"] or (None, False)
            known = id(continued) in number_of
            description["continues"] = {"call": number_of[id(continued)], "attached": attached} if known else None
            descriptions.append(description)
            tensors.update({f"call{number}.{name}": tensor for name, tensor in call.stacked().items()})
        return tensors, descriptions

    def continued_by(self, states):
        """The call whose final states these are and whether gradients flow through them, or None."""
        call = self._ended.get(states[0].data_ptr())
        if call is None or not call.final_states.are(states):
            return None
        return call, any(state.grad_fn is not None for state in states)

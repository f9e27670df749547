"""Writes safetensors files with nothing but torch and the standard library."""
import ctypes
import json
import os

import torch

DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
}


def write(path, tensors, metadata):
    """Writes tensors (name to contiguous CPU tensor) and metadata (name to text) to a file that appears once it is whole.

    The layout is eight bytes with the header's length, a JSON header padded to a multiple of eight, and the bytes of
    the tensors without a gap. Wide elements come first, so that each tensor starts at a multiple of its element's size.
    """
    ordered = sorted(tensors.items(), key=lambda item: -item[1].element_size())
    header, end = {"__metadata__": dict(metadata)}, 0
    for name, tensor in ordered:
        if tensor.dtype not in DTYPES:
            raise TypeError(f"{name} is {tensor.dtype}, and a probe file holds {', '.join(DTYPES.values())} only")
        start, end = end, end + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}

    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    part = path + ".part"
    try:
        with open(part, "wb") as file:
            file.write(len(text).to_bytes(8, "little"))
            file.write(text)
            for _, tensor in ordered:
                file.write(data_of(tensor))
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.remove(part)
        raise


def data_of(tensor):
    """The bytes of a contiguous CPU tensor, not copied: NumPy may be missing, and knows no bfloat16."""
    count = tensor.numel() * tensor.element_size()
    return (ctypes.c_char * count).from_address(tensor.data_ptr()) if count else b""

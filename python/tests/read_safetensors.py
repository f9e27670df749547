"""Reads safetensors files for the tests: name to tensor, and the metadata."""
import json

import torch

DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    assert length % 8 == 0, "the header is padded to a multiple of eight"
    header, data = json.loads(content[8:8 + length]), content[8 + length:]
    metadata, tensors, covered = header.pop("__metadata__"), {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, end = entry["data_offsets"]
        assert start == covered, f"{name} leaves a gap"
        covered, dtype = end, DTYPES[entry["dtype"]]
        raw = bytearray(data[start:end])
        values = torch.frombuffer(raw, dtype=dtype) if raw else torch.empty(0, dtype=dtype)
        tensors[name] = values.reshape(entry["shape"])
    assert covered == len(data), "the tensors cover the data"
    return tensors, metadata

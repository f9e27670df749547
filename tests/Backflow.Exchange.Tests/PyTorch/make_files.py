"""Makes files of torch.save, and beside each what Python reads in it.

usage: /usr/bin/python3 make_files.py FOLDER

NAME.pt is the file, NAME.safetensors its tensors with the names of everything else in the metadata. A network's file
also has NAME.outputs.safetensors: an input and what PyTorch computes of it. refused/ has files that are not read.
"""

import collections
import json
import os
import sys
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import torch
from torch import nn

import safetensors

warnings.simplefilter("ignore")
FOLDER = sys.argv[1]


def flatten(value, name, tensors, others):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    else:
        (tensors if isinstance(value, torch.Tensor) else others)[name] = value
        return
    for key, entry in items:
        flatten(entry, f"{name}.{key}" if name else str(key), tensors, others)


def save(name, value, **options):
    path = os.path.join(FOLDER, name)
    torch.save(value, path + ".pt", **options)
    tensors, others = {}, {}
    flatten(torch.load(path + ".pt"), "", tensors, others)
    safetensors.write(path + ".safetensors", tensors, {"others": json.dumps(list(others))})


class Model(nn.Module):
    def __init__(self, kind, vocabulary=0, inputs=3, units=4, outputs=2, **options):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, inputs) if vocabulary else None
        self.rnn = getattr(nn, kind)(inputs, units, batch_first=True, **options)
        top = units * (2 if options.get("bidirectional") else 1)
        self.head = nn.Linear(top, outputs) if outputs else None

    def forward(self, x):
        states = self.rnn(x if self.embedding is None else self.embedding(x))[0]
        return states if self.head is None else self.head(states)


def network(name, model, vocabulary=0, inputs=3):
    save(name, model.state_dict())
    shape = (2, 5)
    kind = next(model.parameters()).dtype
    x = torch.randint(vocabulary, shape) if vocabulary else torch.randn(*shape, inputs, dtype=kind)
    with torch.no_grad():
        outputs = {"input": x if vocabulary else x.float(), "output": model(x).float()}
    safetensors.write(os.path.join(FOLDER, name + ".outputs.safetensors"), outputs)


def plain_files():
    lstm = nn.LSTM(2, 3)
    save("protocol-2", lstm.state_dict())
    save("protocol-4", lstm.state_dict(), pickle_protocol=4)
    save("protocol-5", lstm.state_dict(), pickle_protocol=5)
    save("parameters", dict(lstm.named_parameters()))
    save("types", {
        str(kind)[6:]: torch.tensor([0, 1, 1.5, -2, 100]).to(kind)
        for kind in (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32,
                     torch.int16, torch.int8, torch.uint8, torch.bool)})
    base = torch.arange(60, dtype=torch.float32)
    cube = base.reshape(3, 4, 5)
    save("views", collections.OrderedDict([
        ("base", base), ("tied", base), ("offset", base[7:11]), ("transposed", cube[1].t()),
        ("permuted", cube.permute(2, 0, 1)), ("steps", base[3::9]), ("middle", cube[1:, 1:3, ::2]),
        ("expanded", base[5].expand(2, 3)), ("number", base[9]), ("empty", base[:0]), ("empty2", cube[:, :0]),
        ("half", torch.randn(4, 3).half().t()), ("parameter", nn.Parameter(cube[2].t())),
        ("channels_last", torch.randn(1, 2, 3, 4).to(memory_format=torch.channels_last)),
    ]))
    optimizer = torch.optim.AdamW(lstm.parameters(), lr=1e-3, amsgrad=True)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    lstm(torch.ones(2, 2))[0].sum().backward()
    optimizer.step()
    save("checkpoint", {
        "model": lstm.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
        "epoch": 3, "best": 0.25, "name": "trial \u03b1", "done": False, "nothing": None, "large": 2 ** 70,
        "negative": -2 ** 40, "sizes": [1, 2, (3, 4, 5, 6)], "shape": torch.Size([2, 3]), "rng": torch.arange(9),
        "history": [torch.tensor(0.5), torch.tensor(0.25)], "empty": {}, "none": [],
    })


def networks():
    network("lstm", Model("LSTM"))
    network("lstm-text", Model("LSTM", vocabulary=7, num_layers=2, bias=False), vocabulary=7)
    network("lstm-bidirectional", Model("LSTM", num_layers=2, bidirectional=True))
    network("gru", Model("GRU", num_layers=2))
    network("gru-double", Model("GRU").double())
    network("rnn", Model("RNN", units=17))
    network("rnn-relu", Model("RNN", nonlinearity="relu", outputs=0))


class Custom:
    pass


def refused():
    folder = os.path.join(FOLDER, "refused")
    os.makedirs(folder, exist_ok=True)
    lstm = nn.LSTM(2, 3)
    for name, value in {
            "model": lstm, "custom": {"a": Custom()}, "sparse": {"a": torch.eye(3).to_sparse()},
            "quantized": {"a": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)},
            "complex": {"a": torch.ones(2, dtype=torch.complex64)}, "set": {"a": {1}}, "bytes": {"a": b"b"},
            "device": {"a": torch.device("cpu")}, "meta": {"a": torch.ones(2, device="meta")},
            "storage": {"a": torch.FloatStorage(2)}, "tensor": torch.ones(2), "keys": {(1, 2): torch.ones(2)},
            "parameters": nn.ParameterList([torch.ones(1)])}.items():
        torch.save(value, os.path.join(folder, name + ".pt"))
    torch.save({"a": {1}}, os.path.join(folder, "set-4.pt"), pickle_protocol=4)
    torch.save({"a": b"b"}, os.path.join(folder, "bytes-4.pt"), pickle_protocol=4)
    torch.save(lstm.state_dict(), os.path.join(folder, "legacy.pt"), _use_new_zipfile_serialization=False)
    torch.jit.script(nn.Linear(2, 1)).save(os.path.join(folder, "script.pt"))


torch.manual_seed(11)
plain_files()
networks()
refused()

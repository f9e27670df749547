#!/usr/bin/env python3
"""Exports small networks with torch.onnx.export, each as a folder with what PyTorch itself computes, beside this file.

    eng/install-torch.sh && /usr/bin/python3 make_golden.py [FOLDER]

in_input.npy or in_tokens.npy, and in_h0.npy where the network is given one, are read; out_NAME.npy is what PyTorch
answered. Written by PyTorch 1.13.1 (Debian 12).
"""
import os, sys, warnings
import numpy, torch
from torch import nn

TIMESTEPS, SEQUENCES, FEATURES, UNITS, SYMBOLS, OUTPUTS = 5, 3, 4, 6, 7, 2


class Network(nn.Module):
    """[Embedding], a recurrent module, [Linear], on every timestep or on the last one."""

    def __init__(self, kind, embeds=False, head=None, **options):
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, FEATURES) if embeds else None
        self.rnn = kind(FEATURES, UNITS, **options)
        width = UNITS * (2 if options.get("bidirectional") else 1)
        self.head = nn.Linear(width, OUTPUTS) if head else None
        self.where = head
        self.batch_first = options.get("batch_first", False)

    def forward(self, x, state=None):
        if self.embedding is not None:
            x = self.embedding(x)
        y, state = self.rnn(x) if state is None else self.rnn(x, state)
        hidden = state[0] if isinstance(state, tuple) else state
        if self.where == "last":
            return self.head(y[:, -1] if self.batch_first else y[-1])
        if self.where == "state":
            return self.head(hidden[-1])
        if self.where == "states":
            return self.head(torch.cat((hidden[-2], hidden[-1]), 1))
        if self.where == "after":
            y = self.head(y)
            return y[:, -1] if self.batch_first else y[-1]
        if self.where == "slice":
            return self.head(y[:, -1:, :] if self.batch_first else y[-1:, :, :])
        if self.where == "squeeze":
            return self.head(y[:, -1:, :].squeeze(1) if self.batch_first else y[-1:, :, :].squeeze(0))
        return (self.head(y),) if self.head is not None else (y, hidden)


class Packed(nn.Module):
    """Sequences of different lengths, packed: such an export works at the example's batch size alone."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(FEATURES, UNITS)

    def forward(self, x, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths)
        return nn.utils.rnn.pad_packed_sequence(self.rnn(packed)[0])[0]


def write(name, model, dynamic=True, state=False):
    torch.manual_seed(sum(map(ord, name)))
    for parameter in model.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5)
    model.eval()
    batch_first = getattr(model, "batch_first", False)
    shape = (SEQUENCES, TIMESTEPS) if batch_first else (TIMESTEPS, SEQUENCES)
    embeds = getattr(model, "embedding", None) is not None
    first = torch.randint(SYMBOLS, shape) if embeds else torch.randn(*shape, FEATURES)
    arguments, names = [first], ["tokens" if embeds else "input"]
    if isinstance(model, Packed):
        arguments.append(torch.tensor([5, 4, 2]))
        names.append("lengths")
    elif state:
        arguments.append(torch.randn(model.rnn.num_layers, SEQUENCES, UNITS))
        names.append("h0")
    with torch.no_grad():
        answer = model(*arguments)
    answers = answer if isinstance(answer, tuple) else (answer,)
    outputs = ["output", "hn"][:len(answers)]
    axes = {0: "b", 1: "t"} if batch_first else {0: "t", 1: "b"}
    folder = os.path.join(target, name)
    os.makedirs(folder, exist_ok=True)
    torch.onnx.export(
        model, tuple(arguments), os.path.join(folder, "model.onnx"), input_names=names, output_names=outputs,
        opset_version=14, dynamic_axes={names[0]: axes} if dynamic else None)
    for input_name, value in zip(names, arguments):
        numpy.save(os.path.join(folder, f"in_{input_name}.npy"), value.numpy())
    for output_name, value in zip(outputs, answers):
        numpy.save(os.path.join(folder, f"out_{output_name}.npy"), value.numpy())


target = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
warnings.simplefilter("ignore")
write("lstm", Network(nn.LSTM))
write("lstm-2-layers-batch-first-head", Network(nn.LSTM, num_layers=2, batch_first=True, head="every", dropout=0.3))
write("lstm-embedding-last", Network(nn.LSTM, embeds=True, batch_first=True, head="last"))
write("lstm-2-layers-bidirectional", Network(nn.LSTM, num_layers=2, bidirectional=True))
write("lstm-fixed-batch", Network(nn.LSTM, head="last"), dynamic=False)
write("lstm-packed", Packed())
write("gru", Network(nn.GRU))
write("gru-2-layers-state", Network(nn.GRU, num_layers=2, embeds=True, head="state"))
write("gru-given-state", Network(nn.GRU, num_layers=2), state=True)
write("gru-bidirectional-batch-first-head", Network(nn.GRU, bidirectional=True, batch_first=True, head="every"))
write("lstm-2-layers-bidirectional-states", Network(nn.LSTM, num_layers=2, bidirectional=True, head="states"))
write("gru-after-head", Network(nn.GRU, batch_first=True, head="after"))
write("rnn", Network(nn.RNN, bias=False))
write("rnn-relu-2-layers-slice", Network(nn.RNN, nonlinearity="relu", num_layers=2, batch_first=True, head="slice"))
write("rnn-squeeze", Network(nn.RNN, batch_first=True, head="squeeze"))

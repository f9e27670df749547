"""Loads a file of StateDictWriter into the modules that its metadata names.

usage: /usr/bin/python3 write_back.py NETWORK.safetensors OUTPUTS.safetensors

Writes a random input and what PyTorch computes of it.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import torch
from torch import nn

import safetensors

tensors, metadata = safetensors.read(sys.argv[1])


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        exec(metadata["python"], {"nn": nn, "self": self})

    def forward(self, x):
        states = self.rnn(self.embedding(x) if hasattr(self, "embedding") else x)[0]
        return self.head(states) if hasattr(self, "head") else states


torch.manual_seed(5)
model = Model()
model.load_state_dict(tensors)
shape = (2, 5)
x = (torch.randint(model.embedding.num_embeddings, shape) if hasattr(model, "embedding")
     else torch.randn(*shape, model.rnn.input_size))
with torch.no_grad():
    safetensors.write(sys.argv[2], {"input": x, "output": model(x)})

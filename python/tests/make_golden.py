"""Makes the golden files: probe files as the probe writes them, and the gradients that a reference in double finds.

    /usr/bin/python3 python/tests/make_golden.py [FOLDER] [--seed SEED]

They go to python/tests/golden where no folder is given; another seed starts from other weights.

Beside each NAME.safetensors lies NAME.expected.json: for every call, layer and direction the ℓ₂ norm over units and
batch of ∂L/∂hₜ and ∂L/∂cₜ by position in the sequence, padded timesteps left out. "anchored" says that the reference
began each timestep at the observed state, because the network is chaotic. In gru-autocast-bfloat16 the reference is in
double and PyTorch was not, so they agree to a few per cent.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import backflow
import golden_models
from read_safetensors import read


SEED = 17


def make(name, folder, seed=SEED):
    """Writes the two files of a golden network into the folder."""
    torch.manual_seed(seed)
    golden = golden_models.MODELS[name]()
    with tempfile.TemporaryDirectory() as written:
        probe = backflow.watch(golden.model, folder=written)
        loss = golden.loss()
        probe.loss(loss)
        loss.backward()
        probe.remove()
        path = os.path.join(folder, f"{name}.safetensors")
        shutil.copyfile(os.path.join(written, "000000000-000-00.safetensors"), path)
    tensors, metadata = read(path)
    with open(os.path.join(folder, f"{name}.expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected(golden, tensors, metadata), file, indent=1)
        file.write("\n")


def expected(golden, tensors, metadata):
    loss, traces = golden.again(tensors)
    loss.backward()
    calls = [
        {
            "call": number,
            "name": call["layer"],
            "layers": [
                {
                    "layer": layer,
                    "direction": "reverse" if direction else "forward",
                    "hiddenGradientNorm": kept.hidden_gradient_norm(),
                    "cellGradientNorm": kept.cell_gradient_norm() if call["kind"].startswith("LSTM") else None,
                }
                for (layer, direction), kept in sorted(traces[number].items())],
        }
        for number, call in enumerate(json.loads(metadata["calls"]))]
    return {
        "loss": float(loss), "observedLoss": float(metadata["loss"]), "anchored": golden.anchored, "calls": calls}


def make_context(folder):
    """The effective context of a shift register: its last output is the input of 5 timesteps ago, and of no other."""
    rnn = torch.nn.RNN(1, 6, nonlinearity="relu", bias=False)
    with torch.no_grad():
        rnn.weight_ih_l0.zero_()[0, 0] = 1
        rnn.weight_hh_l0.copy_(torch.diag(torch.ones(5), -1))
    model = golden_models.named(rnn=rnn)
    with tempfile.TemporaryDirectory() as written:
        probe = backflow.watch(model, folder=written)
        x = golden_models.draw(14, 24, 64, 1).abs()
        probe.context(lambda x: (model.rnn(x)[0][-1, :, 5] - x[-6, :, 0]) ** 2, [x])
        probe.remove()
        name = "context-000000000-000.safetensors"
        shutil.copyfile(os.path.join(written, name), os.path.join(folder, name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes probe files and what a reader must find in them.")
    parser.add_argument("folder", nargs="?", default=os.path.join(HERE, "golden"))
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    torch.set_num_threads(1)
    for each in golden_models.MODELS:
        make(each, options.folder, options.seed)
        print(each)
    make_context(options.folder)

#!/usr/bin/env python3
"""Effective context on text, for networks and texts whose order is known.

    bench/text_context.py TEXT [--out FILE.csv] [--seeds 61,62,63] [--steps 1500]

Trains networks on TEXT (docs/telemetry.md was measured on Tiny Shakespeare) and on texts that are drawn from it, whose
truth is known: all characters shuffled (nothing to remember), and Markov chains of order 1 and 3. Writes a row for each
network: what it was trained on and how long, and the effective context, gradient reach and validation loss at the end.
About half a minute a network.
"""
import argparse
import collections
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMON = ["--seq-len", "64", "--batch", "32", "--lr", "0.003", "--clip-norm", "1", "--threads", "1"]
NETWORKS = {
    "RNN": ["--cell", "rnn", "--hidden", "274"],
    "LSTM": ["--cell", "lstm", "--hidden", "128"],
    "GRU": ["--cell", "gru", "--hidden", "150"],
    "LSTM, forget bias -5": ["--cell", "lstm", "--hidden", "128", "--forget-bias", "-5"],
}


def markov(text, order, length, draw):
    """A text of which each character is drawn by the `order` before it, as often as TEXT has it there."""
    after = collections.defaultdict(list)
    for i in range(order, len(text)):
        after[text[i - order:i]].append(text[i])
    made = list(text[:order])
    while len(made) < length:
        choices = after.get("".join(made[-order:]))
        made.append(draw.choice(choices) if choices else draw.choice(text))
    return "".join(made)


def train(program, folder, options, text, steps, seed):
    """What the end of a training says."""
    command = [str(program), "train", "--text", str(text), *COMMON, *options, "--steps", str(steps), "--seed",
               str(seed), "--json", "--store", str(folder / "store.db")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{ran.stderr}")
    return json.loads(ran.stdout.strip().split("\n")[-1])


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("text", type=pathlib.Path)
    asked.add_argument("--out", type=pathlib.Path)
    asked.add_argument("--seeds", default="61,62,63")
    asked.add_argument("--steps", type=int, default=1500)
    asked.add_argument("--backflow", type=pathlib.Path, default=ROOT / "backflow")
    given = asked.parse_args()
    text = given.text.read_text(encoding="utf-8")
    draw = random.Random(20261130)
    shuffled = list(text)
    draw.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        texts = {"plain": given.text.resolve()}
        for name, content in {
            "shuffled": "".join(shuffled),
            "Markov chain, order 1": markov(text, 1, len(text), draw),
            "Markov chain, order 3": markov(text, 3, len(text), draw),
        }.items():
            texts[name] = folder / f"{name.replace(' ', '-').replace(',', '')}.txt"
            texts[name].write_text(content, encoding="utf-8")
        work = [("plain", network, 1) for network in ("RNN", "LSTM", "GRU")]
        work += [("plain", network, given.steps) for network in NETWORKS]
        work += [(name, "LSTM", given.steps) for name in texts if name != "plain"]
        file = given.out.open("w", newline="", encoding="utf-8") if given.out else sys.stdout
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["text", "network", "steps", "seed", "effective context", "gradient reach", "validation loss"])
        for seed in (int(one) for one in given.seeds.split(",")):
            for name, network, steps in work:
                end = train(given.backflow, folder, NETWORKS[network], texts[name], steps, seed)
                rows.writerow([name, network, steps, seed, end["effectiveContext"], end["gradientReach"],
                               round(end["validationLossNats"], 4)])
                file.flush()


if __name__ == "__main__":
    main()

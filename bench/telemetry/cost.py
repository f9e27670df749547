#!/usr/bin/env python3
"""What telemetry costs training, by interval and shape, as a Markdown table.

Two figures a cell: the median of the recorded column telemetry-cost (the share of its time that the training thread
spends measuring), and in brackets what a run with telemetry takes longer than one without, which also holds what the
threads beside it (spectra, recorder) take from it. Runs with and without take turns; each ratio is of neighbours.
"""
import argparse
import json
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHAPES = {  # name: (options, steps of one run)
    "LSTM 128, T 64, B 1": (["--cell", "lstm", "--hidden", "128", "--batch", "1"], 3000),
    "LSTM 128, T 64, B 32": (["--cell", "lstm", "--hidden", "128"], 150),
    "LSTM 2 x 128, T 64, B 32": (["--cell", "lstm", "--hidden", "128", "--layers", "2"], 80),
    "GRU 256, T 128, B 32": (["--cell", "gru", "--hidden", "256", "--seq-len", "128"], 40),
    "tanh RNN 128, T 100, B 32": (["--cell", "rnn", "--hidden", "128", "--seq-len", "100"], 300),
}


def train(shape, telemetry, folder):
    """Milliseconds per step after the first third of the log lines, and the medians of telemetry-cost."""
    options, steps = SHAPES[shape]
    command = [ROOT / "backflow", "train", *options, "--threads", "1", "--steps", str(steps), "--log-interval",
               str(max(10, steps // 20)), "--validation-interval", "0", "--checkpoint-interval", "0", "--json",
               "--store", f"{folder}/store.db", *telemetry]
    lines = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.splitlines()
    speeds = [event["charactersPerSecond"] for event in map(json.loads, lines) if event.get("event") == "step"]
    return 1 / statistics.median(speeds[len(speeds) // 3:])


def measured_cost(folder):
    """The median of the column telemetry-cost of the newest run."""
    with sqlite3.connect(f"{folder}/store.db") as store:
        values = [value for (value,) in store.execute(
            """SELECT value FROM scalar JOIN metric USING (metric_key)
               WHERE run_key = (SELECT max(run_key) FROM run) AND name = 'telemetry-cost' ORDER BY step""")]
    return statistics.median(values[len(values) // 3:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", action="append", choices=SHAPES, help="one of the shapes; may be given again")
    parser.add_argument("--interval", action="append", help="steps between two measurements [1, 10, 100]")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs [3]")
    arguments = parser.parse_args()
    intervals = arguments.interval or ["1", "10", "100"]
    subprocess.run([ROOT / "backflow", "--version"], check=True, capture_output=True)  # builds, if need be
    print("| shape | " + " | ".join(f"every {k}" for k in intervals) + " |")
    print("| --- |" + " ---: |" * len(intervals))
    for shape in arguments.shape or SHAPES:
        cells = []
        for interval in intervals:
            costs, slower = [], []
            with tempfile.TemporaryDirectory() as folder:
                for _ in range(arguments.rounds):
                    without = train(shape, ["--telemetry", "off"], folder)
                    slower.append(train(shape, ["--telemetry-interval", interval], folder) / without - 1)
                    costs.append(measured_cost(folder))
            cells.append(f"{statistics.median(costs):.1%} ({statistics.median(slower):+.1%})")
        print(f"| {shape} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

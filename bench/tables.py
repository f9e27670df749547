#!/usr/bin/env python3
"""The tables of docs/benchmarks.md that take several runs of Backflow, as Markdown.

telemetry   What telemetry costs training, by interval and shape: the median of the recorded column telemetry-cost, the
            share of its time that the training thread spends measuring, after the first third of the run.
widths      The share of the multiply-add peak at each vector width; peak and kernels have the same width.
neighbour   Two threads against one, on a free machine and while another process keeps a core busy.
tiles       Products of tiles against products of vectors, on processors with Intel AMX: rounds in which AMX gave more
            than 1.5 times the multiply-add peak, and those in which another program on the core used it.
"""
import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BACKFLOW = ROOT / "backflow"

TRAINED = {  # name: (options of train, steps of one run)
    "LSTM 128, T 64, B 1": (["--cell", "lstm", "--batch", "1"], 3000),
    "LSTM 128, T 64, B 32": (["--cell", "lstm"], 150),
    "LSTM 2 × 128, T 64, B 32": (["--cell", "lstm", "--layers", "2"], 80),
    "GRU 256, T 128, B 32": (["--cell", "gru", "--hidden", "256", "--seq-len", "128"], 40),
    "tanh RNN 128, T 100, B 32": (["--cell", "rnn", "--seq-len", "100"], 300),
}
BATCHED = ["lstm,128,128,64,32", "lstm,256,256,64,32", "lstm,512,512,32,64", "rnn,512,512,50,64", "gru,256,256,64,32"]
SHARED = ["lstm,128,128,64,32", "lstm,256,256,64,32", "gru,256,256,64,32", "rnn,128,128,100,32", "step:lstm,128,64,1"]
TILED = [*BATCHED, "rnn,128,128,100,32", "rnn,256,256,100,32", "gru,128,128,100,32", "gru,512,512,32,64",
         "lstm,256,256,128,1", "rnn,256,256,100,1", "step:lstm,128,64,32"]
WIDTHS = [512, 256, 128]
FREE = 1.5  # of the peak; alone the unit gives 2 to 2.5 times as much, shared less than 1


def lines_of(*command, cwd=None, **environment):
    done = subprocess.run([BACKFLOW, *map(str, command)], env={**os.environ, **environment}, cwd=cwd,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"backflow {' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def bench(shapes, *options, **environment):
    named = [part for shape in shapes for part in ("--shape", shape)]
    return {row["shape"]: row for row in lines_of("bench", *named, *options, "--json", **environment)}


def print_row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def print_head(*cells):
    print_row(*cells)
    print_row("---", *["---:"] * (len(cells) - 1))


def recorded_cost(shape, interval, folder):
    options, steps = TRAINED[shape]
    lines_of("train", *options, *interval, "--threads", 1, "--steps", steps, "--log-interval", max(10, steps // 20),
             "--validation-interval", 0, "--checkpoint-interval", 0, "--json", "--store", f"{folder}/store.db",
             cwd=folder)
    with sqlite3.connect(f"{folder}/store.db") as store:
        values = [value for (value,) in store.execute(
            """SELECT value FROM scalar JOIN metric USING (metric_key)
               WHERE run_key = (SELECT max(run_key) FROM run) AND name = 'telemetry-cost' ORDER BY step""")]
    return statistics.median(values[len(values) // 3:])


def telemetry(arguments):
    intervals = {
        "every step": ["--telemetry-interval", 1],
        "by default": [],
        "every 100": ["--telemetry-interval", 100],
    }
    print_head("shape", *intervals)
    for shape in TRAINED:
        if arguments.filter in shape:
            with tempfile.TemporaryDirectory() as folder:
                costs = [[recorded_cost(shape, interval, folder) for _ in range(arguments.rounds)]
                         for interval in intervals.values()]
            print_row(shape, *[f"{statistics.median(column):.1%}" for column in costs])


def widths(arguments):
    shapes = [shape for shape in BATCHED if arguments.filter in shape]
    shares = {(width, shape): [] for width in WIDTHS for shape in shapes}
    for _ in range(arguments.rounds):
        for width in WIDTHS:
            rows = bench(shapes, "--seconds", 1, DOTNET_PreferredVectorBitWidth=str(width))
            for shape, row in rows.items():
                if row["vectorBits"] != width:
                    sys.exit(f"this processor runs {row['vectorBits']} bits where {width} were asked for")
                shares[width, shape].append((row["peakPercent"], row["peakGflops"]))
    print_head("shape", *[f"{width} bits" for width in WIDTHS])
    for shape in shapes:
        medians = [[statistics.median(column) for column in zip(*shares[width, shape])] for width in WIDTHS]
        print_row(shape, *[f"{share:.0f} % of {peak:.0f} GFLOP/s" for share, peak in medians])


def neighbour(arguments):
    shapes = [shape for shape in SHARED if arguments.filter in shape]
    speedups = {(is_busy, shape): [] for is_busy in (False, True) for shape in shapes}
    for _ in range(arguments.rounds):
        for is_busy in (False, True):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if is_busy else None
            try:
                one, two = (bench(shapes, "--seconds", 1, "--threads", threads) for threads in (1, 2))
            finally:
                if busy:
                    busy.kill()
                    busy.wait()
            for shape in shapes:
                speedups[is_busy, shape].append(one[shape]["totalMs"] / two[shape]["totalMs"])
    print_head("shape", "two threads, free machine", "two threads, a core kept busy")
    for shape in shapes:
        columns = [speedups[is_busy, shape] for is_busy in (False, True)]
        print_row(shape, *[f"{statistics.median(c):.2f} ({min(c):.2f}–{max(c):.2f})" for c in columns])


def tiles(arguments):
    print_head(
        "shape", "vectors, of peak", "AMX free: tiles, of peak", "faster", "AMX shared: tiles, of peak", "faster")
    for shape in [shape for shape in TILED if arguments.filter in shape]:
        found = {True: [], False: []}
        shares = []
        for _ in range(arguments.rounds):
            vectors, tiled = (bench([shape], "--seconds", 0.4, BACKFLOW_TILES=used)[shape] for used in "01")
            if tiled["tileGflops"] is None:
                sys.exit("this processor or system multiplies no tiles")
            shares.append(vectors["peakPercent"])
            is_free = tiled["tileGflops"] > FREE * tiled["peakGflops"]
            found[is_free].append((tiled["peakPercent"], vectors["totalMs"] / tiled["totalMs"]))
        cells = []
        for is_free in (True, False):
            percents, ratios = zip(*found[is_free]) if found[is_free] else ((), ())
            cells += [
                f"{statistics.median(percents):.0f} %",
                f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
            ] if ratios else ["–", "–"]
        print_row(shape, f"{statistics.median(shares):.0f} %", *cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["telemetry", "widths", "neighbour", "tiles"])
    parser.add_argument("--filter", default="", help="only shapes whose name contains this, such as GRU or lstm,256")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions; the table has their medians [3]")
    arguments = parser.parse_args()
    subprocess.run([BACKFLOW, "--version"], check=True, capture_output=True)  # builds, where something changed
    {"telemetry": telemetry, "widths": widths, "neighbour": neighbour, "tiles": tiles}[arguments.table](arguments)


if __name__ == "__main__":
    main()

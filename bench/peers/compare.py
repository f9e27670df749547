"""Runs Backflow and its peers alternately on one core and prints the ratios as Markdown. Start it by run.sh."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from rows import QUICK, all_rows

TRIES = 8
FREE = 1.5  # of the multiply-add peak: alone AMX gives 2 to 2.5 times as much, shared less than 1
FOLDER = Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="bench/peers/run.sh",
        description="Compares Backflow with oneDNN and PyTorch: installs the peers from Debian's packages, builds "
                    "Backflow, runs all of them in turn on one core, and prints ratios as Markdown.",
        epilog="examples: run.sh --quick    run.sh --filter lstm --rounds 5    run.sh --filter oneDNN --core 1")
    parser.add_argument("--rounds", type=int, help="rounds; the ratio is taken within each (default 7, quick 3)")
    parser.add_argument("--repeats", type=int, default=21, help="runs of a program in a round (default 21)")
    parser.add_argument("--core", type=int, help="the core (default: the last one that this process may use)")
    parser.add_argument("--filter", default="", help="only rows whose name contains this, such as 'gru' or 'oneDNN'")
    parser.add_argument("--quick", action="store_true", help="fewer shapes and rounds")
    parser.add_argument("--tiles", action="store_true",
                        help="products of tiles (Intel AMX); Backflow's run is repeated while another program on the "
                             f"core uses AMX, at most {TRIES} times, and the row left out of the round after that")
    parser.add_argument("--list", action="store_true", help="print the rows and run nothing")
    parser.add_argument("--raw", metavar="FILE",
                        help="write every program's output to this file, one JSON object a line")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--backflow", required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 7)
    if arguments.rounds < 1 or arguments.repeats < 1:
        parser.error("--rounds and --repeats must be at least 1")
    if arguments.core is None:
        arguments.core = max(os.sched_getaffinity(0))
    elif arguments.core not in os.sched_getaffinity(0):
        parser.error(f"--core must be one of {sorted(os.sched_getaffinity(0))}, got {arguments.core}")
    return arguments, parser


class Runner:
    """Starts programs on one core and keeps what they printed."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.raw = open(arguments.raw, "w", encoding="utf-8") if arguments.raw else None

    def run(self, command, **fields):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                       "BACKFLOW_TILES": "1" if self.arguments.tiles else "0"}
        done = subprocess.run(["taskset", "-c", str(self.arguments.core), *command],
                              env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if self.raw:
            for line in lines:
                self.raw.write(json.dumps({**fields, **line}) + "\n")
            self.raw.flush()
        return lines[0]

    def peak(self, number):
        result = self.run([f"{self.arguments.programs}/fma_peak"], round=number)
        return result["fma512_gflops"] or result["fma256_gflops"]

    def backflow(self, shape, number):
        command = ["dotnet", self.arguments.backflow, "bench", "--shape", shape,
                   "--repeats", str(self.arguments.repeats), "--json"]
        for _ in range(TRIES if self.arguments.tiles else 1):
            found = self.run(command, round=number, program="backflow")
            if not self.arguments.tiles:
                return found
            if found["tileGflops"] is None:
                sys.exit("--tiles: this processor or system multiplies no tiles")
            if found["tileGflops"] > FREE * found["peakGflops"]:
                return found
        return None

    def peer(self, row, number):
        program, *rest = [str(self.arguments.repeats) if part == "REPEATS" else part for part in row.command]
        start = (["/usr/bin/python3", str(FOLDER / program)] if program.endswith(".py")
                 else [f"{self.arguments.programs}/{program}"])
        return self.run([*start, *rest], round=number, program=row.peer)


def measure(rows, runner, rounds, results, peaks):
    """Adds (Backflow ms, peer ms, share of the peak) to each row's results, and each round's peak."""
    begin = time.monotonic()
    total = rounds * len(rows)
    for number in range(1, rounds + 1):
        peaks.append(runner.peak(number))
        own = {}
        for index, row in enumerate(rows):
            done = (number - 1) * len(rows) + index
            left = (time.monotonic() - begin) / done * (total - done) if done else None
            print(f"round {number}/{rounds}  {row.name}" + (f"  {left:.0f} s left" if left else ""), file=sys.stderr)
            if row.shape not in own:
                own[row.shape] = runner.backflow(row.shape, number)
            mine = own[row.shape]
            if mine is None:
                continue
            peer = runner.peer(row, number)
            results[row.name].append((mine[row.field], peer[row.peer_field], mine["peakPercent"]))


def milliseconds(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def print_table(rows, results, peaks, arguments):
    print(f"{arguments.rounds} rounds of {arguments.repeats} runs, core {arguments.core}; "
          "ratio = peer's time / Backflow's, within each round; median (range).\n")
    print("| shape | peer | Backflow ms | of peak | peer ms | ratio | range | goal | |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for row in (row for row in rows if results[row.name]):
        ratios = [peer / mine for mine, peer, _ in results[row.name]]
        mine, peer, share = (statistics.median(values) for values in zip(*results[row.name]))
        ratio = statistics.median(ratios)
        goal = "" if row.goal is None else f"≥ {row.goal}"
        verdict = "" if row.goal is None else "met" if ratio >= row.goal else "missed"
        print(f"| {row.shape} | {row.peer} | {milliseconds(mine)} | {share:.0f} % | {milliseconds(peer)} | {ratio:.2f} "
              f"| {min(ratios):.2f}–{max(ratios):.2f} | {goal} | {verdict} |")
    if arguments.tiles:
        counts = [len(results[row.name]) for row in rows]
        print(f"\nProducts of tiles; AMX was free in {min(counts)} to {max(counts)} "
              f"of {arguments.rounds} rounds of a row.")
    print(f"\nfma_peak of each round, GFLOP/s: {', '.join(f'{peak:.0f}' for peak in peaks)}")
    disturbed = [str(number) for number, peak in enumerate(peaks, 1) if peak < 0.9 * statistics.median(peaks)]
    if disturbed:
        print(f"Round {', '.join(disturbed)} was disturbed: its peak is a tenth below the others'. Repeat the run.")


def main():
    arguments, parser = parse_arguments()
    rows = [row for row in all_rows() if arguments.filter.lower() in row.name.lower()
            and (not arguments.quick or row.shape in QUICK)]
    if not rows:
        parser.error(f"--filter '{arguments.filter}' matches no row; --list prints them")
    if arguments.list:
        print("\n".join(row.name for row in rows))
        return
    results, peaks = {row.name: [] for row in rows}, []
    try:
        measure(rows, Runner(arguments), arguments.rounds, results, peaks)
    except KeyboardInterrupt:
        print("Interrupted: the table has what was measured so far.", file=sys.stderr)
    print_table(rows, results, peaks, arguments)


if __name__ == "__main__":
    main()
